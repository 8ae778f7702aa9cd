"""Put a cure into rows: measures, path, costs, classes cured, reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from planner.report.cure.words import say_cure
from planner.report.plan_workbook import section_name
from planner.scenario.settings import CureSettings

if TYPE_CHECKING:
    from planner.cure import Cure
    from planner.terms import Language

__all__ = [
    "TERMS",
    "cost_rows",
    "cured_rows",
    "measure_rows",
    "path_rows",
    "reason_rows",
    "school_names",
    "stage_word",
    "unfinished",
]

TERMS: Final = {
    "rooms": ("rooms", "room_yuan"),
    "room_years": ("room_years", "room_year_yuan"),
    "class_years": ("class_years_cost", "class_year_yuan"),
    "walks": ("walks", "pupil_metre_yuan"),
    "changed": ("changed", "changed_yuan"),
    "turned_away": ("turned_away", "turned_away_yuan"),
}
"""Word and setting of each term of the cost."""


def school_names(cure: Cure, lang: Language) -> dict[str, str]:
    """Return the name of the school of every section."""
    rows = cure.before.sections[["section_id", "name", "name_en"]].to_dict("records")
    return {str(row["section_id"]): section_name(row, lang) for row in rows}


def _area_names(cure: Cure, lang: Language) -> dict[str, str]:
    """Return what every area is called, in English where it is asked for and known."""
    rows = cure.before.study.areas[["area_id", "name", "name_en"]].to_dict("records")
    return {str(row["area_id"]): section_name(row, lang) for row in rows}


def stage_word(cure: Cure, stage: str, lang: Language) -> str:
    """Return a stage in words, "" being all of them together."""
    if not stage:
        return say_cure("all", lang)
    return str(cure.before.norms.stage(stage).names[lang])


def measure_rows(cure: Cure, lang: Language) -> list[list[Any]]:
    """Return one row for each measure."""
    names, areas = school_names(cure, lang), _area_names(cure, lang)
    return [
        [
            say_cure(f"kind_{step.kind}", lang),
            names[step.section],
            step.section,
            stage_word(cure, step.stage, lang),
            step.year,
            step.number,
            say_cure(f"unit_{step.kind}", lang),
            step.yuan,
            step.cohort or None,
            names[step.to_section] if step.to_section else None,
            say_cure("comma", lang).join(areas[area] for area in step.areas) or None,
        ]
        for step in cure.steps
    ]


def path_rows(cure: Cure, lang: Language) -> list[list[Any]]:
    """Return large classes by stage and year."""
    return [
        [
            stage_word(cure, row["stage"], lang),
            row["year"],
            *(row[key] for key in ("before", "target", "computed", "after")),
        ]
        for row in cure.path.to_dict("records")
    ]


def cost_rows(cure: Cure, lang: Language) -> list[list[Any]]:
    """Return what each kind of measure costs, and the price behind it."""
    settings = cure.before.scenario.cure
    rows: list[list[Any]] = []
    for term, (word, setting) in TERMS.items():
        price = getattr(settings, setting)
        own = price != getattr(CureSettings(), setting)
        source = say_cure("own_price" if own else "usual_price", lang)
        if term == "rooms" and not price:
            for stage, yuan in cure.situation.room_yuan.items():
                shown = say_cure("project_price", lang, stage=stage_word(cure, stage, lang))
                rows.append([shown, None, yuan, f"cure.{setting}"])
        rows.append(
            [
                say_cure(word, lang),
                cure.measures.terms[term],
                price or None,
                f"cure.{setting} ({source})" if price else f"cure.{setting}",
            ]
        )
    rows.append([say_cure("total", lang), cure.measures.value, None, None])
    rows.append([say_cure("bound", lang), cure.measures.bound, None, None])
    rows.append([say_cure("first_bound", lang), cure.first_bound, None, None])
    return rows


def cured_rows(cure: Cure, lang: Language) -> list[list[Any]]:
    """Return the cohorts with large classes and what takes these away."""
    names = school_names(cure, lang)
    return [
        [
            names[row["section_id"]],
            row["section_id"],
            stage_word(cure, row["stage"], lang),
            row["cohort"],
            row["first_year"],
            row["last_year"],
            row["before"],
            row["after"],
            _how("allowed" if row["how"] == "left" and not cure.left else row["how"], lang),
        ]
        for row in cure.cohorts.to_dict("records")
    ]


def _how(kinds: str, lang: Language) -> str:
    """Return what cures a cohort in words."""
    if kinds in ("left", "allowed", "room_made"):
        return say_cure(f"how_{kinds}", lang)
    joint = "、" if lang == "zh" else ", "
    return joint.join(say_cure(f"kind_{kind}", lang) for kind in kinds.split("+"))


def unfinished(cure: Cure) -> bool:
    """Tell whether targets are missed because the search ended, not because nothing meets them."""
    return bool(cure.measures.misses) and not cure.measures.misses_bound


def reason_rows(cure: Cure, lang: Language) -> list[list[Any]]:
    """Return the demands that cannot be met; none where that is not proved."""
    if unfinished(cure):
        return []
    names = school_names(cure, lang)
    joint = "；" if lang == "zh" else "; "
    return [
        [
            names[reason.section],
            reason.section,
            reason.cohort or None,
            reason.year,
            reason.classes,
            reason.pupils,
            joint.join(say_cure(f"binding_{what}", lang) for what in reason.binding),
        ]
        for reason in cure.reasons
    ]
