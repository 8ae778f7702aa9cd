"""What bureaus write into the cells of a ledger, and what it means."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.ledger.cells import (
    read_class,
    read_day,
    read_grade,
    read_size,
    read_stage,
    read_state,
    read_year,
)
from planner.ledger.columns import FORM, OURS, heading_known, our_heading, ours_among, theirs_among
from planner.ledger.entries import STATES, State
from planner.norms import read_norms
from planner.terms import Language

CN = read_norms("cn")


@pytest.mark.parametrize(
    ("cell", "pupils"),
    [
        (58, 58),
        (58.0, 58),
        ("58人", 58),
        ("５８", 58),
        ("５８人", 58),
        ("五十八人", 58),
        ("一百零二", 102),
        ("58（含借读2人）", 58),
        ("约60", 60),
        ("58 pupils", 58),
        ("-3", None),
        ("五六十", None),
        ("不详", None),
        ("", None),
        (None, None),
        (True, None),
    ],
)
def test_a_class_size_is_read_however_it_is_written(cell: Any, pupils: int | None) -> None:
    assert read_size(cell) == pupils


@pytest.mark.parametrize(
    "cell",
    [
        "2024年3月1日",
        "2024.3.1",
        "２０２４－０３－０１",
        "2024/3/1",
        "20240301",
        45352,  # days since 30 December 1899, as Excel counts
        "45352",
        "二〇二四年三月一日",
        "2024年3月1日前",
        datetime(2024, 3, 1, 8, 30),
        date(2024, 3, 1),
    ],
)
def test_the_first_of_march_is_read_however_it_is_written(cell: Any) -> None:
    assert read_day(cell) == date(2024, 3, 1)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("二〇二四年三月", date(2024, 3, 31)),
        ("2024年2月底前", date(2024, 2, 29)),
        ("2024年9月上旬", date(2024, 9, 10)),
        ("2024年秋季开学前", date(2024, 8, 31)),
        ("2024年底", date(2024, 12, 31)),
        ("二〇二四年十二月三十一日", date(2024, 12, 31)),
        ("2024年8月31日前完成", date(2024, 8, 31)),
        ("2024", date(2024, 12, 31)),
        ("2024年6月31日", None),
        ("2024年13月", None),
        ("3月1日", None),
        (2024.1, None),  # January, or October typed as 2024.10
        ("尽快", None),
        ("", None),
    ],
)
def test_of_a_month_or_a_year_the_last_day_is_meant(cell: Any, day: date | None) -> None:
    assert read_day(cell) == day


@given(st.dates(date(1990, 1, 1), date(2090, 12, 31)))
def test_every_day_is_read_back_from_chinese_and_from_excel(day: date) -> None:
    assert read_day(f"{day.year}年{day.month}月{day.day}日") == day
    assert read_day((day - date(1899, 12, 30)).days) == day


@pytest.mark.parametrize(
    ("name", "head", "key"),
    [
        ("1班", "", "1"),
        ("(1)班", "", "1"),
        ("（１）班", "", "1"),
        ("一（1）班", "一", "1"),
        ("一年级(1)班", "一年级", "1"),
        ("七3班", "七", "3"),
        ("初一(3)班", "初一", "3"),
        ("三-2", "三", "2"),
        ("302班", "3", "2"),
        ("1003班", "10", "3"),
        ("2021级(2)班", "2021级", "2"),
        ("十二班", "", "12"),
        ("12班", "", "12"),
        ("class 3", "", "3"),
        ("实验班", "", "实验"),
        ("重点（1）班", "", "重点1"),
        ("七年级实验1班", "七年级", "实验1"),
    ],
)
def test_the_number_of_a_class_is_found_in_its_name(name: str, head: str, key: str) -> None:
    assert read_class(name) == (head, key)


@pytest.mark.parametrize(
    ("stage", "word", "grade"),
    [
        ("primary", "一年级", 1),
        ("primary", "1", 1),
        ("primary", "七年级", None),
        ("junior", "初一", 7),
        ("junior", "7", 7),
        ("junior", "七", 7),
        ("junior", "一年级", 7),
        ("junior", "初二年级", 8),
        ("junior", "２", 8),
        ("senior", "高中二年级", 11),
        ("senior", "3", 12),
        ("junior", "甲", None),
    ],
)
def test_a_grade_is_read_by_its_label_or_its_place_in_the_stage(
    stage: str, word: str, grade: int | None
) -> None:
    assert read_grade(word, CN.stage(stage), CN) == grade


@pytest.mark.parametrize(
    ("words", "state"),
    [
        ("未整改", State.OPEN),
        ("未销号", State.OPEN),
        ("尚未启动", State.OPEN),
        ("否", State.OPEN),
        ("not started", State.OPEN),
        ("整改中", State.MEASURE),
        ("正在推进", State.MEASURE),
        ("in progress", State.MEASURE),
        ("已申报", State.CLAIMED),
        ("待核实", State.CLAIMED),
        ("整改完成", State.CLAIMED),
        ("已核实", State.VERIFIED),
        ("销号", State.CLOSED),
        ("是", State.CLOSED),
        ("反弹", State.REOPENED),
        ("已增加教室", None),
        ("", None),
    ],
)
def test_a_state_is_read_from_what_a_bureau_says(words: str, state: State | None) -> None:
    assert read_state(words) == state


@pytest.mark.parametrize("state", State)
def test_our_own_words_for_a_state_are_read_back(state: State) -> None:
    assert [read_state(STATES[state].said(lang)) for lang in Language] == [state, state]


@pytest.mark.parametrize(
    ("cell", "year"),
    [
        ("2023", 2023),
        (2023, 2023),
        ("2023—2024学年", 2023),
        ("２０２３学年度", 2023),
        ("2023年秋季", 2023),
        ("2024年3月1日", 2023),
        (date(2023, 9, 1), 2023),
        ("去年", None),
    ],
)
def test_a_school_year_is_read_by_its_first_of_september(cell: Any, year: int | None) -> None:
    assert read_year(cell) == year


def test_a_stage_is_read_from_a_name_that_holds_it() -> None:
    words = {"小学部": "primary", "初中": "junior", "junior": "junior", "学前": ""}
    assert {word: read_stage(word, CN) for word in words} == words


def test_the_columns_of_a_new_ledger_and_our_own_are_known_in_both_languages() -> None:
    for lang in Language:
        form = [words.said(lang) for words in FORM.values()]
        assert theirs_among(form) == {key: place for place, key in enumerate(FORM)}
        ours = [our_heading(key, lang) for key in OURS]
        assert ours_among(ours) == {key: place for place, key in enumerate(OURS)}
        assert theirs_among(ours) == {}
        assert all(map(heading_known, [*form, *ours]))


def test_of_two_headings_for_one_thing_the_usual_one_is_taken() -> None:
    assert theirs_among(["人数", "班 额", "责任单位", "责任人"]) == {"size": 1, "owner": 3}
    assert theirs_among(["班额（人）", "备注"]) == {"size": 0}
