"""What does a whole county look like, invented at any size?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def sample(
    out: Annotated[Path, typer.Argument(help="Folder for the study; it must not exist.")],
    areas: Annotated[int, typer.Option(min=1, help="Areas.")] = 1000,
    sections: Annotated[int, typer.Option(min=4, help="Sections.")] = 110,
    years: Annotated[int, typer.Option(min=2, help="Years of history.")] = 9,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same county.")] = 0,
) -> None:
    """Invent a county in a real frame, complete and consistent, for trials at any size."""
    from planner.cli.talk import language, progress
    from planner.sample import make_sample

    with progress(out.name, language(None)) as say:
        make_sample(out, areas=areas, sections=sections, years=years, seed=seed, progress=say)
    typer.echo(str(out / "study.toml"))
