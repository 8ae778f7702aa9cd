"""Large classes in possible futures: what is certain, what spreads, and what adds up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.classes import count_at_least
from planner.classes.draws import CohortSpread, books_of, draw_classes, learn_cohorts
from planner.classes.kernel import _draw_pupils
from planner.projection.remade import PastErrors, joined
from planner.scenario import ClassSettings
from tests.classes.towns import AS_EXPECTED, SOME, by_rules, stage_of

ONE_SCHOOL = [[[50, 50, 50], [50, 50, 50]]]
"""One section, two grades of 50, three years."""


def drawn_pupils(start: object, draw: int, seed: int = 0) -> np.ndarray:
    """Return the pupils of every section in one future, [section, grade, year]."""
    books = books_of(start, seed)  # type: ignore[arg-type]
    sections, grades, _ = books.pupils.shape
    drawn = np.zeros(books.pupils.shape, dtype=np.int64)
    for section in range(sections):
        _draw_pupils(books, section, draw, drawn[section], np.zeros((2, grades)), np.zeros(grades))
    return drawn


def test_one_future_as_expected_has_the_classes_that_are_expected() -> None:
    # Entrants of 120 crowd the two rooms that are left: two classes of 60 each year.
    start = stage_of(
        [[[120, 120, 120], [120, 120, 120]]],
        [[4, 4, 4]],
        classes={(0, 0): (60, 60), (0, 1): (60, 60)},
    )
    drawn = draw_classes(start, seed=1)
    assert drawn.large[0, :, 0].tolist() == [4, 4, 4]
    assert drawn.super_large.sum() == 0
    assert drawn.entry_over_standard[0, :, 0].tolist() == [2, 2, 2]
    assert drawn.large_share[0].tolist() == [[1.0] * 3, [1.0] * 3]
    assert drawn.any_large()[0].tolist() == [1.0] * 3


def test_one_pupil_more_than_55_makes_a_large_class_and_55_do_not() -> None:
    # One room for each of two grades. Half of the futures bring 110 pupils, half of them 112.
    rolls = np.array([[[110, 110], [110, 112]]])
    start = stage_of([[[55, 55], [55, 55]]], [[2, 2]], rolls=rolls)
    drawn = draw_classes(start, seed=1)
    assert drawn.large[0, 1].tolist() == [0, 2]
    assert drawn.any_large()[0].tolist() == [0.0, 0.5]
    assert drawn.bounds((0.1, 0.9))[0, 1].tolist() == [0.0, 2.0]


def test_the_mean_says_nothing_of_large_classes() -> None:
    # Both sections have 100 pupils in two classes, 50 on average; one has 60 and 40.
    start = stage_of(
        [[[100, 100]], [[100, 100]]],
        [[2, 2], [2, 2]],
        classes={(0, 0): (50, 50), (1, 0): (60, 40)},
    )
    assert draw_classes(start, seed=1).large[:, 0, 0].tolist() == [0, 1]


def test_sections_of_one_future_are_added_up_before_futures_are_compared() -> None:
    # When one school is crowded the other is not: together there is one large class always.
    rolls = np.array([[[50] * 4, [60, 40, 60, 40]], [[50] * 4, [40, 60, 40, 60]]])
    start = stage_of([[[50, 50]], [[50, 50]]], [[1, 1], [1, 1]], rolls=rolls)
    drawn = draw_classes(start, seed=1)
    assert drawn.any_large()[:, 1].tolist() == [0.5, 0.5]
    assert drawn.together((0.1, 0.9))[1].tolist() == [1.0, 1.0]
    assert drawn.any_large_together()[1] == 1.0


def test_without_a_norm_for_super_large_classes_there_are_none() -> None:
    start = stage_of([[[90, 90]]], [[1, 1]])
    assert draw_classes(start, seed=1).super_large[0, :, 0].tolist() == [1, 1]
    assert draw_classes(replace(start, super_large=None), seed=1).super_large.sum() == 0


def test_the_counted_year_is_certain() -> None:
    rolls = np.full((1, 3, 50), 100.0)
    rolls[:, 1:] += np.arange(50) - 25
    drawn = draw_classes(stage_of(ONE_SCHOOL, [[2] * 3], rolls=rolls, spread=SOME), seed=1)
    assert len(set(drawn.over_standard[0, 0].tolist())) == 1
    assert len(set(drawn.over_standard[0, 1].tolist())) > 1


def test_the_same_seed_gives_the_same_classes_and_another_seed_others() -> None:
    rolls = np.full((1, 3, 40), 110.0)
    start = stage_of(ONE_SCHOOL, [[2] * 3], rolls=rolls, spread=SOME)
    first, again, other = (draw_classes(start, seed=seed).large for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()


@pytest.mark.parametrize("cores", [1, 7, None])
def test_the_number_of_cores_changes_nothing(
    cores: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Twelve schools, of which the second hands its pupils on to the first.
    rolls = np.full((12, 3, 40), 110.0)
    start = stage_of(
        np.repeat(np.array(ONE_SCHOOL), 12, axis=0),
        [[2] * 3] * 12,
        rolls=rolls,
        spread=SOME,
        sources={(0, 1): (0, 1)},
    )
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    on_two = draw_classes(start, seed=5)
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    drawn = draw_classes(start, seed=5)
    for name in ("over_standard", "large", "super_large", "entry_over_standard", "large_share"):
        assert (getattr(drawn, name) == getattr(on_two, name)).all(), name
    assert len(set(drawn.large[:, 1:].ravel().tolist())) > 1


def test_a_stage_that_nobody_teaches_has_no_classes() -> None:
    start = stage_of(np.zeros((0, 2, 3)), np.zeros((0, 3)), rolls=np.zeros((0, 3, 5)))
    drawn = draw_classes(start, seed=1)
    assert drawn.large.shape == (0, 3, 5)
    assert drawn.together((0.1, 0.9)).tolist() == [[0, 0]] * 3
    assert drawn.any_large_together().tolist() == [0, 0, 0]


def test_a_section_keeps_its_futures_when_another_one_joins_the_stage() -> None:
    rolls = np.full((2, 3, 40), 110.0)
    both = stage_of([*ONE_SCHOOL, *ONE_SCHOOL], [[2] * 3] * 2, rolls=rolls, spread=SOME)
    alone = stage_of(ONE_SCHOOL, [[2] * 3], rolls=rolls[:1], spread=SOME)
    assert (draw_classes(both, seed=3).large[0] == draw_classes(alone, seed=3).large[0]).all()


@settings(max_examples=100, deadline=None)
@given(
    seed=st.integers(0, 1_000),
    grades=st.integers(1, 6),
    rolls=st.lists(st.floats(0, 900), min_size=1, max_size=5),
)
def test_the_grades_of_a_future_add_up_to_its_roll(
    seed: int, grades: int, rolls: list[float]
) -> None:
    years = len(rolls) + 1
    pupils = np.random.default_rng(seed).poisson(70, (1, grades, years))
    drawn_rolls = np.array([[pupils[0, :, 0].sum(), *rolls]])[:, :, None]
    start = stage_of(pupils, [[6] * years], rolls=drawn_rolls, spread=SOME)
    drawn = drawn_pupils(start, 0, seed)
    assert (drawn >= 0).all()
    assert (drawn.sum(axis=1)[0] == np.rint(drawn_rolls[0, :, 0].astype(np.float32))).all()
    assert (drawn[:, :, 0] == pupils[:, :, 0]).all()


def test_a_cohort_that_is_larger_than_expected_stays_larger() -> None:
    # Climbers hardly differ from one year to the next, entrants do: who enters in 2024, grade 0
    # of year 1, is as far from 50 two years later.
    spread = CohortSpread(new=(1.5, 0.0, 0.0), climbing=(-2.0, 0.0))
    pupils = np.full((1, 3, 4), 50)
    rolls = np.full((1, 4, 300), 150.0)
    rolls[:, 1:] += np.random.default_rng(1).normal(0, 6, (1, 1, 300))
    start = stage_of(pupils, [[9] * 4], rolls=rolls, spread=spread)
    futures = np.array([drawn_pupils(start, draw)[0] for draw in range(300)])
    entered, later = futures[:, 0, 1], futures[:, 2, 3]
    assert np.corrcoef(entered, later)[0, 1] > 0.9
    assert entered.std() > 3


def test_what_is_new_bears_what_lacks_of_the_roll() -> None:
    # Entrants vary by 10 pupils, climbers by 1: of 20 pupils more than 100 / 101 × 20 are theirs.
    root = float(np.log(np.sqrt(2 / np.pi)))
    spread = CohortSpread(new=(np.log(10) + root, 0.0, 0.0), climbing=(root, 0.0))
    rolls = np.full((1, 2, 200), 120.0)
    rolls[0, 0] = 100.0
    start = stage_of([[[50, 50], [50, 50]]], [[4, 4]], rolls=rolls, spread=spread)
    futures = np.array([drawn_pupils(start, draw)[0, :, 1] for draw in range(200)])
    assert futures.mean(axis=0) == pytest.approx([50 + 20 * 100 / 101, 50 + 20 / 101], abs=0.2)
    # Given their sum, both vary alike: the root of 10² × 1² ÷ (10² + 1²), about one pupil.
    assert futures.std(axis=0) == pytest.approx([1.0, 1.0], abs=0.25)


def test_entrants_of_later_years_are_less_sure_and_empty_grades_are_sure() -> None:
    spread = CohortSpread(new=(0.0, 1.0, 1.0), climbing=(-5.0, 1.0))
    expected = np.array([[[40, 40, 40], [40, 40, 0]]])
    doubt = spread.pupils(expected)[0]
    # A mean error of 40 × lead is a standard deviation of 40 × lead × √(π/2).
    assert doubt[0, 1:] == pytest.approx(np.array([40, 80]) * np.sqrt(np.pi / 2))
    assert doubt[1, 1] == pytest.approx(40 * np.exp(-5) * np.sqrt(np.pi / 2))
    assert doubt[1, 2] == 0


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 1_000), merge_below=st.sampled_from([0, 30]))
def test_counts_are_those_of_the_classes_that_the_rules_form(seed: int, merge_below: int) -> None:
    chance = np.random.default_rng(seed)
    pupils = chance.poisson(100, (3, 3, 4))
    rolls = pupils.sum(axis=1)[:, :, None] * np.exp(chance.normal(0, 0.1, (3, 4, 5)))
    rolls[:, 0] = pupils[:, :, 0].sum(axis=1)[:, None]
    rooms = chance.integers(3, 9, (3, 4))
    policy = ClassSettings(merge_below=merge_below)
    start = stage_of(pupils, rooms, rolls=rolls, spread=SOME, policy=policy)
    drawn = draw_classes(start, seed=seed)
    for draw in range(5):
        cells = by_rules(start, drawn_pupils(start, draw, seed))
        for section in range(3):
            for year in range(4):
                sizes = [cells[section, grade, year] for grade in range(3)]
                flat = [size for classes in sizes for size in classes]
                assert drawn.large[section, year, draw] == sum(size >= 56 for size in flat)
                assert drawn.super_large[section, year, draw] == sum(size >= 66 for size in flat)
                assert drawn.over_standard[section, year, draw] == sum(size > 45 for size in flat)
                over = count_at_least(sizes[0], 46)
                assert drawn.entry_over_standard[section, year, draw] == over


def test_cohorts_are_learned_from_past_errors_of_their_kind() -> None:
    # Entry grades of 100 were off by 20, climbing grades by 5, over and over.
    rows = 400
    shared = {
        "school": np.arange(rows),
        "origin": np.zeros(rows, dtype=np.int64),
        "lead": np.ones(rows, dtype=np.int64),
        "size": np.zeros(rows, dtype=np.int64),
        "foreseen": np.full(rows, 100.0),
        "trust": np.ones(rows),
    }
    sign = np.where(np.arange(rows) % 2, 1.0, -1.0)
    entry = PastErrors(**shared, kind=np.zeros(rows, dtype=np.int64), counted=100 + 20 * sign)
    above = PastErrors(**shared, kind=np.ones(rows, dtype=np.int64), counted=100 + 5 * sign)
    learned = learn_cohorts(joined([entry, above]))
    a, b, _ = learned.new
    assert np.exp(a) * 100**b == pytest.approx(20, rel=0.1)
    a, b = learned.climbing
    assert np.exp(a) * 100**b == pytest.approx(5, rel=0.1)


def test_without_a_past_cohorts_vary_as_elsewhere() -> None:
    nobody = joined([])
    assert learn_cohorts(nobody) == CohortSpread(new=(-1.2, 0.74, 0.59), climbing=(-1.2, 0.74))
    assert learn_cohorts(nobody) != AS_EXPECTED
