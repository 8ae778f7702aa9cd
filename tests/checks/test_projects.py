"""What planner check says of projects: late, short of land, or not what the plan promised."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.checks import check_study
from planner.checks.projects import class_mixes
from planner.shipped import sample_study
from planner.study import read_study
from planner.terms import Language
from tests.test_checks import with_cell
from tests.towns import STUDY_TOML, town_tables, write_town

if TYPE_CHECKING:
    from pathlib import Path

PROJECT: dict[str, Any] = {
    "project_id": "X1",
    "name": "城西小学扩建",
    "kind": "extension",
    "section_id": "P1",
    "stage": "primary",
    "rooms": 6,
    "seats": 270,
    "started": "2023-03-01",
    "hand_over": "2024-08-15",
}
KINDERGARTEN = PROJECT | {
    "kind": "new",
    "stage": "kindergarten",
    "rooms": 6,
    "seats": 180,
}


def said(folder: Path, lang: Language = Language.ENGLISH, **changes: pd.DataFrame) -> list[str]:
    """Return what is found in the nine squares with some tables changed."""
    town = write_town(folder / "town", study_toml=STUDY_TOML, **changes)
    return [f"{each.severity}: {each.sentence(lang)}" for each in check_study(town)]


def only(sentences: list[str]) -> str:
    """Return the one sentence there is."""
    (sentence,) = sentences
    return sentence


# ------------------------------------------------------------------ whole classes


def test_870_seats_are_29_classes_of_30() -> None:
    assert class_mixes(870, [30]) == [(29,)]


def test_1435_seats_are_made_of_classes_of_45_and_50_in_three_ways() -> None:
    assert class_mixes(1435, [45, 50]) == [(3, 26), (13, 17), (23, 8)]


def test_some_seats_no_number_of_classes_makes() -> None:
    assert class_mixes(600, [45]) == []
    assert class_mixes(85, [45, 50]) == []


@settings(deadline=None)  # the plain count of every mix takes long, not ours
@given(
    seats=st.integers(0, 400),
    sizes=st.lists(st.integers(5, 60), min_size=1, max_size=3, unique=True),
)
def test_every_mix_of_classes_is_found_once(seats: int, sizes: list[int]) -> None:
    counts = [range(seats // size + 1) for size in sizes]
    every = [
        mix
        for mix in product(*counts)
        if sum(count * size for count, size in zip(mix, sizes, strict=True)) == seats
    ]
    assert class_mixes(seats, sizes) == every


# ------------------------------------------------------------------ dates


def test_a_project_without_hand_over_is_a_warning(tmp_path: Path) -> None:
    project = PROJECT | {"hand_over": ""}
    assert only(said(tmp_path, projects=pd.DataFrame([project]))) == (
        "warning: data/projects.csv, row 2: no hand-over is known of 'X1'. Fill in the date; "
        "without it no seat counts."
    )


def test_handed_over_on_the_second_of_september_loses_a_year(tmp_path: Path) -> None:
    project = PROJECT | {"hand_over": "2024-09-02"}
    assert only(said(tmp_path, projects=pd.DataFrame([project]))) == (
        "warning: data/projects.csv, row 2: handed over after school has begun: "
        "'X1: 2024-09-02'; its seats count a year later. Hand over by 1 September, or plan "
        "without it."
    )


def test_handed_over_on_the_first_of_september_is_in_time(tmp_path: Path) -> None:
    project = PROJECT | {"hand_over": "2024-09-01"}
    assert said(tmp_path, projects=pd.DataFrame([project])) == []


def test_in_use_before_hand_over_runs_backwards(tmp_path: Path) -> None:
    project = PROJECT | {"in_use": "2024-03-01"}
    assert "the dates of 'X1' run backwards" in only(
        said(tmp_path, projects=pd.DataFrame([project]))
    )


@pytest.mark.parametrize(
    ("started", "hand_over", "slips"),
    [
        ("", "2024-08-15", True),
        ("", "2024-09-01", True),
        ("2023-03-01", "2024-08-15", False),
        ("", "2025-08-15", False),  # two years are left
        ("", "2023-08-15", False),  # in the rooms of the base year already
    ],
)
def test_a_building_due_within_a_year_that_has_not_begun_slips(
    tmp_path: Path, started: str, hand_over: str, slips: bool
) -> None:
    project = PROJECT | {"started": started, "hand_over": hand_over}
    found = said(tmp_path, projects=pd.DataFrame([project]))
    alarms = [one for one in found if "not known to have started: 'X1'" in one]
    assert len(alarms) == slips


# ------------------------------------------------------------------ rooms, seats and land


def test_negative_rooms_and_other_nonsense_are_refused_together(tmp_path: Path) -> None:
    sections = town_tables()["sections"].assign(
        rooms=[-12, 6, 6, 10],
        condemned_rooms=[0, 7, 0, 0],
        borrowed_rooms=[0, 0, 9, 0],
    )
    schools = town_tables()["schools"].assign(shared_rooms=[-2, 0, 0, 0])
    project = PROJECT | {"rooms": -4, "seats": "", "kind": "rebuilding", "rooms_lost": -1}
    found = said(tmp_path, sections=sections, schools=schools, projects=pd.DataFrame([project]))
    errors = [one for one in found if one.startswith("error")]
    for part in (
        "data/sections.csv, row 2, column 'rooms': found '-12', below 0.",
        "data/sections.csv, row 3: more rooms are condemned or repaired than there are at 'P2'.",
        "data/sections.csv, row 4: more rooms are borrowed than there are at 'J1'",
        "column 'shared_rooms': found '-2', below 0.",
        "data/projects.csv, row 2, column 'rooms': found '-4', below 0.",
        "data/projects.csv, row 2, column 'rooms_lost': found '-1', below 0.",
    ):
        assert any(part in one for one in errors), (part, errors)


def test_seats_that_no_whole_classes_make_are_a_warning(tmp_path: Path) -> None:
    project = PROJECT | {"rooms": "", "seats": 600}  # 600 = 13 × 45 + 15
    assert only(said(tmp_path, projects=pd.DataFrame([project]))) == (
        "warning: data/projects.csv, row 2: no whole number of classes makes the seats named: "
        "'X1: 600'. Name the seats of whole classes at standard size."
    )


def test_a_new_school_on_a_tiny_plot_may_be_in_mu(tmp_path: Path) -> None:
    project = KINDERGARTEN | {"section_id": "K2", "land_m2": 25}
    assert only(said(tmp_path, projects=pd.DataFrame([project]))) == (
        "warning: data/projects.csv, row 2, column 'land_m2': '25.0' m2 are too few for a "
        "school. If the figure is in mu, write the unit: 25亩, or the heading 用地面积（亩）."
    )


def test_areas_in_mu_are_converted_and_said(tmp_path: Path) -> None:
    projects = pd.DataFrame([KINDERGARTEN | {"section_id": "K2", "land_m2": "9亩"}])
    assert only(said(tmp_path, projects=projects)) == (
        "warning: data/projects.csv, row 2, column 'land_m2': found another unit than the "
        "column's: '9亩'. They are converted: 1 mu (亩) is 2000 ÷ 3 m2, 1 万元 is 10 000 yuan."
    )
    study = read_study(tmp_path / "town")
    assert study.projects["land_m2"].tolist() == [pytest.approx(6000)]
    assert "check_other_units" in [fallback.key for fallback in study.fallbacks]


def test_rooms_to_share_need_two_sections(tmp_path: Path) -> None:
    schools = town_tables()["schools"].assign(shared_rooms=[4, 0, 0, 0])
    assert only(said(tmp_path, schools=schools)) == (
        "warning: data/schools.gpkg, feature 1: 'S1' has rooms to share but fewer than two "
        "sections. Count them among the rooms of its section."
    )


# ------------------------------------------------------------------ who gives, who receives


def test_a_merger_and_a_conversion_say_who_gives(tmp_path: Path) -> None:
    rows = [
        PROJECT | {"project_id": "X1", "kind": "merger", "seats": ""},
        PROJECT
        | {"project_id": "X2", "kind": "conversion", "from_section": "P22", "section_id": "J1"}
        | {"stage": "junior", "seats": 300},
    ]
    errors = [one for one in said(tmp_path, projects=pd.DataFrame(rows)) if "error" in one]
    assert errors == [
        "error: data/projects.csv, row 2: 'X1' does not say which section gives its rooms. Fill "
        "in from_section.",
        "error: data/projects.csv, row 3, column 'from_section': no section is called 'P22'. "
        "Correct the key.",
    ]


def test_a_rebuilding_says_how_many_rooms_it_takes_and_when(tmp_path: Path) -> None:
    rows = [
        PROJECT | {"project_id": "X1", "kind": "rebuilding", "rooms_lost": 4},
        PROJECT | {"project_id": "X2", "kind": "rebuilding"},
    ]
    assert only(said(tmp_path, projects=pd.DataFrame(rows))).startswith(
        "warning: data/projects.csv, row 3: the rebuilding 'X2' does not say how many rooms"
    )


def test_projects_are_called_in_chinese_as_plans_call_them(tmp_path: Path) -> None:
    words = {"改建": "conversion", "排危新建": "rebuilding", "合并": "merger", "撤并": "closure"}
    rows = [
        PROJECT | {"project_id": f"X{number}", "kind": word, "from_section": "P2", "rooms_lost": 1}
        for number, word in enumerate(words)
    ]
    write_town(tmp_path / "town", projects=pd.DataFrame(rows))
    kinds = read_study(tmp_path / "town").projects["kind"]
    assert kinds.tolist() == list(words.values())


# ------------------------------------------------------------------ headlines


def promises(**aims: int) -> pd.DataFrame:
    """Return targets for 2025."""
    rows = [(name, 2025, aim) for name, aim in aims.items()]
    return pd.DataFrame(rows, columns=["indicator", "year", "target"])


def five_kindergartens() -> pd.DataFrame:
    """Return five kindergartens with 29 + 6 rooms, four of them with published seats."""
    rooms = (6, 8, 6, 9, 6)
    return pd.DataFrame(
        [
            KINDERGARTEN
            | {
                "project_id": f"X{number}",
                "name": f"{number}号园",
                "section_id": f"K{number + 2}",
                "rooms": count,
                "seats": "" if number == 4 else count * 30,
            }
            for number, count in enumerate(rooms)
        ]
    )


def test_four_kindergartens_promised_and_five_named_is_said(tmp_path: Path) -> None:
    targets = promises(new_public_kindergartens=4, new_kindergarten_seats=1050)
    assert only(said(tmp_path, projects=five_kindergartens(), targets=targets)) == (
        "warning: data/targets.csv, row 2: the target says 4 schools, the projects named until "
        "then make 5: 0号园, 1号园, 2号园, 3号园, 4号园. Correct the target, or the list of "
        "projects."
    )


def test_seats_promised_are_held_against_seats_named(tmp_path: Path) -> None:
    # 180 + 240 + 180 + 270 = 870 named, and 6 rooms × 30 where no seats are named.
    targets = promises(new_kindergarten_seats=870)
    assert only(said(tmp_path, projects=five_kindergartens(), targets=targets)) == (
        "warning: data/targets.csv, row 2: the target says 870 seats, the projects named until "
        "then make 1,050: 0号园, 1号园, 2号园, 3号园, 4号园. They agree without 0号园 or 2号园 or "
        "4号园. Correct the target, or the list of projects."
    )


def test_projects_that_come_too_late_are_not_counted(tmp_path: Path) -> None:
    projects = five_kindergartens()
    projects.loc[4, "hand_over"] = "2025-10-01"
    targets = promises(new_public_kindergartens=4, new_kindergarten_seats=870)
    assert said(tmp_path, projects=projects, targets=targets) == []


def test_seats_in_town_are_those_of_compulsory_schools_in_town(tmp_path: Path) -> None:
    # 13 × 45 = 585 at P1 in the city; P2 stands in a village, K1 is no compulsory school.
    rows = [
        PROJECT | {"project_id": "X1", "rooms": 13, "seats": 585},
        PROJECT | {"project_id": "X2", "section_id": "P2"},
        KINDERGARTEN | {"project_id": "X3", "section_id": "K1", "kind": "extension"},
    ]
    schools = town_tables()["schools"].assign(setting=["city", "village", "city", "city"])
    found = said(
        tmp_path,
        projects=pd.DataFrame(rows),
        schools=schools,
        targets=promises(new_town_seats=585),
    )
    assert found == []


def test_a_new_school_in_town_stands_in_the_area_of_its_site(tmp_path: Path) -> None:
    areas = town_tables()["areas"].assign(setting="city")
    sites = with_cell("schools", 0, "school_id", "L1").iloc[:1]
    sites = sites.rename(columns={"school_id": "site_id"})[["site_id", "name", "geometry"]]
    new = PROJECT | {"kind": "new", "section_id": "P3", "site_id": "L1"}
    found = said(
        tmp_path,
        projects=pd.DataFrame([new]),
        areas=areas,
        sites=sites,
        targets=promises(new_town_seats=1435),
    )
    assert only(found) == (
        "warning: data/targets.csv, row 2: the target says 1,435 seats, the projects named until "
        "then make 270: 城西小学扩建. Correct the target, or the list of projects."
    )


def test_a_headline_of_seats_is_made_of_whole_classes(tmp_path: Path) -> None:
    projects = pd.DataFrame([PROJECT | {"rooms": "", "seats": 585}])
    schools = town_tables()["schools"].assign(setting="city")
    found = said(tmp_path, projects=projects, schools=schools, targets=promises(new_town_seats=584))
    assert (
        "warning: data/targets.csv, row 2, column 'target': no whole number of classes of 45 and "
        "50 makes '584' seats. Correct the target."
    ) in found


def test_the_sample_names_five_kindergartens_where_its_plan_promises_four() -> None:
    found = [each.sentence(Language.CHINESE) for each in check_study(sample_study())]
    assert any("目标为4所学校，而届时已列明的项目为5所学校" in one for one in found), found


def test_a_school_in_use_that_no_table_of_sections_knows_is_said(tmp_path: Path) -> None:
    site = pd.DataFrame(
        {"site_id": ["L1"], "name": ["x"], "longitude": [102.74], "latitude": [24.295]}
    )
    new = KINDERGARTEN | {"section_id": "K9", "site_id": "L1", "started": "2021-03-01"}
    opened = pd.DataFrame([new | {"hand_over": "2022-08-15"}])
    sentence = only(said(tmp_path / "old", projects=opened, sites=site))
    assert "in use by 2023-09-01, but 'K9' is not in the sections table" in sentence
    later = pd.DataFrame([new | {"hand_over": "2023-09-02"}])
    assert "not in the sections" not in " ".join(said(tmp_path / "new", projects=later, sites=site))
