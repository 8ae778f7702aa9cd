"""Find our columns among the headings of a file, in English, Chinese or the planner's own words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from planner.reading.findings import Finding, Severity, Words
from planner.reading.values import half_width
from planner.spelling import nearest
from planner.tables import columns_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from planner.norms import Norms
    from planner.reading.files import Sheet

__all__ = ["Headings", "find_columns", "known_headings"]

PLACES: Final = {
    "longitude": ("longitude", "lon", "lng", "经度"),
    "latitude": ("latitude", "lat", "纬度"),
    "x": ("x", "x坐标", "东坐标", "easting"),
    "y": ("y", "y坐标", "北坐标", "northing"),
    "geometry": ("geometry", "wkt", "wkt_geom"),
}
AGE: Final = re.compile(r"(?:age|年龄)?_?(\d{1,3})(?:岁)?")
AGES: Final = re.compile(r"(?:age|年龄)?_?(\d{1,3})(?:岁)?[-–—~至](\d{1,3})(?:岁)?")
MONTH: Final = re.compile(r"(?:month)?_?(\d{1,2})月?")
SHAPEFILE_LETTERS: Final = 10  # a shapefile cuts longer field names off
SEATS: Final = frozenset({"rooms", "seats"})
WIDE: Final = {"residents": "age_from", "rolls": "grade", "births": "month"}
"""The column that a wide table of this kind spreads over its headings."""


@dataclass(frozen=True, slots=True)
class Headings:
    """Which heading of a sheet is which of our columns, by position from 0.

    `wide` holds the positions that stand for an age group, a grade or a month, with the first
    and the last number each covers. `places` holds coordinates and shapes written as text.
    """

    columns: Mapping[str, int]
    wide: Mapping[int, tuple[int, int]]
    places: Mapping[str, int]
    findings: tuple[Finding, ...]


def find_columns(table: str, sheet: Sheet, own: Mapping[str, str], norms: Norms) -> Headings:
    """Match the headings of a sheet with the columns of a table.

    Case, spaces, full-width letters and a unit in brackets make no difference. `own` gives the
    planner's headings their columns.
    """
    known = _known(table, own)
    columns: dict[str, int] = {}
    places: dict[str, int] = {}
    others: dict[int, str] = {}
    findings: list[Finding] = []
    for position, heading in enumerate(sheet.headings):
        name = known.get(_folded(heading)) or known.get(_folded(_without_unit(heading)))
        kind = columns if name in _names(table) and name != "geometry" else places
        if name is None:
            others[position] = heading
        elif name in kind:
            findings.append(_twice(sheet, name, heading))
        else:
            kind[name] = position
    wide = _wide(table, columns, others, norms)
    spare = [heading for position, heading in others.items() if position not in wide and heading]
    findings += _own_unfound(sheet, own)
    findings += _missing(table, sheet, columns, spare, melted=bool(wide))
    findings += _misspelt(table, sheet, columns, spare)
    return Headings(columns, wide, places, tuple(findings))


def known_headings(table: str, own: Mapping[str, str]) -> Callable[[str], bool]:
    """Return a function that tells headings of the table from other text."""
    known = _known(table, own)

    def is_known(heading: str) -> bool:
        return _folded(heading) in known or _folded(_without_unit(heading)) in known

    return is_known


def _known(table: str, own: Mapping[str, str]) -> dict[str, str]:
    """Return every accepted heading, folded, with its column."""
    known = {_folded(word): name for name, words in PLACES.items() for word in words}
    for column in columns_of(table):
        known.setdefault(_folded(column.name[:SHAPEFILE_LETTERS]), column.name)
        known |= {_folded(column.name): column.name, _folded(column.zh): column.name}
    return known | {_folded(heading): name for heading, name in own.items()}


def _names(table: str) -> list[str]:
    """Return the names of a table's columns."""
    return [column.name for column in columns_of(table)]


@cache
def _folded(heading: str) -> str:
    """Return a heading without case, spaces and full-width letters."""
    return re.sub(r"[\s_\-]+", "", half_width(str(heading)).casefold())


def _without_unit(heading: str) -> str:
    """Return a heading without a unit in brackets behind it: 在校生数（人）."""
    return re.sub(r"[(\[【].*[)\]】]$", "", half_width(heading))


def _wide(
    table: str, columns: Mapping[str, int], others: Mapping[int, str], norms: Norms
) -> dict[int, tuple[int, int]]:
    """Return the headings that stand for ages, grades or months in a wide table."""
    if table not in WIDE or WIDE[table] in columns:
        return {}
    found = {}
    for position, heading in others.items():
        if span := _span(table, half_width(heading).casefold().replace(" ", ""), norms):
            found[position] = span
    return found


def _span(table: str, heading: str, norms: Norms) -> tuple[int, int] | None:
    """Return the first and last age, the grade or the month that a heading stands for."""
    if table == "residents":
        if match := AGES.fullmatch(heading):
            return int(match[1]), int(match[2])
        return (int(match[1]),) * 2 if (match := AGE.fullmatch(heading)) else None
    if table == "births":
        match = MONTH.fullmatch(heading)
        return (int(match[1]),) * 2 if match and 1 <= int(match[1]) <= 12 else None
    grade = norms.grade_of_label(heading)
    return None if grade is None else (grade, grade)


def _twice(sheet: Sheet, name: str, heading: str) -> Finding:
    """Say that two headings claim one column."""
    return sheet.source.finding(
        Words(f"two headings stand for '{name}'.", f"有两个表头都表示“{name}”。"),
        Words("Keep one of them.", "请只保留一个。"),
        column=heading,
    )


def _own_unfound(sheet: Sheet, own: Mapping[str, str]) -> list[Finding]:
    """Say which headings of study.toml the file does not have."""
    there = {_folded(heading): heading for heading in sheet.headings}
    return [
        sheet.source.finding(
            Words(
                f"study.toml gives the heading '{heading}' to '{name}', but the file has none.",
                f"study.toml把表头“{heading}”对应到“{name}”，但文件中没有这个表头。",
            ),
            _did_you_mean(nearest(heading, there.values())),
        )
        for heading, name in own.items()
        if _folded(heading) not in there
    ]


def _missing(
    table: str, sheet: Sheet, columns: Mapping[str, int], spare: list[str], *, melted: bool
) -> list[Finding]:
    """Say which required columns the sheet lacks, and which heading may be meant."""
    spread = {"age_from", "age_to", "grade", "month", "residents", "pupils", "births"}
    findings = []
    for column in columns_of(table):
        found = column.name in columns or column.name == "geometry"
        if not column.required or found or (melted and column.name in spread):
            continue
        close = nearest(column.name, spare) or nearest(column.zh, spare, likeness=0.5)
        findings.append(
            sheet.source.finding(
                Words(
                    f"the column '{column.name}' ({column.zh}) is missing.",
                    f"缺少“{column.zh}”列（{column.name}）。",
                ),
                _did_you_mean(close)
                if close
                else Words(
                    f"Add it: {column.meaning}", "请补充此列，或在study.toml中用columns对应表头。"
                ),
            )
        )
    return findings


def _misspelt(
    table: str, sheet: Sheet, columns: Mapping[str, int], spare: list[str]
) -> list[Finding]:
    """Warn of a heading that nobody reads but that looks like an optional column.

    It is an error where it may be the only one to say how many pupils the sections hold.
    """
    findings = []
    # Without rooms and seats no section has a place for anybody.
    seatless = SEATS if table == "sections" and not SEATS & columns.keys() else frozenset()
    for column in columns_of(table):
        if column.required or column.name in columns:
            continue
        close = nearest(column.name, spare, likeness=0.8) or nearest(
            column.zh, spare, likeness=0.75
        )
        if close:
            findings.append(
                sheet.source.finding(
                    Words("nobody reads this column.", "这一列没有被读取。"),
                    Words(
                        f"If you mean '{column.name}' ({column.zh}), rename it.",
                        f"如果是指“{column.zh}”（{column.name}），请修改表头。",
                    ),
                    column=close,
                    severity=Severity.ERROR if column.name in seatless else Severity.WARNING,
                )
            )
    return findings


def _did_you_mean(heading: str) -> Words:
    """Point at the heading that may be meant."""
    if not heading:
        return Words("Correct the heading.", "请更正表头。")
    return Words(f"Did you mean the heading '{heading}'?", f"是否为表头“{heading}”？")
