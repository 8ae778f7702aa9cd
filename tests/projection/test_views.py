"""Next year as a planner would guess it: every view of a small town worked out by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from planner.projection.ratios import USUAL_MEMORY, Ratios, shrunk_ratios, steps_of
from planner.projection.views import CLIMBING, ENTERING, Views, views_of

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]

NONE = np.nan
NORTH, SOUTH = 0, 1

some_counts = array_shapes(min_dims=3, max_dims=3, min_side=1, max_side=5).flatmap(
    lambda shape: arrays(
        float, shape, elements=st.one_of(st.just(NONE), st.integers(0, 99).map(float))
    )
)


def town() -> FloatArray:
    """Return two schools, three grades, three years; South opened grade 3 last.

              North          South
    grade 1   40  44  50     20  16  30
    grade 2   42  40  48     10  20  12
    grade 3   36  42  44     --  --  18
    """
    north = [[40.0, 44, 50], [42, 40, 48], [36, 42, 44]]
    south = [[20.0, 16, 30], [10, 20, 12], [NONE, NONE, 18]]
    return np.array([north, south])


def looked_at(counts: FloatArray) -> Views:
    """Return the views with the usual ratios."""
    ratios = shrunk_ratios(steps_of(counts), USUAL_MEMORY, counts.shape[2] - 1)
    return views_of(counts, ratios)


def climbing(views: Views, name: str) -> FloatArray:
    """Return one view of grades reached from below, [school, grade]."""
    return views.climbing[:, :, CLIMBING.index(name)]


def entering(views: Views, name: str) -> FloatArray:
    """Return one view of entry grades, [school, grade]."""
    return views.entering[:, :, ENTERING.index(name)]


def both(views: Views, name: str) -> FloatArray:
    """Return a view that is the same whether a grade is entered or climbed into."""
    np.testing.assert_array_equal(climbing(views, name), entering(views, name))
    return climbing(views, name)


def test_a_cohort_climbs_by_its_schools_and_by_the_countys_ratio() -> None:
    ratios = Ratios(school=np.array([[9, 0.9, 0.8], [9, 1.1, 0.5]]), county=np.array([9, 1, 0.7]))
    views = views_of(town(), ratios)
    np.testing.assert_allclose(
        climbing(views, "cohort"), [[NONE, 50 * 0.9, 48 * 0.8], [NONE, 30 * 1.1, 12 * 0.5]]
    )
    np.testing.assert_allclose(
        climbing(views, "county_cohort"), [[NONE, 50, 48 * 0.7], [NONE, 30, 12 * 0.7]]
    )


def test_last_is_todays_roll_and_before_that_of_a_year_ago_or_todays_where_there_was_none() -> None:
    views = looked_at(town())
    np.testing.assert_array_equal(both(views, "last"), [[50, 48, 44], [30, 12, 18]])
    np.testing.assert_array_equal(both(views, "before"), [[44, 40, 42], [16, 20, 18]])


def test_recent_is_a_mean_in_which_a_year_further_back_weighs_six_tenths() -> None:
    recent = both(looked_at(town()), "recent")
    weights = 1 + 0.6 + 0.36
    assert recent[NORTH, 0] == pytest.approx((50 + 0.6 * 44 + 0.36 * 40) / weights)
    assert recent[SOUTH, 1] == pytest.approx((12 + 0.6 * 20 + 0.36 * 10) / weights)
    assert recent[SOUTH, 2] == 18  # years in which it was not offered are no zeros


def test_others_is_the_mean_of_the_schools_other_grades() -> None:
    others = both(looked_at(town()), "others")
    np.testing.assert_allclose(others[NORTH], [(48 + 44) / 2, (50 + 44) / 2, (50 + 48) / 2])
    np.testing.assert_allclose(others[SOUTH], [(12 + 18) / 2, (30 + 18) / 2, (30 + 12) / 2])


def test_a_school_with_a_single_grade_is_its_own_other() -> None:
    counts = np.array([[[30.0, 33], [NONE, NONE]]])
    assert both(looked_at(counts), "others")[0, 0] == 33


def test_the_wave_is_what_the_countys_grade_below_has_grown_by_within_bounds() -> None:
    wave = entering(looked_at(town()), "wave")
    # Grade 1: 80 after 60 is a third more, bounded by a quarter. Grade 2: 60 after 60.
    np.testing.assert_allclose(wave[:, 0], [0, 0])
    np.testing.assert_allclose(wave[:, 1], [48 * 0.25, 12 * 0.25])
    np.testing.assert_allclose(wave[:, 2], [0, 0], atol=1e-12)


@pytest.mark.parametrize(
    ("before", "now", "growth"),
    [(100, 110, 0.10), (100, 90, -0.10), (100, 999, 0.25), (100, 1, -0.20), (NONE, 90, 0.0)],
)
def test_a_wave_within_its_bounds_is_taken_as_it_is(
    before: float, now: float, growth: float
) -> None:
    counts = np.array([[[before, now], [60, 60]]])
    assert entering(looked_at(counts), "wave")[0, 1] == pytest.approx(60 * growth)


def test_a_grade_just_opened_looks_at_the_mean_of_its_grade_and_others_at_the_median() -> None:
    counts = np.tile(np.array([[40.0, 44, 50]]), (4, 1, 1))
    counts[:, 0, 2] = [50, 60, 120, 10]
    counts[3, 0, :2] = NONE  # opened this year
    views = looked_at(counts)
    mean, median = (50 + 60 + 120 + 10) / 4, (50 + 60) / 2
    np.testing.assert_allclose(both(views, "young")[:, 0], [0, 0, 0, mean - 10])
    np.testing.assert_allclose(
        both(views, "typical")[:, 0], [median - 50, median - 60, median - 120, 0]
    )


def test_a_grade_is_young_for_three_years_and_never_where_all_are_new() -> None:
    def young(*years: float, neighbour: float) -> bool:
        counts = np.array([[[*years]], [[neighbour] * len(years)]])
        views = looked_at(counts)
        return bool(both(views, "young")[0, 0] != 0)

    assert young(NONE, NONE, NONE, 20, neighbour=50)
    assert young(NONE, 20, 20, 20, neighbour=50)
    assert not young(NONE, 20, 20, 20, 20, neighbour=50)
    assert not young(20, 20, neighbour=50)  # the county has no more than two years itself
    assert not young(20, neighbour=50)


def test_a_grade_climbs_only_where_the_one_below_is_offered_too() -> None:
    counts = np.array([[[30.0], [31], [NONE], [33]]])
    views = looked_at(counts)
    assert views.climbs.tolist() == [[False, True, False, False]]
    assert views.offered.tolist() == [[True, True, False, True]]
    assert views.size.tolist() == [94]


def test_a_grade_not_offered_is_no_zero_in_the_mean_of_others() -> None:
    counts = np.array([[[30.0], [NONE], [60]]])
    others = both(looked_at(counts), "others")[0]
    assert others[0] == 60
    assert others[2] == 30


@settings(max_examples=60, deadline=None)
@given(some_counts)
def test_wherever_a_grade_is_offered_every_view_has_a_number(counts: FloatArray) -> None:
    views = looked_at(counts)
    assert np.isfinite(views.climbing[views.climbs]).all()
    assert np.isfinite(views.entering[views.offered]).all()
    assert not (views.climbs & ~views.offered).any()


@settings(max_examples=60, deadline=None)
@given(some_counts)
def test_twice_the_pupils_are_twice_every_view(counts: FloatArray) -> None:
    ratios = shrunk_ratios(steps_of(counts), USUAL_MEMORY, counts.shape[2] - 1)
    once, twice = views_of(counts, ratios), views_of(2 * counts, ratios)
    np.testing.assert_allclose(twice.climbing, 2 * once.climbing, atol=1e-9)
    np.testing.assert_allclose(twice.entering, 2 * once.entering, atol=1e-9)
