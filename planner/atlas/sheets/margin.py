"""Draw what surrounds a map: neat line, index grid, title, foot, scale bar, north, locator map."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from planner.atlas.shapes import dissolve
from planner.atlas.sheets.panel import Row, lines_of
from planner.atlas.sheets.window import Box, Grid, fit_window

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.atlas.sheets.land import Land
    from planner.atlas.sheets.paper import Page
    from planner.atlas.sheets.window import Window
    from planner.atlas.sheets.words import Words

__all__ = [
    "bar_metres",
    "draw_foot",
    "draw_grid",
    "draw_head",
    "locator_row",
    "scale_row",
    "write_caption",
]

_BAND, _NEAT, _TEXT = 7.0, 7.2, 9.0
_SPACES: Final = "   "
_BAR: Final = 32.0  # millimetres on A4 that a scale bar measures at most


def draw_head(page: Page, title: str, subtitle: str, stamp: str) -> None:
    """Write the title, what the sheet shows below it, and who may see it at the right."""
    layout, sheet, unit = page.layout, page.style.sheet, page.unit
    left, right = layout.margin, layout.width - layout.margin
    room = right - left
    end = page.lettering.width_mm(stamp, sheet.text_points * unit, "bold") + 4 * unit
    big = sheet.title_points * unit
    head = page.lettering.shortened(title, room - end, big, "bold")
    page.write(left, layout.margin + 5.4 * unit, head, sheet.title_points, weight="bold")
    if stamp:
        look = {"ha": "right", "weight": "bold", "color": page.style.paper.accent}
        page.write(right, layout.margin + 5.4 * unit, stamp, sheet.text_points, **look)
    points = sheet.text_points + 1.3
    line = page.lettering.shortened(subtitle, room, points * unit)
    page.write(left, layout.margin + 10.6 * unit, line, points, color=sheet.quiet)


def draw_foot(page: Page, words: Words, sources: str, made: str, number: int, pages: int) -> None:
    """Write sources on the left, and how the sheet came about with its page on the right."""
    layout, sheet, unit = page.layout, page.style.sheet, page.unit
    points = sheet.small_points
    base = layout.height - layout.margin - 3.0 * unit
    right = f"{made}{_SPACES}{words('page', page=number, pages=pages)}"
    page.write(layout.width - layout.margin, base, right, points, ha="right", color=sheet.quiet)
    taken = page.lettering.width_mm(right, points * unit) + 6 * unit
    room = layout.width - 2 * layout.margin - taken
    for place, line in enumerate(lines_of(page, sources, room, points, most=2)):
        page.write(layout.margin, base + 2.9 * unit * place, line, points, color=sheet.quiet)


def write_caption(page: Page, window: Window, text: str) -> None:
    """Write above one map of a pair which of the two it is."""
    points = page.style.sheet.text_points + 1
    band = page.layout.band
    line = page.lettering.shortened(text, window.box.width, points * page.unit, "bold")
    page.write(
        window.box.left - band, window.box.top - band - 1.4 * page.unit, line, points, weight="bold"
    )


def draw_grid(page: Page, window: Window) -> Grid:
    """Draw the neat line, and around it a margin with letters and numbers."""
    box, band, ink = window.box, page.layout.band, page.style.paper.ink
    grid = Grid.over(box, page.unit)
    outer = Box(box.left - band, box.top - band, box.width + 2 * band, box.height + 2 * band)
    # What reaches beyond the neat line is covered by the margin.
    page.paint(outer.shape().difference(box.shape()), fill="#ffffff", z=_BAND)
    page.paint(box.shape(), line=ink, width=1.0, z=_NEAT, joinstyle="miter")
    page.paint(outer.shape(), line=ink, width=0.4, z=_NEAT, joinstyle="miter")
    look = {"ha": "center", "va": "center", "color": page.style.sheet.quiet}
    points = page.style.sheet.small_points
    ticks = []
    for column in range(grid.columns):
        left = box.left + box.width * column / grid.columns
        middle = left + box.width / grid.columns / 2
        for y in (box.top - band / 2, box.bottom + band / 2):
            page.write(middle, y, chr(ord("A") + column), points, **look)
            if column:
                ticks.append([(left, y - band / 2), (left, y + band / 2)])
    for row in range(grid.rows):
        top = box.top + box.height * row / grid.rows
        middle = top + box.height / grid.rows / 2
        for x in (box.left - band / 2, box.right + band / 2):
            page.write(x, middle, str(row + 1), points, **look)
            if row:
                ticks.append([(x - band / 2, top), (x + band / 2, top)])
    page.paint(shapely.multilinestrings(ticks), line=ink, width=0.4, z=_NEAT)
    return grid


def bar_metres(window: Window, unit: float) -> float:
    """Return a round number of metres whose bar is not longer than there is room for."""
    most = _BAR * unit / window.length_mm(1)
    power = 10.0 ** math.floor(math.log10(most))
    return next(step * power for step in (5, 2, 1) if step * power <= most)


def scale_row(page: Page, window: Window, words: Words, paper: str) -> Row:
    """Return scale, scale bar and north arrow as one row."""
    sheet, unit = page.style.sheet, page.unit

    def draw(on: Page, left: float, top: float, width: float) -> None:
        scale = f"{window.denominator:,}".replace(",", " ")
        on.write(left, top + 4.6 * unit, words("scale", scale=scale), 13, weight="bold")
        _draw_bar(on, window, words, left, top + 7.6 * unit)
        note = words("at_full_size", paper=paper)
        on.write(left, top + 15.6 * unit, note, sheet.small_points, color=sheet.quiet)
        _draw_north(on, window, words, left + width - 4.5 * unit, top + 6.2 * unit)

    return Row(18.0 * unit, draw)


def _draw_bar(page: Page, window: Window, words: Words, left: float, top: float) -> None:
    """Draw a bar of four parts, dark and light, with its lengths."""
    metres = bar_metres(window, page.unit)
    ink, high = page.style.paper.ink, 1.3 * page.unit
    step = window.length_mm(metres / 4)
    for part in range(4):
        block = shapely.box(left + part * step, top, left + (part + 1) * step, top + high)
        fill = ink if part % 2 == 0 else "#ffffff"
        page.paint(block, fill=fill, line=ink, width=0.5, z=_TEXT, joinstyle="miter")
    large = metres >= 2000
    unit = words("kilometres" if large else "metres")
    points = page.style.sheet.small_points
    base = top + high + 2.9 * page.unit
    for part in (0, 2, 4):
        shown = f"{metres * part / 4 / (1000 if large else 1):g}"
        text = f"{shown} {unit}" if part == 4 else shown
        align = "left" if part == 0 else "center"
        if part == 4:
            # the number stands under the end of the bar, the unit behind it
            width = page.lettering.width_mm(shown, points * page.unit)
            page.write(left + 4 * step - width / 2, base, text, points)
        else:
            page.write(left + part * step, base, text, points, ha=align)


def _draw_north(page: Page, window: Window, words: Words, x: float, y: float) -> None:
    """Draw an arrow to true north about a middle."""
    turn = math.radians(window.lie.north_degrees)
    reach = 4.6 * page.unit

    def at(right: float, up: float) -> tuple[float, float]:
        return (
            x + reach * (right * math.cos(turn) + up * math.sin(turn)),
            y - reach * (up * math.cos(turn) - right * math.sin(turn)),
        )

    ink = page.style.paper.ink
    west = shapely.Polygon([at(0, 1), at(-0.42, -0.85), at(0, -0.5)])
    east = shapely.Polygon([at(0, 1), at(0.42, -0.85), at(0, -0.5)])
    page.paint(west, fill=ink, line=ink, width=0.5, z=_TEXT, joinstyle="miter")
    page.paint(east, fill="#ffffff", line=ink, width=0.5, z=_TEXT, joinstyle="miter")
    below = at(0, -1.45)
    page.write(
        *below,
        words("north"),
        page.style.sheet.text_points,
        ha="center",
        va="center",
        weight="bold",
    )


def locator_row(page: Page, land: Land, members: NDArray[np.intp], width: float) -> Row:
    """Return a small map of the county in which some areas are marked."""
    unit = page.unit
    high = min(30.0 * unit, 0.62 * width)

    def draw(on: Page, left: float, top: float, wide: float) -> None:
        box = Box(left, top + 0.8 * unit, wide, high - 1.6 * unit)
        window = _fit_locator(box, land)
        paper, sheet = on.style.paper, on.style.sheet
        polygons, matching = land.ground.polygons, land.ground.matching

        def shape(areas: NDArray[np.intp]) -> shapely.Geometry:
            (drawn,) = window.on_paper(np.array([dissolve(polygons, areas, matching=matching)]))
            return shapely.simplify(drawn, 0.1)

        page.paint(shape(np.arange(len(polygons))), fill=paper.background, z=8.0)
        for areas in land.townships.values():
            page.paint(shapely.boundary(shape(areas)), line=sheet.area_border, width=0.3, z=8.1)
        page.paint(shape(np.arange(len(polygons))), line=sheet.quiet, width=0.6, z=8.2)
        marked = shape(members)
        page.paint(marked, fill=paper.accent, line=paper.accent, width=0.8, z=8.3)
        if marked.area < 4 * unit**2:
            ring = marked.centroid.buffer(2.6 * unit)
            page.paint(ring, line=paper.accent, width=0.9, z=8.4)

    return Row(high, draw)


def _fit_locator(box: Box, land: Land) -> Window:
    """Return the window in which the whole county fills a small box, at no round scale."""
    window = fit_window(box, land.bounds, land.lie, 0.0)
    west, south, east, north = land.bounds
    needed = (
        1000 * land.lie.ground_metres * max((east - west) / box.width, (north - south) / box.height)
    )
    return replace(window, denominator=max(1, math.ceil(needed)))
