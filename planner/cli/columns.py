"""Which tables and columns does a study have?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.talk import Lang, language, print_table

if TYPE_CHECKING:
    from planner.tables import Column


def columns(
    table: Annotated[str | None, typer.Argument(help="One table; otherwise all.")] = None,
    lang: Lang = None,
    results: Annotated[
        bool, typer.Option("--results", help="The tables of a finished plan instead.")
    ] = False,
) -> None:
    """Print the data dictionary: every table, column, unit and meaning; * may not be empty."""
    from planner.errors import Sentence, StudyError
    from planner.results import RESULTS
    from planner.tables import TABLES, columns_of

    tables = RESULTS if results else TABLES
    if table is not None and table not in tables:
        raise StudyError(
            Sentence(
                f"There is no table '{table}'. There are: {', '.join(tables)}.",
                f"没有“{table}”这张表；现有：{'、'.join(tables)}。",
            )
        )
    chinese = language(lang) == "zh"
    headings = (
        ["列名", "中文列名", "类型", "说明"] if chinese else ["column", "中文", "kind", "meaning"]
    )
    for name in [table] if table is not None else tables:
        zh, _, en = str(tables[name].__doc__).partition(": ")
        typer.echo(f"{name} · {zh if chinese else en}{_mark(name, results, chinese)}")
        rows = [
            [column.name, column.zh, _kind(column, chinese), _meaning(column)]
            for column in columns_of(name, tables[name])
        ]
        print_table("", headings, rows)
        typer.echo()


def _mark(table: str, results: bool, chinese: bool) -> str:
    """Say that a study cannot do without a table."""
    from planner.tables import REQUIRED

    if results or table not in REQUIRED:
        return ""
    return "（必需）" if chinese else " Needed."


def _kind(column: Column, chinese: bool) -> str:
    """Return the kind of a column, with a star where no cell may be empty."""
    words = {
        "text": "文字",
        "whole number": "整数",
        "number": "数",
        "yes/no": "是/否",
        "date": "日期",
        "geometry": "图形",
    }
    return (words[column.kind] if chinese else column.kind) + ("*" if column.required else "")


def _meaning(column: Column) -> str:
    """Return the meaning with its unit and the words that are allowed."""
    unit = f" [{column.unit}]" if column.unit else ""
    words = f" ({', '.join(column.allowed)})" if column.allowed else ""
    return f"{column.meaning}{unit}{words}"
