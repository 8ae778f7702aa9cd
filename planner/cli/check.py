"""Is this study fit to be planned with?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.cli.talk import Lang, language, print_hanging


def check(
    study: Annotated[Path, typer.Argument(help="Folder with study.toml.")] = Path(),
    lang: Lang = None,
) -> None:
    """Say everything that is wrong or doubtful in a study, with place and remedy.

    Ends with exit code 1 where there are errors, 0 where there are only warnings.
    """
    from planner.checks import check_study
    from planner.cli.talk import progress
    from planner.reading import study_folder

    spoken = language(lang)
    with progress(study_folder(study).resolve().name, spoken) as say:
        findings = check_study(study, progress=say)
    for finding in findings:
        print_hanging(finding.sentence(spoken))
    errors = sum(finding.severity == "error" for finding in findings)
    warnings = len(findings) - errors
    typer.echo(
        f"{study}：{errors} 个错误，{warnings} 个警告。"
        if spoken == "zh"
        else f"{study}: {_counted(errors, 'error')}, {_counted(warnings, 'warning')}."
    )
    if errors:
        raise typer.Exit(1)


def _counted(number: int, word: str) -> str:
    """Return a number with its word, in the plural where there is not one."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
