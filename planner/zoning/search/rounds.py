"""Redraw all zones at once among the likeliest choices, and meanwhile neighbouring ones."""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, wait
from dataclasses import dataclass, field
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
ZONES_SHARE: Final = 0.8
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
"""Groups drawn in a row that were all redrawn before, or nothing is left; and seconds to wait then
for all zones to be redrawn."""
MORE, LESS, WIDER = 0.4, 0.8, 1.5
"""Choices beyond the best that each area has on average when all zones are redrawn, and how
their number changes when that takes too long, or nothing better is left among them."""
GROUP_MORE: Final = (0.8, 1.1, 1.6)
"""The same where a group is redrawn: many zones with few choices, or few zones with many."""
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

    It ends when all zones are redrawn, or with the slice of time if it is to stay.
    """
    plan, left = best.plan, slice_.seconds()
    sections = np.arange(best.ground.sections)
    likely = likely_choices(regret, state.more)
    everything = cores.submit(
        redraw,
        part_of(market, plan, sections, likely),
        plan,
        seconds=slice_.seconds(),
        branches=None if left is not None else BRANCHES,
        stop=slice_.over,
        brief=False,
    )
    if state.unpriced and small_zones(best.ground):
        _price_zones(best, market, slice_)
        state.unpriced = False
    _redraw_groups(best, market, state, regret, everything, cores, slice_, stay=stay)
    result = everything.result()
    best.take(result.plan)
    if result.proved and likely[np.isfinite(regret)].all():
        # Every choice that a better plan could make was among the likely ones.
        best.bound = best.value
    elif result.plan is None:
        state.more *= WIDER if result.proved else LESS


def _price_zones(best: Best, market: Market, clock: Clock) -> None:
    """Price areas by zones in one piece, which tells better what is likely; note the zones."""
    price_zones(market, steps=ZONE_STEPS, stop=clock.share(ZONES_SHARE).over)
    best.bound = max(best.bound, market.bound)
    merge(best.pool, zones_as_pool(best.ground, market.zones, best.value, best.seed), MOST_ZONES)


def _redraw_groups(
    best: Best,
    market: Market,
    state: Redrawing,
    regret: NDArray[np.float64],
    everything: Future[Redrawn],
    cores: ThreadPoolExecutor,
    clock: Clock,
    *,
    stay: bool,
) -> None:
    """Redraw groups of zones of the best plan, larger ones when nothing more is won.

    Where work is counted they are redrawn one by one. Otherwise there is one at a time while all
    zones are redrawn beside; after that it ends, or goes on with two at a time as long as there
    are others than before.
    """
    timed = clock.seconds() is not None
    likely = [likely_choices(regret, more) for more in GROUP_MORE]
    running: dict[Future[Redrawn], _Group] = {}
    tried = 0
    while True:
        alone = everything.done()
        ends = clock.over() or (alone and not stay if timed else tried == REDRAWN)
        lanes = 0 if ends else 1 + (timed and alone)
        while len(running) < lanes and not clock.over():
            tried += 1
            if (group := _draw(best, state, likely)) is None:
                break
            # Beside the main thread, which would keep the other search from its own steps.
            job = cores.submit(
                redraw,
                part_of(market, group.plan, group.zones, likely[group.which]),
                group.plan,
                seconds=clock.seconds(SECONDS_A_GROUP),
                branches=None if timed else BRANCHES,
                stop=clock.over,
                brief=True,
            )
            running[job] = group
        if not running:
            if ends or (timed and alone):
                return
            wait([everything], timeout=A_MOMENT if timed else 0.0)
            continue
        for job in wait(running, return_when=FIRST_COMPLETED).done:
            group = running.pop(job)
            if best.take(put_into(best.plan, job.result().plan, group.zones, group.plan)):
                state.in_vain = 0
            else:
                state.lost(group, best.ground)


class _Group(NamedTuple):
    """Zones that are redrawn."""

    zones: NDArray[np.int64]
    plan: NDArray[np.int64]
    """[node] the plan whose zones they are."""
    which: int
    """How many choices areas have, see `GROUP_MORE`."""
    key: int
    """The same where the same is tried again."""


def _draw(best: Best, state: Redrawing, likely: list[NDArray[np.bool_]]) -> _Group | None:
    """Draw a group of zones of the best plan that was not redrawn yet, None if none is found."""
    for _ in range(DRAWS):
        which = int(state.rng.integers(len(likely))) if _fit(best.ground, state) else 0
        zones = neighbouring(best.ground, best.plan, likely[which], state.choices, state.rng)
        theirs = np.where(np.isin(best.plan, zones), best.plan, -1)
        group = _Group(zones, best.plan, which, hash((which, theirs.tobytes())))
        if group.key not in state.known:
            return group
        state.lost(group, best.ground)
    return None


def _fit(ground: Ground, state: Redrawing) -> bool:
    """Say whether two zones fit in a group even with many choices for each area."""
    return 2 * (1 + max(GROUP_MORE)) * ground.areas <= state.choices * ground.sections
