"""What the nine squares wish for their zones, from the scenario to the terms of the plan.

a7 a8 a9      P1 in a4, P2 in a6, J1 in a5; a1 a2 a4 a5 a7 go to P1, the others to P2.
a4 a5 a6
a1 a2 a3
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString

from planner.checks import Severity, check_study
from planner.errors import ScenarioError
from planner.evaluation.tables import area_years, zone_proofs
from planner.evaluation.zone_terms import zone_terms
from planner.plan import gather_county, work_stages, years_of
from planner.projection.residents import project_residents
from planner.scenario import Scenario, YearSettings, ZoneSettings, read_scenario
from planner.zones.futures import possible_entrants
from tests.towns import CRS, SOUTH, TO_P1, WEST, town_tables, write_town

if TYPE_CHECKING:
    from pathlib import Path

    from planner.study import Fallback, Study

TWO_YEARS = YearSettings(first=2024, last=2025)


@dataclass(frozen=True)
class Drawn:
    """What a plan says of its zones."""

    zone_terms: pd.DataFrame
    zone_proofs: pd.DataFrame
    area_years: pd.DataFrame
    notes: tuple[Fallback, ...]


def drawn(study: Study, zones: ZoneSettings, years: YearSettings = TWO_YEARS) -> Drawn:
    """Return the zones of a plan, without what comes after them."""
    scenario = Scenario(years=years, zones=zones)
    county, _ = gather_county(study, scenario, years_of(study, scenario), 0, lambda _doing: None)
    results = work_stages(county, lambda _doing: None)
    notes = tuple(note for result in results for note in result.notes)
    areas = area_years(county.offer, results, county.residents.area_ids)
    return Drawn(zone_terms(results), zone_proofs(results), areas, notes)


def judged(
    study: Study,
    folder: Path,
    to_p1: tuple[str, ...],
    *,
    years: YearSettings = TWO_YEARS,
    **wishes: Any,
) -> Drawn:
    """Return the zones where a table gives these areas to P1 and all others to P2 in 2025."""
    rows = [(area, "primary", "P1" if area in to_p1 else "P2") for area in study.areas["area_id"]]
    table = pd.DataFrame(rows, columns=["area_id", "stage", "section_id"])
    table.to_csv(folder / "wanted.csv", index=False)
    settings = ZoneSettings(
        method="file", file="wanted.csv", stages=["primary"], from_year=2025, **wishes
    )
    return drawn(replace(study, folder=folder), settings, years)


def restless(study: Study) -> Study:
    """Return the study with births that go up and down by a tenth from year to year."""
    up = study.births["year"].astype(int) % 2 == 0
    births = study.births["births"].astype(float)
    return replace(study, births=study.births.assign(births=births.where(up, births * 1.1)))


def terms_of(
    plan: Drawn, stage: str = "primary", method: str = "file"
) -> dict[str, dict[str, Any]]:
    """Return the terms of one set of zones by their names; they add up to its value."""
    terms, proofs = plan.zone_terms, plan.zone_proofs
    mine = terms[(terms["stage"] == stage) & (terms["method"] == method)].set_index("term")
    proof = proofs[(proofs["stage"] == stage) & (proofs["method"] == method)].iloc[0]
    assert mine["part"].sum() == pytest.approx(proof["value"])
    return {str(term): dict(row) for term, row in mine.iterrows()}


def with_column(study: Study, name: str, values: dict[str, Any]) -> Study:
    """Return the study with a column of its areas filled."""
    column = study.areas["area_id"].map(values)
    filled = column.astype("Float64" if name == "migrant_share" else study.areas[name].dtype)
    return replace(study, areas=study.areas.assign(**{name: filled}))


def test_a_plan_without_wishes_shows_the_four_usual_terms(squares: Study, tmp_path: Path) -> None:
    terms = terms_of(judged(squares, tmp_path, TO_P1))
    assert list(terms) == ["walk", "overflow", "over_limit", "changed"]
    assert [row["price_metres"] for row in terms.values()][1:] == [20_000, 2_000, 200]
    assert terms["changed"]["concerned"] == 0


def test_changed_areas_are_counted_with_their_price(squares: Study, tmp_path: Path) -> None:
    changed = terms_of(judged(squares, tmp_path, (*TO_P1, "a8")))["changed"]
    assert (changed["concerned"], changed["part"]) == (10, 10 * 200)


def test_a_community_that_is_parted_costs_the_smaller_part(squares: Study, tmp_path: Path) -> None:
    study = with_column(squares, "community", {"a1": "南社区", "a2": "南社区", "a3": "南社区"})
    plan = judged(study, tmp_path, TO_P1, keep_together_by="community", apart_metres=70)
    parted = terms_of(plan)["community"]
    # a1 and a2 go to P1, a3 with its ten entrants to P2.
    assert (parted["demand"], parted["price_metres"]) == ("priced", 70)
    assert (parted["concerned"], parted["part"]) == (10, 700)


def test_a_group_that_must_not_part_is_reported_and_costs_nothing(
    squares: Study, tmp_path: Path
) -> None:
    plan = judged(squares, tmp_path, TO_P1, keep_together=[["a1", "a2", "a3"]], apart="hard")
    parted = terms_of(plan)["together"]
    assert (parted["demand"], parted["part"], parted["broken"]) == ("hard", 0, 1)
    assert parted["concerned"] == 10
    assert np.isnan(parted["price_metres"])
    proofs = plan.zone_proofs.set_index(["stage", "method"])["broken"]
    assert proofs["primary", "file"] == 1
    assert proofs["primary", "today"] == 0


def test_forbidden_pairs_are_reported_where_a_table_has_them(
    squares: Study, tmp_path: Path
) -> None:
    plan = judged(squares, tmp_path, TO_P1, forbidden=["a1/P1", "a9/P1", "a9/J1"])
    forbidden = terms_of(plan)["forbidden"]
    assert (forbidden["broken"], forbidden["no_choice"]) == (1, 0)


def section_of(plan: Drawn, area: str, year: int = 2025) -> str:
    """The primary section an area is zoned to."""
    rows = plan.area_years.query("stage == 'primary' and year == @year").set_index("area_id")
    return str(rows["section_id"][area])


@pytest.mark.parametrize("method", ["today", "nearest", "redraw"])
def test_an_area_moved_by_hand_goes_there_however_the_others_are_drawn(
    squares: Study, method: str
) -> None:
    asis = drawn(squares, ZoneSettings(method=method, stages=["primary"], from_year=2025))
    here = section_of(asis, "a2")
    there = "P2" if here == "P1" else "P1"
    wish = ZoneSettings(
        method=method, stages=["primary"], from_year=2025, moved_areas=[f"a2/{there}"]
    )
    plan = drawn(squares, wish)
    assert section_of(plan, "a2") == there
    assert section_of(plan, "a2", 2024) == section_of(asis, "a2", 2024)
    if method == "today":
        others = plan.area_years["area_id"] != "a2"
        assert plan.area_years["section_id"][others].equals(asis.area_years["section_id"][others])
        assert "moved" in set(plan.zone_proofs["method"])


def test_moves_that_cannot_be_are_refused_together(squares: Study) -> None:
    wish = ZoneSettings(moved_areas=["a1", "a99/P1", "a1/P9", "a2/P1", "a2/P2"])
    with pytest.raises(ScenarioError) as refused:
        drawn(squares, wish)
    said = [
        "moved_areas: 'a1' must be area/section",
        "moved_areas: 'a99/P1' names an area nobody knows",
        "moved_areas: 'a1/P9' names a section nobody knows",
        "moved_areas gives a2 to several sections of one stage",
    ]
    assert len(refused.value.faults) == len(said)
    for fault, words in zip(refused.value.faults, said, strict=True):
        assert words in fault


def test_a_hard_limit_is_reported_where_children_walk_beyond_it(
    squares: Study,
) -> None:
    wish = ZoneSettings(method="nearest", stages=["primary"], from_year=2025, over_limit="hard")
    plan = drawn(squares, wish)
    limit = terms_of(plan, method="nearest")["over_limit"]
    # The norms allow 500 metres; a2 and a8 are 1 000 metres from either school.
    assert (limit["demand"], limit["broken"], limit["concerned"]) == ("hard", 2, 20)
    assert limit["part"] == 20 * 2_000
    assert limit["no_choice"] == 2
    (note,) = [note for note in plan.notes if note.key.startswith("broken_")]
    assert "primary 2025: the walking limit is not kept for 2 areas, 2 of which" in note.en.lower()
    assert note.en.endswith("have no other choice: a2, a8.")
    assert note.zh.endswith("2 个单元未满足“步行上限”，其中 2 个别无选择：a2、a8。")


def test_balance_counts_who_is_above_and_below_the_mean_use(squares: Study, tmp_path: Path) -> None:
    plan = judged(squares, tmp_path, TO_P1, balance=True, outside_target_metres=10)
    # P1 seats 12 ÷ 6 × 45 = 90, P2 45: 90 entrants on 135 seats. P1 has 50 of its 60 at mean
    # use, P2 40 of its 30.
    band = terms_of(plan)["band"]
    assert band["concerned"] == pytest.approx(10 + 10)
    assert band["part"] == pytest.approx(200)


def test_migrants_children_beyond_an_even_mix_are_counted(squares: Study, tmp_path: Path) -> None:
    study = with_column(squares, "migrant_share", dict.fromkeys(TO_P1, 1.0) | {"a3": 0.0})
    study = with_column(
        study, "migrant_share", {area: float(area in TO_P1) for area in squares.areas["area_id"]}
    )
    plan = judged(study, tmp_path, TO_P1, mix_metres=5, mix_tolerance=0.0)
    # 50 of 90 entrants are migrants' children, all at P1, where 50 × 50 ÷ 90 = 27.8 would be
    # even: 22.2 too many there, 22.2 too few at P2.
    assert terms_of(plan)["mix"]["concerned"] == pytest.approx(2 * (50 - 50 * 50 / 90))


def test_compact_zones_are_asked_for_by_their_outlines(squares: Study, tmp_path: Path) -> None:
    west, east = ("a1", "a4", "a7"), 6
    plan = judged(squares, tmp_path, west, compact_pupil_metres=1000)
    # One by three squares: outline 8 sides, area 3; two by three: outline 10, area 6.
    sprawl = (1 - 4 * np.pi * 3 / 64) + (1 - 4 * np.pi * east / 100)
    shape = terms_of(plan)["shape"]
    assert shape["concerned"] == pytest.approx(sprawl)
    assert shape["part"] == pytest.approx(1000 * sprawl)


def test_who_crosses_a_railway_is_counted(squares: Study, tmp_path: Path) -> None:
    # A railway runs north to south between the middle and the eastern column.
    east = WEST + 1_000
    railway = LineString([(east, SOUTH - 100), (east, SOUTH + 1_600)])
    barriers = gpd.GeoDataFrame(
        {"barrier_id": ["R1"], "name": ["铁路"], "kind": ["railway"]}, geometry=[railway], crs=CRS
    )
    study = replace(squares, barriers=barriers)
    plan = judged(
        study, tmp_path, TO_P1, crossing="priced", crossing_kinds=["railway"], crossing_metres=30
    )
    # Of P2's a3 a6 a8 a9 only a8 lies west of the railway.
    crossing = terms_of(plan)["crossing"]
    assert (crossing["concerned"], crossing["part"]) == (10, 300)
    hard = judged(study, tmp_path, TO_P1, crossing="hard", crossing_kinds=["railway"])
    assert terms_of(hard)["crossing"]["broken"] == 1
    # Across the railway nothing hangs together: a8 is cut off from a9.
    proofs = hard.zone_proofs.set_index(["stage", "method"])["in_pieces"]
    assert proofs["primary", "file"] == 1
    assert proofs["primary", "today"] == 0


def test_an_area_rezoned_by_the_plan_does_not_move_again_soon(
    squares: Study, tmp_path: Path
) -> None:
    zones = squares.zones.assign(since=squares.zones["since"].astype("Int64"))
    moved = (zones["area_id"] == "a8") & (zones["stage"] == "primary")
    zones.loc[moved, "since"] = 2023
    study = replace(squares, zones=zones)
    again = terms_of(judged(study, tmp_path, (*TO_P1, "a8", "a9"), moved_within_years=3))
    assert again["moved_again"]["broken"] == 1  # a9 was zoned to P2 long ago
    later = terms_of(judged(study, tmp_path, (*TO_P1, "a8", "a9"), moved_within_years=2))
    assert later["moved_again"]["broken"] == 0


def test_feeders_are_whole_where_all_areas_go_to_one_junior(squares: Study) -> None:
    wish = ZoneSettings(method="nearest", from_year=2025, feeders="priced")
    plan = drawn(squares, wish)
    assert terms_of(plan, "junior", "nearest")["feeders"]["part"] == 0
    # Primary is entered from home: nobody feeds it.
    assert "feeders" not in terms_of(plan, "primary", "nearest")


def test_the_worst_of_several_futures_is_further_beyond_the_seats(
    squares: Study, tmp_path: Path
) -> None:
    # Children who enter in 2032 are not yet born in 2023; five areas are zoned to P2's 45 seats.
    study = restless(squares)
    wishes: dict[str, Any] = {"demand": "worst", "years_ahead": 9}
    to_p1 = ("a1", "a4", "a7", "a2")
    long = YearSettings(first=2024, last=2033)
    calm = judged(study, tmp_path, to_p1, years=long, **wishes)
    wild = judged(study, tmp_path, to_p1, years=long, demand_over="both", **wishes)
    beyond = [terms_of(plan)["overflow"]["concerned"] for plan in (calm, wild)]
    assert 5 <= beyond[0] < beyond[1]


def test_possible_entrants_stray_about_those_expected_and_are_the_same_for_a_seed(
    squares: Study,
) -> None:
    study = restless(squares)
    residents = project_residents(study, Scenario(), 2033)
    years = tuple(range(2023, 2034))
    expected = np.full((9, len(years)), 1000)
    futures = possible_entrants(study, residents, expected, 6, years, seed=3, draws=400)
    again = possible_entrants(study, residents, expected, 6, years, seed=3, draws=400)
    assert np.array_equal(futures, again)
    assert (futures[:, :, 0] == 1000).all()  # the counted year is certain
    # Who enters in 2033 is not yet born in 2023, who enters in 2025 is.
    assert futures[:, 0, -1].std() > 2 * futures[:, 0, 2].std()
    assert np.median(futures[:, 0, -1]) == pytest.approx(1000, rel=0.05)
    # Without new homes all areas stray together.
    assert (futures[:, :1] == futures).all()


def test_all_faults_of_the_wishes_are_told_together(squares: Study) -> None:
    wish = ZoneSettings(
        method="redraw",
        from_year=2040,
        locked_areas=["a77"],
        keep_together=[["a1", "a11"], ["a1"], ["a5", "a1"]],
        keep_together_by="estate",
        forbidden=["a1", "a99/P1", "a1/P9"],
        crossing="hard",
        mix_metres=10,
        balance=True,
        target_low=0.5,
    )
    with pytest.raises(ScenarioError) as refused:
        drawn(squares, wish)
    said = [
        "from_year = 2040 is not a planned year",
        "locked_areas names areas nobody knows: a77; correct them or take them out. Did you",
        "keep_together, group no. 1 names areas nobody knows: a11; correct them or take them out.",
        "keep_together, group no. 2 needs at least two areas to keep together; add one",
        "keep_together names a1 in more than one group",
        "forbidden: 'a1' must be area/section",
        "forbidden: 'a99/P1' names an area nobody knows; correct it or take the pair out.",
        "forbidden: 'a1/P9' names a section nobody knows; correct it or take the pair out.",
        "says no estate of any area",
        "crossing = 'hard', but this study knows no",
        "the areas table has no migrant_share",
        "balance = true takes the place of target_low",
    ]
    assert len(refused.value.faults) == len(said)
    for fault, words in zip(refused.value.faults, said, strict=True):
        assert words in fault


def test_a_target_upside_down_is_refused(squares: Study) -> None:
    wish = ZoneSettings(method="redraw", target_low=0.9, target_high=0.5)
    with pytest.raises(ScenarioError, match=r"target_low = 0\.9 is above target_high = 0\.5"):
        drawn(squares, wish)


def test_groups_of_areas_are_lists_of_lists_in_the_scenario_file(tmp_path: Path) -> None:
    text = '[zones]\nkeep_together = [["a1", "a2"], ["a3", "a6"]]\nforbidden = ["a1/P2"]\n'
    (tmp_path / "groups.toml").write_text(text, encoding="utf-8")
    zones = read_scenario(tmp_path, "groups").zones
    assert zones.keep_together == [["a1", "a2"], ["a3", "a6"]]
    assert zones.forbidden == ["a1/P2"]


def test_areas_that_stand_in_no_group_and_words_nobody_knows_are_refused(tmp_path: Path) -> None:
    text = '[zones]\nkeep_together = ["a1", "a2"]\napart = "harsh"\ncrossing_kinds = ["wall"]\n'
    (tmp_path / "odd.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as refused:
        read_scenario(tmp_path, "odd")
    said = " ".join(refused.value.faults)
    assert "keep_together must be a list of lists of texts in quotes" in said
    assert "apart must be one of priced, hard; found 'harsh'" in said
    assert "crossing_kinds must be one of lake, river" in said


def test_shares_above_one_and_years_of_two_digits_are_found(tmp_path: Path) -> None:
    tables = town_tables()
    areas = tables["areas"].assign(migrant_share=[1.5] + [0.1] * 8)
    zones = tables["zones"].assign(since=[23] + [2021] * (len(tables["zones"]) - 1))
    found = [
        (each.file.rpartition("/")[2], each.column)
        for each in check_study(write_town(tmp_path, areas=areas, zones=zones))
        if each.severity == Severity.ERROR
    ]
    assert found == [("areas.gpkg", "migrant_share"), ("zones.csv", "since")]
