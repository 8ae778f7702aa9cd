"""Sheets of small towns, drawn, and what can be read off them."""

from __future__ import annotations

import dataclasses
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from planner.atlas.sheets import Wish, drawn_sheets
from planner.lettering import lettered
from planner.terms import Language

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pyproj import CRS

    from planner.atlas.sheets.paper import Page
    from planner.atlas.sheets.writing import Drawn
    from planner.plan import Plan

EN, ZH = Language.ENGLISH, Language.CHINESE


@contextmanager
def sheets(plans: Sequence[Plan], lang: Language = EN, **wish: Any) -> Iterator[list[Drawn]]:
    """Draw all sheets of a wish; texts can be measured while the block lasts."""
    with lettered(lang) as lettering:
        yield list(drawn_sheets(plans, Wish(**wish), lettering))


def words(page: Page) -> list[str]:
    """Return everything written on a page, halos left out."""
    return [text.get_text() for text in page.axes.texts if text.get_gid() != "halo"]


def boxes(page: Page, gid: str | None = "name") -> list[tuple[str, shapely.Polygon]]:
    """Return texts with the rectangles they really cover, in millimetres from the upper left."""
    canvas: Any = FigureCanvasAgg(page.figure)
    pen = canvas.get_renderer()
    found: list[Text] = page.figure.findobj(Text)
    unit = page.figure.dpi / 25.4
    height = page.layout.height
    drawn = []
    for text in found:
        if not text.get_text() or text.get_gid() == "halo" or (gid and text.get_gid() != gid):
            continue
        turn = text.get_rotation()
        text.set_rotation(0)
        level = text.get_window_extent(pen)
        text.set_rotation(turn)
        box = shapely.box(
            level.x0 / unit, height - level.y1 / unit, level.x1 / unit, height - level.y0 / unit
        )
        drawn.append((text.get_text(), shapely.affinity.rotate(box, -turn, origin="centroid")))
    return drawn


def crossing(found: Sequence[tuple[str, shapely.Polygon]], air: float) -> list[tuple[str, str]]:
    """Return pairs of texts that cover one another by more than so many millimetres."""
    shapes = shapely.buffer([box for _, box in found], -air)
    pairs = shapely.STRtree(shapes).query(shapes, predicate="intersects").T
    return [(found[one][0], found[other][0]) for one, other in pairs if one < other]


def at(plan: Plan, crs: CRS, east: float, north: float) -> Plan:
    """Return the same town somewhere else on the globe."""
    moved: dict[str, Any] = {}
    for name in ("areas", "barriers", "streets", "gates", "schools", "entrances", "sites"):
        moved[name] = _shifted(getattr(plan.study, name), crs, east, north)
    study = dataclasses.replace(plan.study, crs=crs, **moved)
    return dataclasses.replace(
        plan, study=study, sections=_shifted(plan.sections, crs, east, north)
    )


def _shifted(frame: gpd.GeoDataFrame, crs: CRS, east: float, north: float) -> gpd.GeoDataFrame:
    """Return a table in another system, its shapes shifted by metres."""
    step = np.array([east, north])
    shapes = shapely.transform(frame.geometry.to_numpy(), lambda points: points + step)
    return frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=crs))


def zoned(plan: Plan, section_of: dict[str, str], year: int) -> Plan:
    """Return the town with some areas in other primary zones in one year."""
    table = plan.area_years.copy()
    here = (table["year"] == year) & (table["stage"] == "primary")
    table.loc[here, "section_id"] = [
        section_of.get(area, section)
        for area, section in zip(
            table.loc[here, "area_id"], table.loc[here, "section_id"], strict=True
        )
    ]
    scenario = dataclasses.replace(plan.scenario, name="moved")
    return dataclasses.replace(plan, area_years=table, scenario=scenario)


def named(plan: Plan, name: str) -> Plan:
    """Return the town in which everything has the same name."""
    areas = plan.study.areas.assign(name=name, name_en=name, township=name)
    barriers = plan.study.barriers.assign(name=name)
    streets = plan.study.streets.assign(name=name)
    about = dataclasses.replace(plan.scenario.about, title=name, title_zh=name)
    study = dataclasses.replace(
        plan.study,
        areas=areas,
        barriers=barriers,
        streets=streets,
        names={"zh": name, "en": name},
        attributions=(name,),
    )
    return dataclasses.replace(
        plan,
        study=study,
        scenario=dataclasses.replace(plan.scenario, about=about),
        sections=plan.sections.assign(name=name, name_en=name, township=name),
    )
