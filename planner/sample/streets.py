"""Lay out streets: town grids, village roads, a way round the lakes, a railway and a bypass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components, dijkstra, minimum_spanning_tree
from scipy.spatial import Delaunay, cKDTree

from planner.sample.frame import to_metres
from planner.sample.places import nearest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.sample.frame import Feature, Frame
    from planner.sample.land import Land

__all__ = ["Streets", "lay_streets"]

_BLOCK_METRES: Final = 150.0
_BRIDGE_EVERY_METRES: Final = 1500.0
_SHORE_METRES: Final = 90.0
_EAST_WEST: Final = (
    "星云路", "湖滨路", "文化路", "学府路", "振兴路", "龙泉路", "古滇路", "兴江路", "双桥路",
    "永安路", "朝阳路", "和平路", "翠屏路", "碧云路", "玉带路",
)  # fmt: skip
_NORTH_SOUTH: Final = (
    "宁海路", "星辉路", "抚仙路", "青铜街", "渔浦街", "仁和街", "团结路", "建设路", "新华街",
    "康宁路", "东风街", "西门街", "迎宾路", "前进路", "荷花街",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Streets:
    """Street segments in metres, with the junctions that they join."""

    junctions: NDArray[np.float64]
    ends: NDArray[np.int64]
    lines: NDArray[Any]
    names: tuple[str, ...]
    classes: tuple[str, ...]
    walkable: NDArray[np.bool_]


def lay_streets(frame: Frame, land: Land, rng: np.random.Generator) -> Streets:
    """Join every settlement by streets that keep out of the lakes.

    Towns have a grid of blocks; hamlets are joined to their nearest neighbours. Streets cross
    the railway and the bypass only at bridges; everything walkable is in one piece.
    """
    ground = _ground(frame)
    junctions, town = _junctions(frame, land, ground, rng)
    ends = _candidates(junctions, ground)
    barred = _crossing(junctions, ends, _barrier_lines(frame))
    kept = _plain_streets(junctions, ends, town, rng) & (barred == 0)
    kept |= _bridges(frame, junctions, ends, barred)
    kept |= _joins(junctions, ends, kept, barred)
    junctions, town, ends, bridge = _largest_piece(junctions, town, ends[kept], barred[kept] > 0)
    classes = _classes(frame, junctions, town, ends, bridge)
    lines = _drawn(junctions, ends, town, bridge, ground, _barrier_lines(frame), rng)
    names = _street_names(frame, junctions, town, ends, classes)
    return _with_bypass(
        frame, Streets(junctions, ends, lines, names, classes, np.ones(len(ends), dtype=np.bool_))
    )


def _ground(frame: Frame) -> Any:
    """Return the ground that streets may use: the land a little off the shores."""
    ground = frame.metres(frame.land).buffer(-25)
    ground = max(shapely.get_parts(ground), key=shapely.area)
    shapely.prepare(ground)
    return ground


def _barrier_lines(frame: Frame) -> list[Any]:
    """Return railway and bypass in metres."""
    return [frame.metres(line.geometry) for line in frame.lines]


def _junctions(
    frame: Frame, land: Land, ground: Any, rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Place junctions; say of each to which town grid it belongs, -1 in the country."""
    seats = frame.seats()
    radius = np.array([1.25 * township.radius_metres for township in frame.townships])
    grids, of_grid = _grids(frame, rng)
    hamlets = land.centre + rng.normal(0, 15, land.centre.shape)
    pairs = land.centre[land.neighbours]
    away = np.linalg.norm(pairs[:, 0] - pairs[:, 1], axis=1)
    halfway = pairs.mean(axis=1)[away > 480] + rng.normal(0, 40, (int((away > 480).sum()), 2))
    country = np.vstack([hamlets, _shores(frame), halfway])
    inside = np.linalg.norm(country[:, None] - seats[None], axis=2) < radius - 40
    points = np.vstack([grids, country[~inside.any(axis=1)]])
    town = np.concatenate([of_grid, np.full(len(points) - len(grids), -1)])
    dry = shapely.contains_xy(ground, points[:, 0], points[:, 1])
    points, town = points[dry], town[dry]
    apart = _apart(points, 55.0)
    return points[apart], town[apart]


def _grids(frame: Frame, rng: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the street corners of every township's core, each core turned its own way."""
    seats = frame.seats()
    points, town = [], []
    for number, township in enumerate(frame.townships):
        # The two sub-districts are one town: one grid.
        main = next(n for n, item in enumerate(frame.townships) if item.urban == township.urban)
        main = main if township.urban else number
        origin, turn = seats[main], 0.12 + 0.23 * main
        reach = int(1.25 * township.radius_metres // _BLOCK_METRES) + 1
        steps = np.arange(-reach, reach + 1)
        turned = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
        shift = np.rint((seats[number] - origin) @ turned.T / _BLOCK_METRES)
        corner = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2) + shift
        places = origin + corner * _BLOCK_METRES @ turned
        near = np.linalg.norm(places - seats[number], axis=1) < 1.25 * township.radius_metres
        points.append(places[near])
        town.append(np.full(int(near.sum()), main))
    corners = np.vstack(points)
    return corners + rng.normal(0, 5, corners.shape), np.concatenate(town)


def _shores(frame: Frame) -> NDArray[np.float64]:
    """Return points along the lakes for the road round them."""
    points = []
    for lake in frame.lakes:
        ring = frame.metres(lake.geometry).buffer(_SHORE_METRES).exterior
        steps = np.arange(0, ring.length, 260.0)
        points.append(shapely.get_coordinates(shapely.line_interpolate_point(ring, steps)))
    return np.vstack(points)


def _apart(points: NDArray[np.float64], metres: float) -> NDArray[np.int64]:
    """Return the points that stay when each takes away the later ones close to it."""
    close = cKDTree(points).query_pairs(metres, output_type="ndarray")
    gone = np.zeros(len(points), dtype=np.bool_)
    for first, second in close[np.lexsort((close[:, 1], close[:, 0]))]:
        if not gone[first]:
            gone[second] = True
    return np.flatnonzero(~gone)


def _candidates(junctions: NDArray[np.float64], ground: Any) -> NDArray[np.int64]:
    """Return the neighbouring pairs of junctions whose straight line stays on the ground."""
    triangles = Delaunay(junctions).simplices
    pairs = np.sort(np.vstack([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [0, 2]]]))
    pairs = np.unique(pairs, axis=0).astype(np.int64)
    lines = shapely.linestrings(junctions[pairs])
    dry: NDArray[np.int64] = pairs[shapely.covers(ground, lines)]
    return dry


def _crossing(
    junctions: NDArray[np.float64], ends: NDArray[np.int64], barriers: list[Any]
) -> NDArray[np.int64]:
    """Return which barrier each pair would cross: 0 none, else its number; 9 for several."""
    lines = shapely.linestrings(junctions[ends])
    crossed = np.zeros(len(ends), dtype=np.int64)
    for number, barrier in enumerate(barriers, start=1):
        hit = shapely.intersects(lines, barrier)
        crossed[hit] = np.where(crossed[hit] == 0, number, 9)
    return crossed


def _plain_streets(
    junctions: NDArray[np.float64],
    ends: NDArray[np.int64],
    town: NDArray[np.int64],
    rng: np.random.Generator,
) -> NDArray[np.bool_]:
    """Choose the pairs that become streets: no other junction is closer to both ends.

    In the country some further ways remain, as paths that cut a corner.
    """
    tree = cKDTree(junctions)
    length = np.linalg.norm(junctions[ends[:, 0]] - junctions[ends[:, 1]], axis=1)
    near = np.asarray(tree.query(junctions, k=min(12, len(junctions)))[1])
    closer = np.zeros(len(ends), dtype=np.bool_)
    for other in near.T[1:]:
        for one, two in ((ends[:, 0], ends[:, 1]), (ends[:, 1], ends[:, 0])):
            third = junctions[other[one]]
            to_one = np.linalg.norm(third - junctions[one], axis=1)
            to_two = np.linalg.norm(third - junctions[two], axis=1)
            closer |= (to_one < 0.995 * length) & (to_two < 0.995 * length)
    corner = (town[ends] < 0).all(axis=1) & (length < 900) & (rng.uniform(size=len(ends)) < 0.22)
    grid = (town[ends] >= 0).all(axis=1) & (length < 1.2 * _BLOCK_METRES)
    chosen: NDArray[np.bool_] = ~closer | corner | grid
    return chosen


def _bridges(
    frame: Frame,
    junctions: NDArray[np.float64],
    ends: NDArray[np.int64],
    barred: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Choose where streets cross railway and bypass: the shortest way every mile or so."""
    kept = np.zeros(len(ends), dtype=np.bool_)
    middle = junctions[ends].mean(axis=1)
    length = np.linalg.norm(junctions[ends[:, 0]] - junctions[ends[:, 1]], axis=1)
    for number, barrier in enumerate(_barrier_lines(frame), start=1):
        ours = np.flatnonzero(barred == number)
        along = shapely.line_locate_point(barrier, shapely.points(middle[ours]))
        for stretch in np.unique(along // _BRIDGE_EVERY_METRES):
            here = ours[along // _BRIDGE_EVERY_METRES == stretch]
            kept[here[np.argmin(length[here])]] = True
    return kept


def _joins(
    junctions: NDArray[np.float64],
    ends: NDArray[np.int64],
    kept: NDArray[np.bool_],
    barred: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Choose the further pairs that bring everything into one piece at the least length."""
    length = np.linalg.norm(junctions[ends[:, 0]] - junctions[ends[:, 1]], axis=1)
    price = np.where(kept, 1e-3, length * np.where(barred > 0, 5.0, 1.0))
    size = len(junctions)
    graph = coo_matrix((price, (ends[:, 0], ends[:, 1])), shape=(size, size)).tocsr()
    tree = minimum_spanning_tree(graph).tocoo()
    wanted = set(zip(tree.row.tolist(), tree.col.tolist(), strict=True))
    return np.array([(int(a), int(b)) in wanted or (int(b), int(a)) in wanted for a, b in ends])


def _largest_piece(
    junctions: NDArray[np.float64],
    town: NDArray[np.int64],
    ends: NDArray[np.int64],
    bridge: NDArray[np.bool_],
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Leave out what no way reaches, such as a corner behind a lake."""
    size = len(junctions)
    graph = coo_matrix((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(size, size))
    piece = connected_components(graph, directed=False)[1]
    stays = piece == np.argmax(np.bincount(piece))
    number = np.cumsum(stays) - 1
    whole = stays[ends[:, 0]]
    return junctions[stays], town[stays], number[ends[whole]], bridge[whole]


def _classes(
    frame: Frame,
    junctions: NDArray[np.float64],
    town: NDArray[np.int64],
    ends: NDArray[np.int64],
    bridge: NDArray[np.bool_],
) -> tuple[str, ...]:
    """Name the class of every street: the ways between the seats are main roads."""
    length = np.linalg.norm(junctions[ends[:, 0]] - junctions[ends[:, 1]], axis=1)
    size = len(junctions)
    price = length * np.where(bridge, 1.2, 1.0)
    graph = coo_matrix((price, (ends[:, 0], ends[:, 1])), shape=(size, size)).tocsr()
    seat = nearest(junctions, frame.seats())
    before = dijkstra(graph, directed=False, indices=seat, return_predecessors=True)[1]
    main: set[tuple[int, int]] = set()
    for start, row in enumerate(before):
        for goal in seat[start + 1 :]:
            place = int(goal)
            while row[place] >= 0:
                main.add((min(place, int(row[place])), max(place, int(row[place]))))
                place = int(row[place])
    in_town = np.atleast_1d((town[ends] >= 0).all(axis=1))
    classes = []
    for (one, two), metres, urban in zip(ends, length, in_town, strict=True):
        if (min(one, two), max(one, two)) in main:
            classes.append("primary" if urban else "secondary")
        elif urban:
            classes.append("residential")
        else:
            classes.append("tertiary" if metres < 700 else "track")
    return tuple(classes)


def _drawn(
    junctions: NDArray[np.float64],
    ends: NDArray[np.int64],
    town: NDArray[np.int64],
    bridge: NDArray[np.bool_],
    ground: Any,
    barriers: list[Any],
    rng: np.random.Generator,
) -> NDArray[Any]:
    """Draw the segments: straight in town and on bridges, winding in the country."""
    start, stop = junctions[ends[:, 0]], junctions[ends[:, 1]]
    straight = shapely.linestrings(np.stack([start, stop], axis=1))
    along = stop - start
    across = np.column_stack([-along[:, 1], along[:, 0]])
    bend = rng.uniform(-0.11, 0.11, (len(ends), 2, 1))
    third = start + along / 3 + across * bend[:, 0]
    other = start + along * 2 / 3 + across * bend[:, 1]
    winding = shapely.linestrings(np.stack([start, third, other, stop], axis=1))
    country = (town[ends] < 0).any(axis=1) & (np.linalg.norm(along, axis=1) > 220) & ~bridge
    fits = country & shapely.covers(ground, winding)
    for barrier in barriers:
        fits &= ~shapely.intersects(winding, barrier)
    drawn: NDArray[Any] = np.where(fits, winding, straight)
    return drawn


def _street_names(
    frame: Frame,
    junctions: NDArray[np.float64],
    town: NDArray[np.int64],
    ends: NDArray[np.int64],
    classes: tuple[str, ...],
) -> tuple[str, ...]:
    """Name the streets of the towns by their row in the grid, main roads by their township."""
    seats = frame.seats()
    close_seat = nearest(seats, junctions[ends].mean(axis=1))
    names = []
    for (one, two), kind, close in zip(ends, classes, close_seat, strict=True):
        grid = int(town[one])
        if grid >= 0 and town[two] == grid:
            turn = 0.12 + 0.23 * grid
            turned = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
            places = (junctions[[one, two]] - seats[grid]) @ turned.T / _BLOCK_METRES
            flat = abs(places[0, 0] - places[1, 0]) > abs(places[0, 1] - places[1, 1])
            row = round(float(places.mean(axis=0)[1 if flat else 0]))
            names.append(_street_name(row, grid, flat=flat))
        elif kind == "secondary":
            names.append(f"{frame.townships[close].name[:2]}公路")
        else:
            names.append("")
    return tuple(names)


def _street_name(row: int, grid: int, *, flat: bool) -> str:
    """Name a street of a town by its row: no two rows of a town are called alike.

    Beyond the middle rows the names come again, with the side of the town on which they lie.
    """
    words, sides = (_EAST_WEST, "南北") if flat else (_NORTH_SOUTH, "西东")
    round_, place = divmod(row + len(words) // 2, len(words))
    name = words[(place + 3 * grid) % len(words)]
    return name if round_ == 0 else f"{name[:-1]}{sides[round_ > 0]}{name[-1]}"


def _with_bypass(frame: Frame, streets: Streets) -> Streets:
    """Add the bypass as a road for cars, joined to the streets at both of its ends."""
    line: Feature = next(item for item in frame.lines if item.kind == "trunk_road")
    path = to_metres(shapely.get_coordinates(line.geometry))
    joints = nearest(streets.junctions, path[[0, -1]])
    path = np.vstack([streets.junctions[joints[0]], path[3:-3], streets.junctions[joints[1]]])
    return Streets(
        junctions=streets.junctions,
        ends=np.vstack([streets.ends, joints]),
        lines=np.append(streets.lines, shapely.linestrings(path)),
        names=(*streets.names, line.name),
        classes=(*streets.classes, "trunk"),
        walkable=np.append(streets.walkable, False),
    )
