"""Let children be born, grow up and move from the villages to the town, year after year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from planner.sample.land import spread

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.sample.homes import Home
    from planner.sample.land import Land

__all__ = ["OLDEST", "People", "raise_children"]

OLDEST: Final = 18
_PEOPLE_PER_SECTION: Final = 260_000 / 110
_BIRTHS_PER_PERSON: Final = 2_950 / 260_000
"""Births of 2016, the year of most births, per resident of all ages (invented)."""
_SURVIVE: Final = 0.994
_PEAK_YEAR: Final = 2016
_FALL: Final = 0.80
"""Births here swing less than the nation's: to this power of the national ratio."""
_MONTHS: Final = (
    0.082,
    0.074,
    0.079,
    0.074,
    0.077,
    0.077,
    0.082,
    0.088,
    0.091,
    0.096,
    0.092,
    0.088,
)
_LEAVE: Final = (
    0.014, 0.016, 0.022, 0.014, 0.014, 0.036, 0.014, 0.012, 0.012, 0.012, 0.012, 0.030, 0.010,
    0.010, 0.034, 0.014, 0.014, 0.050,
)  # fmt: skip
"""Share of a village's children who move away at each age step: most before a new stage."""


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """Children of the county: births by month and residents by area, age and year."""

    years: tuple[int, ...]
    residents: NDArray[np.int64]
    births: NDArray[np.int64]
    first_births: int

    def of(self, year: int) -> NDArray[np.int64]:
        """Return residents by area and single age on 31 August of one year."""
        found: NDArray[np.int64] = self.residents[self.years.index(year)]
        return found

    def until(self, year: int) -> People:
        """Return what is known in one year."""
        known = self.years.index(year) + 1
        born = year - self.first_births + 1
        return People(
            self.years[:known], self.residents[:known], self.births[:born], self.first_births
        )


def raise_children(
    land: Land,
    homes: tuple[Home, ...],
    national_births: dict[int, float],
    *,
    sections: int,
    years: tuple[int, ...],
    rng: np.random.Generator,
) -> People:
    """Run the county from the birth of the oldest on and keep the years asked for.

    A child of age a in y is of age a + 1 in y + 1, in the same area, in town or gone: counts
    are whole children throughout. Residents of age 0 on 31 August y are the survivors of the
    births from September y - 1 to August y.

    Args:
        land: The areas.
        homes: New homes, which draw families in the years around their completion.
        national_births: The nation's births by calendar year, whose shape the county follows.
        sections: Number of school sections, which sets the size of the population.
        years: School years to keep, consecutive.
        rng: Source of chance.
    """
    peak = sections * _PEOPLE_PER_SECTION * _BIRTHS_PER_PERSON
    # Who is 18 in the first year was born from September nineteen years before.
    first = years[0] - OLDEST - 1
    births = _births_by_month(peak, national_births, (first, years[-1]), rng)
    now = np.zeros((len(land), OLDEST + 1), dtype=np.int64)
    kept = []
    for year in range(first + 1, years[-1] + 1):
        now = _a_year_older(now, land, homes, year, rng)
        newborn = rng.binomial(_cohort(births, year - first), _SURVIVE)
        now[:, 0] = rng.multinomial(newborn, _birth_places(land, year))
        if year in years:
            kept.append(now)
    return People(years, np.stack(kept), births, first)


def _births_by_month(
    peak: float, national: dict[int, float], span: tuple[int, int], rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return births by calendar year and month, in the shape of the nation's."""
    rows = []
    for year in range(span[0], span[1] + 1):
        # Before and after the series its nearest year stands in.
        known = national[min(max(year, min(national)), max(national))]
        share = (known / national[_PEAK_YEAR]) ** _FALL
        total = round(peak * share * rng.normal(1.0, 0.012))
        rows.append(spread(total, np.array(_MONTHS) * rng.normal(1.0, 0.035, 12)))
    return np.array(rows)


def _cohort(births: NDArray[np.int64], row: int) -> int:
    """Return the births from 1 September of the year before a row to its 31 August."""
    return int(births[row - 1, 8:].sum() + births[row, :8].sum())


def _birth_places(land: Land, year: int) -> NDArray[np.float64]:
    """Return the share of births of each area: young families live in town more and more."""
    urban = land.of_setting("city", "town")
    trend = np.where(urban, 0.016, -0.018 - 0.022 * land.remoteness)
    weights = land.people_share * np.exp(trend * (year - 2012))
    shares: NDArray[np.float64] = weights / weights.sum()
    return shares


def _a_year_older(
    now: NDArray[np.int64],
    land: Land,
    homes: tuple[Home, ...],
    year: int,
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """Return the children a year later, movers included."""
    city, town = land.of_setting("city"), land.of_setting("town")
    pull = 0.45 + 0.028 * max(0, year - 2005)
    rate = np.array(_LEAVE) * pull
    strength = np.where(city, 0.25, np.where(town, 0.5, 1.05 + 1.0 * land.remoteness))
    leaving = rng.binomial(now[:, :-1], np.minimum(0.4, strength[:, None] * rate))
    older = np.zeros_like(now)
    older[:, 1:] = now[:, :-1] - leaving
    places = _pull_of_places(land, homes, year)
    for age, leavers in enumerate(leaving.sum(axis=0), start=1):
        # Some leave the county altogether, more of them after junior school.
        stay = rng.binomial(int(leavers), 0.86 if age < 15 else 0.7)
        older[:, age] += rng.multinomial(stay, places)
    return older


def _pull_of_places(land: Land, homes: tuple[Home, ...], year: int) -> NDArray[np.float64]:
    """Return where movers settle: in town, above all where homes have just been finished."""
    setting = np.array(land.setting)
    weights = land.people_share * np.select(
        [setting == "city", setting == "town"], [1.0, 0.42], 0.04
    )
    weights = weights / weights.sum()
    for home in homes:
        since = year - home.completed
        if 0 <= since <= 3:
            weights[home.area] += home.units / 9000 * (0.5, 0.3, 0.15, 0.05)[since]
    shares: NDArray[np.float64] = weights / weights.sum()
    return shares
