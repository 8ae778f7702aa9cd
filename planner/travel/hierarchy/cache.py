"""Remember on disk in which order the junctions of a network are left out.

The order depends on which nodes the arcs join and on nothing else, so a longer street or a closed
one finds it again. One file per network lies in `planner` in the user's cache folder
($XDG_CACHE_HOME, else ~/.cache). PLANNER_CACHE names another folder, or says `off`. Nothing
depends on the files: they may be deleted at any time, what cannot be read is worked out again, and
where nothing can be written nothing is remembered.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[np.int32]

__all__ = ["remembered_order"]

METHOD: Final = b"planner order 1\n"
"""How orders are made and written; another method must not find the orders of this one."""

MOST_BYTES: Final = 256 * 2**20
"""All orders together, 4 bytes per junction; those not used for longest are forgotten first."""

SUM_BYTES: Final = 16


def remembered_order(nodes: int, tails: Whole, heads: Whole) -> Whole:
    """Return the rank of each node, from disk where this network has been seen before, [node]."""
    folder = _folder()
    if folder is None:
        return _work_out(nodes, tails, heads)
    file = folder / f"order-{_name(nodes, tails, heads)}"
    rank = _read(file, nodes)
    if rank is None:
        rank = _work_out(nodes, tails, heads)
        _write(file, rank)
    return rank


def _folder() -> Path | None:
    """Return where orders are kept, None where they are not."""
    asked = os.environ.get("PLANNER_CACHE", "")
    if asked:
        return None if asked == "off" else Path(asked)
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    # A relative path is void (XDG Base Directory Specification 0.8).
    if base.is_absolute():
        return base / "planner"
    try:
        return Path.home() / ".cache" / "planner"
    except RuntimeError:
        return None


def _work_out(nodes: int, tails: Whole, heads: Whole) -> Whole:
    """Work the order out."""
    # Imported only here: a network seen before needs neither the solver nor the loops around it.
    from planner.travel.hierarchy.order import order_nodes

    return order_nodes(nodes, tails, heads)


def _name(nodes: int, tails: Whole, heads: Whole) -> str:
    """Return a name that only this network has."""
    seen = hashlib.blake2b(METHOD, digest_size=16)
    seen.update(str(nodes).encode())
    for ends in (tails, heads):
        seen.update(np.ascontiguousarray(ends, dtype="<i4").data)
    return seen.hexdigest()


def _read(file: Path, nodes: int) -> Whole | None:
    """Return the order in the file, None where there is none or something else."""
    head = len(METHOD) + SUM_BYTES
    try:
        if file.stat().st_size != head + 4 * nodes:
            return None
        content = file.read_bytes()
    except OSError:
        return None
    if content[:head] != METHOD + _sum(content[head:]):
        return None
    rank = np.frombuffer(content, dtype="<i4", offset=head).astype(np.int32)
    if not _is_order(rank, nodes):
        return None
    with suppress(OSError):
        os.utime(file)
    return rank


def _is_order(rank: Whole, nodes: int) -> bool:
    """Tell whether each rank is there once; the compiled loops trust it blindly."""
    if len(rank) != nodes or (nodes and not (rank.min() >= 0 and rank.max() < nodes)):
        return False
    return bool((np.bincount(rank, minlength=nodes) == 1).all())


def _write(file: Path, rank: Whole) -> None:
    """Put the order into the file, whole or not at all, and forget the oldest ones."""
    content = rank.astype("<i4").tobytes()
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, aside = tempfile.mkstemp(prefix="order-", suffix=".part", dir=file.parent)
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(METHOD + _sum(content) + content)
            Path(aside).replace(file)
        finally:
            Path(aside).unlink(missing_ok=True)
        _forget_oldest(file.parent)


def _sum(content: bytes) -> bytes:
    """Return the check sum of an order."""
    return hashlib.blake2b(content, digest_size=SUM_BYTES).digest()


def _forget_oldest(folder: Path) -> None:
    """Delete the orders not used for longest until the others fit; others may delete too."""
    known = []
    for file in folder.glob("order-*"):
        with suppress(FileNotFoundError):
            state = file.stat()
            known.append((state.st_mtime_ns, file.name, state.st_size))
    room = MOST_BYTES
    for _, name, size in sorted(known, reverse=True):
        room -= size
        if room < 0:
            (folder / name).unlink(missing_ok=True)
