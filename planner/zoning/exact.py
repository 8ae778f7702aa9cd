"""Find the best plan of a small town beyond doubt.

    minimise    sum_ij c_ij x_ij + w sum_j o_j
    subject to  sum_j x_ij = 1                                 one section per area     (1)
                sum_i p_i x_ij - o_j <= s_j                    seats, or overflow       (2)
                x_aj <= sum_{b in S} x_bj                      hanging together         (3)
                x binary, o whole and at least 0

for every section j, area a and set S of areas that separates a from the root of j. There are
far too many such sets to write down; a set is added when a plan offends against it, and the
programme solved again, until the cheapest plan offends against none (Carvajal, Constantino,
Goycoolea, Vielma and Weintraub 2013, "Imposing connectivity constraints in forest planning
models", Operations Research 61).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import highspy
import numpy as np

from planner.zoning.ground import components

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from planner.zoning.ground import Ground

__all__ = ["prove"]

NODES_AT_MOST = 100
"""Branches the integer solver may open in all before it says how far it came instead."""
AGREEMENT = 1e-6
"""Relative error of the integer solver: a closer bound and value are the same number."""
TOLERANCE = 1e-9
"""How far the integer solver may be from a whole number or beyond a row."""


def prove(
    ground: Ground, known: NDArray[np.int64], bound: float
) -> tuple[NDArray[np.int64], float]:
    """Return the best plan and a bound equal to its value, if the solver gets so far.

    Args:
        ground: The problem as the methods see it; small, as the work grows very fast.
        known: [node] a plan that keeps all rules; returned again if none is better.
        bound: What is known already to be undercut by no plan.
    """
    model = _assignment_model(ground)
    for area in np.flatnonzero(ground.fixed[: ground.areas] < 0):
        for section in range(ground.sections):
            _separate(model, ground, section, np.array([area]))
    columns = np.arange(known[: ground.areas].size * ground.sections, dtype=np.int32)
    nodes_left = NODES_AT_MOST
    while True:
        model.setOptionValue("mip_max_nodes", nodes_left)
        model.setSolution(len(columns), columns, _chosen(ground, known).ravel())
        model.run()
        info = model.getInfo()
        bound = max(bound, info.mip_dual_bound)
        nodes_left -= max(0, info.mip_node_count)
        if model.getModelStatus() != highspy.HighsModelStatus.kOptimal or nodes_left <= 0:
            return known, min(bound, ground.value(known))
        shares = np.array(model.getSolution().col_value)[: len(columns)]
        plan = known.copy()
        plan[: ground.areas] = shares.reshape(ground.areas, -1).argmax(axis=1)
        pieces = list(_pieces(ground, plan))
        if not pieces:
            break
        for section, nodes in pieces:
            _separate(model, ground, section, nodes)
    value = ground.value(known)
    if ground.value(plan) < value * (1 - AGREEMENT):
        known, value = plan, ground.value(plan)
    return known, value if value - bound <= AGREEMENT * value else bound


def _assignment_model(ground: Ground) -> highspy.Highs:
    """Return (1) and (2): columns are x row by row, then o."""
    areas, sections = ground.areas, ground.sections
    model = highspy.Highs()  # type: ignore[no-untyped-call]
    model.setOptionValue("output_flag", False)  # noqa: FBT003 - the solver's own signature
    model.setOptionValue("mip_rel_gap", 0.0)
    model.setOptionValue("mip_allow_restart", False)  # noqa: FBT003
    model.setOptionValue("mip_feasibility_tolerance", TOLERANCE)
    model.setOptionValue("primal_feasibility_tolerance", TOLERANCE)
    pupils = ground.pupils[:areas].astype(np.float64)
    possible = np.isfinite(ground.each_metres)
    costs = np.where(possible, ground.each_metres, 0.0) * pupils[:, None]
    none = np.empty(0)
    least = np.concatenate([np.ones(areas), np.full(sections, -np.inf)])
    most = np.concatenate([np.ones(areas), ground.seats])
    model.addRows(
        areas + sections,
        least,
        most,
        0,
        np.zeros(areas + sections, dtype=np.int32),
        np.empty(0, dtype=np.int32),
        none,
    )
    area, section = np.divmod(np.arange(areas * sections), sections)
    entries = np.column_stack([np.ones(len(area)), pupils[area]]).ravel()
    model.addCols(
        len(area),
        costs.ravel(),
        np.zeros(len(area)),
        possible.ravel().astype(np.float64),
        2 * len(area),
        np.arange(0, 2 * len(area), 2, dtype=np.int32),
        np.column_stack([area, areas + section]).ravel().astype(np.int32),
        entries,
    )
    model.addCols(
        sections,
        np.full(sections, ground.overflow_metres),
        np.zeros(sections),
        np.full(sections, pupils.sum()),
        sections,
        np.arange(sections, dtype=np.int32),
        np.arange(areas, areas + sections, dtype=np.int32),
        np.full(sections, -1.0),
    )
    whole = (areas + 1) * sections
    model.changeColsIntegrality(
        whole,
        np.arange(whole, dtype=np.int32),
        np.full(whole, int(highspy.HighsVarType.kInteger), dtype=np.uint8),
    )
    return model


def _chosen(ground: Ground, plan: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return x of a plan: [area, section]."""
    return np.asarray(plan[: ground.areas, None] == np.arange(ground.sections), dtype=np.float64)


def _pieces(ground: Ground, plan: NDArray[np.int64]) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """Yield each connected set of areas that does not hang together with its root."""
    source, pairs = _pairs(ground)
    label = components(pairs[plan[source] == plan[ground.neighbours]], ground.nodes)
    torn = ~ground.exempt & (label != label[ground.root[plan]])
    for piece in np.unique(label[torn]):
        nodes = np.flatnonzero(label == piece)
        yield int(plan[nodes[0]]), nodes


def _separate(model: highspy.Highs, ground: Ground, section: int, piece: NDArray[np.int64]) -> None:
    """Add (3) for a piece: to have it, the section needs one of the areas before it."""
    root = ground.root[section]
    inside = np.isin(np.arange(ground.nodes), piece)
    source, pairs = _pairs(ground)
    beside = np.zeros(ground.nodes, dtype=bool)
    beside[ground.neighbours[inside[source]]] = True
    beside &= ~inside
    if beside[root] or inside[root] or ground.exempt[piece[0]]:
        return
    # Of the areas beside the piece, only those matter that the root can reach first.
    open_pairs = pairs[~beside[source] & ~beside[ground.neighbours]]
    label = components(open_pairs, ground.nodes)
    reached = label == label[root]
    fence = np.zeros(ground.nodes, dtype=bool)
    fence[ground.neighbours[reached[source]]] = True
    fence = np.flatnonzero(fence & beside)
    fence = fence[fence < ground.areas]
    for area in piece:
        columns = np.append(fence, area) * ground.sections + section
        signs = np.append(np.ones(len(fence)), -1.0)
        model.addRow(0.0, np.inf, len(columns), columns.astype(np.int32), signs)


def _pairs(ground: Ground) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the graph as pairs of nodes, both directions, and the first of each pair."""
    source = np.repeat(np.arange(ground.nodes), np.diff(ground.starts))
    return source, np.column_stack([source, ground.neighbours])
