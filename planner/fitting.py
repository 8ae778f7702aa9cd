"""Fit text and tables into a terminal, where a Chinese character takes two columns."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = [
    "bracket_of",
    "cell_lines",
    "column_widths",
    "fitted",
    "heading_lines",
    "is_number",
    "turned",
    "width_of",
    "with_brackets_below",
    "wrapped",
]

_OPENING: Final = "（《「『【“‘("
_CLOSING: Final = "，。；：、！？）》」』】”’％%),.;:!?"
_WIDE: Final = r"\u2e80-\u9fff\uff00-\uffef"
_UNIT: Final = re.compile(rf"\s+|[{_OPENING}]*(?:[{_WIDE}]|[^\s{_WIDE}]+)[{_CLOSING}]*")
"""What stays on one line: a Chinese character, a word or a number, each with the marks about it."""
_BRACKET: Final = re.compile(r"(?<=\S)\s*([（(][^（()）]*[）)])$")
"""The unit or remark in brackets behind a heading."""
_BETWEEN: Final = 3
"""Signs between two columns of a table."""
_GLANCE: Final = 6
"""Columns below which no text is broken: three Chinese characters, such as 调整前."""
_INDENT: Final = "    "


def width_of(text: str) -> int:
    """Return the columns a text takes in a terminal: wide characters take two, accents none."""
    if text.isascii():
        return len(text)
    return sum(
        0
        if unicodedata.combining(letter)
        else 2
        if unicodedata.east_asian_width(letter) in "WF"
        else 1
        for letter in text
    )


def fitted(text: str, width: int) -> str:
    """Return the text without control characters, cut with … where it is too wide."""
    shown = "".join(letter if letter.isprintable() else " " for letter in text)
    if width_of(shown) <= width:
        return shown
    while width_of(shown) > width - 1:
        shown = shown[:-1]
    return shown.rstrip() + "…"


def wrapped(text: str, width: int) -> list[str]:
    """Return a text in lines of at most so many columns; numbers and words stay in one piece.

    Chinese text may be broken between any two characters, but not before a closing mark nor
    behind an opening one.
    """
    lines = []
    for paragraph in text.split("\n"):
        line = ""
        for unit in _UNIT.findall(paragraph):
            if line and width_of(line + unit.rstrip()) > width:
                lines.append(line.rstrip())
                line = "" if unit.isspace() else unit
            else:
                line += unit
        lines.append(line.rstrip())
    return lines


def bracket_of(heading: str) -> str:
    """Return the bracket with which a heading ends, such as its unit; empty without one."""
    found = _BRACKET.search(heading)
    return found.group(1) if found else ""


def with_brackets_below(heading: str) -> str:
    """Return a heading in two lines, the bracket at its end on the second one."""
    return _BRACKET.sub(r"\n\1", heading)


def is_number(cell: str) -> bool:
    """Tell whether a cell reads as a number, a percentage or an empty place for one."""
    plain = cell.replace(" ", "").replace(",", "").strip("+-−%–")
    return not plain or plain.replace(".", "", 1).isdigit()


def heading_lines(heading: str, width: int) -> list[str]:
    """Return a heading in lines, as even as may be; its bracket stands below in one piece."""
    if width_of(heading) <= width:
        return [heading]
    words, _, bracket = with_brackets_below(heading).partition("\n")
    lines = wrapped(words, width)
    for evener in range(width - 1, 0, -1):
        shorter = wrapped(words, evener)
        if len(shorter) > len(lines) or _widest(shorter) > evener:
            break
        lines = shorter
    return [*lines, *([bracket] if bracket else [])]


def cell_lines(cell: str, width: int) -> list[str]:
    """Return a cell in lines of at most so many columns, a number in one piece."""
    return [cell] if is_number(cell) else wrapped(cell, width)


def column_widths(
    headings: Sequence[str], rows: Sequence[Sequence[str]], room: int
) -> list[int] | None:
    """Return how wide each column of a table may be so that it fits; None where it cannot.

    While the table is too wide, its widest column gives up one, but none becomes narrower than
    the longest word of its heading and of its cells, its numbers, its heading's bracket and what
    is read at a glance.

    Args:
        headings: One for each column; where the table is too wide, their brackets go below.
        rows: One cell for each column.
        room: Columns of the terminal.
    """
    room -= _BETWEEN * (len(headings) - 1)
    columns = list(zip(headings, *rows, strict=True))
    widths = [_widest(column) for column in columns]
    if sum(widths) <= room:
        return widths
    widths = [_widest((with_brackets_below(heading), *cells)) for heading, *cells in columns]
    least = [_least(heading, cells) for heading, *cells in columns]
    while sum(widths) > room:
        willing = [place for place, width in enumerate(widths) if width > least[place]]
        if not willing:
            return None
        widths[max(willing, key=widths.__getitem__)] -= 1
    return widths


def turned(headings: Sequence[str], row: Sequence[str], width: int) -> list[str]:
    """Return a row of a table that is too wide as lines of heading and cell, empty cells left out.

    What is behind a heading is wrapped to so many columns, all lines but the first indented.
    """
    lines = []
    for heading, cell in zip(headings, row, strict=True):
        if not cell.strip():
            continue
        colon = "：" if width_of(heading[-1:]) == 2 else ": "
        first, *more = wrapped(f"{heading}{colon}{cell}", width - len(_INDENT))
        lines += [first, *(f"{_INDENT}{line}" for line in more)]
    return lines


def _widest(texts: Iterable[str]) -> int:
    """Return the columns of the widest line of some texts."""
    return max((width_of(line) for text in texts for line in text.split("\n")), default=0)


def _least(heading: str, cells: Sequence[str]) -> int:
    """Return the columns of the widest piece of a column that may not be broken."""
    pieces = [piece for cell in cells for piece in cell_lines(cell, 0)]
    short = min(_GLANCE, _widest((with_brackets_below(heading), *cells)))
    return max(short, _widest((*heading_lines(heading, 0), *pieces)))
