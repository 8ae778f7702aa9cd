"""Lay out shared zones as sheets of results.xlsx: zones year by year, and chances by area."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from planner.report.headings import table_sheet
from planner.report.shared.terminal import proof_lines
from planner.report.shared.words import say_shared
from planner.results import RESULTS
from planner.tables import columns_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.drafting import Draft
    from planner.plan import Plan
    from planner.report.workbook import Sheet
    from planner.terms import Language

__all__ = ["shared_sheets"]


def shared_sheets(plan: Plan | Draft, lang: Language) -> Iterator[Sheet]:
    """Yield the sheets of a plan's shared zones; none where it has none.

    Above the zones stand what the grouping is worth, with its proof, and how lots are drawn.
    """
    if not plan.shared:
        return
    preface = [
        *proof_lines(plan, lang),
        *dict.fromkeys(
            (say_shared("draw", lang), say_shared(f"draw_{shared.draw}", lang))
            for shared in plan.shared
        ),
        (say_shared("chances", lang), say_shared("chances_computed", lang)),
    ]
    zones = table_sheet(
        "shared_zones", RESULTS["shared_zones"], plan.shared_zones, plan.norms, lang
    )
    headings = [
        replace(heading, kind="ratio") if column.name.endswith("quality") else heading
        for column, heading in zip(
            columns_of("shared_zones", RESULTS["shared_zones"]), zones.headings, strict=True
        )
    ]
    yield replace(zones, headings=headings, preface=preface, frozen_columns=2)
    yield table_sheet("shared_lots", RESULTS["shared_lots"], plan.shared_lots, plan.norms, lang)
