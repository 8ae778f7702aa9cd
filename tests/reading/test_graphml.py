from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import shapely

from planner.checks import check_study
from planner.reading import Finding
from planner.reading.graphml import read_graphml
from planner.reading.open_street_map import Extract
from planner.study import read_study
from tests.reading.osm import write_graphml
from tests.towns import CRS, centre_of, write_town

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

NODES = {"n1": {"x": "102.0", "y": "24.0"}, "n2": {"x": "102.001", "y": "24.0"}}
THERE = ("n1", "n2", {"osmid": "7", "highway": "residential", "length": "101.6"})
BACK = ("n2", "n1", {"osmid": "7", "highway": "residential", "length": "101.6"})


def read(tmp_path: Path, edges: Sequence[tuple[str, str, dict[str, str]]], **more: Any) -> Extract:
    path = write_graphml(tmp_path / "streets.graphml", NODES, edges, **more)
    extract = read_graphml(path, "data/streets.graphml")
    assert isinstance(extract, Extract), extract
    return extract


def test_an_edge_there_and_its_way_back_are_one_street(tmp_path: Path) -> None:
    extract = read(tmp_path, [THERE, BACK])
    assert extract.cells["direction"].tolist() == ["both"]
    assert extract.cells["length_metres"].tolist() == [101.6]
    assert extract.cells["street_class"].tolist() == ["residential"]


def test_an_edge_without_a_way_back_is_one_way_for_wheels(tmp_path: Path) -> None:
    extract = read(tmp_path, [THERE])
    assert extract.cells["direction"].tolist() == ["forward"]
    assert extract.cells["foot_direction"].isna().all()
    assert read(tmp_path, [THERE], directed=False).cells["direction"].tolist() == ["both"]


def test_an_edge_that_stands_twice_stays_twice_for_the_map_to_mend(tmp_path: Path) -> None:
    assert len(read(tmp_path, [THERE, THERE]).shapes) == 2
    # Two there and two back: the first pair is a street, and the second.
    assert read(tmp_path, [THERE, BACK, THERE, BACK]).cells["direction"].tolist() == ["both"] * 2


def test_a_drawn_edge_keeps_its_bends_and_another_is_straight(tmp_path: Path) -> None:
    bend = "LINESTRING (102 24, 102.0005 24.001, 102.001 24)"
    extract = read(tmp_path, [("n1", "n2", {"geometry": bend}), BACK])
    assert [len(line.coords) for line in extract.shapes] == [3, 2]
    assert shapely.get_coordinates(extract.shapes[1]).tolist() == [[102.001, 24], [102, 24]]


def test_of_several_values_the_first_counts(tmp_path: Path) -> None:
    said = {
        "highway": "['primary', 'residential']",
        "bridge": "['yes', 'viaduct']",
        "oneway": "True",
    }
    (row,) = read(tmp_path, [("n1", "n2", said)]).cells.to_dict("records")
    assert (row["street_class"], row["crosses"], row["direction"]) == (
        "primary",
        "bridge",
        "forward",
    )


@pytest.mark.parametrize(
    ("nodes", "edges", "said"),
    [
        (NODES, [], "it has no edges"),
        ({"n1": {"x": "1"}, "n2": {"x": "2"}}, [THERE], "'n1' and 'n2'"),
        (NODES, [("n1", "n9", {})], "'n9'"),
        (NODES, [("n1", "n2", {"geometry": "LINESTRING (1"})], "it cannot be understood"),
    ],
)
def test_a_graph_that_is_no_map_is_refused_in_words(
    tmp_path: Path, nodes: Any, edges: Any, said: str
) -> None:
    found = read_graphml(write_graphml(tmp_path / "a.graphml", nodes, edges), "a.graphml")
    assert isinstance(found, Finding)
    assert said in found.what.en


def test_a_file_that_is_no_xml_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "a.graphml").write_text("graph {", encoding="utf-8")
    found = read_graphml(tmp_path / "a.graphml", "a.graphml")
    assert isinstance(found, Finding)
    assert "it cannot be opened" in found.what.en


def town(folder: Path, length: str) -> Path:
    """Return the nine squares with one street from a1 to a2 in a GraphML file."""
    write_town(folder, streets=None)
    ends = [centre_of(area) for area in ("a1", "a2")]
    nodes = {f"n{n}": {"x": str(p.x), "y": str(p.y)} for n, p in enumerate(ends)}
    edges = [("n0", "n1", {"length": length, "highway": "tertiary"})]
    write_graphml(folder / "data" / "streets.graphml", nodes, edges, crs=CRS)
    return folder


def test_a_study_takes_its_streets_from_a_graph(tmp_path: Path) -> None:
    study = read_study(town(tmp_path, "512.5"))
    assert study.streets["length_metres"].tolist() == [512.5]
    assert study.streets.geometry.length.tolist() == [pytest.approx(500)]
    assert "data/streets.graphml" in [file.path for file in study.inputs]


@pytest.mark.parametrize("length", ["-3", "0"])
def test_a_street_without_a_positive_length_is_an_error(tmp_path: Path, length: str) -> None:
    errors = [each for each in check_study(town(tmp_path, length)) if each.severity == "error"]
    assert len(errors) == 1
    assert errors[0].file == "data/streets.graphml"
    assert f"'{float(length)}', not above 0" in errors[0].what.en
