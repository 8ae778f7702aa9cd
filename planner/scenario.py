"""What a plan may change: a scenario says only what differs, and refuses what it does not know."""

from __future__ import annotations

import dataclasses
import difflib
import tomllib
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final, get_args, get_origin, get_type_hints

from planner.errors import ScenarioError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

__all__ = [
    "About",
    "BirthSettings",
    "Change",
    "ClassSettings",
    "Measure",
    "ProjectSettings",
    "ProjectionSettings",
    "Scenario",
    "SeatSettings",
    "SettingInfo",
    "TransitionSettings",
    "TravelSettings",
    "YearSettings",
    "ZoneSettings",
    "read_scenario",
    "settings_of",
]


def _setting(
    default: Any,
    meaning: str,
    *,
    low: float | None = None,
    high: float | None = None,
    one_of: Sequence[str] = (),
) -> Any:
    """Return a dataclass field that carries its meaning and limits."""
    metadata = {"meaning": meaning, "low": low, "high": high, "one_of": tuple(one_of)}
    if isinstance(default, (dict, list)):
        return field(default_factory=default.copy, metadata=metadata)
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True)
class About:
    """What a scenario is called and which question it answers."""

    title: str = _setting("", "Title in English.")
    title_zh: str = _setting("", "Title in Chinese.")
    question: str = _setting("", "The question it answers, in English.")
    question_zh: str = _setting("", "The question it answers, in Chinese.")


@dataclass(frozen=True, slots=True)
class YearSettings:
    """Which school years are planned."""

    first: int = _setting(0, "First planned school year; 0: the year after the last roll.", low=0)
    last: int = _setting(0, "Last planned school year; 0: twelve years in all.", low=0)


@dataclass(frozen=True, slots=True)
class BirthSettings:
    """How many children will be born, and how far published births are corrected."""

    variant: str = _setting("medium", "Variant of future births.", one_of=("low", "medium", "high"))
    low: float = _setting(0.85, "Factor on future births of the low variant.", low=0, high=3)
    high: float = _setting(1.15, "Factor on future births of the high variant.", low=0, high=3)
    correction: float = _setting(
        1.0,
        "Factor on published births, for example 1.08 for 2011–2017 nationally.",
        low=0.1,
        high=3,
    )
    path: dict[str, float] = _setting(
        {},
        "Births of the county by calendar year, such as {2026 = 1900}; others follow the trend.",
    )
    years_learned: int = _setting(4, "Years of births whose trend is carried on.", low=2, high=20)
    trend_damping: float = _setting(
        0.7, "Share of a year's trend that is left in the next year.", low=0, high=1
    )


@dataclass(frozen=True, slots=True)
class ProjectionSettings:
    """How much of the past speaks for the future."""

    years_learned: int = _setting(
        3, "Year-to-year steps that ratios are pooled over.", low=1, high=20
    )
    shrinkage_pupils: float = _setting(
        60.0, "Pupils of county experience mixed into a section's own progression.", low=0
    )
    entrants_shrinkage: float = _setting(
        30.0, "Residents of county experience mixed into a zone's entrants share.", low=0
    )
    migration_shrinkage: float = _setting(
        80.0, "Residents of county experience mixed into an area's migration ratios.", low=0
    )
    migration_factor: float = _setting(
        1.0, "Share of the learned net migration that goes on.", low=0, high=3
    )


@dataclass(frozen=True, slots=True)
class TransitionSettings:
    """Which share of a stage's leavers enter the next stage, where policy decides it."""

    shares: dict[str, float] = _setting(
        {},
        "Entrants ÷ leavers of the stage before, e.g. {senior = 0.60}; others are learned.",
    )


@dataclass(frozen=True, slots=True)
class SeatSettings:
    """What becomes of an entrant who finds no seat at standard size."""

    overflow: str = _setting(
        "crowd",
        "crowd: admitted all the same; unseated: counted; nearest: placed where a seat is free.",
        one_of=("crowd", "unseated", "nearest"),
    )


@dataclass(frozen=True, slots=True)
class ClassSettings:
    """When a class is divided while it climbs."""

    split_above: int = _setting(
        55, "A class with more pupils is divided when a room is free; 0: never.", low=0, high=200
    )


@dataclass(frozen=True, slots=True)
class TravelSettings:
    """How walks are measured."""

    detour_factor: float = _setting(
        0.0, "Metres walked per metre as the crow flies; 0: the study's.", low=0, high=5
    )


@dataclass(frozen=True, slots=True)
class ZoneSettings:
    """How enrolment zones come about, and what each departure costs in metres walked."""

    method: str = _setting(
        "today",
        "today: as they are; nearest: by the shortest walk; redraw: solved; file: from a table.",
        one_of=("today", "nearest", "redraw", "file"),
    )
    stages: list[str] = _setting([], "Stages whose zones change; empty: every zoned stage.")
    from_year: int = _setting(0, "First school year of the new zones; 0: the first planned.", low=0)
    years_ahead: int = _setting(
        3, "School years whose entrants must fit the zones.", low=1, high=30
    )
    demand: str = _setting(
        "peak",
        "Entrants the zones are drawn for: the peak of these years or their mean.",
        one_of=("peak", "mean"),
    )
    file: str = _setting("", "Table with area_id, stage, section_id, from the study's folder.")
    overflow_metres: float = _setting(
        20000.0, "Price of one entrant beyond the seats, in metres walked.", low=0
    )
    over_limit_metres: float = _setting(
        2000.0, "Price of one entrant beyond the walking limit, in metres walked.", low=0
    )
    changed_metres: float = _setting(
        200.0, "Price of one entrant whose area leaves today's section, in metres walked.", low=0
    )
    contiguous: bool = _setting(True, "Whether every zone must be in one piece.")
    locked_areas: list[str] = _setting([], "Areas that keep today's section.")


@dataclass(frozen=True, slots=True)
class ProjectSettings:
    """What this scenario changes in one project of the study."""

    include: bool = _setting(True, "Whether the project takes place.")
    delay_years: int = _setting(0, "Years by which hand-over slips.", low=0, high=20)
    hand_over: date | None = _setting(None, "Another date of hand-over.")
    rooms: int | None = _setting(None, "Another number of rooms.", low=0, high=500)


@dataclass(frozen=True, slots=True)
class Measure:
    """One building measure that only this scenario contains."""

    id: str = _setting("", "Key of the measure.")
    name: str = _setting("", "Name.")
    name_zh: str = _setting("", "Name in Chinese.")
    kind: str = _setting("", "What is done.", one_of=("new", "extension", "closure", "condemned"))
    section: str = _setting("", "Section concerned; for a new school the key it will have.")
    stage: str = _setting("", "Stage of a new school.")
    site: str = _setting("", "Site of a new school, from the sites table.")
    rooms: int = _setting(0, "Rooms gained or lost.", low=0, high=500)
    hand_over: date | None = _setting(None, "Day of hand-over; for a closure the last day.")
    cost_yuan: float = _setting(0.0, "Cost in yuan.", low=0)


@dataclass(frozen=True, slots=True)
class Change:
    """One setting that a scenario changes: what it was before, what it is now."""

    setting: str
    old: str
    new: str
    file: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """One set of wishes and assumptions, complete: every setting has a value."""

    name: str = "baseline"
    about: About = field(default_factory=About)
    years: YearSettings = field(default_factory=YearSettings)
    births: BirthSettings = field(default_factory=BirthSettings)
    projection: ProjectionSettings = field(default_factory=ProjectionSettings)
    transition: TransitionSettings = field(default_factory=TransitionSettings)
    seats: SeatSettings = field(default_factory=SeatSettings)
    classes: ClassSettings = field(default_factory=ClassSettings)
    travel: TravelSettings = field(default_factory=TravelSettings)
    zones: ZoneSettings = field(default_factory=ZoneSettings)
    projects: dict[str, ProjectSettings] = field(default_factory=dict)
    measures: tuple[Measure, ...] = ()
    norms: dict[str, float] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SettingInfo:
    """One setting of the scenario dictionary."""

    path: str
    default: str
    meaning: str
    limits: str


_GROUPS: Final[dict[str, type]] = {
    "about": About,
    "years": YearSettings,
    "births": BirthSettings,
    "projection": ProjectionSettings,
    "transition": TransitionSettings,
    "seats": SeatSettings,
    "classes": ClassSettings,
    "travel": TravelSettings,
    "zones": ZoneSettings,
}


def read_scenario(folder: Path, name: str) -> Scenario:
    """Read one scenario with everything it extends, from the general to the particular.

    Args:
        folder: Folder of scenario files, one TOML file per scenario.
        name: Name of the scenario, without its ending.

    Raises:
        ScenarioError: All faults of the chain of files together: unknown settings (with the
            nearest known one), values of the wrong kind or out of range, a scenario that
            extends itself, a file that is missing or is not TOML.
    """
    chain = _chain(folder, name)
    faults: list[str] = []
    merged: dict[str, Any] = {}
    changes: list[Change] = []
    for path, content in chain:
        faults += _faults_of(path, content)
        changes += _changes(merged, content, path.name)
        merged = _merge(merged, content)
    if faults:
        raise ScenarioError(*faults)
    scenario = _build(name, merged, tuple(changes), tuple(path.name for path, _ in chain))
    crossed = _contradictions(scenario, chain[-1][0])
    if crossed:
        raise ScenarioError(*crossed)
    return scenario


def settings_of() -> tuple[SettingInfo, ...]:
    """Return every setting a scenario may hold, in order (the scenario's dictionary)."""
    groups = {**_GROUPS, "projects.ID": ProjectSettings, "measures": Measure}
    return tuple(
        SettingInfo(f"{group}.{item.name}", _shown(_default(item)), meaning, _limits(item))
        for group, kind in groups.items()
        for item in dataclasses.fields(kind)
        if (meaning := str(item.metadata["meaning"]))
    )


def _chain(folder: Path, name: str) -> list[tuple[Path, dict[str, Any]]]:
    """Return the files of a scenario from the most general to the one asked for."""
    chain: list[tuple[Path, dict[str, Any]]] = []
    seen: list[str] = []
    wanted: str | None = name
    while wanted is not None:
        if wanted in seen:
            round_trip = " → ".join([*seen, wanted])
            raise ScenarioError(
                f"scenarios/{wanted}.toml extends itself ({round_trip}). "
                "Remove one `extends` from this circle."
            )
        seen.append(wanted)
        path, content = _load(folder, wanted, asked_by=seen[-2] if len(seen) > 1 else None)
        chain.append((path, content))
        extends = content.pop("extends", None)
        if extends is not None and not isinstance(extends, str):
            raise ScenarioError(
                f"{path.name}: `extends` must be the name of one scenario in quotes."
            )
        wanted = extends
    return chain[::-1]


def _load(folder: Path, name: str, *, asked_by: str | None) -> tuple[Path, dict[str, Any]]:
    """Read one file, or say which ones there are."""
    path = folder / f"{name}.toml"
    known = sorted(item.stem for item in folder.glob("*.toml")) if folder.is_dir() else []
    if name not in known:
        where = f"scenarios/{asked_by}.toml extends '{name}', which" if asked_by else f"'{name}'"
        there = f"There are: {', '.join(known)}." if known else "There is no scenario yet."
        raise ScenarioError(
            f"{where} is not a scenario of this study.{_nearest(name, known)} {there}"
        )
    try:
        return path, tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(f"scenarios/{path.name} is not valid TOML: {error}.") from error
    except UnicodeDecodeError as error:
        raise ScenarioError(f"scenarios/{path.name} is not UTF-8: save it as UTF-8.") from error


def _faults_of(path: Path, content: dict[str, Any]) -> list[str]:
    """Return every fault of one file, each with its place and a remedy."""
    file = f"scenarios/{path.name}"
    faults: list[str] = []
    for key, value in content.items():
        if key in _GROUPS:
            faults += _group_faults(f"{file}: [{key}]", _GROUPS[key], value)
        elif key == "projects":
            for project, settings in _tables(value):
                faults += _group_faults(f"{file}: [projects.{project}]", ProjectSettings, settings)
        elif key == "measures":
            entries = value if isinstance(value, list) else [value]
            for number, entry in enumerate(entries, start=1):
                faults += _group_faults(f"{file}: [[measures]] no. {number}", Measure, entry)
        elif key == "norms":
            faults += [
                f"{file}: [norms] '{figure}' must be a number, found {_shown(number)}."
                for figure, number in _flat(value)
                if not _is_number(number)
            ]
        else:
            groups = [*_GROUPS, "projects", "measures", "norms", "extends"]
            faults.append(f"{file}: there is no [{key}].{_nearest(key, groups)}")
    return faults


def _group_faults(place: str, kind: type, settings: Any) -> list[str]:
    """Return the faults of one table of settings."""
    if not isinstance(settings, dict):
        return [f"{place} must be a table of settings, found {_shown(settings)}."]
    known = {item.name: item for item in dataclasses.fields(kind)}
    hints = get_type_hints(kind)
    faults = []
    for key, value in settings.items():
        if key not in known:
            faults.append(f"{place} has no '{key}'.{_nearest(key, known)}")
        elif problem := _value_fault(value, hints[key], known[key].metadata):
            faults.append(f"{place} {key} {problem}")
    return faults


def _value_fault(value: Any, hint: Any, limits: Mapping[str, Any]) -> str:
    """Say what is wrong with one value, or nothing."""
    if not _fits(value, hint):
        return f"must be {_kind_of(hint)}, found {_shown(value)}."
    if limits["one_of"] and value not in limits["one_of"]:
        return f"must be one of {', '.join(limits['one_of'])}; found {_shown(value)}." + _nearest(
            str(value), limits["one_of"]
        )
    numbers = value.values() if isinstance(value, dict) else [value]
    for number in numbers:
        if not _is_number(number):
            continue
        if limits["low"] is not None and number < limits["low"]:
            return f"must be at least {limits['low']}, found {_shown(number)}."
        if limits["high"] is not None and number > limits["high"]:
            return f"must be at most {limits['high']}, found {_shown(number)}."
    return ""


def _fits(value: Any, hint: Any) -> bool:
    """Tell whether a TOML value has the type a setting asks for."""
    if get_origin(hint) is dict:
        return isinstance(value, dict) and all(_is_number(item) for item in value.values())
    if get_origin(hint) is list:
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    kinds = [kind for kind in get_args(hint) if kind is not type(None)] or [hint]
    return any(_is_of(value, kind) for kind in kinds)


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


def _changes(before: dict[str, Any], content: dict[str, Any], file: str) -> Iterator[Change]:
    """Report what one file changes against the files it extends and the defaults."""
    old = dict(_flat(before))
    defaults = {f"{info.path}": info.default for info in settings_of()}
    for path, value in _flat(content):
        if path.startswith("about."):
            continue
        was = _shown(old[path]) if path in old else defaults.get(path, "–")
        if was != _shown(value):
            yield Change(path, was, _shown(value), file)


def _merge(base: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """Lay one file over those it extends; measures are added, replaced by key."""
    merged = dict(base)
    for key, value in more.items():
        if key == "measures":
            ours = {entry.get("id", ""): entry for entry in value}
            kept = [entry for entry in merged.get(key, []) if entry.get("id", "") not in ours]
            merged[key] = [*kept, *value]
        elif isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = _merge(merged[key], value)
        else:
            merged[key] = value
    return merged


def _build(
    name: str, merged: dict[str, Any], changes: tuple[Change, ...], files: tuple[str, ...]
) -> Scenario:
    """Make the frozen scenario from settings that have been checked."""
    groups = {key: kind(**merged.get(key, {})) for key, kind in _GROUPS.items()}
    projects = {key: ProjectSettings(**value) for key, value in _tables(merged.get("projects", {}))}
    measures = tuple(Measure(**entry) for entry in merged.get("measures", []))
    norms = {path: float(value) for path, value in _flat(merged.get("norms", {}))}
    return Scenario(
        name=name,
        projects=projects,
        measures=measures,
        norms=norms,
        changes=changes,
        files=files,
        **groups,
    )


def _contradictions(scenario: Scenario, path: Path) -> list[str]:
    """Return what cannot hold together within one scenario."""
    file = f"scenarios/{path.name}"
    faults = []
    years, zones = scenario.years, scenario.zones
    if years.first and years.last and years.last < years.first:
        faults.append(f"{file}: [years] last = {years.last} lies before first = {years.first}.")
    if zones.method == "file" and not zones.file:
        faults.append(f"{file}: [zones] method = 'file' needs `file`, the table with the zones.")
    for number, measure in enumerate(scenario.measures, start=1):
        place = f"{file}: [[measures]] no. {number}"
        needed = ["id", "kind", "section"] + (["stage", "site"] if measure.kind == "new" else [])
        faults += [f"{place} lacks `{key}`." for key in needed if not getattr(measure, key)]
        if measure.hand_over is None:
            faults.append(f"{place} lacks `hand_over`, such as hand_over = 2027-08-15.")
        if measure.kind != "closure" and measure.kind and not measure.rooms:
            faults.append(f"{place} lacks `rooms`, the rooms gained or lost.")
    ids = [measure.id for measure in scenario.measures]
    faults += [
        f"{file}: two measures are called '{key}'; give each a key of its own."
        for key in sorted({key for key in ids if ids.count(key) > 1})
    ]
    return faults


def _flat(settings: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    """Yield dotted paths and their values; measures are told apart by their key."""
    for key, value in settings.items() if isinstance(settings, dict) else ():
        path = f"{before}{key}"
        if isinstance(value, dict) and value:
            yield from _flat(value, f"{path}.")
        elif key == "measures" and isinstance(value, list):
            for number, entry in enumerate(value, start=1):
                name = entry.get("id") or number if isinstance(entry, dict) else number
                yield from _flat(entry, f"{path}.{name}.")
        else:
            yield path, value


def _tables(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the named tables below a key."""
    return iter(value.items()) if isinstance(value, dict) else iter([("?", value)])


def _nearest(word: str, known: Any) -> str:
    """Return a hint with the nearest known word, or nothing."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f" Did you mean '{close[0]}'?" if close else ""


def _shown(value: Any) -> str:
    """Show a value as a scenario file would write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"'{value}'"
    if isinstance(value, float):
        return f"{value:g}"
    if value is None:
        return "–"
    return str(value)


def _kind_of(hint: Any) -> str:
    """Name a type in words."""
    if get_origin(hint) is dict:
        return "a table of numbers"
    if get_origin(hint) is list:
        return "a list of texts in quotes"
    kinds = [kind for kind in get_args(hint) if kind is not type(None)] or [hint]
    words = {
        int: "a whole number",
        float: "a number",
        str: "a text in quotes",
        bool: "true or false",
        date: "a date such as 2026-08-31",
    }
    return " or ".join(words[kind] for kind in kinds)


def _default(item: dataclasses.Field[Any]) -> Any:
    """Return what a setting is where nobody says otherwise."""
    if item.default_factory is not dataclasses.MISSING:
        return item.default_factory()
    return item.default


def _limits(item: dataclasses.Field[Any]) -> str:
    """Show the limits of a setting."""
    limits = item.metadata
    if limits["one_of"]:
        return ", ".join(limits["one_of"])
    bounds = [
        f"{sign} {limits[key]:g}"
        for key, sign in (("low", "≥"), ("high", "≤"))
        if limits[key] is not None
    ]
    return ", ".join(bounds)
