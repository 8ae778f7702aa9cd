from __future__ import annotations

import dataclasses
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from planner.report.headline import StageYear
from planner.report.schema import json_schema
from planner.report.seat_warnings import SeatWarning, run_of_years
from planner.report.summary import SCHEMA_ID, Summary, summarise, write_summary
from planner.results import RESULTS
from planner.tables import columns_of
from tests.report.town import town_plan, without_limit

if TYPE_CHECKING:
    from pathlib import Path

    from planner.plan import Plan
    from planner.report.targets import TargetCheck

KINDS: dict[str, Any] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
    "object": dict,
    "array": list,
}


def faults_of(value: Any, schema: dict[str, Any], whole: dict[str, Any], at: str) -> list[str]:
    """Return where a value departs from a schema made of the few words that ours uses."""
    if "$ref" in schema:
        return faults_of(value, whole["$defs"][schema["$ref"].rsplit("/", 1)[1]], whole, at)
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    fits = any(
        isinstance(value, KINDS[kind]) and (kind == "boolean" or not isinstance(value, bool))
        for kind in kinds
    )
    if not fits or value not in schema.get("enum", [value]):
        return [f"{at}: {value!r} does not fit {schema}"]
    if isinstance(value, dict):
        faults = [f"{at} lacks {key}" for key in schema["required"] if key not in value]
        for key, inner in value.items():
            if key not in schema["properties"]:
                faults.append(f"{at} has {key}")
            else:
                faults += faults_of(inner, schema["properties"][key], whole, f"{at}.{key}")
        return faults
    if isinstance(value, list):
        return [
            fault
            for number, inner in enumerate(value)
            for fault in faults_of(inner, schema["items"], whole, f"{at}[{number}]")
        ]
    return []


def test_the_headline_tells_the_worst_year_of_the_town(plan: Plan) -> None:
    primary, junior = summarise(plan).stages
    head = primary.headline
    assert (head.pupils_base, head.pupils_last) == (80 + 50, 85 + 30)
    assert (head.peak_shortage_seats, head.peak_shortage_year) == (10 + 15, 2026)
    assert head.sections_short_at_peak == 2
    assert head.shortage_seat_years == 25 + 20 + 0, "the base year is counted, not planned"
    assert head.surplus_last == 5 + 15
    assert head.large_class_years == 1 + 2 + 0
    assert (head.walk_metres_mean, head.over_limit_share_mean) == (512.3, 0.125)
    assert (head.large_base, head.large_first, head.large_last) == (0, 1, 0)
    assert head.no_large_from == 2028, "2025 has none either, but they come back in 2026"
    assert (head.walk_metres_first, head.over_limit_share_first) == (512.3, 0.125)
    assert junior.headline.peak_shortage_year is None
    assert junior.headline.no_large_from == 2025
    assert junior.headline.walk_metres_first is None


def test_a_stage_that_keeps_large_classes_is_never_free_of_them(plan: Plan) -> None:
    county = plan.county_years.copy()
    county.loc[(county["stage"] == "primary") & (county["year"] == 2028), "large"] = 1
    head = summarise(replace(plan, county_years=county)).stages[0].headline
    assert (head.no_large_from, head.large_last) == (None, 1)


def test_of_two_equal_years_the_first_is_the_worst(plan: Plan) -> None:
    county = plan.county_years.copy()
    county.loc[county["stage"] == "primary", "shortage"] = [5, 25, 25, 0]
    head = summarise(replace(plan, county_years=county)).stages[0].headline
    assert head.peak_shortage_year == 2026


def test_a_shortage_of_the_counted_year_alone_is_not_the_worst_planned_one(plan: Plan) -> None:
    county = plan.county_years.copy()
    county.loc[county["stage"] == "primary", "shortage"] = [99, 0, 0, 0]
    head = summarise(replace(plan, county_years=county)).stages[0].headline
    assert (head.peak_shortage_seats, head.peak_shortage_year) == (0, None)


def test_each_section_is_warned_of_once_with_its_worst_band_and_years(plan: Plan) -> None:
    assert summarise(plan).warnings == (
        SeatWarning(
            "P1", "西街小学", "West Street Primary", "primary", "red", (2027,), 2027, 22, 22, 18
        ),
        SeatWarning(
            "P2", "东街小学", "East Street Primary", "primary", "red", (2026,), 2026, 12, 12, 18
        ),
    )


def test_entrants_without_a_seat_are_among_those_who_asked_for_one(plan: Plan) -> None:
    rows = plan.section_years.assign(unseated=plan.section_years["year"].eq(2026) * 5)
    red = rows.assign(warning=rows["warning"].where(rows["section_id"] != "P2", "red"))
    worst = summarise(replace(plan, section_years=red)).warnings[0]
    assert (worst.section, worst.years, worst.worst_year) == ("P2", (2026, 2027, 2028), 2026)
    assert (worst.entrants, worst.ordinary_intake) == (12 + 5, 12)


@pytest.mark.parametrize(
    ("years", "said"),
    [
        ((2024, 2025, 2026), "2024–2026"),
        ((2024, 2026), "2024, 2026"),
        ((2023, 2030, 2031), "2023, 2030–2031"),
        ((2024,), "2024"),
    ],
)
def test_years_that_follow_each_other_are_said_as_one_run(
    years: tuple[int, ...], said: str
) -> None:
    assert run_of_years(years) == said


def test_warnings_look_three_years_ahead_and_no_further(plan: Plan) -> None:
    sections = plan.section_years.copy()
    sections["warning"] = "yellow"
    last = sections[sections["year"] == 2028]
    longer = pd.concat([sections, last.assign(year=2029)])
    ahead = replace(plan, years=(*plan.years, 2029), section_years=longer)
    summary = summarise(ahead)
    assert summary.warning_years == (2026, 2027, 2028)
    assert {one.years for one in summary.warnings} == {(2026, 2027, 2028)}


def test_the_mean_walk_counts_every_entrant_once(plan: Plan) -> None:
    county = plan.county_years.copy()
    primary = county["stage"] == "primary"
    county.loc[primary, "walk_metres"] = [9_999.0, 300.0, 600.0, float("nan")]
    county.loc[primary, "entrants"] = [999, 20, 10, 50]
    head = summarise(replace(plan, county_years=county)).stages[0].headline
    assert head.walk_metres_mean == (300 * 20 + 600 * 10) / (20 + 10)


def test_entrants_without_a_seat_are_added_up_and_their_worst_year_named(plan: Plan) -> None:
    county = plan.county_years.copy()
    county.loc[county["stage"] == "primary", "unseated"] = [40, 3, 7, 7]
    primary, junior = summarise(replace(plan, county_years=county)).stages
    head = primary.headline
    assert (head.unseated, head.peak_unseated, head.peak_unseated_year) == (17, 7, 2027)
    assert (junior.headline.unseated, junior.headline.peak_unseated_year) == (0, None)


def test_where_the_norms_set_no_limit_no_class_is_large_nor_none(plan: Plan) -> None:
    primary = summarise(without_limit(plan, "primary")).stages[0]
    head = primary.headline
    assert (head.large_class, head.large_base, head.large_last) == (None, None, None)
    assert (head.large_class_years, head.no_large_from) == (None, None)
    assert [year.large for year in primary.years] == [None] * 4
    assert (head.over_standard_first, head.over_standard_class_years) == (1, 1 + 2 + 0)


def test_years_may_be_left_out_before_the_first_planned_one(plan: Plan) -> None:
    later = {2026: 2030, 2027: 2031, 2028: 2032}
    ahead = replace(
        plan,
        years=(2025, 2030, 2031, 2032),
        county_years=plan.county_years.replace({"year": later}),
        section_years=plan.section_years.replace({"year": later}),
    )
    summary = summarise(ahead)
    head = summary.stages[0].headline
    assert (summary.first_year, summary.last_year) == (2030, 2032)
    assert (head.peak_shortage_year, head.no_large_from) == (2030, 2032)
    assert summary.warning_years == (2030, 2031, 2032)


def targets(plan: Plan, *rows: tuple[str, int, float]) -> tuple[TargetCheck, ...]:
    table = pd.DataFrame(rows, columns=["indicator", "year", "target"]).assign(binding=True)
    return summarise(replace(plan, study=replace(plan.study, targets=table))).targets


def test_gross_enrolment_is_pupils_by_residents_of_the_ages(plan: Plan) -> None:
    as_senior = {"stage": {"junior": "senior"}}
    county = plan.county_years.replace(as_senior).assign(residents=75.0)
    sections = plan.section_years.replace(as_senior)
    (check,) = targets(
        replace(plan, county_years=county, section_years=sections),
        ("senior_gross_enrolment_share", 2027, 0.8),
    )
    assert (check.value, check.status) == (60 / 75, "met")
    assert check.names.zh == "高中阶段毛入学率"


def test_kindergartens_count_by_who_runs_them(plan: Plan) -> None:
    # In 2026: J1 60 pupils, public; P1 100, inclusive private; P2 60, private.
    sections = plan.sections.assign(operator=["private_inclusive", "private", None])
    nursery = replace(
        plan, sections=sections, section_years=plan.section_years.assign(stage="kindergarten")
    )
    public, inclusive = targets(
        nursery,
        ("kindergarten_public_share", 2026, 0.3),
        ("kindergarten_inclusive_share", 2026, 0.7),
    )
    assert (public.value, public.status) == (round(60 / 220, 4), "missed")
    assert (inclusive.value, inclusive.status) == (round(160 / 220, 4), "met")


def test_targets_that_cannot_be_judged_say_why(plan: Plan) -> None:
    checks = targets(
        plan,
        ("digital_classroom_share", 2026, 0.7),
        ("kindergarten_public_share", 2040, 0.6),
        ("senior_gross_enrolment_share", 2026, 0.9),
    )
    assert [one.status for one in checks] == ["not_computed", "not_planned", "not_computed"]
    assert [one.value for one in checks] == [None] * 3
    assert checks[0].names.zh == "数字教室覆盖率"
    (odd,) = targets(plan, ("line_title", 2026, 0.7))
    assert odd.names.en == "line_title", "an indicator that has the name of one of our sentences"


def test_the_last_zones_and_their_bound_are_told(plan: Plan) -> None:
    primary, junior = summarise(plan).zones
    assert (primary.value, primary.bound, primary.gap) == (20_000, 17_500, 2_500 / 20_000)
    assert (junior.status, junior.gap) == ("optimal", 0)


def test_a_plan_of_the_counted_year_alone_can_be_summed_up() -> None:
    summary = summarise(town_plan(years=(2025,)))
    assert (summary.base_year, summary.first_year, summary.last_year) == (2025, 2025, 2025)
    assert summary.stages[0].headline.peak_shortage_seats == 5


def test_a_scenario_without_a_title_goes_by_its_name(plan: Plan) -> None:
    about = replace(plan.scenario.about, title="", title_zh="", question="", question_zh="为何？")
    summary = summarise(replace(plan, scenario=replace(plan.scenario, about=about)))
    assert (summary.title.zh, summary.title.en) == ("baseline", "baseline")
    assert summary.question.en == "为何？"


def test_a_stage_year_holds_every_column_of_the_county_table() -> None:
    fields = {item.name for item in dataclasses.fields(StageYear)}
    columns = {column.name for column in columns_of("county_years", RESULTS["county_years"])}
    assert fields == (columns - {"stage"}) | {"counted"}


def test_summary_json_follows_its_schema(plan: Plan, tmp_path: Path) -> None:
    write_summary(summarise(plan), tmp_path / "summary.json")
    content = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))
    schema = json_schema(Summary, SCHEMA_ID)
    assert faults_of(content, schema, schema, "summary") == []
    assert content["county"]["zh"] == "九宫县"
    assert [year["counted"] for year in content["stages"][0]["years"]] == [True] + [False] * 3


@pytest.mark.parametrize(
    ("key", "value"), [("seed", "seven"), ("stages", None), ("weather", 1), ("schema", "other")]
)
def test_the_schema_refuses_what_summary_json_never_holds(
    plan: Plan, key: str, value: object
) -> None:
    content = json.loads(json.dumps(dataclasses.asdict(summarise(plan)))) | {key: value}
    schema = json_schema(Summary, SCHEMA_ID)
    assert faults_of(content, schema, schema, "summary")


def test_every_field_of_the_schema_says_what_it_means() -> None:
    schema = json_schema(Summary, SCHEMA_ID)
    for definition in schema["$defs"].values():
        assert definition["description"]
        assert all(
            field["description"].endswith(".") for field in definition["properties"].values()
        )
