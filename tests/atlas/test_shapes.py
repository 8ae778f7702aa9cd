"""Borders become few numbers, and neighbours stay apart by colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import shapely
import shapely.affinity
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS, Transformer

from planner.atlas.shapes import dissolve, encoder, map_degrees, simplify_together, tell_apart

if TYPE_CHECKING:
    from numpy.typing import NDArray

METRES = CRS.from_epsg(32648)


def row_of_squares(count: int, side: float = 500.0) -> NDArray[np.object_]:
    """Squares side by side from west to east: 0 1 2 …"""
    west = 270_000.0 + side * np.arange(count)
    return np.asarray(shapely.box(west, 2_690_000.0, west + side, 2_690_000.0 + side))


def test_a_zone_is_the_sum_of_its_areas_with_or_without_matching_borders() -> None:
    squares = row_of_squares(4)
    for matching in (True, False):
        zone = dissolve(squares, np.array([0, 1, 3]), matching=matching)
        assert zone.area == 3 * 500.0**2
        assert shapely.get_num_geometries(zone) == 2  # 0 and 1 are one piece, 3 lies apart


def test_a_crooked_border_is_straightened_for_both_sides_alike() -> None:
    # two areas share a border that steps 2 m aside half way, less than the 6 m of tolerance
    crooked = [(500, 0), (500, 240), (502, 250), (500, 260), (500, 500)]
    west = shapely.Polygon([(0, 0), *crooked, (0, 500)])
    east = shapely.Polygon([(1000, 0), (1000, 500), *reversed(crooked)])
    simple = simplify_together(np.array([west, east]), 6.0)
    assert shapely.get_num_coordinates(simple).tolist() == [5, 5]  # corners of a square, closed
    assert shapely.coverage_is_valid(simple)
    assert shapely.union_all(simple).area == 1000 * 500


def test_steps_lead_back_to_the_points_within_a_metre() -> None:
    polygon = shapely.box(270_000, 2_690_000, 270_700, 2_690_300) - shapely.box(
        270_100, 2_690_100, 270_200, 2_690_200
    )
    (((outer, hole),),) = encoder(map_degrees(METRES))([polygon])
    to_metres = Transformer.from_crs("EPSG:4326", METRES, always_xy=True)
    for ring, drawn in ((outer, polygon.exterior), (hole, polygon.interiors[0])):
        degrees = np.cumsum(np.array(ring).reshape(-1, 2), axis=0) / 100_000
        points = np.column_stack(to_metres.transform(*degrees.T))
        away = np.abs(points - shapely.get_coordinates(drawn)).max()
        assert away < 1.0  # half of 0.00001° is 0.56 m


def test_shapes_turned_together_are_as_each_by_itself() -> None:
    encode = encoder(map_degrees(METRES))
    square, hole = shapely.box(0, 0, 900, 900), shapely.box(300, 300, 600, 600)
    twice = shapely.LineString([(0, 0), (0, 0), (500, 0), (500, 0.1)])  # points that fall together
    shapes = [
        square - hole,
        shapely.MultiPolygon([square, shapely.box(2000, 0, 2900, 900)]),
        shapely.Polygon(),
        twice,
        shapely.Point(100, 200),
    ]
    moved = [shapely.affinity.translate(shape, 270_000, 2_690_000) for shape in shapes]
    assert encode(moved) == [encode([shape])[0] for shape in moved]
    assert [len(parts) for parts in encode(moved)] == [1, 2, 0, 1, 1]
    assert len(encode(moved)[3][0][0]) == 4  # two points are left


def test_an_empty_shape_has_no_rings() -> None:
    assert encoder(map_degrees(METRES))([shapely.MultiLineString()]) == [[]]


@given(
    borders=st.sets(
        st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda pair: pair[0] < pair[1])
    )
)
def test_neighbours_never_share_a_colour_while_there_are_enough(
    borders: set[tuple[int, int]],
) -> None:
    pairs = {(str(first), str(second)) for first, second in borders}
    colours = tell_apart(pairs, map(str, range(10)), 10)
    assert set(colours) == set(map(str, range(10)))
    assert all(colours[first] != colours[second] for first, second in pairs)


@given(borders=st.sets(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh"))))
def test_zones_are_coloured_in_the_order_of_dsatur(borders: set[tuple[str, str]]) -> None:
    pairs = {pair for pair in borders if pair[0] < pair[1]}
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from("abcdefgh")
    graph.add_edges_from(sorted(pairs))
    expected = nx.greedy_color(graph, strategy="DSATUR")
    assert list(tell_apart(pairs, "abcdefgh", 8).items()) == list(expected.items())


def test_colours_repeat_when_everybody_touches_everybody() -> None:
    pairs = [("a", "b"), ("a", "c"), ("b", "c")]
    assert sorted(tell_apart(pairs, "abc", 2).values()) == [0, 0, 1]
