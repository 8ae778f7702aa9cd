"""What stands on the sheets of the town of nine squares."""

from __future__ import annotations

import dataclasses
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pytest
import shapely

from planner import lettering as letters
from planner.atlas.sheets import Wish, draw_sheets
from planner.errors import InputError
from planner.shipped import map_templates
from tests.atlas.nine_squares import make_variant, with_shared_zone
from tests.atlas.odd_towns import ODD
from tests.atlas.sheets.drawn import EN, ZH, boxes, crossing, named, sheets, words, zoned

if TYPE_CHECKING:
    from pathlib import Path

    from planner.plan import Plan
    from planner.terms import Language

HOSTILE = [
    "<script>alert('x')</script>",
    'He said "no" & $\\frac{1}{2}$ $',
    "a\nb\tc\x07d\x1b[31m\u202ee",
    "学校😀🏫",
    "长" * 200,
    "x" * 200,
    "{name} %s {0}",
    " ",
]


@pytest.mark.parametrize("lang", [EN, ZH])
@pytest.mark.parametrize("kind", ["county", "townships", "sections"])
def test_names_on_the_map_cover_neither_each_other_nor_the_neat_line(
    town: Plan, kind: str, lang: Language
) -> None:
    with sheets([town], lang, of=kind, stage="primary", paper="A4", year=2026) as drawn:
        for sheet, page, charts in drawn:
            found = boxes(page)
            frames = shapely.union_all([window.box.shape() for window in sheet.windows])
            assert charts
            assert found
            assert [text for text, box in found if not frames.covers(box)] == []
            assert crossing(found, 0.2) == []


@pytest.mark.parametrize("lang", [EN, ZH])
@pytest.mark.parametrize("paper", ["A4", "A1"])
@pytest.mark.parametrize("portrait", [True, False])
def test_everything_written_lies_on_the_paper_and_on_nothing_else(
    town: Plan, lang: Language, paper: str, *, portrait: bool
) -> None:
    plans = [town, zoned(town, {"a4": "e"}, 2026)]
    wish: dict[str, Any] = {"stage": "primary", "year": 2026, "paper": paper, "portrait": portrait}
    for kind in ("county", "townships", "sections"):
        with sheets(plans, lang, of=kind, **wish) as drawn:
            for _, page, _ in drawn:
                found = boxes(page, gid=None)
                whole = shapely.box(0, 0, page.layout.width, page.layout.height)
                assert [text for text, box in found if not whole.covers(box)] == []
                assert crossing(found, 0.3) == []


def test_no_letter_is_smaller_than_six_points(town: Plan) -> None:
    with sheets([town], of="sections", stage="primary", paper="A4", year=2026) as drawn:
        for _, page, _ in drawn:
            assert min(float(text.get_fontsize()) for text in page.axes.texts) >= 6


def test_a_county_sheet_for_each_stage_that_has_zones(town: Plan) -> None:
    with sheets([town], paper="A4") as drawn:
        assert [sheet.scenes[0].norm.stage for sheet, _, _ in drawn] == ["primary"]


def test_the_first_page_says_on_which_page_a_township_is(town: Plan) -> None:
    with sheets([town], of="townships", stage="primary", year=2026, paper="A4") as drawn:
        assert [sheet.place for sheet, _, _ in drawn] == ["Nine Squares", "北镇", "南镇"]
        shown = words(drawn[0][1])
        assert "北镇 (p. 2)" in shown
        assert "南镇 (p. 3)" in shown
        assert "page 1 of 3" in " ".join(shown)
        assert "page 3 of 3" in " ".join(words(drawn[2][1]))


def test_one_township_alone_needs_no_overview(town: Plan) -> None:
    with sheets([town], township="南镇", stage="primary", paper="A4") as drawn:
        assert [sheet.place for sheet, _, _ in drawn] == ["南镇"]


def test_every_school_that_teaches_has_a_page_which_the_index_names(town: Plan) -> None:
    with sheets([town], of="sections", stage="primary", year=2026, paper="A4") as drawn:
        county, *singles = [sheet for sheet, _, _ in drawn]
        by_name = {entry.name: (entry.cell, entry.page) for entry in county.entries}
        assert {sheet.place: page for page, sheet in enumerate(singles, 2)} == {
            name: page for name, (_, page) in by_name.items()
        }
        assert set(by_name) == {"West School", "East School", "New School"}


def test_a_closed_school_is_on_no_sheet(town: Plan) -> None:
    with sheets([town], stage="primary", year=2027, paper="A4") as drawn:
        shown = words(drawn[0][1])
    assert "West School" in shown
    assert "East School" not in shown


def test_without_a_year_the_first_year_of_other_zones_is_drawn(town: Plan) -> None:
    # From 2026 on New School takes areas 6, 7 and 8.
    with sheets([town], stage="primary", paper="A4") as drawn:
        assert drawn[0][0].scenes[0].year == 2026


def test_the_cell_of_the_index_is_the_one_in_which_the_school_stands(town: Plan) -> None:
    with sheets([town], stage="primary", year=2026, paper="A4") as drawn:
        ((sheet, _, (chart,)),) = drawn
    box = sheet.windows[0].box
    west = next(symbol for symbol in chart.symbols if symbol.row == 0)
    cell = next(entry.cell for entry in sheet.entries if entry.name == "West School")
    column, row = ord(cell[0]) - ord("A"), int(cell[1:]) - 1
    share = (west.point.x - box.left) / box.width
    assert column <= share * round(box.width / 34) < column + 1
    share = (west.point.y - box.top) / box.height
    assert row <= share * round(box.height / 34) < row + 1


def test_public_sheets_hold_no_number_of_pupils(town: Plan) -> None:
    plans = [town, zoned(town, {"a4": "e"}, 2026)]
    for kind in ("county", "townships", "sections"):
        with sheets(plans, of=kind, stage="primary", year=2026, paper="A4", public=True) as drawn:
            shown = " ".join(text for _, page, _ in drawn for text in words(page)).lower()
            for word in ("pupils", "entrants", "utilisation", "internal", "large", "560", "672"):
                assert word not in shown
        with sheets(plans, of=kind, stage="primary", year=2026, paper="A4") as drawn:
            shown = " ".join(text for _, page, _ in drawn for text in words(page)).lower()
            assert "internal" in shown
            assert "pupils" in shown


def test_the_sheet_of_a_school_names_the_areas_of_its_zone(town: Plan) -> None:
    with sheets([town], section="n", year=2026, paper="A4") as drawn:
        ((sheet, page, _),) = drawn
    shown = " ".join(words(page))
    assert sheet.place == "New School"
    assert "Areas of the zone (3)" in shown  # areas 6, 7 and 8
    assert all(f"Area {area}" in shown for area in (6, 7, 8))
    assert "500 m from the school as the crow flies" in shown  # the limit of norms cn for primary


def test_a_zone_keeps_its_colour_on_every_sheet_before_and_after(town: Plan) -> None:
    plans = [town, zoned(town, {"a4": "e"}, 2026)]
    colours: dict[str, set[int]] = {}
    for kind in ("county", "townships", "sections"):
        with sheets(plans, of=kind, stage="primary", year=2026, paper="A4") as drawn:
            for sheet, _, _ in drawn:
                for scene in sheet.scenes:
                    for zone in scene.zones:
                        colours.setdefault(zone.key, set()).add(zone.colour)
    assert {key: len(found) for key, found in colours.items()} == {"w": 1, "e": 1, "n": 1}


# ------------------------------------------------------------------------ before and after


def test_exactly_the_areas_that_change_zone_are_hatched(town: Plan) -> None:
    after = zoned(town, {"a4": "e", "a8": "e"}, 2026)  # from w and from n
    with sheets([town, after], stage="primary", year=2026, paper="A4") as drawn:
        ((sheet, page, charts),) = drawn
    assert [view.hatched.tolist() for view in sheet.views] == [[4, 8], [4, 8]]
    assert sheet.change is not None
    assert sheet.change.moves == {("n", "e"): 1, ("w", "e"): 1}
    one, other = sheet.windows
    assert (one.denominator, one.east, one.north) == (other.denominator, other.east, other.north)
    shown = " ".join(words(page))
    assert "2 of 9 areas change zone; 3 zones are concerned." in shown
    assert "32 entrants of 2026" in shown  # 10 + 4 and 10 + 8
    assert "West School → East School: 1 area" in shown
    assert "Before: As things stand" in shown
    assert all("changed" in chart.shown for chart in charts)


def test_where_nothing_changes_the_sheet_says_so(town: Plan) -> None:
    with sheets([town, make_variant(town)], stage="primary", year=2026, paper="A4") as drawn:
        ((_, page, charts),) = drawn
    assert "No zone changes." in words(page)
    assert not any("changed" in chart.shown for chart in charts)


def test_a_township_tells_only_of_its_own_changes(town: Plan) -> None:
    after = zoned(town, {"a4": "e", "a8": "e"}, 2026)
    with sheets([town, after], township="南镇", stage="primary", year=2026, paper="A4") as drawn:
        ((sheet, page, _),) = drawn
    assert sheet.views[0].hatched.tolist() == [8]
    assert "1 of 3 areas change zone; 2 zones are concerned." in " ".join(words(page))


def test_hatching_fills_a_shape_and_nothing_else() -> None:
    from planner.atlas.sheets.chart import hatching

    shape = shapely.box(10, 10, 30, 20).difference(shapely.box(15, 12, 20, 18))
    lines = hatching(shape, 1.0)
    assert shape.buffer(1e-6).covers(lines)
    # lines a millimetre apart have about as much length as the shape has area
    assert lines.length == pytest.approx(shape.area, rel=0.1)


# ------------------------------------------------------------------------ odd towns


def test_a_piece_of_a_zone_without_its_school_bears_its_name(town: Plan) -> None:
    apart = zoned(town, {"a8": "w"}, 2026)  # west school is in area 3
    with sheets([apart], stage="primary", year=2026, paper="A4") as drawn:
        shown = words(drawn[0][1])
    assert "→ West School" in shown


def test_a_school_outside_its_zone_is_joined_to_it(town: Plan) -> None:
    swapped = zoned(town, {"a3": "e", "a0": "e", "a1": "w"}, 2026)
    lines = []
    for plan in (town, swapped):
        with sheets([plan], stage="primary", year=2026, paper="A4") as drawn:
            ((_, page, (chart,)),) = drawn
            west = next(symbol for symbol in chart.symbols if symbol.row == 0).point
            paths = [np.asarray(patch.get_path().vertices) for patch in page.axes.patches]
            threads = [path for path in paths if len(path) == 2]
            lines.append([path for path in threads if np.allclose(path[0], (west.x, west.y))])
    assert [len(found) for found in lines] == [0, 1]


def test_areas_that_touch_only_at_a_corner_are_two_pieces(town: Plan) -> None:
    corner = zoned(town, {"a0": "e", "a4": "e", "a2": "w"}, 2026)
    with sheets([corner], stage="primary", year=2026, paper="A4") as drawn:
        shown = words(drawn[0][1])
    assert "→ East School" in shown


def test_sections_that_share_a_zone_are_named_together(town: Plan) -> None:
    with sheets([with_shared_zone(town)], section="w", year=2026, paper="A4") as drawn:
        shown = " ".join(words(drawn[0][1]))
    assert "Shared zone, places drawn by lot" in shown
    assert "East School" in shown


def test_a_stage_without_zones_shows_its_schools_and_says_why(town: Plan) -> None:
    with sheets([town], stage="senior", year=2026, paper="A4") as drawn:
        ((_, page, (chart,)),) = drawn
    shown = " ".join(words(page))
    assert "Senior School" in shown
    assert "takes pupils from the whole county" in shown
    assert "zone" not in chart.shown


def test_a_stage_without_any_section_says_so(town: Plan) -> None:
    with sheets([town], stage="junior", year=2026, paper="A4") as drawn:
        ((_, page, (chart,)),) = drawn
    assert chart.symbols == ()
    assert "No junior section teaches in 2026." in " ".join(words(page))


def test_a_school_without_a_zone_gets_a_sheet_too(town: Plan) -> None:
    with sheets([town], section="s", year=2026, paper="A4") as drawn:
        ((sheet, _, _),) = drawn
    assert sheet.place == "Senior School"


def test_a_town_of_one_area(town: Plan) -> None:
    study = dataclasses.replace(town.study, areas=town.study.areas.iloc[[3]].reset_index(drop=True))
    alone = dataclasses.replace(
        town,
        study=study,
        area_years=town.area_years[town.area_years["area_id"] == "a3"],
        sections=town.sections.iloc[[0]],
        section_years=town.section_years[town.section_years["section_id"] == "w"],
    )
    for kind in ("county", "townships", "sections"):
        with sheets([alone], of=kind, stage="primary", year=2026, paper="A4") as drawn:
            assert len(drawn) == 1
            assert "West School" in " ".join(words(drawn[0][1]))


def test_a_county_without_streets_lakes_or_townships(town: Plan) -> None:
    study = dataclasses.replace(
        town.study,
        areas=town.study.areas.assign(township=None),
        streets=town.study.streets.iloc[:0],
        barriers=town.study.barriers.iloc[:0],
    )
    bare = dataclasses.replace(town, study=study)
    with sheets([bare], stage="primary", year=2026, paper="A4") as drawn:
        assert "water" not in drawn[0][2][0].shown
    with pytest.raises(InputError, match="name no township"), sheets([bare], of="townships"):
        pass


def test_a_school_whose_seats_are_not_known_is_grey_and_the_legend_says_so(town: Plan) -> None:
    # New School has 130 pupils and no seats in 2026, 540 seats in 2027.
    for year, said in ((2026, True), (2027, False)):
        with sheets([town], stage="primary", year=year, paper="A4") as drawn:
            assert ("seats not known, or none" in words(drawn[0][1])) is said


def test_another_gate_of_the_school_is_marked(town: Plan) -> None:
    gate = town.sections.geometry.iloc[0].buffer(150).exterior.interpolate(0)
    gates = gpd.GeoDataFrame(
        {"school_id": ["W"], "name": ["北门"]}, geometry=[gate], crs=town.study.crs
    )
    study = dataclasses.replace(town.study, gates=gates)
    with sheets([dataclasses.replace(town, study=study)], section="w", paper="A4") as drawn:
        ((_, page, _),) = drawn
    assert "another gate" in words(page)


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_does_any_harm(town: Plan, name: str, tmp_path: Path) -> None:
    plan = named(town, name)
    for wish in (
        Wish(stage="primary", paper="A4", year=2026, formats=("pdf", "png"), dpi=50),
        Wish(of="sections", stage="primary", paper="A4", year=2026),
    ):
        assert draw_sheets([plan, zoned(plan, {"a4": "e"}, 2026)], wish, tmp_path, ZH)
    with sheets([plan], EN, stage="primary", paper="A4", year=2026) as drawn:
        for text in drawn[0][1].axes.texts:
            assert text.get_text().isprintable()
            assert not text.get_parse_math()


@pytest.mark.parametrize("odd", [odd for odd in ODD if "a stage" not in odd])
@pytest.mark.parametrize("kind", ["county", "townships", "sections"])
def test_on_the_sheets_of_an_odd_town_nothing_covers_anything_or_runs_off(
    odd: str, kind: str
) -> None:
    with sheets([ODD[odd]()], EN, of=kind, stage="primary", paper="A4", year=2026) as drawn:
        assert drawn
        for sheet, page, _ in drawn:
            everything, on_map = boxes(page, gid=None), boxes(page)
            paper = shapely.box(0, 0, page.layout.width, page.layout.height)
            frames = shapely.union_all([window.box.shape() for window in sheet.windows])
            assert [text for text, box in everything if not paper.covers(box)] == []
            assert [text for text, box in on_map if not frames.covers(box)] == []
            assert crossing(everything, 0.3) == []


@pytest.mark.parametrize("odd", ["names of 200 letters", "names with marks"])
def test_files_of_sheets_are_not_called_after_names(odd: str, tmp_path: Path) -> None:
    wish = Wish(of="sections", stage="primary", paper="A4", year=2026)
    draw_sheets([ODD[odd]()], wish, tmp_path, EN)
    assert [path.name for path in tmp_path.iterdir()] == ["sections.pdf"]


# ------------------------------------------------------------------------ what is asked for


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({"of": "contry"}, "--of 'contry' is not known. Did you mean 'county'?"),
        ({"paper": "A5"}, "--paper 'A5' is not known. There are: A4, A3, A2, A1."),
        ({"formats": ("svg",)}, "--format 'svg' is not known. There are: pdf, png."),
        ({"dpi": 5}, "--dpi must be from 50 to 600; found 5."),
        ({"date": "1 August"}, "--date takes a day such as 2026-08-01, or today"),
        ({"of": "county", "township": "北镇"}, "--of county cannot be narrowed to that."),
        ({"stage": "primry"}, "--stage 'primry' is not known. Did you mean 'primary'?"),
        ({"township": "西镇"}, "--township '西镇' is not known."),
        ({"section": "x"}, "--section 'x' is not known. There are: w, e, n, s."),
        ({"section": "s", "stage": "primary"}, "--section s teaches senior, not primary."),
        ({"year": 2040}, "--year 2040 is not planned; the plan has 2025 to 2027."),
        ({"section": "n", "year": 2025}, "No section of n teaches in 2025."),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_what_there_is(
    town: Plan, wish: dict[str, Any], said: str
) -> None:
    with pytest.raises(InputError) as refused, sheets([town], **wish):
        pass
    assert said in str(refused.value)
    assert all(sentence for sentence in refused.value.said("zh"))


def test_all_faults_of_a_wish_come_at_once() -> None:
    with pytest.raises(InputError) as refused:
        Wish(of="contry", paper="A7", dpi=1)
    assert len(refused.value.faults) == 3


def test_every_word_of_the_sheets_stands_in_both_languages_with_the_same_figures() -> None:
    import re

    from planner.atlas.words import read_words

    for key, both in read_words(map_templates() / "sheet.toml").items():
        zh, en = (set(re.findall(r"{(\w+)}", both[lang])) for lang in ("zh", "en"))
        assert zh == en, key


# ------------------------------------------------------------------------ files


def test_the_same_plan_gives_the_same_bytes(town: Plan, tmp_path: Path) -> None:
    wish = Wish(
        of="townships", stage="primary", year=2026, paper="A4", formats=("pdf", "png"), dpi=60,
        date="2026-08-01",
    )  # fmt: skip
    first: dict[str, bytes] = {}
    second: dict[str, bytes] = {}
    for number, found in enumerate((first, second)):
        folder = tmp_path / str(number)
        folder.mkdir()
        for path in draw_sheets([town], wish, folder, ZH):
            found[path.name] = path.read_bytes()
    assert list(first) == [
        "townships.pdf", "townships-1.png", "townships-2.png", "townships-3.png",
    ]  # fmt: skip
    assert first == second


def test_the_day_is_printed_only_when_it_was_given(town: Plan) -> None:
    with sheets([town], stage="primary", paper="A4") as drawn:
        shown = " ".join(words(drawn[0][1]))
    assert "data as counted on 1 September 2025" in shown
    assert "drawn with planner " in shown
    with sheets([town], stage="primary", paper="A4", date="2026-08-01") as drawn:
        assert "drawn with planner, 2026-08-01" in " ".join(words(drawn[0][1]))


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed.")
@pytest.mark.parametrize("lang", [EN, ZH])
def test_names_in_the_document_can_be_searched_and_its_letters_are_embedded(
    town: Plan, tmp_path: Path, lang: Language
) -> None:
    if lang == ZH and not letters.find_lettering(ZH).chinese:
        pytest.skip("No font with Chinese letters is installed.")
    wish = Wish(stage="primary", year=2026, paper="A4")
    (pdf,) = draw_sheets([town], wish, tmp_path, lang)
    text = _said_by("pdftotext", str(pdf), "-")
    assert ("West School" if lang == EN else "西门小学") in text
    fonts = _said_by("pdffonts", str(pdf)).splitlines()[2:]
    assert fonts
    assert all(line.split()[-5:-3] == ["yes", "yes"] for line in fonts)  # embedded, subset


def _said_by(*command: str) -> str:
    """Return what a program writes."""
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_without_a_chinese_font_the_sheets_come_out_in_english(
    town: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters, "CHINESE_FAMILIES", ())
    assert draw_sheets([town], Wish(stage="primary", paper="A4", year=2026), tmp_path, ZH)
    with sheets([town], ZH, stage="primary", paper="A4", year=2026) as drawn:
        shown = words(drawn[0][1])
    assert "West School" in shown
    assert all(text.isascii() or set(text) & set("–…?→·÷") for text in shown)


def test_the_progress_names_every_page(town: Plan, tmp_path: Path) -> None:
    told: list[str] = []
    wish = Wish(of="townships", stage="primary", year=2026, paper="A4")
    draw_sheets([town], wish, tmp_path, EN, told.append)
    assert told == ["page 1 of 3, Nine Squares", "page 2 of 3, 北镇", "page 3 of 3, 南镇"]
