"""Move areas where what a zone is worth hangs on all of it: cases, bands, mix, shape, groups.

Proposals are those of `moves`, but each is made, reckoned in the books, and undone if it does not
pay. The loops are compiled when such a wish is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from planner.zoning.books import Books, enter, worth_of_part, worth_of_zone
from planner.zoning.moves import (
    BRANCH_EVERY,
    Draft,
    accepts,
    below,
    branch,
    can_leave,
    destination,
    loop_part,
    shift,
    touches,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Real = NDArray[np.float64]

__all__ = ["explore", "survey"]


@loop_part()
def _zone_changed(draft: Draft, books: Books, section: int, overflow_metres: float) -> float:
    """Bring the worth of a zone up to date and return by how much it has grown."""
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


@loop_part()
def _groups_changed(books: Books, node: int) -> float:
    """Bring the worth of the area's groups up to date and return by how much it has grown."""
    grown = 0.0
    for at in range(books.part_starts[node], books.part_starts[node + 1]):
        group = books.part_groups[at]
        worth = worth_of_part(books, group)
        grown += worth - books.group_worth[group]
        books.group_worth[group] = worth
    return grown


@loop_part()
def _move(draft: Draft, books: Books, node: int, new: int, overflow_metres: float) -> float:
    """Give the area to another section and return what that costs, all terms included."""
    old = draft.section_of[node]
    enter(books, node, old, draft.section_of, -1)
    shift(draft, node, new)
    enter(books, node, new, draft.section_of, 1)
    loss = draft.prices[node, new] - draft.prices[node, old]
    loss += draft.pupils[node] * (draft.tilt[new] - draft.tilt[old])
    loss += _zone_changed(draft, books, old, overflow_metres)
    loss += _zone_changed(draft, books, new, overflow_metres)
    return float(loss + _groups_changed(books, node))


@loop_part()
def _try_single(
    draft: Draft, books: Books, node: int, new: int, temperature: float, overflow_metres: float
) -> None:
    """Let one area join another zone, and come back if that does not pay or tears the zone."""
    old = draft.section_of[node]
    loss = _move(draft, books, node, new, overflow_metres)
    if not (accepts(draft, loss, temperature) and can_leave(draft, node, old)):
        _move(draft, books, node, old, overflow_metres)


@loop_part()
def _try_branch(
    draft: Draft, books: Books, node: int, new: int, temperature: float, overflow_metres: float
) -> None:
    """Let an area join another zone with all that hangs on it, and come back if it does not pay."""
    old, loss = draft.section_of[node], 0.0
    size = branch(draft, node)
    for at in range(size):
        other = draft.queue[at]
        if draft.fixed[other] or draft.prices[other, new] == np.inf:
            return
    for at in range(size):
        loss += _move(draft, books, draft.queue[at], new, overflow_metres)
    if not accepts(draft, loss, temperature):
        for at in range(size):
            _move(draft, books, draft.queue[at], old, overflow_metres)


@loop_part()
def _try_chain(
    draft: Draft, books: Books, node: int, new: int, temperature: float, overflow_metres: float
) -> None:
    """Let one area join a zone and another of that zone go on or come back, or undo both."""
    old = draft.section_of[node]
    other = draft.members[new, below(draft, draft.held[new])]
    onto = old if below(draft, 2) == 0 else destination(draft, other)
    if onto == new or draft.prices[other, onto] == np.inf:
        return
    loss = _move(draft, books, node, new, overflow_metres)
    # Only with the first area gone is it known whether the second still touches.
    if touches(draft, other, onto) and can_leave(draft, node, old):
        loss += _move(draft, books, other, onto, overflow_metres)
        if accepts(draft, loss, temperature) and can_leave(draft, other, new):
            return
        _move(draft, books, other, new, overflow_metres)
    _move(draft, books, node, old, overflow_metres)


@loop_part()
def _price_zones(draft: Draft, books: Books, overflow_metres: float) -> None:
    """Bring the worth of all zones up to date with a price of a missing seat."""
    for section in range(len(draft.seats)):
        _zone_changed(draft, books, section, overflow_metres)


@njit(cache=True)
def survey(draft: Draft, books: Books, proposals: int, overflow_metres: float) -> Real:
    """Return what random moves of one area would cost, without moving anything for good."""
    losses = np.zeros(proposals)
    for at in range(proposals):
        node = draft.movable[below(draft, len(draft.movable))]
        old, new = draft.section_of[node], destination(draft, node)
        if new != old and draft.prices[node, new] < np.inf and draft.prices[node, old] < np.inf:
            losses[at] = _move(draft, books, node, new, overflow_metres)
            _move(draft, books, node, old, overflow_metres)
    return losses


@njit(cache=True)
def explore(
    draft: Draft, books: Books, proposals: int, temperature: float, overflow_metres: float
) -> None:
    """Make proposals where the books count: everything is tried, priced and perhaps undone."""
    _price_zones(draft, books, overflow_metres)
    for _ in range(proposals):
        node = draft.movable[below(draft, len(draft.movable))]
        new = destination(draft, node)
        if new == draft.section_of[node] or draft.prices[node, new] == np.inf:
            continue
        if below(draft, BRANCH_EVERY) == 0:
            _try_branch(draft, books, node, new, temperature, overflow_metres)
        elif draft.held[new] == 0 or below(draft, 2) == 0:
            _try_single(draft, books, node, new, temperature, overflow_metres)
        else:
            _try_chain(draft, books, node, new, temperature, overflow_metres)
