"""Put a plan on one page that can be handed up: what is short, when, where, and how sure we are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from planner.report.plan_workbook import about_rows
from planner.report.seat_warnings import run_of_years, warnings_counted
from planner.report.targets import plain_target, status_said
from planner.report.words import VALUES, say
from planner.terms import Overflow

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from planner.report.changes import ChangeMade
    from planner.report.headline import StageYear
    from planner.report.summary import StageSummary, Summary
    from planner.terms import Language

__all__ = ["count", "escaped", "markdown_table", "metres", "percent", "write_document"]

_MOST_WARNINGS: Final = 12
_PATH: Final = re.compile(r"[\w.-]+")
_MARKS: Final = frozenset("\\`*_[]<>|#&~$!")


def write_document(summary: Summary, path: Path, lang: Language) -> None:
    """Write summary.md: main findings, years, warnings, zones, targets, changes, notes.

    Names from the study are escaped, so that they are shown as they are and never become
    markup, links or table cells.
    """
    path.write_text("\n".join(_lines(summary, lang)) + "\n", encoding="utf-8", newline="\n")


def markdown_table(
    headings: Sequence[str], rows: Sequence[Sequence[str]], *, text_columns: int = 1
) -> list[str]:
    """Return a table in Markdown with a blank line below; the other columns are numbers."""
    rule = ["---"] * text_columns + ["---:"] * (len(headings) - text_columns)
    return [f"| {' | '.join(cells)} |" for cells in (headings, rule, *rows)] + [""]


def escaped(text: str) -> str:
    """Return a text that Markdown shows letter by letter, on one line."""
    one_line = "".join(letter if letter.isprintable() else " " for letter in text)
    return "".join(f"\\{letter}" if letter in _MARKS else letter for letter in one_line)


def count(number: int | None) -> str:
    """Return a number of pupils, seats or classes; a dash where there is none to give."""
    return "–" if number is None else f"{number:,}"


def metres(number: float | None) -> str:
    """Return metres without decimals."""
    return "–" if number is None else f"{number:,.0f}"


def percent(share: float | None) -> str:
    """Return a share (0–1) in percent."""
    return "–" if share is None else f"{share:.1%}"


def _lines(summary: Summary, lang: Language) -> Iterator[str]:
    """Yield the page from top to bottom."""
    title = f"{getattr(summary.county, lang)} · {getattr(summary.title, lang)}"
    yield f"# {escaped(title)}"
    yield ""
    for label, value in about_rows(summary, lang):
        if value:
            yield f"- **{label}**{'：' if lang == 'zh' else ': '}{escaped(value)}"
    yield ""
    yield from _headline(summary, lang)
    yield from _by_year("shortage", "md_short", summary, lang)
    yield from _large(summary, lang)
    yield from _warnings(summary, lang)
    yield from _zones(summary, lang)
    yield from _targets(summary, lang)
    yield from _changes(summary, lang)
    yield f"## {say('md_notes', lang)}"
    yield ""
    notes = [f"- {escaped(getattr(note, lang))}" for note in summary.notes]
    yield from notes or [say("md_no_notes", lang)]


def _headline(summary: Summary, lang: Language) -> Iterator[str]:
    """Yield one row per stage with what matters most."""
    base, first, last = summary.base_year, summary.first_year, summary.last_year
    headings = [
        say("stage", lang),
        say("pupils_base", lang, year=base),
        say("pupils_last_interval", lang, year=last),
        say("peak_shortage", lang),
        say("peak_year", lang),
        say("sections_short", lang),
        say("spare_last", lang, year=last),
        say("large_base", lang, year=base),
        say("large_free", lang),
        say("walk_next", lang, year=first),
        say("over_limit_next", lang, year=first),
    ]
    yield f"## {say('md_headline', lang)}"
    yield ""
    yield from markdown_table(headings, [_headline_row(stage, lang) for stage in summary.stages])
    yield from _unseated(summary, lang)


def _headline_row(stage: StageSummary, lang: Language) -> list[str]:
    """Return what matters most about one stage, in words and figures."""
    head = stage.headline
    return [
        escaped(getattr(stage.names, lang)),
        count(head.pupils_base),
        _with_interval(stage.years[-1]),
        count(head.peak_shortage_seats),
        str(head.peak_shortage_year or "–"),
        count(head.sections_short_at_peak),
        count(head.surplus_last),
        count(head.large_base),
        "–" if head.large_class is None else str(head.no_large_from or say("never", lang)),
        metres(head.walk_metres_first),
        percent(head.over_limit_share_first),
    ]


def _with_interval(year: StageYear) -> str:
    """Return the pupils of a year with their 80 % interval, where they are projected."""
    if year.low80 is None or year.high80 is None:
        return count(year.pupils)
    return f"{count(year.pupils)} ({count(round(year.low80))}–{count(round(year.high80))})"


def _unseated(summary: Summary, lang: Language) -> Iterator[str]:
    """Yield how many entrants stay without a seat and when, where the scenario lets them."""
    turned_away = [stage for stage in summary.stages if stage.headline.unseated]
    if summary.overflow == Overflow.CROWD and not turned_away:
        return
    for stage in turned_away:
        head = stage.headline
        yield "- " + say(
            "md_unseated",
            lang,
            stage=escaped(getattr(stage.names, lang)),
            unseated=head.unseated,
            year=head.peak_unseated_year,
            most=head.peak_unseated,
        )
    if not turned_away:
        yield say("md_all_seated", lang)
    yield ""


def _by_year(figure: str, title: str, summary: Summary, lang: Language) -> Iterator[str]:
    """Yield one figure with the school years across."""
    yield f"## {say(title, lang)}"
    yield ""
    yield from _years_across(figure, summary.stages, lang)


def _large(summary: Summary, lang: Language) -> Iterator[str]:
    """Yield large classes by year; of stages without a limit those over standard size."""
    yield from _by_year("large", "md_large", summary, lang)
    others = [stage for stage in summary.stages if stage.headline.large_class is None]
    if others:
        names = say("list_comma", lang).join(escaped(getattr(one.names, lang)) for one in others)
        yield say("md_no_large_limit", lang, stages=names)
        yield ""
        yield from _years_across("over_standard", others, lang)


def _years_across(figure: str, stages: Sequence[StageSummary], lang: Language) -> list[str]:
    """Return one figure of some stages with the school years across."""
    years = sorted({year.year for stage in stages for year in stage.years})
    rows = []
    for stage in stages:
        of_year = {year.year: getattr(year, figure) for year in stage.years}
        name = escaped(getattr(stage.names, lang))
        rows.append([name, *(count(of_year.get(year)) for year in years)])
    return markdown_table([say("stage", lang), *map(str, years)], rows)


def _warnings(summary: Summary, lang: Language) -> Iterator[str]:
    """Yield the sections with a seat warning in the years ahead, the most pressing first."""
    years = run_of_years(summary.warning_years)
    yield f"## {say('md_warnings', lang, years=years)}"
    yield ""
    if not summary.warnings:
        yield say("md_no_warnings", lang)
        yield ""
        return
    counted = warnings_counted(summary.warnings, summary.warning_years[0])
    yield say("md_warnings_counted", lang, years=years, **counted)
    yield ""
    names = {stage.stage: getattr(stage.names, lang) for stage in summary.stages}
    headings = ("section", "stage", "band", "years", "entrants", "ordinary_intake", "entry_seats")
    rows = [
        [
            escaped(one.name_en if lang == "en" and one.name_en else one.name),
            escaped(names.get(one.stage, one.stage)),
            VALUES[one.band][lang],
            run_of_years(one.years),
            count(one.entrants),
            count(one.ordinary_intake),
            count(one.entry_seats),
        ]
        for one in summary.warnings[:_MOST_WARNINGS]
    ]
    yield from markdown_table([say(key, lang) for key in headings], rows, text_columns=4)
    more = len(summary.warnings) - _MOST_WARNINGS
    if more > 0:
        yield say("md_more_warnings", lang, number=more)
        yield ""


def _zones(summary: Summary, lang: Language) -> Iterator[str]:
    """Yield how good each set of zones is."""
    yield f"## {say('md_zones', lang)}"
    yield ""
    if not summary.zones:
        yield say("md_no_zones", lang)
        yield ""
        return
    names = {stage.stage: getattr(stage.names, lang) for stage in summary.stages}
    headings = ("stage", "method", "status", "first_year", "value", "bound", "gap")
    rows = [
        [
            escaped(names.get(proof.stage, proof.stage)),
            VALUES[proof.method][lang] if proof.method in VALUES else escaped(proof.method),
            VALUES[proof.status][lang] if proof.status in VALUES else escaped(proof.status),
            str(proof.first_year),
            metres(proof.value),
            metres(proof.bound),
            percent(proof.gap),
        ]
        for proof in summary.zones
    ]
    yield from markdown_table([say(key, lang) for key in headings], rows, text_columns=3)
    yield say("md_zones_explained", lang)
    yield ""


def _targets(summary: Summary, lang: Language) -> Iterator[str]:
    """Yield the targets of the plan in force and whether the plan meets them."""
    yield f"## {say('md_targets', lang)}"
    yield ""
    if not summary.targets:
        yield say("md_no_targets", lang)
        yield ""
        return
    headings = ("indicator", "binding", "met", "year", "target", "value_planned")
    rows = [
        [
            escaped(getattr(one.names, lang)),
            "" if one.binding is None else say(f"binding_{str(one.binding).lower()}", lang),
            status_said(one.status, lang),
            str(one.year),
            _target_figure(one.indicator, plain_target(one)),
            _target_figure(one.indicator, one.value),
        ]
        for one in summary.targets
    ]
    yield from markdown_table([say(key, lang) for key in headings], rows, text_columns=3)
    yield say("md_targets_explained", lang)
    yield ""


def _target_figure(indicator: str, figure: float | str | None) -> str:
    """Return a target or what the plan says to it: shares in percent, the rest as it is."""
    if isinstance(figure, str):
        return escaped(figure)
    if figure is None or indicator.endswith("_share"):
        return percent(figure)
    return f"{figure:,.4f}".rstrip("0").rstrip(".")


def _changes(summary: Summary, lang: Language) -> Iterator[str]:
    """Yield what the scenario changes, old to new."""
    yield f"## {say('md_changes', lang)}"
    yield ""
    if not summary.changes:
        yield say("md_no_changes", lang)
        yield ""
        return
    headings = [say(key, lang) for key in ("setting", "old", "new", "file")]
    rows = [
        [
            _setting(one, lang),
            escaped(getattr(one.old, lang)),
            escaped(getattr(one.new, lang)),
            escaped(one.file),
        ]
        for one in summary.changes
    ]
    yield from markdown_table(headings, rows, text_columns=4)


def _setting(change: ChangeMade, lang: Language) -> str:
    """Return what a setting is called; a bare path is set apart as code."""
    name = getattr(change.names, lang)
    bare = name == change.setting and _PATH.fullmatch(name)
    return f"`{name}`" if bare else escaped(name)
