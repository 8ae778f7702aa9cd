"""Plans side by side: what each gains and costs against the baseline, which is the first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from planner.errors import ScenarioError, Sentence

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

    `years` are those that all plans share, the base year first; years may be left out between it
    and the first planned one. `differences` has one row for each stage, year, measure and
    scenario but the first: stage, year, measure, scenario, baseline (value), value, difference
    (value − baseline).
    """

    plans: tuple[Plan, ...]
    years: tuple[int, ...]
    differences: pd.DataFrame


def compare_plans(plans: Sequence[Plan]) -> Comparison:
    """Set plans side by side in the stages and years they share.

    Raises:
        ScenarioError: There is nothing to compare, two plans have one name, or they share no
            planned year.
    """
    names = [plan.scenario.name for plan in plans]
    if len(plans) < 2:
        raise ScenarioError(
            Sentence(
                "Comparing takes at least two scenarios; name another one.",
                "比较至少要两个方案；请再写一个方案名。",
            )
        )
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ScenarioError(
            Sentence(
                f"Scenario '{twice[0]}' is named twice; name each scenario once.",
                f"方案“{twice[0]}”写了两次；每个方案只写一次。",
            )
        )
    years = _shared_years(plans)
    baseline = _long(plans[0], years, "baseline")
    parts = []
    for plan in plans[1:]:
        table = baseline.merge(_long(plan, years, "value"), on=["stage", "year", "measure"])
        table.insert(3, "scenario", plan.scenario.name)
        parts.append(table.assign(difference=table["value"] - table["baseline"]))
    return Comparison(tuple(plans), years, pd.concat(parts, ignore_index=True))


def _shared_years(plans: Sequence[Plan]) -> tuple[int, ...]:
    """Return the base year and the planned years that every plan has."""
    base = plans[0].years[0]
    for plan in plans[1:]:
        if not set(plans[0].years[1:]) & set(plan.years[1:]):
            raise ScenarioError(
                Sentence(
                    f"Scenarios '{plans[0].scenario.name}' and '{plan.scenario.name}' share no "
                    "planned school year; plan both for the same [years].",
                    f"方案“{plans[0].scenario.name}”与“{plan.scenario.name}”没有共同的规划学年；"
                    "请按同样的[years]规划。",
                )
            )
    shared = set(plans[0].years).intersection(*(plan.years for plan in plans[1:]))
    return tuple(sorted(shared | {base}))


def _long(plan: Plan, years: Sequence[int], name: str) -> pd.DataFrame:
    """Return the county's figures with one row for each stage, year and measure.

    Large classes of a stage for which the norms set no limit are not known, rather than none.
    """
    table = plan.county_years[["stage", "year", *MEASURES]]
    table = table[table["year"].isin(years)]
    for measure in ("large", "super_large"):
        limits = {one.stage: getattr(one, f"{measure}_class") for one in plan.norms.stages}
        limited = table["stage"].map({stage: limit is not None for stage, limit in limits.items()})
        table = table.assign(**{measure: table[measure].astype(float).where(limited)})
    return table.melt(["stage", "year"], var_name="measure", value_name=name)
