"""Is this study fit to be planned with?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.cli.talk import Lang, language


def check(
    study: Annotated[Path, typer.Argument(help="Folder with study.toml.")] = Path(),
    lang: Lang = None,
) -> None:
    """Say everything that is wrong or doubtful in a study, with place and remedy.

    Ends with exit code 1 where there are errors, 0 where there are only warnings.
    """
    from planner.cli.talk import progress
    from planner.study import check_study

    spoken = language(lang)
    with progress(study.resolve().name) as say:
        findings = check_study(study, progress=say)
    for finding in findings:
        typer.echo(finding.sentence(spoken))
    errors = sum(finding.severity == "error" for finding in findings)
    warnings = len(findings) - errors
    typer.echo(
        f"{study}：{errors} 个错误，{warnings} 个警告。"
        if spoken == "zh"
        else f"{study}: {errors} errors, {warnings} warnings."
    )
    if errors:
        raise typer.Exit(1)
