"""One scenario worked through, year by year: from who lives where to who sits where."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from planner.capacity import offer_sections
from planner.enrolment import StageStart, seat_pupils
from planner.errors import ScenarioError
from planner.evaluation.tables import (
    StageResult,
    area_years,
    county_years,
    section_grades,
    section_years,
    zone_proofs,
    zone_shapes,
)
from planner.norms import with_overrides
from planner.projection.entrants import Intake, project_entrants
from planner.projection.progression import learn_progression, with_onward_sections
from planner.projection.residents import project_residents
from planner.projection.rolls import counted_rolls
from planner.travel.walks import measure_walks
from planner.zones.adjacency import areas_of_points, touching_areas
from planner.zones.table import scenario_zones
from planner.zones.yearly import Ground, ZoneYears, zones_by_year

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import geopandas as gpd
    import numpy.typing as npt
    import pandas as pd

    from planner.capacity import Offer
    from planner.classes import Sizes
    from planner.norms import Norms, StageNorm
    from planner.projection.entrants import Entrants
    from planner.projection.progression import Progression
    from planner.projection.residents import Residents
    from planner.projection.rolls import Rolls
    from planner.scenario import Scenario
    from planner.study import Fallback, Study

    IntArray = npt.NDArray[np.int64]
    FloatArray = npt.NDArray[np.float64]

__all__ = ["Plan", "make_plan", "years_of"]

USUAL_YEARS = 12
"""School years planned where the scenario does not say: two rounds of primary school."""


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """What becomes of pupils, seats, classes and zones under one scenario.

    `years` begins with the base year, which is counted; the others are projected. The tables
    are those of `planner.results`; `sections` lists every section that teaches in any of the
    years, new ones included, with its point in the study's coordinate system.
    """

    study: Study
    scenario: Scenario
    years: tuple[int, ...]
    sections: gpd.GeoDataFrame
    county_years: pd.DataFrame
    section_years: pd.DataFrame
    section_grades: pd.DataFrame
    area_years: pd.DataFrame
    zones: gpd.GeoDataFrame
    zone_proofs: pd.DataFrame
    notes: tuple[Fallback, ...]
    seed: int

    @property
    def norms(self) -> Norms:
        """The norms that were applied: the study's with the scenario's deviations."""
        return self.study.norms


def make_plan(
    study: Study,
    scenario: Scenario,
    *,
    seed: int = 0,
    say: Callable[[str], None] = lambda _doing: None,
) -> Plan:
    """Work one scenario through, from who lives where to who sits where.

    Args:
        study: What is known.
        scenario: What is wished for and assumed.
        seed: The same study, scenario and seed give the same plan.
        say: Called with what is being done, in a few words.

    Raises:
        ScenarioError: The scenario asks for something this study does not have.
        NoPlanError: The scenario's wishes contradict each other.
    """
    years = years_of(study, scenario)
    norms = with_overrides(study.norms, scenario.norms, f"scenario {scenario.name}")
    study = replace(study, norms=norms)
    say("seats and rooms")
    offer = offer_sections(study, scenario, years)
    sections, onward = with_onward_sections(offer.sections, norms)
    offer = replace(offer, sections=sections)
    say("residents and births")
    residents = project_residents(study, scenario, years[-1])
    rolls = counted_rolls(study, sections, norms)
    progression = learn_progression(rolls, sections, scenario.projection)
    say("walks")
    walks = measure_walks(study, sections.set_index("section_id").geometry, scenario.travel)
    county = _County(
        study=study,
        scenario=scenario,
        offer=offer,
        residents=residents,
        rolls=rolls,
        progression=progression,
        metres=walks.metres.astype(np.float64),
        edges=touching_areas(study.areas.geometry),
        home=areas_of_points(study.areas.geometry, sections.geometry),
        row_of={key: row for row, key in enumerate(sections["section_id"])},
        column_of={grade: column for column, grade in enumerate(rolls.grades)},
        new_zones=scenario_zones(study, scenario.zones),
        seed=seed,
    )
    results: list[StageResult] = []
    for stage in norms.stages:
        if (sections["stage"] == stage.stage).any():
            say(stage.stage)
            results.append(_work_stage_through(county, stage, results, say))
    say("tables")
    by_section = section_years(offer, results)
    by_area = area_years(offer, results, residents.area_ids)
    notes = [*study.fallbacks, *offer.notes, *onward, *residents.notes]
    notes += [*progression.notes, *walks.notes]
    for result in results:
        notes += [*result.entrants.notes, *(result.zones.notes if result.zones else ())]
    return Plan(
        study=study,
        scenario=scenario,
        years=years,
        sections=sections,
        county_years=county_years(by_section, by_area, results),
        section_years=by_section,
        section_grades=section_grades(offer, results),
        area_years=by_area,
        zones=zone_shapes(offer, results, study.areas, county.edges),
        zone_proofs=zone_proofs(results),
        notes=tuple({note.key: note for note in notes}.values()),
        seed=seed,
    )


def years_of(study: Study, scenario: Scenario) -> tuple[int, ...]:
    """Return the base year and the planned years of a scenario."""
    first = scenario.years.first or study.base_year + 1
    last = scenario.years.last or first + USUAL_YEARS - 1
    if first <= study.base_year:
        raise ScenarioError(
            f"[years] first = {first} is not after the last counted roll of {study.base_year}; "
            f"plan from {study.base_year + 1}."
        )
    if last < first:
        raise ScenarioError(f"[years] last = {last} lies before the first planned year {first}.")
    # The years between the base year and the first one asked for are worked out as well,
    # since cohorts climb through them.
    return tuple(range(study.base_year, last + 1))


@dataclass(frozen=True, slots=True, eq=False)
class _County:
    """What all stages share."""

    study: Study
    scenario: Scenario
    offer: Offer
    residents: Residents
    rolls: Rolls
    progression: Progression
    metres: FloatArray
    edges: IntArray
    home: IntArray
    row_of: Mapping[str, int]
    column_of: Mapping[int, int]
    new_zones: Mapping[str, Mapping[str, str]]
    seed: int


def _work_stage_through(
    county: _County, stage: StageNorm, done: list[StageResult], say: Callable[[str], None]
) -> StageResult:
    """Project one stage's entrants, draw its zones and seat its pupils."""
    offer, scenario = county.offer, county.scenario
    sections = offer.sections
    rows = np.flatnonzero(sections["stage"] == stage.stage)
    enters = (sections["lowest_grade"] == stage.grades[0]).to_numpy()[rows]
    by_zone = (sections["intake"] == "zone").to_numpy()[rows]
    before = done[-1] if done and done[-1].stage.grades[-1] == stage.grades[0] - 1 else None
    intake = Intake(
        stage=stage,
        previous=before.stage if before is not None else None,
        zoned=rows[enters & by_zone],
        county=rows[enters & ~by_zone],
        zone_today=_zone_today(county, stage, rows[enters & by_zone]),
    )
    entrants = project_entrants(
        intake, county.residents, county.rolls, _leavers(county, before), scenario, offer.years
    )
    limit = _walk_limits(county.study, stage)
    zones = None
    if len(intake.zoned):
        ground = _ground(county, intake, entrants, limit)
        zones = zones_by_year(
            ground,
            scenario.zones,
            county.new_zones.get(stage.stage),
            county.row_of,
            seed=county.seed,
            say=say,
        )
    start = _stage_start(county, intake, rows, entrants, zones)
    return StageResult(
        stage=stage,
        rows=rows,
        columns=start.columns,
        residents=county.residents,
        entrants=entrants,
        zones=zones,
        seated=seat_pupils(start, offer, county.rolls, county.progression, scenario),
        metres=county.metres,
        limit_metres=limit,
    )


def _zone_today(county: _County, stage: StageNorm, zoned: IntArray) -> IntArray:
    """Return the row of the section each area is zoned to today, -1 where there is none."""
    zones = county.study.zones
    mine = zones[zones["stage"] == stage.stage]
    section_of = dict(zip(mine["area_id"], mine["section_id"], strict=True))
    rows = np.array(
        [county.row_of.get(section_of.get(area, ""), -1) for area in county.residents.area_ids],
        dtype=np.int64,
    )
    if section_of or not len(zoned):
        return np.where(np.isin(rows, zoned), rows, -1)
    # No zones at all for this stage: today's children are taken to go to the nearest section.
    metres = np.where(county.offer.open[zoned, 0][None, :], county.metres[:, zoned], np.inf)
    return np.where(np.isfinite(metres).any(axis=1), zoned[metres.argmin(axis=1)], -1)


def _leavers(county: _County, before: StageResult | None) -> dict[int, int]:
    """Return the pupils of the stage before in its top grade, by year, counted and projected."""
    if before is None:
        return {}
    column = before.columns[-1]
    counted = np.nansum(county.rolls.pupils[before.rows, column, :], axis=0)
    leavers = {year: int(n) for year, n in zip(county.rolls.years, counted, strict=True)}
    for number, year in enumerate(county.offer.years):
        leavers[year] = before.seated.leavers(column, number)
    return leavers


def _walk_limits(study: Study, stage: StageNorm) -> FloatArray:
    """Return the longest walk the norms allow in each area, inf where they say nothing.

    In town the service radius counts, in villages the minutes a child may be on the way at the
    study's walking speed.
    """
    limits = np.full(len(study.areas), np.inf)
    if stage.walk_limit_metres is not None:
        limits[:] = stage.walk_limit_metres
    if stage.rural_walk_minutes is not None:
        metres = stage.rural_walk_minutes / 60 * study.walking_kmh * 1000
        limits[(study.areas["setting"] == "village").fillna(value=False).to_numpy()] = metres
    return limits


def _ground(county: _County, intake: Intake, entrants: Entrants, limit: FloatArray) -> Ground:
    """Put together what zones of one stage are drawn on."""
    offer, stage, rows = county.offer, intake.stage, intake.zoned
    position = np.full(len(offer.sections) + 1, -1)
    position[rows] = np.arange(len(rows))
    return Ground(
        stage=stage,
        rows=rows,
        open=offer.open[rows],
        entry_seats=_ordinary_entry_seats(offer, stage, rows),
        metres=county.metres[:, rows],
        limit_metres=limit,
        edges=county.edges,
        home=county.home[rows],
        today=position[intake.zone_today],
        entrants=entrants.zoned,
        years=offer.years,
        area_ids=county.residents.area_ids,
    )


def _ordinary_entry_seats(offer: Offer, stage: StageNorm, rows: IntArray) -> IntArray:
    """Return the entry seats of a section whose rooms are spread evenly over its grades."""
    lowest = offer.sections["lowest_grade"].to_numpy(dtype=int)[rows]
    highest = offer.sections["highest_grade"].to_numpy(dtype=int)[rows]
    grades = (highest - lowest + 1)[:, None]
    seats: IntArray = offer.rooms[rows] * stage.class_size[stage.grades[0]] // grades
    return seats


def _stage_start(
    county: _County, intake: Intake, rows: IntArray, entrants: Entrants, zones: ZoneYears | None
) -> StageStart:
    """Put together what is known of a stage before its pupils are seated."""
    stage = intake.stage
    return StageStart(
        stage=stage,
        columns=tuple(county.column_of[grade] for grade in stage.grades),
        rows=rows,
        zone=None if zones is None else zones.section,
        county_rows=intake.county,
        county_weights=_county_weights(county, intake),
        entrants=entrants,
        metres=county.metres,
        classes=_counted_classes(county, stage),
        receivers=_receivers(county.offer, rows),
    )


def _county_weights(county: _County, intake: Intake) -> FloatArray:
    """Return how the county's entrants spread over the sections that take from all of it.

    Like the entrants of the counted years, and more or fewer in step with the entry seats of
    an ordinary year; a new section draws like the average of the others.
    """
    offer, rows = county.offer, intake.county
    seats = _ordinary_entry_seats(offer, intake.stage, rows).astype(float)
    column = county.column_of[intake.stage.grades[0]]
    learned = county.scenario.projection.years_learned
    entered = np.nansum(county.rolls.pupils[rows, column, -learned:], axis=1)
    today = seats[:, 0]
    drawn = entered.sum() / today.sum() if today.sum() > 0 else 1.0
    per_seat = np.divide(entered, today, out=np.full(len(rows), drawn), where=today > 0)
    weights: FloatArray = np.where(offer.open[rows], per_seat[:, None] * seats, 0.0)
    empty = weights.sum(axis=0) == 0
    weights[:, empty] = offer.open[rows][:, empty] + 1e-9
    return weights


def _counted_classes(county: _County, stage: StageNorm) -> Mapping[tuple[int, int], Sizes]:
    """Return the base year's class lists by section row and grade column."""
    classes = county.study.classes
    base = classes[classes["year"] == county.study.base_year]
    found: dict[tuple[int, int], list[int]] = {}
    for section, grade, pupils in zip(
        base["section_id"], base["grade"], base["pupils"], strict=True
    ):
        if section in county.row_of and grade in stage.grades:
            cell = county.row_of[section], county.column_of[int(grade)]
            found.setdefault(cell, []).append(int(pupils))
    return {cell: tuple(sizes) for cell, sizes in found.items()}


def _receivers(offer: Offer, rows: IntArray) -> dict[int, tuple[int, ...]]:
    """Return for each section the others of its stage, the nearest first."""
    points = offer.sections.geometry.to_numpy()[rows]
    x = np.array([point.x for point in points])
    y = np.array([point.y for point in points])
    squared = (x[:, None] - x[None, :]) ** 2 + (y[:, None] - y[None, :]) ** 2
    order = np.argsort(squared, axis=1, kind="stable")
    return {
        int(row): tuple(int(rows[other]) for other in order[number] if other != number)
        for number, row in enumerate(rows)
    }
