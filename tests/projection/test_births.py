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
from planner.scenario import BirthSettings, read_scenario
from planner.study import Study, read_study
from tests.towns import write_town

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

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
    assert published.sum() == pytest.approx(13_271, abs=1)
    assert entrants / published.sum() == pytest.approx(1.077, abs=0.0005)
    assert entrants / revised.sum() == pytest.approx(1.001, abs=0.0005)


def test_factors_by_year_turn_the_published_births_of_the_nation_into_the_revised(
    nine_squares: Study,
) -> None:
    factors = {str(year): births / PUBLISHED[year] for year, births in REVISED.items()}
    years = range(2011, 2030)
    corrected = births_by_school_year(
        yearly(nine_squares, PUBLISHED), BirthSettings(correction=factors), years
    )
    revised = births_by_school_year(yearly(nine_squares, REVISED), AS_USUAL, years)
    assert corrected == pytest.approx(revised)


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


def test_a_table_that_ends_early_is_carried_on_by_its_trend(nine_squares: Study) -> None:
    # Births halve every year until 2015; with damping 0.5 half of the halving is left, then less.
    study = yearly(nine_squares, {2013: 800, 2014: 400, 2015: 200})
    births = births_by_school_year(study, BirthSettings(trend_damping=0.5), [2016, 2017])
    in_2016 = 200 * 0.5**0.5
    in_2017 = in_2016 * 0.5**0.25
    expected = [200 / 3 + in_2016 * 2 / 3, in_2016 / 3 + in_2017 * 2 / 3]
    assert births == pytest.approx(expected)


def test_the_path_stands_for_the_trend_and_later_years_go_on_from_it(nine_squares: Study) -> None:
    study = yearly(nine_squares, {2020: 120, 2021: 60, 2022: 120})
    births = births_by_school_year(
        study, BirthSettings(path={"2023": 240}), [2021, 2022, 2023, 2024]
    )
    # The trend of 120, 60, 120 is nil, so 2024 has the 240 of 2023.
    assert births == pytest.approx([40 + 40, 20 + 80, 40 + 160, 80 + 160])


def test_a_path_for_a_published_year_is_refused(nine_squares: Study) -> None:
    study = yearly(nine_squares, {2020: 120, 2021: 1681, 2022: 120})
    settings = BirthSettings(path={"2021": 3000, "2022": 100, "2023": 90})
    with pytest.raises(ScenarioError) as refused:
        births_by_school_year(study, settings, [2024])
    first, second = str(refused.value).splitlines()
    assert "2021 already has 1,681 published births, the path says 3,000" in first
    assert "Take 2021 out of the path" in first
    assert "births.correction holds a factor" in first
    assert "2022 already has 120 published births" in second


def test_twelve_published_months_are_a_published_year(nine_squares: Study) -> None:
    study = born(nine_squares, *[(None, 2020, month, 10.0) for month in range(1, 13)])
    with pytest.raises(ScenarioError, match="2020 already has 120 published births"):
        births_by_school_year(study, BirthSettings(path={"2020": 500}), [2021])


def until_august_2021(town: Study) -> Study:
    """Ten births a month from January 2020 until August 2021."""
    months = [(2020, month) for month in range(1, 13)] + [(2021, month) for month in range(1, 9)]
    return born(town, *[(None, year, month, 10.0) for year, month in months])


def test_the_path_says_how_many_births_a_year_published_in_part_has(nine_squares: Study) -> None:
    settings = BirthSettings(path={"2021": 200}, trend_damping=0.0)
    births = births_by_school_year(until_august_2021(nine_squares), settings, [2021, 2022])
    # January–August 2021 stay 80, and 120 are left for September–December. 2022 has 200 in all,
    # 120 of them by the months of 2020: 8/12 until August.
    assert births == pytest.approx([40 + 80, 120 + 200 * 8 / 12])


def test_a_path_below_the_months_already_published_is_refused(nine_squares: Study) -> None:
    with pytest.raises(ScenarioError, match="2021 already has 80 published births"):
        births_by_school_year(
            until_august_2021(nine_squares), BirthSettings(path={"2021": 79}), [2022]
        )


def test_a_path_before_the_table_is_refused(nine_squares: Study) -> None:
    study = yearly(nine_squares, {2020: 120})
    with pytest.raises(ScenarioError, match="2018 lies before the births table, which begins"):
        births_by_school_year(study, BirthSettings(path={"2018": 120}), [2021])


def test_variants_and_correction_touch_only_their_own_years(nine_squares: Study) -> None:
    study = yearly(nine_squares, {2020: 120, 2021: 120, 2022: 120})
    settings = BirthSettings(
        variant="low", low=0.5, correction={"2021": 1.1}, path={"2024": 120}, trend_damping=0.0
    )
    births = births_by_school_year(study, settings, [2021, 2022, 2023, 2024])
    # 2021 has 120 × 1.1 = 132. 2023 goes on at 120 × 0.5 = 60; the path gives 120 × 0.5 = 60.
    assert births == pytest.approx([40 + 88, 44 + 80, 40 + 40, 20 + 40])


def test_a_correction_multiplies_the_months_that_are_published(nine_squares: Study) -> None:
    settings = BirthSettings(correction={"2021": 1.5}, trend_damping=0.0)
    births = births_by_school_year(until_august_2021(nine_squares), settings, [2021, 2022])
    # 80 × 1.5 until August, so 180 in all; the last four months and 2022 follow.
    assert births == pytest.approx([40 + 120, 60 + 120])


@pytest.mark.parametrize("year", ["2019", "2022"])
def test_a_correction_of_a_year_without_births_is_refused(nine_squares: Study, year: str) -> None:
    study = yearly(nine_squares, {2020: 120, 2021: 120})
    fault = f"no births are published for {year}; the births table covers 2020–2021"
    with pytest.raises(ScenarioError, match=fault):
        births_by_school_year(study, BirthSettings(correction={year: 1.08}), [2022])


@pytest.mark.parametrize(
    ("correction", "fault"),
    [
        ("{2015 = 1.08, 2016 = 3.1}", r"\[births\] correction must be at most 3, found 3.1"),
        ("{2015 = 0.05}", r"\[births\] correction must be at least 0.1, found 0.05"),
        ("1.08", r"\[births\] correction must be a table of numbers, found 1.08"),
    ],
)
def test_factors_beyond_their_limits_are_refused(
    tmp_path: Path, correction: str, fault: str
) -> None:
    (tmp_path / "revised.toml").write_text(f"[births]\ncorrection = {correction}\n", "utf-8")
    with pytest.raises(ScenarioError, match=fault):
        read_scenario(tmp_path, "revised")


def test_a_scenario_file_names_factors_by_year(tmp_path: Path) -> None:
    said = "[births]\ncorrection = {2015 = 1.08, 2016 = 3}\n"
    (tmp_path / "revised.toml").write_text(said, "utf-8")
    assert read_scenario(tmp_path, "revised").births.correction == {"2015": 1.08, "2016": 3}


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


def test_anything_else_than_a_year_is_refused(nine_squares: Study) -> None:
    study = yearly(nine_squares, {2020: 100})
    with pytest.raises(ScenarioError, match="path: 'next year' is no calendar year"):
        births_by_school_year(study, BirthSettings(path={"next year": 90}), [2022])
    with pytest.raises(ScenarioError, match="correction: '20' is no calendar year"):
        births_by_school_year(study, BirthSettings(correction={"20": 1.08}), [2022])


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


def test_a_correction_counts_in_the_shares_of_areas(nine_squares: Study) -> None:
    study = born(
        nine_squares,
        *[("a1", 2020, None, 60.0), ("a2", 2020, None, 30.0)],
        *[("a1", 2021, None, 30.0), ("a2", 2021, None, 60.0)],
    )
    settings = BirthSettings(correction={"2020": 2}, trend_damping=0.0)
    births = area_births(study, settings, [2021, 2022], EVEN_SHARES)
    # 2021: 60·2/3 + 30·2/3 in a1, 30·2/3 + 60·2/3 in a2.
    assert births[:3, 0] == pytest.approx([60, 60, 0])
    # 2022, the county's 90: by both years together, 120 + 30 to 60 + 60.
    assert births[:3, 1] == pytest.approx([90 * 150 / 270, 90 * 120 / 270, 0])


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
