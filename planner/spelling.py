"""Find the word a planner meant when a word is not known."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["did_you_mean", "nearest", "nearest_few"]

LIKENESS = 0.6
"""Share of letters two words must have in common, in order, to be taken for one another
(ratio of Ratcliff and Obershelp, as difflib computes it)."""


def nearest(word: str, known: Iterable[str], *, likeness: float = LIKENESS) -> str:
    """Return the known word most like this one, upper or lower case alike, or an empty text."""
    return next(iter(nearest_few(word, known, count=1, likeness=likeness)), "")


def nearest_few(
    word: str, known: Iterable[str], *, count: int = 3, likeness: float = LIKENESS
) -> list[str]:
    """Return the known words most like this one, the likest first, upper or lower case alike."""
    folded = {name.casefold(): name for name in known}
    close = difflib.get_close_matches(word.casefold(), list(folded), n=count, cutoff=likeness)
    return [folded[name] for name in close]


def did_you_mean(
    word: str, known: Iterable[str], *, likeness: float = LIKENESS, lang: str = "en"
) -> str:
    """Return a hint with the nearest known word to put behind a sentence, or nothing."""
    close = nearest(word, known, likeness=likeness)
    if not close:
        return ""
    return f"是否为“{close}”？" if lang == "zh" else f" Did you mean '{close}'?"
