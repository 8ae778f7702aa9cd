"""What the terminal says of a notice: shares, doubtful stretches, and what is to be looked at."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from shapely import Point, affinity

from planner.notices import draw_up_notice, said_of_notice
from planner.notices.table import COLUMNS, stretch_rows
from planner.terms import Language
from tests.notices.drawn import avenues, blocks, grid_streets, lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.notices import CountyZones

    Draw = Callable[..., CountyZones]


@pytest.fixture
def odd(draw: Draw) -> CountyZones:
    """A town in which A stands outside its zone of two pieces, C has no area and a12 no school."""
    zones = draw(
        blocks(4), {"A": ["a1", "a16"], "B": ["a6"], "C": []}, stand={"A": Point(500, 500)},
        streets=grid_streets(4),
    )  # fmt: skip
    made = [zone for zone in zones.stages[0].zones if zone.areas]
    stage = replace(zones.stages[0], zones=tuple(made), idle=("C",), unzoned=(11, 12), until=2026)
    return replace(zones, stages=(stage,))


def test_what_is_odd_is_named(odd: CountyZones) -> None:
    said = said_of_notice(draw_up_notice(odd, Language.ENGLISH))
    assert said.to_look_at[1] == [
        "Primary: these zones hold until 2026; for those after them, add --year 2027.",
        "Primary: areas zoned to no school: 2, such as East Wind Community block 4.",
        "Primary: no area is zoned to C Primary School.",
        "Primary: A Primary School stands outside its own zone.",
        "Primary: the zone of A Primary School lies in 2 parts.",
    ]  # fmt: skip
    zh = said_of_notice(draw_up_notice(odd, Language.CHINESE)).to_look_at[1]
    assert zh[0] == "小学：这些招生范围到2026年为止；下一年起的范围用--year 2027另写公告。"
    assert len(zh) == 5


def test_a_town_of_named_streets_has_nothing_doubtful(odd: CountyZones) -> None:
    said = said_of_notice(draw_up_notice(odd, Language.ENGLISH))
    # A: two blocks of 4 × 200 metres, B: one; all along streets with names.
    assert said.rows == [["primary", "2", "2.4", "100.0%", "100.0% (2)", "0", "0.0"]]
    assert said.doubtful[1] == []


def test_the_longest_doubtful_stretches_come_first(draw: Draw) -> None:
    streets = avenues(4)
    streets["经二路"] = affinity.translate(streets["经二路"], 60)
    zones = draw(
        blocks(4), {"A": ["a1", "a5"], "B": ["a2", "a6"], "C": ["a3"]}, streets=lines(streets)
    )
    lines_said = said_of_notice(draw_up_notice(zones, Language.CHINESE)).doubtful[1]
    assert [line.partition("：")[0] for line in lines_said] == ["小学，A小学", "小学，B小学"]


def test_every_stretch_has_a_row_and_what_is_odd_its_flag(odd: CountyZones) -> None:
    rows = list(stretch_rows(draw_up_notice(odd, Language.CHINESE)))
    assert len(rows) == 12  # three pieces of four sides
    first = dict(zip(COLUMNS, rows[0], strict=True))
    assert (first["side"], first["name"], first["houses"]) == ("东", "经二路", "中心线")
    assert first["flags"] == "学校不在本范围内：A小学；范围分为2片"
    assert float(first["metres"]) == pytest.approx(200, abs=20)
    assert {row[3] for row in rows} == {"1", "2"}
