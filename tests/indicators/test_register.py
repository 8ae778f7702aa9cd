"""The register holds what a county is held to, each indicator with name, unit and source."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pandas as pd
import pytest

from planner.indicators import register_of
from planner.norms import read_norms
from planner.norms.indicators import Register, read_register
from planner.report.indicators.words import UNIT_WORDS
from tests.report.town import town_plan

CN = read_norms("cn")


@pytest.fixture(scope="module")
def register() -> Register:
    return read_register("CN")


def test_seven_fifteen_and_nine_items_are_thirty_one(register: Register) -> None:
    items = Counter(one.group for one in register.items)
    assert items == {"resource": 7, "government": 15, "quality": 9}
    assert items.total() == 31
    promised = {key: group.items for key, group in register.groups.items() if group.items}
    assert promised == dict(items)
    numbers = [f"L{n}" for n in range(1, 8)] + [f"G{n}" for n in range(1, 16)]
    numbers += [f"Q{n}" for n in range(1, 10)]
    assert [one.item for one in register.items] == numbers


def test_every_threshold_is_a_figure_of_the_norms(register: Register) -> None:
    lost = [
        (one.id, stage)
        for one in register.indicators.values()
        for stage in one.divisions
        if one.threshold and one.threshold.format(stage=stage) not in CN.figures
    ]
    assert lost == []


def test_the_thresholds_are_those_of_the_regulation(register: Register) -> None:
    asked = {
        (one.item, stage): one.threshold_of(stage, CN)
        for one in register.items
        for stage in one.divisions
    }
    assert (asked["L1", "primary"], asked["L1", "junior"]) == (4.2, 5.3)
    assert (asked["L6", "primary"], asked["L6", "junior"]) == (2000, 2500)
    assert (asked["G4", ""], asked["G5", ""]) == (0, 0)
    assert (asked["G13", "primary"], asked["G13", "junior"]) == (1.0, 0.95)
    assert (asked["G7", ""], asked["G11", ""], asked["G14", ""]) == (8000, 0.10, 0.50)
    assert (asked["Q1", "junior"], asked["Q2", ""], asked["Q4", ""]) == (0.95, 0.95, 0.05)


def test_every_indicator_has_two_names_a_known_unit_and_a_group(register: Register) -> None:
    for one in register.indicators.values():
        assert one.names["zh"], one.id
        assert one.names["en"], one.id
        assert one.unit in UNIT_WORDS, one.id
        assert one.gap in {"", *UNIT_WORDS}, one.id
        assert one.group in register.groups, one.id
        assert one.better in ("higher", "lower", "below", "word"), one.id
        assert one.known in ("computed", "entered", "documents"), one.id


def test_an_indicator_is_found_by_its_key_and_by_its_number(register: Register) -> None:
    assert register.find("zoned_share") == register.find("g13")
    assert register.find("zoned") is None


def test_a_country_without_a_register_has_what_holds_anywhere() -> None:
    general = read_register("US").indicators
    assert "large_classes" in general
    assert "kindergarten_public_share" not in general
    assert not read_register("US").items


def test_a_county_adds_its_own_indicators_but_changes_none() -> None:
    own = pd.DataFrame(
        {
            "indicator": ["school_meals_share", "large_classes"],
            "name": ["营养餐覆盖率", "别名"],
            "name_en": [None, None],
            "unit": ["share", None],
            "better": [None, "higher"],
        }
    )
    register = register_of(replace(town_plan().study, indicators=own))
    added = register.find("school_meals_share")
    assert added is not None
    assert (added.names["en"], added.better, added.known) == ("营养餐覆盖率", "higher", "entered")
    kept = register.find("large_classes")
    assert kept is not None
    assert kept.better == "lower"
