"""Every value is the sum of rows that can be looked at, in a town one can draw."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from planner.indicators import (
    Reckoner,
    gap_of,
    gather_indicators,
    missing_places,
    posts_needed,
    three_year_retention,
)
from tests.report.town import YEARS, town_plan

if TYPE_CHECKING:
    from planner.norms.indicators import Indicator
    from planner.plan import Plan

# Pupils of tests/report/town.py: P1 80 100 110 85, P2 50 60 40 30, J1 60 in every year.


def with_tables(plan: Plan, **tables: Any) -> Plan:
    """Return the plan of a study with these tables."""
    return replace(plan, study=replace(plan.study, **tables))


def as_kindergartens(plan: Plan, operators: list[str | None], **known: Any) -> Plan:
    """Return the plan with its three schools as kindergartens."""
    return replace(
        plan,
        sections=plan.sections.assign(operator=operators, stage="kindergarten", **known),
        section_years=plan.section_years.assign(stage="kindergarten"),
        county_years=plan.county_years.assign(stage="kindergarten"),
    )


def found(plan: Plan, key: str) -> tuple[Reckoner, Indicator]:
    """Return a reckoner and one of its indicators."""
    reckoner = Reckoner.of(plan)
    indicator = reckoner.register.find(key)
    assert indicator is not None
    return reckoner, indicator


def value(plan: Plan, key: str, stage: str, year: int) -> float:
    """Return the figure of an indicator."""
    reckoner, indicator = found(plan, key)
    return reckoner.value(indicator, stage, year).figure


# ---------------------------------------------------------------- kindergartens


def test_children_count_by_who_runs_their_kindergarten_and_only_where_licensed() -> None:
    # 2026: J1 60 public, P1 100 inclusive private, P2 60 private: 60 and 160 of 220.
    plan = as_kindergartens(town_plan(), ["private_inclusive", "private", None])
    assert value(plan, "kindergarten_public_share", "kindergarten", 2026) == 60 / 220
    assert value(plan, "kindergarten_inclusive_share", "kindergarten", 2026) == 160 / 220
    unlicensed = as_kindergartens(
        town_plan(), ["private_inclusive", "private", None], licensed=[False, True, True]
    )
    assert value(unlicensed, "kindergarten_inclusive_share", "kindergarten", 2026) == 60 / 220


def test_attached_classes_count_with_their_stage_and_not_with_the_kind_of_school() -> None:
    plan = as_kindergartens(town_plan(), ["public", "private", "private"])
    assert set(plan.sections["kind"]) == {"primary", "junior"}  # none of them is a kindergarten
    assert value(plan, "kindergarten_public_share", "kindergarten", 2025) == 80 / 190


def test_63_percent_of_1000_children_are_630_public_places() -> None:
    missing = missing_places(0.63, pupils=1000, public_pupils=500, public_seats=600)
    assert missing == (630, 130, 30)
    assert missing_places(0.63, pupils=1000, public_pupils=700, public_seats=700) == (630, 0, 0)
    assert missing_places(0.63, pupils=1001, public_pupils=0, public_seats=0).needed == 631


def test_public_places_are_told_by_both_rolls_and_both_readings() -> None:
    targets = pd.DataFrame(
        {"indicator": ["kindergarten_public_share"], "stage": None, "year": 2027, "target": "63%"}
        | {"unit": None, "base": None, "binding": None, "source": None}
    )
    plan = as_kindergartens(town_plan(), ["private_inclusive", "private", None])
    places = gather_indicators(with_tables(plan, targets=targets)).public_places
    aimed = places[places["aim"] == "target"]
    # 2025: 190 children, 60 public; 0.63 × 190 = 119.7, so 120. 2027: 210, 60; 132.3, so 133.
    assert aimed["year"].tolist() == [2025, 2027]
    assert aimed["children"].tolist() == [190, 210]
    assert aimed["needed"].tolist() == [120, 133]
    assert aimed["missing_by_pupils"].tolist() == [60, 73]
    assert aimed["missing_by_seats"].tolist() == [20, 33]  # 100 public seats


def test_a_share_lacks_whole_places() -> None:
    plan = as_kindergartens(town_plan(), ["private_inclusive", "private", None])
    reckoner, public = found(plan, "kindergarten_public_share")
    rows = reckoner.rows_of(public, "kindergarten", 2026)
    assert gap_of(public, rows, 0.5) == 50  # 0.5 × 220 − 60
    assert gap_of(public, rows, 0.2) == 0
    assert gap_of(public, rows, None) is None


# ---------------------------------------------------------------- enrolment and retention


def test_gross_enrolment_counts_pupils_of_any_age_and_vocational_ones_once_entered() -> None:
    plan = replace(
        town_plan(),
        section_years=town_plan().section_years.replace({"stage": {"junior": "senior"}}),
        county_years=town_plan()
        .county_years.replace({"stage": {"junior": "senior"}})
        .assign(residents=75.0),
    )
    assert value(plan, "senior_gross_enrolment_share", "senior", 2027) == 60 / 75
    actuals = pd.DataFrame(
        {
            "indicator": ["vocational_pupils"],
            "stage": None,
            "year": 2026,
            "value": "12",
            "note": None,
        }
    )
    later = with_tables(plan, actuals=actuals)
    assert value(later, "senior_gross_enrolment_share", "senior", 2025) == 60 / 75
    assert value(later, "senior_gross_enrolment_share", "senior", 2027) == 72 / 75


def test_a_junior_cohort_is_followed_through_three_counts() -> None:
    assert three_year_retention(96, 100) == 0.96
    # 96 graduates, of whom 3 moved in; 4 moved out and 1 died of the 101 who entered.
    assert three_year_retention(96, 101, moved_in=3, moved_out=4, died=1) == 97 / 100
    assert math.isnan(three_year_retention(0, 0))
    grades = pd.DataFrame(
        [
            ("J1", "junior", year, grade, pupils)
            for year, pupils_of in (
                (2025, (100, 98, 97)),
                (2026, (90, 99, 96)),
                (2027, (80, 88, 95)),
            )
            for grade, pupils in zip((7, 8, 9), pupils_of, strict=True)
        ],
        columns=["section_id", "stage", "year", "grade", "pupils"],
    )
    plan = replace(town_plan(), section_grades=grades)
    assert value(plan, "junior_retention_share", "junior", 2027) == 95 / 100
    assert math.isnan(value(plan, "junior_retention_share", "junior", 2026))  # 2024 is not known
    moved = pd.DataFrame(
        {
            "indicator": ["junior_moved_in", "junior_moved_out", "junior_died"],
            "stage": None,
            "year": 2027,
            "value": ["2", "3", "1"],
            "note": None,
        }
    )
    assert value(with_tables(plan, actuals=moved), "Q1", "junior", 2027) == 96 / 99


def test_entrants_live_in_their_zone_as_far_as_it_has_so_many() -> None:
    # 2025: P1 has 16 entrants and a zone of 5 areas × 4 = 20, P2 10 and 4 × 4 = 16.
    plan = town_plan()
    assert value(plan, "zoned_share", "primary", 2025) == 1.0
    fewer = replace(plan, area_years=plan.area_years.assign(entrants=2))
    assert value(fewer, "zoned_share", "primary", 2025) == (10 + 8) / 26
    county = replace(plan, sections=plan.sections.assign(intake=["zone", "county", "zone"]))
    assert value(county, "zoned_share", "primary", 2025) == 16 / 26
    village = replace(plan, sections=plan.sections.assign(setting="village"))
    assert math.isnan(value(village, "zoned_share", "primary", 2025))


# ---------------------------------------------------------------- layout


def test_concentration_says_its_base_and_counts_no_teaching_point_as_a_school() -> None:
    # P1 in town with 80 pupils; P2 in a village with 50, first a school, then a teaching point.
    plan = replace(
        town_plan(), sections=town_plan().sections.assign(setting=["town", "village", "city"])
    )
    point = replace(
        plan, sections=plan.sections.assign(kind=["primary", "teaching_point", "junior"])
    )
    assert value(plan, "primary_concentration_share", "primary", 2025) == 1 / 2
    assert value(point, "primary_concentration_share", "primary", 2025) == 1 / 1
    for each in (plan, point):
        assert value(each, "primary_concentration_pupil_share", "primary", 2025) == 80 / 130
    assert value(plan, "junior_concentration_share", "junior", 2025) == 1
    assert value(point, "teaching_points", "primary", 2025) == 1


def test_a_school_that_nobody_says_where_it_lies_is_left_out() -> None:
    plan = replace(
        town_plan(), sections=town_plan().sections.assign(setting=["village", None, None])
    )
    nowhere = replace(
        plan, study=replace(plan.study, areas=plan.study.areas.drop(columns="setting"))
    )
    assert value(nowhere, "primary_concentration_share", "primary", 2025) == 0  # P1 alone
    # The area of P2 lies in town, and so does the school.
    assert value(plan, "primary_concentration_share", "primary", 2025) == 1 / 2


def test_a_school_below_100_pupils_is_small_and_one_of_100_is_not() -> None:
    counts = [value(town_plan(), "small_schools", "primary", year) for year in YEARS]
    # P1 80, 100, 110, 85; P2 always below.
    assert counts == [2, 1, 1, 2]


def test_a_nine_year_school_is_oversize_above_2500_pupils_of_both_stages() -> None:
    plan = town_plan()
    together = plan.sections.assign(school_id="S", kind="nine_year")
    pupils = plan.section_years["section_id"].map({"P1": 1900, "P2": 100, "J1": 500})
    at_limit = replace(
        plan, sections=together, section_years=plan.section_years.assign(pupils=pupils)
    )
    assert value(at_limit, "oversize_schools", "", 2025) == 0  # 2,500 is not above 2,500
    over = replace(
        plan, sections=together, section_years=plan.section_years.assign(pupils=pupils + 1)
    )
    reckoner, oversize = found(over, "G4")
    assert reckoner.value(oversize, "", 2025).figure == 1
    assert gap_of(oversize, reckoner.rows_of(oversize, "", 2025), 0) == 3  # 2,503 pupils


def test_kindergarten_classes_in_a_primary_school_do_not_take_it_off_the_list() -> None:
    # P1 is the kindergarten section of the school whose primary section is P2: 2,001 pupils.
    plan = town_plan()
    mixed = plan.sections.assign(
        school_id=["S", "S", "T"], stage=["kindergarten", "primary", "junior"]
    )
    rows = plan.section_years
    rows = rows.assign(
        stage=rows["section_id"].map({"P1": "kindergarten", "P2": "primary", "J1": "junior"}),
        pupils=rows["section_id"].map({"P1": 300, "P2": 2001, "J1": 60}),
        classes=rows["section_id"].map({"P1": 9, "P2": 45, "J1": 2}),
    )
    rooms = resources(P2={"music_rooms": 3, "art_rooms": 3}, J1={"music_rooms": 1})
    attached = with_tables(
        replace(plan, sections=mixed, section_years=rows),
        resources=rooms,
    )
    assert value(attached, "G4", "", 2025) == 1
    # 45 classes of the primary section ask for 4 rooms of each kind.
    assert value(attached, "G3", "primary", 2025) == 1


def test_nobody_knows_whether_all_schools_have_their_rooms_while_one_was_not_counted() -> None:
    rooms: dict[str, float] = {"music_rooms": 1, "music_room_m2": 96}
    rooms |= {"art_rooms": 1, "art_room_m2": 90}

    def verdict(**stock: dict[str, float]) -> tuple[float, str]:
        figures = gather_indicators(with_tables(town_plan(), resources=resources(**stock))).figures
        mine = (figures["item"] == "G3") & (figures["stage"] == "") & (figures["year"] == 2025)
        row = figures[mine].iloc[0]
        return row["value"], row["norm_status"]

    assert verdict(P1=rooms, P2=rooms, J1=rooms) == (0, "met")
    figure, status = verdict(P1=rooms, P2=rooms)
    assert (math.isnan(figure), status) == (True, "not_known")
    # Music rooms alone do not tell either; one school known to be short is short whatever.
    assert verdict(P1=rooms, P2=rooms, J1={"music_rooms": 1, "music_room_m2": 96})[1] == "not_known"
    assert verdict(P1=rooms, P2={"music_rooms": 0}) == (1, "missed")


def test_new_kindergartens_are_counted_from_the_year_they_open() -> None:
    plan = as_kindergartens(
        town_plan(), ["public", "public", "private"], is_new=[False, True, True]
    )
    rows = plan.section_years
    rows = rows.assign(open=(rows["section_id"] != "P2") | (rows["year"] >= 2027))
    opened = replace(plan, section_years=rows)
    counts = [value(opened, "new_public_kindergartens", "kindergarten", year) for year in YEARS]
    assert counts == [0, 0, 1, 1]


# ---------------------------------------------------------------- classes


def test_56_is_large_and_each_kind_of_class_is_counted_apart() -> None:
    sizes = {
        "within": (45, 45),
        "over_standard": (46, 55),
        "large": (56, 65),
        "super_large": (66, 70),
    }
    rows = [
        {"section_id": "P1", "stage": "primary", "year": 2025, "grade": grade, "cohort": 2025}
        | {"number": number, "pupils": pupils, "standard": 45, "band": band}
        for number, (band, pair) in enumerate(sizes.items(), start=1)
        for grade, pupils in zip((1, 2), pair, strict=True)
    ]
    plan = replace(town_plan(), class_years=pd.DataFrame(rows))
    assert value(plan, "large_classes", "primary", 2025) == 4  # super-large ones included
    assert value(plan, "super_large_classes", "", 2025) == 2
    assert value(plan, "over_standard_classes", "primary", 2025) == 6
    assert value(plan, "entry_over_standard", "primary", 2025) == 3  # those of grade 1
    assert value(plan, "large_class_share", "primary", 2025) == 4 / 8
    # G5 is stricter than the test of 56: every class above 45, in every grade.
    assert value(plan, "G5", "primary", 2025) == 6


# ---------------------------------------------------------------- resources


def resources(**per_section: dict[str, float]) -> pd.DataFrame:
    """Return the table resources of 2025."""
    rows = [
        (section, 2025, item, amount)
        for section, items in per_section.items()
        for item, amount in items.items()
    ]
    return pd.DataFrame(rows, columns=["section_id", "year", "item", "value"])


def test_space_for_each_pupil_grows_as_pupils_leave_while_the_stock_stays() -> None:
    stock = resources(P1={"teaching_area_m2": 400}, P2={"teaching_area_m2": 200})
    plan = with_tables(town_plan(), resources=stock)
    reckoner, area = found(plan, "L4")
    # 2025: 600 m² for 130 pupils; 2028: for 115.
    assert reckoner.value(area, "primary", 2025).figure == pytest.approx(600 / 130)
    assert reckoner.value(area, "primary", 2028).figure == pytest.approx(600 / 115)
    # 4.5 m² a pupil: P1 needs 360 of its 400, P2 225 of its 200; P1's surplus helps nobody.
    rows = reckoner.rows_of(area, "primary", 2025)
    assert gap_of(area, rows, 4.5) == 25
    assert rows.set_index("key")["gap"].to_dict() == {"P1": 0, "P2": 25}
    assert math.isnan(reckoner.value(area, "junior", 2025).figure)  # nobody counted J1


def test_an_item_is_met_only_where_schools_do_not_differ_too_much() -> None:
    def verdict(first: float, second: float) -> str:
        stock = resources(P1={"teaching_area_m2": first}, P2={"teaching_area_m2": second})
        figures = gather_indicators(with_tables(town_plan(), resources=stock)).figures
        mine = (figures["item"] == "L4") & (figures["stage"] == "primary")
        return str(figures.loc[mine & (figures["year"] == 2025), "norm_status"].iloc[0])

    assert verdict(400, 250) == "met"  # 5 m² for each of 80 and of 50 pupils
    assert verdict(900, 100) == "missed"  # 11.25 and 2 m²: a CV of 0.585, above 0.50
    assert verdict(160, 100) == "missed"  # 2 m² everywhere, below 4.5


def test_an_item_missed_for_the_variation_alone_says_so() -> None:
    def reason(first: float, second: float) -> str:
        stock = resources(P1={"teaching_area_m2": first}, P2={"teaching_area_m2": second})
        figures = gather_indicators(with_tables(town_plan(), resources=stock)).figures
        mine = (figures["item"] == "L4") & (figures["stage"] == "primary")
        return str(figures.loc[mine & (figures["year"] == 2025), "reason"].iloc[0])

    assert reason(900, 100) == "variation"  # 7.69 m² on the mean, a CV of 0.585
    assert reason(400, 250) == ""
    assert reason(160, 100) == ""


def test_words_that_no_norm_asks_for_are_held_against_nothing() -> None:
    figures = gather_indicators(town_plan()).figures
    quality = figures[figures["indicator"] == "exam_quality"]
    assert set(quality["norm_status"]) == {"no_norm"}
    assert set(figures.loc[figures["item"] == "G1", "norm_status"]) == {"not_known"}


def test_items_for_a_hundred_pupils_are_reckoned_by_the_hundred() -> None:
    plan = with_tables(
        town_plan(), resources=resources(P1={"key_teachers": 1}, P2={"key_teachers": 0})
    )
    reckoner, key_teachers = found(plan, "L2")
    assert reckoner.value(key_teachers, "primary", 2025).figure == pytest.approx(100 / 130)
    # One for each 100: 80 pupils need one (0.8), 50 pupils one (0.5) and have none.
    assert gap_of(key_teachers, reckoner.rows_of(key_teachers, "primary", 2025), 1) == 1


def test_every_share_and_count_can_be_made_again_from_its_rows() -> None:
    tables = gather_indicators(
        with_tables(town_plan(), resources=resources(P1={"key_teachers": 1}))
    )
    reckoned = tables.figures[tables.figures["how"].isin(["counted", "projected"])]
    assert reckoned["indicator"].nunique() > 10
    for row in reckoned.to_dict("records"):
        indicator = tables.reckoner.register.indicators[row["indicator"]]
        rows = tables.reckoner.rows_of(indicator, row["stage"], row["year"])
        whole = rows["whole"].sum(min_count=1)
        again = rows["part"].sum() / (1 if np.isnan(whole) else whole)
        assert row["value"] == pytest.approx(again), row


# ---------------------------------------------------------------- posts, quota, phases


def test_posts_are_rounded_up_and_small_schools_take_the_larger_need() -> None:
    assert posts_needed(95, 19) == (5, 0)
    assert posts_needed(96, 19) == (6, 0)
    assert posts_needed(40, 13.5) == (3, 0)  # 2.96
    # A school of six classes and 60 pupils: 4 posts by pupils, 6 × 1.5 = 9 by classes.
    assert posts_needed(60, 19, classes=6, per_class=1.5) == (4, 9)


def test_posts_of_every_school_are_more_than_those_of_the_county() -> None:
    staff = gather_indicators(town_plan()).staff
    primary = staff[(staff["stage"] == "primary") & (staff["year"] == 2025)]
    # 80 ÷ 19 = 4.2 and 50 ÷ 19 = 2.6: 5 + 3; the county's 130 ÷ 19 = 6.8: 7.
    assert primary["posts"].tolist() == [5, 3]
    assert posts_needed(130, 19)[0] == 7


def senior_town() -> Plan:
    """Return the plan with P1 as senior school; J1 and P2 are juniors with grade nine."""
    plan = town_plan()
    leaving = pd.DataFrame(
        [
            (section, "junior", year, 9, pupils)
            for section, pupils in (("J1", 60), ("P2", 30))
            for year in YEARS
        ],
        columns=["section_id", "stage", "year", "grade", "pupils"],
    )
    return replace(
        plan,
        section_grades=pd.concat([plan.section_grades, leaving]),
        sections=plan.sections.assign(stage=["senior", "junior", "junior"]),
        section_years=plan.section_years.assign(
            stage=plan.section_years["section_id"].map(
                {"P1": "senior", "P2": "junior", "J1": "junior"}
            )
        ),
    )


def test_quota_places_of_a_year_go_to_last_years_grade_nine_and_add_up() -> None:
    quota = gather_indicators(senior_town()).quota
    mine = quota[quota["year"] == 2026].set_index("section_id")
    # 18 places of the senior section, half of them: 9 by 60 to 30 graduates.
    assert mine["quota"].unique().tolist() == [9]
    assert mine["given"].to_dict() == {"J1": 6, "P2": 3}


def test_a_quota_share_holds_until_another_one_is_aimed_at() -> None:
    plan = senior_town()
    entered = pd.DataFrame(
        [("quota_share", 2024, "60%"), ("quota_share", 2029, "90%")],
        columns=["indicator", "year", "value"],
    ).assign(stage=None, note=None)
    aimed = pd.DataFrame(
        [("G14", 2027, "70%", None)], columns=["indicator", "year", "target", "binding"]
    ).assign(stage=None, unit=None, base=None, source=None)
    quota = gather_indicators(with_tables(plan, actuals=entered, targets=aimed)).quota
    shares = quota.drop_duplicates("year").set_index("year")["share"].to_dict()
    # 60 % as entered in 2024, 70 % from 2027 on and not the norm's 50 % again in 2028.
    assert shares == {2026: 0.6, 2027: 0.7, 2028: 0.7}


def phase_table(schools: tuple[int, ...], items: tuple[int, ...]) -> pd.DataFrame:
    """Return phases at the end of June 2025, 2026 ..."""
    rows = [
        (line, pd.Timestamp(2025 + number, 6, 30), count, None)
        for line, counts in (("schools", schools), ("indicators", items))
        for number, count in enumerate(counts)
    ]
    return pd.DataFrame(rows, columns=["line", "due", "planned", "source"])


def test_a_phased_plan_is_followed_along_both_lines() -> None:
    plan = with_tables(
        town_plan(),
        resources=resources(P1={"key_teachers": 5}, P2={"key_teachers": 0}),
        phases=phase_table((1, 2), (18, 13)),
    )
    phases = gather_indicators(plan).phases
    assert phases is not None
    assert phases.faults == ()  # 1 + 2 = 3 schools, 18 + 13 = 31 items
    assert len(phases.cells) == 3 * 31
    schools = phases.cells.drop_duplicates("school_id").set_index("school_id")["school_due"]
    # P1 reaches L2 today and no other school reaches more: it comes first.
    assert schools["SP1"] == pd.Timestamp(2025, 6, 30)
    late = phases.cells["item_due"] if "item_due" in phases.cells else phases.cells["indicator_due"]
    assert (
        phases.cells["due"]
        == phases.cells["school_due"].where(phases.cells["school_due"] > late, late)
    ).all()


def test_phases_that_do_not_add_up_are_said() -> None:
    plan = with_tables(
        town_plan(),
        resources=resources(P1={"key_teachers": 5}),
        phases=phase_table((1, 1), (18, 5, 8)),
    )
    phases = gather_indicators(plan).phases
    assert phases is not None
    (fault,) = phases.faults
    assert "1 + 1 = 2, but there are 3" in fault.en
    assert "总数为3" in fault.zh


def test_a_study_without_any_data_of_its_own_still_has_a_register() -> None:
    tables = gather_indicators(town_plan())
    assert tables.equipment is None
    assert tables.phases is None
    assert len(tables.figures) == len(YEARS) * sum(
        len(one.divisions) for one in tables.reckoner.register.indicators.values()
    )
