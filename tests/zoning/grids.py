"""Draw tiny towns on squared paper, and judge plans for them by trying everything."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
from hypothesis import strategies as st

from planner.zoning import Problem, Weights

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = [
    "DEAR",
    "Sketch",
    "best_value",
    "crowded_town",
    "flooded",
    "grid_edges",
    "grid_town",
    "hangs_together",
    "renumbered",
    "sketches",
    "worth",
]

DEAR = Weights(overflow_metres=100_000.0, over_limit_metres=0.0, changed_metres=0.0)
"""Nobody goes without a seat if it can be helped."""


def grid_edges(rows: int, columns: int) -> np.ndarray:
    """Return which squares of a grid share a side, numbered row by row."""
    squares = np.arange(rows * columns).reshape(rows, columns)
    across = np.column_stack([squares[:, :-1].ravel(), squares[:, 1:].ravel()])
    down = np.column_stack([squares[:-1].ravel(), squares[1:].ravel()])
    return np.concatenate([across, down])


def grid_town(
    rows: int,
    columns: int,
    *,
    home: Sequence[int],
    seats: Sequence[int],
    pupils: Sequence[int] | int = 10,
    weights: Weights = DEAR,
) -> Problem:
    """Return a town of squares 100 metres wide; one walks along the sides, as in Manhattan."""
    areas = rows * columns
    down, across = np.divmod(np.arange(areas), columns)
    steps = np.abs(down[:, None] - down[list(home)]) + np.abs(across[:, None] - across[list(home)])
    return Problem(
        pupils=np.broadcast_to(np.asarray(pupils), areas).copy(),
        seats=np.asarray(seats),
        walk_metres=100.0 * steps,
        edges=grid_edges(rows, columns),
        home=np.asarray(home),
        weights=weights,
    )


def flooded(
    edges: np.ndarray, home: np.ndarray, areas: int, rng: np.random.Generator
) -> np.ndarray:
    """Return zones that spread from the homes at random until they meet: each is one piece."""
    zone = np.full(areas, -1)
    zone[home] = np.arange(len(home))
    while (zone < 0).any():
        for here, there in rng.permutation(np.concatenate([edges, edges[:, ::-1]])):
            if zone[there] < 0 <= zone[here]:
                zone[there] = zone[here]
    return zone


def crowded_town(seed: int, *, free: float) -> Problem:
    """Return a town of 144 squares, a few of them with most pupils, where hardly a seat is free.

    Zones are grown at random from 24 sections, each of which has seats for its own zone and a
    part `free` more; so there is a plan with a seat for everybody.
    """
    rows, sections, rng = 12, 24, np.random.default_rng(seed)
    pupils = np.ceil(np.exp(rng.normal(3.0, 1.1, rows * rows))).astype(np.int64)
    home = rng.choice(rows * rows, sections, replace=False)
    beside: nx.Graph[int] = nx.Graph(grid_edges(rows, rows).tolist())
    zone = dict(zip(home.tolist(), range(sections), strict=True))
    while border := [(a, b) for a in zone for b in sorted(beside[a]) if b not in zone]:
        inside, outside = border[rng.integers(len(border))]
        zone[outside] = zone[inside]
    load = np.bincount([zone[area] for area in range(rows * rows)], pupils, sections)
    seats = (load * (1 + free)).astype(np.int64)
    return grid_town(rows, rows, home=home.tolist(), seats=seats.tolist(), pupils=pupils.tolist())


@dataclass(frozen=True, slots=True, eq=False)
class Sketch:
    """Squared paper with homes on it and zones that have spread from them.

    Attributes:
        rows: Squares from top to bottom.
        columns: Squares from left to right.
        home: Square in which each section stands, [section].
        zone: Section of each square, [square].
        chance: Draws whatever else is wanted of the same town.
    """

    rows: int
    columns: int
    home: np.ndarray
    zone: np.ndarray
    chance: np.random.Generator

    @property
    def areas(self) -> int:
        """How many squares there are."""
        return self.rows * self.columns

    @property
    def sections(self) -> int:
        """How many sections there are."""
        return len(self.home)

    @property
    def edges(self) -> np.ndarray:
        """Which squares share a side."""
        return grid_edges(self.rows, self.columns)


@st.composite
def sketches(draw: st.DrawFn, sizes: Sequence[tuple[int, int]], fewest: int = 1) -> Sketch:
    """Draw squared paper of one of these sizes with up to three sections, their zones flooded."""
    rows, columns = draw(st.sampled_from(sizes))
    sections = draw(st.integers(fewest, 3))
    chance = np.random.default_rng(draw(st.integers(0, 10_000)))
    home = chance.choice(rows * columns, sections, replace=False)
    zone = flooded(grid_edges(rows, columns), home, rows * columns, chance)
    return Sketch(rows, columns, home, zone, chance)


def worth(problem: Problem, plan: Sequence[int]) -> float:
    """Price a plan pupil by pupil, in the plainest way there is."""
    finite = problem.walk_metres[np.isfinite(problem.walk_metres)]
    price, loads = 0.0, [0] * problem.sections
    limits = np.broadcast_to(problem.walk_limit_metres, problem.areas)
    for area, section in enumerate(plan):
        pupils, walk = int(problem.pupils[area]), float(problem.walk_metres[area, section])
        loads[section] += pupils
        price += pupils * (walk if np.isfinite(walk) else 2 * float(finite.max()))
        if walk > limits[area]:
            price += pupils * problem.weights.over_limit_metres
        if problem.today is not None and problem.today[area] not in {-1, section}:
            price += pupils * problem.weights.changed_metres
    beyond = sum(
        max(0, load - int(seats)) for load, seats in zip(loads, problem.seats, strict=True)
    )
    return price + problem.weights.overflow_metres * beyond


def hangs_together(problem: Problem, plan: Sequence[int]) -> bool:
    """Say whether each zone, with its section's area, is one piece of the map."""
    touching: nx.Graph[int] = nx.Graph(problem.edges.tolist())
    touching.add_nodes_from(range(problem.areas))
    for section, home in enumerate(problem.home.tolist()):
        zone = [area for area, chosen in enumerate(plan) if chosen == section]
        if not nx.is_connected(touching.subgraph({*zone, home})):
            return False
    return True


def best_value(problem: Problem) -> float:
    """Try every plan of a town that is one piece, with every section inside an area."""
    best = float("inf")
    for plan in _plans(problem):
        price = worth(problem, plan)
        if price < best and hangs_together(problem, plan):
            best = price
    return best


def _plans(problem: Problem) -> Iterator[tuple[int, ...]]:
    """Yield every plan that keeps locks and home areas."""
    choices: list[Sequence[int]] = []
    for area in range(problem.areas):
        standing = np.flatnonzero(problem.home == area).tolist()
        choices.append(standing or range(problem.sections))
        if problem.locked is not None and problem.today is not None and problem.locked[area]:
            choices[-1] = [int(problem.today[area])]
    yield from product(*choices)


def renumbered(problem: Problem, order: np.ndarray) -> Problem:
    """Return the same town with its areas in another order."""
    place = np.argsort(order)
    return replace(
        problem,
        pupils=problem.pupils[order],
        walk_metres=problem.walk_metres[order],
        edges=place[problem.edges],
        home=place[problem.home],
    )
