"""Say why no set of measures meets the targets: which cohort, when, by how many, what binds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from planner.siting.large_classes import count_large, pupils_after

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.cure.situation import Situation
    from planner.plan import Plan
    from planner.siting.large_classes import Measures

__all__ = ["Binding", "Reason", "reasons_of"]


class Binding(StrEnum):
    """What stands in the way."""

    LEAD_TIME = "lead_time"
    """Rooms cannot be ready in this year."""
    ROOMS_MOST = "rooms_most"
    """No more rooms can be added."""
    NO_NEIGHBOUR = "no_neighbour"
    """No area of its zone could go to another section."""
    OUT_OF_REACH = "out_of_reach"
    """Its cohorts change school on the way, or its classes are merged."""
    TOGETHER = "together"
    """Only together with what other sections need is it too much."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One demand that cannot be met.

    Attributes:
        section: The section with the large classes.
        cohort: Year of entry of their pupils; 0 where they are out of reach.
        year: The school year.
        classes: Large classes that are left.
        pupils: Pupils beyond what its classes hold without a large one.
        binding: What stands in the way.
    """

    section: str
    cohort: int
    year: int
    classes: int
    pupils: int
    binding: tuple[Binding, ...]


def reasons_of(plan: Plan, situation: Situation, measures: Measures) -> tuple[Reason, ...]:
    """Return the demands that cannot be met: the fewest that had to give way."""
    missed = {(row, miss.target.year) for miss in measures.misses for row in miss.target.sections}
    found = [*_of_cohorts(plan, situation, measures, missed), *_given(plan, situation, missed)]
    return tuple(sorted(found, key=lambda one: (one.year, one.section, one.cohort)))


def _of_cohorts(
    plan: Plan, situation: Situation, measures: Measures, missed: set[tuple[int, int]]
) -> Iterator[Reason]:
    """Yield the cohorts that keep large classes in a year whose target is missed."""
    problem = situation.problem
    for number, cohort in enumerate(problem.cohorts):
        for column, classes in zip(cohort.years, measures.classes[number], strict=True):
            if (cohort.section, column) not in missed:
                continue
            pupils = pupils_after(problem, measures.moved, measures.turned_away, number, column)
            kept = () if cohort.enters else cohort.kept[column - cohort.first]
            large = count_large(pupils, classes, problem.large)
            beyond = pupils - (problem.large - 1) * classes
            if not cohort.enters and classes <= len(cohort.kept[0]):
                large = sum(size >= problem.large for size in kept)
                beyond = sum(max(0, size - problem.large + 1) for size in kept)
            if large:
                section, entered = situation.cohorts[number]
                binding = tuple(_binding(situation, measures, cohort.section, column))
                yield Reason(section, entered, plan.years[column], large, round(beyond), binding)


def _binding(situation: Situation, measures: Measures, row: int, column: int) -> Iterator[Binding]:
    """Yield what stands in the way of one section in one year."""
    problem = situation.problem
    late = column < problem.rooms_from
    full = measures.rooms_added[row, column] >= problem.rooms_most[row]
    alone = not any(row == move.source for move in problem.moves)
    if late:
        yield Binding.LEAD_TIME
    elif full:
        yield Binding.ROOMS_MOST
    if alone:
        yield Binding.NO_NEIGHBOUR
    if not (late or full or alone):
        yield Binding.TOGETHER


def _given(plan: Plan, situation: Situation, missed: set[tuple[int, int]]) -> Iterator[Reason]:
    """Yield the large classes that no measure reaches."""
    for row, column in missed:
        count = int(situation.problem.given[row, column])
        if count:
            binding = (Binding.OUT_OF_REACH,)
            yield Reason(situation.sections[row], 0, plan.years[column], count, 0, binding)
