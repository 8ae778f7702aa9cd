"""Print what every table of a study may hold, for people who fill the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from planner.errors import OutputError, Sentence
from planner.reading.findings import Words
from planner.tables import REQUIRED, TABLES, Column, columns_of
from planner.terms import Language

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["dictionary_markdown", "is_current", "refresh"]

BEGIN: Final = "<!-- dictionary -->"
END: Final = "<!-- /dictionary -->"
HEADINGS: Final = (
    Words("column", "列名"),
    Words("Chinese heading", "中文表头"),
    Words("kind", "类型"),
    Words("unit", "单位"),
    Words("may be empty", "可为空"),
    Words("meaning", "说明"),
)
KINDS: Final = {
    "text": "文本",
    "whole number": "整数",
    "number": "数字",
    "yes/no": "是/否",
    "date": "日期",
    "geometry": "图形",
}


def dictionary_markdown(lang: Language) -> str:
    """Return the data dictionary as Markdown, one section per table in the order of a study.

    Names, headings, units and meanings are those of `planner.tables`; nothing is said twice.
    """
    return "\n".join(_table(table, lang) for table in TABLES)


def refresh(path: Path, lang: Language = Language.ENGLISH) -> None:
    """Write the dictionary into a file, between the two marks that are there for it.

    Raises:
        OutputError: The file lacks the marks.
    """
    text = path.read_text(encoding="utf-8")
    path.write_text(_refreshed(text, path.name, lang), encoding="utf-8")


def is_current(path: Path, lang: Language = Language.ENGLISH) -> bool:
    """Tell whether the dictionary in a file is the one of today's tables.

    Raises:
        OutputError: The file lacks the marks.
    """
    text = path.read_text(encoding="utf-8")
    return _refreshed(text, path.name, lang) == text


def _refreshed(text: str, name: str, lang: Language) -> str:
    """Return a text with today's dictionary between its marks."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise OutputError(
            Sentence(
                f"{name} has no place for the dictionary. Add the lines '{BEGIN}' and '{END}'.",
                f"{name}中没有放数据字典的位置；请加入“{BEGIN}”和“{END}”两行。",
            )
        )
    return f"{before}{BEGIN}\n\n{dictionary_markdown(lang)}\n{END}{after}"


def _table(table: str, lang: Language) -> str:
    """Return the section of one table."""
    zh, meaning = str(TABLES[table].__doc__).strip().split(": ", maxsplit=1)
    needed = Words("Required.", "必需。") if table in REQUIRED else Words("Optional.", "可选。")
    lines = [
        f"### {table} {zh}",
        "",
        f"{meaning} {needed.said(lang)}",
        "",
        _row(*(heading.said(lang) for heading in HEADINGS)),
        _row(*("---" for _ in HEADINGS)),
        *(_row(*_cells(column, lang)) for column in columns_of(table)),
        "",
    ]
    return "\n".join(lines)


def _cells(column: Column, lang: Language) -> tuple[str, ...]:
    """Return what is said about one column."""
    chinese = lang == Language.CHINESE
    may_be_empty = Words("", "") if column.required else Words("yes", "是")
    words = ", ".join(f"`{word}`" for word in column.allowed)
    return (
        f"`{column.name}`",
        column.zh,
        KINDS[column.kind] if chinese else column.kind,
        column.unit,
        may_be_empty.said(lang),
        f"{column.meaning} {words}".strip(),
    )


def _row(*cells: str) -> str:
    """Return one row of a Markdown table."""
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
