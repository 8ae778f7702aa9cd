"""How many pupils will there be, by stage, section, grade and year, and how sure is that?"""

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
    from planner.plan import Plan
    from planner.terms import Language

NoPictures = Annotated[
    bool, typer.Option("--no-pictures", help="Leave out the pictures, which take some seconds.")
]


def project(
    scenario: Annotated[str, typer.Argument(help="Scenario name.")] = "baseline",
    study: StudyFolder = Path(),
    out: Out = None,
    years: Years = None,
    lang: Lang = None,
    seed: Seed = 0,
    *,
    no_pictures: NoPictures = False,
) -> None:
    """Project pupils by section, grade and year, with intervals, as tables and pictures."""
    from planner.cli.work import plans_of
    from planner.report import check_writable, results_folder, write_projection

    spoken = language(lang)
    target = (out if out is not None else study / "out") / f"{scenario}-pupils"
    check_writable(target)
    (made,) = plans_of(study, [scenario], years=years, seed=seed, lang=spoken)
    with progress(scenario, spoken) as say, results_folder(target) as fresh:
        write_projection(made, fresh, spoken, pictures=not no_pictures, say=say)
    _print(made, spoken, pictures=not no_pictures)
    typer.echo(str(target / "pupils.xlsx"))
    if not no_pictures:
        typer.echo(str(target / "pictures"))


def _print(made: Plan, lang: Language, *, pictures: bool) -> None:
    """Print the county's pupils with their intervals, and how sure they are."""
    from planner.report.projection import county_table, sureness

    table = county_table(made, lang)
    typer.echo(table.title)
    print_table("", table.headings, table.rows)
    typer.echo()
    print_entry(*sureness(made, lang))
    typer.echo()
    if pictures:
        from planner.report.pictures import font_notice

        notice = font_notice()
        if notice is not None:
            typer.echo(getattr(notice, lang) + "\n")
