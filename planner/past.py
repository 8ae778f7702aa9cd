"""What would this plan have said in earlier years? Its misses then say how sure it is now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from planner.capacity import offer_sections
from planner.errors import Sentence
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
from planner.projection.calibration import ENOUGH_ERRORS, calibrate
from planner.projection.draws import DRAWS, Expected, draw_residents, draw_rolls, learn_shocks
from planner.projection.history import believed, history_of_study
from planner.projection.progression import learn_progression, with_onward_sections
from planner.projection.remade import errors_between, joined, school_errors
from planner.projection.residents import project_residents
from planner.projection.rolls import counted_rolls
from planner.reading.successions import under_new_keys
from planner.scenario import BirthSettings, Scenario
from planner.stages import Below, County, StageEntry, enter_stage
from planner.study import Fallback

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy.typing as npt
    import pandas as pd

    from planner.projection.backtest import Foreseen
    from planner.projection.draws import RollDraws, Shocks
    from planner.projection.history import RollHistory
    from planner.projection.remade import PastErrors
    from planner.projection.residents import Residents
    from planner.study import Study

    FloatArray = npt.NDArray[np.float64]
    BoolArray = npt.NDArray[np.bool_]

__all__ = [
    "Past",
    "as_known_in",
    "backtest_study",
    "draw_children",
    "draw_futures",
    "foresee_sections",
    "look_back",
    "proof",
]

_ODD = ("history_doubtful", "history_stays", "history_not_counted_years", "history_successions")
"""Notes on the rolls that matter for a plan."""

_NO_PAST = Fallback(
    "no_past",
    "The rolls are too few to make this plan again from an earlier year: its intervals are as "
    "wide as they were in New York City, whose rolls of 2005 to 2017 are known.",
    "在校生年份不足，无法回溯检验本方案，预测区间暂按纽约市2005—2017年的误差确定。",
)

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

    @property
    def notes(self) -> tuple[Fallback, ...]:
        """What a planner should know of the years before: odd counts, and a past too short."""
        odd = [note for note in self.history.notes if note.key in _ODD]
        tried = len(school_errors(self.errors(), self.stage).counted)
        return tuple(odd) if tried >= ENOUGH_ERRORS else (*odd, _NO_PAST)

    def errors(self, known_in: int | None = None) -> PastErrors:
        """Return the errors that were known in a year; all of them without a year.

        Counts that look like typing errors are no outcome of a forecast, and a section that had
        one is not tested from that year.
        """
        history = self.history if known_in is None else self.history.until(known_in)
        latest = history.years[-1] if known_in is None else known_in
        first = history.years[0]
        counted = consecutive(np.where(history.doubtful, np.nan, history.pupils), history.years)
        odd = {
            year: np.any(history.doubtful[:, :, layer], axis=1, keepdims=True)
            for layer, year in enumerate(history.years)
        }
        return joined(
            [
                errors_between(
                    counted[:, :, : origin - first + 1],
                    np.where(odd[origin], np.nan, ahead[:, :, lead - 1]),
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
        say(Sentence(f"what would have been said in {origin}", f"{origin}年时会怎样预测"))
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
    residents, births = _residents_counted(study, year), _births_published(study, year)
    if residents.empty or births.empty:
        return len(residents) > 0 and study.births.empty
    # Who comes after the last count must have been born when births were known.
    youngest = residents.groupby("year")["age_from"].min().max()
    return bool(births["year"].min() <= residents["year"].max() - youngest)


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

    Rolls end there; residents and births do as they end beside today's base year. Sections that
    had no pupils yet do not exist, and no building is planned. Today's zones stand in for those
    of the time, of which nothing is kept; areas of a section that did not exist have none. New
    homes are taken to have been known as they came.
    """
    rolls = study.rolls[study.rolls["year"] <= year]
    last = rolls[(rolls["year"] == year) & (rolls["pupils"] > 0)]
    there = set(under_new_keys(last, study.successions, key="section_id")["section_id"])
    sections = study.sections[study.sections["section_id"].isin(there)]
    onward = sections["continues_at"].where(sections["continues_at"].isin(there))
    return replace(
        study,
        base_year=year,
        rolls=rolls.reset_index(drop=True),
        classes=study.classes.iloc[:0],
        projects=study.projects.iloc[:0],
        residents=_residents_counted(study, year),
        births=_births_published(study, year),
        sections=sections.assign(continues_at=onward).reset_index(drop=True),
        zones=study.zones[study.zones["section_id"].isin(there)].reset_index(drop=True),
    )


def _residents_counted(study: Study, year: int) -> pd.DataFrame:
    """Return the residents up to a year; as late as today's, where they are counted every year."""
    counted = np.unique(study.residents["year"].to_numpy(dtype=int))
    every_year = len(counted) > 1 and counted[-1] == counted[-2] + 1
    late = max(study.base_year - int(counted[-1]), 0) if every_year else 0
    known = study.residents["year"] <= year - late
    return study.residents[known].reset_index(drop=True)


def _births_published(study: Study, year: int) -> pd.DataFrame:
    """Return the births published by a year: as many months before or after it as today's.

    Births by area and by month may come later than those of the county and of whole years.
    """
    births = study.births
    month = births["year"].astype(int) * 12 + births["month"].fillna(12).astype(int)
    kind = [births["area_id"].isna(), births["month"].isna()]
    latest = month.groupby(kind).transform("max")
    return births[month <= latest - 12 * (study.base_year - year)].reset_index(drop=True)


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
    metres = _as_the_crow_flies(study, sections)
    county = County(
        study=study,
        scenario=scenario,
        offer=replace(offer, sections=sections),
        residents=project_residents(study, scenario, years[-1]),
        rolls=rolls,
        progression=learn_progression(
            believed(rolls, sections["section_id"]), sections, scenario.projection
        ),
        metres=metres,
        minutes=metres / study.walking_kmh / 1000 * 60,
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
    shocks, born = _shocks(study, past, residents)
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
        calibrate(
            school_errors(past.errors(), past.stage), YEARS_AHEAD, len(number), few_years=True
        ),
        size_class(opening),
        shocks,
        seed=seed,
        draws=draws,
    )


def draw_children(
    study: Study, past: Past, residents: Residents, *, seed: int, draws: int = DRAWS
) -> npt.NDArray[np.float32]:
    """Return possible children of the county by single age, [age, year, draw].

    Years are those of the residents from their last count on, which is certain. The same kinds
    of shocks move them as move the rolls: births not yet known, migration, new homes.
    """
    shocks, born = _shocks(study, past, residents)
    years = tuple(year for year in residents.years if year >= residents.counted_until)
    together = np.zeros(len(residents.count), dtype=np.int64)
    drawn: npt.NDArray[np.float32] = draw_residents(
        residents, together, shocks, years, born, seed=seed, draws=draws
    )[0]
    return drawn


def _shocks(study: Study, past: Past, residents: Residents) -> tuple[Shocks, int]:
    """Return the shocks a county's past has shown, and the last year whose births are known."""
    schools = school_errors(past.errors(), past.stage)
    if study.births.empty:
        counted = residents.counted_until - residents.years[0] + 1
        youngest = residents.count[:, 0, :counted].sum(axis=0)
        return (
            learn_shocks(youngest, residents, schools),
            residents.counted_until - residents.ages[0],
        )
    born = int(study.births["year"].max())
    years = range(born - _BIRTH_YEARS, born + 1)
    known = births_by_school_year(study, BirthSettings(), years)
    return learn_shocks(known, residents, schools), born


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
    said = {}
    if "planner" in methods:
        for origin in sorted({*origins, *_origins_before(study, history, max(origins))}):
            say(f"{origin} planner")
            said[origin] = _as_said(study, Scenario(name="past"), history, origin, max(leads))
    return _against_counts(Past(history, said, _stages(study, history)), origins, leads, methods)


def proof(past: Past, leads: Sequence[int] = (1, 2, 3)) -> pd.DataFrame:
    """Return the back-test of what a plan looked back on, beside the usual methods.

    What `backtest_study` would say of the origins of `past`, at no cost: the plan is not made
    again. Leads that nothing reached are left out; where the past is too short for any test, no
    row is left.

    Args:
        past: What would have been said in earlier years.
        leads: How many years ahead, at least 1.
    """
    reached = max((ahead.shape[2] for ahead in past.ahead.values()), default=0)
    within = [lead for lead in leads if lead <= reached]
    return _against_counts(past, sorted(past.ahead) if within else [], within, METHODS)


def _against_counts(
    past: Past, origins: Sequence[int], leads: Sequence[int], methods: Sequence[str]
) -> pd.DataFrame:
    """Return the scores of each method from each origin, as far as the counts go."""
    history = past.history
    counted = consecutive(history.pupils, history.years)
    found: dict[tuple[str, str, int], list[Foreseen]] = {}
    for origin in origins:
        then = counted[:, :, : origin - history.years[0] + 1]
        for method in methods:
            if method == "planner":
                outlook = Outlook(
                    past.ahead[origin], past.errors(origin), pooled=False, kind=past.stage
                )
            else:
                outlook = look_ahead(method, then, max(leads))
            for level, lead, foreseen in beside(outlook, then, counted, leads):
                found.setdefault((method, level, lead), []).append(foreseen)
    return score(found)


def _origins_before(study: Study, history: RollHistory, latest: int) -> list[int]:
    """Return the years before the last origin from which the plan can be made again."""
    return [year for year in history.years[1:] if year < latest and _can_be_made(study, year)]
