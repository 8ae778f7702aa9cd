"""The words of school planning that code, tables, maps and reports share."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import date

__all__ = [
    "SCHOOL_YEAR_STARTS",
    "Language",
    "Operator",
    "Overflow",
    "ProjectKind",
    "SchoolKind",
    "SeatLimit",
    "Setting",
    "first_year_after",
    "school_year",
]

SCHOOL_YEAR_STARTS: Final = (9, 1)
"""Month and day on which school year y begins; rolls are counted on that day."""


class Language(StrEnum):
    """A language in which headings, maps and reports exist."""

    CHINESE = "zh"
    ENGLISH = "en"


class Setting(StrEnum):
    """Where a school or area lies: 城区, 镇区, 乡村."""

    CITY = "city"
    TOWN = "town"
    VILLAGE = "village"


class SchoolKind(StrEnum):
    """What an institution is; 教学点 are inner institutions and not counted as schools."""

    KINDERGARTEN = "kindergarten"
    PRIMARY = "primary"
    TEACHING_POINT = "teaching_point"
    JUNIOR = "junior"
    NINE_YEAR = "nine_year"
    SENIOR = "senior"
    SECONDARY = "secondary"
    TWELVE_YEAR = "twelve_year"


class Operator(StrEnum):
    """Who runs a school: 公办, 普惠性民办, 民办."""

    PUBLIC = "public"
    INCLUSIVE = "private_inclusive"
    PRIVATE = "private"


class ProjectKind(StrEnum):
    """A dated building measure."""

    NEW = "new"
    EXTENSION = "extension"
    CONVERSION = "conversion"
    REBUILDING = "rebuilding"
    MERGER = "merger"
    CLOSURE = "closure"
    CONDEMNED = "condemned"


class SeatLimit(StrEnum):
    """What may say how many pupils a section can seat: 教室, 校舍面积, 床位, 运动场地, 教职工."""

    ROOMS = "rooms"
    FLOOR_AREA = "floor_area"
    BEDS = "beds"
    SPORTS_AREA = "sports_area"
    STAFF = "staff"


class Overflow(StrEnum):
    """What becomes of an entrant who finds no seat at standard size in the zoned section."""

    CROWD = "crowd"
    UNSEATED = "unseated"
    NEAREST = "nearest"


def school_year(year: int, month: int, day: int) -> int:
    """Return the school year that a calendar day belongs to (1 September y opens year y)."""
    return year if (month, day) >= SCHOOL_YEAR_STARTS else year - 1


def first_year_after(day: date) -> int:
    """Return the first school year whose 1 September falls on or after a day.

    Handed over on 31 August 2025 or 1 September 2025 means 2025; on 2 September 2025, 2026.
    """
    year = school_year(day.year, day.month, day.day)
    return year if (day.month, day.day) == SCHOOL_YEAR_STARTS else year + 1
