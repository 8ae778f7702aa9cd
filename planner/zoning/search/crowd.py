"""Draw many plans quickly, each a little different, and note the zones they are made of.

A short search that starts mildly from the plan of the relaxation ends nearly as well as one a
hundred times as long; which of its zones are good differs from search to search.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numba import float64, int64, njit

from planner.zoning.construct import search_prices
from planner.zoning.cooling import cooling, seats_first
from planner.zoning.improve import draft_of, typically_at_stake
from planner.zoning.moves import DRAFT, Draft, anneal
from planner.zoning.search.pool import POOL, Pool, collect

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from planner.zoning.bound import Relaxation
    from planner.zoning.ground import Ground

__all__ = ["draw_many"]

PROPOSALS_PER_AREA: Final = 600
LEVELS: Final = 40
"""Steps in which the temperature falls and missing seats become dear."""
HOTTEST: Final = (0.2, 0.5, 1.2, 3.0)
"""Temperatures at the start, in terms of what is typically at stake."""
TRIED_EACH: Final = 3
"""Plans drawn from each of these first; then every other plan from the one that did best."""
NOTED_FROM: Final = 20
"""Level from which zones are noted."""
FINISH_PER_AREA: Final = 30
"""Proposals for each area that only ever improve the plan, at its true price."""


def draw_many(
    ground: Ground,
    relaxation: Relaxation,
    first: NDArray[np.int64],
    pool: Pool,
    *,
    seed: int,
    runs: int | None,
    most_beyond: int,
    crowded: bool,
    enough: float,
    stop: Callable[[], bool],
) -> NDArray[np.int64]:
    """Return the best of many plans [node] that begin with a first one; note zones in the pool.

    Args:
        ground: The problem as the methods see it.
        relaxation: Prices of seats.
        first: [node] keeps all rules but seats.
        pool: Room for zones.
        seed: The same seed and runs give the same plans.
        runs: Plans to draw, None for as many as there is time for.
        most_beyond: Pupils beyond its seats that a zone may have to be noted.
        crowded: Whether seats are hard to find: every other plan then looks for them first.
        enough: The first plan worth less than this that seats everybody ends the search.
        stop: Asked before each plan; true ends the search.
    """
    at_stake = typically_at_stake(ground, relaxation)
    typical_walk = float(np.median(ground.each_metres.min(axis=1)))
    seat = max(float(relaxation.seat_price_metres.max()), typical_walk)
    prices = search_prices(ground)
    best, value, run = first, ground.value(first), 0
    ends: list[list[float]] = [[] for _ in HOTTEST]
    while run != runs and not stop():
        draft = draft_of(ground, relaxation, first, seed + run)
        which = None if crowded and run % 2 else _start(run, ends)
        steps = seats_first(LEVELS) if which is None else cooling(LEVELS, HOTTEST[which])
        found = _cool(
            draft,
            pool,
            steps.temperatures * at_stake,
            np.minimum(steps.missing_seat * seat, ground.overflow_metres),
            relaxation.seat_price_metres,
            prices,
            PROPOSALS_PER_AREA * ground.areas // LEVELS,
            FINISH_PER_AREA * ground.areas,
            ground.overflow_metres,
            most_beyond,
        )
        if which is not None:
            ends[which].append(found)
        if found < value:
            best, value = draft.section_of, found
            if value < enough and not ground.overflow(best).any():
                break
        run += 1
    return best


def _start(run: int, ends: list[list[float]]) -> int:
    """Return which temperature a run begins with: each in turn, or what ended best so far."""
    if run < TRIED_EACH * len(ends) or run % 2 == 0:
        return run // (1 if run < TRIED_EACH * len(ends) else 2) % len(ends)
    return int(np.argmin([np.median(some) for some in ends]))


@njit(float64(DRAFT, POOL, float64[:, ::1], float64, int64), cache=True, nogil=True)
def _note(
    draft: Draft,
    pool: Pool,
    prices: NDArray[np.float64],
    overflow_metres: float,
    most_beyond: int,
) -> float:
    """Note the zones of the plan as it is, and return its value."""
    return float(
        collect(
            pool,
            draft.section_of,
            draft.load,
            draft.seats,
            prices,
            overflow_metres,
            most_beyond,
        )
    )


@njit(
    float64(
        DRAFT,
        POOL,
        float64[::1],
        float64[::1],
        float64[::1],
        float64[:, ::1],
        int64,
        int64,
        float64,
        int64,
    ),
    cache=True,
    nogil=True,
)
def _cool(  # noqa: PLR0917 - compiled functions know no keywords
    draft: Draft,
    pool: Pool,
    temperatures: NDArray[np.float64],
    missing_seat: NDArray[np.float64],
    seat_prices: NDArray[np.float64],
    prices: NDArray[np.float64],
    each: int,
    finish: int,
    overflow_metres: float,
    most_beyond: int,
) -> float:
    """Cool one plan down, noting zones once it is cool, and return its value.

    Half of the tilt towards empty sections stays until the plan is finished.
    """
    levels = len(temperatures)
    for level in range(levels):
        draft.tilt[:] = (1 - level / (2 * levels)) * seat_prices
        anneal(draft, each, temperatures[level], missing_seat[level])
        if level >= NOTED_FROM:
            _note(draft, pool, prices, overflow_metres, most_beyond)
    draft.tilt[:] = 0.0
    anneal(draft, finish, 0.0, overflow_metres)
    return float(_note(draft, pool, prices, overflow_metres, most_beyond))
