"""What all indicators are reckoned from: a plan's sections year by year, and what was entered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from planner.projection.rolls import counted_rolls
from planner.reading.targets import parse_actual
from planner.terms import Operator
from planner.zones.adjacency import areas_of_points

if TYPE_CHECKING:
    from planner.norms.indicators import Register
    from planner.plan import Plan

__all__ = ["ROW", "Ground", "ground_of", "rows_of"]

ROW: Final = ("stage", "year", "kind", "key", "name", "part", "whole", "gap")
"""A row behind an indicator: whose it is, its part of the sum on top and of the one below.

The value of an indicator is the sum of the parts, divided by the sum of the wholes where it has
any; `gap` is what this row lacks to the norm, in the indicator's gap unit, where rows lack by
themselves. A part is missing where nobody knows it: a sum of nothing else is not known."""

_OF_SECTIONS: Final = (
    *("section_id", "school_id", "name", "name_en", "kind", "operator", "setting", "township"),
    *("licensed", "intake", "beds", "is_new"),
)


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """A plan as indicators need it.

    Attributes:
        plan: The finished plan.
        register: The indicators of its study.
        years: The base year and the planned years.
        sections: Sections that teach, by year: section_id, school_id, stage, year, name, name_en,
            kind, operator, setting (that of the area where a school names none), township,
            licensed, boarding, intake, beds, is_new, pupils, entrants, seats, classes.
        grades: Pupils by section, stage, year and grade, counted years before the base year too.
        entered: What the bureau entered: indicator, stage, year, value, note; value is a number,
            yes or no, or words.
    """

    plan: Plan
    register: Register
    years: tuple[int, ...]
    sections: pd.DataFrame
    grades: pd.DataFrame
    entered: pd.DataFrame

    def actual(self, indicator: str, year: int, stage: str = "") -> float | None:
        """Return the number the bureau entered for a year, None where it entered none."""
        rows = self.entered
        found = rows.loc[
            (rows["indicator"] == indicator) & (rows["year"] == year) & (rows["stage"] == stage),
            "value",
        ]
        if found.empty or isinstance(found.iloc[-1], (str, bool)):
            return None
        return float(found.iloc[-1])


def ground_of(plan: Plan, register: Register) -> Ground:
    """Return a plan as indicators need it."""
    return Ground(
        plan=plan,
        register=register,
        years=plan.years,
        sections=_sections(plan),
        grades=_grades(plan),
        entered=_entered(plan, register),
    )


def rows_of(
    table: pd.DataFrame,
    *,
    part: pd.Series[float] | float,
    whole: pd.Series[float] | float | None = None,
    gap: pd.Series[float] | None = None,
    kind: str = "section",
) -> pd.DataFrame:
    """Return rows behind an indicator from a table with stage, year, section_id and name."""
    key = "school_id" if kind == "school" else "section_id"
    return pd.DataFrame(
        {
            "stage": table["stage"],
            "year": table["year"].astype("int64"),
            "kind": kind,
            "key": table[key],
            "name": table["name"],
            "part": part,
            "whole": float("nan") if whole is None else whole,
            "gap": float("nan") if gap is None else gap,
        },
        columns=list(ROW),
    ).reset_index(drop=True)


def _sections(plan: Plan) -> pd.DataFrame:
    """Return the sections that teach, year by year, with what their schools are."""
    known = plan.sections.reindex(columns=[*_OF_SECTIONS, "geometry"])
    known["setting"] = _settings(plan)
    known["operator"] = known["operator"].fillna(Operator.PUBLIC.value)
    known["licensed"] = known["licensed"].astype("boolean").fillna(value=True)
    known["is_new"] = known["is_new"].astype("boolean").fillna(value=False)
    schools = plan.study.schools
    boarding = (
        schools.set_index("school_id")["boarding"]
        if "boarding" in schools
        else pd.Series(dtype="boolean")
    )
    known["boarding"] = known["school_id"].map(boarding).astype("boolean").fillna(value=False)
    rows = plan.section_years[plan.section_years["open"].astype(bool)]
    figures = rows[["section_id", "stage", "year", "pupils", "entrants", "seats", "classes"]]
    joined = figures.merge(known.drop(columns="geometry"), on="section_id", how="left")
    return joined.reset_index(drop=True)


def _settings(plan: Plan) -> pd.Series[str]:
    """Return city, town or village of each section; a new one lies as its area does."""
    sections, areas = plan.sections, plan.study.areas
    said = sections["setting"] if "setting" in sections else pd.Series(pd.NA, index=sections.index)
    if "setting" not in areas or not said.isna().any():
        return said
    home = pd.Series(areas_of_points(areas.geometry, sections.geometry), index=sections.index)
    return said.fillna(home.map(areas["setting"].reset_index(drop=True)))


def _grades(plan: Plan) -> pd.DataFrame:
    """Return pupils by section, stage, year and grade, from the first counted roll on."""
    columns = ["section_id", "stage", "year", "grade", "pupils"]
    planned = plan.section_grades[columns]
    if plan.study.rolls.empty:
        return planned
    rolls = counted_rolls(plan.study, plan.sections, plan.norms)
    before = [
        (section, plan.norms.stage_of_grade(grade).stage, year, grade, count)
        for row, section in enumerate(plan.sections["section_id"])
        for column, grade in enumerate(rolls.grades)
        for layer, year in enumerate(rolls.years)
        if year < plan.years[0] and (count := rolls.pupils[row, column, layer]) == count
    ]
    return pd.concat([pd.DataFrame(before, columns=columns), planned], ignore_index=True)


def _entered(plan: Plan, register: Register) -> pd.DataFrame:
    """Return what the bureau entered, under the indicators' own keys."""
    rows = []
    for row in plan.study.actuals.to_dict("records"):
        indicator = register.find(str(row["indicator"]))
        value = parse_actual(str(row["value"]))
        rows.append(
            (
                str(row["indicator"]) if indicator is None else indicator.id,
                "" if pd.isna(row["stage"]) else str(row["stage"]),
                int(row["year"]),
                str(row["value"]) if value is None else value,
                "" if pd.isna(row["note"]) else str(row["note"]),
            )
        )
    return pd.DataFrame(rows, columns=["indicator", "stage", "year", "value", "note"])
