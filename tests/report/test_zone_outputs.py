"""What is written about drawn zones: hostile names stay names, every word exists twice."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from shapely import LineString

import planner.zoning
from planner.audit import audit_folder
from planner.drafting import Draft, Order, draft_zones
from planner.fitting import width_of
from planner.report.workbook import Heading, Sheet, write_workbook
from planner.report.zone import breaks_said, proof_table, sheet_of_plans, title_of, write_zones
from planner.report.zone.tables import area_rows, price_rows, section_rows, term_rows
from planner.report.zone.words import _WORDS, say_zone, step_word
from planner.scenario import About, Scenario, YearSettings, ZoneSettings
from planner.terms import Language
from planner.zoning.alternatives import Shortfall
from planner.zoning.edit import BreakKind
from tests.report.town import HOSTILE
from tests.towns import CRS, SOUTH, WEST

if TYPE_CHECKING:
    from planner.study import Study

EN, ZH = Language.ENGLISH, Language.CHINESE
USUAL = Scenario(years=YearSettings(last=2026), about=About(title=HOSTILE, title_zh=HOSTILE))


@pytest.fixture(scope="module")
def hostile(squares: Study) -> Study:
    """Return the nine squares in which every name would be a formula, markup and a command."""
    return dataclasses.replace(
        squares,
        names={"zh": HOSTILE, "en": HOSTILE},
        areas=squares.areas.assign(name=HOSTILE, name_en=HOSTILE, township=HOSTILE),
        schools=squares.schools.assign(name=HOSTILE, name_en=HOSTILE),
    )


@pytest.fixture(scope="module")
def moved(hostile: Study) -> Draft:
    """Return zones in which a9 was moved to P1, which cuts it and a8 off."""
    return draft_zones(hostile, USUAL, Order(stages=("primary",), moves={"a9": "P1"}))


@pytest.mark.parametrize("key", sorted(_WORDS))
def test_every_word_exists_in_both_languages_with_the_same_figures(key: str) -> None:
    import string

    pair = _WORDS[key]
    fields = [
        {name for _, name, _, _ in string.Formatter().parse(pair[lang]) if name}
        for lang in ("zh", "en")
    ]
    assert pair["zh"]
    assert pair["en"]
    assert fields[0] == fields[1]


def test_every_step_of_the_search_is_told_in_words() -> None:
    said = re.compile(r'(?:\bsay|self\.report)\((?:len\(plans\), )?"([a-z ]+)"')
    told = {
        step
        for path in Path(planner.zoning.__file__).parent.rglob("*.py")
        for step in said.findall(path.read_text(encoding="utf-8"))
    }
    assert {"bound", "improve", "search", "branch and cut", "differ"} <= told
    assert [step for step in told if step_word(step, ZH) == step] == []
    assert step_word("price areas", EN) == "prove: price areas"
    assert step_word("differ 2", ZH) == "另寻方案 2"


def test_every_break_and_every_shortfall_has_its_words() -> None:
    assert {f"broken_{kind}" for kind in BreakKind} <= set(_WORDS)
    assert {f"why_{kind}" for kind in Shortfall} <= set(_WORDS)


@pytest.mark.parametrize("lang", [EN, ZH])
def test_hostile_names_are_shown_and_never_run(moved: Draft, tmp_path: Path, lang: Any) -> None:
    write_zones(moved, tmp_path, lang)
    book = openpyxl.load_workbook(tmp_path / "zones.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    assert any(str(cell.value).startswith("=HYPERLINK") for cell in cells)
    assert all(cell.data_type != "f" for cell in cells)
    lines = [title_of(moved, lang), *breaks_said(moved, lang)]
    assert all(line.isprintable() for line in lines)
    assert width_of(title_of(moved, lang)) <= 78
    assert audit_folder(tmp_path).sentences(lang) == []
    (tmp_path / "zone.toml").read_text(encoding="utf-8")


def test_what_a_move_breaks_stands_first_and_what_was_broken_before_is_marked(
    moved: Draft,
) -> None:
    """a9 and a8 are cut off, 20 pupils; a2 walked too far before as well, a9 does now."""
    lines = list(breaks_said(moved, EN))
    pieces = next(line for line in lines if "zone not in one piece" in line)
    assert "20 pupils" in pieces or sum("zone not in one piece" in line for line in lines) == 2
    assert "(as before)" not in lines[0]
    assert any("(as before)" in line for line in lines)


def test_the_scorecard_sets_before_beside_after(moved: Draft) -> None:
    """P1 has 5 squares with 50 entrants before and 6 with 60 after; P2 40 and 30."""
    sections = {row[2]: row for row in section_rows(moved, EN)}
    assert (sections["P1"][4], sections["P1"][5]) == (50, 60)
    assert (sections["P2"][4], sections["P2"][5]) == (40, 30)
    headings, rows = proof_table(moved, EN)
    assert [row[1] for row in rows] == ["Before", "1"]
    assert len(headings) == len(rows[0])
    _, plans = sheet_of_plans(moved, EN)
    # Column 6: pupils who change section, ten of a9 and nobody before.
    assert [row[6] for row in plans] == ["0", "10"]
    terms = {row[2]: row for row in term_rows(moved, EN)}
    # a9 walks 1500 m to P1 instead of 500 m to P2: 10 x 1000 pupil-metres more.
    assert terms["walks"][4] - terms["walks"][3] == pytest.approx(10_000, abs=1)


def test_every_area_has_its_row_with_where_it_went_and_where_it_goes(moved: Draft) -> None:
    rows = {row[2]: row for row in area_rows(moved, EN)}
    assert len(rows) == 9
    assert rows["a9"][7] == "P1"
    assert rows["a9"][8] == pytest.approx(500, abs=0.01)
    assert rows["a9"][9] == pytest.approx(1500, abs=0.01)
    assert rows["a9"][10] == "moved by hand"
    assert rows["a1"][10] is None


def test_a_table_of_zones_reads_back_as_it_was_drawn(moved: Draft, tmp_path: Path) -> None:
    write_zones(moved, tmp_path, EN)
    table = pd.read_csv(tmp_path / "zones.csv")
    assert list(table.columns) == ["area_id", "stage", "section_id"]
    assert table.set_index("area_id")["section_id"]["a9"] == "P1"


@pytest.mark.parametrize("lang", [EN, ZH])
def test_every_price_that_is_in_force_stands_beside_the_rules(squares: Study, lang: Any) -> None:
    """A railway lies east of the middle; crossing it is priced, moving again must not be."""
    east = WEST + 1_000
    railway = LineString([(east, SOUTH - 100), (east, SOUTH + 1_600)])
    barriers = gpd.GeoDataFrame(
        {"barrier_id": ["R1"], "name": ["铁路"], "kind": ["railway"]}, geometry=[railway], crs=CRS
    )
    wishes = ZoneSettings(
        crossing="priced",
        crossing_metres=31,
        target_low=0.8,
        target_high=0.95,
        outside_target_metres=17,
        moved_within_years=3,
        moved_again="hard",
        compact_pupil_metres=1_234,
        demand="mean",
    )
    draft = draft_zones(
        dataclasses.replace(squares, barriers=barriers),
        Scenario(years=YearSettings(last=2026), zones=wishes),
        Order(stages=("primary",)),
    )
    priced = {row[1]: row[2] for row in price_rows(draft, lang)}
    assert set(draft.stages[0].zoning.terms) - {"walk"} == {
        "overflow", "over_limit", "changed", "crossing", "moved_again", "band", "shape"
    }  # fmt: skip
    english = {
        "crossing a barrier": 31, "off the target use of seats": 17, "zones not compact": 1_234,
        "changing section again": "must be kept", "Target use of seats": "80.0% – 95.0%",
        "beyond the seats": 20_000, "Drawn for": "the mean year",
    }  # fmt: skip
    chinese = {
        "穿越阻隔": 31, "偏离学位使用率目标": 17, "范围不紧凑": 1_234, "重复调整": "强制",
        "学位使用率目标": "80.0% – 95.0%", "超出学位": 20_000, "划片依据": "平均学年",
    }  # fmt: skip
    expected = english if lang == EN else chinese
    assert {word: priced.get(word) for word in expected} == expected


def test_a_single_pupil_is_no_pupils() -> None:
    assert say_zone("one_pupil", EN, pupils=1) == "1 pupil"
    assert say_zone("many_pupils", EN, pupils=1_200) == "1,200 pupils"
    assert say_zone("one_pupil", ZH, pupils=1) == say_zone("many_pupils", ZH, pupils=1) == "1人"


def test_a_heading_of_a_sheet_has_room_for_its_bracket(tmp_path: Path) -> None:
    """In 11 columns 超出学位 and its unit stand below each other; no bracket is torn."""
    headings = ["超距（人）", "与方案2不同（人）", "调整学校的新生（人）", "超出学位（人）", "状态"]
    sheet = Sheet("学", [Heading(text, "whole") for text in headings], [[1] * 5])
    write_workbook([sheet], tmp_path / "book.xlsx")
    page = openpyxl.load_workbook(tmp_path / "book.xlsx").active
    for letter, heading in zip("ABCDE", headings, strict=True):
        width = page.column_dimensions[letter].width
        head = width_of(heading.partition("（")[0])
        # Whole on one line, or not even one sign of what is in the bracket beside the head.
        assert width >= width_of(heading) or head <= width < head + 4, heading


@pytest.mark.parametrize("lang", [EN, ZH])
def test_every_chinese_heading_of_the_zones_stands_on_one_line(
    moved: Draft, tmp_path: Path, lang: Any
) -> None:
    """Some spreadsheets break 平均步行（米） before its closing bracket."""
    write_zones(moved, tmp_path, lang)
    book = openpyxl.load_workbook(tmp_path / "zones.xlsx")
    for page in book.worksheets:
        for cell in page[1]:
            width = page.column_dimensions[cell.column_letter].width
            assert cell.value.isascii() or width >= width_of(cell.value), cell.value


def test_a_long_list_of_areas_is_seen_whole(tmp_path: Path) -> None:
    """Forty names fill eleven lines; what stands beside them stays on top."""
    names = "、".join(f"大街社区第{number}小区" for number in range(10, 50))
    sheet = Sheet(
        "范围",
        [Heading("人数", "whole"), Heading("学校", "text"), Heading("涉及单元", "prose")],
        [[7, "大街小学", names], [3, "三街小学", "上营社区第1小区"]],
    )
    write_workbook([sheet], tmp_path / "book.xlsx")
    page = openpyxl.load_workbook(tmp_path / "book.xlsx").active
    # 40 names of 16 columns with 39 marks of 2: 718 columns, eleven lines of at most 70.
    assert page.column_dimensions["C"].width == 72
    assert page.row_dimensions[2].height == 11 * 16
    assert page.row_dimensions[3].height is None
    assert {cell.alignment.vertical for cell in page[2]} == {"top"}
    assert [cell.alignment.wrap_text for cell in page[2]] == [None, None, True]


def test_a_heading_stands_above_its_numbers(tmp_path: Path) -> None:
    sheet = Sheet(
        "town",
        [Heading("School", "text"), Heading("Pupils", "whole"), Heading("Mark", "text")],
        [["West Street", 90, "locked"]],
    )
    write_workbook([sheet], tmp_path / "book.xlsx")
    page = openpyxl.load_workbook(tmp_path / "book.xlsx").active
    assert [cell.alignment.horizontal for cell in page[1]] == ["left", "right", "left"]
    assert [cell.alignment.indent for cell in page[1]] == [0, 0, 1]


def test_a_sheet_prints_on_a4_with_page_numbers(tmp_path: Path) -> None:
    sheet = Sheet("town", [Heading("School", "text")], [["West Street"]])
    write_workbook([sheet], tmp_path / "book.xlsx")
    page = openpyxl.load_workbook(tmp_path / "book.xlsx").active
    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)
    assert page.print_title_rows == "$1:$1"
    assert "&P / &N" in page.oddFooter.center.text
