"""Borders of areas, each written once: squares one can draw, and maps cut up and put together."""

from __future__ import annotations

from base64 import b64decode

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from planner.atlas.cutting import mesh_of
from planner.atlas.mesh import NOBODY, Mesh, mesh_content
from planner.atlas.packing import varints
from planner.atlas.shapes import matched


def test_three_squares_in_a_row_have_two_borders_between_them() -> None:
    mesh = mesh_of(np.array([shapely.box(x, 0, x + 2, 2) for x in (0, 2, 4)], dtype=object))
    between = sorted(tuple(sorted(pair)) for pair in mesh.sides.tolist() if NOBODY not in pair)
    assert between == [(0, 1), (1, 2)]
    assert _areas(mesh) == [4.0, 4.0, 4.0]


def test_a_village_in_the_middle_of_another_shares_its_whole_border() -> None:
    village = shapely.box(3, 3, 6, 6)
    around = shapely.box(0, 0, 9, 9) - village
    for areas in ([around, village], [village, around]):
        mesh = mesh_of(np.array(areas, dtype=object))
        assert len(mesh.sides) == 2
        assert sorted(tuple(sorted(pair)) for pair in mesh.sides.tolist())[1] == (0, 1)
        assert sorted(_areas(mesh)) == [9.0, 72.0]


def test_a_border_that_three_areas_claim_is_drawn_for_each_of_them() -> None:
    """South and north meet along y = 2; a third area lies over the north."""
    south, north = shapely.box(0, 0, 4, 2), shapely.box(0, 2, 4, 4)
    over = shapely.Polygon([(0, 2), (4, 2), (2, 9)])
    mesh = mesh_of(np.array([south, north, over], dtype=object))
    assert (mesh.sides[:, 1] == NOBODY).all()
    assert _areas(mesh) == [8.0, 8.0, 14.0]  # the triangle: 4 × 7 ÷ 2


def test_points_that_fall_together_on_the_grid_are_one_also_at_the_end_of_a_ring() -> None:
    square = [(0, 0), (0.1, 0), (4, 0), (4, 4), (0, 4), (0, 0.2), (0, 0)]
    mesh = mesh_of(np.array([shapely.Polygon(square)]))
    assert sorted(set(map(tuple, mesh.points.tolist()))) == [(0, 0), (0, 4), (4, 0), (4, 4)]
    assert len(mesh.points) == 5  # closed
    assert _areas(mesh) == [16.0]


def test_areas_in_two_pieces_and_areas_that_touch_at_a_corner_come_back_as_they_were() -> None:
    apart = shapely.union_all([shapely.box(0, 0, 1, 1), shapely.box(2, 2, 3, 3)])
    corner = shapely.box(1, 1, 2, 2)
    mesh = mesh_of(np.array([apart, corner], dtype=object))
    assert _areas(mesh) == [2.0, 1.0]
    assert (mesh.sides[:, 1] == NOBODY).all()


def test_nothing_is_drawn_of_an_area_without_extent() -> None:
    mesh = mesh_of(np.array([shapely.Polygon(), shapely.box(0, 0, 1, 1)], dtype=object))
    assert mesh.area_of_ring.tolist() == [1]
    empty = mesh_of(np.array([shapely.Polygon()], dtype=object))
    assert len(empty.sides) == 0
    assert mesh_content(empty)["steps"] == ""


@given(st.integers(0, 10_000), st.integers(1, 60))
def test_whatever_the_map_each_border_stands_once_and_each_area_comes_back(
    seed: int, count: int
) -> None:
    polygons = _map(seed, count)
    mesh = mesh_of(polygons)
    assert _areas(mesh) == pytest.approx(shapely.area(polygons).tolist())
    # Every edge of the map stands in just one line.
    edges = {
        tuple(sorted(map(tuple, mesh.points[at : at + 2].tolist())))
        for line in range(len(mesh.sides))
        for at in range(mesh.starts[line], mesh.starts[line + 1] - 1)
    }
    assert len(edges) == len(mesh.points) - len(mesh.sides)
    for one, other in mesh.sides.tolist():
        assert one != other


@given(st.integers(0, 10_000), st.integers(1, 40), st.integers(1, 4))
def test_lines_between_zones_are_the_borders_of_the_zones(
    seed: int, count: int, zones: int
) -> None:
    polygons = _map(seed, count)
    mesh, rng = mesh_of(polygons), np.random.default_rng(seed)
    zone = np.append(rng.integers(0, zones, len(polygons)), -1)
    for number in range(zones):
        rim = (zone[mesh.sides] == number).sum(axis=1) == 1
        drawn = sum((_length(mesh, int(line)) for line in np.flatnonzero(rim)), 0.0)
        together = shapely.union_all(polygons[zone[:-1] == number])
        assert drawn == pytest.approx(together.length)


@given(st.lists(st.integers(-(2**40), 2**40)))
def test_numbers_are_read_as_they_were_written(values: list[int]) -> None:
    read, value, shift = [], 0, 0
    for byte in varints(np.array(values, dtype=np.int64)):
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            read.append(-(value + 1) // 2 if value % 2 else value // 2)
            value = shift = 0
    assert read == values


def test_a_thousand_areas_take_few_bytes() -> None:
    polygons = _map(1, 1_000)
    content = mesh_content(mesh_of(polygons))
    points = shapely.get_num_coordinates(polygons).sum()
    assert sum(len(b64decode(text)) for text in content.values()) < 6 * points


def test_slivers_between_areas_are_closed_and_wide_gaps_stay() -> None:
    west, east = shapely.box(0, 0, 1000, 500), shapely.box(1003, 0, 2000, 500)
    lake = shapely.box(200, 200, 400, 400)
    around = shapely.box(-100, -100, 2100, 600) - shapely.box(0, 0, 2000, 500)
    areas = np.array([west - lake, east, around], dtype=object)
    drawn = matched(areas, mesh_of(areas), 20.0)
    assert shapely.coverage_is_valid(drawn)
    assert shapely.distance(drawn[0], drawn[1]) == 0
    assert shapely.union_all(drawn).area == 2200 * 700 - lake.area


def _map(seed: int, count: int) -> np.ndarray:
    """Cut a square into cells whose corners are whole numbers."""
    rng = np.random.default_rng(seed)
    frame = shapely.box(0, 0, 10_000, 10_000)
    points = shapely.MultiPoint(rng.integers(0, 10_000, (count, 2)))
    cells = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=frame))
    whole = shapely.set_precision(shapely.intersection(cells, frame), 1.0)
    cells = np.asarray(whole, dtype=object)
    clean = matched(cells, mesh_of(cells), 0.0)
    return np.array([cell for cell in clean if not cell.is_empty], dtype=object)


def _areas(mesh: Mesh) -> list[float]:
    """Put the lines of every area together again, and measure it."""
    found = np.zeros(mesh.area_of_ring.max(initial=-1) + 1)
    for ring, area in enumerate(mesh.area_of_ring):
        points = np.zeros((0, 2), dtype=int)
        for reference in mesh.rings[mesh.ring_starts[ring] : mesh.ring_starts[ring + 1]]:
            line = max(reference, -1 - reference)
            more = mesh.points[mesh.starts[line] : mesh.starts[line + 1]]
            more = more if reference >= 0 else more[::-1]
            assert not len(points) or (points[-1] == more[0]).all()
            points = np.concatenate([points, more[1 if len(points) else 0 :]])
        assert (points[0] == points[-1]).all()
        x, y = points.T.astype(float)
        # A hole runs the other way round (Gauss's area formula).
        found[area] += (x[1:] * y[:-1] - x[:-1] * y[1:]).sum() / 2
    return [*np.abs(found).tolist()]


def _length(mesh: Mesh, line: int) -> float:
    """Return how long a line is."""
    points = mesh.points[mesh.starts[line] : mesh.starts[line + 1]]
    return float(np.hypot(*np.diff(points, axis=0).T).sum())
