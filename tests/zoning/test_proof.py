"""Bounds and proofs, on towns small enough to try every plan."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product
from typing import TYPE_CHECKING
from unittest import mock

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from planner.zoning import Problem, Weights
from planner.zoning.bound import relax
from planner.zoning.construct import construct
from planner.zoning.ground import lay_out, without_rules
from planner.zoning.proof import proof as story
from planner.zoning.proof import raise_bound
from planner.zoning.proof.assemble import Puzzle, assemble
from planner.zoning.proof.climb import climb
from planner.zoning.proof.connected import best_zones
from planner.zoning.proof.core import solve_core
from planner.zoning.proof.fences import find_fences, lend, no_fences, tighten
from planner.zoning.proof.knapsack import fill_whole
from planner.zoning.proof.market import open_market
from planner.zoning.proof.mixture import Mixture, Prices, Zones, empty_rows, put_in, zones_of
from planner.zoning.proof.prices import price_areas, price_zones
from planner.zoning.proof.territory import territory_of
from planner.zoning.proof.trios import find_trios, no_trios, relief, trios_of
from planner.zoning.proof.zones import Zone
from tests.zoning.grids import (
    best_value,
    grid_town,
    hangs_together,
    sketches,
)

if TYPE_CHECKING:
    from pathlib import Path

    from pyscipopt import Model

    from planner.zoning.proof.territory import Territory


@st.composite
def towns(draw: st.DrawFn) -> Problem:
    """Draw a town of up to 9 squares and 3 sections whose seats may or may not suffice."""
    sketch = draw(sketches([(1, 5), (2, 3), (2, 4), (3, 3)]))
    areas, sections, rng = sketch.areas, sketch.sections, sketch.chance
    return Problem(
        pupils=rng.integers(0, 40, areas),
        seats=rng.integers(20, 180, sections),
        walk_metres=rng.integers(0, 2000, (areas, sections)).astype(float),
        edges=sketch.edges,
        home=sketch.home,
        weights=Weights(draw(st.sampled_from([0.0, 300.0, 1e6])), 0.0, 100.0),
        today=sketch.zone,
        locked=rng.random(areas) < draw(st.sampled_from([0.0, 0.3])),
    )


steps_of_prices = st.sampled_from([20, 50, 200])
"""Far fewer than usual: what the prices leave open is the work of the steps that follow."""


@given(towns(), steps_of_prices, st.booleans())
@settings(max_examples=40, deadline=None)
def test_without_a_limit_the_best_plan_of_a_town_is_found_and_proved(
    town: Problem, steps: int, mixed: bool
) -> None:
    """Zones of a town that small are mixed; those of larger ones are priced one by one."""
    ground = lay_out(town)
    with mock.patch.multiple(story, STEPS=steps, STEPS_ZONES=steps, worth_mixing=lambda *_: mixed):
        proof = raise_bound(ground, construct(ground, relax(ground)), 0.0)
    best = best_value(town)
    assert ground.value(proof.plan) == pytest.approx(best, rel=1e-6, abs=1e-6)
    assert proof.bound == pytest.approx(best, rel=1e-6, abs=1e-6)


@given(towns(), st.integers(0, 3), st.booleans(), st.sampled_from([2, 1_000]))
@settings(max_examples=40, deadline=None)
def test_a_bound_that_was_cut_short_still_holds(
    town: Problem, work: int, mixed: bool, patience: int
) -> None:
    ground = lay_out(town)
    asked = iter(range(1_000_000))
    known = construct(ground, relax(ground))
    with mock.patch.object(story, "worth_mixing", return_value=mixed):
        proof = raise_bound(ground, known, 0.0, work=work, stop=lambda: next(asked) > patience)
    assert proof.bound <= best_value(town) * (1 + 1e-9) + 1e-6
    assert ground.value(proof.plan) <= ground.value(known)


@given(towns(), steps_of_prices, st.booleans(), st.sampled_from([0.03, 0.3]))
@settings(max_examples=25, deadline=None)
def test_a_proof_for_a_gap_ends_with_it_and_its_bound_holds(
    town: Problem, steps: int, mixed: bool, gap: float
) -> None:
    ground = lay_out(town)
    with mock.patch.multiple(story, STEPS=steps, STEPS_ZONES=steps, worth_mixing=lambda *_: mixed):
        proof = raise_bound(ground, construct(ground, relax(ground)), 0.0, gap=gap)
    value, best = ground.value(proof.plan), best_value(town)
    assert proof.bound <= best * (1 + 1e-9) + 1e-6
    assert value - proof.bound <= gap * value + 1e-6


@given(towns(), steps_of_prices, st.booleans())
@settings(max_examples=25, deadline=None)
def test_regrets_never_rule_out_a_plan_better_than_the_known_one(
    town: Problem, steps: int, mixed: bool
) -> None:
    ground, areas = lay_out(town), np.arange(town.areas)
    known = town.today
    assert known is not None
    with mock.patch.multiple(story, STEPS=steps, STEPS_ZONES=steps, worth_mixing=lambda *_: mixed):
        proof = raise_bound(ground, known, 0.0, work=0)
    worth = ground.value(known) * (1 - 1e-9)
    choices = [np.flatnonzero(np.isfinite(each)).tolist() for each in ground.each_metres]
    for plan in product(*choices):
        if ground.value(np.array(plan)) < worth and np.isinf(proof.regrets[areas, plan]).any():
            assert not hangs_together(town, plan)


def test_contiguity_counts_in_the_bound() -> None:
    """Section 0 stands left, section 1 right; 1 would be nearest for the middle of the left.

    A(0) b c D(1): b prefers D, c prefers A, but neither can have both: crossing is torn apart.
    Torn: 0 + 10*100 + 10*100 + 0. Whole: b to A (900) and c to D (900): 10*900 + 10*900.
    """
    town = grid_town(1, 4, home=[0, 3], seats=[40, 40])
    town = replace(
        town, walk_metres=np.array([[0, 9e3], [900, 100], [100, 900], [9e3, 0]], dtype=float)
    )
    ground = lay_out(town)
    assert relax(ground).bound == pytest.approx(2000.0)
    proof = raise_bound(ground, np.array([0, 0, 1, 1]), 0.0)
    # Both middles to one section: 10 * 900 + 10 * 100.
    assert proof.bound == pytest.approx(10_000.0)
    assert proof.plan.tolist() in ([0, 0, 0, 1], [0, 1, 1, 1])


def test_a_section_outside_every_area_has_its_zone_around_its_gate() -> None:
    town = replace(grid_town(2, 3, home=[0, 5], seats=[30, 40]), home=np.array([0, -1]))
    ground = lay_out(town)
    assert ground.nodes > ground.areas
    proof = raise_bound(ground, construct(ground, relax(ground)), 0.0)
    assert proof.bound == pytest.approx(ground.value(proof.plan))


def test_an_island_goes_anywhere_without_a_fence() -> None:
    town = grid_town(1, 5, home=[0, 3], seats=[30, 30])
    town = replace(town, edges=np.array([[0, 1], [1, 2], [2, 3]]))
    ground = lay_out(town)
    proof = raise_bound(ground, construct(ground, relax(ground)), 0.0)
    # Squares 0-2 have 30 pupils at 0, 100 and 200 or 100 metres; 4 is 100 metres from 3.
    assert proof.bound == pytest.approx(10 * (0 + 100 + 100 + 0 + 100))


def test_a_ground_without_rules_is_refused() -> None:
    ground = without_rules(grid_town(1, 3, home=[0, 2], seats=[20, 20]))
    with pytest.raises(ValueError, match="own its root"):
        raise_bound(ground, np.array([0, 0, 1]), 0.0)


def test_a_solver_that_left_its_relaxation_unsolved_is_told_to_solve_it() -> None:
    """As when its time is over; it does not crash, and what it says holds."""
    town = grid_town(3, 3, home=[0, 8], seats=[50, 50])
    ground = lay_out(town)
    known = construct(ground, relax(ground))
    market = open_market(ground, relax(ground), known, 0.0)

    def run(model: Model, *_: object, **__: object) -> str:
        model.setParam("lp/solvefreq", -1)
        model.setParam("presolving/maxrounds", 0)
        model.optimize()
        return str(model.getStatus())

    with mock.patch("planner.zoning.proof.core._run", run):
        outcome = solve_core(market, known, seconds=None, branches=None, stop=lambda: False)
    assert outcome.proved
    best = outcome.plan if outcome.plan is not None else known
    assert ground.value(best) == best_value(town)


def test_the_zones_met_on_the_way_are_whole_and_truly_priced() -> None:
    town = grid_town(4, 4, home=[0, 15], seats=[80, 90])
    ground = lay_out(town)
    relaxation = relax(ground)
    market = open_market(ground, relaxation, construct(ground, relaxation), 0.0)
    price_areas(market, steps=50, stop=lambda: False)
    price_zones(market, steps=50, stop=lambda: False)
    touching: nx.Graph[int] = nx.Graph(town.edges.tolist())
    assert len(market.zones) > 2
    for zone in market.zones:
        assert nx.is_connected(touching.subgraph(zone.areas))
        assert town.home[zone.section] in zone.areas
        assert zone.value == pytest.approx(_cost(town, zone))


@given(st.integers(0, 10_000), st.sampled_from([0.0, 3.0, 1e6]))
@settings(max_examples=40, deadline=None)
def test_the_zones_of_one_section_are_those_that_trying_all_sets_finds(
    seed: int, overflow_metres: float
) -> None:
    territory, profit = _section(seed, overflow_metres)
    worths = _worths(territory, profit)
    best = max(worths.values())
    fences, mean = no_fences(100), np.zeros(len(profit))
    for _ in range(3):
        tighten(territory, profit, fences, 0.0, 10, mean)
        find_fences(territory, fences, mean, 0.01, 10)
    gain = lend(fences, profit, fences.lent)
    room, worth = np.zeros((8, len(profit)), dtype=bool), np.zeros(8)
    top, count, _ = best_zones(
        territory, profit, gain, no_trios(len(profit)), -np.inf, True, 10_000, room, worth
    )
    assert top == pytest.approx(best, abs=1e-6)
    assert worth[:count].max() == pytest.approx(best, abs=1e-6)
    floor = best - 30.0
    room, worth = np.zeros((3000, len(profit)), dtype=bool), np.zeros(3000)
    _, count, branches = best_zones(
        territory, profit, gain, no_trios(len(profit)), floor, False, 10**6, room, worth
    )
    found = {frozenset(np.flatnonzero(row).tolist()) for row in room[:count]}
    assert branches > 0
    assert {zone for zone, value in worths.items() if value > floor + 1e-6} <= found
    assert found <= {zone for zone, value in worths.items() if value > floor - 1e-6}


@given(st.integers(0, 10_000), st.sampled_from([0.0, 3.0, 1e6]))
@settings(max_examples=40, deadline=None)
def test_no_whole_zone_gains_more_than_areas_behind_fences(
    seed: int, overflow_metres: float
) -> None:
    territory, profit = _section(seed, overflow_metres)
    best = max(_worths(territory, profit).values())
    fences, mean = no_fences(100), np.zeros(len(profit))
    for _ in range(3):
        parted = tighten(territory, profit, fences, best, 10, mean)
        find_fences(territory, fences, mean, 0.01, 10)
        whole = fill_whole(territory, lend(fences, profit, fences.lent), np.zeros(len(profit)))
        assert best <= whole + 1e-6
        assert whole <= parted + 1e-6


def test_the_search_for_a_zone_that_gives_up_says_what_it_could_not_rule_out() -> None:
    territory, profit = _section(3, 1e6)
    best = max(_worths(territory, profit).values())
    room, worth = np.zeros((8, len(profit)), dtype=bool), np.zeros(8)
    for branches in range(1, 20):
        top, _, _ = best_zones(
            territory, profit, profit, no_trios(len(profit)), -np.inf, True, branches, room, worth
        )
        assert top >= best - 1e-9


@given(st.integers(0, 10_000), st.sampled_from([0.0, 3.0, 1e6]), st.integers(1, 6))
@settings(max_examples=60, deadline=None)
def test_fines_for_two_areas_of_three_are_paid_by_the_zones_that_have_them(
    seed: int, overflow_metres: float, count: int
) -> None:
    territory, profit = _section(seed, overflow_metres)
    areas, fines, rng = *_fines(seed, count), np.random.default_rng(seed)
    trios = trios_of(territory, areas, fines, 9)
    worths = {
        zone: worth - _paid(territory, areas, fines, zone)
        for zone, worth in _worths(territory, profit).items()
    }
    best = max(worths.values())
    room, worth = np.zeros((8, len(profit)), dtype=bool), np.zeros(8)
    top, shown, _ = best_zones(territory, profit, profit, trios, -np.inf, True, 10_000, room, worth)
    assert top == pytest.approx(best, abs=1e-6)
    assert worth[:shown].max() == pytest.approx(best, abs=1e-6)
    room, worth = np.zeros((3000, len(profit)), dtype=bool), np.zeros(3000)
    floor = best - 30.0
    _, shown, _ = best_zones(territory, profit, profit, trios, floor, False, 10**6, room, worth)
    found = {frozenset(np.flatnonzero(row).tolist()) for row in room[:shown]}
    assert {zone for zone, value in worths.items() if value > floor + 1e-6} <= found
    # However the fines are spread over areas, no zone is charged more than it pays.
    charged, back = relief(territory, profit, trios, float(rng.uniform(0, 5)))
    for zone in worths:
        paid = _paid(territory, areas, fines, zone)
        assert charged[list(zone)].sum() - back <= paid + 1e-9


@given(st.integers(0, 10_000), st.sampled_from([0.0, 3.0, 1e6]), st.integers(1, 6))
@settings(max_examples=60, deadline=None)
def test_zones_that_are_climbed_to_hang_together_and_are_worth_what_is_said(
    seed: int, overflow_metres: float, count: int
) -> None:
    territory, profit = _section(seed, overflow_metres)
    areas, fines = _fines(seed, count)
    trios = trios_of(territory, areas, fines, 9)
    worths = {
        zone: worth - _paid(territory, areas, fines, zone)
        for zone, worth in _worths(territory, profit).items()
    }
    begin = np.zeros((len(worths), len(profit)), dtype=bool)
    for row, zone in enumerate(worths):
        begin[row, list(zone)] = True
    room, worth = np.zeros_like(begin), np.zeros(len(begin))
    shown = climb(territory, profit, trios, begin, -np.inf, room, worth)
    found = [frozenset(np.flatnonzero(row).tolist()) for row in room[:shown]]
    assert shown == len(worths)
    for zone, said, first in zip(found, worth, worths.values(), strict=True):
        assert said == pytest.approx(worths[zone], abs=1e-6)
        assert said >= first - 1e-6
    best = max(worths.values())
    assert worth.max() == pytest.approx(best, abs=1e-6)
    assert climb(territory, profit, trios, begin, best + 1e-6, room, worth) == 0


def test_a_zone_is_left_that_no_single_change_betters() -> None:
    # A row of four squares, the school in the first: the third is worth a lot, but the second,
    # on the way, costs more than a change brings.
    row = grid_town(1, 4, home=[0, 3], seats=[100, 100])
    territory = territory_of(lay_out(row), 0, np.array([True, True, True, False]), 1000)
    profit = np.zeros(len(territory.nodes))
    profit[np.flatnonzero(territory.nodes == 1)] = -5.0
    profit[np.flatnonzero(territory.nodes == 2)] = 20.0
    alone = np.zeros((1, len(profit)), dtype=bool)
    alone[0, 0] = True
    room, worth = np.zeros_like(alone), np.zeros(1)
    assert climb(territory, profit, no_trios(len(profit)), alone, 0.0, room, worth) == 1
    assert worth[0] == pytest.approx(15.0)
    assert sorted(territory.nodes[room[0]].tolist()) == [0, 1, 2]


@given(st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_the_trios_found_are_those_that_a_mixture_offends_against_most(seed: int) -> None:
    rng = np.random.default_rng(seed)
    members = (rng.random((9, 7)) < 0.45).astype(float)
    shares = rng.random(9)
    shares /= max(1.0, float((members.T @ shares).max()))  # no area is there more than once
    by = {
        trio: float(shares[members[:, trio].sum(axis=1) >= 2].sum()) - 1.0
        for trio in combinations(range(7), 3)
    }
    known = np.array([max(by, key=by.__getitem__)])
    found = find_trios(csr_array(members), shares, known, offence=0.05, at_most=3, each=9)
    rest = sorted((value for trio, value in by.items() if trio != tuple(known[0])), reverse=True)
    assert [by[tuple(trio)] for trio in found.tolist()] == pytest.approx(
        [value for value in rest[:3] if value > 0.05]
    )


@given(towns(), st.sampled_from([0, 2]))
@settings(max_examples=25, deadline=None)
def test_all_zones_mixed_and_put_together_make_the_best_plan(town: Problem, fined: int) -> None:
    """The mixture costs no more than the best plan, with fines or without."""
    town = replace(town, locked=np.zeros(town.areas, dtype=bool), today=None)
    ground = lay_out(town)
    zones = _every_zone(town)
    best = best_value(town)
    mixture = Mixture(ground, best + 1.0)
    assert mixture.add(zones_of(ground, zones)) == len(zones)
    assert mixture.add(zones_of(ground, zones[:3])) == 0
    nothing = Prices(np.zeros(ground.areas), np.zeros(ground.sections), np.zeros(0))
    mixture.mix(nothing)
    for _ in range(fined):
        mixed, shares = mixture.mixed()
        trios = find_trios(mixed.members, shares, mixture.trios, offence=0.02, at_most=9, each=9)
        mixture.fine(trios)
        mixture.mix()
    assert mixture.left_out == pytest.approx(0.0, abs=1e-7)
    assert mixture.cost <= best * (1 + 1e-6) + 1e-3
    assert mixture.reduced(mixture.prices).min() >= -1e-6 * (best + 1)
    if (whole := mixture.plan()) is not None:
        assert ground.value(np.append(whole, ground.fixed[ground.areas :])) == pytest.approx(
            mixture.cost, rel=1e-6, abs=1e-3
        )
    near, trios_near = mixture.within(best - mixture.cost + 1.0)
    puzzle = Puzzle(near, trios_near, complete=True)
    found = assemble(puzzle, 2 * best + 1e6, seconds=None, branches=None)
    assert found.settled
    assert found.plan is not None
    assert ground.value(np.append(found.plan, ground.fixed[ground.areas :])) == pytest.approx(
        best, rel=1e-6, abs=1e-3
    )
    # Nobody finds a plan that is better still.
    assert assemble(puzzle, best, seconds=None, branches=None).plan is None


def test_zones_are_put_together_without_rules_that_do_not_look_at_the_time(tmp_path: Path) -> None:
    """HiGHS knows its rules by numbers, which another version might give to others."""
    model = empty_rows(2)
    model.setOptionValue("log_to_console", False)
    model.setOptionValue("output_flag", True)
    model.setOptionValue("log_file", str(tmp_path / "log.txt"))
    ones = (np.ones(3), ([0, 1, 2], [0, 0, 0]))
    zones = Zones(np.zeros(3, np.int64), np.array([1.0, 2.0, 3.0]), csr_array(ones, shape=(3, 1)))
    put_in(model, zones, csr_array((3, 0)), np.arange(3), 1)
    model.changeColsIntegrality(3, np.arange(3, dtype=np.int32), np.ones(3, dtype=np.uint8))
    model.run()
    log = (tmp_path / "log.txt").read_text()
    assert [rule for rule in ("Probing", "Enumeration") if f": {rule}" not in log] == []


def _every_zone(town: Problem) -> list[Zone]:
    """List every zone in one piece that has a section's own area and nobody else's."""
    touching: nx.Graph[int] = nx.Graph(town.edges.tolist())
    touching.add_nodes_from(range(town.areas))
    zones = []
    for section, home in enumerate(town.home.tolist()):
        others = [area for area in range(town.areas) if area not in town.home]
        for size in range(len(others) + 1):
            for chosen in combinations(others, size):
                areas = tuple(sorted((home, *chosen)))
                if nx.is_connected(touching.subgraph(areas)):
                    bare = Zone(section, areas, 0.0)
                    zones.append(bare._replace(value=_cost(town, bare)))
    return zones


def _cost(town: Problem, zone: Zone) -> float:
    """Return the metres of a zone's pupils, and what those beyond its seats cost."""
    areas = list(zone.areas)
    walked = float(town.pupils[areas] @ town.walk_metres[areas, zone.section])
    beyond = max(0, int(town.pupils[areas].sum()) - int(town.seats[zone.section]))
    return walked + town.weights.overflow_metres * beyond


def _fines(seed: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return trios of the areas of a 3 by 3 town, and their fines."""
    rng = np.random.default_rng(seed + 1)
    every = np.array(list(combinations(range(9), 3)))
    chosen = rng.choice(len(every), count, replace=False)
    return every[chosen], rng.integers(1, 40, count).astype(float)


def _paid(
    territory: Territory, areas: np.ndarray, fines: np.ndarray, zone: frozenset[int]
) -> float:
    """Return the fines that a zone of places pays."""
    had = np.isin(areas, territory.nodes[list(zone)]).sum(axis=1)
    return float(fines[had >= 2].sum())


def _section(seed: int, overflow_metres: float) -> tuple[Territory, np.ndarray]:
    """Return a section in a corner of a 3 by 3 town, and what squares add to its zone."""
    rng = np.random.default_rng(seed)
    town = grid_town(
        3,
        3,
        home=[0],
        seats=[int(rng.integers(20, 60))],
        pupils=rng.integers(0, 12, 9).tolist(),
        weights=Weights(overflow_metres, 0.0, 0.0),
    )
    ground = lay_out(town)
    most = int(town.seats[0] + (10 if overflow_metres < 1e6 else 0))
    territory = territory_of(ground, 0, np.ones(9, dtype=bool), most)
    return territory, rng.integers(-40, 60, len(territory.nodes)).astype(float)


def _worths(territory: Territory, profit: np.ndarray) -> dict[frozenset[int], float]:
    """Price every zone in one piece that has its root and is not fuller than it may be."""
    places = len(profit)
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(places))
    for place in range(places):
        for at in range(territory.starts[place], territory.starts[place + 1]):
            graph.add_edge(place, int(territory.neighbours[at]))
    worths = {}
    for bits in range(2 ** (places - 1)):
        zone = [0, *(place + 1 for place in range(places - 1) if bits >> place & 1)]
        load = int(territory.pupils[zone].sum())
        if load <= territory.most and nx.is_connected(graph.subgraph(zone)):
            beyond = max(0, load - territory.seats)
            worths[frozenset(zone)] = float(profit[zone].sum()) - territory.overflow_metres * beyond
    return worths
