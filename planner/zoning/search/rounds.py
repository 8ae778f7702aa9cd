"""Redraw all zones at once among the likeliest choices, and meanwhile neighbouring ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from planner.zoning.proof.market import part_of
from planner.zoning.proof.prices import narrow, price_zones, regrets, small_zones
from planner.zoning.search.best import BRANCHES, MOST_ZONES
from planner.zoning.search.pool import merge, zones_as_pool
from planner.zoning.search.redraw import Redrawn, likely_choices, neighbouring, redraw

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
AREAS_AT_FIRST, AREAS_AT_LAST = 100, 300
"""Areas of the zones redrawn in a group, as long as that wins something, and at most."""
FEWEST, MOST_AT_FIRST, MOST_AT_LAST = 2, 10, 16
"""Zones in a group."""
PATIENCE: Final = 1.5
"""Failures for each section before one zone more is redrawn at once."""
SECONDS_A_GROUP: Final = 4.0
MORE, LESS, WIDER = 0.4, 0.8, 1.5
"""Choices beyond the best that each area has on average when all zones are redrawn, and how
their number changes when that takes too long, or nothing better is left among them."""
GROUP_MORE: Final = 0.8
"""The same where a group is redrawn."""
SLICE_SHARE, LEAST_SLICE = 0.4, 6.0
"""Part of the time left, and seconds at least, in which all zones are redrawn."""


@dataclass(slots=True, eq=False)
class Redrawing:
    """How widely zones are redrawn."""

    rng: np.random.Generator
    zones_at_once: int
    more: float = MORE
    """Choices beyond the best for each area when all zones are redrawn."""
    fails: int = 0
    unpriced: bool = True
    """Whether zones in one piece have not been priced yet."""
    in_vain: set[int] = field(default_factory=set)
    """Groups, with what was theirs, that were redrawn and nothing better was found."""

    @classmethod
    def of(cls, ground: Ground, seed: int, *, priced: bool = False) -> Redrawing:
        """Begin with groups that are redrawn quickly."""
        at_once = _zones_of(ground, AREAS_AT_FIRST, MOST_AT_FIRST)
        return cls(np.random.default_rng(seed), at_once, unpriced=not priced)

    def wider_groups(self, ground: Ground) -> None:
        """Redraw more zones at once from now on."""
        most = max(FEWEST + 1, _zones_of(ground, AREAS_AT_LAST, MOST_AT_LAST))
        self.zones_at_once, self.fails = min(self.zones_at_once + 1, most), 0


def redraw_round(
    best: Best,
    market: Market,
    state: Redrawing,
    other_core: ThreadPoolExecutor,
    clock: Clock,
) -> None:
    """Redraw all zones among the likeliest choices, and meanwhile do what else helps."""
    market.worth = best.value
    narrow(market)
    slice_ = clock.within(max(LEAST_SLICE, SLICE_SHARE * (clock.seconds() or 0.0)))
    redraw_likely(best, market, state, regrets(market), other_core, slice_)


def redraw_likely(
    best: Best,
    market: Market,
    state: Redrawing,
    regret: NDArray[np.float64],
    other_core: ThreadPoolExecutor,
    slice_: Clock,
) -> None:
    """Redraw zones among the choices of least regret [area, section]: all zones, and groups."""
    plan, left = best.plan, slice_.seconds()
    sections = np.arange(best.ground.sections)
    likely = likely_choices(regret, state.more)
    everything = other_core.submit(
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
    choices = likely_choices(regret, GROUP_MORE)
    _redraw_groups(best, market, state, choices, everything, slice_)
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
    likely: NDArray[np.bool_],
    everything: Future[Redrawn],
    clock: Clock,
) -> None:
    """Redraw groups of zones of the best plan, more zones at once when nothing more is won."""
    ground, timed = best.ground, clock.seconds() is not None
    tried = 0
    while not clock.over() and not (everything.done() if timed else tried == REDRAWN):
        zones = neighbouring(ground, best.plan, state.zones_at_once, state.rng)
        group = hash(np.where(np.isin(best.plan, zones), best.plan, -1).tobytes())
        tried += 1
        if group not in state.in_vain:
            result = redraw(
                part_of(market, best.plan, zones, likely),
                best.plan,
                seconds=clock.seconds(SECONDS_A_GROUP),
                branches=None if timed else BRANCHES,
                stop=clock.over,
                brief=True,
            )
            if best.take(result.plan):
                state.fails = 0
                continue
            state.in_vain.add(group)
        state.fails += 1
        if state.fails >= PATIENCE * ground.sections:
            state.wider_groups(ground)


def _zones_of(ground: Ground, areas: int, most: int) -> int:
    """Return how many zones have so many areas, at most so many zones."""
    each = max(1, ground.areas // ground.sections)
    return int(np.clip(areas // each, FEWEST, min(most, ground.sections)))
