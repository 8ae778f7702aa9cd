"""Know how Chinese characters are read, so that a name is found by its sound.

The table travels in the page: terminal and page spell names with the same one.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["readings_of"]


def readings_of(names: Iterable[str]) -> dict[str, str]:
    """Return for each syllable without its tone, ü as v, the characters that are read so.

    Every reading of the characters of the names is kept, since a place name often has a rare
    one; of the 3,755 characters of daily use (the first level of GB 2312) the usual one, so that
    a wrong character that sounds alike leads to the name.
    """
    from pypinyin import Style, pinyin

    met = sorted({letter for name in names for letter in name if letter >= "\u2e80"})
    spoken: dict[str, list[str]] = {syllable: list(letters) for syllable, letters in _usual()}
    for letter in met:
        found = pinyin(letter, style=Style.NORMAL, heteronym=True, errors="ignore")
        for syllable in found[0] if found else ():
            here = spoken.setdefault(syllable, [])
            if letter not in here:
                here.append(letter)
    return {syllable: "".join(spoken[syllable]) for syllable in sorted(spoken)}


@cache
def _usual() -> tuple[tuple[str, str], ...]:
    """Return the syllables with the characters of daily use that are usually read so."""
    from pypinyin import Style, lazy_pinyin

    pairs = ((row, cell) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF))
    letters = [bytes(pair).decode("gb2312", errors="ignore") for pair in pairs]
    spoken: dict[str, str] = {}
    for letter in filter(None, letters):
        (syllable,) = lazy_pinyin(letter, style=Style.NORMAL)
        spoken[syllable] = spoken.get(syllable, "") + letter
    return tuple(spoken.items())
