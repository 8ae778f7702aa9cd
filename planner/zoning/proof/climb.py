"""Find better zones of one section at given prices by changing zones that are known already.

Where a section is so large that branching (`connected`) does not come to an end, zones known
from the mixture lead to better ones: step by step an area is taken in, left out or exchanged,
whatever leaves the zone worth most, and is let alone for some steps afterwards, so that the
search leaves zones that no single change betters (tabu search: Glover 1989, "Tabu
search, part I", ORSA Journal on Computing 1). This says nothing about zones that are not found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import boolean, float64, int8, int64, njit, types

from planner.zoning.proof.territory import TERRITORY
from planner.zoning.proof.trios import TRIOS, hold, let_go

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.zoning.proof.territory import Territory
    from planner.zoning.proof.trios import Trios

__all__ = ["climb"]

STEPS, ALONE, IDLE = 100, 4, 12
"""Changes of one zone at most; steps for which a changed area is let alone; and changes without
a better zone after which another one is begun with."""
NOBODY = 0
"""Stands for no place in a change: the root neither comes nor goes."""
_whole, _real, _flags = int64[::1], float64[::1], boolean[::1]
_CHANGE = types.Tuple((int64, int64))  # type: ignore[no-untyped-call]


@njit(float64(TERRITORY, _real, TRIOS, _flags, _whole, int8[::1], int64), cache=True, nogil=True)
def _turn(
    territory: Territory,
    profit: NDArray[np.float64],
    trios: Trios,
    zone: NDArray[np.bool_],
    touching: NDArray[np.int64],
    held: NDArray[np.int8],
    place: int,
) -> float:
    """Take a place in, or leave it out if it is in; return what the zone gains but for seats."""
    step = -1 if zone[place] else 1
    zone[place] = not zone[place]
    for at in range(territory.starts[place], territory.starts[place + 1]):
        touching[territory.neighbours[at]] += step
    fines = hold(trios, held, place) if step > 0 else -let_go(trios, held, place)
    return float(step * profit[place] - fines)


@njit(boolean(TERRITORY, _flags, int64, _flags, _whole), cache=True, nogil=True)
def _holds_without(
    territory: Territory,
    zone: NDArray[np.bool_],
    place: int,
    seen: NDArray[np.bool_],
    queue: NDArray[np.int64],
) -> bool:
    """Say whether a zone hangs together without one of its places."""
    seen[:] = False
    head, tail, others = 0, 0, 0
    for other in range(len(zone)):
        if zone[other] and other != place:
            others += 1
            if other == 0 or territory.loose[other]:
                seen[other] = True
                queue[tail] = other
                tail += 1
    while head < tail:
        here = queue[head]
        head += 1
        for at in range(territory.starts[here], territory.starts[here + 1]):
            other = territory.neighbours[at]
            if zone[other] and other != place and not seen[other]:
                seen[other] = True
                queue[tail] = other
                tail += 1
    return tail == others


@njit(
    _CHANGE(TERRITORY, _real, TRIOS, _flags, _whole, int8[::1], _flags, _flags, float64),
    cache=True,
    nogil=True,
)
def _best_change(  # noqa: C901, PLR0917 - one compiled loop
    territory: Territory,
    profit: NDArray[np.float64],
    trios: Trios,
    zone: NDArray[np.bool_],
    touching: NDArray[np.int64],
    held: NDArray[np.int8],
    removable: NDArray[np.bool_],
    barred: NDArray[np.bool_],
    wanted: float,
) -> tuple[int, int]:
    """Return the places to leave out and take in so that the zone is worth most.

    Either may be nobody; barred places count only where the zone gains more than wanted.
    """
    places, load = len(zone), 0
    for place in range(places):
        load += territory.pupils[place] * zone[place]
    before = territory.overflow_metres * max(0, load - territory.seats)
    most, leaves, comes = -np.inf, NOBODY, NOBODY
    for out in range(places):
        gained, left = 0.0, load
        if out != NOBODY:
            if not removable[out]:
                continue
            gained = _turn(territory, profit, trios, zone, touching, held, out)
            left = load - territory.pupils[out]
            now = gained + before - territory.overflow_metres * max(0, left - territory.seats)
            if now > most and (not barred[out] or now > wanted):
                most, leaves, comes = now, out, NOBODY
        for into in range(1, places):
            filled = left + territory.pupils[into]
            if zone[into] or touching[into] <= 0 or into == out or filled > territory.most:
                continue
            now = gained + profit[into] + before
            now -= territory.overflow_metres * max(0, filled - territory.seats)
            if now <= most:
                continue
            now -= hold(trios, held, into)
            let_go(trios, held, into)
            if now > most and (not (barred[into] or barred[out]) or now > wanted):
                most, leaves, comes = now, out, into
        if out != NOBODY:
            _turn(territory, profit, trios, zone, touching, held, out)
    return leaves, comes


@njit(float64(TERRITORY, _real, TRIOS, _flags, _flags), cache=True, nogil=True)
def _climb_from(  # noqa: C901 - one compiled loop
    territory: Territory,
    profit: NDArray[np.float64],
    trios: Trios,
    begin: NDArray[np.bool_],
    best_zone: NDArray[np.bool_],
) -> float:
    """Write down the best zone that one zone leads to; return its worth, -inf if it is too full."""
    places = len(profit)
    zone, until = np.zeros(places, np.bool_), np.zeros(places, np.int64)
    removable, barred = np.zeros(places, np.bool_), np.zeros(places, np.bool_)
    seen, queue = np.zeros(places, np.bool_), np.empty(places, np.int64)
    touching, held = np.zeros(places, np.int64), np.zeros(len(trios.fine), np.int8)
    touching[territory.loose] = 1
    own, load = 0.0, 0
    for place in range(places):
        if begin[place]:
            own += _turn(territory, profit, trios, zone, touching, held, place)
            load += territory.pupils[place]
    if load > territory.most:
        return -np.inf
    now = own - territory.overflow_metres * max(0, load - territory.seats)
    best, idle = now, 0
    best_zone[:] = zone
    for step in range(STEPS):
        for place in range(1, places):
            barred[place] = until[place] > step
            removable[place] = zone[place] and not territory.forced[place]
            if removable[place]:
                removable[place] = _holds_without(territory, zone, place, seen, queue)
        change = _best_change(
            territory, profit, trios, zone, touching, held, removable, barred, best - now
        )
        for place in change:
            if place != NOBODY:
                load += -territory.pupils[place] if zone[place] else territory.pupils[place]
                own += _turn(territory, profit, trios, zone, touching, held, place)
                until[place] = step + 1 + ALONE
        now = own - territory.overflow_metres * max(0, load - territory.seats)
        idle += 1
        if now > best:
            best, idle = now, 0
            best_zone[:] = zone
        if idle > IDLE or change == (NOBODY, NOBODY):
            break
    return best


@njit(
    int64(TERRITORY, _real, TRIOS, boolean[:, ::1], float64, boolean[:, ::1], _real),
    cache=True,
    nogil=True,
)
def climb(
    territory: Territory,
    profit: NDArray[np.float64],
    trios: Trios,
    known: NDArray[np.bool_],
    floor: float,
    zones: NDArray[np.bool_],
    worth: NDArray[np.float64],
) -> int:
    """Write down the best zone that each known zone leads to, if it is worth more than a floor.

    Args:
        territory: What the section could have.
        profit: [place] what a place adds to the worth of a zone.
        trios: Fines for having two areas of three.
        known: [zone, place] zones in one piece to begin with.
        floor: Zones worth no more are not wanted, in metres.
        zones: [zone, place] room for as many zones.
        worth: [zone]

    Returns:
        How many zones were written down; the same zone may be among them twice.
    """
    written, zone = 0, np.zeros(len(profit), np.bool_)
    for at in range(len(known)):
        value = _climb_from(territory, profit, trios, known[at], zone)
        if value > floor:
            zones[written], worth[written] = zone, value
            written += 1
    return written
