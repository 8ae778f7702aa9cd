"""Improve a plan by many small moves, bold at first and careful in the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.zoning.construct import search_prices
from planner.zoning.moves import Draft, anneal

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from planner.zoning.bound import Relaxation
    from planner.zoning.ground import Ground

__all__ = ["improve"]

ROUNDS = 10
"""Times the search starts afresh, if there are proposals enough."""
ROUND_PER_AREA = 3_000
"""Proposals per area below which another round gains less than a longer one."""
LEVELS = 60
"""Steps of a round in which the temperature falls and missing seats become dear."""
HOTTEST, COLDEST = 3.0, 0.01
"""Temperatures in terms of what a typical area loses by its second-best section."""
SOFTEST, HARDEST = 3.0, 300.0
"""Price of a missing seat in terms of the dearest seat or the typical walk."""
FAR_DEARER = 10.0
"""Price of a missing seat in terms of the dearest seat from which nobody should lack one."""
FINISH_SHARE = 0.05
"""Part of a round that only ever improves the plan, at its true price."""
CLOSE_ENOUGH = 5e-4
"""Gap to the bound at which another round is not worth the wait: half a metre in a kilometre."""
CHOICES = 8
"""Sections that an exempt area is offered."""


def improve(
    ground: Ground,
    relaxation: Relaxation,
    section_of: NDArray[np.int64],
    *,
    seed: int,
    proposals: int,
    report: Callable[[float], None],
) -> NDArray[np.int64]:
    """Return the best plan that simulated annealing finds from a first plan: [node].

    In each round the temperature falls in steps from a few times what a typical area would
    lose by its second-best section to a small part of it, while a missing seat becomes
    dear; then only improvements at the true prices count. The next round starts from the
    best plan; there is none once the gap to the bound is small. Should the best plan be
    overfull although a missing seat is far dearer than any seat is in the relaxation, as many
    rounds again may follow. Every zone hangs together at every moment. Proposals, not seconds,
    are counted, so that the same seed gives the same plan.
    """
    best, value = section_of, ground.value(section_of)
    if (ground.fixed >= 0).all():
        return best
    rounds = int(np.clip(proposals // (ROUND_PER_AREA * ground.areas), 1, ROUNDS))
    seats_suffice = ground.overflow_metres > FAR_DEARER * relaxation.seat_price_metres.max()
    for number in range(2 * rounds):
        if number >= rounds and not (seats_suffice and ground.overflow(best).any()):
            break
        draft = _draft(ground, relaxation, best, seed + number)
        _cool_down(ground, relaxation, draft, proposals // rounds)
        found = ground.value(draft.section_of)
        if found <= value:
            best, value = draft.section_of, found
        report(value)
        if value - relaxation.bound <= CLOSE_ENOUGH * value:
            break
    return best


def _cool_down(ground: Ground, relaxation: Relaxation, draft: Draft, proposals: int) -> None:
    """Run one round of annealing on the draft."""
    at_stake = _typically_at_stake(ground, relaxation)
    typical_walk = float(np.median(ground.each_metres.min(axis=1)))
    seat = max(float(relaxation.seat_price_metres.max()), typical_walk)
    finish = int(proposals * FINISH_SHARE)
    each = max(1, (proposals - finish) // LEVELS)
    for temperature, hardness in zip(
        np.geomspace(HOTTEST, COLDEST, LEVELS), np.geomspace(SOFTEST, HARDEST, LEVELS), strict=True
    ):
        missing_seat = min(hardness * seat, ground.overflow_metres)
        anneal(draft, each, temperature * at_stake, missing_seat)
    anneal(draft, finish, 0.0, ground.overflow_metres)


def _draft(
    ground: Ground, relaxation: Relaxation, section_of: NDArray[np.int64], seed: int
) -> Draft:
    """Set a plan up for the compiled loop."""
    prices = search_prices(ground)
    seat_prices = np.outer(ground.pupils[: ground.areas], relaxation.seat_price_metres)
    few = min(CHOICES, ground.sections)
    choices = np.argpartition(prices + seat_prices, few - 1, axis=1)[:, :few]
    movable = np.flatnonzero(ground.fixed < 0)
    members = np.zeros((ground.sections, len(movable)), dtype=np.int64)
    slot = np.zeros(ground.nodes, dtype=np.int64)
    for section in range(ground.sections):
        own = movable[section_of[movable] == section]
        members[section, : len(own)] = own
        slot[own] = np.arange(len(own))
    loads = np.bincount(section_of, weights=ground.pupils, minlength=ground.sections)
    return Draft(
        prices=prices,
        pupils=ground.pupils,
        seats=ground.seats,
        starts=ground.starts,
        neighbours=ground.neighbours,
        choices=np.ascontiguousarray(choices),
        root=ground.root,
        movable=movable,
        fixed=ground.fixed >= 0,
        section_of=section_of.copy(),
        load=loads.astype(np.int64),
        held=np.bincount(section_of[movable], minlength=ground.sections),
        members=members,
        slot=slot,
        seen=np.zeros(ground.nodes + 1, dtype=np.int64),
        queue=np.zeros(ground.nodes, dtype=np.int64),
        dice=np.random.default_rng(seed).integers(1, 2**63, size=1, dtype=np.uint64),
    )


def _typically_at_stake(ground: Ground, relaxation: Relaxation) -> float:
    """Return what a typical area loses by its second-best section, in metres."""
    each = ground.each_metres + relaxation.seat_price_metres
    pupils = ground.pupils[: ground.areas]
    two = np.sort(each, axis=1)[:, :2]
    wavering = (pupils > 0) & np.isfinite(two[:, -1]) & (two[:, 0] < two[:, -1])
    lost = (two[wavering, -1] - two[wavering, 0]) * pupils[wavering]
    return float(lost.mean()) if len(lost) else 1.0
