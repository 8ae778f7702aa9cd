"""Say what is wrong in a study, where it stands and what to do, in Chinese and English."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from planner.errors import Sentence
from planner.terms import Language

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Finding", "Severity", "Words", "quoted"]

ROWS_SHOWN: Final = 3
VALUES_SHOWN: Final = 3


class Severity(StrEnum):
    """Whether a study can be used as it is."""

    ERROR = "error"
    WARNING = "warning"


class Words(NamedTuple):
    """One text in both languages."""

    en: str
    zh: str

    def said(self, lang: Language) -> str:
        """Return the text in one language."""
        return self.zh if lang == Language.CHINESE else self.en

    def about(self, values: Iterable[object]) -> Words:
        """Return the text with '{values}' replaced by the values it speaks of."""
        shown = list(values)
        return Words(
            self.en.replace("{values}", quoted(shown, Language.ENGLISH)),
            self.zh.replace("{values}", quoted(shown, Language.CHINESE)),
        )


NOTHING: Final = Words("", "")


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of a study, on as many rows as it occurs.

    `rows` are the numbers a planner sees beside the rows of a sheet, where the headings of a
    plain table are row 1; in files of shapes they count the features from 1 and `features` is
    true. `what` and `remedy` are whole sentences. `kind` names a gap or a repair that results
    must own up to; other findings have none.
    """

    severity: Severity
    file: str
    what: Words
    remedy: Words = NOTHING
    sheet: str = ""
    rows: tuple[int, ...] = ()
    column: str = ""
    features: bool = False
    kind: str = ""

    @property
    def row(self) -> int | None:
        """The first row concerned, or none when the whole file is."""
        return self.rows[0] if self.rows else None

    def sentence(self, lang: Language) -> str:
        """Return place, fault and remedy as a planner reads them."""
        said = [self.what.said(lang), self.remedy.said(lang)]
        if lang == Language.CHINESE:
            return f"{self.place(lang)}：{''.join(said)}"
        return f"{self.place(lang)}: {' '.join(part for part in said if part)}"

    def refusal(self, lang: Language) -> Sentence:
        """Return the sentence in a language, which knows itself in Chinese."""
        return Sentence(self.sentence(lang), self.sentence(Language.CHINESE))

    def place(self, lang: Language) -> str:
        """Return where the fault stands: file, sheet, rows and column."""
        zh = lang == Language.CHINESE
        parts = [self.file]
        if self.sheet:
            parts.append(f"工作表“{self.sheet}”" if zh else f"sheet '{self.sheet}'")
        if self.rows:
            parts.append(_rows_zh(self) if zh else _rows_en(self))
        if self.column:
            parts.append(f"“{self.column}”列" if zh else f"column '{self.column}'")
        return ("，" if zh else ", ").join(parts)


def quoted(values: Iterable[object], lang: Language) -> str:
    """Return the first distinct values in quotes and how many more there are."""
    distinct = list(dict.fromkeys(str(value) for value in values))
    zh = lang == Language.CHINESE
    first = [f"“{value}”" if zh else f"'{value}'" for value in distinct[:VALUES_SHOWN]]
    return _listed(first, len(distinct) - len(first), lang)


def _rows_en(finding: Finding) -> str:
    """Name the rows in English: row 3; rows 3, 7, 12 and 40 more."""
    noun = "feature" if finding.features else "row"
    first = [str(row) for row in finding.rows[:ROWS_SHOWN]]
    plural = "s" if len(finding.rows) > 1 else ""
    return f"{noun}{plural} " + _listed(first, len(finding.rows) - len(first), Language.ENGLISH)


def _rows_zh(finding: Finding) -> str:
    """Name the rows in Chinese: 第3行; 第3、7、12行等43行."""
    noun = "个要素" if finding.features else "行"
    first = "、".join(str(row) for row in finding.rows[:ROWS_SHOWN])
    more = f"等{len(finding.rows)}{noun}" if len(finding.rows) > ROWS_SHOWN else ""
    return f"第{first}{noun}{more}"


def _listed(first: list[str], more: int, lang: Language) -> str:
    """Join what is shown and count what is not."""
    if lang == Language.CHINESE:
        return "、".join(first) + (f"等{len(first) + more}项" if more else "")
    if more:
        return ", ".join(first) + f" and {more} more"
    return ", ".join(first[:-1]) + (" and " if len(first) > 1 else "") + first[-1] if first else ""
