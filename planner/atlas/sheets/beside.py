"""Put together what stands beside a map, the most important first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from planner.atlas.lists import texts
from planner.atlas.sheets.legend import legend_rows, notice_rows
from planner.atlas.sheets.margin import locator_row, scale_row
from planner.atlas.sheets.panel import Row, gap
from planner.atlas.sheets.tables import (
    area_rows,
    change_rows,
    county_figures,
    figure_rows,
    index_rows,
    section_figures,
    township_figures,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from planner.atlas.sheets.desk import Desk, Sheet
    from planner.atlas.sheets.paper import Page

__all__ = ["INDEX_POINTS", "panel_rows"]

INDEX_POINTS: Final = 6.4
"""Letters of the index beside a map, points on A4."""


def panel_rows(
    desk: Desk, sheet: Sheet, page: Page, shown: Collection[str], left_out: int
) -> list[Row]:
    """Return what stands beside the maps of a sheet.

    Args:
        desk: What all sheets share.
        sheet: The sheet, whose columns are filled.
        page: The paper, by which texts are measured.
        shown: What the legend has to explain.
        left_out: How many names found no place on the map.
    """
    words, scene, view = desk.words, sheet.scenes[-1], sheet.views[-1]
    columns = sheet.layout.columns
    width = columns[0].width
    rows = [scale_row(page, sheet.windows[0], words, desk.order.paper)]
    rows += _changes(desk, sheet, page)
    rows += _notices(desk, sheet, page, left_out)
    if not desk.order.wish.public:
        rows += _figures(desk, sheet, page)
    rows += legend_rows(page, scene, words, shown, width, faded=sheet.about != "county")
    if sheet.entries:
        rows += index_rows(page, words, sheet.entries, width, INDEX_POINTS)
    if sheet.about == "county":
        return rows
    locator = [locator_row(page, desk.land, view.focus, width), gap(page)]
    zone = None if view.section is None else scene.zone_with(view.section)
    if zone is None:
        return [*rows, *locator]
    # Which areas belong to a zone matters more than where it lies in the county.
    room = [*rows, *locator], columns
    areas = area_rows(page, scene, words, zone, room)
    if areas:
        return [*rows, *locator, *areas]
    return [*rows, *area_rows(page, scene, words, zone, (rows, columns))]


def _changes(desk: Desk, sheet: Sheet, page: Page) -> list[Row]:
    """Return what changes, in words."""
    if sheet.change is None or len(sheet.scenes) != 2:
        return []
    before, after = sheet.scenes
    change = sheet.change
    if desk.order.wish.public:
        change = change._replace(entrants=-1)
    names = {
        key: desk.name(scene, row)
        for scene in (before, after)
        for row, key in enumerate(texts(scene.plan.sections["section_id"]))
    }
    return change_rows(page, (before, after), desk.words, change, names)


def _notices(desk: Desk, sheet: Sheet, page: Page, left_out: int) -> list[Row]:
    """Return sentences that qualify the map."""
    words, scene, view = desk.words, sheet.scenes[-1], sheet.views[-1]
    width = sheet.layout.columns[0].width
    rows: list[Row] = []
    stage = words.of(scene.norm.names)
    if not scene.open_rows:
        rows += notice_rows(page, words("no_sections", year=scene.year, stage=stage), width)
    elif not scene.zones:
        rows += notice_rows(page, words("no_zones"), width)
    zone = None if view.section is None else scene.zone_with(view.section)
    if zone is not None and len(zone.sections) > 1:
        names = words("comma").join(desk.name(scene, row) for row in zone.sections)
        rows += notice_rows(page, words("shared_by", names=names), width)
    if left_out:
        rows += notice_rows(page, words("left_out", number=left_out), width)
    if sheet.index_page is not None:
        rows += notice_rows(page, words("see_index", page=sheet.index_page), width)
    return rows


def _figures(desk: Desk, sheet: Sheet, page: Page) -> list[Row]:
    """Return the key figures of what a sheet is about; they are for the bureau."""
    scene, view = sheet.scenes[-1], sheet.views[-1]
    if not scene.open_rows:
        return []
    if view.section is not None:
        figures = section_figures(scene, view.section)
    elif view.township is not None:
        figures = township_figures(scene, view.township)
    else:
        figures = county_figures(scene)
    return figure_rows(page, scene, desk.words, figures, sheet.layout.columns[0].width)
