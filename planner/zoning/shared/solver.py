"""Choose which sections share a zone: fair expectations, short walks, nobody beyond the maximum.

    minimise    sum_G c_G y_G
    subject to  sum_{G has j} y_G = 1       every section in one group, or alone      (1)
                y binary

over all groups G of one to four sections whose zones hang together and within which no walk
exceeds the maximum; c_G is what the zone of G adds to the value (`evaluation.terms_of_group`).
Zones that touch are few, so all groups can be written down (59 for each section on a honeycomb),
and the programme is exact: its bound holds for every grouping there is.

Source of the model: set partitioning, Balas and Padberg 1976, SIAM Review 18.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import highspy
import numpy as np

from planner.zoning.problem import SolveStatus
from planner.zoning.shared.evaluation import (
    Sharing,
    SharingEvaluation,
    evaluate_groups,
    terms_of_group,
)
from planner.zoning.shared.groups import candidate_groups, faults_of_given

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from planner.zoning.shared.problem import SharingProblem

__all__ = ["share"]

NODES_AT_MOST = 2_000
"""Branches after which the solver says how far it came: the same on every machine."""
AGREEMENT = 1e-6
"""Relative error of the integer solver: a closer bound and value are the same number."""
TOLERANCE = 1e-9
"""How far the integer solver may be from a whole number or beyond a row."""


def share(problem: SharingProblem) -> Sharing:
    """Return the best grouping, with a bound that no grouping undercuts.

    The given groups are kept; where `largest` is 1 they are all there is.

    Raises:
        ValueError: A given group cannot be; `faults_of_given` says why.
    """
    if faults := faults_of_given(problem):
        message = "; ".join(f"group {fault.group}: {fault.reason.value}" for fault in faults)
        raise ValueError(message)
    groups = candidate_groups(problem)
    cost = np.array([sum(terms_of_group(problem, group).values()) for group in groups])
    chosen, bound = _partition(groups, cost, problem.sections)
    found = evaluate_groups(problem, chosen)
    if found.value - bound <= AGREEMENT * found.value:
        bound = found.value
    return _proved(found, bound)


def _partition(
    groups: Sequence[tuple[int, ...]], cost: NDArray[np.float64], sections: int
) -> tuple[list[tuple[int, ...]], float]:
    """Solve (1): return the groups that are taken, and the bound."""
    model = _model(groups, cost, sections)
    # To begin with, everybody keeps the zone alone but where groups are given.
    first = _first(groups)
    start = np.array([float(group in first) for group in groups])
    model.setSolution(len(groups), np.arange(len(groups), dtype=np.int32), start)
    model.run()
    info = model.getInfo()
    taken = start
    if info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
        taken = np.array(model.getSolution().col_value)
    chosen = [group for group, value in zip(groups, taken, strict=True) if value > 0.5]
    return chosen, max(0.0, float(info.mip_dual_bound))


def _first(groups: Sequence[tuple[int, ...]]) -> set[tuple[int, ...]]:
    """Return the groups of which the plainest grouping is made: for each section its smallest."""
    smallest: dict[int, tuple[int, ...]] = {}
    for group in sorted(groups, key=len):
        for section in group:
            smallest.setdefault(section, group)
    return set(smallest.values())


def _model(
    groups: Sequence[tuple[int, ...]], cost: NDArray[np.float64], sections: int
) -> highspy.Highs:
    """Return (1) as the solver reads it: a row for each section, a column for each group."""
    model = highspy.Highs()  # type: ignore[no-untyped-call]
    model.setOptionValue("output_flag", False)  # noqa: FBT003 - the solver's own signature
    model.setOptionValue("mip_rel_gap", 0.0)
    model.setOptionValue("mip_max_nodes", NODES_AT_MOST)
    model.setOptionValue("mip_feasibility_tolerance", TOLERANCE)
    model.setOptionValue("primal_feasibility_tolerance", TOLERANCE)
    once, nothing = np.ones(sections), np.zeros(sections, dtype=np.int32)
    model.addRows(sections, once, once, 0, nothing, np.empty(0, dtype=np.int32), np.empty(0))
    sizes = np.array([len(group) for group in groups])
    inside = np.concatenate([np.array(group, dtype=np.int32) for group in groups])
    columns = len(groups)
    model.addCols(
        columns,
        cost,
        np.zeros(columns),
        np.ones(columns),
        len(inside),
        (np.cumsum(sizes) - sizes).astype(np.int32),
        inside,
        np.ones(len(inside)),
    )
    model.changeColsIntegrality(
        columns,
        np.arange(columns, dtype=np.int32),
        np.full(columns, int(highspy.HighsVarType.kInteger), dtype=np.uint8),
    )
    return model


def _proved(found: SharingEvaluation, bound: float) -> Sharing:
    """Say how far a grouping can be trusted to be the best."""
    gap = (found.value - bound) / found.value if found.value > 0 else 0.0
    if gap == 0:
        status = SolveStatus.OPTIMAL
    else:
        status = SolveStatus.OVERFULL if found.overflow else SolveStatus.FEASIBLE
    known = {item.name: getattr(found, item.name) for item in fields(SharingEvaluation)}
    return Sharing(**known, bound=bound, gap=gap, status=status)
