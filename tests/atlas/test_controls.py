"""Every button, box, list and key of the map is used once, and does what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.atlas.nine_squares import make_variant
from tests.atlas.pictures import difference, small
from tests.atlas.reader import IN_A_BROWSER, Reader, choose_year, press_everything
from tests.atlas.test_tools import find, result, works_town

if TYPE_CHECKING:
    from PIL import Image

    from planner.plan import Plan

pytestmark = IN_A_BROWSER

LAYERS = ("sections", "others", "names", "borders", "projects", "sites", "context")


CONTROLS_OF_ALL = {
    *("scenario", "beside", "play", "slider", "search", "language", "measure", "legend-fold"),
    *("trial-toggle", "measure-toggle", "print", "value,primary", "value,senior"),
    *(f"value,{theme}" for theme in ("zones", "entrants", "change", "walk", "moved")),
    *(f"layer,{layer}" for layer in LAYERS),
    *("西门小学", "东门小学", "West School", "Close popup"),
}


def seen(page: Any) -> Image.Image:
    page.wait_for_timeout(300)  # canvases are drawn with the next frame
    return small(page.screenshot(animations="disabled"))


def symbol(page: Any, name: str) -> Any:
    return page.locator(f"path.section[aria-label^='{name}']")


def middle_of(page: Any, name: str) -> tuple[float, float]:
    """Where a school stands in the window; areas have no elements of their own."""
    box = symbol(page, name).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_on_a_phone_two_maps_share_what_the_panel_leaves_free(reader: Reader, town: Plan) -> None:
    page = reader.open(town, make_variant(town), width=390, at="#year=2026&beside=more_seats")
    upper, lower, panel = (
        page.locator(which).bounding_box() for which in (".folium-map", "#map-beside", "#panel")
    )
    assert upper["y"] == 0
    assert upper["height"] == pytest.approx(lower["height"], abs=1)
    assert lower["y"] == pytest.approx(upper["height"], abs=1)
    assert lower["y"] + lower["height"] == pytest.approx(panel["y"], abs=1)
    schools = [path.bounding_box() for path in page.locator("path.section").all()]
    assert len(schools) == 6  # West, East and New School, on both maps
    assert all(box["y"] + box["height"] <= panel["y"] for box in schools)


@pytest.mark.parametrize("width", [1400, 390])
@pytest.mark.parametrize("beside", ["", "&beside=more_seats"])
def test_whatever_can_be_pressed_is_pressed_and_nothing_complains(
    reader: Reader, town: Plan, width: int, beside: str
) -> None:
    plan = works_town(town)
    page = reader.open(plan, make_variant(plan), width=width, at=f"#year=2026{beside}")
    if width < 720:
        page.click("#fold")
        page.click("#legend-fold")
    pressed = press_everything(page)
    assert {name.partition(":")[0] for name in pressed} >= CONTROLS_OF_ALL
    assert ({"Zoom in", "Zoom out"} if width > 720 else {"fold"}) <= pressed


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_is_seen_or_not_as_its_box_says(reader: Reader, town: Plan, layer: str) -> None:
    page = reader.open(works_town(town))
    page.add_style_tag(content="#panel, #legend { display: none !important; }")
    before = seen(page)
    box = f"[data-layer={layer}]"
    page.evaluate(f"document.querySelector('{box}').click()")
    assert difference(before, seen(page)) > 0
    page.evaluate(f"document.querySelector('{box}').click()")
    assert difference(before, seen(page)) == 0


def test_the_years_are_played_to_the_last_and_from_there_again(reader: Reader, town: Plan) -> None:
    page = reader.open(town)
    page.click("#play")
    assert page.get_attribute("#play", "aria-label") == "暂停"
    page.wait_for_selector("#play[aria-label=逐年播放]")
    assert page.inner_text("#year") == "2027"
    page.click("#play")
    assert page.inner_text("#year") == "2025"
    page.click("#play")
    assert page.get_attribute("#play", "aria-label") == "逐年播放"


def test_keys_step_through_the_years_and_end_there(reader: Reader, town: Plan) -> None:
    page = reader.open(town)
    for pressed, year in ((".", "2026"), (".", "2027"), (".", "2027"), (",", "2026")):
        page.keyboard.press(pressed)
        assert page.inner_text("#year") == year


def test_what_is_found_is_taken_with_the_pointer(reader: Reader, town: Plan) -> None:
    page = reader.open(town)
    page.fill("#search", "小学")
    page.locator("#found li", has_text="东门小学").click()
    assert page.inner_text(".card h3") == "东门小学"
    assert not page.is_visible("#found")
    page.locator(".leaflet-popup-close-button").click()
    page.wait_for_selector(".card", state="detached")
    page.fill("#search", "南镇")
    page.locator("#found li").first.click()
    page.wait_for_timeout(2500)  # it flies there
    assert page.inner_text("#found") == ""


def test_the_map_is_zoomed_dragged_and_turned_with_the_wheel(reader: Reader, town: Plan) -> None:
    page = reader.open(town)
    places = [middle_of(page, "西门小学")]

    def moved() -> None:
        page.wait_for_timeout(600)  # it glides
        places.append(middle_of(page, "西门小学"))
        assert places[-1] != pytest.approx(places[-2], abs=2)

    page.click(".leaflet-control-zoom-in")
    moved()
    page.click(".leaflet-control-zoom-out")
    moved()
    page.mouse.move(700, 300)
    page.mouse.down()
    page.mouse.move(760, 340, steps=5)
    page.mouse.up()
    moved()
    page.mouse.wheel(0, -300)
    moved()


def test_the_legend_folds_at_a_desk_too(reader: Reader, town: Plan) -> None:
    page = reader.open(town)
    page.click("#legend-fold")
    assert not page.is_visible("#legend-body")
    page.click("#legend-fold")
    assert page.is_visible("#legend-body")


def test_print_asks_the_browser_to_print_and_paper_keeps_the_figures(
    reader: Reader, town: Plan
) -> None:
    reader.first = "window.print = () => { window.printed = true; };"
    page = reader.open(town)
    page.click("#print")
    assert page.evaluate("window.printed") is True
    page.emulate_media(media="print")
    assert not page.is_visible("#slider")
    assert page.is_visible("[data-figure=pupils]")
    assert page.is_visible("#legend-body")
    assert len(page.pdf()) > 1000


def test_measuring_is_ended_by_its_button(reader: Reader, town: Plan) -> None:
    page = reader.open(town)
    page.click("#measure-toggle")
    page.mouse.click(700, 150)
    page.mouse.click(750, 200)
    assert page.locator("#measured").count() == 1
    page.click("#measure-toggle")
    page.wait_for_selector("#measured", state="detached")


def test_an_area_is_tried_with_the_pointer_alone(reader: Reader, town: Plan) -> None:
    """The area in which West School stands is clicked beside it, then East School's symbol."""
    page = reader.open(town)
    choose_year(page, 1)
    page.click("#trial-toggle")
    x, y = middle_of(page, "西门小学")
    page.mouse.click(x - 45, y)
    assert page.locator(".chosen b").inner_text() == "3号社区"
    page.mouse.click(x - 45, y)  # taken back
    assert page.locator(".chosen").count() == 0
    page.mouse.click(x - 45, y)
    symbol(page, "东门小学").click()
    assert result(page, "e")["entrants"] == str(12 + 15 + 13)
    page.click("#trial-toggle")
    assert page.locator("#trial").is_hidden()


def test_a_lock_is_opened_again(reader: Reader, town: Plan) -> None:
    page = reader.open(town)
    choose_year(page, 1)
    page.click("#trial-toggle")
    find(page, "2号社区")
    page.locator(".chosen [data-lock]").click()
    assert page.locator(".gives").count() == 0
    page.locator(".chosen [data-lock]").click()
    assert page.locator(".gives").count() == 1
