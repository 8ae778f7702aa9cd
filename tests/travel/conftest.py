from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, Point, box

from planner.study import Study, read_study
from tests.towns import CRS, write_town

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


OPEN_TO = ("cyclable", "drivable")
WORDS = ("street_class", "direction", "cycle_direction", "foot_direction", "crosses")


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
        **columns: Sequence[Any],
    ) -> Study:
        ids = [f"a{number}" for number in range(1, len(homes) + 1)]
        areas = gpd.GeoDataFrame(
            {"area_id": ids, "name": ids, "name_en": ids},
            geometry=[box(x - 0.5, y - 0.5, x + 0.5, y + 0.5) for x, y in homes],
            crs=CRS,
        )
        count = len(streets)
        table = gpd.GeoDataFrame(
            {
                "street_id": [f"s{number}" for number in range(count)],
                "walkable": pd.array(walkable or [None] * count, dtype="boolean"),
                **{name: pd.array([None] * count, dtype="boolean") for name in OPEN_TO},
                **{name: pd.array([None] * count, dtype="str") for name in WORDS},
                "speed_kmh": np.full(count, np.nan),
                "length_metres": lengths or np.full(count, np.nan),
                **columns,
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


def with_barriers(study: Study, *barriers: tuple[str, Any]) -> Study:
    """Return the town with barriers: their kind and their shape, or the corners of a line."""
    shapes = [LineString(shape) if isinstance(shape, list) else shape for _, shape in barriers]
    table = gpd.GeoDataFrame(
        {
            "barrier_id": [f"b{number}" for number in range(len(barriers))],
            "kind": [kind for kind, _ in barriers],
        },
        geometry=shapes,
        crs=CRS,
    )
    return dataclasses.replace(study, barriers=table)


def with_entrances(study: Study, *doors: tuple[str, float | None, tuple[float, float]]) -> Study:
    """Return the town with entrances: area, weight and place of each."""
    table = gpd.GeoDataFrame(
        {"area_id": [area for area, *_ in doors], "weight": [weight for _, weight, _ in doors]},
        geometry=[Point(place) for *_, place in doors],
        crs=CRS,
    )
    return dataclasses.replace(study, entrances=table.astype({"weight": "float64"}))


def with_gates(study: Study, *listed: tuple[str, tuple[float, float]]) -> Study:
    """Return the town with gates: school and place of each."""
    table = gpd.GeoDataFrame(
        {"school_id": [school for school, _ in listed]},
        geometry=[Point(place) for _, place in listed],
        crs=CRS,
    )
    return dataclasses.replace(study, gates=table)
