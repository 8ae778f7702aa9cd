"""Read how a map looks: colours, sizes and class limits, from maps/style.toml."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, get_args, get_type_hints

from planner.errors import InputError, Sentence
from planner.shipped import map_templates
from planner.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = [
    "AreaStyle",
    "ContextStyle",
    "FontStyle",
    "PaperStyle",
    "SectionStyle",
    "ShapeStyle",
    "SheetStyle",
    "Style",
    "ZoneStyle",
    "read_style",
    "style_file",
]


@dataclass(frozen=True, slots=True)
class FontStyle:
    """Families of letters, as in a style sheet."""

    body: str


@dataclass(frozen=True, slots=True)
class PaperStyle:
    """Colours of what lies beneath everything."""

    background: str
    land: str
    outline: str
    township: str
    ink: str
    accent: str


@dataclass(frozen=True, slots=True)
class ContextStyle:
    """Barriers and the classes of streets that are drawn."""

    lake: str
    lake_name: str
    railway: str
    trunk_road: str
    street: str
    street_width: float
    main_streets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ZoneStyle:
    """Fills that tell neighbouring zones apart."""

    palette: tuple[str, ...]
    fill_share: float
    border: str
    border_width: float


@dataclass(frozen=True, slots=True)
class SectionStyle:
    """Circles of sections: radii in pixels, bands of pupils ÷ seats."""

    smallest_radius: float
    largest_radius: float
    utilisation_limits: tuple[float, ...]
    utilisation_colours: tuple[str, ...]
    shortage: str
    surplus: str
    warning_colours: tuple[str, ...]
    probability_limits: tuple[float, ...]
    probability_colours: tuple[str, ...]
    no_seats: str
    border: str
    large_class_ring: str


@dataclass(frozen=True, slots=True)
class AreaStyle:
    """Classes of entrants and of walks, one colour each."""

    entrants_colours: tuple[str, ...]
    walk_limits_metres: tuple[float, ...]
    walk_colours: tuple[str, ...]
    change_colours: tuple[str, ...]
    moved: str
    none: str
    fill_share: float


@dataclass(frozen=True, slots=True)
class ShapeStyle:
    """How much detail borders keep."""

    tolerance_metres: float


@dataclass(frozen=True, slots=True)
class SheetStyle:
    """Sheets of paper: letters in points and marks in millimetres of A4, grown with the paper."""

    title_points: float
    text_points: float
    name_points: float
    township_points: float
    small_points: float
    symbol_mm: float
    fill_share: float
    faded_share: float
    line_width: float
    zone_border: str
    area_border: str
    township_border: str
    township_name: str
    main_street: str
    quiet: str
    hatch: str
    hatch_mm: float
    area_borders_scale: float
    all_streets_scale: float


@dataclass(frozen=True, slots=True)
class Style:
    """Everything that decides how a map looks."""

    fonts: FontStyle
    paper: PaperStyle
    context: ContextStyle
    zones: ZoneStyle
    sections: SectionStyle
    areas: AreaStyle
    shapes: ShapeStyle
    sheet: SheetStyle


_COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}")
_LEGIBLE_POINTS: Final = 6
_PLAIN_TEXT: Final = ("body", "main_streets")


def style_file(study_folder: Path) -> Path:
    """Return the study's own maps/style.toml, or the one that travels with planner."""
    own = study_folder / "maps" / "style.toml"
    return own if own.is_file() else _shipped()


def read_style(path: Path) -> Style:
    """Read a style file; what it does not say is as in the one that travels with planner.

    Raises:
        InputError: the file is missing or not TOML, or, all at once: settings that are unknown
            (with the nearest known one), of the wrong kind or out of range.
    """
    said, usual = _load(path), _load(_shipped())
    groups = get_type_hints(Style)
    faults = _key_faults(path.name, "", said, groups)
    for group, kind in groups.items():
        if group in said:
            faults += _group_faults(path.name, f"[{group}]", kind, said[group])
    if faults:
        raise InputError(*faults)
    content = {group: usual[group] | said.get(group, {}) for group in groups}
    if faults := _crossed(path.name, content):
        raise InputError(*faults)
    return Style(**{group: _build(kind, content[group]) for group, kind in groups.items()})


def _shipped() -> Path:
    """Return the style file that travels with planner."""
    return map_templates().parent / "style.toml"


def _load(path: Path) -> dict[str, Any]:
    """Read the file, or say why it cannot be read."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InputError(
            Sentence(
                f"{path} is missing: bring back the style file, or install planner anew.",
                f"缺少{path}；请恢复样式文件，或重新安装planner。",
            )
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(
            Sentence(
                f"{path.name} is not valid TOML: {error}. Mend this place in the file.",
                f"{path.name}不是有效的TOML：{error}；请修改文件中的这一处。",
            )
        ) from error


def _key_faults(
    file: str, place: str, found: dict[str, Any], known: Iterable[str]
) -> list[Sentence]:
    """Return a sentence for every setting that is unknown."""
    names = list(known)
    where, where_zh = (f"{file}: {place}", f"{file}：{place}") if place else (file, file)
    return [
        Sentence(
            f"{where} has no '{key}'.{did_you_mean(key, names) or ' Remove it.'}",
            f"{where_zh}没有“{key}”。{did_you_mean(key, names, lang='zh') or '请去掉。'}",
        )
        for key in found
        if key not in names
    ]


def _group_faults(file: str, name: str, kind: type, group: Any) -> list[Sentence]:
    """Return the faults of one group of settings."""
    if not isinstance(group, dict):
        return [
            Sentence(
                f"{file}: {name} must be a table of settings, found {group!r}.",
                f"{file}：{name}须为一组设置，现为{group!r}。",
            )
        ]
    hints = get_type_hints(kind)
    faults = _key_faults(file, name, group, hints)
    for key, hint in hints.items():
        if key in group and (problem := _value_fault(key, hint, group[key])):
            faults.append(problem.after(f"{file}: {name} {key}", f"{file}：{name} {key}"))
    return faults


def _value_fault(key: str, hint: Any, value: Any) -> Sentence | None:
    """Say what is wrong with one value, behind its name, or nothing."""
    if get_args(hint):
        if not isinstance(value, list) or not value:
            return Sentence(
                f" must be a list in square brackets, found {value!r}.",
                f"须为方括号内的列表，现为{value!r}。",
            )
        problems = (_value_fault(key, get_args(hint)[0], item) for item in value)
        return next((problem for problem in problems if problem), None)
    if hint is float:
        return _number_fault(key, value)
    if not isinstance(value, str):
        return Sentence(
            f" must be text in quotes, found {value!r}.", f"须为引号内的文字，现为{value!r}。"
        )
    if key not in _PLAIN_TEXT and not _COLOUR.fullmatch(value):
        return Sentence(
            f" must be a colour such as #1f6f78, found '{value}'.",
            f"须为颜色，如#1f6f78，现为“{value}”。",
        )
    return None


def _number_fault(key: str, value: Any) -> Sentence | None:
    """Say what is wrong with a number, behind its name, or nothing."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return Sentence(f" must be a number, found {value!r}.", f"须为数值，现为{value!r}。")
    if key.endswith("_share") and not 0 <= value <= 1:
        return Sentence(f" must be from 0 to 1, found {value}.", f"须在0与1之间，现为{value}。")
    if value >= 0:
        return None
    return Sentence(f" must not be negative, found {value}.", f"不得为负，现为{value}。")


def _crossed(file: str, content: dict[str, Any]) -> list[Sentence]:
    """Return a sentence for every pair of settings that contradict each other."""
    faults = []
    pairs = (
        ("sections", "utilisation_limits", "utilisation_colours"),
        ("sections", "probability_limits", "probability_colours"),
        ("areas", "walk_limits_metres", "walk_colours"),
    )
    for group, limits, colours in pairs:
        if sorted(set(content[group][limits])) != content[group][limits]:
            faults.append(
                Sentence(
                    f"{file}: [{group}] {limits} must rise from left to right.",
                    f"{file}：[{group}] {limits}须由小到大。",
                )
            )
        wanted = len(content[group][limits]) + 1
        if len(content[group][colours]) != wanted:
            faults.append(
                Sentence(
                    f"{file}: [{group}] {colours} needs {wanted} colours, one more than {limits} "
                    f"has limits; found {len(content[group][colours])}.",
                    f"{file}：[{group}] {colours}须有{wanted}种颜色，比{limits}的界限多一个；"
                    f"现有{len(content[group][colours])}种。",
                )
            )
    if content["sheet"]["small_points"] < _LEGIBLE_POINTS:
        faults.append(
            Sentence(
                f"{file}: [sheet] small_points must be at least {_LEGIBLE_POINTS}: smaller letters "
                f"cannot be read on paper. Found {content['sheet']['small_points']}.",
                f"{file}：[sheet] small_points不得小于{_LEGIBLE_POINTS}，"
                f"更小的字在纸上看不清；现为{content['sheet']['small_points']}。",
            )
        )
    if content["sections"]["smallest_radius"] > content["sections"]["largest_radius"]:
        faults.append(
            Sentence(
                f"{file}: [sections] smallest_radius must not exceed largest_radius.",
                f"{file}：[sections] smallest_radius不得大于largest_radius。",
            )
        )
    return faults


def _build(kind: type, group: dict[str, Any]) -> Any:
    """Make one frozen group, lists as tuples."""
    return kind(
        **{
            item.name: tuple(value) if isinstance(value := group[item.name], list) else value
            for item in dataclasses.fields(kind)
        }
    )
