"""Tell from the tags of OpenStreetMap who may use a street, which way, how fast and over what."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ATTRIBUTION", "COLUMNS", "USED_TAGS", "barrier_kind", "street_cells"]

ATTRIBUTION: Final = "© OpenStreetMap contributors, ODbL 1.0"
"""What the licence of OpenStreetMap asks every map and report made from it to say."""

COLUMNS: Final = (
    "name",
    "street_class",
    "walkable",
    "cyclable",
    "drivable",
    "direction",
    "cycle_direction",
    "foot_direction",
    "speed_kmh",
    "crosses",
)
"""Columns of the streets table that tags can fill, in the order of `street_cells`."""

USED_TAGS: Final = (
    "name",
    "highway",
    "access",
    "foot",
    "bicycle",
    "vehicle",
    "motor_vehicle",
    "psv",
    "bus",
    "motorroad",
    "junction",
    "oneway",
    "oneway:bicycle",
    "oneway:foot",
    "foot:forward",
    "foot:backward",
    "maxspeed",
    "bridge",
    "tunnel",
    "footway",
    "path",
    "cycleway",
    "railway",
    "waterway",
)

OPEN: Final = frozenset({"yes", "designated", "permissive", "official", "destination"})
CLOSED: Final = frozenset({"no", "private", "military", "dismount", "use_sidepath"})
ALONG: Final = frozenset({"yes", "true", "1"})
AGAINST: Final = frozenset({"-1", "reverse"})
ROUND: Final = frozenset({"roundabout", "circular"})
FOOT_ONLY: Final = frozenset({"footway", "steps", "corridor", "pedestrian"})
"""Classes on which only people walk, so that a plain `oneway` is meant for them."""
NO_PASSAGE: Final = frozenset({"", "no", "culvert", "building_passage", "false"})
KMH_PER_MILE_PER_HOUR: Final = 1.609344
SPEED: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(mph|km/h|kmh)?")
RAILS: Final = frozenset({"rail", "light_rail", "narrow_gauge", "subway"})
RIVERS: Final = frozenset({"river", "canal"})


def street_cells(tags: Mapping[str, str]) -> tuple[object, ...]:
    """Return the cells of one street, in the order of COLUMNS, None where the tags are silent.

    Who may pass is the most particular tag that speaks of it: `foot` before `access`. Walkers
    heed a one-way street only where it is for walkers alone, or `oneway:foot` says so; cyclists
    heed it unless `oneway:bicycle` opens it.

    Source: OpenStreetMap wiki, Key:access, Key:oneway, Key:maxspeed, Key:bridge.
    """
    wheels = _direction(tags)
    return (
        tags.get("name"),
        tags.get("highway"),
        _allowed(tags, "foot", "access", shut_by_motorroad=True),
        _allowed(tags, "bicycle", "vehicle", "access", shut_by_motorroad=True),
        _allowed(tags, "bus", "psv", "motor_vehicle", "vehicle", "access"),
        wheels,
        _cycle_direction(tags, wheels),
        _foot_direction(tags, wheels),
        _kmh(tags.get("maxspeed", "")),
        _crosses(tags),
    )


def barrier_kind(tags: Mapping[str, str]) -> str:
    """Return the kind of barrier that a line is; empty for none.

    A railway or road on a bridge or in a tunnel is none: one passes below or above it.
    """
    if any(tags.get(key, "") not in NO_PASSAGE for key in ("bridge", "tunnel")):
        return ""
    if tags.get("railway") in RAILS:
        return "railway"
    if tags.get("waterway") in RIVERS:
        return "" if tags.get("tunnel") == "culvert" else "river"
    highway = tags.get("highway", "").removesuffix("_link")
    return {"motorway": "motorway", "trunk": "trunk_road"}.get(highway, "")


def _allowed(tags: Mapping[str, str], *keys: str, shut_by_motorroad: bool = False) -> bool | None:
    """Return what the most particular tag says about passing, None where no tag does."""
    own, *others = keys
    if tags.get(own) in OPEN | CLOSED:
        return tags[own] in OPEN
    if shut_by_motorroad and tags.get("motorroad") == "yes":
        return False
    for key in others:
        if tags.get(key) in CLOSED:
            return False
        # What is open to all is open as its class is; what is open to its own kind is open.
        if key != "access" and tags.get(key) in OPEN:
            return True
    return None


def _direction(tags: Mapping[str, str]) -> str | None:
    """Return the way in which wheels may go, None for both."""
    said = tags.get("oneway", "").casefold()
    if said in AGAINST:
        return "backward"
    circling = tags.get("junction") in ROUND or tags.get("highway") == "motorway"
    return "forward" if said in ALONG or (circling and said != "no") else None


def _cycle_direction(tags: Mapping[str, str], wheels: str | None) -> str | None:
    """Return the way in which one may cycle, None where it is that of all wheels."""
    against = tags.get("cycleway", "").startswith("opposite")
    if wheels and (tags.get("oneway:bicycle") == "no" or against):
        return "both"
    return None


def _foot_direction(tags: Mapping[str, str], wheels: str | None) -> str | None:
    """Return the way in which one may walk, None for both."""
    said = tags.get("oneway:foot", "")
    if said in AGAINST or tags.get("foot:forward") == "no":
        return "backward"
    if said in ALONG or tags.get("foot:backward") == "no":
        return "forward"
    return wheels if tags.get("highway") in FOOT_ONLY and said != "no" else None


def _kmh(text: str) -> float | None:
    """Return a speed limit in km/h; words such as CN:urban say nothing."""
    match = SPEED.fullmatch(text.strip())
    if match is None or float(match[1]) == 0:
        return None
    return float(match[1]) * (KMH_PER_MILE_PER_HOUR if match[2] == "mph" else 1.0)


def _crosses(tags: Mapping[str, str]) -> str | None:
    """Return how a street leads over barriers."""
    if tags.get("bridge", "") not in NO_PASSAGE:
        return "bridge"
    if tags.get("tunnel", "") not in NO_PASSAGE:
        return "tunnel"
    drawn = any(tags.get(key) == "crossing" for key in ("highway", "footway", "path", "cycleway"))
    return "crossing" if drawn else None
