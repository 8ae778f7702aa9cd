"""Look up what the rules say: class sizes, ages, distances, areas, each with its source.

A norms file is data that a planner can read and mend (data/norms). Here it is read, held
against the list of figures that planner knows, and handed on as one frozen value. Code
elsewhere applies the figures; no norm stands in code.
"""

from __future__ import annotations

import difflib
import math
import re
import tomllib
import unicodedata
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeGuard

from planner.errors import NormsError, ScenarioError
from planner.shipped import norms_folder
from planner.terms import Language

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

__all__ = [
    "Certainty",
    "ClassBand",
    "Figure",
    "NormRow",
    "Norms",
    "StageNorm",
    "age_in",
    "available",
    "floor_area",
    "land_area",
    "nominal_seats",
    "norm_rows",
    "read_norms",
    "school_scales",
    "school_year_of_entry",
    "with_overrides",
]


class Certainty(StrEnum):
    """How sure it is that a document says so."""

    OFFICIAL = "V"
    COPY = "v"
    DERIVED = "D"
    REMEMBERED = "M"
    SCENARIO = "scenario"

    def words(self, lang: Language) -> str:
        """Return the certainty as a planner reads it."""
        return _CERTAINTY_WORDS[self][lang]


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of one rule, and where it stands.

    Lists of numbers, such as the scales of a building standard, are text: "12, 18, 24, 30".
    """

    value: float | int | str
    unit: str
    document: str
    article: str
    certainty: Certainty
    note: str = ""
    read_at: str = ""


@dataclass(frozen=True, slots=True)
class ClassBand:
    """A named range of class sizes; the last band has no upper end."""

    names: Mapping[str, str]
    from_pupils: int
    to_pupils: int | None

    def holds(self, pupils: int) -> bool:
        """Tell whether a class of this size lies in the band."""
        return self.from_pupils <= pupils and (self.to_pupils is None or pupils <= self.to_pupils)


@dataclass(frozen=True, slots=True)
class StageNorm:
    """What the rules say about one stage; None where they say nothing.

    `entry_age` is in completed years on the cut-off day. `class_size` gives pupils per class by
    grade and lacks the grades for which the study must give it. `large_class` and
    `super_large_class` are the smallest such classes: 56 is large. `warning_yellow` and
    `warning_red` are entrants ÷ entry seats. `staff_ratio` is pupils per member of staff.
    A school with more pupils than `max_school_size` is oversize, one with fewer than
    `small_school` is small.
    """

    stage: str
    names: Mapping[str, str]
    grades: tuple[int, ...]
    entry_age: int
    class_size: Mapping[int, int]
    large_class: int | None
    super_large_class: int | None
    class_bands: tuple[ClassBand, ...]
    warning_yellow: float
    warning_red: float
    walk_limit_metres: float | None
    rural_walk_minutes: float | None
    staff_ratio: float | None
    max_school_size: int | None
    small_school: int | None

    @property
    def entry_grade(self) -> int:
        """The grade in which pupils enter the stage (起始年级)."""
        return self.grades[0]


@dataclass(frozen=True, slots=True)
class Norms:
    """The norms of one country: every figure by its path, and the stages made of them.

    `figures` holds class sizes by grade ("class_size.primary.1") and everything else as it
    stands in the file ("balance.cv_limit.junior"). `titles` names the groups of figures.
    """

    id: str
    country: str
    title: Mapping[str, str]
    cut_off_month: int
    cut_off_day: int
    count_month: int
    count_day: int
    stages: tuple[StageNorm, ...]
    figures: Mapping[str, Figure]
    grade_names: Mapping[int, Mapping[str, str]]
    grade_labels: Mapping[str, int]
    school_kinds: Mapping[str, tuple[str, ...]]
    titles: Mapping[str, Mapping[str, str]]

    def stage(self, stage: str) -> StageNorm:
        """Return the norms of a stage.

        Raises:
            NormsError: the country has no such stage.
        """
        for candidate in self.stages:
            if candidate.stage == stage:
                return candidate
        known = [candidate.stage for candidate in self.stages]
        fault = f"The norms '{self.id}' have no stage '{stage}'.{_nearest(stage, known)}"
        raise NormsError(fault)

    def stage_of_grade(self, grade: int) -> StageNorm:
        """Return the norms of the stage in which a grade is taught.

        Raises:
            NormsError: no stage teaches the grade.
        """
        for candidate in self.stages:
            if grade in candidate.grades:
                return candidate
        grades = [taught for stage in self.stages for taught in stage.grades]
        fault = (
            f"The norms '{self.id}' teach grades {min(grades)} to {max(grades)}, found {grade}. "
            "Mend the grade or choose other norms in study.toml."
        )
        raise NormsError(fault)

    def age_at(self, grade: int) -> int:
        """Return the age on the cut-off day at which a grade is begun, in completed years."""
        stage = self.stage_of_grade(grade)
        return stage.entry_age + stage.grades.index(grade)

    def grade_of_label(self, text: str) -> int | None:
        """Return the grade that a table calls so ("初一", "Reception", "7"), or None."""
        return self.grade_labels.get(_plain(text))

    def figure(self, path: str) -> Figure:
        """Return a figure by its path.

        Raises:
            NormsError: the norms lack the figure.
        """
        if path in self.figures:
            return self.figures[path]
        fault = (
            f"The norms '{self.id}' lack the figure '{path}'.{_nearest(path, self.figures)} "
            "Let the study give it, or add it to the norms file."
        )
        raise NormsError(fault)

    def number(self, path: str) -> float:
        """Return the value of a figure that is one number.

        Raises:
            NormsError: the norms lack the figure, or it is a list.
        """
        value = self.figure(path).value
        if isinstance(value, str):
            fault = f"The norms '{self.id}': '{path}' is the list {value}, not one number."
            raise NormsError(fault)
        return value


class NormRow(NamedTuple):
    """A figure as `planner norms` shows it; value and source are empty where the study gives it."""

    path: str
    title: str
    value: str
    unit: str
    document: str
    article: str
    certainty: str
    note: str


class _Unit(NamedTuple):
    """What a number of this unit may be."""

    chinese: str
    whole: bool
    least: float
    most: float


class _Vocabulary(NamedTuple):
    """The stages with their grades and the kinds of school that a file speaks of."""

    stages: Mapping[str, tuple[int, ...]]
    kinds: Mapping[str, tuple[str, ...]]


class _Frame(NamedTuple):
    """What a norms file holds besides figures."""

    vocabulary: _Vocabulary
    titles: dict[str, Mapping[str, str]]
    grade_names: dict[int, Mapping[str, str]]
    grade_labels: dict[str, int]
    documents: dict[str, dict[str, str]]


_CERTAINTY_WORDS: Final[dict[Certainty, dict[str, str]]] = {
    Certainty.OFFICIAL: {"zh": "官方页面", "en": "official page"},
    Certainty.COPY: {"zh": "转载", "en": "third-party copy"},
    Certainty.DERIVED: {"zh": "推算", "en": "derived"},
    Certainty.REMEMBERED: {"zh": "凭记忆，待核", "en": "remembered, to be checked"},
    Certainty.SCENARIO: {"zh": "本方案设定", "en": "set by the study or scenario"},
}

_UNITS: Final[dict[str, _Unit]] = {
    "pupils": _Unit("人", whole=True, least=1, most=math.inf),
    "classes": _Unit("班", whole=True, least=1, most=math.inf),
    "items": _Unit("项", whole=True, least=1, most=math.inf),
    "years": _Unit("岁", whole=True, least=0, most=30),
    "month": _Unit("月", whole=True, least=1, most=12),
    "day": _Unit("日", whole=True, least=1, most=31),
    "level": _Unit("级", whole=True, least=1, most=10),
    "hours": _Unit("学时", whole=False, least=0, most=math.inf),
    "min": _Unit("分钟", whole=False, least=1, most=math.inf),
    "m": _Unit("米", whole=False, least=1, most=math.inf),
    "m2": _Unit("平方米", whole=False, least=1, most=math.inf),
    "m2 per pupil": _Unit("平方米/生", whole=False, least=0, most=math.inf),
    "yuan per pupil": _Unit("元/生", whole=False, least=0, most=math.inf),
    "per 100 pupils": _Unit("每百名学生", whole=False, least=0, most=math.inf),
    "staff per class": _Unit("人/班", whole=True, least=1, most=math.inf),
    "pupils per staff member": _Unit("学生/人", whole=False, least=1, most=math.inf),
    "share": _Unit("比例", whole=False, least=0, most=1),
    "ratio": _Unit("比值", whole=False, least=0, most=math.inf),
}

# Every figure that planner knows, with its units; {stage}, {grade} and {kind} are those of the
# file, {classes} is a number of classes and {item} a name that the file chooses.
_KNOWN: Final[dict[str, tuple[str, ...]]] = {
    "cut_off.month": ("month",),
    "cut_off.day": ("day",),
    "count_day.month": ("month",),
    "count_day.day": ("day",),
    "entry_age.{stage}": ("years",),
    "class_size.{stage}.{grade}": ("pupils",),
    "special_class_size.{item}": ("pupils",),
    "large_class.{stage}": ("pupils",),
    "super_large_class.{stage}": ("pupils",),
    "class_bands.{item}.smallest": ("pupils",),
    "class_bands.{item}.largest": ("pupils",),
    "large_class_goal.{item}": ("share",),
    "school_size.{kind}": ("pupils",),
    "school_size_relaxed.{kind}": ("pupils",),
    "small_school.{stage}": ("pupils",),
    "school_scales.city.{item}": ("classes",),
    "school_scales.rural.{item}": ("classes",),
    "walk_limit.{stage}": ("m",),
    "walk_limit_from_eight.{stage}": ("m",),
    "rural_walk.{stage}": ("min",),
    "journey.{stage}": ("min",),
    "warning.yellow": ("ratio",),
    "warning.red": ("ratio",),
    "staff_ratio.{stage}": ("pupils per staff member",),
    "kindergarten_staff.{item}": ("pupils per staff member",),
    "kindergarten_staff_per_class.{item}": ("staff per class",),
    "floor_area.basic.{kind}.{classes}": ("m2",),
    "floor_area.planning.{kind}.{classes}": ("m2",),
    "plot_ratio.{stage}": ("ratio",),
    "land_area.building.{kind}.{classes}": ("m2",),
    "land_area.sports.{kind}.{classes}": ("m2",),
    "land_area.green.{kind}.{classes}": ("m2",),
    "land_area.total.{kind}.{classes}": ("m2",),
    "kindergarten_area.outdoor_play": ("m2 per pupil",),
    "kindergarten_area.activity_rooms": ("m2 per pupil",),
    "kindergarten_area.floor": ("m2 per pupil",),
    "balance.resource.{item}.{stage}": ("per 100 pupils", "m2 per pupil", "yuan per pupil"),
    "balance.school.items_needed": ("items",),
    "balance.school.floor_share": ("share",),
    "balance.school.smallest_teaching_point": ("pupils",),
    "balance.cv_limit.{stage}": ("ratio",),
    "balance.government.{item}": tuple(_UNITS),
    "balance.quality.{item}": tuple(_UNITS),
    "balance.satisfaction.share": ("share",),
    "basic_balance.cv_limit.{stage}": ("ratio",),
    "preschool.enrolment": ("share",),
    "preschool.inclusive": ("share",),
    "preschool.public": ("share",),
    "preschool.classes_within_size": ("share",),
    "preschool.pupils_per_teacher": ("pupils per staff member",),
    "preschool.certified": ("share",),
    "preschool.satisfaction": ("share",),
    "capacity.workplaces_least": ("share",),
    "capacity.workplaces_most": ("share",),
    "capacity.age_groups_primary": ("items",),
    "capacity.room_use_least": ("share",),
    "capacity.room_use_most": ("share",),
    "enlargement.pupils": ("pupils",),
    "enlargement.share": ("share",),
    "enlargement.pupils_at_any_share": ("pupils",),
    "utilisation.{item}": ("ratio",),
}

_PART_NAMES: Final[dict[str, dict[str, str]]] = {
    "month": {"zh": "月", "en": "month"},
    "day": {"zh": "日", "en": "day"},
    "smallest": {"zh": "下限", "en": "from"},
    "largest": {"zh": "上限", "en": "to"},
}

_REQUIRED: Final = (
    "cut_off.month",
    "cut_off.day",
    "count_day.month",
    "count_day.day",
    "warning.yellow",
    "warning.red",
)

_FRAME_KEYS: Final = ("country", "title", "documents", "stages", "grades", "school_kinds")
_SOURCE_KEYS: Final = ("unit", "document", "article", "certainty", "note")
_FIGURE_KEYS: Final = ("value", *_SOURCE_KEYS, "names")
_MIDDLE_OF_MONTH: Final = 15
_COMMON_YEAR: Final = 2001


def available() -> tuple[str, ...]:
    """Return the names of the norms that travel with planner."""
    return tuple(sorted(path.stem for path in norms_folder().glob("*.toml")))


def read_norms(name_or_path: str | Path) -> Norms:
    """Read norms by name ("cn") or from a planner's own file ("norms/our_county.toml").

    Raises:
        NormsError: naming every fault at once: unknown keys with the nearest known one, figures
            without document or certainty, values of the wrong kind, stages that overlap. Faults
            of stages, grades and kinds of school come first, as the figures hang on them.
    """
    path = _file_of(name_or_path)
    content = _content_of(path)
    faults: list[str] = []
    frame = _read_frame(content, faults)
    _raise_any(faults, path)
    figures = _read_figures(content, frame, faults)
    faults += _missing(figures, frame.vocabulary)
    faults += _contradictions(figures, frame.vocabulary)
    _raise_any(faults, path)
    return _assemble(path.stem, content, frame, figures)


def with_overrides(norms: Norms, overrides: Mapping[str, float], reason: str) -> Norms:
    """Return norms in which a study or scenario deviates from some figures.

    "class_size.primary" sets all grades of a stage, "class_size.primary.1" one of them and wins
    over the former. A figure that planner knows may be set even where the norms are silent.
    Each changed figure tells the old value and the reason.

    Args:
        norms: what is deviated from; it stays as it is.
        overrides: new values by path, in the unit of the figure.
        reason: what deviates and why, for instance "scenarios/small_classes.toml".

    Raises:
        ScenarioError: naming every path that is unknown and every value that cannot be.
    """
    vocabulary = _vocabulary_of(norms)
    figures = dict(norms.figures)
    faults: list[str] = []
    for path in sorted(overrides, key=lambda path: path.count(".")):
        value = overrides[path]
        for leaf in _leaves(path, vocabulary):
            fault = _override_fault(path, leaf, value, norms, vocabulary)
            if fault is not None:
                faults.append(fault)
                break
            figures[leaf] = _overridden(leaf, value, figures, reason)
    if not faults:
        faults += _contradictions(figures, vocabulary)
    if faults:
        raise ScenarioError(*(f"{reason}: {fault}" for fault in faults))
    return _with_figures(norms, figures)


def age_in(
    norms: Norms, birth_year: int, birth_month: int, school_year: int, birth_day: int | None = None
) -> int:
    """Return the completed years of a child on the cut-off day of a school year.

    Where only the month of birth is known, it counts by its middle day, so that with a cut-off
    on 31 August all August children are a year older than all September children.
    """
    birthday = (birth_month, birth_day or _MIDDLE_OF_MONTH)
    had_birthday = birthday <= (norms.cut_off_month, norms.cut_off_day)
    return school_year - birth_year - (0 if had_birthday else 1)


def school_year_of_entry(
    norms: Norms, stage: str, year: int, month: int, day: int | None = None
) -> int:
    """Return the school year in which a child born then enters a stage.

    With a cut-off on 31 August and entry at six, a child born from 1 September y-7 to
    31 August y-6 enters primary in y.
    """
    age_that_year = age_in(norms, year, month, year, day)
    return year + norms.stage(stage).entry_age - age_that_year


def nominal_seats(norms: Norms, kind: str, classes: int) -> float:
    """Return the seats of a school of a kind whose classes spread evenly over its grades.

    A nine-year school of 45 classes has five classes in each grade: 30 primary classes of 45
    and 15 junior classes of 50, 2100 seats.

    Raises:
        NormsError: the kind is unknown, or the study must first give a class size.
    """
    if kind not in norms.school_kinds:
        fault = (
            f"The norms '{norms.id}' know no kind of school '{kind}'."
            f"{_nearest(kind, norms.school_kinds)}"
        )
        raise NormsError(fault)
    stages = [norms.stage(stage) for stage in norms.school_kinds[kind]]
    grades = [(stage, grade) for stage in stages for grade in stage.grades]
    for stage, grade in grades:
        if grade not in stage.class_size:
            norms.figure(f"class_size.{stage.stage}.{grade}")
    return classes * sum(stage.class_size[grade] for stage, grade in grades) / len(grades)


def floor_area(norms: Norms, kind: str, classes: int, *, indicator: str = "planning") -> float:
    """Return the floor area in m2 that a school of this kind and size should have.

    Between the scales of the table the area is interpolated linearly by classes (插入法);
    beyond its ends the area per pupil of the end scale holds.

    Args:
        norms: the norms with the table, 建标〔2002〕102号 table 4-1 in "cn".
        kind: kind of school as in the norms file, for instance "nine_year" or "rural_primary".
        classes: number of classes.
        indicator: "planning" (规划指标) or "basic" (基本指标).

    Raises:
        NormsError: the norms have no such table.
    """
    return _from_table(norms, f"floor_area.{indicator}.{kind}", kind, classes)


def land_area(norms: Norms, kind: str, classes: int, *, part: str = "total") -> float:
    """Return the land in m2 that a school of this kind and size should have.

    Interpolated as in `floor_area`.

    Args:
        norms: the norms with the table.
        kind: kind of school, for instance "rural_primary".
        classes: number of classes.
        part: "building", "sports", "green" or "total".

    Raises:
        NormsError: the norms have no such table.
    """
    return _from_table(norms, f"land_area.{part}.{kind}", kind, classes)


def school_scales(norms: Norms, kind: str, *, rural: bool = False) -> tuple[int, ...]:
    """Return the class counts in which the building standard plans a kind of school.

    Raises:
        NormsError: the norms have no scales for the kind.
    """
    text = norms.figure(f"school_scales.{'rural' if rural else 'city'}.{kind}").value
    return tuple(int(scale) for scale in str(text).split(","))


def norm_rows(norms: Norms, lang: Language) -> list[NormRow]:
    """Return every figure as a row to show, and a row for each class size the study must give.

    A stage whose grades share one class size has one row.
    """
    figures = _by_stage(norms)
    return [_row(path, figure, norms, lang) for path, figure in figures.items()]


def _file_of(name_or_path: str | Path) -> Path:
    """Return the file that is meant; a name without .toml is one of ours."""
    if isinstance(name_or_path, Path) or name_or_path.endswith(".toml"):
        return Path(name_or_path)
    if name_or_path not in available():
        known = ", ".join(available())
        fault = (
            f"There are no norms '{name_or_path}'.{_nearest(name_or_path, available())} "
            f"Choose one of {known}, or give the path of a .toml file."
        )
        raise NormsError(fault)
    return norms_folder() / f"{name_or_path}.toml"


def _content_of(path: Path) -> dict[str, Any]:
    """Return what the file says, or one sentence about why it cannot be read."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        fault = f"{path}: cannot be read ({error.strerror}). Check the path of the norms."
    except UnicodeDecodeError:
        fault = f"{path}: is not UTF-8 text. Save it again as UTF-8."
    except tomllib.TOMLDecodeError as error:
        fault = f"{path}: is not valid TOML: {error}."
    raise NormsError(fault)


def _raise_any(faults: list[str], path: Path) -> None:
    """Raise all faults of a file together."""
    if faults:
        raise NormsError(*(f"{path.name}: {fault}" for fault in dict.fromkeys(faults)))


def _read_frame(content: dict[str, Any], faults: list[str]) -> _Frame:
    """Read stages, grades, kinds of school, documents and the names of all these."""
    if not isinstance(content.get("country"), str):
        faults.append('country is missing. Write for instance country = "CN".')
    titles = {"": _names(content.get("title"), "title", faults)}
    grade_names, grade_labels = _read_grades(_table(content, "grades", faults), faults)
    stages = _read_stages(_table(content, "stages", faults), grade_names, titles, faults)
    kinds = _read_kinds(_table(content, "school_kinds", faults), stages, titles, faults)
    groups = {key: group for key, group in content.items() if key not in _FRAME_KEYS}
    _read_titles(groups, "", titles, faults)
    documents = _read_documents(_table(content, "documents", faults), faults)
    vocabulary = _Vocabulary(stages, kinds)
    return _Frame(vocabulary, titles, grade_names, grade_labels, documents)


def _table(content: dict[str, Any], key: str, faults: list[str]) -> dict[str, dict[str, Any]]:
    """Return a table of tables; entries of another kind are faults."""
    table = content.get(key)
    if not isinstance(table, dict) or not table:
        faults.append(f"[{key}] is missing. Every norms file has it.")
        return {}
    for entry, said in table.items():
        if not isinstance(said, dict):
            faults.append(f"{key}.{entry} should be a table {{ … }}, found {said!r}.")
    return {entry: said for entry, said in table.items() if isinstance(said, dict)}


def _names(said: object, where: str, faults: list[str]) -> Mapping[str, str]:
    """Return the Chinese and the English name of a thing; it must have both."""
    if _is_table(said):
        names = {lang.value: said.get(lang.value) for lang in Language}
        if all(isinstance(name, str) and name for name in names.values()):
            return {lang: str(name) for lang, name in names.items()}
    faults.append(f"{where} needs a name in both languages, zh and en.")
    return {lang.value: where for lang in Language}


def _is_table(said: object) -> TypeGuard[dict[str, Any]]:
    """Tell whether TOML gave a table."""
    return isinstance(said, dict)


def _read_grades(
    table: dict[str, dict[str, Any]], faults: list[str]
) -> tuple[dict[int, Mapping[str, str]], dict[str, int]]:
    """Return the names of each grade, and the grade behind each label in plain form."""
    names: dict[int, Mapping[str, str]] = {}
    grade_of: dict[str, int] = {}
    for key, said in table.items():
        if not _is_whole(key):
            faults.append(f"grades.{key} is not a grade. Write a whole number such as -2 or 7.")
            continue
        grade = int(key)
        names[grade] = _names(said, f"grades.{key}", faults)
        _refuse_unknown(said, (*Language, "labels"), f"grades.{key}", faults)
        for label in (
            key,
            *names[grade].values(),
            *_texts(said, "labels", f"grades.{key}", faults),
        ):
            other = grade_of.setdefault(_plain(label), grade)
            if other != grade:
                faults.append(
                    f"grades.{key}: the label '{label}' already means grade {other}. "
                    "A label belongs to one grade."
                )
    return names, grade_of


def _is_whole(key: str) -> bool:
    """Tell whether a key is a whole number, written in the one way that keys are compared."""
    return re.fullmatch(r"0|-?[1-9][0-9]*", key) is not None


def _plain(label: str) -> str:
    """Return a label as it is compared: full-width and half-width, case and blanks alike."""
    return "".join(unicodedata.normalize("NFKC", label).casefold().split())


def _texts(said: dict[str, Any], key: str, where: str, faults: list[str]) -> tuple[str, ...]:
    """Return a list of words."""
    words = said.get(key, [])
    if isinstance(words, list) and all(isinstance(word, str) for word in words):
        return tuple(words)
    faults.append(f'{where}.{key} should be a list of words, such as ["a", "b"], found {words!r}.')
    return ()


def _refuse_unknown(
    said: Iterable[str], known: Sequence[str], where: str, faults: list[str]
) -> None:
    """Note the keys that mean nothing here."""
    faults += [
        f"{where} has no '{key}'.{_nearest(key, known)} Known are {', '.join(known)}."
        for key in said
        if key not in known
    ]


def _nearest(word: str, known: Iterable[str]) -> str:
    """Return " Did you mean …?" with the nearest known word, or nothing."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f" Did you mean '{close[0]}'?" if close else ""


def _read_stages(
    table: dict[str, dict[str, Any]],
    named_grades: Mapping[int, object],
    titles: dict[str, Mapping[str, str]],
    faults: list[str],
) -> dict[str, tuple[int, ...]]:
    """Return the grades of each stage; a grade has a name and belongs to one stage."""
    stages: dict[str, tuple[int, ...]] = {}
    stage_of: dict[int, str] = {}
    for stage, said in table.items():
        titles[f"stages.{stage}"] = _names(said, f"stages.{stage}", faults)
        _refuse_unknown(said, (*Language, "grades"), f"stages.{stage}", faults)
        grades = said.get("grades")
        if not _run_upwards(grades):
            faults.append(
                f"stages.{stage}.grades should run upwards without a gap, such as [1, 2, 3], "
                f"found {grades!r}."
            )
            continue
        stages[stage] = tuple(grades)
        for grade in grades:
            if grade not in named_grades:
                faults.append(f"stages.{stage}: grade {grade} has no name. Add it to [grades].")
            other = stage_of.setdefault(grade, stage)
            if other != stage:
                faults.append(
                    f"stages.{stage}: grade {grade} is already taught in {other}. "
                    "A grade belongs to one stage."
                )
    return stages


def _run_upwards(grades: object) -> TypeGuard[list[int]]:
    """Tell whether grades are whole numbers that follow one another."""
    if (
        not isinstance(grades, list)
        or not grades
        or any(type(grade) is not int for grade in grades)
    ):
        return False
    return grades == list(range(grades[0], grades[0] + len(grades)))


def _read_kinds(
    table: dict[str, dict[str, Any]],
    stages: Mapping[str, object],
    titles: dict[str, Mapping[str, str]],
    faults: list[str],
) -> dict[str, tuple[str, ...]]:
    """Return the stages that each kind of school teaches."""
    kinds: dict[str, tuple[str, ...]] = {}
    for kind, said in table.items():
        where = f"school_kinds.{kind}"
        titles[where] = _names(said, where, faults)
        _refuse_unknown(said, (*Language, "stages"), where, faults)
        kinds[kind] = _texts(said, "stages", where, faults)
        if not kinds[kind]:
            faults.append(f"{where}.stages is missing. Name the stages that such a school teaches.")
        faults += [
            f"{where}: there is no stage '{stage}'.{_nearest(stage, stages)}"
            for stage in kinds[kind]
            if stage not in stages
        ]
    return kinds


def _read_titles(
    groups: dict[str, Any], above: str, titles: dict[str, Mapping[str, str]], faults: list[str]
) -> None:
    """Gather the names that groups and figures give themselves."""
    for key, said in groups.items():
        if not _is_table(said) or key in ("source", "names"):
            continue
        path = f"{above}{key}"
        if "names" in said:
            titles[path] = _names(said["names"], f"{path}.names", faults)
        _read_titles(said, f"{path}.", titles, faults)


def _read_documents(
    table: dict[str, dict[str, Any]], faults: list[str]
) -> dict[str, dict[str, str]]:
    """Return title and place of reading of each document."""
    documents = {}
    for key, said in table.items():
        _refuse_unknown(said, ("title", "read_at"), f"documents.{key}", faults)
        title = said.get("title")
        if not isinstance(title, str) or not title:
            faults.append(f"documents.{key} needs a title.")
        documents[key] = {"title": str(title), "read_at": str(said.get("read_at", ""))}
    return documents


def _read_figures(content: dict[str, Any], frame: _Frame, faults: list[str]) -> dict[str, Figure]:
    """Return every figure by its path, class sizes by grade."""
    groups = {key: said for key, said in content.items() if key not in _FRAME_KEYS}
    figures: dict[str, Figure] = {}
    for path, said in _walk(groups, "", {}, frame.vocabulary, faults):
        leaves = _leaves(path, frame.vocabulary)
        unknown = _unknown(leaves[0], frame.vocabulary)
        figure = None if unknown else _figure(path, leaves[0], said, frame.documents, faults)
        if unknown:
            faults.append(unknown)
        elif figure is not None:
            figures |= dict.fromkeys(leaves, figure)
    return figures


def _walk(
    group: dict[str, Any],
    above: str,
    source: dict[str, Any],
    vocabulary: _Vocabulary,
    faults: list[str],
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each figure's path and what it says, completed by the sources of its groups."""
    for key, said in group.items():
        if key in ("source", "names"):
            continue
        path = f"{above}{key}"
        if not _is_table(said):
            yield path, {**source, "value": said}
        elif any(word in said for word in ("value", *_SOURCE_KEYS)) or not _unknown(
            path, vocabulary
        ):
            _refuse_unknown(said, _FIGURE_KEYS, path, faults)
            yield path, {**source, **said}
        else:
            own = said.get("source", {})
            if not _is_table(own):
                faults.append(f"{path}.source should be a table {{ … }}, found {own!r}.")
                own = {}
            _refuse_unknown(own, _SOURCE_KEYS, f"{path}.source", faults)
            yield from _walk(said, f"{path}.", {**source, **own}, vocabulary, faults)


def _leaves(path: str, vocabulary: _Vocabulary) -> list[str]:
    """Return the paths meant by a path: a class size without a grade means all of its stage."""
    group, _, stage = path.partition(".")
    if group != "class_size" or stage not in vocabulary.stages:
        return [path]
    return [f"{path}.{grade}" for grade in vocabulary.stages[stage]]


def _unknown(path: str, vocabulary: _Vocabulary) -> str | None:
    """Return a sentence about the first part of a path that leads nowhere, or None."""
    parts = path.split(".")
    ways = [known.split(".") for known in _KNOWN]
    for depth, part in enumerate(parts):
        onwards = [
            way for way in ways if len(way) > depth and _may_be(part, way, depth, parts, vocabulary)
        ]
        if not onwards:
            here, above = ".".join(parts[: depth + 1]), ".".join(parts[:depth])
            known = _next_paths(ways, depth, above, parts, vocabulary)
            return f"there is no figure '{here}'.{_nearest(here, known)}"
        ways = onwards
    if any(len(way) == len(parts) for way in ways):
        return None
    known = _next_paths(ways, len(parts), path, parts, vocabulary)
    example = f", such as '{known[0]}'" if known else ""
    return f"'{path}' is a group of figures. Name one of them{example}."


def _may_be(
    part: str, way: list[str], depth: int, parts: list[str], vocabulary: _Vocabulary
) -> bool:
    """Tell whether a part of a path may stand where a known path has a word or a blank."""
    if way[depth] == "{item}":
        return True
    if way[depth] == "{classes}":
        return _is_whole(part) and int(part) > 0
    return part in _choices(way, depth, parts, vocabulary)


def _choices(
    way: list[str], depth: int, parts: list[str], vocabulary: _Vocabulary
) -> Sequence[str]:
    """Return the words that may stand at a place of a known path, as far as they are listed."""
    match way[depth]:
        case "{stage}":
            return tuple(vocabulary.stages)
        case "{kind}":
            return tuple(vocabulary.kinds)
        case "{grade}":
            return [str(grade) for grade in vocabulary.stages[parts[depth - 1]]]
        case "{classes}" | "{item}":
            return ()
        case word:
            return (word,)


def _next_paths(
    ways: list[list[str]], depth: int, above: str, parts: list[str], vocabulary: _Vocabulary
) -> list[str]:
    """Return the paths that lead one step on from where a path went astray."""
    words = [
        word for way in ways if len(way) > depth for word in _choices(way, depth, parts, vocabulary)
    ]
    return [f"{above}.{word}" if above else word for word in dict.fromkeys(words)]


def _figure(
    path: str,
    leaf: str,
    said: dict[str, Any],
    documents: Mapping[str, dict[str, str]],
    faults: list[str],
) -> Figure | None:
    """Return one figure, or note all that it lacks."""
    found = [
        *_source_faults(said, documents),
        *_value_faults(said.get("value"), said.get("unit"), leaf),
    ]
    faults += [f"{path} {fault}" for fault in found]
    if found:
        return None
    value, document = said["value"], documents[said["document"]]
    return Figure(
        value=", ".join(map(str, value)) if isinstance(value, list) else value,
        unit=said["unit"],
        document=document["title"],
        article=str(said.get("article", "")),
        certainty=Certainty(said["certainty"]),
        note=str(said.get("note", "")),
        read_at=document["read_at"],
    )


def _source_faults(said: dict[str, Any], documents: Mapping[str, object]) -> Iterator[str]:
    """Yield what is missing or wrong about where a figure stands."""
    document, certainty = said.get("document"), said.get("certainty")
    if not isinstance(document, str) or not document:
        yield "has no document. Say where the figure stands, or leave it out."
    elif document not in documents:
        yield f"names the document '{document}'.{_nearest(document, documents)} " + (
            "It is not listed under [documents]."
        )
    shippable = [word.value for word in Certainty if word is not Certainty.SCENARIO]
    if certainty not in shippable:
        found = "none" if certainty is None else f"'{certainty}'"
        yield f"needs a certainty, one of {', '.join(shippable)}; found {found}."


def _value_faults(value: object, unit: object, leaf: str) -> Iterator[str]:
    """Yield what is wrong about a value and its unit."""
    units = _units_of(leaf)
    if unit not in units:
        yield f"should be in {' or '.join(units)}, found {unit or 'no unit'}."
    elif leaf.startswith("school_scales."):
        if not _is_rising(value):
            yield f"should list class counts upwards, such as [12, 18, 24], found {value!r}."
    else:
        yield from _number_faults(value, str(unit))


def _units_of(leaf: str) -> tuple[str, ...]:
    """Return the units in which a known figure may stand."""
    return _KNOWN[_known_path(leaf)]


def _known_path(leaf: str) -> str:
    """Return the entry of the list of known figures that a path, found known, belongs to."""
    parts = leaf.split(".")
    for known in _KNOWN:
        way = known.split(".")
        if len(way) == len(parts) and all(
            word == part or word.startswith("{") for word, part in zip(way, parts, strict=True)
        ):
            return known
    raise KeyError(leaf)


def _is_rising(value: object) -> bool:
    """Tell whether a value is a list of class counts, smallest first."""
    if not isinstance(value, list) or not value or any(type(one) is not int for one in value):
        return False
    return value[0] > 0 and value == sorted(set(value))


def _number_faults(value: object, unit: str) -> Iterator[str]:
    """Yield what is wrong about a number in a unit."""
    allowed = _UNITS[unit]
    if isinstance(value, bool) or not isinstance(value, int | float):
        found = "none" if value is None else repr(value)
        yield f"should be a number of {unit}, found {found}."
    elif not math.isfinite(value) or not allowed.least <= value <= allowed.most:
        upper = "" if math.isinf(allowed.most) else f" and at most {allowed.most:g}"
        yield f"should be at least {allowed.least:g}{upper} ({unit}), found {value:g}."
    elif allowed.whole and value != int(value):
        yield f"should be a whole number of {unit}, found {value:g}."


def _missing(figures: Mapping[str, Figure], vocabulary: _Vocabulary) -> list[str]:
    """Return a sentence for each figure without which nothing can be planned."""
    required = [*_REQUIRED, *(f"entry_age.{stage}" for stage in vocabulary.stages)]
    return [
        f"{path} is missing. Every norms file must say it."
        for path in required
        if path not in figures
    ]


def _contradictions(figures: Mapping[str, Figure], vocabulary: _Vocabulary) -> list[str]:
    """Return a sentence for each pair of figures that cannot both be meant."""
    faults = [
        f"{group} is day {day:g} of month {month:g}, which is no day of the year."
        for group in ("cut_off", "count_day")
        for month, day in [(_value(figures, f"{group}.month"), _value(figures, f"{group}.day"))]
        if month is not None and day is not None and not _is_day(int(month), int(day))
    ]
    pairs = [
        ("warning.yellow", "warning.red"),
        *((f"large_class.{stage}", f"super_large_class.{stage}") for stage in vocabulary.stages),
        *((band.replace("largest", "smallest"), band) for band in _band_ends(figures)),
    ]
    for lower, upper in pairs:
        low, high = _value(figures, lower), _value(figures, upper)
        if low is not None and high is not None and low > high:
            faults.append(f"{lower} = {low:g} is above {upper} = {high:g}. Mend one of them.")
    return faults


def _value(figures: Mapping[str, Figure], path: str) -> float | None:
    """Return a number, or None where the norms are silent."""
    if path not in figures:
        return None
    value = figures[path].value
    return None if isinstance(value, str) else value


def _is_day(month: int, day: int) -> bool:
    """Tell whether every year has this day."""
    try:
        date(_COMMON_YEAR, month, day)
    except ValueError:
        return False
    return True


def _band_ends(figures: Mapping[str, Figure]) -> list[str]:
    """Return the paths of the upper ends of class bands."""
    return [
        path for path in figures if path.startswith("class_bands.") and path.endswith(".largest")
    ]


def _assemble(
    name: str, content: dict[str, Any], frame: _Frame, figures: dict[str, Figure]
) -> Norms:
    """Put a file's stages and figures together."""
    stages = frame.vocabulary.stages
    return Norms(
        id=name,
        country=content["country"],
        title=frame.titles[""],
        cut_off_month=_whole(figures, "cut_off.month"),
        cut_off_day=_whole(figures, "cut_off.day"),
        count_month=_whole(figures, "count_day.month"),
        count_day=_whole(figures, "count_day.day"),
        stages=tuple(
            _stage_norm(stage, grades, figures, frame.titles) for stage, grades in stages.items()
        ),
        figures=figures,
        grade_names=frame.grade_names,
        grade_labels=frame.grade_labels,
        school_kinds=frame.vocabulary.kinds,
        titles=frame.titles,
    )


def _whole(figures: Mapping[str, Figure], path: str) -> int:
    """Return a whole number that the file must have; its unit has been held against it."""
    return int(figures[path].value)


def _stage_norm(
    stage: str,
    grades: tuple[int, ...],
    figures: Mapping[str, Figure],
    titles: Mapping[str, Mapping[str, str]],
) -> StageNorm:
    """Gather what the figures say about one stage."""

    def whole(path: str) -> int | None:
        return None if path not in figures else _whole(figures, path)

    sizes = {grade: whole(f"class_size.{stage}.{grade}") for grade in grades}
    large = whole(f"large_class.{stage}")
    return StageNorm(
        stage=stage,
        names=titles[f"stages.{stage}"],
        grades=grades,
        entry_age=_whole(figures, f"entry_age.{stage}"),
        class_size={grade: size for grade, size in sizes.items() if size is not None},
        large_class=large,
        super_large_class=whole(f"super_large_class.{stage}"),
        class_bands=() if large is None else _class_bands(figures, titles),
        warning_yellow=float(figures["warning.yellow"].value),
        warning_red=float(figures["warning.red"].value),
        walk_limit_metres=_value(figures, f"walk_limit.{stage}"),
        rural_walk_minutes=_value(figures, f"rural_walk.{stage}"),
        staff_ratio=_value(figures, f"staff_ratio.{stage}"),
        max_school_size=whole(f"school_size.{stage}"),
        small_school=whole(f"small_school.{stage}"),
    )


def _class_bands(
    figures: Mapping[str, Figure], titles: Mapping[str, Mapping[str, str]]
) -> tuple[ClassBand, ...]:
    """Return the named bands of class sizes, smallest first."""
    bands = []
    for path in figures:
        group, _, end = path.rpartition(".")
        if group.startswith("class_bands.") and end == "smallest":
            largest = _value(figures, f"{group}.largest")
            bands.append(
                ClassBand(
                    names=titles.get(group, {lang.value: group for lang in Language}),
                    from_pupils=_whole(figures, path),
                    to_pupils=None if largest is None else int(largest),
                )
            )
    return tuple(sorted(bands, key=lambda band: band.from_pupils))


def _vocabulary_of(norms: Norms) -> _Vocabulary:
    """Return the words that paths into these norms may use."""
    return _Vocabulary({stage.stage: stage.grades for stage in norms.stages}, norms.school_kinds)


def _override_fault(
    path: str, leaf: str, value: object, norms: Norms, vocabulary: _Vocabulary
) -> str | None:
    """Return what is wrong about one override, or None."""
    unknown = _unknown(leaf, vocabulary)
    if unknown is not None:
        return unknown
    # A name that the file chooses cannot be new here: nothing would read it.
    if leaf not in norms.figures and "{item}" in _known_path(leaf):
        return f"there is no figure '{path}'.{_nearest(path, norms.figures)}"
    if leaf.startswith("school_scales."):
        return f"{path} is a list and cannot be overridden. Change it in a norms file of your own."
    unit = norms.figures[leaf].unit if leaf in norms.figures else _units_of(leaf)[0]
    return next((f"{path} {fault}" for fault in _number_faults(value, unit)), None)


def _overridden(leaf: str, value: float, figures: Mapping[str, Figure], reason: str) -> Figure:
    """Return a figure with its new value, which remembers the old one."""
    unit = figures[leaf].unit if leaf in figures else _units_of(leaf)[0]
    before = ""
    if leaf in figures:
        old = figures[leaf]
        before = f"{old.note if old.certainty is Certainty.SCENARIO else old.value} → "
    return Figure(
        value=int(value) if _UNITS[unit].whole else value,
        unit=unit,
        document=reason,
        article=leaf,
        certainty=Certainty.SCENARIO,
        note=f"{before}{value:g}",
    )


def _with_figures(norms: Norms, figures: dict[str, Figure]) -> Norms:
    """Return norms made of other figures."""
    return replace(
        norms,
        cut_off_month=_whole(figures, "cut_off.month"),
        cut_off_day=_whole(figures, "cut_off.day"),
        count_month=_whole(figures, "count_day.month"),
        count_day=_whole(figures, "count_day.day"),
        stages=tuple(
            _stage_norm(stage.stage, stage.grades, figures, norms.titles) for stage in norms.stages
        ),
        figures=figures,
    )


def _from_table(norms: Norms, table: str, kind: str, classes: int) -> float:
    """Return m2 for a number of classes: linear between scales, the end per pupil beyond."""
    areas = {
        int(path.removeprefix(f"{table}.")): norms.number(path)
        for path in norms.figures
        if path.startswith(f"{table}.")
    }
    if not areas:
        group = table.partition(".")[0]
        known = {path.rpartition(".")[0] for path in norms.figures if path.startswith(group)}
        fault = f"The norms '{norms.id}' have no table '{table}'.{_nearest(table, known)}"
        raise NormsError(fault)
    scales = sorted(areas)
    end = min(max(classes, scales[0]), scales[-1])
    if classes != end:
        return areas[end] / nominal_seats(norms, kind, end) * nominal_seats(norms, kind, classes)
    below = max(scale for scale in scales if scale <= classes)
    above = min(scale for scale in scales if scale >= classes)
    part = 0.0 if above == below else (classes - below) / (above - below)
    return areas[below] + part * (areas[above] - areas[below])


def _by_stage(norms: Norms) -> dict[str, Figure | None]:
    """Return figures as they are shown: one class size per stage where its grades agree."""
    shown: dict[str, Figure | None] = {}
    for stage in norms.stages:
        paths = _leaves(f"class_size.{stage.stage}", _vocabulary_of(norms))
        sizes = [norms.figures.get(path) for path in paths]
        if all(size == sizes[0] for size in sizes):
            shown[f"class_size.{stage.stage}"] = sizes[0]
        else:
            shown |= dict(zip(paths, sizes, strict=True))
    others = (path for path in norms.figures if not path.startswith("class_size."))
    return shown | {path: norms.figures[path] for path in others}


def _row(path: str, figure: Figure | None, norms: Norms, lang: Language) -> NormRow:
    """Return one figure in the words of a language."""
    title = _title(path, norms, lang)
    if figure is None:
        silent = {"zh": "标准未规定，须由规划项目给出", "en": "the study must give it"}
        unit = _unit_words(_units_of(_leaves(path, _vocabulary_of(norms))[0])[0], lang)
        return NormRow(path, title, "", unit, "", "", "", silent[lang])
    value = figure.value if isinstance(figure.value, str) else f"{figure.value:g}"
    return NormRow(
        path=path,
        title=title,
        value=value,
        unit=_unit_words(figure.unit, lang),
        document=figure.document,
        article=figure.article,
        certainty=figure.certainty.words(lang),
        note=figure.note,
    )


def _title(path: str, norms: Norms, lang: Language) -> str:
    """Return the names along a path: 标准班额 · 小学 · 一年级."""
    parts = path.split(".")
    words = []
    for depth, part in enumerate(parts):
        here = ".".join(parts[: depth + 1])
        named = norms.titles.get(here) or _name_of_part(part, parts[0], norms)
        words.append(named[lang])
    return " · ".join(words)


def _name_of_part(part: str, group: str, norms: Norms) -> Mapping[str, str]:
    """Return the name of a stage, a kind of school, a grade or a number of classes."""
    for words in (f"stages.{part}", f"school_kinds.{part}"):
        if words in norms.titles:
            return norms.titles[words]
    if _is_whole(part):
        if group == "class_size":
            return norms.grade_names[int(part)]
        return {"zh": f"{part}班", "en": f"{part} classes"}
    return _PART_NAMES.get(part, {lang.value: part for lang in Language})


def _unit_words(unit: str, lang: Language) -> str:
    """Return a unit as a planner reads it."""
    return _UNITS[unit].chinese if lang is Language.CHINESE else unit
