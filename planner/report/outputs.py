"""Write everything that stands beside the map of a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.report.document import write_document
from planner.report.geopackage import write_geopackage
from planner.report.manifest import write_manifest
from planner.report.plan_workbook import write_plan_workbook
from planner.report.shared import write_notice
from planner.report.summary import summarise, write_summary

if TYPE_CHECKING:
    from pathlib import Path

    from planner.plan import Plan
    from planner.terms import Language

__all__ = ["write_plan"]


def write_plan(plan: Plan, folder: Path, lang: Language) -> None:
    """Write results.gpkg, results.xlsx, summary.json, summary.md and manifest.json.

    Where zones are shared, shared_zones_notice.xlsx tells parents their chances.

    `folder` exists, such as the one `results_folder` gives. The same plan gives the same bytes.
    """
    summary = summarise(plan)
    write_geopackage(plan, summary, folder / "results.gpkg")
    write_plan_workbook(plan, summary, folder / "results.xlsx", lang)
    write_summary(summary, folder / "summary.json")
    write_document(summary, folder / "summary.md", lang)
    write_notice(plan, folder, lang)
    write_manifest([plan], folder)
