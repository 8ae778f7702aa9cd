"""Children cross railways, motorways, rivers and trunk roads only where a way leads over."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from shapely import box

from planner.scenario import TravelSettings
from planner.travel.barriers import barriers_of, cut_edges
from planner.travel.walks import measure_crossings, measure_walks
from tests.travel.conftest import gates, with_barriers

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.study import Study

CAREFUL = TravelSettings(uncrossed_stages=["primary"])
SCHOOL = (600, 0)
RAILWAY = [(300, -900), (300, 900)]

# Home in the west, school in the east, a railway between. The short street crosses it on the
# level of the map, the long one over a bridge in the north: 600 m, or 400 + 600 + 400.
SHORT = [(0, 0), (600, 0)]
ROUND = [[(0, 0), (0, 400)], [(0, 400), (600, 400)], [(600, 400), (600, 0)]]


def town(draw: Callable[..., Study], kind: str = "railway", **columns: Any) -> Study:
    crosses = columns.pop("crosses", [None, None, "bridge", None])
    return with_barriers(
        draw([(0, 0)], [SHORT, *ROUND], crosses=crosses, **columns), (kind, RAILWAY)
    )


def walk(study: Study, settings: TravelSettings = CAREFUL, stage: str = "primary") -> float:
    walks = measure_walks(study, gates(SCHOOL), settings, stages=[stage])
    return float(walks.metres[0, 0])


@pytest.mark.parametrize("kind", ["railway", "motorway", "river", "trunk_road"])
def test_the_named_stage_goes_round_by_the_bridge(draw: Callable[..., Study], kind: str) -> None:
    assert walk(town(draw, kind)) == pytest.approx(1400, abs=0.01)


def test_the_others_go_straight(draw: Callable[..., Study]) -> None:
    assert walk(town(draw), stage="junior") == pytest.approx(600, abs=0.01)
    assert walk(town(draw), TravelSettings()) == pytest.approx(600, abs=0.01)


def test_a_barrier_that_the_scenario_does_not_name_is_crossed(draw: Callable[..., Study]) -> None:
    only_rivers = TravelSettings(uncrossed_stages=["primary"], uncrossed=["river"])
    assert walk(town(draw), only_rivers) == pytest.approx(600, abs=0.01)


@pytest.mark.parametrize(
    ("kind", "how", "metres"),
    [
        ("railway", "crossing", 600),
        ("trunk_road", "crossing", 600),
        ("motorway", "crossing", 1400),
        ("river", "crossing", 1400),
        ("river", "tunnel", 600),
    ],
)
def test_a_crossing_leads_over_rails_and_trunk_roads_only(
    draw: Callable[..., Study], kind: str, how: str, metres: float
) -> None:
    crossed = town(draw, kind, crosses=[how, None, "bridge", None])
    assert walk(crossed) == pytest.approx(metres, abs=0.01)


def test_without_any_way_over_the_school_is_out_of_reach_and_that_is_told(
    draw: Callable[..., Study],
) -> None:
    cut = town(draw, crosses=[None] * 4)
    walks = measure_walks(cut, gates(SCHOOL), CAREFUL, stages=["primary"])
    assert walks.metres.tolist() == [[np.inf]]
    assert walks.minutes.tolist() == [[np.inf]]
    (note,) = walks.notes
    assert note.key == "walks_cut_off_careful"
    assert note.en.startswith("Without crossing barriers: the streets are in 2 unconnected pieces")
    assert note.zh.startswith("不跨越阻隔时：")


def test_a_trunk_road_is_crossed_at_a_junction_and_not_between(draw: Callable[..., Study]) -> None:
    # Both streets meet the trunk road, which is a street as well, at (300, 0).
    west, east, trunk = [(0, 0), (300, 0)], [(300, 0), (600, 0)], [(300, 0), (300, 900)]
    at_junction = draw([(0, 0)], [west, east, trunk], street_class=[None, None, "trunk"])
    assert walk(at_junction) == pytest.approx(600, abs=0.01)
    # Here the short street passes over the trunk road, and no junction is drawn.
    passing = draw([(0, 0)], [SHORT, RAILWAY], street_class=[None, "trunk"])
    assert walk(passing) == np.inf
    assert walk(passing, TravelSettings()) == pytest.approx(600, abs=0.01)


def test_a_railway_is_not_crossed_where_two_streets_meet_on_it(draw: Callable[..., Study]) -> None:
    halves = [[(0, 0), (300, 0)], [(300, 0), (600, 0)]]
    cut = with_barriers(draw([(0, 0)], halves), ("railway", RAILWAY))
    assert walk(cut) == np.inf


def test_nobody_steps_over_the_rails_to_the_street_behind(draw: Callable[..., Study]) -> None:
    # The home lies 20 m west of the railway; 10 m east of it runs a street to the school, 200 m
    # west another one that leads there over a bridge: 180 + 500 + 510 by it.
    behind, before = [(310, 0), (310, 500)], [(100, 0), (100, 500)]
    bridge = [(100, 500), (310, 500)]
    streets = draw([(280, 100)], [behind, before, bridge], crosses=[None, None, "bridge"])
    study = with_barriers(streets, ("railway", RAILWAY))
    walks = measure_walks(study, gates((310, 0)), CAREFUL, stages=["primary"])
    # To the street in the west 180, north 400, over the bridge 210, south 500.
    assert walks.metres[0, 0] == pytest.approx(180 + 400 + 210 + 500, abs=0.01)
    free = measure_walks(study, gates((310, 0)), TravelSettings())
    assert free.metres[0, 0] == pytest.approx(30 + 100, abs=0.01)


def test_nobody_steps_over_the_river_to_keep_off_the_rails(draw: Callable[..., Study]) -> None:
    # Rails 20 m east of the home, a river 50 m west of it, a street behind each; the third, 200 m
    # north, is on this side and joins the one in the west over a bridge.
    west = [[(200, 0), (200, 300)], [(200, 300), (200, 500)]]
    streets = [[(310, 0), (310, 500)], *west, [(200, 300), (290, 300)]]
    study = with_barriers(
        draw([(280, 100)], streets, crosses=[None, None, None, "bridge"]),
        ("railway", RAILWAY),
        ("river", [(230, -900), (230, 900)]),
    )
    walks = measure_walks(study, gates((200, 300)), CAREFUL, stages=["primary"])
    assert walks.metres[0, 0] == pytest.approx(200 + 80, abs=0.01)


def test_a_river_drawn_as_its_bed_is_crossed_by_bridges_only(draw: Callable[..., Study]) -> None:
    river = box(250, -900, 350, 900)
    study = with_barriers(
        draw([(0, 0)], [SHORT, *ROUND], crosses=[None, None, "bridge", None]), ("river", river)
    )
    assert walk(study) == pytest.approx(1400, abs=0.01)


def test_a_cut_street_is_walked_up_to_the_barrier(draw: Callable[..., Study]) -> None:
    # A home 100 m before the rails has its street still, and goes back west to the bridge.
    study = with_barriers(
        draw([(200, 0)], [SHORT, *ROUND], crosses=[None, None, "bridge", None]),
        ("railway", RAILWAY),
    )
    assert walk(study) == pytest.approx(200 + 1400, abs=0.01)


def test_straight_lines_do_not_lead_over_a_barrier(draw: Callable[..., Study]) -> None:
    study = town(draw)
    streetless = dataclasses.replace(study, streets=study.streets.iloc[:0])
    walks = measure_walks(
        streetless, gates(SCHOOL, (200, 0)), CAREFUL, stages=["primary", "primary"]
    )
    assert walks.metres.tolist() == [[np.inf, pytest.approx(1.3 * 200)]]


def test_a_motorway_among_the_streets_is_a_barrier(draw: Callable[..., Study]) -> None:
    lines = [SHORT, *ROUND, RAILWAY]
    study = draw(
        [(0, 0)],
        lines,
        crosses=[None, None, "bridge", None, None],
        street_class=[None, None, None, None, "motorway"],
    )
    assert [barrier.kind for barrier in barriers_of(study, ["motorway", "river"])] == ["motorway"]
    assert walk(study) == pytest.approx(1400, abs=0.01)


def test_a_walk_that_grows_longer_without_the_barrier_crosses_it(
    draw: Callable[..., Study],
) -> None:
    study = town(draw)
    points = gates(SCHOOL, (0, 400), (600, 400))
    crossing = measure_crossings(study, points, TravelSettings(), ["railway"])
    # To the school it crosses; to the north no; to the north-east the bridge is on the way.
    assert crossing.tolist() == [[True, False, False]]
    assert not measure_crossings(study, points, TravelSettings(), ["river"]).any()


@pytest.fixture
def four_squares(draw: Callable[..., Study]) -> Study:
    """a1 a2 in the south, a3 a4 in the north, each 300 m wide; nothing but a street elsewhere."""
    study = draw([(150, 150), (450, 150), (150, 450), (450, 450)], [[(0, 0), (10, 0)]])
    squares = [box(x, y, x + 300, y + 300) for y in (0, 300) for x in (0, 300)]
    return dataclasses.replace(study, areas=study.areas.set_geometry(squares, crs=study.crs))


EDGES = np.array([[0, 1], [0, 2], [1, 3], [2, 3], [1, 0]])


def test_neighbours_are_parted_where_a_barrier_runs_along_their_border(
    four_squares: Study,
) -> None:
    # The railway runs 20 m east of the border between west and east.
    study = with_barriers(four_squares, ("railway", [(320, -100), (320, 700)]))
    assert cut_edges(study, EDGES, ["railway"]).tolist() == [True, False, False, True, True]
    assert not cut_edges(study, EDGES, ["river"]).any()


def test_neighbours_are_not_parted_where_the_barrier_ends_or_a_bridge_leads_over(
    four_squares: Study, draw: Callable[..., Study]
) -> None:
    # It passes only half of the border of a1 and a2, and all of that of a3 and a4.
    half = with_barriers(four_squares, ("railway", [(300, 150), (300, 700)]))
    assert cut_edges(half, EDGES, ["railway"]).tolist() == [False, False, False, True, False]
    bridge = draw([(0, 0)], [[(200, 450), (400, 450)]], crosses=["bridge"]).streets
    bridged = dataclasses.replace(half, streets=bridge)
    assert not cut_edges(bridged, EDGES, ["railway"]).any()


def test_a_barrier_through_an_area_parts_it_from_nobody(four_squares: Study) -> None:
    study = with_barriers(four_squares, ("river", [(150, -100), (150, 700)]))
    assert not cut_edges(study, EDGES, ["river"]).any()


def test_areas_that_touch_at_a_corner_only_have_no_border_to_cut(four_squares: Study) -> None:
    study = with_barriers(four_squares, ("river", [(0, 310), (600, 310)]))
    assert cut_edges(study, np.array([[0, 3], [0, 2]]), ["river"]).tolist() == [False, True]
