"""Say what is wrong in a notice, with the line on which it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from planner.terms import Language

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from planner.errors import Sentence

__all__ = ["NoticeFinding", "listed"]

_SHOWN: Final = 8


class NoticeFinding(NamedTuple):
    """One thing that a notice says otherwise than the plan, or that is worth a look.

    Attributes:
        file: The notice.
        line: Line, or paragraph of a document; 0 where the whole file is meant.
        what: The sentence, in both languages.
        is_error: Whether it contradicts the plan; otherwise it is a remark.
        by_paragraph: Whether the file is counted in paragraphs.
    """

    file: Path
    line: int
    what: Sentence
    is_error: bool
    by_paragraph: bool

    def sentence(self, lang: Language) -> str:
        """Return place and fault as a planner reads them."""
        if lang == Language.CHINESE:
            unit = "段" if self.by_paragraph else "行"
            place = f"，第{self.line}{unit}" if self.line else ""
            return f"{self.file.name}{place}：{self.what.zh}"
        unit = "paragraph" if self.by_paragraph else "line"
        place = f", {unit} {self.line}" if self.line else ""
        return f"{self.file.name}{place}: {self.what}"


def listed(items: Sequence[str], count: int, lang: Language) -> str:
    """Return the first items of a list, and of how many areas it is where some are left out."""
    shown = items[:_SHOWN]
    if lang == Language.CHINESE:
        return "、".join(shown) + (f"等{count}个单元" if len(items) > _SHOWN else "")
    return ", ".join(shown) + (f" and more, {count} areas in all" if len(items) > _SHOWN else "")
