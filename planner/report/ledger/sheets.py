"""Lay a ledger out as the workbook a bureau hands up: its own columns, then what was checked."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from planner.ledger import OURS, STATES, Standing, Verdict, history_text, our_heading
from planner.report.headings import stage_name
from planner.report.ledger.words import said
from planner.report.plan_workbook import section_name
from planner.report.workbook import Heading, Sheet, Shown, write_workbook
from planner.terms import Language

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from planner.ledger import Cell, Entry, Expected, Forecast, Grid, Outlook, TargetYear
    from planner.plan import Plan

__all__ = ["grade_name", "school_names", "write_ledger_workbook"]

_SHEETS: Final = ("ledger", "forecast", "targets", "expected", "notes")
_KINDS: Final = {
    "cohort": "year",
    "opened_size": "whole",
    "opened": "date",
    "size": "whole",
    "seen_year": "year",
    "closed": "date",
    "due": "date",
    "history": "prose",
    "closes": "year",
    "notes": "prose",
}
"""Kinds of our columns that are not text."""

_FOR_PLANNER: Final = ("section_id", "opened_class", "opened_size", "seen_year", "due", "heard")
"""Our columns that planner needs and nobody has to look at."""


def write_ledger_workbook(outlook: Outlook, path: Path, lang: Language) -> None:
    """Write ledger.xlsx: ledger, forecast, yearly targets, what is expected, notes.

    The sheets of the bureau's own workbook that are no ledger follow as they were. What is read
    back from the first sheet is the ledger that was written.
    """
    sheets = [
        _ledger(outlook, lang),
        _forecast(outlook, lang),
        _targets(outlook, lang),
        _expected(outlook, lang),
        _notes(outlook, lang),
    ]
    ours = {said(f"sheet_{name}", each) for name in _SHEETS for each in Language}
    kept = [grid for grid in outlook.ledger.others if grid.title not in ours and grid.rows]
    write_workbook([*sheets, *map(_of_the_bureau, kept)], path)


def school_names(plan: Plan, lang: Language) -> dict[str, str]:
    """Return the name of every section's school."""
    return {
        str(row["section_id"]): section_name(row, lang)
        for row in plan.sections[["section_id", "name", "name_en"]].to_dict("records")
    }


def grade_name(plan: Plan, entry: Entry, lang: Language) -> str:
    """Return what the grade of an entry is called today, empty where it is in none."""
    return "" if entry.grade is None else plan.norms.grade_names[entry.grade][lang]


def _ledger(outlook: Outlook, lang: Language) -> Sheet:
    """Return the ledger itself: the bureau's columns as they were, then ours."""
    ledger = outlook.ledger
    headings = [Heading(heading, "text") for heading in ledger.headings]
    headings += [Heading(our_heading(key, lang), _KINDS.get(key, "text")) for key in OURS]
    rows = []
    for place, entry in enumerate(ledger.entries):
        ours = _ours(entry, outlook.forecasts.get(place), outlook.plan, lang)
        rows.append([*map(_kept, entry.cells), *(ours[key] for key in OURS)])
    return Sheet(
        said("sheet_ledger", lang),
        headings,
        rows,
        preface=ledger.title,
        frozen_columns=min(1, len(ledger.headings)),
        tucked_away=frozenset(
            len(ledger.headings) + place for place, key in enumerate(OURS) if key in _FOR_PLANNER
        ),
    )


def _kept(cell: Cell) -> Any:
    """Return a cell of the bureau's own columns as a cell of the same value."""
    if isinstance(cell, datetime):
        return Shown(cell, "moment")
    return Shown(cell, "date") if isinstance(cell, date) else cell


def _ours(entry: Entry, forecast: Forecast | None, plan: Plan, lang: Language) -> dict[str, object]:
    """Return the cells of our own columns; of a row that is not followed, what keys it."""
    followed = entry.standing == Standing.FOLLOWED
    notes = [words.said(lang) for words in entry.notes]
    ahead = forecast if forecast is not None and forecast.verdict != Verdict.DONE else None
    return {
        "section_id": entry.section_id or None,
        "cohort": entry.cohort,
        "opened_class": entry.opened_class or None,
        "opened_size": entry.opened_size,
        "opened": entry.opened,
        "grade": grade_name(plan, entry, lang) or None,
        "class_name": entry.class_name or None,
        "size": entry.size,
        "seen_year": entry.seen_year,
        "state": STATES[entry.state].said(lang) if followed else None,
        "closed": entry.closed,
        "due": entry.due,
        "heard": STATES[entry.heard].said(lang) if entry.heard else None,
        "history": history_text(entry.history, lang) or None,
        "closes": ahead.closes if ahead else None,
        "how": said(f"{ahead.how.value}_how", lang) if ahead else None,
        "verdict": said(forecast.verdict.value, lang) if forecast else None,
        "notes": "\n".join(notes) or None,
    }


def _forecast(outlook: Outlook, lang: Language) -> Sheet:
    """Return what the plan expects of each entry that stands or may return, year by year."""
    plan = outlook.plan
    names = school_names(plan, lang)
    keys = ("school", "stage", "cohort", "opened_class", "grade", "class_now", "state")
    kinds = {"cohort": "year"}
    shown = [*outlook.standing(), *outlook.returning()]
    years = sorted({year for _, one in shown for year in one.sizes})
    headings = [Heading(said(key, lang), kinds.get(key, "text")) for key in keys]
    headings += [Heading(str(year), "whole") for year in (plan.years[0], *years)]
    tail = {"due": "date", "leaves": "year", "closes": "year", "due_year": "year"}
    ends = ("due", "leaves", "closes", "how", "due_year", "verdict")
    headings += [Heading(said(key, lang), tail.get(key, "text")) for key in ends]
    rows = [
        [
            names.get(entry.section_id, entry.section_id),
            _stage(entry, plan, lang),
            entry.cohort,
            entry.opened_class,
            grade_name(plan, entry, lang),
            entry.class_name,
            STATES[entry.state].said(lang),
            entry.size,
            *(one.sizes.get(year) for year in years),
            entry.due,
            one.leaves,
            one.closes,
            said(f"{one.how.value}_how", lang),
            one.due_year,
            said(one.verdict.value, lang),
        ]
        for entry, one in shown
    ]
    return Sheet(
        said("sheet_forecast", lang),
        headings,
        rows,
        preface=_sentences("about_verdicts", lang),
        frozen_columns=1,
    )


def _stage(entry: Entry, plan: Plan, lang: Language) -> str:
    """Return what the stage of an entry is called."""
    stage = plan.sections.set_index("section_id")["stage"].get(entry.section_id, "")
    return stage_name(stage, plan.norms, lang)


def _targets(outlook: Outlook, lang: Language) -> Sheet:
    """Return yearly targets beside what is counted and expected."""
    kinds = {
        "stage": "text",
        "year": "year",
        "target": "text",
        "large_counted": "whole",
        "low80": "whole",
        "high80": "whole",
        "met": "text",
        "to_remove": "whole",
        "beyond": "whole",
        "binding": "text",
    }
    key = "about_targets" if outlook.targets else "no_targets"
    return Sheet(
        said("sheet_targets", lang),
        [Heading(said(name, lang), kind) for name, kind in kinds.items()],
        [_target_row(target, outlook.plan, lang) for target in outlook.targets],
        preface=_sentences(key, lang),
        frozen_columns=2,
    )


def _target_row(target: TargetYear, plan: Plan, lang: Language) -> list[Any]:
    """Return one year of the targets."""
    stage = stage_name(target.stage, plan.norms, lang) if target.stage else said("all_stages", lang)
    return [
        stage,
        target.year,
        target.said if target.target is None else Shown(target.target, "whole"),
        target.classes,
        target.low80,
        target.high80,
        _answer(target.met, lang),
        target.to_remove,
        target.beyond,
        _answer(target.binding, lang),
    ]


def _answer(answer: bool | None, lang: Language) -> str | None:  # noqa: FBT001
    """Return yes or no; nothing where nobody knows."""
    return None if answer is None else said("yes" if answer else "no", lang)


def _expected(outlook: Outlook, lang: Language) -> Sheet:
    """Return the large classes that are still to come, cohort by cohort."""
    kinds = {
        "school": "text",
        "section_id": "text",
        "cohort": "year",
        "classes": "whole",
        "first_year": "year",
        "last_year": "year",
        "most_pupils": "whole",
    }
    names = school_names(outlook.plan, lang)
    return Sheet(
        said("sheet_expected", lang),
        [Heading(said(name, lang), kind) for name, kind in kinds.items()],
        [_expected_row(one, names) for one in outlook.expected],
        preface=_sentences("about_expected", lang),
        frozen_columns=1,
    )


def _expected_row(one: Expected, names: Mapping[str, str]) -> list[Any]:
    """Return one cohort with large classes to come."""
    return [
        names.get(one.section_id, one.section_id),
        one.section_id,
        one.cohort,
        one.classes,
        one.first_year,
        one.last_year,
        one.most_pupils,
    ]


def _notes(outlook: Outlook, lang: Language) -> Sheet:
    """Return what holds for the whole ledger, and the rows that could not be followed."""
    limits = {stage.large_class for stage in outlook.plan.norms.stages if stage.large_class}
    large = min(limits, default=0)
    rows: list[list[Any]] = [[None, None, words.said(lang)] for words in outlook.ledger.notes]
    names = school_names(outlook.plan, lang)
    # As the first sheet numbers its rows, below title, empty line and headings.
    above = len(outlook.ledger.title) + bool(outlook.ledger.title) + 2
    for row, entry in enumerate(outlook.ledger.entries, start=above):
        subject = names.get(entry.section_id, entry.section_id) or _subject(entry)
        rows += [[row, subject, words.said(lang)] for words in entry.notes]
    return Sheet(
        said("sheet_notes", lang),
        [
            Heading(said("row", lang), "year"),
            Heading(said("subject", lang), "text"),
            Heading(said("note", lang), "text"),
        ],
        rows,
        preface=_sentences("about_states", lang, limit=large - 1, large=large),
    )


def _subject(entry: Entry) -> str:
    """Return what a row speaks of, in its own words: the first text in it."""
    return next(
        (cell.strip() for cell in entry.cells if isinstance(cell, str) and cell.strip()), ""
    )


def _sentences(key: str, lang: Language, **values: object) -> list[tuple[str, str]]:
    """Return an explanation, one sentence a row, so that no row makes the printed page wide."""
    parts = re.split(r"(?<=[。；])|(?<=[.;]) ", said(key, lang, **values))
    first, *others = [part for part in parts if part]
    return [(said("note", lang), first), *(("", sentence) for sentence in others)]


def _of_the_bureau(grid: Grid) -> Sheet:
    """Return a sheet of the bureau's own workbook as it was, its first row as headings."""
    width = max(map(len, grid.rows))
    first, *rows = [[*row, *[None] * (width - len(row))] for row in grid.rows]
    headings = [Heading("" if cell is None else str(cell), "text") for cell in first]
    return Sheet(grid.title, headings, _kept_rows(rows))


def _kept_rows(rows: Sequence[Sequence[Cell]]) -> list[list[Any]]:
    """Return rows of cells as they were."""
    return [[_kept(cell) for cell in row] for row in rows]
