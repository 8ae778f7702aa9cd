"""Move areas on the borders of zones from section to section, millions of times a second.

The loops here are compiled to machine code on first use and kept on disk. Three proposals
take turns. A single move takes one area into a zone that it touches. A branch move takes
with it all that hangs on the area. A chain takes one area from a first zone to a second and
another from the second onwards, perhaps back to the first, so that full sections exchange
areas. Whatever is accepted leaves every zone hanging together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import float64, int64, njit, types, uint64

from planner.zoning.books import BOOKS, Books, enter, worth_of_part, worth_of_zone

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]
    Real = NDArray[np.float64]

__all__ = ["Draft", "anneal", "price_zones", "survey"]

BRANCH_EVERY = 8
"""One proposal in so many is a branch move; it looks at a whole zone, the others do not."""
LEAST_GAIN_METRES = 1e-9
"""Without temperature a move must save more than rounding can feign."""


class Draft(NamedTuple):
    """A plan being worked on, with the books that the compiled loop keeps."""

    prices: NDArray[np.float64]
    """[area, section] metres for all the area's pupils, inf where forbidden."""
    pupils: Whole
    """[node]"""
    seats: Whole
    """[section]"""
    tilt: Real
    """[section] metres per pupil that the search adds to a section, so that overfull ones pass
    pupils on; it is no part of what a plan is worth."""
    starts: Whole
    """[node + 1]"""
    neighbours: Whole
    choices: Whole
    """[area, choice] sections that an exempt area is offered."""
    root: Whole
    """[section]"""
    movable: Whole
    """Areas that have a choice."""
    fixed: NDArray[np.bool_]
    """[node] whether there is no choice."""
    section_of: Whole
    """[node] the plan itself."""
    load: Whole
    """[section] pupils of the zone."""
    held: Whole
    """[section] how many movable areas the zone has."""
    settled: Whole
    """[section] how many areas it has that have no choice."""
    members: Whole
    """[section, slot] these areas, in any order."""
    slot: Whole
    """[node] where the area stands among the members of its zone."""
    seen: Whole
    """[node + 1] marks of the last walk through a zone; the last entry counts the walks."""
    queue: Whole
    """[node] room for such a walk."""
    dice: NDArray[np.uint64]
    """[1] state of the random numbers."""
    books: Books
    """What depends on whole zones."""
    whole: bool
    """Whether anything but plain seats depends on whole zones, so that the books count."""


_whole, _table = int64[::1], int64[:, ::1]
DRAFT = types.NamedTuple(  # type: ignore[no-untyped-call]
    (
        float64[:, ::1],
        *[_whole] * 2,
        float64[::1],
        *[_whole] * 2,
        _table,
        *[_whole] * 2,
        types.boolean[::1],
        *[_whole] * 4,
        _table,
        *[_whole] * 3,
        uint64[::1],
        BOOKS,
        types.boolean,
    ),
    Draft,
)


@njit(int64(DRAFT, int64), cache=True, forceinline=True)
def _below(draft: Draft, limit: int) -> int:
    """Draw a whole number from 0 to limit - 1, at most 2^32 (xorshift64*, Vigna 2016)."""
    drawn = draft.dice[0]
    drawn ^= drawn >> uint64(12)
    drawn ^= drawn << uint64(25)
    drawn ^= drawn >> uint64(27)
    draft.dice[0] = drawn
    high = (drawn * uint64(2685821657736338717)) >> uint64(32)
    return int((high * uint64(limit)) >> uint64(32))


@njit(types.void(DRAFT, int64, int64), cache=True, forceinline=True)
def _shift(draft: Draft, node: int, new: int) -> None:
    """Give the area to another section and keep the books true."""
    old = draft.section_of[node]
    draft.load[old] -= draft.pupils[node]
    draft.load[new] += draft.pupils[node]
    draft.held[old] -= 1
    last = draft.members[old, draft.held[old]]
    draft.members[old, draft.slot[node]] = last
    draft.slot[last] = draft.slot[node]
    draft.members[new, draft.held[new]] = node
    draft.slot[node] = draft.held[new]
    draft.held[new] += 1
    if draft.whole:
        enter(draft.books, node, old, draft.section_of, -1)
    draft.section_of[node] = new
    if draft.whole:
        enter(draft.books, node, new, draft.section_of, 1)


@njit(float64(DRAFT, int64, float64), cache=True)
def _zone_changed(draft: Draft, section: int, overflow_metres: float) -> float:
    """Bring the worth of a zone up to date and return by how much it has grown."""
    books = draft.books
    worth = worth_of_zone(
        books,
        section,
        draft.load[section],
        draft.seats[section],
        draft.held[section] + draft.settled[section],
        overflow_metres,
    )
    grown = worth - books.zone_worth[section]
    books.zone_worth[section] = worth
    return float(grown)


@njit(float64(DRAFT, int64), cache=True)
def _groups_changed(draft: Draft, node: int) -> float:
    """Bring the worth of the area's groups up to date and return by how much it has grown."""
    books, grown = draft.books, 0.0
    for at in range(books.part_starts[node], books.part_starts[node + 1]):
        group = books.part_groups[at]
        worth = worth_of_part(books, group)
        grown += worth - books.group_worth[group]
        books.group_worth[group] = worth
    return grown


@njit(float64(DRAFT, int64, int64, float64), cache=True)
def _move(draft: Draft, node: int, new: int, overflow_metres: float) -> float:
    """Give the area to another section and return what that costs, all terms included."""
    old = draft.section_of[node]
    _shift(draft, node, new)
    loss = draft.prices[node, new] - draft.prices[node, old]
    loss += draft.pupils[node] * (draft.tilt[new] - draft.tilt[old])
    loss += _zone_changed(draft, old, overflow_metres)
    loss += _zone_changed(draft, new, overflow_metres)
    return float(loss + _groups_changed(draft, node))


@njit(int64(DRAFT, int64), cache=True)
def _walk(draft: Draft, start: int) -> int:
    """List what a walk inside the zone reaches from the start, except what is marked already.

    Returns how many nodes stand at the beginning of the queue.
    """
    zone, mark = draft.section_of[start], draft.seen[-1]
    draft.seen[start] = mark
    draft.queue[0] = start
    head, tail = 0, 1
    while head < tail:
        here = draft.queue[head]
        head += 1
        for at in range(draft.starts[here], draft.starts[here + 1]):
            other = draft.neighbours[at]
            if draft.section_of[other] == zone and draft.seen[other] != mark:
                draft.seen[other] = mark
                draft.queue[tail] = other
                tail += 1
    return tail


@njit(int64(DRAFT, int64), cache=True)
def _branch(draft: Draft, node: int) -> int:
    """List the area and all that its zone's root reaches only through it.

    Returns how many areas stand at the beginning of the queue.
    """
    root = draft.root[draft.section_of[node]]
    draft.seen[-1] += 2
    draft.seen[node] = draft.seen[-1]
    _walk(draft, root)
    return _walk(draft, node)


@njit(types.boolean(DRAFT, int64, int64), cache=True)
def _can_leave(draft: Draft, node: int, zone: int) -> bool:
    """Say whether the zone hangs together without the area, which may have left it already.

    It does if all neighbours in the zone still reach each other, and mostly they do within
    a few steps, so that the walk from the first of them ends early.
    """
    draft.seen[-1] += 2
    wanted, visited = draft.seen[-1], draft.seen[-1] + 1
    missing, first = -1, -1
    for at in range(draft.starts[node], draft.starts[node + 1]):
        other = draft.neighbours[at]
        if draft.section_of[other] == zone:
            draft.seen[other] = wanted
            missing += 1
            first = other
    if missing <= 0:
        return True
    draft.seen[node] = draft.seen[first] = visited
    draft.queue[0] = first
    head, tail = 0, 1
    while head < tail:
        here = draft.queue[head]
        head += 1
        for at in range(draft.starts[here], draft.starts[here + 1]):
            other = draft.neighbours[at]
            if draft.section_of[other] == zone and draft.seen[other] != visited:
                if draft.seen[other] == wanted:
                    missing -= 1
                    if missing == 0:
                        return True
                draft.seen[other] = visited
                draft.queue[tail] = other
                tail += 1
    return False


@njit(types.boolean(DRAFT, int64, int64), cache=True, forceinline=True)
def _touches(draft: Draft, node: int, zone: int) -> bool:
    """Say whether the area may join the zone: it touches it, or is exempt."""
    if draft.starts[node] == draft.starts[node + 1]:
        return True
    for at in range(draft.starts[node], draft.starts[node + 1]):
        if draft.section_of[draft.neighbours[at]] == zone:
            return True
    return False


@njit(types.boolean(DRAFT, float64, float64), cache=True, forceinline=True)
def _accepts(draft: Draft, loss: float, temperature: float) -> bool:
    """Accept what saves, and at a temperature now and then what does not (Metropolis 1953)."""
    if temperature <= 0:
        return loss < -LEAST_GAIN_METRES
    if loss <= 0:
        return True
    return bool(_below(draft, 1 << 30) < np.exp(-loss / temperature) * (1 << 30))


@njit(float64(DRAFT, int64, int64), cache=True, forceinline=True)
def _beyond(draft: Draft, section: int, change: int) -> float:
    """Return how many more pupils stand beyond the seats after a change of load."""
    spare = draft.seats[section] - draft.load[section]
    return float(max(0, change - spare) - max(0, -spare))


@njit(int64(DRAFT, int64), cache=True, forceinline=True)
def _destination(draft: Draft, node: int) -> int:
    """Draw a section the area might join: a neighbour's, or any choice if it is exempt."""
    first = draft.starts[node]
    degree = draft.starts[node + 1] - first
    if degree == 0:
        return int(draft.choices[node, _below(draft, draft.choices.shape[1])])
    return int(draft.section_of[draft.neighbours[first + _below(draft, degree)]])


@njit(types.void(DRAFT, int64, int64, float64, float64), cache=True)
def _propose_single(
    draft: Draft, node: int, new: int, temperature: float, overflow_metres: float
) -> None:
    """Propose that one area joins another zone."""
    old, pupils = draft.section_of[node], draft.pupils[node]
    loss = draft.prices[node, new] - draft.prices[node, old]
    loss += pupils * (draft.tilt[new] - draft.tilt[old])
    beyond = _beyond(draft, old, -pupils) + _beyond(draft, new, pupils)
    loss += overflow_metres * beyond
    if _accepts(draft, loss, temperature) and _can_leave(draft, node, old):
        _shift(draft, node, new)


@njit(types.void(DRAFT, int64, int64, float64, float64), cache=True)
def _propose_branch(
    draft: Draft, node: int, new: int, temperature: float, overflow_metres: float
) -> None:
    """Propose that an area joins another zone together with all that hangs on it."""
    old, pupils, loss = draft.section_of[node], 0, 0.0
    size = _branch(draft, node)
    for at in range(size):
        other = draft.queue[at]
        if draft.fixed[other]:
            return
        loss += draft.prices[other, new] - draft.prices[other, old]
        pupils += draft.pupils[other]
    beyond = _beyond(draft, old, -pupils) + _beyond(draft, new, pupils)
    loss += overflow_metres * beyond + pupils * (draft.tilt[new] - draft.tilt[old])
    if _accepts(draft, loss, temperature):
        for at in range(size):
            _shift(draft, draft.queue[at], new)


@njit(types.void(DRAFT, int64, int64, float64, float64), cache=True)
def _propose_chain(
    draft: Draft, node: int, new: int, temperature: float, overflow_metres: float
) -> None:
    """Propose that an area joins another zone and one of that zone goes on, or comes back."""
    old = draft.section_of[node]
    other = draft.members[new, _below(draft, draft.held[new])]
    onto = old if _below(draft, 2) == 0 else _destination(draft, other)
    if onto == new or not _touches(draft, other, onto):
        return
    here, there = draft.pupils[node], draft.pupils[other]
    loss = draft.prices[node, new] - draft.prices[node, old]
    loss += draft.prices[other, onto] - draft.prices[other, new]
    loss += here * (draft.tilt[new] - draft.tilt[old])
    loss += there * (draft.tilt[onto] - draft.tilt[new])
    beyond = _beyond(draft, new, here - there)
    if onto == old:
        beyond += _beyond(draft, old, there - here)
    else:
        beyond += _beyond(draft, old, -here) + _beyond(draft, onto, there)
    loss += overflow_metres * beyond
    if not (_accepts(draft, loss, temperature) and _can_leave(draft, node, old)):
        return
    _shift(draft, node, new)
    # Only with the first area gone is it known whether the second still touches.
    if _touches(draft, other, onto) and _can_leave(draft, other, new):
        _shift(draft, other, onto)
    else:
        _shift(draft, node, old)


@njit(types.void(DRAFT, int64, int64, float64, float64), cache=True)
def _try_single(
    draft: Draft, node: int, new: int, temperature: float, overflow_metres: float
) -> None:
    """Let one area join another zone, and come back if that does not pay or tears the zone."""
    old = draft.section_of[node]
    loss = _move(draft, node, new, overflow_metres)
    if not (_accepts(draft, loss, temperature) and _can_leave(draft, node, old)):
        _move(draft, node, old, overflow_metres)


@njit(types.void(DRAFT, int64, int64, float64, float64), cache=True)
def _try_branch(
    draft: Draft, node: int, new: int, temperature: float, overflow_metres: float
) -> None:
    """Let an area join another zone with all that hangs on it, and come back if it does not pay."""
    old, loss = draft.section_of[node], 0.0
    size = _branch(draft, node)
    for at in range(size):
        other = draft.queue[at]
        if draft.fixed[other] or draft.prices[other, new] == np.inf:
            return
    for at in range(size):
        loss += _move(draft, draft.queue[at], new, overflow_metres)
    if not _accepts(draft, loss, temperature):
        for at in range(size):
            _move(draft, draft.queue[at], old, overflow_metres)


@njit(types.void(DRAFT, int64, int64, float64, float64), cache=True)
def _try_chain(
    draft: Draft, node: int, new: int, temperature: float, overflow_metres: float
) -> None:
    """Let one area join a zone and another of that zone go on or come back, or undo both."""
    old = draft.section_of[node]
    other = draft.members[new, _below(draft, draft.held[new])]
    onto = old if _below(draft, 2) == 0 else _destination(draft, other)
    if onto == new or draft.prices[other, onto] == np.inf:
        return
    loss = _move(draft, node, new, overflow_metres)
    # Only with the first area gone is it known whether the second still touches.
    if _touches(draft, other, onto) and _can_leave(draft, node, old):
        loss += _move(draft, other, onto, overflow_metres)
        if _accepts(draft, loss, temperature) and _can_leave(draft, other, new):
            return
        _move(draft, other, new, overflow_metres)
    _move(draft, node, old, overflow_metres)


@njit(types.void(DRAFT, float64), cache=True)
def price_zones(draft: Draft, overflow_metres: float) -> None:
    """Bring the worth of all zones up to date with a price of a missing seat."""
    for section in range(len(draft.seats)):
        _zone_changed(draft, section, overflow_metres)


@njit(float64[::1](DRAFT, int64, float64), cache=True)
def survey(draft: Draft, proposals: int, overflow_metres: float) -> Real:
    """Return what random moves of one area would cost, without moving anything for good."""
    losses = np.zeros(proposals)
    for at in range(proposals):
        node = draft.movable[_below(draft, len(draft.movable))]
        old, new = draft.section_of[node], _destination(draft, node)
        if new != old and draft.prices[node, new] < np.inf and draft.prices[node, old] < np.inf:
            losses[at] = _move(draft, node, new, overflow_metres)
            _move(draft, node, old, overflow_metres)
    return losses


@njit(types.void(DRAFT, int64, float64, float64), cache=True)
def _explore(draft: Draft, proposals: int, temperature: float, overflow_metres: float) -> None:
    """Make proposals where the books count: everything is tried, priced and perhaps undone."""
    price_zones(draft, overflow_metres)
    for _ in range(proposals):
        node = draft.movable[_below(draft, len(draft.movable))]
        new = _destination(draft, node)
        if new == draft.section_of[node] or draft.prices[node, new] == np.inf:
            continue
        if _below(draft, BRANCH_EVERY) == 0:
            _try_branch(draft, node, new, temperature, overflow_metres)
        elif draft.held[new] == 0 or _below(draft, 2) == 0:
            _try_single(draft, node, new, temperature, overflow_metres)
        else:
            _try_chain(draft, node, new, temperature, overflow_metres)


@njit(types.void(DRAFT, int64, float64, float64), cache=True)
def anneal(draft: Draft, proposals: int, temperature: float, overflow_metres: float) -> None:
    """Make that many proposals at one temperature, changing the draft in place."""
    if draft.whole:
        _explore(draft, proposals, temperature, overflow_metres)
        return
    for _ in range(proposals):
        node = draft.movable[_below(draft, len(draft.movable))]
        new = _destination(draft, node)
        if new == draft.section_of[node] or draft.prices[node, new] == np.inf:
            continue
        if _below(draft, BRANCH_EVERY) == 0:
            _propose_branch(draft, node, new, temperature, overflow_metres)
        elif draft.held[new] == 0 or _below(draft, 2) == 0:
            _propose_single(draft, node, new, temperature, overflow_metres)
        else:
            _propose_chain(draft, node, new, temperature, overflow_metres)
