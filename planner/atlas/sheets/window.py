"""Choose a round scale at which a piece of the county fits on paper, and say where a place is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import shapely
from pyproj import Proj

from planner.reading.shapes import to_degrees

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyproj import CRS

__all__ = ["SCALES", "Box", "Grid", "Lie", "Window", "fit_window", "lie_of"]

_STEPS: Final = (1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 7.5)
SCALES: Final = tuple(round(step * 10**power) for power in range(2, 7) for step in _STEPS)
"""Denominators of the scales a sheet may have, from 1:100 to 1:7,500,000."""

_CELL: Final = 34.0  # millimetres of A4 that a cell of the index grid measures, about
_MOST_CELLS: Final = 12


class Box(NamedTuple):
    """A rectangle on paper, in millimetres from the upper left corner of the sheet."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Where it ends below."""
        return self.top + self.height

    def shape(self, inwards: float = 0.0) -> shapely.Polygon:
        """Return the rectangle, smaller by so much on every side."""
        return shapely.box(
            self.left + inwards, self.top + inwards, self.right - inwards, self.bottom - inwards
        )


class Lie(NamedTuple):
    """How a coordinate system lies on the ground in the middle of a county.

    One metre of the system is `ground_metres` on the ground; north lies `north_degrees` clockwise
    of the top of the sheet.
    """

    ground_metres: float
    north_degrees: float


def lie_of(crs: CRS, bounds: tuple[float, float, float, float]) -> Lie:
    """Return how a system lies in the middle of bounds given in it (Snyder 1987, chapter 4)."""
    west, south, east, north = bounds
    longitude, latitude = to_degrees(crs).transform((west + east) / 2, (south + north) / 2)
    factors = Proj(crs).get_factors(longitude, latitude)
    scale = float(factors.areal_scale) ** 0.5
    if not np.isfinite(scale) or scale <= 0:
        return Lie(1.0, 0.0)
    return Lie(1 / scale, -float(factors.meridian_convergence))


@dataclass(frozen=True, slots=True)
class Window:
    """The piece of the county that a box on paper shows at a scale of 1 : `denominator`.

    `east` and `north` are the middle in metres of the study's system.
    """

    box: Box
    east: float
    north: float
    denominator: int
    lie: Lie

    @property
    def mm_per_unit(self) -> float:
        """Millimetres on paper of one metre of the study's system."""
        return 1000 * self.lie.ground_metres / self.denominator

    def length_mm(self, ground_metres: float) -> float:
        """Return how long a distance on the ground is on paper."""
        return 1000 * ground_metres / self.denominator

    @property
    def view(self) -> tuple[float, float, float, float]:
        """West, south, east and north of what is seen, in metres of the study's system."""
        half_width = self.box.width / 2 / self.mm_per_unit
        half_height = self.box.height / 2 / self.mm_per_unit
        return (
            self.east - half_width,
            self.north - half_height,
            self.east + half_width,
            self.north + half_height,
        )

    def on_paper(self, shapes: NDArray[np.object_]) -> NDArray[np.object_]:
        """Return shapes of the study's system in millimetres on the sheet, y downwards."""
        middle = np.array([self.box.left + self.box.width / 2, self.box.top + self.box.height / 2])
        factor = np.array([self.mm_per_unit, -self.mm_per_unit])
        origin = np.array([self.east, self.north])
        return np.asarray(
            shapely.transform(shapes, lambda points: middle + (points - origin) * factor),
            dtype=object,
        )


def fit_window(
    box: Box, bounds: tuple[float, float, float, float], lie: Lie, spare: float
) -> Window:
    """Return the window of the largest round scale at which bounds fit into a box.

    Args:
        box: Where the map is drawn.
        bounds: West, south, east, north of what must be seen, in metres.
        lie: How the system lies on the ground.
        spare: Share of the box that stays free around it.
    """
    west, south, east, north = bounds
    width, height = (east - west) * lie.ground_metres, (north - south) * lie.ground_metres
    free = 1 - spare
    needed = 1000 * max(width / (box.width * free), height / (box.height * free))
    denominator = next((scale for scale in SCALES if scale >= needed), SCALES[-1])
    return Window(box, (west + east) / 2, (south + north) / 2, denominator, lie)


@dataclass(frozen=True, slots=True)
class Grid:
    """The grid by which an index finds a place: letters from the left, numbers from the top."""

    box: Box
    columns: int
    rows: int

    @classmethod
    def over(cls, box: Box, unit: float) -> Grid:
        """Return a grid whose cells are about square; they grow with the letters."""
        counts = [
            min(_MOST_CELLS, max(2, round(side / (_CELL * unit))))
            for side in (box.width, box.height)
        ]
        return cls(box, *counts)

    def reference(self, x: float, y: float) -> str:
        """Return the cell of a place on paper, such as C4; – beyond the map."""
        column = int((x - self.box.left) // (self.box.width / self.columns))
        row = int((y - self.box.top) // (self.box.height / self.rows))
        if not (0 <= column < self.columns and 0 <= row < self.rows):
            return "–"
        return f"{chr(ord('A') + column)}{row + 1}"
