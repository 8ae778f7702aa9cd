"""Say what sheets say, in the language of a sheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.atlas.words import read_words
from planner.shipped import map_templates

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.terms import Language

__all__ = ["Words", "sheet_words"]


@dataclass(frozen=True, slots=True)
class Words:
    """Words of maps/templates/sheet.toml in one language."""

    lang: Language
    by_key: Mapping[str, Mapping[str, str]]

    def __call__(self, key: str, **values: object) -> str:
        """Return a word or sentence with its figures filled in."""
        return self.by_key[key][self.lang].format(**values)

    def of(self, names: Mapping[str, str]) -> str:
        """Return a name given in both languages; one stands in for the other."""
        other = next((name for name in names.values() if name), "")
        return names.get(self.lang) or other

    def number(self, value: float | None, *, decimals: int = 0) -> str:
        """Return a figure, a dash where it is missing."""
        if value is None or value != value:  # noqa: PLR0124 - NaN differs from itself
            return self("none")
        return f"{value:,.{decimals}f}"

    def share(self, value: float | None) -> str:
        """Return a share in percent, a dash where it is missing."""
        if value is None or value != value:  # noqa: PLR0124 - NaN differs from itself
            return self("none")
        return f"{value:.0%}" if self.lang == "zh" else f"{100 * value:.0f} %"


def sheet_words(lang: Language) -> Words:
    """Return the words of the sheets in a language."""
    return Words(lang, read_words(map_templates() / "sheet.toml"))
