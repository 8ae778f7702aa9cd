"""Make the forecasts of earlier years again, and set each against what came.

What was to be foreseen is hidden from the ratios and weights, and years on both sides of it are
learned from, as in the jackknife+ (Barber et al. 2021, Annals of Statistics 49:486–507).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from planner.projection.blend import foresee, size_class
from planner.projection.ratios import shrunk_ratios

if TYPE_CHECKING:
    import numpy.typing as npt

    from planner.projection.blend import Checks

    FloatArray = npt.NDArray[np.float64]
    IntArray = npt.NDArray[np.int64]

__all__ = [
    "PastErrors",
    "PastForecast",
    "errors_between",
    "joined",
    "learn_return",
    "past_errors",
    "past_forecasts",
    "returned",
    "school_errors",
]

_FORGETTING: Final = 0.5
"""Weight of an error one year older."""

_FIRST_YEAR: Final = 0.03
"""Weight of a forecast from the first counted year, which no later forecast resembles."""

_RETURNS: Final = (0.0, 0.035, 0.07)
"""Shares of the way back to today's roll, per year ahead, among which the past chooses."""

_FARTHEST_BACK: Final = 0.5
"""However far ahead, at least half of a forecast is its own."""


@dataclass(frozen=True, slots=True, eq=False)
class PastErrors:
    """What was foreseen and what was counted, a row per school, grade, origin and lead.

    Attributes:
        school: Number of the school; with `origin` and `lead` it names what adds up to a roll.
        origin: Column of the year of the forecast.
        lead: Years ahead.
        size: Size class of the school in the year of the forecast.
        kind: Group of forecasts that err alike: 0 an entry grade, 1 a grade reached from below;
            of whole sections the number of the stage.
        foreseen: Pupils foreseen.
        counted: Pupils counted.
        trust: Weight of the row.
    """

    school: IntArray
    origin: IntArray
    lead: IntArray
    size: IntArray
    kind: IntArray
    foreseen: FloatArray
    counted: FloatArray
    trust: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class PastForecast:
    """What would have been said of one year in an earlier one, [school, grade]."""

    origin: int
    lead: int
    said: FloatArray
    trust: float


def past_forecasts(counts: FloatArray, checks: Checks, leads: int) -> list[PastForecast]:
    """Forecast again from every earlier year.

    The years that were to be foreseen teach neither ratios nor weights. What stays is small: the
    count of the last of them is the ground of the step after it, and how fast the past is
    forgotten was learned from all years.

    Args:
        counts: Pupils, [school, grade, year], consecutive years; NaN: not offered or unknown.
        checks: What the weights are learned from; those of a year's own check stay out of its
            forecast.
        leads: Years ahead, at most.
    """
    latest = counts.shape[2] - 1
    found = []
    for origin in range(latest):
        if not np.isfinite(counts[:, :, origin]).any():
            continue
        then = counts[:, :, : origin + 1]
        blend = checks.blend(without=origin)
        for lead in range(1, min(leads, latest - origin) + 1):
            hidden = origin + 1, origin + lead + 1
            ratios = shrunk_ratios(checks.steps, checks.memory, origin, hidden)
            said = foresee(then, blend, ratios, lead)[:, :, -1]
            trust = _FORGETTING ** (latest - origin - lead) * (1.0 if origin else _FIRST_YEAR)
            found.append(PastForecast(origin, lead, said, trust))
    return found


def learn_return(counts: FloatArray, forecasts: list[PastForecast]) -> float:
    """Return how far forecasts should go back to today's roll with every further year.

    What makes a school grow or shrink today seldom lasts: of several shares per year the one
    wins whose forecasts, two and more years ahead, would have missed the fewest pupils. Where
    waves pass through the grades that is none.
    """
    far = [each for each in forecasts if each.lead > 1]

    def missed(share: float) -> float:
        return sum(
            each.trust
            * float(
                np.nansum(
                    np.abs(
                        returned(each.said, counts[:, :, each.origin], each.lead, share)
                        - counts[:, :, each.origin + each.lead]
                    )
                )
            )
            for each in far
        )

    return min(_RETURNS, key=missed)


def returned(said: FloatArray, today: FloatArray, lead: int, share: float) -> FloatArray:
    """Return a forecast drawn back toward today's roll, by so much for each year after the first.

    Args:
        said: Pupils foreseen, [school, grade].
        today: Pupils in the year of the forecast, [school, grade].
        lead: Years ahead.
        share: Share of the way back per year; at most half the way is gone.
    """
    back = min(share * (lead - 1), _FARTHEST_BACK)
    drawn: FloatArray = said + back * (today - said)
    return drawn


def past_errors(counts: FloatArray, forecasts: list[PastForecast], share: float) -> PastErrors:
    """Set past forecasts, drawn back toward the roll of their year, against what came."""
    return joined(
        [
            errors_between(
                counts[:, :, : each.origin + 1],
                returned(each.said, counts[:, :, each.origin], each.lead, share),
                counts[:, :, each.origin + each.lead],
                each.origin,
                each.lead,
                each.trust,
            )
            for each in forecasts
        ]
    )


def errors_between(
    then: FloatArray,
    said: FloatArray,
    came: FloatArray,
    origin: int,
    lead: int,
    trust: float = 1.0,
) -> PastErrors:
    """Return the errors of one forecast, where it was made and the year was counted.

    Args:
        then: Pupils up to the origin, [school, grade, year].
        said: Pupils foreseen, [school, grade]; NaN: no forecast.
        came: Pupils counted, [school, grade]; NaN: not offered or unknown.
        origin: Column of the year of the forecast.
        lead: Years ahead.
        trust: Weight of the rows.
    """
    school, grade = np.nonzero(np.isfinite(said) & np.isfinite(came))
    now = then[:, :, -1]
    below = np.zeros(now.shape, dtype=bool)
    below[:, 1:] = np.isfinite(now[:, :-1])
    return PastErrors(
        school=school,
        origin=np.full(len(school), origin),
        lead=np.full(len(school), lead),
        size=size_class(np.nansum(now, axis=1))[school],
        kind=below[school, grade].astype(np.int64),
        foreseen=said[school, grade],
        counted=came[school, grade],
        trust=np.full(len(school), trust),
    )


def joined(rows: list[PastErrors]) -> PastErrors:
    """Return several forecasts' errors as one."""
    names = PastErrors.__slots__
    whole, parts = np.zeros(0, dtype=np.int64), np.zeros(0)
    empty = PastErrors(whole, whole, whole, whole, whole, parts, parts, parts)
    return PastErrors(
        *(np.concatenate([getattr(each, name) for each in (empty, *rows)]) for name in names)
    )


def school_errors(errors: PastErrors, kind: IntArray | None = None) -> PastErrors:
    """Return the errors of whole schools: grades that were foreseen and counted, added up.

    Args:
        errors: Errors of grades.
        kind: Group of schools that err alike, [school]; all are of one without it.
    """
    widest = errors.school.max(initial=0) + 1
    key = (errors.origin * (errors.lead.max(initial=0) + 1) + errors.lead) * widest + errors.school
    _, first, group = np.unique(key, return_index=True, return_inverse=True)
    return PastErrors(
        school=errors.school[first],
        origin=errors.origin[first],
        lead=errors.lead[first],
        size=errors.size[first],
        kind=np.zeros(len(first), dtype=np.int64) if kind is None else kind[errors.school[first]],
        foreseen=np.bincount(group, errors.foreseen, minlength=len(first)).astype(float),
        counted=np.bincount(group, errors.counted, minlength=len(first)).astype(float),
        trust=errors.trust[first],
    )
