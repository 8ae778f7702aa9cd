"""Measure exactly, and fast, how far it is from every junction to every school.

A search that starts afresh at each school (Dijkstra) visits every junction once per school. For
large networks a *customisable contraction hierarchy* does the work once for all schools:

1. Order. Junctions are put in the order in which they may be left out (`order`). This looks at
   which streets meet and at no length, so it is kept on disk (`cache`).
2. Short cuts. Whenever a junction is left out, its remaining neighbours are joined (`shortcuts`).
3. Lengths. Each short cut gets the length of the shortest way over the junctions left out
   (`customise`). A new barrier or a longer street repeats only this step and the next.
4. Sweep. From each school lengths are carried up the order, then in one sweep down to every
   junction, for many schools side by side (`sweep`).

Lengths are whole millimetres: each arc is rounded once, all sums after that are exact, and the
result is the same, to the last bit, as Dijkstra's on the rounded arcs (`dijkstra`).

Sources: Dibbelt, Strasser and Wagner 2016, "Customizable contraction hierarchies", ACM Journal
of Experimental Algorithmics 21; Delling, Goldberg, Nowatzyk and Werneck 2013, "PHAST:
hardware-accelerated shortest path trees", Journal of Parallel and Distributed Computing 73.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from planner.travel.hierarchy.dijkstra import search
from planner.travel.hierarchy.ends import Ends

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from planner.travel.network import Network

__all__ = ["Ends", "distances"]

WORTH_PREPARING: Final = 10_000_000
"""Nodes times targets from which preparing pays. Both ways break even near 5 million, loading the
compiled loops included; compiling them, once per installation, takes as long as several searches
of that size."""


def distances(
    network: Network,
    targets: Ends | NDArray[np.int64],
    *,
    reverse: bool = False,
    nodes: NDArray[np.int64] | None = None,
) -> NDArray[np.float64]:
    """Return the length of the shortest way from nodes to targets, in metres.

    Args:
        network: Nodes and directed arcs; an arc of infinite length is closed. The order of a
            large network is remembered by its nodes, tails and heads as they stand here, so
            close an arc rather than leaving it out.
        targets: Nodes, or places that several nodes lead to.
        reverse: Measure from the targets to the nodes instead.
        nodes: The nodes that are asked about, all of the network if not given.

    Returns:
        Metres [target, node], whole millimetres; inf where no way leads.

    Raises:
        ValueError: A node asked for is not in the network.
    """
    ends = targets if isinstance(targets, Ends) else Ends.at(targets)
    _refuse_strangers(network, ends.node)
    if nodes is not None:
        _refuse_strangers(network, nodes)
    if network.nodes * ends.places >= WORTH_PREPARING:
        # Imported only here: a small county never waits for the compiled loops.
        from planner.travel.hierarchy.prepared import sweep_network

        swept = sweep_network(network, ends, reverse=reverse, nodes=nodes)
        if swept is not None:
            return swept
    return search(network, ends, reverse=reverse, nodes=nodes)


def _refuse_strangers(network: Network, nodes: NDArray[np.int64]) -> None:
    """Refuse nodes that are not in the network."""
    if len(nodes) and not (nodes.min() >= 0 and nodes.max() < network.nodes):
        message = f"distances: expected nodes from 0 to {network.nodes - 1}, found others."
        raise ValueError(message)
