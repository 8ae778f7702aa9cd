"""The study of Seattle holds what its sources published, on a network a child could walk."""

from __future__ import annotations

import importlib.util
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

from planner.scenario import read_scenario
from planner.study import read_study
from planner.tables import TABLES

if TYPE_CHECKING:
    from types import ModuleType

STUDY = Path(__file__).parent / "studies" / "seattle"
DATA = STUDY / "data"
POINTS = ("schools", "sites")


def _load_script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_seattle", STUDY / "make_seattle.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


script = _load_script()

with_sources = pytest.mark.skipif(
    not script.SOURCE.is_dir(), reason=f"Seattle's source files are not at {script.SOURCE}."
)


def _read(table: str) -> pd.DataFrame:
    return pd.read_csv(DATA / f"{table}.csv")


def _points(table: str) -> gpd.GeoDataFrame:
    rows = _read(table)
    places = gpd.points_from_xy(rows["longitude"], rows["latitude"])
    return gpd.GeoDataFrame(rows, geometry=places, crs="EPSG:4326")


@pytest.fixture(scope="module")
def areas() -> gpd.GeoDataFrame:
    return gpd.read_file(DATA / "areas.gpkg", layer="areas")


@pytest.fixture(scope="module")
def streets() -> gpd.GeoDataFrame:
    return gpd.read_parquet(DATA / "streets.parquet")


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("seattle")
    script.make_seattle(script.SOURCE, out)
    return out


# ---------------------------------------------------------------- schools and children


def test_seats_and_pupils_are_those_the_district_published() -> None:
    # SOURCE: 73 schools, capacity 35,372 seats, October 2023 enrolment 23,722.
    assert len(_read("schools")) == 73
    assert _read("sections")["seats"].sum() == 35_372
    assert _read("rolls")["pupils"].sum() == 23_722
    assert set(_read("rolls")["year"]) == {2023}


def test_every_zone_of_2015_has_its_school_and_no_other_school_has_a_zone() -> None:
    sections, zones = _read("sections"), _read("zones")
    zoned = set(sections.loc[sections["intake"] == "zone", "section_id"])
    assert len(zoned) == 57
    assert set(zones["section_id"]) == zoned
    assert set(sections["school_id"]) == set(_read("schools")["school_id"])


def test_children_add_up_to_the_published_tracts() -> None:
    # 135 tracts of the city in 2019, less the children of three tracts that live beyond the
    # district's border (the share of their land there: 97.72 %, 71.20 % and 85.94 %).
    residents = _read("residents")
    ages_5_to_9 = residents[(residents["year"] == 2019) & (residents["age_from"] == 5)]
    beyond = 304.89 * 0.97718 + 432.77 * 0.71199 + 251.95 * 0.85937
    assert ages_5_to_9["residents"].sum() == pytest.approx(31_028.31 - beyond, abs=0.02)
    # Tract 41 is cut by zones; its areas together have the 700.77 children of the tract.
    tract_41 = ages_5_to_9[ages_5_to_9["area_id"].str.startswith("004100-")]
    assert len(tract_41) > 1
    assert tract_41["residents"].sum() == pytest.approx(700.77, abs=1e-9)


def test_children_are_counted_for_every_area_age_and_year(areas: gpd.GeoDataFrame) -> None:
    residents = _read("residents")
    assert set(residents["year"]) == {2000, 2005, 2010, 2015, 2019}
    groups = {(0, 4), (5, 9), (10, 14), (15, 19)}
    assert set(zip(residents["age_from"], residents["age_to"], strict=True)) == groups
    assert not residents.duplicated(["area_id", "year", "age_from"]).any()
    assert len(residents) == len(areas) * 5 * 4
    assert set(residents["area_id"]) == set(areas["area_id"])


def test_the_shares_of_a_whole_add_up_to_it() -> None:
    # 100 by weights 1 : 1 : 1 leaves one over, which goes to the first of equals.
    assert script._shared_out(100, np.array([1.0, 1.0, 1.0])).tolist() == [34, 33, 33]
    # 10 by 5 : 3 : 0 is 6.25, 3.75, 0: the larger remainder is rounded up.
    assert script._shared_out(10, np.array([5.0, 3.0, 0.0])).tolist() == [6, 4, 0]


# ---------------------------------------------------------------- areas and zones


def test_areas_cover_the_district_without_overlap_or_gap(areas: gpd.GeoDataFrame) -> None:
    shapes = areas.geometry.to_numpy()
    assert areas.crs == "EPSG:32610"
    assert areas["area_id"].is_unique
    assert set(areas.geom_type) == {"Polygon"}
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    district = shapely.coverage_union_all(shapes)
    assert district.geom_type == "Polygon"
    assert not district.interiors
    # The 57 zones of 2015 measure 240.96 km² together.
    assert district.area / 1e6 == pytest.approx(240.96, abs=0.05)


def test_every_area_lies_in_one_zone_and_every_zone_is_in_one_piece(
    areas: gpd.GeoDataFrame,
) -> None:
    zones = _read("zones")
    assert sorted(zones["area_id"]) == sorted(areas["area_id"])
    zoned = areas.merge(zones, on="area_id").dissolve("section_id", method="coverage")
    assert set(zoned.geom_type) == {"Polygon"}


def test_schools_stand_in_their_zones_but_for_roxhill(areas: gpd.GeoDataFrame) -> None:
    # Since 2015 Roxhill has moved to the E.C. Hughes building, in the zone of West Seattle.
    schools = _points("schools").to_crs(areas.crs)
    zoned = areas.merge(_read("zones"), on="area_id")
    placed = schools.sjoin(zoned[["section_id", "geometry"]], predicate="within")
    placed = placed.merge(_read("sections"), on="school_id", suffixes=("_here", ""))
    assert len(placed) == len(schools)
    elsewhere = (placed["intake"] == "zone") & (placed["section_id"] != placed["section_id_here"])
    assert placed.loc[elsewhere, "school_id"].tolist() == ["roxhill"]


def test_the_closures_of_2024_move_four_zones_whole() -> None:
    today = _read("zones").set_index("area_id")["section_id"]
    after = _read("zones_closures_2024").set_index("area_id")["section_id"]
    assert today.index.equals(after.index)
    moves = {(old, new) for old, new in zip(today, after, strict=True) if old != new}
    assert moves == {
        ("north-beach-elementary", "viewlands-elementary"),
        ("sacajawea-elementary", "john-rogers-elementary"),
        ("sanislo-elementary", "highland-park-elementary"),
        ("stevens-elementary", "montlake-elementary"),
    }
    assert not set(after) & {old for old, _ in moves}


# ---------------------------------------------------------------- streets


def _graph(streets: gpd.GeoDataFrame) -> tuple[np.ndarray[Any, Any], coo_array[Any]]:
    """Return the junctions' coordinates and the shortest segment between each pair."""
    lines = streets.geometry.to_numpy()
    both = np.concatenate([shapely.get_point(lines, 0), shapely.get_point(lines, -1)])
    places, end = np.unique(shapely.get_coordinates(both), axis=0, return_inverse=True)
    one, other = end.reshape(2, -1)
    return places, _shortest(one, other, streets["length_metres"].to_numpy(), len(places))


def _shortest(one: Any, other: Any, metres: Any, nodes: int) -> coo_array[Any]:
    ends = {"a": np.minimum(one, other), "b": np.maximum(one, other)}
    table = pd.DataFrame({**ends, "m": metres}).groupby(["a", "b"]).min().reset_index()
    return coo_array((table["m"], (table["a"], table["b"])), shape=(nodes, nodes))


def test_streets_are_one_network(streets: gpd.GeoDataFrame) -> None:
    _, graph = _graph(streets)
    pieces, _ = connected_components(graph, directed=False)
    assert pieces == 1


def test_junctions_stay_apart_and_segments_have_two_ends_and_a_length(
    streets: gpd.GeoDataFrame,
) -> None:
    places, _ = _graph(streets)
    assert (places == np.rint(places)).all()
    assert not len(cKDTree(places).query_pairs(1.0, output_type="ndarray"))
    assert streets["street_id"].is_unique
    assert (streets["length_metres"] > 0).all()
    assert not shapely.is_closed(streets.geometry.to_numpy()).any()


def test_lines_are_hardly_longer_than_the_streets_they_draw(streets: gpd.GeoDataFrame) -> None:
    # Simplifying only shortens; moving both ends to the grid adds at most 2 × 1.5 m.
    assert (streets.length - streets["length_metres"]).max() < 3.0


def _town(*edges: tuple[int, int, float], places: list[tuple[float, float]]) -> Any:
    tail, head, metres = zip(*edges, strict=True)
    x, y = np.array(places, dtype=float).T
    return script.Network(
        x=x,
        y=y,
        tail=np.array(tail),
        head=np.array(head),
        centimetres=np.rint(np.array(metres) * 100).astype(np.int64),
    )


def _lengths(network: Any) -> list[float]:
    return sorted(script.contract_streets(network)[0]["length_metres"])


def test_a_street_with_bends_becomes_one_segment_of_the_same_length() -> None:
    # 0 —— 1 —— 2 in a line with a bend at 1; 10.25 m + 20.50 m.
    town = _town((0, 1, 10.25), (1, 2, 20.5), places=[(0, 0), (10, 2), (30, 0)])
    assert _lengths(town) == [30.75]


def test_a_crescent_that_returns_to_its_junction_is_cut_halfway() -> None:
    # 0 —— 1 <crescent 2, 3, 4> back to 1: 10 m to 1, then 5 + 5 + 5 + 5 m, halved at 3.
    town = _town(
        *((0, 1, 10), (1, 2, 5), (2, 3, 5), (3, 4, 5), (4, 1, 5)),
        places=[(0, 0), (10, 0), (15, 5), (20, 0), (15, -5)],
    )
    assert _lengths(town) == [10, 10, 10]


def test_doubles_keep_the_shorter_nodes_at_no_distance_join_and_islands_go() -> None:
    # 0 —— 1 twice (8 m, 9 m); 1 and 2 are one place; 2 —— 3 12 m; 4 —— 5 lies apart.
    town = _town(
        *((0, 1, 8), (1, 0, 9), (1, 2, 0), (2, 3, 12), (4, 5, 5)),
        places=[(0, 0), (8, 0), (8, 0), (20, 0), (500, 0), (505, 0)],
    )
    streets, dropped_share = script.contract_streets(town)
    assert list(streets["length_metres"]) == [20]
    assert dropped_share == pytest.approx(5 / 25)


def test_junctions_on_the_same_metre_are_moved_apart() -> None:
    # A star: 0 and 1 both round to (0, 0), each with two more dead ends 50 m away.
    town = _town(
        *((0, 1, 0.3), (0, 2, 50), (0, 3, 50), (1, 4, 50), (1, 5, 50)),
        places=[(0.1, 0), (0.4, 0), (-50, 0), (0, 50), (50, 0), (0, -50)],
    )
    streets, _ = script.contract_streets(town)
    places, _ = _graph(streets)
    assert len(places) == 6
    assert not cKDTree(places).query_pairs(1.0)
    assert sorted(streets["length_metres"]) == [0.3, 50, 50, 50, 50]


# ---------------------------------------------------------------- the folder as a study


def test_the_study_is_read_whole_without_an_error() -> None:
    study = read_study(STUDY)
    assert study.base_year == 2023
    assert study.crs.to_epsg() == 32610
    assert (len(study.areas), len(study.schools), len(study.zones)) == (283, 73, 283)
    assert set(study.norms.stage("elementary").class_size.values()) == {25}


@pytest.mark.parametrize(
    "table", ["schools", "sections", "rolls", "residents", "zones", "sites", "projects"]
)
def test_every_table_fits_the_data_dictionary(table: str) -> None:
    rows = _points(table) if table in POINTS else _read(table)
    known = TABLES[table].to_schema().columns
    strangers = set(rows.columns) - set(known) - {"longitude", "latitude"}
    assert not strangers
    for name, column in known.items():
        if name not in rows:
            assert column.nullable, f"{table} lacks {name}."
            rows[name] = None
    TABLES[table].validate(rows, lazy=True)


def test_every_scenario_reads_and_begins_with_its_question() -> None:
    names = sorted(path.stem for path in (STUDY / "scenarios").glob("*.toml"))
    assert names == [
        *("baseline", "closure", "extension_late", "high_births", "low_births"),
        *("new_school", "redrawn_zones"),
    ]
    for name in names:
        scenario = read_scenario(STUDY / "scenarios", name)
        assert scenario.about.question.endswith("?")
        assert scenario.about.question_zh.endswith("？")
        known = set(_read("sections")["section_id"])
        closed = {m.section for m in scenario.measures if m.kind == "closure"}
        assert closed <= known
        assert set(scenario.projects) <= set(_read("projects")["project_id"])
        assert {m.site for m in scenario.measures if m.site} <= set(_read("sites")["site_id"])


def test_attributions_name_every_licence() -> None:
    study = tomllib.loads((STUDY / "study.toml").read_text(encoding="utf-8"))["study"]
    credit = " ".join(study["attributions"])
    for needed in ("OpenStreetMap contributors", "ODbL", "CC0", "Financial Management"):
        assert needed in credit


def test_the_study_is_small_enough_to_commit() -> None:
    assert (DATA / "streets.parquet").stat().st_size < 4_000_000
    assert sum(file.stat().st_size for file in STUDY.rglob("*") if file.is_file()) < 6_000_000


# ---------------------------------------------------------------- against the sources


def test_without_sources_the_script_says_which_folder_is_missing(tmp_path: Path) -> None:
    with pytest.raises(script.SourceError, match=r"nowhere is not there\. Name the folder"):
        script.make_seattle(tmp_path / "nowhere", tmp_path / "out")
    assert not (tmp_path / "out").exists()


@with_sources
def test_the_committed_tables_are_what_the_script_makes(rebuilt: Path) -> None:
    made = sorted(path.name for path in rebuilt.iterdir())
    assert made == sorted({path.name for path in DATA.iterdir()} - {"projects.csv"})
    for name in made:
        if name.endswith(".csv"):
            assert (rebuilt / name).read_bytes() == (DATA / name).read_bytes(), name


@with_sources
def test_the_committed_geometry_is_what_the_script_makes(
    rebuilt: Path, areas: gpd.GeoDataFrame, streets: gpd.GeoDataFrame
) -> None:
    # Compared as tables: the bytes of these formats also name the version that wrote them.
    pd.testing.assert_frame_equal(gpd.read_file(rebuilt / "areas.gpkg"), areas)
    pd.testing.assert_frame_equal(gpd.read_parquet(rebuilt / "streets.parquet"), streets)


@with_sources
def test_walks_between_junctions_are_as_long_as_in_the_source(streets: gpd.GeoDataFrame) -> None:
    source = script.read_network(script.SOURCE)
    places, contracted = _graph(streets)
    # A junction is matched where only one node of the source lies within 6 m of it.
    nodes = np.column_stack([source.x, source.y])
    near = cKDTree(nodes).query_ball_point(places, 6.0)
    clear = np.array([row for row, found in enumerate(near) if len(found) == 1])
    sample = np.random.default_rng(2023).choice(clear, 400, replace=False)
    same = np.array([near[row][0] for row in sample])
    # Nodes at distance 0 are joined by the smallest length that is still a length.
    metres = np.maximum(source.centimetres / 100, 1e-9)
    original = _shortest(source.tail, source.head, metres, len(nodes))
    walks = dijkstra(contracted.tocsr(), directed=False, indices=sample[:6])[:, sample]
    truth = dijkstra(original.tocsr(), directed=False, indices=same[:6])[:, same]
    np.testing.assert_allclose(walks, truth, atol=1e-3)
