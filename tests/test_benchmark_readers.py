"""What the benchmarks measure is what was published: towns are read and plans judged rightly.

The small town, three units in a row and one above, schools in units 10 and 30:

    40            pupils   40: 4
    10  20  30             10: 5   20: 3   30: 6      1 km between neighbours in the row and column
"""

from __future__ import annotations

import csv
import dataclasses
from itertools import product
from typing import TYPE_CHECKING

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
from shapely import box

from planner.cli import app
from planner.zoning import evaluate, judge, nearest
from tests.benchmarks import districts, loudoun, peers, real_zones, zoning
from tests.benchmarks.districts import make_district, make_streets
from tests.benchmarks.instances import check, instance_names, read_instance, write_solution
from tests.benchmarks.real_zones import make_gongyi, read_case, where_they_go

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    from planner.zoning import Problem, Zoning
    from tests.benchmarks.instances import Instance

UNITS = """\
OID	pop	PointX	PointY	fcadidature	fcost	fcapacity
10	5	0	0	1	0	11.9999999998
20	3	1000	0	0	0	0
30	6	2000	0	1	0	9
40	4	0	1000	0	0	0
"""
PAIRS = '"OID_","IN_FID","NEAR_FID","NEAR_DIST"\n,10,20,0.0\n,20,10,0.0\n,20,30,0.0\n,10,40,0.0\n'
BEST = 4.0 + 3.0
"""40 walks 1 km to 10, 20 walks 1 km to either school; 10 has 12 seats for 5 + 3 + 4."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "row_2a.txt").write_text(UNITS, encoding="utf-8")
    (tmp_path / "row_connectivity.txt").write_text(PAIRS, encoding="utf-8")
    (tmp_path / "r_connectivity.txt").write_text("OID,a,b\n", encoding="utf-8")
    (tmp_path / "format.txt").write_text("Id Demand X Y\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def row(folder: Path) -> Instance:
    return read_instance(folder, "row_2a")


def best_of(problem: Problem, *, seed: int, seconds: float) -> Zoning:
    """Stand in for the solver: try every plan of a tiny town that keeps zones whole."""
    plans = product(range(problem.sections), repeat=problem.areas)
    whole = [
        np.array(plan) for plan in plans if all(plan[h] == s for s, h in enumerate(problem.home))
    ]
    plan = min(
        whole, key=lambda each: (len(evaluate(problem, each).pieces), evaluate(problem, each).value)
    )
    return judge(problem, plan)


# ---------------------------------------------------------------- published towns


def test_units_keep_their_published_keys_and_touch_as_the_file_of_their_town_says(
    row: Instance,
) -> None:
    assert row.units == (10, 20, 30, 40)
    assert row.home.tolist() == [0, 2]
    assert row.edges.tolist() == [[0, 1], [0, 3], [1, 2]]
    assert row.walk_metres[3].tolist() == [1000.0, pytest.approx(5**0.5 * 1000)]


def test_a_capacity_of_almost_twelve_is_twelve_seats(row: Instance) -> None:
    assert row.seats.tolist() == [12, 9]


def test_pairs_may_stand_in_columns_of_tabs_with_a_key_before_them(folder: Path) -> None:
    text = "OID\tID1\tID2\n1\t10\t20\n2\t20\t30\n3\t10\t40\n"
    (folder / "row_connectivity.txt").write_text(text, encoding="utf-8")
    assert read_instance(folder, "row_2a").edges.tolist() == [[0, 1], [0, 3], [1, 2]]


def test_a_pair_with_an_unknown_unit_is_refused_by_name(folder: Path) -> None:
    (folder / "row_connectivity.txt").write_text("OID,a,b\n,10,99\n", encoding="utf-8")
    with pytest.raises(ValueError, match="the pair 10, 99 names a unit that is not there"):
        read_instance(folder, "row_2a")


def test_a_town_whose_connectivity_is_missing_is_refused(folder: Path) -> None:
    (folder / "other_1a.txt").write_text(UNITS, encoding="utf-8")
    with pytest.raises(ValueError, match="fits the instance other_1a"):
        read_instance(folder, "other_1a")


@pytest.mark.parametrize(
    ("told", "known"), [("7.0", 7.0), ("7.25 (opt)", 7.25), ("7.5, gap 0.0009", 7.5), ("", None)]
)
def test_a_best_known_value_may_carry_a_remark(
    folder: Path, told: str, known: float | None
) -> None:
    with (folder / "best_known.csv").open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows(
            [("instance", "sap_contiguous_obj", "sap_gap"), ("row_2a", told, "opt")]
        )
    assert read_instance(folder, "row_2a").best_known == known


def test_without_best_known_values_every_unit_file_is_an_instance(folder: Path) -> None:
    assert instance_names(folder) == ["row_2a"]


def test_a_plan_is_judged_by_its_walks_its_seats_and_its_pieces(row: Instance) -> None:
    # 40 and 20 to 10: 4 + 3 pupil-kilometres, 5 + 3 + 4 = 12 pupils on 12 seats.
    assert dataclasses.astuple(check(row, [0, 0, 1, 0])) == (7.0, 0, True)
    # 40 to 30: 4 × √5 km, cut off from it, 6 + 4 = 10 pupils on 9 seats.
    found = check(row, [0, 0, 1, 1])
    assert found.value == pytest.approx(3 + 4 * 5**0.5)
    assert (found.overfull, found.feasible, found.contiguous) == (1, False, False)
    # Each school in the other's unit: whole pieces, but of the wrong school.
    assert not check(row, [1, 1, 0, 1]).contiguous


def test_a_solution_is_written_with_the_published_keys(row: Instance, tmp_path: Path) -> None:
    write_solution(tmp_path / "row.csv", row, np.array([0, 1, 1, 0]))
    assert (tmp_path / "row.csv").read_text(encoding="utf-8") == (
        "unit,section\n10,10\n20,30\n30,30\n40,10\n"
    )


def test_the_benchmark_writes_a_row_and_a_solution_for_every_town(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given: list[tuple[float, float | None]] = []

    def solve(problem: Problem, *, seed: int, seconds: float, gap: float | None = None) -> Zoning:
        given.append((seconds, gap))
        return best_of(problem, seed=seed, seconds=seconds)

    monkeypatch.setattr(zoning, "solve", solve)
    out, solutions = folder / "out.csv", folder / "solutions"
    words = [str(folder), "--seconds", "5", "--csv", str(out), "--solutions", str(solutions)]
    zoning.main([*words, "--gap", "0.01"])
    with out.open(encoding="utf-8", newline="") as lines:
        (line,) = csv.DictReader(lines)
    assert tuple(line) == zoning.COLUMNS
    assert (line["instance"], line["units"], line["sections"]) == ("row_2a", "4", "2")
    assert float(line["value"]) == BEST
    assert (line["feasible"], line["contiguous"], line["best_known"]) == ("True", "True", "")
    # Once unmeasured for compiling, then for a first plan, then for the time and the gap asked.
    assert given == [(0.5, None), (0.5, None), (5.0, 0.01)]
    assert read_back(solutions / "row_2a.csv") == {10: 10, 20: 10, 30: 30, 40: 10}
    assert "row_2a,4,2,7.0000" in capsys.readouterr().out


@pytest.mark.parametrize("benchmark", [zoning, peers, loudoun, real_zones])
def test_published_towns_that_are_not_there_are_left_out_with_a_word(
    benchmark: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    benchmark.main([str(tmp_path / "elsewhere"), "--record"])
    assert "elsewhere is not beside the repository." in capsys.readouterr().out


def read_back(path: Path) -> dict[int, int]:
    with path.open(encoding="utf-8", newline="") as lines:
        return {int(each["unit"]): int(each["section"]) for each in csv.DictReader(lines)}


def test_a_solver_that_adds_wrongly_is_caught(
    row: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    def solve(problem: Problem, *, seed: int, seconds: float, gap: float | None = None) -> Zoning:
        honest = best_of(problem, seed=seed, seconds=seconds)
        return dataclasses.replace(honest, value=honest.value * 0.9)

    monkeypatch.setattr(zoning, "solve", solve)
    with pytest.raises(AssertionError, match="unit by unit it is 7"):
        zoning.zone(row, seed=1, seconds=1.0)


def test_a_bound_above_the_best_known_value_is_caught(
    row: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    def solve(problem: Problem, *, seed: int, seconds: float, gap: float | None = None) -> Zoning:
        honest = best_of(problem, seed=seed, seconds=seconds)
        return dataclasses.replace(honest, bound=6500.0)

    monkeypatch.setattr(zoning, "solve", solve)
    zoning.zone(row, seed=1, seconds=1.0)
    with pytest.raises(AssertionError, match=r"bound .* is false"):
        zoning.zone(dataclasses.replace(row, best_known=6.4), seed=1, seconds=1.0)


# ---------------------------------------------------------------- other programs


@pytest.mark.parametrize("peer", ["scipy MILP, flows", "scipy MILP, nearer"])
def test_both_models_find_the_best_plan_of_the_small_town(row: Instance, peer: str) -> None:
    answer = peers.answer_of(peer, row, 10.0)
    assert answer.plan is not None
    assert dataclasses.astuple(check(row, answer.plan)) == (pytest.approx(BEST), 0, True)


def test_the_exact_model_proves_what_it_finds_and_the_stricter_one_claims_no_bound(
    row: Instance,
) -> None:
    assert peers.answer_of("scipy MILP, flows", row, 10.0).bound == pytest.approx(BEST)
    assert peers.answer_of("scipy MILP, nearer", row, 10.0).bound is None


@pytest.mark.parametrize("peer", ["scipy MILP, flows", "scipy MILP, nearer"])
def test_both_models_keep_zones_whole_where_that_costs_a_longer_walk(
    row: Instance, peer: str
) -> None:
    # 9 seats for 5 + 3 + 4 pupils around 10: the 4 of unit 40 would fit beside 30's 6 only if
    # 30 had 10 seats and 40 touched it; so 20 walks to 30, and 40 stays.
    tight = dataclasses.replace(row, seats=np.array([9, 10]))
    far = tight.walk_metres.copy()
    far[1] = 0.0, 9000.0
    assert peers.answer_of(peer, dataclasses.replace(tight, walk_metres=far), 10.0).plan == [
        *(0, 1, 1, 0)
    ]


def test_a_program_that_is_not_installed_is_left_out_with_a_word(
    row: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(_town: Instance, _seconds: float) -> peers.Answer:
        raise ModuleNotFoundError(name="ortools")

    monkeypatch.setitem(peers.PEERS, "CP-SAT, nearer", missing)
    answer = peers.answer_of("CP-SAT, nearer", row, 1.0)
    assert answer.says == "left out: ortools is not installed"


def test_every_program_is_asked_in_a_process_of_its_own_and_its_plan_is_checked(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    only = {"scipy MILP, flows": peers.PEERS["scipy MILP, flows"]}
    monkeypatch.setattr(peers, "PEERS", only)
    peers.main([str(folder), "--seconds", "10"])
    said = capsys.readouterr().out
    assert said.startswith("row_2a, scipy MILP, flows, 7.00, 7.00, 0.000%, , ")
    assert said.endswith(", optimal, yes, yes\n")


def test_a_program_is_summed_up_by_the_plans_that_can_be_used(row: Instance) -> None:
    known = dataclasses.replace(row, best_known=BEST)
    best, torn, none = [0, 0, 1, 0], [0, 1, 0, 1], None
    rows = [
        *(peers.judge(known, "one", peers.Answer(plan, None, "", 3.0)) for plan in (best, none)),
        peers.judge(known, "other", peers.Answer(torn, None, "", 5.0)),
    ]
    assert peers.summary(rows) == [
        ("one", "1 of 2", "+0.000%", "+0.000%", "1", "3.0"),
        ("other", "0 of 1", "", "", "0", "5.0"),
    ]


# ---------------------------------------------------------------- invented districts


def test_the_same_seed_gives_the_same_district_and_another_seed_another() -> None:
    one, again, other = (make_district(200, 4, load=0.9, seed=seed) for seed in (101, 101, 102))
    for field in dataclasses.fields(one):
        np.testing.assert_array_equal(getattr(one, field.name), getattr(again, field.name))
    assert one.pupils.tolist() != other.pupils.tolist()


@pytest.mark.parametrize("load", [0.85, 0.95])
def test_a_district_is_one_piece_and_as_full_as_asked(load: float) -> None:
    town = make_district(300, 5, load=load, seed=103)
    touching: nx.Graph[int] = nx.Graph(town.edges.tolist())
    assert len(touching) == 300
    assert nx.is_connected(touching)
    assert nx.check_planarity(touching)[0]
    assert town.pupils.sum() / town.seats.sum() == pytest.approx(load, abs=0.01)
    assert len(set(town.home.tolist())) == 5
    assert (town.walk_metres[town.home, range(5)] == 0).all()
    assert np.isfinite(town.walk_metres).all()


def test_walks_along_streets_are_never_shorter_than_the_straight_line() -> None:
    streets = make_streets(100, np.random.default_rng(104))
    links = streets.lengths.tocoo()
    straight = np.linalg.norm(streets.places[links.row] - streets.places[links.col], axis=1)
    assert (links.data >= straight - 1e-9).all()


def test_a_district_is_judged_without_the_solver_and_timed_to_its_gap(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[float | None] = []

    def solve(problem: Problem, *, seed: int, seconds: float, gap: float | None = None) -> Zoning:
        asked.append(gap)
        return dataclasses.replace(nearest(problem), gap=0.0 if gap else 1.0)

    monkeypatch.setattr(districts, "solve", solve)
    result = districts.zoned(districts.Case(areas=1_000, load=0.95, seed=105, seconds=1.0))
    # Compiling, the time given, then until the gap is as small as asked at this load.
    assert asked == [None, None, 0.0040]
    assert result.seconds_to_gap is not None
    # Going to the nearest school overfills some where schools are 95 % full.
    assert not result.usable
    assert "gap" in str(result)


def test_a_bound_above_a_plan_of_a_district_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def solve(problem: Problem, *, seed: int, seconds: float, gap: float | None = None) -> Zoning:
        plan = nearest(problem)
        return dataclasses.replace(plan, bound=1.01 * plan.value)

    monkeypatch.setattr(districts, "solve", solve)
    monkeypatch.setattr(districts, "make_district", roomy_district)
    with pytest.raises(AssertionError, match="the bound is false, for the plan lies"):
        districts.zoned(districts.Case(areas=1_000, load=0.95, seed=105, seconds=1.0))


def roomy_district(areas: int, sections: int, *, load: float, seed: int) -> Instance:
    return make_district(areas, sections, load=load / 100, seed=seed)


# ---------------------------------------------------------------- Loudoun

AREAS = """\
spa,students_elem,area_ft2,zone_elem
A1,30,100,D0
A2,20,100,D0
A3,60,100,D1
"""
BORDERS = "spa_a,spa_b,shared_boundary_ft\nA1,A2,10\nA2,A3,10\nA1,A3,0\n"
ZONES = """\
level,zone,capacity,students,school,school_spa
ELEM,D0,100,50,One,A1
ELEM,D1,50,60,Two,A3
MID,D0,500,0,Middle,A1
"""
OUTLINES = "spa,perimeter_ft\nA1,40\nA2,40\nA3,40\n"


@pytest.fixture
def county(tmp_path: Path) -> loudoun.County:
    """Three squares of 10 feet in a row, A1 A2 A3; schools in A1 and A3."""
    for name, text in {
        "lcps_spa_students_2020_recovered": AREAS,
        "lcps_spa_adjacency_shared_boundary_recovered": BORDERS,
        "lcps_existing_zones_2020": ZONES,
        "lcps_spa_perimeter_recovered": OUTLINES,
    }.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return loudoun.read_county(tmp_path)


def test_balance_and_compactness_add_up_zone_by_zone(county: loudoun.County) -> None:
    balance, compactness = loudoun.worth(county, county.today)
    # 50 pupils on 100 seats and 60 on 50: 0.5 + 0.2.
    assert balance == pytest.approx(0.7 * (0.5 + 0.2))
    # Two squares: 200 ft² within 60 ft; one square: 100 ft² within 40 ft.
    pair, square = 4 * np.pi * 200 / 60**2, 4 * np.pi * 100 / 40**2
    assert compactness == pytest.approx(0.3 * (1 - pair + 1 - square))


def test_the_solver_is_asked_for_exactly_that(county: loudoun.County) -> None:
    problem = loudoun.problem_of(county)
    for plan in ([0, 0, 1], [0, 1, 1], [0, 0, 0]):
        asked = evaluate(problem, np.array(plan)).value / loudoun.METRES
        if len(set(plan)) == 2:
            assert asked == pytest.approx(sum(loudoun.worth(county, np.array(plan))))


def test_areas_that_meet_in_a_corner_do_not_touch(county: loudoun.County) -> None:
    assert county.edges.tolist() == [[0, 1], [1, 2]]
    assert loudoun.whole_zones(county, np.array([0, 0, 1])) == 2
    assert loudoun.whole_zones(county, np.array([1, 0, 1])) == 0


# ---------------------------------------------------------------- real places


def test_published_units_become_a_study_that_is_zoned_and_judged_from_its_files(
    tmp_path: Path,
) -> None:
    """Four squares of 1 km in a row; a school of 540 seats in the first, of 270 in the last."""
    west, south = 19_680_000, 3_840_000
    squares = [box(west + 1000 * x, south, west + 1000 * (x + 1), south + 1000) for x in range(4)]
    gpd.GeoDataFrame(
        {
            "ID": range(4),
            "students": [162, 162, 162, 162],
            "school_capacity": [540.0, 0.0, 0.0, 270.0],
            "x": [west + 1000 * x + 500 for x in range(4)],
            "y": south + 500,
        },
        geometry=squares,
        crs="EPSG:2333",
    ).to_file(tmp_path / "gongyi_units.gpkg")
    make_gongyi(tmp_path, tmp_path / "study")
    app(
        ["zone", "--study", str(tmp_path / "study"), "--out", str(tmp_path / "out")],
        standalone_mode=False,
    )
    case = read_case(tmp_path / "out" / "baseline-zone", "primary")
    # 162 children of six years: 27 enter from each unit; 540 and 270 seats are 90 and 45 a year.
    assert case.pupils.tolist() == [27, 27, 27, 27]
    assert case.seats.tolist() == [90, 45]
    assert case.edges.tolist() == [[0, 1], [1, 2], [2, 3]]
    # The last school has room for one unit; units walk 0, 1 and 2 km to the first, × 1.3.
    assert case.drawn.tolist() == [0, 0, 0, 1]
    told = where_they_go(case, case.drawn)
    assert told["mean walk, metres"] == f"{1.3 * (1000 + 2000) / 4:.0f}"
    assert told["pupils without a seat"] == "0"
    assert told["zones and their pieces"] == "2, 2"
    # To the nearest school, 54 children come to 45 seats.
    nearest_school = where_they_go(case, np.array([0, 0, 1, 1]))
    assert nearest_school["pupils without a seat"] == "9"
    assert nearest_school["mean walk, metres"] == f"{1.3 * (1000 + 1000) / 4:.0f}"
    # Every other unit with the other school: nothing hangs together.
    assert where_they_go(case, np.array([0, 1, 0, 1]))["zones and their pieces"] == "2, 4"
