"""Turn borders into few numbers: simplified together, dissolved, told apart by colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import shapely

from planner.reading.shapes import to_degrees

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray
    from pyproj import CRS, Transformer

__all__ = ["Ring", "dissolve", "encoder", "neighbours", "simplify_together", "tell_apart"]

Ring = list[int]
"""A line or ring as whole numbers: x0, y0, then steps dx, dy, in 1/100,000 of a degree."""

_STEPS_PER_DEGREE = 100_000  # five decimals, about one metre


def simplify_together(
    polygons: NDArray[np.object_], tolerance_metres: float
) -> NDArray[np.object_]:
    """Leave out detail of adjacent polygons so that no gap opens between them.

    Where the polygons overlap or leave gaps already, borders that do not match are kept as
    they are, so that the map shows them.
    """
    return np.asarray(shapely.coverage_simplify(polygons, tolerance_metres), dtype=object)


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


def neighbours(polygons: NDArray[np.object_]) -> NDArray[np.intp]:
    """Return the pairs of polygons that touch, shape (pairs, 2), each pair once."""
    first, second = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    once = first < second
    return np.column_stack([first[once], second[once]])


def tell_apart(
    borders: Iterable[tuple[str, str]], everyone: Iterable[str], colours: int
) -> dict[str, int]:
    """Give each zone the number of a colour that no neighbour has.

    Should neighbours need more colours than there are, colours repeat.

    Args:
        borders: Pairs of zones that touch.
        everyone: All zones, with or without neighbours.
        colours: How many colours there are.
    """
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(sorted(set(everyone)))
    graph.add_edges_from(sorted(set(borders)))
    chosen: dict[str, int] = nx.greedy_color(graph, strategy="DSATUR")
    return {zone: number % colours for zone, number in chosen.items()}


def encoder(crs: CRS) -> Callable[[shapely.Geometry], list[list[Ring]]]:
    """Return what turns a geometry of `crs` into rings of whole numbers for the page.

    A polygon becomes one list of rings, the outer one first; a multipolygon several; lines
    become lists with a single ring each; an empty geometry becomes an empty list.
    """
    transformer = to_degrees(crs)

    def encode(geometry: shapely.Geometry) -> list[list[Ring]]:
        return [
            [_steps(transformer, line) for line in _lines(part)]
            for part in shapely.get_parts(geometry)
            if not part.is_empty
        ]

    return encode


def _lines(part: shapely.Geometry) -> Sequence[shapely.Geometry]:
    """Return the rings of a polygon, or the line itself."""
    if isinstance(part, shapely.Polygon):
        return [part.exterior, *part.interiors]
    return [part]


def _steps(transformer: Transformer, line: shapely.Geometry) -> Ring:
    """Return a line as its first point and the steps from there, repeated points left out."""
    longitude, latitude = transformer.transform(*shapely.get_coordinates(line).T)
    points = np.rint(np.column_stack([longitude, latitude]) * _STEPS_PER_DEGREE).astype(np.int64)
    steps = np.diff(points, axis=0)
    moved = steps[np.any(steps != 0, axis=1)]
    return [int(number) for number in np.concatenate([points[:1], moved]).ravel()]
