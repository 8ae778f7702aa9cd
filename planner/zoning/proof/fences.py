"""Fence zones in: an area behind a fence can only be had with an area of the fence.

For a section with root r, an area a and a set C of areas that every walk from r to a must
cross,

    x_a <= sum_{b in C} x_b                                                       (1)

With a multiplier u >= 0 on (1) the area a lends u of its gain to each area of C: no zone in
one piece gains less by that, but a set of areas that is torn apart does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import boolean, float64, int64, njit, types

from planner.zoning.proof.connected import by_worth, fill
from planner.zoning.proof.territory import TERRITORY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.zoning.proof.territory import Territory

__all__ = ["Fences", "breach", "find_fences", "lend", "no_fences", "tighten", "torn_places"]


class Fences(NamedTuple):
    """The fences of one section found so far, with their multipliers."""

    used: NDArray[np.int64]
    """[1] how many there are."""
    starts: NDArray[np.int64]
    """[fence + 1] where the places of a fence begin; the first is the one behind it."""
    places: NDArray[np.int64]
    lent: NDArray[np.float64]
    """[fence] the multiplier u."""


FENCES = types.NamedTuple(  # type: ignore[no-untyped-call]
    (int64[::1], int64[::1], int64[::1], float64[::1]), Fences
)


def no_fences(most: int = 400, each: int = 24) -> Fences:
    """Return room for so many fences."""
    return Fences(
        np.zeros(1, np.int64),
        np.zeros(most + 1, np.int64),
        np.zeros(most * each, np.int64),
        np.zeros(most),
    )


@njit(float64[::1](FENCES, float64[::1], float64[::1]), cache=True, nogil=True)
def lend(
    fences: Fences, profit: NDArray[np.float64], lent: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return what each place gains once the places behind fences have lent."""
    gain = profit.copy()
    for fence in range(fences.used[0]):
        if lent[fence] > 0:
            first = fences.starts[fence]
            gain[fences.places[first]] -= lent[fence]
            for at in range(first + 1, fences.starts[fence + 1]):
                gain[fences.places[at]] += lent[fence]
    return gain


@njit(float64[::1](FENCES, float64[::1]), cache=True, nogil=True)
def breach(fences: Fences, share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return for each fence by how much shares offend against (1)."""
    by = np.zeros(fences.used[0])
    for fence in range(fences.used[0]):
        first = fences.starts[fence]
        by[fence] = share[fences.places[first]]
        for at in range(first + 1, fences.starts[fence + 1]):
            by[fence] -= share[fences.places[at]]
    return by


@njit(
    float64(TERRITORY, float64[::1], FENCES, float64, int64, float64[::1]), cache=True, nogil=True
)
def tighten(
    territory: Territory,
    profit: NDArray[np.float64],
    fences: Fences,
    target: float,
    steps: int,
    mean: NDArray[np.float64],
) -> float:
    """Move the multipliers so that the section can gain less; keep the best ones.

    Subgradient steps towards the target, what some zone in one piece is worth. `mean` [place]
    is set to the shares taken on average over the later steps. Returns the bound reached.
    """
    count = fences.used[0]
    lent = fences.lent.copy()
    share = np.zeros(len(profit))
    possible = np.ones(len(profit), np.bool_)
    possible[0] = False
    least, boldness, stuck = np.inf, 1.0, 0
    mean[:] = 0.0
    for step in range(steps):
        gain = lend(fences, profit, lent)
        order = by_worth(territory, gain)
        share[:] = 0.0
        share[0] = 1.0
        load = territory.pupils[0]
        bound = gain[0] - territory.overflow_metres * max(0, load - territory.seats)
        bound += fill(territory, gain, order, possible, load, share)[0]
        if bound < least:
            if bound < least - 0.01 * (least - target):
                stuck = 0
            least = bound
            fences.lent[:count] = lent[:count]
        else:
            stuck += 1
            if stuck % 5 == 0:
                boldness *= 0.7
        for place in range(len(mean)):
            mean[place] += (share[place] - mean[place]) * (1.0 if step == 0 else 0.15)
        by = breach(fences, mean)
        size = 0.0
        for fence in range(count):
            if fences.lent[fence] > 0 or by[fence] > 0:
                size += by[fence] * by[fence]
        if size < 1e-12 or bound <= target:
            break
        long = boldness * (bound - target) / size
        for fence in range(count):
            lent[fence] = max(0.0, fences.lent[fence] + long * by[fence])
    return least


class _Network(NamedTuple):
    """Each place split in two, with an arc as wide as its share between the halves."""

    first: NDArray[np.int64]
    """[half] its first arc; place p enters by half 2p and leaves by 2p + 1."""
    following: NDArray[np.int64]
    """[arc] the next arc of the same half; arc k and k ^ 1 are the two directions."""
    to: NDArray[np.int64]
    """[arc]"""
    width: NDArray[np.float64]
    """[arc] what can still flow."""


_NETWORK = types.NamedTuple(  # type: ignore[no-untyped-call]
    (int64[::1], int64[::1], int64[::1], float64[::1]), _Network
)


@njit(types.void(_NETWORK, int64, int64, int64, float64), cache=True, nogil=True, forceinline=True)
def _join(network: _Network, arc: int, tail: int, head: int, width: float) -> None:
    """Put in an arc and its way back."""
    network.to[arc], network.width[arc] = head, width
    network.following[arc], network.first[tail] = network.first[tail], arc
    network.to[arc + 1], network.width[arc + 1] = tail, 0.0
    network.following[arc + 1], network.first[head] = network.first[head], arc + 1


@njit(_NETWORK(TERRITORY, float64[::1]), cache=True, nogil=True)
def _network(territory: Territory, share: NDArray[np.float64]) -> _Network:
    """Lay pipes along the graph: only places are narrow."""
    places, arcs = len(share), 2 * (len(share) + len(territory.neighbours))
    network = _Network(
        np.full(2 * places, -1), np.empty(arcs, np.int64), np.empty(arcs, np.int64), np.empty(arcs)
    )
    arc = 0
    for place in range(places):
        _join(network, arc, 2 * place, 2 * place + 1, share[place] if place else np.inf)
        arc += 2
        for at in range(territory.starts[place], territory.starts[place + 1]):
            _join(network, arc, 2 * place + 1, 2 * territory.neighbours[at], np.inf)
            arc += 2
    return network


@njit(float64(_NETWORK, int64, int64[::1], int64[::1]), cache=True, nogil=True)
def _push(network: _Network, place: int, via: NDArray[np.int64], queue: NDArray[np.int64]) -> float:
    """Send what one more path from the root to the place can carry, 0 where there is none."""
    via[:] = -1
    via[1], queue[0] = -2, 1
    head, tail, end = 0, 1, 2 * place
    while head < tail and via[end] == -1:
        here = queue[head]
        head += 1
        arc = network.first[here]
        while arc >= 0:
            other = network.to[arc]
            if network.width[arc] > 1e-9 and via[other] == -1:
                via[other], queue[tail] = arc, other
                tail += 1
            arc = network.following[arc]
    if via[end] == -1:
        return 0.0
    carried, here = np.inf, end
    while here != 1:
        carried = min(carried, network.width[via[here]])
        here = network.to[via[here] ^ 1]
    here = end
    while here != 1:
        network.width[via[here]] -= carried
        network.width[via[here] ^ 1] += carried
        here = network.to[via[here] ^ 1]
    return carried


@njit(boolean[::1](TERRITORY, boolean[::1], int64), cache=True, nogil=True)
def _walk(territory: Territory, closed: NDArray[np.bool_], start: int) -> NDArray[np.bool_]:
    """Return what a walk reaches from the start without the closed places."""
    seen = np.zeros(len(closed), np.bool_)
    queue = np.empty(len(closed), np.int64)
    queue[0], head, tail = start, 0, 1
    seen[start] = True
    while head < tail:
        here = queue[head]
        head += 1
        for at in range(territory.starts[here], territory.starts[here + 1]):
            other = territory.neighbours[at]
            if not seen[other] and not closed[other]:
                seen[other] = True
                queue[tail] = other
                tail += 1
    return seen


@njit(boolean[::1](TERRITORY, boolean[::1]), cache=True, nogil=True)
def torn_places(territory: Territory, inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the places of a zone that do not hang together with its root."""
    reached = _walk(territory, ~inside, 0)
    return inside & ~reached & ~territory.loose


@njit(boolean[::1](TERRITORY, boolean[::1]), cache=True, nogil=True)
def _beside(territory: Territory, inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the places outside a set that touch it."""
    beside = np.zeros(len(inside), np.bool_)
    for place in np.flatnonzero(inside):
        for at in range(territory.starts[place], territory.starts[place + 1]):
            beside[territory.neighbours[at]] = not inside[territory.neighbours[at]]
    return beside


@njit(int64(TERRITORY, FENCES, float64[::1], float64, int64), cache=True, nogil=True)
def find_fences(  # noqa: C901 - a call in a compiled loop for every place would copy the pipes
    territory: Territory,
    fences: Fences,
    share: NDArray[np.float64],
    offence: float,
    at_most: int,
) -> int:
    """Add fences (1) against which shares offend by more than `offence`; return how many.

    Against a place offends the narrowest set of places between it and the root, if it is
    narrower than the place's own share (minimum cut by augmenting paths). Of that set only
    what touches both sides is needed.
    """
    places, found = len(share), 0
    beside_root = np.zeros(places, np.bool_)
    beside_root[0] = True
    for at in range(territory.starts[0], territory.starts[1]):
        beside_root[territory.neighbours[at]] = True
    behind = np.zeros(places, np.bool_)
    network = _network(territory, share)
    whole = network.width.copy()
    via, queue = np.empty(2 * places, np.int64), np.empty(2 * places, np.int64)
    for place in np.argsort(-share, kind="mergesort"):
        number = fences.used[0]
        if share[place] <= offence or found >= at_most or number >= len(fences.lent):
            break
        if beside_root[place] or behind[place] or territory.loose[place]:
            continue
        network.width[:] = whole
        flow = 0.0
        while flow < share[place] - offence:
            more = _push(network, place, via, queue)
            if more == 0:
                break
            flow += more
        if flow >= share[place] - offence:
            continue
        reached = np.zeros(places, np.bool_)
        for other in range(places):
            reached[other] = via[2 * other + 1] != -1
        wall = _beside(territory, reached)
        if wall[place]:
            continue
        far = _walk(territory, wall, place)
        wall &= _beside(territory, far)
        near = _walk(territory, wall, 0)
        wall &= _beside(territory, near)
        end = fences.starts[number] + 1 + np.sum(wall)
        if end > len(fences.places):
            break
        fences.places[fences.starts[number]] = place
        fences.places[fences.starts[number] + 1 : end] = np.flatnonzero(wall)
        fences.starts[number + 1] = end
        fences.lent[number] = 0.0
        fences.used[0] += 1
        behind |= far
        found += 1
    return found
