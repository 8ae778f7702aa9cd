"""Lay out one plan as results.xlsx, the sheets that a bureau passes round."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from planner.report.headings import heading_of, stage_name, table_sheet
from planner.report.seat_warnings import run_of_years
from planner.report.shared.sheets import shared_sheets
from planner.report.targets import plain_target, status_said
from planner.report.words import VALUES, say
from planner.report.workbook import Heading, Sheet, Shown, write_workbook
from planner.results import RESULTS
from planner.tables import columns_of

if TYPE_CHECKING:
    from pathlib import Path

    from planner.plan import Plan
    from planner.report.summary import StageSummary, Summary
    from planner.terms import Language

__all__ = ["about_rows", "dictionary_rows", "section_name", "wide_sheet", "write_plan_workbook"]


def write_plan_workbook(plan: Plan, summary: Summary, path: Path, lang: Language) -> None:
    """Write results.xlsx: an overview first, then from the county down to grades and zones."""
    sheets = [
        _overview(summary, lang),
        _results_sheet("county_years", plan, lang),
        wide_sheet("pupils", "whole", plan, lang),
        wide_sheet("utilisation", "share", plan, lang),
        _results_sheet("section_years", plan, lang),
        _results_sheet("section_grades", plan, lang),
        _crowded_classes(plan, lang),
        _results_sheet("class_band_years", plan, lang),
        _results_sheet("zones", plan, lang),
        _results_sheet("zone_proofs", plan, lang),
        _results_sheet("zone_terms", plan, lang),
        *shared_sheets(plan, lang),
        _warnings(summary, lang),
        _targets(summary, lang),
        _changes(summary, lang),
        _notes(summary, lang),
        _dictionary(lang),
    ]
    write_workbook(sheets, path)


def wide_sheet(measure: str, kind: str, plan: Plan, lang: Language) -> Sheet:
    """Return one row per section with the school years across; empty where it is not open."""
    rows = plan.section_years
    by_year = (
        rows[rows["open"]]
        .pivot_table(index="section_id", columns="year", values=measure, aggfunc="first")
        .reindex(index=rows["section_id"].unique(), columns=list(plan.years))
    )
    order = {stage.stage: number for number, stage in enumerate(plan.norms.stages)}
    sections = (
        rows.drop_duplicates("section_id")
        .sort_values("stage", key=lambda stages: stages.map(order), kind="stable")
        .to_dict("records")
    )
    columns = {
        column.name: column for column in columns_of("section_years", RESULTS["section_years"])
    }
    return Sheet(
        title=say(f"sheet_{measure}_wide", lang),
        headings=[
            *(heading_of(columns[name], lang) for name in ("section_id", "name", "stage")),
            *(Heading(str(year), kind) for year in plan.years),
        ],
        rows=[
            [
                section["section_id"],
                section_name(section, lang),
                stage_name(section["stage"], plan.norms, lang),
                *by_year.loc[section["section_id"]].tolist(),
            ]
            for section in sections
        ],
        frozen_columns=3,
    )


def section_name(section: Any, lang: Language) -> str:
    """Return the name of a section's school, in English where it is asked for and known."""
    english = section["name_en"]
    return str(english if lang == "en" and not pd.isna(english) else section["name"])


def about_rows(summary: Summary, lang: Language) -> list[tuple[str, str]]:
    """Return what a reader must know about a plan, word by value."""
    years = "years_said" if summary.first_year > summary.base_year else "years_base"
    return [
        (say("about_county", lang), getattr(summary.county, lang)),
        (say("about_scenario", lang), f"{getattr(summary.title, lang)} ({summary.scenario})"),
        (say("about_question", lang), getattr(summary.question, lang)),
        (
            say("about_years", lang),
            say(
                years,
                lang,
                base=summary.base_year,
                first=summary.first_year,
                last=summary.last_year,
            ),
        ),
        (say("about_proof", lang), getattr(summary.proof, lang)),
        (say("about_norms", lang), getattr(summary.norms_title, lang)),
        (say("about_seed", lang), str(summary.seed)),
        (say("about_sources", lang), "; ".join(summary.attributions)),
        (say("sheet_notes", lang), say("internal", lang)),
    ]


def dictionary_rows(lang: Language) -> list[list[str]]:
    """Return every column of the results with heading, kind, unit and meaning."""
    return [
        [
            table,
            column.name,
            heading_of(column, lang).text,
            column.kind,
            column.unit,
            column.meaning,
            ", ".join(column.allowed),
        ]
        for table, model in RESULTS.items()
        for column in columns_of(table, model)
    ]


def _overview(summary: Summary, lang: Language) -> Sheet:
    """Return the first sheet: what this is, and one row per stage with what matters most."""
    base, first, last = summary.base_year, summary.first_year, summary.last_year
    headings = [
        Heading(say("stage", lang), "text"),
        Heading(say("pupils_base", lang, year=base), "whole"),
        Heading(say("pupils_last", lang, year=last), "whole"),
        Heading(say("peak_shortage", lang), "whole"),
        Heading(say("peak_year", lang), "year"),
        Heading(say("sections_short", lang), "whole"),
        Heading(say("unseated_sum", lang), "whole"),
        Heading(say("spare_last", lang, year=last), "whole"),
        Heading(say("large_base", lang, year=base), "whole"),
        Heading(say("large_next", lang, year=first), "whole"),
        Heading(say("large_free", lang), "year"),
        Heading(say("over_standard_base", lang, year=base), "whole"),
        Heading(say("over_standard_next", lang, year=first), "whole"),
        Heading(say("walk_next", lang, year=first), "metres"),
        Heading(say("over_limit_next", lang, year=first), "share"),
    ]
    rows = [_overview_row(stage, lang) for stage in summary.stages]
    return Sheet(say("sheet_overview", lang), headings, rows, preface=about_rows(summary, lang))


def _overview_row(stage: StageSummary, lang: Language) -> list[Any]:
    """Return what matters most about one stage; words stand where the norms set no limit."""
    head = stage.headline
    unlimited = say("no_limit", lang) if head.large_class is None else None
    return [
        getattr(stage.names, lang),
        head.pupils_base,
        head.pupils_last,
        head.peak_shortage_seats,
        head.peak_shortage_year,
        head.sections_short_at_peak,
        head.unseated,
        head.surplus_last,
        unlimited or head.large_base,
        unlimited or head.large_first,
        unlimited or head.no_large_from or say("never", lang),
        head.over_standard_base,
        head.over_standard_first,
        head.walk_metres_first,
        head.over_limit_share_first,
    ]


def _results_sheet(name: str, plan: Plan, lang: Language) -> Sheet:
    """Return one of the plan's tables as it is; a dash where the norms set no limit."""
    table = getattr(plan, name)
    for figure in table.columns.intersection(["large", "super_large"]):
        limits = {one.stage: getattr(one, f"{figure}_class") for one in plan.norms.stages}
        unlimited = table["stage"].map({key: limit is None for key, limit in limits.items()})
        if unlimited.any():
            table = table.assign(**{figure: table[figure].astype(object).mask(unlimited, "–")})
    return table_sheet(name, RESULTS[name], table, plan.norms, lang)


def _crowded_classes(plan: Plan, lang: Language) -> Sheet:
    """Return the classes above standard size, one row each and year; all are in results.gpkg."""
    table = plan.class_years
    crowded = table[table["band"] != "within"]
    return table_sheet("class_years", RESULTS["class_years"], crowded, plan.norms, lang)


def _warnings(summary: Summary, lang: Language) -> Sheet:
    """Return one row for each section with a seat warning, the most pressing first."""
    keys = ("key", "section", "stage", "band", "years")
    headings = [Heading(say(key, lang), "text") for key in keys]
    headings += [
        Heading(say("worst_year", lang), "year"),
        *(
            Heading(say(key, lang), "whole")
            for key in ("entrants", "ordinary_intake", "entry_seats")
        ),
    ]
    names = {stage.stage: getattr(stage.names, lang) for stage in summary.stages}
    rows = [
        [
            one.section,
            one.name_en if lang == "en" and one.name_en else one.name,
            names.get(one.stage, one.stage),
            VALUES[one.band][lang],
            run_of_years(one.years),
            one.worst_year,
            one.entrants,
            one.ordinary_intake,
            one.entry_seats,
        ]
        for one in summary.warnings
    ]
    return Sheet(say("sheet_warnings", lang), headings, rows, frozen_columns=2)


def _targets(summary: Summary, lang: Language) -> Sheet:
    """Return the targets of the plan in force and whether the plan meets them."""
    keys = ("indicator", "year", "target", "value_planned", "met", "binding")
    kinds = ("text", "year", "any", "any", "text", "text")
    headings = [Heading(say(key, lang), kind) for key, kind in zip(keys, kinds, strict=True)]
    rows = []
    for one in summary.targets:
        kind = "share" if one.indicator.endswith("_share") else "any"
        rows.append(
            [
                getattr(one.names, lang),
                one.year,
                Shown(plain_target(one), kind),
                Shown(one.value, kind),
                status_said(one.status, lang),
                None if one.binding is None else say(f"binding_{str(one.binding).lower()}", lang),
            ]
        )
    return Sheet(say("sheet_targets", lang), headings, rows)


def _changes(summary: Summary, lang: Language) -> Sheet:
    """Return what the scenario changes, old to new."""
    keys = ("setting", "key", "old", "new", "file")
    headings = [Heading(say(key, lang), "text") for key in keys]
    rows = [
        [
            getattr(one.names, lang),
            one.setting,
            getattr(one.old, lang),
            getattr(one.new, lang),
            one.file,
        ]
        for one in summary.changes
    ]
    return Sheet(say("sheet_changes", lang), headings, rows)


def _notes(summary: Summary, lang: Language) -> Sheet:
    """Return the stand-ins and caveats."""
    headings = [Heading(say(key, lang), "text") for key in ("key", "note")]
    rows = [[note.key, getattr(note, lang)] for note in summary.notes]
    return Sheet(say("sheet_notes", lang), headings, rows)


def _dictionary(lang: Language) -> Sheet:
    """Return the data dictionary of the results."""
    keys = ("table", "column", "heading", "kind", "unit", "meaning", "allowed")
    headings = [Heading(say(key, lang), "text") for key in keys]
    return Sheet(say("sheet_columns", lang), headings, dictionary_rows(lang))
