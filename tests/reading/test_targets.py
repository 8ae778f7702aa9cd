"""A target is read the way plans write it."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.reading.targets import Target, parse_actual, parse_target


def read(text: str, better: str = "higher") -> Target:
    target = parse_target(text, better=better)
    assert target is not None, text
    return target


@pytest.mark.parametrize("text", ["0.92", "92%", "９２％", " 92 % ", "920‰", ".92"])
def test_a_share_is_read_however_it_is_written(text: str) -> None:
    assert (read(text).kind, read(text).figure) == ("number", 0.92)


@pytest.mark.parametrize(
    "text", [">=85%", "≥0.85", "不低于85%", "８５％以上", "85%及以上", "至少85%", "at least 85%"]
)
def test_a_bound_from_below_is_reached_by_itself_and_by_more(text: str) -> None:
    target = read(text)
    assert [target.reaches(value) for value in (0.8499, 0.85, 0.86)] == [False, True, True]


@pytest.mark.parametrize("text", ["<=55", "≤55", "不超过55人", "55以内", "至多55", "55人及以下"])
def test_a_bound_from_above_is_kept_by_itself_and_by_less(text: str) -> None:
    target = read(text, better="higher")  # the sign of the plan counts, not the usual direction
    assert [target.reaches(value) for value in (54, 55, 56)] == [True, True, False]


def test_below_and_above_leave_the_bound_itself_out() -> None:
    assert [read("<0.15").reaches(value) for value in (0.14, 0.15)] == [True, False]
    assert [read("超过60%").reaches(value) for value in (0.6, 0.61)] == [False, True]


@pytest.mark.parametrize(
    "text", ["3-5", "3—5", "3——5", "3～5", "3~5", "3至5", "３－５", "3 to 5所"]
)
def test_a_range_binds_on_the_side_that_matters(text: str) -> None:
    assert [read(text).reaches(value) for value in (2, 3, 5, 6)] == [False, True, True, True]
    lower = read(text, better="lower")
    assert [lower.reaches(value) for value in (2, 5, 6)] == [True, True, False]
    judged = read(text, better="word")
    assert [judged.reaches(value) for value in (2, 3, 5, 6)] == [False, True, True, False]


def test_a_percent_sign_behind_a_range_is_for_both_ends() -> None:
    target = parse_target("3-5%", better="word")
    assert target is not None
    assert (target.low, target.high) == (0.03, 0.05)


@pytest.mark.parametrize("text", ["-10%", "－10%", "−10%", "下降10%", "减少10％"])
def test_a_change_is_reckoned_against_the_base_year(text: str) -> None:
    target = read(text, better="lower")
    assert (target.kind, target.change) == ("change", -0.10)
    assert target.reaches(18) is None  # nobody knows of what
    against = target.against(20, "lower")  # 20 × 0.9 = 18
    assert [against.reaches(value) for value in (18, 19)] == [True, False]


def test_a_bare_number_binds_the_way_that_is_better() -> None:
    assert [read("29", "lower").reaches(value) for value in (28, 29, 30)] == [True, True, False]
    assert [read("29").reaches(value) for value in (28, 29, 30)] == [False, True, True]
    assert [read("0.15", "below").reaches(value) for value in (0.14, 0.15)] == [True, False]


def test_a_value_that_is_written_like_its_target_has_reached_it() -> None:
    assert read("0.63").reaches(0.62996)
    assert not read("0.63").reaches(0.6299)


@pytest.mark.parametrize("text", ["全市首位", "全市前3名", "约85%", "明显提高"])
def test_words_are_for_people_to_judge(text: str) -> None:
    target = read(text)
    assert (target.kind, target.text) == ("words", text)
    assert target.reaches(1.0) is None


@pytest.mark.parametrize("text", ["", " ", "-", "—", "/"])
def test_an_empty_cell_is_no_target(text: str) -> None:
    assert read(text).kind == "none"


@pytest.mark.parametrize("text", ["85%%", "5-3", "≥", "≥≥5", "1.2.3", "3--"])
def test_figures_and_signs_that_make_no_sense_are_refused(text: str) -> None:
    assert parse_target(text) is None


def test_a_column_of_percent_divides_bare_numbers_only_once() -> None:
    for text in ("92", "92%"):
        target = parse_target(text, percent=True)
        assert target is not None
        assert target.figure == 0.92


def test_thousands_and_words_for_what_is_counted_are_understood() -> None:
    assert read("1,435个").figure == 1435
    assert read("4所").figure == 4


def test_an_unknown_value_reaches_nothing_and_misses_nothing() -> None:
    assert read("0.5").reaches(math.nan) is None


@given(st.text(max_size=12))
def test_whatever_stands_in_a_cell_is_read_or_refused_but_never_breaks(text: str) -> None:
    target = parse_target(text)
    assert target is None or target.kind in {
        *("number", "bound", "range", "change", "words", "none"),
    }
    parse_actual(text)


@given(st.decimals(min_value=0, max_value=9999, places=3), st.sampled_from(["higher", "lower"]))
def test_every_number_reaches_itself(number: object, better: str) -> None:
    assert read(str(number), better).reaches(float(str(number)))


def test_what_the_bureau_enters_is_a_number_or_an_answer() -> None:
    assert parse_actual("97.2%") == 0.972
    assert parse_actual("２０起") is None  # not a word for what is counted that planner knows
    assert [parse_actual(word) for word in ("达标", "是", "yes")] == [True] * 3
    assert [parse_actual(word) for word in ("不达标", "否", "no")] == [False] * 3
    assert parse_actual("全市第三") is None
