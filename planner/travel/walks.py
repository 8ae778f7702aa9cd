"""Measure the way from every area to every section, in metres along the streets and in minutes.

A walk begins at the entrances of an area, goes straight to the nearest place on the nearest
street that is open, along the streets by the shortest way, and straight from there to the gate.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import shapely

from planner.norms.street_classes import UNKNOWN_CLASS
from planner.travel.barriers import Barrier, barriers_of
from planner.travel.doors import Entrances, Gates, entrances_of, gates_of
from planner.travel.notes import (
    FARTHEST_STREET_METRES,
    Travellers,
    cut_off_notes,
    far_notes,
    map_notes,
    no_streets,
    one_way_notes,
)
from planner.travel.routes import ways
from planner.travel.streets import Places, StreetGraph, snap, street_graph

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from planner.scenario import TravelSettings
    from planner.study import Fallback, Study

__all__ = ["Walks", "measure_crossings", "measure_walks"]

NOTICED_METRES: Final = 1.0
"""A way that is longer by less than this leads the same way."""


@dataclass(frozen=True, slots=True, eq=False)
class Walks:
    """How far it is from each area to each section.

    Where an area has several entrances, its way is the mean of theirs, weighted by the children
    who set out there; limits are held against that mean, as the area's children are zoned
    together, and `longest` tells how far the farthest of them go.

    Attributes:
        metres: Way in metres, shape (areas, sections), float32; infinite where no way leads.
        minutes: The same in minutes at the speed of those who walk, cycle or come by bus.
        longest: Metres from the area's farthest entrance, infinite where one is cut off.
        method: "streets", or "straight" where the study has no streets.
        notes: What stands in for missing streets, and which areas and sections are cut off.
    """

    metres: NDArray[np.float32]
    minutes: NDArray[np.float32]
    longest: NDArray[np.float32]
    method: str
    notes: tuple[Fallback, ...]


class _Journey(NamedTuple):
    """One way of coming to school, for some sections and the areas of some entrances."""

    mode: str
    barriers: tuple[Barrier, ...]
    gates: Gates
    entrances: NDArray[np.bool_]
    kmh: float


class _Measured(NamedTuple):
    """Ways of one journey, [entrance, gate], and what is to be said about them."""

    metres: NDArray[np.float64]
    minutes: NDArray[np.float64]
    method: str = ""
    notes: tuple[Fallback, ...] = ()


def measure_walks(
    study: Study,
    points: gpd.GeoSeries,
    settings: TravelSettings,
    *,
    stages: Sequence[str] = (),
    schools: Sequence[str] = (),
) -> Walks:
    """Return the ways from all areas to the sections at these points.

    Where the streets are in several pieces, a section on another piece cannot be reached: the
    way is infinite. Where an entrance or a gate lies more than 1,000 metres from any street, or
    there are no streets, the way is the straight line times the detour factor. Either is noted.
    Of a one-way street the way to school counts. Who cannot come by bicycle or bus walks. A
    street that does not cross the lake leads round it; what else is not crossed, and by whom, the
    settings say.

    Args:
        study: Areas, streets, barriers, entrances and gates.
        points: One point per section, in the study's coordinate system; the index names them.
        settings: How children travel.
        stages: The stage of each section, where the settings name stages.
        schools: The school of each section, where the study lists gates.

    Returns:
        Walks with one row per area of the study and one column per point, in their order.
    """
    entrances = entrances_of(study)
    gates = gates_of(study, points, schools or [""] * len(points))
    metres, minutes = (np.full((len(entrances.points), len(points)), np.inf) for _ in range(2))
    methods: list[str] = []
    notes: dict[str, Fallback] = {}
    for journey in _journeys(study, entrances, gates, settings, list(stages)):
        measured = _measured(study, points, entrances, journey, settings)
        rows, columns = journey.entrances, np.unique(journey.gates.section)
        nearest = [journey.gates.nearest(each)[:, columns] for each in measured[:2]]
        # Where no street is open to bicycles or buses, children walk.
        there = np.isfinite(nearest[0])
        for total, mine in zip((metres, minutes), nearest, strict=True):
            total[np.ix_(rows, columns)] = np.where(there, mine, total[np.ix_(rows, columns)])
        methods.append(measured.method)
        notes |= {note.key: note for note in measured.notes}
    return Walks(
        metres=entrances.mean(metres).astype(np.float32),
        minutes=entrances.mean(minutes).astype(np.float32),
        longest=entrances.longest(metres).astype(np.float32),
        method="straight" if "straight" in methods else "streets",
        notes=tuple(notes.values()),
    )


def measure_crossings(
    study: Study,
    points: gpd.GeoSeries,
    settings: TravelSettings,
    kinds: Sequence[str],
    *,
    schools: Sequence[str] = (),
) -> NDArray[np.bool_]:
    """Tell which shortest walks lead over a barrier elsewhere than by bridge or crossing.

    They are those that grow longer, or end, when the barrier is not crossed.

    Args:
        study: Areas, streets and barriers.
        points: One point per section; the index names them.
        settings: The detour factor.
        kinds: Kinds of barriers that matter.
        schools: The school of each section, where the study lists gates.

    Returns:
        Whether the walk crosses, shape (areas, sections).
    """
    entrances = entrances_of(study)
    gates = gates_of(study, points, schools or [""] * len(points))
    everybody = np.ones(len(entrances.points), dtype=bool)
    free, held = (
        entrances.mean(
            gates.nearest(
                _measured(
                    study,
                    points,
                    entrances,
                    _Journey("foot", barriers, gates, everybody, study.walking_kmh),
                    settings,
                ).metres
            )
        )
        for barriers in ((), barriers_of(study, kinds))
    )
    longer: NDArray[np.bool_] = np.isfinite(free) & ~(held <= free + NOTICED_METRES)
    return longer


def _journeys(
    study: Study,
    entrances: Entrances,
    gates: Gates,
    settings: TravelSettings,
    stages: list[str],
) -> Iterator[_Journey]:
    """Yield how children come to school: all on foot, then those who cycle or come by bus."""
    named = np.array(stages or [""] * gates.sections, dtype=object)
    everybody = np.ones(len(entrances.points), dtype=bool)
    careful, cycling, riding = (
        np.isin(named, chosen)
        for chosen in (settings.uncrossed_stages, settings.cycle_stages, settings.bus_stages)
    )
    if not careful.all() or not gates.sections:
        yield _Journey("foot", (), gates.of(~careful), everybody, study.walking_kmh)
    if careful.any():
        barriers = barriers_of(study, settings.uncrossed)
        yield _Journey("foot", barriers, gates.of(careful), everybody, study.walking_kmh)
    if cycling.any():
        yield _Journey("cycle", (), gates.of(cycling), everybody, settings.cycling_kmh)
    if riding.any():
        village = (study.areas["setting"] == "village").fillna(value=False).to_numpy(dtype=bool)
        far_out = village[entrances.area]
        if far_out.any():
            yield _Journey("bus", (), gates.of(riding), far_out, settings.bus_kmh)


def _measured(
    study: Study,
    points: gpd.GeoSeries,
    entrances: Entrances,
    journey: _Journey,
    settings: TravelSettings,
) -> _Measured:
    """Return the ways of one journey from its entrances to its gates."""
    detour = settings.detour_factor or study.detour_factor
    homes, gates = entrances.points[journey.entrances], journey.gates.points
    who = Travellers(
        study=study,
        points=points,
        mode=journey.mode,
        careful=bool(journey.barriers),
        area=entrances.area[journey.entrances],
        section=journey.gates.section,
    )
    straight = _straight(homes, gates, detour, journey)
    graph = street_graph(study.streets, journey.mode, journey.barriers)
    if not len(graph.lines):
        everywhere = np.ones(straight.metres.shape, dtype=bool)
        held = _not_across(straight, homes, gates, everywhere, journey.barriers)
        return held._replace(method="straight", notes=(no_streets(who, detour),))
    from_home, to_gate = (snap(graph, each, journey.barriers) for each in (homes, gates))
    far_homes = from_home.access_metres > FARTHEST_STREET_METRES
    far_gates = to_gate.access_metres > FARTHEST_STREET_METRES
    far = far_homes[:, None] | far_gates[None, :]
    held = _not_across(straight, homes, gates, far, journey.barriers)
    along = _along_streets(graph, from_home, to_gate, journey)
    back = ways(graph, to_gate, from_home).T if graph.one_way else along.metres
    access = from_home.access_metres[:, None] + to_gate.access_metres[None, :]
    notes = (
        *map_notes(who, graph),
        *far_notes(who, far_homes, far_gates, detour),
        *cut_off_notes(
            who,
            (graph.piece[from_home.segment] > 0) & ~far_homes,
            (graph.piece[to_gate.segment] > 0) & ~far_gates,
            graph.pieces,
        ),
        *one_way_notes(who, np.where(far, 0.0, along.metres), np.where(far, 0.0, back)),
    )
    walking = study.walking_kmh if journey.mode == "bus" else journey.kmh
    return _Measured(
        metres=np.where(far, held.metres, along.metres + access),
        minutes=np.where(far, held.minutes, along.minutes + access / _per_minute(walking)),
        method="streets",
        notes=notes,
    )


def _along_streets(
    graph: StreetGraph, homes: Places, gates: Places, journey: _Journey
) -> _Measured:
    """Return the ways along the streets: the shortest, and how long the quickest takes."""
    metres = ways(graph, homes, gates)
    if journey.mode != "bus":
        return _Measured(metres, metres / _per_minute(journey.kmh))
    held = replace(graph, kmh=np.minimum(graph.kmh, journey.kmh))
    return _Measured(metres, ways(held, homes, gates, seconds=True) / 60)


def _per_minute(kmh: float) -> float:
    """Return how many metres one comes in a minute."""
    return kmh * 1000 / 60


def _straight(
    homes: NDArray[Any], gates: NDArray[Any], detour: float, journey: _Journey
) -> _Measured:
    """Return straight lines times the detour factor."""
    start, goal = shapely.get_coordinates(homes), shapely.get_coordinates(gates)
    apart = start[:, None, :] - goal[None, :, :]
    metres = np.hypot(apart[..., 0], apart[..., 1]) * detour
    kmh = UNKNOWN_CLASS.kmh if journey.mode == "bus" else journey.kmh
    return _Measured(metres, metres / _per_minute(kmh))


def _not_across(
    straight: _Measured,
    homes: NDArray[Any],
    gates: NDArray[Any],
    where: NDArray[np.bool_],
    barriers: tuple[Barrier, ...],
) -> _Measured:
    """Return straight lines without those that lead over a barrier, where they are asked for."""
    if not barriers or not where.any():
        return straight
    home, gate = np.nonzero(where)
    ends = [shapely.get_coordinates(homes[home]), shapely.get_coordinates(gates[gate])]
    lines = shapely.linestrings(np.stack(ends, axis=1))
    across = np.any([barrier.met_by(lines) for barrier in barriers], axis=0)
    metres, minutes = straight.metres.copy(), straight.minutes.copy()
    metres[home[across], gate[across]] = np.inf
    minutes[home[across], gate[across]] = np.inf
    return _Measured(metres, minutes)
