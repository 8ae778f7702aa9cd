"""Draw a few neighbouring zones anew, all other zones kept, as well as can be.

    minimise    sum_ij c_ij x_ij + w sum_j o_j
    subject to  sum_j x_ij = 1                      one section for each of the areas     (1)
                sum_i p_i x_ij - o_j <= s_j         seats, or overflow                    (2)
                x_aj <= sum_{b beside a} x_bj       nobody stands alone                   (3)
                x_aj <= sum_{b in S} x_bj           where S fences a off from the root    (4)
                x binary, o at least 0

for the areas and sections of the zones. (4) is added where a plan offends against it. Only
sections that are not much dearer to an area than its cheapest are offered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import highspy
import numpy as np

from planner.zoning.ground import components

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.zoning.ground import Ground

__all__ = ["neighbouring", "redraw"]

BRANCHES = 100
"""Branches the integer solver may open before its best plan is taken as it is."""
LOOKS = 10
"""How often a plan may offend against (4) before the attempt is given up."""
GAIN = 1e-7
"""Relative gain below which a plan counts as no better."""


def neighbouring(
    ground: Ground, plan: NDArray[np.int64], how_many: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Draw zones that touch each other, longer borders more often: [zone], ascending."""
    source = np.repeat(np.arange(ground.nodes), np.diff(ground.starts))
    border = np.zeros((ground.sections, ground.sections))
    np.add.at(border, (plan[source], plan[ground.neighbours]), 1.0)
    np.fill_diagonal(border, 0.0)
    chosen = [int(rng.integers(ground.sections))]
    while len(chosen) < how_many:
        length = border[chosen].sum(axis=0)
        length[chosen] = 0.0
        if not length.any():
            break
        chosen.append(int(rng.choice(ground.sections, p=length / length.sum())))
    return np.sort(np.array(chosen))


def redraw(
    ground: Ground,
    prices: NDArray[np.float64],
    plan: NDArray[np.int64],
    zones: NDArray[np.int64],
    offered: NDArray[np.bool_],
    *,
    seconds: float,
) -> NDArray[np.int64] | None:
    """Return a better plan [node] that differs only in some zones, None if none was found."""
    areas = np.flatnonzero(np.isin(plan[: ground.areas], zones))
    today = plan[areas, None] == zones
    row, place = np.nonzero(offered[np.ix_(areas, zones)] | today)
    column = np.full((ground.nodes, len(zones)), -1)
    column[areas[row], place] = np.arange(len(row))
    if len(row) == len(areas):
        return None
    model = _model(ground, prices, areas, zones, row, place)
    _nobody_alone(model, ground, zones, column)
    model.setOptionValue("time_limit", seconds)
    start = np.zeros(len(row) + len(zones))
    start[: len(row)] = today[row, place]
    start[len(row) :] = ground.overflow(plan)[zones]
    columns = np.arange(len(start), dtype=np.int32)
    value = float(np.array(model.getLp().col_cost_) @ start)
    for _ in range(LOOKS):
        model.setSolution(len(start), columns, start)
        model.run()
        info = model.getInfo()
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None
        if info.objective_function_value > value * (1 - GAIN):
            return None
        taken = np.flatnonzero(np.array(model.getSolution().col_value)[: len(row)] > 1 / 2)
        new = plan.copy()
        new[areas[row[taken]]] = zones[place[taken]]
        if not _fence(model, ground, new, zones, column):
            return new if ground.value(new) < ground.value(plan) else None
    return None


def _model(
    ground: Ground,
    prices: NDArray[np.float64],
    areas: NDArray[np.intp],
    zones: NDArray[np.int64],
    row: NDArray[np.intp],
    place: NDArray[np.intp],
) -> highspy.Highs:
    """Return (1) and (2): columns are x, then o."""
    model = highspy.Highs()  # type: ignore[no-untyped-call]
    model.setOptionValue("output_flag", False)  # noqa: FBT003 - the solver's own signature
    model.setOptionValue("threads", 1)
    model.setOptionValue("mip_rel_gap", GAIN)
    model.setOptionValue("mip_max_nodes", BRANCHES)
    rows, choices = len(areas) + len(zones), len(row)
    none = np.empty(0, dtype=np.int32)
    least = np.concatenate([np.ones(len(areas)), np.full(len(zones), -np.inf)])
    most = np.concatenate([np.ones(len(areas)), ground.seats[zones]]).astype(np.float64)
    model.addRows(rows, least, most, 0, np.zeros(rows, dtype=np.int32), none, np.empty(0))
    pupils = ground.pupils[areas[row]].astype(np.float64)
    model.addCols(
        choices,
        prices[areas[row], zones[place]],
        np.zeros(choices),
        np.ones(choices),
        2 * choices,
        np.arange(0, 2 * choices, 2, dtype=np.int32),
        np.column_stack([row, len(areas) + place]).ravel().astype(np.int32),
        np.column_stack([np.ones(choices), pupils]).ravel(),
    )
    whole = np.full(choices, int(highspy.HighsVarType.kInteger), dtype=np.uint8)
    model.changeColsIntegrality(choices, np.arange(choices, dtype=np.int32), whole)
    each = np.arange(len(zones), dtype=np.int32)
    model.addCols(
        len(zones),
        np.full(len(zones), ground.overflow_metres),
        np.zeros(len(zones)),
        np.full(len(zones), np.inf),
        len(zones),
        each,
        each + len(areas),
        np.full(len(zones), -1.0),
    )
    return model


def _nobody_alone(
    model: highspy.Highs, ground: Ground, zones: NDArray[np.int64], column: NDArray[np.int64]
) -> None:
    """Add (3) wherever the area does not touch the root."""
    starts, indices, signs = [0], list[int](), list[float]()
    choosing = (column >= 0).sum(axis=1) > 1
    for node, place in np.argwhere(column >= 0):
        beside = ground.neighbours[ground.starts[node] : ground.starts[node + 1]]
        root = ground.root[zones[place]]
        if ground.exempt[node] or not choosing[node] or node == root or root in beside:
            continue
        around = column[beside, place]
        around = around[around >= 0].tolist()
        indices += [*around, int(column[node, place])]
        signs += [1.0] * len(around) + [-1.0]
        starts.append(len(indices))
    rows = len(starts) - 1
    model.addRows(
        rows,
        np.zeros(rows),
        np.full(rows, np.inf),
        len(indices),
        np.array(starts[:-1], dtype=np.int32),
        np.array(indices, dtype=np.int32),
        np.array(signs),
    )


def _fence(
    model: highspy.Highs,
    ground: Ground,
    plan: NDArray[np.int64],
    zones: NDArray[np.int64],
    column: NDArray[np.int64],
) -> bool:
    """Add (4) for every piece that does not hang together with its root; say if there is one."""
    source = np.repeat(np.arange(ground.nodes), np.diff(ground.starts))
    pairs = np.column_stack([source, ground.neighbours])
    label = components(pairs[plan[source] == plan[ground.neighbours]], ground.nodes)
    torn = ~ground.exempt & np.isin(plan, zones) & (label != label[ground.root[plan]])
    for piece in np.unique(label[torn]):
        inside = label == piece
        place = int(np.searchsorted(zones, plan[np.flatnonzero(inside)[0]]))
        root = ground.root[zones[place]]
        passable = column[:, place] >= 0
        passable[root] = True
        beside = np.zeros(ground.nodes, dtype=bool)
        beside[ground.neighbours[inside[source]]] = True
        beside &= passable & ~inside
        # Of the areas beside the piece, only those matter that the root can reach first.
        open_node = passable & ~beside
        reach = components(pairs[open_node[pairs].all(axis=1)], ground.nodes)
        reached = open_node & (reach == reach[root])
        first = np.zeros(ground.nodes, dtype=bool)
        first[ground.neighbours[reached[source]]] = True
        fence = column[np.flatnonzero(first & beside), place]
        for area in np.flatnonzero(inside):
            at = np.append(fence, column[area, place]).astype(np.int32)
            model.addRow(0.0, np.inf, len(at), at, np.append(np.ones(len(fence)), -1.0))
    return bool(torn.any())
