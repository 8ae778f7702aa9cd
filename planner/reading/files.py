"""Open one file of a study, whatever its format, and return its rows as they stand."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyarrow.parquet
import pyogrio

from planner.reading.findings import Finding, Words, quoted
from planner.reading.table import Source
from planner.reading.values import as_text, cell_text
from planner.spelling import nearest
from planner.terms import Language

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray
    from pyproj import CRS

__all__ = ["ENDINGS", "NETWORK_ENDINGS", "Sheet", "digest", "endings_of", "parts_of", "read_sheet"]

ENDINGS: Final = (".csv", ".xlsx", ".gpkg", ".geojson", ".shp", ".parquet")
EXTRACT_ENDINGS: Final = (".osm.pbf", ".osm.gz", ".osm")
NETWORK_ENDINGS: Final = {
    "streets": (".graphml", *EXTRACT_ENDINGS),
    "barriers": EXTRACT_ENDINGS,
}
"""Files of whole street networks, by the tables that can be taken from them."""
SHAPE_ENDINGS: Final = frozenset({".gpkg", ".geojson", ".shp"})
SHAPEFILE_PARTS: Final = (".shp", ".dbf", ".shx", ".prj", ".cpg")
TITLE_ROWS: Final = 10  # bureaus put titles and dates above the headings


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """One sheet as found: headings, cells by position and the row numbers a planner sees."""

    source: Source
    headings: tuple[str, ...]
    cells: pd.DataFrame
    rows: NDArray[np.int64]
    shapes: Any = None
    crs: CRS | None = None


def read_sheet(
    path: Path, name: str, sheet: str, is_heading: Callable[[str], bool], table: str
) -> Sheet | Finding:
    """Read one sheet, layer or text file, or say why it cannot be read.

    Args:
        path: The file.
        name: How messages call it, its path in the study folder.
        sheet: Sheet or layer asked for; empty: the only one, or the one called like the table.
        is_heading: Tells headings that we know, so that titles above them can be skipped.
        table: Name of the table the file is read for.
    """
    if path.name.lower().endswith(NETWORK_ENDINGS.get(table, ())):
        return _read_network(path, name, table)
    ending = path.suffix.lower()
    if ending == ".csv":
        return _read_csv(path, name, is_heading)
    if ending == ".xlsx":
        return _read_xlsx(path, name, sheet, is_heading, table)
    if ending == ".parquet":
        return _read_parquet(path, name)
    if ending in SHAPE_ENDINGS:
        return _read_shapes(path, name, sheet, table)
    return Source(name).finding(
        Words(f"files ending in '{ending}' are not read.", f"不能读取以“{ending}”结尾的文件。"),
        Words(
            f"Save it as one of {', '.join(endings_of(table))}.",
            f"请另存为{'、'.join(endings_of(table))}之一。",
        ),
    )


def endings_of(table: str) -> tuple[str, ...]:
    """Return the endings of the files that a table can be read from."""
    return (*ENDINGS, *NETWORK_ENDINGS.get(table, ()))


def digest(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def parts_of(path: Path) -> list[Path]:
    """Return the files that one table file consists of: five for a shapefile, else itself."""
    if path.suffix.lower() != ".shp":
        return [path]
    parts = [path.with_suffix(ending) for ending in SHAPEFILE_PARTS]
    return [part for part in parts if part.is_file()]


def _read_network(path: Path, name: str, table: str) -> Sheet | Finding:
    """Read a table from a file that holds a whole street network."""
    # Few studies bring such a file, and only they need its reader.
    from planner.reading.graphml import read_graphml
    from planner.reading.open_street_map import read_extract

    graph = path.suffix.lower() == ".graphml"
    extract = read_graphml(path, name) if graph else read_extract(path, name, table)
    if isinstance(extract, Finding):
        return extract
    plain = _plain_sheet(extract.source, extract.cells)
    return Sheet(
        extract.source, plain.headings, plain.cells, plain.rows, extract.shapes, extract.crs
    )


def _read_csv(path: Path, name: str, is_heading: Callable[[str], bool]) -> Sheet | Finding:
    """Read comma, semicolon or tab separated text in UTF-8 or GB18030."""
    source = Source(name)
    content = path.read_bytes()
    encoding = _encoding(content)
    if not encoding:
        return source.finding(
            Words("the text is neither UTF-8 nor GB18030.", "文件编码既不是UTF-8也不是GB18030。"),
            Words("Save it as 'CSV UTF-8'.", "请另存为“CSV UTF-8”。"),
        )
    top = content[:100_000].decode(encoding, errors="ignore").splitlines()[: 5 * TITLE_ROWS]
    separator = max(",;\t", key=lambda sign: sum(line.count(sign) for line in top))
    width = max((len(line) for line in csv.reader(top, delimiter=separator)), default=0)
    if width == 0:
        return _empty(source)
    try:
        cells = pd.read_csv(
            io.StringIO(content.decode(encoding)),  # read above: nothing but the text can fail
            sep=separator,
            header=None,
            names=list(range(width)),
            index_col=False,
            dtype=str,
            keep_default_na=False,
            skip_blank_lines=False,
        )
    except (pd.errors.ParserError, pd.errors.ParserWarning) as error:
        return source.finding(
            Words(f"the text cannot be split into columns ({error}).", f"无法分列（{error}）。"),
            Words("Put cells that hold a separator in quotes.", "含分隔符的单元格请加引号。"),
        )
    return _below_headings(source, cells, is_heading)


def _encoding(content: bytes) -> str:
    """Return the encoding in which bytes are text, or an empty text."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return ""


def _read_xlsx(
    path: Path, name: str, sheet: str, is_heading: Callable[[str], bool], table: str
) -> Sheet | Finding:
    """Read one sheet of a workbook, values rather than formulas."""
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        return _damaged(Source(name), error)
    try:
        chosen = _choose(Source(name), sheet, book.sheetnames, table)
        if isinstance(chosen, Finding):
            return chosen
        # A formula without a result is a number without a value; one that gives no text is "".
        rows = [
            ["" if cell.value is None and cell.data_type == "str" else cell.value for cell in row]
            for row in book[chosen].iter_rows()
        ]
    finally:
        book.close()
    source = Source(name, chosen)
    width = max((len(row) for row in rows), default=0)
    if width == 0:
        return _empty(source)
    padded = [row + [None] * (width - len(row)) for row in rows]
    found = _below_headings(source, pd.DataFrame(padded, dtype=object), is_heading)
    if isinstance(found, Sheet) and _has_formulas(path):
        return _with_results(path, found, padded) or found
    return found


def _has_formulas(path: Path) -> bool:
    """Tell whether any sheet of a workbook holds a formula."""
    with zipfile.ZipFile(path) as book:
        sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
        return any(b"<f>" in (text := book.read(name)) or b"<f " in text for name in sheets)


def _with_results(path: Path, sheet: Sheet, values: list[list[Any]]) -> Finding | None:
    """Say which cells below the headings hold formulas whose results were never saved."""
    book = openpyxl.load_workbook(path, read_only=True)
    try:
        rows = list(book[sheet.source.sheet].iter_rows())
    finally:
        book.close()
    first = int(sheet.rows[0]) if len(sheet.rows) else len(rows) + 1
    empty = [
        (number, place)
        for number, row in enumerate(rows[first - 1 :], start=first)
        for place, cell in enumerate(row)
        if cell.data_type == "f" and values[number - 1][place] is None
    ]
    if not empty:
        return None
    columns = list(dict.fromkeys(sheet.headings[place] for _, place in empty))
    return sheet.source.finding(
        Words("a formula without a value.", "公式没有计算结果。"),
        Words(
            "Open and save the file in Excel or LibreOffice.",
            "请在Excel或LibreOffice中打开并保存该文件。",
        ),
        rows=tuple(dict.fromkeys(number for number, _ in empty)),
        column=", ".join(columns),
    )


def _read_parquet(path: Path, name: str) -> Sheet | Finding:
    """Read a Parquet file, with its shapes where it is a GeoParquet."""
    try:
        metadata = pyarrow.parquet.read_schema(path).metadata or {}
        if b"geo" in metadata:
            return _of_shapes(Source(name, features=True), gpd.read_parquet(path))
        frame = pd.read_parquet(path)
    except (OSError, ValueError) as error:
        return _damaged(Source(name), error)
    return _plain_sheet(Source(name), frame)


def _read_shapes(path: Path, name: str, layer: str, table: str) -> Sheet | Finding:
    """Read one layer of a GeoPackage, GeoJSON or shapefile."""
    source = Source(name, features=True)
    try:
        layers = [str(known) for known in pyogrio.list_layers(path)[:, 0]]
        chosen = _choose(source, layer, layers, table)
        if isinstance(chosen, Finding):
            return chosen
        frame = gpd.read_file(path, layer=chosen, **_shapefile_encoding(path))
    except (pyogrio.errors.DataSourceError, UnicodeDecodeError) as error:
        return _damaged(source, error)
    shown = chosen if len(layers) > 1 else ""
    source = Source(name, shown, features=True)
    if isinstance(frame, gpd.GeoDataFrame):
        return _of_shapes(source, frame)
    return _plain_sheet(source, frame)


def _shapefile_encoding(path: Path) -> dict[str, str]:
    """Return the encoding of a shapefile that does not say it: many are in GB18030."""
    table = path.with_suffix(".dbf")
    if path.suffix.lower() != ".shp" or path.with_suffix(".cpg").exists() or not table.exists():
        return {}
    content = table.read_bytes()
    header = int.from_bytes(content[8:10], "little")  # dBASE: bytes 8-9 give the header's length
    return {"encoding": "utf-8" if _encoding(content[header:]) == "utf-8-sig" else "gb18030"}


def _choose(source: Source, asked: str, there: list[str], table: str) -> str | Finding:
    """Return the sheet or layer to read, or say which ones there are."""
    if asked in there:
        return asked
    if not asked and len(there) == 1:
        return there[0]
    if not asked and table in there:
        return table
    close = nearest(asked, there)
    listed = Words(quoted(there, Language.ENGLISH), quoted(there, Language.CHINESE))
    what = (
        Words(f"there is no sheet or layer '{asked}'.", f"没有名为“{asked}”的工作表或图层。")
        if asked
        else Words("it has several sheets or layers.", "文件有多个工作表或图层。")
    )
    return source.finding(
        what,
        Words(
            f"Name one of {listed.en} as `sheet` in study.toml."
            + (f" Did you mean '{close}'?" if close else ""),
            f"请在study.toml中用sheet指明其一：{listed.zh}。"
            + (f"是否为“{close}”？" if close else ""),
        ),
    )


def _below_headings(
    source: Source, cells: pd.DataFrame, is_heading: Callable[[str], bool]
) -> Sheet | Finding:
    """Return the rows below the row of headings, empty rows left out."""
    top = [
        [cell_text(cell) for cell in row] for row in cells.iloc[:TITLE_ROWS].to_numpy(dtype=object)
    ]
    known = [sum(map(is_heading, row)) for row in top]
    heading_row = int(np.argmax(known))
    headings = tuple(top[heading_row])
    if not any(headings):
        return _empty(source)
    body = cells.iloc[heading_row + 1 :]
    filled = np.zeros(len(body), dtype=bool)
    for column in body:
        if filled.all():
            break
        filled |= (as_text(body[column]) != "").to_numpy(dtype=bool)
    rows = np.arange(heading_row + 2, heading_row + 2 + len(body), dtype=np.int64)
    return Sheet(source, headings, body[filled].reset_index(drop=True), rows[filled])


def _plain_sheet(source: Source, frame: pd.DataFrame) -> Sheet:
    """Return a table that has types and headings of its own."""
    headings = tuple(str(name) for name in frame.columns)
    cells = frame.set_axis(range(len(headings)), axis=1).reset_index(drop=True)
    first = 1 if source.features else 2
    return Sheet(source, headings, cells, np.arange(first, first + len(frame), dtype=np.int64))


def _of_shapes(source: Source, frame: gpd.GeoDataFrame) -> Sheet:
    """Return a table with the shapes beside it."""
    plain = _plain_sheet(source, pd.DataFrame(frame.drop(columns=frame.geometry.name)))
    shapes = frame.geometry.reset_index(drop=True)
    return Sheet(source, plain.headings, plain.cells, plain.rows, shapes.to_numpy(), shapes.crs)


def _empty(source: Source) -> Finding:
    """Say that there is nothing in it."""
    return source.finding(
        Words("it is empty.", "文件没有内容。"),
        Words("Fill it, or remove it from the study.", "请填写内容，或从项目中删除该文件。"),
    )


def _damaged(source: Source, error: Exception) -> Finding:
    """Say that the file is not what its ending promises."""
    return source.finding(
        Words(f"it cannot be opened ({error}).", f"文件无法打开（{error}）。"),
        Words("Save it again from the program it comes from.", "请用原软件重新保存。"),
    )
