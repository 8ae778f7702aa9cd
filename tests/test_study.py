"""One folder becomes one value that holds all that is known of the nine squares."""

from __future__ import annotations

import dataclasses
import hashlib
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest

from planner.errors import StudyError
from planner.study import Study, read_study
from planner.tables import TABLES, columns_of
from planner.terms import Language
from tests.towns import STUDY_TOML, YEARS, town_tables, write_town

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the nine squares on disk."""
    return write_town(tmp_path_factory.mktemp("study") / "town")


@pytest.fixture(scope="module")
def study(folder: Path) -> Study:
    """Return the nine squares as read."""
    return read_study(folder)


def test_the_town_is_read_as_it_was_written(study: Study) -> None:
    assert dict(study.names) == {"zh": "九宫县", "en": "Nine Squares"}
    assert study.base_year == YEARS[-1]
    assert study.crs.to_epsg() == 4543
    assert (study.detour_factor, study.walking_kmh) == (1.3, 4.0)
    assert study.attributions == ("Invented town for tests",)
    assert study.norms.id == "cn"
    assert study.areas.geometry.area.tolist() == [250_000.0] * 9
    assert study.rolls["pupils"].to_numpy().sum() == 4 * (6 * 50 + 6 * 40 + 3 * 90 + 3 * 90)
    assert study.residents["residents"].to_numpy().sum() == 9 * 4 * 19 * 10


@pytest.mark.parametrize("table", TABLES)
def test_every_table_has_all_its_columns_in_order(study: Study, table: str) -> None:
    frame = getattr(study, table)
    assert list(frame) == [column.name for column in columns_of(table)]
    assert isinstance(frame.index, pd.RangeIndex)
    if any(column.kind == "geometry" for column in columns_of(table)):
        assert isinstance(frame, gpd.GeoDataFrame)
        assert frame.crs == study.crs


def test_empty_cells_of_sections_are_filled_with_what_they_mean(study: Study) -> None:
    sections = study.sections.set_index("section_id")
    assert sections["lowest_grade"].to_dict() == {"P1": 1, "P2": 1, "J1": 7, "K1": -2}
    assert sections["highest_grade"].to_dict() == {"P1": 6, "P2": 6, "J1": 9, "K1": 0}
    assert sections["condemned_rooms"].tolist() == [0, 0, 0, 0]
    assert set(sections["intake"]) == {"zone"}


def test_a_teaching_point_keeps_its_own_grades(tmp_path: Path) -> None:
    sections = town_tables()["sections"].assign(lowest_grade=["一年级", "", "", ""])
    study = read_study(write_town(tmp_path, sections=sections))
    assert study.sections["lowest_grade"].tolist() == [1, 1, 7, -2]


def test_a_study_cannot_be_changed(study: Study) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        study.base_year = 1999  # type: ignore[misc]
    with pytest.raises(TypeError):
        study.names["zh"] = "别处"  # type: ignore[index]


def test_inputs_carry_the_digest_of_their_bytes(study: Study, folder: Path) -> None:
    digests = {each.path: each.sha256 for each in study.inputs}
    rolls = (folder / "data" / "rolls.csv").read_bytes()
    assert digests["data/rolls.csv"] == hashlib.sha256(rolls).hexdigest()
    assert not any(path.startswith("/") for path in digests)


def test_what_the_town_lacks_is_said_in_both_languages(study: Study) -> None:
    assert [each.key for each in study.fallbacks] == ["births_by_month", "homes"]
    assert all(each.en.endswith(".") and each.zh.endswith("。") for each in study.fallbacks)


def test_a_poor_study_says_everything_that_stands_in(tmp_path: Path) -> None:
    residents = pd.DataFrame(
        [
            (area, year, first, first + 4, 50)
            for area in (f"a{number}" for number in range(1, 10))
            for year in YEARS
            for first in (0, 5, 10, 15)
        ],
        columns=["area_id", "year", "age_from", "age_to", "residents"],
    )
    totals = town_tables()["rolls"].groupby(["section_id", "year"])["pupils"].sum().reset_index()
    sections = town_tables()["sections"].drop(columns="rooms").assign(seats=[540, 270, 300, ""])
    homes = pd.DataFrame(
        [("H1", "a1", 100, 2025)], columns=["home_id", "area_id", "units", "completed"]
    )
    folder = write_town(
        tmp_path,
        study_toml=STUDY_TOML.replace('crs = "EPSG:4543"\n', ""),
        residents=residents,
        rolls=totals,
        sections=sections,
        homes=homes,
        births=None,
        streets=None,
        zones=None,
        classes=None,
    )
    study = read_study(folder)
    assert [each.key for each in study.fallbacks] == [
        "crs",
        "streets",
        "zones",
        "births",
        "single_ages",
        "grade_rolls",
        "yields",
        "rooms",
        "seats",
        "classes",
    ]
    assert study.rolls["grade"].isna().all()
    said = {each.key: each.en for each in study.fallbacks}
    assert "WGS 84 / UTM zone 48N" in said["crs"]
    assert "of 3 sections" in said["rooms"]


def test_a_total_beside_its_grades_is_not_counted_twice(tmp_path: Path) -> None:
    rolls = town_tables()["rolls"].astype({"grade": object})
    totals = rolls.groupby(["section_id", "year"])["pupils"].sum().reset_index()
    both = pd.concat([rolls, totals.assign(grade="合计")], ignore_index=True)
    study = read_study(write_town(tmp_path, rolls=both))
    assert study.rolls["pupils"].sum() == rolls["pupils"].sum()


def test_the_base_year_may_be_named(tmp_path: Path) -> None:
    toml = STUDY_TOML.replace('norms = "cn"', 'norms = "cn"\nbase_year = 2022')
    assert read_study(write_town(tmp_path, study_toml=toml)).base_year == 2022


def test_a_base_year_without_a_roll_is_refused(tmp_path: Path) -> None:
    toml = STUDY_TOML.replace('norms = "cn"', 'norms = "cn"\nbase_year = 2025')
    with pytest.raises(
        StudyError, match=r"base_year = 2025 has no roll\. Write a year with a roll"
    ):
        read_study(write_town(tmp_path, study_toml=toml))


def test_all_errors_come_together_in_the_language_asked_for(tmp_path: Path) -> None:
    rolls, zones = town_tables()["rolls"], town_tables()["zones"]
    rolls.loc[0, "pupils"] = -1
    zones.loc[0, "section_id"] = "P11"
    folder = write_town(tmp_path, rolls=rolls, zones=zones)
    with pytest.raises(StudyError) as caught:
        read_study(folder, lang=Language.CHINESE)
    assert caught.value.faults == (
        "data/rolls.csv，第2行，“pupils”列：“-1”小于0。请更正数字：数量不能为负。",
        "data/zones.csv，第2行，“section_id”列：“P11”不存在。“P11”是否应为“P1”？",
    )


def test_a_warning_does_not_stop_a_study(tmp_path: Path) -> None:
    classes = town_tables()["classes"]
    classes.loc[0, "pupils"] = 26
    assert len(read_study(write_town(tmp_path, classes=classes)).classes) == len(classes)


def test_a_folder_without_a_study_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match=r"has no study\.toml"):
        read_study(tmp_path)


def test_gaps_found_in_the_tables_reach_the_results(tmp_path: Path) -> None:
    tables = town_tables()
    rolls, residents = tables["rolls"], tables["residents"]
    study = read_study(
        write_town(
            tmp_path,
            rolls=rolls[rolls["year"] != 2021],
            residents=residents[(residents["area_id"] != "a9") & (residents["year"] != 2021)],
        )
    )
    said = {each.key: each for each in study.fallbacks if each.key.startswith("check_")}
    assert set(said) == {
        "check_roll_years",
        "check_areas_without_residents",
        "check_resident_years",
    }
    assert "the years '2021' are left out." in said["check_roll_years"].en
    assert "“a9”没有常住人口数。" in said["check_areas_without_residents"].zh


def test_a_study_may_be_named_by_its_study_toml(folder: Path, study: Study) -> None:
    assert read_study(folder / "study.toml").folder == study.folder
