"""Say in a few lines how good drawn zones are, what they break, and whether the audit agrees."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from planner.fitting import fitted
from planner.report.zone.tables import broken_rows, names_of, plan_rows, stranded_areas
from planner.report.zone.words import say_zone

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from planner.audit import Audit, Said
    from planner.drafting import Draft
    from planner.terms import Language

__all__ = [
    "audit_table",
    "breaks_said",
    "proof_table",
    "sheet_of_plans",
    "title_of",
    "why_said",
]

_PLACES_SHOWN = 3
_NAME_WIDTH = 24
_WIDTH = 78
_STAGE_WIDTH = 14
_CHECK_WIDTH = 44


def proof_table(draft: Draft, lang: Language) -> tuple[list[str], list[list[str]]]:
    """Return headings and rows: status, value, bound, gap of every plan."""
    keys = ["stage", "plan", "status", "value", "bound", "gap"]
    rows = [
        [
            str(stage),
            str(number),
            "" if status is None else re.split("[，,]", status)[0],
            f"{value:,.0f}",
            f"{bound:,.0f}",
            f"{gap:.3%}",
        ]
        for stage, number, status, value, bound, gap, *_ in plan_rows(draft, lang)
    ]
    return [say_zone(key, lang) for key in keys], rows


def sheet_of_plans(draft: Draft, lang: Language) -> tuple[list[str], list[list[str]]]:
    """Return headings and rows: walks, missing seats, long walks, changes and loose areas."""
    keys = ["stage", "plan", "mean_walk", "longest_walk", "beyond_seats", "beyond_limit"]
    keys += ["changed_pupils", "loose"]
    rows = [
        [str(row[0]), str(row[1]), *(_whole(cell) for cell in row[7:13])]
        for row in plan_rows(draft, lang)
    ]
    return [say_zone(key, lang) for key in keys], rows


def breaks_said(draft: Draft, lang: Language) -> Iterator[str]:
    """Yield what the zones do not keep, the first few; and why there are fewer plans than asked."""
    found: dict[tuple[str, str, str | None], list[tuple[str, int]]] = {}
    for stage, demand, section, key, _, pupils, known, _ in broken_rows(draft, lang):
        where = f"{fitted(section, _NAME_WIDTH)} ({fitted(key, _NAME_WIDTH)})"
        found.setdefault((stage, demand, known), []).append((where, pupils))
    stranded = list(_stranded_said(draft, lang))
    if not found and not stranded:
        yield say_zone("all_kept", lang)
    for (stage, demand, known), places in found.items():
        worst = sorted(places, key=lambda place: -place[1])
        number = sum(pupils for _, pupils in places)
        said = {"stage": stage, "demand": demand, "pupils": _pupils(number, lang)}
        line = say_zone(
            "broken_one", lang, where=_listed([name for name, _ in worst], lang), **said
        )
        known_before = known == say_zone("yes", lang)
        yield line + (say_zone("broken_before", lang) if known_before else "")
    yield from stranded
    for drafted in draft.stages:
        others = drafted.others
        if others is not None and others.shortfall is not None:
            yield say_zone(
                "fewer_plans",
                lang,
                stage=drafted.stage.names[lang],
                asked=others.asked + 1,
                found=len(others) + 1,
                why=say_zone(f"why_{others.shortfall}", lang),
            )


def _stranded_said(draft: Draft, lang: Language) -> Iterator[str]:
    """Yield which areas hang on nothing, and what to do about it."""
    names = names_of(draft, lang).areas
    for drafted, why, areas in stranded_areas(draft):
        keys = [drafted.area_ids[area] for area in areas]
        where = [f"{fitted(names[key], _NAME_WIDTH)} ({fitted(key, _NAME_WIDTH)})" for key in keys]
        yield say_zone(
            f"stranded_{why}",
            lang,
            stage=drafted.stage.names[lang],
            pupils=_pupils(int(drafted.problem.pupils[areas].sum()), lang),
            where=_listed(where, lang),
        )


def _pupils(number: int, lang: Language) -> str:
    """Return how many pupils, one of them in the singular."""
    return say_zone("one_pupil" if number == 1 else "many_pupils", lang, pupils=number)


def why_said(draft: Draft, lang: Language) -> Iterator[str]:
    """Yield which demands contradict each other, and what would be the cheapest to give up."""
    for drafted in draft.stages:
        yield from (zh if lang == "zh" else en for zh, en in drafted.why)


def audit_table(audit: Audit, lang: Language) -> tuple[Sequence[str], list[list[str]]]:
    """Return headings and rows: what was looked at, what was asked, what was found."""
    headings = [say_zone(key, lang) for key in ("stage", "check", "asked", "found", "ok")]
    rows = [
        [
            fitted(heading.in_(lang), _STAGE_WIDTH),
            fitted(check.what.in_(lang), _CHECK_WIDTH),
            _in(check.asked, lang),
            _in(check.found, lang),
            say_zone("yes" if check.ok else "no", lang),
        ]
        for heading, check in audit.checks
    ]
    return headings, rows


def _in(figure: str | Said, lang: Language) -> str:
    """Return a figure of a check, or a word in one language."""
    return figure if isinstance(figure, str) else figure.in_(lang)


def _whole(cell: object) -> str:
    """Return a figure without decimals, empty where there is none."""
    return "" if cell is None else f"{cell:,.0f}"


def title_of(draft: Draft, lang: Language) -> str:
    """Return which county, which scenario, which year."""
    about, names = draft.scenario.about, draft.study.names
    english = about.title or draft.scenario.name
    return fitted(
        say_zone(
            "title",
            lang,
            county=names[lang] or names["zh"],
            title=(about.title_zh or english) if lang == "zh" else english,
            year=draft.stages[0].year,
        ),
        _WIDTH,
    )


def _listed(names: Sequence[str], lang: Language) -> str:
    """Return the first few names, and how many more there are."""
    shown = say_zone("comma", lang).join(names[:_PLACES_SHOWN])
    more = len(names) - _PLACES_SHOWN
    return shown + (say_zone("and_more", lang, more=more) if more > 0 else "")
