"""The ledger on paper: what was read is what was written, and the bureau finds its own columns.

The crowded town of tests/ledger/crowded.py: two large classes today, 初一 1班 with 60 pupils and
初二 1班 with 58, and one of 90 pupils expected next year.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from typer.testing import CliRunner

from planner.cli import app
from planner.errors import OutputError, StudyError
from planner.fitting import width_of
from planner.ledger import (
    OURS,
    STATES,
    Ledger,
    State,
    look_ahead,
    our_heading,
    read_ledger,
)
from planner.plan import Plan, make_plan
from planner.report.ledger import (
    check_replaceable,
    fate_sentences,
    ledger_tables,
    ledger_title,
    replace_ledger,
    unfollowed_sentence,
    write_ledger,
)
from planner.report.ledger.sheets import write_ledger_workbook
from planner.report.ledger.words import LEDGER_WORDS
from planner.scenario import read_scenario
from planner.study import read_study
from planner.terms import Language
from tests.ledger.crowded import HEADINGS, begun, brought_up, read_rows, write_crowded, write_rows

if TYPE_CHECKING:
    from pathlib import Path

run = CliRunner()
EN, ZH = Language.ENGLISH, Language.CHINESE
SCHOOL = "九宫中学"
HOSTILE = '=HYPERLINK("http://x.invalid","点我")'


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the crowded town as a study folder."""
    return write_crowded(tmp_path_factory.mktemp("crowded") / "town")


@pytest.fixture(scope="module")
def plan(town: Path) -> Plan:
    """Return the plan of the crowded town."""
    return make_plan(read_study(town), read_scenario(town / "scenarios", "baseline"))


def written(ledger: Ledger, plan: Plan, path: Path, lang: Language = ZH) -> Path:
    """Write a ledger as a workbook and return it."""
    write_ledger_workbook(look_ahead(ledger, plan), path, lang)
    return path


def read_again(ledger: Ledger, plan: Plan, path: Path, lang: Language = ZH) -> Ledger:
    """Return a ledger after it was written and read."""
    return read_ledger(written(ledger, plan, path, lang), plan.study)


def rows_of(path: Path, sheet: str) -> list[tuple[Any, ...]]:
    """Return the rows of a sheet."""
    return [tuple(row) for row in load_workbook(path)[sheet].iter_rows(values_only=True)]


@pytest.mark.parametrize("lang", Language)
def test_a_new_ledger_is_read_back_as_it_was_written(
    plan: Plan, tmp_path: Path, lang: Language
) -> None:
    ledger = begun(plan)
    again = read_again(ledger, plan, tmp_path / "l.xlsx", lang)
    assert again.entries == ledger.entries
    assert again.headings == ledger.headings


nasty = st.one_of(
    st.text(
        st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"])
        | st.sampled_from("\n=+@-'\"#"),
        max_size=12,
    ),
    st.sampled_from(
        [HOSTILE, "0058", " 前后空格 ", "#N/A", "=1+1", "１２", "2024年3月", "<b>", "'x"]
    ),
    st.integers(-(10**9), 10**9),
    st.floats(-1e6, 1e6).map(lambda number: round(number, 4)),
    st.booleans(),
    st.dates(date(1990, 1, 1), date(2060, 1, 1)),
    st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1)).map(
        lambda moment: moment.replace(microsecond=0)
    ),
    st.none(),
)
schools = st.sampled_from([SCHOOL, "城西小学", "火星中学", "", "合计"])
grades = st.sampled_from(["初一", "八年级", "3", "二年级", "2022级", "", "不详"])
classes = st.sampled_from(["1班", "（2）班", "三班", "实验班", ""])
rows = st.lists(st.tuples(schools, grades, classes, nasty, nasty, nasty, nasty, nasty), max_size=6)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows)
def test_whatever_a_bureau_writes_comes_back_cell_by_cell(
    plan: Plan, tmp_path: Path, rows: list[tuple[Any, ...]]
) -> None:
    headings = ("学校", "年级", "班级", "班额", "整改措施", "完成时限", "状态", "我们自己的列")
    path = write_texts(tmp_path / "theirs.xlsx", rows, headings)
    first = brought_up(read_ledger(path, plan.study), plan)
    again = read_again(first, plan, tmp_path / "ours.xlsx")
    assert again.headings == headings
    assert again.entries == first.entries
    assert brought_up(again, plan).entries == first.entries
    # Every row that holds anything is there, in order, and every cell with its value and type.
    filled = [
        row for row in rows if any(cell not in (None, "") and str(cell).strip() for cell in row)
    ]
    kept = [entry.cells for entry in again.entries[: len(filled)]]
    assert [list(map(plain, row)) for row in kept] == [list(map(plain, row)) for row in filled]


def plain(cell: Any) -> Any:
    """Return a cell as a workbook keeps it: nothing for empty text, a day for its midnight."""
    if isinstance(cell, datetime):
        return cell.date() if cell.time() == datetime.min.time() else cell
    if isinstance(cell, float):
        return pytest.approx(cell)
    return None if cell == "" else cell


def write_texts(path: Path, rows: list[tuple[Any, ...]], headings: tuple[str, ...]) -> Path:
    """Write rows whose text is text, even where it begins like a formula."""
    write_rows(path, rows, headings, title=["2023学年大班额台账"])
    book = load_workbook(path)
    for row in book.active.iter_rows():
        for cell in row:
            if isinstance(cell.value, str):
                cell.data_type = "s"
    book.save(path)
    return path


def test_running_twice_gives_the_same_bytes_in_either_language(plan: Plan, tmp_path: Path) -> None:
    rows = [
        (SCHOOL, "初二", "1班", 58, "", "2024年8月底前", "销号"),
        ("火星中学", "初一", "1班", 70),
    ]
    ledger = brought_up(read_rows(tmp_path / "b.xlsx", plan.study, rows), plan)
    first = written(ledger, plan, tmp_path / "one.xlsx")
    second = brought_up(read_ledger(first, plan.study), plan)
    assert written(second, plan, tmp_path / "two.xlsx").read_bytes() == first.read_bytes()
    in_english = written(second, plan, tmp_path / "en.xlsx", EN)
    back = brought_up(read_ledger(in_english, plan.study), plan)
    assert back.entries == ledger.entries
    assert written(back, plan, tmp_path / "zh.xlsx").read_bytes() == first.read_bytes()


def test_their_columns_come_first_and_unchanged_and_ours_behind(plan: Plan, tmp_path: Path) -> None:
    headings = ("序号", *HEADINGS, "包保领导")
    due = datetime(2024, 8, 31)
    row = (7, SCHOOL, "初二", "1班", "５８人", HOSTILE, due, "整改中", "王局长")
    source = write_texts(tmp_path / "b.xlsx", [row], headings)
    ledger = brought_up(read_ledger(source, plan.study), plan)
    page = load_workbook(written(ledger, plan, tmp_path / "l.xlsx"))["台账"]
    assert page["A1"].value == "2023学年大班额台账"
    head, first = ([cell.value for cell in row] for row in page["A3:AZ4"])
    assert tuple(head[: len(headings)]) == headings
    assert tuple(first[: len(row)]) == row
    assert page["F4"].data_type == "s"  # a formula for the reader's eyes only
    assert page["F4"].quotePrefix
    ours = dict(zip(head[len(headings) :], first[len(headings) :], strict=True))
    assert ours["核定：入学年份"] == 2022
    assert ours["核定：现班额"] == 58
    assert ours["核定：状态"] == "整改中"
    assert ours["核定：立账日期"] == datetime(2023, 9, 1)
    assert ours["核定：时限"] == due
    assert ours["核定：预计销号学年"] == 2025
    assert ours["核定：结论"] == "须采取措施"  # leaves in 2025, due in August 2024


def test_the_other_sheets_of_their_workbook_follow(plan: Plan, tmp_path: Path) -> None:
    source = write_rows(tmp_path / "b.xlsx", [(SCHOOL, "初一", "1班", 60)])
    book = load_workbook(source)
    book.create_sheet("联系方式").append(["王局长", 123])
    book["联系方式"].append([None, date(2024, 3, 1)])
    book.save(source)
    path = written(brought_up(read_ledger(source, plan.study), plan), plan, tmp_path / "l.xlsx")
    assert load_workbook(path).sheetnames == [
        "台账", "预测", "年度目标", "新增风险", "说明", "联系方式"
    ]  # fmt: skip
    assert rows_of(path, "联系方式")[1] == (None, datetime(2024, 3, 1))
    again = written(brought_up(read_ledger(path, plan.study), plan), plan, tmp_path / "m.xlsx")
    assert again.read_bytes() == path.read_bytes()


def with_path(plan: Plan) -> Plan:
    """Return the plan of the town whose government allows 2, 1 and 0 large classes."""
    targets = pd.DataFrame(
        {
            "indicator": "large_classes",
            "year": [2023, 2024, 2025],
            "target": ["2", "1", "0"],
            "binding": True,
        }
    )
    county = plan.county_years.assign(large_low80=float("nan"), large_high80=float("nan"))
    return replace(plan, study=replace(plan.study, targets=targets), county_years=county)


def test_the_sheets_say_sizes_targets_and_what_is_to_come(plan: Plan, tmp_path: Path) -> None:
    path = written(begun(plan), with_path(plan), tmp_path / "l.xlsx")
    forecast = rows_of(path, "预测")
    head = next(row for row in forecast if row[0] == "学校")
    first = forecast[forecast.index(head) + 1]
    shown = dict(zip(head, first, strict=True))
    # Grade 7: 60 pupils until they leave in 2026, one year after the target of none.
    assert [shown[str(year)] for year in (2023, 2024, 2025)] == [60, 60, 60]
    assert (shown["离校学年"], shown["应销号学年"], shown["结论"]) == (2026, 2025, "须采取措施")
    targets = [row for row in rows_of(path, "年度目标") if row[0] == "全部学段"]
    assert [(row[1], row[2], row[3], row[6], row[7], row[8]) for row in targets] == [
        (2023, 2, 2, "是", None, 0),
        (2024, 1, 3, "否", 1, 2),
        (2025, 0, 2, "否", 1, 2),
    ]
    expected = [row for row in rows_of(path, "新增风险") if row[1] == "J1"]
    assert expected[0] == (SCHOOL, "J1", 2024, 1, 2024, 2026, 90)


@pytest.mark.parametrize("lang", Language)
def test_the_terminal_says_states_fates_targets_and_what_presses(
    plan: Plan, lang: Language
) -> None:
    outlook = look_ahead(begun(plan), with_path(plan))
    title = ledger_title(outlook, lang)
    assert ("共2条" if lang == ZH else "2 entries") in title
    states, targets, urgent = ledger_tables(outlook, lang)
    assert states.rows[-1][1:] == ("2", "–", "–", "–", "–", "–", "2")
    assert [row[1:4] for row in targets.rows] == [
        ("2023", "2", "2"), ("2024", "1", "3"), ("2025", "0", "2")
    ]  # fmt: skip
    assert [row[3] for row in urgent.rows] == ["60", "58"]
    for table in (states, targets, urgent):
        cells = zip(table.headings, *table.rows, strict=True)
        assert sum(max(map(width_of, column)) + 3 for column in cells) <= 80
    head, body = fate_sentences(outlook, lang)
    assert ("2条" if lang == ZH else "The 2 entries") in head
    assert ("1条自然销号：1条毕业离校" if lang == ZH else "1 close by themselves") in body
    assert ("1条到期仍为大班额" if lang == ZH else "1 stay large beyond") in body


def test_rows_that_are_not_followed_are_named(plan: Plan, tmp_path: Path) -> None:
    ledger = read_rows(tmp_path / "b.xlsx", plan.study, [("火星中学", "初一", "1班", 70)])
    said = unfollowed_sentence(look_ahead(brought_up(ledger, plan), plan), EN)
    assert said is not None
    assert "row 3 (The study has no school '火星中学')" in said[1]
    assert unfollowed_sentence(look_ahead(begun(plan), plan), EN) is None


def test_the_same_ledger_gives_the_same_bytes(plan: Plan, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write_ledger(look_ahead(begun(plan), plan), tmp_path / name, EN)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name


def test_a_ledger_is_replaced_whole_and_the_former_kept(tmp_path: Path) -> None:
    fresh, path = tmp_path / "fresh.xlsx", tmp_path / "ledger.xlsx"
    fresh.write_bytes(b"new")
    path.write_bytes(b"old")
    check_replaceable(path)
    assert replace_ledger(fresh, path)
    bak = tmp_path / "ledger.xlsx.bak"
    assert (path.read_bytes(), bak.read_bytes()) == (b"new", b"old")
    assert not replace_ledger(fresh, path)
    assert bak.read_bytes() == b"old"  # nothing was changed, so the former stays the former
    assert sorted(one.name for one in tmp_path.iterdir()) == [
        "fresh.xlsx", "ledger.xlsx", "ledger.xlsx.bak"
    ]  # fmt: skip
    (tmp_path / "~$ledger.xlsx").touch()
    with pytest.raises(OutputError, match="open in another program"):
        check_replaceable(path)


def test_a_bureau_brings_its_ledger_up_to_date_by_hand(town: Path, tmp_path: Path) -> None:
    study = shutil.copytree(town, tmp_path / "town")
    file = write_rows(study / "台账.xlsx", [(SCHOOL, "初二", "1班", 58, "", "", "整改中")])
    before = file.read_bytes()
    words = ["ledger", "--study", str(study), "--years", "2024-2026", "--lang", "zh"]
    result = run.invoke(app, [*words, "--file", str(file)])
    assert result.exit_code == 0, result.output
    out = study / "out" / "baseline-ledger" / "ledger.xlsx"
    assert str(out) in result.stdout
    assert file.read_bytes() == before
    replaced = run.invoke(app, [*words, "--file", str(file), "--in-place"])
    assert replaced.exit_code == 0, replaced.output
    assert file.read_bytes() == out.read_bytes()
    assert (study / "台账.xlsx.bak").read_bytes() == before
    assert "1班" in replaced.stdout
    assert "核定：状态" in rows_of(file, "台账")[2]


def test_a_new_ledger_needs_no_file(town: Path, tmp_path: Path) -> None:
    words = ["ledger", "--study", str(town), "--out", str(tmp_path), "--years", "2024-2025"]
    result = run.invoke(app, [*words, "--lang", "en"])
    assert result.exit_code == 0, result.output
    ledger = read_ledger(tmp_path / "baseline-ledger" / "ledger.xlsx", read_study(town))
    assert [(one.size, one.state) for one in ledger.entries] == [
        (60, State.OPEN), (58, State.OPEN)
    ]  # fmt: skip
    assert ledger.headings[0] == "school"


def test_a_ledger_among_the_results_would_be_written_over_and_is_refused(
    town: Path, tmp_path: Path
) -> None:
    inside = tmp_path / "baseline-ledger"
    inside.mkdir()
    file = write_rows(inside / "ledger.xlsx", [(SCHOOL, "初二", "1班", 58)])
    words = ["ledger", "--study", str(town), "--out", str(tmp_path), "--file", str(file)]
    result = run.invoke(app, words)
    assert isinstance(result.exception, OutputError)
    assert "would be written over" in str(result.exception)
    assert run.invoke(app, ["ledger", "--study", str(town), "--in-place"]).exit_code == 2


def test_a_damaged_ledger_ends_in_a_sentence(town: Path, tmp_path: Path) -> None:
    file = tmp_path / "ledger.xlsx"
    file.write_bytes(b"no workbook")
    words = ["ledger", "--study", str(town), "--out", str(tmp_path / "o"), "--file", str(file)]
    result = run.invoke(app, words)
    assert isinstance(result.exception, StudyError)
    assert not (tmp_path / "o").exists()


def test_every_word_exists_in_both_languages() -> None:
    for zh, en in LEDGER_WORDS.values():
        assert zh
        assert en
        assert set(re.findall(r"\{\w+", zh)) == set(re.findall(r"\{\w+", en))
    headings = [our_heading(key, lang) for key in OURS for lang in Language]
    assert len(set(headings)) == len(headings)
    assert len({words.said(lang) for words in STATES.values() for lang in Language}) == 12
