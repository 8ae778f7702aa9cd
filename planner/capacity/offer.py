"""Put rooms, projects and limits together: what every section offers in every year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from planner.capacity.limits import cap_seats, limits_table, seats_by_limit
from planner.capacity.projects import dated_projects, refuse_impossible
from planner.capacity.rooms import rooms_today, seats_in
from planner.capacity.sections import with_new_sections
from planner.capacity.sharing import classes_of_today, rooms_shared
from planner.errors import ScenarioError, Sentence
from planner.study import Fallback
from planner.terms import ProjectKind, SeatLimit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import geopandas as gpd
    import numpy.typing as npt

    from planner.capacity.projects import Dated
    from planner.scenario import Scenario
    from planner.study import Study

    IntArray = npt.NDArray[np.int64]
    BoolArray = npt.NDArray[np.bool_]
    WordArray = npt.NDArray[np.str_]

__all__ = ["Merger", "Offer", "offer_sections"]

_NEVER = int(np.iinfo(np.int64).max)


class Merger(NamedTuple):
    """A section that closes into another: rows of the sections, and the first school year."""

    row: int
    into: int
    year: int


@dataclass(frozen=True, slots=True, eq=False)
class Offer:
    """What every section offers in every year.

    Attributes:
        sections: Every section that teaches in any year, new ones last, index 0..n-1; the
            columns of `planner.plan.Plan.sections`.
        years: School years, the base year first.
        rooms: Rooms usable for classes on 1 September, borrowed ones and the section's part of
            shared ones included, [section, year].
        seats: Seats at standard size, [section, year].
        open: Whether the section teaches, [section, year].
        notes: What was assumed.
        borrowed: Those of the rooms that are borrowed and make no seats, [section, year].
        limit: What limits the seats, one of `planner.terms.SeatLimit`, "" without seats,
            [section, year].
        limits: Every limit of every section, the table `planner.results.SeatLimits`.
        mergers: Sections that close into another.
        relief: Those of the rooms that draw no further entrants, [section, year].
    """

    sections: gpd.GeoDataFrame
    years: tuple[int, ...]
    rooms: IntArray
    seats: IntArray
    open: BoolArray
    notes: tuple[Fallback, ...]
    borrowed: IntArray
    limit: WordArray
    limits: pd.DataFrame
    mergers: tuple[Merger, ...]
    relief: IntArray

    @property
    def shares_rooms(self) -> bool:
        """Whether any school has rooms that several of its sections use."""
        return bool((self.sections["shared_rooms"].fillna(0) > 0).any())


def offer_sections(
    study: Study, scenario: Scenario, years: Sequence[int], needed: IntArray | None = None
) -> Offer:
    """Return the sections, rooms and seats of every year.

    Condemned rooms are out at once, rooms under repair until the repair is done; a project's
    rooms count from the first 1 September on or after its hand-over, a closed section teaches
    no more from the first 1 September after its last day. Rooms that sections of a school share
    are divided by the classes they need. Seats are those of the approved rooms, or fewer where
    the floor area or the beds do not suffice for them.

    Args:
        study: What is known.
        scenario: Which projects and measures take place, and what limits the seats.
        years: School years, the base year first.
        needed: Classes that the pupils of each section need, [section, year], to divide shared
            rooms by; those of the base year where it is not given.

    Raises:
        ScenarioError: A project or measure names a section, site or stage nobody knows, or takes
            rooms that are not there.
    """
    norms = study.norms
    planned = dated_projects(study, scenario)
    refuse_impossible(study, scenario, planned)
    done = [project for project in planned if project.done(study.base_year)]
    dated = [project for project in planned if project not in done]
    sections = with_new_sections(study, dated, last=max(years))
    today = rooms_today(sections, norms, years)
    opens, closes = _opening(sections, dated)
    is_open = (np.array(years) >= opens[:, None]) & (np.array(years) < closes[:, None])
    own = _with_projects(sections, dated, today.approved, is_open, years)
    shared = _shared(study, sections, own, is_open, needed)
    approved, borrowed = own + shared, np.where(is_open, today.borrowed, 0)
    licensed = sections["licensed"].fillna(value=True).to_numpy(dtype=bool)
    teaches = is_open & licensed[:, None]
    in_rooms = np.where(teaches, seats_in(sections, approved, norms, today.inferred), 0)
    counted = today.counted + shared[:, 0]
    by_limit = seats_by_limit(study, sections, approved, counted, in_rooms, years, dated)
    applied = scenario.seats.limits
    capped = cap_seats(by_limit, applied)
    return Offer(
        sections=_finished(sections, opens, closes),
        years=tuple(years),
        rooms=approved + borrowed,
        seats=capped.seats,
        open=is_open,
        notes=(*_notes(dated, done, licensed), *_said_of_limits(sections, capped.limit)),
        borrowed=borrowed,
        limit=capped.limit,
        limits=limits_table(sections, years, by_limit, capped, applied, is_open),
        mergers=tuple(_mergers(sections, dated)),
        relief=_relief(sections, dated, is_open, years),
    )


def _relief(
    sections: gpd.GeoDataFrame, dated: list[Dated], is_open: BoolArray, years: Sequence[int]
) -> IntArray:
    """Return the rooms that only relieve classes, [section, year]."""
    row_of = {key: row for row, key in enumerate(sections["section_id"])}
    rooms = np.zeros(is_open.shape, dtype=np.int64)
    for project in dated:
        for section, year, change in project.room_changes() if project.relief else ():
            if section in row_of:
                rooms[row_of[section]] += change * (np.array(years) >= year)
    return np.where(is_open, np.maximum(rooms, 0), 0)


def _opening(sections: gpd.GeoDataFrame, dated: list[Dated]) -> tuple[IntArray, IntArray]:
    """Return the first year in which each section teaches and the first in which it does not."""
    opens = np.where(sections["is_new"], _NEVER, 0)
    closes = np.full(len(sections), _NEVER)
    row_of = {key: row for row, key in enumerate(sections["section_id"])}
    for project in dated:
        if project.year is None:
            continue
        if project.closed_section in row_of:
            row = row_of[project.closed_section]
            closes[row] = min(closes[row], project.year)
        if project.kind is not ProjectKind.CLOSURE and project.section_id in row_of:
            row = row_of[project.section_id]
            opens[row] = min(opens[row], project.year)
    return opens, closes


def _with_projects(
    sections: gpd.GeoDataFrame,
    dated: list[Dated],
    approved: IntArray,
    is_open: BoolArray,
    years: Sequence[int],
) -> IntArray:
    """Return the rooms of each section's own that make seats, as projects give and take them.

    Raises:
        ScenarioError: Projects take rooms from a section that it does not have.
    """
    row_of = {key: row for row, key in enumerate(sections["section_id"])}
    rooms = approved.copy()
    for project in dated:
        for section, year, change in project.room_changes():
            if section in row_of:
                rooms[row_of[section]] += change * (np.array(years) >= year)
    _refuse_missing_rooms(sections, dated, rooms, years)
    return np.where(is_open, np.maximum(rooms, 0), 0)


def _shared(
    study: Study,
    sections: gpd.GeoDataFrame,
    own: IntArray,
    is_open: BoolArray,
    needed: IntArray | None,
) -> IntArray:
    """Return each section's part of the rooms that sections of its school share."""
    if not (sections["shared_rooms"].fillna(0) > 0).any():
        return np.zeros_like(own)
    if needed is None:
        needed = classes_of_today(sections, study.rolls, study.base_year, study.norms, own.shape[1])
    return rooms_shared(sections, own, needed, is_open)


def _refuse_missing_rooms(
    sections: gpd.GeoDataFrame, dated: list[Dated], rooms: IntArray, years: Sequence[int]
) -> None:
    """Refuse to pass on or rebuild rooms that are not there: no room is counted twice.

    Rooms under repair may be condemned: they are gone already.
    """
    faults = []
    for row in np.flatnonzero((rooms < 0).any(axis=1)):
        section, column = sections["section_id"].iloc[row], int((rooms[row] < 0).argmax())
        takers = [
            project.key
            for project in dated
            if project.kind is not ProjectKind.CONDEMNED
            for name, year, change in project.room_changes()
            if name == section and change < 0 and year <= years[column]
        ]
        if takers:
            faults.append(
                Sentence(
                    f"Projects and measures leave section '{section}' with {rooms[row, column]} "
                    f"rooms in {years[column]}: {', '.join(takers)}. Correct their rooms or their "
                    "dates.",
                    f"项目和措施使学段部“{section}”在{years[column]}年只剩"
                    f"{rooms[row, column]}间教室：{'、'.join(takers)}；请改正其教室数或时间。",
                )
            )
    if faults:
        raise ScenarioError(*faults)


def _mergers(sections: gpd.GeoDataFrame, dated: list[Dated]) -> Iterator[Merger]:
    """Yield the sections that close into another, in the order of years."""
    row_of = {key: row for row, key in enumerate(sections["section_id"])}
    merging = [p for p in dated if p.kind is ProjectKind.MERGER and p.year is not None]
    for project in sorted(merging, key=lambda one: (one.year or 0, one.key)):
        if project.section_id in row_of and project.year is not None:
            yield Merger(
                row_of[project.from_section], row_of[project.section_id], int(project.year)
            )


def _finished(sections: gpd.GeoDataFrame, opens: IntArray, closes: IntArray) -> gpd.GeoDataFrame:
    """Return the sections with the years in which they open and close, where they do."""
    return sections.assign(
        opens=pd.array([year if 0 < year < _NEVER else None for year in opens], dtype="Int64"),
        closes=pd.array([year if year < _NEVER else None for year in closes], dtype="Int64"),
    )


def _notes(dated: list[Dated], done: list[Dated], licensed: BoolArray) -> Iterator[Fallback]:
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
    unlicensed = int((~licensed).sum())
    if unlicensed:
        yield Fallback(
            "unlicensed",
            f"Seats of sections without a licence do not count: {unlicensed} of them.",
            f"{unlicensed} 个无证学段部的学位不计入供给。",
        )


def _said_of_limits(sections: gpd.GeoDataFrame, limit: WordArray) -> Iterator[Fallback]:
    """Say which sections have fewer seats than their rooms would hold."""
    capped = (limit != "") & (limit != SeatLimit.ROOMS)
    rows = np.flatnonzero(capped.any(axis=1))
    if len(rows):
        words = {
            f"{sections['section_id'].iloc[row]} ({', '.join(np.unique(limit[row][capped[row]]))})"
            for row in rows
        }
        listed = ", ".join(sorted(words)).replace("_", " ")
        yield Fallback(
            "seat_limits",
            f"These sections have fewer seats than their rooms would hold: {listed}.",
            f"下列学段部的学位少于教室可容纳数（受校舍面积、床位等约束）：{listed}。",
        )
