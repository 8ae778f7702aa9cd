"""What would this plan have said in earlier years? Its misses then say how sure it is now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from planner.capacity import offer_sections
from planner.projection.backtest import (
    METHODS,
    Outlook,
    beside,
    consecutive,
    look_ahead,
    refuse_unreachable,
    score,
)
from planner.projection.births import births_by_school_year
from planner.projection.blend import size_class
from planner.projection.calibration import calibrate, errors_between, joined, school_errors
from planner.projection.draws import DRAWS, Expected, draw_rolls, learn_shocks
from planner.projection.history import history_of_study
from planner.projection.progression import learn_progression, with_onward_sections
from planner.projection.residents import project_residents
from planner.projection.rolls import counted_rolls
from planner.scenario import BirthSettings, Scenario
from planner.stages import Below, County, StageEntry, enter_stage

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy.typing as npt
    import pandas as pd

    from planner.projection.backtest import Foreseen
    from planner.projection.calibration import PastErrors
    from planner.projection.draws import RollDraws
    from planner.projection.history import RollHistory
    from planner.projection.residents import Residents
    from planner.study import Study

    FloatArray = npt.NDArray[np.float64]
    BoolArray = npt.NDArray[np.bool_]

__all__ = [
    "Past",
    "as_known_in",
    "backtest_study",
    "draw_futures",
    "foresee_sections",
    "look_back",
]

EARLIER_YEARS = 5
"""Years from which the plan is made again, the latest ones: an older past says little of today."""

YEARS_AHEAD = 6
"""Years ahead that are checked; further ahead the errors go on growing as they have until then."""

_BIRTH_YEARS = 12
"""Years of births whose ups and downs say what births may do."""

_FORGETTING = 0.8
"""Weight of an error one year older: with few years to learn from, each counts."""


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """What was foreseen from earlier years, and what came.

    Attributes:
        history: The study's rolls, section by section.
        ahead: What the plan would have said in each origin, [section of history, grade, lead].
        stage: Number of each section's stage, [section of history].
    """

    history: RollHistory
    ahead: Mapping[int, FloatArray]
    stage: npt.NDArray[np.int64]

    def errors(self, known_in: int | None = None) -> PastErrors:
        """Return the errors that were known in a year; all of them without a year."""
        latest = self.history.years[-1] if known_in is None else known_in
        first = self.history.years[0]
        counted = consecutive(self.history.pupils, self.history.years)
        return joined(
            [
                errors_between(
                    counted[:, :, : origin - first + 1],
                    ahead[:, :, lead - 1],
                    counted[:, :, origin - first + lead],
                    origin - first,
                    lead,
                    _FORGETTING ** (latest - origin - lead),
                )
                for origin, ahead in self.ahead.items()
                for lead in range(1, min(ahead.shape[2], latest - origin) + 1)
            ]
        )


def look_back(
    study: Study, scenario: Scenario, say: Callable[[str], None] = lambda _doing: None
) -> Past:
    """Make the plan again as it would have been made in the last few years.

    A year serves where a roll of the year before it and of a later year are known, and where
    residents were counted by then.
    """
    history = history_of_study(study)
    origins = [year for year in history.years[1:-1] if _can_be_made(study, year)]
    ahead = {}
    for origin in origins[-EARLIER_YEARS:]:
        say(f"what would have been said in {origin}")
        leads = min(YEARS_AHEAD, history.years[-1] - origin)
        ahead[origin] = _as_said(study, scenario, history, origin, leads)
    return Past(history, ahead, _stages(study, history))


def _stages(study: Study, history: RollHistory) -> npt.NDArray[np.int64]:
    """Return the number of each section's stage."""
    number = {stage.stage: place for place, stage in enumerate(study.norms.stages)}
    stage_of = dict(zip(study.sections["section_id"], study.sections["stage"], strict=True))
    return np.array([number[stage_of[section]] for section in history.schools])


def _can_be_made(study: Study, year: int) -> bool:
    """Tell whether residents had been counted, and births were known, by a year."""
    counted = study.residents["year"].min() <= year
    return bool(counted and (study.births.empty or study.births["year"].min() < year))


def _as_said(
    study: Study, scenario: Scenario, history: RollHistory, origin: int, leads: int
) -> FloatArray:
    """Return what would have been said in one year, in the order of the history's sections."""
    years = tuple(range(origin, origin + leads + 1))
    sections, pupils = foresee_sections(as_known_in(study, origin), _as_wished(scenario), years)
    place = {section: row for row, section in enumerate(history.schools)}
    said = np.full((*history.pupils.shape[:2], leads), np.nan)
    rows = [place[section] for section in sections]
    said[rows] = pupils[:, :, 1:]
    counted = history.pupils[:, :, history.years.index(origin)]
    # A grade nobody sat in at the time is none that could be set against a count.
    said[~np.isfinite(counted)] = np.nan
    return said


def as_known_in(study: Study, year: int) -> Study:
    """Return the study as it was known in a year that has a roll.

    Rolls, residents and births end there, as they end before today's base year; sections that
    had no pupils yet do not exist, and no building is planned. Today's zones stand in for those
    of the time, of which nothing is kept; areas of a section that did not exist have none.
    """
    published = int(study.births["year"].max()) - study.base_year if len(study.births) else 0
    rolls = study.rolls[study.rolls["year"] <= year]
    there = set(rolls.loc[(rolls["year"] == year) & (rolls["pupils"] > 0), "section_id"])
    if len(study.successions):
        there |= set(study.successions["to_section"])
    sections = study.sections[study.sections["section_id"].isin(there)]
    onward = sections["continues_at"].where(sections["continues_at"].isin(there))
    return replace(
        study,
        base_year=year,
        rolls=rolls.reset_index(drop=True),
        classes=study.classes.iloc[:0],
        projects=study.projects.iloc[:0],
        residents=_until(study.residents, year),
        births=_until(study.births, year + published),
        sections=sections.assign(continues_at=onward).reset_index(drop=True),
        zones=study.zones[study.zones["section_id"].isin(there)].reset_index(drop=True),
    )


def _until(table: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return the rows up to a year."""
    return table[table["year"] <= year].reset_index(drop=True)


def _as_wished(scenario: Scenario) -> Scenario:
    """Return what a scenario assumes of people, without what it says of the years ahead."""
    return Scenario(
        name=scenario.name,
        projection=scenario.projection,
        homes=replace(scenario.homes, yield_factor=1.0, delay_years=0),
        births=BirthSettings(),
    )


def foresee_sections(
    study: Study, scenario: Scenario, years: tuple[int, ...]
) -> tuple[tuple[str, ...], FloatArray]:
    """Return the pupils of every section if zones and buildings stay as they are.

    What `planner.plan.make_plan` says of the same case before it forms classes, in parts of
    pupils and without walks.

    Args:
        study: What is known.
        scenario: What is assumed of births, homes and progression.
        years: School years, the counted one first.

    Returns:
        Keys of the sections; pupils, [section, grade of the norms, year].
    """
    offer = offer_sections(study, scenario, years)
    sections, _ = with_onward_sections(offer.sections, study.norms)
    rolls = counted_rolls(study, sections, study.norms)
    county = County(
        study=study,
        scenario=scenario,
        offer=replace(offer, sections=sections),
        residents=project_residents(study, scenario, years[-1]),
        rolls=rolls,
        progression=learn_progression(rolls, sections, scenario.projection),
        metres=_as_the_crow_flies(study, sections),
        edges=np.zeros((0, 2), dtype=np.int64),
        home=np.full(len(sections), -1),
        row_of={key: row for row, key in enumerate(sections["section_id"])},
        column_of={grade: column for column, grade in enumerate(rolls.grades)},
        new_zones={},
        seed=0,
    )
    pupils = np.zeros((len(sections), len(rolls.grades), len(years)))
    below = None
    for stage in study.norms.stages:
        if (sections["stage"] == stage.stage).any():
            entry = enter_stage(county, stage, below)
            _carry(county, entry, pupils)
            below = Below(stage, entry.rows, county.column_of[stage.grades[-1]], pupils)
    return tuple(sections["section_id"]), pupils


def _as_the_crow_flies(study: Study, sections: pd.DataFrame) -> FloatArray:
    """Return straight distances from areas to sections."""
    inside = study.areas.geometry.representative_point()
    x, y = (axis.to_numpy()[:, None] for axis in (inside.x, inside.y))
    points = sections["geometry"]
    east = np.array([point.x for point in points])[None, :]
    north = np.array([point.y for point in points])[None, :]
    distance: FloatArray = np.hypot(x - east, y - north)
    return distance


def _carry(county: County, entry: StageEntry, pupils: FloatArray) -> None:
    """Fill in one stage: entrants go where they are zoned today, cohorts climb, some join them."""
    columns = [county.column_of[grade] for grade in entry.stage.grades]
    for column in columns:
        counted = county.rolls.pupils[entry.rows, column, -1]
        pupils[entry.rows, column, 0] = np.nan_to_num(counted)
    zone = _zones(county, entry)
    weights = entry.county_weights
    for year in range(1, pupils.shape[2]):
        by_weight = weights[:, year] / max(weights[:, year].sum(), 1e-9)
        if zone is not None:
            np.add.at(pupils[:, columns[0], year], zone, entry.entrants.zoned[:, year])
        entering = entry.entrants.county[:, year].sum()
        pupils[entry.intake.county, columns[0], year] += entering * by_weight
        for grade, column in enumerate(columns[1:], start=1):
            for row in entry.rows:
                sources = county.progression.sources.get((int(row), column), ())
                if sources:
                    climbing = pupils[list(sources), column - 1, year - 1].sum()
                    pupils[row, column, year] += climbing * county.progression.ratio[row, column]
            if zone is not None:
                np.add.at(pupils[:, column, year], zone, entry.joiners.zoned[:, grade, year])
            joined_county = entry.joiners.county[grade, year]
            pupils[entry.intake.county, column, year] += joined_county * by_weight


def _zones(county: County, entry: StageEntry) -> npt.NDArray[np.int64] | None:
    """Return the row of the section of each area; the nearest one where none is known."""
    zoned = entry.intake.zoned
    if not len(zoned):
        return None
    nearest = zoned[county.metres[:, zoned].argmin(axis=1)]
    today = entry.intake.zone_today
    return np.where(today >= 0, today, nearest)


def draw_futures(
    study: Study,
    past: Past,
    residents: Residents,
    sections: pd.DataFrame,
    pupils: FloatArray,
    homes: FloatArray,
    years: tuple[int, ...],
    *,
    seed: int,
    draws: int = DRAWS,
) -> RollDraws:
    """Return possible rolls of every section about what a plan expects.

    Args:
        study: What is known.
        past: What would have been said in earlier years.
        residents: Residents of the plan.
        sections: Sections of the plan.
        pupils: What the plan expects, [section, grade of the norms, year].
        homes: Pupils among them whom new homes bring, [section, year].
        years: School years, the counted one first.
        seed: Where chance begins.
        draws: How many futures.
    """
    schools = school_errors(past.errors(), past.stage)
    born = (
        int(study.births["year"].max())
        if len(study.births)
        else residents.counted_until - residents.ages[0]
    )
    known = (
        births_by_school_year(study, BirthSettings(), range(born - _BIRTH_YEARS, born + 1))
        if len(study.births)
        else residents.count[:, 0, : residents.counted_until - residents.years[0] + 1].sum(axis=0)
    )
    ages = np.array([study.norms.age_at(g) for stage in study.norms.stages for g in stage.grades])
    roll = pupils.sum(axis=1)
    # A section that opens later is as large as it will be in its first year.
    opening = roll[np.arange(len(roll)), (roll > 0).argmax(axis=1)]
    number = {stage.stage: place for place, stage in enumerate(study.norms.stages)}
    expected = Expected(
        pupils=pupils,
        homes=homes,
        stage=np.array([number[stage] for stage in sections["stage"]]),
        born=np.array(years)[None, :] - ages[:, None],
        years=years,
        last_births=born,
    )
    return draw_rolls(
        expected,
        calibrate(schools, YEARS_AHEAD, len(number)),
        size_class(opening),
        learn_shocks(known, residents, schools),
        seed=seed,
        draws=draws,
    )


def backtest_study(
    study: Study,
    origins: Sequence[int],
    leads: Sequence[int],
    methods: Sequence[str] = METHODS,
    say: Callable[[str], None] = lambda _doing: None,
) -> pd.DataFrame:
    """Return how well each method would have foreseen a study's rolls, with its intervals.

    `planner` is the plan itself, made again from residents, births, zones and rolls as they
    were known; the other methods see the rolls alone. Its intervals rest on the origins given
    here whose outcome was known at the time.

    Raises:
        StudyError: An origin has no counts or no residents by then, or no lead is reached.
    """
    history = history_of_study(study)
    refuse_unreachable(history, origins, leads)
    counted = consecutive(history.pupils, history.years)
    said = {}
    if "planner" in methods:
        for origin in sorted({*origins, *_origins_before(study, history, max(origins))}):
            say(f"{origin} planner")
            said[origin] = _as_said(study, Scenario(name="past"), history, origin, max(leads))
    past = Past(history, said, _stages(study, history))
    found: dict[tuple[str, str, int], list[Foreseen]] = {}
    for origin in origins:
        then = counted[:, :, : origin - history.years[0] + 1]
        for method in methods:
            if method == "planner":
                outlook = Outlook(said[origin], past.errors(origin), pooled=False, kind=past.stage)
            else:
                outlook = look_ahead(method, then, max(leads))
            for level, lead, foreseen in beside(outlook, then, counted, leads):
                found.setdefault((method, level, lead), []).append(foreseen)
    return score(found)


def _origins_before(study: Study, history: RollHistory, latest: int) -> list[int]:
    """Return the years before the last origin from which the plan can be made again."""
    return [year for year in history.years[1:] if year < latest and _can_be_made(study, year)]
