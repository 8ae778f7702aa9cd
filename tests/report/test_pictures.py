"""Pictures say the finding, hide nothing, keep names harmless and are the same bytes every time.

The county drawn here has three stages, counted to 2023 and projected to 2026::

              2021  2022  2023 | 2024  2025  2026   seats from 2023 on
    primary    900  1000   950 |  900   800   700   960
    junior     400   420   440 |  460   480   450   500
    senior     300   310   320 |  330   350   380   340
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from itertools import combinations, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.text import Text

from planner import lettering as letters
from planner.lettering import find_lettering
from planner.norms import StageNorm, available, read_norms
from planner.report.pictures import (
    draw_backtest,
    draw_births,
    draw_county,
    draw_pyramid,
    draw_sections,
    font_notice,
    palette,
    write_pictures,
)
from planner.report.pictures.paper import spread
from planner.report.pictures.words import PICTURE_WORDS
from planner.shipped import map_templates
from planner.terms import Language
from tests.report.town import HOSTILE

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure

EN = Language.ENGLISH
ZH = Language.CHINESE
YEARS = (2021, 2022, 2023, 2024, 2025, 2026)
BASE = 2023
ROLLS = {
    "primary": (900, 1000, 950, 900, 800, 700),
    "junior": (400, 420, 440, 460, 480, 450),
    "senior": (300, 310, 320, 330, 350, 380),
}
SEATS = {"primary": 960, "junior": 500, "senior": 340}
STAGES = read_norms("cn").stages
PICTURES = Path(palette.__file__).parent

chinese_only = pytest.mark.skipif(
    font_notice() is not None, reason="No font with Chinese letters is installed."
)


def stage(name: str) -> StageNorm:
    return next(norm for norm in STAGES if norm.stage == name)


def with_intervals(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with intervals of ± 5 % and ± 10 % in projected years."""
    ahead = ~table["counted"]
    for share, width in ((80, 0.05), (95, 0.10)):
        table[f"low{share}"] = (table["pupils"] * (1 - width)).where(ahead)
        table[f"high{share}"] = (table["pupils"] * (1 + width)).where(ahead)
    return table


def county() -> pd.DataFrame:
    rows = [
        {
            "stage": name,
            "year": year,
            "counted": year <= BASE,
            "pupils": float(pupils),
            "seats": float(SEATS[name]) if year >= BASE else np.nan,
        }
        for name, rolls in ROLLS.items()
        for year, pupils in zip(YEARS, rolls, strict=True)
    ]
    return with_intervals(pd.DataFrame(rows))


def section(
    key: str, pupils: tuple[float, ...], seats: float | tuple[float, ...], name: str = ""
) -> pd.DataFrame:
    """Return a section counted in 2023 and projected from 2024 on."""
    rows = pd.DataFrame({"pupils": [float(count) for count in pupils]})
    rows["seats"] = seats if isinstance(seats, float) else [float(seat) for seat in seats]
    rows["year"] = range(BASE, BASE + len(rows))
    rows["counted"] = rows["year"] <= BASE
    return with_intervals(rows.assign(section_id=key, name=name or f"School {key}"))


def births() -> pd.DataFrame:
    rows = [
        (variant, year, 1000.0 - 50 * (year - 2020), True)
        for variant in ("low", "medium", "high")
        for year in range(2018, 2024)
    ]
    rows += [
        (variant, year, 850.0 * factor, False)
        for variant, factor in (("low", 0.9), ("medium", 1.0), ("high", 1.1), ("path", 1.0))
        for year in range(2024, 2029)
    ]
    return pd.DataFrame(rows, columns=["variant", "year", "births", "published"])


def ages(years: range = range(2023, 2036)) -> pd.DataFrame:
    """Return year groups that climb unchanged; the one born in 2017 is the largest."""
    rows = [
        (age, year, 900.0 if year - age == 2017 else 500.0 - 10 * (year - age - 2017), 300.0)
        for year in years
        for age in range(19)
    ]
    return pd.DataFrame(rows, columns=["age", "year", "residents", "pupils"])


def backtest(leads: tuple[int, ...] = (1, 2, 3, 4)) -> pd.DataFrame:
    sizes = {"all": (1.0, 3000), "<100": (2.5, 700), "100-499": (1.2, 800), "500-999": (0.9, 1500)}
    methods = {"naive": 0.04, "progression": 0.025, "planner": 0.02}
    rows = [
        {
            "method": method,
            "level": "school",
            "size_class": size,
            "lead": lead,
            "n": number - lead,
            "wape": error * factor * lead,
            "median_ape": error,
            "bias": 0.0,
            "coverage80": 0.82 - 0.02 * lead if method == "planner" else np.nan,
            "coverage95": 0.96 - 0.01 * lead if method == "planner" else np.nan,
            "width80": 0.1,
        }
        for method, error in methods.items()
        for size, (factor, number) in sizes.items()
        for lead in leads
    ]
    return pd.DataFrame(rows)


def primaries(number: int = 6) -> pd.DataFrame:
    return pd.concat(
        section(f"P{place}", (300, 310 + place, 305, 300), 312.0) for place in range(number)
    )


DRAWN: dict[str, Callable[[Language], Figure]] = {
    "county": lambda lang: draw_county(county(), STAGES, lang),
    "sections": lambda lang: draw_sections(primaries(), stage("primary"), lang)[0],
    "births": lambda lang: draw_births(births(), lang),
    "ages": lambda lang: draw_pyramid(ages(), STAGES, lang),
    "backtest": lambda lang: draw_backtest(backtest(), lang),
}


def texts(figure: Figure) -> list[str]:
    """Return every text that a figure shows."""
    found: list[Any] = figure.findobj(Text)
    return [text.get_text() for text in found if text.get_visible() and text.get_text()]


def titles(figure: Figure) -> str:
    """Return the large lines at the top as one."""
    largest = max(text.get_fontsize() for text in figure.texts)
    return " ".join(text.get_text() for text in figure.texts if text.get_fontsize() == largest)


def names_in_order(figure: Figure) -> list[str]:
    return [text for text in texts(figure) if text.startswith("School ")]


def panels(figure: Figure) -> list[Any]:
    return list(figure.axes)


# ------------------------------------------------------------------------ what they say


def test_the_county_picture_says_when_each_stage_peaks() -> None:
    title = titles(draw_county(county(), STAGES, EN))
    # Senior rises to the last year shown, so its peak may still lie beyond.
    assert title == (
        "Pupils peak: primary in 2022 (1,000), junior in 2025 (480), senior in 2026 or later"
    )


@chinese_only
def test_the_county_picture_says_it_in_chinese() -> None:
    title = titles(draw_county(county(), STAGES, ZH)).replace(" ", "")
    assert title == "在校生达峰：小学2022年（1,000人），初中2025年（480人），高中2026年或更晚"


def test_a_stage_that_only_falls_peaked_in_the_first_year_or_before() -> None:
    falling = county().query("stage == 'primary' and year >= 2022")
    assert titles(draw_county(falling, STAGES, EN)) == "Pupils peak: primary in 2022 or before"


def test_the_peak_is_written_beside_its_year() -> None:
    shown = texts(draw_county(county(), STAGES, EN))
    assert "peak 2022: 1,000" in shown
    assert "peak 2025: 480" in shown
    assert "most 2026: 380" in shown


def test_stages_are_stacked_from_the_youngest_down() -> None:
    shuffled = county().sample(frac=1, random_state=1)
    figure = draw_county(shuffled, tuple(reversed(STAGES)), EN)
    heights = [axes.get_position().y0 for axes in panels(figure)]
    assert heights == sorted(heights, reverse=True)
    named = [text for text in texts(figure) if text in {"Primary", "Junior", "Senior"}]
    assert named == ["Primary", "Junior", "Senior"]


def test_intervals_open_out_of_the_last_count() -> None:
    figure = draw_county(county().query("stage == 'junior'"), STAGES, EN)
    wide = panels(figure)[0].collections[0].get_paths()[0].vertices
    at_base = wide[np.isclose(wide[:, 0], BASE), 1]
    assert set(at_base) == {440.0}
    assert wide[np.isclose(wide[:, 0], 2025), 1] == pytest.approx([480 * 0.9, 480 * 1.1])


def test_the_last_values_stand_at_the_ends_of_their_lines() -> None:
    shown = texts(draw_county(county(), STAGES, EN))
    # Junior 2026: 450 ± 5 % and ± 10 %.
    assert {"450", "80%: 428–472", "95%: 405–495", "seats 500"} <= set(shown)


def test_counted_and_projected_years_are_told_apart_once() -> None:
    shown = texts(draw_county(county(), STAGES, EN))
    assert shown.count("counted") == shown.count("projected") == 1


def test_without_intervals_or_seats_the_county_picture_speaks_of_neither() -> None:
    bare = county().assign(seats=np.nan, low80=np.nan, high80=np.nan, low95=np.nan, high95=np.nan)
    said = " ".join(texts(draw_county(bare, STAGES, EN)))
    assert "seats" not in said
    assert "80%" not in said


# ------------------------------------------------------------------------ sections


def test_the_tightest_section_comes_first_and_one_of_unknown_seats_last() -> None:
    table = pd.concat(
        [
            section("A", (100, 90, 80), 100.0),  # 90 ÷ 100
            section("B", (100, 100, 120), 100.0),  # 120 ÷ 100
            section("C", (100, 100, 100), float("nan")),
            section("D", (100, 10, 5), (100.0, 100.0, 0.0)),  # closed with five pupils left
        ]
    )
    (page,) = draw_sections(table, stage("primary"), EN)
    assert names_in_order(page) == ["School D", "School B", "School A", "School C"]
    shown = texts(page)
    assert "2025: 120% full" in shown
    assert "2025: no seats" in shown
    assert "seats unknown" in shown


def test_only_a_section_that_will_be_short_is_tinted() -> None:
    crowded_today = section("A", (130, 100, 90), 100.0)  # full, but not short, from 2024 on
    short = section("B", (90, 101, 90), 100.0)
    (page,) = draw_sections(pd.concat([crowded_today, short]), stage("primary"), EN)
    tints = [to_hex(axes.get_facecolor()) for axes in panels(page)]
    assert [tint == palette.SHORT_TINT for tint in tints] == [True, False]
    assert titles(page) == "Primary: 1 of 2 sections will be short of seats"


def test_the_chance_of_too_few_seats_is_written_for_the_worst_year() -> None:
    table = section("A", (90, 101, 90), 100.0).assign(over_seats_probability=[np.nan, 0.6, 0.1])
    (page,) = draw_sections(table, stage("primary"), EN)
    assert "2024: 101% full, P(short) 60%" in texts(page)


@pytest.mark.parametrize(("chance", "said"), [(0.001, "<1%"), (0.999, ">99%"), (0.5, "50%")])
def test_nothing_projected_is_called_certain(chance: float, said: str) -> None:
    table = section("A", (90, 101, 90), 100.0).assign(over_seats_probability=chance)
    (page,) = draw_sections(table, stage("primary"), EN)
    assert any(text.endswith(f"P(short) {said}") for text in texts(page))


def test_thirty_five_sections_fill_a_page_and_one_more_turns_it() -> None:
    pages = draw_sections(primaries(36), stage("primary"), EN)
    assert [len(panels(page)) for page in pages] == [35, 1]
    assert "page 2 / 2" in texts(pages[1])


def test_the_panels_of_few_sections_fill_the_page() -> None:
    (five,) = draw_sections(primaries(5), stage("senior"), EN)  # two across, three down
    lowest = min(axes.get_position().y0 for axes in panels(five))
    assert lowest < 0.1
    assert len({axes.get_position().x0 for axes in panels(five)}) == 2


def test_a_stage_without_sections_has_no_page() -> None:
    assert draw_sections(primaries().iloc[:0], stage("primary"), EN) == []


@pytest.mark.parametrize(("largest", "shared"), [(400.0, True), (401.0, False)])
def test_panels_share_a_scale_up_to_four_times_the_size(largest: float, *, shared: bool) -> None:
    table = pd.concat([section("A", (50, 50), 100.0), section("B", (50, 50), largest)])
    (page,) = draw_sections(table, stage("primary"), EN)
    tops = {axes.get_ylim()[1] for axes in panels(page)}
    assert (len(tops) == 1) == shared
    assert any("One scale" in text for text in texts(page)) == shared


def test_a_school_that_never_opens_does_not_decide_the_scale() -> None:
    table = pd.concat(
        [section("A", (90, 90), 100.0), section("B", (80, 80), 100.0), section("C", (0, 0), 0.0)]
    )
    (page,) = draw_sections(table, stage("primary"), EN)
    assert len({axes.get_ylim() for axes in panels(page)}) == 1


def test_seats_change_in_a_step_between_two_school_years() -> None:
    (page,) = draw_sections(section("A", (90, 90, 90), (100.0, 200.0, 200.0)), stage("primary"), EN)
    seats = next(line for line in panels(page)[0].lines if line.get_drawstyle() == "steps-mid")
    assert list(seats.get_ydata()) == [100.0, 200.0, 200.0]


# ------------------------------------------------------------------------ births, ages, back-test


def test_births_tell_the_fall_and_what_is_expected() -> None:
    # Published 1100 in 2018 and 850 in 2023; low 850 × 0.9, high 850 × 1.1.
    assert titles(draw_births(births(), EN)) == (
        "Births: 1,100 in 2018, 850 in 2023; 765 to 935 expected in 2028"
    )


def test_published_births_are_drawn_once_and_every_variant_starts_from_them() -> None:
    lines = panels(draw_births(births(), EN))[0].lines
    years = [list(line.get_xdata()) for line in lines if len(line.get_xdata()) > 2]
    assert years.count(list(range(2018, 2024))) == 1
    assert years.count(list(range(2023, 2029))) == 4


def test_births_without_variants_are_drawn_as_they_were_published() -> None:
    published = births().query("published")
    assert titles(draw_births(published, EN)) == "Births: 1,100 in 2018, 850 in 2023"


def test_the_pyramid_shows_the_base_year_and_six_evenly_spaced_ones() -> None:
    figure = draw_pyramid(ages(), STAGES, EN)
    years = [axes.get_title() for axes in panels(figure)]
    assert years == ["2023", "2025", "2027", "2029", "2031", "2033", "2035"]
    assert len({axes.get_xlim() for axes in panels(figure)}) == 1


def test_the_largest_year_group_is_seen_to_climb_until_it_leaves() -> None:
    figure = draw_pyramid(ages(), STAGES, EN)
    arrows = [
        [line.get_ydata()[0] for line in axes.lines if line.get_marker() == "<"]
        for axes in panels(figure)
    ]
    # Born in 2017: aged 6 in 2023, two years older in every panel, 18 in 2035.
    assert arrows == [[6], [8], [10], [12], [14], [16], []]


def test_bars_are_residents_coloured_by_the_stage_of_their_age() -> None:
    first = panels(draw_pyramid(ages(range(2023, 2024)), STAGES, EN))[0]
    bars = first.patches[:18]
    assert [bar.get_width() for bar in bars] == list(
        ages(range(2023, 2024)).query("age <= 17")["residents"]
    )
    inks = [to_hex(bar.get_facecolor()) for bar in bars]
    kindergarten, primary = (
        palette.stage_colour(stage(name)) for name in ("kindergarten", "primary")
    )
    assert inks[2] == palette.FAINT
    assert inks[3:6] == [kindergarten] * 3
    assert inks[6:12] == [primary] * 6


def test_the_back_test_speaks_of_the_schools_of_most_pupils_below_its_panels() -> None:
    # <100: 700 × 50, 100–499: 800 × 300, 500–999: 1,500 × 750 pupils.
    (sentence,) = [
        text for text in texts(draw_backtest(backtest(), EN)) if "500–999 pupils" in text
    ]
    assert sentence == (
        "Three years ahead, schools of 500–999 pupils were missed by 5.4% on average "
        "(last year's roll: 10.8%, three-year progression: 6.8%)."
    )


def test_the_back_test_holds_planner_against_carrying_last_year_on() -> None:
    assert titles(draw_backtest(backtest(), EN)) == (
        "Three years ahead, the rolls of schools were missed by 6.0%; last year's roll misses "
        "by 12.0%"
    )


def test_a_short_past_is_tested_as_far_as_it_reaches() -> None:
    assert titles(draw_backtest(backtest(leads=(1,)), EN)).startswith("One year ahead")


def test_without_a_past_there_is_nothing_to_say() -> None:
    assert titles(draw_backtest(backtest().iloc[:0], EN)) == "Too few past years to test forecasts"


# ------------------------------------------------------------------------ names and letters


@pytest.mark.parametrize("name", [HOSTILE, "$x_1$", "$\\frac{1}$", "A\nB\u202eC", "名" * 80])
def test_a_hostile_name_stays_one_short_harmless_line(name: str, tmp_path: Path) -> None:
    pages = draw_sections(section("A", (90, 90), 100.0, name=name), stage("primary"), EN)
    shown = texts(pages[0])
    assert all(text.isprintable() for text in shown)
    assert all(not text.get_parse_math() for text in pages[0].texts)
    write_pictures({"sections": pages}, tmp_path)  # a letter without a glyph would warn


@settings(deadline=None)  # a font that is opened for the first time takes its time
@given(name=st.text(), width=st.floats(8, 60))
def test_any_name_fits_its_panel_in_letters_the_fonts_have(name: str, width: float) -> None:
    lettering = find_lettering(EN)
    drawn = lettering.shortened(lettering.name(name, "S1"), width, 7)
    assert lettering.width_mm(drawn, 7) <= width
    assert lettering.text(drawn) == drawn


def test_a_name_that_fits_is_left_as_it_is() -> None:
    lettering = find_lettering(EN)
    assert lettering.shortened("Ninghai Primary", 100, 7) == "Ninghai Primary"
    cut = lettering.shortened("Ninghai Primary", 15, 7)
    assert cut.endswith("…")
    assert "Ninghai Primary".startswith(cut[:-1])


@pytest.fixture
def no_chinese_font(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letters, "CHINESE_FAMILIES", ())


@pytest.mark.usefixtures("no_chinese_font")
def test_without_a_chinese_font_pictures_speak_english_and_name_schools_by_id(
    tmp_path: Path,
) -> None:
    table = pd.concat(
        [section("P1", (90, 90), 100.0, name="西街小学"), section("P2", (80, 80), 100.0)]
    )
    pages = draw_sections(table, stage("primary"), ZH)
    shown = texts(pages[0])
    assert "P1" in shown
    assert "School P2" in shown
    assert all(text.isascii() or set(text) & set("–…") for text in shown)
    write_pictures({"sections": pages, "county": draw_county(county(), STAGES, ZH)}, tmp_path)
    notice = font_notice()
    assert notice is not None
    assert "fonts-noto-cjk" in notice.en
    assert "fonts-noto-cjk" in notice.zh


@chinese_only
def test_with_a_chinese_font_there_is_nothing_to_install() -> None:
    assert font_notice() is None
    assert find_lettering(ZH).name("西街小学", "P1") == "西街小学"


def test_letters_with_postscript_outlines_are_not_called_truetype(tmp_path: Path) -> None:
    write_pictures({"p": draw_sections(primaries(2), stage("primary"), ZH)}, tmp_path)
    content = (tmp_path / "p.pdf").read_bytes()
    truetype = b"/CIDFontType2" in content
    assert truetype == (find_lettering(ZH).pdf_font_type == 42)
    assert find_lettering(ZH).pdf_font_type in {3, 42}


# ------------------------------------------------------------------------ how they look


@pytest.mark.parametrize("kind", DRAWN)
def test_every_text_lies_on_the_paper_and_on_no_other_text(kind: str, lang: Language) -> None:
    figure = DRAWN[kind](lang)
    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    outside = _outside(figure)
    found: list[Any] = figure.findobj(Text)
    boxes = {
        (text.get_text(), number): text.get_window_extent().padded(-1.5)
        for number, text in enumerate(found)
        if text.get_visible() and text.get_text() and id(text) not in outside
    }
    paper = figure.bbox
    off = [key for key, box in boxes.items() if not _within(box, paper)]
    assert off == []
    crossed = [
        (one, other)
        for (one, box), (other, second) in combinations(boxes.items(), 2)
        if box.overlaps(second)
    ]
    assert crossed == []


def _outside(figure: Figure) -> set[int]:
    """Return the labels of ticks beyond the limits of their axis, which are never drawn."""
    found: set[int] = set()
    for axes in figure.axes:
        for axis, limits in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
            for tick in axis.get_major_ticks():
                if not min(limits) <= tick.get_loc() <= max(limits):
                    found |= {id(tick.label1), id(tick.label2)}
    return found


def _within(box: Any, paper: Any) -> bool:
    return bool(
        paper.x0 <= box.x0 and paper.y0 <= box.y0 and box.x1 <= paper.x1 and box.y1 <= paper.y1
    )


@given(
    wanted=st.lists(st.floats(-1000, 1000), min_size=1, max_size=6),
    gap=st.floats(0.5, 50),
)
def test_labels_keep_their_order_and_their_distance(wanted: list[float], gap: float) -> None:
    moved = spread(wanted, gap)
    upwards = sorted(zip(wanted, moved, strict=True))
    assert all(lower < upper for (want, lower), (more, upper) in pairwise(upwards) if want < more)
    assert all(upper - lower >= gap - 1e-6 for lower, upper in pairwise(sorted(moved)))
    assert sum(moved) == pytest.approx(sum(wanted), abs=1e-6)


def test_labels_far_enough_apart_stay_where_they_are() -> None:
    assert spread([30.0, 10.0, 20.0], 10.0) == [30.0, 10.0, 20.0]


@pytest.mark.parametrize("country", available())
def test_no_two_stages_of_a_country_share_a_colour(country: str) -> None:
    stages = read_norms(country).stages
    assert len({palette.stage_colour(norm) for norm in stages}) == len(stages)


def test_ink_and_red_are_those_of_the_maps() -> None:
    style = tomllib.loads((map_templates().parent / "style.toml").read_text(encoding="utf-8"))
    assert style["paper"]["ink"] == palette.INK
    assert style["paper"]["accent"] == palette.ACCENT
    assert style["sections"]["utilisation_colours"][-1] == palette.SHORT


# ------------------------------------------------------------------------ files


def all_pictures() -> dict[str, Figure | list[Figure]]:
    return {
        "county": draw_county(county(), STAGES, ZH),
        "primary": [page for _ in range(2) for page in _a_page()],
        "senior": [],
    }


def _a_page() -> list[Figure]:
    return draw_sections(primaries(2), stage("primary"), ZH)


def test_pictures_are_written_for_the_screen_and_for_print(tmp_path: Path) -> None:
    written = write_pictures(all_pictures(), tmp_path)
    names = ["county.png", "county.svg", "primary.pdf", "primary-1.png", "primary-2.png"]
    assert written == [tmp_path / name for name in names]
    assert sorted(tmp_path.iterdir()) == sorted(written)
    # A4 upright, 210 × 297 mm at 150 dots per inch, is 1240 × 1753 dots.
    size = (tmp_path / "county.png").read_bytes()[16:24]
    assert (int.from_bytes(size[:4], "big"), int.from_bytes(size[4:], "big")) == (1240, 1753)
    drawing = (tmp_path / "county.svg").read_text(encoding="utf-8")
    assert "<text" not in drawing
    assert "font-family" not in drawing


def test_the_same_tables_give_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("first", "second"):
        (tmp_path / folder).mkdir()
        write_pictures(all_pictures(), tmp_path / folder)
    for path in (tmp_path / "first").iterdir():
        assert path.read_bytes() == (tmp_path / "second" / path.name).read_bytes(), path.name
        assert b"CreationDate" not in path.read_bytes()


def test_reports_load_no_drawing_library_and_pictures_no_windows() -> None:
    look = (
        "import sys, planner.report; print('matplotlib' in sys.modules);"
        "import planner.report.pictures; print('matplotlib.pyplot' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["False", "False"]


def test_missing_values_of_any_kind_are_drawn_alike() -> None:
    whole = county()
    nullable = whole.astype(
        {"pupils": "Int64", "seats": "Int64", "year": "Int64", "counted": "boolean"}
    )
    shown = [texts(draw_county(table, STAGES, EN)) for table in (whole, nullable)]
    assert shown[0] == shown[1]
    sections = section("A", (90, 101, 90), 100.0).assign(over_seats_probability=[np.nan, 0.6, 0.1])
    known = sections.convert_dtypes()
    shown = [texts(draw_sections(table, stage("primary"), EN)[0]) for table in (sections, known)]
    assert shown[0] == shown[1]


def test_nobodys_own_settings_of_the_library_change_a_picture(tmp_path: Path) -> None:
    import matplotlib as mpl

    plain = write_pictures({"births": draw_births(births(), EN)}, tmp_path)[0].read_bytes()
    with mpl.rc_context({"axes.facecolor": "black", "font.size": 30, "lines.linewidth": 9}):
        mine = write_pictures({"births": draw_births(births(), EN)}, tmp_path)[0].read_bytes()
        assert mpl.rcParams["font.size"] == 30
    assert mine == plain


# ------------------------------------------------------------------------ words


def test_every_sentence_fills_in_figures_that_both_languages_know() -> None:
    for key, (zh, en) in PICTURE_WORDS.items():
        figures = [set(re.findall(r"{(\w+)", text)) - {"lead", "lead_long"} for text in (zh, en)]
        assert figures[0] == figures[1] or key == "peak_first", key


def test_every_word_is_said_somewhere() -> None:
    source = "".join(
        path.read_text(encoding="utf-8")
        for path in sorted(PICTURES.glob("*.py"))
        if path.name != "words.py"
    )
    made = {f"sections_title_{key}" for key in ("short", "enough", "counted")}
    made |= {f"variant_{key}" for key in ("low", "medium", "high", "path")}
    made |= {f"method_{key}" for key in ("naive", "progression", "planner")}
    said = set(re.findall(r"""["'](\w+)["']""", source))
    assert set(PICTURE_WORDS) - said - made == set()
