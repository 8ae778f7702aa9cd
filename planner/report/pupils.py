"""Write the projected pupils alone: pupils.csv to compute with, pupils.xlsx to read."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

from planner.report.headings import heading_of, shown_table
from planner.report.manifest import write_manifest
from planner.report.plan_workbook import about_rows, section_name
from planner.report.summary import summarise
from planner.report.words import VALUES, say
from planner.report.workbook import Heading, Sheet, is_formula_like, write_workbook
from planner.results import RESULTS
from planner.tables import columns_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd

    from planner.plan import Plan
    from planner.terms import Language

__all__ = ["write_projection"]


def write_projection(plan: Plan, folder: Path, lang: Language) -> None:
    """Write pupils.csv, pupils.xlsx and manifest.json.

    pupils.csv holds one row per section, school year and grade. It is UTF-8 with a mark at the
    beginning by which spreadsheets know it, and a name that begins like a formula is preceded
    by an apostrophe. In pupils.xlsx the school years stand across.
    """
    grades = _grades(plan, lang)
    _write_csv(grades, folder / "pupils.csv", lang)
    sheets = [_county(plan, grades, lang), _sections(plan, grades, lang), _notes(plan, lang)]
    write_workbook(sheets, folder / "pupils.xlsx")
    write_manifest([plan], folder)


def _grades(plan: Plan, lang: Language) -> pd.DataFrame:
    """Return pupils by section, year and grade in words, in the order of stages and grades."""
    names = {
        row["section_id"]: section_name(row, lang)
        for row in plan.section_years.drop_duplicates("section_id").to_dict("records")
    }
    order = {stage.stage: number for number, stage in enumerate(plan.norms.stages)}
    table = plan.section_grades
    table = table.assign(
        name=table["section_id"].map(names),
        stage_order=table["stage"].map(order),
        grade_order=table["grade"],
        counted=table["year"] == plan.years[0],
    ).sort_values(["stage_order", "section_id", "grade_order", "year"], kind="stable")
    return shown_table(table, plan.norms, lang).astype({"pupils": "int64"})


def _write_csv(grades: pd.DataFrame, path: Path, lang: Language) -> None:
    """Write the long table."""
    names = ["section_id", "name", "stage", "year", "grade", "pupils"]
    counted = say("counted", lang)
    yes, no = VALUES["true"][lang], VALUES["false"][lang]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*_texts(names, lang), counted])
        for row in grades[[*names, "counted"]].itertuples(index=False, name=None):
            writer.writerow([*map(_guarded, row[:-1]), yes if row[-1] else no])


def _county(plan: Plan, grades: pd.DataFrame, lang: Language) -> Sheet:
    """Return the county: one row per stage and grade."""
    order = ["stage_order", "grade_order", "stage", "grade"]
    about = about_rows(summarise(plan), lang)
    return _across("sheet_county_grades", plan, grades, order, order[2:], about, lang)


def _sections(plan: Plan, grades: pd.DataFrame, lang: Language) -> Sheet:
    """Return the sections: one row per section and grade."""
    order = ["stage_order", "section_id", "grade_order", "name", "stage", "grade"]
    shown = ["section_id", "name", "stage", "grade"]
    return _across("sheet_section_grades", plan, grades, order, shown, [], lang)


def _across(
    title: str,
    plan: Plan,
    grades: pd.DataFrame,
    order: list[str],
    shown: list[str],
    preface: list[tuple[str, str]],
    lang: Language,
) -> Sheet:
    """Return pupils with the school years across, in the order of some keys, part of them shown."""
    years = list(plan.years)
    wide = grades.pivot_table(index=order, columns="year", values="pupils", aggfunc="sum")
    rows = wide.reindex(columns=years).reset_index()[[*shown, *years]]
    headings = [Heading(text, "text") for text in _texts(shown, lang)]
    return Sheet(
        say(title, lang),
        headings + [Heading(str(year), "whole") for year in years],
        list(rows.itertuples(index=False, name=None)),
        preface=preface,
        frozen_columns=len(shown),
    )


def _notes(plan: Plan, lang: Language) -> Sheet:
    """Return the stand-ins and caveats."""
    headings = [Heading(say(key, lang), "text") for key in ("key", "note")]
    rows = [[note.key, getattr(note, lang)] for note in plan.notes]
    return Sheet(say("sheet_notes", lang), headings, rows)


def _texts(names: Sequence[str], lang: Language) -> list[str]:
    """Return headings of columns that the results define."""
    known = {
        column.name: column
        for table in ("section_grades", "section_years")
        for column in columns_of(table, RESULTS[table])
    }
    return [heading_of(known[name], lang).text for name in names]


def _guarded(cell: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and is_formula_like(cell) else cell
