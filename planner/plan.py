"""One scenario worked through, year by year: from who lives where to who sits where."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from planner.capacity import offer_sections
from planner.errors import ScenarioError, Sentence
from planner.evaluation.bounds import with_county_bounds, with_section_bounds
from planner.evaluation.shared_zones import shared_lots, shared_zones
from planner.evaluation.tables import (
    area_years,
    class_years,
    county_years,
    section_grades,
    section_years,
    zone_proofs,
    zone_shapes,
)
from planner.evaluation.zone_terms import zone_terms
from planner.norms import with_overrides
from planner.projection.entrants import UNIVERSAL_FROM_GRADE
from planner.projection.history import believed
from planner.projection.progression import learn_progression, with_onward_sections
from planner.projection.residents import project_residents
from planner.projection.rolls import counted_rolls
from planner.scenario import names_files
from planner.spelling import did_you_mean
from planner.stages import (
    County,
    StageResult,
    classes_needed,
    pupils_of_new_homes,
    work_stage_through,
)
from planner.travel.walks import measure_walks
from planner.zones.adjacency import areas_of_points, touching_areas
from planner.zones.table import scenario_zones

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    import geopandas as gpd
    import numpy.typing as npt

    from planner.classes.draws import ClassDraws
    from planner.norms import Norms
    from planner.past import Past
    from planner.projection.draws import RollDraws
    from planner.projection.progression import Progression
    from planner.projection.residents import Residents
    from planner.scenario import Scenario
    from planner.study import Fallback, Study
    from planner.zones.sharing import SharedZones

__all__ = [
    "Plan",
    "gather_county",
    "make_plan",
    "with_norms_of",
    "with_rooms_shared_anew",
    "work_county",
    "work_stages",
    "years_of",
]

USUAL_YEARS = 12
"""School years planned where the scenario does not say: two rounds of primary school."""


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """What becomes of pupils, seats, classes and zones under one scenario.

    `years` begins with the base year, which is counted; the others are projected, from the
    first one the scenario asks for. The tables
    are those of `planner.results`; `sections` lists every section that teaches in any of the
    years, new ones included, with its point in the study's coordinate system. `futures` are the
    possible rolls of these sections from the base year on, in the same order, about which the
    intervals of the tables speak; `past` is what would have been said in earlier years. `metres`
    are the walks from every area to every section, inf where there is no way, `minutes` how long
    they take as children come, and `edges` the pairs of areas that touch, all by their place in
    the study's areas and in `sections`. The ratios of `progression` are by section and by the
    place of a grade in `grades`.
    `large_bounds` holds between which numbers the large classes of all stages together lie with
    80 % probability, by projected year; of single stages the tables say it. `shared` tells of each
    stage with shared zones how they were chosen, and with which proof.
    """

    study: Study
    scenario: Scenario
    years: tuple[int, ...]
    sections: gpd.GeoDataFrame
    county_years: pd.DataFrame
    section_years: pd.DataFrame
    section_grades: pd.DataFrame
    class_years: pd.DataFrame
    class_band_years: pd.DataFrame
    area_years: pd.DataFrame
    seat_limits: pd.DataFrame
    zones: gpd.GeoDataFrame
    zone_proofs: pd.DataFrame
    zone_terms: pd.DataFrame
    metres: npt.NDArray[np.float64]
    minutes: npt.NDArray[np.float64]
    edges: npt.NDArray[np.int64]
    residents: Residents
    grades: tuple[int, ...]
    progression: Progression
    futures: RollDraws
    past: Past
    notes: tuple[Fallback, ...]
    seed: int
    large_bounds: Mapping[int, tuple[float, float]] = field(default_factory=dict)
    shared_zones: pd.DataFrame = field(default_factory=pd.DataFrame)
    shared_lots: pd.DataFrame = field(default_factory=pd.DataFrame)
    shared: tuple[SharedZones, ...] = ()

    @property
    def norms(self) -> Norms:
        """The norms that were applied: the study's with the scenario's deviations."""
        return self.study.norms


@names_files
def make_plan(
    study: Study,
    scenario: Scenario,
    *,
    past: Past | None = None,
    seed: int = 0,
    say: Callable[[str], None] = lambda _doing: None,
) -> Plan:
    """Work one scenario through, from who lives where to who sits where.

    Args:
        study: What is known.
        scenario: What is wished for and assumed.
        past: What `planner.past.look_back` has found of this study, where several scenarios
            assume the same of progression and homes; looked up where it is not given.
        seed: The same study, scenario and seed give the same plan.
        say: Called with what is being done, in a few words.

    Raises:
        ScenarioError: The scenario asks for something this study does not have.
        NoPlanError: The scenario's wishes contradict each other.
    """
    # Zones are drawn without a look at the past and at possible classes.
    from planner.evaluation.class_bounds import possible_classes
    from planner.past import look_back

    study = with_norms_of(study, scenario)
    years = years_of(study, scenario)
    county, results, notes = work_county(study, scenario, years, seed, say)
    past = past if past is not None else look_back(study, scenario, say)
    say(Sentence("possible futures", "各种可能的学生数"))
    futures = _possible_futures(county, past, results)
    say(Sentence("possible classes", "各种可能的班级"))
    classes = possible_classes(county, past, futures, results)
    say(Sentence("tables", "结果表"))
    notes += [*past.notes, *(note for result in results for note in result.notes)]
    told = tuple({note.key: note for note in notes}.values())
    return _laid_out(county, results, past, futures, classes, told)


def _laid_out(
    county: County,
    results: Sequence[StageResult],
    past: Past,
    futures: RollDraws,
    classes: Mapping[str, ClassDraws],
    notes: tuple[Fallback, ...],
) -> Plan:
    """Lay out what was worked out as a plan: its tables, with the years that are shown."""
    from planner.evaluation.class_bounds import (
        class_band_years,
        large_together,
        with_county_classes,
        with_grade_classes,
        with_section_classes,
    )

    offer, residents = county.offer, county.residents
    by_section = section_years(offer, results)
    by_area = area_years(offer, results, residents.area_ids)
    by_county = with_county_bounds(
        county_years(by_section, by_area, results), futures, offer, results
    )
    by_class = class_years(offer, results)
    by_section = with_section_bounds(by_section, futures, offer)
    base, *later = offer.years
    shown = (base, *(year for year in later if year >= county.scenario.years.first))
    zones = zone_shapes(offer, results, county.study.areas, county.edges)
    return Plan(
        study=county.study,
        scenario=county.scenario,
        years=shown,
        sections=offer.sections,
        county_years=_of_years(with_county_classes(by_county, classes, offer), shown),
        section_years=_of_years(with_section_classes(by_section, classes, offer), shown),
        section_grades=_of_years(
            with_grade_classes(section_grades(offer, results), classes, offer), shown
        ),
        class_years=_of_years(by_class, shown),
        class_band_years=_of_years(class_band_years(by_class, county.study.norms.stages), shown),
        area_years=_of_years(by_area, shown),
        seat_limits=_of_years(offer.limits, shown),
        zones=zones[[_holds(zone, shown) for zone in zones.itertuples()]],
        zone_proofs=zone_proofs(results),
        zone_terms=zone_terms(results),
        metres=county.metres,
        minutes=county.minutes,
        edges=county.edges,
        residents=residents,
        grades=county.rolls.grades,
        progression=county.progression,
        futures=futures,
        past=past,
        notes=notes,
        seed=county.seed,
        large_bounds=large_together(by_county, classes),
        shared_zones=_of_years(shared_zones(offer, results), shown),
        shared_lots=_of_years(shared_lots(offer, results, residents.area_ids), shown),
        shared=tuple(result.shared for result in results if result.shared is not None),
    )


def work_county(
    study: Study,
    scenario: Scenario,
    years: tuple[int, ...],
    seed: int,
    say: Callable[[str], None],
) -> tuple[County, list[StageResult], list[Fallback]]:
    """Return the county, its stages worked through to their classes, and what was assumed."""
    county, notes = gather_county(study, scenario, years, seed, say)
    results = work_stages(county, say)
    if county.offer.shares_rooms:
        say(Sentence("shared rooms", "共用教室"))
        county = with_rooms_shared_anew(county, results)
        results = work_stages(county, say)
    return county, results, notes


def gather_county(
    study: Study,
    scenario: Scenario,
    years: tuple[int, ...],
    seed: int,
    say: Callable[[str], None],
) -> tuple[County, list[Fallback]]:
    """Return what all stages share: seats, children, ratios and walks; and what was assumed."""
    say(Sentence("seats and rooms", "学位与教室"))
    offer = offer_sections(study, scenario, years)
    sections, onward = with_onward_sections(offer.sections, study.norms)
    say(Sentence("residents and births", "常住人口与出生"))
    residents = project_residents(study, scenario, years[-1])
    rolls = counted_rolls(study, sections, study.norms)
    learned = believed(rolls, sections["section_id"])
    progression = learn_progression(learned, sections, scenario.projection)
    say(Sentence("walks", "上学路程"))
    walks = measure_walks(
        study,
        sections.set_index("section_id").geometry,
        scenario.travel,
        stages=sections["stage"].tolist(),
        schools=sections["school_id"].tolist(),
    )
    county = County(
        study=study,
        scenario=scenario,
        offer=replace(offer, sections=sections),
        residents=residents,
        rolls=rolls,
        progression=progression,
        metres=walks.metres.astype(float),
        minutes=walks.minutes.astype(float),
        edges=touching_areas(study.areas.geometry),
        home=areas_of_points(study.areas.geometry, sections.geometry),
        row_of={key: row for row, key in enumerate(sections["section_id"])},
        column_of={grade: column for column, grade in enumerate(rolls.grades)},
        new_zones=scenario_zones(study, scenario.zones, sections["section_id"].tolist()),
        seed=seed,
    )
    notes = [*study.fallbacks, *offer.notes, *onward, *residents.notes]
    return county, [*notes, *progression.notes, *walks.notes]


def work_stages(
    county: County, say: Callable[[str], None], *, only: Collection[str] | None = None
) -> list[StageResult]:
    """Return every stage, or only some, worked through, each after the one below it."""
    results: list[StageResult] = []
    for stage in county.study.norms.stages:
        if only is not None and stage.stage not in only:
            continue
        if (county.offer.sections["stage"] == stage.stage).any():
            say(Sentence(stage.stage, stage.names["zh"]))
            results.append(work_stage_through(county, stage, results, say))
    return results


def with_rooms_shared_anew(county: County, results: list[StageResult]) -> County:
    """Return the county with shared rooms divided by the classes that the pupils need.

    The pupils are those of a first pass, in which rooms were divided by today's need.
    """
    before = county.offer
    needed = classes_needed(results, before)
    offer = offer_sections(county.study, county.scenario, before.years, needed)
    return replace(county, offer=replace(offer, sections=before.sections))


def _possible_futures(county: County, past: Past, results: list[StageResult]) -> RollDraws:
    """Return possible rolls of all sections about those that were worked out."""
    from planner.past import draw_futures

    return draw_futures(
        county.study,
        past,
        county.residents,
        county.offer.sections,
        np.sum([result.seated.pupils for result in results], axis=0, dtype=float),
        pupils_of_new_homes(results, county.offer),
        county.offer.years,
        seed=county.seed,
    )


def _of_years(table: pd.DataFrame, years: tuple[int, ...]) -> pd.DataFrame:
    """Return the rows of the years that are shown."""
    return table[table["year"].isin(years)].reset_index(drop=True)


def _holds(zone: Any, years: tuple[int, ...]) -> bool:
    """Tell whether a zone holds in any of the years that are shown."""
    return any(zone.first_year <= year <= zone.last_year for year in years)


def with_norms_of(study: Study, scenario: Scenario) -> Study:
    """Return the study under the norms from which the scenario deviates as it says.

    Raises:
        ScenarioError: The norms know no such figure or stage, or the figure cannot be so.
    """
    _refuse_unknown_stages(study, scenario)
    reason = Sentence(f"scenario {scenario.name}", f"方案{scenario.name}")
    return replace(study, norms=with_overrides(study.norms, scenario.norms, reason))


def _refuse_unknown_stages(study: Study, scenario: Scenario) -> None:
    """Refuse stages that the norms do not know, and shares of stages entered from home."""
    stages = {stage.stage: stage for stage in study.norms.stages}
    faults = [
        Sentence(
            f"{place} names the stage '{name}', which norms '{study.norms.id}' do not know."
            + (did_you_mean(name, stages) or f" There are: {', '.join(stages)}."),
            f"{place}中的学段“{name}”不在标准“{study.norms.id}”之中。"
            + (did_you_mean(name, stages, lang="zh") or f"现有学段：{'、'.join(stages)}。"),
        )
        for place, names in (
            ("[zones] stages", scenario.zones.stages),
            ("[sharing] stages", scenario.sharing.stages),
            ("[travel] uncrossed_stages", scenario.travel.uncrossed_stages),
            ("[travel] cycle_stages", scenario.travel.cycle_stages),
            ("[travel] bus_stages", scenario.travel.bus_stages),
            ("[transition] shares", scenario.transition.shares),
            ("[entrants] from_outside", scenario.entrants.from_outside),
            ("[entrants] private", scenario.entrants.private),
            ("[entrants] boarding_away", scenario.entrants.boarding_away),
        )
        for name in names
        if name not in stages
    ]
    faults += [
        Sentence(
            f"[transition] shares.{name} has no effect: {stages[name].names['en']} is entered from "
            "home and not from a stage before it. Take it out.",
            f"[transition] shares.{name}不起作用：{stages[name].names['zh']}新生来自家庭，"
            "而非前一学段。请去掉。",
        )
        for name in scenario.transition.shares
        if name in stages and stages[name].grades[0] < UNIVERSAL_FROM_GRADE
    ]
    if faults:
        raise ScenarioError(*faults)


def years_of(study: Study, scenario: Scenario) -> tuple[int, ...]:
    """Return the base year and the planned years of a scenario."""
    first = scenario.years.first or study.base_year + 1
    last = scenario.years.last or first + USUAL_YEARS - 1
    if first <= study.base_year:
        raise ScenarioError(
            Sentence(
                f"[years] first = {first} is not after the last counted roll of {study.base_year}; "
                f"plan from {study.base_year + 1}.",
                f"[years] first = {first}不晚于最近一次在校生统计（{study.base_year}年）；"
                f"请从{study.base_year + 1}年起规划。",
            )
        )
    if last < first:
        raise ScenarioError(
            Sentence(
                f"[years] last = {last} lies before the first planned year {first}.",
                f"[years] last = {last}早于规划首年{first}。",
            )
        )
    # The years between the base year and the first one asked for are worked out as well,
    # since cohorts climb through them.
    return tuple(range(study.base_year, last + 1))
