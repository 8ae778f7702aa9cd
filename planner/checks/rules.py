"""Hold every cell against its column in the data dictionary."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np
import pandera.pandas as pa

from planner.reading.findings import Words
from planner.spelling import nearest
from planner.tables import REQUIRED, TABLES, columns_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from numpy.typing import NDArray

    from planner.reading import Finding, RawTable

__all__ = ["FIRST_YEAR", "LAST_YEAR", "column_rules"]

FIRST_YEAR: Final = 1950  # earlier and later years are slips of the pen, not school years
LAST_YEAR: Final = 2100
LIMIT: Final = re.compile(r"(greater|less)_than(_or_equal_to)?\((-?[\d.]+)\)")


def column_rules(table: RawTable) -> Iterator[Finding]:
    """Yield the cells that the table's columns do not allow.

    Missing cells have been reported while reading, shapes are looked at in `places`.
    """
    if table.name in REQUIRED and table.sources and table.frame.empty:
        yield table.sources[0].finding(
            Words("it has no rows.", "表中没有数据。"),
            Words("Fill it: nothing can be planned without it.", "请填写：缺少此表无法规划。"),
        )
    if table.frame.empty:
        return
    yield from _years(table)
    try:
        TABLES[table.name].validate(table.frame, lazy=True)
    except pa.errors.SchemaErrors as error:
        cases = error.failure_cases
        cases = cases[cases["index"].notna() & ~cases["check"].isin(["not_nullable"])]
        for (column, check), rows in cases.groupby(["column", "check"], sort=False):
            where = np.zeros(len(table.frame), dtype=bool)
            where[rows["index"].astype(int).unique()] = True
            what, remedy = _said(table, str(column), str(check), where)
            if what.en:
                yield from table.at(where, what, remedy, column=str(column))


def _years(table: RawTable) -> Iterator[Finding]:
    """Yield years that cannot be meant."""
    for column in ("year", "completed", "since"):
        if column in table.frame:
            years = table.frame[column]
            yield from table.at(
                ((years < FIRST_YEAR) | (years > LAST_YEAR)).fillna(value=False),
                Words("expected a school year, found {values}.", "应填学年，实为{values}。"),
                Words("Write four digits, such as 2023.", "请填四位数字，例如2023。"),
                column=column,
            )


def _said(table: RawTable, name: str, check: str, where: NDArray[np.bool_]) -> tuple[Words, Words]:
    """Return fault and remedy of one broken rule; nothing for a rule of whole rows seen twice."""
    column = next(each for each in columns_of(table.name) if each.name == name)
    if check == "field_uniqueness":
        return (
            Words("more than one row has {values}.", "{values}重复出现。"),
            Words(
                "Give every row a key of its own, or remove the row that is there twice.",
                "请为每一行使用不同的编号，或删除重复的行。",
            ),
        )
    if limit := LIMIT.match(check):
        return _limit_said(limit)
    if column.allowed:
        return _word_said(column.allowed, table.frame.loc[where, name])
    if name == "age_to":  # the one rule of whole rows: an age group ends after it begins
        return (
            Words("the age group ends before it begins.", "年龄段的止点小于起点。"),
            Words("Swap the two ages.", "请调换起止年龄。"),
        )
    return Words("", ""), Words("", "")


def _limit_said(limit: re.Match[str]) -> tuple[Words, Words]:
    """Return fault and remedy of a number beyond its limit."""
    number = float(limit[3])
    if limit[1] == "less":
        return (
            Words(f"found {{values}}, above {number:g}.", f"{{values}}大于{number:g}。"),
            Words("Correct the number.", "请更正数字。"),
        )
    if limit[2]:
        return (
            Words(f"found {{values}}, below {number:g}.", f"{{values}}小于{number:g}。"),
            Words("Correct the number: it counts things.", "请更正数字：数量不能为负。"),
        )
    return (
        Words(f"found {{values}}, not above {number:g}.", f"{{values}}不大于{number:g}。"),
        Words("Correct the number, or leave the cell empty.", "请更正数字，或留空。"),
    )


def _word_said(allowed: tuple[str, ...], wrong: pd.Series[str]) -> tuple[Words, Words]:
    """Return fault and remedy of a word that the column does not know."""
    close = nearest(str(wrong.iloc[0]), allowed)
    return (
        Words(
            f"expected one of {', '.join(allowed)}; found {{values}}.",
            f"应填{'、'.join(allowed)}之一，实为{{values}}。",
        ),
        Words(f"Did you mean '{close}'?", f"是否为“{close}”？")
        if close
        else Words("Use one of these words.", "请使用以上词语之一。"),
    )
