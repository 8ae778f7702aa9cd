"""Draw one sheet: its maps, what stands around them and what stands beside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from planner.atlas.lists import texts
from planner.atlas.sheets.beside import panel_rows
from planner.atlas.sheets.chart import Chart, draw_chart
from planner.atlas.sheets.margin import draw_foot, draw_grid, draw_head, write_caption
from planner.atlas.sheets.panel import flow, level
from planner.atlas.sheets.paper import new_page
from planner.atlas.sheets.sheets import INDEX_PAGE_POINTS, index_columns
from planner.atlas.sheets.tables import index_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.atlas.sheets.desk import Desk, Sheet
    from planner.atlas.sheets.paper import Page

__all__ = ["draw_sheet"]

_SPACES: Final = "   "


def draw_sheet(desk: Desk, sheet: Sheet, number: int, pages: int) -> tuple[Page, list[Chart]]:
    """Return a sheet as a drawn page, with its maps.

    Args:
        desk: What all sheets share.
        sheet: What this one shows.
        number: Its page, from 1.
        pages: How many pages there are.
    """
    page = new_page(sheet.layout, desk.lettering, desk.style)
    _head(desk, sheet, page)
    charts = []
    if sheet.about == "index":
        columns = index_columns(sheet.layout)
        rows = index_rows(page, desk.words, sheet.entries, columns[0].width, INDEX_PAGE_POINTS)
        rows = rows[sheet.rows_from : sheet.rows_to]
        flow(page, rows, level(rows, columns))
    else:
        charts = list(_charts(desk, sheet, page))
        shown = frozenset().union(*(chart.shown for chart in charts))
        left_out = len({label.text for chart in charts for label in chart.left_out})
        flow(page, panel_rows(desk, sheet, page, shown, left_out), sheet.layout.columns)
    _foot(desk, page, number, pages)
    return page, charts


def _head(desk: Desk, sheet: Sheet, page: Page) -> None:
    """Write title and subtitle."""
    words, scene = desk.words, sheet.scenes[-1]
    stage = words.of(scene.norm.names)
    key = {"section": "title_section", "index": "title_index"}.get(sheet.about, "title_county")
    if key == "title_county" and not scene.zones:
        key = "title_none"
    title = words(key, place=desk.lettering.text(sheet.place), stage=stage)
    if len(sheet.scenes) > 1 and sheet.about != "index":
        title = words("title_pair", title=title)
    about = {"year": scene.year, "scenario": desk.scenario(scene)}
    if sheet.about == "section" and sheet.views[-1].section is not None:
        township = texts(scene.plan.sections["township"])[sheet.views[-1].section]
        subtitle = words("subtitle_section", stage=stage, township=township or "–", **about)
    else:
        subtitle = words("subtitle", **about)
    stamp = "" if desk.order.wish.public else words("internal")
    first, rest = subtitle[:1].upper(), subtitle[1:]
    draw_head(page, title, desk.lettering.text(first + rest), stamp)


def _foot(desk: Desk, page: Page, number: int, pages: int) -> None:
    """Write sources, date and page."""
    words, study = desk.words, desk.land.study
    made = words("drawn")
    if desk.order.drawn_on:
        made = words("drawn_on", date=desk.order.drawn_on)
    made = words("counted_on", year=study.base_year) + _SPACES + made
    sources = words("comma").join(desk.lettering.text(source) for source in study.attributions)
    shown = words("sources", sources=sources) if sources else ""
    draw_foot(page, words, shown, made, number, pages)


def _charts(desk: Desk, sheet: Sheet, page: Page) -> Iterator[Chart]:
    """Draw the maps and their neat lines; of a pair each says which it is."""
    for window, scene, view in zip(sheet.windows, sheet.scenes, sheet.views, strict=True):
        yield draw_chart(page, window, scene, desk.land, view, desk.words)
        draw_grid(page, window)
    if len(sheet.scenes) > 1:
        for key, window, scene in zip(
            ("before", "after"), sheet.windows, sheet.scenes, strict=True
        ):
            write_caption(page, window, desk.words(key, scenario=desk.scenario(scene)))
