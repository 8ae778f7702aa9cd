"""Open a figure of the whole county: which sections are behind it, the largest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from planner.why.parts import Answer, Step

if TYPE_CHECKING:
    from planner.plan import Plan
    from planner.why.asking import Question

__all__ = ["why_county"]

_BESIDE: Final[dict[str, tuple[str, ...]]] = {
    "shortage": ("pupils", "unseated", "seats"),
    "surplus": ("pupils", "unseated", "seats"),
    "utilisation": ("pupils", "seats"),
    "seats": ("rooms",),
    "entry_seats": ("rooms",),
    "ordinary_intake": ("rooms",),
    "unseated": ("entrants",),
    "warning": ("entrants", "ordinary_intake"),
    "over_standard": ("classes",),
    "entry_over_standard": ("classes",),
    "large": ("classes", "largest_class"),
    "super_large": ("classes", "largest_class"),
    "walk_metres": ("entrants",),
}
"""What stands beside a figure in the list of sections."""

_MOST_PRESSING: Final = {"red": 2, "yellow": 1, "none": 0}


def why_county(plan: Plan, question: Question) -> Answer:
    """Open one figure of a stage in the whole county: the sections behind it, and how sure it is.

    Most figures are sums over the sections; utilisation is the pupils of all over the seats of
    all, the largest class the largest of any, the walk the mean over entrants, and of seat
    warnings the sections are counted.
    """
    rows = plan.section_years
    rows = rows[(rows["stage"] == question.stage) & (rows["year"] == question.year)]
    county = plan.county_years
    county = county[(county["stage"] == question.stage) & (county["year"] == question.year)]
    names = plan.study.names
    steps = [_sections(rows, question), _sureness(plan, county.iloc[0], question)]
    return Answer(
        question=question,
        name=names.get("zh") or names["en"],
        name_en=names.get("en"),
        stage=plan.norms.stage(question.stage),
        value=_value(rows, county.iloc[0], question.figure),
        counted=question.year == plan.years[0],
        steps=tuple(step for step in steps if step is not None),
    )


def _value(rows: pd.DataFrame, county: Any, figure: str) -> Any:
    """Return the figure of the county."""
    if figure == "utilisation":
        seats = int(rows["seats"].sum())
        return int(rows["pupils"].sum()) / seats if seats else None
    if figure == "largest_class":
        return int(rows[figure].max())
    if figure == "walk_metres":
        return county[figure]
    if figure == "warning":
        return int((rows[figure] != "none").sum())
    return int(rows[figure].sum())


def _sections(rows: pd.DataFrame, question: Question) -> Step:
    """List the sections that have the figure, the largest first."""
    figure = question.figure
    of_warnings = figure == "warning"
    weight = rows[figure].map(_MOST_PRESSING) if of_warnings else rows[figure].fillna(0)
    asked = rows["entrants"] + rows["unseated"]
    listed = rows.assign(entrants=asked) if of_warnings else rows
    order = pd.DataFrame({"weight": -weight, "asked": -asked * of_warnings, "key": rows.index})
    listed = listed.loc[order[weight > 0].sort_values(["weight", "asked", "key"]).index]
    key = {
        "utilisation": "sections_share",
        "largest_class": "sections_most",
        "walk_metres": "sections_mean",
        "warning": "sections_warned",
    }.get(figure, "sections")
    if listed.empty:
        key = "sections_none"
    columns = ["section_id", "name", "name_en", *_BESIDE.get(figure, ()), figure]
    return Step(
        key,
        {
            "with_figure": len(listed),
            "sections": int(rows["open"].sum()),
            "pupils": int(rows["pupils"].sum()),
            "seats": int(rows["seats"].sum()),
            "red": int((rows["warning"] == "red").sum()),
            "yellow": int((rows["warning"] == "yellow").sum()),
            "first": "" if listed.empty else str(listed["section_id"].iloc[0]),
        },
        listed[columns].reset_index(drop=True),
    )


def _sureness(plan: Plan, county: Any, question: Question) -> Step | None:
    """How sure the projection is: intervals of the county's pupils or large classes."""
    if question.year == plan.years[0]:
        return None
    if question.figure == "large" and not pd.isna(county["large_low80"]):
        names: tuple[str, ...] = ("large_low80", "large_high80", "large_probability")
        return Step("county_sureness_large", {name: county[name] for name in names})
    if question.figure in ("pupils", "utilisation", "shortage", "surplus"):
        names = ("low80", "high80", "low95", "high95")
        return Step("county_sureness", {name: county[name] for name in names})
    return None
