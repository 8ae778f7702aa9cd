"""Results stand whole or not at all: they are written beside the folder and then swapped in."""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from planner.errors import OutputError, Sentence
from planner.report.manifest import MANIFEST, digest, seal

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["check_writable", "results_folder"]

_ABANDONED_SECONDS: Final = 24 * 3600  # where processes cannot be asked, a day-old run is over
_COMPANIONS: Final = (".gpkg-wal", ".gpkg-shm", ".gpkg-journal")  # left by QGIS while it looks


@contextmanager
def results_folder(out: Path) -> Iterator[Path]:
    """Give a fresh folder to write into; it takes the place of `out` only once it is complete.

    The fresh folder stands beside `out`. Whatever goes wrong inside the `with` block, an
    interruption included, it is removed and the former results stay as they were. When the
    block ends well, manifest.json is completed with the SHA-256 of every file, the former
    results step aside, the new ones take their name, and only then are the former deleted.
    A run that was killed leaves its folder behind; the next run clears it away.

    Raises:
        OutputError: `out` cannot be written or holds something that planner did not write, or
            writing failed half-way (a full disk, say). What was there is untouched.
    """
    target = _free_to_write(out)
    side = target.with_name(f".{target.name}.writing-{os.getpid()}")
    try:
        side.mkdir()
        yield side
        seal(side)
        _flush(side)
        _refuse_what_is_not_ours(target)
        _swap(side, target)
    except OSError as error:
        raise OutputError(
            Sentence(
                f"{target}: the results could not be written ({_reason(error)}). What was there is "
                "untouched; make room or choose another folder.",
                f"{target}：无法写入结果（{_reason(error)}）。原有内容未动；请腾出空间或换一个"
                "文件夹。",
            )
        ) from error
    finally:
        shutil.rmtree(side, ignore_errors=True)


def check_writable(out: Path) -> None:
    """Make sure before the long work that results can go to `out`; also tidies killed runs.

    Raises:
        OutputError: `out` cannot be written or holds something that planner did not write.
    """
    missing = [folder for folder in out.resolve().parents if not folder.exists()]
    _free_to_write(out)
    for folder in missing:
        # Whoever is refused later finds nothing that was not there before.
        folder.rmdir()


def _free_to_write(out: Path) -> Path:
    """Return the full path of a folder that may be filled or replaced."""
    target = out.resolve()
    if not target.name or Path.cwd().is_relative_to(target):
        raise OutputError(
            Sentence(
                f"{out}: results cannot replace the folder you are working in. "
                "Name a folder inside it, such as out/baseline.",
                f"{out}：结果不能取代当前所在的文件夹。请指明其中的一个文件夹，如out/baseline。",
            )
        )
    _tidy(target)
    _refuse_what_is_not_ours(target)
    probe = target.with_name(f".{target.name}.writing-{os.getpid()}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        probe.mkdir()
        probe.rmdir()
    except OSError as error:
        raise OutputError(
            Sentence(
                f"{target.parent}: no folder can be made here ({_reason(error)}). "
                "Choose another place for the results, or ask for the right to write here.",
                f"{target.parent}：无法在此建立文件夹（{_reason(error)}）。请换一个位置，"
                "或取得写入权限。",
            )
        ) from error
    return target


def _tidy(target: Path) -> None:
    """Clear away what killed runs left beside the folder, and bring former results back."""
    if not target.parent.is_dir():
        return
    left = re.compile(rf"\.{re.escape(target.name)}\.(writing|former)-(\d+)")
    for path in sorted(target.parent.iterdir()):
        match = left.fullmatch(path.name)
        if match is None or _still_at_work(path, int(match[2])):
            continue
        if match[1] == "former" and not target.exists():
            path.rename(target)  # killed between the two renames of a swap
        else:
            shutil.rmtree(path, ignore_errors=True)


def _still_at_work(path: Path, process: int) -> bool:
    """Tell whether the run that made a folder goes on; our own earlier ones are over."""
    if process == os.getpid():
        return False
    if os.name != "posix":
        return time.time() - path.stat().st_mtime < _ABANDONED_SECONDS
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _refuse_what_is_not_ours(target: Path) -> None:
    """Raise where replacing the folder would lose something that planner did not write."""
    if not target.exists():
        return
    if not target.is_dir():
        raise OutputError(
            Sentence(
                f"{target} is a file. Choose a folder for the results.",
                f"{target}是一个文件。请为结果指定文件夹。",
            )
        )
    found = {
        path.relative_to(target).as_posix(): path for path in target.rglob("*") if path.is_file()
    }
    written = _written_before(target / MANIFEST)
    foreign = sorted(
        name
        for name in found
        if name not in written and name != MANIFEST and not name.endswith(_COMPANIONS)
    )
    if foreign or (found and not written):
        named = ", ".join((foreign or sorted(found))[:3])
        more = f" and {len(foreign) - 3} more" if len(foreign) > 3 else ""
        raise OutputError(
            Sentence(
                f"{target} holds files that planner did not write: {named}{more}. Move them "
                "elsewhere (close the programs that have results open) or choose another folder.",
                f"{target}中有并非planner写出的文件：{named}{'等' if more else ''}。请移到别处"
                "（并关闭打开结果的程序），或换一个文件夹。",
            )
        )
    # QGIS touches a GeoPackage by looking at it, so a changed one does not mean a changed result.
    edited = sorted(
        name
        for name in written
        if name in found and not name.endswith(".gpkg") and digest(found[name]) != written[name]
    )
    if edited:
        raise OutputError(
            Sentence(
                f"{target}: {', '.join(edited)} was changed after planner wrote it. Save it under "
                "another folder so that your changes are kept, and delete it here.",
                f"{target}：{'、'.join(edited)}在写出后被改动。请另存到别的文件夹以保留改动，"
                "再从此处删除。",
            )
        )


def _written_before(manifest: Path) -> dict[str, str]:
    """Return the files of former results and their SHA-256; empty where it is not our manifest."""
    try:
        content = json.loads(manifest.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(content, dict) or not isinstance(content.get("outputs"), dict):
        return {}
    return {str(name): str(value) for name, value in content["outputs"].items()}


def _flush(folder: Path) -> None:
    """Have every file on the disk before it gets its name, so that a power cut halves nothing."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb+") as file:
                os.fsync(file.fileno())


def _swap(side: Path, target: Path) -> None:
    """Give the complete folder its name; the former one goes only after that."""
    former = target.with_name(f".{target.name}.former-{os.getpid()}")
    if not target.exists():
        side.rename(target)
        return
    target.rename(former)
    try:
        side.rename(target)
    except BaseException:
        former.rename(target)
        raise
    shutil.rmtree(former, ignore_errors=True)


def _reason(error: OSError) -> str:
    """Return why the system refused, in its own words."""
    return error.strerror or str(error)
