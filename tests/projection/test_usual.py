"""The methods in use today, worked again cohort by cohort in a second program."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from planner.projection.usual import foresee_by_last_roll, foresee_by_progression

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]

NONE = np.nan
Rolls = dict[tuple[int, int, int], float]
"""Pupils by school, grade and year, where they were counted."""

some_counts = array_shapes(min_dims=3, max_dims=3, min_side=1, max_side=6).flatmap(
    lambda shape: arrays(
        float, shape, elements=st.one_of(st.just(NONE), st.integers(1, 99).map(float))
    )
)


def classical(rolls: Rolls, schools: int, grades: int, now: int, leads: int) -> Rolls:
    """Carry every cohort by its school's ratio of three steps, one number at a time."""
    years = sorted({year for _, _, year in rolls})
    stepped = {year for school, grade, year in rolls if (school, grade - 1, year - 1) in rolls}
    recent = sorted(stepped)[-3:]

    def ratio(grade: int, members: list[int]) -> float | None:
        left = arrived = 0.0
        for school in members:
            for year in recent:
                before, after = (school, grade - 1, year - 1), (school, grade, year)
                if before in rolls and after in rolls:
                    left, arrived = left + rolls[before], arrived + rolls[after]
        return arrived / left if left else None

    ahead: Rolls = {}
    known = dict(rolls)
    for year in range(now + 1, now + leads + 1):
        for school in range(schools):
            for grade in range(grades):
                if (school, grade, now) not in rolls:
                    continue
                below = known.get((school, grade - 1, year - 1))
                if below is None:
                    late = [rolls.get((school, grade, each)) for each in years[-2:]]
                    counted = [pupils for pupils in late if pupils is not None]
                    pupils = sum(counted) / len(counted)
                else:
                    own, county = ratio(grade, [school]), ratio(grade, list(range(schools)))
                    believed = own if own is not None else county
                    pupils = below * (believed if believed is not None else 1.0)
                ahead[school, grade, year] = pupils
        known |= {key: pupils for key, pupils in ahead.items() if key[2] == year}
    return ahead


@settings(max_examples=100, deadline=None)
@given(some_counts, st.integers(1, 4))
def test_a_second_program_carries_every_cohort_to_the_same_place(
    counts: FloatArray, leads: int
) -> None:
    schools, grades, years = counts.shape
    rolls: Rolls = {
        (school, grade, year): counts[school, grade, year]
        for school, grade, year in np.argwhere(np.isfinite(counts)).tolist()
    }
    expected = np.full((schools, grades, leads), NONE)
    for (school, grade, year), pupils in classical(
        rolls, schools, grades, years - 1, leads
    ).items():
        expected[school, grade, year - years] = pupils
    np.testing.assert_allclose(foresee_by_progression(counts, leads), expected, rtol=1e-9)


def test_three_grades_are_carried_by_hand() -> None:
    counts = np.array([[[50.0, 60, 70], [40, 45, 54], [30, 36, 45]]])
    ahead = foresee_by_progression(counts, 2)[0]
    second, third = (45 + 54) / (50 + 60), (36 + 45) / (40 + 45)
    entering = (60 + 70) / 2
    np.testing.assert_allclose(ahead[0], [entering, entering])
    np.testing.assert_allclose(ahead[1], [70 * second, entering * second])
    np.testing.assert_allclose(ahead[2], [54 * third, 70 * second * third])


def test_only_the_last_three_steps_are_pooled() -> None:
    counts = np.full((1, 2, 6), 100.0)
    counts[0, 1] = [1, 1, 999, 70, 80, 90]
    ahead = foresee_by_progression(counts, 1)
    assert ahead[0, 1, 0] == pytest.approx(100 * (70 + 80 + 90) / 300)


def test_a_gap_of_years_is_no_step_and_older_ones_take_its_place() -> None:
    counts = np.full((1, 2, 7), 100.0)
    counts[0, 1] = [1, 60, 70, NONE, NONE, 999, 90]
    counts[0, 0, 3:5] = NONE
    # Steps into years 1, 2 and 6; into 5 there is none, since nobody counted year 4.
    ahead = foresee_by_progression(counts, 1)
    assert ahead[0, 1, 0] == pytest.approx(100 * (60 + 70 + 90) / 300)


def test_an_entry_grade_gets_the_mean_of_the_last_two_counted_years_across_a_gap() -> None:
    counts = np.array([[[10.0, 40, NONE, NONE, 60]]])
    assert foresee_by_progression(counts, 3)[0, 0].tolist() == [50.0, 50.0, 50.0]


def test_a_new_entry_grade_was_not_empty_before_it_was_opened() -> None:
    counts = np.array([[[NONE, 60.0]], [[40.0, 60.0]]])
    assert foresee_by_progression(counts, 1)[:, 0, 0].tolist() == [60.0, 50.0]


def test_a_new_school_takes_the_countys_ratio_and_where_none_was_seen_all_climb() -> None:
    counts = np.full((2, 3, 2), NONE)
    counts[0, :2] = [[100.0, 100], [80, 90]]
    counts[1, :, 1] = [50, 60, 70]
    ahead = foresee_by_progression(counts, 1)
    assert ahead[1, 1, 0] == pytest.approx(50 * 90 / 100)
    assert ahead[1, 2, 0] == 60.0


def test_last_years_roll_stands_for_every_year_ahead() -> None:
    counts = np.array([[[10.0, 20], [5, NONE]]])
    ahead = foresee_by_last_roll(counts, 3)
    assert ahead.shape == (1, 2, 3)
    assert ahead[0, 0].tolist() == [20.0, 20.0, 20.0]
    assert np.isnan(ahead[0, 1]).all()
