"""The map is one file that asks nothing of the network and carries out no name."""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import json
import re
import tomllib
from base64 import b64decode
from typing import TYPE_CHECKING, Any

import pytest

from planner.atlas import draw_map, external_requests
from planner.atlas.frame import folium_frame
from planner.errors import OutputError
from planner.shipped import map_assets, map_templates
from planner.terms import Language
from tests.atlas.nine_squares import make_variant

if TYPE_CHECKING:
    from pathlib import Path

    from planner.plan import Plan

HOSTILE = """</script><script>window.broken=1</script><!-- " ' {{ 7 * 7 }} {% raw %} 🏫 &amp;"""


def drawn(folder: Path, *plans: Plan, lang: Language = Language.CHINESE) -> str:
    path = folder / "map.html"
    draw_map(plans, path, lang)
    return path.read_text(encoding="utf-8")


def test_the_frame_that_is_kept_is_the_one_folium_makes() -> None:
    # `make docs` writes it again where folium has changed
    kept = (map_templates() / "frame.html").read_text(encoding="utf-8")
    assert kept == folium_frame()
    parts = ["head", "leaflet_css", "leaflet_js", "sheet", "body", "script"]
    assert re.findall(r"<!-- (\w+) -->", kept) == parts


def data_of(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="text/plain" id="atlas-data">([A-Za-z0-9+/=]*)</script>', page)
    assert found is not None
    data: dict[str, Any] = json.loads(gzip.decompress(b64decode(found[1])))
    return data


def with_hostile_names(town: Plan) -> Plan:
    study = town.study
    areas = study.areas.assign(name=HOSTILE, name_en=HOSTILE, township=HOSTILE)
    return dataclasses.replace(
        town,
        study=dataclasses.replace(study, areas=areas, names={"zh": HOSTILE, "en": HOSTILE}),
        sections=town.sections.assign(name=HOSTILE, name_en=HOSTILE, township=HOSTILE),
    )


def test_the_map_asks_nothing_of_the_network(tmp_path: Path, town: Plan) -> None:
    page = drawn(tmp_path, town)
    assert external_requests(page) == ()
    assert "cdn." not in page
    assert "default-src 'none'" in page


def test_the_file_holds_zones_sections_areas_and_both_languages(tmp_path: Path, town: Plan) -> None:
    data = data_of(drawn(tmp_path, town, make_variant(town)))
    assert [plan["name"] for plan in data["scenarios"]] == ["baseline", "more_seats"]
    primary = data["scenarios"][0]["stages"]["primary"]
    assert {zone["section"] for zone in primary["zones"]} == {"w", "e", "n"}
    assert set(primary["sections"]) == {"w", "e", "n"}
    assert len(data["areas"]["name"]) == 9
    assert data["names"] == {"zh": "九宫县", "en": "Nine Squares"}
    section = data["scenarios"][0]["sections"][0]
    assert (section["name"], section["name_en"]) == ("西门小学", "West School")
    assert data["scenarios"][0]["notes"] == [
        {"zh": "无户均学生数：不计住宅。", "en": "No pupil yields: homes are ignored."}
    ]
    assert all(set(pair) == {"zh", "en"} for pair in data["words"].values())


def test_every_word_of_the_page_and_the_script_is_in_the_word_list() -> None:
    words = tomllib.loads((map_templates() / "words.toml").read_text(encoding="utf-8"))
    scripts = sorted((map_templates() / "map").glob("*.js"))
    script = "".join(path.read_text(encoding="utf-8") for path in scripts)
    markup = (map_templates() / "map.html").read_text(encoding="utf-8")
    asked = set(re.findall(r'word\("(\w+)"', script)) | set(
        re.findall(r'data-(?:word|hint|label)="(\w+)"', markup)
    )
    assert len(asked) > 40
    assert asked <= set(words)


@pytest.mark.parametrize(("lang", "title"), [("zh", "九宫县"), ("en", "Nine Squares")])
def test_the_page_opens_in_the_language_asked_for(
    tmp_path: Path, town: Plan, lang: str, title: str
) -> None:
    page = drawn(tmp_path, town, lang=Language(lang))
    assert f"<title>{title}</title>" in page
    assert data_of(page)["language"] == lang


def test_a_hostile_name_stays_a_name(tmp_path: Path, town: Plan) -> None:
    page = drawn(tmp_path, with_hostile_names(town))
    assert page.count("<script>window.broken") == 0
    assert data_of(page)["areas"]["name"][0] == HOSTILE
    assert data_of(page)["scenarios"][0]["sections"][0]["name"] == HOSTILE
    assert external_requests(page) == ()


def test_the_same_plans_give_the_same_bytes(tmp_path: Path, town: Plan) -> None:
    assert drawn(tmp_path, town) == drawn(tmp_path, town)


def test_nothing_but_the_map_is_left_in_the_folder(tmp_path: Path, town: Plan) -> None:
    drawn(tmp_path, town)
    assert [path.name for path in tmp_path.iterdir()] == ["map.html"]


def test_a_place_that_takes_no_file_is_named_and_nothing_is_left(
    tmp_path: Path, town: Plan
) -> None:
    (tmp_path / "map.html").mkdir()
    with pytest.raises(OutputError, match=r"map\.html cannot be written"):
        drawn(tmp_path, town)
    assert [path.name for path in tmp_path.iterdir()] == ["map.html"]


def test_a_folder_that_is_a_file_is_named(tmp_path: Path, town: Plan) -> None:
    (tmp_path / "out").write_text("not a folder", encoding="utf-8")
    with pytest.raises(OutputError, match="cannot be written"):
        draw_map([town], tmp_path / "out" / "map.html", Language.ENGLISH)


def test_a_map_without_plans_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="at least one plan"):
        drawn(tmp_path)


@pytest.mark.parametrize(
    ("html", "asked"),
    [
        ('<script src="https://cdn.example/x.js"></script>', ("https://cdn.example/x.js",)),
        ('<link rel="stylesheet" href="//cdn.example/x.css">', ("//cdn.example/x.css",)),
        ('<img srcset="a.png 2x">', ("a.png 2x",)),
        ("<style>a{background:url('layers.png')}</style>", ("layers.png",)),
        ('<style>@import "b.css";</style>', ("b.css",)),
        ('<p style="background:url(c.png)">', ("c.png",)),
        ('<svg><use xlink:href="d.svg#e"/></svg>', ("d.svg#e",)),
        ('<img src="data:image/png;base64,AA=="><a href="https://example.org">x</a>', ()),
        ('<svg><use href="#e"/></svg><p>url(not-a-sheet.png)</p>', ()),
    ],
)
def test_requests_are_found_where_they_hide(html: str, asked: tuple[str, ...]) -> None:
    assert external_requests(html) == asked


def test_vendored_files_are_those_of_their_list() -> None:
    listing = tomllib.loads((map_assets() / "versions.toml").read_text(encoding="utf-8"))
    for package, entry in listing.items():
        for member, digest in entry["files"].items():
            content = (map_assets() / package / member.rpartition("/")[2]).read_bytes()
            assert hashlib.sha256(content).hexdigest() == digest, member


def test_the_page_names_the_version_it_was_drawn_with() -> None:
    listing = tomllib.loads((map_assets() / "versions.toml").read_text(encoding="utf-8"))
    words = tomllib.loads((map_templates() / "words.toml").read_text(encoding="utf-8"))
    for text in words["drawn_with"].values():
        assert f"Leaflet {listing['leaflet']['version']}" in text
        assert listing["leaflet"]["licence"] in text
