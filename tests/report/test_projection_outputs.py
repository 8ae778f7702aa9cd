"""A projection on paper: what was counted, what is expected, how sure that is, and why.

The town of tests/report/town.py, to which a past and children are given here. P1 was counted in
2023 and 2024 too, P2 in 2024 alone, J1 from 2023 on but forgotten in 2024 (pupils)::

             2023   2024 | 2025   2026   2027   2028
    P1         70     75 |   80    100    110     85
    P2          –     45 |   50     60     40     30
    J1         60  never |   60     60     60     60

P1 and P2 teach grades 1 and 2, J1 grades 7 and 8, half of the pupils in each. Every age has 100
residents in every year from 2024 on, counted to 2025.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook

from planner.past import Past, proof
from planner.projection.backtest import COLUMNS
from planner.projection.history import RollHistory
from planner.projection.residents import Residents
from planner.report import write_plan, write_projection
from planner.report.backtest import backtest_sentence, proof_said
from planner.report.projection import county_table, sureness
from planner.report.projection.tables import (
    ages_and_grades,
    births_by_variant,
    county_rolls,
    gross_enrolment,
    section_rolls,
)
from planner.report.summary import summarise
from planner.report.terminal import width_of
from planner.scenario import BirthSettings
from planner.terms import Language
from tests.report.town import HOSTILE, YEARS, renamed, town_plan

if TYPE_CHECKING:
    from pathlib import Path

    from planner.plan import Plan

EN, ZH = Language.ENGLISH, Language.CHINESE
GRADES = tuple(map(str, range(1, 13)))
COUNTED = {"J1": (60, None, 60), "P1": (70, 75, 80), "P2": (None, 45, 50)}
"""Pupils of 2023, 2024 and 2025, sections in the order of a history."""


def history() -> RollHistory:
    """Return the rolls drawn above."""
    pupils = np.full((3, len(GRADES), 3), np.nan)
    for row, (section, counts) in enumerate(COUNTED.items()):
        grades = (6, 7) if section == "J1" else (0, 1)
        for layer, count in enumerate(counts):
            if count is not None:
                pupils[row, grades, layer] = (count // 2, count - count // 2)
    return RollHistory(
        tuple(COUNTED), GRADES, (2023, 2024, 2025), pupils, np.zeros(pupils.shape, dtype=bool), ()
    )


@pytest.fixture
def town() -> Plan:
    """Return the plan of the town with the past and the children drawn above."""
    plan = town_plan()
    past = Past(history(), {}, np.array([2, 1, 1]))
    residents = Residents(("a1",), range(18), (2024, *YEARS), 2025, np.full((1, 18, 5), 100.0), ())
    ahead = plan.section_years["year"] > 2025
    pupils = plan.section_years["pupils"]
    sections = plan.section_years.assign(
        low80=(pupils * 0.9).where(ahead),
        high80=(pupils * 1.1).where(ahead),
        low95=(pupils * 0.8).where(ahead),
        high95=(pupils * 1.2).where(ahead),
        shortage_probability=np.where(ahead, 0.125, np.nan),
    )
    county = plan.county_years.assign(
        low80=(plan.county_years["pupils"] - 7.4).where(plan.county_years["year"] > 2025),
        high80=(plan.county_years["pupils"] + 7.4).where(plan.county_years["year"] > 2025),
    )
    return replace(
        plan, past=past, residents=residents, section_years=sections, county_years=county
    )


def with_births(plan: Plan, births: BirthSettings | None = None) -> Plan:
    """Return the plan with 1,200 births in each of 2023 and 2024, and 80 each month to August 2025.

    With the cut-off on 31 August, school year 2024 holds 4/12 of 2023 and 8/12 of 2024.
    """
    whole: list[tuple[Any, ...]] = [(None, 2023, None, 1200.0), (None, 2024, None, 1200.0)]
    months = [(None, 2025, month, 80.0) for month in range(1, 9)]
    table = pd.DataFrame(whole + months, columns=["area_id", "year", "month", "births"]).astype(
        {"month": "Int64"}
    )
    scenario = replace(plan.scenario, births=births or BirthSettings())
    return replace(plan, study=replace(plan.study, births=table), scenario=scenario)


def row_of(table: pd.DataFrame, *key: Any) -> Any:
    """Return the row of a table with this key, or the rows whose key begins so."""
    return table.xs(key if len(key) > 1 else key[0])


def lines_of(path: Path) -> list[list[str]]:
    """Return the cells of a CSV file, line by line."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def sheets_of(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of every sheet by its name."""
    book = load_workbook(path)
    sheets = {page.title: list(page.iter_rows(values_only=True)) for page in book.worksheets}
    book.close()
    return sheets


# ---------------------------------------------------------------- what was and what will be


def test_a_section_is_told_from_its_first_count_to_its_last_planned_year(town: Plan) -> None:
    rolls = section_rolls(town).set_index(["section_id", "year"])
    assert row_of(rolls, "P1")["pupils"].tolist() == [70, 75, 80, 100, 110, 85]
    assert row_of(rolls, "P1")["counted"].tolist() == [True] * 3 + [False] * 3
    # P2 was not counted in 2023 and J1 not in 2024: no row, rather than a zero.
    assert rolls.loc["P2"].index.tolist() == [2024, *YEARS]
    assert rolls.loc["J1"].index.tolist() == [2023, *YEARS]
    assert rolls["name"].notna().all()


def test_the_past_has_no_intervals_and_no_seats(town: Plan) -> None:
    rolls = section_rolls(town).set_index(["section_id", "year"])
    assert rolls.loc[("P1", 2024), ["low80", "high95", "seats"]].isna().all()
    assert rolls.loc[("P1", 2025), ["low80", "shortage_probability"]].isna().all()
    ahead = row_of(rolls, "P1", 2026)
    assert (ahead["low80"], ahead["high80"], ahead["seats"]) == (90, 110, 90)
    assert ahead["shortage_probability"] == 0.125


def test_a_section_has_no_row_for_years_in_which_it_does_not_teach(town: Plan) -> None:
    rows = town.section_years
    shut = rows.assign(open=(rows["section_id"] != "P2") | (rows["year"] < 2027))
    rolls = section_rolls(replace(town, section_years=shut))
    assert rolls.loc[rolls["section_id"] == "P2", "year"].tolist() == [2024, 2025, 2026]


def test_the_county_is_the_sum_of_its_sections_year_by_year(town: Plan) -> None:
    county = county_rolls(town).set_index(["stage", "year"])["pupils"]
    # P2 began in 2024: before that P1 is all there was.
    assert county["primary"].to_dict() == {
        2023: 70, 2024: 75 + 45, 2025: 80 + 50, 2026: 100 + 60, 2027: 110 + 40, 2028: 85 + 30,
    }  # fmt: skip


def test_a_year_in_which_a_section_was_forgotten_is_no_sum(town: Plan) -> None:
    county = county_rolls(town)
    assert county.loc[county["stage"] == "junior", "year"].tolist() == [2023, *YEARS]


def test_a_study_of_one_year_begins_with_it() -> None:
    plan = town_plan()
    assert set(section_rolls(plan)["year"]) == set(YEARS)
    assert set(county_rolls(plan)["year"]) == set(YEARS)


# ---------------------------------------------------------------- ages


def test_each_age_stands_beside_the_grade_begun_at_it(town: Plan) -> None:
    ages = ages_and_grades(town).set_index(["year", "age"])
    first = row_of(ages, 2026, 6)
    # Children begin grade 1 at six: half of P1's 100 and of P2's 60 pupils.
    assert (first["grade"], first["stage"], first["pupils"]) == (1, "primary", 50 + 30)
    assert first["pupils_per_resident"] == 80 / 100
    assert not first["residents_counted"]
    assert not first["pupils_counted"]
    assert ages.loc[(2024, 6), "pupils"] == 75 // 2 + 45 // 2
    assert ages.loc[(2026, 2), ["grade", "pupils", "pupils_per_resident"]].isna().all()
    assert ages.loc[(2026, 9), "grade"] == 4
    assert pd.isna(ages.loc[(2026, 9), "pupils"]), "nobody teaches grade 4: not a zero"


def test_children_of_years_ahead_have_an_interval_and_counted_ones_none(town: Plan) -> None:
    ages = ages_and_grades(town).set_index(["year", "age"])
    ahead = row_of(ages, 2026, 6)
    assert ahead["residents_low80"] < ahead["residents"] < ahead["residents_high80"]
    assert pd.isna(row_of(ages, 2024, 6)["residents_low80"])


def test_years_without_residents_or_rolls_are_left_out_of_the_ages(town: Plan) -> None:
    # Residents are known from 2024 on, rolls from 2023.
    assert sorted(set(ages_and_grades(town)["year"])) == [2024, *YEARS]


def test_a_gross_rate_above_one_is_shown_as_it_is(town: Plan) -> None:
    few = replace(town.residents, count=town.residents.count / 2)
    ages = ages_and_grades(replace(town, residents=few)).set_index(["year", "age"])
    assert ages.loc[(2026, 6), "pupils_per_resident"] == 80 / 50


def test_gross_enrolment_is_the_pupils_of_a_stage_by_the_residents_of_its_ages(
    town: Plan,
) -> None:
    rates = gross_enrolment(ages_and_grades(town)).set_index(["stage", "year"])
    # Grades 1 and 2, that is ages 6 and 7, are taught: 160 pupils, 200 residents.
    assert row_of(rates, "primary", 2026)[["residents", "pupils"]].tolist() == [200, 160]
    assert rates.loc[("primary", 2026), "gross_rate"] == 160 / 200
    assert ("senior", 2026) not in rates.index


def test_where_nobody_lives_there_is_no_rate(town: Plan) -> None:
    nobody = replace(town.residents, count=town.residents.count * 0)
    ages = ages_and_grades(replace(town, residents=nobody))
    assert ages["pupils_per_resident"].isna().all()
    assert gross_enrolment(ages)["gross_rate"].isna().all()


# ---------------------------------------------------------------- births


def test_births_are_those_of_the_school_year_and_flagged_while_published(town: Plan) -> None:
    births = births_by_variant(with_births(town)).set_index("births_year")
    assert row_of(births, 2024)[["low", "medium", "high", "plan"]].tolist() == [1200] * 4
    # From September to December 2024 a third of 1,200, then 8 × 80.
    assert births.loc[2025, "medium"] == 1200 / 3 + 8 * 80
    assert births["published"].to_dict() == {
        2024: True, 2025: True, 2026: False, 2027: False, 2028: False,
    }  # fmt: skip
    ahead = births.loc[2027]
    assert ahead["low"] < ahead["medium"] < ahead["high"]


def test_a_path_is_the_plan_s_own_and_no_variant(town: Plan) -> None:
    given = BirthSettings(path={"2026": 900.0, "2027": 900.0})
    births = births_by_variant(with_births(town, given)).set_index("births_year")
    assert births.loc[2027, "plan"] == 900
    plain = births_by_variant(with_births(town)).set_index("births_year")
    assert births["medium"].equals(plain["medium"])
    assert plain["plan"].equals(plain["medium"].rename("plan"))


def test_a_study_without_births_says_so_and_draws_none(town: Plan, tmp_path: Path) -> None:
    write_projection(town, tmp_path, EN)
    assert lines_of(tmp_path / "births.csv") == [
        ["School year of birth", "Published", "Low", "Medium", "High", "Used by this plan"]
    ]
    assert "This study has no births" in str(sheets_of(tmp_path / "pupils.xlsx")["Births"][0])


# ---------------------------------------------------------------- how sure


def looked_back() -> Past:
    """Return the past of one primary of 300 pupils, 10 of which came or went each year.

    From 2021 and 2022 the next years were foreseen 12 pupils too high.
    """
    counts = np.array([300.0, 310, 300, 310, 300])
    rolls = RollHistory(
        ("P1",), ("1",), (2020, 2021, 2022, 2023, 2024), counts.reshape(1, 1, 5),
        np.zeros((1, 1, 5), dtype=bool), (),
    )  # fmt: skip
    ahead = {
        2021: (counts[2:5] + 12).reshape(1, 1, 3),
        2022: (counts[3:5] + 12).reshape(1, 1, 2),
    }
    return Past(rolls, ahead, np.array([1]))


def test_the_proof_is_what_was_foreseen_held_against_what_came() -> None:
    table = proof(looked_back())
    assert tuple(table.columns) == COLUMNS
    ours = table[(table["method"] == "planner") & (table["level"] == "school")]
    overall = ours[ours["size_class"] == "all"].set_index("lead")
    # One year ahead of 2021 and 2022 came 300 and 310 pupils, each foreseen 12 too high.
    assert overall.loc[1, "n"] == 2
    assert overall.loc[1, "wape"] == pytest.approx(24 / (300 + 310))
    assert overall.loc[3, "wape"] == pytest.approx(12 / 300)
    assert overall.loc[1, "bias"] == pytest.approx(24 / (300 + 310))


def test_the_usual_methods_are_held_against_the_same_counts() -> None:
    table = proof(looked_back(), leads=[1])
    naive = table[
        (table["method"] == "naive") & (table["level"] == "school") & (table["size_class"] == "all")
    ]
    # Last year's roll: 310 for 300 from 2021, 300 for 310 from 2022.
    assert naive["wape"].tolist() == pytest.approx([20 / (300 + 310)])


def test_leads_that_nothing_reached_are_left_out_of_the_proof() -> None:
    assert set(proof(looked_back(), leads=(2, 3, 9))["lead"]) == {2, 3}
    assert proof(looked_back(), leads=(9,)).empty


def test_too_short_a_past_proves_nothing_and_says_whose_intervals_these_are() -> None:
    table = proof(town_plan().past)
    assert table.empty
    assert tuple(table.columns) == COLUMNS
    assert backtest_sentence(table, EN) == ""
    said = proof_said(table)
    assert said.en.endswith("the intervals are those of other places.")
    assert "其他地区" in said.zh


def test_a_plan_s_summary_carries_the_sentence_of_the_proof(town: Plan, tmp_path: Path) -> None:
    known = replace(town, past=looked_back())
    sentence = "Three years ahead, schools of 200–499 pupils were missed by 4.0% on average"
    assert summarise(known).proof.en.startswith(sentence)
    write_plan(known, tmp_path, EN)
    assert sentence in (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert sentence in str(sheets_of(tmp_path / "results.xlsx")["Overview"])


# ---------------------------------------------------------------- files


def test_every_table_is_written_for_computing(town: Plan, tmp_path: Path) -> None:
    write_projection(with_births(town), tmp_path, EN)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "ages.csv", "births.csv", "manifest.json", "pupils.csv", "pupils.xlsx",
        "section_totals.csv",
    ]  # fmt: skip
    totals = lines_of(tmp_path / "section_totals.csv")
    assert totals[0] == [
        "Section id", "Name", "Stage", "Year", "Counted", "Pupils", "80 % from (pupils)",
        "80 % to (pupils)", "95 % from (pupils)", "95 % to (pupils)", "Seats",
        "Shortage probability",
    ]  # fmt: skip
    name = "West Street Primary"
    assert totals[1] == ["P1", name, "primary", "2023", "yes", "70", *[""] * 6]
    assert totals[4] == [
        "P1", name, "primary", "2026", "no", "100", "90.0", "110.0", "80.0", "120.0", "90", "0.125",
    ]  # fmt: skip
    ages = lines_of(tmp_path / "ages.csv")
    assert ages[1 + 6] == [
        *("2024", "6", "100.0", "yes", "", "", "primary", "grade 1", "59", "yes", "0.59")
    ]
    births = lines_of(tmp_path / "births.csv")
    assert births[2] == ["2025", "yes", "1040.0", "1040.0", "1040.0", "1040.0"]


def test_the_workbook_goes_from_the_county_to_what_it_rests_on(town: Plan, tmp_path: Path) -> None:
    write_projection(with_births(replace(town, past=looked_back())), tmp_path, EN)
    sheets = sheets_of(tmp_path / "pupils.xlsx")
    assert list(sheets) == [
        "County by grade", "County intervals", "Sections by grade", "Section intervals",
        "Ages and grades", "Gross enrolment", "Births", "Back-test", "Notes",
    ]  # fmt: skip
    assert sheets["County intervals"][-1][:6] == ("junior", 2028, "no", 60, 52.6, 67.4)
    assert "rolls hold no ages" in sheets["Gross enrolment"][1][1]
    assert "100 %" in str(sheets["Ages and grades"][1])
    proofs = {row[:4]: row for row in sheets["Back-test"]}
    # The sheet shows six digits of 12 ÷ 300.
    assert proofs["planner", "school", "200–499", 3][4:6] == (1, 0.04)
    write_projection(town, tmp_path, ZH)
    assert "预测检验" in sheets_of(tmp_path / "pupils.xlsx")


def test_a_hostile_name_is_no_formula_in_any_file(town: Plan, tmp_path: Path) -> None:
    write_projection(with_births(renamed(town, HOSTILE)), tmp_path, ZH)
    for path in tmp_path.glob("*.csv"):
        cells = [cell for line in lines_of(path) for cell in line]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))], path.name
    assert f"'{HOSTILE}" in lines_of(tmp_path / "section_totals.csv")[1]
    book = load_workbook(tmp_path / "pupils.xlsx")
    found = [
        cell
        for page in book.worksheets
        for row in page.iter_rows()
        for cell in row
        if str(cell.value).startswith("=")
    ]
    book.close()
    assert found
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in found)


def test_text_beside_a_number_is_set_in(town: Plan, tmp_path: Path) -> None:
    write_projection(town, tmp_path, EN)
    book = load_workbook(tmp_path / "pupils.xlsx")
    row = [cell for cell in book["County intervals"][4] if cell.value is not None]
    book.close()
    assert [cell.value for cell in row[:3]] == ["primary", 2023, "yes"]
    assert [cell.alignment.indent for cell in row[:3]] == [0, 0, 1]


# ---------------------------------------------------------------- pictures


def test_pictures_show_what_there_is_and_no_more(town: Plan, tmp_path: Path) -> None:
    told: list[str] = []
    write_projection(town, tmp_path, EN, pictures=True, say=told.append)
    names = {path.stem.partition("-")[0] for path in (tmp_path / "pictures").iterdir()}
    # No births are known, and the past is too short for a back-test.
    assert names == {"county", "ages", "sections"}
    pages = {path.name for path in (tmp_path / "pictures").glob("*.pdf")}
    assert pages == {"sections-primary.pdf", "sections-junior.pdf"}
    assert told[:3] == ["tables", "workbook", "picture county"]


def test_births_and_a_proof_are_drawn_where_they_are_known(town: Plan, tmp_path: Path) -> None:
    known = with_births(replace(town, past=looked_back()), BirthSettings(path={"2026": 900.0}))
    write_projection(known, tmp_path, ZH, pictures=True)
    drawn = {path.name for path in (tmp_path / "pictures").iterdir()}
    assert {"births.svg", "backtest.png"} <= drawn


def test_a_town_without_children_has_no_pyramid(tmp_path: Path) -> None:
    write_projection(town_plan(), tmp_path, EN, pictures=True)
    assert not (tmp_path / "pictures" / "ages.png").exists()


# ---------------------------------------------------------------- the terminal


def test_the_terminal_shows_the_interval_below_the_pupils(town: Plan) -> None:
    shown = county_table(town, EN)
    assert [heading.strip() for heading in shown.headings] == ["Year", "primary", "junior"]
    assert [cell.strip() for cell in shown.rows[0]] == ["2025", "130", "60"]
    assert [cell.strip() for cell in shown.rows[1]] == ["2026", "160", "60"]
    # 160 − 7.4 and 160 + 7.4, in whole pupils.
    assert [cell.strip() for cell in shown.rows[2]] == ["", "153–167", "53–67"]
    assert len(shown.rows) == 1 + 2 * 3


def test_four_stages_of_many_pupils_fit_into_eighty_columns(town: Plan, lang: Language) -> None:
    many = pd.concat(
        town.county_years[town.county_years["stage"] == "primary"].assign(
            stage=stage.stage, pupils=999_999, low80=888_888.4, high80=999_999.4
        )
        for stage in town.norms.stages
    )
    shown = county_table(replace(town, county_years=many), lang)
    assert len(shown.headings) == 5
    for line in (shown.headings, *shown.rows):
        assert width_of(" │ ".join(line)) <= 80


def test_numbers_of_a_column_end_below_each_other(town: Plan, lang: Language) -> None:
    shown = county_table(town, lang)
    for column in zip(shown.headings, *shown.rows, strict=True):
        if column[0].strip() not in ("Year", "学年"):
            assert len({width_of(cell) for cell in column}) == 1


def test_an_interval_that_nobody_knows_is_not_shown(town: Plan) -> None:
    unknown = town.county_years.assign(low80=np.nan)
    shown = county_table(replace(town, county_years=unknown), EN)
    assert {cell.strip() for cell in shown.rows[2]} == {""}


def test_how_sure_a_projection_is_stands_below_it(town: Plan) -> None:
    head, said = sureness(replace(town, past=looked_back()), EN)
    assert head == "Tested on the past"
    assert said.startswith("Three years ahead, schools of 200–499 pupils were missed by 4.0%")
