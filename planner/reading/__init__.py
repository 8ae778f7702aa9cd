"""Turn the files of a study folder into tables with known columns, and say what cannot be read."""

from __future__ import annotations

from planner.reading.findings import Finding, Severity, Words
from planner.reading.folder import RawStudy, read_folder
from planner.reading.settings import study_folder
from planner.reading.table import RawTable, Source

__all__ = [
    "Finding",
    "RawStudy",
    "RawTable",
    "Severity",
    "Source",
    "Words",
    "read_folder",
    "study_folder",
]
