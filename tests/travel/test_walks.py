from __future__ import annotations

import dataclasses
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.scenario import TravelSettings
from planner.travel.walks import measure_walks
from tests.towns import AREAS, centre_of
from tests.travel.conftest import gates

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.study import Study

AS_STUDIED = TravelSettings()
ONE_STREET = [[(0, 0), (1000, 0)]]
LAKE_RING = [[(0, 0), (400, 0)], [(400, 0), (400, 400)], [(400, 400), (0, 400)], [(0, 400), (0, 0)]]


def metres(study: Study, *points: tuple[float, float]) -> Any:
    return measure_walks(study, gates(*points), AS_STUDIED).metres.tolist()


def test_in_nine_squares_a_walk_turns_at_corners(nine_squares: Study) -> None:
    centres = [centre_of(area) for area in AREAS]
    walks = measure_walks(nine_squares, gates(*[(p.x, p.y) for p in centres]), AS_STUDIED)
    by_blocks = [[abs(a.x - b.x) + abs(a.y - b.y) for b in centres] for a in centres]
    np.testing.assert_allclose(walks.metres, by_blocks, atol=0.01)
    assert walks.metres.dtype == np.float32
    assert (walks.method, walks.notes) == ("streets", ())


def test_the_way_leads_round_the_lake_not_across(draw: Callable[..., Study]) -> None:
    # West shore to east shore: 200 south + 400 along + 200 north, and not 400 across.
    assert metres(draw([(0, 200)], LAKE_RING), (400, 200)) == [[pytest.approx(800, abs=0.01)]]


def test_on_the_same_street_one_walks_along_it(draw: Callable[..., Study]) -> None:
    # 30 m to the street, 700 - 200 along it, 40 m to the gate.
    assert metres(draw([(200, 30)], ONE_STREET), (700, -40)) == [[pytest.approx(570, abs=0.01)]]


def test_a_short_cut_beats_the_own_street(draw: Callable[..., Study]) -> None:
    # A hairpin of 2,000 m whose ends are 100 m apart: 50 + 100 + 50 by the cut, 1,900 along.
    hairpin = [(0, 0), (950, 0), (950, 100), (0, 100)]
    town = draw([(50, 0)], [hairpin, [(0, 0), (0, 100)]])
    assert metres(town, (50, 100)) == [[pytest.approx(200, abs=0.01)]]


def test_of_two_parallel_streets_the_shorter_is_walked(draw: Callable[..., Study]) -> None:
    bow = [(0, 0), (500, 400), (1000, 0)]
    approach, leave = [(-100, 0), (0, 0)], [(1000, 0), (1100, 0)]
    town = draw([(-100, 0)], [bow, *ONE_STREET, approach, leave])
    assert metres(town, (1100, 0)) == [[pytest.approx(1200, abs=0.01)]]


def test_a_length_in_the_table_counts_more_than_the_line(draw: Callable[..., Study]) -> None:
    # A winding lane of 1,500 m drawn as 1,000 m: from 0.2 to 0.7 of it are 750 m.
    town = draw([(200, 0)], ONE_STREET, lengths=[1500.0])
    assert metres(town, (700, 0)) == [[pytest.approx(750, abs=0.01)]]


def test_nobody_walks_where_the_table_forbids_it(draw: Callable[..., Study]) -> None:
    # The south shore is a motorway: from west to east only by the north, 200 + 400 + 200.
    town = draw([(0, 100)], LAKE_RING, walkable=[False, None, True, None])
    assert metres(town, (400, 100)) == [[pytest.approx(1000, abs=0.01)]]


def test_a_bridge_is_no_crossroads(draw: Callable[..., Study]) -> None:
    railway_bridge = [[(0, 0), (1000, 0)], [(500, -500), (500, 500)]]
    link = [(1000, 0), (500, 500)]
    town = draw([(500, -400)], [*railway_bridge, link])
    # Over the bridge to the north end (900), down the link (707.1), back along the street (900).
    assert metres(town, (100, 0)) == [[pytest.approx(900 + 500 * 2**0.5 + 900, abs=0.01)]]


def test_another_piece_of_the_network_is_out_of_reach_and_named(
    draw: Callable[..., Study],
) -> None:
    island = [(0, 900), (400, 900)]
    walks = measure_walks(
        draw([(100, 0), (100, 900)], [*ONE_STREET, island]), gates((0, 0), (0, 900)), AS_STUDIED
    )
    assert walks.metres.tolist() == [
        [pytest.approx(100, abs=0.01), np.inf],
        [np.inf, pytest.approx(100, abs=0.01)],
    ]
    (note,) = walks.notes
    assert note.key == "walks_cut_off"
    assert "2 unconnected pieces" in note.en
    assert "1 areas (a2) and 1 sections (P2)" in note.en
    assert "a2" in note.zh


def test_a_far_hamlet_is_measured_by_the_straight_line_and_named(
    draw: Callable[..., Study],
) -> None:
    town = draw([(0, 1200), (0, 900)], ONE_STREET)
    walks = measure_walks(town, gates((500, 0)), AS_STUDIED)
    # a1: √(1200² + 500²) = 1,300 m straight, × 1.3. a2: 900 to the street and 500 along it.
    assert walks.metres[:, 0].tolist() == pytest.approx([1300 * 1.3, 1400], abs=0.01)
    (note,) = walks.notes
    assert note.key == "walks_far_from_streets"
    assert "1 areas (a1)" in note.en
    assert "a1" in note.zh


def test_a_far_school_is_measured_by_the_straight_line(draw: Callable[..., Study]) -> None:
    walks = measure_walks(draw([(0, 0)], ONE_STREET), gates((0, 2000), (300, 0)), AS_STUDIED)
    np.testing.assert_allclose(walks.metres, [[2000 * 1.3, 300]], atol=0.01)
    assert "1 sections (P1)" in walks.notes[0].en


def test_many_far_hamlets_are_counted_and_the_first_named(draw: Callable[..., Study]) -> None:
    walks = measure_walks(draw([(0, 5000)] * 12, ONE_STREET), gates((0, 0)), AS_STUDIED)
    assert "12 areas (a1, a2, a3, a4, a5, a6, a7, a8, a9, a10 and 2 more)" in walks.notes[0].en
    assert "等，另有 2 个" in walks.notes[0].zh


@pytest.mark.parametrize(("detour", "expected"), [(0.0, 1.3 * 500), (1.5, 1.5 * 500)])
def test_without_streets_the_straight_line_is_lengthened(
    nine_squares: Study, detour: float, expected: float
) -> None:
    town = dataclasses.replace(nine_squares, streets=nine_squares.streets.iloc[:0])
    middle = centre_of("a5")
    walks = measure_walks(town, gates((middle.x, middle.y)), TravelSettings(detour_factor=detour))
    assert walks.metres[AREAS.index("a4"), 0] == pytest.approx(expected)
    assert walks.method == "straight"
    assert [note.key for note in walks.notes] == ["streets"]


def test_a_drive_that_hangs_on_nothing_starts_no_walk(draw: Callable[..., Study]) -> None:
    # The drive of 90 m beside the home is 0.9 % of 10,090 m of streets.
    long_street = [[(0, 0), (10_000, 0)]]
    drive = [(100, 50), (190, 50)]
    walks = measure_walks(draw([(100, 60)], [*long_street, drive]), gates((0, 0)), AS_STUDIED)
    np.testing.assert_allclose(walks.metres, [[160]], atol=0.01)
    assert [note.key for note in walks.notes] == ["walks_scraps"]


def test_sections_of_one_campus_are_equally_far(draw: Callable[..., Study]) -> None:
    ((one, other),) = metres(draw([(10, 5)], ONE_STREET), (800, 7), (800, 7))
    assert one == other == pytest.approx(802, abs=0.01)


def test_no_section_means_no_walk(nine_squares: Study) -> None:
    assert measure_walks(nine_squares, gates(), AS_STUDIED).metres.shape == (9, 0)


def test_the_order_of_the_streets_means_nothing(draw: Callable[..., Study]) -> None:
    # The home lies midway between two streets of unequal use.
    streets = [[(0, 0), (1000, 0)], [(0, 200), (1000, 200)], [(1000, 0), (1000, 200)]]
    one = metres(draw([(300, 100)], streets), (0, 0), (0, 200))
    other = metres(draw([(300, 100)], streets[::-1]), (0, 0), (0, 200))
    assert one == other


def random_town(draw: Callable[..., Study], seed: int) -> tuple[Study, list[tuple[float, float]]]:
    """A town of twelve junctions with streets of any shape, and some homes about."""
    chance = np.random.default_rng(seed)
    spots = chance.integers(0, 20, (12, 2)) * 100.0
    pairs = {tuple(sorted(pair)) for pair in chance.integers(0, 12, (18, 2)).tolist()}
    streets = [
        [tuple(spots[a]), tuple((spots[a] + spots[b]) / 2 + [13.0, 29.0]), tuple(spots[b])]
        for a, b in sorted(pairs)
        if (spots[a] != spots[b]).any()
    ]
    homes = [tuple(home) for home in chance.uniform(0, 2000, (6, 2)).round(1).tolist()]
    return draw(homes, streets), homes


def by_networkx(study: Study, points: list[Any]) -> Any:
    """All walks between points, on a graph in which each point is a node cut into its street."""
    lines = list(study.streets.geometry)
    nearest = [min(range(len(lines)), key=lambda k: lines[k].distance(p)) for p in points]
    graph: nx.Graph[Any] = nx.Graph()
    graph.add_nodes_from(range(len(points)))
    for number, line in enumerate(lines):
        stops = [(0.0, line.coords[0]), (line.length, line.coords[-1])]
        for index, point in enumerate(points):
            if nearest[index] == number:
                stops.append((line.project(point), ("door", index)))
                access = line.distance(point)
                graph.add_edge(index, ("door", index), metres=access)
        stops.sort(key=lambda stop: stop[0])
        for (here, one), (there, other) in pairwise(stops):
            known = graph.get_edge_data(one, other, {"metres": np.inf})["metres"]
            graph.add_edge(one, other, metres=min(known, there - here))
    found = dict(nx.all_pairs_dijkstra_path_length(graph, weight="metres"))
    size = range(len(points))
    return [[found[a].get(b, np.inf) for b in size] for a in size]


@given(seed=st.integers(0, 10_000))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_walks_are_those_of_networkx(draw: Callable[..., Study], seed: int) -> None:
    study, homes = random_town(draw, seed)
    inside = study.areas.geometry.representative_point()
    walks = measure_walks(study, gates(*[(p.x, p.y) for p in inside]), AS_STUDIED)
    # Ends that happen to lie on another street meet it; here only common ends are nodes.
    others = {"walks_far_from_streets", "walks_scraps", "walks_met"}
    if any(note.key in others for note in walks.notes):
        return
    expected = np.array(by_networkx(study, list(inside)))
    # A door and the same door: there and back to the street, which nobody walks.
    off_diagonal = ~np.eye(len(homes), dtype=bool)
    np.testing.assert_allclose(
        walks.metres[off_diagonal], expected[off_diagonal], rtol=1e-5, atol=0.05
    )


@given(seed=st.integers(0, 10_000))
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_there_is_as_far_as_back_and_no_detour_is_shorter(
    draw: Callable[..., Study], seed: int
) -> None:
    study, _ = random_town(draw, seed)
    inside = study.areas.geometry.representative_point()
    walks = measure_walks(study, gates(*[(p.x, p.y) for p in inside]), AS_STUDIED)
    if any(note.key == "walks_far_from_streets" for note in walks.notes):
        return
    metres = walks.metres
    np.testing.assert_allclose(metres, metres.T, rtol=1e-5, atol=0.05)
    if np.isfinite(metres).all():
        via = (metres[:, :, None] + metres[None, :, :]).min(axis=1)
        assert (metres <= via + 0.1).all()


def test_walks_start_inside_the_area(draw: Callable[..., Study]) -> None:
    # The centroid of a horseshoe lies in its gap, 1,500 m from its street; its inside does not.
    horseshoe = shapely.box(0, 0, 3000, 3000) - shapely.box(200, 200, 3000, 2800)
    town = draw([(0, 0)], [[(-10, 0), (-10, 3000)]])
    town = dataclasses.replace(town, areas=town.areas.set_geometry([horseshoe], crs=town.crs))
    assert measure_walks(town, gates((-10, 0)), AS_STUDIED).notes == ()
