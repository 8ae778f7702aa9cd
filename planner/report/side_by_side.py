"""Set scenarios side by side: what each gains and costs against the first, the baseline."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final

from planner.report.document import count, metres, percent
from planner.report.schema import OneOf
from planner.report.summary import Both, ChangeMade, Headline, Note, Summary, summarise
from planner.report.words import say

if TYPE_CHECKING:
    from planner.comparison import Comparison
    from planner.terms import Language

__all__ = [
    "COMPARISON_ID",
    "MEASURES",
    "ComparedScenario",
    "ComparedStage",
    "ComparisonSummary",
    "Difference",
    "comparison_lines",
    "measured",
    "summarise_comparison",
    "with_difference",
]

COMPARISON_ID: Final = "planner-comparison-1"
"""Name of the structure of comparison.json."""

MEASURES: Final = {
    "peak_shortage_seats": "whole",
    "peak_shortage_year": "year",
    "sections_short_at_peak": "whole",
    "surplus_last": "whole",
    "large_first": "whole",
    "large_last": "whole",
    "no_large_from": "year",
    "walk_metres_first": "metres",
    "over_limit_share_first": "share",
    "entrants_changed": "whole",
}
"""Figures of a stage that are set side by side, and how each is shown."""

_TERMINAL: Final = (
    "peak_shortage_seats",
    "surplus_last",
    "large_last",
    "no_large_from",
    "walk_metres_first",
)


@dataclass(frozen=True, slots=True)
class ComparedStage:
    """One stage under one scenario."""

    stage: Annotated[str, "Key of the stage, as in the norms file."]
    names: Annotated[Both, "Name of the stage."]
    headline: Annotated[Headline, "What matters most."]
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
    scenarios: Annotated[tuple[ComparedScenario, ...], "The scenarios, the baseline first."]
    differences: Annotated[tuple[Difference, ...], "Figure by figure, year by year."]
    attributions: Annotated[tuple[str, ...], "Whose data these are."]


def summarise_comparison(comparison: Comparison) -> ComparisonSummary:
    """Return what matters most about each scenario, and every difference from the baseline."""
    summaries = [summarise(plan) for plan in comparison.plans]
    return ComparisonSummary(
        schema=COMPARISON_ID,
        county=summaries[0].county,
        baseline=summaries[0].scenario,
        scenarios=tuple(_compared(summary) for summary in summaries),
        differences=tuple(
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
        ),
        attributions=summaries[0].attributions,
    )


def comparison_lines(comparison: Comparison, lang: Language) -> list[list[str]]:
    """Return a small table for the terminal: a heading row, then one row per stage and measure.

    The first column names the stage, the second the measure; then one column per scenario, the
    baseline first, the others with their difference in brackets. Cells are plain text.
    """
    summary = summarise_comparison(comparison)
    names = [scenario.scenario for scenario in summary.scenarios]
    lines = [[say("stage", lang), say("measure", lang), *names]]
    for number, stage in enumerate(summary.scenarios[0].stages):
        of_scenarios = [scenario.stages[number] for scenario in summary.scenarios]
        for measure in _TERMINAL:
            values = [measured(one, measure) for one in of_scenarios]
            if any(value is not None for value in values):
                cells = [with_difference(measure, value, values[0], lang) for value in values[1:]]
                first = with_difference(measure, values[0], None, lang)
                lines.append([getattr(stage.names, lang), say(measure, lang), first, *cells])
    return lines


def measured(stage: ComparedStage, measure: str) -> float | None:
    """Return one of `MEASURES` of a stage; None where it says nothing."""
    holder = stage if measure == "entrants_changed" else stage.headline
    value: float | None = getattr(holder, measure)
    return value


def with_difference(
    measure: str, value: float | None, baseline: float | None, lang: Language
) -> str:
    """Return a figure in words with its difference from the baseline, if there is one."""
    kind = MEASURES[measure]
    if value is None:
        return say("never", lang) if measure == "no_large_from" else "–"
    if baseline is None or value == baseline or kind == "year":
        return _in_words(value, kind)
    less = "−" if value < baseline else "+"
    return f"{_in_words(value, kind)} ({less}{_in_words(abs(value - baseline), kind)})"


def _compared(summary: Summary) -> ComparedScenario:
    """Return of one scenario what is set side by side."""
    return ComparedScenario(
        scenario=summary.scenario,
        title=summary.title,
        question=summary.question,
        stages=tuple(
            ComparedStage(
                stage=stage.stage,
                names=stage.names,
                headline=stage.headline,
                entrants_changed=sum(
                    proof.changed for proof in summary.zones if proof.stage == stage.stage
                ),
            )
            for stage in summary.stages
        ),
        changes=summary.changes,
        notes=summary.notes,
    )


def _number(value: Any) -> float | None:
    """Return a figure with four decimals at most, or None where there is none."""
    number = float(value)
    return round(number, 4) if math.isfinite(number) else None


def _in_words(value: float, kind: str) -> str:
    """Return a figure as a reader reads it."""
    if kind == "year":
        return f"{value:.0f}"
    if kind == "share":
        return percent(value)
    return metres(value) if kind == "metres" else count(round(value))
