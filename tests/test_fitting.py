"""Text is wrapped for the terminal as a reader would: numbers whole, marks never first."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from planner.cli.talk import print_table
from planner.fitting import (
    bracket_of,
    cell_lines,
    column_widths,
    heading_lines,
    is_number,
    turned,
    width_of,
    with_brackets_below,
    wrapped,
)

SHEET = {
    "en": (
        ["Stage", "Plan", "Mean walk (metres)", "Longest walk (metres)",
         "Beyond the seats (pupils)", "Beyond the limit (pupils)", "Pupils who change section",
         "Areas cut off"],
        [["primary", "Before", "1,247", "9,258", "0", "1,419", "0", "10"],
         ["primary", "1", "1,249", "9,258", "26", "1,419", "6", "11"]],
    ),
    "zh": (
        ["学段", "方案", "平均步行（米）", "最远步行（米）", "超出学位（人）", "超距（人）",
         "调整学校（人）", "不连片单元"],
        [["小学", "调整前", "1,247", "9,258", "0", "1,419", "0", "10"],
         ["小学", "1", "1,249", "9,258", "26", "1,419", "6", "11"]],
    ),
}  # fmt: skip
"""The score sheet of `planner zone --move`, as it was cropped once."""

LETTERS = "学位缺口metres0123456789 ，（）()"
TEXTS = st.text(alphabet=LETTERS, min_size=1, max_size=24)
TABLES = st.integers(1, 6).flatmap(
    lambda columns: st.tuples(
        st.lists(TEXTS, min_size=columns, max_size=columns),
        st.lists(st.lists(TEXTS, min_size=columns, max_size=columns), max_size=4),
    )
)


def test_a_number_in_chinese_text_is_not_torn_apart() -> None:
    # "费用32,229.9万元" is 4 + 8 + 4 columns wide; the number alone takes 8.
    assert wrapped("费用32,229.9万元", 10) == ["费用", "32,229.9万", "元"]


def test_no_line_begins_with_a_closing_mark() -> None:
    # Six characters fill twelve columns; the comma goes to the next line with its character.
    assert wrapped("一二三四五六，七", 12) == ["一二三四五", "六，七"]


def test_the_bracket_of_a_heading_goes_below_it_in_one_piece() -> None:
    assert with_brackets_below("超出学位（人）") == "超出学位\n（人）"
    assert with_brackets_below("Beyond the limit (pupils)") == "Beyond the limit\n(pupils)"
    assert with_brackets_below("Walks (mean) of all") == "Walks (mean) of all"
    assert bracket_of("与方案2不同（人）") == "（人）"
    assert bracket_of("状态") == ""


def test_english_is_wrapped_between_words() -> None:
    assert wrapped("one two three", 8) == ["one two", "three"]
    assert wrapped("one\n\ntwo", 8) == ["one", "", "two"]


@given(st.text(alphabet="学位缺口a1.,，。 \n", max_size=60), st.integers(6, 40))
def test_nothing_is_lost_and_lines_fit(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    for line in lines:
        # Only a word that is wider than the terminal may stick out.
        assert width_of(line) <= width or width_of(line.split()[0]) > width // 2


def test_no_line_ends_with_an_opening_mark() -> None:
    # "见（附表）" is ten columns wide: after two characters only the mark itself would fit.
    assert wrapped("一见（附表）", 6) == ["一见", "（附", "表）"]
    assert wrapped("一二“大街”", 5) == ["一二", "“大", "街”"]


def test_an_apostrophe_stays_inside_its_word() -> None:
    assert wrapped("the school’s zone", 8) == ["the", "school’s", "zone"]


def test_a_heading_that_is_too_wide_is_broken_into_even_lines_and_its_bracket_is_not() -> None:
    # Five characters take ten columns; at eight the last would stand alone.
    assert heading_lines("不连片单元", 8) == ["不连片", "单元"]
    assert heading_lines("Pupils who change section", 20) == ["Pupils who", "change section"]
    assert heading_lines("平均步行（米）", 8) == ["平均步行", "（米）"]
    assert heading_lines("Cost (10,000 yuan)", 4) == ["Cost", "(10,000 yuan)"]
    assert heading_lines("Gap (%)", 7) == ["Gap (%)"]


def test_a_table_with_room_keeps_every_heading_in_one_line() -> None:
    # "Seats (pupils)" is 14 wide, "Roll" 4: 14 + 3 signs between + 4 = 21.
    headings, rows = ["Seats (pupils)", "Roll"], [["1,234", "90"]]
    assert column_widths(headings, rows, 21) == [14, 4]
    # One column less and the bracket goes below: "(pupils)" is 8 wide.
    assert column_widths(headings, rows, 20) == [8, 4]


def test_the_widest_column_gives_up_its_room_first() -> None:
    # 20 + 3 + 10 columns are wanted, 23 are there: the ten that are missing come from the first.
    rows = [["一二三四五六七八九十", "甲乙丙丁戊"]]
    assert column_widths(["名", "称"], rows, 23) == [10, 10]
    # From there on they take turns, the first column beginning.
    assert column_widths(["名", "称"], rows, 21) == [9, 9]


def test_a_number_is_never_broken_to_make_room() -> None:
    # 9 + 3 + 9 columns for the numbers alone.
    rows = [["1,234,567", "7,654,321"]]
    assert column_widths(["a", "b"], rows, 21) == [9, 9]
    assert column_widths(["a", "b"], rows, 20) is None


def test_a_table_without_rows_is_as_wide_as_its_headings() -> None:
    assert column_widths(["学段", "方案"], [], 80) == [4, 4]


def test_a_row_of_a_table_that_is_too_wide_is_told_heading_by_heading() -> None:
    headings = ["Stage", "Status", "Beyond the limit (pupils)"]
    assert turned(headings, ["primary", "", "1,419"], 24) == [
        "Stage: primary",
        "Beyond the limit",
        "    (pupils): 1,419",
    ]
    assert turned(["学段", "超距（人）"], ["小学", "6"], 60) == ["学段：小学", "超距（人）：6"]


@given(TABLES, st.integers(10, 90))
def test_a_table_that_fits_holds_every_line_of_every_cell(
    table: tuple[list[str], list[list[str]]], room: int
) -> None:
    headings, rows = table
    widths = column_widths(headings, rows, room)
    assume(widths is not None)
    assert widths is not None
    assert sum(widths) + 3 * (len(widths) - 1) <= room
    for number, (heading, width) in enumerate(zip(headings, widths, strict=True)):
        cells = [row[number] for row in rows]
        assert all(width_of(line) <= width for line in heading_lines(heading, width))
        assert all(width_of(line) <= width for cell in cells for line in cell_lines(cell, width))
        assert not bracket_of(heading) or bracket_of(heading) in "\n".join(
            heading_lines(heading, width)
        )
        assert all(cell_lines(cell, width) == [cell] for cell in cells if is_number(cell))


@given(TABLES, st.integers(10, 90))
def test_a_table_is_turned_only_where_a_column_cannot_be_narrower(
    table: tuple[list[str], list[list[str]]], room: int
) -> None:
    """With every column at its longest piece the table must be wider than the terminal."""
    headings, rows = table
    assume(column_widths(headings, rows, room) is None)
    least = 3 * (len(headings) - 1)
    for number, heading in enumerate(headings):
        cells = [row[number] for row in rows]
        pieces = [
            *heading_lines(heading, 0),
            *(line for cell in cells for line in wrapped(cell, 0)),
        ]
        pieces += [cell for cell in cells if is_number(cell)]
        whole = max(map(width_of, (*with_brackets_below(heading).split("\n"), *cells)))
        # Three Chinese characters are never broken: 调整前.
        least += max(min(6, whole), *map(width_of, pieces))
    assert least > room


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("columns", [60, 80])
def test_a_score_sheet_is_printed_whole(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, lang: str, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    headings, rows = SHEET[lang]
    print_table("", headings, rows)
    said = capsys.readouterr().out
    assert max(width_of(line) for line in said.splitlines()) <= columns
    cells = re.split(r"[│┃：\s]+", said)
    for cell in (cell for row in rows for cell in row):
        assert cells.count(cell) == sum(row.count(cell) for row in rows), cell
    for heading in headings:
        for piece in heading.split() if lang == "en" else heading:
            assert piece in said
    for line in said.splitlines():
        assert line.count("（") == line.count("）"), line
        assert line.count("(") == line.count(")"), line


def test_a_table_too_wide_for_its_words_becomes_blocks(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    print_table("Plans", *SHEET["en"])
    said = capsys.readouterr().out
    assert "━" not in said
    assert said.split("\n\n")[1].splitlines() == [
        "Stage: primary",
        "Plan: Before",
        "Mean walk (metres): 1,247",
        "Longest walk (metres): 9,258",
        "Beyond the seats (pupils): 0",
        "Beyond the limit (pupils): 1,419",
        "Pupils who change section: 0",
        "Areas cut off: 10",
    ]
