"""Read a target as a plan writes it: a number, a bound, a range, a change, or words."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import Final

from planner.reading.values import EMPTY, half_width

__all__ = ["Target", "parse_actual", "parse_target"]

_SAME_DIGITS: Final = 4  # values that are written alike have reached one another
_NUMBER: Final = r"([+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[+-]?\d*\.?\d+)\s*([%‰]?)"
_PLAIN: Final = re.compile(_NUMBER)
_RANGE: Final = re.compile(_NUMBER + r"\s*(?:-{1,2}|[–—~]{1,2}|至|到|to)\s*" + _NUMBER)
_CHANGE: Final = re.compile(r"([+-]|增长|提高|上升|增加|下降|降低|减少)\s*(\d+\.?\d*)\s*([%‰])")
_LEAST: Final = ("≥", ">=", "=>", "不低于", "不少于", "不小于", "至少", "达到", "at least")
_ABOVE: Final = (">", "高于", "超过", "大于", "more than", "above")
_MOST: Final = ("≤", "<=", "=<", "不高于", "不超过", "不大于", "不多于", "至多", "at most")
_BELOW: Final = ("<", "低于", "少于", "小于", "less than", "below")
_LEAST_AFTER: Final[tuple[str, ...]] = ("及以上", "以上", "or more")
_MOST_AFTER: Final[tuple[str, ...]] = ("及以下", "以下", "以内", "or less")
_FALLS: Final = ("-", "下降", "降低", "减少")
_COUNTED_IN: Final = "个所名人校园班座间项级年分次"
_SIGNS_ONLY: Final = re.compile(r"[\d\s.,%‰+\-–—~<>=≥≤/*·]+")
_YES: Final = frozenset(
    {"达标", "是", "有", "合格", "通过", "优秀", "良好", "yes", "y", "met", "true"}
)
_NO: Final = frozenset({"不达标", "未达标", "否", "无", "不合格", "未通过", "no", "n", "false"})


@dataclass(frozen=True, slots=True)
class Target:
    """What a plan promises for one year.

    Attributes:
        text: As the plan writes it.
        kind: number, bound, range, change (against a base year), words or none.
        low: What must be reached at least, missing where nothing must.
        high: What may be reached at most, missing where nothing limits it.
        strict: Whether the bounds themselves do not suffice ("below 0.15").
        change: Share by which the base year's value changes, such as -0.10.
    """

    text: str
    kind: str
    low: float | None = None
    high: float | None = None
    strict: bool = False
    change: float | None = None

    @property
    def figure(self) -> float | None:
        """The one number aimed at: the end of a range that must be reached first."""
        return self.low if self.low is not None else self.high

    @property
    def most(self) -> int | None:
        """The most whole things, such as large classes, that it allows; None without a limit."""
        if self.high is None:
            return None
        return math.ceil(self.high) - 1 if self.strict else math.floor(self.high)

    def reaches(self, value: float) -> bool | None:
        """Tell whether a value reaches the target; None where people must judge.

        Values count by their first four decimals: one that is written like its target reaches it.
        """
        if (self.low is None and self.high is None) or math.isnan(value):
            return None
        shown = round(value, _SAME_DIGITS)
        low = -math.inf if self.low is None else round(self.low, _SAME_DIGITS)
        high = math.inf if self.high is None else round(self.high, _SAME_DIGITS)
        return low < shown < high if self.strict else low <= shown <= high

    def against(self, base_value: float, better: str) -> Target:
        """Return what a change comes to where the base year's value is known."""
        if self.change is None:
            return self
        aim = base_value * (1 + self.change)
        low, high = _one_sided(aim, better)
        return replace(self, low=low, high=high)


def parse_target(text: str, *, better: str = "higher", percent: bool = False) -> Target | None:
    """Read one target; None where it consists of figures and signs that make no sense.

    Args:
        text: 0.93, 92%, ９２％, >=85%, 不低于85%, 85%以上, 3-5, 3—5, -10%, 全市首位, or nothing.
        better: Which way is better: a bare number, or a range, binds on that side alone, so that
            five schools more than "3-5" promises is no miss.
        percent: Whether bare numbers are percent, as the column unit may say.
    """
    plain = half_width(text).replace("﹣", "-").replace("−", "-")
    if plain.casefold() in EMPTY:
        return Target("", "none")
    if change := _CHANGE.fullmatch(plain):
        sign = -1 if change[1] in _FALLS else 1
        return Target(
            text.strip(), "change", change=sign * _value(change[2], change[3], percent=percent)
        )
    if both := _RANGE.fullmatch(_uncounted(plain)):
        return _range(text.strip(), both, better, percent=percent)
    if bound := _bound(plain, percent=percent):
        return Target(text.strip(), "bound", *bound)
    number = _one_number(plain, percent=percent)
    if number is not None:
        return Target(text.strip(), "number", *_one_sided(number, better), better == "below")
    return None if _SIGNS_ONLY.fullmatch(plain) else Target(text.strip(), "words")


def parse_actual(text: str, *, percent: bool = False) -> float | bool | None:
    """Read what the bureau has entered: a number, yes or no; None for other words."""
    plain = half_width(text).casefold()
    if plain in _YES or plain in _NO:
        return plain in _YES
    return _one_number(plain, percent=percent)


def _value(digits: str, sign: str, *, percent: bool) -> float:
    """Return a number as a share where it is written in percent or per mille."""
    number = float(digits.replace(",", ""))
    divisor = 1000 if sign == "‰" else 100 if sign == "%" or percent else 1
    return number / divisor


def _uncounted(text: str) -> str:
    """Return a number without the word for what it counts: 4所 is 4."""
    stripped = text.rstrip(_COUNTED_IN)
    return stripped.strip() if stripped != text and stripped[-1:].isdigit() else text


def _range(text: str, both: re.Match[str], better: str, *, percent: bool) -> Target | None:
    """Return a range that binds on the side that matters; None where it runs backwards."""
    sign = both[2] or both[4]  # 3-5% means both
    low = _value(both[1], both[2] or sign, percent=percent)
    high = _value(both[3], both[4] or sign, percent=percent)
    if low > high:
        return None
    ends = {"higher": (low, None), "lower": (None, high), "below": (None, high)}
    return Target(text, "range", *ends.get(better, (low, high)))


def _bound(text: str, *, percent: bool) -> tuple[float | None, float | None, bool] | None:
    """Return the ends a bound sets and whether they are strict, nothing where it is no bound."""
    beginnings: tuple[tuple[tuple[str, ...], bool, bool], ...] = (
        (_LEAST, True, False),
        (_MOST, False, False),
        (_ABOVE, True, True),
        (_BELOW, False, True),
    )
    for words, is_low, strict in beginnings:
        for word in words:
            if text.startswith(word):
                value = _one_number(text.removeprefix(word), percent=percent)
                return None if value is None else (*_end(value, low=is_low), strict)
    for endings, is_low in ((_LEAST_AFTER, True), (_MOST_AFTER, False)):
        for word in endings:
            if text.endswith(word):
                value = _one_number(text.removesuffix(word), percent=percent)
                return None if value is None else (*_end(value, low=is_low), False)
    return None


def _one_number(text: str, *, percent: bool) -> float | None:
    """Return the number a text is, nothing where it is none."""
    one = _PLAIN.fullmatch(_uncounted(text.strip()))
    return _value(one[1], one[2], percent=percent) if one else None


def _end(value: float, *, low: bool) -> tuple[float | None, float | None]:
    """Return the ends of which only one is set."""
    return (value, None) if low else (None, value)


def _one_sided(value: float, better: str) -> tuple[float | None, float | None]:
    """Return the ends that a bare number sets."""
    return _end(value, low=better not in ("lower", "below"))
