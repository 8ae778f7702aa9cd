"""What is wrong with a scenario file, each fault with its place and a remedy."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import date
from typing import TYPE_CHECKING, Any, Final, get_args, get_origin, get_type_hints

from planner.errors import Sentence
from planner.scenario.notation import flat, shown
from planner.scenario.settings import GROUPS, Measure, ProjectSettings
from planner.spelling import did_you_mean
from planner.terms import ProjectKind, SeatLimit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from planner.scenario.settings import Scenario, ZoneSharing

__all__ = ["contradictions", "faults_of"]

_NEEDED: Final[dict[str, tuple[str, ...]]] = {
    ProjectKind.NEW: ("stage", "site"),
    ProjectKind.CONVERSION: ("from_section",),
    ProjectKind.MERGER: ("from_section",),
    ProjectKind.REBUILDING: ("rooms_lost", "started"),
}
"""What a measure of a kind must say besides its key, its kind, its section and its day."""

_WITHOUT_ROOMS: Final = (ProjectKind.CLOSURE, ProjectKind.MERGER)

_KIND_WORDS: Final[dict[type, tuple[str, str]]] = {
    int: ("a whole number", "整数"),
    float: ("a number", "数字"),
    str: ("a text in quotes", "加引号的文字"),
    bool: ("true or false", "true或false"),
    date: ("a date such as 2026-08-31", "日期，如2026-08-31"),
}


def faults_of(file: str, content: dict[str, Any]) -> Iterator[Sentence]:
    """Yield every fault of one file."""
    for key, value in content.items():
        place = f"{file}: [{key}]"
        if key in GROUPS:
            yield from _group_faults(place, GROUPS[key], value)
        elif key == "projects":
            yield from _project_faults(file, value)
        elif key == "measures":
            yield from _measure_faults(file, value)
        elif key == "norms":
            yield from _norm_faults(place, value)
        else:
            groups = [*GROUPS, "projects", "measures", "norms", "extends"]
            yield Sentence(
                f"{file}: there is no [{key}].{did_you_mean(key, groups)}",
                f"{file}：没有[{key}]。{did_you_mean(key, groups, lang='zh')}",
            )


def _project_faults(file: str, projects: Any) -> Iterator[Sentence]:
    """Yield the faults of what is changed in the study's projects."""
    named = projects if isinstance(projects, dict) else {"?": projects}
    for project, settings in named.items():
        yield from _group_faults(f"{file}: [projects.{project}]", ProjectSettings, settings)


def _measure_faults(file: str, measures: Any) -> Iterator[Sentence]:
    """Yield the faults of the scenario's own measures."""
    if not isinstance(measures, list):
        yield Sentence(
            f"{file}: [measures] must be a list; write [[measures]] above each of them.",
            f"{file}：[measures]须为列表；请在每一项上方写[[measures]]。",
        )
        return
    for number, entry in enumerate(measures, start=1):
        yield from _group_faults(f"{file}: [[measures]] no. {number}", Measure, entry)


def _norm_faults(place: str, norms: Any) -> Iterator[Sentence]:
    """Yield the faults of figures that deviate from the norms."""
    if not isinstance(norms, dict):
        yield _said(
            place,
            f" must be a table of figures, found {shown(norms)}.",
            f"须为一组数字，现为{shown(norms)}。",
        )
        return
    for figure, number in flat(norms):
        if not _is_number(number):
            yield _said(
                place,
                f" '{figure}' must be a number, found {shown(number)}.",
                f"“{figure}”须为数字，现为{shown(number)}。",
            )


def _group_faults(place: str, kind: type, settings: Any) -> Iterator[Sentence]:
    """Yield the faults of one table of settings."""
    if not isinstance(settings, dict):
        yield _said(
            place,
            f" must be a table of settings, found {shown(settings)}.",
            f"须为一组设置，现为{shown(settings)}。",
        )
        return
    known = {item.name: item for item in fields(kind)}
    hints = get_type_hints(kind)
    for key, value in settings.items():
        if key not in known:
            yield _said(
                place,
                f" has no '{key}'.{did_you_mean(key, known)}",
                f"没有“{key}”。{did_you_mean(key, known, lang='zh')}",
            )
        elif problem := _value_fault(value, hints[key], known[key].metadata):
            yield _said(place, f" {key} {problem[0]}", f" {key}{problem[1]}")


def _said(place: str, en: str, zh: str) -> Sentence:
    """Return a fault in both languages behind its place."""
    place_zh = re.sub(r" no\. (\d+)", r"第\1项", place.replace(": ", "："))
    return Sentence(f"{place}{en}", f"{place_zh}{zh}")


def _value_fault(value: Any, hint: Any, limits: Mapping[str, Any]) -> tuple[str, str] | None:
    """Say what is wrong with one value in English and Chinese, or nothing."""
    if not _fits(value, hint):
        en, zh = _kind_in_words(hint)
        return f"must be {en}, found {shown(value)}.", f"须为{zh}，现为{shown(value)}。"
    choice = limits["one_of"]
    strange = [one for one in _each(value) if choice and one not in choice]
    if strange:
        found = shown(strange[0])
        return (
            f"must be one of {', '.join(choice)}; found {found}.{did_you_mean(strange[0], choice)}",
            f"须为{'、'.join(choice)}之一，现为{found}。"
            + did_you_mean(strange[0], choice, lang="zh"),
        )
    numbers = value.values() if isinstance(value, dict) else [value]
    for number in filter(_is_number, numbers):
        if limits["low"] is not None and number < limits["low"]:
            low = limits["low"]
            return f"must be at least {low}, found {shown(number)}.", (
                f"不得小于{low}，现为{shown(number)}。"
            )
        if limits["high"] is not None and number > limits["high"]:
            high = limits["high"]
            return f"must be at most {high}, found {shown(number)}.", (
                f"不得大于{high}，现为{shown(number)}。"
            )
    return None


def _each(value: Any) -> list[Any]:
    """Return the values of a list, or the one value as a list of its own."""
    return value if isinstance(value, list) else [value]


def _fits(value: Any, hint: Any) -> bool:
    """Tell whether a TOML value has the type a setting asks for."""
    if get_origin(hint) is dict:
        return isinstance(value, dict) and all(_is_number(item) for item in value.values())
    if get_origin(hint) is list:
        inner = get_args(hint)[0]
        return isinstance(value, list) and all(
            _fits(item, inner) if get_origin(inner) else isinstance(item, inner) for item in value
        )
    return any(_is_of(value, kind) for kind in _plain_kinds(hint))


def _plain_kinds(hint: Any) -> list[type]:
    """Return the kinds a setting may have: `rooms` is a whole number, or nothing is said."""
    return [kind for kind in get_args(hint) if kind is not type(None)] or [hint]


def _is_of(value: Any, kind: type) -> bool:
    """Tell whether a value is of one plain kind; yes/no is never a number."""
    if kind is float:
        return _is_number(value)
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, kind)


def _is_number(value: Any) -> bool:
    """Tell whether a value is a finite number."""
    finite = isinstance(value, (int, float)) and not isinstance(value, bool)
    return finite and abs(value) < float("inf")


def _kind_in_words(hint: Any) -> tuple[str, str]:
    """Name a type in words, English and Chinese."""
    if get_origin(hint) is dict:
        return "a table of numbers", "一组数字"
    if get_origin(hint) is list:
        if get_origin(get_args(hint)[0]) is list:
            return "a list of lists of texts in quotes", "由若干组加引号的文字组成的列表"
        return "a list of texts in quotes", "由加引号的文字组成的列表"
    en, zh = zip(*(_KIND_WORDS[kind] for kind in _plain_kinds(hint)), strict=True)
    return " or ".join(en), "或".join(zh)


def contradictions(scenario: Scenario, file: str) -> list[Sentence]:
    """Return what cannot hold together within one scenario."""
    faults: list[Sentence] = []
    years, zones = scenario.years, scenario.zones
    if SeatLimit.ROOMS not in scenario.seats.limits:
        faults.append(
            _said(
                f"{file}: [seats]",
                " limits lacks 'rooms', by which every section's seats are counted; add it.",
                " limits缺少rooms，各学段部的学位按教室计算；请补上。",
            )
        )
    if years.first and years.last and years.last < years.first:
        faults.append(
            _said(
                f"{file}: [years]",
                f" last = {years.last} lies before first = {years.first}.",
                f" last = {years.last}早于first = {years.first}。",
            )
        )
    if zones.method == "file" and not zones.file:
        faults.append(
            _said(
                f"{file}: [zones]",
                " method = 'file' needs `file`, the table with the zones.",
                " method = 'file'须用file指明招生范围表。",
            )
        )
    faults += _sharing_contradictions(scenario.sharing, file)
    for number, measure in enumerate(scenario.measures, start=1):
        faults += _lacking(f"{file}: [[measures]] no. {number}", measure)
    ids = [measure.id for measure in scenario.measures]
    faults += [
        Sentence(
            f"{file}: two measures are called '{key}'; give each a key of its own.",
            f"{file}：有两项措施都叫“{key}”；请使用不同的编号。",
        )
        for key in sorted({key for key in ids if ids.count(key) > 1})
    ]
    return faults


def _lacking(place: str, measure: Measure) -> Iterator[Sentence]:
    """Yield what a measure must say and does not."""
    for key in ("id", "kind", "section", *_NEEDED.get(measure.kind, ())):
        if not getattr(measure, key):
            yield _said(place, f" lacks `{key}`.", f"缺少{key}。")
    if measure.hand_over is None:
        example = "hand_over = 2027-08-15"
        yield _said(
            place, f" lacks `hand_over`, such as {example}.", f"缺少{example}这样的交付日期。"
        )
    if measure.kind not in ("", *_WITHOUT_ROOMS) and not measure.rooms:
        yield _said(
            place, " lacks `rooms`, the rooms gained or lost.", "缺少rooms，即增减的教室数。"
        )


def _sharing_contradictions(sharing: ZoneSharing, file: str) -> list[Sentence]:
    """Return what cannot hold together among the settings of shared zones."""
    place = f"{file}: [sharing]"
    if sharing.method == "given" and not sharing.groups:
        return [
            _said(
                place,
                " method = 'given' needs `groups`, the sections that share.",
                " method = 'given'须用groups指明哪些学段部多校划片。",
            )
        ]
    if sharing.method == "none" and sharing.groups:
        return [
            _said(
                place,
                " groups have no effect with method = 'none'; say 'given'.",
                " method = 'none'时groups不起作用；请改为'given'。",
            )
        ]
    return []
