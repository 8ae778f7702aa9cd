"""The figures a bureau asks for first, as one frozen value: what summary.json holds.

Each field states its meaning and unit here and nowhere else; the JSON Schema and the page
docs/outputs.md are read from these classes.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final, get_type_hints

import pandas as pd

from planner.report.manifest import write_json
from planner.report.schema import OneOf

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from planner.plan import Plan

__all__ = [
    "SCHEMA_ID",
    "WARNING_YEARS",
    "Both",
    "ChangeMade",
    "Headline",
    "Note",
    "SeatWarning",
    "StageSummary",
    "StageYear",
    "Summary",
    "ZoneProof",
    "summarise",
    "write_summary",
]

SCHEMA_ID: Final = "planner-summary-1"
"""Name of this structure; it changes when a field changes its name or meaning."""

WARNING_YEARS: Final = 3
"""Planned school years for which seat warnings are listed, the first ones."""


@dataclass(frozen=True, slots=True)
class Both:
    """One text in both languages."""

    zh: Annotated[str, "In Chinese."]
    en: Annotated[str, "In English."]


@dataclass(frozen=True, slots=True)
class StageYear:
    """One stage of the county in one school year."""

    year: Annotated[int, "School year, by the year of its 1 September."]
    counted: Annotated[bool, "True for the base year, whose rolls are counted, not projected."]
    residents: Annotated[float, "Residents of the stage's ages, people."]
    entrants: Annotated[int, "Entrants to the lowest grade, pupils."]
    pupils: Annotated[int, "Pupils on roll."]
    unseated: Annotated[int, "Entrants for whom no seat was found, pupils."]
    seats: Annotated[int, "Seats at standard size."]
    shortage: Annotated[int, "Sum over sections of pupils beyond their seats."]
    surplus: Annotated[int, "Sum over sections of seats beyond their pupils."]
    sections_short: Annotated[int, "Sections with a shortage."]
    yellow: Annotated[int, "Sections in the yellow band of the seat warning."]
    red: Annotated[int, "Sections in the red band of the seat warning."]
    classes: Annotated[int, "Classes."]
    over_standard: Annotated[int, "Classes above standard size."]
    large: Annotated[int, "Large classes, super-large ones included."]
    super_large: Annotated[int, "Super-large classes."]
    walk_metres: Annotated[float | None, "Mean walk of entrants to their section, metres."]
    over_limit_share: Annotated[float | None, "Share (0–1) of entrants who walk beyond the limit."]


@dataclass(frozen=True, slots=True)
class Headline:
    """What matters most about one stage."""

    pupils_base: Annotated[int, "Pupils in the base year."]
    pupils_last: Annotated[int, "Pupils in the last year."]
    peak_shortage_seats: Annotated[
        int, "Most seats short in any planned year, summed over sections; 0 where none ever is."
    ]
    peak_shortage_year: Annotated[
        int | None, "First year in which so many seats are short; null where none ever is."
    ]
    sections_short_at_peak: Annotated[int, "Sections with a shortage in that year."]
    surplus_last: Annotated[int, "Seats spare in the last year, summed over sections."]
    large_base: Annotated[int, "Large classes in the base year."]
    large_first: Annotated[int, "Large classes in the first planned year."]
    large_last: Annotated[int, "Large classes in the last year."]
    no_large_from: Annotated[
        int | None,
        "First year from which on no year has a large class; null where the last year has some.",
    ]
    walk_metres_first: Annotated[
        float | None, "Mean walk of entrants in the first planned year, metres."
    ]
    over_limit_share_first: Annotated[
        float | None, "Share (0–1) of entrants beyond the walking limit in the first planned year."
    ]


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
class SeatWarning:
    """One section whose entrants come near its entry seats or exceed them."""

    year: Annotated[int, "School year."]
    band: Annotated[str, "Band of entrants ÷ entry seats.", OneOf(("red", "yellow"))]
    section: Annotated[str, "Key of the section."]
    name: Annotated[str, "Name of its school."]
    name_en: Annotated[str | None, "Name in English, where the study gives one."]
    stage: Annotated[str, "Key of the stage."]
    entrants: Annotated[int, "Pupils in the entry grade who entered."]
    entry_seats: Annotated[int, "Seats in classes the entry grade can open."]


@dataclass(frozen=True, slots=True)
class ChangeMade:
    """One setting that the scenario changes."""

    setting: Annotated[str, "Dotted path of the setting."]
    old: Annotated[str, "Value before, as a scenario file writes it."]
    new: Annotated[str, "Value now."]
    file: Annotated[str, "Scenario file that changes it."]


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
    stages: Annotated[tuple[StageSummary, ...], "The stages, in the order of the norms file."]
    zones: Annotated[tuple[ZoneProof, ...], "Every set of zones with its bound."]
    warnings: Annotated[
        tuple[SeatWarning, ...],
        "Seat warnings of the first three planned years: by year, red first, "
        "then by entrants beyond the entry seats.",
    ]
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
        county=_both(study.names),
        scenario=scenario.name,
        title=Both(
            zh=about.title_zh or about.title or scenario.name,
            en=about.title or about.title_zh or scenario.name,
        ),
        question=Both(
            zh=about.question_zh or about.question, en=about.question or about.question_zh
        ),
        norms=plan.norms.id,
        norms_title=_both(plan.norms.title),
        base_year=plan.years[0],
        first_year=planned[0],
        last_year=planned[-1],
        seed=plan.seed,
        stages=tuple(_stage_summaries(plan)),
        zones=tuple(_proof(row) for row in plan.zone_proofs.to_dict("records")),
        warnings=_warnings(plan),
        changes=tuple(
            ChangeMade(change.setting, change.old, change.new, change.file)
            for change in scenario.changes
        ),
        notes=tuple(Note(note.key, note.zh, note.en) for note in plan.notes),
        attributions=tuple(study.attributions),
    )


def write_summary(summary: Summary, path: Path) -> None:
    """Write summary.json."""
    write_json(dataclasses.asdict(summary), path)


def _both(names: Mapping[str, str]) -> Both:
    """Return names given by language; one language stands in for the other."""
    zh, en = names.get("zh", ""), names.get("en", "")
    return Both(zh=zh or en, en=en or zh)


def _stage_summaries(plan: Plan) -> list[StageSummary]:
    """Return every stage that the county's table knows, in the order of the norms."""
    summaries = []
    for stage in plan.norms.stages:
        rows = plan.county_years[plan.county_years["stage"] == stage.stage].sort_values("year")
        if rows.empty:
            continue
        years = tuple(_stage_year(row, plan.years[0]) for row in rows.to_dict("records"))
        summaries.append(StageSummary(stage.stage, _both(stage.names), _headline(years), years))
    return summaries


def _stage_year(row: Mapping[Any, Any], base_year: int) -> StageYear:
    """Return one row of the county's table as plain numbers."""
    whole = {
        name: int(row[name]) for name, kind in get_type_hints(StageYear).items() if kind is int
    }
    return StageYear(
        **whole,
        counted=int(row["year"]) == base_year,
        residents=_rounded(row["residents"], 1) or 0.0,
        walk_metres=_rounded(row["walk_metres"], 1),
        over_limit_share=_rounded(row["over_limit_share"], 4),
    )


def _headline(years: tuple[StageYear, ...]) -> Headline:
    """Return what matters most about a stage from its years, the base year first."""
    base, last = years[0], years[-1]
    planned = years[1:] or years
    peak = max(planned, key=lambda year: year.shortage)  # max keeps the first of equals
    crowded = [number for number, year in enumerate(years) if year.large]
    free_from = crowded[-1] + 1 if crowded else 0
    return Headline(
        pupils_base=base.pupils,
        pupils_last=last.pupils,
        peak_shortage_seats=peak.shortage,
        peak_shortage_year=peak.year if peak.shortage else None,
        sections_short_at_peak=peak.sections_short,
        surplus_last=last.surplus,
        large_base=base.large,
        large_first=planned[0].large,
        large_last=last.large,
        no_large_from=years[free_from].year if free_from < len(years) else None,
        walk_metres_first=planned[0].walk_metres,
        over_limit_share_first=planned[0].over_limit_share,
    )


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


def _warnings(plan: Plan) -> tuple[SeatWarning, ...]:
    """Return the seat warnings of the first planned years, the most pressing first."""
    ahead = (plan.years[1:] or plan.years)[:WARNING_YEARS]
    rows = plan.section_years
    rows = rows[rows["year"].isin(ahead) & rows["warning"].isin(["yellow", "red"])]
    found = [
        SeatWarning(
            year=int(row["year"]),
            band=str(row["warning"]),
            section=str(row["section_id"]),
            name=str(row["name"]),
            name_en=None if pd.isna(row["name_en"]) else str(row["name_en"]),
            stage=str(row["stage"]),
            entrants=int(row["entrants"]),
            entry_seats=int(row["entry_seats"]),
        )
        for row in rows.to_dict("records")
    ]
    return tuple(
        sorted(
            found,
            key=lambda one: (
                one.year,
                one.band != "red",
                one.entry_seats - one.entrants,
                one.section,
            ),
        )
    )


def _rounded(value: Any, digits: int) -> float | None:
    """Return a number with so many decimals, or None where the table says nothing."""
    return None if pd.isna(value) or math.isinf(value) else round(float(value), digits)
