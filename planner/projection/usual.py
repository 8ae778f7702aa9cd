"""What planners use today: last year's roll, and each school's ratios pooled over three years."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]

__all__ = ["foresee_by_last_roll", "foresee_by_progression"]

_STEPS: Final = 3
"""Steps from year to year over which the classical method pools its ratios."""

_ENTRY_YEARS: Final = 2
"""Years whose mean the classical method expects in an entry grade."""


def foresee_by_last_roll(counts: FloatArray, leads: int) -> FloatArray:
    """Return the last roll for every year ahead, [school, grade, lead] (the naive method)."""
    return np.repeat(counts[:, :, -1:], leads, axis=2)


def foresee_by_progression(counts: FloatArray, leads: int) -> FloatArray:
    """Return cohorts carried by their own school's ratios, [school, grade, lead].

    The classical cohort-survival (grade progression) method: a ratio is all who arrived over
    the last three steps ÷ all who had been a grade lower; an entry grade gets the mean of its
    rolls in the county's last two counted years. A school that saw none of these steps takes
    the county's ratio.

    Args:
        counts: Pupils, [school, grade, year], consecutive years; NaN where a grade was not
            offered or not counted.
        leads: Years ahead.
    """
    ratios = _ratios(counts)
    counted = [year for year in range(counts.shape[2]) if np.isfinite(counts[:, :, year]).any()]
    late = counts[:, :, counted[-_ENTRY_YEARS:]]
    known = np.isfinite(late)
    entering = np.where(known, late, 0.0).sum(axis=2) / np.maximum(known.sum(axis=2), 1)
    now = counts[:, :, -1]
    offered = np.isfinite(now)
    ahead = np.empty((*now.shape, leads))
    for lead in range(leads):
        climbed = np.full(now.shape, np.nan)
        climbed[:, 1:] = now[:, :-1] * ratios[:, 1:]
        now = np.where(offered, np.where(np.isfinite(climbed), climbed, entering), np.nan)
        ahead[:, :, lead] = now
    return ahead


def _ratios(counts: FloatArray) -> FloatArray:
    """Return each school's pooled ratios by the grade entered, [school, grade]."""
    before, after = counts[:, :-1, :-1], counts[:, 1:, 1:]
    seen = np.isfinite(before) & np.isfinite(after)
    steps = [step for step in range(seen.shape[2]) if seen[:, :, step].any()][-_STEPS:]
    left = np.where(seen, before, 0.0)[:, :, steps].sum(axis=2)
    arrived = np.where(seen, after, 0.0)[:, :, steps].sum(axis=2)
    county = np.ones(left.shape[1])
    np.divide(arrived.sum(axis=0), left.sum(axis=0), out=county, where=left.sum(axis=0) > 0)
    ratios = np.ones(counts.shape[:2])
    ratios[:, 1:] = county
    np.divide(arrived, left, out=ratios[:, 1:], where=left > 0)
    return ratios
