"""Clearly different plans that cost hardly more than the best one."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.zoning import Problem, SolveStatus, evaluate, solve
from planner.zoning.alternatives import Alternatives, Shortfall, alternatives
from planner.zoning.solver import judge
from tests.zoning.grids import grid_town, hangs_together, worth

FEW = 3_000


def square(seats: int = 60, **changes: object) -> Problem:
    """Draw nine areas of 10 pupils, a section in two opposite corners.

    0 1 2
    3 4 5    section 0 in area 0, section 1 in area 8; 2, 4 and 6 are as far from either.
    6 7 8
    """
    town = grid_town(3, 3, home=[0, 8], seats=[seats, seats])
    return replace(town, **changes)  # type: ignore[arg-type]


def choices(town: Problem, **wishes: float) -> tuple[np.ndarray, Alternatives]:
    """Return the first plan of a town and three others."""
    first = solve(town, seed=1, proposals=FEW)
    asked = {"least_share": 0.1, "most_loss": 0.0, "count": 3, **wishes}
    return first.section_of_area, alternatives(town, first, seed=1, proposals=FEW, **asked)  # type: ignore[arg-type]


def test_three_areas_in_the_middle_of_a_square_give_other_plans_for_nothing() -> None:
    first, others = choices(square())
    assert len(others) == 3
    assert others.shortfall is None
    plans = [first, *(one.zoning.section_of_area for one in others)]
    # The others all live nearer to one section; 2, 4 and 6 may choose and cost the same.
    assert all(set(np.flatnonzero(one != other)) <= {2, 4, 6} for one, other in _pairs(plans))
    assert all((one != other).any() for one, other in _pairs(plans))
    assert {one.loss for one in others} == {0.0}
    assert {one.zoning.status for one in others} == {SolveStatus.OPTIMAL}


def _pairs(plans: list[np.ndarray]) -> combinations[tuple[np.ndarray, np.ndarray]]:
    """Return any two of the plans."""
    return combinations(plans, 2)


@given(st.integers(0, 10_000), st.sampled_from([0.1, 0.25]))
@settings(max_examples=15, deadline=None)
def test_any_two_plans_differ_as_much_as_was_asked_and_none_costs_more_than_allowed(
    seed: int, share: float
) -> None:
    rng = np.random.default_rng(seed)
    town = square(110, pupils=rng.integers(0, 20, 9))
    first, others = choices(town, least_share=share, most_loss=0.3)
    best = worth(town, first.tolist())
    plans = [first, *(one.zoning.section_of_area for one in others)]
    for one, other in _pairs(plans):
        assert town.pupils[one != other].sum() >= share * town.pupils.sum()
    for number, choice in enumerate(others):
        made = choice.zoning.section_of_area
        value = worth(town, made.tolist())
        assert hangs_together(town, made.tolist())
        assert choice.zoning.value == pytest.approx(value)
        assert value <= 1.3 * best
        assert choice.loss == pytest.approx(value / best - 1)
        assert choice.zoning.bound <= value * (1 + 1e-9)
        earlier = plans[: number + 1]
        assert choice.moved == tuple(int(town.pupils[made != other].sum()) for other in earlier)
    assert (len(others) < 3) == (others.shortfall is not None)


def test_the_value_of_an_alternative_has_no_term_that_the_problem_does_not_have() -> None:
    town = square()
    _, others = choices(town)
    for one in others:
        assert one.zoning.terms == evaluate(town, one.zoning.section_of_area).terms
        assert set(one.zoning.terms) == {"walk", "overflow", "over_limit", "changed"}


def test_where_all_areas_are_locked_there_is_no_choice() -> None:
    today = np.array([0, 0, 0, 0, 0, 1, 1, 1, 1])
    _, others = choices(square(today=today, locked=np.ones(9, dtype=bool)))
    assert (len(others), others.shortfall) == (0, Shortfall.NO_CHOICE)


def test_more_difference_than_there_are_pupils_is_no_choice() -> None:
    # 70 of 90 pupils live where no section stands.
    _, others = choices(square(), least_share=0.8)
    assert (others.least_pupils, others.shortfall) == (72, Shortfall.NO_CHOICE)


def test_a_plan_that_costs_too_much_is_not_offered() -> None:
    # A row has one best plan: the next one sends 10 pupils 200 metres farther, of 400 metres
    # that 40 pupils walk in all: (0 + 100) * 10 on either side.
    town = grid_town(1, 4, home=[0, 3], seats=[40, 40])
    first, none = choices(town, most_loss=0.4)
    assert (len(none), none.shortfall) == (0, Shortfall.TOO_DEAR)
    _, some = choices(town, most_loss=0.5, count=1)
    assert [one.loss for one in some] == [(200 - 100) * 10 / 2_000]
    assert first.tolist() == [0, 0, 1, 1]


def test_a_plan_better_than_the_first_takes_its_place() -> None:
    """A row of four with the border in the wrong place: 10 pupils walk 200 metres, not 100."""
    town = grid_town(1, 4, home=[0, 3], seats=[40, 40])
    wrong = judge(town, np.array([0, 0, 0, 1]))
    assert wrong.value == pytest.approx((100 + 200) * 10)
    others = alternatives(
        town, wrong, count=1, least_share=0.1, most_loss=0.6, seed=1, proposals=FEW
    )
    assert others.first.section_of_area.tolist() == [0, 0, 1, 1]
    assert [one.zoning.section_of_area.tolist() for one in others] == [[0, 0, 0, 1]]
    assert [one.loss for one in others] == [pytest.approx((3_000 - 2_000) / 2_000)]
    assert [one.moved for one in others] == [(10,)]


def test_a_first_plan_too_dear_beside_a_better_one_is_left_out() -> None:
    town = grid_town(1, 4, home=[0, 3], seats=[40, 40])
    wrong = judge(town, np.array([0, 0, 0, 1]))
    others = alternatives(
        town, wrong, count=1, least_share=0.1, most_loss=0.4, seed=1, proposals=FEW
    )
    assert others.first.section_of_area.tolist() == [0, 0, 1, 1]
    assert (len(others), others.shortfall) == (0, Shortfall.TOO_DEAR)


def test_a_plan_without_seats_for_all_is_not_offered_beside_one_that_has_them() -> None:
    town = grid_town(1, 4, home=[0, 3], seats=[20, 20])
    cheap = replace(town, weights=replace(town.weights, overflow_metres=1.0))
    _, others = choices(cheap, most_loss=10.0)
    assert (len(others), others.shortfall) == (0, Shortfall.BREAKS)


def test_progress_names_the_plan_the_step_and_its_value() -> None:
    heard: list[tuple[int, str, float]] = []
    town = square()
    first = solve(town, seed=1, proposals=FEW)
    alternatives(
        town, first, count=2, seed=1, proposals=FEW, report=lambda *step: heard.append(step)
    )
    assert {number for number, _, _ in heard} == {1, 2}
    assert {step for _, step, _ in heard} == {"differ", "improve"}
    assert all(value >= first.value for _, _, value in heard)


def test_who_has_no_time_is_told_so_and_keeps_the_first_plan() -> None:
    town = square()
    first = solve(town, seed=1, proposals=FEW)
    others = alternatives(town, first, count=3, seed=1, least_share=0.3, seconds=0.0)
    assert (len(others), others.shortfall) == (0, Shortfall.STOPPED)


def test_plans_found_before_somebody_stops_are_kept() -> None:
    """Told to stop as soon as the second plan is looked for, the search has the first."""
    town, numbers = square(), [0]
    first = solve(town, seed=1, proposals=FEW)
    others = alternatives(
        town,
        first,
        count=3,
        least_share=0.1,
        most_loss=0.0,
        seed=1,
        proposals=FEW,
        stop=lambda: numbers[-1] > 1,
        report=lambda number, _step, _value: numbers.append(number),
    )
    assert len(others) < 3
    assert others.shortfall is Shortfall.STOPPED
    _, all_of_them = choices(town)
    same = zip(others, all_of_them, strict=False)
    assert all(
        (one.zoning.section_of_area == other.zoning.section_of_area).all()
        for one, other in list(same)[:1]
    )


def test_the_same_seed_offers_the_same_plans() -> None:
    once, again = (choices(square())[1] for _ in range(2))
    assert [one.zoning.section_of_area.tolist() for one in once] == [
        one.zoning.section_of_area.tolist() for one in again
    ]
