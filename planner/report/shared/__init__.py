"""Tell of shared zones: sheets for the bureau, a notice for parents, lines for the terminal."""

from __future__ import annotations

from planner.report.shared.notice import NOTICE, write_notice
from planner.report.shared.proof import write_shared_proof
from planner.report.shared.sheets import shared_sheets
from planner.report.shared.terminal import shared_entries, shared_lines

__all__ = [
    "NOTICE",
    "shared_entries",
    "shared_lines",
    "shared_sheets",
    "write_notice",
    "write_shared_proof",
]
