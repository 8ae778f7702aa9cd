"""The variation between schools counts every pupil once."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from planner.evaluation.balance import variation

if TYPE_CHECKING:
    from random import Random

# The example published with the formula: books of five schools.
PUPILS = [45, 37, 89, 76, 55]
BOOKS = [279, 137, 935, 160, 402]

SCHOOLS = st.lists(
    st.tuples(st.integers(0, 5_000), st.integers(1, 3_000)), min_size=1, max_size=12
).filter(lambda schools: any(stock for stock, _ in schools))


def of(schools: list[tuple[int, int]]) -> float:
    return variation([stock for stock, _ in schools], [heads for _, heads in schools])


def test_the_published_example_of_five_schools_and_their_books_comes_out() -> None:
    mean = sum(BOOKS) / sum(PUPILS)
    assert (sum(PUPILS), sum(BOOKS), round(mean, 4)) == (302, 1913, 6.3344)
    cv = variation(BOOKS, PUPILS)
    assert round(cv * mean, 2) == 3.26
    assert round(cv, 3) == 0.515
    assert round(cv, 2) == 0.52  # as printed


def test_the_terms_of_the_published_example_come_out_one_by_one() -> None:
    # (P_i ÷ 302) (x_i − 6.3344)², as printed: 0.003, 0.85, 5.13, 4.50, 0.17; sum 10.65, which
    # the function holds as CV² × mean².
    mean = 1913 / 302
    terms = [p / 302 * (b / p - mean) ** 2 for b, p in zip(BOOKS, PUPILS, strict=True)]
    assert [round(term, 2) for term in terms] == [0.0, 0.85, 5.13, 4.5, 0.17]
    assert round((variation(BOOKS, PUPILS) * mean) ** 2, 2) == 10.65


def test_the_unweighted_variations_that_other_software_prints_are_not_returned() -> None:
    values = np.array(BOOKS) / np.array(PUPILS)
    population, sample = (values.std(ddof=d) / values.mean() for d in (0, 1))
    assert (round(population, 3), round(sample, 3)) == (0.489, 0.546)
    assert variation(BOOKS, PUPILS) not in (pytest.approx(population), pytest.approx(sample))


def test_two_schools_of_one_size_with_one_and_three_books_a_pupil_vary_by_a_half() -> None:
    # Mean 2, both 1 away from it: 1 ÷ 2.
    assert variation([10, 30], [10, 10]) == pytest.approx(0.5)


def test_a_large_school_counts_for_more_than_a_small_one() -> None:
    # 90 pupils with 1 and 10 with 3: mean 1.2, S² = 0.9 × 0.04 + 0.1 × 3.24 = 0.36, S = 0.6.
    assert variation([90, 30], [90, 10]) == pytest.approx(0.5)
    # The other way round: mean 2.8, S² = 0.9 × 0.04 + 0.1 × 3.24 again, 0.6 ÷ 2.8.
    assert variation([270, 10], [90, 10]) == pytest.approx(0.6 / 2.8)


def test_a_single_school_varies_by_nothing() -> None:
    assert variation([7], [3]) == 0.0


def test_a_school_without_pupils_is_left_out_with_what_it_has() -> None:
    assert variation([10, 30, 500], [10, 10, 0]) == variation([10, 30], [10, 10])


@pytest.mark.parametrize(
    ("stock", "pupils"),
    [([], []), ([5, 5], [0, 0]), ([0, 0], [10, 20]), ([math.nan, 3], [10, 10])],
    ids=["no schools", "no pupils", "nobody has any", "one school not counted"],
)
def test_where_nothing_can_be_compared_the_variation_is_missing(
    stock: list[float], pupils: list[float]
) -> None:
    assert math.isnan(variation(stock, pupils))


@pytest.mark.parametrize(("stock", "pupils"), [([-1, 3], [10, 10]), ([1, 3], [10, -10])])
def test_negative_numbers_are_refused(stock: list[float], pupils: list[float]) -> None:
    with pytest.raises(ValueError, match="at least 0"):
        variation(stock, pupils)


def test_as_many_stocks_as_schools_are_asked_for() -> None:
    with pytest.raises(ValueError, match="one stock for each school"):
        variation([1, 2, 3], [10, 10])


@given(SCHOOLS)
def test_the_variation_is_that_of_pupils_who_each_hold_their_schools_mean(
    schools: list[tuple[int, int]],
) -> None:
    # Brute force: line up every pupil of the county, each with what a pupil of its school has.
    line = np.concatenate([np.full(heads, stock / heads) for stock, heads in schools])
    assert of(schools) == pytest.approx(line.std() / line.mean(), abs=1e-9)


@given(SCHOOLS, st.integers(2, 9))
def test_twice_the_pupils_with_twice_the_stock_vary_alike(
    schools: list[tuple[int, int]], times: int
) -> None:
    more = [(stock * times, heads * times) for stock, heads in schools]
    assert of(more) == pytest.approx(of(schools), abs=1e-9)


@given(SCHOOLS, st.randoms(use_true_random=False))
def test_the_order_of_schools_does_not_matter(schools: list[tuple[int, int]], rng: Random) -> None:
    turned = list(schools)
    rng.shuffle(turned)
    assert of(turned) == pytest.approx(of(schools), abs=1e-9)


@given(SCHOOLS, st.integers(1, 2_000))
def test_another_school_at_the_mean_never_makes_schools_more_unequal(
    schools: list[tuple[int, int]], heads: int
) -> None:
    stock, pupils = (np.array(column, dtype=float) for column in zip(*schools, strict=True))
    mean = stock.sum() / pupils.sum()
    joined = variation([*stock, mean * heads], [*pupils, heads])
    assert joined <= of(schools) + 1e-9


@given(st.lists(st.integers(1, 900), min_size=2, max_size=8), st.integers(1, 50))
def test_equal_stock_for_every_pupil_varies_by_nothing(pupils: list[int], each: int) -> None:
    assert variation([each * heads for heads in pupils], pupils) == pytest.approx(0.0, abs=1e-9)


@given(SCHOOLS)
def test_moving_stock_from_the_poorest_to_the_richest_school_raises_the_variation(
    schools: list[tuple[int, int]],
) -> None:
    ranked = sorted(schools, key=lambda school: school[0] / school[1])
    (poor, few), (rich, many) = ranked[0], ranked[-1]
    assume(len(ranked) > 1 and poor > 0)
    cvs = [of([(poor - moved, few), *ranked[1:-1], (rich + moved, many)]) for moved in (0, poor)]
    assert all(before < after for before, after in pairwise(cvs))
