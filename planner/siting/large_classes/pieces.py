"""Keep zones in one piece: find what a move tears off, and say what would hold it.

    y[a,j] <= sum of y[b,j] over the areas b round the piece                                   (11)

for a piece of the zone of section j that does not hang together with the area round which the
zone lies, and every area a in it; y[a,j] tells whether area a belongs to section j. There are far
too many such rows to write down; one is added when measures offend against it (Carvajal,
Constantino, Goycoolea, Vielma and Weintraub 2013, Operations Research 61). Areas that are cut off
today already stay where they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from numpy.typing import NDArray

    from planner.siting.large_classes.problem import Ground, Move

__all__ = ["hanging", "holding_rows"]


def hanging(ground: Ground, zone: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which areas hang together with the root of their section, [area]."""
    label = _labels(ground, zone)
    root = np.array([ground.root.get(int(section), -1) for section in zone], dtype=np.int64)
    return np.asarray((root >= 0) & (label == label[root]))


def holding_rows(
    ground: Ground, number: int, moves: Mapping[int, Move], made: Iterable[int]
) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    """Yield (11) for every piece that some moves tear off.

    Args:
        ground: Zones of one stage.
        number: Its index among the grounds.
        moves: All moves that could be made, by index.
        made: Indices of those that are made.

    Yields:
        Least value of a sum of moves, and the sum: pairs of move and factor.
    """
    here = {index: move for index, move in moves.items() if move.ground == number}
    zone = ground.zone.copy()
    for index in made:
        if index in here:
            zone[list(here[index].areas)] = here[index].target
    exempt = ~hanging(ground, ground.zone) & (zone == ground.zone)
    torn = ~hanging(ground, zone) & ~exempt & np.isin(zone, list(ground.root))
    label = _labels(ground, zone)
    for piece in np.unique(label[torn]):
        areas = np.flatnonzero((label == piece) & ~exempt)
        section = int(zone[areas[0]])
        constant, held = _belonging(ground, section, here, _beside(ground, label == piece))
        for area in areas:
            base, own = _belonging(ground, section, here, np.array([area]))
            yield base - constant, [*held, *((index, -sign) for index, sign in own)]


def _labels(ground: Ground, zone: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the piece each area lies in: areas of one zone that hang together."""
    one, other = ground.edges[:, 0], ground.edges[:, 1]
    same = zone[one] == zone[other]
    links = coo_array((np.ones(int(same.sum())), (one[same], other[same])), (len(zone),) * 2)
    return np.asarray(connected_components(links, directed=False)[1], dtype=np.int64)


def _beside(ground: Ground, inside: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the areas that touch a piece from outside."""
    one, other = ground.edges[:, 0], ground.edges[:, 1]
    touching = np.concatenate([other[inside[one]], one[inside[other]]])
    return np.unique(touching[~inside[touching]])


def _belonging(
    ground: Ground, section: int, moves: Mapping[int, Move], areas: NDArray[np.int64]
) -> tuple[int, list[tuple[int, int]]]:
    """Return how many of some areas belong to a section: a constant and a sum of moves."""
    wanted = set(map(int, areas))
    terms = [
        (index, (1 if move.target == section else -1) * count)
        for index, move in moves.items()
        if section in (move.source, move.target) and (count := len(wanted.intersection(move.areas)))
    ]
    return int((ground.zone[areas] == section).sum()), terms
