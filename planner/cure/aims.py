"""Read how many large classes may be left in which year."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from planner.errors import ScenarioError, Sentence
from planner.reading.targets import parse_target

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from planner.plan import Plan

__all__ = ["INDICATOR", "Aim", "read_aims"]

INDICATOR: Final = "large_classes"
"""The indicator of the targets table that limits large classes."""


@dataclass(frozen=True, slots=True)
class Aim:
    """At most so many large classes of one stage, or of all ("") in one year."""

    stage: str
    year: int
    most: int


def read_aims(plan: Plan, stages: Sequence[str], usual_year: int) -> tuple[tuple[Aim, ...], str]:
    """Return the aims of every planned year and where they come from.

    The scenario's own `[cure] targets` come first, then the rows of the targets table, and
    without these none may be left from `usual_year` on. A target holds until the next one.

    Args:
        plan: The plan to be cured.
        stages: Stages whose norms know large classes.
        usual_year: The first year in which every measure can act.

    Returns:
        The aims, and "scenario", "table" or "none".

    Raises:
        ScenarioError: A target names an unknown stage or no year, or is no number.
    """
    steps = list(_of_scenario(plan, stages))
    source = "scenario"
    if not steps:
        steps, source = list(_of_table(plan, stages)), "table"
    if not steps:
        steps, source = [Aim("", usual_year, 0)], "none"
    return tuple(_every_year(steps, plan.years[1:])), source


def _of_scenario(plan: Plan, stages: Sequence[str]) -> Iterator[Aim]:
    """Yield the scenario's own targets."""
    faults = []
    for key, most in plan.scenario.cure.targets.items():
        found = re.fullmatch(r"(?:(\w+)/)?(\d{4})", key)
        if found is None or (found[1] and found[1] not in stages):
            faults.append(
                Sentence(
                    f"scenarios/{plan.scenario.name}.toml: [cure] targets names '{key}'; expected "
                    f"a school year or stage/year, with one of the stages {', '.join(stages)}.",
                    f"scenarios/{plan.scenario.name}.toml：[cure] targets中的“{key}”应为学年，"
                    f"或“学段/学年”，学段为{'、'.join(stages)}之一。",
                )
            )
            continue
        yield Aim(found[1] or "", int(found[2]), int(most))
    if faults:
        raise ScenarioError(*faults)


def _of_table(plan: Plan, stages: Sequence[str]) -> Iterator[Aim]:
    """Yield the targets of the study's table."""
    table = plan.study.targets
    for row in table[table["indicator"] == INDICATOR].to_dict("records"):
        stage = row.get("stage")
        named = stage if isinstance(stage, str) else ""
        target = parse_target(str(row["target"]), better="lower")
        place = f"Table targets: {INDICATOR} of {row['year']}"
        if named and named not in stages:
            raise ScenarioError(
                Sentence(
                    f"{place} names the stage '{named}', which has no large classes.",
                    f"{place}写的学段“{named}”不存在大班额问题。",
                )
            )
        if target is None or target.most is None:
            raise ScenarioError(
                Sentence(
                    f"{place} is '{row['target']}'; write a whole number of classes.",
                    f"{place}为“{row['target']}”；请写班数（整数）。",
                )
            )
        yield Aim(named, int(row["year"]), target.most)


def _every_year(steps: Sequence[Aim], years: Sequence[int]) -> Iterator[Aim]:
    """Yield the aims of every year: the last one stated for a stage holds on."""
    for stage in dict.fromkeys(step.stage for step in steps):
        mine = sorted((step for step in steps if step.stage == stage), key=lambda step: step.year)
        for year in years:
            holding = [step for step in mine if step.year <= year]
            if holding:
                yield Aim(stage, year, holding[-1].most)
