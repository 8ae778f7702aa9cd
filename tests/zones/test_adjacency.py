"""Which areas touch: along a border, not in a corner."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point, box
from shapely.affinity import translate

from planner.zones.adjacency import areas_of_points, outlines_of, touching_areas

GRID = gpd.GeoSeries([box(x, y, x + 500, y + 500) for y in (0, 500, 1000) for x in (0, 500, 1000)])
"""Nine squares of 500 metres::

    6 7 8
    3 4 5
    0 1 2
"""


def pairs(areas: gpd.GeoSeries) -> set[tuple[int, int]]:
    """Return the touching pairs as a set."""
    return {(int(a), int(b)) for a, b in touching_areas(areas)}


def test_nine_squares_have_twelve_borders_and_no_corners() -> None:
    assert pairs(GRID) == {
        (0, 1), (1, 2), (3, 4), (4, 5), (6, 7), (7, 8),
        (0, 3), (1, 4), (2, 5), (3, 6), (4, 7), (5, 8),
    }  # fmt: skip


def test_borders_digitised_half_a_metre_apart_are_one_border() -> None:
    apart = gpd.GeoSeries([box(0, 0, 500, 500), box(500.5, 0, 1000, 500)])
    assert pairs(apart) == {(0, 1)}


def test_areas_three_metres_apart_do_not_touch() -> None:
    assert pairs(gpd.GeoSeries([box(0, 0, 500, 500), box(503, 0, 1000, 500)])) == set()


def test_corners_half_a_metre_apart_are_still_corners() -> None:
    assert pairs(gpd.GeoSeries([box(0, 0, 500, 500), box(500.5, 500.5, 1000, 1000)])) == set()


def test_a_single_area_touches_nobody() -> None:
    assert touching_areas(GRID[:1]).shape == (0, 2)


def test_squares_share_a_side_of_their_outline() -> None:
    outlines = outlines_of(GRID, touching_areas(GRID))
    assert outlines.square_metres.tolist() == [500.0 * 500] * 9
    assert outlines.outline_metres.tolist() == [4 * 500.0] * 9
    assert outlines.border_metres.tolist() == [500.0] * 12


def test_a_border_drawn_twice_is_shared_for_its_length() -> None:
    # Half a metre apart over 500 metres; within a metre's reach past the corner lie at most two.
    apart = gpd.GeoSeries([box(0, 0, 500, 500), box(500.5, 0, 1000, 500)])
    (border,) = outlines_of(apart, np.array([[0, 1]])).border_metres
    assert abs(border - 500) <= 2


def test_a_point_lies_in_its_square_or_in_none() -> None:
    points = gpd.GeoSeries([Point(250, 250), Point(1250, 750), Point(-10, 0)])
    assert areas_of_points(GRID, points).tolist() == [0, 5, -1]


def test_a_point_on_a_border_belongs_to_the_first_area() -> None:
    assert areas_of_points(GRID, gpd.GeoSeries([Point(500, 250)])).tolist() == [0]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.floats(-1e5, 1e5))
def test_renumbering_and_moving_the_town_changes_no_border(seed: int, shift: float) -> None:
    order = np.random.default_rng(seed).permutation(9)
    moved = gpd.GeoSeries([translate(GRID[int(old)], shift, -shift) for old in order])
    named = {tuple(sorted((int(order[a]), int(order[b])))) for a, b in pairs(moved)}
    assert named == pairs(GRID)
