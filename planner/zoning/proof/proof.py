"""Show how much better than a known plan any plan could be, and find it if there is one."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.zoning.bound import relax
from planner.zoning.proof.assemble import assemble
from planner.zoning.proof.columns import Columns, worth_mixing
from planner.zoning.proof.core import solve_core
from planner.zoning.proof.market import open_market, settled
from planner.zoning.proof.mixture import zones_of_plan
from planner.zoning.proof.prices import narrow, price_areas, price_zones, regrets, small_zones

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from planner.zoning.ground import Ground
    from planner.zoning.proof.market import Market

__all__ = ["Proof", "raise_bound"]

STEPS, STEPS_ZONES = 1_500, 2_000
"""Steps of the two rounds of pricing at most."""
SHARE_AREAS, SHARE_ZONES = 0.15, 0.7
"""Part of the time after which the first and the second round of pricing end."""
NEVER: Callable[[], bool] = lambda: False  # noqa: E731 - a default, named for the signature


@dataclass(frozen=True, slots=True, eq=False)
class Proof:
    """How sure we are of a plan, and what was learned on the way."""

    bound: float
    """No plan whatsoever is worth less; the plan's own value where it is proved the best."""
    plan: NDArray[np.int64]
    """[node] the known plan, or a better one."""
    regrets: NDArray[np.float64]
    """[area, section] by how much the bound rises at least if the area goes there; inf where no
    plan better than the known one has it there."""


def raise_bound(
    ground: Ground,
    known: NDArray[np.int64],
    bound: float,
    *,
    priced: Market | None = None,
    columns: Columns | None = None,
    gap: float = 0.0,
    seconds: float | None = None,
    work: int | None = None,
    stop: Callable[[], bool] = NEVER,
    say: Callable[[str, float, float], None] = lambda _step, _value, _bound: None,
) -> Proof:
    """Raise a bound on the value of all plans, up to the value of the best if time allows.

    First sections price areas against each other (`prices`), which rules most areas out for
    most sections; what is left is solved by branch and cut (`core`). Without a limit the work
    goes on until the proof is complete.

    Args:
        ground: The problem as the methods see it.
        known: [node] a plan that keeps all rules: the better it is, the more can be ruled out.
        bound: What is known already to be undercut by no plan.
        priced: Prices of areas found earlier, if there are any.
        columns: Zones that are mixed at these prices, if there are any.
        gap: Gap, as a part of the plan's value, that is small enough.
        seconds: Time after which the bound reached so far is returned.
        work: Branches of the last step, for the same answer on any machine.
        stop: Asked now and then whether to return.
        say: Told the step (price areas, price zones, put zones together, branch and cut), the
            plan's value and the bound.

    Raises:
        ValueError: The ground has no rules, so that sections have no roots.
    """
    if (ground.fixed[ground.root] != np.arange(ground.sections)).any():
        message = "raise_bound: expected each section to own its root; lay the ground out first."
        raise ValueError(message)
    began = time.monotonic()
    if priced is None:
        market = open_market(ground, relax(ground), known, bound)
    else:
        market = priced
        market.bound, market.worth = max(bound, market.bound), ground.value(known)
        narrow(market)
    clock = _Clock(began, seconds, lambda: stop() or _close(market, gap))
    if not settled(market) and priced is None:
        price_areas(market, steps=STEPS, stop=clock.after(SHARE_AREAS))
        say("price areas", market.worth, market.bound)
    plan = known
    if priced is None and worth_mixing(ground, seconds):
        columns = Columns(market, zones_of_plan(ground, known))
    if not settled(market) and columns is not None:
        plan = _mix_zones(columns, plan, clock, work, say)
    elif not settled(market) and small_zones(ground):
        price_zones(
            market,
            steps=STEPS_ZONES,
            stop=clock.after(SHARE_ZONES),
            say=lambda reached: say("price zones", market.worth, reached),
        )
    if not settled(market) and not clock.after(1.0)():
        plan = _branch_and_cut(market, plan, gap, clock, work)
        say("branch and cut", market.worth, market.bound)
    reached = market.worth if settled(market) else market.bound
    return Proof(reached, plan, regrets(market))


def _mix_zones(
    columns: Columns,
    plan: NDArray[np.int64],
    clock: _Clock,
    work: int | None,
    say: Callable[[str, float, float], None],
) -> NDArray[np.int64]:
    """Mix zones to raise the bound; put those together that a better plan can have.

    Returns the plan [node], or a better one; the bound is its worth if these are all.
    """
    market = columns.market
    plan = columns.price(
        plan,
        certain=True,
        rounds=work,
        timed=work is None,
        stop=clock.after(SHARE_ZONES),
        say=lambda reached: say("price zones", market.worth, reached),
    )
    if settled(market) or not np.isfinite(columns.cost) or clock.after(1.0)():
        return plan
    puzzle = columns.puzzle(market.worth - columns.cost, only_all=True)
    if not puzzle.complete:
        return plan
    found = assemble(puzzle, market.worth, seconds=clock.left(), branches=work)
    if found.plan is not None:
        plan = np.append(found.plan, plan[market.ground.areas :])
        market.worth = market.ground.value(plan)
    if found.settled:
        market.bound = market.worth
    say("put zones together", market.worth, market.bound)
    return plan


def _branch_and_cut(
    market: Market, plan: NDArray[np.int64], gap: float, clock: _Clock, work: int | None
) -> NDArray[np.int64]:
    """Solve what is left open; return the plan [node] or a better one, and raise the bound."""
    outcome = solve_core(
        market, plan, gap=gap, seconds=clock.left(), branches=work, stop=clock.after(1.0)
    )
    market.bound = max(market.bound, outcome.bound)
    if outcome.plan is not None and market.ground.value(outcome.plan) < market.worth:
        plan, market.worth = outcome.plan, market.ground.value(outcome.plan)
    if outcome.proved:
        market.bound = market.worth
    market.bound = min(market.bound, market.worth)
    return plan


def _close(market: Market, gap: float) -> bool:
    """Say whether the known plan is worth more than the bound by no more than that part."""
    return market.worth - market.bound <= gap * market.worth


class _Clock:
    """Says when a part of the time is over."""

    def __init__(self, began: float, seconds: float | None, stop: Callable[[], bool]) -> None:
        self._seconds = np.inf if seconds is None else seconds
        self._began = began
        self._stop = stop

    def after(self, share: float) -> Callable[[], bool]:
        """Return a question whether that share of the time is over, or somebody said stop."""
        end = self._began + share * self._seconds
        return lambda: time.monotonic() >= end or self._stop()

    def left(self) -> float | None:
        """Return the seconds left, None if nobody counts them."""
        left = self._began + self._seconds - time.monotonic()
        return float(left) if np.isfinite(left) else None
