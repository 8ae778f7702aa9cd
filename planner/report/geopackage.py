"""Write a plan as one GeoPackage: zones, sections and areas to draw, every table to join."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import pandas as pd
import pyogrio

from planner.report.plan_workbook import dictionary_rows
from planner.report.words import WORDS
from planner.results import RESULTS
from planner.terms import Language

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from planner.plan import Plan
    from planner.report.summary import Summary

__all__ = ["write_geopackage", "write_layers"]

_MADE: Final = "1980-01-01T00:00:00.000Z"  # in place of the time of writing: same plan, same bytes
_SECTION_FIGURES: Final = (
    "pupils",
    "seats",
    "utilisation",
    "shortage",
    "surplus",
    "warning",
    "large",
    "largest_class",
)
_LONG_TABLES: Final = (
    "county_years",
    "section_years",
    "section_grades",
    "class_years",
    "class_band_years",
    "area_years",
    "seat_limits",
    "zone_proofs",
    "zone_terms",
)
_OF_LOTS: Final = ("shared_zones", "shared_lots")
_MEASURED: Final = ("utilisation", "walk_metres")
_DICTIONARY: Final = ("table", "column", "heading", "kind", "unit", "meaning", "allowed")


def write_geopackage(plan: Plan, summary: Summary, path: Path) -> None:
    """Write results.gpkg with the study's coordinate system and layers named in ASCII.

    The layers areas and sections carry the figures of three years by the endings _base (the
    counted year), _first (the first planned one) and _last; the long tables hold every year.
    """
    figures_of = {"base": plan.years[0], "first": summary.first_year, "last": summary.last_year}
    crs = plan.study.crs
    layers: dict[str, pd.DataFrame] = {
        "zones": plan.zones.to_crs(crs),
        "sections": _sections(plan, figures_of),
        "areas": _areas(plan, figures_of),
        **{name: getattr(plan, name) for name in _LONG_TABLES},
        **{name: table for name in _OF_LOTS if not (table := getattr(plan, name)).empty},
        "changes": pd.DataFrame(
            [
                [
                    one.setting,
                    f"{one.names.zh}：{one.old.zh} → {one.new.zh}",
                    f"{one.names.en}: {one.old.en} → {one.new.en}",
                    one.file,
                ]
                for one in summary.changes
            ],
            columns=["setting", "zh", "en", "file"],
        ),
        "notes": pd.DataFrame(
            [[note.key, note.zh, note.en] for note in summary.notes], columns=["key", "zh", "en"]
        ),
        "columns": pd.DataFrame(dictionary_rows(Language.CHINESE), columns=list(_DICTIONARY)),
    }
    write_layers(layers, path)


def write_layers(layers: Mapping[str, pd.DataFrame], path: Path) -> None:
    """Write layers and tables into a fresh GeoPackage; the same layers give the same bytes."""
    path.unlink(missing_ok=True)  # layers are added one by one, never to an older file
    with _settings_of_gdal():
        for name, layer in layers.items():
            _write(name, layer, path)


def _sections(plan: Plan, figures_of: dict[str, int]) -> gpd.GeoDataFrame:
    """Return the sections with what becomes of them."""
    sections = plan.sections.reset_index(drop=True)
    for ending, year in figures_of.items():
        rows = plan.section_years[plan.section_years["year"] == year].set_index("section_id")
        of_year = rows[list(_SECTION_FIGURES)].reindex(sections["section_id"])
        for figure in _SECTION_FIGURES:
            sections[f"{figure}_{ending}"] = _nullable(of_year[figure]).array
    return sections


def _areas(plan: Plan, figures_of: dict[str, int]) -> gpd.GeoDataFrame:
    """Return the areas with their section, entrants and walk, stage by stage."""
    areas = plan.study.areas.reset_index(drop=True)
    known = plan.area_years
    for stage in plan.norms.stages:
        for ending, year in figures_of.items():
            rows = known[(known["stage"] == stage.stage) & (known["year"] == year)]
            if rows.empty:
                continue
            of_year = rows.set_index("area_id").reindex(areas["area_id"])
            for figure in ("section_id", "entrants", "walk_metres"):
                areas[f"{stage.stage}_{figure}_{ending}"] = _nullable(of_year[figure]).array
    return areas


def _nullable(values: pd.Series[Any]) -> pd.Series[Any]:
    """Return whole numbers as whole numbers even where some are missing."""
    counts = pd.api.types.is_float_dtype(values) and (values.dropna() % 1 == 0).all()
    return values.astype("Int64") if counts and values.name not in _MEASURED else values


@contextmanager
def _settings_of_gdal() -> Iterator[None]:
    """Have GDAL write one fixed day, and leave flushing to the folder; undo both afterwards."""
    ours = {"OGR_CURRENT_DATE": _MADE, "OGR_SQLITE_SYNCHRONOUS": "OFF"}
    before = {name: pyogrio.get_gdal_config_option(name) for name in ours}
    pyogrio.set_gdal_config_options(ours)
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(before)


def _write(name: str, layer: pd.DataFrame, path: Path) -> None:
    """Add one layer with its name in both languages."""
    words = WORDS[f"layer_{name}"] if f"layer_{name}" in WORDS else WORDS[f"sheet_{name}"]
    model = RESULTS.get(name)
    described = (model.__doc__ or "").strip() if model else words["en"]
    drawn = isinstance(layer, gpd.GeoDataFrame)
    polygons = drawn and layer.geometry.geom_type.isin(["Polygon", "MultiPolygon"]).any()
    pyogrio.write_dataframe(
        layer,
        path,
        layer=name,
        driver="GPKG",
        append=path.exists(),
        promote_to_multi=bool(polygons),
        geometry_type=None if drawn else "None",
        layer_options={
            "IDENTIFIER": f"{words['zh']} {words['en']} ({name})",
            "DESCRIPTION": described,
        },
    )
