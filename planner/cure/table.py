"""List the measures one by one: what, where, from when, how many, for how much."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from planner.cure.transfers import zones_from

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.cure.situation import Situation
    from planner.plan import Plan
    from planner.siting.large_classes import Measures

__all__ = ["Step", "StepKind", "steps_of"]


class StepKind(StrEnum):
    """What is done."""

    ROOMS = "rooms"
    CLASSES = "classes"
    TRANSFER = "transfer"
    LIMIT = "limit"


@dataclass(frozen=True, slots=True)
class Step:
    """One measure.

    Attributes:
        kind: What is done.
        section: The section concerned; for a transfer the one the areas leave.
        stage: Its stage.
        year: First school year in which it acts.
        number: Rooms, class-years, entrants moved or entrants turned away.
        yuan: What it costs until the last planned year.
        cohort: Year of entry of the classes that are divided or limited; 0 for others.
        to_section: Where moved areas go; "" for others.
        areas: The areas that move.
    """

    kind: StepKind
    section: str
    stage: str
    year: int
    number: int
    yuan: float
    cohort: int = 0
    to_section: str = ""
    areas: tuple[str, ...] = ()


def steps_of(plan: Plan, situation: Situation, measures: Measures) -> tuple[Step, ...]:
    """Return all measures, the earliest first."""
    steps = [
        *_rooms(plan, situation, measures),
        *_classes(plan, situation, measures),
        *_transfers(plan, situation, measures),
        *_limits(plan, situation, measures),
    ]
    kinds = list(StepKind)
    return tuple(
        sorted(steps, key=lambda one: (kinds.index(one.kind), one.year, one.section, one.cohort))
    )


def _stages(plan: Plan) -> dict[str, str]:
    """Return the stage of every section."""
    return dict(zip(plan.sections["section_id"], plan.sections["stage"], strict=True))


def _rooms(plan: Plan, situation: Situation, measures: Measures) -> Iterator[Step]:
    """Yield the rooms that are added, with their upkeep."""
    stage_of = _stages(plan)
    for row, key in enumerate(situation.sections):
        prices, before = situation.problem.prices[row], 0
        for column, year in enumerate(plan.years):
            added = int(measures.rooms_added[row, column]) - before
            if added > 0:
                used = len(plan.years) - column
                yuan = added * (prices.room + used * prices.room_year)
                yield Step(StepKind.ROOMS, key, stage_of[key], year, added, yuan)
                before += added


def _classes(plan: Plan, situation: Situation, measures: Measures) -> Iterator[Step]:
    """Yield the cohorts that sit in more classes than planned."""
    stage_of = _stages(plan)
    for number, (found, cohort) in enumerate(
        zip(measures.classes, situation.problem.cohorts, strict=True)
    ):
        more = {
            year: count - planned
            for year, count, planned in zip(cohort.years, found, cohort.planned, strict=True)
            if year > 0 and count > planned
        }
        if more:
            key, entered = situation.cohorts[number]
            years = sum(more.values())
            yuan = years * situation.problem.prices[cohort.section].class_year
            yield Step(
                StepKind.CLASSES, key, stage_of[key], plan.years[min(more)], years, yuan, entered
            )


def _transfers(plan: Plan, situation: Situation, measures: Measures) -> Iterator[Step]:
    """Yield the areas that change section, border by border."""
    keys, areas = plan.sections["section_id"], plan.study.areas["area_id"]
    stage_of = _stages(plan)
    borders: dict[tuple[int, int], list[int]] = {}
    for index in measures.moved:
        transfer = situation.transfers[index]
        borders.setdefault((transfer.source, transfer.target), []).append(index)
    for (source, target), indices in borders.items():
        moves = [situation.problem.moves[index] for index in indices]
        yield Step(
            StepKind.TRANSFER,
            section=str(keys.iloc[source]),
            stage=stage_of[keys.iloc[source]],
            year=zones_from(plan),
            number=sum(sum(move.entrants) for move in moves),
            yuan=sum(move.walk_yuan + move.changed_yuan for move in moves),
            to_section=str(keys.iloc[target]),
            areas=tuple(sorted(str(areas.iloc[area]) for move in moves for area in move.areas)),
        )


def _limits(plan: Plan, situation: Situation, measures: Measures) -> Iterator[Step]:
    """Yield the entrants from outside who are turned away."""
    stage_of = _stages(plan)
    for number, away in measures.turned_away.items():
        key, entered = situation.cohorts[number]
        price = situation.problem.prices[situation.problem.cohorts[number].section].turned_away
        yield Step(StepKind.LIMIT, key, stage_of[key], entered, away, away * price, entered)
