"""Every word and sentence about a cure of large classes, in Chinese and in English."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from planner.report.words import in_both_languages

if TYPE_CHECKING:
    from planner.terms import Language

__all__ = ["say_cure"]


def say_cure(key: str, lang: Language, **values: object) -> str:
    """Return a sentence in a language with its figures filled in."""
    return _WORDS[key][lang].format(**values)


_WORDS: Final = in_both_languages(
    {
        "title": ("{scenario}：大班额消除方案", "{scenario}: cure of large classes"),
        "optimal": ("已证明费用最低", "proved to cost least"),
        "feasible": ("可行，最优差距{gap:.2%}", "meets the targets; at most {gap:.2%} too dear"),
        "infeasible": ("无法全部达标", "no set of measures meets every target"),
        "unfinished": (
            "求解时间用完，尚未找到全部达标的措施，也未证明没有；请增大 --seconds",
            "the seconds ran out: nothing found yet meets every target, nor is it proved that "
            "nothing does; give it more --seconds",
        ),
        "nothing": (
            "各年均已达标，无需措施。",
            "Every target is met already; nothing is to be done.",
        ),
        "no_aims": (
            "到{last}年为止没有可达到的目标：未设目标，措施也来不及生效。请延长规划年限，或在目标表、"
            "[cure] targets 中写明目标。",
            "No target lies in the years up to {last}: none is set, and no measure could act by "
            "then. Plan more years, or state targets in the targets table or in [cure] targets.",
        ),
        "verdict": (
            "费用{value:,.1f}万元，下界{bound:,.1f}万元（{status}）。",
            "{value:,.1f} × 10,000 yuan, no less than {bound:,.1f} ({status}).",
        ),
        "took": ("求解用时{seconds:.1f}秒。", "The solver took {seconds:.1f} s."),
        "proved": (
            "按此方案重新推演{rounds}次，各年大班额均不超过目标。",
            "Planned again ({rounds} times): no year has more large classes than its target.",
        ),
        "not_proved": (
            "按此方案重新推演{rounds}次：部分学年共超出目标{left}个班（计算时为{computed}个）。",
            "Planned again ({rounds} times): {left} classes beyond the targets of all years "
            "(the programme leaves {computed}).",
        ),
        "leaving": (
            "{base}年的{then}个大班额中，到{year}年有{leaving}个随学生升级毕业或重新分班自然消除。",
            "Of {then} large classes counted in {base}, {leaving} are gone by {year} without any "
            "measure.",
        ),
        "sheet_measures": ("措施", "Measures"),
        "sheet_path": ("年度变化", "Path"),
        "sheet_costs": ("费用", "Costs"),
        "sheet_cured": ("销号班级", "Classes cured"),
        "sheet_reasons": ("未达标原因", "Reasons"),
        "sheet_notes": ("说明", "Notes"),
        "kind": ("措施", "Measure"),
        "section": ("学校", "School"),
        "section_id": ("学段部编号", "Section"),
        "stage": ("学段", "Stage"),
        "from_year": ("起始学年", "From year"),
        "number": ("数量", "Number"),
        "unit": ("单位", "Unit"),
        "yuan": ("费用（元）", "Cost (yuan)"),
        "cohort": ("入学年份", "Year of entry"),
        "to_section": ("划入学校", "To school"),
        "areas": ("单元", "Areas"),
        "comma": ("、", ", "),
        "year": ("学年", "Year"),
        "before": ("现方案", "Before"),
        "computed": ("计算值", "Computed"),
        "after": ("推演值", "After"),
        "target": ("目标", "Target"),
        "all": ("合计", "All"),
        "term": ("项目", "Item"),
        "price": ("单价", "Price"),
        "setting": ("设置", "Setting"),
        "first_year": ("首个大班额学年", "Large from"),
        "last_year": ("最后大班额学年", "Large until"),
        "class_years": ("大班额（班·年）", "Large class-years"),
        "class_years_left": ("剩余（班·年）", "Left (class-years)"),
        "how": ("由何消除", "Cured by"),
        "classes": ("大班额", "Large classes"),
        "pupils_beyond": ("超出学生数", "Pupils beyond"),
        "binding": ("制约", "What binds"),
        "rooms": ("增加教室", "Rooms added"),
        "room_years": ("新增教室运行", "Rooms in use"),
        "class_years_cost": ("增班（教师）", "Classes more: teachers"),
        "walks": ("步行增加", "Longer walks"),
        "changed": ("调整招生范围", "Entrants who change section"),
        "turned_away": ("限制外来新生", "Entrants turned away"),
        "total": ("合计", "Total"),
        "bound": ("下界", "Bound"),
        "first_bound": ("首轮下界（未留余量）", "Bound of the first round"),
        "result": ("结果", "Result"),
        "kind_rooms": ("增加教室", "Rooms added"),
        "kind_classes": ("增加班级", "Classes more"),
        "kind_transfer": ("调整招生范围", "Areas rezoned"),
        "kind_limit": ("限制外来新生", "Intake limited"),
        "unit_rooms": ("间", "rooms"),
        "unit_classes": ("班·年", "class-years"),
        "unit_transfer": ("新生（累计）", "entrants in all"),
        "unit_limit": ("新生", "entrants"),
        "how_left": ("尚未消除", "not cured"),
        "how_allowed": ("余下的在目标以内", "what is left is within the targets"),
        "how_room_made": ("腾出教室", "room made by others"),
        "binding_lead_time": ("教室来不及建成", "rooms cannot be ready in time"),
        "binding_rooms_most": ("可增教室已用完", "no more rooms can be added"),
        "binding_no_neighbour": (
            "没有可划出的单元",
            "no area could go to another section within reach",
        ),
        "binding_out_of_reach": (
            "学生中途换校或并班，措施无法作用",
            "its cohorts change school or its classes are merged",
        ),
        "binding_together": ("与其他学校的需要冲突", "conflicts with what other sections need"),
        "note_model": (
            "方法：整数规划；n名学生分k个班时有max(0, min(k, n−55k))个大班额；只调整新生；"
            "自目标年起有大班额的学校起始年级按标准班额开班（[cure] entry_standard）。",
            "Method: integer programme; n pupils in k classes have max(0, min(k, n − 55k)) large "
            "ones; only entrants change section; where there are large classes, entry classes open "
            "at standard size from the first year with a target of none ([cure] entry_standard).",
        ),
        "note_strips": (
            "招生范围沿边界分段调整，近者先调；每校最多四条边界，每条最多三段；范围保持连片。",
            "Zones change strip by strip along a border, the nearest areas first: at most four "
            "borders a section, three strips each; zones stay in one piece.",
        ),
        "note_targets_scenario": (
            "目标来自方案的 [cure] targets。",
            "Targets are those of [cure] targets in the scenario.",
        ),
        "note_targets_table": (
            "目标来自目标表 large_classes。",
            "Targets are the rows large_classes of the targets table.",
        ),
        "note_targets_none": (
            "未设目标：按自{year}年起（各类措施均可生效的首个学年）不得有大班额计算。",
            "No targets are set: none may be large from {year} on, the first year in which every "
            "kind of measure can act.",
        ),
        "note_rounds": (
            "推演后若出现意外大班额，即为相关班级预留学位后重新求解；下界指最后一轮，"
            "首轮下界见费用表。",
            "Where planning shows large classes nobody expected, seats are kept free there and the "
            "search is repeated; the bound is that of the last round, the first stands under "
            "costs.",
        ),
        "note_copy": (
            "将 cure.toml 另存为 scenarios/{name}.toml{zones}，即可像其他方案一样推演。",
            "Copy cure.toml to scenarios/{name}.toml{zones}; it is planned like any scenario.",
        ),
        "note_copy_zones": ("、zones.csv 另存为 {file}", " and zones.csv to {file}"),
        "note_count": (
            "“计算值”为规划求解结果，“推演值”为按方案重新推演的结果。",
            "Computed is what the programme says, After what the plan with the measures counts.",
        ),
        "own_price": ("方案设定", "set in the scenario"),
        "usual_price": ("默认值", "default"),
        "project_price": (
            "每间教室造价，按本规划项目推算（{stage}）",
            "price of a room, as in the study's projects ({stage})",
        ),
    }
)
