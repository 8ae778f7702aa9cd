"""Lay a map of streets from the web under a map, only where a planner asks for it."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import numpy as np

from planner.atlas.shapes import map_degrees
from planner.errors import ScenarioError, Sentence
from planner.reading.coordinates import wgs84_to_gcj02
from planner.shipped import map_templates
from planner.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray
    from pyproj import CRS

    from planner.atlas.shapes import ToMap

__all__ = ["BaseMap", "basemap_content", "degrees_under", "find_basemap"]

_KEY: Final = re.compile(r"[0-9A-Za-z]{8,64}")
_METRES_A_DEGREE: Final = 111_195.0
"""Of a great circle on a globe of 6,371 km."""


@dataclass(frozen=True, slots=True)
class BaseMap:
    """A service of map pictures."""

    names: Mapping[str, str]
    addresses: tuple[str, ...]
    """One for each layer, the planner's own key put in; {s}, {x}, {y} and {z} are left."""
    servers: tuple[str, ...]
    deepest: int
    attribution: Mapping[str, str]
    datum: str

    @property
    def hosts(self) -> tuple[str, ...]:
        """Return every host that pictures come from, with its scheme."""
        named = (
            address.replace("{s}", server)
            for address in self.addresses
            for server in self.servers or ("",)
        )
        parts = (urlsplit(address) for address in named)
        return tuple(dict.fromkeys(f"{part.scheme}://{part.netloc}" for part in parts))


def find_basemap(name: str, key: str | None) -> BaseMap:
    """Return a base map by its name in maps/basemaps.toml, with the planner's key put in.

    Raises:
        ScenarioError: There is no such base map, or it needs a key and has none that can be one.
    """
    path = map_templates().parent / "basemaps.toml"
    known: dict[str, dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))
    if name not in known:
        listed = ", ".join(known)
        raise ScenarioError(
            Sentence(
                f"--basemap {name}: there is no such base map."
                + (did_you_mean(name, known) or f" There are: {listed}."),
                f"--basemap {name}：没有该底图。"
                + (did_you_mean(name, known, lang="zh") or f"可用的有：{listed}。"),
            )
        )
    facts = known[name]
    needs_key = any("{key}" in address for address in facts["addresses"])
    if needs_key and not (key and _KEY.fullmatch(key)):
        raise ScenarioError(_key_wanted(facts["name"], given=bool(key)))
    return BaseMap(
        names=facts["name"],
        addresses=tuple(address.replace("{key}", key or "") for address in facts["addresses"]),
        servers=tuple(facts["servers"]),
        deepest=facts["deepest"],
        attribution=facts["attribution"],
        datum=facts["datum"],
    )


def _key_wanted(names: Mapping[str, str], *, given: bool) -> Sentence:
    """Say that a key is missing, or cannot be one."""
    en = "is no key: keys are letters and digits." if given else f"{names['en']} needs one."
    zh = "无效：密钥只含字母和数字。" if given else f"{names['zh']}需要密钥。"
    return Sentence(
        f"--basemap-key: {en} Apply for one at the service and give it with --basemap-key, or in "
        "PLANNER_BASEMAP_KEY.",
        f"--basemap-key：{zh}请向该服务申请，并用--basemap-key或环境变量PLANNER_BASEMAP_KEY给出。",
    )


def degrees_under(basemap: BaseMap | None, crs: CRS) -> ToMap:
    """Return what turns x and y of a system into degrees that fit a base map."""
    to_map = map_degrees(crs)
    if basemap is None or basemap.datum != "gcj02":
        return to_map

    def shifted(
        x: NDArray[np.float64], y: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return wgs84_to_gcj02(*to_map(x, y))

    return shifted


def basemap_content(
    basemap: BaseMap | None, crs: CRS, middle: tuple[float, float]
) -> dict[str, Any] | None:
    """Return what the page needs of a base map, None without one.

    Args:
        basemap: The base map.
        crs: System of the study.
        middle: x and y of a place in the county, for the shift that the page states.
    """
    if basemap is None:
        return None
    return {
        "names": dict(basemap.names),
        "addresses": list(basemap.addresses),
        "servers": list(basemap.servers),
        "deepest": basemap.deepest,
        "attribution": dict(basemap.attribution),
        "shiftMetres": _shift(basemap, crs, middle),
    }


def _shift(basemap: BaseMap, crs: CRS, middle: tuple[float, float]) -> int:
    """Return by how many metres the map is shifted in the middle of the county."""
    x, y = np.array([middle[0]]), np.array([middle[1]])
    (true_lon,), (true_lat,) = map_degrees(crs)(x, y)
    (lon,), (lat,) = degrees_under(basemap, crs)(x, y)
    east = (lon - true_lon) * np.cos(np.radians(true_lat))
    return round(float(np.hypot(east, lat - true_lat)) * _METRES_A_DEGREE)
