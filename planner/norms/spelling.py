"""A word is compared in its plain form, and a misspelt one meets the nearest known one."""

from __future__ import annotations

import difflib
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["is_whole", "nearest", "plain"]


def nearest(word: str, known: Iterable[str]) -> str:
    """Return " Did you mean …?" with the nearest known word, or nothing."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f" Did you mean '{close[0]}'?" if close else ""


def plain(label: str) -> str:
    """Return a label as it is compared: full-width and half-width, case and blanks alike."""
    return "".join(unicodedata.normalize("NFKC", label).casefold().split())


def is_whole(key: str) -> bool:
    """Tell whether a key is a whole number, written in the one way that keys are compared."""
    return re.fullmatch(r"0|-?[1-9][0-9]*", key) is not None
