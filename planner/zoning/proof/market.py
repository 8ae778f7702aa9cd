"""Set out what each section could have, and what areas cost, before zones are compared."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from planner.zoning.proof.fences import Fences, no_fences
from planner.zoning.proof.territory import Territory, most_pupils, territory_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.zoning.bound import Relaxation
    from planner.zoning.ground import Ground
    from planner.zoning.proof.zones import Zone

    Real = NDArray[np.float64]

__all__ = ["FENCES_AT_MOST", "GAIN", "Market", "cut_to", "open_market", "part_of", "settled"]

FENCES_AT_MOST = 1_500
"""Fences of one section; the least needed make room when its territory shrinks."""
GAIN = 1e-9
"""Relative gain below which a plan counts as no better."""
ROUNDING = 1e-9
"""Relative error that values of plans may make before an area is ruled out."""
ROUNDING_SUM = 1e-11
"""Relative error that summing a bound in floating point may make; taken off the bound."""


@dataclass(slots=True, eq=False)
class Market:
    """Sections with their territories and fences, and the best prices of areas so far."""

    ground: Ground
    territories: list[Territory]
    fences: list[Fences]
    prices: Real
    """[area] y of the best bound."""
    gains: Real
    """[section] z at these prices."""
    bound: float
    worth: float
    """What the known plan is worth: whatever cannot be part of a better one is left out."""
    zones: dict[Zone, None] = field(default_factory=dict)
    """Zones met on the way, each the best of its section at some prices."""
    trios: NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, 3), dtype=np.int64))
    """[trio, 3] areas of which two cost a zone a fine."""
    fines: Real = field(default_factory=lambda: np.zeros(0))
    """[trio] at the prices of areas; they count in the gains."""

    def agree(self, prices: Real, gains: Real, trios: NDArray[np.int64], fines: Real) -> None:
        """Keep prices, gains and fines if the bound that they give is the best so far.

        No plan undercuts the sum of prices less gains less fines (see `prices` and `trios`).
        """
        size = float(np.abs(prices).sum() + np.abs(gains).sum() + fines.sum())
        bound = float(prices.sum() - gains.sum() - fines.sum()) - ROUNDING_SUM * size
        if bound > self.bound:
            self.bound, self.prices, self.gains = bound, prices.copy(), gains
            self.trios, self.fines = trios.copy(), fines.copy()

    @property
    def unwanted(self) -> bool:
        """Whether some area has no section left, so that no plan is better than the known one."""
        served = np.zeros(self.ground.nodes, dtype=bool)
        for territory in self.territories:
            served[territory.nodes] = True
        return not served[: self.ground.areas].all()


def open_market(
    ground: Ground, relaxation: Relaxation, known: NDArray[np.int64], bound: float
) -> Market:
    """Open the market: territories and prices as the transport relaxation has them."""
    worth, sections = ground.value(known), ground.sections
    pupils = ground.pupils[: ground.areas, None]
    possible = np.isfinite(ground.each_metres)
    each = np.where(possible, ground.each_metres + relaxation.seat_price_metres, 0.0)
    priced = np.where(possible, each * pupils, np.inf)
    cheapest = priced.min(axis=1)
    spare = worth - relaxation.bound + ROUNDING * worth
    allowed = possible & (priced - cheapest[:, None] <= spare)
    most = most_pupils(ground, relaxation, worth)
    # What a section must have is priced so that it always takes it; in the bound that cancels.
    fixed = ground.fixed[: ground.areas]
    must = np.flatnonzero(fixed >= 0)
    prices = cheapest.copy()
    prices[must] = ground.each_metres[must, fixed[must]] * ground.pupils[must]
    prices[must] += worth + ground.overflow_metres * ground.pupils[must]
    territories = [territory_of(ground, j, allowed[:, j], int(most[j])) for j in range(sections)]
    fences = [no_fences(FENCES_AT_MOST) for _ in territories]
    bound = max(bound, relaxation.bound)
    return Market(ground, territories, fences, prices, np.zeros(sections), bound, worth)


def settled(market: Market) -> bool:
    """Say whether it is certain that no plan is better than the known one, but for rounding."""
    return market.worth - market.bound <= ROUNDING * abs(market.worth) or market.unwanted


def part_of(
    market: Market, plan: NDArray[np.int64], zones: NDArray[np.int64], likely: NDArray[np.bool_]
) -> Market:
    """Return the market of some zones of a plan [node], whose areas stay among them.

    An area may go to any of these sections that is likely [area, section], or where it is.
    """
    ground = market.ground
    areas = np.flatnonzero(np.isin(plan[: ground.areas], zones))
    allowed = np.zeros((ground.areas, ground.sections), dtype=bool)
    allowed[areas] = likely[areas]
    allowed[areas, plan[areas]] = True
    territories, fences = [], []
    for section in zones:
        territory, fence = cut_to(market, int(section), allowed[:, section])
        territories.append(territory)
        fences.append(fence)
    walks = ground.each_metres[areas, plan[areas]] @ ground.pupils[areas]
    worth = float(walks + ground.overflow_metres * ground.overflow(plan)[zones].sum())
    return replace(market, territories=territories, fences=fences, worth=worth, zones={})


def cut_to(market: Market, at: int, allowed: NDArray[np.bool_]) -> tuple[Territory, Fences]:
    """Return the territory at a position of the list without areas not allowed, and its fences."""
    territory = market.territories[at]
    kept = np.zeros(market.ground.areas, dtype=bool)
    real = territory.nodes[territory.nodes < market.ground.areas]
    kept[real] = allowed[real]
    smaller = territory_of(market.ground, territory.section, kept, territory.most)
    return smaller, _moved(market.fences[at], territory, smaller, market.ground.nodes)


def _moved(fences: Fences, old: Territory, new: Territory, nodes: int) -> Fences:
    """Put the fences that are needed up again in a smaller territory."""
    place = np.full(nodes, -1)
    place[new.nodes] = np.arange(len(new.nodes))
    fresh, end = no_fences(FENCES_AT_MOST), 0
    for fence in np.flatnonzero(fences.lent[: fences.used[0]] > 0):
        inside = place[old.nodes[fences.places[fences.starts[fence] : fences.starts[fence + 1]]]]
        if inside[0] < 0:
            continue
        inside = inside[inside >= 0]
        number = int(fresh.used[0])
        fresh.places[end : end + len(inside)] = inside
        end += len(inside)
        fresh.starts[number + 1], fresh.lent[number] = end, fences.lent[fence]
        fresh.used[0] += 1
    return fresh
