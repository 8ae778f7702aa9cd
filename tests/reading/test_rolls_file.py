"""Counts in one file: each way of writing them is understood, each fault named with its row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from planner.errors import StudyError
from planner.reading.rolls_file import RollsFile, read_rolls_file
from planner.terms import Language

if TYPE_CHECKING:
    from pathlib import Path

HEADINGS = "school_id,grade,year,pupils"


def write(folder: Path, *rows: str, headings: str = HEADINGS, name: str = "rolls.csv") -> Path:
    """Write a file of counts; its first count stands in row 2."""
    path = folder / name
    path.write_text("\n".join([headings, *rows]) + "\n", encoding="utf-8")
    return path


def faults(path: Path, successions: Path | None = None) -> tuple[str, ...]:
    """Return the sentences with which a file is refused."""
    with pytest.raises(StudyError) as refused:
        read_rolls_file(path, successions)
    return refused.value.faults


def counts(file: RollsFile) -> list[tuple[str, int, int, int]]:
    """Return the counts as rows of school, grade, year and pupils."""
    columns = file.rolls[["section_id", "grade", "year", "pupils"]]
    return [(school, *map(int, rest)) for school, *rest in columns.itertuples(index=False)]


@pytest.mark.parametrize(
    ("label", "grade"),
    [
        ("1", 1), ("01", 1), ("12", 12), ("1.0", 1), ("Grade 1", 1), ("grade 03", 3), ("G1", 1),
        ("1年级", 1), ("一年级", 1), ("六年级", 6), ("初一", 7), ("七年级", 7), ("高一", 10),
        ("3rd", 3), ("Year 6", 6), ("１", 1),
        ("K", 0), ("KG", 0), ("Kindergarten", 0), ("PK", -1), ("Pre-K", -1), ("0", 0),
        ("小班", -2), ("中班", -1), ("大班", 0), ("-2", -2),
    ],
)  # fmt: skip
def test_a_grade_is_understood_however_it_is_written(
    tmp_path: Path, label: str, grade: int
) -> None:
    file = read_rolls_file(write(tmp_path, f"A,{label},2008,20"))
    assert counts(file) == [("A", grade, 2008, 20)]
    assert list(file.labels) == [grade]


@pytest.mark.parametrize("label", ["-3", "14", "total", "合计", "Grade", "first-ish"])
def test_a_label_that_is_no_grade_is_named_with_its_rows(tmp_path: Path, label: str) -> None:
    (fault,) = faults(write(tmp_path, "A,1,2008,20", f"A,{label},2008,20", f"B,{label},2008,5"))
    assert fault.startswith(f"rolls.csv, rows 3 and 4: expected a grade, found '{label}'.")


@pytest.mark.parametrize("year", ["2008", "2008-09", "2008/2009", "2008学年", "2008-2009学年度"])
def test_a_school_year_is_the_year_of_its_first_of_september(tmp_path: Path, year: str) -> None:
    assert counts(read_rolls_file(write(tmp_path, f"A,1,{year},20"))) == [("A", 1, 2008, 20)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_headings_are_read_in_any_common_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "在校生.csv"
    text = '学校编号,年级,学年,在校生数（人）\n城西小学,一年级,2023学年,"1,250"\n'
    path.write_bytes(text.encode(encoding))
    assert counts(read_rolls_file(path)) == [("城西小学", 1, 2023, 1250)]


def test_a_workbook_is_read_like_a_text_file(tmp_path: Path) -> None:
    rows = pd.DataFrame({"school_id": ["A"], "grade": [1], "year": [2008], "pupils": [20.0]})
    rows.to_excel(tmp_path / "rolls.xlsx", index=False)
    assert counts(read_rolls_file(tmp_path / "rolls.xlsx")) == [("A", 1, 2008, 20)]


def test_headings_of_a_study_and_any_order_of_columns_will_do(tmp_path: Path) -> None:
    path = write(tmp_path, "2008,20,A,1", headings="Year,Pupils,Section ID,Grade")
    assert counts(read_rolls_file(path)) == [("A", 1, 2008, 20)]


def test_an_empty_cell_is_no_count_and_a_zero_is_one(tmp_path: Path) -> None:
    file = read_rolls_file(write(tmp_path, "A,1,2008,20", "A,2,2008,", "A,3,2008,0"))
    assert counts(file) == [("A", 1, 2008, 20), ("A", 3, 2008, 0)]
    assert file.rolls["row"].tolist() == [2, 4]


def test_pupils_written_with_a_point_and_nothing_behind_it_are_whole(tmp_path: Path) -> None:
    assert counts(read_rolls_file(write(tmp_path, "A,1,2008,20.0"))) == [("A", 1, 2008, 20)]


def test_the_most_frequent_way_of_writing_a_grade_is_its_label(tmp_path: Path) -> None:
    path = write(tmp_path, "A,Grade 1,2008,20", "B,1,2008,20", "C,Grade 1,2008,20")
    assert read_rolls_file(path).labels == {1: "Grade 1"}


def test_all_faults_come_together_each_with_its_rows(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "A,1,2008,20",    # 2
        "A,01,2008,21",   # 3: the same grade once more
        "A,2,2008,-4",    # 4
        "A,3,2008,12.5",  # 5
        "A,4,2008,many",  # 6
        "A,5,208,20",     # 7
        ",6,2008,20",     # 8
        "A,7,next,20",    # 9
    )  # fmt: skip
    said = faults(path)
    for where, what in [
        ("rows 2 and 3", "more than one row counts 'A 1 2008'"),
        ("row 4", "expected 0 or more pupils, found '-4'"),
        ("row 5, column 'pupils'", "expected a whole number, found '12.5'"),
        ("row 6, column 'pupils'", "expected a number, found 'many'"),
        ("row 7", "expected a school year, found '208'"),
        ("row 8, column 'school_id'", "the cell is empty"),
        ("row 9, column 'year'", "expected a school year, found 'next'"),
    ]:
        starts = [fault for fault in said if fault.startswith(f"rolls.csv, {where}: {what}")]
        assert len(starts) == 1, (where, what, said)
    assert len(said) == 7


def test_faults_are_told_in_chinese_too(tmp_path: Path) -> None:
    with pytest.raises(StudyError) as refused:
        read_rolls_file(write(tmp_path, "A,1,2008,-4"), lang=Language.CHINESE)
    assert refused.value.faults == (
        "rolls.csv，第2行：人数不能为负，实为“-4”。请更正人数，或留空。",
    )


def test_missing_columns_are_named_with_the_heading_that_may_be_meant(tmp_path: Path) -> None:
    year, pupils = faults(write(tmp_path, "A,1,2008,20", headings="school_id,grade,yaer,n"))
    assert year == (
        "rolls.csv: the column 'year' (学年) is missing. Did you mean the heading 'yaer'?"
    )
    assert pupils.startswith("rolls.csv: the column 'pupils' (在校生数) is missing.")


def test_two_headings_for_one_column_are_a_fault(tmp_path: Path) -> None:
    headings = "school_id,section_id,grade,year,pupils"
    (fault,) = faults(write(tmp_path, "A,A1,1,2008,20", headings=headings))
    assert fault.startswith("rolls.csv, column 'section_id': two headings stand for 'school_id'.")


def test_a_file_without_rows_counts_or_existence_says_so(tmp_path: Path) -> None:
    (tmp_path / "nothing.csv").write_text("", encoding="utf-8")
    assert "it is empty" in faults(tmp_path / "nothing.csv")[0]
    assert "it has no rows" in faults(write(tmp_path))[0]
    assert "nobody is counted" in faults(write(tmp_path, "A,1,2008,0", "A,2,2008,"))[0]
    assert "there is no such file" in faults(tmp_path / "other.csv")[0]


# ---------------------------------------------------------------- successions

SUCCESSIONS = "from_school,to_school,year,share"


def successions(folder: Path, *rows: str, headings: str = SUCCESSIONS) -> Path:
    """Write what became of schools."""
    return write(folder, *rows, headings=headings, name="successions.csv")


def test_the_share_may_be_absent_and_headings_chinese(tmp_path: Path) -> None:
    rolls = write(tmp_path, "A,1,2007,20", "B,1,2008,20")
    path = successions(tmp_path, "A,B,2008", headings="原学校编号,现学校编号,变更学年")
    table = read_rolls_file(rolls, path).successions
    assert table[["from_section", "to_section", "year"]].to_numpy().tolist() == [["A", "B", 2008]]
    assert table["share"].isna().all()


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        (["A,B,2007,"], "row 2: there are pupils under the old key in or after the year of the "
                        "change: 'A 2007'."),
        (["A,B,2008,0.5"], "row 2: the shares of 'A' do not add up to 1."),
        (["A,B,2008,1.5"], "row 2: expected a share above 0 and at most 1, found '1.5'."),
        (["A,B,2008,", "B,A,2009,"], "rows 2 and 3: the successions run in a circle: "
                                     "'A → B' and 'B → A'."),
        (["A,A,2008,"], "row 2: the successions run in a circle: 'A → A'."),
        (["A,B,2008,", "A,B,2008,"], "rows 2 and 3: more than one row has 'A → B'."),
        (["A,BB,2008,"], "row 2: nobody was ever counted in 'BB'."),
        (["A,,2008,"], "row 2, column 'to_school': the cell is empty."),
    ],
)  # fmt: skip
def test_successions_that_cannot_be_meant_are_named(
    tmp_path: Path, rows: list[str], fault: str
) -> None:
    rolls = write(tmp_path, "A,1,2007,20", "B,1,2008,20")
    said = faults(rolls, successions(tmp_path, *rows))
    assert any(each.startswith(f"successions.csv, {fault}") for each in said), said


def test_faults_of_both_files_come_together(tmp_path: Path) -> None:
    rolls = write(tmp_path, "A,1,2007,-1", "B,1,2008,20")
    said = faults(rolls, successions(tmp_path, "A,B,2008,7"))
    assert {each.split(",")[0] for each in said} == {"rolls.csv", "successions.csv"}


def test_a_school_that_goes_on_after_a_part_was_split_off_succeeds_itself(tmp_path: Path) -> None:
    rolls = write(tmp_path, "A,1,2007,20", "A,1,2008,12", "B,1,2008,8")
    path = successions(tmp_path, "A,A,2008,0.6", "A,B,2008,0.4")
    assert len(read_rolls_file(rolls, path).successions) == 2
