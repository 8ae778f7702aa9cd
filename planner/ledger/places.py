"""Find the section and the cohort that a row of a ledger speaks of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pandas as pd

from planner.ledger.cells import folded, read_grade, read_stage, read_year
from planner.reading.findings import Words, quoted
from planner.spelling import nearest
from planner.terms import Language

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.norms import Norms, StageNorm
    from planner.study import Study

__all__ = ["Place", "Section", "place_row", "sections_of"]

_OF_SECTIONS: Final = ("section_id", "school_id", "stage", "lowest_grade", "highest_grade")


@dataclass(frozen=True, slots=True)
class Section:
    """A section as ledgers name it: by key, by its school's key, or by a name of its school."""

    section_id: str
    school_id: str
    name: str
    name_en: str
    stage: StageNorm
    grades: range
    called: frozenset[str]
    """Everything the section goes by, as it is compared."""

    @property
    def leaves_after(self) -> int:
        """School years from entering the stage until the section teaches the cohort no more."""
        return self.grades[-1] - self.stage.entry_grade + 1


class Place(NamedTuple):
    """What a row speaks of: section, cohort and grade, empty where it does not say; and notes."""

    section_id: str
    cohort: int | None
    grade: int | None
    notes: tuple[Words, ...]


def sections_of(study: Study) -> dict[str, Section]:
    """Return the sections of a study by their keys, with what a ledger may call them."""
    schools = {
        row["school_id"]: row for row in _records(study.schools, "school_id", "name", "name_en")
    }
    stages = {stage.stage: stage for stage in study.norms.stages}
    sections = {}
    for row in _records(study.sections, *_OF_SECTIONS):
        school = schools.get(row["school_id"], {})
        name = _text(school.get("name")) or row["section_id"]
        name_en = _text(school.get("name_en"))
        names = (row["section_id"], row["school_id"], name, name_en)
        sections[row["section_id"]] = Section(
            section_id=row["section_id"],
            school_id=row["school_id"],
            name=name,
            name_en=name_en,
            stage=stages[row["stage"]],
            grades=range(int(row["lowest_grade"]), int(row["highest_grade"]) + 1),
            called=frozenset(folded(one) for one in names if one),
        )
    return sections


def _records(table: pd.DataFrame, *columns: str) -> list[dict[Any, Any]]:
    """Return the rows of some columns of a table by the names of the columns."""
    return pd.DataFrame({name: table[name].to_numpy() for name in columns}).to_dict("records")


def _text(value: Any) -> str:
    """Return a name, empty where there is none."""
    return value if isinstance(value, str) else ""


def place_row(
    said: Mapping[str, str], head: str, year: int, sections: Mapping[str, Section], norms: Norms
) -> Place:
    """Return the section and the cohort that a row speaks of.

    Args:
        said: What the row says, by the keys of a ledger's columns.
        head: What stands before the number of the class; often it names the grade.
        year: School year in which the row's grade was the class's grade.
        sections: The study's sections.
        norms: Stages and grades.
    """
    found, notes = _sections_named(said, sections)
    stage = read_stage(said.get("stage", ""), norms)
    found = [one for one in found if not stage or one.stage.stage == stage]
    words = [said.get("cohort", ""), said.get("grade", ""), head]
    read = [(one, *_cohort_and_grade(words, one, year, norms)) for one in found]
    told = [place for place in read if place[1] is not None]
    told = _named_outright(told, words, norms) if len(told) > 1 else told
    if len(told) == 1:
        section, cohort, grade = told[0]
        return Place(section.section_id, cohort, grade, (*notes, *_without_limit(section)))
    if not found:
        return Place("", None, None, notes or (_no_such_stage(said),))
    if told:
        ids = [place[0].section_id for place in told]
        return Place("", None, None, (*notes, _several(ids)))
    return Place("", None, None, (*notes, _no_grade(words)))


def _sections_named(
    said: Mapping[str, str], sections: Mapping[str, Section]
) -> tuple[list[Section], tuple[Words, ...]]:
    """Return the sections of the school that a row names, or say whom it may mean."""
    for key in ("section", "school_id", "school"):
        word = folded(said.get(key, ""))
        exact = [one for one in sections.values() if word and word in one.called]
        if exact:
            return exact, ()
    school = said.get("school", "") or said.get("section", "") or said.get("school_id", "")
    word = folded(school)
    if not word:
        return [], (Words("The row names no school.", "该行没有写学校。"),)
    around = [
        one
        for one in sections.values()
        if len(word) >= 4 and (word in folded(one.name) or folded(one.name) in word)
    ]
    if len({one.school_id for one in around}) == 1:
        name = around[0].name
        return around, (Words(f"'{school}' is taken for '{name}'.", f"“{school}”按“{name}”处理。"),)
    close = nearest(school, {name for one in sections.values() for name in (one.name, one.name_en)})
    hint = Words(f" Did you mean '{close}'?", f"是否为“{close}”？") if close else Words("", "")
    return [], (
        Words(
            f"The study has no school '{school}'.{hint.en}",
            f"项目中没有学校“{school}”。{hint.zh}",
        ),
    )


def _cohort_and_grade(
    words: Sequence[str], section: Section, year: int, norms: Norms
) -> tuple[int | None, int | None]:
    """Return the cohort and the grade that the first telling word gives in a section.

    2021级 entered in 2021, 2027届 leaves in 2027; a cohort is a year, and all else a grade.
    """
    entry = section.stage.entry_grade
    for place, word in enumerate(words):
        plain = folded(word)
        if match := re.fullmatch(r"(\d{4})[级届]", plain):
            cohort = int(match[1]) - (plain[-1] == "届") * len(section.stage.grades)
        elif place == 0 and plain and (began := read_year(word)) is not None:
            cohort = began
        elif plain and (grade := read_grade(plain, section.stage, norms)) is not None:
            cohort = year - grade + entry
        else:
            continue
        grade = year - cohort + entry
        if grade in section.grades:
            return cohort, grade
    return None, None


def _named_outright(
    told: list[tuple[Section, int | None, int | None]], words: Sequence[str], norms: Norms
) -> list[tuple[Section, int | None, int | None]]:
    """Return the sections whose grade is called so; 七年级 is no primary grade, though 1 is."""
    labels = {norms.grade_of_label(word) for word in words if word}
    return [place for place in told if place[2] in labels] or told


def _without_limit(section: Section) -> tuple[Words, ...]:
    """Say that the norms know no large classes in the section's stage."""
    if section.stage.large_class is not None:
        return ()
    names = section.stage.names
    return (
        Words(
            f"The norms set no limit for large classes in the {names['en']}.",
            f"标准没有规定{names['zh']}的大班额。",
        ),
    )


def _no_such_stage(said: Mapping[str, str]) -> Words:
    """Say that the school does not teach the stage of the row."""
    return Words(
        f"'{said.get('school', '')}' does not teach the stage '{said.get('stage', '')}'.",
        f"“{said.get('school', '')}”没有“{said.get('stage', '')}”学段。",
    )


def _several(ids: Sequence[str]) -> Words:
    """Say that a row may speak of several sections."""
    return Words(
        f"The row may mean {quoted(ids, Language.ENGLISH)}; add a column 'section'.",
        f"该行可能指{quoted(ids, Language.CHINESE)}，请增加“学段部编号”列写明。",
    )


def _no_grade(words: Sequence[str]) -> Words:
    """Say that the grade is none of the school's."""
    named = [word for word in words if word]
    if not named:
        return Words("The row names no grade.", "该行没有写年级。")
    return Words(
        f"{quoted(named, Language.ENGLISH)} is no grade that this school teaches.",
        f"该校没有{quoted(named, Language.CHINESE)}这个年级。",
    )
