"""The figures stand in documents, are read whole or not at all, and bend only where told."""

from __future__ import annotations

import pickle
import re
import tomllib
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import NormsError, PlannerError, ScenarioError, Sentence
from planner.norms import (
    Certainty,
    Norms,
    age_in,
    available,
    floor_area,
    land_area,
    nominal_seats,
    norm_rows,
    read_norms,
    school_scales,
    school_year_of_entry,
    with_overrides,
)
from planner.shipped import norms_folder
from planner.terms import Language, SchoolKind

if TYPE_CHECKING:
    from pathlib import Path

CN = read_norms("cn")
ENGLAND = read_norms("england")
US = read_norms("us")

ONE_STAGE_TOWN = """
country = "XX"
title = { zh = "小镇", en = "small town" }
[documents]
byelaw = { title = "Town byelaw 7" }
[stages]
village_school = { zh = "村小", en = "village school", grades = [1, 2] }
[grades]
1 = { zh = "一年级", en = "grade 1", labels = ["小一"] }
2 = { zh = "二年级", en = "grade 2" }
[school_kinds]
village_school = { zh = "村小", en = "village school", stages = ["village_school"] }
[cut_off]
source = { document = "byelaw", article = "1", certainty = "V" }
month = { value = 8, unit = "month" }
day = { value = 31, unit = "day" }
[count_day]
source = { document = "byelaw", article = "1", certainty = "V" }
month = { value = 9, unit = "month" }
day = { value = 1, unit = "day" }
[entry_age]
source = { unit = "years", document = "byelaw", article = "2", certainty = "V" }
village_school = 6
[warning]
source = { unit = "ratio", document = "byelaw", article = "3", certainty = "V" }
yellow = 0.9
red = 1.0
[class_size]
source = { unit = "pupils", document = "byelaw", article = "4", certainty = "V" }
village_school = 20
[large_class]
source = { unit = "pupils", document = "byelaw", article = "5", certainty = "V" }
village_school = 26
"""


def town(folder: Path, *changes: tuple[str, str]) -> Norms:
    """Read the one-stage town after replacing parts of its file."""
    text = ONE_STAGE_TOWN
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the file"
        text = text.replace(old, new)
    path = folder / "town.toml"
    path.write_text(text, encoding="utf-8")
    return read_norms(path)


def faults_of(folder: Path, *changes: tuple[str, str]) -> tuple[str, ...]:
    """Return the faults for which the changed town is refused."""
    with pytest.raises(NormsError) as refused:
        town(folder, *changes)
    assert all(fault.startswith("town.toml：") for fault in in_chinese(refused.value))
    return refused.value.faults


def in_chinese(error: PlannerError) -> list[str]:
    """Return the faults in Chinese, without a word that only English sentences have."""
    told = error.said("zh")
    assert all(re.search("[\u4e00-\u9fff]", fault) for fault in told), told
    english = " (is|are|has|have|the|of|no|should|found|needs|mean|such) "
    assert not any(re.search(english, fault) for fault in told), told
    return told


# --- what the shipped norms say ---------------------------------------------------------------


@pytest.mark.parametrize("name", available())
def test_every_shipped_figure_stands_in_a_document_and_says_how_sure_it_is(name: str) -> None:
    for path, figure in read_norms(name).figures.items():
        assert figure.document, path
        assert figure.article, path
        assert figure.certainty in set(Certainty) - {Certainty.SCENARIO}, path


def test_norms_of_three_countries_travel_with_planner() -> None:
    assert available() == ("cn", "england", "us")


@pytest.mark.parametrize("name", available())
def test_every_document_of_a_norms_file_is_used(name: str) -> None:
    content = tomllib.loads((norms_folder() / f"{name}.toml").read_text(encoding="utf-8"))
    listed = {document["title"] for document in content["documents"].values()}
    assert listed == {figure.document for figure in read_norms(name).figures.values()}


def test_chinese_classes_have_the_sizes_of_the_design_code() -> None:
    # GB 50099-2011, 3.0.1; kindergarten: order 39, art. 11
    assert CN.stage("kindergarten").class_size == {-2: 25, -1: 30, 0: 35}
    assert set(CN.stage("primary").class_size.values()) == {45}
    assert set(CN.stage("junior").class_size.values()) == {50}
    assert set(CN.stage("senior").class_size.values()) == {50}


def test_fifty_six_pupils_are_large_and_sixty_six_super_large() -> None:
    junior = CN.stage("junior")
    assert (junior.large_class, junior.super_large_class) == (56, 66)
    assert CN.stage("kindergarten").large_class is None


def test_class_bands_meet_without_gap_or_overlap() -> None:
    bands = CN.stage("primary").class_bands
    assert [band.names["zh"] for band in bands] == ["正常", "偏大", "大班额", "超大班额"]
    for size in range(36, 90):
        assert sum(band.holds(size) for band in bands) == 1, size
    assert not any(band.holds(35) for band in bands)
    assert bands[2].holds(56)
    assert not bands[2].holds(66)


def test_seats_are_warned_of_at_nine_tenths_and_when_full() -> None:
    primary = CN.stage("primary")
    assert (primary.warning_yellow, primary.warning_red) == (0.90, 1.00)


def test_kindergarten_is_300_metres_off_primary_500_and_junior_1000() -> None:
    limits = {stage.stage: stage.walk_limit_metres for stage in CN.stages}
    assert limits == {"kindergarten": 300, "primary": 500, "junior": 1000, "senior": None}
    assert CN.stage("primary").rural_walk_minutes == 30


def test_schools_above_2000_pupils_are_oversize_and_nine_year_schools_above_2500() -> None:
    assert CN.stage("primary").max_school_size == 2000
    assert CN.number("school_size.nine_year") == 2500
    assert CN.stage("primary").small_school == 100


def test_staff_ratios_are_marked_as_remembered() -> None:
    ratios = {stage.stage: stage.staff_ratio for stage in CN.stages}
    assert ratios == {"kindergarten": None, "primary": 19, "junior": 13.5, "senior": 12.5}
    assert CN.figure("staff_ratio.primary").certainty is Certainty.REMEMBERED


def test_seven_resource_items_have_their_thresholds() -> None:
    # 教督〔2017〕6号
    thresholds = {
        stage: [CN.number(f"balance.resource.L{item}.{stage}") for item in range(1, 8)]
        for stage in ("primary", "junior")
    }
    assert thresholds == {
        "primary": [4.2, 1, 0.9, 4.5, 7.5, 2000, 2.3],
        "junior": [5.3, 1, 0.9, 5.8, 10.2, 2500, 2.4],
    }
    assert CN.number("balance.school.items_needed") == 6
    assert CN.number("balance.cv_limit.primary") == 0.50
    assert CN.number("balance.cv_limit.junior") == 0.45


def test_the_seventh_item_may_fall_to_85_per_cent_of_its_threshold() -> None:
    floors = [
        round(CN.number(f"balance.resource.L{item}.primary") * floor, 4)
        for item in range(1, 8)
        for floor in [CN.number("balance.school.floor_share")]
    ]
    # the floors as printed beside the thresholds
    assert floors == [3.57, 0.85, 0.765, 3.825, 6.375, 1700, 1.955]


def test_pre_school_rates_are_85_80_and_50_per_cent() -> None:
    rates = [CN.number(f"preschool.{rate}") for rate in ("enrolment", "inclusive", "public")]
    assert rates == [0.85, 0.80, 0.50]


@pytest.mark.parametrize(
    "path",
    [
        "floor_area.planning.rural_primary.4",  # 670 m2
        "floor_area.planning.rural_primary.18",
        "floor_area.planning.rural_primary.24",
        "floor_area.planning.rural_junior.24",  # 10275 m2
        "kindergarten_area.land",  # 13-15 m2 per child
        "class_size.kindergarten.-3",
    ],
)
def test_figures_of_low_confidence_are_not_shipped(path: str) -> None:
    with pytest.raises(NormsError, match="lack the figure"):
        CN.figure(path)


def test_no_shipped_file_says_low_confidence() -> None:
    for name in available():
        assert '"M?"' not in (norms_folder() / f"{name}.toml").read_text(encoding="utf-8")
    # the later quotas of special schools (6000, 7000) are of low confidence; 8000 was read
    assert CN.number("balance.government.G7_special_school_fund") == 8000


def test_kinds_of_school_in_tables_are_kinds_the_norms_know() -> None:
    assert set(SchoolKind) - {SchoolKind.TEACHING_POINT} <= set(CN.school_kinds)


def test_land_of_a_school_is_the_sum_of_its_parts() -> None:
    totals = [path for path in CN.figures if path.startswith("land_area.total.")]
    assert len(totals) == 6
    for path in totals:
        parts = [path.replace(".total.", f".{part}.") for part in ("building", "sports", "green")]
        assert CN.number(path) == sum(CN.number(part) for part in parts), path


def test_rural_floor_area_is_building_land_times_plot_ratio() -> None:
    derived = [path for path in CN.figures if path.startswith("floor_area.planning.rural_")]
    assert len(derived) == 4
    for path in derived:
        land = path.replace("floor_area.planning", "land_area.building")
        ratio = CN.number(f"plot_ratio.{path.split('.')[2].removeprefix('rural_')}")
        assert CN.number(path) == pytest.approx(CN.number(land) * ratio, abs=0.5), path
        assert CN.figure(path).certainty is Certainty.DERIVED


def test_english_infant_classes_hold_thirty_and_others_are_for_the_study_to_give() -> None:
    assert ENGLAND.stage("primary").class_size == {0: 30, 1: 30, 2: 30}
    assert ENGLAND.stage("secondary").class_size == {}


def test_english_children_walk_two_miles_and_from_eight_three() -> None:
    mile = 1609.344
    assert ENGLAND.stage("primary").walk_limit_metres == pytest.approx(2 * mile)
    assert ENGLAND.stage("secondary").walk_limit_metres == pytest.approx(3 * mile)


def test_american_class_sizes_and_walks_are_absent_but_bands_of_use_are_there() -> None:
    assert all(not stage.class_size for stage in US.stages)
    assert all(stage.walk_limit_metres is None for stage in US.stages)
    bands = [US.number(f"utilisation.{band}") for band in ("target", "ideal_to", "extended_to")]
    assert bands == [0.90, 1.00, 1.25]


# --- stages, grades, ages ---------------------------------------------------------------------


@pytest.mark.parametrize("norms", [CN, ENGLAND, US], ids=lambda norms: norms.id)
def test_each_stage_begins_where_the_one_below_ends(norms: Norms) -> None:
    grades = [grade for stage in norms.stages for grade in stage.grades]
    assert grades == list(range(grades[0], grades[-1] + 1))
    assert set(grades) == set(norms.grade_names)
    ages = [norms.age_at(grade) for grade in grades]
    assert ages == list(range(ages[0], ages[0] + len(grades)))


def test_a_grade_leads_to_its_stage_and_age() -> None:
    assert CN.stage_of_grade(8).stage == "junior"
    assert CN.age_at(8) == 13  # junior begins at 12
    assert CN.age_at(-2) == 3
    assert CN.stage("senior").entry_grade == 10


def test_an_unknown_stage_or_grade_is_refused() -> None:
    with pytest.raises(NormsError, match="Did you mean 'primary'"):
        CN.stage("primry")
    with pytest.raises(NormsError, match="grades -2 to 12, found 13"):
        CN.stage_of_grade(13)


@pytest.mark.parametrize(
    ("norms", "label", "grade"),
    [
        (CN, "小一", 1),
        (CN, "一年级", 1),
        (CN, "1", 1),
        (CN, "１", 1),  # full width
        (CN, "初一", 7),
        (CN, "七年级", 7),
        (CN, " Grade 7 ", 7),
        (CN, "year 1", 1),
        (CN, "高三", 12),
        (CN, "小班", -2),
        (CN, "-2", -2),
        (CN, "十三年级", None),
        (CN, "", None),
        (ENGLAND, "R", 0),
        (ENGLAND, "reception", 0),
        (ENGLAND, "Year 1", 1),
        (ENGLAND, "Y11", 11),
        (US, "K", 0),
        (US, "KG", 0),
        (US, "1st grade", 1),
    ],
)
def test_tables_may_call_a_grade_by_many_names(norms: Norms, label: str, grade: int | None) -> None:
    assert norms.grade_of_label(label) == grade


@pytest.mark.parametrize("norms", [CN, ENGLAND, US], ids=lambda norms: norms.id)
def test_a_grade_is_found_again_by_each_of_its_names(norms: Norms) -> None:
    for grade, names in norms.grade_names.items():
        assert {norms.grade_of_label(name) for name in names.values()} == {grade}


@pytest.mark.parametrize(
    ("norms", "stage", "born", "enters"),
    [
        (CN, "primary", (2017, 8, 31), 2023),  # six on the day itself
        (CN, "primary", (2017, 9, 1), 2024),  # six a day too late
        (CN, "primary", (2018, 1, 1), 2024),
        (CN, "primary", (2016, 2, 29), 2022),
        (CN, "kindergarten", (2017, 8, 31), 2020),
        (CN, "junior", (2017, 9, 1), 2030),
        (ENGLAND, "primary", (2019, 8, 31), 2023),  # just four, into Reception
        (ENGLAND, "primary", (2019, 9, 1), 2024),
        (US, "elementary", (2018, 9, 1), 2023),  # the cut-off day counts
        (US, "elementary", (2018, 9, 2), 2024),
    ],
)
def test_the_cut_off_day_decides_the_year_of_entry(
    norms: Norms, stage: str, born: tuple[int, int, int], enters: int
) -> None:
    assert school_year_of_entry(norms, stage, *born) == enters


def test_a_month_of_birth_counts_whole() -> None:
    years = [school_year_of_entry(CN, "primary", 2017, month) for month in range(1, 13)]
    assert years == [2023] * 8 + [2024] * 4
    # with a cut-off on 1 September nearly all September children are too young
    assert school_year_of_entry(US, "elementary", 2018, 9) == 2024


def test_a_child_turns_five_between_31_august_and_1_september() -> None:
    assert age_in(CN, 2018, 8, 2023, 31) == 5
    assert age_in(CN, 2018, 9, 2023, 1) == 4


@given(
    born=st.dates(min_value=date(1990, 1, 1)),
    stage=st.sampled_from([stage.stage for stage in CN.stages]),
)
def test_a_child_enters_in_the_first_year_in_which_it_is_old_enough(born: date, stage: str) -> None:
    year = school_year_of_entry(CN, stage, born.year, born.month, born.day)
    needed = CN.stage(stage).entry_age
    assert age_in(CN, born.year, born.month, year, born.day) == needed
    assert age_in(CN, born.year, born.month, year - 1, born.day) == needed - 1


# --- seats and areas --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "classes", "seats"),
    [
        ("primary", 30, 30 * 45),
        ("junior", 30, 30 * 50),
        ("nine_year", 45, 30 * 45 + 15 * 50),  # 2100, not the often copied 2250
        ("nine_year", 18, 12 * 45 + 6 * 50),
        ("senior", 36, 36 * 50),
        ("kindergarten", 12, 4 * (25 + 30 + 35)),  # the cap of 360
    ],
)
def test_seats_are_classes_times_standard_sizes(kind: str, classes: int, seats: int) -> None:
    assert nominal_seats(CN, kind, classes) == seats


def test_seats_wait_until_the_study_gives_a_class_size() -> None:
    with pytest.raises(NormsError, match=r"lack the figure 'class_size\.elementary\.0'"):
        nominal_seats(US, "elementary", 12)
    given_by_study = with_overrides(US, {"class_size.elementary": 24}, "study.toml")
    assert nominal_seats(given_by_study, "elementary", 12) == 288


@pytest.mark.parametrize(
    ("kind", "classes", "area"),
    [
        ("primary", 12, 5382),
        ("primary", 15, (5382 + 6714) / 2),  # half way between 12 and 18 classes
        ("primary", 20, 6714 + (8464 - 6714) * 2 / 6),
        ("primary", 30, 9689),
        ("primary", 36, 9689 / 1350 * 1620),  # beyond the table: m2 per pupil of 30 classes
        ("primary", 6, 5382 / 540 * 270),
        ("nine_year", 27, 9867),
        ("nine_year", 40, 13334 + (16197 - 13334) * 4 / 9),
        ("rural_primary", 9, (2228 + 4215) / 2),
    ],
)
def test_floor_area_is_interpolated_between_the_scales(
    kind: str, classes: int, area: float
) -> None:
    assert floor_area(CN, kind, classes) == pytest.approx(area)


def test_basic_floor_area_and_land_have_tables_of_their_own() -> None:
    assert floor_area(CN, "junior", 21, indicator="basic") == pytest.approx((6379 + 7972) / 2)
    assert land_area(CN, "rural_junior", 15) == pytest.approx((17824 + 25676) / 2)
    assert land_area(CN, "rural_primary", 12, part="sports") == 6438


@given(classes=st.integers(1, 60), kind=st.sampled_from(["primary", "junior", "nine_year"]))
def test_a_larger_school_needs_more_floor_and_never_less_than_basic(
    classes: int, kind: str
) -> None:
    assert floor_area(CN, kind, classes) < floor_area(CN, kind, classes + 1)
    assert floor_area(CN, kind, classes) > floor_area(CN, kind, classes, indicator="basic")


def test_an_unknown_table_is_refused() -> None:
    with pytest.raises(NormsError, match=r"Did you mean 'floor_area\.planning\.primary'"):
        floor_area(CN, "primry", 12)
    with pytest.raises(NormsError, match="know no kind of school 'primry'"):
        nominal_seats(CN, "primry", 12)


def test_building_scales_are_class_counts() -> None:
    assert school_scales(CN, "nine_year") == (18, 27, 36, 45)
    assert school_scales(CN, "primary", rural=True) == (6, 12, 18, 24)


# --- overrides --------------------------------------------------------------------------------


def test_a_scenario_sets_a_class_size_for_a_stage_or_a_grade() -> None:
    small = with_overrides(
        CN, {"class_size.primary.1": 35, "class_size.primary": 40}, "small_classes.toml"
    )
    assert small.stage("primary").class_size == {1: 35, 2: 40, 3: 40, 4: 40, 5: 40, 6: 40}
    figure = small.figure("class_size.primary.2")
    assert figure.certainty is Certainty.SCENARIO
    assert figure.document == "small_classes.toml"
    assert figure.note == "45 → 40"


def test_the_norms_deviated_from_stay_as_they_are() -> None:
    with_overrides(CN, {"class_size.primary": 40, "cut_off.month": 12}, "late.toml")
    assert read_norms("cn") == CN


def test_a_scenario_deviates_from_a_study_that_deviates_from_the_norms() -> None:
    study = with_overrides(CN, {"class_size.junior": 48}, "study.toml")
    scenario = with_overrides(study, {"class_size.junior.7": 45}, "start_small.toml")
    assert scenario.stage("junior").class_size == {7: 45, 8: 48, 9: 48}
    assert scenario.figure("class_size.junior.7").note == "50 → 48 → 45"
    assert scenario.figure("class_size.junior.8").document == "study.toml"


def test_a_study_gives_figures_on_which_the_norms_are_silent() -> None:
    local = with_overrides(US, {"class_size.middle": 28, "walk_limit.middle": 2400}, "study.toml")
    assert local.stage("middle").class_size == {6: 28, 7: 28, 8: 28}
    assert local.stage("middle").walk_limit_metres == 2400
    assert local.figure("class_size.middle.6").note == "28"


def test_a_county_may_move_its_cut_off_day() -> None:
    late = with_overrides(CN, {"cut_off.month": 12, "cut_off.day": 31}, "study.toml")
    assert school_year_of_entry(late, "primary", 2017, 12, 31) == 2023


def test_no_overrides_change_nothing() -> None:
    assert with_overrides(CN, {}, "baseline.toml") == CN


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("class_size.primry", 40, "Did you mean 'class_size.primary'?"),
        ("clas_size.primary", 40, "Did you mean 'class_size'?"),
        ("class_size.primary.7", 40, "there is no figure 'class_size.primary.7'"),
        ("class_size", 40, "is a group of figures. Name one of them"),
        ("balance.resource.L9.primary", 1, "there is no figure 'balance.resource.L9.primary'"),
        ("special_class_size.nurserry", 18, "Did you mean 'special_class_size.nursery'?"),
        ("class_size.primary", 0, "should be at least 1 (pupils), found 0."),
        ("class_size.primary", 40.5, "should be a whole number of pupils, found 40.5."),
        ("class_size.primary", float("nan"), "found nan."),
        ("class_size.primary", True, "should be a number of pupils, found True."),
        ("preschool.public", 50, "should be at least 0 and at most 1 (share), found 50."),
        ("warning.yellow", 1.2, "warning.yellow = 1.2 is above warning.red = 1."),
        ("large_class.junior", 70, "is above super_large_class.junior = 66."),
        ("cut_off.month", 2, "cut_off is day 31 of month 2, which is no day of the year."),
        ("school_scales.city.primary", 12, "is a list and cannot be overridden."),
    ],
)
def test_an_override_that_cannot_be_is_refused(path: str, value: float, says: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        with_overrides(CN, {path: value}, "draft.toml")
    (fault,) = refused.value.faults
    assert fault.startswith("draft.toml: ")
    assert says in fault
    assert in_chinese(refused.value)[0].startswith("draft.toml：")


def test_all_faulty_overrides_are_named_at_once() -> None:
    with pytest.raises(ScenarioError) as refused:
        with_overrides(CN, {"class_size.primry": 40, "walk_limit.junior": -1}, "draft.toml")
    assert len(refused.value.faults) == 2


@given(size=st.integers(1, 90), stage=st.sampled_from([stage.stage for stage in CN.stages]))
def test_a_class_size_set_is_the_class_size_read(size: int, stage: str) -> None:
    changed = with_overrides(CN, {f"class_size.{stage}": size}, "draft.toml")
    assert set(changed.stage(stage).class_size.values()) == {size}
    untouched = [one.stage for one in CN.stages if one.stage != stage]
    assert all(changed.stage(one) == CN.stage(one) for one in untouched)


# --- reading a file ---------------------------------------------------------------------------


def test_a_planner_reads_norms_of_their_own(tmp_path: Path) -> None:
    norms = town(tmp_path)
    assert norms.id == "town"
    assert norms.stage("village_school").class_size == {1: 20, 2: 20}
    assert norms.figure("class_size.village_school.2").document == "Town byelaw 7"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "[class_size]",
            "[clas_size]",
            "there is no figure 'clas_size'. Did you mean 'class_size'?",
        ),
        ("village_school = 26", "vilage_school = 26", "Did you mean 'large_class.village_school'?"),
        ("village_school = 20", "village_school = 0", "should be at least 1 (pupils), found 0."),
        ("village_school = 20", "village_school = 20.5", "should be a whole number of pupils"),
        (
            "village_school = 20",
            'village_school = "20"',
            "should be a number of pupils, found '20'.",
        ),
        (
            "village_school = 20",
            "village_school = true",
            "should be a number of pupils, found True.",
        ),
        (
            "village_school = 20",
            "village_school = [20]",
            "should be a number of pupils, found [20].",
        ),
        (
            "village_school = 20",
            "village_school = { vlaue = 20 }",
            "'class_size.village_school.vlaue'",
        ),
        ("yellow = 0.9", "yellow = { vlaue = 0.9 }", "warning.yellow has no 'vlaue'."),
        ("yellow = 0.9", "yellow = 1.9", "warning.yellow = 1.9 is above warning.red = 1."),
        ("yellow = 0.9", "", "warning.yellow is missing."),
        ("village_school = 6", "", "entry_age.village_school is missing."),
        (
            'document = "byelaw", article = "4", ',
            "",
            "class_size.village_school has no document. Say where the figure stands",
        ),
        ('"byelaw", article = "4"', '"bylaw", article = "4"', "Did you mean 'byelaw'?"),
        ('article = "4", certainty = "V"', 'article = "4"', "needs a certainty"),
        ('article = "4", certainty = "V"', 'article = "4", certainty = "M?"', "found 'M?'."),
        (
            'article = "4", certainty = "V"',
            'article = "4", certainty = "scenario"',
            "found 'scenario'.",
        ),
        ('"pupils", document = "byelaw", article = "4"', '"m", document = "byelaw"', "in pupils"),
        ('article = "4"', 'artcle = "4"', "class_size.source has no 'artcle'."),
        ("day = { value = 31", "day = { value = 32", "cut_off.day should be at least 1"),
        ("month = { value = 8", "month = { value = 6", "cut_off is day 31 of month 6"),
        ("grades = [1, 2]", "grades = [1, 3]", "should run upwards without a gap"),
        ("grades = [1, 2]", "grades = [1, 2, 3]", "grade 3 has no name"),
        ('labels = ["小一"]', 'labels = ["Grade 2"]', "'grade 2' already means grade 1"),
        ('labels = ["小一"]', 'lables = ["小一"]', "grades.1 has no 'lables'."),
        ('stages = ["village_school"]', 'stages = ["vilage_school"]', "there is no stage"),
        ('title = { zh = "小镇", en = "small town" }', "", "title needs a name in both languages"),
        ('country = "XX"', "", "country is missing."),
        ('byelaw = { title = "Town byelaw 7" }', "byelaw = {}", "documents.byelaw needs a title."),
    ],
)
def test_a_fault_is_named_with_its_file_and_remedy(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    faults = faults_of(tmp_path, (old, new))
    assert all(fault.startswith("town.toml: ") for fault in faults)
    assert any(says in fault for fault in faults), faults


def test_two_stages_may_not_teach_the_same_grade(tmp_path: Path) -> None:
    second = """[stages]
annexe = { zh = "分校", en = "annexe", grades = [2] }"""
    (fault,) = faults_of(tmp_path, ("[stages]", second))
    assert "grade 2 is already taught in annexe" in fault


def test_all_faults_of_the_figures_come_together(tmp_path: Path) -> None:
    faults = faults_of(
        tmp_path,
        ("village_school = 20", "village_school = -1"),
        ("village_school = 26", "vilage_school = 26"),
        ("red = 1.0", 'red = { value = 1.0, document = "gossip" }'),
    )
    # a refused figure is also missing where it is needed
    assert len(faults) == 4
    assert [word for word in ("-1", "vilage", "gossip", "missing") if word in "".join(faults)] == [
        "-1",
        "vilage",
        "gossip",
        "missing",
    ]


def test_norms_that_do_not_exist_are_refused(tmp_path: Path) -> None:
    with pytest.raises(
        NormsError, match=r"no norms 'englnd'\. Did you mean 'england'\?"
    ) as unknown:
        read_norms("englnd")
    assert in_chinese(unknown.value) == [
        "没有标准“englnd”。是否为“england”？可选：cn、england、us；或给出.toml文件的路径。"
    ]
    with pytest.raises(NormsError, match="cannot be read"):
        read_norms(tmp_path / "nowhere.toml")


def test_a_file_that_is_no_toml_is_refused_in_one_sentence(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("class_size = = 45", encoding="utf-8")
    with pytest.raises(NormsError, match="is not valid TOML"):
        read_norms(broken)
    broken.write_bytes("班额".encode("gb18030"))
    with pytest.raises(NormsError, match="is not UTF-8") as unread:
        read_norms(str(broken))
    assert in_chinese(unread.value) == [f"{broken}：不是UTF-8文本；请另存为UTF-8编码。"]


def test_a_misspelt_figure_of_a_scenario_is_named_in_both_languages() -> None:
    reason = Sentence("scenario low_births", "方案low_births")
    with pytest.raises(ScenarioError) as refused:
        with_overrides(CN, {"class_size.primry": 40}, reason)
    assert refused.value.faults == (
        "scenario low_births: there is no figure 'class_size.primry'. "
        "Did you mean 'class_size.primary'?",
    )
    assert in_chinese(refused.value) == [
        "方案low_births：标准中没有“class_size.primry”这一项。是否为“class_size.primary”？"
    ]
    changed = with_overrides(CN, {"large_class.primary": 50}, reason)
    assert pickle.loads(pickle.dumps(changed)) == changed


def test_a_file_saved_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "town.toml"
    path.write_text(ONE_STAGE_TOWN, encoding="utf-8-sig")
    assert read_norms(path) == town(tmp_path)


def test_norms_travel_to_other_processes() -> None:
    assert pickle.loads(pickle.dumps(CN)) == CN


# --- showing the figures ----------------------------------------------------------------------


@pytest.mark.parametrize("norms", [CN, ENGLAND, US], ids=lambda norms: norms.id)
def test_every_figure_is_shown_once(norms: Norms) -> None:
    rows = norm_rows(norms, Language.ENGLISH)
    shown = [row.path for row in rows]
    assert len(shown) == len(set(shown))
    others = {path for path in norms.figures if not path.startswith("class_size.")}
    assert others <= set(shown)
    for stage in norms.stages:
        assert any(path.startswith(f"class_size.{stage.stage}") for path in shown)


def test_a_row_speaks_the_language_of_the_planner() -> None:
    chinese = {row.path: row for row in norm_rows(CN, Language.CHINESE)}
    row = chinese["class_size.primary"]
    assert (row.title, row.value, row.unit, row.certainty) == (
        "标准班额 · 小学",
        "45",
        "人",
        "转载",
    )
    assert chinese["class_size.kindergarten.-1"].title == "标准班额 · 幼儿园 · 中班"
    assert chinese["floor_area.planning.nine_year.45"].title == (
        "校舍建筑面积 · 规划指标 · 九年一贯制学校 · 45班"
    )
    assert chinese["staff_ratio.junior"].certainty == "凭记忆，待核"
    english = {row.path: row for row in norm_rows(CN, Language.ENGLISH)}
    assert english["school_scales.city.nine_year"].value == "18, 27, 36, 45"
    assert english["large_class.primary"].certainty == "official page"


def test_a_class_size_the_study_must_give_has_a_row_that_says_so() -> None:
    rows = {row.path: row for row in norm_rows(US, Language.ENGLISH)}
    assert rows["class_size.high"].value == ""
    assert rows["class_size.high"].note == "the study must give it"
    english = {row.path: row.value for row in norm_rows(ENGLAND, Language.ENGLISH)}
    assert english["class_size.primary.2"] == "30"
    assert english["class_size.primary.3"] == ""


def test_titles_leave_no_path_untranslated() -> None:
    for norms in (CN, ENGLAND, US):
        for row in norm_rows(norms, Language.CHINESE):
            assert not any(letter.isascii() and letter.islower() for letter in row.title), row


def test_norms_without_large_classes_say_how_to_get_them() -> None:
    assert [s.stage for s in read_norms("cn").stages_with_large_classes()] == [
        "primary",
        "junior",
        "senior",
    ]
    with pytest.raises(NormsError, match=r"do not say .* such as \[norms\] \"large_class\."):
        read_norms("us").stages_with_large_classes()
