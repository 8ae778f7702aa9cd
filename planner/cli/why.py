"""Why is a figure what it is: which classes, pupils, areas, rooms and norms stand behind it?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.cli.talk import Lang, Seed, StudyFolder, language, print_entry, print_table

Figure = Annotated[str, typer.Argument(help="Such as large_classes, shortage, seats, pupils.")]
School = Annotated[
    str | None,
    typer.Option("--school", help="Key of a section or school, or its name; else the county."),
]
Year = Annotated[int, typer.Option("--year", help="School year.")]
Stage = Annotated[str | None, typer.Option("--stage", help="Stage, where there are several.")]
EveryRow = Annotated[bool, typer.Option("--all", help="Show every row of every table.")]


def why(
    figure: Figure,
    year: Year,
    scenario: Annotated[str, typer.Argument(help="Scenario name.")] = "baseline",
    school: School = None,
    study: StudyFolder = Path(),
    stage: Stage = None,
    lang: Lang = None,
    *,
    seed: Seed = 0,
    every_row: EveryRow = False,
) -> None:
    """Open one figure of a school, or of the county, down to what was counted."""
    from planner.cli.work import plans_of
    from planner.report.why import told
    from planner.why import ask
    from planner.why import why as answer_to

    spoken = language(lang)
    (plan,) = plans_of(study, [scenario], years=None, seed=seed, lang=spoken)
    for number, question in enumerate(ask(plan, figure, school, year, stage=stage)):
        if number:
            typer.echo()
        answer = told(answer_to(plan, question), plan.norms, spoken, every_row=every_row)
        typer.echo(answer.head)
        for place, step in enumerate(answer.steps, start=1):
            typer.echo()
            # Chinese is wrapped at spaces: none after the number.
            mark = f"{place}．" if spoken == "zh" else f"{place}. "
            print_entry(f"{mark}{step.sentence}", "\n".join(step.sources))
            if step.rows:
                print_table("", step.headings, step.rows)
            if step.left_out:
                typer.echo(step.left_out)
