"""Draw the zones of one school year, and nothing that comes after them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from time import monotonic
from typing import TYPE_CHECKING

import numpy as np

from planner.errors import ScenarioError, Sentence
from planner.evaluation.shared_zones import shared_lots, shared_zones
from planner.evaluation.tables import (
    area_years,
    county_years,
    section_grades,
    section_years,
    zone_shapes,
)
from planner.plan import (
    gather_county,
    with_norms_of,
    with_rooms_shared_anew,
    work_stages,
    years_of,
)
from planner.projection.entrants import UNIVERSAL_FROM_GRADE
from planner.scenario import names_files
from planner.spelling import did_you_mean
from planner.terms import Language
from planner.zones.broken import DEMANDS
from planner.zones.conflict_words import Names, case_name, conflict_sentences
from planner.zones.demands import cases_of
from planner.zones.table import scenario_zones
from planner.zoning import judge, nearest, solve
from planner.zoning.alternatives import alternatives
from planner.zoning.conflicts import conflicts
from planner.zoning.edit import edit
from planner.zoning.problem import PieceReason
from planner.zoning.relief import ways_out
from planner.zoning.repair import repair

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import geopandas as gpd
    import numpy.typing as npt
    import pandas as pd

    from planner.norms import Norms, StageNorm
    from planner.scenario import Scenario, ZoneSettings
    from planner.stages import County, StageResult
    from planner.study import Fallback, Study
    from planner.travel.limits import TimeLimit
    from planner.zones.ground import Ground
    from planner.zones.sharing import SharedZones
    from planner.zoning import Problem, Zoning
    from planner.zoning.alternatives import Alternatives
    from planner.zoning.edit import Edited

    IntArray = npt.NDArray[np.int64]
    Watch = Callable[[StageNorm, str, float, float], None]

__all__ = ["Draft", "DraftedZones", "Order", "draft_zones"]


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be drawn, and how long it may take.

    Attributes:
        stages: Stages whose zones are drawn; empty: those of the moves, else those of the
            scenario, else every zoned one.
        year: First school year of the zones; 0: that of the scenario.
        moves: Section by area for areas that are moved by hand. The zones moved in are those
            of the scenario: today's, its table's, or newly drawn ones.
        locks: Areas that keep their section: today's, or that of the zones moved in.
        repair: Whether what the moves break is mended around them.
        plans: How many clearly different plans are wanted.
        seconds: Seconds the search of one stage may take, all plans and the repair together;
            None: as long as it needs.
        gap: Gap at which the search may stop; None: as small as it finds.
        seed: The same seed draws the same zones.
    """

    stages: tuple[str, ...] = ()
    year: int = 0
    moves: Mapping[str, str] = field(default_factory=dict)
    locks: tuple[str, ...] = ()
    repair: bool = False
    plans: int = 1
    seconds: float | None = None
    gap: float | None = None
    seed: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class DraftedZones:
    """The zones of one stage with everything they were drawn for.

    Areas and sections are named by the keys of the study, in the order of the problem.

    Attributes:
        stage: The stage's norms.
        year: First school year of the zones.
        area_ids: [area]
        section_ids: [section]
        problem: Pupils, seats, walks, prices and rules.
        zoning: The plan with value, bound and gap.
        before: [area] section before anything is drawn or moved, -1 where there is none.
        edited: What moves by hand changed and broke; None where nobody moved anything.
        moved: [area] whether the area was moved by hand.
        locked: [area] whether the area keeps its section.
        others: Clearly different plans that are nearly as good; None where one is enough.
        why: Where the zones do not keep all that is asked: which demands contradict each other
            and what would be the cheapest to give up, in Chinese and in English.
        time: Minutes of the ways, where they are limited by minutes and children ride.
    """

    stage: StageNorm
    year: int
    area_ids: tuple[str, ...]
    section_ids: tuple[str, ...]
    problem: Problem
    zoning: Zoning
    before: IntArray
    edited: Edited | None
    moved: npt.NDArray[np.bool_]
    locked: npt.NDArray[np.bool_]
    others: Alternatives | None
    why: tuple[tuple[str, str], ...]
    time: TimeLimit | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """Zones that were drawn, stage by stage, and what a map shows of the years around them.

    The tables are those of `planner.results` for the stages drawn, from the base year to the
    last year the zones are drawn for.
    """

    study: Study
    scenario: Scenario
    order: Order
    stages: tuple[DraftedZones, ...]
    years: tuple[int, ...]
    sections: gpd.GeoDataFrame
    county_years: pd.DataFrame
    section_years: pd.DataFrame
    section_grades: pd.DataFrame
    area_years: pd.DataFrame
    metres: npt.NDArray[np.float64]
    zones: gpd.GeoDataFrame
    notes: tuple[Fallback, ...]
    shared_zones: pd.DataFrame
    shared_lots: pd.DataFrame
    shared: tuple[SharedZones, ...] = ()
    """The shared zones of each stage that has any, joined from the zones drawn."""

    @property
    def norms(self) -> Norms:
        """The norms that were applied: the study's with the scenario's deviations."""
        return self.study.norms

    @property
    def seed(self) -> int:
        """The seed of the search."""
        return self.order.seed


@names_files
def draft_zones(
    study: Study,
    scenario: Scenario,
    order: Order,
    *,
    say: Callable[[str], None] = lambda _doing: None,
    watch: Watch = lambda _stage, _step, _value, _bound: None,
    stop: Callable[[], bool] = lambda: False,
) -> Draft:
    """Draw zones as the scenario wishes them, for the children and seats of its years.

    Seats, children and walks are those of `planner.plan.make_plan`; classes, possible futures
    and what comes after the zones are left out.

    Args:
        study: What is known.
        scenario: What is wished for and assumed.
        order: Which stages and year, what is moved or locked by hand, how many plans.
        say: Called with what is being done, in a few words.
        watch: Called during the search with stage, step, value and bound.
        stop: Asked during the search whether the best plan so far is enough.

    Raises:
        ScenarioError: The order or the scenario names a stage, year, area or section that the
            study does not have.
        NoPlanError: The scenario's wishes contradict each other.
    """
    study = with_norms_of(study, scenario)
    wished = _wished(study, scenario, order)
    years = years_of(study, wished)
    county, notes = gather_county(study, wished, years, order.seed, say)
    _refuse_unknown(county, order)
    if county.offer.shares_rooms:
        say(Sentence("shared rooms", "共用教室"))
        first = work_stages(replace(county, draw=_as_today), lambda _doing: None)
        county = with_rooms_shared_anew(county, first)
    desk = _Desk(scenario, order, county, watch, stop)
    needed = _needed(study.norms, wished.zones.stages)
    results = work_stages(replace(county, draw=desk.draw), say, only=needed)
    drafted = [result for result in results if result.stage.stage in desk.drawn]
    _refuse_nothing_drawn(wished.zones.stages, desk.drawn, wished.zones.from_year)
    _refuse_unmade_moves(order, desk.drawn)
    say(Sentence("tables", "结果表"))
    return _draft(county, order, desk, drafted, notes)


def _wished(study: Study, scenario: Scenario, order: Order) -> Scenario:
    """Return the scenario with the order's stages, year and locks, and no year too many."""
    zones = scenario.zones
    known = {stage.stage: stage for stage in study.norms.stages}
    faults = [
        Sentence(
            f"--stage {name}: norms '{study.norms.id}' do not know this stage."
            + (did_you_mean(name, known) or f" There are: {', '.join(known)}."),
            f"--stage {name}：标准“{study.norms.id}”中没有此学段。"
            + (did_you_mean(name, known, lang="zh") or f"现有学段：{'、'.join(known)}。"),
        )
        for name in order.stages
        if name not in known
    ]
    if faults:
        raise ScenarioError(*faults)
    all_years = years_of(study, scenario)
    year = order.year or zones.from_year or all_years[1]
    if year not in all_years[1:]:
        raise ScenarioError(
            Sentence(
                f"--year {year} is not a planned year; this scenario runs from {all_years[1]} to "
                f"{all_years[-1]}.",
                f"--year {year}不在规划期内；本方案从{all_years[1]}到{all_years[-1]}年。",
            )
        )
    locks = () if order.moves else order.locks
    last = min(year + zones.years_ahead - 1, all_years[-1])
    sharing = scenario.sharing
    if sharing.from_year > last:
        # Lots that are drawn only after these years concern none of what is drawn here.
        sharing = replace(sharing, method="none")
    return replace(
        scenario,
        sharing=sharing,
        years=replace(scenario.years, last=last),
        zones=replace(
            zones,
            method="redraw",
            stages=list(order.stages) or _stages_of_moves(study, order) or zones.stages,
            from_year=year,
            locked_areas=[*dict.fromkeys([*zones.locked_areas, *locks])],
        ),
    )


def _stages_of_moves(study: Study, order: Order) -> list[str]:
    """Return the stages in which areas are moved by hand, those of today's sections."""
    sections = study.sections
    moved = sections.loc[sections["section_id"].isin(set(order.moves.values())), "stage"]
    return [stage.stage for stage in study.norms.stages if stage.stage in set(moved)]


def _refuse_unknown(county: County, order: Order) -> None:
    """Refuse areas and sections of the order that the study does not have, all together."""
    known, sections = county.study.areas, county.offer.sections
    areas = set(known["area_id"])
    stage_of = dict(zip(sections["section_id"], sections["stage"], strict=True))
    faults = [
        Sentence(
            f"--{option} {area}: there is no such area in the study.{_meant(area, known, 'en')}",
            f"--{option} {area}：本项目没有此单元。{_meant(area, known, 'zh')}",
        )
        for option, named in (("move", order.moves), ("lock", order.locks))
        for area in named
        if area not in areas
    ]
    faults += [
        Sentence(
            f"--move {area}={section}: there is no such section in the study."
            f"{_meant(section, sections, 'en')}",
            f"--move {area}={section}：本项目没有此学段部。{_meant(section, sections, 'zh')}",
        )
        for area, section in order.moves.items()
        if section not in stage_of
    ]
    faults += [
        Sentence(
            f"--move {area} and --lock {area} contradict each other: an area that is moved stays "
            "where it is moved to. Leave the lock out.",
            f"--move {area}与--lock {area}互相矛盾：调整后的单元不会再变动。请去掉--lock。",
        )
        for area in order.moves
        if area in order.locks
    ]
    asked = order.stages
    faults += [
        Sentence(
            f"--move {area}={section}: the section teaches {stage_of[section]}, and only "
            f"{', '.join(asked)} is drawn. Add --stage {stage_of[section]}.",
            f"--move {area}={section}：此学段部属于{stage_of[section]}，而本次只划"
            f"{'、'.join(asked)}。请加--stage {stage_of[section]}。",
        )
        for area, section in order.moves.items()
        if asked and section in stage_of and stage_of[section] not in asked
    ]
    if faults:
        raise ScenarioError(*faults)


def _meant(word: str, table: pd.DataFrame, lang: str) -> str:
    """Return a hint which key of a table was meant: that of the name, or the nearest one."""
    keys = table["area_id" if "area_id" in table else "section_id"]
    named = keys[(table["name"] == word) | (table["name_en"] == word)]
    if len(named):
        word = str(named.iloc[0])
    return did_you_mean(word, keys, lang=lang) or (
        f"请写编号，如{keys.iloc[0]}。"
        if lang == "zh"
        else f" Write a key, such as {keys.iloc[0]}."
    )


def _needed(norms: Norms, stages: Iterable[str]) -> set[str] | None:
    """Return the stages drawn and those whose leavers enter them; None where all are drawn."""
    needed = set(stages)
    for stage in reversed(norms.stages):
        above = [
            other
            for other in norms.stages
            if other.stage in needed and other.grades[0] == stage.grades[-1] + 1
        ]
        if any(other.grades[0] >= UNIVERSAL_FROM_GRADE for other in above):
            needed.add(stage.stage)
    return needed or None


def _refuse_nothing_drawn(
    stages: Iterable[str], drawn: Mapping[str, DraftedZones], year: int
) -> None:
    """Refuse stages that were asked for and have no section with an enrolment zone."""
    faults = [
        Sentence(
            f"--stage {stage}: no section of this stage has an enrolment zone in {year}; "
            "leave the stage out, or give its sections the intake zone.",
            f"--stage {stage}：{year}年此学段没有划片招生的学段部；请去掉此学段，"
            "或将其学段部的intake设为zone。",
        )
        for stage in stages
        if stage not in drawn
    ]
    if not drawn and not faults:
        faults = [
            Sentence(
                f"No stage of this study has enrolment zones in {year}; there is nothing to draw.",
                f"{year}年本项目没有划片招生的学段，无从划定招生范围。",
            )
        ]
    if faults:
        raise ScenarioError(*faults)


def _refuse_unmade_moves(order: Order, drawn: Mapping[str, DraftedZones]) -> None:
    """Refuse moves to sections that have no zone in what is drawn."""
    zoned = {section for zones in drawn.values() for section in zones.section_ids}
    faults = [
        Sentence(
            f"--move {area}={section}: this section has no enrolment zone among those drawn; "
            "name one that has, and its --stage.",
            f"--move {area}={section}：本次所划范围中没有此学段部；"
            "请换一个学段部，并写明其--stage。",
        )
        for area, section in order.moves.items()
        if section not in zoned
    ]
    if faults:
        raise ScenarioError(*faults)


def _as_today(_ground: Ground, problem: Problem, *, seed: int) -> Zoning:  # noqa: ARG001
    """Return the zones as they are, for a first look at which rooms are needed where."""
    return judge(problem, _today(problem))


def _today(problem: Problem) -> IntArray:
    """Return today's section of every area, the nearest one where there is none."""
    near = nearest(problem).section_of_area
    return near if problem.today is None else np.where(problem.today >= 0, problem.today, near)


def _refuse_homeless_locks(ground: Ground, problem: Problem, locks: Iterable[str]) -> None:
    """Refuse locks on areas whose section does not teach, so that there is nothing to keep."""
    place = {area: number for number, area in enumerate(ground.area_ids)}
    faults = [
        Sentence(
            f"--lock {area}: no {ground.stage.names['en']} section open in this year has this area "
            "today, so it is locked to nothing. Move it to a section with --move, or leave it "
            "free.",
            f"--lock {area}：当年开办的{ground.stage.names['zh']}都没有此单元，无从锁定。"
            "请用--move划给一个学段部，或不锁定。",
        )
        for area in locks
        if problem.today is None or problem.today[place[area]] < 0
    ]
    if faults:
        raise ScenarioError(*faults)


@dataclass(slots=True, eq=False)
class _Desk:
    """Draws the zones of one stage after the other and keeps what they were drawn for."""

    scenario: Scenario
    order: Order
    county: County
    watch: Watch
    stop: Callable[[], bool]
    drawn: dict[str, DraftedZones] = field(default_factory=dict)

    def draw(self, ground: Ground, problem: Problem, /, *, seed: int) -> Zoning:
        """Draw or edit the zones of one stage and remember them."""
        began = monotonic()
        stage = ground.stage.stage
        keys = self.county.offer.sections["section_id"].to_numpy()[ground.rows]
        sections = tuple(map(str, keys))
        moves = self._moves(ground, sections)
        before = _today(problem) if problem.today is None else problem.today
        locked = np.isin(ground.area_ids, self.order.locks)
        edited = None
        if moves:
            before = self._base(ground, problem, sections, seed)
            locks = np.flatnonzero(locked)
            zoning, edited = self._moved(problem, before, moves, locks, seed, began)
        else:
            _refuse_homeless_locks(ground, problem, self.order.locks)
            zoning = self._solved(ground.stage, problem, seed)
        # The other plans share the time; why something is not kept is told in any case.
        others = None if moves else self._others(ground.stage, problem, zoning, seed, began)
        if others is not None:
            zoning = others.first
        self.drawn[stage] = DraftedZones(
            stage=ground.stage,
            year=self.county.scenario.zones.from_year,
            area_ids=ground.area_ids,
            section_ids=sections,
            problem=problem,
            zoning=zoning,
            before=before,
            edited=edited,
            moved=np.isin(np.arange(problem.areas), list(moves)),
            locked=locked if problem.locked is None else locked | problem.locked,
            why=() if moves else self._why(ground, problem, zoning, seed),
            others=others,
            time=ground.time,
        )
        return zoning

    def _moves(self, ground: Ground, sections: tuple[str, ...]) -> dict[int, int]:
        """Return the moves of this stage by position."""
        place = {area: number for number, area in enumerate(ground.area_ids)}
        return {
            place[area]: sections.index(section)
            for area, section in self.order.moves.items()
            if section in sections
        }

    def _base(
        self, ground: Ground, problem: Problem, sections: tuple[str, ...], seed: int
    ) -> IntArray:
        """Return the zones in which areas are moved by hand: those of the scenario."""
        zones: ZoneSettings = self.scenario.zones
        if zones.method == "redraw":
            return self._solved(ground.stage, problem, seed).section_of_area
        if zones.method == "nearest":
            return nearest(problem).section_of_area
        plan = _today(problem)
        study, keys = self.county.study, self.county.offer.sections["section_id"].tolist()
        table = scenario_zones(study, zones, keys).get(ground.stage.stage, {})
        for number, area in enumerate(ground.area_ids):
            if table.get(area) in sections:
                plan[number] = sections.index(table[area])
        return plan

    def _moved(
        self,
        problem: Problem,
        base: IntArray,
        moves: dict[int, int],
        locks: IntArray,
        seed: int,
        began: float,
    ) -> tuple[Zoning, Edited]:
        """Return the zones after the moves, mended around them where that is asked for."""
        if self.order.repair:
            mended = repair(
                problem,
                base,
                moves,
                locks.tolist(),
                seed=seed,
                seconds=self._left(began),
                stop=self.stop,
            )
            return mended.zoning, mended.edited
        edited = edit(problem, base, moves, locks.tolist())
        return judge(problem, edited.after.section_of_area), edited

    def _solved(self, stage: StageNorm, problem: Problem, seed: int) -> Zoning:
        """Return newly drawn zones, which have as much of the time as each plan after them."""
        seconds, plans = self.order.seconds, self.order.plans + self.order.repair
        return solve(
            problem,
            seed=seed,
            seconds=None if seconds is None else seconds / plans,
            gap=self.order.gap,
            stop=self.stop,
            report=lambda step, value, bound: self.watch(stage, step, value, bound),
        )

    def _left(self, began: float) -> float | None:
        """Return the seconds that are left of those asked for, None where nobody asked."""
        seconds = self.order.seconds
        return None if seconds is None else max(began + seconds - monotonic(), 0.0)

    def _why(
        self, ground: Ground, problem: Problem, zoning: Zoning, seed: int
    ) -> tuple[tuple[str, str], ...]:
        """Return why no zones keep all that is asked, where the drawn ones do not."""
        detached = any(piece.reason is PieceReason.DETACHED for piece in zoning.pieces)
        if not (zoning.overflow.any() or zoning.breaches or detached):
            return ()
        found = conflicts(problem)
        ways = ways_out(problem, found, seed=seed, drawn=zoning.section_of_area, stop=self.stop)
        zh, en = (conflict_sentences(found, ways, self._names(ground, lang)) for lang in Language)
        return tuple((one[0], other[1]) for one, other in zip(zh, en, strict=True))

    def _names(self, ground: Ground, lang: Language) -> Names:
        """Return what areas, sections and years are called in a language."""
        areas, sections = self.county.study.areas, self.county.offer.sections.iloc[ground.rows]
        settings = self.county.scenario.zones
        cases = cases_of(ground, settings, ground.years.index(settings.from_year))
        return Names(
            stage=(ground.stage.names["zh"], ground.stage.names["en"]),
            areas=_in_language(areas, lang),
            sections=_in_language(sections, lang),
            towns=areas["township"].fillna("").tolist(),
            cases=[case_name(year, future, lang) for year, future in cases],
            demands={name: (zh, en) for name, (en, zh) in DEMANDS.items()},
            time=ground.time,
        )

    def _others(
        self, stage: StageNorm, problem: Problem, first: Zoning, seed: int, began: float
    ) -> Alternatives | None:
        """Return clearly different plans where more than one is wanted."""
        if self.order.plans < 2:
            return None
        return alternatives(
            problem,
            first,
            count=self.order.plans - 1,
            seed=seed,
            seconds=self._left(began),
            stop=self.stop,
            report=lambda number, step, value: self.watch(
                stage, f"{step} {number + 1}", value, first.bound
            ),
        )


def _in_language(table: pd.DataFrame, lang: Language) -> list[str]:
    """Return the names of a table's rows, in English where that is asked for and known."""
    names = table["name_en"].fillna(table["name"]) if lang == "en" else table["name"]
    return [str(name) for name in names]


def _draft(
    county: County,
    order: Order,
    desk: _Desk,
    results: list[StageResult],
    notes: list[Fallback],
) -> Draft:
    """Return the drawn zones with the tables of the years around them."""
    offer = county.offer
    by_section = section_years(offer, results)
    by_area = area_years(offer, results, county.residents.area_ids)
    notes = [*notes, *(note for result in results for note in result.notes)]
    stages = tuple(desk.drawn[result.stage.stage] for result in results)
    return Draft(
        study=county.study,
        scenario=county.scenario,
        order=order,
        stages=stages,
        years=offer.years,
        sections=offer.sections,
        county_years=county_years(by_section, by_area, results),
        section_years=by_section,
        section_grades=section_grades(offer, results),
        area_years=by_area,
        metres=county.metres,
        zones=zone_shapes(offer, results, county.study.areas, county.edges),
        notes=tuple({note.key: note for note in notes}.values()),
        shared_zones=shared_zones(offer, results),
        shared_lots=shared_lots(offer, results, county.residents.area_ids),
        shared=tuple(result.shared for result in results if result.shared is not None),
    )
