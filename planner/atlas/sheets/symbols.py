"""Mark schools: the shape tells the stage, the fill how full a section is."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd
import shapely

if TYPE_CHECKING:
    from planner.atlas.sheets.chart import View
    from planner.atlas.sheets.paper import Page
    from planner.atlas.sheets.scene import Scene
    from planner.atlas.sheets.window import Window
    from planner.atlas.style import SectionStyle
    from planner.norms import StageNorm

__all__ = ["Symbol", "fill_of", "is_near", "mark_shape", "section_symbols"]

_SYMBOLS: Final = 4.0
_GATES: Final = 4.1


class Symbol(NamedTuple):
    """A section on the map: its row, its point and reach in millimetres, and its shape.

    `marks` says what the legend has to explain; `near` tells whether the map is about it.
    """

    row: int
    point: shapely.Point
    radius: float
    shape: shapely.Geometry
    marks: frozenset[str]
    near: bool


def section_symbols(page: Page, window: Window, scene: Scene, view: View) -> tuple[Symbol, ...]:
    """Draw every section that teaches and is seen, and its other gates on the map of one."""
    points = window.on_paper(scene.plan.sections.geometry.to_numpy())
    frame = window.box.shape(0.8 * page.unit)
    symbols = []
    for row in scene.open_rows:
        if not shapely.covers(frame, points[row]):
            continue
        symbols.append(_draw(page, scene, view, row, points[row]))
        if row == view.section:
            symbols += _gates(page, window, scene, row)
    return tuple(symbols)


def _draw(page: Page, scene: Scene, view: View, row: int, point: shapely.Point) -> Symbol:
    """Draw one section."""
    style, sheet = page.style.sections, page.style.sheet
    near = is_near(scene, view, row)
    radius = sheet.symbol_mm * page.unit * (1.5 if row == view.section else 1.0 if near else 0.75)
    shape = mark_shape(scene.norm, point, radius)
    marks = {"section"}
    if view.public or not near:
        fill = "#ffffff" if not near else page.style.paper.ink
    else:
        figures = scene.figures(row)
        fill = fill_of(style, figures.get("utilisation"))
        marks.add("no_seats" if fill == style.no_seats else "utilisation")
        if figures.get("large", 0) > 0:
            ring = shapely.boundary(point.buffer(radius + 0.55 * page.unit))
            page.paint(ring, line=style.large_class_ring, width=1.3, z=_SYMBOLS)
            marks.add("large")
            radius += 0.7 * page.unit
    page.paint(shape.buffer(0.3 * page.unit), fill="#ffffff", z=_SYMBOLS - 0.01)
    line = page.style.sections.border if near else page.style.sheet.quiet
    page.paint(shape, fill=fill, line=line, width=0.8, z=_SYMBOLS)
    return Symbol(row, point, radius, point.buffer(radius), frozenset(marks), near)


def is_near(scene: Scene, view: View, row: int) -> bool:
    """Tell whether the map is about a section: it has an area of the focus, or stands there."""
    if view.about == "county":
        return True
    if view.section is not None:
        return row == view.section
    zone = scene.zone_with(row)
    if zone is not None and np.isin(zone.members, view.focus).any():
        return True
    return bool(view.township == scene.plan.sections["township"].iloc[row])


def _gates(page: Page, window: Window, scene: Scene, row: int) -> list[Symbol]:
    """Draw the gates of the school of a section beside the one at which it stands."""
    gates = scene.plan.study.gates
    school = scene.plan.sections["school_id"].iloc[row]
    frame = window.box.shape(0.8 * page.unit)
    size = 0.45 * page.style.sheet.symbol_mm * page.unit
    found = []
    for point in window.on_paper(gates.geometry[gates["school_id"] == school].to_numpy()):
        if shapely.covers(frame, point):
            shape = point.buffer(size, quad_segs=1)
            page.paint(shape, fill="#ffffff", line=page.style.paper.ink, width=0.9, z=_GATES)
            found.append(Symbol(-1, point, size, shape, frozenset({"gate"}), near=True))
    return found


def mark_shape(norm: StageNorm, point: shapely.Point, radius: float) -> shapely.Polygon:
    """Return the mark of a stage about a point: triangle, circle, square or diamond as pupils grow.

    The last grade decides, so that in every country's norms the stages have their own.
    """
    last = norm.grades[-1]
    if 0 < last <= 6:
        return point.buffer(radius)
    corners, turn = (3, 90) if last <= 0 else (4, 45) if last <= 11 else (4, 0)
    reach = radius * (1.25 if corners == 3 else 1.18)
    angles = [math.radians(turn + 360 * number / corners) for number in range(corners)]
    return shapely.Polygon(
        [(point.x + reach * math.cos(angle), point.y - reach * math.sin(angle)) for angle in angles]
    )


def fill_of(style: SectionStyle, utilisation: float | None) -> str:
    """Return the colour of pupils ÷ seats, the same as on the interactive map."""
    if utilisation is None or pd.isna(utilisation):
        return style.no_seats
    first, *others = style.utilisation_limits
    # exactly 85 % is well used, exactly 100 % is not yet crowded
    place = int(utilisation >= first) + sum(utilisation > limit for limit in others)
    return style.utilisation_colours[place]
