"""What can planner do? See it on the sample county."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from planner.cli.talk import Lang, Seed

SCENARIOS: Final = ("baseline", "new_primary", "redrawn_zones")
_MARK: Final = ".planner-demo"


def demo(
    folder: Annotated[Path, typer.Argument(help="Folder for the copy of the study.")] = Path(
        "demo"
    ),
    lang: Lang = None,
    seed: Seed = 0,
) -> None:
    """Copy the sample county into a folder, plan three scenarios and compare them."""
    from planner.cli.plan import plan

    _copy_sample(folder)
    plan(list(SCENARIOS), study=folder, lang=lang, seed=seed)


def _copy_sample(folder: Path) -> None:
    """Copy the sample study; a former demo is planned again as it stands."""
    import shutil

    from planner.errors import OutputError, Sentence
    from planner.shipped import sample_study

    if (folder / _MARK).is_file():
        return
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise OutputError(
            Sentence(
                f"{folder} is not empty; name a folder that does not exist yet.",
                f"{folder}不是空文件夹；请另写一个尚不存在的文件夹名。",
            )
        )
    source = sample_study()
    side = folder.with_name(f".{folder.name}.copying")
    try:
        shutil.rmtree(side, ignore_errors=True)
        side.mkdir(parents=True)
        shutil.copytree(
            source / "data", side / "data", ignore=shutil.ignore_patterns("norms", "frame")
        )
        shutil.copytree(source / "scenarios", side / "scenarios")
        shutil.copy(source / "study.toml", side)
        (side / _MARK).write_text("A copy of planner's sample county.\n", encoding="utf-8")
        if folder.exists():
            folder.rmdir()
        side.rename(folder)
    except OSError as error:
        raise OutputError(
            Sentence(
                f"{folder} cannot be written ({error.strerror}); name another.",
                f"{folder}无法写入（{error.strerror}）；请另写一个文件夹名。",
            )
        ) from error
    finally:
        shutil.rmtree(side, ignore_errors=True)
