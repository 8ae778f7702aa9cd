"""See whether the files of a results folder are those that were written together."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Final

from planner.audit.findings import Check, NotAsWrittenError, said, word
from planner.audit.stage_files import written_by_us

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from planner.audit.findings import Said

__all__ = ["seal_check"]

_MANIFEST: Final = "manifest.json"
_LEFT_BY_LOOKING: Final = (".gpkg", ".gpkg-wal", ".gpkg-shm", ".gpkg-journal")
"""A GeoPackage changes, and gets companions, when QGIS opens it; its content is checked anew."""


def seal_check(folder: Path) -> Check:
    """Compare every file with its SHA-256 in manifest.json."""
    path = folder / _MANIFEST
    try:
        with written_by_us(path):
            content = json.loads(path.read_text(encoding="utf-8"))
            written = {str(name): str(value) for name, value in dict(content["outputs"]).items()}
    except FileNotFoundError:
        return Check(word("files"), _MANIFEST, "–", (said("unsealed", file=_MANIFEST),))
    except NotAsWrittenError as error:
        fault = said("unreadable", file=_MANIFEST, reason=error.reason)
        return Check(word("files"), _MANIFEST, "–", (fault,))
    there = {
        path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()
    }
    faults = tuple(_faults(written, there))
    right = sum(name in there for name in written)
    return Check(word("files"), str(len(written)), str(right), faults)


def _faults(written: dict[str, str], there: dict[str, Path]) -> Iterator[Said]:
    """Yield what is missing, changed or added."""
    for name, digest in sorted(written.items()):
        if name not in there:
            yield said("missing", file=name)
        elif not name.endswith(_LEFT_BY_LOOKING) and _digest(there[name]) != digest:
            yield said("changed", file=name)
    for name in sorted(set(there) - set(written) - {_MANIFEST}):
        if not name.endswith(_LEFT_BY_LOOKING):
            yield said("added", file=name)


def _digest(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
