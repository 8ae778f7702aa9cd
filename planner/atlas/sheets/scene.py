"""Gather what sheets show of one stage in one year: who teaches, and which areas are whose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from planner.atlas.content import zone_colours
from planner.atlas.figures import stage_areas
from planner.atlas.lists import texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from planner.atlas.figures import Shown, StageAreas
    from planner.atlas.ground import Ground
    from planner.atlas.style import Style
    from planner.norms import StageNorm
    from planner.terms import Language

__all__ = ["Change", "Scene", "Zone", "change_between", "first_changed_year", "scenes_of"]


class Zone(NamedTuple):
    """A zone: rows of its sections in `plan.sections`, its areas, and the number of its colour."""

    key: str
    sections: tuple[int, ...]
    members: NDArray[np.intp]
    colour: int


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A stage in a year of a plan; `open_rows` are the sections that teach, rows of the plan's.

    `zone_of` holds for every area the place of its zone in `zones`, -1 without one.
    """

    plan: Shown
    norm: StageNorm
    year: int
    zones: tuple[Zone, ...]
    zone_of: NDArray[np.intp]
    open_rows: tuple[int, ...]

    def zone_with(self, row: int) -> Zone | None:
        """Return the zone of a section, if it has one."""
        return next((zone for zone in self.zones if row in zone.sections), None)

    def row_of(self, section_id: str) -> int | None:
        """Return the row of a section that teaches in this year."""
        ids = self.plan.sections["section_id"].tolist()
        return next((row for row in self.open_rows if ids[row] == section_id), None)

    def key_of(self, area: int) -> str:
        """Return the sections of an area's zone, joined by +; empty without a zone."""
        place = int(self.zone_of[area])
        return self.zones[place].key if place >= 0 else ""

    def name(self, row: int, lang: Language) -> str:
        """Return the name of a section's school in a language, as far as it has one."""
        section = self.plan.sections.iloc[row]
        english = section.get("name_en")
        return (
            str(english)
            if lang == "en" and not pd.isna(english) and english
            else str(section["name"])
        )

    def figures(self, row: int, year: int | None = None) -> dict[str, Any]:
        """Return the figures of a section in a year; nothing where it has none."""
        table = self.plan.section_years
        key = self.plan.sections["section_id"].iloc[row]
        found = table[(table["section_id"] == key) & (table["year"] == (year or self.year))]
        return {} if found.empty else dict(found.iloc[0])


def scenes_of(
    plans: Sequence[Shown], norm: StageNorm, year: int, ground: Ground, style: Style
) -> tuple[Scene, ...]:
    """Return one scene for each plan, in which a section has the same colour everywhere."""
    areas = [stage_areas(plan, norm.stage, ground) for plan in plans]
    colours = zone_colours(plans, areas, ground, colours=len(style.zones.palette))
    return tuple(
        _scene(plan, norm, year, of_plan, colours)
        for plan, of_plan in zip(plans, areas, strict=True)
    )


def _scene(
    plan: Shown, norm: StageNorm, year: int, areas: StageAreas, colours: dict[str, int]
) -> Scene:
    """Return a stage of one plan in one year."""
    ids = texts(plan.sections["section_id"])
    zone_of_area = areas.zone[plan.years.index(year)]
    zones: list[Zone] = []
    place_of = np.full(len(zone_of_area), -1, dtype=np.intp)
    for number in np.unique(zone_of_area[zone_of_area >= 0]).tolist():
        rows = (number,) if number < len(ids) else areas.shared[number - len(ids)]
        members = np.flatnonzero(zone_of_area == number)
        place_of[members] = len(zones)
        head = ids[int(areas.heads[number])]
        zones.append(Zone("+".join(sorted(ids[row] for row in rows)), rows, members, colours[head]))
    return Scene(plan, norm, year, tuple(zones), place_of, _teaching(plan, norm, year, ids))


def _teaching(plan: Shown, norm: StageNorm, year: int, ids: list[str]) -> tuple[int, ...]:
    """Return the rows of the sections of a stage that teach in a year."""
    rows = plan.section_years
    here = rows[(rows["stage"] == norm.stage) & (rows["year"] == year)]
    teaching = set(here.loc[here["open"].eq(other=True), "section_id"])
    return tuple(row for row, section in enumerate(ids) if section in teaching)


class Change(NamedTuple):
    """What differs between two scenes: areas that change zone, and from which zone to which.

    `among` is how many areas were looked at, `moves` counts those that move by (zone before, zone
    after), and `entrants` live in them in the year of the later scene.
    """

    moved: NDArray[np.intp]
    among: int
    moves: dict[tuple[str, str], int]
    zones: int
    opened: tuple[str, ...]
    closed: tuple[str, ...]
    entrants: int


def change_between(before: Scene, after: Scene, among: NDArray[np.intp]) -> Change:
    """Return which of some areas change zone, and which sections open or close."""
    pairs = {area: (before.key_of(area), after.key_of(area)) for area in among.tolist()}
    moved = [area for area, (old, new) in pairs.items() if old != new]
    moves: dict[tuple[str, str], int] = {}
    for area in moved:
        moves[pairs[area]] = moves.get(pairs[area], 0) + 1
    touched = {key for pair in moves for key in pair if key}
    old_ids, new_ids = _ids(before), _ids(after)
    table = after.plan.area_years
    ids = after.plan.study.areas["area_id"].iloc[moved]
    living = table[
        (table["stage"] == after.norm.stage)
        & (table["year"] == after.year)
        & table["area_id"].isin(ids)
    ]
    return Change(
        moved=np.array(moved, dtype=np.intp),
        among=len(pairs),
        moves=dict(sorted(moves.items(), key=lambda item: (-item[1], item[0]))),
        zones=len(touched),
        opened=tuple(sorted(new_ids - old_ids)),
        closed=tuple(sorted(old_ids - new_ids)),
        entrants=int(living["entrants"].sum()),
    )


def _ids(scene: Scene) -> set[str]:
    """Return the sections that teach in a scene."""
    ids = scene.plan.sections["section_id"].tolist()
    return {str(ids[row]) for row in scene.open_rows}


def first_changed_year(plans: Sequence[Shown], stages: Sequence[str]) -> int:
    """Return the first year whose zones differ from those of today, or of the other plan.

    Without any such year it is the first year after the base year, or the base year alone.
    """
    plan = plans[-1]
    zoned = [_zoned(each, stages) for each in plans]
    for year in plan.years:
        now = zoned[-1].get(year, {})
        other = zoned[0].get(year, {}) if len(plans) > 1 else zoned[0].get(plan.years[0], {})
        if now != other:
            return year
    return plan.years[min(1, len(plan.years) - 1)]


def _zoned(plan: Shown, stages: Sequence[str]) -> dict[int, dict[tuple[str, str], str]]:
    """Return by year the section of every area and stage that has one."""
    table = plan.area_years
    table = table[table["stage"].isin(stages) & table["section_id"].notna()]
    zoned: dict[int, dict[tuple[str, str], str]] = {}
    columns = zip(
        table["year"].tolist(), table["stage"], table["area_id"], table["section_id"], strict=True
    )
    for year, stage, area, section in columns:
        zoned.setdefault(year, {})[stage, area] = section
    return zoned
