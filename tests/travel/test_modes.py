"""Children walk, cycle or come by bus; one-way streets bind each of them differently."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pytest

from planner.errors import ScenarioError
from planner.plan import make_plan
from planner.scenario import Scenario, TravelSettings
from planner.travel.walks import measure_walks
from tests.travel.conftest import gates

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.study import Study

#  (0,500) ---------- (1000,500)        The short street in the south leads east for wheels;
#     |                    |            round by the north it is 500 + 1000 + 500.
#  (0,0) ------>------ (1000,0)
BLOCK = [[(0, 0), (1000, 0)], [(0, 0), (0, 500)], [(0, 500), (1000, 500)], [(1000, 500), (1000, 0)]]
EASTWARD = ["forward", None, None, None]
CYCLING = TravelSettings(cycle_stages=["junior"], cycling_kmh=12)


def far(study: Study, home_east: bool, settings: TravelSettings = CYCLING) -> float:
    school = (0, 0) if home_east else (1000, 0)
    walks = measure_walks(study, gates(school), settings, stages=["junior"])
    return float(walks.metres[1 if home_east else 0, 0])


def block(draw: Callable[..., Study], **columns: object) -> Study:
    return draw([(0, 0), (1000, 0)], BLOCK, **columns)


def test_walkers_do_not_heed_a_one_way_street(draw: Callable[..., Study]) -> None:
    town = block(draw, direction=EASTWARD)
    walks = measure_walks(town, gates((0, 0)), TravelSettings())
    assert walks.metres[1, 0] == pytest.approx(1000, abs=0.01)
    assert walks.notes == ()


def test_cyclists_heed_it_on_the_way_to_school(draw: Callable[..., Study]) -> None:
    town = block(draw, direction=EASTWARD)
    assert far(town, home_east=False) == pytest.approx(1000, abs=0.01)
    assert far(town, home_east=True) == pytest.approx(2000, abs=0.01)


def test_a_street_opened_to_bicycles_is_open_to_them_both_ways(draw: Callable[..., Study]) -> None:
    town = block(draw, direction=EASTWARD, cycle_direction=["both", None, None, None])
    assert far(town, home_east=True) == pytest.approx(1000, abs=0.01)


def test_that_there_and_back_differ_is_told(draw: Callable[..., Study]) -> None:
    town = block(draw, direction=EASTWARD)
    walks = measure_walks(town, gates((0, 0)), CYCLING, stages=["junior"])
    (note,) = walks.notes
    assert note.key == "walks_one_way_cycle"
    # Two homes; from the one at the school it is nowhere, from the other 1,000 more than back.
    assert note.en.startswith("By bicycle: 1 of 2 ways differ there and back, by up to 1,000 m")
    assert note.zh.startswith("骑行：受单行道影响，2 条路线中有 1 条")


def test_where_walking_is_one_way_the_way_to_school_counts(draw: Callable[..., Study]) -> None:
    town = block(draw, foot_direction=EASTWARD)
    assert far(town, home_east=True, settings=TravelSettings()) == pytest.approx(2000, abs=0.01)


def test_a_place_that_one_can_leave_and_not_reach_again_is_named(
    draw: Callable[..., Study],
) -> None:
    # From the hill in the north a one-way lane leads down to the street, and none up.
    streets = [[(0, 0), (500, 0)], [(500, 0), (1000, 0)], [(500, 600), (500, 0)]]
    down = draw([(500, 600), (0, 0), (1000, 0)], streets, foot_direction=[None, None, "forward"])
    walks = measure_walks(down, gates((0, 0), (900, 0)), TravelSettings())
    assert walks.metres[0].tolist() == pytest.approx([1100, 1000], abs=0.01)
    assert [note.key for note in walks.notes] == ["walks_one_way_trap"]
    assert (
        "lead there but not back, or away but not there; the way to school counts"
        in walks.notes[0].en
    )
    assert "1 areas (a1)" in walks.notes[0].en
    up = measure_walks(down, gates((500, 600)), TravelSettings())
    assert up.metres[1:, 0].tolist() == [np.inf, np.inf]
    assert "1 sections (P1)" in up.notes[0].en


def test_cyclists_keep_off_footways_and_walkers_off_motorways(draw: Callable[..., Study]) -> None:
    classes = ["footway", None, None, None]
    assert far(block(draw, street_class=classes), home_east=True) == pytest.approx(2000, abs=0.01)
    classes = ["motorway", None, None, None]
    walks = measure_walks(block(draw, street_class=classes), gates((0, 0)), TravelSettings())
    assert walks.metres[1, 0] == pytest.approx(2000, abs=0.01)


def test_minutes_are_those_of_who_comes_how(draw: Callable[..., Study]) -> None:
    town = block(draw)
    points = gates((0, 0), (0, 0))
    walks = measure_walks(town, points, CYCLING, stages=["primary", "junior"])
    # 1,000 m at 4 km/h are 15 minutes, at 12 km/h 5.
    assert walks.minutes[1].tolist() == pytest.approx([15, 5], abs=0.001)


@pytest.fixture
def valley(draw: Callable[..., Study]) -> Study:
    """A village 6 km up a tertiary road (40 km/h), with tracks beside it, and a town."""
    streets = [[(0, 0), (6000, 0)], [(6000, 0), (3000, 300)], [(3000, 300), (0, 0)]]
    study = draw([(6000, 0), (600, 0)], streets, street_class=["tertiary", "track", "track"])
    return dataclasses.replace(study, areas=study.areas.assign(setting=["village", "town"]))


def test_the_bus_fetches_the_village_and_the_town_walks(valley: Study) -> None:
    by_bus = TravelSettings(bus_stages=["primary"])
    walks = measure_walks(valley, gates((0, 0)), by_bus, stages=["primary"])
    assert walks.metres[:, 0].tolist() == pytest.approx([6000, 600], abs=0.01)
    # 6 km at 40 km/h are 9 minutes; 600 m on foot at 4 km/h are 9 as well.
    assert walks.minutes[:, 0].tolist() == pytest.approx([9, 9], abs=0.001)


@pytest.mark.parametrize(("limit", "most", "minutes"), [(80.0, 60.0, 6.0), (20.0, 60.0, 18.0)])
def test_a_bus_keeps_to_the_limits_of_the_street_and_its_own(
    valley: Study, limit: float, most: float, minutes: float
) -> None:
    streets = valley.streets.assign(speed_kmh=[limit, np.nan, np.nan])
    settings = TravelSettings(bus_stages=["primary"], bus_kmh=most)
    study = dataclasses.replace(valley, streets=streets)
    walks = measure_walks(study, gates((0, 0)), settings, stages=["primary"])
    assert walks.minutes[0, 0] == pytest.approx(minutes, abs=0.001)


def test_a_bus_without_any_road_takes_the_straight_line(valley: Study) -> None:
    tracks = valley.streets.assign(street_class="track")
    study = dataclasses.replace(valley, streets=tracks)
    settings = TravelSettings(bus_stages=["primary"])
    walks = measure_walks(study, gates((0, 0)), settings, stages=["primary"])
    assert walks.metres[0, 0] == pytest.approx(1.3 * 6000)
    assert walks.notes[0].en.startswith("By bus: there are no streets")


def test_who_has_no_road_to_the_school_walks(draw: Callable[..., Study]) -> None:
    # The home in the west has a road of 900 m that ends there; only a footpath goes on to town.
    streets = [[(0, 0), (900, 0)], [(900, 0), (1100, 0)], [(1100, 0), (2000, 0)]]
    town = draw([(0, 0)], streets, street_class=["tertiary", "footway", "tertiary"])
    town = dataclasses.replace(town, areas=town.areas.assign(setting=["village"]))
    by_bus = TravelSettings(bus_stages=["primary"])
    walks = measure_walks(town, gates((2000, 0)), by_bus, stages=["primary"])
    assert walks.metres[0, 0] == pytest.approx(2000, abs=0.01)
    assert walks.minutes[0, 0] == pytest.approx(30, abs=0.001)  # at 4 km/h
    (note,) = walks.notes
    assert note.key == "walks_cut_off_bus"
    assert note.en.startswith("By bus: the streets are in 2 unconnected pieces")
    assert note.en.endswith("; from there children walk.")


def test_a_stage_nobody_knows_is_refused(squares: Study) -> None:
    wrong = Scenario(travel=TravelSettings(cycle_stages=["junoir"]))
    with pytest.raises(ScenarioError, match=r"\[travel\] cycle_stages names the stage 'junoir'"):
        make_plan(squares, wrong)
