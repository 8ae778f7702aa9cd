"""Say a name, a title or a sentence in both languages of a study."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from planner.report.words import say
from planner.terms import Language

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Both", "both_of", "said"]


@dataclass(frozen=True, slots=True)
class Both:
    """One text in both languages."""

    zh: Annotated[str, "In Chinese."]
    en: Annotated[str, "In English."]


def both_of(names: Mapping[str, str]) -> Both:
    """Return names given by language; one language stands in for the other."""
    zh, en = names.get("zh", ""), names.get("en", "")
    return Both(zh=zh or en, en=en or zh)


def said(key: str, **values: object) -> Both:
    """Return one of our sentences in both languages; a figure may itself be in both."""
    return Both(
        *(
            say(key, lang, **{name: _in(value, lang) for name, value in values.items()})
            for lang in (Language.CHINESE, Language.ENGLISH)
        )
    )


def _in(value: object, lang: Language) -> object:
    """Return a figure in a language."""
    return getattr(value, lang) if isinstance(value, Both) else value
