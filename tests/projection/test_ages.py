from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from planner.errors import StudyError
from planner.projection.ages import annual_single_ages, covered_ages, split_groups
from planner.study import Study, read_study
from tests.towns import write_town

if TYPE_CHECKING:
    from numpy.typing import NDArray


@pytest.fixture(scope="module")
def nine_squares(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """The town of tests/towns.py: ten children of every age 0–18 in nine areas, 2020–2023."""
    return read_study(write_town(tmp_path_factory.mktemp("nine_squares")))


def counted(town: Study, *rows: tuple[str, int, int, int, float]) -> Study:
    """The town with these counts: area, year, first age, last age, residents."""
    columns = ["area_id", "year", "age_from", "age_to", "residents"]
    return dataclasses.replace(town, residents=pd.DataFrame(list(rows), columns=columns))


def test_an_even_population_is_split_evenly() -> None:
    split = split_groups(np.array([50.0, 50.0, 50.0]), (0, 5, 10, 15))
    np.testing.assert_allclose(split, 10)


def test_ages_fall_within_the_groups_when_births_fall() -> None:
    # Fewer children in each younger group: within the middle group the younger are fewer too.
    split = split_groups(np.array([50.0, 60.0, 80.0]), (0, 5, 10, 15))
    assert (np.diff(split[5:10]) > 0).all()
    assert split[5] < 12 < split[9]


def test_single_ages_pass_untouched_beside_groups() -> None:
    split = split_groups(np.array([0.1, 0.2, 0.3, 40.0]), (2, 3, 4, 5, 10))
    assert split[:3].tolist() == [0.1, 0.2, 0.3]
    assert split[3:].sum() == pytest.approx(40)
    single = np.array([[0.1, 0.2], [3.0, 0.0]])
    assert split_groups(single, (6, 7, 8)).tolist() == single.tolist()


@given(
    hundredths=arrays(int, (3, 4), elements=st.integers(0, 10**8)),
    widths=st.lists(st.integers(1, 8), min_size=4, max_size=4),
)
def test_every_group_keeps_its_sum_and_no_age_is_negative(
    hundredths: NDArray[np.int_], widths: list[int]
) -> None:
    counts = hundredths / 100
    edges = [0, *np.cumsum(widths).tolist()]
    split = split_groups(counts, edges)
    assert split.shape == (3, edges[-1])
    assert (split >= 0).all()
    sums = np.add.reduceat(split, edges[:-1], axis=-1)
    np.testing.assert_allclose(sums, counts, rtol=1e-9, atol=1e-6)


def test_single_ages_of_consecutive_years_are_taken_as_counted(nine_squares: Study) -> None:
    years, residents = annual_single_ages(nine_squares, range(19))
    assert years == (2020, 2021, 2022, 2023)
    assert residents.shape == (9, 19, 4)
    assert (residents == 10).all()


def test_years_between_counts_follow_the_cohort(nine_squares: Study) -> None:
    rows = [("a1", 2015, age, age, float(age**2)) for age in range(10)]
    rows += [("a1", 2019, age, age, 10.0 + age**2) for age in range(10)]
    years, residents = annual_single_ages(counted(nine_squares, *rows), range(10))
    a1 = residents[0]
    assert years == (2015, 2016, 2017, 2018, 2019)
    # Aged 3 in 2015: 9 children; aged 7 in 2019: 59. Half-way, aged 5 in 2017: 34.
    assert a1[5, 2] == pytest.approx((9 + 59) / 2)
    # A quarter of the way, aged 4 in 2016.
    assert a1[4, 1] == pytest.approx(9 + 50 / 4)
    # Aged 1 in 2017 was not born in 2015: the same age, half-way between 1 and 11.
    assert a1[1, 2] == pytest.approx((1 + 11) / 2)
    # Aged 9 in 2016 is too old in 2019: the same age, 81 + a quarter of 10.
    assert a1[9, 1] == pytest.approx(81 + 10 / 4)
    assert residents[1:].sum() == 0


def test_counts_farther_apart_than_the_ages_reach_are_filled_at_the_same_age(
    nine_squares: Study,
) -> None:
    rows = [("a1", year, 0, 4, amount) for year, amount in ((2000, 50.0), (2010, 100.0))]
    _, residents = annual_single_ages(counted(nine_squares, *rows), range(5))
    assert residents[0, :, 5].sum() == pytest.approx(75)


def test_groups_of_all_areas_and_years_keep_their_sums(nine_squares: Study) -> None:
    chance = np.random.default_rng(7)
    rows = [
        (f"a{area}", year, low, low + 4, float(chance.integers(0, 300)))
        for area in range(1, 10)
        for year in (2000, 2005, 2010, 2015, 2019)
        for low in (0, 5, 10, 15)
    ]
    study = counted(nine_squares, *rows)
    years, residents = annual_single_ages(study, covered_ages(study))
    assert residents.shape == (9, 20, 20)
    for area, year, low, high, amount in rows:
        kept = residents[int(area[1:]) - 1, low : high + 1, years.index(year)].sum()
        assert kept == pytest.approx(amount)


def test_only_ages_counted_in_every_year_are_covered(nine_squares: Study) -> None:
    study = counted(nine_squares, ("a1", 2015, 0, 14, 90.0), ("a1", 2016, 3, 17, 90.0))
    assert covered_ages(study) == range(3, 15)


@pytest.mark.parametrize(
    ("groups", "sentence"),
    [
        (((0, 4), (6, 9)), "residents, year 2020: the age groups leave out age 5."),
        (((0, 4), (8, 9)), "residents, year 2020: the age groups leave out age 5 to 7."),
        (((0, 4), (3, 9)), "residents, year 2020: the age groups overlap at age 3"),
    ],
)
def test_groups_that_do_not_meet_are_refused(
    nine_squares: Study, groups: tuple[tuple[int, int], ...], sentence: str
) -> None:
    rows = [("a1", 2020, low, high, 5.0) for low, high in groups]
    with pytest.raises(StudyError, match=sentence):
        covered_ages(counted(nine_squares, *rows))


def test_years_without_a_common_age_are_refused(nine_squares: Study) -> None:
    study = counted(nine_squares, ("a1", 2015, 0, 4, 9.0), ("a1", 2016, 5, 9, 9.0))
    with pytest.raises(StudyError, match="no age is covered in every year"):
        covered_ages(study)


def test_a_study_without_residents_is_refused(nine_squares: Study) -> None:
    with pytest.raises(StudyError, match="residents: the table is empty"):
        covered_ages(counted(nine_squares))
