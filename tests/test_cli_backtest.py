"""What a planner learns of past forecasts: a sentence, two tables, a file, and what is refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from planner.cli import app
from planner.errors import OutputError, PlannerError, StudyError
from planner.projection import backtest as library
from planner.projection.history import read_history
from planner.report.backtest import (
    COLUMNS,
    backtest_entries,
    backtest_rows,
    backtest_sentence,
    backtest_tables,
    write_backtest,
)
from planner.report.terminal import width_of
from planner.study import Fallback
from planner.terms import Language
from tests.towns import write_town

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from planner.study import Study

run = CliRunner()
YEARS = range(2010, 2017)
EN, ZH = Language.ENGLISH, Language.CHINESE


def county(years: Iterable[int] = YEARS) -> str:
    """Return twenty schools of six grades: ten to a hundred children enter, some move away."""
    chance = np.random.default_rng(5)
    rows = ["school_id,grade,year,pupils"]
    for school in range(20):
        entering = 10 + 5 * school
        grades = np.full(6, entering)
        for year in YEARS:
            grades = np.array([entering, *chance.binomial(grades[:-1], 0.97)])
            grades += chance.integers(0, 4, 6)
            if year in years:
                rows += [f"S{school:02},{grade + 1},{year},{grades[grade]}" for grade in range(6)]
    return "\n".join(rows) + "\n"


@pytest.fixture
def rolls(tmp_path: Path) -> Path:
    """Return the counts of twenty schools, 2010 to 2016, in a folder of their own."""
    path = tmp_path / "rolls.csv"
    path.write_text(county(), encoding="utf-8")
    return path


def done(*words: str) -> str:
    """Run a command that must succeed and return what it prints."""
    result = run.invoke(app, ["backtest", *words])
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(*words: str) -> PlannerError:
    """Run a command that must be refused and return its error."""
    result = run.invoke(app, ["backtest", *words])
    assert isinstance(result.exception, PlannerError), result.output
    return result.exception


def written(rolls: Path, *words: str) -> bytes:
    """Run a back-test that writes JSON and return its bytes."""
    out = rolls.with_name("out.json")
    done("--rolls", str(rolls), "--json", str(out), *words)
    return out.read_bytes()


def test_the_file_holds_every_figure_of_the_back_test_in_its_order(rolls: Path) -> None:
    rows = json.loads(written(rolls, "--origins", "2012,2013", "--leads", "1-3"))
    table = library.backtest(read_history(rolls), [2012, 2013], [1, 2, 3])
    assert len(rows) == len(table)
    for row, expected in zip(rows, table.to_dict("records"), strict=True):
        assert tuple(row) == COLUMNS
        for name in COLUMNS:
            if isinstance(expected[name], float):
                missing = row[name] is None
                assert missing == np.isnan(expected[name])
                assert missing or row[name] == pytest.approx(expected[name], abs=5e-7)
            else:
                assert row[name] == expected[name]
    assert {row["method"] for row in rows} == set(library.METHODS)


def test_an_interval_that_nothing_was_learned_for_is_null(rolls: Path) -> None:
    rows = json.loads(written(rolls, "--origins", "2011", "--leads", "3", "--methods", "naive"))
    assert rows
    # In 2011 nobody had seen yet how a roll fares in three years
    # (of the county's total a spread is assumed).
    unknown = [row for row in rows if row["level"] != "total"]
    assert all(row["coverage80"] is row["coverage95"] is row["width80"] is None for row in unknown)
    assert all(0 < row["wape"] < 1 for row in rows)


def test_the_same_counts_give_the_same_bytes_whatever_the_seed(rolls: Path) -> None:
    words = ["--origins", "2012,2013", "--leads", "1-2"]
    assert written(rolls, *words) == written(rolls, *words) == written(rolls, *words, "--seed", "7")


def test_a_planner_who_asks_for_nothing_gets_all_that_can_be_tested(rolls: Path) -> None:
    # 2010 has no year before it and 2016 none after it.
    words = ["--origins", "2015,2014,2013,2012,2011", "--leads", "1,2,3"]
    assert written(rolls) == written(rolls, *words, "--methods", "planner,naive,progression")


@pytest.mark.parametrize(
    "origins", ["2011-2013,2015", "2011,2012,2013,2015", "2015, 2011-2012，2012-2013"]
)
def test_spans_and_years_may_be_mixed(rolls: Path, origins: str) -> None:
    plain = written(rolls, "--origins", "2011,2012,2013,2015", "--methods", "naive")
    assert written(rolls, "--origins", origins, "--methods", "naive") == plain


def test_a_span_passes_over_a_year_that_nobody_counted(rolls: Path) -> None:
    rolls.write_text(county([2010, 2011, 2013, 2014, 2015]), encoding="utf-8")
    spanned = written(rolls, "--origins", "2011-2014", "--methods", "naive")
    assert spanned == written(rolls, "--origins", "2011,2013,2014", "--methods", "naive")
    assert "--origins: 2012 has no rolls" in str(
        refused("--rolls", str(rolls), "--origins", "2012")
    )


def test_the_same_figures_can_be_had_as_csv(rolls: Path) -> None:
    out = rolls.with_name("out.csv")
    rows = json.loads(written(rolls, "--csv", str(out), "--methods", "progression"))
    table = pd.read_csv(out)
    assert tuple(table.columns) == COLUMNS
    assert backtest_rows(table) == rows


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_terminal_shows_schools_by_lead_and_by_size_within_eighty_columns(
    rolls: Path, lang: str
) -> None:
    out = rolls.with_name("out.json")
    shown = done("--rolls", str(rolls), "--json", str(out), "--lang", lang)
    lines = shown.splitlines()
    assert all(width_of(line) <= 80 for line in lines if line != str(out))
    tables = [line.split("│")[0].strip() for line in lines if "│" in line]
    names = {
        "zh": ["沿用上年", "三年升级率", "planner"],
        "en": ["last year's roll", "three-year progression", "planner"],
    }[lang]
    by_lead = [name for name in names for _ in range(3)]
    # From 60 to 630 pupils: three classes of size, each one and three years ahead.
    assert tables == [*by_lead, "<200", "<200", "200–499", "200–499", "500–999", "500–999"]
    assert lines[-1] == str(out)


def test_the_counts_are_spoken_of_where_something_was_assumed(rolls: Path) -> None:
    words = ["--rolls", str(rolls), "--methods", "naive", "--lang"]
    assert "About the counts" not in done(*words, "en")
    rolls.write_text(county([2010, 2011, 2013, 2014]), encoding="utf-8")
    assert "Nobody was counted in 2012" in done(*words, "en")
    assert "缺少2012学年" in done(*words, "zh")


def test_a_renamed_school_is_followed(rolls: Path) -> None:
    words = ["--methods", "naive"]
    whole = written(rolls, *words)
    named = [line.split(",") for line in county().splitlines()]
    for row in named[1:]:
        if row[0] == "S00" and int(row[2]) < 2014:
            row[0] = "old"
    rolls.write_text("\n".join(",".join(row) for row in named), encoding="utf-8")
    assert written(rolls, *words) != whole
    renamed = rolls.with_name("renamed.csv")
    renamed.write_text("from_school,to_school,year\nold,S00,2014\n", encoding="utf-8")
    assert written(rolls, *words, "--successions", str(renamed)) == whole


def test_one_year_of_counts_is_told_to_allow_no_test(rolls: Path) -> None:
    rolls.write_text(county([2013]), encoding="utf-8")
    for words in ([], ["--origins", "2013"]):
        fault = str(refused("--rolls", str(rolls), *words))
        assert "rolls.csv: only 2013 is counted" in fault
        assert "nothing can be tested on the past" in fault
        assert "Add the rolls of earlier years" in fault


def test_two_years_of_counts_are_tested_only_where_the_planner_insists(rolls: Path) -> None:
    rolls.write_text(county([2013, 2014]), encoding="utf-8")
    assert "--origins 2013" in str(refused("--rolls", str(rolls)))
    rows = json.loads(written(rolls, "--origins", "2013", "--methods", "naive"))
    assert {row["lead"] for row in rows} == {1}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--origins", "2008"], "--origins: 2008 has no rolls to look ahead from"),
        (["--origins", "2012-2020"], "--origins: 2020 has no rolls"),
        (["--origins", "2016"], "no origin has a counted year so far ahead"),
        (["--leads", "7"], "no origin has a counted year so far ahead"),
        (["--origins", "2012-13"], "found '2012-13'"),
        (["--origins", ""], "--origins takes numbers and spans such as 2008-2010"),
        (["--leads", "0"], "--leads takes numbers and spans such as 1-3"),
        (["--leads", "3-1"], "--leads 3-1: the end lies before the beginning. Write 1-3."),
        (["--methods", "plannr"], "there is no method 'plannr'. Did you mean 'planner'?"),
        (["--methods", "naive,magic"], "There are: naive, progression, planner."),
        (["--study", "."], "--study and --rolls each bring their own counts"),
    ],
)
def test_a_wish_that_cannot_be_met_is_answered_with_a_sentence(
    rolls: Path, words: list[str], said: str
) -> None:
    error = refused("--rolls", str(rolls), *words)
    assert isinstance(error, StudyError)
    assert said in str(error)


def test_all_slips_of_the_command_line_are_told_together(rolls: Path) -> None:
    words = ["--origins", "soon", "--leads", "many", "--methods", "none"]
    assert len(refused("--rolls", str(rolls), *words).faults) == 3


def test_successions_without_rolls_are_refused(tmp_path: Path) -> None:
    assert "goes with --rolls" in str(refused("--successions", str(tmp_path / "renamed.csv")))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nowhere/out.json", "there is no folder"),
        ("rolls.csv", "is read by this run"),
        ("folder", "is a folder"),
        ("rolls.csv/out.json", "there is no folder"),
        (f"{'x' * 300}.json", "no file can be made here"),
    ],
)
def test_a_place_that_takes_no_file_is_refused_before_the_work(
    rolls: Path, name: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (rolls.parent / "folder").mkdir()
    worked: list[object] = []
    monkeypatch.setattr("planner.projection.history.read_history", worked.append)
    error = refused("--rolls", str(rolls), "--json", str(rolls.parent / name))
    assert isinstance(error, OutputError)
    assert said in str(error)
    assert not worked
    assert rolls.read_text(encoding="utf-8") == county()


@pytest.mark.parametrize("name", ["study.toml", "data/rolls.csv"])
def test_a_file_of_the_study_is_never_replaced(tmp_path: Path, name: str) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / name).write_text("mine", encoding="utf-8")
    error = refused("--study", str(tmp_path), "--json", str(tmp_path / name))
    assert "is read by this run" in str(error)
    assert (tmp_path / name).read_text(encoding="utf-8") == "mine"


def test_json_and_csv_cannot_share_a_file(rolls: Path) -> None:
    out = str(rolls.with_name("out"))
    assert "both name" in str(refused("--rolls", str(rolls), "--json", out, "--csv", out))


@pytest.mark.parametrize("where", ["planner.projection.backtest.backtest", "os.fsync"])
def test_an_interrupted_run_leaves_the_former_file_and_no_half_one(
    rolls: Path, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = written(rolls, "--leads", "1", "--methods", "naive")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(where, interrupted)
    out = rolls.with_name("out.json")
    words = ["backtest", "--rolls", str(rolls), "--methods", "naive", "--json", str(out)]
    assert run.invoke(app, words).exit_code != 0
    assert out.read_bytes() == before
    assert {path.name for path in rolls.parent.iterdir()} == {"rolls.csv", "out.json"}


def test_a_study_is_tested_with_all_that_it_knows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_town(tmp_path / "town")
    asked: list[Any] = []

    def backtest_study(
        study: Study,
        origins: list[int],
        leads: list[int],
        methods: list[str],
        say: Callable[[str], None],
    ) -> pd.DataFrame:
        asked.extend([study.folder, origins, leads, methods])
        say("births")
        return made([("planner", "<200", 2, 0.05, 9)])

    monkeypatch.setattr("planner.past.backtest_study", backtest_study)
    shown = done(
        "--study",
        str(folder / "study.toml"),
        "--leads",
        "2",
        "--methods",
        "planner",
        "--lang",
        "en",
    )
    assert asked == [folder, [2021, 2022], [2], ["planner"]]
    assert "Two years ahead, schools of fewer than 200 pupils were missed by 5.0%" in shown


def test_without_rolls_the_study_of_the_current_folder_is_meant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "study.toml" in str(refused())


def made(cells: Iterable[tuple[str, str, int, float, int]]) -> pd.DataFrame:
    """Return a back-test of schools: method, size class, lead, mean error, number of tests."""
    shares = dict.fromkeys(COLUMNS[6:], 0.5)
    return pd.DataFrame(
        [
            {"method": method, "level": "school", "size_class": size, "lead": lead, "n": n}
            | {"wape": wape}
            | shares
            for method, size, lead, wape, n in cells
        ]
    )


NEW_TOWN = made(
    (method, size, lead, wape + lead / 1000, n)
    for method, wape in (("naive", 0.101), ("progression", 0.108), ("planner", 0.095))
    for size, n in (("all", 100), ("<200", 50), ("200-499", 30), ("500-999", 16), ("1000+", 4))
    for lead in (1, 3, 5)
)


def test_one_sentence_says_how_far_the_schools_of_most_pupils_were_missed() -> None:
    # 50 × 100, 30 × 350, 16 × 750 and 4 × 1000 pupils: most of them in the third class.
    assert backtest_sentence(NEW_TOWN, EN) == (
        "Three years ahead, schools of 500–999 pupils were missed by 9.8% on average "
        "(last year's roll: 10.4%, three-year progression: 11.1%)."
    )
    assert backtest_sentence(NEW_TOWN, ZH) == (
        "提前三年预测时，500—999 人的学校平均误差为 9.8%（沿用上年：10.4%，三年升级率：11.1%）。"
    )


@pytest.mark.parametrize(
    ("size", "lead", "en", "zh"),
    [
        ("<200", 1, "One year ahead, schools of fewer than 200", "提前一年预测时，不足 200 人"),
        ("1000+", 2, "Two years ahead, schools of 1,000 or more", "提前两年预测时，1000 人及以上"),
        ("200-499", 12, "12 years ahead, schools of 200–499", "提前12年预测时，200—499 人"),
    ],
)
def test_the_sentence_is_spoken_as_people_speak(size: str, lead: int, en: str, zh: str) -> None:
    table = made([("planner", size, lead, 0.2, 3)])
    assert backtest_sentence(table, EN) == f"{en} pupils were missed by 20.0% on average."
    assert backtest_sentence(table, ZH) == f"{zh}的学校平均误差为 20.0%。"


def test_where_planner_was_not_tested_nothing_is_said_of_it() -> None:
    usual = NEW_TOWN[NEW_TOWN["method"] != "planner"]
    assert backtest_sentence(usual, EN) == ""
    assert len(backtest_tables(usual, EN)) == 1


def test_the_table_by_size_shows_the_shortest_and_the_longest_lead() -> None:
    by_lead, by_size = backtest_tables(NEW_TOWN, EN)
    assert [row[1] for row in by_lead.rows] == ["1", "3", "5"] * 3
    assert [row[:2] for row in by_size.rows[:4]] == [
        ("<200", "1"), ("<200", "5"), ("200–499", "1"), ("200–499", "5"),
    ]  # fmt: skip
    # 0.095 + 5 / 1000
    assert by_size.rows[1][2:4] == ("50", "10.0%")


def test_a_trace_of_bias_is_no_bias_and_the_unknown_is_a_dash() -> None:
    table = made([("planner", "all", 1, 0.1, 3)]).assign(bias=-1e-9, coverage80=np.nan)
    assert backtest_tables(table, EN)[0].rows == (("planner", "1", "3", "10.0%", "+0.0%", "–"),)
    (row,) = backtest_rows(table)
    assert (str(row["bias"]), row["coverage80"]) == ("0.0", None)


def test_names_of_schools_cannot_colour_the_terminal() -> None:
    note = Fallback("history_opened", "Opened: \x1b[31mred school.", "开办：\x1b[31m红。")
    (_, (head, said)) = backtest_entries(NEW_TOWN, [note], EN)
    assert (head, said) == ("About the counts", "· Opened:  [31mred school.")


def test_nothing_is_written_where_nothing_was_asked_for(tmp_path: Path) -> None:
    write_backtest(NEW_TOWN, None, None)
    assert list(tmp_path.iterdir()) == []
