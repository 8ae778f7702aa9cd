"""Carry lengths from each place up the order of junctions, then down to every junction."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numba import float64, int32, int64, njit, types

from planner.travel.hierarchy.customise import sure
from planner.travel.hierarchy.millimetres import CLOSED, MILLIMETRES, SURE
from planner.travel.hierarchy.shortcuts import SHORTCUTS, TREE, Shortcuts, Tree

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.travel.hierarchy.shortcuts import Hierarchy

    Whole = NDArray[np.int32]
    Table = NDArray[np.int32]

__all__ = ["Seeds", "Task", "Ways", "sweep"]

MOST_LANES: Final = 256
"""Places that one sweep serves side by side: few enough for their lengths along one path down
the tree to stay in the fast memory of a core."""

STRETCH: Final = 10_000
"""Nodes that are worth a start of their own on another core."""

PASSED, LEFT_OUT = -1, -2
"""Instead of a row: the node is only passed, or nothing that is asked for hangs on it."""

_whole, _table = int32[::1], int32[:, ::1]


class Seeds(NamedTuple):
    """Where the sweep starts, by rising rank."""

    rank: Whole
    """[seed]"""
    place: Whole
    """[seed]"""
    millimetres: Whole
    """[seed] what is left of the way from there."""


class Ways(NamedTuple):
    """The lengths of all shortcuts as the sweep needs them."""

    climbing: Whole
    """[shortcut] between its lower end, on the side of the place, and its upper end."""
    falling: Whole
    """[shortcut] between its upper end and its lower end, on the side of the wanted node."""


class Task(NamedTuple):
    """What the sweep for some places is given and gives."""

    falling: Whole
    """[shortcut] as in Ways."""
    rank: Whole
    """[seed]"""
    lane: Whole
    """[seed] place, counted from the first of these places."""
    climbed: Table
    """[seed, depth] lengths carried up to the ancestors of each seed."""
    row: Whole
    """[rank] row of the result, PASSED or LEFT_OUT."""
    metres: NDArray[np.float64]
    """[row, place] the result for all places."""


TASK = types.NamedTuple(  # type: ignore[no-untyped-call]
    (_whole, _whole, _whole, _table, _whole, float64[:, ::1]), Task
)


def sweep(
    hierarchy: Hierarchy, ways: Ways, seeds: Seeds, wanted: NDArray[np.int32], places: int
) -> NDArray[np.float64] | None:
    """Return metres between wanted nodes (ranks, each once) and places, [wanted, place].

    None where a length is too long for its sums to be sure.
    """
    row = np.full(len(hierarchy.rank), LEFT_OUT, dtype=np.int32)
    row[wanted] = np.arange(len(wanted), dtype=np.int32)
    _mark_passed(hierarchy.tree, row)
    metres = np.empty((len(wanted), places))
    with ThreadPoolExecutor(os.cpu_count()) as cores:
        for begin in range(0, places, MOST_LANES):
            end = min(begin + MOST_LANES, places)
            here = (seeds.place >= begin) & (seeds.place < end)
            rank, lane = seeds.rank[here], seeds.place[here] - np.int32(begin)
            climbed = np.full((len(rank), hierarchy.height), CLOSED, dtype=np.int32)
            left = seeds.millimetres[here]
            _climb(hierarchy.tree, hierarchy.shortcuts, ways.climbing, rank, left, climbed)
            task = Task(ways.falling, rank, lane, climbed, row, metres)
            fall = partial(_fall_stretch, hierarchy, task, begin, end - begin)
            if not all(cores.map(fall, *_stretches(len(row)))) or not sure(climbed):
                return None
    return metres


def _stretches(nodes: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the first ranks of parts of the sweep, two for each core, and the ranks after."""
    parts = min(2 * (os.cpu_count() or 1), -(-nodes // STRETCH))
    cuts = np.linspace(0, nodes, parts + 1).astype(np.int64)
    return cuts[:-1], cuts[1:]


def _fall_stretch(
    hierarchy: Hierarchy, task: Task, begin: int, lanes: int, first: int, after: int
) -> bool:
    """Sweep over some of the ranks and tell whether all lengths met are sure."""
    tree = hierarchy.tree
    # What the first node needs of ancestors beyond the stretch is worked out once more.
    beyond = []
    ancestor = tree.parent[after - 1]
    while ancestor >= 0:
        beyond.append(ancestor)
        ancestor = tree.parent[ancestor]
    stretch = np.arange(after - 1, first - 1, -1, dtype=np.int32)
    stretch = stretch[task.row[stretch] != LEFT_OUT]
    visits = np.concatenate([np.array(beyond[::-1], dtype=np.int32), stretch])
    rows = np.concatenate([np.full(len(beyond), PASSED, dtype=np.int32), task.row[stretch]])
    path = np.empty((hierarchy.height, lanes), dtype=np.int32)
    met = _fall(tree, hierarchy.shortcuts, task, path, visits, rows, begin)
    return not met & SURE


@njit(types.void(TREE, _whole), cache=True)
def _mark_passed(tree: Tree, row: Whole) -> None:
    """Mark the ancestors of wanted nodes: lengths reach the wanted ones through them."""
    parent = tree.parent
    for node in range(len(row)):
        above = parent[node]
        if row[node] != LEFT_OUT and above >= 0 and row[above] == LEFT_OUT:
            row[above] = PASSED


@njit(types.void(TREE, SHORTCUTS, _whole, _whole, _whole, _table), cache=True, nogil=True)
def _climb(
    tree: Tree, shortcuts: Shortcuts, lengths: Whole, rank: Whole, left: Whole, climbed: Table
) -> None:
    """Carry the length left at each seed to its ancestors; all ways up lead along one path."""
    parent, depth, first, top = tree.parent, tree.depth, shortcuts.first, shortcuts.top
    for seed in range(len(rank)):
        here = climbed[seed]
        node = rank[seed]
        here[depth[node]] = left[seed]
        while node >= 0:
            so_far = here[depth[node]]
            if so_far < CLOSED:
                for shortcut in range(first[node], first[node + 1]):
                    above = top[shortcut]
                    here[above] = min(here[above], so_far + lengths[shortcut])
            node = parent[node]


@njit(types.void(_whole, _whole, int32), cache=True, nogil=True, forceinline=True)
def _shorten(best: Whole, above: Whole, further: int) -> None:
    """Let the ways over an ancestor compete, as 32-bit numbers: many are added at a time."""
    for lane in range(len(best)):
        way = np.int32(above[lane] + further)
        best[lane] = min(best[lane], way)


@njit(
    types.void(_whole, float64[::1]), cache=True, nogil=True, forceinline=True,
    error_model="numpy",
)  # fmt: skip
def _write_metres(best: Whole, metres: NDArray[np.float64]) -> None:
    """Turn whole millimetres into metres, inf where no way leads."""
    for lane in range(len(best)):
        metres[lane] = best[lane] / MILLIMETRES if best[lane] < CLOSED else np.inf


@njit(int64(TREE, SHORTCUTS, TASK, _table, _whole, _whole, int64), cache=True, nogil=True)
def _fall(
    tree: Tree,
    shortcuts: Shortcuts,
    task: Task,
    path: Table,
    visits: Whole,
    rows: Whole,
    begin: int,
) -> int:
    """Work out all visited nodes, from the top down; return all lengths met, or-ed.

    The path holds the lengths of the present node's ancestors, one row for each depth.
    """
    # Taken out of the tuples before the loop: each access would count references.
    depths, family = tree.depth, tree.family
    first, top, length = shortcuts.first, shortcuts.top, task.falling
    rank, lane_of, climbed, metres = task.rank, task.lane, task.climbed, task.metres
    closed, lanes, last = np.int32(CLOSED), path.shape[1], len(task.rank)
    met = np.zeros(lanes, dtype=np.int32)
    for visit in range(len(visits)):
        node = visits[visit]
        depth, lowest = depths[node], node - family[node]
        best = path[depth]
        for lane in range(lanes):
            best[lane] = closed
        while last > 0 and rank[last - 1] > node:
            last -= 1
        seed = last - 1
        while seed >= 0 and rank[seed] > lowest:
            best[lane_of[seed]] = min(best[lane_of[seed]], climbed[seed, depth])
            seed -= 1
        for shortcut in range(first[node], first[node + 1]):
            if length[shortcut] < closed:
                _shorten(best, path[top[shortcut]], length[shortcut])
        for lane in range(lanes):
            best[lane] = min(best[lane], closed)
            met[lane] |= best[lane]
        if rows[visit] != PASSED:
            _write_metres(best, metres[rows[visit], begin : begin + lanes])
    together = 0
    for lane in range(lanes):
        together |= met[lane]
    return together
