"""Cut out, section by section, the part of the map from which its zone could come."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import float64, int64, types

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.zoning.bound import Relaxation
    from planner.zoning.ground import Ground

__all__ = ["TERRITORY", "Territory", "most_pupils", "territory_of"]


class Territory(NamedTuple):
    """The nodes that one section may have, numbered anew: place 0 is its root."""

    section: int
    nodes: NDArray[np.int64]
    """[place] number on the ground."""
    cost: NDArray[np.float64]
    """[place] metres of all the node's pupils, overflow left out."""
    pupils: NDArray[np.int64]
    """[place]"""
    forced: NDArray[np.bool_]
    """[place] whether the section must have the node: its root and what is fixed."""
    loose: NDArray[np.bool_]
    """[place] whether the node need not hang together with the root."""
    starts: NDArray[np.int64]
    """[place + 1] where a place's neighbours begin."""
    neighbours: NDArray[np.int64]
    seats: int
    most: int
    """Pupils beyond which the zone belongs to no plan that is wanted."""
    overflow_metres: float


TERRITORY = types.NamedTuple(  # type: ignore[no-untyped-call]
    (
        int64,
        int64[::1],
        float64[::1],
        int64[::1],
        types.boolean[::1],
        types.boolean[::1],
        int64[::1],
        int64[::1],
        int64,
        int64,
        float64,
    ),
    Territory,
)


def most_pupils(ground: Ground, relaxation: Relaxation, worth: float) -> NDArray[np.int64]:
    """Return for each section the pupils beyond which no plan is worth less than `worth`.

    By the prices q of the transport relaxation each pupil beyond the seats of section j adds
    at least w - q_j to the bound.
    """
    everybody = int(ground.pupils.sum())
    dearer = ground.overflow_metres - relaxation.seat_price_metres
    with np.errstate(divide="ignore", invalid="ignore"):
        beyond = np.floor((worth - relaxation.bound) / dearer * (1 + 1e-9) + 1e-9)
    beyond = np.where((dearer > 0) & (beyond < everybody), beyond, everybody)
    return np.asarray(np.minimum(ground.seats + beyond, everybody), dtype=np.int64)


def territory_of(ground: Ground, section: int, allowed: NDArray[np.bool_], most: int) -> Territory:
    """Return the territory of one section: the allowed areas [area] its zone can reach."""
    root = int(ground.root[section])
    inside = np.zeros(ground.nodes, dtype=bool)
    inside[: ground.areas] = allowed
    inside[root] = True
    reached = _reached(ground, root, inside, most)
    nodes = np.flatnonzero(reached | (inside & ground.exempt))
    nodes = np.concatenate([[root], nodes[nodes != root]])
    place = np.full(ground.nodes, -1)
    place[nodes] = np.arange(len(nodes))
    rows = [ground.neighbours[ground.starts[v] : ground.starts[v + 1]] for v in nodes]
    rows = [place[row][place[row] >= 0] for row in rows]
    real = nodes < ground.areas
    cost = np.zeros(len(nodes))
    cost[real] = ground.each_metres[nodes[real], section] * ground.pupils[nodes[real]]
    return Territory(
        section=section,
        nodes=nodes,
        cost=cost,
        pupils=ground.pupils[nodes],
        forced=ground.fixed[nodes] == section,
        loose=ground.exempt[nodes],
        starts=np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64),
        neighbours=np.concatenate(rows).astype(np.int64),
        seats=int(ground.seats[section]),
        most=int(most),
        overflow_metres=float(ground.overflow_metres),
    )


def _reached(ground: Ground, root: int, inside: NDArray[np.bool_], most: int) -> NDArray[np.bool_]:
    """Return the nodes to which some chain from the root has room in a zone, inside a set.

    The chain of fewest pupils is found by Dijkstra's algorithm (1959).
    """
    starts, neighbours = ground.starts.tolist(), ground.neighbours.tolist()
    pupils, open_still = ground.pupils.tolist(), inside.copy()
    reached = np.zeros(ground.nodes, dtype=bool)
    open_still[root] = False
    waiting = [(pupils[root], root)]
    while waiting:
        load, here = heappop(waiting)
        reached[here] = True
        for other in neighbours[starts[here] : starts[here + 1]]:
            # The first to reach a node does so with fewest pupils: all pay alike to enter it.
            if open_still[other]:
                open_still[other] = False
                if load + pupils[other] <= most:
                    heappush(waiting, (load + pupils[other], other))
    return reached
