"""Which tables and columns does a study have?"""

from __future__ import annotations

from typing import Annotated

import typer

from planner.cli.talk import Lang, language, print_table


def columns(
    table: Annotated[str | None, typer.Argument(help="One table; otherwise all.")] = None,
    lang: Lang = None,
    results: Annotated[
        bool, typer.Option("--results", help="The tables of a finished plan instead.")
    ] = False,
) -> None:
    """Print the data dictionary: every table, column, unit and meaning."""
    from planner.errors import StudyError
    from planner.results import RESULTS
    from planner.tables import REQUIRED, TABLES, columns_of

    tables = RESULTS if results else TABLES
    if table is not None and table not in tables:
        raise StudyError(f"There is no table '{table}'. There are: {', '.join(tables)}.")
    chinese = language(lang) == "zh"
    headings = (
        ["列", "中文列名", "类型", "必填", "单位", "可用值"]
        if chinese
        else ["column", "meaning", "kind", "needed", "unit", "words"]
    )
    for name in [table] if table is not None else tables:
        zh, _, en = str(tables[name].__doc__).partition(": ")
        needed = name in REQUIRED and not results
        mark = ("（必需）" if chinese else " (needed)") if needed else ""
        rows = [
            [
                column.name,
                column.zh if chinese else column.meaning,
                column.kind,
                ("是" if chinese else "yes") if column.required else "",
                column.unit,
                " ".join(column.allowed),
            ]
            for column in columns_of(name, tables[name])
        ]
        print_table(f"{name} · {zh if chinese else en}{mark}", headings, rows)
        typer.echo()
