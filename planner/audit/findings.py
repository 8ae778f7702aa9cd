"""What a check asked for, what it found, and in which sentence it says what is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from planner.terms import Language

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

__all__ = ["WORDS", "Check", "NotAsWrittenError", "Said", "named", "said", "word"]

_NAMES_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence in both languages."""

    zh: str
    en: str

    def in_(self, lang: Language) -> str:
        """Return the sentence in one language."""
        return self.zh if lang == Language.CHINESE else self.en


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    Attributes:
        what: What was looked at, in both languages.
        asked: What the files claim or the rules ask for.
        found: What was reckoned anew.
        faults: A sentence for each fault; none where all is well.
    """

    what: Said
    asked: str | Said
    found: str | Said
    faults: tuple[Said, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


class NotAsWrittenError(ValueError):
    """A file of results is not such as this program writes.

    Attributes:
        path: The file.
        reason: What is wrong with it, in both languages.
    """

    def __init__(self, path: Path, reason: Said) -> None:
        """Say which file it is and what is wrong with it."""
        super().__init__(f"{path}: {reason.en}")
        self.path, self.reason = path, reason


def word(key: str) -> Said:
    """Return one of the words of an audit."""
    return WORDS[key]


def said(key: str, **values: object) -> Said:
    """Return one of the sentences of an audit with its figures and names filled in."""
    pair = WORDS[key]
    filled = [
        getattr(pair, lang).format(
            **{
                name: getattr(value, lang) if isinstance(value, Said) else value
                for name, value in values.items()
            }
        )
        for lang in ("zh", "en")
    ]
    return Said(*filled)


def named(keys: Iterable[object]) -> Said:
    """Return the first few names of a list, and how many more there are."""
    names = [str(key) for key in keys]
    shown, more = names[:_NAMES_SHOWN], len(names) - _NAMES_SHOWN
    return Said(
        "、".join(shown) + (f"等{len(names)}个" if more > 0 else ""),
        ", ".join(shown) + (f" and {more} more" if more > 0 else ""),
    )


WORDS: Final[Mapping[str, Said]] = MappingProxyType(
    {
        key: Said(zh, en)
        for key, (zh, en) in {
            # what was looked at
            "whole": ("整体", "whole"),
            "files": ("文件完整", "files unchanged"),
            "areas": ("单元各归一个学段部", "each area once"),
            "seats": ("超出学位的新生", "pupils beyond the seats"),
            "term_walk": ("步行", "walks"),
            "term_overflow": ("超出学位", "beyond the seats"),
            "term_over_limit": ("超距", "beyond the limit"),
            "term_changed": ("调整学校", "changes of section"),
            "term_band": ("偏离使用率目标", "off the target use"),
            "term_mix": ("随迁子女不均", "uneven mix"),
            "term_shape": ("范围不紧凑", "not compact"),
            "value": ("目标值", "value"),
            "bound": ("下界不高于目标值", "bound ≤ value"),
            "gap": ("最优差距", "gap"),
            "status": ("状态", "status"),
            "status_optimal": ("已证最优", "optimal"),
            "status_feasible": ("可行", "feasible"),
            "status_overfull": ("超员", "overfull"),
            "pieces": ("不连片的单元", "areas cut off"),
            "homes": ("学校所在单元", "areas of schools"),
            "locks": ("锁定的单元", "locked areas"),
            "moves": ("手工调整的单元", "areas moved by hand"),
            "breach": ("硬性要求：{name}", "hard demand: {name}"),
            "layer": ("zones.gpkg 与 zones.csv", "zones.gpkg as zones.csv"),
            "map": ("map.html 与 zones.csv", "map.html as zones.csv"),
            "zoned": ("逐年划片", "zones year by year"),
            "zone_areas": ("范围图层的单元数", "areas of zone layer"),
            "zone_shape": ("范围图层的面积", "extent of zone layer"),
            "zone_pieces": ("范围图层的片数", "pieces of zone layer"),
            "zone_pupils": ("范围图层的新生数", "entrants of zone layer"),
            "shared_groups": ("多校划片", "shared zones"),
            "shared_own": ("派位单元的本校", "own section of areas"),
            "shared_far": ("派位超过最远步行", "lots beyond the maximum"),
            "shared_lots": ("派位机会", "chances by lot"),
            "shared_walk": ("预期步行", "walk"),
            "shared_quality": ("预期质量", "quality"),
            "term_difference": ("质量差异", "differences of quality"),
            "quality_variation_before": ("质量差异系数（单校）", "CV of quality, alone"),
            "quality_variation_after": ("质量差异系数（派位）", "CV of quality, by lot"),
            "quality_range_before": ("质量极差（单校）", "range of quality, alone"),
            "quality_range_after": ("质量极差（派位）", "range of quality, by lot"),
            "shared_years": ("逐年多校划片", "shared zones by year"),
            "shared_walk_years": ("多校划片预期步行", "walks of shared zones"),
            "shared_quality_years": ("多校划片预期质量", "quality of shared zones"),
            "proof": ("划片证明：{year}", "gap of {year}"),
            # what is wrong
            "missing": (
                "{file}：缺少此文件；请重新运行生成结果的命令。",
                "{file} is missing; run the command that made these results again.",
            ),
            "changed": (
                "{file}：写出后被改动，或来自另一份结果；请重新运行生成结果的命令。",
                "{file} was changed after it was written, or belongs to other results; run the "
                "command that made these results again.",
            ),
            "added": (
                "{file}：不属于这份结果；请移到别处。",
                "{file} does not belong to these results; move it elsewhere.",
            ),
            "unreadable": (
                "{file}：无法读取（{reason}）；请重新运行生成结果的命令。",
                "{file} cannot be read ({reason}); run the command that made these results again.",
            ),
            "unsealed": (
                "{file}：缺少此文件，无法判断结果写出后是否被改动；请重新运行生成结果的命令。",
                "{file} is missing, so nobody can tell whether these results were changed after "
                "they were written; run the command that made them again.",
            ),
            # why a file cannot be read
            "empty": ("文件为空", "it is empty"),
            "no_json": ("不是JSON文件", "it is no JSON"),
            "no_table": ("不是表格文件", "it is no table"),
            "no_text": ("不是UTF-8文本", "it is no UTF-8 text"),
            "no_layers": (
                "不是GeoPackage文件，或缺少图层",
                "it is no GeoPackage, or lacks a layer",
            ),
            "lacks": ("缺少{names}", "it lacks {names}"),
            "no_number": ("{column}“{value}”不是数字", "{column} '{value}' is no number"),
            "other": (
                "内容与写出时不符：{error}",
                "its content is not as it was written: {error}",
            ),
            # what is wrong with the zones
            "area_missing": (
                "{file}：{stage}缺少单元{names}；每个单元须恰好划入一个学段部。",
                "{file}: {stage} lacks area {names}; each area must go to exactly one section.",
            ),
            "area_twice": (
                "{file}：{stage}单元{names}出现不止一次；只保留一行。",
                "{file}: {stage} has area {names} more than once; keep one row.",
            ),
            "area_unknown": (
                "{file}：{stage}单元{names}不在 {other} 中。",
                "{file}: {stage} area {names} is not in {other}.",
            ),
            "section_unknown": (
                "{file}：{stage}学段部{names}不在 {other} 中。",
                "{file}: {stage} section {names} is not in {other}.",
            ),
            "overflow_wrong": (
                "{stage}：{section}实际超出{found}人，写明{asked}人。",
                "{stage}: {section} takes {found} pupils beyond its seats; the claim says {asked}.",
            ),
            "term_wrong": (
                "{stage}：“{term}”重新计算为{found}，写明{asked}。",
                "{stage}: the term {term} is {found} when reckoned anew; the claim says {asked}.",
            ),
            "value_wrong": (
                "{stage}：目标值重新计算为{found}，写明{asked}。",
                "{stage}: the value is {found} when reckoned anew; the claim says {asked}.",
            ),
            "bound_wrong": (
                "{stage}：下界{bound}高于目标值{value}，两者必有一误。",
                "{stage}: the bound {bound} is above the value {value}; one of them is wrong.",
            ),
            "gap_wrong": (
                "{stage}：最优差距应为{found}，写明{asked}。",
                "{stage}: the gap is {found}; the claim says {asked}.",
            ),
            "status_wrong": (
                "{stage}：状态写明“{asked}”，应为“{found}”。",
                "{stage}: the status is {found}; the claim says {asked}.",
            ),
            "piece_wrong": (
                "{stage}：单元{names}与其学校所在单元不连片，但未写明。",
                "{stage}: area {names} does not hang together with its section's area, and the "
                "claim does not say so.",
            ),
            "piece_whole": (
                "{stage}：写明单元{names}不连片，实际连片。",
                "{stage}: the claim calls area {names} cut off, but it hangs together with its "
                "section's area.",
            ),
            "piece_broken": (
                "{stage}：要求连片，但单元{names}与其学校所在单元不连片，且不属于可豁免的情形。",
                "{stage}: zones must be in one piece, but area {names} is cut off and neither an "
                "island nor cut off by locks.",
            ),
            "home_wrong": (
                "{stage}：单元{names}内有学校，却未划入其中的学段部。",
                "{stage}: a section stands in area {names}, which is zoned to another one.",
            ),
            "lock_wrong": (
                "{stage}：锁定的单元{names}未留在原学段部。",
                "{stage}: locked area {names} has left the section it was to keep.",
            ),
            "move_wrong": (
                "{stage}：手工调整的单元{names}不在指定的学段部。",
                "{stage}: area {names} was moved by hand but is not where it was moved to.",
            ),
            "breach_wrong": (
                "{stage}：硬性要求“{name}”在单元{names}未满足，但未写明。",
                "{stage}: the hard demand '{name}' is broken for area {names}, and the claim does "
                "not say so.",
            ),
            "breach_kept": (
                "{stage}：写明硬性要求“{name}”在单元{names}未满足，实际已满足。",
                "{stage}: the claim says that '{name}' is broken for area {names}, but it is kept.",
            ),
            "group_wrong": (
                "{stage}：多校划片{names}须由二至四个有学位且范围相连的学段部组成，每个学段部只能参加一个。",
                "{stage}: shared zone {names} must have two to four sections with seats, each in "
                "one group only, whose zones touch.",
            ),
            "own_wrong": (
                "{stage}：多校划片所依据的单元{names}与划片结果不一致。",
                "{stage}: shared zones were reckoned for area {names} in another zone than it is.",
            ),
            "lot_far": (
                "{stage}：派位可能超过最远步行：{names}。",
                "{stage}: a lot may bring a child beyond the maximum walk: {names}.",
            ),
            "lot_wrong": (
                "{stage}：派位机会与重新计算的不一致：{names}。",
                "{stage}: the chance is another one when reckoned anew: {names}.",
            ),
            "expected_wrong": (
                "{stage}：{term}重新计算为{found}，写明{asked}。",
                "{stage}: {term} is {found} when reckoned anew; the claim says {asked}.",
            ),
            "count_wrong": (
                "{file}：{stage}{section}有{found}，应为{asked}。",
                "{file}: {stage} {section} has {found}, expected {asked}.",
            ),
        }.items()
    }
)
