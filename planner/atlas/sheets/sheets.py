"""Decide which sheets there are, what each shows and on which page it stands."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from planner.atlas.lists import texts
from planner.atlas.sheets.beside import INDEX_POINTS, panel_rows
from planner.atlas.sheets.chart import View
from planner.atlas.sheets.desk import Desk, Sheet
from planner.atlas.sheets.legend import EVERYTHING
from planner.atlas.sheets.panel import fits, pages_of
from planner.atlas.sheets.paper import columns_of, lay_out, new_page
from planner.atlas.sheets.scene import change_between, scenes_of
from planner.atlas.sheets.symbols import is_near
from planner.atlas.sheets.tables import Entry, index_rows
from planner.atlas.sheets.window import Grid
from planner.errors import InputError, Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from planner.atlas.sheets.paper import Layout
    from planner.atlas.sheets.scene import Change, Scene
    from planner.atlas.sheets.window import Box, Window
    from planner.atlas.sheets.wish import Order

__all__ = ["INDEX_PAGE_POINTS", "index_columns", "plan_sheets"]

_SPARE: Final = {"county": 0.02, "townships": 0.06, "sections": 0.12}
# Millimetres of A4: columns of the index on a page of its own, and beside a map, wide ones first.
INDEX_PAGE_POINTS: Final = 9.0
"""Letters of the index on a page of its own, points on A4."""
_INDEX_COLUMN: Final = 55.0
_PANEL_COLUMNS: Final = (44.0, 54.0, 34.0)
_GAP: Final = 4.0
_NAME_SHARES: Final = {False: 0.88, True: 0.78}  # beside a cell, and a page as well

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class _Single:
    """A township or a section that gets a page of its own."""

    about: str
    place: str
    bounds: Bounds
    views: tuple[View, ...]
    row: int | None


def plan_sheets(desk: Desk) -> list[Sheet]:
    """Return all sheets in the order of their pages.

    Raises:
        InputError: There is nothing to draw: no section that was asked for teaches in the year.
    """
    sheets: list[Sheet] = []
    for norm in desk.order.stages:
        scenes = scenes_of(desk.plans, norm, desk.order.year, desk.land.ground, desk.style)
        sheets += _of_stage(desk, scenes, first_page=len(sheets) + 1)
    if not sheets:
        raise InputError(_nothing(desk.order))
    return sheets


def _nothing(order: Order) -> Sentence:
    """Say that no section teaches which was asked for."""
    named = order.section or order.township or ", ".join(norm.stage for norm in order.stages)
    return Sentence(
        f"No section of {named} teaches in {order.year}. Choose another --year, or leave out what "
        "narrows the sheets.",
        f"{order.year}学年{named}没有开办的学段部。请换一个--year，或去掉限定条件。",
    )


def _of_stage(desk: Desk, scenes: tuple[Scene, ...], first_page: int) -> list[Sheet]:
    """Return the sheets of one stage: the county or an overview, the index, and then one by one."""
    singles = [] if desk.order.kind == "county" else list(_singles(desk, scenes))
    if desk.order.kind != "county" and len(singles) < 2:
        return [_single_sheet(desk, scenes, single) for single in singles]
    county = _county_sheet(desk, scenes)
    some = _page_of_row(scenes[-1], dict.fromkeys(singles, 0))
    county = replace(county, entries=_entries(desk, scenes[-1], county, some))
    together = _with_index(desk, county) if county.entries else county
    index = [] if together is not None else _index(desk, county)
    after = first_page + 1 + len(index)
    pages = {single: after + number for number, single in enumerate(singles)}
    entries = _entries(desk, scenes[-1], county, _page_of_row(scenes[-1], pages))
    townships = {each.place: page for each, page in pages.items() if each.about == "township"}
    views = tuple(replace(view, township_pages=townships) for view in county.views)
    county = replace(together or county, views=views, entries=entries)
    if index:
        index = [replace(sheet, entries=entries) for sheet in index]
        county = replace(county, entries=(), index_page=first_page + 1)
    return [county, *index, *(_single_sheet(desk, scenes, each) for each in singles)]


def _page_of_row(scene: Scene, pages: Mapping[_Single, int]) -> dict[int, int]:
    """Return on which page a section has its sheet, or the township in which it stands."""
    townships = {single.place: page for single, page in pages.items() if single.row is None}
    place = texts(scene.plan.sections["township"])
    found = {row: townships[place[row]] for row in scene.open_rows if place[row] in townships}
    return found | {single.row: page for single, page in pages.items() if single.row is not None}


def _county_sheet(desk: Desk, scenes: tuple[Scene, ...]) -> Sheet:
    """Return the sheet of the whole county."""
    everywhere = np.arange(len(desk.land.ground.polygons))
    view = View("county", everywhere, public=desk.order.wish.public)
    views, change = _compared(scenes, (view,) * len(scenes))
    bounds = _with_sections(desk.land.bounds, scenes, [scene.open_rows for scene in scenes])
    layout, windows = _laid_out(desk, bounds, len(scenes), "county")
    place = desk.words.of(desk.land.study.names)
    return Sheet("county", scenes, layout, windows, views, place, change=change)


def _single_sheet(desk: Desk, scenes: tuple[Scene, ...], single: _Single) -> Sheet:
    """Return the sheet of one township or section."""
    layout, windows = _laid_out(desk, single.bounds, len(scenes), desk.order.kind)
    views, change = _compared(scenes, single.views)
    sheet = Sheet(single.about, scenes, layout, windows, views, single.place, change=change)
    if single.about != "township":
        return sheet
    return replace(sheet, entries=_entries(desk, scenes[-1], sheet, {}))


def _compared(
    scenes: tuple[Scene, ...], views: tuple[View, ...]
) -> tuple[tuple[View, ...], Change | None]:
    """Return the views of a pair about the same areas, those hatched that change zone."""
    if len(scenes) < 2:
        return views, None
    among = np.unique(np.concatenate([view.focus for view in views]))
    change = change_between(scenes[0], scenes[1], among)
    return tuple(replace(view, focus=among, hatched=change.moved) for view in views), change


def _laid_out(
    desk: Desk, bounds: Bounds, maps: int, kind: str
) -> tuple[Layout, tuple[Window, ...]]:
    """Return layout and windows of a sheet on the paper that was asked for."""
    wish = desk.order.wish
    return lay_out(
        desk.order.paper,
        bounds,
        desk.land.lie,
        maps=maps,
        portrait=wish.portrait,
        spare=_SPARE[kind],
    )


def _singles(desk: Desk, scenes: tuple[Scene, ...]) -> Iterator[_Single]:
    """Yield the townships or sections that get a page of their own."""
    if desk.order.kind == "townships":
        yield from _townships(desk, scenes)
    else:
        yield from _sections(desk, scenes)


def _townships(desk: Desk, scenes: tuple[Scene, ...]) -> Iterator[_Single]:
    """Yield townships in the order of the areas."""
    for name, members in desk.land.townships.items():
        if desk.order.township in {None, name}:
            view = View("township", members, township=name, public=desk.order.wish.public)
            bounds = desk.land.bounds_of(members)
            yield _Single("township", name, bounds, (view,) * len(scenes), None)


def _sections(desk: Desk, scenes: tuple[Scene, ...]) -> Iterator[_Single]:
    """Yield the sections that teach, by township and name."""
    scene, order = scenes[-1], desk.order
    sections = scene.plan.sections
    ids, township = texts(sections["section_id"]), texts(sections["township"])
    rows = [
        row
        for row in scene.open_rows
        if order.section in {None, ids[row]} and order.township in {None, township[row]}
    ]
    for row in sorted(rows, key=lambda row: (township[row], scene.name(row, desk.words.lang), row)):
        own = [each.row_of(ids[row]) for each in scenes]
        views = tuple(
            View("section", _zone_members(each, at), section=at, public=order.wish.public)
            for each, at in zip(scenes, own, strict=True)
        )
        place = desk.name(scene, row)
        yield _Single("section", place, _section_bounds(desk, scenes, own, views), views, row)


def _zone_members(scene: Scene, row: int | None) -> NDArray[np.intp]:
    """Return the areas of the zone of a section; none without a zone."""
    zone = None if row is None else scene.zone_with(row)
    return np.zeros(0, dtype=np.intp) if zone is None else zone.members


def _section_bounds(
    desk: Desk, scenes: tuple[Scene, ...], rows: Sequence[int | None], views: tuple[View, ...]
) -> Bounds:
    """Return what a section's sheet must show: zone, school, and as far as children may walk."""
    members = np.unique(np.concatenate([view.focus for view in views]))
    bounds = desk.land.bounds_of(members) if len(members) else desk.land.bounds
    chosen = [() if row is None else (row,) for row in rows]
    limit = (scenes[-1].norm.walk_limit_metres or 0.0) / desk.land.lie.ground_metres
    return _with_sections(bounds, scenes, chosen, around=limit if len(members) else 0.0)


def _with_sections(
    bounds: Bounds,
    scenes: tuple[Scene, ...],
    rows: Sequence[Sequence[int]],
    around: float = 0.0,
) -> Bounds:
    """Return bounds that hold some sections too, and so many metres around them."""
    west, south, east, north = bounds
    for scene, chosen in zip(scenes, rows, strict=True):
        for point in scene.plan.sections.geometry.iloc[list(chosen)]:
            west, east = min(west, point.x - around), max(east, point.x + around)
            south, north = min(south, point.y - around), max(north, point.y + around)
    return west, south, east, north


def _entries(desk: Desk, scene: Scene, sheet: Sheet, pages: Mapping[int, int]) -> tuple[Entry, ...]:
    """Return the index of the sections a sheet is about, each with its cell."""
    window = sheet.windows[-1]
    grid = Grid.over(window.box, sheet.layout.unit)
    points = window.on_paper(scene.plan.sections.geometry.to_numpy())
    township = texts(scene.plan.sections["township"])
    return tuple(
        Entry(
            desk.name(scene, row),
            grid.reference(points[row].x, points[row].y),
            pages.get(row),
            desk.lettering.text(township[row]) if sheet.about == "county" else "",
        )
        for row in scene.open_rows
        if is_near(scene, sheet.views[-1], row)
    )


def _with_index(desk: Desk, sheet: Sheet) -> Sheet | None:
    """Return a sheet laid out so that its index has room beside the legend, if there is a way.

    Narrower columns hold more, as long as they cut no name.
    """
    layout = sheet.layout
    page = new_page(layout, desk.lettering, desk.style)
    points, shown = INDEX_POINTS * layout.unit, _may_show(desk, sheet)
    names = [desk.lettering.width_mm(entry.name, points) for entry in sheet.entries]
    share = _NAME_SHARES[any(entry.page is not None for entry in sheet.entries)]
    for least in _PANEL_COLUMNS:
        columns = columns_of(layout.panel, least * layout.unit, _GAP * layout.unit)
        narrow = replace(sheet, layout=replace(layout, columns=columns))
        if max(names) > share * columns[0].width:
            continue
        if fits(panel_rows(desk, narrow, page, shown, left_out=99), columns):
            return narrow
    return None


def _may_show(desk: Desk, sheet: Sheet) -> frozenset[str]:
    """Return what the legend of a county sheet may have to explain, known before it is drawn."""
    look, scale = desk.style.sheet, sheet.windows[0].denominator
    never = {"own_zone", "reach", "gate"}
    never |= set() if sheet.change is not None else {"changed"}
    never |= set() if sheet.scenes[-1].zones else {"zone", "zone_border"}
    never |= {"utilisation", "no_seats", "large"} if desk.order.wish.public else set()
    never |= {"area_border"} if scale > look.area_borders_scale else set()
    never |= {"street"} if scale > look.all_streets_scale else set()
    return EVERYTHING - never


def _index(desk: Desk, county: Sheet) -> list[Sheet]:
    """Return the pages that the index takes."""
    page = new_page(county.layout, desk.lettering, desk.style)
    columns = index_columns(county.layout)
    rows = index_rows(page, desk.words, county.entries, columns[0].width, INDEX_PAGE_POINTS)
    sheets, begin = [], 0
    for count in pages_of(rows, columns):
        sheets.append(replace(county, about="index", rows_from=begin, rows_to=begin + count))
        begin += count
    return sheets


def index_columns(layout: Layout) -> tuple[Box, ...]:
    """Return the columns of a page that holds nothing but the index."""
    return columns_of(layout.body, _INDEX_COLUMN * layout.unit, 2 * _GAP * layout.unit)
