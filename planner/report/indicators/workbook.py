"""Lay out the indicators as indicators.xlsx, from the register down to schools and notes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from planner.report.headings import stage_name
from planner.report.indicators.figures import cell_of, stage_said
from planner.report.indicators.notes import notes_of
from planner.report.indicators.schools import school_sheets
from planner.report.indicators.words import told, unit_said
from planner.report.plan_workbook import about_rows
from planner.report.summary import summarise
from planner.report.workbook import Heading, Sheet, write_workbook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from planner.indicators import IndicatorTables
    from planner.terms import Language

__all__ = ["write_indicator_workbook"]


def write_indicator_workbook(
    tables: IndicatorTables, focus: int, path: Path, lang: Language
) -> None:
    """Write indicators.xlsx; sheets of schools show the base year and the year `focus`."""
    sheets = [
        _register(tables, focus, lang),
        _targets(tables, lang),
        *school_sheets(tables, focus, lang),
        _concentration(tables, lang),
        *_phases(tables, lang),
        _notes(tables, lang),
    ]
    write_workbook(sheets, path)


def _register(tables: IndicatorTables, focus: int, lang: Language) -> Sheet:
    """Return every indicator and stage with all years across, norm, verdict and gap."""
    words = ("group", "item", "indicator", "stage", "unit", "known", "norm")
    headings = [Heading(told(key, lang), "text") for key in words]
    headings[-1] = Heading(told("norm", lang), "any")
    headings += [Heading(told("value_of", lang, year=year), "any") for year in tables.years]
    shown = dict.fromkeys([tables.years[0], focus])
    for year in shown:
        headings.append(Heading(told("verdict_of", lang, year=year), "text"))
        headings.append(Heading(told("gap_of", lang, year=year), "any"))
    headings += [Heading(told("gap_unit", lang), "text"), Heading(told("source", lang), "text")]
    return Sheet(
        told("sheet_register", lang),
        headings,
        list(_register_rows(tables, list(shown), lang)),
        preface=about_rows(summarise(tables.reckoner.ground.plan), lang),
        frozen_columns=4,
    )


def _register_rows(
    tables: IndicatorTables, shown: list[int], lang: Language
) -> Iterator[list[Any]]:
    """Yield the rows of the register."""
    register, norms = tables.reckoner.register, tables.reckoner.ground.plan.norms
    for (key, of_stage), rows in tables.figures.groupby(["indicator", "stage"], sort=False):
        indicator, stage = register.indicators[str(key)], str(of_stage)
        by_year = {one["year"]: one for one in rows.to_dict("records")}
        group = register.groups[indicator.group]
        threshold = float(rows["threshold"].iloc[0])
        row: list[Any] = [
            group.names[lang],
            indicator.item,
            indicator.names[lang],
            stage_said(stage, indicator, norms, lang),
            unit_said(indicator.unit, lang),
            told(indicator.known, lang),
            cell_of(threshold, "", indicator.unit, lang),
        ]
        row += [
            cell_of(one["value"], one["said"], indicator.unit, lang) for one in by_year.values()
        ]
        for year in shown:
            verdict = "_".join(
                filter(None, (by_year[year]["norm_status"], by_year[year]["reason"]))
            )
            row.append(told(verdict, lang))
            row.append(cell_of(by_year[year]["gap"], "", indicator.gap, lang))
        has_rule = not math.isnan(threshold) or bool(indicator.item)
        source = indicator.source_of(stage, norms, group) if has_rule else ""
        yield [*row, unit_said(indicator.gap, lang), source.replace(_title(source), "")]


def _title(source: str) -> str:
    """Return the title of a document that has a number as well, by which it is better known."""
    begin, end = source.find("《"), source.find("》")
    return source[begin : end + 1] if 0 < begin < end else ""


def _targets(tables: IndicatorTables, lang: Language) -> Sheet:
    """Return the targets year by year, each with what the plan comes to."""
    kinds = {
        **dict.fromkeys(("indicator", "stage"), "text"),
        "year": "year",
        "target": "text",
        **dict.fromkeys(("aimed", "value", "needed"), "any"),
        **dict.fromkeys(("verdict", "colour", "binding", "how", "source"), "text"),
    }
    norms = tables.reckoner.ground.plan.norms
    rows = []
    for step in tables.steps:
        aim, indicator = step.aim, step.aim.indicator
        unit = "" if indicator is None else indicator.unit
        rows.append(
            [
                aim.key if indicator is None else indicator.names[lang],
                stage_name(aim.stage, norms, lang) if aim.stage else "",
                aim.year,
                aim.target.text,
                cell_of(step.target.figure, "", unit, lang),
                cell_of(step.value.figure, step.value.said, unit, lang),
                cell_of(step.needed, "", unit, lang),
                told(step.status, lang),
                told(step.colour, lang) if step.colour else "",
                "" if aim.binding is None else told(f"binding_{str(aim.binding).lower()}", lang),
                told(step.value.how, lang) if step.value.how else "",
                aim.source,
            ]
        )
    headings = [Heading(told(key, lang), kind) for key, kind in kinds.items()]
    return Sheet(told("sheet_targets", lang), headings, rows, frozen_columns=1)


def _concentration(tables: IndicatorTables, lang: Language) -> Sheet:
    """Return how much is taught in town, by schools and by pupils, year by year."""
    kinds = {
        **dict.fromkeys(("stage", "where", "base"), "text"),
        "year": "year",
        "there": "whole",
        "whole": "whole",
        "share": "share",
    }
    rows = []
    reckoner = tables.reckoner
    for stage in ("primary", "junior"):
        for base, middle in (("schools", ""), ("pupils", "pupil_")):
            indicator = reckoner.register.find(f"{stage}_concentration_{middle}share")
            if indicator is None:
                continue
            for year in tables.years:
                behind = reckoner.rows_of(indicator, stage, year)
                part, whole = behind["part"].sum(), behind["whole"].sum()
                rows.append(
                    [
                        stage_name(stage, reckoner.ground.plan.norms, lang),
                        told(f"where_{stage}", lang),
                        told(f"base_{base}", lang),
                        year,
                        part,
                        whole,
                        part / whole if whole else None,
                    ]
                )
    headings = [Heading(told(key, lang), kind) for key, kind in kinds.items()]
    preface = [(told("note", lang), told("note_concentration", lang))]
    return Sheet(told("sheet_concentration", lang), headings, rows, preface=preface)


def _phases(tables: IndicatorTables, lang: Language) -> Iterator[Sheet]:
    """Yield the two lines of a phased plan, and the matrix of schools and items."""
    phases = tables.phases
    if phases is None:
        return
    kinds = {"due": "text", "line": "text", "planned": "whole", "cumulative": "whole"}
    headings = [Heading(told(key, lang), kind) for key, kind in kinds.items()]
    headings.append(Heading(told("share", lang), "share"))
    counts = ("cells_due", "cells_done", "schools_done", "indicators_done")
    headings += [Heading(told(key, lang), "whole") for key in counts]
    done = phases.progress.set_index("due")
    rows = []
    ordered = phases.lines.sort_values(["due", "line"], ascending=[True, False])
    for line in ordered.to_dict("records"):
        row: list[Any] = [f"{line['due']:%Y-%m-%d}", told(f"line_{line['line']}", lang)]
        row += [line[key] for key in ("planned", "cumulative", "share")]
        row += [done.loc[line["due"], key] if line["due"] in done.index else None for key in counts]
        rows.append(row)
    preface = [(told("note", lang), told("note_cells", lang))]
    preface += [(told("note", lang), fault.said(lang)) for fault in phases.faults]
    yield Sheet(told("sheet_progress", lang), headings, rows, preface=preface, frozen_columns=2)
    yield _cells(tables, lang)


def _cells(tables: IndicatorTables, lang: Language) -> Sheet:
    """Return schools down and items across: a tick where reached today, else the day it is due."""
    assert tables.phases is not None, "asked for only where there are phases"
    cells = tables.phases.cells
    items = [one.item for one in tables.reckoner.register.items]
    start = pd.Timestamp(tables.years[0], 9, 1)
    shown = [
        told("done", lang) if row["done"] <= start else _month(row["due"])
        for row in cells.to_dict("records")
    ]
    wide = (
        cells.assign(shown=shown)
        .pivot_table(index="school_id", columns="item", values="shown", aggfunc="first")
        .reindex(columns=items)
    )
    schools = cells.drop_duplicates("school_id").set_index("school_id")
    rows = [
        [
            key,
            schools["name"][key],
            _month(schools["school_due"][key]),
            *wide.loc[key],
        ]
        for key in schools.index
    ]
    headings = [Heading(told(key, lang), "text") for key in ("key", "school", "school_due")]
    headings += [Heading(item, "text") for item in items]
    return Sheet(told("sheet_cells", lang), headings, rows, frozen_columns=2)


def _month(day: Any) -> str:
    """Return year and month of a day, nothing where there is none."""
    return "" if pd.isna(day) else f"{day:%Y-%m}"


def _notes(tables: IndicatorTables, lang: Language) -> Sheet:
    """Return what all of it rests on."""
    headings = [Heading(told(key, lang), "text") for key in ("key", "note")]
    return Sheet(told("sheet_notes", lang), headings, notes_of(tables, lang))
