"""Put an opened figure into words and tables for the terminal, in a planner's language."""

from __future__ import annotations

from planner.report.why.telling import Told, told

__all__ = ["Told", "told"]
