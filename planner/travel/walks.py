"""Measure the walk from every area to every section, in metres along the streets.

A walk begins at a point inside the area, goes straight to the nearest place on the nearest
walkable street, along the streets by the shortest way, and straight from there to the gate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from planner.study import Fallback
from planner.travel.streets import Places, StreetGraph, snap, street_graph

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from planner.scenario import TravelSettings
    from planner.study import Study

__all__ = ["FARTHEST_STREET_METRES", "Walks", "measure_walks"]

FARTHEST_STREET_METRES: Final = 1000.0
"""A point farther than this from any street lies where streets have not been drawn."""

STARTS_AT_ONCE: Final = 64
"""Sections whose distances to all junctions are held in memory together."""

NAMES_SHOWN: Final = 10
"""Areas or sections that a note names before it only counts the others."""


@dataclass(frozen=True, slots=True, eq=False)
class Walks:
    """How far it is from each area to each section.

    Attributes:
        metres: Walk in metres, shape (areas, sections), float32; infinite where no way leads.
        method: "streets", or "straight" where the study has no streets.
        notes: What stands in for missing streets, and which areas and sections are cut off.
    """

    metres: NDArray[np.float32]
    method: str
    notes: tuple[Fallback, ...]


def measure_walks(study: Study, points: gpd.GeoSeries, settings: TravelSettings) -> Walks:
    """Return the walks from all areas to the sections at these points.

    Where the streets are in several pieces, a section on another piece cannot be reached: the
    walk is infinite. Where an area or a section lies more than 1,000 metres from any street, or
    there are no streets, the walk is the straight line times the detour factor. Either is noted.
    Barriers need no rule of their own: a street that does not cross the lake leads round it.

    Args:
        study: Areas and streets.
        points: One point per section, in the study's coordinate system; the index names them.
        settings: The detour factor, where the scenario gives one.

    Returns:
        Walks with one row per area of the study and one column per point, in their order.
    """
    detour = settings.detour_factor or study.detour_factor
    homes = study.areas.geometry.representative_point().to_numpy()
    gates = points.to_numpy()
    straight = _straight_metres(homes, gates, detour)
    graph = street_graph(study.streets)
    if not len(graph.lines):
        return Walks(straight, "straight", (_no_streets(detour),))
    from_home, to_gate = snap(graph, homes), snap(graph, gates)
    metres = _street_metres(graph, from_home, to_gate)
    far_homes = from_home.access_metres > FARTHEST_STREET_METRES
    far_gates = to_gate.access_metres > FARTHEST_STREET_METRES
    no_street = far_homes[:, None] | far_gates[None, :]
    metres[no_street] = straight[no_street]
    notes = (
        *_scrap_notes(graph),
        *_far_notes(study, points, far_homes, far_gates, detour),
        *_cut_off_notes(
            study,
            points,
            (graph.piece[from_home.segment] > 0) & ~far_homes,
            (graph.piece[to_gate.segment] > 0) & ~far_gates,
            graph.pieces,
        ),
    )
    return Walks(metres, "streets", notes)


def _straight_metres(
    homes: NDArray[Any], gates: NDArray[Any], detour: float
) -> NDArray[np.float32]:
    """Return straight lines times the detour factor."""
    start, goal = shapely.get_coordinates(homes), shapely.get_coordinates(gates)
    east = start[:, None, 0] - goal[None, :, 0]
    north = start[:, None, 1] - goal[None, :, 1]
    metres: NDArray[np.float32] = (np.hypot(east, north) * detour).astype(np.float32)
    return metres


def _street_metres(graph: StreetGraph, homes: Places, gates: Places) -> NDArray[np.float32]:
    """Return shortest walks between two sets of places, shape (homes, gates)."""
    spots, gate_spot = np.unique(
        np.column_stack([gates.segment, gates.along_metres]), axis=0, return_inverse=True
    )
    segments, along = spots[:, 0].astype(np.intp), spots[:, 1]
    network = _network(graph, segments, along)
    metres = np.empty((len(homes.segment), len(spots)), dtype=np.float32)
    for begin in range(0, len(spots), STARTS_AT_ONCE):
        chunk = slice(begin, begin + STARTS_AT_ONCE)
        starts = np.arange(len(spots))[chunk] + graph.junctions
        from_gate = dijkstra(network, directed=True, indices=starts)
        metres[:, chunk] = _to_places(graph, homes, from_gate, segments[chunk], along[chunk]).T
    return metres[:, gate_spot.ravel()] + gates.access_metres.astype(np.float32)[None, :]


def _network(
    graph: StreetGraph, segments: NDArray[np.intp], along: NDArray[np.float64]
) -> csr_array:
    """Return the network with one extra node per start, from which both ends can be reached.

    The extra nodes have ways out but none in, so that nobody takes a short cut through them.
    """
    start = np.arange(len(segments)) + graph.junctions
    first, last = graph.ends.T
    tails = np.concatenate([first, last, start, start])
    heads = np.concatenate([last, first, graph.ends[segments, 0], graph.ends[segments, 1]])
    lengths = np.concatenate([graph.metres, graph.metres, along, graph.metres[segments] - along])
    # A sparse matrix would add parallel streets up; only the shortest of them counts.
    order = np.lexsort((lengths, heads, tails))
    pairs = np.column_stack([tails, heads])[order]
    shortest = np.ones(len(order), dtype=bool)
    shortest[1:] = (pairs[1:] != pairs[:-1]).any(axis=1)
    kept = order[shortest]
    nodes = graph.junctions + len(segments)
    return csr_array((lengths[kept], (tails[kept], heads[kept])), shape=(nodes, nodes))


def _to_places(
    graph: StreetGraph,
    homes: Places,
    from_gate: NDArray[np.float64],
    segments: NDArray[np.intp],
    along: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return metres from each start to each home, shape (starts, homes).

    A home is reached by either end of its segment, or along the segment it shares with the start.
    """
    first, last = graph.ends[homes.segment].T
    rest = graph.metres[homes.segment] - homes.along_metres
    metres = np.minimum(from_gate[:, first] + homes.along_metres, from_gate[:, last] + rest)
    beside = np.abs(along[:, None] - homes.along_metres[None, :])
    same = segments[:, None] == homes.segment[None, :]
    metres = np.where(same, np.minimum(metres, beside), metres)
    return metres + homes.access_metres


def _no_streets(detour: float) -> Fallback:
    """Say that walks are straight lines."""
    return Fallback(
        "streets",
        f"There are no streets; walks are straight lines × {detour:g}.",
        f"没有道路数据，步行距离按直线距离×{detour:g}计算。",
    )


def _scrap_notes(graph: StreetGraph) -> list[Fallback]:
    """Say how many segments hang together with nothing."""
    if not graph.scraps:
        return []
    return [
        Fallback(
            "walks_scraps",
            f"{graph.scraps} street segments on short unconnected pieces are left out of walks.",
            f"{graph.scraps} 条孤立的短路段未计入步行路网。",
        )
    ]


def _far_notes(
    study: Study,
    points: gpd.GeoSeries,
    far_homes: NDArray[np.bool_],
    far_gates: NDArray[np.bool_],
    detour: float,
) -> list[Fallback]:
    """Name areas and sections that lie too far from any street."""
    if not (far_homes.any() or far_gates.any()):
        return []
    far = f"{FARTHEST_STREET_METRES:,.0f}"
    en, zh = _named(study, points, far_homes, far_gates)
    return [
        Fallback(
            "walks_far_from_streets",
            f"More than {far} m from any street, so walks are straight lines × {detour:g}: {en}.",
            f"距最近道路超过 {far} 米，步行距离按直线距离 × {detour:g} 计算：{zh}。",
        )
    ]


def _cut_off_notes(
    study: Study,
    points: gpd.GeoSeries,
    cut_homes: NDArray[np.bool_],
    cut_gates: NDArray[np.bool_],
    pieces: int,
) -> list[Fallback]:
    """Name areas and sections on another piece of the network than the longest."""
    if not (cut_homes.any() or cut_gates.any()):
        return []
    en, zh = _named(study, points, cut_homes, cut_gates)
    return [
        Fallback(
            "walks_cut_off",
            f"The streets are in {pieces} unconnected pieces; "
            f"not on the longest, so no way leads there from the rest: {en}.",
            f"路网分为 {pieces} 个不连通部分；以下不在最大部分上，与其余地区步行不可达：{zh}。",
        )
    ]


def _named(
    study: Study,
    points: gpd.GeoSeries,
    areas: NDArray[np.bool_],
    sections: NDArray[np.bool_],
) -> tuple[str, str]:
    """Return counts and names of some areas and sections, in English and Chinese."""
    zh_names = study.areas["name"]
    en_names = study.areas["name_en"].fillna(zh_names)
    labels = [str(label) for label in points.index[sections]]
    en, zh = [], []
    if areas.any():
        en.append(f"{areas.sum()} areas ({_listed(list(en_names[areas]), ', ', ' and {} more')})")
        zh.append(
            f"{areas.sum()} 个单元（{_listed(list(zh_names[areas]), '、', '等，另有 {} 个')}）"
        )
    if labels:
        en.append(f"{len(labels)} sections ({_listed(labels, ', ', ' and {} more')})")
        zh.append(f"{len(labels)} 个学段部（{_listed(labels, '、', '等，另有 {} 个')}）")
    return " and ".join(en), "，".join(zh)


def _listed(names: Sequence[str], comma: str, more: str) -> str:
    """List the first names and count the others."""
    shown = [str(name) for name in names[:NAMES_SHOWN]]
    others = len(names) - len(shown)
    return comma.join(shown) + (more.format(others) if others else "")
