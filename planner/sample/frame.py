"""Read the county's frame: real outline and names, invented lakes, railway and bypass."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from pyproj import Transformer

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = [
    "GRID_DEGREES",
    "METRES",
    "Feature",
    "Frame",
    "Township",
    "Village",
    "read_frame",
    "to_degrees",
    "to_metres",
]

METRES: Final = "EPSG:4543"
"""CGCS2000 with the central meridian 102° E: metres that hardly stretch in this county."""
GRID_DEGREES: Final = 1e-5
"""Every written coordinate lies on this grid (about one metre), so that borders fit exactly."""


@dataclass(frozen=True, slots=True)
class Township:
    """One township or sub-district; name and code are real, the other figures are invented."""

    code: str
    name: str
    name_en: str
    seat: tuple[float, float]
    share: float
    radius_metres: float
    urban: bool


@dataclass(frozen=True, slots=True)
class Village:
    """One village or urban community with its real name."""

    code: str
    short: str
    short_en: str
    community: bool
    township: int


@dataclass(frozen=True, slots=True, eq=False)
class Feature:
    """A named lake, railway or road; geometry in degrees."""

    kind: str
    name: str
    geometry: Any


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """What every sample county shares, whatever its size; geometry in degrees (WGS84)."""

    land: Any
    lakes: tuple[Feature, ...]
    lines: tuple[Feature, ...]
    townships: tuple[Township, ...]
    villages: tuple[Village, ...]
    national_births: dict[int, float]

    def metres(self, geometry: Any) -> Any:
        """Return a geometry in degrees as one in metres."""
        return shapely.transform(geometry, to_metres)

    def seats(self) -> NDArray[np.float64]:
        """Return where the townships' seats lie, in metres."""
        return to_metres(np.array([township.seat for township in self.townships]))


_OUT: Final = Transformer.from_crs("EPSG:4326", METRES, always_xy=True)


def to_metres(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn rows of longitude and latitude into rows of metres."""
    return np.column_stack(_OUT.transform(degrees[:, 0], degrees[:, 1]))


def to_degrees(metres: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn rows of metres into rows of longitude and latitude."""
    return np.column_stack(_OUT.transform(metres[:, 0], metres[:, 1], direction="INVERSE"))


def read_frame(folder: Path) -> Frame:
    """Read the frame's files and cut the lakes out of the county.

    The land is one polygon on the coordinate grid; what a lake cuts off counts as lake.
    """
    outline = _features(folder / "outline.geojson")[0].geometry
    waters = _features(folder / "lakes.geojson")
    dry = shapely.difference(
        outline, shapely.union_all([lake.geometry for lake in waters]), grid_size=GRID_DEGREES
    )
    land = max(shapely.get_parts(dry), key=shapely.area)
    wet = shapely.difference(outline, land, grid_size=GRID_DEGREES)
    return Frame(
        land=land,
        lakes=tuple(_within(lake, wet) for lake in waters),
        lines=tuple(
            Feature(line.kind, line.name, shapely.intersection(line.geometry, outline))
            for line in _features(folder / "lines.geojson")
        ),
        townships=_townships(folder / "townships.csv"),
        villages=_villages(folder / "villages.csv", _codes(folder / "townships.csv")),
        national_births={
            int(row["year"]): float(row["births_10k"]) for row in _rows(folder / "births.csv")
        },
    )


def _features(path: Path) -> list[Feature]:
    """Read the named shapes of one file."""
    content = json.loads(path.read_text(encoding="utf-8"))
    return [
        Feature(
            kind=str(feature["properties"].get("kind", "lake")),
            name=str(feature["properties"]["name"]),
            geometry=shapely.from_geojson(json.dumps(feature["geometry"])),
        )
        for feature in content["features"]
    ]


def _within(lake: Feature, wet: Any) -> Feature:
    """Keep the part of a lake inside the county, with the slivers of shore it cuts off."""
    parts = [part for part in shapely.get_parts(wet) if part.intersects(lake.geometry)]
    return Feature("lake", lake.name, shapely.union_all(parts))


def _rows(path: Path) -> list[dict[str, str]]:
    """Read a small table."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _codes(path: Path) -> list[str]:
    """Return the townships' codes in order."""
    return [row["code"] for row in _rows(path)]


def _townships(path: Path) -> tuple[Township, ...]:
    """Read the townships; sub-districts 街道 make up the town."""
    return tuple(
        Township(
            code=row["code"],
            name=row["name"],
            name_en=row["name_en"],
            seat=(float(row["longitude"]), float(row["latitude"])),
            share=float(row["share"]),
            radius_metres=float(row["radius_metres"]),
            urban=row["name"].endswith("街道"),
        )
        for row in _rows(path)
    )


def _villages(path: Path, codes: list[str]) -> tuple[Village, ...]:
    """Read the villages and communities in the order of their codes."""
    return tuple(
        Village(
            code=row["code"],
            short=row["short"],
            short_en=row["short_en"],
            community=row["kind"] == "community",
            township=codes.index(row["township_code"]),
        )
        for row in _rows(path)
    )
