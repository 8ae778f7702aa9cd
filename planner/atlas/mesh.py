"""Write down every border between areas once, so that a page can draw any zones made of areas.

The rings of the areas are cut into lines where their neighbour changes. A line knows the area on
either side, and a ring is a list of lines, each read forwards or backwards (the arcs of Bostock
and Metcalf 2013, "The TopoJSON Format Specification"). What separates two zones is then the lines
whose sides lie in different zones, whatever the zones are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely

from planner.atlas.packing import packed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]

__all__ = ["NOBODY", "Mesh", "mesh_content", "mesh_of"]

NOBODY = -1
"""Stands for the side of a line on which there is no area, or none whose border matches."""
CORNERS = 3
"""Points that a ring has at least."""


class Mesh(NamedTuple):
    """Areas as rings of lines."""

    points: Whole
    """[point, 2] x, y in steps of the grid, line after line."""
    starts: Whole
    """[line + 1] where a line's points begin."""
    sides: Whole
    """[line, 2] the area on whose ring the line runs forwards, and the other or NOBODY."""
    rings: Whole
    """[place] lines of ring after ring; -1 - line where it is read backwards."""
    ring_starts: Whole
    """[ring + 1] where a ring's lines begin."""
    area_of_ring: Whole
    """[ring]"""


class _Edges(NamedTuple):
    """The edges of all rings, one after the other."""

    begin: Whole
    """[edge] number of the point where it begins."""
    after: Whole
    """[edge] the next edge of its ring."""
    ring: Whole
    """[edge]"""
    partner: Whole
    """[edge] the edge between the same points the other way round; -1 if not just one has it."""


def mesh_of(polygons: NDArray[np.object_]) -> Mesh:
    """Cut the borders of polygons, whose coordinates are whole numbers, into lines.

    Polygons may have holes and several parts; where borders do not match, each area has its own
    line. Rings of fewer than three different points are left out.
    """
    points, ring, area_of_ring = _rings(polygons)
    if not len(points):
        none = np.zeros(0, dtype=np.int64)
        start = np.zeros(1, dtype=np.int64)
        return Mesh(none.reshape(0, 2), start, none.reshape(0, 2), none, start, none)
    # One number for each place: a unique of numbers is five times as fast as one of pairs.
    least = points.min(axis=0)
    width = int(points[:, 1].max() - least[1]) + 1
    place, number = np.unique((points - least) @ np.array([width, 1]), return_inverse=True)
    place = np.column_stack(np.divmod(place, width)) + least
    edges = _edges(number, ring)
    line_of_edge, owned, first = _lines(edges)
    return _assembled(place, edges, area_of_ring, line_of_edge, owned, first)


def mesh_content(mesh: Mesh) -> dict[str, Any]:
    """Return a mesh as texts: differences from number to number, in bytes, in base 64."""
    first = mesh.starts[:-1]
    steps = np.diff(mesh.points, axis=0, prepend=0)
    # A line begins where the one before began, more or less; the page adds up again.
    steps[first] = np.diff(mesh.points[first], axis=0, prepend=0)
    return {
        "lengths": packed(np.diff(mesh.starts)),
        "steps": packed(steps.ravel()),
        "sides": packed(np.diff(mesh.sides, axis=0, prepend=0).ravel()),
        "rings": packed(np.diff(mesh.rings, prepend=0)),
        "ringLengths": packed(np.diff(mesh.ring_starts)),
        "areas": packed(np.diff(mesh.area_of_ring, prepend=0)),
    }


def _rings(polygons: NDArray[np.object_]) -> tuple[Whole, Whole, Whole]:
    """Return the points of all rings, the ring of each point, and the area of each ring.

    The last point of a ring, which is its first again, and repeated ones are left out.
    """
    # Neighbours run along their common border in opposite directions.
    turned = shapely.orient_polygons(polygons)
    parts, area_of_part = shapely.get_parts(turned, return_index=True)
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    points = np.rint(coordinates).astype(np.int64)
    goes_on = ring[1:] == ring[:-1]
    kept = np.zeros(len(ring), dtype=bool)
    kept[:-1] = goes_on
    kept[1:] &= ~(goes_on & (points[1:] == points[:-1]).all(axis=1))
    points, ring = points[kept], ring[kept]
    enough = np.bincount(ring, minlength=len(rings)) >= CORNERS
    points, ring = points[enough[ring]], ring[enough[ring]]
    return points, (np.cumsum(enough) - 1)[ring], area_of_part[part_of_ring][enough]


def _edges(number: Whole, ring: Whole) -> _Edges:
    """Return the edges between successive points of each ring."""
    count = len(number)
    first = np.flatnonzero(np.append(True, ring[1:] != ring[:-1]))
    after = np.arange(1, count + 1)
    after[np.append(first[1:], count) - 1] = first
    end = number[after]
    key = np.minimum(number, end) * (count + 1) + np.maximum(number, end)
    order = np.argsort(key, kind="stable")
    _, begins, uses = np.unique(key[order], return_index=True, return_counts=True)
    one, other = order[begins[uses == 2]], order[begins[uses == 2] + 1]
    opposite = number[one] == end[other]
    partner = np.full(count, NOBODY)
    partner[one[opposite]], partner[other[opposite]] = other[opposite], one[opposite]
    return _Edges(number, after, ring, partner)


def _lines(edges: _Edges) -> tuple[Whole, NDArray[np.bool_], Whole]:
    """Cut rings into runs of edges; return run of each edge, which runs are owned, first edges.

    A run goes on as long as its partners follow each other on one ring, the other way round, or
    none of its edges has a partner. Of two runs that are partners the earlier one is owned.
    """
    count, after, partner = len(edges.begin), edges.after, edges.partner
    before = np.empty(count, dtype=np.int64)
    before[after] = np.arange(count)
    alone = partner < 0
    followed = ~alone & ~alone[after]
    followed[followed] = after[partner[after[followed]]] == partner[followed]
    joined = followed | (alone & alone[after])
    begins = ~joined[before]
    # A ring that is a single run begins at its first edge.
    whole = np.bincount(edges.ring, begins) == 0
    first_of_ring = np.append(True, edges.ring[1:] != edges.ring[:-1])
    begins |= first_of_ring & whole[edges.ring]
    # Counted along the ring from its first run: edges before that belong to the ring's last run.
    run = np.cumsum(begins) - 1
    first = np.flatnonzero(begins)
    last_run = np.append(edges.ring[first][1:] != edges.ring[first][:-1], True)
    runs_end = np.zeros(len(whole), dtype=np.int64)
    runs_end[edges.ring[first[last_run]]] = np.flatnonzero(last_run)
    early = (run < 0) | (edges.ring[first[run]] != edges.ring)
    run[early] = runs_end[edges.ring[early]]
    least = np.full(len(first), count)
    np.minimum.at(least, run, np.arange(count))
    least_of_partner = np.full(len(first), count)
    np.minimum.at(least_of_partner, run[~alone], partner[~alone])
    return run, least <= least_of_partner, first


def _assembled(
    place: Whole,
    edges: _Edges,
    area_of_ring: Whole,
    run: Whole,
    owned: NDArray[np.bool_],
    first: Whole,
) -> Mesh:
    """Write owned runs down as lines, and rings as lists of lines."""
    line = np.cumsum(owned) - 1
    size = np.bincount(run, minlength=len(first))
    starts = np.concatenate([[0], np.cumsum(size[owned] + 1)])
    points = np.empty(int(starts[-1]), dtype=np.int64)
    at = first[owned].copy()
    # All lines grow by one edge at a time, the shorter ones fall out.
    left, to = size[owned], starts[:-1].copy()
    growing = np.arange(len(at))
    while len(growing):
        points[to[growing]] = edges.begin[at[growing]]
        to[growing] += 1
        ended = left[growing] == 0
        at[growing[~ended]] = edges.after[at[growing[~ended]]]
        left[growing] -= 1
        growing = growing[~ended]
    partner = edges.partner[first]
    reference = np.where(owned, line, 0)
    reference[~owned] = -1 - line[run[partner[~owned]]]
    ring = edges.ring[first]
    other = np.where(partner >= 0, area_of_ring[edges.ring[partner]], NOBODY)
    sides = np.column_stack([area_of_ring[ring], other])[owned]
    lines_of_ring = np.bincount(ring, minlength=len(area_of_ring))
    ring_starts = np.concatenate([[0], np.cumsum(lines_of_ring)])
    return Mesh(place[points], starts, sides, reference, ring_starts, area_of_ring)
