"""Build the plan of a town that a reader can draw, so that every figure can be checked by hand.

The town is nine areas of 500 metres. Two primaries and one junior school, one counted year
(2025) and three projected ones::

    a7 a8 a9       P1 in a4, 90 seats (2 × 45)      J1 in a5, 100 seats (2 × 50)
    a4 a5 a6       P2 in a6, 45 seats
    a1 a2 a3       primary zones: a1 a2 a4 a5 a7 → P1; a3 a6 a8 a9 → P2

              2025   2026   2027   2028
    P1 pupils   80    100    110     85     short  0 10 20  0     spare 10  0  0  5
    P2 pupils   50     60     40     30     short  5 15  0  0     spare  0  0  5 15
    J1 pupils   60     60     60     60     short  0  0  0  0     spare 40 40 40 40

P1 has one large class in 2026 and two in 2027. A fifth of the pupils are entrants; year after
year P1 can seat 22 of them, P2 12, J1 14. So P2 is in the red band in 2026 (12 ÷ 12), P1 in the
yellow one in 2026 (20 ÷ 22) and in the red one in 2027 (22 ÷ 22).
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS
from shapely import Point, box

from planner.evaluation.class_bounds import class_band_years
from planner.norms import Norms, read_norms
from planner.past import Past
from planner.plan import Plan
from planner.projection.draws import RollDraws
from planner.projection.history import RollHistory
from planner.projection.progression import Progression
from planner.projection.residents import Residents
from planner.results import RESULTS
from planner.scenario import About, Change, Scenario
from planner.study import Fallback, InputFile, Study
from planner.tables import TABLES

if TYPE_CHECKING:
    from planner.tables import Table

__all__ = ["HOSTILE", "YEARS", "renamed", "town_plan", "without_limit"]

HOSTILE = '=HYPERLINK("http://x.invalid","镇|<script>alert(1)</script>*_😀\x1b[31m")'
"""A name that would be a formula, markup, a table cell and a terminal command."""

YEARS = (2025, 2026, 2027, 2028)
STANDS = {"P1": (1, 4), "P2": (2, 6), "J1": (3, 5)}
STAGE = {"P1": "primary", "P2": "primary", "J1": "junior"}
NAMES = {"P1": "西街小学", "P2": "东街小学", "J1": "中心初中"}
NAMES_EN = {"P1": "West Street Primary", "P2": "East Street Primary", "J1": None}
SEATS = {"P1": 90, "P2": 45, "J1": 100}
PUPILS = {"P1": (80, 100, 110, 85), "P2": (50, 60, 40, 30), "J1": (60, 60, 60, 60)}
INTAKE = {"P1": 22, "P2": 12, "J1": 14}
LARGE = {"P1": (0, 1, 2, 0), "P2": (0, 0, 0, 0), "J1": (0, 0, 0, 0)}
BANDS = {
    "P1": ("none", "yellow", "red", "none"),
    "P2": ("none", "red", "none", "none"),
    "J1": ("none", "none", "none", "none"),
}
TO_P1 = ("a1", "a2", "a4", "a5", "a7")


@cache
def _norms() -> Norms:
    return read_norms("cn")


@cache
def town_plan(name: str = "baseline", *, years: tuple[int, ...] = YEARS) -> Plan:
    """Return the plan drawn above, for the first so many of its years; it is never changed."""
    study = _study()
    section_years = _section_years(years)
    return Plan(
        study=study,
        scenario=Scenario(
            name=name,
            about=About(
                title="As it is",
                title_zh="现状延续",
                question="What happens when nothing changes?",
                question_zh="什么都不变会怎样？",
            ),
            changes=(Change("births.variant", "'medium'", "'high'", "baseline.toml"),),
            files=("baseline.toml",),
        ),
        years=years,
        sections=_sections(),
        county_years=_county_years(section_years),
        section_years=section_years,
        section_grades=_section_grades(years),
        class_years=_class_years(years),
        class_band_years=class_band_years(_class_years(years), study.norms.stages),
        area_years=_area_years(study, years),
        seat_limits=_seat_limits(section_years),
        zones=_zones(study, years),
        zone_proofs=_zone_proofs(years),
        zone_terms=_zone_terms(years),
        metres=np.full((len(study.areas), len(_sections())), 500.0),
        minutes=np.full((len(study.areas), len(_sections())), 7.5),
        edges=np.empty((0, 2), dtype=np.int64),
        residents=nobody(years),
        grades=(),
        progression=Progression(np.empty((0, 0)), {}, ()),
        futures=RollDraws(np.zeros((len(_sections()), len(years), 1), dtype=np.float32)),
        past=no_past(years),
        notes=(
            Fallback("births", "Births follow the last year's.", "出生数按最近一年延续。"),
            Fallback("homes", "No new homes are known.", "没有新建住宅数据。"),
        ),
        seed=7,
    )


def without_limit(plan: Plan, *stages: str) -> Plan:
    """Return the plan under norms that set no limit for large classes in these stages."""
    norms = plan.norms
    unlimited = tuple(
        replace(one, large_class=None, super_large_class=None) if one.stage in stages else one
        for one in norms.stages
    )
    return replace(plan, study=replace(plan.study, norms=replace(norms, stages=unlimited)))


def renamed(plan: Plan, name: str) -> Plan:
    """Return the plan of a town where P1, its area, the notes and the title bear this name."""
    section_years = plan.section_years.copy()
    section_years.loc[section_years["section_id"] == "P1", ["name", "name_en"]] = name
    sections, zones = plan.sections.copy(), plan.zones.copy()
    sections.loc[sections["section_id"] == "P1", "name"] = name
    zones.loc[zones["section_id"] == "P1", "name"] = name
    areas = plan.study.areas.copy()
    areas.loc[areas["area_id"] == "a1", "name"] = name
    return replace(
        plan,
        study=replace(plan.study, areas=areas, names={"zh": name, "en": name}),
        scenario=replace(plan.scenario, about=About(title=name, title_zh=name)),
        sections=sections,
        section_years=section_years,
        zones=zones,
        notes=(Fallback("hostile", name, name),),
    )


def _checked(model: type[Table], rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows as a table that the model accepts, every one of its columns present."""
    schema = model.to_schema()
    table = rows.copy()
    for column in schema.columns:
        if column not in table:
            table[column] = None
    checked: pd.DataFrame = schema.validate(table[list(schema.columns)])
    return checked


def _areas() -> gpd.GeoDataFrame:
    rows = pd.DataFrame(
        {
            "area_id": [f"a{number}" for number in range(1, 10)],
            "name": [f"第{number}社区" for number in range(1, 10)],
            "name_en": [f"Community {number}" for number in range(1, 10)],
            "township": "城关镇",
            "setting": "town",
        }
    )
    squares = [
        box(500_000 + 500 * x, 4_000_000 + 500 * y, 500_500 + 500 * x, 4_000_500 + 500 * y)
        for y in range(3)
        for x in range(3)
    ]
    return gpd.GeoDataFrame(rows, geometry=squares, crs="EPSG:32650")


def _study() -> Study:
    empty = {name: pd.DataFrame() for name in TABLES}
    return Study(
        folder=Path("town"),
        names={"zh": "九宫县", "en": "Nine Squares"},
        norms=_norms(),
        crs=CRS.from_epsg(32650),
        base_year=2025,
        detour_factor=1.3,
        walking_kmh=4.0,
        fallbacks=(),
        inputs=(InputFile("data/areas.gpkg", "ab" * 32), InputFile("study.toml", "cd" * 32)),
        attributions=("Invented for tests",),
        **{**empty, "areas": _areas()},
    )


def nobody(years: tuple[int, ...]) -> Residents:
    """Return nobody, in an area of its own: no report of the town counts its children by age."""
    return Residents(("a1",), range(18), years, years[0], np.zeros((1, 18, len(years))), ())


def no_past(years: tuple[int, ...]) -> Past:
    """Return a past of which only the counted year is known."""
    one = np.full((1, 1, 1), 100.0)
    history = RollHistory(("P1",), ("1",), years[:1], one, np.zeros(one.shape, dtype=bool), ())
    return Past(history, {}, np.zeros(1, dtype=np.int64))


def _sections() -> gpd.GeoDataFrame:
    rows = pd.DataFrame(
        {
            "section_id": list(STAGE),
            "school_id": [f"S{key}" for key in STAGE],
            "name": list(NAMES.values()),
            "name_en": list(NAMES_EN.values()),
            "kind": list(STAGE.values()),
            "operator": "public",
            "stage": list(STAGE.values()),
            "lowest_grade": [1, 1, 7],
            "highest_grade": [6, 6, 9],
            "intake": "zone",
            "township": "城关镇",
            "setting": "town",
            "opens": pd.array([None, 2026, None], dtype="Int64"),
            "closes": pd.array([None, None, None], dtype="Int64"),
        }
    )
    centres = _areas().geometry.centroid
    points = [centres[STANDS[key][1] - 1] for key in STAGE]
    assert all(isinstance(point, Point) for point in points)
    return gpd.GeoDataFrame(rows, geometry=points, crs="EPSG:32650")


def _section_years(years: tuple[int, ...]) -> pd.DataFrame:
    rows = [
        {
            "section_id": key,
            "name": NAMES[key],
            "name_en": NAMES_EN[key],
            "stage": STAGE[key],
            "year": year,
            "open": True,
            "entrants": PUPILS[key][number] // 5,
            "pupils": PUPILS[key][number],
            "unseated": 0,
            "rooms": SEATS[key] // 45,
            "limit": "rooms",
            "seats": SEATS[key],
            "entry_seats": 18,
            "ordinary_intake": INTAKE[key],
            "utilisation": PUPILS[key][number] / SEATS[key],
            "shortage": max(0, PUPILS[key][number] - SEATS[key]),
            "surplus": max(0, SEATS[key] - PUPILS[key][number]),
            "warning": BANDS[key][number],
            "classes": 2,
            "over_standard": LARGE[key][number],
            "entry_over_standard": 0,
            "large": LARGE[key][number],
            "super_large": 0,
            "largest_class": 40,
            "walk_metres": 480.0 if key == "P1" else 655.5,
        }
        for key in STAGE
        for number, year in enumerate(years)
    ]
    return _checked(RESULTS["section_years"], pd.DataFrame(rows))


def _county_years(section_years: pd.DataFrame) -> pd.DataFrame:
    summed = ["entrants", "pupils", "unseated", "seats", "shortage", "surplus"]
    classes = ["classes", "over_standard", "entry_over_standard", "large", "super_large"]
    table = section_years.groupby(["stage", "year"], as_index=False)[summed + classes].sum()
    flags = section_years.assign(
        sections_short=section_years["shortage"] > 0,
        yellow=section_years["warning"] == "yellow",
        red=section_years["warning"] == "red",
    ).groupby(["stage", "year"], as_index=False)[["sections_short", "yellow", "red"]]
    table = table.merge(flags.sum(), on=["stage", "year"])
    table["residents"] = table["pupils"] + 0.25
    table["walk_metres"] = table["stage"].map({"primary": 512.34, "junior": None})
    table["over_limit_share"] = table["stage"].map({"primary": 0.125, "junior": None})
    return _checked(RESULTS["county_years"], table)


def _section_grades(years: tuple[int, ...]) -> pd.DataFrame:
    rows = [
        {
            "section_id": key,
            "stage": STAGE[key],
            "year": year,
            "grade": grade,
            "pupils": PUPILS[key][number] // 2,
            "classes": 1,
            "largest_class": PUPILS[key][number] // 2,
            "large": 0,
        }
        for key in STAGE
        for number, year in enumerate(years)
        for grade in ((7, 8) if key == "J1" else (1, 2))
    ]
    return _checked(RESULTS["section_grades"], pd.DataFrame(rows))


def _class_years(years: tuple[int, ...]) -> pd.DataFrame:
    """Return the large classes of P1, which entered together, and one class of J1."""
    rows = [
        {
            "section_id": "P1",
            "stage": "primary",
            "year": year,
            "grade": 1 + number,
            "cohort": YEARS[0],
            "number": count + 1,
            "pupils": 56 + count,
            "standard": 45,
            "band": "large",
        }
        for number, year in enumerate(years)
        for count in range(LARGE["P1"][number])
    ]
    one = {
        "section_id": "J1",
        "stage": "junior",
        "year": years[0],
        "grade": 7,
        "cohort": years[0],
        "number": 1,
        "pupils": 30,
        "standard": 50,
        "band": "within",
    }
    return _checked(RESULTS["class_years"], pd.DataFrame([*rows, one]))


def _seat_limits(section_years: pd.DataFrame) -> pd.DataFrame:
    rows = section_years[section_years["seats"] > 0][["section_id", "stage", "year", "seats"]]
    named = rows.assign(limit="rooms", applied=True, binding=True)
    return _checked(RESULTS["seat_limits"], named[list(RESULTS["seat_limits"].to_schema().columns)])


def _area_years(study: Study, years: tuple[int, ...]) -> pd.DataFrame:
    rows = [
        {
            "area_id": area,
            "stage": stage,
            "year": year,
            "residents": 10.5,
            "entrants": 4,
            "section_id": "J1" if stage == "junior" else "P1" if area in TO_P1 else "P2",
            "walk_metres": None if area == "a9" else 500.0,
        }
        for area in study.areas["area_id"]
        for stage in ("primary", "junior")
        for year in years
    ]
    return _checked(RESULTS["area_years"], pd.DataFrame(rows))


def _zones(study: Study, years: tuple[int, ...]) -> gpd.GeoDataFrame:
    areas = study.areas
    shapes = {
        "P1": areas[areas["area_id"].isin(TO_P1)].union_all(),
        "P2": areas[~areas["area_id"].isin(TO_P1)].union_all(),
        "J1": areas.union_all(),
    }
    rows = pd.DataFrame(
        {
            "stage": list(STAGE.values()),
            "section_id": list(STAGE),
            "name": list(NAMES.values()),
            "name_en": list(NAMES_EN.values()),
            "first_year": years[0],
            "last_year": years[-1],
            "areas": [5, 4, 9],
            "entrants": [20, 16, 36],
            "walk_metres": [480.0, 655.5, None],
            "pieces": [1, 2, 1],
        }
    )
    frame = gpd.GeoDataFrame(rows, geometry=list(shapes.values()), crs="EPSG:32650")
    return _checked(RESULTS["zones"], frame)


def _zone_proofs(years: tuple[int, ...]) -> pd.DataFrame:
    rows = pd.DataFrame(
        {
            "stage": ["primary", "junior"],
            "first_year": years[0],
            "method": ["today", "redraw"],
            "status": ["feasible", "optimal"],
            "value": [20_000.0, 18_000.0],
            "bound": [17_500.0, 18_000.0],
            "gap": [0.125, 0.0],
            "walk": [20_000.0, 18_000.0],
            "overflow": [0, 0],
            "changed": [0, 0],
            "in_pieces": [1, 0],
            "broken": [0, 0],
        }
    )
    return _checked(RESULTS["zone_proofs"], rows)


def _zone_terms(years: tuple[int, ...]) -> pd.DataFrame:
    rows = pd.DataFrame(
        {
            "stage": ["primary", "junior", "junior"],
            "first_year": years[0],
            "method": ["today", "redraw", "redraw"],
            "term": ["walk", "walk", "feeders"],
            "demand": ["priced", "priced", "hard"],
            "price_metres": [float("nan")] * 3,
            "concerned": [float("nan"), float("nan"), 0.0],
            "part": [20_000.0, 18_000.0, 0.0],
            "broken": [0, 0, 0],
            "no_choice": [0, 0, 0],
        }
    )
    return _checked(RESULTS["zone_terms"], rows)
