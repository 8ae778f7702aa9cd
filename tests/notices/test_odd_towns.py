"""Notices of odd towns are written and read back: pieces, places, names, streets nobody knows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import pytest
from pyproj import CRS
from shapely import LineString, Point

from planner.notices import (
    check_notice,
    draw_up_notice,
    paragraphs_of,
    said_of_notice,
    write_notice,
)  # fmt: skip
from planner.reading.shapes import to_degrees
from planner.terms import Language
from tests.notices.drawn import SIDE, avenues, blocks, grid_streets, lines

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from planner.notices import CountyZones, Notice

    Draw = Callable[..., CountyZones]

ALL: Final = [f"a{number}" for number in range(1, 17)]
MARKS: Final = """<script>alert(1)</script> "a" 'b' 🏫 """


def rest(*mine: str) -> list[str]:
    return [area for area in ALL if area not in mine]


def towns(draw: Draw) -> dict[str, CountyZones]:
    """Return odd towns of sixteen blocks, or of one."""
    grid: dict[str, Any] = {"streets": grid_streets(4)}
    names = {"A": "长" * 200, "B": MARKS}
    long_areas = blocks(4, name=[f"{'村' * 200}{number}" for number in range(16)], name_en=None)
    marked = blocks(4, name=[f"{MARKS}{number}" for number in range(16)], name_en=None)
    called = lines((MARKS if name == "经二路" else "路" * 200, line)
                   for name, line in avenues(4).items())  # fmt: skip
    two = {"A": ["a1", "a2"], "B": rest("a1", "a2")}
    return {
        "pieces": draw(blocks(4), {"A": ["a1", "a16"], "B": rest("a1", "a16")}, **grid),
        "a corner": draw(blocks(4), {"A": ["a6", "a11"], "B": rest("a6", "a11")}, **grid),
        "outside": draw(blocks(4), two, stand={"A": Point(700, 700)}, **grid),
        "one area": draw(blocks(1), {"A": ["a1"]}, streets=grid_streets(1)),
        "200 letters": draw(long_areas, two, streets=called, names=names),
        "marks": draw(marked, two, streets=called, names=names),
        "no street": draw(blocks(4), two),
    }


ODD: Final = ("pieces", "a corner", "outside", "one area", "200 letters", "marks", "no street")


@pytest.mark.parametrize("lang", Language)
@pytest.mark.parametrize("odd", ODD)
def test_the_notice_of_an_odd_town_reads_back_to_its_zones(
    draw: Draw, tmp_path: Path, odd: str, lang: Language
) -> None:
    zones = towns(draw)[odd]
    notice = draw_up_notice(zones, lang)
    write_notice(notice, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {
        "notice.docx", "notice.txt", "stretches.csv",
    }  # fmt: skip
    for name in ("notice.txt", "notice.docx"):
        found = check_notice(tmp_path / name, notice)
        assert [one.sentence(lang) for one in found.findings if one.is_error] == []
        assert found.areas == found.planned == len(zones.study.areas)


@pytest.mark.parametrize("lang", Language)
@pytest.mark.parametrize("odd", ODD)
def test_the_terminal_says_of_an_odd_town_what_can_be_printed(
    draw: Draw, odd: str, lang: Language
) -> None:
    said = said_of_notice(draw_up_notice(towns(draw)[odd], lang))
    every = [
        said.title,
        said.explained,
        *(text for row in said.rows for text in row),
        *said.doubtful[1],
        *said.to_look_at[1],
    ]
    assert all(text.isprintable() for text in every)


def text_of(notice: Notice) -> str:
    return "\n".join(paragraph.text for paragraph in paragraphs_of(notice))


@pytest.mark.parametrize(
    ("epsg", "longitude", "latitude"),
    [(32760, 180.0, -17.0), (32601, -180.0, 66.0), (28356, 151.2, -33.9), (2193, 174.8, -41.3)],
    ids=["Fiji", "Chukotka", "Sydney", "Wellington"],
)
def test_a_notice_is_the_same_wherever_the_town_lies(
    draw: Draw, epsg: int, longitude: float, latitude: float
) -> None:
    crs = CRS.from_epsg(epsg)
    by = to_degrees(crs).transform(longitude, latitude, direction="INVERSE")

    def there(table: Any) -> Any:
        return table.set_geometry(table.geometry.translate(*by)).set_crs(crs, allow_override=True)

    home = draw(blocks(4), {"A": ["a1", "a16"], "B": rest("a1", "a16")}, streets=grid_streets(4))
    study = replace(
        home.study, crs=crs, areas=there(home.study.areas), streets=there(home.study.streets),
        barriers=there(home.study.barriers),
    )  # fmt: skip
    moved = replace(home, study=study, sections=there(home.sections))
    for lang in Language:
        assert text_of(draw_up_notice(moved, lang)) == text_of(draw_up_notice(home, lang))


def test_a_stage_without_sections_has_a_notice_that_reads_back(draw: Draw, tmp_path: Path) -> None:
    zones = draw(blocks(4), {"A": ALL}, streets=grid_streets(4))
    junior = replace(zones.stages[0], stage=zones.norms.stage("junior"), zones=())
    both = replace(zones, stages=(zones.stages[0], junior))
    write_notice(draw_up_notice(both, Language.CHINESE), tmp_path)
    found = check_notice(tmp_path / "notice.txt", draw_up_notice(both, Language.CHINESE))
    assert [one.sentence(Language.CHINESE) for one in found.findings if one.is_error] == []
    assert found.planned == 16


def test_a_piece_that_the_notice_forgets_is_missing(draw: Draw, tmp_path: Path) -> None:
    notice = draw_up_notice(towns(draw)["pieces"], Language.CHINESE)
    write_notice(notice, tmp_path)
    written = (tmp_path / "notice.txt").read_text(encoding="utf-8")
    forgotten = written.replace("、光明社区（第4小区）", "", 1)
    assert forgotten != written
    (tmp_path / "notice.txt").write_text(forgotten, encoding="utf-8")
    found = check_notice(tmp_path / "notice.txt", notice)
    wrong = [one.sentence(Language.CHINESE) for one in found.findings if one.is_error]
    assert any("漏列：光明社区（第4小区）" in one for one in wrong)


@pytest.mark.parametrize("name", ["路" * 200, "<script>alert(1)</script>", "😀大道", '"引号"路'])
def test_a_street_that_does_not_exist_is_named_as_it_was_typed(
    draw: Draw, tmp_path: Path, name: str
) -> None:
    zones = draw(blocks(4), {"A": ["a1"], "B": rest("a1")}, streets=grid_streets(4))
    notice = draw_up_notice(zones, Language.CHINESE)
    write_notice(notice, tmp_path)
    path = tmp_path / "notice.txt"
    right = path.read_text(encoding="utf-8")
    path.write_text(right.replace("东至经二路", f"东至{name}", 1), encoding="utf-8")
    found = check_notice(path, notice)
    for lang, words in ((Language.CHINESE, "没有道路"), (Language.ENGLISH, "is no street")):
        assert any(words in one.sentence(lang) and one.is_error for one in found.findings)


def test_two_streets_of_one_name_are_told_where_neither_runs_along_the_zone(
    draw: Draw, tmp_path: Path
) -> None:
    """人民路 runs in the north-west and the south-east, a kilometre apart, not past a15."""
    streets = [*avenues(6).items()]
    streets += [("人民路", LineString([(50, 5 * SIDE), (50, 6 * SIDE)])),
                ("人民路", LineString([(6 * SIDE - 50, 0), (6 * SIDE - 50, SIDE)]))]  # fmt: skip
    areas = blocks(6, township=["南镇"] * 18 + ["北镇"] * 18)
    keys = areas["area_id"].tolist()
    zones = draw(areas, {"A": ["a15"], "B": [key for key in keys if key != "a15"]},
                 streets=lines(streets))  # fmt: skip
    notice = draw_up_notice(zones, Language.CHINESE)
    write_notice(notice, tmp_path)
    path = tmp_path / "notice.txt"
    right = path.read_text(encoding="utf-8")
    path.write_text(right.replace("东至经四路", "东至人民路", 1), encoding="utf-8")
    wrong = [one for one in check_notice(path, notice).findings if one.is_error]
    assert any("南镇" in one.sentence(Language.CHINESE) and "北镇" in one.sentence(Language.CHINESE)
               for one in wrong)  # fmt: skip
