"""Every word and sentence of the ledger's workbook and tables, in Chinese and in English."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.terms import Language

__all__ = ["LEDGER_WORDS", "said"]

LEDGER_WORDS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        # sheets
        "sheet_ledger": ("台账", "Ledger"),
        "sheet_forecast": ("预测", "Forecast"),
        "sheet_targets": ("年度目标", "Yearly targets"),
        "sheet_expected": ("新增风险", "Expected"),
        "sheet_notes": ("说明", "Notes"),
        # columns
        "section_id": ("学段部编号", "Section id"),
        "school": ("学校", "School"),
        "stage": ("学段", "Stage"),
        "all_stages": ("全部学段", "all stages"),
        "cohort": ("入学年份", "Entry year"),
        "opened_class": ("立账班级", "Class when opened"),
        "grade": ("年级", "Grade"),
        "class_now": ("现班级", "Class now"),
        "class": ("班级", "Class"),
        "size": ("班额", "Size"),
        "size_now": ("现班额", "Size now"),
        "state": ("状态", "State"),
        "due": ("时限", "Due"),
        "leaves": ("离校学年", "Cohort leaves"),
        "closes": ("预计销号学年", "Closes in"),
        "closes_short": ("预计销号", "Closes"),
        "how": ("预计方式", "How"),
        "due_year": ("应销号学年", "Due in"),
        "verdict": ("结论", "Needed"),
        "entries": ("条数", "Entries"),
        "year": ("学年", "School year"),
        "target": ("目标", "Target"),
        "large_counted": ("大班额数", "Large classes"),
        "low80": ("80%区间下限", "80 % from"),
        "high80": ("80%区间上限", "80 % to"),
        "interval": ("80%区间", "80 % range"),
        "year_short": ("学年", "Year"),
        "large_short": ("大班额", "Large"),
        "assumed_title": ("读取台账时的假定", "Assumed in reading the ledger"),
        "met": ("达标", "Met"),
        "to_remove": ("当年应消除", "To remove this year"),
        "to_remove_short": ("应消除", "To remove"),
        "beyond": ("超出目标", "Beyond the target"),
        "beyond_short": ("超出", "Beyond"),
        "binding": ("约束性", "Binding"),
        "classes": ("班数", "Classes"),
        "first_year": ("首次出现", "First in"),
        "last_year": ("最后出现", "Last in"),
        "most_pupils": ("最大班额", "Largest class"),
        "row": ("台账行号", "Row of the ledger"),
        "note": ("说明", "Note"),
        "subject": ("对象", "About"),
        # words in cells
        "yes": ("是", "yes"),
        "no": ("否", "no"),
        "leaves_how": ("毕业离校", "cohort leaves"),
        "shrinks_how": ("自然减员", "class shrinks"),
        "divided_how": ("分班", "grade is divided"),
        "itself": ("自然销号", "closes by itself"),
        "division": ("须落实分班", "divide as planned"),
        "measure": ("须采取措施", "needs a measure"),
        "done": ("已达标", "done"),
        "returns": ("有反弹风险", "may return"),
        "overdue": ("已逾期", "overdue"),
        "itself_short": ("自然销号", "nothing"),
        "division_short": ("落实分班", "division"),
        "measure_short": ("采取措施", "a measure"),
        "duplicate": ("重复行", "named twice"),
        "unmatched": ("未对应", "not followed"),
        # lines
        "title": (
            "{county}·{title}：大班额台账共{entries}条，班额按{year}学年{basis}",
            "{county} · {title}: {entries} entries; sizes of {year}, {basis}",
        ),
        "by_lists": ("班级名册", "by class lists"),
        "by_rolls": ("在校生数推算，没有班级名册", "formed from rolls, there are no class lists"),
        "partly": ("班级名册，部分按在校生数推算", "by class lists and, where none, rolls"),
        "states_title": ("各状态条数", "Entries by state"),
        "total": ("合计", "all"),
        "fate_title": ("未销号的{entries}条", "The {entries} entries that stand"),
        "fate_itself": (
            "{count}条自然销号：{leaves}条毕业离校，{shrinks}条自然减员；最后一条在{last}学年。",
            "{count} close by themselves ({leaves} as the cohort leaves, {shrinks} as the class "
            "shrinks), the last in {last}.",
        ),
        "fate_division": (
            "{count}条按方案分班后销号，分班教室已有，须落实教师：最早{first}学年。",
            "{count} close because the plan divides the grade, the first in {first}; rooms are "
            "there, teachers must be found.",
        ),
        "fate_measure": (
            "{count}条到期仍为大班额，须采取措施。",
            "{count} stay large beyond their due year and need a measure.",
        ),
        "fate_returns": (
            "另有{count}条已核实或销号的预计反弹。",
            "{count} more, verified or closed, are expected to return.",
        ),
        "fate_no_due": (
            "其中{count}条没有时限，也没有年度目标。",
            "{count} have neither a due date nor a target year.",
        ),
        "fate_expected": (
            "预计今后新增{classes}个大班额（{cohorts}个届次，多为新生），首批在{first}学年。",
            "{classes} more large classes are expected in {cohorts} cohorts, the first in {first}.",
        ),
        "targets_title": ("大班额年度目标与预测", "Targets for large classes and the forecast"),
        "no_targets": (
            "项目没有大班额年度目标；在targets表中增加indicator为large_classes的行即可对照。",
            "The study has no targets for large classes; add rows with the indicator large_classes "
            "to the table targets.",
        ),
        "urgent_title": ("最急的{count}条", "The {count} most urgent entries"),
        "rows_title": ("未能对应的行", "Rows that are not followed"),
        "rows_said": (
            "{count}行保留在台账中但未跟踪：{first}。详见“说明”表。",
            "Kept but not followed ({count} in all): {first}. See the sheet Notes.",
        ),
        "row_said": ("第{row}行（{note}）", "row {row} ({note})"),
        "about_verdicts": (
            "“自然销号”指该届毕业或班额自然降到标准以内且不晚于时限；“须落实分班”指方案在时限前分班，"
            "教室已有；“须采取措施”指到期仍为大班额。年份为学年，班额为方案预测值。",
            "'Closes by itself': the cohort leaves or the class shrinks in time. 'Divide as "
            "planned': the plan divides the grade in time and has a room for it. 'Needs a "
            "measure': it is still large when due. Years are school years, sizes the plan's.",
        ),
        "about_states": (
            "以“核定：”开头的列由planner填写，其余为原台账列，原样保留。只有班级名册显示班额不超过{limit}人"
            "才核实，核实后方可销号；再次达到{large}人即为反弹。班级按届跟踪，升级不改变其台账条目。",
            "Columns beginning with 'Checked:' are planner's, all others the bureau's own, kept as "
            "they were. Only a class list with at most {limit} pupils verifies, only what is "
            "verified closes, and {large} pupils re-open. A class is followed with its cohort: "
            "moving up a grade neither closes nor opens an entry.",
        ),
        "about_targets": (
            "“当年应消除”为上一目标（首年为基准学年实数）减当年目标；“超出目标”为预测减目标。",
            "'To remove this year' is the target before (the count of the base year before the "
            "first) less this year's; 'beyond' is the forecast less the target.",
        ),
        "about_expected": (
            "方案预计出现、目前台账没有的大班额，按届列出；已有条目的届只列超出条目数的班。",
            "Large classes that the plan expects and the ledger does not have, by cohort; of "
            "cohorts with entries those beyond the number of entries.",
        ),
    }
)
"""Words by key: (zh, en)."""


def said(key: str, lang: Language, **values: object) -> str:
    """Return a sentence in a language with its figures filled in."""
    return LEDGER_WORDS[key][lang == "en"].format(**values)
