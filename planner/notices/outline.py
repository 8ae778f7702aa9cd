"""Draw the outline of a zone from its areas: pieces, outer borders and what they enclose."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from shapely.geometry.polygon import orient

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

__all__ = ["Outline", "pieces_of"]

_SLIVER_METRES = 1.0
"""Borders digitised apart leave slits this wide between areas of one zone; they are closed."""


class Outline(NamedTuple):
    """One piece of a zone; every ring is walked with the zone on the right.

    Attributes:
        areas: Places of its areas in the study's table.
        shape: Polygon.
        outer: Its border, clockwise.
        holes: Borders of what it encloses.
    """

    areas: tuple[int, ...]
    shape: shapely.Polygon
    outer: shapely.LinearRing
    holes: tuple[shapely.LinearRing, ...]


def pieces_of(
    areas: Sequence[int], shapes: npt.NDArray[np.object_], edges: npt.NDArray[np.int64]
) -> tuple[Outline, ...]:
    """Return the pieces of a zone, the largest first; areas that meet in a corner are apart.

    Args:
        areas: Places of its areas.
        shapes: Polygons of all areas, in metres.
        edges: Pairs of areas that touch along a border, [pair, 2].
    """
    outlines = [
        _outline(tuple(map(int, members)), polygon)
        for members in _hanging_together(np.asarray(areas), edges)
        for polygon in _merged(shapes[members])
    ]
    return tuple(sorted(outlines, key=lambda piece: (-piece.shape.area, piece.areas)))


def _hanging_together(
    areas: npt.NDArray[np.int64], edges: npt.NDArray[np.int64]
) -> list[npt.NDArray[np.int64]]:
    """Return the areas of each piece, in order."""
    place = {int(area): number for number, area in enumerate(areas)}
    inside = edges[np.isin(edges, areas).all(axis=1)]
    links = np.array([[place[int(one)], place[int(other)]] for one, other in inside])
    links = links.reshape(-1, 2)
    graph = coo_array((np.ones(len(links)), links.T), shape=(len(areas), len(areas)))
    count, piece = connected_components(graph, directed=False)
    return [areas[piece == number] for number in range(count)]


def _merged(shapes: npt.NDArray[np.object_]) -> list[shapely.Polygon]:
    """Return the polygons that areas make together, slits between them closed."""
    merged = shapely.union_all(shapely.make_valid(shapes))
    closed = merged
    if merged.geom_type != "Polygon" or any(_is_thin(hole) for hole in merged.interiors):
        grown = shapely.buffer(merged, _SLIVER_METRES, join_style="mitre")
        closed = shapely.buffer(grown, -_SLIVER_METRES, join_style="mitre")
    parts = [part for part in shapely.get_parts(closed) if part.geom_type == "Polygon"]
    return [part for part in parts if not _is_thin(part.exterior)] or parts


def _is_thin(ring: shapely.LinearRing) -> bool:
    """Tell whether a ring encloses a slit and no ground."""
    return bool(shapely.buffer(shapely.Polygon(ring), -_SLIVER_METRES).is_empty)


def _outline(areas: tuple[int, ...], shape: shapely.Polygon) -> Outline:
    """Return a piece with its rings turned so that the zone lies on the right."""
    turned = orient(shape, sign=-1.0)
    return Outline(areas, turned, turned.exterior, tuple(turned.interiors))
