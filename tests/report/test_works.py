"""The list of projects adds up: rooms, seats planned and named, land in mu, cost."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pandas as pd
from rich.cells import cell_len
from typer.testing import CliRunner

from planner.capacity import list_works
from planner.cli import app
from planner.report.works import works_table
from planner.report.works.words import WORDS
from planner.scenario import BuildingSettings, Measure, Scenario, read_scenario
from planner.shipped import sample_study
from planner.study import read_study
from planner.terms import Language, ProjectKind
from tests.test_capacity import with_project

if TYPE_CHECKING:
    from planner.study import Study


def test_a_work_says_its_year_its_seats_and_what_it_costs(squares: Study) -> None:
    study = with_project(squares, seats=280, land_m2=4000.0, cost_yuan=9e6)
    closing = Measure(id="M1", kind="closure", section="P2", hand_over=date(2026, 7, 31))
    first, last = list_works(study, Scenario(measures=(closing,)))
    assert (first.key, first.year, first.rooms, first.seats) == ("X1", 2025, 6, 6 * 45)
    assert (first.seats_named, first.land_m2, first.cost_yuan) == (280, 4000, 9e6)
    # P2 closes with the six rooms it has today.
    assert (last.key, last.year, last.rooms, last.seats) == ("M1", 2026, -6, -6 * 45)
    table = works_table(study, Scenario(), (first, last), Language.ENGLISH)
    assert table.rows[-1] == ["total", "", "", "0", "0", "280", "6.0", "900"]


def test_a_conversion_trades_seats_of_45_for_seats_of_50(squares: Study) -> None:
    study = with_project(
        squares, kind="conversion", from_section="P1", section_id="J1", stage="junior", rooms=4
    )
    (work,) = list_works(study, Scenario())
    assert (work.rooms, work.seats) == (0, 4 * 50 - 4 * 45)


def test_a_merger_keeps_the_rooms_that_stay_in_use(squares: Study) -> None:
    study = with_project(squares, kind="merger", from_section="P2", section_id="P1", rooms=4)
    (work,) = list_works(study, Scenario())
    assert (work.rooms, work.seats) == (4 - 6, -2 * 45)


def test_what_has_no_date_comes_last_and_says_so(squares: Study) -> None:
    study = with_project(squares, hand_over=pd.NaT)
    early = Measure(id="M1", kind="extension", section="P1", rooms=2, hand_over=date(2026, 8, 1))
    works = list_works(study, Scenario(measures=(early,)))
    assert [work.key for work in works] == ["M1", "X1"]
    rows = works_table(study, Scenario(), works, Language.CHINESE).rows
    assert [row[2] for row in rows] == ["2026", "未定", ""]


def test_works_that_are_late_and_works_in_use(squares: Study) -> None:
    study = with_project(squares, hand_over=pd.Timestamp("2023-08-15"))
    (done,) = list_works(study, Scenario(building=BuildingSettings(delay_years=1)))
    assert done.counted
    rows = works_table(study, Scenario(), (done,), Language.ENGLISH).rows
    assert rows[0][2] == "in use"


def test_every_kind_of_project_has_its_words_in_both_languages() -> None:
    assert {kind.value for kind in ProjectKind} <= set(WORDS)
    assert all(zh and en for zh, en in WORDS.values())


def test_the_projects_of_the_sample_add_up() -> None:
    folder = sample_study()
    study = read_study(folder)
    works = list_works(study, read_scenario(folder / "scenarios", "baseline"))
    kindergartens = [work for work in works if work.key.endswith("_kindergarten")]
    # 29 rooms × 30 = 870 named, and six rooms more without a figure.
    assert sum(work.seats for work in kindergartens) == 870 + 180
    assert sum(work.seats_named or 0 for work in kindergartens) == 870
    town = [work.seats for work in works if work.key in {"dajie_primary_extension", "town_junior"}]
    assert sum(town) == 1435


def test_the_list_fits_a_terminal_of_80_columns() -> None:
    words = ["works", "all_late", "--study", str(sample_study()), "--lang", "zh"]
    done = CliRunner().invoke(app, words, env={"COLUMNS": "80", "TERMINAL_WIDTH": "80"})
    assert done.exit_code == 0
    assert "小白坡幼儿园" in done.stdout
    assert max(cell_len(line) for line in done.stdout.splitlines()) <= 80
