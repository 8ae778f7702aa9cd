"""The figures a bureau asks for first, as one frozen value: what summary.json holds.

Each field states its meaning and unit here and nowhere else; the JSON Schema and the page
docs/outputs.md are read from these classes.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final

from planner.past import proof
from planner.report.backtest import proof_said
from planner.report.changes import ChangeMade, changes_made
from planner.report.headline import Headline, StageYear, headline_of, stage_year
from planner.report.manifest import write_json
from planner.report.names import Both, both_of
from planner.report.schema import OneOf
from planner.report.seat_warnings import SeatWarning, seat_warnings, warning_years
from planner.report.targets import TargetCheck, target_checks
from planner.terms import Overflow

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from planner.plan import Plan

__all__ = [
    "SCHEMA_ID",
    "Both",
    "ChangeMade",
    "Note",
    "StageSummary",
    "Summary",
    "ZoneProof",
    "summarise",
    "write_summary",
]

SCHEMA_ID: Final = "planner-summary-2"
"""Name of this structure; it changes when a field changes its name or meaning."""


@dataclass(frozen=True, slots=True)
class StageSummary:
    """One stage: what matters most, then year by year."""

    stage: Annotated[str, "Key of the stage, as in the norms file."]
    names: Annotated[Both, "Name of the stage."]
    headline: Annotated[Headline, "What matters most."]
    years: Annotated[tuple[StageYear, ...], "Every year of the plan, the base year first."]


@dataclass(frozen=True, slots=True)
class ZoneProof:
    """How good one set of zones is."""

    stage: Annotated[str, "Key of the stage."]
    first_year: Annotated[int, "First school year of these zones."]
    method: Annotated[
        str, "today, nearest, file, redraw, or adapted where a section opens or closes."
    ]
    status: Annotated[str, "optimal only where proved."]
    value: Annotated[float, "Value by the scenario's prices, pupil-metres; less is better."]
    bound: Annotated[
        float,
        "No zones are worth less, pupil-metres; where zones are adapted, none that leave all "
        "other areas as they are.",
    ]
    gap: Annotated[float, "(value − bound) ÷ value, 0–1: the most that other zones could save."]
    walk: Annotated[float, "Part of the value that is walked, pupil-metres."]
    overflow: Annotated[int, "Entrants beyond the seats, pupils."]
    changed: Annotated[int, "Entrants whose area changes section, pupils."]
    in_pieces: Annotated[int, "Areas not connected with their section's area."]


@dataclass(frozen=True, slots=True)
class Note:
    """One stand-in for what the study lacks, or another caveat."""

    key: Annotated[str, "Key of the note."]
    zh: Annotated[str, "In Chinese."]
    en: Annotated[str, "In English."]


@dataclass(frozen=True, slots=True)
class Summary:
    """A plan in the figures that people ask for first."""

    schema: Annotated[str, "Name of this structure.", OneOf((SCHEMA_ID,))]
    county: Annotated[Both, "Name of the county."]
    scenario: Annotated[str, "Name of the scenario."]
    title: Annotated[Both, "Title of the scenario; its name where it has no title."]
    question: Annotated[Both, "The question the scenario answers; empty where it states none."]
    norms: Annotated[str, "Key of the norms by which seats, classes and warnings are reckoned."]
    norms_title: Annotated[Both, "Title of these norms."]
    base_year: Annotated[int, "The year whose rolls are counted."]
    first_year: Annotated[int, "First planned school year; the base year where none is planned."]
    last_year: Annotated[int, "Last planned school year."]
    seed: Annotated[int, "Seed of everything random."]
    proof: Annotated[
        Both,
        "How far forecasts of earlier years missed, or that the past is too short to tell and "
        "intervals are those of other places.",
    ]
    stages: Annotated[tuple[StageSummary, ...], "The stages, in the order of the norms file."]
    zones: Annotated[tuple[ZoneProof, ...], "Every set of zones with its bound."]
    overflow: Annotated[
        str, "What becomes of entrants beyond the seats.", OneOf(tuple(map(str, Overflow)))
    ]
    warning_years: Annotated[
        tuple[int, ...], "School years for which warnings are listed, the first three planned ones."
    ]
    warnings: Annotated[
        tuple[SeatWarning, ...],
        "One seat warning for each section concerned: red first, "
        "then by entrants beyond the ordinary intake.",
    ]
    targets: Annotated[tuple[TargetCheck, ...], "Targets of the plan in force: met or not."]
    changes: Annotated[tuple[ChangeMade, ...], "What the scenario changes, old to new."]
    notes: Annotated[tuple[Note, ...], "Stand-ins and caveats; read them before using a figure."]
    attributions: Annotated[tuple[str, ...], "Whose data these are."]


def summarise(plan: Plan) -> Summary:
    """Return the figures that people ask for first.

    Metres, residents and pupil-metres are rounded to one decimal, shares to four, so that the
    last bits of a processor's arithmetic never show.
    """
    scenario, study, planned = plan.scenario, plan.study, plan.years[1:] or plan.years
    about = scenario.about
    return Summary(
        schema=SCHEMA_ID,
        county=both_of(study.names),
        scenario=scenario.name,
        title=Both(
            zh=about.title_zh or about.title or scenario.name,
            en=about.title or about.title_zh or scenario.name,
        ),
        question=Both(
            zh=about.question_zh or about.question, en=about.question or about.question_zh
        ),
        norms=plan.norms.id,
        norms_title=both_of(plan.norms.title),
        base_year=plan.years[0],
        first_year=planned[0],
        last_year=planned[-1],
        seed=plan.seed,
        proof=proof_said(proof(plan.past)),
        stages=tuple(_stage_summaries(plan)),
        zones=tuple(_proof(row) for row in plan.zone_proofs.to_dict("records")),
        overflow=scenario.seats.overflow,
        warning_years=warning_years(plan),
        warnings=seat_warnings(plan),
        targets=target_checks(plan),
        changes=changes_made(plan),
        notes=tuple(Note(note.key, note.zh, note.en) for note in plan.notes),
        attributions=tuple(study.attributions),
    )


def write_summary(summary: Summary, path: Path) -> None:
    """Write summary.json."""
    write_json(dataclasses.asdict(summary), path)


def _stage_summaries(plan: Plan) -> list[StageSummary]:
    """Return every stage that the county's table knows, in the order of the norms."""
    summaries = []
    for stage in plan.norms.stages:
        rows = plan.county_years[plan.county_years["stage"] == stage.stage].sort_values("year")
        if rows.empty:
            continue
        years = tuple(stage_year(row, plan.years[0], stage) for row in rows.to_dict("records"))
        head = headline_of(years, stage.large_class)
        summaries.append(StageSummary(stage.stage, both_of(stage.names), head, years))
    return summaries


def _proof(row: Mapping[Any, Any]) -> ZoneProof:
    """Return one row of the zone proofs as plain numbers."""
    return ZoneProof(
        stage=str(row["stage"]),
        first_year=int(row["first_year"]),
        method=str(row["method"]),
        status=str(row["status"]),
        value=round(float(row["value"]), 1),
        bound=round(float(row["bound"]), 1),
        gap=round(float(row["gap"]), 4),
        walk=round(float(row["walk"]), 1),
        overflow=int(row["overflow"]),
        changed=int(row["changed"]),
        in_pieces=int(row["in_pieces"]),
    )
