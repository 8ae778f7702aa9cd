"""The page holds public facts and no others, asks nothing of the network, and stays small."""

from __future__ import annotations

import dataclasses
import json
import re
import tomllib
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import CRS

from planner.atlas import external_requests
from planner.atlas.lookup import write_lookup
from planner.atlas.lookup.content import front_coded
from planner.shipped import map_templates
from planner.terms import Language
from tests.atlas.nine_squares import with_shared_zone
from tests.atlas.test_page import HOSTILE, with_hostile_names

if TYPE_CHECKING:
    from pathlib import Path

    from planner.plan import Plan

PUBLIC = {
    # the page itself
    *("language", "words", "zh", "en", "look", "readings", "sources", "names"),
    # which year, and what it rests on
    *("year", "lastYear", "inForce", "draw", "walkingKmh"),
    # places: keys, names, shapes
    *("townships", "areas", "key", "name", "nameEn", "township", "mesh", "places", "kind"),
    *("lengths", "steps", "sides", "rings", "ringLengths", "context", "county", "barriers"),
    *("streets", "shape", "at"),
    # schools and zones
    *("sections", "longitude", "latitude", "stages", "stage", "spells", "spell", "walks"),
    *("first", "orEarlier", "last", "next", "after"),
}
LOOK = {"body", "background", "land", "outline", "township", "ink", "accent", "lake", "railway"}
LOOK |= {"trunkRoad", "street", "streetWidth"}


def written(folder: Path, town: Plan, **options: Any) -> str:
    path = folder / "lookup.html"
    write_lookup(town, path, Language.CHINESE, **options)
    return path.read_text(encoding="utf-8")


def data_of(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="lookup-data">(.*?)</script>', page)
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


def keys_of(content: Any) -> set[str]:
    """Return every key that stands anywhere in the data."""
    if isinstance(content, dict):
        return set(content) | {key for value in content.values() for key in keys_of(value)}
    if isinstance(content, list):
        return {key for value in content for key in keys_of(value)}
    return set()


def test_only_public_facts_are_in_the_page(tmp_path: Path, town: Plan) -> None:
    data = data_of(written(tmp_path, with_shared_zone(town)))
    assert set(data.pop("look")) == LOOK
    data.pop("words")
    data.pop("readings")
    assert all(number.isdigit() for number in data.pop("doors"))
    assert keys_of(data) <= PUBLIC


def test_no_count_of_pupils_reaches_the_page(tmp_path: Path, town: Plan) -> None:
    """Every count and chance of the plan becomes another; the page stays the same, byte by byte."""
    before = written(tmp_path, with_shared_zone(town))
    other = with_shared_zone(town)
    lots = other.shared_lots.assign(chance=0.123, entrants=7777)
    areas = other.area_years.assign(entrants=7777, residents=7777.0)
    counts = ["pupils", "entrants", "seats", "classes", "utilisation", "shortage", "unseated"]
    sections = other.section_years.assign(**dict.fromkeys(counts, 7777))
    other = dataclasses.replace(
        other, shared_lots=lots, area_years=areas, section_years=sections, zones=town.zones[:0]
    )
    assert written(tmp_path, other) == before


def test_the_page_asks_nothing_of_the_network_and_forbids_it(tmp_path: Path, town: Plan) -> None:
    page = written(tmp_path, town)
    assert external_requests(page) == ()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    assert "default-src 'none'" in policy[1]
    assert "unsafe-eval" not in policy[1]
    assert "connect-src" not in policy[1]  # default-src speaks for it


def test_the_same_plan_gives_the_same_bytes(tmp_path: Path, town: Plan) -> None:
    assert written(tmp_path, town) == written(tmp_path, town)


def test_a_hostile_name_stays_a_name(tmp_path: Path, town: Plan) -> None:
    page = written(tmp_path, with_hostile_names(town))
    assert page.count("<script>window.broken") == 0
    assert data_of(page)["areas"]["name"][0] == f"0{HOSTILE}"
    assert external_requests(page) == ()


def test_every_word_of_the_page_is_in_the_word_list(tmp_path: Path, town: Plan) -> None:
    words = tomllib.loads((map_templates() / "lookup.toml").read_text(encoding="utf-8"))
    script = (map_templates() / "lookup.js").read_text(encoding="utf-8")
    markup = (map_templates() / "lookup.html").read_text(encoding="utf-8")
    asked = set(re.findall(r'word\("(\w+)"', script)) | set(
        re.findall(r'data-word="(\w+)"', markup)
    )
    assert len(asked) > 15
    assert asked <= set(words)
    for pair in words.values():  # the same figures are filled in in both languages
        assert set(re.findall(r"\{\w+\}", pair["zh"])) == set(re.findall(r"\{\w+\}", pair["en"]))


def test_names_are_written_once_where_they_begin_alike() -> None:
    assert front_coded(["大村1组", "大村2组", "小村", "😀a", "😀b", ""]) == [
        *("0大村1组", "22组", "0小村", "0😀a", "1b", "0")
    ]


def test_a_county_of_one_area_has_a_page(tmp_path: Path, town: Plan) -> None:
    study = dataclasses.replace(town.study, areas=town.study.areas.iloc[:1])
    rows = town.area_years[town.area_years["area_id"] == "a0"]
    data = data_of(written(tmp_path, dataclasses.replace(town, study=study, area_years=rows)))
    assert data["areas"]["key"] == ["0a0"]
    assert data["stages"][0]["walks"] == [650]


def test_a_plan_without_sections_has_a_page(tmp_path: Path, town: Plan) -> None:
    nobody = dataclasses.replace(town, sections=town.sections[:0], area_years=town.area_years[:0])
    assert data_of(written(tmp_path, nobody))["stages"] == []


@pytest.mark.parametrize(("epsg", "longitude"), [(32760, 180.0), (32701, -180.0)])
def test_a_county_on_the_antimeridian_of_the_south_stays_in_one_piece(
    tmp_path: Path, town: Plan, epsg: int, longitude: float
) -> None:
    """Nine squares of 500 metres about 17° south, where 180° turns into −180°."""
    system = CRS.from_epsg(epsg)
    at = gpd.GeoSeries([shapely.Point(180.0, -17.0)], crs=4326).to_crs(system).iloc[0]
    west, south = town.study.areas.total_bounds[:2]

    def moved(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        by = np.array([at.x - 750 - west, at.y - 750 - south])
        shapes = [shapely.transform(shape, lambda points: points + by) for shape in table.geometry]
        return table.set_geometry(shapes).set_crs(system, allow_override=True)

    study = dataclasses.replace(
        town.study,
        crs=system,
        areas=moved(town.study.areas),
        streets=moved(town.study.streets),
        barriers=moved(town.study.barriers),
    )
    data = data_of(
        written(tmp_path, dataclasses.replace(town, study=study, sections=moved(town.sections)))
    )
    longitudes = [section["longitude"] for section in data["sections"]]
    longitudes += [township["at"][0] / 1e5 for township in data["context"]["townships"]]
    assert max(abs(each - longitude) for each in longitudes) < 0.02
    assert all(section["latitude"] < 0 for section in data["sections"])


def test_the_status_is_a_draft_until_it_is_said_otherwise(tmp_path: Path, town: Plan) -> None:
    assert data_of(written(tmp_path, town))["inForce"] is False
    assert data_of(written(tmp_path, town, in_force=True))["inForce"] is True
