"""Read the words of the map, each in Chinese and in English."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

from planner.errors import InputError, Sentence
from planner.terms import Language

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["read_words"]


def read_words(path: Path) -> Mapping[str, Mapping[str, str]]:
    """Return every word by its key, then by language.

    Raises:
        InputError: a word lacks one of the languages; all such words together.
    """
    words: dict[str, dict[str, str]] = tomllib.loads(path.read_text(encoding="utf-8"))
    faults = [
        Sentence(
            f"{path.name}: '{key}' lacks '{lang}'. Add the translation.",
            f"{path.name}：“{key}”缺少“{lang}”；请补上译文。",
        )
        for key, pair in words.items()
        for lang in Language
        if not str(pair.get(lang, "")).strip()
    ]
    if faults:
        raise InputError(*faults)
    return words
