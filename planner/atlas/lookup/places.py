"""List what one can type to find a school: communities, estates, streets, houses, schools."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd
import shapely

from planner.atlas.lists import texts
from planner.atlas.lookup.houses import Street, doors_by_street

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import geopandas as gpd
    from numpy.typing import NDArray

    from planner.atlas.lookup.facts import LookedUp, StageFacts
    from planner.atlas.lookup.houses import Doors

__all__ = ["Place", "names_of", "places_of"]

BESIDE_METRES: Final = 15.0
"""An area lies along a street that is this near: its border often is the street's edge."""
ALONG_METRES: Final = 30.0
"""What of a street lies along an area at least; less is a corner that it passes."""


class Place(NamedTuple):
    """Something that has a name and leads to areas, or to the sections of a school."""

    kind: str
    """area, community, estate, street, school, or address: a street known by its houses only."""
    name: str
    name_en: str
    township: str
    areas: tuple[int, ...] = ()
    sections: tuple[int, ...] = ()
    doors: Doors = ()
    """Houses with this name and a number."""


def places_of(plan: LookedUp, stages: tuple[StageFacts, ...]) -> tuple[Place, ...]:
    """Return every place: first the areas, in their order, so that an area's number is its own."""
    areas = plan.study.areas
    without_doors = (
        *_areas(areas),
        *_parts(areas, "community"),
        *_parts(areas, "estate"),
        *_streets(plan.study.streets, areas),
    )
    doors = doors_by_street(plan.study.addresses, areas)
    return (*_with_doors(without_doors, doors), *_schools(plan.sections, stages))


def names_of(place: Place) -> tuple[str, ...]:
    """Return the ways to write a place: Chinese, English, and with its township before it."""
    names = (place.name, place.name_en, f"{place.township}{place.name}" if place.township else "")
    return tuple(dict.fromkeys(name for name in names if name))


def _with_doors(places: Iterable[Place], doors: Mapping[Street, Doors]) -> Iterator[Place]:
    """Yield the places with their houses, then streets that are known by their houses only."""
    left = dict(doors)
    for place in places:
        yield place._replace(doors=left.pop(Street(place.name, place.township), ()))
    for street, own in left.items():
        areas = tuple(sorted({area for _, area in own}))
        yield Place("address", street.name, "", street.township, areas=areas, doors=own)


def _areas(areas: gpd.GeoDataFrame) -> Iterator[Place]:
    """Yield a place for each area."""
    columns = (texts(areas[name]) for name in ("name", "name_en", "township"))
    for number, row in enumerate(zip(*columns, strict=True)):
        name, name_en, township = row
        yield Place("area", name, name_en, township, areas=(number,))


def _parts(areas: gpd.GeoDataFrame, column: str) -> Iterator[Place]:
    """Yield communities or estates, each township's by themselves.

    One that is a single area of the same name is that area.
    """
    if column not in areas:
        return
    table = pd.DataFrame({"name": texts(areas[column]), "township": texts(areas["township"])})
    own = texts(areas["name"])
    for (name, township), rows in table[table["name"] != ""].groupby(
        ["name", "township"], sort=False
    ):
        members = tuple(rows.index.tolist())
        if len(members) > 1 or own[members[0]] != name:
            yield Place(column, str(name), "", str(township), areas=members)


def _streets(streets: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> Iterator[Place]:
    """Yield the streets that have a name, each township's by themselves."""
    named = np.array(texts(streets["name"]), dtype=object)
    lines = streets.geometry.to_numpy()[named != ""]
    named = named[named != ""]
    if not len(lines):
        return
    line, area, metres = _along(lines, areas.geometry.to_numpy())
    township = np.array(texts(areas["township"]), dtype=object)
    table = pd.DataFrame(
        {"name": named[line], "township": township[area], "area": area, "metres": metres}
    )
    along = table.groupby(["name", "township", "area"], as_index=False)["metres"].sum()
    long = along[along["metres"] >= ALONG_METRES]
    for (name, where), rows in long.groupby(["name", "township"]):
        yield Place("street", str(name), "", str(where), areas=tuple(rows["area"].tolist()))


def _along(
    lines: NDArray[np.object_], polygons: NDArray[np.object_]
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
    """Return pairs of line and area, and how many metres of the line lie in or beside the area."""
    wide = shapely.buffer(polygons, BESIDE_METRES, quad_segs=1)
    line, area = shapely.STRtree(wide).query(lines, predicate="intersects")
    return line, area, shapely.length(shapely.intersection(lines[line], wide[area]))


def _schools(sections: gpd.GeoDataFrame, stages: tuple[StageFacts, ...]) -> Iterator[Place]:
    """Yield the schools that take entrants in the year, each with its sections."""
    taking = {
        row
        for facts in stages
        for rows in (facts.county, *(facts.spells[number].sections for number in facts.spell))
        for row in rows
    }
    table = pd.DataFrame(
        {name: texts(sections[name]) for name in ("school_id", "name", "name_en", "township")}
    ).loc[sorted(taking)]
    for _, rows in table.groupby("school_id", sort=False):
        first = rows.iloc[0]
        yield Place(
            "school",
            first["name"],
            first["name_en"],
            first["township"],
            sections=tuple(rows.index.tolist()),
        )
