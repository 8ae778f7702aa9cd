"""The least that must give way, against every plan of small towns."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from planner.zoning.conflicts import conflicts
from planner.zoning.demands import DemandKind
from planner.zoning.problem import Cases
from planner.zoning.relief import WayOut, ways_out
from planner.zoning.solver import solve
from tests.zoning.grids import grid_town, hangs_together

if TYPE_CHECKING:
    from planner.zoning import Problem, Zoning

FEW = 3_000


def ways(town: Problem) -> dict[DemandKind, WayOut]:
    """Return the ways out of a town by kind."""
    return {way.kind: way for way in ways_out(town, conflicts(town), seed=1, proposals=FEW)}


def test_missing_seats_are_added_where_a_plan_can_use_them() -> None:
    town = grid_town(1, 6, home=[0, 5], seats=[30, 17])
    way = ways(town)[DemandKind.SEATS]
    assert (way.pupils, way.enough) == (13, True)
    more = town.seats.copy()
    more[list(way.sections)] += np.array(way.amounts, dtype=np.int64)
    assert (np.bincount(way.plan, town.pupils, 2) <= more).all()


def test_the_limit_is_lengthened_for_the_nearest_that_find_no_seat() -> None:
    # 0 1 2 3 4 5 with sections at the ends; 20 seats in the west, so one of 0 to 2 goes east.
    town = grid_town(1, 6, home=[0, 5], seats=[20, 60])
    town = replace(town, limit_is_hard=True, walk_limit_metres=200.0)
    way = ways(town)[DemandKind.LIMIT]
    assert (way.areas, way.sections, way.amounts) == ((2,), (1,), (300.0,))
    assert (way.pupils, way.enough) == (10, True)


def test_no_longer_limit_helps_where_no_street_leads() -> None:
    town = grid_town(1, 6, home=[0, 5], seats=[20, 60])
    walks = town.walk_metres.copy()
    walks[2, 1] = np.inf
    town = replace(town, walk_metres=walks, limit_is_hard=True, walk_limit_metres=200.0)
    assert not ways(town)[DemandKind.LIMIT].enough


def test_the_lock_is_opened_that_keeps_a_free_seat_out_of_reach() -> None:
    town = grid_town(1, 6, home=[0, 5], seats=[20, 60])
    today = np.array([0, 0, 0, 1, 1, 1])
    locked = np.array([False, False, True, True, False, False])
    way = ways(replace(town, today=today, locked=locked))[DemandKind.LOCK]
    assert (way.areas, way.sections, way.pupils, way.enough) == ((2,), (1,), 10, True)


def test_the_forbidden_pair_is_allowed_that_concerns_fewest_pupils() -> None:
    town = grid_town(1, 6, home=[0, 5], seats=[20, 60], pupils=[5, 10, 8, 10, 10, 10])
    river = np.zeros((6, 2))
    river[:3, 1] = river[3:, 0] = np.inf
    way = ways(replace(town, surcharges={"river": river}))[DemandKind.FORBIDDEN]
    assert (way.areas, way.pupils, way.enough) == ((2,), 8, True)


def test_what_is_enough_comes_first_and_then_what_concerns_fewest() -> None:
    town = grid_town(1, 6, home=[0, 5], seats=[20, 60])
    town = replace(town, limit_is_hard=True, walk_limit_metres=200.0)
    found = ways_out(town, conflicts(town), seed=1, proposals=FEW)
    assert [way.enough for way in found] == [True, True]
    assert [way.pupils for way in found] == sorted(way.pupils for way in found)


def three_years(town: Problem) -> Problem:
    """Return a town that three years must serve, two of them as the first."""
    years = Cases(np.tile(town.pupils, (3, 1)), np.tile(town.seats, (3, 1)), quantile=0.9)
    return replace(town, cases=years)


def orders(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Return what every search for a way out is told, as it is told."""
    asked: list[dict[str, Any]] = []

    def noted(town: Problem, **order: Any) -> Zoning:
        asked.append(order)
        return solve(town, **order)

    monkeypatch.setattr("planner.zoning.relief.solve", noted)
    return asked


def test_with_many_futures_the_search_begins_with_the_drawn_zones_and_takes_few_moves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Six areas: 12,500 x the root of 6 are 30,618 moves, where 90,000 are usual."""
    town = three_years(grid_town(1, 6, home=[0, 5], seats=[30, 17]))
    drawn, asked = np.array([0, 0, 0, 0, 1, 1]), orders(monkeypatch)
    (way,) = ways_out(town, conflicts(town), seed=1, drawn=drawn)
    (order,) = asked
    assert order["proposals"] == 30_618
    assert order["start"] is drawn
    assert (way.kind, way.pupils, way.enough) == (DemandKind.SEATS, 13, True)


def test_a_town_that_one_year_must_serve_is_searched_as_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    town = grid_town(1, 6, home=[0, 5], seats=[30, 17])
    asked = orders(monkeypatch)
    ways_out(town, conflicts(town), seed=1, drawn=np.array([0, 0, 0, 0, 1, 1]))
    assert [(order["proposals"], order["start"]) for order in asked] == [(None, None)]


def test_a_way_whose_search_was_cut_short_is_not_told() -> None:
    town = grid_town(1, 6, home=[0, 5], seats=[30, 17])
    assert ways_out(town, conflicts(town), seed=1, stop=lambda: True) == ()


@st.composite
def short_towns(draw: st.DrawFn) -> Problem:
    """Draw six areas and two sections, with a river that nobody may cross."""
    rows, columns = draw(st.sampled_from([(1, 6), (2, 3)]))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    home = rng.choice(6, 2, replace=False).tolist()
    seats, pupils = rng.integers(10, 40, 2).tolist(), rng.integers(1, 12, 6).tolist()
    town = grid_town(rows, columns, home=home, seats=seats, pupils=pupils)
    river = np.where(rng.random((6, 2)) < 0.3, np.inf, 0.0)
    river[home, [0, 1]] = 0.0
    return replace(town, surcharges={"river": river})


@given(short_towns())
@settings(max_examples=25, deadline=None)
def test_no_plan_gives_way_for_fewer_pupils(town: Problem) -> None:
    way = ways(town).get(DemandKind.FORBIDDEN)
    assume(way is not None)
    assert way is not None
    river = np.isinf(town.surcharges["river"])
    fewest = [
        int(town.pupils[river[np.arange(6), plan]].sum())
        for plan in product(range(2), repeat=6)
        if [plan[home] for home in town.home] == [0, 1]
        and hangs_together(town, plan)
        and (np.bincount(plan, town.pupils, 2) <= town.seats).all()
    ]
    assert way.enough == bool(fewest)
    if fewest:
        assert way.pupils == min(fewest)


@pytest.mark.parametrize("seats", [[60, 60], [30, 30]])
def test_a_town_that_can_have_a_plan_need_not_give_way(seats: list[int]) -> None:
    found = ways(grid_town(1, 6, home=[0, 5], seats=seats))
    assert all(way.pupils == 0 for way in found.values())
