"""Ratios of counties one can draw: loops say the same, and what is hidden stays hidden."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from planner.projection.ratios import (
    USUAL_MEMORY,
    Memory,
    Steps,
    learn_memory,
    shrunk_ratios,
    steps_of,
)

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]

NONE = np.nan

some_counts = array_shapes(min_dims=3, max_dims=3, min_side=1, max_side=5).flatmap(
    lambda shape: arrays(
        float, shape, elements=st.one_of(st.just(NONE), st.integers(0, 99).map(float))
    )
)
some_memory = st.builds(
    Memory,
    decay=st.sampled_from([0.0, 0.3, 0.6, 1.0]),
    own=st.sampled_from([0.0, 30.0]),
    kind=st.sampled_from([0.0, 1000.0]),
)


def one_school(*years: list[float]) -> FloatArray:
    """Return the counts of one school, a list of grades for each year."""
    return np.array(years).T[None]


def ratios_by_loops(
    counts: FloatArray, kinds: list[int], memory: Memory, origin: int, hidden: tuple[int, int]
) -> FloatArray:
    """Add up every cohort one by one, nearest years most, and mix school, kind and county."""
    schools, grades, years = counts.shape
    found = np.ones((schools, grades))

    def experience(members: list[int], grade: int) -> tuple[float, float]:
        left = arrived = 0.0
        for school in members:
            for year in range(1, years):
                if hidden[0] <= year < hidden[1]:
                    continue
                if year > origin and hidden == (0, 0):
                    continue
                ago = origin - year if year <= origin else year - hidden[1]
                before, after = counts[school, grade - 1, year - 1], counts[school, grade, year]
                if not np.isnan(before) and not np.isnan(after):
                    left += memory.decay**ago * before
                    arrived += memory.decay**ago * after
        return left, arrived

    def mixed(pair: tuple[float, float], prior: float, weight: float) -> float:
        left, arrived = pair
        return (arrived + weight * prior) / (left + weight) if left + weight > 0 else prior

    for grade in range(1, grades):
        county = mixed(experience(list(range(schools)), grade), 1.0, 0.0)
        for school in range(schools):
            alike = [other for other in range(schools) if kinds[other] == kinds[school]]
            kind = mixed(experience(alike, grade), county, memory.kind)
            found[school, grade] = mixed(experience([school], grade), kind, memory.own)
    return found


@settings(max_examples=50, deadline=None)
@given(some_counts, some_memory, st.data())
def test_loops_over_every_cohort_say_the_same(
    counts: FloatArray, memory: Memory, data: st.DataObject
) -> None:
    steps = steps_of(counts)
    years = counts.shape[2]
    origin = data.draw(st.integers(0, years - 1))
    last_hidden = data.draw(st.integers(origin, years))
    hidden = (origin + 1, last_hidden + 1) if last_hidden > origin else (0, 0)
    expected = ratios_by_loops(counts, steps.kind.tolist(), memory, origin, hidden)
    said = shrunk_ratios(steps, memory, origin, hidden)
    np.testing.assert_allclose(said.school, expected, rtol=1e-9)


def test_a_cohort_that_grows_by_a_tenth_shows_its_ratio_drawn_toward_the_county() -> None:
    two_schools = np.array([[[100.0, 0], [0, 110]], [[300, 0], [0, 300]]])
    two_schools[two_schools == 0] = NONE
    ratios = shrunk_ratios(steps_of(two_schools), Memory(0.6, own=100.0, kind=0.0), 1)
    # 410 of 400 in the county; the first school: (110 + 100 × 1.025) ÷ (100 + 100).
    assert ratios.county[1] == pytest.approx(410 / 400)
    assert ratios.school[0, 1] == pytest.approx((110 + 102.5) / 200)
    assert ratios.school[1, 1] == pytest.approx((300 + 102.5) / 400)


def test_nobody_climbs_into_the_lowest_grade_and_what_was_never_seen_is_one() -> None:
    steps = steps_of(np.full((3, 4, 5), NONE))
    ratios = shrunk_ratios(steps, USUAL_MEMORY, 4)
    assert np.all(ratios.school == 1.0)
    assert np.all(ratios.county == 1.0)


def test_who_forgets_everything_knows_only_the_latest_step() -> None:
    counts = one_school([100.0, 50], [100, 80], [100, 90])
    ratios = shrunk_ratios(steps_of(counts), Memory(decay=0.0, own=0.0, kind=0.0), 2)
    assert ratios.school[0, 1] == 90 / 100


def test_a_step_further_back_weighs_less_by_the_decay() -> None:
    counts = one_school([100.0, 50], [200, 80], [100, 180])
    ratios = shrunk_ratios(steps_of(counts), Memory(decay=0.5, own=0.0, kind=0.0), 2)
    assert ratios.school[0, 1] == pytest.approx((180 + 0.5 * 80) / (200 + 0.5 * 100))


def test_a_step_across_a_missing_year_is_no_step() -> None:
    counts = one_school([100.0, 50], [NONE, NONE], [100, 999])
    assert shrunk_ratios(steps_of(counts), USUAL_MEMORY, 2).school[0, 1] == 1.0


def test_a_school_without_experience_gets_its_kinds_ratio() -> None:
    """Three grades; the first two schools teach all, the others the lower two only."""
    counts = np.full((4, 3, 3), NONE)
    counts[0] = [[100.0] * 3, [80.0] * 3, [80.0] * 3]  # 0.8 of a full school climb into grade 2
    counts[1, :, 2] = 60.0  # just opened
    counts[2, :2] = [[100.0] * 3, [120.0] * 3]  # 1.2 of a short school
    counts[3, :2, 2] = 60.0  # just opened
    steps = steps_of(counts)
    assert steps.kind[0] == steps.kind[1]
    assert steps.kind[2] == steps.kind[3] != steps.kind[0]
    ratios = shrunk_ratios(steps, Memory(0.6, own=30.0, kind=0.0), 2).school
    assert ratios[1, 1] == pytest.approx(0.8)
    assert ratios[3, 1] == pytest.approx(1.2)


def test_a_kind_without_experience_gets_the_countys_ratio() -> None:
    counts = np.full((2, 3, 3), NONE)
    counts[0] = [[100.0] * 3, [80.0] * 3, [80.0] * 3]
    counts[1, :2, 2] = 60.0  # the only short school, just opened
    ratios = shrunk_ratios(steps_of(counts), USUAL_MEMORY, 2)
    assert ratios.school[1, 1] == ratios.county[1] == pytest.approx(0.8)


def test_a_school_that_lost_its_top_grade_is_of_the_kind_it_is_today() -> None:
    counts = np.full((3, 3, 2), NONE)
    counts[0] = 50.0
    counts[1] = 50.0
    counts[1, 2, 1] = NONE  # taught three grades, teaches two
    counts[2, :2] = 50.0
    kind = steps_of(counts).kind
    assert kind[1] == kind[2] != kind[0]


def test_a_closed_school_stays_of_the_kind_it_was() -> None:
    counts = np.full((3, 3, 3), 50.0)
    counts[0, 2] = NONE  # teaches the lower two grades
    counts[1, 2] = NONE  # did so too
    counts[1, :, 2] = NONE  # and closed
    kind = steps_of(counts).kind
    assert kind[1] == kind[0] != kind[2]


@settings(max_examples=50, deadline=None)
@given(some_counts, some_memory, st.data())
def test_steps_into_hidden_years_have_no_influence(
    counts: FloatArray, memory: Memory, data: st.DataObject
) -> None:
    steps = steps_of(counts)
    origin = data.draw(st.integers(0, counts.shape[2] - 1))
    lead = data.draw(st.integers(1, 3))
    hidden = (origin + 1, origin + lead + 1)
    wild_left, wild_arrived = steps.left.copy(), steps.arrived.copy()
    wild_left[:, :, slice(*hidden)] = 1e6
    wild_arrived[:, :, slice(*hidden)] = 7e6
    said = shrunk_ratios(steps, memory, origin, hidden)
    wild = shrunk_ratios(Steps(wild_left, wild_arrived, steps.kind), memory, origin, hidden)
    np.testing.assert_array_equal(said.school, wild.school)
    np.testing.assert_array_equal(said.county, wild.county)


@settings(max_examples=50, deadline=None)
@given(some_counts, st.data())
def test_without_hidden_years_nothing_after_the_origin_counts(
    counts: FloatArray, data: st.DataObject
) -> None:
    steps = steps_of(counts)
    origin = data.draw(st.integers(0, counts.shape[2] - 1))
    until = Steps(steps.left[:, :, : origin + 1], steps.arrived[:, :, : origin + 1], steps.kind)
    np.testing.assert_allclose(
        shrunk_ratios(steps, USUAL_MEMORY, origin).school,
        shrunk_ratios(until, USUAL_MEMORY, origin).school,
        rtol=1e-12,
    )


def test_years_on_both_sides_of_the_hidden_ones_count_the_nearest_most() -> None:
    """Steps of 50, 60, (hidden 70), 80 and 90 of a hundred."""
    counts = one_school([100.0, 1], [100, 50], [100, 60], [100, 70], [100, 80], [100, 90])
    ratios = shrunk_ratios(steps_of(counts), Memory(0.5, own=0.0, kind=0.0), 2, (3, 4))
    near, far = 60 + 80, 50 + 90
    assert ratios.school[0, 1] == pytest.approx((near + 0.5 * far) / (2 * 100 + 0.5 * 200))


@settings(max_examples=50, deadline=None)
@given(some_counts, st.integers(0, 999))
def test_renumbered_schools_keep_their_ratios(counts: FloatArray, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(counts))
    origin = counts.shape[2] - 1
    said = shrunk_ratios(steps_of(counts), USUAL_MEMORY, origin).school
    renumbered = shrunk_ratios(steps_of(counts[order]), USUAL_MEMORY, origin).school
    np.testing.assert_allclose(renumbered, said[order], rtol=1e-12)


@settings(max_examples=50, deadline=None)
@given(some_counts)
def test_twice_the_pupils_and_twice_the_prior_leave_the_ratios(counts: FloatArray) -> None:
    origin = counts.shape[2] - 1
    once = shrunk_ratios(steps_of(counts), Memory(0.6, 30.0, 1000.0), origin)
    twice = shrunk_ratios(steps_of(2 * counts), Memory(0.6, 60.0, 2000.0), origin)
    np.testing.assert_allclose(twice.school, once.school, rtol=1e-12)
    np.testing.assert_allclose(twice.county, once.county, rtol=1e-12)


@settings(max_examples=50, deadline=None)
@given(some_counts)
def test_twice_the_pupils_never_trust_a_single_school_less(counts: FloatArray) -> None:
    """The prior's pupils stay as many, so a school moves from its kind toward its own ratio."""
    counts = np.maximum(counts, 1.0)
    steps, origin = steps_of(counts), counts.shape[2] - 1
    unmixed = Memory(0.6, own=0.0, kind=0.0)
    mixed = Memory(0.6, own=30.0, kind=0.0)
    own = shrunk_ratios(steps, unmixed, origin).school
    once = shrunk_ratios(steps, mixed, origin).school
    twice = shrunk_ratios(steps_of(2 * counts), mixed, origin).school
    assert np.all(np.abs(twice - own) <= np.abs(once - own) + 1e-9)


def quick_and_steady(years: int, *, steady: bool) -> FloatArray:
    """Return 40 schools of 2 grades; steady ratios about 0.9, or ratios that change for all."""
    rng = np.random.default_rng(4)
    counts = np.full((40, 2, years), 1000.0)
    walk = np.cumsum(rng.normal(0, 0.08, years))
    for year in range(1, years):
        noise = rng.normal(0, 0.05, 40)
        counts[:, 1, year] = 1000 * (0.9 + (noise if steady else walk[year]))
    return counts


def test_a_steady_county_remembers_long_and_a_changing_one_forgets_fast() -> None:
    steady = learn_memory(steps_of(quick_and_steady(12, steady=True)))
    changing = learn_memory(steps_of(quick_and_steady(12, steady=False)))
    assert steady.decay == 0.8
    assert changing.decay == 0.4


def test_schools_that_are_all_alike_lean_on_their_kind_and_lasting_strangers_do_not() -> None:
    rng = np.random.default_rng(5)
    alike, strange = np.full((2, 60, 2, 10), 40.0)
    lasting = rng.uniform(0.5, 1.5, 60)
    for year in range(1, 10):
        alike[:, 1, year] = rng.poisson(40, 60)
        strange[:, 1, year] = 40 * lasting
    assert learn_memory(steps_of(alike)).own == 120.0
    assert learn_memory(steps_of(strange)).own == 15.0


@pytest.mark.parametrize(("years", "learned"), [(2, False), (4, False), (5, True)])
def test_fewer_than_three_checked_years_leave_the_usual_memory(years: int, learned: bool) -> None:
    counts = np.full((30, 2, years), 40.0)
    counts[:, 1] *= np.random.default_rng(6).uniform(0.5, 1.5, 30)[:, None]
    # Five years: steps into years 1 to 4, of which 2, 3 and 4 have a step before them.
    assert (learn_memory(steps_of(counts)) != USUAL_MEMORY) is learned


def test_the_memory_learned_is_the_best_of_those_tried() -> None:
    counts = quick_and_steady(9, steady=True)
    steps = steps_of(counts)
    best = learn_memory(steps)

    def missed(memory: Memory) -> float:
        total = 0.0
        for before, after in pairwise(range(1, 9)):
            ratio = shrunk_ratios(steps, memory, before).school[:, 1]
            total += float(np.abs(counts[:, 0, before] * ratio - counts[:, 1, after]).sum())
        return total

    for decay in (0.4, 0.6, 0.8):
        assert missed(best) <= missed(Memory(decay, best.own, best.kind)) + 1e-6
