"""The columns of a ledger: what a bureau calls them, and those that planner adds behind."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from planner.ledger.cells import folded
from planner.reading.findings import Words
from planner.terms import Language

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "FORM",
    "KEPT",
    "OURS",
    "heading_known",
    "our_heading",
    "ours_among",
    "theirs_among",
]

FORM: Final[Mapping[str, Words]] = MappingProxyType(
    {
        "school": Words("school", "学校"),
        "stage": Words("stage", "学段"),
        "grade": Words("grade", "年级"),
        "class": Words("class", "班级"),
        "size": Words("class size", "班额"),
        "cause": Words("cause", "原因"),
        "measure": Words("measure", "整改措施"),
        "owner": Words("owner", "责任人"),
        "due": Words("due", "完成时限"),
        "state": Words("state", "状态"),
        "proof": Words("proof", "佐证材料"),
    }
)
"""The bureau's columns of a ledger that planner begins, in their order."""

_THEIRS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "section": "学段部编号 学段部 section_id section",
        "school_id": "学校编号 学校代码 学校标识码 school_id school_code",
        "school": "学校 学校名称 校名 学校(单位) 单位 单位名称 school school_name name_of_school",
        "stage": "学段 stage phase",
        "cohort": "入学年份 入学学年 届别 级别 级 届 cohort entry_year year_of_entry",
        "year": "学年 统计学年 年度 学年度 school_year year",
        "grade": "年级 所在年级 grade year_group",
        "class": "班级 班级名称 班号 班 班次 年级班级 所在班级 class class_name",
        "size": "班额 班级人数 班级学生数 学生数 学生人数 人数 现有人数 实有人数 在班人数 "
        "class_size size pupils",
        "cause": "原因 成因 形成原因 产生原因 大班额成因 大班额形成原因 cause reason",
        "measure": "整改措施 措施 化解措施 消除措施 解决措施 工作措施 measure measures",
        "owner": "责任人 负责人 责任单位 责任领导 包保责任人 owner responsible",
        "due": "完成时限 整改时限 时限 完成时间 计划完成时间 计划消除时间 拟消除时间 期限 整改期限 "
        "due due_date deadline due_by",
        "state": "状态 整改状态 整改情况 整改进展 进展情况 进展 完成情况 销号情况 销号状态 "
        "是否销号 state status",
        "proof": "佐证材料 佐证 证明材料 印证材料 proof evidence",
        "opened": "立账日期 立账时间 建账日期 建账时间 登记日期 登记时间 列入时间 opened",
        "closed": "销号日期 销号时间 closed",
    }
)
"""Headings of bureaus, the usual one first: where two stand for one, the earlier is taken."""

_AHEAD: Final = Words("Checked: ", "核定：")
"""How our headings begin, so that no heading of a bureau is taken for one of them."""

OURS: Final[Mapping[str, Words]] = MappingProxyType(
    {
        "section_id": Words("section", "学段部编号"),
        "cohort": Words("entry year", "入学年份"),
        "opened_class": Words("class when opened", "立账班级"),
        "opened_size": Words("size when opened", "立账班额"),
        "opened": Words("opened", "立账日期"),
        "grade": Words("grade now", "现年级"),
        "class_name": Words("class now", "现班级"),
        "size": Words("size now", "现班额"),
        "seen_year": Words("counted in", "名册学年"),
        "state": Words("state", "状态"),
        "closed": Words("closed", "销号日期"),
        "due": Words("due", "时限"),
        "heard": Words("last reported", "已阅填报"),
        "history": Words("history", "处理记录"),
        "closes": Words("expected to close in", "预计销号学年"),
        "how": Words("how", "预计方式"),
        "verdict": Words("needed", "结论"),
        "notes": Words("notes", "说明"),
    }
)
"""Our columns in the order in which they stand behind the bureau's own."""

KEPT: Final = frozenset(OURS) - {"due", "closes", "how", "verdict", "notes"}
"""Those of our columns that are read again; the others are worked out anew."""


def our_heading(key: str, lang: Language) -> str:
    """Return the heading of one of our columns."""
    return f"{_AHEAD.said(lang)}{OURS[key].said(lang)}"


def ours_among(headings: Sequence[str]) -> dict[str, int]:
    """Return which of our columns stand where, in whatever language they were written."""
    known = {folded(our_heading(key, lang)): key for key in OURS for lang in Language}
    places: dict[str, int] = {}
    for position, heading in enumerate(headings):
        key = known.get(folded(heading))
        if key is not None:
            places.setdefault(key, position)
    return places


def theirs_among(headings: Sequence[str]) -> dict[str, int]:
    """Return which heading of a bureau stands for what, by position."""
    places: dict[str, int] = {}
    ranks: dict[str, int] = {}
    for position, heading in enumerate(headings):
        found = _meaning(heading)
        if found is None:
            continue
        key, rank = found
        if rank < ranks.get(key, rank + 1):
            places[key], ranks[key] = position, rank
    return places


def heading_known(heading: str) -> bool:
    """Tell whether a cell reads like a heading of a ledger."""
    return _meaning(heading) is not None or bool(ours_among([heading]))


def _meaning(heading: str) -> tuple[str, int] | None:
    """Return what a heading stands for and its place among the words for that."""
    plain = _plain(heading)
    for form in (plain, re.sub(r"[(\[【].*[)\]】]$", "", plain)):
        if form in _KNOWN:
            return _KNOWN[form]
    return None


def _plain(heading: str) -> str:
    """Return a heading without case, blanks, hyphens and full-width letters."""
    return re.sub(r"[_\-:：*]+", "", folded(heading))


_KNOWN: Final = {
    _plain(word): (key, rank)
    for key, words in _THEIRS.items()
    for rank, word in enumerate(words.split())
}
