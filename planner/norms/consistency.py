"""What every country must say, and which of its figures cannot both be meant."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from planner.errors import Sentence
from planner.norms.figures import number_at
from planner.norms.stages import class_band_groups

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from planner.norms.figures import Figure

__all__ = ["contradictions", "missing"]

_REQUIRED: Final = (
    "cut_off.month",
    "cut_off.day",
    "count_day.month",
    "count_day.day",
    "warning.yellow",
    "warning.red",
)

_COMMON_YEAR: Final = 2001


def missing(figures: Mapping[str, Figure], stages: Iterable[str]) -> list[Sentence]:
    """Return a sentence for each figure without which nothing can be planned."""
    required = [*_REQUIRED, *(f"entry_age.{stage}" for stage in stages)]
    return [
        Sentence(
            f"{path} is missing. Every norms file must say it.",
            f"缺少{path}。每个标准文件都须写明。",
        )
        for path in required
        if path not in figures
    ]


def contradictions(figures: Mapping[str, Figure], stages: Iterable[str]) -> list[Sentence]:
    """Return a sentence for each pair of figures that cannot both be meant."""
    faults = [
        Sentence(
            f"{group} is day {day:g} of month {month:g}, which is no day of the year.",
            f"{group}为{month:g}月{day:g}日，一年中没有这一天。",
        )
        for group in ("cut_off", "count_day")
        for month in [number_at(figures, f"{group}.month")]
        for day in [number_at(figures, f"{group}.day")]
        if month is not None and day is not None and not _is_day(int(month), int(day))
    ]
    pairs = [
        ("warning.yellow", "warning.red"),
        *((f"large_class.{stage}", f"super_large_class.{stage}") for stage in stages),
        *((f"{band}.smallest", f"{band}.largest") for band in class_band_groups(figures)),
    ]
    for lower, upper in pairs:
        low, high = number_at(figures, lower), number_at(figures, upper)
        if low is not None and high is not None and low > high:
            faults.append(
                Sentence(
                    f"{lower} = {low:g} is above {upper} = {high:g}. Mend one of them.",
                    f"{lower} = {low:g}大于{upper} = {high:g}；请改正其中一项。",
                )
            )
    return faults


def _is_day(month: int, day: int) -> bool:
    """Tell whether every year has this day."""
    try:
        date(_COMMON_YEAR, month, day)
    except ValueError:
        return False
    return True
