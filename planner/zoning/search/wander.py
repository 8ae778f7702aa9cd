"""Wander among plans at several temperatures at once, and note the best plan near each stop.

Copies of the search stand on the rungs of a ladder. At the cold end a missing seat is dear and
hardly any loss accepted; at the hot end both are mild. Neighbours on the ladder now and then
exchange their plans as if nothing else decided than chance (Hukushima and Nemoto 1996, Journal
of the Physical Society of Japan 65), so that what is found in the heat is worked out in the
cold. On one ladder seats also have the price that the relaxation gives them: crowded sections
then push areas out before they are full.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import float64, int64, njit

from planner.zoning.construct import search_prices
from planner.zoning.improve import draft_of, typically_at_stake
from planner.zoning.moves import DRAFT, Draft, anneal
from planner.zoning.search.pool import POOL, Pool, collect

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from planner.zoning.bound import Relaxation
    from planner.zoning.ground import Ground

__all__ = ["Climate", "Ladder", "climb", "proposals_per_round", "set_up"]

RUNGS = 8
STOPS = 4
"""Plans that each rung notes before neighbours may exchange."""
STRIDE, FINISH = 20, 6
"""Proposals per area between two stops, and to work out the plan at each."""
COOLING, COOLING_PER_AREA = 15, 60
"""Steps, and proposals per area in each, in which a fresh plan cools to its rung."""
HOT = 3.0
"""Temperature of a fresh plan in terms of what is typically at stake."""


class Climate(NamedTuple):
    """How a ladder is set up."""

    cold: float
    hot: float
    """Temperatures of the ends in terms of what is typically at stake."""
    dear: float
    cheap: float
    """Price of a missing seat at the cold and the hot end, in terms of the dearest seat in the
    relaxation, or of the mean one where seats are sold."""
    sold: float
    """Part of the relaxation's price of a seat that every pupil pays."""


CLIMATES = (
    Climate(0.02, 0.8, 8.0, 1.0, 0.0),
    Climate(0.03, 0.6, 4.0, 0.5, 1.0),
    Climate(0.05, 0.5, 20.0, 3.0, 0.0),
)


@dataclass(frozen=True, slots=True, eq=False)
class Ladder:
    """Copies of the search, coldest first; `drafts` is reordered when they exchange."""

    drafts: list[Draft]
    """Where seats have their price."""
    strict: list[Draft]
    """The same plans, where only missing seats cost."""
    temperatures: NDArray[np.float64]
    missing_seat: NDArray[np.float64]
    best_plan: NDArray[np.int64]
    best_value: NDArray[np.float64]


def set_up(
    ground: Ground, relaxation: Relaxation, plan: NDArray[np.int64], seed: int, number: int
) -> Ladder:
    """Set up a ladder: the plan on the coldest rung, fresh ones above it."""
    at_stake = typically_at_stake(ground, relaxation)
    asked = relaxation.seat_price_metres[relaxation.seat_price_metres > 0]
    typical = float(np.median(ground.each_metres.min(axis=1)))
    climate = CLIMATES[number % len(CLIMATES)]
    dearest = max(float(asked.max(initial=0.0)), typical)
    seat = (float(asked.mean()) if climate.sold and len(asked) else dearest) or 1.0
    cold, hot, dear, cheap, sold = climate
    temperatures = np.geomspace(cold, hot, RUNGS) * at_stake
    missing = np.minimum(np.geomspace(dear, cheap, RUNGS) * seat, ground.overflow_metres)
    strict = [draft_of(ground, relaxation, plan, seed * RUNGS + rung) for rung in range(RUNGS)]
    prices = search_prices(ground)
    prices += sold * np.outer(ground.pupils[: ground.areas], relaxation.seat_price_metres)
    drafts = [draft._replace(prices=prices) for draft in strict]
    # The plan itself stays on the coldest rung.
    for draft, temperature, price in zip(drafts[1:], temperatures[1:], missing[1:], strict=True):
        start = min(seat, price)
        for part in np.linspace(0.0, 1.0, COOLING):
            anneal(
                draft,
                COOLING_PER_AREA * ground.areas,
                float(temperature**part * (HOT * at_stake) ** (1 - part)),
                float(price**part * start ** (1 - part)),
            )
    return Ladder(
        drafts, strict, temperatures, missing, plan.copy(), np.array([ground.value(plan)])
    )


def proposals_per_round(ground: Ground) -> int:
    """Return how many moves all rungs together make before they may exchange."""
    return RUNGS * STOPS * (STRIDE + FINISH) * ground.areas


def climb(
    ground: Ground,
    ladder: Ladder,
    pool: Pool,
    *,
    rounds: int,
    most_beyond: int,
    seed: int,
    stop: Callable[[], bool],
) -> None:
    """Let all rungs wander and exchange, noting zones in the pool and the best plan."""
    rng = np.random.default_rng(seed)
    cold, price = ladder.temperatures, ladder.missing_seat
    for number in range(rounds):
        if stop():
            break
        for rung in range(RUNGS):
            _stroll(
                ladder.drafts[rung],
                ladder.strict[rung],
                pool,
                STRIDE * ground.areas,
                FINISH * ground.areas,
                cold[rung],
                price[rung],
                ground.overflow_metres,
                most_beyond,
                ladder.best_plan,
                ladder.best_value,
            )
        state = [_state(draft) for draft in ladder.drafts]
        for low in range(number % 2, RUNGS - 1, 2):
            high = low + 1
            (walk, beyond), (walk_high, beyond_high) = state[low], state[high]
            gain = (walk - walk_high + price[low] * (beyond - beyond_high)) / cold[low]
            gain -= (walk - walk_high + price[high] * (beyond - beyond_high)) / cold[high]
            if np.log(rng.random()) < gain:
                for copies in (ladder.drafts, ladder.strict):
                    copies[low], copies[high] = copies[high], copies[low]


def _state(draft: Draft) -> tuple[float, float]:
    """Return what the walks of a plan cost at the draft's prices, and the missing seats."""
    areas = len(draft.prices)
    walks = draft.prices[np.arange(areas), draft.section_of[:areas]].sum()
    return float(walks), float(np.maximum(draft.load - draft.seats, 0).sum())


@njit(
    (
        DRAFT,
        DRAFT,
        POOL,
        int64,
        int64,
        float64,
        float64,
        float64,
        int64,
        int64[::1],
        float64[::1],
    ),
    cache=True,
    nogil=True,
)
def _stroll(  # noqa: PLR0917 - compiled functions know no keywords
    draft: Draft,
    strict: Draft,
    pool: Pool,
    stride: int,
    finish: int,
    temperature: float,
    missing_seat: float,
    overflow_metres: float,
    most_beyond: int,
    best_plan: NDArray[np.int64],
    best_value: NDArray[np.float64],
) -> None:
    """Wander, and at each stop work the plan out, note it and its zones, and go back to it."""
    for _ in range(STOPS):
        anneal(draft, stride, temperature, missing_seat)
        plan, load, held = draft.section_of.copy(), draft.load.copy(), draft.held.copy()
        members, slot = draft.members.copy(), draft.slot.copy()
        anneal(strict, finish, 0.0, overflow_metres)
        value = collect(
            pool,
            draft.section_of,
            draft.load,
            draft.seats,
            strict.prices,
            overflow_metres,
            most_beyond,
        )
        if value < best_value[0]:
            best_value[0] = value
            best_plan[:] = draft.section_of
        draft.section_of[:] = plan
        draft.load[:] = load
        draft.held[:] = held
        draft.members[:] = members
        draft.slot[:] = slot
