"""Tie areas that must not part into one block, so that every method moves them together."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from planner.zoning.ground import components

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.zoning.ground import Ground
    from planner.zoning.problem import Problem

__all__ = ["tie"]


def tie(problem: Problem, ground: Ground) -> tuple[Ground, NDArray[np.int64]]:
    """Return the ground on which blocks take the place of areas, and each area's block: [area].

    Areas of a group that must not part are one block where they hang together on the map.
    Demands that contradict each other do not bind: a group whose areas have no section in
    common is left untied, and the evaluation names who is apart.
    """
    label = _tied(problem, ground)
    label = _untied_where_contradictory(ground, label)
    _, block = np.unique(label, return_inverse=True)
    block = block.ravel().astype(np.int64)
    if block.max() + 1 == ground.areas:
        return ground, np.arange(ground.areas)
    return _joined(ground, block), block


def _tied(problem: Problem, ground: Ground) -> NDArray[np.int64]:
    """Number the sets of areas that hang together and must not part: [area]."""
    source = np.repeat(np.arange(ground.nodes), np.diff(ground.starts))
    pairs = np.column_stack([source, ground.neighbours])
    pairs = pairs[(pairs < ground.areas).all(axis=1)]
    within = np.zeros(len(pairs), dtype=bool)
    for wish in problem.together:
        if np.isinf(wish.metres):
            group = wish.group[pairs]
            within |= (group[:, 0] == group[:, 1]) & (group[:, 0] >= 0)
    return components(pairs[within], ground.areas)


def _untied_where_contradictory(ground: Ground, label: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give every area of a block that no section may have, or two must, a number of its own."""
    blocks = int(label.max()) + 1
    possible = np.ones((blocks, ground.sections), dtype=bool)
    np.logical_and.at(possible, label, np.isfinite(ground.each_metres))
    impossible = np.asarray(~possible.any(axis=1))
    for demanded in (ground.fixed[: ground.areas], ground.kept[: ground.areas]):
        some = demanded >= 0
        least, most = np.full(blocks, ground.sections), np.full(blocks, -1)
        np.minimum.at(least, label[some], demanded[some])
        np.maximum.at(most, label[some], demanded[some])
        impossible |= least < most
        asked = np.flatnonzero(most >= 0)
        impossible[asked] |= ~possible[asked, most[asked]]
    alone = impossible[label]
    untied = label.copy()
    untied[alone] = blocks + np.flatnonzero(alone)
    return untied


def _joined(ground: Ground, block: NDArray[np.int64]) -> Ground:
    """Return the ground in which each block is one area."""
    blocks = int(block.max()) + 1
    gates = ground.nodes - ground.areas
    node = np.concatenate([block, blocks + np.arange(gates)])
    nodes = blocks + gates
    source = np.repeat(np.arange(ground.nodes), np.diff(ground.starts))
    pairs = node[np.column_stack([source, ground.neighbours])]
    pairs = np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0)
    starts = np.zeros(nodes + 1, dtype=np.int64)
    starts[1:] = np.cumsum(np.bincount(pairs[:, 0], minlength=nodes))

    def most(values: NDArray[np.int64]) -> NDArray[np.int64]:
        joined = np.full(nodes, -1)
        np.maximum.at(joined, node, values)
        return joined

    exempt = np.ones(nodes, dtype=bool)
    np.logical_and.at(exempt, node, ground.exempt)
    pupils = np.bincount(node, ground.pupils, nodes).astype(np.int64)
    return replace(
        ground,
        each_metres=_mean_each(ground.each_metres, ground.pupils, block),
        yielding_metres=_mean_each(ground.yielding_metres, ground.pupils, block),
        pupils=pupils,
        fixed=most(ground.fixed),
        exempt=exempt,
        root=node[ground.root],
        starts=starts,
        neighbours=np.ascontiguousarray(pairs[:, 1]),
        kept=most(ground.kept),
    )


def _mean_each(
    each: NDArray[np.float64], pupils: NDArray[np.int64], block: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return what a pupil of each block costs on average; inf where one area's may not go."""
    blocks = int(block.max()) + 1
    there = pupils[: len(block)].astype(np.float64)
    total = np.bincount(block, there, blocks)
    areas = np.bincount(block, minlength=blocks)
    share = np.where(total[block] > 0, there / np.maximum(total[block], 1), 1 / areas[block])
    mean = np.zeros((blocks, each.shape[1]))
    np.add.at(mean, block, np.where(np.isfinite(each), each, 0.0) * share[:, None])
    forbidden = np.zeros(mean.shape, dtype=bool)
    np.logical_or.at(forbidden, block, np.isinf(each))
    return np.where(forbidden, np.inf, mean)
