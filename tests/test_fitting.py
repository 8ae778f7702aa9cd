"""Text is wrapped for the terminal as a reader would: numbers whole, marks never first."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from planner.fitting import width_of, wrapped


def test_a_number_in_chinese_text_is_not_torn_apart() -> None:
    # "费用32,229.9万元" is 4 + 8 + 4 columns wide; the number alone takes 8.
    assert wrapped("费用32,229.9万元", 10) == ["费用", "32,229.9万", "元"]


def test_no_line_begins_with_a_closing_mark() -> None:
    # Six characters fill twelve columns; the comma goes to the next line with its character.
    assert wrapped("一二三四五六，七", 12) == ["一二三四五", "六，七"]


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
