"""Draw many possible futures: births, families who come and go, schools in favour and out of it.

Every draw is one coherent county: a small birth year stays small through all stages, a year of
departures is felt in every school, and what is peculiar to one school stays with it. How far the
draws of a section spread is set by the errors of the past (`planner.projection.calibration`);
the draws give the order in which they move together (ensemble copula coupling: Schefzik,
Thorarinsdottir & Gneiting 2013, Statistical Science 28:616–640).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from planner.projection.births import carried_on
from planner.scenario import BirthSettings

if TYPE_CHECKING:
    import numpy.typing as npt

    from planner.projection.calibration import Calibration
    from planner.projection.remade import PastErrors
    from planner.projection.residents import Residents

    FloatArray = npt.NDArray[np.float64]
    IntArray = npt.NDArray[np.int64]

__all__ = [
    "DRAWS",
    "Expected",
    "RollDraws",
    "Shocks",
    "draw_residents",
    "draw_rolls",
    "learn_shocks",
]

_BIRTH_LEADS: Final = (1, 2, 3)
"""Years ahead over which births are tried: children enter kindergarten at three."""

_BIRTH_TRIES: Final = 4
"""Tries that a number of years ahead needs to be believed."""

DRAWS: Final = 1000
"""Futures drawn where nobody asks for more."""


@dataclass(frozen=True, slots=True)
class Shocks:
    """By how much a year may differ from what is expected, as standard deviations of logarithms.

    Attributes:
        births: Births of a year against the year before and the trend; they add up.
        migration: A year's net migration of children, the county as one; it adds up.
        common: A year's progression in all schools of a stage at once; it adds up.
        own: A year's progression in one school; it adds up.
        homes: Pupils of new homes against the yields table, for good; published yields of like
            homes differ by a factor of two.
        homes_late: Probability that new homes are lived in a year late.
    """

    births: float = 0.05
    migration: float = 0.01
    common: float = 0.01
    own: float = 0.05
    homes: float = 0.6
    homes_late: float = 0.25


@dataclass(frozen=True, slots=True, eq=False)
class Expected:
    """What is expected of the sections of a plan, about which the draws spread.

    Attributes:
        pupils: Pupils, [section, grade, year]; the first year is counted and certain.
        homes: Pupils among them who come with new homes, [section, year].
        stage: Number of each section's stage, [section].
        born: School year of birth of each grade's pupils, [grade, year].
        years: School years, the counted one first.
        last_births: Last school year whose births are known.
    """

    pupils: FloatArray
    homes: FloatArray
    stage: IntArray
    born: IntArray
    years: tuple[int, ...]
    last_births: int


@dataclass(frozen=True, slots=True, eq=False)
class RollDraws:
    """Possible rolls of every section, draw by draw.

    Attributes:
        rolls: Pupils, [section, year, draw]; in the counted year all draws are the count.
    """

    rolls: npt.NDArray[np.float32]

    def bounds(self, probabilities: tuple[float, ...]) -> FloatArray:
        """Return the pupils not exceeded with these probabilities, [section, year, …]."""
        return _quantiles(self.rolls, probabilities)

    def together(self, rows: IntArray, probabilities: tuple[float, ...]) -> FloatArray:
        """Return the same for the sum of some sections, [year, probability]."""
        return _quantiles(self.rolls[rows].sum(axis=0, dtype=np.float64), probabilities)

    def above(self, seats: FloatArray) -> FloatArray:
        """Return the probability that a roll is above its seats, [section, year]."""
        share: FloatArray = (self.rolls > seats[:, :, None]).mean(axis=2)
        return share


def learn_shocks(births: FloatArray, residents: Residents, schools: PastErrors) -> Shocks:
    """Learn the shocks from a county's own past, each where there are years enough to see it.

    Args:
        births: Births by consecutive school years, [year]; NaN where unknown.
        residents: Residents; only counted years are looked at.
        schools: Past errors of whole schools.
    """
    usual = Shocks()
    common, own = _school_shocks(schools, usual)
    return Shocks(
        births=_birth_shock(births, usual.births),
        migration=_migration_shock(residents, usual.migration),
        common=common,
        own=own,
    )


def _birth_shock(births: FloatArray, usual: float) -> float:
    """Return how far births of earlier years were from their damped trend, per year ahead.

    Looking further ahead a wrong trend misses more than independent years would; the largest
    miss per root of a year counts.
    """
    known = births[np.isfinite(births) & (births > 0)]
    settings = BirthSettings()
    shocks = []
    for ahead in _BIRTH_LEADS:
        missed = [
            np.log(known[year + ahead] / carried_on(known[: year + 1], settings, {}, ahead)[-1])
            for year in range(settings.years_learned - 1, len(known) - ahead)
        ]
        if len(missed) >= _BIRTH_TRIES:
            shocks.append(float(np.sqrt(np.mean(np.square(missed)) / ahead)))
    return max(shocks, default=usual)


def _migration_shock(residents: Residents, usual: float) -> float:
    """Return how far the county's cohorts of one year lie from what is usual at their age."""
    counted = residents.counted_until - residents.years[0] + 1
    county = residents.count[:, :, :counted].sum(axis=0)
    if counted < 4:
        return usual
    left, arrived = county[:-1, :-1], county[1:, 1:]
    steps = np.log(np.maximum(arrived, 1.0) / np.maximum(left, 1.0))
    by_year = np.average(
        steps - steps.mean(axis=1, keepdims=True), axis=0, weights=left.mean(axis=1)
    )
    return float(by_year.std(ddof=1))


def _school_shocks(schools: PastErrors, usual: Shocks) -> tuple[float, float]:
    """Divide the errors of a year ahead into what a stage's schools share and what is their own."""
    near = (schools.lead == 1) & (schools.foreseen > 0) & (schools.counted > 0)
    if near.sum() < 30:
        return usual.common, usual.own
    error = np.log(schools.counted[near] / schools.foreseen[near])
    stages = schools.kind.max() + 1
    year = np.unique(schools.origin[near] * stages + schools.kind[near], return_inverse=True)[1]
    weight = schools.foreseen[near]
    shared = np.bincount(year, error * weight) / np.bincount(year, weight)
    own = np.sqrt(np.average((error - shared[year]) ** 2, weights=weight))
    common = shared.std(ddof=1) if len(shared) >= 3 else usual.common
    return float(common), float(own)


def _births(
    shocks: Shocks,
    born: IntArray,
    last_births: int,
    generator: np.random.Generator,
    draws: int,
) -> FloatArray:
    """Return by which factor cohorts not yet born differ from what is expected, [cohort, draw].

    Each carries the shocks of all years since the last known births: those of a year are told
    by the year before.
    """
    unborn = max(int(born.max()) - last_births, 0)
    walk = np.cumsum(generator.normal(0.0, shocks.births, (unborn + 1, draws)), axis=0)
    ahead: FloatArray = np.exp(walk - walk[:1])[np.clip(born - last_births, 0, unborn)]
    return ahead


def _migration(
    shocks: Shocks,
    born: IntArray,
    years: tuple[int, ...],
    generator: np.random.Generator,
    draws: int,
) -> FloatArray:
    """Return by which factor cohorts differ for those who came and went, [cohort, year, draw].

    From the year after the count on, and after its birth, every cohort of the county carries
    the migration of each year.
    """
    walk = np.cumsum(generator.normal(0.0, shocks.migration, (len(years), draws)), axis=0)
    since = np.clip(born - years[0], 0, len(years) - 1)
    here = np.arange(len(years))[None, :, None] >= since[:, None, None]
    moved: FloatArray = np.exp(np.where(here, walk[None, :, :] - walk[since][:, None, :], 0.0))
    return moved


def draw_rolls(
    expected: Expected,
    spread: Calibration,
    size: IntArray,
    shocks: Shocks,
    *,
    seed: int,
    draws: int = DRAWS,
) -> RollDraws:
    """Return possible rolls of every section; the same seed gives the same futures.

    Args:
        expected: What the plan expects.
        spread: How far forecasts of whole sections were off in the past.
        size: Size class of each section, [section].
        shocks: What moves sections together.
        seed: Where chance begins.
        draws: How many futures.
    """
    generator = np.random.default_rng(seed)
    cohorts = np.unique(expected.born)
    chance = _Chance(
        born=_births(shocks, cohorts, expected.last_births, generator, draws),
        moved=_migration(shocks, cohorts, expected.years, generator, draws),
        cohort=np.searchsorted(cohorts, expected.born),
    )
    homes = _Homes(shocks, generator, draws)
    moved = _moved(expected, chance, shocks, generator, draws)
    rolls = np.empty(moved.shape, dtype=np.float32)
    roll = expected.pupils.sum(axis=1)
    rolls[:, 0] = roll[:, :1]
    even = (np.arange(draws) + 0.5) / draws
    kept = (0.005, 0.025, *np.linspace(0.05, 0.95, 19), 0.975, 0.995)
    for year in range(1, len(expected.years)):
        bounds = spread.quantiles(roll[:, year], year, size, expected.stage, kept)
        order = np.argsort(moved[:, year], axis=1, kind="stable")
        for section in np.flatnonzero(roll[:, year] > 0):
            rolls[section, year, order[section]] = np.interp(even, kept, bounds[section])
        rolls[roll[:, year] == 0, year] = 0.0
        rolls[:, year] *= _unborn(expected, chance, year)
        came = expected.homes[:, [year]]
        rolls[:, year] += homes.drawn(came, expected.homes[:, [year - 1]]) - came
        np.maximum(rolls[:, year], 0.0, out=rolls[:, year])
    return RollDraws(rolls)


@dataclass(frozen=True, slots=True, eq=False)
class _Chance:
    """What chance does to whole cohorts: factors of births, of migration, and whose they are.

    `born` has shape (cohort, draw), `moved` (cohort, year, draw), `cohort` (grade, year).
    """

    born: FloatArray
    moved: FloatArray
    cohort: IntArray


def _unborn(expected: Expected, chance: _Chance, year: int) -> npt.NDArray[np.float32]:
    """Return by which factor a section's roll differs for births not yet known, [section, draw].

    Errors of the past were made in years whose births had the ups and downs of those years. What
    births of the years ahead may do comes on top of it, for the grades that they will fill; and
    likewise what homes still to be built may bring.
    """
    pupils = expected.pupils[:, :, year]
    share = pupils / np.maximum(pupils.sum(axis=1, keepdims=True), 1.0)
    factor: FloatArray = 1.0 + share @ (chance.born[chance.cohort[:, year]] - 1.0)
    return factor.astype(np.float32)


def _moved(
    expected: Expected,
    chance: _Chance,
    shocks: Shocks,
    generator: np.random.Generator,
    draws: int,
) -> npt.NDArray[np.float32]:
    """Return rolls as migration and favour move them, before they are spread."""
    sections, _, years = expected.pupils.shape
    stages = int(expected.stage.max(initial=0)) + 1
    common = np.cumsum(generator.normal(0.0, shocks.common, (stages, years, draws)), axis=1)
    moved = np.zeros((sections, years, draws), dtype=np.float32)
    own = np.zeros((sections, draws), dtype=np.float32)
    for year in range(1, years):
        own += generator.normal(0.0, shocks.own, (sections, draws)).astype(np.float32)
        factor = chance.moved[chance.cohort[:, year], year]
        grown = expected.pupils[:, :, year] @ factor
        moved[:, year] = grown * np.exp(own + common[expected.stage, year])
    return moved


class _Homes:
    """What chance does to new homes: how many children they bring, and whether a year late."""

    def __init__(self, shocks: Shocks, generator: np.random.Generator, draws: int) -> None:
        """Draw once for all years: a yield stays high or low."""
        self._late = generator.random(draws) < shocks.homes_late
        self._yields = np.exp(generator.normal(0.0, shocks.homes, draws))

    def drawn(self, now: FloatArray, before: FloatArray) -> FloatArray:
        """Return the children of a year; arrays end in an axis of length 1 for the draws."""
        drawn: FloatArray = np.where(self._late, before, now) * self._yields
        return drawn


def draw_residents(
    residents: Residents,
    groups: IntArray,
    shocks: Shocks,
    years: tuple[int, ...],
    last_births: int,
    *,
    seed: int,
    draws: int = DRAWS,
) -> npt.NDArray[np.float32]:
    """Return possible residents of groups of areas by single age, [group, age, year, draw].

    The shocks of births and migration are the county's, so that areas may be added up before
    anything is drawn: the sum of a group's draws is the draw of its sum. New homes spread by
    yield and by a year's delay on top.

    Args:
        residents: Residents by area, single age and year.
        groups: Number of the group of each area, [area]; -1: none.
        shocks: Their sizes.
        years: School years, the last counted one first.
        last_births: Last school year whose births are known.
        seed: Where chance begins.
        draws: How many futures.
    """
    generator = np.random.default_rng(seed)
    columns = [year - residents.years[0] for year in years]
    of_group = np.zeros((2, int(groups.max(initial=-1)) + 1, len(residents.ages), len(years)))
    member = groups >= 0
    np.add.at(of_group[0], groups[member], residents.count[member][:, :, columns])
    if residents.from_homes.size:
        np.add.at(of_group[1], groups[member], residents.from_homes[member][:, :, columns])
    born = np.array(years)[None, :] - np.array(residents.ages)[:, None]
    cohorts = np.unique(born)
    births = _births(shocks, cohorts, last_births, generator, draws)
    moved = _migration(shocks, cohorts, years, generator, draws)
    homes = _Homes(shocks, generator, draws)
    drawn = np.empty((*of_group.shape[1:], draws), dtype=np.float32)
    for year in range(len(years)):
        cohort = np.searchsorted(cohorts, born[:, year])
        all_children, of_homes = of_group[:, :, :, year, None]
        came = homes.drawn(of_homes, of_group[1, :, :, year - 1, None]) if year else of_homes
        factor = births[cohort] * moved[cohort, year]
        drawn[:, :, year] = (all_children - of_homes) * factor[None] + came
    return drawn


def _quantiles(values: npt.NDArray[np.floating], probabilities: tuple[float, ...]) -> FloatArray:
    """Return quantiles over the last axis, at the end."""
    found: FloatArray = np.moveaxis(np.quantile(values, probabilities, axis=-1), 0, -1)
    return found.astype(float)
