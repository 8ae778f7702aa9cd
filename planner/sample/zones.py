"""Draw today's zones as they grew: along township and village borders, never improved since."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.sample.frame import Frame
    from planner.sample.land import Land
    from planner.sample.schools import Schools

__all__ = ["ZONED", "draw_zones"]

ZONED: Final = ("kindergarten", "primary", "junior")
_VILLAGE_BORDER_METRES: Final = 700.0
_TOWNSHIP_BORDER_METRES: Final = 6000.0
_BARRIER_METRES: Final = 2500.0
_CUSTOM_METRES: Final = 900.0
"""How much further than to the nearest school custom makes families go, at most."""
_SMALL_METRES: Final = 1100.0
"""How much nearer a teaching point must be to be chosen."""


def draw_zones(
    frame: Frame, land: Land, schools: Schools, rng: np.random.Generator
) -> dict[str, NDArray[np.int64]]:
    """Return for each zoned stage the number of the section of every area.

    Zones grow from their school's area over common borders, so each is in one piece and
    contains its school. Crossing a border of villages, of townships, or the railway counts
    as a detour.
    """
    steps = _steps(frame, land)
    zones = {}
    for stage in ZONED:
        sections = schools.of_stage(stage)
        nearest = _to_nearest(land.centre[[schools.sections[number].area for number in sections]])
        starts = {}
        for number, away in zip(sections, nearest, strict=True):
            small = schools.school_of(number).kind == "teaching_point"
            head_start = rng.uniform(0, min(_CUSTOM_METRES, 0.4 * away))
            head_start += min(_SMALL_METRES, 0.4 * away) if small else 0.0
            starts[number] = (head_start, schools.sections[number].area)
        zones[stage] = _grown(len(land), steps, starts)
    return zones


def _to_nearest(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far each place is from the nearest other one."""
    if len(places) == 1:
        return np.zeros(1)
    return np.asarray(cKDTree(places).query(places, k=2)[0])[:, 1]


def _steps(frame: Frame, land: Land) -> list[list[tuple[int, float]]]:
    """Return for every area its neighbours and what the step to them costs in metres."""
    one, two = land.neighbours.T
    metres = np.linalg.norm(land.centre[one] - land.centre[two], axis=1)
    metres = metres + _VILLAGE_BORDER_METRES * (land.village[one] != land.village[two])
    urban = np.array([township.urban for township in frame.townships])
    apart = (land.township[one] != land.township[two]) & ~(
        urban[land.township[one]] & urban[land.township[two]]
    )
    metres = metres + _TOWNSHIP_BORDER_METRES * apart
    lines = shapely.linestrings(land.centre[land.neighbours])
    for barrier in frame.lines:
        crossed = shapely.intersects(lines, frame.metres(barrier.geometry))
        metres = metres + _BARRIER_METRES * crossed
    steps: list[list[tuple[int, float]]] = [[] for _ in range(len(land))]
    for first, second, cost in zip(one.tolist(), two.tolist(), metres.tolist(), strict=True):
        steps[first].append((second, cost))
        steps[second].append((first, cost))
    return steps


def _grown(
    areas: int, steps: list[list[tuple[int, float]]], starts: dict[int, tuple[float, int]]
) -> NDArray[np.int64]:
    """Grow all zones at once, the cheapest step first (Dijkstra from many sources)."""
    section = np.full(areas, -1)
    reached: list[tuple[float, int, int]] = []
    for number, (_, area) in starts.items():
        section[area] = number
    for number, (start, area) in starts.items():
        for neighbour, cost in steps[area]:
            heapq.heappush(reached, (start + cost, neighbour, number))
    while reached:
        so_far, area, number = heapq.heappop(reached)
        if section[area] >= 0:
            continue
        section[area] = number
        for neighbour, cost in steps[area]:
            heapq.heappush(reached, (so_far + cost, neighbour, number))
    return section
