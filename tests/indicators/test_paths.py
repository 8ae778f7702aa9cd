"""A target is met, missed or for people to judge, year by year."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from planner.indicators import Reckoner, Step, aims_of, path_of, yearly_changes
from tests.report.town import YEARS, town_plan

if TYPE_CHECKING:
    from planner.plan import Plan

COLUMNS = ("indicator", "stage", "year", "target", "unit", "base", "binding", "source")


def with_targets(plan: Plan, *rows: dict[str, Any], **tables: Any) -> Plan:
    """Return the plan of a study with these targets."""
    table = pd.DataFrame(list(rows)).reindex(columns=list(COLUMNS))
    return replace(plan, study=replace(plan.study, targets=table, **tables))


def steps_of(plan: Plan) -> tuple[Step, ...]:
    """Return the path of all targets, taken as those of one indicator."""
    reckoner = Reckoner.of(plan)
    return path_of(aims_of(plan.study, reckoner), reckoner)


def entered(*rows: tuple[str, int, str]) -> pd.DataFrame:
    """Return a table of actuals."""
    table = pd.DataFrame(rows, columns=["indicator", "year", "value"])
    return table.assign(stage=None, note=None)


def large(plan: Plan, *counts: int) -> Plan:
    """Return the plan with so many large classes in its first, second ... year."""
    rows = [
        {"section_id": "P1", "stage": "primary", "year": year, "grade": 1, "cohort": year}
        | {"number": number + 1, "pupils": size, "standard": 45, "band": band}
        for year, count in zip(YEARS, counts, strict=True)
        for number, (size, band) in enumerate([(56, "large")] * count + [(45, "within")])
    ]
    return replace(plan, class_years=pd.DataFrame(rows))


def test_29_21_8_0_and_0_ask_for_the_removal_of_8_13_8_and_0() -> None:
    assert yearly_changes((29, 21, 8, 0, 0), better="lower") == (8, 13, 8, 0)


def test_large_classes_are_followed_along_their_yearly_targets() -> None:
    plan = large(town_plan(), 29, 22, 8, 0)
    goals = [("29", 2025), ("21", 2026), ("8", 2027), ("0", 2028)]
    rows = [
        {"indicator": "large_classes", "year": y, "target": t, "binding": True} for t, y in goals
    ]
    steps = steps_of(with_targets(plan, *rows))
    assert [step.value.figure for step in steps] == [29, 22, 8, 0]
    assert [step.status for step in steps] == ["met", "missed", "met", "met"]
    assert [step.colour for step in steps] == ["green", "red", "green", "green"]
    assert [step.needed for step in steps] == [None, 8, 13, 8]


def test_the_first_step_begins_at_the_value_of_the_year_before() -> None:
    plan = large(town_plan(), 29, 0, 0, 0)
    (step,) = steps_of(
        with_targets(plan, {"indicator": "large_classes", "year": 2026, "target": "21"})
    )
    assert step.needed == 8  # 29 are there in 2025


def test_a_binding_target_missed_is_red_and_an_expected_one_amber() -> None:
    plan = large(town_plan(), 1, 1, 1, 1)
    row = {"indicator": "large_classes", "year": 2026, "target": "0"}
    colours = [
        steps_of(with_targets(plan, {**row, "binding": binding}))[0].colour
        for binding in (True, False, None)
    ]
    assert colours == ["red", "amber", "amber"]


def test_a_target_for_one_stage_is_held_against_that_stage() -> None:
    plan = large(town_plan(), 3, 3, 3, 3)
    row = {"indicator": "large_classes", "year": 2025, "target": "0"}
    primary, junior = (
        steps_of(with_targets(plan, {**row, "stage": stage}))[0] for stage in ("primary", "junior")
    )
    assert (primary.value.figure, primary.status) == (3, "missed")
    assert junior.status == "not_known"  # nobody formed a junior class in this town


def test_words_are_judged_by_people_and_empty_cells_ask_for_nothing() -> None:
    plan = with_targets(
        town_plan(),
        {"indicator": "exam_quality", "year": 2026, "target": "全市首位"},
        {"indicator": "exam_quality", "year": 2027, "target": None},
    )
    words, nothing = steps_of(plan)
    assert (words.status, words.colour) == ("judged", "")
    assert nothing.status == "no_target"


def test_a_change_is_held_against_what_was_entered_for_its_base_year() -> None:
    plan = with_targets(
        town_plan(),
        {"indicator": "safety_incidents", "year": 2026, "target": "-10%", "base": 2025},
        {"indicator": "safety_incidents", "year": 2027, "target": "-20%", "base": 2025},
        actuals=entered(
            ("safety_incidents", 2025, "20"),
            ("safety_incidents", 2026, "18"),
            ("safety_incidents", 2027, "17"),
        ),
    )
    first, second = steps_of(plan)
    assert (first.target.figure, first.status) == (18, "met")  # 20 × 0.9
    assert (second.target.figure, second.status) == (16, "missed")  # 20 × 0.8
    assert [first.needed, second.needed] == [2, 2]


def test_a_change_whose_base_year_nobody_knows_is_not_known() -> None:
    (step,) = steps_of(
        with_targets(
            town_plan(),
            {"indicator": "safety_incidents", "year": 2026, "target": "-10%", "base": 2025},
        )
    )
    assert (step.status, step.needed) == ("not_known", None)


def test_what_nobody_entered_is_not_known_and_a_year_outside_the_plan_not_planned() -> None:
    plan = with_targets(
        town_plan(),
        {"indicator": "Q2", "year": 2026, "target": "≥98%"},
        {"indicator": "large_classes", "year": 2040, "target": "0"},
        {"indicator": "moon_landings", "year": 2026, "target": "1"},
    )
    reckoner = Reckoner.of(plan)
    aims = aims_of(plan.study, reckoner)
    assert [path_of([aim], reckoner)[0].status for aim in aims] == [
        *("not_known", "not_planned", "not_known"),
    ]


def test_an_item_is_found_by_its_number_and_met_by_what_was_entered() -> None:
    plan = with_targets(
        town_plan(),
        {"indicator": "Q2", "year": 2025, "target": "98", "unit": "%"},
        actuals=entered(("disabled_enrolment_share", 2025, "98.2%")),
    )
    (step,) = steps_of(plan)
    assert (step.value.figure, step.value.how, step.status) == (0.982, "entered", "met")
