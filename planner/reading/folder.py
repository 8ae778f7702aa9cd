"""Read every table of a study folder, and keep all that is wrong with them for one report."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

from planner.reading.files import NETWORK_ENDINGS, digest, parts_of, read_sheet
from planner.reading.findings import Finding, Severity, Words
from planner.reading.headings import WIDE, Headings, find_columns, known_headings
from planner.reading.osm_tags import ATTRIBUTION
from planner.reading.settings import STUDY_FILE, Entry, Settings, read_settings, study_folder
from planner.reading.shapes import GEOMETRY, local_metres, read_shapes
from planner.reading.table import RawTable, Source
from planner.reading.values import Cells, read_cells
from planner.tables import REQUIRED, TABLES, Column, columns_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from planner.norms import Norms
    from planner.reading.files import Sheet

__all__ = ["RawStudy", "read_folder", "read_table"]

AMOUNT: Final = {"residents": "residents", "rolls": "pupils", "births": "births"}
"""The column into which the numbers of a wide table go."""
TYPES: Final = {
    "text": "str",
    "whole number": "Int64",
    "number": "float64",
    "yes/no": "boolean",
    "date": "datetime64[ns]",
}


@dataclass(frozen=True, slots=True, eq=False)
class RawStudy:
    """A study folder as read, before its tables are held against one another.

    `tables` has every table; one the study lacks is empty. `inputs` are the paths of the files
    read, relative to the folder, with the SHA-256 of their bytes.
    """

    settings: Settings
    crs: CRS
    tables: Mapping[str, RawTable]
    inputs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    """The rows that one file gives to a table."""

    frame: pd.DataFrame
    shapes: gpd.GeoSeries | None
    source: Source
    rows: NDArray[np.int64]
    headings: dict[str, str]
    unread: dict[str, NDArray[np.bool_]]
    spread: dict[str, NDArray[Any]]


def read_folder(
    folder: Path, *, progress: Callable[[str], None] | None = None
) -> tuple[RawStudy | None, tuple[Finding, ...]]:
    """Read study.toml and every table of a study.

    Args:
        folder: The study.
        progress: Told the path of each file before it is read.

    Returns:
        The study as read and everything that could not be; no study without its norms.
    """
    folder = study_folder(folder)
    settings, findings = read_settings(folder)
    if settings is None:
        return None, findings
    faults = [*findings]
    pieces: dict[str, list[_Piece]] = {}
    for table in TABLES:
        pieces[table] = _read_table(folder, table, settings, progress, faults)
    crs = settings.crs or _crs_of(pieces)
    tables = {table: _stack(table, pieces[table], crs) for table in TABLES}
    settings = replace(settings, attributions=_attributions(settings))
    return RawStudy(settings, crs, tables, _inputs(folder, settings)), tuple(faults)


def read_table(
    folder: Path, table: str, file: str, norms: Norms
) -> tuple[pd.DataFrame | None, tuple[Finding, ...]]:
    """Read one file as one of a study's tables, for example a scenario's own zones.

    Returns:
        The table, or None where it could not be read, and every fault found in it.
    """
    if not (folder / file).is_file():
        missing = Words(f"the file {file} is missing.", f"缺少文件{file}。")
        remedy = Words("Add it, or correct its name.", "请补充该文件或更正文件名。")
        return None, (Source(file).finding(missing, remedy),)
    faults: list[Finding] = []
    piece = _read_entry(folder, table, Entry(file), norms, faults)
    return (piece.frame if piece is not None else None), tuple(faults)


def _attributions(settings: Settings) -> tuple[str, ...]:
    """Return what the study says about its sources, and what OpenStreetMap's licence asks for."""
    files = [entry.file for table in NETWORK_ENDINGS for entry in settings.tables[table]]
    endings = tuple(ending for table in NETWORK_ENDINGS.values() for ending in table)
    said = settings.attributions
    if not any(file.lower().endswith(endings) for file in files):
        return said
    return said if any("OpenStreetMap" in text for text in said) else (*said, ATTRIBUTION)


def _read_table(
    folder: Path,
    table: str,
    settings: Settings,
    progress: Callable[[str], None] | None,
    faults: list[Finding],
) -> list[_Piece]:
    """Read the files of one table."""
    entries = settings.tables[table]
    if not entries and table in REQUIRED and table not in settings.refused:
        faults.append(_no_file(table))
    pieces = []
    for entry in entries:
        if progress:
            progress(entry.file)
        piece = _read_entry(folder, table, entry, settings.norms, faults)
        if piece is not None:
            pieces.append(piece)
    return pieces


def _no_file(table: str) -> Finding:
    """Say that a required table is missing."""
    zh = str(TABLES[table].__doc__).split(":", maxsplit=1)[0]
    return Source(STUDY_FILE).finding(
        Words(f"the table '{table}' is missing.", f"缺少“{zh}”表（{table}）。"),
        Words(
            f"Add data/{table}.csv, or name its file under [tables].",
            f"请补充data/{table}.csv，或在[tables]中指明文件。",
        ),
    )


def _read_entry(
    folder: Path, table: str, entry: Entry, norms: Norms, faults: list[Finding]
) -> _Piece | None:
    """Read one file of a table: its rows, columns, cells and shapes."""
    known = known_headings(table, entry.columns)
    sheet = read_sheet(folder / entry.file, entry.file, entry.sheet, known, table)
    if isinstance(sheet, Finding):
        faults.append(sheet)
        return None
    headings = find_columns(table, sheet, entry.columns, norms)
    faults += headings.findings
    columns = columns_of(table)
    shapes = None
    if any(column.name == GEOMETRY for column in columns):
        shapes, found = read_shapes(sheet, headings.places, entry, norms)
        faults += found
    cells = _read_columns(sheet, headings, columns, norms, faults)
    frame = pd.DataFrame(
        {
            column.name: cells[column.name].typed
            if column.name in cells
            else pd.Series([None] * len(sheet.rows), dtype=TYPES[column.kind])
            for column in columns
            if column.name != GEOMETRY
        }
    )
    rows = sheet.rows
    spread: dict[str, NDArray[Any]] = {}
    if headings.wide:
        frame, rows, own = _melt(table, sheet, headings, frame, norms, faults)
        spread = {WIDE[table]: own, AMOUNT[table]: own}
    return _Piece(
        frame=frame,
        shapes=shapes,
        source=sheet.source,
        rows=rows,
        headings={name: sheet.headings[place] for name, place in headings.columns.items()},
        unread={} if headings.wide else {name: each.unread for name, each in cells.items()},
        spread=spread,
    )


def _read_columns(
    sheet: Sheet,
    headings: Headings,
    columns: tuple[Column, ...],
    norms: Norms,
    faults: list[Finding],
) -> dict[str, Cells]:
    """Read the cells of every column that the sheet has.

    In a wide table a column of amounts is the sum of the others and left alone.
    """
    spread = AMOUNT[columns[0].table] if headings.wide else ""
    return {
        column.name: _read_column(sheet, headings.columns[column.name], column, norms, faults)
        for column in columns
        if column.name in headings.columns and column.name != spread
    }


def _read_column(
    sheet: Sheet, position: int, column: Column, norms: Norms, faults: list[Finding]
) -> Cells:
    """Read one column and report the cells that are empty or unreadable."""
    raw, heading = sheet.cells[position], sheet.headings[position]
    cells = read_cells(column, raw, norms, heading)
    problems = [(p.cells, p.what.about(raw[p.cells]), p.remedy) for p in cells.problems]
    empty = cells.typed.isna().to_numpy() & ~cells.unread
    if column.required and empty.any():
        problems.append(
            (
                empty,
                Words("the cell is empty.", "单元格为空。"),
                Words(f"Fill it in: {column.meaning}", f"请填写“{column.zh}”。"),
            )
        )
    for where, what, remedy in problems:
        rows = tuple(sheet.rows[where].tolist())
        faults.append(sheet.source.finding(what, remedy, rows=rows, column=heading))
    faults += [
        sheet.source.finding(
            note.what.about(raw[note.cells]),
            note.remedy,
            rows=tuple(sheet.rows[note.cells].tolist()),
            column=heading,
            severity=Severity.WARNING,
            kind="other_units",
        )
        for note in cells.notes
    ]
    return cells


def _melt(
    table: str,
    sheet: Sheet,
    headings: Headings,
    frame: pd.DataFrame,
    norms: Norms,
    faults: list[Finding],
) -> tuple[pd.DataFrame, NDArray[np.int64], NDArray[Any]]:
    """Bring a table with a column for every age, grade or month into its long form.

    Empty cells give no row: nobody was counted there. With the rows come their numbers in the
    sheet and the headings under which their amounts stand.
    """
    amount = next(column for column in columns_of(table) if column.name == AMOUNT[table])
    places = list(headings.wide)
    optional = replace(amount, required=False)
    cells = [_read_column(sheet, place, optional, norms, faults) for place in places]
    amounts = np.column_stack([each.typed.to_numpy(float, na_value=np.nan) for each in cells])
    row, place = np.nonzero(~np.isnan(amounts))
    spans = np.array([headings.wide[position] for position in places])
    long = frame.iloc[row].reset_index(drop=True)
    long[WIDE[table]] = pd.array(spans[place, 0], dtype="Int64")
    if "age_to" in long:
        long["age_to"] = pd.array(spans[place, 1], dtype="Int64")
    long[amount.name] = amounts[row, place]
    own = np.array([sheet.headings[position] for position in places], dtype=object)
    return long.astype({amount.name: TYPES[amount.kind]}), sheet.rows[row], own[place]


def _crs_of(pieces: dict[str, list[_Piece]]) -> CRS:
    """Return the coordinate system in metres where the areas are."""
    shapes = [
        piece.shapes
        for table in ("areas", *pieces)
        for piece in pieces[table]
        if piece.shapes is not None and not (piece.shapes.isna() | piece.shapes.is_empty).all()
    ]
    # Without any shape the study is refused; its other tables are still checked.
    return local_metres(shapes[0]) if shapes else CRS.from_epsg(3857)


def _stack(table: str, pieces: list[_Piece], crs: CRS) -> RawTable:
    """Put the files of one table one below the other, shapes in the study's metres."""
    columns = columns_of(table)
    frames = [piece.frame for piece in pieces]
    types = {c.name: TYPES[c.kind] for c in columns if c.name != GEOMETRY}
    frame = pd.concat(frames, ignore_index=True) if frames else _nothing(types)
    frame = frame.astype({name: kind for name, kind in types.items() if frame[name].dtype != kind})
    if any(column.name == GEOMETRY for column in columns):
        frame = gpd.GeoDataFrame(frame, geometry=_project(pieces, crs), crs=crs)
    lengths = [len(piece.frame) for piece in pieces]
    rows = [piece.rows for piece in pieces]
    return RawTable(
        name=table,
        frame=frame,
        sources=tuple(piece.source for piece in pieces),
        source=np.repeat(np.arange(len(pieces), dtype=np.int32), lengths),
        row=np.concatenate(rows) if rows else np.empty(0, dtype=np.int64),
        headings={name: text for piece in pieces for name, text in piece.headings.items()},
        placed=all(piece.shapes is not None for piece in pieces),
        unread={
            name: np.concatenate(
                [p.unread.get(name, np.zeros(len(p.frame), dtype=bool)) for p in pieces]
            )
            for name in dict.fromkeys(name for piece in pieces for name in piece.unread)
        },
        spread={
            name: np.concatenate(
                [p.spread.get(name, np.full(len(p.frame), "", dtype=object)) for p in pieces]
            )
            for name in dict.fromkeys(name for piece in pieces for name in piece.spread)
        },
    )


def _nothing(types: dict[str, str]) -> pd.DataFrame:
    """Return an empty table."""
    return pd.DataFrame({name: pd.Series([], dtype=kind) for name, kind in types.items()})


def _project(pieces: list[_Piece], crs: CRS) -> NDArray[Any]:
    """Return the shapes of all pieces in the study's metres; unknown ones are missing."""
    shapes = [
        np.full(len(piece.frame), None, dtype=object)
        if piece.shapes is None
        else piece.shapes.to_crs(crs).to_numpy()
        for piece in pieces
    ]
    return np.concatenate(shapes) if shapes else np.empty(0, dtype=object)


def _inputs(folder: Path, settings: Settings) -> tuple[tuple[str, str], ...]:
    """Return every file read with the digest of its bytes, in the order of reading."""
    named = [entry.file for entries in settings.tables.values() for entry in entries]
    paths = [folder / name for name in dict.fromkeys([*settings.files, *named])]
    parts = [part for path in paths for part in parts_of(path)]
    return tuple((part.relative_to(folder).as_posix(), digest(part)) for part in parts)
