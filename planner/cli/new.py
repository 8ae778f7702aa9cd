"""How do I begin a study of my own?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.cli.talk import Lang, language


def new(
    name: Annotated[str, typer.Argument(help="Name of the study, which its folder gets as well.")],
    lang: Lang = None,
) -> None:
    """Make an empty study with templates of every table."""
    from planner.reading.new import write_empty_study

    folder = Path(name)
    write_empty_study(folder, folder.name, language(lang))
    typer.echo(str(folder / "study.toml"))
