"""Leave out the junctions at which nobody has a choice, and keep every length."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from planner.travel.network import Network

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.travel.streets import StreetGraph

__all__ = ["Chains", "chains_of"]


@dataclass(frozen=True, slots=True, eq=False)
class Chains:
    """Rows of segments from one real junction to the next.

    Lengths are in metres, or in minutes where the chains were made of minutes.

    Attributes:
        ends: Nodes at the first and last end of each chain, [chain, 2].
        length: Length of each chain.
        onward: Whether one may pass from the first end to the last, [chain].
        back: Whether one may pass from the last end to the first, [chain].
        chain: Chain of each segment, [segment].
        begins: Where in its chain each segment's first point lies, [segment].
        turned: Whether the segment is drawn against its chain, [segment].
        nodes: Number of nodes.
    """

    ends: NDArray[np.int64]
    length: NDArray[np.float64]
    onward: NDArray[np.bool_]
    back: NDArray[np.bool_]
    chain: NDArray[np.intp]
    begins: NDArray[np.float64]
    turned: NDArray[np.bool_]
    nodes: int

    def network(self) -> Network:
        """Return the nodes and the chains between them, each way that is open."""
        first, last = self.ends.T
        return Network(
            nodes=self.nodes,
            tails=np.concatenate([first[self.onward], last[self.back]]),
            heads=np.concatenate([last[self.onward], first[self.back]]),
            metres=np.concatenate([self.length[self.onward], self.length[self.back]]),
        )

    def places(
        self, segment: NDArray[np.intp], along: NDArray[np.float64]
    ) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """Return chain and place in it, [place], of places `along` their segment, [place]."""
        sign = np.where(self.turned[segment], -1.0, 1.0)
        chain = self.chain[segment]
        return chain, np.clip(self.begins[segment] + sign * along, 0.0, self.length[chain])


def chains_of(graph: StreetGraph, length: NDArray[np.float64]) -> Chains:
    """Join segments where two meet and no third, so that only real junctions are left.

    Two segments are joined only where one may pass from either to the other alike. A ring on
    which there is no junction keeps one of its own.

    Args:
        graph: Segments with their junctions and directions.
        length: Length of each segment, metres or minutes, [segment].
    """
    order, chain, turned = _rows(graph)
    count = int(chain.max(initial=-1)) + 1
    steps = length[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = chain[order][1:] != chain[order][:-1]
    starts = np.flatnonzero(first)
    whole = np.add.reduceat(steps, starts) if count else np.empty(0)
    behind = np.cumsum(steps) - steps
    begins = np.empty(len(order))
    begins[order] = behind - np.repeat(behind[starts], np.diff([*starts, len(order)]))
    begins[turned] += length[turned]
    ends, onward, back = _of_chains(graph, order, starts, turned)
    kept, node = np.unique(ends, return_inverse=True)
    return Chains(
        ends=node.reshape(-1, 2).astype(np.int64),
        length=whole,
        onward=onward,
        back=back,
        chain=chain,
        begins=begins,
        turned=turned,
        nodes=len(kept),
    )


def _rows(
    graph: StreetGraph,
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.bool_]]:
    """Return the segments chain by chain in their order, each one's chain, and which are turned.

    Every segment has two slots, one at either end. The slots of a segment are linked, and the two
    slots at a junction without choice; what hangs together is a row of slots, with two ends.
    """
    slots = np.arange(2 * len(graph.metres))
    pairs = _linked(graph)
    links = _links(slots, pairs)
    count, row = connected_components(links, directed=False)
    outer = np.setdiff1d(slots, pairs.ravel(), assume_unique=True)
    is_ring = ~np.isin(np.arange(count), row[outer])
    if is_ring.any():
        # A ring is opened at one of its junctions, which then is a real one.
        rings, opened = np.unique(row[pairs[:, 0]], return_index=True)
        pairs = np.delete(pairs, opened[is_ring[rings]], axis=0)
        links = _links(slots, pairs)
        outer = np.setdiff1d(slots, pairs.ravel(), assume_unique=True)
    _, first = np.unique(row[outer], return_index=True)
    steps = dijkstra(links, directed=False, indices=outer[first], unweighted=True, min_only=True)
    near, far = steps[::2], steps[1::2]
    chain = row[::2].astype(np.intp)
    order = np.lexsort((np.minimum(near, far), chain))
    return order.astype(np.intp), chain, near > far


def _linked(graph: StreetGraph) -> NDArray[np.intp]:
    """Return the pairs of slots at junctions where two segments meet and go on alike, [pair, 2].

    Slot 2k is the first end of segment k, slot 2k + 1 its last.
    """
    node = graph.ends.ravel()
    by_node = np.argsort(node, kind="stable")
    first_two = np.flatnonzero(np.bincount(node, minlength=graph.junctions)[node[by_node]] == 2)
    pairs: NDArray[np.intp] = by_node[first_two].reshape(-1, 2)
    # One arrives at the last end by going forward, and at the first end by going backward.
    arrives = np.column_stack([graph.backward, graph.forward]).ravel()
    leaves = np.column_stack([graph.forward, graph.backward]).ravel()
    one, other = pairs.T
    alike = (arrives[one] == leaves[other]) & (leaves[one] == arrives[other])
    chosen: NDArray[np.intp] = pairs[alike & (one // 2 != other // 2)]
    return chosen


def _links(slots: NDArray[np.intp], pairs: NDArray[np.intp]) -> csr_array:
    """Return which slots are linked."""
    one = np.concatenate([slots[::2], pairs[:, 0]])
    other = np.concatenate([slots[1::2], pairs[:, 1]])
    return coo_array((np.ones(len(one)), (one, other)), shape=(len(slots),) * 2).tocsr()


def _of_chains(
    graph: StreetGraph,
    order: NDArray[np.intp],
    starts: NDArray[np.intp],
    turned: NDArray[np.bool_],
) -> tuple[NDArray[np.intp], NDArray[np.bool_], NDArray[np.bool_]]:
    """Return the junctions at the ends of each chain, and whether one may pass there and back."""
    first = order[starts]
    last = order[np.append(starts[1:], len(order)) - 1]
    ends = np.column_stack(
        [
            graph.ends[first, turned[first].astype(np.intp)],
            graph.ends[last, 1 - turned[last].astype(np.intp)],
        ]
    )
    onward = np.where(turned[first], graph.backward[first], graph.forward[first])
    back = np.where(turned[first], graph.forward[first], graph.backward[first])
    return ends, onward, back
