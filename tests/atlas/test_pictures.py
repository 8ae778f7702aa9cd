"""The pages look as they did when somebody last looked: small pictures, kept beside the tests.

`make pictures` takes them anew; look at them before they are committed.
"""

from __future__ import annotations

import dataclasses
from base64 import b64encode
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import matplotlib as mpl
import pandas as pd
import pytest
import shapely

from planner.atlas.lookup import write_lookup
from planner.reading.shapes import to_degrees
from planner.terms import Language
from tests.atlas.nine_squares import METRES, SIDE, SOUTH_CORNER, WEST_CORNER, make_town
from tests.atlas.pictures import FOLDER, TOLERANCE, difference, kept, small
from tests.atlas.reader import IN_A_BROWSER, Reader, choose_year

if TYPE_CHECKING:
    from PIL import Image

    from planner.plan import Plan

pytestmark = IN_A_BROWSER

SIZES = {"desk": (1280, 800), "phone": (390, 844)}
ZOOMS = {"desk": (15.5, 0.0), "phone": (14.75, 500.0)}
"""How near the map is, and how many metres south of the middle it looks, above the panel."""


def pictured_town() -> Plan:
    """The nine squares with a river from north to south; 2026, when New School opens."""
    town = make_town()
    x, y = WEST_CORNER, SOUTH_CORNER
    river = gpd.GeoDataFrame(
        {"barrier_id": ["river"], "name": ["清水河"], "kind": ["river"]},
        geometry=[
            shapely.LineString([(x + 300, y - 200), (x + 420, y + 700), (x + 250, y + 1700)])
        ],
        crs=METRES,
    )
    barriers = pd.concat([town.study.barriers, river], ignore_index=True)
    return dataclasses.replace(town, study=dataclasses.replace(town.study, barriers=barriers))


def without(town: Plan, barrier: str) -> Plan:
    barriers = town.study.barriers
    study = dataclasses.replace(
        town.study, barriers=barriers[barriers["barrier_id"] != barrier].reset_index(drop=True)
    )
    return dataclasses.replace(town, study=study)


def same_letters() -> str:
    """Return a script by which Latin letters and figures are as wide on every machine.

    They are those that matplotlib brings; Chinese ones are all as wide as they are high.
    """
    letters = Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
    encoded = b64encode(letters.read_bytes()).decode()
    return f"""
      const bytes = Uint8Array.from(atob("{encoded}"), (letter) => letter.charCodeAt(0));
      document.fonts.add(new FontFace("Noto Sans CJK SC", bytes));
    """


@pytest.fixture
def reader(reader: Reader) -> Reader:
    reader.first = same_letters()
    return reader


def open_map(reader: Reader, town: Plan, size: str, lang: str) -> Any:
    """Open the map at a given place: left to itself it makes room for a legend of any width."""
    width, height = SIZES[size]
    zoom, south = ZOOMS[size]
    middle = (WEST_CORNER + 1.5 * SIDE, SOUTH_CORNER + 1.5 * SIDE - south)
    longitude, latitude = to_degrees(METRES).transform(*middle)
    at = f"#lang={lang}&year=2026&at={latitude:.5f},{longitude:.5f},{zoom}"
    return reader.open(town, width=width, height=height, at=at)


def open_lookup(reader: Reader, town: Plan, size: str, lang: str) -> Any:
    width, height = SIZES[size]
    path = reader.folder / "lookup.html"
    write_lookup(town, path, Language.CHINESE)
    page = reader.show(path, width, height, f"#area=a0&lang={lang}")
    # On a phone the page is longer than the window: what stands above the map may vary in length.
    page.locator("#map").evaluate("map => map.scrollIntoView({block: 'end'})")
    return page


OPEN = {"map": open_map, "lookup": open_lookup}


def taken(page: Any) -> Image.Image:
    page.wait_for_timeout(300)  # canvases are drawn with the next frame
    return small(page.screenshot(animations="disabled"))


def hold(seen: Image.Image, name: str, folder: Path) -> None:
    """Demand that a page looks as in its picture; what it looks like now is left in a folder."""
    found = difference(seen, kept(name)) if (FOLDER / f"{name}.png").exists() else 1.0
    if found > TOLERANCE:
        now = folder / f"{name}.png"
        seen.save(now, optimize=True)
        pytest.fail(
            f"{name}: {found:.2%} of the picture is not as in {FOLDER / name}.png "
            f"({TOLERANCE:.2%} may differ). Now it is {now}. If that is right: make pictures"
        )


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", OPEN)
def test_a_page_looks_as_it_did(
    reader: Reader, tmp_path: Path, request: pytest.FixtureRequest, kind: str, size: str, lang: str
) -> None:
    name = f"{kind}-{size}-{lang}"
    seen = taken(OPEN[kind](reader, pictured_town(), size, lang))
    if request.config.getoption("--accept-pictures"):
        FOLDER.mkdir(exist_ok=True)
        seen.save(FOLDER / f"{name}.png", optimize=True)
    hold(seen, name, tmp_path)


def test_letters_of_another_cut_make_no_difference(reader: Reader) -> None:
    page = open_map(reader, pictured_town(), "desk", "zh")
    page.add_style_tag(content="* { font-style: italic; letter-spacing: .3px; }")
    assert difference(taken(page), kept("map-desk-zh")) <= TOLERANCE


FAULTS = {
    "the panel stands elsewhere": ("map-desk-en", "#panel { transform: translateX(24px); }"),
    "the legend is gone": ("map-desk-en", "#legend { display: none; }"),
    "areas are paler": ("map-desk-en", ".leaflet-fills-pane { opacity: .6; }"),
    "zones have no colours": ("map-phone-en", ".leaflet-fills-pane { display: none; }"),
    "buttons have another colour": ("map-desk-zh", ":root { --accent: #2a4d7f !important; }"),
    "the zone has another colour": ("lookup-phone-zh", ".areas { filter: hue-rotate(90deg); }"),
    "no school is drawn": ("lookup-desk-zh", ".leaflet-schools-pane { display: none; }"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_page_that_looks_otherwise_is_found_out(reader: Reader, fault: str) -> None:
    name, look = FAULTS[fault]
    kind, size, lang = name.split("-")
    page = OPEN[kind](reader, pictured_town(), size, lang)
    page.add_style_tag(content=look)
    assert difference(taken(page), kept(name)) > TOLERANCE


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("barrier", ["river", "rail", "lake", "trunk"])
def test_a_line_that_is_missing_on_the_map_is_found_out(
    reader: Reader, barrier: str, size: str
) -> None:
    page = open_map(reader, without(pictured_town(), barrier), size, "en")
    assert difference(taken(page), kept(f"map-{size}-en")) > TOLERANCE


def test_another_theme_and_another_year_look_otherwise(reader: Reader) -> None:
    page = open_map(reader, pictured_town(), "desk", "en")
    page.click("#themes [data-value=walk]")
    assert difference(taken(page), kept("map-desk-en")) > TOLERANCE
    page.click("#themes [data-value=zones]")
    assert difference(taken(page), kept("map-desk-en")) <= TOLERANCE
    choose_year(page, 2)
    assert difference(taken(page), kept("map-desk-en")) > TOLERANCE


def test_a_page_that_differs_is_left_to_look_at_with_the_word_that_accepts_it(
    reader: Reader, tmp_path: Path
) -> None:
    page = open_map(reader, pictured_town(), "phone", "zh")
    page.add_style_tag(content="#panel { display: none; }")
    with pytest.raises(pytest.fail.Exception, match=r"map-phone-en\.png.*make pictures"):
        hold(taken(page), "map-phone-en", tmp_path)
    assert (tmp_path / "map-phone-en.png").exists()


def test_pictures_are_small() -> None:
    sizes = {path.name: path.stat().st_size for path in FOLDER.iterdir()}
    assert len(sizes) == len(OPEN) * len(SIZES) * 2
    assert max(sizes.values()) < 40_000
