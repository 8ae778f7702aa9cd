"""Whole people out of parts of people, with the sum kept."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.projection.rounding import round_together, share_exactly

parts = st.lists(st.floats(0, 500), min_size=1, max_size=40)


def test_the_largest_remainders_are_rounded_up() -> None:
    # 1.5 + 2.3 + 3.2 = 7.0: one, two and three, and one more for the remainder of a half.
    assert round_together([1.5, 2.3, 3.2]).tolist() == [2, 2, 3]


def test_ten_pupils_over_three_equal_areas_are_4_3_3() -> None:
    assert share_exactly(10, [1, 1, 1]).tolist() == [4, 3, 3]


def test_dividing_somebody_without_weights_is_refused() -> None:
    with pytest.raises(ValueError, match="positive weight to divide 3 by"):
        share_exactly(3, [0.0, 0.0])


def test_dividing_nobody_takes_no_weights() -> None:
    assert share_exactly(0, [0.0, 0.0]).tolist() == [0, 0]


@given(parts)
def test_rounding_keeps_the_rounded_sum_and_moves_nobody_far(numbers: list[float]) -> None:
    rounded = round_together(numbers)
    assert abs(rounded.sum() - sum(numbers)) <= 0.5 + 1e-6
    assert np.all(np.abs(rounded - np.array(numbers)) < 1 + 1e-6)


@given(st.integers(0, 10_000), st.lists(st.floats(0.01, 100), min_size=1, max_size=30))
def test_shares_add_up_exactly(total: int, weights: list[float]) -> None:
    assert share_exactly(total, weights).sum() == total
