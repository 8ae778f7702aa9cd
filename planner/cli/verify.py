"""Are the written zones what they claim to be?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.cli.talk import Lang, language, print_table

Plan = Annotated[
    Path, typer.Argument(help="Results folder of `planner zone` or `planner plan`.", metavar="PLAN")
]


def verify(plan: Plan, lang: Lang = None) -> None:
    """Reckon value, seats, pieces, locks and limits anew from the files of a plan alone."""
    from planner.audit import audit_folder
    from planner.report.zone import audit_table, say_zone

    spoken = language(lang)
    audit = audit_folder(plan)
    print_table("", *audit_table(audit, spoken))
    typer.echo()
    if not audit.faults:
        typer.echo(say_zone("passed", spoken, checks=len(audit.checks)))
        return
    for sentence in audit.sentences(spoken):
        typer.echo(f"planner: {sentence}", err=True)
    typer.echo(say_zone("failed", spoken, faults=len(audit.faults)))
    raise typer.Exit(1)
