"""Lay out a projection as pupils.xlsx: how many, how sure, and what it rests on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pandas as pd

from planner.report.backtest import backtest_rows, backtest_words, proof_said
from planner.report.plan_workbook import about_rows
from planner.report.projection.headings import headings_of, in_words
from planner.report.projection.tables import gross_enrolment
from planner.report.summary import summarise
from planner.report.words import VALUES, say
from planner.report.workbook import Heading, Sheet, write_workbook

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from planner.plan import Plan
    from planner.report.projection.tables import Projection
    from planner.terms import Language

__all__ = ["write_projection_workbook"]


def write_projection_workbook(plan: Plan, shown: Projection, path: Path, lang: Language) -> None:
    """Write pupils.xlsx, from the county by grade down to the notes."""
    sheets = [
        _county_grades(plan, shown, lang),
        _county_intervals(plan, shown, lang),
        _section_grades(plan, shown, lang),
        _section_intervals(plan, shown, lang),
        _ages(plan, shown, lang),
        _enrolment(plan, shown, lang),
        _births(plan, shown, lang),
        _backtest(shown, lang),
        _notes(plan, lang),
    ]
    write_workbook(sheets, path)


def _county_grades(plan: Plan, shown: Projection, lang: Language) -> Sheet:
    """Return the county: one row per stage and grade, the school years across."""
    about = about_rows(summarise(plan), lang)
    return _across("sheet_county_grades", plan, shown, ["stage", "grade"], about, lang)


def _section_grades(plan: Plan, shown: Projection, lang: Language) -> Sheet:
    """Return the sections: one row per section and grade, the school years across."""
    rows = ["section_id", "name", "stage", "grade"]
    return _across("sheet_section_grades", plan, shown, rows, [], lang)


def _across(
    title: str,
    plan: Plan,
    shown: Projection,
    names: list[str],
    preface: list[tuple[str, str]],
    lang: Language,
) -> Sheet:
    """Return pupils with the school years across, a row for each of what `names` says."""
    years = list(plan.years)
    by_section = ["section_id"] if "section_id" in names else []
    order = ["stage_order", *by_section, "grade_order"]
    table = in_words(shown.grades, plan.norms, lang).assign(grade_order=shown.grades["grade"])
    kept = [*order, *(name for name in names if name not in by_section)]
    wide = table.astype({"pupils": "int64"}).pivot_table(
        index=kept, columns="year", values="pupils", aggfunc="sum"
    )
    rows = wide.reindex(columns=years).reset_index()[[*names, *years]]
    return Sheet(
        say(title, lang),
        headings_of(names, lang) + [Heading(str(year), "whole") for year in years],
        _rows(rows),
        preface=preface,
        frozen_columns=len(names),
    )


def _county_intervals(plan: Plan, shown: Projection, lang: Language) -> Sheet:
    """Return the county by stage and year, counted years included, with its intervals."""
    return _listed("sheet_county_intervals", plan, shown.county, _how_sure(shown, lang), lang)


def _section_intervals(plan: Plan, shown: Projection, lang: Language) -> Sheet:
    """Return the sections by year with their intervals and how likely seats run short."""
    return _listed("sheet_section_intervals", plan, shown.sections, _how_sure(shown, lang), lang)


def _ages(plan: Plan, shown: Projection, lang: Language) -> Sheet:
    """Return residents beside pupils, year by year and age by age."""
    preface = _sentences("note", "ages_explained", lang)
    return _listed("sheet_ages", plan, shown.ages, preface, lang)


def _enrolment(plan: Plan, shown: Projection, lang: Language) -> Sheet:
    """Return gross enrolment by stage, and why there is no net one."""
    preface = [
        (say("gross_rate", lang), say("gross_explained", lang)),
        (say("net_rate", lang), say("net_explained", lang)),
    ]
    return _listed("sheet_enrolment", plan, gross_enrolment(shown.ages), preface, lang)


def _births(plan: Plan, shown: Projection, lang: Language) -> Sheet:
    """Return births by school year in all variants."""
    key = "births_none" if shown.births.empty else "births_explained"
    return _listed("sheet_births", plan, shown.births, _sentences("note", key, lang), lang)


def _backtest(shown: Projection, lang: Language) -> Sheet:
    """Return how far forecasts of earlier years missed, by method, level, size and lead."""
    keys = ("backtest_method", "backtest_level", "backtest_size", "backtest_lead", "backtest_n")
    kinds = ("text", "text", "text", "year", "whole")
    shares = (
        *("backtest_missed", "backtest_median", "backtest_bias"),
        *("backtest_within", "backtest_within95", "backtest_width"),
    )
    headings = [Heading(say(key, lang), kind) for key, kind in zip(keys, kinds, strict=True)]
    headings += [Heading(say(key, lang), "share") for key in shares]
    rows = [
        [*backtest_words(row, lang), *list(row.values())[3:]] for row in backtest_rows(shown.proof)
    ]
    preface = [*_how_sure(shown, lang), *_sentences("note", "backtest_legend", lang)]
    return Sheet(say("sheet_backtest", lang), headings, rows, preface=preface, frozen_columns=3)


def _notes(plan: Plan, lang: Language) -> Sheet:
    """Return the stand-ins and caveats."""
    headings = [Heading(say(key, lang), "text") for key in ("key", "note")]
    rows = [[note.key, getattr(note, lang)] for note in plan.notes]
    return Sheet(say("sheet_notes", lang), headings, rows)


def _how_sure(shown: Projection, lang: Language) -> list[tuple[str, str]]:
    """Return what stands above intervals: how far they were missed in the past."""
    return [(say("about_proof", lang), getattr(proof_said(shown.proof), lang))]


def _sentences(label: str, key: str, lang: Language) -> list[tuple[str, str]]:
    """Return an explanation, one sentence a row, so that no row makes the printed page wide."""
    first, *others = re.split(r"(?<=[。；])|(?<=\.) ", say(key, lang).rstrip("。"))
    return [(say(label, lang), first), *(("", sentence) for sentence in others)]


def _listed(
    title: str, plan: Plan, table: pd.DataFrame, preface: list[tuple[str, str]], lang: Language
) -> Sheet:
    """Return a table as it is, its words in the language, yes and no among them."""
    cells = in_words(table, plan.norms, lang).map(lambda value: _word(value, lang))
    names = [str(name) for name in cells]
    return Sheet(
        say(title, lang),
        headings_of(names, lang),
        _rows(cells),
        preface=preface,
        frozen_columns=4 if "section_id" in names else 2,
    )


def _word(value: Any, lang: Language) -> Any:
    """Return yes and no as words, all else as it is."""
    return VALUES[str(bool(value)).lower()][lang] if pd.api.types.is_bool(value) else value


def _rows(table: pd.DataFrame) -> Sequence[Sequence[Any]]:
    """Return the rows of a table as plain tuples."""
    return list(table.itertuples(index=False, name=None))
