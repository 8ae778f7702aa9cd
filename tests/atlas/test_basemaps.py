"""A map of streets lies under the map only where it was asked for, and only once it is ticked."""

from __future__ import annotations

import base64
import json
import math
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from pyproj import CRS, Geod

from planner.atlas import draw_map, find_basemap
from planner.atlas.basemaps import basemap_content, degrees_under
from planner.atlas.shapes import map_degrees
from planner.errors import ScenarioError
from planner.terms import Language
from tests.atlas.reader import IN_A_BROWSER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from planner.plan import Plan

METRES = CRS.from_epsg(4543)
MIDDLE = (575_000.0, 2_688_000.0)
KEY = "0123456789abcdef0123456789abcdef"
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


def policy_of(page: str) -> str:
    found = re.search(r"img-src ([^;]*);", page)
    assert found
    return found[1]


def test_without_a_base_map_the_page_may_ask_nobody(tmp_path: Path, town: Plan) -> None:
    draw_map([town], tmp_path / "map.html", Language.CHINESE)
    page = (tmp_path / "map.html").read_text("utf-8")
    assert policy_of(page) == "data:"
    assert "https://" not in page.split("<body>")[1].replace("http://www.w3.org", "")


@pytest.mark.parametrize(
    ("name", "hosts"),
    [
        ("osm", ["https://tile.openstreetmap.org"]),
        ("amap", [f"https://webrd0{n}.is.autonavi.com" for n in (1, 2, 3, 4)]),
        ("tianditu", [f"https://t{n}.tianditu.gov.cn" for n in range(8)]),
    ],
)
def test_with_one_pictures_may_come_from_its_hosts_alone(
    tmp_path: Path, town: Plan, name: str, hosts: list[str]
) -> None:
    draw_map([town], tmp_path / "map.html", Language.CHINESE, basemap=find_basemap(name, KEY))
    assert policy_of((tmp_path / "map.html").read_text("utf-8")).split() == ["data:", *hosts]


def test_a_base_map_that_is_not_known_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ScenarioError) as told:
        find_basemap("tiandit", None)
    assert "tianditu" in str(told.value)


@pytest.mark.parametrize("key", [None, "", "short", "abc&tk=<script>", "密" * 32, "a" * 65])
def test_a_key_that_is_missing_or_cannot_be_one_is_refused(key: str | None) -> None:
    with pytest.raises(ScenarioError, match="basemap-key"):
        find_basemap("tianditu", key)


def test_a_key_stands_in_each_address_of_the_service_that_needs_it() -> None:
    addresses = find_basemap("tianditu", KEY).addresses
    assert [address.endswith(f"tk={KEY}") for address in addresses] == [True, True]
    assert all("{key}" not in address for address in addresses)


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
        ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
        ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
        ((116.404, 39.915), (116.41024449916938, 39.91640428150164)),
    ],
)
def test_on_gcj02_places_are_shown_where_other_programs_show_them(
    place: tuple[float, float], shown: tuple[float, float]
) -> None:
    """Pairs that the tests of eviltransform (the first three) and coordtransform publish."""
    shifted = degrees_under(find_basemap("amap", None), CRS.from_epsg(4326))
    (lon,), (lat,) = shifted(np.array([place[0]]), np.array([place[1]]))
    assert (lon, lat) == pytest.approx(shown, abs=1e-9)


def test_on_gcj02_distances_nearly_hold_and_the_page_knows_the_shift() -> None:
    under = degrees_under(find_basemap("amap", None), METRES)
    x, y = np.array([575_000.0, 590_000.0]), np.array([2_688_000.0, 2_700_000.0])
    here, there = np.column_stack(under(x, y))
    true_here, true_there = np.column_stack(map_degrees(METRES)(x, y))
    globe = Geod(ellps="WGS84")
    shown = globe.inv(*here, *there)[2]
    assert shown == pytest.approx(globe.inv(*true_here, *true_there)[2], rel=8e-3)
    content = basemap_content(find_basemap("amap", None), METRES, MIDDLE)
    assert content is not None
    assert 300 < content["shiftMetres"] < 700


@pytest.mark.parametrize("name", ["osm", "tianditu"])
def test_on_the_datum_of_the_globe_nothing_is_shifted(name: str) -> None:
    x, y = np.array([MIDDLE[0]]), np.array([MIDDLE[1]])
    basemap = find_basemap(name, KEY)
    assert degrees_under(basemap, METRES)(x, y) == map_degrees(METRES)(x, y)
    assert (basemap_content(basemap, METRES, MIDDLE) or {})["shiftMetres"] == 0


def test_beyond_china_and_across_the_antimeridian_gcj02_shifts_nothing() -> None:
    fiji = CRS.from_epsg(3460)
    x, y = np.array([2_200_000.0]), np.array([4_000_000.0])
    under = degrees_under(find_basemap("amap", None), fiji)
    assert np.array_equal(under(x, y), map_degrees(fiji)(x, y))


class Watcher:
    """A reader with a network that answers every picture with a grey one."""

    def __init__(self, browser: Any, folder: Path) -> None:
        self.folder, self.asked, self.complaints = folder, [], []  # type: ignore[var-annotated]
        self.context = browser.new_context(viewport={"width": 1200, "height": 800})
        self.page = self.context.new_page()
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.context.route(re.compile("^https:"), self._answer)

    def _answer(self, route: Any) -> None:
        self.asked.append(route.request.url)
        route.fulfill(body=PICTURE, content_type="image/png")

    def open(self, plan: Plan, name: str) -> Any:
        path = self.folder / "map.html"
        draw_map([plan], path, Language.CHINESE, basemap=find_basemap(name, KEY))
        self.page.goto(path.as_uri())
        self.page.wait_for_selector("body[data-ready]")
        return self.page


@pytest.fixture
def watcher(browser: Any, tmp_path: Path) -> Iterator[Watcher]:
    someone = Watcher(browser, tmp_path)
    yield someone
    someone.context.close()
    assert someone.complaints == []


class TestInABrowser:
    """What whoever opens the map sees and what it asks for."""

    pytestmark = IN_A_BROWSER

    def test_nothing_is_fetched_before_the_box_is_ticked(
        self, watcher: Watcher, town: Plan
    ) -> None:
        page = watcher.open(town, "osm")
        assert "联网取图" in page.inner_text("#layers .basemap")
        page.click("#language")
        assert "fetched from OpenStreetMap" in page.inner_text("#layers .basemap")
        page.wait_for_timeout(300)
        assert watcher.asked == []
        page.check("[data-layer=basemap]")
        page.wait_for_selector(".leaflet-tile-loaded")
        assert {address.split("/")[2] for address in watcher.asked} == {"tile.openstreetmap.org"}
        assert page.inner_text(".credit") == "© OpenStreetMap contributors"
        page.uncheck("[data-layer=basemap]")
        assert page.locator(".leaflet-tile").count() == 0
        assert page.locator(".credit").count() == 0

    def test_a_link_does_not_tick_the_box(self, watcher: Watcher, town: Plan) -> None:
        page = watcher.open(town, "osm")
        page.check("[data-layer=basemap]")
        page.click("#themes [data-value=walk]")
        assert "basemap" not in page.evaluate("location.hash")
        watcher.asked.clear()
        page.reload()
        page.wait_for_selector("body[data-ready]")
        page.wait_for_timeout(300)
        assert watcher.asked == []

    def test_pictures_are_those_of_the_place_where_the_school_is_shown(
        self, watcher: Watcher, town: Plan
    ) -> None:
        page = watcher.open(town, "amap")
        page.check("[data-layer=basemap]")
        page.wait_for_selector(".leaflet-tile-loaded")
        row = town.sections.iloc[0]
        to_map = degrees_under(find_basemap("amap", None), town.study.crs)
        (lon,), (lat,) = to_map(np.array([row.geometry.x]), np.array([row.geometry.y]))
        asked = [
            {key: int(value) for key, value in re.findall(r"[?&]([xyz])=(\d+)", address)}
            for address in watcher.asked
        ]
        size = 2 ** asked[0]["z"]
        turn = math.log(math.tan(math.pi / 4 + math.radians(lat) / 2))
        wanted = {
            "x": int((lon + 180) / 360 * size),
            "y": int((1 - turn / math.pi) / 2 * size),
            "z": asked[0]["z"],
        }
        assert wanted in asked
        at = page.evaluate("JSON.stringify(map_atlas.getCenter())")
        assert json.loads(at)["lng"] == pytest.approx(lon, abs=0.05)

    def test_a_shifted_map_says_so_before_anything_is_ticked(
        self, watcher: Watcher, town: Plan
    ) -> None:
        page = watcher.open(town, "amap")
        assert "GCJ-02" in page.inner_text("#legend .shifted")
        page.click("#language")
        assert "shifted to GCJ-02" in page.inner_text("#legend .shifted")

    def test_both_maps_side_by_side_lie_on_the_base_map(self, watcher: Watcher, town: Plan) -> None:
        path = watcher.folder / "map.html"
        draw_map([town, town], path, Language.CHINESE, basemap=find_basemap("osm", None))
        page = watcher.page
        page.goto(path.as_uri())
        page.wait_for_selector("body[data-ready]")
        page.check("[data-layer=basemap]")
        page.select_option("#beside", "1")
        page.wait_for_selector("#map-beside .leaflet-tile-loaded")
        assert page.locator(".credit").count() == 2
