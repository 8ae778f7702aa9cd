"""Translate a plan into who sits in which class, and what could be done about it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.classes import climb, climb_up, open_entry
from planner.cure.aims import Aim, read_aims
from planner.cure.transfers import (
    StageZones,
    Transfer,
    first_year_of_rooms,
    stage_zones,
    transfers_of,
    zones_from,
)
from planner.errors import ScenarioError, Sentence
from planner.siting.large_classes import (
    Cohort,
    Ground,
    LargeClasses,
    Move,
    Prices,
    Target,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy.typing as npt

    from planner.classes import Sizes
    from planner.norms import StageNorm
    from planner.plan import Plan

    Key = tuple[str, int]

__all__ = ["Followed", "Situation", "describe"]


@dataclass(frozen=True, slots=True, eq=False)
class Followed:
    """One cohort of one section as the plan has it: its classes year by year, and how it came."""

    section: str
    cohort: int
    first: int
    enters: bool
    grade: int
    sizes: tuple[Sizes, ...]

    @property
    def pupils(self) -> tuple[int, ...]:
        """Pupils year by year."""
        return tuple(map(sum, self.sizes))


@dataclass(frozen=True, slots=True, eq=False)
class Situation:
    """A plan as the solver sees it, with the names of everything.

    Attributes:
        problem: The arrays.
        sections: Section of each row of the problem.
        cohorts: Section and year of entry of each of its cohorts.
        transfers: What each of its moves means.
        zones: Zones of each of its grounds.
        aims: What is to be reached.
        aims_from: Where the aims come from: "scenario", "table" or "none".
        room_yuan: Price of a room by stage, and whether it is the scenario's own.
        out_of_reach: Sections whose classes the plan forms in ways no measure can follow.
    """

    problem: LargeClasses
    sections: tuple[str, ...]
    cohorts: tuple[Key, ...]
    transfers: tuple[Transfer, ...]
    zones: tuple[StageZones, ...]
    aims: tuple[Aim, ...]
    aims_from: str
    room_yuan: Mapping[str, float]
    out_of_reach: frozenset[str]


def describe(
    plan: Plan, margins: Mapping[Key, int], spared: Mapping[Key, int] | None = None
) -> Situation:
    """Return the situation of a plan.

    Only sections that have large classes in a year with a target, or that could take areas of
    such a section, are part of it.

    Args:
        plan: The plan to be cured.
        margins: Pupils to be kept free against rounding, by section and year of entry.
        spared: Large classes by which the search must do better than a target, by stage ("" for
            all) and year: as many as planning found that the search had not seen.

    Raises:
        ScenarioError: The plan leaves out years, a price is missing, or a target is wrong.
        NormsError: The norms know no large classes.
    """
    _refuse_gaps(plan)
    stages = plan.norms.stages_with_large_classes()
    names = [stage.stage for stage in stages]
    aims, aims_from = read_aims(plan, names, _every_measure_acts(plan))
    followed = _follow(plan, names)
    rooms = _rooms(plan)
    stage_of = _stages_of(plan)
    out = frozenset(
        key
        for key, cohorts in followed.items()
        if not _comes_about(plan, stage_of[key], cohorts, rooms[key])
    )
    zones = [found for stage in stages if (found := stage_zones(plan, stage)) is not None]
    ill = _with_large_classes(plan, aims)
    transfers = [
        (ground, transfer)
        for ground, found in enumerate(zones)
        for transfer in _transfers(plan, found, followed, ill - out, out)
    ]
    keys = plan.sections["section_id"].to_numpy()
    part = ill | {str(keys[transfer.target]) for _, transfer in transfers}
    sections = tuple(key for key in keys if key in part)
    cohorts = [one for key in sections if key not in out for one in followed.get(key, ())]
    room_yuan = _room_prices(plan, stages)
    outside = {key: count for stage in stages for key, count in _outside(plan, stage).items()}
    problem = LargeClasses(
        years=len(plan.years),
        rooms=np.array([rooms[key] for key in sections], dtype=np.int64).reshape(
            len(sections), len(plan.years)
        ),
        rooms_from=first_year_of_rooms(plan) - plan.years[0],
        rooms_most=np.array(
            [0 if key in out else plan.scenario.cure.rooms_most for key in sections], dtype=np.int64
        ),
        prices=tuple(_prices(plan, room_yuan[stage_of[key].stage]) for key in sections),
        large=min((stage.large_class or 0 for stage in stages), default=1),
        cohorts=tuple(
            _cohort(
                plan, one, stage_of[one.section], sections, outside, margins, ill=one.section in ill
            )
            for one in cohorts
        ),
        given=_given(plan, sections, out),
        targets=tuple(_targets(plan, aims, sections, spared or {})),
        moves=tuple(_moves(plan, transfers, sections)),
        grounds=tuple(_ground(plan, found, sections) for found in zones),
    )
    return Situation(
        problem=problem,
        sections=sections,
        cohorts=tuple((one.section, one.cohort) for one in cohorts),
        transfers=tuple(transfer for _, transfer in transfers),
        zones=tuple(zones),
        aims=aims,
        aims_from=aims_from,
        room_yuan=room_yuan,
        out_of_reach=out & part,
    )


def _every_measure_acts(plan: Plan) -> int:
    """Return the first school year in which every kind of measure can act."""
    limits = plan.years[0] + plan.scenario.cure.limit_lead_years
    return max(first_year_of_rooms(plan), limits, zones_from(plan))


def _refuse_gaps(plan: Plan) -> None:
    """Refuse a plan whose years do not follow the counted one."""
    if plan.years != tuple(range(plan.years[0], plan.years[-1] + 1)):
        raise ScenarioError(
            Sentence(
                f"[years] first = {plan.scenario.years.first} leaves out the years before it, "
                "through which classes climb; take it out and state targets by year instead.",
                f"[years] first = {plan.scenario.years.first}略去了之前各年，而班级要逐年升上来；"
                "请删去这一设置，改为按年写目标。",
            )
        )


def _follow(plan: Plan, stages: Sequence[str]) -> dict[str, list[Followed]]:
    """Return every cohort of every section of some stages."""
    found: dict[str, list[Followed]] = {}
    entry = {stage.stage: stage.grades[0] for stage in plan.norms.stages}
    base = plan.years[0]
    classes = plan.class_years[plan.class_years["stage"].isin(stages)]
    ordered = classes.sort_values(["section_id", "cohort", "year", "number"], kind="stable")
    seen: dict[Key, dict[int, list[int]]] = {}
    first_row: dict[Key, tuple[int, str]] = {}
    for row in ordered.to_dict("records"):
        key = str(row["section_id"]), int(row["cohort"])
        first_row.setdefault(key, (int(row["grade"]), str(row["stage"])))
        seen.setdefault(key, {}).setdefault(int(row["year"]), []).append(int(row["pupils"]))
    for (section, cohort), by_year in seen.items():
        grade, stage = first_row[section, cohort]
        first, last = min(by_year), max(by_year)
        enters = first > base and grade == entry[stage]
        sizes = tuple(tuple(by_year.get(year, ())) for year in range(first, last + 1))
        one = Followed(section, cohort, first - base, enters, grade, sizes)
        found.setdefault(section, []).append(one)
    return found


def _rooms(plan: Plan) -> dict[str, list[int]]:
    """Return the rooms of every section by year."""
    table = plan.section_years.pivot_table(
        index="section_id", columns="year", values="rooms", aggfunc="sum", fill_value=0
    ).reindex(columns=list(plan.years), fill_value=0)
    found = dict(zip(table.index, table.to_numpy(dtype=int).tolist(), strict=True))
    return {key: found.get(key, [0] * len(plan.years)) for key in plan.sections["section_id"]}


def _comes_about(
    plan: Plan, stage: StageNorm, cohorts: Sequence[Followed], rooms: Sequence[int]
) -> bool:
    """Tell whether our view of a section, formed by policy, gives the classes of the plan.

    It does not where cohorts change their school on the way or classes are merged.
    """
    policy = plan.scenario.classes
    standard = stage.class_size
    before: dict[int, Sizes] = {one.cohort: one.sizes[0] for one in cohorts if one.first == 0}
    for year in range(1, len(rooms)):
        climbing = [one for one in cohorts if one.first < year <= one.first + len(one.sizes) - 1]
        entering = [one for one in cohorts if one.first == year]
        if len(entering) > 1 or any(not one.enters for one in entering):
            return False
        pupils = [sum(one.sizes[year - one.first]) for one in climbing]
        # Above the entry grade standard sizes matter only where classes are merged.
        sizes = [standard[one.grade] for one in climbing]
        ordered = sorted(zip(climbing, pupils, sizes, strict=True), key=lambda row: -row[0].cohort)
        climbed = climb_up(
            [before[one.cohort] for one, _, _ in ordered],
            [count for _, count, _ in ordered],
            [size for _, _, size in ordered],
            policy,
        )
        formed = open_entry(
            climbed,
            sum(sum(one.sizes[0]) for one in entering),
            rooms=max(0, rooms[year] - sum(map(len, climbed))),
            size=standard[min(standard)],
            policy=policy,
        )
        before = {one.cohort: sizes for (one, _, _), sizes in zip(ordered, formed[1:], strict=True)}
        before |= {one.cohort: formed[0] for one in entering}
        there = [*climbing, *entering]
        if any(sorted(before[one.cohort]) != sorted(one.sizes[year - one.first]) for one in there):
            return False
    return True


def _stages_of(plan: Plan) -> dict[str, StageNorm]:
    """Return the norms of every section's stage."""
    norms = {stage.stage: stage for stage in plan.norms.stages}
    sections = zip(plan.sections["section_id"], plan.sections["stage"], strict=True)
    return {str(section): norms[stage] for section, stage in sections}


def _with_large_classes(plan: Plan, aims: Sequence[Aim]) -> set[str]:
    """Return the sections that have large classes in a year in which few are allowed."""
    years = {(aim.stage, aim.year) for aim in aims}
    table = plan.section_years[plan.section_years["large"] > 0]
    return {
        str(section)
        for section, stage, year in zip(
            table["section_id"], table["stage"], table["year"], strict=True
        )
        if (stage, year) in years or ("", year) in years
    }


def _transfers(
    plan: Plan,
    zones: StageZones,
    followed: Mapping[str, Sequence[Followed]],
    ill: set[str],
    out: frozenset[str],
) -> Iterator[Transfer]:
    """Yield the areas that could change section between those that teach their whole stage."""
    column = zones_from(plan) - plan.years[0]
    wanted = set(range(column, len(plan.years)))
    table = plan.sections
    whole = (
        (table["stage"] == zones.stage.stage)
        & (table["lowest_grade"] == zones.stage.grades[0])
        & (table["highest_grade"] == zones.stage.grades[-1])
    ).to_numpy()
    takes = {
        row
        for row in np.flatnonzero(whole).tolist()
        if (key := str(table["section_id"].iloc[row])) not in out
        and wanted <= {one.first for one in followed.get(key, ()) if one.enters}
    }
    sources = {row for row in takes if str(table["section_id"].iloc[row]) in ill}
    return transfers_of(plan, zones, sources, takes)


def _room_prices(plan: Plan, stages: Sequence[StageNorm]) -> dict[str, float]:
    """Return the price of a room by stage: the scenario's, else that of the study's projects."""
    asked = plan.scenario.cure.room_yuan
    projects = plan.study.projects
    built = projects[(projects["rooms"] > 0) & (projects["cost_yuan"] > 0)]
    stage_of = dict(zip(plan.sections["section_id"], plan.sections["stage"], strict=True))
    stage = built["stage"].fillna(built["section_id"].map(stage_of))
    found = {}
    for norm in stages:
        mine = built[stage == norm.stage] if (stage == norm.stage).any() else built
        if not asked and mine.empty:
            raise ScenarioError(
                Sentence(
                    f"scenarios/{plan.scenario.name}.toml: [cure] room_yuan is not set, and no "
                    "project of the study tells what a room costs; set it.",
                    f"scenarios/{plan.scenario.name}.toml：[cure] room_yuan未设置，"
                    "研究的项目也没有说明一间教室的造价；请设置。",
                )
            )
        found[norm.stage] = asked or float(mine["cost_yuan"].sum() / mine["rooms"].sum())
    return found


def _prices(plan: Plan, room_yuan: float) -> Prices:
    """Return the prices of one section's measures."""
    cure = plan.scenario.cure
    return Prices(
        room=room_yuan,
        room_year=cure.room_year_yuan,
        class_year=cure.class_year_yuan,
        turned_away=cure.turned_away_yuan,
    )


def _cohort(
    plan: Plan,
    one: Followed,
    stage: StageNorm,
    sections: Sequence[str],
    outside: Mapping[Key, int],
    margins: Mapping[Key, int],
    *,
    ill: bool,
) -> Cohort:
    """Return one cohort as the solver sees it.

    Where there are large classes entry classes are opened at standard size; elsewhere as many as
    planned, whose rooms are there.
    """
    large = stage.large_class or 1
    standard = stage.class_size[stage.grades[0]]
    strict = ill and plan.scenario.cure.entry_standard
    kept: list[Sizes] = []
    for count in () if one.enters else one.pupils:
        kept.append(climb(kept[-1], count) if kept else one.sizes[0])
    return Cohort(
        section=sections.index(one.section),
        first=one.first,
        enters=one.enters,
        pupils=one.pupils,
        kept=tuple(kept),
        planned=tuple(map(len, one.sizes)),
        standard=min(standard, large - 1) if strict else large - 1,
        fewest=1 if ill else len(one.sizes[0]),
        outside=min(one.pupils[0], outside.get((one.section, one.cohort), 0)) if one.enters else 0,
        margin=margins.get((one.section, one.cohort), 0),
    )


def _outside(plan: Plan, stage: StageNorm) -> dict[Key, int]:
    """Return how many entrants come beyond the residents of entry age, by section and year.

    Sections that take from the whole county share its residents like its entrants.
    """
    table = plan.area_years[plan.area_years["stage"] == stage.stage]
    place = {area: number for number, area in enumerate(plan.residents.area_ids)}
    area = table["area_id"].map(place).to_numpy(dtype=int)
    year = table["year"].to_numpy(dtype=int) - plan.residents.years[0]
    residents = plan.residents.count[area, stage.entry_age - plan.residents.ages.start, year]
    lived = table.assign(residents=residents)
    zoned = lived.groupby(["section_id", "year"])["residents"].sum()
    county = lived[lived["section_id"].isna()].groupby("year")["residents"].sum()
    entering = plan.section_years[
        (plan.section_years["stage"] == stage.stage)
        & (plan.section_years["year"] >= plan.years[0] + plan.scenario.cure.limit_lead_years)
    ]
    unzoned = entering[~entering["section_id"].isin(lived["section_id"])]
    shared = unzoned.groupby("year")["entrants"].sum()
    found = {}
    everywhere = set(unzoned["section_id"])
    for row in entering.to_dict("records"):
        section, in_year, entrants = str(row["section_id"]), int(row["year"]), int(row["entrants"])
        at_home = float(zoned.get((section, in_year), 0.0))
        if section in everywhere and shared[in_year]:
            at_home = float(county.get(in_year, 0.0)) * entrants / float(shared[in_year])
        found[section, in_year] = max(0, math.floor(entrants - at_home))
    return found


def _given(plan: Plan, sections: Sequence[str], out: frozenset[str]) -> npt.NDArray[np.int64]:
    """Return the large classes that no measure reaches, [section, year]."""
    given = np.zeros((len(sections), len(plan.years)), dtype=np.int64)
    large = plan.section_years.set_index(["section_id", "year"])["large"]
    for row, key in enumerate(sections):
        for column, year in enumerate(plan.years):
            if key in out:
                given[row, column] = int(large.get((key, year), 0))
    return given


def _targets(
    plan: Plan, aims: Sequence[Aim], sections: Sequence[str], spared: Mapping[Key, int]
) -> Iterator[Target]:
    """Yield the targets as the solver sees them."""
    stage_of = dict(zip(plan.sections["section_id"], plan.sections["stage"], strict=True))
    for aim in aims:
        members = frozenset(
            row for row, key in enumerate(sections) if aim.stage in ("", stage_of[key])
        )
        if members:
            most = max(0, aim.most - spared.get((aim.stage, aim.year), 0))
            yield Target(aim.year - plan.years[0], members, most)


def _moves(
    plan: Plan, transfers: Sequence[tuple[int, Transfer]], sections: Sequence[str]
) -> Iterator[Move]:
    """Yield the possible transfers as the solver sees them."""
    keys, cure = plan.sections["section_id"], plan.scenario.cure
    for number, (ground, transfer) in enumerate(transfers):
        yield Move(
            ground=ground,
            areas=transfer.areas,
            source=sections.index(str(keys.iloc[transfer.source])),
            target=sections.index(str(keys.iloc[transfer.target])),
            entrants=transfer.entrants,
            walk_yuan=cure.pupil_metre_yuan * transfer.further,
            changed_yuan=cure.changed_yuan * sum(transfer.entrants),
            after=number - 1 if transfer.part else -1,
        )


def _ground(plan: Plan, zones: StageZones, sections: Sequence[str]) -> Ground:
    """Return the zones of one stage as the solver sees them."""
    keys = plan.sections["section_id"].to_numpy()
    row_of = {key: row for row, key in enumerate(sections)}
    # Sections that are not part of this keep numbers of their own below zero.
    number = np.array([row_of.get(key, -2 - place) for place, key in enumerate(keys)])
    zone = np.where(zones.zone >= 0, number[zones.zone], -1)
    roots = {row_of[keys[row]]: area for row, area in zones.root.items() if keys[row] in row_of}
    return Ground(zone=zone.astype(np.int64), edges=plan.edges, root=roots)
