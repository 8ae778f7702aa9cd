"""Say what a plan is worth and where its zones do not hang together, however it was found.

With the pupils p, seats s and walks d of a problem, the section j of each area i and the load
n_j = sum of p_i over the areas of j, the value is the sum of these terms, in metres:

    walk         p_i d_ij; a walk that does not exist counts as twice the longest that does
    overflow     w (n_j - s_j)+; over several cases that quantile of the cases' (n_j - s_j)+
    over_limit   w p_i where d_ij is beyond the limit
    changed      w p_i where the area leaves today's section
    a surcharge  p_i c_ij
    together     w p_i for the areas outside the largest part of their group
    band         w_j ((low s_j - n_j)+ + (n_j - high s_j)+)
    mix          w (|m_j - share n_j| - tolerance n_j)+ for the m_j marked pupils of a section
    shape        w (1 - 4 pi area / outline^2) of each zone

What is forbidden adds nothing to the value; `breaches` names the areas where it happens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.zoning.ground import components, lay_out, rooted_edges
from planner.zoning.problem import Evaluation, Piece, PieceReason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from planner.zoning.problem import Problem, Shape, Together

    FloatArray = NDArray[np.float64]
    IntArray = NDArray[np.int64]

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
        breaches=dict(_breaches(problem, plan)),
    )


def _overflow(problem: Problem, plan: IntArray) -> IntArray:
    """Count the pupils beyond the seats of each section, in the case that counts."""
    if problem.cases is None:
        over = _loads(problem, plan, problem.pupils) - problem.seats
        return np.asarray(np.maximum(over, 0), dtype=np.int64)
    cases = problem.cases
    loads = np.array([_loads(problem, plan, pupils) for pupils in cases.pupils])
    beyond = np.maximum(loads - cases.seats, 0)
    # Half a pupil is nobody: the quantile is one of the cases, the next one above.
    return np.quantile(beyond, cases.quantile, axis=0, method="higher").astype(np.int64)


def _loads(problem: Problem, plan: IntArray, pupils: IntArray) -> IntArray:
    """Add up the pupils of each section's areas."""
    # Sums of whole numbers far below 2^53 are exact in floating point.
    return np.bincount(plan, pupils, problem.sections).astype(np.int64)


def _terms(problem: Problem, plan: IntArray, overflow: IntArray) -> dict[str, float]:
    """Price every term that is asked for."""
    weights, pupils = problem.weights, problem.pupils
    walks = _walks(problem, plan)
    counted = np.where(np.isfinite(walks), walks, problem.stand_in_metres)
    beyond = pupils[problem.goes_beyond(plan)].sum()
    moved = 0
    if problem.today is not None:
        moved = pupils[(problem.today >= 0) & (problem.today != plan)].sum()
    return {
        "walk": float(pupils @ counted),
        "overflow": weights.overflow_metres * float(overflow.sum()),
        "over_limit": weights.over_limit_metres * float(beyond),
        "changed": weights.changed_metres * float(moved),
        **{
            name: float(pupils @ np.where(np.isfinite(each), each, 0.0))
            for name, each in _surcharged(problem, plan)
        },
        **{
            wish.name: _price(wish.metres) * float(pupils[_apart(problem, plan, wish)].sum())
            for wish in problem.together
        },
        **dict(_terms_of_sections(problem, plan)),
    }


def _walks(problem: Problem, plan: IntArray) -> FloatArray:
    """Return the walk of each area, inf where there is none."""
    walks: FloatArray = problem.walk_metres[np.arange(problem.areas), plan]
    return walks


def _surcharged(problem: Problem, plan: IntArray) -> Iterator[tuple[str, FloatArray]]:
    """Yield each surcharge with what a pupil of each area pays, inf where it is forbidden."""
    for name, metres in problem.surcharges.items():
        yield name, metres[np.arange(problem.areas), plan]


def _price(metres: float) -> float:
    """Return the price of a wish; what is forbidden has none."""
    return metres if np.isfinite(metres) else 0.0


def _apart(problem: Problem, plan: IntArray, wish: Together) -> NDArray[np.bool_]:
    """Tell which areas are outside the largest part of their group.

    Largest by pupils, then by areas; of two alike the part that goes to the earlier section.
    """
    member = np.flatnonzero(wish.group >= 0)
    apart = np.zeros(problem.areas, dtype=bool)
    if not len(member):
        return apart
    parts, part = np.unique(
        wish.group[member] * problem.sections + plan[member], return_inverse=True
    )
    pupils = np.bincount(part, problem.pupils[member])
    areas = np.bincount(part)
    group = parts // problem.sections
    # Sorted by group, the best part of each comes first.
    order = np.lexsort((parts, -areas, -pupils, group))
    best = order[np.unique(group[order], return_index=True)[1]]
    apart[member] = ~np.isin(part, best)
    return apart


def _terms_of_sections(problem: Problem, plan: IntArray) -> Iterator[tuple[str, float]]:
    """Yield what depends on whole zones: how full, how mixed and how compact they are."""
    load = _loads(problem, plan, problem.pupils)
    if (band := problem.band) is not None:
        outside = np.maximum(band.low * problem.seats - load, 0)
        outside += np.maximum(load - band.high * problem.seats, 0)
        yield "band", float((band.metres * outside).sum())
    if (mix := problem.mix) is not None:
        share = mix.marked.sum() / max(int(problem.pupils.sum()), 1)
        off = np.abs(_loads(problem, plan, mix.marked) - share * load)
        yield "mix", mix.metres * float(np.maximum(off - mix.tolerance * load, 0).sum())
    if problem.shape is not None:
        yield "shape", problem.shape.metres * float(_sprawl(problem, problem.shape, plan).sum())


def _sprawl(problem: Problem, shape: Shape, plan: IntArray) -> FloatArray:
    """Return how far each zone is from a circle: 0 a circle, 1 a thread; 0 without areas."""
    pairs, first = np.unique(np.sort(problem.edges, axis=1), axis=0, return_index=True)
    inside = plan[pairs[:, 0]] == plan[pairs[:, 1]]
    shared = np.bincount(
        plan[pairs[inside, 0]], shape.border_metres[first[inside]], problem.sections
    )
    outline = np.bincount(plan, shape.outline_metres, problem.sections) - 2 * shared
    square = np.bincount(plan, shape.square_metres, problem.sections)
    there = np.bincount(plan, minlength=problem.sections) > 0
    # Borders drawn twice may leave less outline than a circle needs: nothing beats a circle.
    round_enough = 4 * np.pi * square >= outline**2
    outline = np.where(there & ~round_enough & (outline > 0), outline, 1.0)
    sprawl: FloatArray = np.where(there & ~round_enough, 1 - 4 * np.pi * square / outline**2, 0.0)
    return sprawl


def _breaches(problem: Problem, plan: IntArray) -> Iterator[tuple[str, IntArray]]:
    """Yield the areas for which each hard demand is broken, whether or not there was a choice."""
    if problem.limit_is_hard:
        # A limit is about walking: it binds nobody where nobody lives.
        yield from _named("limit", problem.goes_beyond(plan) & (problem.pupils > 0))
    for name, each in _surcharged(problem, plan):
        yield from _named(name, np.isinf(each))
    for wish in problem.together:
        if np.isinf(wish.metres):
            yield from _named(wish.name, _apart(problem, plan, wish))


def _named(name: str, broken: NDArray[np.bool_]) -> Iterator[tuple[str, IntArray]]:
    """Yield a demand with its areas, unless it is kept everywhere."""
    if broken.any():
        yield name, np.flatnonzero(broken)


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
