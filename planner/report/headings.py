"""Head the columns of a plan's tables, and put their cells into words, in a reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from planner.report.words import UNITS, VALUES, say
from planner.report.workbook import Heading, Sheet
from planner.tables import Column, columns_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.norms import Norms
    from planner.tables import Table
    from planner.terms import Language

__all__ = ["heading_of", "shown_table", "stage_name", "table_sheet"]

_SAID_OTHERWISE: Final = {
    "low80": "80 % from",
    "high80": "80 % to",
    "low95": "95 % from",
    "high95": "95 % to",
    "large_low80": "Large classes, 80 % from",
    "large_high80": "Large classes, 80 % to",
    "large_probability": "Any large class, probability",
    "large": "Large classes",
    "super_large": "Super-large classes",
    "over_standard": "Classes over standard",
    "entry_over_standard": "Entry classes over standard",
    "limit": "Seats limited by",
    "price_metres": "Price (metres)",
    "concerned": "Entrants concerned",
    "part": "Part of value",
    "broken": "Areas not kept",
    "no_choice": "Without a choice",
}
"""English headings that the name of a column does not give."""

_COUNTED_AS_TEXT: Final = (
    *("stage", "grade", "warning", "band", "limit", "method", "status", "open"),
    *("term", "demand"),
)


def table_sheet(
    name: str, model: type[Table], table: pd.DataFrame, norms: Norms, lang: Language
) -> Sheet:
    """Return one table of results as a sheet: its own columns, geometry left out."""
    columns = [column for column in columns_of(name, model) if column.kind != "geometry"]
    shown = shown_table(table[[column.name for column in columns]], norms, lang)
    return Sheet(
        title=say(f"sheet_{name}", lang),
        headings=[heading_of(column, lang) for column in columns],
        rows=list(shown.itertuples(index=False, name=None)),
        frozen_columns=2 if columns[0].name == "section_id" else 1,
    )


def heading_of(column: Column, lang: Language) -> Heading:
    """Return the heading of a column in a language, with its unit where it has one to name."""
    name = _SAID_OTHERWISE.get(column.name, column.name.replace("_", " ").capitalize())
    text = column.zh if lang == "zh" else name
    named = column.unit.replace("-", " ") in name.lower()
    if column.unit in UNITS and column.unit != "share" and not (named and lang == "en"):
        unit = UNITS[column.unit][lang]
        text = f"{text}（{unit}）" if lang == "zh" else f"{text} ({unit})"
    return Heading(text, _kind(column))


def shown_table(table: pd.DataFrame, norms: Norms, lang: Language) -> pd.DataFrame:
    """Return a table whose stages, grades and states are words of the language."""
    shown = table.astype(object)
    for name in table.columns:
        if name in _COUNTED_AS_TEXT:
            words = _words_for(name, norms, lang)
            shown[name] = [words.get(_key(value), str(value)) for value in table[name]]
    return shown


def stage_name(stage: str, norms: Norms, lang: Language) -> str:
    """Return what a stage is called."""
    return norms.stage(stage).names[lang]


def _kind(column: Column) -> str:
    """Return how the cells of a column are shown."""
    if column.name in _COUNTED_AS_TEXT or column.kind in ("text", "yes/no"):
        return "text"
    if column.name in ("year", "cohort") or column.name.endswith("_year"):
        return "year"
    if column.unit in ("share", "metres"):
        return column.unit
    return "whole" if column.kind == "whole number" else "number"


def _words_for(column: str, norms: Norms, lang: Language) -> Mapping[Any, str]:
    """Return the words for the cells of one column."""
    if column == "stage":
        return {stage.stage: stage.names[lang] for stage in norms.stages}
    if column == "grade":
        return {grade: names[lang] for grade, names in norms.grade_names.items()}
    return {key: words[lang] for key, words in VALUES.items()}


def _key(value: Any) -> Any:
    """Return how a cell is looked up: yes and no by their names."""
    if isinstance(value, bool) or pd.api.types.is_bool(value):
        return str(bool(value)).lower()
    return value
