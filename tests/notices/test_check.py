"""A notice is read back: what it misses, gives twice, gives to others, and what does not exist."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import LineString

from planner.errors import InputError
from planner.notices import check_notice, draw_up_notice, write_notice
from planner.notices.sides import SIDES
from planner.terms import Language
from tests.notices.drawn import SIDE, avenues, blocks, grid_streets, lines
from tests.zoning.grids import flooded, grid_edges

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from planner.notices import CountyZones, Notice

    Draw = Callable[..., CountyZones]

ZH, EN = Language.CHINESE, Language.ENGLISH
WEST = ["a1", "a2", "a5", "a6", "a9", "a10", "a13", "a14"]
EAST = ["a3", "a4", "a7", "a8", "a11", "a12", "a15", "a16"]


@pytest.fixture
def halves(draw: Draw) -> CountyZones:
    """A town of sixteen blocks: the west goes to the first school, the east to the second."""
    names = {"A": "第一小学", "B": "第二小学"}
    return draw(blocks(4), {"A": WEST, "B": EAST}, streets=grid_streets(4), names=names)


RIGHT = """\
城关镇小学招生范围

第一小学：东至经三路，南至纬一路，西至经一路，北至纬五路。包括红星社区（第1、2小区）、\
前进社区（第1、2小区）、东风社区（第1、2小区）、光明社区（第1、2小区）。
第二小学：东至经五路，南至纬一路，西至经三路，北至纬五路。包括红星社区（第3、4小区）、\
前进社区（第3、4小区）、东风社区（第3、4小区）、光明社区（第3、4小区）。
"""


def checked(
    text: str, notice: CountyZones | Notice, folder: Path, *, suffix: str = ".txt", lang: str = "en"
) -> tuple[list[str], list[str]]:
    """Return the contradictions and the remarks on a notice that was typed."""
    path = folder / f"typed{suffix}"
    path.write_text(text, encoding="utf-8")
    known = draw_up_notice(notice, ZH) if not hasattr(notice, "gazetteer") else notice
    found = check_notice(path, known)  # type: ignore[arg-type]
    said = [(one.is_error, one.sentence(Language(lang))) for one in found.findings]
    return [text for wrong, text in said if wrong], [text for wrong, text in said if not wrong]


def test_a_right_notice_has_no_finding(halves: CountyZones, tmp_path: Path) -> None:
    assert checked(RIGHT, halves, tmp_path) == ([], [])


def test_an_area_that_no_list_gives_is_named_with_the_line(
    halves: CountyZones, tmp_path: Path
) -> None:
    text = RIGHT.replace("光明社区（第1、2小区）", "光明社区（第1小区）")
    (wrong,), _ = checked(text, halves, tmp_path)
    assert wrong == "typed.txt, line 3: missing from the list of 第一小学: 光明社区（第2小区）."
    (wrong,), _ = checked(text, halves, tmp_path, lang="zh")
    assert wrong == "typed.txt，第3行：第一小学的名单漏列：光明社区（第2小区）。"


def test_an_area_given_twice_names_both(halves: CountyZones, tmp_path: Path) -> None:
    text = RIGHT.replace("光明社区（第1、2小区）", "光明社区（第1—3小区）")
    (wrong,), _ = checked(text, halves, tmp_path)
    assert "given more than once, to 第一小学 (line 3) and 第二小学 (line 4)" in wrong
    assert "光明社区（第3小区）" in wrong


def test_an_area_given_to_another_school_names_that_of_the_plan(
    halves: CountyZones, tmp_path: Path
) -> None:
    text = RIGHT.replace("光明社区（第1、2小区）", "光明社区（第1—3小区）")
    text = text.replace("光明社区（第3、4小区）", "光明社区（第4小区）")
    (wrong,), _ = checked(text, halves, tmp_path)
    assert "line 3: given to 第一小学, in the plan of 第二小学: 光明社区（第3小区）." in wrong


def test_unknown_names_come_with_the_nearest_ones(halves: CountyZones, tmp_path: Path) -> None:
    text = RIGHT.replace("东至经三路", "东至经三大路")
    text = text.replace("光明社区（第1、2", "光名社区（第1、2")
    wrong, _ = checked(text, halves, tmp_path)
    street = next(one for one in wrong if "经三大路" in one)
    assert "line 3" in street
    assert "no street" in street
    assert "Nearest: 经三路" in street
    community = next(one for one in wrong if "光名社区" in one)
    assert "Nearest: 光明社区" in community
    assert any("missing from the list of 第一小学: 光明社区（第1、2小区）" in one for one in wrong)


def test_blocks_that_a_community_does_not_have_are_told_with_those_it_has(
    halves: CountyZones, tmp_path: Path
) -> None:
    text = RIGHT.replace("光明社区（第3、4小区）", "光明社区（第3—9小区）")
    wrong, _ = checked(text, halves, tmp_path)
    assert "not all of these are blocks of 光明社区, which are: 第1—4小区." in wrong[0]


def test_an_unknown_school_is_named_and_its_areas_are_missing(
    halves: CountyZones, tmp_path: Path
) -> None:
    wrong, _ = checked(RIGHT.replace("第二小学", "第三小学"), halves, tmp_path)
    assert len(wrong) == 2
    assert "line 4: '第三小学' is no school of this plan. Nearest: 第二小学, 第一小学." in wrong[0]
    assert (
        "no heading names 第二小学, whose zone in the plan is: 红星社区（第3、4小区）" in wrong[1]
    )


@pytest.mark.parametrize(
    "heading", ["城关三小：", "城关三小\n", "（二）城关三小\n", "城关三小\n招生范围："]
)
def test_a_short_name_nobody_knows_does_not_give_its_areas_to_the_school_before(
    heading: str, halves: CountyZones, tmp_path: Path
) -> None:
    wrong, _ = checked(RIGHT.replace("第二小学：", heading), halves, tmp_path)
    assert len(wrong) == 2
    assert "城关三小' is no school of this plan" in wrong[0]
    assert "no heading names 第二小学" in wrong[1]


def test_a_notice_in_english_is_read_by_a_chinese_planner(draw: Draw, tmp_path: Path) -> None:
    zones = draw(blocks(3), {"A": ["a1", "a2", "a4"], "B": ["a3", "a5", "a6", "a7", "a8", "a9"]})
    write_notice(draw_up_notice(zones, EN), tmp_path)
    found = check_notice(tmp_path / "notice.txt", draw_up_notice(zones, ZH))
    assert [one.sentence(ZH) for one in found.findings] == []
    assert found.areas == 9


def test_a_street_on_the_wrong_side_is_told(halves: CountyZones, tmp_path: Path) -> None:
    text = RIGHT.replace("东至经三路，南至纬一路，西至经一路", "东至经一路，南至纬一路，西至经四路")
    wrong, _ = checked(text, halves, tmp_path)
    assert len(wrong) == 2
    assert (
        "经一路 does not run along the east of the zone of 第一小学, but along its west" in wrong[0]
    )
    assert "经四路 does not run along the west" in wrong[1]
    assert "nor along any other of its sides" in wrong[1]


def test_two_streets_of_one_name_are_told_with_where_each_lies(draw: Draw, tmp_path: Path) -> None:
    areas = blocks(6, township=["南镇"] * 18 + ["北镇"] * 18)
    streets = [*avenues(6).items()]
    streets += [("人民路", LineString([(SIDE, 0), (SIDE, SIDE)])),
                ("人民路", LineString([(SIDE, 5 * SIDE), (SIDE, 6 * SIDE)]))]  # fmt: skip
    keys = areas["area_id"].tolist()
    zones = draw(areas, {"A": keys[:1], "B": keys[1:]}, streets=lines(streets))
    communities = "包括红星社区（第1小区）。"
    sides = "南至纬一路，西至经一路，北至纬二路。"
    right = f"A小学：东至人民路，{sides}{communities}\n"
    _, remarks = checked(right, zones, tmp_path)
    assert any("人民路: 南镇, 北镇" in one for one in remarks), "it runs along the east: a remark"
    wrong, _ = checked(right.replace("北至纬二路", "北至人民路"), zones, tmp_path)
    assert any("there are 2 of this name: 南镇, 北镇" in one for one in wrong)


def test_words_such_as_yidong_are_passed_over_with_a_remark(
    halves: CountyZones, tmp_path: Path
) -> None:
    wrong, remarks = checked(RIGHT.replace("东至经三路", "东至经三路以西"), halves, tmp_path)
    assert wrong == []
    assert "line 3" in remarks[0]
    assert "以东" in remarks[0]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: (
            text.replace("，", ",").replace("：", ":").replace("（", "(").replace("）", ")")
        ),
        lambda text: text.replace("第", " 第 ").replace("、", " 、 "),
        lambda text: text.replace("：东至", "\n四至：东至").replace("。包括", "。\n包括："),
        lambda text: text.replace("第一小学：", "1．第一小学\n").replace(
            "第二小学：", "2．第二小学\n"
        ),
        lambda text: text.replace("第一小学：", "## **第一小学**\n").replace(
            "。包括", "。\n- 包括"
        ),
        lambda text: text.replace("第一小学：东", "|第一小学|东").replace("。包括", "|包括"),
        lambda text: text.replace("、2小区", "和第2小区").replace("东至", "东到"),
    ],
)
def test_marks_blanks_numbers_and_line_breaks_make_no_difference(
    change: Callable[[str], str], halves: CountyZones, tmp_path: Path
) -> None:
    assert checked(change(RIGHT), halves, tmp_path, suffix=".md") == ([], [])


def test_a_notice_in_the_encoding_of_chinese_windows_is_read(
    halves: CountyZones, tmp_path: Path
) -> None:
    path = tmp_path / "notice.txt"
    path.write_bytes(RIGHT.encode("gb18030"))
    assert check_notice(path, draw_up_notice(halves, ZH)).findings == ()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip", b"\xff\xfe\x00\x01"])
def test_a_file_that_is_no_document_is_refused_with_a_sentence(
    content: bytes, halves: CountyZones, tmp_path: Path
) -> None:
    path = tmp_path / "notice.docx"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"notice\.docx"):
        check_notice(path, draw_up_notice(halves, ZH))


def test_a_picture_named_txt_is_refused_and_an_empty_file_names_no_school(
    halves: CountyZones, tmp_path: Path
) -> None:
    notice = draw_up_notice(halves, ZH)
    picture = tmp_path / "notice.txt"
    picture.write_bytes(b"\x89PNG\x00\x00\xff\xff\x00")
    with pytest.raises(InputError, match="no text"):
        check_notice(picture, notice)
    picture.write_bytes(b"")
    (finding,) = check_notice(picture, notice).findings
    assert finding.is_error
    assert "no heading names a school" in finding.what


def test_a_table_in_a_document_is_read(halves: CountyZones, tmp_path: Path) -> None:
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    cells = [line.partition("：") for line in RIGHT.splitlines()[2:]]
    paragraph = "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>".format
    rows = "".join(
        f"<w:tr>{''.join(map(paragraph, (name, *rest.split('包括'))))}</w:tr>"
        for name, _, rest in cells
    )
    path = tmp_path / "table.docx"
    with zipfile.ZipFile(path, "w") as book:
        book.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{word}"><w:body><w:tbl>{rows}</w:tbl></w:body></w:document>',
        )
    checked_table = check_notice(path, draw_up_notice(halves, ZH))
    assert checked_table.findings == ()
    assert checked_table.areas == checked_table.planned == 16


def test_a_single_section_can_be_checked_alone(halves: CountyZones, tmp_path: Path) -> None:
    path = tmp_path / "one.txt"
    path.write_text("\n".join(RIGHT.splitlines()[:3]), encoding="utf-8")
    notice = draw_up_notice(halves, ZH)
    assert check_notice(path, notice, only=["A"]).findings == ()
    assert check_notice(path, notice).errors == 1  # no heading for B


def test_schools_of_two_stages_need_the_stage_above_them(draw: Draw, tmp_path: Path) -> None:
    from dataclasses import replace

    zones = draw(blocks(2), {"A": ["a1", "a2", "a3", "a4"]}, names={"A": "实验学校"})
    sections = zones.sections.loc[[0, 0]].reset_index(drop=True)
    sections["section_id"], sections["stage"] = ["A", "AJ"], ["primary", "junior"]
    junior = replace(
        zones.stages[0],
        stage=zones.norms.stage("junior"),
        zones=(replace(zones.stages[0].zones[0], sections=("AJ",)),),
    )
    zones = replace(zones, sections=sections, stages=(zones.stages[0], junior))
    both = (
        "小学\n实验学校\n包括：红星社区、前进社区。\n初中\n实验学校\n包括：红星社区、前进社区。\n"
    )
    assert checked(both, zones, tmp_path) == ([], [])
    wrong, _ = checked("实验学校\n包括：红星社区、前进社区。\n", zones, tmp_path)
    assert wrong


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000), schools=st.integers(1, 6), lang=st.sampled_from(Language))
def test_a_written_notice_reads_back_to_exactly_its_zones(
    draw: Draw, tmp_path: Path, seed: int, schools: int, lang: Language
) -> None:
    rng = np.random.default_rng(seed)
    home = rng.choice(25, schools, replace=False)
    zone = flooded(grid_edges(5, 5), home, 25, rng)
    keys = [f"a{number + 1}" for number in range(25)]
    mine = {
        f"S{number}": [key for key, one in zip(keys, zone, strict=True) if one == number]
        for number in range(schools)
    }
    notice = draw_up_notice(draw(blocks(5), mine, streets=grid_streets(5)), lang)
    for border in notice.borders:
        told = {one.side for _, ring, one in border.stretches if not ring.is_hole}
        assert told == set(SIDES)
    write_notice(notice, tmp_path)
    for name in ("notice.txt", "notice.docx"):
        found = check_notice(tmp_path / name, notice)
        assert [one.sentence(Language.ENGLISH) for one in found.findings] == []
        assert (found.zones, found.areas, found.planned) == (schools, 25, 25)


def test_hostile_names_of_schools_streets_and_areas_read_back(draw: Draw, tmp_path: Path) -> None:
    areas = blocks(
        2, name=["<script>alert(1)</script>", '"a"，b、c；d：e', "😀" * 3, "村" * 200],
        name_en=None,
    )  # fmt: skip
    streets = {
        "=1+1、<b>路</b>": avenues(2)["经二路"], "东至路，南至路": avenues(2)["纬一路"],
        "北大街（南段）": avenues(2)["经一路"], "路" * 200: avenues(2)["纬三路"],
    }  # fmt: skip
    names = {"A": "一中，南至校区：（东区）", "B": "小学"}
    zones = draw(areas, {"A": ["a1", "a3"], "B": ["a2", "a4"]}, streets=lines(streets), names=names)
    for lang in Language:
        notice = draw_up_notice(zones, lang)
        write_notice(notice, tmp_path)
        for name in ("notice.txt", "notice.docx"):
            found = check_notice(tmp_path / name, notice)
            assert [one.sentence(lang) for one in found.findings] == []
            assert found.areas == 4
    table = (tmp_path / "stretches.csv").read_text(encoding="utf-8-sig")
    assert "'=1+1" in table
    assert "\n=1+1" not in table
    assert ",=1+1" not in table


def test_the_same_zones_give_the_same_bytes(halves: CountyZones, tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
        write_notice(draw_up_notice(halves, ZH), folder)
    for name in ("notice.docx", "notice.txt", "stretches.csv"):
        assert (folders[0] / name).read_bytes() == (folders[1] / name).read_bytes()
