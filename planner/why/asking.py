"""Find out which figure of which section, or of the county, and which year are asked about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from planner.errors import ScenarioError, Sentence
from planner.spelling import did_you_mean

if TYPE_CHECKING:
    from planner.plan import Plan

__all__ = ["FIGURES", "Question", "ask"]

FIGURES: Final[dict[str, tuple[str, ...]]] = {
    "pupils": ("grades", "cohorts", "areas", "sureness"),
    "entrants": ("areas", "sureness"),
    "unseated": ("areas", "entry", "rooms", "projects"),
    "rooms": ("rooms", "projects"),
    "seats": ("limits", "sizes", "rooms", "projects"),
    "entry_seats": ("entry", "classes", "rooms", "projects"),
    "ordinary_intake": ("intake", "rooms", "projects"),
    "warning": ("warning", "intake", "areas", "rooms", "projects"),
    "utilisation": ("use", "limits", "sizes", "rooms", "projects", "grades", "cohorts", "areas"),
    "shortage": (
        "use",
        "limits",
        "sizes",
        "rooms",
        "projects",
        "grades",
        "cohorts",
        "areas",
        "sureness",
    ),
    "surplus": (
        "use",
        "limits",
        "sizes",
        "rooms",
        "projects",
        "grades",
        "cohorts",
        "areas",
        "sureness",
    ),
    "classes": ("classes", "cohorts", "policy", "rooms", "projects"),
    "over_standard": ("classes", "standard", "cohorts", "areas", "policy", "rooms", "projects"),
    "entry_over_standard": ("classes", "standard", "areas", "policy", "rooms", "projects"),
    "large": ("classes", "limit", "cohorts", "areas", "policy", "rooms", "projects", "sureness"),
    "super_large": ("classes", "limit", "cohorts", "areas", "policy", "rooms", "projects"),
    "largest_class": ("classes", "cohorts", "areas", "policy", "rooms", "projects"),
    "walk_metres": ("areas",),
}
"""Figures of a section that can be opened, with the steps from each down to its inputs."""

_ALSO_CALLED: Final = {
    "large_classes": "large",
    "super_large_classes": "super_large",
    "大班额": "large",
    "超大班额": "super_large",
    "超标准班额": "over_standard",
    "起始年级超标准班额": "entry_over_standard",
    "在校生": "pupils",
    "在校生数": "pupils",
    "新生": "entrants",
    "新生数": "entrants",
    "学位": "seats",
    "学位供给": "seats",
    "学位缺口": "shortage",
    "学位富余": "surplus",
    "学位使用率": "utilisation",
    "学位预警": "warning",
    "教室": "rooms",
    "班级数": "classes",
}
"""Other words for the same figures, as planners write them."""


_NAMED: Final = 5
"""Schools that are named where a word means several."""


@dataclass(frozen=True, slots=True)
class Question:
    """A figure in one year of a plan: of one section, or of all of a stage where it is ""."""

    figure: str
    section: str
    year: int
    stage: str = ""


def ask(
    plan: Plan, figure: str, school: str | None, year: int, *, stage: str | None = None
) -> tuple[Question, ...]:
    """Return what is asked: one question for each section of a school, or stage of the county.

    Args:
        plan: The plan whose figure is asked about.
        figure: A key of `FIGURES`, or another word for it.
        school: Key of a section or of a school, or the name of a school, whole or a part of it
            that only one school has; None asks about the whole county.
        year: A school year of the plan.
        stage: Stage of the section, where a school has several, or of the county.

    Raises:
        ScenarioError: Figure, school, stage or year are not in the plan; all faults together.
    """
    known = _ALSO_CALLED.get(figure, figure)
    faults = []
    words = [*FIGURES, *_ALSO_CALLED]
    if known not in FIGURES:
        faults.append(
            Sentence(
                f"There is no figure '{figure}' to open."
                + (did_you_mean(figure, words) or f" There are: {', '.join(FIGURES)}."),
                f"没有可展开的数值“{figure}”。"
                + (did_you_mean(figure, words, lang="zh") or f"现有：{'、'.join(FIGURES)}。"),
            )
        )
    if year not in plan.years:
        base, *ahead = plan.years
        have, zh = (
            (f"{base} and {ahead[0]}–{ahead[-1]}", f"{base}年和{ahead[0]}—{ahead[-1]}年")
            if ahead
            else (f"{base} alone", f"{base}年")
        )
        faults.append(
            Sentence(
                f"The plan has no school year {year}; it has {have}.",
                f"方案中没有{year}学年，只有{zh}。",
            )
        )
    places, fault = _places_of(plan, school, stage)
    faults += [fault] if fault else []
    if faults:
        raise ScenarioError(*faults)
    return tuple(Question(known, section, year, taught) for section, taught in places)


def _places_of(
    plan: Plan, school: str | None, stage: str | None
) -> tuple[list[tuple[str, str]], Sentence | None]:
    """Return sections with their stages, "" for the county's, or what is wrong with the words."""
    present = set(plan.sections["stage"])
    stages = [one.stage for one in plan.norms.stages if one.stage in present]
    if stage is not None and stage not in stages:
        hint = did_you_mean(stage, stages) or f" There are: {', '.join(stages)}."
        zh = did_you_mean(stage, stages, lang="zh") or f"现有：{'、'.join(stages)}。"
        return [], Sentence(
            f"The plan has no stage '{stage}'.{hint}", f"方案中没有学段“{stage}”。{zh}"
        )
    if school is None:
        return [("", one) for one in stages if stage in (None, one)], None
    return _sections_of(plan, school, stage)


def _sections_of(
    plan: Plan, school: str, stage: str | None
) -> tuple[list[tuple[str, str]], Sentence | None]:
    """Return the sections that a planner's word means, or what is wrong with it."""
    sections = plan.sections
    names = sections[["name", "name_en"]].astype("str")
    hits = sections["section_id"] == school
    for candidate in (
        sections["school_id"] == school,
        (names == school).any(axis=1),
        names.apply(lambda column: column.str.contains(school, regex=False)).any(axis=1),
    ):
        hits = hits if hits.any() else candidate
    found = sections[hits]
    if found.empty:
        words = [*sections["section_id"], *sections["school_id"], *sections["name"]]
        hint = did_you_mean(school, words) or " Give the key of a section, or a school's name."
        zh = did_you_mean(school, words, lang="zh") or "请给出学段部编号或学校名称。"
        return [], Sentence(
            f"The plan has no school or section '{school}'.{hint}",
            f"方案中没有学校或学段部“{school}”。{zh}",
        )
    if found["school_id"].nunique() > 1:
        named = [
            f"{name} ({key})" for key, name in zip(found["section_id"], found["name"], strict=True)
        ]
        further = len(named) - _NAMED
        which = ", ".join(named[:_NAMED]) + (f" and {further} more" if further > 0 else "")
        zh = "、".join(named[:_NAMED]) + (f"等{len(named)}所" if further > 0 else "")
        return [], Sentence(
            f"'{school}' is part of several schools' names: {which}. Give the key of one.",
            f"不止一所学校的名称中有“{school}”：{zh}；请给出其中一所的编号。",
        )
    of_stage = found if stage is None else found[found["stage"] == stage]
    if of_stage.empty:
        taught = ", ".join(found["stage"])
        return [], Sentence(
            f"'{school}' does not teach the stage '{stage}'; it teaches: {taught}.",
            f"“{school}”不设学段“{stage}”，所设为：{taught.replace(', ', '、')}。",
        )
    return list(zip(of_stage["section_id"], of_stage["stage"], strict=True)), None
