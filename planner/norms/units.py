"""Pupils come whole, shares lie between 0 and 1: what a number may be in its unit."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

from planner.errors import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["UNITS", "Unit", "number_faults"]


class Unit(NamedTuple):
    """What a number of this unit may be."""

    chinese: str
    whole: bool
    least: float
    most: float


UNITS: Final[dict[str, Unit]] = {
    "pupils": Unit("人", whole=True, least=1, most=math.inf),
    "classes": Unit("班", whole=True, least=1, most=math.inf),
    "items": Unit("项", whole=True, least=1, most=math.inf),
    "years": Unit("岁", whole=True, least=0, most=30),
    "month": Unit("月", whole=True, least=1, most=12),
    "day": Unit("日", whole=True, least=1, most=31),
    "level": Unit("级", whole=True, least=1, most=10),
    "hours": Unit("学时", whole=False, least=0, most=math.inf),
    "min": Unit("分钟", whole=False, least=1, most=math.inf),
    "m": Unit("米", whole=False, least=1, most=math.inf),
    "m2": Unit("平方米", whole=False, least=1, most=math.inf),
    "m2 per pupil": Unit("平方米/生", whole=False, least=0, most=math.inf),
    "yuan per pupil": Unit("元/生", whole=False, least=0, most=math.inf),
    "per 100 pupils": Unit("每百名学生", whole=False, least=0, most=math.inf),
    "staff per class": Unit("人/班", whole=True, least=1, most=math.inf),
    "pupils per staff member": Unit("学生/人", whole=False, least=1, most=math.inf),
    "share": Unit("比例", whole=False, least=0, most=1),
    "ratio": Unit("比值", whole=False, least=0, most=math.inf),
}
"""The units in which a norms file may speak, by the word it uses."""


def number_faults(value: object, unit: str) -> Iterator[Sentence]:
    """Yield what is wrong about a number in a unit, to be put behind its path."""
    allowed = UNITS[unit]
    chinese = allowed.chinese
    if isinstance(value, bool) or not isinstance(value, int | float):
        found, zh = ("none", "无") if value is None else (repr(value), repr(value))
        yield Sentence(
            f" should be a number of {unit}, found {found}.",
            f"须为数值（单位：{chinese}），现为{zh}。",
        )
    elif not math.isfinite(value) or not allowed.least <= value <= allowed.most:
        upper = "" if math.isinf(allowed.most) else f" and at most {allowed.most:g}"
        upper_zh = "" if math.isinf(allowed.most) else f"、不大于{allowed.most:g}"
        yield Sentence(
            f" should be at least {allowed.least:g}{upper} ({unit}), found {value:g}.",
            f"须不小于{allowed.least:g}{upper_zh}（单位：{chinese}），现为{value:g}。",
        )
    elif allowed.whole and value != int(value):
        yield Sentence(
            f" should be a whole number of {unit}, found {value:g}.",
            f"须为整数（单位：{chinese}），现为{value:g}。",
        )
