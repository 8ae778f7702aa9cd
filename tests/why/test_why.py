"""Figures of the nine squares opened down to what was counted (drawn in tests/towns.py)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from planner.errors import ScenarioError
from planner.plan import Plan, make_plan
from planner.report.why import told
from planner.report.why.words import WHY_WORDS
from planner.scenario import Measure, Scenario, YearSettings
from planner.terms import Language
from planner.why import FIGURES, Answer, Question, ask, why

if TYPE_CHECKING:
    from planner.study import Study

EN, ZH = Language.ENGLISH, Language.CHINESE


@pytest.fixture(scope="module")
def plan(squares: Study) -> Plan:
    """Return the nine squares, where P1 gets three rooms by September 2025."""
    three_rooms = Measure(
        id="west_wing", kind="extension", section="P1", rooms=3, hand_over=date(2025, 9, 1)
    )
    return make_plan(squares, Scenario(years=YearSettings(last=2027), measures=(three_rooms,)))


def answer(plan: Plan, figure: str, section: str, year: int) -> Answer:
    """Open one figure."""
    return why(plan, Question(figure, section, year))


def step(opened: Answer, key: str) -> Any:
    """Return one step of an answer."""
    return next(one for one in opened.steps if one.key == key)


def test_every_figure_of_a_section_can_be_opened_in_every_year_and_told(plan: Plan) -> None:
    for figure in FIGURES:
        for section in ("P1", "J1", "K1"):
            for year in (2023, 2024, 2027):
                opened = answer(plan, figure, section, year)
                rows: Any = plan.section_years.set_index(["section_id", "year"])
                assert opened.value == rows.loc[(section, year), figure]
                for lang in (EN, ZH):
                    assert all(one.sentence for one in told(opened, plan.norms, lang).steps)


def test_pupils_of_a_later_year_are_followed_back_to_the_count(plan: Plan) -> None:
    cohorts = step(answer(plan, "pupils", "P1", 2025), "cohorts").table.set_index("grade")
    # Grade 3 of 2025 was counted in 2023 as 50 pupils of grade 1; grade 1 has entered in 2025.
    assert cohorts.loc[3, "path"] == (50, 50, 50)
    assert cohorts.loc[1, "path"] == (50,)
    assert cohorts.loc[3, "ratio"] == pytest.approx(1.0)
    assert cohorts.loc[3, "cohort"] == 2023


def test_a_cohort_of_another_section_is_followed_to_where_it_sat(squares: Study) -> None:
    # P2 teaches grades 1 to 3 only and its pupils go on at P1.
    sections = squares.sections.set_index("section_id")
    sections.loc["P2", "highest_grade"] = 3
    sections.loc["P2", "continues_at"] = "P1"
    rolls = squares.rolls[~((squares.rolls["section_id"] == "P2") & (squares.rolls["grade"] > 3))]
    town = replace(squares, sections=sections.reset_index(), rolls=rolls.reset_index(drop=True))
    plan = make_plan(town, Scenario(years=YearSettings(last=2025)))
    path = step(answer(plan, "pupils", "P1", 2024), "cohorts").table.set_index("grade")["path"]
    # Grade 4 of P1 in 2024: 50 of its own and 40 of P2, both counted in grade 3.
    assert path[4][0] == 50 + 40


def test_entrants_are_opened_to_the_areas_where_they_live(plan: Plan) -> None:
    areas = step(answer(plan, "entrants", "P1", 2024), "areas")
    assert set(areas.table["area_id"]) == {"a1", "a2", "a4", "a5", "a7"}
    assert areas.figures["zoned"] == 50
    assert areas.table["entrants"].sum() == areas.figures["zoned"]
    assert areas.figures["residents"] == pytest.approx(50)


def test_large_classes_name_the_norm_and_the_rooms(plan: Plan) -> None:
    opened = answer(plan, "large", "P1", 2026)
    assert opened.value == 0
    (path, figure), *_ = step(opened, "limit").norms
    assert (path, figure.value) == ("large_class.primary", 56)
    assert step(opened, "rooms").figures["rooms"] == 12 + 3
    project = step(opened, "projects").table.iloc[0]
    assert (project["project"], project["rooms"], project["first_year"]) == ("west_wing", 3, 2025)


def test_seats_are_rooms_by_grade_times_the_standard_size(plan: Plan) -> None:
    opened = answer(plan, "seats", "P1", 2024)
    sizes = step(opened, "sizes").table
    assert sizes["classes"].tolist() == [2] * 6
    assert sizes["seats"].sum() == opened.value == 12 * 45


def test_a_counted_figure_is_not_projected(plan: Plan) -> None:
    opened = answer(plan, "pupils", "P1", 2023)
    assert opened.counted
    assert [one.key for one in opened.steps] == ["grades_counted", "areas"]
    assert "(counted)" in told(opened, plan.norms, EN).head


def test_a_school_is_found_by_key_by_name_and_by_a_part_of_its_name(plan: Plan) -> None:
    for word in ("P1", "S1", "城西小学", "West Primary", "城西"):
        (question,) = ask(plan, "large_classes", word, 2026)
        assert question == Question("large", "P1", 2026, "primary")


def test_what_is_not_there_is_said_all_together(plan: Plan) -> None:
    with pytest.raises(ScenarioError) as caught:
        ask(plan, "larg_classes", "P9", 2050)
    said = " ".join(caught.value.faults)
    assert "no figure 'larg_classes' to open. Did you mean 'large_classes'?" in said
    assert "no school year 2050; it has 2023 and 2024–2027" in said
    assert "no school or section 'P9'. Give the key" in said


def test_rooms_add_up_from_those_counted_to_those_classes_may_use(squares: Study) -> None:
    # P1 has 12 rooms: 1 is condemned, 2 are repaired by the summer of 2024; 3 more come in 2025.
    sections = squares.sections.set_index("section_id")
    sections.loc["P1", "condemned_rooms"] = 1
    sections.loc["P1", "repair_rooms"] = 2
    sections.loc["P1", "repair_until"] = "2024-07-31"
    sections["repair_until"] = pd.to_datetime(sections["repair_until"])
    wing = Measure(id="wing", kind="extension", section="P1", rooms=3, hand_over=date(2025, 9, 1))
    town = replace(squares, sections=sections.reset_index())
    plan = make_plan(town, Scenario(years=YearSettings(last=2025), measures=(wing,)))
    expected = {
        2023: {"counted": 12, "condemned": -1, "repair": -2, "usable": 9},
        2024: {"counted": 12, "condemned": -1, "usable": 11},
        2025: {"counted": 12, "condemned": -1, "built": 3, "usable": 14},
    }
    for year, parts in expected.items():
        opened = answer(plan, "rooms", "P1", year)
        table = step(opened, "rooms").table
        assert dict(zip(table["what"], table["rooms"], strict=True)) == parts
        assert opened.value == table["rooms"].iloc[:-1].sum() == parts["usable"]


def test_a_section_that_does_not_teach_yet_or_any_more_says_since_when(squares: Study) -> None:
    closing = Measure(id="closing", kind="closure", section="P2", hand_over=date(2025, 7, 31))
    plan = make_plan(squares, Scenario(years=YearSettings(last=2026), measures=(closing,)))
    opened = answer(plan, "shortage", "P2", 2025)
    assert [one.key for one in opened.steps] == ["closed", "projects"]
    assert "closed since 2025" in told(opened, plan.norms, EN).steps[0].sentence
    # The same section as if it opened in 2025 instead.
    sections = plan.sections.assign(
        opens=[2025 if key == "P2" else pd.NA for key in plan.sections["section_id"]]
    )
    rows = plan.section_years.copy()
    rows.loc[(rows["section_id"] == "P2") & (rows["year"] == 2024), ["open", "pupils"]] = [False, 0]
    later = replace(plan, sections=sections, section_years=rows)
    opened = answer(later, "shortage", "P2", 2024)
    assert opened.steps[0].key == "not_open_yet"
    assert "opens in 2025" in told(opened, plan.norms, EN).steps[0].sentence


def test_pupils_turned_away_are_short_although_upper_grades_have_room(plan: Plan) -> None:
    rows = plan.section_years.copy()
    mine = (rows["section_id"] == "P1") & (rows["year"] == 2024)
    # 300 pupils and 5 turned away, 540 seats: 5 are short, and 235 seats stay empty.
    rows.loc[mine, ["unseated", "shortage", "surplus"]] = [5, 5, 235]
    opened = answer(replace(plan, section_years=rows), "shortage", "P1", 2024)
    assert opened.steps[0].key == "use_upper_room"
    assert "5 short, 235 spare" in told(opened, plan.norms, EN).steps[0].sentence


def test_every_figure_of_the_county_is_opened_to_its_sections_and_told(plan: Plan) -> None:
    years = plan.section_years
    for figure in FIGURES:
        for question in ask(plan, figure, None, 2026):
            rows = years[(years["stage"] == question.stage) & (years["year"] == 2026)]
            opened = why(plan, question)
            table = opened.steps[0].table
            if figure not in ("utilisation", "largest_class", "walk_metres", "warning"):
                assert opened.value == table[figure].sum() == rows[figure].sum()
                assert table[figure].is_monotonic_decreasing
            for lang in (EN, ZH):
                assert "2026" in told(opened, plan.norms, lang).head


def test_a_shortage_of_the_county_lists_its_sections_the_largest_first(squares: Study) -> None:
    # P1 keeps 4 of its 12 rooms and P2 4 of its own: both are short, P1 by more.
    sections = squares.sections.set_index("section_id")
    sections.loc[["P1", "P2"], "rooms"] = 4
    town = replace(squares, sections=sections.reset_index())
    plan = make_plan(town, Scenario(years=YearSettings(last=2025)))
    (question,) = ask(plan, "学位缺口", None, 2023, stage="primary")
    opened = why(plan, question)
    table = opened.steps[0].table
    # 6 grades of 50 pupils against 4 × 45 seats, and 6 of 40: 300 − 180 and 240 − 180.
    assert table["section_id"].tolist() == ["P1", "P2"]
    assert table["shortage"].tolist() == [300 - 180, 240 - 180]
    assert opened.value == 120 + 60
    assert "--school P1" in told(opened, plan.norms, EN).steps[0].sentence
    assert told(opened, plan.norms, ZH).steps[0].rows[0][1] == "城西小学"


def test_without_a_stage_each_stage_of_the_county_is_asked_about(plan: Plan) -> None:
    asked = ask(plan, "seats", None, 2024)
    assert [question.stage for question in asked] == ["kindergarten", "primary", "junior"]
    with pytest.raises(ScenarioError, match=r"has no stage 'primery'\. Did you mean 'primary'"):
        ask(plan, "seats", None, 2024, stage="primery")


def test_a_part_of_several_names_is_refused_with_the_keys(plan: Plan) -> None:
    with pytest.raises(ScenarioError, match=r"several schools' names: .*P1.*P2"):
        ask(plan, "seats", "小学", 2024)


def test_of_many_schools_some_are_named_and_the_others_counted(plan: Plan) -> None:
    # Seven schools called West 1 to West 7; five are named.
    one = plan.sections[plan.sections["section_id"] == "P1"]
    keys = [f"W{number}" for number in range(1, 8)]
    many = one.iloc[[0] * 7].assign(
        section_id=keys, school_id=keys, name=[f"West {k}" for k in keys]
    )
    with pytest.raises(ScenarioError, match=r"West W5 \(W5\) and 2 more\. Give the key of one"):
        ask(replace(plan, sections=many), "seats", "West", 2024)


def test_a_stage_that_a_school_does_not_teach_is_refused(plan: Plan) -> None:
    with pytest.raises(ScenarioError, match="does not teach the stage 'junior'"):
        ask(plan, "seats", "P1", 2024, stage="junior")


def test_tables_are_cut_in_words_unless_all_rows_are_wanted(plan: Plan) -> None:
    opened = answer(plan, "classes", "P1", 2024)
    # 50 pupils in each of six grades, two classes a grade: twelve rows are shown, none left out.
    short = told(opened, plan.norms, EN).steps[0]
    assert len(short.rows) == 12
    assert short.left_out == ""
    nine = told(answer(plan, "entrants", "J1", 2024), plan.norms, EN, every_row=True).steps[0]
    assert len(nine.rows) == 9


def test_words_are_there_in_both_languages() -> None:
    for key, (zh, en) in WHY_WORDS.items():
        assert zh, key
        assert en, key
