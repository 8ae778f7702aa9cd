"""Turn rooms into seats, year by year, with every project on its date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import geopandas as gpd
import numpy as np
import pandas as pd

from planner.errors import ScenarioError
from planner.study import Fallback
from planner.terms import Operator, ProjectKind, SchoolKind, school_year

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    import numpy.typing as npt

    from planner.norms import Norms
    from planner.scenario import ProjectSettings, Scenario
    from planner.study import Study

    IntArray = npt.NDArray[np.int64]
    BoolArray = npt.NDArray[np.bool_]

__all__ = ["Offer", "first_year_after", "offer_sections", "seats_in_rooms"]


_OF_SCHOOLS = [
    *("school_id", "name", "name_en", "kind", "operator", "setting", "township", "licensed"),
    "geometry",
]


@dataclass(frozen=True, slots=True, eq=False)
class Offer:
    """What every section offers in every year.

    Attributes:
        sections: Every section that teaches in any year, new ones last, index 0..n-1; the
            columns of `planner.plan.Plan.sections`.
        years: School years, the base year first.
        rooms: Rooms usable for classes on 1 September, [section, year].
        seats: Seats at standard size, [section, year].
        open: Whether the section teaches, [section, year].
        notes: What was assumed.
    """

    sections: gpd.GeoDataFrame
    years: tuple[int, ...]
    rooms: IntArray
    seats: IntArray
    open: BoolArray
    notes: tuple[Fallback, ...]


@dataclass(frozen=True, slots=True)
class _Dated:
    """One project or measure with the first school year in which it counts."""

    key: str
    name: str
    name_en: str
    kind: ProjectKind
    section_id: str
    stage: str
    site_id: str
    rooms: int
    year: int | None


def offer_sections(study: Study, scenario: Scenario, years: Sequence[int]) -> Offer:
    """Return the sections, rooms and seats of every year.

    Condemned rooms are out at once, rooms under repair until the repair is done; a project's
    rooms count from the first 1 September on or after its hand-over, a closed section teaches
    no more from the first 1 September after its last day.

    Raises:
        ScenarioError: A project or measure names a section, site or stage nobody knows.
    """
    norms = study.norms
    dated = [*_projects(study, scenario), *_measures(scenario)]
    _refuse_impossible(study, scenario, dated)
    done = [project for project in dated if _is_done(project, study.base_year)]
    dated = [project for project in dated if project not in done]
    sections = _with_new_sections(study, dated, norms, last=max(years))
    position = {key: row for row, key in enumerate(sections["section_id"])}
    first = np.array(years)
    rooms, inferred = _rooms_today(sections, norms, years)
    opens = np.where(sections["is_new"], np.iinfo(np.int64).max, 0)
    closes = np.full(len(sections), np.iinfo(np.int64).max)
    for project in dated:
        if project.year is None or project.section_id not in position:
            continue
        row = position[project.section_id]
        if project.kind is ProjectKind.CLOSURE:
            closes[row] = min(closes[row], project.year)
            continue
        sign = -1 if project.kind is ProjectKind.CONDEMNED else 1
        rooms[row] += sign * project.rooms * (first >= project.year)
        opens[row] = min(opens[row], project.year)
    is_open = (first >= opens[:, None]) & (first < closes[:, None])
    rooms = np.where(is_open, np.maximum(rooms, 0), 0)
    seats = _seats(sections, rooms, norms, inferred)
    return Offer(
        sections=_finished(sections, opens, closes),
        years=tuple(years),
        rooms=rooms,
        seats=np.where(is_open & _counts(sections)[:, None], seats, 0),
        open=is_open,
        notes=tuple(_notes(dated, done, sections)),
    )


def first_year_after(day: date) -> int:
    """Return the first school year whose 1 September falls on or after a day.

    Handed over on 31 August 2025 or 1 September 2025 means 2025; on 2 September 2025, 2026.
    """
    year = school_year(day.year, day.month, day.day)
    return year if (day.year, day.month, day.day) == (year, 9, 1) else year + 1


def seats_in_rooms(rooms: int, sizes: Sequence[int]) -> int:
    """Return the seats of a section whose rooms are spread over its grades.

    Every grade gets an equal number of classes, what is left over goes to the lowest grades,
    and each class counts with the standard size of its grade: four tracks of kindergarten
    are 4 × (25 + 30 + 35) = 360 seats.
    """
    each, over = divmod(rooms, len(sizes))
    return sum(size * (each + (grade < over)) for grade, size in enumerate(sizes))


def _projects(study: Study, scenario: Scenario) -> Iterator[_Dated]:
    """Yield the study's projects as the scenario dates them."""
    known = set(study.projects["project_id"])
    unknown = sorted(set(scenario.projects) - known)
    if unknown:
        raise ScenarioError(
            *(
                f"scenarios/{scenario.name}.toml: [projects.{key}] is not in the projects table; "
                f"it has {', '.join(sorted(known)) or 'no project'}."
                for key in unknown
            )
        )
    for row in study.projects.to_dict("records"):
        settings = scenario.projects.get(row["project_id"])
        if settings is not None and not settings.include:
            continue
        yield _Dated(
            key=row["project_id"],
            name=row["name"],
            name_en="",
            kind=ProjectKind(row["kind"]),
            section_id=row["section_id"],
            stage=row["stage"],
            site_id="" if pd.isna(row["site_id"]) else row["site_id"],
            rooms=_rooms_of(row, settings),
            year=_year_of(row, settings, study.base_year),
        )


def _rooms_of(row: dict[Any, Any], settings: ProjectSettings | None) -> int:
    """Return the rooms of a project, the scenario's before the table's."""
    if settings is not None and settings.rooms is not None:
        return settings.rooms
    return 0 if pd.isna(row["rooms"]) else int(row["rooms"])


def _year_of(row: dict[Any, Any], settings: ProjectSettings | None, base_year: int) -> int | None:
    """Return the first school year in which a project counts, None where nobody knows."""
    day = None if pd.isna(row["hand_over"]) else row["hand_over"].date()
    if settings is not None and settings.hand_over is not None:
        day = settings.hand_over
    if day is None:
        # Condemned rooms are out at once; a building without a date is not counted on.
        return base_year + 1 if row["kind"] == ProjectKind.CONDEMNED else None
    return first_year_after(day) + (settings.delay_years if settings is not None else 0)


def _measures(scenario: Scenario) -> Iterator[_Dated]:
    """Yield the measures that only this scenario contains."""
    for measure in scenario.measures:
        assert measure.hand_over is not None, "read_scenario refuses a measure without a date"
        yield _Dated(
            key=measure.id,
            name=measure.name_zh or measure.name or measure.id,
            name_en=measure.name or measure.id,
            kind=ProjectKind(measure.kind),
            section_id=measure.section,
            stage=measure.stage,
            site_id=measure.site,
            rooms=measure.rooms,
            year=first_year_after(measure.hand_over),
        )


def _with_new_sections(
    study: Study, dated: list[_Dated], norms: Norms, *, last: int
) -> gpd.GeoDataFrame:
    """Return today's sections with their school's name and point, and those opened by `last`."""
    builds = [project for project in dated if project.kind is ProjectKind.NEW]
    schools = study.schools[_OF_SCHOOLS]
    merged = study.sections.merge(schools, on="school_id", how="left", validate="many_to_one")
    today = gpd.GeoDataFrame(merged, geometry="geometry", crs=study.crs)
    empty = (today["rooms"].fillna(0) == 0) & (today["seats"].fillna(0) == 0)
    today["is_new"] = empty & today["section_id"].isin([project.section_id for project in builds])
    known = set(today["section_id"])
    points = study.sites.set_index("site_id").geometry
    townships = study.sites.set_index("site_id")["township"]
    stages = {stage.stage: stage for stage in norms.stages}
    new = [
        {
            "section_id": project.section_id,
            "school_id": project.section_id,
            "stage": project.stage,
            "lowest_grade": stages[project.stage].grades[0],
            "highest_grade": stages[project.stage].grades[-1],
            "rooms": 0,
            "condemned_rooms": 0,
            "repair_rooms": 0,
            "intake": _usual_intake(study, project.stage),
            "name": project.name,
            "name_en": project.name_en or None,
            "kind": _kind_of_new(project.stage),
            "operator": Operator.PUBLIC.value,
            "township": townships[project.site_id],
            "geometry": points[project.site_id],
            "is_new": True,
        }
        for project in builds
        if project.section_id not in known and project.year is not None and project.year <= last
    ]
    if new:
        plain = today.dtypes.drop("geometry").to_dict()
        added = pd.DataFrame(new, columns=today.columns).astype(plain)
        shaped = gpd.GeoDataFrame(added, geometry="geometry", crs=study.crs)
        today = pd.concat([today, shaped], ignore_index=True)
        today = today.drop_duplicates("section_id", ignore_index=True)
    return gpd.GeoDataFrame(today, geometry="geometry", crs=study.crs)


def _usual_intake(study: Study, stage: str) -> str:
    """Return how most sections of a stage take their entrants in."""
    intake = study.sections.loc[study.sections["stage"] == stage, "intake"]
    return "zone" if intake.empty else str(intake.mode().iloc[0])


def _kind_of_new(stage: str) -> str:
    """Return what kind of school a new section makes; a primary where norms have other words."""
    kinds = {kind.value for kind in SchoolKind}
    return stage if stage in kinds else SchoolKind.PRIMARY.value


def _is_done(project: _Dated, base_year: int) -> bool:
    """Tell whether a project was in use by the base year, whose rooms were counted."""
    return project.year is not None and project.year <= base_year


def _refuse_impossible(study: Study, scenario: Scenario, dated: list[_Dated]) -> None:
    """Refuse projects and measures that cannot be meant, all of them at once."""
    built = {project.section_id for project in dated if project.kind is ProjectKind.NEW}
    ours = {measure.id for measure in scenario.measures}
    faults = []
    for project in dated:
        mine = project.key in ours
        place = (
            f"scenarios/{scenario.name}.toml: measure '{project.key}'"
            if mine
            else f"Table projects: project '{project.key}'"
        )
        if mine and _is_done(project, study.base_year):
            faults.append(
                f"{place} is handed over by {study.base_year}, the base year, whose rooms are "
                "counted already; give it a later date or take it out."
            )
        known = study.sections[study.sections["section_id"] == project.section_id]
        if len(known):
            faults += [f"{place} {fault}" for fault in _against(known.iloc[0], project)]
        elif project.kind is ProjectKind.NEW:
            faults += [f"{place} {fault}" for fault in _ungrounded(study, project)]
        elif project.section_id not in built:
            faults.append(
                f"{place} names section '{project.section_id}', which is not in the sections table."
            )
    if faults:
        raise ScenarioError(*faults)


def _against(section: pd.Series[Any], project: _Dated) -> Iterator[str]:
    """Say how a project contradicts the section it names."""
    rooms = 0 if pd.isna(section["rooms"]) else int(section["rooms"])
    seats = 0 if pd.isna(section["seats"]) else int(section["seats"])
    if project.stage and project.stage != section["stage"]:
        yield (
            f"has stage '{project.stage}', but section '{project.section_id}' is "
            f"'{section['stage']}'; correct one of them."
        )
    if project.kind is ProjectKind.NEW and (rooms or seats):
        yield (
            f"builds '{project.section_id}' anew, which exists; use kind 'extension', or give the "
            "new school a key of its own."
        )
    if project.kind is ProjectKind.CONDEMNED and project.rooms > rooms > 0:
        yield (
            f"condemns {project.rooms} rooms of section '{project.section_id}', which has {rooms}; "
            "correct the number, or close the section."
        )


def _ungrounded(study: Study, project: _Dated) -> Iterator[str]:
    """Say why a new school has nowhere to stand or nobody to teach."""
    sites = set(study.sites["site_id"])
    stages = [stage.stage for stage in study.norms.stages]
    if project.site_id not in sites:
        yield (
            f"builds a new school on site '{project.site_id}', which is not in the sites table "
            f"({', '.join(sorted(sites)) or 'which is empty'})."
        )
    if project.stage not in stages:
        yield f"has stage '{project.stage}', which the norms do not know: {', '.join(stages)}."


def _rooms_today(
    sections: gpd.GeoDataFrame, norms: Norms, years: Sequence[int]
) -> tuple[IntArray, BoolArray]:
    """Return usable rooms by section and year before projects, and where they are inferred."""
    known = sections["rooms"].notna().to_numpy()
    rooms = sections["rooms"].fillna(0).to_numpy(dtype=np.int64)
    approved = sections["seats"].fillna(0).to_numpy(dtype=np.int64)
    sizes = [_sizes(row, norms) for row in sections.to_dict("records")]
    mean = np.array([max(1.0, float(np.mean(size))) for size in sizes])
    rooms = np.where(known, rooms, np.ceil(approved / mean).astype(np.int64))
    condemned = sections["condemned_rooms"].fillna(0).to_numpy(dtype=np.int64)
    repaired = sections["repair_rooms"].fillna(0).to_numpy(dtype=np.int64)
    until = pd.to_datetime(sections["repair_until"])
    opening = pd.to_datetime([f"{year}-09-01" for year in years])
    # A repair without a date is not counted on: its rooms stay out.
    away = ~(until.to_numpy()[:, None] <= opening.to_numpy()[None, :])
    usable = rooms[:, None] - condemned[:, None] - repaired[:, None] * away
    return usable, ~known & (approved > 0)


def _sizes(section: dict[Any, Any], norms: Norms) -> tuple[int, ...]:
    """Return the standard class size of each grade of a section, lowest first."""
    stage = norms.stage(section["stage"])
    grades = range(int(section["lowest_grade"]), int(section["highest_grade"]) + 1)
    return tuple(stage.class_size[grade] for grade in grades)


def _seats(
    sections: gpd.GeoDataFrame, rooms: IntArray, norms: Norms, inferred: BoolArray
) -> IntArray:
    """Return seats by section and year; approved seats stand where rooms are not known."""
    seats = np.zeros_like(rooms)
    for row, section in enumerate(sections.to_dict("records")):
        sizes = _sizes(section, norms)
        seats[row] = [seats_in_rooms(int(count), sizes) for count in rooms[row]]
        if inferred[row]:
            before = seats_in_rooms(int(rooms[row, 0]), sizes)
            seats[row] += int(section["seats"]) - before
    return cast("IntArray", np.maximum(seats, 0))


def _counts(sections: gpd.GeoDataFrame) -> BoolArray:
    """Tell whose seats count: those of schools that are not known to be unlicensed."""
    licensed: BoolArray = sections["licensed"].fillna(value=True).to_numpy(dtype=bool)
    return licensed


def _finished(sections: gpd.GeoDataFrame, opens: IntArray, closes: IntArray) -> gpd.GeoDataFrame:
    """Return the sections with the years in which they open and close, where they do."""
    never = np.iinfo(np.int64).max
    return sections.assign(
        opens=pd.array([year if 0 < year < never else None for year in opens], dtype="Int64"),
        closes=pd.array([year if year < never else None for year in closes], dtype="Int64"),
    )


def _notes(
    dated: list[_Dated], done: list[_Dated], sections: gpd.GeoDataFrame
) -> Iterator[Fallback]:
    """Say what was assumed about seats."""
    if done:
        names = ", ".join(project.key for project in done)
        yield Fallback(
            "projects_done",
            f"Projects in use by the base year are in its counted rooms already: {names}.",
            f"基准年已投用的项目已含在现有教室中，不再重复计入：{names}。",
        )
    undated = [project.key for project in dated if project.year is None]
    if undated:
        names = ", ".join(undated)
        yield Fallback(
            "undated_projects",
            f"Projects without a hand-over date are not counted: {names}.",
            f"没有交付日期的项目未计入：{names}。",
        )
    unlicensed = int((~_counts(sections)).sum())
    if unlicensed:
        yield Fallback(
            "unlicensed",
            f"Seats of sections without a licence do not count: {unlicensed} of them.",
            f"{unlicensed} 个无证学段部的学位不计入供给。",
        )
