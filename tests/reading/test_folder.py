"""The nine squares are the same town, whatever files their tables come in."""

from __future__ import annotations

import io
import shutil
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pandas.testing import assert_frame_equal

from planner.checks import check_study
from planner.reading import RawTable, read_folder
from planner.reading.coordinates import wgs84_to_gcj02
from planner.tables import TABLES, columns_of
from planner.terms import Language
from tests.towns import STUDY_TOML, town_tables, write_town

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def sound_town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the nine squares on disk, written once."""
    return write_town(tmp_path_factory.mktemp("sound") / "town")


@pytest.fixture(scope="module")
def sound(sound_town: Path) -> dict[str, RawTable]:
    """Return the tables of the nine squares as read."""
    study, found = read_folder(sound_town)
    assert study is not None
    assert found == ()
    return dict(study.tables)


@pytest.fixture
def town(sound_town: Path, tmp_path: Path) -> Path:
    """Return a copy of the nine squares that a test may change."""
    return shutil.copytree(sound_town, tmp_path / "town")


def table_of(folder: Path, table: str, entry: str = "") -> RawTable:
    """Return one table of a folder, read without any fault; `entry` goes into study.toml."""
    if entry:
        (folder / "study.toml").write_text(f"{STUDY_TOML}\n[tables]\n{entry}\n", "utf-8")
    study, found = read_folder(folder)
    assert [each.sentence(Language.ENGLISH) for each in found] == []
    assert study is not None
    return study.tables[table]


def faults_of(folder: Path, entry: str) -> list[str]:
    """Return what is wrong with a folder; `entry` goes into study.toml under [tables]."""
    (folder / "study.toml").write_text(f"{STUDY_TOML}\n[tables]\n{entry}\n", "utf-8")
    return [each.sentence(Language.ENGLISH) for each in read_folder(folder)[1]]


def chinese(table: str) -> pd.DataFrame:
    """Return a table of the town under its Chinese headings."""
    frame = town_tables()[table]
    return frame.rename(columns={column.name: column.zh for column in columns_of(table)})


# ------------------------------------------------------------------ text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_text_in_any_encoding_with_chinese_headings(
    town: Path, sound: dict[str, RawTable], encoding: str, separator: str
) -> None:
    table = chinese("classes")
    table.to_csv(town / "data" / "classes.csv", index=False, encoding=encoding, sep=separator)
    assert_frame_equal(table_of(town, "classes").frame, sound["classes"].frame)


def test_headings_with_spaces_units_case_and_full_width_letters(
    town: Path, sound: dict[str, RawTable]
) -> None:
    rolls = town_tables()["rolls"].set_axis(
        [" Section ID ", "ＹＥＡＲ", "年级", "在校生数（人）"], axis=1
    )
    rolls.to_csv(town / "data" / "rolls.csv", index=False)
    assert_frame_equal(table_of(town, "rolls").frame, sound["rolls"].frame)


def test_titles_above_the_headings_and_empty_rows_are_passed_over(
    town: Path, sound: dict[str, RawTable]
) -> None:
    text = chinese("rolls").to_csv(index=False)
    lines = text.splitlines()
    mixed = ["九宫县2023年在校生统计表,,,", ",,,", lines[0], ",,,", *lines[1:], ",,,"]
    (town / "data" / "rolls.csv").write_text("\n".join(mixed), "utf-8")
    rolls = table_of(town, "rolls")
    assert_frame_equal(rolls.frame, sound["rolls"].frame)
    assert rolls.row[0] == 5  # title, empty row, headings, empty row, first section


def test_a_cell_too_many_is_said_with_its_line(town: Path) -> None:
    path = town / "data" / "rolls.csv"
    lines = path.read_text("utf-8").splitlines()
    lines[60] += ",,,,,x"
    path.write_text("\n".join(lines), "utf-8")
    (said,) = faults_of(town, "")
    assert said.startswith("data/rolls.csv: the text cannot be split into columns")
    assert "line 61" in said


def test_bytes_that_are_no_text_are_said(town: Path) -> None:
    (town / "data" / "rolls.csv").write_bytes(b"\xff\xff\xff\xff")
    (said,) = faults_of(town, "")
    assert said == (
        "data/rolls.csv: the text is neither UTF-8 nor GB18030. Save it as 'CSV UTF-8'."
    )


# ------------------------------------------------------------------ workbooks


def test_a_sheet_of_a_workbook_with_headings_of_its_own(
    town: Path, sound: dict[str, RawTable]
) -> None:
    (town / "data" / "rolls.csv").unlink()
    rolls = town_tables()["rolls"].rename(columns={"pupils": "学生数", "section_id": "代码"})
    with pd.ExcelWriter(town / "data" / "book.xlsx") as book:
        pd.DataFrame({"说明": ["x"]}).to_excel(book, sheet_name="说明", index=False)
        rolls.to_excel(book, sheet_name="2023", index=False, startrow=2)
    read = table_of(
        town,
        "rolls",
        'rolls = { file = "data/book.xlsx", sheet = "2023", '
        'columns = { "学生数" = "pupils", "代码" = "section_id" } }',
    )
    assert_frame_equal(read.frame, sound["rolls"].frame)
    assert read.sources[0].sheet == "2023"
    assert read.row[0] == 4
    assert read.heading("pupils") == "学生数"


def test_dates_and_numbers_of_a_workbook(town: Path) -> None:
    projects = pd.DataFrame(
        {
            "project_id": [7],
            "name": ["扩建"],
            "kind": ["扩建"],
            "section_id": ["P1"],
            "stage": ["小学"],
            "rooms": [13.0],
            "hand_over": [pd.Timestamp("2024-08-15")],
        }
    )
    projects.to_excel(town / "data" / "projects.xlsx", index=False)
    (row,) = table_of(town, "projects").frame.to_dict("records")
    assert (row["project_id"], row["rooms"]) == ("7", 13)
    assert (row["kind"], row["stage"]) == ("extension", "primary")
    assert row["hand_over"] == pd.Timestamp("2024-08-15")


def test_a_workbook_with_several_sheets_asks_for_one(town: Path) -> None:
    (town / "data" / "rolls.csv").unlink()
    with pd.ExcelWriter(town / "data" / "book.xlsx") as book:
        for sheet in ("2022", "2023"):
            town_tables()["rolls"].to_excel(book, sheet_name=sheet, index=False)
    (said,) = faults_of(town, 'rolls = "data/book.xlsx"')
    assert said == (
        "data/book.xlsx: it has several sheets or layers. "
        "Name one of '2022' and '2023' as `sheet` in study.toml."
    )
    (said,) = faults_of(town, 'rolls = { file = "data/book.xlsx", sheet = "202" }')
    assert said.startswith("data/book.xlsx: there is no sheet or layer '202'.")


def test_a_damaged_workbook_is_said(town: Path) -> None:
    (town / "data" / "rolls.csv").rename(town / "data" / "rolls.xlsx")
    (said,) = faults_of(town, "")
    assert said.startswith("data/rolls.xlsx: it cannot be opened")


# ------------------------------------------------------------------ several files, wide tables


def test_several_files_are_stacked_and_remember_their_rows(
    town: Path, sound: dict[str, RawTable]
) -> None:
    residents = town_tables()["residents"]
    for year in (2020, 2021, 2022, 2023):
        part = residents[residents["year"] == year]
        part.to_csv(town / "data" / f"residents_{year}.csv", index=False)
    (town / "data" / "residents.csv").unlink()
    listed = ", ".join(f'"data/residents_{year}.csv"' for year in (2020, 2021, 2022, 2023))
    read = table_of(town, "residents", f"residents = [{listed}]")
    order = ["year", "area_id", "age_from"]
    expected = sound["residents"].frame.sort_values(order, ignore_index=True)
    assert_frame_equal(read.frame.sort_values(order, ignore_index=True), expected)
    # 9 areas × 19 ages = 171 rows a year, below the headings.
    assert [read.row[read.source == part][[0, -1]].tolist() for part in range(4)] == [[2, 172]] * 4


@pytest.mark.parametrize("heading", ["{}", "{}岁", "age_{}", " {} 岁 "])
def test_residents_with_a_column_for_every_age(
    town: Path, sound: dict[str, RawTable], heading: str
) -> None:
    wide = town_tables()["residents"].pivot_table(
        index=["area_id", "year"], columns="age_from", values="residents", sort=False
    )
    wide = wide.set_axis([heading.format(age) for age in wide.columns], axis=1)
    wide.reset_index().to_csv(town / "data" / "residents.csv", index=False)
    read = table_of(town, "residents")
    assert_frame_equal(read.frame, sound["residents"].frame)
    assert read.row[:20].tolist() == [2] * 19 + [3]


def test_residents_in_groups_of_five_years(town: Path) -> None:
    pd.DataFrame(
        {"area_id": ["a1"], "year": [2020], "0-4": [50], "5–9岁": [45.5], "10至14": [""]}
    ).to_csv(town / "data" / "residents.csv", index=False)
    frame = table_of(town, "residents").frame
    assert frame.to_numpy().tolist() == [["a1", 2020, 0, 4, 50.0], ["a1", 2020, 5, 9, 45.5]]


def test_rolls_with_a_column_for_every_grade(town: Path, sound: dict[str, RawTable]) -> None:
    wide = town_tables()["rolls"].pivot_table(
        index=["section_id", "year"], columns="grade", values="pupils", sort=False
    )
    names = {-2: "小班", -1: "中班", 0: "大班", 1: "一年级", 7: "初一"}
    wide = wide.rename(columns=names).assign(在校生数=0)  # a total is left alone
    wide.reset_index().to_csv(town / "data" / "rolls.csv", index=False)
    frame = table_of(town, "rolls").frame
    order = ["section_id", "year", "grade"]
    assert_frame_equal(
        frame.sort_values(order, ignore_index=True),
        sound["rolls"].frame.sort_values(order, ignore_index=True),
    )


def test_births_with_a_column_for_every_month(town: Path) -> None:
    months = {f"{month}月": [month] for month in range(1, 13)}
    pd.DataFrame({"year": [2023], **months}).to_csv(town / "data" / "births.csv", index=False)
    frame = table_of(town, "births").frame
    assert frame["month"].tolist() == list(range(1, 13))
    assert frame["births"].sum() == 78  # 1 + 2 + … + 12
    assert frame["area_id"].isna().all()


# ------------------------------------------------------------------ places


def degrees(table: str) -> gpd.GeoDataFrame:
    """Return a table of the town in WGS 84."""
    return gpd.GeoDataFrame(town_tables()[table]).to_crs("EPSG:4326")


def near(one: RawTable, other: RawTable, metres: float) -> bool:
    """Tell whether the shapes of two tables lie within some metres of one another."""
    ours, theirs = one.frame.geometry, other.frame.geometry
    return bool((ours.hausdorff_distance(theirs, align=False) < metres).all())


@pytest.mark.parametrize("ending", ["geojson", "shp", "parquet"])
@pytest.mark.parametrize("table", ["areas", "streets"])
def test_shapes_of_any_format(
    town: Path, sound: dict[str, RawTable], ending: str, table: str
) -> None:
    (town / "data" / f"{table}.gpkg").unlink()
    shapes = degrees(table)
    path = town / "data" / f"{table}.{ending}"
    if ending == "parquet":
        shapes.to_parquet(path)
    elif ending == "shp":  # a shapefile cuts 'street_class' down to ten letters
        shapes = shapes.rename(columns={"street_class": "street_cla"})
        shapes.to_file(path, encoding="utf-8")
    else:
        shapes.to_file(path)
    read = table_of(town, table)
    assert near(read, sound[table], 0.01)
    columns = [column for column in read.frame if column != "geometry"]
    assert_frame_equal(pd.DataFrame(read.frame[columns]), pd.DataFrame(sound[table].frame[columns]))


def test_a_shapefile_in_gb18030_that_does_not_say_so(
    town: Path, sound: dict[str, RawTable]
) -> None:
    (town / "data" / "areas.gpkg").unlink()
    degrees("areas").to_file(town / "data" / "areas.shp", encoding="gb18030")
    (town / "data" / "areas.cpg").unlink()
    assert table_of(town, "areas").frame["name"].tolist() == sound["areas"].frame["name"].tolist()


def write_places(folder: Path, **columns: Any) -> None:
    """Write the schools as text with these columns in place of their points."""
    (folder / "data" / "schools.gpkg").unlink()
    plain = pd.DataFrame(town_tables()["schools"].drop(columns="geometry"))
    plain.assign(**columns).to_csv(folder / "data" / "schools.csv", index=False)


def test_schools_by_longitude_and_latitude(town: Path, sound: dict[str, RawTable]) -> None:
    points = shapely.get_coordinates(degrees("schools").geometry.to_numpy())
    write_places(town, 经度=points[:, 0], 纬度=points[:, 1])
    assert near(table_of(town, "schools"), sound["schools"], 0.01)


def test_schools_by_metres_need_their_system(town: Path, sound: dict[str, RawTable]) -> None:
    points = shapely.get_coordinates(town_tables()["schools"]["geometry"].to_numpy())
    write_places(town, x=points[:, 0], y=points[:, 1])
    entry = 'schools = { file = "data/schools.csv", crs = "EPSG:4543" }'
    assert near(table_of(town, "schools", entry), sound["schools"], 0.01)
    assert "data/schools.csv: it does not say its coordinate system." in faults_of(town, "")[0]


def test_schools_of_a_web_map_are_moved_back(town: Path, sound: dict[str, RawTable]) -> None:
    points = shapely.get_coordinates(degrees("schools").geometry.to_numpy())
    shown = wgs84_to_gcj02(points[:, 0], points[:, 1])
    write_places(town, lon=shown[0], lat=shown[1])
    entry = 'schools = { file = "data/schools.csv", crs = "GCJ-02" }'
    assert near(table_of(town, "schools", entry), sound["schools"], 0.5)


def test_areas_of_a_web_map_are_moved_back(town: Path, sound: dict[str, RawTable]) -> None:
    areas = degrees("areas")
    shifted = shapely.transform(
        areas.geometry.to_numpy(), lambda xy: np.column_stack(wgs84_to_gcj02(xy[:, 0], xy[:, 1]))
    )
    areas.set_geometry(gpd.GeoSeries(shifted, crs="EPSG:4326")).to_file(
        town / "data" / "areas.gpkg", layer="areas"
    )
    entry = 'areas = { file = "data/areas.gpkg", crs = "GCJ-02" }'
    assert near(table_of(town, "areas", entry), sound["areas"], 0.5)


def test_a_file_and_study_toml_that_disagree_are_said(town: Path) -> None:
    (said,) = faults_of(town, 'areas = { file = "data/areas.gpkg", crs = "EPSG:4547" }')
    assert said.startswith("data/areas.gpkg: it says CGCS2000 / 3-degree Gauss-Kruger CM 102E")
    assert said.endswith("Remove `crs` from study.toml, or correct the file.")


def test_shapes_written_as_text(town: Path, sound: dict[str, RawTable]) -> None:
    write_places(town, wkt=[shape.wkt for shape in town_tables()["schools"]["geometry"]])
    entry = 'schools = { file = "data/schools.csv", crs = "EPSG:4543" }'
    assert near(table_of(town, "schools", entry), sound["schools"], 0.01)
    path = town / "data" / "schools.csv"
    path.write_text(path.read_text("utf-8").replace("POINT", "PINT", 1), "utf-8")
    (said,) = faults_of(town, entry)
    assert said.startswith("data/schools.csv, row 2, column 'wkt': the shape cannot be read.")


def test_schools_without_any_place_are_said_once(town: Path) -> None:
    write_places(town)
    found = [each.sentence(Language.ENGLISH) for each in check_study(town)]
    assert found == [
        "data/schools.csv: it does not say where things are. "
        "Add columns 'longitude' and 'latitude', or give a file with shapes (.gpkg)."
    ]


def test_without_a_named_system_distances_are_those_of_the_local_utm_zone(town: Path) -> None:
    text = (town / "study.toml").read_text("utf-8").replace('crs = "EPSG:4543"\n', "")
    (town / "study.toml").write_text(text, "utf-8")
    study, found = read_folder(town)
    assert study is not None
    assert found == ()
    assert study.crs.to_epsg() == 32_648  # 102.7° E lies in zone 48: 102° to 108°
    areas = study.tables["areas"].frame.geometry.area
    assert areas.to_numpy() == pytest.approx(500**2, rel=0.003)  # at the zone's border


def test_every_file_read_is_listed_with_its_digest(town: Path) -> None:
    study, _ = read_folder(town)
    assert study is not None
    paths = [path for path, _ in study.inputs]
    assert paths[0] == "study.toml"
    assert set(paths[1:]) == {
        f"data/{path.name}" for path in (town / "data").iterdir() if path.is_file()
    }
    assert all(len(digest) == 64 for _, digest in study.inputs)


def test_progress_is_told_before_each_file(town: Path) -> None:
    told: list[str] = []
    read_folder(town, progress=told.append)
    assert told[0] == "data/schools.gpkg"
    assert len(told) == 9


def test_tables_that_the_town_lacks_are_empty_with_all_columns(sound: dict[str, RawTable]) -> None:
    assert set(sound) == set(TABLES)
    homes = sound["homes"].frame
    assert homes.empty
    assert list(homes) == [column.name for column in columns_of("homes")]


def test_a_formula_without_a_value_is_not_an_empty_cell(town: Path) -> None:
    rolls = town_tables()["rolls"].rename(columns={"pupils": "在校生数"}).astype(object)
    rolls.loc[3, "在校生数"] = "=20+30"
    (town / "data" / "rolls.csv").unlink()
    rolls.to_excel(town / "data" / "rolls.xlsx", index=False, engine="openpyxl")
    said = [each.sentence(Language.ENGLISH) for each in read_folder(town)[1]]
    # The fourth row of the table is row 5 of the sheet; what wrote it does not calculate.
    assert len(said) == 1
    assert "row 5, column '在校生数': a formula without a value. Open and save" in said[0]


def test_an_old_workbook_is_named(town: Path) -> None:
    (town / "data" / "rolls.csv").rename(town / "data" / "rolls.xls")
    (said,) = [each.sentence(Language.ENGLISH) for each in read_folder(town)[1]]
    assert said.startswith("data/rolls.xls: files ending in '.xls' are not read. Save it from")
    assert said.endswith("as data/rolls.xlsx.")


def test_stopping_while_text_is_read_blames_no_file(
    town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(source: object, **_: object) -> None:
        # Out of a file, pandas turns the stop into a fault of the file.
        raise KeyboardInterrupt if isinstance(source, io.StringIO) else pd.errors.ParserError

    monkeypatch.setattr(pd, "read_csv", stopped)
    with pytest.raises(KeyboardInterrupt):
        read_folder(town)


def test_a_cell_of_a_wide_table_is_named_by_its_own_heading(town: Path) -> None:
    ages = town_tables()["residents"].pivot_table(
        index=["area_id", "year"], columns="age_from", values="residents"
    )
    ages.iloc[0, 5] = -3
    ages.reset_index().to_csv(town / "data" / "residents.csv", index=False)
    said = [each.sentence(Language.ENGLISH) for each in check_study(town)]
    assert said[0].startswith("data/residents.csv, row 2, column '5': found '-3.0', below 0.")
