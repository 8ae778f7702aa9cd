from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, Point, box

from planner.study import Study, read_study
from tests.towns import CRS, write_town

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@pytest.fixture(scope="session")
def nine_squares(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """The town of tests/towns.py: streets of 500 metres between neighbouring centres."""
    return read_study(write_town(tmp_path_factory.mktemp("nine_squares")))


@pytest.fixture
def draw(nine_squares: Study) -> Callable[..., Study]:
    """Draw a town: homes as points (areas of one metre round them) and streets as lines."""

    def drawn(
        homes: Sequence[tuple[float, float]],
        streets: Sequence[Sequence[tuple[float, float]]],
        lengths: Sequence[float] | None = None,
        walkable: Sequence[bool | None] | None = None,
    ) -> Study:
        ids = [f"a{number}" for number in range(1, len(homes) + 1)]
        areas = gpd.GeoDataFrame(
            {"area_id": ids, "name": ids, "name_en": ids},
            geometry=[box(x - 0.5, y - 0.5, x + 0.5, y + 0.5) for x, y in homes],
            crs=CRS,
        )
        table = gpd.GeoDataFrame(
            {
                "street_id": [f"s{number}" for number in range(len(streets))],
                "walkable": pd.array(walkable or [None] * len(streets), dtype="boolean"),
                "length_metres": lengths or np.full(len(streets), np.nan),
            },
            geometry=[LineString(street) for street in streets],
            crs=CRS,
        )
        return dataclasses.replace(nine_squares, areas=areas, streets=table)

    return drawn


def gates(*points: tuple[float, float]) -> gpd.GeoSeries:
    """Return sections P1, P2, … at these points."""
    names = [f"P{number}" for number in range(1, len(points) + 1)]
    return gpd.GeoSeries([Point(point) for point in points], index=names, crs=CRS)
