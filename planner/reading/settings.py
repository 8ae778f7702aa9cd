"""Read study.toml: what the study is called, which norms hold, which file is which table."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from pyproj import CRS
from pyproj.exceptions import CRSError

from planner.errors import NormsError, ScenarioError, Sentence
from planner.norms import Norms, available, read_norms, with_overrides
from planner.reading.coordinates import CHINESE_SYSTEMS
from planner.reading.files import NETWORK_ENDINGS, endings_of
from planner.reading.findings import Finding, Words
from planner.reading.table import Source
from planner.spelling import nearest
from planner.tables import TABLES, columns_of

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["STUDY_FILE", "Entry", "Settings", "read_settings", "study_folder"]

STUDY_FILE: Final = "study.toml"
DETOUR_FACTOR: Final = 1.3
WALKING_KMH: Final = 4.0
GROUPS: Final[dict[str, dict[str, type | tuple[type, ...]]]] = {
    "study": {
        "name": str,
        "name_en": str,
        "norms": str,
        "base_year": int,
        "crs": str,
        "attributions": list,
    },
    "travel": {"detour_factor": (int, float), "walking_kmh": (int, float)},
}
ENTRY_KEYS: Final[dict[str, type]] = {"file": str, "sheet": str, "layer": str, "crs": str}
ENTRY_KEYS["columns"] = dict
KIND_WORDS: Final[dict[Any, Words]] = {
    str: Words("a text in quotes", "带引号的文字"),
    int: Words("a whole number", "整数"),
    list: Words("a list of texts in quotes", "带引号文字的列表"),
    dict: Words("a table such as { '学生数' = 'pupils' }", "形如{ '学生数' = 'pupils' }的表"),
    (int, float): Words("a number above 0", "大于0的数字"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a table, and how it is to be read.

    `crs` says in which coordinate system a file stands that does not say so itself, or that its
    coordinates are GCJ-02 or BD-09. `columns` gives the planner's own headings our columns.
    """

    file: str
    sheet: str = ""
    crs: str = ""
    columns: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settings:
    """What study.toml says, defaults filled in; None where it leaves the choice to the tables.

    `refused` are the tables of which there is something, but nothing that can be read.
    """

    name: str
    name_en: str
    norms: Norms
    base_year: int | None
    crs: CRS | None
    attributions: tuple[str, ...]
    detour_factor: float
    walking_kmh: float
    tables: dict[str, tuple[Entry, ...]]
    refused: frozenset[str]
    files: tuple[str, ...]


def study_folder(path: Path) -> Path:
    """Return the folder of a study, which may also be named by its study.toml."""
    return path.parent if path.name == STUDY_FILE and path.is_file() else path


def read_settings(folder: Path) -> tuple[Settings | None, tuple[Finding, ...]]:
    """Read study.toml of a folder.

    Returns:
        The settings and all findings. Wrong settings are left out, so that the tables can be
        looked at nonetheless; there are none without norms, by which cells are read.
    """
    content, findings = _load(folder)
    if content is None:
        return None, tuple(findings)
    findings += _group_faults(content)
    norms_file, norms = _norms(folder, content, findings)
    crs = _crs(content, findings)
    tables = _tables(folder, content, findings)
    if norms is None:
        return None, tuple(findings)
    study, travel = content.get("study", {}), content.get("travel", {})
    name = study.get("name", folder.name)
    settings = Settings(
        name=name,
        name_en=study.get("name_en", name),
        norms=norms,
        base_year=study.get("base_year"),
        crs=crs,
        attributions=tuple(study.get("attributions", [])),
        detour_factor=float(travel.get("detour_factor", DETOUR_FACTOR)),
        walking_kmh=float(travel.get("walking_kmh", WALKING_KMH)),
        tables=tables,
        refused=frozenset(_refused(folder, content, tables)),
        files=(STUDY_FILE, *norms_file),
    )
    return settings, tuple(findings)


def _load(folder: Path) -> tuple[dict[str, Any] | None, list[Finding]]:
    """Return the content of study.toml, or say why there is none."""
    path = folder / STUDY_FILE
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig")), []
    except FileNotFoundError:
        what = Words(
            f"the folder '{folder.resolve().name}' has no study.toml.",
            f"文件夹“{folder.resolve().name}”中没有study.toml。",
        )
        remedy = Words(
            "Name a study's folder, or start an empty study with `planner new`.",
            "请指定规划项目的文件夹，或用planner new新建一个空项目。",
        )
    except NotADirectoryError:
        what = Words(
            f"'{folder.name}' is a file, not the folder of a study.",
            f"“{folder.name}”是文件，不是项目文件夹。",
        )
        remedy = Words("Name the folder that holds study.toml.", "请指定study.toml所在的文件夹。")
    except UnicodeDecodeError:
        what = Words("it is not UTF-8.", "文件编码不是UTF-8。")
        remedy = Words("Save it as UTF-8.", "请另存为UTF-8。")
    except tomllib.TOMLDecodeError as error:
        what = Words(f"it is not valid TOML: {error}.", f"TOML语法有误：{error}。")
        remedy = Words("Correct this place.", "请更正此处。")
    return None, [_fault(what, remedy)]


def _group_faults(content: dict[str, Any]) -> list[Finding]:
    """Return unknown settings and values of the wrong kind; these are taken out."""
    known = [*GROUPS, "norms", "tables"]
    findings = [_unknown(f"[{key}]", key, known) for key in content if key not in known]
    for group, kinds in GROUPS.items():
        settings = content.get(group, {})
        if not isinstance(settings, dict):
            findings.append(_wrong(f"[{group}]", dict))
            content[group] = {}
            continue
        for key, value in list(settings.items()):
            if key not in kinds:
                findings.append(_unknown(f"[{group}] {key}", key, list(kinds)))
            elif not _fits(value, kinds[key]):
                findings.append(_wrong(f"[{group}] {key}", kinds[key]))
                del settings[key]
    if "name" not in content.get("study", {}):
        findings.append(
            _fault(
                Words("[study] lacks `name`.", "[study]缺少name。"),
                Words('Add it, such as name = "江川".', '请补充，例如name = "江川"。'),
            )
        )
    return findings


def _fits(value: Any, kind: Any) -> bool:
    """Tell whether a setting has the kind it needs; yes/no is never a number."""
    if isinstance(value, bool) or not isinstance(value, kind):
        return False
    if isinstance(value, list):
        return all(isinstance(item, str) for item in value)
    return not isinstance(value, float | int) or value > 0


def _norms(
    folder: Path, content: dict[str, Any], findings: list[Finding]
) -> tuple[tuple[str, ...], Norms | None]:
    """Return the norms with this study's overrides, and their file when it is the study's own."""
    name = content.get("study", {}).get("norms", "")
    if not isinstance(name, str) or not name:
        findings.append(
            _fault(
                Words("[study] lacks `norms`.", "[study]缺少norms。"),
                Words(
                    f"Name one of {', '.join(available())}, or a norms file in the folder.",
                    f"请填{'、'.join(available())}之一，或项目文件夹内的标准文件。",
                ),
            )
        )
        return (), None
    own = folder / name
    try:
        norms = read_norms(own if own.is_file() else name)
        overrides = dict(_flat(content.get("norms", {})))
        norms = with_overrides(norms, overrides, STUDY_FILE) if overrides else norms
    except (NormsError, ScenarioError) as error:
        findings += [_told(fault) for fault in error.faults]
        return (), None
    return ((name,) if own.is_file() else ()), norms


def _told(fault: Sentence) -> Finding:
    """Return a fault that another module found in study.toml and that may name it already."""
    en = fault.removeprefix(f"{STUDY_FILE}:").strip()
    return _fault(Words(en, fault.zh.removeprefix(f"{STUDY_FILE}：")))


def _flat(settings: Any, before: str = "") -> list[tuple[str, Any]]:
    """Return dotted paths and their values, however the file groups them."""
    pairs: list[tuple[str, Any]] = []
    for key, value in settings.items() if isinstance(settings, dict) else ():
        path = f"{before}{key}"
        pairs += _flat(value, f"{path}.") if isinstance(value, dict) else [(path, value)]
    return pairs


def _crs(content: dict[str, Any], findings: list[Finding]) -> CRS | None:
    """Return the working coordinate system, which must be in metres."""
    name = content.get("study", {}).get("crs", "")
    if not isinstance(name, str) or not name:
        return None
    remedy = Words(
        "Name a projected system in metres, such as EPSG:4547, or leave `crs` out.",
        "请填以米为单位的投影坐标系，例如EPSG:4547，或删去crs。",
    )
    try:
        crs = CRS.from_user_input(name)
    except CRSError:
        unknown = Words(f"[study] crs = '{name}' is unknown.", f"[study] crs = “{name}”无法识别。")
        findings.append(_fault(unknown, remedy))
        return None
    if crs.is_projected and all(axis.unit_name == "metre" for axis in crs.axis_info):
        return crs
    findings.append(
        _fault(
            Words(
                f"[study] crs = '{name}' is not projected in metres.",
                f"[study] crs = “{name}”不是以米为单位的投影坐标系。",
            ),
            remedy,
        )
    )
    return None


def _tables(
    folder: Path, content: dict[str, Any], findings: list[Finding]
) -> dict[str, tuple[Entry, ...]]:
    """Return the files of every table: those named, else data/<table> where it exists."""
    given = content.get("tables", {})
    if not isinstance(given, dict):
        findings.append(_wrong("[tables]", dict))
        given = {}
    findings += [
        _unknown(f"[tables] {key}", key, list(TABLES)) for key in given if key not in TABLES
    ]
    tables: dict[str, tuple[Entry, ...]] = {}
    for table in TABLES:
        named = given.get(table)
        if named is None:
            found = [folder / "data" / f"{table}{ending}" for ending in endings_of(table)]
            there = [path for path in found if path.is_file()]
            there = there or (_networks(folder) if table == "streets" else [])
            if len(there) > 1:
                findings.append(_ambiguous(table, [path.name for path in there]))
            if not there and _old_file(folder, table).is_file():
                findings.append(_old_workbook(table))
            tables[table] = tuple(Entry(f"data/{path.name}") for path in there[:1])
        else:
            several = named if isinstance(named, list) else [named]
            entries = [_entry(folder, table, value, findings) for value in several]
            tables[table] = tuple(entry for entry in entries if entry)
    return tables


def _networks(folder: Path) -> list[Path]:
    """Return the files in data/ that hold a street network under any name but another table's."""
    files = sorted((folder / "data").glob("*"))
    return [
        path
        for path in files
        if path.name.lower().endswith(NETWORK_ENDINGS["streets"])
        and path.name.partition(".")[0] not in TABLES
    ]


def _refused(
    folder: Path, content: dict[str, Any], tables: dict[str, tuple[Entry, ...]]
) -> list[str]:
    """Return the tables of which there is something, but nothing that can be read."""
    given = content.get("tables", {})
    named = given if isinstance(given, dict) else TABLES
    return [
        table
        for table, entries in tables.items()
        if not entries and (table in named or _old_file(folder, table).is_file())
    ]


def _old_file(folder: Path, table: str) -> Path:
    """Return where a table in the format of old workbooks would stand."""
    return folder / "data" / f"{table}.xls"


def _old_workbook(table: str) -> Finding:
    """Say that a table stands in a format that is not read."""
    return Source(f"data/{table}.xls").finding(
        Words("files ending in '.xls' are not read.", "不能读取以“.xls”结尾的文件。"),
        Words(
            f"Save it from Excel or LibreOffice as data/{table}.xlsx.",
            f"请在Excel或LibreOffice中另存为data/{table}.xlsx。",
        ),
    )


def _ambiguous(table: str, files: list[str]) -> Finding:
    """Say that several files could be the table."""
    listed = ", ".join(files)
    return _fault(
        Words(
            f"data/ has several files for '{table}': {listed}.",
            f"data/中有多个文件都可作为“{table}”：{listed}。",
        ),
        Words(
            f"Name the one to read under [tables] {table}.",
            f"请在[tables]中用{table}指明要读取的文件。",
        ),
    )


def _entry(folder: Path, table: str, value: Any, findings: list[Finding]) -> Entry | None:
    """Return one file of a table, or nothing when the entry is wrong."""
    place = f"[tables] {table}"
    settings = {"file": value} if isinstance(value, str) else value
    before = len(findings)
    if not isinstance(settings, dict) or not isinstance(settings.get("file"), str):
        findings.append(
            _fault(
                Words(f"{place} names no file.", f"{place}没有指明文件。"),
                Words(
                    f'Write {table} = "data/{table}.csv" or {{ file = "data/{table}.csv" }}.',
                    f'请写{table} = "data/{table}.csv"或{{ file = "data/{table}.csv" }}。',
                ),
            )
        )
        return None
    for key, item in settings.items():
        if key not in ENTRY_KEYS:
            findings.append(_unknown(f"{place} {key}", key, list(ENTRY_KEYS)))
        elif not isinstance(item, ENTRY_KEYS[key]):
            findings.append(_wrong(f"{place} {key}", ENTRY_KEYS[key]))
    if len(findings) > before:
        return None
    findings += _column_faults(place, table, settings.get("columns", {}))
    findings += _crs_faults(place, settings.get("crs", ""))
    findings += _file_faults(folder, place, settings["file"])
    if len(findings) > before:
        return None
    return Entry(
        file=settings["file"],
        sheet=settings.get("sheet") or settings.get("layer") or "",
        crs=settings.get("crs", ""),
        columns=dict(settings.get("columns", {})),
    )


def _column_faults(place: str, table: str, columns: dict[str, Any]) -> list[Finding]:
    """Return own headings that are given to columns which the table does not have."""
    known = [*(column.name for column in columns_of(table)), "longitude", "latitude", "x", "y"]
    return [
        _unknown(f"{place} columns '{heading}' = '{name}'", str(name), known)
        for heading, name in columns.items()
        if name not in known
    ]


def _crs_faults(place: str, name: str) -> list[Finding]:
    """Return a coordinate system that nobody knows."""
    if not name or name.upper() in CHINESE_SYSTEMS:
        return []
    try:
        CRS.from_user_input(name)
    except CRSError:
        return [
            _fault(
                Words(f"{place} crs = '{name}' is unknown.", f"{place} crs = “{name}”无法识别。"),
                Words(
                    "Name a system such as EPSG:4490, GCJ-02 or BD-09.",
                    "请填坐标系，例如EPSG:4490、GCJ-02或BD-09。",
                ),
            )
        ]
    return []


def _file_faults(folder: Path, place: str, file: str) -> list[Finding]:
    """Return a file that does not exist or lies outside the study folder."""
    path = folder / file
    if not path.resolve().is_relative_to(folder.resolve()):
        return [
            _fault(
                Words(
                    f"{place} names '{file}', outside the study folder.",
                    f"{place}指向项目文件夹之外的“{file}”。",
                ),
                Words("Copy the file into data/.", "请把文件复制到data/中。"),
            )
        ]
    if path.is_file():
        return []
    there = sorted(item.name for item in path.parent.glob("*")) if path.parent.is_dir() else []
    close = nearest(path.name, there)
    hint = Words(f" Did you mean '{close}'?", f"是否为“{close}”？") if close else Words("", "")
    return [
        _fault(
            Words(f"{place}: the file '{file}' does not exist.", f"{place}：文件“{file}”不存在。"),
            Words(
                f"Correct the name or add the file.{hint.en}", f"请更正文件名或补充文件。{hint.zh}"
            ),
        )
    ]


def _unknown(place: str, key: str, known: list[str]) -> Finding:
    """Say that nobody knows a setting, and which one may be meant."""
    close = nearest(key, known)
    return _fault(
        Words(f"{place} is not a setting.", f"{place}不是可用的设置。"),
        Words(f"Did you mean '{close}'?", f"是否为“{close}”？")
        if close
        else Words(f"Known are: {', '.join(known)}.", f"可用的有：{'、'.join(known)}。"),
    )


def _wrong(place: str, kind: Any) -> Finding:
    """Say that a setting has the wrong kind of value."""
    words = KIND_WORDS[kind]
    return _fault(
        Words(f"{place} must be {words.en}.", f"{place}必须是{words.zh}。"),
        Words("Correct the value.", "请更正取值。"),
    )


def _fault(what: Words, remedy: Words = Words("", "")) -> Finding:  # noqa: B008
    """Return an error that stands in study.toml."""
    return Source(STUDY_FILE).finding(what, remedy)
