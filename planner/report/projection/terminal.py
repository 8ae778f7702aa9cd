"""Say in the terminal how many pupils each stage will have, and between which numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from planner.fitting import fitted, width_of
from planner.past import proof
from planner.report.backtest import ShownTable, proof_said
from planner.report.words import say

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from planner.plan import Plan
    from planner.terms import Language

__all__ = ["county_table", "sureness"]

_WIDEST_NAME: Final = 16


def county_table(plan: Plan, lang: Language) -> ShownTable:
    """Return pupils by school year and stage, with the 80 % interval on a line of its own below.

    Four stages of up to 999,999 pupils fit into 80 columns. Cells are padded on the left, so
    that numbers stand one below the other.
    """
    there = set(plan.county_years["stage"])
    stages = [stage for stage in plan.norms.stages if stage.stage in there]
    rows = plan.county_years.to_dict("records")
    found = {(row["stage"], row["year"]): row for row in rows}
    columns = [
        [fitted(stage.names[lang], _WIDEST_NAME)]
        + [
            line
            for year in plan.years
            for line in _lines(found.get((stage.stage, year)), counted=year == plan.years[0])
        ]
        for stage in stages
    ]
    years = [say("year", lang)]
    for year in plan.years:
        years += [str(year)] if year == plan.years[0] else [str(year), ""]
    padded = [years, *([_padded(cell, column) for cell in column] for column in columns)]
    headings, *lines = zip(*padded, strict=True)
    return ShownTable(say("projection_title", lang), headings, tuple(lines))


def sureness(plan: Plan, lang: Language) -> tuple[str, str]:
    """Return a line and what is said below it of how sure the projection is."""
    said: str = getattr(proof_said(proof(plan.past)), lang)
    return say("about_proof", lang), said


def _lines(row: Mapping[Any, Any] | None, *, counted: bool) -> list[str]:
    """Return pupils and, of a projected year, the interval below them."""
    if row is None:
        return ["–"] if counted else ["–", ""]
    pupils = f"{row['pupils']:,}"
    if counted:
        return [pupils]
    known = not (pd.isna(row["low80"]) or pd.isna(row["high80"]))
    return [pupils, f"{row['low80']:,.0f}–{row['high80']:,.0f}" if known else ""]


def _padded(cell: str, column: list[str]) -> str:
    """Return a cell that ends where the widest of its column ends."""
    return " " * (max(map(width_of, column)) - width_of(cell)) + cell
