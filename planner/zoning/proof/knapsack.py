"""Fill one section with whole areas, whether or not they hang together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import float64, njit

from planner.zoning.proof.connected import by_worth, fill
from planner.zoning.proof.territory import TERRITORY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.zoning.proof.territory import Territory

__all__ = ["fill_whole"]

TABLE_AT_MOST = 400_000
"""Entries (areas x pupils) up to which whole areas are counted; beyond, areas are parted."""


@njit(float64(TERRITORY, float64[::1], float64[::1]), cache=True, nogil=True)
def fill_whole(  # noqa: C901 - one compiled table
    territory: Territory, gain: NDArray[np.float64], share: NDArray[np.float64]
) -> float:
    """Return the most that any set of areas with the root gains, and set the shares taken.

    Dynamic programming over areas and pupils (Bellman 1957). A section too large for the
    table takes the last area in parts, which can only gain more.
    """
    order = by_worth(territory, gain)
    share[:] = 0.0
    share[0] = 1.0
    load = territory.pupils[0]
    room, seated = territory.most - load, max(0, territory.seats - load)
    held = gain[0] - territory.overflow_metres * max(0, load - territory.seats)
    pupils = 0
    for place in order:
        pupils += territory.pupils[place]
    if pupils <= seated:
        for place in order:
            share[place] = 1.0
            held += gain[place]
        return float(held)
    room = min(room, pupils)
    if room < 0 or len(order) * (room + 1) > TABLE_AT_MOST:
        possible = np.ones(len(gain), np.bool_)
        return float(held + fill(territory, gain, order, possible, load, share)[0])
    best = np.zeros(room + 1)
    taken = np.zeros((len(order), room + 1), np.bool_)
    for at in range(len(order)):
        size, worth = territory.pupils[order[at]], gain[order[at]]
        for used in range(room, size - 1, -1):
            if best[used - size] + worth > best[used]:
                best[used] = best[used - size] + worth
                taken[at, used] = True
    used = min(seated, room)
    for more in range(used + 1, room + 1):
        price = territory.overflow_metres * (more - seated)
        if best[more] - price > best[used] - territory.overflow_metres * max(0, used - seated):
            used = more
    held += best[used] - territory.overflow_metres * max(0, used - seated)
    for at in range(len(order) - 1, -1, -1):
        if taken[at, used]:
            share[order[at]] = 1.0
            used -= territory.pupils[order[at]]
    return float(held)
