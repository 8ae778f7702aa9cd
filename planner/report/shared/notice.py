"""Write what parents may know of shared zones: schools, chances and walks, and no small counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from planner.report.headings import stage_name
from planner.report.shared.words import say_shared
from planner.report.workbook import Heading, Sheet, write_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from planner.plan import Plan
    from planner.terms import Language

__all__ = ["NOTICE", "write_notice"]

NOTICE: Final = "shared_zones_notice.xlsx"
FEWEST_SHOWN: Final = 10
"""Counts below this are withheld: in a small community they could point at a child."""


def write_notice(plan: Plan, folder: Path, lang: Language) -> None:
    """Write the notice of the first year in which lots are drawn; nothing without shared zones.

    The same plan gives the same bytes. Names are text, whatever they begin with.
    """
    if plan.shared_zones.empty:
        return
    year = int(plan.shared_zones["year"].min())
    write_workbook([_zones(plan, year, lang), _areas(plan, year, lang)], folder / NOTICE)


def _zones(plan: Plan, year: int, lang: Language) -> Sheet:
    """Return the shared zones: schools, areas, entrants unless they are few, seats."""
    zones = plan.shared_zones[plan.shared_zones["year"] == year]
    return Sheet(
        title=say_shared("notice_zones", lang),
        headings=[
            Heading(say_shared("stage", lang), "text"),
            Heading(say_shared("zone", lang), "text"),
            Heading(say_shared("notice_areas_count", lang), "whole"),
            Heading(say_shared("entrants", lang), "whole"),
            Heading(say_shared("seats", lang), "whole"),
        ],
        rows=[
            [
                stage_name(str(zone["stage"]), plan.norms, lang),
                _said(zone["names_en"], zone["names"], lang),
                zone["areas"],
                _unless_few(int(zone["entrants"]), lang),
                zone["seats"],
            ]
            for zone in zones.to_dict("records")
        ],
        preface=_preface(year, lang),
        frozen_columns=2,
    )


def _areas(plan: Plan, year: int, lang: Language) -> Sheet:
    """Return for each area the schools a child may come to, with chance and walk, no counts."""
    lots = plan.shared_lots[plan.shared_lots["year"] == year]
    areas = plan.study.areas.set_index("area_id")
    sections = plan.sections.set_index("section_id")
    rows = [
        [
            stage_name(str(lot["stage"]), plan.norms, lang),
            _of(areas, lot["area_id"], lang),
            _of(sections, lot["section_id"], lang),
            # A whole percent: finer shares of a small zone would let its children be counted.
            round(float(lot["chance"]), 2),
            lot["walk_metres"],
        ]
        for lot in lots.to_dict("records")
    ]
    kinds = {"stage": "text", "notice_area": "text", "notice_school": "text"}
    kinds |= {"notice_chance": "share", "notice_walk": "metres"}
    return Sheet(
        title=say_shared("notice_areas", lang),
        headings=[Heading(say_shared(key, lang), kind) for key, kind in kinds.items()],
        rows=rows,
        preface=_preface(year, lang),
        frozen_columns=2,
    )


def _preface(year: int, lang: Language) -> list[tuple[str, str]]:
    """Return what stands above each sheet."""
    return [
        (
            say_shared("notice_school_year", lang),
            say_shared("notice_year_meant", lang, year=year),
        ),
        (say_shared("note", lang), say_shared("notice_privacy", lang, fewest=FEWEST_SHOWN)),
    ]


def _unless_few(count: int, lang: Language) -> int | str:
    """Return a count, or that it is too small to be published; none at all may be said."""
    if 0 < count < FEWEST_SHOWN:
        return say_shared("notice_small", lang, fewest=FEWEST_SHOWN)
    return count


def _of(table: pd.DataFrame, key: Any, lang: Language) -> str:
    """Return the name of an area, or of a section's school."""
    row = table.loc[key]
    return _said(row.get("name_en"), row["name"], lang)


def _said(english: Any, name: Any, lang: Language) -> str:
    """Return a name in English where it is asked for and known."""
    return str(english if lang == "en" and not pd.isna(english) else name)
