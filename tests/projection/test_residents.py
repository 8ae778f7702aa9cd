from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.errors import ScenarioError, StudyError
from planner.projection.births import births_by_school_year
from planner.projection.residents import project_residents
from planner.scenario import BirthSettings, HomesSettings, ProjectionSettings, Scenario
from planner.study import Study, read_study
from tests.towns import AREAS, write_town

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

BASELINE = Scenario()
AGES = range(19)


@pytest.fixture(scope="module")
def nine_squares(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """The town of tests/towns.py: ten children of every age 0–18 in nine areas, 2020–2023."""
    return read_study(write_town(tmp_path_factory.mktemp("nine_squares")))


def peopled(
    town: Study,
    residents: Callable[[str, int, int], float],
    years: tuple[int, ...] = (2020, 2021, 2022, 2023),
    ages: range = AGES,
) -> Study:
    """The town with the residents of a function of area, age and year."""
    rows = [
        (area, year, age, age, float(residents(area, age, year)))
        for area in town.areas["area_id"]
        for year in years
        for age in ages
    ]
    columns = ["area_id", "year", "age_from", "age_to", "residents"]
    return dataclasses.replace(town, residents=pd.DataFrame(rows, columns=columns))


def at_random(town: Study, seed: int) -> Study:
    """The town with residents and settings by chance."""
    chance = np.random.default_rng(seed)
    amount = {
        (area, age, year): float(chance.integers(0, 30))
        for area in AREAS
        for age in AGES
        for year in (2020, 2021, 2022, 2023)
    }
    areas = town.areas.assign(setting=chance.choice(["city", "town", "village"], 9))
    town = dataclasses.replace(town, areas=areas)
    return peopled(town, lambda area, age, year: amount[area, age, year])


def without_births(town: Study) -> Study:
    return dataclasses.replace(town, births=town.births.iloc[:0])


def with_births(variant: str, **others: float | dict[str, float]) -> Scenario:
    return Scenario(births=BirthSettings(variant=variant, **others))  # type: ignore[arg-type]


def test_a_town_where_every_year_is_alike_stays_as_it_is(nine_squares: Study) -> None:
    residents = project_residents(nine_squares, BASELINE, 2035)
    assert residents.area_ids == AREAS
    assert residents.ages == range(18)  # senior ends with those aged 17
    assert residents.years == tuple(range(2020, 2036))
    assert residents.counted_until == 2023
    np.testing.assert_allclose(residents.count, 10)
    assert residents.notes == ()


def test_where_nobody_moves_cohorts_climb_the_diagonal(nine_squares: Study) -> None:
    # Every cohort has its own size in every area, kept for life.
    def cohort(area: str, age: int, year: int) -> float:
        return (year - age) % 7 + 3 * int(area[1:])

    residents = project_residents(peopled(nine_squares, cohort), BASELINE, 2030)
    for year in range(2024, 2031):
        for age in range(year - 2023, 18):  # those born by the last count
            expected = [cohort(area, age, year) for area in AREAS]
            assert residents.of_ages(age, age, year) == pytest.approx(expected)


def test_counts_are_kept_as_they_are(nine_squares: Study) -> None:
    study = at_random(nine_squares, 1)
    residents = project_residents(study, BASELINE, 2030)
    for row in study.residents[study.residents["age_from"] < 18].itertuples():
        area, age, year = str(row.area_id), int(str(row.age_from)), int(str(row.year))
        kept = residents.count[AREAS.index(area), age, year - 2020]
        assert kept == row.residents


def test_families_that_leave_go_on_leaving(nine_squares: Study) -> None:
    # Each cohort loses a tenth every year.
    study = peopled(nine_squares, lambda _, age, year: 1000 * 0.9**age)
    residents = project_residents(study, BASELINE, 2025)
    np.testing.assert_allclose(residents.of_ages(10, 10, 2024), 1000 * 0.9**10)
    np.testing.assert_allclose(residents.of_ages(10, 10, 2025), 1000 * 0.9**10)


@pytest.mark.parametrize(("factor", "kept"), [(0.0, 1.0), (1.0, 0.9), (2.0, 0.81)])
def test_the_migration_factor_says_how_much_of_it_goes_on(
    nine_squares: Study, factor: float, kept: float
) -> None:
    study = peopled(nine_squares, lambda _, age, year: 1000 * 0.9**age)
    scenario = Scenario(projection=ProjectionSettings(migration_factor=factor))
    residents = project_residents(study, scenario, 2024)
    np.testing.assert_allclose(residents.of_ages(10, 10, 2024), 1000 * 0.9**9 * kept)


def two_areas(town: Study) -> Study:
    """Aged 5 in 2022 and 6 in 2023: 100 → 50 in a1, 100 → 100 in a2. In 2023 aged 5: 60 and 40."""
    amounts = {
        ("a1", 5, 2022): 100, ("a1", 6, 2023): 50, ("a1", 5, 2023): 60,
        ("a2", 5, 2022): 100, ("a2", 6, 2023): 100, ("a2", 5, 2023): 40,
    }  # fmt: skip
    return peopled(town, lambda *key: amounts.get(key, 0), years=(2022, 2023))


@pytest.mark.parametrize(
    ("shrinkage", "ratios"),
    [
        # Without shrinkage each area has its own ratio.
        (0.0, (0.5, 1.0)),
        # County (50 + 100)/200 = 0.75; with 100 residents of it (50 + 75)/200 and (100 + 75)/200.
        (100.0, (0.625, 0.875)),
    ],
)
def test_small_areas_lean_on_the_county_and_add_up_to_it(
    nine_squares: Study, shrinkage: float, ratios: tuple[float, float]
) -> None:
    scenario = Scenario(projection=ProjectionSettings(migration_shrinkage=shrinkage))
    residents = project_residents(two_areas(nine_squares), scenario, 2024)
    a1, a2 = 60 * ratios[0], 40 * ratios[1]
    county = 100 * 0.75
    expected = [a1 * county / (a1 + a2), a2 * county / (a1 + a2)]
    assert residents.of_ages(6, 6, 2024)[:2] == pytest.approx(expected)


def test_an_area_leans_on_its_own_setting_first(nine_squares: Study) -> None:
    # Villages a2, a3 keep half of a cohort, towns all; a1 has nobody yet to learn from.
    settings_of_areas = ["village"] * 3 + ["town"] * 6

    def residents(area: str, age: int, year: int) -> float:
        if area == "a1":
            return 8.0 if (age, year) == (5, 2023) else 0.0
        halves = year - 2022 if area in {"a2", "a3"} else 0
        return 1000 * 0.5**halves

    town = dataclasses.replace(
        nine_squares, areas=nine_squares.areas.assign(setting=settings_of_areas)
    )
    study = peopled(town, residents, years=(2022, 2023))
    scenario = Scenario(projection=ProjectionSettings(migration_shrinkage=1.0))
    projected = project_residents(study, scenario, 2024).of_ages(6, 6, 2024)
    # Before scaling 8 × about 0.5 in a1 and 1,000 × about 1 in a town area.
    assert projected[0] / projected[8] == pytest.approx(8 * 0.5 / 1000, rel=0.01)


@given(seed=st.integers(0, 1000))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_areas_add_up_to_the_county_cohort(nine_squares: Study, seed: int) -> None:
    study = at_random(nine_squares, seed)
    residents = project_residents(study, BASELINE, 2026)
    county = residents.count.sum(axis=0)
    left = county[:-1, :3].sum(axis=1)
    arrived = county[1:, 1:4].sum(axis=1)
    for year in (2024, 2025, 2026):
        at = year - 2020
        assert county[1:, at] == pytest.approx(county[:-1, at - 1] * arrived / left)


@given(seed=st.integers(0, 1000))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_renumbering_the_areas_changes_nothing(nine_squares: Study, seed: int) -> None:
    study = at_random(nine_squares, seed)
    order = np.random.default_rng(seed).permutation(9)
    shuffled = dataclasses.replace(
        study,
        areas=study.areas.iloc[order].reset_index(drop=True),
        residents=study.residents.sample(frac=1, random_state=seed).reset_index(drop=True),
    )
    one = project_residents(study, BASELINE, 2030)
    other = project_residents(shuffled, BASELINE, 2030)
    assert other.area_ids == tuple(AREAS[area] for area in order)
    np.testing.assert_allclose(other.count, one.count[order], rtol=1e-9)


@given(seed=st.integers(0, 1000), with_table=st.booleans())
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_more_births_never_mean_fewer_residents_anywhere(
    nine_squares: Study, seed: int, *, with_table: bool
) -> None:
    study = at_random(nine_squares, seed)
    study = study if with_table else without_births(study)

    def count(variant: str) -> NDArray[np.float64]:
        return project_residents(study, with_births(variant), 2040).count

    low, medium, high = count("low"), count("medium"), count("high")
    assert (low <= medium + 1e-9).all()
    assert (medium <= high + 1e-9).all()
    assert high.sum() > low.sum()


def test_newborns_are_the_births_that_the_county_has_shown_to_stay(nine_squares: Study) -> None:
    # 90 births a year in the table, 10 newborns counted in each of 9 areas; then 180 births.
    births = nine_squares.births
    more = births.assign(births=births["births"].where(births["year"] < 2023, 180.0))
    residents = project_residents(dataclasses.replace(nine_squares, births=more), BASELINE, 2024)
    born = births_by_school_year(
        dataclasses.replace(nine_squares, births=more), BASELINE.births, range(2021, 2025)
    )
    # 90, 90 and 90/3 + 180·2/3 = 150 births in 2021 to 2023 stand behind 3 × 90 newborns.
    assert born[:3] == pytest.approx([90, 90, 150])
    assert residents.of_ages(0, 0, 2024).sum() == pytest.approx(born[3] * 270 / 330)


def test_births_revised_after_the_learned_years_raise_those_still_to_come(
    nine_squares: Study,
) -> None:
    # Residents are counted from age 3 on: half of the 90 births of 2017–2020 are there. Those of
    # calendar year 2022 were revised by a fifth, to 108.
    study = peopled(nine_squares, lambda *_: 5, ages=range(3, 19))
    scenario = with_births("medium", correction={"2022": 1.2})
    residents = project_residents(study, scenario, 2026)
    # Aged 3 in 2024: 90. In 2025, of school year 2022: 90/3 + 108·2/3. In 2026: 108/3 + 90·2/3.
    threes = [residents.of_ages(3, 3, year).sum() for year in (2024, 2025, 2026)]
    assert threes == pytest.approx([45, 51, 48])


def test_births_revised_in_the_learned_years_are_not_repaired_twice(nine_squares: Study) -> None:
    # The births of 2022 were 180, published as 90; 150 and 120 of school years 2022 and 2023.
    scenario = with_births("medium", correction={"2022": 2.0}, trend_damping=0.0)
    residents = project_residents(nine_squares, scenario, 2024)
    # 90 + 150 + 120 births stand behind 3 × 90 newborns; 2024 has the 90 births of 2023.
    assert residents.of_ages(0, 0, 2024).sum() == pytest.approx(90 * 270 / 360)


@given(seed=st.integers(0, 1000), factor=st.floats(0.1, 3))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_one_factor_for_all_births_changes_nobody_in_the_county(
    nine_squares: Study, seed: int, factor: float
) -> None:
    # Under-registration that never changes is repaired by the ratio that is learned.
    study = at_random(nine_squares, seed)
    every_year = {str(year): factor for year in study.births["year"]}
    corrected = project_residents(study, with_births("medium", correction=every_year), 2035)
    plain = project_residents(study, BASELINE, 2035)
    # Areas may differ by what shrinkage moves between them.
    np.testing.assert_allclose(corrected.count.sum(axis=0), plain.count.sum(axis=0), rtol=1e-9)


def ends_in(town: Study, year: int) -> Study:
    """The town whose births table ends with a calendar year."""
    births = town.births[town.births["year"] <= year].reset_index(drop=True)
    return dataclasses.replace(town, births=births)


@pytest.mark.parametrize("last", [2012, 2019, 2021, 2022])
def test_births_that_end_before_the_counts_are_carried_on(nine_squares: Study, last: int) -> None:
    residents = project_residents(ends_in(nine_squares, last), BASELINE, 2030)
    np.testing.assert_allclose(residents.count, 10)
    assert residents.notes == ()


@pytest.mark.parametrize(("variant", "factor"), [("low", 0.85), ("high", 1.15)])
def test_a_variant_is_not_learned_away_where_births_end_before_the_counts(
    nine_squares: Study, variant: str, factor: float
) -> None:
    residents = project_residents(ends_in(nine_squares, 2015), with_births(variant), 2030)
    np.testing.assert_allclose(residents.of_ages(0, 0, 2024), 10 * factor)
    np.testing.assert_allclose(residents.of_ages(0, 0, 2030), 10 * factor)


def test_without_births_the_youngest_follow_their_own_trend(nine_squares: Study) -> None:
    # 160, 80, 40, 20 newborns in each area: with damping 0.5, half of the halving is left.
    study = without_births(peopled(nine_squares, lambda _, age, year: 160 * 0.5 ** (year - 2020)))
    residents = project_residents(study, with_births("medium", trend_damping=0.5), 2024)
    np.testing.assert_allclose(residents.of_ages(0, 0, 2024), 20 * 0.5**0.5)
    assert [note.key for note in residents.notes] == ["births"]


def test_newborns_come_where_the_youngest_live(nine_squares: Study) -> None:
    study = without_births(peopled(nine_squares, lambda area, age, year: int(area[1:]) * 4))
    newborns = project_residents(study, BASELINE, 2024).of_ages(0, 0, 2024)
    assert newborns == pytest.approx([4 * number for number in range(1, 10)])


def test_births_that_begin_too_late_are_refused(nine_squares: Study) -> None:
    late = nine_squares.births[nine_squares.births["year"] >= 2022].reset_index(drop=True)
    study = peopled(nine_squares, lambda *_: 10, years=(2019, 2020))
    with pytest.raises(StudyError, match="Add births of 2020 to 2022"):
        project_residents(dataclasses.replace(study, births=late), BASELINE, 2030)


@pytest.mark.parametrize("setting", [{"correction": {"2022": 1.08}}, {"path": {"2025": 90}}])
def test_published_births_cannot_be_set_where_there_are_none(
    nine_squares: Study, setting: dict[str, dict[str, float]]
) -> None:
    with pytest.raises(ScenarioError, match="Add a births table or leave both settings out"):
        project_residents(without_births(nine_squares), with_births("medium", **setting), 2030)


def test_where_births_and_counts_never_meet_every_child_is_expected(nine_squares: Study) -> None:
    # Births of 2023 are known, so those of school year 2024; newborns were counted until 2023.
    births = nine_squares.births[nine_squares.births["year"] >= 2023].reset_index(drop=True)
    study = dataclasses.replace(
        peopled(nine_squares, lambda *_: 5), births=births.assign(births=180.0)
    )
    residents = project_residents(study, BASELINE, 2024)
    assert residents.of_ages(0, 0, 2024).sum() == pytest.approx(180)
    assert [note.key for note in residents.notes] == ["births_before_counts"]


def test_a_register_that_begins_at_three_is_fed_by_births_three_years_before(
    nine_squares: Study,
) -> None:
    # Half of the 90 births are there at three. Births double from the calendar year 2022 on.
    births = nine_squares.births
    more = births.assign(births=births["births"].where(births["year"] < 2022, 180.0))
    study = peopled(nine_squares, lambda *_: 5, ages=range(3, 19))
    residents = project_residents(dataclasses.replace(study, births=more), BASELINE, 2026)
    assert residents.ages == range(3, 18)
    # Aged 3 in 2024: born until August 2021. In 2025: 90/3 + 180·2/3 = 150. In 2026: 180.
    threes = [residents.of_ages(3, 3, year).sum() for year in (2024, 2025, 2026)]
    assert threes == pytest.approx([45, 75, 90])


def test_counts_that_end_before_the_base_year_are_carried_to_it(nine_squares: Study) -> None:
    rows = [
        (area, year, low, low + 4, 50.0)
        for area in AREAS
        for year in (2015, 2019)
        for low in (0, 5, 10, 15)
    ]
    columns = ["area_id", "year", "age_from", "age_to", "residents"]
    study = dataclasses.replace(nine_squares, residents=pd.DataFrame(rows, columns=columns))
    residents = project_residents(without_births(study), BASELINE, 2030)
    assert residents.years == tuple(range(2015, 2031))
    assert residents.counted_until == 2019
    np.testing.assert_allclose(residents.count, 10)
    assert {note.key for note in residents.notes} == {
        "residents_between_counts",
        "births",
    }
    assert "2015, 2019" in residents.notes[0].en


def test_after_a_single_count_nobody_moves_and_it_is_said(nine_squares: Study) -> None:
    study = peopled(nine_squares, lambda _, age, year: 20 - age, years=(2023,))
    residents = project_residents(study, BASELINE, 2025)
    np.testing.assert_allclose(residents.of_ages(8, 8, 2025), 20 - 6)
    assert [note.key for note in residents.notes] == ["residents_one_count"]


def test_only_the_steps_learned_speak_for_the_future(nine_squares: Study) -> None:
    # Everybody of a cohort stayed until 2022; from 2022 to 2023 half of them left.
    study = peopled(nine_squares, lambda _, age, year: 50 if year == 2023 else 100)
    scenario = Scenario(projection=ProjectionSettings(years_learned=1))
    np.testing.assert_allclose(project_residents(study, scenario, 2024).of_ages(9, 9, 2024), 25)
    # Over three steps 250 of 300 stayed.
    np.testing.assert_allclose(
        project_residents(study, BASELINE, 2024).of_ages(9, 9, 2024), 50 * 250 / 300
    )


def test_children_of_new_homes_come_on_top(nine_squares: Study) -> None:
    homes = pd.DataFrame(
        {
            "home_id": ["h1"],
            "name": ["河畔新城"],
            "area_id": ["a5"],
            "kind": ["flat"],
            "units": [100],
            "completed": [2025],
        }
    )
    yields = pd.DataFrame(
        {"kind": ["flat"], "stage": ["primary"], "years_since": [0], "pupils_per_home": [0.3]}
    )
    study = dataclasses.replace(nine_squares, homes=homes, yields=yields)
    from_afar = dataclasses.replace(BASELINE, homes=HomesSettings(from_outside=1.0))
    residents = project_residents(study, from_afar, 2026)
    pupils = [residents.of_ages(6, 11, year)[AREAS.index("a5")] for year in (2024, 2025, 2026)]
    assert pupils == pytest.approx([60, 90, 90])
    # Of 30 children 18 move within the county: its nine areas of 60 lose two each.
    mixed = dataclasses.replace(BASELINE, homes=HomesSettings(from_outside=0.4))
    moved = project_residents(study, mixed, 2026).of_ages(6, 11, 2025)
    assert moved.sum() == pytest.approx(9 * 60 + 12)
    assert moved[AREAS.index("a5")] == pytest.approx(60 - 2 + 30)
    assert moved[AREAS.index("a1")] == pytest.approx(60 - 2)


def test_ages_that_a_taught_stage_needs_must_be_counted(nine_squares: Study) -> None:
    study = peopled(nine_squares, lambda *_: 10, ages=range(14))
    with pytest.raises(StudyError, match="needs ages 12–14, the table covers 0–13"):
        project_residents(study, BASELINE, 2030)


def test_ages_of_a_stage_that_nobody_teaches_may_be_missing(nine_squares: Study) -> None:
    study = peopled(nine_squares, lambda *_: 10, ages=range(15))
    residents = project_residents(study, BASELINE, 2030)
    assert residents.ages == range(15)
    with pytest.raises(StudyError, match="asked for ages 15–17 in 2024"):
        residents.of_ages(15, 17, 2024)


def test_an_area_where_nobody_lives_stays_empty_but_for_births(nine_squares: Study) -> None:
    study = peopled(nine_squares, lambda area, age, year: 0 if area == "a1" else 10)
    residents = project_residents(study, BASELINE, 2035)
    assert residents.count[0].sum() == 0
    assert np.isfinite(residents.count).all()
