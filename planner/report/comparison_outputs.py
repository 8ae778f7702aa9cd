"""Write scenarios side by side: comparison.xlsx, comparison.json and comparison.md."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

from planner.report.document import escaped, markdown_table
from planner.report.headings import heading_of
from planner.report.manifest import write_json, write_manifest
from planner.report.seat_warnings import run_of_years
from planner.report.side_by_side import (
    ComparisonSummary,
    Difference,
    MeasureRow,
    alike_stages,
    figure_said,
    measure_rows,
    summarise_comparison,
)
from planner.report.words import say
from planner.report.workbook import Heading, Sheet, Shown, write_workbook
from planner.results import RESULTS
from planner.tables import columns_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pandas as pd

    from planner.comparison import Comparison
    from planner.plan import Plan
    from planner.terms import Language

__all__ = ["write_comparison"]

_BY_YEAR: Final = (
    "pupils",
    "seats",
    "shortage",
    "surplus",
    "sections_short",
    "red",
    "unseated",
    "large",
    "over_standard",
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
    yield _by_year(comparison, summary, lang)
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
        [
            Heading(say(key, lang), "text")
            for key in ("scenario", "setting", "key", "old", "new", "file")
        ],
        [
            [
                one.scenario,
                getattr(change.names, lang),
                change.setting,
                getattr(change.old, lang),
                getattr(change.new, lang),
                change.file,
            ]
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
    rows = [cells for row in measure_rows(summary) for cells in _figure_rows(row, lang)]
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
            (say("about_years", lang), _planned(summary)),
            *_alike(summary, lang),
            (say("about_sources", lang), "; ".join(summary.attributions)),
            (say("sheet_notes", lang), say("internal", lang)),
        ],
        frozen_columns=2,
    )


def _figure_rows(row: MeasureRow, lang: Language) -> Iterator[list[Any]]:
    """Yield the cells of one measure and, where it is of a year, of that year below it."""
    kind = "whole" if row.measure.kind == "signed" else row.measure.kind
    stage, baseline = getattr(row.stage, lang), row.figures[0]
    cells: list[Any] = [Shown(value, kind) for value in row.figures]
    if row.measure.key == "no_large_from":
        never = say("never", lang)
        cells = [never if value is None else Shown(value, kind) for value in row.figures]
    less = [_less(value, baseline) for value in row.figures[1:]]
    if row.measure.against_baseline:  # is a difference already
        cells[0], less = None, [None] * len(less)
    shown = [Shown(value, "whole" if kind == "year" else kind) for value in less]
    yield [stage, say(row.measure.key, lang), *cells, *shown]
    if row.measure.year:
        years = [Shown(year, "year") for year in row.years]
        yield [stage, say(row.measure.year, lang), *years, *[None] * len(less)]


def _by_year(comparison: Comparison, summary: ComparisonSummary, lang: Language) -> Sheet:
    """Return one row per stage, measure and scenario with the school years across.

    Left out are measures that are alike in all scenarios and years.
    """
    columns = {one.name: one for one in columns_of("county_years", RESULTS["county_years"])}
    years = comparison.years
    unlike = {(one.stage, one.measure) for one in summary.differences if one.value != one.baseline}
    rows: list[list[Any]] = []
    for stage in comparison.plans[0].norms.stages:
        for measure in _BY_YEAR:
            if (stage.stage, measure) not in unlike:
                continue
            for plan in comparison.plans:
                across = _figures(plan, stage.stage, measure).reindex(years)
                head = [stage.names[lang], heading_of(columns[measure], lang).text]
                rows.append([*head, plan.scenario.name, *across.tolist()])
    headings = [Heading(say(key, lang), "text") for key in ("stage", "measure", "scenario")]
    across_headings = [Heading(str(year), "whole") for year in years]
    return Sheet(say("sheet_by_year", lang), [*headings, *across_headings], rows, frozen_columns=3)


def _figures(plan: Plan, stage: str, measure: str) -> pd.Series[Any]:
    """Return one figure of a stage by year."""
    table = plan.county_years[plan.county_years["stage"] == stage]
    return table.set_index("year")[measure]


def _differences(comparison: Comparison, summary: ComparisonSummary, lang: Language) -> Sheet:
    """Return every difference there is, one row each, to filter."""
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
        if one.value != one.baseline
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
    yield say("compare_difference_said", lang, years=_planned(summary))
    yield ""
    yield from _headline_table(summary, lang)
    for label, stages in _alike(summary, lang):
        yield f"{label}{'：' if lang == 'zh' else ': '}{escaped(stages)}"
        yield ""
    yield from _year_table("shortage", "compare_short", comparison, summary, lang)
    yield from _year_table("large", "compare_large", comparison, summary, lang)
    yield f"## {say('compare_notes', lang)}"
    yield ""
    yield say("internal", lang)
    yield ""
    notes = {note.key: getattr(note, lang) for one in summary.scenarios for note in one.notes}
    yield from [f"- {escaped(text)}" for text in notes.values()]


def _headline_table(summary: ComparisonSummary, lang: Language) -> list[str]:
    """Return one row per stage and measure that differs, one column per scenario."""
    names = [escaped(one.scenario) for one in summary.scenarios]
    rows = [
        [
            escaped(getattr(row.stage, lang)),
            say(row.measure.key, lang),
            *(figure_said(row, number, lang) for number in range(len(names))),
        ]
        for row in measure_rows(summary)
    ]
    headings = [say("stage", lang), say("measure", lang), *names]
    return markdown_table(headings, rows, text_columns=2)


def _year_table(
    measure: str, title: str, comparison: Comparison, summary: ComparisonSummary, lang: Language
) -> Iterator[str]:
    """Yield one figure of the county with the school years across, for stages that differ in it."""
    unlike = {one.stage for one in summary.differences if _differs(one, measure)}
    years = comparison.years
    rows = []
    for stage in comparison.plans[0].norms.stages:
        for plan in comparison.plans if stage.stage in unlike else ():
            of_year = _figures(plan, stage.stage, measure)
            cells = [f"{of_year[year]:,}" for year in years]
            rows.append([escaped(stage.names[lang]), escaped(plan.scenario.name), *cells])
    yield f"## {say(title, lang)}"
    yield ""
    if not rows:
        yield say("compare_no_difference", lang)
        yield ""
        return
    headings = [say("stage", lang), say("scenario", lang), *map(str, years)]
    yield from markdown_table(headings, rows, text_columns=2)


def _differs(one: Difference, measure: str) -> bool:
    """Tell whether a scenario differs from the baseline in a figure of some year."""
    return one.measure == measure and one.value != one.baseline


def _alike(summary: ComparisonSummary, lang: Language) -> list[tuple[str, str]]:
    """Return which stages are alike in all scenarios, and which nearly, word by names."""
    comma = say("list_comma", lang)
    return [(label, comma.join(stages)) for label, stages in alike_stages(summary, lang)]


def _planned(summary: ComparisonSummary) -> str:
    """Return the planned years that all scenarios share."""
    return run_of_years(summary.years[1:])


def _less(value: float | None, baseline: float | None) -> float | None:
    """Return a figure less the baseline's, where both say something."""
    return None if value is None or baseline is None else round(value - baseline, 4)
