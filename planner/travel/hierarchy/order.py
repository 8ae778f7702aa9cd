"""Choose which junctions are left out first, so that few shortcuts must stand in for them.

Any order gives exact distances; a good one gives them fast. Three steps:

1. Junctions with one neighbour are left out at once, then those with two, and again whatever
   then has so few: a dead end needs no shortcut, a bend just one in place of its two streets.
2. Of what remains, a junction with the fewest neighbours is left out next, again and again, many
   that do not touch at a time. The sparse solver of scipy (SuperLU) does this before it solves
   equations; with equations that hang together like the streets, its order is ours.
3. The order is changed, without another shortcut, so that whatever hangs on a junction stands
   directly before it; neighbours then lie side by side in memory.

Sources: multiple minimum degree, Liu 1985, ACM Transactions on Mathematical Software 11; leaving
out small degrees first, Ost, Schulz and Strash 2021, "Engineering data reduction for nested
dissection" (ALENEX).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numba import boolean, int32, int64, njit, types
from scipy.sparse import csc_array
from scipy.sparse.linalg import splu

from planner.travel.hierarchy.shortcuts import TREE, Tree, grow_tree, sort_streets

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[np.int32]

__all__ = ["Neighbours", "order_nodes"]

HUB: Final = 64
"""Neighbours of a junction beyond which nothing at it is left out early: each such step reads
them all, and a star of many thousand streets would never end."""

_whole = int32[::1]


class Neighbours(NamedTuple):
    """Who lives next to whom, as long as nobody in between has been left out."""

    first: Whole
    """[node] where the node's list begins."""
    lists: Whole
    """All lists, one after the other."""
    degree: Whole
    """[node] how many neighbours the node has."""


NEIGHBOURS = types.NamedUniTuple(_whole, 3, Neighbours)  # type: ignore[no-untyped-call]


def order_nodes(nodes: int, tails: Whole, heads: Whole) -> Whole:
    """Return the rank of each node, 0 for the one left out first, [node]."""
    remaining = _neighbours(nodes, tails, heads)
    early, waiting = np.empty(nodes, dtype=np.int32), np.empty(nodes, dtype=np.int32)
    busy = np.zeros(nodes, dtype=np.bool_)
    done = 0
    for most in (1, 2):
        done = _leave_out(remaining, waiting, busy, early, done, most)
    left_out = early[:done]
    stays = np.ones(nodes, dtype=np.bool_)
    stays[left_out] = False
    late = _fewest_neighbours_first(np.flatnonzero(stays), remaining)
    rank = np.empty(nodes, dtype=np.int32)
    rank[np.concatenate([left_out, late])] = np.arange(nodes, dtype=np.int32)
    return _families_together(rank, tails, heads)


def _neighbours(nodes: int, tails: Whole, heads: Whole) -> Neighbours:
    """Return each node's neighbours, each once."""
    first = np.zeros(nodes + 2, dtype=np.int32)
    lists = np.empty(2 * len(tails), dtype=np.int32)
    mark = np.full(nodes, -1, dtype=np.int32)
    _list_neighbours(tails, heads, first, lists, mark)
    return Neighbours(first[:-2], lists, np.diff(first[:-1]))


def _fewest_neighbours_first(core: NDArray[np.intp], remaining: Neighbours) -> NDArray[np.intp]:
    """Return the nodes of the core in the order of multiple minimum degree."""
    if not len(core):
        return core
    number = np.zeros(len(remaining.first), dtype=np.int32)
    number[core] = np.arange(len(core))
    degree = remaining.degree[core]
    starts = np.concatenate([[0], np.cumsum(degree)])
    entry = np.repeat(remaining.first[core] - starts[:-1], degree) + np.arange(starts[-1])
    # One equation per node: (neighbours + 1) times itself less its neighbours, so always solvable.
    row = np.concatenate([number[remaining.lists[entry]], np.arange(len(core))])
    column = np.concatenate([np.repeat(np.arange(len(core)), degree), np.arange(len(core))])
    factor = np.concatenate([np.full(len(entry), -1.0), degree + 1.0])
    equations = csc_array((factor, (row, column)), shape=(len(core), len(core)))
    solved = splu(
        equations,
        permc_spec="MMD_AT_PLUS_A",
        diag_pivot_thresh=0.0,
        options={"SymmetricMode": True},
    )
    late: NDArray[np.intp] = core[np.argsort(solved.perm_c)]
    return late


def _families_together(rank: Whole, tails: Whole, heads: Whole) -> Whole:
    """Return ranks with the same shortcuts and each node's family directly before it."""
    tree, _ = grow_tree(sort_streets(rank, tails, heads))
    place, free = np.empty_like(rank), np.empty_like(rank)
    _place_families(tree, place, free)
    together: Whole = place[rank]
    return together


@njit(types.void(*[_whole] * 5), cache=True)
def _list_neighbours(tails: Whole, heads: Whole, first: Whole, lists: Whole, mark: Whole) -> None:
    """Count and list the other ends of each node's arcs, then strike out what is listed twice."""
    for arc in range(len(tails)):
        if tails[arc] != heads[arc]:
            first[tails[arc] + 2] += 1
            first[heads[arc] + 2] += 1
    for node in range(1, len(first)):
        first[node] += first[node - 1]
    for arc in range(len(tails)):
        if tails[arc] != heads[arc]:
            lists[first[tails[arc] + 1]] = heads[arc]
            first[tails[arc] + 1] += 1
            lists[first[heads[arc] + 1]] = tails[arc]
            first[heads[arc] + 1] += 1
    listed, begin = 0, 0
    for node in range(len(mark)):
        end = first[node + 1]
        for entry in range(begin, end):
            other = lists[entry]
            if mark[other] != node:
                mark[other] = node
                lists[listed] = other
                listed += 1
        begin = end
        first[node + 1] = listed


@njit(types.void(NEIGHBOURS, int32, int32, int32), cache=True, forceinline=True)
def _replace(remaining: Neighbours, node: int, old: int, new: int) -> None:
    """Put a new neighbour in the place of the old one; where it is old or known, drop one."""
    lists, degree, first = remaining.lists, remaining.degree, remaining.first[node]
    place, known = first, new == old
    for slot in range(first, first + degree[node]):
        known |= lists[slot] == new
        if lists[slot] == old:
            place = slot
    if known:
        degree[node] -= 1
        lists[place] = lists[first + degree[node]]
    else:
        lists[place] = new


@njit(int64(NEIGHBOURS, _whole, boolean[::1], _whole, int64, int64), cache=True)
def _leave_out(
    remaining: Neighbours,
    waiting: Whole,
    busy: NDArray[np.bool_],
    early: Whole,
    done: int,
    most: int,
) -> int:
    """Leave out nodes with at most so many neighbours as long as there are any; count on.

    Two neighbours are joined in the room that the node left out has freed in their lists. Busy
    is who waits or has been left out.
    """
    first, lists, degree = remaining.first, remaining.lists, remaining.degree
    length = 0
    for node in range(len(degree) - 1, -1, -1):
        if degree[node] <= most and not busy[node]:
            waiting[length] = node
            busy[node] = True
            length += 1
    while length > 0:
        length -= 1
        node = waiting[length]
        begin = first[node]
        end = begin + degree[node]
        at_hub = False
        for entry in range(begin, end):
            at_hub |= degree[lists[entry]] > HUB
        busy[node] = not at_hub
        if at_hub:
            continue
        early[done] = node
        done += 1
        for entry in range(begin, end):
            other = lists[entry]
            # With two neighbours, the other one; with one, the node itself stands in.
            joined = lists[begin + end - 1 - entry] if end - begin == 2 else node
            _replace(remaining, other, node, joined)
            if degree[other] <= most and not busy[other]:
                waiting[length] = other
                busy[other] = True
                length += 1
    return done


@njit(types.void(TREE, _whole, _whole), cache=True)
def _place_families(tree: Tree, place: Whole, free: Whole) -> None:
    """Give each node the last free place of its parent's family, and its own before that."""
    parent, family = tree.parent, tree.family
    free_at_top = len(place) - 1
    for node in range(len(place) - 1, -1, -1):
        above = parent[node]
        if above < 0:
            place[node] = free_at_top
            free_at_top -= family[node]
        else:
            place[node] = free[above]
            free[above] -= family[node]
        free[node] = place[node] - 1
