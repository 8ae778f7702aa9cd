"""Write tiny study folders that a reader can draw and check by hand.

The town is a grid of nine areas, each a square of 500 metres, ten children of every age in each::

    a7  a8  a9        north        P1 west primary in a4    P2 east primary in a6
    a4  a5  a6          ↑          J1 junior in a5          K1 kindergarten in a5
    a1  a2  a3        a1 at (575 000, 2 688 000) in EPSG:4543, near 102.7° E 24.3° N

Primary zones: a1 a2 a4 a5 a7 go to P1 (5 areas × 10 = 50 entrants), a3 a6 a8 a9 to P2 (40).
All nine areas go to J1 and to K1 (90 entrants). Every cohort climbs whole, every year is alike.
Streets join the centres of neighbouring areas: twelve segments of 500 metres; schools stand at
the centre of their area, so that the walk from a1 to P1 is 500 metres and to P2 1 500.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import pandas as pd
from shapely import LineString, Point, box

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["AREAS", "CRS", "SIDE_METRES", "YEARS", "town_tables", "write_tables", "write_town"]

CRS: Final = "EPSG:4543"
SIDE_METRES: Final = 500
WEST: Final = 575_000
SOUTH: Final = 2_688_000
AREAS: Final = tuple(f"a{number}" for number in range(1, 10))
YEARS: Final = (2020, 2021, 2022, 2023)
AGES: Final = range(19)
CHILDREN_PER_AGE: Final = 10
TO_P1: Final = ("a1", "a2", "a4", "a5", "a7")

STUDY_TOML: Final = """\
[study]
name = "九宫县"
name_en = "Nine Squares"
norms = "cn"
crs = "EPSG:4543"
attributions = ["Invented town for tests"]

[travel]
detour_factor = 1.3
walking_kmh = 4.0
"""

BASELINE_TOML: Final = """\
[about]
title = "As it is"
title_zh = "现状延续"
question = "What happens when nothing changes?"
question_zh = "什么都不变会怎样？"
"""


def write_town(
    folder: Path, *, study_toml: str = STUDY_TOML, **changes: pd.DataFrame | None
) -> Path:
    """Write the nine squares as a study folder and return it.

    Args:
        folder: Where the study goes; made when absent.
        study_toml: Text of study.toml.
        changes: Tables by name that stand in for the town's own; None leaves a table out.
    """
    tables: dict[str, pd.DataFrame | None] = {**town_tables(), **changes}
    (folder / "scenarios").mkdir(parents=True, exist_ok=True)
    (folder / "study.toml").write_text(study_toml, encoding="utf-8")
    (folder / "scenarios" / "baseline.toml").write_text(BASELINE_TOML, encoding="utf-8")
    write_tables(folder, {name: table for name, table in tables.items() if table is not None})
    return folder


def write_tables(folder: Path, tables: dict[str, pd.DataFrame]) -> None:
    """Write tables into data/: geometry as GeoPackage, the others as CSV."""
    (folder / "data").mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        if isinstance(table, gpd.GeoDataFrame):
            table.to_file(folder / "data" / f"{name}.gpkg", layer=name)
        else:
            table.to_csv(folder / "data" / f"{name}.csv", index=False, encoding="utf-8")


def town_tables() -> dict[str, pd.DataFrame]:
    """Return the tables of the nine squares by the names they have in a study."""
    return {
        "schools": _schools(),
        "sections": _sections(),
        "rolls": _rolls(),
        "classes": _classes(),
        "areas": _areas(),
        "residents": _residents(),
        "births": _births(),
        "streets": _streets(),
        "zones": _zones(),
    }


def centre_of(area: str) -> Point:
    """Return the middle of an area, where schools stand and streets meet."""
    column, row = _square(area)
    return Point(WEST + (column + 0.5) * SIDE_METRES, SOUTH + (row + 0.5) * SIDE_METRES)


def _square(area: str) -> tuple[int, int]:
    """Return column and row of an area, counted from the south-west corner."""
    row, column = divmod(int(area[1:]) - 1, 3)
    return column, row


def _schools() -> gpd.GeoDataFrame:
    """Return four schools at the centres of a4, a6 and a5."""
    rows = pd.DataFrame(
        [
            ("S1", "城西小学", "West Primary", "primary"),
            ("S2", "城东小学", "East Primary", "primary"),
            ("S3", "九宫中学", "Nine Squares Junior", "junior"),
            ("S4", "中心幼儿园", "Central Kindergarten", "kindergarten"),
        ],
        columns=["school_id", "name", "name_en", "kind"],
    )
    gates = [centre_of(area) for area in ("a4", "a6", "a5", "a5")]
    return gpd.GeoDataFrame(rows, geometry=gates, crs=CRS)


def _sections() -> pd.DataFrame:
    """Return one section per school, with a room for every class."""
    return pd.DataFrame(
        [
            ("P1", "S1", "primary", 12),
            ("P2", "S2", "primary", 6),
            ("J1", "S3", "junior", 6),
            ("K1", "S4", "kindergarten", 10),
        ],
        columns=["section_id", "school_id", "stage", "rooms"],
    )


CLASSES_OF_GRADE: Final[dict[str, dict[int, tuple[int, ...]]]] = {
    "P1": dict.fromkeys(range(1, 7), (25, 25)),
    "P2": dict.fromkeys(range(1, 7), (40,)),
    "J1": dict.fromkeys(range(7, 10), (45, 45)),
    "K1": {-2: (23, 23, 22, 22), -1: (30, 30, 30), 0: (30, 30, 30)},
}
"""Pupils of each class: P1 50 and P2 40 a grade, J1 and K1 90 a grade."""


def _rolls() -> pd.DataFrame:
    """Return four years alike: each section's grades as its classes add up."""
    return pd.DataFrame(
        [
            (section, year, grade, sum(sizes))
            for section, grades in CLASSES_OF_GRADE.items()
            for year in YEARS
            for grade, sizes in grades.items()
        ],
        columns=["section_id", "year", "grade", "pupils"],
    )


def _classes() -> pd.DataFrame:
    """Return the classes of the last year, numbered within their grade."""
    return pd.DataFrame(
        [
            (section, YEARS[-1], grade, f"{number}班", pupils)
            for section, grades in CLASSES_OF_GRADE.items()
            for grade, sizes in grades.items()
            for number, pupils in enumerate(sizes, start=1)
        ],
        columns=["section_id", "year", "grade", "class_name", "pupils"],
    )


def _areas() -> gpd.GeoDataFrame:
    """Return the nine squares."""
    squares = []
    for area in AREAS:
        column, row = _square(area)
        west, south = WEST + column * SIDE_METRES, SOUTH + row * SIDE_METRES
        squares.append(box(west, south, west + SIDE_METRES, south + SIDE_METRES))
    rows = {
        "area_id": AREAS,
        "name": [f"{area[1:]}号小区" for area in AREAS],
        "name_en": [f"Square {area[1:]}" for area in AREAS],
        "township": ["九宫镇"] * len(AREAS),
    }
    return gpd.GeoDataFrame(rows, geometry=squares, crs=CRS)


def _residents() -> pd.DataFrame:
    """Return ten children of every age in every area and year."""
    return pd.DataFrame(
        [
            (area, year, age, age, CHILDREN_PER_AGE)
            for area, year, age in product(AREAS, YEARS, AGES)
        ],
        columns=["area_id", "year", "age_from", "age_to", "residents"],
    )


def _births() -> pd.DataFrame:
    """Return ninety births of the county in each calendar year."""
    years = range(2005, YEARS[-1] + 1)
    return pd.DataFrame({"year": years, "births": len(AREAS) * CHILDREN_PER_AGE})


def _streets() -> gpd.GeoDataFrame:
    """Return the twelve segments between centres of neighbouring areas."""
    pairs = [
        (one, other)
        for one, other in product(AREAS, AREAS)
        if one < other and centre_of(one).distance(centre_of(other)) == SIDE_METRES
    ]
    rows = {"street_id": [f"{one}-{other}" for one, other in pairs], "street_class": "residential"}
    lines = [LineString([centre_of(one), centre_of(other)]) for one, other in pairs]
    return gpd.GeoDataFrame(rows, geometry=lines, crs=CRS)


def _zones() -> pd.DataFrame:
    """Return today's zones of the three stages."""
    primary = [(area, "primary", "P1" if area in TO_P1 else "P2") for area in AREAS]
    junior = [(area, "junior", "J1") for area in AREAS]
    kindergarten = [(area, "kindergarten", "K1") for area in AREAS]
    return pd.DataFrame(
        [*primary, *junior, *kindergarten], columns=["area_id", "stage", "section_id"]
    )
