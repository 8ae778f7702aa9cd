"""Find in a study what a scenario's wishes for zones speak about."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from planner.errors import ScenarioError, Sentence
from planner.spelling import did_you_mean
from planner.travel.barriers import barriers_of, cut_edges
from planner.travel.walks import measure_crossings
from planner.zones.adjacency import outlines_of
from planner.zones.demands import NO_TARGET, pair_of
from planner.zones.futures import possible_entrants

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    import geopandas as gpd
    import numpy.typing as npt

    from planner.norms import StageNorm
    from planner.projection.residents import Residents
    from planner.scenario import Scenario, ZoneSettings
    from planner.study import Study
    from planner.zones.ground import Ground

    IntArray = npt.NDArray[np.int64]

__all__ = ["with_wishes", "zoned_since"]

BARRIERS: Final = ("lake", "river", "railway", "motorway", "trunk_road")
"""Every kind of barrier there is."""


def zoned_since(study: Study, stage: StageNorm) -> IntArray:
    """Return the school year from which each area is zoned as today, 0 if nobody says: [area]."""
    zones = study.zones[study.zones["stage"] == stage.stage]
    since = zones.set_index("area_id")["since"].reindex(study.areas["area_id"])
    return since.fillna(0).to_numpy(dtype=np.int64)


def with_wishes(
    ground: Ground,
    study: Study,
    scenario: Scenario,
    residents: Residents,
    sections: gpd.GeoDataFrame,
    feeding: IntArray | None,
    seed: int,
) -> Ground:
    """Return the ground with what the scenario's wishes need, and nothing nobody asks for.

    Args:
        ground: Sections, walks and entrants of the stage.
        study: What is known of the areas.
        scenario: What is asked for.
        residents: Residents of the plan.
        sections: The sections that the zones are of.
        feeding: Zone of the stage below whose leavers enter this one, [area, year].
        seed: The same seed draws the same futures.

    Raises:
        ScenarioError: A wish names a year, an area or a section nobody knows, needs a column
            that the study does not have, or contradicts another; all faults together.
    """
    settings = scenario.zones
    _refuse(ground, study, settings)
    if settings.stages and ground.stage.stage not in settings.stages:
        return ground
    if settings.feeders != "free":
        ground = replace(ground, feeding=feeding)
    if settings.crossing != "free":
        ground = _with_crossings(ground, study, scenario, sections)
    if settings.keep_together_by:
        value = study.areas[settings.keep_together_by].fillna("").str.strip()
        codes, _ = pd.factorize(value.where(value != ""))
        ground = replace(ground, groups=codes.astype(np.int64))
    if settings.mix_metres:
        share = study.areas["migrant_share"].to_numpy(dtype=float, na_value=np.nan)
        ground = replace(ground, migrant_share=share)
    if settings.compact_pupil_metres:
        ground = replace(ground, outlines=outlines_of(study.areas.geometry, ground.edges))
    if settings.demand in ("worst", "quantile") and settings.demand_over != "years":
        ground = replace(
            ground,
            futures=possible_entrants(
                study,
                residents,
                ground.entrants,
                ground.stage.entry_age,
                ground.years,
                seed=seed,
                draws=settings.demand_draws,
            ),
        )
    return ground


def _with_crossings(
    ground: Ground, study: Study, scenario: Scenario, sections: gpd.GeoDataFrame
) -> Ground:
    """Return the ground with the walks and borders that barriers lie across."""
    kinds = scenario.zones.crossing_kinds or BARRIERS
    crossing = measure_crossings(
        study,
        sections.set_index("section_id").geometry,
        scenario.travel,
        kinds,
        schools=sections["school_id"].tolist(),
    )
    return replace(ground, crossing=crossing, cut=cut_edges(study, ground.edges, kinds))


def _refuse(ground: Ground, study: Study, settings: ZoneSettings) -> None:
    """Refuse what cannot be wished for, all faults together."""
    faults = [
        *_year_faults(ground, settings),
        *_area_faults(ground, settings),
        *_pair_faults(ground, "forbidden", settings.forbidden),
        *_pair_faults(ground, "moved_areas", settings.moved_areas),
        *_moved_faults(ground, study, settings),
        *_missing(study, settings),
        *_contradictions(settings),
    ]
    if faults:
        raise ScenarioError(*faults)


def _missing(study: Study, settings: ZoneSettings) -> Iterator[Sentence]:
    """Yield the wishes that speak of something the study does not know."""
    column = settings.keep_together_by
    if column and not study.areas[column].fillna("").str.strip().any():
        yield Sentence(
            f"[zones] keep_together_by = '{column}', but the areas table says no {column} of any "
            "area; fill that column, or name the groups in keep_together.",
            f"[zones] keep_together_by = '{column}'，但单元表中{column}列为空；请填写此列，"
            "或在keep_together中逐组列出。",
        )
    kinds = settings.crossing_kinds or BARRIERS
    if settings.crossing != "free" and not barriers_of(study, kinds):
        yield Sentence(
            f"[zones] crossing = '{settings.crossing}', but this study knows no "
            f"{', '.join(kinds)}; add a barriers table, or take the setting out.",
            f"[zones] crossing = '{settings.crossing}'，但本项目没有{'、'.join(kinds)}；"
            "请补充barriers表，或去掉此设置。",
        )
    if settings.mix_metres and study.areas["migrant_share"].isna().all():
        yield Sentence(
            "[zones] mix_metres asks for an even mix, but the areas table has no migrant_share; "
            "fill that column.",
            "[zones] mix_metres要求随迁子女均衡，但单元表没有migrant_share；请填写此列。",
        )


def _year_faults(ground: Ground, settings: ZoneSettings) -> Iterator[Sentence]:
    """Yield a first year of new zones that is not planned."""
    if settings.from_year and settings.from_year not in ground.years[1:]:
        yield Sentence(
            f"[zones] from_year = {settings.from_year} is not a planned year; "
            f"this plan runs from {ground.years[1]} to {ground.years[-1]}.",
            f"[zones] from_year = {settings.from_year}不在规划期内；"
            f"本方案从{ground.years[1]}到{ground.years[-1]}年。",
        )


def _area_faults(ground: Ground, settings: ZoneSettings) -> Iterator[Sentence]:
    """Yield areas that are locked or kept together and that nobody knows, or named twice."""
    known = set(ground.area_ids)
    if unknown := sorted(set(settings.locked_areas) - known):
        yield _unknown_areas("[zones] locked_areas", None, unknown, known)
    for number, group in enumerate(settings.keep_together, start=1):
        if unknown := sorted(set(group) - known):
            yield _unknown_areas("[zones] keep_together", number, unknown, known)
        if len(set(group)) < 2:
            yield Sentence(
                f"[zones] keep_together, group no. {number} needs at least two areas to keep "
                "together; add one, or take it out.",
                f"[zones] keep_together第{number}组至少要有两个单元；请补充，或去掉此组。",
            )
    named = [area for group in settings.keep_together for area in dict.fromkeys(group)]
    if twice := sorted({area for area in named if named.count(area) > 1}):
        yield Sentence(
            f"[zones] keep_together names {', '.join(twice)} in more than one group; "
            "put these groups into one.",
            f"[zones] keep_together中{'、'.join(twice)}出现在多个组；请合并这些组。",
        )


def _unknown_areas(
    setting: str, group: int | None, unknown: Sequence[str], known: Collection[str]
) -> Sentence:
    """Say which areas of a setting, or of one group of it, nobody knows."""
    where, where_zh = ("", "") if group is None else (f", group no. {group}", f"第{group}组")
    return Sentence(
        f"{setting}{where} names areas nobody knows: {', '.join(unknown)}; correct them or take "
        f"them out.{did_you_mean(unknown[0], known)}",
        f"{setting}{where_zh}中的单元{'、'.join(unknown)}不存在；请更正或去掉。"
        + did_you_mean(unknown[0], known, lang="zh"),
    )


def _pair_faults(ground: Ground, setting: str, pairs: Sequence[str]) -> Iterator[Sentence]:
    """Yield pairs of a setting that do not name an area and a section."""
    for text in pairs:
        if pair_of(text, ground) is not None:
            continue
        area, stroke, section = text.partition("/")
        if not stroke:
            yield Sentence(
                f"[zones] {setting}: '{text}' must be area/section, such as 'A017/S045P'.",
                f"[zones] {setting}：“{text}”须写作“单元/学段部”，如'A017/S045P'。",
            )
        elif area not in ground.area_ids:
            yield Sentence(
                f"[zones] {setting}: '{text}' names an area nobody knows; correct it or take the "
                "pair out." + did_you_mean(area, ground.area_ids),
                f"[zones] {setting}：“{text}”中的单元不存在；请更正或去掉。"
                + did_you_mean(area, ground.area_ids, lang="zh"),
            )
        else:
            yield Sentence(
                f"[zones] {setting}: '{text}' names a section nobody knows; correct it or take the "
                "pair out." + did_you_mean(section, ground.row_of),
                f"[zones] {setting}：“{text}”中的学段部不存在；请更正或去掉。"
                + did_you_mean(section, ground.row_of, lang="zh"),
            )


def _moved_faults(ground: Ground, study: Study, settings: ZoneSettings) -> Iterator[Sentence]:
    """Yield areas moved twice, and moves to sections that take from the whole county."""
    stage_of = dict(zip(study.sections["section_id"], study.sections["stage"], strict=True))
    keys = list(ground.row_of)
    pairs = [pair for text in settings.moved_areas if (pair := pair_of(text, ground)) is not None]
    moves = [(ground.area_ids[area], stage_of.get(keys[row])) for area, row in pairs]
    if twice := sorted({area for area, stage in moves if moves.count((area, stage)) > 1}):
        yield Sentence(
            f"[zones] moved_areas gives {', '.join(twice)} to several sections of one stage; "
            "keep one of each.",
            f"[zones] moved_areas把{'、'.join(twice)}划给了同一学段的多个学段部；各只保留一个。",
        )
    wide = set(study.sections.loc[study.sections["intake"] == "county", "section_id"])
    if free := sorted({keys[row] for _, row in pairs} & wide):
        yield Sentence(
            f"[zones] moved_areas: {', '.join(free)} has no zone, its pupils come from the whole "
            "county; take it out.",
            f"[zones] moved_areas：{'、'.join(free)}面向全县招生，没有招生范围；请去掉。",
        )


def _contradictions(settings: ZoneSettings) -> Iterator[Sentence]:
    """Yield targets that no section can meet."""
    low, high = settings.target_low, settings.target_high
    if settings.balance and (low, high) != NO_TARGET:
        yield Sentence(
            "[zones] balance = true takes the place of target_low and target_high; "
            "take one or the other out.",
            "[zones] balance = true取代target_low和target_high；请去掉其一。",
        )
    elif low > high:
        yield Sentence(
            f"[zones] target_low = {low:g} is above target_high = {high:g}; swap them.",
            f"[zones] target_low = {low:g}大于target_high = {high:g}；请对调。",
        )
