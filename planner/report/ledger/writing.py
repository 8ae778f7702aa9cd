"""Write the ledger beside the other results, or in the place of the bureau's own file."""

from __future__ import annotations

import contextlib
import os
import shutil
from typing import TYPE_CHECKING, Final

from planner.errors import OutputError, Sentence
from planner.report.ledger.sheets import write_ledger_workbook
from planner.report.manifest import write_manifest

if TYPE_CHECKING:
    from pathlib import Path

    from planner.ledger import Outlook
    from planner.terms import Language

__all__ = ["LEDGER", "check_replaceable", "replace_ledger", "write_ledger"]

LEDGER: Final = "ledger.xlsx"


def write_ledger(outlook: Outlook, folder: Path, lang: Language) -> None:
    """Write ledger.xlsx and manifest.json into an existing folder; same ledger, same bytes."""
    write_ledger_workbook(outlook, folder / LEDGER, lang)
    write_manifest([outlook.plan], folder)


def check_replaceable(path: Path) -> None:
    """Make sure before the long work that a bureau's ledger can be replaced.

    Raises:
        OutputError: The file is open in a spreadsheet program, or may not be written.
    """
    opened = [path.with_name(f"~${path.name}"), path.with_name(f".~lock.{path.name}#")]
    if any(lock.exists() for lock in opened):
        raise OutputError(
            Sentence(
                f"{path} is open in another program. Close it there, so that no change of yours is "
                "lost, and run again.",
                f"{path}正由其他程序打开；请先在那里关闭，以免您的修改丢失，再重新运行。",
            )
        )
    if not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        raise OutputError(
            Sentence(
                f"{path} may not be written. Leave out --in-place, or ask for the right to write "
                "it.",
                f"{path}不可写；请去掉--in-place，或申请写入权限。",
            )
        )


def replace_ledger(fresh: Path, path: Path) -> bool:
    """Put a finished ledger in the place of the bureau's own; the former stays as .bak.

    The new file is copied beside the old one and takes its name only once it is complete. Where
    both are the same bytes nothing is touched, so that .bak stays the ledger before the change.

    Returns:
        Whether the file was changed.

    Raises:
        OutputError: The copy could not be written; the bureau's file is as it was.
    """
    if fresh.read_bytes() == path.read_bytes():
        return False
    side = path.with_name(f".{path.name}.writing-{os.getpid()}")
    kept = path.with_name(f".{path.name}.former-{os.getpid()}")
    try:
        _copy(fresh, side)
        _copy(path, kept)
        kept.replace(path.with_name(f"{path.name}.bak"))
        side.replace(path)
    except OSError as error:
        raise OutputError(
            Sentence(
                f"{path}: the ledger could not be replaced ({error.strerror or error}). It is as "
                "it was; make room, or leave out --in-place.",
                f"{path}：台账未能替换（{error.strerror or error}），仍为原样；请腾出空间，"
                "或去掉--in-place。",
            )
        ) from error
    finally:
        for left in (side, kept):
            with contextlib.suppress(OSError):
                left.unlink(missing_ok=True)
    return True


def _copy(source: Path, target: Path) -> None:
    """Copy a file and have it on the disk before anything takes its name."""
    shutil.copyfile(source, target)
    with target.open("rb+") as file:
        os.fsync(file.fileno())
