"""Let town areas be blocks between streets, as communities are, so that zones end at streets."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from scipy.optimize import linear_sum_assignment

from planner.sample.frame import GRID_DEGREES, to_degrees, to_metres
from planner.sample.land import in_one_piece, shared_edges
from planner.sample.places import nearest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.sample.frame import Frame
    from planner.sample.land import Land
    from planner.sample.streets import Streets

__all__ = ["bounded_by_streets", "named_borders"]

_LARGEST_BLOCK_M2: Final = 400_000.0
_LEAST_M2: Final = 9_000.0
_THIN: Final = 0.3
"""4π × size ÷ outline²: 1 for a circle, 0.79 for a square."""
_REACH_METRES: Final = 350.0
"""How far an area may lie from the block that becomes its first."""
_NOBODY: Final = -1


def bounded_by_streets(frame: Frame, land: Land, streets: Streets) -> Land:
    """Return the land with every town area made of whole blocks between streets.

    Each town area takes the block at its middle, or one close by; the other blocks join a
    neighbour. Where more areas than blocks crowd together, those left over keep half-way borders
    within a block. Country areas keep theirs and fill the rest.
    """
    blocks = _blocks(frame, land, streets)
    if not len(blocks):
        return land
    owner = _owners(land, blocks)
    polygons = _assembled(frame, land, blocks, owner)
    return replace(land, polygons=polygons, neighbours=shared_edges(polygons)[0])


def named_borders(land: Land, streets: Streets) -> Streets:
    """Return the streets with a name for every one at which two areas of a town meet.

    A street without a name is called after the village it leads through.
    """
    town = shapely.union_all(land.polygons[land.of_setting("city", "town")])
    shapely.prepare(town)
    middle = shapely.line_interpolate_point(streets.lines, 0.5, normalized=True)
    points = shapely.get_coordinates(middle)
    beside = shapely.dwithin(town, shapely.points(to_degrees(points)), 2 * GRID_DEGREES)
    village = nearest(land.village_centre, points)
    names = [
        name or (f"{land.villages[of].short}路" if near else "")
        for name, near, of in zip(streets.names, beside, village, strict=True)
    ]
    return replace(streets, names=tuple(names))


def _blocks(frame: Frame, land: Land, streets: Streets) -> NDArray[Any]:
    """Return the faces between streets, railway, shores and the county's border in the towns."""
    rounded = [
        shapely.transform(line, lambda points: np.round(to_degrees(points), 5))
        for line in streets.lines
    ]
    barriers = [shapely.intersection(line.geometry, frame.land) for line in frame.lines]
    noded = shapely.union_all(
        [*rounded, *barriers, shapely.boundary(frame.land)], grid_size=GRID_DEGREES
    )
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    town = shapely.union_all(land.polygons[land.of_setting("city", "town")])
    shapely.prepare(town)
    within = shapely.contains(town, shapely.point_on_surface(faces))
    size = shapely.area(shapely.transform(faces, to_metres))
    blocks: NDArray[Any] = faces[within & (size < _LARGEST_BLOCK_M2)]
    return blocks


def _owners(land: Land, blocks: NDArray[Any]) -> NDArray[np.int64]:
    """Return the town area of every block, -1 where no area has come to it."""
    towns = np.flatnonzero(land.of_setting("city", "town"))
    middle = to_metres(shapely.get_coordinates(shapely.centroid(blocks)))
    away = np.linalg.norm(land.centre[towns][:, None] - middle[None], axis=2)
    # A far block costs so much that an area rather has none.
    cost = np.minimum(away, _REACH_METRES) ** 2
    cost[away >= _REACH_METRES] = 1e9
    cost[:, _odd(blocks)] = 1e9
    chosen, block = linear_sum_assignment(cost)
    close = cost[chosen, block] < 1e9
    owner = np.full(len(blocks), _NOBODY, dtype=np.int64)
    owner[block[close]] = towns[chosen[close]]
    return _grown(land, blocks, middle, owner)


def _odd(blocks: NDArray[Any]) -> NDArray[np.bool_]:
    """Tell which blocks are too small or too thin for an area to live in."""
    flat = shapely.transform(blocks, to_metres)
    size, outline = shapely.area(flat), shapely.length(flat)
    odd: NDArray[np.bool_] = (size < _LEAST_M2) | (4 * np.pi * size < _THIN * outline**2)
    return odd


def _grown(
    land: Land, blocks: NDArray[Any], middle: NDArray[np.float64], owner: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Let areas grow over the blocks left, each time by the one that lies nearest to its area."""
    pairs, _ = shared_edges(blocks)
    beside: list[set[int]] = [set() for _ in blocks]
    for one, other in pairs.tolist():
        beside[one].add(other)
        beside[other].add(one)
    owner = owner.copy()
    while True:
        offers = [
            (float(np.linalg.norm(land.centre[owner[near]] - middle[block])), block, owner[near])
            for block in np.flatnonzero(owner == _NOBODY).tolist()
            for near in beside[block]
            if owner[near] != _NOBODY
        ]
        if not offers:
            return owner
        # Blocks that got an offer take the best; the next round goes on from there.
        best: dict[int, tuple[float, int]] = {}
        for away, block, area in offers:
            best[block] = min(best.get(block, (np.inf, 0)), (away, int(area)))
        least = sorted(best.items(), key=lambda item: item[1])[: max(1, len(best) // 2)]
        for block, (_, area) in least:
            owner[block] = area


def _assembled(
    frame: Frame, land: Land, blocks: NDArray[Any], owner: NDArray[np.int64]
) -> NDArray[Any]:
    """Return the polygons of all areas: blocks in the towns, former borders in the rest."""
    taken = owner != _NOBODY
    crowded = _crowded(land, blocks, owner)
    whole = blocks[taken & ~crowded]
    town = shapely.union_all(whole, grid_size=GRID_DEGREES)
    former = shapely.union_all(shapely.boundary(land.polygons), grid_size=GRID_DEGREES)
    noded = shapely.union_all(
        [
            *shapely.boundary(blocks[taken]),
            shapely.difference(former, town, grid_size=GRID_DEGREES),
            shapely.boundary(frame.land),
        ],
        grid_size=GRID_DEGREES,
    )
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    inside = shapely.point_on_surface(faces)
    on_land = shapely.contains(frame.land, inside)
    faces, inside = faces[on_land], inside[on_land]
    whose = nearest(land.centre, to_metres(shapely.get_coordinates(inside)))
    point, block = shapely.STRtree(whole).query(inside, predicate="within")
    whose[point] = owner[taken & ~crowded][block]
    shore = shapely.intersects(faces, shapely.boundary(frame.land))
    whose = _rid_of_rims(faces, whose, point, np.unique(owner[taken & ~crowded]), shore)
    whose = in_one_piece(faces, whose, len(land))
    order = np.argsort(whose, kind="stable")
    starts = np.searchsorted(whose[order], np.arange(len(land) + 1))
    return np.array(
        [
            shapely.normalize(shapely.coverage_union_all(faces[order[start:stop]]))
            for start, stop in itertools.pairwise(starts)
        ]
    )


def _crowded(land: Land, blocks: NDArray[Any], owner: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which blocks hold the middle of a town area that has no block of its own."""
    towns = np.flatnonzero(land.of_setting("city", "town"))
    without = np.setdiff1d(towns, owner)
    middle = shapely.points(to_degrees(land.centre[without]))
    crowded = np.zeros(len(blocks), dtype=np.bool_)
    crowded[shapely.STRtree(blocks).query(middle, predicate="intersects")[1]] = True
    return crowded


def _rid_of_rims(
    faces: NDArray[Any],
    whose: NDArray[np.int64],
    in_blocks: NDArray[np.intp],
    with_blocks: NDArray[np.int64],
    shore: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """Give what town areas have outside their blocks to the country area with most border there.

    A strip along the shore goes to the area with most border, in town or not.
    """
    whose = whose.copy()
    rim = np.isin(whose, with_blocks)
    rim[in_blocks] = False
    pairs, lengths = shared_edges(faces)
    in_town = np.zeros(len(faces), dtype=np.bool_)
    in_town[in_blocks] = True
    free = ~rim
    while rim.any():
        border: dict[int, tuple[float, int]] = {}
        for (one, other), length in zip(pairs.tolist(), lengths.tolist(), strict=True):
            for face, beside in ((one, other), (other, one)):
                if rim[face] and free[beside] and (shore[face] or not in_town[beside]):
                    border[face] = max(border.get(face, (0.0, 0)), (length, int(whose[beside])))
        if not border:
            break  # a pocket among blocks stays with the area it was of
        for face, (_, area) in border.items():
            whose[face] = area
            rim[face], free[face] = False, True
            in_town[face] = np.isin(area, with_blocks)
    return whose
