"""Find better zones: draw many plans, combine or mix their zones, redraw what prices leave open."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from planner.zoning.construct import construct
from planner.zoning.cooling import lacks_seats, seats_suffice
from planner.zoning.proof.columns import Columns, worth_mixing
from planner.zoning.proof.market import open_market
from planner.zoning.proof.prices import price_areas, small_zones
from planner.zoning.search.best import MOST_ZONES, Best, Clock
from planner.zoning.search.combine import combine
from planner.zoning.search.crowd import draw_many
from planner.zoning.search.mixing import Mixing, mix_round
from planner.zoning.search.pool import empty_pool, merge, pool_as_zones
from planner.zoning.search.rounds import Redrawing, redraw_round

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from planner.zoning.bound import Relaxation
    from planner.zoning.ground import Ground
    from planner.zoning.proof.market import Market
    from planner.zoning.search.pool import Pool

__all__ = ["Found", "improve_plan"]

CORES: Final = 2
"""Searches at once."""
CATCH: Final = 20_000
"""Zones that one core may note while it draws plans."""
RUNS: Final = 20
"""Plans that each core draws where work is counted and not time."""
SEEDS_APART: Final = 1_000_003
CROWD_SHARE, COMBINE_SHARE, SEATS_SHARE = 0.1, 0.08, 0.15
"""Parts of the time that is left for drawing plans, combining their zones, and drawing plans until
one has a seat for everybody, where there ought to be one."""
CROWD_SHARE_TINY: Final = 0.06
"""The same for drawing plans where zones are mixed: redrawing them finds missing seats, too."""
PRICE_SHARE, PRICE_SHARE_SMALL, PRICE_SECONDS = 0.2, 0.1, 2.0
"""The same for pricing areas; the second is for zones so small that they are priced in one
piece as well, the third are seconds where they are mixed."""
PRICE_STEPS: Final = 2_000
COMBINE_AGAIN, ENOUGH_NEW = 3.0, 0.05
"""Seconds for combining zones between two slices, and the part of them that must be new."""


class Found(NamedTuple):
    """A plan, and what was learned about better ones."""

    plan: NDArray[np.int64]
    """[node]"""
    bound: float
    """What no plan undercuts: the plan's own value where it is proved the best."""
    market: Market | None = None
    """Prices of areas; None where zones cannot be priced one by one."""
    columns: Columns | None = None
    """Zones mixed at these prices, where zones are so small that this is done."""


def improve_plan(
    ground: Ground,
    relaxation: Relaxation,
    plan: NDArray[np.int64],
    *,
    seed: int,
    bound: float,
    gap: float = 0.0,
    seconds: float | None = None,
    work: int | None = None,
    stop: Callable[[], bool] = lambda: False,
    report: Callable[[float], None] = lambda _value: None,
) -> Found:
    """Return a plan [node] that is at least as good; every zone hangs together at all times.

    Many short searches end in different plans, and where zones are large those noted on the way
    are combined to the best plan they make. Then areas are priced, which shows what choices are
    likely in a plan better than that. Round by round one core redraws all zones at once among the
    likeliest choices, while the other redraws groups of neighbouring zones among more. In small
    towns whole zones are mixed and put together instead (`mixing`). Where the books count (whole
    zones have a worth of their own), or a demand has to yield, zones cannot be priced one by one,
    and the plan is returned as it is.

    Args:
        ground: The problem as the methods see it.
        relaxation: Prices of seats.
        plan: [node] keeps all rules but seats.
        seed: The same seed and work give the same plan.
        bound: What no plan undercuts; a plan as good as that ends the search.
        gap: A plan worth more than the bound by no more than this part ends the search as well.
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
        return Found(plan, bound)
    best = Best(ground, plan, ground.value(plan), seed, bound, gap)
    deadline = monotonic() + (np.inf if seconds is None else seconds)
    clock = Clock(deadline, lambda: stop() or best.close_enough())
    with ThreadPoolExecutor(CORES) as cores, clock:
        mixing = worth_mixing(ground, seconds)
        if lacks_seats(ground, relaxation, best.plan) and not mixing:
            _draw_crowd(best, relaxation, cores, clock.share(SEATS_SHARE), enough=best.value)
        crowd = CROWD_SHARE_TINY if mixing else CROWD_SHARE
        _draw_crowd(best, relaxation, cores, clock.share(crowd), enough=best.enough())
        report(best.value)
        _combine(best, clock.share(COMBINE_SHARE))
        report(best.value)
        if clock.over():
            return Found(best.plan, best.proved())
        best.market = market = open_market(ground, relaxation, best.plan, bound)
        ends = clock.within(PRICE_SECONDS) if mixing else clock.share(_price_share(ground))
        price_areas(market, steps=PRICE_STEPS, stop=ends.over)
        if mixing:
            columns = Columns(market, pool_as_zones(best.pool, ground.areas))
            state = _redrawing(best, relaxation, unpriced=False)
            _mix_rounds(best, Mixing(columns, state), cores, clock, work, report)
            return Found(best.plan, best.proved(), market, columns)
        state, done = _redrawing(best, relaxation, unpriced=True), 0
        while done != work and not clock.over():
            before = best.value
            redraw_round(best, market, state, cores, clock)
            if best.value == before and not small_zones(ground) and not clock.over():
                _draw_crowd(best, relaxation, cores, clock.share(CROWD_SHARE))
            _combine(best, clock.within(COMBINE_AGAIN))
            report(best.value)
            done += 1
    return Found(best.plan, best.proved(), market)


def _price_share(ground: Ground) -> float:
    """Return the part of the time left that areas are priced for."""
    return PRICE_SHARE_SMALL if small_zones(ground) else PRICE_SHARE


def _redrawing(best: Best, relaxation: Relaxation, *, unpriced: bool) -> Redrawing:
    """Return how widely zones are redrawn at first."""
    suffice = seats_suffice(best.ground, relaxation)
    rng = np.random.default_rng(best.seed)
    return Redrawing(rng, unpriced=unpriced, seats_suffice=suffice)


def _mix_rounds(
    best: Best,
    mixing: Mixing,
    cores: ThreadPoolExecutor,
    clock: Clock,
    work: int | None,
    report: Callable[[float], None],
) -> None:
    """Mix zones and put them together, until none of those known make a better plan."""
    done = 0
    while done != work and not clock.over():
        before = best.value
        mix_round(best, mixing, cores, clock)
        report(best.value)
        if mixing.exhausted(best) or (mixing.columns.finished and best.value == before):
            return
        done += 1


def _yields(ground: Ground, plan: NDArray[np.int64]) -> bool:
    """Say whether some area goes where a demand has to yield, which has no price here."""
    each = ground.each_metres[np.arange(ground.areas), plan[: ground.areas]]
    return not np.isfinite(each).all()


def _draw_crowd(
    best: Best,
    relaxation: Relaxation,
    cores: ThreadPoolExecutor,
    clock: Clock,
    *,
    enough: float = -np.inf,
) -> None:
    """Draw plans on both cores, and note their zones; a plan below `enough` with seats will do."""
    runs = None if clock.seconds() is not None else RUNS
    beside = cores.submit(_drawn, best, relaxation, best.drawn + 1, runs, enough, clock)
    crowds = [_drawn(best, relaxation, best.drawn, runs, enough, clock), beside.result()]
    best.drawn += 2
    for plan, catch in crowds:
        best.take(plan)
        merge(best.pool, catch, MOST_ZONES)


def _drawn(
    best: Best, relaxation: Relaxation, number: int, runs: int | None, enough: float, clock: Clock
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
        crowded=lacks_seats(best.ground, relaxation, best.plan),
        enough=enough,
        stop=clock.over,
    )
    return plan, catch


def _combine(best: Best, clock: Clock) -> None:
    """Combine the zones of the pool to a better plan, if there is one.

    Small zones are left out: there redrawing finds more in the same time.
    """
    seconds, zones = clock.seconds(), int(best.pool.size[0])
    limit = np.inf if seconds is None else seconds
    if limit <= 0 or small_zones(best.ground) or zones - best.combined <= ENOUGH_NEW * zones:
        return
    best.combined = zones
    found = combine(best.ground, best.pool, best.value, seconds=limit)
    if found is not None:
        plan = best.plan.copy()
        plan[: best.ground.areas] = found
        best.take(plan)
