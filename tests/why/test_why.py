"""Figures of the nine squares opened down to what was counted (drawn in tests/towns.py)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

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
        assert question == Question("large", "P1", 2026)


def test_what_is_not_there_is_said_all_together(plan: Plan) -> None:
    with pytest.raises(ScenarioError) as caught:
        ask(plan, "larg_classes", "P9", 2050)
    said = " ".join(caught.value.faults)
    assert "no figure 'larg_classes' to open. Did you mean 'large_classes'?" in said
    assert "no school year 2050; it has 2023 and 2024–2027" in said
    assert "no school or section 'P9'. Give the key" in said


def test_a_part_of_several_names_is_refused_with_the_keys(plan: Plan) -> None:
    with pytest.raises(ScenarioError, match=r"several schools' names: .*P1.*P2"):
        ask(plan, "seats", "小学", 2024)


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
