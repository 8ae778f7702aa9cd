"""Find the zones of one section that are worth most at given prices of areas.

A zone gains the prices of its areas and loses their metres and its overflow. The best zone in
one piece is found by branching on the areas that touch what the zone has already: with the
area, or without it. What a branch can still gain is bounded by filling the section with areas,
the last one in parts, at prices modified by fences (see `fences`): an area behind a fence
lends part of its gain to the areas of the fence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import boolean, float64, int8, int64, njit, types

from planner.zoning.proof.territory import TERRITORY
from planner.zoning.proof.trios import TRIOS, hold, let_go, relief

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.zoning.proof.territory import Territory
    from planner.zoning.proof.trios import Trios

__all__ = ["best_zones", "by_worth", "detours", "fill", "fill_afresh"]

_whole, _real, _flags = int64[::1], float64[::1], boolean[::1]
OUTSIDE, INSIDE, REFUSED = 0, 1, 2
"""What has been decided about a place; nothing yet where it is outside."""


@njit(_whole(TERRITORY, _real), cache=True, nogil=True)
def by_worth(territory: Territory, gain: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the places that gain anything, most gain per pupil first; the root is left out."""
    count = 0
    places = np.empty(len(gain), np.int64)
    ratio = np.empty(len(gain))
    for place in range(1, len(gain)):
        pupils = territory.pupils[place]
        if gain[place] > 0 and pupils <= territory.most:
            places[count] = place
            ratio[count] = -gain[place] / pupils if pupils > 0 else -np.inf
            count += 1
    return places[:count][np.argsort(ratio[:count], kind="mergesort")]


_PAIR = types.UniTuple(float64, 2)  # type: ignore[no-untyped-call]
_FOUND = types.Tuple((float64, int64, int64))  # type: ignore[no-untyped-call]


@njit(_PAIR(TERRITORY, _real, _whole, _flags, int64, _real), cache=True, nogil=True)
def fill(
    territory: Territory,
    gain: NDArray[np.float64],
    order: NDArray[np.int64],
    possible: NDArray[np.bool_],
    load: int,
    share: NDArray[np.float64],
) -> tuple[float, float]:
    """Return the most that possible places add to a load if they may be taken in parts.

    The seats are filled first, then places beyond them as long as a pupil gains more than an
    overflowing one costs. `share` [place] is set to what is taken of each place, if it has
    any length. Second comes what one more seat would add.
    """
    free, room = max(0, territory.seats - load), territory.most - load
    price, total, seat_price = territory.overflow_metres, 0.0, 0.0
    for at in range(len(order)):
        place = order[at]
        if not possible[place]:
            continue
        pupils, worth = territory.pupils[place], gain[place]
        taken = pupils
        if pupils <= free:
            total += worth
        else:
            each = worth / pupils
            taken = min(pupils, room) if each > price else free
            total += each * taken - price * max(0, taken - free)
            seat_price = price if taken == pupils else max(seat_price, each)
        free = max(0, free - taken)
        room -= taken
        if len(share):
            share[place] = 1.0 if taken == pupils else taken / pupils
        if taken < pupils:
            break
    return total, seat_price


@njit(_PAIR(TERRITORY, _real, _whole), cache=True, nogil=True)
def fill_afresh(
    territory: Territory, gain: NDArray[np.float64], order: NDArray[np.int64]
) -> tuple[float, float]:
    """Return what the root and parts of any places gain, and what one more seat would add."""
    share = np.zeros(len(gain))
    possible = np.ones(len(gain), np.bool_)
    load = territory.pupils[0]
    most = gain[0] - territory.overflow_metres * max(0, load - territory.seats)
    most += fill(territory, gain, order, possible, load, share)[0]
    next_best, filled = 0.0, 0.0
    for place in order[::-1]:
        filled += share[place] * territory.pupils[place]
        if share[place] < 1:
            next_best = gain[place] / territory.pupils[place]
    load += int(np.rint(filled))
    if load < territory.seats:
        return most, 0.0
    if load == territory.most:
        beyond = load > territory.seats
        return most, max(next_best, territory.overflow_metres) if beyond else next_best
    if load == territory.seats:
        return most, min(next_best, territory.overflow_metres)
    return most, territory.overflow_metres


@njit(_real(TERRITORY, _real, float64), cache=True, nogil=True)
def detours(
    territory: Territory, gain: NDArray[np.float64], seat_price: float
) -> NDArray[np.float64]:
    """Return how much less than filled in parts a zone gains at least that has a place: [place].

    By linear programming duality each place of a zone loses max(0, q p_i - gain_i) at the
    price q of a seat, and a zone with a place has a chain of places that leads there from the
    root: the least loss along a chain is found by Dijkstra's algorithm (1959).
    """
    places = len(gain)
    loss = np.maximum(0.0, seat_price * territory.pupils - gain)
    loss[0] = 0.0
    far = np.full(places, np.inf)
    far[0] = 0.0
    settled = np.zeros(places, np.bool_)
    for place in range(places):
        if territory.loose[place]:
            far[place] = loss[place]
    while True:
        here, least = -1, np.inf
        for place in range(places):
            if not settled[place] and far[place] < least:
                here, least = place, far[place]
        if here < 0:
            return far
        settled[here] = True
        for at in range(territory.starts[here], territory.starts[here + 1]):
            other = territory.neighbours[at]
            far[other] = min(far[other], least + loss[other])


@njit(int64(TERRITORY, int8[::1], int64, _flags, _whole), cache=True, nogil=True)
def _reach(
    territory: Territory,
    state: NDArray[np.int8],
    load: int,
    possible: NDArray[np.bool_],
    queue: NDArray[np.int64],
) -> int:
    """Mark the undecided places that the zone could still come to have.

    Returns how many places stand in the queue: those of the zone and the possible ones.
    """
    room = territory.most - load
    seen = np.zeros(len(state), np.bool_)
    possible[:] = False
    queue[0], tail, head = 0, 1, 0
    seen[0] = True
    for place in range(1, len(state)):
        if territory.loose[place] and state[place] != REFUSED:
            seen[place] = True
            queue[tail] = place
            tail += 1
    while head < tail:
        here = queue[head]
        head += 1
        possible[here] = state[here] == OUTSIDE and territory.pupils[here] <= room
        if state[here] == OUTSIDE and not possible[here]:
            continue
        for at in range(territory.starts[here], territory.starts[here + 1]):
            other = territory.neighbours[at]
            if not seen[other] and state[other] != REFUSED:
                seen[other] = True
                queue[tail] = other
                tail += 1
    return tail


@njit(float64(TERRITORY, _real, TRIOS, int8[::1], _flags, int64, float64), cache=True, nogil=True)
def _fined(  # noqa: C901 - one compiled loop
    territory: Territory,
    gain: NDArray[np.float64],
    trios: Trios,
    held: NDArray[np.int8],
    possible: NDArray[np.bool_],
    load: int,
    seat_price: float,
) -> float:
    """Return the most that possible places add to a load at a price of seats, after fines.

    By linear programming duality any price of seats gives a bound, and so does any part of a
    fine taken off what places are worth: off all places that are left of a trio that has one
    in the zone, together, or off each of two of a trio that has none, of which one is free.
    """
    free, room = max(0, territory.seats - load), territory.most - load
    most = seat_price * free + max(0.0, seat_price - territory.overflow_metres) * (room - free)
    left = np.zeros(len(gain))
    for place in range(1, len(gain)):
        if possible[place]:
            left[place] = max(0.0, gain[place] - seat_price * territory.pupils[place])
            most += left[place]
    for trio in range(len(held)):
        fine, first, second = trios.fine[trio], -1, -1
        if held[trio] > 1:
            continue
        for member in trios.places[trio]:
            if member < 0 or left[member] <= 0:
                continue
            if held[trio] == 1:
                off = min(fine, left[member])
                left[member] -= off
                most -= off
                fine -= off
            elif first < 0 or left[member] > left[first]:
                first, second = member, first
            elif second < 0 or left[member] > left[second]:
                second = member
        if second >= 0:
            off = min(fine, left[second])
            left[first] -= off
            left[second] -= off
            most -= off
    return most


@njit(
    _FOUND(TERRITORY, _real, _real, TRIOS, float64, boolean, int64, boolean[:, ::1], _real),
    cache=True,
    nogil=True,
)
def best_zones(  # noqa: C901, PLR0912, PLR0915, PLR0917 - one compiled loop over the tree
    territory: Territory,
    profit: NDArray[np.float64],
    gain: NDArray[np.float64],
    trios: Trios,
    floor: float,
    climbing: bool,  # noqa: FBT001 - compiled functions take no keywords
    nodes_at_most: int,
    zones: NDArray[np.bool_],
    worth: NDArray[np.float64],
) -> tuple[float, int, int]:
    """Write down the zones worth more than a floor; a climbing floor rises with them.

    Args:
        territory: What the section could have.
        profit: [place] what a place adds to the worth of a zone.
        gain: [place] the same behind fences: no zone in one piece gains less by it.
        trios: Fines for having two areas of three.
        floor: Zones worth less are not wanted.
        climbing: Whether only a zone better than all before it is wanted.
        nodes_at_most: Branches after which the search gives up.
        zones: [zone, place] room for the zones; when climbing, the last ones stand in it.
        worth: [zone]

    Returns:
        The most that any zone is worth (or the floor if that is higher; where the search
        gave up for branches or room, what could not be ruled out), how many zones were
        written down, and how many branches were opened (negative if it gave up).
    """
    places = len(profit)
    order = by_worth(territory, gain)
    state = np.zeros(places, np.int8)
    most, seat_price = fill_afresh(territory, gain, order)
    charged, back = relief(territory, gain, trios, seat_price)
    less = gain - charged
    most, seat_price = fill_afresh(territory, less, by_worth(territory, less))
    most += back
    slack = 1e-9 * (abs(most) + abs(floor)) if floor > -np.inf else 0.0
    state[detours(territory, less, seat_price) > most - floor + slack] = REFUSED
    touching = np.zeros(places, np.int64)
    possible = np.zeros(places, np.bool_)
    queue = np.empty(places, np.int64)
    path = np.empty(places + 1, np.int64)
    ceiling = np.empty(places + 1)
    nothing = np.empty(0)
    touching[territory.loose] = 1
    state[0] = INSIDE
    held = np.zeros(len(trios.fine), np.int8)
    hold(trios, held, 0)
    for at in range(territory.starts[0], territory.starts[1]):
        touching[territory.neighbours[at]] += 1
    load = territory.pupils[0]
    own, lent = profit[0], gain[0]
    depth, branches, written = 0, 0, 0
    deeper, added = True, True
    top = -np.inf
    while True:
        if deeper:
            branches += 1
            beyond = territory.overflow_metres * max(0, load - territory.seats)
            now = own - beyond
            if added and now >= floor:
                top = max(top, now)
                zones[written % len(zones)] = state == INSIDE
                worth[written % len(zones)] = now
                written += 1
                if climbing:
                    floor = now + 1e-9 * abs(now)
            tail = _reach(territory, state, load, possible, queue)
            more, seat_price = fill(territory, gain, order, possible, load, nothing)
            most = lent - beyond + more
            if most >= floor and len(held):
                more = _fined(territory, gain, trios, held, possible, load, seat_price)
                most = min(most, lent - beyond + more)
            pick = -1
            if most >= floor:
                steepest = -np.inf
                for at in range(tail):
                    place = queue[at]
                    if possible[place] and touching[place] > 0:
                        ratio = gain[place] / max(territory.pupils[place], 1e-3)
                        if ratio > steepest:
                            steepest, pick = ratio, place
            if pick >= 0:
                if branches >= nodes_at_most or (not climbing and written >= len(zones)):
                    top = max(top, most)
                    for at in range(depth):
                        if state[path[at]] == INSIDE:
                            top = max(top, ceiling[at])
                    return max(top, floor), min(written, len(zones)), -branches
                state[pick] = INSIDE
                path[depth], ceiling[depth] = pick, most
                depth += 1
                fined = hold(trios, held, pick)
                own += profit[pick] - fined
                lent += gain[pick] - fined
                load += territory.pupils[pick]
                for at in range(territory.starts[pick], territory.starts[pick + 1]):
                    touching[territory.neighbours[at]] += 1
                added = True
                continue
            deeper = False
        while depth > 0 and state[path[depth - 1]] == REFUSED:
            depth -= 1
            state[path[depth]] = OUTSIDE
        if depth == 0:
            return max(top, floor), min(written, len(zones)), branches
        place = path[depth - 1]
        state[place] = REFUSED
        fined = let_go(trios, held, place)
        own += fined - profit[place]
        lent += fined - gain[place]
        load -= territory.pupils[place]
        for at in range(territory.starts[place], territory.starts[place + 1]):
            touching[territory.neighbours[at]] -= 1
        deeper, added = True, False
