"""Keep names from data from being run as formulas when a spreadsheet opens them."""

from __future__ import annotations

from typing import Final

__all__ = ["is_formula_like", "never_a_formula"]

_LIVE: Final = tuple("=+-@\t\r\n＝＋－＠")


def is_formula_like(text: str) -> bool:
    """Tell whether a spreadsheet could take a text for a formula (full-width signs included)."""
    return text.startswith(_LIVE)


def never_a_formula(text: str) -> str:
    """Return a text for a CSV file: one that begins like a formula is preceded by an apostrophe."""
    return f"'{text}" if is_formula_like(text) else text
