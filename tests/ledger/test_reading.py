"""A bureau's ledger as it really is: titles, merged cells, two-line headings, strange schools."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from openpyxl import Workbook

from planner.errors import StudyError
from planner.ledger import Standing, State, our_heading, read_ledger
from planner.terms import Language
from tests.ledger.crowded import HEADINGS, read_rows, write_rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from planner.ledger import Entry
    from planner.study import Study

SCHOOL = "九宫中学"


def only(path: Path, study: Study, *row: Any, **words: Any) -> Entry:
    """Return the one entry of a ledger of one row."""
    (entry,) = read_rows(path / "ledger.xlsx", study, [row], **words).entries
    return entry


def noted(entry: Entry) -> str:
    """Return the notes of an entry in English."""
    return " ".join(note.en for note in entry.notes)


def faults(path: Path, study: Study) -> tuple[str, ...]:
    """Return the faults for which a ledger is refused."""
    with pytest.raises(StudyError) as caught:
        read_ledger(path, study)
    return caught.value.faults


def test_a_row_is_keyed_to_the_cohort_that_its_grade_and_the_title_give(
    crowded: Study, tmp_path: Path
) -> None:
    entry = only(
        tmp_path, crowded, SCHOOL, "初二", "（１）班", "５８人", "加教室", "2024年8月底前", "整改中"
    )
    assert (entry.section_id, entry.cohort) == ("J1", 2022)  # grade 8 in 2023
    assert (entry.opened_class, entry.opened_size) == ("（１）班", 58)
    assert (entry.due, entry.reported) == (date(2024, 8, 31), State.MEASURE)
    assert (entry.measure, entry.standing) == ("加教室", Standing.FOLLOWED)
    assert entry.opened == date(2023, 9, 1)
    assert entry.notes == ()


@pytest.mark.parametrize(
    ("grade", "name"),
    [
        ("八年级", "1班"),
        ("8", "1"),
        ("", "八（1）班"),
        ("", "初二(1)班"),
        (None, "801班"),
        ("二年级", "一班"),
        ("2022级", "(1)班"),
        ("2025届", "1"),  # leaves in 2025, so entered in 2022
    ],
)
def test_grade_and_class_may_be_written_in_many_ways(
    crowded: Study, tmp_path: Path, grade: str | None, name: str
) -> None:
    entry = only(tmp_path, crowded, SCHOOL, grade, name, 58)
    assert (entry.section_id, entry.cohort, entry.grade) == ("J1", 2022, 8)


@pytest.mark.parametrize(
    ("title", "cohort"),
    [
        ("2022学年大班额台账", 2021),
        ("2022—2023学年大班额台账", 2021),
        ("大班额台账（2023年3月）", 2021),  # March 2023 lies in the school year 2022
        ("大班额台账", 2022),  # no year: that of the base year 2023
        ("2031年大班额台账", 2022),  # nobody has counted 2031
    ],
)
def test_the_title_says_of_which_year_the_grades_are(
    crowded: Study, tmp_path: Path, title: str, cohort: int
) -> None:
    ledger = read_rows(tmp_path / "l.xlsx", crowded, [(SCHOOL, "初二", "1班", 58)], title=[title])
    assert ledger.entries[0].cohort == cohort
    assert ledger.title == ((title, ""),)
    assert bool(ledger.assumed) == (title == "大班额台账")


def test_headings_may_stand_in_any_order_and_language_among_unknown_ones(
    crowded: Study, tmp_path: Path
) -> None:
    headings = ("序号", "人 数", "School", "包保领导", "班号", "所在年级", "备注")
    ledger = read_rows(
        tmp_path / "l.xlsx",
        crowded,
        [(1, 60, "Nine Squares Junior", "王局长", "1班", "七年级", "x")],
        headings=headings,
    )
    (entry,) = ledger.entries
    assert (entry.section_id, entry.cohort, entry.opened_size) == ("J1", 2023, 60)
    assert ledger.headings == ("序号", "人 数", "School", "包保领导", "班号", "所在年级", "备注")


def messy(path: Path) -> Path:
    """Write a ledger with a title, two-line headings, merged schools, a total and a signature::

    九宫县2023学年大班额台账                           (merged over all columns)
    学校    | 班级情况 (3 columns)      | 状态 | 备注
            | 年级  | 班级   | 班额     |      |
    九宫中学 | 初一  | 1班    | 60       |  …   |  a      school merged over two rows
            | 初二  | 1班    | 58       |  …   |  b
            | 初二  | (1)班  | 58       |      |  c      no merge, no school: the one above
    火星中学 | 初一  | 3班    | 61       |      |  d      nobody knows it
    合计    |       |        | 237
    填表人：李四
    """
    book = Workbook()
    page = book.active
    page.append(["九宫县2023学年大班额台账"])
    page.append(["学校", "班级情况", None, None, "状态", "备注"])
    page.append([None, "年级", "班级", "班额", None, None])
    page.append([SCHOOL, "初一", "1班", 60, "整改中", "a"])
    page.append([None, "初二", "1班", 58, "整改中", "b"])
    page.append([None, "初二", "(1)班", 58, None, "c"])
    page.append([])
    page.append(["火星中学", "初一", "3班", 61, None, "d"])
    page.append(["合计", None, None, 237])
    page.append(["填表人：李四"])
    for block in ("A1:F1", "A2:A3", "B2:D2", "E2:E3", "F2:F3", "A4:A5"):
        page.merge_cells(block)
    book.create_sheet("附件").append(["说明", 1])
    book.save(path)
    return path


def test_a_messy_ledger_loses_no_row_and_says_what_it_could_not_follow(
    crowded: Study, tmp_path: Path
) -> None:
    ledger = read_ledger(messy(tmp_path / "messy.xlsx"), crowded)
    assert ledger.title == (("九宫县2023学年大班额台账", ""),)
    assert ledger.headings == ("学校", "年级", "班级", "班额", "状态", "备注")
    first, second, third, mars, total, signed = ledger.entries
    assert (first.cohort, second.cohort) == (2023, 2022)
    assert second.cells == (SCHOOL, "初二", "1班", 58, "整改中", "b")  # filled down
    assert third.standing == Standing.DUPLICATE
    assert third.cells[0] is None
    assert "The same class is named in a row above" in noted(third)
    assert [one.standing for one in (mars, total, signed)] == [Standing.UNMATCHED] * 3
    assert "The study has no school '火星中学'" in noted(mars)
    assert "A total" in noted(total)
    assert signed.cells == ("填表人：李四", None, None, None, None, None)
    assert [one.row for one in ledger.entries] == [4, 5, 6, 8, 9, 10]
    assert [grid.title for grid in ledger.others] == ["附件"]


@pytest.mark.parametrize(
    ("row", "note"),
    [
        (("九宫中心", "初一", "1班", 60), "Did you mean '九宫中学'?"),
        ((SCHOOL, "五年级", "1班", 60), "'五年级' is no grade that this school teaches"),
        ((SCHOOL, None, "1班", 60), "The row names no grade"),
        ((None, "初一", "1班", 60), "The row names no school"),
        (("中心幼儿园", "大班", "1班", 60), "no limit for large classes in the kindergarten"),
    ],
)
def test_a_row_that_cannot_be_placed_stays_with_a_note(
    crowded: Study, tmp_path: Path, row: Sequence[Any], note: str
) -> None:
    entry = only(tmp_path, crowded, *row)
    assert entry.standing == Standing.UNMATCHED
    assert entry.cells[: len(row)] == tuple(row)
    assert note in noted(entry)


@pytest.mark.parametrize(
    ("row", "note"),
    [
        ((SCHOOL, "初一", "1班", "很多"), "'很多' is no class size"),
        ((SCHOOL, "初一", "1班", 60, "", "尽快"), "'尽快' is no date"),
        ((SCHOOL, "初一", "1班", 60, "", "", "已增加教室"), "No state can be read"),
        (("九宫县九宫中学", "初一", "1班", 60), "is taken for '九宫中学'"),
    ],
)
def test_what_is_not_understood_in_a_cell_is_kept_and_noted(
    crowded: Study, tmp_path: Path, row: Sequence[Any], note: str
) -> None:
    entry = only(tmp_path, crowded, *row)
    assert (entry.standing, entry.cohort) == (Standing.FOLLOWED, 2023)
    assert note in noted(entry)


def test_a_name_that_two_schools_share_is_asked_about(crowded: Study, tmp_path: Path) -> None:
    schools = crowded.schools.copy()
    schools["name"] = schools["name"].where(schools["school_id"] != "S2", "城西小学")
    study = replace(crowded, schools=schools)
    assert "'P1' and 'P2'" in noted(only(tmp_path, study, "城西小学", "三年级", "1班", 60))
    headings = ("学校代码", *HEADINGS)
    entry = only(tmp_path, study, "S2", "城西小学", "三年级", "1班", 60, headings=headings)
    assert entry.section_id == "P2"


def test_in_a_nine_year_school_the_grade_or_the_stage_tells_the_section(
    crowded: Study, tmp_path: Path
) -> None:
    sections = crowded.sections.copy()
    sections.loc[sections["section_id"] == "P1", "school_id"] = "S3"
    study = replace(crowded, sections=sections)
    headings = ("学段", *HEADINGS)
    for stage, grade, key in [
        ("", "七年级", ("J1", 2023)),
        ("", "二年级", ("P1", 2022)),
        ("初中部", "二年级", ("J1", 2022)),
        ("小学", "二年级", ("P1", 2022)),
    ]:
        entry = only(tmp_path, study, stage, SCHOOL, grade, "1班", 60, headings=headings)
        assert (entry.section_id, entry.cohort) == key, (stage, grade)


def test_formulas_are_read_by_their_values_and_refused_without(
    crowded: Study, tmp_path: Path
) -> None:
    path = write_rows(tmp_path / "l.xlsx", [(SCHOOL, "初一", "1班", "=30+30")])
    (fault,) = faults(path, crowded)
    assert fault == (
        "l.xlsx, row 3, column 'D': a formula without a value. Open and save the file in Excel or "
        "LibreOffice."
    )


def test_a_file_without_the_headings_of_a_ledger_says_what_it_found(
    crowded: Study, tmp_path: Path
) -> None:
    path = write_rows(tmp_path / "l.xlsx", [], headings=["收入", "支出"], title=())
    (fault,) = faults(path, crowded)
    assert "no sheet has the headings of a ledger; found '收入' and '支出'" in fault
    path = write_rows(
        tmp_path / "m.xlsx", [(1, 60, "x")], headings=["序号", "班额", "原因", "状态"]
    )
    school, grade = faults(path, crowded)
    assert "no column names the school" in school
    assert "no column names the grade" in grade


def test_what_is_no_workbook_is_refused(crowded: Study, tmp_path: Path) -> None:
    for name, said in (("a.xls", "ending in '.xls' are not read"), ("a.xlsx", "cannot be opened")):
        path = tmp_path / name
        path.write_bytes(b"nothing of the kind")
        (fault,) = faults(path, crowded)
        assert said in fault


def test_our_own_columns_overwritten_with_nonsense_are_errors_all_together(
    crowded: Study, tmp_path: Path
) -> None:
    ours = [our_heading(key, Language.CHINESE) for key in ("section_id", "cohort", "state")]
    path = write_rows(
        tmp_path / "l.xlsx",
        [
            (SCHOOL, "初一", "1班", 60, "", "", "", "J1", "前年", "未整改"),
            (SCHOOL, "初二", "1班", 58, "", "", "", "J1", 2022, "天知道"),
            (SCHOOL, "初二", "2班", 58, "", "", "", None, None, None),
        ],
        headings=[*HEADINGS, *ours],
    )
    cohort, state = faults(path, crowded)
    assert cohort.startswith("l.xlsx, row 3, column '核定：入学年份': expected a school year")
    assert "found '前年'" in cohort
    assert state.startswith("l.xlsx, row 4, column '核定：状态': expected a state")


def test_a_school_that_has_gone_from_the_study_keeps_its_row(
    crowded: Study, tmp_path: Path
) -> None:
    ours = [our_heading(key, Language.ENGLISH) for key in ("section_id", "cohort")]
    row = (SCHOOL, "初一", "1班", 60, "", "", "", "J9", 2023)
    entry = only(tmp_path, crowded, *row, headings=[*HEADINGS, *ours])
    assert (entry.standing, entry.section_id) == (Standing.UNMATCHED, "J9")
    assert "no section 'J9' any more" in noted(entry)


def test_a_study_without_english_names_is_no_obstacle(crowded: Study, tmp_path: Path) -> None:
    study = replace(crowded, schools=crowded.schools.assign(name_en=pd.NA))
    assert only(tmp_path, study, SCHOOL, "初一", "1班", 60).section_id == "J1"
