"""What the map of the town of nine squares is told."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.atlas.content import map_content
from planner.atlas.lists import Pool, numbers, places
from planner.atlas.packing import MISSING
from planner.atlas.style import read_style, style_file
from planner.atlas.trial import nearest
from planner.atlas.words import read_words
from planner.errors import InputError, OutputError
from planner.norms import with_overrides
from planner.shipped import map_templates
from planner.terms import Language
from tests.atlas.nine_squares import make_variant, with_shared_zone
from tests.atlas.sheets.drawn import zoned

if TYPE_CHECKING:
    from pathlib import Path

    from planner.plan import Plan


def content_of(*plans: Plan) -> dict[str, Any]:
    style = read_style(style_file(plans[0].study.folder))
    words = read_words(map_templates() / "words.toml")
    return map_content(plans, Language.ENGLISH, style, words)


def test_stages_stand_from_the_youngest_up_and_others_are_left_out(town: Plan) -> None:
    stages = content_of(town)["stages"]
    assert [stage["stage"] for stage in stages] == ["primary", "senior"]
    assert stages[0]["names"] == {"zh": "小学", "en": "primary"}


def test_the_limits_are_those_of_the_plan_s_norms(town: Plan) -> None:
    stricter = with_overrides(town.norms, {"large_class.primary": 51}, "a scenario")
    content = content_of(
        town, dataclasses.replace(town, study=dataclasses.replace(town.study, norms=stricter))
    )
    large = [plan["stages"]["primary"]["largeClass"] for plan in content["scenarios"]]
    assert large == [56, 51]


def test_a_section_has_one_figure_for_every_year(town: Plan) -> None:
    west = content_of(town)["scenarios"][0]["stages"]["primary"]["sections"]["w"]
    assert west["pupils"] == [672, 560, 810]
    assert west["utilisation"] == [1.2444, 1.037, 1.0]  # 672 ÷ 540, 560 ÷ 540, 810 ÷ 810
    assert west["large"] == [4, 0, 0]


def test_a_section_without_seats_has_no_utilisation_and_a_closed_one_is_not_open(
    town: Plan,
) -> None:
    sections = content_of(town)["scenarios"][0]["stages"]["primary"]["sections"]
    assert sections["n"]["utilisation"][1] is None
    assert sections["n"]["open"] == [0, 1, 1]
    assert sections["e"]["open"] == [1, 1, 0]


def test_figures_by_area_can_be_found_again_by_year(town: Plan) -> None:
    content = content_of(town)
    plan = content["scenarios"][0]
    areas = plan["stages"]["primary"]["areas"]
    first, second, third = (content["lists"][place] for place in areas["section"])
    names = [section["section_id"] for section in plan["sections"]]
    assert [names[row] for row in first] == list("wwewwewwe")
    assert [names[row] for row in second] == list("wwewwennn")
    assert [names[row] for row in third] == list("wwwwwwnnn")
    assert content["lists"][areas["entrants"][0]].tolist() == [10, 11, 12, 13, 14, 15, 16, 17, 18]
    # area 0 lies one square north of West School: 500 m × 1.3
    assert content["lists"][areas["walk"][0]][0] == 650


def test_lists_that_repeat_are_sent_once(town: Plan) -> None:
    alone, twice = content_of(town), content_of(town, make_variant(town))
    assert len(set(alone["scenarios"][0]["stages"]["primary"]["areas"]["entrants"])) == 1
    assert len(twice["lists"]) == len(alone["lists"])


def test_a_county_stage_has_no_zones_and_no_section_for_an_area(town: Plan) -> None:
    content = content_of(town)
    senior = content["scenarios"][0]["stages"]["senior"]
    assert senior["zones"] == []
    assert content["lists"][senior["areas"]["section"][0]].tolist() == [-1] * 9
    assert content["lists"][senior["areas"]["walk"][0]].tolist() == [MISSING] * 9


def test_zones_come_with_the_years_of_their_shape(town: Plan) -> None:
    content = content_of(town)
    zones = content["scenarios"][0]["stages"]["primary"]["zones"]
    east = {zone["first"]: zone for zone in zones if zone["section"] == "e"}
    assert east[2025]["areas"] == 3
    assert east[2026]["areas"] == 2
    assert 2027 not in east
    assert east[2025]["pieces"] == 1


def test_a_zone_that_two_schools_share_is_drawn_as_one(town: Plan) -> None:
    """In 2026 areas 0 to 5 draw for West and East; before and after each has its own zone."""
    content = content_of(with_shared_zone(town))
    stage = content["scenarios"][0]["stages"]["primary"]
    of_year = {
        year: {
            zone["section"]: zone
            for zone in stage["zones"]
            if zone["first"] <= year <= zone["last"]
        }
        for year in town.years
    }
    assert {year: set(zones) for year, zones in of_year.items()} == {
        2025: {"w", "e"}, 2026: {"w", "n"}, 2027: {"w", "n"}
    }  # fmt: skip
    shared = of_year[2026]["w"]
    assert (shared["sharing"], shared["areas"], shared["pieces"]) == (["w", "e"], 6, 1)
    assert not any("sharing" in zone for zone in of_year[2025].values())
    number = content["lists"][stage["areas"]["zone"][1]].tolist()
    assert number[:6] == [shared["zone"]] * 6
    assert number[6:] == [of_year[2026]["n"]["zone"]] * 3
    # The section of each area is told as before.
    assert (
        stage["areas"]["section"]
        == content_of(town)["scenarios"][0]["stages"]["primary"]["areas"]["section"]
    )


def test_shared_areas_that_meet_at_a_corner_are_two_pieces(town: Plan) -> None:
    """West and East School draw lots for areas 0 and 4 alone; all others are North School's."""
    north = {f"a{area}": "n" for area in (1, 2, 3, 5)}
    stage = content_of(with_shared_zone(zoned(town, north, 2026), areas=(0, 4)))["scenarios"][0][
        "stages"
    ]["primary"]
    (shared,) = [zone for zone in stage["zones"] if "sharing" in zone]
    assert (shared["areas"], shared["pieces"]) == (2, 2)


def test_zones_that_ever_touch_have_different_colours(town: Plan) -> None:
    colours = content_of(town)["stages"][0]["colours"]
    assert len({colours["w"], colours["e"], colours["n"]}) == 3


def test_classes_of_entrants_share_the_areas_out(town: Plan) -> None:
    # 10 … 18 entrants, each in three years. A fifth of the 26 steps between the 27 ends at 11.2,
    # so the first class is 10–11; a quarter of the 20 steps left ends at 13; and so on
    assert content_of(town)["stages"][0]["entrantsLimits"] == [12, 14, 16, 18]
    assert content_of(town)["stages"][1]["entrantsLimits"] == []  # 30 everywhere: one class


def test_many_areas_with_one_entrant_leave_classes_for_crowded_ones(town: Plan) -> None:
    lonely = town.area_years["area_id"].isin(["a0", "a1", "a2", "a3", "a4", "a5"])
    area_years = town.area_years.assign(entrants=town.area_years["entrants"].where(~lonely, 1))
    crowded = dataclasses.replace(town, area_years=area_years)
    # 1 in six areas, then 16, 17 and 18: the classes are 1, 16, 17 and 18
    assert content_of(crowded)["stages"][0]["entrantsLimits"] == [2, 17, 18]


def test_only_main_streets_are_drawn_and_barriers_keep_their_kind(town: Plan) -> None:
    context = content_of(town)["context"]
    assert len(context["streets"]) == 1
    assert [barrier["kind"] for barrier in context["barriers"]] == ["lake", "railway", "trunk_road"]
    assert [township["name"] for township in context["townships"]] == ["北镇", "南镇"]


def test_a_study_without_streets_barriers_and_townships_has_a_map_too(town: Plan) -> None:
    study = town.study
    bare = dataclasses.replace(
        town,
        study=dataclasses.replace(
            study,
            streets=study.streets.iloc[:0],
            barriers=study.barriers.iloc[:0],
            areas=study.areas.assign(township=None),
        ),
    )
    context = content_of(bare)["context"]
    assert (context["streets"], context["barriers"], context["townships"]) == ([], [], [])
    assert len(context["county"]) == 1


def test_plans_of_different_studies_are_refused(town: Plan) -> None:
    study = dataclasses.replace(town.study, areas=town.study.areas.iloc[:4])
    with pytest.raises(OutputError, match="have different areas"):
        content_of(town, dataclasses.replace(town, study=study))


def test_a_word_without_a_translation_is_named(tmp_path: Path) -> None:
    path = tmp_path / "words.toml"
    path.write_text('seats = { zh = "学位" }\n', encoding="utf-8")
    with pytest.raises(InputError, match="'seats' lacks 'en'"):
        read_words(path)


def test_missing_numbers_are_none_and_whole_ones_are_integers() -> None:
    assert numbers(np.array([1.0, np.nan, 2.6]), decimals=0) == [1, None, 3]
    assert numbers(np.array([0.33333, np.nan]), decimals=2) == [0.33, None]


def test_the_pool_makes_a_list_once() -> None:
    pool = Pool()
    rows = [1.0, 2.0], [3.0, np.nan], [1.2, 2.0]
    assert [pool.place_of_numbers(np.array(row)) for row in rows] == [0, 1, 0]
    assert [row.tolist() for row in pool.items] == [[1, 2], [3, MISSING]]


@given(st.lists(st.tuples(*[st.sampled_from([300.0, 600.0, 900.0, np.inf])] * 5), min_size=1))
def test_the_nearest_schools_of_an_area_come_first_in_the_table_where_ways_are_equal(
    ways: list[tuple[float, ...]],
) -> None:
    for each in range(1, 6):
        expected = [sorted(sorted(range(5), key=lambda at: (own[at], at))[:each]) for own in ways]
        assert nearest(np.array(ways), each).tolist() == expected


def test_values_are_found_in_an_index_and_others_nowhere() -> None:
    towns = pd.Index(["north", "south"])
    column = pd.Series(["south", None, "north", "west", "south"], dtype="str")
    assert places(towns, column).tolist() == [1, -1, 0, -1, 1]
