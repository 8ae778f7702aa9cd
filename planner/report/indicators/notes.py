"""Say what the indicators rest on, what was assumed, and what does not fit together."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from planner.report.indicators.figures import said_figure
from planner.report.indicators.words import told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.indicators import IndicatorTables
    from planner.terms import Language

__all__ = ["notes_of"]


def notes_of(tables: IndicatorTables, lang: Language) -> list[tuple[str, str]]:
    """Return key and sentence of every note."""
    return list(_notes(tables, lang))


def _notes(tables: IndicatorTables, lang: Language) -> Iterator[tuple[str, str]]:
    """Yield what each part rests on, then what contradicts itself, then the plan's own notes."""
    base = tables.years[0]
    if tables.equipment is not None:
        yield "resources", told("note_stock", lang, year=base)
        yield "resources", told("note_items", lang)
        yield "resources", told("note_sections", lang)
    for part in ("concentration", "public", "places", "retention", "zoned"):
        yield part, told(f"note_{part}", lang)
    if len(tables.quota):
        yield "quota", told("note_quota", lang)
    if len(tables.staff):
        yield "staff", told("note_staff", lang)
    if tables.phases is not None:
        yield "phases", told("note_cells", lang)
        yield from (("phases", fault.said(lang)) for fault in tables.phases.faults)
    yield from (("actuals", sentence) for sentence in _contradictions(tables, lang))
    unknown = dict.fromkeys(step.aim.key for step in tables.steps if step.aim.indicator is None)
    yield from (("targets", told("note_unknown_target", lang, key=key)) for key in unknown)
    yield from ((note.key, getattr(note, lang)) for note in tables.reckoner.ground.plan.notes)


def _contradictions(tables: IndicatorTables, lang: Language) -> Iterator[str]:
    """Yield where the bureau entered another number than planner reckons."""
    for row in tables.reckoner.ground.entered.to_dict("records"):
        indicator = tables.reckoner.register.find(row["indicator"])
        if indicator is None or isinstance(row["value"], (str, bool)):
            continue
        found = tables.reckoner.value(indicator, row["stage"], row["year"])
        differs = found.how in ("counted", "projected") and not math.isclose(
            found.figure, row["value"], abs_tol=5e-4, rel_tol=5e-4
        )
        if differs:
            yield told(
                "note_differs",
                lang,
                indicator=indicator.names[lang],
                year=row["year"],
                entered=said_figure(row["value"], "", indicator.unit, lang),
                computed=said_figure(found.figure, "", indicator.unit, lang),
            )
