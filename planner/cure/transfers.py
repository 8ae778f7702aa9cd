"""Find the strips of areas along a border whose entrants could go to the section next door."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from planner.siting.large_classes import Ground, hanging
from planner.travel.limits import time_limit, walk_limits
from planner.zones.adjacency import areas_of_points

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Set

    import numpy.typing as npt

    from planner.norms import StageNorm
    from planner.plan import Plan

    IntArray = npt.NDArray[np.int64]
    FloatArray = npt.NDArray[np.float64]

__all__ = [
    "StageZones",
    "Transfer",
    "first_year_of_rooms",
    "stage_zones",
    "transfers_of",
    "zones_from",
]

STRIPS: Final = 3
"""Parts in which the areas along a border can change section, the nearest first."""
BORDERS: Final = 4
"""Borders of a section that are open at most, those with most entrants along them."""


@dataclass(frozen=True, slots=True, eq=False)
class StageZones:
    """The zones of one stage as they stand when areas could move.

    Attributes:
        stage: The stage's norms.
        zone: Row of the plan's section each area is zoned to, -1 where there is none, [area].
        entrants: Entrants who live there, [area, year].
        stays: Whether an area keeps its section until the last year without any move, [area].
        root: The area round which the zone of a section lies, by row.
    """

    stage: StageNorm
    zone: IntArray
    entrants: IntArray
    stays: npt.NDArray[np.bool_]
    root: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Transfer:
    """A strip of areas that could go to another section.

    Attributes:
        areas: The areas, as places in the study's areas.
        source: Row of today's section among the plan's.
        target: Row of the other section.
        entrants: Their entrants by year, 0 before the first year of new zones.
        further: Metres that all these entrants together walk further.
        part: 0 for the strip of a border that moves first, 1 for the next one.
    """

    areas: tuple[int, ...]
    source: int
    target: int
    entrants: tuple[int, ...]
    further: float
    part: int


def first_year_of_rooms(plan: Plan) -> int:
    """Return the first school year in which added rooms can be used."""
    late = plan.scenario.building.delay_years
    return plan.years[0] + max(plan.scenario.cure.room_lead_years, 1 + late)


def zones_from(plan: Plan) -> int:
    """Return the first school year in which areas could change section.

    Zones change once. Where a zoned school opens or closes before rooms could be added, they wait
    for it, since zones adapted after the change would not be those that were chosen. A scenario
    that draws zones itself has its year for them, which cannot be changed twice.
    """
    zones = plan.scenario.zones
    if zones.method != "today" or zones.moved_areas:
        return zones.from_year or plan.years[1]
    soonest = plan.years[0] + plan.scenario.cure.zone_lead_years
    limited = [stage.stage for stage in plan.norms.stages if stage.large_class is not None]
    zoned = plan.sections[
        plan.sections["stage"].isin(limited) & (plan.sections["intake"] == "zone")
    ]
    changes = {int(year) for name in ("opens", "closes") for year in zoned[name].dropna()}
    latest = max(soonest, first_year_of_rooms(plan))
    return max([soonest, *(year for year in changes if soonest < year <= latest)])


def stage_zones(plan: Plan, stage: StageNorm) -> StageZones | None:
    """Return the zones of a stage in the year from which areas could move; None without any."""
    table = plan.area_years[plan.area_years["stage"] == stage.stage]
    row_of = {key: row for row, key in enumerate(plan.sections["section_id"])}
    years, areas = len(plan.years), len(plan.study.areas)
    place = {area: number for number, area in enumerate(plan.study.areas["area_id"])}
    at = (
        table["area_id"].map(place).to_numpy(dtype=int),
        (table["year"].map({year: column for column, year in enumerate(plan.years)})).to_numpy(
            dtype=int
        ),
    )
    section = np.full((areas, years), -1, dtype=np.int64)
    section[at] = [row_of.get(key, -1) for key in table["section_id"]]
    entrants = np.zeros((areas, years), dtype=np.int64)
    entrants[at] = table["entrants"].to_numpy()
    first = zones_from(plan)
    if first not in plan.years or (section < 0).all():
        return None
    column = plan.years.index(first)
    zone = section[:, column]
    stays = (section[:, column:] == zone[:, None]).all(axis=1)
    if not plan.shared_lots.empty:
        # Whoever draws lots goes to no one section that a transfer could take him from.
        lots = plan.shared_lots[plan.shared_lots["stage"] == stage.stage]
        stays &= ~plan.study.areas["area_id"].isin(lots["area_id"]).to_numpy()
    return StageZones(stage, zone, entrants, stays, _roots(plan, zone))


def _roots(plan: Plan, zone: IntArray) -> dict[int, int]:
    """Return the area round which each zone lies: the section's own, else the nearest of it."""
    home = areas_of_points(plan.study.areas.geometry, plan.sections.geometry)
    roots = {}
    for row in map(int, np.unique(zone[zone >= 0])):
        members = np.flatnonzero(zone == row)
        at_home = home[row] in members
        nearest = members[plan.metres[members, row].argmin()]
        roots[row] = int(home[row] if at_home else nearest)
    return roots


def transfers_of(
    plan: Plan, zones: StageZones, sources: Set[int], targets: Set[int]
) -> Iterator[Transfer]:
    """Yield the strips of areas of a source that could go to a target, border by border.

    An area can go to the nearest section whose zone it touches, if the walk there is within the
    limit of the norms, or longer than today's by no more than the scenario allows. The area in
    which a school stands keeps its section, and so do locked areas and those without which
    others would be cut off.
    """
    column = plan.years.index(zones_from(plan))
    coming = zones.entrants.copy()
    coming[:, :column] = 0
    borders = _borders(plan, zones, sources, targets, coming)
    for source, target in _busiest(borders, coming):
        areas = _in_one_piece(plan, zones, borders[source, target])
        weight = np.cumsum(coming[areas].sum(axis=1))
        # An area belongs to the strip in which its last entrant falls.
        strip = np.ceil(weight / max(weight[-1], 1) * STRIPS - 1e-9) - 1 if len(areas) else weight
        for part, number in enumerate(np.unique(strip)):
            mine = areas[strip == number]
            further = plan.metres[mine, target] - plan.metres[mine, source]
            entrants = coming[mine]
            yield Transfer(
                areas=tuple(map(int, mine)),
                source=source,
                target=target,
                entrants=tuple(map(int, entrants.sum(axis=0))),
                further=float((np.maximum(further, 0.0) * entrants.sum(axis=1)).sum()),
                part=part,
            )


def _borders(
    plan: Plan, zones: StageZones, sources: Set[int], targets: Set[int], coming: IntArray
) -> dict[tuple[int, int], list[int]]:
    """Return the areas that could go from one section to another, those who walk least first."""
    time = time_limit(plan.study, zones.stage, plan.scenario.travel, plan.minutes)
    limit = walk_limits(plan.study, zones.stage, plan.metres, time)
    wishes = plan.scenario.zones
    by_hand = [text.rpartition("/")[0] for text in wishes.moved_areas]
    locked = plan.study.areas["area_id"].isin([*wishes.locked_areas, *by_hand]).to_numpy()
    beside: dict[int, set[int]] = {}
    for one, other in plan.edges.tolist():
        beside.setdefault(one, set()).add(int(zones.zone[other]))
        beside.setdefault(other, set()).add(int(zones.zone[one]))
    movable = np.isin(zones.zone, list(sources)) & zones.stays & coming.any(axis=1) & ~locked
    movable[list(zones.root.values())] = False
    found: dict[tuple[int, int], list[tuple[float, int]]] = {}
    for area in map(int, np.flatnonzero(movable)):
        source = int(zones.zone[area])
        today = float(plan.metres[area, source])
        reach = today + plan.scenario.cure.further_metres
        near = [(float(plan.metres[area, row]), row) for row in beside.get(area, set()) & targets]
        near = [
            (metres, row)
            for metres, row in near
            if row != source and (metres <= reach or metres <= limit[area, row] < np.inf)
        ]
        if near and np.isfinite(today):
            metres, target = min(near)
            found.setdefault((source, target), []).append((metres - today, area))
    return {border: [area for _, area in sorted(rows)] for border, rows in found.items()}


def _busiest(
    borders: Mapping[tuple[int, int], list[int]], coming: IntArray
) -> Iterator[tuple[int, int]]:
    """Yield the borders with most entrants, as many as each section may have open."""
    weight: dict[tuple[int, int], int] = {}
    for (source, target), areas in borders.items():
        pair = min(source, target), max(source, target)
        weight[pair] = weight.get(pair, 0) + int(coming[areas].sum())
    opened: dict[int, int] = {}
    for one, other in sorted(weight, key=lambda pair: (-weight[pair], pair)):
        if max(opened.get(one, 0), opened.get(other, 0)) < BORDERS:
            opened[one], opened[other] = opened.get(one, 0) + 1, opened.get(other, 0) + 1
            yield from (pair for pair in ((one, other), (other, one)) if pair in borders)


def _in_one_piece(plan: Plan, zones: StageZones, areas: list[int]) -> IntArray:
    """Return the areas that can leave one after the other without cutting anybody off."""
    ground = Ground(zones.zone, plan.edges, zones.root)
    zone = zones.zone.copy()
    left: list[int] = []
    apart = int((~hanging(ground, zone)).sum())
    for area in areas:
        before, zone[area] = zone[area], -1
        # The area itself hangs together with nothing now.
        if int((~hanging(ground, zone)).sum()) > apart + len(left) + 1:
            zone[area] = before
        else:
            left.append(area)
    return np.array(left, dtype=np.int64)
