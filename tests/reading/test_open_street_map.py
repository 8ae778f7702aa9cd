from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest
import shapely

from planner.checks import check_study
from planner.reading import Finding
from planner.reading.open_street_map import Extract, read_extract
from planner.study import read_study
from tests.reading.osm import write_osm
from tests.towns import write_town

if TYPE_CHECKING:
    from pathlib import Path

STREET = {"highway": "residential"}


def read(path: Path, table: str = "streets") -> Extract:
    extract = read_extract(path, f"data/{path.name}", table)
    assert isinstance(extract, Extract), extract
    return extract


def test_streets_are_cut_where_they_share_a_node(tmp_path: Path) -> None:
    # West-east 00-10-20-30 and north-south 10-11-12: they share node 10.
    crossing = [([0, 10, 20, 30], STREET), ([10, 11, 12], STREET)]
    extract = read(write_osm(tmp_path / "a.osm", crossing))
    assert extract.cells["street_id"].tolist() == ["1.0", "1.1", "2.0"]
    assert [len(line.coords) for line in extract.shapes] == [2, 3, 3]
    assert shapely.get_coordinates(extract.shapes[1]).tolist() == [
        pytest.approx([102.001, 24.0]), pytest.approx([102.002, 24]), pytest.approx([102.003, 24]),
    ]  # fmt: skip


def test_a_bridge_without_a_common_node_is_not_cut(tmp_path: Path) -> None:
    over = [([1, 11, 21], STREET), ([10, 12], {"highway": "primary", "bridge": "yes"})]
    extract = read(write_osm(tmp_path / "a.osm", over))
    assert extract.cells["crosses"].where(extract.cells["crosses"].notna(), "").tolist() == [
        "",
        "bridge",
    ]


def test_a_loop_that_crosses_itself_is_cut_there(tmp_path: Path) -> None:
    # 00-10-11-01-00-... the lollipop 20-10-11-21-20 ... node 10 occurs twice in one way.
    extract = read(write_osm(tmp_path / "a.osm", [([0, 10, 20, 21, 11, 10], STREET)]))
    assert [len(line.coords) for line in extract.shapes] == [2, 5]


def test_what_is_no_street_is_left_out(tmp_path: Path) -> None:
    ways = [
        ([0, 10], STREET),
        ([0, 1], {"highway": "proposed"}),
        ([1, 11], {"railway": "rail"}),
        ([2, 12], {"building": "yes"}),
    ]
    assert len(read(write_osm(tmp_path / "a.osm", ways)).shapes) == 1


def test_a_way_that_leaves_the_extract_ends_at_its_border(tmp_path: Path) -> None:
    # Of 00-10-20-30-40 the file lacks 20: two pieces are left.
    ways = [([0, 10, 20, 30, 40], STREET)]
    extract = read(write_osm(tmp_path / "a.osm", ways, missing=[20]))
    assert [len(line.coords) for line in extract.shapes] == [2, 2]


def test_level_crossings_and_crosswalks_are_told_by_their_nodes(tmp_path: Path) -> None:
    ways = [([0, 10, 20], STREET), ([20, 30], STREET), ([1, 11, 21], STREET), ([1, 2], STREET)]
    tags = {
        10: {"railway": "level_crossing"},
        20: {"highway": "crossing"},
        11: {"highway": "crossing"},
    }
    extract = read(write_osm(tmp_path / "a.osm", ways, tags))
    # A crosswalk at the end of a street leads over another street, not over what this one meets.
    said = extract.cells["crosses"].where(extract.cells["crosses"].notna(), "")
    assert said.tolist() == ["crossing", "", "crossing", ""]


def test_barriers_are_taken_from_the_same_extract(tmp_path: Path) -> None:
    ways = [
        ([0, 10], STREET),
        ([1, 11], {"railway": "rail", "name": "滇中铁路"}),
        ([2, 12], {"waterway": "river"}),
    ]
    extract = read(write_osm(tmp_path / "a.osm", ways), "barriers")
    assert extract.cells["kind"].tolist() == ["railway", "river"]
    assert extract.cells["name"].tolist()[0] == "滇中铁路"


@pytest.mark.parametrize("table", ["streets", "barriers"])
def test_an_extract_without_any_says_so(tmp_path: Path, table: str) -> None:
    path = write_osm(tmp_path / "a.osm", [([0, 10], {"building": "yes"})])
    found = read_extract(path, "data/a.osm", table)
    assert isinstance(found, Finding)
    assert "it has no " in found.what.en


def test_a_damaged_extract_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "streets.osm.pbf"
    path.write_bytes(b"no protocol buffer at all")
    found = read_extract(path, "data/streets.osm.pbf", "streets")
    assert isinstance(found, Finding)
    assert "it cannot be opened" in found.what.en


def test_a_study_takes_an_extract_that_lies_in_its_data(tmp_path: Path) -> None:
    folder = write_town(tmp_path / "town", streets=None)
    plain = write_osm(tmp_path / "a.osm", [([0, 10, 20], {**STREET, "name": "环城路"})])
    (folder / "data" / "county-latest.osm.gz").write_bytes(gzip.compress(plain.read_bytes()))
    said: list[str] = []
    study = read_study(folder, progress=said.append)
    assert "data/county-latest.osm.gz" in said
    assert study.streets["name"].tolist() == ["环城路"]
    assert study.streets.crs == study.crs
    # The licence of OpenStreetMap asks that it be named.
    assert any("OpenStreetMap" in text for text in study.attributions)


def test_two_extracts_in_the_data_are_asked_about(tmp_path: Path) -> None:
    folder = write_town(tmp_path / "town", streets=None)
    for name in ("north.osm", "south.osm"):
        write_osm(folder / "data" / name, [([0, 10], STREET)])
    (fault,) = [each for each in check_study(folder) if each.severity == "error"]
    assert "data/ has several files for 'streets': north.osm, south.osm" in fault.what.en
    assert fault.remedy.en == "Name the one to read under [tables] streets."


def test_an_extract_of_barriers_is_not_taken_for_the_streets(tmp_path: Path) -> None:
    folder = write_town(tmp_path / "town", streets=None)
    write_osm(folder / "data" / "barriers.osm", [([0, 10], {"railway": "rail"})])
    study = read_study(folder)
    assert study.barriers["kind"].tolist() == ["railway"]
    assert study.streets.empty


def test_a_study_with_streets_of_its_own_leaves_an_extract_alone(tmp_path: Path) -> None:
    folder = write_town(tmp_path / "town")
    write_osm(folder / "data" / "county.osm", [([0, 10], STREET)])
    study = read_study(folder)
    assert len(study.streets) == 12
    assert not any("OpenStreetMap" in text for text in study.attributions)
