"""What the solver refuses to plan for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.zoning import Weights, evaluate
from tests.zoning.grids import grid_town


def test_all_faults_of_a_problem_are_named_at_once() -> None:
    town = grid_town(1, 3, home=[0], seats=[30])
    with pytest.raises(ValueError, match="pupils") as refused:
        replace(
            town,
            pupils=np.array([10, -1, 10]),
            seats=np.array([-5]),
            walk_metres=np.array([[0.0], [np.nan], [-3.0]]),
            edges=np.array([[0, 1], [1, 3], [2, 2]]),
            home=np.array([-2]),
            walk_limit_metres=-1.0,
            today=np.array([0, 1, 0]),
        )
    faults = str(refused.value).splitlines()
    named = [fault.partition(":")[0] for fault in faults]
    expected = "pupils seats edges home walk_metres edges walk_limit_metres today"
    assert named == expected.split()
    assert "the first -1 at position 1" in faults[0]


def test_arrays_of_the_wrong_length_or_kind_are_named() -> None:
    town = grid_town(1, 3, home=[0], seats=[30])
    with pytest.raises(ValueError, match=r"walk_metres: expected the shape \(3, 1\)") as refused:
        replace(
            town,
            walk_metres=np.zeros((1, 3)),
            home=np.array([0.5]),
            locked=np.array([True]),
        )
    assert "home: expected whole numbers" in str(refused.value)
    assert "locked: expected the shape (3,)" in str(refused.value)


def test_a_limit_for_some_areas_only_is_refused() -> None:
    town = grid_town(1, 3, home=[0], seats=[30])
    with pytest.raises(ValueError, match="walk_limit_metres"):
        replace(town, walk_limit_metres=np.array([100.0, 100.0]))


def test_a_locked_area_needs_a_section_to_keep() -> None:
    town = grid_town(1, 3, home=[0], seats=[30])
    locked = np.array([False, True, False])
    with pytest.raises(ValueError, match="area 1 is locked but has no section today"):
        replace(town, locked=locked)
    with pytest.raises(ValueError, match="area 1 is locked but has no section today"):
        replace(town, locked=locked, today=np.array([0, -1, 0]))


def test_a_surcharge_gets_a_name_that_no_term_has() -> None:
    town = grid_town(1, 3, home=[0], seats=[30])
    twice = town.with_surcharge("hill", np.ones((3, 1))).with_surcharge("hill", np.zeros((3, 1)))
    # Three squares of ten pupils pay a metre each, once.
    assert evaluate(twice, np.zeros(3, dtype=np.int64)).terms["hill"] == 30.0
    assert evaluate(twice, np.zeros(3, dtype=np.int64)).terms["hill_"] == 0.0


def test_a_town_without_walks_is_refused() -> None:
    town = grid_town(1, 3, home=[0], seats=[30])
    with pytest.raises(ValueError, match="no section can be reached from any area"):
        replace(town, walk_metres=np.full((3, 1), np.inf))


@pytest.mark.parametrize("price", [-1.0, float("nan"), float("inf")])
def test_a_price_is_a_finite_number_of_at_least_nothing(price: float) -> None:
    with pytest.raises(ValueError, match="overflow_metres"):
        Weights(overflow_metres=price, over_limit_metres=0.0, changed_metres=0.0)
