"""The sample county has what the balance of compulsory education is measured by."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from planner.evaluation.balance import (
    BASIC_ITEMS,
    RESOURCE_ITEMS,
    arts_rooms,
    basic_balance,
    basic_balance_items,
    county_variation,
    resource_items,
    school_counts,
    school_verdicts,
    stock_of_year,
)
from planner.shipped import sample_study
from tests.evaluation.towns import CN

DATA = sample_study() / "data"
BASE_YEAR = 2023


@pytest.fixture(scope="module")
def roll() -> pd.DataFrame:
    """Sections of the sample with their school's kind and their pupils."""
    sections = pd.read_csv(DATA / "sections.csv")[["section_id", "school_id", "stage"]]
    kinds = pd.read_csv(DATA / "schools.csv")[["school_id", "kind"]]
    rolls = pd.read_csv(DATA / "rolls.csv").query("year == @BASE_YEAR")
    pupils = rolls.groupby("section_id", as_index=False)["pupils"].sum()
    return sections.merge(kinds, on="school_id").merge(pupils, on="section_id")


@pytest.fixture(scope="module")
def resources() -> pd.DataFrame:
    return stock_of_year(pd.read_csv(DATA / "resources.csv"), BASE_YEAR)


def test_every_compulsory_section_of_the_sample_is_judged_and_some_pass(
    roll: pd.DataFrame, resources: pd.DataFrame
) -> None:
    items = resource_items(resources, roll, CN)
    assert items["reached"].notna().all()
    counts = school_counts(school_verdicts(items, CN)).set_index("stage")
    assert counts["not_known"].tolist() == [0, 0]
    assert (counts["passing"] > 0).all()
    assert (counts["failing"] > 0).all()
    assert counts.loc["primary", "schools"] == 45  # 48 less three teaching points below 50


def test_the_samples_gaps_add_up_from_threshold_and_stock(
    roll: pd.DataFrame, resources: pd.DataFrame
) -> None:
    items = resource_items(resources, roll, CN)
    area = items[(items["item"] == "L5") & (items["stage"] == "junior")]
    by_hand = sum(
        max(0.0, 10.2 * pupils - stock)
        for pupils, stock in zip(area["pupils"], area["stock"], strict=True)
    )
    assert area["gap"].sum() == pytest.approx(by_hand)
    assert by_hand > 0


def test_the_sample_is_more_equal_in_teachers_than_in_space(
    roll: pd.DataFrame, resources: pd.DataFrame
) -> None:
    county = county_variation(resource_items(resources, roll, CN), CN)
    met = county.groupby("item")["met"].all()
    assert met[["L1", "L2", "L3"]].all()
    assert not met[["L4", "L5", "L6", "L7"]].any()


def test_the_sample_holds_the_eight_items_of_2012_and_reaches_their_composite(
    roll: pd.DataFrame, resources: pd.DataFrame
) -> None:
    table = basic_balance(basic_balance_items(resources, roll, CN), CN)
    assert table["items_known"].tolist() == [8, 8]
    assert table["met"].all()


def test_some_schools_of_the_sample_lack_music_or_art_rooms_and_some_do_not(
    roll: pd.DataFrame, resources: pd.DataFrame
) -> None:
    classes = pd.read_csv(DATA / "classes.csv").query("year == @BASE_YEAR")
    counts = classes.groupby("section_id").size().rename("classes").reset_index()
    rooms = arts_rooms(resources, counts.merge(roll, on="section_id"), CN)
    assert rooms["met"].notna().all()
    assert set(rooms["met"]) == {True, False}


def test_stock_of_the_sample_is_possible(resources: pd.DataFrame, roll: pd.DataFrame) -> None:
    stock: Any = resources.pivot_table(index="section_id", columns="item", values="value")
    assert (stock["teachers"] >= stock["teachers_above_degree"]).all()
    assert (stock["teachers"] >= stock["intermediate_title_teachers"]).all()
    assert (stock["teaching_area_m2"] > stock["indoor_sports_area_m2"].fillna(0)).all()
    kinds = roll.set_index("section_id")["kind"]
    shared = stock.index[stock["shared_sports_area_m2"].notna()]
    assert set(kinds[shared]) == {"nine_year"}
    known = {resource.stock for each in (RESOURCE_ITEMS, BASIC_ITEMS) for resource in each.values()}
    assert known <= set(stock.columns)
