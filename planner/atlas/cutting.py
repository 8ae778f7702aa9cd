"""Cut the borders of areas into lines where the neighbour changes, each line for both its sides."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
import shapely

from planner.atlas.mesh import NOBODY, Mesh, numbers_of_places

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]

__all__ = ["mesh_of"]

CORNERS = 3
"""Points that a ring has at least."""


class _Rings(NamedTuple):
    """The points of all rings, ring after ring; an edge leads from each point to the next."""

    points: Whole
    """[edge, 2] where it begins."""
    ring: Whole
    """[edge]"""
    starts: Whole
    """[ring + 1] where the edges of a ring begin."""
    areas: Whole
    """[ring]"""

    def after(self) -> Whole:
        """Return the next edge of each edge's ring."""
        after = np.arange(1, len(self.ring) + 1)
        after[self.starts[1:] - 1] = self.starts[:-1]
        return after


class _Runs(NamedTuple):
    """Runs of edges, each along one neighbour, ring after ring."""

    first: Whole
    """[run] the edge with which it begins."""
    size: Whole
    """[run] edges; they may go on at the beginning of the ring."""
    ring: Whole
    """[run]"""
    partner: Whole
    """[run] the run of the same edges the other way round; -1 without one."""


def mesh_of(polygons: NDArray[np.object_], *, per_unit: int = 1) -> Mesh:
    """Cut the borders of polygons into lines.

    Polygons may have holes and several parts; where borders do not match, each area has its own
    line. Rings of fewer than three different points are left out.

    Args:
        polygons: The areas.
        per_unit: Steps of the grid to a unit of the coordinates; points are put on the grid.
    """
    rings = _rings(polygons, per_unit)
    if not len(rings.points):
        none = np.zeros(0, dtype=np.int64)
        start = np.zeros(1, dtype=np.int64)
        return Mesh(none.reshape(0, 2), start, none.reshape(0, 2), none, start, none)
    after = rings.after()
    runs = _runs(rings, after, _partners(rings.points, after))
    return _assembled(rings, runs)


def _rings(polygons: NDArray[np.object_], per_unit: int) -> _Rings:
    """Return the rings of polygons on the grid.

    The last point of a ring, which is its first again, and repeated ones are left out.
    """
    # Neighbours run along their common border in opposite directions.
    turned = shapely.orient_polygons(polygons)
    parts, area_of_part = shapely.get_parts(turned, return_index=True)
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    points = np.rint(points * per_unit).astype(np.int64)
    x, y = points.T
    goes_on = (ring[1:] == ring[:-1]) & ((x[1:] != x[:-1]) | (y[1:] != y[:-1]))
    enough = np.bincount(ring[:-1][goes_on], minlength=len(rings)) >= CORNERS
    kept = np.flatnonzero(goes_on & enough[ring[:-1]])
    ring = (np.cumsum(enough) - 1)[ring[kept]]
    starts = np.concatenate([[0], np.cumsum(np.bincount(ring, minlength=enough.sum()))])
    # Rows are taken five times as fast as they are masked.
    return _Rings(points.take(kept, axis=0), ring, starts, area_of_part[part_of_ring][enough])


def _partners(points: Whole, after: Whole) -> Whole:
    """Return for each edge the one between the same points the other way round.

    It is -1 where not just one other edge lies between them.
    """
    begin = numbers_of_places(points)
    end, mixed = begin[after], _mixed(begin)
    # The sum is the same whichever way an edge runs.
    code, different = pd.factorize(mixed + mixed[after])
    last = np.empty(len(different), dtype=np.int64)
    last[code] = np.arange(len(code))
    first = np.flatnonzero(np.diff(np.maximum.accumulate(code), prepend=-1))
    twice = np.bincount(code) == 2
    one, other = first[twice], last[twice]
    opposite = (begin[one] == end[other]) & (begin[other] == end[one])
    one, other = one[opposite], other[opposite]
    partner = np.full(len(code), NOBODY)
    partner[one], partner[other] = other, one
    return partner


def _mixed(number: Whole) -> Whole:
    """Return other numbers of which hardly two pairs have the same sum."""
    mixed = number.astype(np.uint64)
    for factor in (0x9E3779B97F4A7C15, 0xD6E8FEB86659FD93):
        mixed ^= mixed >> np.uint64(32)
        mixed *= np.uint64(factor)
    mixed ^= mixed >> np.uint64(32)
    return mixed.astype(np.int64)


def _runs(rings: _Rings, after: Whole, partner: Whole) -> _Runs:
    """Cut rings into runs of edges.

    A run goes on as long as its partners follow each other on one ring, the other way round, or
    none of its edges has a partner.
    """
    next_partner = partner[after]
    alone = (partner < 0) & (next_partner < 0)
    joined = alone | ((next_partner >= 0) & (after[next_partner] == partner))
    begins = np.empty(len(after), dtype=np.bool_)
    begins[after] = ~joined
    # A ring that is a single run begins at its first edge.
    cut = np.zeros(len(rings.areas), dtype=np.bool_)
    cut[rings.ring[begins]] = True
    begins[rings.starts[:-1][~cut]] = True
    first = np.flatnonzero(begins)
    ring = rings.ring[first]
    # What stands before a ring's first run belongs to its last one.
    run_starts = np.searchsorted(ring, np.arange(len(rings.areas) + 1))
    size = np.diff(first, append=0)
    last = run_starts[1:] - 1
    size[last] = first[run_starts[:-1]] + np.diff(rings.starts) - first[last]
    beside = partner[first]
    at = np.searchsorted(first, beside, side="right") - 1
    ring_beside = rings.ring[beside]
    at = np.where((at < 0) | (ring[at] != ring_beside), last[ring_beside], at)
    return _Runs(first, size, ring, np.where(beside < 0, NOBODY, at))


def _assembled(rings: _Rings, runs: _Runs) -> Mesh:
    """Write runs down as lines, of two partners the earlier one, and rings as lists of lines."""
    number = np.arange(len(runs.first))
    owned = (runs.partner < 0) | (number <= runs.partner)
    line = np.cumsum(owned) - 1
    reference = np.where(owned, line, -1 - line[runs.partner])
    ring, length = runs.ring[owned], runs.size[owned] + 1
    starts = np.concatenate([[0], np.cumsum(length)])
    edge = np.arange(starts[-1]) + np.repeat(runs.first[owned] - starts[:-1], length)
    beyond = edge >= np.repeat(rings.starts[ring + 1], length)
    edge -= beyond * np.repeat(np.diff(rings.starts)[ring], length)
    partner = runs.partner[owned]
    other = np.where(partner < 0, NOBODY, rings.areas[runs.ring[partner]])
    return Mesh(
        points=rings.points.take(edge, axis=0),
        starts=starts,
        sides=np.column_stack([rings.areas[ring], other]),
        rings=reference,
        ring_starts=np.searchsorted(runs.ring, np.arange(len(rings.areas) + 1)),
        area_of_ring=rings.areas,
    )
