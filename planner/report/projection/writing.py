"""Write a projection: tables to compute with, a workbook to read, pictures to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.errors import Sentence
from planner.report.manifest import write_manifest
from planner.report.projection.csv_files import write_csv
from planner.report.projection.headings import headings_of, in_words
from planner.report.projection.tables import gather_projection
from planner.report.projection.workbook import write_projection_workbook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from planner.plan import Plan
    from planner.report.projection.tables import Projection
    from planner.terms import Language

__all__ = ["write_projection"]


def write_projection(
    plan: Plan,
    folder: Path,
    lang: Language,
    *,
    pictures: bool = False,
    say: Callable[[str], None] = lambda _doing: None,
) -> None:
    """Write the projected pupils and what they rest on.

    pupils.csv holds one row per section, school year and grade; section_totals.csv one per
    section and school year, counted ones included, with intervals and seats; ages.csv residents
    beside pupils by single age; births.csv the variants of births. pupils.xlsx shows the same to
    be read, and how far past forecasts missed. manifest.json says what all was made from. The
    same plan gives the same bytes, and on machines with the same fonts the same pictures.

    Args:
        plan: A finished plan.
        folder: An existing folder.
        lang: Language of headings and words.
        pictures: Whether to draw pictures into a folder `pictures` as well.
        say: Called with what is being done, in a few words.
    """
    say(Sentence("tables", "结果表"))
    shown = gather_projection(plan)
    _write_tables(plan, shown, folder, lang)
    say(Sentence("workbook", "工作簿"))
    write_projection_workbook(plan, shown, folder / "pupils.xlsx", lang)
    if pictures:
        # matplotlib takes a second to load, which nobody waits for who wants no pictures.
        from planner.report.projection.drawing import draw_projection

        draw_projection(plan, shown, folder / "pictures", lang, say)
    write_manifest([plan], folder)


def _write_tables(plan: Plan, shown: Projection, folder: Path, lang: Language) -> None:
    """Write the tables that other programs read."""
    grades = ["section_id", "name", "name_en", "stage", "year", "grade", "pupils", "counted"]
    for file, table in (
        ("pupils.csv", shown.grades[grades]),
        ("section_totals.csv", shown.sections),
        ("ages.csv", shown.ages),
        ("births.csv", shown.births),
    ):
        cells = in_words(table, plan.norms, lang)
        headings = headings_of([str(name) for name in cells], lang)
        write_csv([heading.text for heading in headings], cells, folder / file, lang)
