"""Mix tiny zones until they are nearly a plan, and put those near it together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from planner.zoning.proof.assemble import assemble
from planner.zoning.proof.prices import narrow
from planner.zoning.search.best import BRANCHES, CLOSE_ENOUGH
from planner.zoning.search.rounds import Redrawing, redraw_likely

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from planner.zoning.proof.columns import Columns
    from planner.zoning.search.best import Best, Clock

__all__ = ["Mixing", "mix_round"]

MIXED: Final = 3
"""Times that trios are fined before zones are put together, and afterwards."""
REACH, FARTHER, NEARER, TRIES = 0.0005, 1.6, 0.7, 4
"""By how much plans with a zone that is put together with others cost more than the mixture at
least, as a part of their value; how that changes when there is no better plan, or no time to find
one; and tries in a row. Plans of such zones that cost more than that are of use as well."""
FAR: Final = 0.0015
"""Gap to the mixture, as a part of a plan's value, from which all zones are redrawn as well."""
TOO_FAR: Final = 0.05
"""Gap to the mixture from which no plan is put together."""
SECONDS_REDRAWN, SECONDS_SURE = 10.0, 8.0
"""Time for redrawing zones in a round, and for raising the bound."""
SECONDS_TOGETHER, SECONDS_FAR, SECONDS_A_PUZZLE = 12.0, 8.0, 10.0
"""Time for putting zones together in a round, as long as the best plan is far, and once."""


@dataclass(slots=True, eq=False)
class Mixing:
    """The zones that are mixed, and how far around the mixture plans are looked for."""

    columns: Columns
    redrawing: Redrawing
    reach: float = REACH

    def exhausted(self, best: Best) -> bool:
        """Say whether no plan made of the zones known can be better than the best one."""
        return self.columns.cost > best.value * (1 - CLOSE_ENOUGH)


def mix_round(best: Best, mixing: Mixing, cores: ThreadPoolExecutor, clock: Clock) -> None:
    """Mix zones until they are nearly a plan, and put near ones together to a plan.

    As long as the best plan is far from the mixture, zones are redrawn afterwards among the
    choices that the zones known make likely; later the bound is raised.
    """
    columns, timed = mixing.columns, clock.seconds() is not None
    market = columns.market
    best.take(columns.price(best.plan, certain=False, rounds=MIXED, timed=timed, stop=clock.over))
    if clock.over() or mixing.exhausted(best):
        return
    if best.value - columns.cost > FAR * best.value:
        if best.value - columns.cost < TOO_FAR * best.value:
            _put_together(best, mixing, clock.within(SECONDS_FAR))
        slice_ = clock.within(SECONDS_REDRAWN)
        market.worth = best.value
        narrow(market)
        regrets = columns.regrets()
        redraw_likely(best, market, mixing.redrawing, regrets, cores, slice_, stay=True)
    else:
        _put_together(best, mixing, clock.within(SECONDS_TOGETHER))
        best.take(
            columns.price(
                best.plan,
                certain=True,
                rounds=MIXED,
                timed=timed,
                stop=clock.within(SECONDS_SURE).over,
            )
        )
    market.worth = best.value
    narrow(market)


def _put_together(best: Best, mixing: Mixing, clock: Clock) -> None:
    """Put a better plan together of zones near the mixture, farther ones if it must be."""
    columns, timed = mixing.columns, clock.seconds() is not None
    for _ in range(TRIES):
        reach = min(mixing.reach * best.value, best.value - columns.cost)
        if clock.over() or reach <= 0:
            return
        puzzle = columns.puzzle(reach, only_all=False)
        found = assemble(
            puzzle,
            best.value,
            seconds=clock.seconds(SECONDS_A_PUZZLE),
            branches=None if timed else BRANCHES,
        )
        if found.plan is not None:
            best.take(np.append(found.plan, best.plan[best.ground.areas :]))
        if found.plan is not None or not found.settled:
            mixing.reach *= 1.0 if found.settled else NEARER
            return
        if reach < mixing.reach * best.value:
            return
        mixing.reach *= FARTHER
