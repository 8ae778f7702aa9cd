"""The nine squares of tests/towns.py worked through: every cohort alike, nobody moves.

P1 (a4) has 50 entrants of five areas, P2 (a6) 40 of four; J1 and K1 stand in the middle.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from shapely import LineString

from planner.comparison import compare_plans
from planner.errors import NoPlanError, ScenarioError
from planner.plan import Plan, make_plan
from planner.scenario import (
    BirthSettings,
    Measure,
    ProjectSettings,
    Scenario,
    SeatSettings,
    TransitionSettings,
    YearSettings,
    ZoneSettings,
)
from tests.test_capacity import with_project, with_sections, with_site

if TYPE_CHECKING:
    from pathlib import Path

    from planner.study import Study

FOUR_YEARS = YearSettings(last=2027)


@pytest.fixture(scope="module")
def as_it_is(squares: Study) -> Plan:
    """Return the nine squares when nothing changes."""
    return make_plan(squares, Scenario(years=FOUR_YEARS))


def figures(plan: Plan, stage: str, column: str) -> list[float]:
    """Return one county figure of a stage, year by year."""
    table = plan.county_years
    return table.loc[table["stage"] == stage, column].tolist()


def of_section(plan: Plan, section: str, column: str) -> list[Any]:
    """Return one figure of a section, year by year."""
    table = plan.section_years
    return table.loc[table["section_id"] == section, column].tolist()


def test_where_nobody_moves_every_year_is_like_the_last(as_it_is: Plan) -> None:
    assert as_it_is.years == (2023, 2024, 2025, 2026, 2027)
    assert figures(as_it_is, "primary", "pupils") == [90 * 6] * 5
    assert figures(as_it_is, "junior", "pupils") == [90 * 3] * 5
    assert of_section(as_it_is, "P1", "entrants") == [50] * 5


def test_seats_are_rooms_times_class_size(as_it_is: Plan) -> None:
    # P1 12 × 45, P2 6 × 45; J1 6 × 50; K1 ten rooms: 3 × (25 + 30 + 35) + 25.
    assert figures(as_it_is, "primary", "seats")[0] == 18 * 45
    assert figures(as_it_is, "junior", "seats")[0] == 6 * 50
    assert figures(as_it_is, "kindergarten", "seats")[0] == 295


def test_every_class_is_followed_from_the_year_its_pupils_entered(as_it_is: Plan) -> None:
    classes = as_it_is.class_years
    p1 = classes[(classes["section_id"] == "P1") & (classes["cohort"] == 2022)]
    # 50 entrants of 2022 fill two classes of 25, which climb to grade 6 in 2027.
    assert p1["year"].tolist() == [2023, 2023, 2024, 2024, 2025, 2025, 2026, 2026, 2027, 2027]
    assert p1["grade"].tolist() == [2, 2, 3, 3, 4, 4, 5, 5, 6, 6]
    assert p1["number"].tolist() == [1, 2] * 5
    assert set(p1["pupils"]) == {25}
    assert set(p1["band"]) == {"within"}


def test_classes_add_up_to_the_pupils_of_their_grade(as_it_is: Plan) -> None:
    key = ["section_id", "year", "grade"]
    in_classes = as_it_is.class_years.groupby(key)["pupils"].sum()
    on_roll = as_it_is.section_grades.set_index(key)["pupils"]
    assert in_classes.reindex(on_roll.index, fill_value=0).tolist() == on_roll.tolist()


def test_a_class_has_the_word_of_its_size(squares: Study) -> None:
    # One room a grade: the 50 entrants of P1 sit in one class above 45, J1's 90 in one of 90.
    small = squares.sections.set_index("section_id")
    small.loc[["P1", "J1"], "rooms"] = [6, 3]
    study = replace(squares, sections=small.reset_index(), classes=squares.classes.iloc[:0])
    classes = make_plan(study, Scenario(years=FOUR_YEARS)).class_years
    entered = classes[classes["cohort"] == 2024]
    assert set(entered.loc[entered["section_id"] == "P1", "band"]) == {"over_standard"}
    assert set(entered.loc[entered["section_id"] == "J1", "band"]) == {"super_large"}


def test_walks_follow_the_streets(as_it_is: Plan) -> None:
    # To P1: a4 0, a1 a5 a7 500 and a2 1 000 metres, ten children each.
    assert of_section(as_it_is, "P1", "walk_metres")[1] == pytest.approx(2500 / 5)
    # To J1 in the middle: four neighbours walk 500 and four corners 1 000 metres.
    assert figures(as_it_is, "junior", "walk_metres")[1] == pytest.approx(6000 / 9)


def test_zones_partition_the_areas_in_every_year(as_it_is: Plan) -> None:
    table = as_it_is.area_years
    for (_, year), rows in table[table["stage"] == "primary"].groupby(["stage", "year"]):
        assert sorted(rows["area_id"]) == sorted(as_it_is.study.areas["area_id"]), year
        assert rows["section_id"].isin(["P1", "P2"]).all()


def test_the_zones_of_a_stage_cover_the_county_without_overlap(as_it_is: Plan) -> None:
    zones = as_it_is.zones[as_it_is.zones["stage"] == "primary"]
    assert zones.geometry.area.sum() == pytest.approx(9 * 500 * 500)
    assert zones["pieces"].tolist() == [1, 1]


def test_nobody_is_lost_between_areas_and_sections(as_it_is: Plan) -> None:
    key = ["stage", "year"]
    by_area = as_it_is.area_years.groupby(key)["entrants"].sum()
    county = as_it_is.county_years.groupby(key)[["entrants", "unseated"]].sum()
    assert (by_area == county["entrants"] + county["unseated"]).all()


def test_todays_zones_come_with_a_bound_nobody_can_beat(as_it_is: Plan) -> None:
    proofs = as_it_is.zone_proofs.set_index("stage")
    # Areas in the middle column walk alike to both: 6 × 500 and no more for 90 children.
    assert proofs.loc["primary", "walk"] == 90 * 500
    assert (proofs["bound"] <= proofs["value"] + 1e-6).all()


def test_a_scenario_that_changes_nothing_equals_the_baseline(
    squares: Study, as_it_is: Plan
) -> None:
    again = make_plan(squares, Scenario(name="again", years=FOUR_YEARS))
    differences = compare_plans([as_it_is, again]).differences
    assert differences["difference"].fillna(0).eq(0).all()
    pd.testing.assert_frame_equal(again.section_grades, as_it_is.section_grades)


def test_low_births_reach_the_kindergarten_before_the_primary(squares: Study) -> None:
    births = BirthSettings(variant="low", low=0.5)
    plan = make_plan(squares, Scenario(births=births, years=YearSettings(last=2032)))
    small = figures(plan, "kindergarten", "entrants")
    first = figures(plan, "primary", "entrants")
    halved = [year for year, n in zip(plan.years, small, strict=True) if n <= 50]
    later = [year for year, n in zip(plan.years, first, strict=True) if n <= 50]
    assert halved[0] + 3 == later[0]
    assert figures(plan, "junior", "entrants")[-1] == 90


def test_doubling_the_children_doubles_the_pupils(squares: Study) -> None:
    double = replace(
        squares,
        residents=squares.residents.assign(residents=squares.residents["residents"] * 2),
        rolls=squares.rolls.assign(pupils=squares.rolls["pupils"] * 2),
        births=squares.births.assign(births=squares.births["births"] * 2),
        classes=squares.classes.iloc[:0],
    )
    one = make_plan(squares, Scenario(years=FOUR_YEARS))
    two = make_plan(double, Scenario(years=FOUR_YEARS))
    assert (two.county_years["pupils"] == 2 * one.county_years["pupils"]).all()


def test_a_school_too_small_for_its_zone_crowds_its_classes(squares: Study) -> None:
    # P1 keeps two rooms a grade: whoever is born from September 2017 comes in cohorts of
    # 5 areas × 26 = 130 to its zone, which makes classes of 65.
    residents = squares.residents.copy()
    west = residents["area_id"].isin(["a1", "a2", "a4", "a5", "a7"])
    young = residents["year"] - residents["age_from"] > 2017
    residents.loc[west & young, "residents"] = 26
    births = squares.births.copy()
    births.loc[births["year"] >= 2018, "births"] = 5 * 26 + 4 * 10
    plan = make_plan(
        replace(squares, residents=residents, births=births), Scenario(years=FOUR_YEARS)
    )
    assert of_section(plan, "P1", "largest_class")[-1] == 65
    assert of_section(plan, "P1", "large")[1] == 2
    assert of_section(plan, "P1", "warning")[1] == "red"


def test_unseated_children_are_counted_where_the_scenario_turns_them_away(
    squares: Study,
) -> None:
    few = with_project(
        squares, kind="condemned", section_id="P1", rooms=6, hand_over=pd.Timestamp("2024-01-01")
    )
    plan = make_plan(few, Scenario(seats=SeatSettings(overflow="unseated"), years=FOUR_YEARS))
    # Five grades of two classes stand in six rooms: no class can open, all 50 are turned away.
    assert of_section(plan, "P1", "unseated")[1] == 50
    assert figures(plan, "primary", "entrants")[1] == 40


def test_an_extension_a_year_late_shows_in_that_year_only(squares: Study) -> None:
    study = with_project(squares)
    on_time = make_plan(study, Scenario(name="on time", years=FOUR_YEARS))
    late = make_plan(
        study,
        Scenario(name="late", years=FOUR_YEARS, projects={"X1": ProjectSettings(delay_years=1)}),
    )
    table = compare_plans([on_time, late]).differences
    seats = table[(table["measure"] == "seats") & (table["difference"] != 0)]
    assert seats[["stage", "year", "difference"]].to_numpy().tolist() == [["primary", 2025, -270]]


def test_a_closed_school_hands_its_pupils_and_areas_to_the_other(squares: Study) -> None:
    study = with_project(squares, kind="closure", hand_over=pd.Timestamp("2025-07-10"))
    plan = make_plan(study, Scenario(years=FOUR_YEARS))
    assert of_section(plan, "P2", "pupils") == [240, 240, 0, 0, 0]
    assert of_section(plan, "P1", "pupils") == [300, 300, 540, 540, 540]
    zones = plan.area_years[(plan.area_years["stage"] == "primary")]
    assert set(zones.loc[zones["year"] == 2024, "section_id"]) == {"P1", "P2"}
    assert set(zones.loc[zones["year"] == 2025, "section_id"]) == {"P1"}
    assert any(note.key == "adapted_primary_2025" for note in plan.notes)


def test_a_new_school_takes_the_areas_that_are_nearer_to_it(squares: Study) -> None:
    measure = Measure(
        id="M1", name="South", kind="new", section="P3", stage="primary", site="L1", rooms=12,
        hand_over=date(2025, 8, 1),
    )  # fmt: skip
    plan = make_plan(
        with_site(squares),
        Scenario(
            years=FOUR_YEARS,
            measures=(measure,),
            zones=ZoneSettings(changed_metres=0),
        ),
    )
    areas = plan.area_years[plan.area_years["stage"] == "primary"]
    of_2025 = areas[areas["year"] == 2025].set_index("area_id")["section_id"]
    assert of_2025["a2"] == "P3"
    assert of_2025["a4"] == "P1"
    assert of_section(plan, "P3", "pupils")[2] == of_section(plan, "P3", "entrants")[2] > 0


def test_redrawn_zones_relieve_the_crowded_school_and_cost_no_more_than_their_gap(
    squares: Study,
) -> None:
    # Everybody is zoned to P2 with its one room a grade; P1 stands empty.
    zones = squares.zones.copy()
    zones.loc[zones["stage"] == "primary", "section_id"] = "P2"
    rolls = squares.rolls.copy()
    rolls.loc[rolls["section_id"] == "P2", "pupils"] = 90
    rolls = rolls[rolls["section_id"] != "P1"]
    study = replace(squares, zones=zones, rolls=rolls, classes=squares.classes.iloc[:0])
    plan = make_plan(
        study,
        Scenario(years=FOUR_YEARS, zones=ZoneSettings(method="redraw", from_year=2025)),
    )
    assert of_section(plan, "P2", "entrants")[:2] == [90, 90]
    assert of_section(plan, "P2", "entrants")[2] <= 45
    assert of_section(plan, "P1", "entrants")[2] >= 45
    # Those who were enrolled stay: P2 still has its 90 in grade 2.
    grades = plan.section_grades.set_index(["section_id", "year", "grade"])["pupils"]
    assert grades["P2", 2025, 2] == 90
    redrawn = plan.zone_proofs[plan.zone_proofs["method"] == "redraw"].iloc[0]
    assert redrawn["status"] == "optimal"
    assert redrawn["gap"] == pytest.approx(0, abs=1e-6)


def test_a_transition_set_by_policy_decides_how_many_enter(squares: Study) -> None:
    plan = make_plan(
        squares,
        Scenario(years=FOUR_YEARS, transition=TransitionSettings(shares={"junior": 0.5})),
    )
    assert figures(plan, "junior", "entrants")[1:] == [45] * 4


def test_a_norm_of_the_scenario_changes_the_seats(squares: Study) -> None:
    plan = make_plan(squares, Scenario(years=FOUR_YEARS, norms={"class_size.primary": 40.0}))
    assert figures(plan, "primary", "seats")[1] == 18 * 40


def test_zones_from_a_table_are_taken_as_they_are(squares: Study, tmp_path: Path) -> None:
    rows = [(area, "primary", "P1") for area in squares.areas["area_id"]]
    table = pd.DataFrame(rows, columns=["area_id", "stage", "section_id"])
    table.to_csv(tmp_path / "all_to_p1.csv", index=False)
    study = replace(squares, folder=tmp_path)
    wish = ZoneSettings(method="file", file="all_to_p1.csv", from_year=2025)
    plan = make_plan(study, Scenario(years=FOUR_YEARS, zones=wish))
    assert of_section(plan, "P1", "entrants") == [50, 50, 90, 90, 90]


def test_zones_from_a_table_may_name_a_school_that_is_still_to_open(
    squares: Study, tmp_path: Path
) -> None:
    # A primary opens in a2 in 2025; from then on the table gives it a1, a2 and a3.
    study = with_project(
        with_site(squares), kind="new", section_id="N1", stage="primary", site_id="L1", rooms=6,
        hand_over=pd.Timestamp("2025-07-10"),
    )  # fmt: skip
    rows = [(area, "primary", "N1") for area in ("a1", "a2", "a3")]
    table = pd.DataFrame(rows, columns=["area_id", "stage", "section_id"])
    table.to_csv(tmp_path / "south.csv", index=False)
    wish = ZoneSettings(method="file", file="south.csv", from_year=2025, stages=["primary"])
    plan = make_plan(replace(study, folder=tmp_path), Scenario(years=FOUR_YEARS, zones=wish))
    assert of_section(plan, "N1", "entrants")[-3:] == [30, 30, 30]


def test_rooms_that_only_relieve_classes_draw_nobody(squares: Study) -> None:
    # P1 and P2 take from the whole county, 50 and 40 of its 90 entrants as counted.
    both = with_sections(with_sections(squares, "P1", intake="county"), "P2", intake="county")
    town = replace(both, zones=both.zones[both.zones["stage"] != "primary"])
    entrants = {}
    for relief in (False, True):
        twelve = Measure(
            id="wing", kind="extension", section="P1", rooms=12, hand_over=date(2025, 9, 1),
            relief=relief,
        )  # fmt: skip
        plan = make_plan(town, Scenario(years=FOUR_YEARS, measures=(twelve,)))
        entrants[relief] = of_section(plan, "P1", "entrants")
        assert of_section(plan, "P1", "rooms") == [12, 12, 24, 24, 24]
    assert entrants[True][2] == entrants[True][1]
    assert entrants[False][2] > entrants[False][1]


def test_a_zones_table_with_strangers_is_refused_with_all_its_faults(
    squares: Study, tmp_path: Path
) -> None:
    text = "area_id,stage,section_id\na1,primary,P9\na99,primary,P1\na2,primary,P1\na2,primary,P2\n"
    (tmp_path / "odd.csv").write_text(text, encoding="utf-8")
    wish = ZoneSettings(method="file", file="odd.csv")
    with pytest.raises(ScenarioError) as refused:
        make_plan(replace(squares, folder=tmp_path), Scenario(zones=wish))
    assert refused.value.faults == (
        "odd.csv: area_id 'a99' is not in this study; correct it.",
        "odd.csv: section_id 'P9' is not in this study; correct it.",
        "odd.csv: area 'a2' is zoned twice for primary; keep one row.",
    )


def test_years_before_the_last_roll_cannot_be_planned(squares: Study) -> None:
    with pytest.raises(ScenarioError, match="first = 2023 is not after the last counted roll"):
        make_plan(squares, Scenario(years=YearSettings(first=2023)))


def test_zones_from_a_year_outside_the_plan_are_refused(squares: Study) -> None:
    wish = ZoneSettings(method="redraw", from_year=2040)
    with pytest.raises(ScenarioError, match="from_year = 2040 is not a planned year"):
        make_plan(squares, Scenario(years=FOUR_YEARS, zones=wish))


def test_an_unknown_locked_area_is_refused(squares: Study) -> None:
    wish = ZoneSettings(method="redraw", locked_areas=["a77"])
    with pytest.raises(ScenarioError, match="locked_areas names areas nobody knows: a77"):
        make_plan(squares, Scenario(years=FOUR_YEARS, zones=wish))


def test_renumbering_the_areas_changes_no_figure(squares: Study, as_it_is: Plan) -> None:
    order = np.random.default_rng(7).permutation(len(squares.areas))
    shuffled = replace(squares, areas=squares.areas.iloc[order].reset_index(drop=True))
    plan = make_plan(shuffled, Scenario(years=FOUR_YEARS))
    pd.testing.assert_frame_equal(plan.county_years, as_it_is.county_years)


def test_comparing_takes_two_scenarios_of_different_names(as_it_is: Plan) -> None:
    with pytest.raises(ScenarioError, match="at least two scenarios"):
        compare_plans([as_it_is])
    with pytest.raises(ScenarioError, match="named twice"):
        compare_plans([as_it_is, as_it_is])


def all_primary_to(folder: Path, section: str, areas: int = 9) -> str:
    """Write a zones table that sends so many areas to one section; return its name."""
    rows = [(f"a{number}", "primary", section) for number in range(1, areas + 1)]
    table = pd.DataFrame(rows, columns=["area_id", "stage", "section_id"])
    table.to_csv(folder / "zones.csv", index=False)
    return "zones.csv"


def closing_p2(study: Study) -> Study:
    """Return the nine squares with P2 closed from 2025."""
    return with_project(study, kind="closure", hand_over=pd.Timestamp("2025-07-10"))


def test_zones_from_a_table_leave_nobody_at_a_school_that_closes(
    squares: Study, tmp_path: Path
) -> None:
    # The table speaks of a1 only; a3, a6, a8 and a9 were zoned to P2, which closes.
    wish = ZoneSettings(method="file", file=all_primary_to(tmp_path, "P1", 1), from_year=2025)
    study = replace(closing_p2(squares), folder=tmp_path)
    plan = make_plan(study, Scenario(years=FOUR_YEARS, zones=wish))
    assert of_section(plan, "P2", "entrants") == [40, 40, 0, 0, 0]
    assert of_section(plan, "P1", "entrants") == [50, 50, 90, 90, 90]


def test_a_table_that_zones_areas_to_a_closed_school_is_refused(
    squares: Study, tmp_path: Path
) -> None:
    wish = ZoneSettings(method="file", file=all_primary_to(tmp_path, "P2"), from_year=2025)
    study = replace(closing_p2(squares), folder=tmp_path)
    with pytest.raises(
        ScenarioError, match=r"do not teach in 2025: P2\. Zone these areas elsewhere"
    ):
        make_plan(study, Scenario(years=FOUR_YEARS, zones=wish))


def test_closing_the_only_school_of_a_stage_is_no_plan(squares: Study) -> None:
    study = with_project(
        squares, kind="closure", section_id="J1", stage="junior",
        hand_over=pd.Timestamp("2025-07-10"),
    )  # fmt: skip
    with pytest.raises(NoPlanError, match="junior 2025: no section with an enrolment zone is open"):
        make_plan(study, Scenario(years=FOUR_YEARS))


def test_prices_of_a_scenario_do_not_reach_stages_it_does_not_name(squares: Study) -> None:
    study = closing_p2(squares)
    plain = make_plan(study, Scenario(years=FOUR_YEARS))
    priced = make_plan(
        study,
        Scenario(
            years=FOUR_YEARS,
            zones=ZoneSettings(method="redraw", stages=["junior"], changed_metres=90_000),
        ),
    )
    mine = ["kindergarten", "primary"]
    one, two = (
        plan.area_years[plan.area_years["stage"].isin(mine)].reset_index(drop=True)
        for plan in (plain, priced)
    )
    pd.testing.assert_frame_equal(one, two)


def test_a_misspelt_stage_is_refused_with_the_nearest_known_one(squares: Study) -> None:
    wish = ZoneSettings(method="redraw", stages=["primari"])
    shares = TransitionSettings(shares={"seniors": 0.5, "primary": 0.5})
    with pytest.raises(ScenarioError) as refused:
        make_plan(squares, Scenario(zones=wish, transition=shares))
    assert refused.value.faults == (
        "[zones] stages names the stage 'primari', which norms 'cn' do not know. "
        "Did you mean 'primary'?",
        "[transition] shares names the stage 'seniors', which norms 'cn' do not know. "
        "Did you mean 'senior'?",
        "[transition] shares.primary has no effect: primary is entered from home and not from a "
        "stage before it. Take it out.",
    )


def test_years_from_later_on_are_worked_through_and_shown_from_there(
    squares: Study, as_it_is: Plan
) -> None:
    plan = make_plan(squares, Scenario(years=YearSettings(first=2026, last=2027)))
    assert plan.years == (2023, 2026, 2027)
    assert sorted(set(plan.section_years["year"])) == [2023, 2026, 2027]
    kept = as_it_is.county_years[as_it_is.county_years["year"].isin(plan.years)]
    pd.testing.assert_frame_equal(plan.county_years, kept.reset_index(drop=True))


def test_villages_are_not_held_to_the_service_radius_of_towns(squares: Study) -> None:
    # Primary: 500 m in town, half an hour or 2 000 m at 4 km/h in villages; junior: town only.
    villages = squares.areas.assign(setting="village")
    plan = make_plan(replace(squares, areas=villages), Scenario(years=FOUR_YEARS))
    assert figures(plan, "primary", "over_limit_share") == [0.0] * 5
    assert np.isnan(figures(plan, "junior", "over_limit_share")).all()
    # In town a2 walks 1 000 m to P1 and one area as far to P2: 20 of 90 entrants.
    town = make_plan(squares, Scenario(years=FOUR_YEARS))
    assert figures(town, "primary", "over_limit_share")[1] == pytest.approx(20 / 90)


def test_unseated_children_are_never_more_than_the_shortage(squares: Study) -> None:
    few = with_project(
        squares, kind="condemned", section_id="P1", rooms=6, hand_over=pd.Timestamp("2024-01-01")
    )
    plan = make_plan(few, Scenario(seats=SeatSettings(overflow="unseated"), years=FOUR_YEARS))
    table = plan.section_years
    assert (table["shortage"] >= table["unseated"]).all()
    assert (table["unseated"] > 0).any()


def test_warnings_judge_the_intake_of_ordinary_years(squares: Study) -> None:
    # K1: ten rooms for three grades, 10 × 25 ÷ 3 = 83 entrants a year; 90 come every year.
    plan = make_plan(squares, Scenario(years=FOUR_YEARS))
    assert of_section(plan, "K1", "ordinary_intake") == [83] * 5
    assert of_section(plan, "K1", "warning") == ["red"] * 5


def test_whoever_has_no_way_to_school_is_left_out_of_the_mean_and_counted(squares: Study) -> None:
    # a9 is cut off: the two streets that lead to it are gone, and its ten entrants with them.
    streets = squares.streets[~squares.streets["street_id"].str.contains("a9")]
    island = streets.iloc[:1].copy()
    island["street_id"] = "a9-a9"
    x, y = squares.areas.geometry.iloc[8].centroid.coords[0]
    island.geometry = [LineString([(x - 240, y), (x + 240, y + 200)])]
    cut = pd.concat([streets, island], ignore_index=True)
    plan = make_plan(replace(squares, streets=cut), Scenario(years=FOUR_YEARS))
    said = {note.key: note.en for note in plan.notes}
    # Ten a year in four planned years, of ninety a year.
    assert said["no_way_primary"].startswith("primary 2024–2027: 40 of 360 zoned entrants")


INTERVAL = ["low95", "low80", "high80", "high95"]


def test_every_number_of_pupils_to_come_says_how_sure_it_is(as_it_is: Plan) -> None:
    for table in (as_it_is.section_years, as_it_is.county_years):
        counted = table["year"] == 2023
        assert table.loc[counted, INTERVAL].isna().all(axis=None)
        ahead = table[~counted]
        assert (np.diff(ahead[INTERVAL].to_numpy(), axis=1) > 0).all()
        # Every year was foreseen as it came, so that the expected pupils lie in the middle.
        assert ((ahead["low80"] < ahead["pupils"]) & (ahead["pupils"] < ahead["high80"])).all()


def test_the_further_ahead_the_less_sure(as_it_is: Plan) -> None:
    for _, section in as_it_is.section_years.groupby("section_id"):
        width = (section["high80"] - section["low80"]).to_numpy()[1:]
        assert (np.diff(width) > 0).all()


def test_a_county_is_surer_than_its_schools_and_less_so_than_if_they_had_nothing_in_common(
    as_it_is: Plan,
) -> None:
    def widths(table: pd.DataFrame) -> pd.Series[float]:
        primary = table[(table["stage"] == "primary") & (table["year"] == 2027)]
        return primary["high80"] - primary["low80"]

    schools, county = widths(as_it_is.section_years), float(widths(as_it_is.county_years).iloc[0])
    assert np.sqrt((schools**2).sum()) < county < schools.sum()


def test_futures_stand_in_the_order_of_the_sections(as_it_is: Plan) -> None:
    counted = as_it_is.section_years[as_it_is.section_years["year"] == 2023]
    pupils = counted.set_index("section_id")["pupils"]
    drawn = as_it_is.futures.rolls[:, 0, 0]
    assert drawn.tolist() == [pupils[section] for section in as_it_is.sections["section_id"]]


def test_another_seed_draws_other_futures_about_the_same_plan(
    squares: Study, as_it_is: Plan
) -> None:
    again, other = (
        make_plan(squares, Scenario(years=FOUR_YEARS), past=as_it_is.past, seed=seed)
        for seed in (0, 1)
    )
    assert again.futures.rolls.tobytes() == as_it_is.futures.rolls.tobytes()
    assert other.futures.rolls.tobytes() != as_it_is.futures.rolls.tobytes()
    assert other.section_years["pupils"].tolist() == as_it_is.section_years["pupils"].tolist()


def test_a_new_school_is_as_unsure_as_others_once_it_has_opened(
    squares: Study, as_it_is: Plan
) -> None:
    measure = Measure(
        id="M1", name="South", kind="new", section="P3", stage="primary", site="L1", rooms=12,
        hand_over=date(2025, 8, 1),
    )  # fmt: skip
    scenario = Scenario(years=FOUR_YEARS, measures=(measure,), zones=ZoneSettings(changed_metres=0))
    plan = make_plan(with_site(squares), scenario, past=as_it_is.past)
    low, high = of_section(plan, "P3", "low80"), of_section(plan, "P3", "high80")
    assert [low[1], high[1]] == [0, 0]  # 2024: not yet
    assert 0 < low[2] < of_section(plan, "P3", "pupils")[2] < high[2]
    assert of_section(plan, "P3", "shortage_probability")[1:3] == [0, 0]


def test_seats_for_half_of_the_pupils_are_surely_too_few_and_for_twice_as_many_surely_not(
    squares: Study, as_it_is: Plan
) -> None:
    # P1 has 300 pupils: 3 rooms are 135 seats, 14 rooms 630.
    for rooms, expected in ((3, 1.0), (14, 0.0)):
        study = with_sections(squares, "P1", rooms=rooms)
        scenario = Scenario(years=YearSettings(last=2024))
        plan = make_plan(study, scenario, past=as_it_is.past)
        assert of_section(plan, "P1", "shortage_probability")[1] == expected


def test_whoever_is_turned_away_is_more_likely_short_than_not(
    squares: Study, as_it_is: Plan
) -> None:
    # P1's ten classes climb and fill its six rooms, so that none of its 50 entrants finds one.
    plan = make_plan(
        with_sections(squares, "P1", rooms=6),
        Scenario(years=FOUR_YEARS, seats=SeatSettings(overflow="unseated")),
        past=as_it_is.past,
    )
    table = plan.section_years[plan.section_years["year"] > 2023]
    assert (table.loc[table["unseated"] > 0, "shortage_probability"] > 0.5).all()
    assert (table["unseated"] > 0).any()
