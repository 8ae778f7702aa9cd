"""Read what bureaus write in a ledger: 五十八人, 一（1）班, 2024年8月底前, 正在整改."""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from planner.ledger.entries import STATES, State
from planner.reading.values import cell_text, half_width
from planner.terms import school_year

if TYPE_CHECKING:
    from planner.norms import Norms, StageNorm

__all__ = [
    "ClassName",
    "folded",
    "read_class",
    "read_day",
    "read_grade",
    "read_size",
    "read_stage",
    "read_state",
    "read_year",
]

_DIGITS: Final = {digit: number for number, digit in enumerate("零一二三四五六七八九")} | {
    "〇": 0, "○": 0, "两": 2,
}  # fmt: skip
_NUMERAL: Final = re.compile(r"[零〇○一二两三四五六七八九十百]+")
_COMPOUND: Final = re.compile(
    r"(?:[一二两三四五六七八九]?百)?零?(?:[一二三四五六七八九]?十)?[一二三四五六七八九]?"
)
_SIZE: Final = re.compile(r"(?:约|共|现有)?(\d{1,4})(?:\.0+)?(?:人|名|个|生|pupils?)?(?:\(.*\))?")
_FIRST_EXCEL_DAY: Final = 20_000  # 1954: smaller numbers are no dates
_LAST_EXCEL_DAY: Final = 80_000  # 2119
_EXCEL_BEGINS: Final = date(1899, 12, 30)
_BY: Final = r"(?:之?前|以前|前后|止)?(?:完成|消除|销号|整改到位)?"
_DAY: Final = re.compile(rf"(\d{{4}})[-/.年](\d{{1,2}})[-/.月](\d{{1,2}})[日号]?(?:[T\d:.]*){_BY}")
_EIGHT: Final = re.compile(r"(\d{4})(\d\d)(\d\d)")
_MONTH: Final = re.compile(rf"(\d{{4}})[-/.年](\d{{1,2}})月?份?([上中下]旬|底|末)?{_BY}")
_AUTUMN: Final = re.compile(rf"(\d{{4}})年?(?:秋季|秋|暑假|暑期)(?:学期)?(?:开学)?{_BY}")
_YEAR_END: Final = re.compile(rf"(\d{{4}})年?[底末]?{_BY}")
_PART_OF_MONTH: Final = {"上旬": 10, "中旬": 20}
_SCHOOL_YEAR: Final = re.compile(r"(\d{4})(?:[-/—–~至](?:\d{4}|\d{2}))?(?:学年度?|年度?|年秋季?)?")

_CLASS: Final = re.compile(
    r"(?P<head>.*?)[.\-—·]?(?:第|class)?(?:\((?P<inner>[^()]+)\)|(?P<tail>\d+|[一二三四五六七八九十]+))"
)
_HEAD: Final = re.compile(
    r"(?P<head>\d{4}[级届]|(?:小学|初中|高中)?[一二三四五六七八九十\d]{1,2}年级?|[小初高][一二三四五六]"
    r"|grade\d{1,2}|g\d{1,2}|year\d{1,2})(?P<rest>.*)"
)
_GRADE_NUMBER: Final = re.compile(r"[一二三四五六七八九十]{1,2}|\d{1,2}")
_JOINED: Final = re.compile(r"(?P<head>\d{1,2})(?P<rest>\d\d)")
_MIXED: Final = re.compile(r"(?P<head>[一二三四五六七八九])(?P<rest>\d{1,2})")

_SAID: Final = (
    (State.CLAIMED, r"待核|未核|待验收|未验收|待销号|申报|申请|submitted|claimed"),
    (State.OPEN, r"未|待|尚|没有|^[否无]$|^no|^open|^todo"),
    (State.REOPENED, r"反弹|回潮|复发|重新|re-?opened|returned"),
    (State.MEASURE, r"整改中|化解中|正在|推进|进行|实施|已启动|在办|inprogress|underway|measure"),
    (State.CLOSED, r"销号|注销|销账|^是$|closed|^yes$"),
    (State.VERIFIED, r"核实|核查|核验|验收|verified"),
    (State.CLAIMED, r"完成|消除|化解|整改|到位|done|finished"),
)
"""Words of a state in the order in which they decide: 未销号 is open although it says 销号."""


class ClassName(NamedTuple):
    """A class as it is called: what stands before its number (a grade, perhaps) and its number."""

    head: str
    key: str


def folded(text: str) -> str:
    """Return text as it is compared: plain width, no blanks, upper and lower case alike."""
    return re.sub(r"\s+", "", half_width(text)).casefold()


def read_size(value: Any) -> int | None:
    """Read the pupils of a class: 58, 58.0, ５８, 58人, 五十八人, 58（含借读2人）."""
    if isinstance(value, bool):
        return None
    text = folded(cell_text(value))
    match = _SIZE.fullmatch(_NUMERAL.sub(_in_digits, text))
    return int(match[1]) if match else None


def read_day(value: Any) -> date | None:
    """Read a day as people write it; of a month, a year or an autumn term its last day.

    2024年3月1日, 2024.3.1, ２０２４－０３－０１, 20240301, Excel's day numbers, 二〇二四年三月,
    2024年8月底前, 2024年秋季开学前 (31 August) and 2024年底 (31 December) are understood.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, float) and not value.is_integer() and value < _FIRST_EXCEL_DAY:
        return None  # 2024.1 may have been typed as 2024.10
    text = _NUMERAL.sub(_in_digits, folded(cell_text(value)))
    if re.fullmatch(r"\d{5}(?:\.\d+)?", text):
        number = int(float(text))
        known = _FIRST_EXCEL_DAY <= number <= _LAST_EXCEL_DAY
        return _EXCEL_BEGINS + timedelta(days=number) if known else None
    try:
        return _written_day(text)
    except ValueError:  # 31 June
        return None


def _written_day(text: str) -> date | None:
    """Read a day, a month or a year in plain digits."""
    if match := _DAY.fullmatch(text) or _EIGHT.fullmatch(text):
        return date(int(match[1]), int(match[2]), int(match[3]))
    if match := _AUTUMN.fullmatch(text):
        return date(int(match[1]), 8, 31)
    if (match := _MONTH.fullmatch(text)) and 1 <= int(match[2]) <= 12:
        year, month = int(match[1]), int(match[2])
        last = calendar.monthrange(year, month)[1]
        return date(year, month, _PART_OF_MONTH.get(match[3] or "", last))
    if match := _YEAR_END.fullmatch(text):
        return date(int(match[1]), 12, 31)
    return None


def read_year(value: Any) -> int | None:
    """Read a school year: 2023, 2023-2024学年, 2023年秋季, or the one that a day lies in."""
    text = _NUMERAL.sub(_in_digits, folded(cell_text(value)))
    if match := _SCHOOL_YEAR.fullmatch(text):
        return int(match[1])
    day = read_day(value)
    return school_year(day.year, day.month, day.day) if day else None


def read_state(value: Any) -> State | None:
    """Read how far an entry is, from our own words or a bureau's; None where nobody can tell."""
    text = folded(cell_text(value))
    for state, words in STATES.items():
        if text in {state.value, folded(words.en), folded(words.zh)}:
            return state
    if not text:
        return None
    return next((state for state, words in _SAID if re.search(words, text)), None)


def read_stage(value: Any, norms: Norms) -> str:
    """Read a stage by its key or a name that holds the stage's (小学部), empty where none is."""
    text = folded(cell_text(value))
    for stage in norms.stages:
        if text and (text == stage.stage or any(folded(n) in text for n in stage.names.values())):
            return stage.stage
    return ""


def read_grade(text: str, stage: StageNorm, norms: Norms) -> int | None:
    """Read a grade of a stage by its label or by its place in the stage: 二 of a junior is 8."""
    plain = folded(text)
    for label in (plain, plain.removesuffix("年级"), plain.removesuffix("级")):
        grade = norms.grade_of_label(label)
        if grade in stage.grades:
            return grade
    short = re.sub(r"^(小学|初中|高中)|年?级?$", "", plain)
    digits = _NUMERAL.sub(_in_digits, short)
    if not digits.isdecimal():
        return None
    number = int(digits)
    if number in stage.grades:
        return number
    return stage.grades[number - 1] if 1 <= number <= len(stage.grades) else None


def read_class(text: str) -> ClassName:
    """Read the name of a class: 1班, (1)班, 一（1）班, 七年级3班, 2021级(2)班 and 302班.

    The number is written as one writes it today, so that names of one class compare as equal;
    a name without a number (实验班) is its own key.
    """
    plain = re.sub(r"(?<=.)班级?$", "", folded(text))
    for shape in (_JOINED, _MIXED):
        if match := shape.fullmatch(plain):
            return ClassName(match["head"], str(int(match["rest"])))
    headed = _HEAD.fullmatch(plain)
    head, rest = (headed["head"], headed["rest"]) if headed and headed["rest"] else ("", plain)
    match = _CLASS.fullmatch(rest)
    if match is None:
        return ClassName(head, rest)
    inner = match["inner"] or match["tail"]
    inner = re.sub(r"班$", "", inner)
    digits = _NUMERAL.sub(_in_digits, inner)
    key = str(int(digits)) if digits.isdecimal() else inner
    word = match["head"]
    if not head and _GRADE_NUMBER.fullmatch(word):  # 三-2, 3.2
        return ClassName(word, key)
    return ClassName(head, word + key)  # 实验1班: the word is part of the name


def _in_digits(match: re.Match[str]) -> str:
    """Return Chinese numerals in digits: 二〇二四 is 2024, 五十八 is 58, 一百零二 is 102."""
    text = match[0]
    if not set(text) & {"十", "百"}:
        return "".join(str(_DIGITS[letter]) for letter in text)
    if not _COMPOUND.fullmatch(text):
        return text  # 五六十: fifty or sixty
    total = digit = 0
    for letter in text:
        if letter in "十百":
            total += (digit or 1) * (10 if letter == "十" else 100)
            digit = 0
        else:
            digit = _DIGITS[letter]
    return str(total + digit)
