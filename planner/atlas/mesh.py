"""Write down every border between areas once, so that a page can draw any zones made of areas.

The rings of the areas are cut into lines where their neighbour changes. A line knows the area on
either side, and a ring is a list of lines, each read forwards or backwards (the arcs of Bostock
and Metcalf 2013, "The TopoJSON Format Specification"). What separates two zones is then the lines
whose sides lie in different zones, whatever the zones are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
import shapely

from planner.atlas.packing import packed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]

__all__ = ["NOBODY", "Mesh", "mesh_content", "numbers_of_places", "polygons_of", "touching"]

NOBODY = -1
"""Stands for the side of a line on which there is no area, or none whose border matches."""


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
    at, _ = pd.factorize(numbers_of_places(mesh.points.take(ends, axis=0)))
    areas = int(mesh.sides.max(initial=0)) + 1
    # The areas at each end of a line, one after the other, and each of them once.
    beside = np.tile(mesh.sides, (2, 1))
    keys = at[:, None] * areas + beside
    at, area = np.divmod(np.unique(keys[beside >= 0]), areas)
    pairs = [np.zeros(0, dtype=np.int64)]
    for apart in range(1, int(np.bincount(at).max(initial=1))):
        together = at[apart:] == at[:-apart]
        pairs.append(area[:-apart][together] * areas + area[apart:][together])
    return np.column_stack(np.divmod(np.unique(np.concatenate(pairs)), areas))


def numbers_of_places(points: Whole) -> Whole:
    """Return one number for each place: it is handled faster than a pair.

    Thousandths of a metre are told apart in a land of 3,000 km by 3,000 km.
    """
    x, y = (side - side.min() if side.size else side for side in points.T)
    return np.asarray(x * (y.max(initial=0) + 1) + y)


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
