"""What becomes of pupils, seats, classes and zones under one or several scenarios?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from planner.cli.talk import (
    Lang,
    Out,
    Scenarios,
    Seed,
    StudyFolder,
    Years,
    language,
    print_entry,
    print_table,
)

if TYPE_CHECKING:
    from planner.drafting import Draft
    from planner.plan import Plan
    from planner.terms import Language


def plan(
    scenarios: Scenarios,
    study: StudyFolder = Path(),
    out: Out = None,
    years: Years = None,
    lang: Lang = None,
    seed: Seed = 0,
) -> None:
    """Work scenarios through, year by year, and write workbook, layers, map and summary."""
    from planner.cli.work import plans_of, write_results
    from planner.report import check_writable, ten_lines

    spoken = language(lang)
    target = out if out is not None else study / "out"
    names = [*scenarios, *(["comparison"] if len(scenarios) > 1 else [])]
    for name in names:
        check_writable(target / name)
    plans = plans_of(study, scenarios, years=years, seed=seed, lang=spoken)
    comparison = write_results(plans, target, spoken)
    for made in plans:
        typer.echo("\n".join(ten_lines(made, spoken)) + "\n")
        print_shared(made, spoken)
    if comparison:
        print_table("", comparison[0], comparison[1:])
        typer.echo()
    for name in names:
        typer.echo(str(target / name / "map.html"))


def print_shared(made: Plan | Draft, lang: Language, *, book: str = "results.xlsx") -> None:
    """Print the shared zones of a plan, if it has any, and how good they are."""
    from planner.report.shared import shared_entries, shared_lines

    for line in shared_lines(made, lang):
        print_entry(line, "")
    for head, body in shared_entries(made, lang, book=book):
        print_entry(head, body)
    if made.shared:
        typer.echo()
