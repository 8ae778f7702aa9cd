"""Find better zones: wander widely, combine the zones found, redraw neighbours exactly."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

import numpy as np

from planner.zoning.construct import search_prices
from planner.zoning.search.combine import combine
from planner.zoning.search.pool import collect, empty_pool, merge
from planner.zoning.search.redraw import neighbouring, redraw
from planner.zoning.search.wander import climb, proposals_per_round, set_up

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from planner.zoning.bound import Relaxation
    from planner.zoning.ground import Ground
    from planner.zoning.search.pool import Pool

__all__ = ["improve_plan"]

MOST_ZONES = 40_000
"""Zones kept for combining; those from the worst plans are forgotten."""
LADDERS = 2
"""Ladders, each of another climate, that are climbed between two combinations."""
CATCH = 40_000
"""Zones that one round of wandering may note."""
PROPOSALS_AT_ONCE, PROPOSALS_PER_AREA = 16_000_000, 40_000
"""Moves that the wandering copies of one ladder make at most, all together."""
REDRAWN = 30
"""Groups of zones redrawn between two combinations."""
OFFERED_PER_AREA = 2.5
"""Sections offered to an area in a redrawing, on average."""
FEWEST, MOST = 3, 5
"""Zones redrawn at once."""
PATIENCE = 2
"""Failures for each section before one zone more is redrawn at once."""
SECONDS_TO_COMBINE, SECONDS_TO_REDRAW, LEAST_SECONDS = 25.0, 2.0, 0.1
"""What one call of the integer solver may take at most where there is a deadline, and at least."""
CLOSE_ENOUGH = 1e-9
"""Relative gap to the bound at which a plan is the best one but for rounding."""


@dataclass(slots=True, eq=False)
class _Best:
    """The best plan so far, and how many of its zones to redraw at once."""

    plan: NDArray[np.int64]
    value: float
    zones_at_once: int = FEWEST
    fails: int = 0

    def take(self, plan: NDArray[np.int64], value: float) -> None:
        """Keep a plan if it is better."""
        if value < self.value:
            self.plan, self.value = plan, value


def improve_plan(
    ground: Ground,
    relaxation: Relaxation,
    plan: NDArray[np.int64],
    *,
    seed: int,
    bound: float,
    seconds: float | None = None,
    work: int | None = None,
    stop: Callable[[], bool] = lambda: False,
    report: Callable[[float], None] = lambda _value: None,
) -> NDArray[np.int64]:
    """Return a plan [node] that is at least as good; every zone hangs together at all times.

    Round by round, copies of the search wander at several temperatures and note each zone
    that they work out. At the same time, on another core, the zones noted before are combined
    to the best plan they make, and groups of neighbouring zones of the best plan are redrawn.
    Where the books count (whole zones have a worth of their own), or a demand has to yield,
    zones cannot be priced one by one, and the plan is returned as it is.

    Args:
        ground: The problem as the methods see it.
        relaxation: Prices of seats.
        plan: [node] keeps all rules but seats.
        seed: The same seed and work give the same plan.
        bound: What no plan undercuts; a plan as good as that ends the search.
        seconds: When to stop, None for no limit; the plan then depends on the machine.
        work: Rounds to make, None for no limit.
        stop: Asked now and then; true ends the search.
        report: Told the value of the best plan after each round.

    Raises:
        ValueError: Neither seconds nor work is limited.
    """
    if seconds is None and work is None:
        raise ValueError("improve_plan would never end: give it seconds, or rounds of work.")
    if ground.books is not None or _yields(ground, plan) or (ground.fixed >= 0).all():
        return plan
    ends = monotonic() + (np.inf if seconds is None else seconds)
    best, pool = _Best(plan, ground.value(plan)), empty_pool(ground, MOST_ZONES, seed)
    number = 0
    with ThreadPoolExecutor(1) as other_core:
        while number != work and best.value - bound > CLOSE_ENOUGH * best.value:
            wandering = other_core.submit(
                _wandered,
                ground,
                relaxation,
                best.plan,
                seed=seed,
                number=number,
                most_beyond=_most_beyond(ground, best.value, bound),
                stop=lambda: monotonic() > ends or stop(),
            )
            if number:
                rng = np.random.default_rng(seed + number)
                _combined(ground, pool, best, ends)
                _redrawn(ground, relaxation, best, ends, rng, stop)
            catch, found = wandering.result()
            merge(pool, catch, MOST_ZONES)
            for other in found:
                best.take(other, ground.value(other))
            report(best.value)
            number += 1
            if monotonic() > ends or stop():
                break
    return best.plan


def _yields(ground: Ground, plan: NDArray[np.int64]) -> bool:
    """Say whether some area goes where a demand has to yield, which has no price here."""
    each = ground.each_metres[np.arange(ground.areas), plan[: ground.areas]]
    return not np.isfinite(each).all()


def _wandered(
    ground: Ground,
    relaxation: Relaxation,
    plan: NDArray[np.int64],
    *,
    seed: int,
    number: int,
    most_beyond: int,
    stop: Callable[[], bool],
) -> tuple[Pool, list[NDArray[np.int64]]]:
    """Wander from a plan on fresh ladders; return the zones and the best plans noted."""
    catch, found = empty_pool(ground, CATCH, seed), []
    load = np.bincount(plan, ground.pupils, ground.sections).astype(np.int64)
    prices = search_prices(ground)
    collect(catch, plan, load, ground.seats, prices, ground.overflow_metres, most_beyond)
    for climate in range(LADDERS * number, LADDERS * (number + 1)):
        ladder = set_up(ground, relaxation, plan, seed + climate, climate)
        rounds = _rounds(ground)
        each = seed + climate
        climb(ground, ladder, catch, rounds=rounds, most_beyond=most_beyond, seed=each, stop=stop)
        found.append(ladder.best_plan)
    return catch, found


def _rounds(ground: Ground) -> int:
    """Return how often the wandering copies may exchange between two combinations."""
    proposals = min(PROPOSALS_AT_ONCE, PROPOSALS_PER_AREA * ground.areas)
    return max(1, proposals // proposals_per_round(ground))


def _most_beyond(ground: Ground, value: float, bound: float) -> int:
    """Return how many pupils beyond its seats a zone may have that is still worth noting."""
    everybody = int(ground.pupils.sum())
    if ground.overflow_metres <= 0:
        return everybody
    return int(min(everybody, max(0.0, value - bound) // ground.overflow_metres))


def _combined(ground: Ground, pool: Pool, best: _Best, ends: float) -> None:
    """Combine the zones of the pool to a better plan, if there is one."""
    found = combine(ground, pool, best.value, seconds=_seconds(SECONDS_TO_COMBINE, ends))
    if found is not None:
        plan = best.plan.copy()
        plan[: ground.areas] = found
        best.take(plan, ground.value(plan))


def _redrawn(
    ground: Ground,
    relaxation: Relaxation,
    best: _Best,
    ends: float,
    rng: np.random.Generator,
    stop: Callable[[], bool],
) -> None:
    """Redraw groups of zones of the best plan, more zones at once when nothing more is won."""
    prices = search_prices(ground)
    offered = _offered(ground, relaxation, prices)
    for _ in range(REDRAWN):
        if monotonic() > ends or stop():
            break
        zones = neighbouring(ground, best.plan, min(best.zones_at_once, ground.sections), rng)
        seconds = _seconds(SECONDS_TO_REDRAW, ends)
        plan = redraw(ground, prices, best.plan, zones, offered, seconds=seconds)
        if plan is not None:
            best.take(plan, ground.value(plan))
            best.fails = 0
            continue
        best.fails += 1
        if best.fails == PATIENCE * ground.sections:
            best.zones_at_once, best.fails = min(best.zones_at_once + 1, MOST), 0


def _seconds(most: float, ends: float) -> float:
    """Return what one call of the integer solver may take; no limit where there is no deadline."""
    return max(LEAST_SECONDS, min(most, ends - monotonic())) if np.isfinite(ends) else np.inf


def _offered(
    ground: Ground, relaxation: Relaxation, prices: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Return the sections that are least dearer to an area than its cheapest: [area, section]."""
    priced = prices + np.outer(ground.pupils[: ground.areas], relaxation.seat_price_metres)
    dearer = priced - priced.min(axis=1)[:, None]
    possible = np.sort(dearer[np.isfinite(dearer)])
    most = min(int(OFFERED_PER_AREA * ground.areas), len(possible) - 1)
    return np.asarray(dearer <= possible[most])
