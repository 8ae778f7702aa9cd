"""Say which place is nearest, how far others are, and where a crowd has its middles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["gather", "metres", "nearest"]


def nearest(places: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return for every point the number of the nearest place."""
    found: NDArray[np.int64] = np.asarray(cKDTree(places).query(points)[1], dtype=np.int64)
    return found


def metres(places: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return for every point how far the nearest place is."""
    found: NDArray[np.float64] = np.asarray(cKDTree(places).query(points)[0], dtype=np.float64)
    return found


def gather(
    points: NDArray[np.float64], count: int, rng: np.random.Generator, rounds: int = 14
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Gather points around `count` of them (Lloyd's method); return these and who is whose."""
    middles = points[rng.choice(len(points), size=count, replace=False)]
    for _ in range(rounds):
        whose = nearest(middles, points)
        size = np.bincount(whose, minlength=count)
        sums = np.column_stack([np.bincount(whose, points[:, axis], count) for axis in (0, 1)])
        filled = size > 0
        middles[filled] = sums[filled] / size[filled, None]
    # A mean may fall into a lake; a household stands on land.
    middles = points[nearest(points, middles)]
    return middles, nearest(middles, points)
