"""Turn street lines into a network on which a child can go from door to school gate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from planner.norms.street_classes import UNKNOWN_CLASS, street_classes
from planner.travel.lines import cut_at_barriers, cut_at_ends, joined, open_lines

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from planner.travel.barriers import Barrier

__all__ = ["SCRAP_METRES", "SCRAP_SHARE", "Places", "StreetGraph", "snap", "street_graph"]

SCRAP_METRES: Final = 500.0
SCRAP_SHARE: Final = 0.01
"""An unconnected piece shorter than both (metres, share of all streets) is a scrap of the map,
such as a car park or a drive, and no village; nobody starts a walk on it."""

SAME_METRES: Final = 0.01
"""Lines between the same junctions whose middles lie closer than this are one street."""

NEARBY_METRES: Final = (100.0, 300.0, 1000.0)
"""How far streets are looked for when the nearest one lies behind a barrier, step by step."""


@dataclass(frozen=True, slots=True, eq=False)
class StreetGraph:
    """Segments between junctions, for one way of travelling.

    Attributes:
        lines: The segments' lines.
        ends: Junctions at the first and last point of each line, shape (segments, 2).
        metres: Length of each segment along the street.
        forward: Whether one may go from the first point to the last.
        backward: Whether one may go from the last point to the first.
        kmh: Speed on each segment of a bus that nothing holds up.
        piece: The connected piece each segment belongs to; piece 0 is the longest.
        junctions: Number of junctions.
        scraps: Segments left out because their piece is a scrap of the map.
        twice: Segments left out because they were drawn before.
        met: Line ends that met another line away from its ends, where it was cut.
    """

    lines: NDArray[Any]
    ends: NDArray[np.intp]
    metres: NDArray[np.float64]
    forward: NDArray[np.bool_]
    backward: NDArray[np.bool_]
    kmh: NDArray[np.float64]
    piece: NDArray[np.intp]
    junctions: int
    scraps: int
    twice: int
    met: int

    @property
    def pieces(self) -> int:
        """Number of connected pieces."""
        return int(self.piece.max(initial=-1)) + 1

    @property
    def one_way(self) -> bool:
        """Whether there is a street on which one may not turn back."""
        return bool((self.forward != self.backward).any())


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Points brought to the street: where on which segment, and how far off it they lie.

    `along_metres` runs from the segment's first end, in metres along the street;
    `access_metres` is the straight way from the point to the street.
    """

    segment: NDArray[np.intp]
    along_metres: NDArray[np.float64]
    access_metres: NDArray[np.float64]


def street_graph(
    streets: gpd.GeoDataFrame, mode: str = "foot", barriers: tuple[Barrier, ...] = ()
) -> StreetGraph:
    """Join the streets that are open to a mode at their common ends.

    Lines that cross without a common end do not meet: a bridge leads over a railway. A line end
    that lies on another line meets it there, unless one of them is a bridge or tunnel. Streets
    drawn twice count once.

    Args:
        streets: The streets table.
        mode: "foot", "cycle" or "bus".
        barriers: What is crossed only by bridges, tunnels and crossings.
    """
    crosses = streets["crosses"].to_numpy(dtype=object, na_value="")
    lines = open_lines(streets, mode)
    if barriers:
        lines = cut_at_barriers(lines, barriers, crosses)
    lines, met = cut_at_ends(lines, crosses)
    ends, junctions = joined(lines)
    forward, backward = (each[lines.row] for each in _directions(streets, mode))
    kept, forward, backward = _once(lines.shapes, ends, lines.metres, forward, backward)
    piece = _pieces(ends[kept], lines.metres[kept], junctions)
    of_note = _not_scraps(piece, lines.metres[kept])
    chosen = kept[of_note]
    return StreetGraph(
        lines=lines.shapes[chosen],
        ends=ends[chosen],
        metres=lines.metres[chosen],
        forward=forward[of_note],
        backward=backward[of_note],
        kmh=_speeds(streets)[lines.row[chosen]],
        piece=piece[of_note],
        junctions=junctions,
        scraps=int((~of_note).sum()),
        twice=len(ends) - len(kept),
        met=met,
    )


def snap(graph: StreetGraph, points: NDArray[Any], barriers: tuple[Barrier, ...] = ()) -> Places:
    """Bring points, [point], to the nearest place on the nearest segment.

    Where two segments are equally near, the westernmost (then southernmost) place is taken, so
    that the order of the streets table means nothing. Where a barrier lies in between, the
    nearest segment on the same side is taken, if there is one within 1,000 metres.
    """
    tree = shapely.STRtree(graph.lines)
    (point, segment), access = tree.query_nearest(points, return_distance=True, all_matches=True)
    if barriers:
        matches = point, segment, access
        point, segment, access = _on_this_side(graph, tree, points, barriers, *matches)
    share = shapely.line_locate_point(graph.lines[segment], points[point], normalized=True)
    place = shapely.line_interpolate_point(graph.lines[segment], share, normalized=True)
    order = np.lexsort((segment, *np.round(shapely.get_coordinates(place), 3).T[::-1], point))
    _, first = np.unique(point[order], return_index=True)
    chosen = order[first]
    return Places(
        segment=segment[chosen],
        along_metres=share[chosen] * graph.metres[segment[chosen]],
        access_metres=access[chosen],
    )


def _directions(
    streets: gpd.GeoDataFrame, mode: str
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Tell of each street whether one may go as it is drawn, and against it."""
    way = streets[{"foot": "foot_direction", "cycle": "cycle_direction"}.get(mode, "direction")]
    if mode == "cycle":
        way = way.fillna(streets["direction"])
    return tuple((way != against).to_numpy(dtype=bool) for against in ("backward", "forward"))


def _speeds(streets: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """Return the speed of a bus on each street: its limit, else what its class allows."""
    classes = street_classes()
    usual = [classes.get(name, UNKNOWN_CLASS).kmh for name in streets["street_class"]]
    limit = streets["speed_kmh"].to_numpy(dtype=float, na_value=np.nan)
    return np.where(np.isnan(limit), usual, limit)


def _once(
    lines: NDArray[Any],
    ends: NDArray[np.intp],
    metres: NDArray[np.float64],
    forward: NDArray[np.bool_],
    backward: NDArray[np.bool_],
) -> tuple[NDArray[np.intp], NDArray[np.bool_], NDArray[np.bool_]]:
    """Return the segments that are not drawn twice, and which ways they are open.

    Of lines drawn on one another the first is kept, open in every way in which one of them is.
    Lines without length are left out: their ends are one junction.
    """
    turned = ends[:, 0] > ends[:, 1]
    middle = shapely.get_coordinates(shapely.line_interpolate_point(lines, 0.5, normalized=True))
    keys = np.column_stack([np.sort(ends, axis=1), np.rint(middle / SAME_METRES)])
    order = np.lexsort((np.rint(metres / SAME_METRES), *keys.T))
    new = np.ones(len(order), dtype=bool)
    new[1:] = (np.diff(keys[order], axis=0) != 0).any(axis=1)
    new[1:] |= np.diff(np.rint(metres / SAME_METRES)[order]) != 0
    same = np.empty(len(order), dtype=np.intp)
    same[order] = np.cumsum(new) - 1
    first = order[new]  # a stable sort leaves the one drawn first in front
    along, against = np.zeros((2, len(first)), dtype=bool)
    # Two lines drawn in opposite directions may lead to each other's open way.
    flip = turned != turned[first][same]
    np.logical_or.at(along, same, np.where(flip, backward, forward))
    np.logical_or.at(against, same, np.where(flip, forward, backward))
    as_drawn = np.argsort(first)
    as_drawn = as_drawn[metres[first[as_drawn]] > 0]
    return first[as_drawn], along[as_drawn], against[as_drawn]


def _pieces(
    ends: NDArray[np.intp], metres: NDArray[np.float64], junctions: int
) -> NDArray[np.intp]:
    """Return the connected piece of each segment, numbered from the longest to the shortest."""
    links = coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(junctions,) * 2)
    count, piece_of_junction = connected_components(links, directed=False)
    piece = piece_of_junction[ends[:, 0]]
    length = np.bincount(piece, weights=metres, minlength=count)
    rank = np.empty(count, dtype=np.intp)
    rank[np.argsort(-length, kind="stable")] = np.arange(count)
    return rank[piece]


def _not_scraps(piece: NDArray[np.intp], metres: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which segments belong to a piece worth walking on."""
    length = np.bincount(piece, weights=metres)
    of_note = (length >= SCRAP_METRES) | (length >= SCRAP_SHARE * metres.sum())
    kept: NDArray[np.bool_] = of_note[piece]
    return kept


def _on_this_side(
    graph: StreetGraph,
    tree: shapely.STRtree,
    points: NDArray[Any],
    barriers: tuple[Barrier, ...],
    point: NDArray[np.intp],
    segment: NDArray[np.intp],
    access: NDArray[np.float64],
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
    """Return the matches with those behind a barrier replaced by the nearest on this side."""
    ways = shapely.shortest_line(points[point], graph.lines[segment])
    behind = np.unique(point[_met(ways, barriers)])
    for radius in NEARBY_METRES:
        near, line = tree.query(points[behind], "dwithin", distance=radius)
        ways = shapely.shortest_line(points[behind[near]], graph.lines[line])
        open_way = ~_met(ways, barriers)
        near, line, length = behind[near[open_way]], line[open_way], shapely.length(ways[open_way])
        order = np.lexsort((length, near))
        _, first = np.unique(near[order], return_index=True)
        best = order[first]
        kept = ~np.isin(point, near[best])
        point = np.concatenate([point[kept], near[best]])
        segment = np.concatenate([segment[kept], line[best]])
        access = np.concatenate([access[kept], length[best]])
        behind = np.setdiff1d(behind, near)
    return point, segment, access


def _met(ways: NDArray[Any], barriers: tuple[Barrier, ...]) -> NDArray[np.bool_]:
    """Tell which straight ways lead over any barrier."""
    met: NDArray[np.bool_] = np.any([barrier.met_by(ways) for barrier in barriers], axis=0)
    return met
