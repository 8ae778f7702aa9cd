"""Tell on which side of a zone each step of its border lies: east, south, west or north.

A border faces the way u = n + ½ r: n is its outward normal, averaged over 3 % of the ring each
way, and r the direction from the middle of the zone. Calling a step by the side with unit vector s
costs 1 − cos(u, s) for each metre, a change of the side 3 % of the ring's length. So a bay does
not turn the east side into a west side, and a stair of short steps has one side. Where a side is
missing so, as in a narrow or a slanting zone, a change costs half as much, and half again.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.ndimage import uniform_filter1d

from planner.notices.walk import Run, cheapest_words

if TYPE_CHECKING:
    import numpy.typing as npt

    from planner.notices.walk import Steps

    IntArray = npt.NDArray[np.int64]

__all__ = ["SIDES", "parts_by_side", "sides_of", "start_of_walk"]

SIDES: Final = ("east", "south", "west", "north")
"""In the order of a notice (东、南、西、北), which is the order of a clockwise walk."""
_TOWARDS: Final = np.array([(1.0, 0.0), (0.0, -1.0), (-1.0, 0.0), (0.0, 1.0)])
_AVERAGED: Final = 0.03
_CHANGES: Final = (0.03, 0.015, 0.0075)
_RADIAL: Final = 0.5
_DIGITS: Final = 6
_LEAST_METRES: Final = 40.0
_LEAST: Final = 0.02
"""A part of a stretch shorter than both keeps the side of the rest."""


def sides_of(steps: Steps) -> IntArray:
    """Return the side of every step of an outer border, as places in SIDES."""
    total = len(steps.points)
    window = 2 * max(1, round(_AVERAGED * total)) + 1
    normal = uniform_filter1d(steps.outward, window, axis=0, mode="wrap")
    facing = _unit(normal) + _RADIAL * _unit(steps.points - steps.points.mean(axis=0))
    # A step may face two sides alike: the last digit of a coordinate must not choose between them.
    cost = np.round(1.0 - _unit(facing) @ _TOWARDS.T, _DIGITS)
    for change in _CHANGES:
        sides = cheapest_words(cost, change * total)
        if len(np.unique(sides)) == len(SIDES):
            return sides
    return cheapest_words(cost, _CHANGES[0] * total)


def start_of_walk(sides: IntArray, points: npt.NDArray[np.float64]) -> int:
    """Return the step with which the first side begins: the east in the north, and so on round.

    A side may lie in several runs, one behind the other; the farthest back is the first.
    """
    first = int(sides.min())
    starts = np.flatnonzero((sides == first) & (np.roll(sides, 1) != first))
    if not len(starts):
        return 0
    backwards = -_TOWARDS[(first + 1) % len(SIDES)]
    return int(starts[np.argmax(points[starts] @ backwards)])


def parts_by_side(run: Run, sides: IntArray, metres: float) -> list[Run]:
    """Return a stretch in parts, one for each side it lies on, in walking order.

    Args:
        run: Steps that run along one feature.
        sides: Side of every step of the ring.
        metres: Length of a step.
    """
    mine = sides[run.steps(len(sides))]
    cuts = np.flatnonzero(mine[1:] != mine[:-1]) + 1
    bounds = [0, *cuts.tolist(), len(mine)]
    parts = [[start, stop - start, int(mine[start])] for start, stop in pairwise(bounds)]
    least = max(_LEAST_METRES, _LEAST * len(sides) * metres)
    while len(parts) > 1 and min(count for _, count, _ in parts) * metres < least:
        _absorb_shortest(parts)
    total = len(sides)
    return [Run((run.start + start) % total, count, side) for start, count, side in parts]


def _absorb_shortest(parts: list[list[int]]) -> None:
    """Give the shortest part to the longer one beside it, and join what is then alike."""
    number = min(range(len(parts)), key=lambda place: parts[place][1])
    beside = [place for place in (number - 1, number + 1) if 0 <= place < len(parts)]
    parts[number][2] = parts[max(beside, key=lambda place: parts[place][1])][2]
    joined = [parts[0]]
    for part in parts[1:]:
        if part[2] == joined[-1][2]:
            joined[-1][1] += part[1]
        else:
            joined.append(part)
    parts[:] = joined


def _unit(vectors: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return vectors of length 1; those without a length stay as they are."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: npt.NDArray[np.float64] = np.divide(
        vectors, length, out=np.zeros_like(vectors), where=length > 0
    )
    return unit
