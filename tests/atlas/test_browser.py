"""The map in a real browser with the network off: it opens, switches, and stays silent."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Any

from tests.atlas.nine_squares import make_variant, with_shared_zone
from tests.atlas.reader import IN_A_BROWSER, Reader, choose_year
from tests.atlas.test_page import HOSTILE, with_hostile_names

if TYPE_CHECKING:
    from planner.plan import Plan

pytestmark = IN_A_BROWSER


def circles(page: Any) -> int:
    return int(page.locator("path.section").count())


def test_the_year_slider_changes_the_figures(reader: Reader, town: Plan) -> None:
    page = reader.open(town)
    assert page.inner_text("#year") == "2025"
    assert page.inner_text("#status") == "实际统计"
    assert page.inner_text("[data-figure=pupils]") == "942"  # 672 + 270
    choose_year(page, 2)
    assert page.inner_text("#year") == "2027"
    assert page.inner_text("#status") == "预测"
    assert page.inner_text("[data-figure=pupils]") == "1,296"  # 810 + 486


def test_the_stage_switch_shows_other_schools(reader: Reader, town: Plan) -> None:
    page = reader.open(town)
    assert circles(page) == 2
    page.click("#stages [data-value=senior]")
    assert circles(page) == 1
    assert page.inner_text("[data-figure=pupils]") == "1,500"
    assert page.inner_text("[data-figure=walk_metres]") == "无数据"
    assert "不划片" in page.inner_text("#legend")


def test_the_language_switch_reaches_every_word(reader: Reader, town: Plan) -> None:
    page = reader.open(town)
    assert page.inner_text("#county-name") == "九宫县"
    assert "西门小学" in page.inner_text(".leaflet-names-pane")
    page.click("#language")
    assert page.inner_text("#county-name") == "Nine Squares"
    assert page.inner_text("#title") == "As things stand"
    assert "West School" in page.inner_text(".leaflet-names-pane")
    page.uncheck("[data-layer=context]")  # township names exist in Chinese only
    chinese = page.evaluate(
        "[...document.body.innerText.replace('中文', '').matchAll(/[\\u4e00-\\u9fff]+/g)].join()"
    )
    assert chinese == "虚构数据"  # the attribution, in both languages at once
    assert page.evaluate("document.documentElement.lang") == "en"


def test_the_scenario_switch_shows_what_is_gained(reader: Reader, town: Plan) -> None:
    page = reader.open(town, make_variant(town))
    assert page.inner_text("[data-figure=seats]") == "1,080"
    page.select_option("#scenario", "1")
    assert page.inner_text("#title") == "增加学位"
    assert page.inner_text("[data-figure=seats]").split() == ["1,180", "+100"]
    assert "projects.P1.rooms: 2 → 4" in page.inner_text("#changes")


def test_one_scenario_alone_needs_no_switch(reader: Reader, town: Plan) -> None:
    assert not reader.open(town).is_visible("#scenario")


def test_a_school_tells_its_years(reader: Reader, town: Plan) -> None:
    page = reader.open(town)
    page.locator("path.section").first.click()  # the largest first: West School
    card = page.locator(".card")
    assert card.locator("h3").inner_text() == "西门小学"
    assert card.locator("tbody tr").count() == 3
    first = card.locator("tbody tr").first.locator("td").all_inner_texts()
    assert first == ["2025", "672", "540", "124%", "12", "58", "4"]
    assert card.locator("svg.chart path.pupils").count() == 1
    choose_year(page, 1)
    assert card.locator("tr.now td").first.inner_text() == "2026"


def test_circles_tell_how_full_a_school_is(reader: Reader, town: Plan) -> None:
    page = reader.open(town)
    west = page.locator("path.section").first
    rings = page.locator(".leaflet-circles-pane path[stroke='#6a1b7a']")
    assert west.get_attribute("fill") == "#b3202c"  # 672 ÷ 540 = 124 %
    assert rings.count() == 1  # its four large classes
    choose_year(page, 1)
    assert west.get_attribute("fill") == "#f2a33a"  # 560 ÷ 540 = 104 %
    assert rings.count() == 0
    assert page.locator("path.section.new").get_attribute("fill") == "#9a9f9d"  # no seats known
    choose_year(page, 2)
    assert west.get_attribute("fill") == "#fbf6dc"  # 810 ÷ 810 = 100 %: not yet crowded


def test_a_new_school_and_a_closed_one_are_marked(reader: Reader, town: Plan) -> None:
    page = reader.open(town)
    assert page.locator(".mark").count() == 0
    choose_year(page, 2)
    assert page.locator("path.section.new").count() == 1
    assert page.locator("path.section.closed").count() == 1
    assert "新开办" in page.inner_text("#legend")
    assert "已停办" in page.inner_text("#legend")


def test_areas_show_entrants_and_walks(reader: Reader, town: Plan) -> None:
    page = reader.open(town)
    page.click("[data-value=entrants]")
    assert "12–13" in page.inner_text("#legend")  # the second class of 10 … 18 entrants
    page.click("[data-value=walk]")
    assert "步行限值 500 米" in page.inner_text("#legend")
    page.hover("#map_atlas", position={"x": 700, "y": 120})
    assert "号社区" in page.inner_text(".leaflet-tooltip")


def test_a_zone_tells_its_entrants_of_the_year(reader: Reader, town: Plan) -> None:
    page = reader.open(town)
    choose_year(page, 2)
    page.hover("#map_atlas", position={"x": 700, "y": 120})
    tip = page.inner_text(".leaflet-tooltip")
    assert "西门小学 招生范围" in tip
    assert "75" in tip  # 10 + 11 + … + 15


def test_a_hostile_name_is_shown_and_not_carried_out(reader: Reader, town: Plan) -> None:
    page = reader.open(with_hostile_names(town))
    page.locator("path.section").first.click()
    assert page.locator(".card h3").inner_text() == HOSTILE
    assert page.inner_text("#county-name") == HOSTILE
    page.hover("#map_atlas", position={"x": 700, "y": 120})
    assert page.evaluate("window.broken") is None


def test_on_a_phone_the_panel_is_folded_and_opens(reader: Reader, town: Plan) -> None:
    page = reader.open(town, width=390, height=800)
    assert page.is_visible("#slider")
    assert not page.is_visible("#figures")
    assert not page.is_visible("#legend-body")
    page.click("#fold")
    assert page.is_visible("#figures")
    page.click("#legend-fold")
    assert page.is_visible("#legend-body")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_shared_zone_is_named_after_all_its_schools(reader: Reader, town: Plan) -> None:
    page = reader.open(with_shared_zone(town))
    choose_year(page, 1)
    assert page.inner_text("#year") == "2026"
    page.wait_for_timeout(200)  # the canvas is drawn with the next frame
    page.hover("#map_atlas", position={"x": 700, "y": 120})
    tip = page.inner_text(".leaflet-tooltip")
    assert re.search("西门小学、.* 多校划片", tip), tip
    assert "75" in tip  # 10 + 11 + 12 + 13 + 14 + 15 entrants of its six areas
    page.click("#themes [data-value=entrants]")
    page.wait_for_timeout(200)
    page.hover("#map_atlas", position={"x": 690, "y": 130})
    assert "派位学校" in page.inner_text(".leaflet-tooltip")


def test_the_legend_has_an_entry_for_each_kind_of_barrier_and_no_other(
    reader: Reader, town: Plan
) -> None:
    """A lake, a railway and a motorway, where the trunk road was."""
    kinds = town.study.barriers["kind"].replace("trunk_road", "motorway")
    study = dataclasses.replace(town.study, barriers=town.study.barriers.assign(kind=kinds))
    legend = reader.open(dataclasses.replace(town, study=study)).inner_text("#legend")
    for told in ("湖泊", "铁路", "高速公路（阻隔）"):
        assert told in legend
    for silent in ("河流", "干线公路"):
        assert silent not in legend
