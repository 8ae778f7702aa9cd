"""Every fault a planner may make in the nine squares is found, with its place and a remedy."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import LineString, Point, Polygon, box

from planner.checks import Finding, Severity, check_study, findings
from planner.checks.places import _overlapping_pairs
from planner.reading import RawStudy, read_folder
from planner.terms import Language
from tests.towns import (
    CRS,
    SIDE_METRES,
    SOUTH,
    STUDY_TOML,
    WEST,
    centre_of,
    town_tables,
    write_tables,
    write_town,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(scope="module")
def sound_town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the nine squares on disk, written once."""
    return write_town(tmp_path_factory.mktemp("sound") / "town")


@pytest.fixture(scope="module")
def sound(sound_town: Path) -> RawStudy:
    """Return the nine squares as read once."""
    study, found = read_folder(sound_town)
    assert study is not None
    assert found == ()
    return study


@pytest.fixture
def check(sound: RawStudy, tmp_path: Path) -> Callable[..., list[Finding]]:
    """Return a function that checks the nine squares with some of their tables replaced.

    Only the new tables are written and read; the others are those of the sound town.
    """

    def checked(**changes: pd.DataFrame) -> list[Finding]:
        (tmp_path / "study.toml").write_text(STUDY_TOML, encoding="utf-8")
        write_tables(tmp_path, changes)
        study, unread = read_folder(tmp_path)
        assert study is not None
        read = {table: study.tables[table] for table in changes}
        whole = replace(study, tables={**sound.tables, **read}, inputs=study.inputs + sound.inputs)
        # The new folder lacks the other tables, and study.toml says so.
        return list(findings(whole, tuple(each for each in unread if each.file != "study.toml")))

    return checked


def only(found: list[Finding], severity: Severity = Severity.ERROR) -> str:
    """Return the one finding there is, in English."""
    assert [finding.severity for finding in found] == [severity]
    return found[0].sentence(Language.ENGLISH)


def with_cell(table: str, row: int, column: str, value: Any) -> pd.DataFrame:
    """Return a table of the town with one cell changed; rows count from 0."""
    frame = town_tables()[table]
    if isinstance(frame, gpd.GeoDataFrame) and column == "geometry":
        return _set(frame, row, column, value)
    return _set(frame.astype({column: object}), row, column, value)


def _set(frame: pd.DataFrame, row: int, column: str, value: Any) -> pd.DataFrame:
    frame.loc[row, column] = value
    return frame


def test_the_nine_squares_are_sound(check: Callable[..., list[Finding]]) -> None:
    assert check() == []


def test_a_finding_speaks_chinese_and_english(check: Callable[..., list[Finding]]) -> None:
    (finding,) = check(rolls=with_cell("rolls", 1, "pupils", "-5"))
    assert finding.sentence(Language.ENGLISH) == (
        "data/rolls.csv, row 3, column 'pupils': found '-5', below 0. "
        "Correct the number: it counts things."
    )
    assert finding.sentence(Language.CHINESE) == (
        "data/rolls.csv，第3行，“pupils”列：“-5”小于0。请更正数字：数量不能为负。"
    )


def test_the_same_fault_on_many_rows_is_said_once(check: Callable[..., list[Finding]]) -> None:
    rolls = town_tables()["rolls"]
    rolls.loc[:42, "pupils"] = -1
    found = check(rolls=rolls)[0]
    # 43 rows, 0 to 42, stand on lines 2 to 44 of the file.
    assert found.sentence(Language.ENGLISH).startswith(
        "data/rolls.csv, rows 2, 3, 4 and 40 more, column 'pupils': found '-1', below 0."
    )
    assert "第2、3、4行等43行" in found.sentence(Language.CHINESE)


WRONG_CELLS = [
    [
        (
            "rolls",
            0,
            "pupils",
            "3.5",
            "row 2, column 'pupils': expected a whole number, found '3.5'.",
        ),
        ("rolls", 1, "pupils", "many", "row 3, column 'pupils': expected a number, found 'many'."),
        ("rolls", 2, "pupils", "", "row 4, column 'pupils': the cell is empty. Fill it in:"),
        ("rolls", 3, "year", "223", "row 5, column 'year': expected a school year, found '223'."),
        ("rolls", 4, "grade", "9", "row 6, column 'grade': the section's stage has no grade '9'."),
        ("rolls", 5, "section_id", "P11", "nothing is called 'P11'. For 'P11', did you mean 'P1'?"),
        ("sections", 2, "stage", "juniorr", "For 'juniorr', did you mean 'junior'?"),
        ("sections", 0, "school_id", "S11", "row 2, column 'school_id': nothing is called 'S11'."),
        ("schools", 1, "kind", "primry", "feature 2, column 'kind': expected one of kindergarten,"),
        ("schools", 1, "kind", "primry", "Did you mean 'primary'?"),
        ("residents", 4, "area_id", "a77", "row 6, column 'area_id': nothing is called 'a77'."),
        ("residents", 5, "residents", "-1", "row 7, column 'residents': found '-1.0', below 0."),
        ("residents", 6, "age_to", "4", "row 8, column 'age_to': the age group ends before it"),
        ("births", 0, "births", "-1", "row 2, column 'births': found '-1.0', below 0."),
        (
            "streets",
            0,
            "length_metres",
            "0",
            "feature 1, column 'length_metres': found '0.0', not ab",
        ),
        (
            "zones",
            1,
            "area_id",
            "a1",
            "rows 2 and 3: more than one row has 'a1 primary' (area_id, stage)",
        ),
        ("zones", 1, "area_id", "a1", "column 'area_id': the zones of stage 'primary' lack 'a2'"),
    ],
    [
        ("sections", 2, "highest_grade", "12", "the stage has no grade '12'."),
        (
            "schools",
            1,
            "school_id",
            "S1",
            "features 1 and 2, column 'school_id': more than one row",
        ),
        (
            "zones",
            0,
            "section_id",
            "J1",
            "row 2, column 'section_id': this stage is not taught at 'J1'",
        ),
        ("zones", 1, "section_id", "P3", "row 3, column 'section_id': nothing is called 'P3'."),
    ],
]


@pytest.mark.parametrize("cells", WRONG_CELLS)
def test_wrong_cells_are_found_with_their_places(
    check: Callable[..., list[Finding]], cells: list[tuple[str, int, str, str, str]]
) -> None:
    frames: dict[str, pd.DataFrame] = {}
    for table, row, column, value, _ in cells:
        frame = frames.get(table, town_tables()[table])
        if column not in frame:
            frame[column] = ""
        frames[table] = _set(frame.astype({column: "str"}), row, column, value)
    errors = [each for each in check(**frames) if each.severity == Severity.ERROR]
    said = "\n".join(each.sentence(Language.ENGLISH) for each in errors)
    for table, *_, sentence in cells:
        assert any(
            line.startswith(f"data/{table}.") and sentence in line
            for line in said.replace("data/areas.gpkg, feature 2, c", "data/zones.: c").split("\n")
        ), (sentence, said)


def test_a_misspelt_column_is_named_with_the_right_one(check: Callable[..., list[Finding]]) -> None:
    rolls = town_tables()["rolls"].rename(columns={"pupils": "pupil"})
    assert only(check(rolls=rolls)) == (
        "data/rolls.csv: the column 'pupils' (在校生数) is missing. "
        "Did you mean the heading 'pupil'?"
    )


def test_a_misspelt_optional_column_is_not_passed_over(
    check: Callable[..., list[Finding]],
) -> None:
    sections = town_tables()["sections"].assign(condemmed_rooms=1)
    assert only(check(sections=sections), Severity.WARNING) == (
        "data/sections.csv, column 'condemmed_rooms': nobody reads this column. "
        "If you mean 'condemned_rooms' (D级危房教室), rename it."
    )


def test_a_missing_key_is_told_once_and_not_as_a_fault_of_other_tables(
    check: Callable[..., list[Finding]],
) -> None:
    sections = town_tables()["sections"].rename(columns={"school_id": "schule"})
    said = [each for each in check(sections=sections) if "belongs" in str(each)]
    assert [each.file for each in said] == ["data/sections.csv"]


def test_a_missing_table_is_named(sound_town: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(sound_town, tmp_path / "town")
    (folder / "data" / "rolls.csv").unlink()
    assert only(list(check_study(folder))) == (
        "study.toml: the table 'rolls' is missing. "
        "Add data/rolls.csv, or name its file under [tables]."
    )


def test_all_faults_come_at_once_in_the_order_of_the_tables(
    check: Callable[..., list[Finding]],
) -> None:
    found = check(
        rolls=with_cell("rolls", 0, "section_id", "P9"),
        sections=with_cell("sections", 0, "school_id", "S9"),
        zones=with_cell("zones", 0, "section_id", "P9"),
    )
    files = [each.file for each in found if each.severity == Severity.ERROR]
    assert files == ["data/sections.csv", "data/rolls.csv", "data/zones.csv"]


# ------------------------------------------------------------------ places


def test_an_area_without_a_shape_is_an_error(check: Callable[..., list[Finding]]) -> None:
    found = check(areas=with_cell("areas", 4, "geometry", None))
    errors = [each.sentence(Language.ENGLISH) for each in found if each.severity == "error"]
    assert errors == [
        "data/areas.gpkg, feature 5: there is no place of 'a5'. "
        "Draw its shape, or fill in its coordinates."
    ]


def test_a_bow_tie_is_repaired_and_said(check: Callable[..., list[Finding]]) -> None:
    west, south = WEST + SIDE_METRES, SOUTH + SIDE_METRES
    east, north = west + SIDE_METRES, south + SIDE_METRES
    bow_tie = Polygon([(west, south), (east, north), (east, south), (west, north)])
    found = check(areas=with_cell("areas", 4, "geometry", bow_tie))
    assert not [each for each in found if each.severity == Severity.ERROR]
    said = found[0].sentence(Language.ENGLISH)
    assert said.startswith("data/areas.gpkg, feature 5: the polygon is invalid: 'Self-intersection")
    assert "repair it in the file too" in said


def test_a_polygon_without_any_inside_is_an_error(check: Callable[..., list[Finding]]) -> None:
    flat = Polygon([(WEST, SOUTH), (WEST + 100, SOUTH), (WEST + 50, SOUTH), (WEST, SOUTH)])
    found = check(areas=with_cell("areas", 0, "geometry", flat))
    errors = [each.sentence(Language.ENGLISH) for each in found if each.severity == "error"]
    assert "feature 1: the polygon is invalid" in errors[0]
    assert errors[0].endswith("Draw the polygon again.")


def widened(metres: float) -> pd.DataFrame:
    """Return the areas with a1 reaching so far into a2."""
    side = SIDE_METRES
    return with_cell("areas", 0, "geometry", box(WEST, SOUTH, WEST + side + metres, SOUTH + side))


def test_areas_that_overlap_are_an_error(check: Callable[..., list[Finding]]) -> None:
    # a1 reaches 10 m into a2: 10 m × 500 m = 5 000 m2, more than 100 m2.
    assert only(check(areas=widened(10))) == (
        "data/areas.gpkg, features 1 and 2: areas overlap: 'a1 + a2: 5000 m2'. "
        "Let each place belong to one area: snap the borders to each other."
    )


def test_a_sliver_between_areas_is_a_warning(check: Callable[..., list[Finding]]) -> None:
    # 0.1 m × 500 m = 50 m2, less than 100 m2 and than 1 % of 250 000 m2.
    assert "'a1 + a2: 50 m2'" in only(check(areas=widened(0.1)), Severity.WARNING)


def test_rounding_between_areas_is_no_fault(check: Callable[..., list[Finding]]) -> None:
    assert check(areas=widened(0.001)) == []  # 0.001 m × 500 m = 0.5 m2


def test_ten_thousand_areas_are_compared_by_their_neighbours() -> None:
    """A 100 × 100 grid in which every tenth area of a row reaches 1 m into its neighbour."""
    x, y = np.meshgrid(np.arange(100) * 100.0, np.arange(100) * 100.0)
    wide = np.where(np.arange(10_000) % 10 == 0, 101.0, 100.0)
    shapes = shapely.box(x.ravel(), y.ravel(), x.ravel() + wide, y.ravel() + 100.0)
    one, other, shared = _overlapping_pairs(shapes)
    assert len(one) == 1000
    assert (other == one + 1).all()
    assert shared == pytest.approx(100.0)  # 1 m × 100 m each


def test_a_school_with_swapped_coordinates_is_far_away(sound_town: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(sound_town, tmp_path / "town")
    (folder / "data" / "schools.gpkg").unlink()
    schools = town_tables()["schools"]
    points = gpd.GeoSeries(schools["geometry"]).to_crs("EPSG:4326").to_numpy()
    degrees = shapely.get_coordinates(points)
    degrees[1] = degrees[1, ::-1]
    table = schools.drop(columns="geometry").assign(longitude=degrees[:, 0], latitude=degrees[:, 1])
    table.to_csv(folder / "data" / "schools.csv", index=False)
    found = [each.sentence(Language.ENGLISH) for each in check_study(folder)]
    assert found[0].startswith("data/schools.csv, row 3: there is no such latitude or longitude.")
    assert "Longitude and latitude may be swapped" in found[0]


def test_a_school_in_another_country_is_an_error(check: Callable[..., list[Finding]]) -> None:
    away = Point(WEST + 250_000, SOUTH)
    said = only(check(schools=with_cell("schools", 0, "geometry", away)))
    assert said.startswith("data/schools.gpkg, feature 1: too far from the areas: 'S1 (248 km)'.")
    assert "name it as `crs` in study.toml" in said


def test_a_school_at_zero_degrees_is_told_no_distance_longer_than_the_globe(
    check: Callable[..., list[Finding]],
) -> None:
    nowhere = gpd.GeoSeries([Point(0, 0)], crs="EPSG:4326").to_crs(CRS)[0]
    said = only(check(schools=with_cell("schools", 0, "geometry", nowhere)))
    assert "too far from the areas: 'S1 (> 1,000 km)'." in said


def test_a_school_in_the_lake_is_an_error(check: Callable[..., list[Finding]]) -> None:
    lake = gpd.GeoDataFrame(
        {"barrier_id": ["B1"], "kind": ["lake"]}, geometry=[centre_of("a4").buffer(50)], crs=CRS
    )
    said = only(check(barriers=lake))
    assert said.startswith("data/schools.gpkg, feature 1: a lake lies where 'S1' should stand.")
    assert 'crs = "GCJ-02"' in said


def test_a_school_outside_all_areas_is_a_warning(check: Callable[..., list[Finding]]) -> None:
    outside = Point(WEST - 100, SOUTH)
    said = only(check(schools=with_cell("schools", 0, "geometry", outside)), Severity.WARNING)
    assert "feature 1: no area holds 'S1'." in said


def test_a_school_drawn_as_a_polygon_is_an_error(check: Callable[..., list[Finding]]) -> None:
    yard = centre_of("a4").buffer(20)
    said = only(check(schools=with_cell("schools", 0, "geometry", yard)))
    assert "feature 1: the shape is 'Polygon', not a point." in said


def test_a_file_without_coordinate_system_is_an_error(check: Callable[..., list[Finding]]) -> None:
    areas = gpd.GeoDataFrame(town_tables()["areas"])
    with pytest.warns(UserWarning, match="crs"):
        found = check(areas=areas.set_crs(None, allow_override=True))
    said = [each.sentence(Language.ENGLISH) for each in found if each.severity == "error"]
    assert said == [
        "data/areas.gpkg: it does not say its coordinate system. "
        'Name it in study.toml: { file = "data/areas.gpkg", crs = "EPSG:4490" }.'
    ]


def test_streets_in_two_pieces_are_a_warning_with_their_share(
    check: Callable[..., list[Finding]],
) -> None:
    streets = gpd.GeoDataFrame(town_tables()["streets"])
    lane = LineString([(WEST, SOUTH), (WEST, SOUTH + 2000)])
    cut = gpd.GeoDataFrame({"street_id": ["lane"]}, geometry=[lane], crs=CRS)
    both = pd.concat([streets, cut], ignore_index=True)
    # Twelve segments of 500 m make 6 000 m; the lane has 2 000 of all 8 000 m: 25 %.
    said = only(check(streets=both), Severity.WARNING)
    assert said.startswith(
        "data/streets.gpkg, feature 13: the streets fall into 2 pieces; 25.0% of their length"
    )


# ------------------------------------------------------------------ counts


@pytest.mark.parametrize(
    ("pupils", "severity"),
    [(30, Severity.WARNING), (31, Severity.ERROR)],  # 25 + 30 is 10 % above 50, 25 + 31 is 12 %
)
def test_classes_that_do_not_add_up_to_the_roll(
    check: Callable[..., list[Finding]], pupils: int, severity: Severity
) -> None:
    said = only(check(classes=with_cell("classes", 1, "pupils", pupils)), severity)
    assert said == (
        "data/classes.csv, rows 2 and 3: classes do not add up to the roll of the grade: "
        f"'P1 2023 / 1: {25 + pupils} ≠ 50'. "
        "Correct the classes or the roll; both are counted on the same day."
    )


@pytest.mark.parametrize("pupils", [0, 101])
def test_an_empty_or_giant_class_is_a_warning(
    check: Callable[..., list[Finding]], pupils: int
) -> None:
    found = check(classes=with_cell("classes", 1, "pupils", pupils))
    said = [each.sentence(Language.ENGLISH) for each in found if each.severity == "warning"]
    assert (
        f"data/classes.csv, row 3, column 'pupils': a class cannot have '{pupils}' pupils"
        in said[0]
    )


@pytest.mark.parametrize("table", ["rolls", "residents"])
def test_a_year_left_out_is_named(check: Callable[..., list[Finding]], table: str) -> None:
    frame = town_tables()[table]
    said = only(check(**{table: frame[frame["year"] != 2021]}), Severity.WARNING)
    assert said.startswith(f"data/{table}.csv, column 'year': the years '2021' are left out.")


def test_a_year_left_out_for_one_section_is_named(check: Callable[..., list[Finding]]) -> None:
    rolls = town_tables()["rolls"]
    gone = (rolls["section_id"] == "P2") & (rolls["year"] == 2022)
    said = only(check(rolls=rolls[~gone]), Severity.WARNING)
    assert "a year is left out: 'P2 2022'." in said


def test_a_section_without_a_roll_is_a_warning(check: Callable[..., list[Finding]]) -> None:
    rolls = town_tables()["rolls"]
    found = check(rolls=rolls[rolls["section_id"] != "P2"])
    said = "\n".join(each.sentence(Language.ENGLISH) for each in found)
    assert "data/sections.csv, row 3, column 'section_id': there is no roll of 'P2'." in said


def test_a_teaching_point_has_no_pupils_above_its_highest_grade(
    check: Callable[..., list[Finding]],
) -> None:
    sections = town_tables()["sections"].assign(highest_grade=["5", "", "", ""])
    found = [each for each in check(sections=sections) if each.file == "data/rolls.csv"]
    assert [each.severity for each in found] == [Severity.ERROR, Severity.WARNING]
    # P1 has 50 pupils in grade 6: in 2023 that is wrong, before 2023 it may have been so.
    said = found[0].sentence(Language.ENGLISH)
    assert said.startswith(
        "data/rolls.csv, row 25, column 'grade': the section does not teach grade '6'."
    )


def test_a_total_that_is_not_the_sum_of_its_grades_is_a_warning(
    check: Callable[..., list[Finding]],
) -> None:
    total = pd.DataFrame([("P1", 2023, "合计", 299)], columns=town_tables()["rolls"].columns)
    rolls = pd.concat([town_tables()["rolls"].astype({"grade": object}), total])
    said = only(check(rolls=rolls), Severity.WARNING)
    assert "row 74, column 'pupils': the grades do not add up to the total '299'." in said


def test_more_rooms_condemned_than_there_are(check: Callable[..., list[Finding]]) -> None:
    sections = town_tables()["sections"].assign(condemned_rooms=[0, 5, 0, 0], repair_rooms=2)
    errors = [each for each in check(sections=sections) if each.severity == Severity.ERROR]
    assert "row 3: more rooms are condemned or repaired than there are at 'P2'." in only(errors)


def test_age_groups_that_overlap_are_an_error(check: Callable[..., list[Finding]]) -> None:
    residents = town_tables()["residents"]
    more = pd.DataFrame([("a1", 2020, 3, 4, 20)], columns=residents.columns)
    found = check(residents=pd.concat([residents, more], ignore_index=True))
    errors = [each for each in found if each.severity == Severity.ERROR]
    assert "ages '4' and '3–4' are counted twice in an area." in only(errors)


def test_an_age_left_out_is_a_warning(check: Callable[..., list[Finding]]) -> None:
    residents = town_tables()["residents"]
    found = check(residents=residents.drop(index=5))  # a1, 2020, age 5
    assert "row 7: the ages before '6' are left out." in only(found, Severity.WARNING)


def test_an_area_without_residents_is_a_warning(check: Callable[..., list[Finding]]) -> None:
    residents = town_tables()["residents"]
    said = only(check(residents=residents[residents["area_id"] != "a9"]), Severity.WARNING)
    assert said.startswith(
        "data/areas.gpkg, feature 9, column 'area_id': nobody is counted in 'a9'."
    )


def test_residents_that_double_in_a_year_are_a_warning(
    check: Callable[..., list[Finding]],
) -> None:
    residents = town_tables()["residents"]
    residents.loc[residents["year"] == 2023, "residents"] *= 2
    assert "residents change by +100% from 2022 to 2023." in only(
        check(residents=residents), Severity.WARNING
    )


def test_more_pupils_than_children_is_a_warning(check: Callable[..., list[Finding]]) -> None:
    # 540 pupils in six grades stand against 9 areas × 6 ages × 5 children = 270.
    residents = town_tables()["residents"].assign(residents=5)
    found = [each.sentence(Language.ENGLISH) for each in check(residents=residents)]
    assert any(
        "540 pupils of stage 'primary' in 2023 stand against 270 residents aged 6–11." in said
        for said in found
    )


def test_births_by_month_beside_the_years_total_are_counted_twice(
    check: Callable[..., list[Finding]],
) -> None:
    births = pd.DataFrame(
        [(2022, None, 90), (2023, None, 90), (2023, 1, 8)], columns=["year", "month", "births"]
    )
    said = only(check(births=births))
    assert said.startswith(
        "data/births.csv, row 3, column 'year': births of '2023' are counted twice: by month"
    )


def test_an_area_without_a_zone_is_an_error(check: Callable[..., list[Finding]]) -> None:
    zones = town_tables()["zones"]
    said = only(check(zones=zones.drop(index=8)))  # a9 in primary
    assert said == (
        "data/areas.gpkg, feature 9, column 'area_id': the zones of stage 'primary' "
        "lack 'a9'. Give the area a section in the zones table."
    )


def test_a_stage_without_zones_is_a_warning(check: Callable[..., list[Finding]]) -> None:
    zones = town_tables()["zones"]
    said = only(check(zones=zones[zones["stage"] != "junior"]), Severity.WARNING)
    assert said.startswith("data/zones.csv: stage 'junior' has no zones.")


def test_two_sections_of_one_stage_may_stand_in_one_area(
    check: Callable[..., list[Finding]],
) -> None:
    schools = with_cell("schools", 1, "geometry", centre_of("a4"))
    assert check(schools=schools) == []


# ------------------------------------------------------------------ projects and homes

PROJECT = {
    "project_id": "X1",
    "name": "城西小学扩建",
    "kind": "extension",
    "section_id": "P1",
    "stage": "primary",
    "rooms": 13,
    "seats": 585,  # 13 rooms × 45
    "started": "2023-03-01",
    "hand_over": "2024-08-15",
}


WRONG_PROJECTS: list[tuple[dict[str, Any], Severity, str]] = [
    ({"hand_over": ""}, Severity.WARNING, "row 2: no hand-over is known of 'X0'."),
    ({"started": "2025-01-01"}, Severity.WARNING, "row 3: the dates of 'X1' run backwards."),
    (
        {"seats": 600},
        Severity.WARNING,
        "row 4: published seats differ from rooms × standard size: 'X2: 600 ≠ 585'.",
    ),
    (
        {"rooms": "", "seats": ""},
        Severity.WARNING,
        "row 5: neither rooms nor seats are known of 'X3'.",
    ),
    (
        {"section_id": "P11"},
        Severity.ERROR,
        "row 6, column 'section_id': nothing is called 'P11'. For",
    ),
    ({"stage": "primry"}, Severity.ERROR, "row 7, column 'stage': nothing is called 'primry'. For"),
    (
        {"hand_over": "2024年"},
        Severity.ERROR,
        "row 8, column 'hand_over': expected a date, found '2024年'.",
    ),
    ({"kind": "extention"}, Severity.ERROR, "Did you mean 'extension'?"),
]


def test_projects_that_do_not_fit_together(check: Callable[..., list[Finding]]) -> None:
    rows = [
        PROJECT | {"project_id": f"X{number}"} | change
        for number, (change, _, _) in enumerate(WRONG_PROJECTS)
    ]
    found = check(projects=pd.DataFrame(rows))
    for _, severity, said in WRONG_PROJECTS:
        told = [each.sentence(Language.ENGLISH) for each in found if each.severity == severity]
        assert any(said in sentence for sentence in told), (said, told)


def test_a_sound_project_and_a_new_school_are_no_fault(
    check: Callable[..., list[Finding]],
) -> None:
    # A kindergarten's classes of 25, 30 and 35 mean 30: 29 rooms hold 870.
    new = PROJECT | {"project_id": "X2", "kind": "new", "section_id": "K2", "rooms": 29}
    new |= {"stage": "kindergarten", "seats": 870}
    assert check(projects=pd.DataFrame([PROJECT, new])) == []


def test_homes_of_a_kind_without_yields_are_an_error(check: Callable[..., list[Finding]]) -> None:
    homes = pd.DataFrame(
        [("H1", "a1", "flats", 100, 2025)],
        columns=["home_id", "area_id", "kind", "units", "completed"],
    )
    yields = pd.DataFrame(
        [("flat", "primary", 0, 0.2)], columns=["kind", "stage", "years_since", "pupils_per_home"]
    )
    assert only(check(homes=homes, yields=yields)) == (
        "data/homes.csv, row 2, column 'kind': nothing is called 'flats'. "
        "For 'flats', did you mean 'flat'?"
    )


# ------------------------------------------------------------------ what a plan rests on


def said_of(found: list[Finding]) -> str:
    """Return all findings in English, one a line."""
    return "\n".join(each.sentence(Language.ENGLISH) for each in found)


def test_classes_that_end_before_the_base_year_are_a_warning(
    check: Callable[..., list[Finding]],
) -> None:
    rolls = town_tables()["rolls"]
    found = check(rolls=pd.concat([rolls, rolls[rolls["year"] == 2023].assign(year=2024)]))
    # The residents end in 2023 too, which is said beside it.
    of_classes = [each for each in found if each.kind == "classes"]
    assert "there are no classes of 2024." in only(of_classes, Severity.WARNING)


def test_a_grade_without_classes_is_a_warning(check: Callable[..., list[Finding]]) -> None:
    classes = town_tables()["classes"]
    gone = (classes["section_id"] == "P2") & (classes["grade"] == 3)
    said = only(check(classes=classes[~gone]), Severity.WARNING)
    assert "the classes of 2023 lack the grades 'P2 / 3'." in said


def test_a_class_of_a_grade_that_the_stage_lacks_is_an_error(
    check: Callable[..., list[Finding]],
) -> None:
    found = check(classes=with_cell("classes", 0, "grade", 13))
    errors = [each for each in found if each.severity == Severity.ERROR]
    assert "data/classes.csv, row 2, column 'grade': the section's stage has no grade '13'." in (
        said_of(errors)
    )


def test_classes_that_no_roll_faces_are_a_warning(check: Callable[..., list[Finding]]) -> None:
    classes = town_tables()["classes"]
    older = classes[classes["section_id"] == "P2"].assign(year=2018)
    said = only(check(classes=pd.concat([classes, older])), Severity.WARNING)
    assert "no roll faces the classes of 'P2 2018 1', 'P2 2018 2', 'P2 2018 3' and 3 more." in said


def test_a_section_without_a_roll_of_the_base_year_is_a_warning(
    check: Callable[..., list[Finding]],
) -> None:
    rolls = town_tables()["rolls"]
    gone = (rolls["section_id"] == "P2") & (rolls["year"] == 2023)
    found = check(rolls=rolls[~gone])
    assert "data/sections.csv, row 3, column 'section_id': 'P2' has no roll of 2023." in (
        said_of(found)
    )


def test_a_county_in_which_nobody_lives_is_an_error(check: Callable[..., list[Finding]]) -> None:
    found = check(residents=town_tables()["residents"].assign(residents=0))
    assert "column 'residents': nobody lives anywhere: every number is 0." in only(found)


def test_residents_counted_last_before_the_base_year_are_a_warning(
    check: Callable[..., list[Finding]],
) -> None:
    residents = town_tables()["residents"]
    found = check(residents=residents[residents["year"] < 2022])
    said = only(found, Severity.WARNING)
    assert "residents were last counted in 2021, the base year is 2023." in said


def test_an_area_left_out_in_one_year_is_a_warning(check: Callable[..., list[Finding]]) -> None:
    residents = town_tables()["residents"]
    gone = (residents["area_id"] == "a9") & (residents["year"] == 2021)
    said = only(check(residents=residents[~gone]), Severity.WARNING)
    assert "nobody is counted in 'a9 2021'. Add the rows, with 0 where nobody lives;" in said


def test_residents_who_end_below_the_ages_of_a_stage_are_an_error(
    check: Callable[..., list[Finding]],
) -> None:
    residents = town_tables()["residents"]
    said = only(check(residents=residents[residents["age_to"] <= 13]))
    # Junior pupils of the nine squares are 12 to 14.
    assert "stage 'junior' needs ages 12–14; ages 0–13 are counted in every year." in said


def test_an_age_that_every_area_leaves_out_is_an_error(
    check: Callable[..., list[Finding]],
) -> None:
    residents = town_tables()["residents"]
    gone = (residents["year"] == 2021) & (residents["age_from"] == 5)
    assert "the ages before '6' are left out." in only(check(residents=residents[~gone]))


def test_age_groups_that_differ_between_areas_are_an_error(
    check: Callable[..., list[Finding]],
) -> None:
    residents = town_tables()["residents"]
    pair = (residents["area_id"] == "a1") & (residents["year"] == 2021)
    pair &= residents["age_from"].isin([4, 5])
    joined = pd.DataFrame([("a1", 2021, 4, 5, 20)], columns=residents.columns)
    found = check(residents=pd.concat([residents[~pair], joined]))
    assert "the age groups of '2021' differ between areas." in only(found)


def test_a_year_without_births_between_others_is_an_error(
    check: Callable[..., list[Finding]],
) -> None:
    births = town_tables()["births"]
    said = only(check(births=births[births["year"] != 2021]))
    assert said.startswith(
        "data/births.csv, column 'year': the births of '2021' are missing. Add these years,"
    )


def test_births_fifty_times_as_many_as_usual_are_a_warning(
    check: Callable[..., list[Finding]],
) -> None:
    # 90 a year: 4 501 is more than 50 times that, 4 500 is not.
    said = only(check(births=with_cell("births", 0, "births", 4501)), Severity.WARNING)
    assert "row 2, column 'births': found '4501.0' births, more than 50 times" in said
    assert check(births=with_cell("births", 0, "births", 4500)) == []


def test_births_that_are_all_0_are_a_warning(check: Callable[..., list[Finding]]) -> None:
    found = check(births=town_tables()["births"].assign(births=0))
    assert "nobody is born: every number is 0." in only(found, Severity.WARNING)


def test_a_year_of_which_a_month_of_births_is_missing_is_a_warning(
    check: Callable[..., list[Finding]],
) -> None:
    months = pd.DataFrame(
        [(year, month, 7) for year in range(2005, 2024) for month in range(1, 13)],
        columns=["year", "month", "births"],
    )
    gone = (months["year"] == 2020) & (months["month"] == 5)
    said = only(check(births=months[~gone]), Severity.WARNING)
    assert "births of '2020' lack some months." in said


def test_sections_without_any_rooms_or_seats_are_an_error(
    check: Callable[..., list[Finding]],
) -> None:
    sections = town_tables()["sections"].rename(columns={"rooms": "roms"})
    found = check(sections=sections)
    assert {each.severity for each in found} == {Severity.ERROR}
    assert "column 'roms': nobody reads this column. If you mean 'rooms'" in said_of(found)
    assert "neither rooms nor approved seats are known of any section." in said_of(found)


def test_a_section_with_pupils_and_0_rooms_is_a_warning(
    check: Callable[..., list[Finding]],
) -> None:
    found = check(sections=with_cell("sections", 1, "rooms", 0))
    assert "'P2' teaches pupils in 0 rooms" in only(found, Severity.WARNING)


def test_impossible_years_are_not_counted_up_to(check: Callable[..., list[Finding]]) -> None:
    found = check(rolls=with_cell("rolls", 0, "year", 20233))
    assert "left out" not in said_of(found)
    assert "expected a school year, found '20233'." in said_of(found)


def test_a_stage_like_none_is_told_which_there_are(check: Callable[..., list[Finding]]) -> None:
    found = check(sections=with_cell("sections", 2, "stage", "xyzzy"))
    said = said_of(found)
    assert "there is no stage 'xyzzy'. The norms know: kindergarten, primary, junior" in said


# ------------------------------------------------------------------ where the county lies


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("EPSG:27700", "OSGB36 / British National Grid is not made for where the areas lie (24.3"),
        # Web Mercator stretches by 1 / cos 24.3° = 1.097: 1 000 m on the map are 911 m.
        ("EPSG:3857", "makes distances wrong by 9% where the areas lie (24.3° N 102.7° E)."),
    ],
)
def test_a_working_system_of_elsewhere_is_an_error(
    tmp_path: Path, code: str, sentence: str
) -> None:
    folder = write_town(tmp_path, study_toml=STUDY_TOML.replace("EPSG:4543", code))
    errors = [each for each in check_study(folder) if each.severity == Severity.ERROR]
    assert [each.file for each in errors] == ["study.toml"]
    assert sentence in said_of(errors)


def test_a_school_far_outside_is_told_how_far(check: Callable[..., list[Finding]]) -> None:
    outside = Point(WEST - 7_000, SOUTH)
    said = only(check(schools=with_cell("schools", 0, "geometry", outside)), Severity.WARNING)
    assert "no area holds 'S1 (7 km)'." in said


def test_a_school_twenty_kilometres_from_a_small_town_is_an_error(
    check: Callable[..., list[Finding]],
) -> None:
    away = Point(WEST - 21_000, SOUTH)
    said = only(check(schools=with_cell("schools", 0, "geometry", away)))
    assert "too far from the areas: 'S1 (21 km)'." in said


def test_areas_in_another_country_than_all_else_are_said_once(
    check: Callable[..., list[Finding]],
) -> None:
    areas = gpd.GeoDataFrame(town_tables()["areas"])
    areas["geometry"] = areas.translate(xoff=300_000)
    # The areas now begin 300 km east of where they began, 298.5 km east of where they ended;
    # the eastmost school and street end stand at 1.25 km, the westmost ones at 0.25 km.
    said = only(check(areas=areas))
    assert "the areas lie 299 km from schools, streets; which one is wrong?" in said


def test_streets_that_reach_few_areas_are_a_warning(check: Callable[..., list[Finding]]) -> None:
    corner = Point(WEST, SOUTH)
    far_corner = LineString([corner, Point(WEST - 400, SOUTH)])
    streets = gpd.GeoDataFrame(
        {"street_id": ["w1"], "street_class": ["residential"]}, geometry=[far_corner], crs=CRS
    )
    # From the town's south-west corner a3, a6, a7, a8 and a9 lie 1 000 m or more away: a3 and a7
    # 1 000 m exactly, a6 and a8 1 118 m, a9 1 414 m; 3 of 9 are out of reach.
    said = only(check(streets=streets), Severity.WARNING)
    assert "3 of 9 areas have no street within 1 km." in said


# ------------------------------------------------------------------ all at once


def test_faults_of_settings_tables_and_scenarios_come_together(
    sound_town: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(sound_town, tmp_path / "town")
    (folder / "study.toml").write_text(STUDY_TOML + "detuor = 1\n", encoding="utf-8")
    with_cell("rolls", 1, "pupils", "-5").to_csv(folder / "data" / "rolls.csv", index=False)
    (folder / "scenarios" / "odd.toml").write_text("[zonse]\n", encoding="utf-8")
    found = check_study(folder / "study.toml")
    assert [each.file for each in found if each.severity == Severity.ERROR] == [
        "study.toml",
        "data/rolls.csv",
        "scenarios/odd.toml",
    ]
    assert "scenarios/odd.toml: there is no [zonse]. Did you mean 'zones'?" in said_of(list(found))
    chinese = [each.sentence(Language.CHINESE) for each in found]
    assert "scenarios/odd.toml：没有[zonse]。是否为“zones”？" in chinese


def test_a_fault_of_a_general_scenario_is_said_once(sound_town: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(sound_town, tmp_path / "town")
    (folder / "scenarios" / "odd.toml").write_text("[zonse]\n", encoding="utf-8")
    (folder / "scenarios" / "child.toml").write_text('extends = "odd"\n', encoding="utf-8")
    assert [each.file for each in check_study(folder)] == ["scenarios/odd.toml"]


def test_a_file_that_is_no_study_is_refused(sound_town: Path) -> None:
    said = only(list(check_study(sound_town / "data" / "rolls.csv")))
    assert "'rolls.csv' is a file, not the folder of a study." in said


@pytest.mark.parametrize("column", ["from_section", "to_section", "year"])
def test_a_table_of_successions_without_a_column_is_told_so(tmp_path: Path, column: str) -> None:
    whole = pd.DataFrame({"from_section": ["P0"], "to_section": ["P1"], "year": [2021]})
    town = write_town(tmp_path, successions=whole.drop(columns=column))
    said = [each.sentence(Language.ENGLISH) for each in check_study(town)]
    assert any("successions" in each and f"'{column}'" in each for each in said), said


def test_a_succession_without_a_year_is_told_so_beside_a_whole_one(tmp_path: Path) -> None:
    rows = pd.DataFrame(
        {"from_section": ["P0", "P9"], "to_section": ["P1", "P2"], "year": [2021, None]}
    )
    said = [
        each.sentence(Language.ENGLISH)
        for each in check_study(write_town(tmp_path, successions=rows.astype({"year": "Int64"})))
    ]
    assert any("successions.csv, row 3, column 'year'" in each for each in said), said
