"""Write tables as a workbook that opens cleanly: headings, widths, formats, no live formulas."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from planner.fitting import bracket_of, width_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

__all__ = ["FORMATS", "Heading", "Sheet", "Shown", "is_formula_like", "write_workbook"]

FORMATS: Final = {
    "text": "General",
    "year": "0",
    "whole": "#,##0",
    "number": "#,##0.0",
    "metres": "#,##0",
    "share": "0.0%",
    "fine_share": "0.000%",
    "ratio": "0.000",
    "any": "#,##0.##",
    "date": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm",
    "prose": "General",
}
"""How each kind of column is shown in a spreadsheet; prose is text of several lines."""

_INDENTED: Final = "indented"
_WIDEST: Final = 46
_NARROWEST: Final = 7
_HEADING_POINTS: Final = 32  # two lines
_ROWS_MEASURED: Final = 200
_MADE: Final = dt.datetime(1980, 1, 1, tzinfo=dt.UTC)  # no earlier day fits a zip file
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LIVE: Final = tuple("=+-@\t\r\n＝＋－＠")


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of one column and the kind of what stands below it, a key of `FORMATS`."""

    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A cell that is not of its column's kind, such as a share among counts."""

    value: Any
    kind: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: lines of words and values on top, if any, then a heading row and its rows.

    `frozen_columns` stay in view when the sheet is scrolled sideways; `tucked_away` columns, by
    their place from 0, are grouped and closed: a click on the + above them shows them.
    """

    title: str
    headings: Sequence[Heading]
    rows: Sequence[Sequence[Any]]
    preface: Sequence[tuple[str, str]] = ()
    frozen_columns: int = 0
    tucked_away: frozenset[int] = frozenset()


def write_workbook(sheets: Sequence[Sheet], path: Path) -> None:
    """Write a workbook whose bytes depend on its content alone, not on the time of day.

    Text is always text: a cell that begins like a formula is marked as quoted, so that a name
    such as `=HYPERLINK(…)` is shown and never run, not even after it is edited.
    """
    book = Workbook(write_only=True)
    book.properties.creator = "planner"
    for sheet in sheets:
        _fill(book, sheet)
    content = io.BytesIO()
    book.save(content)
    path.write_bytes(_without_time(content))


def is_formula_like(text: str) -> bool:
    """Tell whether a spreadsheet could take a text for a formula (full-width signs included)."""
    return text.startswith(_LIVE)


def _fill(book: Workbook, sheet: Sheet) -> None:
    """Write one sheet from top to bottom."""
    page = book.create_sheet(sheet.title)
    above = len(sheet.preface) + (1 if sheet.preface else 0)
    for number, width in enumerate(_widths(sheet), start=1):
        page.column_dimensions[get_column_letter(number)].width = width
        if number - 1 in sheet.tucked_away:
            page.column_dimensions.group(get_column_letter(number), hidden=True)
    page.freeze_panes = f"{get_column_letter(sheet.frozen_columns + 1)}{above + 2}"
    page.page_setup.orientation = "landscape"
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.print_title_rows = f"{above + 1}:{above + 1}"
    if sheet.rows:
        last = get_column_letter(len(sheet.headings))
        page.auto_filter.ref = f"A{above + 1}:{last}{above + 1 + len(sheet.rows)}"
    for label, value in sheet.preface:
        page.append([_bold(page, label), _text(page, value)])
    if sheet.preface:
        page.append([])
    page.row_dimensions[above + 1].height = _HEADING_POINTS
    page.append([_heading(page, heading.text) for heading in sheet.headings])
    styles = {kind: _style(page, shown) for kind, shown in FORMATS.items()}
    styles[_INDENTED] = _indented(page)
    kinds = [heading.kind for heading in sheet.headings]
    for row in sheet.rows:
        page.append(list(_cells(page, row, kinds, styles)))


def _cells(
    page: Any, row: Sequence[Any], kinds: Sequence[str], styles: Mapping[str, Any]
) -> Iterator[Any]:
    """Return the cells of one row; what is missing stays empty.

    Text beside a number on its left is set in a little, so that the two do not touch.
    """
    for found, kind_of_column, before in zip(row, kinds, ["text", *kinds[:-1]], strict=True):
        own = isinstance(found, Shown)
        value, kind = (found.value, found.kind) if own else (found, kind_of_column)
        if pd.isna(value):
            yield None
        elif isinstance(value, str):
            if kind == "prose":
                yield _prose(page, value)
                continue
            if kind != "text":
                yield _among_numbers(page, value)
                continue
            cell = _text(page, value)
            if before != "text" and isinstance(cell, str):
                cell = WriteOnlyCell(page, cell)
                cell._style = styles[_INDENTED]
            yield cell
        else:
            cell = WriteOnlyCell(page, value.item() if hasattr(value, "item") else value)
            cell._style = styles[kind]
            yield cell


def _text(page: Any, value: str) -> Any:
    """Return a cell that is text whatever it begins with."""
    clean = _CONTROL.sub(" ", value)
    if not is_formula_like(clean) and not clean.startswith("#"):  # "#N/A" would be an error
        return clean
    cell = WriteOnlyCell(page, clean)
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell


def _prose(page: Any, value: str) -> Any:
    """Return a cell of text that is wrapped, line by line."""
    cell = _text(page, value)
    if isinstance(cell, str):
        cell = WriteOnlyCell(page, cell)
    cell.alignment = Alignment(wrap_text=True)
    return cell


def _among_numbers(page: Any, word: str) -> Any:
    """Return one of our own words where a number was expected, in line with the numbers."""
    cell = WriteOnlyCell(page, word)
    cell.alignment = Alignment(horizontal="right")
    return cell


def _heading(page: Any, text: str) -> Any:
    """Return a cell of the heading row."""
    cell = _bold(page, text)
    cell.fill = PatternFill("solid", start_color="FFE7EEF4")
    cell.border = Border(bottom=Side("thin", color="FF5B7C99"))
    cell.alignment = Alignment(wrap_text=True, vertical="center")
    return cell


def _bold(page: Any, text: str) -> Any:
    """Return a cell in bold, which is text whatever it begins with."""
    cell = _text(page, text)
    if isinstance(cell, str):
        cell = WriteOnlyCell(page, cell)
    cell.font = Font(bold=True)
    return cell


def _style(page: Any, number_format: str) -> Any:
    """Return the style of numbers in one column, made once and shared by its cells."""
    cell = WriteOnlyCell(page, 0)
    cell.number_format = number_format
    return cell._style


def _indented(page: Any) -> Any:
    """Return the style of text that follows a number, made once and shared by its cells."""
    cell = WriteOnlyCell(page, "")
    cell.alignment = Alignment(horizontal="left", indent=1)
    return cell._style


def _widths(sheet: Sheet) -> list[float]:
    """Return column widths in characters that show headings in two lines and most cells whole."""
    rows = sheet.rows[:_ROWS_MEASURED]
    widths = []
    for number, heading in enumerate(sheet.headings):
        longest = max((_shown_width(row[number], heading.kind) for row in rows), default=0)
        word = max((len(word) for word in heading.text.split()), default=0)
        fitting = max(longest, word, width_of(heading.text) * 0.6, _NARROWEST)
        fitting = _with_whole_bracket(heading.text, fitting)
        widths.append(round(min(fitting, _WIDEST) + 2.0, 1))
    if sheet.preface:
        widths[0] = max(widths[0], 2.0 + max(width_of(label) for label, _ in sheet.preface))
    return widths


def _with_whole_bracket(heading: str, fitting: float) -> float:
    """Return a width at which a heading does not break inside the bracket at its end.

    Chinese may break between any two signs, so the bracket stands whole on the first line, or
    no more of it than its opening sign would fit there, which no spreadsheet leaves behind.
    """
    remark = bracket_of(heading)
    bracket, whole = width_of(remark), width_of(heading)
    head = whole - bracket
    one_word = remark.isascii() and " " not in remark
    if one_word or fitting >= whole:
        return fitting
    below = max(bracket, head)
    return fitting if fitting < head + 2 and fitting >= below else float(whole)


def _shown_width(value: Any, kind: str) -> int:
    """Return the characters a value takes in its cell."""
    if isinstance(value, Shown):
        return _shown_width(value.value, value.kind)
    if pd.isna(value):
        return 0
    if isinstance(value, str):
        return max(map(width_of, value.splitlines()), default=0)
    if isinstance(value, dt.date):
        return len(FORMATS[kind if kind == "moment" else "date"])
    return len(f"{value:,.1f}" if kind in ("number", "any") else f"{value:,.0f}")


def _without_time(content: io.BytesIO) -> bytes:
    """Return the workbook with every date of making set to one fixed day."""
    fixed = io.BytesIO()
    moment = _MADE.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(content) as old, zipfile.ZipFile(fixed, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "docProps/core.xml":
                part = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", moment, part)
            entry = zipfile.ZipInfo(name, date_time=_MADE.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, part)
    return fixed.getvalue()
