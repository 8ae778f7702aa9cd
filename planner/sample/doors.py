"""Number the houses along the streets of the county town: odd on the left, even on the right."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import shapely

from planner.sample.frame import to_degrees

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.sample.land import Land
    from planner.sample.streets import Streets

__all__ = ["House", "number_houses"]

_FRONT_METRES: Final = 75.0
"""From gate to gate on one side of a street: numbers belong to compounds."""
_SETBACK_METRES: Final = 12.0
"""From the middle of the street to the house."""


class House(NamedTuple):
    """A house with its address and its place in degrees."""

    address: str
    longitude: float
    latitude: float


def number_houses(land: Land, streets: Streets) -> tuple[House, ...]:
    """Return the houses of every named street of the county town, street by street.

    Numbers rise from one end of the street to the other, in the direction in which it runs
    longest eastwards or northwards.
    """
    town = shapely.union_all(land.polygons[land.of_setting("city")])
    shapely.prepare(town)
    middle = shapely.get_coordinates(
        shapely.line_interpolate_point(streets.lines, 0.5, normalized=True)
    )
    inside = shapely.contains_xy(town, *to_degrees(middle).T)
    pieces: dict[str, list[int]] = defaultdict(list)
    for number in np.flatnonzero(inside & streets.walkable).tolist():
        if streets.names[number]:
            pieces[streets.names[number]].append(number)
    return tuple(
        house
        for name, numbers in pieces.items()
        for house in _along(name, streets.lines[numbers], middle[numbers], town)
    )


def _along(
    name: str, lines: NDArray[np.object_], middle: NDArray[np.float64], town: shapely.Geometry
) -> list[House]:
    """Return the houses of one street, given its pieces in any order and direction."""
    across = int(np.ptp(middle[:, 1]) > np.ptp(middle[:, 0]))
    houses, last = [], 0
    for piece in np.argsort(middle[:, across], kind="stable").tolist():
        line = _rising(lines[piece], across)
        for steps in range(int(line.length // _FRONT_METRES)):
            along = (steps + 0.5) * _FRONT_METRES
            for side in (1, -1):
                last += 1
                place = to_degrees(_beside(line, along, side * _SETBACK_METRES)[None])[0]
                if shapely.contains_xy(town, *place):
                    houses.append(House(f"{name}{last}号", *np.round(place, 5).tolist()))
    return houses


def _rising(line: shapely.Geometry, axis: int) -> shapely.Geometry:
    """Return a piece of street so that it runs eastwards or northwards."""
    ends = shapely.get_coordinates(line)[[0, -1], axis]
    return line if ends[0] <= ends[1] else shapely.reverse(line)


def _beside(line: shapely.Geometry, along: float, metres: float) -> NDArray[np.float64]:
    """Return a place beside a line, to its left where metres are positive."""
    here, ahead = shapely.get_coordinates(line.interpolate([along - 1.0, along + 1.0]))
    forward = (ahead - here) / np.hypot(*(ahead - here))
    place: NDArray[np.float64] = (here + ahead) / 2 + metres * np.array([-forward[1], forward[0]])
    return place
