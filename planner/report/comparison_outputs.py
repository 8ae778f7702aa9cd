"""Write scenarios side by side: comparison.xlsx, comparison.json and comparison.md."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

from planner.report.document import escaped, markdown_table
from planner.report.headings import heading_of
from planner.report.manifest import write_json, write_manifest
from planner.report.side_by_side import (
    MEASURES,
    ComparisonSummary,
    measured,
    summarise_comparison,
    with_difference,
)
from planner.report.words import say
from planner.report.workbook import Heading, Sheet, Shown, write_workbook
from planner.results import RESULTS
from planner.tables import columns_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from planner.comparison import Comparison
    from planner.terms import Language

__all__ = ["write_comparison"]

_BY_YEAR: Final = (
    "pupils",
    "seats",
    "shortage",
    "surplus",
    "sections_short",
    "red",
    "large",
    "walk_metres",
)


def write_comparison(comparison: Comparison, folder: Path, lang: Language) -> None:
    """Write comparison.xlsx, comparison.json, comparison.md and manifest.json.

    The first plan is the baseline and stands first everywhere.
    """
    summary = summarise_comparison(comparison)
    write_workbook(list(_sheets(comparison, summary, lang)), folder / "comparison.xlsx")
    write_json(dataclasses.asdict(summary), folder / "comparison.json")
    text = "\n".join(_lines(comparison, summary, lang))
    (folder / "comparison.md").write_text(text + "\n", encoding="utf-8", newline="\n")
    write_manifest(comparison.plans, folder)


def _sheets(comparison: Comparison, summary: ComparisonSummary, lang: Language) -> Iterator[Sheet]:
    """Yield the sheets: main figures, by year, every difference, the scenarios, the caveats."""
    yield _main_figures(summary, lang)
    yield _by_year(comparison, lang)
    yield _differences(comparison, summary, lang)
    yield Sheet(
        say("sheet_scenarios", lang),
        [
            Heading(say(key, lang), "text")
            for key in ("scenario", "scenario_title", "about_question")
        ],
        [
            [one.scenario, getattr(one.title, lang), getattr(one.question, lang)]
            for one in summary.scenarios
        ],
    )
    yield Sheet(
        say("sheet_changes", lang),
        [Heading(say(key, lang), "text") for key in ("scenario", "setting", "old", "new", "file")],
        [
            [one.scenario, change.setting, change.old, change.new, change.file]
            for one in summary.scenarios
            for change in one.changes
        ],
    )
    yield Sheet(
        say("sheet_notes", lang),
        [Heading(say(key, lang), "text") for key in ("scenario", "key", "note")],
        [
            [one.scenario, note.key, getattr(note, lang)]
            for one in summary.scenarios
            for note in one.notes
        ],
    )


def _main_figures(summary: ComparisonSummary, lang: Language) -> Sheet:
    """Return one row per stage and measure: each scenario, then each less the baseline."""
    names = [one.scenario for one in summary.scenarios]
    rows = []
    for number, stage in enumerate(summary.scenarios[0].stages):
        for measure in MEASURES:
            values = [measured(one.stages[number], measure) for one in summary.scenarios]
            kind = MEASURES[measure]
            cells: list[Any] = [Shown(value, kind) for value in values]
            if measure == "no_large_from":
                never = say("never", lang)
                cells = [never if value is None else Shown(value, kind) for value in values]
            less = "whole" if kind == "year" else kind
            cells += [Shown(_less(value, values[0]), less) for value in values[1:]]
            rows.append([getattr(stage.names, lang), say(measure, lang), *cells])
    headings = [say("stage", lang), say("measure", lang)]
    headings += names + [say("against", lang, name=name) for name in names[1:]]
    kinds = ["text", "text"] + ["any"] * (len(headings) - 2)
    return Sheet(
        say("sheet_overview", lang),
        [Heading(text, kind) for text, kind in zip(headings, kinds, strict=True)],
        rows,
        preface=[
            (say("about_county", lang), getattr(summary.county, lang)),
            (say("baseline", lang), names[0]),
            (say("about_sources", lang), "; ".join(summary.attributions)),
            (say("sheet_notes", lang), say("internal", lang)),
        ],
        frozen_columns=2,
    )


def _by_year(comparison: Comparison, lang: Language) -> Sheet:
    """Return one row per stage, measure and scenario with the school years across."""
    columns = {one.name: one for one in columns_of("county_years", RESULTS["county_years"])}
    years = sorted({year for plan in comparison.plans for year in plan.years})
    rows: list[list[Any]] = []
    for stage in comparison.plans[0].norms.stages:
        for measure in _BY_YEAR:
            for plan in comparison.plans:
                table = plan.county_years[plan.county_years["stage"] == stage.stage]
                if not table.empty:
                    across = table.set_index("year")[measure].reindex(years)
                    head = [stage.names[lang], heading_of(columns[measure], lang).text]
                    rows.append([*head, plan.scenario.name, *across.tolist()])
    headings = [Heading(say(key, lang), "text") for key in ("stage", "measure", "scenario")]
    across_headings = [Heading(str(year), "whole") for year in years]
    return Sheet(say("sheet_by_year", lang), [*headings, *across_headings], rows, frozen_columns=3)


def _differences(comparison: Comparison, summary: ComparisonSummary, lang: Language) -> Sheet:
    """Return every difference, one row each, to filter."""
    columns = {one.name: one for one in columns_of("county_years", RESULTS["county_years"])}
    names = {stage.stage: stage.names[lang] for stage in comparison.plans[0].norms.stages}
    rows = [
        [
            names.get(one.stage, one.stage),
            one.year,
            heading_of(columns[one.measure], lang).text if one.measure in columns else one.measure,
            one.scenario,
            one.baseline,
            one.value,
            one.difference,
        ]
        for one in summary.differences
    ]
    keys = ("stage", "year", "measure", "scenario", "baseline", "value_of", "difference")
    kinds = ("text", "year", "text", "text", "any", "any", "any")
    headings = [Heading(say(key, lang), kind) for key, kind in zip(keys, kinds, strict=True)]
    return Sheet(say("sheet_differences", lang), headings, rows)


def _lines(comparison: Comparison, summary: ComparisonSummary, lang: Language) -> Iterator[str]:
    """Yield comparison.md from top to bottom."""
    yield f"# {say('compare_title', lang, baseline=escaped(summary.baseline))}"
    yield ""
    yield escaped(getattr(summary.county, lang))
    yield ""
    yield f"## {say('compare_scenarios', lang)}"
    yield ""
    yield from markdown_table(
        [say(key, lang) for key in ("scenario", "scenario_title", "about_question")],
        [
            [
                escaped(one.scenario),
                escaped(getattr(one.title, lang)),
                escaped(getattr(one.question, lang)),
            ]
            for one in summary.scenarios
        ],
        text_columns=3,
    )
    yield f"## {say('compare_headline', lang)}"
    yield ""
    yield say("compare_difference_said", lang)
    yield ""
    yield from _headline_table(summary, lang)
    yield from _year_table("shortage", "compare_short", comparison, lang)
    yield from _year_table("large", "compare_large", comparison, lang)
    yield f"## {say('compare_notes', lang)}"
    yield ""
    yield say("internal", lang)
    yield ""
    notes = {note.key: getattr(note, lang) for one in summary.scenarios for note in one.notes}
    yield from [f"- {escaped(text)}" for text in notes.values()]


def _headline_table(summary: ComparisonSummary, lang: Language) -> list[str]:
    """Return one row per stage and measure, one column per scenario."""
    rows = []
    for number, stage in enumerate(summary.scenarios[0].stages):
        for measure in MEASURES:
            values = [measured(one.stages[number], measure) for one in summary.scenarios]
            cells = [with_difference(measure, values[0], None, lang)]
            cells += [with_difference(measure, value, values[0], lang) for value in values[1:]]
            rows.append([escaped(getattr(stage.names, lang)), say(measure, lang), *cells])
    names = [escaped(one.scenario) for one in summary.scenarios]
    headings = [say("stage", lang), say("measure", lang), *names]
    return markdown_table(headings, rows, text_columns=2)


def _year_table(measure: str, title: str, comparison: Comparison, lang: Language) -> Iterator[str]:
    """Yield one figure of the county with the school years across."""
    years = sorted({year for plan in comparison.plans for year in plan.years})
    rows = []
    for stage in comparison.plans[0].norms.stages:
        for plan in comparison.plans:
            table = plan.county_years[plan.county_years["stage"] == stage.stage]
            if not table.empty:
                of_year = table.set_index("year")[measure]
                cells = [f"{of_year[year]:,}" if year in of_year else "–" for year in years]
                rows.append([escaped(stage.names[lang]), escaped(plan.scenario.name), *cells])
    yield f"## {say(title, lang)}"
    yield ""
    headings = [say("stage", lang), say("scenario", lang), *map(str, years)]
    yield from markdown_table(headings, rows, text_columns=2)


def _less(value: float | None, baseline: float | None) -> float | None:
    """Return a figure less the baseline's, where both say something."""
    return None if value is None or baseline is None else round(value - baseline, 4)
