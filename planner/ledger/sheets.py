"""Open a workbook and find the ledger in it: titles, merged cells, headings of two lines."""

from __future__ import annotations

import re
import warnings
import zipfile
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

import openpyxl

from planner.ledger.columns import heading_known
from planner.reading.findings import Finding, Words, quoted
from planner.reading.table import Source
from planner.reading.values import cell_text
from planner.terms import Language

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from planner.ledger.entries import Cell

__all__ = ["Grid", "LedgerSheet", "open_ledger"]

_TOP_ROWS: Final = 30
"""Rows among which the headings are looked for."""

_HEADINGS_NEEDED: Final = 3
_MOST_ROWS: Final = 100_000  # a sheet formatted to its last row is not a ledger of a million

Cells = list[list["Cell"]]


@dataclass(frozen=True, slots=True)
class Grid:
    """A sheet that is no ledger, kept as values."""

    title: str
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class LedgerSheet:
    """The ledger as found: lines above it, its headings, its rows with their numbers.

    Cells that were merged downwards hold their value in every row.
    """

    source: Source
    title: tuple[tuple[str, str], ...]
    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]
    others: tuple[Grid, ...]


def open_ledger(path: Path) -> LedgerSheet | list[Finding]:
    """Return the sheet whose headings are most like a ledger's, or what is wrong with the file."""
    source = Source(path.name)
    if path.suffix.lower() not in {".xlsx", ".xlsm"}:
        return [_no_workbook(source, path)]
    try:
        with warnings.catch_warnings():
            # What openpyxl cannot keep (drop-down lists, pictures) is not ours to report.
            warnings.simplefilter("ignore", UserWarning)
            values = openpyxl.load_workbook(path, data_only=True)
            formulas = openpyxl.load_workbook(path)
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile, SyntaxError) as error:
        return [_damaged(source, error)]
    sheets = {page.title: _cells(page) for page in values.worksheets}
    ranked = {title: _heading_row(cells) for title, cells in sheets.items()}
    best = max(ranked, key=lambda title: ranked[title][1], default="")
    if not best or ranked[best][1] < _HEADINGS_NEEDED:
        return [_no_headings(source, sheets)]
    source = Source(path.name, best if len(sheets) > 1 else "")
    if unsaved := _without_results(source, values[best], formulas[best]):
        return [unsaved]
    others = tuple(_grid(title, cells) for title, cells in sheets.items() if title != best)
    return _below(source, values[best], sheets[best], ranked[best][0], others)


def _cells(page: Worksheet) -> Cells:
    """Return the values of a sheet; what was merged downwards stands in every row it covers."""
    rows = [
        [_value(cell) for cell in row]
        for row in page.iter_rows(max_row=min(page.max_row, _MOST_ROWS), values_only=True)
    ]
    for block in page.merged_cells.ranges:
        for row in range(block.min_row, min(block.max_row, len(rows))):
            rows[row][block.min_col - 1] = rows[block.min_row - 1][block.min_col - 1]
    while rows and not any(_filled(cell) for cell in rows[-1]):
        rows.pop()
    return rows


def _value(cell: Any) -> Cell:
    """Return what a cell holds; a time of day becomes text, a day without one a plain date."""
    if isinstance(cell, datetime):
        return cell.date() if cell.time() == time() else cell
    if isinstance(cell, (time, timedelta)):
        return str(cell)
    if cell is None or isinstance(cell, (str, int, float)):
        return cell
    return cell_text(cell)


def _filled(cell: Cell) -> bool:
    """Tell whether a cell holds anything that can be seen."""
    return cell is not None and bool(str(cell).strip())


def _heading_row(cells: Cells) -> tuple[int, int]:
    """Return the row most like headings of a ledger, and how many of them it has."""
    best = 0, 0
    for number, row in enumerate(cells[:_TOP_ROWS]):
        known = sum(heading_known(cell) for cell in row if isinstance(cell, str) and cell.strip())
        if known > best[1]:
            best = number, known
    return best


def _below(
    source: Source, page: Worksheet, cells: Cells, heading_row: int, others: tuple[Grid, ...]
) -> LedgerSheet:
    """Return titles, headings and rows of a sheet, empty rows left out."""
    below = cells[heading_row:]
    width = max(place + 1 for row in below for place in range(len(row)) if _filled(row[place]))
    body = enumerate(below[1:], start=heading_row + 2)
    # Headings of two lines: the upper line is none of the titles.
    first = min(
        (
            block.min_row - 1
            for block in page.merged_cells.ranges
            if block.min_row <= heading_row + 1 <= block.max_row
        ),
        default=heading_row,
    )
    return LedgerSheet(
        source=source,
        title=tuple(_title(row) for row in cells[:first] if any(map(_filled, row))),
        headings=tuple(_heading(cell) for cell in cells[heading_row][:width]),
        rows=tuple(
            (number, tuple(row[:width])) for number, row in body if any(map(_filled, row[:width]))
        ),
        others=others,
    )


def _title(row: list[Cell]) -> tuple[str, str]:
    """Return a line above the headings as its first cell and what follows."""
    first, *rest = [cell_text(cell) for cell in row if _filled(cell)]
    return first, " ".join(rest)


def _heading(cell: Cell) -> str:
    """Return a heading on one line."""
    return re.sub(r"\s*\n\s*", "", cell_text(cell))


def _grid(title: str, cells: Cells) -> Grid:
    """Return a sheet that is no ledger, as values."""
    return Grid(title, tuple(tuple(row) for row in cells))


def _without_results(source: Source, values: Worksheet, formulas: Worksheet) -> Finding | None:
    """Say which cells hold formulas whose results were never saved."""
    empty = [
        (cell.row, cell.column_letter)
        for row in formulas.iter_rows()
        for cell in row
        if cell.data_type == "f" and values[cell.coordinate].value is None
    ]
    if not empty:
        return None
    return source.finding(
        Words("a formula without a value.", "公式没有计算结果。"),
        Words(
            "Open and save the file in Excel or LibreOffice.",
            "请在Excel或LibreOffice中打开并保存该文件。",
        ),
        rows=tuple(dict.fromkeys(row for row, _ in empty)),
        column=", ".join(dict.fromkeys(letter for _, letter in empty)),
    )


def _no_workbook(source: Source, path: Path) -> Finding:
    """Say that the file is not of the one kind that is read."""
    return source.finding(
        Words(f"ledgers ending in '{path.suffix}' are not read.", f"不能读取“{path.suffix}”台账。"),
        Words("Save it as an Excel workbook (.xlsx).", "请另存为Excel工作簿（.xlsx）。"),
    )


def _damaged(source: Source, error: Exception) -> Finding:
    """Say that the file is no workbook."""
    return source.finding(
        Words(f"it cannot be opened ({error}).", f"文件无法打开（{error}）。"),
        Words("Save it again from the program it comes from.", "请用原软件重新保存。"),
    )


def _no_headings(source: Source, sheets: dict[str, Cells]) -> Finding:
    """Say that no sheet has the headings of a ledger."""
    top = [
        text
        for cells in sheets.values()
        for row in cells[:_TOP_ROWS]
        for cell in row
        if (text := cell_text(cell))
    ]
    there = Words(quoted(top, Language.ENGLISH), quoted(top, Language.CHINESE))
    return source.finding(
        Words(
            f"no sheet has the headings of a ledger; found {there.en or 'nothing'}.",
            f"没有找到台账表头；现有{there.zh or '空表'}。",
        ),
        Words(
            "Head the columns school, grade, class and class size.",
            "请使用表头：学校、年级、班级、班额。",
        ),
    )
