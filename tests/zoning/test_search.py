"""Plans made better by drawing many, combining and redrawing, on towns one can draw by hand."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings

from planner.zoning.bound import relax
from planner.zoning.construct import construct, search_prices
from planner.zoning.ground import lay_out
from planner.zoning.proof.market import open_market, part_of
from planner.zoning.proof.zones import Zone
from planner.zoning.search import better, improve_plan
from planner.zoning.search.best import Best, Clock
from planner.zoning.search.combine import combine
from planner.zoning.search.pool import areas_of, collect, empty_pool, merge, zones_as_pool
from planner.zoning.search.redraw import likely_choices, neighbouring, put_into, redraw
from planner.zoning.search.rounds import Redrawing, redraw_likely
from tests.zoning.grids import best_value, grid_town, hangs_together, worth
from tests.zoning.test_solve import small_towns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.zoning import Problem
    from planner.zoning.ground import Ground
    from planner.zoning.search.pool import Pool

BEST = [0, 0, 1, 1, 2, 2, 3, 3]
"""The street's best plan: everybody at most one house from school, 4 x 10 pupils x 100 m."""


@pytest.fixture(params=["redrawn", "mixed"], autouse=True, scope="module")
def _zones_are(request: pytest.FixtureRequest) -> Iterator[None]:
    """Search in towns so small as if they were larger, too."""
    mixed = request.param == "mixed"
    with (
        mock.patch.object(better, "worth_mixing", return_value=mixed),
        mock.patch.object(better, "small_zones", return_value=mixed),
    ):
        yield


@pytest.fixture
def street() -> Problem:
    """A street of eight houses, 10 pupils each: schools at 0, 3, 4 and 7 with 40 seats each."""
    return grid_town(1, 8, home=[0, 3, 4, 7], seats=[40, 40, 40, 40])


def note(ground: Ground, pool: Pool, plan: list[int]) -> float:
    """Put the zones of a plan into the pool."""
    nodes = np.array(plan)
    load = np.bincount(nodes, weights=ground.pupils, minlength=ground.sections).astype(np.int64)
    prices = search_prices(ground)
    return collect(pool, nodes, load, ground.seats, prices, ground.overflow_metres, 0)


@given(small_towns())
@settings(max_examples=8, deadline=None)
def test_two_rounds_find_the_best_plan_of_a_small_town(town: Problem) -> None:
    ground = lay_out(town)
    relaxation = relax(ground)
    first = construct(ground, relaxation)
    plan, bound, _, _ = improve_plan(
        ground, relaxation, first, seed=1, work=2, bound=relaxation.bound
    )
    assert bound <= best_value(town) * (1 + 1e-9)
    chosen = plan[: town.areas].tolist()
    assert hangs_together(town, chosen)
    assert (ground.fixed < 0)[plan != ground.fixed].all()
    assert ground.value(plan) <= ground.value(first)
    assert worth(town, chosen) == pytest.approx(best_value(town), rel=1e-6)


def drawn_anew(ground: Ground, plan: list[int], zones: list[int]) -> list[int] | None:
    """Redraw some zones of a plan where every choice is likely."""
    nodes, relaxation = np.array(plan), relax(ground)
    market = open_market(ground, relaxation, nodes, relaxation.bound)
    part = part_of(market, nodes, np.array(zones), np.isfinite(ground.each_metres))
    found = redraw(part, nodes, seconds=None, branches=None, stop=lambda: False, brief=True)
    assert found.proved
    return None if found.plan is None else [int(section) for section in found.plan]


@given(small_towns())
@settings(max_examples=25, deadline=None)
def test_all_zones_redrawn_at_once_are_the_best_plan(town: Problem) -> None:
    ground = lay_out(town)
    first = construct(ground, relax(ground)).tolist()
    chosen = (drawn_anew(ground, first, [*range(ground.sections)]) or first)[: town.areas]
    assert hangs_together(town, chosen)
    assert worth(town, chosen) == pytest.approx(best_value(town), rel=1e-6)


def test_only_the_zones_named_are_redrawn(street: Problem) -> None:
    ground = lay_out(street)
    assert drawn_anew(ground, [0, 0, 0, 1, 2, 3, 3, 3], [0, 1]) == [0, 0, 1, 1, 2, 3, 3, 3]


def test_zones_redrawn_on_two_cores_both_come_into_the_best_plan() -> None:
    before = np.array([0, 0, 0, 1, 2, 3, 3, 3])
    left, right = np.array([0, 0, 1, 1, 2, 3, 3, 3]), np.array([0, 0, 0, 1, 2, 2, 3, 3])
    both = put_into(left, right, np.array([2, 3]), before)
    assert both is not None
    assert both.tolist() == BEST


def test_zones_that_changed_while_they_were_redrawn_are_not_mingled() -> None:
    before = np.array([0, 0, 0, 1, 2, 3, 3, 3])
    meanwhile, found = np.array([0, 0, 1, 1, 2, 3, 3, 3]), np.array([0, 0, 0, 1, 1, 2, 3, 3])
    kept = put_into(meanwhile, found, np.array([1, 2, 3]), before)
    assert kept is not None
    assert kept.tolist() == found.tolist()
    assert put_into(meanwhile, None, np.array([1, 2, 3]), before) is None


def test_nothing_comes_back_where_zones_cannot_be_drawn_better(street: Problem) -> None:
    assert drawn_anew(lay_out(street), BEST, [0, 1, 2, 3]) is None


def test_likely_is_what_is_regretted_least() -> None:
    inf = np.inf
    regrets = np.array([[0.0, 5.0, inf], [2.0, 0.0, 9.0], [0.0, 0.0, inf], [9.0, 8.0, inf]])
    # five choices for four areas, up to a regret of 2 m, and the last area's best
    assert likely_choices(regrets, 1 / 4).tolist() == [
        [True, False, False],
        [True, True, False],
        [True, True, False],
        [False, True, False],
    ]


def groups_drawn(ground: Ground, likely: list[list[int]], choices: float) -> set[tuple[int, ...]]:
    """Draw groups of zones of the best plan, where houses could go to some schools."""
    rng, possible = np.random.default_rng(1), np.zeros((8, 4), dtype=bool)
    for house, schools in enumerate(likely):
        possible[house, schools] = True
    return {
        tuple(neighbouring(ground, np.array(BEST), possible, choices, rng).tolist())
        for _ in range(50)
    }


def test_zones_redrawn_together_touch_and_are_two_at_least(street: Problem) -> None:
    every = [[0, 1, 2, 3]] * 8
    assert groups_drawn(lay_out(street), every, 0.0) == {(0, 1), (1, 2), (2, 3)}


def test_zones_are_redrawn_together_as_long_as_they_have_few_choices_among_them(
    street: Problem,
) -> None:
    # On the left each house could go to the two schools there; on the right only where it goes.
    likely = [[0, 1]] * 4 + [[section] for section in BEST[4:]]
    assert groups_drawn(lay_out(street), likely, 10.0) == {(0, 1, 2), (1, 2, 3)}
    assert groups_drawn(lay_out(street), likely, 12.0) == {(0, 1, 2, 3)}


def test_the_left_of_one_plan_and_the_right_of_another_make_the_best(street: Problem) -> None:
    ground = lay_out(street)
    pool = empty_pool(ground, 100, 1)
    # House 2 goes two houses to 0, not one to 3: 100 m more for 10 pupils; so does house 5.
    assert note(ground, pool, [0, 0, 0, 1, 2, 2, 3, 3]) == 5_000
    assert note(ground, pool, [0, 0, 1, 1, 2, 3, 3, 3]) == 5_000
    plan = combine(ground, pool, 5_000, seconds=np.inf)
    assert plan is not None
    assert plan.tolist() == BEST


def test_zones_that_make_nothing_better_make_nothing(street: Problem) -> None:
    ground = lay_out(street)
    pool = empty_pool(ground, 100, 1)
    assert combine(ground, pool, 5_000, seconds=np.inf) is None
    assert note(ground, pool, BEST) == 4_000
    assert combine(ground, pool, 4_000, seconds=np.inf) is None


def test_a_zone_is_kept_once_and_zones_too_full_are_not(street: Problem) -> None:
    ground = lay_out(street)
    pool = empty_pool(ground, 100, 1)
    note(ground, pool, BEST)
    note(ground, pool, [0, 0, 0, 1, 2, 2, 3, 3])
    assert int(pool.size[0]) == 6
    crowded = replace(street, seats=np.array([10, 40, 40, 40]))
    pool = empty_pool(lay_out(crowded), 100, 1)
    note(lay_out(crowded), pool, BEST)
    assert pool.sections[: int(pool.size[0])].tolist() == [1, 2, 3]


def test_a_zone_found_by_itself_is_the_zone_of_a_plan(street: Problem) -> None:
    ground = lay_out(street)
    pool = empty_pool(ground, 100, 1)
    note(ground, pool, [0, 0, 0, 1, 2, 2, 3, 3])
    found = zones_as_pool(ground, [Zone(0, (0, 1), 1_000.0), Zone(1, (2, 3), 1_000.0)], 4_000.0, 1)
    merge(pool, found, 100)
    merge(pool, found, 100)
    zones = np.arange(int(pool.size[0]))
    homes = [np.flatnonzero(row).tolist() for row in areas_of(pool, zones, ground.areas)]
    assert sorted(homes) == [[0, 1], [0, 1, 2], [2, 3], [3], [4, 5], [6, 7]]


def test_a_full_pool_forgets_the_zones_of_the_worst_plans(street: Problem) -> None:
    ground = lay_out(street)
    pool, catch = empty_pool(ground, 100, 1), empty_pool(ground, 100, 1)
    note(ground, pool, [0, 0, 0, 1, 2, 2, 3, 3])
    note(ground, catch, BEST)
    merge(pool, catch, 4)
    zones = np.arange(int(pool.size[0]))
    homes = areas_of(pool, zones, ground.areas)
    # The two zones on the right are in both plans and count as the better one's.
    assert sorted(np.flatnonzero(row).tolist() for row in homes) == [[0, 1], [2, 3], [4, 5], [6, 7]]
    assert pool.company[zones].tolist() == [4_000] * 4


def test_the_same_seed_and_work_give_the_same_plan() -> None:
    town = grid_town(3, 4, home=[0, 2, 9], seats=[45, 45, 40])
    uneven = replace(town, pupils=np.random.default_rng(5).integers(0, 20, 12))
    ground = lay_out(uneven)
    relaxation = relax(ground)
    first = construct(ground, relaxation)
    plans = [
        improve_plan(ground, relaxation, first, seed=3, work=2, bound=0.0).plan.tolist()
        for _ in range(2)
    ]
    assert plans[0] == plans[1]


def test_a_search_that_is_stopped_keeps_the_best(street: Problem) -> None:
    ground = lay_out(street)
    relaxation = relax(ground)
    wrong = np.array([0, 0, 0, 1, 2, 3, 3, 3])
    told: list[float] = []
    plan = improve_plan(
        ground,
        relaxation,
        wrong,
        seed=1,
        seconds=1e6,
        bound=0.0,
        stop=lambda: True,
        report=told.append,
    ).plan
    assert set(told) == {ground.value(plan)}
    assert ground.value(plan) <= ground.value(wrong)


def test_redrawing_among_all_choices_proves_the_best_plan() -> None:
    # The schools of two halves of a 3 x 4 town hold half of its 120 pupils each.
    ground = lay_out(grid_town(3, 4, home=[4, 7], seats=[60, 60]))
    first = np.array([0, 0, 0, 1, 0, 0, 1, 1, 0, 1, 1, 1])
    found = improve_plan(ground, relax(ground), first, seed=1, work=9, bound=-1.0)
    assert found.plan.tolist() == [0, 0, 1, 1] * 3
    assert found.bound == pytest.approx(ground.value(found.plan))


def test_all_zones_are_redrawn_among_more_choices_until_there_are_no_others(
    street: Problem,
) -> None:
    ground = lay_out(street)
    wrong = np.array([0, 0, 0, 1, 2, 3, 3, 3])
    best = Best(ground, wrong, ground.value(wrong), seed=1, bound=0.0)
    # What is likely at first is what is wrong; one house in ten may do something else.
    regret = 1.0 + ground.each_metres
    regret[np.arange(8), wrong] = 0.0
    state = Redrawing(np.random.default_rng(1), more=0.1, unpriced=False)
    market = open_market(ground, relax(ground), wrong, 0.0)
    clock = Clock(monotonic() + 1e6, lambda: False)
    with ThreadPoolExecutor(2) as cores:
        redraw_likely(best, market, state, regret, cores, clock, stay=True)
    assert best.plan.tolist() == BEST
    assert best.bound == best.value == 4_000


@pytest.mark.parametrize("seats_suffice", [True, False])
def test_missing_seats_are_looked_for_over_several_zones(*, seats_suffice: bool) -> None:
    # Along a street the first school lacks ten seats and the last one has them: a house of each
    # zone between has to be passed on, and other choices look likelier than these three.
    ground = lay_out(grid_town(1, 8, home=[0, 3, 5, 7], seats=[20, 20, 20, 20]))
    wrong = np.array([0, 0, 0, 1, 1, 2, 2, 3])
    passed_on = (np.array([2, 4, 6]), np.array([1, 2, 3]))
    regret = np.arange(100.0, 132.0).reshape(8, 4)
    regret[np.arange(8), wrong] = 0.0
    others = np.sort(regret[regret > 0])
    regret[passed_on] = others[12] + 0.5
    best = Best(ground, wrong, ground.value(wrong), seed=1, bound=0.0)
    state = Redrawing(
        np.random.default_rng(1), more=0.1, unpriced=False, seats_suffice=seats_suffice
    )
    market = open_market(ground, relax(ground), wrong, 0.0)
    with ThreadPoolExecutor(2) as cores:
        redraw_likely(best, market, state, regret, cores, Clock(np.inf, lambda: False))
    assert ground.overflow(best.plan).sum() == (0 if seats_suffice else 10)


def test_a_plan_that_is_good_enough_ends_the_search(street: Problem) -> None:
    ground = lay_out(street)
    wrong = np.array([0, 0, 0, 1, 2, 3, 3, 3])
    found = improve_plan(ground, relax(ground), wrong, seed=1, work=9, bound=3_990.0, gap=0.01)
    assert ground.value(found.plan) == 4_000
    assert found.market is None  # nothing was priced: drawing plans was enough


@pytest.mark.parametrize("gap", [0.0, 0.05])
def test_the_search_ends_as_soon_as_the_bound_has_risen_far_enough(gap: float) -> None:
    town = grid_town(3, 4, home=[0, 2, 9], seats=[45, 45, 40])
    ground = lay_out(replace(town, pupils=np.random.default_rng(1).integers(0, 20, 12)))
    relaxation = relax(ground)
    first, told = construct(ground, relaxation), list[float]()
    found = improve_plan(
        ground, relaxation, first, seed=1, work=9, bound=0.0, gap=gap, report=told.append
    )
    # A round of redrawing proves that 19 km are the least; before it prices alone say 18.7 km.
    assert told == [19_000.0] * (2 if gap else 3)
    assert found.bound == pytest.approx(18_708 if gap else 19_000, abs=1)


def test_a_search_without_end_is_refused(street: Problem) -> None:
    ground = lay_out(street)
    with pytest.raises(ValueError, match="never end"):
        improve_plan(ground, relax(ground), np.array(BEST), seed=1, bound=0.0)


def test_a_town_where_nobody_walks_stays_as_it_is(street: Problem) -> None:
    doors = replace(street, walk_metres=np.zeros((8, 4)))
    ground = lay_out(doors)
    plan = improve_plan(ground, relax(ground), np.array(BEST), seed=1, work=1, bound=-1.0).plan
    assert ground.value(plan) == 0
