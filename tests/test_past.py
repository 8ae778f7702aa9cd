"""Plans made again from earlier years: nothing that came later may speak in them.

The nine squares have rolls of 2020–2023, every year alike; a small county of 40 areas and ten
sections, whose senior school takes from everywhere, has those of 2015–2023, with ups and downs.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import planner.past
from planner.past import Past, as_known_in, draw_futures, foresee_sections, look_back
from planner.plan import make_plan
from planner.projection.calibration import calibrate
from planner.projection.history import RollHistory, history_of_study
from planner.projection.remade import school_errors
from planner.projection.residents import project_residents
from planner.sample import make_sample
from planner.scenario import HomesSettings, ProjectSettings, Scenario, YearSettings
from planner.shipped import sample_study
from planner.study import Study, read_study
from tests.test_capacity import with_project, with_sections

if TYPE_CHECKING:
    from planner.plan import Plan
    from planner.projection.draws import Expected

BASELINE = Scenario()


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Return a county of 40 areas and ten sections, one of them a senior school."""
    folder = tmp_path_factory.mktemp("county") / "study"
    make_sample(folder, areas=40, sections=10, seed=5)
    return read_study(folder)


@pytest.fixture(scope="module")
def past(county: Study) -> Past:
    """Return what would have been said of this county."""
    return look_back(county, BASELINE)


def rolls_where(study: Study, keep: pd.Series[bool]) -> Study:
    """Return a study with some of its rolls."""
    return replace(study, rolls=study.rolls[keep].reset_index(drop=True))


def foreseen(study: Study, origin: int, leads: int = 3) -> pd.DataFrame:
    """Return what would have been said in a year, a row per section."""
    years = tuple(range(origin, origin + leads + 1))
    sections, pupils = foresee_sections(as_known_in(study, origin), BASELINE, years)
    return pd.DataFrame(pupils.reshape(len(sections), -1), index=list(sections))


def assert_same(one: Study, other: Study, origin: int) -> None:
    """Compare what two studies would have said in a year."""
    pd.testing.assert_frame_equal(foreseen(one, origin), foreseen(other, origin))


def test_what_was_not_known_is_dropped_and_nothing_else(squares: Study) -> None:
    study = with_project(squares)
    then = as_known_in(study, 2021)
    assert then.base_year == 2021
    assert sorted(then.rolls["year"].unique()) == [2020, 2021]
    assert sorted(then.residents["year"].unique()) == [2020, 2021]
    assert then.births["year"].max() == 2021
    assert then.classes.empty
    assert then.projects.empty
    cut = {"base_year", "rolls", "residents", "births", "classes", "projects"}
    for item in fields(Study):
        if item.name in cut:
            continue
        before, after = getattr(study, item.name), getattr(then, item.name)
        if isinstance(before, pd.DataFrame):
            pd.testing.assert_frame_equal(pd.DataFrame(before), pd.DataFrame(after))
        else:
            assert before == after, item.name
    # What is kept of a table is kept whole.
    kept = study.rolls[study.rolls["year"] <= 2021].reset_index(drop=True)
    pd.testing.assert_frame_equal(then.rolls, kept)


def test_seen_from_the_base_year_only_buildings_and_class_lists_are_gone(squares: Study) -> None:
    now = as_known_in(squares, squares.base_year)
    for name in ("rolls", "residents", "births", "sections", "zones"):
        pd.testing.assert_frame_equal(getattr(now, name), getattr(squares, name))


def test_a_school_without_pupils_then_does_not_exist_and_has_no_zone(squares: Study) -> None:
    later = (squares.rolls["section_id"] != "P2") | (squares.rolls["year"] >= 2022)
    study = rolls_where(squares, later)
    then, now = as_known_in(study, 2021), as_known_in(study, 2022)
    assert list(then.sections["section_id"]) == ["P1", "J1", "K1"]
    assert "P2" not in set(then.zones["section_id"])
    assert set(now.sections["section_id"]) == {"P1", "P2", "J1", "K1"}
    # Its four areas went to the nearest school instead: all nine, 90 children, enter P1.
    assert foreseen(study, 2021).shape[0] == 3
    sections, pupils = foresee_sections(then, BASELINE, (2021, 2022))
    first_grade = pupils[list(sections).index("P1"), 3]
    # They enter like the children of today's zone, whose 50 residents had 50 entrants.
    assert first_grade.tolist() == [50, 90]


def test_a_section_that_opens_in_the_middle_is_tested_only_from_then_on(squares: Study) -> None:
    later = (squares.rolls["section_id"] != "P2") | (squares.rolls["year"] >= 2022)
    past = look_back(rolls_where(squares, later), BASELINE)
    row = past.history.schools.index("P2")
    assert np.isnan(past.ahead[2021][row]).all()
    assert np.isfinite(past.ahead[2022][row]).any()


def test_a_roll_of_nobody_is_no_school(squares: Study) -> None:
    rolls = squares.rolls.copy()
    rolls.loc[(rolls["section_id"] == "P2") & (rolls["year"] == 2021), "pupils"] = 0
    then = as_known_in(replace(squares, rolls=rolls), 2021)
    assert "P2" not in set(then.sections["section_id"])


def test_whoever_continued_at_a_school_that_was_to_come_continued_elsewhere(
    squares: Study,
) -> None:
    short = with_sections(squares, "P1", highest_grade=3, continues_at="P2")
    known = (short.rolls["section_id"] != "P2") | (short.rolls["year"] >= 2022)
    known &= (short.rolls["section_id"] != "P1") | (short.rolls["grade"] <= 3)
    study = rolls_where(short, known)
    onward = as_known_in(study, 2021).sections.set_index("section_id")["continues_at"]
    assert pd.isna(onward["P1"])
    onward = as_known_in(study, 2022).sections.set_index("section_id")["continues_at"]
    assert onward["P1"] == "P2"


@pytest.mark.parametrize("origin", [2018, 2021])
@settings(
    max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 10_000))
def test_whatever_comes_after_a_year_changes_no_forecast_made_in_it(
    county: Study, origin: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)

    def shaken(table: pd.DataFrame, column: str, until: int) -> pd.DataFrame:
        later = (table["year"] > until).to_numpy()
        values = table[column].to_numpy().copy()
        values[later] = rng.integers(0, 500, later.sum())
        lost = later & (rng.random(len(table)) < 0.1) & (column == "pupils")
        return table.assign(**{column: values})[~lost].reset_index(drop=True)

    other = replace(
        county,
        rolls=shaken(county.rolls, "pupils", origin),
        residents=shaken(county.residents, "residents", origin),
        births=shaken(county.births, "births", origin),
        projects=county.projects.iloc[rng.permutation(len(county.projects))[:2]],
        classes=county.classes.iloc[:0],
    )
    assert_same(county, other, origin)


def test_what_was_known_then_does_change_what_would_have_been_said(county: Study) -> None:
    twice = county.rolls["pupils"].where(county.rolls["year"] != 2018, 0)
    twice = twice.mask(county.rolls["year"] == 2018, county.rolls["pupils"] * 2)
    other = replace(county, rolls=county.rolls.assign(pupils=twice))
    assert foreseen(other, 2018).sum().sum() > 1.3 * foreseen(county, 2018).sum().sum()


def test_a_year_is_seen_the_same_from_any_later_year(county: Study) -> None:
    # Whoever looked back in 2021 saw 2018 as we do.
    then = as_known_in(county, 2021)
    assert_same(then, county, 2018)
    earlier = look_back(then, BASELINE)
    later = look_back(county, BASELINE)
    rows = [later.history.schools.index(key) for key in earlier.history.schools]
    for origin in set(earlier.ahead) & set(later.ahead):
        leads = earlier.ahead[origin].shape[2]
        np.testing.assert_allclose(
            earlier.ahead[origin], later.ahead[origin][rows][:, :, :leads], rtol=1e-12
        )


def test_errors_known_in_a_year_rest_on_what_was_counted_by_then(past: Past) -> None:
    first = past.history.years[0]
    for year in past.history.years:
        known = past.errors(year)
        assert (first + known.origin + known.lead <= year).all()
    everything, latest = past.errors(), past.errors(past.history.years[-1])
    assert everything.counted.tolist() == latest.counted.tolist()


def test_an_older_error_weighs_less(past: Past) -> None:
    errors = past.errors()
    reached = past.history.years[0] + errors.origin + errors.lead
    assert set(errors.trust[reached == 2023]) == {1.0}
    # Four fifths a year: an outcome of 2021 weighs 0.8 × 0.8.
    assert errors.trust[reached == 2021] == pytest.approx(0.8 * 0.8)


def test_an_error_sets_a_forecast_against_the_count_of_its_own_section_and_year(
    past: Past, county: Study
) -> None:
    errors = past.errors()
    counted = county.rolls.groupby(["section_id", "year"])["pupils"].sum()
    whole = school_errors(errors, past.stage)
    stage_of = dict(zip(county.sections["section_id"], county.sections["stage"], strict=True))
    names = [stage.stage for stage in county.norms.stages]
    years = past.history.years[0] + whole.origin
    assert len(whole.counted) == 10 * (1 + 2 + 3 + 4 + 5)  # sections × leads of 2022 … 2018
    for row, school in enumerate(whole.school):
        key = past.history.schools[school]
        assert whole.counted[row] == counted[key, years[row] + whole.lead[row]]
        assert names[whole.kind[row]] == stage_of[key]


def test_a_typing_error_teaches_no_interval(county: Study, past: Past) -> None:
    # One grade of one year gets a nought too many, as when 60 is typed 600.
    rolls = county.rolls.copy()
    cell = (rolls["section_id"] == "S006P") & (rolls["year"] == 2021) & (rolls["grade"] == 3)
    assert cell.sum() == 1
    rolls.loc[cell, "pupils"] *= 10
    wrong = look_back(replace(county, rolls=rolls), BASELINE)
    assert wrong.history.doubtful.sum() == 1
    row = wrong.history.schools.index("S006P")
    errors = wrong.errors()
    year = wrong.history.years[0] + errors.origin
    mine = errors.school == row
    assert not (mine & (year == 2021)).any()
    assert not (mine & (year + errors.lead == 2021) & (errors.counted > 300)).any()
    primary = past.stage[row]
    spreads = [calibrate(school_errors(each.errors(), past.stage), 3, 4) for each in (past, wrong)]
    typical = [np.exp(spread.scale[primary] @ [1.0, np.log(400), 0.0]) for spread in spreads]
    assert typical[1] < 2 * typical[0]


def plan_of(study: Study, last: int) -> Plan:
    """Return the plan of a study in which nothing is built, with a past nobody asks for."""
    still = replace(study, projects=study.projects.iloc[:0])
    unasked = Past(history_of_study(study), {}, np.zeros(len(study.sections), dtype=np.int64))
    return make_plan(still, Scenario(years=YearSettings(last=last)), past=unasked)


def differences(plan: Plan, last: int) -> np.ndarray:
    """Return what `foresee_sections` says beyond a plan, [section, grade, year]."""
    years = tuple(range(plan.study.base_year, last + 1))
    sections, pupils = foresee_sections(plan.study, plan.scenario, years)
    assert list(sections) == list(plan.sections["section_id"])
    grades = [grade for stage in plan.study.norms.stages for grade in stage.grades]
    table = plan.section_grades
    planned = np.zeros_like(pupils)
    where = (
        table["section_id"].map({key: row for row, key in enumerate(sections)}).to_numpy(int),
        table["grade"].map({grade: column for column, grade in enumerate(grades)}).to_numpy(int),
        table["year"].to_numpy(int) - years[0],
    )
    np.add.at(planned, where, table["pupils"].to_numpy(float))
    return np.asarray(pupils - planned)


def test_the_plan_of_the_nine_squares_is_foreseen_to_the_pupil(squares: Study) -> None:
    # Whole children climb whole, so that nothing is rounded.
    assert np.abs(differences(plan_of(squares, 2029), 2029)).max() == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("which", ["small", "sample"])
def test_the_plan_of_a_county_is_foreseen_within_its_rounding(which: str, county: Study) -> None:
    study = county if which == "small" else read_study(sample_study())
    apart = differences(plan_of(study, 2028), 2028)
    assert (apart[:, :, 0] == 0).all()
    # A plan keeps whole pupils: a grade is rounded by less than one in each of five years, on
    # top of entrants who were; ratios near 1 carry that on.
    assert np.abs(apart).max() < 5
    assert np.sqrt(np.mean(apart**2)) < 0.6
    # A grade of the county is rounded once a year, whatever the number of its sections: by half
    # a pupil each for zoned and county entrants, and for leavers who become the next entrants.
    assert np.abs(apart.sum(axis=0)).max() < 3.5


def test_a_plan_sees_the_past_without_what_it_wishes_for(county: Study, past: Past) -> None:
    wished = Scenario(
        homes=HomesSettings(yield_factor=2.0, delay_years=3),
        projects={key: ProjectSettings(include=False) for key in county.projects["project_id"]},
    )
    other = look_back(county, wished)
    for origin, ahead in past.ahead.items():
        np.testing.assert_array_equal(other.ahead[origin], ahead)


def counted_since(study: Study, year: int) -> Study:
    """Return a study whose rolls begin in a year."""
    return rolls_where(study, study.rolls["year"] >= year)


@pytest.mark.parametrize(("first", "origins"), [(2023, []), (2022, []), (2021, [2022])])
def test_an_origin_takes_a_roll_before_it_and_one_after_it(
    squares: Study, first: int, origins: list[int]
) -> None:
    assert list(look_back(counted_since(squares, first), BASELINE).ahead) == origins


@pytest.mark.parametrize("first", [2023, 2022])
def test_one_or_two_rolls_give_intervals_that_rest_on_the_errors_of_other_places(
    squares: Study, first: int
) -> None:
    scenario = Scenario(years=YearSettings(last=2025))
    plan = make_plan(counted_since(squares, first), scenario)
    assert not len(plan.past.errors().counted)
    usual = calibrate(plan.past.errors(), 1, 1)
    table = plan.section_years[plan.section_years["year"] == 2024].set_index("section_id")
    # P1 has 300 pupils: size class 200 to 499.
    bounds = usual.quantiles(np.array([300.0]), 1, np.array([1]), np.array([0]), (0.1, 0.9))
    found = table.loc["P1", ["low80", "high80"]].to_numpy(dtype=float)
    assert found == pytest.approx(bounds[0], rel=0.01)
    assert "no_past" in {note.key for note in plan.past.notes}


def renamed(study: Study, new: str, old: str, year: int) -> Study:
    """Return a study in which a section had another key before a year."""
    rolls = study.rolls.copy()
    rolls.loc[(rolls["section_id"] == new) & (rolls["year"] < year), "section_id"] = old
    rows = {"from_section": [old], "to_section": [new], "year": [year], "share": [np.nan]}
    table = pd.DataFrame(rows | {"note": pd.array([None], dtype="str")})
    return replace(study, rolls=rolls, successions=table[study.successions.columns])


def test_a_renamed_school_keeps_its_past(county: Study, past: Past) -> None:
    other = renamed(county, "S006P", "OLD", 2020)
    assert "S006P" in set(as_known_in(other, 2018).sections["section_id"])
    for origin, ahead in look_back(other, BASELINE).ahead.items():
        np.testing.assert_array_equal(ahead, past.ahead[origin])


def test_a_school_that_takes_over_one_from_later_did_not_exist_before(squares: Study) -> None:
    # P2 opens in 2022 and takes over T, which had opened in 2021.
    rolls = squares.rolls[(squares.rolls["section_id"] != "P2") | (squares.rolls["year"] > 2020)]
    study = renamed(replace(squares, rolls=rolls.reset_index(drop=True)), "P2", "T", 2022)
    assert "P2" not in set(as_known_in(study, 2020).sections["section_id"])
    assert "P2" in set(as_known_in(study, 2021).sections["section_id"])


def test_years_before_residents_were_counted_are_no_origins(county: Study) -> None:
    late = county.residents[county.residents["year"] >= 2021].reset_index(drop=True)
    assert list(look_back(replace(county, residents=late), BASELINE).ahead) == [2021, 2022]


def test_residents_counted_late_were_late_in_earlier_years_as_well(county: Study) -> None:
    # The last roll is of 2023, the last count of 2021: in 2020 the count of 2018 was known.
    early = county.residents[county.residents["year"] <= 2021].reset_index(drop=True)
    study = replace(county, residents=early)
    assert as_known_in(study, 2020).residents["year"].max() == 2018
    assert list(look_back(study, BASELINE).ahead) == [2018, 2019, 2020, 2021, 2022]


def test_a_census_is_known_from_its_year_on(county: Study) -> None:
    # Counted in 2016 and 2020 only: nothing says that the next would have come sooner or later.
    census = county.residents[county.residents["year"].isin([2016, 2020])]
    study = replace(county, residents=census.reset_index(drop=True))
    assert as_known_in(study, 2020).residents["year"].max() == 2020
    assert as_known_in(study, 2019).residents["year"].max() == 2016
    assert set(look_back(study, BASELINE).ahead) == {2018, 2019, 2020, 2021, 2022}


def test_births_end_as_long_before_or_after_a_year_as_they_do_today(squares: Study) -> None:
    ahead = pd.concat([squares.births, squares.births.tail(1).assign(year=2024)], ignore_index=True)
    assert as_known_in(replace(squares, births=ahead), 2021).births["year"].max() == 2022
    behind = squares.births[squares.births["year"] <= 2021]
    assert as_known_in(replace(squares, births=behind), 2021).births["year"].max() == 2019


def test_births_by_area_or_month_may_come_later_than_those_of_the_county(squares: Study) -> None:
    by_area = pd.DataFrame({"area_id": "a1", "year": [2019, 2020, 2021], "births": 10})
    births = pd.concat([squares.births, by_area], ignore_index=True)[squares.births.columns]
    births = births.astype(squares.births.dtypes.to_dict())
    then = as_known_in(replace(squares, births=births), 2022).births
    # The county's are known to 2023, the area's to 2021: a year earlier to 2022 and 2020.
    assert then.loc[then["area_id"].isna(), "year"].max() == 2022
    assert then.loc[then["area_id"].notna(), "year"].max() == 2020


def test_months_of_a_year_that_is_not_over_were_not_known_earlier(county: Study) -> None:
    of_months = county.births["month"].notna()
    unfinished = county.births[of_months & (county.births["year"] < 2024)]
    unfinished = unfinished[(unfinished["year"] < 2023) | (unfinished["month"] <= 8)]
    then = as_known_in(replace(county, births=unfinished.reset_index(drop=True)), 2020).births
    assert then["year"].max() == 2020
    assert then.loc[then["year"] == 2020, "month"].max() == 8


@pytest.mark.parametrize("youngest", [0, 3])
def test_births_that_start_late_leave_only_origins_that_need_no_others(
    squares: Study, youngest: int
) -> None:
    # Births from 2019 on; who is aged three in 2022 was born from September 2018 to August 2019.
    residents = squares.residents[squares.residents["age_from"] >= youngest]
    births = squares.births[squares.births["year"] >= 2019 - (youngest == 3)]
    study = replace(
        squares,
        residents=residents.reset_index(drop=True),
        births=births.reset_index(drop=True),
    )
    # Aged 3 after the count of 2021: born from September 2018 on, for which 2018 is enough.
    assert list(look_back(study, BASELINE).ahead) == [2021, 2022]
    later = study.births[study.births["year"] >= 2022 - youngest].reset_index(drop=True)
    assert list(look_back(replace(study, births=later), BASELINE).ahead) == [2022]


def test_a_study_without_births_or_zones_is_looked_back_on_as_well(county: Study) -> None:
    without = replace(county, births=county.births.iloc[:0], zones=county.zones.iloc[:0])
    past = look_back(without, BASELINE)
    assert list(past.ahead) == [2018, 2019, 2020, 2021, 2022]
    assert np.isfinite(past.ahead[2020]).any(axis=(1, 2)).all()


def test_a_stage_whose_first_roll_is_todays_says_nothing_of_the_past(squares: Study) -> None:
    new = (squares.rolls["section_id"] != "J1") | (squares.rolls["year"] == 2023)
    past = look_back(rolls_where(squares, new), BASELINE)
    row = past.history.schools.index("J1")
    assert all(np.isnan(ahead[row]).all() for ahead in past.ahead.values())
    plan = make_plan(rolls_where(squares, new), Scenario(years=YearSettings(last=2025)))
    junior = plan.section_years[plan.section_years["section_id"] == "J1"]
    assert junior["low80"].notna().tolist() == [False, True, True]


def test_sections_that_take_from_everywhere_share_the_countys_entrants(squares: Study) -> None:
    # P1 and P2 take from the whole county, 50 and 40 of its 90 children.
    sections = squares.sections.copy()
    sections.loc[sections["stage"] == "primary", "intake"] = "county"
    zones = squares.zones[squares.zones["stage"] != "primary"].reset_index(drop=True)
    study = replace(squares, sections=sections, zones=zones)
    keys, pupils = foresee_sections(as_known_in(study, 2021), BASELINE, (2021, 2022, 2023))
    one, other = pupils[keys.index("P1"), 3], pupils[keys.index("P2"), 3]
    assert one == pytest.approx([50, 50, 50])
    assert other == pytest.approx([40, 40, 40])


def test_a_section_that_ends_early_hands_its_pupils_on_in_the_past_as_well(
    squares: Study,
) -> None:
    # P1 teaches grades 1 to 3; its 50 a grade go on at P2, which has 40 of its own.
    short = with_sections(squares, "P1", highest_grade=3, continues_at="P2")
    rolls = squares.rolls[(squares.rolls["section_id"] != "P1") | (squares.rolls["grade"] <= 3)]
    upper = (rolls["section_id"] == "P2") & (rolls["grade"] > 3)
    rolls = rolls.assign(pupils=rolls["pupils"].mask(upper, 90)).reset_index(drop=True)
    study = replace(short, rolls=rolls)
    keys, pupils = foresee_sections(as_known_in(study, 2021), BASELINE, (2021, 2022))
    p2 = keys.index("P2")
    # Grades 1–3 stand in columns 3–5: 40 each, and 90 in grades 4–6.
    assert pupils[p2, 3:9, 1] == pytest.approx([40, 40, 40, 90, 90, 90])
    assert pupils[keys.index("P1"), 3:9, 1] == pytest.approx([50, 50, 50, 0, 0, 0])


def test_a_nine_year_school_is_two_sections_of_which_one_may_be_younger(squares: Study) -> None:
    # J1 belongs to the school of P1 and opened in 2022.
    sections = squares.sections.copy()
    sections.loc[sections["section_id"] == "J1", "school_id"] = "S1"
    later = (squares.rolls["section_id"] != "J1") | (squares.rolls["year"] >= 2022)
    study = rolls_where(replace(squares, sections=sections), later)
    then = as_known_in(study, 2021)
    assert list(then.sections["section_id"]) == ["P1", "P2", "K1"]
    past = look_back(study, BASELINE)
    assert np.isnan(past.ahead[2021][past.history.schools.index("J1")]).all()
    assert np.isfinite(past.ahead[2021][past.history.schools.index("P1")]).any()


def test_rolls_known_as_totals_are_foreseen_like_those_by_grade(squares: Study) -> None:
    # P1's total of 300 is spread over six ages of 90 children each: 50 a grade, as counted.
    mine = squares.rolls["section_id"] == "P1"
    totals = squares.rolls[mine & (squares.rolls["grade"] == 1)]
    totals = totals.assign(grade=np.nan, pupils=300).astype(squares.rolls.dtypes.to_dict())
    rolls = pd.concat([squares.rolls[~mine], totals], ignore_index=True)
    assert_same(replace(squares, rolls=rolls), squares, 2021)


def test_years_without_a_count_are_neither_origins_nor_outcomes(county: Study) -> None:
    gap = look_back(rolls_where(county, county.rolls["year"] != 2020), BASELINE)
    assert list(gap.ahead) == [2017, 2018, 2019, 2021, 2022]
    errors = gap.errors()
    assert not (2015 + errors.origin + errors.lead == 2020).any()


def test_the_order_of_sections_in_the_study_does_not_matter(county: Study, past: Past) -> None:
    turned = county.sections.iloc[::-1].reset_index(drop=True)
    other = look_back(replace(county, sections=turned), BASELINE)
    assert other.history.schools == past.history.schools
    assert other.stage.tolist() == past.stage.tolist()
    for origin, ahead in past.ahead.items():
        np.testing.assert_allclose(other.ahead[origin], ahead, rtol=1e-9)


def test_a_past_without_forecasts_has_no_errors(squares: Study) -> None:
    history: RollHistory = history_of_study(squares)
    nothing = Past(history, {}, np.zeros(4, dtype=np.int64))
    assert not len(nothing.errors().counted)
    assert not len(nothing.errors(2021).counted)


def drawn_about(study: Study, pupils: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return what is drawn about these pupils of today's sections, turned round, in three years."""
    asked: dict[str, Any] = {}

    def draw(expected: Expected, _spread: object, size: np.ndarray, *_: object, **__: int) -> None:
        asked.update(expected=expected, size=size)

    monkeypatch.setattr(planner.past, "draw_rolls", draw)
    history = history_of_study(study)
    number = {stage.stage: place for place, stage in enumerate(study.norms.stages)}
    stage_of = study.sections.set_index("section_id")["stage"]
    past = Past(history, {}, np.array([number[stage_of[key]] for key in history.schools]))
    residents = project_residents(study, BASELINE, 2025)
    turned = study.sections.iloc[::-1].reset_index(drop=True)
    none, years = np.zeros((4, 3)), (2023, 2024, 2025)
    draw_futures(study, past, residents, turned, pupils, none, years, seed=0)
    return asked


def test_each_section_is_drawn_as_one_of_its_own_stage_and_size(
    squares: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    # K1, J1, P2 and P1 in this order; J1 opens in 2024 with 600 pupils, K1 never does.
    pupils = np.zeros((4, 15, 3))
    pupils[1, 9, 1:] = 600
    pupils[2, 3] = 150
    pupils[3, 3, :] = [250, 1500, 1500]
    asked = drawn_about(squares, pupils, monkeypatch)
    assert asked["expected"].stage.tolist() == [0, 2, 1, 1]
    # A section is as large as in its first year: below 200, 500 to 999, below 200, 200 to 499.
    assert asked["size"].tolist() == [0, 2, 0, 1]


@pytest.mark.parametrize("births", [True, False])
def test_whoever_is_born_by_the_last_known_births_is_certain_to_be_there(
    births: bool, squares: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Births are known to 2023, and so are residents from age 0 on.
    study = squares if births else replace(squares, births=squares.births.iloc[:0])
    expected = drawn_about(study, np.ones((4, 15, 3)), monkeypatch)["expected"]
    assert expected.last_births == 2023
    # Grades -2, -1, 0, 1: aged 3, 4, 5 and 6 in 2023, a year younger children a year later.
    assert expected.born[:4, 0].tolist() == [2020, 2019, 2018, 2017]
    assert expected.born[3].tolist() == [2017, 2018, 2019]
