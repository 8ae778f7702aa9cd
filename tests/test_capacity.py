"""Rooms become seats, and projects count from the September after hand-over."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point

from planner.capacity import Offer, first_year_after, offer_sections, seats_in_rooms
from planner.errors import ScenarioError
from planner.norms import with_overrides
from planner.scenario import Measure, ProjectSettings, Scenario
from tests.towns import CRS, centre_of

if TYPE_CHECKING:
    from planner.study import Study

YEARS = (2023, 2024, 2025, 2026)
PROJECT: dict[str, Any] = {
    "project_id": "X1",
    "name": "扩建",
    "kind": "extension",
    "section_id": "P2",
    "stage": "primary",
    "site_id": None,
    "rooms": 6,
    "hand_over": pd.Timestamp("2025-08-31"),
}


def with_project(study: Study, **changes: Any) -> Study:
    """Return the nine squares with one project."""
    row = {**dict.fromkeys(study.projects.columns), **PROJECT, **changes}
    table = pd.DataFrame([row])[study.projects.columns].astype(study.projects.dtypes)
    return replace(study, projects=table)


def with_site(study: Study) -> Study:
    """Return the nine squares with a site in the middle of a2."""
    rows = {**{name: [None] for name in study.sites.columns}, "site_id": ["L1"], "name": ["空地"]}
    table = pd.DataFrame(rows).drop(columns="geometry")
    sites = gpd.GeoDataFrame(table, geometry=[Point(centre_of("a2"))], crs=CRS)
    return replace(study, sites=sites)


def with_sections(study: Study, section: str, **changes: Any) -> Study:
    """Return the nine squares with one section changed."""
    table = study.sections.copy()
    for column, value in changes.items():
        table.loc[table["section_id"] == section, column] = value
    return replace(study, sections=table)


def offered(study: Study, scenario: Scenario | None = None) -> Offer:
    """Return what the nine squares offer in four years."""
    return offer_sections(study, scenario or Scenario(), YEARS)


def rooms_of(offer: Offer, section: str) -> list[int]:
    """Return the rooms of one section, year by year."""
    row = offer.sections["section_id"].tolist().index(section)
    return [int(rooms) for rooms in offer.rooms[row]]


def test_a_24_class_primary_has_1080_seats() -> None:
    assert seats_in_rooms(24, [45] * 6) == 24 * 45


def test_four_tracks_of_kindergarten_are_360_seats() -> None:
    assert seats_in_rooms(12, [25, 30, 35]) == 4 * (25 + 30 + 35)


def test_a_room_left_over_goes_to_the_lowest_grade() -> None:
    assert seats_in_rooms(10, [25, 30, 35]) == 3 * (25 + 30 + 35) + 25


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2025, 8, 31), 2025),
        (date(2025, 9, 1), 2025),
        (date(2025, 9, 2), 2026),
        (date(2026, 1, 15), 2026),
    ],
)
def test_seats_count_from_the_first_of_september_on_or_after_hand_over(
    day: date, year: int
) -> None:
    assert first_year_after(day) == year


def test_rooms_stay_when_nothing_is_built(squares: Study) -> None:
    assert rooms_of(offered(squares), "P2") == [6, 6, 6, 6]


def test_an_extension_handed_over_in_august_counts_in_that_september(squares: Study) -> None:
    assert rooms_of(offered(with_project(squares)), "P2") == [6, 6, 12, 12]


def test_an_extension_handed_over_on_the_second_of_september_counts_a_year_later(
    squares: Study,
) -> None:
    late = with_project(squares, hand_over=pd.Timestamp("2025-09-02"))
    assert rooms_of(offered(late), "P2") == [6, 6, 6, 12]


def test_a_delay_of_one_year_is_one_setting(squares: Study) -> None:
    scenario = Scenario(projects={"X1": ProjectSettings(delay_years=1)})
    assert rooms_of(offered(with_project(squares), scenario), "P2") == [6, 6, 6, 12]


def test_a_project_left_out_does_not_count(squares: Study) -> None:
    scenario = Scenario(projects={"X1": ProjectSettings(include=False)})
    assert rooms_of(offered(with_project(squares), scenario), "P2") == [6, 6, 6, 6]


def test_a_project_without_a_date_is_not_counted_and_said(squares: Study) -> None:
    offer = offered(with_project(squares, hand_over=pd.NaT))
    assert rooms_of(offer, "P2") == [6, 6, 6, 6]
    assert [note.key for note in offer.notes] == ["undated_projects"]
    assert "X1" in offer.notes[0].en


def test_condemned_rooms_leave_at_once(squares: Study) -> None:
    assert rooms_of(offered(with_sections(squares, "P1", condemned_rooms=3)), "P1") == [9] * 4


def test_rooms_under_repair_return_in_the_september_after(squares: Study) -> None:
    study = with_sections(squares, "P1", repair_rooms=4, repair_until=pd.Timestamp("2024-12-31"))
    assert rooms_of(offered(study), "P1") == [8, 8, 12, 12]


def test_a_closed_section_teaches_no_more_from_the_september_after(squares: Study) -> None:
    offer = offered(with_project(squares, kind="closure", hand_over=pd.Timestamp("2025-07-15")))
    row = offer.sections["section_id"].tolist().index("P2")
    assert offer.open[row].tolist() == [True, True, False, False]
    assert offer.seats[row].tolist() == [270, 270, 0, 0]


def test_a_new_school_stands_on_its_site_and_opens_on_its_date(squares: Study) -> None:
    measure = Measure(
        id="M1",
        name="South Primary",
        name_zh="城南小学",
        kind="new",
        section="P3",
        stage="primary",
        site="L1",
        rooms=12,
        hand_over=date(2025, 8, 1),
    )
    offer = offered(with_site(squares), Scenario(measures=(measure,)))
    new = offer.sections.iloc[-1]
    assert (new["section_id"], new["name"], new["name_en"]) == ("P3", "城南小学", "South Primary")
    assert (new["lowest_grade"], new["highest_grade"], new["opens"]) == (1, 6, 2025)
    assert new["geometry"].equals(centre_of("a2"))
    assert rooms_of(offer, "P3") == [0, 0, 12, 12]
    assert offer.seats[-1].tolist() == [0, 0, 540, 540]


def test_projects_that_point_nowhere_are_refused_together(squares: Study) -> None:
    nowhere = Measure(
        id="M1", kind="new", section="P3", stage="primery", site="L9", rooms=6,
        hand_over=date(2025, 8, 1),
    )  # fmt: skip
    study = with_project(squares, section_id="P9")
    with pytest.raises(ScenarioError) as refused:
        offered(study, Scenario(name="draft", measures=(nowhere,)))
    assert refused.value.faults == (
        "Table projects: project 'X1' names section 'P9', which is not in the sections table.",
        "scenarios/draft.toml: measure 'M1' builds a new school on site 'L9', which is not in the "
        "sites table (which is empty).",
        "scenarios/draft.toml: measure 'M1' has stage 'primery', which the norms do not know: "
        "kindergarten, primary, junior, senior.",
    )


def test_a_scenario_that_dates_an_unknown_project_is_refused(squares: Study) -> None:
    scenario = Scenario(name="late", projects={"X7": ProjectSettings(delay_years=1)})
    with pytest.raises(ScenarioError, match=r"\[projects.X7\] is not in the projects table"):
        offered(with_project(squares), scenario)


def test_approved_seats_stand_where_rooms_are_not_known(squares: Study) -> None:
    study = with_sections(squares, "P2", rooms=pd.NA, seats=255)
    offer = offered(study)
    row = offer.sections["section_id"].tolist().index("P2")
    # 255 ÷ 45 = 5.67: six rooms, and the 255 approved seats.
    assert (offer.rooms[row, 0], offer.seats[row, 0]) == (6, 255)


def test_a_smaller_class_means_fewer_seats_in_the_same_rooms(squares: Study) -> None:
    norms = with_overrides(squares.norms, {"class_size.primary": 40}, "test")
    offer = offered(replace(squares, norms=norms))
    row = offer.sections["section_id"].tolist().index("P1")
    assert offer.seats[row, 0] == 12 * 40


def test_a_project_in_use_by_the_base_year_is_in_its_rooms_already(squares: Study) -> None:
    offer = offered(with_project(squares, hand_over=pd.Timestamp("2022-08-15")))
    assert rooms_of(offer, "P2") == [6, 6, 6, 6]
    assert [note.key for note in offer.notes] == ["projects_done"]


def test_measures_that_contradict_the_sections_are_refused_together(squares: Study) -> None:
    day = date(2025, 8, 1)
    wishes = (
        Measure("M1", kind="new", section="P2", stage="primary", site="L1", rooms=6, hand_over=day),
        Measure(id="M2", kind="extension", section="P2", stage="junior", rooms=6, hand_over=day),
        Measure(id="M3", kind="condemned", section="P2", rooms=200, hand_over=day),
        Measure(id="M4", kind="extension", section="P2", rooms=6, hand_over=date(2019, 8, 1)),
    )  # fmt: skip
    with pytest.raises(ScenarioError) as refused:
        offered(with_site(squares), Scenario(name="odd", measures=wishes))
    assert refused.value.faults == (
        "scenarios/odd.toml: measure 'M1' builds 'P2' anew, which exists; use kind 'extension', or "
        "give the new school a key of its own.",
        "scenarios/odd.toml: measure 'M2' has stage 'junior', but section 'P2' is 'primary'; "
        "correct one of them.",
        "scenarios/odd.toml: measure 'M3' condemns 200 rooms of section 'P2', which has 6; "
        "correct the number, or close the section.",
        "scenarios/odd.toml: measure 'M4' is handed over by 2023, the base year, whose rooms are "
        "counted already; give it a later date or take it out.",
    )


def test_seats_of_a_school_without_a_licence_do_not_count(squares: Study) -> None:
    schools = squares.schools.copy()
    schools["licensed"] = (schools["school_id"] != "S2").astype("boolean")
    offer = offered(replace(squares, schools=schools))
    row = offer.sections["section_id"].tolist().index("P2")
    assert (offer.rooms[row, 0], offer.seats[row, 0]) == (6, 0)
    assert [note.key for note in offer.notes] == ["unlicensed"]
