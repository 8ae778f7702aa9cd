"""Write down a cure of large classes: workbook, scenario, zones, and lines for the terminal."""

from __future__ import annotations

from planner.report.cure.terminal import PathTable, cost_table, path_table, verdict
from planner.report.cure.writing import write_cure

__all__ = ["PathTable", "cost_table", "path_table", "verdict", "write_cure"]
