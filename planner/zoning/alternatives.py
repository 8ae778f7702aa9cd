"""Offer several clearly different plans that cost hardly more than the best one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from time import monotonic
from typing import TYPE_CHECKING

import numpy as np

from planner.zoning.evaluation import evaluate
from planner.zoning.ground import fixed_sections
from planner.zoning.limits import Limits
from planner.zoning.problem import PieceReason, SolveStatus
from planner.zoning.solver import solve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from planner.zoning.problem import Evaluation, Problem, Zoning

__all__ = ["Alternative", "Alternatives", "Shortfall", "alternatives"]

GENTLEST = 0.02
"""First price of going where an earlier plan goes, in terms of the mean cost of a pupil."""
STEPS = 9
"""Times the price may double before plans are called too much alike."""
HALVINGS = 2
"""Times the step between a price too low and one high enough is halved."""
SOLVE_SHARE = 0.25
"""Part of the time left for a plan that one search for it may take."""


class Shortfall(StrEnum):
    """Why there are fewer plans than were asked for."""

    NO_CHOICE = "no_choice"
    """So few pupils live in areas that could go elsewhere that no plan differs enough."""
    TOO_LIKE = "too_like"
    """Whatever the price of likeness, no plan was found that differs enough from all others."""
    TOO_DEAR = "too_dear"
    """The next plan that differs enough costs more than may be lost."""
    BREAKS = "breaks"
    """The next plan that differs enough breaks what the first one keeps: seats, pieces, rules."""
    STOPPED = "stopped"
    """The time was over, or somebody asked to stop, before there were more."""


@dataclass(frozen=True, slots=True, eq=False)
class Alternative:
    """A plan near the best one in value and clearly different from all before it."""

    zoning: Zoning
    """Value in the terms of the original problem, with the first plan's bound."""
    moved: tuple[int, ...]
    """Pupils assigned differently, against the first plan and each alternative before."""
    loss: float
    """What it costs more than the first plan, as a share of the first plan's value."""


@dataclass(frozen=True, slots=True, eq=False)
class Alternatives:
    """The plans that were found besides the first, and why there are no more."""

    first: Zoning
    """The best of all: the plan given, unless a better one was met while looking for others."""
    plans: tuple[Alternative, ...]
    asked: int
    least_pupils: int
    """Pupils that any two plans assign differently at least."""
    shortfall: Shortfall | None
    """None where there are as many plans as were asked for."""

    def __len__(self) -> int:
        """Return how many plans were found besides the first."""
        return len(self.plans)

    def __iter__(self) -> Iterator[Alternative]:
        """Yield the plans in the order in which they were found."""
        return iter(self.plans)


def alternatives(
    problem: Problem,
    first: Zoning,
    *,
    count: int,
    least_share: float = 0.05,
    most_loss: float = 0.02,
    seed: int,
    proposals: int | None = None,
    seconds: float | None = None,
    stop: Callable[[], bool] | None = None,
    report: Callable[[int, str, float], None] | None = None,
) -> Alternatives:
    """Return plans of which any two, the first included, differ for a stated share of pupils.

    A plan that turns out better than the first takes its place, and the first is one of the
    others.

    For each further plan, going where an earlier plan sends an area is given a price, the
    lowest that makes the best plan different enough. Then the price is taken off and the plan
    is improved while enough pupils are forbidden to go back to where the earlier plans send
    them. (Hop, Skip and Jump with a least distance: Brill, Chang and Hopkins 1982, "Modeling
    to generate alternatives", Management Science 28.)

    Args:
        problem: The areas, sections, walks and prices.
        first: The plan to stand beside, with its bound.
        count: How many plans are wanted besides the first.
        least_share: Share of all pupils whose section must differ between any two plans.
        most_loss: Share of the first plan's value that a plan may cost more.
        seed: The same seed gives the same plans.
        proposals: Moves that each search tries, chosen by the size of the problem if None.
        seconds: Time that all plans together may take, shared among those that are wanting.
        stop: Asked now and then; once it says so the plans found so far are returned.
        report: Called with the number of the plan, from 1, the step (differ, improve) and the
            value of the plan it led to, in metres.
    """
    least = int(np.ceil(least_share * problem.pupils.sum()))
    found: list[Alternative] = []
    shortfall = Shortfall.NO_CHOICE if _may_differ(problem) < max(least, 1) else None
    search = _Search(problem, first, least, seed, proposals, report or (lambda *_: None))
    limits = Limits.of(seconds, None, stop, monotonic())
    while len(found) < count and shortfall is None:
        plans = [first, *(one.zoning for one in found)]
        mine = limits.share(1 / (count - len(found)))
        drawn = search.next_plan(plans, mine)
        shortfall = _shortfall(drawn, first, most_loss)
        if drawn is not None and shortfall is None:
            found.append(_alternative(problem, drawn, plans))
        elif mine.over():
            # Who had no time to look does not know that there is nothing.
            shortfall = Shortfall.STOPPED
    every = [first, *(one.zoning for one in found)]
    best, others = _best_first(problem, every, most_loss)
    if len(others) < len(every) - 1:
        shortfall = Shortfall.TOO_DEAR
    return Alternatives(best, tuple(others), count, least, shortfall)


def _best_first(
    problem: Problem, plans: list[Zoning], most_loss: float
) -> tuple[Zoning, list[Alternative]]:
    """Return the best of some plans, the first of equals, and those near it in their order."""
    best = min(plans, key=lambda plan: plan.value)
    ordered, others = [best], []
    for plan in plans:
        if plan is not best:
            beside = _alternative(problem, evaluate(problem, plan.section_of_area), ordered)
            if beside.loss <= most_loss:
                others.append(beside)
                ordered.append(beside.zoning)
    return best, others


def _shortfall(drawn: Evaluation | None, first: Zoning, most_loss: float) -> Shortfall | None:
    """Say why a plan cannot stand beside the first, None if it can."""
    if drawn is None:
        return Shortfall.TOO_LIKE
    if _worse(drawn, first):
        return Shortfall.BREAKS
    return Shortfall.TOO_DEAR if _loss(drawn, first) > most_loss else None


def _may_differ(problem: Problem) -> int:
    """Count the pupils of areas that have a choice."""
    return int(problem.pupils[fixed_sections(problem) < 0].sum()) if problem.sections > 1 else 0


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    """What the search for the next plan needs to know each time."""

    problem: Problem
    first: Zoning
    least: int
    seed: int
    proposals: int | None
    report: Callable[[int, str, float], None]

    def next_plan(self, plans: list[Zoning], limits: Limits) -> Evaluation | None:
        """Return the best plan found that differs enough from all others, None if none does."""
        mean = self.first.value / max(int(self.problem.pupils.sum()), 1)
        price = GENTLEST * (mean or 1.0)
        too_low, best = 0.0, None
        for _ in range(STEPS):
            best = None if limits.over() else self._apart(plans, price, limits)
            if best is not None:
                break
            too_low, price = price, 2 * price
        if best is None:
            return None
        for _ in range(HALVINGS):
            if limits.over():
                return best
            between = (too_low + price) / 2
            found = self._apart(plans, between, limits)
            if found is None:
                too_low = between
            else:
                price, best = between, min(found, best, key=lambda plan: plan.value)
        return best if limits.over() else self._improved(plans, best, limits)

    def _apart(self, plans: list[Zoning], price: float, limits: Limits) -> Evaluation | None:
        """Return the best plan at a price of likeness, None where it is too much like others."""
        alike = np.zeros((self.problem.areas, self.problem.sections))
        for plan in plans:
            alike[np.arange(self.problem.areas), plan.section_of_area] += price
        found = self._solved(alike, limits)
        self.report(len(plans), "differ", found.value)
        return found if self._differs(found, plans) else None

    def _improved(self, plans: list[Zoning], best: Evaluation, limits: Limits) -> Evaluation:
        """Return the plan improved at the true prices while it stays different enough."""
        barred = np.zeros((self.problem.areas, self.problem.sections))
        for plan in plans:
            apart = self._cheapest_apart(best, plan)
            barred[apart, plan.section_of_area[apart]] = np.inf
        found = self._solved(barred, limits)
        if found.value < best.value and self._differs(found, plans) and not _worse(found, best):
            best = found
        self.report(len(plans), "improve", best.value)
        return best

    def _cheapest_apart(self, best: Evaluation, plan: Zoning) -> NDArray[np.int64]:
        """Return areas enough that differ between two plans, those that lose least by it first."""
        apart = np.flatnonzero(best.section_of_area != plan.section_of_area)
        walks, pupils = self.problem.walk_metres, self.problem.pupils
        known = np.where(np.isfinite(walks), walks, self.problem.stand_in_metres)
        longer = known[apart, best.section_of_area[apart]]
        longer -= known[apart, plan.section_of_area[apart]]
        apart = apart[np.argsort(longer, kind="stable")]
        enough = int(np.searchsorted(np.cumsum(pupils[apart]), self.least))
        return np.sort(apart[: enough + 1])

    def _solved(self, metres: NDArray[np.float64], limits: Limits) -> Evaluation:
        """Return the best plan with a surcharge, judged without it."""
        priced = self.problem.with_surcharge("alike", metres)
        mine = limits.share(SOLVE_SHARE)
        # No bound is wanted here, only an end: `seconds` would be used up for both.
        found = solve(priced, seed=self.seed, proposals=self.proposals, stop=mine.over)
        return evaluate(self.problem, found.section_of_area)

    def _differs(self, plan: Evaluation, others: list[Zoning]) -> bool:
        """Say whether a plan assigns enough pupils differently from each other plan."""
        return min(_apart_pupils(self.problem, plan, other) for other in others) >= self.least


def _apart_pupils(problem: Problem, one: Evaluation, other: Evaluation) -> int:
    """Count the pupils whom two plans assign differently."""
    return int(problem.pupils[one.section_of_area != other.section_of_area].sum())


def _worse(plan: Evaluation, than: Evaluation) -> bool:
    """Say whether a plan breaks more than another: seats, pieces, or any hard demand."""
    broken = [
        (
            int(one.overflow.sum()),
            sum(len(p.areas) for p in one.pieces if p.reason is PieceReason.DETACHED),
            sum(len(areas) for areas in one.breaches.values()),
        )
        for one in (plan, than)
    ]
    return any(more > less for more, less in zip(*broken, strict=True))


def _loss(plan: Evaluation, first: Zoning) -> float:
    """Return what a plan costs more than the first as a share of the first's value."""
    more = plan.value - first.value
    return more / first.value if first.value > 0 else (np.inf if more > 0 else 0.0)


def _alternative(problem: Problem, plan: Evaluation, plans: list[Zoning]) -> Alternative:
    """Return a plan with its proof and its distance from all plans before."""
    first = plans[0]
    zoning = replace(
        first,
        **{name: getattr(plan, name) for name in _EVALUATED},
        gap=max(plan.value - first.bound, 0.0) / plan.value if plan.value > 0 else 0.0,
        status=_status(plan, first),
    )
    moved = tuple(_apart_pupils(problem, plan, other) for other in plans)
    return Alternative(zoning, moved, _loss(plan, first))


_EVALUATED = (
    "section_of_area",
    "value",
    "terms",
    "overflow",
    "pieces",
    "unreachable",
    "breaches",
)


def _status(plan: Evaluation, first: Zoning) -> SolveStatus:
    """Say how far a plan can be trusted to be the best."""
    if first.status is SolveStatus.OPTIMAL and plan.value <= first.value:
        return SolveStatus.OPTIMAL
    return SolveStatus.OVERFULL if plan.overflow.any() else SolveStatus.FEASIBLE
