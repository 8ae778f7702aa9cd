"""Let each section name the zones that it would rather have, at given prices of areas.

What no zone of a section gains more than, at any prices and fines, gives a bound on all plans:
the sum of the prices, less the fines, less what each section can gain at most (see `prices`).
Most sections find their best zones quickly by branching on what touches the zone; where
that gives up, zones known already lead to better ones (`climb`), and branch and cut makes sure
if asked to.
"""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from planner.zoning.proof.climb import climb
from planner.zoning.proof.connected import best_zones
from planner.zoning.proof.core import best_zone
from planner.zoning.proof.fences import find_fences, lend, tighten
from planner.zoning.proof.prices import charge
from planner.zoning.proof.trios import trios_of
from planner.zoning.proof.zones import zones_written

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    from numpy.typing import NDArray

    from planner.zoning.proof.market import Market
    from planner.zoning.proof.mixture import Prices, Zones
    from planner.zoning.proof.zones import Zone

    Real = NDArray[np.float64]

__all__ = ["Offers", "Patience", "invite", "list_near"]

WANTED = 20
"""Zones that a section names at once: the best of them come last."""
STEPS, STEPS_LONG, OFFENCE, FENCES_AT_ONCE = 6, 25, 0.05, 10
"""Steps in which multipliers of fences follow the prices, when zones are named and when they
are listed, and when new fences are put up."""
CLIMBING, LISTING = True, False
"""Whether only zones better than all before them are written down, or all."""
CERTAIN_SHARE = 0.05
"""Price, as a part of a plan's worth, that is put on areas that only one section can have."""
SLACK = 1e-11
"""Gain, as a part of a plan's worth, below which a zone is no better than those known."""


class Patience(NamedTuple):
    """How long zones are looked for."""

    branches: int
    """Branches when branching on what touches the zone."""
    exactly: bool
    """Whether branch and cut goes on where that gives up."""
    seconds: float | None
    """Time for branch and cut on one zone, None for no limit."""
    nodes: int | None
    """Its branches, None for no limit."""


class Offers(NamedTuple):
    """What the sections would rather have."""

    gains: Real
    """[section] what no zone gains more than."""
    zones: list[Zone]
    gave_up: int
    """Sections that could not tell for certain what their best zone is."""


def invite(
    market: Market,
    prices: Prices,
    trios: NDArray[np.int64],
    known: Zones,
    patience: Patience,
    cores: Executor,
    stop: Callable[[], bool],
) -> Offers:
    """Ask every section for zones that gain more than those known, at prices of the mixture.

    Some of those known are the zones from which sections climb to better ones.
    """

    def offer(section: _Section) -> tuple[float, list[Zone], bool]:
        return section.offer(known, patience, stop)

    offered = list(cores.map(offer, _sections(market, prices, trios)))
    return Offers(
        np.array([gain for gain, _, _ in offered]),
        [zone for _, zones, _ in offered for zone in zones],
        sum(gave_up for _, _, gave_up in offered),
    )


def list_near(
    market: Market,
    prices: Prices,
    trios: NDArray[np.int64],
    reach: float,
    *,
    most: int,
    branches: int,
    only_all: bool,
    cores: Executor,
) -> tuple[list[Zone], bool]:
    """List every zone that gains at most so much less than the best known of its section.

    Args:
        market: What the sections could have.
        prices: Those of the mixture.
        trios: [trio, 3] the trios that are fined.
        reach: By how much zones may gain less, in metres.
        most: Zones of a section that are listed.
        branches: Branches in which a section looks for them.
        only_all: Whether nobody goes on once a section has not been able to list all.
        cores: Where sections look side by side.

    Returns:
        The zones, and whether these are all.
    """
    failed = Event()

    def near(section: _Section) -> list[Zone]:
        if only_all and failed.is_set():
            return []
        zones, whole = section.near(reach, most, branches)
        if not whole:
            failed.set()
        return zones

    listed = list(cores.map(near, _sections(market, prices, trios)))
    return [zone for zones in listed for zone in zones], not failed.is_set()


def _sections(market: Market, prices: Prices, trios: NDArray[np.int64]) -> list[_Section]:
    """Prepare what each section is asked."""
    served = np.zeros(market.ground.nodes, dtype=int)
    for territory in market.territories:
        served[territory.nodes] += 1
    sections = range(len(market.territories))
    return [_Section(market, at, prices, trios, served) for at in sections]


class _Section:
    """One section, what its areas are worth, and what it gains by the zones known."""

    def __init__(
        self,
        market: Market,
        at: int,
        prices: Prices,
        trios: NDArray[np.int64],
        served: NDArray[np.int64],
    ) -> None:
        self._market, self._at = market, at
        territory = self._territory = market.territories[at]
        real = territory.nodes < market.ground.areas
        self._profit = -territory.cost
        self._profit[real] += prices.areas[territory.nodes[real]]
        certain = real & ((served[territory.nodes] == 1) | territory.forced)
        certain[0] = False
        self._bonus = CERTAIN_SHARE * market.worth * int(certain.sum())
        self._profit[certain] += CERTAIN_SHARE * market.worth
        self._floor = prices.gains[territory.section] + self._bonus + SLACK * market.worth
        self._trios = trios_of(territory, trios, prices.fines, market.ground.nodes)

    def offer(
        self, known: Zones, patience: Patience, stop: Callable[[], bool]
    ) -> tuple[float, list[Zone], bool]:
        """Return what no zone gains more than, and zones that gain more than known ones.

        The last says whether the search gave up.
        """
        territory, profit, floor = self._territory, self._profit, self._floor
        gain = self._fenced(floor, STEPS)
        room, worth = np.zeros((WANTED, len(profit)), dtype=bool), np.zeros(WANTED)
        most, count, opened = best_zones(
            territory, profit, gain, self._trios, floor, CLIMBING, patience.branches, room, worth
        )
        found = [*room[:count]]
        gave_up = opened < 0
        if gave_up:
            floor = max(floor, float(worth[:count].max())) if count else floor
            climbed, floor = self._climbed(known, floor)
            found += climbed
        if gave_up and patience.exactly and not stop():
            top, better, certain = best_zone(
                self._market,
                self._at,
                profit,
                self._trios,
                floor,
                seconds=patience.seconds,
                branches=patience.nodes,
                stop=stop,
            )
            found += [*better]
            gave_up = not certain
            most = min(most, top)
        return most - self._bonus, self._zones(found), gave_up

    def near(self, reach: float, most: int, branches: int) -> tuple[list[Zone], bool]:
        """List the zones that gain at most so much less, and say whether these are all."""
        profit, floor = self._profit, self._floor - reach
        room, worth = np.zeros((most, len(profit)), dtype=bool), np.zeros(most)
        gain = self._fenced(floor, STEPS_LONG)
        _, count, opened = best_zones(
            self._territory, profit, gain, self._trios, floor, LISTING, branches, room, worth
        )
        return self._zones([*room[:count]]), opened > 0

    def _climbed(self, known: Zones, floor: float) -> tuple[list[NDArray[np.bool_]], float]:
        """Return zones worth more than a floor that known ones lead to, and the most of them."""
        begin = self._within(known)
        room, worth = np.zeros_like(begin), np.zeros(len(begin))
        count = climb(self._territory, self._profit, self._trios, begin, floor, room, worth)
        return [*room[:count]], max(floor, float(worth[:count].max(initial=-np.inf)))

    def _within(self, known: Zones) -> NDArray[np.bool_]:
        """Return those known zones of this section that its territory still has: [zone, place]."""
        territory, areas = self._territory, self._market.ground.areas
        mine = known.members[np.flatnonzero(known.sections == territory.section)]
        place = np.full(areas, -1)
        real = territory.nodes < areas
        place[territory.nodes[real]] = np.flatnonzero(real)
        rows = np.repeat(np.arange(mine.shape[0]), np.diff(mine.indptr))
        zones = np.zeros((mine.shape[0], len(territory.nodes) + 1), dtype=bool)
        zones[:, 0] = True
        # Places outside the territory, -1, end up in the last column.
        zones[rows, place[mine.indices]] = True
        return np.ascontiguousarray(zones[~zones[:, -1], :-1])

    def _fenced(self, floor: float, steps: int) -> Real:
        """Return profits behind fences whose multipliers suit the prices and fines: [place]."""
        territory, fences = self._territory, self._market.fences[self._at]
        charged, back = charge(territory, fences, self._profit, self._trios)
        mean = np.zeros(len(charged))
        tighten(territory, charged, fences, floor - back, steps, mean)
        if find_fences(territory, fences, mean, OFFENCE, FENCES_AT_ONCE):
            tighten(territory, charged, fences, floor - back, steps, mean)
        return lend(fences, self._profit, fences.lent)

    def _zones(self, found: list[NDArray[np.bool_]]) -> list[Zone]:
        """Write down zones [place]."""
        return [*zones_written(self._territory, self._market.ground.areas, found)]
