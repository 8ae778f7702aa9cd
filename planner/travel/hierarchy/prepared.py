"""Answer from a hierarchy: order, short cuts, lengths, sweep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from planner.travel.hierarchy.cache import remembered_order
from planner.travel.hierarchy.customise import DOWN, UP, customise, sure
from planner.travel.hierarchy.millimetres import in_whole_millimetres
from planner.travel.hierarchy.shortcuts import draw_shortcuts
from planner.travel.hierarchy.sweep import Seeds, Ways, sweep

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.travel.hierarchy.ends import Ends
    from planner.travel.network import Network

__all__ = ["sweep_network"]

MOST_ARCS_PER_NODE: Final = 16
"""Eight streets at each junction, both ways; what has more on average is no map of streets."""


def sweep_network(
    network: Network, ends: Ends, *, reverse: bool, nodes: NDArray[np.int64] | None
) -> NDArray[np.float64] | None:
    """Return metres from nodes to places, or from places to nodes, [place, node].

    None where ways may be longer than whole numbers of 32 bits can tell (536 km), or where the
    network is so dense that leaving nodes out saves nothing.
    """
    arcs, left = in_whole_millimetres(network.metres), in_whole_millimetres(ends.metres)
    dense = len(network.tails) > MOST_ARCS_PER_NODE * network.nodes
    if arcs is None or left is None or dense:
        return None
    tails, heads = network.tails.astype(np.int32), network.heads.astype(np.int32)
    rank = remembered_order(network.nodes, tails, heads)
    hierarchy = draw_shortcuts(rank, tails, heads)
    if hierarchy is None:
        return None
    lengths = customise(hierarchy, arcs)
    if not sure(lengths):
        return None
    # To school, a child goes up from its node and then down to the gate, where the work begins.
    climbing, falling = (UP, DOWN) if reverse else (DOWN, UP)
    ways = Ways(lengths[:, climbing].copy(), lengths[:, falling].copy())
    seeds = _seeds(ends, left, rank)
    if nodes is None:
        metres = sweep(hierarchy, ways, seeds, rank, ends.places)
        return None if metres is None else metres.T
    wanted, again = np.unique(nodes, return_inverse=True)
    metres = sweep(hierarchy, ways, seeds, rank[wanted], ends.places)
    return None if metres is None else metres[again].T


def _seeds(ends: Ends, millimetres: NDArray[np.int32], rank: NDArray[np.int32]) -> Seeds:
    """Return the ends by rising rank."""
    ranks = rank[ends.node]
    order = np.argsort(ranks, kind="stable")
    return Seeds(ranks[order], ends.place[order].astype(np.int32), millimetres[order])
