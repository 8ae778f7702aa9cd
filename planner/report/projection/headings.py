"""Head the columns of a projection and put its cells into words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from planner.report.headings import heading_of, shown_table
from planner.report.plan_workbook import section_name
from planner.report.words import say
from planner.report.workbook import Heading
from planner.results import RESULTS
from planner.tables import columns_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from planner.norms import Norms
    from planner.terms import Language

__all__ = ["headings_of", "in_words"]

_OF_PLANS: Final = ("section_years", "section_grades")
_OWN: Final[Mapping[str, tuple[str, str]]] = {
    "counted": ("counted", "text"),
    "age": ("age", "year"),
    "residents": ("residents", "whole"),
    "residents_counted": ("residents_counted", "text"),
    "residents_low80": ("residents_low80", "whole"),
    "residents_high80": ("residents_high80", "whole"),
    "pupils_counted": ("pupils_counted", "text"),
    "pupils_per_resident": ("pupils_per_resident", "share"),
    "gross_rate": ("gross_rate", "share"),
    "births_year": ("births_year", "year"),
    "published": ("published", "text"),
    "low": ("births_low", "whole"),
    "medium": ("births_medium", "whole"),
    "high": ("births_high", "whole"),
    "plan": ("births_plan", "whole"),
}
"""Word and kind of the columns that no table of a plan has."""


def headings_of(names: Sequence[str], lang: Language) -> list[Heading]:
    """Return the headings of columns: those of a plan's tables, or our own words."""
    known = {
        column.name: column for table in _OF_PLANS for column in columns_of(table, RESULTS[table])
    }
    return [
        Heading(say(_OWN[name][0], lang), _OWN[name][1])
        if name in _OWN
        else heading_of(known[name], lang)
        for name in names
    ]


def in_words(table: pd.DataFrame, norms: Norms, lang: Language) -> pd.DataFrame:
    """Return a table with stages and grades in words, and one name for each section."""
    shown = shown_table(table, norms, lang)
    if "name_en" in table:
        rows = table[["name", "name_en"]].to_dict("records")
        shown = shown.assign(name=[section_name(row, lang) for row in rows])
        shown = shown.drop(columns="name_en")
    return shown.where(table[shown.columns].notna(), None)
