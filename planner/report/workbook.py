"""Write tables as a workbook that opens cleanly: headings, widths, formats, no live formulas."""

from __future__ import annotations

import copy
import datetime as dt
import io
import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import DEFAULT_FONT, Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from planner.fitting import bracket_of, width_of, wrapped
from planner.formulas import is_formula_like

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

__all__ = ["FORMATS", "Heading", "Sheet", "Shown", "write_workbook"]

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
_AMONG_NUMBERS: Final = "among numbers"
_WORDS: Final = frozenset({"text", "prose"})
_WIDEST: Final = 46
_WIDEST_PROSE: Final = 70
_NARROWEST: Final = 7
_ONE_LINE: Final = 16  # up to here a Chinese heading stands on one line
_MARGIN: Final = 2.0
_LINE_POINTS: Final = 16  # Chinese signs are taller than the usual 15
_HEADING_POINTS: Final = 2 * _LINE_POINTS
_MOST_POINTS: Final = 409  # no spreadsheet shows a taller row
_MARGIN_INCHES: Final = 0.5
_ROWS_MEASURED: Final = 200
_MADE: Final = dt.datetime(1980, 1, 1, tzinfo=dt.UTC)  # no earlier day fits a zip file
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


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


def _fill(book: Workbook, sheet: Sheet) -> None:
    """Write one sheet from top to bottom."""
    page = book.create_sheet(sheet.title)
    above = len(sheet.preface) + (1 if sheet.preface else 0)
    widths = _widths(sheet)
    for number, width in enumerate(widths, start=1):
        page.column_dimensions[get_column_letter(number)].width = width
        if number - 1 in sheet.tucked_away:
            page.column_dimensions.group(get_column_letter(number), hidden=True)
    page.freeze_panes = f"{get_column_letter(sheet.frozen_columns + 1)}{above + 2}"
    _set_up_paper(page, heading_row=above + 1)
    if sheet.rows:
        last = get_column_letter(len(sheet.headings))
        page.auto_filter.ref = f"A{above + 1}:{last}{above + 1 + len(sheet.rows)}"
    for label, value in sheet.preface:
        page.append([_bold(page, label), _text(page, value)])
    if sheet.preface:
        page.append([])
    page.row_dimensions[above + 1].height = _HEADING_POINTS
    kinds = [heading.kind for heading in sheet.headings]
    befores = ["text", *kinds[:-1]]
    page.append(
        [
            _heading(page, heading, before)
            for heading, before in zip(sheet.headings, befores, strict=True)
        ]
    )
    prose = "prose" in kinds
    styles = _styles(page, vertical="top" if prose else None)
    for number, row in enumerate(sheet.rows, start=above + 2):
        points = _row_points(row, kinds, widths) if prose else _LINE_POINTS
        if points > _LINE_POINTS:  # other rows stay free to grow with what a planner writes
            page.row_dimensions[number].height = points
        page.append(list(_cells(page, row, kinds, styles)))


def _set_up_paper(page: Any, heading_row: int) -> None:
    """Let a sheet print as wide as A4 lies, headings and page number on every page."""
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = Worksheet.PAPERSIZE_A4
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.page_margins = PageMargins(
        left=_MARGIN_INCHES, right=_MARGIN_INCHES, top=_MARGIN_INCHES, bottom=2 * _MARGIN_INCHES
    )
    page.oddFooter.center.text = "&A    &P / &N"
    page.print_title_rows = f"{heading_row}:{heading_row}"
    page.sheet_format.defaultRowHeight = _LINE_POINTS
    page.sheet_format.customHeight = True


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
            style = kind if kind in _WORDS else _AMONG_NUMBERS
            beside_number = style == "text" and before != "text"
            yield _text(page, value, styles[_INDENTED if beside_number else style])
        else:
            cell = WriteOnlyCell(page, value.item() if hasattr(value, "item") else value)
            cell._style = styles[kind]
            yield cell


def _row_points(row: Sequence[Any], kinds: Sequence[str], widths: Sequence[float]) -> int:
    """Return how tall a row must be for its prose to be seen whole."""
    lines = max(
        (
            len(wrapped(value, int(width - _MARGIN)))
            for value, kind, width in zip(row, kinds, widths, strict=True)
            if kind == "prose" and isinstance(value, str)
        ),
        default=1,
    )
    return min(lines * _LINE_POINTS, _MOST_POINTS)


def _text(page: Any, value: str, style: Any = None) -> Any:
    """Return a cell that is text whatever it begins with, in a style made once."""
    clean = _CONTROL.sub(" ", value)
    hostile = is_formula_like(clean) or clean.startswith("#")  # "#N/A" would be an error
    if not hostile and style is None:
        return clean
    cell = WriteOnlyCell(page, clean)
    if style is not None:
        cell._style = copy.copy(style) if hostile else style
    if hostile:
        cell.data_type = "s"
        cell.quotePrefix = True
    return cell


def _heading(page: Any, heading: Heading, before: str) -> Any:
    """Return a cell of the heading row, which stands where what is below it stands."""
    cell = _bold(page, heading.text)
    cell.fill = PatternFill("solid", start_color="FFE7EEF4")
    cell.border = Border(bottom=Side("thin", color="FF5B7C99"))
    words = heading.kind in _WORDS
    indent = 1 if heading.kind == "text" and before != "text" else 0
    cell.alignment = Alignment(
        wrap_text=True, vertical="center", horizontal="left" if words else "right", indent=indent
    )
    return cell


def _bold(page: Any, text: str) -> Any:
    """Return a cell in bold, which is text whatever it begins with."""
    cell = _text(page, text)
    if isinstance(cell, str):
        cell = WriteOnlyCell(page, cell)
    cell.font = Font(name=DEFAULT_FONT.name, size=DEFAULT_FONT.size, bold=True)
    return cell


def _styles(page: Any, vertical: str | None) -> dict[str, Any]:
    """Return the style of every kind of cell, made once and shared; None for plain text."""
    above = None if vertical is None else Alignment(vertical=vertical)
    styles = {kind: _style(page, shown, above) for kind, shown in FORMATS.items()}
    if vertical is None:
        styles["text"] = None
    else:
        styles["prose"] = _style(page, "General", Alignment(vertical=vertical, wrap_text=True))
    indented = Alignment(horizontal="left", indent=1, vertical=vertical)
    styles[_INDENTED] = _style(page, "General", indented)
    # One of our own words where a number was expected stands in line with the numbers.
    among = Alignment(horizontal="right", vertical=vertical)
    styles[_AMONG_NUMBERS] = _style(page, "General", among)
    return styles


def _style(page: Any, number_format: str, alignment: Alignment | None) -> Any:
    """Return the style of a cell."""
    cell = WriteOnlyCell(page, 0)
    cell.number_format = number_format
    if alignment is not None:
        cell.alignment = alignment
    return cell._style


def _widths(sheet: Sheet) -> list[float]:
    """Return column widths in characters that show headings in two lines and most cells whole."""
    rows = sheet.rows[:_ROWS_MEASURED]
    widths = []
    for number, heading in enumerate(sheet.headings):
        longest = max((_shown_width(row[number], heading.kind) for row in rows), default=0)
        word = max((len(word) for word in heading.text.split()), default=0)
        fitting = max(longest, word, width_of(heading.text) * 0.6, _NARROWEST)
        fitting = _with_whole_heading(heading.text, fitting)
        widest = _WIDEST_PROSE if heading.kind == "prose" else _WIDEST
        widths.append(round(min(fitting, widest) + _MARGIN, 1))
    if sheet.preface:
        widths[0] = max(widths[0], _MARGIN + max(width_of(label) for label, _ in sheet.preface))
    return widths


def _with_whole_heading(heading: str, fitting: float) -> float:
    """Return a width at which a heading does not break inside the bracket at its end.

    Chinese may break between any two signs, and some spreadsheets break before a closing one:
    a heading that is not long stands on one line, and in a longer one the bracket stands whole
    on the first line, or no more of it than its opening sign would fit there.
    """
    remark = bracket_of(heading)
    bracket, whole = width_of(remark), width_of(heading)
    head = whole - bracket
    if fitting >= whole or (not heading.isascii() and whole <= _ONE_LINE):
        return max(fitting, whole)
    if remark.isascii() and " " not in remark:
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
