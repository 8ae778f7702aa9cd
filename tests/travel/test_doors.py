"""Children set out at the entrances of their area and come in by the nearest gate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from planner.checks import check_study
from planner.scenario import TravelSettings
from planner.study import read_study
from planner.travel.walks import measure_walks
from tests.towns import centre_of, town_tables, write_town
from tests.travel.conftest import gates, with_entrances, with_gates

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from planner.study import Study

AS_STUDIED = TravelSettings()
STREET = [[(0, 0), (1000, 0)]]


def test_the_walk_of_an_area_is_the_mean_of_its_entrances(draw: Callable[..., Study]) -> None:
    # 30 children set out at 100 m, 10 at 900 m: (30 × 100 + 10 × 900) ÷ 40 = 300.
    town = with_entrances(draw([(500, 0)], STREET), ("a1", 30, (100, 0)), ("a1", 10, (900, 0)))
    walks = measure_walks(town, gates((0, 0)), AS_STUDIED)
    assert walks.metres.tolist() == [[pytest.approx(300, abs=0.01)]]
    assert walks.longest.tolist() == [[pytest.approx(900, abs=0.01)]]
    # At the study's 4 km/h 300 m are 4.5 minutes.
    assert walks.minutes.tolist() == [[pytest.approx(4.5, abs=0.001)]]


def test_an_entrance_without_a_weight_counts_one(draw: Callable[..., Study]) -> None:
    town = with_entrances(draw([(0, 0)], STREET), ("a1", None, (100, 0)), ("a1", 3, (500, 0)))
    assert measure_walks(town, gates((0, 0)), AS_STUDIED).metres[0, 0] == pytest.approx(400)


def test_areas_without_entrances_set_out_inside(draw: Callable[..., Study]) -> None:
    town = draw([(700, 0), (200, 0), (300, 0)], STREET)
    town = with_entrances(town, ("a1", 1, (100, 0)), ("a3", 0, (900, 0)))
    walks = measure_walks(town, gates((0, 0)), AS_STUDIED)
    # Nobody sets out at an entrance of weight 0: a3 as if it had none.
    assert walks.metres[:, 0].tolist() == pytest.approx([100, 200, 300], abs=0.01)


def test_an_area_is_reached_where_most_of_its_children_are(draw: Callable[..., Study]) -> None:
    streets = [*STREET, [(0, 900), (800, 900)]]
    town = draw([(500, 0), (500, 0)], streets)
    town = with_entrances(
        town,
        *[("a1", 3, (100, 0)), ("a1", 1, (100, 900))],
        *[("a2", 1, (100, 0)), ("a2", 1, (100, 900))],
    )
    walks = measure_walks(town, gates((0, 0)), AS_STUDIED)
    # Of a1 a quarter is cut off and named, of a2 half: nobody says how far a2 has to go.
    assert walks.metres[:, 0].tolist() == [pytest.approx(100, abs=0.01), np.inf]
    assert walks.longest[:, 0].tolist() == [np.inf, np.inf]
    (note,) = walks.notes
    assert "2 areas (a1, a2)" in note.en


def test_the_nearest_gate_of_a_school_counts(draw: Callable[..., Study]) -> None:
    town = with_gates(draw([(0, 0)], STREET), ("S1", (900, 0)), ("S1", (400, 0)))
    walks = measure_walks(town, gates((600, 0), (600, 0)), AS_STUDIED, schools=["S1", "S2"])
    assert walks.metres.tolist() == [[pytest.approx(400, abs=0.01), pytest.approx(600, abs=0.01)]]


def test_each_entrance_goes_to_its_own_nearest_gate(draw: Callable[..., Study]) -> None:
    town = with_entrances(draw([(0, 0)], STREET), ("a1", 1, (0, 0)), ("a1", 1, (1000, 0)))
    town = with_gates(town, ("S1", (100, 0)), ("S1", (800, 0)))
    walks = measure_walks(town, gates((500, 0)), AS_STUDIED, schools=["S1"])
    assert walks.metres[0, 0] == pytest.approx((100 + 200) / 2, abs=0.01)


def test_a_study_lists_entrances_and_gates_in_tables(tmp_path: Path) -> None:
    west, middle = centre_of("a4"), centre_of("a5")
    doors = town_tables()["areas"].iloc[[0]][["area_id", "geometry"]].assign(weight=1.0)
    doors["geometry"] = [west]
    campus = town_tables()["schools"].iloc[[0]][["school_id", "geometry"]]
    campus["geometry"] = [middle]
    study = read_study(write_town(tmp_path / "town", entrances=doors, gates=campus))
    points = gates((west.x, west.y))
    walks = measure_walks(study, points, AS_STUDIED, schools=["S1"])
    # a1's children set out at the centre of a4, S1's gate is at the centre of a5: 500 m.
    assert walks.metres[0, 0] == pytest.approx(500, abs=0.01)


def test_entrances_of_nobody_and_gates_of_no_school_are_errors(tmp_path: Path) -> None:
    doors = town_tables()["areas"].iloc[[0]][["area_id", "geometry"]].assign(area_id="a99")
    doors["geometry"] = [centre_of("a1")]
    campus = town_tables()["schools"].iloc[[0]][["school_id", "geometry"]].assign(school_id="S9")
    found = check_study(write_town(tmp_path / "town", entrances=doors, gates=campus))
    said = [each.what.en for each in found if each.severity == "error"]
    assert said == ["nothing is called 'a99'.", "nothing is called 'S9'."]
