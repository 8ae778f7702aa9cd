"""Text is wrapped for the terminal as a reader would: numbers whole, marks never first."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from planner.fitting import bracket_of, width_of, with_brackets_below, wrapped


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
