"""Say in a few lines who shares a zone, what children can expect, and how sure that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from planner.report.headings import stage_name
from planner.report.shared.words import say_shared
from planner.zoning import SolveStatus

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from planner.drafting import Draft
    from planner.plan import Plan
    from planner.terms import Language

__all__ = ["proof_lines", "shared_entries", "shared_lines"]

_SHOWN: Final = 12  # zones; more would push the plan's own lines off the screen


def shared_lines(plan: Plan | Draft, lang: Language) -> list[str]:
    """Return, stage by stage, how many zones are shared, with which proof, to what effect."""
    return [line for lines in proof_lines(plan, lang) for line in lines if line]


def proof_lines(plan: Plan | Draft, lang: Language) -> Iterator[tuple[str, str]]:
    """Yield for each stage what was found and how sure it is, and how differences change."""
    for shared in plan.shared:
        found = shared.sharing
        sure = "optimal" if found.status is SolveStatus.OPTIMAL else "gap"
        if plan.scenario.sharing.method == "given":
            sure = "given"
        key = "line_found" if shared.groups else "line_none"
        name = stage_name(shared.stage.stage, plan.norms, lang)
        head = say_shared(
            key,
            lang,
            stage=f"{name[:1].upper()}{name[1:]}",
            groups=len(shared.groups),
            sections=sum(map(len, shared.groups)),
            status=say_shared(sure, lang, gap=found.gap),
        )
        body = ""
        if shared.graded and shared.groups and found.before and found.after:
            body = say_shared(
                "line_quality",
                lang,
                before=found.before.variation,
                after=found.after.variation,
                range_before=found.before.range,
                range_after=found.after.range,
                gini_before=found.before.gini,
                gini_after=found.after.gini,
            )
        yield head, body


def shared_entries(
    plan: Plan | Draft, lang: Language, *, book: str = "results.xlsx"
) -> list[tuple[str, str]]:
    """Return the shared zones of the first year in which lots are drawn: schools, and figures.

    Where there are many, the last entry sends the reader to the workbook.
    """
    if plan.shared_zones.empty:
        return []
    zones = plan.shared_zones
    of_first = zones[zones["year"] == zones["year"].min()]
    entries = [_entry(zone, plan, lang) for zone in of_first.head(_SHOWN).to_dict("records")]
    more = len(of_first) - len(entries)
    return [
        *entries,
        *([(say_shared("and_more", lang, number=more, book=book), "")] if more else []),
    ]


def _entry(zone: dict[Any, Any], plan: Plan | Draft, lang: Language) -> tuple[str, str]:
    """Return the schools of one shared zone, and what its children can expect."""
    names = zone["names_en"] if lang == "en" and not pd.isna(zone["names_en"]) else zone["names"]
    body = say_shared(
        "zone_said",
        lang,
        stage=stage_name(str(zone["stage"]), plan.norms, lang),
        year=zone["year"],
        entrants=zone["entrants"],
        seats=zone["seats"],
        own=_whole(zone["own_walk_metres"]),
        walk=_whole(zone["walk_metres"]),
        longest=_whole(zone["longest_walk_metres"]),
    )
    if not pd.isna(zone["quality"]):
        body += say_shared(
            "zone_quality",
            lang,
            lowest=zone["lowest_quality"],
            highest=zone["highest_quality"],
            quality=zone["quality"],
        )
    return str(names), body


def _whole(metres: float) -> str:
    """Return metres, a dash where none are known."""
    return "–" if pd.isna(metres) else f"{metres:,.0f}"
