"""The nine squares as counties can be: in odd places, with odd names, zones and schools."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from pyproj import CRS

from planner.reading.shapes import to_degrees
from tests.atlas.nine_squares import make_town, zones_of
from tests.atlas.sheets.drawn import at, named, zoned
from tests.atlas.test_tools import works_town

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.plan import Plan

__all__ = ["LONG", "MARKS", "ODD", "RAN", "one_area", "rezoned"]

LONG: Final = "长" * 100 + "W" * 100
MARKS: Final = (
    """</script><script>window.broken=1</script><img src=x onerror="window.broken=1">"""
    """<!-- " ' {{ 7 * 7 }} {% raw %} 🏫 &amp;"""
)
RAN: Final = "window.broken"
"""What would be there if a name were taken for a script."""


def rezoned(section_of: dict[str, str]) -> Plan:
    """Return the town with some areas in other primary zones in 2026."""
    plan = zoned(make_town(), section_of, 2026)
    return dataclasses.replace(plan, zones=zones_of(plan.area_years, plan.study.areas))


def one_area() -> Plan:
    """Return a county of one area, in which West School stands."""
    plan = make_town()
    rows = plan.area_years[plan.area_years["area_id"] == "a3"]
    areas = plan.study.areas.iloc[[3]].reset_index(drop=True)
    return dataclasses.replace(
        plan,
        study=dataclasses.replace(plan.study, areas=areas),
        area_years=rows,
        zones=zones_of(rows, areas),
        metres=plan.metres[[3], :1],
        sections=plan.sections.iloc[[0]],
        section_years=plan.section_years[plan.section_years["section_id"] == "w"],
        section_grades=plan.section_grades[plan.section_grades["section_id"] == "w"],
    )


def _without_senior_school() -> Plan:
    """Return the town whose pupils of the senior stage have no school in the county."""
    plan = make_town()
    return dataclasses.replace(
        plan,
        sections=plan.sections.iloc[:3],
        section_years=plan.section_years[plan.section_years["section_id"] != "s"],
        section_grades=plan.section_grades[plan.section_grades["section_id"] != "s"],
        metres=plan.metres[:, :3],
    )


def _moved(epsg: int, longitude: float, latitude: float) -> Plan:
    """Return the town with its middle at a place of the globe."""
    crs = CRS.from_epsg(epsg)
    x, y = to_degrees(crs).transform(longitude, latitude, direction="INVERSE")
    return at(make_town(), crs, x - 270_750, y - 2_690_750)


ODD: Final[dict[str, Callable[[], Plan]]] = {
    "names of 200 letters": lambda: named(works_town(make_town()), LONG),
    "names with marks": lambda: named(works_town(make_town()), MARKS),
    "a zone in two pieces": lambda: rezoned({"a8": "w"}),
    "a school outside its zone": lambda: rezoned({"a3": "e", "a0": "e", "a1": "w"}),
    "areas that meet at a corner": lambda: rezoned({"a0": "e", "a4": "e", "a2": "w"}),
    "one area": one_area,
    "a stage without a school": _without_senior_school,
    "Fiji, across 180 degrees": lambda: _moved(32760, 180.0, -17.0),
    "Chukotka, across 180 degrees": lambda: _moved(32601, -180.0, 66.0),
    "Sydney": lambda: _moved(28356, 151.2, -33.9),
}
