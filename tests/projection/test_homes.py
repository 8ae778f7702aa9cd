from __future__ import annotations

import dataclasses
import tomllib

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.plan import make_plan
from planner.projection.homes import HomesChildren, homes_children
from planner.projection.residents import project_residents
from planner.scenario import HomesSettings, Scenario, YearSettings
from planner.shipped import norms_folder
from planner.study import Study, read_study
from tests.towns import AREAS, write_town

AGES = range(18)
COUNTED = (2020, 2021, 2022, 2023)
YEARS = tuple(range(2020, 2031))
RISING = (("flat", "primary", 0, 0.3), ("flat", "primary", 2, 0.6), ("flat", "junior", 1, 0.15))
LEVEL = (
    ("flat", "kindergarten", 0, 0.15),
    ("flat", "primary", 0, 0.30),
    ("flat", "junior", 0, 0.15),
    ("flat", "senior", 0, 0.15),
)
"""At once and for ever 0.05 children of every age from 3 to 17: 0.75 per home."""


@pytest.fixture(scope="module")
def nine_squares(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """The town of tests/towns.py; primary is entered at 6, junior at 12."""
    return read_study(write_town(tmp_path_factory.mktemp("nine_squares")))


def with_homes(
    town: Study,
    *rows: tuple[str, str | None, int, int],
    yields: tuple[tuple[str, str, int, float], ...] = RISING,
) -> Study:
    """The town with these homes (area, kind, units, completed) and yields."""
    homes = pd.DataFrame(list(rows), columns=["area_id", "kind", "units", "completed"])
    numbers = [f"h{number}" for number in range(len(homes))]
    homes = homes.assign(home_id=numbers, name=pd.Series([None] * len(homes), dtype="str"))
    columns = ["kind", "stage", "years_since", "pupils_per_home"]
    return dataclasses.replace(town, homes=homes, yields=pd.DataFrame(yields, columns=columns))


def ten_of_every_age(ages: range = AGES) -> np.ndarray:
    """Ten children of every age in each of the nine areas, 2020–2023."""
    return np.full((len(AREAS), len(ages), len(COUNTED)), 10.0)


def expect(
    study: Study, counted: np.ndarray | None = None, ages: range = AGES, **wishes: float
) -> HomesChildren:
    """The children of the study's homes, beyond counts of ten children where none are given."""
    known = ten_of_every_age(ages) if counted is None else counted
    return homes_children(study, HomesSettings(**wishes), ages, YEARS, known)  # type: ignore[arg-type]


def estate(study: Study, homes: int, per_age: float, *, seed: int | None = None) -> np.ndarray:
    """Counts of a town where homes in a5, completed in 2021, brought `per_age` of every age each.

    With a seed the other areas gain and lose children by chance.
    """
    counted = ten_of_every_age()
    counted[AREAS.index("a5"), :, 1:] += homes * per_age
    if seed is not None:
        others = [number for number, area in enumerate(AREAS) if area != "a5"]
        chance = np.random.default_rng(seed)
        counted[others] += chance.integers(-8, 9, counted[others].shape)
    return counted


def test_children_follow_the_yields_year_by_year(nine_squares: Study) -> None:
    study = with_homes(nine_squares, ("a5", "flat", 100, 2025))
    homes = expect(study)
    a5 = homes.ahead[AREAS.index("a5")]
    # 100 homes: 30 pupils at once, 45 half-way, 60 after two years and ever after.
    assert a5[6:12].sum(axis=0) == pytest.approx([0, 0, 0, 0, 0, 30, 45, 60, 60, 60, 60])
    # The junior yield begins one year after completion.
    assert a5[12:15].sum(axis=0) == pytest.approx([0, 0, 0, 0, 0, 0, 15, 15, 15, 15, 15])
    assert a5[6:12, 7] == pytest.approx(60 / 6)
    assert homes.ahead.sum() == pytest.approx(a5[6:15].sum())
    assert homes.notes == ()


def test_homes_of_one_area_add_up(nine_squares: Study) -> None:
    study = with_homes(nine_squares, ("a1", "flat", 100, 2024), ("a1", "flat", 50, 2024))
    assert expect(study).ahead[0, 6:12, YEARS.index(2024)].sum() == pytest.approx(45)


def test_homes_that_stood_at_the_last_count_bring_what_their_yield_still_rises_by(
    nine_squares: Study,
) -> None:
    table = (("flat", "primary", 0, 0.3), ("flat", "primary", 2, 0.6))
    study = with_homes(nine_squares, ("a1", "flat", 100, 2023), yields=table)
    counted = ten_of_every_age()
    counted[0, 6:12, COUNTED.index(2023)] += 100 * 0.3 / 6
    a1 = expect(study, counted).ahead[0]
    # 30 of primary age are counted in 2023 and climb; 45 are expected in 2024, 60 from 2025 on.
    assert a1[6:12].sum(axis=0) == pytest.approx([0, 0, 0, 0, 15, 30, 30, 30, 30, 30, 30])
    assert a1.sum() == pytest.approx(a1[6:12].sum())


def test_homes_that_have_settled_bring_nobody_new(nine_squares: Study) -> None:
    # The table of flats ends two years after completion, with more children of 11 than of 12.
    settled = with_homes(nine_squares, ("a1", "flat", 100, 2021))
    unknown = with_homes(nine_squares, ("a2", "castle", 9, 2022))
    assert expect(settled).ahead == pytest.approx(0)
    assert not expect(unknown).ahead.any()
    assert expect(unknown).notes == ()


def test_homes_without_yields_bring_nobody_and_are_named(nine_squares: Study) -> None:
    study = with_homes(nine_squares, ("a1", "castle", 1200, 2025), ("a2", None, 34, 2026))
    homes = expect(study)
    (note,) = homes.notes
    assert not homes.ahead.any()
    assert note.key == "homes_without_yields"
    assert note.en.startswith("1,234 new homes bring no children")
    assert "h0, h1" in note.en
    assert "h0、h1" in note.zh


def test_ages_that_nobody_counts_are_left_out(nine_squares: Study) -> None:
    study = with_homes(nine_squares, ("a1", "flat", 100, 2025))
    # Of the 60 pupils aged 6 to 11 half are 9 to 11.
    assert expect(study, ages=range(9, 12)).ahead[0, :, -1].sum() == pytest.approx(30)


def test_a_town_without_homes_needs_no_yields(nine_squares: Study) -> None:
    homes = expect(nine_squares)
    assert homes.ahead.shape == (9, 18, 11)
    assert not homes.ahead.any()
    assert homes.notes == ()
    assert homes.learned == ()


def test_half_of_the_homes_lived_in_bring_half_of_the_children(nine_squares: Study) -> None:
    study = with_homes(nine_squares, ("a5", "flat", 100, 2024))
    shares = study.yields.assign(occupied_share=[0.5, 0.9, np.nan])
    lived_in = expect(dataclasses.replace(study, yields=shares)).ahead[AREAS.index("a5")]
    # 100 × 0.3 × 0.5 at once, 100 × 0.6 × 0.9 after two years; junior is per home built.
    assert lived_in[6:12, YEARS.index(2024)].sum() == pytest.approx(15)
    assert lived_in[6:12, YEARS.index(2026)].sum() == pytest.approx(54)
    assert lived_in[12:15, YEARS.index(2026)].sum() == pytest.approx(15)


def test_a_delay_shifts_only_the_homes_that_are_still_to_come(nine_squares: Study) -> None:
    study = with_homes(nine_squares, ("a1", "flat", 100, 2023), ("a2", "flat", 100, 2024))
    on_time, late = expect(study).ahead, expect(study, delay_years=1).ahead
    assert late[0] == pytest.approx(on_time[0])
    assert late[1, :, 1:] == pytest.approx(on_time[1, :, :-1])
    assert late[1, :, YEARS.index(2024)].sum() == 0


def test_the_yield_factor_multiplies_what_homes_bring(nine_squares: Study) -> None:
    study = with_homes(nine_squares, ("a1", "flat", 100, 2022), ("a2", "flat", 100, 2024))
    assert expect(study, yield_factor=0.5).ahead == pytest.approx(expect(study).ahead / 2)


@pytest.mark.parametrize(
    ("homes", "factor"),
    [
        # Each home brought twice the table; the table weighs like 200 homes of its own.
        (10, (10 * 2 + 200) / 210),
        (100, (100 * 2 + 200) / 300),
        (2800, (2800 * 2 + 200) / 3000),
    ],
)
def test_few_homes_hardly_move_the_table_and_many_do(
    nine_squares: Study, homes: int, factor: float
) -> None:
    study = with_homes(nine_squares, ("a5", "flat", homes, 2021), yields=LEVEL)
    found = expect(study, estate(study, homes, 2 * 0.05))
    # All others stay as they are, so chance is only who moves in: 0.75 children a home.
    error = (0.75 * (homes + 200)) ** -0.5
    (learned,) = found.learned
    assert (learned.kind, learned.homes) == ("flat", homes)
    assert (learned.factor, learned.standard_error) == pytest.approx((factor, error))
    (note,) = found.notes
    assert note.en == (
        f"Yield of flat homes learned from {homes:,} completed homes: {factor:.2f} × the table "
        f"(standard error {error:.2f})."
    )
    assert f"{homes:,} 套" in note.zh


def test_a_table_that_is_right_is_left_alone(nine_squares: Study) -> None:
    study = with_homes(nine_squares, ("a5", "flat", 800, 2021), yields=LEVEL)
    (learned,) = expect(study, estate(study, 800, 0.05)).learned
    assert learned.factor == pytest.approx(1)


def test_two_kinds_in_one_town_are_told_apart(nine_squares: Study) -> None:
    villas = [("villa", stage, since, pupils) for _, stage, since, pupils in LEVEL]
    study = with_homes(
        nine_squares,
        ("a5", "flat", 200, 2021),
        ("a1", "villa", 200, 2022),
        yields=(*LEVEL, *villas),
    )
    counted = estate(study, 200, 0.10)
    flat, villa = expect(study, counted).learned
    # Flats brought twice the table, villas nobody: both go half of the way.
    assert (flat.kind, villa.kind) == ("flat", "villa")
    assert (flat.factor, villa.factor) == pytest.approx((1.5, 0.5))


def test_where_other_areas_change_by_chance_homes_teach_less(nine_squares: Study) -> None:
    study = with_homes(nine_squares, ("a5", "flat", 400, 2021), yields=LEVEL)
    (sure,) = expect(study, estate(study, 400, 0.10)).learned
    (unsure,) = expect(study, estate(study, 400, 0.10, seed=1)).learned
    assert 1 < unsure.factor < sure.factor
    assert unsure.standard_error > sure.standard_error


def test_developments_that_differ_among_themselves_teach_less(nine_squares: Study) -> None:
    study = with_homes(
        nine_squares, ("a5", "flat", 400, 2021), ("a1", "flat", 400, 2021), yields=LEVEL
    )
    alike, unlike = estate(study, 400, 0.075), estate(study, 400, 0.10)
    alike[0, :, 1:] += 400 * 0.075
    unlike[0, :, 1:] += 400 * 0.05
    # Both times 800 homes brought one and a half times the table.
    (sure,), (unsure,) = expect(study, alike).learned, expect(study, unlike).learned
    assert sure.factor == pytest.approx((800 * 1.5 + 200) / 1000)
    assert 1 < unsure.factor < sure.factor
    assert unsure.standard_error > 2 * sure.standard_error


def test_growth_that_all_areas_share_is_not_put_down_to_homes(nine_squares: Study) -> None:
    study = with_homes(nine_squares, ("a5", "flat", 800, 2021), yields=LEVEL)
    counted = ten_of_every_age() * 1.2 ** np.arange(4)
    counted[AREAS.index("a5"), :, 1:] += 800 * 0.05
    # The step of 2021 is compared with areas that grew by a fifth as well.
    (learned,) = expect(study, counted).learned
    assert learned.factor == pytest.approx(1)


def test_where_every_area_has_new_homes_nothing_is_learned(nine_squares: Study) -> None:
    study = with_homes(nine_squares, *((area, "flat", 50, 2021) for area in AREAS), yields=LEVEL)
    found = expect(study, ten_of_every_age() * 1.2 ** np.arange(4))
    (learned,) = found.learned
    assert learned.homes == 0
    # What is open is what 200 homes leave open.
    assert (learned.factor, learned.standard_error) == pytest.approx((1, (0.75 * 200) ** -0.5))
    assert found.notes == ()


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    seed=st.integers(0, 10_000),
    units=st.lists(st.integers(0, 900), min_size=1, max_size=4),
    completed=st.lists(st.integers(2018, 2028), min_size=4, max_size=4),
)
def test_factors_are_never_negative_and_residents_never_below_nobody(
    nine_squares: Study, seed: int, units: list[int], completed: list[int]
) -> None:
    homes = [
        (AREAS[number], "flat", many, when)
        for number, (many, when) in enumerate(zip(units, completed, strict=False))
    ]
    study = with_homes(nine_squares, *homes)
    chance = np.random.default_rng(seed)
    rows = study.residents
    random = rows.assign(residents=chance.integers(0, 30, len(rows)).astype(float))
    residents = project_residents(dataclasses.replace(study, residents=random), Scenario(), 2030)
    assert all(each.factor >= 0 and each.standard_error > 0 for each in residents.yields)
    assert (residents.count >= -1e-9).all()
    assert np.isfinite(residents.count).all()
    assert not residents.from_homes[:, :, : len(COUNTED)].any()


def peopled(study: Study, counted: np.ndarray) -> Study:
    """The study with these residents, [area, age, year]; those aged 18 like those aged 17."""
    place = {area: number for number, area in enumerate(AREAS)}
    amounts = [
        counted[place[str(row.area_id)], min(int(str(row.age_from)), 17), int(str(row.year)) - 2020]
        for row in study.residents.itertuples()
    ]
    return dataclasses.replace(study, residents=study.residents.assign(residents=amounts))


@pytest.mark.parametrize("brought", [1.0, 2.0, 0.5])
def test_a_town_with_one_finished_estate_is_not_projected_to_go_on_growing(
    nine_squares: Study, brought: float
) -> None:
    # 100 homes in a5 brought 5 children of every age in 2021, as the table says, or twice that.
    study = with_homes(nine_squares, ("a5", "flat", 100, 2021), yields=LEVEL)
    study = peopled(study, estate(study, 100, brought * 0.05))
    residents = project_residents(study, Scenario(), 2035)
    a5 = residents.count[AREAS.index("a5"), 3:].sum(axis=0)
    start = a5[residents.years.index(2023)]
    unlearned = dataclasses.replace(study, homes=study.homes.iloc[:0])
    believed = project_residents(unlearned, Scenario(), 2035).count
    growing = believed[AREAS.index("a5"), 3:].sum(axis=0)
    if brought == 1.0:
        assert a5[3:] == pytest.approx(start)
        assert growing[-1] > 1.5 * start, "without knowing of the homes the estate grows for ever"
    # Where the table is wrong by a factor of two, what it leaves open is spread over the town.
    assert abs(a5[-1] / start - 1) < 0.2
    assert abs(a5[-1] - start) < abs(growing[-1] - start) / 3


def test_big_areas_keep_their_own_experience_beside_a_few_new_homes(nine_squares: Study) -> None:
    # 1,000 children of every age in each area; a5 gains a twentieth every year, and 20 homes.
    study = with_homes(nine_squares, ("a5", "flat", 20, 2022), yields=LEVEL)
    counted = ten_of_every_age() * 100
    counted[AREAS.index("a5")] *= 1.05 ** np.arange(4)
    counted[AREAS.index("a5"), :, 2:] += 20 * 0.05
    residents = project_residents(peopled(study, counted), Scenario(), 2024)
    a5 = residents.count[AREAS.index("a5"), 10]
    # The 20 homes are given a little of the growth, 80 of about 3,080 residents lean on the
    # county's (8 + 1.05) ÷ 9 = 1.006; the rest goes on as it was.
    assert 1.045 < a5[4] / a5[3] < 1.05


def test_a_study_without_yields_takes_the_published_ones_of_its_country(
    nine_squares: Study,
) -> None:
    study = with_homes(nine_squares, ("a5", "flat", 1000, 2024), ("a1", None, 100, 2024), yields=())
    homes = expect(study)
    # Three people a home, 110 of 1,000 of primary age: 1,000 × 3 × 0.110.
    a5 = homes.ahead[AREAS.index("a5"), :, YEARS.index(2024)]
    assert a5[6:12].sum() == pytest.approx(330)
    assert a5[3:6].sum() == a5[12:15].sum() == pytest.approx(165)
    assert homes.ahead[0].sum() == pytest.approx(homes.ahead[AREAS.index("a5")].sum() / 10)
    (note,) = homes.notes
    assert note.key == "yields"
    assert "Yongzhou" in note.en
    assert "永州" in note.zh


def test_where_nothing_is_published_homes_bring_nobody_and_are_named(nine_squares: Study) -> None:
    elsewhere = dataclasses.replace(nine_squares.norms, country="ATLANTIS")
    study = with_homes(nine_squares, ("a5", "flat", 1000, 2024), yields=())
    homes = expect(dataclasses.replace(study, norms=elsewhere))
    assert not homes.ahead.any()
    assert [note.key for note in homes.notes] == ["homes_without_yields"]


@pytest.mark.parametrize("name", ["cn", "england", "us"])
def test_every_published_yield_says_where_it_was_read_and_how_sure_it_is(name: str) -> None:
    text = (norms_folder() / "yields" / f"{name}.toml").read_text(encoding="utf-8")
    content = tomllib.loads(text)
    norms = tomllib.loads((norms_folder() / f"{name}.toml").read_text(encoding="utf-8"))
    assert content["country"] == norms["country"]
    assert set(content["document"]) == {"title", "read_at", "article"}
    assert set(content["document"]["title"]) == {"zh", "en"}
    for figures in content["homes"].values():
        assert set(figures) <= set(norms["stages"])
        for figure in figures.values():
            assert 0 < figure["value"] < 1
            assert figure["certainty"] in {"V", "v", "D", "M"}


def test_children_who_move_in_sit_in_the_grade_of_their_age(nine_squares: Study) -> None:
    table = (("flat", "primary", 0, 0.3),)
    study = with_homes(nine_squares, ("a5", "flat", 100, 2025), yields=table)
    from_afar = HomesSettings(from_outside=1.0)
    plan = make_plan(study, Scenario(homes=from_afar, years=YearSettings(last=2027)))
    grades = plan.section_grades[plan.section_grades["section_id"] == "P1"]
    rolls = {year: list(rows["pupils"]) for year, rows in grades.groupby("year")}
    assert rolls[2024] == [50] * 6
    # 100 × 0.3 ÷ 6 = 5 of every age in a5, which is zoned to P1: five enter, 25 join.
    assert rolls[2025] == [55] * 6
    # A year later the 5 who left are followed by 5 new entrants.
    assert rolls[2026] == [55] * 6


@pytest.mark.parametrize(
    ("per_age", "joined"),
    [
        # 90 of 90 children enter: of 5 in each of five ages all 25 join.
        (10.0, 25),
        # 90 of 180 enter: half of the 25 join, in whole children.
        (20.0, 13),
        # 90 pupils of 45 residents: half come from outside, and nobody joins twice.
        (5.0, 25),
    ],
)
def test_joiners_go_to_school_here_like_those_who_enter_but_never_twice(
    nine_squares: Study, per_age: float, joined: int
) -> None:
    study = with_homes(
        nine_squares, ("a5", "flat", 100, 2025), yields=(("flat", "primary", 0, 0.3),)
    )
    study = peopled(study, np.full((len(AREAS), len(AGES), len(COUNTED)), per_age))
    from_afar = HomesSettings(from_outside=1.0)
    plan = make_plan(study, Scenario(homes=from_afar, years=YearSettings(last=2025)))
    grades = plan.section_grades
    above = (grades["year"] == 2025) & grades["grade"].between(2, 6)
    assert grades.loc[above, "pupils"].sum() == 5 * 90 + joined


def test_homes_handed_over_a_year_late_are_one_setting(nine_squares: Study) -> None:
    study = with_homes(nine_squares, ("a5", "flat", 100, 2025))
    from_afar = HomesSettings(from_outside=1.0)
    on_time = Scenario(homes=from_afar, years=YearSettings(last=2026))
    late = dataclasses.replace(on_time, homes=dataclasses.replace(from_afar, delay_years=1))
    pupils = {}
    for name, scenario in (("late", late), ("on time", on_time)):
        county = make_plan(study, scenario).county_years
        primary = county[county["stage"] == "primary"]
        pupils[name] = dict(zip(primary["year"], primary["pupils"], strict=True))
    assert pupils["late"][2025] == 6 * 90
    assert pupils["late"][2026] == pupils["on time"][2025] == 6 * 90 + 30
