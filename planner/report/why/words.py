"""Every sentence and heading with which a figure is opened, in Chinese and in English."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.terms import Language

__all__ = ["WHY_WORDS", "said"]

WHY_WORDS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        # the figure
        "head": (
            "{name}（{section}）{stage} {year}年{figure}：{value}（{known}）",
            "{name} ({section}), {stage}, {figure} in {year}: {value} ({known})",
        ),
        "head_county": (
            "{name}全县{stage} {year}年{figure}：{value}（{known}）",
            "{name}, the whole county, {stage}, {figure} in {year}: {value} ({known})",
        ),
        "counted": ("实数", "counted"),
        "projected": ("预测", "projected"),
        "missing": ("无", "none"),
        "inputs": ("数据表：{tables}", "tables: {tables}"),
        "norm": (
            "依据：{document} {article}（{certainty}）",
            "source: {document} {article} ({certainty})",
        ),
        "more": ("……另有{rows}行，加 --all 全部列出", "… {rows} more rows; --all shows them"),
        # figures
        "pupils": ("在校生数", "pupils"),
        "entrants": ("新生数", "entrants"),
        "unseated": ("未安排新生", "entrants without a seat"),
        "rooms": ("可用教室", "rooms"),
        "seats": ("学位", "seats"),
        "entry_seats": ("招生计划数", "entry seats"),
        "ordinary_intake": ("常态招生数", "ordinary intake"),
        "warning": ("学位预警", "seat warning"),
        "utilisation": ("学位使用率", "utilisation"),
        "shortage": ("学位缺口", "shortage"),
        "surplus": ("学位富余", "surplus"),
        "classes": ("班级数", "classes"),
        "over_standard": ("超标准班额", "classes above standard size"),
        "entry_over_standard": (
            "起始年级超标准班额",
            "classes of the entry grade above standard size",
        ),
        "large": ("大班额", "large classes"),
        "super_large": ("超大班额", "super-large classes"),
        "largest_class": ("最大班额", "largest class"),
        "walk_metres": ("平均步行距离（米）", "mean walk in metres"),
        # steps
        "step_classes": (
            "共{classes}个班，其中超标准{over_standard}个，大班额{large}个（含超大班额{super_large}个）。",
            "{classes} classes: {over_standard} above standard size, {large} large, "
            "{super_large} of them super-large.",
        ),
        "step_limit": (
            "{large}人及以上为大班额，{super_large}人及以上为超大班额。",
            "A class is large from {large} pupils on and super-large from {super_large}.",
        ),
        "step_no_limit": (
            "标准未规定该学段的大班额。",
            "The norms set no limit of large classes in this stage.",
        ),
        "step_standard": ("各年级标准班额。", "Standard class size by grade."),
        "step_grades": ("各年级学生合计{pupils:,}人。", "The grades add up to {pupils:,} pupils."),
        "step_grades_counted": (
            "各年级实数合计{pupils:,}人。",
            "The counted grades add up to {pupils:,} pupils.",
        ),
        "step_cohorts": (
            "各年级由{base}年实数（或其后的新生）逐年升级而来；升级率由本校、同类学校和全县历年数据得出。",
            "Each grade has climbed from the count of {base}, or from its entry since; the ratios "
            "are learned from this school, its kind and the county.",
        ),
        "step_areas": (
            "招生范围有{areas}个单元，{age}岁儿童{residents:,.0f}人，划片新生{zoned:,}人；"
            "入学{entrants:,}人，未安排{unseated:,}人。",
            "The zone has {areas} areas with {residents:,.0f} children aged {age} and {zoned:,} "
            "entrants; {entrants:,} enter here, {unseated:,} find no seat.",
        ),
        "step_county_intake": (
            "面向全县招生：{entrants:,}人，占该学段新生的{weight:.1%}。",
            "It takes from the whole county: {entrants:,} entrants, {weight:.1%} of the stage's.",
        ),
        "step_policy_divided": (
            "超过{split_above}人的班在有空教室时分班；可用教室{rooms}间，已用{classes}间，空闲{free}间。",
            "A class above {split_above} is divided when a room is free: {classes} classes in "
            "{rooms} rooms leave {free} free.",
        ),
        "step_policy_kept": (
            "按本方案，班级升级途中不分班；可用教室{rooms}间，已用{classes}间，空闲{free}间。",
            "In this scenario classes are never divided; {classes} classes in {rooms} rooms leave "
            "{free} free.",
        ),
        "step_rooms": (
            "可用教室{rooms}间，计算如下。",
            "{rooms} rooms can be used:",
        ),
        "step_projects": (
            "涉及本学段部的项目{projects}个；{base}年及以前投用的已含在现有教室中。",
            "Projects that concern this section: {projects}; what was in use by {base} is in its "
            "rooms already.",
        ),
        "step_limits": (
            "学位{seats:,}个：各项限制中最紧的是{binding}。",
            "{seats:,} seats: of the limits that count the tightest is {binding}.",
        ),
        "step_sizes": (
            "{rooms}间教室平均分到各年级，乘以标准班额，再扣除借用教室和其他限制，学位{seats:,}个。",
            "{rooms} rooms spread over the grades, × standard size, less borrowed rooms and other "
            "limits: {seats:,} seats.",
        ),
        "step_use": (
            "在校生{pupils:,}人，未安排{unseated:,}人，学位{seats:,}个：缺口{shortage:,}，富余{surplus:,}；"
            "使用率{utilisation:.0%}。",
            "{pupils:,} pupils and {unseated:,} turned away against {seats:,} seats: "
            "{shortage:,} short, {surplus:,} spare; {utilisation:.0%} are used.",
        ),
        "step_use_upper_room": (
            "在校生{pupils:,}人，学位{seats:,}个，使用率{utilisation:.0%}；未安排的{unseated:,}人均计入缺口"
            "（高年级虽有空位）：缺口{shortage:,}，富余{surplus:,}。",
            "{pupils:,} pupils on {seats:,} seats ({utilisation:.0%} are used), but {unseated:,} "
            "are turned away and each is short of a seat, even where upper grades have room: "
            "{shortage:,} short, {surplus:,} spare.",
        ),
        "step_use_without_seats": (
            "在校生{pupils:,}人，没有学位，使用率无法计算；缺口{shortage:,}。",
            "{pupils:,} pupils and no seats: utilisation is missing, {shortage:,} are short.",
        ),
        "step_entry": (
            "起始年级可开{open}个班 × {size}人 = {entry_seats:,}个；可用教室{rooms}间，"
            "高年级{above}个班（分班只用招生后余下的教室；为逐年增长的年级预留教室）。",
            "{open} entry classes can open × {size} = {entry_seats:,} entry seats; {rooms} rooms, "
            "{above} classes above the entry grade. Rooms are kept for cohorts that still grow "
            "upwards, and upper classes are divided only into rooms that entrants leave.",
        ),
        "step_intake": (
            "常态招生数 = {rooms}间 × {size}人 ÷ {grades}个年级 = {intake:,}人。",
            "Ordinary intake = {rooms} rooms × {size} ÷ {grades} grades = {intake:,}.",
        ),
        "step_warning": (
            "新生{entrants:,}人 ÷ 常态招生数{intake:,} = {share:.0%}；"
            "{yellow:.0%}起为黄色，{red:.0%}及以上为红色。",
            "{entrants:,} entrants ÷ ordinary intake {intake:,} = {share:.0%}; yellow from "
            "{yellow:.0%}, red from {red:.0%}.",
        ),
        "step_warning_without_intake": (
            "新生{entrants:,}人，常态招生数为0。",
            "{entrants:,} entrants and no ordinary intake.",
        ),
        "step_not_open_yet": (
            "该学段部{year}年尚未开办，自{opens}年起招生。",
            "It does not teach in {year} yet; it opens in {opens}.",
        ),
        "step_closed": (
            "该学段部自{closes}年起停办，{year}年没有学生。",
            "It has been closed since {closes}: nobody is taught here in {year}.",
        ),
        "step_not_open": ("该学段部{year}年不开办。", "It does not teach in {year}."),
        "step_sections": (
            "{sections}个学段部中{with_figure}个合计，由大到小；用 --school {first} 可逐校查看。",
            "The sum over {with_figure} of {sections} sections, the largest first; --school "
            "{first} opens the first of them.",
        ),
        "step_sections_share": (
            "在校生{pupils:,}人 ÷ 学位{seats:,}个；各学段部由高到低，"
            "用 --school {first} 可逐校查看。",
            "{pupils:,} pupils ÷ {seats:,} seats of {sections} sections, the fullest first; "
            "--school {first} opens the first of them.",
        ),
        "step_sections_most": (
            "{sections}个学段部中的最大值；用 --school {first} 可逐校查看。",
            "The largest of {sections} sections; --school {first} opens the first of them.",
        ),
        "step_sections_mean": (
            "按新生人数加权的平均值；各学段部由远到近，用 --school {first} 可逐校查看。",
            "The mean over entrants; of the sections the farthest first; --school {first} opens "
            "the first of them.",
        ),
        "step_sections_warned": (
            "{sections}个学段部中{red}个红色、{yellow}个黄色；用 --school {first} 可逐校查看。",
            "Of {sections} sections {red} are red and {yellow} yellow; --school {first} opens the "
            "first of them.",
        ),
        "step_sections_none": (
            "{sections}个学段部都没有。",
            "None of the {sections} sections has any.",
        ),
        "step_county_sureness": (
            "在校生80%预测区间{low80:,.0f}—{high80:,.0f}人，95%区间{low95:,.0f}—{high95:,.0f}人。",
            "Pupils with 80 % probability {low80:,.0f}–{high80:,.0f}, with 95 % "
            "{low95:,.0f}–{high95:,.0f}.",
        ),
        "step_county_sureness_large": (
            "大班额80%预测区间{large_low80:,.0f}—{large_high80:,.0f}个，出现大班额的概率"
            "{large_probability:.0%}。",
            "Large classes with 80 % probability {large_low80:,.0f}–{large_high80:,.0f}, at least "
            "one with {large_probability:.0%}.",
        ),
        "step_sureness": (
            "在校生80%预测区间{low80:,.0f}—{high80:,.0f}人，95%区间{low95:,.0f}—{high95:,.0f}人；"
            "学位不足的概率{shortage_probability:.0%}。",
            "Pupils with 80 % probability {low80:,.0f}–{high80:,.0f}, with 95 % "
            "{low95:,.0f}–{high95:,.0f}; more than the seats with {shortage_probability:.0%}.",
        ),
        "step_sureness_large": (
            "大班额80%预测区间{large_low80:,.0f}—{large_high80:,.0f}个，出现大班额的概率"
            "{large_probability:.0%}；在校生80%区间{low80:,.0f}—{high80:,.0f}人。",
            "Large classes with 80 % probability {large_low80:,.0f}–{large_high80:,.0f}, at least "
            "one with {large_probability:.0%}; pupils {low80:,.0f}–{high80:,.0f}.",
        ),
        # headings
        "head_grade": ("年级", "Grade"),
        "head_cohort": ("入学", "Entered"),
        "head_number": ("班序", "No."),
        "head_pupils": ("人数", "Pupils"),
        "head_standard": ("标准", "Standard"),
        "head_band": ("情况", "Size"),
        "head_classes": ("班级", "Classes"),
        "head_path": ("逐年人数", "Year by year"),
        "head_ratio": ("升级率累积", "Ratios together"),
        "head_area_id": ("编号", "Area"),
        "head_name": ("名称", "Name"),
        "head_residents": ("儿童", "Children"),
        "head_entrants": ("新生", "Entrants"),
        "head_section_id": ("编号", "Section"),
        "head_unseated": ("未安排", "No seat"),
        "head_shortage": ("缺口", "Short"),
        "head_surplus": ("富余", "Spare"),
        "head_utilisation": ("使用率", "Used"),
        "head_warning": ("预警", "Warning"),
        "head_entry_seats": ("招生计划", "Entry seats"),
        "head_ordinary_intake": ("常态招生", "Intake"),
        "head_over_standard": ("超标准", "Above standard"),
        "head_entry_over_standard": ("起始年级超标准", "Entry above standard"),
        "head_large": ("大班额", "Large"),
        "head_super_large": ("超大班额", "Super-large"),
        "head_largest_class": ("最大班额", "Largest"),
        "head_walk_metres": ("步行米", "Metres"),
        "head_what": ("教室", "Rooms"),
        "head_rooms": ("间数", "Number"),
        "head_project": ("项目", "Project"),
        "head_kind": ("类型", "Kind"),
        "head_first_year": ("计入", "From"),
        "head_seats": ("学位", "Seats"),
        "head_limit": ("限制", "Limit"),
        "head_applied": ("计入", "Counts"),
        # words in cells
        "band_within": ("达标", "within standard"),
        "band_over_standard": ("超标准", "above standard"),
        "band_large": ("大班额", "large"),
        "band_super_large": ("超大班额", "super-large"),
        "none": ("无", "none"),
        "yellow": ("黄色", "yellow"),
        "red": ("红色", "red"),
        "warning_yellow": ("黄色", "yellow"),
        "warning_red": ("红色", "red"),
        "what_counted": ("现有教室", "counted rooms"),
        "what_condemned": ("D级危房", "condemned"),
        "what_repair": ("维修中", "under repair"),
        "what_borrowed": ("借用", "borrowed"),
        "what_built": ("建设项目", "projects"),
        "what_shared": ("校内共用", "shared in the school"),
        "what_usable": ("可用教室", "can be used"),
        "kind_new": ("新建", "new school"),
        "kind_extension": ("扩建", "extension"),
        "kind_conversion": ("改办", "conversion"),
        "kind_closure": ("撤并", "closure"),
        "kind_merger": ("合并", "merger"),
        "kind_condemned": ("危房停用", "condemned"),
        "kind_rebuilding": ("拆建", "rebuilding"),
        "limit_rooms": ("教室", "rooms"),
        "limit_floor_area": ("校舍面积", "floor area"),
        "limit_sports_area": ("体育场地", "sports area"),
        "limit_beds": ("寄宿床位", "beds"),
        "limit_staff": ("教职工", "staff"),
        "yes": ("是", "yes"),
        "no": ("否", "no"),
    }
)
"""Sentences, headings and words by key; figures in braces are filled in by `said`."""


def said(key: str, lang: Language, **values: object) -> str:
    """Return a sentence in a language with its figures."""
    text = WHY_WORDS[key][0 if lang == "zh" else 1]
    return text.format(**values) if values else text
