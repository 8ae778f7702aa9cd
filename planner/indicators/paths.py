"""Set each year's target beside each year's value: met, missed, or for people to judge."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import pandas as pd

from planner.indicators.reckon import UNKNOWN
from planner.reading.targets import Target, parse_target

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from planner.indicators.reckon import Reckoner, Value
    from planner.norms.indicators import Indicator
    from planner.study import Study

__all__ = ["Aim", "Step", "aims_of", "judge", "norm_status", "path_of", "yearly_changes"]


@dataclass(frozen=True, slots=True)
class Aim:
    """One row of the table targets.

    `indicator` is missing where the register has none under that name, `key` is the name.
    """

    key: str
    indicator: Indicator | None
    stage: str
    year: int
    target: Target
    base: int | None
    binding: bool | None
    source: str


@dataclass(frozen=True, slots=True)
class Step:
    """One target for one year, what the plan comes to, and what is said to it.

    Attributes:
        target: The target, a change reckoned into a number where its base year is known.
        status: met, missed, judged (people judge words), not_known (nobody entered it),
            not_planned (the year lies outside the plan) or no_target (the cell is empty).
        colour: red for a binding target missed, amber for an expected one, green for met.
        needed: By how much the value must improve within the year to keep to the targets: from
            the target of the step before, or from the value of the base year, to this one.
    """

    aim: Aim
    target: Target
    value: Value
    status: str
    colour: str
    needed: float | None


def aims_of(study: Study, reckoner: Reckoner) -> tuple[Aim, ...]:
    """Return the targets of a study in the order of its table."""
    return tuple(_aims(study, reckoner))


def path_of(aims: Sequence[Aim], reckoner: Reckoner) -> tuple[Step, ...]:
    """Return the targets of one indicator and stage, year by year, each with its value.

    Args:
        aims: Rows of one indicator and stage.
        reckoner: What the plan comes to.
    """
    steps: list[Step] = []
    before: float | None = None
    for aim in sorted(aims, key=lambda one: one.year):
        value, status, target = judge(aim, reckoner)
        if before is None:
            before = _before(aim, reckoner)
        needed = _improvement(before, target.figure, _better(aim))
        steps.append(Step(aim, target, value, status, _colour(status, aim.binding), needed))
        before = target.figure if target.figure is not None else before
    return tuple(steps)


def yearly_changes(figures: Iterable[float], *, better: str) -> tuple[float, ...]:
    """Return by how much each figure improves on the one before.

    Large classes of 29, 21, 8, 0 and 0 ask for the removal of 8, 13, 8 and 0.
    """
    path = list(figures)
    sign = -1.0 if better in ("lower", "below") else 1.0
    return tuple(sign * (after - before) for before, after in pairwise(path))


def judge(aim: Aim, reckoner: Reckoner) -> tuple[Value, str, Target]:
    """Return the value a target is held against, the verdict, and the target in numbers."""
    indicator = aim.indicator
    value = UNKNOWN if indicator is None else _value(aim, indicator, aim.year, reckoner)
    target = aim.target
    if target.kind == "none":
        return value, "no_target", target
    if target.change is not None and indicator is not None and aim.base is not None:
        from_value = _value(aim, indicator, aim.base, reckoner).figure
        if not math.isnan(from_value):
            target = target.against(from_value, indicator.better)
    if target.kind == "words":
        return value, "judged", target
    reached = target.reaches(value.figure)
    if reached is not None:
        return value, "met" if reached else "missed", target
    if value.said:
        return value, "judged", target
    computed = indicator is not None and indicator.known == "computed"
    outside = computed and aim.year not in reckoner.ground.years
    return value, "not_planned" if outside else "not_known", target


def norm_status(indicator: Indicator, value: Value, threshold: float | None) -> str:
    """Return how a value stands to what the norms ask: met, missed, judged, not_known or no_norm.

    Items that documents decide are met where the bureau says so; words that no regulation asks
    for are held against nothing.
    """
    if indicator.known == "documents" and indicator.item:
        if math.isnan(value.figure):
            return "judged" if value.said else "not_known"
        return "met" if value.figure else "missed"
    if threshold is None:
        return "no_norm"
    limit = parse_target(str(threshold), better=indicator.better)
    reached = None if limit is None else limit.reaches(value.figure)
    if reached is None:
        return "judged" if value.said else "not_known"
    return "met" if reached else "missed"


def _aims(study: Study, reckoner: Reckoner) -> Iterable[Aim]:
    """Yield the targets of a study."""
    for row in study.targets.to_dict("records"):
        key = str(row["indicator"])
        indicator = reckoner.register.find(key)
        text = "" if pd.isna(row["target"]) else str(row["target"])
        unit = "" if pd.isna(row.get("unit")) else str(row["unit"])
        better = "higher" if indicator is None else indicator.better
        target = parse_target(text, better=better, percent=unit.strip() in ("%", "％", "百分比"))
        base = row.get("base")
        yield Aim(
            key=key,
            indicator=indicator,
            stage="" if pd.isna(row.get("stage")) else str(row["stage"]),
            year=int(row["year"]),
            target=target or Target(text, "words"),
            base=None if pd.isna(base) else int(base),
            binding=None if pd.isna(row["binding"]) else bool(row["binding"]),
            source="" if pd.isna(row.get("source")) else str(row["source"]),
        )


def _value(aim: Aim, indicator: Indicator, year: int, reckoner: Reckoner) -> Value:
    """Return the value a target speaks of; one without a stage means the only stage there is."""
    stage = aim.stage
    if not stage and "" not in indicator.divisions and len(indicator.stages) == 1:
        found = reckoner.value(indicator, indicator.stages[0], year)
        if found.how:
            return found
    return reckoner.value(indicator, stage, year)


def _before(aim: Aim, reckoner: Reckoner) -> float | None:
    """Return the value in the year before a first target, or in the plan's base year before it."""
    if aim.indicator is None:
        return None
    for year in (aim.year - 1, reckoner.ground.years[0]):
        if year < aim.year:
            figure = _value(aim, aim.indicator, year, reckoner).figure
            if not math.isnan(figure):
                return figure
    return None


def _improvement(before: float | None, figure: float | None, better: str) -> float | None:
    """Return by how much a figure improves on the one before, at least 0; None where unknown."""
    if before is None or figure is None:
        return None
    (change,) = yearly_changes((before, figure), better=better)
    return max(0.0, change)


def _better(aim: Aim) -> str:
    """Return which way is better, higher where nobody says."""
    return "higher" if aim.indicator is None else aim.indicator.better


def _colour(status: str, binding: bool | None) -> str:  # noqa: FBT001
    """Return the colour of a verdict."""
    if status == "missed":
        return "red" if binding else "amber"
    return "green" if status == "met" else ""
