"""Write a cure into a folder: cure.xlsx, cure.toml, zones.csv and manifest.json."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.cure.writing import scenario_text
from planner.report.cure.tables import (
    cost_rows,
    cured_rows,
    measure_rows,
    path_rows,
    reason_rows,
)
from planner.report.cure.terminal import verdict
from planner.report.cure.words import say_cure
from planner.report.manifest import write_manifest
from planner.report.workbook import Heading, Sheet, write_workbook

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import Any

    from planner.cure import Cure
    from planner.terms import Language

__all__ = ["copy_sentence", "write_cure"]

_MEASURES = (
    *(("kind", "text"), ("section", "text"), ("section_id", "text"), ("stage", "text")),
    *(("from_year", "year"), ("number", "whole"), ("unit", "text"), ("yuan", "whole")),
    *(("cohort", "year"), ("to_section", "text"), ("areas", "prose")),
)
_PATH = (
    *(("stage", "text"), ("year", "year"), ("before", "whole"), ("target", "whole")),
    *(("computed", "whole"), ("after", "whole")),
)
_COSTS = (("term", "text"), ("yuan", "whole"), ("price", "any"), ("setting", "text"))
_CURED = (
    *(("section", "text"), ("section_id", "text"), ("stage", "text"), ("cohort", "year")),
    *(("first_year", "year"), ("last_year", "year"), ("class_years", "whole")),
    *(("class_years_left", "whole"), ("how", "text")),
)
_REASONS = (
    *(("section", "text"), ("section_id", "text"), ("cohort", "year"), ("year", "year")),
    *(("classes", "whole"), ("pupils_beyond", "whole"), ("binding", "text")),
)


def write_cure(cure: Cure, folder: Path, lang: Language) -> None:
    """Write everything about a cure; the same cure gives the same bytes.

    `cure.toml` is a scenario that extends the one that was cured, `zones.csv` its zones where
    areas change section, in the shape of a study's table of zones.
    """
    write_workbook(list(_sheets(cure, lang)), folder / "cure.xlsx")
    text = scenario_text(cure.before, cure.scenario)
    (folder / "cure.toml").write_text(text, encoding="utf-8", newline="\n")
    if cure.zones is not None:
        cure.zones.to_csv(folder / "zones.csv", index=False, encoding="utf-8", lineterminator="\n")
    write_manifest([cure.before], folder)


def copy_sentence(cure: Cure, lang: Language) -> str:
    """Say where the written files belong, so that the cure can be planned like any scenario."""
    zones = ""
    if cure.zones is not None:
        zones = say_cure("note_copy_zones", lang, file=cure.zones_file)
    return say_cure("note_copy", lang, name=cure.scenario.name, zones=zones)


def _sheets(cure: Cure, lang: Language) -> Iterator[Sheet]:
    """Yield the sheets of the workbook."""
    yield _sheet("measures", _MEASURES, measure_rows(cure, lang), lang)
    yield _sheet("path", _PATH, path_rows(cure, lang), lang)
    yield _sheet("costs", _COSTS, cost_rows(cure, lang), lang)
    yield _sheet("cured", _CURED, cured_rows(cure, lang), lang)
    if reasons := reason_rows(cure, lang):
        yield _sheet("reasons", _REASONS, reasons, lang)
    yield Sheet(
        title=say_cure("sheet_notes", lang),
        headings=[Heading(say_cure("sheet_notes", lang), "text")],
        rows=[[line] for line in _notes(cure, lang)],
    )


def _sheet(
    name: str, columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[Any]], lang: Language
) -> Sheet:
    """Return one sheet under its headings."""
    return Sheet(
        title=say_cure(f"sheet_{name}", lang),
        headings=[Heading(say_cure(word, lang), kind) for word, kind in columns],
        rows=rows,
        frozen_columns=1,
    )


def _notes(cure: Cure, lang: Language) -> Iterator[str]:
    """Yield what a reader must know."""
    yield from verdict(cure, lang)
    first = min((aim.year for aim in cure.situation.aims), default=cure.before.years[0])
    yield say_cure(f"note_targets_{cure.situation.aims_from}", lang, year=first)
    yield from (say_cure(f"note_{key}", lang) for key in ("model", "strips", "count", "rounds"))
    yield copy_sentence(cure, lang)
    for note in cure.before.notes:
        yield note.zh if lang == "zh" else note.en
