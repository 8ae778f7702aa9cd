"""Leave small bends out of borders, once for both sides, so that no gap opens and none cross."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from planner.atlas.mesh import Mesh, polygons_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]

__all__ = ["without_bends"]


def without_bends(mesh: Mesh, tolerance: float) -> Mesh:
    """Leave points out of lines, so that each stays within a tolerance of the line it was.

    Lines keep their ends (Douglas and Peucker 1973, "Algorithms for the reduction of the number of
    points required to represent a digitized line or its caricature", Cartographica 10). Lines that
    would cross or run together without their bends keep them all, and so do those around an area
    that would lose a hole.

    Args:
        mesh: Lines on a grid.
        tolerance: In steps of the grid.
    """
    crooked = _drawn(mesh)
    straight = shapely.simplify(crooked, tolerance, preserve_topology=False)
    kept = np.zeros(len(crooked), dtype=np.bool_)
    looked_at = near = ~kept
    tree = shapely.STRtree(crooked)
    while True:
        points, starts = _points(np.where(kept, crooked, straight))
        simple = mesh._replace(points=points, starts=starts)
        faults = _in_conflict(simple, looked_at, near) & ~kept
        if not faults.any():
            faults = _around_torn_areas(simple) & ~kept
        if not faults.any():
            return simple
        kept, looked_at = kept | faults, faults
        # With or without its bends a line stays within the same box.
        near = np.isin(np.arange(len(kept)), tree.query(crooked[faults])[1])


def _drawn(mesh: Mesh) -> NDArray[np.object_]:
    """Return the lines of a mesh as they are."""
    line = np.repeat(np.arange(len(mesh.sides)), np.diff(mesh.starts))
    if not len(line):
        return np.empty(0, dtype=object)
    return np.asarray(shapely.linestrings(mesh.points.astype(np.float64), indices=line))


def _around_torn_areas(mesh: Mesh) -> NDArray[np.bool_]:
    """Tell which lines run along an area of several rings that do not lie as they should.

    A ring that nothing else touches may come to lie beyond a border without crossing it.
    """
    rings = np.bincount(mesh.area_of_ring, minlength=1)
    several = np.flatnonzero(rings > 1)
    torn = np.zeros(len(rings) + 1, dtype=bool)
    torn[several] = ~shapely.is_valid(polygons_of(mesh, several, per_unit=1))
    return np.asarray(torn[mesh.sides].any(axis=1))


def _points(lines: NDArray[np.object_]) -> tuple[Whole, Whole]:
    """Return the points of lines, and where those of each begin."""
    points, line = shapely.get_coordinates(lines, return_index=True)
    starts = np.concatenate([[0], np.cumsum(np.bincount(line, minlength=len(lines)))])
    return np.rint(points).astype(np.int64), starts


def _in_conflict(
    mesh: Mesh, looked_at: NDArray[np.bool_], near: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Tell which lines cross another one, touch it beside its ends, or turn back on themselves.

    Only lines that are looked at are compared, with each other and with those near them.
    """
    first = np.delete(np.arange(len(mesh.points)), mesh.starts[1:] - 1)
    line = np.repeat(np.arange(len(mesh.sides)), np.diff(mesh.starts) - 1)
    first, line = first[near[line]], line[near[line]]
    begin, end = mesh.points[first], mesh.points[first + 1]
    edges = shapely.linestrings(np.stack([begin, end], axis=1).astype(np.float64))
    asked = np.flatnonzero(looked_at[line])
    one, other = shapely.STRtree(edges).query(edges[asked])
    one = asked[one]
    once = one < other
    # Where only some are looked at, the other one of a pair may not be.
    once |= (one != other) & ~looked_at[line[other]]
    one, other = one[once], other[once]
    bad = _meet(begin[one], end[one], begin[other], end[other])
    folded = np.flatnonzero((begin == end).all(axis=1))
    conflict = np.zeros(len(mesh.sides), dtype=bool)
    conflict[line[np.concatenate([one[bad], other[bad], folded])]] = True
    return conflict


def _meet(a: Whole, b: Whole, c: Whole, d: Whole) -> NDArray[np.bool_]:
    """Tell which edges ab and cd meet elsewhere than in an end that they share, exactly."""
    shared = np.stack([(one == other).all(axis=1) for one in (a, b) for other in (c, d)])
    turns = [np.sign(_turn(*three)) for three in ((a, b, c), (a, b, d), (c, d, a), (c, d, b))]
    apart = ((turns[0] * turns[1]) > 0) | ((turns[2] * turns[3]) > 0)
    # Both on one straight line: their boxes overlap, so the edges do, or share an end.
    along = ~np.any(turns, axis=0)
    # From the shared end both lead the same way.
    forward = ((b - a) * (d - c)).sum(axis=1)
    same_way = np.where(shared[0] | shared[3], forward > 0, forward < 0)
    ends = shared.sum(axis=0)
    return np.where(ends == 0, ~apart, (ends > 1) | (along & same_way))


def _turn(a: Whole, b: Whole, c: Whole) -> Whole:
    """Return twice the area of the triangle abc, positive where it turns left."""
    return np.asarray(
        (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    )
