"""Pupils seated year by year in a street of three areas with a school at each end.

    a ── b ── c        P stands in a, Q stands in c; 500 metres from area to area.

Both schools teach grades 1–6. a and b are zoned to P, c to Q, unless a test says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point

from planner.capacity import Offer
from planner.enrolment import Enrolment, Joiners, StageStart, seat_pupils
from planner.norms import read_norms
from planner.projection.entrants import Entrants
from planner.projection.progression import Progression
from planner.projection.rolls import Rolls
from planner.scenario import Scenario, SeatSettings

PRIMARY = read_norms("cn").stage("primary")
GRADES = range(1, 7)
YEARS = (2023, 2024, 2025, 2026)
METRES = np.array([[0.0, 1000.0], [500.0, 500.0], [1000.0, 0.0]])
P, Q = 0, 1


@dataclass
class Street:
    """The street as a test wishes it: rooms, closures, entrants, zones, ratios."""

    rooms: tuple[int, int] = (12, 12)
    q_closes: int | None = None
    entrants: tuple[int, int, int] = (45, 45, 45)
    zone: tuple[int, int, int] = (P, P, Q)
    ratio: float = 1.0
    base: tuple[int, int] = (90, 45)
    county: tuple[int, int, int] = (0, 0, 0)
    joiners: tuple[tuple[int, int, float], ...] = ()
    county_joiners: float = 0.0
    p_teaches_up_to: int = 6

    def seat(self, overflow: str = "crowd") -> Enrolment:
        """Seat the pupils of this street; joiners (area, grade, children) come in 2024."""
        years = len(YEARS)
        is_open = np.ones((2, years), dtype=bool)
        if self.q_closes is not None:
            is_open[Q] = np.array(YEARS) < self.q_closes
        rooms = np.where(is_open, np.array(self.rooms)[:, None], 0)
        sections = gpd.GeoDataFrame(
            {"section_id": ["P", "Q"], "lowest_grade": [1, 1], "highest_grade": [6, 6]},
            geometry=[Point(0, 0), Point(1000, 0)],
            crs="EPSG:4543",
        )
        offer = Offer(
            *(sections, YEARS, rooms, rooms * 45, is_open, ()),
            borrowed=np.zeros_like(rooms),
            limit=np.where(rooms > 0, "rooms", ""),
            limits=pd.DataFrame(),
            mergers=(),
            relief=np.zeros_like(rooms),
        )
        pupils = np.full((2, 6, 1), np.nan)
        pupils[:, :, 0] = np.array(self.base)[:, None]
        rolls = Rolls(tuple(GRADES), YEARS[:1], pupils)
        zoned = np.repeat(np.array(self.entrants)[:, None], years, axis=1)
        zone = np.repeat(np.array(self.zone)[:, None], years, axis=1)
        if self.q_closes is not None:
            zone[:, ~is_open[Q]] = P
        zoned[:, 0] = 0
        zoned[list(self.zone).index(P), 0] = self.base[P]
        zoned[2, 0] += self.base[Q]
        county = np.repeat(np.array(self.county)[:, None], years, axis=1)
        sources: dict[tuple[int, int], tuple[int, ...]] = {
            (row, column): (row,)
            for row in (P, Q)
            for column in range(1, 6)
            if row == Q or column < self.p_teaches_up_to
        }
        joiners = Joiners(np.zeros((3, 6, years)), np.zeros((6, years)))
        for area, grade, children in self.joiners:
            joiners.zoned[area, grade - 1, 1] += children
        joiners.county[1, 1] = self.county_joiners
        start = StageStart(
            stage=PRIMARY,
            columns=tuple(range(6)),
            rows=np.array([P, Q]),
            zone=zone,
            county_rows=np.array([P, Q]),
            county_weights=np.ones((2, years)),
            entrants=Entrants(zoned, county, zoned.astype(float), ()),
            joiners=joiners,
            metres=METRES,
            classes={},
            receivers={P: (Q,), Q: (P,)},
            limit_metres=np.repeat([[np.inf], [400.0], [400.0]], 2, axis=1),
        )
        ratios = np.full((2, 6), self.ratio)
        scenario = Scenario(seats=SeatSettings(overflow=overflow))
        return seat_pupils(start, offer, rolls, Progression(ratios, sources, ()), scenario)


def test_where_nobody_moves_every_cohort_climbs_the_diagonal() -> None:
    seated = Street().seat()
    for year in range(1, len(YEARS)):
        assert (seated.pupils[:, 1:, year] == seated.pupils[:, :-1, year - 1]).all()


def test_entrants_go_where_their_area_is_zoned() -> None:
    seated = Street(entrants=(30, 20, 40)).seat()
    assert seated.entrants[:, 1].tolist() == [30 + 20, 40]
    assert seated.pupils[:, 0, 1].tolist() == [50, 40]


def test_rezoning_moves_entrants_and_leaves_those_enrolled_where_they_are() -> None:
    seated = Street(zone=(P, Q, Q)).seat()
    # P keeps the 90 of each cohort it had and takes in only the 45 of area a.
    assert seated.pupils[P, :, 1].tolist() == [45, 90, 90, 90, 90, 90]
    assert seated.pupils[Q, :, 1].tolist() == [90, 45, 45, 45, 45, 45]


def test_rooms_that_leavers_free_are_the_entry_seats() -> None:
    # 12 rooms, grades 2–6 of 90 pupils hold two classes each: two rooms are left, 2 × 45 seats.
    assert Street().seat().entry_seats[P, 1] == 2 * 45


def test_an_empty_school_opens_its_tracks_and_not_all_its_rooms() -> None:
    # Nobody sits in P: 24 rooms for six grades are four tracks, 4 × 45 seats.
    assert Street(rooms=(24, 12), base=(0, 45)).seat().entry_seats[P, 1] == 4 * 45


def test_crowding_fills_the_two_rooms_there_are_with_60_each() -> None:
    seated = Street(entrants=(60, 60, 45)).seat("crowd")
    assert seated.unseated.sum() == 0
    assert seated.classes[P, 0, 1] == (60, 60)


def test_unseated_entrants_are_counted_where_they_are_zoned() -> None:
    seated = Street(entrants=(60, 60, 45)).seat("unseated")
    assert seated.entrants[P, 1] == 90
    assert seated.unseated[:, 1].tolist() == [30, 0]


def test_the_nearest_free_seat_goes_to_those_who_live_farthest_from_the_full_school() -> None:
    # P has 90 seats for 120; Q has two tracks, of which its own 45 entrants leave 45 seats.
    seated = Street(entrants=(60, 60, 45)).seat("nearest")
    assert seated.entrants[:, 1].tolist() == [90, 45 + 30]
    assert seated.unseated[:, 1].tolist() == [0, 0]
    # 60 of a walk 0 metres, 30 of b walk 500 to P and 30 walk 500 to Q, the 45 of c walk 0.
    assert seated.walked[:, 1].tolist() == [30 * 500.0, 30 * 500.0]
    assert seated.walkers[:, 1].tolist() == [90, 75]


def test_walks_beyond_the_limit_are_counted_where_children_end_up() -> None:
    # Limits: none in a, 400 metres in b and c. All of b walk 500 to P, c walks 0 to Q.
    seated = Street(entrants=(45, 45, 45)).seat()
    assert seated.limited[:, 1].tolist() == [45, 45]
    assert seated.beyond[:, 1].tolist() == [45, 0]


def test_entrants_to_a_full_county_section_go_to_the_one_with_a_free_seat() -> None:
    # 200 entrants of the whole county, 100 each; P has 90 seats left, Q 45 + 270 more rooms.
    street = Street(rooms=(12, 18), entrants=(0, 0, 0), county=(200, 0, 0))
    turned_away, placed = street.seat("unseated"), street.seat("nearest")
    assert turned_away.unseated[:, 1].tolist() == [10, 0]
    assert placed.entrants[:, 1].tolist() == [90, 110]


def test_pupils_of_a_closed_school_sit_at_the_nearest_one_in_their_grade() -> None:
    seated = Street(q_closes=2025).seat()
    assert seated.pupils[Q, :, 2].sum() == 0
    # Grade 2 of 2025: the 90 and 45 who entered P and Q in 2024.
    assert seated.pupils[P, 1, 2] == 90 + 45
    assert seated.pupils[P, 5, 2] == 90 + 45


def test_a_cohort_that_grows_by_a_tenth_grows_in_whole_pupils() -> None:
    seated = Street(base=(50, 50), ratio=1.01).seat()
    # 50 × 1.01 twice is 101 pupils: 51 and 50.
    assert seated.pupils[:, 1, 1].tolist() == [51, 50]


def test_entrants_to_county_sections_spread_by_weight() -> None:
    seated = Street(county=(11, 0, 0)).seat()
    assert seated.entrants[:, 1].tolist() == [90 + 6, 45 + 5]


def test_children_of_new_homes_join_the_grade_of_their_age_where_their_area_is_zoned() -> None:
    seated = Street(joiners=((1, 3, 7.0), (2, 3, 4.0), (2, 6, 2.0))).seat()
    assert seated.pupils[:, :, 1].tolist() == [[90, 90, 97, 90, 90, 90], [45, 45, 49, 45, 45, 47]]
    # A year later they are a grade higher, and the two in grade 6 have left.
    assert seated.pupils[:, 3, 2].tolist() == [97, 49]
    assert seated.pupils[:, :, 2].sum() == 6 * (90 + 45) + 7 + 4


def test_joiners_go_by_the_zones_of_their_year() -> None:
    seated = Street(zone=(P, Q, Q), joiners=((1, 3, 7.0),)).seat()
    assert seated.joined[:, 2, 1].tolist() == [0, 7]


def test_joiners_go_to_the_nearest_school_that_teaches_their_grade() -> None:
    seated = Street(base=(0, 45), p_teaches_up_to=3, joiners=((0, 3, 5.0), (0, 4, 6.0))).seat()
    assert seated.joined[P, :, 1].tolist() == [0, 0, 5, 0, 0, 0]
    assert seated.joined[Q, :, 1].tolist() == [0, 0, 0, 6, 0, 0]


def test_joiners_of_a_closed_school_go_to_the_open_one() -> None:
    seated = Street(q_closes=2024, joiners=((2, 4, 5.0),)).seat()
    assert seated.joined[:, 3, 1].tolist() == [5, 0]


def test_joiners_of_the_whole_county_spread_by_weight() -> None:
    # 11 children of grade 2 over two sections of equal weight.
    assert Street(county_joiners=11.0).seat().joined[:, 1, 1].tolist() == [6, 5]


def test_parts_of_joiners_add_up_to_whole_ones() -> None:
    # 0.4 in grades 2 to 6 are two children, in the first two of these grades.
    seated = Street(joiners=tuple((0, grade, 0.4) for grade in range(2, 7))).seat()
    assert seated.joined[P, :, 1].tolist() == [0, 1, 1, 0, 0, 0]


def test_a_class_of_60_is_divided_when_a_room_becomes_free() -> None:
    # Three years of 60 entrants in one room, then 20: rooms of the smaller cohort are free.
    seated = Street(rooms=(24, 12), entrants=(60, 0, 45), base=(60, 45)).seat()
    assert seated.classes[P, 0, 1] == (30, 30)


@settings(max_examples=60, deadline=None)
@given(
    entrants=st.tuples(*[st.integers(0, 200)] * 3),
    rooms=st.tuples(*[st.integers(0, 20)] * 2),
    zone=st.tuples(*[st.sampled_from([P, Q])] * 2),
    base=st.tuples(*[st.integers(0, 120)] * 2),
    ratio=st.floats(0.8, 1.2),
    overflow=st.sampled_from(["crowd", "unseated", "nearest"]),
    q_closes=st.sampled_from([None, 2024, 2026]),
    joining=st.lists(st.tuples(st.integers(0, 2), st.integers(2, 6), st.floats(0, 30)), max_size=6),
)
def test_nobody_is_lost_and_nobody_counted_twice(
    entrants: tuple[int, int, int],
    rooms: tuple[int, int],
    zone: tuple[int, int],
    base: tuple[int, int],
    ratio: float,
    overflow: str,
    q_closes: int | None,
    joining: list[tuple[int, int, float]],
) -> None:
    street = Street(rooms, q_closes, entrants, (P, *zone), ratio, base, joiners=tuple(joining))
    seated = street.seat(overflow)
    for year in range(1, len(YEARS)):
        placed = seated.entrants[:, year].sum() + seated.unseated[:, year].sum()
        assert placed == sum(entrants)
        climbed = seated.pupils[:, :-1, year - 1].sum(axis=0) * ratio
        stayed = (seated.pupils - seated.joined)[:, 1:, year].sum(axis=0)
        assert np.abs(stayed - climbed).max() <= 0.5 + 1e-6
        coming = sum(children for *_, children in joining) if year == 1 else 0
        assert abs(seated.joined[:, :, year].sum() - coming) <= 0.5 + 1e-6
        assert not seated.joined[:, 0, year].any()
        for row in (P, Q):
            for column in range(6):
                sizes = seated.classes.get((row, column, year), ())
                assert sum(sizes) == seated.pupils[row, column, year]
        assert seated.walkers[:, year].sum() == seated.entrants[:, year].sum()
    if overflow != "crowd":
        assert (seated.entrants <= seated.entry_seats)[:, 1:].all()


@pytest.mark.parametrize("overflow", ["crowd", "unseated", "nearest"])
def test_more_rooms_never_leave_more_children_without_a_seat(overflow: str) -> None:
    few = Street(rooms=(9, 9), entrants=(70, 70, 70)).seat(overflow)
    many = Street(rooms=(15, 15), entrants=(70, 70, 70)).seat(overflow)
    assert many.unseated.sum() <= few.unseated.sum()
