"""What is built, converted, merged and closed, from when, and at what cost?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.cli.talk import Lang, StudyFolder, language, print_table, progress


def works(
    scenario: Annotated[str, typer.Argument(help="Scenario name.")] = "baseline",
    study: StudyFolder = Path(),
    lang: Lang = None,
) -> None:
    """List the projects and measures of a scenario with their seats, land and cost."""
    from planner.capacity import list_works
    from planner.report.works import works_table
    from planner.scenario import read_scenario
    from planner.study import read_study

    spoken = language(lang)
    asked = read_scenario(study / "scenarios", scenario)
    with progress(study.resolve().name, spoken) as say:
        read = read_study(study, progress=say, lang=spoken)
    table = works_table(read, asked, list_works(read, asked), spoken)
    if table.rows:
        print_table(table.title, table.headings, table.rows)
    typer.echo(table.note)
