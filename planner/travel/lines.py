"""Bring the streets to single lines that can be joined: those open to a traveller, cut."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from planner.reading.street_use import open_streets

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from planner.travel.barriers import Barrier

__all__ = ["JUNCTION_METRES", "Lines", "cut_at_barriers", "cut_at_ends", "joined", "open_lines"]

JUNCTION_METRES: Final = 1.0
"""Line ends closer than this are one junction: maps are drawn no more exactly. A line end this
close to another line meets it there."""

GAP_METRES: Final = 2.0
"""How far before a barrier a line ends: farther than a junction reaches."""

ON_LINE_METRES: Final = 0.05
"""What is left of an end snapped to a line when both are brought to another projection."""

AT_LEVEL: Final = frozenset({"railway", "trunk_road"})
"""Barriers that a crossing at street level leads over; others need a bridge or tunnel."""


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Single lines of streets.

    Attributes:
        shapes: The lines, in metres.
        metres: Length along the street of each.
        row: Row of the streets table that each belongs to.
    """

    shapes: NDArray[Any]
    metres: NDArray[np.float64]
    row: NDArray[np.intp]


def open_lines(streets: gpd.GeoDataFrame, mode: str) -> Lines:
    """Return the lines of the streets open to a mode, with their lengths.

    Lengths are those of the table where given, else those of the lines. Lines of several parts
    are taken part by part, their given length shared out by the length drawn.
    """
    rows = np.flatnonzero(open_streets(streets, mode))
    # Parts keep the way in which they are drawn: one-way streets are told by it.
    merged = shapely.line_merge(streets.geometry.to_numpy()[rows], directed=True)
    shapes, of = shapely.get_parts(merged, return_index=True)
    given = streets["length_metres"].to_numpy(dtype=float, na_value=np.nan)[rows]
    return _shared_out(shapes, of, given, rows)


def cut_at_barriers(lines: Lines, barriers: tuple[Barrier, ...], crosses: NDArray[Any]) -> Lines:
    """Return the lines without what leads over a barrier elsewhere than by bridge or crossing.

    A line ends shortly before a barrier and goes on behind it, and nobody passes in between. At a
    trunk road only lines that pass straight over are cut: those that end on it meet it at a
    junction, where one crosses. What a lake or river bed covers is left out.

    Args:
        lines: The lines.
        barriers: What is not crossed, by kind.
        crosses: The streets table's column, [row].
    """
    shapes = lines.shapes.copy()
    how = crosses[lines.row]
    bridged = np.isin(how, ("bridge", "tunnel"))
    for barrier in barriers:
        over = bridged | (how == "crossing") if barrier.kind in AT_LEVEL else bridged
        bound = np.flatnonzero(~over)
        line, part = shapely.STRtree(barrier.shapes).query(shapes[bound], predicate="intersects")
        line, met = bound[line], barrier.shapes[part]
        if barrier.kind == "trunk_road":
            met = _passed_over(shapes[line], met)
            line, met = line[passing := ~shapely.is_empty(met)], met[passing]
        _take_away(shapes, line, shapely.buffer(met, GAP_METRES))
    parts, of = shapely.get_parts(shapes, return_index=True)
    drawn = shapely.length(lines.shapes)
    share = np.divide(lines.metres, drawn, out=np.ones(len(drawn)), where=drawn > 0)
    return Lines(parts, shapely.length(parts) * share[of], lines.row[of])


def cut_at_ends(lines: Lines, crosses: NDArray[Any]) -> tuple[Lines, int]:
    """Cut lines where the end of another lies on them, and say how many such ends there are.

    An end that meets no other end meets a line within a junction's width; ends that meet one
    another meet it only where they lie exactly on it, since a bend of a bridge may lie above a
    street. Streets said to be bridges or tunnels are left whole, and meet others at their ends.

    Args:
        lines: The lines.
        crosses: The streets table's column, [row].
    """
    ground = np.flatnonzero(~np.isin(crosses[lines.row], ("bridge", "tunnel")))
    if not len(ground):
        return lines, 0
    spots, _, uses = _spots(lines.shapes[ground])
    points, reach = shapely.points(spots), np.where(uses == 1, JUNCTION_METRES, ON_LINE_METRES)
    tree = shapely.STRtree(lines.shapes[ground])
    spot, line = tree.query(points, "dwithin", distance=reach)
    along = shapely.line_locate_point(lines.shapes[ground[line]], points[spot])
    rest = shapely.length(lines.shapes[ground[line]]) - along
    inside = (along > JUNCTION_METRES) & (rest > JUNCTION_METRES)
    if not inside.any():
        return lines, 0
    return _cut(lines, ground[line[inside]], along[inside]), len(np.unique(spot[inside]))


def joined(lines: Lines) -> tuple[NDArray[np.intp], int]:
    """Return the junctions at both ends of each line, [line, 2], and how many there are."""
    if not len(lines.shapes):
        return np.empty((0, 2), dtype=np.intp), 0
    spots, spot_of_end, _ = _spots(lines.shapes)
    points = shapely.points(spots)
    one, other = shapely.STRtree(points).query(points, "dwithin", distance=2 * JUNCTION_METRES)
    near = ((spots[one] - spots[other]) ** 2).sum(axis=1) <= JUNCTION_METRES**2
    links = coo_array((np.ones(near.sum()), (one[near], other[near])), shape=(len(spots),) * 2)
    junctions, junction_of_spot = connected_components(links, directed=False)
    return junction_of_spot[spot_of_end].reshape(2, -1).T.astype(np.intp), int(junctions)


def _spots(
    shapes: NDArray[Any],
) -> tuple[NDArray[np.float64], NDArray[np.intp], NDArray[np.intp]]:
    """Return the places where lines end, to the centimetre.

    With them come the place of each line's first point, then of each last one, and how many ends
    lie at each place.
    """
    corners, line = shapely.get_coordinates(shapes, return_index=True)
    first = np.searchsorted(line, np.arange(len(shapes)))
    ends = np.concatenate([first, np.append(first[1:], len(line)) - 1])
    # Complex numbers sort by east, then north, and faster than pairs do.
    east_north = np.round(corners[ends], 2) @ np.array([1, 1j])
    places, place, uses = np.unique(east_north, return_inverse=True, return_counts=True)
    return np.column_stack([places.real, places.imag]), place, uses


def _shared_out(
    shapes: NDArray[Any],
    of: NDArray[np.intp],
    given: NDArray[np.float64],
    rows: NDArray[np.intp],
) -> Lines:
    """Return parts of lines with their share of the length that the whole line is given."""
    drawn = shapely.length(shapes)
    whole = np.bincount(of, weights=drawn, minlength=len(rows))
    metres = np.where(np.isnan(given[of]), drawn, given[of] * drawn / whole[of])
    return Lines(shapes, metres, rows[of])


def _passed_over(lines: NDArray[Any], barriers: NDArray[Any]) -> NDArray[Any]:
    """Return where lines pass over a barrier, farther from their ends than a junction reaches.

    A line that runs along the barrier does not pass over it there.
    """
    ends = np.column_stack([shapely.get_point(lines, at) for at in (0, -1)])
    met = shapely.intersection(lines, barriers)
    met = shapely.difference(met, shapely.buffer(shapely.multipoints(ends), JUNCTION_METRES))
    nowhere = shapely.get_dimensions(met) > 0
    met[nowhere] = shapely.Point()
    return np.asarray(met, dtype=object)


def _take_away(shapes: NDArray[Any], line: NDArray[np.intp], covers: NDArray[Any]) -> None:
    """Take from each line all that its covers lie on, one cover of every line at a time."""
    order = np.argsort(line, kind="stable")
    line, covers = line[order], covers[order]
    turn = np.arange(len(line)) - np.searchsorted(line, line)
    for number in range(int(turn.max(initial=-1)) + 1):
        now = turn == number
        shapes[line[now]] = shapely.difference(shapes[line[now]], covers[now])


def _cut(lines: Lines, line: NDArray[np.intp], along: NDArray[np.float64]) -> Lines:
    """Return the lines cut at these places, `along` metres drawn from the first end."""
    order = np.lexsort((along, line))
    line, along = line[order], along[order]
    pieces, rows, metres = [], [], []
    numbers, starts = np.unique(line, return_index=True)
    for number, places in zip(numbers, np.split(along, starts[1:]), strict=True):
        for piece in _pieces(lines.shapes[number], places):
            pieces.append(piece)
            rows.append(lines.row[number])
            share = shapely.length(piece) / shapely.length(lines.shapes[number])
            metres.append(lines.metres[number] * share)
    whole = np.ones(len(lines.shapes), dtype=bool)
    whole[line] = False
    return Lines(
        shapes=np.concatenate([lines.shapes[whole], np.array(pieces, dtype=object)]),
        metres=np.concatenate([lines.metres[whole], metres]),
        row=np.concatenate([lines.row[whole], rows]).astype(np.intp),
    )


def _pieces(line: Any, along: NDArray[np.float64]) -> list[Any]:
    """Return one line cut at places farther apart than a junction is wide."""
    corners = shapely.get_coordinates(line)
    at = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(corners, axis=0).T))])
    apart = along[np.concatenate([[True], np.diff(along) > JUNCTION_METRES])]
    cuts = [0.0, *apart, at[-1]]
    pieces = []
    for begin, end in pairwise(cuts):
        inner = corners[(at > begin) & (at < end)]
        stops = [np.column_stack([np.interp(m, at, c) for c in corners.T]) for m in (begin, end)]
        pieces.append(shapely.linestrings(np.vstack([stops[0], inner, stops[1]])))
    return pieces
