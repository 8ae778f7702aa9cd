"""Fit text into the columns of a terminal, where a Chinese character takes two."""

from __future__ import annotations

import unicodedata

__all__ = ["fitted", "width_of"]


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
