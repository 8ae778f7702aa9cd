"""Draw a first plan: everybody where the seat prices send them, then mend what is torn."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

import numpy as np

from planner.zoning.ground import components

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.zoning.bound import Relaxation
    from planner.zoning.ground import Ground

__all__ = ["construct", "hang_together", "resume", "search_prices"]

EMPTY_AREA_PUPILS = 1e-6
"""An area without pupils counts as this many, so that it joins a near zone and no far one."""


def construct(ground: Ground, relaxation: Relaxation) -> NDArray[np.int64]:
    """Return a plan in which every zone hangs together: [node].

    Each area goes where walk and seat price together are least. What is then not
    connected with its section's root is taken back, and the zones grow into it, the
    area first that loses least by joining a zone it touches.
    """
    prices = search_prices(ground)
    prices += np.outer(ground.pupils[: ground.areas], relaxation.seat_price_metres)
    section_of = _everybody_where_cheapest(ground, prices)
    hang_together(ground, prices, section_of)
    return section_of


def resume(ground: Ground, start: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return a given plan [area] as a plan that keeps the rules: [node].

    Areas go where they have no choice, and what does not hang together is taken back and
    grown into, as in a first plan.
    """
    section_of = ground.fixed.copy()
    areas = np.arange(ground.areas)
    possible = np.isfinite(ground.each_metres[areas, start])
    cheapest = ground.each_metres.argmin(axis=1)
    section_of[: ground.areas] = np.where(possible, start, cheapest)
    section_of = np.where(ground.kept >= 0, ground.kept, section_of)
    hang_together(ground, search_prices(ground), section_of)
    return section_of


def hang_together(
    ground: Ground, prices: NDArray[np.float64], section_of: NDArray[np.int64]
) -> None:
    """Mend what is torn: first where demands allow it, then where they have to yield."""
    torn = _torn(ground, section_of)
    _grow(ground, prices, section_of, torn)
    if torn.any():
        counted = np.maximum(ground.pupils[: ground.areas], EMPTY_AREA_PUPILS)
        _grow(ground, ground.yielding_metres * counted[:, None], section_of, torn)


def search_prices(ground: Ground) -> NDArray[np.float64]:
    """Return what each area costs at each section, a little even where nobody lives."""
    counted = np.maximum(ground.pupils[: ground.areas], EMPTY_AREA_PUPILS)
    return np.asarray(ground.each_metres * counted[:, None], dtype=np.float64)


def _everybody_where_cheapest(ground: Ground, prices: NDArray[np.float64]) -> NDArray[np.int64]:
    """Send each area to its cheapest section, links of locked areas where they are today."""
    section_of = ground.fixed.copy()
    section_of[: ground.areas] = prices.argmin(axis=1)
    return np.where(ground.kept >= 0, ground.kept, section_of)


def _torn(ground: Ground, section_of: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which nodes must hang together with their root and do not."""
    source = np.repeat(np.arange(ground.nodes), np.diff(ground.starts))
    pairs = np.column_stack([source, ground.neighbours])
    label = components(pairs[section_of[source] == section_of[ground.neighbours]], ground.nodes)
    torn: NDArray[np.bool_] = ~ground.exempt & (label != label[ground.root[section_of]])
    return torn


def _grow(
    ground: Ground,
    prices: NDArray[np.float64],
    section_of: NDArray[np.int64],
    torn: NDArray[np.bool_],
) -> None:
    """Let the zones grow into the torn areas, those that lose least first."""
    least = prices.min(axis=1)
    queue: list[tuple[float, int, int]] = []

    def offer(node: int) -> None:
        for other in ground.neighbours[ground.starts[node] : ground.starts[node + 1]]:
            section = section_of[node]
            if torn[other] and np.isfinite(prices[other, section]):
                loss = prices[other, section] - least[other]
                heapq.heappush(queue, (float(loss), int(other), int(section)))

    beside = np.unique(ground.neighbours[np.repeat(torn, np.diff(ground.starts))])
    for node in beside[~torn[beside]]:
        offer(int(node))
    while queue:
        _, node, section = heapq.heappop(queue)
        if torn[node]:
            torn[node] = False
            section_of[node] = section
            offer(node)
