"""Equip the schools: rich in space where pupils have left, short of it in town."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np

    from planner.sample.rolls import Rolls
    from planner.sample.schools import Schools, Section

__all__ = ["equip"]

_PER_ROOM: Final = {
    "teaching_area_m2": (215.0, 300.0),
    "sports_area_m2": (290.0, 400.0),
    "multimedia_rooms": (0.95, 0.92),
    "equipment_yuan": (84_000.0, 118_000.0),
}
"""What comes with a room of a primary and of a junior section (invented)."""
_PER_HUNDRED_PUPILS: Final = {
    "teachers_above_degree": (4.9, 6.1),
    "key_teachers": (1.05, 1.15),
    "sports_arts_teachers": (0.95, 1.0),
}
"""Teachers for every hundred pupils of a primary and of a junior section (invented)."""
_MORE_PER_ROOM: Final = {"computers": (5.0, 6.0), "books": (900.0, 1150.0)}
"""What else comes with a room of a primary and of a junior section (invented)."""
_DEGREE_SHARE: Final = (0.88, 0.99)
"""Teachers above the required degree among all teachers, least and most (invented)."""
_TITLE_SHARE: Final = {"city": 0.56, "town": 0.5, "village": 0.42}
"""Teachers of intermediate title and above among all teachers (invented)."""
_ROOMS_PER_ARTS_ROOM: Final = 12
_ARTS_ROOM_M2: Final = {"music": (54, 73, 80, 96, 108), "art": (54, 67, 72, 90, 100)}
_OLD_SHARE: Final = 0.8
"""Share of schools whose music and art rooms were built by 2016 (invented)."""
_HALL_FROM_ROOMS: Final = 18
_HALL_M2: Final = (360, 640, 900)
_VILLAGE_LACK: Final = {"key_teachers": 0.7, "sports_arts_teachers": 0.75}
_TOWN_LACK: Final = {"sports_area_m2": 0.7, "teaching_area_m2": 0.9}

Row = tuple[int, str, int]
"""Number of a section, an item and its amount."""


def equip(
    schools: Schools, rolls: Rolls, rng: np.random.Generator, more: np.random.Generator
) -> list[Row]:
    """Return what primary and junior sections have, as rows of section, item and amount.

    First the seven items that county balance is measured by: space and equipment come with
    rooms, teachers with pupils, so that space per pupil is short in crowded schools. Then
    what the test of 2012 and the rule about music and art rooms ask for. Sections of one school
    share its sports ground; an indoor hall is part of the teaching area.

    Args:
        schools: The schools with their rooms.
        rolls: Pupils by section and year.
        rng: Source of chance of the seven items.
        more: Source of chance of all others.
    """
    stock = {
        number: _with_others(
            schools, number, _seven_items(schools, number, int(rolls.total(number)[-1]), rng), more
        )
        for number, section in enumerate(schools.sections)
        if section.stage in ("primary", "junior")
    }
    _share_grounds(schools, stock)
    return [
        (number, item, amount) for number, items in stock.items() for item, amount in items.items()
    ]


def _seven_items(
    schools: Schools, number: int, pupils: int, rng: np.random.Generator
) -> dict[str, int]:
    """Return the stock of the seven items of a section."""
    section = schools.sections[number]
    stage = int(section.stage == "junior")
    lack = {"village": _VILLAGE_LACK, "city": _TOWN_LACK}.get(schools.school_of(number).setting, {})
    stock = {}
    for items, size in ((_PER_HUNDRED_PUPILS, pupils / 100), (_PER_ROOM, section.rooms)):
        for item, amount in items.items():
            had = size * amount[stage] * lack.get(item, 1.0) * rng.lognormal(0.0, 0.12)
            stock[item] = max(1, round(had))
    return stock


def _with_others(
    schools: Schools, number: int, seven: dict[str, int], rng: np.random.Generator
) -> dict[str, int]:
    """Return all stock of a section: the seven items, a hall within them, and the others."""
    section, setting = schools.sections[number], schools.school_of(number).setting
    stage = int(section.stage == "junior")
    stock = dict(seven)
    if section.rooms >= _HALL_FROM_ROOMS and setting != "village" and rng.random() < 0.5:
        stock["indoor_sports_area_m2"] = int(rng.choice(_HALL_M2))
        stock["teaching_area_m2"] += stock["indoor_sports_area_m2"]
    teachers = math.ceil(stock["teachers_above_degree"] / rng.uniform(*_DEGREE_SHARE))
    stock["teachers"] = teachers
    titled = teachers * _TITLE_SHARE[setting] * rng.lognormal(0.0, 0.1)
    stock["intermediate_title_teachers"] = min(teachers, round(titled))
    for item, amount in _MORE_PER_ROOM.items():
        stock[item] = round(section.rooms * amount[stage] * rng.lognormal(0.0, 0.15))
    return stock | _arts_rooms(section, rng)


def _arts_rooms(section: Section, rng: np.random.Generator) -> dict[str, int]:
    """Return music and art rooms: in some schools one too few, in some too small."""
    wished = math.ceil(section.rooms / _ROOMS_PER_ARTS_ROOM)
    stock = {"arts_rooms_by_2016": int(rng.random() < _OLD_SHARE)}
    for kind, sizes in _ARTS_ROOM_M2.items():
        rooms = max(0, wished - int(rng.random() < 0.3))
        stock[f"{kind}_rooms"] = rooms
        size = int(rng.choice(sizes))
        if rooms:
            stock[f"{kind}_room_m2"] = size
    return stock


def _share_grounds(schools: Schools, stock: dict[int, dict[str, int]]) -> None:
    """Write the sports grounds of a school with several sections as one, at the first of them."""
    together: dict[int, list[int]] = {}
    for number in stock:
        together.setdefault(schools.sections[number].school, []).append(number)
    for first, *others in together.values():
        if others:
            grounds = [stock[number].pop("sports_area_m2") for number in (first, *others)]
            stock[first]["shared_sports_area_m2"] = sum(grounds)
