"""What the border of a zone is said to follow, in towns one can draw."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from shapely import LineString, Point, Polygon, affinity, box

from planner.notices import draw_up_notice, named_share
from planner.notices.border import Houses
from planner.notices.sides import SIDES
from planner.notices.wording import paragraphs_of, stretch_said
from planner.notices.words import say_notice
from planner.terms import Language
from tests.notices.drawn import SIDE, avenues, blocks, grid_streets, lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.notices import CountyZones, Notice
    from planner.notices.border import Border

    Draw = Callable[..., CountyZones]

ZH, EN = Language.CHINESE, Language.ENGLISH
MIDDLE = ["a6", "a7", "a10", "a11"]
REST = [f"a{number}" for number in range(1, 17) if f"a{number}" not in MIDDLE]


def border_words(notice: Notice, border: Border) -> dict[str, str]:
    """Return what is said of each side of the first piece of a zone."""
    said: dict[str, list[str]] = {side: [] for side in SIDES}
    for stretch in border.pieces[0].rings[0].stretches:
        words = stretch_said(stretch, notice.lang, tells_houses=notice.tells_houses)
        said[stretch.side].append(words)
    return {side: "、".join(words) for side, words in said.items()}


def first(notice: Notice) -> Border:
    """Return the border of the first zone."""
    return notice.stages[0].borders[0]


def texts(notice: Notice) -> str:
    """Return the notice as one text."""
    return "\n".join(paragraph.text for paragraph in paragraphs_of(notice))


def test_four_blocks_in_the_middle_lie_between_four_streets(draw: Draw) -> None:
    zones = draw(blocks(4), {"A": MIDDLE, "B": REST}, streets=grid_streets(4))
    notice = draw_up_notice(zones, ZH)
    assert "四至：东至经四路，南至纬二路，西至经二路，北至纬四路。" in texts(notice)
    assert named_share(notice.borders) == 1.0
    assert notice.tells_houses, "borders on centre lines allow to speak of houses"


def test_an_l_shape_names_the_streets_of_each_side_clockwise(draw: Draw) -> None:
    corner = ["a1", "a2", "a3", "a4", "a5", "a6", "a9", "a10", "a13", "a14"]
    zones = draw(blocks(4), {"A": corner, "B": ["a7"]}, streets=grid_streets(4))
    said = border_words(notice := draw_up_notice(zones, ZH), first(notice))
    # From the north-east: down the long leg, out along the foot, down its end, and back.
    assert said["south"] == "纬一路"
    assert said["west"] == "经一路"
    assert said["east"].startswith("经三路")
    assert said["east"].endswith("经五路")


def test_a_jog_of_fifteen_metres_does_not_leave_the_street(draw: Draw) -> None:
    streets = avenues(2)
    streets["经二路"] = LineString(
        [(SIDE, 0), (SIDE, 90), (SIDE + 15, 90), (SIDE + 15, 130), (SIDE, 130), (SIDE, 400)]
    )
    zones = draw(blocks(2), {"A": ["a1", "a3"], "B": ["a2", "a4"]}, streets=lines(streets))
    said = border_words(notice := draw_up_notice(zones, ZH), first(notice))
    assert said["east"].startswith("经二路")
    assert "、" not in said["east"]


def test_a_street_forty_five_metres_away_does_not_name_the_border(draw: Draw) -> None:
    streets = avenues(2)
    streets["经二路"] = affinity.translate(streets["经二路"], 45)
    zones = draw(blocks(2), {"A": ["a1", "a3"], "B": ["a2", "a4"]}, streets=lines(streets))
    notice = draw_up_notice(zones, ZH)
    (doubtful,) = [one for one in first(notice).pieces[0].rings[0].stretches if one.is_doubtful]
    assert doubtful.side == "east"
    assert doubtful.metres == pytest.approx(400, abs=40)  # two blocks of 200 metres
    assert border_words(notice, first(notice))["east"].startswith("无名界线（约")
    assert "纬三路至纬一路之间" in texts(notice)
    share = named_share([first(notice)])
    assert share == pytest.approx(800 / 1200, abs=0.04)  # three sides of 400, 400 of 200 × 2 …


def test_a_border_drawn_twenty_metres_beside_its_streets_is_named_but_not_its_houses(
    draw: Draw,
) -> None:
    streets = {name: affinity.translate(line, 14, -14) for name, line in avenues(4).items()}
    askew = {name: affinity.rotate(line, 3) for name, line in streets.items()}
    zones = draw(blocks(4), {"A": MIDDLE, "B": REST}, streets=lines(askew))
    notice = draw_up_notice(zones, ZH)
    assert "四至：东至经四路，南至纬二路，西至经二路，北至纬四路。" in texts(notice)
    assert not notice.tells_houses
    assert {stretch.houses for _, _, stretch in first(notice).stretches} == {Houses.UNKNOWN}


def test_a_noisy_border_is_still_named(draw: Draw) -> None:
    rng = np.random.default_rng(4)
    zones = draw(blocks(4), {"A": MIDDLE, "B": REST}, streets=_trembling(rng))
    assert named_share(draw_up_notice(zones, ZH).borders) == pytest.approx(1.0)


def _trembling(rng: np.random.Generator) -> object:
    """Return streets with a point every 50 metres, each up to 12 metres off."""
    return lines(
        {
            name: LineString(
                np.array([line.interpolate(at).coords[0] for at in np.arange(0, 801, 50)])
                + rng.uniform(-12, 12, (17, 2))
            )
            for name, line in avenues(4).items()
        }
    )


@pytest.mark.parametrize(
    ("away", "words"), [(-12.0, "经二路（含路两侧）"), (12.0, "经二路（不含该路）")]
)
def test_a_street_just_inside_belongs_with_both_sides_and_one_outside_with_neither(
    draw: Draw, away: float, words: str
) -> None:
    streets = avenues(2)
    streets["经二路"] = affinity.translate(streets["经二路"], away)
    zones = draw(blocks(2), {"A": ["a1", "a3"], "B": ["a2", "a4"]}, streets=lines(streets))
    notice = draw_up_notice(zones, ZH)
    assert border_words(notice, first(notice))["east"] == words


def test_river_lake_railway_and_county_border_are_called_what_they_are(draw: Draw) -> None:
    river = LineString([(SIDE * 2, -50), (SIDE * 2 + 10, 200), (SIDE * 2, 450)])
    lake = box(-300, -300, 0, 700)
    railway = LineString([(-50, SIDE * 2), (450, SIDE * 2)])
    zones = draw(
        blocks(2),
        {"A": ["a1", "a2", "a3", "a4"]},
        barrier_rows=[
            ("river", "清水河", river), ("lake", "镜湖", lake), ("railway", "沪昆铁路", railway)
        ],
    )  # fmt: skip
    zh = draw_up_notice(zones, ZH)
    assert "东至清水河，南至县（区）界，西至镜湖（湖岸），北至沪昆铁路。" in texts(zh)
    en = draw_up_notice(zones, EN)
    assert "East: 清水河; South: county border; West: 镜湖 (shore); North: 沪昆铁路." in texts(en)


def test_a_diagonal_street_names_the_border_of_a_triangle(draw: Draw) -> None:
    areas = blocks(2).iloc[:2].copy()
    areas["geometry"] = [
        Polygon([(0, 0), (600, 0), (0, 600)]), Polygon([(600, 0), (600, 600), (0, 600)])
    ]  # fmt: skip
    diagonal = {"斜街": LineString([(600, 0), (0, 600)]), "南街": LineString([(0, 0), (600, 0)])}
    zones = draw(areas, {"A": ["a1"], "B": ["a2"]}, streets=lines(diagonal))
    notice = draw_up_notice(zones, ZH)
    said = border_words(notice, first(notice))
    assert "斜街" in {said["east"], said["north"]}
    assert said["south"] == "南街"


def test_a_border_without_a_street_follows_the_next_township_or_community(draw: Draw) -> None:
    areas = blocks(2, township=["城关镇", "河口镇", "城关镇", "城关镇"])
    zones = draw(areas, {"A": ["a1"], "B": ["a2"], "C": ["a3", "a4"]})
    said = border_words(notice := draw_up_notice(zones, ZH), first(notice))
    assert said["east"] == "与河口镇交界"
    assert said["north"] == "与前进社区交界"
    assert said["west"] == "县（区）界"
    assert named_share([first(notice)]) == 0.0


def test_a_zone_with_a_village_is_no_zone_in_town(draw: Draw) -> None:
    areas = blocks(2, setting=["town", "city", "town", "village"])
    streets = {"经一路": avenues(2)["经一路"]}
    zones = draw(areas, {"A": ["a1", "a3"], "B": ["a2", "a4"]}, streets=lines(streets))
    notice = draw_up_notice(zones, ZH)
    assert [border.is_town for border in notice.borders] == [True, False]
    # A has a street along its west, 400 metres of 1 200; B has none anywhere.
    assert named_share(notice.borders, town=True) == pytest.approx(1 / 3, abs=0.02)
    assert named_share(notice.borders) == pytest.approx(1 / 6, abs=0.02)


def test_an_unnamed_street_is_no_name(draw: Draw) -> None:
    streets = [(None if name == "经二路" else name, line) for name, line in avenues(2).items()]
    zones = draw(blocks(2), {"A": ["a1", "a3"], "B": ["a2", "a4"]}, streets=lines(streets))
    notice = draw_up_notice(zones, ZH)
    assert border_words(notice, first(notice))["east"].startswith("无名道路（约")
    assert not any(stretch.is_doubtful for _, _, stretch in first(notice).stretches)
    share = named_share([first(notice)])
    assert share is not None
    assert share < 0.75


def test_a_zone_in_two_pieces_has_each_described(draw: Draw) -> None:
    zones = draw(blocks(4), {"A": ["a1", "a16"], "B": MIDDLE}, streets=grid_streets(4))
    text = texts(notice := draw_up_notice(zones, ZH))
    assert len(first(notice).pieces) == 2
    assert "本范围分为2片。" in text
    assert "四至（第1片）：东至经二路，南至纬一路，西至经一路，北至纬二路。" in text
    assert "四至（第2片）：东至经五路，南至纬四路，西至经四路，北至纬五路。" in text
    assert "所含社区（村）：红星社区（第1小区）、光明社区（第4小区）。" in text


def test_areas_that_meet_in_a_corner_only_are_two_pieces(draw: Draw) -> None:
    zones = draw(blocks(4), {"A": ["a6", "a11"], "B": ["a7"]}, streets=grid_streets(4))
    assert len(first(draw_up_notice(zones, ZH)).pieces) == 2


def test_what_a_zone_encloses_is_left_out_in_words(draw: Draw) -> None:
    around = ["a1", "a2", "a3", "a5", "a7", "a9", "a10", "a11"]
    zones = draw(blocks(4), {"A": around, "B": ["a6"]}, streets=grid_streets(4))
    notice = draw_up_notice(zones, ZH)
    (_, hole) = first(notice).pieces[0].rings
    assert hole.encloses == (5,)  # a6
    assert {one.feature.name for one in hole.stretches} == {"经二路", "经三路", "纬二路", "纬三路"}
    assert "围成的部分不属本范围" in texts(notice)


def test_a_slit_between_areas_of_one_zone_is_no_hole(draw: Draw) -> None:
    areas = blocks(2)
    areas["geometry"] = areas.geometry.buffer(-0.3, join_style="mitre")
    zones = draw(areas, {"A": ["a1", "a2", "a3", "a4"]}, streets=grid_streets(2))
    (piece,) = first(draw_up_notice(zones, ZH)).pieces
    assert len(piece.rings) == 1


def test_a_school_outside_its_zone_is_told(draw: Draw) -> None:
    zones = draw(blocks(2), {"A": ["a1"], "B": ["a2", "a3", "a4"]}, stand={"A": Point(300, 300)})
    notice = draw_up_notice(zones, ZH)
    assert [border.outside for border in notice.borders] == [("A",), ()]


def test_a_town_of_one_area_has_a_border(draw: Draw) -> None:
    zones = draw(blocks(1), {"A": ["a1"]}, streets=grid_streets(1))
    text = texts(draw_up_notice(zones, ZH))
    assert "四至：东至经二路，南至纬一路，西至经一路，北至纬二路。" in text
    assert "所含社区（村）：红星社区第1小区。" in text


def test_schools_that_share_a_zone_have_one_border_and_lots(draw: Draw) -> None:
    zones = draw(
        blocks(2), {"A": ["a1", "a2"], "B": ["a3", "a4"]}, shared=[("A", "B")],
        streets=grid_streets(2),
    )  # fmt: skip
    text = texts(draw_up_notice(zones, ZH))
    assert "（一）A小学、B小学（多校划片）" in text
    assert "随机派位" in text
    assert text.count("四至：") == 1


def test_a_stage_without_zones_says_so(draw: Draw) -> None:
    from dataclasses import replace

    zones = draw(blocks(1), {"A": ["a1"]})
    stage = replace(zones.stages[0], zones=(), countywide=("A",))
    notice = draw_up_notice(replace(zones, stages=(stage,)), ZH)
    assert "下列学校面向全县（区）招生，不划分招生范围：A小学。" in texts(notice)
    nobody = replace(zones.stages[0], zones=())
    assert "公告" in texts(draw_up_notice(replace(zones, stages=(nobody,)), ZH))


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_the_sides_turn_with_the_town(draw: Draw, turn: int) -> None:
    centre = (400, 400)
    areas = blocks(4)
    areas["geometry"] = areas.geometry.rotate(turn, origin=centre)
    streets = grid_streets(4)
    streets["geometry"] = streets.geometry.rotate(turn, origin=centre)
    zones = draw(areas, {"A": MIDDLE, "B": REST}, streets=streets)
    said = border_words(notice := draw_up_notice(zones, ZH), first(notice))
    # Turned against the clock, the east side of before is the north side.
    names = ["经四路", "纬四路", "经二路", "纬二路"]  # east, north, west, south
    quarter = turn // 90
    turned = [names[(place - quarter) % 4] for place in range(4)]
    assert [said[side] for side in ("east", "north", "west", "south")] == turned


def test_every_word_exists_in_both_languages() -> None:
    from planner.notices.words import WORDS

    for key, (zh, en) in WORDS.items():
        assert bool(zh) == bool(en), key
    assert say_notice("east", ZH) == "东"
