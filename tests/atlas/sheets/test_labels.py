"""No name covers another or a school, and what has no place is counted."""

from __future__ import annotations

from itertools import combinations

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.atlas.sheets.labels import Label, along, beside, place_labels, within
from planner.atlas.sheets.window import Box

MAP = Box(0, 0, 100, 80)
places = st.tuples(st.floats(3, 97), st.floats(3, 77), st.floats(2, 40))


def label(x: float, y: float, width: float) -> Label:
    return Label("school", 7, tuple(beside(x, y, 1.25, (width, 3.0), 1.0)), counted=True)


@settings(deadline=None)
@given(schools=st.lists(places, max_size=25))
def test_names_never_overlap_never_cover_a_school_and_stay_on_the_map(
    schools: list[tuple[float, float, float]],
) -> None:
    labels = [label(*school) for school in schools]
    symbols = [shapely.Point(x, y).buffer(1.2) for x, y, _ in schools]
    placed, left = place_labels(labels, symbols, MAP, 1.0)
    assert len(placed) + len(left) == len(schools)
    shapes = [name.spot.box for name in placed]
    assert all(shapely.covers(MAP.shape(), box) for box in shapes)
    assert not any(one.intersects(other) for one, other in combinations(shapes, 2))
    assert not any(box.intersects(symbol) for box in shapes for symbol in symbols)
    leaders = [name.spot.leader for name in placed if name.spot.leader is not None]
    assert not any(line.intersects(other) for line, other in combinations(leaders, 2))


def test_a_lonely_school_has_its_name_on_the_right() -> None:
    ((_, spot),), left = place_labels([label(50, 40, 20)], [], MAP, 1.0)
    assert left == []
    assert spot.leader is None
    assert spot.box.bounds[0] > 50
    assert spot.y == 40


def test_a_school_at_the_right_edge_has_its_name_on_the_left() -> None:
    ((_, spot),), _ = place_labels([label(97, 40, 20)], [], MAP, 1.0)
    assert spot.box.bounds[2] < 97


def test_a_name_is_pushed_aside_for_another_that_has_no_other_place() -> None:
    # The first takes the only place the second could have; it has another one itself.
    here, there = shapely.box(10, 10, 30, 14), shapely.box(10, 40, 30, 44)
    spot = next(beside(0, 0, 1, (1, 1), 1.0))
    first = Label("first", 7, (spot._replace(box=here), spot._replace(box=there)))
    second = Label("second", 7, (spot._replace(box=here),), counted=True)
    placed, left = place_labels([first, second], [], MAP, 1.0)
    assert left == []
    assert {name.label.text: name.spot.box for name in placed} == {"first": there, "second": here}


def test_a_name_without_any_free_place_is_left_out() -> None:
    wall = shapely.box(0, 0, 100, 80)
    placed, left = place_labels([label(50, 40, 20)], [wall], MAP, 1.0)
    assert placed == []
    assert [each.text for each in left] == ["school"]


def test_the_name_of_a_lake_lies_in_its_widest_part() -> None:
    # A square with a thin arm to the east.
    lake = shapely.union(shapely.box(0, 0, 20, 20), shapely.box(20, 9, 90, 11))
    first = next(within(lake, (8, 3), tight=True))
    assert [first.x, first.y] == pytest.approx([10, 10], abs=0.5)


def test_a_name_too_long_for_an_area_is_not_written_into_it() -> None:
    assert list(within(shapely.box(0, 0, 10, 10), (12, 3), tight=True)) == []


def test_the_name_of_a_street_follows_it_and_is_never_upside_down() -> None:
    street = shapely.LineString([(60, 60), (20, 20)])  # drawn from south-east to north-west
    spot = next(along(street, (15, 3), bend=0.5))
    assert spot.angle == 45
    assert (spot.x, spot.y) == (40, 40)


def test_a_winding_street_bears_no_name() -> None:
    winding = shapely.LineString([(x, 10 * (x % 2)) for x in range(40)])
    assert list(along(winding, (15, 3), bend=0.5)) == []
