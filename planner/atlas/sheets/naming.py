"""Write the names of a map: townships, water, schools, streets, areas, in this order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from matplotlib.patheffects import Stroke

from planner.atlas.lists import texts
from planner.atlas.sheets.labels import Label, Placed, along, beside, place_labels, within
from planner.atlas.sheets.paper import blended

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from planner.atlas.sheets.chart import View
    from planner.atlas.sheets.land import Land, Sight
    from planner.atlas.sheets.paper import Page
    from planner.atlas.sheets.scene import Scene
    from planner.atlas.sheets.symbols import Symbol
    from planner.atlas.sheets.words import Words

__all__ = ["section_name", "write_names"]

_HALO: Final = 5.0
_TEXT: Final = 6.0
_LONGEST: Final = 56.0  # millimetres on A4 of a name on the map
_LINE: Final = 0.42  # millimetres of a point from line to line


def write_names(
    page: Page,
    sight: Sight,
    scene: Scene,
    land: Land,
    view: View,
    symbols: tuple[Symbol, ...],
    words: Words,
) -> tuple[list[Placed], list[Label]]:
    """Write names so that none covers another; return them, and those of sections left out."""
    own = [symbol for symbol in symbols if symbol.row == view.section]
    near = [symbol for symbol in symbols if symbol.near and symbol.row != view.section]
    far = [symbol for symbol in symbols if not symbol.near]
    labels = [
        *_of_sections(page, scene, view, own, words),
        *_of_townships(page, sight, land, view, words),
        *_of_sections(page, scene, view, near, words),
        *_of_water(page, sight, land),
        *_of_pieces(page, sight, scene, view, symbols, words),
        *_of_streets(page, sight, land),
        *_of_sections(page, scene, view, far, words),
        *_of_areas(page, sight, scene, view, words),
    ]
    placed, left = place_labels(
        labels, [symbol.shape for symbol in symbols], sight.window.box, page.unit
    )
    for name in placed:
        _write(page, name)
    return placed, [label for label in left if label.counted]


def section_name(page: Page, scene: Scene, row: int, words: Words) -> str:
    """Return the name of a section as it can be written: letters of the font, one line."""
    key = scene.plan.sections["section_id"].iloc[row]
    return page.lettering.name(scene.name(row, words.lang), key)


def _sized(
    page: Page, text: str, points: float, weight: str = "normal"
) -> tuple[str, tuple[float, float]]:
    """Return a name no longer than fits on a map, and how large it is on paper."""
    size = points * page.unit
    short = page.lettering.shortened(text, _LONGEST * page.unit, size, weight)
    return short, (page.lettering.width_mm(short, size, weight), _LINE * size)


def _of_sections(
    page: Page, scene: Scene, view: View, symbols: Iterable[Symbol], words: Words
) -> Iterator[Label]:
    """Yield the names of sections beside their symbols; those the map is about are counted."""
    sheet, ink = page.style.sheet, page.style.paper.ink
    for symbol in symbols:
        if symbol.row < 0:
            continue
        own = symbol.row == view.section
        points = sheet.name_points * (1.2 if own else 1.0 if symbol.near else 0.9)
        weight = "bold" if own else "normal"
        text, size = _sized(page, section_name(page, scene, symbol.row, words), points, weight)
        spots = beside(
            symbol.point.x, symbol.point.y, symbol.radius, size, page.unit, far=symbol.near
        )
        look = {"color": ink if symbol.near else sheet.quiet, "weight": weight}
        yield Label(text, points, tuple(spots), look, counted=symbol.near)


def _of_townships(
    page: Page, sight: Sight, land: Land, view: View, words: Words
) -> Iterator[Label]:
    """Yield the names of townships, in spaced letters, with the page that shows each."""
    sheet = page.style.sheet
    for name, members in land.townships.items():
        shape = sight.together(members)
        if shape.is_empty or name == view.township or view.section is not None:
            continue
        text = page.lettering.text(name)
        if name in view.township_pages:
            text = words("township_page", name=text, page=view.township_pages[name])
        text, size = _sized(page, text, sheet.township_points, "bold")
        inner = shapely.intersection(shape, sight.window.box.shape())
        look = {"color": sheet.township_name, "weight": "bold"}
        yield Label(text, sheet.township_points, tuple(within(inner, size, tight=False)), look)


def _of_water(page: Page, sight: Sight, land: Land) -> Iterator[Label]:
    """Yield the names of lakes, rivers, railways and trunk roads."""
    context, sheet = page.style.context, page.style.sheet
    colours = {"lake": context.lake_name, "river": context.lake_name, "railway": context.railway}
    seen = set()
    for name, kind, shape in sight.lines(land.barriers):
        if not name or (name, kind) in seen:
            continue
        seen.add((name, kind))
        text, size = _sized(page, page.lettering.text(name), sheet.small_points)
        if shapely.get_dimensions(shape) == 2:
            spots = tuple(within(shape, size, tight=True))
        else:
            spots = tuple(_along(shape, size, page))
        colour = colours.get(kind, blended(context.trunk_road, "#000000", 0.6))
        yield Label(text, sheet.small_points, spots, {"color": colour})


def _of_pieces(
    page: Page,
    sight: Sight,
    scene: Scene,
    view: View,
    symbols: tuple[Symbol, ...],
    words: Words,
) -> Iterator[Label]:
    """Yield the name of its section for every piece of a zone in which no section of it stands."""
    sheet = page.style.sheet
    points = [symbol.point for symbol in symbols if symbol.row >= 0]
    rows = [symbol.row for symbol in symbols if symbol.row >= 0]
    for zone in scene.zones:
        if not np.isin(zone.members, view.focus).any():
            continue
        own = shapely.union_all(
            [p for p, row in zip(points, rows, strict=True) if row in zone.sections]
        )
        for piece in shapely.get_parts(sight.together(zone.members)):
            if shapely.intersects(piece, own):
                continue
            name = " / ".join(section_name(page, scene, row, words) for row in zone.sections)
            text, size = _sized(page, f"→ {name}", sheet.small_points)
            spots = tuple(within(piece, size, tight=True))
            yield Label(text, sheet.small_points, spots, {"color": sheet.quiet})


def _of_streets(page: Page, sight: Sight, land: Land) -> Iterator[Label]:
    """Yield the names of main streets along them, the longest first."""
    sheet = page.style.sheet
    longest: dict[str, shapely.LineString] = {}
    for name, _, shape in sight.lines(land.main_streets):
        for line in shapely.get_parts(shape):
            if name and line.length > longest.get(name, shapely.LineString()).length:
                longest[name] = line
    for name, line in sorted(longest.items(), key=lambda item: (-item[1].length, item[0])):
        text, size = _sized(page, page.lettering.text(name), sheet.small_points)
        look = {"color": blended(sheet.main_street, "#000000", 0.55)}
        yield Label(text, sheet.small_points, tuple(_along(line, size, page)), look)


def _along(shape: shapely.Geometry, size: tuple[float, float], page: Page) -> Iterator[Any]:
    """Yield places along the longest piece of a line."""
    merged = shapely.line_merge(shape) if shape.geom_type == "MultiLineString" else shape
    lines = [part for part in shapely.get_parts(merged) if part.geom_type == "LineString"]
    for line in sorted(lines, key=lambda part: -part.length)[:2]:
        yield from along(line, size, bend=0.8 * page.unit)


def _of_areas(page: Page, sight: Sight, scene: Scene, view: View, words: Words) -> Iterator[Label]:
    """Yield the names of areas that have room for theirs, where areas are drawn at all."""
    sheet = page.style.sheet
    if sight.window.denominator > sheet.area_borders_scale:
        return
    areas = scene.plan.study.areas
    named = texts(areas["name"])
    if words.lang == "en" and "name_en" in areas:
        english = texts(areas["name_en"])
        named = [one or other for one, other in zip(english, named, strict=True)]
    for area, shape in sight.each(view.focus):
        plain = page.lettering.name(named[area], areas["area_id"].iloc[area])
        text, size = _sized(page, plain, sheet.small_points)
        if size[0] * size[1] > shape.area:
            continue
        yield Label(
            text, sheet.small_points, tuple(within(shape, size, tight=True)), {"color": sheet.quiet}
        )


def _write(page: Page, name: Placed) -> None:
    """Write one name with its leader and a halo that keeps it legible on top of lines.

    The halo is an outline beneath; the name itself stays text that can be searched and copied.
    """
    label, spot = name
    if spot.leader is not None:
        page.paint(spot.leader, line=page.style.sheet.quiet, width=0.4, z=_HALO - 0.1)
    look = {"ha": "center", "va": "center", "rotation": -spot.angle, **label.look}
    halo = [Stroke(linewidth=0.24 * label.points * page.unit, foreground="#ffffff")]
    halo_look = {"zorder": _HALO, "gid": "halo", "path_effects": halo}
    page.write(spot.x, spot.y, label.text, label.points, **look | halo_look)
    page.write(spot.x, spot.y, label.text, label.points, **look | {"zorder": _TEXT, "gid": "name"})
