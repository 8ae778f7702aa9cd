"""The terminal says the school, the walk, the shared zone and the years, and nothing else."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest
import shapely

from planner.atlas.lookup import answers
from planner.atlas.lookup.facts import gather_facts
from planner.errors import ScenarioError
from planner.terms import Language
from tests.atlas.nine_squares import with_shared_zone
from tests.atlas.test_page import HOSTILE, with_hostile_names

if TYPE_CHECKING:
    import pandas as pd

    from planner.plan import Plan

CHINESE, ENGLISH = Language.CHINESE, Language.ENGLISH


def said(town: Plan, typed: str, lang: Language = CHINESE, year: int | None = None) -> str:
    (answer,) = answers(town, [typed], lang, year=year)
    return "\n".join(line for entry in answer.entries for line in entry if line)


def test_an_area_is_told_its_school_walk_and_years(town: Plan) -> None:
    """Area 0 goes to West School in all three years; 500 metres as the crow flies, 1.3 times."""
    told = said(town, "0号社区")
    assert "0号社区（北镇） · 2026年秋季入学" in told
    assert "小学：西门小学（北镇）" in told
    assert "步行约650米，10分钟左右" in told  # 650 m ÷ 4 km/h = 9.75 min
    assert "自2025年秋季入学或更早起，到2027年没有变动计划。" in told
    assert "拟定方案：尚未公布实施。" in told


def test_a_zone_that_changes_is_told_from_when_and_until_when(town: Plan) -> None:
    """Area 2 goes to East School until it closes in 2027, area 6 to New School from 2026 on."""
    assert "2025年秋季入学或更早起，到2026年为止；2027年起改为西门小学。" in said(town, "2号社区")
    assert "自2026年秋季入学起，到2027年没有变动计划。" in said(town, "6号社区")
    assert "到2025年为止；2026年起改为新建小学" in said(town, "6号社区", year=2025)
    told = said(town, "Area 2", ENGLISH)
    assert "autumn 2025 or earlier until 2026; from 2027 it is West School." in told


def test_a_shared_zone_is_explained_without_a_chance(town: Plan) -> None:
    told = said(with_shared_zone(town), "0号社区")
    assert "小学：西门小学、东门小学" in told
    assert "由2所学校共用一个招生范围" in told
    assert "- 东门小学（北镇）：步行约500米" in told
    assert "2026年秋季入学起，到2026年为止；2027年起改为西门小学" in told
    assert "%" not in told
    assert "0.5" not in told


def test_a_stage_without_zones_names_the_schools_of_the_county(town: Plan) -> None:
    told = said(town, "4号社区")
    assert "高中" in told
    assert "面向全县招生" in told
    assert "- 第一中学（北镇）" in told


def test_a_stage_in_which_no_school_is_open_says_so(town: Plan) -> None:
    closed = town.section_years.assign(open=town.section_years["section_id"] != "s")
    told = said(dataclasses.replace(town, section_years=closed), "4号社区")
    assert "本学年没有招生的学校" in told


def test_an_area_that_no_zone_has_is_sent_to_the_bureau(town: Plan) -> None:
    left_out = (town.area_years["area_id"] == "a4") & (town.area_years["stage"] == "primary")
    table = town.area_years[~left_out]
    assert "这里尚未划片" in said(dataclasses.replace(town, area_years=table), "4号社区")


def test_a_walk_that_is_not_known_is_not_invented(town: Plan) -> None:
    table = town.area_years.assign(walk_metres=float("nan"))
    assert "步行距离未知" in said(dataclasses.replace(town, area_years=table), "0号社区")


def test_a_school_is_told_its_zone(town: Plan) -> None:
    told = said(town, "dongmenxiaoxue")
    assert "东门小学（北镇）的招生范围" in told
    assert "小学招收2个小区（村）的新生：" in told
    assert "2号社区、5号社区" in told
    assert "高中面向全县招生。" in said(town, "第一中学")


def test_a_street_that_crosses_several_areas_is_asked_back(town: Plan) -> None:
    """The main street runs through the middle row, the lane only through areas 3 and 6."""
    (answer,) = answers(town, ["大街"], CHINESE)
    assert not answer.settled
    head, listed = answer.entries[0]
    assert head == "大街涉及3个小区（村），您家在哪一个？"
    assert [line[2:7] for line in listed.splitlines()] == ["3号社区（", "4号社区（", "5号社区（"]


def test_a_street_in_two_townships_is_asked_back_with_the_township(town: Plan) -> None:
    (answer,) = answers(town, ["小巷"], CHINESE)
    assert "小巷（北镇） · 道路" in answer.entries[0][1]
    assert "小巷（南镇） · 道路" in answer.entries[0][1]


def test_a_street_that_only_passes_a_corner_does_not_lie_along_the_area(town: Plan) -> None:
    """A street on the border of areas 3 and 4 that begins and ends at their corners."""
    areas = town.study.areas
    north_east = areas.geometry[3].bounds[2:]
    line = shapely.LineString([north_east, (north_east[0], areas.geometry[3].bounds[1])])
    streets = town.study.streets.iloc[[0]].set_geometry([line], crs=areas.crs)
    study = dataclasses.replace(town.study, streets=streets)
    (answer,) = answers(dataclasses.replace(town, study=study), ["大街"], CHINESE)
    assert [line[2:6] for line in answer.entries[0][1].splitlines()] == ["3号社区", "4号社区"]


def test_communities_and_estates_lead_to_their_areas(town: Plan) -> None:
    areas = town.study.areas.assign(community=["河东"] * 4 + [None] * 5, estate=None)
    areas.loc[8, "estate"] = "金色家园"
    study = dataclasses.replace(town.study, areas=areas)
    town = dataclasses.replace(town, study=study)
    (community, estate) = answers(town, ["河东", "jsjy"], CHINESE)
    assert community.entries[0][0].startswith("河东涉及4个小区")
    assert estate.entries[0][0].startswith("金色家园（南镇）")
    assert "小学：新建小学（南镇）" in estate.entries[2][0] + estate.entries[1][0]


def test_a_place_that_nobody_knows_gets_the_nearest_or_a_sentence(town: Plan) -> None:
    (near, nothing) = answers(town, ["3号社屋", "天上人间"], CHINESE)
    assert near.entries[0][0].startswith("没有“3号社屋”")
    assert "3号社区" in near.entries[0][1]
    assert nothing.entries[0][0].startswith("没有找到“天上人间”")
    assert not near.settled
    assert not nothing.settled


def test_a_hostile_name_reaches_the_terminal_without_control_characters(town: Plan) -> None:
    areas = town.study.areas
    hostile = f"\x1b[31m红\x07村{'长' * 200}"
    named = areas.assign(name=[hostile, *areas["name"][1:]])
    town = dataclasses.replace(town, study=dataclasses.replace(town.study, areas=named))
    assert "红 村长长" in said(town, "红村")
    assert "\x1b" not in said(town, "红村")
    assert "\x07" not in said(town, "\x07红村")
    assert "\x1b" not in said(town, "\x1b[31m没有")


def test_hostile_names_are_answered(town: Plan) -> None:
    told = said(with_hostile_names(town), HOSTILE)
    assert "可能是几个地方" in told  # nine areas and three schools of the same name


def test_a_year_or_stage_the_plan_lacks_is_named(town: Plan) -> None:
    with pytest.raises(ScenarioError, match="2031") as refused:
        answers(town, ["0号社区"], CHINESE, year=2031, stages=["primery"])
    assert len(refused.value.faults) == 2
    assert "primary" in refused.value.faults[0]


def test_only_the_stages_asked_for_are_told(town: Plan) -> None:
    (answer,) = answers(town, ["0号社区"], CHINESE, stages=["primary"], in_force=True)
    told = " ".join(head for head, _ in answer.entries)
    assert "高中" not in told
    assert "已公布实施。" in told


def test_years_are_joined_only_while_the_schools_are_the_same(town: Plan) -> None:
    """In 2026 areas 0 to 5 draw lots; before and after each has a school of its own."""
    (primary, _) = gather_facts(with_shared_zone(town), 2026)
    spell = primary.spells[primary.spell[0]]
    assert (spell.first, spell.or_earlier, spell.last, spell.next) == (2026, False, 2026, 2027)
    assert spell.sections == (0, 1)
    assert spell.after == (0,)
    assert primary.walks[0] == (500.0, 500.0)


def test_a_plan_that_begins_later_does_not_claim_to_know_the_years_between(town: Plan) -> None:
    later = {2025: 2025, 2026: 2028, 2027: 2029}

    def moved(table: pd.DataFrame) -> pd.DataFrame:
        return table.assign(year=table["year"].map(later))

    town = dataclasses.replace(
        town,
        years=(2025, 2028, 2029),
        area_years=moved(town.area_years),
        section_years=moved(town.section_years),
    )
    assert "自2028年秋季入学或更早起" in said(town, "6号社区")
