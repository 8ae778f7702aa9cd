"""Lead a house number that somebody types to the community in which the house stands.

An address is a name and a number: 人民路 and 12号, or 12 and Main Street. The number begins with
the first digit; where it stands first, it ends with the first space. Of a number only what stands
before 号, 栋 and the like counts, and what was typed may go on behind it: 人民路12号3单元 is
人民路12号, and 人民路12弄3号 is a house of its own where there is one.

maps/templates/lookup_search.js does the same once more, for the page; a test in a browser holds
the two against each other, so change both.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import shapely

from planner.atlas.lists import texts
from planner.atlas.lookup.matching import units_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd

    from planner.atlas.lookup.matching import Finder, Found

__all__ = [
    "Door",
    "Doors",
    "Street",
    "doors_by_street",
    "doors_of",
    "houses_meant",
    "split",
    "written",
]

Doors = tuple[tuple[str, int], ...]
"""House numbers as they are written, each with the number of its area."""

_NUMBER_FIRST: Final = re.compile(r"\s*([0-9]\S*)\s+(\S.*)")
_DIGIT: Final = re.compile("[0-9]")
_ENDINGS: Final = frozenset("号號栋幢座院室")
"""What stands behind the number of a house and is no part of it."""


class Street(NamedTuple):
    """What addresses have in common: a name in a township."""

    name: str
    township: str


class Door(NamedTuple):
    """A house that may be meant: the number of its place, what its door says, and its area."""

    place: int
    number: str
    area: int


def doors_by_street(addresses: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> dict[Street, Doors]:
    """Return the houses of every street by township; what has no name or area is left out."""
    house, area = shapely.STRtree(areas.geometry.to_numpy()).query(
        addresses.geometry.to_numpy(), predicate="intersects"
    )
    # On a border a house belongs to the first area.
    order = np.lexsort((area, house))
    house, first = np.unique(house[order], return_index=True)
    area = area[order][first]
    written_as, township = texts(addresses["address"]), texts(areas["township"])
    doors: dict[Street, dict[str, int]] = defaultdict(dict)
    for row, own in zip(house.tolist(), area.tolist(), strict=True):
        name, number = split(written_as[row])
        if name:
            doors[Street(name, township[own])].setdefault(number, own)
    return {street: tuple(numbers.items()) for street, numbers in doors.items()}


def split(address: str) -> tuple[str, str]:
    """Return the name and the number of an address, either of which may be empty."""
    plain = unicodedata.normalize("NFKC", address).strip()
    if leading := _NUMBER_FIRST.fullmatch(plain):
        return leading[2], leading[1]
    digit = _DIGIT.search(plain)
    at = digit.start() if digit else len(plain)
    return plain[:at].strip(), plain[at:].strip()


def doors_of(places: Sequence[Doors]) -> dict[int, dict[str, tuple[str, int]]]:
    """Return the houses of each place that has any, to be found by what counts of their number."""
    return {
        place: {_keys(number)[0]: (number, area) for number, area in reversed(own) if number}
        for place, own in enumerate(places)
        if own
    }


def written(name: str, number: str) -> str:
    """Return an address as it is written in its language."""
    return f"{number} {name}" if number and name.isascii() else f"{name}{number}"


def houses_meant(
    typed: str,
    found: Found,
    finder: Finder,
    doors: Mapping[int, Mapping[str, tuple[str, int]]],
) -> tuple[Door, ...]:
    """Return the houses that may be meant, likelier streets first.

    Args:
        typed: What was typed.
        found: The places it may mean; one whose whole name it is comes before any house.
        finder: Finds places by name.
        doors: The houses of each place, as `doors_of` returns them.
    """
    name, number = split(typed)
    keys = _keys(number)
    if not doors or not name or not keys:
        return ()
    streets = finder.find(name)
    if streets.near:
        return ()
    places = streets.full or (streets.places[:1] if streets.sure else streets.places)
    by_key = {key: [place for place in places if key in doors.get(place, {})] for key in keys}
    key, having = next(((key, one) for key, one in by_key.items() if one), ("", []))
    if found.full and not set(found.full) & set(having):
        return ()
    return tuple(Door(place, *doors[place][key]) for place in having)


def _keys(number: str) -> list[str]:
    """Return what the number of a house may be, read to its end or less far, the longest first."""
    words = [unit.words[0] for unit in units_of(number, {})]
    keys: list[str] = []
    for end in range(len(words), 0, -1):
        last = end
        while last > 1 and words[last - 1] in _ENDINGS:
            last -= 1
        keys.append(" ".join(words[:last]))
    return list(dict.fromkeys(keys))
