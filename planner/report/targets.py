"""Does the plan reach the targets of the plan in force?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final

import pandas as pd

from planner.report.headline import rounded
from planner.report.names import Both, said
from planner.report.schema import OneOf
from planner.terms import Operator

if TYPE_CHECKING:
    from planner.plan import Plan

__all__ = ["TargetCheck", "target_checks"]

_GROSS_ENROLMENT: Final = {
    "kindergarten_gross_enrolment_share": "kindergarten",
    "senior_gross_enrolment_share": "senior",
}
_RUN_BY: Final = {
    "kindergarten_public_share": ("kindergarten", (Operator.PUBLIC,)),
    "kindergarten_inclusive_share": ("kindergarten", (Operator.PUBLIC, Operator.INCLUSIVE)),
}


@dataclass(frozen=True, slots=True)
class TargetCheck:
    """One target for one year, and what the plan says to it."""

    indicator: Annotated[str, "Key of the indicator, as in the table targets."]
    names: Annotated[Both, "What it is called; its key where we have no word for it."]
    year: Annotated[int, "School year."]
    target: Annotated[float, "Target, in the indicator's unit; shares 0–1."]
    binding: Annotated[bool | None, "True where binding, false where expected, null: not said."]
    value: Annotated[float | None, "The plan's value; null where it is not computed."]
    status: Annotated[
        str,
        "not_computed: planner does not reckon this indicator; not_planned: not in this year.",
        OneOf(("met", "missed", "not_planned", "not_computed")),
    ]


def target_checks(plan: Plan) -> tuple[TargetCheck, ...]:
    """Return every target of the study, in the order of its table.

    Gross enrolment is the stage's pupils ÷ residents of its ages, so it may exceed 1. The public
    and inclusive shares are pupils in public, and in public or inclusive private, kindergartens
    ÷ pupils of all kindergartens. A value that is written like its target has reached it.
    """
    return tuple(_check(row, plan) for row in plan.study.targets.to_dict("records"))


def _check(row: dict[Any, Any], plan: Plan) -> TargetCheck:
    """Return one target with the plan's value."""
    indicator, year, target = str(row["indicator"]), int(row["year"]), float(row["target"])
    known = indicator in _GROSS_ENROLMENT or indicator in _RUN_BY
    value = rounded(_value(indicator, year, plan), 4) if known else None
    if value is None:
        status = "not_planned" if known and year not in plan.years else "not_computed"
    else:
        status = "met" if value >= round(target, 4) else "missed"
    return TargetCheck(
        indicator=indicator,
        names=said(indicator) if known else Both(zh=indicator, en=indicator),
        year=year,
        target=target,
        binding=None if pd.isna(row["binding"]) else bool(row["binding"]),
        value=value,
        status=status,
    )


def _value(indicator: str, year: int, plan: Plan) -> float:
    """Return the plan's value of one of the four indicators, NaN where there is none."""
    if indicator in _GROSS_ENROLMENT:
        county = plan.county_years
        of_stage = county["stage"] == _GROSS_ENROLMENT[indicator]
        rows = county[of_stage & (county["year"] == year)]
        return _share(rows["pupils"].sum(), rows["residents"].sum())
    stage, operators = _RUN_BY[indicator]
    sections = plan.section_years
    rows = sections[(sections["stage"] == stage) & (sections["year"] == year)]
    run_by = plan.sections.set_index("section_id")["operator"].fillna(Operator.PUBLIC.value)
    counted = rows["section_id"].map(run_by).isin([one.value for one in operators])
    return _share(rows.loc[counted, "pupils"].sum(), rows["pupils"].sum())


def _share(part: float, whole: float) -> float:
    """Return a share, NaN where there is nothing to share."""
    return float(part / whole) if whole else float("nan")
