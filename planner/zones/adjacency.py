"""Which areas touch along a border, so that zones can be kept in one piece."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy.typing as npt

__all__ = ["areas_of_points", "touching_areas"]

TOLERANCE_METRES = 1.0
"""Borders this close are the same border: boundaries digitised apart rarely meet exactly."""


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
    exact = shapely.length(
        shapely.intersection(
            shapely.boundary(shapes[pairs[:, 0]]), shapely.boundary(shapes[pairs[:, 1]])
        )
    )
    doubtful = exact <= 2 * TOLERANCE_METRES
    shared = exact.copy()
    shared[doubtful] = _near_length(shapes[pairs[doubtful, 0]], shapes[pairs[doubtful, 1]])
    touching: npt.NDArray[np.int64] = pairs[shared > 2 * TOLERANCE_METRES].astype(np.int64)
    return touching


def areas_of_points(areas: gpd.GeoSeries, points: gpd.GeoSeries) -> npt.NDArray[np.int64]:
    """Return the area in which each point lies, [point]; -1 outside every area."""
    found = np.full(len(points), -1, dtype=np.int64)
    point, area = shapely.STRtree(areas.to_numpy()).query(points.to_numpy(), predicate="intersects")
    # A point on a border belongs to the first area.
    found[point[::-1]] = area[::-1]
    return found


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
