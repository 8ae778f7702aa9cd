"""Read the cells of a column the way people write them: full-width digits, 是 and 否, 一年级."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd

from planner.reading.findings import Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from planner.norms import Norms
    from planner.tables import Column

__all__ = ["Cells", "Problem", "as_text", "cell_text", "half_width", "read_cells"]

EMPTY: Final = frozenset({"", "-", "--", "—", "——", "–", "/", "nan", "none", "null", "n/a", "na"})
TOTALS: Final = frozenset({"合计", "总计", "小计", "全校", "total", "all"})
YES: Final = frozenset({"是", "有", "对", "yes", "y", "true", "t", "1", "1.0", "√", "✓"})
NO: Final = frozenset({"否", "无", "不是", "没有", "no", "n", "false", "f", "0", "0.0", "×", "✗"})
KEYS: Final = frozenset({"continues_at", "from_section", "to_section", "from_school", "to_school"})
GRADES: Final = frozenset({"grade", "lowest_grade", "highest_grade"})
YEARS: Final = frozenset({"year", "completed"})
THOUSANDS: Final = re.compile(r"[+-]?\d{1,3}([, '’]\d{3})+(\.\d+)?")
SCHOOL_YEAR: Final = re.compile(r"(\d{4})(?:[-/–~至](?:\d{4}|\d{2}))?(?:学年度?|年度?)?")
DAY: Final = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]00:00(?::00(?:\.0+)?)?)?"
)
FIRST_EXCEL_DAY: Final = 20_000  # 1954: smaller numbers in a date column are mistakes
LAST_EXCEL_DAY: Final = 80_000  # 2119

WORDS: Final[dict[tuple[str, str], dict[str, str]]] = {
    ("schools", "kind"): {
        "幼儿园": "kindergarten",
        "小学": "primary",
        "完全小学": "primary",
        "教学点": "teaching_point",
        "小学教学点": "teaching_point",
        "初中": "junior",
        "初级中学": "junior",
        "九年一贯制": "nine_year",
        "九年一贯制学校": "nine_year",
        "高中": "senior",
        "普通高中": "senior",
        "高级中学": "senior",
        "完全中学": "secondary",
        "完中": "secondary",
        "十二年一贯制": "twelve_year",
        "十二年一贯制学校": "twelve_year",
    },
    ("schools", "operator"): {
        "公办": "public",
        "普惠性民办": "private_inclusive",
        "普惠民办": "private_inclusive",
        "民办": "private",
    },
    ("sections", "intake"): {
        "划片": "zone",
        "划片招生": "zone",
        "招生范围": "zone",
        "全县": "county",
        "全县招生": "county",
        "全区招生": "county",
        "全市招生": "county",
    },
    ("barriers", "kind"): {
        "湖": "lake",
        "湖泊": "lake",
        "水库": "lake",
        "河": "river",
        "河流": "river",
        "铁路": "railway",
        "干道": "trunk_road",
        "主干道": "trunk_road",
        "国道": "trunk_road",
        "高速公路": "trunk_road",
    },
    ("projects", "kind"): {
        "新建": "new",
        "扩建": "extension",
        "改扩建": "extension",
        "撤并": "closure",
        "撤销": "closure",
        "关闭": "closure",
        "危房": "condemned",
        "D级危房": "condemned",
    },
}
SETTING_WORDS: Final = {
    "城区": "city",
    "城市": "city",
    "镇区": "town",
    "城镇": "town",
    "乡村": "village",
    "农村": "village",
}


class Problem(NamedTuple):
    """Cells that nobody could read, and what to say about them."""

    cells: NDArray[np.bool_]
    what: Words
    remedy: Words


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """One column after reading: typed values, missing where a problem says why."""

    typed: pd.Series[Any]
    problems: tuple[Problem, ...] = ()

    @property
    def unread(self) -> NDArray[np.bool_]:
        """Which cells could not be read."""
        unread = np.zeros(len(self.typed), dtype=bool)
        for problem in self.problems:
            unread |= problem.cells
        return unread


def read_cells(column: Column, cells: pd.Series[Any], norms: Norms) -> Cells:
    """Read the cells of one column of the data dictionary.

    Full-width letters and digits, thousand separators, 是/否, dates as 2023-09-01, 2023/9/1,
    2023年9月1日 or Excel days, school years as 2023, 2023-2024 or 2023学年, grades and stages by
    the labels of the norms and enumerations by their Chinese words are all understood.
    """
    if column.kind == "text":
        return _texts(column, cells, norms)
    if column.kind == "yes/no":
        return _answers(cells)
    if column.kind == "date":
        return _days(cells)
    return _numbers(column, cells, norms)


def as_text(cells: pd.Series[Any]) -> pd.Series[str]:
    """Return cells as trimmed text; whole numbers lose the '.0' that spreadsheets give them."""
    if isinstance(cells.dtype, pd.StringDtype):
        return cells.fillna("").str.strip()
    return pd.Series([cell_text(cell) for cell in cells], index=cells.index, dtype="str")


def half_width(text: str) -> str:
    """Return text with full-width letters, digits and signs in their plain form."""
    return unicodedata.normalize("NFKC", text).strip()


def cell_text(cell: Any) -> str:
    """Return one cell as text."""
    if cell is None or cell is pd.NaT or cell is pd.NA:
        return ""
    if isinstance(cell, (float, np.floating)):
        return "" if np.isnan(cell) else (str(int(cell)) if cell == int(cell) else repr(cell))
    if isinstance(cell, (datetime, date)):
        return cell.isoformat(sep=" ") if isinstance(cell, datetime) else cell.isoformat()
    return str(cell).strip()


def _texts(column: Column, cells: pd.Series[Any], norms: Norms) -> Cells:
    """Read text: keys in plain width, enumerations and stages by any of their words."""
    texts = as_text(cells)
    known = _words_of(column, norms)
    if known or column.name.endswith("_id") or column.name in KEYS:
        plain = {text: half_width(text) for text in texts.unique()}
        texts = texts.map({text: known.get(key.casefold(), key) for text, key in plain.items()})
    return Cells(texts.where(texts != "").astype("str"))


def _words_of(column: Column, norms: Norms) -> dict[str, str]:
    """Return the words under which a table may name a value of this column."""
    words = dict(WORDS.get((column.table, column.name), {}))
    if column.name == "setting":
        words |= SETTING_WORDS
    if column.name == "stage":
        words |= {name: stage.stage for stage in norms.stages for name in stage.names.values()}
        words |= {stage.stage: stage.stage for stage in norms.stages}
    words |= {word: word for word in column.allowed}
    return {half_width(word).casefold(): value for word, value in words.items()}


def _answers(cells: pd.Series[Any]) -> Cells:
    """Read yes and no."""
    if pd.api.types.is_bool_dtype(cells.dtype):
        return Cells(cells.astype("boolean"))
    values, unread = _each(cells, _answer)
    return Cells(values.astype("boolean"), _problem(unread, NOT_AN_ANSWER))


def _answer(text: str) -> bool | None:
    """Read one yes or no."""
    word = text.casefold()
    return True if word in YES else False if word in NO else None


def _days(cells: pd.Series[Any]) -> Cells:
    """Read dates."""
    if pd.api.types.is_datetime64_any_dtype(cells.dtype):
        return Cells(cells.dt.tz_localize(None).astype("datetime64[ns]"))
    values, unread = _each(cells, _day)
    return Cells(values.astype("datetime64[ns]"), _problem(unread, NOT_A_DAY))


def _day(text: str) -> pd.Timestamp | None:
    """Read one date, or an Excel day number."""
    match = DAY.fullmatch(text)
    try:
        if match:
            year, month, day = (int(part) for part in match.groups())
            return pd.Timestamp(year, month, day)
        if FIRST_EXCEL_DAY <= float(text) <= LAST_EXCEL_DAY:
            return pd.Timestamp(1899, 12, 30) + pd.Timedelta(days=int(float(text)))
    except ValueError:
        return None
    return None


def _numbers(column: Column, cells: pd.Series[Any], norms: Norms) -> Cells:
    """Read numbers; school years and grades also by their labels."""
    if column.name in GRADES:
        values, unread = _each(cells, norms.grade_of_label, quick=True, empty=EMPTY | TOTALS)
        problems = _problem(unread, NOT_A_GRADE)
    elif column.name in YEARS:
        values, unread = _each(cells, _school_year, quick=True)
        problems = _problem(unread, NOT_A_YEAR)
    else:
        values, unread = _each(cells, _number, quick=True)
        problems = _problem(unread, NOT_A_NUMBER)
    numbers = values.astype("float64")
    if column.kind != "whole number":
        return Cells(numbers, problems)
    broken = (numbers.notna() & (numbers != numbers.round())).to_numpy()
    return Cells(numbers.mask(broken).astype("Int64"), (*problems, *_problem(broken, NOT_WHOLE)))


def _each(
    cells: pd.Series[Any],
    read: Callable[[str], Any],
    *,
    quick: bool = False,
    empty: frozenset[str] = EMPTY,
) -> tuple[pd.Series[Any], NDArray[np.bool_]]:
    """Read each distinct cell once; return values and which cells could not be read.

    With `quick`, plain numbers are read all at once and only the others one by one.
    """
    if quick and pd.api.types.is_numeric_dtype(cells.dtype):
        numbers = cells.astype("Float64").astype("float64")
        return numbers.where(np.isfinite(numbers)), np.isinf(numbers.to_numpy())
    texts = as_text(cells)
    values: pd.Series[Any] = pd.Series(None, index=cells.index, dtype=object)
    if quick:
        numbers = pd.to_numeric(texts, errors="coerce").astype("float64")
        values = numbers.where(np.isfinite(numbers)).astype(object)
    left = np.flatnonzero(values.isna().to_numpy())
    short = {text: half_width(text) for text in texts.iloc[left].unique()}
    found = {
        text: None if plain.casefold() in empty else read(plain) for text, plain in short.items()
    }
    failed = {
        text
        for text, plain in short.items()
        if found[text] is None and plain.casefold() not in empty
    }
    values.iloc[left] = [found[text] for text in texts.iloc[left]]
    return values, texts.isin(failed).to_numpy()


def _number(text: str) -> float | None:
    """Read one number with thousand separators."""
    if THOUSANDS.fullmatch(text):
        text = re.sub(r"[, '’]", "", text)
    try:
        number = float(text)
    except ValueError:
        return None
    return number if np.isfinite(number) else None


def _school_year(text: str) -> float | None:
    """Read one school year by the year of its 1 September."""
    match = SCHOOL_YEAR.fullmatch(text.replace(" ", ""))
    return float(match[1]) if match else None


def _problem(cells: NDArray[np.bool_], said: tuple[Words, Words]) -> tuple[Problem, ...]:
    """Return the problem of these cells, or none where all could be read."""
    return (Problem(cells, *said),) if cells.any() else ()


NOT_AN_ANSWER: Final = (
    Words("expected yes or no, found {values}.", "应填“是”或“否”，实为{values}。"),
    Words("Write yes or no, or leave the cell empty.", "请填“是”或“否”，不清楚的留空。"),
)
NOT_A_DAY: Final = (
    Words("expected a date, found {values}.", "应填日期，实为{values}。"),
    Words(
        "Write year, month and day, such as 2023-09-01.",
        "请写明年、月、日，例如2023-09-01或2023年9月1日。",
    ),
)
NOT_A_NUMBER: Final = (
    Words("expected a number, found {values}.", "应填数字，实为{values}。"),
    Words(
        "Write digits only, or leave the cell empty where that is allowed.",
        "请只填数字，允许为空的列可以留空。",
    ),
)
NOT_WHOLE: Final = (
    Words("expected a whole number, found {values}.", "应填整数，实为{values}。"),
    Words("Write a whole number.", "请填整数。"),
)
NOT_A_YEAR: Final = (
    Words("expected a school year, found {values}.", "应填学年，实为{values}。"),
    Words(
        "Write the year of its 1 September, such as 2023.",
        "请填学年开始（9月1日）的年份，例如2023。",
    ),
)
NOT_A_GRADE: Final = (
    Words("expected a grade, found {values}.", "应填年级，实为{values}。"),
    Words(
        "Write the grade's number or a label of the norms, such as 1 or 一年级.",
        "请填年级数字或标准名称，例如1或一年级。",
    ),
)
