"""Towns that cannot have the plan they ask for: the best there is, and words for what is wrong."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.zoning import PieceReason, Problem, SolveStatus, Zoning, evaluate, solve
from planner.zoning.conflicts import ConflictKind, Conflicts, conflicts
from planner.zoning.demands import Demand, DemandKind
from tests.zoning.grids import best_value, grid_town, hangs_together, worth


def planned(town: Problem) -> tuple[Zoning, Conflicts]:
    """Return the plan of a town, judged once more, and its conflicts."""
    zoning = solve(town, seed=1, proposals=5_000)
    again = evaluate(town, zoning.section_of_area)
    assert again.value == zoning.value
    assert zoning.bound <= zoning.value * (1 + 1e-9)
    return zoning, conflicts(town)


def row(**changes: object) -> Problem:
    """Draw six areas of 10 pupils in a row, sections with 30 seats at the ends."""
    return replace(grid_town(1, 6, home=[0, 5], seats=[30, 30]), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("seats", [[20, 30], [15, 44], [0, 0]])
def test_seats_below_pupils_leave_exactly_those_without_one(seats: list[int]) -> None:
    zoning, found = planned(row(seats=np.array(seats)))
    (short,) = found.found
    missing = 60 - sum(seats)
    assert (short.missing, found.unseated) == (missing, (missing,))
    # Areas of 10 pupils fill seats by the ten: 59 seats are as good as 50.
    assert missing <= zoning.overflow.sum() <= missing + 9
    assert hangs_together(row(), zoning.section_of_area.tolist())


def test_an_area_that_touches_nothing_joins_the_nearest_section_and_is_named() -> None:
    town = row(edges=np.array([[0, 1], [1, 3], [3, 4], [4, 5]]), seats=np.array([40, 40]))
    zoning, found = planned(town)
    assert zoning.section_of_area[2] == 0
    (piece,) = zoning.pieces
    assert (piece.reason, piece.areas) == (PieceReason.ISLAND, (2,))
    assert [(one.reason, one.areas) for one in found.set_aside] == [(PieceReason.ISLAND, (2,))]
    assert not found.proved


def test_a_section_in_no_area_gets_a_zone_around_the_nearest_one() -> None:
    zoning, found = planned(row(home=np.array([0, -1])))
    assert zoning.section_of_area.tolist() == [0, 0, 0, 1, 1, 1]
    assert {piece.reason for piece in zoning.pieces} == {PieceReason.HOME_OUTSIDE}
    assert (found.found, found.placeless) == ((), ())


def test_a_section_that_nobody_reaches_gets_no_area_and_its_seats_do_not_count() -> None:
    walks = row().walk_metres.copy()
    walks[:, 1] = np.inf
    zoning, found = planned(row(home=np.array([0, -1]), walk_metres=walks))
    assert set(zoning.section_of_area.tolist()) == {0}
    assert (found.placeless, found.unseated) == ((1,), (30,))
    assert zoning.overflow.tolist() == [30, 0]


def test_two_sections_in_one_area_share_the_town() -> None:
    walks = 100.0 * np.abs(np.arange(6)[:, None] - np.array([2, 2]))
    zoning, found = planned(row(home=np.array([2, 2]), walk_metres=walks))
    assert sorted(np.bincount(zoning.section_of_area)) == [3, 3]
    assert not found.proved
    assert not zoning.overflow.any()


def test_areas_without_pupils_join_a_zone_and_cost_nothing() -> None:
    zoning, found = planned(row(pupils=np.array([10, 0, 0, 0, 0, 10])))
    assert (zoning.value, zoning.status) == (0.0, SolveStatus.OPTIMAL)
    assert hangs_together(row(), zoning.section_of_area.tolist())
    assert not found.proved


def test_a_town_without_any_pupil_has_a_plan() -> None:
    zoning, found = planned(row(pupils=np.zeros(6, dtype=np.int64), seats=np.array([0, 0])))
    assert (zoning.value, zoning.gap, found.unseated) == (0.0, 0.0, (0,))


def test_a_lock_that_cuts_a_zone_in_two_is_kept_and_named() -> None:
    # 0 1 2 3 4 5: area 2 is locked to section 1, to which area 3 and 4 do not lead today.
    today = np.array([0, 0, 1, 0, 0, 1])
    locked = np.array([False, False, True, False, False, False])
    town = row(today=today, locked=locked, seats=np.array([40, 40]))
    zoning, found = planned(town)
    assert zoning.section_of_area[2] == 1
    assert [(one.reason, one.locks) for one in found.set_aside] == [(PieceReason.LOCKED, (2,))]
    # Areas 3 and 4 cannot pass the lock to section 0: all on that side go to section 1.
    assert zoning.section_of_area.tolist() == [0, 0, 1, 1, 1, 1]


def test_a_limit_no_area_can_meet_is_named_for_each_and_the_plan_says_where_it_breaks() -> None:
    walks = row().walk_metres + 500.0
    town = row(walk_metres=walks, walk_limit_metres=400.0, limit_is_hard=True)
    zoning, found = planned(town)
    assert [one.areas for one in found.found] == [(0,), (1,), (2,), (3,), (4,), (5,)]
    assert {one.kind for one in found.found} == {ConflictKind.NO_SECTION}
    # Area 0 is section 0's own: home and limit contradict each other there as well.
    assert {demand.kind for one in found.found for demand in one.demands} == {DemandKind.LIMIT}
    assert zoning.breaches["limit"].tolist() == [0, 1, 2, 3, 4, 5]
    assert zoning.section_of_area.tolist() == [0, 0, 0, 1, 1, 1]


def test_no_plan_at_all_still_gives_the_best_that_can_be_had() -> None:
    # A river in the middle, 30 pupils on either side, but only 20 seats in the west.
    river = np.zeros((6, 2))
    river[:3, 1] = river[3:, 0] = np.inf
    zoning, found = planned(row(seats=np.array([20, 90]), surcharges={"river": river}))
    assert zoning.section_of_area.tolist() == [0, 0, 0, 1, 1, 1]
    assert zoning.overflow.tolist() == [10, 0]
    assert Demand(DemandKind.SEATS, section=0) in found.found[0].demands


@given(st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_walks_that_keep_no_law_of_distance_change_nothing(seed: int) -> None:
    # One-way streets: the way there is another than the way back, and no triangle holds.
    rng = np.random.default_rng(seed)
    town = row(walk_metres=rng.integers(0, 2_000, (6, 2)).astype(float))
    zoning, found = planned(town)
    assert zoning.value == pytest.approx(best_value(town))
    assert zoning.value == pytest.approx(worth(town, zoning.section_of_area.tolist()))
    assert not found.proved
