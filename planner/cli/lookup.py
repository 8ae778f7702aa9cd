"""Which school does a place belong to, and from which year?"""

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
    progress,
)

if TYPE_CHECKING:
    from planner.plan import Plan
    from planner.terms import Language

Scenario = Annotated[str, typer.Argument(help="Scenario name.")]
PlacesTyped = Annotated[
    list[str] | None,
    typer.Argument(
        help="Addresses, communities, villages, estates, streets or schools, also in pinyin; "
        "without any, the page is written."
    ),
]
Year = Annotated[
    int | None, typer.Option("--year", help="School year; otherwise the first projected one.")
]
Stages = Annotated[
    list[str] | None, typer.Option("--stage", help="Only this stage; may be given several times.")
]
InForce = Annotated[
    bool,
    typer.Option(
        "--in-force", help="Say that the zones are announced and in force, and no longer a draft."
    ),
]


def lookup(
    scenario: Scenario,
    places: PlacesTyped = None,
    year: Year = None,
    stage: Stages = None,
    study: StudyFolder = Path(),
    out: Out = None,
    lang: Lang = None,
    *,
    years: Years = None,
    in_force: InForce = False,
    seed: Seed = 0,
) -> None:
    """Say which school a place belongs to, or write the page on which parents look it up."""
    from planner.atlas.lookup import write_lookup
    from planner.cli.work import plans_of
    from planner.report import check_writable, results_folder

    spoken = language(lang)
    target = (out if out is not None else study / "out") / "lookup" / scenario
    if not places:
        check_writable(target)
    (plan,) = plans_of(study, [scenario], years=years, seed=seed, lang=spoken)
    if places:
        _answer(plan, places, spoken, year, stage or (), in_force=in_force)
        return
    title = "查学校" if spoken == "zh" else "lookup"
    with progress(title, spoken) as say, results_folder(target) as fresh:
        say("lookup.html")
        path = fresh / "lookup.html"
        write_lookup(plan, path, spoken, year=year, stages=stage or (), in_force=in_force)
    typer.echo(str(target / "lookup.html"))


def _answer(
    plan: Plan,
    places: list[str],
    spoken: Language,
    year: int | None,
    stages: list[str] | tuple[str, ...],
    *,
    in_force: bool,
) -> None:
    """Print the answers; end with 1 where it had to be asked back."""
    from planner.atlas.lookup import answers

    told = answers(plan, places, spoken, year=year, stages=stages, in_force=in_force)
    for number, answer in enumerate(told):
        if number:
            typer.echo()
        for head, body in answer.entries:
            print_entry(head, body)
    if not all(answer.settled for answer in told):
        raise typer.Exit(1)
