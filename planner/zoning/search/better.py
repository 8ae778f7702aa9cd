"""Find better zones: draw many plans, combine their zones, redraw what the prices leave open."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from planner.zoning.construct import construct, search_prices
from planner.zoning.proof.market import open_market, part_of
from planner.zoning.proof.prices import narrow, price_areas, price_zones, regrets, small_zones
from planner.zoning.search.combine import combine
from planner.zoning.search.crowd import draw_many
from planner.zoning.search.pool import collect, empty_pool, merge, zones_as_pool
from planner.zoning.search.redraw import Redrawn, likely_choices, neighbouring, redraw

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from planner.zoning.bound import Relaxation
    from planner.zoning.ground import Ground
    from planner.zoning.proof.market import Market
    from planner.zoning.search.pool import Pool

__all__ = ["Found", "improve_plan"]

MOST_ZONES: Final = 40_000
"""Zones kept for combining; those from the worst plans are forgotten."""
CATCH: Final = 20_000
"""Zones that one core may note while it draws plans."""
RUNS: Final = 20
"""Plans that each core draws where work is counted and not time."""
SEEDS_APART: Final = 1_000_003
CROWD_SHARE, COMBINE_SHARE, PRICE_SHARE, PRICE_SHARE_SMALL = 0.1, 0.08, 0.2, 0.1
"""Parts of the time that is left for drawing plans, combining their zones and pricing areas; the
last is for zones so small that they are priced in one piece as well."""
PRICE_STEPS, ZONE_STEPS = 2_000, 400
ZONES_SHARE: Final = 0.8
"""Part of the first slice for pricing zones in one piece, where that pays."""
REDRAWN: Final = 20
"""Groups of zones redrawn in a round where work is counted and not time."""
BRANCHES: Final = 200
"""Branches that one redrawing may open where work is counted."""
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
COMBINE_AGAIN, ENOUGH_NEW = 3.0, 0.05
"""Seconds for combining zones between two slices, and the part of them that must be new."""
CLOSE_ENOUGH: Final = 1e-9
"""Relative gap to the bound at which a plan is the best one but for rounding."""


class Found(NamedTuple):
    """A plan, and what was learned about better ones."""

    plan: NDArray[np.int64]
    """[node]"""
    bound: float
    """What no plan undercuts: the plan's own value where it is proved the best."""
    market: Market | None
    """Prices of areas; None where zones cannot be priced one by one."""


def improve_plan(
    ground: Ground,
    relaxation: Relaxation,
    plan: NDArray[np.int64],
    *,
    seed: int,
    bound: float,
    enough: float = -np.inf,
    seconds: float | None = None,
    work: int | None = None,
    stop: Callable[[], bool] = lambda: False,
    report: Callable[[float], None] = lambda _value: None,
) -> Found:
    """Return a plan [node] that is at least as good; every zone hangs together at all times.

    Many short searches end in different plans, and the zones noted on the way are combined to
    the best plan they make. Then areas are priced, which shows what choices are likely in a
    plan better than that. Round by round one core redraws all zones at once among the likeliest
    choices, while the other redraws groups of neighbouring zones among more. Where the books
    count (whole zones have a worth of their own), or a demand has to yield, zones cannot be
    priced one by one, and the plan is returned as it is.

    Args:
        ground: The problem as the methods see it.
        relaxation: Prices of seats.
        plan: [node] keeps all rules but seats.
        seed: The same seed and work give the same plan.
        bound: What no plan undercuts; a plan as good as that ends the search.
        enough: A plan worth no more than this, in metres, ends the search as well.
        seconds: When to stop, None for no limit; the plan then depends on the machine.
        work: Rounds of redrawing to make, None for no limit.
        stop: Asked now and then; true ends the search.
        report: Told the value of the best plan after each step.

    Raises:
        ValueError: Neither seconds nor work is limited.
    """
    if seconds is None and work is None:
        raise ValueError("improve_plan would never end: give it seconds, or rounds of work.")
    if ground.books is not None or _yields(ground, plan) or (ground.fixed >= 0).all():
        return Found(plan, bound, None)
    best = _Best(ground, plan, ground.value(plan), seed, bound, enough)
    clock = _Clock(monotonic() + (np.inf if seconds is None else seconds), stop)
    with ThreadPoolExecutor(1) as other_core, clock:
        _draw_crowd(best, relaxation, other_core, clock.share(CROWD_SHARE))
        report(best.value)
        _combine(best, clock.share(COMBINE_SHARE))
        report(best.value)
        if best.close_enough() or clock.over():
            return Found(best.plan, best.bound, None)
        market = open_market(ground, relaxation, best.plan, bound)
        part = PRICE_SHARE_SMALL if small_zones(ground) else PRICE_SHARE
        price_areas(market, steps=PRICE_STEPS, stop=clock.share(part).over)
        best.bound = max(best.bound, market.bound)
        done = 0
        while done != work and not best.close_enough() and not clock.over():
            before = best.value
            _redraw_round(best, market, other_core, clock)
            if best.value == before and not clock.over():
                _draw_crowd(best, relaxation, other_core, clock.share(CROWD_SHARE))
            _combine(best, clock.within(COMBINE_AGAIN))
            report(best.value)
            done += 1
    return Found(best.plan, best.bound, market)


@dataclass(slots=True, eq=False)
class _Best:
    """The best plan so far, the zones met on the way, and how widely to search on."""

    ground: Ground
    plan: NDArray[np.int64]
    value: float
    seed: int
    bound: float
    enough: float
    pool: Pool = field(init=False)
    more: float = MORE
    """Choices beyond the best for each area when all zones are redrawn."""
    zones_at_once: int = field(init=False)
    fails: int = 0
    drawn: int = 0
    """Times that plans have been drawn afresh."""
    combined: int = 0
    """Zones that there were when they were last combined."""
    unpriced: bool = True
    """Whether zones in one piece have not been priced yet."""
    in_vain: set[int] = field(default_factory=set)
    """Groups, with what was theirs, that were redrawn and nothing better was found."""
    rng: np.random.Generator = field(init=False)

    def __post_init__(self) -> None:
        """Begin with no zones, and with groups that are redrawn quickly."""
        self.rng = np.random.default_rng(self.seed)
        self.pool = empty_pool(self.ground, MOST_ZONES, self.seed)
        self.zones_at_once = self.zones_of(AREAS_AT_FIRST, MOST_AT_FIRST)

    def take(self, plan: NDArray[np.int64] | None) -> bool:
        """Keep a plan if it is better, and note its zones."""
        if plan is None or (value := self.ground.value(plan)) >= self.value:
            return False
        self.plan, self.value = plan, value
        load = np.bincount(plan, self.ground.pupils, self.ground.sections).astype(np.int64)
        catch = empty_pool(self.ground, self.ground.sections, self.seed)
        prices, price = search_prices(self.ground), self.ground.overflow_metres
        collect(catch, plan, load, self.ground.seats, prices, price, self.most_beyond())
        merge(self.pool, catch, MOST_ZONES)
        return True

    def zones_of(self, areas: int, most: int) -> int:
        """Return how many zones have so many areas, at most so many zones."""
        each = max(1, self.ground.areas // self.ground.sections)
        return int(np.clip(areas // each, FEWEST, min(most, self.ground.sections)))

    def wider_groups(self) -> None:
        """Redraw more zones at once from now on."""
        most = max(FEWEST + 1, self.zones_of(AREAS_AT_LAST, MOST_AT_LAST))
        self.zones_at_once, self.fails = min(self.zones_at_once + 1, most), 0

    def most_beyond(self) -> int:
        """Return how many pupils beyond its seats a zone may have that is worth noting."""
        everybody, price = int(self.ground.pupils.sum()), self.ground.overflow_metres
        if price <= 0:
            return everybody
        return int(min(everybody, max(0.0, self.value - self.bound) // price))

    def close_enough(self) -> bool:
        """Say whether there is nothing left to win that anybody asked for."""
        return self.value <= self.enough or self.value - self.bound <= CLOSE_ENOUGH * self.value


class _Clock:
    """Says when the time is over; leaving it as a context tells everybody to stop."""

    def __init__(self, ends: float, stop: Callable[[], bool]) -> None:
        self.ends, self._stop, self._left = ends, stop, False

    def __enter__(self) -> _Clock:
        return self

    def __exit__(self, *_: object) -> None:
        self._left = True

    def over(self) -> bool:
        """Say whether the time is over, or somebody said stop."""
        return self._left or monotonic() >= self.ends or self._stop()

    def seconds(self, most: float = np.inf) -> float | None:
        """Return the seconds left, at most so many; None where there is no end."""
        return max(0.0, min(most, self.ends - monotonic())) if np.isfinite(self.ends) else None

    def share(self, part: float) -> _Clock:
        """Return a clock for a part of the time left."""
        now = monotonic()
        return _Clock(now + part * (self.ends - now), self.over)

    def within(self, seconds: float) -> _Clock:
        """Return a clock for so many seconds, if there is an end at all."""
        ends = min(self.ends, monotonic() + seconds) if np.isfinite(self.ends) else np.inf
        return _Clock(ends, self.over)


def _yields(ground: Ground, plan: NDArray[np.int64]) -> bool:
    """Say whether some area goes where a demand has to yield, which has no price here."""
    each = ground.each_metres[np.arange(ground.areas), plan[: ground.areas]]
    return not np.isfinite(each).all()


def _draw_crowd(
    best: _Best, relaxation: Relaxation, other_core: ThreadPoolExecutor, clock: _Clock
) -> None:
    """Draw plans on both cores, and note their zones."""
    runs = None if clock.seconds() is not None else RUNS
    beside = other_core.submit(_drawn, best, relaxation, best.drawn + 1, runs, clock)
    crowds = [_drawn(best, relaxation, best.drawn, runs, clock), beside.result()]
    best.drawn += 2
    for plan, catch in crowds:
        best.take(plan)
        merge(best.pool, catch, MOST_ZONES)


def _drawn(
    best: _Best, relaxation: Relaxation, number: int, runs: int | None, clock: _Clock
) -> tuple[NDArray[np.int64], Pool]:
    """Draw plans on one core; return the best and the zones noted."""
    catch = empty_pool(best.ground, CATCH, best.seed)
    plan = draw_many(
        best.ground,
        relaxation,
        construct(best.ground, relaxation),
        catch,
        seed=best.seed + number * SEEDS_APART,
        runs=runs,
        most_beyond=best.most_beyond(),
        stop=clock.over,
    )
    return plan, catch


def _combine(best: _Best, clock: _Clock) -> None:
    """Combine the zones of the pool to a better plan, if there is one."""
    seconds, zones = clock.seconds(), int(best.pool.size[0])
    limit = np.inf if seconds is None else seconds
    if limit <= 0 or zones - best.combined <= ENOUGH_NEW * zones:
        return
    best.combined = zones
    found = combine(best.ground, best.pool, best.value, seconds=limit)
    if found is not None:
        plan = best.plan.copy()
        plan[: best.ground.areas] = found
        best.take(plan)


def _redraw_round(
    best: _Best, market: Market, other_core: ThreadPoolExecutor, clock: _Clock
) -> None:
    """Redraw all zones among the likeliest choices, and meanwhile do what else helps."""
    market.worth = best.value
    narrow(market)
    regret, plan = regrets(market), best.plan
    left = clock.seconds()
    slice_ = clock.within(max(LEAST_SLICE, SLICE_SHARE * (left or 0.0)))
    sections = np.arange(best.ground.sections)
    likely = likely_choices(regret, best.more)
    everything = other_core.submit(
        redraw,
        part_of(market, plan, sections, likely),
        plan,
        seconds=slice_.seconds(),
        branches=None if left is not None else BRANCHES,
        stop=slice_.over,
        brief=False,
    )
    if best.unpriced and small_zones(best.ground):
        _price_zones(best, market, slice_)
    _redraw_groups(best, market, likely_choices(regret, GROUP_MORE), everything, slice_)
    result = everything.result()
    best.take(result.plan)
    if result.proved and likely[np.isfinite(regret)].all():
        # Every choice that a better plan could make was among the likely ones.
        best.bound = best.value
    elif result.plan is None:
        best.more *= WIDER if result.proved else LESS


def _price_zones(best: _Best, market: Market, clock: _Clock) -> None:
    """Price areas by zones in one piece, which tells better what is likely; note the zones."""
    price_zones(market, steps=ZONE_STEPS, stop=clock.share(ZONES_SHARE).over)
    best.bound = max(best.bound, market.bound)
    best.unpriced = False
    merge(best.pool, zones_as_pool(best.ground, market.zones, best.value, best.seed), MOST_ZONES)


def _redraw_groups(
    best: _Best,
    market: Market,
    likely: NDArray[np.bool_],
    everything: Future[Redrawn],
    clock: _Clock,
) -> None:
    """Redraw groups of zones of the best plan, more zones at once when nothing more is won."""
    ground, timed = best.ground, clock.seconds() is not None
    tried = 0
    while not clock.over() and not (everything.done() if timed else tried == REDRAWN):
        zones = neighbouring(ground, best.plan, best.zones_at_once, best.rng)
        group = hash(np.where(np.isin(best.plan, zones), best.plan, -1).tobytes())
        tried += 1
        if group not in best.in_vain:
            result = redraw(
                part_of(market, best.plan, zones, likely),
                best.plan,
                seconds=clock.seconds(SECONDS_A_GROUP),
                branches=None if timed else BRANCHES,
                stop=clock.over,
                brief=True,
            )
            if best.take(result.plan):
                best.fails = 0
                continue
            best.in_vain.add(group)
        best.fails += 1
        if best.fails >= PATIENCE * ground.sections:
            best.wider_groups()
