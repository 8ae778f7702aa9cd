"""A county drawn a thousand times: what is counted is certain, what is not yet born is least so.

Kindergartens hold children aged 3 to 5, senior schools those aged 15 to 17; births are known
up to 2023, the counted year. A kindergarten's first unborn children come in 2027, a senior
school's in 2039.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.projection.calibration import Calibration, calibrate
from planner.projection.draws import (
    Expected,
    RollDraws,
    Shocks,
    draw_residents,
    draw_rolls,
    learn_shocks,
)
from planner.projection.remade import PastErrors, joined
from planner.projection.residents import Residents

AGES = (3, 4, 5, 15, 16, 17)
YEARS = tuple(range(2023, 2034))
FIRST_UNBORN = 2027  # aged 3 in 2027: born in 2024
KINDERGARTEN, SENIOR = 0, 1
STILL = Shocks(births=0.0, migration=0.0, common=0.0, own=0.0, homes=0.0, homes_late=0.0)
LEADS = 6


def usual() -> Calibration:
    """Return the spread of a county without a past, two kinds of sections."""
    return calibrate(joined([]), LEADS, 2)


def sections(
    stages: tuple[int, ...], pupils: float = 40.0, homes: float = 0.0, opens: int = 0
) -> Expected:
    """Return sections of these stages, alike in every grade and year from `opens` on."""
    expected = np.zeros((len(stages), len(AGES), len(YEARS)))
    for row, stage in enumerate(stages):
        grades = slice(0, 3) if stage == KINDERGARTEN else slice(3, 6)
        expected[row, grades, opens:] = pupils
    came = np.zeros((len(stages), len(YEARS)))
    came[:, 1:] = homes
    return Expected(
        pupils=expected,
        homes=came,
        stage=np.array(stages),
        born=np.array(YEARS)[None, :] - np.array(AGES)[:, None],
        years=YEARS,
        last_births=YEARS[0],
    )


def drawn(expected: Expected, shocks: Shocks, *, seed: int = 1, draws: int = 1000) -> RollDraws:
    """Return the draws of sections of 120 pupils with the usual spread."""
    size = np.zeros(len(expected.stage), dtype=np.int64)
    return draw_rolls(expected, usual(), size, shocks, seed=seed, draws=draws)


def together(one: RollDraws, row: int, other: int, year: int) -> float:
    """Return how far two sections are above and below the middle together, -1 to 1."""
    return float(np.corrcoef(one.rolls[row, year], one.rolls[other, year])[0, 1])


def test_the_same_seed_draws_the_same_futures_and_another_one_others() -> None:
    county = sections((KINDERGARTEN, SENIOR))
    once, again, other = (drawn(county, Shocks(), seed=seed) for seed in (1, 1, 2))
    assert once.rolls.tobytes() == again.rolls.tobytes()
    assert once.rolls.tobytes() != other.rolls.tobytes()


def test_the_counted_year_is_certain() -> None:
    county = sections((KINDERGARTEN, SENIOR))
    assert (drawn(county, Shocks()).rolls[:, 0] == 120).all()


def test_for_children_already_born_the_draws_spread_as_the_past_has_taught() -> None:
    county = sections((SENIOR, SENIOR))
    probabilities = (0.025, 0.1, 0.5, 0.9, 0.975)
    bounds = drawn(county, Shocks()).bounds(probabilities)
    kind, size = np.array([SENIOR]), np.array([0])
    for lead in range(1, len(YEARS)):
        taught = usual().quantiles(np.array([120.0]), lead, size, kind, probabilities)
        # A thousand draws stand half a thousandth apart from the quantile.
        assert bounds[:, lead] == pytest.approx(np.repeat(taught, 2, axis=0), rel=0.01, abs=0.5)


def test_children_not_yet_born_widen_kindergartens_and_leave_seniors_alone() -> None:
    county = sections((KINDERGARTEN, SENIOR))
    calm, restless = (drawn(county, Shocks(births=size)) for size in (0.0, 0.2))

    def width(futures: RollDraws) -> np.ndarray:
        low, high = np.moveaxis(futures.bounds((0.1, 0.9)), -1, 0)
        return np.asarray(high - low)

    before = FIRST_UNBORN - YEARS[0]
    assert (width(calm)[:, :before] == width(restless)[:, :before]).all()
    assert (width(restless)[KINDERGARTEN, before:] > width(calm)[KINDERGARTEN, before:]).all()
    assert (width(restless)[SENIOR] == width(calm)[SENIOR]).all()


def test_a_small_birth_year_stays_small_as_it_climbs() -> None:
    # In 2029 all three grades are unborn cohorts; their factor is the mean of three walks.
    county = sections((KINDERGARTEN, KINDERGARTEN))
    futures = drawn(county, Shocks(births=0.5, migration=0, common=0, own=0.01))
    year = 2029 - YEARS[0]
    assert together(futures, 0, 1, year) > 0.5
    low, high = futures.rolls[0, year].argmin(), futures.rolls[0, year].argmax()
    assert futures.rolls[0, year + 1, low] < futures.rolls[0, year + 1, high]


def test_schools_of_a_stage_share_good_and_bad_years_only_where_such_years_are_known() -> None:
    county = sections((SENIOR, SENIOR, KINDERGARTEN))
    alone = drawn(county, Shocks(births=0, migration=0, common=0, own=0.05))
    shared = drawn(county, Shocks(births=0, migration=0, common=0.05, own=0.05))
    # Shocks alike in size: half of the variance is common. Chance alone makes 1 ÷ √1000.
    assert abs(together(alone, 0, 1, 3)) < 4 / np.sqrt(1000)
    assert together(shared, 0, 1, 3) == pytest.approx(0.5, abs=0.1)
    assert abs(together(shared, 0, 2, 3)) < 4 / np.sqrt(1000)


def test_families_who_leave_the_county_leave_all_its_stages() -> None:
    county = sections((SENIOR, KINDERGARTEN))
    futures = drawn(county, Shocks(births=0, migration=0.1, common=0, own=0.01))
    assert together(futures, 0, 1, 2) > 0.8


def test_schools_filled_by_new_homes_are_full_or_empty_together() -> None:
    shocks = Shocks(births=0, migration=0, common=0, own=0.02, homes=0.5, homes_late=0)
    homely, without = (
        drawn(sections((SENIOR, KINDERGARTEN), homes=homes), shocks) for homes in (60.0, 0.0)
    )
    assert together(homely, 0, 1, 3) > 0.5
    assert abs(together(without, 0, 1, 3)) < 4 / np.sqrt(1000)


def test_homes_that_may_be_half_or_twice_as_full_come_on_top_of_the_errors_of_the_past() -> None:
    restless = replace(STILL, homes=0.5)
    widths = []
    for homes in (0.0, 10.0, 60.0):
        low, high = drawn(sections((SENIOR,), homes=homes), restless).bounds((0.1, 0.9))[0, 3]
        widths.append(high - low)
    assert widths == sorted(set(widths))


def test_a_school_waits_a_year_for_homes_that_are_lived_in_a_year_late() -> None:
    # 30 of its 120 pupils come with homes from 2024 on.
    in_time, late = (
        drawn(sections((SENIOR,), homes=30.0), shocks).rolls[0]
        for shocks in (STILL, replace(STILL, homes_late=1.0))
    )
    assert late[1] == pytest.approx(in_time[1] - 30)
    assert (late[2:] == in_time[2:]).all()


def test_a_section_that_opens_later_is_empty_until_then_and_spread_from_then_on() -> None:
    futures = drawn(sections((SENIOR,), opens=4), Shocks())
    assert (futures.rolls[0, :4] == 0).all()
    low, high = np.moveaxis(futures.bounds((0.1, 0.9))[0, 4:], -1, 0)
    assert ((low < 120) & (high > 120)).all()


def test_no_draw_is_below_nobody_or_beyond_numbers() -> None:
    # Births that double or halve each year, and schools that know no tomorrow.
    wild = Shocks(births=0.7, migration=0.3, common=0.5, own=0.5, homes=1.0)
    futures = drawn(sections((KINDERGARTEN, SENIOR), pupils=1.0, homes=3.0), wild)
    assert np.isfinite(futures.rolls).all()
    assert (futures.rolls >= 0).all()


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), seats=st.lists(st.integers(0, 250), min_size=2, max_size=2))
def test_the_probability_of_too_few_seats_is_a_count_of_futures(
    seed: int, seats: list[int]
) -> None:
    futures = drawn(sections((KINDERGARTEN, SENIOR)), Shocks(), seed=seed, draws=40)
    table = np.repeat(np.array(seats, dtype=float)[:, None], len(YEARS), axis=1)
    above = futures.above(table)
    for row, year in np.ndindex(*above.shape):
        times = sum(roll > seats[row] for roll in futures.rolls[row, year].tolist())
        assert above[row, year] == times / 40


def test_a_roll_that_just_fits_is_not_above_its_seats() -> None:
    county = sections((SENIOR,))
    fits, short = (
        drawn(county, STILL).above(np.full((1, len(YEARS)), seats)) for seats in (120.0, 119.0)
    )
    assert fits[0, 0] == 0
    assert short[0, 0] == 1


def test_the_county_is_added_up_draw_by_draw() -> None:
    futures = RollDraws(np.array([[[1.0, 4.0]], [[5.0, 2.0]]], dtype=np.float32))
    # 1 + 5 = 6 and 4 + 2 = 6: together they are certain, though each is not.
    assert futures.together(np.array([0, 1]), (0.1, 0.9)).tolist() == [[6.0, 6.0]]
    assert futures.bounds((0.0, 1.0))[:, 0].tolist() == [[1.0, 4.0], [2.0, 5.0]]


def residents_of(
    count: np.ndarray, from_homes: np.ndarray | None = None, counted_until: int = 2023
) -> Residents:
    """Return residents [area, age, year] from 2020 on, the youngest three years old."""
    return Residents(
        area_ids=tuple(f"a{area}" for area in range(len(count))),
        ages=range(3, 3 + count.shape[1]),
        years=tuple(range(2020, 2020 + count.shape[2])),
        counted_until=counted_until,
        count=count,
        notes=(),
        from_homes=np.zeros((0, 0, 0)) if from_homes is None else from_homes,
    )


def some_residents(seed: int, areas: int = 6) -> Residents:
    """Return areas with children aged 3 to 8 in 2020–2029, some of them in new homes."""
    rng = np.random.default_rng(seed)
    count = rng.poisson(8.0, (areas, 6, 10)).astype(float)
    homes = np.zeros_like(count)
    homes[:, :, 5:] = count[:, :, 5:] * rng.random((areas, 1, 1))
    return residents_of(count, homes)


AHEAD = tuple(range(2023, 2030))


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_draws_of_all_areas_add_up_to_the_draw_of_their_sum(seed: int) -> None:
    residents = some_residents(seed)
    areas = len(residents.area_ids)
    each, whole = (
        draw_residents(residents, groups, Shocks(), AHEAD, 2023, seed=seed, draws=30)
        for groups in (np.arange(areas), np.zeros(areas, dtype=np.int64))
    )
    assert each.sum(axis=0, dtype=float) == pytest.approx(whole[0], rel=1e-5)


def test_areas_of_no_group_are_left_out() -> None:
    residents = some_residents(3, areas=2)
    groups = np.array([-1, 0])
    alone = draw_residents(residents, groups, STILL, AHEAD, 2023, seed=0, draws=2)
    assert alone.shape == (1, 6, len(AHEAD), 2)
    assert alone[0, :, :, 0] == pytest.approx(residents.count[1, :, 3:], rel=1e-6)


def test_residents_of_whom_nobody_asked_about_homes_can_be_drawn_as_well() -> None:
    residents = residents_of(np.full((2, 6, 10), 10.0))
    draws = draw_residents(residents, np.array([0, 0]), STILL, AHEAD, 2023, seed=0, draws=2)
    assert (draws == 20).all()


def test_counted_residents_are_certain_and_unborn_ones_least_so() -> None:
    residents = residents_of(np.full((1, 6, 10), 1000.0))
    shocks = Shocks(births=0.1, migration=0.01)
    draws = draw_residents(residents, np.array([0]), shocks, AHEAD, 2023, seed=0)
    spread = np.log(draws[0].astype(float)).std(axis=-1)
    assert (spread[:, 0] == 0).all()
    # In 2029 those aged 3 were born in 2026: three shocks of births and three of migration;
    # those aged 8 in 2021: six years of migration and no other shock.
    assert spread[0, -1] == pytest.approx(np.sqrt(3 * 0.1**2 + 3 * 0.01**2), rel=0.1)
    assert spread[5, -1] == pytest.approx(np.sqrt(6 * 0.01**2), rel=0.1)


def test_homes_lived_in_a_year_late_bring_their_children_a_year_late() -> None:
    count, homes = np.full((1, 6, 10), 10.0), np.zeros((1, 6, 10))
    homes[:, :, 5:] = 4.0  # from 2025 on
    residents = residents_of(count + homes, homes)
    late = Shocks(births=0, migration=0, homes=0, homes_late=1)
    draws = draw_residents(residents, np.array([0]), late, AHEAD, 2023, seed=0, draws=3)
    assert draws[0, 0, :, 0].tolist() == [10, 10, 10, 14, 14, 14, 14]
    in_time = draw_residents(residents, np.array([0]), STILL, AHEAD, 2023, seed=0, draws=3)
    assert in_time[0, 0, :, 0].tolist() == [10, 10, 14, 14, 14, 14, 14]


def past_schools(ratio: np.ndarray) -> PastErrors:
    """Return one year ahead foreseen as 100 pupils: counted ÷ foreseen, [origin, school]."""
    origin, school = np.indices(ratio.shape).reshape(2, -1)
    rows = ratio.size
    zero, one = np.zeros(rows, dtype=np.int64), np.ones(rows)
    return PastErrors(
        school, origin, one.astype(np.int64), zero, zero, 100.0 * one, 100.0 * ratio.ravel(), one
    )


NO_ERRORS = joined([])
STEADY = residents_of(np.full((1, 4, 4), 50.0))


def test_a_county_without_years_takes_the_usual_shocks() -> None:
    single = residents_of(np.full((1, 4, 1), 50.0), counted_until=2020)
    assert learn_shocks(np.array([90.0]), single, NO_ERRORS) == Shocks()
    assert learn_shocks(np.zeros(0), single, past_schools(np.ones((2, 10)))) == Shocks()


def test_births_that_never_change_surprise_nobody() -> None:
    assert learn_shocks(np.full(12, 90.0), STEADY, NO_ERRORS).births == 0
    unknown = np.concatenate([np.full(4, np.nan), np.full(12, 90.0)])
    assert learn_shocks(unknown, STEADY, NO_ERRORS).births == 0


def test_births_that_jump_once_are_a_surprise_in_one_year_of_four() -> None:
    # The trend takes four years, so 8 years are tried four times one year ahead, and less often
    # further ahead; the last try misses by the logarithm of 1.21: √(0² + 0² + 0² + x²) ÷ 2.
    births = np.array([100.0] * 7 + [121.0])
    assert learn_shocks(births, STEADY, NO_ERRORS).births == pytest.approx(np.log(1.21) / 2)


def test_migration_is_what_the_cohorts_of_a_year_have_in_common() -> None:
    # All cohorts grow by a tenth, stay, and shrink by a tenth.
    climbed = [1.0, 1.1, 1.1, 0.99]
    county = np.array([100 * growth for growth in climbed])[None, None, :].repeat(4, axis=1)
    shocks = learn_shocks(np.zeros(0), residents_of(county), NO_ERRORS)
    assert shocks.migration == pytest.approx(np.std(np.log([1.1, 1.0, 0.9]), ddof=1))
    assert learn_shocks(np.zeros(0), STEADY, NO_ERRORS).migration == 0


def test_only_counted_years_teach_migration() -> None:
    county = np.full((1, 4, 10), 50.0)
    county[:, :, 4:] = 500.0
    assert learn_shocks(np.zeros(0), residents_of(county), NO_ERRORS).migration == 0


def test_what_all_schools_of_a_year_share_is_common_and_the_rest_their_own() -> None:
    # Three years with ten schools each: all 10 % above, as foreseen, all 10 % below.
    alike = np.array([1.1, 1.0, 0.9])[:, None].repeat(10, axis=1)
    shocks = learn_shocks(np.zeros(0), STEADY, past_schools(alike))
    assert shocks.common == pytest.approx(np.std(np.log([1.1, 1.0, 0.9]), ddof=1))
    assert shocks.own == pytest.approx(0, abs=1e-12)
    # In every year five schools at e^0.1 and five at e^-0.1.
    apart = np.exp(np.array([0.1, -0.1] * 5))[None, :].repeat(3, axis=0)
    shocks = learn_shocks(np.zeros(0), STEADY, past_schools(apart))
    assert shocks.common == pytest.approx(0, abs=1e-12)
    assert shocks.own == pytest.approx(0.1)


def test_two_years_say_nothing_of_common_shocks() -> None:
    apart = np.exp(np.array([0.1, -0.1] * 10))[None, :].repeat(2, axis=0)
    shocks = learn_shocks(np.zeros(0), STEADY, past_schools(apart))
    assert shocks.common == Shocks().common
    assert shocks.own == pytest.approx(0.1)
