"""Towns on squared paper: blocks of 200 metres between streets that have names.

    经一路  经二路  经三路  经四路  经五路        north
      ┌───────┬───────┬───────┬───────┐ 纬五路      ↑
      │  13   │  14   │  15   │  16   │
      ├───────┼───────┼───────┼───────┤ 纬四路     blocks are numbered from the south-west;
      │   9   │  10   │  11   │  12   │            each row of blocks is one community:
      ├───────┼───────┼───────┼───────┤ 纬三路     红星社区, 前进社区, 东风社区, 光明社区
      │   5   │   6   │   7   │   8   │
      ├───────┼───────┼───────┼───────┤ 纬二路
      │   1   │   2   │   3   │   4   │
      └───────┴───────┴───────┴───────┘ 纬一路

Streets run on the borders of blocks exactly, the outermost ones round the town.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import LineString, Point, box

from planner.notices.zones import CountyZones, StageZones, Zone
from planner.zones.adjacency import touching_areas
from tests.towns import CRS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from shapely import Geometry

    from planner.scenario import Scenario
    from planner.study import Study

__all__ = ["COMMUNITIES", "SIDE", "avenues", "blocks", "drawn", "grid_streets", "lines"]

SIDE: Final = 200.0
COMMUNITIES: Final = ("红星", "前进", "东风", "光明", "和平", "胜利")
ENGLISH: Final = ("Red Star", "Onward", "East Wind", "Bright", "Peace", "Victory")
_DIGITS: Final = "一二三四五六七八九十"


def blocks(size: int, **columns: Sequence[Any] | None) -> gpd.GeoDataFrame:
    """Return the blocks of a town of size × size; columns may be written over."""
    rows = [divmod(number, size) for number in range(size * size)]
    table = {
        "area_id": [f"a{number + 1}" for number in range(size * size)],
        "name": [f"{COMMUNITIES[row]}社区第{column + 1}小区" for row, column in rows],
        "name_en": [f"{ENGLISH[row]} Community block {column + 1}" for row, column in rows],
        "township": ["城关镇"] * size * size,
        "setting": ["town"] * size * size,
        **columns,
    }
    shapes = [
        box(column * SIDE, row * SIDE, (column + 1) * SIDE, (row + 1) * SIDE)
        for row, column in rows
    ]
    return gpd.GeoDataFrame(pd.DataFrame(table), geometry=shapes, crs=CRS)


def avenues(size: int) -> dict[str, LineString]:
    """Return the streets of a town by name, from end to end."""
    far = size * SIDE
    down = {
        f"经{_DIGITS[number]}路": LineString([(number * SIDE, 0), (number * SIDE, far)])
        for number in range(size + 1)
    }
    across = {
        f"纬{_DIGITS[number]}路": LineString([(0, number * SIDE), (far, number * SIDE)])
        for number in range(size + 1)
    }
    return {**down, **across}


def lines(shapes: Mapping[str, Geometry] | Iterable[tuple[str | None, Geometry]]) -> Any:
    """Return streets by name as a table; a name may come more than once or be missing."""
    pairs = list(shapes.items()) if hasattr(shapes, "items") else list(shapes)
    table = {
        "street_id": [f"w{number}" for number in range(len(pairs))],
        "name": [name for name, _ in pairs],
        "street_class": ["residential"] * len(pairs),
    }
    return gpd.GeoDataFrame(pd.DataFrame(table), geometry=[shape for _, shape in pairs], crs=CRS)


def grid_streets(size: int) -> Any:
    """Return the streets of a town as a table."""
    return lines(avenues(size))


def barriers(rows: Sequence[tuple[str, str, Geometry]]) -> Any:
    """Return barriers from kind, name and shape."""
    table = {
        "barrier_id": [f"b{number}" for number in range(len(rows))],
        "name": [name for _, name, _ in rows],
        "kind": [kind for kind, _, _ in rows],
    }
    return gpd.GeoDataFrame(pd.DataFrame(table), geometry=[shape for _, _, shape in rows], crs=CRS)


def drawn(
    study: Study,
    scenario: Scenario,
    areas: gpd.GeoDataFrame,
    zones: Mapping[str, Sequence[str]] | Mapping[str, Sequence[int]],
    *,
    streets: Any = None,
    barrier_rows: Sequence[tuple[str, str, Geometry]] = (),
    names: Mapping[str, str] | None = None,
    stand: Mapping[str, Point] | None = None,
    shared: Sequence[tuple[str, ...]] = (),
) -> CountyZones:
    """Return the primary zones of a drawn town.

    Args:
        study: Whose norms and names are taken.
        scenario: Any.
        areas: Such as `blocks`.
        zones: Keys of areas by section.
        streets: Streets; otherwise there are none.
        barrier_rows: Kind, name and shape.
        names: Names of schools by section; otherwise A小学 for section A.
        stand: Where schools stand; otherwise in their first area.
        shared: Sections that share their zones.
    """
    keys = areas["area_id"].tolist()
    place = {key: number for number, key in enumerate(keys)}
    town = replace(
        study,
        areas=areas,
        streets=streets if streets is not None else lines({}),
        barriers=barriers(barrier_rows),
    )
    joined = {section for group in shared for section in group}
    groups = [*shared, *((section,) for section in zones if section not in joined)]
    stands = stand or {}
    first = {section: mine[0] if len(mine) else keys[0] for section, mine in zones.items()}
    points = [
        stands.get(section, areas.geometry.iloc[place[first[section]]].representative_point())
        for section in zones
    ]
    sections = gpd.GeoDataFrame(
        {
            "section_id": list(zones),
            "stage": ["primary"] * len(zones),
            "name": [(names or {}).get(section, f"{section}小学") for section in zones],
            "name_en": [None if names else f"{section} Primary School" for section in zones],
            "township": ["城关镇"] * len(zones),
        },
        geometry=points,
        crs=CRS,
    )
    made = tuple(
        Zone(
            tuple(group),
            tuple(sorted(place[area] for section in group for area in zones[section])),
        )
        for group in groups
    )
    return CountyZones(
        study=town,
        scenario=scenario,
        year=2024,
        sections=sections,
        edges=np.asarray(touching_areas(areas.geometry)),
        stages=(StageZones(study.norms.stage("primary"), made),),
    )
