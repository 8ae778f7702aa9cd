"""Say what a plan is worth and where its zones do not hang together, however it was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.zoning.ground import components, lay_out, rooted_edges
from planner.zoning.problem import Evaluation, Piece, PieceReason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from planner.zoning.problem import Problem

__all__ = ["evaluate"]


def evaluate(problem: Problem, section_of_area: NDArray[np.int64]) -> Evaluation:
    """Price a plan term by term and name every part that does not hang together.

    Args:
        problem: The areas, sections, walks and prices.
        section_of_area: [area] the section that each area's pupils go to.

    Raises:
        ValueError: The plan does not give each area one of the sections.
    """
    plan = np.asarray(section_of_area)
    if plan.shape != (problem.areas,) or plan.dtype.kind not in "iu":
        message = f"plan: expected one section number for each of {problem.areas} areas."
        raise ValueError(message)
    if plan.min() < 0 or plan.max() >= problem.sections:
        message = f"plan: expected sections from 0 to {problem.sections - 1}."
        raise ValueError(message)
    plan = plan.astype(np.int64)
    overflow = _overflow(problem, plan)
    terms = _terms(problem, plan, overflow)
    return Evaluation(
        section_of_area=plan,
        value=sum(terms.values()),
        terms=terms,
        overflow=overflow,
        pieces=tuple(_pieces(problem, plan)),
        unreachable=np.flatnonzero(~np.isfinite(problem.walk_metres).any(axis=1)),
    )


def _overflow(problem: Problem, plan: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count the pupils beyond the seats of each section."""
    loads = np.zeros(problem.sections, dtype=np.int64)
    np.add.at(loads, plan, problem.pupils)
    return np.asarray(np.maximum(loads - problem.seats, 0), dtype=np.int64)


def _terms(
    problem: Problem, plan: NDArray[np.int64], overflow: NDArray[np.int64]
) -> dict[str, float]:
    """Price the walks, the missing seats, the walks beyond the limit and the changes."""
    weights, pupils = problem.weights, problem.pupils
    walks = problem.walk_metres[np.arange(problem.areas), plan]
    counted = np.where(np.isfinite(walks), walks, problem.stand_in_metres)
    beyond = pupils[walks > problem.walk_limit_metres].sum()
    moved = 0
    if problem.today is not None:
        moved = pupils[(problem.today >= 0) & (problem.today != plan)].sum()
    return {
        "walk": float(pupils @ counted),
        "overflow": weights.overflow_metres * float(overflow.sum()),
        "over_limit": weights.over_limit_metres * float(beyond),
        "changed": weights.changed_metres * float(moved),
    }


def _pieces(problem: Problem, plan: NDArray[np.int64]) -> Iterator[Piece]:
    """Name the areas of each zone that do not hang together with its section's area."""
    edges, root = rooted_edges(problem)
    nodes = max(problem.areas, int(root.max()) + 1)
    zone = np.full(nodes, -1)
    zone[root] = np.arange(problem.sections)
    zone[: problem.areas] = plan
    label = components(edges[zone[edges[:, 0]] == zone[edges[:, 1]]], nodes)
    country = components(edges, nodes)
    island = ~np.isin(country, country[root])
    exempt = lay_out(problem).exempt
    # A root that the plan gave away anchors nothing: its zone is all detached.
    hangs = (
        label[: problem.areas]
        == np.where(zone[root] == np.arange(len(root)), label[root], -1)[plan]
    )
    for piece in np.unique(label[: problem.areas][~hangs]):
        areas = np.flatnonzero(label[: problem.areas] == piece)
        if island[areas].all():
            reason = PieceReason.ISLAND
        elif problem.contiguous and exempt[areas].all():
            reason = PieceReason.LOCKED
        else:
            reason = PieceReason.DETACHED
        yield Piece(int(plan[areas[0]]), tuple(areas.tolist()), reason)
    for section in np.flatnonzero(root >= problem.areas):
        areas = np.flatnonzero(hangs & (plan == section))
        if len(areas) and problem.home[section] not in areas:
            outside = problem.home[section] < 0
            reason = PieceReason.HOME_OUTSIDE if outside else PieceReason.HOME_ELSEWHERE
            yield Piece(int(section), tuple(areas.tolist()), reason)
