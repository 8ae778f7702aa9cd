"""A town of nine square areas, three by three, that one can draw.

0 1 2      West School stands in area 3, East School in area 5; both are primary schools.
3 4 5      The Senior School in area 4 takes pupils from everywhere. From 2026 on New School
6 7 8      in area 7 takes areas 6, 7 and 8, and from 2027 on East School is closed.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from planner.norms import read_norms
from planner.plan import Plan
from planner.projection.draws import RollDraws
from planner.projection.progression import Progression
from planner.scenario import About, Change, Scenario
from planner.study import Fallback, Study
from planner.tables import TABLES
from tests.report import town

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

METRES = CRS.from_epsg(32648)
SIDE = 500.0
WEST_CORNER, SOUTH_CORNER = 270_000.0, 2_690_000.0
YEARS = (2025, 2026, 2027)
NAMES = {"w": "西门小学", "e": "东门小学", "n": "新建小学", "s": "第一中学"}
ENGLISH = {"w": "West School", "e": "East School", "n": "New School", "s": "Senior School"}


def _square(column: int, row: int) -> shapely.Polygon:
    """Return a square of the town, rows from the north."""
    west = WEST_CORNER + column * SIDE
    north = SOUTH_CORNER + (3 - row) * SIDE
    return shapely.box(west, north - SIDE, west + SIDE, north)


def _centre(area: int) -> shapely.Point:
    """Return the middle of an area."""
    return _square(area % 3, area // 3).centroid


def _areas() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "area_id": [f"a{area}" for area in range(9)],
            "name": [f"{area}号社区" for area in range(9)],
            "name_en": [f"Area {area}" for area in range(9)],
            "township": ["北镇"] * 6 + ["南镇"] * 3,
            "setting": ["town"] * 9,
        },
        geometry=[_square(area % 3, area // 3) for area in range(9)],
        crs=METRES,
    )


def _empty(table: str) -> Any:
    """Return a table without rows."""
    columns = list(TABLES[table].to_schema().columns)
    if "geometry" in columns:
        frame = pd.DataFrame({name: [] for name in columns if name != "geometry"})
        return gpd.GeoDataFrame(frame, geometry=[], crs=METRES)
    return pd.DataFrame({name: [] for name in columns})


def _barriers() -> gpd.GeoDataFrame:
    x, y = WEST_CORNER, SOUTH_CORNER
    return gpd.GeoDataFrame(
        {
            "barrier_id": ["lake", "rail", "trunk"],
            "name": ["星湖", "铁路", "国道"],
            "kind": ["lake", "railway", "trunk_road"],
        },
        geometry=[
            shapely.Point(x + 1900, y + 900).buffer(300),
            shapely.LineString([(x - 200, y + 480), (x + 1700, y + 530)]),
            shapely.LineString([(x + 980, y - 100), (x + 1010, y + 1600)]),
        ],
        crs=METRES,
    )


def _streets() -> gpd.GeoDataFrame:
    x, y = WEST_CORNER, SOUTH_CORNER
    return gpd.GeoDataFrame(
        {
            "street_id": ["s1", "s2"],
            "name": ["大街", "小巷"],
            "street_class": ["primary", "residential"],
            "walkable": [True, True],
            "length_metres": [1500.0, 700.0],
        },
        geometry=[
            shapely.LineString([(x, y + 750), (x + 1500, y + 760)]),
            shapely.LineString([(x + 250, y), (x + 250, y + 700)]),
        ],
        crs=METRES,
    )


def _study() -> Study:
    tables = {name: _empty(name) for name in TABLES}
    tables |= {"areas": _areas(), "barriers": _barriers(), "streets": _streets()}
    return Study(
        folder=Path("no-such-study"),
        names={"zh": "九宫县", "en": "Nine Squares"},
        norms=read_norms("cn"),
        crs=METRES,
        base_year=2025,
        detour_factor=1.3,
        walking_kmh=4.0,
        fallbacks=(),
        inputs=(),
        attributions=("虚构数据 invented for tests",),
        **tables,
    )


def _sections() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "section_id": ["w", "e", "n", "s"],
            "school_id": ["W", "E", "N", "S"],
            "name": [NAMES[key] for key in "wens"],
            "name_en": [ENGLISH[key] for key in "wens"],
            "kind": ["primary", "nine_year", "primary", "senior"],
            "operator": ["public", "private", "public", "public"],
            "stage": ["primary", "primary", "primary", "senior"],
            "lowest_grade": [1, 1, 1, 10],
            "highest_grade": [6, 6, 6, 12],
            "intake": ["zone", "zone", "zone", "county"],
            "township": ["北镇", "北镇", "南镇", "北镇"],
            "setting": ["town"] * 4,
            "opens": pd.array([None, None, 2026, None], dtype="Int64"),
            "closes": pd.array([None, 2027, None, None], dtype="Int64"),
        },
        geometry=[_centre(3), _centre(5), _centre(7), _centre(4)],
        crs=METRES,
    )


# Pupils, seats, classes, largest class and large classes by section and year; None: not open.
_BOOK: dict[tuple[str, int], tuple[int, int, int, int, int] | None] = {
    ("w", 2025): (672, 540, 12, 58, 4),  # 672 ÷ 540 = 124 %
    ("w", 2026): (560, 540, 12, 50, 0),  # 104 %
    ("w", 2027): (810, 810, 18, 45, 0),  # 100 %
    ("e", 2025): (270, 540, 6, 45, 0),  # 50 %
    ("e", 2026): (250, 540, 6, 44, 0),
    ("e", 2027): None,
    ("n", 2025): None,
    ("n", 2026): (130, 0, 3, 44, 0),  # seats not known
    ("n", 2027): (486, 540, 12, 44, 0),  # 90 %
    ("s", 2025): (1500, 1500, 30, 50, 0),
    ("s", 2026): (1480, 1500, 30, 50, 0),
    ("s", 2027): (1460, 1500, 30, 50, 0),
}


def _section_years() -> pd.DataFrame:
    rows = []
    for (section, year), figures in _BOOK.items():
        pupils, seats, classes, largest, large = figures or (0, 0, 0, 0, 0)
        rows.append(
            {
                "section_id": section,
                "name": NAMES[section],
                "name_en": ENGLISH[section],
                "stage": "senior" if section == "s" else "primary",
                "year": year,
                "open": figures is not None,
                "entrants": pupils // 6,
                "pupils": pupils,
                "unseated": 0,
                "rooms": classes,
                "limit": "rooms",
                "seats": seats,
                "entry_seats": seats // 6,
                "ordinary_intake": seats // 6,
                "low80": pupils - (0 if year == YEARS[0] else 20),
                "high80": pupils + (0 if year == YEARS[0] else 20),
                "shortage_probability": None if year == YEARS[0] else float(pupils > seats > 0),
                "utilisation": pupils / seats if seats else float("nan"),
                "shortage": max(0, pupils - seats),
                "surplus": max(0, seats - pupils),
                "warning": "red" if pupils > seats > 0 else "none",
                "classes": classes,
                "over_standard": large,
                "large": large,
                "super_large": 0,
                "largest_class": largest,
                "walk_metres": 640.0 if section != "s" else float("nan"),
            }
        )
    return pd.DataFrame(rows)


def _section_grades(section_years: pd.DataFrame) -> pd.DataFrame:
    """Return as many classes in each of six grades, three in the senior school."""
    rows = []
    for row in section_years[section_years["open"]].to_dict("records"):
        lowest, count = (10, 3) if row["section_id"] == "s" else (1, 6)
        keys = {name: row[name] for name in ("section_id", "stage", "year")}
        rows += [
            keys | {"grade": grade, "classes": row["classes"] // count}
            for grade in range(lowest, lowest + count)
        ]
    return pd.DataFrame(rows)


def _county_years(section_years: pd.DataFrame) -> pd.DataFrame:
    sums = ["entrants", "pupils", "unseated", "seats", "shortage", "surplus", "classes"]
    sums += ["over_standard", "large", "super_large", "low80", "high80"]
    table = section_years.groupby(["stage", "year"], as_index=False)[sums].sum()
    zoned = table["stage"] == "primary"
    return table.assign(
        residents=1000.0,
        sections_short=1,
        yellow=0,
        red=1,
        walk_metres=pd.Series(640.0, index=table.index).where(zoned),
        over_limit_share=pd.Series(0.25, index=table.index).where(zoned),
    )


def _metres() -> NDArray[np.float64]:
    """Return 1.3 of the straight way from the middle of every area to every section."""
    homes = [_centre(area) for area in (3, 5, 7, 4)]
    return np.array([[1.3 * _centre(area).distance(home) for home in homes] for area in range(9)])


def _zoned_to(area: int, year: int) -> str:
    """Return the primary section of an area, as drawn at the top of this file."""
    if year >= 2026 and area >= 6:
        return "n"
    if area % 3 == 2 and year < 2027:
        return "e"
    return "w"


def _area_years() -> pd.DataFrame:
    rows = []
    for year in YEARS:
        for area in range(9):
            section = _zoned_to(area, year)
            home = {"w": 3, "e": 5, "n": 7}[section]
            row = {
                "area_id": f"a{area}",
                "year": year,
                "residents": 80.0,
                "stage": "primary",
                "entrants": 10 + area,
                "section_id": section,
                "walk_metres": 1.3 * _centre(area).distance(_centre(home)),
            }
            senior = {"stage": "senior", "entrants": 30, "section_id": None, "walk_metres": None}
            rows += [row, row | senior]
    return pd.DataFrame(rows)


def zones_of(area_years: pd.DataFrame, areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the zones of every year from the areas that have a primary section."""
    rows = []
    shapes = areas.set_index("area_id").geometry
    zoned = area_years[area_years["section_id"].notna()]
    for (section, year), members in zoned.groupby(["section_id", "year"]):
        geometry = shapely.union_all(shapes[members["area_id"]].to_numpy())
        rows.append(
            {
                "stage": "primary",
                "section_id": section,
                "name": NAMES[str(section)],
                "name_en": ENGLISH[str(section)],
                "first_year": year,
                "last_year": year,
                "areas": len(members),
                "entrants": members["entrants"].sum(),
                "walk_metres": members["walk_metres"].mean(),
                "pieces": len(shapely.get_parts(geometry)),
                "geometry": geometry,
            }
        )
    return gpd.GeoDataFrame(rows, geometry="geometry", crs=METRES)


def make_town() -> Plan:
    """Return the plan of the town drawn above."""
    study = _study()
    section_years = _section_years()
    area_years = _area_years()
    return Plan(
        study=study,
        scenario=Scenario(
            name="baseline",
            about=About("As things stand", "现状延续", "What if nothing changes?", "若不调整？"),
        ),
        years=YEARS,
        sections=_sections(),
        county_years=_county_years(section_years),
        section_years=section_years,
        section_grades=_section_grades(section_years),
        class_years=pd.DataFrame(),
        class_band_years=pd.DataFrame(),
        area_years=area_years,
        seat_limits=pd.DataFrame(),
        zones=zones_of(area_years, study.areas),
        zone_proofs=pd.DataFrame(),
        zone_terms=pd.DataFrame(),
        metres=_metres(),
        minutes=np.empty((0, 0)),
        edges=np.empty((0, 2), dtype=np.int64),
        residents=town.nobody(YEARS),
        grades=(),
        progression=Progression(np.empty((0, 0)), {}, ()),
        futures=RollDraws(np.zeros((1, len(YEARS), 1), dtype=np.float32)),
        past=town.no_past(YEARS),
        notes=(
            Fallback("yields", "No pupil yields: homes are ignored.", "无户均学生数：不计住宅。"),
        ),
        seed=7,
    )


def make_variant(plan: Plan) -> Plan:
    """Return the same town with 100 seats more in every year, as another scenario."""
    county = plan.county_years.assign(seats=plan.county_years["seats"] + 100)
    scenario = dataclasses.replace(
        plan.scenario,
        name="more_seats",
        about=About("More seats", "增加学位", "What do 100 seats change?", "增加100个学位会怎样？"),
        changes=(Change("projects.P1.rooms", "2", "4", "more_seats.toml"),),
    )
    return dataclasses.replace(plan, scenario=scenario, county_years=county)


def with_shared_zone(plan: Plan, areas: Iterable[int] = range(6)) -> Plan:
    """Return the town where West and East School draw lots in 2026 for these areas."""
    rows = [
        ("primary", 2026, "w+e", f"a{area}", section, 0.5, 5, 500.0)
        for area in areas
        for section in "we"
    ]
    names = ["stage", "year", "shared_zone", "area_id", "section_id"]
    names += ["chance", "entrants", "walk_metres"]
    return dataclasses.replace(plan, shared_lots=pd.DataFrame(rows, columns=names))
