"""The cheapest cure of large classes, against every set of measures of towns one can draw."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.siting.large_classes import (
    Cohort,
    Ground,
    LargeClasses,
    Measures,
    Move,
    Prices,
    SolveStatus,
    Target,
    count_large,
    hanging,
    solve,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

PRICES = Prices(room=100.0, room_year=1.0, class_year=10.0, turned_away=3.0)
YEARS = 4


def entering(section: int, first: int, pupils: int, *, planned: int = 2, **more: int) -> Cohort:
    """Return pupils who enter a two-year section and all stay."""
    stay = min(2, YEARS - first)
    return Cohort(
        section=section,
        first=first,
        enters=True,
        pupils=(pupils,) * stay,
        kept=(),
        planned=(planned,) * stay,
        standard=55,
        **more,
    )


def counted(section: int, *sizes: int) -> Cohort:
    """Return pupils who sit in classes in the counted year and stay one year more."""
    kept = (tuple(sizes),) * 2
    return Cohort(section, 0, False, (sum(sizes),) * 2, kept, (len(sizes),) * 2, 55)


def town(
    *cohorts: Cohort,
    rooms: int = 4,
    rooms_most: int = 3,
    most: int = 0,
    moves: tuple[Move, ...] = (),
    prices: Prices = PRICES,
) -> LargeClasses:
    """Return sections with as many rooms each; targets hold from the second planned year on."""
    sections = max(cohort.section for cohort in cohorts) + 1
    everywhere = frozenset(range(sections))
    zone = np.array([0, 0, 0, 1], dtype=np.int64)
    edges = np.array([[0, 1], [1, 2], [2, 3], [1, 3]])
    return LargeClasses(
        years=YEARS,
        rooms=np.full((sections, YEARS), rooms, dtype=np.int64),
        rooms_from=2,
        rooms_most=np.full(sections, rooms_most, dtype=np.int64),
        prices=(prices,) * sections,
        large=56,
        cohorts=cohorts,
        given=np.zeros((sections, YEARS), dtype=np.int64),
        targets=tuple(Target(year, everywhere, most) for year in (2, 3)),
        moves=moves,
        grounds=(Ground(zone, edges, {0: 0, 1: 3}),),
    )


def move(area: int, entrants: int, price: float, **more: int) -> Move:
    """Return one area of section 0 that could go to section 1 from the second planned year."""
    return Move(0, (area,), 0, 1, (0, 0, entrants, entrants), price, 0.0, **more)


def test_56_is_large_and_a_mean_never_counts_large_classes() -> None:
    # 112 pupils in two classes are 56 each: both large. 111 are 56 and 55: one. 110: none.
    assert [count_large(pupils, 2, 56) for pupils in (112, 111, 110)] == [2, 1, 0]
    # Three classes of 170 have a mean of 56.7, and all three are large; of 166 only one is.
    assert [count_large(pupils, 3, 56) for pupils in (170, 166, 165)] == [3, 1, 0]


def test_where_the_targets_are_met_there_is_nothing_to_do() -> None:
    found = solve(town(entering(0, 1, 110), entering(0, 2, 100), entering(0, 3, 100)))
    assert found.value == found.bound == 0
    assert found.status is SolveStatus.OPTIMAL
    assert not found.rooms_added.any()


def test_one_room_and_one_class_cure_a_grade_of_120() -> None:
    # 4 rooms hold 2 + 2 classes; 120 pupils in 2 classes are 60 each, so that a third is needed.
    # A room from year 2 to 3: 100 + 2 × 1; a class more in both years: 2 × 10.
    found = solve(town(entering(0, 1, 110), entering(0, 2, 120), entering(0, 3, 100)))
    assert found.rooms_added[0].tolist() == [0, 0, 1, 1]
    assert found.value == 100 + 2 + 20
    assert found.status is SolveStatus.OPTIMAL
    assert not found.large[:, 2:].any()


def test_a_free_room_costs_a_teacher_only() -> None:
    found = solve(town(entering(0, 1, 55, planned=1), entering(0, 2, 120), entering(0, 3, 50)))
    assert not found.rooms_added.any()
    assert found.value == 20


def test_counted_classes_of_unequal_size_are_formed_anew_with_one_class_more() -> None:
    # 60 + 40 fit two classes of 50, but a plan divides by adding a class and never by mixing.
    kept = ((60, 40),) * 4
    cohort = Cohort(0, 0, False, (100,) * 4, kept, (2,) * 4, 55)
    found = solve(town(cohort, rooms=3))
    assert found.classes[0] == (2, 2, 3, 3)
    assert found.value == 20


def test_an_area_is_moved_where_that_is_cheaper_than_a_room() -> None:
    ill = (entering(0, 1, 100), entering(0, 2, 120), entering(0, 3, 100))
    well = tuple(entering(1, year, 80) for year in (1, 2, 3))
    found = solve(town(*ill, *well, moves=(move(2, 15, 30.0),)))
    assert found.moved == (0,)
    assert found.value == 30
    dear = solve(town(*ill, *well, moves=(move(2, 15, 300.0),)))
    assert dear.moved == ()
    assert dear.value == 122


def test_entrants_from_outside_are_turned_away_where_that_saves_a_class() -> None:
    found = solve(town(entering(0, 1, 110), entering(0, 2, 114, outside=6), entering(0, 3, 100)))
    # 110 fit two classes: 4 of the 6 from outside are turned away, at 3 each.
    assert found.turned_away == {1: 4}
    assert found.value == 12


def test_zones_stay_in_one_piece() -> None:
    """Area 1 lies between 0, where the school stands, and 2: it cannot go alone."""
    ill = (entering(0, 1, 100), entering(0, 2, 120), entering(0, 3, 100))
    well = tuple(entering(1, year, 60) for year in (1, 2, 3))
    problem = town(*ill, *well, moves=(move(1, 15, 5.0),))
    assert solve(problem).moved == ()
    both = replace(problem, moves=(move(1, 15, 5.0), move(2, 5, 5.0)))
    found = solve(both)
    assert found.moved == (0, 1)
    zone = problem.grounds[0].zone.copy()
    zone[[1, 2]] = 1
    assert hanging(problem.grounds[0], zone).all()


def test_without_enough_rooms_the_fewest_classes_are_missed_and_said() -> None:
    # Two cohorts of 165 in four rooms: 3 + 3 classes would do, two rooms more; only one is left.
    cohorts = (entering(0, 2, 165), entering(0, 3, 165))
    found = solve(town(*cohorts, rooms_most=1))
    assert found.status is SolveStatus.INFEASIBLE
    # In year 3 one cohort sits in 3 classes, the other in 2 of 83 and 82: two large classes.
    assert [(miss.target.year, miss.classes) for miss in found.misses] == [(3, 2)]
    assert found.misses_bound == 2
    assert solve(town(*cohorts, rooms_most=2)).status is SolveStatus.OPTIMAL


def test_rooms_that_come_too_late_do_not_help() -> None:
    problem = town(counted(0, 60, 60), entering(0, 1, 165, planned=3))
    early = replace(problem, targets=(Target(1, frozenset({0}), 0),))
    assert solve(early).status is SolveStatus.INFEASIBLE


def test_a_target_that_leaves_some_classes_costs_less_than_none() -> None:
    cohorts = (entering(0, 1, 110), entering(0, 2, 120), entering(0, 3, 100))
    assert solve(town(*cohorts, most=2)).value == 0
    assert solve(town(*cohorts, most=1)).value == 122


def test_classes_that_no_measure_reaches_make_a_target_impossible() -> None:
    problem = town(entering(0, 1, 100), entering(0, 2, 100))
    given_two = problem.given.copy()
    given_two[0, 2] = 2
    found = solve(replace(problem, given=given_two))
    assert found.status is SolveStatus.INFEASIBLE
    assert [miss.classes for miss in found.misses] == [2]


def test_a_problem_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="not in the problem"):
        town(Cohort(0, 3, True, (10, 10), (), (1, 1), 55))


some_town = st.builds(
    lambda n, m, walk, extra: town(
        *(entering(0, year, count) for year, count in enumerate(n, start=1)),
        *(entering(1, year, count) for year, count in enumerate(m, start=1)),
        moves=(move(2, extra, walk), move(1, extra, walk, after=0)),
    ),
    st.tuples(*[st.integers(80, 150)] * 3),
    st.tuples(*[st.integers(60, 110)] * 3),
    st.floats(1, 150),
    st.integers(5, 25),
)


@settings(max_examples=25, deadline=None)
@given(problem=some_town)
def test_the_cure_of_a_small_town_is_the_best_of_all_sets_of_measures(
    problem: LargeClasses,
) -> None:
    best = min(every_value(problem), default=None)
    found = solve(problem, gap=0.0)
    if best is None:
        assert found.status is SolveStatus.INFEASIBLE
        return
    assert found.value == pytest.approx(best)
    assert found.bound <= found.value + 1e-6
    assert found.status is SolveStatus.OPTIMAL


@settings(max_examples=10, deadline=None)
@given(problem=some_town)
def test_more_rooms_or_lower_prices_never_make_it_dearer(problem: LargeClasses) -> None:
    base = solve(problem, gap=0.0)
    roomy = solve(replace(problem, rooms_most=problem.rooms_most + 1), gap=0.0)
    cheap = solve(
        replace(problem, prices=(replace(PRICES, room=50.0),) * len(problem.prices)), gap=0.0
    )
    if base.status is not SolveStatus.INFEASIBLE:
        assert roomy.value <= base.value + 1e-6
        assert cheap.value <= base.value + 1e-6


@settings(max_examples=10, deadline=None)
@given(problem=some_town)
def test_a_target_that_nobody_can_miss_changes_nothing(problem: LargeClasses) -> None:
    loose = Target(1, frozenset(range(2)), 10_000)
    alike = solve(problem, gap=0.0)
    other = solve(replace(problem, targets=(*problem.targets, loose)), gap=0.0)
    assert alike.status is other.status
    if alike.status is SolveStatus.OPTIMAL:
        assert other.value == pytest.approx(alike.value)


def test_a_year_with_classes_left_puts_the_cure_off() -> None:
    """Two sections each need a room from year 2 on; where two classes may stay, one can wait.

    Both at once: 2 × (100 + 2 + 20). Waiting saves one room-year and one class-year: 1 + 10.
    """
    cohorts = tuple(
        cohort
        for section in (0, 1)
        for cohort in (
            entering(section, 1, 110),
            entering(section, 2, 120),
            entering(section, 3, 100),
        )
    )
    at_once = solve(town(*cohorts), gap=0.0)
    assert at_once.value == 244
    both = frozenset({0, 1})
    later = replace(town(*cohorts), targets=(Target(2, both, 2), Target(3, both, 0)))
    found = solve(later, gap=0.0)
    assert found.value == 233
    assert found.large[:, 2].sum() == 2
    assert found.large[:, 3].sum() == 0


def every_value(problem: LargeClasses) -> Iterator[float]:
    """Yield the cost of every set of moves and rooms that leaves no large class."""
    for moved in ((), (0,), (0, 1)):
        zone = problem.grounds[0].zone.copy()
        for index in moved:
            zone[list(problem.moves[index].areas)] = 1
        if not hanging(problem.grounds[0], zone).all():
            continue
        price = sum(problem.moves[index].walk_yuan for index in moved)
        for rooms in itertools.product(range(4), repeat=4):
            early, late = np.array(rooms[:2]), np.array(rooms[2:])
            if (late < early).any():
                continue
            added = np.column_stack([early * 0, early * 0, early, late])
            cost = least_classes(problem, moved, added)
            if cost is not None:
                yield price + 100 * float(late.sum()) + float(added.sum()) + cost


def least_classes(problem: LargeClasses, moved: tuple[int, ...], added: np.ndarray) -> float | None:
    """Return the teachers' cost of as few classes as do; None where they do not fit."""
    used = np.zeros(problem.rooms.shape, dtype=int)
    more = np.zeros(problem.rooms.shape, dtype=bool)
    cost = 0.0
    for cohort in problem.cohorts:
        pupils = cohort.pupils[0]
        for index in moved:
            entrants = problem.moves[index].entrants[cohort.first]
            pupils += entrants if cohort.section == 1 else -entrants
        for year, planned in zip(cohort.years, cohort.planned, strict=True):
            classes = planned if year < 2 else max(1, -(-pupils // 55))
            if cohort.first < 2 <= year:
                classes = max(classes, planned)
            used[cohort.section, year] += classes
            more[cohort.section, year] |= classes > planned
            cost += 10.0 * max(0, classes - planned)
    over = (used > problem.rooms + added) & more
    return None if over.any() else cost


def test_the_parts_of_the_value_add_up() -> None:
    found: Measures = solve(town(entering(0, 1, 110), entering(0, 2, 120), entering(0, 3, 100)))
    assert sum(found.terms.values()) == found.value
    assert found.terms["rooms"] == 100
