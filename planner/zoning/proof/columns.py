"""Price areas by the best mixture of whole zones, which leaves little between bound and plan.

Where zones are small, the sections can name their best zones at any prices (`offers`). Of all
zones known the cheapest mixture is found (`mixture`), which prices areas; at these prices the
sections name zones they would rather have; and so on until nobody knows a better zone. Trios
that the mixture offends against are then fined (`trios`), until it is a plan, or nearly so:
column generation with subset-row cuts (Desaulniers, Desrosiers and Spoorendonk 2011, "Cutting
planes for branch-and-price algorithms", Networks 58; for districts Mehrotra, Johnson and
Nemhauser 1998, "An optimization based heuristic for political districting", Management
Science 44).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Event
from typing import TYPE_CHECKING, Final

import numpy as np

from planner.zoning.proof.assemble import Puzzle
from planner.zoning.proof.market import settled
from planner.zoning.proof.mixture import NOTHING, Mixture, Prices, zones_of, zones_of_plan
from planner.zoning.proof.offers import Patience, invite, list_near
from planner.zoning.proof.prices import narrow
from planner.zoning.proof.trios import find_trios

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from planner.zoning.ground import Ground
    from planner.zoning.proof.market import Market
    from planner.zoning.proof.mixture import Zones
    from planner.zoning.proof.offers import Offers

__all__ = ["Columns", "worth_mixing"]

AREAS_EACH: Final = 12
"""Areas per section up to which zones are so small that they are named one by one."""
MOST_AREAS: Final = 600
"""Areas beyond which the mixture has too many zones for the time there usually is."""
LEAST_SECONDS: Final = 6.0
"""Time below which other methods do more."""
CORES: Final = 2
"""Sections that look for zones at once."""
BRANCHES_QUICKLY, BRANCHES = 1_000, 4_000
"""Branches when a section looks for zones by what touches them, and when it has to be certain."""
CLIMBED_FROM: Final = 20
"""Zones known from which a section climbs to better ones where branching gives up."""
SECONDS_EACH, NODES_EACH = 10.0, 2_000
"""Time and branches for one zone by branch and cut."""
NEAR, BRANCHES_NEAR = 1_000, 50_000
"""Zones that a section lists from which a plan may be put together, and its branches."""
NEAR_ALL, BRANCHES_ALL = 10_000, 200_000
"""The same where these have to be all."""
MIXED_WELL: Final = 1e-10
"""Cost below 0, as a part of a plan's worth, that is no more than rounding."""
TAIL, LITTLE = 3, 0.01
"""Mixtures after which sections name no more zones for now, if together they came down by no
more than that part of the gap to the known plan."""
CLOSE: Final = 0.05
"""Part of the gap between mixture and known plan: a bound that close to the mixture will do."""
NARROWER: Final = 0.1
"""Part of the gap by which the bound must rise before territories are made smaller."""
OFFENCE: Final = 0.02
TRIOS_AT_ONCE, TRIOS_EACH = 80, 6
"""Trios fined at once, and those of them that may have the same area."""
SLOW: Final = 0.1
"""Part of the gap to the known plan by which fines raise the mixture's cost while they are worth
while; later the sections have to be certain first."""
STEADY, LESS_STEADY = 0.5, 0.25
"""Weight of the prices of the best bound where sections have to be certain at first, and how it
changes as the bound comes closer: prices of mixtures swing (Wentges 1997, "Weighted Dantzig-Wolfe
decomposition for linear mixed-integer programming", International Transactions in Operational
Research 4)."""


def worth_mixing(ground: Ground, seconds: float | None) -> bool:
    """Say whether zones are so small that sections can name them, and there is time for it."""
    tiny = ground.areas <= min(AREAS_EACH * ground.sections, MOST_AREAS)
    return tiny and (seconds is None or seconds >= LEAST_SECONDS)


class Columns:
    """Zones that sections have named, and how far their mixture is from a plan.

    Attributes:
        market: Where the zones are priced.
        finished: Nobody knows a better zone, and no trio is offended against.
    """

    def __init__(self, market: Market, known: Zones) -> None:
        """Begin with zones known from plans: at least one plan's."""
        self.market = market
        self._mixture = Mixture(market.ground, market.worth)
        self._mixture.add(known)
        self._rounds, self._before, self.finished = 0, -np.inf, False

    @property
    def cost(self) -> float:
        """Metres of the cheapest mixture, inf where no mixture has every area once."""
        return self._mixture.cost if self._mixture.left_out <= NOTHING else np.inf

    def price(
        self,
        known: NDArray[np.int64],
        *,
        certain: bool,
        rounds: int | None,
        timed: bool,
        stop: Callable[[], bool],
        say: Callable[[float], None] = lambda _bound: None,
    ) -> NDArray[np.int64]:
        """Name zones and fine trios for as long as that helps; return the best plan [node].

        That is the known one unless the mixture has become a better one. The market's bound
        rises only where the sections are certain of their best zones.

        Args:
            known: [node] a plan worth as much as the market says.
            certain: Whether sections have to be certain now and then.
            rounds: Times that trios are fined at most, None for no limit.
            timed: Whether branch and cut watches the clock, or counts its branches.
            stop: Asked now and then; true ends the work.
            say: Told the bound.
        """
        mixture, market, plan = self._mixture, self.market, known
        mixture.add(zones_of_plan(market.ground, known))
        first = None if mixture.started else Prices(market.prices, market.gains, np.zeros(0))
        mixture.mix(first)
        last = None if rounds is None else self._rounds + rounds
        certainly = Patience(
            BRANCHES,
            exactly=True,
            seconds=SECONDS_EACH if timed else None,
            nodes=None if timed else NODES_EACH,
        )
        left = Event()
        with ThreadPoolExecutor(CORES) as threads, ExitStack() as leaving:
            leaving.callback(left.set)

            def over() -> bool:
                return left.is_set() or stop()

            while not (self.finished or settled(market) or self._rounds == last or over()):
                self._name(threads, over)
                trios = self._offended()
                slow = mixture.cost - self._before < SLOW * (market.worth - mixture.cost)
                self._before = mixture.cost
                if certain and (slow or not len(trios)):
                    told = self._be_certain(certainly, threads, over)
                    say(market.bound)
                    trios = self._offended()
                    self.finished = told and not len(trios)
                plan = self._better(plan)
                if not len(trios):
                    break
                self._rounds += 1
                mixture.fine(trios)
                mixture.mix()
        return plan

    def puzzle(self, reach: float, *, only_all: bool) -> Puzzle:
        """Return zones from which a plan could be put together that costs little more.

        Args:
            reach: By how much it may cost more than the mixture, in metres.
            only_all: Whether the zones are of use only where they are all there are.
        """
        market, mixture = self.market, self._mixture
        most, branches = (NEAR_ALL, BRANCHES_ALL) if only_all else (NEAR, BRANCHES_NEAR)
        with ThreadPoolExecutor(CORES) as threads:
            zones, complete = list_near(
                market,
                mixture.prices,
                mixture.trios,
                reach,
                most=most,
                branches=branches,
                only_all=only_all,
                cores=threads,
            )
        mixture.add(zones_of(market.ground, zones))
        near, fined = mixture.within(reach)
        # Had some zone not been mixed that is worth it, others could cost more than the reach.
        complete &= float(mixture.reduced(mixture.prices).min()) >= -MIXED_WELL * market.worth
        return Puzzle(near, fined, complete)

    def regrets(self) -> NDArray[np.float64]:
        """Return what it costs at least, by the zones known, to give an area to a section.

        [area, section]; inf outside the territories, and the whole gap where no zone is known.
        """
        market, ground = self.market, self.market.ground
        allowed = np.zeros((ground.nodes, ground.sections), dtype=bool)
        for territory in market.territories:
            allowed[territory.nodes, territory.section] = True
        least = np.minimum(self._mixture.regrets(), market.worth - market.bound)
        return np.where(allowed[: ground.areas], least, np.inf)

    def _better(self, plan: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the plan [node] that the mixture has become, if it is one and better."""
        market, areas = self.market, self.market.ground.areas
        if (mixed := self._mixture.plan()) is None:
            return plan
        better = np.append(mixed, plan[areas:])
        value = market.ground.value(better)
        if value >= market.worth:
            return plan
        market.worth = value
        return better

    def _name(self, threads: ThreadPoolExecutor, stop: Callable[[], bool]) -> None:
        """Have sections name zones, without being certain, until that changes little."""
        mixture, costs = self._mixture, [self._mixture.cost]
        while not stop():
            offers = self._invite(_QUICKLY, threads, stop)
            if not mixture.add(zones_of(self.market.ground, offers.zones)):
                return
            mixture.mix()
            costs.append(mixture.cost)
            little = LITTLE * (self.market.worth - mixture.cost)
            if len(costs) > TAIL and costs[-1 - TAIL] - mixture.cost < little:
                return

    def _be_certain(
        self, patience: Patience, threads: ThreadPoolExecutor, stop: Callable[[], bool]
    ) -> bool:
        """Have sections name zones until the bound is close to the mixture; shrink territories.

        Returns whether nobody knows a better zone.
        """
        market, mixture, weight = self.market, self._mixture, STEADY
        while not stop():
            before = market.bound
            offers = self._invite(patience, threads, stop, weight)
            if market.bound - before > NARROWER * (market.worth - before):
                narrow(market)
            if not mixture.add(zones_of(market.ground, offers.zones)):
                if weight == 0:
                    return not offers.gave_up
                weight = 0.0
                continue
            mixture.mix()
            weight *= LESS_STEADY
            if mixture.cost - market.bound <= CLOSE * (market.worth - mixture.cost):
                return False
            self._name(threads, stop)
        return False

    def _invite(
        self,
        patience: Patience,
        threads: ThreadPoolExecutor,
        stop: Callable[[], bool],
        weight: float = 0.0,
    ) -> Offers:
        """Ask the sections for zones, and take note of the bound that follows.

        Prices are those of the mixture; those of the best bound have so much weight beside.
        """
        market, mixture = self.market, self._mixture
        prices = mixture.prices
        if weight > 0:
            before = np.append(market.fines, np.zeros(len(prices.fines) - len(market.fines)))
            areas = weight * market.prices + (1 - weight) * prices.areas
            fines = weight * before + (1 - weight) * prices.fines
            prices = Prices(areas, mixture.gains_at(areas, fines), fines)
        known = mixture.best_at(prices, CLIMBED_FROM)
        offers = invite(market, prices, mixture.trios, known, patience, threads, stop)
        market.agree(prices.areas, offers.gains, mixture.trios, prices.fines)
        return offers

    def _offended(self) -> NDArray[np.int64]:
        """Return trios that the mixture offends against."""
        zones, parts = self._mixture.mixed()
        return find_trios(
            zones.members,
            parts,
            self._mixture.trios,
            offence=OFFENCE,
            at_most=TRIOS_AT_ONCE,
            each=TRIOS_EACH,
        )


_QUICKLY = Patience(BRANCHES_QUICKLY, exactly=False, seconds=None, nodes=None)
