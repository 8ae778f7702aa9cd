from __future__ import annotations

import csv
import json
import re
import sqlite3
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from openpyxl import load_workbook

from planner.comparison import compare_plans
from planner.errors import ScenarioError
from planner.report import (
    comparison_lines,
    results_folder,
    write_comparison,
    write_plan,
    write_projection,
)
from planner.report.manifest import digest
from planner.report.schema import json_schema
from planner.report.side_by_side import (
    COMPARISON_ID,
    ComparisonSummary,
    summarise_comparison,
)
from planner.report.summary import summarise
from planner.report.terminal import width_of
from planner.report.workbook import Heading, Sheet, write_workbook
from planner.scenario import Change, Measure, SeatSettings
from planner.scenario.notation import shown
from planner.terms import Language
from tests.report.test_summary import faults_of
from tests.report.town import HOSTILE, YEARS, renamed, town_plan, without_limit

if TYPE_CHECKING:
    from pathlib import Path

    from planner.comparison import Comparison
    from planner.plan import Plan

EN, ZH = Language.ENGLISH, Language.CHINESE
LONG_TABLES = (
    *(
        "county_years",
        "section_years",
        "section_grades",
        "class_years",
        "class_band_years",
        "area_years",
    ),
    "seat_limits",
    "zone_proofs",
    "zone_terms",
)


def sheet(path: Path, number: int) -> list[tuple[Any, ...]]:
    """Return the cells of one sheet, row by row."""
    book = load_workbook(path)
    rows = list(book.worksheets[number].iter_rows(values_only=True))
    book.close()
    return rows


def rows_of(path: Path) -> list[tuple[Any, ...]]:
    """Return the rows of the first sheet as cells with their formats, from its headings on."""
    book = load_workbook(path)
    rows = [row for row in book.worksheets[0].iter_rows() if row[2].value is not None]
    book.close()
    return rows


def cells_of(path: Path) -> list[Any]:
    """Return every cell of every sheet."""
    book = load_workbook(path)
    cells = [cell for page in book.worksheets for row in page.iter_rows() for cell in row]
    book.close()
    return cells


# ---------------------------------------------------------------- one plan


def test_a_plan_is_written_with_a_manifest_of_everything(plan: Plan, tmp_path: Path) -> None:
    with results_folder(tmp_path / "out") as folder:
        write_plan(plan, folder, EN)
        (folder / "map.html").write_text("drawn afterwards")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert list(manifest["outputs"]) == [
        "map.html",
        "results.gpkg",
        "results.xlsx",
        "summary.json",
        "summary.md",
    ]
    for name, sha256 in manifest["outputs"].items():
        assert digest(tmp_path / "out" / name) == sha256
    assert manifest["inputs"]["study.toml"] == "cd" * 32
    assert manifest["scenarios"][0]["seed"] == 7
    assert manifest["scenarios"][0]["settings"]["zones"]["method"] == "today"
    assert str(tmp_path) not in json.dumps(manifest)


def test_the_same_plan_gives_the_same_bytes(
    tmp_path: Path, lang: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    comparison = compare_plans([town_plan(), town_plan("other")])
    written = []
    for day in ("first", "second"):
        folder = tmp_path / day
        folder.mkdir()
        write_plan(town_plan(), folder, lang)
        write_projection(town_plan(), folder, lang)
        write_comparison(comparison, folder, lang)
        written.append({path.name: path.read_bytes() for path in folder.iterdir()})
        # A day later in another time zone, as openpyxl and the zip file see it.
        monkeypatch.setattr("time.time", lambda: 4_000_000_000.0)
        monkeypatch.setattr("time.localtime", lambda *_: (2033, 5, 18, 3, 33, 20, 2, 138, 0))
    first, second = written
    assert [name for name in first if first[name] != second[name]] == []
    assert len(first) == 13


def test_another_plan_gives_other_bytes(plan: Plan, tmp_path: Path) -> None:
    for name, one in {"one": plan, "two": renamed(plan, "北")}.items():
        (tmp_path / name).mkdir()
        write_plan(one, tmp_path / name, EN)
    for file in ("results.gpkg", "results.xlsx", "summary.json", "summary.md"):
        assert digest(tmp_path / "one" / file) != digest(tmp_path / "two" / file)


def test_writing_again_into_the_same_folder_doubles_nothing(plan: Plan, tmp_path: Path) -> None:
    write_plan(plan, tmp_path, EN)
    once = (tmp_path / "results.gpkg").read_bytes()
    write_plan(plan, tmp_path, EN)
    assert (tmp_path / "results.gpkg").read_bytes() == once


# ---------------------------------------------------------------- results.gpkg


def test_the_geopackage_holds_named_layers_in_the_study_s_system(
    plan: Plan, tmp_path: Path
) -> None:
    write_plan(plan, tmp_path, ZH)
    layers = {str(name): kind for name, kind in pyogrio.list_layers(tmp_path / "results.gpkg")}
    assert layers == {
        "zones": "MultiPolygon",
        "sections": "Point",
        "areas": "MultiPolygon",
        **dict.fromkeys(LONG_TABLES),
        **dict.fromkeys(("changes", "notes", "columns")),
    }
    for name in ("zones", "sections", "areas"):
        assert gpd.read_file(tmp_path / "results.gpkg", layer=name).crs.to_epsg() == 32650
    with sqlite3.connect(tmp_path / "results.gpkg") as connection:
        said = dict(connection.execute("select table_name, identifier from gpkg_contents"))
    connection.close()
    assert said["zones"] == "招生范围 Zones (zones)"


def test_the_layers_carry_the_figures_of_three_years(plan: Plan, tmp_path: Path) -> None:
    write_plan(plan, tmp_path, EN)
    sections = gpd.read_file(tmp_path / "results.gpkg", layer="sections").set_index("section_id")
    assert sections.loc["P1", ["pupils_base", "pupils_first", "pupils_last"]].tolist() == [
        80,
        100,
        85,
    ]
    assert sections.loc["P2", "shortage_first"] == 15
    assert sections.loc["P2", "warning_first"] == "red"
    assert sections.loc["P2", "opens"] == 2026
    areas = gpd.read_file(tmp_path / "results.gpkg", layer="areas").set_index("area_id")
    assert areas.loc["a1", "primary_section_id_first"] == "P1"
    assert areas.loc["a9", "primary_section_id_last"] == "P2"
    assert pd.isna(areas.loc["a9", "primary_walk_metres_first"])
    assert areas.loc["a1", "junior_entrants_base"] == 4
    assert areas.geometry.area.sum() == pytest.approx(9 * 500 * 500)
    assert "senior_entrants_base" not in areas


def test_the_long_tables_of_the_geopackage_are_the_plan_s(plan: Plan, tmp_path: Path) -> None:
    write_plan(plan, tmp_path, EN)
    for name in LONG_TABLES:
        table = pyogrio.read_dataframe(tmp_path / "results.gpkg", layer=name)
        expected = getattr(plan, name)
        assert list(table.columns) == list(expected.columns)
        assert len(table) == len(expected)
    table = pyogrio.read_dataframe(tmp_path / "results.gpkg", layer="section_years")
    assert table["pupils"].tolist() == plan.section_years["pupils"].tolist()


def test_gdal_tells_the_true_time_again_afterwards(plan: Plan, tmp_path: Path) -> None:
    write_plan(plan, tmp_path, EN)
    assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") is None


# ---------------------------------------------------------------- results.xlsx


def test_the_workbook_has_its_sheets_and_headings_in_the_language(
    plan: Plan, tmp_path: Path
) -> None:
    write_plan(plan, tmp_path, ZH)
    book = load_workbook(tmp_path / "results.xlsx")
    assert book.sheetnames == [
        "总览",
        "全县分年",
        "在校生（分年）",
        "学位使用率（分年）",
        "学段部分年",
        "学段部分年级",
        "超标准班额",
        "班额分档",
        "招生范围",
        "划片证明",
        "划片各项",
        "学位预警",
        "规划目标",
        "方案调整",
        "说明",
        "数据字典",
    ]
    headings = [cell.value for cell in book["全县分年"][1]]
    book.close()
    assert headings[:5] == ["学段", "学年", "适龄人口（人）", "新生数（人）", "在校生数（人）"]
    write_plan(plan, tmp_path, EN)
    english = sheet(tmp_path / "results.xlsx", 1)[0]
    assert english[-2:] == ("Walk metres", "Over limit share")
    assert "Large classes, 80 % from" in english
    assert "Entry classes over standard" in english


def test_classes_above_standard_size_have_a_sheet_the_others_stay_out(
    plan: Plan, tmp_path: Path
) -> None:
    write_plan(plan, tmp_path, EN)
    # P1 has one large class in its second year and two in its third; J1's 30 pupils sit well.
    assert [row[:3] + row[5:] for row in sheet(tmp_path / "results.xlsx", 6)[1:]] == [
        ("P1", "primary", 2026, 1, 56, 45, "large"),
        ("P1", "primary", 2027, 1, 56, 45, "large"),
        ("P1", "primary", 2027, 2, 57, 45, "large"),
    ]


def test_the_years_stand_across_for_every_section(plan: Plan, tmp_path: Path) -> None:
    write_plan(plan, tmp_path, EN)
    assert sheet(tmp_path / "results.xlsx", 2) == [
        ("Section id", "Name", "Stage", "2025", "2026", "2027", "2028"),
        ("P1", "West Street Primary", "primary", 80, 100, 110, 85),
        ("P2", "East Street Primary", "primary", 50, 60, 40, 30),
        ("J1", "中心初中", "junior", 60, 60, 60, 60),
    ]
    shares = sheet(tmp_path / "results.xlsx", 3)[1]
    assert shares[3:5] == pytest.approx((80 / 90, 100 / 90))


def test_a_section_has_empty_cells_for_the_years_in_which_it_is_not_open(
    plan: Plan, tmp_path: Path
) -> None:
    rows = plan.section_years
    later = rows[(rows["section_id"] != "P2") | (rows["year"] > 2026)]
    write_plan(replace(plan, section_years=later), tmp_path, EN)
    assert sheet(tmp_path / "results.xlsx", 2)[2][3:] == (None, None, 40, 30)
    closed = rows.assign(open=(rows["section_id"] != "P2") | (rows["year"] < 2028))
    write_plan(replace(plan, section_years=closed), tmp_path, EN)
    assert sheet(tmp_path / "results.xlsx", 2)[2][3:] == (50, 60, 40, None)
    never = rows.assign(open=rows["section_id"] != "P2")
    write_plan(replace(plan, section_years=never), tmp_path, EN)
    assert sheet(tmp_path / "results.xlsx", 2)[2][3:] == (None, None, None, None)


def test_numbers_are_formatted_and_headings_frozen(plan: Plan, tmp_path: Path) -> None:
    write_plan(plan, tmp_path, EN)
    book = load_workbook(tmp_path / "results.xlsx")
    utilisation, county = book.worksheets[3], book.worksheets[1]
    assert utilisation["D2"].number_format == "0.0%"
    assert utilisation.freeze_panes == "D2"
    assert (county["B2"].number_format, county["B2"].value) == ("0", 2025)
    assert county["E2"].number_format == "#,##0"
    assert utilisation.column_dimensions["B"].width > len("West Street Primary")
    assert county.auto_filter.ref == "A1:Z9"
    book.close()


def test_the_overview_begins_with_what_it_is_about(plan: Plan, tmp_path: Path) -> None:
    write_plan(plan, tmp_path, EN)
    rows = sheet(tmp_path / "results.xlsx", 0)
    above = {row[0]: row[1] for row in rows[:9]}
    assert above["County"] == "Nine Squares"
    assert above["Question"] == "What happens when nothing changes?"
    assert above["School years"] == "2025 (counted), 2026–2028 (projected)"
    assert above["Notes"].startswith("Internal working results")
    # Nobody stays without a seat; 2028 is the first year without large classes to the end.
    assert rows[-2][:11] == ("primary", 130, 115, 25, 2026, 2, 0, 20, 0, 1, 2028)


def test_a_hostile_name_is_text_in_the_workbook_and_stays_text(
    plan: Plan, tmp_path: Path, lang: Language
) -> None:
    write_plan(renamed(plan, HOSTILE), tmp_path, lang)
    hostile = [
        cell for cell in cells_of(tmp_path / "results.xlsx") if "HYPERLINK" in str(cell.value)
    ]
    assert len(hostile) > 5
    assert {cell.data_type for cell in hostile} == {"s"}
    assert all(cell.quotePrefix for cell in hostile if cell.value.startswith("="))


def test_no_text_becomes_a_formula_or_a_number(tmp_path: Path) -> None:
    names = ["=1+1", "+1", "-1", "@x", "\t=1", "＝1", "a\x00b", " ", "1e5", "#N/A", "TRUE"]
    write_workbook(
        [Sheet("names", [Heading("name", "text")], [[name] for name in names])],
        tmp_path / "names.xlsx",
    )
    cells = [cell for cell in cells_of(tmp_path / "names.xlsx") if cell.row > 1]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.value for cell in cells] == [name.replace("\x00", " ") for name in names]
    assert [cell.quotePrefix for cell in cells[:6]] == [True] * 6


# ---------------------------------------------------------------- summary.md


def test_the_page_tells_shortage_and_large_classes_by_year(plan: Plan, tmp_path: Path) -> None:
    write_plan(plan, tmp_path, EN)
    page = (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert page.startswith("# Nine Squares · As it is\n")
    assert "| Stage | 2025 | 2026 | 2027 | 2028 |" in page
    assert "| primary | 5 | 25 | 20 | 0 |" in page
    assert "| primary | 0 | 1 | 2 | 0 |" in page
    assert "| East Street Primary | primary | red | 2026 | 12 | 12 | 18 |" in page
    assert "Sections red in 2026: 1, in any of 2026–2028: 2; yellow at worst: 0." in page
    assert "| Variant of births | medium | high | baseline.toml |" in page
    assert "- No new homes are known." in page
    write_plan(plan, tmp_path, ZH)
    page = (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert "| 东街小学 | 小学 | 红色 | 2026 | 12 | 12 | 18 |" in page
    assert "没有新建住宅数据。" in page


def test_a_page_with_many_warnings_stays_a_page(plan: Plan, tmp_path: Path) -> None:
    rows = plan.section_years[plan.section_years["section_id"] == "P1"]
    rows = rows[rows["year"].isin([2026])].assign(warning="red")
    many = pd.concat([rows.assign(section_id=f"P{number}") for number in range(40)])
    write_plan(replace(plan, section_years=many), tmp_path, EN)
    page = (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert page.count("| red |") == 12
    assert "28 more sections are in results.xlsx." in page


def test_a_plan_without_zones_warnings_changes_or_notes_says_so(plan: Plan, tmp_path: Path) -> None:
    bare = replace(
        plan,
        section_years=plan.section_years.assign(warning="none"),
        zones=plan.zones.iloc[:0],
        zone_proofs=plan.zone_proofs.iloc[:0],
        scenario=replace(plan.scenario, changes=()),
        notes=(),
    )
    write_plan(bare, tmp_path, EN)
    page = (tmp_path / "summary.md").read_text(encoding="utf-8")
    for sentence in (
        "No section reaches a warning band.",
        "No stage has enrolment zones.",
        "Nothing: all settings are the defaults.",
        "None.",
    ):
        assert sentence in page
    assert pyogrio.read_info(tmp_path / "results.gpkg", layer="zones")["features"] == 0


def test_a_hostile_name_is_no_markup_on_the_page(plan: Plan, tmp_path: Path) -> None:
    write_plan(renamed(plan, f"{HOSTILE}\n# not a heading"), tmp_path, EN)
    page = (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert "\\<script\\>" in page
    assert not re.search(r"(?<!\\)<script", page)
    assert "\n# not" not in page
    rows = [line for line in page.splitlines() if line.startswith("|") and "script" in line]
    assert rows
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 8 for row in rows)


# ---------------------------------------------------------------- comparison


@pytest.fixture
def comparison(plan: Plan) -> Comparison:
    """The town as it is, and with 30 seats and one large class less a year in primary school."""
    county = plan.county_years.copy()
    primary = county["stage"] == "primary"
    county.loc[primary, "shortage"] = [5, 10, 5, 0]
    county.loc[primary, "large"] = [0, 0, 1, 1]
    other = replace(
        town_plan("extension"), county_years=county, zone_proofs=plan.zone_proofs.assign(changed=9)
    )
    return compare_plans([plan, other])


def test_scenarios_stand_side_by_side_the_baseline_first(comparison: Comparison) -> None:
    lines = comparison_lines(comparison, EN)
    assert lines == [
        ["Measure", "baseline", "extension"],
        ["Primary", "", ""],
        # Short in 2026–2028: 25 + 20 + 0 against 10 + 5 + 0; large classes 1 + 2 + 0 and 0 + 1 + 1.
        ["  Seat-years short", "45", "15 (−30)"],
        ["  Most seats short", "25 in 2026", "10 in 2026 (−15)"],
        ["  Largest shortage change", "–", "−15 in 2026"],
        ["  Class-years large", "3", "2 (−1)"],
        ["  No large class from", "2028", "not reached"],
        ["  Entrants rezoned", "0", "9 (+9)"],
        ["Junior", "", ""],
        ["  Entrants rezoned", "0", "9 (+9)"],
    ]


def test_the_stages_that_no_scenario_changes_are_named_and_left_out(plan: Plan) -> None:
    county = plan.county_years.copy()
    county.loc[county["stage"] == "primary", "seats"] += 1
    other = replace(town_plan("other"), county_years=county)
    assert comparison_lines(compare_plans([plan, other]), EN) == [
        ["Measure", "baseline", "other"],
        ["Alike in all scenarios", "", ""],
        ["  junior", "", ""],
        ["Alike in main figures", "", ""],
        ["  primary", "", ""],
    ]


@pytest.mark.parametrize("scenarios", [2, 3, 4, 8])
def test_the_comparison_fits_eighty_columns(
    comparison: Comparison, lang: Language, scenarios: int
) -> None:
    baseline, other = comparison.plans
    named = [
        replace(other, scenario=replace(other.scenario, name=f"extension_late_{number}"))
        for number in range(1, scenarios)
    ]
    lines = comparison_lines(compare_plans([baseline, *named]), lang)
    widths = [max(map(width_of, column)) for column in zip(*lines, strict=True)]
    assert sum(widths) + 3 * (len(widths) - 1) <= 80
    assert sum("15" in cell and "30" in cell for line in lines for cell in line) == scenarios - 1


def test_scenarios_are_summed_over_the_planned_years_they_share(plan: Plan) -> None:
    shorter = replace(town_plan("shorter", years=(2025, 2026, 2027)))
    summary = summarise_comparison(compare_plans([plan, shorter]))
    assert summary.years == (2025, 2026, 2027)
    for scenario in summary.scenarios:
        assert scenario.stages[0].headline.shortage_seat_years == 25 + 20
    with pytest.raises(ScenarioError, match="share no planned school year"):
        compare_plans([plan, replace(shorter, years=(2025, 2031, 2032))])


def test_large_classes_without_a_limit_are_not_compared_but_those_over_standard_are(
    plan: Plan,
) -> None:
    county = plan.county_years.copy()
    county["large"] = county["over_standard"] = 2
    other = replace(town_plan("other"), county_years=county)
    plans = [without_limit(one, "primary", "junior") for one in (plan, other)]
    lines = comparison_lines(compare_plans(plans), EN)
    assert ["  Class-years over standard", "3", "6 (+3)"] in lines
    assert not [line for line in lines if "large" in line[0]]


def test_the_comparison_is_written_in_three_forms(
    comparison: Comparison, tmp_path: Path, lang: Language
) -> None:
    write_comparison(comparison, tmp_path, lang)
    content = json.loads((tmp_path / "comparison.json").read_text(encoding="utf-8"))
    schema = json_schema(ComparisonSummary, COMPARISON_ID)
    assert faults_of(content, schema, schema, "comparison") == []
    assert [one["scenario"] for one in content["scenarios"]] == ["baseline", "extension"]
    assert content["scenarios"][1]["stages"][0]["entrants_changed"] == 9
    short = [
        one
        for one in content["differences"]
        if (one["stage"], one["measure"], one["year"]) == ("primary", "shortage", 2026)
    ]
    assert [(one["baseline"], one["value"], one["difference"]) for one in short] == [(25, 10, -15)]
    assert ("primary" if lang == EN else "小学") in (tmp_path / "comparison.md").read_text("utf-8")
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert len(manifest["scenarios"]) == 2
    assert sorted(manifest["outputs"]) == ["comparison.json", "comparison.md", "comparison.xlsx"]


def test_the_comparison_s_workbook_shows_figures_and_differences(
    comparison: Comparison, tmp_path: Path
) -> None:
    write_comparison(comparison, tmp_path, EN)
    figures = sheet(tmp_path / "comparison.xlsx", 0)
    assert ("Stage", "Measure", "baseline", "extension", "extension − baseline") in figures
    assert ("primary", "Most seats short", 25, 10, -15) in figures
    assert ("primary", "Year of most seats short", 2026, 2026, None) in figures
    assert ("primary", "Largest shortage change", None, -15, None) in figures
    assert not [row for row in figures if row[1] == "Beyond walking limit"], "alike in both"
    assert ("primary", "No large class from", 2028, "not reached", None) in figures
    formats = {row[1].value: row[2].number_format for row in rows_of(tmp_path / "comparison.xlsx")}
    assert formats["Year of most seats short"] == "0"
    by_year = sheet(tmp_path / "comparison.xlsx", 1)
    assert by_year[0] == ("Stage", "Measure", "Scenario", "2025", "2026", "2027", "2028")
    assert ("primary", "Shortage (seats)", "extension", 5, 10, 5, 0) in by_year
    assert ("primary", 2026, "Shortage (seats)", "extension", 25, 10, -15) in sheet(
        tmp_path / "comparison.xlsx", 2
    )


def test_the_comparison_s_page_shows_differences_in_brackets(
    comparison: Comparison, tmp_path: Path
) -> None:
    write_comparison(comparison, tmp_path, EN)
    page = (tmp_path / "comparison.md").read_text(encoding="utf-8")
    assert "| primary | Most seats short | 25 in 2026 | 10 in 2026 (−15) |" in page
    assert "| primary | extension | 5 | 10 | 5 | 0 |" in page
    assert page.count("No new homes are known.") == 1, "a note shared by both is said once"


# ---------------------------------------------------------------- changes, targets, seats


def test_changes_are_said_as_a_planner_writes_them(plan: Plan) -> None:
    exact = 68_123_456.5
    school = Measure(
        id="new_one", name="New primary", name_zh="新建小学", kind="new", section="M1", site="s1",
        stage="primary", rooms=24, hand_over=date(2026, 9, 2), cost_yuan=exact,
    )  # fmt: skip
    fields = ("id", "name", "name_zh", "kind", "section", "site", "stage", "rooms", "hand_over")
    changes = [
        Change("zones.method", "'today'", "'redraw'", "new.toml"),
        Change("zones.stages", "[]", "['primary', 'junior']", "new.toml"),
        Change("zones.overflow_metres", "20000", "1.25e+06", "new.toml"),
        Change("zones.from_year", "0", "2026", "new.toml"),
        Change("projects.X1.delay_years", "0", "1", "new.toml"),
        Change("norms.class_size.primary", "–", "40", "new.toml"),
        *(
            Change(f"measures.new_one.{name}", "–", shown(getattr(school, name)), "new.toml")
            for name in fields
        ),
        Change("measures.new_one.cost_yuan", "–", f"{exact:g}", "new.toml"),
    ]
    scenario = replace(plan.scenario, changes=tuple(changes), measures=(school,))
    made = summarise(replace(plan, scenario=scenario)).changes
    assert [(one.names.en, one.old.en, one.new.en) for one in made] == [
        ("How zones are drawn", "today", "redraw"),
        ("Stages rezoned", "–", "primary, junior"),
        ("Price beyond the seats (metres)", "20,000", "1,250,000"),
        ("New zones from", "0", "2026"),
        ("Project X1: years late", "0", "1"),
        ("norms.class_size.primary", "–", "40"),
        (
            "measure: New primary",
            "–",
            "new school: 24 rooms at s1 from 2027 (2026-09-02), 68,123,456.5 yuan",
        ),
    ]
    assert made[-1].new.zh == ("新建：24间教室，位于 s1，自2027年起（2026-09-02），68,123,456.5元")
    assert [one.names.zh for one in made[:2]] == ["划片方法", "重新划片的学段"]


def test_a_measure_that_a_later_file_alters_keeps_what_it_was(plan: Plan) -> None:
    closure = Measure(id="m", kind="closure", section="P2", hand_over=date(2027, 7, 31))
    change = Change("measures.m.hand_over", "2026-07-31", "2027-07-31", "late.toml")
    scenario = replace(plan.scenario, changes=(change,), measures=(closure,))
    (made,) = summarise(replace(plan, scenario=scenario)).changes
    assert made.old.en == "hand_over 2026-07-31"
    assert made.new.en == "closure of East Street Primary (P2): from 2027 (2027-07-31)"
    assert made.new.zh == "撤并东街小学（P2）：自2027年起（2027-07-31）"


def test_a_setting_without_a_word_is_set_apart_as_code(plan: Plan, tmp_path: Path) -> None:
    change = Change("norms.class_size.primary", "–", "40", "new.toml")
    scenario = replace(plan.scenario, changes=(change,))
    write_plan(replace(plan, scenario=scenario), tmp_path, ZH)
    page = (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert "| `norms.class_size.primary` | – | 40 | new.toml |" in page


def test_the_page_says_who_stays_without_a_seat(plan: Plan, tmp_path: Path) -> None:
    turning_away = replace(plan.scenario, seats=SeatSettings(overflow="unseated"))
    county = plan.county_years.copy()
    county.loc[county["stage"] == "primary", "unseated"] = [0, 3, 9, 7]
    said = {}
    for name, one in {"some": county, "none": plan.county_years}.items():
        write_plan(replace(plan, scenario=turning_away, county_years=one), tmp_path, EN)
        said[name] = (tmp_path / "summary.md").read_text(encoding="utf-8")
    sentence = "primary: 19 entrants find no seat over the planned years, most in 2027 (9)."
    assert sentence in said["some"]
    assert "Every entrant finds a seat in every planned year." in said["none"]


def test_the_page_and_the_workbook_show_targets(plan: Plan, tmp_path: Path) -> None:
    table = pd.DataFrame(
        {
            "indicator": ["kindergarten_public_share", "new_schools"],
            "year": [2040, 2026],
            "target": [0.63, 1435.0],
            "binding": [True, None],
        }
    )
    write_plan(replace(plan, study=replace(plan.study, targets=table)), tmp_path, EN)
    page = (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert (
        "| Kindergarten pupils in public ones | binding | not in these years | 2040 | 63.0% | – |"
    ) in page
    assert "| new\\_schools |  | not computed | 2026 | 1,435 | – |" in page
    assert sheet(tmp_path / "results.xlsx", 12)[1:] == [
        ("Kindergarten pupils in public ones", 2040, 0.63, None, "not in these years", "binding"),
        ("new_schools", 2026, 1435, None, "not computed", None),
    ]


def test_no_limit_is_a_dash_in_the_workbook_and_a_sentence_on_the_page(
    plan: Plan, tmp_path: Path
) -> None:
    write_plan(without_limit(plan, "primary"), tmp_path, EN)
    county = sheet(tmp_path / "results.xlsx", 1)
    at = {name: number for number, name in enumerate(county[0])}
    large = {(row[0], row[1]): row[at["Large classes"]] for row in county[1:]}
    assert (large["primary", 2027], large["junior", 2027]) == ("–", 0)
    page = (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert "these norms set no limit for large classes in primary" in page
    assert "| primary | – | – | – | – |" in page
    assert "| primary | 0 | 1 | 2 | 0 |" in page, "classes over standard size"


# ---------------------------------------------------------------- projection


def test_the_projection_is_written_for_computing_and_for_reading(
    plan: Plan, tmp_path: Path
) -> None:
    write_projection(plan, tmp_path, EN)
    assert (tmp_path / "pupils.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with (tmp_path / "pupils.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == [
        "Section id",
        "Name",
        "Stage",
        "Year",
        "Grade",
        "Pupils",
        "Counted",
    ]
    assert rows[1] == ["P1", "West Street Primary", "primary", "2025", "grade 1", "40", "yes"]
    assert rows[2][3:] == ["2026", "grade 1", "50", "no"]
    assert len(rows) == 1 + 3 * 2 * len(YEARS)
    county = sheet(tmp_path / "pupils.xlsx", 0)
    assert county[-4:] == [
        ("primary", "grade 1", 40 + 25, 50 + 30, 55 + 20, 42 + 15),
        ("primary", "grade 2", 40 + 25, 50 + 30, 55 + 20, 42 + 15),
        ("junior", "grade 7", 30, 30, 30, 30),
        ("junior", "grade 8", 30, 30, 30, 30),
    ]
    sections = sheet(tmp_path / "pupils.xlsx", 2)
    assert sections[0] == ("Section id", "Name", "Stage", "Grade", *map(str, YEARS))
    assert [row[0] for row in sections[1:]] == ["P1", "P1", "P2", "P2", "J1", "J1"]


def test_a_hostile_name_is_no_formula_in_the_csv(plan: Plan, tmp_path: Path) -> None:
    write_projection(renamed(plan, HOSTILE), tmp_path, ZH)
    with (tmp_path / "pupils.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[1][1] == f"'{HOSTILE}"
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
