"""Turn street lines into a network on which a child can walk from door to school gate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

__all__ = ["SCRAP_METRES", "SCRAP_SHARE", "Places", "StreetGraph", "snap", "street_graph"]

JUNCTION_METRES: Final = 1.0
"""Line ends closer than this are one junction: maps are drawn no more exactly."""

SCRAP_METRES: Final = 500.0
SCRAP_SHARE: Final = 0.01
"""An unconnected piece shorter than both (metres, share of all streets) is a scrap of the map,
such as a car park or a drive, and no village; nobody starts a walk on it."""


@dataclass(frozen=True, slots=True, eq=False)
class StreetGraph:
    """Walkable segments between junctions, both ways.

    Attributes:
        lines: The segments' lines.
        ends: Junctions at the first and last point of each line, shape (segments, 2).
        metres: Length of each segment along the street.
        piece: The connected piece each segment belongs to; piece 0 is the longest.
        junctions: Number of junctions.
        scraps: Segments left out because their piece is a scrap of the map.
    """

    lines: NDArray[Any]
    ends: NDArray[np.intp]
    metres: NDArray[np.float64]
    piece: NDArray[np.intp]
    junctions: int
    scraps: int

    @property
    def pieces(self) -> int:
        """Number of connected pieces."""
        return int(self.piece.max(initial=-1)) + 1


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Points brought to the street: where on which segment, and how far off it they lie.

    `along_metres` runs from the segment's first end, in metres along the street;
    `access_metres` is the straight way from the point to the street.
    """

    segment: NDArray[np.intp]
    along_metres: NDArray[np.float64]
    access_metres: NDArray[np.float64]


def street_graph(streets: gpd.GeoDataFrame) -> StreetGraph:
    """Join the walkable streets at their common ends.

    Lines that cross without a common end do not meet: a bridge leads over a railway. Lengths are
    those of the table where given, else those of the lines. Lines of several parts are taken
    part by part, their given length shared out by the length drawn.
    """
    lines, metres = _walkable_lines(streets)
    ends, junctions = _junctions(lines)
    piece = _pieces(ends, metres, junctions)
    kept = _not_scraps(piece, metres)
    return StreetGraph(
        lines=lines[kept],
        ends=ends[kept],
        metres=metres[kept],
        piece=piece[kept],
        junctions=junctions,
        scraps=int((~kept).sum()),
    )


def snap(graph: StreetGraph, points: NDArray[Any]) -> Places:
    """Bring points to the nearest place on the nearest segment.

    Where two segments are equally near, the westernmost (then southernmost) place is taken, so
    that the order of the streets table means nothing.
    """
    tree = shapely.STRtree(graph.lines)
    (point, segment), access = tree.query_nearest(points, return_distance=True, all_matches=True)
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


def _walkable_lines(streets: gpd.GeoDataFrame) -> tuple[NDArray[Any], NDArray[np.float64]]:
    """Return single lines that children may walk along, with their lengths in metres."""
    open_to_all = streets["walkable"].fillna(True).to_numpy(dtype=bool)  # noqa: FBT003
    walkable = streets[open_to_all]
    merged = shapely.line_merge(walkable.geometry.to_numpy())
    lines, row = shapely.get_parts(merged, return_index=True)
    drawn = shapely.length(lines)
    given = walkable["length_metres"].to_numpy(dtype=float, na_value=np.nan)
    of_row = np.bincount(row, weights=drawn, minlength=len(walkable))
    metres = np.where(np.isnan(given[row]), drawn, given[row] * drawn / of_row[row])
    return lines, metres


def _junctions(lines: NDArray[Any]) -> tuple[NDArray[np.intp], int]:
    """Return the junctions at both ends of each line, and how many junctions there are."""
    if not len(lines):
        return np.empty((0, 2), dtype=np.intp), 0
    both = np.concatenate([shapely.get_point(lines, 0), shapely.get_point(lines, -1)])
    spots, spot_of_end = np.unique(
        np.round(shapely.get_coordinates(both), 2), axis=0, return_inverse=True
    )
    near = cKDTree(spots).query_pairs(JUNCTION_METRES, output_type="ndarray")
    links = coo_array((np.ones(len(near)), (near[:, 0], near[:, 1])), shape=(len(spots),) * 2)
    junctions, junction_of_spot = connected_components(links, directed=False)
    return junction_of_spot[spot_of_end.ravel()].reshape(2, -1).T.astype(np.intp), int(junctions)


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
