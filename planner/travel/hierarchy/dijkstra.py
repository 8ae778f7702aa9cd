"""Search from each target on its own: the plain way, best where little is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from planner.travel.hierarchy.millimetres import MILLIMETRES, in_millimetres

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.travel.hierarchy.ends import Ends
    from planner.travel.network import Network

__all__ = ["search"]

STARTS_AT_ONCE: Final = 64
"""Targets whose distances to all nodes are held in memory together."""


def search(
    network: Network, ends: Ends, *, reverse: bool, nodes: NDArray[np.int64] | None
) -> NDArray[np.float64]:
    """Return metres from nodes to places, or from places to nodes, [place, node].

    Whole millimetres add up exactly in floating point up to 2^53 mm, 9 million kilometres.
    """
    matrix = _matrix(network, ends, reverse=reverse)
    wanted = np.arange(network.nodes) if nodes is None else nodes
    metres = np.empty((ends.places, len(wanted)))
    for begin in range(0, ends.places, STARTS_AT_ONCE):
        chunk = slice(begin, min(begin + STARTS_AT_ONCE, ends.places))
        starts = network.nodes + np.arange(ends.places)[chunk]
        metres[chunk] = dijkstra(matrix, directed=True, indices=starts)[:, wanted]
    metres /= MILLIMETRES
    return metres


def _matrix(network: Network, ends: Ends, *, reverse: bool) -> csr_array:
    """Return the arcs in millimetres, with one more node per place to start from.

    To measure ways that end at a place, all arcs are turned round. The added nodes have ways
    out but none in, so that nobody takes a short cut through them.
    """
    begin, end = (network.tails, network.heads) if reverse else (network.heads, network.tails)
    open_ = np.isfinite(network.metres)
    tails = np.concatenate([begin[open_], network.nodes + ends.place])
    heads = np.concatenate([end[open_], ends.node])
    lengths = in_millimetres(np.concatenate([network.metres[open_], ends.metres]))
    # A sparse matrix would add parallel arcs up; only the shortest of them counts.
    order = np.lexsort((lengths, heads, tails))
    pairs = np.column_stack([tails, heads])[order]
    shortest = np.ones(len(order), dtype=bool)
    shortest[1:] = (pairs[1:] != pairs[:-1]).any(axis=1)
    kept = order[shortest]
    size = network.nodes + ends.places
    return csr_array((lengths[kept], (tails[kept], heads[kept])), shape=(size, size))
