"""Show a figure in its indicator's unit: shares in percent, counts whole, money grouped."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from planner.report.headings import stage_name
from planner.report.indicators.words import told
from planner.report.workbook import Shown

if TYPE_CHECKING:
    from planner.norms import Norms
    from planner.norms.indicators import Indicator
    from planner.terms import Language

__all__ = ["cell_of", "name_of", "said_figure", "stage_said"]

_COUNTS: Final = frozenset(
    {
        *("classes", "schools", "teaching points", "kindergartens", "sections", "pupils"),
        *("people", "places", "seats", "rooms", "incidents", "level"),
    }
)


def cell_of(figure: float | None, said: str, unit: str, lang: Language) -> Any:
    """Return a value as a cell of a workbook."""
    if said:
        return told(said, lang) if said in ("yes", "no") else said
    if figure is None or math.isnan(figure):
        return None
    return Shown(figure, _kind(unit, figure))


def said_figure(figure: float | None, said: str, unit: str, lang: Language) -> str:
    """Return a value as text for a line of 80 columns."""
    if said:
        return told(said, lang) if said in ("yes", "no") else said
    if figure is None or math.isnan(figure):
        return "–"
    if unit == "share":
        return f"{figure:.1%}"
    if figure >= 100 or unit in _COUNTS:
        return f"{figure:,.0f}"
    return f"{figure:.2f}"


def name_of(indicator: Indicator, lang: Language) -> str:
    """Return number and name of an indicator."""
    return f"{indicator.item} {indicator.names[lang]}" if indicator.item else indicator.names[lang]


def stage_said(stage: str, indicator: Indicator, norms: Norms, lang: Language) -> str:
    """Return the stage of a row, or that it speaks of all of them."""
    if stage:
        return stage_name(stage, norms, lang)
    return told("all_stages", lang) if indicator.stages else ""


def _kind(unit: str, figure: float) -> str:
    """Return how a workbook shows a figure of this unit."""
    if unit == "share":
        return "share"
    return "whole" if unit in _COUNTS or abs(figure) >= 1000 or figure == int(figure) else "any"
