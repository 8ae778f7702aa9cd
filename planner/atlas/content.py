"""Gather everything a map shows: the ground, the stages, and every plan side by side."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.atlas.basemaps import basemap_content
from planner.atlas.figures import plan_content, stage_areas
from planner.atlas.ground import areas_content, context_content, prepare_ground
from planner.atlas.lists import texts
from planner.atlas.shapes import tell_apart
from planner.atlas.works import sites_content
from planner.errors import OutputError, Sentence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from planner.atlas.basemaps import BaseMap
    from planner.atlas.figures import Shown, StageAreas
    from planner.atlas.ground import Ground
    from planner.atlas.style import Style
    from planner.study import Study
    from planner.terms import Language

__all__ = ["map_content", "one_study", "zone_colours"]


def map_content(
    plans: Sequence[Shown],
    lang: Language,
    style: Style,
    words: Mapping[str, Mapping[str, str]],
    year: int | None = None,
    basemap: BaseMap | None = None,
) -> dict[str, Any]:
    """Return everything the page shows, ready to be written as JSON.

    The first plan is the one that the others are compared with; the page opens in the year, and
    its places fit the base map.

    Raises:
        OutputError: the plans are of different studies.
    """
    study = one_study(plans)
    ground = prepare_ground(study, style, basemap)
    stages = _stages(plans)
    areas = [{stage: stage_areas(plan, stage, ground) for stage in stages} for plan in plans]
    return {
        "language": str(lang),
        "names": dict(study.names),
        "baseYear": study.base_year,
        "openingYear": study.base_year if year is None else year,
        "words": words,
        "style": {name: look for name, look in asdict(style).items() if name != "sheet"},
        "areas": areas_content(study, ground),
        "context": context_content(study, ground, style),
        "stages": [
            _stage(plans, stage, [of_plan[stage] for of_plan in areas], ground, style)
            for stage in stages
        ],
        "scenarios": [
            plan_content(plan, of_plan, ground) for plan, of_plan in zip(plans, areas, strict=True)
        ],
        "sites": sites_content(study, ground.to_map),
        "basemap": basemap_content(basemap, study.crs, ground.middle()),
        "attributions": list(study.attributions),
        "lists": ground.lists.items,
    }


def one_study(plans: Sequence[Shown]) -> Study:
    """Return the study all plans belong to."""
    study = plans[0].study
    for plan in plans[1:]:
        if not plan.study.areas["area_id"].equals(study.areas["area_id"]):
            raise OutputError(
                Sentence(
                    f"The plans '{plans[0].scenario.name}' and '{plan.scenario.name}' have "
                    "different areas. Draw one map for each study.",
                    f"“{plans[0].scenario.name}”与“{plan.scenario.name}”两个方案的单元不同；"
                    "请每个研究各画一张地图。",
                )
            )
    return study


def _stages(plans: Sequence[Shown]) -> list[str]:
    """Return the stages that any plan speaks of, from the youngest pupils up."""
    spoken = {str(stage) for plan in plans for stage in plan.county_years["stage"].unique()}
    known = [stage.stage for stage in plans[0].study.norms.stages]
    return [stage for stage in known if stage in spoken]


def _stage(
    plans: Sequence[Shown], stage: str, areas: Sequence[StageAreas], ground: Ground, style: Style
) -> dict[str, Any]:
    """Return what holds for a stage in all years and scenarios, so that they can be compared."""
    entrants = np.concatenate([of_plan.entrants.ravel() for of_plan in areas])
    return {
        "stage": stage,
        "names": dict(plans[0].study.norms.stage(stage).names),
        "entrantsLimits": _class_limits(entrants, classes=len(style.areas.entrants_colours)),
        "changeLimits": _change_limits([of_plan.entrants for of_plan in areas]),
        "colours": zone_colours(plans, areas, ground, colours=len(style.zones.palette)),
    }


def _class_limits(entrants: NDArray[np.float64], *, classes: int) -> list[int]:
    """Return limits that put about as many area-years with entrants into every class.

    Each class takes an equal share of what the ones below have left, so that many areas with
    a single entrant do not use up the classes of the crowded ones. A class reaches from its
    limit up to, not including, the next.
    """
    left = entrants[entrants > 0]
    limits: list[int] = []
    for remaining in range(classes, 1, -1):
        if left.size == 0:
            break
        limit = math.floor(np.quantile(left, 1 / remaining)) + 1
        left = left[left >= limit]
        if left.size:
            limits.append(limit)
    return limits


def _change_limits(entrants: Sequence[NDArray[np.float64]]) -> list[int]:
    """Return limits of gains and losses against the first year: few, many, alike on both sides.

    Half of the changes are smaller than the first limit, the largest sixth reaches the second.
    """
    changes = np.concatenate([np.abs(plan - plan[:1]).ravel() for plan in entrants])
    changes = changes[changes > 0]
    if not changes.size:
        return [-2, 0, 1, 3]
    few = max(1, round(float(np.quantile(changes, 0.5))))
    many = max(few + 1, round(float(np.quantile(changes, 5 / 6))))
    return [1 - many, 1 - few, few, many]


def zone_colours(
    plans: Sequence[Shown], areas: Sequence[StageAreas], ground: Ground, *, colours: int
) -> dict[str, int]:
    """Give every section of a stage the number of a colour that no neighbouring zone has.

    A section keeps its colour in all years and scenarios, so that a zone that grows is seen
    to grow; hence two sections count as neighbours if their zones ever touch.
    """
    borders: set[tuple[str, str]] = set()
    everyone: set[str] = set()
    for plan, of_plan in zip(plans, areas, strict=True):
        names = texts(plan.sections["section_id"])
        # Most years share their zones.
        for head in {of_year.tobytes(): of_year for of_year in of_plan.head}.values():
            everyone |= {names[row] for row in np.unique(head) if row >= 0}
            borders |= {(names[one], names[other]) for one, other in _beside(head, ground)}
    return tell_apart(borders, everyone, colours)


def _beside(head: NDArray[np.int64], ground: Ground) -> list[tuple[int, int]]:
    """Return pairs of different numbers that areas beside each other have, the lower one first."""
    one, other = np.sort(head[ground.touching], axis=1).T
    apart = (one >= 0) & (one != other)
    count = int(other.max(initial=0)) + 1
    return [divmod(key, count) for key in np.unique(one[apart] * count + other[apart]).tolist()]
