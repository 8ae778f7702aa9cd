"""Explain what a map shows: a swatch and a word for each kind of line, area and mark."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

import shapely

from planner.atlas.sheets.chart import hatching
from planner.atlas.sheets.panel import Row, gap, heading, lines_of, paragraph, text_row, together
from planner.atlas.sheets.paper import blended
from planner.atlas.sheets.symbols import mark_shape
from planner.atlas.sheets.window import Box

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from planner.atlas.sheets.paper import Page
    from planner.atlas.sheets.scene import Scene
    from planner.atlas.sheets.words import Words

    Swatch = Callable[[Page, Box], None]

__all__ = ["EVERYTHING", "legend_rows", "notice_rows"]

_Z: Final = 8.0
_SWATCH: Final = 6.5  # millimetres on A4
_ENTRY: Final = 3.5
_LINES: Final = (
    "own_zone", "zone_border", "changed", "reach", "township", "area_border",
    "water", "railway", "trunk_road", "main_street", "street",
)  # fmt: skip

EVERYTHING: Final = frozenset(
    (*_LINES, "zone", "section", "gate", "utilisation", "no_seats", "large")
)
"""Every kind of thing that a legend can explain."""


def legend_rows(
    page: Page, scene: Scene, words: Words, shown: Collection[str], width: float, *, faded: bool
) -> list[Row]:
    """Return the legend of a map with what it shows, in columns of a width."""
    rows = [heading(page, words("legend"), width)]
    rows += _sections(page, scene, words, shown, width)
    rows.append(gap(page, 0.4))
    if "zone" in shown:
        rows += _entry(page, words("zone"), _zones(faded=False), width)
        if faded:
            rows += _entry(page, words("faded"), _zones(faded=True), width)
    for key in _LINES:
        if key in shown:
            limit = scene.norm.walk_limit_metres or 0
            rows += _entry(page, words(key, metres=f"{limit:g}"), _swatch_of(page, key), width)
    return [*together(rows), gap(page)]


def _sections(
    page: Page, scene: Scene, words: Words, shown: Collection[str], width: float
) -> Iterator[Row]:
    """Yield what the marks of sections mean: the stage, and how full they are."""
    style = page.style.sections
    if "section" in shown:
        internal = not {"utilisation", "no_seats"}.isdisjoint(shown)
        plain = "#ffffff" if internal else page.style.paper.ink
        name = words("section", stage=words.of(scene.norm.names))
        yield from _entry(page, name, _mark(scene, plain), width)
    if "gate" in shown:
        yield from _entry(page, words("gate"), _gate, width)
    if "utilisation" in shown:
        yield text_row(page, words("utilisation"), page.style.sheet.text_points, kept=True)
        limits = [f"{100 * limit:.0f}" for limit in style.utilisation_limits]
        names = [words("below", to=limits[0])]
        names += [words("from_to", **{"from": low, "to": high}) for low, high in pairwise(limits)]
        names.append(words("above", **{"from": limits[-1]}))
        marks = [_mark(scene, colour) for colour in style.utilisation_colours]
        for place in range(0, len(names), 2):
            yield _two(page, names[place : place + 2], marks[place : place + 2])
    if "no_seats" in shown:
        yield from _entry(page, words("no_seats"), _mark(scene, style.no_seats), width)
    if "large" in shown:
        yield from _entry(page, words("large"), _ring(scene), width)


def _entry(page: Page, text: str, swatch: Swatch, width: float) -> list[Row]:
    """Return one swatch with its word, which may take several lines."""
    points = page.style.sheet.text_points
    indent = _SWATCH + 2.0
    lines = lines_of(page, text, width - indent * page.unit, points)
    first, *others = [text_row(page, line, points, indent=indent) for line in lines]

    def draw(on: Page, left: float, top: float, wide: float) -> None:
        swatch(on, Box(left, top + 0.3 * on.unit, _SWATCH * on.unit, 2.7 * on.unit))
        first.draw(on, left, top, wide)

    return [Row(max(first.height, _ENTRY * page.unit), draw, kept=bool(others)), *others]


def _two(page: Page, texts: Sequence[str], swatches: Sequence[Swatch]) -> Row:
    """Return two short entries side by side."""
    height = _ENTRY * page.unit

    def draw(on: Page, left: float, top: float, wide: float) -> None:
        for number, (text, swatch) in enumerate(zip(texts, swatches, strict=True)):
            start = left + number * wide / 2
            swatch(on, Box(start, top + 0.3 * on.unit, _SWATCH * on.unit, 2.7 * on.unit))
            row = text_row(on, text, on.style.sheet.text_points, indent=_SWATCH + 0.6)
            row.draw(on, start, top, wide / 2)

    return Row(height, draw)


def _zones(*, faded: bool) -> Swatch:
    """Return a swatch of the colours of four zones side by side."""

    def draw(page: Page, box: Box) -> None:
        sheet = page.style.sheet
        share = sheet.fill_share * (sheet.faded_share if faded else 1.0)
        for number, colour in enumerate(page.style.zones.palette[:4]):
            left = box.left + box.width * number / 4
            part = shapely.box(left, box.top, left + box.width / 4, box.bottom)
            page.paint(part, fill=blended(colour, page.style.paper.land, share), z=_Z)

    return draw


def _mark(scene: Scene, fill: str) -> Swatch:
    """Return a swatch of the mark of a stage."""

    def draw(page: Page, box: Box) -> None:
        centre = shapely.Point(box.left + box.width / 2, box.top + box.height / 2)
        shape = mark_shape(scene.norm, centre, page.style.sheet.symbol_mm * page.unit)
        page.paint(shape, fill=fill, line=page.style.sections.border, width=0.8, z=_Z)

    return draw


def _ring(scene: Scene) -> Swatch:
    """Return a swatch of a section with large classes."""

    def draw(page: Page, box: Box) -> None:
        _mark(scene, "#ffffff")(page, box)
        centre = shapely.Point(box.left + box.width / 2, box.top + box.height / 2)
        radius = (page.style.sheet.symbol_mm + 0.55) * page.unit
        ring = shapely.boundary(centre.buffer(radius))
        page.paint(ring, line=page.style.sections.large_class_ring, width=1.3, z=_Z)

    return draw


def _gate(page: Page, box: Box) -> None:
    """Draw the mark of a gate."""
    centre = shapely.Point(box.left + box.width / 2, box.top + box.height / 2)
    shape = centre.buffer(0.45 * page.style.sheet.symbol_mm * page.unit, quad_segs=1)
    page.paint(shape, fill="#ffffff", line=page.style.paper.ink, width=0.9, z=_Z)


def _swatch_of(page: Page, key: str) -> Swatch:
    """Return the swatch of a kind of line or area."""
    sheet, context, paper = page.style.sheet, page.style.context, page.style.paper
    if key == "water":
        return _area(context.lake, context.lake_name)
    if key == "changed":
        return _hatched
    lines: dict[str, tuple[str, float, object]] = {
        "own_zone": (paper.accent, 2.0, "solid"),
        "zone_border": (sheet.zone_border, 0.75, "solid"),
        "reach": (paper.accent, 1.1, (0, (4, 2.5))),
        "township": (sheet.township_border, 3.0, "solid"),
        "area_border": (sheet.area_border, 0.35, "solid"),
        "trunk_road": (context.trunk_road, 1.7, "solid"),
        "main_street": (sheet.main_street, 1.7 * sheet.line_width, "solid"),
        "street": (context.street, 0.8 * sheet.line_width, "solid"),
        "railway": (context.railway, 1.5, "solid"),
    }
    return _line(*lines[key], railway=key == "railway")


def _line(colour: str, width: float, dash: object, *, railway: bool) -> Swatch:
    """Return a swatch of a line."""

    def draw(page: Page, box: Box) -> None:
        middle = box.top + box.height / 2
        line = shapely.LineString([(box.left, middle), (box.right, middle)])
        page.paint(line, line=colour, width=width, z=_Z, linestyle=dash)
        if railway:
            page.paint(line, line="#ffffff", width=0.9, z=_Z + 0.1, linestyle=(0, (5, 5)))

    return draw


def _area(fill: str, line: str) -> Swatch:
    """Return a swatch of an area."""
    return lambda page, box: page.paint(box.shape(), fill=fill, line=line, width=0.3, z=_Z)


def _hatched(page: Page, box: Box) -> None:
    """Draw a hatched box."""
    sheet = page.style.sheet
    page.paint(
        hatching(box.shape(), sheet.hatch_mm * page.unit), line=sheet.hatch, width=0.55, z=_Z
    )
    page.paint(box.shape(), line=sheet.hatch, width=0.9, z=_Z)


def notice_rows(page: Page, text: str, width: float) -> list[Row]:
    """Return a sentence that qualifies the map."""
    sheet = page.style.sheet
    return [*paragraph(page, text, width, sheet.text_points, quiet=True), gap(page)]
