"""Seat all pupils as cheaply as can be if areas may be shared: the transport problem, compiled.

Everybody goes to the cheapest section first. While a section is overfull, the cheapest chain is
found by which a pupil of it can be seated: one leaves for a second section, one of that for a
third, and so on to a section with a free seat, or to a seat that is missing and paid for. The
chain is a shortest path on the sections, whose arc from j to k costs what the pupil in j who
loses least by it loses; potentials keep the arcs from being negative (successive shortest
paths; Ahuja, Magnanti and Orlin 1993, "Network Flows", chapter 9.7). There are few sections and
many areas, so that this takes a small part of the time of a general linear solver.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import float64, int64, njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]
    Real = NDArray[np.float64]

__all__ = ["seat_prices"]


@njit()
def _consider(
    each: Real, section: int, entry: int, area_of: Whole, least: Real, who: Whole
) -> None:
    """Let the pupils of one entry be those who lose least, where they are."""
    row = each[area_of[entry]]
    here = row[section]
    for other in range(len(row)):
        loss = row[other] - here
        if loss < least[section, other]:
            least[section, other] = loss
            who[section, other] = entry


@njit()
def _look_again(
    each: Real,
    section: int,
    first: Whole,
    after: Whole,
    area_of: Whole,
    least: Real,
    who: Whole,
) -> None:
    """Find for one section which of its pupils loses least by each other section."""
    least[section, :] = np.inf
    who[section, :] = -1
    entry = first[section]
    while entry >= 0:
        _consider(each, section, entry, area_of, least, who)
        entry = after[entry]


@njit()
def _chain(
    start: int,
    spare: Whole,
    overflow_metres: float,
    least: Real,
    potential: Real,
    distance: Real,
    before: Whole,
) -> int:
    """Find the cheapest chain from an overfull section to a seat; bring the potentials along.

    Returns the section where the chain ends; `before` leads back along it. The last entry of
    potential and distance stands for the seat.
    """
    sections = len(spare)
    done = np.zeros(sections, dtype=np.bool_)
    distance[:] = np.inf
    distance[start] = 0.0
    before[start] = -1
    end = -1
    while True:
        here, nearest = -1, distance[sections]
        for section in range(sections):
            if not done[section] and distance[section] < nearest:
                here, nearest = section, distance[section]
        if here < 0:
            break
        done[here] = True
        seat = 0.0 if spare[here] > 0 else overflow_metres
        reach = nearest + max(0.0, seat + potential[here] - potential[sections])
        if reach < distance[sections]:
            distance[sections] = reach
            end = here
        for other in range(sections):
            if not done[other] and other != here and least[here, other] < np.inf:
                step = max(0.0, least[here, other] + potential[here] - potential[other])
                if nearest + step < distance[other]:
                    distance[other] = nearest + step
                    before[other] = here
    for section in range(sections + 1):
        potential[section] += min(distance[section], distance[sections])
    return end


@njit()
def _unlink(entry: int, section: int, first: Whole, after: Whole) -> None:
    """Take an entry out of the list of its section."""
    if first[section] == entry:
        first[section] = after[entry]
        return
    other = first[section]
    while after[other] != entry:
        other = after[other]
    after[other] = after[entry]


@njit()
def _entry_of(
    area: int, section: int, unused: int, first: Whole, after: Whole, area_of: Whole
) -> int:
    """Return the entry of an area in a section; the unused one, put there, if it has none."""
    entry = first[section]
    while entry >= 0 and area_of[entry] != area:
        entry = after[entry]
    if entry < 0:
        entry = unused
        area_of[entry] = area
        after[entry] = first[section]
        first[section] = entry
    return int(entry)


@njit()
def _narrowest(amount: int, start: int, end: int, before: Whole, who: Whole, flow: Whole) -> int:
    """Return how many pupils can go all along a chain, at most an amount."""
    here = end
    while here != start:
        amount = min(amount, flow[who[before[here], here]])
        here = before[here]
    return int(amount)


@njit()
def _everybody_where_cheapest(
    each: Real, pupils: Whole, first: Whole, after: Whole, spare: Whole
) -> None:
    """Enter all areas at their cheapest section, seats or not."""
    for area in range(len(each)):
        section = np.argmin(each[area])
        after[area], first[section] = first[section], area
        spare[section] -= pupils[area]


@njit(float64[::1](float64[:, ::1], int64[::1], int64[::1], float64), cache=True)
def seat_prices(each: Real, pupils: Whole, seats: Whole, overflow_metres: float) -> Real:
    """Return the price of a seat in each section, from 0 to what a missing seat costs.

    Args:
        each: [area, section] metres per pupil, inf where nobody may go; every row has a
            finite entry.
        pupils: [area] at least 1.
        seats: [section] seats left; negative where more than all are taken already.
        overflow_metres: Price of a missing seat.
    """
    areas, sections = each.shape
    # An entry says how many pupils of an area a section has; entries of 0 are used again.
    room = 2 * areas + 2 * sections * sections + sections
    first, after = np.full(sections, -1), np.full(room, -1)
    area_of, flow = np.zeros(room, dtype=np.int64), np.zeros(room, dtype=np.int64)
    idle = np.arange(room - 1, areas - 1, -1)
    idling = len(idle)
    spare = seats.copy()
    for area in range(areas):
        area_of[area], flow[area] = area, pupils[area]
    _everybody_where_cheapest(each, pupils, first, after, spare)
    excess = np.maximum(-spare, 0)
    spare = np.maximum(spare, 0)
    least, who = np.empty((sections, sections)), np.empty((sections, sections), dtype=np.int64)
    for section in range(sections):
        _look_again(each, section, first, after, area_of, least, who)
    potential, distance = np.zeros(sections + 1), np.zeros(sections + 1)
    before = np.full(sections, -1)
    for start in range(sections):
        while excess[start] > 0:
            end = _chain(start, spare, overflow_metres, least, potential, distance, before)
            amount = excess[start]
            if spare[end] > 0:
                amount = min(amount, spare[end])
            amount = _narrowest(amount, start, end, before, who, flow)
            here = end
            while here != start:
                origin = before[here]
                entry = who[origin, here]
                unused = idle[idling - 1]
                joined = _entry_of(area_of[entry], here, unused, first, after, area_of)
                if joined == unused:
                    idling -= 1
                    flow[joined] = 0
                    _consider(each, here, joined, area_of, least, who)
                flow[joined] += amount
                flow[entry] -= amount
                if flow[entry] == 0:
                    _unlink(entry, origin, first, after)
                    idle[idling] = entry
                    idling += 1
                    _look_again(each, origin, first, after, area_of, least, who)
                here = origin
            excess[start] -= amount
            spare[end] = max(0, spare[end] - amount)
    price = np.empty(sections)
    for section in range(sections):
        worth = potential[sections] - potential[section]
        price[section] = min(overflow_metres, max(0.0, worth))
    return price
