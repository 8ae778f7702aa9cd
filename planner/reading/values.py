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
MU_M2: Final = 2000 / 3
"""Square metres in a mu (亩): fifteen of them are a hectare."""
UNITS: Final[dict[str, dict[str, float]]] = {
    "m2": {"亩": MU_M2, "mu": MU_M2, "公顷": 10_000.0, "平方米": 1.0, "平米": 1.0, "m2": 1.0},
    "yuan": {"元": 1.0, "万元": 1e4, "亿元": 1e8},
}
"""Units in which people write what a column of ours holds, and how many of ours make one."""
IN_BRACKETS: Final = re.compile(r"[(\[【]\s*([^()\[\]【】]+?)\s*[)\]】]$")
WITH_UNIT: Final = re.compile(r"(.*\d)\s*(\D.*|m2)")
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
        "高速公路": "motorway",
        "高速": "motorway",
    },
    **{
        ("streets", name): {
            "双向": "both",
            "0": "both",
            "正向": "forward",
            "1": "forward",
            "反向": "backward",
            "-1": "backward",
        }
        for name in ("direction", "cycle_direction", "foot_direction")
    },
    ("streets", "crosses"): {
        "桥": "bridge",
        "桥梁": "bridge",
        "天桥": "bridge",
        "隧道": "tunnel",
        "地道": "tunnel",
        "地下通道": "tunnel",
        "道口": "crossing",
        "人行横道": "crossing",
        "斑马线": "crossing",
    },
    ("phases", "line"): {"学校": "schools", "指标": "indicators"},
    ("indicators", "better"): {
        "越高越好": "higher",
        "正向": "higher",
        "越低越好": "lower",
        "逆向": "lower",
        "文字": "word",
    },
    ("projects", "kind"): {
        "新建": "new",
        "扩建": "extension",
        "改扩建": "extension",
        "改建": "conversion",
        "改造": "conversion",
        "转为": "conversion",
        "重建": "rebuilding",
        "拆建": "rebuilding",
        "排危新建": "rebuilding",
        "合并": "merger",
        "并入": "merger",
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
    """One column after reading: typed values, missing where a problem says why.

    `notes` tell of cells that were read, but not as they stand: areas in mu, say.
    """

    typed: pd.Series[Any]
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()

    @property
    def unread(self) -> NDArray[np.bool_]:
        """Which cells could not be read."""
        unread = np.zeros(len(self.typed), dtype=bool)
        for problem in self.problems:
            unread |= problem.cells
        return unread


def read_cells(column: Column, cells: pd.Series[Any], norms: Norms, heading: str = "") -> Cells:
    """Read the cells of one column of the data dictionary.

    Full-width letters and digits, thousand separators, 是/否, dates as 2023-09-01, 2023/9/1,
    2023年9月1日 or Excel days, school years as 2023, 2023-2024 or 2023学年, grades and stages by
    the labels of the norms and enumerations by their Chinese words are all understood. Areas
    and sums of money may stand in other units, named in the cell (25亩) or in brackets behind
    the `heading` (用地面积（亩）).
    """
    if column.kind == "text":
        return _texts(column, cells, norms)
    if column.kind == "yes/no":
        return _answers(cells)
    if column.kind == "date":
        return _days(cells)
    if column.unit in UNITS:
        return _amounts(UNITS[column.unit], cells, heading)
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
    place, texts = _distinct(cells)
    known = _words_of(column, norms)
    if known or column.name.endswith("_id") or column.name in KEYS:
        plain = [half_width(text) for text in texts]
        texts = pd.Series([known.get(text.casefold(), text) for text in plain], dtype="str")
    typed = texts.where(texts != "").astype("str")
    return Cells(typed.take(place).set_axis(cells.index))


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


def _amounts(units: dict[str, float], cells: pd.Series[Any], heading: str) -> Cells:
    """Read areas or sums of money, and bring those in another unit into ours."""
    bracket = IN_BRACKETS.search(half_width(heading))
    usual = units.get(bracket[1].casefold(), 1.0) if bracket else 1.0
    values, unread = _each(cells, lambda text: _amount(text, units), quick=True)
    place, texts = _distinct(cells)
    own = np.array([_with_unit(half_width(text), units)[1] for text in texts])[place]
    numbers: pd.Series[float] = values.astype("float64") * np.where(own > 0, 1.0, usual)
    converted = numbers.notna().to_numpy() & (np.where(own > 0, own, usual) != 1.0)
    return Cells(numbers, _problem(unread, NOT_A_NUMBER), _problem(converted, IN_OTHER_UNITS))


def _amount(text: str, units: dict[str, float]) -> float | None:
    """Read one number with the unit behind it, if there is one: 25亩 are 16 667 m2."""
    digits, factor = _with_unit(text, units)
    number = _number(digits)
    return None if number is None else number * (factor or 1.0)


def _with_unit(text: str, units: dict[str, float]) -> tuple[str, float]:
    """Return a text without its unit, and how many of ours one is; 0 where it names none."""
    match = WITH_UNIT.fullmatch(text)
    factor = units.get(match[2].casefold(), 0.0) if match else 0.0
    return (match[1], factor) if match and factor else (text, 0.0)


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
    place, texts = _distinct(cells)
    values = np.full(len(texts), None, dtype=object)
    if quick:
        plainly = pd.to_numeric(texts, errors="coerce").to_numpy(dtype="float64")
        values[np.isfinite(plainly)] = plainly[np.isfinite(plainly)]
    failed = np.zeros(len(texts), dtype=bool)
    for left in np.flatnonzero(values == None):  # noqa: E711 (each element by itself)
        plain = half_width(texts.iloc[left])
        if plain.casefold() not in empty:
            values[left] = read(plain)
            failed[left] = values[left] is None
    return pd.Series(values[place], index=cells.index, dtype=object), failed[place]


def _distinct(cells: pd.Series[Any]) -> tuple[NDArray[np.intp], pd.Series[str]]:
    """Return the different texts of a column, and for each cell which of them it is."""
    # What is no text yet is made text first: to numpy True is 1.
    whole = cells if isinstance(cells.dtype, pd.StringDtype) else as_text(cells)
    place, texts = pd.factorize(whole, use_na_sentinel=False)
    return place, as_text(pd.Series(texts, dtype="str"))


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
IN_OTHER_UNITS: Final = (
    Words("found another unit than the column's: {values}.", "单位与本列不同：{values}。"),
    Words(
        "They are converted: 1 mu (亩) is 2000 ÷ 3 m2, 1 万元 is 10 000 yuan.",
        "已换算：1亩=2000÷3平方米，1万元=10000元。",
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
