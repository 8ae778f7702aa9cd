"""Improve a plan by many small moves, bold at first and careful in the end."""

from __future__ import annotations

from dataclasses import replace
from itertools import cycle, islice
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from planner.zoning.booked_moves import explore, survey
from planner.zoning.construct import search_prices
from planner.zoning.cooling import cooling, lacks_seats, seats_first
from planner.zoning.ground import filled
from planner.zoning.moves import Draft, anneal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from planner.zoning.books import Books
    from planner.zoning.bound import Relaxation
    from planner.zoning.cooling import Cooling
    from planner.zoning.ground import Ground
    from planner.zoning.limits import Limits

__all__ = ["draft_of", "improve", "typically_at_stake"]

ROUNDS = 10
"""Times the search starts afresh, if there are proposals enough."""
ROUND_PER_AREA = 3_000
"""Proposals per area below which another round gains less than a longer one."""
BRIEFEST_PER_AREA = 50
"""Proposals per area of the first round where a gap is asked for that may be had soon."""
LEVELS = 60
"""Steps of a round in which the temperature falls and missing seats become dear."""
HOTTEST = (0.25, 3.0, 0.5, 1.2)
"""Temperatures at the start, of the rounds in turn where there are several, in terms of what a
typical area loses by its second-best section. Mild rounds suit large zones, hot ones small and
crowded ones."""
MILDEST, MILD_PER_AREA = 0.2, 500
"""Where there are no more proposals per area than this, a hotter start than the first spoils
more of the plan than the search can mend; with n times as many it may be root n times hotter."""
UPRIGHT, UPRIGHT_SOON = 120, 30
"""Level at which the prices of seats no longer tilt a mild search towards empty sections (half
of the tilt stays to its end), and a hot one, which has time to settle without."""
FINISH_LEVELS = 3
"""Levels' worth of proposals that the end of a timed round takes."""
FINISH_SLICES = 6
"""Slices of that end after each of which the clock is looked at."""
FINISH_SHARE = 0.05
"""Part of a round that only ever improves the plan, at its true price."""
CLOSE_ENOUGH = 5e-4
"""Gap to the bound at which another round is not worth the wait: half a metre in a kilometre."""
SURVEYED = 2_000
"""Moves that are priced to learn what is typically at stake where whole zones have a worth."""
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
    limits: Limits,
) -> NDArray[np.int64]:
    """Return the best plan that simulated annealing finds from a first plan: [node].

    In each round the temperature falls in steps from what a typical area would lose by its
    second-best section, or a part or a few times of it, to a small part, while a missing seat
    becomes dear; then only improvements at the true prices count. The next round starts from the
    best plan; there is none once the gap to the bound is small. Where a gap is asked for, the
    first round is brief and each after it twice as long: all together take less than four times
    the round that suffices. As long as the best plan is overfull although a missing seat is far
    dearer than any seat is in the relaxation, seats become dear first in every other round that is
    not brief, and as many rounds again may follow. Every zone hangs together at every moment.
    Proposals, not seconds, are counted, so that the same seed gives the same plan; only where the
    limits have a deadline does the number of proposals follow the clock.
    """
    best, value = section_of, ground.value(section_of)
    if (ground.fixed >= 0).all():
        return best
    if limits.gap is None:
        limits = replace(limits, gap=CLOSE_ENOUGH)
        rounds = _rounds_alike(proposals, ground.areas)
    else:
        rounds = _rounds_doubling(proposals, ground.areas)
    usual = len(rounds) // 2
    for number, this in enumerate(rounds):
        crowded = lacks_seats(ground, relaxation, best)
        if number >= usual and not crowded:
            break
        draft = draft_of(ground, relaxation, best, seed + number)
        left = rounds[number:usual] or rounds[number:]
        share = limits.share(this.proposals / sum(one.proposals for one in left))
        seats_come_first = crowded and number % 2 and not this.brief
        steps = seats_first(LEVELS) if seats_come_first else cooling(LEVELS, this.hottest)
        _cool_down(ground, relaxation, draft, steps, this.proposals, share)
        found = ground.value(draft.section_of)
        if found <= value:
            best, value = draft.section_of, found
        report(value)
        if limits.reached(value, relaxation.bound):
            break
    return best


class _Round(NamedTuple):
    """One of the rounds that the search is made of."""

    proposals: int
    hottest: float
    """The temperature that it begins with."""
    brief: bool = False
    """Whether it is too short to mend what moves about while seats become dear first."""


def _rounds_alike(proposals: int, areas: int) -> list[_Round]:
    """Return rounds of the same length, so many that a longer one would gain less than another.

    As many again come after them, for a plan that lacks seats even then.
    """
    rounds = int(np.clip(proposals // (ROUND_PER_AREA * areas), 1, ROUNDS))
    if rounds == 1:
        return 2 * [_Round(max(1, proposals), _hottest(proposals / areas))]
    temperatures = islice(cycle(HOTTEST), 2 * rounds)
    return [_Round(proposals // rounds, hottest) for hottest in temperatures]


def _rounds_doubling(proposals: int, areas: int) -> list[_Round]:
    """Return rounds of which the first is brief and each takes twice as long as the one before.

    The same come after them, for a plan that lacks seats even then.
    """
    rounds = max(1, int(np.log2(proposals / (BRIEFEST_PER_AREA * areas) + 1)))
    each = [max(1, proposals * 2**number // (2**rounds - 1)) for number in range(rounds)]
    return 2 * [
        _Round(one, _hottest(one / areas), brief=one < ROUND_PER_AREA * areas) for one in each
    ]


def _cool_down(
    ground: Ground,
    relaxation: Relaxation,
    draft: Draft,
    steps: Cooling,
    proposals: int,
    limits: Limits,
) -> None:
    """Run one round of annealing on the draft."""
    at_stake = typically_at_stake(ground, relaxation)
    books = None if ground.books is None else filled(ground, draft.section_of)
    if books is not None:
        losses = np.abs(survey(draft, books, SURVEYED, 0.0))
        at_stake = max(at_stake, float(losses[losses > 0].mean()) if losses.any() else 0.0)
    typical_walk = float(np.median(ground.each_metres.min(axis=1)))
    seat = max(float(relaxation.seat_price_metres.max()), typical_walk)
    upright = UPRIGHT_SOON if steps.temperatures[0] == max(HOTTEST) else UPRIGHT
    finish = int(proposals * FINISH_SHARE)
    pace = _Pace(max(1, (proposals - finish) // LEVELS), limits)
    for level, (temperature, hardness) in enumerate(zip(*steps, strict=True)):
        missing_seat = min(hardness * seat, ground.overflow_metres)
        draft.tilt[:] = max(0.0, 1 - level / upright) * relaxation.seat_price_metres
        _search(draft, books, pace.step(LEVELS - level), temperature * at_stake, missing_seat)
        if limits.stopped():
            break
    draft.tilt[:] = 0.0
    for each in pace.finish(finish):
        _search(draft, books, each, 0.0, ground.overflow_metres)


def _search(
    draft: Draft, books: Books | None, proposals: int, temperature: float, missing_seat: float
) -> None:
    """Make proposals at one temperature, by the books where they count."""
    if books is None:
        anneal(draft, proposals, temperature, missing_seat)
    else:
        explore(draft, books, proposals, temperature, missing_seat)


def _hottest(per_area: float) -> float:
    """Return the temperature to begin a single round with that has so many proposals per area."""
    return float(np.clip(MILDEST * (per_area / MILD_PER_AREA) ** 0.5, MILDEST, max(HOTTEST)))


class _Pace:
    """How many proposals to make at each level so that a round ends when its time does."""

    def __init__(self, each: int, limits: Limits) -> None:
        """Begin with that many proposals a level, fewer if there is a deadline to keep."""
        self.timed = bool(np.isfinite(limits.deadline))
        self.each = max(1, each // 8) if self.timed else each
        self.limits, self.began, self.made = limits, monotonic(), 0

    def step(self, levels_left: int) -> int:
        """Return the proposals of the next level."""
        if self.timed and self.made:
            rate = self.made / max(monotonic() - self.began, 1e-6)
            left = max(0.0, self.limits.seconds_left())
            self.each = max(1, int(rate * left / (levels_left + FINISH_LEVELS)))
        self.made += self.each
        return self.each

    def finish(self, most: int) -> Iterator[int]:
        """Yield the proposals of the round's end, in slices for as long as there is time."""
        left = min(most, FINISH_LEVELS * self.each)
        slice_ = max(1, left // FINISH_SLICES) if self.timed else left
        while left > 0:
            yield min(slice_, left)
            left -= slice_
            if self.timed and self.limits.over():
                return


def draft_of(
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
        tilt=np.zeros(ground.sections),
        starts=ground.starts,
        neighbours=ground.neighbours,
        choices=np.ascontiguousarray(choices),
        root=ground.root,
        movable=movable,
        fixed=ground.fixed >= 0,
        section_of=section_of.copy(),
        load=loads.astype(np.int64),
        held=np.bincount(section_of[movable], minlength=ground.sections),
        settled=np.bincount(
            section_of[np.flatnonzero(ground.fixed[: ground.areas] >= 0)],
            minlength=ground.sections,
        ),
        members=members,
        slot=slot,
        seen=np.zeros(ground.nodes + 1, dtype=np.int64),
        queue=np.zeros(ground.nodes, dtype=np.int64),
        dice=np.random.default_rng(seed).integers(1, 2**63, size=1, dtype=np.uint64),
    )


def typically_at_stake(ground: Ground, relaxation: Relaxation) -> float:
    """Return what a typical area loses by its second-best section, in metres."""
    each = ground.each_metres + relaxation.seat_price_metres
    pupils = ground.pupils[: ground.areas]
    two = np.sort(each, axis=1)[:, :2]
    wavering = (pupils > 0) & np.isfinite(two[:, -1]) & (two[:, 0] < two[:, -1])
    lost = (two[wavering, -1] - two[wavering, 0]) * pupils[wavering]
    return float(lost.mean()) if len(lost) else 1.0
