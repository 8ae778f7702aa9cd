"""The test of 2012: the plain mean of eight variations."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.evaluation.balance import (
    BASIC_ITEMS,
    basic_balance,
    basic_balance_items,
    composite,
    variation,
)
from planner.norms import read_norms
from tests.evaluation.towns import CN, resources_of, roll_of

STOCK = [resource.stock for resource in BASIC_ITEMS.values()]


def balance_of(resources: pd.DataFrame, roll: pd.DataFrame) -> dict[str, Any]:
    """Return the rows of basic balance by stage."""
    table = basic_balance(basic_balance_items(resources, roll, CN), CN)
    return {str(row.stage): row for row in table.itertuples()}


@pytest.mark.parametrize(
    ("county", "cvs", "printed"),
    [
        ("Wanzhou", (0.437, 0.419, 0.255, 0.188, 0.171, 0.263, 0.263, 0.420), 0.302),
        ("Nanguan", (0.393, 0.578, 0.372, 0.246, 0.208, 0.311, 0.311, 0.455), 0.359),
    ],
)
def test_the_composite_of_published_counties_comes_out(
    county: str, cvs: tuple[float, ...], printed: float
) -> None:
    assert round(composite(cvs), 3) == printed, county


def test_a_composite_with_an_item_missing_or_of_nothing_is_missing() -> None:
    assert math.isnan(composite([0.3, math.nan]))
    assert math.isnan(composite([]))


@given(st.lists(st.floats(0, 3), min_size=1, max_size=8))
def test_a_composite_lies_between_the_least_and_the_most_unequal_item(cvs: list[float]) -> None:
    assert min(cvs) - 1e-12 <= composite(cvs) <= max(cvs) + 1e-12


def test_eight_items_are_held_per_pupil_and_their_variations_averaged() -> None:
    # Books 10 and 30 for 10 pupils each vary by 0.5, the other seven by 0: 0.5 ÷ 8 = 0.0625.
    equal = dict.fromkeys(STOCK, 100.0)
    resources = resources_of(P1=equal | {"books": 10}, P2=equal | {"books": 30})
    roll = roll_of(("P1", "primary", 10), ("P2", "primary", 10))
    items = basic_balance_items(resources, roll, CN)
    books = items[items["item"] == "B5"]
    assert books["value"].tolist() == [1.0, 3.0]
    row = balance_of(resources, roll)["primary"]
    assert (row.items_known, row.composite) == (8, pytest.approx(0.0625))
    assert row.met


def test_the_limits_of_primary_and_junior_differ() -> None:
    # Everything 0.4 and 1.6 for equal schools: all eight vary by 0.6.
    few, many = dict.fromkeys(STOCK, 40.0), dict.fromkeys(STOCK, 160.0)
    resources = resources_of(P1=few, P2=many, J1=few, J2=many)
    roll = roll_of(
        *((f"P{n}", "primary", 100) for n in (1, 2)), *((f"J{n}", "junior", 100) for n in (1, 2))
    )
    rows = balance_of(resources, roll)
    assert rows["primary"].composite == rows["junior"].composite == pytest.approx(0.6)
    assert (rows["primary"].limit, rows["junior"].limit) == (0.65, 0.55)
    assert (rows["primary"].met, rows["junior"].met) == (True, False)


def test_without_one_items_data_the_composite_is_not_known() -> None:
    stock = dict.fromkeys(STOCK[:-1], 100.0)
    row = balance_of(resources_of(P1=stock), roll_of(("P1", "primary", 10)))["primary"]
    assert row.items_known == 7
    assert math.isnan(row.composite)
    assert row.met is pd.NA


def test_the_variation_of_an_item_is_weighted_by_pupils_here_too() -> None:
    equal = dict.fromkeys(STOCK, 1.0)
    books, pupils = [279, 137, 935, 160, 402], [45, 37, 89, 76, 55]
    stock = {f"P{n}": equal | {"books": float(count)} for n, count in enumerate(books)}
    roll = roll_of(*((f"P{n}", "primary", heads) for n, heads in enumerate(pupils)))
    others = 7 * variation([1.0] * 5, pupils)
    row = balance_of(resources_of(**stock), roll)["primary"]
    assert row.composite * 8 - others == pytest.approx(0.5153, abs=5e-5)


def test_countries_without_the_test_have_no_stages_in_it() -> None:
    england = read_norms("england")
    items = basic_balance_items(resources_of(), roll_of(("P1", "primary", 10)), england)
    assert basic_balance(items, england).empty
