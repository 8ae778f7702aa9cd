"""What is wrong with a scenario file, each fault with its place and a remedy."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import TYPE_CHECKING, Any, Final, get_args, get_origin, get_type_hints

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

_KIND_WORDS: Final[dict[type, str]] = {
    int: "a whole number",
    float: "a number",
    str: "a text in quotes",
    bool: "true or false",
    date: "a date such as 2026-08-31",
}


def faults_of(file: str, content: dict[str, Any]) -> Iterator[str]:
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
            yield f"{file}: there is no [{key}].{did_you_mean(key, groups)}"


def _project_faults(file: str, projects: Any) -> Iterator[str]:
    """Yield the faults of what is changed in the study's projects."""
    named = projects if isinstance(projects, dict) else {"?": projects}
    for project, settings in named.items():
        yield from _group_faults(f"{file}: [projects.{project}]", ProjectSettings, settings)


def _measure_faults(file: str, measures: Any) -> Iterator[str]:
    """Yield the faults of the scenario's own measures."""
    if not isinstance(measures, list):
        yield f"{file}: [measures] must be a list; write [[measures]] above each of them."
        return
    for number, entry in enumerate(measures, start=1):
        yield from _group_faults(f"{file}: [[measures]] no. {number}", Measure, entry)


def _norm_faults(place: str, norms: Any) -> Iterator[str]:
    """Yield the faults of figures that deviate from the norms."""
    if not isinstance(norms, dict):
        yield f"{place} must be a table of figures, found {shown(norms)}."
        return
    for figure, number in flat(norms):
        if not _is_number(number):
            yield f"{place} '{figure}' must be a number, found {shown(number)}."


def _group_faults(place: str, kind: type, settings: Any) -> Iterator[str]:
    """Yield the faults of one table of settings."""
    if not isinstance(settings, dict):
        yield f"{place} must be a table of settings, found {shown(settings)}."
        return
    known = {item.name: item for item in fields(kind)}
    hints = get_type_hints(kind)
    for key, value in settings.items():
        if key not in known:
            yield f"{place} has no '{key}'.{did_you_mean(key, known)}"
        elif problem := _value_fault(value, hints[key], known[key].metadata):
            yield f"{place} {key} {problem}"


def _value_fault(value: Any, hint: Any, limits: Mapping[str, Any]) -> str:
    """Say what is wrong with one value, or nothing."""
    if not _fits(value, hint):
        return f"must be {_kind_in_words(hint)}, found {shown(value)}."
    strange = [one for one in _each(value) if limits["one_of"] and one not in limits["one_of"]]
    if strange:
        return (
            f"must be one of {', '.join(limits['one_of'])}; found {shown(strange[0])}."
            + did_you_mean(strange[0], limits["one_of"])
        )
    numbers = value.values() if isinstance(value, dict) else [value]
    for number in numbers:
        if not _is_number(number):
            continue
        if limits["low"] is not None and number < limits["low"]:
            return f"must be at least {limits['low']}, found {shown(number)}."
        if limits["high"] is not None and number > limits["high"]:
            return f"must be at most {limits['high']}, found {shown(number)}."
    return ""


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


def _kind_in_words(hint: Any) -> str:
    """Name a type in words."""
    if get_origin(hint) is dict:
        return "a table of numbers"
    if get_origin(hint) is list:
        groups = get_origin(get_args(hint)[0]) is list
        return "a list of lists of texts in quotes" if groups else "a list of texts in quotes"
    return " or ".join(_KIND_WORDS[kind] for kind in _plain_kinds(hint))


def contradictions(scenario: Scenario, file: str) -> list[str]:
    """Return what cannot hold together within one scenario."""
    faults = []
    years, zones = scenario.years, scenario.zones
    if SeatLimit.ROOMS not in scenario.seats.limits:
        faults.append(
            f"{file}: [seats] limits lacks 'rooms', by which every section's seats are counted; "
            "add it."
        )
    if years.first and years.last and years.last < years.first:
        faults.append(f"{file}: [years] last = {years.last} lies before first = {years.first}.")
    if zones.method == "file" and not zones.file:
        faults.append(f"{file}: [zones] method = 'file' needs `file`, the table with the zones.")
    faults += _sharing_contradictions(scenario.sharing, file)
    for number, measure in enumerate(scenario.measures, start=1):
        place = f"{file}: [[measures]] no. {number}"
        needed = ["id", "kind", "section", *_NEEDED.get(measure.kind, ())]
        faults += [f"{place} lacks `{key}`." for key in needed if not getattr(measure, key)]
        if measure.hand_over is None:
            faults.append(f"{place} lacks `hand_over`, such as hand_over = 2027-08-15.")
        if measure.kind not in ("", *_WITHOUT_ROOMS) and not measure.rooms:
            faults.append(f"{place} lacks `rooms`, the rooms gained or lost.")
    ids = [measure.id for measure in scenario.measures]
    faults += [
        f"{file}: two measures are called '{key}'; give each a key of its own."
        for key in sorted({key for key in ids if ids.count(key) > 1})
    ]
    return faults


def _sharing_contradictions(sharing: ZoneSharing, file: str) -> list[str]:
    """Return what cannot hold together among the settings of shared zones."""
    if sharing.method == "given" and not sharing.groups:
        return [f"{file}: [sharing] method = 'given' needs `groups`, the sections that share."]
    if sharing.method == "none" and sharing.groups:
        return [f"{file}: [sharing] groups have no effect with method = 'none'; say 'given'."]
    return []
