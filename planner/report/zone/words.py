"""Every word and sentence about zones that were drawn, in Chinese and in English."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from planner.report.words import VALUES, in_both_languages

if TYPE_CHECKING:
    from planner.terms import Language

__all__ = ["say_zone", "step_word", "term_word"]


def say_zone(key: str, lang: Language, **values: object) -> str:
    """Return a sentence in a language with its figures filled in."""
    return _WORDS[key][lang].format(**values)


def term_word(term: str, lang: Language) -> str:
    """Return a term of the value in words; a wish with a name of its own keeps that."""
    return VALUES[term][lang] if term in VALUES else term


def step_word(step: str, lang: Language) -> str:
    """Return a step of the search in words, with the number of the plan it works at, if any."""
    name = step.rstrip("0123456789 ")
    key = f"step_{name.replace(' ', '_')}"
    return (_WORDS[key][lang] if key in _WORDS else name) + step[len(name) :]


_WORDS: Final = in_both_languages(
    {
        "title": ("{county}·{title}：{year}年招生范围", "{county} · {title}: zones of {year}"),
        "progress": (
            "{stage} {step}：{value}，下界{bound}，差距{gap}",
            "{stage} {step}: {value}, bound {bound}, gap {gap}",
        ),
        "step_bound": ("下界", "bound"),
        "step_construct": ("初始方案", "first plan"),
        "step_improve": ("改进", "improve"),
        "step_search": ("深入搜索", "search on"),
        "step_exact": ("证明", "prove"),
        "step_price_areas": ("证明：单元定价", "prove: price areas"),
        "step_price_zones": ("证明：范围定价", "prove: price zones"),
        "step_put_zones_together": ("证明：拼合范围", "prove: put zones together"),
        "step_branch_and_cut": ("证明：分支切割", "prove: branch and cut"),
        "step_differ": ("另寻方案", "differ"),
        "stopping": (
            "正在停止，保留目前最好的方案（再按一次 Ctrl-C 则放弃）",
            "stopping with the best zones so far (Ctrl-C again gives up)",
        ),
        "stopped": (
            "已按要求提前停止：保留了目前最好的方案。",
            "Stopped as asked: the best zones so far were kept.",
        ),
        "passed": ("核验通过：{checks}项全部一致。", "Audit passed: all {checks} checks agree."),
        "failed": ("核验未通过：{faults}项有误。", "Audit failed: {faults} checks found faults."),
        "sheet_broken": ("未满足的要求", "Not kept"),
        "sheet_why": ("为何无法全部满足", "Why not"),
        "sheet_score": ("评分", "Scorecard"),
        "sheet_plans": ("方案比较", "Plans compared"),
        "sheet_sections": ("学段部", "Sections"),
        "sheet_terms": ("目标值构成", "Value by term"),
        "sheet_areas": ("单元", "Areas"),
        "sheet_prices": ("代价与规则", "Prices and rules"),
        "sheet_notes": ("说明", "Notes"),
        "stage": ("学段", "Stage"),
        "plan": ("方案", "Plan"),
        "year": ("学年", "Year"),
        "status": ("状态", "Status"),
        "value": ("目标值", "Value"),
        "bound": ("下界", "Bound"),
        "gap": ("最优差距", "Gap"),
        "mean_walk": ("平均步行（米）", "Mean walk (metres)"),
        "longest_walk": ("最远步行（米）", "Longest walk (metres)"),
        "beyond_seats": ("超出学位（人）", "Beyond the seats (pupils)"),
        "beyond_limit": ("超距（人）", "Beyond the limit (pupils)"),
        "changed_pupils": ("调整学校（人）", "Pupils who change section"),
        "loose": ("不连片单元", "Areas cut off"),
        "loss": ("比首个方案差", "Worse than the first"),
        "different": ("与方案{number}不同（人）", "Differs from plan {number} (pupils)"),
        "term": ("项目", "Term"),
        "pupil_metres": ("人·米", "pupil-metres"),
        "share": ("占比", "Share"),
        "price": ("单价（米）", "Price (metres)"),
        "demand": ("要求", "Demand"),
        "section": ("学校", "School"),
        "section_id": ("学段部编号", "Section"),
        "areas": ("单元数", "Areas"),
        "names": ("涉及单元", "Which areas"),
        "pupils": ("新生数", "Entrants"),
        "pupils_before": ("调整前新生数", "Entrants before"),
        "seats": ("学位", "Seats"),
        "use": ("学位使用率", "Use of seats"),
        "pieces": ("片数", "Pieces"),
        "area": ("单元", "Area"),
        "area_id": ("单元编号", "Area key"),
        "township": ("乡镇街道", "Township"),
        "today": ("原学校", "School so far"),
        "new": ("新学校", "New school"),
        "walk_today": ("原步行（米）", "Walk so far (metres)"),
        "walk": ("步行（米）", "Walk (metres)"),
        "mark": ("标记", "Mark"),
        "before": ("调整前", "Before"),
        "after": ("调整后", "After"),
        "already": ("原已存在", "Known before"),
        "yes": ("是", "yes"),
        "no": ("否", "no"),
        "mark_moved": ("手工调整", "moved by hand"),
        "mark_locked": ("锁定", "locked"),
        "mark_changed": ("改校", "changes"),
        "comma": ("、", ", "),
        "broken_seats": ("学位不足", "more pupils than seats"),
        "broken_pieces": ("范围不连片", "zone not in one piece"),
        "broken_no_walk": ("步行不可达", "no way on foot"),
        "broken_limit": ("超过步行上限", "beyond the walking limit"),
        "broken_lock": ("离开锁定的学段部", "locked area moved"),
        "broken_home": ("学校所在单元划归他校", "area of a school zoned elsewhere"),
        "broken_forbidden": ("禁止的划分（{name}）", "forbidden ({name})"),
        "broken_together": ("应同校的单元被拆分（{name}）", "group parted ({name})"),
        "all_kept": ("全部要求均已满足。", "Every demand is kept."),
        "one_pupil": ("{pupils:,}人", "{pupils:,} pupil"),
        "many_pupils": ("{pupils:,}人", "{pupils:,} pupils"),
        "broken_one": (
            "{stage}：{demand}，{pupils}：{where}",
            "{stage}: {demand}, {pupils}: {where}",
        ),
        "exempt_island": ("单元孤立，不计入连片", "touches no way to a school (exempt)"),
        "exempt_locked": ("被锁定单元隔断，不计入连片", "cut off by locked areas (exempt)"),
        "stranded_island": (
            "{stage}：没有相邻单元通向任何学校，{pupils}：{where}。"
            "若实地相连，请补上 areas 中单元之间的空隙。",
            "{stage}: no chain of touching areas leads to a school, {pupils}: {where}. Where they "
            "touch on the ground, close the gap between them in the areas table.",
        ),
        "stranded_locked": (
            "{stage}：被锁定的单元隔断，{pupils}：{where}。请解除锁定，或将其间的单元一并锁定。",
            "{stage}: cut off by locked areas, {pupils}: {where}. Release a lock, or lock the "
            "areas between as well.",
        ),
        "stranded_no_walk": (
            "{stage}：没有道路步行通向所划学校，{pupils}：{where}。"
            "请连接该处道路，或检查其 foot_direction；planner check 会列出不相连的道路。",
            "{stage}: no street leads on foot to the school, {pupils}: {where}. Join the streets "
            "there, or look at their foot_direction; `planner check` names streets in pieces.",
        ),
        "broken_before": ("（调整前已存在）", " (as before)"),
        "and_more": ("等，另有{more}处", " and {more} more"),
        "fewer_plans": (
            "{stage}：要求{asked}个方案，找到{found}个：{why}。",
            "{stage}: {found} of {asked} plans found: {why}.",
        ),
        "why_no_choice": (
            "可选择学校的学生太少，无法有明显不同的方案",
            "too few pupils have a choice for a plan that differs clearly",
        ),
        "why_too_like": (
            "没有与已有方案都明显不同的方案",
            "no further plan differs enough from all others",
        ),
        "why_too_dear": (
            "再不同的方案目标值损失超过允许范围",
            "the next plan that differs enough costs more than may be lost",
        ),
        "why_breaks": (
            "再不同的方案会破坏学位、连片或其他规则",
            "the next plan that differs enough breaks seats, pieces or rules",
        ),
        "why_stopped": (
            "时间已到或已按要求停止",
            "the time was over or the search was stopped",
        ),
        "check": ("核验内容", "Check"),
        "asked": ("写明", "Asked"),
        "found": ("重算", "Found"),
        "ok": ("一致", "ok"),
        "rule_contiguous": ("范围须连片", "Zones in one piece"),
        "rule_limit": ("步行上限为硬性", "Walking limit is hard"),
        "rule_years": ("服务学年数", "School years served"),
        "rule_demand": ("划片依据", "Drawn for"),
        "rule_band": ("学位使用率目标", "Target use of seats"),
        "rule_difference": (
            "多校划片：预期质量每偏离1%",
            "Shared zones: 1 % of difference in expected quality",
        ),
        "rule_mix": ("随迁子女占比容差", "Tolerated difference of migrants' share"),
        "demand_peak": ("新生最多的学年", "the year with most entrants"),
        "demand_mean": ("平均学年", "the mean year"),
        "demand_worst": ("最不利的情形", "the worst of several cases"),
        "demand_quantile": ("多数情形（分位数）", "most of several cases (quantile)"),
        "note_value": (
            "目标值 = 各项之和（人·米）；下界：任何招生范围都不可能更低；"
            "最优差距 =（目标值 − 下界）÷ 目标值。",
            "Value = sum of the terms in pupil-metres; no zones whatsoever are worth less than the "
            "bound; gap = (value − bound) ÷ value.",
        ),
        "note_by_hand": (
            "手工调整后的下界不考虑锁定和连片等规则，因此差距偏大。",
            "After moves by hand the bound leaves out locks and pieces, so the gap is on the safe "
            "side.",
        ),
        "note_copy": (
            "将 zone.toml 另存为 scenarios/{name}.toml，并将 zones.csv 另存为 {file}，"
            "即可用 planner plan {name} 推演。",
            "Copy zone.toml to scenarios/{name}.toml and zones.csv to {file}; then "
            "`planner plan {name}` works these zones through.",
        ),
        "note_verify": (
            "proof/ 中保存了全部输入；planner verify 仅凭文件重新核算。",
            "proof/ holds all inputs; `planner verify` reckons everything anew from the files.",
        ),
        "note_internal": (
            "内部资料：含小单元人数，公开前请隐去。",
            "Internal: areas with few children are shown; hide them before publishing.",
        ),
    }
)
