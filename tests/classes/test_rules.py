"""Whole classes with whole pupils: opened, climbing, merged and divided."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from planner.classes import (
    climb,
    climb_up,
    count_at_least,
    count_between,
    divide_largest,
    form_classes,
    merge,
    open_classes,
    open_entry,
    share_out,
    split,
)
from planner.scenario import ClassSettings

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


def test_the_largest_class_is_divided_first_whatever_its_grade() -> None:
    # One room: it goes to the 60 of the upper grade, not to the 57 of the lower one.
    assert divide_largest([(57,), (60,)], above=55, rooms=1) == [(57,), (30, 30)]
    # Two rooms: the 60 are 30 and 30 by now, so that the second room goes to the 57.
    assert divide_largest([(57,), (60,)], above=55, rooms=2) == [(29, 28), (30, 30)]


def test_of_two_grades_alike_the_lower_one_is_divided_first() -> None:
    assert divide_largest([(60,), (60,)], above=55, rooms=1) == [(30, 30), (60,)]


def test_a_grade_twice_too_large_waits_until_others_are_no_larger() -> None:
    # 130 → 65 and 65, still the largest → 44, 43 and 43; only the third room goes to the 60.
    assert divide_largest([(60,), (130,)], above=55, rooms=2) == [(60,), (44, 43, 43)]
    assert divide_largest([(60,), (130,)], above=55, rooms=3) == [(30, 30), (44, 43, 43)]


def test_rooms_to_spare_divide_nothing_that_is_not_too_large() -> None:
    assert divide_largest([(55,), (), (20,)], above=55, rooms=9) == [(55,), (), (20,)]
    assert divide_largest([(90,)], above=0, rooms=9) == [(90,)]


def test_two_classes_of_20_are_merged_where_the_policy_says_below_25() -> None:
    assert merge((20, 20), below=25, size=45) == (40,)
    assert merge((20, 20), below=20, size=45) == (20, 20)
    assert merge((20, 20), below=0, size=45) == (20, 20)


def test_no_merger_makes_a_class_above_standard_size() -> None:
    # Three classes of 23: two would be 35 and 34, one would be 69.
    assert merge((23, 23, 23), below=40, size=45) == (35, 34)
    assert merge((23, 23), below=40, size=45) == (23, 23)


def test_a_single_small_class_stays() -> None:
    assert merge((3,), below=25, size=45) == (3,)
    assert merge((), below=25, size=45) == ()


def test_classes_are_merged_in_the_year_in_which_they_climb() -> None:
    policy = ClassSettings(merge_below=25)
    # 40 pupils leave 4 of the 44: two classes of 20 make one of 40; 30 and 30 stay.
    assert climb_up([(22, 22), (30, 30)], [40, 60], [45, 45], policy) == [(40,), (30, 30)]
    # The entry grade opens as many classes as it needs and is never merged.
    assert open_entry([(40,)], 46, rooms=5, size=45, policy=policy) == [(23, 23), (40,)]


def test_nothing_is_merged_that_would_be_divided_at_once() -> None:
    # Divided above 35: a merged class of 40 is within the standard of 45 but would not last.
    policy = ClassSettings(split_above=35, merge_below=25)
    assert climb_up([(20, 20)], [40], [45], policy) == [(20, 20)]
    assert climb_up([(20, 20)], [35], [45], policy) == [(35,)]


def test_entry_classes_come_before_the_division_of_those_above() -> None:
    # Two rooms are left: both go to the 90 entrants, none to the 60 of the grade above.
    opened = open_entry([(60,)], 90, rooms=2, size=45, policy=ClassSettings())
    assert opened == [(45, 45), (60,)]
    # With three rooms the third one divides the 60.
    opened = open_entry([(60,)], 90, rooms=3, size=45, policy=ClassSettings())
    assert opened == [(45, 45), (30, 30)]


def test_56_counts_as_large_and_55_does_not() -> None:
    assert count_at_least((55, 56, 66), 56) == 2
    assert count_at_least((55, 56, 66), 66) == 1
    assert count_at_least((55, 56, 66), None) == 0


def test_a_mean_within_standard_hides_a_large_class() -> None:
    # 60, 40 and 35 are 45 on average; three classes of 45 are as well.
    assert count_at_least((60, 40, 35), 56) == 1
    assert count_at_least((45, 45, 45), 56) == 0


def test_bands_hold_their_ends_and_the_last_one_has_none() -> None:
    bands = [(36, 45), (46, 55), (56, 65), (66, None)]
    assert count_between([35, 36, 45, 46, 55, 56, 65, 66, 90], bands) == [2, 2, 2, 2]
    assert count_between([], bands) == [0, 0, 0, 0]


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


@given(sizes, st.integers(0, 60), st.integers(1, 60))
def test_merging_loses_nobody_and_ends_when_the_policy_is_met(
    classes: tuple[int, ...], below: int, size: int
) -> None:
    merged = merge(classes, below=below, size=size)
    assert sum(merged) == sum(classes)
    if len(merged) < len(classes):
        assert max(merged) <= size
    one_fewer = size * (len(merged) - 1)
    assert len(merged) == 1 or sum(merged) >= below * len(merged) or sum(merged) > one_fewer


@given(
    st.lists(sizes | st.just(()), min_size=1, max_size=6), st.integers(0, 60), st.integers(-2, 8)
)
def test_dividing_the_largest_first_leaves_none_larger_than_where_rooms_were_used(
    grades: list[tuple[int, ...]], above: int, rooms: int
) -> None:
    divided = divide_largest(grades, above=above, rooms=rooms)
    assert [sum(classes) for classes in divided] == [sum(classes) for classes in grades]
    used = sum(map(len, divided)) - sum(map(len, grades))
    assert 0 <= used <= max(rooms, 0)
    largest = max((max(classes, default=0) for classes in divided), default=0)
    assert above == 0 or used == max(rooms, 0) or largest <= above
