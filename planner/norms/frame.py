"""Which stages, grades and kinds of school a country has, and what they are called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeGuard

from planner.errors import Sentence
from planner.norms.country import Frame
from planner.norms.entries import (
    figure_groups,
    is_table,
    names_in,
    refuse_unknown,
    table_at,
    words_at,
)
from planner.norms.spelling import is_whole, plain
from planner.norms.vocabulary import Vocabulary
from planner.spelling import did_you_mean
from planner.terms import Language

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["read_frame"]


def read_frame(name: str, content: Mapping[str, Any], faults: list[Sentence]) -> Frame:
    """Read stages, grades, kinds of school and the names of all these; note every fault."""
    country = content.get("country")
    if not isinstance(country, str):
        faults.append(
            Sentence(
                'country is missing. Write for instance country = "CN".',
                '缺少country；请写明，如country = "CN"。',
            )
        )
    titles = {"": names_in(content.get("title"), "title", faults)}
    grade_names, grade_labels = _read_grades(table_at(content, "grades", faults), faults)
    stages = _read_stages(table_at(content, "stages", faults), grade_names, titles, faults)
    kinds = _read_kinds(table_at(content, "school_kinds", faults), stages, titles, faults)
    _read_titles(figure_groups(content), "", titles, faults)
    vocabulary = Vocabulary(stages, kinds)
    return Frame(name, str(country), vocabulary, titles, grade_names, grade_labels)


def _read_grades(
    table: dict[str, dict[str, Any]], faults: list[Sentence]
) -> tuple[dict[int, Mapping[str, str]], dict[str, int]]:
    """Return the names of each grade, and the grade behind each label in plain form."""
    names: dict[int, Mapping[str, str]] = {}
    grade_of: dict[str, int] = {}
    for key, said in table.items():
        if not is_whole(key):
            faults.append(
                Sentence(
                    f"grades.{key} is not a grade. Write a whole number such as -2 or 7.",
                    f"grades.{key}不是年级；请写整数，如-2或7。",
                )
            )
            continue
        grade = int(key)
        names[grade] = names_in(said, f"grades.{key}", faults)
        refuse_unknown(said, (*Language, "labels"), f"grades.{key}", faults)
        for label in (
            key,
            *names[grade].values(),
            *words_at(said, "labels", f"grades.{key}", faults),
        ):
            other = grade_of.setdefault(plain(label), grade)
            if other != grade:
                faults.append(
                    Sentence(
                        f"grades.{key}: the label '{label}' already means grade {other}. "
                        "A label belongs to one grade.",
                        f"grades.{key}：名称“{label}”已指年级{other}；一个名称只能指一个年级。",
                    )
                )
    return names, grade_of


def _read_stages(
    table: dict[str, dict[str, Any]],
    named_grades: Mapping[int, object],
    titles: dict[str, Mapping[str, str]],
    faults: list[Sentence],
) -> dict[str, tuple[int, ...]]:
    """Return the grades of each stage; a grade has a name and belongs to one stage."""
    stages: dict[str, tuple[int, ...]] = {}
    stage_of: dict[int, str] = {}
    for stage, said in table.items():
        titles[f"stages.{stage}"] = names_in(said, f"stages.{stage}", faults)
        refuse_unknown(said, (*Language, "grades"), f"stages.{stage}", faults)
        grades = said.get("grades")
        if not _run_upwards(grades):
            faults.append(
                Sentence(
                    f"stages.{stage}.grades should run upwards without a gap, such as [1, 2, 3], "
                    f"found {grades!r}.",
                    f"stages.{stage}.grades须由低到高连续，如[1, 2, 3]，现为{grades!r}。",
                )
            )
            continue
        stages[stage] = tuple(grades)
        for grade in grades:
            if grade not in named_grades:
                faults.append(
                    Sentence(
                        f"stages.{stage}: grade {grade} has no name. Add it to [grades].",
                        f"stages.{stage}：年级{grade}没有名称；请在[grades]中补上。",
                    )
                )
            other = stage_of.setdefault(grade, stage)
            if other != stage:
                faults.append(
                    Sentence(
                        f"stages.{stage}: grade {grade} is already taught in {other}. "
                        "A grade belongs to one stage.",
                        f"stages.{stage}：年级{grade}已属{other}；一个年级只属一个学段。",
                    )
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
    faults: list[Sentence],
) -> dict[str, tuple[str, ...]]:
    """Return the stages that each kind of school teaches."""
    kinds: dict[str, tuple[str, ...]] = {}
    for kind, said in table.items():
        where = f"school_kinds.{kind}"
        titles[where] = names_in(said, where, faults)
        refuse_unknown(said, (*Language, "stages"), where, faults)
        kinds[kind] = words_at(said, "stages", where, faults)
        if not kinds[kind]:
            faults.append(
                Sentence(
                    f"{where}.stages is missing. Name the stages that such a school teaches.",
                    f"缺少{where}.stages；请写明这类学校设哪些学段。",
                )
            )
        faults += [
            Sentence(
                f"{where}: there is no stage '{stage}'.{did_you_mean(stage, stages)}",
                f"{where}：没有学段“{stage}”。{did_you_mean(stage, stages, lang='zh')}",
            )
            for stage in kinds[kind]
            if stage not in stages
        ]
    return kinds


def _read_titles(
    groups: dict[str, Any], above: str, titles: dict[str, Mapping[str, str]], faults: list[Sentence]
) -> None:
    """Gather the names that groups and figures give themselves."""
    for key, said in groups.items():
        if not is_table(said) or key in ("source", "names"):
            continue
        path = f"{above}{key}"
        if "names" in said:
            titles[path] = names_in(said["names"], f"{path}.names", faults)
        _read_titles(said, f"{path}.", titles, faults)
