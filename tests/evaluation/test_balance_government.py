"""Music and art rooms, the largest school, the largest class and the least fund."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from planner.evaluation.balance import arts_rooms, fund_base, oversize_classes, oversize_schools
from planner.norms import read_norms, with_overrides
from tests.evaluation.towns import CN, resources_of, roll_of

GOOD = {"music_rooms": 2.0, "music_room_m2": 96.0, "art_rooms": 2.0, "art_room_m2": 90.0}


def classes_of(*rows: tuple[str, str, int, str]) -> pd.DataFrame:
    """Return sections with stage, number of classes and school."""
    return pd.DataFrame(rows, columns=["section_id", "stage", "classes", "school_id"])


def rooms_of(classes: int, **stock: float) -> dict[str, Any]:
    """Return music and art of one primary school."""
    table = arts_rooms(resources_of(P1=stock), classes_of(("P1", "primary", classes, "S1")), CN)
    return {str(row.kind): row for row in table.itertuples()}


# ---------------------------------------------------------------- G3


@pytest.mark.parametrize(("classes", "needed"), [(1, 1), (12, 1), (13, 2), (24, 2), (25, 3)])
def test_one_room_of_each_kind_is_needed_for_every_twelve_classes_begun(
    classes: int, needed: int
) -> None:
    rooms = rooms_of(classes, **GOOD)
    assert [rooms[kind].needed for kind in ("music", "art")] == [needed, needed]
    assert [rooms[kind].met for kind in ("music", "art")] == [needed <= 2] * 2
    assert rooms["art"].gap_rooms == max(0, needed - 2)


def test_a_room_too_small_does_not_do_and_each_kind_has_its_own_size() -> None:
    rooms = rooms_of(12, **GOOD | {"music_room_m2": 95.9, "art_room_m2": 90.0})
    assert (rooms["music"].size_m2, rooms["art"].size_m2) == (96, 90)
    assert (rooms["music"].met, rooms["art"].met) == (False, True)


def test_smaller_rooms_will_do_in_schools_built_by_2016() -> None:
    small = GOOD | {"music_room_m2": 73.0, "art_room_m2": 67.0}
    for kind, least in (("music", 73), ("art", 67)):
        assert not rooms_of(12, **small)[kind].met
        assert rooms_of(12, **small, arts_rooms_by_2016=1)[kind].met
        assert rooms_of(12, **small, arts_rooms_by_2016=1)[kind].size_m2 == least
        assert not rooms_of(12, **small, arts_rooms_by_2016=0)[kind].met


def test_the_sections_of_a_nine_year_school_use_its_rooms_together() -> None:
    # 18 + 9 classes need three rooms, not two and one in parts of their own.
    classes = classes_of(("N1P", "primary", 18, "N1"), ("N1J", "junior", 9, "N1"))
    stock = resources_of(
        N1P={"shared_music_rooms": 2, "shared_music_room_m2": 96},
        N1J={"music_rooms": 1, "music_room_m2": 100},
    )
    music = arts_rooms(stock, classes, CN).iloc[0]
    assert music[["school_id", "classes", "needed", "rooms", "smallest_m2"]].tolist() == [
        *("N1", 27, 3, 3, 96)
    ]
    assert music["met"]


def test_rooms_nobody_has_counted_are_not_known() -> None:
    music = rooms_of(12)["music"]
    assert music.met is pd.NA
    assert math.isnan(music.gap_rooms)


def test_rooms_of_unknown_area_are_not_known_but_too_few_of_them_are_too_few() -> None:
    assert rooms_of(12, music_rooms=1)["music"].met is pd.NA
    assert not rooms_of(13, music_rooms=1)["music"].met


def test_schools_without_classes_and_other_stages_need_no_rooms() -> None:
    classes = classes_of(("P1", "primary", 0, "S1"), ("H1", "senior", 30, "S2"))
    assert arts_rooms(resources_of(), classes, CN).empty
    assert arts_rooms(resources_of(), classes.assign(classes=9), read_norms("us")).empty


# ---------------------------------------------------------------- G4


def size_of(*sections: tuple[str, str, int, str, str], relaxed: tuple[str, ...] = ()) -> Any:
    (row,) = oversize_schools(roll_of(*sections), CN, relaxed).itertuples()
    return row


@pytest.mark.parametrize("stage", ["primary", "junior"])
def test_a_school_of_2000_is_not_too_large_and_one_of_2001_is(stage: str) -> None:
    assert not size_of(("A", stage, 2000, "S", stage)).over
    row = size_of(("A", stage, 2001, "S", stage))
    assert (row.over, row.above, row.limit) == (True, 1, 2000)


def test_nine_year_schools_may_have_2500_in_both_parts_together() -> None:
    parts = [("A", "primary", 1500, "S", "nine_year"), ("B", "junior", 1000, "S", "nine_year")]
    row = size_of(*parts)
    assert (row.pupils, row.limit, row.over) == (2500, 2500, False)
    assert size_of(parts[0], ("B", "junior", 1001, "S", "nine_year")).over


def test_only_the_compulsory_part_of_a_twelve_year_school_counts() -> None:
    row = size_of(
        ("A", "primary", 1500, "S", "twelve_year"),
        ("B", "junior", 900, "S", "twelve_year"),
        ("C", "senior", 900, "S", "twelve_year"),
    )
    assert (row.pupils, row.limit, row.over) == (2400, 2500, False)


def test_the_junior_part_of_a_secondary_school_has_the_limit_of_junior_schools() -> None:
    row = size_of(("A", "junior", 2100, "S", "secondary"), ("B", "senior", 900, "S", "secondary"))
    assert (row.pupils, row.limit, row.over) == (2100, 2000, True)


def test_primary_and_junior_in_one_school_make_a_nine_year_school_whatever_it_is_called() -> None:
    row = size_of(("A", "primary", 1500, "S", "primary"), ("B", "junior", 900, "S", "primary"))
    assert (row.limit, row.over) == (2500, False)


def test_relaxed_schools_may_have_2400_or_3000() -> None:
    assert size_of(("A", "primary", 2400, "S", "primary"), relaxed=("S",)).limit == 2400
    assert size_of(("A", "primary", 2400, "S", "primary"), relaxed=("other",)).limit == 2000
    assert size_of(("A", "primary", 2400, "S", "nine_year"), relaxed=("S",)).limit == 3000


def test_where_no_relaxed_limit_is_known_the_usual_one_holds() -> None:
    assert size_of(("A", "primary", 2400, "S", "twelve_year"), relaxed=("S",)).limit == 2500


def test_a_county_without_compulsory_schools_has_none_too_large() -> None:
    assert oversize_schools(roll_of(("K1", "kindergarten", 400)), CN).empty


# ---------------------------------------------------------------- G5


def sizes_of(*rows: tuple[str, str, int, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["section_id", "stage", "year", "pupils"])


def test_classes_of_45_and_50_are_within_and_one_pupil_more_is_not() -> None:
    classes = sizes_of(
        *(("P1", "primary", 2023, pupils) for pupils in (45, 46, 56)),
        *(("J1", "junior", 2023, pupils) for pupils in (46, 50, 51)),
    )
    table = oversize_classes(classes, CN).set_index("section_id")
    assert table["over"].to_dict() == {"P1": 2, "J1": 1}
    assert table["largest"].to_dict() == {"P1": 56, "J1": 51}
    assert table["classes"].tolist() == [3, 3]


def test_large_classes_are_counted_and_never_inferred_from_a_mean() -> None:
    # 40 pupils on average, and still one class of 46.
    classes = sizes_of(("P1", "primary", 2023, 34), ("P1", "primary", 2023, 46))
    assert oversize_classes(classes, CN)["over"].tolist() == [1]


def test_years_and_sections_are_told_apart_and_other_stages_left_out() -> None:
    classes = sizes_of(
        *(("P1", "primary", year, size) for year, size in ((2023, 46), (2024, 45), (2025, 47))),
        ("K1", "kindergarten", 2023, 60),
    )
    table = oversize_classes(classes, CN)
    assert dict(zip(table["year"], table["over"], strict=True)) == {2023: 1, 2024: 0, 2025: 1}
    assert set(table["section_id"]) == {"P1"}
    assert oversize_classes(classes.iloc[:0], CN).empty


def test_the_limit_of_the_assessment_stays_when_a_scenario_plans_smaller_classes() -> None:
    smaller = with_overrides(CN, {"class_size.primary": 40}, "smaller classes")
    table = oversize_classes(sizes_of(("P1", "primary", 2023, 44)), smaller)
    assert (table["limit"].tolist(), table["over"].tolist()) == ([45], [0])


# ---------------------------------------------------------------- G6


def test_a_small_school_is_funded_as_if_it_had_a_hundred_pupils() -> None:
    assert fund_base([1, 99, 100, 101, 0], CN).tolist() == [100, 100, 100, 101, 0]
    assert fund_base(pd.Series([30]), CN).dtype == np.int64
