from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import ScenarioError, StudyError
from planner.projection.births import area_births, births_by_school_year, carried_on
from planner.scenario import BirthSettings
from planner.study import Study, read_study
from tests.towns import write_town

if TYPE_CHECKING:
    from collections.abc import Mapping

AS_USUAL = BirthSettings()
STEADY = BirthSettings(trend_damping=0.0)
EVEN_SHARES = np.full(9, 1 / 9)

# National statistics in units of ten thousand. Births: yearly communiqués of the National Bureau
# of Statistics, and 2011–2017 as revised after the census of 2020 (partly rate × mean population).
# Entrants of primary schools: yearly communiqués of the Ministry of Education.
PUBLISHED = {
    2010: 1588, 2011: 1600, 2012: 1635, 2013: 1640, 2014: 1687,
    2015: 1655, 2016: 1786, 2017: 1723, 2018: 1523,
}  # fmt: skip
REVISED = PUBLISHED | {
    2011: 1785, 2012: 1973, 2013: 1776, 2014: 1897, 2015: 1654, 2016: 1883, 2017: 1765,
}  # fmt: skip
ENTRANTS = {
    2017: 1766.55, 2018: 1867.30, 2019: 1869.04, 2020: 1808.09,
    2021: 1782.58, 2022: 1701.39, 2023: 1877.88, 2024: 1616.63,
}  # fmt: skip


@pytest.fixture(scope="module")
def nine_squares(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """The town of tests/towns.py; its cut-off day is 31 August."""
    return read_study(write_town(tmp_path_factory.mktemp("nine_squares")))


def born(town: Study, *rows: tuple[str | None, int, int | None, float]) -> Study:
    """The town with these births: area, calendar year, month, births."""
    table = pd.DataFrame(list(rows), columns=["area_id", "year", "month", "births"])
    births = table.astype({"area_id": "str", "year": "Int64", "month": "Int64", "births": float})
    return dataclasses.replace(town, births=births)


def yearly(town: Study, births: Mapping[int, float]) -> Study:
    return born(town, *[(None, year, None, number) for year, number in births.items()])


def test_four_twelfths_of_a_year_and_eight_of_the_next(nine_squares: Study) -> None:
    study = yearly(nine_squares, {2020: 1200, 2021: 600})
    # September–December 2020: 400; January–August 2021: 400.
    assert births_by_school_year(study, AS_USUAL, [2021]) == pytest.approx([800])


def test_months_count_where_they_are_known(nine_squares: Study) -> None:
    months = {(2020, 8): 50, (2020, 9): 7, (2021, 8): 11, (2021, 9): 90}
    rows: list[tuple[str | None, int, int | None, float]] = [
        (None, year, month, float(months.get((year, month), 0)))
        for year in (2020, 2021)
        for month in range(1, 13)
    ]
    study = born(nine_squares, *rows)
    assert births_by_school_year(study, AS_USUAL, [2021]) == pytest.approx([7 + 11])


def test_a_year_without_months_is_spread_like_the_years_with_months(nine_squares: Study) -> None:
    # In 2020 September to December have 20 births each, the other months 10: 80 of 160.
    rows: list[tuple[str | None, int, int | None, float]] = [
        (None, 2020, month, 20.0 if month >= 9 else 10.0) for month in range(1, 13)
    ]
    study = born(nine_squares, *rows, (None, 2021, None, 320.0))
    # 80 of 2020 and half of 320.
    assert births_by_school_year(study, AS_USUAL, [2021]) == pytest.approx([80 + 160])


def test_a_year_that_ends_in_august_is_completed(nine_squares: Study) -> None:
    rows: list[tuple[str | None, int, int | None, float]] = [
        (None, year, month, 10.0)
        for year in (2020, 2021)
        for month in range(1, 13)
        if (year, month) <= (2021, 8)
    ]
    births = births_by_school_year(born(nine_squares, *rows), STEADY, [2021, 2022])
    # 40 + 80; then 40 births are taken for September–December 2021, and 120 for 2022.
    assert births == pytest.approx([120, 120])


def test_the_rest_of_a_published_year_lies_in_its_unknown_months(nine_squares: Study) -> None:
    rows: list[tuple[str | None, int, int | None, float]] = [
        (None, 2020, month, 5.0) for month in range(1, 9)
    ]
    study = born(nine_squares, *rows, (None, 2020, None, 100.0), (None, 2021, None, 0.0))
    # 100 of the year less 40 until August.
    assert births_by_school_year(study, AS_USUAL, [2021]) == pytest.approx([60])


def test_the_cut_off_day_divides_its_month(nine_squares: Study) -> None:
    norms = dataclasses.replace(nine_squares.norms, cut_off_month=9, cut_off_day=1)
    study = dataclasses.replace(yearly(nine_squares, {2020: 0, 2021: 360}), norms=norms)
    # Eight months of 30 births and 1 of the 30 days of September.
    assert births_by_school_year(study, AS_USUAL, [2021]) == pytest.approx([8 * 30 + 1])


def test_before_the_table_begins_nothing_is_known(nine_squares: Study) -> None:
    study = yearly(nine_squares, {2020: 120, 2021: 120})
    assert np.isnan(births_by_school_year(study, AS_USUAL, [2019, 2020, 2021])).tolist() == [
        True,
        True,
        False,
    ]


def test_county_rows_count_before_the_sum_of_areas(nine_squares: Study) -> None:
    areas = [("a1", year, None, 60.0) for year in (2020, 2021)]
    study = born(nine_squares, *areas, (None, 2020, None, 120.0), (None, 2021, None, 120.0))
    assert births_by_school_year(study, AS_USUAL, [2021]) == pytest.approx([120])
    assert births_by_school_year(born(nine_squares, *areas), AS_USUAL, [2021]) == pytest.approx(
        [60]
    )


def test_published_births_of_the_nation_fell_short_of_its_entrants(nine_squares: Study) -> None:
    # Entrants of t were born for school year t - 6: 4/12 of year t - 7 and 8/12 of t - 6.
    years = [year - 6 for year in ENTRANTS]
    entrants = sum(ENTRANTS.values())
    published = births_by_school_year(yearly(nine_squares, PUBLISHED), AS_USUAL, years)
    revised = births_by_school_year(yearly(nine_squares, REVISED), AS_USUAL, years)
    corrected = births_by_school_year(
        yearly(nine_squares, PUBLISHED), BirthSettings(correction=1.08), years
    )
    assert published.sum() == pytest.approx(13_271, abs=1)
    assert entrants / published.sum() == pytest.approx(1.077, abs=0.0005)
    assert entrants / revised.sum() == pytest.approx(1.001, abs=0.0005)
    assert entrants / corrected.sum() == pytest.approx(1.077 / 1.08, abs=0.0005)


def test_a_falling_trend_fades() -> None:
    # Ten per cent fewer each year; with damping 0.5 the next years keep 1/2 and 1/4 of it.
    ahead = carried_on(
        np.array([1000, 900, 810, 729.0]), BirthSettings(trend_damping=0.5), {}, years_ahead=2
    )
    assert ahead == pytest.approx([729 * 0.9**0.5, 729 * 0.9**0.75])


def test_only_the_years_learned_shape_the_trend() -> None:
    ahead = carried_on(
        np.array([5.0, 800, 400]), BirthSettings(years_learned=2, trend_damping=1), {}, 1
    )
    assert ahead == pytest.approx([200])


def test_a_town_without_births_in_a_year_has_no_trend() -> None:
    assert carried_on(np.array([8.0, 0.0, 4.0]), AS_USUAL, {}, 2) == pytest.approx([4, 4])


def test_the_path_stands_for_the_trend_and_later_years_go_on_from_it(nine_squares: Study) -> None:
    study = yearly(nine_squares, {2020: 120, 2021: 120, 2022: 120})
    settings = BirthSettings(path={"2023": 240, "2021": 60})
    births = births_by_school_year(study, settings, [2021, 2022, 2023, 2024])
    # 2021 is set to 60, 2023 to 240. The trend of 120, 60, 120 is nil, so 2024 has 240.
    assert births == pytest.approx([40 + 40, 20 + 80, 40 + 160, 80 + 160])


def test_variants_and_correction_touch_only_their_own_years(nine_squares: Study) -> None:
    study = yearly(nine_squares, {2020: 120, 2021: 120})
    settings = BirthSettings(variant="low", low=0.5, correction=1.1, path={"2023": 120})
    births = births_by_school_year(study, settings, [2021, 2022, 2023])
    # Published 120 × 1.1 = 132. 2022 goes on at 132 × 0.5 = 66; the path gives 120 × 0.5 = 60.
    assert births == pytest.approx([132, 44 + 44, 22 + 40])


@given(
    known=st.lists(st.floats(1, 1e5), min_size=1, max_size=8),
    path=st.dictionaries(st.integers(1, 10), st.floats(0, 1e5), max_size=3),
)
def test_high_births_are_never_below_medium_nor_medium_below_low(
    known: list[float], path: dict[int, float]
) -> None:
    low, medium, high = (
        carried_on(np.array(known), BirthSettings(variant=variant), path, 10)
        for variant in ("low", "medium", "high")
    )
    assert (low <= medium).all()
    assert (medium <= high).all()


def test_a_missing_year_is_named(nine_squares: Study) -> None:
    study = yearly(nine_squares, {2018: 100, 2021: 100})
    with pytest.raises(StudyError, match="births: 2019, 2020 missing between 2018 and 2021"):
        births_by_school_year(study, AS_USUAL, [2022])


def test_a_study_without_births_is_told_so(nine_squares: Study) -> None:
    with pytest.raises(StudyError, match="births: the table is empty"):
        births_by_school_year(born(nine_squares), AS_USUAL, [2022])


def test_a_path_of_something_else_than_years_is_refused(nine_squares: Study) -> None:
    study = yearly(nine_squares, {2020: 100})
    with pytest.raises(ScenarioError, match="'next year' is no calendar year"):
        births_by_school_year(study, BirthSettings(path={"next year": 90}), [2022])


def test_births_by_area_are_shared_by_what_the_table_knows(nine_squares: Study) -> None:
    study = born(
        nine_squares,
        ("a1", 2020, None, 30.0),
        ("a2", 2020, None, 90.0),
        ("a1", 2021, None, 60.0),
        ("a2", 2021, None, 60.0),
    )
    births = area_births(study, STEADY, [2021, 2022], EVEN_SHARES)
    # 2021: a1 has 30/3 + 60·2/3, a2 has 90/3 + 60·2/3.
    assert births[:3, 0] == pytest.approx([50, 70, 0])
    # 2022, the county's 120: by the last years together, 90 to 150.
    assert births[:3, 1] == pytest.approx([120 * 90 / 240, 120 * 150 / 240, 0])


def test_areas_add_up_to_the_county(nine_squares: Study) -> None:
    chance = np.random.default_rng(3)
    rows: list[tuple[str | None, int, int | None, float]] = [
        (f"a{area}", year, None, float(chance.integers(0, 9)))
        for area in range(1, 10)
        for year in (2019, 2020, 2021)
    ]
    study = born(nine_squares, *rows, *[(None, year, None, 77.0) for year in (2019, 2020, 2021)])
    years = [2020, 2021, 2022, 2025]
    births = area_births(study, AS_USUAL, years, EVEN_SHARES)
    assert births.sum(axis=0) == pytest.approx(births_by_school_year(study, AS_USUAL, years))


def test_without_births_by_area_the_given_shares_hold(nine_squares: Study) -> None:
    shares = np.arange(9) / 36
    births = area_births(yearly(nine_squares, {2020: 36, 2021: 36}), AS_USUAL, [2021], shares)
    assert births[:, 0] == pytest.approx(np.arange(9))
