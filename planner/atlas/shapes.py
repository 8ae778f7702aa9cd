"""Turn borders into few numbers: simplified together, dissolved, told apart by colour."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import numpy as np
import shapely

from planner.atlas.bends import without_bends
from planner.atlas.cutting import mesh_of
from planner.atlas.mesh import NOBODY, polygons_of
from planner.reading.shapes import to_degrees

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray
    from pyproj import CRS

    from planner.atlas.mesh import Mesh

    ToMap = Callable[
        [NDArray[np.float64], NDArray[np.float64]],
        tuple[NDArray[np.float64], NDArray[np.float64]],
    ]

__all__ = [
    "THOUSANDTHS",
    "Ring",
    "ToMap",
    "dissolve",
    "encoder",
    "map_degrees",
    "matched",
    "on_map",
    "simplify_together",
    "tell_apart",
]

Ring = list[int]
"""A line or ring as whole numbers: x0, y0, then steps dx, dy, in 1/100,000 of a degree."""

THOUSANDTHS = 1_000
"""Of a metre, or of a mm on paper: what borders are told apart by."""
_STEPS_PER_DEGREE = 100_000  # five decimals, about one metre


def simplify_together(polygons: NDArray[np.object_], tolerance: float) -> NDArray[np.object_]:
    """Leave out detail of adjacent polygons so that no gap opens between them.

    Where the polygons overlap or leave gaps already, each keeps its own border there, so that a
    map shows it. The tolerance is in the units of the polygons, of which thousandths count.
    """
    mesh = without_bends(mesh_of(polygons, per_unit=THOUSANDTHS), tolerance * THOUSANDTHS)
    return polygons_of(mesh, np.arange(len(polygons)), per_unit=THOUSANDTHS)


def matched(polygons: NDArray[np.object_], mesh: Mesh, gap_metres: float) -> NDArray[np.object_]:
    """Return polygons whose borders match, as near as can be to those given.

    Narrow gaps go to the neighbour with the longest border, overlaps to one of the two; without
    that every border within a zone would show as if it were the zone's.

    Args:
        polygons: The areas.
        mesh: Their borders: what has an area on both sides matches, and is not looked at.
        gap_metres: Gaps narrower than this are closed.
    """
    tree = shapely.STRtree(polygons)
    # Most borders match in most counties: only what does not and its neighbours are looked at.
    alone = np.unique(mesh.sides[mesh.sides[:, 1] == NOBODY, 0])
    near = _with_neighbours(tree, polygons, alone)
    wrong = ~shapely.is_empty(shapely.coverage_invalid_edges(polygons[near], gap_width=gap_metres))
    near = _with_neighbours(tree, polygons, near[wrong])
    clean = _cleaned(polygons[near], gap_metres)
    # An inlet of the shore stays narrow, and that is no fault; overlaps would be.
    if shapely.equals_exact(clean, polygons[near], normalize=True).all():
        return polygons
    mended = polygons.copy()
    mended[near] = clean
    around = mended[_with_neighbours(tree, polygons, near)]
    return mended if shapely.coverage_is_valid(around) else _cleaned(polygons, gap_metres)


def _with_neighbours(
    tree: shapely.STRtree, polygons: NDArray[np.object_], chosen: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return polygons that were chosen and those that they touch."""
    return np.union1d(chosen, tree.query(polygons[chosen], predicate="intersects")[1])


def _cleaned(polygons: NDArray[np.object_], gap_metres: float) -> NDArray[np.object_]:
    """Return polygons without overlaps and narrow gaps."""
    flat = [_flat(polygon) for polygon in shapely.make_valid(polygons)]
    return np.asarray(shapely.coverage_clean(flat, gap_width=gap_metres), dtype=object)


def _flat(shape: shapely.Geometry) -> shapely.Geometry:
    """Return what of a shape has an area: making it valid may have left lines beside."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    return shapely.multipolygons([part for part in parts if isinstance(part, shapely.Polygon)])


def dissolve(
    polygons: NDArray[np.object_], members: NDArray[np.intp], *, matching: bool
) -> shapely.Geometry:
    """Return the union of some of the polygons.

    Args:
        polygons: All polygons.
        members: Which of them.
        matching: Whether borders match everywhere, so that a border can simply be dropped
            where it is met twice; that is ten times as fast.
    """
    chosen = polygons[members]
    if matching:
        return shapely.coverage_union_all(chosen)
    return shapely.union_all(shapely.make_valid(chosen))


def tell_apart(
    borders: Iterable[tuple[str, str]], everyone: Iterable[str], colours: int
) -> dict[str, int]:
    """Give each zone the number of a colour that no neighbour has.

    The next zone is always the one whose neighbours have most colours already, and most
    neighbours among those (Brélaz 1979, DSATUR). Should neighbours need more colours than there
    are, colours repeat.

    Args:
        borders: Pairs of zones that touch.
        everyone: All zones, with or without neighbours.
        colours: How many colours there are.
    """
    beside: dict[str, set[str]] = {zone: set() for zone in sorted(set(everyone))}
    for one, other in sorted(set(borders)):
        beside.setdefault(one, set()).add(other)
        beside.setdefault(other, set()).add(one)
    taken: dict[str, set[int]] = {zone: set() for zone in beside}
    chosen: dict[str, int] = {}
    while taken:
        zone = max(taken, key=lambda left: (len(taken[left]), len(beside[left])))
        others = taken.pop(zone)
        chosen[zone] = next(number for number in count() if number not in others)
        for neighbour in beside[zone] & taken.keys():
            taken[neighbour].add(chosen[zone])
    return {zone: number % colours for zone, number in chosen.items()}


def map_degrees(crs: CRS) -> ToMap:
    """Return what turns x and y of a system into longitude and latitude on a map.

    Longitudes run on where the land crosses the antimeridian: they stay within half a turn of
    the meridian about which the system is made.
    """
    transformer = to_degrees(crs)
    grid = crs.to_cf()
    middle = float(
        grid.get("longitude_of_central_meridian", grid.get("longitude_of_projection_origin", 0.0))
    )

    def to_map(
        x: NDArray[np.float64], y: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        longitude, latitude = transformer.transform(x, y)
        turns = np.rint((middle - np.asarray(longitude)) / 360.0)
        return longitude + 360.0 * turns, latitude

    return to_map


def on_map(mesh: Mesh, to_map: ToMap) -> Mesh:
    """Return a mesh in thousandths of a metre with points in 1/100,000 of a degree."""
    degrees = np.column_stack(to_map(*(mesh.points / THOUSANDTHS).T))
    points = np.rint(degrees * _STEPS_PER_DEGREE).astype(np.int64)
    # Points that have come together are one; a line keeps two, its ends.
    kept = np.append((points[1:] != points[:-1]).any(axis=1), True)
    kept[mesh.starts[:-1]] = True
    kept[mesh.starts[1:] - 1] = True
    before = np.append(0, np.cumsum(kept))
    return mesh._replace(points=points[kept], starts=before[mesh.starts])


def encoder(to_map: ToMap) -> Callable[[Sequence[shapely.Geometry]], list[list[list[Ring]]]]:
    """Return what turns geometries into rings of whole numbers for the page.

    A polygon becomes one list of rings, the outer one first; a multipolygon several; lines
    become lists with a single ring each; an empty geometry becomes an empty list.
    """

    def encode(geometries: Sequence[shapely.Geometry]) -> list[list[list[Ring]]]:
        parts = [
            [_lines(part) for part in shapely.get_parts(geometry) if not part.is_empty]
            for geometry in geometries
        ]
        lines = [line for geometry in parts for part in geometry for line in part]
        rings = iter(_steps(to_map, lines))
        return [[[next(rings) for _ in part] for part in geometry] for geometry in parts]

    return encode


def _lines(part: shapely.Geometry) -> Sequence[shapely.Geometry]:
    """Return the rings of a polygon, or the line itself."""
    if isinstance(part, shapely.Polygon):
        return [part.exterior, *part.interiors]
    return [part]


def _steps(to_map: ToMap, lines: Sequence[shapely.Geometry]) -> Iterator[Ring]:
    """Yield each line as its first point and the steps from there, repeated points left out."""
    coordinates, line = shapely.get_coordinates(np.asarray(lines, dtype=object), return_index=True)
    longitude, latitude = to_map(*coordinates.T)
    points = np.rint(np.column_stack([longitude, latitude]) * _STEPS_PER_DEGREE).astype(np.int64)
    first = np.flatnonzero(np.diff(line, prepend=-1))
    steps = np.diff(points, axis=0, prepend=0)
    steps[first] = points[first]
    kept = np.any(steps != 0, axis=1)
    kept[first] = True
    ends = np.append(first[1:], len(line))
    for begin, end in zip(first, ends, strict=True):
        yield steps[begin:end][kept[begin:end]].ravel().tolist()
