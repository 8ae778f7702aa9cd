"""A figure is one number of one rule; it says where it stands and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.terms import Language

__all__ = ["Certainty", "Figure", "number_at", "whole_at"]


class Certainty(StrEnum):
    """How sure it is that a document says so."""

    OFFICIAL = "V"
    COPY = "v"
    DERIVED = "D"
    REMEMBERED = "M"
    SCENARIO = "scenario"

    def words(self, lang: Language) -> str:
        """Return the certainty as a planner reads it."""
        return _CERTAINTY_WORDS[self][lang]


_CERTAINTY_WORDS: Final[dict[Certainty, dict[str, str]]] = {
    Certainty.OFFICIAL: {"zh": "官方页面", "en": "official page"},
    Certainty.COPY: {"zh": "转载", "en": "third-party copy"},
    Certainty.DERIVED: {"zh": "推算", "en": "derived"},
    Certainty.REMEMBERED: {"zh": "凭记忆，待核", "en": "remembered, to be checked"},
    Certainty.SCENARIO: {"zh": "本方案设定", "en": "set by the study or scenario"},
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of one rule, and where it stands.

    Lists of numbers, such as the scales of a building standard, are text: "12, 18, 24, 30".
    """

    value: float | int | str
    unit: str
    document: str
    article: str
    certainty: Certainty
    note: str = ""
    read_at: str = ""


def number_at(figures: Mapping[str, Figure], path: str) -> float | None:
    """Return the number at a path, or None where the norms are silent or list several."""
    value = figures[path].value if path in figures else None
    return None if isinstance(value, str) else value


def whole_at(figures: Mapping[str, Figure], path: str) -> int | None:
    """Return the whole number at a path; reading has held its unit against it."""
    number = number_at(figures, path)
    return None if number is None else int(number)
