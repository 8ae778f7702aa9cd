"""Say what is wrong in a notice, with the line on which it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from planner.errors import Sentence
from planner.notices.lists import exact_items
from planner.notices.wording import sections_said
from planner.terms import Language

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from planner.notices.lists import ListReader
    from planner.notices.notice import Notice
    from planner.notices.reading import ReadNotice, ReadZone

__all__ = ["Case", "NoticeFinding", "nearest_said"]

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


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A notice that was read, beside the plan.

    Attributes:
        file: The notice.
        notice: What the plan says.
        read: What the file says.
        only: Keys of sections to look at; empty: all.
        reader: Finds areas by their names in either language.
    """

    file: Path
    notice: Notice
    read: ReadNotice
    only: frozenset[str]
    reader: ListReader

    @property
    def by_paragraph(self) -> bool:
        """Whether the file is counted in paragraphs."""
        return self.file.suffix.lower() == ".docx"

    @property
    def zones(self) -> list[ReadZone]:
        """The zones of the file that are to be looked at."""
        return [zone for zone in self.read.zones if self.concerns(zone.sections)]

    def concerns(self, sections: Collection[str]) -> bool:
        """Tell whether a zone of these sections is to be looked at."""
        return not self.only or bool(self.only.intersection(sections))

    def found(self, line: int, en: str, zh: str, *, is_error: bool = True) -> NoticeFinding:
        """Return a finding on a line."""
        return NoticeFinding(self.file, line, Sentence(en, zh), is_error, self.by_paragraph)

    def schools(self, sections: Sequence[str]) -> str:
        """Return the schools of a zone."""
        return sections_said(sections, self.notice)

    def areas(self, areas: Sequence[int]) -> str:
        """Return areas by name, the first of many, and how many there are."""
        items = exact_items(areas, self.notice.gazetteer, self.reader)
        more = len(items) > _SHOWN
        if self.notice.lang == Language.CHINESE:
            return "、".join(items[:_SHOWN]) + (f"等{len(areas)}个单元" if more else "")
        return ", ".join(items[:_SHOWN]) + (f" and more, {len(areas)} areas in all" if more else "")


def nearest_said(close: Sequence[str], lang: Language) -> str:
    """Return a hint with the nearest names to put behind a sentence, or nothing."""
    if not close:
        return ""
    if lang == Language.CHINESE:
        return f"相近的有：{'、'.join(close)}。"
    return f" Nearest: {', '.join(close)}."
