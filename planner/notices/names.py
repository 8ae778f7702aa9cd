"""Write names so that they read back to what they name, whatever stands in them."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["SEPARATORS", "KnownNames", "folded", "shown", "unique_labels"]

SEPARATORS: Final = "、,;。:|"
"""Marks between the items of a list, as `folded` leaves them."""
_DASHES: Final = dict.fromkeys(map(ord, "‐‑‒–—―−~〜─"), "-")
_OPENING: Final = "([〔"
_NEVER_FIRST: Final = " .．)）]］"


def shown(name: str) -> str:
    """Return a name on one line, without marks that would divide a list."""
    kept = "".join(" " if _divides(letter) else letter for letter in name)
    return " ".join(kept.lstrip(_NEVER_FIRST).split())


def folded(text: str) -> str:
    """Return a text as it is compared: full and half width, upper and lower case alike, no blanks.

    Dashes of any length become "-", full-width marks half-width ones.
    """
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_DASHES)
    return "".join(letter for letter in plain if letter.isprintable() and not letter.isspace())


def unique_labels(
    names: Sequence[str], qualifiers: Sequence[str], keys: Sequence[str]
) -> tuple[str, ...]:
    """Return a label for each thing that no other has: its name, with its place, or with its key.

    Two villages of one name are told apart by their townships (宁海街道黄营村), and what even
    these do not tell apart by the key: 黄营村〔A00012〕.

    Args:
        names: What they are called; may be anything, also nothing.
        qualifiers: What may stand before the name, such as the township; empty where unknown.
        keys: Keys, unique.
    """
    plain = [shown(name) for name in names]
    placed = [
        f"{shown(place)}{'' if _wide(name) else ' '}{name}" if shown(place) and name else ""
        for place, name in zip(qualifiers, plain, strict=True)
    ]
    keyed = [
        f"{name}〔{shown(key) or number}〕"
        for number, (name, key) in enumerate(zip(plain, keys, strict=True))
    ]
    labels = _where_clear(plain, placed)
    return tuple(_where_clear(labels, keyed))


def _where_clear(labels: Sequence[str], instead: Sequence[str]) -> list[str]:
    """Return the labels, with another instead where one is empty or could be taken for another."""
    said = [folded(label) for label in labels]
    often = Counter(said)
    beginnings = {
        name[:place] for name in often for place, letter in enumerate(name) if letter in _OPENING
    }
    return [
        label if name and often[name] == 1 and name not in beginnings else other or label
        for label, name, other in zip(labels, said, instead, strict=True)
    ]


class KnownNames:
    """Names that may begin anywhere in a text; the longest one counts."""

    def __init__(self, names: Iterable[str]) -> None:
        """Take names as `folded` leaves them."""
        by_letter: dict[str, list[str]] = defaultdict(list)
        for name in sorted(set(names) - {""}, key=lambda name: (-len(name), name)):
            by_letter[name[0]].append(name)
        self._by_letter: Mapping[str, list[str]] = by_letter

    def at(self, text: str, place: int, *, ends: str) -> str:
        """Return the longest name that stands here and ends before one of `ends`, or nothing."""
        for name in self._by_letter.get(text[place : place + 1], ()):
            after = place + len(name)
            if text.startswith(name, place) and (after == len(text) or text[after] in ends):
                return name
        return ""


def _divides(letter: str) -> bool:
    """Tell whether a letter would end an item of a list, or is none to be printed."""
    plain = unicodedata.normalize("NFKC", letter)
    return not letter.isprintable() or any(mark in plain for mark in SEPARATORS)


def _wide(name: str) -> bool:
    """Tell whether a name begins with a Chinese character, before which no blank stands."""
    return unicodedata.east_asian_width(name[:1] or " ") in "WF"
