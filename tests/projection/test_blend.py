"""Which view of next year a county learns to trust, and that it never looks ahead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from planner.projection.blend import (
    SIZE_CLASSES,
    Blend,
    Checks,
    foresee,
    learn_blend,
    size_class,
)
from planner.projection.ratios import USUAL_MEMORY, shrunk_ratios, steps_of
from planner.projection.views import CLIMBING, ENTERING

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]

NONE = np.nan
GRADES = 6
AHEAD = 3

some_counts = array_shapes(min_dims=3, max_dims=3, min_side=1, max_side=6).flatmap(
    lambda shape: arrays(
        float, shape, elements=st.one_of(st.just(NONE), st.integers(0, 400).map(float))
    )
)


def looked_ahead(counts: FloatArray, leads: int, blend: Blend | None = None) -> FloatArray:
    """Learn everything from the counts and look ahead from their last year."""
    checks = Checks(counts)
    ratios = shrunk_ratios(checks.steps, checks.memory, counts.shape[2] - 1)
    return foresee(counts, blend or checks.blend(), ratios, leads)


def everybody_climbs(schools: int, years: int, seed: int = 1) -> FloatArray:
    """Return schools into which 40 to 119 children enter by chance, and from which nobody moves."""
    entering = np.random.default_rng(seed).integers(40, 120, (schools, years + GRADES - 1))
    return np.stack(
        [entering[:, GRADES - 1 - grade :][:, :years] for grade in range(GRADES)], axis=1
    ).astype(float)


def rooms_are_filled(schools: int, years: int, seed: int = 2) -> FloatArray:
    """Return schools that fill each grade's rooms, whoever climbs; each may change."""
    rng = np.random.default_rng(seed)
    seats = rng.integers(40, 120, (schools, GRADES))
    filled = []
    for _ in range(years):
        new = rng.integers(40, 120, (schools, GRADES))
        seats = np.where(rng.random((schools, GRADES)) < 0.25, new, seats)
        filled.append(seats)
    return np.stack(filled, axis=2).astype(float)


def residue(schools: int, years: int) -> list[float]:
    """Return, by lead, the share by which cohorts that simply climb are missed."""
    counts = everybody_climbs(schools, years + AHEAD)
    ahead = looked_ahead(counts[:, :, :years], AHEAD)
    shares = []
    for lead in range(AHEAD):
        came = counts[:, lead + 1 :, years + lead]  # cohorts that were in the school already
        shares.append(float(np.abs(ahead[:, lead + 1 :, lead] - came).sum() / came.sum()))
    return shares


@pytest.mark.parametrize(("years", "most"), [(1, 0.04), (3, 0.01), (4, 0.003), (8, 0.0006)])
def test_where_everybody_climbs_more_years_leave_a_smaller_residue(years: int, most: float) -> None:
    """Without experience a tenth of last year's roll is mixed in: about 3 % off a year ahead."""
    shares = residue(20, years)
    assert shares[0] < most
    assert all(share < (lead + 1) * most for lead, share in enumerate(shares))


def test_every_further_year_brings_the_forecast_nearer_to_the_diagonal() -> None:
    shares = [residue(20, years)[0] for years in (2, 3, 4, 6, 8, 12)]
    assert shares == sorted(shares, reverse=True)
    assert shares[-1] < shares[0] / 50


def test_before_any_year_was_checked_nine_tenths_climb_and_the_entry_grade_stays() -> None:
    counts = np.array([[[50.0], [40.0]]])
    ahead = looked_ahead(counts, 1)
    assert ahead[0, :, 0] == pytest.approx([50, 0.9 * 50 + 0.1 * 40])
    assert learn_blend(counts).checked == ()


def test_a_county_of_filled_rooms_learns_year_by_year_to_trust_the_rolls() -> None:
    rolls = [CLIMBING.index(name) for name in ("last", "before", "recent")]
    trusted = [
        learn_blend(rooms_are_filled(20, years)).climbing[1:, 1][:, rolls].sum(axis=1).min()
        for years in (2, 4, 6, 8, 10)
    ]
    assert trusted[0] == pytest.approx(0.1)
    assert trusted == sorted(trusted)
    assert trusted[-1] > 0.8


def test_a_county_of_climbing_cohorts_learns_to_trust_these() -> None:
    blend = learn_blend(everybody_climbs(20, 8))
    cohorts = [CLIMBING.index("cohort"), CLIMBING.index("county_cohort")]
    of_size = blend.climbing[1:, size_class(np.array([480.0]))[0]]
    assert of_size[:, cohorts].sum(axis=1).min() > 0.98
    assert np.delete(of_size, cohorts, axis=1).sum(axis=1).max() < 0.02


def test_a_few_wild_counts_do_not_move_what_is_believed() -> None:
    """Least absolute deviations: one count in fifty trebles, all others climb."""
    calm = everybody_climbs(30, 8)
    wild = np.where(np.random.default_rng(6).random(calm.shape) < 0.02, 3 * calm, calm)
    wild[:, :, -1] = calm[:, :, -1]
    cohorts = [CLIMBING.index("cohort"), CLIMBING.index("county_cohort")]
    assert learn_blend(wild).climbing[1:, 1][:, cohorts].sum(axis=1).min() > 0.9
    said, undisturbed = (looked_ahead(counts, 1)[:, 1:, 0] for counts in (wild, calm))
    assert np.abs(said - undisturbed).sum() < 0.05 * undisturbed.sum()


def test_small_schools_may_fill_rooms_while_large_ones_climb() -> None:
    """A size class keeps much of its grade's weights, so the small schools only begin to differ."""
    large, small = everybody_climbs(40, 8), rooms_are_filled(40, 8) / 4
    blend = learn_blend(np.concatenate([large, small]))
    cohorts = [CLIMBING.index("cohort"), CLIMBING.index("county_cohort")]
    of_small, of_large = blend.climbing[1:, 0], blend.climbing[1:, 1]
    assert of_large[:, cohorts].sum(axis=1).min() > 0.97
    assert of_small[:, cohorts].sum(axis=1).max() < 0.85


def test_a_wave_of_births_is_met_where_the_grade_below_foretold_it() -> None:
    """Ten kindergartens teach grade 1, ten schools grades 2 and 3, with no cohort in common.

    A school's grade 2 holds a tenth of what all kindergartens held a year before, so that last
    year's roll lags behind the wave of births.
    """
    rng = np.random.default_rng(0)
    births = rng.poisson(60 * np.cumprod(rng.uniform(0.85, 1.2, 13))[1:], (10, 12)).astype(float)
    counts = np.full((20, 3, 12), NONE)
    counts[:10, 0] = births
    counts[10:, 1:, 0] = 60.0
    counts[10:, 1, 1:] = births.mean(axis=0)[:-1]
    counts[10:, 2, 1:] = counts[10:, 1, :-1]
    missed = lagging = 0.0
    for now in range(7, 11):
        came = counts[10:, 1, now + 1]
        said = looked_ahead(counts[:, :, : now + 1], 1)[10:, 1, 0]
        missed += float(np.abs(said - came).sum())
        lagging += float(np.abs(counts[10:, 1, now] - came).sum())
    assert missed < 0.5 * lagging


@settings(max_examples=40, deadline=None)
@given(some_counts)
def test_no_view_is_ever_believed_backwards_and_nobody_is_less_than_nobody(
    counts: FloatArray,
) -> None:
    blend = learn_blend(counts)
    assert blend.climbing.shape == (counts.shape[1], len(SIZE_CLASSES), len(CLIMBING))
    assert blend.entering.shape == (counts.shape[1], len(SIZE_CLASSES), len(ENTERING))
    assert blend.climbing.min() >= 0
    assert blend.entering.min() >= 0
    ahead = looked_ahead(counts, 2)
    offered = np.isfinite(counts[:, :, -1])
    assert (np.isfinite(ahead) == offered[:, :, None]).all()
    assert (ahead[offered] >= 0).all()


@settings(max_examples=40, deadline=None)
@given(some_counts, st.integers(0, 5))
def test_what_came_later_never_changes_what_was_foreseen(counts: FloatArray, origin: int) -> None:
    then = counts[:, :, : origin + 1]
    said = looked_ahead(then, 2)
    counts[:, :, origin + 1 :] = 9999.0  # `then` is a window on these counts
    np.testing.assert_array_equal(looked_ahead(then, 2), said)


def test_looking_ahead_leaves_the_counts_as_they_were() -> None:
    counts = everybody_climbs(5, 6)
    before = counts.copy()
    looked_ahead(counts, 3)
    np.testing.assert_array_equal(counts, before)


def test_the_last_check_left_out_is_as_if_its_year_had_not_been_counted() -> None:
    """Four years are too few to learn a memory, so nothing else knows of the last year."""
    rng = np.random.default_rng(4)
    counts = everybody_climbs(30, 4) * rng.uniform(0.8, 1.2, (30, GRADES, 4))
    wild = counts.copy()
    wild[:, :, 3] = rng.uniform(10, 500, (30, GRADES))
    shorter = learn_blend(counts[:, :, :3])
    for later in (counts, wild):
        without = Checks(later).blend(without=2)
        assert without.checked == shorter.checked == (1,)
        np.testing.assert_allclose(without.climbing, shorter.climbing, atol=2e-3)
        np.testing.assert_allclose(without.entering, shorter.entering, atol=2e-3)
    assert np.abs(learn_blend(wild).climbing - shorter.climbing).max() > 0.1


def test_leaving_out_a_year_that_was_never_checked_changes_nothing() -> None:
    checks = Checks(everybody_climbs(5, 6))
    assert checks.blend().checked == (1, 2, 3, 4)
    assert checks.blend(without=0) is checks.blend() is checks.blend(without=99)
    assert checks.blend(without=2).checked == (1, 3, 4)


def test_years_beside_a_gap_cannot_be_checked() -> None:
    counts = everybody_climbs(5, 8)
    counts[:, :, 4] = NONE
    # From 3 there is no year after, from 4 none to look from; 5 to 7 are whole again.
    assert learn_blend(counts).checked == (1, 2, 5, 6)


def test_each_year_ahead_stands_on_the_one_before() -> None:
    counts = everybody_climbs(8, 6)
    checks = Checks(counts)
    blend, ratios = checks.blend(), shrunk_ratios(checks.steps, checks.memory, 5)
    first = foresee(counts, blend, ratios, 1)
    longer = np.concatenate([counts, first], axis=2)
    second = foresee(longer, blend, ratios, 1)
    both = foresee(counts, blend, ratios, 2)
    np.testing.assert_allclose(both, np.concatenate([first, second], axis=2))


def test_renumbered_schools_keep_their_forecasts() -> None:
    rng = np.random.default_rng(5)
    counts = everybody_climbs(40, 7) * rng.uniform(0.8, 1.2, (40, GRADES, 7))
    counts[rng.random((40, GRADES)) < 0.1] = NONE
    order = rng.permutation(40)
    np.testing.assert_allclose(
        looked_ahead(counts[order], 3), looked_ahead(counts, 3)[order], rtol=1e-3
    )


def test_the_same_counts_give_the_same_forecast_to_the_last_bit() -> None:
    counts = everybody_climbs(20, 7)
    np.testing.assert_array_equal(looked_ahead(counts, 3), looked_ahead(counts.copy(), 3))


def test_schools_are_classed_by_all_their_pupils_now() -> None:
    sizes = size_class(np.array([0.0, 199, 200, 499, 500, 999, 1000, 9999]))
    assert [SIZE_CLASSES[size] for size in sizes] == [
        "<200", "<200", "200-499", "200-499", "500-999", "500-999", "1000+", "1000+",
    ]  # fmt: skip


@pytest.mark.parametrize("years", [1, 2, 3])
def test_a_county_without_a_past_still_gets_a_forecast(years: int) -> None:
    counts = everybody_climbs(1, years)
    ahead = looked_ahead(counts, 5)
    assert ahead.shape == (1, GRADES, 5)
    assert Checks(counts).memory == USUAL_MEMORY
    assert steps_of(counts).kind.tolist() == [0]
    assert np.isfinite(ahead).all()
    assert (ahead < 2 * 120).all()
