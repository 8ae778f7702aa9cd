"""Borders lose their small bends once for both sides: no gap opens, nothing crosses."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from planner.atlas.bends import without_bends
from planner.atlas.cutting import mesh_of
from planner.atlas.mesh import polygons_of, touching
from planner.atlas.shapes import THOUSANDTHS, simplify_together


def crooked_map(seed: int, count: int, bend: float) -> np.ndarray:
    """Cut a square of 10 km into cells and shake their borders, for both sides alike."""
    rng = np.random.default_rng(seed)
    frame = shapely.box(0, 0, 10_000, 10_000)
    points = shapely.MultiPoint(rng.integers(0, 10_000, (count, 2)))
    cells = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=frame))
    cells = shapely.coverage_clean([cell & frame for cell in cells])

    def shaken(places: np.ndarray) -> np.ndarray:
        phase = places @ np.array([12.9898, 78.233])
        return places + bend * np.column_stack([np.sin(phase), np.cos(phase)])

    shaped = shapely.transform(shapely.segmentize(np.asarray(cells), 150.0), shaken)
    clean = shapely.coverage_clean(list(shaped))
    whole = [cell for cell in clean if isinstance(cell, shapely.Polygon) and not cell.is_empty]
    return np.array(whole, dtype=object)


@given(st.integers(0, 5_000), st.integers(2, 40), st.sampled_from([5.0, 40.0]))
def test_neighbours_stay_neighbours_and_borders_near_where_they_were(
    seed: int, count: int, bend: float
) -> None:
    polygons = crooked_map(seed, count, bend)
    simple = simplify_together(polygons, 30.0)
    assert shapely.coverage_is_valid(simple)
    assert shapely.is_valid(simple).all()
    assert shapely.get_num_coordinates(simple).sum() < shapely.get_num_coordinates(polygons).sum()
    near = shapely.hausdorff_distance(shapely.boundary(polygons), shapely.boundary(simple))
    assert near.max() <= 30.0 + 1 / THOUSANDTHS


@given(st.integers(0, 5_000), st.integers(2, 40), st.sampled_from([200.0, 1_000.0]))
def test_borders_never_cross_though_many_would_without_their_bends(
    seed: int, count: int, tolerance: float
) -> None:
    simple = simplify_together(crooked_map(seed, count, 40.0), tolerance)
    assert shapely.coverage_is_valid(simple)
    assert shapely.is_valid(simple).all()


def test_two_winding_banks_of_a_narrow_strip_do_not_come_to_cross() -> None:
    """The strip is 4 m wide and bends 20 m aside; straightened by 25 m, its banks would cross."""
    south = [(0, 0), (500, 20), (1000, 0)]
    north = [(x, y + 4) for x, y in ((0, 0), (480, 20), (520, 20), (1000, 0))]
    strip = shapely.Polygon([*south, *reversed(north)])
    below = shapely.Polygon([*reversed(south), (0, -500), (1000, -500)])
    above = shapely.Polygon([*north, (1000, 500), (0, 500)])
    simple = simplify_together(np.array([strip, below, above]), 25.0)
    assert shapely.coverage_is_valid(simple)
    assert shapely.is_valid(simple).all()
    assert simple[0].area > 0


def test_two_borders_between_the_same_two_corners_keep_what_lies_between_them() -> None:
    lens = shapely.Polygon([(0, 0), (500, -3), (1000, 0), (500, 3)])
    frame = shapely.box(0, -500, 1000, 500)
    halves = [shapely.box(0, -500, 1000, 0) - lens, shapely.box(0, 0, 1000, 500) - lens]
    simple = simplify_together(np.array([lens, *halves]), 6.0)
    assert simple[0].area == lens.area == 3000
    assert shapely.area(simple).sum() == frame.area


def test_a_small_village_within_another_is_not_left_behind_by_the_border() -> None:
    """The border swings 20 m out around the village; straight it would pass it by."""
    village = shapely.Polygon([(495, 6), (505, 6), (500, 12)])
    swinging = [(0, 0), (490, 0), (490, 20), (510, 20), (510, 0), (1000, 0)]
    around = shapely.Polygon([*swinging, (1000, -500), (0, -500)]) - village
    north = shapely.Polygon([*swinging, (1000, 500), (0, 500)])
    simple = simplify_together(np.array([village, around, north]), 25.0)
    assert shapely.is_valid(simple).all()
    assert simple[1].boundary.contains(simple[0].boundary)


def test_a_border_that_keeps_its_bends_makes_the_next_one_keep_its_own() -> None:
    """A road 4 m wide follows the border that swings around the village, on its other side."""
    village = shapely.Polygon([(495, 6), (505, 6), (500, 12)])
    near = [(0, 0), (490, 0), (490, 20), (510, 20), (510, 0), (1000, 0)]
    far = [(0, 4), (486, 4), (486, 24), (514, 24), (514, 4), (1000, 4)]
    around = shapely.Polygon([*near, (1000, -500), (0, -500)]) - village
    road = shapely.Polygon([*near, *reversed(far)])
    north = shapely.Polygon([*far, (1000, 500), (0, 500)])
    areas = np.array([village, around, road, north])
    simple = simplify_together(areas, 25.0)
    assert [one.equals(other) for one, other in zip(simple, areas, strict=True)] == [True] * 4
    # Without the village, there is nothing that would be left behind.
    straight = simplify_together(np.array([around | village, road, north]), 25.0)
    assert shapely.get_num_coordinates(straight).tolist() == [5, 5, 5]


@given(st.integers(0, 5_000), st.integers(1, 40))
def test_areas_touch_that_have_a_border_or_a_corner_in_common(seed: int, count: int) -> None:
    polygons = crooked_map(seed, count, 5.0)
    one, other = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    expected = {
        pair for pair in zip(one.tolist(), other.tolist(), strict=True) if pair[0] < pair[1]
    }
    assert set(map(tuple, touching(mesh_of(polygons, per_unit=1_000_000)).tolist())) == expected


def test_squares_in_a_row_touch_the_next_one_and_corners_touch_too() -> None:
    row = [shapely.box(x, 0, x + 1, 1) for x in range(4)]
    assert touching(mesh_of(np.array(row))).tolist() == [[0, 1], [1, 2], [2, 3]]
    board = [shapely.box(x, y, x + 1, y + 1) for y in range(2) for x in range(2)]
    assert touching(mesh_of(np.array(board))).tolist() == [
        *([0, 1], [0, 2], [0, 3]),
        *([1, 2], [1, 3], [2, 3]),
    ]
    assert touching(mesh_of(np.array([shapely.box(0, 0, 1, 1)]))).tolist() == []


def test_areas_come_back_from_their_borders_with_holes_and_islands() -> None:
    ring = shapely.box(0, 0, 9, 9) - shapely.box(3, 3, 6, 6)
    apart = shapely.MultiPolygon([shapely.box(3, 3, 6, 6), shapely.box(20, 0, 25, 5)])
    areas = np.array([ring, shapely.Polygon(), apart], dtype=object)
    mesh = mesh_of(areas)
    back = polygons_of(mesh, np.arange(3), per_unit=1)
    assert [one.equals(other) for one, other in zip(back, areas, strict=True)] == [True] * 3
    (second,) = polygons_of(mesh, np.array([2]), per_unit=1)
    assert second.equals(apart)


def test_nothing_is_left_of_nothing() -> None:
    empty = mesh_of(np.array([shapely.Polygon()], dtype=object))
    assert len(without_bends(empty, 6.0).points) == 0
    assert touching(empty).tolist() == []
    assert polygons_of(empty, np.arange(1), per_unit=1)[0].is_empty


@pytest.mark.parametrize("tolerance", [0.0, 1_000_000.0])
def test_a_tolerance_may_be_nothing_or_larger_than_the_map(tolerance: float) -> None:
    polygons = crooked_map(3, 20, 40.0)
    simple = simplify_together(polygons, tolerance)
    assert shapely.coverage_is_valid(simple)
    assert shapely.is_valid(simple).all()
