"""Make whole people out of parts of people without losing or inventing anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["round_together", "share_exactly"]


def round_together(parts: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Round numbers that belong together, so that their rounded sum is kept.

    Every number is rounded down and the largest remainders are rounded up until the sum is
    the rounded sum (largest-remainder method, Hamilton 1792); ties go to the first.

    Args:
        parts: Numbers of at least 0, any shape; all of them are one group.
    """
    values = np.asarray(parts, dtype=float)
    # Sums of many floats end in 0.4999…; what is meant is the half.
    flat = np.round(values.ravel(), 9)
    whole = np.floor(flat)
    short = int(np.floor(flat.sum() + 0.5 + 1e-9) - whole.sum())
    gain = np.argsort(-(flat - whole), kind="stable")[:short]
    whole[gain] += 1
    return whole.astype(np.int64).reshape(values.shape)


def share_exactly(total: int, weights: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Divide a whole number in proportion to weights, in whole numbers that add up to it.

    Raises:
        ValueError: If there is something to divide and no weight is positive.
    """
    portions = np.asarray(weights, dtype=float)
    if total == 0:
        return np.zeros(portions.shape, dtype=np.int64)
    if not portions.sum() > 0:
        raise ValueError(f"Expected a positive weight to divide {total} by, found none.")
    return round_together(total * (portions / portions.sum()))
