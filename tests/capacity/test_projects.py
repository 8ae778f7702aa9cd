"""Rooms are built, rebuilt, passed on and closed, each on its date, and none is counted twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from planner.errors import ScenarioError
from planner.plan import Plan, make_plan
from planner.scenario import (
    BuildingSettings,
    Measure,
    ProjectSettings,
    Scenario,
    YearSettings,
    read_scenario,
)
from planner.shipped import sample_study
from planner.study import read_study
from tests.test_capacity import (
    offered,
    rooms_of,
    with_project,
    with_sections,
    with_site,
)

if TYPE_CHECKING:
    from planner.study import Study

LATE = BuildingSettings(delay_years=1)
SUMMER = date(2025, 7, 31)


def zones_of(plan: Plan, year: int) -> dict[str, str]:
    """Return the primary section of each area in a year."""
    table = plan.area_years
    rows = table[(table["stage"] == "primary") & (table["year"] == year)]
    return dict(zip(rows["area_id"], rows["section_id"], strict=True))


def pupils_of(plan: Plan, section: str) -> list[int]:
    """Return the pupils of a section year by year."""
    table = plan.section_years
    return [int(n) for n in table.loc[table["section_id"] == section, "pupils"]]


# ------------------------------------------------------------------ conversion


def test_rooms_of_a_primary_become_rooms_of_the_junior_school(squares: Study) -> None:
    changed = with_project(
        squares, kind="conversion", from_section="P1", section_id="J1", stage="junior", rooms=4
    )
    offer = offered(changed)
    assert rooms_of(offer, "P1") == [12, 12, 8, 8]
    assert rooms_of(offer, "J1") == [6, 6, 10, 10]
    # The same rooms hold classes of 45 before and of 50 after: 18 rooms in all.
    assert offer.seats[:2, 2].tolist() == [8 * 45, 6 * 45]
    assert offer.seats[2].tolist() == [6 * 50, 6 * 50, 10 * 50, 10 * 50]


def test_a_conversion_opens_a_kindergarten_in_the_school_that_gives_the_rooms(
    squares: Study,
) -> None:
    measure = Measure(
        id="M1", kind="conversion", from_section="P1", section="K2", stage="kindergarten",
        rooms=6, hand_over=SUMMER,
    )  # fmt: skip
    offer = offered(squares, Scenario(measures=(measure,)))
    new = offer.sections.iloc[-1]
    giver = offer.sections.iloc[0]
    assert (new["section_id"], new["school_id"], new["name"]) == ("K2", "S1", giver["name"])
    assert (new["lowest_grade"], new["highest_grade"], new["opens"]) == (-2, 0, 2025)
    assert new["geometry"].equals(giver["geometry"])
    assert offer.seats[-1].tolist() == [0, 0, 2 * (25 + 30 + 35), 2 * (25 + 30 + 35)]
    assert rooms_of(offer, "P1") == [12, 12, 6, 6]


def test_a_building_serves_one_stage_first_and_the_next_one_later(squares: Study) -> None:
    # A new kindergarten on L1 in 2024 hands six of its nine rooms to a primary section in 2026.
    new = Measure(
        id="M1", name="Tide", kind="new", section="K2", stage="kindergarten", site="L1", rooms=9,
        hand_over=date(2024, 8, 1),
    )  # fmt: skip
    tide = Measure(
        id="M2", kind="conversion", section="P3", stage="primary", from_section="K2", rooms=6,
        hand_over=date(2026, 8, 1),
    )  # fmt: skip
    offer = offered(with_site(squares), Scenario(measures=(tide, new)))
    assert rooms_of(offer, "K2") == [0, 9, 9, 3]
    assert rooms_of(offer, "P3") == [0, 0, 0, 6]
    both = offer.sections.set_index("section_id")
    assert both.loc["P3", "school_id"] == both.loc["K2", "school_id"] == "K2"
    assert both.loc["P3", "geometry"].equals(both.loc["K2", "geometry"])
    early = replace(tide, hand_over=date(2024, 5, 1))
    late = replace(new, hand_over=date(2025, 8, 1))
    with pytest.raises(ScenarioError, match="takes section 'K2' before it is built"):
        offered(with_site(squares), Scenario(measures=(early, late)))


def test_rooms_that_are_not_there_cannot_be_passed_on(squares: Study) -> None:
    measures = (
        Measure(
            id="M1", kind="conversion", from_section="P2", section="J1", stage="junior", rooms=4,
            hand_over=SUMMER,
        ),
        Measure(
            id="M2", kind="conversion", from_section="P2", section="K1", stage="kindergarten",
            rooms=4, hand_over=SUMMER,
        ),
    )  # fmt: skip
    with pytest.raises(ScenarioError) as refused:
        offered(squares, Scenario(name="odd", measures=measures))
    assert refused.value.faults == (
        "Projects and measures leave section 'P2' with -2 rooms in 2025: M1, M2. Correct their "
        "rooms or their dates.",
    )


def test_rooms_already_out_for_repair_may_be_condemned(squares: Study) -> None:
    repaired = with_sections(squares, "P2", repair_rooms=4)
    condemned = with_project(repaired, kind="condemned", rooms=5)
    assert rooms_of(offered(condemned), "P2") == [2, 2, 0, 0]


# ------------------------------------------------------------------ rebuilding


def test_rebuilt_rooms_go_out_at_the_start_and_come_back_at_hand_over(squares: Study) -> None:
    rebuilt = with_project(
        squares,
        kind="rebuilding",
        rooms=8,
        rooms_lost=4,
        started=pd.Timestamp("2024-03-10"),
        hand_over=pd.Timestamp("2026-08-20"),
    )
    # 6 rooms, 4 of them down from September 2024, 8 new ones in September 2026.
    assert rooms_of(offered(rebuilt), "P2") == [6, 2, 2, 10]


def test_a_rebuilding_begun_before_the_count_takes_no_more_rooms_away(squares: Study) -> None:
    rebuilt = with_project(
        squares, kind="rebuilding", rooms=8, rooms_lost=4, started=pd.Timestamp("2023-04-26")
    )
    assert rooms_of(offered(rebuilt), "P2") == [6, 6, 14, 14]


def test_a_rebuilding_without_a_start_is_out_of_use_from_the_first_planned_year(
    squares: Study,
) -> None:
    rebuilt = with_project(squares, kind="rebuilding", rooms=8, rooms_lost=4)
    assert rooms_of(offered(rebuilt), "P2") == [6, 2, 10, 10]


# ------------------------------------------------------------------ dates and slips


def test_seats_wait_for_the_day_of_use_where_it_is_later_than_hand_over(squares: Study) -> None:
    later = with_project(squares, in_use=pd.Timestamp("2026-02-15"))
    assert rooms_of(offered(later), "P2") == [6, 6, 6, 12]
    only = with_project(squares, hand_over=pd.NaT, in_use=pd.Timestamp("2025-08-31"))
    assert rooms_of(offered(only), "P2") == [6, 6, 12, 12]


def test_one_setting_makes_everything_a_year_late(squares: Study) -> None:
    measure = Measure(id="M1", kind="extension", section="P1", rooms=3, hand_over=date(2024, 8, 1))
    offer = offered(with_project(squares), Scenario(building=LATE, measures=(measure,)))
    assert rooms_of(offer, "P2") == [6, 6, 6, 12]
    assert rooms_of(offer, "P1") == [12, 12, 15, 15]


def test_a_projects_own_delay_comes_on_top(squares: Study) -> None:
    scenario = Scenario(building=LATE, projects={"X1": ProjectSettings(delay_years=1)})
    early = with_project(squares, hand_over=pd.Timestamp("2024-08-31"))
    assert rooms_of(offered(early, scenario), "P2") == [6, 6, 6, 12]


def test_what_is_in_use_cannot_be_late_and_danger_does_not_wait(squares: Study) -> None:
    done = with_project(squares, hand_over=pd.Timestamp("2023-08-15"))
    assert rooms_of(offered(done, Scenario(building=LATE)), "P2") == [6, 6, 6, 6]
    condemned = with_project(
        squares, kind="condemned", rooms=2, hand_over=pd.Timestamp("2024-05-01")
    )
    assert rooms_of(offered(condemned, Scenario(building=LATE)), "P2") == [6, 4, 4, 4]


def test_a_late_rebuilding_begins_and_ends_a_year_later(squares: Study) -> None:
    rebuilt = with_project(
        squares,
        kind="rebuilding",
        rooms=8,
        rooms_lost=4,
        started=pd.Timestamp("2024-03-10"),
        hand_over=pd.Timestamp("2025-08-20"),
    )
    assert rooms_of(offered(rebuilt, Scenario(building=LATE)), "P2") == [6, 6, 2, 10]


def test_the_sample_asks_what_if_everything_is_one_year_late() -> None:
    folder = sample_study()
    study = read_study(folder)
    planned, late = (
        offered(study, read_scenario(folder / "scenarios", name))
        for name in ("baseline", "all_late")
    )
    coming = study.projects[study.projects["hand_over"] > "2023-09-01"]
    for section in coming["section_id"]:
        before, after = rooms_of(planned, section), rooms_of(late, section)
        assert after == [before[0], *before[:-1]], section
    assert planned.seats[:, 1].sum() > late.seats[:, 1].sum()


# ------------------------------------------------------------------ mergers and closures


def test_a_merged_section_hands_pupils_and_areas_to_its_receiver(squares: Study) -> None:
    measure = Measure(
        id="M1", kind="merger", from_section="P2", section="P1", rooms=6, hand_over=SUMMER
    )
    plan = make_plan(squares, Scenario(years=YearSettings(last=2026), measures=(measure,)))
    # 50 + 40 in each of six grades; the six rooms of P2 stay in use.
    assert pupils_of(plan, "P1") == [300, 300, 540, 540]
    assert pupils_of(plan, "P2") == [240, 240, 0, 0]
    assert set(zones_of(plan, 2024).values()) == {"P1", "P2"}
    assert set(zones_of(plan, 2025).values()) == {"P1"}
    seats = plan.section_years.set_index(["section_id", "year"])["seats"]
    assert [seats["P1", year] for year in plan.years] == [540, 540, 18 * 45, 18 * 45]
    assert [seats["P2", year] for year in plan.years] == [270, 270, 0, 0]


@pytest.mark.parametrize(("kind", "section_of_a3"), [("merger", "P1"), ("closure", "P3")])
def test_areas_of_a_merger_go_to_the_receiver_and_of_a_closure_to_the_nearest(
    squares: Study, kind: str, section_of_a3: str
) -> None:
    # A new P3 stands in a2, 500 metres from a3; P1 in a4 is 1 500 metres away from it.
    new = Measure(
        id="M1", kind="new", section="P3", stage="primary", site="L1", rooms=12,
        hand_over=date(2024, 8, 1),
    )  # fmt: skip
    leaving = Measure(id="M2", kind="closure", section="P2", hand_over=SUMMER)
    if kind == "merger":
        leaving = replace(leaving, kind="merger", from_section="P2", section="P1")
    scenario = Scenario(years=YearSettings(last=2026), measures=(new, leaving))
    plan = make_plan(with_site(squares), scenario)
    assert zones_of(plan, 2024)["a3"] == "P2"
    assert zones_of(plan, 2025)["a3"] == section_of_a3
    assert sum(pupils_of(plan, section)[3] for section in ("P1", "P2", "P3")) == 540


def test_sections_that_cannot_be_merged_or_converted_are_refused_together(squares: Study) -> None:
    measures = (
        Measure(id="M1", kind="merger", section="J1", from_section="P2", hand_over=SUMMER),
        Measure(id="M2", kind="merger", section="P1", from_section="P1", hand_over=SUMMER),
        Measure(
            id="M3", kind="conversion", section="J1", from_section="P9", rooms=2, hand_over=SUMMER
        ),
        Measure(
            id="M4", kind="conversion", section="N1", from_section="P1", stage="nursery", rooms=2,
            hand_over=SUMMER,
        ),
        Measure(
            id="M5", kind="rebuilding", section="K1", rooms=6, rooms_lost=19,
            started=SUMMER, hand_over=date(2026, 7, 31),
        ),
    )  # fmt: skip
    with pytest.raises(ScenarioError) as refused:
        offered(squares, Scenario(name="odd", measures=measures))
    assert refused.value.faults == (
        "scenarios/odd.toml: measure 'M1' merges section 'P2' of stage 'primary' into 'J1' of "
        "stage 'junior'; rooms that change their stage are a conversion.",
        "scenarios/odd.toml: measure 'M2' is a merger of section 'P1' into itself; name two "
        "sections.",
        "scenarios/odd.toml: measure 'M3' is a conversion from section 'P9', which is not in the "
        "sections table; write the section that gives its rooms as from_section.",
        "scenarios/odd.toml: measure 'M4' has stage 'nursery', which the norms do not know: "
        "kindergarten, primary, junior, senior.",
        "scenarios/odd.toml: measure 'M5' condemns 19 rooms of section 'K1', which has 10; "
        "correct the number, or close the section.",
    )


# ------------------------------------------------------------------ contradictions


def merged(key: str, giver: str, receiver: str, day: date) -> Measure:
    """Return the merger of one section into another."""
    return Measure(id=key, kind="merger", from_section=giver, section=receiver, hand_over=day)


def closed(key: str, section: str, day: date) -> Measure:
    """Return the closure of a section."""
    return Measure(id=key, kind="closure", section=section, hand_over=day)


def refusals(study: Study, *measures: Measure) -> tuple[str, ...]:
    """Return why measures are refused, without where they stand."""
    with pytest.raises(ScenarioError) as refused:
        offered(study, Scenario(name="odd", measures=measures))
    return tuple(fault.removeprefix("scenarios/odd.toml: ") for fault in refused.value.faults)


@pytest.fixture
def three_primaries(squares: Study) -> Study:
    """Return the nine squares where the kindergarten K1 is a third primary section."""
    primary = {"stage": "primary", "lowest_grade": 1, "highest_grade": 6}
    return with_sections(squares, "K1", **primary)


def test_a_merger_into_a_section_that_merged_before_is_refused(three_primaries: Study) -> None:
    first = merged("M1", "P2", "P1", date(2024, 7, 31))
    late = merged("M2", "K1", "P2", SUMMER)
    assert refusals(three_primaries, first, late) == (
        "measure 'M2' merges section 'K1' in 2025 into 'P2', which teaches no more from 2024 on; "
        "name the section that takes its pupils, or correct one of the dates.",
    )


def test_a_section_may_be_merged_on_in_a_later_year(three_primaries: Study) -> None:
    first = merged("M1", "K1", "P2", date(2024, 7, 31))
    offer = offered(three_primaries, Scenario(measures=(first, merged("M2", "P2", "P1", SUMMER))))
    assert [(one.row, one.into, one.year) for one in offer.mergers] == [(3, 1, 2024), (1, 0, 2025)]


def test_two_sections_cannot_be_merged_into_one_another(squares: Study) -> None:
    faults = refusals(squares, merged("M1", "P1", "P2", SUMMER), merged("M2", "P2", "P1", SUMMER))
    assert len(faults) == 2
    assert all("which teaches no more from 2025 on" in fault for fault in faults)


def test_the_receiver_of_a_merger_may_not_close_with_it(squares: Study) -> None:
    (fault,) = refusals(squares, merged("M1", "P2", "P1", SUMMER), closed("M2", "P1", SUMMER))
    assert "merges section 'P2' in 2025 into 'P1', which teaches no more from 2025 on" in fault


def test_a_section_is_closed_once(three_primaries: Study) -> None:
    first, second = merged("M1", "P2", "P1", SUMMER), merged("M2", "P2", "K1", SUMMER)
    assert refusals(three_primaries, first, second) == (
        "measure 'M2' closes section 'P2', which 'M1' closes as well; keep one of them.",
    )


def test_nothing_is_built_for_a_section_that_has_closed(squares: Study) -> None:
    rooms = Measure(id="M2", kind="extension", section="P2", rooms=4, hand_over=date(2026, 7, 1))
    assert refusals(squares, closed("M1", "P2", SUMMER), rooms) == (
        "measure 'M2' adds rooms in 2026 to section 'P2', which teaches no more from 2025 on; take "
        "one of them out, or correct its date.",
    )
    early = replace(rooms, hand_over=date(2024, 7, 1))
    assert rooms_of(
        offered(squares, Scenario(measures=(closed("M1", "P2", SUMMER), early))), "P2"
    ) == [6, 10, 0, 0]


def test_idle_rooms_of_a_closed_school_become_a_kindergarten_but_no_more_than_there_are(
    squares: Study,
) -> None:
    idle = Measure(
        id="M2", kind="conversion", from_section="P2", section="K2", stage="kindergarten",
        rooms=6, hand_over=date(2026, 7, 1),
    )  # fmt: skip
    closing = closed("M1", "P2", SUMMER)
    assert rooms_of(offered(squares, Scenario(measures=(closing, idle))), "K2") == [0, 0, 0, 6]
    assert refusals(squares, closing, replace(idle, rooms=7)) == (
        "Projects and measures leave section 'P2' with -1 rooms in 2026: M2. Correct their rooms "
        "or their dates.",
    )


def test_a_merger_keeps_no_more_rooms_than_its_school_has(squares: Study) -> None:
    keeping = replace(merged("M1", "P2", "P1", SUMMER), rooms=6)
    assert rooms_of(offered(squares, Scenario(measures=(keeping,))), "P1") == [12, 12, 18, 18]
    assert (
        "leave section 'P2' with -1 rooms in 2025"
        in refusals(squares, replace(keeping, rooms=7))[0]
    )


def test_a_measure_does_not_take_the_key_of_a_project(squares: Study) -> None:
    again = Measure(id="X1", kind="extension", section="P1", rooms=2, hand_over=SUMMER)
    assert refusals(with_project(squares), again) == (
        "measure 'X1' has the key of a project; give it another one.",
    )
