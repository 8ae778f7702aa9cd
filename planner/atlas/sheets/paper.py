"""Lay out a sheet of paper in millimetres: map, margin, title and panel, and draw on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import shapely
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline

from planner.atlas.sheets.window import Box, fit_window

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from planner.atlas.sheets.window import Lie, Window
    from planner.atlas.style import Style
    from planner.lettering import Lettering

__all__ = ["PAPERS", "Layout", "Page", "blended", "columns_of", "lay_out", "new_page", "outline"]


class _Paper(NamedTuple):
    """A size of paper: its sides in millimetres, and how much larger its letters are than A4's."""

    long: float
    short: float
    unit: float


PAPERS: Final = {
    "A4": _Paper(297.0, 210.0, 1.0),
    "A3": _Paper(420.0, 297.0, 1.25),
    "A2": _Paper(594.0, 420.0, 1.65),
    "A1": _Paper(841.0, 594.0, 2.15),
}

# Millimetres of A4; other papers take them times their unit.
_MARGIN: Final = 10.0
_HEADER: Final = 14.5
_FOOTER: Final = 9.0
_BAND: Final = 3.6
_CAPTION: Final = 5.0
_GAP: Final = 4.0
_PANEL_WIDTH: Final = 54.0
_PANEL_HEIGHT: Final = 64.0
_COLUMN: Final = 44.0


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything stands on a sheet, in millimetres; `maps` are one box, or two alike.

    `columns` are those of the panel; `band` is how wide the margin with the letters of the index
    grid is, `unit` how much larger letters are than on A4.
    """

    width: float
    height: float
    unit: float
    maps: tuple[Box, ...]
    columns: tuple[Box, ...]
    panel: Box
    body: Box

    @property
    def band(self) -> float:
        """Width of the margin that holds letters and numbers of the index grid."""
        return _BAND * self.unit

    @property
    def margin(self) -> float:
        """White paper around everything."""
        return _MARGIN * self.unit


def lay_out(
    paper: str,
    bounds: tuple[float, float, float, float],
    lie: Lie,
    *,
    maps: int,
    portrait: bool | None,
    spare: float,
) -> tuple[Layout, tuple[Window, ...]]:
    """Return the layout that shows bounds largest, upright or wide as asked for.

    The panel stands beside a single map on wide paper, otherwise below.
    """
    asked = (False, True) if portrait is None else (portrait,)
    found = []
    for upright in asked:
        layout = _layout(PAPERS[paper], maps, upright=upright)
        windows = tuple(fit_window(box, bounds, lie, spare) for box in layout.maps)
        found.append((layout, windows))
    return min(found, key=lambda each: (each[1][0].denominator, -_filled(each[1][0], bounds)))


def _filled(window: Window, bounds: tuple[float, float, float, float]) -> float:
    """Return how much of the smaller side of a map is used."""
    west, south, east, north = window.view
    return min((bounds[2] - bounds[0]) / (east - west), (bounds[3] - bounds[1]) / (north - south))


def _layout(paper: _Paper, maps: int, *, upright: bool) -> Layout:
    """Return where map, margin and panel stand."""
    width, height = (paper.short, paper.long) if upright else (paper.long, paper.short)
    unit = paper.unit
    margin = _MARGIN * unit
    body = Box(
        margin,
        margin + _HEADER * unit,
        width - 2 * margin,
        height - 2 * margin - (_HEADER + _FOOTER) * unit,
    )
    gap = _GAP * unit
    if maps == 1 and not upright:
        panel = Box(body.right - _PANEL_WIDTH * unit, body.top, _PANEL_WIDTH * unit, body.height)
        room = Box(body.left, body.top, body.width - panel.width - gap, body.height)
    else:
        panel = Box(body.left, body.bottom - _PANEL_HEIGHT * unit, body.width, _PANEL_HEIGHT * unit)
        room = Box(body.left, body.top, body.width, body.height - panel.height - gap)
    return Layout(
        width,
        height,
        unit,
        _map_boxes(room, maps, unit, upright=upright),
        columns_of(panel, _COLUMN * unit, gap),
        panel,
        body,
    )


def _map_boxes(room: Box, maps: int, unit: float, *, upright: bool) -> tuple[Box, ...]:
    """Return the boxes of the maps within their neat lines; a pair leaves room for captions."""
    gap, band, caption = _GAP * unit, _BAND * unit, _CAPTION * unit * (maps > 1)
    across, down = (1, maps) if upright else (maps, 1)
    width = (room.width - gap * (across - 1)) / across
    height = (room.height - gap * (down - 1)) / down
    return tuple(
        Box(
            room.left + column * (width + gap) + band,
            room.top + row * (height + gap) + band + caption,
            width - 2 * band,
            height - 2 * band - caption,
        )
        for row in range(down)
        for column in range(across)
    )


def columns_of(room: Box, least: float, gap: float) -> tuple[Box, ...]:
    """Divide room into columns, equally wide; several are no narrower than `least`."""
    count = max(1, int((room.width + gap) // (least + gap)))
    width = (room.width - gap * (count - 1)) / count
    return tuple(
        Box(room.left + number * (width + gap), room.top, width, room.height)
        for number in range(count)
    )


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """A figure whose one pair of axes counts millimetres from the upper left corner."""

    figure: Figure
    axes: Axes
    layout: Layout
    lettering: Lettering
    style: Style

    @property
    def unit(self) -> float:
        """How much larger letters and lines are than on A4."""
        return self.layout.unit

    def write(self, x: float, y: float, text: str, points: float, **look: Any) -> None:
        """Write one line in letters of so many points on A4; its left end on the base line."""
        given: dict[str, Any] = {"color": self.style.paper.ink, "ha": "left", "va": "baseline"}
        self.axes.text(x, y, text, fontsize=points * self.unit, **{"zorder": 9, **given, **look})

    def paint(
        self,
        shapes: Iterable[shapely.Geometry] | shapely.Geometry | None,
        *,
        fill: str | None = None,
        line: str | None = None,
        width: float = 0.0,
        z: float = 1.0,
        **look: Any,
    ) -> None:
        """Draw shapes given in millimetres; `width` is points on A4."""
        path = outline(shapes)
        if path is None:
            return
        look = {"joinstyle": "round", "capstyle": "butt"} | look
        self.axes.add_artist(
            PathPatch(
                path,
                facecolor=fill or "none",
                edgecolor=line or "none",
                linewidth=width * self.unit if line else 0.0,
                zorder=z,
                **look,
            )
        )


def new_page(layout: Layout, lettering: Lettering, style: Style) -> Page:
    """Return white paper."""
    figure = Figure(figsize=(layout.width / 25.4, layout.height / 25.4), facecolor="#ffffff")
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, layout.width), ylim=(layout.height, 0))
    axes.set_axis_off()
    return Page(figure, axes, layout, lettering, style)


def blended(colour: str, below: str, share: float) -> str:
    """Return a colour laid over another with a share of it: no transparency reaches the printer."""
    top, ground = np.array(to_rgb(colour)), np.array(to_rgb(below))
    mixed = np.rint(255 * (share * top + (1 - share) * ground)).astype(int)
    return "#" + "".join(f"{part:02x}" for part in mixed)


def outline(shapes: Iterable[shapely.Geometry] | shapely.Geometry | None) -> Outline | None:
    """Return polygons with their holes, and lines, as one path; None where there is nothing."""
    # the border of nothing is None
    given = [shapes] if shapes is None or isinstance(shapes, shapely.Geometry) else list(shapes)
    parts = shapely.get_parts(shapely.get_parts(np.array(given, dtype=object)))
    parts = parts[~shapely.is_empty(parts) & ~shapely.is_missing(parts)]
    if not len(parts):
        return None
    kinds = shapely.get_type_id(parts)
    areal, linear = parts[kinds == 3], parts[(kinds == 1) | (kinds == 2)]
    # Holes are cut out by running the other way round.
    rings = shapely.get_rings(shapely.orient_polygons(areal)) if len(areal) else areal
    lines = np.concatenate([rings, linear])
    if not len(lines):
        return None
    return Outline(*_points_and_codes(lines, len(rings)))


def _points_and_codes(
    lines: NDArray[np.object_], rings: int
) -> tuple[NDArray[np.float64], NDArray[np.uint8]]:
    """Return the points of lines, of which the first ones are rings, with what to do at each."""
    points, of_line = shapely.get_coordinates(lines, return_index=True)
    codes = np.full(len(points), Outline.LINETO, dtype=Outline.code_type)
    first = np.flatnonzero(np.diff(of_line, prepend=-1))
    codes[first] = Outline.MOVETO
    last = np.append(first[1:], len(points)) - 1
    codes[last[:rings]] = Outline.CLOSEPOLY
    return points, codes
