"""Reckon an indicator, year by year, from rows that can be looked at one by one."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from planner.indicators import classes, enrolment, layout
from planner.indicators.ground import ROW, ground_of
from planner.indicators.register import register_of
from planner.indicators.resources import (
    Equipment,
    balanced_sections,
    equipment_of,
    resource_rows,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from planner.indicators.ground import Ground
    from planner.norms.indicators import Indicator, Register
    from planner.plan import Plan

__all__ = ["UNKNOWN", "Reckoner", "Value", "gap_of"]

_COMPULSORY: Final = ("primary", "junior")
_DIGITS: Final = 6
_NO_ROWS: Final = pd.DataFrame(columns=list(ROW))

_SUMS: Final[Mapping[str, Callable[[Ground], pd.DataFrame]]] = {
    "large_classes": classes.large_classes,
    "super_large_classes": classes.super_large_classes,
    "over_standard_classes": classes.over_standard_classes,
    "entry_over_standard": classes.entry_over_standard,
    "large_class_share": classes.large_class_share,
    "compulsory_over_standard_classes": classes.compulsory_over_standard,
    "kindergarten_class_share": classes.kindergarten_classes_within,
    "kindergarten_gross_enrolment_share": lambda ground: enrolment.gross_enrolment(
        ground, "kindergarten"
    ),
    "senior_gross_enrolment_share": lambda ground: enrolment.gross_enrolment(ground, "senior"),
    "kindergarten_public_share": enrolment.public_share,
    "kindergarten_inclusive_share": enrolment.inclusive_share,
    "kindergarten_children_per_teacher": enrolment.children_per_teacher,
    "junior_retention_share": enrolment.junior_retention,
    "nine_year_retention_share": enrolment.nine_year_retention,
    "zoned_share": enrolment.zoned_share,
    "small_schools": layout.small_schools,
    "teaching_points": layout.teaching_points,
    "oversize_schools": layout.oversize,
    "music_art_rooms": layout.music_art_rooms,
    "new_public_kindergartens": layout.new_public_kindergartens,
    "new_kindergarten_seats": lambda ground: layout.new_seats(ground, ("kindergarten",)),
    "new_town_seats": lambda ground: layout.new_seats(ground, _COMPULSORY, layout.COUNTY_SEAT),
    "primary_concentration_share": lambda ground: layout.concentration(
        ground, "primary", layout.TOWN_OR_ABOVE, by_pupils=False
    ),
    "primary_concentration_pupil_share": lambda ground: layout.concentration(
        ground, "primary", layout.TOWN_OR_ABOVE, by_pupils=True
    ),
    "junior_concentration_share": lambda ground: layout.concentration(
        ground, "junior", layout.COUNTY_SEAT, by_pupils=False
    ),
    "junior_concentration_pupil_share": lambda ground: layout.concentration(
        ground, "junior", layout.COUNTY_SEAT, by_pupils=True
    ),
}
"""How the rows of each indicator are found that has rows of its own."""


@dataclass(frozen=True, slots=True)
class Value:
    """One indicator in one stage and year.

    Attributes:
        figure: The number; missing where there is none, yes and no as 1 and 0.
        said: What the bureau wrote where it is no number: yes, no, or words.
        how: counted, projected or entered; empty where nothing is known.
    """

    figure: float
    said: str
    how: str


UNKNOWN: Final = Value(math.nan, "", "")


@dataclass(frozen=True, slots=True, eq=False)
class Reckoner:
    """Reckons the indicators of one plan, each once and only when it is asked for."""

    ground: Ground
    _rows: dict[str, pd.DataFrame] = field(default_factory=dict)
    _by_cell: dict[str, dict[tuple[str, int], pd.DataFrame]] = field(default_factory=dict)
    _equipment: list[Equipment | None] = field(default_factory=list)

    @classmethod
    def of(cls, plan: Plan) -> Reckoner:
        """Return the reckoner of a plan."""
        return cls(ground_of(plan, register_of(plan.study)))

    @property
    def register(self) -> Register:
        """The indicators there are."""
        return self.ground.register

    @property
    def equipment(self) -> Equipment | None:
        """The seven resource items of every section."""
        if not self._equipment:
            self._equipment.append(equipment_of(self.ground))
        return self._equipment[0]

    def rows(self, indicator: Indicator) -> pd.DataFrame:
        """Return the rows behind an indicator, with the columns of planner.indicators.ground.ROW.

        Empty for what planner does not reckon, or where the study has no data for it.
        """
        if indicator.id not in self._rows:
            self._rows[indicator.id] = self._look(indicator)
        return self._rows[indicator.id]

    def rows_of(self, indicator: Indicator, stage: str, year: int) -> pd.DataFrame:
        """Return the rows behind one value."""
        if indicator.id not in self._by_cell:
            self._by_cell[indicator.id] = _cells(indicator, self.rows(indicator))
        return self._by_cell[indicator.id].get((stage, year), _NO_ROWS)

    def value(self, indicator: Indicator, stage: str, year: int) -> Value:
        """Return an indicator's value: reckoned where it can be, else what the bureau entered."""
        rows = self.rows_of(indicator, stage, year)
        figure = _total(rows)
        if not math.isnan(figure):
            counted = year <= self.ground.years[0]
            return Value(figure, "", "counted" if counted else "projected")
        return self._entered(indicator, stage, year)

    def _entered(self, indicator: Indicator, stage: str, year: int) -> Value:
        """Return what the bureau entered, the last where it did so twice."""
        entered = self.ground.entered
        mine = entered[(entered["indicator"] == indicator.id) & (entered["year"] == year)]
        if len(mine):
            # Where there is only one stage nobody needs to name it.
            stages = [stage, ""] if len(indicator.divisions) == 1 else [stage]
            mine = mine[mine["stage"].isin(stages)]
        return UNKNOWN if mine.empty else _entered(mine["value"].iloc[-1])

    def _look(self, indicator: Indicator) -> pd.DataFrame:
        """Return the rows behind an indicator."""
        if indicator.group == "resource":
            return resource_rows(self.equipment, indicator.item)
        if indicator.id == "balanced_section_share":
            return balanced_sections(self.equipment)
        look = _SUMS.get(indicator.id) if indicator.known == "computed" else None
        return look(self.ground) if look is not None else _NO_ROWS


def gap_of(indicator: Indicator, rows: pd.DataFrame, aim: float | None) -> float | None:
    """Return what is missing until an aim is reached, in the indicator's gap unit.

    Where every row lacks by itself (square metres of each school) the gaps are added up, since
    one school's surplus is of no use to another. Of a share, whole pupils, places or schools
    are missing on top; of a ratio such as children for each teacher, teachers below.

    Returns:
        0 where nothing is missing, None where nobody knows or the gap has no unit.
    """
    if aim is None or not indicator.gap or math.isnan(_total(rows)):
        return None
    if rows["gap"].notna().any():
        return float(rows["gap"].sum())
    part, whole = rows["part"].sum(), rows["whole"].sum(min_count=1)
    if pd.isna(whole):
        short = aim - part if indicator.better == "higher" else part - aim
    elif indicator.better == "higher":
        short = aim * whole - part
    else:
        short = part / aim - whole
    return float(max(0, math.ceil(round(short, _DIGITS))))


def _cells(indicator: Indicator, rows: pd.DataFrame) -> dict[tuple[str, int], pd.DataFrame]:
    """Return the rows of each stage and year; those of all its stages together under ""."""
    every = rows[rows["stage"].isin(indicator.stages)] if indicator.stages else rows
    cells = {("", int(str(year))): found for year, found in every.groupby("year", sort=False)}
    for (stage, year), found in rows.groupby(["stage", "year"], sort=False):
        if stage:
            cells[str(stage), int(str(year))] = found
    return cells


def _total(rows: pd.DataFrame) -> float:
    """Return the parts added up, divided by the wholes where there are any.

    Missing where parts are unknown and the others come to nothing: one more may be 0 or not.
    """
    if rows.empty or (rows["part"].isna().any() and not rows["part"].sum()):
        return math.nan
    part, whole = float(rows["part"].sum()), rows["whole"].sum(min_count=1)
    if pd.isna(whole):
        return part
    return part / float(whole) if whole > 0 else math.nan


def _entered(value: Any) -> Value:
    """Return what the bureau entered as a value."""
    if isinstance(value, bool):
        return Value(float(value), "yes" if value else "no", "entered")
    if isinstance(value, str):
        return Value(math.nan, value, "entered")
    return Value(float(value), "", "entered")
