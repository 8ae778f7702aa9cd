"""Draw the projection: county, sections, births, ages, and how far past forecasts missed.

Each function takes a plain table and returns matplotlib figures; `write_pictures` writes them.
matplotlib takes a second to load, so nothing else in planner imports this package before a picture
is asked for.
"""

from __future__ import annotations

from planner.report.pictures.ages import draw_pyramid
from planner.report.pictures.backtest import draw_backtest
from planner.report.pictures.births import draw_births
from planner.report.pictures.county import draw_county
from planner.report.pictures.fonts import font_notice
from planner.report.pictures.sections import draw_sections
from planner.report.pictures.writing import write_pictures

__all__ = [
    "draw_backtest",
    "draw_births",
    "draw_county",
    "draw_pyramid",
    "draw_sections",
    "font_notice",
    "write_pictures",
]
