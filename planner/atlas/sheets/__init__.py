"""Draw a plan on sheets of paper: county, townships and single schools, true to scale."""

from __future__ import annotations

from planner.atlas.sheets.wish import Wish
from planner.atlas.sheets.writing import draw_sheets, drawn_sheets

__all__ = ["Wish", "draw_sheets", "drawn_sheets"]
