"""What the tables of a finished plan hold: one class per table, by area, section, zone and year."""

from typing import Any, Final

from pandera.typing import Series
from pandera.typing.geopandas import GeoSeries

from planner.tables import Table, column, option
from planner.terms import SeatLimit

__all__ = [
    "RESULTS",
    "AreaYears",
    "ClassBandYears",
    "ClassYears",
    "CountyYears",
    "SeatLimits",
    "SectionGrades",
    "SectionYears",
    "SharedLots",
    "SharedZones",
    "ZoneProofs",
    "ZoneShapes",
    "ZoneTerms",
]


def _at_least(percent: int) -> Any:
    """Return the field of the lower bound of pupils; empty where they are counted."""
    meaning = f"With {percent} % probability the pupils are at least these; empty: counted."
    return option(f"{percent}%区间下限", meaning, unit="pupils", ge=0)


def _at_most(percent: int) -> Any:
    """Return the field of the upper bound of pupils; empty where they are counted."""
    meaning = f"With {percent} % probability the pupils are at most these; empty: counted."
    return option(f"{percent}%区间上限", meaning, unit="pupils", ge=0)


def _large_at(side: str, end: str) -> Any:
    """Return the field of one end of the interval of large classes."""
    return option(
        f"大班额80%区间{side}",
        f"{end} end of the interval that holds the large classes with 80 % probability; empty: "
        "counted, or the norms know no large class.",
        unit="classes",
        ge=0,
    )


def _any_large() -> Any:
    """Return the field of the probability of large classes."""
    return option(
        "大班额概率",
        "Probability that there is at least one large class; empty: counted, or the norms know "
        "no large class.",
        unit="share",
        ge=0,
        le=1,
    )


class CountyYears(Table):
    """全县: The county by stage and school year."""

    stage: Series[str] = column("学段", "Stage.")
    year: Series[int] = column("学年", "School year.")
    residents: Series[float] = column(
        "适龄人口", "Residents of the stage's ages.", unit="people", ge=0
    )
    entrants: Series[int] = column("新生数", "Entrants to the lowest grade.", unit="pupils", ge=0)
    pupils: Series[int] = column("在校生数", "Pupils on roll.", unit="pupils", ge=0)
    low80: Series[float] = _at_least(80)
    high80: Series[float] = _at_most(80)
    low95: Series[float] = _at_least(95)
    high95: Series[float] = _at_most(95)
    unseated: Series[int] = column(
        "未安排", "Entrants for whom no seat was found.", unit="pupils", ge=0
    )
    seats: Series[int] = column("学位供给", "Seats at standard size.", unit="seats", ge=0)
    shortage: Series[int] = column(
        "学位缺口", "Sum over sections of pupils beyond their seats.", unit="seats", ge=0
    )
    surplus: Series[int] = column(
        "学位富余", "Sum over sections of seats beyond their pupils.", unit="seats", ge=0
    )
    sections_short: Series[int] = column("缺口学段部数", "Sections with a shortage.", ge=0)
    yellow: Series[int] = column("黄色预警", "Sections in the yellow band.", ge=0)
    red: Series[int] = column("红色预警", "Sections in the red band.", ge=0)
    classes: Series[int] = column("班级数", "Classes.", unit="classes", ge=0)
    over_standard: Series[int] = column("超标准班额", "Classes above standard size.", ge=0)
    entry_over_standard: Series[int] = column(
        "起始年级超标准班额", "Classes of the entry grade above standard size.", ge=0
    )
    large: Series[int] = column("大班额", "Large classes, super-large ones included.", ge=0)
    large_low80: Series[float] = _large_at("下限", "Lower")
    large_high80: Series[float] = _large_at("上限", "Upper")
    large_probability: Series[float] = _any_large()
    super_large: Series[int] = column("超大班额", "Super-large classes.", ge=0)
    walk_metres: Series[float] = option(
        "平均步行距离", "Mean walk of entrants to their section.", unit="metres", ge=0
    )
    over_limit_share: Series[float] = option(
        "超距比例", "Share of entrants who walk beyond the limit.", unit="share", ge=0, le=1
    )


class SectionYears(Table):
    """学段部: Sections by school year."""

    section_id: Series[str] = column("学段部编号", "The section.")
    name: Series[str] = column("学校名称", "Name of its school.")
    name_en: Series[str] = option("英文名称", "Name in English.")
    stage: Series[str] = column("学段", "Stage.")
    year: Series[int] = column("学年", "School year.")
    open: Series[bool] = column("开办", "Whether the section teaches in this year.")
    entrants: Series[int] = column("新生数", "Pupils in the entry grade who entered.", ge=0)
    pupils: Series[int] = column("在校生数", "Pupils on roll.", unit="pupils", ge=0)
    low80: Series[float] = _at_least(80)
    high80: Series[float] = _at_most(80)
    low95: Series[float] = _at_least(95)
    high95: Series[float] = _at_most(95)
    unseated: Series[int] = column("未安排", "Entrants zoned here without a seat.", ge=0)
    rooms: Series[int] = option("可用教室", "Rooms usable for classes.", unit="rooms", ge=0)
    seats: Series[int] = column("学位供给", "Seats at standard size.", unit="seats", ge=0)
    limit: Series[str] = option(
        "学位约束", "What limits the seats: the tightest of what counts; empty without seats."
    )
    entry_seats: Series[int] = column(
        "招生计划数", "Seats in classes the entry grade can open.", unit="seats", ge=0
    )
    ordinary_intake: Series[int] = column(
        "常态招生数",
        "Entrants it can seat year after year: rooms × entry class size ÷ grades.",
        unit="seats",
        ge=0,
    )
    utilisation: Series[float] = option(
        "学位使用率", "Pupils ÷ seats; missing without seats.", unit="share", ge=0
    )
    shortage: Series[int] = column(
        "学位缺口", "Pupils beyond the seats, at least those unseated.", unit="seats", ge=0
    )
    shortage_probability: Series[float] = option(
        "缺口概率",
        "Probability that the pupils are more than the seats; empty: counted.",
        unit="share",
        ge=0,
        le=1,
    )
    surplus: Series[int] = column("学位富余", "Seats beyond the pupils.", unit="seats", ge=0)
    warning: Series[str] = column(
        "学位预警",
        "Band of entrants against the ordinary intake; none where nobody asks for a seat.",
        isin=("none", "yellow", "red"),
    )
    classes: Series[int] = column("班级数", "Classes.", unit="classes", ge=0)
    over_standard: Series[int] = column("超标准班额", "Classes above standard size.", ge=0)
    entry_over_standard: Series[int] = column(
        "起始年级超标准班额", "Classes of the entry grade above standard size.", ge=0
    )
    large: Series[int] = column("大班额", "Large classes, super-large ones included.", ge=0)
    large_low80: Series[float] = _large_at("下限", "Lower")
    large_high80: Series[float] = _large_at("上限", "Upper")
    large_probability: Series[float] = _any_large()
    super_large: Series[int] = column("超大班额", "Super-large classes.", ge=0)
    largest_class: Series[int] = column("最大班额", "Pupils in the largest class.", ge=0)
    walk_metres: Series[float] = option(
        "平均步行距离", "Mean walk of its entrants.", unit="metres", ge=0
    )


class SectionGrades(Table):
    """年级: Sections by school year and grade."""

    section_id: Series[str] = column("学段部编号", "The section.")
    stage: Series[str] = column("学段", "Stage.")
    year: Series[int] = column("学年", "School year.")
    grade: Series[int] = column("年级", "Grade.")
    pupils: Series[int] = column("在校生数", "Pupils.", unit="pupils", ge=0)
    classes: Series[int] = column("班级数", "Classes.", unit="classes", ge=0)
    largest_class: Series[int] = column("最大班额", "Pupils in the largest class.", ge=0)
    large: Series[int] = column("大班额", "Large classes.", ge=0)
    large_probability: Series[float] = _any_large()


class ClassYears(Table):
    """班级: Classes by school year, followed from the year in which their pupils entered."""

    section_id: Series[str] = column("学段部编号", "The section.")
    stage: Series[str] = column("学段", "Stage.")
    year: Series[int] = column("学年", "School year.")
    grade: Series[int] = column("年级", "Grade.")
    cohort: Series[int] = column("入学年份", "School year in which the class entered the stage.")
    number: Series[int] = column(
        "班序", "Number of the class within section and cohort; it stays while it climbs.", ge=1
    )
    pupils: Series[int] = column("班额", "Pupils in the class.", unit="pupils", ge=1)
    standard: Series[int] = column("标准班额", "Standard size.", unit="pupils", ge=1)
    band: Series[str] = column(
        "班额情况",
        "Against the standard size and the sizes from which a class is large and super-large.",
        isin=("within", "over_standard", "large", "super_large"),
    )


class ClassBandYears(Table):
    """班额分档: Classes of the county by stage, school year and band of class sizes."""

    stage: Series[str] = column("学段", "Stage.")
    year: Series[int] = column("学年", "School year.")
    name: Series[str] = column("班额分档", "Name of the band.")
    name_en: Series[str] = column("英文名称", "Name in English.")
    smallest: Series[int] = column("最小班额", "Smallest class of the band.", unit="pupils", ge=1)
    largest: Series[float] = option(
        "最大班额", "Largest class of the band; empty: no upper end.", unit="pupils", ge=1
    )
    classes: Series[int] = column("班级数", "Classes in the band.", unit="classes", ge=0)
    share: Series[float] = column(
        "占比", "Share of the classes of stage and year.", unit="share", ge=0, le=1
    )


class AreaYears(Table):
    """单元: Areas by stage and school year."""

    area_id: Series[str] = column("单元编号", "The area.")
    stage: Series[str] = column("学段", "Stage.")
    year: Series[int] = column("学年", "School year.")
    residents: Series[float] = column("适龄人口", "Residents of the stage's ages.", ge=0)
    entrants: Series[int] = column("新生数", "Entrants who live here.", unit="pupils", ge=0)
    section_id: Series[str] = option(
        "学段部编号",
        "Zoned section, in a shared zone the one of its own part; empty: county intake.",
    )
    walk_metres: Series[float] = option(
        "步行距离",
        "Walk to the zoned section, in a shared zone what lots let expect; empty: cannot be "
        "reached.",
        unit="metres",
        ge=0,
    )


class SeatLimits(Table):
    """学位约束: What limits the seats of a section: rooms, and what else is known of it."""

    section_id: Series[str] = column("学段部编号", "The section.")
    stage: Series[str] = column("学段", "Stage.")
    year: Series[int] = column("学年", "School year.")
    limit: Series[str] = column("约束", "What it is that limits the seats.", isin=tuple(SeatLimit))
    seats: Series[int] = column("学位数", "Seats that it allows.", unit="seats", ge=0)
    applied: Series[bool] = column(
        "计入", "Whether it caps the seats of the plan; the others are only shown."
    )
    binding: Series[bool] = column("起约束作用", "Whether it is the one that allows fewest seats.")


class ZoneShapes(Table):
    """招生范围: Zones with their shape, for each run of years in which they stay the same."""

    stage: Series[str] = column("学段", "Stage.")
    section_id: Series[str] = column("学段部编号", "The section.")
    name: Series[str] = column("学校名称", "Name of its school.")
    name_en: Series[str] = option("英文名称", "Name in English.")
    first_year: Series[int] = column("起始学年", "First school year of this shape.")
    last_year: Series[int] = column("终止学年", "Last school year of this shape.")
    areas: Series[int] = column("单元数", "Areas in the zone.", ge=1)
    entrants: Series[int] = column("新生数", "Entrants in the first year.", unit="pupils", ge=0)
    walk_metres: Series[float] = option(
        "平均步行距离", "Mean walk in the first year.", unit="metres"
    )
    pieces: Series[int] = column("片数", "Connected pieces; one for a zone in one piece.", ge=1)
    geometry: GeoSeries[Any] = column("范围", "Polygon of the zone.")


class ZoneProofs(Table):
    """划片证明: How good each set of zones is, with a bound no zones can beat."""

    stage: Series[str] = column("学段", "Stage.")
    first_year: Series[int] = column("起始学年", "First school year of these zones.")
    method: Series[str] = column(
        "方法",
        "today, moved by hand, nearest, file, redraw, or adapted where a section opens or closes.",
    )
    status: Series[str] = column("状态", "optimal only where proved.")
    value: Series[float] = column("目标值", "Value by the scenario's prices.", unit="pupil-metres")
    bound: Series[float] = column(
        "下界",
        "No zones can be worth less; adapted zones: with all other areas kept.",
        unit="pupil-metres",
    )
    gap: Series[float] = column("最优差距", "(value − bound) ÷ value.", unit="share", ge=0)
    walk: Series[float] = column("步行", "Part of the value that is walked.", unit="pupil-metres")
    overflow: Series[int] = column("超额", "Entrants beyond the seats.", unit="pupils", ge=0)
    changed: Series[int] = column(
        "调整", "Entrants whose area changes section.", unit="pupils", ge=0
    )
    in_pieces: Series[int] = column("飞地单元", "Areas not connected with their section's.", ge=0)
    broken: Series[int] = column(
        "未满足单元", "Areas for which a hard demand of the scenario is not kept.", ge=0
    )


class ZoneTerms(Table):
    """划片各项: What each set of zones was asked for, term by term; the parts are its value."""

    stage: Series[str] = column("学段", "Stage.")
    first_year: Series[int] = column("起始学年", "First school year of these zones.")
    method: Series[str] = column(
        "方法",
        "today, moved by hand, nearest, file, redraw, or adapted where a section opens or closes.",
    )
    term: Series[str] = column("项目", "What is asked for.")
    demand: Series[str] = column(
        "方式",
        "priced, or hard: not allowed where there is any other choice.",
        isin=("priced", "hard"),
    )
    price_metres: Series[float] = option(
        "单价",
        "Price of one entrant concerned, or of one zone that is a mere thread, in metres walked; "
        "empty: walks themselves, and what is not allowed.",
        unit="metres",
        ge=0,
    )
    concerned: Series[float] = option(
        "涉及人数",
        "Entrants concerned; of the shape of zones how far they are from circles, 0 to 1 each, "
        "added up. Empty: walks, and what costs nothing.",
        ge=0,
    )
    part: Series[float] = column("计入目标值", "Part of the value.", unit="pupil-metres", ge=0)
    broken: Series[int] = column(
        "未满足单元", "Areas for which the demand is hard and not kept.", ge=0
    )
    no_choice: Series[int] = column(
        "别无选择单元", "Areas among them for which no section keeps the demand.", ge=0
    )


class SharedZones(Table):
    """多校划片: Zones shared by several sections, whose places are drawn by lot, by school year."""

    stage: Series[str] = column("学段", "Stage.")
    shared_zone: Series[str] = column("多校划片编号", "Its sections, joined by +.")
    year: Series[int] = column("学年", "School year.")
    names: Series[str] = column("学校名称", "Names of its schools.")
    names_en: Series[str] = option("英文名称", "Names in English.")
    areas: Series[int] = column("单元数", "Areas in the zone.", ge=0)
    entrants: Series[int] = column("新生数", "Entrants who draw.", unit="pupils", ge=0)
    seats: Series[int] = column(
        "常态招生数", "Entrants its sections seat in an ordinary year.", unit="seats", ge=0
    )
    walk_metres: Series[float] = option(
        "预期步行距离", "Mean walk that lots let expect.", unit="metres", ge=0
    )
    own_walk_metres: Series[float] = option(
        "单校步行距离", "Mean walk if each went to the area's own section.", unit="metres", ge=0
    )
    longest_walk_metres: Series[float] = option(
        "最远步行距离", "Longest walk that a lot can bring.", unit="metres", ge=0
    )
    lowest_quality: Series[float] = option(
        "单校最低质量", "Lowest quality of its sections; empty: no figure is named."
    )
    highest_quality: Series[float] = option("单校最高质量", "Highest quality of its sections.")
    quality: Series[float] = option(
        "预期质量", "Quality that its entrants can expect, on average over them."
    )


class SharedLots(Table):
    """派位机会: Chance of the areas of shared zones for each of their sections."""

    stage: Series[str] = column("学段", "Stage.")
    year: Series[int] = column("学年", "School year.")
    shared_zone: Series[str] = column("多校划片编号", "The zone: its sections, joined by +.")
    area_id: Series[str] = column("单元编号", "The area.")
    section_id: Series[str] = column("学段部编号", "The section.")
    chance: Series[float] = column(
        "派位机会", "Chance of a child of the area to come here.", unit="share", ge=0, le=1
    )
    entrants: Series[int] = column(
        "新生数", "Entrants of the area counted here, as lots fall on average.", ge=0
    )
    walk_metres: Series[float] = option("步行距离", "Walk to the section.", unit="metres", ge=0)


RESULTS: Final[dict[str, type[Table]]] = {
    "county_years": CountyYears,
    "section_years": SectionYears,
    "section_grades": SectionGrades,
    "class_years": ClassYears,
    "class_band_years": ClassBandYears,
    "area_years": AreaYears,
    "seat_limits": SeatLimits,
    "zones": ZoneShapes,
    "zone_proofs": ZoneProofs,
    "shared_zones": SharedZones,
    "shared_lots": SharedLots,
    "zone_terms": ZoneTerms,
}
"""Every table of a plan by the name it has in results.gpkg and results.xlsx."""
