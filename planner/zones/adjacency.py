"""Which areas touch along a border, so that zones can be kept in one piece."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy.typing as npt

__all__ = ["Outlines", "areas_of_points", "outlines_of", "touching_areas"]

TOLERANCE_METRES = 1.0
"""Borders this close are the same border: boundaries digitised apart rarely meet exactly."""


@dataclass(frozen=True, slots=True, eq=False)
class Outlines:
    """How large areas are and how long their borders, from which zones get their shape."""

    square_metres: npt.NDArray[np.float64]
    """[area]"""
    outline_metres: npt.NDArray[np.float64]
    """[area] length of the whole outline."""
    border_metres: npt.NDArray[np.float64]
    """[pair] length of the border that two areas share."""


def touching_areas(areas: gpd.GeoSeries) -> npt.NDArray[np.int64]:
    """Return the pairs of areas that share a stretch of border, [pair, 2], lower index first.

    Areas that meet in a corner only do not touch: nobody walks through a corner. The stretch
    must be longer than twice the tolerance within which borders are taken as one.
    """
    shapes = areas.to_numpy()
    first, second = shapely.STRtree(shapes).query(
        shapes, predicate="dwithin", distance=TOLERANCE_METRES
    )
    once = first < second
    pairs = np.column_stack([first[once], second[once]])
    shared = _shared_metres(shapes[pairs[:, 0]], shapes[pairs[:, 1]])
    touching: npt.NDArray[np.int64] = pairs[shared > 2 * TOLERANCE_METRES].astype(np.int64)
    return touching


def outlines_of(areas: gpd.GeoSeries, pairs: npt.NDArray[np.int64]) -> Outlines:
    """Return the sizes of areas and the lengths of the borders that pairs of them share.

    Args:
        areas: Polygons in metres.
        pairs: Areas that touch, [pair, 2].
    """
    shapes = areas.to_numpy()
    return Outlines(
        square_metres=shapely.area(shapes),
        outline_metres=shapely.length(shapes),
        border_metres=_shared_metres(shapes[pairs[:, 0]], shapes[pairs[:, 1]]),
    )


def areas_of_points(areas: gpd.GeoSeries, points: gpd.GeoSeries) -> npt.NDArray[np.int64]:
    """Return the area in which each point lies, [point]; -1 outside every area."""
    found = np.full(len(points), -1, dtype=np.int64)
    point, area = shapely.STRtree(areas.to_numpy()).query(points.to_numpy(), predicate="intersects")
    # A point on a border belongs to the first area.
    found[point[::-1]] = area[::-1]
    return found


def _shared_metres(
    first: npt.NDArray[np.object_], second: npt.NDArray[np.object_]
) -> npt.NDArray[np.float64]:
    """Return the length of the border that each two shapes share, exactly or within tolerance."""
    shared: npt.NDArray[np.float64] = shapely.length(
        shapely.intersection(shapely.boundary(first), shapely.boundary(second))
    )
    doubtful = shared <= 2 * TOLERANCE_METRES
    shared[doubtful] = _near_length(first[doubtful], second[doubtful])
    return shared


def _near_length(
    first: npt.NDArray[np.object_], second: npt.NDArray[np.object_]
) -> npt.NDArray[np.float64]:
    """Return the length of one border that runs within the tolerance of another shape."""
    near = shapely.buffer(second, TOLERANCE_METRES, quad_segs=2)
    length: npt.NDArray[np.float64] = shapely.length(
        shapely.intersection(shapely.boundary(first), near)
    )
    # At a bare corner the buffer still catches a stretch on each side of it.
    return np.maximum(length - 2 * TOLERANCE_METRES, 0.0)
