"""Carry the residents of every area forward: each year the children grow a year older.

A cohort-component projection. From one year to the next the children aged a become those aged
a + 1, times a migration ratio that the county's own counts have shown; births come in below.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from planner.errors import ScenarioError, Sentence, StudyError
from planner.projection.ages import annual_single_ages, covered_ages
from planner.projection.births import area_births, carried_on
from planner.projection.homes import homes_children
from planner.study import Fallback

if TYPE_CHECKING:
    import numpy.typing as npt

    from planner.projection.homes import LearnedYield
    from planner.scenario import BirthSettings, Scenario
    from planner.study import Study

__all__ = ["Residents", "project_residents"]


_NO_BIRTHS: Final = Fallback(
    "births",
    "There are no births; the youngest residents follow the trend of their own numbers.",
    "没有出生人口，最小年龄人口按自身趋势推算。",
)
_EVERY_CHILD_STAYS: Final = Fallback(
    "births_before_counts",
    "No year has both births and residents of the youngest age; every child born is expected.",
    "没有同时具备出生人口和最小年龄人口的年份，假定出生人口全部留在本地。",
)


@dataclass(frozen=True, slots=True, eq=False)
class Residents:
    """Children by area, single age and school year; ages are taken on the cut-off day.

    Attributes:
        area_ids: Areas in the order of the study.
        ages: Single ages, from the youngest counted to the oldest that a stage needs.
        years: From the first count to the last planned year, without gaps.
        counted_until: Last counted year; later ones are projected.
        count: Children, shape (areas, ages, years); fractions stay.
        notes: What stands in for parts that the study lacks.
        from_homes: Children among `count` whom homes bring after the last count, of the same
            shape: in new homes all, in older ones those beyond the children counted there, who
            may be fewer than none. Empty where nobody asked about homes.
        yields: What completed homes have taught about the yields, by kind.
    """

    area_ids: tuple[str, ...]
    ages: range
    years: tuple[int, ...]
    counted_until: int
    count: npt.NDArray[np.float64]
    notes: tuple[Fallback, ...]
    from_homes: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 0, 0)))
    yields: tuple[LearnedYield, ...] = ()

    def of_ages(self, first: int, last: int, year: int) -> npt.NDArray[np.float64]:
        """Return the children of these ages, both included, by area.

        Raises:
            StudyError: the residents do not reach these ages or this year.
        """
        if first not in self.ages or last not in self.ages or year not in self.years:
            fault = Sentence(
                f"Residents are known for ages {self.ages[0]}–{self.ages[-1]} "
                f"in {self.years[0]}–{self.years[-1]}; asked for ages {first}–{last} in {year}. "
                "Add these ages to the residents table.",
                f"常住人口只有{self.years[0]}—{self.years[-1]}年"
                f"{self.ages[0]}—{self.ages[-1]}岁；需要{year}年{first}—{last}岁，"
                "请补入常住人口表。",
            )
            raise StudyError(fault)
        ages = slice(first - self.ages.start, last + 1 - self.ages.start)
        count: npt.NDArray[np.float64] = self.count[:, ages, year - self.years[0]].sum(axis=1)
        return count


@dataclass(frozen=True, slots=True, eq=False)
class _Ratios:
    """Share of a cohort that is found a year later, by step of age; above 1 families move in.

    `area` has shape (areas, steps), `county` has shape (steps,).
    """

    area: npt.NDArray[np.float64]
    county: npt.NDArray[np.float64]


def project_residents(study: Study, scenario: Scenario, last_year: int) -> Residents:
    """Return the residents of every area from the first count to a year, projected where needed.

    R[i, a+1, y+1] = R[i, a, y] × ratio[i, a], where the ratio is learned over the last steps
    between years, and drawn from the area toward its setting (city, town, village) and from
    there toward the county, the more the fewer residents it rests on. `migration_factor` is its
    exponent. Each year and age, the areas are then scaled to the county's own cohort, so that
    chance in small areas never adds up to growth of the county.

    The youngest age comes from births, times the learned ratio of residents counted to births
    published; a study without births carries the youngest residents on by their own trend.
    Children whom homes bring after the last count are added on top, at their stages' ages.
    Those who had moved into homes by then teach no ratio: an estate is filled once. The share of
    them that `homes.from_outside` leaves comes out of the county's other areas.

    Raises:
        StudyError: the residents table does not reach the ages of a stage that is taught, or the
            births table begins after children who are still to come were born.
        ScenarioError: the scenario sets births of years for which it may not (see `births`).
    """
    ages = _ages_needed(study)
    counted_years, counted = annual_single_ages(study, ages)
    years = tuple(range(counted_years[0], max(last_year, counted_years[-1]) + 1))
    births, births_ratio, birth_notes = _births_below(study, scenario, ages, years, counted)
    homes = homes_children(study, scenario.homes, ages, years, counted)
    ratios = _migration_ratios(study, scenario, counted, homes.moved_in)
    count = _climb(counted, births, births_ratio, ratios)
    count = _without_movers(count, homes.ahead, scenario.homes.from_outside)
    from_homes = np.maximum(homes.ahead, -count)  # nobody leaves who is not there
    notes = (*_count_notes(study, counted_years), *birth_notes, *homes.notes)
    return Residents(
        area_ids=tuple(study.areas["area_id"]),
        ages=ages,
        years=years,
        counted_until=counted_years[-1],
        count=count + from_homes,
        notes=notes,
        from_homes=from_homes,
        yields=homes.learned,
    )


def _without_movers(
    count: npt.NDArray[np.float64], from_homes: npt.NDArray[np.float64], from_outside: float
) -> npt.NDArray[np.float64]:
    """Take those who move into new homes from within the county out of where they lived.

    They leave all areas alike: from where families come to a given estate nobody counts.
    """
    moving = np.maximum(from_homes.sum(axis=0), 0.0) * (1.0 - from_outside)
    living = count.sum(axis=0)
    staying = 1.0 - np.divide(moving, living, out=np.zeros_like(living), where=living > 0)
    stayed: npt.NDArray[np.float64] = count * np.maximum(staying, 0.0)
    return stayed


def _ages_needed(study: Study) -> range:
    """Return the ages that the counts cover, up to the highest that any stage asks for."""
    covered = covered_ages(study)
    taught = set(study.sections["stage"])
    faults = []
    highest = 0
    for stage in study.norms.stages:
        first, last = stage.entry_age, stage.entry_age + len(stage.grades) - 1
        highest = max(highest, last)
        if stage.stage in taught and not (first in covered and last in covered):
            faults.append(
                Sentence(
                    f"residents: {stage.names['en']} needs ages {first}–{last}, "
                    f"the table covers {covered[0]}–{covered[-1]} in every year. "
                    "Add the missing ages in all years.",
                    f"常住人口表（residents）：{stage.names['zh']}需要{first}—{last}岁，"
                    f"表中各年都有的只是{covered[0]}—{covered[-1]}岁；请在各年补上所缺年龄。",
                )
            )
    if faults:
        raise StudyError(*faults)
    return range(covered.start, min(covered.stop, highest + 1))


def _births_below(
    study: Study,
    scenario: Scenario,
    ages: range,
    years: tuple[int, ...],
    counted: npt.NDArray[np.float64],
) -> tuple[npt.NDArray[np.float64], _Ratios, list[Fallback]]:
    """Return the step below the youngest age: births by area and year, and what becomes of them.

    Births stand in the year in which they reach the youngest age. The ratio is learned from the
    same births, corrections included, so that it repairs only what they leave open. Where the
    births table ends before the counts do, it is learned without the factor of the low or high
    variant; else the ratio would take back what the variant says.
    """
    settings, learning = scenario.births, scenario.projection
    shares = _shares_of_the_young(counted)
    if study.births.empty:
        _refuse_settings_of_births(settings)
        young = counted[:, 0, :].sum(axis=0)
        ahead = carried_on(young, settings, {}, len(years) - len(young))
        births = shares[:, None] * np.concatenate([young, ahead])
        return births, _Ratios(np.ones((len(shares), 1)), np.ones(1)), [_NO_BIRTHS]
    birth_years = [year - ages.start for year in years]
    births = area_births(study, settings, birth_years, shares)
    _refuse_late_births(births[0, counted.shape[2] :], birth_years[counted.shape[2] :])
    medium = area_births(study, replace(settings, variant="medium"), birth_years, shares)
    learned = range(counted.shape[2])[-learning.years_learned :]
    known = [year for year in learned if not np.isnan(medium[:, year]).any()]
    left = medium[:, known].sum(axis=1, keepdims=True)
    arrived = counted[:, 0, known].sum(axis=1, keepdims=True)
    ratios = _shrunk_ratios(study, left, arrived, learning.migration_shrinkage)
    return births, ratios, [] if known else [_EVERY_CHILD_STAYS]


def _refuse_settings_of_births(settings: BirthSettings) -> None:
    """Raise where a scenario sets what only a births table could obey."""
    if settings.path or settings.correction:
        fault = Sentence(
            "[births] path and correction speak of published births, and the study has none. "
            "Add a births table or leave both settings out.",
            "[births] path和correction针对公布的出生人口，而规划项目中没有；"
            "请补入出生人口表，或去掉这两项设置。",
        )
        raise ScenarioError(fault)


def _refuse_late_births(births: npt.NDArray[np.float64], birth_years: list[int]) -> None:
    """Raise where children come after the last count and nobody knows how many were born."""
    unknown = [year for year, born in zip(birth_years, births, strict=True) if np.isnan(born)]
    if unknown:
        fault = Sentence(
            f"births: the table begins too late. The residents are counted up to a year whose "
            f"youngest age continues with children born from {unknown[0] - 1} on. "
            f"Add births of {unknown[0] - 1} to {unknown[-1]}, or leave the births table out.",
            "出生人口表（births）开始得太晚：常住人口的最小年龄之后"
            f"是{unknown[0] - 1}年起出生的儿童；请补入"
            f"{unknown[0] - 1}至{unknown[-1]}年的出生人口，或去掉此表。",
        )
        raise StudyError(fault)


def _shares_of_the_young(counted: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return each area's share of the county's three youngest ages in the last count."""
    young = counted[:, :3, -1].sum(axis=1)
    total = young.sum()
    return young / total if total > 0 else np.full(len(young), 1 / len(young))


def _migration_ratios(
    study: Study,
    scenario: Scenario,
    counted: npt.NDArray[np.float64],
    moved_in: npt.NDArray[np.float64],
) -> _Ratios:
    """Return the learned ratios of all steps of age; all are 1 after a single count.

    Children who moved into homes just completed are taken off those who arrived. Where they are
    more than chance among the children of an area (the root of their number), that year of the
    area speaks only as a part of its setting and of the county: what one estate brought beyond
    or below its yield must not go on for ever.
    """
    settings = scenario.projection
    steps = slice(max(counted.shape[2] - 1 - settings.years_learned, 0), None)
    left = counted[:, :-1, :-1][:, :, steps]
    arrived = np.maximum(counted[:, 1:, 1:] - moved_in, 0.0)[:, :, steps]
    brought = np.abs(moved_in[:, :, steps].sum(axis=1, keepdims=True))
    speaks = brought <= np.sqrt(left.sum(axis=1, keepdims=True))
    learned = _shrunk_ratios(
        study,
        left.sum(axis=2),
        arrived.sum(axis=2),
        settings.migration_shrinkage,
        own=((left * speaks).sum(axis=2), (arrived * speaks).sum(axis=2)),
    )
    factor = settings.migration_factor
    return _Ratios(learned.area**factor, learned.county**factor)


def _shrunk_ratios(
    study: Study,
    left: npt.NDArray[np.float64],
    arrived: npt.NDArray[np.float64],
    shrinkage: float,
    own: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]] | None = None,
) -> _Ratios:
    """Return arrived ÷ left by area, mixed with its setting's, itself mixed with the county's.

    `own` is the part of both that speaks for an area itself; all of it where it is not given.
    """
    county = _mixed(left.sum(axis=0), arrived.sum(axis=0), np.ones(left.shape[1]), 0.0)
    group, names = pd.factorize(study.areas["setting"].fillna(""))
    of_group = np.zeros((2, len(names), left.shape[1]))
    np.add.at(of_group[0], group, left)
    np.add.at(of_group[1], group, arrived)
    setting = _mixed(of_group[0], of_group[1], county, shrinkage)
    own_left, own_arrived = own or (left, arrived)
    return _Ratios(_mixed(own_left, own_arrived, setting[group], shrinkage), county)


def _mixed(
    left: npt.NDArray[np.float64],
    arrived: npt.NDArray[np.float64],
    prior: npt.NDArray[np.float64],
    shrinkage: float,
) -> npt.NDArray[np.float64]:
    """Return ratios with so many residents' worth of the prior; the prior where nobody lived."""
    mixed = np.broadcast_to(prior, left.shape).copy()
    weight = left + shrinkage
    np.divide(arrived + shrinkage * prior, weight, out=mixed, where=weight > 0)
    return mixed


def _climb(
    counted: npt.NDArray[np.float64],
    births: npt.NDArray[np.float64],
    births_ratio: _Ratios,
    ratios: _Ratios,
) -> npt.NDArray[np.float64]:
    """Return residents by area, age and year: counted ones, then each cohort a year older."""
    areas, ages, counted_years = counted.shape
    area_ratio = np.hstack([births_ratio.area, ratios.area])
    county_ratio = np.concatenate([births_ratio.county, ratios.county])
    count = np.empty((areas, ages, births.shape[1]))
    count[:, :, :counted_years] = counted
    for year in range(counted_years, births.shape[1]):
        younger = np.hstack([births[:, [year]], count[:, :-1, year - 1]])
        older = younger * area_ratio
        county = younger.sum(axis=0) * county_ratio
        found = older.sum(axis=0)
        scale = np.divide(county, found, out=np.ones(ages), where=found > 0)
        count[:, :, year] = older * scale
    return count


def _count_notes(study: Study, counted_years: tuple[int, ...]) -> list[Fallback]:
    """Say what the projection rests on where the study's counts are thin."""
    notes = []
    counts = sorted(map(int, study.residents["year"].unique()))
    if len(counts) < len(counted_years):
        listed = "、".join(map(str, counts))
        notes.append(
            Fallback(
                "residents_between_counts",
                f"Residents were counted in {', '.join(map(str, counts))}; "
                "the years between are filled along cohorts.",
                f"常住人口仅有 {listed} 年数据，其间年份按同届人口推算。",
            )
        )
    if len(counted_years) == 1:
        notes.append(
            Fallback(
                "residents_one_count",
                "Residents were counted once, so nobody is assumed to move in or out.",
                "常住人口仅有一年数据，假定无人迁入迁出。",
            )
        )
    return notes
