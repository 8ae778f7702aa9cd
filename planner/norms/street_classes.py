"""Tell who may use a street of a class, and how fast a bus goes there."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from planner.shipped import norms_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["UNKNOWN_CLASS", "StreetClass", "street_classes"]


@dataclass(frozen=True, slots=True)
class StreetClass:
    """What holds for a street of this class where the streets table is silent.

    `barrier` is the kind of barrier that the street itself is for those who cross it away from
    junctions; empty for most. `kmh` is the speed of a bus.
    """

    foot: bool
    cycle: bool
    bus: bool
    kmh: float
    barrier: str = ""


UNKNOWN_CLASS = StreetClass(foot=True, cycle=True, bus=True, kmh=25.0)
"""A class that nobody knows is open to everybody, as an ordinary street."""


@cache
def street_classes() -> Mapping[str, StreetClass]:
    """Return what is known of every class of street, from data/norms/streets/osm.toml."""
    path = norms_folder() / "streets" / "osm.toml"
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return MappingProxyType(
        {name: StreetClass(**said) for name, said in content["classes"].items()}
    )
