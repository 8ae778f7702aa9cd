"""A school passes with six of seven, the seventh at 85 %."""

from __future__ import annotations

from itertools import product
from typing import Any

import pandas as pd
import pytest

from planner.evaluation.balance import resource_items, school_counts, school_verdicts
from planner.norms import with_overrides
from tests.evaluation.towns import CN, MODEL_PRIMARY, resources_of, roll_of

FULL, NEAR, LOW = 1.0, 0.9, 0.8
"""Shares of the threshold: reached, short of it but above 85 %, below 85 %."""
NAMES = {
    "L4": "teaching_area_m2",
    "L5": "sports_area_m2",
    "L6": "equipment_yuan",
    "L1": "teachers_above_degree",
}


def verdict(stock: dict[str, float], norms: Any = CN) -> Any:
    """Return the verdict on one primary school of 500 pupils."""
    items = resource_items(resources_of(P1=stock), roll_of(("P1", "primary", 500)), norms)
    (row,) = school_verdicts(items, norms).itertuples()
    return row


def short(**shares: float) -> dict[str, float]:
    """Return the stock of a model school with items cut to a share of their threshold."""
    return MODEL_PRIMARY | {
        NAMES[item]: MODEL_PRIMARY[NAMES[item]] * share for item, share in shares.items()
    }


def without(*items: str) -> dict[str, float]:
    """Return the stock of a model school where some items were not counted."""
    return {item: amount for item, amount in MODEL_PRIMARY.items() if item not in items}


def test_seven_of_seven_pass() -> None:
    row = verdict(MODEL_PRIMARY)
    assert (row.items_reached, row.items_above_floor, row.passes) == (7, 7, True)
    assert (row.failing, row.below_floor, row.lacking) == ("", "", "")


def test_six_of_seven_pass_when_the_seventh_reaches_85_percent() -> None:
    assert verdict(short(L5=0.85)).passes
    row = verdict(short(L5=0.85 - 1e-6))
    assert (row.passes, row.failing, row.below_floor) == (False, "L5", "L5")


def test_five_of_seven_do_not_pass_however_near_the_others_are() -> None:
    row = verdict(short(L5=0.999, L6=0.999))
    assert (row.items_reached, row.items_above_floor, row.passes) == (5, 7, False)
    assert (row.failing, row.below_floor) == ("L5 L6", "")


@pytest.mark.parametrize("shares", [*product((FULL, NEAR, LOW), repeat=4)])
def test_the_verdict_is_the_rule_in_every_mixture(shares: tuple[float, ...]) -> None:
    row = verdict(short(**dict(zip(NAMES, shares, strict=True))))
    assert row.passes == (shares.count(FULL) >= 3 and LOW not in shares)


def test_a_school_whose_data_are_missing_is_not_known_and_has_not_failed() -> None:
    row = verdict(without("equipment_yuan"))
    assert row.passes is pd.NA
    assert (row.items_reached, row.failing, row.lacking) == (6, "", "L6")


def test_one_item_short_and_one_missing_is_not_known() -> None:
    stock = short(L5=NEAR)
    del stock["equipment_yuan"]
    row = verdict(stock)
    assert row.passes is pd.NA
    assert (row.failing, row.lacking) == ("L5", "L6")


@pytest.mark.parametrize("cut", [{"L5": LOW}, {"L5": NEAR, "L4": NEAR}])
def test_what_is_known_may_be_enough_to_fail(cut: dict[str, float]) -> None:
    stock = short(**cut)
    del stock["equipment_yuan"]
    row = verdict(stock)
    assert (row.passes, row.lacking) == (False, "L6")


def test_norms_may_ask_for_all_seven() -> None:
    strict = with_overrides(CN, {"balance.school.items_needed": 7}, "our county")
    assert verdict(short(L5=NEAR)).passes
    assert not verdict(short(L5=NEAR), strict).passes


def test_schools_are_counted_by_stage_and_verdict() -> None:
    resources = resources_of(
        P1=MODEL_PRIMARY, P2=short(L5=LOW), P3=without("equipment_yuan"), J1=MODEL_PRIMARY
    )
    roll = roll_of(*((f"P{n}", "primary", 500) for n in (1, 2, 3)), ("J1", "junior", 500))
    counts = school_counts(school_verdicts(resource_items(resources, roll, CN), CN))
    assert counts.to_dict("records") == [
        {"stage": "primary", "schools": 3, "passing": 1, "failing": 1, "not_known": 1},
        {"stage": "junior", "schools": 1, "passing": 0, "failing": 1, "not_known": 0},
    ]


def test_verdicts_keep_the_order_of_the_schools() -> None:
    keys = ["Z9", "A1", "M5"]
    items = resource_items(resources_of(), roll_of(*((key, "primary", 500) for key in keys)), CN)
    assert school_verdicts(items, CN)["section_id"].tolist() == keys
    assert school_verdicts(items, CN)["passes"].isna().all()


def test_a_county_without_schools_has_no_verdicts() -> None:
    verdicts = school_verdicts(resource_items(resources_of(), roll_of(), CN), CN)
    assert len(verdicts) == len(school_counts(verdicts)) == 0
