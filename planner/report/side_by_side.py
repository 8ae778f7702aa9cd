"""Set scenarios side by side: what each gains and costs against the first, the baseline."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Any, Final

from planner.report.document import count, metres, percent
from planner.report.headline import Headline, headline_of
from planner.report.schema import OneOf
from planner.report.summary import Both, ChangeMade, Note, StageSummary, Summary, summarise
from planner.report.terminal import WIDTH, fitted, width_of
from planner.report.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.comparison import Comparison
    from planner.terms import Language

__all__ = [
    "COMPARISON_ID",
    "MEASURES",
    "ComparedScenario",
    "ComparedStage",
    "ComparisonSummary",
    "Difference",
    "Measure",
    "MeasureRow",
    "alike_stages",
    "comparison_lines",
    "figure_said",
    "in_words",
    "measure_rows",
    "summarise_comparison",
]

COMPARISON_ID: Final = "planner-comparison-2"
"""Name of the structure of comparison.json."""

_PLACE: Final = 3  # columns between two cells of a table in the terminal


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure of a stage that is set side by side, how it is shown, and the year it is of."""

    key: str
    kind: str
    year: str = ""
    against_baseline: bool = False


MEASURES: Final = (
    Measure("shortage_seat_years", "whole"),
    Measure("peak_shortage_seats", "whole", year="peak_shortage_year"),
    Measure("shortage_change_seats", "signed", year="shortage_change_year", against_baseline=True),
    Measure("unseated", "whole"),
    Measure("surplus_last", "whole"),
    Measure("large_class_years", "whole"),
    Measure("no_large_from", "year"),
    Measure("over_standard_class_years", "whole"),
    Measure("walk_metres_mean", "metres"),
    Measure("over_limit_share_mean", "share"),
    Measure("entrants_changed", "whole"),
)
"""Figures of a stage that are set side by side; all cover the planned years."""


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """One measure of one stage: its figure in each scenario, the baseline first."""

    stage: Both
    measure: Measure
    figures: tuple[float | None, ...]
    years: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class ComparedStage:
    """One stage under one scenario."""

    stage: Annotated[str, "Key of the stage, as in the norms file."]
    names: Annotated[Both, "Name of the stage."]
    headline: Annotated[Headline, "What matters most, over the planned years all scenarios share."]
    shortage_change_seats: Annotated[
        int, "Largest difference in seats short from the baseline's in a planned year, signed."
    ]
    shortage_change_year: Annotated[int | None, "That year; null where there is no difference."]
    entrants_changed: Annotated[int, "Entrants whose area changes section, over all new zones."]


@dataclass(frozen=True, slots=True)
class ComparedScenario:
    """One scenario among those compared."""

    scenario: Annotated[str, "Name of the scenario."]
    title: Annotated[Both, "Its title."]
    question: Annotated[Both, "The question it answers."]
    stages: Annotated[tuple[ComparedStage, ...], "Its stages, in the order of the norms file."]
    changes: Annotated[tuple[ChangeMade, ...], "What it changes, old to new."]
    notes: Annotated[tuple[Note, ...], "Its stand-ins and caveats."]


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure of one scenario against the baseline's."""

    stage: Annotated[str, "Key of the stage."]
    year: Annotated[int, "School year."]
    measure: Annotated[str, "Column of the table county_years."]
    scenario: Annotated[str, "Name of the scenario."]
    baseline: Annotated[float | None, "The baseline's figure."]
    value: Annotated[float | None, "The scenario's figure."]
    difference: Annotated[float | None, "The scenario's figure less the baseline's."]


@dataclass(frozen=True, slots=True)
class ComparisonSummary:
    """Scenarios side by side, the first as the baseline."""

    schema: Annotated[str, "Name of this structure.", OneOf((COMPARISON_ID,))]
    county: Annotated[Both, "Name of the county."]
    baseline: Annotated[str, "Name of the scenario against which the others are held."]
    years: Annotated[tuple[int, ...], "School years that all share, the base year first."]
    alike: Annotated[tuple[str, ...], "Stages alike in every figure and year of all scenarios."]
    scenarios: Annotated[tuple[ComparedScenario, ...], "The scenarios, the baseline first."]
    differences: Annotated[
        tuple[Difference, ...], "Figure by figure, year by year; also where there is none."
    ]
    attributions: Annotated[tuple[str, ...], "Whose data these are."]


def summarise_comparison(comparison: Comparison) -> ComparisonSummary:
    """Return what matters most about each scenario, and every difference from the baseline."""
    summaries = [summarise(plan) for plan in comparison.plans]
    differences = tuple(
        Difference(
            stage=str(row["stage"]),
            year=int(row["year"]),
            measure=str(row["measure"]),
            scenario=str(row["scenario"]),
            baseline=_number(row["baseline"]),
            value=_number(row["value"]),
            difference=_number(row["difference"]),
        )
        for row in comparison.differences.to_dict("records")
    )
    compared = tuple(_compared(summary, summaries[0], comparison.years) for summary in summaries)
    unlike = {one.stage for one in differences if one.value != one.baseline}
    unlike |= {
        stage.stage
        for one in compared
        for stage, other in zip(one.stages, compared[0].stages, strict=True)
        if stage.entrants_changed != other.entrants_changed
    }
    return ComparisonSummary(
        schema=COMPARISON_ID,
        county=summaries[0].county,
        baseline=summaries[0].scenario,
        years=comparison.years,
        scenarios=compared,
        alike=tuple(one.stage for one in summaries[0].stages if one.stage not in unlike),
        differences=differences,
        attributions=summaries[0].attributions,
    )


def measure_rows(summary: ComparisonSummary) -> list[MeasureRow]:
    """Return the measures in which the scenarios differ, as a reader would read them."""
    rows = []
    for number in range(len(summary.scenarios[0].stages)):
        stages = [scenario.stages[number] for scenario in summary.scenarios]
        for measure in MEASURES:
            values = tuple(_measured(one, measure.key) for one in stages)
            years = tuple(_year_of(one, measure) for one in stages)
            shown = [_as_shown(value, measure.kind) for value in values]
            if len(set(zip(shown, years, strict=True))) > 1:
                rows.append(MeasureRow(stages[0].names, measure, values, years))
    return rows


def alike_stages(summary: ComparisonSummary, lang: Language) -> list[tuple[str, tuple[str, ...]]]:
    """Return which stages are alike in all scenarios, and which are but for some year's figure."""
    shown = {row.stage for row in measure_rows(summary)}
    stages = summary.scenarios[0].stages
    alike = [one for one in stages if one.stage in summary.alike]
    nearly = [one for one in stages if one.stage not in summary.alike and one.names not in shown]
    return [
        (say(key, lang), tuple(str(getattr(one.names, lang)) for one in found))
        for key, found in (("compare_alike", alike), ("compare_alike_main", nearly))
        if found
    ]


def comparison_lines(comparison: Comparison, lang: Language) -> list[list[str]]:
    """Return a small table for the terminal: a heading row, then one row per stage and measure.

    Stages head their measures in the first column; rows alike in all scenarios are left out, and
    the last lines say which stages are. Scenarios stand side by side where that fits 80 columns
    and below each other where it does not. Cells are plain text.
    """
    summary = summarise_comparison(comparison)
    rows = measure_rows(summary)
    alike = alike_stages(summary, lang)
    lines = _across(summary, rows, lang)
    if _table_width([*lines, *_said_of_stages(alike, len(lines[0]))]) > WIDTH:
        lines = _below(summary, rows, lang)
    return [*lines, *_said_of_stages(alike, len(lines[0]))]


def figure_said(row: MeasureRow, number: int, lang: Language) -> str:
    """Return the figure of one scenario in words: its year, its difference from the baseline."""
    value, baseline, kind = row.figures[number], row.figures[0], row.measure.kind
    if row.measure.against_baseline and not value:
        return "–"
    text = in_words(value, kind)
    if value is None and row.measure.key == "no_large_from":
        return say("never", lang)
    if (year := row.years[number]) is not None:
        text = say("in_year", lang, figure=text, year=year)
    if value is None or baseline is None or kind in ("year", "signed"):
        return text
    if _as_shown(value, kind) == _as_shown(baseline, kind):
        return text
    # Of the figures as they are shown, so that a reader's own subtraction gives the same.
    less = (_as_shown(value, kind) or 0) - (_as_shown(baseline, kind) or 0)
    signed = f"{less * 100:+.1f}" if kind == "share" else f"{less:+,.0f}"
    return f"{text} ({signed.replace('-', '−')})"


def in_words(value: float | None, kind: str) -> str:
    """Return a figure as a reader reads it, a dash where there is none."""
    if value is None:
        return "–"
    if kind == "year":
        return f"{value:.0f}"
    if kind == "signed":
        return f"{value:+,.0f}".replace("-", "−")
    if kind == "share":
        return percent(value)
    return metres(value) if kind == "metres" else count(round(value))


def _compared(summary: Summary, baseline: Summary, years: Sequence[int]) -> ComparedScenario:
    """Return of one scenario what is set side by side."""
    return ComparedScenario(
        scenario=summary.scenario,
        title=summary.title,
        question=summary.question,
        stages=tuple(
            _compared_stage(stage, other, summary, years)
            for stage, other in zip(summary.stages, baseline.stages, strict=True)
        ),
        changes=summary.changes,
        notes=summary.notes,
    )


def _compared_stage(
    stage: StageSummary, baseline: StageSummary, summary: Summary, years: Sequence[int]
) -> ComparedStage:
    """Return one stage over the years that all scenarios share."""
    shared = [one for one in stage.years if one.year in years]
    short = {one.year: one.shortage for one in baseline.years}
    changes = [(one.shortage - short[one.year], one.year) for one in shared if not one.counted]
    largest, year = max(changes or [(0, 0)], key=lambda change: abs(change[0]))
    return ComparedStage(
        stage=stage.stage,
        names=stage.names,
        headline=headline_of(shared, stage.headline.large_class),
        shortage_change_seats=largest,
        shortage_change_year=year if largest else None,
        entrants_changed=sum(
            proof.changed
            for proof in summary.zones
            if proof.stage == stage.stage and proof.first_year <= years[-1]
        ),
    )


def _measured(stage: ComparedStage, key: str) -> float | None:
    """Return a figure of a stage; classes over standard size only where no limit says large."""
    if key == "over_standard_class_years" and stage.headline.large_class is not None:
        return None
    value: float | None = getattr(stage if hasattr(stage, key) else stage.headline, key)
    return value


def _year_of(stage: ComparedStage, measure: Measure) -> int | None:
    """Return the year a figure is of, if it is of one."""
    if not measure.year:
        return None
    holder = stage if hasattr(stage, measure.year) else stage.headline
    year: int | None = getattr(holder, measure.year)
    return year


def _as_shown(value: float | None, kind: str) -> float | None:
    """Return a figure as exact as it is shown, so that what looks alike is alike."""
    return None if value is None else round(value, 3 if kind == "share" else 0)


def _across(
    summary: ComparisonSummary, rows: Sequence[MeasureRow], lang: Language
) -> list[list[str]]:
    """Return the table with one column per scenario."""
    names = [fitted(scenario.scenario, WIDTH) for scenario in summary.scenarios]
    lines = [[say("measure", lang), *names]]
    for stage, of_stage in groupby(rows, key=lambda row: row.stage):
        lines.append([_heading(stage, lang), *[""] * len(names)])
        for row in of_stage:
            cells = [figure_said(row, number, lang) for number in range(len(names))]
            lines.append([f"  {say(row.measure.key, lang)}", *cells])
    return lines


def _below(
    summary: ComparisonSummary, rows: Sequence[MeasureRow], lang: Language
) -> list[list[str]]:
    """Return the table with one line per scenario that differs from the baseline."""
    names = [fitted(scenario.scenario, WIDTH // 3) for scenario in summary.scenarios]
    lines = [[say("measure", lang), say("scenario", lang), say("figure", lang)]]
    for stage, of_stage in groupby(rows, key=lambda row: row.stage):
        lines.append([_heading(stage, lang), "", ""])
        for row in of_stage:
            said = [figure_said(row, number, lang) for number in range(len(names))]
            label = f"  {say(row.measure.key, lang)}"
            for number, (name, cell) in enumerate(zip(names, said, strict=True)):
                if number == 0 or cell != said[0]:
                    lines.append(["" if number else label, name, cell])
    return lines


def _said_of_stages(said: Sequence[tuple[str, Sequence[str]]], columns: int) -> list[list[str]]:
    """Return lines for a table of so many columns that name stages below what is said of them."""
    lines = [line for label, stages in said for line in (label, *(f"  {one}" for one in stages))]
    return [[line, *[""] * (columns - 1)] for line in lines]


def _heading(stage: Both, lang: Language) -> str:
    """Return the name of a stage as it heads its measures."""
    name = str(getattr(stage, lang))
    return name[:1].upper() + name[1:]


def _table_width(lines: Sequence[Sequence[str]]) -> int:
    """Return the columns a table takes in the terminal."""
    widths = [max(map(width_of, column)) for column in zip(*lines, strict=True)]
    return sum(widths) + _PLACE * (len(widths) - 1)


def _number(value: Any) -> float | None:
    """Return a figure with four decimals at most, or None where there is none."""
    number = float(value)
    return round(number, 4) if math.isfinite(number) else None
