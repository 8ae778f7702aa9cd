"""Write down drawn zones: tables, workbook, layer, proof, scenario, lines for the terminal."""

from __future__ import annotations

from planner.report.zone.terminal import (
    audit_table,
    breaks_said,
    proof_table,
    sheet_of_plans,
    title_of,
    why_said,
)
from planner.report.zone.words import say_zone, step_word
from planner.report.zone.writing import write_zones

__all__ = [
    "audit_table",
    "breaks_said",
    "proof_table",
    "say_zone",
    "sheet_of_plans",
    "step_word",
    "title_of",
    "why_said",
    "write_zones",
]
