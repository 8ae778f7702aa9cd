"""Every word and sentence of the pictures, in Chinese and in English."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from planner.terms import Language

__all__ = ["PICTURE_WORDS", "joined", "said"]

PICTURE_WORDS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        # both kinds of letters
        "no_font": (
            "未找到中文字体，图中学校以编号代替，文字用英文；请安装 Noto Sans CJK SC"
            "（软件包 fonts-noto-cjk）后重画。",
            "No font with Chinese letters was found, so the pictures name schools by their ids and "
            "speak English; install Noto Sans CJK SC (package fonts-noto-cjk) and draw again.",
        ),
        "pupils_axis": ("学生数（人）", "pupils"),
        "year_axis": ("学年", "school year"),
        "comma": ("，", ", "),
        "seats": ("学位", "seats"),
        "seats_value": ("学位 {seats:,.0f}", "seats {seats:,.0f}"),
        "counted_side": ("实数", "counted"),
        "projected_side": ("预测", "projected"),
        # county
        "county_title": ("在校生达峰：{peaks}", "Pupils peak: {peaks}"),
        "peak_first": ("{stage}{year}年或更早", "{stage} in {year} or before"),
        "peak_last": ("{stage}{year}年或更晚", "{stage} in {year} or later"),
        "peak_said": ("{stage}{year}年（{pupils:,.0f}人）", "{stage} in {year} ({pupils:,.0f})"),
        "peak_mark": ("峰值{year}年：{pupils:,.0f}", "peak {year}: {pupils:,.0f}"),
        "most_mark": ("最高{year}年：{pupils:,.0f}", "most {year}: {pupils:,.0f}"),
        "county_bands": ("色带为80%和95%预测区间。", "Bands: 80% and 95% intervals."),
        "county_seats": (
            "细线为学位，在校生超过学位处为红色。",
            "Thin line: seats, red where pupils exceed them.",
        ),
        "county_peaks": ("虚线连接各学段峰值。", "Dashes join the peaks."),
        "band": ("{share}%：{low:,.0f}–{high:,.0f}", "{share}%: {low:,.0f}–{high:,.0f}"),
        # sections
        "sections_title_short": (
            "{stage}：{all}个学段部中{short}个将缺学位",
            "{stage}: {short} of {all} sections will be short of seats",
        ),
        "sections_title_enough": (
            "{stage}：{all}个学段部各年学位都够用",
            "{stage}: all {all} sections have seats enough in every year",
        ),
        "sections_title_counted": (
            "{stage}：{all}个学段部的在校生与学位",
            "{stage}: pupils and seats of {all} sections",
        ),
        "sections_subtitle": (
            "按最紧张一年的学位使用率排列，缺学位者底色为红。",
            "Tightest first, by pupils per seat in the worst projected year; tinted where short.",
        ),
        "same_scale": ("本页各图纵轴相同。", "One scale on this page."),
        "own_scale": ("各图纵轴不同。", "Each panel has its own scale."),
        "page": ("第 {page} / {pages} 页", "page {page} / {pages}"),
        "key_counted": ("在校生实数", "pupils counted"),
        "key_projected": ("在校生预测", "pupils projected"),
        "key_band": ("80%预测区间", "80% interval"),
        "worst": ("{year}年 {use:.0%}", "{year}: {use:.0%} full"),
        "worst_no_seats": ("{year}年无学位", "{year}: no seats"),
        "worst_unknown": ("学位不详", "seats unknown"),
        "over_seats": ("{worst}，超员概率{share}", "{worst}, P(short) {share}"),
        # births
        "births_title": (
            "出生人口：{first}年{then:,.0f}人，{last}年{now:,.0f}人{ahead}",
            "Births: {then:,.0f} in {first}, {now:,.0f} in {last}{ahead}",
        ),
        "births_ahead": (
            "；{year}年预计{low:,.0f}–{high:,.0f}人",
            "; {low:,.0f} to {high:,.0f} expected in {year}",
        ),
        "births_ahead_one": ("；{year}年预计{low:,.0f}人", "; {low:,.0f} expected in {year}"),
        "births_subtitle": (
            "按学年统计：已公布的出生人口与今后各学年的预测方案。",
            "By school year: births published, and the variants for years to come.",
        ),
        "births_year": ("出生学年（至截止日）", "school year of birth, to the cut-off day"),
        "births_axis": ("出生人数（人）", "births"),
        "births_published": ("已公布", "published"),
        "births_assumed": ("预测", "expected"),
        "variant_low": ("低方案", "low"),
        "variant_medium": ("中方案", "medium"),
        "variant_high": ("高方案", "high"),
        "variant_path": ("指定值", "given path"),
        "variant_value": ("{variant} {births:,.0f}", "{variant} {births:,.0f}"),
        # ages
        "pyramid_title": (
            "{ages}岁人口{base}年{then:,.0f}人，{last}年{now:,.0f}人（{change}）",
            "Residents aged {ages}: {then:,.0f} in {base}, {now:,.0f} in {last} ({change})",
        ),
        "pyramid_title_one": (
            "{ages}岁人口{base}年{then:,.0f}人",
            "Residents aged {ages}: {then:,.0f} in {base}",
        ),
        "pyramid_bars": (
            "每条为一岁，颜色为学段。",
            "One bar for each year of age, coloured by stage.",
        ),
        "pyramid_outline": ("灰底线框为{base}年。", "The grey outline is {base}."),
        "pyramid_largest": (
            "箭头指{base}年人数最多的一届（当时{age}岁），逐年上移。",
            "The arrow follows the largest year group of {base}, then aged {age}.",
        ),
        "pyramid_pupils": ("深色细条为在校生。", "The dark bar inside is those at school."),
        "residents_axis": ("人口（人）", "residents"),
        "age_axis": ("年龄（岁）", "age (years)"),
        "below_school": ("入园前", "before school"),
        # back-test
        "backtest_title": (
            "提前{lead}年预测各校在校生，平均相差{planner:.1%}{naive}",
            "{lead_long} ahead, the rolls of schools were missed by {planner:.1%}{naive}",
        ),
        "backtest_naive": (
            "；沿用上年数则差{naive:.1%}",
            "; last year's roll misses by {naive:.1%}",
        ),
        "backtest_subtitle": (
            "用本县往年数据检验：只用当年已知的数预测，再与后来的实数比较。",
            "Tested on the county's own past: each forecast knew only what was known at its time "
            "and is held against the count that followed.",
        ),
        "backtest_title_none": (
            "往年数据不足，无法检验预测",
            "Too few past years to test forecasts",
        ),
        "by_lead": ("按提前年数", "By years ahead"),
        "by_size": ("按学校规模", "By size of school"),
        "by_coverage": ("区间是否可靠", "Do the intervals hold?"),
        "wape_axis": ("平均相对误差（%）", "mean error (% of pupils)"),
        "coverage_axis": ("落入区间的比例（%）", "counts within the interval (%)"),
        "lead_axis": ("提前年数（年）", "years ahead"),
        "size_axis": ("在校生规模（人）", "pupils in the school"),
        "method_naive": ("沿用上年", "last year's roll"),
        "method_progression": ("升级率法", "progression"),
        "method_planner": ("planner", "planner"),
        "lead_1": ("提前{lead}年", "{lead} year ahead"),
        "lead_n": ("提前{lead}年", "{lead} years ahead"),
        "interval": ("{share}%区间", "{share}% interval"),
        "interval_target": ("目标{share}%", "target {share}%"),
    }
)


def said(key: str, lang: Language, **values: object) -> str:
    """Return a word or sentence in a language with its figures filled in."""
    zh, en = PICTURE_WORDS[key]
    return (zh if lang == "zh" else en).format(**values)


def joined(sentences: Iterable[str], lang: Language) -> str:
    """Return sentences one after the other, as the language sets them."""
    return ("" if lang == "zh" else " ").join(sentences)
