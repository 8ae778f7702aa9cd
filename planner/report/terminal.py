"""Say at the end of a run, in ten lines, what a planner wants to know first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from planner.fitting import fitted, width_of
from planner.report.seat_warnings import run_of_years, warnings_counted
from planner.report.summary import StageSummary, Summary, summarise
from planner.report.words import say

if TYPE_CHECKING:
    from planner.plan import Plan
    from planner.terms import Language

__all__ = ["WIDTH", "fitted", "ten_lines", "width_of"]

WIDTH: Final = 78
"""Columns of a terminal line; a Chinese character takes two."""

_STAGE_LINES: Final = 4
_COUNTY_WIDTH: Final = 20


def ten_lines(plan: Plan, lang: Language) -> list[str]:
    """Return at most ten lines of at most 78 columns: seats, classes, warnings, walks, zones.

    The lines are plain text; control characters in names are taken out, so that a name can
    neither colour nor move the terminal.
    """
    summary = summarise(plan)
    lines = [
        _title_line(summary, lang),
        *_stage_lines(summary, lang),
        _large_line(summary, lang),
        _warning_line(summary, lang),
        _walk_line(summary, lang),
        _zone_line(summary, lang),
        _note_line(summary, lang),
    ]
    return [fitted(line, WIDTH) for line in lines]


def _title_line(summary: Summary, lang: Language) -> str:
    """Return which county, which scenario, which years."""
    key = "line_title" if summary.first_year > summary.base_year else "line_title_base"
    county = fitted(getattr(summary.county, lang), _COUNTY_WIDTH)
    years = {"base": summary.base_year, "first": summary.first_year, "last": summary.last_year}
    left = WIDTH - width_of(say(key, lang, county=county, title="", **years))
    return say(key, lang, county=county, title=fitted(getattr(summary.title, lang), left), **years)


def _stage_lines(summary: Summary, lang: Language) -> list[str]:
    """Return one line per stage: pupils, seats short, seats spare; never more than four."""
    stages = summary.stages
    if len(stages) <= _STAGE_LINES:
        return [_stage_line(stage, summary, lang) for stage in stages]
    lines = [_stage_line(stage, summary, lang) for stage in stages[: _STAGE_LINES - 1]]
    return [*lines, say("line_more_stages", lang, number=len(stages) - _STAGE_LINES + 1)]


def _stage_line(stage: StageSummary, summary: Summary, lang: Language) -> str:
    """Return how pupils change, where seats are short most, what is spare in the end.

    Where entrants are turned away, those are the seats short, and they are said instead.
    """
    head = stage.headline
    known = {"stage": _name(stage, lang), "then": head.pupils_base, "later": head.pupils_last}
    if head.unseated:
        turned_away = {"unseated": head.unseated, "most": head.peak_unseated}
        return say(
            "line_stage_unseated", lang, **known, **turned_away, peak=head.peak_unseated_year
        )
    key = "line_stage_enough" if head.peak_shortage_year is None else "line_stage_short"
    return say(
        key,
        lang,
        **known,
        short=head.peak_shortage_seats,
        peak=head.peak_shortage_year,
        spare=head.surplus_last,
        last=summary.last_year,
    )


def _large_line(summary: Summary, lang: Language) -> str:
    """Return large classes of all stages for which the norms set a limit: then, and their end.

    Of the other stages the classes over standard size are said.
    """
    limited = [stage for stage in summary.stages if stage.headline.large_class is not None]
    others = [stage for stage in summary.stages if stage.headline.large_class is None]
    if not limited:
        return say(
            "line_large_unlimited",
            lang,
            base=summary.base_year,
            then=sum(stage.headline.over_standard_base for stage in others),
            last=summary.last_year,
            left=sum(stage.headline.over_standard_last for stage in others),
        )
    return say(
        "line_large_some" if others else "line_large",
        lang,
        base=summary.base_year,
        then=sum(stage.headline.large_base or 0 for stage in limited),
        next=summary.first_year,
        soon=sum(stage.headline.large_first or 0 for stage in limited),
        end=_end_of_large(limited, summary, lang),
        others=say("list_comma", lang).join(_within(stage, lang).strip() for stage in others),
        over=sum(stage.headline.over_standard_base for stage in others),
    )


def _end_of_large(limited: list[StageSummary], summary: Summary, lang: Language) -> str:
    """Return when the last large class is gone, or how many are left."""
    left = sum(stage.headline.large_last or 0 for stage in limited)
    if left:
        return say("large_remains", lang, last=summary.last_year, number=left)
    free_from = max(stage.headline.no_large_from or 0 for stage in limited)
    if free_from <= summary.base_year:
        return say("large_never", lang)
    return say("large_ends", lang, year=free_from)


def _warning_line(summary: Summary, lang: Language) -> str:
    """Return how many sections are to be warned, and which of them is most pressing."""
    years = run_of_years(summary.warning_years)
    if not summary.warnings:
        return say("line_no_warnings", lang, years=years)
    worst = summary.warnings[0]
    counted = warnings_counted(summary.warnings, summary.warning_years[0])
    name = worst.name_en if lang == "en" and worst.name_en else worst.name
    left = WIDTH - width_of(say("line_warnings", lang, worst="", years=years, **counted))
    return say("line_warnings", lang, worst=fitted(name, left), years=years, **counted)


def _walk_line(summary: Summary, lang: Language) -> str:
    """Return the mean walk of each stage in the first planned year."""
    walks = [
        f"{_within(stage, lang)}{metres:,.0f}"
        for stage in summary.stages
        if (metres := stage.headline.walk_metres_first) is not None
    ]
    if not walks:
        return say("line_no_walk", lang)
    joined = say("list_comma", lang).join(walks)
    return say("line_walk", lang, year=summary.first_year, walks=joined)


def _zone_line(summary: Summary, lang: Language) -> str:
    """Return how much of their value other zones could save at most, stage by stage.

    Zones adapted to an opening are passed over: their bound holds the other areas still.
    """
    last = {proof.stage: proof for proof in summary.zones if proof.method != "adapted"}
    said = [
        f"{_within(stage, lang)}{proof.gap:.1%}"
        for stage in summary.stages
        if (proof := last.get(stage.stage))
    ]
    if not said:
        return say("line_no_zones", lang)
    return say("line_zones", lang, zones=say("list_comma", lang).join(said))


def _note_line(summary: Summary, lang: Language) -> str:
    """Return how many caveats there are to read."""
    key = "line_notes" if summary.notes else "line_no_notes"
    return say(key, lang, number=len(summary.notes))


def _name(stage: StageSummary, lang: Language) -> str:
    """Return the name of a stage as a line begins with it."""
    name = str(getattr(stage.names, lang))
    return name[:1].upper() + name[1:]


def _within(stage: StageSummary, lang: Language) -> str:
    """Return the name of a stage as it stands before its figure within a line."""
    name = str(getattr(stage.names, lang))
    return name if lang == "zh" else f"{name[:1].lower()}{name[1:]} "
