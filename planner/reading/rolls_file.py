"""Read a county's counts of pupils from one file: who sat in which school, grade and year."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from planner.errors import StudyError
from planner.norms import available, read_norms
from planner.reading.files import Sheet, read_sheet
from planner.reading.findings import Finding, Words
from planner.reading.successions import succession_faults
from planner.reading.table import Source
from planner.reading.values import Cells, half_width, read_cells
from planner.spelling import nearest
from planner.tables import Column
from planner.terms import Language

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from planner.norms import Norms

__all__ = ["RollsFile", "read_rolls_file"]

EARLIEST_YEAR: Final = 1950  # years beyond are slips of the pen
LATEST_YEAR: Final = 2100
BELOW_GRADE_ONE: Final = {
    **dict.fromkeys(("pk3", "3k", "prek3", "pre-k3"), -2),
    **dict.fromkeys(("pk", "pk4", "4k", "prek", "pre-k", "prek4", "pre-k4", "prekindergarten"), -1),
    **dict.fromkeys(("k", "kg", "kindergarten"), 0),
}
"""American classes before grade 1, by the age of their children; norms/us.toml has only K."""
NUMBERED: Final = re.compile(r"(?:grade|gr\.?|g|year|y)?0*(\d{1,2})(?:\.0)?(?:年级|th|grade)?")
HIGHEST_GRADE: Final = 13


def _column(table: str, name: str, kind: str, zh: str, meaning: str) -> Column:
    """Return a column that every row must fill."""
    return Column(table, name, kind, required=True, unit="", zh=zh, meaning=meaning, allowed=())


_ROLLS: Final = (
    _column("rolls", "school_id", "text", "学校编号", "Key of the school."),
    _column("rolls", "grade", "text", "年级", "Grade, such as 1 or 一年级."),
    _column("rolls", "year", "whole number", "学年", "School year, by its 1 September."),
    _column("rolls", "pupils", "whole number", "在校生数", "Pupils counted."),
)
_SUCCESSIONS: Final = (
    _column("successions", "from_school", "text", "原学校编号", "Key before the change."),
    _column("successions", "to_school", "text", "现学校编号", "Key after the change."),
    _column("successions", "year", "whole number", "变更学年", "First school year after it."),
    _column("successions", "share", "number", "比例", "Share of the pupils that went there."),
)
_MAY_BE_EMPTY: Final = frozenset({"pupils", "share"})  # nobody counted; everybody went
_MAY_BE_ABSENT: Final = frozenset({"share"})
_ALSO_CALLED: Final = {
    "section_id": "school_id",
    "学段部编号": "school_id",
    "from_section": "from_school",
    "原学段部编号": "from_school",
    "to_section": "to_school",
    "现学段部编号": "to_school",
}
"""Headings of a study's own tables, so that they can be read here as they are."""


@dataclass(frozen=True, slots=True, eq=False)
class RollsFile:
    """A county's counts as their file has them, and what became of its schools.

    Attributes:
        file: Name of the file.
        rolls: Columns section_id (the school), grade (its number: 1 is the first year of primary
            school), year, pupils and row, the number beside the row in the file; one row for
            every count, zeros included.
        labels: How the file writes each grade, the most frequent way first.
        successions: Columns from_section, to_section, year and share; empty without a file.
    """

    file: str
    rolls: pd.DataFrame
    labels: Mapping[int, str]
    successions: pd.DataFrame


def read_rolls_file(
    path: Path, successions: Path | None = None, *, lang: Language = Language.ENGLISH
) -> RollsFile:
    """Read counts with the columns school_id, grade, year and pupils, one row for each count.

    Headings may be Chinese (学校编号, 年级, 学年, 在校生数); the file is UTF-8 or GB18030 text or a
    workbook. Grades are numbers or labels (01, Grade 1, G1, 一年级, 初一, K, PK, 大班), school
    years 2008, 2008-09 or 2008学年. A row without a number of pupils says that nobody counted.

    Args:
        path: The counts.
        successions: Columns from_school, to_school, year (first under the new key) and share
            (may be absent: everybody) of schools that were renamed, merged or split.
        lang: Language of the sentences in an error.

    Raises:
        StudyError: every fault of both files together: missing columns, no counts, cells that
            cannot be read, negative or broken counts, rows that are there twice, successions
            that cannot be meant.
    """
    faults: list[Finding] = []
    rolls, labels = _read_rolls(path, faults)
    changes = _nothing(_SUCCESSIONS)
    if successions is not None:
        changes = _read_successions(successions, rolls, faults)
    if faults:
        raise StudyError(*(each.refusal(lang) for each in faults))
    return RollsFile(path.name, rolls, labels, changes)


def _read_rolls(path: Path, faults: list[Finding]) -> tuple[pd.DataFrame, dict[int, str]]:
    """Read the counts, and how the file writes its grades."""
    sheet, frame = _read_columns(path, _ROLLS, faults)
    if sheet is None:
        return frame, {}
    grades, labels = _grades(sheet, frame["grade"], faults)
    frame = frame.assign(grade=grades)
    faults += _impossible_years(sheet, frame)
    faults += _impossible_counts(sheet, frame)
    counted = frame["pupils"].notna()
    if not frame.empty and not (frame["pupils"] > 0).any() and not faults:
        faults.append(
            sheet.source.finding(
                Words("nobody is counted in it.", "表中没有任何在校生。"),
                Words("Fill in the pupils.", "请填写在校生数。"),
            )
        )
    return frame[counted].reset_index(drop=True), labels


def _read_successions(path: Path, rolls: pd.DataFrame, faults: list[Finding]) -> pd.DataFrame:
    """Read what became of schools, and hold it against their counts."""
    sheet, frame = _read_columns(path, _SUCCESSIONS, faults)
    if sheet is None:
        return frame
    faults += _impossible_years(sheet, frame)
    share = frame["share"]
    faults += _at(
        sheet,
        ~share.isna() & ~((share > 0) & (share <= 1)),
        Words("expected a share above 0 and at most 1, found {values}.", "比例应大于0且不超过1。"),
        Words("Write 0.4 for 40 percent.", "例如40%请写0.4。"),
        share,
    )
    for fault in succession_faults(frame, rolls, key="section_id"):
        faults += _at(sheet, fault.rows, fault.what, fault.remedy, fault.values)
    faults += _never_counted(sheet, frame, rolls)
    return frame


def _read_columns(
    path: Path, columns: tuple[Column, ...], faults: list[Finding]
) -> tuple[Sheet | None, pd.DataFrame]:
    """Read the wanted columns of a file; without them there is nothing further to look at."""
    sheet = _sheet(path, columns)
    if isinstance(sheet, Finding):
        faults.append(sheet)
        return None, _nothing(columns)
    found: dict[str, int] = {}
    for place, heading in enumerate(sheet.headings):
        name = _meant(heading, columns)
        if name in found:
            faults.append(_twice(sheet, name, heading))
        elif name:
            found[name] = place
    missing = [each for each in columns if each.name not in found | dict.fromkeys(_MAY_BE_ABSENT)]
    faults += [_missing(sheet, column) for column in missing]
    if missing:
        return None, _nothing(columns)
    frame = _nothing(columns).reindex(range(len(sheet.rows)))
    for column in columns:
        if column.name in found:
            frame[_own_name(column)] = _read_column(sheet, found[column.name], column, faults).typed
    return sheet, frame.assign(row=sheet.rows)


def _sheet(path: Path, columns: tuple[Column, ...]) -> Sheet | Finding:
    """Open the file, or say why that is impossible."""
    if not path.is_file():
        return Source(path.name).finding(
            Words("there is no such file.", "文件不存在。"),
            Words(f"Correct its name: {path}.", f"请更正文件名：{path}。"),
        )
    sheet = read_sheet(
        path, path.name, "", lambda heading: bool(_meant(heading, columns)), columns[0].table
    )
    if isinstance(sheet, Sheet) and len(sheet.rows) == 0:
        return sheet.source.finding(
            Words("it has no rows.", "表中没有数据。"), Words("Fill it.", "请填写。")
        )
    return sheet


def _meant(heading: str, columns: tuple[Column, ...]) -> str:
    """Return the column that a heading stands for, or an empty text."""
    folded = re.sub(r"[\s_\-]+|[(\[【].*$", "", half_width(heading).casefold())
    known = {each.name: each.name for each in columns} | {each.zh: each.name for each in columns}
    known |= {other: name for other, name in _ALSO_CALLED.items() if name in known}
    return {word.replace("_", ""): name for word, name in known.items()}.get(folded, "")


def _twice(sheet: Sheet, name: str, heading: str) -> Finding:
    """Say that two headings claim one column."""
    return sheet.source.finding(
        Words(f"two headings stand for '{name}'.", f"有两个表头都表示“{name}”。"),
        Words("Keep one of them.", "请只保留一个。"),
        column=heading,
    )


def _missing(sheet: Sheet, column: Column) -> Finding:
    """Say that a column is missing, and which heading may be meant."""
    close = nearest(column.name, sheet.headings) or nearest(column.zh, sheet.headings)
    return sheet.source.finding(
        Words(
            f"the column '{column.name}' ({column.zh}) is missing.",
            f"缺少“{column.zh}”列（{column.name}）。",
        ),
        Words(f"Did you mean the heading '{close}'?", f"是否为表头“{close}”？")
        if close
        else Words(f"Add it: {column.meaning}", "请补充此列。"),
    )


def _read_column(sheet: Sheet, place: int, column: Column, faults: list[Finding]) -> Cells:
    """Read one column and report the cells that are empty or unreadable."""
    raw = sheet.cells[place]
    cells = read_cells(column, raw, _all_norms()[0])
    heading = sheet.headings[place]
    for problem in cells.problems:
        faults += _at(sheet, problem.cells, problem.what, problem.remedy, raw, heading)
    if column.name not in _MAY_BE_EMPTY:
        faults += _at(
            sheet,
            cells.typed.isna().to_numpy() & ~cells.unread,
            Words("the cell is empty.", "单元格为空。"),
            Words(f"Fill it in: {column.meaning}", f"请填写“{column.zh}”。"),
            column=heading,
        )
    return cells


def _grades(
    sheet: Sheet, cells: pd.Series[str], faults: list[Finding]
) -> tuple[pd.Series[Any], dict[int, str]]:
    """Return the grade of each row as a number, and how each grade is written most often."""
    said = cells.value_counts()
    meant = {label: _grade_of(label) for label in said.index}
    grades = cells.map(meant).astype("Int64")
    faults += _at(
        sheet,
        cells.notna() & grades.isna(),
        Words("expected a grade, found {values}.", "应填年级，实为{values}。"),
        Words(
            "Write its number or name, such as 1, Grade 1, 一年级, K or 大班; leave totals out.",
            "请填年级数字或名称，例如1、一年级、大班；不要包含合计。",
        ),
        cells,
    )
    labels: dict[int, str] = {}
    for label, _ in sorted(said.items(), key=lambda each: (-each[1], str(each[0]))):
        grade = meant[label]
        if grade is not None:
            labels.setdefault(grade, str(label).removesuffix(".0"))
    return grades, labels


def _grade_of(label: str) -> int | None:
    """Return the grade that a label means in any country, counted from the first of primary."""
    plain = half_width(label).casefold().replace(" ", "")
    if plain in BELOW_GRADE_ONE:
        return BELOW_GRADE_ONE[plain]
    if (match := NUMBERED.fullmatch(plain)) and int(match[1]) <= HIGHEST_GRADE:
        return int(match[1])
    meant = (norms.grade_of_label(plain) for norms in _all_norms())
    return next((grade for grade in meant if grade is not None), None)


@cache
def _all_norms() -> tuple[Norms, ...]:
    """Return the norms of every country: together they know the names of grades."""
    return tuple(read_norms(name) for name in available())


def _impossible_years(sheet: Sheet, frame: pd.DataFrame) -> list[Finding]:
    """Return years that cannot be meant."""
    year = frame["year"]
    return _at(
        sheet,
        (year < EARLIEST_YEAR) | (year > LATEST_YEAR),
        Words("expected a school year, found {values}.", "应填学年，实为{values}。"),
        Words("Write four digits, such as 2023.", "请填四位数字，例如2023。"),
        year,
    )


def _impossible_counts(sheet: Sheet, frame: pd.DataFrame) -> list[Finding]:
    """Return negative counts, and counts that are there twice."""
    keys = frame[["section_id", "grade", "year"]]
    counted = frame["pupils"].notna() & keys.notna().all(axis=1)
    twice = counted & keys[counted].duplicated(keep=False).reindex(frame.index, fill_value=False)
    said = keys["section_id"] + " " + keys["grade"].astype("str") + " " + keys["year"].astype("str")
    return [
        *_at(
            sheet,
            frame["pupils"] < 0,
            Words("expected 0 or more pupils, found {values}.", "人数不能为负，实为{values}。"),
            Words("Correct the number, or leave the cell empty.", "请更正人数，或留空。"),
            frame["pupils"],
        ),
        *_at(
            sheet,
            twice,
            Words("more than one row counts {values} (school, grade, year).", "{values}重复出现。"),
            Words("Remove one of the rows, or correct its key.", "请删除其中一行，或更正编号。"),
            said,
        ),
    ]


def _never_counted(sheet: Sheet, frame: pd.DataFrame, rolls: pd.DataFrame) -> list[Finding]:
    """Return successors that stand nowhere in counts which reach their year."""
    if rolls.empty:
        return []
    counted = rolls["section_id"].unique()
    named = frame["to_section"]
    known = named.isin(counted) | named.isin(frame["from_section"])
    known |= (frame["year"] > rolls["year"].max()).fillna(value=False).astype(bool)
    unknown = named.notna() & ~known
    close = {name: nearest(name, counted) for name in named[unknown].unique()}
    hints = [f"For '{name}', did you mean '{other}'?" for name, other in close.items() if other]
    return _at(
        sheet,
        unknown,
        Words("nobody was ever counted in {values}.", "{values}从无在校生。"),
        Words(" ".join(hints) or "Correct the key, or its year.", "请更正编号或变更学年。"),
        named,
    )


def _at(
    sheet: Sheet,
    where: Any,
    what: Words,
    remedy: Words,
    values: pd.Series[Any] | None = None,
    column: str = "",
) -> list[Finding]:
    """Return one finding for the rows where something is wrong, none where nothing is."""
    hit = pd.array(where, dtype="boolean").fillna(value=False).to_numpy(dtype=bool)
    if not hit.any():
        return []
    shown = [] if values is None else values[hit].drop_duplicates().tolist()
    rows = tuple(sheet.rows[hit].tolist())
    said = what.about(shown)
    return [sheet.source.finding(said, remedy, rows=rows, column=column)]


def _own_name(column: Column) -> str:
    """Return the name of a column in a study's own tables."""
    return {
        "school_id": "section_id",
        "from_school": "from_section",
        "to_school": "to_section",
    }.get(column.name, column.name)


def _nothing(columns: tuple[Column, ...]) -> pd.DataFrame:
    """Return a table without rows."""
    types = {"text": "str", "whole number": "Int64", "number": "float64"}
    return pd.DataFrame(
        {_own_name(each): pd.Series([], dtype=types[each.kind]) for each in columns}
    ).assign(row=pd.Series([], dtype="int64"))
