"""How many seats, and how much floor and land, a school of a kind and size should have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.errors import NormsError, Sentence
from planner.spelling import did_you_mean

if TYPE_CHECKING:
    from planner.norms.country import Norms

__all__ = ["floor_area", "land_area", "nominal_seats", "school_scales"]


def nominal_seats(norms: Norms, kind: str, classes: int) -> float:
    """Return the seats of a school of a kind whose classes spread evenly over its grades.

    A nine-year school of 45 classes has five classes in each grade: 30 primary classes of 45
    and 15 junior classes of 50, 2100 seats.

    Raises:
        NormsError: the kind is unknown, or the study must first give a class size.
    """
    if kind not in norms.school_kinds:
        fault = Sentence(
            f"The norms '{norms.id}' know no kind of school '{kind}'."
            f"{did_you_mean(kind, norms.school_kinds)}",
            f"标准“{norms.id}”中没有学校类别“{kind}”。"
            f"{did_you_mean(kind, norms.school_kinds, lang='zh')}",
        )
        raise NormsError(fault)
    stages = [norms.stage(stage) for stage in norms.school_kinds[kind]]
    grades = [(stage, grade) for stage in stages for grade in stage.grades]
    for stage, grade in grades:
        if grade not in stage.class_size:
            norms.figure(f"class_size.{stage.stage}.{grade}")
    return classes * sum(stage.class_size[grade] for stage, grade in grades) / len(grades)


def floor_area(norms: Norms, kind: str, classes: int, *, indicator: str = "planning") -> float:
    """Return the floor area in m2 that a school of this kind and size should have.

    Between the scales of the table the area is interpolated linearly by classes (插入法);
    beyond its ends the area per pupil of the end scale holds.

    Args:
        norms: the norms with the table, 建标〔2002〕102号 table 4-1 in "cn".
        kind: kind of school as in the norms file, for instance "nine_year" or "rural_primary".
        classes: number of classes.
        indicator: "planning" (规划指标) or "basic" (基本指标).

    Raises:
        NormsError: the norms have no such table.
    """
    return _from_table(norms, f"floor_area.{indicator}.{kind}", classes)


def land_area(norms: Norms, kind: str, classes: int, *, part: str = "total") -> float:
    """Return the land in m2 that a school of this kind and size should have.

    Interpolated as in `floor_area`.

    Args:
        norms: the norms with the table.
        kind: kind of school, for instance "rural_primary".
        classes: number of classes.
        part: "building", "sports", "green" or "total".

    Raises:
        NormsError: the norms have no such table.
    """
    return _from_table(norms, f"land_area.{part}.{kind}", classes)


def school_scales(norms: Norms, kind: str, *, rural: bool = False) -> tuple[int, ...]:
    """Return the class counts in which the building standard plans a kind of school.

    Raises:
        NormsError: the norms have no scales for the kind.
    """
    text = norms.figure(f"school_scales.{'rural' if rural else 'city'}.{kind}").value
    return tuple(int(scale) for scale in str(text).split(","))


def _from_table(norms: Norms, table: str, classes: int) -> float:
    """Return m2 for a number of classes: linear between scales, the end per pupil beyond."""
    areas = {
        int(path.removeprefix(f"{table}.")): norms.number(path)
        for path in norms.figures
        if path.startswith(f"{table}.")
    }
    if not areas:
        group = table.partition(".")[0]
        known = [path.rpartition(".")[0] for path in norms.figures if path.startswith(group)]
        fault = Sentence(
            f"The norms '{norms.id}' have no table '{table}'.{did_you_mean(table, known)}",
            f"标准“{norms.id}”中没有表“{table}”。{did_you_mean(table, known, lang='zh')}",
        )
        raise NormsError(fault)
    scales = sorted(areas)
    end = min(max(classes, scales[0]), scales[-1])
    if classes != end:
        return areas[end] * classes / end  # seats grow with classes: per class is per pupil
    below = max(scale for scale in scales if scale <= classes)
    above = min(scale for scale in scales if scale >= classes)
    part = 0.0 if above == below else (classes - below) / (above - below)
    return areas[below] + part * (areas[above] - areas[below])
