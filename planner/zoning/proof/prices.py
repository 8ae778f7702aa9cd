"""Price the areas so that sections which choose their zones freely cannot do well.

Leave out that an area goes to exactly one section, but pay a price y_i for each area i that a
section takes. Then the sections part: each takes the zone that gains most,

    z_j(y) = max over zones Z of j of  sum_{i in Z} (y_i - c_ij) - overflow        (1)
    bound(y) = sum_i y_i - sum_j z_j(y)                                            (2)

and no plan undercuts (2), whatever the prices. In a first round z_j is bounded by whole areas
behind fences (see `fences`), whose multipliers move along with the prices; in a second by zones
in one piece, found by branching. Both rounds climb by the volume algorithm (Barahona and Anbil
2000, "The volume algorithm", Mathematical Programming 87). Between steps, areas leave the
territory of a section in which no plan better than the known one could have them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.zoning.proof.connected import best_zones, by_worth, detours, fill_afresh
from planner.zoning.proof.fences import Fences, breach, find_fences, lend, tighten
from planner.zoning.proof.knapsack import fill_whole
from planner.zoning.proof.market import cut_to
from planner.zoning.proof.trios import no_trios, relief, trios_of
from planner.zoning.proof.zones import zones_written

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from planner.zoning.ground import Ground
    from planner.zoning.proof.market import Market
    from planner.zoning.proof.territory import Territory
    from planner.zoning.proof.trios import Trios

    Real = NDArray[np.float64]

__all__ = ["charge", "narrow", "price_areas", "price_zones", "regrets", "small_zones"]

AREAS_EACH = 40
"""Areas per section up to which zones in one piece are priced.

Larger zones are torn so rarely that branching on areas is quicker at once.
"""

OFFENCE = 0.05
"""A set of areas must offend against a fence by so much that it is put up."""
FENCES_AT_ONCE = 20
LOOK_EVERY, LOOK_AFTER = 10, 20
"""First round: steps between two looks for fences, and steps before the first."""
EARLY, FRESH_EARLY, FRESH = 200, 0.1, 0.04
"""Weight of the latest choice in the average of choices, in so many first steps and later."""
BOLDEST, BOLD = 2.0, 0.01
"""Length of a step in terms of what is missing to the known plan: at most, and at first."""
BOLD_ZONES = 0.1
"""The same at first in the second round."""
BOLDER, LESS_BOLD, PATIENCE = 1.1, 0.85, 30
PATIENCE_ZONES, LESS_BOLD_ZONES = 10, 0.8
"""Steps without success after which steps become shorter, and by how much."""
TIMID = 1e-4
"""Boldness at which the first round ends."""
SUCCESS = 1e-4
"""Share of the gap that a step must close to count as a success."""
TIGHTEN_STEPS, TIGHTEN_LONG = 4, 25
"""Steps for the fences of one section between two moves of the prices, and before areas leave."""
BRANCHES_AT_MOST = 6_000
"""Branches opened for the best zone of a section; what then is not ruled out counts."""
MORE_BRANCHES = 4
"""Factor of these branches each time that the second round stalls."""
FENCE_EVERY, FENCES_EACH = 5, 5
"""Second round: steps between two looks for fences, and fences found at once."""
NARROW_EVERY = 40
"""Steps after which areas leave territories, and after which progress is judged."""
PROGRESS = 0.01
"""Share of the gap that so many steps must close, or the search has stalled."""
STALLS = 4
"""Times that the second round takes heart again, more carefully each time."""
CLIMBING = True
"""Only zones better than all before them are written down."""
ROOM = 8
"""Zones that are written down for one section at one step: the best come last."""
ROUNDING = 1e-11
"""Relative error that summing (2) in floating point may make; taken off the bound."""


@dataclass(slots=True, eq=False)
class _Climb:
    """How boldly the volume algorithm steps."""

    patience: int
    calmer: float
    boldness: float = BOLD
    stuck: int = 0

    def judge(self, bound: float, best: float, worth: float) -> bool:
        """Take note of a step; say whether it reached higher than all before."""
        if bound <= best:
            self.stuck += 1
            if self.stuck % self.patience == 0:
                self.boldness *= self.calmer
            return False
        if not np.isfinite(best) or bound > best + SUCCESS * abs(worth - best):
            self.stuck = 0
        self.boldness = min(BOLDEST, self.boldness * BOLDER)
        return True


def price_areas(market: Market, *, steps: int, stop: Callable[[], bool]) -> None:
    """Raise the bound with z from whole areas behind fences, then shrink the territories."""
    sections = list(zip(market.territories, market.fences, strict=True))
    shares = [np.zeros(len(territory.nodes)) for territory, _ in sections]
    means = [np.zeros(len(territory.nodes)) for territory, _ in sections]
    lent = [fences.lent.copy() for _, fences in sections]
    climb, best, prices = _Climb(PATIENCE, LESS_BOLD), -np.inf, market.prices.copy()
    for step in range(steps):
        gains = np.zeros(len(sections))
        weight = 1.0 if step == 0 else FRESH_EARLY if step < EARLY else FRESH
        for at, (territory, fences) in enumerate(sections):
            gain = lend(fences, _profit(market, territory, prices), lent[at])
            gains[at] = fill_whole(territory, gain, shares[at])
            means[at] += weight * (shares[at] - means[at])
        bound = _bound(prices, gains)
        if climb.judge(bound, best, market.worth):
            best, market.prices, market.gains = bound, prices.copy(), gains
            market.bound = max(market.bound, best)
            for (_, fences), now in zip(sections, lent, strict=True):
                fences.lent[:] = now
        if step >= LOOK_AFTER and step % LOOK_EVERY == 0:
            for (territory, fences), mean in zip(sections, means, strict=True):
                find_fences(territory, fences, mean, OFFENCE, FENCES_AT_ONCE)
            if stop() or climb.boldness < TIMID:
                break
        if not _move(market, sections, means, lent, climb.boldness * (market.worth - best), prices):
            break
    narrow(market)


def small_zones(ground: Ground) -> bool:
    """Say whether zones are so small that pricing them in one piece pays."""
    return ground.areas <= AREAS_EACH * ground.sections


def price_zones(
    market: Market,
    *,
    steps: int,
    stop: Callable[[], bool],
    say: Callable[[float], None] = lambda _bound: None,
) -> None:
    """Raise the bound with z from zones in one piece, as long as that gets on."""
    count = len(market.territories)
    chosen: list[NDArray[np.int64] | None] = [None] * count
    climb = _Climb(PATIENCE_ZONES, LESS_BOLD_ZONES, BOLD_ZONES)
    best, prices = -np.inf, market.prices.copy()
    mean, before, stalled = np.ones(market.ground.areas), -np.inf, 0
    for step in range(steps):
        gains, taken = np.zeros(count), np.zeros(market.ground.nodes)
        for at in range(count):
            gains[at], chosen[at] = _best_zone(
                market,
                at,
                prices,
                chosen[at],
                fencing=step % FENCE_EVERY == 0,
                branches=BRANCHES_AT_MOST * MORE_BRANCHES**stalled,
            )
            taken[chosen[at]] += 1
        bound = _bound(prices, gains)
        if climb.judge(bound, best, market.worth):
            best, market.prices, market.gains = bound, prices.copy(), gains
            market.bound = max(market.bound, best)
        weight = 1.0 if step == 0 else FRESH_EARLY
        mean += weight * (taken[: market.ground.areas] - mean)
        missing = 1 - mean
        if stop() or (size := float(missing @ missing)) == 0 or market.bound >= market.worth:
            break
        prices = market.prices + climb.boldness * (market.worth - best) / size * missing
        if step % NARROW_EVERY == NARROW_EVERY - 1:
            say(market.bound)
            if best - before < PROGRESS * (market.worth - best):
                stalled += 1
                climb.boldness = max(climb.boldness, BOLD_ZONES / 2**stalled)
                if stalled > STALLS:
                    break
            before = best
            narrow(market)
    narrow(market)


def regrets(market: Market) -> Real:
    """Return by how much (2) rises at least if an area must go to a section: [area, section].

    inf where the area is outside the section's territory: then no better plan is left.
    """
    rise = np.full((market.ground.nodes, len(market.territories)), np.inf)
    for at, (territory, fences) in enumerate(zip(market.territories, market.fences, strict=True)):
        profit = _profit(market, territory, market.prices)
        rise[territory.nodes, territory.section] = _loss(
            territory, fences, profit, _trios(market, territory), market.gains[at]
        )
    return np.asarray(rise[: market.ground.areas])


def _profit(market: Market, territory: Territory, prices: Real) -> Real:
    """Return what each place adds to (1)."""
    real = territory.nodes < market.ground.areas
    paid = np.zeros(len(real))
    paid[real] = prices[territory.nodes[real]]
    return paid - territory.cost


def _bound(prices: Real, gains: Real) -> float:
    """Evaluate (2), rounded down."""
    size = float(np.abs(prices).sum() + np.abs(gains).sum())
    return float(prices.sum() - gains.sum()) - ROUNDING * size


def _move(
    market: Market,
    sections: list[tuple[Territory, Fences]],
    means: list[Real],
    lent: list[Real],
    length: float,
    prices: Real,
) -> bool:
    """Step from the best prices and multipliers towards what the average choice lacks."""
    total = np.zeros(market.ground.nodes)
    breaches: list[Real] = []
    size = 0.0
    for (territory, fences), mean in zip(sections, means, strict=True):
        total[territory.nodes] += mean
        by = breach(fences, mean)
        by[(fences.lent[: len(by)] <= 0) & (by < 0)] = 0.0
        size += float(by @ by)
        breaches.append(by)
    missing = 1 - total[: market.ground.areas]
    size += float(missing @ missing)
    if size == 0:
        return False
    prices[:] = market.prices + length / size * missing
    for (_, fences), by, now in zip(sections, breaches, lent, strict=True):
        now[: len(by)] = np.maximum(0.0, fences.lent[: len(by)] + length / size * by)
    return True


def _best_zone(
    market: Market,
    at: int,
    prices: Real,
    last: NDArray[np.int64] | None,
    *,
    fencing: bool,
    branches: int,
) -> tuple[float, NDArray[np.int64]]:
    """Return z of a section and the nodes of its best zone, the last best one if none is better."""
    territory, fences = market.territories[at], market.fences[at]
    profit = _profit(market, territory, prices)
    floor, target, top = -np.inf, 0.0, np.inf
    if last is not None and np.isin(last, territory.nodes).all():
        inside = np.isin(territory.nodes, last)
        beyond = max(0, int(territory.pupils[inside].sum()) - territory.seats)
        floor = target = float(profit[inside].sum()) - territory.overflow_metres * beyond
    best = territory.nodes[:1] if last is None else last
    mean = np.zeros(len(profit))
    # Where branching gives up, better multipliers and more fences come first, then once more.
    for steps, walls in ((TIGHTEN_STEPS, FENCES_EACH), (TIGHTEN_LONG, FENCES_AT_ONCE)):
        tighten(territory, profit, fences, target, steps, mean)
        if fencing and find_fences(territory, fences, mean, OFFENCE, walls):
            tighten(territory, profit, fences, target, steps, mean)
        gain = lend(fences, profit, fences.lent)
        room, worth = np.zeros((ROOM, len(profit)), dtype=bool), np.zeros(ROOM)
        most, count, opened = best_zones(
            territory, profit, gain, no_trios(len(profit)), floor, CLIMBING, branches, room, worth
        )
        top = min(top, most)
        for zone in zones_written(territory, market.ground.areas, room[:count]):
            market.zones[zone] = None
        if count:
            best = territory.nodes[room[int(np.argmax(worth[:count]))]]
            floor = target = float(worth[:count].max())
        if opened > 0:
            break
        fencing = True
    return top, best


def narrow(market: Market) -> None:
    """Let areas leave the territories in which no better plan can have them.

    The areas must have been priced before, so that gains are those at the market's prices.
    """
    bound = _bound(market.prices, market.gains) - float(market.fines.sum())
    for at, (territory, fences) in enumerate(zip(market.territories, market.fences, strict=True)):
        profit = _profit(market, territory, market.prices)
        loss = _loss(territory, fences, profit, _trios(market, territory), market.gains[at])
        stay = bound + loss <= market.worth * (1 + ROUNDING)
        stay[0] = True
        if not stay.all():
            allowed = np.isin(np.arange(market.ground.areas), territory.nodes[stay])
            market.territories[at], market.fences[at] = cut_to(market, at, allowed)


def charge(territory: Territory, fences: Fences, profit: Real, trios: Trios) -> tuple[Real, float]:
    """Return profits [place] less parts of the fines for trios, and what all get back."""
    if not len(trios.fine):
        return profit, 0.0
    gain = lend(fences, profit, fences.lent)
    _, seat_price = fill_afresh(territory, gain, by_worth(territory, gain))
    charged, back = relief(territory, gain, trios, seat_price)
    return profit - charged, back


def _trios(market: Market, territory: Territory) -> Trios:
    """Return the fines that can fall due in a territory."""
    return trios_of(territory, market.trios, market.fines, market.ground.nodes)


def _loss(
    territory: Territory, fences: Fences, profit: Real, trios: Trios, gain_of_best: float
) -> Real:
    """Return how much less than the best zone any zone with a given place gains: [place]."""
    charged, back = charge(territory, fences, profit, trios)
    tighten(territory, charged, fences, gain_of_best - back, TIGHTEN_LONG, np.zeros(len(profit)))
    gain = lend(fences, charged, fences.lent)
    most, seat_price = fill_afresh(territory, gain, by_worth(territory, gain))
    loss = gain_of_best - back - most + detours(territory, gain, seat_price)
    loss[territory.forced] = 0.0
    return np.asarray(loss, dtype=np.float64)
