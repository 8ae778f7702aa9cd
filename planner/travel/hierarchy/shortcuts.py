"""Join the neighbours of each junction left out, so that no way is lost.

Nodes go by their rank here: 0 is left out first. When a node is left out, every two of its higher
neighbours are joined; what joins a node to a higher one, street or not, is a *shortcut*. The
higher neighbours of a node are all ancestors of it in one tree, in which the lowest of them is
its parent. So a shortcut is named by its lower end and the depth of its upper end, and a walk
down the tree needs room for one path only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numba import int32, njit, types, uint32

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[np.int32]
    Count = NDArray[np.uint32]

__all__ = [
    "SHORTCUTS",
    "STREETS",
    "TREE",
    "Hierarchy",
    "Shortcuts",
    "Streets",
    "Tree",
    "draw_shortcuts",
    "grow_tree",
    "sort_streets",
]


MOST_PER_NODE: Final = 50
"""Streets need about five shortcuts per node; what needs more than this is no map of streets, and
the plain search is the better way."""


class Streets(NamedTuple):
    """The arcs of a network, sorted by their higher end."""

    first: Whole
    """[rank + 1] position of the first arc of each node."""
    low: Whole
    """[position] lower end."""
    arc: Whole
    """[position] number of the arc where it leads up, ~number where it leads down."""


class Tree(NamedTuple):
    """Who is whose parent."""

    parent: Whole
    """[rank] the lowest higher neighbour, -1 for the last node of a piece of the network."""
    depth: Whole
    """[rank] how many ancestors the node has."""
    family: Whole
    """[rank] how many nodes hang on it, itself included: those from rank - family + 1 to rank."""


class Shortcuts(NamedTuple):
    """What joins each node to higher ones, whatever its length; listed twice, by either end.

    Without signs, so that the loops need not ask whether an index counts from the end.
    """

    first: Count
    """[rank + 1] number of the first shortcut of each lower end."""
    top: Count
    """[shortcut] depth of the upper end, falling from the parent to the farthest ancestor."""
    below_first: Count
    """[rank + 1] position of the first shortcut of each upper end."""
    below: Count
    """[position] number of the shortcut."""
    below_low: Count
    """[position] its lower end."""


@dataclass(frozen=True, slots=True, eq=False)
class Hierarchy:
    """All shortcuts of a network, whatever its lengths.

    Attributes:
        rank: Rank of each node, [node].
        streets: The arcs.
        tree: The nodes.
        shortcuts: What joins them.
    """

    rank: Whole
    streets: Streets
    tree: Tree
    shortcuts: Shortcuts

    @property
    def height(self) -> int:
        """How many nodes the longest path down the tree has."""
        return int(self.tree.depth.max(initial=-1)) + 1


_whole = int32[::1]
STREETS = types.NamedUniTuple(_whole, 3, Streets)  # type: ignore[no-untyped-call]
TREE = types.NamedUniTuple(_whole, 3, Tree)  # type: ignore[no-untyped-call]
SHORTCUTS = types.NamedUniTuple(uint32[::1], 5, Shortcuts)  # type: ignore[no-untyped-call]


def draw_shortcuts(rank: Whole, tails: Whole, heads: Whole) -> Hierarchy | None:
    """Return the shortcuts needed if nodes are left out in this order; None if too many are.

    Args:
        rank: Rank of each node, 0 for the one left out first, [node].
        tails: Node where each arc begins, [arc].
        heads: Node where each arc ends, [arc].
    """
    streets = sort_streets(rank, tails, heads)
    tree, count = grow_tree(streets)
    if count.sum(dtype=np.int64) > MOST_PER_NODE * len(rank):
        return None
    first = np.zeros(len(rank) + 1, dtype=np.uint32)
    np.cumsum(count, out=first[1:])
    shortcuts = Shortcuts(
        first=first,
        top=np.empty(first[-1], dtype=np.uint32),
        below_first=np.zeros(len(rank) + 1, dtype=np.uint32),
        below=np.empty(first[-1], dtype=np.uint32),
        below_low=np.empty(first[-1], dtype=np.uint32),
    )
    mark = np.full(len(rank), -1, dtype=np.int32)
    _list_shortcuts(streets, tree, shortcuts, first[:-1].copy(), mark)
    return Hierarchy(rank, streets, tree, shortcuts)


def sort_streets(rank: Whole, tails: Whole, heads: Whole) -> Streets:
    """Sort arcs by their higher end; an arc back to its own node leads nowhere and is dropped.

    Arguments as of `draw_shortcuts`.
    """
    first = np.zeros(len(rank) + 2, dtype=np.int32)
    low, arc = np.empty(len(tails), dtype=np.int32), np.empty(len(tails), dtype=np.int32)
    _sort_streets(rank, tails, heads, first, low, arc)
    return Streets(first[:-1], low, arc)


def grow_tree(streets: Streets) -> tuple[Tree, Whole]:
    """Return the tree, and how many shortcuts lead up from each node, [rank]."""
    nodes = len(streets.first) - 1
    parent, mark = np.full(nodes, -1, dtype=np.int32), np.full(nodes, -1, dtype=np.int32)
    depth, family = np.zeros(nodes, dtype=np.int32), np.ones(nodes, dtype=np.int32)
    tree, count = Tree(parent, depth, family), np.zeros(nodes, dtype=np.int32)
    _grow_tree(streets, tree, count, mark)
    return tree, count


@njit(types.void(*[_whole] * 6), cache=True)
def _sort_streets(
    rank: Whole, tails: Whole, heads: Whole, first: Whole, low: Whole, arc: Whole
) -> None:
    """Count the arcs of each higher end, then put each in its place; `first` has one to spare."""
    for number in range(len(tails)):
        tail, head = rank[tails[number]], rank[heads[number]]
        if tail != head:
            first[max(tail, head) + 2] += 1
    for node in range(1, len(first)):
        first[node] += first[node - 1]
    for number in range(len(tails)):
        tail, head = rank[tails[number]], rank[heads[number]]
        if tail != head:
            position = first[max(tail, head) + 1]
            first[max(tail, head) + 1] += 1
            low[position] = min(tail, head)
            arc[position] = number if tail < head else ~number


@njit(types.void(STREETS, TREE, _whole, _whole), cache=True)
def _grow_tree(streets: Streets, tree: Tree, count: Whole, mark: Whole) -> None:
    """Climb from the lower end of each street to its upper end, node by node from the lowest.

    Every node met on the way has a shortcut to the upper end, and one without a parent has
    found it. Source: Liu 1990, "The role of elimination trees in sparse factorization", SIAM
    Journal on Matrix Analysis and Applications 11.
    """
    # Arrays are taken out of their tuples before the loops: each access would count references.
    first, low = streets.first, streets.low
    parent, depth, family = tree.parent, tree.depth, tree.family
    nodes = len(parent)
    for node in range(nodes):
        mark[node] = node
        for position in range(first[node], first[node + 1]):
            climber = low[position]
            while mark[climber] != node:
                mark[climber] = node
                count[climber] += 1
                if parent[climber] < 0:
                    parent[climber] = node
                climber = parent[climber]
    for node in range(nodes):
        if parent[node] >= 0:
            family[parent[node]] += family[node]
    for node in range(nodes - 1, -1, -1):
        if parent[node] >= 0:
            depth[node] = depth[parent[node]] + 1


@njit(types.void(STREETS, TREE, SHORTCUTS, uint32[::1], _whole), cache=True)
def _list_shortcuts(
    streets: Streets, tree: Tree, shortcuts: Shortcuts, free: Count, mark: Whole
) -> None:
    """Climb again and write down what was counted; upper ends come in rising order."""
    first, low, parent, depth = streets.first, streets.low, tree.parent, tree.depth
    top, below_first = shortcuts.top, shortcuts.below_first
    below, below_low = shortcuts.below, shortcuts.below_low
    listed = 0
    for node in range(len(parent)):
        mark[node] = node
        for position in range(first[node], first[node + 1]):
            climber = low[position]
            while mark[climber] != node:
                mark[climber] = node
                top[free[climber]] = depth[node]
                below[listed] = free[climber]
                below_low[listed] = climber
                free[climber] += 1
                listed += 1
                climber = parent[climber]
        below_first[node + 1] = listed
