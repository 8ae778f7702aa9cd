"""The workbook, the values and the terminal say what the indicators say."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from openpyxl import load_workbook

from planner.fitting import width_of
from planner.indicators import IndicatorTables, gather_indicators
from planner.report.indicators.terminal import _wrapped, said_indicators
from planner.report.indicators.words import INDICATOR_WORDS
from planner.report.indicators.writing import write_indicators
from planner.terms import Language
from tests.report.town import HOSTILE, YEARS, renamed, town_plan

if TYPE_CHECKING:
    from pathlib import Path

COLUMN = " │ "


def study_tables() -> dict[str, Any]:
    """Return resources, targets, actuals and phases for the nine squares."""
    stock = [
        (section, 2025, item, amount)
        for section, amount in (("P1", 900.0), ("P2", 100.0), ("J1", 700.0))
        for item in ("teaching_area_m2", "sports_area_m2", "key_teachers", "multimedia_rooms")
    ]
    targets = [
        ("large_classes", 2026, "0", True),
        ("exam_quality", 2026, "全市首位", False),
        ("=cmd|' /c calc'!A1", 2026, "3-5", None),
    ]
    return {
        "resources": pd.DataFrame(stock, columns=["section_id", "year", "item", "value"]),
        "targets": pd.DataFrame(targets, columns=["indicator", "year", "target", "binding"]).assign(
            stage=None, unit=None, base=None, source=HOSTILE
        ),
        "actuals": pd.DataFrame(
            [
                ("G1", 2025, "达标", None),
                ("Q2", 2025, "97%", None),
                ("small_schools", 2025, "7", "primary"),
            ],
            columns=["indicator", "year", "value", "stage"],
        ).assign(note=None),
        "phases": pd.DataFrame(
            [
                ("schools", pd.Timestamp(2026, 6, 30), 3),
                ("indicators", pd.Timestamp(2026, 12, 31), 30),
            ],
            columns=["line", "due", "planned"],
        ).assign(source=None),
    }


@pytest.fixture(scope="module")
def tables() -> IndicatorTables:
    """Return the indicators of the nine squares, whose first school has a hostile name."""
    plan = renamed(town_plan(), HOSTILE)
    return gather_indicators(replace(plan, study=replace(plan.study, **study_tables())))


def written(tables: IndicatorTables, folder: Path, lang: Language) -> Path:
    """Write the indicators into a new folder."""
    folder.mkdir(parents=True)
    write_indicators(tables, folder, lang, focus=YEARS[1])
    return folder


def rows_of(path: Path, sheet: str) -> list[tuple[Any, ...]]:
    """Return the rows of a sheet."""
    book = load_workbook(path / "indicators.xlsx")
    return [tuple(row) for row in book[sheet].iter_rows(values_only=True)]


def test_every_sheet_has_a_name_in_both_languages(
    tables: IndicatorTables, tmp_path: Path, lang: Language
) -> None:
    folder = written(tables, tmp_path / "out", lang)
    names = load_workbook(folder / "indicators.xlsx").sheetnames
    known = {
        words[lang == "en"] for key, words in INDICATOR_WORDS.items() if key.startswith("sheet_")
    }
    assert set(names) <= known
    assert len(names) >= 9
    assert all(len(name) <= 31 for name in names)


def test_the_register_sheet_holds_value_norm_verdict_and_gap(
    tables: IndicatorTables, tmp_path: Path
) -> None:
    rows = rows_of(written(tables, tmp_path / "out", Language.ENGLISH), "Register")
    head = next(number for number, row in enumerate(rows) if row[0] == "Group")
    found = [dict(zip(rows[head], row, strict=True)) for row in rows[head + 1 :]]
    area = next(row for row in found if row["Item"] == "L4" and row["Stage"] == "primary")
    # 900 + 100 m² for 80 + 50 pupils; P2 lacks 4.5 × 50 − 100 = 125 m².
    assert area["2025"] == pytest.approx(1000 / 130)
    assert (area["Norm"], area["Gap 2025"], area["Gap in"]) == (4.5, 125, "m²")
    # The mean is reached, but 11.25 and 2 m² differ by a CV of 4.50 ÷ 7.69 = 0.585, above 0.50.
    assert area["Verdict 2025"] == "not met (CV)"
    layout = next(row for row in found if row["Item"] == "G1")
    assert (layout["2025"], layout["2026"], layout["Verdict 2025"]) == ("yes", None, "met")
    assert layout["Source"] == "教督〔2017〕6号 G1"


def test_targets_that_are_words_stand_beside_numbers(
    tables: IndicatorTables, tmp_path: Path
) -> None:
    rows = rows_of(written(tables, tmp_path / "out", Language.ENGLISH), "Targets by year")
    found = {row[0]: dict(zip(rows[0], row, strict=True)) for row in rows[1:]}
    large = found["Large classes"]
    # P1 has one large class in 2026, none in 2025.
    assert (large["Aim"], large["Plan"], large["Verdict"], large["Colour"]) == (
        0,
        1,
        "not met",
        "red",
    )
    exams = found["Quality of junior leaving exams"]
    assert (exams["Target"], exams["Aim"], exams["Verdict"]) == ("全市首位", None, "by people")


def test_names_that_would_be_formulas_are_text(tables: IndicatorTables, tmp_path: Path) -> None:
    folder = written(tables, tmp_path / "out", Language.CHINESE)
    book = load_workbook(folder / "indicators.xlsx")
    cells = [cell for page in book for row in page.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert any("HYPERLINK" in str(cell.value) for cell in cells)
    text = (folder / "rows.csv").read_text(encoding="utf-8-sig")
    assert "\"'=HYPERLINK" in text
    assert not re.search(r'(^|,)"?=', text, flags=re.MULTILINE)


def test_values_can_be_read_by_other_programs(tables: IndicatorTables, tmp_path: Path) -> None:
    folder = written(tables, tmp_path / "out", Language.ENGLISH)
    content = json.loads((folder / "indicators.json").read_text(encoding="utf-8"))
    large = next(one for one in content["indicators"] if one["indicator"] == "large_classes")
    counts = {each["year"]: each["value"] for each in large["values"] if each["stage"] == "primary"}
    assert (counts[2026], counts[2027]) == (1, 2)
    goal = content["targets"][0]
    assert (goal["status"], goal["colour"], goal["binding"]) == ("missed", "red", True)


def test_the_rows_behind_a_value_add_up_to_it(tables: IndicatorTables, tmp_path: Path) -> None:
    folder = written(tables, tmp_path / "out", Language.ENGLISH)
    rows = pd.read_csv(folder / "rows.csv")
    mine = rows[(rows["indicator"] == "small_schools") & (rows["year"] == 2025)]
    assert mine["part"].sum() == 2  # 80 and 50 pupils


def test_the_same_plan_gives_the_same_bytes(tables: IndicatorTables, tmp_path: Path) -> None:
    one, two = (written(tables, tmp_path / name, Language.CHINESE) for name in ("one", "two"))
    for name in ("indicators.xlsx", "indicators.json", "rows.csv", "manifest.json"):
        assert (one / name).read_bytes() == (two / name).read_bytes(), name


def test_notes_own_up_to_what_contradicts_itself(tables: IndicatorTables, tmp_path: Path) -> None:
    notes = [
        row[1] for row in rows_of(written(tables, tmp_path / "out", Language.ENGLISH), "Notes")
    ]
    assert any("Small schools, 2025: 7 was entered, 2 is computed" in note for note in notes)
    assert any("30 = 30, but there are 31" in note for note in notes)  # items of the phased plan
    assert any("is not in the register" in note for note in notes)


def test_the_terminal_takes_80_columns(tables: IndicatorTables, lang: Language) -> None:
    said = said_indicators(tables, YEARS[1], lang)
    for table in said.tables:
        columns = list(zip(table.headings, *table.rows, strict=True))
        lines = [[line for cell in column for line in cell.split("\n")] for column in columns]
        width = sum(max(map(width_of, column)) for column in lines)
        assert width + len(COLUMN) * (len(columns) - 1) <= 80, table.title
    told = "\n".join(" ".join(row) for table in said.tables for row in table.rows)
    assert "\x1b" not in told
    assert ("达标" if lang == "zh" else "not met") in told


def test_an_item_missed_for_the_variation_alone_says_by_what(
    tables: IndicatorTables, lang: Language
) -> None:
    said = said_indicators(tables, YEARS[1], lang)
    area = next(row for row in said.tables[0].rows if row[1].strip() == "7.69")
    # 2026: 900 m² for 100 and 100 for 60 pupils, 6.25 on the mean; a CV of 0.568.
    assert area[-1] == ("未达标*" if lang == "zh" else "not met*")
    remark = said.below[0]
    assert remark is not None
    zh, en = "L4小学2026年差异系数0.57，上限0.50", "L4 primary 2026: CV 0.57, limit 0.50"
    assert (zh if lang == "zh" else en) in remark.body.splitlines()
    assert all(width_of(line) <= 76 for line in remark.body.splitlines())
    assert said.below[1:] == (None,) * (len(said.tables) - 1)


def test_a_verdict_that_is_older_says_its_year(tables: IndicatorTables) -> None:
    said = said_indicators(tables, YEARS[1], Language.ENGLISH)
    rows = [row for table in said.tables for row in table.rows]
    disabled = next(row for row in rows if row[0].startswith("Q2"))
    assert disabled[-1] == "met ’25"  # 97 % were entered for 2025, nothing for 2026


def test_every_word_is_in_both_languages_with_the_same_figures() -> None:
    for key, (zh, en) in INDICATOR_WORDS.items():
        assert set(re.findall(r"{(\w+)", zh)) == set(re.findall(r"{(\w+)", en)), key
        assert bool(zh) == bool(en), key


def test_a_long_name_is_broken_before_its_bracket_and_not_inside_a_word() -> None:
    """The column is 26 wide, and 24 where a name is broken: twelve Chinese characters."""
    assert _wrapped("初中生在县城比例（按学生数）").split("\n") == [
        "初中生在县城比例（按学生",
        "  数）",
    ]
    assert _wrapped("G9 教师五年360学时培训完成率").split("\n") == [
        "G9 教师五年360学时培训完",
        "  成率",
    ]
    assert _wrapped("L4 Teaching and auxiliary area") == "L4 Teaching and\n  auxiliary area"
    assert _wrapped("Primaries in towns, by pup") == "Primaries in towns, by pup"  # 26 signs
