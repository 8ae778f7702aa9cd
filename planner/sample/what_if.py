"""Write the scenarios: the plan in force and what one might ask of it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from planner.sample.land import Land
    from planner.sample.rolls import Rolls
    from planner.sample.schools import School, Schools
    from planner.sample.works import Works

__all__ = ["scenarios"]

_CLASS_SIZE: Final = 45
"""Pupils in a primary class; the norms file is what binds a plan."""


def scenarios(land: Land, schools: Schools, rolls: Rolls, works: Works) -> dict[str, str]:
    """Return the text of every scenario file by its name."""
    return {
        "baseline": _BASELINE,
        "extension_late": _EXTENSION_LATE,
        "all_late": _ALL_LATE,
        "new_primary": _new_primary(land, works),
        "closure": _closure(land, schools, rolls),
        "redrawn_zones": _REDRAWN_ZONES,
        "low_births": _births("low"),
        "high_births": _births("high"),
    }


_BASELINE = """[about]
title = "Baseline"
title_zh = "基准方案"
question = "What becomes of today's zones and schools if only the projects under way are finished?"
question_zh = "只建成在建项目、招生范围不变，今后各校学位够不够？"
"""

_EXTENSION_LATE = """extends = "baseline"

[about]
title = "Extension one year late"
title_zh = "大街小学扩建推迟一年"
question = "How many large classes stay if the extension of Dajie Primary opens in 2025?"
question_zh = "大街小学扩建推迟到2025年投用，会多出多少大班额？"

[projects.dajie_primary_extension]
delay_years = 1
"""

_ALL_LATE = """extends = "baseline"

[about]
title = "Everything one year late"
title_zh = "全部项目推迟一年"
question = "Who lacks a seat if everything that is being built is handed over a year late?"
question_zh = "在建和规划项目全部推迟一年投用，哪些学校会缺学位？"

[building]
delay_years = 1
"""

_REDRAWN_ZONES = """extends = "baseline"

[about]
title = "Redrawn zones"
title_zh = "重新划片"
question = "How far do new primary and junior zones go without any new building?"
question_zh = "不新增校舍，仅调整小学和初中招生范围，能解决多少问题？"

[zones]
method = "redraw"
stages = ["primary", "junior"]
from_year = 2025
"""


def _births(variant: str) -> str:
    """Return the scenario of fewer or more births."""
    title, zh, change = {
        "low": ("Fewer births", "低出生方案", "15 % fewer"),
        "high": ("More births", "高出生方案", "15 % more"),
    }[variant]
    change_zh = {"low": "少15%", "high": "多15%"}[variant]
    return f'''extends = "baseline"

[about]
title = "{title}"
title_zh = "{zh}"
question = "Which shortages and surpluses change if {change} children are born than expected?"
question_zh = "今后出生人口比预计{change_zh}，学位缺口和富余有何变化？"

[births]
variant = "{variant}"
'''


def _new_primary(land: Land, works: Works) -> str:
    """Return the scenario of a new primary school in the fullest part of the town."""
    site = next(item for item in works.sites if item.stages.startswith("primary"))
    return f'''extends = "baseline"

[about]
title = "One new primary school in town"
title_zh = "城区新建一所小学"
question = "Does one new school at {land.names_en[site.area]} end the large classes in town?"
question_zh = "在{site.name}新建一所12班小学并重新划片，能否消除城区大班额？"

[zones]
method = "redraw"
stages = ["primary"]
from_year = 2026

[[measures]]
id = "new_primary_school"
name = "New primary school"
name_zh = "城区新建小学"
kind = "new"
section = "M01P"
stage = "primary"
site = "{site.id}"
rooms = 12
hand_over = 2026-08-15
cost_yuan = 34000000.0
'''


def _closure(land: Land, schools: Schools, rolls: Rolls) -> str:
    """Return the scenario that closes one small village school; all other zones stay.

    Where the school that takes its pupils has too few seats, rooms are built there first.
    """
    small = _smallest(schools, rolls)
    taker = _nearest_complete(land, schools, small)
    closing, taking = schools.school_of(small), schools.school_of(taker)
    pupils = int(rolls.total(small)[-1] + rolls.total(taker)[-1])
    missing = math.ceil(pupils / _CLASS_SIZE) - schools.sections[taker].usable
    rooms = _rooms_first(taking, schools.sections[taker].id, missing) if missing > 0 else ""
    how = "先建后撤" if rooms else "利用现有空余学位"
    return f'''extends = "baseline"

[about]
title = "One village school merged"
title_zh = "撤并一所村小"
question = "Who walks further, what is saved, if {closing.name_en} joins {taking.name_en}?"
question_zh = "{closing.name}并入{taking.name}（{how}），哪些学生上学更远，节省多少班级和教室？"
{rooms}
[[measures]]
id = "close_village_school"
name = "Close {closing.name_en}"
name_zh = "撤并{closing.name}"
kind = "closure"
section = "{schools.sections[small].id}"
hand_over = 2026-07-31
'''


def _smallest(schools: Schools, rolls: Rolls) -> int:
    """Return the smallest complete primary, in a village and with no teaching point behind it."""
    complete = [n for n in schools.of_stage("primary") if schools.school_of(n).kind == "primary"]
    rural = [n for n in complete if schools.school_of(n).setting == "village"] or complete
    going_on = {section.continues_at for section in schools.sections}
    rural = [number for number in rural if number not in going_on] or rural
    return min(rural, key=lambda number: (rolls.total(number)[-1], number))


def _nearest_complete(land: Land, schools: Schools, closing: int) -> int:
    """Return the nearest other section that teaches all primary grades."""
    others = [
        number
        for number in schools.of_stage("primary")
        if number != closing and schools.school_of(number).kind != "teaching_point"
    ]
    areas = [schools.sections[number].area for number in others]
    away = np.linalg.norm(land.centre[areas] - land.centre[schools.sections[closing].area], axis=1)
    return others[int(np.argmin(away))]


def _rooms_first(taking: School, section: str, rooms: int) -> str:
    """Return the measure that gives the receiving school its rooms a year before."""
    return f'''
[[measures]]
id = "rooms_first"
name = "Rooms at {taking.name_en}"
name_zh = "{taking.name}增建教室"
kind = "extension"
section = "{section}"
rooms = {rooms}
hand_over = 2025-08-15
cost_yuan = {rooms * 1_400_000}.0
'''
