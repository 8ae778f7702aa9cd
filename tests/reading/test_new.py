"""An empty study asks for what it needs, and is sound once it is filled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from planner.checks import check_study
from planner.errors import OutputError
from planner.reading.new import write_empty_study
from planner.scenario import read_scenario
from planner.study import read_study
from planner.tables import columns_of
from planner.terms import Language
from tests.towns import town_tables

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("lang", list(Language))
def test_an_empty_study_lacks_rows_and_nothing_else(tmp_path: Path, lang: Language) -> None:
    write_empty_study(tmp_path / "new", "江川", lang)
    assert [finding.sentence(Language.ENGLISH) for finding in check_study(tmp_path / "new")] == [
        f"data/{file}: it has no rows. Fill it: nothing can be planned without it."
        for file in ("schools.csv", "sections.csv", "rolls.csv", "areas.gpkg", "residents.csv")
    ]
    assert read_scenario(tmp_path / "new" / "scenarios", "baseline").about.title_zh == "基准情景"


@pytest.mark.parametrize("lang", list(Language))
def test_an_empty_study_filled_with_the_nine_squares_is_sound(
    tmp_path: Path, lang: Language
) -> None:
    folder = tmp_path / "new"
    write_empty_study(folder, "九宫县", lang)
    for name, table in town_tables().items():
        path = folder / "data" / f"{name}.csv"
        if name == "schools":
            points = gpd.GeoSeries(table["geometry"]).to_crs("EPSG:4326").to_numpy()
            table["longitude"], table["latitude"] = shapely.get_coordinates(points).T
        if path.exists():
            fill(path, table, name)
        elif name == "areas":
            gpd.GeoDataFrame(table).to_crs("EPSG:4490").to_file(
                folder / "data" / "areas.gpkg", layer="areas"
            )
    assert check_study(folder) == ()
    study = read_study(folder)
    assert study.names["zh"] == "九宫县"
    assert study.areas.geometry.area.to_numpy() == pytest.approx(500**2, rel=0.003)


def fill(path: Path, table: pd.DataFrame, name: str) -> None:
    """Write rows below the headings that a file has, as a planner would."""
    names = {"经度": "longitude", "纬度": "latitude"}
    names |= {column.zh: column.name for column in columns_of(name)}
    headings = pd.read_csv(path).columns
    ours = [names.get(heading, heading) for heading in headings]
    rows = table.reindex(columns=ours).set_axis(headings, axis=1)
    rows.to_csv(path, index=False, encoding="utf-8-sig")


def test_a_folder_that_holds_files_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine", "utf-8")
    with pytest.raises(OutputError, match=r"is not empty\. Name a folder that does not exist yet"):
        write_empty_study(tmp_path, "江川", Language.CHINESE)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize("name", ['He said "no"', "a\\b", "two\nlines", "{braces}", "\x7f\x01"])
def test_a_name_with_strange_signs_comes_back(tmp_path: Path, name: str) -> None:
    write_empty_study(tmp_path / "new", name, Language.ENGLISH)
    said = [finding.file for finding in check_study(tmp_path / "new")]
    assert "study.toml" not in said
