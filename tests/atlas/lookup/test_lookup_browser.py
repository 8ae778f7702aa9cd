"""The page in a real browser with the network off: a parent types, chooses, clicks and prints."""

from __future__ import annotations

import dataclasses
import random
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from planner.atlas.lookup import write_lookup
from planner.atlas.lookup.facts import gather_facts
from planner.atlas.lookup.houses import doors_of, houses_meant
from planner.atlas.lookup.matching import Finder
from planner.atlas.lookup.places import names_of, places_of
from planner.atlas.lookup.readings import readings_of
from planner.terms import Language
from tests.atlas.lookup.houses import HOUSES, with_houses
from tests.atlas.nine_squares import with_shared_zone
from tests.atlas.reader import IN_A_BROWSER, Reader, press_everything
from tests.atlas.test_page import HOSTILE, with_hostile_names

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from planner.plan import Plan

pytestmark = IN_A_BROWSER
VILLAGES = ["上营社区第1小区", "上营社区第11小区", "大村", "大村", "重庆路社区", "长乐村3-2号"]
VILLAGES += ["下营村", "Old Mill", "朝阳·Ré绿里"]

TRY_EVAL = """() => {
  const script = document.createElement('script');
  script.textContent = `window.setTimeout(() => {
    try { window.ran = eval("true"); } catch { window.ran = false; }
  })`;
  document.body.append(script);
}"""


class Parent(Reader):
    """Someone who looks for a school."""

    def open(self, *plans: Plan, width: int = 1300, height: int = 900, at: str = "") -> Any:
        path = self.folder / "lookup.html"
        write_lookup(plans[0], path, Language.CHINESE)
        return self.show(path, width, height, at)


@pytest.fixture
def parent(browser: Any, tmp_path: Path) -> Iterator[Parent]:
    someone = Parent(browser, tmp_path)
    yield someone
    someone.leave()


def with_villages(town: Plan) -> Plan:
    """Return the town whose areas have names that are hard to find."""
    areas = town.study.areas.assign(
        name=VILLAGES, name_en=[f"Place {number}" for number in range(9)], community="河东社区"
    )
    return dataclasses.replace(town, study=dataclasses.replace(town.study, areas=areas))


def with_strips(town: Plan, count: int) -> Plan:
    """Return the town with narrow areas east of it, which go to East School in 2026."""
    areas = town.study.areas
    west, south, east, north = areas.total_bounds
    width = (east - west) / count
    strips = gpd.GeoDataFrame(
        {
            "area_id": [f"b{number}" for number in range(count)],
            "name": [f"{number}号巷" for number in range(count)],
            "name_en": [f"Lane {number}" for number in range(count)],
            "township": ["北镇"] * count,
            "setting": ["town"] * count,
        },
        geometry=[
            shapely.box(east + number * width, south, east + (number + 1) * width, north)
            for number in range(count)
        ],
        crs=areas.crs,
    )
    here = town.area_years["year"] == 2026
    primary = here & (town.area_years["stage"] == "primary") & (town.area_years["area_id"] == "a2")
    rows = pd.concat(
        [
            town.area_years,
            *(town.area_years[primary].assign(area_id=key) for key in strips["area_id"]),
        ]
    )
    study = dataclasses.replace(
        town.study, areas=gpd.GeoDataFrame(pd.concat([areas, strips], ignore_index=True))
    )
    return dataclasses.replace(town, study=study, area_years=rows.reset_index(drop=True))


def with_a_slip(typed: str, dice: random.Random) -> str:
    """Return a text with one letter left out, doubled, swapped or replaced."""
    at = dice.randrange(len(typed))
    before, letter, after = typed[:at], typed[at], typed[at + 1 :]
    slips = (
        before + after,
        before + letter + letter + after,
        before + after[:1] + letter + after[1:],
        f"{before}{dice.choice('村营abng17 ')}{after}",
    )
    return dice.choice(slips)


def some_queries(names: list[str], readings: dict[str, str]) -> list[str]:
    """Return every name, its sound and initials, parts of them, and each with slips."""
    sound = {letter: syllable for syllable, letters in readings.items() for letter in letters}
    dice = random.Random(7)
    queries = ["", " ", "第", "😀", "١٢", "İſﬀ", "幸福路12号院", "x" * 300, HOSTILE]
    for name in names:
        spelled = "".join(sound.get(letter, letter) for letter in name)
        initials = "".join(sound.get(letter, letter)[:1] for letter in name)
        for text in (name, spelled, initials):
            part = text[dice.randrange(len(text)) :]
            queries += [
                text,
                part,
                f"云南省{text}5栋",
                *(with_a_slip(text, dice) for _ in range(4)),
            ]
    return queries


def test_page_and_terminal_find_the_same_places(parent: Parent, town: Plan) -> None:
    town = with_villages(town)
    places = places_of(town, gather_facts(town, 2026))
    names = [names_of(place) for place in places]
    readings = readings_of(name for one in names for name in one)
    finder = Finder.of(names, readings)
    queries = some_queries([name for one in names for name in one], readings)
    assert len(queries) > 500
    found = parent.open(town).evaluate(
        "(queries) => queries.map((typed) => window.lookupFind(typed))", queries
    )
    for typed, there in zip(queries, found, strict=True):
        here = finder.find(typed)
        lists = tuple(there["places"]), there["sure"], there["near"], tuple(there["full"])
        assert (typed, *here) == (typed, *lists)
    assert sum(1 for there in found if there["places"]) > 400


def test_page_and_terminal_find_the_same_houses(parent: Parent, town: Plan) -> None:
    town = with_houses(town)
    places = places_of(town, gather_facts(town, 2026))
    names = [names_of(place) for place in places]
    readings = readings_of(name for one in names for name in one)
    finder, doors = Finder.of(names, readings), doors_of([place.doors for place in places])
    queries = some_queries([address for address, _ in HOUSES], readings)
    found = parent.open(town).evaluate(
        "(queries) => queries.map((typed) => window.lookupHouses(typed))", queries
    )
    for typed, there in zip(queries, found, strict=True):
        here = houses_meant(typed, finder.find(typed), finder, doors)
        houses = [(house["place"], house["number"], house["area"]) for house in there]
        assert (typed, *here) == (typed, *houses)
    assert sum(1 for there in found if there) > 50


def test_a_house_is_typed_and_the_page_says_in_which_community_it_lies(
    parent: Parent, town: Plan
) -> None:
    page = parent.open(with_houses(town))
    box = page.locator("#typed")
    box.fill("人民路12号")
    assert page.locator("#suggestions [role=option]").all_inner_texts() == [
        "人民路12号\n北镇 · 门牌",
        "人民路12号\n南镇 · 门牌",
        "人民路\n北镇 · 门牌",
        "人民路\n南镇 · 门牌",
    ]
    box.press("ArrowDown")
    box.press("ArrowDown")
    box.press("Enter")
    assert page.inner_text("#result h2 span") == "7号社区"
    assert page.inner_text("#result .lies") == "人民路12号属于7号社区。"
    assert box.input_value() == "人民路12号"
    page.click("#language")
    assert page.inner_text("#result .lies") == "人民路12号 lies in Area 7."
    assert page.evaluate("location.hash") == "#area=a7&lang=en"
    box.fill("Area 2")
    box.press("Enter")
    assert page.locator("#result .lies").count() == 0


def test_a_place_is_typed_and_chosen_by_keyboard(parent: Parent, town: Plan) -> None:
    page = parent.open(town)
    box = page.locator("#typed")
    box.fill("号社区")
    assert box.get_attribute("aria-expanded") == "true"
    assert page.locator("#suggestions [role=option]").count() == 9
    assert page.inner_text("#told") == "找到9处"
    box.press("ArrowDown")
    box.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") == "option-1"
    assert page.locator("[aria-selected=true]").inner_text().split() == ["1号社区", "北镇"]
    box.press("ArrowUp")
    box.press("ArrowUp")  # around to the last one
    box.press("Enter")
    assert page.inner_text("#result h2 span") == "8号社区"
    assert page.inner_text(".card[data-stage=primary] .school b") == "新建小学"
    assert box.get_attribute("aria-expanded") == "false"
    assert page.evaluate("location.hash") == "#area=a8"


def test_enter_takes_what_is_clear_and_asks_back_otherwise(parent: Parent, town: Plan) -> None:
    page = parent.open(town)
    page.fill("#typed", "sanhaoshequ")
    page.press("#typed", "Enter")
    assert not page.is_visible("#result")  # the number is 3, not 三
    page.fill("#typed", "3haoshequ")
    page.press("#typed", "Enter")
    assert page.inner_text("#result h2 span") == "3号社区"
    page.fill("#typed", "社区")
    page.press("#typed", "Enter")
    assert page.inner_text("#told").startswith("“社区”可能是几个地方")
    page.press("#typed", "Escape")
    assert not page.is_visible("#suggestions")
    page.press("#typed", "Escape")
    assert page.input_value("#typed") == ""
    assert not page.is_visible("#result")


def test_what_is_not_found_is_said_and_the_nearest_offered(parent: Parent, town: Plan) -> None:
    page = parent.open(town)
    page.fill("#typed", "天上人间")
    assert "没有找到“天上人间”" in page.inner_text("#told")
    page.fill("#typed", "3号社屋")
    assert "是不是" in page.inner_text("#suggestions")


def test_the_card_tells_walk_years_and_the_county(parent: Parent, town: Plan) -> None:
    page = parent.open(town)
    page.fill("#typed", "2号社区")
    page.press("#typed", "Enter")
    card = page.inner_text(".card[data-stage=primary]")
    assert "东门小学" in card
    assert "步行约650米，10分钟左右" in card
    assert "自2025年秋季入学或更早起，到2026年为止；2027年起改为西门小学。" in card
    senior = page.inner_text(".card[data-stage=senior]")
    assert "面向全县招生" in senior
    assert "第一中学" in senior
    assert "拟定方案" in page.inner_text("#notice")


def test_a_shared_zone_is_explained_with_each_walk(parent: Parent, town: Plan) -> None:
    page = parent.open(with_shared_zone(town))
    page.fill("#typed", "0号社区")
    page.press("#typed", "Enter")
    card = page.locator(".card[data-stage=primary]")
    assert "由2所学校共用一个招生范围" in card.inner_text()
    assert card.locator(".school b").all_inner_texts() == ["西门小学", "东门小学"]
    assert page.locator(".leaflet-tooltip.school-name").count() == 2


def test_home_is_clicked_on_the_map(parent: Parent, town: Plan) -> None:
    page = parent.open(town)
    shown = page.locator("#map").bounding_box()
    page.mouse.click(shown["x"] + shown["width"] / 2, shown["y"] + shown["height"] / 2)
    assert page.inner_text("#result h2 span") == "4号社区"
    assert page.input_value("#typed") == "4号社区"
    shown = page.locator("#map").bounding_box()
    page.mouse.click(shown["x"] + 20, shown["y"] + shown["height"] - 60)
    assert "不在任何小区（村）的范围内" in page.inner_text("#told")


def test_a_school_shows_its_zone_and_leads_to_an_area(parent: Parent, town: Plan) -> None:
    page = parent.open(town)
    page.fill("#typed", "xmxx")
    page.press("#typed", "Enter")
    assert page.inner_text("#result h2 span") == "西门小学的招生范围"
    assert page.evaluate("location.hash") == "#school=W"
    page.click("[data-area=a3]")
    assert page.inner_text("#result h2 span") == "3号社区"


def test_a_street_asks_back_which_area(parent: Parent, town: Plan) -> None:
    page = parent.open(town)
    page.fill("#typed", "大街")
    page.press("#typed", "Enter")
    assert "大街涉及3个小区（村）" in page.inner_text("#result")
    page.click("[data-area=a5]")
    assert page.inner_text(".card[data-stage=primary] .school b") == "东门小学"


def test_the_language_switch_reaches_every_word(parent: Parent, town: Plan) -> None:
    page = parent.open(with_shared_zone(town))
    page.fill("#typed", "1号社区")
    page.press("#typed", "Enter")
    page.click("#language")
    assert page.inner_text("#result h2 span") == "Area 1"
    assert page.input_value("#typed") == "Area 1"
    assert "Shared zone: 2 schools share" in page.inner_text("#result")
    chinese = page.evaluate(
        "[...document.body.innerText.replace('中文', '').matchAll(/[\\u4e00-\\u9fff]+/g)].join()"
    )
    assert set(chinese.split(",")) == {"北镇", "南镇", "虚构数据"}  # what has only Chinese names
    assert page.evaluate("document.documentElement.lang") == "en"
    assert "lang=en" in page.evaluate("location.hash")


@pytest.mark.parametrize("stage", ["primary", "senior"])
def test_the_address_of_an_answer_brings_it_back(parent: Parent, town: Plan, stage: str) -> None:
    page = parent.open(town, at=f"#area=a5&stage={stage}&lang=en")
    assert page.inner_text("#result h2 span") == "Area 5"
    assert page.get_attribute(f"#stages [data-value={stage}]", "aria-pressed") == "true"
    page.evaluate("location.hash = 'school=E'")
    page.wait_for_function("document.querySelector('#result h2').innerText.includes('东门')")
    page.go_back()
    page.wait_for_function("document.querySelector('#result h2').innerText.includes('Area 5')")


@pytest.mark.parametrize("width", [1300, 390])
@pytest.mark.parametrize("at", ["#area=a2", "#school=W", ""])
def test_whatever_can_be_pressed_is_pressed_and_nothing_complains(
    parent: Parent, town: Plan, at: str, width: int
) -> None:
    pressed = press_everything(parent.open(with_shared_zone(town), width=width, at=at))
    wanted = {"language", "typed", "value,primary", "value,senior", "Zoom in", "Zoom out"}
    assert wanted <= pressed
    assert not at or {"clear", "print"} <= pressed


def test_a_suggestion_is_clicked_and_taken_back(parent: Parent, town: Plan) -> None:
    parent.first = "window.print = () => { window.printed = true; };"
    page = parent.open(town)
    page.fill("#typed", "号社区")
    page.locator("#suggestions [role=option]", has_text="7号社区").click()
    assert page.inner_text("#result h2 span") == "7号社区"
    page.click("#print")
    assert page.evaluate("window.printed") is True
    page.click("#stages [data-value=senior]")
    page.locator(".card[data-stage=primary] button").click()  # its zone on the map
    assert page.get_attribute("#stages [data-value=primary]", "aria-pressed") == "true"
    page.click("#clear")
    assert page.input_value("#typed") == ""
    assert not page.is_visible("#result")


def test_a_zone_of_many_areas_is_told_in_part_and_then_whole(parent: Parent, town: Plan) -> None:
    """Three squares beside the town, each cut into ten strips, go to East School."""
    page = parent.open(with_strips(town, 30))
    page.fill("#typed", "东门小学")
    page.press("#typed", "Enter")
    listed = page.locator(".card[data-stage=primary] [data-area]")
    assert listed.count() == 24
    page.locator(".card[data-stage=primary] > button").last.click()
    assert listed.count() == 2 + 30  # areas 2 and 5, and the strips


@pytest.mark.parametrize("at", ["#area=nobody", "#area=%3Cscript%3E", "#school=", "#%%%", "#a=b=c"])
def test_an_address_that_leads_nowhere_opens_the_page(parent: Parent, town: Plan, at: str) -> None:
    page = parent.open(town, at=at)
    assert page.is_visible("#typed")
    assert not page.is_visible("#result")


def test_hostile_names_are_shown_and_not_carried_out(parent: Parent, town: Plan) -> None:
    page = parent.open(with_hostile_names(town))
    page.fill("#typed", HOSTILE)
    page.press("#typed", "ArrowDown")
    page.press("#typed", "Enter")
    assert page.inner_text("#result h2 span").split() == HOSTILE.split()
    assert page.evaluate("document.querySelector('#result h2 span').textContent") == HOSTILE
    page.click("#stages [data-value=senior]")
    page.click("#language")
    assert page.evaluate("window.broken") is None
    assert page.evaluate("document.title").startswith("</script>")


def test_the_policy_forbids_eval_and_every_connection(parent: Parent, town: Plan) -> None:
    page = parent.open(town)
    page.evaluate(TRY_EVAL)
    page.wait_for_function("window.ran !== undefined")
    assert page.evaluate("window.ran") is False
    assert page.evaluate("fetch('data:text/plain,x').then(() => true, () => false)") is False
    parent.complaints = [said for said in parent.complaints if "Content Security" not in said]
    parent.asked = [address for address in parent.asked if not address.startswith("data:")]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_is_wider_than_a_phone(parent: Parent, town: Plan, lang: str) -> None:
    areas = town.study.areas.assign(name="长" * 200, name_en="W" * 200, township="镇" * 200)
    town = dataclasses.replace(town, study=dataclasses.replace(town.study, areas=areas))
    page = parent.open(with_shared_zone(town), width=360, height=740, at=f"#area=a3&lang={lang}")
    assert page.is_visible("#result")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.fill("#typed", "w" if lang == "en" else "长")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_plan_without_sections_opens(parent: Parent, town: Plan) -> None:
    nobody = dataclasses.replace(town, sections=town.sections[:0], area_years=town.area_years[:0])
    page = parent.open(nobody)
    page.fill("#typed", "3号社区")
    page.press("#typed", "Enter")
    assert page.inner_text("#result h2 span") == "3号社区"
    assert page.locator(".card").count() == 0


def test_print_leaves_out_what_paper_cannot_do(parent: Parent, town: Plan) -> None:
    page = parent.open(town, at="#area=a2")
    page.emulate_media(media="print")
    assert not page.is_visible("#typed")
    assert not page.is_visible("#print")
    assert page.is_visible(".card[data-stage=primary]")
    assert page.is_visible("#notice")
    assert len(page.pdf()) > 1000
