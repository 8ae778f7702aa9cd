"""How wide a forecast's margin is: as wide as errors of a known law, school size and year."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm, t

from planner.projection.blend import SIZE_CLASSES, Checks, foresee, size_class
from planner.projection.calibration import PROBABILITIES, calibrate, total_spread
from planner.projection.ratios import shrunk_ratios
from planner.projection.remade import (
    PastErrors,
    errors_between,
    joined,
    learn_return,
    past_errors,
    past_forecasts,
    returned,
    school_errors,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]
    Law = Callable[[np.random.Generator, int], FloatArray]

NONE = np.nan
LEADS = 3
SPAN = (0.025, 0.1, 0.9, 0.975)

LAWS: dict[str, Law] = {
    "normal": lambda rng, rows: rng.standard_normal(rows),
    "often small, sometimes large": lambda rng, rows: rng.laplace(size=rows),
    "lopsided": lambda rng, rows: rng.exponential(size=rows) - 1,
}


def known_errors(law: str, rows: int, origins: int, seed: int, kind: int = 1) -> PastErrors:
    """Return errors whose spread is half the roll to the power 0.7, growing with √lead.

    Schools of six grades have 60 to 2400 pupils; an error one year older weighs half.
    """
    rng = np.random.default_rng(seed)
    found = []
    for origin in range(origins):
        for lead in range(1, LEADS + 1):
            pupils = np.exp(rng.uniform(np.log(60), np.log(2400), rows))
            foreseen = pupils / 6
            error = 0.5 * foreseen**0.7 * np.sqrt(lead) * LAWS[law](rng, rows)
            found.append(
                PastErrors(
                    school=np.arange(rows),
                    origin=np.full(rows, origin),
                    lead=np.full(rows, lead),
                    size=size_class(pupils),
                    kind=np.full(rows, kind),
                    foreseen=foreseen,
                    counted=np.maximum(foreseen + error, 0.0),
                    trust=np.full(rows, 0.5 ** (origins - 1 - origin)),
                )
            )
    return joined(found)


def covered(law: str, rows: int, seed: int) -> FloatArray:
    """Return the share of new counts in the 80 % and the 95 % interval, [lead, size, interval]."""
    calibration = calibrate(known_errors(law, rows, origins=8, seed=seed), LEADS)
    new = known_errors(law, rows=4000, origins=1, seed=seed + 1)
    shares = np.empty((LEADS, len(SIZE_CLASSES), 2))
    for lead in range(1, LEADS + 1):
        for size in range(len(SIZE_CLASSES)):
            mine = (new.lead == lead) & (new.size == size)
            bounds = calibration.quantiles(
                new.foreseen[mine], lead, new.size[mine], new.kind[mine], SPAN
            )
            low95, low80, high80, high95 = bounds.T
            came = new.counted[mine]
            shares[lead - 1, size, 0] = np.mean((low80 <= came) & (came <= high80))
            shares[lead - 1, size, 1] = np.mean((low95 <= came) & (came <= high95))
    return shares


@pytest.mark.parametrize("law", LAWS)
def test_whatever_the_law_of_errors_as_many_counts_fall_within_as_were_promised(law: str) -> None:
    shares = np.mean([covered(law, rows=300, seed=seed) for seed in (0, 10, 20, 30)], axis=0)
    np.testing.assert_allclose(shares[:, :, 0], 0.80, atol=0.035)
    np.testing.assert_allclose(shares[:, :, 1], 0.95, atol=0.02)


def test_ten_schools_give_intervals_that_miss_their_promise_by_little() -> None:
    shares = np.mean([covered("normal", rows=15, seed=seed) for seed in range(0, 200, 10)], axis=0)
    assert shares[:, :, 0].mean() == pytest.approx(0.80, abs=0.04)
    assert shares[:, :, 1].mean() == pytest.approx(0.95, abs=0.03)


def test_the_typical_error_is_found_again() -> None:
    a, b, c = calibrate(known_errors("normal", rows=2000, origins=8, seed=1), LEADS).scale[1]
    # The mean of a normal error is √(2/π) of its spread.
    assert np.exp(a + b * np.log(100)) == pytest.approx(
        0.5 * 100**0.7 * np.sqrt(2 / np.pi), rel=0.1
    )
    assert b == pytest.approx(0.7, abs=0.05)
    assert c == pytest.approx(0.5, abs=0.1)


def test_intervals_widen_year_by_year_also_beyond_the_years_that_were_checked() -> None:
    calibration = calibrate(known_errors("normal", rows=300, origins=8, seed=2), LEADS)
    one = np.array([100.0])
    widths = []
    for lead in range(1, 8):
        low, high = calibration.quantiles(one, lead, np.array([2]), np.array([1]), (0.1, 0.9))[0]
        widths.append(high - low)
    assert widths == sorted(widths)
    assert widths[6] > 1.3 * widths[2]


def test_a_large_grade_may_be_off_by_more_pupils_but_by_a_smaller_share() -> None:
    calibration = calibrate(known_errors("normal", rows=300, origins=8, seed=3), LEADS)
    rolls = np.array([20.0, 50, 100, 200, 400])
    sizes, kinds = size_class(6 * rolls), np.ones(5, dtype=np.int64)
    low, high = calibration.quantiles(rolls, 1, sizes, kinds, (0.1, 0.9)).T
    width = high - low
    assert (np.diff(width) > 0).all()
    assert (np.diff(width / rolls) < 0).all()


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(sorted(LAWS)),
    st.integers(1, 60),
    st.integers(1, 5),
    st.integers(0, 9),
    st.floats(0, 3000),
)
def test_a_higher_probability_never_means_fewer_pupils(
    law: str, rows: int, lead: int, seed: int, foreseen: float
) -> None:
    calibration = calibrate(known_errors(law, rows, origins=3, seed=seed), LEADS)
    wanted = tuple(np.linspace(0.001, 0.999, 41).tolist())
    for kind in (0, 1):
        for size in range(len(SIZE_CLASSES)):
            pupils = calibration.quantiles(
                np.array([foreseen]), lead, np.array([size]), np.array([kind]), wanted
            )[0]
            assert (np.diff(pupils) >= -1e-9).all()
            assert (pupils >= 0).all()
            assert np.isfinite(pupils).all()


def test_a_probability_between_two_kept_ones_lies_on_the_line_between_them() -> None:
    calibration = calibrate(known_errors("lopsided", rows=50, origins=4, seed=4), LEADS)
    args = np.array([80.0]), 1, np.array([1]), np.array([1])
    low, middle, high = calibration.quantiles(*args, (0.10, 0.1125, 0.15))[0]
    assert middle == pytest.approx(0.75 * low + 0.25 * high)


def test_without_errors_the_usual_ones_of_other_places_hold_and_are_normal() -> None:
    calibration = calibrate(joined([]), LEADS)
    assert calibration.errors == 0
    low, middle, high = calibration.quantiles(
        np.array([100.0]), 2, np.array([1]), np.array([0]), (0.1, 0.5, 0.9)
    )[0]
    typical = np.exp(-1.2) * 100**0.74 * 2**0.59
    assert middle == pytest.approx(100)
    # The 0.9 quantile lies close below, on the grid of twentieths exactly.
    assert high - 100 == pytest.approx(typical * np.sqrt(np.pi / 2) * norm.ppf(0.9))
    assert 100 - low == pytest.approx(high - 100)


def test_a_handful_of_errors_cannot_move_the_usual_ones() -> None:
    few = known_errors("lopsided", rows=3, origins=3, seed=5)  # 3 × 3 × 3 leads = 27
    np.testing.assert_array_equal(calibrate(few, LEADS).spread, calibrate(joined([]), LEADS).spread)


def test_a_kind_of_grade_without_errors_of_its_own_takes_those_of_all() -> None:
    calibration = calibrate(known_errors("normal", rows=100, origins=4, seed=6, kind=1), LEADS)
    np.testing.assert_array_equal(calibration.spread[0], calibration.spread[1])
    np.testing.assert_array_equal(calibration.scale[0], calibration.scale[1])


def test_each_kind_keeps_its_own_errors_where_it_has_many() -> None:
    calm = known_errors("normal", rows=200, origins=4, seed=7, kind=1)
    wild = known_errors("normal", rows=200, origins=4, seed=8, kind=0)
    wild = PastErrors(
        wild.school, wild.origin, wild.lead, wild.size, wild.kind, wild.foreseen,
        np.maximum(wild.foreseen + 3 * (wild.counted - wild.foreseen), 0), wild.trust,
    )  # fmt: skip
    calibration = calibrate(joined([calm, wild]), LEADS)
    entry, climbing = (
        calibration.quantiles(np.array([200.0]), 1, np.array([2]), np.array([kind]), (0.1, 0.9))[0]
        for kind in (0, 1)
    )
    assert entry[1] - entry[0] == pytest.approx(3 * (climbing[1] - climbing[0]), rel=0.2)


def test_waves_that_all_schools_share_were_seen_only_as_often_as_there_were_years() -> None:
    """A county's schools are all off by the same share of their typical error, by chance anew.

    Four years are known, so an interval of 80 % must be wide enough for a fifth: of 60 counties'
    next years about 80 % have to fall within it, not the half that four draws enclose.
    """
    rng = np.random.default_rng(10)
    within = []
    for _ in range(60):
        calm = known_errors("normal", rows=30, origins=4, seed=11)
        typical = 0.5 * calm.foreseen**0.7 * np.sqrt(calm.lead)
        wave = rng.standard_normal((4, LEADS + 1))[calm.origin, calm.lead]
        errors = PastErrors(
            calm.school, calm.origin, calm.lead, calm.size, calm.kind,
            calm.foreseen, np.maximum(calm.foreseen + wave * typical, 0), np.ones(len(wave)),
        )  # fmt: skip
        one, roll = np.ones(1, dtype=np.int64), 100.0
        calibration = calibrate(errors, LEADS, few_years=True)
        low, high = calibration.quantiles(np.array([roll]), 1, one, one, (0.1, 0.9))[0]
        came = roll + 0.5 * roll**0.7 * rng.standard_normal(200)
        within.append(float(np.mean((low <= came) & (came <= high))))
    assert np.mean(within) == pytest.approx(0.8, abs=0.08)


def some_errors(rng: np.random.Generator, rows: int) -> PastErrors:
    """Return errors of a few schools, at random and in no order."""
    return PastErrors(
        school=rng.integers(0, 4, rows),
        origin=rng.integers(0, 3, rows),
        lead=rng.integers(1, 4, rows),
        size=np.zeros(rows, dtype=np.int64),
        kind=rng.integers(0, 2, rows),
        foreseen=rng.integers(0, 99, rows).astype(float),
        counted=rng.integers(0, 99, rows).astype(float),
        trust=np.ones(rows),
    )


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 999), st.integers(0, 60))
def test_a_schools_error_is_that_of_its_grades_added_up(seed: int, rows: int) -> None:
    errors = some_errors(np.random.default_rng(seed), rows)
    added: dict[tuple[int, int, int], list[float]] = {}
    for row in range(rows):
        key = (int(errors.origin[row]), int(errors.lead[row]), int(errors.school[row]))
        pair = added.setdefault(key, [0.0, 0.0])
        pair[0] += errors.foreseen[row]
        pair[1] += errors.counted[row]
    schools = school_errors(errors)
    found = {
        (origin, lead, school): [foreseen, counted]
        for origin, lead, school, foreseen, counted in zip(
            schools.origin.tolist(), schools.lead.tolist(), schools.school.tolist(),
            schools.foreseen.tolist(), schools.counted.tolist(), strict=True,
        )
    }  # fmt: skip
    assert found == added
    assert len(schools.school) == len(added)


def test_only_grades_foreseen_and_counted_are_set_side_by_side() -> None:
    then = np.array([[[50.0], [60.0], [NONE]], [[NONE], [150.0], [70.0]]])
    said = np.array([[55.0, 50, NONE], [NONE, 140, 75]])
    came = np.array([[52.0, NONE, 48], [10, 145, 71]])
    errors = errors_between(then, said, came, origin=0, lead=1, trust=0.25)
    assert errors.school.tolist() == [0, 1, 1]
    assert errors.foreseen.tolist() == [55, 140, 75]
    assert errors.counted.tolist() == [52, 145, 71]
    assert errors.kind.tolist() == [0, 0, 1]  # the second school's grade 2 is an entry grade
    assert errors.size.tolist() == [0, 1, 1]  # 110 and 220 pupils
    assert errors.trust.tolist() == [0.25, 0.25, 0.25]


def climbing_county(schools: int, years: int, seed: int = 1) -> FloatArray:
    """Return schools of four grades whose cohorts climb, a few pupils more or fewer."""
    rng = np.random.default_rng(seed)
    entering = rng.integers(40, 120, (schools, years + 3))
    counts = np.stack([entering[:, 3 - grade :][:, :years] for grade in range(4)], axis=1)
    return np.round(counts * rng.uniform(0.9, 1.1, counts.shape))


def made_again(counts: FloatArray, checks: Checks, leads: int) -> PastErrors:
    """The errors of forecasts made again that are not drawn back to the roll of their year."""
    return past_errors(counts, past_forecasts(counts, checks, leads), 0.0)


def test_a_forecast_goes_back_a_share_for_every_year_after_the_first() -> None:
    said, today = np.array([[100.0]]), np.array([[60.0]])
    assert returned(said, today, 1, 0.07)[0, 0] == 100
    assert returned(said, today, 3, 0.07)[0, 0] == pytest.approx(100 - 2 * 0.07 * 40)
    assert returned(said, today, 20, 0.07)[0, 0] == 80, "half of it stays its own"


def test_where_a_wave_climbs_through_the_grades_nothing_goes_back() -> None:
    entrants = 60 + 30 * np.sin(np.arange(14))
    counts = np.stack([entrants[5 - grade : 14 - grade] for grade in range(6)])[None]
    counts = np.repeat(counts, 12, axis=0) * np.linspace(0.8, 1.2, 12)[:, None, None]
    forecasts = past_forecasts(counts, Checks(counts), 3)
    assert learn_return(counts, forecasts) == 0


def test_where_forecasts_overshoot_they_learn_to_go_back() -> None:
    counts = np.full((8, 3, 6), 50.0)
    overshot = [
        dataclasses.replace(each, said=each.said + 10 * each.lead)
        for each in past_forecasts(counts, Checks(counts), 3)
    ]
    assert learn_return(counts, overshot) == 0.07


def test_past_forecasts_are_made_from_every_year_as_far_as_was_counted() -> None:
    counts = climbing_county(10, 6)
    errors = made_again(counts, Checks(counts), leads=3)
    pairs = set(zip(errors.origin.tolist(), errors.lead.tolist(), strict=True))
    assert pairs == {(o, lead) for o in range(5) for lead in (1, 2, 3) if o + lead <= 5}
    assert len(errors.school) == len(pairs) * 10 * 4


def test_no_error_is_known_of_a_year_that_nobody_counted() -> None:
    counts = climbing_county(10, 6)
    counts[:, :, 3] = NONE
    errors = made_again(counts, Checks(counts), leads=2)
    assert 3 not in errors.origin
    assert 3 not in errors.origin + errors.lead


def test_a_past_forecast_is_made_without_its_own_years_check_and_ratios() -> None:
    """Worked out again for one origin and lead, from the parts."""
    counts = climbing_county(12, 7)
    checks = Checks(counts)
    errors = made_again(counts, checks, leads=2)
    origin, lead = 3, 2
    ratios = shrunk_ratios(checks.steps, checks.memory, origin, (origin + 1, origin + lead + 1))
    blend = checks.blend(without=origin)
    said = foresee(counts[:, :, : origin + 1], blend, ratios, lead)[:, :, -1]
    mine = (errors.origin == origin) & (errors.lead == lead)
    np.testing.assert_array_equal(errors.foreseen[mine], said.ravel())
    np.testing.assert_array_equal(errors.counted[mine], counts[:, :, origin + lead].ravel())


def test_a_year_older_weighs_half_and_the_first_year_next_to_nothing() -> None:
    counts = climbing_county(5, 5)
    errors = made_again(counts, Checks(counts), leads=1)
    trust = [errors.trust[errors.origin == origin][0] for origin in range(4)]
    assert trust == pytest.approx([0.125 * 0.03, 0.25, 0.5, 1.0])


def test_a_total_may_be_off_as_past_totals_were() -> None:
    """Two past totals, 4 % too low and 2 % too high, a year ahead, both trusted whole."""
    ones = np.ones(2, dtype=np.int64)
    errors = PastErrors(
        ones, np.array([0, 1]), ones, ones, ones,
        np.array([1000.0, 1000.0]), np.array([1040.0, 980.0]), np.ones(2),
    )  # fmt: skip
    variance = (0.04**2 + 0.02**2 + 2 * 0.01**2) / (2 + 2)
    expected = np.sqrt(variance) * t.ppf([0.1, 0.5, 0.9], 2 + 2)
    np.testing.assert_allclose(total_spread(errors, 1, (0.1, 0.5, 0.9)), expected, atol=1e-12)
    # Four years ahead the spread is 4 to the power 0.59 as wide.
    np.testing.assert_allclose(total_spread(errors, 4, (0.9,)), expected[2] * 4**0.59)


def test_a_total_adds_up_its_schools_before_it_is_compared() -> None:
    errors = some_errors(np.random.default_rng(2), 50)
    added = school_errors(errors)
    together = PastErrors(
        np.zeros_like(added.school), added.origin, added.lead, added.size, added.kind,
        added.foreseen, added.counted, added.trust,
    )  # fmt: skip
    np.testing.assert_allclose(
        total_spread(errors, 1, SPAN), total_spread(school_errors(together), 1, SPAN)
    )


def test_a_county_without_past_totals_may_still_be_off_by_some_share() -> None:
    low, high = total_spread(joined([]), 1, (0.1, 0.9))
    assert -low == pytest.approx(high)
    assert high == pytest.approx(0.01 * t.ppf(0.9, 2))


def test_the_order_of_past_errors_does_not_matter() -> None:
    errors = known_errors("lopsided", rows=80, origins=4, seed=9)
    order = np.random.default_rng(9).permutation(len(errors.school))
    shuffled = PastErrors(*(getattr(errors, name)[order] for name in PastErrors.__slots__))
    one, other = calibrate(errors, LEADS), calibrate(shuffled, LEADS)
    np.testing.assert_allclose(one.spread, other.spread, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(one.scale, other.scale, rtol=1e-6)


def test_the_kept_probabilities_ascend_and_mirror_each_other() -> None:
    assert list(PROBABILITIES) == sorted(PROBABILITIES)
    np.testing.assert_allclose(np.array(PROBABILITIES) + np.array(PROBABILITIES)[::-1], 1.0)
