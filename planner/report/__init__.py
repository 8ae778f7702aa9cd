"""Write down what a plan says: workbook, GeoPackage, summary, and a few lines for the terminal."""

from __future__ import annotations

from planner.report.comparison_outputs import write_comparison
from planner.report.folder import check_writable, results_folder
from planner.report.outputs import write_plan
from planner.report.projection import write_projection
from planner.report.side_by_side import comparison_lines
from planner.report.terminal import ten_lines

__all__ = [
    "check_writable",
    "comparison_lines",
    "results_folder",
    "ten_lines",
    "write_comparison",
    "write_plan",
    "write_projection",
]
