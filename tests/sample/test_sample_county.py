"""What is true of every sample county, and of the one in the repository."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely

from planner.capacity import seats_in_rooms
from planner.checks import check_study
from planner.errors import OutputError
from planner.sample import make_sample
from planner.sample.county import check_room
from planner.sample.frame import read_frame
from planner.sample.land import divide_land
from planner.scenario import read_scenario
from planner.shipped import sample_study
from planner.study import read_study
from planner.zones.adjacency import touching_areas

if TYPE_CHECKING:
    from pathlib import Path

ZONED = ("kindergarten", "primary", "junior")
SIZES = {
    "kindergarten": (25, 30, 35),
    "primary": (45,) * 6,
    "junior": (50,) * 3,
    "senior": (50,) * 3,
}


def table(study: Path, name: str) -> Any:
    return pd.read_csv(study / "data" / f"{name}.csv", dtype={"continues_at": "str"})


def shapes(study: Path, name: str) -> Any:
    return gpd.read_file(study / "data" / f"{name}.geojson")


def in_metres(places: Any, crs: Any) -> Any:
    points = gpd.points_from_xy(places["longitude"], places["latitude"], crs="EPSG:4326")
    return gpd.GeoSeries(points).to_crs(crs)


def files_of(study: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(study)): path.read_bytes()
        for path in sorted(study.rglob("*"))
        if path.is_file()
    }


def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_county(
    hamlet: Path, tmp_path: Path
) -> None:
    make_sample(tmp_path / "again", areas=30, sections=8, seed=5)
    make_sample(tmp_path / "other", areas=30, sections=8, seed=6)
    assert files_of(tmp_path / "again") == files_of(hamlet)
    assert (
        files_of(tmp_path / "other")["data/areas.geojson"]
        != (files_of(hamlet)["data/areas.geojson"])
    )


def test_the_repository_holds_exactly_what_the_generator_makes(tmp_path: Path) -> None:
    make_sample(tmp_path / "made", areas=1000, sections=110, years=9, seed=2023)
    committed = sample_study()
    differing = [
        name
        for name, content in files_of(tmp_path / "made").items()
        if (committed / name).read_bytes() != content
    ]
    assert differing == []


def test_the_committed_study_is_small_enough_to_clone() -> None:
    size = sum(path.stat().st_size for path in (sample_study() / "data").rglob("*"))
    assert size < 6_000_000


def test_a_sample_has_as_many_areas_and_sections_as_asked_for(made: Path) -> None:
    asked = {30: 8, 200: 25}
    assert len(table(made, "sections")) == asked[len(shapes(made, "areas"))]


def test_a_sample_is_read_and_no_check_finds_an_error(made: Path) -> None:
    study = read_study(made)
    assert study.fallbacks == ()
    assert [item for item in check_study(made) if item.severity == "error"] == []


def test_every_scenario_of_a_sample_is_valid_and_asks_a_question(made: Path) -> None:
    names = {path.stem for path in (made / "scenarios").glob("*.toml")}
    assert names == {
        *("baseline", "new_primary", "extension_late", "closure"),
        *("low_births", "high_births", "redrawn_zones", "all_late"),
    }
    for name in names:
        about = read_scenario(made / "scenarios", name).about
        assert about.question.endswith("?")
        assert about.question_zh.endswith("？")


def test_what_scenarios_name_exists_in_the_study(made: Path) -> None:
    sections, sites = set(table(made, "sections")["section_id"]), table(made, "sites")
    closure = read_scenario(made / "scenarios", "closure")
    *before, last = closure.measures
    assert last.kind == "closure"
    assert {measure.section for measure in closure.measures} <= sections
    for measure in before:
        assert measure.kind == "extension"
        assert str(measure.hand_over) < str(last.hand_over)  # build first, close after
    (new,) = read_scenario(made / "scenarios", "new_primary").measures
    assert new.site in set(sites["site_id"])
    late = read_scenario(made / "scenarios", "extension_late")
    assert set(late.projects) <= set(table(made, "projects")["project_id"])


def test_areas_fill_the_land_without_overlap_or_gap(made: Path) -> None:
    areas = shapes(made, "areas").geometry.to_numpy()
    lakes = shapes(made, "barriers").query("kind == 'lake'").geometry.to_numpy()
    outline = gpd.read_file(sample_study() / "data" / "frame" / "outline.geojson").geometry[0]
    assert shapely.is_valid(areas).all()
    assert shapely.coverage_is_valid(areas)
    both = shapely.union_all([*areas, *lakes])
    # Only rounding to the grid of 0.00001 degrees differs: a metre's strip along the outline.
    assert both.symmetric_difference(outline).area < 2e-5 * outline.length


def test_zones_within_the_towns_of_the_committed_county_end_at_streets_and_waters() -> None:
    """Of the border of zones that reach nowhere into the country 95 % has a name to call it by."""
    root = sample_study()
    areas, streets, barriers = (
        shapes(root, name).to_crs(4543) for name in ("areas", "streets", "barriers")
    )
    lines = shapely.union_all(
        [
            *streets.geometry[streets["name"].notna()],
            *barriers.geometry[barriers["kind"] != "lake"],
            *barriers.geometry[barriers["kind"] == "lake"].boundary,
            areas.union_all().boundary,
        ]
    ).buffer(2.5)
    zones = areas.merge(table(root, "zones"), on="area_id")
    keys = ["stage", "section_id"]
    urban = zones.assign(urban=zones["setting"] != "village").groupby(keys)["urban"].all()
    borders = zones.dissolve(keys).boundary[urban]
    assert len(borders) >= 10
    assert borders.intersection(lines).length.sum() > 0.95 * borders.length.sum()


def test_names_of_areas_come_from_the_real_lists(made: Path) -> None:
    frame = sample_study() / "data" / "frame"
    villages: Any = pd.read_csv(frame / "villages.csv")
    suffixed = {
        f"{village.short}社区"
        if village.kind == "community"
        else f"{village.short.removesuffix('村')}村"
        for village in villages.itertuples()
    }
    areas = shapes(made, "areas")
    bare = areas["name"].str.replace(r"第\d+(组|小区)$", "", regex=True)
    assert set(bare) <= suffixed
    townships = set(pd.read_csv(frame / "townships.csv")["name"])
    assert set(areas["township"]) == townships


def test_no_school_site_or_street_lies_in_a_lake(made: Path) -> None:
    lake = shapely.union_all(shapes(made, "barriers").query("kind == 'lake'").geometry)
    for name in ("schools", "sites"):
        points = table(made, name)
        assert not shapely.contains_xy(lake, points["longitude"], points["latitude"]).any()
    streets = shapes(made, "streets")
    walked = streets[streets["street_class"] != "trunk"]
    assert not shapely.intersects(walked.geometry.to_numpy(), lake).any()


def test_streets_that_can_be_walked_are_in_one_piece_and_pass_every_area(made: Path) -> None:
    streets = shapes(made, "streets")
    walked = streets[streets["street_class"] != "trunk"].geometry
    graph: nx.Graph[tuple[float, ...]] = nx.Graph()
    for line in walked:
        graph.add_edge(line.coords[0], line.coords[-1])
    assert nx.number_connected_components(graph) == 1
    crs = read_study(made).crs
    areas = shapes(made, "areas").to_crs(crs).geometry.to_numpy()
    passed = shapely.STRtree(walked.to_crs(crs).to_numpy())
    _, away = passed.query_nearest(areas, all_matches=False, return_distance=True)
    assert away.max() < 150


def test_the_railway_is_crossed_only_now_and_then(county: Path) -> None:
    barriers, streets = shapes(county, "barriers"), shapes(county, "streets")
    rail = barriers.query("kind == 'railway'").geometry.iloc[0]
    bridges = int((shapely.intersects(streets.geometry.to_numpy(), rail)).sum())
    # The line is about 36 km long; bridges come every 1.5 km where there are streets.
    assert 5 <= bridges <= 40


def test_zones_give_every_area_to_one_section_and_are_in_one_piece(made: Path) -> None:
    study = read_study(made)
    zones, sections = table(made, "zones"), table(made, "sections")
    assert not zones.duplicated(["area_id", "stage"]).any()
    assert len(zones) == len(ZONED) * len(study.areas)
    neighbours: nx.Graph[int] = nx.Graph(
        [tuple(pair) for pair in touching_areas(study.areas.geometry)]
    )
    number = {key: row for row, key in enumerate(study.areas["area_id"])}
    for (stage, section), ours in zones.groupby(["stage", "section_id"]):
        assert sections.set_index("section_id").loc[section, "stage"] == stage
        piece = neighbours.subgraph([number[key] for key in ours["area_id"]])
        assert nx.is_connected(piece), section


def test_a_zone_contains_its_own_school(made: Path) -> None:
    areas = shapes(made, "areas")
    schools = table(made, "schools").set_index("school_id")
    zones = table(made, "zones").set_index(["stage", "area_id"])["section_id"]
    for section in table(made, "sections").itertuples():
        if section.stage in ZONED:
            gate = schools.loc[section.school_id]
            inside = areas.contains(shapely.Point(gate["longitude"], gate["latitude"]))
            (area,) = areas.loc[inside, "area_id"]
            assert zones[section.stage, area] == section.section_id


def test_classes_add_up_to_the_rolls_and_fit_the_rooms(made: Path) -> None:
    keys = ["section_id", "year", "grade"]
    rolls = table(made, "rolls").set_index(keys)["pupils"]
    classes = table(made, "classes")
    summed = classes.groupby(keys)["pupils"].sum().reindex(rolls.index, fill_value=0)
    pd.testing.assert_series_equal(summed, rolls)
    sections = table(made, "sections").set_index("section_id")
    usable = sections["rooms"] - sections["condemned_rooms"] - sections["repair_rooms"]
    used = classes.pivot_table("pupils", "section_id", "year", aggfunc="size")
    assert (used.le(usable, axis="index") | used.isna()).to_numpy().all()


def test_nobody_is_born_at_three_and_cohorts_only_shrink_by_those_who_leave(made: Path) -> None:
    residents = table(made, "residents").set_index(["year", "area_id"])
    county = residents.groupby("year").sum()
    for year, age in itertools.product(county.index[:-1], range(18)):
        before, after = county.loc[year, str(age)], county.loc[year + 1, str(age + 1)]
        # Movers within the county cancel out; some leave it, nobody comes from nowhere.
        assert 0.93 * before - 3 <= after <= before


def test_children_under_one_are_the_survivors_of_the_births_since_september(made: Path) -> None:
    births = table(made, "births").set_index(["year", "month"])["births"]
    residents = table(made, "residents").groupby("year")["0"].sum()
    for year, newborn in residents.items():
        months = [(year - 1, m) for m in range(9, 13)] + [(year, m) for m in range(1, 9)]
        born = births.loc[months].sum()
        assert 0.97 * born <= newborn <= born


def test_rolls_climb_with_the_children_of_their_zones(county: Path) -> None:
    rolls = table(county, "rolls").pivot_table("pupils", "year", "grade", aggfunc="sum")
    for grade in (*range(1, 6), 7, 8):
        ratio = rolls[grade + 1].to_numpy()[1:] / rolls[grade].to_numpy()[:-1]
        assert np.all((ratio > 0.9) & (ratio < 1.08)), (grade, ratio)


def test_leavers_of_a_teaching_point_go_on_at_a_complete_school(county: Path) -> None:
    sections = table(county, "sections").set_index("section_id")
    short = sections[sections["continues_at"].notna()]
    assert len(short) > 0
    assert set(short["highest_grade"]) <= {3, 4}
    assert set(sections.loc[short["continues_at"], "highest_grade"]) == {6}


def test_projects_sum_to_the_published_headlines(made: Path) -> None:
    projects = table(made, "projects").set_index("project_id")
    kindergartens = projects[projects["stage"] == "kindergarten"]
    assert len(kindergartens) == 5  # the list names five ...
    assert kindergartens["seats"].notna().sum() == 4  # ... under a headline of four
    rooms = kindergartens.loc[kindergartens["seats"].notna(), "rooms"]
    assert rooms.sum() == 870 // 30 == 29
    assert kindergartens["seats"].sum() == 29 * 30 == 870
    # Nine tracks of 25 + 30 + 35, and two rooms more of 25 and 30: 5 fewer than the headline.
    held = [seats_in_rooms(int(n), SIZES["kindergarten"]) for n in rooms]
    assert sum(held) == 9 * 90 + 55 == 865
    goals = table(made, "targets").set_index("indicator")["target"]
    assert goals["new_kindergarten_seats"] == "870"
    assert goals["new_public_kindergartens"] == "4"
    town = projects.loc[["dajie_primary_extension", "town_junior"]]
    assert town["seats"].tolist() == [13 * 45, 17 * 50]
    assert town["seats"].sum() == 1435
    assert town["hand_over"].str[:4].tolist() == ["2024", "2025"]


def test_four_kindergartens_cannot_divide_29_rooms_into_870_seats() -> None:
    held = {
        sum(seats_in_rooms(rooms, SIZES["kindergarten"]) for rooms in (one, two, three, four))
        for one, two, three in itertools.product(range(1, 27), repeat=3)
        if (four := 29 - one - two - three) > 0
    }
    assert 865 in held
    assert 870 not in held


def test_projects_are_dated_in_order_and_their_seats_are_rooms_by_standard_size(
    made: Path,
) -> None:
    projects = table(made, "projects")
    dates = projects[["approved", "land_secured", "started", "hand_over"]].to_numpy()
    assert (dates[:, :-1] < dates[:, 1:]).all()
    announced = projects.dropna(subset="seats")
    # As bureaus count: rooms × the stage's mean class size.
    usual = {stage: sum(sizes) / len(sizes) for stage, sizes in SIZES.items()}
    held = announced["rooms"] * announced["stage"].map(usual)
    assert announced["seats"].tolist() == held.tolist()


def test_senior_enrolment_of_the_base_year_is_the_plans(made: Path) -> None:
    targets = table(made, "targets").set_index(["indicator", "year"])["target"]
    path = targets["senior_gross_enrolment_share"]
    assert path.tolist() == ["95.96%", "96.8%", "97%"]
    rolls = table(made, "rolls").query("year == 2023 and grade >= 10")["pupils"].sum()
    residents = table(made, "residents").query("year == 2023")[["15", "16", "17"]]
    # Within the pupils that whole numbers and the leavers of a year allow.
    assert rolls / residents.to_numpy().sum() == pytest.approx(0.9596, abs=0.002)


def test_the_committed_county_shows_what_county_plans_describe() -> None:
    study = sample_study()
    schools = table(study, "schools").set_index("school_id")
    sections = table(study, "sections").set_index("section_id")
    setting = sections["school_id"].map(schools["setting"])
    classes = table(study, "classes").query("year == 2023")
    sizes = classes.assign(
        stage=classes["section_id"].map(sections["stage"]),
        setting=classes["section_id"].map(setting),
    )
    compulsory = sizes[sizes["stage"].isin(["primary", "junior"])]
    in_town = compulsory[compulsory["setting"] == "city"]["pupils"]
    assert 0.3 < (in_town >= 56).mean() < 0.75  # crowded town schools
    assert 66 <= in_town.max() <= 75
    in_villages = compulsory[compulsory["setting"] == "village"]["pupils"]
    assert in_villages.median() < 35
    assert in_villages.max() < 56
    where = shapes(study, "areas").set_index("area_id")["setting"]
    residents = table(study, "residents")
    residents = residents.assign(
        setting=residents["area_id"].map(where),
        children=residents.drop(columns=["area_id", "year"]).sum(axis=1),
    )
    by_setting = residents.pivot_table("children", "setting", "year", aggfunc="sum")
    assert by_setting.loc["village", 2023] < 0.8 * by_setting.loc["village", 2015]  # emptying
    assert by_setting.loc["city", 2023] > 1.05 * by_setting.loc["city", 2015]  # growing
    births = table(study, "births").groupby("year")["births"].sum()
    assert births[2017] > births[2018] > births[2020] > births[2022]  # falling since 2017
    assert births[2023] < 0.65 * births[2016]


def test_the_committed_county_has_schools_of_every_common_kind() -> None:
    study = sample_study()
    schools, sections = table(study, "schools"), table(study, "sections")
    assert set(schools["kind"]) == {
        *("kindergarten", "primary", "teaching_point", "junior", "nine_year", "senior"),
    }
    assert schools["name"].is_unique
    stages = sections.groupby("school_id")["stage"].agg(tuple)
    kinds = schools.set_index("school_id")["kind"]
    assert set(stages[kinds[kinds == "nine_year"].index]) == {("primary", "junior")}
    assert (sections["beds"] > 0).sum() >= 5  # boarding schools
    assert (sections["condemned_rooms"] > 0).sum() == 3
    assert (sections["repair_rooms"] > 0).sum() == sections["repair_until"].notna().sum() == 2
    assert set(sections.loc[sections["stage"] == "senior", "intake"]) == {"county"}


def test_new_kindergartens_of_the_committed_county_stand_where_children_lack_one() -> None:
    study = sample_study()
    crs = read_study(study).crs
    areas = shapes(study, "areas").to_crs(crs)
    zones = table(study, "zones").query("stage == 'kindergarten'").set_index("area_id")
    zoned_to = zones.loc[areas["area_id"], "section_id"].str[:4]
    schools = table(study, "schools").set_index("school_id").loc[zoned_to]
    sites = table(study, "sites").query("stages == 'kindergarten'")
    centre = areas.geometry.centroid.reset_index(drop=True)
    today = centre.distance(in_metres(schools, crs)).to_numpy()
    residents = table(study, "residents").query("year == 2023").set_index("area_id")
    threes = residents.loc[areas["area_id"], ["0", "1", "2"]].to_numpy().mean(axis=1)
    away = np.array([centre.distance(place) for place in in_metres(sites, crs)])
    nearest = away.argmin(axis=0)
    drawn = [threes[(nearest == row) & (away[row] < today)].sum() for row in range(len(sites))]
    rooms = table(study, "projects").set_index("site_id").loc[sites["site_id"], "rooms"]
    # A third of the seats enter every year: ten for each room. Half of them live nearest.
    assert (np.array(drawn) > 0.5 * 10 * rooms.to_numpy()).all()


def test_closing_a_school_of_the_committed_county_needs_no_room_and_no_other_zones() -> None:
    study = sample_study()
    closure = read_scenario(study / "scenarios", "closure")
    (closing,) = closure.measures
    assert closure.zones.method == "today"
    sections = table(study, "sections").set_index("section_id")
    schools = table(study, "schools").set_index("school_id")
    home = schools.loc[sections.loc[closing.section, "school_id"]]
    assert (home["setting"], home["kind"]) == ("village", "primary")
    rolls = table(study, "rolls").query("year == 2023").groupby("section_id")["pupils"].sum()
    assert rolls[closing.section] < 45  # less than one class for a whole school
    # 路居镇中心小学, its neighbour: 16 rooms × 45 = 720 seats for both schools' pupils.
    assert rolls["S053P"] + rolls[closing.section] <= 720


def test_a_little_more_of_the_small_children_attend_a_kindergarten_every_year() -> None:
    study = sample_study()
    residents = table(study, "residents").groupby("year")[["3", "4", "5"]].sum().sum(axis=1)
    pupils = table(study, "rolls").query("grade <= 0").groupby("year")["pupils"].sum()
    share = pupils / residents
    assert share[2015] == pytest.approx(0.88, abs=0.005)
    assert share[2023] == pytest.approx(0.90, abs=0.005)
    assert share.is_monotonic_increasing
    assert share[2023] < 0.93  # the target of 2025


def test_public_kindergartens_hold_a_little_less_than_the_target() -> None:
    study = sample_study()
    schools = table(study, "schools").set_index("school_id")
    rolls = table(study, "rolls").query("year == 2023").groupby("section_id")["pupils"].sum()
    sections = table(study, "sections").query("stage == 'kindergarten'").set_index("section_id")
    operator = sections["school_id"].map(schools["operator"])
    share = rolls.reindex(operator.index).groupby(operator).sum()
    share = share / share.sum()
    assert 0.58 < share["public"] < 0.63  # the plan wants 63 % by 2025
    assert share["public"] + share["private_inclusive"] < 0.92  # and 92 %


@pytest.mark.parametrize(
    ("areas", "sections", "years", "said"),
    [
        (29, 8, 9, "at least 30 areas"),
        (30, 7, 9, "at least 8 sections"),
        (30, 31, 9, "no more than it has areas"),
        (30, 8, 0, "from 1 to 15"),
    ],
)
def test_a_county_that_cannot_be_made_is_refused_in_a_sentence(
    tmp_path: Path, areas: int, sections: int, years: int, said: str
) -> None:
    with pytest.raises(OutputError, match=said):
        make_sample(tmp_path / "out", areas=areas, sections=sections, years=years, seed=1)
    assert not (tmp_path / "out").exists()


def test_so_many_areas_that_some_have_no_land_are_refused_in_a_sentence() -> None:
    frame = read_frame(sample_study() / "data" / "frame")
    land = divide_land(frame, 40, np.random.default_rng(1))
    check_room(land)
    land.polygons[[3, 7]] = shapely.GeometryCollection()
    with pytest.raises(OutputError, match=r"--areas 40: .*2 of them.* Ask for fewer"):
        check_room(land)


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="has something in it"):
        make_sample(tmp_path, areas=30, sections=8, seed=1)
    assert files_of(tmp_path) == {"notes.txt": b"mine"}
