"""Say in one number how unequal schools are, counting every pupil once."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["variation"]


def variation(stock: npt.ArrayLike, pupils: npt.ArrayLike) -> float:
    """Return the variation (差异系数) of a resource between schools.

    With x_i = stock ÷ pupils of school i, P_i its pupils, P all pupils and X all stock ÷ P:

        S = √ Σ (P_i ÷ P) (x_i − X)²          CV = S ÷ X

    A large school counts for more than a small one, so the plain standard deviation of the
    schools' values is another number. A school without pupils is left out. A single school
    that has something varies by 0.

    Args:
        stock: What each school has, at least 0; missing as NaN.
        pupils: Pupils of each school, at least 0.

    Returns:
        The variation; NaN where there are no pupils, where nobody has anything, or where a
        school's stock or pupils are missing.

    Raises:
        ValueError: A number is negative, or there are not as many stocks as schools.

    Source: 教督〔2017〕6号; the formula as published with 教督〔2012〕3号.
    """
    had, heads = np.asarray(stock, dtype=float), np.asarray(pupils, dtype=float)
    if had.shape != heads.shape:
        raise ValueError(f"Expected one stock for each school, found {had.shape}, {heads.shape}.")
    if (had < 0).any() or (heads < 0).any():
        raise ValueError("Expected stock and pupils of at least 0, found a negative number.")
    had, heads = had[heads != 0], heads[heads != 0]
    if not had.sum() > 0:
        return math.nan
    mean = had.sum() / heads.sum()
    spread = np.sqrt(np.sum(heads / heads.sum() * (had / heads - mean) ** 2))
    return float(spread / mean)
