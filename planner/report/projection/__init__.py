"""Write how many pupils there will be, how sure that is, and what it rests on.

Tables to compute with (`csv_files`), a workbook to read (`workbook`), pictures (`drawing`, which
alone loads matplotlib) and a table for the terminal (`terminal`) all show what `tables` gathers
from a plan.
"""

from __future__ import annotations

from planner.report.projection.terminal import county_table, sureness
from planner.report.projection.writing import write_projection

__all__ = ["county_table", "sureness", "write_projection"]
