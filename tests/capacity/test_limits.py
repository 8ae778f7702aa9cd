"""Rooms are not all: floor area, beds, sports grounds and staff limit the seats where known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.norms import with_overrides
from planner.plan import make_plan
from planner.scenario import Measure, Scenario, SeatSettings, YearSettings
from tests.test_capacity import offered, rooms_of, with_project, with_sections

if TYPE_CHECKING:
    from planner.capacity import Offer
    from planner.plan import Plan
    from planner.study import Study

ALL = SeatSettings(limits=["rooms", "floor_area", "beds", "sports_area", "staff"])
BASIC_12 = 3569 / 540
"""Basic floor area per pupil of a primary school of 12 classes, m² (建标〔2002〕102号)."""


def with_resources(study: Study, *rows: tuple[str, int, str, float]) -> Study:
    """Return a study with these resources: section, year, item, value."""
    table = pd.DataFrame(rows, columns=["section_id", "year", "item", "value"])
    columns = list(study.resources.columns)
    table = table.reindex(columns=columns).astype(study.resources.dtypes.to_dict())
    return replace(study, resources=table)


def of(offer: Offer, section: str) -> tuple[list[int], list[str]]:
    """Return seats and binding limit of a section, year by year."""
    row = offer.sections["section_id"].tolist().index(section)
    return [int(seats) for seats in offer.seats[row]], [str(word) for word in offer.limit[row]]


def row_of(plan: Plan, section: str, year: int) -> dict[str, Any]:
    """Return what a plan says of a section in a year."""
    table = plan.section_years
    (row,) = table[(table["section_id"] == section) & (table["year"] == year)].to_dict("records")
    return {str(name): value for name, value in row.items()}


def limits_of(offer: Offer, section: str, year: int = 2023) -> dict[str, tuple[int, bool, bool]]:
    """Return every limit of a section in a year: seats, whether it applies, whether it binds."""
    table = offer.limits
    rows = table[(table["section_id"] == section) & (table["year"] == year)]
    return {
        str(row["limit"]): (int(row["seats"]), bool(row["applied"]), bool(row["binding"]))
        for row in rows.to_dict("records")
    }


def test_where_nothing_else_is_known_rooms_are_the_limit(squares: Study) -> None:
    offer = offered(squares)
    assert limits_of(offer, "P1") == {"rooms": (540, True, True)}
    assert of(offer, "P1") == ([540] * 4, ["rooms"] * 4)


def test_a_school_with_the_basic_area_has_the_seats_of_its_rooms(squares: Study) -> None:
    # 12 classes ask for 3569 m²: rooms and area both hold 540, and rooms are named.
    offer = offered(with_resources(squares, ("P1", 2023, "floor_area_m2", 3569)))
    assert limits_of(offer, "P1") == {
        "rooms": (540, True, True),
        "floor_area": (540, True, False),
    }


def test_a_cramped_school_has_fewer_seats_than_rooms_say(squares: Study) -> None:
    # 3000 m² ÷ 6.609 m² = 453.9; of several counts the newest by the base year holds.
    cramped = with_resources(
        squares,
        ("P1", 2021, "floor_area_m2", 9999),
        ("P1", 2023, "floor_area_m2", 3000),
        ("P1", 2024, "floor_area_m2", 1),
    )
    offer = offered(cramped)
    assert of(offer, "P1") == ([int(3000 / BASIC_12)] * 4, ["floor_area"] * 4)
    assert [note.en for note in offer.notes] == [
        "These sections have fewer seats than their rooms would hold: P1 (floor area)."
    ]
    rooms_only = Scenario(seats=SeatSettings(limits=["rooms"]))
    assert of(offered(cramped, rooms_only), "P1") == ([540] * 4, ["rooms"] * 4)


def test_floor_area_grows_with_the_rooms_that_are_built(squares: Study) -> None:
    cramped = with_resources(squares, ("P1", 2023, "floor_area_m2", 3000))
    extended = with_project(cramped, section_id="P1")
    # Six rooms more: 3000 × 18/12 = 4500 m², at 4684 ÷ 810 m² a pupil for 18 classes.
    assert of(offered(extended), "P1")[0] == [453, 453, *[int(4500 * 810 / 4684)] * 2]
    named = with_project(cramped, section_id="P1", floor_area_m2=1000.0)
    assert of(offered(named), "P1")[0] == [453, 453, *[int(4000 * 810 / 4684)] * 2]


def test_condemned_rooms_take_their_floor_area_along(squares: Study) -> None:
    half = with_sections(squares, "P1", condemned_rooms=6)
    offer = offered(with_resources(half, ("P1", 2023, "floor_area_m2", 3000)))
    # Six rooms in use: 1500 m², and below the table's 12 classes its end holds per pupil.
    assert limits_of(offer, "P1")["floor_area"][0] == int(1500 / BASIC_12)


def test_a_nine_year_school_is_measured_by_its_classes_together(squares: Study) -> None:
    sections = squares.sections.set_index("section_id")
    sections.loc["J1", "school_id"] = "S1"
    sections.loc[["P1", "J1"], "rooms"] = [30, 15]
    schools = squares.schools.copy()
    schools.loc[schools["school_id"] == "S1", "kind"] = "nine_year"
    school = replace(squares, sections=sections.reset_index(), schools=schools)
    # 45 classes: 30 × 45 + 15 × 50 = 2100 pupils on 11588 m², 1350 of them in primary.
    equipped = with_resources(
        school,
        ("P1", 2023, "floor_area_m2", 11588 * 1350 / 2100),
        ("J1", 2023, "floor_area_m2", 11588 * 375 / 2100),
    )
    offer = offered(equipped)
    assert limits_of(offer, "P1")["floor_area"] == (1350, True, False)
    assert limits_of(offer, "J1")["floor_area"] == (375, True, True)


def test_a_kindergarten_child_has_its_own_area(squares: Study) -> None:
    offer = offered(with_resources(squares, ("K1", 2023, "floor_area_m2", 2610)))
    assert of(offer, "K1") == ([250] * 4, ["floor_area"] * 4)  # 2610 ÷ 10.44


def test_the_table_for_towns_says_nothing_about_villages(squares: Study) -> None:
    schools = squares.schools.copy()
    schools["setting"] = "village"
    study = with_resources(replace(squares, schools=schools), ("P1", 2023, "floor_area_m2", 100))
    assert set(limits_of(offered(study), "P1")) == {"rooms"}


def test_beds_limit_the_pupils_of_whom_some_board(squares: Study) -> None:
    # 135 of 270 pupils board: 100 beds are enough for 200 pupils.
    boarding = with_sections(squares, "J1", beds=100)
    offer = offered(with_resources(boarding, ("J1", 2023, "boarders", 135)))
    assert limits_of(offer, "J1") == {"rooms": (300, True, False), "beds": (200, True, True)}


@pytest.mark.parametrize(("beds", "boarders"), [(pd.NA, 135), (0, 135), (100, 0)])
def test_without_beds_or_boarders_there_is_no_such_limit(
    squares: Study, beds: Any, boarders: int
) -> None:
    study = with_sections(squares, "J1", beds=beds)
    offer = offered(with_resources(study, ("J1", 2023, "boarders", boarders)))
    assert set(limits_of(offer, "J1")) == {"rooms"}


def test_sports_area_and_staff_are_shown_and_cap_only_where_asked(squares: Study) -> None:
    study = with_resources(squares, ("J1", 2023, "sports_area_m2", 1020), ("J1", 2023, "staff", 20))
    # 1020 ÷ 10.2 m² a pupil (L5); 20 × 13.5 pupils per member of staff.
    offer = offered(study)
    assert limits_of(offer, "J1") == {
        "rooms": (300, True, True),
        "sports_area": (100, False, False),
        "staff": (270, False, False),
    }
    assert of(offered(study, Scenario(seats=ALL)), "J1") == ([100] * 4, ["sports_area"] * 4)


def test_a_county_may_ask_for_more_floor_area(squares: Study) -> None:
    norms = with_overrides(squares.norms, {"floor_area.basic.primary.12": 5382}, "test")
    study = with_resources(replace(squares, norms=norms), ("P1", 2023, "floor_area_m2", 3569))
    assert of(offered(study), "P1")[0] == [int(3569 * 540 / 5382)] * 4


def test_a_section_without_seats_has_no_limit_and_no_utilisation(squares: Study) -> None:
    study = with_sections(squares, "P2", rooms=pd.NA)
    assert of(offered(study), "P2") == ([0] * 4, [""] * 4)
    plan = make_plan(study, Scenario(years=YearSettings(last=2024)))
    assert pd.isna(row_of(plan, "P2", 2024)["utilisation"])
    assert row_of(plan, "P1", 2024)["utilisation"] == pytest.approx(300 / 540)


def test_a_closed_section_is_not_among_the_limits(squares: Study) -> None:
    closing = Measure(id="M1", kind="closure", section="P2", hand_over=date(2024, 7, 15))
    offer = offered(squares, Scenario(measures=(closing,)))
    assert limits_of(offer, "P2", 2023) == {"rooms": (270, True, True)}
    assert limits_of(offer, "P2", 2024) == {}


def test_entrants_find_no_more_seats_than_the_limit_leaves(squares: Study) -> None:
    # 1785 m² hold 270 pupils; 250 sit above grade 1, so that of two free rooms 20 seats count.
    study = with_resources(squares, ("P1", 2023, "floor_area_m2", 1785))
    plan = make_plan(
        study, Scenario(years=YearSettings(last=2024), seats=SeatSettings(overflow="unseated"))
    )
    row = row_of(plan, "P1", 2024)
    assert (row["seats"], row["entry_seats"], row["entrants"]) == (270, 20, 20)
    assert row["unseated"] == 30
    assert row["ordinary_intake"] == 270 // 6


def test_the_plan_names_the_limit_of_every_section_and_year(squares: Study) -> None:
    study = with_resources(squares, ("P1", 2023, "floor_area_m2", 3000))
    plan = make_plan(study, Scenario(years=YearSettings(last=2025)))
    table = plan.seat_limits
    binding = table[table["binding"]]
    assert len(binding) == 4 * 3  # four sections in three years, one limit each
    named = binding.set_index(["section_id", "year"])
    seats = plan.section_years.set_index(["section_id", "year"])["seats"]
    assert (named["seats"] == seats.reindex(named.index)).all()
    assert set(binding.loc[binding["section_id"] == "P1", "limit"]) == {"floor_area"}


def test_classes_may_meet_in_borrowed_rooms_which_make_no_seats(squares: Study) -> None:
    lent = with_sections(squares, "P1", borrowed_rooms=2, borrowed_until=pd.Timestamp("2025-08-31"))
    offer = offered(lent)
    assert rooms_of(offer, "P1") == [12, 12, 10, 10]
    assert of(offer, "P1")[0] == [10 * 45] * 4
    plan = make_plan(lent, Scenario(years=YearSettings(last=2024)))
    row = row_of(plan, "P1", 2024)
    # Ten classes above grade 1 leave two rooms, both of them borrowed.
    assert (row["rooms"], row["entry_seats"], row["classes"]) == (12, 0, 12)
    assert row["ordinary_intake"] == 10 * 45 // 6


def test_rooms_borrowed_without_a_day_stay(squares: Study) -> None:
    offer = offered(with_sections(squares, "P1", borrowed_rooms=2))
    assert rooms_of(offer, "P1") == [12] * 4


@settings(max_examples=15, deadline=None)
@given(
    rooms=st.integers(0, 30),
    area=st.floats(1, 20_000),
    staff=st.integers(0, 80),
    more=st.integers(0, 10),
)
def test_seats_are_the_least_that_any_limit_allows_and_more_rooms_never_take_seats_away(
    squares: Study, rooms: int, area: float, staff: int, more: int
) -> None:
    study = with_resources(
        with_sections(squares, "P1", rooms=rooms),
        ("P1", 2023, "floor_area_m2", area),
        ("P1", 2023, "staff", staff),
    )
    scenario = Scenario(seats=ALL)
    offer = offered(study, scenario)
    seats = of(offer, "P1")[0][0]
    assert seats == min((one[0] for one in limits_of(offer, "P1").values()), default=0)
    without_area = Scenario(seats=SeatSettings(limits=["rooms", "staff"]))
    larger = with_sections(study, "P1", rooms=rooms + more)
    assert of(offered(larger, without_area), "P1")[0][0] >= seats
