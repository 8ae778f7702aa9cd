"""Cells are read the way bureaus write them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.norms import read_norms
from planner.reading.values import read_cells
from planner.tables import columns_of

CN = read_norms("cn")


def read(table: str, column: str, *cells: Any) -> tuple[list[Any], list[bool]]:
    """Return what cells of one column mean and which could not be read."""
    meant = next(each for each in columns_of(table) if each.name == column)
    series = pd.Series(list(cells), dtype=object)
    read_as = read_cells(meant, series, CN)
    values = [None if pd.isna(value) else value for value in read_as.typed]
    return values, read_as.unread.tolist()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("45", 45),
        (45, 45),
        (45.0, 45),
        (" 45 ", 45),
        ("４５", 45),
        ("1,234", 1234),
        ("1，234", 1234),
        ("1 234", 1234),
        ("", None),
        (None, None),
        ("-", None),
        ("—", None),
    ],
)
def test_numbers(written: Any, meant: int | None) -> None:
    assert read("rolls", "pupils", written) == ([meant], [False])


@pytest.mark.parametrize("written", ["45人", "about 45", "1,23", "12,5", "inf", "4 5"])
def test_what_is_not_a_number_is_said_and_not_guessed(written: str) -> None:
    assert read("rolls", "pupils", written) == ([None], [True])


def test_half_a_pupil_is_not_read_but_half_a_resident_is() -> None:
    assert read("rolls", "pupils", "3", "3.5") == ([3, None], [False, True])
    assert read("residents", "residents", "3", "3.5") == ([3.0, 3.5], [False, False])


@pytest.mark.parametrize("written", ["是", "有", "yes", "Y", "TRUE", "1", 1, True, "√"])
def test_yes(written: Any) -> None:
    assert read("schools", "boarding", written) == ([True], [False])


@pytest.mark.parametrize("written", ["否", "无", "no", "N", "false", "0", 0, False])
def test_no(written: Any) -> None:
    assert read("schools", "boarding", written) == ([False], [False])


def test_perhaps_is_neither() -> None:
    assert read("schools", "boarding", "也许", "") == ([None, None], [True, False])


@pytest.mark.parametrize(
    "written",
    [
        "2023-09-01",
        "2023/9/1",
        "2023.9.1",
        "2023年9月1日",
        "２０２３年９月１日",
        date(2023, 9, 1),
        datetime(2023, 9, 1),
        pd.Timestamp("2023-09-01"),
        45170,  # days since 1899-12-30, as Excel counts: 2023-01-01 is 44 927, and 243 days more
        "45170",
    ],
)
def test_days(written: Any) -> None:
    assert read("projects", "hand_over", written) == ([pd.Timestamp("2023-09-01")], [False])


@pytest.mark.parametrize("written", ["2023", "2023年9月", "2023-13-01", "2023-02-30", "soon", "17"])
def test_days_that_are_not_there(written: str) -> None:
    assert read("projects", "hand_over", written) == ([None], [True])


@pytest.mark.parametrize(
    "written", ["2023", 2023, "2023年", "2023学年", "2023-2024", "2023/24", "2023-2024学年度"]
)
def test_school_years(written: Any) -> None:
    assert read("rolls", "year", written) == ([2023], [False])


@pytest.mark.parametrize(
    ("written", "meant"),
    [("一年级", 1), ("1", 1), (1.0, 1), ("小班", -2), ("初一", 7), ("高三", 12), ("合计", None)],
)
def test_grades(written: Any, meant: int | None) -> None:
    assert read("rolls", "grade", written) == ([meant], [False])


def test_a_reception_class_is_a_grade_in_england() -> None:
    column = next(each for each in columns_of("rolls") if each.name == "grade")
    read_as = read_cells(column, pd.Series(["R", "Year 6"]), read_norms("england"))
    assert read_as.typed.tolist() == [0, 6]


def test_stages_and_kinds_by_their_chinese_words() -> None:
    assert read("sections", "stage", "小学", "primary", "初中", "Junior")[0] == [
        "primary",
        "primary",
        "junior",
        "junior",
    ]
    assert read("schools", "kind", "九年一贯制学校", "教学点")[0] == ["nine_year", "teaching_point"]
    assert read("areas", "setting", "镇区", "Village")[0] == ["town", "village"]
    assert read("projects", "kind", "改扩建", "Ｄ级危房")[0] == ["extension", "condemned"]
    assert read("sections", "intake", "全县", "划片")[0] == ["county", "zone"]


def test_keys_in_full_width_letters_are_the_same_keys() -> None:
    assert read("rolls", "section_id", "Ｐ１", " P1 ", 101.0)[0] == ["P1", "P1", "101"]


def test_names_stay_as_they_are_written() -> None:
    name = "第一小学（东校区）"
    assert read("schools", "name", name)[0] == [name]


@given(st.lists(st.integers(0, 10**9) | st.floats(0, 1e9).map(lambda x: round(x, 3))))
def test_numbers_come_back_as_they_were_written(numbers: list[float]) -> None:
    written = [repr(number) for number in numbers]
    values, unread = read("residents", "residents", *written)
    assert values == pytest.approx([float(number) for number in numbers])
    assert not np.any(unread)
