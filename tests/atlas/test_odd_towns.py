"""Map and page for parents of odd towns: they open, every control works, and areas are in place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from planner.atlas.lookup import answers, write_lookup
from planner.terms import Language
from tests.atlas.odd_towns import LONG, ODD, RAN
from tests.atlas.reader import IN_A_BROWSER, Reader, press_everything

if TYPE_CHECKING:
    from planner.plan import Plan

pytestmark = IN_A_BROWSER

HOME = {"w": 3, "e": 5, "n": 7}
"""The area in which each primary school stands."""

WINDOWS = [
    *((odd, 1280) for odd in ODD),
    *((odd, 390) for odd in ODD if odd.startswith("names")),  # a phone is narrow for words only
]


def lookup(reader: Reader, plan: Plan, width: int, at: str = "") -> Any:
    path = reader.folder / "lookup.html"
    write_lookup(plan, path, Language.CHINESE)
    return reader.show(path, width, 800, at)


def point_beside_school(page: Any, which: int) -> str:
    """Point at the ground left of a school's symbol, and return what is told."""
    box = page.locator("path.section").nth(which).bounding_box()
    page.mouse.move(1, 1)
    page.mouse.move(box["x"] - 12, box["y"] + box["height"] / 2)
    page.wait_for_timeout(300)
    return str(page.inner_text(".leaflet-tooltip"))


@pytest.mark.parametrize(("odd", "width"), WINDOWS)
def test_every_control_of_the_map_of_an_odd_town_works(
    reader: Reader, odd: str, width: int
) -> None:
    page = reader.open(ODD[odd](), width=width, at="#year=2026&lang=en")
    assert page.locator("path.section").count() == (1 if odd == "one area" else 3)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if width < 720:
        page.click("#fold")
        page.click("#legend-fold")
    press_everything(page)
    page.wait_for_timeout(300)  # what was flown to is drawn
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(RAN) is None


@pytest.mark.parametrize("odd", ODD)
def test_a_school_stands_on_its_own_area(reader: Reader, odd: str) -> None:
    plan = ODD[odd]()
    page = reader.open(plan, at="#year=2026&lang=en&areas=entrants&layers=sections")
    names = plan.study.areas["name_en"].tolist()
    labels = page.locator("path.section").count()
    told = {point_beside_school(page, which).splitlines()[0] for which in range(labels)}
    homes = {names[0]} if odd == "one area" else {names[area] for area in HOME.values()}
    assert {line.strip() for line in told} == {" ".join(name.split()) for name in homes}


@pytest.mark.parametrize(("odd", "width"), WINDOWS)
def test_every_control_of_the_page_for_parents_of_an_odd_town_works(
    reader: Reader, odd: str, width: int
) -> None:
    page = lookup(reader, ODD[odd](), width, "#area=a3&lang=en")
    assert page.is_visible(".card[data-stage=primary]")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    press_everything(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(RAN) is None


@pytest.mark.parametrize("odd", ODD)
def test_home_is_found_where_it_is_clicked(reader: Reader, odd: str) -> None:
    """The middle of the map is the middle of the town, area 4; the one area is area 3."""
    plan = ODD[odd]()
    page = lookup(reader, plan, 1280)
    shown = page.locator("#map").bounding_box()
    page.mouse.click(shown["x"] + shown["width"] / 2, shown["y"] + shown["height"] / 2)
    assert page.evaluate("location.hash") == ("#area=a3" if odd == "one area" else "#area=a4")
    home = plan.study.areas["name"].iloc[0 if odd == "one area" else 4]
    assert page.evaluate("document.querySelector('#result h2 span').textContent") == home


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("lang", Language)
def test_the_terminal_answers_in_an_odd_town(odd: str, lang: Language) -> None:
    plan = ODD[odd]()
    (answer,) = answers(plan, [plan.study.areas["name"].iloc[0]], lang)
    told = "\n".join(line for entry in answer.entries for line in entry if line)
    assert told.isprintable() or set(filter(lambda sign: not sign.isprintable(), told)) == {"\n"}
    if not odd.startswith("names"):  # nine areas and three schools of one name
        assert answer.settled


def test_a_zone_in_two_pieces_says_so_and_is_lit_in_both(reader: Reader) -> None:
    """West School has areas 0, 1, 3, 4 and, apart from them, area 8 (18 entrants)."""
    page = reader.open(ODD["a zone in two pieces"](), at="#year=2026&lang=en&layers=sections")
    told = point_beside_school(page, 0)
    assert "West School" in told
    assert "66" in told  # 10 + 11 + 13 + 14 + 18
    assert told.endswith("Pieces\t2")


def test_areas_at_a_corner_are_two_pieces_of_one_zone(reader: Reader) -> None:
    """East School has 0 and 4, 5, which meet at a corner; 2 is West School's."""
    page = reader.open(
        ODD["areas that meet at a corner"](), at="#year=2026&lang=en&layers=sections"
    )
    told = [point_beside_school(page, which) for which in range(3)]
    (east,) = [one for one in told if "East School" in one]
    assert east.endswith("Pieces\t2")


def test_the_map_of_a_stage_without_a_school_shows_none(reader: Reader) -> None:
    page = reader.open(ODD["a stage without a school"](), at="#year=2026&stage=senior")
    assert page.inner_text("#figures-title").startswith("全县 · 高中")
    assert page.locator("path.section").count() == 0


def test_a_stage_without_a_school_has_no_card_for_parents(reader: Reader) -> None:
    page = lookup(reader, ODD["a stage without a school"](), 1280, "#area=a3")
    assert page.locator(".card").count() == 1
    assert page.inner_text("#stages") == "小学"


@pytest.mark.parametrize("width", [1280, 390])
def test_no_word_of_the_map_runs_out_of_its_box(reader: Reader, width: int) -> None:
    """Names of 200 letters, half of them without any place to break, and the switch beside them."""
    page = reader.open(ODD["names of 200 letters"](), width=width, at="#year=2026&lang=en")
    page.locator("path.section").first.click()
    page.wait_for_timeout(500)
    wide = page.evaluate(
        """() => ["#panel", "#legend", ".leaflet-popup-content", ".leaflet-tooltip"]
          .flatMap((where) => [...document.querySelectorAll(where)])
          .filter((box) => box.scrollWidth > box.clientWidth + 1)
          .map((box) => box.id || box.className)"""
    )
    assert wide == []
    assert LONG in page.inner_text(".card h3")
    button, panel = page.locator("#language").bounding_box(), page.locator("#panel").bounding_box()
    assert button["x"] + button["width"] < panel["x"] + panel["width"]
