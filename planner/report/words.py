"""Every word and sentence of the reports, in Chinese and in English, in one place."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.terms import Language

__all__ = ["SETTINGS", "UNITS", "VALUES", "WORDS", "in_both_languages", "say"]


def say(key: str, lang: Language, **values: object) -> str:
    """Return a sentence in a language with its figures filled in."""
    return WORDS[key][lang].format(**values)


def in_both_languages(words: dict[str, tuple[str, str]]) -> Mapping[str, Mapping[str, str]]:
    """Return the words by key and language; each pair is (zh, en)."""
    return MappingProxyType(
        {key: MappingProxyType({"zh": zh, "en": en}) for key, (zh, en) in words.items()}
    )


WORDS: Final = in_both_languages(
    {
        # lines for the terminal
        "line_title": (
            "{county}·{title}：{base}年为实数，{first}–{last}年为预测",
            "{county} · {title}: {base} counted, {first}–{last} projected",
        ),
        "line_title_base": (
            "{county}·{title}：{base}年实数",
            "{county} · {title}: {base} counted",
        ),
        "line_stage_short": (
            "{stage}：{then:,}→{later:,}人；{peak}年缺学位{short:,}个，{last}年富余{spare:,}个",
            "{stage} {then:,} → {later:,} pupils; {peak}: {short:,} seats short; "
            "{last}: {spare:,} spare",
        ),
        "line_stage_enough": (
            "{stage}：{then:,}→{later:,}人；各年学位够用，{last}年富余{spare:,}个",
            "{stage} {then:,} → {later:,} pupils; never short of seats; {last}: {spare:,} spare",
        ),
        "line_stage_unseated": (
            "{stage}：{then:,}→{later:,}人；共{unseated:,}名新生无学位，{peak}年最多（{most:,}名）",
            "{stage} {then:,} → {later:,} pupils; {unseated:,} find no seat, "
            "most {peak} ({most:,})",
        ),
        "line_more_stages": (
            "另有{number}个学段，见 summary.md",
            "{number} more stages: see summary.md",
        ),
        "line_large": (
            "大班额：{base}年{then:,}个，{next}年{soon:,}个；{end}",
            "Large classes: {then:,} in {base}, {soon:,} in {next}; {end}",
        ),
        "large_ends": ("{year}年起消除", "none from {year} on"),
        "large_never": ("各年均无", "none in any year"),
        "large_remains": ("{last}年仍有{number:,}个", "still {number:,} in {last}"),
        "line_large_some": (
            "大班额：{base}年{then:,}个；{end}；{others}未设限，超标准{over:,}个",
            "Large classes: {then:,} in {base}; {end}; {others}: {over:,} over standard",
        ),
        "line_large_unlimited": (
            "大班额：本标准未设限；超标准班额{base}年{then:,}个，{last}年{left:,}个",
            "Large classes: these norms set no limit; over standard: {then:,} in {base}, "
            "{left:,} in {last}",
        ),
        "line_warnings": (
            "学位预警：{first}年红色{red_first}个，{years}年共{red}个，黄色{yellow}个；最急：{worst}",
            "Sections red: {red_first} in {first}, {red} in {years}; yellow: {yellow}; "
            "worst: {worst}",
        ),
        "line_no_warnings": ("学位预警（{years}年）：无", "Seat warnings {years}: none"),
        "line_walk": ("平均步行（{year}年）：{walks}米", "Mean walk {year}: {walks} m"),
        "line_no_walk": (
            "平均步行：没有可计算的步行距离",
            "Mean walk: no walk could be measured",
        ),
        "line_zones": ("换一种划法最多还能省：{zones}", "Other zones save at most: {zones}"),
        "line_no_zones": (
            "招生范围：没有划片的学段",
            "Zones: no stage has enrolment zones",
        ),
        "line_notes": (
            "使用前请读 summary.md 中的替代数据与说明（{number}条）",
            "Read before use: stand-ins and caveats in summary.md ({number})",
        ),
        "line_no_notes": (
            "数据齐全，没有使用替代数据",
            "Nothing stands in for missing data",
        ),
        "list_comma": ("，", ", "),
        # the document
        "about_scenario": ("方案", "Scenario"),
        "about_question": ("所答问题", "Question"),
        "about_years": ("学年", "School years"),
        "years_said": (
            "{base}（实数），{first}–{last}（预测）",
            "{base} (counted), {first}–{last} (projected)",
        ),
        "years_base": ("{base}（实数）", "{base} (counted)"),
        "about_seed": ("随机种子", "Seed"),
        "about_proof": ("预测检验", "Tested on the past"),
        "about_norms": ("标准", "Norms"),
        "about_county": ("地区", "County"),
        "about_sources": ("数据来源", "Sources"),
        "internal": (
            "内部工作结果：含小区和学校的小数值，公开前请先合并或隐去小于 10 的人数。",
            "Internal working results: they hold small counts by area and school. Before "
            "publication, merge or withhold counts below 10.",
        ),
        "md_headline": ("一、主要结论", "1. Main findings"),
        "md_short": ("二、分年学位缺口（个）", "2. Seats short by year"),
        "md_large": ("三、分年大班额（个）", "3. Large classes by year"),
        "md_warnings": (
            "四、学位预警（{years}年）",
            "4. Seat warnings {years}",
        ),
        "md_warnings_counted": (
            "{first}年红色预警{red_first}个学段部；{years}年中任一年红色的共{red}个，另有黄色{yellow}个。"
            "预警按新生数（含未安排）与常态招生数之比；所列人数为最紧张一年的数。",
            "Sections red in {first}: {red_first}, in any of {years}: {red}; yellow at worst: "
            "{yellow}. A band compares entrants, those without a seat included, with the ordinary "
            "intake; the figures are those of the worst year.",
        ),
        "md_unseated": (
            "{stage}：各规划年共有{unseated:,}名新生无学位，{year}年最多（{most:,}名）。",
            "{stage}: {unseated:,} entrants find no seat over the planned years, "
            "most in {year} ({most:,}).",
        ),
        "md_all_seated": (
            "各规划年新生均有学位。",
            "Every entrant finds a seat in every planned year.",
        ),
        "md_no_large_limit": (
            "–：本标准对{stages}未设大班额界限，其超过标准班额的班级数为：",
            "–: these norms set no limit for large classes in {stages}; "
            "classes over standard size instead:",
        ),
        "md_targets": ("六、规划目标", "6. Targets"),
        "md_no_targets": ("没有规划目标数据。", "The study lists no targets."),
        "md_targets_explained": (
            "毛入学（园）率为该学段在校生除以适龄人口，只计本项目所列学校，可超过100%。",
            "Gross enrolment is the stage's pupils ÷ residents of its ages; it counts the schools "
            "of this study only and may exceed 100%.",
        ),
        "md_zones": ("五、招生范围及其证明", "5. Zones and how good they are"),
        "md_changes": ("七、本方案的调整", "7. What this scenario changes"),
        "md_notes": ("八、替代数据与说明", "8. Stand-ins and caveats"),
        "md_no_warnings": ("没有学段部进入预警。", "No section reaches a warning band."),
        "md_more_warnings": (
            "另有{number}个学段部，见 results.xlsx。",
            "{number} more sections are in results.xlsx.",
        ),
        "md_no_zones": ("没有划片的学段。", "No stage has enrolment zones."),
        "md_no_changes": ("与默认设定相同。", "Nothing: all settings are the defaults."),
        "md_no_notes": ("无。", "None."),
        "md_zones_explained": (
            "目标值按方案中的价格计算（人·米），越小越好；任何划法都不可能低于下界。"
            "“随开办撤并调整”一行的下界只针对其余单元不变的划法。",
            "The value is reckoned with the scenario's prices in pupil-metres; less is better. "
            "No zones are worth less than the bound; in a row of zones adapted to openings and "
            "closures, none that leave all other areas as they are.",
        ),
        "never": ("未消除", "not reached"),
        # headings that no table has
        "stage": ("学段", "Stage"),
        "year": ("学年", "Year"),
        "section": ("学段部", "Section"),
        "pupils_base": ("{year}年在校生", "Pupils {year}"),
        "pupils_last": ("{year}年在校生", "Pupils {year}"),
        "pupils_last_interval": ("{year}年在校生（80%区间）", "Pupils {year} (80 %)"),
        "peak_shortage": ("最大学位缺口", "Most seats short"),
        "peak_year": ("出现学年", "in year"),
        "sections_short": ("缺口学段部数", "Sections short then"),
        "spare_last": ("{year}年富余学位", "Seats spare {year}"),
        "large_base": ("{year}年大班额", "Large classes {year}"),
        "large_next": ("{year}年大班额", "Large classes {year}"),
        "large_free": ("无大班额始于", "No large class from"),
        "walk_next": ("{year}年平均步行（米）", "Mean walk {year} (metres)"),
        "over_limit_next": ("{year}年超距比例", "Beyond limit {year}"),
        "band": ("预警", "Warning"),
        "years": ("学年", "Years"),
        "entrants": ("新生数", "Entrants"),
        "worst_year": ("最紧张学年", "Worst year"),
        "ordinary_intake": ("常态招生数", "Ordinary intake"),
        "entry_seats": ("招生计划数", "Entry seats"),
        "unseated_sum": ("无学位新生", "Without a seat"),
        "over_standard_base": ("{year}年超标准班额", "Over standard size {year}"),
        "over_standard_next": ("{year}年超标准班额", "Over standard size {year}"),
        "indicator": ("指标", "Indicator"),
        "target": ("目标", "Target"),
        "binding": ("性质", "Kind"),
        "binding_true": ("约束性", "binding"),
        "binding_false": ("预期性", "expected"),
        "value_planned": ("本方案", "Plan's value"),
        "met": ("结果", "Met"),
        "status_met": ("达到", "met"),
        "status_missed": ("未达到", "not met"),
        "status_not_planned": ("该年不在规划期", "not in these years"),
        "status_not_computed": ("未计算", "not computed"),
        "no_limit": ("未设限", "no limit"),
        # targets
        # building measures
        "measure_named": ("建设措施：{name}", "measure: {name}"),
        "measure_new": ("新建", "new school"),
        "measure_extension": ("扩建{section}", "extension of {section}"),
        "measure_conversion": ("改建为{section}", "conversion into {section}"),
        "measure_rebuilding": ("拆建{section}", "rebuilding of {section}"),
        "measure_merger": ("并入{section}", "merger into {section}"),
        "measure_closure": ("撤并{section}", "closure of {section}"),
        "measure_condemned": ("{section}停用教室", "rooms condemned at {section}"),
        "measure_giver": ("由{section}", "from {section}"),
        "measure_rooms": ("{rooms:,}间教室", "{rooms:,} rooms"),
        "measure_site": ("位于 {site}", "at {site}"),
        "measure_from": ("自{year}年起（{day}）", "from {year} ({day})"),
        "measure_cost": ("{yuan}元", "{yuan} yuan"),
        "first_year": ("起始学年", "From year"),
        "method": ("方法", "Method"),
        "status": ("状态", "Status"),
        "value": ("目标值", "Value"),
        "bound": ("下界", "Bound"),
        "gap": ("最优差距", "Gap"),
        "setting": ("设定", "Setting"),
        "old": ("原值", "Before"),
        "new": ("现值", "Now"),
        "file": ("文件", "File"),
        "key": ("代码", "Key"),
        "note": ("说明", "Note"),
        "measure": ("指标", "Measure"),
        "scenario": ("方案", "Scenario"),
        "baseline": ("基准", "Baseline"),
        "value_of": ("本方案", "Scenario's"),
        "counted": ("实数", "Counted"),
        "difference": ("差值", "Difference"),
        "scenario_title": ("名称", "Title"),
        "against": ("{name} 比基准", "{name} − baseline"),
        # the data dictionary
        "table": ("表", "Table"),
        "column": ("列", "Column"),
        "heading": ("标题", "Heading"),
        "kind": ("类型", "Kind"),
        "unit": ("单位", "Unit"),
        "meaning": ("含义（英文）", "Meaning"),
        "allowed": ("允许值", "Allowed"),
        # sheets
        "sheet_overview": ("总览", "Overview"),
        "sheet_county_years": ("全县分年", "County by year"),
        "sheet_pupils_wide": ("在校生（分年）", "Pupils by section"),
        "sheet_utilisation_wide": ("学位使用率（分年）", "Utilisation by section"),
        "sheet_section_years": ("学段部分年", "Sections by year"),
        "sheet_section_grades": ("学段部分年级", "Sections by grade"),
        "sheet_class_band_years": ("班额分档", "Class sizes in bands"),
        "sheet_class_years": ("超标准班额", "Classes above standard"),
        "sheet_zones": ("招生范围", "Zones"),
        "sheet_zone_proofs": ("划片证明", "Zone proofs"),
        "sheet_zone_terms": ("划片各项", "Zone terms"),
        "sheet_shared_zones": ("多校划片", "Shared zones"),
        "sheet_shared_lots": ("派位机会", "Chances by lot"),
        "sheet_warnings": ("学位预警", "Warnings"),
        "sheet_targets": ("规划目标", "Targets"),
        "sheet_changes": ("方案调整", "Changes"),
        "sheet_notes": ("说明", "Notes"),
        "sheet_columns": ("数据字典", "Columns"),
        "sheet_scenarios": ("方案", "Scenarios"),
        "sheet_by_year": ("分年对比", "By year"),
        "sheet_differences": ("差值明细", "Differences"),
        "sheet_county_grades": ("全县分年级", "County by grade"),
        # layers of the GeoPackage that no results table has
        "layer_areas": ("单元", "Areas"),
        "layer_sections": ("学段部", "Sections"),
        "sheet_seat_limits": ("学位约束", "What limits seats"),
        "layer_area_years": ("单元分年", "Areas by year"),
        "layer_notes": ("说明", "Notes"),
        "layer_changes": ("方案调整", "Changes"),
        "layer_columns": ("数据字典", "Columns"),
        # the comparison
        "compare_title": (
            "方案对比（基准：{baseline}）",
            "Scenarios compared (baseline: {baseline})",
        ),
        "compare_scenarios": ("一、方案", "1. Scenarios"),
        "compare_headline": ("二、主要指标", "2. Main figures"),
        "compare_short": ("三、分年学位缺口（个）", "3. Seats short by year"),
        "compare_large": ("四、分年大班额（个）", "4. Large classes by year"),
        "compare_notes": ("五、替代数据与说明", "5. Stand-ins and caveats"),
        "compare_difference_said": (
            "各规划年（{years}）合计或平均；括号内为与基准之差。各方案都相同的行不列。",
            "Sums and means over the planned years {years}; in brackets the difference from the "
            "baseline. Rows alike in all scenarios are left out.",
        ),
        "compare_no_difference": ("各方案相同。", "Alike in all scenarios."),
        "compare_alike": ("各方案完全相同", "Alike in all scenarios"),
        "compare_alike_main": (
            "主要指标相同",
            "Alike in main figures",
        ),
        "figure": ("数值", "Figure"),
        "in_year": ("{figure}（{year}年）", "{figure} in {year}"),
        # measures that stand side by side; each fits the first column of the terminal
        "shortage_seat_years": ("缺口累计（学位·年）", "Seat-years short"),
        "peak_shortage_seats": ("最大学位缺口（个）", "Most seats short"),
        "peak_shortage_year": ("最大缺口学年", "Year of most seats short"),
        "shortage_change_seats": ("缺口最大增减（个）", "Largest shortage change"),
        "shortage_change_year": ("缺口增减最大学年", "Year of largest change"),
        "unseated": ("无学位新生累计", "Entrants without a seat"),
        "surplus_last": ("末年富余学位（个）", "Seats spare, last year"),
        "large_class_years": ("大班额累计（班·年）", "Class-years large"),
        "no_large_from": ("无大班额始于", "No large class from"),
        "over_standard_class_years": ("超标准累计（班·年）", "Class-years over standard"),
        "walk_metres_mean": ("平均步行（米）", "Mean walk (m)"),
        "over_limit_share_mean": ("超距比例", "Beyond walking limit"),
        "entrants_changed": ("调整学校的新生", "Entrants rezoned"),
        # the back-test
        "backtest_sentence": (
            "{ahead}预测时，{size}的学校平均误差为 {missed}{beside}。",
            "{ahead}, schools of {size} pupils were missed by {missed} on average{beside}.",
        ),
        "backtest_ahead_one": ("提前{number}年", "{number} year ahead"),
        "backtest_ahead": ("提前{number}年", "{number} years ahead"),
        "backtest_numbers": (
            "一 两 三 四 五 六 七 八 九 十",
            "One Two Three Four Five Six Seven Eight Nine Ten",
        ),
        "backtest_beside": ("（{methods}）", " ({methods})"),
        "backtest_method_missed": ("{method}：{missed}", "{method}: {missed}"),
        "backtest_naive": ("沿用上年", "last year's roll"),
        "backtest_progression": ("三年升级率", "three-year progression"),
        "backtest_planner": ("planner", "planner"),
        "backtest_size_below": ("不足 {pupils} 人", "fewer than {pupils:,}"),
        "backtest_size_between": ("{first}—{last} 人", "{first:,}–{last:,}"),
        "backtest_size_from": ("{pupils} 人及以上", "{pupils:,} or more"),
        "backtest_by_lead": (
            "各校在校生预测的检验（不分规模）",
            "Forecasts of schools against the counts that came, all sizes",
        ),
        "backtest_by_size": ("按学校规模（planner）", "By pupils in the school (planner)"),
        "backtest_method": ("方法", "method"),
        "backtest_size": ("学校人数", "pupils"),
        "backtest_lead": ("提前年数", "years ahead"),
        "backtest_n": ("检验次数", "tests"),
        "backtest_missed": ("平均误差", "missed by"),
        "backtest_bias": ("偏差", "bias"),
        "backtest_within": ("80%区间命中", "within 80 %"),
        "backtest_reading": ("怎样读表", "How to read the table"),
        "backtest_legend": (
            "平均误差：各校|预测－实数|之和÷实数之和；偏差为正表示预测偏多；"
            "80%区间命中：实数落入80%预测区间的比例，应接近80%。",
            "Missed by: the sum of |foreseen − counted| ÷ the pupils counted. Bias above 0: too "
            "many were foreseen. Within 80 %: counts within the 80 % interval; it should be near "
            "80 %.",
        ),
        "backtest_notes": ("关于在校生数的说明", "About the counts"),
        "backtest_level": ("层次", "level"),
        "backtest_grade": ("年级", "grade"),
        "backtest_school": ("学校", "school"),
        "backtest_total": ("全县", "county"),
        "backtest_all": ("不分规模", "all"),
        "backtest_median": ("误差中位数", "median miss"),
        "backtest_within95": ("95%区间命中", "within 95 %"),
        "backtest_width": ("80%区间宽度", "width of 80 %"),
        "proof_none": (
            "在校生年份太少，无法用本地往年检验；预测区间按其他地区的常见误差给出。",
            "Too few years of rolls to test forecasts on; the intervals are those of other places.",
        ),
        # the projection
        "projection_title": (
            "在校生（每格下行为80%预测区间）",
            "Pupils, and below them the 80 % interval",
        ),
        "age": ("年龄", "Age"),
        "residents": ("人口（人）", "Residents"),
        "residents_counted": ("人口为实数", "Residents counted"),
        "residents_low80": ("人口80%区间下限", "Residents, 80 % from"),
        "residents_high80": ("人口80%区间上限", "Residents, 80 % to"),
        "pupils_counted": ("在校生为实数", "Pupils counted"),
        "pupils_per_resident": ("在校生÷人口", "Pupils ÷ residents"),
        "gross_rate": ("毛入学（园）率", "Gross enrolment"),
        "net_rate": ("净入学率", "Net enrolment"),
        "births_year": ("出生学年", "School year of birth"),
        "published": ("已公布", "Published"),
        "births_low": ("低方案", "Low"),
        "births_medium": ("中方案", "Medium"),
        "births_high": ("高方案", "High"),
        "births_plan": ("本方案采用", "Used by this plan"),
        "ages_explained": (
            "年级为该年龄儿童通常就读的年级。在校生÷人口为毛比例，可超过100%，原样列出。"
            "在校生含外地生源和超龄、不足龄学生，人口只计本地常住儿童。",
            "The grade is the one usually begun at that age. Pupils ÷ residents is a gross rate; "
            "it may exceed 100 % and is shown as it is. Pupils from elsewhere and of other ages "
            "count, residents are those who live here.",
        ),
        "gross_explained": (
            "该学段在校生÷该学段各年龄人口，可超过100%。",
            "Pupils of the stage ÷ residents of its ages; it may exceed 100 %.",
        ),
        "net_explained": (
            "无法计算：在校生数据不含学生年龄。",
            "Cannot be told: the rolls hold no ages of pupils.",
        ),
        "births_explained": (
            "按学年统计：上年截止日次日至当年截止日出生（截止日多为8月31日）。低、中、高方案按趋势推算；"
            "“本方案采用”含方案中指定的出生数。已公布年份各方案相同。",
            "By school year: born from the day after last year's cut-off day to this year's. Low, "
            "medium and high follow the trend; the plan's own births include those that the "
            "scenario gives. Of published years all are the same.",
        ),
        "births_none": (
            "本项目没有出生人口，最小年龄人口按自身趋势推算。",
            "This study has no births; its youngest residents follow the trend of their own "
            "numbers.",
        ),
        "sheet_county_intervals": ("全县预测区间", "County intervals"),
        "sheet_section_intervals": ("学段部预测区间", "Section intervals"),
        "sheet_ages": ("年龄与年级", "Ages and grades"),
        "sheet_enrolment": ("毛入学率", "Gross enrolment"),
        "sheet_births": ("出生人口", "Births"),
        "sheet_backtest": ("预测检验", "Back-test"),
    }
)
"""Sentences and headings by key; figures in braces are filled in by `say`."""

VALUES: Final = in_both_languages(
    {
        "none": ("无", "none"),
        "within": ("达标", "within standard"),
        "over_standard": ("超标准", "above standard"),
        "large": ("大班额", "large"),
        "super_large": ("超大班额", "super-large"),
        "rooms": ("教室", "rooms"),
        "floor_area": ("校舍面积", "floor area"),
        "beds": ("床位", "beds"),
        "sports_area": ("运动场地", "sports area"),
        "staff": ("教职工", "staff"),
        "yellow": ("黄色", "yellow"),
        "red": ("红色", "red"),
        "true": ("是", "yes"),
        "false": ("否", "no"),
        "today": ("现行", "as today"),
        "nearest": ("就近", "by shortest walk"),
        "file": ("按表", "from file"),
        "moved": ("手工改划", "moved by hand"),
        "adapted": ("随开办撤并调整", "adapted to openings and closures"),
        "redraw": ("重划", "redrawn"),
        "optimal": ("已证最优", "proved best"),
        "feasible": ("可行", "feasible, not proved best"),
        "overfull": ("超员，未证最优", "beyond seats, not proved best"),
        "walk": ("步行", "walks"),
        "overflow": ("超出学位", "beyond the seats"),
        "over_limit": ("超距", "beyond the walking limit"),
        "changed": ("调整学校", "area changes section"),
        "forbidden": ("禁止的单元与学段部", "forbidden pairs"),
        "crossing": ("穿越阻隔", "crossing a barrier"),
        "moved_again": ("重复调整", "changing section again"),
        "together": ("须同校的单元组拆分", "groups parted"),
        "township": ("乡镇街道拆分", "townships parted"),
        "community": ("社区拆分", "communities parted"),
        "estate": ("住宅小区拆分", "estates parted"),
        "feeders": ("对口升学拆分", "feeding zones parted"),
        "band": ("偏离学位使用率目标", "off the target use of seats"),
        "mix": ("随迁子女不均", "uneven mix of migrants' children"),
        "shape": ("范围不紧凑", "zones not compact"),
        "priced": ("计价", "priced"),
        "hard": ("强制", "must be kept"),
    }
)
"""Words that stand in cells of the results; others are shown as they are."""

UNITS: Final = in_both_languages(
    {
        "people": ("人", "people"),
        "pupils": ("人", "pupils"),
        "seats": ("个", "seats"),
        "classes": ("个", "classes"),
        "rooms": ("间", "rooms"),
        "metres": ("米", "metres"),
        "pupil-metres": ("人·米", "pupil-metres"),
        "share": ("比例", "share"),
    }
)
"""Units of the results' columns."""

SETTINGS: Final = in_both_languages(
    {
        "years.first": ("首个规划学年", "First planned year"),
        "years.last": ("末个规划学年", "Last planned year"),
        "births.variant": ("出生方案", "Variant of births"),
        "births.low": ("低出生系数", "Low births, factor"),
        "births.high": ("高出生系数", "High births, factor"),
        "births.correction.ID": ("{key}年出生数校正系数", "Births of {key}, correction factor"),
        "births.path.ID": ("{key}年出生数", "Births of {key}"),
        "transition.shares.ID": ("升学比例（{key}）", "Share entering {key}"),
        "seats.limits": ("计入的学位约束", "What caps the seats"),
        "building.delay_years": ("全部项目推迟年数", "All projects: years late"),
        "seats.overflow": ("学位不足时", "Entrants beyond the seats"),
        "classes.split_above": ("分班界限（人）", "Classes divided above (pupils)"),
        "classes.merge_below": ("并班界限（人）", "Classes merged below (pupils)"),
        "travel.detour_factor": ("绕行系数", "Detour factor"),
        "travel.uncrossed": ("不得跨越的阻隔", "Barriers not crossed"),
        "travel.uncrossed_stages": ("不得跨越阻隔的学段", "Stages that cross no barrier"),
        "travel.cycle_stages": ("骑行上学的学段", "Stages whose pupils cycle"),
        "travel.bus_stages": ("农村乘车上学的学段", "Stages with buses from villages"),
        "travel.cycling_kmh": ("骑行速度（公里/小时）", "Cycling speed (km/h)"),
        "travel.bus_kmh": ("校车最高时速（公里/小时）", "Highest speed of a bus (km/h)"),
        "zones.method": ("划片方法", "How zones are drawn"),
        "zones.stages": ("重新划片的学段", "Stages rezoned"),
        "zones.from_year": ("新范围起始学年", "New zones from"),
        "zones.years_ahead": ("划片预留年数", "Years the zones must fit"),
        "zones.demand": ("划片依据的新生数", "Entrants zones are drawn for"),
        "zones.file": ("招生范围表", "Table of zones"),
        "zones.overflow_metres": ("超出学位的代价（米）", "Price beyond the seats (metres)"),
        "zones.over_limit_metres": ("超距的代价（米）", "Price beyond the limit (metres)"),
        "zones.changed_metres": ("调整学校的代价（米）", "Price of changing section (metres)"),
        "zones.contiguous": ("范围须连片", "Zones in one piece"),
        "zones.locked_areas": ("不调整的单元", "Areas that keep their section"),
        "zones.moved_areas": ("手工改划的单元", "Areas moved by hand"),
        "zones.demand_over": ("划片依据的情形", "Cases zones are drawn for"),
        "zones.demand_quantile": ("划片依据的分位数", "Quantile of the cases"),
        "zones.demand_draws": ("划片依据的未来情形数", "Futures drawn for zones"),
        "zones.over_limit": ("超距限制方式", "Walks beyond the limit"),
        "zones.target_low": ("学位使用率目标下限", "Least use of seats"),
        "zones.target_high": ("学位使用率目标上限", "Most use of seats"),
        "zones.balance": ("均衡学位使用率", "Even use of seats"),
        "zones.outside_target_metres": ("偏离目标的代价（米）", "Price off the target (metres)"),
        "zones.keep_together": ("须同校的单元组", "Areas kept together"),
        "zones.keep_together_by": ("须同校的分组依据", "Areas kept together by"),
        "zones.apart": ("分组拆分限制方式", "Parting of groups"),
        "zones.apart_metres": ("分组拆分的代价（米）", "Price of parting (metres)"),
        "zones.forbidden": ("禁止的单元与学段部", "Forbidden pairs"),
        "zones.crossing": ("穿越阻隔限制方式", "Crossing of barriers"),
        "zones.crossing_kinds": ("所指阻隔类型", "Barriers it is about"),
        "zones.crossing_metres": ("穿越阻隔的代价（米）", "Price of crossing (metres)"),
        "zones.moved_within_years": ("不重复调整的年数", "Years without a second change"),
        "zones.moved_again": ("重复调整限制方式", "Second change of section"),
        "zones.moved_again_metres": ("重复调整的代价（米）", "Price of a second change (metres)"),
        "zones.feeders": ("对口升学拆分限制方式", "Parting of feeding zones"),
        "zones.feeders_metres": ("对口升学拆分的代价（米）", "Price of parted feeders (metres)"),
        "zones.compact_pupil_metres": (
            "范围不紧凑的代价（人·米）",
            "Price of a thread-like zone (pupil-metres)",
        ),
        "zones.mix_metres": ("随迁子女不均的代价（米）", "Price of an uneven mix (metres)"),
        "zones.mix_tolerance": ("随迁子女占比允许偏差", "Free difference of the mix"),
        "sharing.method": ("多校划片", "Shared zones"),
        "sharing.groups": ("多校划片分组", "Sections that share a zone"),
        "sharing.stages": ("多校划片的学段", "Stages with shared zones"),
        "sharing.from_year": ("多校划片起始学年", "Shared zones from"),
        "sharing.draw": ("派位方式", "How lots are drawn"),
        "sharing.largest": ("每组最多学段部数", "Most sections in a group"),
        "sharing.maximum_walk_metres": ("派位最远步行（米）", "Longest walk by lot (metres)"),
        "sharing.quality.ID": ("{key} 的质量指标", "Quality of {key}"),
        "sharing.quality_item": ("代表质量的办学条件", "Resource that stands for quality"),
        "sharing.difference_metres": ("质量差异的代价（米）", "Price of a difference (metres)"),
        "projects.ID.include": ("项目 {key}：实施", "Project {key}: takes place"),
        "projects.ID.delay_years": ("项目 {key}：推迟年数", "Project {key}: years late"),
        "projects.ID.hand_over": ("项目 {key}：交付日期", "Project {key}: hand-over"),
        "projects.ID.rooms": ("项目 {key}：教室数", "Project {key}: rooms"),
    }
)
"""Settings whose name is simple to say, by path; ID stands for the key of an entry."""
