"""Every word and sentence about shared zones, in Chinese and in English."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from planner.report.words import in_both_languages

if TYPE_CHECKING:
    from planner.terms import Language

__all__ = ["WORDS", "say_shared"]


def say_shared(key: str, lang: Language, **values: object) -> str:
    """Return a sentence in a language with its figures filled in."""
    return WORDS[key][lang].format(**values)


WORDS: Final = in_both_languages(
    {
        "zone": ("多校划片学校", "Schools that share"),
        "stage": ("学段", "Stage"),
        "entrants": ("新生", "Entrants"),
        "seats": ("招生计划", "Seats"),
        "zone_said": (
            "{stage}{year}年新生{entrants:,}人，招生计划{seats:,}人；平均步行：各去本单元学校{own}米，"
            "按派位预期{walk}米，最远{longest}米",
            "{stage} {year}: {entrants:,} entrants, {seats:,} seats; mean walk {own} m to the own "
            "section, {walk} m expected by lot, longest {longest} m",
        ),
        "zone_quality": (
            "；质量：单校{lowest:.3g}–{highest:.3g}，预期{quality:.3g}",
            "; quality {lowest:.3g}–{highest:.3g} alone, {quality:.3g} expected",
        ),
        "and_more": ("另有{number}个，见 {book}", "{number} more: see {book}"),
        "optimal": ("已证明最优", "proved the best"),
        "given": ("按方案指定", "as the scenario gives them"),
        "gap": ("与最优至多相差{gap:.2%}", "at most {gap:.2%} above the best"),
        "line_found": (
            "{stage}：{groups}个多校划片，共{sections}个学段部（{status}）",
            "{stage}: {sections} sections share zones, groups: {groups} ({status})",
        ),
        "line_none": (
            "{stage}：没有值得设立的多校划片（{status}）",
            "{stage}: no shared zone is worth its walks, or none is possible ({status})",
        ),
        "line_quality": (
            "新生预期质量的差异系数{before:.3f}→{after:.3f}，"
            "极差{range_before:.3g}→{range_after:.3g}，基尼系数{gini_before:.3f}→{gini_after:.3f}",
            "Quality entrants can expect: CV {before:.3f} → {after:.3f}, range "
            "{range_before:.3g} → {range_after:.3g}, Gini {gini_before:.3f} → {gini_after:.3f}",
        ),
        "draw": ("派位方式", "How lots are drawn"),
        "draw_lots": (
            "电脑随机派位：每名新生抽取片内全部学位之一，机会等于各校学位占比。",
            "Lots: every child draws one of the zone's seats; the chance is the section's share of "
            "them.",
        ),
        "draw_near_first": (
            "先志愿后派位：先报片内最近的学校，超过学位数时随机派位，落选者再随机派到有空余学位的学校。",
            "Nearest first: every child first asks at the nearest section, lots decide where it is "
            "full, and who is not drawn draws one of the seats that stayed free.",
        ),
        "chances": ("机会", "Chances"),
        "chances_computed": (
            "机会、预期步行距离和预期质量按公式精确计算，不是抽样模拟。",
            "Chances, expected walks and expected quality are computed exactly, not sampled.",
        ),
        # the notice for parents
        "notice_zones": ("多校划片", "Shared zones"),
        "notice_areas": ("各单元派位机会", "Chances by area"),
        "notice_school_year": ("学年", "School year"),
        "notice_year_meant": (
            "{year}年9月入学",
            "entry in September {year}",
        ),
        "notice_area": ("小区/社区/村", "Community or village"),
        "notice_school": ("学校", "School"),
        "notice_chance": ("派位机会", "Chance"),
        "notice_walk": ("步行距离（米）", "Walk (metres)"),
        "notice_areas_count": ("单元数", "Areas"),
        "notice_small": ("不足{fewest}", "fewer than {fewest}"),
        "notice_privacy": (
            "不足{fewest}人的人数不公布；不含任何个人信息。机会为预测，以当年派位公告为准。",
            "Counts below {fewest} are withheld; nothing here is about a single child. Chances are "
            "planned; the year's own announcement decides.",
        ),
        "note": ("说明", "Note"),
    }
)
