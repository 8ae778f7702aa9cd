"""What somebody types leads to the place that is meant, and where in doubt it is asked back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.atlas.lookup.matching import Finder, Found
from planner.atlas.lookup.readings import readings_of

NAMES = (
    ("上营社区第1小区", "Shangying Community block 1", "星云街道上营社区第1小区"),
    ("上营社区第2小区", "Shangying Community block 2", "星云街道上营社区第2小区"),
    ("上营社区第11小区", "Shangying Community block 11", "星云街道上营社区第11小区"),
    ("下营村", "Xiaying Village", "宁海街道下营村"),
    ("大村", "Dacun", "宁海街道大村"),
    ("大村", "Dacun", "江城镇大村"),
    ("重庆路", "宁海街道重庆路"),
    ("第一中学", "No. 1 Middle School"),
    ("<b>'\"&😀", "Robert'); DROP TABLE"),
    ("长" * 200,),
    ("和平里3-2号",),
)
FINDER = Finder.of(NAMES, readings_of(name for one in NAMES for name in one))


def find(typed: str) -> Found:
    return FINDER.find(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "上营社区第1小区",
        "上营社区1小区",
        "上营1小区",
        "上营 １ 小区",
        "上营社区第１小区",
        "shangyingshequ1xiaoqu",
        "shangying1",
        "syq1",
        "SYSQ1XQ",
        "shàngyíng 1",
        "上营shequ1",
        "shang'ying1",
        "Shangying Community block 1",
        "shangying block 1",
        "block 1 ",
        "尚莹社区1小区",  # sounds alike
        "星云街道上营社区1小区",
        "星云街道上营社区第1小区3栋402室",
    ],
)
def test_many_ways_of_writing_lead_to_the_first_block(typed: str) -> None:
    found = find(typed)
    assert found.places[0] == 0
    assert found.sure
    assert not found.near


@pytest.mark.parametrize(
    ("typed", "place"),
    [("一中", 7), ("yizhong", 7), ("chongqinglu", 6), ("zhongqinglu", 6), ("cql", 6), ("xyc", 3)],
)
def test_initials_and_every_reading_of_a_character_lead_to_the_name(typed: str, place: int) -> None:
    assert find(typed).places[0] == place


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("xaiying village", 3),  # swapped
        ("xiayingg", 3),  # superfluous
        ("chonqing", 6),  # missing
        ("chingqing", 6),  # wrong
        ("下宫村", 3),  # a wrong character
    ],
)
def test_a_slip_of_the_pen_is_forgiven_but_asked_back(typed: str, place: int) -> None:
    found = find(typed)
    assert place in found.places
    assert found.near or found.places[0] == place
    assert not found.sure or not found.near


def test_a_number_is_no_other_number() -> None:
    assert find("上营社区1小区").places == (0,)
    assert 0 not in find("上营社区2小区").places


def test_two_numbers_are_not_one() -> None:
    assert find("和平里3-2号") == Found((10,), sure=True, near=False, full=(10,))
    assert find("和平里 3 2") == Found((10,), sure=True, near=False)
    assert not find("hpl32").sure


def test_a_number_that_may_go_on_is_offered_after_the_one_that_is_whole() -> None:
    assert find("上营1").places == (0, 2)


def test_one_name_in_two_townships_is_asked_back() -> None:
    assert find("大村") == Found((4, 5), sure=False, near=False, full=(4, 5))
    found = find("江城镇大村")
    assert found.places[0] == 5
    assert found.sure


def test_several_blocks_of_one_community_are_asked_back_in_their_order() -> None:
    found = find("上营社区")
    assert found.places == (0, 1, 2)
    assert not found.sure


def test_what_is_like_nothing_gets_the_nearest_beginning() -> None:
    found = find("上营大道99号院")
    assert found.near
    assert set(found.places) >= {0, 1, 2}


@pytest.mark.parametrize("typed", ["", "   ", "😀", "、。！", "\x00\n", "第"])
def test_what_says_nothing_finds_nothing(typed: str) -> None:
    assert find(typed) == Found((), sure=False, near=False)


def test_hostile_and_long_names_are_names() -> None:
    assert find("<b>").places[0] == 8
    assert find("长" * 200).places == (9,)
    assert find("changchang").places == (9,)
    assert find("a" * 100_000).places == ()


@given(place=st.integers(0, 7), name=st.integers(0, 1))
def test_every_name_leads_to_its_place(place: int, name: int) -> None:
    """A name written out stands first, or beside its namesake."""
    assert place in find(NAMES[place][name]).places[:2]


@given(place=st.sampled_from([0, 1, 3, 6]), at=st.integers(0, 30))
def test_a_letter_too_many_still_leads_there(place: int, at: int) -> None:
    name = NAMES[place][0]
    at = at % (len(name) + 1)
    assert place in find(f"{name[:at]}々{name[at:]}").places


@given(st.text(max_size=60))
def test_whatever_is_typed_is_answered(typed: str) -> None:
    found = find(typed)
    assert set(found.places) <= set(range(len(NAMES)))
    assert not (found.sure and found.near)
