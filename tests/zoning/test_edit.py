"""Areas moved by hand: what it costs, what it breaks, and how that is mended."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.zoning import Cases, PieceReason, Problem, Together, evaluate
from planner.zoning.edit import Break, BreakKind, Edited, edit
from planner.zoning.repair import repair
from tests.zoning.grids import grid_town, hangs_together, sketches, worth


def row_of_six(**changes: object) -> Problem:
    """Draw six areas of 10 pupils in a row, a section with 30 seats at each end.

    0 - 1 - 2 - 3 - 4 - 5, section 0 in area 0, section 1 in area 5.
    """
    return replace(grid_town(1, 6, home=[0, 5], seats=[30, 30]), **changes)  # type: ignore[arg-type]


HALVES = np.array([0, 0, 0, 1, 1, 1])


def new_breaks(edited: Edited) -> list[tuple[BreakKind, int, tuple[int, ...], int]]:
    """List what an edit breaks that was whole before."""
    return [(b.kind, b.section, b.areas, b.pupils) for b in edited.breaks if not b.known]


def test_a_moved_area_changes_both_sections_and_overfills_one() -> None:
    edited = edit(row_of_six(), HALVES, {2: 1})
    assert edited.moved.tolist() == [2]
    assert edited.moved_pupils == 10
    # Area 2 walks 300 metres instead of 200; 10 pupils are beyond the seats, at 100,000 each.
    assert edited.after.value - edited.before.value == 10 * 100 + 10 * 100_000
    left, right = edited.sections
    assert (left.section, left.pupils_before, left.pupils_after, left.seats) == (0, 30, 20, 30)
    # (0 + 100 + 200) / 3 becomes (0 + 100) / 2
    assert (left.mean_walk_metres_before, left.mean_walk_metres_after) == (100, 50)
    assert (right.longest_walk_metres_before, right.longest_walk_metres_after) == (200, 300)
    assert new_breaks(edited) == [(BreakKind.SEATS, 1, (), 10)]


def test_an_area_moved_to_a_zone_it_does_not_touch_is_named_as_apart() -> None:
    edited = edit(row_of_six(seats=np.array([60, 60])), HALVES, {1: 1})
    # Area 1 is cut off from section 1, and cuts area 2 off from section 0.
    assert new_breaks(edited) == [
        (BreakKind.PIECES, 0, (2,), 10),
        (BreakKind.PIECES, 1, (1,), 10),
    ]


def test_a_section_that_is_left_without_pupils_has_no_mean_walk() -> None:
    town = row_of_six(seats=np.array([90, 90]))
    edited = edit(town, np.array([0, 1, 1, 1, 1, 1]), {0: 1})
    assert np.isnan(edited.sections[0].mean_walk_metres_after)
    assert (BreakKind.HOME, 1, (0,), 10) in new_breaks(edited)


def test_the_edit_names_each_demand_it_breaks() -> None:
    barred = np.zeros((6, 2))
    barred[2, 1] = np.inf
    town = row_of_six(
        seats=np.array([60, 60]),
        walk_limit_metres=250.0,
        today=HALVES,
        locked=np.array([False, False, True, False, False, False]),
        surcharges={"railway": barred},
        together=(Together("estate", np.array([-1, 0, 0, -1, -1, -1]), np.inf),),
    )
    found = {kind: areas for kind, _, areas, _ in new_breaks(edit(town, HALVES, {2: 1}))}
    # Of two parts alike the one of the later section is apart: area 2.
    assert found == {
        BreakKind.LIMIT: (2,),
        BreakKind.LOCK: (2,),
        BreakKind.FORBIDDEN: (2,),
        BreakKind.TOGETHER: (2,),
    }


def test_a_lock_given_with_the_edit_is_kept_where_the_plan_has_it() -> None:
    edited = edit(row_of_six(seats=np.array([60, 60])), HALVES, {2: 1}, locks=[2, 3])
    assert new_breaks(edited) == [(BreakKind.LOCK, 1, (2,), 10)]


def test_pupils_sent_where_no_street_leads_are_named() -> None:
    town = row_of_six(seats=np.array([60, 60]))
    town.walk_metres[2, 1] = np.inf
    assert new_breaks(edit(town, HALVES, {2: 1})) == [(BreakKind.NO_WALK, 1, (2,), 10)]


def test_what_was_broken_before_is_told_as_known_unless_it_gets_worse() -> None:
    town = row_of_six(seats=np.array([60, 20]))
    untouched = edit(town, HALVES, {})
    assert untouched.breaks == (Break(BreakKind.SEATS, 1, (), 10, known=True),)
    assert new_breaks(edit(town, HALVES, {2: 1})) == [(BreakKind.SEATS, 1, (), 20)]


def test_an_area_beyond_the_limit_before_is_known_unless_it_walks_farther() -> None:
    # Area 2 walks 200 metres to section 0, 300 to section 1; area 3 the other way round.
    town = row_of_six(walk_limit_metres=150.0, seats=np.array([60, 60]))
    assert new_breaks(edit(town, HALVES, {2: 1})) == [(BreakKind.LIMIT, 1, (2,), 10)]
    farther = np.array([0, 0, 1, 1, 1, 1])
    assert new_breaks(edit(town, farther, {2: 0})) == []


def test_an_edit_that_says_nothing_changes_nothing_and_going_back_restores_the_value() -> None:
    town = row_of_six()
    there = edit(town, HALVES, {2: 1, 3: 0})
    back = edit(town, there.after.section_of_area, {2: 0, 3: 1}, before=there.after)
    assert back.after.value == there.before.value
    assert edit(town, HALVES, {2: 0}).sections == ()


def test_every_area_and_section_that_does_not_exist_is_named_at_once() -> None:
    with pytest.raises(ValueError, match="area 6") as told:
        edit(row_of_six(), HALVES, {6: 0, 2: 2}, locks=[-1])
    assert str(told.value).splitlines() == [
        "moves: there is no area 6; expected 0 to 5.",
        "moves: there is no section 2; expected 0 to 1.",
        "locks: there is no area -1; expected 0 to 5.",
    ]


def two_rows(**changes: object) -> Problem:
    """Draw two rows of four areas with 10 pupils, sections with 50 seats in two corners.

    0 1 2 3
    4 5 6 7   section 0 in area 0, section 1 in area 7.
    """
    return replace(grid_town(2, 4, home=[0, 7], seats=[50, 50]), **changes)  # type: ignore[arg-type]


LEFT_AND_RIGHT = np.array([0, 0, 1, 1, 0, 0, 1, 1])


def test_a_corridor_is_drawn_to_a_moved_area_and_seats_are_found_for_it() -> None:
    repaired = repair(two_rows(), LEFT_AND_RIGHT, {4: 1}, seed=1)
    plan = repaired.zoning.section_of_area
    # Area 4 touches 0 and 5: 5 must come along. That makes 60 pupils: area 2 goes to section 0.
    assert plan.tolist() == [0, 0, 0, 1, 1, 1, 1, 1]
    assert repaired.changed.tolist() == [2, 5]
    assert repaired.left == ()
    assert repaired.edited.moved.tolist() == [2, 4, 5]


def test_the_repair_leaves_locks_alone_and_says_what_it_cannot_mend() -> None:
    repaired = repair(two_rows(), LEFT_AND_RIGHT, {4: 1}, locks=[2], seed=1)
    # Zone 0 holds areas 0 and 1 and can only grow into area 2.
    assert repaired.zoning.section_of_area[2] == 1
    assert [(b.kind, b.section, b.pupils) for b in repaired.left] == [(BreakKind.SEATS, 1, 10)]


def test_a_move_that_breaks_nothing_needs_no_repair() -> None:
    repaired = repair(two_rows(), LEFT_AND_RIGHT, {5: 1}, seed=1)
    assert repaired.changed.size == 0
    assert repaired.zoning.section_of_area[5] == 1


def test_the_repair_stays_near_the_edit() -> None:
    # Twelve areas in a row, four sections; what happens at the left end stays there.
    town = grid_town(1, 12, home=[0, 4, 7, 11], seats=[40, 30, 30, 40])
    plan = np.array([0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3])
    repaired = repair(town, plan, {3: 0}, seed=1)
    assert repaired.zoning.section_of_area.tolist() == [0, 0, 0, 0, *plan[4:]]
    overfull = repair(replace(town, seats=np.array([30, 40, 30, 40])), plan, {2: 1}, seed=1)
    assert overfull.zoning.section_of_area.tolist() == [0, 0, 1, 1, 1, 1, *plan[6:]]


def test_a_chain_of_full_sections_passes_areas_on_to_the_free_seat() -> None:
    # Sections at 0, 4 and 8; the middle one is full, the right one has 10 seats to spare.
    town = grid_town(1, 9, home=[0, 4, 8], seats=[30, 30, 40])
    plan = np.array([0, 0, 0, 1, 1, 1, 2, 2, 2])
    repaired = repair(town, plan, {2: 1}, seed=1)
    assert repaired.zoning.section_of_area.tolist() == [0, 0, 1, 1, 1, 2, 2, 2, 2]
    assert repaired.left == ()


def test_seats_are_mended_in_every_year() -> None:
    years = Cases(pupils=np.array([[10] * 8, [11] * 8]), seats=np.array([[60, 60], [55, 55]]))
    repaired = repair(two_rows(cases=years), LEFT_AND_RIGHT, {4: 1}, seed=1)
    # 6 areas of 11 pupils are 66 in the second year, 5 of them just fit.
    assert repaired.left == ()
    assert sorted(np.bincount(repaired.zoning.section_of_area)) == [3, 5]


@st.composite
def edited_towns(draw: st.DrawFn) -> tuple[Problem, np.ndarray, dict[int, int], list[int]]:
    """Draw a grid town, zones in one piece, one or two moves and perhaps a lock."""
    sketch = draw(sketches([(1, 7), (2, 4), (3, 3)], fewest=2))
    areas, sections, rng = sketch.areas, sketch.sections, sketch.chance
    home, plan = sketch.home, sketch.zone
    pupils = rng.integers(0, 20, areas)
    seats = np.bincount(plan, pupils, sections).astype(np.int64) + rng.integers(0, 25, sections)
    town = grid_town(sketch.rows, sketch.columns, home=home, seats=seats, pupils=pupils)  # type: ignore[arg-type]
    free = np.setdiff1d(np.arange(areas), home)
    moves = {int(a): int(rng.integers(sections)) for a in rng.choice(free, draw(st.integers(1, 2)))}
    return town, plan, moves, [int(rng.choice(free))] if draw(st.booleans()) else []


@given(edited_towns())
@settings(max_examples=30, deadline=None)
def test_a_repair_keeps_what_it_was_given_and_mends_what_can_be_mended(
    case: tuple[Problem, np.ndarray, dict[int, int], list[int]],
) -> None:
    town, plan, moves, locks = case
    wanted = plan.copy()
    wanted[list(moves)] = list(moves.values())
    repaired = repair(town, plan, moves, locks, seed=1)
    made = repaired.zoning.section_of_area
    held = sorted({*moves, *locks, *town.home.tolist()})
    assert made[held].tolist() == wanted[held].tolist()
    assert repaired.zoning.value == pytest.approx(worth(town, made.tolist()))
    # No area alone can go back to where the edit left it.
    for area in repaired.changed:
        back = made.copy()
        back[area] = wanted[area]
        worse = evaluate(town, back)
        assert worse.overflow.sum() > repaired.zoning.overflow.sum() or not hangs_together(
            town, back.tolist()
        )
    if _can_be_mended(town, wanted, held):
        assert all(one.kind is BreakKind.LOCK for one in repaired.left)
        assert not any(one.reason is PieceReason.DETACHED for one in repaired.zoning.pieces)


def _can_be_mended(town: Problem, wanted: np.ndarray, held: list[int]) -> bool:
    """Try every plan that keeps what is held: is there one with seats and in one piece?"""
    choices = [
        [int(wanted[area])] if area in held else range(town.sections) for area in range(town.areas)
    ]
    return any(
        (np.bincount(plan, town.pupils, town.sections) <= town.seats).all()
        and hangs_together(town, plan)
        for plan in product(*choices)
    )


def test_the_same_seed_mends_the_same_way() -> None:
    once, again = (repair(two_rows(), LEFT_AND_RIGHT, {4: 1}, seed=3) for _ in range(2))
    assert once.zoning.section_of_area.tolist() == again.zoning.section_of_area.tolist()
