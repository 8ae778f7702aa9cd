from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.report.terminal import fitted, ten_lines, width_of
from planner.terms import Language
from tests.report.town import HOSTILE, renamed, town_plan, without_limit

if TYPE_CHECKING:
    from planner.plan import Plan


def test_the_lines_tell_a_planner_what_becomes_of_the_town(plan: Plan) -> None:
    assert ten_lines(plan, Language.ENGLISH) == [
        "Nine Squares · As it is: 2025 counted, 2026–2028 projected",
        "Primary 130 → 115 pupils; 2026: 25 seats short; 2028: 20 spare",
        "Junior 60 → 60 pupils; never short of seats; 2028: 40 spare",
        "Large classes: 0 in 2025, 1 in 2026; none from 2028 on",
        "Sections red: 1 in 2026, 2 in 2026–2028; yellow: 0; worst: West Street Primary",
        "Mean walk 2026: primary 512 m",
        "Other zones save at most: primary 12.5%, junior 0.0%",
        "Read before use: stand-ins and caveats in summary.md (2)",
    ]


def test_the_lines_say_the_same_in_chinese(plan: Plan) -> None:
    assert ten_lines(plan, Language.CHINESE) == [
        "九宫县·现状延续：2025年为实数，2026–2028年为预测",
        "小学：130→115人；2026年缺学位25个，2028年富余20个",
        "初中：60→60人；各年学位够用，2028年富余40个",
        "大班额：2025年0个，2026年1个；2028年起消除",
        "学位预警：2026年红色1个，2026–2028年共2个，黄色0个；最急：西街小学",
        "平均步行（2026年）：小学512米",
        "换一种划法最多还能省：小学12.5%，初中0.0%",
        "使用前请读 summary.md 中的替代数据与说明（2条）",
    ]


def large_classes(plan: Plan, numbers: list[int]) -> str:
    county = plan.county_years.copy()
    county.loc[county["stage"] == "primary", "large"] = numbers
    return ten_lines(replace(plan, county_years=county), Language.ENGLISH)[3]


def test_large_classes_that_remain_or_never_were_are_told_apart(plan: Plan) -> None:
    assert large_classes(plan, [4, 3, 2, 1]).endswith("; still 1 in 2028")
    assert large_classes(plan, [0, 0, 0, 0]).endswith("; none in any year")
    assert large_classes(plan, [4, 0, 0, 0]).endswith("; none from 2026 on")


def test_where_the_norms_set_no_limit_classes_over_standard_size_are_said(plan: Plan) -> None:
    some = ten_lines(without_limit(plan, "primary"), Language.ENGLISH)
    assert some[3] == "Large classes: 0 in 2025; none in any year; primary: 0 over standard"
    every = without_limit(plan, *(stage.stage for stage in plan.norms.stages))
    assert ten_lines(every, Language.ENGLISH)[3] == (
        "Large classes: these norms set no limit; over standard: 0 in 2025, 0 in 2028"
    )
    assert ten_lines(every, Language.CHINESE)[3] == (
        "大班额：本标准未设限；超标准班额2025年0个，2028年0个"
    )


def test_entrants_without_a_seat_are_said_where_the_scenario_turns_them_away(plan: Plan) -> None:
    county = plan.county_years.copy()
    county.loc[county["stage"] == "primary", "unseated"] = [40, 3, 9, 7]
    away = replace(plan, county_years=county)
    assert ten_lines(away, Language.ENGLISH)[1] == (
        "Primary 130 → 115 pupils; 19 find no seat, most 2027 (9)"
    )
    assert ten_lines(away, Language.CHINESE)[1] == (
        "小学：130→115人；共19名新生无学位，2027年最多（9名）"
    )


def test_a_plan_with_nothing_to_warn_of_says_so(plan: Plan) -> None:
    calm = replace(
        plan,
        section_years=plan.section_years.assign(warning="none"),
        county_years=plan.county_years.assign(walk_metres=float("nan")),
        zone_proofs=plan.zone_proofs.iloc[:0],
        notes=(),
    )
    assert ten_lines(calm, Language.ENGLISH)[4:] == [
        "Seat warnings 2026–2028: none",
        "Mean walk: no walk could be measured",
        "Zones: no stage has enrolment zones",
        "Nothing stands in for missing data",
    ]


def test_zones_adapted_to_an_opening_do_not_hide_what_other_zones_could_save(plan: Plan) -> None:
    adapted = plan.zone_proofs.assign(method="adapted", first_year=2026, gap=0.0)
    proofs = pd.concat([plan.zone_proofs, adapted])
    lines = ten_lines(replace(plan, zone_proofs=proofs), Language.ENGLISH)
    assert "Other zones save at most: primary 12.5%, junior 0.0%" in lines


def test_a_county_of_large_figures_and_four_stages_fits_ten_whole_lines(
    plan: Plan, lang: Language
) -> None:
    primary = plan.county_years[plan.county_years["stage"] == "primary"]
    grown = primary.assign(pupils=9_870, shortage=1_640, surplus=2_310)
    walks = (640.0, 980.0, 1_640.0, 2_310.0)
    stages = [
        grown.assign(stage=stage.stage, walk_metres=walk)
        for stage, walk in zip(plan.norms.stages, walks, strict=True)
    ]
    proofs = plan.zone_proofs.iloc[[0] * 3].assign(stage=["kindergarten", "primary", "junior"])
    lines = ten_lines(replace(plan, county_years=pd.concat(stages), zone_proofs=proofs), lang)
    assert len(lines) == 10
    assert all(width_of(line) <= 78 for line in lines)
    assert not any("…" in line for line in lines), lines


def test_more_than_four_stages_are_counted_not_dropped_in_silence(plan: Plan) -> None:
    norms = plan.norms
    extra = replace(norms.stages[0], stage="nursery", names={"zh": "托育", "en": "nursery"})
    five = replace(norms, stages=(*norms.stages, extra))
    rows = plan.county_years[plan.county_years["stage"] == "primary"]
    county = pd.concat([rows.assign(stage=stage.stage) for stage in five.stages])
    lines = ten_lines(
        replace(plan, study=replace(plan.study, norms=five), county_years=county), Language.ENGLISH
    )
    assert len(lines) == 10
    assert lines[4] == "2 more stages: see summary.md"


def test_a_hostile_name_neither_colours_nor_widens_the_terminal(plan: Plan, lang: Language) -> None:
    for line in ten_lines(renamed(plan, HOSTILE * 3), lang):
        assert line.isprintable()
        assert width_of(line) <= 78


def test_the_counted_year_alone_needs_no_projection_to_be_told(lang: Language) -> None:
    lines = ten_lines(town_plan(years=(2025,)), lang)
    assert "2025" in lines[0]
    assert len(lines) <= 10


@pytest.mark.parametrize(("text", "width"), [("abc", 3), ("学位", 4), ("é", 1), ("e\u0301", 1)])
def test_chinese_letters_take_two_columns_and_accents_none(text: str, width: int) -> None:
    assert width_of(text) == width


@given(st.text(max_size=60), st.integers(1, 40))
def test_no_text_is_wider_than_its_place(text: str, width: int) -> None:
    shown = fitted(text, width)
    assert width_of(shown) <= width
    assert shown.isprintable()
