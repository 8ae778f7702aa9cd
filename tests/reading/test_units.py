"""Areas in mu and sums in 万元 become square metres and yuan, and the planner is told."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.norms import read_norms
from planner.reading.values import Cells, read_cells
from planner.tables import columns_of

COLUMNS = {column.name: column for column in columns_of("projects")}
NORMS = read_norms("cn")


def read(column: str, *cells: Any, heading: str = "") -> Cells:
    """Return cells of a projects column as read under a heading."""
    return read_cells(COLUMNS[column], pd.Series(list(cells)), NORMS, heading)


@pytest.mark.parametrize(
    ("written", "square_metres"),
    [
        ("25亩", 25 * 2000 / 3),
        ("２５ 亩", 25 * 2000 / 3),
        ("25 mu", 25 * 2000 / 3),
        ("1.5公顷", 15_000),
        ("1,500平方米", 1500),
        ("1500㎡", 1500),
        ("1500", 1500),
        ("", None),
    ],
)
def test_an_area_is_read_in_the_unit_it_names(written: str, square_metres: float | None) -> None:
    cells = read("land_m2", written)
    if square_metres is None:
        assert cells.typed.isna().all()
    else:
        assert cells.typed.tolist() == [pytest.approx(square_metres)]
    assert cells.problems == ()


def test_a_heading_names_the_unit_of_the_cells_that_name_none() -> None:
    cells = read("land_m2", "15", "200平方米", heading="用地面积（亩）")
    assert cells.typed.tolist() == [pytest.approx(10_000), 200]
    (note,) = cells.notes
    assert note.cells.tolist() == [True, False]


def test_numbers_of_a_spreadsheet_follow_their_heading_too() -> None:
    cells = read("land_m2", 15.0, None, heading="用地面积(亩)")
    assert cells.typed.iloc[0] == pytest.approx(10_000)
    assert cells.typed.isna().tolist() == [False, True]


def test_a_cost_may_stand_in_ten_thousands() -> None:
    cells = read("cost_yuan", "3250", "1.2亿元", "8元", heading="投资（万元）")
    assert cells.typed.tolist() == [32_500_000, 120_000_000, 8]


def test_square_metres_are_no_other_unit() -> None:
    assert read("land_m2", "1500", "1500㎡", heading="用地面积（平方米）").notes == ()


@pytest.mark.parametrize("written", ["25斤", "亩", "x25亩", "2.5.1亩"])
def test_what_is_no_area_is_refused(written: str) -> None:
    cells = read("land_m2", written)
    assert cells.typed.isna().all()
    assert [problem.cells.tolist() for problem in cells.problems] == [[True]]
    assert cells.notes == ()


@given(st.floats(0.1, 1e6))
def test_fifteen_mu_are_a_hectare(mu: float) -> None:
    area = read("land_m2", f"{mu}亩", f"{mu / 15}公顷").typed
    assert area[0] == pytest.approx(area[1])
