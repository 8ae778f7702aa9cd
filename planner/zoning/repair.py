"""Mend a plan around areas moved by hand: one piece again, seats enough, little else changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import monotonic
from typing import TYPE_CHECKING

import numpy as np

from planner.zoning.edit import edit, scorecard
from planner.zoning.evaluation import evaluate
from planner.zoning.limits import Limits
from planner.zoning.problem import PieceReason
from planner.zoning.solver import judge, solve
from planner.zoning.tying import Neighbours

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from numpy.typing import NDArray

    from planner.zoning.edit import Break, Edited
    from planner.zoning.problem import Evaluation, Problem, Zoning

__all__ = ["Repaired", "repair"]

ROUNDS = 4
"""Times the ground on which seats are looked for grows by the zones that touch it."""
IN_VAIN = 2
"""Rounds in succession that gain nothing before the seats are given up."""
PROPOSALS_PER_AREA, PROPOSALS_AT_MOST = 2_000, 1_000_000
"""Moves the search tries for each area that may move: few are free, few places to go."""
DEAR = 10.0
"""Price of a missing seat in terms of the dearest change, so that seats go before peace."""
CORRIDORS = 8
"""Times torn areas are tied on again, as one corridor may cut another zone in two."""


@dataclass(frozen=True, slots=True, eq=False)
class Repaired:
    """A plan after areas were moved by hand and what that broke was mended around them."""

    zoning: Zoning
    edited: Edited
    """The repaired plan against the plan before the hand edit."""
    changed: NDArray[np.int64]
    """Areas that the repair moved besides those it was asked to."""
    left: tuple[Break, ...]
    """What the edit breaks and the repair could not mend."""


def repair(
    problem: Problem,
    plan: NDArray[np.int64],
    moves: Mapping[int, int],
    locks: Collection[int] = (),
    *,
    seed: int,
    proposals: int | None = None,
    before: Evaluation | None = None,
    seconds: float | None = None,
    stop: Callable[[], bool] | None = None,
) -> Repaired:
    """Make the moves and mend what they break, with the least change to all other areas.

    Moved and locked areas stay. A moved area that its new section's zone does not touch is
    tied to it by a corridor of as few pupils as possible; what is cut off goes to a zone it
    touches. Where seats are missing then, areas of the zones concerned move, and of the
    zones around them if those have no seats either; each pupil moved is dearer than any walk.
    In the end every area that can go back does. Areas farther away stay, and what was broken
    before the edit need not be mended.

    Args:
        problem: The areas, sections, walks and prices.
        plan: [area] the plan before the edit.
        moves: The new section by area.
        locks: Areas that must stay, besides the problem's own locks.
        seed: The same seed gives the same plan.
        proposals: Moves the search tries in each round, by the number of free areas if None.
        before: What the plan is worth, if that is known.
        seconds: Time in which seats may be looked for; what is found by then is kept.
        stop: Asked now and then; once it says so what is mended so far is kept.

    Raises:
        ValueError: A move or a lock names an area or a section that does not exist.
    """
    first = edit(problem, plan, moves, locks, before=before)
    before, wanted = first.before, first.after.section_of_area
    kept = _kept(problem, moves, locks)
    lenient = _no_worse_than(problem, before)
    draft = _in_one_piece(problem, first, kept)
    limits = Limits.of(seconds, None, stop, monotonic())
    draft = _with_seats(lenient, first, draft, kept, limits, seed=seed, proposals=proposals)
    draft = _put_back(lenient, wanted, draft, kept)
    zoning = judge(problem, draft)
    made = scorecard(problem, before, zoning, set(locks) - set(moves))
    return Repaired(
        zoning=zoning,
        edited=made,
        changed=np.flatnonzero(draft != wanted),
        left=tuple(one for one in made.breaks if not one.known),
    )


def _kept(problem: Problem, moves: Mapping[int, int], locks: Collection[int]) -> NDArray[np.bool_]:
    """Mark the areas that stay where the edit has them: moved, locked, with a section in them."""
    kept = np.zeros(problem.areas, dtype=bool)
    kept[[*moves, *locks]] = True
    kept[problem.home[problem.home >= 0]] = True
    if problem.locked is not None:
        kept |= problem.locked
    return kept


def _no_worse_than(problem: Problem, before: Evaluation) -> Problem:
    """Return the problem in which a section overfull before has the seats it would need."""
    plan, sections = before.section_of_area, problem.sections
    load = np.bincount(plan, problem.pupils, sections).astype(np.int64)
    cases = problem.cases
    if cases is not None:
        loads = np.array([np.bincount(plan, pupils, sections) for pupils in cases.pupils])
        seats = np.where(before.overflow > 0, np.maximum(cases.seats, loads), cases.seats)
        cases = replace(cases, seats=seats.astype(np.int64))
    return replace(problem, seats=np.maximum(problem.seats, load), cases=cases)


def _in_one_piece(problem: Problem, edited: Edited, kept: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the edited plan with all that the edit tore off tied on again, where it can be."""
    plan = edited.after.section_of_area.copy()
    if not problem.contiguous:
        return plan
    beside = Neighbours.of(problem)
    given_up = {area for piece in edited.before.pieces for area in piece.areas}
    held = kept.copy()
    # Each corridor may tear off something else, which is tied on in its turn.
    for _ in range(len(edited.moved) + CORRIDORS):
        torn = [one for one in beside.torn(problem, plan) if not given_up.issuperset(one)]
        if not torn:
            break
        kept_apart = [piece for piece in torn if kept[piece].any()]
        if not kept_apart:
            beside.hand_over(problem, plan, np.concatenate(torn))
            break
        piece = kept_apart[0]
        corridor = beside.corridor(problem, plan, piece, held)
        plan[corridor] = plan[piece[0]]
        held[corridor] = True
        if not len(corridor):
            given_up |= set(piece.tolist())
    return plan


def _with_seats(
    problem: Problem,
    edited: Edited,
    plan: NDArray[np.int64],
    kept: NDArray[np.bool_],
    limits: Limits,
    *,
    seed: int,
    proposals: int | None,
) -> NDArray[np.int64]:
    """Return the plan with areas moved until nobody lacks a seat, near the edit if possible."""
    wanted, best = edited.after.section_of_area, evaluate(problem, plan)
    old = edited.before.section_of_area
    concerned = np.union1d(old[plan != old], plan[plan != old])
    in_vain = 0
    for _ in range(ROUNDS):
        if not best.overflow.any() or in_vain == IN_VAIN or limits.over():
            break
        concerned = np.union1d(concerned, np.flatnonzero(best.overflow))
        draft = best.section_of_area
        free = np.isin(draft, concerned) & ~kept
        tries = min(PROPOSALS_PER_AREA * int(free.sum()), PROPOSALS_AT_MOST)
        ground = _ground(problem, wanted, draft, free)
        mended = solve(
            ground,
            seed=seed,
            proposals=proposals or tries,
            stop=limits.over,
        )
        found = evaluate(problem, mended.section_of_area)
        in_vain += 1
        if found.overflow.sum() < best.overflow.sum() and _no_more_torn(found, best):
            best, in_vain = found, 0
        near = np.isin(draft[problem.edges], concerned).any(axis=1)
        concerned = np.union1d(concerned, draft[problem.edges[near]])
    return best.section_of_area


def _ground(
    problem: Problem,
    wanted: NDArray[np.int64],
    draft: NDArray[np.int64],
    free: NDArray[np.bool_],
) -> Problem:
    """Return the problem in which only free areas move, and each pupil moved is very dear."""
    change = max(problem.stand_in_metres, 1.0)
    away = np.asarray(wanted[:, None] != np.arange(problem.sections), dtype=np.float64)
    priced = problem.with_surcharge("repair", change * away)
    if problem.today is not None and problem.weights.changed_metres:
        left = (problem.today[:, None] >= 0) & (problem.today[:, None] != np.arange(away.shape[1]))
        priced = priced.with_surcharge("today", problem.weights.changed_metres * left)
    weights = replace(
        problem.weights,
        overflow_metres=max(problem.weights.overflow_metres, DEAR * change),
        changed_metres=0.0,
    )
    return replace(priced, today=draft, locked=~free, weights=weights)


def _no_more_torn(found: Evaluation, best: Evaluation) -> bool:
    """Say whether a plan hangs together as well as another."""
    torn, before = (
        sum(len(one.areas) for one in plan.pieces if one.reason is PieceReason.DETACHED)
        for plan in (found, best)
    )
    return torn <= before


def _put_back(
    problem: Problem,
    wanted: NDArray[np.int64],
    plan: NDArray[np.int64],
    kept: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """Return the plan in which no area alone can go back to where the edit left it."""
    plan, beside = plan.copy(), Neighbours.of(problem)
    grouped = np.zeros(problem.areas, dtype=bool)
    for group in problem.together:
        grouped |= (group.group >= 0) & np.isinf(group.metres)
    room = _room(problem, plan)
    torn = _torn_areas(beside, problem, plan)
    again = True
    while again:
        again = False
        away = np.flatnonzero((plan != wanted) & ~kept & ~grouped)
        for area in away[np.argsort(-problem.pupils[away], kind="stable")]:
            if (room[:, wanted[area]] < _by_case(problem)[:, area]).any():
                continue
            back = plan.copy()
            back[area] = wanted[area]
            left = _torn_areas(beside, problem, back)
            if left <= torn:
                plan, torn, again = back, left, True
                room = _room(problem, plan)
    return plan


def _by_case(problem: Problem) -> NDArray[np.int64]:
    """Return the pupils of each case for which seats are counted: [case, area]."""
    return problem.pupils[None, :] if problem.cases is None else problem.cases.pupils


def _room(problem: Problem, plan: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the free seats of each section in each case: [case, section]."""
    seats = problem.seats[None, :] if problem.cases is None else problem.cases.seats
    pupils = _by_case(problem)
    load = np.array([np.bincount(plan, one, problem.sections) for one in pupils])
    return np.asarray(seats - load)


def _torn_areas(beside: Neighbours, problem: Problem, plan: NDArray[np.int64]) -> int:
    """Count the areas that do not hang together with their root."""
    if not problem.contiguous:
        return 0
    return int((~beside.parts(plan)[1][: problem.areas]).sum())
