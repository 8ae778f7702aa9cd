"""What a school has is held against what its own pupils need, item by item."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.errors import StudyError
from planner.evaluation.balance import (
    RESOURCE_ITEMS,
    compulsory_stages,
    county_variation,
    resource_items,
    stock_of_year,
    variation,
)
from planner.norms import read_norms, with_overrides
from tests.evaluation.towns import CN, MODEL_JUNIOR, MODEL_PRIMARY, resources_of, roll_of

ITEMS = [f"L{number}" for number in range(1, 8)]
ASKED = {
    "primary": (
        [4.2, 1, 0.9, 4.5, 7.5, 2000, 2.3],
        [3.57, 0.85, 0.765, 3.825, 6.375, 1700, 1.955],
    ),
    "junior": (
        [5.3, 1, 0.9, 5.8, 10.2, 2500, 2.4],
        [4.505, 0.85, 0.765, 4.93, 8.67, 2125, 2.04],
    ),
}
"""Thresholds and 85 % floors of the seven items in 教督〔2017〕6号."""


def of(table: pd.DataFrame, section: str, item: str) -> Any:
    """Return one row of the items."""
    (row,) = table[(table["section_id"] == section) & (table["item"] == item)].itertuples()
    return row


def county_of(resources: pd.DataFrame, roll: pd.DataFrame) -> dict[tuple[str, str], Any]:
    """Return the county's rows by item and stage."""
    county = county_variation(resource_items(resources, roll, CN), CN)
    return {(str(row.item), str(row.stage)): row for row in county.itertuples()}


def with_stock(**changes: float) -> pd.DataFrame:
    """Return the resources of a model primary with some changed."""
    return resources_of(P1=MODEL_PRIMARY | changes)


def test_a_model_school_reaches_every_item_exactly_and_lacks_nothing() -> None:
    resources = resources_of(P1=MODEL_PRIMARY, J1=MODEL_JUNIOR)
    table = resource_items(resources, roll_of(("P1", "primary", 500), ("J1", "junior", 1000)), CN)
    assert list(table["section_id"]) == ["P1"] * 7 + ["J1"] * 7
    assert list(table["item"]) == ITEMS * 2
    assert table["reached"].all()
    assert (table["gap"] == 0).all()


@pytest.mark.parametrize("stage", ["primary", "junior"])
def test_thresholds_and_floors_are_those_of_the_regulation(stage: str) -> None:
    table = resource_items(resources_of(S=MODEL_PRIMARY), roll_of(("S", stage, 500)), CN)
    thresholds, floors = ASKED[stage]
    assert table["threshold"].tolist() == thresholds
    assert table["floor"].tolist() == floors


def test_teachers_count_per_hundred_pupils_and_space_per_pupil() -> None:
    table = resource_items(with_stock(), roll_of(("P1", "primary", 400)), CN)
    assert of(table, "P1", "L1").value == pytest.approx(5.25)  # 21 ÷ 400 × 100
    assert of(table, "P1", "L4").value == pytest.approx(5.625)  # 2250 ÷ 400


def test_gaps_are_told_in_square_metres_yuan_whole_rooms_and_whole_people() -> None:
    stock = dict.fromkeys(MODEL_PRIMARY, 0.0) | {"key_teachers": 1.0}
    table = resource_items(resources_of(P1=stock), roll_of(("P1", "primary", 130)), CN)
    gaps = dict(zip(table["item"], zip(table["gap"], table["unit"], strict=True), strict=True))
    assert gaps == {
        "L1": (6, "people"),  # 4.2 × 1.3 = 5.46
        "L2": (1, "people"),  # 1.3 − 1 = 0.3
        "L3": (2, "people"),  # 0.9 × 1.3 = 1.17
        "L4": (585, "m2"),  # 4.5 × 130
        "L5": (975, "m2"),
        "L6": (260_000, "yuan"),
        "L7": (3, "rooms"),  # 2.3 × 1.3 = 2.99
    }


def test_the_gap_to_the_floor_is_the_smaller_one() -> None:
    row = of(
        resource_items(with_stock(teaching_area_m2=1800), roll_of(("P1", "primary", 500)), CN),
        *("P1", "L4"),
    )
    assert (row.gap, row.floor_gap) == (450, 112.5)  # 2250 − 1800; 0.85 × 2250 − 1800
    assert (row.reached, row.above_floor) == (False, False)


def test_exactly_the_floor_is_above_it() -> None:
    table = resource_items(with_stock(teaching_area_m2=1912.5), roll_of(("P1", "primary", 500)), CN)
    row = of(table, "P1", "L4")
    assert (row.reached, row.above_floor, row.floor_gap) == (False, True, 0)


@pytest.mark.parametrize("hundreds", [1, 5, 7, 15, 19])
def test_exactly_the_threshold_is_reached_whatever_the_binary_fractions(hundreds: int) -> None:
    # 0.9 × 700 ÷ 100 is 6.3 on paper and 6.300000000000001 in the machine.
    stock = with_stock(sports_arts_teachers=9 * hundreds / 10)
    row = of(resource_items(stock, roll_of(("P1", "primary", 100 * hundreds)), CN), "P1", "L3")
    assert row.reached
    assert row.gap == 0


def test_indoor_sports_halls_do_not_count_as_teaching_area() -> None:
    table = resource_items(
        with_stock(indoor_sports_area_m2=600), roll_of(("P1", "primary", 500)), CN
    )
    row = of(table, "P1", "L4")
    assert (row.stock, row.gap) == (1650, 600)
    assert of(table, "P1", "L5").reached  # the hall is part of the sports area as it was


def test_an_indoor_hall_larger_than_the_teaching_area_is_refused_by_name() -> None:
    with pytest.raises(StudyError, match=r"section P1: indoor_sports_area_m2 \(9000\) is more"):
        resource_items(with_stock(indoor_sports_area_m2=9000), roll_of(("P1", "primary", 500)), CN)


def test_what_was_not_counted_is_missing_and_neither_reached_nor_failed() -> None:
    stock = {item: amount for item, amount in MODEL_PRIMARY.items() if item != "equipment_yuan"}
    row = of(
        resource_items(resources_of(P1=stock), roll_of(("P1", "primary", 500)), CN), "P1", "L6"
    )
    assert all(map(math.isnan, (row.stock, row.value, row.gap, row.floor_gap)))
    assert row.reached is row.above_floor is pd.NA


def test_nothing_counted_and_no_schools_are_both_told_with_tables() -> None:
    nothing = resources_of()
    table = resource_items(nothing, roll_of(("P1", "primary", 500)), CN)
    assert table["reached"].isna().all()
    assert len(resource_items(nothing, roll_of(), CN)) == 0


# ---------------------------------------------------------------- whose pupils


def test_the_parts_of_a_nine_year_school_are_held_against_their_own_pupils_and_thresholds() -> None:
    # One limit and one pupil count for the whole school is a mistake of naive tools.
    roll = roll_of(
        ("N1P", "primary", 500, "N1", "nine_year"), ("N1J", "junior", 1000, "N1", "nine_year")
    )
    table = resource_items(resources_of(N1P=MODEL_PRIMARY, N1J=MODEL_JUNIOR), roll, CN)
    assert table["reached"].all()
    assert of(table, "N1P", "L5").threshold == 7.5
    assert of(table, "N1J", "L5").threshold == 10.2


def test_what_a_school_shares_is_divided_by_the_pupils_of_its_sections() -> None:
    # 12 000 m² for 300 + 600 + 300 pupils are 10 m² each, senior pupils as well.
    roll = roll_of(
        ("T1P", "primary", 300, "T1", "twelve_year"),
        ("T1J", "junior", 600, "T1", "twelve_year"),
        ("T1H", "senior", 300, "T1", "twelve_year"),
    )
    table = resource_items(resources_of(T1J={"shared_sports_area_m2": 12_000}), roll, CN)
    assert of(table, "T1P", "L5").stock == pytest.approx(3000)
    assert of(table, "T1J", "L5").stock == pytest.approx(6000)
    assert set(table["section_id"]) == {"T1P", "T1J"}


def test_a_sections_own_stock_and_its_part_of_the_shared_are_added() -> None:
    roll = roll_of(
        ("N1P", "primary", 100, "N1", "nine_year"), ("N1J", "junior", 300, "N1", "nine_year")
    )
    resources = resources_of(N1P={"sports_area_m2": 50, "shared_sports_area_m2": 4000})
    table = resource_items(resources, roll, CN)
    assert of(table, "N1P", "L5").stock == 50 + 1000
    assert of(table, "N1J", "L5").stock == 3000


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 9_000), st.lists(st.integers(0, 900), min_size=1, max_size=4))
def test_sharing_neither_loses_nor_invents_anything(area: int, pupils: list[int]) -> None:
    roll = roll_of(
        *((f"S{n}", "primary", heads, "N1", "nine_year") for n, heads in enumerate(pupils))
    )
    table = resource_items(resources_of(S0={"shared_sports_area_m2": area}), roll, CN)
    shared = table.loc[table["item"] == "L5", "stock"].sum()
    assert shared == pytest.approx(area if sum(pupils) else 0)


def test_shared_stock_at_a_section_that_no_school_has_is_refused() -> None:
    with pytest.raises(StudyError, match="section X9: shared_books is shared, but no school"):
        resource_items(resources_of(X9={"shared_books": 5}), roll_of(("P1", "primary", 9)), CN)


def test_all_faults_of_the_stock_are_told_at_once() -> None:
    stock = pd.concat([with_stock(key_teachers=-2, books=-1), with_stock().iloc[:1]])
    with pytest.raises(StudyError) as refused:
        resource_items(stock, roll_of(("P1", "primary", 500)), CN)
    assert len(refused.value.faults) == 3
    assert "section P1: key_teachers is -2" in str(refused.value)
    assert "section P1: teachers_above_degree stands twice" in str(refused.value)


# ---------------------------------------------------------------- who is compared


def test_only_compulsory_education_is_compared() -> None:
    assert compulsory_stages(CN) == ("primary", "junior")
    roll = roll_of(*((f"{stage}", stage, 200) for stage in ("kindergarten", "primary", "senior")))
    assert set(resource_items(resources_of(), roll, CN)["section_id"]) == {"primary"}


def test_teaching_points_below_fifty_and_special_schools_are_left_out_small_schools_are_not() -> (
    None
):
    roll = roll_of(
        ("A", "primary", 49, "A", "teaching_point"),
        ("B", "primary", 50, "B", "teaching_point"),
        ("C", "primary", 49, "C", "primary"),
        ("D", "primary", 200, "D", "special"),
    )
    assert set(resource_items(resources_of(), roll, CN)["section_id"]) == {"B", "C"}


def test_a_section_without_pupils_is_no_school_that_year() -> None:
    roll = roll_of(("P1", "primary", 0), ("P2", "primary", 500))
    table = resource_items(resources_of(P1=MODEL_PRIMARY, P2=MODEL_PRIMARY), roll, CN)
    assert set(table["section_id"]) == {"P2"}


def test_norms_that_compare_no_resources_give_an_empty_table() -> None:
    roll = roll_of(("P1", "primary", 500))
    table = resource_items(with_stock(), roll, read_norms("england"))
    assert table.empty
    assert county_variation(table, read_norms("england")).empty


def test_a_county_may_ask_for_more_than_the_nation() -> None:
    stricter = with_overrides(CN, {"balance.resource.L5.primary": 8.0}, "our county")
    row = of(resource_items(with_stock(), roll_of(("P1", "primary", 500)), stricter), "P1", "L5")
    assert (row.threshold, row.gap) == (8.0, 250)


# ---------------------------------------------------------------- years


def test_fewer_pupils_of_a_later_year_need_less() -> None:
    gaps = [
        of(resource_items(with_stock(), roll_of(("P1", "primary", heads)), CN), "P1", "L5").gap
        for heads in (600, 560, 500, 400)
    ]
    assert gaps == [750, 450, 0, 0]


def test_resources_stay_as_counted_until_they_are_counted_again() -> None:
    table = pd.DataFrame(
        {
            "section_id": ["P1", "P1", "P1", "P2"],
            "year": [2025, 2023, 2023, 2024],
            "item": ["books", "books", "computers", "books"],
            "value": [900.0, 500.0, 40.0, 10.0],
        }
    )
    counted = {
        year: dict(
            zip(zip(known["section_id"], known["item"], strict=True), known["value"], strict=True)
        )
        for year in (2022, 2023, 2024, 2025, 2030)
        for known in [stock_of_year(table, year)]
    }
    assert counted[2022] == {}
    assert counted[2023] == {("P1", "books"): 500, ("P1", "computers"): 40}
    assert counted[2024] == counted[2023] | {("P2", "books"): 10}
    assert counted[2025] == counted[2030] == counted[2024] | {("P1", "books"): 900}


# ---------------------------------------------------------------- the county


def test_the_county_compares_the_schools_of_each_stage_by_pupils() -> None:
    # Sports area: 90 pupils with 1 m², 10 with 3 m²: mean 1.2, variation 0.5 (see variation).
    resources = resources_of(P1={"sports_area_m2": 90}, P2={"sports_area_m2": 30})
    roll = roll_of(("P1", "primary", 90), ("P2", "primary", 10))
    row = county_of(resources, roll)["L5", "primary"]
    assert (row.schools, row.lacking, row.limit) == (2, 0, 0.5)
    assert (row.mean, row.cv) == (pytest.approx(1.2), pytest.approx(0.5))
    assert row.met  # at the limit is within it


def test_the_mean_of_teachers_is_told_per_hundred_pupils() -> None:
    resources = resources_of(P1={"key_teachers": 4}, P2={"key_teachers": 2})
    roll = roll_of(("P1", "primary", 300), ("P2", "primary", 100))
    assert county_of(resources, roll)["L2", "primary"].mean == pytest.approx(1.5)  # 6 ÷ 400


def test_a_variation_between_the_two_limits_is_too_much_for_junior_schools_only() -> None:
    # 27 and 73 yuan for the pupils of equal schools: 23 ÷ 50 = 0.46.
    poor, rich = {"equipment_yuan": 2700.0}, {"equipment_yuan": 7300.0}
    resources = resources_of(P1=poor, P2=rich, J1=poor, J2=rich)
    roll = roll_of(
        *((f"P{n}", "primary", 100) for n in (1, 2)), *((f"J{n}", "junior", 100) for n in (1, 2))
    )
    county = county_of(resources, roll)
    primary, junior = county["L6", "primary"], county["L6", "junior"]
    assert primary.cv == junior.cv == pytest.approx(0.46)
    assert (primary.met, junior.met) == (True, False)


def test_a_school_without_data_is_counted_and_nobody_says_that_the_limit_is_kept() -> None:
    resources = resources_of(P1=MODEL_PRIMARY, P2=MODEL_PRIMARY, P3={"key_teachers": 5})
    county = county_of(resources, roll_of(*((f"P{n}", "primary", 500) for n in (1, 2, 3))))
    teachers = county["L1", "primary"]
    assert (teachers.schools, teachers.lacking, teachers.cv) == (2, 1, 0)
    assert teachers.met is pd.NA
    assert county["L2", "primary"].met


def test_an_item_nobody_has_counted_has_neither_mean_nor_variation() -> None:
    county = county_of(resources_of(), roll_of(("P1", "primary", 500)))
    assert len(county) == 7
    for row in county.values():
        assert math.isnan(row.cv)
        assert math.isnan(row.mean)
        assert row.met is pd.NA


@settings(deadline=None, max_examples=15)
@given(st.lists(st.tuples(st.integers(1, 900), st.integers(1, 9_000)), min_size=1, max_size=6))
def test_the_countys_variation_is_that_of_its_schools(schools: list[tuple[int, int]]) -> None:
    stock = {f"P{n}": {"sports_area_m2": float(area)} for n, (_, area) in enumerate(schools)}
    roll = roll_of(*((f"P{n}", "primary", heads) for n, (heads, _) in enumerate(schools)))
    heads, areas = zip(*schools, strict=True)
    row = county_of(resources_of(**stock), roll)["L5", "primary"]
    assert row.cv == pytest.approx(variation(areas, heads), abs=1e-9)


def test_every_item_of_the_regulation_has_its_stock() -> None:
    assert list(RESOURCE_ITEMS) == ITEMS
