"""Redraw all zones at once among the likeliest choices, and meanwhile neighbouring ones."""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, wait
from dataclasses import dataclass, field
from time import sleep
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from planner.zoning.proof.market import part_of
from planner.zoning.proof.prices import narrow, price_zones, regrets, small_zones
from planner.zoning.search.best import BRANCHES, MOST_ZONES
from planner.zoning.search.pool import merge, zones_as_pool
from planner.zoning.search.redraw import Redrawn, likely_choices, neighbouring, put_into, redraw

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

    from numpy.typing import NDArray

    from planner.zoning.ground import Ground
    from planner.zoning.proof.market import Market
    from planner.zoning.search.best import Best, Clock

__all__ = ["Redrawing", "redraw_likely", "redraw_round"]

ZONE_STEPS: Final = 400
ZONES_SHARE: Final = 0.5
"""Part of the first slice for pricing zones in one piece, where that pays."""
REDRAWN: Final = 20
"""Groups of zones redrawn in a round where work is counted and not time."""
CHOICES_AT_FIRST, CHOICES_AT_LAST, WIDER_GROUP = 160.0, 450.0, 1.3
"""Choices of the areas redrawn in a group, as long as that wins something, and at most; and by
how much a group grows that wins nothing more."""
PATIENCE: Final = 2.5
"""Times that each zone is redrawn in vain on average before groups have more choices."""
SECONDS_A_GROUP: Final = 4.0
DRAWS, A_MOMENT = 20, 0.1
"""Groups drawn in a row that were all redrawn before, and seconds to wait for larger ones."""
MORE, LESS, WIDER = 0.4, 0.8, 1.5
"""Choices beyond the best that each area has on average when all zones are redrawn, and how
their number changes when that takes too long, or nothing better is left among them."""
GROUP_MORE: Final = (0.8, 1.1, 1.6)
"""The same where a group is redrawn: many zones with few choices, or few zones with many."""
SEATS_MORE, SEATS_CHOICES, SECONDS_SEATS = (2.0, 4.0), 270.0, 8.0
"""The same for every other group as long as seats are missing, the choices of such a group at
least, and the time for it: the last pupils are seated by passing others on over several zones,
to sections that few plans give them."""
SLICE_SHARE, LEAST_SLICE = 0.4, 6.0
"""Part of the time left, and seconds at least, in which all zones are redrawn."""


@dataclass(slots=True, eq=False)
class Redrawing:
    """How widely zones are redrawn."""

    rng: np.random.Generator
    choices: float = CHOICES_AT_FIRST
    """Choices that the areas of a group have together."""
    more: float = MORE
    """Choices beyond the best for each area when all zones are redrawn."""
    in_vain: int = 0
    """Zones that were redrawn since the last time that something was won."""
    unpriced: bool = True
    """Whether zones in one piece have not been priced yet."""
    seats_suffice: bool = False
    """Whether there ought to be a seat for everybody."""
    known: set[int] = field(default_factory=set)
    """Groups, with what was theirs, that were redrawn and nothing better was found."""

    def lost(self, group: _Group, ground: Ground) -> None:
        """Note that a group was redrawn in vain; after many of them take larger ones."""
        self.known.add(group.key)
        self.in_vain += len(group.zones)
        if self.in_vain >= PATIENCE * ground.sections:
            self.choices, self.in_vain = min(self.choices * WIDER_GROUP, CHOICES_AT_LAST), 0


def redraw_round(
    best: Best,
    market: Market,
    state: Redrawing,
    cores: ThreadPoolExecutor,
    clock: Clock,
) -> None:
    """Redraw all zones among the likeliest choices, and meanwhile do what else helps."""
    market.worth = best.value
    narrow(market)
    slice_ = clock.within(max(LEAST_SLICE, SLICE_SHARE * (clock.seconds() or 0.0)))
    redraw_likely(best, market, state, regrets(market), cores, slice_)


def redraw_likely(
    best: Best,
    market: Market,
    state: Redrawing,
    regret: NDArray[np.float64],
    cores: ThreadPoolExecutor,
    slice_: Clock,
    *,
    stay: bool = False,
) -> None:
    """Redraw zones among the choices of least regret [area, section]: all zones, and groups.

    It ends when all zones are redrawn. If it is to stay they are redrawn among more and more
    choices, until the slice of time is over or no other choice is left. Groups are redrawn one by
    one beside; where work is counted, so many of them.
    """
    timed = slice_.seconds() is not None
    every: _All | None = _begin_all(best, market, state, regret, cores, slice_)
    if state.unpriced and small_zones(best.ground):
        _price_zones(best, market, slice_)
        state.unpriced = False
    likely = [likely_choices(regret, more) for more in (*GROUP_MORE, *SEATS_MORE)]
    running: tuple[_Group, Future[Redrawn]] | None = None
    tried = 0
    while True:
        if timed and every is not None and every.job.done():
            again = _end_all(best, state, every, stay=stay) and not slice_.over()
            every = _begin_all(best, market, state, regret, cores, slice_) if again else None
        over = slice_.over() or (every is None if timed else tried == REDRAWN)
        if running is None and not over:
            tried += 1
            if (group := _draw(best, state, likely)) is not None:
                running = group, _begin(group, market, likely, cores, slice_)
        if running is None:
            if over:
                break
            sleep(A_MOMENT if timed else 0.0)
            continue
        group, job = running
        wait([job, *([every.job] if timed and every else [])], return_when=FIRST_COMPLETED)
        if job.done():
            _end(best, state, group, job.result())
            running = None
    if every is not None:
        _end_all(best, state, every, stay=False)


def _price_zones(best: Best, market: Market, clock: Clock) -> None:
    """Price areas by zones in one piece, which tells better what is likely; note the zones."""
    price_zones(market, steps=ZONE_STEPS, stop=clock.share(ZONES_SHARE).over)
    merge(best.pool, zones_as_pool(best.ground, market.zones, best.value, best.seed), MOST_ZONES)


class _All(NamedTuple):
    """All zones being redrawn."""

    job: Future[Redrawn]
    complete: bool
    """Whether their choices are all that a better plan could make."""


def _begin_all(
    best: Best,
    market: Market,
    state: Redrawing,
    regret: NDArray[np.float64],
    cores: ThreadPoolExecutor,
    clock: Clock,
) -> _All:
    """Begin to redraw all zones of the best plan."""
    likely, seconds = likely_choices(regret, state.more), clock.seconds()
    job = cores.submit(
        redraw,
        part_of(market, best.plan, np.arange(best.ground.sections), likely),
        best.plan,
        seconds=seconds,
        branches=BRANCHES if seconds is None else None,
        stop=clock.over,
        brief=False,
    )
    return _All(job, bool(likely[np.isfinite(regret)].all()))


def _end_all(best: Best, state: Redrawing, every: _All, *, stay: bool) -> bool:
    """Take what came of redrawing all zones; say whether to do it again among more choices."""
    result = every.job.result()
    best.take(result.plan)
    if result.proved and every.complete:
        best.bound = best.value
        return False
    if result.plan is None or (stay and result.proved):
        state.more *= WIDER if result.proved else LESS
    return stay and result.proved


class _Group(NamedTuple):
    """Zones that are redrawn."""

    zones: NDArray[np.int64]
    plan: NDArray[np.int64]
    """[node] the plan whose zones they are."""
    which: int
    """How many choices areas have, see `GROUP_MORE` and then `SEATS_MORE`."""
    key: int
    """The same where the same is tried again."""

    @property
    def for_seats(self) -> bool:
        """Whether it is drawn to find seats that are missing."""
        return self.which >= len(GROUP_MORE)


def _draw(best: Best, state: Redrawing, likely: list[NDArray[np.bool_]]) -> _Group | None:
    """Draw a group of zones of the best plan that was not redrawn yet, None if none is found.

    Where seats are missing `neighbouring` begins with an overfull zone.
    """
    ground, rng = best.ground, state.rng
    lacking = state.seats_suffice and bool(ground.overflow(best.plan).any())
    seek = lacking and _fit(ground, SEATS_MORE, SEATS_CHOICES)
    for _ in range(DRAWS):
        which, choices = 0, state.choices
        if seek and rng.integers(2):
            which = len(GROUP_MORE) + int(rng.integers(len(SEATS_MORE)))
            choices = max(choices, SEATS_CHOICES)
        elif _fit(ground, GROUP_MORE, choices):
            which = int(rng.integers(len(GROUP_MORE)))
        zones = neighbouring(ground, best.plan, likely[which], choices, rng)
        theirs = np.where(np.isin(best.plan, zones), best.plan, -1)
        group = _Group(zones, best.plan, which, hash((which, theirs.tobytes())))
        if group.key not in state.known:
            return group
        state.lost(group, ground)
    return None


def _begin(
    group: _Group,
    market: Market,
    likely: list[NDArray[np.bool_]],
    cores: ThreadPoolExecutor,
    clock: Clock,
) -> Future[Redrawn]:
    """Begin to redraw a group beside the main thread, which would keep other cores waiting."""
    seconds = clock.seconds(SECONDS_SEATS if group.for_seats else SECONDS_A_GROUP)
    return cores.submit(
        redraw,
        part_of(market, group.plan, group.zones, likely[group.which]),
        group.plan,
        seconds=seconds,
        branches=BRANCHES if seconds is None else None,
        stop=clock.over,
        brief=not group.for_seats,
    )


def _end(best: Best, state: Redrawing, group: _Group, result: Redrawn) -> None:
    """Take what came of redrawing a group."""
    if best.take(put_into(best.plan, result.plan, group.zones, group.plan)):
        state.in_vain = 0
    else:
        state.lost(group, best.ground)


def _fit(ground: Ground, more: tuple[float, ...], choices: float) -> bool:
    """Say whether two zones fit in a group even with the most further choices for each area."""
    return 2 * (1 + max(more)) * ground.areas <= choices * ground.sections
