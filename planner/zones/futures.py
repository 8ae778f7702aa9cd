"""Possible entrants of every area, so that zones can be drawn for more than one future."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from planner.projection.births import births_by_school_year
from planner.projection.draws import Shocks, draw_residents, learn_shocks
from planner.projection.remade import PastErrors
from planner.scenario import BirthSettings

if TYPE_CHECKING:
    import numpy.typing as npt

    from planner.projection.residents import Residents
    from planner.study import Study

    IntArray = npt.NDArray[np.int64]
    FloatArray = npt.NDArray[np.float64]

__all__ = ["possible_entrants"]

BIRTH_YEARS: Final = 12
"""School years of births looked back upon."""


def possible_entrants(
    study: Study,
    residents: Residents,
    entrants: IntArray,
    entry_age: int,
    years: tuple[int, ...],
    *,
    seed: int,
    draws: int,
) -> IntArray:
    """Return possible entrants, [draw, area, year], about those that are expected.

    An area's entrants vary like its residents of entry age: with births not yet known, with
    families who come and go, and with new homes. Births and migration are those of the county,
    so that a small year is small everywhere; what is peculiar to one area is not drawn.

    Args:
        study: What is known.
        residents: Residents of the plan.
        entrants: Expected entrants, [area, year].
        entry_age: Age at which they enter.
        years: School years of the entrants.
        seed: The same seed draws the same futures.
        draws: How many.
    """
    shocks, born = _shocks(study, residents)
    # Areas without new homes vary alike: one group stands for them all.
    age = entry_age - residents.ages.start
    homes = residents.from_homes
    own = homes[:, age].any(axis=1) if homes.size else np.zeros(len(entrants), dtype=bool)
    group = np.where(own, np.cumsum(own), 0)
    drawn_years = tuple(year for year in residents.years if year >= residents.counted_until)
    drawn = draw_residents(residents, group, shocks, drawn_years, born, seed=seed, draws=draws)
    possible = np.repeat(entrants[None].astype(float), draws, axis=0)
    for column, year in enumerate(years):
        if year in drawn_years:
            expected = np.bincount(group, residents.of_ages(entry_age, entry_age, year))
            found = drawn[:, age, drawn_years.index(year)].T
            factor = np.divide(found, expected, out=np.ones(found.shape), where=expected > 0)
            possible[:, :, column] *= factor[:, group]
    whole: IntArray = np.rint(np.maximum(possible, 0.0)).astype(np.int64)
    return whole


def _shocks(study: Study, residents: Residents) -> tuple[Shocks, int]:
    """Return the county's shocks of births and migration, and the last year of known births."""
    none, nobody = np.zeros(0, dtype=np.int64), np.zeros(0)
    schools = PastErrors(none, none, none, none, none, nobody, nobody, nobody)
    if study.births.empty:
        counted = residents.counted_until - residents.years[0] + 1
        youngest = residents.count[:, 0, :counted].sum(axis=0)
        last = residents.counted_until - residents.ages[0]
        return learn_shocks(youngest, residents, schools), last
    last = int(study.births["year"].max())
    known = births_by_school_year(study, BirthSettings(), range(last - BIRTH_YEARS, last + 1))
    return learn_shocks(known, residents, schools), last
