"""Every word and sentence of the indicators, in Chinese and in English."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.terms import Language

__all__ = ["INDICATOR_WORDS", "UNIT_WORDS", "told", "unit_said"]

INDICATOR_WORDS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        # verdicts
        "met": ("达标", "met"),
        "missed": ("未达标", "not met"),
        "missed_variation": ("未达标（差异系数）", "not met (CV)"),
        "judged": ("由人评定", "by people"),
        "not_known": ("未知", "not known"),
        "not_planned": ("不在规划期", "not in these years"),
        "no_target": ("未设目标", "no target"),
        "no_norm": ("", ""),
        "red": ("红", "red"),
        "amber": ("黄", "amber"),
        "green": ("绿", "green"),
        "yes": ("是", "yes"),
        "no": ("否", "no"),
        "binding_true": ("约束性", "binding"),
        "binding_false": ("预期性", "expected"),
        "counted": ("实有", "counted"),
        "projected": ("预测", "projected"),
        "entered": ("填报", "entered"),
        "computed": ("系统计算", "computed"),
        "documents": ("查阅资料", "documents"),
        "higher": ("越高越好", "higher"),
        "lower": ("越低越好", "lower"),
        "below": ("低于标准", "below"),
        "word": ("由人评定", "by people"),
        # sheets
        "sheet_register": ("指标总表", "Register"),
        "sheet_targets": ("年度目标", "Targets by year"),
        "sheet_items": ("学校七项", "Schools by item"),
        "sheet_gaps": ("七项缺口", "Gaps by item"),
        "sheet_variation": ("校际差异", "Variation"),
        "sheet_kindergartens": ("幼儿园", "Kindergartens"),
        "sheet_places": ("公办学位缺口", "Public places missing"),
        "sheet_concentration": ("集聚率", "Concentration"),
        "sheet_staff": ("教职工编制", "Staff posts"),
        "sheet_quota": ("指标到校", "Quota places"),
        "sheet_progress": ("达标进度", "Progress"),
        "sheet_cells": ("学校×指标", "Schools × items"),
        "sheet_notes": ("说明", "Notes"),
        # headings
        "group": ("类别", "Group"),
        "item": ("编号", "Item"),
        "indicator": ("指标", "Indicator"),
        "stage": ("学段", "Stage"),
        "all_stages": ("合计", "all"),
        "unit": ("单位", "Unit"),
        "better": ("方向", "Better"),
        "known": ("取数方式", "How known"),
        "norm": ("标准", "Norm"),
        "source": ("依据", "Source"),
        "verdict": ("判定", "Verdict"),
        "verdict_of": ("{year}年判定", "Verdict {year}"),
        "gap_of": ("{year}年差额", "Gap {year}"),
        "gap_unit": ("差额单位", "Gap in"),
        "value_of": ("{year}年", "{year}"),
        "year": ("学年", "Year"),
        "target": ("目标", "Target"),
        "aimed": ("目标值", "Aim"),
        "value": ("规划值", "Plan"),
        "needed": ("应改善", "Step"),
        "colour": ("预警", "Colour"),
        "binding": ("属性", "Kind"),
        "how": ("来源", "How"),
        "key": ("编号", "Key"),
        "school": ("学校", "School"),
        "pupils": ("学生数", "Pupils"),
        "children": ("在园幼儿", "Children"),
        "reached": ("达标项数", "Items reached"),
        "passes": ("学校达标", "School passes"),
        "failing": ("未达标项", "Items missed"),
        "below_floor": ("低于85%项", "Items below 85 %"),
        "lacking": ("缺数据项", "No data"),
        "mean": ("全县均值", "County mean"),
        "schools": ("计入学校", "Schools"),
        "lacking_schools": ("缺数据学校", "Without data"),
        "cv": ("差异系数", "CV"),
        "cv_limit": ("上限", "Limit"),
        "stock": ("现有量", "Stock"),
        "threshold_gap": ("达标缺口", "Gap to norm"),
        "floor_gap": ("至85%缺口", "Gap to 85 %"),
        "composite": ("综合差异系数（2012年八项）", "Composite of eight items (2012)"),
        "composite_said": (
            "{stage} {composite:.3f}，上限{limit:.2f}，{verdict}",
            "{stage} {composite:.3f}, limit {limit:.2f}, {verdict}",
        ),
        "composite_unknown": (
            "{stage} 八项中仅{known}项齐全，无法计算",
            "{stage}: only {known} of eight items are known",
        ),
        "passing_said": (
            "{year}年{passing}/{schools}校通过七项",
            "{year}: {passing} of {schools} pass",
        ),
        "operator": ("举办者", "Run by"),
        "run_public": ("公办", "public"),
        "run_private_inclusive": ("普惠性民办", "inclusive private"),
        "run_private": ("民办", "private"),
        "licensed": ("有证", "Licensed"),
        "seats": ("学位", "Seats"),
        "classes": ("班级数", "Classes"),
        "within": ("达标班数", "Within size"),
        "aim": ("口径", "Aim"),
        "aim_target": ("{year}年目标", "target of {year}"),
        "aim_norm": ("国家标准", "norm"),
        "share": ("比例", "Share"),
        "roll_of": ("按何年在园数", "Roll of"),
        "public_pupils": ("公办园在园", "In public ones"),
        "public_seats": ("公办园学位", "Public seats"),
        "needed_places": ("应在公办园", "Needed"),
        "missing_by_pupils": ("差额（按在园数）", "Missing, by pupils"),
        "missing_by_seats": ("差额（按学位）", "Missing, by seats"),
        "base": ("基数口径", "Base"),
        "base_schools": ("按学校数", "schools"),
        "base_pupils": ("按学生数", "pupils"),
        "where_primary": ("乡镇及以上（城区、镇区）", "city and town"),
        "where_junior": ("县城（城区）", "city"),
        "where": ("位置", "Where"),
        "there": ("其中集聚", "There"),
        "whole": ("总数", "Of"),
        "rule": ("计算依据", "Rule"),
        "by_pupils": ("按学生数", "by pupils"),
        "by_classes": ("按班数", "by classes"),
        "per_post": ("生员比", "Pupils a post"),
        "posts": ("应配编制", "Posts"),
        "county": ("全县", "County"),
        "county_posts": ("按全县总数", "By county roll"),
        "graduates": ("毕业生", "Graduates"),
        "places": ("高中招生数", "Senior places"),
        "quota": ("指标总数", "Quota"),
        "given": ("分配指标", "Places given"),
        "line": ("对象", "Line"),
        "line_schools": ("学校", "schools"),
        "line_indicators": ("指标", "items"),
        "due": ("达标期限", "Due"),
        "planned": ("计划数", "Planned"),
        "cumulative": ("累计", "Cumulative"),
        "cells_due": ("应达标格数", "Cells due"),
        "cells_done": ("其中达标", "Cells done"),
        "schools_done": ("达标学校", "Schools done"),
        "indicators_done": ("达标指标", "Items done"),
        "school_due": ("学校期限", "School due"),
        "note": ("说明", "Note"),
        "done": ("✓", "✓"),
        # titles in the terminal
        "register_title": ("{county} · {scenario}：指标", "{county} · {scenario}: indicators"),
        "targets_title": ("规划目标", "Targets of the plan in force"),
        "places_title": ("公办幼儿园学位缺口", "Public kindergarten places missing"),
        "places_said": (
            "{aim}{share}，按{year}年在园{children:,}人：应有{needed:,}人在公办园，"
            "按在园数差{by_pupils:,}个，按学位差{by_seats:,}个。",
            "{aim}, {share} of the {children:,} children of {year}: {needed:,} in public ones; "
            "{by_pupils:,} more pupils there, {by_seats:,} more seats.",
        ),
        "summary_said": (
            "{year}年：有标准的{judged}行中达标{met}、未达标{missed}、未知{unknown}。",
            "{year}: of {judged} rows with a norm {met} met, {missed} not, {unknown} unknown.",
        ),
        "standing": ("总体情况", "As a whole"),
        "variation_title": (
            "* 全县均值已达标，但校际差异系数超过上限",
            "* the county's mean reaches the norm, but its schools differ too much",
        ),
        "variation_said": (
            "{item}{stage}{year}年差异系数{cv}，上限{limit:.2f}",
            "{item} {stage} {year}: CV {cv}, limit {limit:.2f}",
        ),
        # notes
        "note_stock": (
            "办学条件按{year}年最近一次统计，以后各年不变，只有学生数变化。",
            "Resources stay as last counted by {year}; only pupils change in later years.",
        ),
        "note_items": (
            "七项指标的判定：全县均值达到标准且校际差异系数不超过上限；各校是否达标见学校七项。",
            "One of the seven items is met where the county's mean reaches the norm and the "
            "variation keeps its limit; which schools pass stands in the sheet of schools.",
        ),
        "note_sections": (
            "九年一贯制、十二年一贯制学校和完全中学按小学部、初中部分别评估，不足50人的教学点不计。",
            "Sections of nine-year, twelve-year and secondary schools are assessed apart; teaching "
            "points below 50 pupils are left out.",
        ),
        "note_concentration": (
            "集聚率按学校数时教学点不计校数；按学生数时含教学点学生。未注明城乡的学校不计。",
            "By schools, teaching points are not counted as schools; by pupils their pupils count. "
            "Schools that nobody says lie in city, town or village are left out.",
        ),
        "note_public": (
            "公办园占比含附设班；无证园在园幼儿计入总数，不计入公办或普惠。",
            "Attached kindergarten classes count; children of unlicensed kindergartens are in the "
            "total, not among public or inclusive ones.",
        ),
        "note_places": (
            "幼儿由民办转入公办时在园总数不变；“按在园数”比较公办园在园人数，“按学位”比较公办园学位。",
            "Children who change to public kindergartens leave the total as it is; by pupils "
            "compares with those in public ones, by seats with public seats.",
        ),
        "note_retention": (
            "巩固率由各年在校生推算，转入、转出、死亡人数填报后按公式修正。",
            "Retention follows from counted rolls; those who moved in or out, or died, are taken "
            "into account once entered.",
        ),
        "note_zoned": (
            "就近划片比例为住在划片范围内的新生（不超过该校新生数），只计城区、镇区公办非寄宿学校。",
            "Entrants living in their zone, at most the school's entrants; public schools in city "
            "and town that do not board.",
        ),
        "note_quota": (
            "以公办高中起始年级学位为招生数，比例取当年及以前最近的目标或填报值，没有则取国家标准；"
            "上年九年级全部作为符合条件毕业生，按最大余数法取整。",
            "Places are entry seats of public senior sections; the share is the newest one aimed "
            "at or entered until then, else the norm; all of last year's grade 9 count as "
            "graduates; largest remainders make the parts add up.",
        ),
        "note_staff": (
            "编制按各校分别向上取整，故合计多于按全县总数计算；幼儿园按每班教师和保育员计算。",
            "Posts are rounded up in each school, so their sum exceeds the county's; kindergartens "
            "by teachers and carers for each class.",
        ),
        "note_differs": (
            "{indicator}{year}年填报{entered}，系统计算{computed}，采用计算值。",
            "{indicator}, {year}: {entered} was entered, {computed} is computed and used.",
        ),
        "note_unknown_target": (
            "目标“{key}”不在指标总表中，只能由人评定。",
            "The target '{key}' is not in the register; nobody can hold a value against it.",
        ),
        "note_cells": (
            "学校×指标：某格的期限取学校期限与指标期限中较晚者；规划只有数量，"
            "学校按当前达标项数由多到少排入各批。",
            "Schools × items: a cell is due on the later day of its school and its item; plans "
            "name numbers only, so schools that reach most items today come first.",
        ),
    }
)
"""Chinese and English by key."""

UNIT_WORDS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "share": ("%", "%"),
        "classes": ("个班", "classes"),
        "schools": ("所", "schools"),
        "teaching points": ("个", "teaching points"),
        "kindergartens": ("所", "kindergartens"),
        "sections": ("所", "sections"),
        "pupils": ("人", "pupils"),
        "people": ("人", "people"),
        "places": ("个学位", "places"),
        "seats": ("个学位", "seats"),
        "rooms": ("间", "rooms"),
        "m2": ("平方米", "m²"),
        "yuan": ("元", "yuan"),
        "incidents": ("起", "incidents"),
        "ratio": ("比值", "ratio"),
        "level": ("级", "level"),
        "word": ("文字", "words"),
        "per 100 pupils": ("每百名学生", "per 100 pupils"),
        "m2 per pupil": ("平方米/生", "m² a pupil"),
        "yuan per pupil": ("元/生", "yuan a pupil"),
        "pupils per teacher": ("人/教师", "children a teacher"),
    }
)
"""Units of indicators and gaps; those of a county's own indicators stand as they are."""


def told(key: str, lang: Language, /, **values: object) -> str:
    """Return a word or sentence, filled in."""
    return INDICATOR_WORDS[key][0 if lang == "zh" else 1].format(**values)


def unit_said(unit: str, lang: Language) -> str:
    """Return what a unit is called."""
    return UNIT_WORDS[unit][0 if lang == "zh" else 1] if unit in UNIT_WORDS else unit
