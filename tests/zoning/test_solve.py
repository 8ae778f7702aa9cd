"""Zones drawn by the solver, on towns small enough to draw by hand."""

from __future__ import annotations

from dataclasses import replace
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import Delaunay

from planner.zoning import (
    PieceReason,
    Problem,
    SolveStatus,
    Weights,
    evaluate,
    judge,
    nearest,
    solve,
)
from planner.zoning.moves import Draft, anneal
from tests.zoning.grids import (
    DEAR,
    best_value,
    crowded_town,
    grid_town,
    hangs_together,
    renumbered,
    sketches,
    worth,
)

FEW = 3_000
"""Proposals: enough to find something, few enough that the exact method has work left."""


@st.composite
def small_towns(draw: st.DrawFn) -> Problem:
    """Draw a grid town of up to 9 areas and 3 sections, in one piece, with today's zones.

    Today's zones are a flood from the homes, so that every lock can be kept connected.
    """
    sketch = draw(sketches([(1, 4), (1, 7), (2, 3), (2, 4), (3, 3)]))
    areas, sections, rng = sketch.areas, sketch.sections, sketch.chance
    walks = rng.integers(0, 2000, (areas, sections)).astype(float)
    if draw(st.booleans()):
        walks[rng.random(walks.shape) < 0.15] = np.inf
        walks[sketch.home, np.arange(sections)] = 0.0
    return Problem(
        pupils=rng.integers(0, 40, areas),
        seats=rng.integers(0, 120, sections),
        walk_metres=walks,
        edges=sketch.edges,
        home=sketch.home,
        weights=Weights(
            overflow_metres=draw(st.sampled_from([0.0, 300.0, 5_000.0, 1e6])),
            over_limit_metres=draw(st.sampled_from([0.0, 400.0])),
            changed_metres=draw(st.sampled_from([0.0, 250.0])),
        ),
        walk_limit_metres=draw(st.sampled_from([float("inf"), 1_000.0])),
        today=sketch.zone,
        locked=rng.random(areas) < draw(st.sampled_from([0.0, 0.3])),
    )


@given(small_towns())
@settings(max_examples=40, deadline=None)
def test_no_plan_whatsoever_beats_the_plan_of_a_small_town(town: Problem) -> None:
    zoning = solve(town, seed=1, proposals=FEW)
    plan = zoning.section_of_area.tolist()
    assert hangs_together(town, plan)
    assert zoning.value == pytest.approx(worth(town, plan), rel=1e-9)
    assert zoning.value == pytest.approx(best_value(town), rel=1e-6)
    assert zoning.status is SolveStatus.OPTIMAL
    assert zoning.bound <= zoning.value * (1 + 1e-9)


@given(small_towns())
@settings(max_examples=25, deadline=None)
def test_the_relaxation_never_promises_more_than_there_is(town: Problem) -> None:
    # Too few proposals and too large for the exact method: 401 sections nobody can reach.
    crowd = 401
    large = replace(
        town,
        seats=np.append(town.seats, np.zeros(crowd, dtype=np.int64)),
        walk_metres=np.pad(town.walk_metres, ((0, 0), (0, crowd)), constant_values=np.inf),
        home=np.append(town.home, np.full(crowd, -1)),
    )
    zoning = solve(large, seed=1, proposals=1)
    best = best_value(town)
    assert zoning.bound <= best * (1 + 1e-9)
    assert zoning.value >= best * (1 - 1e-9)
    assert hangs_together(town, zoning.section_of_area.tolist())


@given(small_towns())
@settings(max_examples=20, deadline=None)
def test_twice_the_pupils_and_seats_are_twice_the_metres(town: Problem) -> None:
    twice = replace(town, pupils=2 * town.pupils, seats=2 * town.seats)
    once, both = (solve(each, seed=1, proposals=FEW).value for each in (town, twice))
    assert both == pytest.approx(2 * once, rel=1e-6)


@given(small_towns(), st.randoms(use_true_random=False))
@settings(max_examples=20, deadline=None)
def test_other_numbers_for_the_areas_change_nothing(town: Problem, chance: object) -> None:
    town = replace(town, today=None, locked=None)
    order = np.random.default_rng(chance.getrandbits(30)).permutation(town.areas)  # type: ignore[attr-defined]
    other = solve(renumbered(town, order), seed=1, proposals=FEW)
    assert other.value == pytest.approx(solve(town, seed=1, proposals=FEW).value, rel=1e-6)


@given(small_towns(), st.integers(0, 2), st.integers(1, 60))
@settings(max_examples=20, deadline=None)
def test_more_seats_never_make_the_best_plan_worse(town: Problem, section: int, more: int) -> None:
    seats = town.seats.copy()
    seats[section % town.sections] += more
    richer = solve(replace(town, seats=seats), seed=1, proposals=FEW)
    assert richer.value <= solve(town, seed=1, proposals=FEW).value * (1 + 1e-6)


@given(small_towns(), st.integers(0, 10_000))
@settings(max_examples=30, deadline=None)
def test_a_plan_drawn_by_hand_never_beats_its_bound(town: Problem, seed: int) -> None:
    plan = np.random.default_rng(seed).integers(0, town.sections, town.areas)
    for judged in (judge(town, plan), nearest(town)):
        assert judged.bound <= judged.value * (1 + 1e-9)
        assert judged.value == pytest.approx(worth(town, judged.section_of_area.tolist()))


def test_everybody_goes_to_the_nearer_school_where_seats_suffice() -> None:
    """Six areas in a line, a school at each end: A . . . . B, ten pupils each."""
    zoning = solve(grid_town(1, 6, home=[0, 5], seats=[30, 30]), seed=1)
    assert zoning.section_of_area.tolist() == [0, 0, 0, 1, 1, 1]
    assert zoning.value == 2 * 10 * (0 + 100 + 200)
    assert zoning.terms == {"walk": 6000.0, "overflow": 0.0, "over_limit": 0.0, "changed": 0.0}
    assert zoning.status is SolveStatus.OPTIMAL
    assert zoning.gap == pytest.approx(0.0, abs=1e-9)


def test_a_full_school_passes_areas_on_through_its_neighbour() -> None:
    """A A' . . B . C in a line: A is full with its own area, and only C has seats to spare.

    Area 0 fills A. Areas 1 2 3 must go to B, which has three of its own to give to C.
    """
    town = grid_town(1, 7, home=[0, 4, 6], seats=[10, 40, 20])
    zoning = solve(town, seed=1)
    assert zoning.section_of_area.tolist() == [0, 1, 1, 1, 1, 2, 2]
    assert zoning.value == 10 * (0 + 300 + 200 + 100 + 0 + 100 + 0)


def test_a_zone_goes_round_the_corner_rather_than_over_it() -> None:
    """Nearer is not enough: the far corner is 1's by foot, but 1 cannot reach it on the map.

    0 1 2      sections 0 at area 0, 1 at area 2; a lane joins 6 with 2 on foot only,
    3 . 5      the middle is a lake, and areas 7, 8 are not there: 6 touches only 3.
    6
    """
    town = Problem(
        pupils=np.full(6, 10),
        seats=np.array([60, 60]),
        walk_metres=np.array([[0.0, 200], [100, 100], [200, 0], [100, 300], [300, 100], [200, 50]]),
        edges=np.array([[0, 1], [1, 2], [0, 3], [2, 4], [3, 5]]),
        home=np.array([0, 2]),
        weights=DEAR,
    )
    zoning = solve(town, seed=1)
    assert zoning.section_of_area.tolist()[5] == 0
    assert zoning.pieces == ()
    apart = nearest(town)
    assert apart.section_of_area.tolist()[5] == 1
    assert [(piece.areas, piece.reason) for piece in apart.pieces] == [((5,), PieceReason.DETACHED)]
    assert zoning.value - apart.value == 10 * (200 - 50)
    alone = solve(replace(town, contiguous=False), seed=1)
    assert alone.section_of_area.tolist()[5] == 1


def test_missing_seats_are_counted_and_the_plan_is_still_proved() -> None:
    """Three areas in a line, one school with 25 seats for 30 pupils."""
    zoning = solve(grid_town(1, 3, home=[1], seats=[25]), seed=1)
    assert zoning.overflow.tolist() == [5]
    assert zoning.terms["overflow"] == 5 * 100_000.0
    assert zoning.status is SolveStatus.OPTIMAL


def test_an_island_goes_to_the_cheapest_section_and_is_reported() -> None:
    """Four areas in a line, and one in the lake that touches none: A . . B   ~5~."""
    line = grid_town(1, 4, home=[0, 3], seats=[30, 30])
    town = replace(
        line,
        pupils=np.full(5, 10),
        walk_metres=np.vstack([line.walk_metres, [[700.0, 500.0]]]),
    )
    zoning = solve(town, seed=1)
    assert zoning.section_of_area.tolist() == [0, 0, 1, 1, 1]
    assert [(p.section, p.areas, p.reason) for p in zoning.pieces] == [
        (1, (4,), PieceReason.ISLAND)
    ]


def test_two_schools_in_one_area_share_what_lies_around_it() -> None:
    """Schools 0 and 1 both stand in the middle of five areas in a line: . . M . .

    Each has 30 seats for 50 pupils: one takes the middle, and neither may jump over a zone.
    """
    town = grid_town(1, 5, home=[2, 2], seats=[30, 30])
    zoning = solve(town, seed=1)
    assert not zoning.overflow.any()
    assert hangs_together(town, zoning.section_of_area.tolist())
    (note,) = zoning.pieces
    assert note.reason is PieceReason.HOME_ELSEWHERE
    assert note.section != zoning.section_of_area[2]
    assert zoning.value == best_value(town) == 10 * (200 + 100 + 0 + 100 + 200)


def test_a_school_outside_every_area_serves_those_around_the_nearest() -> None:
    """A . . . in a line; school 1 stands beyond the right edge, nearest to area 3."""
    line = grid_town(1, 4, home=[0, 3], seats=[20, 20])
    town = replace(line, home=np.array([0, -1]))
    zoning = solve(town, seed=1)
    assert zoning.section_of_area.tolist() == [0, 0, 1, 1]
    assert [(p.areas, p.reason) for p in zoning.pieces] == [((2, 3), PieceReason.HOME_OUTSIDE)]


def test_locked_areas_keep_their_section_and_their_way_to_it() -> None:
    """A . . B in a line of four, the third locked to A: so the second is A's as well."""
    line = grid_town(1, 4, home=[0, 3], seats=[40, 40])
    today, locked = np.array([0, 0, 0, 1]), np.array([False, False, True, False])
    zoning = solve(replace(line, today=today, locked=locked), seed=1)
    assert zoning.section_of_area.tolist() == [0, 0, 0, 1]
    assert zoning.pieces == ()


def test_a_locked_area_cut_off_today_stays_so_and_what_it_encloses_is_reported() -> None:
    """. B  A . in a line: area 2 is A's home but the ends belong to the far sections today.

    0 1 2 3 : home of 0 is area 1, home of 1 is area 2; area 3 is locked to section 0.
    """
    line = grid_town(1, 4, home=[1, 2], seats=[40, 40])
    today, locked = np.array([0, 0, 1, 0]), np.array([False, False, False, True])
    zoning = solve(replace(line, today=today, locked=locked), seed=1)
    assert zoning.section_of_area.tolist() == [0, 0, 1, 0]
    assert [(p.areas, p.reason) for p in zoning.pieces] == [((3,), PieceReason.LOCKED)]


def test_an_area_no_school_can_be_reached_from_goes_with_its_neighbour() -> None:
    """A . . B with a third area nobody can leave on foot; the longest walk is 300 metres."""
    line = grid_town(1, 4, home=[0, 3], seats=[40, 20])
    line.walk_metres[2] = np.inf
    for zoning in (solve(line, seed=1), nearest(line)):
        assert zoning.unreachable.tolist() == [2]
        assert zoning.terms["walk"] == 10 * (0 + 100 + 600 + 0)
        assert zoning.pieces == ()


def test_a_closed_section_gets_nobody_even_where_zones_need_not_hang_together() -> None:
    """A . . x: the section at the right end is closed, no walks, no seats, no home."""
    line = grid_town(1, 4, home=[0, 3], seats=[0, 0])
    walks = line.walk_metres.copy()
    walks[:, 1] = walks[3] = np.inf
    closed = replace(line, home=np.array([0, -1]), walk_metres=walks, contiguous=False)
    for zoning in (solve(closed, seed=1), nearest(closed)):
        assert zoning.section_of_area.tolist() == [0, 0, 0, 0]


def test_empty_areas_join_a_zone_beside_them() -> None:
    """A . . . . B: nobody lives in between, yet the zones meet in the middle."""
    town = grid_town(1, 6, home=[0, 5], seats=[10, 10], pupils=[10, 0, 0, 0, 0, 10])
    zoning = solve(replace(town, seats=np.array([10, 10])), seed=1)
    assert zoning.section_of_area.tolist() == [0, 0, 0, 1, 1, 1]
    assert zoning.value == 0.0
    assert (zoning.gap, zoning.status) == (0.0, SolveStatus.OPTIMAL)


def test_each_area_may_have_its_own_walking_limit() -> None:
    """A . . in a line: 200 metres are too far for the village, 100 too far for the town."""
    prices = Weights(overflow_metres=0.0, over_limit_metres=50.0, changed_metres=0.0)
    town = replace(
        grid_town(1, 3, home=[0], seats=[30], weights=prices),
        walk_limit_metres=np.array([0.0, 99.0, 200.0]),
    )
    assert solve(town, seed=1).terms["over_limit"] == 10 * 50.0


def test_moving_an_area_away_from_todays_section_has_its_price() -> None:
    """A . B: the middle is as near to both, so today decides, and the longer walk if cheaper."""
    prices = Weights(overflow_metres=1e5, over_limit_metres=0.0, changed_metres=30.0)
    town = grid_town(1, 3, home=[0, 2], seats=[30, 30], weights=prices)
    town = replace(town, today=np.array([0, 1, 1]))
    assert solve(town, seed=1).section_of_area.tolist() == [0, 1, 1]
    full = solve(replace(town, seats=np.array([30, 10])), seed=1)
    assert full.section_of_area.tolist() == [0, 0, 1]
    assert full.terms["changed"] == 10 * 30.0


def generated_town(areas: int, sections: int, *, seats_per_pupil: float) -> Problem:
    """Scatter areas over a plane, more pupils in the middle, sections where pupils are."""
    rng = np.random.default_rng(areas)
    where = rng.random((areas, 2)) * 400 * np.sqrt(areas)
    far = np.hypot(*(where - where.mean(axis=0)).T) / (150 * np.sqrt(areas))
    pupils = rng.poisson(4 + 30 * np.exp(-(far**2)))
    home = rng.choice(areas, sections, replace=False, p=pupils / pupils.sum())
    apart = where[:, None] - where[None, home]
    walks = 1.3 * np.hypot(apart[..., 0], apart[..., 1])
    nearby = np.bincount(walks.argmin(axis=1), weights=pupils, minlength=sections) ** 0.7
    corners = Delaunay(where).simplices
    return Problem(
        pupils=pupils,
        seats=np.ceil(nearby / nearby.sum() * pupils.sum() * seats_per_pupil).astype(np.int64),
        walk_metres=walks,
        edges=np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]]),
        home=home,
        weights=DEAR,
    )


def test_a_town_of_three_hundred_areas_comes_close_to_its_bound() -> None:
    town = generated_town(300, 12, seats_per_pupil=1.12)
    steps: list[str] = []
    zoning = solve(town, seed=1, report=lambda step, _value, _bound: steps.append(step))
    plan = zoning.section_of_area.tolist()
    assert hangs_together(town, plan)
    assert zoning.value == pytest.approx(worth(town, plan))
    assert not zoning.overflow.any()
    assert 0 <= zoning.gap <= 0.02
    assert zoning.status is SolveStatus.FEASIBLE
    assert steps[0] == "bound"
    assert {"construct", "improve"} <= set(steps)
    # Everybody to the nearest school is no plan here: some schools are too small.
    assert nearest(town).status is SolveStatus.OVERFULL


@pytest.mark.parametrize(
    ("seed", "free"), [(3, 0.015), (6, 0.015), (10, 0.015), (12, 0.015), (7, 0.03)]
)
def test_where_hardly_a_seat_is_free_everybody_finds_one_all_the_same(
    seed: int, free: float
) -> None:
    """Walks that become short and seats that fill at the same time leave up to 23 without."""
    zoning = solve(crowded_town(seed, free=free), seed=1)
    assert zoning.overflow.sum() == 0
    assert not zoning.pieces


def test_the_same_seed_draws_the_same_zones() -> None:
    town = generated_town(150, 6, seats_per_pupil=1.05)
    first, again = (solve(town, seed=7, proposals=50_000) for _ in range(2))
    assert np.array_equal(first.section_of_area, again.section_of_area)


@pytest.mark.parametrize(("gap", "rounds"), [(0.01, 1), (0.0005, 3), (0.0, 8)])
def test_a_search_for_a_gap_begins_briefly_and_takes_twice_as_long_each_time(
    gap: float, rounds: int
) -> None:
    """A wide gap is there after a round of 50 moves for each of the 300 areas, no gap never."""
    town = generated_town(300, 12, seats_per_pupil=1.12)
    proposals: list[int] = []

    def counted(draft: Draft, most: int, temperature: float, missing_seat: float) -> None:
        proposals.append(most)
        anneal(draft, most, temperature, missing_seat)

    with mock.patch("planner.zoning.improve.anneal", counted):
        zoning = solve(town, seed=1, proposals=255 * 50 * 300, gap=gap)
    assert (zoning.gap <= gap) == (gap > 0)
    assert sum(proposals) == pytest.approx((2**rounds - 1) * 50 * 300, rel=0.02)


def test_search_alone_keeps_every_zone_in_one_piece_at_any_seed() -> None:
    town = generated_town(150, 6, seats_per_pupil=1.05)
    for seed in range(4):
        zoning = solve(town, seed=seed, proposals=20_000)
        assert hangs_together(town, zoning.section_of_area.tolist())


def test_a_plan_must_name_a_section_for_every_area() -> None:
    town = grid_town(1, 3, home=[0], seats=[30])
    with pytest.raises(ValueError, match="one section number for each of 3 areas"):
        evaluate(town, np.array([0, 0]))
    with pytest.raises(ValueError, match="sections from 0 to 0"):
        evaluate(town, np.array([0, 1, 0]))
