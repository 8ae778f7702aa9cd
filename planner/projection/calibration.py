"""Say how far a forecast may be off: as far as the same forecast was off in the years before.

The errors of forecasts that were made again (`planner.projection.remade`), made comparable between
small and large schools and between near and far years, give the intervals (normalised conformal
prediction by groups: Papadopoulos, Gammerman & Vovk 2008; Vovk, Gammerman & Shafer 2005,
"Algorithmic learning in a random world", ch. 4).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from planner.projection.blend import SIZE_CLASSES

if TYPE_CHECKING:
    import numpy.typing as npt

    from planner.projection.remade import PastErrors

    FloatArray = npt.NDArray[np.float64]
    IntArray = npt.NDArray[np.int64]
    BoolArray = npt.NDArray[np.bool_]

__all__ = [
    "ENOUGH_ERRORS",
    "PROBABILITIES",
    "Calibration",
    "calibrate",
    "total_spread",
]

PROBABILITIES: Final = (
    0.005, 0.025, 0.05, *(number / 20 for number in range(2, 19)), 0.95, 0.975, 0.995
)  # fmt: skip
"""Probabilities at which the spread of errors is kept."""

_OTHER_LEAD: Final = 0.2
"""Weight of an error seen at another lead, once it is made comparable."""

_OWN_GROUP: Final = 30.0
"""Errors of a size class that weigh as much as those of all schools together."""

_BINS: Final = 12
_BIN_ROWS: Final = 15
"""The typical error is read off from so many groups of rolls, each of so many errors at least."""

ENOUGH_ERRORS: Final = 30
"""Errors without which the typical error of other places holds."""

_KIND_ROWS: Final = 100
"""Errors that a kind of forecast needs to speak for itself."""

_USUAL_SCALE: Final = (-1.2, 0.74, 0.59)
"""Typical error of a roll F, h years ahead: exp(a) × F^b × h^c; what the rolls of New York City
2005–2017 show, for counties whose own past is too short."""


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """How forecasts are spread about what comes.

    Attributes:
        scale: Typical error exp(a) × F^b × h^c, rows of (a, b, c) by kind of forecast.
        spread: Errors in typical errors at PROBABILITIES,
            [kind, lead - 1, size class, probability].
        errors: On how many past errors this rests.
    """

    scale: FloatArray
    spread: FloatArray
    errors: int

    def quantiles(
        self,
        foreseen: FloatArray,
        lead: int,
        size: IntArray,
        kind: IntArray,
        probabilities: tuple[float, ...],
    ) -> FloatArray:
        """Return the pupils not exceeded with these probabilities, [row, probability].

        Args:
            foreseen: Pupils foreseen, [row].
            lead: Years ahead; beyond those that could be checked the errors go on growing.
            size: Size class of the school, [row].
            kind: Kind of forecast, as in the errors, [row].
            probabilities: Between 0 and 1, ascending.
        """
        a, b, c = self.scale[kind].T
        typical = np.exp(a + b * np.log(np.maximum(foreseen, 1.0)) + c * np.log(lead))
        spread = self.spread[kind, min(lead, self.spread.shape[1]) - 1, size]
        wanted = np.stack(
            [_between(spread, probability) for probability in probabilities],
            axis=1,
        )
        within: FloatArray = np.maximum(foreseen[:, None] + typical[:, None] * wanted, 0.0)
        return within


def _between(spread: FloatArray, probability: float) -> FloatArray:
    """Return the errors at one probability, on a straight line between those kept."""
    place = float(np.interp(probability, PROBABILITIES, np.arange(len(PROBABILITIES))))
    low, part = int(place), place - int(place)
    high = min(low + 1, len(PROBABILITIES) - 1)
    between: FloatArray = spread[:, low] * (1 - part) + spread[:, high] * part
    return between


def calibrate(
    errors: PastErrors, leads: int, kinds: int = 2, *, few_years: bool = False
) -> Calibration:
    """Return how forecasts are spread about what comes, by lead and size of school.

    Errors are divided by the typical error of their roll and lead. The spread of what remains
    is taken for each kind of forecast, lead and size class; where a size class has few errors
    they are mixed with all sizes', and a kind with few takes those of all kinds. Without enough
    errors at all the typical error of other places holds, and a normal spread.

    Args:
        errors: Past errors.
        leads: Years ahead for which a spread of its own is kept.
        kinds: How many kinds of forecasts there are.
        few_years: Whether to widen what all schools of a year have in common as for the few
            years that were tried; not needed where years on both sides were learned from.
    """
    from scipy.special import ndtri

    scale = np.tile(np.array(_USUAL_SCALE), (kinds, 1))
    # A normal error is √(2/π) of its standard deviation on average.
    usual = ndtri(PROBABILITIES) * np.sqrt(np.pi / 2)
    spread = np.tile(usual, (kinds, leads, len(SIZE_CLASSES), 1))
    everything = np.ones(len(errors.counted), dtype=bool)
    for kind in range(kinds):
        mine = errors.kind == kind
        if mine.sum() < _KIND_ROWS:
            mine = everything
        if mine.sum() >= ENOUGH_ERRORS:
            scale[kind] = _scale(errors, mine)
            relative = _relative(errors, mine, scale[kind])
            spread[kind] = _spread(errors, mine, relative, leads)
            if few_years:
                spread[kind] *= _for_few_years(errors, mine, relative, leads)[:, None, None]
    return Calibration(scale, spread, len(errors.counted))


def _scale(errors: PastErrors, mine: BoolArray) -> FloatArray:
    """Fit the logarithm of the mean error by that of the roll and of the lead."""
    rows, typical, weights = [], [], []
    for lead in np.unique(errors.lead[mine]):
        here = np.flatnonzero(mine & (errors.lead == lead))
        for group in np.array_split(here[np.argsort(errors.foreseen[here], kind="stable")], _BINS):
            if len(group) < _BIN_ROWS:
                continue
            trust = errors.trust[group]
            missed = np.abs(errors.counted - errors.foreseen)[group]
            roll = np.average(np.maximum(errors.foreseen[group], 1.0), weights=trust)
            rows.append([1.0, np.log(roll), np.log(lead)])
            typical.append(np.log(max(np.average(missed, weights=trust), 0.5)))
            weights.append(np.sqrt(trust.sum()))
    # Far fewer errors than there are numbers to learn leave the usual ones in place.
    usual = np.array(_USUAL_SCALE)
    held = np.diag([0.1, 1.0, 1.0]) * np.sqrt(_BIN_ROWS)
    design = np.vstack([np.array(rows).reshape(-1, 3) * np.array(weights)[:, None], held])
    target = np.concatenate([np.array(typical) * np.array(weights), held @ usual])
    fitted: FloatArray = np.linalg.lstsq(design, target)[0]
    return fitted


def _relative(errors: PastErrors, mine: BoolArray, scale: FloatArray) -> FloatArray:
    """Return errors in typical errors of their roll and lead, [row of mine]."""
    a, b, c = scale
    roll = np.log(np.maximum(errors.foreseen[mine], 1.0))
    relative: FloatArray = (errors.counted - errors.foreseen)[mine] / np.exp(
        a + b * roll + c * np.log(errors.lead[mine])
    )
    return relative


def _spread(errors: PastErrors, mine: BoolArray, relative: FloatArray, leads: int) -> FloatArray:
    """Return the quantiles of errors in typical errors, [lead - 1, size class, probability]."""
    lead, size = errors.lead[mine], errors.size[mine]
    spread = np.empty((leads, len(SIZE_CLASSES), len(PROBABILITIES)))
    for ahead in range(1, leads + 1):
        trust = errors.trust[mine] * np.where(lead == ahead, 1.0, _OTHER_LEAD)
        spread[ahead - 1] = _quantiles(relative, trust)
        for number in range(len(SIZE_CLASSES)):
            own = size == number
            if own.sum() < _BIN_ROWS:
                continue
            rows = trust[own].sum() ** 2 / (trust[own] ** 2).sum()
            part = rows / (rows + _OWN_GROUP)
            quantiles = _quantiles(relative[own], trust[own])
            spread[ahead - 1, number] = part * quantiles + (1 - part) * spread[ahead - 1, number]
    return spread


def _for_few_years(
    errors: PastErrors, mine: BoolArray, relative: FloatArray, leads: int
) -> FloatArray:
    """Return by which factor intervals widen because few years were tried, [lead - 1].

    What all schools of a year have in common, such as a wave of families who leave, was seen
    only as often as there were years, however many the schools. That part of the variance is
    widened as Student's t widens the normal for so few observations, the rest is left alone.
    """
    from scipy.special import ndtri, stdtrit

    origin, lead, trust = errors.origin[mine], errors.lead[mine], errors.trust[mine]
    factors = np.ones(leads)
    group = np.unique(origin * (lead.max() + 1) + lead, return_inverse=True)[1]
    rows = np.bincount(group)
    mean = np.bincount(group, relative) / rows
    within = np.bincount(group, (relative - mean[group]) ** 2) / np.maximum(rows - 1, 1)
    weight = np.bincount(group, trust)
    own = float(np.average(within, weights=weight))
    shared = max(float(np.average(mean**2 - within / rows, weights=weight)), 0.0)
    part = shared / (shared + own) if shared + own > 0 else 0.0
    for ahead in range(1, leads + 1):
        years = np.bincount(group, trust / rows[group] * (lead == min(ahead, lead.max())))
        years = years[years > 0]
        number = max(float(years.sum() ** 2 / (years**2).sum()), 1.0) if len(years) else 1.0
        wider = (stdtrit(max(number - 1.0, 1.0), 0.9) / ndtri(0.9)) ** 2 * (1 + 1 / number)
        factors[ahead - 1] = np.sqrt(1 + part * (wider - 1))
    return factors


def _quantiles(values: FloatArray, trust: FloatArray) -> FloatArray:
    """Return weighted quantiles at PROBABILITIES, for one more value that is yet to come.

    The value to come weighs like the others on average, so that few values give wide intervals
    (the n + 1 of conformal prediction; Tibshirani et al. 2019, NeurIPS 32, with weights).
    """
    order = np.argsort(values, kind="stable")
    weight = trust[order]
    to_come = (weight**2).sum() / weight.sum()
    mass = np.cumsum(weight)
    middle = (mass - weight / 2 + to_come / 2) / (mass[-1] + to_come)
    quantiles: FloatArray = np.interp(PROBABILITIES, middle, values[order])
    return quantiles


def total_spread(errors: PastErrors, lead: int, probabilities: tuple[float, ...]) -> FloatArray:
    """Return by which share the county's total may be off, at these probabilities.

    The few past totals give a variance per year ahead (a prior of 1 % that weighs as much as
    two of them keeps it from zero), and Student's t the spread that so few allow.
    """
    from scipy.special import stdtrit

    key = errors.origin * (errors.lead.max(initial=0) + 1) + errors.lead
    _, first, group = np.unique(key, return_index=True, return_inverse=True)
    foreseen = np.bincount(group, errors.foreseen, minlength=len(first))
    counted = np.bincount(group, errors.counted, minlength=len(first))
    trust = errors.trust[first]
    missed = counted / np.maximum(foreseen, 1.0) - 1.0
    per_year = missed**2 / errors.lead[first] ** (2 * _USUAL_SCALE[2])
    variance = (np.sum(trust * per_year) + 2 * 0.01**2) / (trust.sum() + 2)
    width = np.sqrt(variance) * lead ** _USUAL_SCALE[2]
    shares: FloatArray = width * stdtrit(trust.sum() + 2, probabilities)
    return shares
