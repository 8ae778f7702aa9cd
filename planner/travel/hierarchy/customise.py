"""Give each shortcut the length of the shortest way over the junctions left out before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numba import int32, njit, types, uint32

from planner.travel.hierarchy.millimetres import CLOSED, SURE
from planner.travel.hierarchy.shortcuts import SHORTCUTS, STREETS, Shortcuts, Streets

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.travel.hierarchy.shortcuts import Hierarchy

    Whole = NDArray[np.int32]
    Count = NDArray[np.uint32]
    Pairs = NDArray[np.int32]

__all__ = ["DOWN", "UP", "customise", "sure"]

UP: Final = 0
"""Column of lengths from the lower to the upper end of a shortcut."""

DOWN: Final = 1
"""Column of lengths from the upper to the lower end."""

ONE: Final = np.uint32(1)
"""A sum with it keeps having no sign."""

_whole, _counts, _pairs = int32[::1], uint32[::1], int32[:, ::1]


def customise(hierarchy: Hierarchy, millimetres: Whole) -> Pairs:
    """Return the lengths of all shortcuts for these lengths of arcs, [shortcut, UP or DOWN].

    In whole millimetres; CLOSED where no way leads.
    """
    shortcuts = hierarchy.shortcuts
    lengths = np.full((len(shortcuts.top), 2), CLOSED, dtype=np.int32)
    shortcut_from = np.empty(len(hierarchy.rank), dtype=np.uint32)
    _lay_streets(hierarchy.streets, shortcuts, millimetres, shortcut_from, lengths)
    shortcut_to = np.empty(hierarchy.height, dtype=np.uint32)
    _relax_triangles(shortcuts, shortcut_to, lengths)
    return lengths


def sure(millimetres: NDArray[np.int32]) -> bool:
    """Tell whether all lengths are short enough for their sums to be right."""
    return not ((millimetres >= SURE) & (millimetres < CLOSED)).any()


@njit(types.void(STREETS, SHORTCUTS, _whole, _counts, _pairs), cache=True)
def _lay_streets(
    streets: Streets,
    shortcuts: Shortcuts,
    millimetres: Whole,
    shortcut_from: Count,
    lengths: Pairs,
) -> None:
    """Give shortcuts that are streets the length of the street, of parallel ones the shortest."""
    first, low, arcs = streets.first, streets.low, streets.arc
    below_first, below, below_low = shortcuts.below_first, shortcuts.below, shortcuts.below_low
    for node in range(len(first) - 1):
        for position in range(below_first[node], below_first[node + 1]):
            shortcut_from[below_low[position]] = below[position]
        for position in range(first[node], first[node + 1]):
            shortcut = shortcut_from[low[position]]
            arc, way = arcs[position], UP
            if arc < 0:
                arc, way = ~arc, DOWN
            lengths[shortcut, way] = min(lengths[shortcut, way], millimetres[arc])


@njit(types.void(SHORTCUTS, _counts, _pairs), cache=True)
def _relax_triangles(shortcuts: Shortcuts, shortcut_to: Count, lengths: Pairs) -> None:
    """Let each shortcut between two nodes compete with the way over each node below both.

    Nodes come in rising order, so that the two lower sides of a triangle are final when the
    third is compared with them.
    """
    first, top = shortcuts.first, shortcuts.top
    below_first, below, below_low = shortcuts.below_first, shortcuts.below, shortcuts.below_low
    for node in range(len(first) - 1):
        for shortcut in range(first[node], first[node + 1]):
            shortcut_to[top[shortcut]] = shortcut
        for position in range(below_first[node], below_first[node + 1]):
            side = below[position]
            to_node, from_node = lengths[side, UP], lengths[side, DOWN]
            for other in range(side + ONE, first[below_low[position] + ONE]):
                third = shortcut_to[top[other]]
                lengths[third, UP] = min(lengths[third, UP], from_node + lengths[other, UP])
                lengths[third, DOWN] = min(lengths[third, DOWN], lengths[other, DOWN] + to_node)
