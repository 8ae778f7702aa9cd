"""Begin a study: a folder with empty tables whose headings are right, ready to be filled."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import pandas as pd

from planner.errors import OutputError, Sentence
from planner.norms import available
from planner.reading.findings import Words
from planner.reading.settings import STUDY_FILE
from planner.tables import columns_of
from planner.terms import Language

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["write_empty_study"]

TEXT_TABLES: Final = (
    "schools",
    "sections",
    "rolls",
    "residents",
    "classes",
    "births",
    "zones",
    "projects",
)
AREAS_CRS: Final = "EPSG:4490"  # CGCS2000, the national system
PLACE: Final = {"longitude": "经度", "latitude": "纬度"}

STUDY_TEXT: Final = Words(
    en="""\
[study]
name = {name}
norms = "cn"                # one of: {norms}, or a norms file in this folder
# base_year = 2023          # last school year with a counted roll; default: the last in rolls
# crs = "EPSG:4547"         # projected system in metres; default: the UTM zone of the areas
attributions = []           # shown on maps: whose data are these

[travel]
detour_factor = 1.3         # metres walked per metre as the crow flies, where streets are missing
walking_kmh = 4.0

# [norms]                   # where this study departs from the norms
# "class_size.primary" = 40

# [tables]                  # only for tables that are not in data/<table>.csv, .xlsx or .gpkg
# rolls = {{ file = "data/rolls.xlsx", sheet = "2023", columns = {{ "学生数" = "pupils" }} }}
# areas = {{ file = "data/areas.gpkg", crs = "GCJ-02" }}
""",
    zh="""\
[study]
name = {name}
norms = "cn"                # 可选：{norms}，或本文件夹内的标准文件
# base_year = 2023          # 有在校生统计的最后一个学年，默认取在校生表中最后一年
# crs = "EPSG:4547"         # 以米为单位的投影坐标系，默认取单元所在的UTM带
attributions = []           # 地图上注明的数据来源

[travel]
detour_factor = 1.3         # 缺少道路时，步行距离与直线距离之比
walking_kmh = 4.0           # 步行速度（公里/小时）

# [norms]                   # 本项目与标准不同之处
# "class_size.primary" = 40

# [tables]                  # 只在表不是data/<表名>.csv、.xlsx或.gpkg时填写
# rolls = {{ file = "data/rolls.xlsx", sheet = "2023", columns = {{ "学生数" = "pupils" }} }}
# areas = {{ file = "data/areas.gpkg", crs = "GCJ-02" }}
""",
)

BASELINE_TEXT: Final = """\
[about]
title = "Baseline"
title_zh = "基准情景"
question = "What happens when nothing changes?"
question_zh = "一切照旧会怎样？"
"""

README_TEXT: Final = Words(
    en="""\
# {name}

1. Fill the tables in data/. The headings are there; each row is one thing of its kind. Draw the
   areas in data/areas.gpkg, or replace that file by your own (.gpkg, .geojson, .shp).
2. Tables that you do not have may stay empty, except schools, sections, rolls, areas and
   residents. More tables (streets, barriers, homes, yields, sites, successions, resources,
   targets, actuals, indicators, phases) can be added under their names.
3. `planner columns` explains every column, `planner check` says what is still missing.
4. scenarios/ holds one file per question; baseline.toml changes nothing.
""",
    zh="""\
# {name}

1. 填写data/中的表格。表头已备好，每行一条记录。在data/areas.gpkg中绘制单元，或用自己的文件替换
   （.gpkg、.geojson、.shp）。
2. 没有数据的表可以留空，但schools、sections、rolls、areas、residents五张表必须填写。
   还可以按表名补充其他表（streets、barriers、homes、yields、sites、successions、resources、
   targets、actuals、indicators、phases）。
3. `planner columns`解释每一列，`planner check`指出还缺什么。
4. scenarios/中每个文件对应一个问题；baseline.toml不作任何改变。
""",
)


def write_empty_study(folder: Path, name: str, lang: Language) -> None:
    """Write an empty study: study.toml, tables with headings only, a baseline and a README.

    Args:
        folder: Where the study goes; must not exist or be empty.
        name: What the county is called.
        lang: Language of the headings, of the comments and of the README.

    Raises:
        OutputError: The folder holds files already, or cannot be written.
    """
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise OutputError(
                Sentence(
                    f"{folder} is not empty. Name a folder that does not exist yet.",
                    f"{folder}不是空文件夹；请另写一个尚不存在的文件夹名。",
                )
            )
        for part in ("data", "scenarios"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        _write_tables(folder / "data", lang)
        settings = STUDY_TEXT.said(lang).format(name=_toml(name), norms=", ".join(available()))
        (folder / STUDY_FILE).write_text(settings, encoding="utf-8")
        (folder / "scenarios" / "baseline.toml").write_text(BASELINE_TEXT, encoding="utf-8")
        (folder / "README.md").write_text(
            README_TEXT.said(lang).format(name=" ".join(name.split())), "utf-8"
        )
    except OSError as error:
        raise OutputError(
            Sentence(
                f"{folder} cannot be written ({error.strerror}).",
                f"{folder}无法写入（{error.strerror}）。",
            )
        ) from error


def _write_tables(data: Path, lang: Language) -> None:
    """Write tables that have headings and no rows."""
    for table in TEXT_TABLES:
        empty = pd.DataFrame(columns=_headings(table, lang))
        # The mark at the beginning lets Excel know that the text is UTF-8.
        empty.to_csv(data / f"{table}.csv", index=False, encoding="utf-8-sig")
    fields = {heading: pd.Series([], dtype="str") for heading in _headings("areas", lang)}
    areas = gpd.GeoDataFrame(fields, geometry=gpd.GeoSeries([], crs=AREAS_CRS))
    areas.to_file(data / "areas.gpkg", layer="areas", geometry_type="MultiPolygon")


def _headings(table: str, lang: Language) -> list[str]:
    """Return the headings of a table; a place is two columns, or the shape itself for areas."""
    chinese = lang == Language.CHINESE
    columns = columns_of(table)
    names = [
        column.zh if chinese else column.name for column in columns if column.kind != "geometry"
    ]
    if table == "areas" or all(column.kind != "geometry" for column in columns):
        return names
    return names + [zh if chinese else en for en, zh in PLACE.items()]


def _toml(text: str) -> str:
    """Return a text in quotes as TOML writes it; its escapes are those of JSON."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
