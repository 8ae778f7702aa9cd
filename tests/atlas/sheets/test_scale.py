"""A kilometre in the town is as long on paper as the scale says, wherever the town lies."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS, Geod

from planner.atlas.sheets.margin import bar_metres
from planner.atlas.sheets.window import SCALES, Box, Grid, Lie, fit_window, lie_of
from planner.reading.shapes import to_degrees
from tests.atlas.sheets.drawn import at, sheets

if TYPE_CHECKING:
    from pathlib import Path

    from planner.plan import Plan

UPRIGHT = Box(20, 30, 150, 200)
FLAT = Lie(1.0, 0.0)


def test_two_schools_a_kilometre_apart_stand_as_far_apart_on_paper_as_the_scale_says(
    town: Plan,
) -> None:
    with sheets([town], stage="primary", paper="A4") as drawn:
        ((sheet, page, (chart,)),) = drawn
    west, east = (next(s for s in chart.symbols if s.row == row).point for row in (0, 1))
    to_pixels = page.axes.transData.transform
    pixels = math.dist(to_pixels((west.x, west.y)), to_pixels((east.x, east.y)))
    points = pixels * 72 / page.figure.dpi
    ground = Geod(ellps="WGS84").line_length(
        *to_degrees(town.study.crs).transform(
            town.sections.geometry.x.iloc[:2], town.sections.geometry.y.iloc[:2]
        )
    )
    on_paper = points * 25.4 / 72 / 1000  # metres
    assert ground == pytest.approx(1000, abs=2)  # areas 3 and 5 are two squares of 500 m apart
    assert ground / on_paper == pytest.approx(sheet.windows[0].denominator, rel=2e-4)


def test_the_scale_bar_is_as_long_as_its_numbers_say(town: Plan) -> None:
    with sheets([town], stage="primary", paper="A4") as drawn:
        ((sheet, _, _),) = drawn
    window = sheet.windows[0]
    metres = bar_metres(window, 1.0)
    assert window.length_mm(metres) <= 32
    assert window.length_mm(metres) == pytest.approx(1000 * metres / window.denominator)


@pytest.mark.parametrize(
    ("paper", "size"),
    [("A4", (210, 297)), ("A3", (297, 420)), ("A2", (420, 594)), ("A1", (594, 841))],
)
def test_the_paper_has_its_size(town: Plan, paper: str, size: tuple[int, int]) -> None:
    with sheets([town], stage="primary", paper=paper) as drawn:
        ((sheet, page, _),) = drawn
    millimetres = sorted(25.4 * side for side in page.figure.get_size_inches())
    assert millimetres == pytest.approx(size)
    assert sorted((sheet.layout.width, sheet.layout.height)) == pytest.approx(size)


def test_the_document_has_the_size_of_the_paper_too(town: Plan, tmp_path: Path) -> None:
    from planner.atlas.sheets import Wish, draw_sheets
    from planner.terms import Language

    wish = Wish(stage="primary", paper="A3", portrait=True)
    (pdf,) = draw_sheets([town], wish, tmp_path, Language.ENGLISH)
    found = re.search(rb"/MediaBox \[ *0 0 ([\d.]+) ([\d.]+)", pdf.read_bytes())
    assert found is not None
    points = [float(side) for side in found.groups()]
    assert points == pytest.approx([297 / 25.4 * 72, 420 / 25.4 * 72], abs=0.01)


@given(
    west=st.floats(-1e6, 1e6),
    south=st.floats(-1e7, 1e7),
    width=st.floats(1, 3e5),
    height=st.floats(1, 3e5),
)
def test_what_must_be_seen_is_seen_at_the_largest_round_scale(
    west: float, south: float, width: float, height: float
) -> None:
    bounds = (west, south, west + width, south + height)
    window = fit_window(UPRIGHT, bounds, FLAT, 0.0)
    view = window.view
    assert view[0] <= bounds[0] + 1e-6
    assert view[1] <= bounds[1] + 1e-6
    assert view[2] >= bounds[2] - 1e-6
    assert view[3] >= bounds[3] - 1e-6
    assert window.denominator in SCALES
    larger = [scale for scale in SCALES if scale < window.denominator]
    if larger:  # at the next scale it would not fit
        assert max(width / 150, height / 200) * 1000 > larger[-1] * (1 - 1e-9)


FIJI = CRS.from_epsg(32760)  # UTM 60 S; 180° lies 3° east of its middle
X_180, Y_180 = to_degrees(FIJI).transform(180.0, -17.0, direction="INVERSE")
TO_FIJI = (X_180 - 270_750, Y_180 - 2_690_750)  # the middle of the town lies on 180°
SYDNEY = CRS.from_epsg(28356)
MERCATOR = CRS.from_epsg(3857)  # stretches everything by 1 ÷ cos(latitude)


@pytest.mark.parametrize(
    ("crs", "east", "north"),
    [
        (FIJI, *TO_FIJI),
        (SYDNEY, 334_000 - 270_000, 6_250_000 - 2_690_000),
        (MERCATOR, 0.0, 8_000_000 - 2_690_000),
    ],
    ids=["across 180°", "Sydney", "Mercator at 58° north"],
)
def test_scale_and_north_hold_everywhere_on_the_globe(
    town: Plan, crs: CRS, east: float, north: float
) -> None:
    plan = at(town, crs, east, north)
    with sheets([plan], stage="primary", paper="A4") as drawn:
        ((sheet, _, (chart,)),) = drawn
    (lie,) = {window.lie for window in sheet.windows}
    gate = plan.sections.geometry.iloc[0]
    longitude, latitude = to_degrees(crs).transform(gate.x, gate.y)
    further = Geod(ellps="WGS84").fwd(longitude, latitude, 0.0, 1000.0)[:2]
    x, y = to_degrees(crs).transform(*further, direction="INVERSE")
    assert math.hypot(x - gate.x, y - gate.y) * lie.ground_metres == pytest.approx(1000, rel=5e-3)
    assert math.degrees(math.atan2(x - gate.x, y - gate.y)) == pytest.approx(
        lie.north_degrees, abs=0.05
    )
    assert len({symbol.row for symbol in chart.symbols}) == 3 - (sheet.scenes[0].year < 2026)


def test_a_town_on_180_degrees_is_one_town(town: Plan) -> None:
    plan = at(town, FIJI, *TO_FIJI)
    longitudes, _ = to_degrees(FIJI).transform(*plan.study.areas.total_bounds.reshape(2, 2).T)
    assert longitudes[0] > 0 > longitudes[1]  # from 180° east to 180° west
    assert lie_of(FIJI, tuple(plan.study.areas.total_bounds)).ground_metres == pytest.approx(
        1, abs=2e-3
    )


def test_the_index_grid_runs_from_the_upper_left_corner() -> None:
    grid = Grid(Box(10, 20, 60, 80), columns=6, rows=8)
    assert grid.reference(10, 20) == "A1"
    assert grid.reference(69, 99) == "F8"
    assert grid.reference(35, 55) == "C4"  # 25 ÷ 10 → third column, 35 ÷ 10 → fourth row
    assert grid.reference(71, 30) == "–"
