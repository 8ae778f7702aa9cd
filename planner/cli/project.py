"""How many pupils will there be, by stage, section, grade and year?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.cli.talk import Lang, Out, Seed, StudyFolder, Years, language, print_table


def project(
    scenario: Annotated[str, typer.Argument(help="Scenario name.")] = "baseline",
    study: StudyFolder = Path(),
    out: Out = None,
    years: Years = None,
    lang: Lang = None,
    seed: Seed = 0,
) -> None:
    """Project pupils by section, grade and year and write them as tables."""
    from planner.cli.work import plans_of
    from planner.report import check_writable, results_folder, write_projection

    spoken = language(lang)
    target = (out if out is not None else study / "out") / f"{scenario}-pupils"
    check_writable(target)
    (made,) = plans_of(study, [scenario], years=years, seed=seed, lang=spoken)
    with results_folder(target) as fresh:
        write_projection(made, fresh, spoken)
    stages = [stage for stage in made.norms.stages if stage.stage in set(made.sections["stage"])]
    table = made.county_years
    pupils = dict(
        zip(zip(table["year"], table["stage"], strict=True), table["pupils"], strict=True)
    )
    print_table(
        "",
        ["学年" if spoken == "zh" else "year", *(stage.names[spoken] for stage in stages)],
        [
            [str(year), *(f"{pupils[year, stage.stage]:,}" for stage in stages)]
            for year in made.years
        ],
    )
    typer.echo(str(target / "pupils.xlsx"))
