"""Which measures, at the least cost, leave no more large classes than the targets allow?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.talk import (
    Lang,
    Out,
    Seed,
    StudyFolder,
    Years,
    language,
    print_entry,
    print_table,
    progress,
)

if TYPE_CHECKING:
    from planner.cure import Cure
    from planner.terms import Language

Seconds = Annotated[
    float, typer.Option("--seconds", min=1, help="Seconds the solver may take at most.")
]
Gap = Annotated[
    float,
    typer.Option("--gap", min=0, max=1, help="How much dearer than the bound it may be, as share."),
]
_REASONS_SHOWN = 10


def cure(
    scenario: Annotated[str, typer.Argument(help="Scenario name.")] = "baseline",
    study: StudyFolder = Path(),
    out: Out = None,
    years: Years = None,
    lang: Lang = None,
    seed: Seed = 0,
    *,
    seconds: Seconds = 30.0,
    gap: Gap = 0.01,
) -> None:
    """Find the least costly measures against large classes, and prove them by planning again."""
    from planner.cli.work import plans_of
    from planner.cure import cure_plan
    from planner.report import check_writable, results_folder
    from planner.report.cure import write_cure

    spoken = language(lang)
    target = (out if out is not None else study / "out") / f"{scenario}-cure"
    check_writable(target)
    (made,) = plans_of(study, [scenario], years=years, seed=seed, lang=spoken)
    with progress(f"{scenario}-cure", spoken) as say:
        found = cure_plan(made, seconds=seconds, gap=gap, say=say)
        with results_folder(target) as fresh:
            write_cure(found, fresh, spoken)
    _print(found, spoken)
    names = ("cure.xlsx", "cure.toml", "zones.csv")
    for name in names if found.zones is not None else names[:2]:
        typer.echo(str(target / name))


def _print(found: Cure, lang: Language) -> None:
    """Print the path, the costs, how sure they are, and why targets are missed."""
    from planner.report.cure import cost_table, path_table, verdict
    from planner.report.cure.tables import reason_rows
    from planner.report.cure.words import say_cure
    from planner.report.cure.writing import copy_sentence

    path, costs = path_table(found, lang), cost_table(found, lang)
    typer.echo(path.title)
    print_table("", path.headings, path.rows)
    typer.echo()
    if costs.rows:
        print_table("", costs.headings, costs.rows)
        typer.echo()
    gap = "" if lang == "zh" else " "
    said = [*verdict(found, lang), say_cure("took", lang, seconds=found.seconds)]
    if found.steps:
        said.append(copy_sentence(found, lang))
    print_entry(say_cure("result", lang), gap.join(said))
    for name, section, cohort, year, classes, pupils, binding in reason_rows(found, lang)[
        :_REASONS_SHOWN
    ]:
        print_entry(f"{name} ({section}) {cohort or ''} · {year}: {classes} / {pupils}", binding)
    typer.echo()
