"""Give every area one section so that walks are short, seats suffice and zones hang together."""

from __future__ import annotations

from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING

import numpy as np

from planner.zoning.blocks import tie
from planner.zoning.books import asks_for_books, open_books
from planner.zoning.bound import relax
from planner.zoning.construct import construct, resume
from planner.zoning.evaluation import evaluate
from planner.zoning.exact import prove
from planner.zoning.floor import bound_of_wishes
from planner.zoning.ground import lay_out, without_rules
from planner.zoning.improve import improve
from planner.zoning.limits import Limits
from planner.zoning.problem import SolveStatus, Zoning

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from planner.zoning.bound import Relaxation
    from planner.zoning.ground import Ground
    from planner.zoning.problem import Evaluation, Problem

__all__ = ["judge", "nearest", "solve"]

PROOF_GAP = 1e-9
"""Relative gap below which value and bound are the same number but for rounding."""
PROPOSALS_PER_SECOND = 4_000_000
"""Moves that the search tries in a second on a slow machine."""
SEARCH_SHARE, PLAN_SHARE = 0.04, 0.8
"""Parts of the time for annealing, and of the rest for better plans before the bound's turn."""
SEARCH_SECONDS = 1.0
"""Seconds of annealing at least: where hardly a seat is free it takes so long to seat everybody."""
PLAN_SECONDS, PLAN_SHARE_LONG = 40.0, 0.3
"""Where there is much time, better plans get so many seconds and that part of it at most."""
KEPT_BACK = 2.0
"""Time kept back for pricing the plan in the end, in terms of what laying the ground out took."""
FEW_SECONDS = 3.0
"""Seconds below which there is no time for more than annealing."""
MANY = 3_000
"""Areas beyond which annealing alone uses the time best."""
SMALL = 400
"""Areas times sections up to which a proof is tried that no plan is better."""


def solve(
    problem: Problem,
    *,
    seed: int,
    proposals: int | None = None,
    seconds: float | None = None,
    gap: float | None = None,
    start: NDArray[np.int64] | None = None,
    stop: Callable[[], bool] | None = None,
    report: Callable[[str, float, float], None] | None = None,
) -> Zoning:
    """Draw the best zones found, with a bound that no plan can undercut.

    A transport relaxation gives the bound and the prices of seats; a first plan follows
    those prices; simulated annealing improves it; a small problem is then solved exactly
    if that takes few branches.

    Args:
        problem: The areas, sections, walks and prices.
        seed: The same seed gives the same plan, unless seconds or `stop` end the search.
        proposals: Moves that the search tries, chosen by the size of the problem if None.
        seconds: Time the search may take; it goes on until then where there is a use for it.
        gap: Part of the value to which the gap to the bound is small enough; the search ends
            soon after it gets there.
        start: [area] a plan to begin with instead of one that follows the prices of seats.
        stop: Asked now and then; once it says so the best plan so far is returned.
        report: Called now and then with the step (bound, construct, improve, exact), the
            value of the best plan so far and the bound, both in metres.
    """
    say = report or (lambda _step, _value, _bound: None)
    began = monotonic()
    ground, block = _grounded(problem)
    laid_out = monotonic() - began
    relaxation = relax(ground) if ground.books is None else bound_of_wishes(problem, ground)
    # Pricing the plan in the end takes about as long as laying the ground out did.
    limits = Limits.of(seconds, gap, stop, began - KEPT_BACK * laid_out)
    bound = relaxation.bound
    say("bound", np.inf, bound)
    plan = construct(ground, relaxation) if start is None else resume(ground, start[_first(block)])
    say("construct", ground.value(plan), bound)
    worth_more = _worth_more(ground, seconds)
    plan = improve(
        ground,
        relaxation,
        plan,
        seed=seed,
        proposals=_proposals(ground, seconds) if proposals is None else proposals,
        report=lambda value: say("improve", value, bound),
        limits=limits.share(_search_share(limits)) if worth_more else limits,
    )
    if worth_more:
        plan, bound = _search_and_prove(ground, relaxation, plan, seed, limits, say)
    elif ground.books is None and ground.areas * ground.sections <= SMALL:
        plan, bound = prove(ground, plan, bound)
        say("exact", ground.value(plan), bound)
    return _zoning(problem, evaluate(problem, plan[block]), bound)


def _search_and_prove(
    ground: Ground,
    relaxation: Relaxation,
    plan: NDArray[np.int64],
    seed: int,
    limits: Limits,
    say: Callable[[str, float, float], None],
) -> tuple[NDArray[np.int64], float]:
    """Spend what time is left on better plans first, and then on a better bound."""
    # Only who has time for them waits for their loops to be compiled.
    from planner.zoning.proof import raise_bound
    from planner.zoning.search import improve_plan

    bound, value = relaxation.bound, ground.value(plan)
    market, columns = None, None
    if not limits.reached(value, bound):
        left = limits.seconds_left()
        most = min(PLAN_SHARE, PLAN_SECONDS / left + PLAN_SHARE_LONG)
        found = improve_plan(
            ground,
            relaxation,
            plan,
            seed=seed,
            bound=bound,
            gap=limits.gap or 0.0,
            seconds=most * left,
            stop=limits.stopped,
            report=lambda value: say("search", value, bound),
        )
        plan, bound, market, columns = found
        value = ground.value(plan)
        say("search", value, bound)
    if not limits.reached(value, bound):
        proof = raise_bound(
            ground,
            plan,
            bound,
            priced=market,
            columns=columns,
            gap=limits.gap or 0.0,
            seconds=limits.seconds_left(),
            stop=limits.stopped,
            say=say,
        )
        plan, bound = proof.plan, max(bound, proof.bound)
    return plan, bound


def _search_share(limits: Limits) -> float:
    """Return the part of the time left that annealing takes before other methods go on."""
    return min(1.0, max(SEARCH_SHARE, SEARCH_SECONDS / max(limits.seconds_left(), SEARCH_SECONDS)))


def _worth_more(ground: Ground, seconds: float | None) -> bool:
    """Say whether there is time for the methods for plain seats, and they apply."""
    return (
        seconds is not None
        and seconds >= FEW_SECONDS
        and ground.books is None
        and ground.areas <= MANY
    )


def nearest(problem: Problem) -> Zoning:
    """Send each area to its nearest section, whether or not zones hang together.

    Locks and home areas are kept. An area without a walk to any section goes with the
    area fewest steps away on the adjacency graph that has one; where there is none, to
    the section with most seats. Bound and status are those of `judge`.
    """
    possible = np.isfinite(lay_out(replace(problem, contiguous=False)).each_metres)
    walks = np.where(possible, problem.walk_metres, np.inf)
    reached = np.isfinite(walks).any(axis=1)
    no_choice = np.where(possible.sum(axis=1) == 1, possible.argmax(axis=1), -1)
    plan = np.where(reached, walks.argmin(axis=1), no_choice)
    both_ways = np.concatenate([problem.edges, problem.edges[:, ::-1]])
    while True:
        lent = both_ways[(plan[both_ways[:, 0]] >= 0) & (plan[both_ways[:, 1]] < 0)]
        if not len(lent):
            break
        plan[lent[:, 1]] = plan[lent[:, 0]]
    alone = np.flatnonzero(plan < 0)
    plan[alone] = np.where(possible[alone], problem.seats, -1).argmax(axis=1)
    return judge(problem, plan)


def judge(problem: Problem, section_of_area: NDArray[np.int64]) -> Zoning:
    """Say what a given plan is worth and how far it is from the best one possible.

    A given plan may break the problem's rules, so the bound is that of all plans
    whatsoever: any area to any section, locked or not, contiguous or not.

    Raises:
        ValueError: The plan does not give each area one of the sections.
    """
    result = evaluate(problem, section_of_area)
    ground = without_rules(problem)
    block = np.arange(problem.areas)
    if not asks_for_books(problem, block):
        return _zoning(problem, result, relax(ground).bound)
    ground = replace(ground, books=open_books(problem, block, ground.nodes, 0.0))
    return _zoning(problem, result, bound_of_wishes(problem, ground).bound)


def _grounded(problem: Problem) -> tuple[Ground, NDArray[np.int64]]:
    """Lay the ground out with areas tied into blocks, and open the books if they are needed."""
    ground, block = tie(problem, lay_out(problem))
    if asks_for_books(problem, block):
        apart = max(problem.weights.overflow_metres, ground.each_metres[_possible(ground)].max())
        ground = replace(ground, books=open_books(problem, block, ground.nodes, float(apart)))
    return ground, block


def _possible(ground: Ground) -> NDArray[np.bool_]:
    """Tell which area may go where: [area, section]."""
    return np.isfinite(ground.each_metres)


def _first(block: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return one area of each block."""
    return np.unique(block, return_index=True)[1]


def _proposals(ground: Ground, seconds: float | None) -> int:
    """Return how many moves to try: a second for a town, five for a large county."""
    if seconds is not None:
        return int(PROPOSALS_PER_SECOND * seconds)
    return min(15_000 * ground.areas, int(250_000 * ground.areas**0.5))


def _zoning(problem: Problem, result: Evaluation, bound: float) -> Zoning:
    """Say how far a plan can be trusted to be the best."""
    gap = (result.value - bound) / result.value if result.value > 0 else 0.0
    if gap <= PROOF_GAP:
        status = SolveStatus.OPTIMAL
    elif result.overflow.any() and problem.weights.overflow_metres > 0:
        status = SolveStatus.OVERFULL
    else:
        status = SolveStatus.FEASIBLE
    return Zoning(
        section_of_area=result.section_of_area,
        value=result.value,
        terms=result.terms,
        overflow=result.overflow,
        pieces=result.pieces,
        unreachable=result.unreachable,
        breaches=result.breaches,
        bound=bound,
        gap=gap,
        status=status,
    )
