"""Say how much the quality that children can expect differs within the county."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Spread", "spread_of"]


@dataclass(frozen=True, slots=True)
class Spread:
    """Differences between the expectations of all children, each child counted once."""

    lowest: float
    highest: float
    mean: float
    difference: float
    """Mean distance from the reference, as a share of it."""
    variation: float
    """Pupil-weighted coefficient of variation (差异系数)."""
    gini: float
    """Mean distance between two children drawn at random, ÷ twice the mean: 0 where all are
    alike."""

    @property
    def range(self) -> float:
        """How far the best expectation is above the worst."""
        return self.highest - self.lowest


def spread_of(
    quality: NDArray[np.float64], pupils: NDArray[np.int64], reference: float
) -> Spread | None:
    """Return the differences between areas, each weighted by its pupils; None without pupils.

    Args:
        quality: Expected quality, [area], at least 0.
        pupils: Pupils, [area]; an area without any counts nowhere.
        reference: Quality from which distances are measured; 0: there are none to speak of.

    Sources: the coefficient of variation is that of 教督〔2012〕3号; Gini 1912 in the form for
    grouped data.
    """
    there = pupils > 0
    if not there.any():
        return None
    order = np.argsort(quality[there], kind="stable")
    found, weight = quality[there][order], pupils[there][order] / pupils[there].sum()
    mean = float(weight @ found)
    difference = float(weight @ np.abs(found - reference)) / reference if reference > 0 else 0.0
    deviation = float(np.sqrt(weight @ (found - mean) ** 2))
    # Everybody below counts minus, everybody above plus: sum_ij w_i w_j |q_i - q_j|.
    below = np.cumsum(weight) - weight
    above = 1 - below - weight
    apart = 2 * float(weight @ (found * (below - above)))
    return Spread(
        lowest=float(found[0]),
        highest=float(found[-1]),
        mean=mean,
        difference=difference,
        variation=deviation / mean if mean > 0 else 0.0,
        gini=max(0.0, apart / (2 * mean)) if mean > 0 else 0.0,
    )
