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

__all__ = ["NOBODY", "Mesh", "mesh_content", "mesh_of", "polygons_of", "touching"]

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
    """[edge, 2] the point where it begins."""
    after: Whole
    """[edge] the next edge of its ring."""
    ring: Whole
    """[edge]"""
    partner: Whole
    """[edge] the edge between the same points the other way round; -1 if not just one has it."""


def mesh_of(polygons: NDArray[np.object_], *, per_unit: int = 1) -> Mesh:
    """Cut the borders of polygons into lines.

    Polygons may have holes and several parts; where borders do not match, each area has its own
    line. Rings of fewer than three different points are left out.

    Args:
        polygons: The areas.
        per_unit: Steps of the grid to a unit of the coordinates; points are put on the grid.
    """
    points, ring, area_of_ring = _rings(polygons, per_unit)
    if not len(points):
        none = np.zeros(0, dtype=np.int64)
        start = np.zeros(1, dtype=np.int64)
        return Mesh(none.reshape(0, 2), start, none.reshape(0, 2), none, start, none)
    edges = _edges(points, ring)
    line_of_edge, owned, first = _lines(edges)
    return _assembled(edges, area_of_ring, line_of_edge, owned, first)


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


def polygons_of(mesh: Mesh, areas: Whole, *, per_unit: int) -> NDArray[np.object_]:
    """Return some areas of a mesh as polygons; an area without a ring is empty.

    Args:
        mesh: The lines.
        areas: Which areas, in rising order.
        per_unit: Steps of the grid to a unit of the polygons.
    """
    wanted = np.isin(mesh.area_of_ring, areas)
    ring_of_place = np.repeat(np.arange(len(wanted)), np.diff(mesh.ring_starts))
    lines = mesh.rings[wanted[ring_of_place]]
    ring_of_place = (np.cumsum(wanted) - 1)[ring_of_place[wanted[ring_of_place]]]
    points, place = _read(mesh, lines)
    # Each line ends where the next one of its ring begins: that point is left out, but the last.
    last = np.append(place[1:] != place[:-1], True)
    ends_ring = np.append(ring_of_place[1:] != ring_of_place[:-1], True)
    kept = ~last | ends_ring[place]
    rings = shapely.linearrings(
        mesh.points[points[kept]] / per_unit, indices=ring_of_place[place[kept]]
    )
    return _areas(rings, np.searchsorted(areas, mesh.area_of_ring[wanted]), len(areas))


def touching(mesh: Mesh) -> Whole:
    """Return the pairs of areas that have a line or a point in common, [pair, 2], each once."""
    ends = np.concatenate([mesh.starts[:-1], mesh.starts[1:] - 1])
    number = _numbers(mesh.points[ends])
    at, area = (
        np.tile(number, 2),
        np.concatenate([*2 * [mesh.sides[:, 0]], *2 * [mesh.sides[:, 1]]]),
    )
    order = np.lexsort((area, at))
    at, area = at[order], area[order]
    pairs = [mesh.sides]
    for apart in range(1, int(np.unique(at, return_counts=True)[1].max(initial=1))):
        together = at[apart:] == at[:-apart]
        pairs.append(np.column_stack([area[:-apart][together], area[apart:][together]]))
    first, second = np.sort(np.concatenate(pairs), axis=1).T
    apart = (first >= 0) & (first != second)
    count = int(second.max(initial=0)) + 1
    return np.column_stack(np.divmod(np.unique(first[apart] * count + second[apart]), count))


def _numbers(points: Whole) -> Whole:
    """Return one number for each place: it sorts five times as fast as a pair."""
    least = points.min(axis=0, initial=0)
    return np.asarray((points - least) @ np.array([points[:, 1].max(initial=0) - least[1] + 1, 1]))


def _scattered(points: Whole) -> Whole:
    """Return a number for each place that hardly any other place has, nor any sum of two."""
    mixed = points.astype(np.uint64) * np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F], np.uint64)
    one = mixed[:, 0] ^ (mixed[:, 1] + (mixed[:, 0] >> np.uint64(29)))
    one = (one ^ (one >> np.uint64(32))) * np.uint64(0xD6E8FEB86659FD93)
    return np.asarray((one ^ (one >> np.uint64(32))).astype(np.int64))


def _alike(values: Whole) -> tuple[Whole, Whole]:
    """Return an order in which values that are alike stand together, and where each begins."""
    order = np.argsort(values)
    sorted_ = values[order]
    return order, np.flatnonzero(np.append(True, sorted_[1:] != sorted_[:-1]))


def _read(mesh: Mesh, lines: Whole) -> tuple[Whole, Whole]:
    """Return the numbers of the points of lines, read on or backwards, and the place of each."""
    backwards = lines < 0
    line = np.where(backwards, -1 - lines, lines)
    length = np.diff(mesh.starts)[line]
    place = np.repeat(np.arange(len(line)), length)
    along = np.arange(len(place)) - np.repeat(np.cumsum(length) - length, length)
    at = np.where(backwards[place], length[place] - 1 - along, along)
    return mesh.starts[line][place] + at, place


def _areas(rings: NDArray[np.object_], area_of_ring: Whole, count: int) -> NDArray[np.object_]:
    """Put rings together to areas: an outer ring, which turns left, is followed by its holes."""
    outer = shapely.is_ccw(rings)
    part = np.cumsum(outer) - 1
    parts = shapely.polygons(rings[outer])
    for number in np.unique(part[~outer]):
        parts[number] = shapely.polygons(rings[outer][number], rings[~outer & (part == number)])
    area_of_part = area_of_ring[outer]
    areas = np.full(count, shapely.Polygon(), dtype=object)
    areas[area_of_part] = parts
    for several in np.flatnonzero(np.bincount(area_of_part, minlength=count) > 1):
        areas[several] = shapely.multipolygons(parts[area_of_part == several])
    return areas


def _rings(polygons: NDArray[np.object_], per_unit: int) -> tuple[Whole, Whole, Whole]:
    """Return the points of all rings, the ring of each point, and the area of each ring.

    The last point of a ring, which is its first again, and repeated ones are left out.
    """
    # Neighbours run along their common border in opposite directions.
    turned = shapely.orient_polygons(polygons)
    parts, area_of_part = shapely.get_parts(turned, return_index=True)
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    points = np.rint(coordinates * per_unit).astype(np.int64)
    goes_on = ring[1:] == ring[:-1]
    kept = np.zeros(len(ring), dtype=bool)
    kept[:-1] = goes_on
    kept[1:] &= ~(goes_on & (points[1:] == points[:-1]).all(axis=1))
    points, ring = points[kept], ring[kept]
    enough = np.bincount(ring, minlength=len(rings)) >= CORNERS
    points, ring = points[enough[ring]], ring[enough[ring]]
    return points, (np.cumsum(enough) - 1)[ring], area_of_part[part_of_ring][enough]


def _edges(points: Whole, ring: Whole) -> _Edges:
    """Return the edges between successive points of each ring."""
    count = len(points)
    first = np.flatnonzero(np.append(True, ring[1:] != ring[:-1]))
    after = np.arange(1, count + 1)
    after[np.append(first[1:], count) - 1] = first
    number = _scattered(points)
    # The sum is the same whichever way an edge runs.
    order, begins = _alike(number + number[after])
    uses = np.diff(begins, append=count)
    one, other = order[begins[uses == 2]], order[begins[uses == 2] + 1]
    opposite = (points[one] == points[after[other]]) & (points[other] == points[after[one]])
    opposite = opposite.all(axis=1)
    partner = np.full(count, NOBODY)
    partner[one[opposite]], partner[other[opposite]] = other[opposite], one[opposite]
    return _Edges(points, after, ring, partner)


def _lines(edges: _Edges) -> tuple[Whole, NDArray[np.bool_], Whole]:
    """Cut rings into runs of edges; return run of each edge, which runs are owned, first edges.

    A run goes on as long as its partners follow each other on one ring, the other way round, or
    none of its edges has a partner. Of two runs that are partners the earlier one is owned.
    """
    count, after, partner = len(edges.after), edges.after, edges.partner
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
    edge_at = np.empty(int(starts[-1]), dtype=np.int64)
    at = first[owned].copy()
    # All lines grow by one edge at a time, the shorter ones fall out.
    left, to = size[owned], starts[:-1].copy()
    growing = np.arange(len(at))
    while len(growing):
        edge_at[to[growing]] = at[growing]
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
    return Mesh(edges.begin[edge_at], starts, sides, reference, ring_starts, area_of_ring)
