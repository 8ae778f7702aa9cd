"""Lay the yearly targets for large classes beside what is counted and what the plan expects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from planner.ledger.cells import read_stage
from planner.ledger.matching import class_lists
from planner.ledger.places import sections_of
from planner.reading.targets import parse_target

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.plan import Plan

__all__ = ["INDICATOR", "TargetYear", "target_years"]

INDICATOR: Final = "large_classes"
"""Key of the indicator in the table targets."""


@dataclass(frozen=True, slots=True)
class TargetYear:
    """One year of the path to no large class, of one stage or of all.

    Attributes:
        stage: Stage; empty: all stages together.
        year: School year.
        said: The target as it was written.
        target: Most large classes allowed; missing where the target is no number.
        binding: Whether it binds; missing where nobody says.
        classes: Large classes counted up to the base year, expected by the plan after it.
        low80, high80: Between these with 80 % probability, where the plan says so.
        to_remove: Large classes to be removed in this year to go from the target before (the
            count of the base year before the first) to this one: 29 → 21 is 8.
        beyond: Large classes beyond the target.
    """

    stage: str
    year: int
    said: str
    target: int | None
    binding: bool | None
    classes: int | None
    low80: float | None
    high80: float | None
    to_remove: int | None
    beyond: int | None

    @property
    def met(self) -> bool | None:
        """Whether no more classes are large than the target allows; None where nobody knows."""
        return None if self.beyond is None else self.beyond == 0


def target_years(plan: Plan) -> tuple[TargetYear, ...]:
    """Return the study's targets for large classes, by stage and year."""
    table = plan.study.targets
    rows = table[table["indicator"] == INDICATOR].to_dict("records")
    counts = _counts(plan)
    base_year = plan.study.base_year
    before: dict[str, int | None] = {}
    found = []
    for row in sorted(rows, key=lambda row: (_stage(row, plan), int(row["year"]))):
        stage, year = _stage(row, plan), int(row["year"])
        start = before.get(stage, counts.get((stage, base_year)) if year > base_year else None)
        classes, target = counts.get((stage, year)), _number(row["target"])
        found.append(
            TargetYear(
                stage=stage,
                year=year,
                said=_shown(row["target"]),
                target=target,
                binding=None if pd.isna(row.get("binding")) else bool(row["binding"]),
                classes=classes,
                low80=_bound(plan, stage, year, 0),
                high80=_bound(plan, stage, year, 1),
                to_remove=_more(start, target),
                beyond=_more(classes, target),
            )
        )
        before[stage] = target
    return tuple(found)


def _more(classes: int | None, target: int | None) -> int | None:
    """Return how many classes are beyond a target; None where either is not known."""
    return None if classes is None or target is None else max(classes - target, 0)


def _stage(row: Mapping[Any, Any], plan: Plan) -> str:
    """Return the stage of a target, empty for all."""
    said = row.get("stage")
    return read_stage(said, plan.norms) if isinstance(said, str) else ""


def _number(value: Any) -> int | None:
    """Return a target in classes: 8, 8.0, "8个", "≤8" or "不超过8个"; None for any other word."""
    target = parse_target(str(value), better="lower")
    return None if target is None else target.most


def _shown(value: Any) -> str:
    """Return a target as it was written; 8.0 is 8."""
    return "" if pd.isna(value) else str(value).removesuffix(".0")


def _counts(plan: Plan) -> dict[tuple[str, int], int]:
    """Return large classes by stage and year, under the empty stage all together.

    Of years before the base year there are only those that have class lists.
    """
    found: dict[tuple[str, int], int] = {}
    sections = sections_of(plan.study)
    for year, listed in class_lists(plan.study, sections).items():
        if year == plan.study.base_year:
            continue
        for (section_id, _), classes in listed.items():
            stage = sections[section_id].stage
            large = sum(one.pupils >= (stage.large_class or 0) for one in classes)
            _add(found, stage.stage, year, large)
    for row in plan.county_years[["stage", "year", "large"]].to_dict("records"):
        _add(found, str(row["stage"]), int(row["year"]), int(row["large"]))
    return found


def _add(found: dict[tuple[str, int], int], stage: str, year: int, large: int) -> None:
    """Count classes to their stage and to all stages."""
    for key in ((stage, year), ("", year)):
        found[key] = found.get(key, 0) + large


def _bound(plan: Plan, stage: str, year: int, end: int) -> float | None:
    """Return an end of the plan's interval, of one stage or of all together."""
    if not stage:
        return plan.large_bounds[year][end] if year in plan.large_bounds else None
    table = plan.county_years
    column = ("large_low80", "large_high80")[end]
    if column not in table:
        return None
    rows = table[(table["stage"] == stage) & (table["year"] == year)]
    value = rows[column].iloc[0] if len(rows) else None
    return None if pd.isna(value) else float(value)
