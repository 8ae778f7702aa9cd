"""What may be asked of zones beyond seats and walks, in towns small enough to try every plan."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.zoning import (
    Band,
    Cases,
    Mix,
    PieceReason,
    Problem,
    Shape,
    SolveStatus,
    Together,
    Weights,
    evaluate,
    solve,
)
from tests.zoning.grids import grid_edges

FEW = 200_000
"""Proposals: ten rounds, each of which looks at every plan of six areas again and again."""


@st.composite
def wishful_towns(draw: st.DrawFn) -> Problem:
    """Draw a grid town of six areas and two or three sections that asks for almost anything."""
    rows, columns = draw(st.sampled_from([(1, 6), (2, 3)]))
    areas, sections = rows * columns, draw(st.integers(2, 3))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    edges = grid_edges(rows, columns)
    pupils = rng.integers(0, 40, areas)
    seats = rng.integers(10, 90, sections)
    asked = draw(st.sets(st.sampled_from(["band", "mix", "shape", "cases", "groups", "price"])))
    return Problem(
        pupils=pupils,
        seats=seats,
        walk_metres=rng.integers(0, 2000, (areas, sections)).astype(float),
        edges=edges,
        home=rng.choice(areas, sections, replace=False),
        weights=Weights(draw(st.sampled_from([0.0, 900.0, 1e6])), 100.0, 50.0),
        band=Band(0.8, 0.9, float(rng.integers(0, 900))) if "band" in asked else None,
        mix=Mix(rng.integers(0, pupils + 1), 0.05, 700.0) if "mix" in asked else None,
        shape=Shape(
            rng.uniform(1, 3, areas) * 1e4, np.full(areas, 500.0), np.full(len(edges), 90.0), 3e4
        )
        if "shape" in asked
        else None,
        cases=Cases(
            rng.integers(0, 40, (4, areas)),
            np.tile(seats, (4, 1)),
            draw(st.sampled_from([1.0, 0.7, 0.5])),
        )
        if "cases" in asked
        else None,
        together=(
            Together("estate", rng.integers(-1, 2, areas), draw(st.sampled_from([300.0, np.inf]))),
        )
        if "groups" in asked
        else (),
        surcharges={"bus": rng.choice([0.0, 250.0], (areas, sections))} if "price" in asked else {},
    )


def best_of_all(town: Problem) -> float:
    """Try every plan that hangs together and breaks no more than it must."""
    best = (len(town.pupils) + 1, np.inf)
    for choice in product(range(town.sections), repeat=town.areas):
        plan = np.array(choice)
        if (plan[town.home] != np.arange(town.sections)).any():
            continue
        result = evaluate(town, plan)
        if any(piece.reason is PieceReason.DETACHED for piece in result.pieces):
            continue
        broken = sum(len(areas) for areas in result.breaches.values())
        best = min(best, (broken, result.value))
    return best[1]


@given(wishful_towns())
@settings(max_examples=20, deadline=None, derandomize=True)
def test_whatever_a_town_asks_for_hardly_any_plan_is_better_and_no_bound_is_above_the_best(
    town: Problem,
) -> None:
    free = replace(town, together=tuple(w for w in town.together if np.isfinite(w.metres)))
    zoning = solve(free, seed=1, proposals=FEW)
    best = best_of_all(free)
    assert zoning.bound <= best * (1 + 1e-9) + 1e-6
    assert best <= zoning.value * (1 + 1e-9) + 1e-6
    # Nothing is proved here; the search may miss the best plan where only long chains lead to it.
    assert zoning.value <= best * 1.02 + 1e-6
    assert sum(zoning.terms.values()) == pytest.approx(zoning.value)


@given(wishful_towns())
@settings(max_examples=30, deadline=None)
def test_areas_that_must_not_part_stay_together_where_that_is_possible(town: Problem) -> None:
    row = replace(
        town,
        together=(Together("estate", np.array([-1, 0, 0, -1, 1, 1]), np.inf),),
        home=np.array([0, 3, 5][: town.sections]),
    )
    plan = solve(row, seed=2, proposals=FEW).section_of_area
    assert plan[1] == plan[2]
    assert plan[4] == plan[5]


def street_town(**more: object) -> Problem:
    """Return a street of four areas with ten pupils each and a school at either end."""
    town = Problem(
        pupils=np.full(4, 10),
        seats=np.array([40, 40]),
        walk_metres=np.array([[0, 300], [100, 200], [200, 100], [300, 0]], dtype=float),
        edges=np.array([[0, 1], [1, 2], [2, 3]]),
        home=np.array([0, 3]),
        weights=Weights(1e4, 2e3, 0.0),
    )
    return replace(town, **more)  # type: ignore[arg-type]


def test_a_forbidden_school_is_left_out_although_it_is_nearer() -> None:
    forbidden = np.zeros((4, 2))
    forbidden[1, 0] = np.inf
    zoning = solve(street_town(surcharges={"river": forbidden}), seed=1)
    assert zoning.section_of_area.tolist() == [0, 1, 1, 1]
    assert not zoning.breaches


def test_an_area_that_may_go_nowhere_goes_where_it_is_best_and_is_named() -> None:
    forbidden = np.zeros((4, 2))
    forbidden[1] = np.inf
    zoning = solve(street_town(surcharges={"river": forbidden}), seed=1)
    assert zoning.section_of_area.tolist() == [0, 0, 1, 1]
    assert zoning.breaches["river"].tolist() == [1]


def test_a_hard_limit_sends_an_area_to_the_farther_school_only_if_it_lies_within() -> None:
    limit = np.array([1e3, 50.0, 150.0, 1e3])
    zoning = solve(street_town(walk_limit_metres=limit, limit_is_hard=True), seed=1)
    assert zoning.section_of_area.tolist() == [0, 0, 1, 1]
    assert zoning.breaches["limit"].tolist() == [1]


def test_a_community_split_by_the_nearest_school_goes_where_it_walks_least_in_all() -> None:
    group = Together("community", np.array([-1, 0, 0, -1]), np.inf)
    priced = np.zeros((4, 2))
    priced[1, 1] = 30.0
    zoning = solve(street_town(together=(group,), surcharges={"road": priced}), seed=1)
    # To the left 10 x (100 + 200), to the right 10 x (200 + 100) and 10 x 30 for the road.
    assert zoning.section_of_area.tolist() == [0, 0, 0, 1]
    assert zoning.status is SolveStatus.OPTIMAL or zoning.gap >= 0


def test_two_schools_in_one_community_cannot_keep_it_together_and_it_is_said() -> None:
    group = Together("community", np.zeros(4, dtype=int), np.inf)
    zoning = solve(street_town(together=(group,)), seed=1)
    assert zoning.section_of_area.tolist() in ([0, 0, 0, 1], [0, 1, 1, 1], [0, 0, 1, 1])
    assert len(zoning.breaches["community"])


def test_seats_that_suffice_in_every_year_are_worth_a_longer_walk() -> None:
    cases = Cases(np.array([[10, 10, 10, 10], [10, 30, 10, 10]]), np.array([[40, 40], [35, 60]]))
    zoning = solve(street_town(cases=cases), seed=1)
    # In the second year the left school has 35 seats for 40: area 1 goes to the right.
    assert zoning.section_of_area.tolist() == [0, 1, 1, 1]
    assert not zoning.overflow.any()


def test_a_year_that_is_forgiven_changes_nothing() -> None:
    cases = Cases(
        np.array([[10, 10, 10, 10], [10, 30, 10, 10]]), np.array([[40, 40], [35, 60]]), 0.0
    )
    assert solve(street_town(cases=cases), seed=1).section_of_area.tolist() == [0, 0, 1, 1]


def test_a_plan_to_begin_with_is_never_made_worse() -> None:
    town = street_town()
    best = solve(town, seed=1)
    again = solve(town, seed=5, proposals=1, start=best.section_of_area)
    assert again.value == best.value


def test_who_says_stop_gets_the_best_plan_so_far() -> None:
    zoning = solve(street_town(), seed=1, stop=lambda: True)
    assert sorted(set(zoning.section_of_area.tolist())) == [0, 1]
