"""What a study's tables may hold: one class per table, the data dictionary of the project.

Every column states its meaning, its unit and its Chinese heading here and nowhere else:
`planner columns` prints it, data/README.md is generated from it, reading accepts both headings.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from operator import ge, gt, le, lt
from typing import Any, Final

import pandera.pandas as pa
from pandera.typing import Series
from pandera.typing.geopandas import GeoSeries

from planner.terms import ProjectKind

__all__ = [
    "RULES",
    "TABLES",
    "Actuals",
    "Addresses",
    "Areas",
    "Barriers",
    "Births",
    "Classes",
    "Column",
    "Entrances",
    "Gates",
    "Homes",
    "OwnIndicators",
    "Phases",
    "Projects",
    "Residents",
    "Resources",
    "Rolls",
    "Schools",
    "Sections",
    "Sites",
    "Streets",
    "Successions",
    "Table",
    "Targets",
    "Yields",
    "Zones",
    "column",
    "columns_of",
    "option",
]

KINDS: Final = (
    "kindergarten",
    "primary",
    "teaching_point",
    "junior",
    "nine_year",
    "senior",
    "secondary",
    "twelve_year",
)
SETTINGS: Final = ("city", "town", "village")
DIRECTIONS: Final = ("both", "forward", "backward")
RULES: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "greater_than": gt,
    "greater_than_or_equal_to": ge,
    "less_than": lt,
    "less_than_or_equal_to": le,
    "isin": lambda cells, words: cells.isin(words),
}
"""What the rules of fields mean, by pandera's names for them."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the data dictionary."""

    table: str
    name: str
    kind: str
    required: bool
    unit: str
    zh: str
    meaning: str
    allowed: tuple[str, ...]


def column(zh: str, meaning: str, *, unit: str = "", **checks: Any) -> Any:
    """Return a field that carries its Chinese heading, unit and meaning."""
    return pa.Field(description=meaning, metadata={"zh": zh, "unit": unit}, **checks)


def option(zh: str, meaning: str, *, unit: str = "", **checks: Any) -> Any:
    """Return a field whose cell may be empty, or whose column may be absent."""
    return column(zh, meaning, unit=unit, nullable=True, **checks)


class Table(pa.DataFrameModel):
    """The common ground of all tables."""

    class Config:
        """Types are made right where that loses nothing; columns we do not know stay out."""

        coerce = True
        strict = "filter"

    @classmethod
    def validate(cls, check_obj: Any, *args: Any, **kwargs: Any) -> Any:
        """Return a table as its columns ask for it, as pandera does, which says what is wrong.

        A table in order, as most are, is found to be so here: pandera's own way is ten times
        as long, and longer still before its first table.
        """
        kept = cls._in_order(check_obj)
        return super().validate(check_obj, *args, **kwargs) if kept is None else kept

    @classmethod
    def _in_order(cls, table: Any) -> Any:
        """Return the table with the types of its columns, None where any rule may be broken."""
        schema = cls.to_schema()
        if not table.columns.is_unique or not set(schema.columns) <= set(table.columns):
            return None
        kept = table.drop(columns=[name for name in table.columns if name not in schema.columns])
        for name, asked in schema.columns.items():
            if kept[name].dtype != asked.dtype.type:
                try:
                    kept[name] = asked.dtype.try_coerce(kept[name])
                except pa.errors.ParserError:
                    return None
            if not _allowed_by(asked, kept[name]):
                return None
        rules = (getattr(cls, check.name) for check in schema.checks)
        return kept if all(rule(kept).fillna(value=False).all() for rule in rules) else None


def _allowed_by(asked: Any, cells: Any) -> bool:
    """Tell whether the cells of a column are for certain what its field asks for."""
    if (not asked.nullable and cells.hasnans) or (asked.unique and not cells.is_unique):
        return False
    known = cells.dropna() if asked.checks and asked.nullable else cells
    return all(
        check.name in RULES and RULES[check.name](known, *check.statistics.values()).all()
        for check in asked.checks
    )


class Schools(Table):
    """学校: Schools that stand today, one row each, at the point of their gate."""

    school_id: Series[str] = column("学校编号", "Key of the school, kept on renaming.", unique=True)
    name: Series[str] = column("学校名称", "Name as the bureau writes it.")
    name_en: Series[str] = option("英文名称", "Name in English, for English maps and reports.")
    kind: Series[str] = column("办学类型", "What the institution is.", isin=KINDS)
    operator: Series[str] = option(
        "举办者",
        "Who runs it; empty means public.",
        isin=("public", "private_inclusive", "private"),
    )
    setting: Series[str] = option("城乡", "City, town or village.", isin=SETTINGS)
    township: Series[str] = option("乡镇街道", "Township or sub-district where it stands.")
    boarding: Series[pa.BOOL] = option("寄宿", "Whether pupils board.")
    keep: Series[pa.BOOL] = option("保留", "Whether the school is on the list of schools to keep.")
    licensed: Series[pa.BOOL] = option(
        "有证", "Whether it is licensed; seats without one do not count."
    )
    shared_rooms: Series[pa.INT64] = option(
        "共用教室数",
        "Rooms that several sections of the school may use, besides each section's own; divided "
        "year by year by the classes they need.",
        unit="rooms",
        ge=0,
    )
    geometry: GeoSeries[Any] = column("位置", "Point of the gate (or columns longitude, latitude).")


class Sections(Table):
    """学段部: Sections, the part of a school that teaches one stage, one row each."""

    section_id: Series[str] = column("学段部编号", "Key of the section.", unique=True)
    school_id: Series[str] = column("学校编号", "The school it belongs to.")
    stage: Series[str] = column("学段", "Stage, one of the norms file's.")
    lowest_grade: Series[pa.INT64] = option("最低年级", "Lowest grade taught; empty: the stage's.")
    highest_grade: Series[pa.INT64] = option(
        "最高年级", "Highest grade taught; empty: the stage's."
    )
    rooms: Series[pa.INT64] = option(
        "教室数", "Rooms usable for classes, condemned ones included.", unit="rooms", ge=0
    )
    condemned_rooms: Series[pa.INT64] = option(
        "D级危房教室", "Condemned rooms: out of use at once.", unit="rooms", ge=0
    )
    repair_rooms: Series[pa.INT64] = option(
        "C级维修教室", "Rooms out of use while repaired.", unit="rooms", ge=0
    )
    repair_until: Series[pa.DateTime] = option(
        "维修完成日期", "Day on which repaired rooms return."
    )
    borrowed_rooms: Series[pa.INT64] = option(
        "借用教室",
        "Rooms lent by another stage or made of a special room, counted among the rooms; classes "
        "may meet in them, but they make no seats.",
        unit="rooms",
        ge=0,
    )
    borrowed_until: Series[pa.DateTime] = option(
        "借用截止日期", "Day after which borrowed rooms are gone; empty: they stay borrowed."
    )
    seats: Series[pa.INT64] = option(
        "核定学位", "Approved seats, where rooms are not known.", unit="seats", ge=0
    )
    beds: Series[pa.INT64] = option("寄宿床位", "Boarding beds.", unit="beds", ge=0)
    intake: Series[str] = option(
        "招生方式",
        "zone: by enrolment zone (empty means this); county: from the whole county.",
        isin=("zone", "county"),
    )
    continues_at: Series[str] = option(
        "升入学段部", "Section where pupils go on when its highest grade ends before the stage."
    )


class Rolls(Table):
    """在校生: Pupils counted on the counting date, by section, school year and grade."""

    section_id: Series[str] = column("学段部编号", "The section.")
    year: Series[pa.INT64] = column("学年", "School year, by the year of its 1 September.")
    grade: Series[pa.INT64] = option("年级", "Grade; empty: total of the section.")
    pupils: Series[pa.INT64] = column("在校生数", "Pupils counted.", unit="pupils", ge=0)


class Successions(Table):
    """学校沿革: Sections that were renamed, merged or split, one row for each successor."""

    from_section: Series[str] = column(
        "原学段部编号", "Key before the change, as the rolls of earlier years have it."
    )
    to_section: Series[str] = column("现学段部编号", "Key after the change.")
    year: Series[pa.INT64] = column("变更学年", "First school year under the new key.")
    share: Series[pa.Float64] = option(
        "比例", "Share of the pupils that went there; empty: all.", unit="share", gt=0, le=1
    )
    note: Series[str] = option("说明", "What happened: renamed, merged, split.")


class Classes(Table):
    """班级: Classes of one school year with their pupils."""

    section_id: Series[str] = column("学段部编号", "The section.")
    year: Series[pa.INT64] = column("学年", "School year.")
    grade: Series[pa.INT64] = column("年级", "Grade.")
    class_name: Series[str] = column("班级", "Name of the class in its grade.")
    pupils: Series[pa.INT64] = column("班额", "Pupils in the class.", unit="pupils", ge=0)


class Areas(Table):
    """基本单元: Smallest polygons for which residents are counted."""

    area_id: Series[str] = column("单元编号", "Key of the area.", unique=True)
    name: Series[str] = column("名称", "Community or village.")
    name_en: Series[str] = option("英文名称", "Name in English.")
    township: Series[str] = option("乡镇街道", "Township or sub-district.")
    setting: Series[str] = option("城乡", "City, town or village.", isin=SETTINGS)
    community: Series[str] = option(
        "社区", "Community or village committee of which it is a part; zones can keep it together."
    )
    estate: Series[str] = option(
        "住宅小区", "Housing estate of which it is a part; zones can keep it together."
    )
    migrant_share: Series[pa.Float64] = option(
        "随迁子女占比",
        "Share of its entrants who are migrants' children; empty: that of the other areas.",
        unit="share",
        ge=0,
        le=1,
    )
    geometry: GeoSeries[Any] = column("范围", "Polygon of the area.")


class Residents(Table):
    """常住人口: Residents by area, year and age (taken on the cut-off day of the school year)."""

    area_id: Series[str] = column("单元编号", "The area.")
    year: Series[pa.INT64] = column("学年", "School year on whose cut-off day ages are taken.")
    age_from: Series[pa.INT64] = column(
        "年龄起", "First completed year of age.", unit="years", ge=0
    )
    age_to: Series[pa.INT64] = column(
        "年龄止",
        "Last completed year of age (same as age_from for single ages).",
        unit="years",
        ge=0,
    )
    residents: Series[pa.Float64] = column("人数", "Residents of these ages.", unit="people", ge=0)

    @pa.dataframe_check(error="age_to is below age_from")
    @classmethod
    def ages_run_upwards(cls, table: Any) -> Any:
        """An age group ends no earlier than it begins."""
        return table["age_to"] >= table["age_from"]


class Births(Table):
    """出生人口: Births by calendar year, by month and area where known."""

    area_id: Series[str] = option("单元编号", "The area; empty: the whole county.")
    year: Series[pa.INT64] = column("出生年份", "Calendar year of birth.")
    month: Series[pa.INT64] = option(
        "出生月份", "Month of birth; empty: the whole year.", ge=1, le=12
    )
    births: Series[pa.Float64] = column("出生数", "Children born.", unit="children", ge=0)


class Streets(Table):
    """道路: Street segments between junctions."""

    street_id: Series[str] = column("路段编号", "Key of the segment.", unique=True)
    name: Series[str] = option("路名", "Street name.")
    street_class: Series[str] = option("道路等级", "Class of the street, such as residential.")
    walkable: Series[pa.BOOL] = option(
        "可步行", "Whether children may walk along it; empty: by its class, else yes."
    )
    cyclable: Series[pa.BOOL] = option(
        "可骑行", "Whether one may cycle along it; empty: by its class, else yes."
    )
    drivable: Series[pa.BOOL] = option(
        "可行车", "Whether a bus may drive along it; empty: by its class, else yes."
    )
    direction: Series[str] = option(
        "行车方向",
        "Way in which buses may go, as the line is drawn or against it; empty: both.",
        isin=DIRECTIONS,
    )
    cycle_direction: Series[str] = option(
        "骑行方向", "The same for bicycles; empty: as buses.", isin=DIRECTIONS
    )
    foot_direction: Series[str] = option(
        "步行方向", "The same for walking; empty: both, whatever buses may.", isin=DIRECTIONS
    )
    speed_kmh: Series[pa.Float64] = option(
        "限速", "Speed limit; empty: the usual speed of its class.", unit="km/h", gt=0
    )
    crosses: Series[str] = option(
        "跨越方式",
        "How it leads over barriers: bridge, tunnel, or a crossing at the level of a railway or "
        "trunk road; empty: not at all.",
        isin=("bridge", "tunnel", "crossing"),
    )
    length_metres: Series[pa.Float64] = option(
        "长度", "Length along the street; empty: that of the line.", unit="metres", gt=0
    )
    geometry: GeoSeries[Any] = column("线形", "Line of the segment.")


class Barriers(Table):
    """阻隔: Lakes, rivers, railways and trunk roads that children do not cross."""

    barrier_id: Series[str] = column("阻隔编号", "Key of the barrier.", unique=True)
    name: Series[str] = option("名称", "Name.")
    kind: Series[str] = column(
        "类型", "What it is.", isin=("lake", "river", "railway", "trunk_road", "motorway")
    )
    geometry: GeoSeries[Any] = column("形状", "Polygon or line.")


class Entrances(Table):
    """出入口: Points where the children of an area set out, as many as it has hamlets or gates."""

    area_id: Series[str] = column("单元编号", "The area.")
    weight: Series[pa.Float64] = option(
        "权重",
        "How many of the area's children set out here, in any unit, such as residents; empty: 1.",
        ge=0,
    )
    geometry: GeoSeries[Any] = column("位置", "Point (or columns longitude, latitude).")


class Gates(Table):
    """校门: Gates of schools that have several; the nearest counts."""

    school_id: Series[str] = column("学校编号", "The school.")
    name: Series[str] = option("名称", "Name of the gate.")
    geometry: GeoSeries[Any] = column("位置", "Point (or columns longitude, latitude).")


class Addresses(Table):
    """门牌: Houses with their numbers, so that parents find their school by address."""

    address: Series[str] = column(
        "地址", "Street or estate with the number of the house, as people write it: 人民路12号."
    )
    geometry: GeoSeries[Any] = column("位置", "Point (or columns longitude, latitude).")


class Zones(Table):
    """招生范围: Today's enrolment zones: to which section an area's entrants go."""

    area_id: Series[str] = column("单元编号", "The area.")
    stage: Series[str] = column("学段", "Stage.")
    section_id: Series[str] = column("学段部编号", "The section its entrants are zoned to.")
    since: Series[pa.INT64] = option(
        "起始学年", "First school year in which it was zoned there; empty: long ago."
    )


class Homes(Table):
    """住宅: Planned homes, and those completed in counted years, which teach what homes bring."""

    home_id: Series[str] = column("楼盘编号", "Key of the development.", unique=True)
    name: Series[str] = option("楼盘名称", "Name.")
    area_id: Series[str] = column("单元编号", "Area in which it stands.")
    kind: Series[str] = option("住宅类型", "Housing type, as in the yields table.")
    units: Series[pa.INT64] = column("套数", "Homes.", unit="homes", ge=0)
    completed: Series[pa.INT64] = column("交付年份", "School year in which homes are handed over.")


class Yields(Table):
    """户均学生数: Pupils per new home, by housing type, stage and years since completion."""

    kind: Series[str] = column("住宅类型", "Housing type.")
    stage: Series[str] = column("学段", "Stage.")
    years_since: Series[pa.INT64] = column(
        "交付后年数", "Years since completion; the last one holds on.", unit="years", ge=0
    )
    pupils_per_home: Series[pa.Float64] = column(
        "户均学生数", "Children of the stage's ages per home.", unit="pupils per home", ge=0
    )
    occupied_share: Series[pa.Float64] = option(
        "入住率",
        "Share of the homes lived in by then, 0–1. Where it is given, pupils_per_home is per home "
        "lived in; empty: pupils_per_home is per home built, vacancy contained.",
        unit="share",
        ge=0,
        le=1,
    )


class Sites(Table):
    """拟建地块: Places where a school could be built."""

    site_id: Series[str] = column("地块编号", "Key of the site.", unique=True)
    name: Series[str] = column("名称", "Name.")
    township: Series[str] = option("乡镇街道", "Township or sub-district.")
    land_m2: Series[pa.Float64] = option("用地面积", "Land.", unit="m2", gt=0)
    stages: Series[str] = option("适用学段", "Stages it suits, separated by spaces.")
    cost_yuan: Series[pa.Float64] = option("征地费用", "Cost of the land.", unit="yuan", ge=0)
    geometry: GeoSeries[Any] = column("位置", "Point of the site.")


class Projects(Table):
    """建设项目: Dated building measures; seats count from the first 1 September after hand-over."""

    project_id: Series[str] = column("项目编号", "Key of the project.", unique=True)
    name: Series[str] = column("项目名称", "Name.")
    kind: Series[str] = column("类型", "What is done.", isin=tuple(ProjectKind))
    section_id: Series[str] = column(
        "学段部编号",
        "Section that gains or loses rooms; for a new school, or a new section made by a "
        "conversion, the key it will have; for a merger the section that receives.",
    )
    from_section: Series[str] = option(
        "原学段部", "Section that gives its rooms (conversion), or that is merged into another."
    )
    stage: Series[str] = column("学段", "Stage; of a conversion the stage that receives.")
    site_id: Series[str] = option("地块编号", "Site of a new school.")
    rooms: Series[pa.INT64] = option(
        "教室数",
        "Rooms gained (new, extension, rebuilding), passed on (conversion), kept in use by the "
        "receiver (merger) or lost (condemned).",
        unit="rooms",
        ge=0,
    )
    rooms_lost: Series[pa.INT64] = option(
        "停用教室数", "Rooms out of use from the start of a rebuilding.", unit="rooms", ge=0
    )
    floor_area_m2: Series[pa.Float64] = option(
        "新增建筑面积",
        "Floor area gained; empty: in proportion to the rooms.",
        unit="m2",
        ge=0,
    )
    seats: Series[pa.INT64] = option(
        "公布学位", "Seats the plan names; compared with rooms × standard size.", unit="seats", ge=0
    )
    approved: Series[pa.DateTime] = option("立项日期", "Approval.")
    land_secured: Series[pa.DateTime] = option("用地日期", "Land secured.")
    started: Series[pa.DateTime] = option("开工日期", "Start of building.")
    hand_over: Series[pa.DateTime] = option(
        "交付日期", "Hand-over; for a closure or merger the last day."
    )
    in_use: Series[pa.DateTime] = option(
        "投用日期", "Day from which it is used, where later than hand-over."
    )
    land_m2: Series[pa.Float64] = option("用地面积", "Land used.", unit="m2", ge=0)
    cost_yuan: Series[pa.Float64] = option("投资", "Cost.", unit="yuan", ge=0)
    source: Series[str] = option("依据", "Document that names the project, or 'invented'.")


class Resources(Table):
    """办学条件: Resources of a section, one row per item and year."""

    section_id: Series[str] = column("学段部编号", "The section.")
    year: Series[pa.INT64] = column("学年", "School year.")
    item: Series[str] = column(
        "项目",
        "What is counted, such as teachers or teaching_area_m2; floor_area_m2 (dormitories left "
        "out), sports_area_m2, boarders and staff say how many seats there can be.",
    )
    value: Series[pa.Float64] = column("数值", "Amount, in the unit the item names.", ge=0)


class Targets(Table):
    """目标: Yearly targets of the plan in force, as the plan writes them."""

    indicator: Series[str] = column(
        "指标", "Indicator, such as senior_gross_enrolment_share or G4."
    )
    stage: Series[str] = option("学段", "Stage the target is for; empty: all stages together.")
    year: Series[pa.INT64] = column("学年", "School year.")
    target: Series[str] = option(
        "目标值",
        "A number or share (0.93, 92%), a bound (>=85%, 不低于85%), a range (3-5), a change "
        "against the year in base (-10%) or words, which people judge; empty: no target.",
    )
    unit: Series[str] = option(
        "单位", "Unit of the target; empty: the indicator's. % divides by 100."
    )
    base: Series[pa.INT64] = option(
        "基期", "School year against which a change such as -10% is measured."
    )
    binding: Series[pa.BOOL] = option("约束性", "Binding (true) or expected (false).")
    source: Series[str] = option("依据", "Document.")


class Actuals(Table):
    """指标实绩: What the bureau has measured or judged itself, by indicator and school year."""

    indicator: Series[str] = column("指标", "Indicator, such as disabled_enrolment_share or Q2.")
    stage: Series[str] = option("学段", "Stage; empty: all stages together.")
    year: Series[pa.INT64] = column("学年", "School year.")
    value: Series[str] = column(
        "实绩",
        "A number or share (0.93, 92%), or 达标 (yes) and 不达标 (no) where documents decide.",
    )
    note: Series[str] = option("备注", "Where it was measured, or which document says so.")


class OwnIndicators(Table):
    """自定指标: Indicators of this county that planner does not know by itself."""

    indicator: Series[str] = column("指标", "Key of the indicator, as in targets.", unique=True)
    name: Series[str] = column("指标名称", "What it is called.")
    name_en: Series[str] = option("英文名称", "Name in English.")
    unit: Series[str] = option(
        "单位", "Unit, such as share, people or yuan; empty: a plain number."
    )
    better: Series[str] = option(
        "优劣方向", "Which way is better; empty: higher.", isin=("higher", "lower", "word")
    )


class Phases(Table):
    """达标阶段: How many schools, and how many items, are to reach the standard by which day."""

    line: Series[str] = column(
        "对象", "What is counted: schools or indicators.", isin=("schools", "indicators")
    )
    due: Series[pa.DateTime] = column("达标日期", "Day by which they reach it.")
    planned: Series[pa.INT64] = column("计划数", "How many reach it in this step.", ge=0)
    source: Series[str] = option("依据", "Document.")


TABLES: Final[dict[str, type[Table]]] = {
    "schools": Schools,
    "sections": Sections,
    "rolls": Rolls,
    "successions": Successions,
    "classes": Classes,
    "areas": Areas,
    "residents": Residents,
    "births": Births,
    "streets": Streets,
    "barriers": Barriers,
    "entrances": Entrances,
    "gates": Gates,
    "addresses": Addresses,
    "zones": Zones,
    "homes": Homes,
    "yields": Yields,
    "sites": Sites,
    "projects": Projects,
    "resources": Resources,
    "targets": Targets,
    "actuals": Actuals,
    "indicators": OwnIndicators,
    "phases": Phases,
}
"""Every table of a study by the name it has in study.toml."""

REQUIRED: Final = ("schools", "sections", "rolls", "areas", "residents")
"""Tables without which there is nothing to plan; every other one has a stated fallback."""


@cache
def columns_of(table: str, model: type[Table] | None = None) -> tuple[Column, ...]:
    """Return the data dictionary of one table, column by column, in order.

    A study's table is known by its name; a plan's table needs its class as `model`.
    """
    schema = (model or TABLES[table]).to_schema()
    return tuple(
        Column(
            table=table,
            name=name,
            kind=_kind(str(column.dtype)),
            required=not column.nullable,
            unit=column.metadata["unit"],
            zh=column.metadata["zh"],
            meaning=column.description,
            allowed=_allowed(column.checks),
        )
        for name, column in schema.columns.items()
    )


def _kind(dtype: str) -> str:
    """Name a type as a planner would."""
    words = {
        "str": "text",
        "string": "text",
        "int64": "whole number",
        "float64": "number",
        "bool": "yes/no",
        "boolean": "yes/no",
        "geometry": "geometry",
    }
    lowered = dtype.lower()
    return next((word for key, word in words.items() if key in lowered), "date")


def _allowed(checks: list[Any]) -> tuple[str, ...]:
    """Return the words a column accepts, empty where any value is."""
    for check in checks:
        if check.name == "isin":
            return tuple(map(str, check.statistics["allowed_values"]))
    return ()
