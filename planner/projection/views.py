"""Look at next year's grades in the simple ways a planner would, one beside the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from planner.projection.ratios import Ratios

    FloatArray = npt.NDArray[np.float64]
    BoolArray = npt.NDArray[np.bool_]

__all__ = ["CLIMBING", "ENTERING", "Views", "views_of"]

CLIMBING: Final = (
    "cohort", "county_cohort", "last", "before", "recent", "others", "young", "typical",
)  # fmt: skip
"""Views of a grade that is reached from the grade below."""

ENTERING: Final = ("last", "before", "recent", "others", "wave", "young", "typical")
"""Views of a grade that children enter from elsewhere."""

_RECENT: Final = 0.6
"""Weight of a year further back in the recent mean."""

_YOUNG_YEARS: Final = 3
"""A grade is young until it has been counted in more years than this."""

_WAVE_BOUNDS: Final = (0.8, 1.25)
"""A county's grade below grows or shrinks at most so much in a year; more is a change of borders
or of the count."""


@dataclass(frozen=True, slots=True, eq=False)
class Views:
    """What each view expects of next year, where the grade is offered now.

    Attributes:
        climbing: Pupils, [school, grade, view of CLIMBING].
        entering: Pupils, [school, grade, view of ENTERING].
        climbs: Whether the grade is reached from the one below, [school, grade].
        offered: Whether the grade is offered now, [school, grade].
        size: Pupils of the whole school now, [school].
    """

    climbing: FloatArray
    entering: FloatArray
    climbs: BoolArray
    offered: BoolArray
    size: FloatArray


def views_of(counts: FloatArray, ratios: Ratios) -> Views:
    """Return all views of the year after the last one of the counts.

    - cohort: pupils a grade lower now × the school's ratio; county_cohort: × the county's
    - last, before, recent: the grade's roll now, a year ago, and its mean, the late years most
    - others: the mean roll of the school's other grades
    - wave: what the county's grade below has grown by, of the grade's roll now
    - typical: what is missing to the county's median roll of the grade; young: to its mean, for
      grades just opened, which schools fill in their first years

    Args:
        counts: Pupils, [school, grade, year]; NaN where not offered or unknown.
        ratios: Progression ratios as believed now.
    """
    now = counts[:, :, -1]
    offered = np.isfinite(now)
    below = np.full(now.shape, np.nan)
    below[:, 1:] = now[:, :-1]
    views = {
        "cohort": below * ratios.school,
        "county_cohort": below * ratios.county,
        "last": now,
        "before": _before(counts),
        "recent": _recent(counts),
        "others": _others(now),
        "wave": now * (_wave(counts) - 1.0),
    }
    young = _young(counts)
    views["young"] = np.where(young, _over_schools(np.nanmean, now) - now, 0.0)
    views["typical"] = np.where(young, 0.0, _over_schools(np.nanmedian, now) - now)
    return Views(
        climbing=np.stack([views[name] for name in CLIMBING], axis=2),
        entering=np.stack([views[name] for name in ENTERING], axis=2),
        climbs=np.isfinite(below) & offered,
        offered=offered,
        size=np.nansum(now, axis=1),
    )


def _before(counts: FloatArray) -> FloatArray:
    """Return the roll of a year ago, or today's where there was none."""
    if counts.shape[2] == 1:
        return counts[:, :, -1]
    return np.where(np.isfinite(counts[:, :, -2]), counts[:, :, -2], counts[:, :, -1])


def _recent(counts: FloatArray) -> FloatArray:
    """Return the mean of all rolls of a grade, a year further back weighing less."""
    weight = _RECENT ** np.arange(counts.shape[2])[::-1]
    known = np.isfinite(counts)
    total = known @ weight
    mean = np.full(total.shape, np.nan)
    np.divide(np.where(known, counts, 0.0) @ weight, total, out=mean, where=total > 0)
    return mean


def _others(now: FloatArray) -> FloatArray:
    """Return the mean roll of the school's other grades; its own where it has just one."""
    number = np.isfinite(now).sum(axis=1, keepdims=True)
    total = np.nansum(now, axis=1, keepdims=True)
    mean = (total - np.nan_to_num(now)) / np.maximum(number - 1, 1)
    return np.where(number > 1, mean, now)


def _wave(counts: FloatArray) -> FloatArray:
    """Return by how much the county's grade below has grown since a year ago, [grade].

    Schools that were counted in one of the two years only are left out.
    """
    growth = np.ones(counts.shape[1])
    if counts.shape[2] > 1:
        both = np.asarray(np.isfinite(counts[:, :-1, -2:]).all(axis=2))
        before, now = np.where(both[:, :, None], counts[:, :-1, -2:], 0.0).sum(axis=0).T
        known = (now > 0) & (before > 0)
        growth[1:][known] = np.clip(now[known] / before[known], *_WAVE_BOUNDS)
    return growth


def _young(counts: FloatArray) -> BoolArray:
    """Return which grades have just been opened, not just come into the counts with all."""
    times = np.isfinite(counts).sum(axis=2)
    years = int(np.isfinite(counts).any(axis=(0, 1)).sum())
    young: BoolArray = (times <= _YOUNG_YEARS) & (times < years)
    return young


def _over_schools(mean: Callable[..., FloatArray], now: FloatArray) -> FloatArray:
    """Return a mean over schools for each grade, 0 for grades that nobody offers, [grade]."""
    typical = np.zeros(now.shape[1])
    offered = np.isfinite(now).any(axis=0)
    typical[offered] = mean(now[:, offered], axis=0)
    return typical
