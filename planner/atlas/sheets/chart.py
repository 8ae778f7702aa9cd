"""Draw the map itself: zones, water, streets, borders and schools, the most important on top."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from planner.atlas.sheets.land import sight_of
from planner.atlas.sheets.naming import write_names
from planner.atlas.sheets.paper import blended
from planner.atlas.sheets.symbols import Symbol, section_symbols

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from planner.atlas.sheets.labels import Label, Placed
    from planner.atlas.sheets.land import Land, Sight
    from planner.atlas.sheets.paper import Page
    from planner.atlas.sheets.scene import Scene
    from planner.atlas.sheets.window import Window
    from planner.atlas.sheets.words import Words

__all__ = ["Chart", "View", "draw_chart", "hatching"]


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """What a map shows of a scene.

    `about` is county, township or section. `focus` are the areas it is about, the others are
    faded; `hatched` those that change zone. `section` is the row of the one section it is about,
    None where that does not teach yet, or any more. `township_pages` are written behind the names
    of townships.
    """

    about: str
    focus: NDArray[np.intp]
    hatched: NDArray[np.intp] = field(default_factory=lambda: np.zeros(0, dtype=np.intp))
    section: int | None = None
    township: str | None = None
    public: bool = False
    township_pages: Mapping[str, int] = field(default_factory=dict)


class Chart(NamedTuple):
    """A drawn map: its symbols, names, the names left out, and what the legend has to explain."""

    window: Window
    symbols: tuple[Symbol, ...]
    placed: tuple[Placed, ...]
    left_out: tuple[Label, ...]
    shown: frozenset[str]


# From the bottom to the top.
_LAND, _FILL, _WATER, _AREA, _STREET, _RAIL, _TOWNSHIP, _ZONE, _HATCH, _COUNTY, _RING = (
    1.0, 1.1, 1.3, 1.5, 1.7, 1.9, 2.1, 2.3, 2.4, 2.5, 2.7,
)  # fmt: skip


def draw_chart(
    page: Page, window: Window, scene: Scene, land: Land, view: View, words: Words
) -> Chart:
    """Draw one map within its neat line and write its names."""
    sight = sight_of(window, land)
    shown = {
        *_draw_ground(page, sight),
        *_draw_zones(page, sight, scene, view),
        *_draw_water(page, sight, land),
        *_draw_streets(page, sight, land),
        *_draw_borders(page, sight, scene, land, view),
        *_draw_changes(page, sight, view),
        *_draw_reach(page, sight, scene, view),
    }
    symbols = section_symbols(page, window, scene, view)
    shown |= {mark for symbol in symbols for mark in symbol.marks}
    _draw_threads(page, sight, scene, symbols)
    placed, left_out = write_names(page, sight, scene, land, view, symbols, words)
    return Chart(window, symbols, tuple(placed), tuple(left_out), frozenset(shown))


def _draw_ground(page: Page, sight: Sight) -> set[str]:
    """Draw what lies beneath: the country around, and the county."""
    paper = page.style.paper
    page.paint(sight.window.box.shape(), fill=blended(paper.background, "#ffffff", 0.6), z=_LAND)
    page.paint(sight.together(sight.areas), fill=paper.land, z=_LAND + 0.05)
    return set()


def _draw_zones(page: Page, sight: Sight, scene: Scene, view: View) -> set[str]:
    """Fill zones so that neighbours differ: what the map is about strongly, the rest faintly."""
    zones, land, sheet = page.style.zones, page.style.paper.land, page.style.sheet
    for zone in scene.zones:
        colour = zones.palette[zone.colour]
        near = np.isin(zone.members, view.focus)
        for members, share in (
            (zone.members[near], sheet.fill_share),
            (zone.members[~near], sheet.fill_share * sheet.faded_share),
        ):
            page.paint(sight.together(members), fill=blended(colour, land, share), z=_FILL)
    return {"zone"} if scene.zones else set()


def _draw_water(page: Page, sight: Sight, land: Land) -> set[str]:
    """Draw lakes and rivers."""
    colour, sheet = page.style.context, page.style.sheet
    shown = set()
    for _, kind, shape in sight.lines(land.barriers):
        if kind not in {"lake", "river"}:
            continue
        areal = shapely.get_dimensions(shape) == 2
        if areal:
            page.paint(shape, fill=colour.lake, line=colour.lake_name, width=0.3, z=_WATER)
        else:
            page.paint(shape, line=colour.lake, width=2.5 * sheet.line_width, z=_WATER)
        shown.add("water")
    return shown


def _draw_streets(page: Page, sight: Sight, land: Land) -> set[str]:
    """Draw railways and streets, thin by class, the smaller ones only on large scales."""
    context, sheet = page.style.context, page.style.sheet
    shown = set()
    if sight.window.denominator <= sheet.all_streets_scale:
        side = blended(context.street, "#ffffff", 0.75)
        for _, _, shape in sight.lines(land.streets):
            page.paint(shape, line=side, width=0.8 * sheet.line_width, z=_STREET)
            shown.add("street")
    for _, _, shape in sight.lines(land.main_streets):
        page.paint(shape, line=sheet.main_street, width=1.7 * sheet.line_width, z=_STREET + 0.05)
        shown.add("main_street")
    for _, kind, shape in sight.lines(land.barriers):
        if kind == "railway":
            page.paint(shape, line=context.railway, width=1.5, z=_RAIL)
            page.paint(shape, line="#ffffff", width=0.9, z=_RAIL + 0.01, linestyle=(0, (5, 5)))
            shown.add("railway")
        elif kind in {"trunk_road", "motorway"}:
            page.paint(shape, line=context.trunk_road, width=1.7, z=_RAIL - 0.05)
            shown.add("trunk_road")
    return shown


def _draw_borders(page: Page, sight: Sight, scene: Scene, land: Land, view: View) -> set[str]:
    """Draw the borders of areas, townships, zones and the county, ever stronger."""
    paper, sheet = page.style.paper, page.style.sheet
    shown = {"zone_border"} if scene.zones else set()
    if sight.window.denominator <= sheet.area_borders_scale:
        outlines = [shapely.boundary(shape) for _, shape in sight.each(view.focus)]
        page.paint(outlines, line=sheet.area_border, width=0.35, z=_AREA)
        shown |= {"area_border"} if outlines else set()
    inside = sight.window.box.shape(0.5)
    for members in land.townships.values():
        edge = shapely.boundary(sight.together(members))
        page.paint(edge, line=sheet.township_border, width=3.6, z=_TOWNSHIP)
        if edge is not None and shapely.intersects(edge, inside):
            shown.add("township")
    for zone in scene.zones:
        near = bool(np.isin(zone.members, view.focus).any())
        edge = shapely.boundary(sight.together(zone.members))
        colour = sheet.zone_border if near else blended(sheet.zone_border, "#ffffff", 0.45)
        page.paint(edge, line="#ffffff", width=1.5, z=_ZONE - (0 if near else 0.1))
        page.paint(edge, line=colour, width=0.75, z=_ZONE + 0.01 - (0 if near else 0.1))
    around = shapely.boundary(sight.together(np.arange(len(land.ground.polygons))))
    page.paint(around, line=paper.ink, width=1.3, z=_COUNTY)
    own = land.townships.get(view.township or "")
    if own is not None:
        page.paint(
            shapely.boundary(sight.together(own)), line=paper.ink, width=1.5, z=_COUNTY + 0.01
        )
    if view.section is not None and (zone_of := scene.zone_with(view.section)) is not None:
        edge = shapely.boundary(sight.together(zone_of.members))
        page.paint(edge, line=paper.accent, width=2.0, z=_COUNTY + 0.02)
        shown.add("own_zone")
    return shown


def _draw_changes(page: Page, sight: Sight, view: View) -> set[str]:
    """Hatch the areas that change zone: lines also show in greyscale."""
    if not len(view.hatched):
        return set()
    moved = sight.together(view.hatched)
    lines = hatching(moved, page.style.sheet.hatch_mm * page.unit)
    page.paint(lines, line=page.style.sheet.hatch, width=0.55, z=_HATCH)
    page.paint(shapely.boundary(moved), line=page.style.sheet.hatch, width=0.9, z=_HATCH)
    return {"changed"}


def hatching(shape: shapely.Geometry, every_mm: float) -> shapely.Geometry:
    """Return slanting lines so far apart that fill a shape."""
    if shape.is_empty:
        return shapely.MultiLineString()
    left, top, right, bottom = shape.bounds
    high = bottom - top
    starts = np.arange(left - high, right, every_mm * 2**0.5)
    lines = [[(start, bottom), (start + high, top)] for start in starts]
    return shapely.intersection(shapely.multilinestrings(lines), shape)


def _draw_reach(page: Page, sight: Sight, scene: Scene, view: View) -> set[str]:
    """Draw how far the norm lets children of the one section walk, as the crow flies."""
    limit = scene.norm.walk_limit_metres
    if view.section is None or limit is None:
        return set()
    gate = scene.plan.sections.geometry.to_numpy()[view.section : view.section + 1]
    (point,) = sight.window.on_paper(gate)
    ring = sight.cut(shapely.boundary(point.buffer(sight.window.length_mm(limit), quad_segs=48)))
    page.paint(ring, line=page.style.paper.accent, width=1.1, z=_RING, linestyle=(0, (4, 2.5)))
    return {"reach"}


def _draw_threads(page: Page, sight: Sight, scene: Scene, symbols: tuple[Symbol, ...]) -> None:
    """Join a section that stands outside its zone to the zone, so that nobody has to search."""
    by_row = {symbol.row: symbol for symbol in symbols}
    for zone in scene.zones:
        shape = sight.together(zone.members)
        if shape.is_empty:
            continue
        for row in zone.sections:
            symbol = by_row.get(row)
            if symbol is None or shape.distance(symbol.point) <= symbol.radius:
                continue
            inside = max(shapely.get_parts(shape), key=shapely.area)
            middle = shapely.point_on_surface(inside)
            thread = shapely.LineString([symbol.point, middle])
            page.paint(
                thread, line=page.style.paper.ink, width=0.6, z=_RING, linestyle=(0, (1.5, 1.5))
            )
