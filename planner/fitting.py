"""Fit text into the columns of a terminal, where a Chinese character takes two."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

__all__ = ["bracket_of", "fitted", "width_of", "with_brackets_below", "wrapped"]

_CLOSING: Final = "，。；：、！？）》」』】％%"
_UNIT: Final = re.compile(
    rf"\s+|[\u2e80-\u9fff\uff00-\uffef][{_CLOSING}]*|[^\s\u2e80-\u9fff\uff00-\uffef]+[{_CLOSING}]*"
)
"""What stays on one line: a Chinese character, a word or a number, each with the mark behind it."""
_BRACKET: Final = re.compile(r"\s*([（(][^（()）]*[）)])$")
"""The unit or remark in brackets at the end of a heading."""


def width_of(text: str) -> int:
    """Return the columns a text takes in a terminal: wide characters take two, accents none."""
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


def bracket_of(heading: str) -> str:
    """Return the bracket with which a heading ends, such as its unit; empty without one."""
    found = _BRACKET.search(heading)
    return found.group(1) if found else ""


def with_brackets_below(heading: str) -> str:
    """Return a heading in two lines, the bracket at its end on the second one."""
    return _BRACKET.sub(r"\n\1", heading)


def wrapped(text: str, width: int) -> list[str]:
    """Return a text in lines of at most so many columns; numbers and words stay in one piece.

    Chinese text may be broken between any two characters, but not before a closing mark.
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
