"""Hold everything against where the county lies: its coordinate system, its size, its streets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import shapely
from pyproj import Geod

from planner.reading.findings import Finding, Severity, Words
from planner.reading.settings import STUDY_FILE
from planner.reading.shapes import to_degrees
from planner.reading.street_use import open_streets
from planner.reading.table import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from numpy.typing import NDArray
    from pyproj import CRS

    from planner.reading import RawStudy

__all__ = ["CHECKS", "far_metres"]

PLACED: Final = (
    "schools",
    "areas",
    "streets",
    "barriers",
    "entrances",
    "gates",
    "addresses",
    "sites",
)
WIDE: Final = frozenset({"streets", "barriers"})
"""Tables cut from larger maps, which may reach well beyond the county."""
FAR_METRES: Final = 20_000.0
FAR_DIAGONALS: Final = 2.0  # of the county: another system or swapped numbers, not a far village
FAR_METRES_WIDE: Final = 200_000.0
CORE: Final = 5.0  # times the usual distance from the middle: what lies beyond says no size
EDGE_DEGREES: Final = 1.0  # counties cross the edge of their strip by some villages
SCALE_ERROR: Final = 0.01  # walks that are wrong by more cannot be held against limits
PROBE_METRES: Final = 1_000.0
STREET_METRES: Final = 1_000.0
UNREACHED_SHARE: Final = 0.20
WORLD_METRES: Final = 1_000_000.0
"""Distance in the county's plane beyond which it is no longer a distance on the globe."""


class _Box(NamedTuple):
    """The rectangle around the county, its fliers left out."""

    west: float
    south: float
    east: float
    north: float

    @property
    def diagonal(self) -> float:
        """Metres from corner to corner."""
        return float(np.hypot(self.east - self.west, self.north - self.south))


def far_metres(study: RawStudy, table: str) -> NDArray[np.float64]:
    """Return how far each row lies from the county, 0 where it may well belong to it."""
    shapes = _shapes(study, table)
    box = _county(study)
    if box is None:
        return np.zeros(len(shapes))
    away = _metres_from(box, shapes)
    limit = max(FAR_METRES, FAR_DIAGONALS * box.diagonal)
    return np.where(away > (max(limit, FAR_METRES_WIDE) if table in WIDE else limit), away, 0.0)


def _far(table: str) -> Callable[[RawStudy], Iterator[Finding]]:
    """Return the check that everything lies in one county."""

    def check(study: RawStudy) -> Iterator[Finding]:
        ours, apart = study.tables[table], _tables_apart(study)
        if table == "areas" and apart:
            yield _areas_apart(study, apart)
        if table in apart:
            return
        away = far_metres(study, table)
        ids = ours.frame.iloc[:, 0].astype("str")
        yield from ours.at(
            away > 0,
            Words("too far from the areas: {values}.", "距各单元过远：{values}。"),
            Words(
                "Longitude and latitude may be swapped or missing (0, 0), or the file stands in "
                "another coordinate system: name it as `crs` in study.toml.",
                "可能是经度与纬度颠倒或缺失（0, 0），或文件使用另一坐标系："
                "请在study.toml中用crs注明。",
            ),
            values=ids + [f" ({_kilometres(m)})" if np.isfinite(m) else "" for m in away],
        )

    return check


def _tables_apart(study: RawStudy) -> list[str]:
    """Return the tables that lie far away as a whole, when it is the areas that are alone."""
    if not _is_apart(study, "schools"):  # as in nearly every study: nothing else need be looked at
        return []
    apart = [table for table in PLACED if table != "areas" and _is_apart(study, table)]
    return apart if len(apart) > 1 else []


def _is_apart(study: RawStudy, table: str) -> bool:
    """Tell whether all of a table lies far from the areas."""
    shapes = _shapes(study, table)
    placed = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    away = far_metres(study, table)[placed]
    return bool(len(away) and np.isfinite(away).all() and (away > 0).all())


def _areas_apart(study: RawStudy, apart: list[str]) -> Finding:
    """Say that the areas lie elsewhere than all else, and how far."""
    away = min(float(metres[metres > 0].min()) for metres in (far_metres(study, t) for t in apart))
    return (
        study.tables["areas"]
        .sources[0]
        .finding(
            Words(
                f"the areas lie {_kilometres(away)} from {', '.join(apart)}; which one is wrong?",
                f"单元与{'、'.join(apart)}相距{_kilometres(away)}，哪一个有误？",
            ),
            Words(
                "One stands in another coordinate system than it says: name the right one as "
                "`crs` in study.toml.",
                "其中之一的坐标系与注明的不符：请在study.toml中用crs注明正确的坐标系。",
            ),
        )
    )


def _working_crs(study: RawStudy) -> Iterator[Finding]:
    """Yield a working coordinate system that is not made for where the areas lie."""
    crs = study.settings.crs
    middle = _middle(_shapes(study, "areas"))
    if crs is None or middle is None or _tables_apart(study):
        return
    lon, lat = to_degrees(crs).transform(*middle)
    place = f"{abs(lat):.1f}° {'N' if lat >= 0 else 'S'} {abs(lon):.1f}° {'E' if lon >= 0 else 'W'}"
    remedy = Words(
        "Name the system of the county's own strip, or leave `crs` out.",
        "请填本县所在投影带的坐标系，或删去crs。",
    )
    if not _made_for(crs, lon, lat):
        yield Source(STUDY_FILE).finding(
            Words(
                f"[study] crs = {crs.name} is not made for where the areas lie ({place}).",
                f"[study] crs = {crs.name}不适用于各单元所在位置（{place}）。",
            ),
            remedy,
        )
    elif (wrong := _scale_error(crs, middle)) > SCALE_ERROR:
        yield Source(STUDY_FILE).finding(
            Words(
                f"[study] crs = {crs.name} makes distances wrong by {wrong:.0%} where the areas "
                f"lie ({place}).",
                f"[study] crs = {crs.name}在各单元所在位置（{place}）的距离误差为{wrong:.0%}。",
            ),
            remedy,
        )


def _made_for(crs: CRS, lon: float, lat: float) -> bool:
    """Tell whether a place lies in the area of use of a coordinate system, where it has one."""
    use = crs.area_of_use
    if not np.isfinite([lon, lat]).all() or use is None:
        return bool(np.isfinite([lon, lat]).all())
    turns = (lon, lon + 360.0)
    return _holds(use.south, use.north, lat) and any(
        _holds(use.west, use.east, turn) for turn in turns
    )


def _holds(first: float, last: float, degrees: float) -> bool:
    """Tell whether an angle lies between two others, or just beyond."""
    if last < first:  # the area of use crosses the 180th meridian
        last += 360.0
    return first - EDGE_DEGREES <= degrees <= last + EDGE_DEGREES


def _scale_error(crs: CRS, middle: NDArray[np.float64]) -> float:
    """Return by which share projected distances differ from those on the ellipsoid."""
    on_the_globe = to_degrees(crs).transform
    lon, lat = on_the_globe(*middle)
    steps = np.array([[PROBE_METRES, 0.0], [0.0, PROBE_METRES]]) + middle
    there = on_the_globe(steps[:, 0], steps[:, 1])
    _, _, true = Geod(ellps="WGS84").inv([lon, lon], [lat, lat], *there)
    return float(np.abs(np.asarray(true) / PROBE_METRES - 1.0).max())


def _streets_reach(study: RawStudy) -> Iterator[Finding]:
    """Warn of streets that hardly reach the areas: walks there are straight lines."""
    streets, areas = study.tables["streets"], _shapes(study, "areas")
    lines = _shapes(study, "streets")[open_streets(streets.frame)]
    there = ~(shapely.is_missing(areas) | shapely.is_empty(areas))
    if len(lines) == 0 or not there.any() or _tables_apart(study):
        return
    near = shapely.STRtree(lines).query_nearest(
        areas[there], max_distance=STREET_METRES, all_matches=False
    )
    unreached = int(there.sum()) - near.shape[1]
    if unreached > UNREACHED_SHARE * there.sum():
        yield streets.sources[0].finding(
            Words(
                f"{unreached} of {there.sum()} areas have no street within "
                f"{STREET_METRES / 1000:g} km.",
                f"{there.sum()}个单元中有{unreached}个在{STREET_METRES / 1000:g}公里内没有道路。",
            ),
            Words(
                "Add the streets of the whole county, or remove the table.",
                "请补充全县道路，或删除此表。",
            ),
            severity=Severity.WARNING,
            kind="streets",
        )


def _shapes(study: RawStudy, table: str) -> NDArray[Any]:
    """Return the shapes of a table."""
    return np.asarray(study.tables[table].frame.geometry.to_numpy(), dtype=object)


def _county(study: RawStudy) -> _Box | None:
    """Return the rectangle around the areas, without those that lie far off all others."""
    shapes = _shapes(study, "areas")
    middle = _middle(shapes)
    bounds = shapely.bounds(shapes).reshape(-1, 4)
    bounds = bounds[np.isfinite(bounds).all(axis=1)]
    if middle is None:
        return None
    middles = (bounds[:, :2] + bounds[:, 2:]) / 2.0
    away = np.hypot(*(middles - middle).T)
    sizes = np.hypot(*(bounds[:, 2:] - bounds[:, :2]).T)
    core = bounds[away <= CORE * max(float(np.median(away)), float(np.median(sizes)))]
    core = core if len(core) else bounds
    return _Box(*core[:, :2].min(axis=0).tolist(), *core[:, 2:].max(axis=0).tolist())


def _middle(shapes: NDArray[Any]) -> NDArray[np.float64] | None:
    """Return the middle of the shapes, which a few fliers do not move."""
    bounds = shapely.bounds(shapes).reshape(-1, 4)
    bounds = bounds[np.isfinite(bounds).all(axis=1)]
    if len(bounds) == 0:
        return None
    return np.asarray(np.median((bounds[:, :2] + bounds[:, 2:]) / 2.0, axis=0))


def _metres_from(box: _Box, shapes: NDArray[Any]) -> NDArray[np.float64]:
    """Return how far shapes lie from the rectangle; infinitely where projecting failed."""
    west, south, east, north = shapely.bounds(shapes).reshape(-1, 4).T
    across = np.maximum(np.maximum(west - box.east, box.west - east), 0.0)
    along = np.maximum(np.maximum(south - box.north, box.south - north), 0.0)
    placed = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    metres = np.hypot(across, along)
    return np.where(placed, np.where(np.isfinite(metres), metres, np.inf), 0.0)


def _kilometres(metres: float) -> str:
    """Return a distance as people say it; the county's plane tells nothing of the far world."""
    return f"{metres / 1000:.0f} km" if metres < WORLD_METRES else "> 1,000 km"


def _all_checks() -> Mapping[str, list[Callable[[RawStudy], Iterable[Finding]]]]:
    """Return the checks of every table with shapes, in the order in which they are told."""
    checks: dict[str, list[Callable[[RawStudy], Iterable[Finding]]]] = {
        table: [_far(table)] for table in PLACED
    }
    checks["areas"].append(_working_crs)
    checks["streets"].append(_streets_reach)
    return checks


CHECKS: Final = _all_checks()
