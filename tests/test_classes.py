"""Whole classes with whole pupils, opened, climbing and divided."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from planner.classes import (
    climb,
    count_at_least,
    form_classes,
    open_classes,
    share_out,
    split,
)

sizes = st.lists(st.integers(1, 70), min_size=1, max_size=8).map(tuple)


def test_a_hundred_pupils_in_three_classes_are_34_33_33() -> None:
    assert share_out(100, 3) == (34, 33, 33)


def test_entrants_open_as_many_classes_of_45_as_they_need() -> None:
    assert open_classes(91, rooms=5, size=45) == (31, 30, 30)
    assert open_classes(90, rooms=5, size=45) == (45, 45)


def test_where_rooms_run_out_entrants_crowd_the_classes_there_are() -> None:
    assert open_classes(130, rooms=2, size=45) == (65, 65)


def test_without_any_room_one_class_opens_all_the_same() -> None:
    assert open_classes(20, rooms=0, size=45) == (20,)


def test_nobody_opens_no_class() -> None:
    assert open_classes(0, rooms=3, size=45) == ()


def test_rooms_to_spare_go_to_the_grade_with_the_largest_classes() -> None:
    # Five rooms for three grades: 60 and 91 children take two each, 40 fit into one.
    assert form_classes([60, 40, 91], [45, 45, 45], 5) == [(30, 30), (40,), (46, 45)]
    # A sixth room relieves the classes of 46 and 45; with seven rooms none is needed more.
    assert form_classes([60, 40, 91], [45, 45, 45], 7)[2] == (31, 30, 30)


def test_a_grade_without_pupils_takes_no_room() -> None:
    assert form_classes([0, 50, 0], [45, 45, 45], 2) == [(), (25, 25), ()]


def test_a_class_climbs_with_its_pupils() -> None:
    assert climb((50, 40), 90) == (50, 40)
    # 99 = 90 × 1.1: 55 and 44.
    assert climb((50, 40), 99) == (55, 44)


def test_a_single_newcomer_joins_the_class_with_the_largest_remainder() -> None:
    # 91 pupils over 50 and 40: 50.56 and 40.44.
    assert climb((50, 40), 91) == (51, 40)


def test_a_grade_nobody_is_left_in_has_no_class() -> None:
    assert climb((12,), 0) == ()


def test_a_grade_that_begins_without_classes_gets_one() -> None:
    assert climb((), 7) == (7,)


def test_a_class_of_56_is_divided_when_a_room_is_free() -> None:
    assert split((56, 50), above=55, rooms=1) == (36, 35, 35)
    assert split((56, 50), above=55, rooms=0) == (56, 50)
    assert split((55, 55), above=55, rooms=1) == (55, 55)


def test_zero_means_classes_are_never_divided() -> None:
    assert split((70, 70), above=0, rooms=5) == (70, 70)


def test_56_counts_as_large_and_55_does_not() -> None:
    assert count_at_least((55, 56, 66), 56) == 2
    assert count_at_least((55, 56, 66), 66) == 1
    assert count_at_least((55, 56, 66), None) == 0


@given(sizes, st.integers(0, 400))
def test_climbing_loses_nobody_and_leaves_no_empty_class(
    classes: tuple[int, ...], pupils: int
) -> None:
    climbed = climb(classes, pupils)
    assert sum(climbed) == pupils
    assert all(size > 0 for size in climbed)
    assert len(climbed) <= len(classes)


@given(sizes, st.integers(1, 60), st.integers(0, 6))
def test_dividing_loses_nobody_and_uses_no_more_rooms_than_are_free(
    classes: tuple[int, ...], above: int, rooms: int
) -> None:
    divided = split(classes, above=above, rooms=rooms)
    assert sum(divided) == sum(classes)
    assert len(divided) - len(classes) <= rooms
    assert len(divided) - len(classes) == rooms or max(divided) <= above


@given(st.integers(0, 500), st.integers(0, 12), st.integers(1, 50))
def test_entry_classes_seat_everybody_as_equally_as_can_be(
    entrants: int, rooms: int, size: int
) -> None:
    opened = open_classes(entrants, rooms=rooms, size=size)
    assert sum(opened) == entrants
    assert not opened or max(opened) - min(opened) <= 1
    # Above standard size only where the rooms are used up.
    assert not opened or max(opened) <= size or len(opened) == max(1, rooms)
