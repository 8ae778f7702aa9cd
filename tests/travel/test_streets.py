from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely

from planner.travel.streets import snap, street_graph

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.study import Study


def test_nine_squares_have_nine_junctions_and_twelve_segments(nine_squares: Study) -> None:
    graph = street_graph(nine_squares.streets)
    assert (graph.junctions, len(graph.lines), graph.pieces) == (9, 12, 1)
    assert graph.metres.sum() == pytest.approx(12 * 500)


def test_ends_less_than_a_metre_apart_are_one_junction(draw: Callable[..., Study]) -> None:
    close = draw([(0, 0)], [[(0, 0), (100, 0)], [(100.4, 0.5), (200, 0)]])
    apart = draw([(0, 0)], [[(0, 0), (100, 0)], [(101.4, 0), (200, 0)]])
    assert (street_graph(close.streets).junctions, street_graph(close.streets).pieces) == (3, 1)
    assert (street_graph(apart.streets).junctions, street_graph(apart.streets).pieces) == (4, 2)


def test_the_longest_piece_comes_first(draw: Callable[..., Study]) -> None:
    town = draw([(0, 0)], [[(0, 500), (100, 500)], [(0, 0), (100, 0)], [(100, 0), (300, 0)]])
    assert street_graph(town.streets).piece.tolist() == [1, 0, 0]


def test_a_line_in_parts_shares_its_length_out(draw: Callable[..., Study]) -> None:
    town = draw([(0, 0)], [[(0, 0), (1, 0)]], lengths=[800.0])
    parts = shapely.from_wkt("MULTILINESTRING ((0 0, 100 0), (500 0, 800 0))")
    streets = town.streets.set_geometry([parts], crs=town.crs)
    # Drawn 100 m and 300 m, together 800 m by the table: 200 m and 600 m.
    assert sorted(street_graph(streets).metres.tolist()) == pytest.approx([200, 600])


def test_a_short_piece_of_a_small_town_is_no_scrap(draw: Callable[..., Study]) -> None:
    town = draw([(0, 0)], [[(0, 0), (1000, 0)], [(0, 500), (90, 500)]])
    graph = street_graph(town.streets)
    assert (graph.pieces, graph.scraps) == (2, 0)


def test_a_point_is_brought_to_the_nearest_place_of_a_street(draw: Callable[..., Study]) -> None:
    graph = street_graph(draw([(0, 0)], [[(0, 0), (1000, 0)]], lengths=[2000.0]).streets)
    places = snap(graph, shapely.points([[250.0, 40.0], [-30.0, 40.0]]))
    # A quarter of the line is 500 of its 2,000 m; west of its end √(30² + 40²) = 50 m.
    np.testing.assert_allclose(places.along_metres, [500, 0], atol=1e-6)
    np.testing.assert_allclose(places.access_metres, [40, 50], atol=1e-6)


def test_streets_that_nobody_may_walk_make_no_graph(nine_squares: Study) -> None:
    closed = nine_squares.streets.assign(walkable=False).astype({"walkable": "boolean"})
    town = dataclasses.replace(nine_squares, streets=closed)
    graph = street_graph(town.streets)
    assert (len(graph.lines), graph.junctions, graph.pieces) == (0, 0, 0)
