"""Equip the schools: rich in space where pupils have left, short of it in town."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np

    from planner.sample.rolls import Rolls
    from planner.sample.schools import Schools

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
_VILLAGE_LACK: Final = {"key_teachers": 0.7, "sports_arts_teachers": 0.75}
_TOWN_LACK: Final = {"sports_area_m2": 0.7, "teaching_area_m2": 0.9}


def equip(schools: Schools, rolls: Rolls, rng: np.random.Generator) -> list[tuple[int, str, int]]:
    """Return rows of section, item and amount for primary and junior sections.

    The items are the seven that county balance is measured by; space and equipment come with
    rooms, teachers with pupils, so that space per pupil is short in crowded schools.
    """
    rows = []
    for number, section in enumerate(schools.sections):
        if section.stage not in ("primary", "junior"):
            continue
        stage = int(section.stage == "junior")
        lack = {"village": _VILLAGE_LACK, "city": _TOWN_LACK}.get(
            schools.school_of(number).setting, {}
        )
        pupils = int(rolls.total(number)[-1])
        for items, size in ((_PER_HUNDRED_PUPILS, pupils / 100), (_PER_ROOM, section.rooms)):
            for item, amount in items.items():
                had = size * amount[stage] * lack.get(item, 1.0) * rng.lognormal(0.0, 0.12)
                rows.append((number, item, max(1, round(had))))
    return rows
