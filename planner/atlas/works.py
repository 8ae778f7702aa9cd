"""Say what is built, converted and closed, from which year, and where a school could be built."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from planner.atlas.lists import floats, numbers, texts
from planner.capacity.projects import dated_projects

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

    from planner.atlas.shapes import ToMap
    from planner.capacity.projects import Dated
    from planner.scenario import Scenario
    from planner.study import Study

    Place = tuple[float | None, float | None]

__all__ = ["projects_content", "sites_content"]


def projects_content(
    study: Study, scenario: Scenario, sections: gpd.GeoDataFrame, to_map: ToMap
) -> list[dict[str, Any]]:
    """Return the projects and measures of a scenario, each where its section or site lies.

    Args:
        study: The study with its projects and sites.
        scenario: The scenario that dates them and adds measures.
        sections: Sections with their points, those that are still to open included.
        to_map: Turns x and y into degrees on the map.
    """
    at = _places(sections, "section_id", to_map)
    on_site = _places(study.sites, "site_id", to_map)
    stage_of = dict(zip(texts(sections["section_id"]), texts(sections["stage"]), strict=True))
    return [
        _project(project, at.get(project.section_id) or on_site.get(project.site_id), stage_of)
        for project in dated_projects(study, scenario)
    ]


def _project(project: Dated, place: Place | None, stage_of: Mapping[str, str]) -> dict[str, Any]:
    """Return one project; without a place it is listed but not drawn."""
    longitude, latitude = place or (None, None)
    return {
        "id": project.key,
        "name": project.name,
        "nameEn": project.name_en or "",
        "kind": str(project.kind),
        "section": project.section_id,
        "from": project.from_section,
        "stage": project.stage or stage_of.get(project.section_id, ""),
        "rooms": project.rooms,
        "roomsLost": project.rooms_lost,
        "starts": project.starts,
        "year": project.year,
        "ours": project.ours,
        "longitude": longitude,
        "latitude": latitude,
    }


def sites_content(study: Study, to_map: ToMap) -> list[dict[str, Any]]:
    """Return the sites where a school could be built, with land in m² and its cost in yuan."""
    sites = study.sites
    places = _places(sites, "site_id", to_map)
    columns: dict[str, list[Any]] = {
        "id": texts(sites["site_id"]),
        "name": texts(sites["name"]),
        "township": texts(sites["township"]),
        "land": numbers(floats(sites["land_m2"]), decimals=0),
        "stages": [words.split() for words in texts(sites["stages"])],
        "cost": numbers(floats(sites["cost_yuan"]), decimals=0),
        "longitude": [places[key][0] for key in texts(sites["site_id"])],
        "latitude": [places[key][1] for key in texts(sites["site_id"])],
    }
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _places(table: gpd.GeoDataFrame, key: str, to_map: ToMap) -> dict[str, Place]:
    """Return longitude and latitude of every row by its key, None where it has no point."""
    if table.empty:
        return {}
    points = table.geometry
    there = (points.notna() & ~points.is_empty).to_numpy()
    x = np.where(there, points.x, np.nan)
    y = np.where(there, points.y, np.nan)
    longitude, latitude = to_map(x, y)
    columns = (
        numbers(np.where(there, np.asarray(values, dtype=np.float64), np.nan), decimals=5)
        for values in (longitude, latitude)
    )
    return dict(zip(texts(table[key]), zip(*columns, strict=True), strict=True))
