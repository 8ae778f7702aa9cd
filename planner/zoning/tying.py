"""Tie torn areas to a zone again: by a corridor to their own, or with a zone they touch."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.zoning.ground import components, rooted_edges

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from planner.zoning.problem import Problem

__all__ = ["Neighbours"]


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """Areas and the gates of sections without an area, and who touches whom."""

    edges: NDArray[np.int64]
    """[edge, 2] pairs of nodes that touch."""
    root: NDArray[np.int64]
    """[section] the node with which the zone hangs together."""
    beside: tuple[tuple[int, ...], ...]
    """[node] the nodes that it touches."""
    country: NDArray[np.int64]
    """[node] number of the connected part of the map."""

    @classmethod
    def of(cls, problem: Problem) -> Neighbours:
        """Read the neighbours from the problem."""
        edges, root = rooted_edges(problem)
        beside: list[list[int]] = [[] for _ in range(max(problem.areas, int(root.max()) + 1))]
        for one, other in edges.tolist():
            beside[one].append(other)
            beside[other].append(one)
        country = components(edges, len(beside))
        return cls(edges, root, tuple(map(tuple, beside)), country)

    def parts(self, plan: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Number the connected parts of all zones, and mark those that hold their root: [node]."""
        zone = np.full(len(self.beside), -1)
        zone[self.root] = np.arange(len(self.root))
        zone[: len(plan)] = plan
        same = zone[self.edges[:, 0]] == zone[self.edges[:, 1]]
        label = components(self.edges[same], len(zone))
        # A section whose own area is another's has no root to hang on to.
        anchor = np.where(zone[self.root] == np.arange(len(self.root)), label[self.root], -1)
        return label, np.asarray(label == anchor[zone])

    def torn(self, problem: Problem, plan: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
        """Yield each part of a plan [area] that could hang together with its root and does not."""
        label, hangs = self.parts(plan)
        areas = np.arange(problem.areas)
        homeless = plan[np.minimum(self.root, problem.areas - 1)] != np.arange(problem.sections)
        homeless &= self.root < problem.areas
        mendable = self.country[areas] == self.country[self.root[plan]]
        mendable &= ~homeless[plan] & ~hangs[areas]
        if problem.locked is not None:
            mendable &= ~problem.locked
        for part in np.unique(label[areas[mendable]]):
            yield np.flatnonzero(label[areas] == part)

    def corridor(
        self,
        problem: Problem,
        plan: NDArray[np.int64],
        piece: NDArray[np.int64],
        held: NDArray[np.bool_],
    ) -> NDArray[np.int64]:
        """Return the areas of fewest pupils by which a piece reaches the rest of its zone.

        Args:
            problem: Pupils, limits and surcharges.
            plan: [area] the plan that is torn.
            piece: Areas of one section that are cut off.
            held: [area] whether the area must not move.
        """
        section = int(plan[piece[0]])
        _, hangs = self.parts(plan)
        may = _may_go(problem)[:, section] & ~held
        queue = [(0.0, int(area), -1) for area in piece]
        before: dict[int, int] = {}
        while queue:
            price, node, came_from = heapq.heappop(queue)
            if node in before:
                continue
            before[node] = came_from
            if node == self.root[section] or (
                node < problem.areas and hangs[node] and plan[node] == section
            ):
                return _way_back(before, came_from, piece)
            for other in self.beside[node]:
                own = other == self.root[section]
                inside = other < problem.areas
                if own or (inside and (may[other] or plan[other] == section)):
                    # Fewest pupils, then fewest areas.
                    step = 0.0 if own else float(problem.pupils[other]) + 1 / problem.areas
                    heapq.heappush(queue, (price + step, other, node))
        return np.zeros(0, dtype=np.int64)

    def hand_over(self, problem: Problem, plan: NDArray[np.int64], torn: NDArray[np.int64]) -> None:
        """Give torn areas to zones that touch them, those first whose pupils walk least more.

        The plan [area] itself is changed.
        """
        _, hangs = self.parts(plan)
        loose, may = set(torn.tolist()), _may_go(problem)
        price = np.where(may, problem.walk_metres * problem.pupils[:, None], np.inf)
        queue: list[tuple[float, int, int]] = []

        def offer(node: int, section: int) -> None:
            for other in self.beside[node]:
                if other in loose and np.isfinite(price[other, section]):
                    heapq.heappush(queue, (float(price[other, section]), other, section))

        for area in torn.tolist():
            for other in self.beside[area]:
                if other < problem.areas and hangs[other] and other not in loose:
                    offer(other, int(plan[other]))
        while queue:
            _, area, section = heapq.heappop(queue)
            if area in loose:
                loose.remove(area)
                plan[area] = section
                offer(area, section)


def _may_go(problem: Problem) -> NDArray[np.bool_]:
    """Mark where an area may go as far as limits and surcharges without end say."""
    may = np.isfinite(problem.walk_metres) | (problem.pupils[:, None] == 0)
    if problem.limit_is_hard:
        may &= ~problem.beyond_limit | (problem.pupils[:, None] == 0)
    for metres in problem.surcharges.values():
        may &= np.isfinite(metres)
    return np.asarray(may)


def _way_back(before: Mapping[int, int], node: int, piece: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the nodes from one back to the piece, the piece itself left out."""
    way, inside = [], set(piece.tolist())
    while node >= 0 and node not in inside:
        way.append(node)
        node = before[node]
    return np.array(way, dtype=np.int64)
