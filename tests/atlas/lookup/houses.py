"""The nine squares with houses: 人民路 runs eastwards through areas 3 to 5, Mill Lane through 0."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import shapely

if TYPE_CHECKING:
    from planner.plan import Plan

HOUSES = (
    ("人民路1号", 3),
    ("人民路12号", 4),
    ("人民路１２－１号", 5),
    ("人民路12弄3号", 5),
    ("人民路12号", 7),  # the street of the same name in the other township
    ("人民路14甲号", 8),
    ("12 Mill Lane", 0),
    ("2号社区5栋", 2),  # begins with a number, so it has no name
    ("河东宿舍", 1),
)
"""Addresses, each at the middle of an area."""


def with_houses(town: Plan) -> Plan:
    """Return the town with a table of addresses; one of them lies in no area."""
    areas = town.study.areas
    middles = areas.geometry.centroid.to_numpy()
    rows = pd.DataFrame({"address": [*(address for address, _ in HOUSES), "人民路99号"]})
    points = [*(middles[area] for _, area in HOUSES), shapely.Point(0, 0)]
    addresses = gpd.GeoDataFrame(rows, geometry=points, crs=areas.crs)
    return dataclasses.replace(town, study=dataclasses.replace(town.study, addresses=addresses))
