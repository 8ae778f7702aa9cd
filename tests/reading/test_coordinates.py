"""Coordinates of Chinese web maps come back to where the place is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod
from shapely import Point, box

from planner.reading.coordinates import (
    bd09_to_wgs84,
    gcj02_to_wgs84,
    shapes_to_wgs84,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)

EARTH = Geod(ellps="WGS84")
LONGITUDES = st.floats(75.0, 134.0)
LATITUDES = st.floats(18.5, 53.0)


def metres_between(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the distance of two places given by longitude and latitude."""
    return float(EARTH.inv(*one, *other)[2])


@given(lon=LONGITUDES, lat=LATITUDES)
def test_gcj02_comes_back_within_a_metre_anywhere_in_china(lon: float, lat: float) -> None:
    east, north = gcj02_to_wgs84(*wgs84_to_gcj02(lon, lat))
    assert metres_between((float(east), float(north)), (lon, lat)) < 1.0


@given(lon=LONGITUDES, lat=LATITUDES)
def test_bd09_comes_back_within_a_metre_anywhere_in_china(lon: float, lat: float) -> None:
    east, north = bd09_to_wgs84(*wgs84_to_bd09(lon, lat))
    assert metres_between((float(east), float(north)), (lon, lat)) < 1.0


def test_gcj02_lies_some_hundred_metres_off() -> None:
    # Jiangchuan: the shift in Yunnan is to the east and south, by hundreds of metres.
    east, north = wgs84_to_gcj02(102.75, 24.29)
    assert 100 < metres_between((float(east), float(north)), (102.75, 24.29)) < 800


def test_places_outside_china_are_not_shifted() -> None:
    east, north = wgs84_to_gcj02([-122.33, 151.2], [47.6, -33.87])  # Seattle, Sydney
    assert east.tolist() == [-122.33, 151.2]
    assert north.tolist() == [47.6, -33.87]


def test_many_places_are_moved_at_once_as_each_alone() -> None:
    lon, lat = np.array([102.7, 116.4, 121.5]), np.array([24.3, 39.9, 31.2])
    together = np.column_stack(gcj02_to_wgs84(lon, lat))
    alone = [gcj02_to_wgs84(x, y) for x, y in zip(lon, lat, strict=True)]
    assert together.tolist() == [[float(x), float(y)] for x, y in alone]


@pytest.mark.parametrize("system", ["GCJ-02", "gcj02", "BD-09"])
def test_shapes_move_with_every_corner(system: str) -> None:
    forward = wgs84_to_bd09 if system.startswith("BD") else wgs84_to_gcj02
    here = box(102.70, 24.30, 102.71, 24.31)
    corners = np.array(here.exterior.coords)
    shown = box(0, 0, 1, 1).__class__(np.column_stack(forward(corners[:, 0], corners[:, 1])))
    moved = shapes_to_wgs84(np.array([shown, None]), system)
    assert moved[0].equals_exact(here, 1e-8)  # 1e-8 degrees are about a millimetre
    assert moved[1] is None
    assert isinstance(shapes_to_wgs84(np.array([Point(102.7, 24.3)]), system)[0], Point)
