"""Keep the best plan found so far, the zones met on the way, and the time."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Final

import numpy as np

from planner.zoning.construct import search_prices
from planner.zoning.search.pool import collect, empty_pool, merge

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from planner.zoning.ground import Ground
    from planner.zoning.proof.market import Market
    from planner.zoning.search.pool import Pool

__all__ = ["BRANCHES", "CLOSE_ENOUGH", "MOST_ZONES", "Best", "Clock"]

MOST_ZONES: Final = 40_000
"""Zones kept for combining; those from the worst plans are forgotten."""
BRANCHES: Final = 200
"""Branches that one search for a better plan may open where work is counted, not time."""
CLOSE_ENOUGH: Final = 1e-9
"""Relative gap to the bound at which a plan is the best one but for rounding."""


@dataclass(slots=True, eq=False)
class Best:
    """The best plan so far, and the zones met on the way."""

    ground: Ground
    plan: NDArray[np.int64]
    """[node]"""
    value: float
    seed: int
    bound: float
    """What was known from the beginning to be undercut by no plan."""
    gap: float = 0.0
    """Gap to the bound, as a part of the value, with which everybody is content."""
    market: Market | None = None
    """Where areas are priced, which raises the bound."""
    pool: Pool = field(init=False)
    drawn: int = 0
    """Times that plans have been drawn afresh."""
    combined: int = 0
    """Zones that there were when they were last combined."""

    def __post_init__(self) -> None:
        """Begin with no zones."""
        self.pool = empty_pool(self.ground, MOST_ZONES, self.seed)

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

    def most_beyond(self) -> int:
        """Return how many pupils beyond its seats a zone may have that is worth noting."""
        everybody, price = int(self.ground.pupils.sum()), self.ground.overflow_metres
        if price <= 0:
            return everybody
        return int(min(everybody, max(0.0, self.value - self.raised()) // price))

    def raised(self) -> float:
        """Return what no better plan undercuts, which may lie above the value."""
        return self.bound if self.market is None else max(self.bound, self.market.bound)

    def proved(self) -> float:
        """Return what no plan undercuts."""
        return min(self.raised(), self.value)

    def enough(self) -> float:
        """Return the value from which there is nothing left to win that anybody asked for."""
        return self.raised() / max(CLOSE_ENOUGH, 1 - max(self.gap, CLOSE_ENOUGH))

    def close_enough(self) -> bool:
        """Say whether there is nothing left to win that anybody asked for."""
        return self.value <= self.enough()


class Clock:
    """Says when the time is over; leaving it as a context tells everybody to stop."""

    def __init__(self, ends: float, stop: Callable[[], bool]) -> None:
        self.ends, self._stop, self._left = ends, stop, False

    def __enter__(self) -> Clock:
        return self

    def __exit__(self, *_: object) -> None:
        self._left = True

    def over(self) -> bool:
        """Say whether the time is over, or somebody said stop."""
        return self._left or monotonic() >= self.ends or self._stop()

    def seconds(self, most: float = np.inf) -> float | None:
        """Return the seconds left, at most so many; None where there is no end."""
        return max(0.0, min(most, self.ends - monotonic())) if np.isfinite(self.ends) else None

    def share(self, part: float) -> Clock:
        """Return a clock for a part of the time left."""
        now = monotonic()
        return Clock(now + part * (self.ends - now), self.over)

    def within(self, seconds: float) -> Clock:
        """Return a clock for so many seconds, if there is an end at all."""
        ends = min(self.ends, monotonic() + seconds) if np.isfinite(self.ends) else np.inf
        return Clock(ends, self.over)
