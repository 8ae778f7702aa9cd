"""Plans side by side: what each gains and costs against the baseline, which is the first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from planner.errors import ScenarioError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.plan import Plan

__all__ = ["MEASURES", "Comparison", "compare_plans"]

MEASURES: Final = (
    "entrants",
    "pupils",
    "unseated",
    "seats",
    "shortage",
    "surplus",
    "sections_short",
    "yellow",
    "red",
    "classes",
    "over_standard",
    "large",
    "super_large",
    "walk_metres",
    "over_limit_share",
)
"""What is set side by side: columns of `planner.results.CountyYears`."""


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Several plans of one study, the first as the baseline.

    `differences` has one row for each stage, year, measure and scenario but the first: stage,
    year, measure, scenario, baseline (value), value, difference (value − baseline).
    """

    plans: tuple[Plan, ...]
    differences: pd.DataFrame


def compare_plans(plans: Sequence[Plan]) -> Comparison:
    """Set plans side by side in the stages and years they share.

    Raises:
        ScenarioError: There is nothing to compare, or two plans have one name.
    """
    names = [plan.scenario.name for plan in plans]
    if len(plans) < 2:
        raise ScenarioError("Comparing takes at least two scenarios; name another one.")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ScenarioError(f"Scenario '{twice[0]}' is named twice; name each scenario once.")
    baseline = _long(plans[0], "baseline")
    parts = []
    for plan in plans[1:]:
        table = baseline.merge(_long(plan, "value"), on=["stage", "year", "measure"])
        table.insert(3, "scenario", plan.scenario.name)
        parts.append(table.assign(difference=table["value"] - table["baseline"]))
    return Comparison(tuple(plans), pd.concat(parts, ignore_index=True))


def _long(plan: Plan, name: str) -> pd.DataFrame:
    """Return the county's figures with one row for each stage, year and measure."""
    table = plan.county_years[["stage", "year", *MEASURES]]
    return table.melt(["stage", "year"], var_name="measure", value_name=name)
