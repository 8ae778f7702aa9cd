"""Who types street and number is led to the community in which the house stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.atlas.lookup import answers
from planner.atlas.lookup.houses import Street, doors_by_street, split, written
from planner.checks import check_study
from planner.study import read_study
from planner.terms import Language
from tests.atlas.lookup.houses import with_houses
from tests.towns import CRS, centre_of, write_town

if TYPE_CHECKING:
    from pathlib import Path

    from planner.plan import Plan


def said(town: Plan, typed: str, lang: Language = Language.CHINESE) -> str:
    (answer,) = answers(with_houses(town), [typed], lang)
    return "\n".join(line for entry in answer.entries for line in entry if line)


@pytest.mark.parametrize(
    ("typed", "area"),
    [
        ("人民路1号", 3),
        ("人民路1", 3),
        ("renminlu 1", 3),
        ("北镇人民路１号3单元402室", 3),
        ("北镇人民路12号", 4),
        ("北镇人民路第12号", 4),
        ("人民路12-1号", 5),
        ("人民路12弄3号2楼", 5),
        ("南镇人民路12号", 7),
        ("人民路14甲", 8),
        ("12 mill lane", 0),
    ],
)
def test_street_and_number_lead_to_one_community(town: Plan, typed: str, area: int) -> None:
    assert said(town, typed).startswith(f"{area}号社区（")


def test_the_answer_says_where_the_house_lies(town: Plan) -> None:
    assert "人民路1号属于3号社区。" in said(town, "rml1")
    assert "12 Mill Lane lies in Area 0." in said(town, "12 Mill Lane", Language.ENGLISH)


def test_a_house_without_a_number_is_a_place_of_its_own(town: Plan) -> None:
    told = said(town, "hdss")
    assert told.startswith("河东宿舍（北镇） · 2026年秋季入学")
    assert "步行约919米" in told  # from area 1, as the town has it: 707 m × 1.3


def test_two_streets_of_one_name_with_the_same_number_are_asked_back(town: Plan) -> None:
    told = said(town, "人民路12号")
    assert told.splitlines()[1:] == ["- 人民路12号（北镇）", "- 人民路12号（南镇）"]


def test_a_number_that_nobody_has_leads_to_the_street(town: Plan) -> None:
    told = said(town, "北镇人民路77号")
    assert told.splitlines()[1:] == ["- 人民路（北镇） · 门牌", "- 人民路（南镇） · 门牌"]
    assert "属于" not in said(town, "人民路99号")  # it stands in no area


def test_a_community_with_a_number_in_its_name_comes_before_a_house(town: Plan) -> None:
    assert said(town, "2号社区").startswith("2号社区（北镇）")


def test_an_address_twice_in_a_township_belongs_to_the_first_row(town: Plan) -> None:
    study = with_houses(town).study
    doors = doors_by_street(study.addresses, study.areas)
    assert doors[Street("人民路", "北镇")] == (
        ("1号", 3),
        ("12号", 4),
        ("12-1号", 5),
        ("12弄3号", 5),
    )


@pytest.mark.parametrize(
    ("address", "name", "number"),
    [
        ("人民路12号", "人民路", "12号"),
        (" 人民路 12 号", "人民路", "12 号"),
        ("12A Main Street", "Main Street", "12A"),
        ("河东宿舍", "河东宿舍", ""),
        ("5栋", "", "5栋"),
        ("", "", ""),
    ],
)
def test_an_address_is_a_name_and_a_number(address: str, name: str, number: str) -> None:
    assert split(address) == (name, number)


@given(st.sampled_from(["人民路", "Main Street", "河东宿舍"]), st.integers(1, 9999))
def test_an_address_that_is_written_is_read_back(name: str, number: int) -> None:
    assert split(written(name, str(number))) == (name, str(number))


def test_houses_outside_every_area_are_named_by_the_check(tmp_path: Path) -> None:
    import geopandas as gpd
    import pandas as pd
    from shapely import Point

    inside, outside = centre_of("a5"), Point(centre_of("a1").x - 400, centre_of("a1").y)
    table = gpd.GeoDataFrame(
        pd.DataFrame({"address": ["人民路1号", "人民路3号"]}), geometry=[inside, outside], crs=CRS
    )
    folder = write_town(tmp_path / "town", addresses=table)
    assert len(read_study(folder).addresses) == 2
    told = " ".join(found.sentence(Language.ENGLISH) for found in check_study(folder))
    assert "no area holds '人民路3号'" in told
    assert "人民路1号" not in told
