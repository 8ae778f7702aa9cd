"""Show how much better than a known plan any plan could be, and find it if there is one."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.zoning.bound import relax
from planner.zoning.proof.core import solve_core
from planner.zoning.proof.fences import no_fences
from planner.zoning.proof.prices import (
    FENCES_AT_MOST,
    Market,
    price_areas,
    price_zones,
    regrets,
)
from planner.zoning.proof.territory import most_pupils, territory_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from planner.zoning.bound import Relaxation
    from planner.zoning.ground import Ground
    from planner.zoning.proof.zones import Zone

__all__ = ["Proof", "raise_bound"]

STEPS, STEPS_ZONES = 1_500, 2_000
"""Steps of the two rounds of pricing at most."""
SHARE_AREAS, SHARE_ZONES = 0.15, 0.7
"""Part of the time after which the first and the second round of pricing end."""
AREAS_EACH = 40
"""Areas per section up to which zones in one piece are priced.

Larger zones are torn so rarely that branching on areas is quicker at once.
"""
ROUNDING = 1e-9
"""Relative error that values of plans may make before an area is ruled out."""
NEVER: Callable[[], bool] = lambda: False  # noqa: E731 - a default, named for the signature


@dataclass(frozen=True, slots=True, eq=False)
class Proof:
    """How sure we are of a plan, and what was learned on the way."""

    bound: float
    """No plan whatsoever is worth less; the plan's own value where it is proved the best."""
    plan: NDArray[np.int64]
    """[node] the known plan, or a better one."""
    prices: NDArray[np.float64]
    """[area] what it is worth to be rid of the area: a zone that costs less than its areas'
    prices is a good zone."""
    regrets: NDArray[np.float64]
    """[area, section] by how much the bound rises at least if the area goes there; inf where no
    plan better than the known one has it there."""
    zones: tuple[Zone, ...]
    """Good zones met on the way."""


def raise_bound(
    ground: Ground,
    known: NDArray[np.int64],
    bound: float,
    *,
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
        seconds: Time after which the bound reached so far is returned.
        work: Branches of the last step, for the same answer on any machine.
        stop: Asked now and then whether to return.
        say: Told the step (price areas, price zones, branch and cut), the plan's value and
            the bound.

    Raises:
        ValueError: The ground has no rules, so that sections have no roots.
    """
    if (ground.fixed[ground.root] != np.arange(ground.sections)).any():
        message = "raise_bound: expected each section to own its root; lay the ground out first."
        raise ValueError(message)
    clock = _Clock(seconds, stop)
    relaxation = relax(ground)
    market = _market(ground, relaxation, known, max(bound, relaxation.bound))
    if not _settled(market):
        price_areas(market, steps=STEPS, stop=clock.after(SHARE_AREAS))
        say("price areas", market.worth, market.bound)
    if not _settled(market) and ground.areas <= AREAS_EACH * ground.sections:
        price_zones(
            market,
            steps=STEPS_ZONES,
            stop=clock.after(SHARE_ZONES),
            say=lambda reached: say("price zones", market.worth, reached),
        )
    plan, reached = known, min(market.bound, market.worth)
    if _settled(market):
        reached = market.worth
    elif not clock.after(1.0)():
        outcome = solve_core(market, known, seconds=clock.left(), branches=work, stop=stop)
        reached = max(reached, outcome.bound)
        if outcome.plan is not None and ground.value(outcome.plan) < market.worth:
            plan = outcome.plan
        if outcome.proved or reached > ground.value(plan):
            reached = ground.value(plan)
        say("branch and cut", ground.value(plan), reached)
    return Proof(reached, plan, market.prices, regrets(market), tuple(market.zones))


class _Clock:
    """Says when a part of the time is over."""

    def __init__(self, seconds: float | None, stop: Callable[[], bool]) -> None:
        self._seconds = np.inf if seconds is None else seconds
        self._began = time.monotonic()
        self._stop = stop

    def after(self, share: float) -> Callable[[], bool]:
        """Return a question whether that share of the time is over, or somebody said stop."""
        end = self._began + share * self._seconds
        return lambda: time.monotonic() >= end or self._stop()

    def left(self) -> float | None:
        """Return the seconds left, None if nobody counts them."""
        left = self._began + self._seconds - time.monotonic()
        return float(left) if np.isfinite(left) else None


def _market(
    ground: Ground, relaxation: Relaxation, known: NDArray[np.int64], bound: float
) -> Market:
    """Open the market: territories and prices as the transport relaxation has them."""
    worth, sections = ground.value(known), ground.sections
    pupils = ground.pupils[: ground.areas, None]
    possible = np.isfinite(ground.each_metres)
    each = np.where(possible, ground.each_metres + relaxation.seat_price_metres, 0.0)
    priced = np.where(possible, each * pupils, np.inf)
    cheapest = priced.min(axis=1)
    spare = worth - relaxation.bound + ROUNDING * worth
    allowed = possible & (priced - cheapest[:, None] <= spare)
    most = most_pupils(ground, relaxation, worth)
    # What a section must have is priced so that it always takes it; in the bound that cancels.
    fixed = ground.fixed[: ground.areas]
    must = np.flatnonzero(fixed >= 0)
    prices = cheapest.copy()
    prices[must] = ground.each_metres[must, fixed[must]] * ground.pupils[must]
    prices[must] += worth + ground.overflow_metres * ground.pupils[must]
    territories = [territory_of(ground, j, allowed[:, j], int(most[j])) for j in range(sections)]
    fences = [no_fences(FENCES_AT_MOST) for _ in territories]
    return Market(ground, territories, fences, prices, np.zeros(sections), bound, worth)


def _settled(market: Market) -> bool:
    """Say whether it is certain that no plan is better than the known one."""
    return market.bound >= market.worth or market.unwanted
