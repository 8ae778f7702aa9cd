"""Place names on a map so that none covers another or a school, the important ones first.

Every name has places it may take, best first. Names are set one after the other, each on its first
free place; then a name that found none may push one other name aside, if that has another place
(after Christensen, Marks and Shieber 1995, "An empirical study of algorithms for point-feature
label placement"). What still has no place is left out, and said.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from planner.atlas.sheets.window import Box

__all__ = ["Label", "Placed", "Spot", "along", "beside", "place_labels", "within"]

_LINE: Final = 0.42  # millimetres of a point, from descenders to accents
_AIR: Final = 0.25  # millimetres on A4 between names
_FAR: Final = (4.0, 7.0, 10.5)  # millimetres on A4 of a leader
_TURNS: Final = 12
_TRIES: Final = 9
# Beside a point a reader looks first to the right, then above (Imhof 1975).
_AROUND: Final = ((1, 0), (1, -1), (1, 1), (-1, 0), (0, -1), (0, 1), (-1, -1), (-1, 1))


class Spot(NamedTuple):
    """One place a name may take: its box, and the leader that joins it to its point, if any."""

    box: shapely.Polygon
    x: float
    y: float
    angle: float
    leader: shapely.LineString | None


@dataclass(frozen=True, slots=True)
class Label:
    """A name with the places it may take, best first; `look` is how it is written.

    `counted` tells whether leaving it out has to be said: only the names of sections.
    """

    text: str
    points: float
    spots: tuple[Spot, ...]
    look: Mapping[str, Any] = field(default_factory=dict)
    counted: bool = False


class Placed(NamedTuple):
    """A name at its place."""

    label: Label
    spot: Spot


def beside(
    x: float, y: float, radius: float, size: tuple[float, float], unit: float, *, far: bool = True
) -> Iterator[Spot]:
    """Yield places around a point, near ones first, then some at the end of a leader."""
    width, height = size
    for right, down in _AROUND:
        slanting = bool(right and down)
        reach = radius * (0.75 if slanting else 1.0) + 0.5 * unit
        rise = 0.8 * reach + height / 3 if slanting else reach + height / 2
        yield _spot(x + right * (reach + width / 2), y + down * rise, width, height)
    if not far:
        return
    for distance in _FAR:
        for turn in range(_TURNS):
            angle = 2 * math.pi * (turn + 0.5) / _TURNS
            tip = x + distance * unit * math.cos(angle), y + distance * unit * math.sin(angle)
            side = 1 if math.cos(angle) > 0 else -1
            spot = _spot(tip[0] + side * (width / 2 + 0.3 * unit), tip[1], width, height)
            start = x + radius * math.cos(angle), y + radius * math.sin(angle)
            yield spot._replace(leader=shapely.LineString([start, tip]))


def within(shape: shapely.Geometry, size: tuple[float, float], *, tight: bool) -> Iterator[Spot]:
    """Yield places inside a shape where a name is centred; `tight` ones lie in it wholly."""
    width, height = size
    inside = max(shapely.get_parts(shape), key=shapely.area, default=None)
    if inside is None or inside.is_empty or inside.area <= 0:
        return
    left, top, right, bottom = inside.bounds
    shares = (np.arange(_TRIES) + 0.5) / _TRIES
    across, down = np.meshgrid(left + shares * (right - left), top + shares * (bottom - top))
    middle = shapely.get_coordinates(shapely.maximum_inscribed_circle(inside, 0.3))[0]
    x, y = np.append(middle[0], across.ravel()), np.append(middle[1], down.ravel())
    boxes = shapely.box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
    shapely.prepare(inside)
    wholly, partly = shapely.covers(inside, boxes), shapely.contains_xy(inside, x, y)
    # Far from the border first; where the name does not fit, its middle at least lies inside.
    clearance = shapely.distance(shapely.points(x, y), shapely.boundary(inside))
    for place in np.lexsort((-clearance, ~wholly)):
        if wholly[place] or (partly[place] and not tight):
            yield Spot(boxes[place], float(x[place]), float(y[place]), 0.0, None)


def along(line: shapely.LineString, size: tuple[float, float], *, bend: float) -> Iterator[Spot]:
    """Yield places along a line on pieces that are nearly straight, within `bend` millimetres."""
    width, height = size
    if line.length < width * 1.2:
        return
    for share in (0.5, 0.35, 0.65, 0.2, 0.8):
        middle = share * line.length
        begin, end = middle - width / 2, middle + width / 2
        if begin < 0 or end > line.length:
            continue
        piece = shapely.ops.substring(line, begin, end)
        chord = shapely.LineString([piece.coords[0], piece.coords[-1]])
        if chord.length < 0.9 * width or shapely.hausdorff_distance(piece, chord) > bend:
            continue
        (x0, y0), (x1, y1) = sorted([chord.coords[0], chord.coords[-1]])
        angle = math.degrees(math.atan2(y1 - y0, x1 - x0))
        x, y = (x0 + x1) / 2, (y0 + y1) / 2
        spot = _spot(x, y, width, height)
        box = shapely.affinity.rotate(spot.box, angle, origin=(x, y))
        yield Spot(box, x, y, angle, None)


def _spot(x: float, y: float, width: float, height: float) -> Spot:
    """Return a level place about a middle."""
    box = shapely.box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
    return Spot(box, x, y, 0.0, None)


def place_labels(
    labels: Sequence[Label], symbols: Iterable[shapely.Geometry], frame: Box, unit: float
) -> tuple[list[Placed], list[Label]]:
    """Return the names that found a place, and those that are left out.

    Args:
        labels: Names, the important ones first.
        symbols: What no name may cover.
        frame: The map within which all names lie.
        unit: How much larger letters are than on A4.
    """
    board = _Board(np.array(list(symbols), dtype=object), frame.shape(0.4 * unit), _AIR * unit)
    waiting = [number for number, label in enumerate(labels) if not board.settle(number, label)]
    left = [number for number in waiting if not board.push_aside(number, labels)]
    placed = [Placed(labels[number], spot) for number, spot in sorted(board.taken.items())]
    return placed, [labels[number] for number in left]


class _Board:
    """The map while names are set on it."""

    def __init__(self, symbols: NDArray[np.object_], frame: shapely.Polygon, air: float) -> None:
        self.taken: dict[int, Spot] = {}
        self._symbols = shapely.STRtree(symbols)
        self._frame = frame
        self._air = air
        shapely.prepare(frame)

    def settle(self, number: int, label: Label) -> bool:
        """Set a name on its first free place, if it has one."""
        spot = next((spot for spot in label.spots if self._free(spot)), None)
        if spot is not None:
            self.taken[number] = spot
        return spot is not None

    def push_aside(self, number: int, labels: Sequence[Label]) -> bool:
        """Set a name where only one other stands, if that other finds another place."""
        if not labels[number].counted:
            return False
        for spot in labels[number].spots:
            if not self._clear(spot):
                continue
            others = self._hit(spot)
            if len(others) != 1:
                continue
            (other,) = others
            former = self.taken.pop(other)
            self.taken[number] = spot
            if self.settle(other, labels[other]):
                return True
            del self.taken[number]
            self.taken[other] = former
        return False

    def _free(self, spot: Spot) -> bool:
        """Tell whether a place is on the map and covers neither symbol nor name."""
        return self._clear(spot) and not self._hit(spot)

    def _clear(self, spot: Spot) -> bool:
        """Tell whether a place is on the map and covers no symbol."""
        if not shapely.covers(self._frame, spot.box):
            return False
        if len(self._symbols.query(spot.box, predicate="intersects")):
            return False
        # A leader begins at its own symbol and crosses no other.
        return spot.leader is None or len(self._symbols.query(spot.leader, "intersects")) <= 1

    def _hit(self, spot: Spot) -> list[int]:
        """Return the names that a place or its leader would cover, or be crossed by."""
        if not self.taken:
            return []
        numbers = np.array(list(self.taken))
        boxes = np.array([other.box for other in self.taken.values()], dtype=object)
        leaders = np.array([other.leader for other in self.taken.values()], dtype=object)
        grown = shapely.buffer(spot.box, self._air, join_style="mitre")
        hit = shapely.intersects(grown, boxes) | shapely.intersects(grown, leaders)
        if spot.leader is not None:
            hit |= shapely.intersects(spot.leader, boxes) | shapely.intersects(spot.leader, leaders)
        return [int(number) for number in numbers[hit]]
