"""Bring coordinates of Chinese web maps (GCJ-02, BD-09) back to where they are on the earth.

GCJ-02 shifts WGS 84 by up to some 700 metres with smooth, published series; BD-09 adds a second
shift on top. The forward formulas are those of the open reimplementations of GB 20263-2006
(ellipsoid of Krasovsky 1940); the inverse is their fixed point, found by repeated substitution.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    Degrees = NDArray[np.float64]

__all__ = [
    "CHINESE_SYSTEMS",
    "bd09_to_wgs84",
    "gcj02_to_wgs84",
    "shapes_to_wgs84",
    "wgs84_to_bd09",
    "wgs84_to_gcj02",
]

SEMI_MAJOR_METRES: Final = 6_378_245.0
ECCENTRICITY_SQUARED: Final = 0.006_693_421_622_965_943_23
BD_TURNS: Final = np.pi * 3000.0 / 180.0
ROUNDS: Final = 8  # each round divides what is left by more than 100
CHINA: Final = (72.004, 137.8347, 0.8293, 55.8271)
"""Longitudes and latitudes between which the systems shift at all."""


def gcj02_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    """Return WGS 84 longitudes and latitudes of GCJ-02 ones, in degrees.

    Exact to well below a metre; coordinates outside China come back unchanged.
    """
    return _inverse(wgs84_to_gcj02, lon, lat)


def bd09_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    """Return WGS 84 longitudes and latitudes of BD-09 (Baidu) ones, in degrees."""
    return gcj02_to_wgs84(*_inverse(_gcj02_to_bd09, lon, lat))


def wgs84_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    """Return the GCJ-02 longitudes and latitudes under which Chinese web maps show a place."""
    east, north = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    x, y = east - 105.0, north - 35.0
    phi = np.radians(north)
    flattening = 1.0 - ECCENTRICITY_SQUARED * np.sin(phi) ** 2
    meridian = SEMI_MAJOR_METRES * (1.0 - ECCENTRICITY_SQUARED) / flattening**1.5
    parallel = SEMI_MAJOR_METRES / np.sqrt(flattening) * np.cos(phi)
    west, most_east, south, most_north = CHINA
    inside = (east >= west) & (east <= most_east) & (north >= south) & (north <= most_north)
    return (
        east + np.where(inside, np.degrees(_shift_east(x, y) / parallel), 0.0),
        north + np.where(inside, np.degrees(_shift_north(x, y) / meridian), 0.0),
    )


def wgs84_to_bd09(lon: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    """Return the BD-09 longitudes and latitudes under which Baidu shows a place."""
    return _gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))


def shapes_to_wgs84(shapes: Any, system: str) -> Any:
    """Return shapes, an array of shapely geometries, moved from GCJ-02 or BD-09 to WGS 84."""
    convert = CHINESE_SYSTEMS[system.upper()]

    def moved(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(convert(points[:, 0], points[:, 1]))

    return shapely.transform(shapes, moved)


CHINESE_SYSTEMS: Final[dict[str, Callable[[Any, Any], tuple[Any, Any]]]] = {
    "GCJ-02": gcj02_to_wgs84,
    "GCJ02": gcj02_to_wgs84,
    "BD-09": bd09_to_wgs84,
    "BD09": bd09_to_wgs84,
}
"""Systems without an EPSG code, by the names that study.toml may use."""


def _inverse(
    forward: Callable[[ArrayLike, ArrayLike], tuple[Degrees, Degrees]],
    lon: ArrayLike,
    lat: ArrayLike,
) -> tuple[Degrees, Degrees]:
    """Return the coordinates that `forward` shifts to these."""
    east, north = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    guess_east, guess_north = east, north
    for _ in range(ROUNDS):
        shown_east, shown_north = forward(guess_east, guess_north)
        guess_east = guess_east - (shown_east - east)
        guess_north = guess_north - (shown_north - north)
    return guess_east, guess_north


def _shift_east(x: Degrees, y: Degrees) -> Degrees:
    """Return metres to the east, by degrees from 105° E 35° N."""
    plane = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x))
    waves = 20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)
    waves += 20.0 * np.sin(np.pi * x) + 40.0 * np.sin(np.pi / 3.0 * x)
    waves += 150.0 * np.sin(np.pi / 12.0 * x) + 300.0 * np.sin(np.pi / 30.0 * x)
    return np.asarray(plane + waves * 2.0 / 3.0)


def _shift_north(x: Degrees, y: Degrees) -> Degrees:
    """Return metres to the north, by degrees from 105° E 35° N."""
    plane = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    waves = 20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)
    waves += 20.0 * np.sin(np.pi * y) + 40.0 * np.sin(np.pi / 3.0 * y)
    waves += 160.0 * np.sin(np.pi / 12.0 * y) + 320.0 * np.sin(np.pi / 30.0 * y)
    return np.asarray(plane + waves * 2.0 / 3.0)


def _gcj02_to_bd09(lon: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    """Return BD-09 coordinates of GCJ-02 ones."""
    east, north = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    radius = np.hypot(east, north) + 0.000_02 * np.sin(north * BD_TURNS)
    angle = np.arctan2(north, east) + 0.000_003 * np.cos(east * BD_TURNS)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006
