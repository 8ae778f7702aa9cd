from __future__ import annotations

import dataclasses
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from planner.report.schema import json_schema
from planner.report.summary import (
    SCHEMA_ID,
    SeatWarning,
    StageYear,
    Summary,
    summarise,
    write_summary,
)
from planner.results import RESULTS
from planner.tables import columns_of
from tests.report.town import town_plan

if TYPE_CHECKING:
    from pathlib import Path

    from planner.plan import Plan

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
    assert head.surplus_last == 5 + 15
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


def test_warnings_come_by_year_red_first(plan: Plan) -> None:
    found = [(one.year, one.band, one.section) for one in summarise(plan).warnings]
    assert found == [(2026, "red", "P2"), (2026, "yellow", "P1"), (2027, "red", "P1")]
    first = summarise(plan).warnings[0]
    assert first == SeatWarning(
        2026, "red", "P2", "东街小学", "East Street Primary", "primary", 60 // 5, 18
    )


def test_warnings_look_three_years_ahead_and_no_further(plan: Plan) -> None:
    sections = plan.section_years.copy()
    sections["warning"] = "yellow"
    longer = pd.concat([sections, sections.assign(year=sections["year"] + 1)])
    ahead = replace(plan, years=(*plan.years, 2029), section_years=longer.drop_duplicates())
    assert {one.year for one in summarise(ahead).warnings} == {2026, 2027, 2028}


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
