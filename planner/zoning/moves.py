"""Move areas on the borders of zones from section to section, millions of times a second.

The loops here are compiled to machine code on first use and kept on disk. Three proposals
take turns. A single move takes one area into a zone that it touches. A branch move takes
with it all that hangs on the area. A chain takes one area from a first zone to a second and
another from the second onwards, perhaps back to the first, so that full sections exchange
areas. Whatever is accepted leaves every zone hanging together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar, cast

import numpy as np
from numba import float64, int64, njit, types, uint64

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Whole = NDArray[np.int64]
    Real = NDArray[np.float64]

__all__ = [
    "DRAFT",
    "Draft",
    "accepts",
    "anneal",
    "below",
    "branch",
    "can_leave",
    "destination",
    "loop_part",
    "shift",
    "touches",
]

BRANCH_EVERY = 8
"""One proposal in so many is a branch move; it looks at a whole zone, the others do not."""
LEAST_GAIN_METRES = 1e-9
"""Without temperature a move must save more than rounding can feign."""


class Draft(NamedTuple):
    """A plan being worked on, with the lists that the compiled loop keeps."""

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


Loop = TypeVar("Loop")


def loop_part(*, forceinline: bool = False) -> Callable[[Loop], Loop]:
    """Compile what only the loops below call: with them, and with no entrance from Python.

    An entrance takes a whole draft apart, which takes longer to compile than most of the parts.
    """
    compiled = njit(  # type: ignore[call-overload]
        no_cpython_wrapper=True, no_cfunc_wrapper=True, forceinline=forceinline
    )
    return cast("Callable[[Loop], Loop]", compiled)


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
    ),
    Draft,
)


@loop_part(forceinline=True)
def below(draft: Draft, limit: int) -> int:
    """Draw a whole number from 0 to limit - 1, at most 2^32 (xorshift64*, Vigna 2016)."""
    drawn = draft.dice[0]
    drawn ^= drawn >> uint64(12)
    drawn ^= drawn << uint64(25)
    drawn ^= drawn >> uint64(27)
    draft.dice[0] = drawn
    high = (drawn * uint64(2685821657736338717)) >> uint64(32)
    return int((high * uint64(limit)) >> uint64(32))


@loop_part(forceinline=True)
def shift(draft: Draft, node: int, new: int) -> None:
    """Give the area to another section and keep lists and loads true."""
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
    draft.section_of[node] = new


@loop_part()
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


@loop_part()
def branch(draft: Draft, node: int) -> int:
    """List the area and all that its zone's root reaches only through it.

    Returns how many areas stand at the beginning of the queue.
    """
    root = draft.root[draft.section_of[node]]
    draft.seen[-1] += 2
    draft.seen[node] = draft.seen[-1]
    _walk(draft, root)
    return _walk(draft, node)


@loop_part()
def can_leave(draft: Draft, node: int, zone: int) -> bool:
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


@loop_part(forceinline=True)
def touches(draft: Draft, node: int, zone: int) -> bool:
    """Say whether the area may join the zone: it touches it, or is exempt."""
    if draft.starts[node] == draft.starts[node + 1]:
        return True
    for at in range(draft.starts[node], draft.starts[node + 1]):
        if draft.section_of[draft.neighbours[at]] == zone:
            return True
    return False


@loop_part(forceinline=True)
def accepts(draft: Draft, loss: float, temperature: float) -> bool:
    """Accept what saves, and at a temperature now and then what does not (Metropolis 1953)."""
    if temperature <= 0:
        return loss < -LEAST_GAIN_METRES
    if loss <= 0:
        return True
    return bool(below(draft, 1 << 30) < np.exp(-loss / temperature) * (1 << 30))


@loop_part(forceinline=True)
def _beyond(draft: Draft, section: int, change: int) -> float:
    """Return how many more pupils stand beyond the seats after a change of load."""
    spare = draft.seats[section] - draft.load[section]
    return float(max(0, change - spare) - max(0, -spare))


@loop_part(forceinline=True)
def destination(draft: Draft, node: int) -> int:
    """Draw a section the area might join: a neighbour's, or any choice if it is exempt."""
    first = draft.starts[node]
    degree = draft.starts[node + 1] - first
    if degree == 0:
        return int(draft.choices[node, below(draft, draft.choices.shape[1])])
    return int(draft.section_of[draft.neighbours[first + below(draft, degree)]])


@loop_part()
def _propose_single(
    draft: Draft, node: int, new: int, temperature: float, overflow_metres: float
) -> None:
    """Propose that one area joins another zone."""
    old, pupils = draft.section_of[node], draft.pupils[node]
    loss = draft.prices[node, new] - draft.prices[node, old]
    loss += pupils * (draft.tilt[new] - draft.tilt[old])
    beyond = _beyond(draft, old, -pupils) + _beyond(draft, new, pupils)
    loss += overflow_metres * beyond
    if accepts(draft, loss, temperature) and can_leave(draft, node, old):
        shift(draft, node, new)


@loop_part()
def _propose_branch(
    draft: Draft, node: int, new: int, temperature: float, overflow_metres: float
) -> None:
    """Propose that an area joins another zone together with all that hangs on it."""
    old, pupils, loss = draft.section_of[node], 0, 0.0
    size = branch(draft, node)
    for at in range(size):
        other = draft.queue[at]
        if draft.fixed[other]:
            return
        loss += draft.prices[other, new] - draft.prices[other, old]
        pupils += draft.pupils[other]
    beyond = _beyond(draft, old, -pupils) + _beyond(draft, new, pupils)
    loss += overflow_metres * beyond + pupils * (draft.tilt[new] - draft.tilt[old])
    if accepts(draft, loss, temperature):
        for at in range(size):
            shift(draft, draft.queue[at], new)


@loop_part()
def _propose_chain(
    draft: Draft, node: int, new: int, temperature: float, overflow_metres: float
) -> None:
    """Propose that an area joins another zone and one of that zone goes on, or comes back."""
    old = draft.section_of[node]
    other = draft.members[new, below(draft, draft.held[new])]
    onto = old if below(draft, 2) == 0 else destination(draft, other)
    if onto == new or not touches(draft, other, onto):
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
    if not (accepts(draft, loss, temperature) and can_leave(draft, node, old)):
        return
    shift(draft, node, new)
    # Only with the first area gone is it known whether the second still touches.
    if touches(draft, other, onto) and can_leave(draft, other, new):
        shift(draft, other, onto)
    else:
        shift(draft, node, old)


@njit(types.void(DRAFT, int64, float64, float64), cache=True)
def anneal(draft: Draft, proposals: int, temperature: float, overflow_metres: float) -> None:
    """Make that many proposals at one temperature, changing the draft in place."""
    for _ in range(proposals):
        node = draft.movable[below(draft, len(draft.movable))]
        new = destination(draft, node)
        if new == draft.section_of[node] or draft.prices[node, new] == np.inf:
            continue
        if below(draft, BRANCH_EVERY) == 0:
            _propose_branch(draft, node, new, temperature, overflow_metres)
        elif draft.held[new] == 0 or below(draft, 2) == 0:
            _propose_single(draft, node, new, temperature, overflow_metres)
        else:
            _propose_chain(draft, node, new, temperature, overflow_metres)
