"""Let neighbouring sections share a zone, and divide its entrants as the lots will on average."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.errors import ScenarioError, Sentence
from planner.spelling import did_you_mean
from planner.study import Fallback
from planner.zones.quality import section_quality
from planner.zoning.shared import (
    Draw,
    GroupFault,
    GroupReason,
    Sharing,
    SharingProblem,
    SharingWeights,
    chances,
    deal,
    faults_of_given,
    share,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import numpy.typing as npt
    import pandas as pd

    from planner.norms import StageNorm
    from planner.scenario import Scenario, ZoneSharing
    from planner.study import Study
    from planner.zones.ground import Ground
    from planner.zones.yearly import ZoneYears

    IntArray = npt.NDArray[np.int64]
    FloatArray = npt.NDArray[np.float64]
    BoolArray = npt.NDArray[np.bool_]

__all__ = ["Going", "SharedZones", "given_groups", "share_zones"]

_NAMED = 8
"""Sections that a message names before it only counts the others."""


@dataclass(frozen=True, slots=True, eq=False)
class Going:
    """Which entrants of one year go to which section: pairs of area and section.

    Attributes:
        areas: [pair]
        rows: Rows of the plan's sections, [pair].
        chance: Chance of a child of the area for the section; those of an area add up to 1.
        entrants: Whole entrants, [pair]; those of an area add up to the area's.
        group: Number of the shared zone, -1 where the zone has one section, [pair].
    """

    areas: IntArray
    rows: IntArray
    chance: FloatArray
    entrants: IntArray
    group: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class SharedZones:
    """The shared zones of one stage.

    Attributes:
        stage: The stage's norms.
        groups: Rows of the plan's sections that share a zone, in order.
        first: Column of the first year in which lots are drawn.
        sharing: What the grouping is worth, with its proof; sections by their place in `rows`.
        problem: What the grouping was chosen for, sections by their place in `rows`.
        rows: Sections of the stage with zones, as rows of the plan's sections.
        quality: Their figure of quality, NaN where nothing says it, [section of rows].
        graded: Whether the scenario says which figure stands for quality.
        seats: Entrants they seat in an ordinary year, for which lots are drawn,
            [section of rows, year].
        draw: How lots are drawn.
        going: Entrants by area and section in every year; None before the first.
        notes: What was decided and assumed.
    """

    stage: StageNorm
    groups: tuple[tuple[int, ...], ...]
    first: int
    sharing: Sharing
    problem: SharingProblem
    rows: IntArray
    quality: FloatArray
    graded: bool
    seats: IntArray
    draw: Draw
    going: tuple[Going | None, ...]
    notes: tuple[Fallback, ...]


def given_groups(
    scenario: Scenario, sections: pd.DataFrame, stage: StageNorm, zoned: IntArray
) -> tuple[tuple[int, ...], ...]:
    """Return the scenario's groups of one stage, as rows of the plan's sections.

    Args:
        scenario: Whose sharing.groups are read.
        sections: The plan's sections, with section_id and stage.
        stage: The stage.
        zoned: Rows of its sections with zones.

    Raises:
        ScenarioError: A group names sections nobody knows, of several stages, or without zones.
    """
    ids = sections["section_id"].tolist()
    row_of = {key: row for row, key in enumerate(ids)}
    stage_of = dict(zip(ids, sections["stage"], strict=True))
    faults: list[Sentence] = []
    groups = []
    asked = scenario.sharing.groups if scenario.sharing.method != "none" else []
    for group in asked:
        unknown = [key for key in group if key not in row_of]
        faults += [
            Sentence(
                f"{_place(group)} names '{key}', which is no section of this plan; correct it or "
                f"take it out.{did_you_mean(key, ids)}",
                f"{_place(group)}中的“{key}”不是本方案的学段部；请更正或去掉。"
                + did_you_mean(key, ids, lang="zh"),
            )
            for key in unknown
        ]
        stages = sorted({stage_of[key] for key in group if key in stage_of})
        if len(stages) > 1:
            faults.append(
                Sentence(
                    f"{_place(group)} has sections of several stages ({', '.join(stages)}); a zone "
                    "is shared within one stage.",
                    f"{_place(group)}中有不同学段的学段部（{'、'.join(stages)}）；"
                    "多校划片只能在同一学段内。",
                )
            )
        if unknown or stages != [stage.stage]:
            continue
        rows = tuple(row_of[key] for key in group)
        without = [key for key, row in zip(group, rows, strict=True) if row not in zoned]
        if without:
            faults.append(
                Sentence(
                    f"{_place(group)}: {', '.join(without)} takes no entrants by zone; leave it "
                    "out.",
                    f"{_place(group)}：{'、'.join(without)}不划片招生；请去掉。",
                )
            )
        groups.append(rows)
    if faults:
        raise ScenarioError(*faults)
    return tuple(groups)


def share_zones(
    ground: Ground,
    zones: ZoneYears,
    given: Sequence[tuple[int, ...]],
    study: Study,
    scenario: Scenario,
    section_ids: Sequence[str],
    say: Callable[[str], None],
) -> SharedZones | None:
    """Join zones of single sections into shared ones; None where nobody asks for it.

    Groups are chosen once, for the zones and the entrants of the first year and the years the
    zones must serve. Chances follow entrants and seats year by year. A section that closes
    leaves its group; one that opens has a zone of its own. An area that a later change of zones
    puts into a group, and that a lot would send too far, keeps its own section.

    Args:
        ground: Sections, walks and entrants of the stage.
        zones: The zone of one section in which each area lies, year by year.
        given: Groups of the scenario, as rows of the plan's sections.
        study: Resources, where they stand for quality.
        scenario: What is asked for.
        section_ids: All sections of the plan.
        say: Called with what is being done, in a few words.

    Raises:
        ScenarioError: The first year is not planned, a given group cannot share a zone, or the
            quality of a section is not known.
    """
    settings, stage = scenario.sharing, ground.stage
    sought = settings.method == "solve" and stage.stage in (settings.stages or [stage.stage])
    if not given and not sought:
        return None
    first = _first_year(ground, scenario)
    year = ground.years[first]
    say(
        Sentence(
            f"{stage.stage}: shared zones from {year}", f"{stage.names['zh']}：{year}年起多校划片"
        )
    )
    place = {int(row): number for number, row in enumerate(ground.rows)}
    quality = section_quality(study, section_ids, settings)[ground.rows]
    own = np.vectorize(place.__getitem__, otypes=[np.int64])(zones.section)
    known = _known_quality(ground, quality, own[:, first], section_ids)
    groups = tuple(tuple(place[row] for row in group) for group in given)
    largest = settings.largest if sought else 1
    problem = _problem(ground, scenario, own[:, first], known, first, largest, groups)
    _refuse(problem, ground, section_ids)
    sharing = share(problem)
    return SharedZones(
        stage=stage,
        groups=tuple(tuple(map(int, ground.rows[list(group)])) for group in sharing.groups),
        first=first,
        sharing=sharing,
        problem=problem,
        rows=ground.rows,
        quality=quality,
        graded=bool(settings.quality or settings.quality_item),
        seats=np.where(ground.open, ground.ordinary_intake, 0),
        draw=problem.draw,
        going=tuple(
            _going(ground, sharing.groups, own[:, year], year, settings) if year >= first else None
            for year in range(len(ground.years))
        ),
        notes=tuple(_notes(ground, sharing, first)),
    )


def _first_year(ground: Ground, scenario: Scenario) -> int:
    """Return the column of the first year in which lots are drawn."""
    year = scenario.sharing.from_year or scenario.zones.from_year or ground.years[1]
    if year not in ground.years[1:]:
        raise ScenarioError(
            Sentence(
                f"[sharing] from_year = {year} is not a planned year; "
                f"this plan runs from {ground.years[1]} to {ground.years[-1]}.",
                f"[sharing] from_year = {year}不在规划期内；"
                f"本方案从{ground.years[1]}到{ground.years[-1]}年。",
            )
        )
    return ground.years.index(year)


def _known_quality(
    ground: Ground, quality: FloatArray, own: IntArray, section_ids: Sequence[str]
) -> FloatArray:
    """Return the quality of sections that have a zone; of the others nobody asks it."""
    zoned = np.bincount(own, minlength=len(quality)) > 0
    missing = [section_ids[row] for row in ground.rows[zoned & np.isnan(quality)]]
    if missing and len(missing) == zoned.sum():
        raise ScenarioError(
            Sentence(
                f"[sharing]: nothing says the quality of any {ground.stage.names['en']} section. "
                "Name the stages that share in [sharing] stages, or give the figures in [sharing] "
                "quality.",
                f"[sharing]：没有任何{ground.stage.names['zh']}学段部的质量数据。请在[sharing] "
                "stages中写明多校划片的学段，或在[sharing] quality中给出数据。",
            )
        )
    if missing:
        more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
        raise ScenarioError(
            Sentence(
                f"[sharing]: the quality of {', '.join(missing[:_NAMED])}{more} is not known. Add "
                "them to the resources table, or write [sharing] quality = { SECTION = figure }.",
                f"[sharing]：{'、'.join(missing[:_NAMED])}{'等' if more else ''}的质量未知。"
                "请补入resources表，或写[sharing] quality = { 学段部 = 数值 }。",
            )
        )
    return np.where(np.isnan(quality), 0.0, quality)


def _problem(
    ground: Ground,
    scenario: Scenario,
    own: IntArray,
    quality: FloatArray,
    first: int,
    largest: int,
    given: tuple[tuple[int, ...], ...],
) -> SharingProblem:
    """Translate one stage into arrays the solver knows.

    Entrants are those of the year with most of them among the years the zones must serve, or
    their mean, as the scenario's zones ask.
    """
    settings = scenario.zones
    window = slice(first, min(first + settings.years_ahead, len(ground.years)))
    entrants = ground.entrants[:, window]
    peak = int(entrants.sum(axis=0).argmax())
    by_mean = settings.demand == "mean"
    pupils = np.rint(entrants.mean(axis=1)).astype(np.int64) if by_mean else entrants[:, peak]
    intake = ground.ordinary_intake[:, first + (0 if by_mean else peak)]
    return SharingProblem(
        pupils=pupils,
        seats=np.where(ground.open[:, first], intake, 0),
        walk_metres=ground.metres,
        edges=ground.edges,
        section_of_area=own,
        quality=quality,
        weights=SharingWeights(
            difference_metres=scenario.sharing.difference_metres,
            overflow_metres=settings.overflow_metres,
        ),
        maximum_walk_metres=_maximum(ground, scenario.sharing.maximum_walk_metres),
        draw=Draw(scenario.sharing.draw),
        largest=largest,
        given=given,
    )


def _maximum(ground: Ground, asked: float) -> FloatArray:
    """Return the longest walk a lot may bring, [area, section]: what is asked, or the norms'."""
    return np.full(ground.metres.shape, asked) if asked else ground.limit_metres


def _going(
    ground: Ground,
    groups: tuple[tuple[int, ...], ...],
    own: IntArray,
    year: int,
    settings: ZoneSharing,
) -> Going:
    """Return where the entrants of one year go: by lot in shared zones, else by zone."""
    entrants = ground.entrants[:, year]
    alone = np.ones(len(own), dtype=bool)
    parts: list[tuple[IntArray, IntArray, FloatArray, IntArray]] = []
    numbers: list[int] = []
    for place, group in enumerate(groups):
        sections = np.array([number for number in group if ground.open[number, year]])
        seats = ground.ordinary_intake[sections, year] if len(sections) else sections
        if len(sections) < 2 or not seats.any():
            continue
        areas = np.flatnonzero(np.isin(own, sections))
        areas = areas[~_too_far(ground, areas, own, sections, settings.maximum_walk_metres)]
        walks = ground.metres[np.ix_(areas, sections)]
        chance = chances(entrants[areas], seats, walks, Draw(settings.draw))
        alone[areas] = False
        parts.append(_pairs(areas, ground.rows[sections], chance, deal(entrants[areas], chance)))
        numbers.append(place)
    rest = np.flatnonzero(alone)
    parts.append((rest, ground.rows[own[rest]], np.ones(len(rest)), entrants[rest]))
    shared_by = np.repeat([*numbers, -1], [len(part[0]) for part in parts])
    areas, rows, chance, going = (np.concatenate(part) for part in zip(*parts, strict=True))
    order = np.lexsort((rows, areas))
    return Going(areas[order], rows[order], chance[order], going[order], shared_by[order])


def _too_far(
    ground: Ground, areas: IntArray, own: IntArray, sections: IntArray, asked: float
) -> BoolArray:
    """Tell which areas a lot would send beyond the maximum, and beyond their own section."""
    there = np.ix_(areas, sections)
    most = np.maximum(_maximum(ground, asked)[there], ground.metres[areas, own[areas]][:, None])
    far = ground.metres[there] > most
    return np.asarray(far.any(axis=1), dtype=bool)


def _pairs(
    areas: IntArray, rows: IntArray, chance: FloatArray, entrants: IntArray
) -> tuple[IntArray, IntArray, FloatArray, IntArray]:
    """Return a matrix of areas and sections as pairs, those without a chance left out."""
    place, column = np.nonzero(chance > 0)
    return areas[place], rows[column], chance[place, column], entrants[place, column]


def _refuse(problem: SharingProblem, ground: Ground, section_ids: Sequence[str]) -> None:
    """Refuse given groups that cannot share a zone, each in a sentence."""
    faults = faults_of_given(problem)
    if faults:
        raise ScenarioError(
            *(_sentence(fault, problem, ground, section_ids) for fault in faults),
        )


def _sentence(
    fault: GroupFault, problem: SharingProblem, ground: Ground, section_ids: Sequence[str]
) -> Sentence:
    """Say what is wrong with a group and what to do."""
    names = [section_ids[ground.rows[number]] for number in fault.group]
    section = section_ids[ground.rows[fault.section]] if fault.section >= 0 else ""
    said = {
        GroupReason.TOO_FEW: (
            "one section shares with nobody; name two to four.",
            "一个学段部无从共享；请写二至四个。",
        ),
        GroupReason.TOO_MANY: (
            f"{len(names)} sections are too many; name two to four.",
            f"{len(names)}个学段部过多；请写二至四个。",
        ),
        GroupReason.TWICE: (
            f"{section} stands in two groups, or twice in one; keep one.",
            f"{section}出现在两个组，或在一组中重复；只保留一处。",
        ),
        GroupReason.NO_ZONE: (
            f"no area is zoned to {section}; zone areas to it or leave it out.",
            f"没有单元划给{section}；请划给单元，或去掉。",
        ),
        GroupReason.NO_SEATS: (
            f"{section} has no entry seats to draw for; leave it out.",
            f"{section}没有可派位的起始年级学位；请去掉。",
        ),
        GroupReason.APART: (
            "their zones do not touch; join neighbours only.",
            "招生范围不相邻；只能合并相邻的学校。",
        ),
    }
    if fault.reason is GroupReason.TOO_FAR:
        area = ground.area_ids[fault.area]
        metres = problem.walk_metres[fault.area, fault.section]
        limit = problem.most_metres[fault.area, fault.section]
        known = np.isfinite(metres)
        return Sentence(
            f"{_place(names)}: a lot could send children of area {area} to {section}, "
            f"{f'{metres:,.0f} m' if known else 'no known way'}; the maximum is {limit:,.0f} m. "
            "Change the group, or raise [sharing] maximum_walk_metres.",
            f"{_place(names)}：单元{area}的儿童可能派位到{section}，"
            f"{f'步行{metres:,.0f}米' if known else '步行不可达'}，上限为{limit:,.0f}米。"
            "请调整此组，或提高[sharing] maximum_walk_metres。",
        )
    en, zh = said[fault.reason]
    return Sentence(f"{_place(names)}: {en}", f"{_place(names)}：{zh}")


def _place(group: Sequence[str]) -> str:
    """Say which group is meant."""
    return f"[sharing] groups [{', '.join(group)}]"


def _notes(ground: Ground, sharing: Sharing, first: int) -> Iterator[Fallback]:
    """Say what was decided, and that places are counted as lots fall on average."""
    stage, year = ground.stage, ground.years[first]
    groups, sections = len(sharing.groups), sum(map(len, sharing.groups))
    yield Fallback(
        f"shared_zones_{stage.stage}",
        f"{stage.names['en']} from {year}: {groups} shared zones of {sections} sections "
        f"({sharing.status.value}, gap {sharing.gap:.2%}). Entrants are counted where lots bring "
        "them on average, in whole children; a real draw will differ.",
        f"{stage.names['zh']}：{year} 年起有 {groups} 个多校划片（{sections} 个学段部，"
        f"最优差距 {sharing.gap:.2%}）。新生按派位的平均结果取整计入各校，实际派位会有出入。",
    )
