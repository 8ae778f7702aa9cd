"""Find the least that must give way: seats to add, limits to lengthen, locks to open."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from planner.zoning.books import asks_for_books
from planner.zoning.demands import DemandKind
from planner.zoning.evaluation import evaluate
from planner.zoning.problem import PieceReason, Weights
from planner.zoning.solver import solve

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from planner.zoning.conflicts import Conflicts
    from planner.zoning.problem import Evaluation, Problem

__all__ = ["WayOut", "ways_out"]

MOVES = 12_500
"""Moves of a search that begins with drawn zones, by the root of the areas: a few seconds."""
DEAR = 100.0
"""Price of a pupil for whom a demand gives way, in terms of the longest walk."""
NEVER = 100.0
"""Price of a missing seat in terms of that price, where seats are to be kept."""


@dataclass(frozen=True, slots=True, eq=False)
class WayOut:
    """One kind of demand that gives way for as few pupils as a search finds."""

    kind: DemandKind
    pupils: int
    """Pupils concerned: without a seat today, beyond the limit, where a lock is opened, ..."""
    areas: tuple[int, ...]
    """The areas for which the demand gives way; none for seats."""
    sections: tuple[int, ...]
    """For seats: the sections that need more. Otherwise where each of the areas goes."""
    amounts: tuple[float, ...]
    """For seats: seats to add by section; for the limit: metres by area; else pupils by area."""
    plan: NDArray[np.int64]
    """[area] a plan that then is possible."""
    enough: bool
    """Whether that plan keeps everything else; if not, giving way here alone was not enough."""


def ways_out(
    problem: Problem,
    found: Conflicts,
    *,
    seed: int,
    proposals: int | None = None,
    drawn: NDArray[np.int64] | None = None,
    stop: Callable[[], bool] | None = None,
) -> tuple[WayOut, ...]:
    """Return for each kind of demand that may give way the least that a search finds enough.

    Each kind is looked at alone: it is given a price per pupil, dear against any walk, and all
    else is kept. What comes first is enough and concerns the fewest pupils. Homes and the shape
    of zones never give way. Several years or futures at once, mix, use and shape make each move
    of a search slow: there it begins with the drawn zones, from which it is not far.

    Args:
        problem: The areas, sections, walks and demands.
        found: Its conflicts: demands of the kinds named there are looked at, or all that are
            made where nothing is named.
        seed: The same seed gives the same ways.
        proposals: Moves each search tries, chosen by the size of the problem if None.
        drawn: [area] the zones that do not keep everything, if they are known.
        stop: Asked now and then; once it says so the ways found so far are returned.
    """
    if drawn is not None and asks_for_books(problem, np.arange(problem.areas)):
        proposals = proposals or int(MOVES * problem.areas**0.5)
    else:
        drawn = None
    named = {one.kind for conflict in found.found for one in conflict.demands}
    ways = []
    for kind, (ease, read) in _WAYS.items():
        if (kind in named or not named) and _made(problem, kind):
            eased = ease(problem, DEAR * max(problem.stand_in_metres / 2, 1.0))
            zones = solve(eased, seed=seed, proposals=proposals, start=drawn, stop=stop)
            if stop is not None and stop():
                # A search that was cut short does not know what is enough.
                break
            ways.append(_way(problem, eased, kind, zones.section_of_area, read))
    return tuple(sorted(ways, key=lambda way: (not way.enough, way.pupils)))


def _made(problem: Problem, kind: DemandKind) -> bool:
    """Say whether a problem makes any demand of a kind."""
    return {
        DemandKind.SEATS: True,
        DemandKind.LIMIT: problem.limit_is_hard,
        DemandKind.FORBIDDEN: any(np.isinf(one).any() for one in problem.surcharges.values()),
        DemandKind.LOCK: problem.locked is not None and bool(problem.locked.any()),
        DemandKind.TOGETHER: any(np.isinf(one.metres) for one in problem.together),
    }[kind]


def _way(
    problem: Problem,
    eased: Problem,
    kind: DemandKind,
    plan: NDArray[np.int64],
    read: Callable[[Problem, Evaluation], NDArray[np.float64]],
) -> WayOut:
    """Return what gives way in a plan, and whether all else is kept."""
    was, now = evaluate(problem, plan), evaluate(eased, plan)
    amounts = read(problem, was)
    concerned = np.flatnonzero(np.isfinite(amounts))
    seats = kind is DemandKind.SEATS
    torn = any(piece.reason is PieceReason.DETACHED for piece in now.pieces)
    return WayOut(
        kind=kind,
        pupils=int(was.overflow.sum() if seats else problem.pupils[concerned].sum()),
        areas=() if seats else tuple(concerned.tolist()),
        sections=tuple((concerned if seats else plan[concerned]).tolist()),
        amounts=tuple(amounts[concerned].tolist()),
        plan=plan,
        enough=not now.breaches and not torn and (seats or not now.overflow.any()),
    )


def _more_seats(problem: Problem, dear: float) -> Problem:
    """Return the problem in which seats are missing for as few as possible."""
    return replace(problem, weights=_weights(problem, dear))


def _longer_limit(problem: Problem, dear: float) -> Problem:
    """Return the problem in which as few as possible walk beyond the limit, on streets."""
    beyond = problem.walk_metres - problem.limit_metres
    streets = np.isfinite(problem.walk_metres)
    price = np.where(beyond > 0, dear, 0.0) + np.maximum(beyond, 0.0)
    priced = problem.with_surcharge("limit eased", np.where(streets, price, np.inf))
    return replace(priced, limit_is_hard=False, weights=_weights(problem, NEVER * dear))


def _fewer_locks(problem: Problem, dear: float) -> Problem:
    """Return the problem in which as few pupils as possible leave a locked section."""
    assert problem.today is not None, "a lock has a section"
    assert problem.locked is not None, "there is a lock"
    off = problem.today[:, None] != np.arange(problem.sections)
    price = np.where(problem.locked[:, None] & off, dear, 0.0)
    priced = problem.with_surcharge("lock eased", price)
    return replace(priced, locked=None, weights=_weights(problem, NEVER * dear))


def _fewer_forbidden(problem: Problem, dear: float) -> Problem:
    """Return the problem in which as few pupils as possible go where they are forbidden to."""
    eased = {
        name: np.where(np.isinf(metres), dear, metres)
        for name, metres in problem.surcharges.items()
    }
    return replace(problem, surcharges=eased, weights=_weights(problem, NEVER * dear))


def _fewer_groups(problem: Problem, dear: float) -> Problem:
    """Return the problem in which as few pupils as possible part from their group."""
    eased = tuple(
        replace(wish, metres=dear) if np.isinf(wish.metres) else wish for wish in problem.together
    )
    return replace(problem, together=eased, weights=_weights(problem, NEVER * dear))


def _weights(problem: Problem, seat_metres: float) -> Weights:
    """Return the prices with that of a missing seat."""
    return replace(problem.weights, overflow_metres=seat_metres)


def _seats_wanting(_: Problem, plan: Evaluation) -> NDArray[np.float64]:
    """Return the seats to add: [section], nan where there are enough."""
    return np.where(plan.overflow > 0, plan.overflow, np.nan)


def _metres_wanting(problem: Problem, plan: Evaluation) -> NDArray[np.float64]:
    """Return the walk of each area beyond the limit, nan within: [area]."""
    walks = problem.walk_metres[np.arange(problem.areas), plan.section_of_area]
    beyond = problem.goes_beyond(plan.section_of_area) & (problem.pupils > 0)
    return np.where(beyond, walks, np.nan)


def _locks_open(problem: Problem, plan: Evaluation) -> NDArray[np.float64]:
    """Return the pupils of areas that leave their lock, nan elsewhere: [area]."""
    off = np.asarray(problem.locked & (plan.section_of_area != problem.today))
    return np.where(off, problem.pupils, np.nan)


def _forbidden_gone(problem: Problem, plan: Evaluation) -> NDArray[np.float64]:
    """Return the pupils of areas that go where they are forbidden to, nan elsewhere: [area]."""
    return _pupils_named(problem, plan, set(problem.surcharges))


def _parted(problem: Problem, plan: Evaluation) -> NDArray[np.float64]:
    """Return the pupils of areas that part from their group, nan elsewhere: [area]."""
    return _pupils_named(problem, plan, {wish.name for wish in problem.together})


def _pupils_named(problem: Problem, plan: Evaluation, names: set[str]) -> NDArray[np.float64]:
    """Return the pupils of areas for which a plan breaks one of some demands: [area]."""
    amounts = np.full(problem.areas, np.nan)
    for name, areas in plan.breaches.items():
        if name in names:
            amounts[areas] = problem.pupils[areas]
    return amounts


_WAYS = {
    DemandKind.SEATS: (_more_seats, _seats_wanting),
    DemandKind.LIMIT: (_longer_limit, _metres_wanting),
    DemandKind.FORBIDDEN: (_fewer_forbidden, _forbidden_gone),
    DemandKind.LOCK: (_fewer_locks, _locks_open),
    DemandKind.TOGETHER: (_fewer_groups, _parted),
}
