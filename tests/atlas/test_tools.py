"""What a planner does with the map in a browser: compare, find, measure, pass on, try zones."""

from __future__ import annotations

import dataclasses
import tomllib
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from planner.classes import open_entry
from planner.scenario import ClassSettings, read_scenario
from planner.zoning import Problem, Weights
from planner.zoning.edit import BreakKind, edit
from tests.atlas.nine_squares import METRES, SOUTH_CORNER, WEST_CORNER, make_variant
from tests.atlas.reader import IN_A_BROWSER, Reader, choose_year

if TYPE_CHECKING:
    from pathlib import Path

    from planner.plan import Plan

pytestmark = IN_A_BROWSER


def find(page: Any, name: str) -> None:
    page.fill("#search", name)
    page.keyboard.press("Enter")


def legend(page: Any) -> str:
    return str(page.inner_text("#legend"))


def test_every_theme_layer_and_measure_has_its_legend(reader: Reader, town: Plan) -> None:
    page = reader.open(town)
    choose_year(page, 2)
    for theme, told in {
        "zones": "招生范围", "entrants": "每单元新生数", "change": "较 2025 年增减",
        "walk": "步行距离", "moved": "改划他校",
    }.items():  # fmt: skip
        page.click(f"#themes [data-value={theme}]")
        assert told in legend(page), theme
    for measure, told in {
        "utilisation": "学位使用率", "shortage": "学位缺口与富余", "warning": "学位预警",
        "large": "大班额（班）", "probability": "超过学位的概率",
    }.items():  # fmt: skip
        page.select_option("#measure", measure)
        assert told in legend(page), measure
    for layer in ("others", "projects", "sites", "names", "borders", "context", "sections"):
        box = page.locator(f"[data-layer={layer}]")
        box.click()
        box.click()


def test_each_stage_has_a_symbol_of_its_own(reader: Reader, town: Plan) -> None:
    """A circle for the youngest, a square for the next stage."""
    page = reader.open(town)
    outline = page.locator("path.section").first.get_attribute("d")
    assert "a" in outline  # arcs
    page.check("[data-layer=others]")
    assert page.locator("path.other").count() == 1
    page.locator("path.other").click()
    assert page.inner_text("#figures-title").startswith("全县 · 高中")
    assert "a" not in page.locator("path.section").first.get_attribute("d")


def test_a_shortage_is_red_and_a_surplus_blue(reader: Reader, town: Plan) -> None:
    page = reader.open(town)
    page.select_option("#measure", "shortage")
    fills = {
        path.get_attribute("aria-label").split(":")[0]: path.get_attribute("fill")
        for path in page.locator("path.section").all()
    }
    assert fills == {"西门小学": "#b3202c", "东门小学": "#3f86c6"}  # 672 of 540, 270 of 540


def works_town(town: Plan) -> Plan:
    """The town with an extension of West School in 2026, a project nobody dated, and a site."""
    projects = pd.DataFrame(
        {
            "project_id": ["P1", "P2"],
            "name": ["西门扩建", "东门改造"],
            "kind": ["extension", "extension"],
            "section_id": ["w", "e"],
            "stage": ["primary", "primary"],
            "rooms": [6, 2],
            "hand_over": [pd.Timestamp(2026, 8, 1), pd.NaT],
        }
    ).reindex(columns=town.study.projects.columns)
    sites = gpd.GeoDataFrame(
        {"site_id": ["S1"], "name": ["南地块"], "land_m2": [12000.0], "cost_yuan": [3.0e6]},
        geometry=[shapely.Point(WEST_CORNER + 700, SOUTH_CORNER + 200)],
        crs=METRES,
    ).reindex(columns=town.study.sites.columns)
    study = dataclasses.replace(town.study, projects=projects, sites=sites)
    return dataclasses.replace(town, study=study)


def test_projects_tell_their_year_and_sites_their_land(reader: Reader, town: Plan) -> None:
    page = reader.open(works_town(town))
    page.check("[data-layer=projects]")
    page.check("[data-layer=sites]")
    page.uncheck("[data-layer=sections]")
    assert page.locator(".work").count() == 3
    project = page.locator(".work[aria-label='西门扩建']")
    project.hover()
    assert "未投用" in page.inner_text(".leaflet-tooltip")
    choose_year(page, 1)
    page.wait_for_timeout(300)  # what was told before fades away
    project.hover()
    told = page.inner_text(".leaflet-tooltip")
    assert "已投用" in told
    assert "2026" in told
    page.wait_for_timeout(300)
    page.locator(".work[aria-label='拟建地块: 南地块']").hover()
    page.wait_for_timeout(300)
    assert "12,000 平方米" in page.inner_text(".leaflet-tooltip")


def test_two_scenarios_stand_side_by_side_and_move_together(reader: Reader, town: Plan) -> None:
    page = reader.open(town, make_variant(town))
    page.select_option("#beside", "1")
    assert page.inner_text("#title-main") == "现状延续"
    assert page.inner_text("#title-beside") == "增加学位"
    assert page.locator("#map-beside path.section").count() == 2
    before = page.locator("#map-beside path.section").first.bounding_box()
    page.locator("#map_atlas .leaflet-control-zoom-in").click()
    page.wait_for_timeout(600)  # the first map glides, the second follows
    after = page.locator("#map-beside path.section").first.bounding_box()
    assert abs(after["y"] - before["y"]) > 1
    page.select_option("#beside", "")
    assert not page.is_visible("#map-beside")


def test_a_name_is_found_by_the_keyboard(reader: Reader, town: Plan) -> None:
    page = reader.open(town)
    page.keyboard.press("/")
    page.keyboard.type("门小")
    assert page.locator("#found li").count() == 2
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.inner_text(".card h3") == "东门小学"
    page.keyboard.press("Escape")
    find(page, "8号")
    page.wait_for_timeout(100)
    assert "8号社区" in page.inner_text(".leaflet-tooltip-pane")
    page.fill("#search", "火星")
    assert page.inner_text("#found") == "没有找到"


def test_a_way_is_measured(reader: Reader, town: Plan) -> None:
    """From West School to East School, two squares of 500 m."""
    page = reader.open(town)
    boxes = [
        page.locator(f"path.section[aria-label^='{name}']").bounding_box()
        for name in ("西门小学", "东门小学")
    ]
    page.uncheck("[data-layer=sections]")
    page.click("#measure-toggle")
    for box in boxes:
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    digits = "".join(filter(str.isdigit, page.inner_text("#measured")))
    assert int(digits) == pytest.approx(1000, abs=10)
    page.keyboard.press("Escape")
    page.wait_for_timeout(300)  # it fades away
    assert page.locator("#measured").count() == 0


def test_a_link_opens_the_map_as_it_was(reader: Reader, town: Plan) -> None:
    page = reader.open(town, make_variant(town))
    page.select_option("#scenario", "1")
    page.click("#language")
    choose_year(page, 1)
    page.click("#themes [data-value=walk]")
    page.select_option("#measure", "warning")
    page.uncheck("[data-layer=names]")
    page.locator("path.section").first.focus()
    page.keyboard.press("Enter")
    address = page.evaluate("location.hash")
    reader.context.close()
    reader.asked.clear()
    again = reader.open(town, make_variant(town), at=address)
    assert again.inner_text("#title") == "More seats"
    assert again.inner_text("#year") == "2026"
    assert again.get_attribute("#themes [data-value=walk]", "aria-checked") == "true"
    assert again.input_value("#measure") == "warning"
    assert not again.is_checked("[data-layer=names]")
    assert again.inner_text(".card h3") == "West School"


def test_a_link_from_elsewhere_is_passed_over(reader: Reader, town: Plan) -> None:
    address = "#stage=nursery&year=1066&plan=<script>&at=here&areas=gold&layers=x"
    page = reader.open(town, at=address)
    assert page.inner_text("#year") == "2025"
    assert page.locator("#stages [aria-pressed=true]").inner_text() == "小学"


def result(page: Any, section: str) -> dict[str, str]:
    cells = page.locator(f".result[data-section={section}] [data-after]").all()
    return {cell.get_attribute("data-after"): cell.inner_text() for cell in cells}


def test_a_trial_says_what_it_does_to_both_zones(reader: Reader, town: Plan) -> None:
    """In 2026 area 1 (11 entrants) goes from West School to East School."""
    page = reader.open(town)
    choose_year(page, 1)
    page.click("#trial-toggle")
    find(page, "1号社区")
    page.locator(".gives [data-row='1']").click()
    west, east = result(page, "w"), result(page, "e")
    assert (west["entrants"], east["entrants"]) == ("37", "38")  # 10 + 13 + 14, 12 + 15 + 11
    assert (west["left"], east["left"]) == ("+53", "+52")  # of 90 each
    assert west["walk"] == f"{round((10 * 650 + 14 * 650) / 37)} 米"
    assert (west["cutOff"], east["cutOff"]) == ("0", "0")
    page.get_by_role("button", name="撤销").click()
    assert page.locator(".result").count() == 0


def test_a_trial_can_be_locked_and_saved_for_planner(
    reader: Reader, town: Plan, tmp_path: Path
) -> None:
    page = reader.open(town)
    choose_year(page, 1)
    page.click("#trial-toggle")
    find(page, "2号社区")
    page.locator(".chosen [data-lock]").click()
    assert "已锁定" in page.inner_text(".chosen")
    assert page.locator(".gives").count() == 0
    page.keyboard.press("Escape")
    find(page, "1号社区")
    page.locator(".gives [data-row='1']").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="存为方案文件").click()
    folder = tmp_path / "scenarios"
    folder.mkdir()
    (folder / "baseline.toml").write_text("[zones]\nlocked_areas = []\n", encoding="utf-8")
    download.value.save_as(folder / "tried.toml")
    assert tomllib.loads((folder / "tried.toml").read_text("utf-8"))["extends"] == "baseline"
    tried = read_scenario(folder, "tried").zones
    assert (tried.moved_areas, tried.locked_areas, tried.from_year) == (["a1/e"], ["a2"], 2026)


def test_the_counted_year_cannot_be_tried(reader: Reader, town: Plan) -> None:
    page = reader.open(town)
    page.click("#trial-toggle")
    find(page, "1号社区")
    assert "基年" in page.inner_text("#trial-body")
    assert page.locator(".gives").count() == 0


GRID = [(a, b) for a in range(9) for b in range(9) if b == a + 3 or (b == a + 1 and b % 3)]
ROOMS = {0: 2, 1: 1, 2: 3}
"""Rooms that climbing classes leave in 2026: 2 of 12, 1 of 6, all 3 of a new school."""


def test_the_page_reckons_as_planner_does(reader: Reader, town: Plan) -> None:
    """Twenty moves in a row; after each the page says what `planner.zoning.edit` says."""
    page = reader.open(town)
    choose_year(page, 1)
    page.click("#trial-toggle")
    page.click("#language")
    rng = np.random.default_rng(5)
    plan = np.array([0, 0, 1, 0, 0, 1, 2, 2, 2])
    problem = Problem(
        pupils=np.arange(10, 19),
        seats=np.array([90, 90, 0]),
        walk_metres=town.metres[:, :3],
        edges=np.array(GRID),
        home=np.array([3, 5, 7]),
        weights=Weights(overflow_metres=1.0, over_limit_metres=1.0, changed_metres=1.0),
        walk_limit_metres=500.0,
    )
    moves: dict[int, int] = {}
    for _ in range(20):
        area, there = int(rng.integers(9)), int(rng.integers(3))
        now = moves.get(area, int(plan[area]))
        if there == now:
            continue
        find(page, f"Area {area}")
        page.locator(f".gives [data-row='{there}']").click()
        moves[area] = there
        compare(page, problem, plan, moves)


def compare(page: Any, problem: Problem, plan: Any, moves: dict[int, int]) -> None:
    edited = edit(problem, plan, moves)
    assert page.locator(".result").count() == len(edited.sections)
    for change in edited.sections:
        said = result(page, "wen"[change.section])
        entrants = change.pupils_after
        assert said["entrants"] == str(entrants)
        assert int(said["left"].replace("−", "-")) == change.seats - entrants
        sizes = open_entry(
            [], entrants, rooms=ROOMS[change.section], size=45, policy=ClassSettings()
        )[0]
        assert said["classes"] == str(len(sizes))
        assert said["largest"] == str(max(sizes, default=0))
        walk = change.mean_walk_metres_after
        # the page knows walks in whole metres
        digits = said["walk"].removesuffix(" m").replace(",", "")
        assert (digits == "–") == bool(np.isnan(walk))
        assert np.isnan(walk) or int(digits) == pytest.approx(walk, abs=1)
        beyond = [
            b.pupils
            for b in edited.breaks
            if b.kind == BreakKind.LIMIT and b.section == change.section
        ]
        assert said["beyond"] == str(sum(beyond))
        apart = [
            area
            for b in edited.breaks
            if b.kind == BreakKind.PIECES and b.section == change.section
            for area in b.areas
        ]
        assert said["cutOff"] == str(len(apart))
