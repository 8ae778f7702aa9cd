"""Communities are listed so that the very same areas are found again."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.notices.lists import ListReader, exact_items
from planner.notices.names import folded, unique_labels
from planner.notices.places import Gazetteer, gazetteer_of
from planner.terms import Language
from tests.notices.drawn import blocks

ZH, EN = Language.CHINESE, Language.ENGLISH
HOSTILE = [
    "<script>alert(1)</script>", '"引号"、顿号，逗号', "😀社区", "名" * 200, "=HYPERLINK(1)",
    "红星社区（南区）", "红星社区", "红星社区", "", " ", "和平村", "第1小区", "3号院", "全部",
    "红星社区第1小区、第2小区", "红星社区（第1小区）", "a;b:c", "ＡＢＣ村", "abc村", "除第1小区外",
]  # fmt: skip


def read_back(items: list[str], gazetteer: Gazetteer) -> list[int]:
    """Return the areas that a list of items means."""
    found = ListReader(gazetteer).read("、".join(items))
    return sorted(area for one in found for area in one.areas)


def test_a_whole_community_stands_by_its_name_and_a_parted_one_by_its_blocks() -> None:
    names = gazetteer_of(blocks(6), ZH)
    areas = [0, 1, 2, 4, *range(6, 12), 13]  # 红星1–3、5, all of 前进, 东风2
    items = exact_items(areas, names, ListReader(names))
    assert items == ["红星社区（第1—3、5小区）", "前进社区", "东风社区（第2小区）"]
    english = gazetteer_of(blocks(6), EN)
    items = exact_items(areas, english, ListReader(english))
    assert items == [
        "Red Star Community (blocks 1–3, 5)", "Onward Community", "East Wind Community (block 2)",
    ]  # fmt: skip


def test_the_column_community_says_what_belongs_together() -> None:
    areas = blocks(2, name=["阳光花园", "东湖小区", "南苑", "北苑"], community=["桥头社区"] * 4)
    names = gazetteer_of(areas, ZH)
    reader = ListReader(names)
    assert exact_items([0, 1, 2, 3], names, reader) == ["桥头社区"]
    assert exact_items([0, 2], names, reader) == ["桥头社区（阳光花园、南苑）"]
    assert read_back(["桥头社区（阳光花园、南苑）"], names) == [0, 2]


def test_villages_of_one_name_are_told_apart_by_their_townships() -> None:
    areas = blocks(2, name=["石桥村", "石桥村", "上村", "上村"],
                   township=["东镇", "西镇", "东镇", "东镇"])  # fmt: skip
    names = gazetteer_of(areas, ZH)
    assert names.communities[:2] == ("东镇石桥村", "西镇石桥村")
    assert names.areas[2:] == ("上村〔a3〕", "上村〔a4〕")


@pytest.mark.parametrize(
    "typed",
    [
        "红星社区（第1—3、5小区）",
        "红星社区(第1-3小区、第5小区)",
        "红星社区第1至3小区、第5小区",
        "红星社区 1、2、3、5 小区",
        "红星社区第１～３、５小区；",
        "红星社区第1小区、红星社区第2小区，红星社区第3小区和红星社区第5小区",
        "红星社区（除第4、6小区外）",
    ],
)
def test_a_bureau_may_type_blocks_in_many_ways(typed: str) -> None:
    assert read_back([typed], gazetteer_of(blocks(6), ZH)) == [0, 1, 2, 4]


@pytest.mark.parametrize(
    "typed",
    [
        "Red Star Community (blocks 1–3, 5)",
        "Red Star Community (block 1, block 2, block 3 and block 5)",
        "red star community blocks 1-3, 5",
        "Red Star Community block 1, Red Star Community block 2, Red Star Community (blocks 3, 5)",
    ],
)
def test_english_blocks_may_be_typed_in_many_ways(typed: str) -> None:
    assert read_back([typed], gazetteer_of(blocks(6), EN)) == [0, 1, 2, 4]


def test_a_block_that_does_not_exist_is_no_area_and_takes_none_with_it() -> None:
    reader = ListReader(gazetteer_of(blocks(6), ZH))
    found = reader.read("红星社区（第1—9小区）、无此村、前进社区第2小区")
    assert [one.areas for one in found] == [(), (), (7,)]


@given(st.data())
def test_any_areas_with_any_names_are_found_again(data: st.DataObject) -> None:
    name = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=6), st.integers(1, 4).map(
        lambda number: f"红星社区第{number}小区"
    ))  # fmt: skip
    areas = blocks(3, name=data.draw(st.lists(name, min_size=9, max_size=9)))
    lang = data.draw(st.sampled_from(Language))
    if data.draw(st.booleans()):
        areas["name_en"] = None
    names = gazetteer_of(areas, lang)
    wanted = sorted(data.draw(st.sets(st.integers(0, 8), min_size=1)))
    assert read_back(exact_items(wanted, names, ListReader(names)), names) == wanted


def test_hostile_names_are_told_apart_and_found_again() -> None:
    areas = blocks(5, name=[*HOSTILE, *HOSTILE[:5]])
    names = gazetteer_of(areas, ZH)
    assert len({folded(label) for label in names.areas}) == 25
    drawing = random.Random(0)
    for _ in range(50):
        wanted = sorted(drawing.sample(range(25), 12))
        assert read_back(exact_items(wanted, names, ListReader(names)), names) == wanted


@given(st.lists(st.text(max_size=5), min_size=1, max_size=8))
def test_no_two_labels_are_alike(names: list[str]) -> None:
    keys = [f"k{number}" for number in range(len(names))]
    labels = unique_labels(names, [""] * len(names), keys)
    assert len({folded(label) for label in labels}) == len(names)
    assert all(folded(label) for label in labels)
