"""A wave of pupils goes up from the primary to the junior school and takes the rooms along.

S1 is a nine-year school: P1 has 8 rooms of its own, J1 has 4, and 12 belong to both.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.capacity import classes_for, divide_rooms
from planner.plan import Plan, make_plan
from planner.scenario import Scenario, TransitionSettings, YearSettings
from tests.test_capacity import offered, rooms_of

if TYPE_CHECKING:
    from planner.study import Study

some_rooms = st.integers(0, 40)


def divided(rooms: int, own: list[int], needed: list[int]) -> list[int]:
    """Return the rooms that each section gets."""
    return [int(part) for part in divide_rooms(rooms, np.array(own), np.array(needed))]


def test_rooms_go_first_where_they_are_lacking() -> None:
    assert divided(12, [8, 4], [18, 6]) == [10, 2]


def test_rooms_that_do_not_suffice_are_divided_by_what_is_lacking() -> None:
    # 7 × 6/9 = 4.67 and 7 × 3/9 = 2.33: the larger part of a room is made whole.
    assert divided(7, [0, 0], [6, 3]) == [5, 2]


def test_rooms_nobody_lacks_are_divided_by_the_classes_needed() -> None:
    # 24 rooms for 12 and 6 classes: 12 + 4 and 6 + 2.
    assert divided(24, [0, 0], [12, 6]) == [16, 8]


def test_rooms_of_a_school_without_pupils_are_divided_evenly() -> None:
    assert divided(5, [0, 0], [0, 0]) == [3, 2]


@given(
    rooms=some_rooms,
    sections=st.lists(st.tuples(some_rooms, some_rooms), min_size=1, max_size=4),
)
def test_every_shared_room_is_counted_once_and_helps_whoever_lacks_one(
    rooms: int, sections: list[tuple[int, int]]
) -> None:
    own, needed = map(list, zip(*sections, strict=True))
    parts = divided(rooms, own, needed)
    assert sum(parts) == rooms
    assert min(parts) >= 0
    lacking = [max(0, want - have) for have, want in sections]
    if sum(lacking) <= rooms:
        assert all(part >= lack for part, lack in zip(parts, lacking, strict=True))
    else:
        # Nobody is more than a room away from the part that is due.
        due = [rooms * lack / sum(lacking) for lack in lacking]
        assert all(abs(part - fair) < 1 for part, fair in zip(parts, due, strict=True))


def test_each_grade_needs_whole_classes_of_its_own() -> None:
    assert classes_for([46, 45, 0], [45, 45, 45]) == 2 + 1
    assert classes_for([26, 30, 36], [25, 30, 35]) == 2 + 1 + 2


@pytest.fixture(scope="module")
def nine_year(squares: Study) -> Study:
    """Return the nine squares with P1 and J1 in one school and a wave in grades 4 to 6 of P1."""
    sections = squares.sections.copy()
    sections.loc[sections["section_id"] == "J1", "school_id"] = "S1"
    for section, rooms in (("P1", 8), ("J1", 4)):
        sections.loc[sections["section_id"] == section, "rooms"] = rooms
    schools = squares.schools.copy()
    schools.loc[schools["school_id"] == "S1", ["kind", "shared_rooms"]] = ["nine_year", 12]
    # One year of rolls: everybody climbs.
    rolls = squares.rolls[squares.rolls["year"] == 2023].reset_index(drop=True)
    wave = (rolls["section_id"] == "P1") & (rolls["grade"] >= 4)
    rolls.loc[wave, "pupils"] = 140
    return replace(
        squares, sections=sections, schools=schools, rolls=rolls, classes=squares.classes.iloc[:0]
    )


@pytest.fixture(scope="module")
def carried(nine_year: Study) -> Plan:
    """Return the plan in which the wave passes through."""
    scenario = Scenario(
        years=YearSettings(last=2028), transition=TransitionSettings(shares={"junior": 1.0})
    )
    return make_plan(nine_year, scenario)


def rooms_in(plan: Plan, section: str) -> list[int]:
    """Return the rooms of a section in a plan, year by year."""
    table = plan.section_years
    return [int(n) for n in table.loc[table["section_id"] == section, "rooms"]]


def test_at_first_rooms_are_divided_by_the_classes_of_today(nine_year: Study) -> None:
    # P1: 3 grades of 50 need 2 classes each, 3 of 140 need 4: 18. J1: 3 of 90 need 2 each: 6.
    offer = offered(nine_year)
    assert rooms_of(offer, "P1") == [18] * 4
    assert rooms_of(offer, "J1") == [6] * 4


def test_the_wave_passes_to_the_junior_school_and_takes_the_rooms_along(carried: Plan) -> None:
    # P1 needs 18, 16, 14, 12, 12, 12 classes. J1 takes 140 of P1 and 40 of P2, 4 classes of 50,
    # in each of 2024–2026: it needs 6, 8, 10, 12, 10, 8. Rooms left in 2027 and 2028, two and
    # four, are shared 12 : 10 and 12 : 8.
    assert rooms_in(carried, "P1") == [18, 16, 14, 12, 13, 14]
    assert rooms_in(carried, "J1") == [6, 8, 10, 12, 11, 10]


def test_no_room_of_the_school_is_counted_twice_or_lost(carried: Plan) -> None:
    both = zip(rooms_in(carried, "P1"), rooms_in(carried, "J1"), strict=True)
    assert {p1 + j1 for p1, j1 in both} == {8 + 4 + 12}


def test_with_the_rooms_come_the_seats(carried: Plan) -> None:
    table = carried.section_years.set_index(["section_id", "year"])
    assert table.loc[("J1", 2026), "seats"] == 12 * 50
    assert table.loc[("J1", 2026), "shortage"] == 0
    assert table.loc[("P1", 2023), "seats"] == 18 * 45


def test_a_study_without_shared_rooms_is_worked_through_once(squares: Study) -> None:
    said: list[str] = []
    make_plan(squares, Scenario(years=YearSettings(last=2024)), say=said.append)
    assert said.count("primary") == 1
    assert "shared rooms" not in said
