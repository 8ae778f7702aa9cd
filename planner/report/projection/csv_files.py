"""Write tables that other programs read and spreadsheets open without running anything."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

import pandas as pd

from planner.formulas import never_a_formula
from planner.report.words import VALUES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from planner.terms import Language

__all__ = ["write_csv"]


def write_csv(headings: Sequence[str], table: pd.DataFrame, path: Path, lang: Language) -> None:
    """Write a table, one row a line, under its headings.

    UTF-8 with a mark at the beginning by which spreadsheets know it; what is missing is empty,
    yes and no are words, and text that begins like a formula is preceded by an apostrophe.
    """
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(headings)
        for row in table.itertuples(index=False, name=None):
            writer.writerow([_cell(value, lang) for value in row])


def _cell(value: Any, lang: Language) -> Any:
    """Return a cell as it is written."""
    if pd.isna(value):
        return ""
    if pd.api.types.is_bool(value):
        return VALUES[str(bool(value)).lower()][lang]
    return never_a_formula(value) if isinstance(value, str) else value
