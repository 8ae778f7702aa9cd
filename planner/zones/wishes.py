"""Find in a study what a scenario's wishes for zones speak about."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from planner.errors import ScenarioError
from planner.spelling import did_you_mean
from planner.travel.barriers import barriers_of, cut_edges
from planner.travel.walks import measure_crossings
from planner.zones.adjacency import outlines_of
from planner.zones.demands import NO_TARGET, pair_of
from planner.zones.futures import possible_entrants

if TYPE_CHECKING:
    from collections.abc import Iterator

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
        *_pair_faults(ground, settings),
        *_missing(study, settings),
        *_contradictions(settings),
    ]
    if faults:
        raise ScenarioError(*faults)


def _missing(study: Study, settings: ZoneSettings) -> Iterator[str]:
    """Yield the wishes that speak of something the study does not know."""
    column = settings.keep_together_by
    if column and not study.areas[column].fillna("").str.strip().any():
        yield (
            f"[zones] keep_together_by = '{column}', but the areas table says no {column} of any "
            "area; fill that column, or name the groups in keep_together."
        )
    kinds = settings.crossing_kinds or BARRIERS
    if settings.crossing != "free" and not barriers_of(study, kinds):
        yield (
            f"[zones] crossing = '{settings.crossing}', but this study knows no "
            f"{', '.join(kinds)}; add a barriers table, or take the setting out."
        )
    if settings.mix_metres and study.areas["migrant_share"].isna().all():
        yield (
            "[zones] mix_metres asks for an even mix, but the areas table has no migrant_share; "
            "fill that column."
        )


def _year_faults(ground: Ground, settings: ZoneSettings) -> Iterator[str]:
    """Yield a first year of new zones that is not planned."""
    if settings.from_year and settings.from_year not in ground.years[1:]:
        yield (
            f"[zones] from_year = {settings.from_year} is not a planned year; "
            f"this plan runs from {ground.years[1]} to {ground.years[-1]}."
        )


def _area_faults(ground: Ground, settings: ZoneSettings) -> Iterator[str]:
    """Yield areas that are locked or kept together and that nobody knows, or named twice."""
    known = set(ground.area_ids)
    if unknown := sorted(set(settings.locked_areas) - known):
        yield (
            f"[zones] locked_areas names areas nobody knows: {', '.join(unknown)}; correct them or "
            "take them out."
        ) + did_you_mean(unknown[0], known)
    for number, group in enumerate(settings.keep_together, start=1):
        place = f"[zones] keep_together, group no. {number}"
        if unknown := sorted(set(group) - known):
            yield (
                f"{place} names areas nobody knows: {', '.join(unknown)}; correct them or take "
                "them out."
            ) + did_you_mean(unknown[0], known)
        if len(set(group)) < 2:
            yield f"{place} needs at least two areas to keep together; add one, or take it out."
    named = [area for group in settings.keep_together for area in dict.fromkeys(group)]
    if twice := sorted({area for area in named if named.count(area) > 1}):
        yield (
            f"[zones] keep_together names {', '.join(twice)} in more than one group; "
            "put these groups into one."
        )


def _pair_faults(ground: Ground, settings: ZoneSettings) -> Iterator[str]:
    """Yield forbidden pairs that do not name an area and a section."""
    for text in settings.forbidden:
        if pair_of(text, ground) is not None:
            continue
        area, stroke, section = text.partition("/")
        if not stroke:
            yield f"[zones] forbidden: '{text}' must be area/section, such as 'A017/S045P'."
        elif area not in ground.area_ids:
            yield (
                f"[zones] forbidden: '{text}' names an area nobody knows; correct it or take the "
                "pair out."
            ) + did_you_mean(area, ground.area_ids)
        else:
            yield (
                f"[zones] forbidden: '{text}' names a section nobody knows; correct it or take the "
                "pair out."
            ) + did_you_mean(section, ground.row_of)


def _contradictions(settings: ZoneSettings) -> Iterator[str]:
    """Yield targets that no section can meet."""
    low, high = settings.target_low, settings.target_high
    if settings.balance and (low, high) != NO_TARGET:
        yield (
            "[zones] balance = true takes the place of target_low and target_high; "
            "take one or the other out."
        )
    elif low > high:
        yield f"[zones] target_low = {low:g} is above target_high = {high:g}; swap them."
