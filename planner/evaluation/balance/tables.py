"""What the tables of county balance hold: one class per table, by school, item and stage."""

from typing import Final

import pandera.pandas as pa
from pandera.typing import Series

from planner.tables import Table, column, option

__all__ = [
    "BALANCE_TABLES",
    "ArtsRooms",
    "BasicBalance",
    "BasicItems",
    "CountyVariation",
    "OversizeClasses",
    "OversizeSchools",
    "ResourceItems",
    "SchoolCounts",
    "SchoolVerdicts",
]


class BasicItems(Table):
    """基本均衡八项: What each section has of the eight items of 2012."""

    section_id: Series[str] = column("学段部编号", "The section.")
    stage: Series[str] = column("学段", "Stage.")
    item: Series[str] = column("指标", "Item.")
    pupils: Series[float] = column("学生数", "Pupils it is divided by.", unit="pupils", gt=0)
    stock: Series[float] = option("现有量", "What the section has; empty: not known.", ge=0)
    value: Series[float] = option("生均值", "Stock for each pupil or each 100 pupils.", ge=0)


class ResourceItems(BasicItems):
    """资源配置七项: What each section has of the seven items, against threshold and floor."""

    threshold: Series[float] = column("标准", "Value to reach.", ge=0)
    floor: Series[float] = column("底线", "Least value where the item may fall short.", ge=0)
    reached: Series[pa.BOOL] = option("达标", "Whether the threshold is reached; empty: not known.")
    above_floor: Series[pa.BOOL] = option(
        "不低于底线", "Whether the floor is reached; empty: not known."
    )
    gap: Series[float] = option(
        "达标缺口", "What is missing to the threshold; people and rooms whole.", ge=0
    )
    floor_gap: Series[float] = option(
        "底线缺口", "What is missing to the floor; people and rooms whole.", ge=0
    )
    unit: Series[str] = column(
        "单位", "Unit of stock and gaps.", isin=("people", "m2", "yuan", "rooms")
    )


class SchoolVerdicts(Table):
    """学校达标: Whether a section passes by its seven items."""

    section_id: Series[str] = column("学段部编号", "The section.")
    stage: Series[str] = column("学段", "Stage.")
    items_reached: Series[int] = column("达标项数", "Items that reach their threshold.", ge=0)
    items_above_floor: Series[int] = column("不低于底线项数", "Items that reach the floor.", ge=0)
    passes: Series[pa.BOOL] = option("通过", "Whether the school passes; empty: not known.")
    failing: Series[str] = column("未达标项", "Items known to be short of their threshold.")
    below_floor: Series[str] = column("低于底线项", "Items known to be below the floor.")
    lacking: Series[str] = column("缺数据项", "Items nothing is known of.")


class SchoolCounts(Table):
    """达标学校数: Schools that pass, by stage."""

    stage: Series[str] = column("学段", "Stage.")
    schools: Series[int] = column("评估学校数", "Sections assessed.", ge=0)
    passing: Series[int] = column("通过数", "Sections that pass.", ge=0)
    failing: Series[int] = column("未通过数", "Sections that do not pass.", ge=0)
    not_known: Series[int] = column("待定数", "Sections whose data do not decide.", ge=0)


class CountyVariation(Table):
    """校际差异: How unequal the sections of a stage are in each item."""

    stage: Series[str] = column("学段", "Stage.")
    item: Series[str] = column("指标", "Item.")
    schools: Series[int] = column("计入学校数", "Sections with data.", ge=0)
    lacking: Series[int] = column("缺数据学校数", "Sections without data, left out.", ge=0)
    mean: Series[float] = option("全县均值", "All stock ÷ all pupils (or 100 pupils).", ge=0)
    cv: Series[float] = option("差异系数", "Variation between sections.", unit="ratio", ge=0)
    limit: Series[float] = column("上限", "Highest variation allowed.", unit="ratio", ge=0)
    met: Series[pa.BOOL] = option(
        "达标", "Whether the limit is kept; empty: a school's data are missing."
    )


class BasicBalance(Table):
    """综合差异系数: The plain mean of the eight items' variations, by stage."""

    stage: Series[str] = column("学段", "Stage.")
    items_known: Series[int] = column("已知项数", "Items every school has data of.", ge=0)
    composite: Series[float] = option(
        "综合差异系数", "Mean of the variations; empty until all are known.", unit="ratio", ge=0
    )
    limit: Series[float] = column("上限", "Highest mean allowed.", unit="ratio", ge=0)
    met: Series[pa.BOOL] = option("达标", "Whether the limit is kept; empty: not known.")


class ArtsRooms(Table):
    """音乐美术教室: Music and art rooms of each school against its classes."""

    school_id: Series[str] = column("学校编号", "The school.")
    kind: Series[str] = column("类别", "Kind of room.", isin=("music", "art"))
    classes: Series[int] = column("班级数", "Classes of compulsory education.", ge=1)
    needed: Series[int] = column("应有间数", "Rooms needed.", unit="rooms", ge=1)
    rooms: Series[float] = option("现有间数", "Rooms there are.", unit="rooms", ge=0)
    smallest_m2: Series[float] = option("最小面积", "The smallest of them.", unit="m2", ge=0)
    size_m2: Series[float] = column("标准面积", "Least area of a room.", unit="m2", ge=0)
    met: Series[pa.BOOL] = option("达标", "Whether number and area suffice; empty: not known.")
    gap_rooms: Series[float] = option("缺少间数", "Rooms missing.", unit="rooms", ge=0)


class OversizeSchools(Table):
    """大校额: Pupils of each school against the largest school allowed."""

    school_id: Series[str] = column("学校编号", "The school.")
    pupils: Series[int] = column("在校生数", "Pupils of compulsory education.", unit="pupils", ge=0)
    limit: Series[int] = column("校额上限", "Most pupils allowed.", unit="pupils", ge=1)
    above: Series[int] = column("超出人数", "Pupils beyond it.", unit="pupils", ge=0)
    over: Series[bool] = column("超规模", "Whether the school is too large.")


class OversizeClasses(Table):
    """超标准班级: Classes above the size that balanced compulsory education allows."""

    section_id: Series[str] = column("学段部编号", "The section.")
    stage: Series[str] = column("学段", "Stage.")
    year: Series[int] = column("学年", "School year.")
    classes: Series[int] = column("班级数", "Classes.", unit="classes", ge=1)
    over: Series[int] = column("超标准班级数", "Classes above the limit.", unit="classes", ge=0)
    largest: Series[int] = column("最大班额", "Pupils in the largest class.", unit="pupils", ge=0)
    limit: Series[int] = column("班额上限", "Most pupils in a class.", unit="pupils", ge=1)


BALANCE_TABLES: Final[dict[str, type[Table]]] = {
    "resource_items": ResourceItems,
    "school_verdicts": SchoolVerdicts,
    "school_counts": SchoolCounts,
    "county_variation": CountyVariation,
    "basic_items": BasicItems,
    "basic_balance": BasicBalance,
    "arts_rooms": ArtsRooms,
    "oversize_schools": OversizeSchools,
    "oversize_classes": OversizeClasses,
}
"""Every table of county balance by its name."""
