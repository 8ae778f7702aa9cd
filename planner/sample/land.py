"""Divide the land into areas: hamlets and blocks that grow where people live."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import Voronoi

from planner.sample.frame import GRID_DEGREES, Frame, to_degrees, to_metres
from planner.sample.places import gather, metres, nearest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.sample.frame import Village

__all__ = ["Land", "divide_land", "in_one_piece", "shared_edges", "spread"]

_HOUSEHOLDS_PER_AREA: Final = 45
_MOST_HOUSEHOLDS: Final = 240_000
"""Enough to tell 10,000 areas apart."""
_PLENTY: Final = 3_000
"""Households that are enough to find where a township's villages lie."""
_URBAN_SHARE: Final = 0.52
"""Share of a township's households that stand in its built-up core."""


@dataclass(frozen=True, slots=True, eq=False)
class Land:
    """The areas of the county; positions in metres, polygons in degrees on the grid."""

    names: tuple[str, ...]
    names_en: tuple[str, ...]
    township: NDArray[np.int64]
    village: NDArray[np.int64]
    setting: tuple[str, ...]
    centre: NDArray[np.float64]
    polygons: NDArray[Any]
    people_share: NDArray[np.float64]
    remoteness: NDArray[np.float64]
    neighbours: NDArray[np.int64]
    villages: tuple[Village, ...]
    village_centre: NDArray[np.float64]

    def __len__(self) -> int:
        """Return the number of areas."""
        return len(self.names)

    @property
    def ids(self) -> list[str]:
        """Return the areas' keys, in order."""
        return [f"A{number:05d}" for number in range(1, len(self.names) + 1)]

    @property
    def communities(self) -> list[str]:
        """Return what the community or village committee of each village is called."""
        return [_committee(village) for village in self.villages]

    def of_setting(self, *settings: str) -> NDArray[np.bool_]:
        """Tell which areas lie in these settings."""
        found: NDArray[np.bool_] = np.isin(np.array(self.setting), settings)
        return found


def divide_land(frame: Frame, areas: int, rng: np.random.Generator) -> Land:
    """Divide the county into areas whose borders fit exactly.

    Households are strewn around the seats, along the lakes and thinly over the hills; villages
    gather households, areas gather those of one village, and borders run half-way between
    areas. Names of villages are real, where they lie is invented.

    Args:
        frame: The county's frame.
        areas: Number of areas to make.
        rng: Source of chance.
    """
    households, township = _households(frame, areas, rng)
    villages, centres = _place_villages(frame, households, township, areas, rng)
    of_village = nearest(centres, households)
    centre, village, households_of = _areas_of_villages(
        households, of_village, len(villages), areas, rng
    )
    polygons = _cells(frame.land, centre, rng)
    order = np.lexsort((np.arange(len(centre)), village))
    centre, village, polygons = centre[order], village[order], polygons[order]
    people = households_of[order] * rng.lognormal(0.0, 0.18, len(order))
    names, names_en = _names(villages, village)
    of_township = np.array([villages[number].township for number in village])
    people = _fit_shares(people, of_township, frame)
    return Land(
        names=names,
        names_en=names_en,
        township=of_township,
        village=village,
        setting=_settings(frame, villages, village, centre),
        centre=centre,
        polygons=polygons,
        people_share=people,
        remoteness=_remoteness(frame, centre, of_township),
        neighbours=_neighbours(polygons),
        villages=villages,
        village_centre=centres,
    )


def spread(amount: int, weights: NDArray[np.float64]) -> NDArray[np.int64]:
    """Divide a whole number by weights so that the parts add up to it (largest remainders)."""
    exact = amount * weights / weights.sum()
    parts: NDArray[np.int64] = np.floor(exact).astype(np.int64)
    rest = np.argsort(parts - exact, kind="stable")[: amount - int(parts.sum())]
    parts[rest] += 1
    return parts


def _households(
    frame: Frame, areas: int, rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Strew households over the land, densely in the cores, and say in which township."""
    wanted = min(max(areas, 200) * _HOUSEHOLDS_PER_AREA, _MOST_HOUSEHOLDS)
    seats = frame.seats()
    shares = np.array([township.share for township in frame.townships])
    radius = np.array([township.radius_metres for township in frame.townships])
    urban = np.array([township.urban for township in frame.townships])
    land = frame.metres(frame.land)
    shapely.prepare(land)
    core = rng.choice(len(seats), size=int(wanted * _URBAN_SHARE), p=_core_weights(shares, urban))
    near = seats[core] + rng.normal(size=(len(core), 2)) * (radius[core] * 0.62)[:, None]
    wide = _hill_households(land, frame, wanted - len(core), rng)
    points = np.vstack([near, wide])
    points = points[shapely.contains_xy(land, points[:, 0], points[:, 1])]
    # A big township reaches further: its distances count for less.
    reach = (shares / shares.mean()) ** 0.08
    distance = np.linalg.norm(points[:, None, :] - seats[None, :, :], axis=2) / reach
    return points, np.argmin(distance, axis=1)


def _core_weights(shares: NDArray[np.float64], urban: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return how the households of cores divide: sub-districts are nearly all core."""
    weights = shares * np.where(urban, 1.0, 0.42)
    part: NDArray[np.float64] = weights / weights.sum()
    return part


def _hill_households(
    land: Any, frame: Frame, wanted: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Strew households outside the cores: more of them near water, few in the hills."""
    west, south, east, north = shapely.bounds(land)
    points = rng.uniform((west, south), (east, north), size=(wanted * 5, 2))
    shores = [frame.metres(lake.geometry).boundary.segmentize(150) for lake in frame.lakes]
    to_water = metres(shapely.get_coordinates(shores), points)
    to_seat = metres(frame.seats(), points)
    # Valleys: waves that stand for ridges and flats, so that hamlets come in strings.
    valley = np.sin(points[:, 0] / 1900 + np.sin(points[:, 1] / 2600)) + np.sin(
        points[:, 1] / 2300 - points[:, 0] / 4100
    )
    appeal = 0.16 + 0.9 * np.exp(-to_water / 1500) + 0.7 * np.exp(-to_seat / 2500)
    appeal *= np.exp(0.55 * valley)
    kept = points[rng.uniform(size=len(points)) < appeal / 2.2]
    dry: NDArray[np.float64] = kept[shapely.contains_xy(land, kept[:, 0], kept[:, 1])]
    return dry[:wanted]


def _place_villages(
    frame: Frame,
    households: NDArray[np.float64],
    township: NDArray[np.int64],
    areas: int,
    rng: np.random.Generator,
) -> tuple[tuple[Village, ...], NDArray[np.float64]]:
    """Give each township's villages a place; its first community stands at the seat."""
    seats = frame.seats()
    chosen = _chosen_villages(frame, areas)
    villages: list[Village] = []
    centres: list[NDArray[np.float64]] = []
    for number in range(len(frame.townships)):
        ours = [village for village in chosen if village.township == number]
        points = households[township == number]
        points = points[:: max(1, len(points) // _PLENTY)]
        places = gather(points, len(ours), rng)[0]
        inward = np.argsort(np.linalg.norm(places - seats[number], axis=1), kind="stable")
        # Communities are urban: they take the places nearest to the seat.
        ours.sort(key=lambda village: not village.community)
        villages += ours
        centres += [places[place] for place in inward]
    return tuple(villages), np.array(centres)


def _chosen_villages(frame: Frame, areas: int) -> list[Village]:
    """Return all villages, or in a tiny county as many of each township as there are areas for."""
    if areas >= len(frame.villages) * 2:
        return list(frame.villages)
    sizes = np.array([township.share for township in frame.townships])
    wanted = spread(max(areas // 2, len(sizes)) - len(sizes), sizes) + 1
    chosen = []
    for number, count in enumerate(wanted):
        ours = [village for village in frame.villages if village.township == number]
        chosen += ours[:count]
    return chosen


def _areas_of_villages(
    households: NDArray[np.float64],
    of_village: NDArray[np.int64],
    villages: int,
    areas: int,
    rng: np.random.Generator,
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """Divide every village into areas; return their centres, villages and households."""
    sizes = np.bincount(of_village, minlength=villages)
    counts = spread(areas - villages, sizes.astype(np.float64)) + 1
    centres, village, households_of = [], [], []
    for number in range(villages):
        points = households[of_village == number]
        places, whose = gather(points, int(counts[number]), rng)
        centres.append(places)
        village.append(np.full(len(places), number))
        households_of.append(np.bincount(whose, minlength=len(places)) + 1)
    return np.vstack(centres), np.concatenate(village), np.concatenate(households_of)


def _cells(land: Any, centre: NDArray[np.float64], rng: np.random.Generator) -> NDArray[Any]:
    """Return one polygon per centre; together they are the land, without overlap or gap.

    All borders are noded on the coordinate grid first and polygons are read off the result, so
    that neighbours share every vertex.
    """
    inner = shapely.intersection(_ridges(centre, rng), land)
    noded = shapely.union_all(
        [shapely.boundary(land), *shapely.get_parts(inner)], grid_size=GRID_DEGREES
    )
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    # Rings of border round a lake enclose the lake as well: only faces on land count.
    faces = faces[shapely.contains(land, shapely.point_on_surface(faces))]
    inside = to_metres(shapely.get_coordinates(shapely.point_on_surface(faces)))
    whose = in_one_piece(faces, nearest(centre, inside), len(centre))
    order = np.argsort(whose, kind="stable")
    starts = np.searchsorted(whose[order], np.arange(len(centre) + 1))
    return np.array(
        [
            shapely.normalize(shapely.coverage_union_all(faces[order[start:stop]]))
            for start, stop in itertools.pairwise(starts)
        ]
    )


def _ridges(centre: NDArray[np.float64], rng: np.random.Generator) -> Any:
    """Return the lines half-way between centres, slightly bent, as one geometry in degrees."""
    middle = centre.mean(axis=0)
    far = middle + 2e5 * np.array([(1, 0), (0, 1), (-1, 0), (0, -1), (1, 1), (-1, -1)])
    diagram = Voronoi(np.vstack([centre, far]))
    ends = np.array([ridge for ridge in diagram.ridge_vertices if -1 not in ridge])
    start, stop = diagram.vertices[ends[:, 0]], diagram.vertices[ends[:, 1]]
    along = stop - start
    length = np.linalg.norm(along, axis=1)
    across = np.column_stack([-along[:, 1], along[:, 0]])
    bend = rng.uniform(-0.09, 0.09, len(ends)) * np.minimum(1, 1500 / np.maximum(length, 1))
    bend[length < 60] = 0
    bent = (start + stop) / 2 + across * bend[:, None]
    vertices = to_degrees(np.stack([start, bent, stop], axis=1).reshape(-1, 2))
    lines = shapely.linestrings(vertices.reshape(-1, 3, 2))
    return shapely.multilinestrings(lines)


def in_one_piece(faces: NDArray[Any], whose: NDArray[np.int64], areas: int) -> NDArray[np.int64]:
    """Give the far pieces of a divided area to the neighbour with the longest common border."""
    whose = whose.copy()
    pairs, lengths = shared_edges(faces)
    for _ in range(6):
        pieces = _pieces(pairs, whose, len(faces))
        area_of_piece = np.bincount(pieces, shapely.area(faces))
        largest = np.zeros(areas)
        np.maximum.at(largest, whose, area_of_piece[pieces])
        stray = area_of_piece[pieces] < largest[whose]
        if not stray.any():
            break
        for face in np.flatnonzero(stray):
            touching = (pairs == face).any(axis=1)
            others = pairs[touching].sum(axis=1) - face
            outside = pieces[others] != pieces[face]
            if outside.any():
                best = np.argmax(np.where(outside, lengths[touching], -1))
                whose[face] = whose[others[best]]
    return whose


def _pieces(pairs: NDArray[np.int64], whose: NDArray[np.int64], faces: int) -> NDArray[np.int64]:
    """Number the connected pieces of equal owner."""
    same = pairs[whose[pairs[:, 0]] == whose[pairs[:, 1]]]
    graph = coo_matrix((np.ones(len(same)), (same[:, 0], same[:, 1])), shape=(faces, faces))
    return connected_components(graph, directed=False)[1].astype(np.int64)


def shared_edges(
    polygons: NDArray[Any],
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the pairs of polygons with a common border and its length (in degrees)."""
    points, owner = shapely.get_coordinates(shapely.boundary(polygons), return_index=True)
    grid = np.rint(points / GRID_DEGREES).astype(np.int64)
    same = owner[:-1] == owner[1:]
    start, stop, owner = grid[:-1][same], grid[1:][same], owner[:-1][same]
    swap = (start[:, 0] > stop[:, 0]) | ((start[:, 0] == stop[:, 0]) & (start[:, 1] > stop[:, 1]))
    low, high = np.where(swap[:, None], stop, start), np.where(swap[:, None], start, stop)
    edges = np.column_stack([low, high])
    order = np.lexsort((owner, *edges.T))
    edges, owner = edges[order], owner[order]
    twin = (edges[1:] == edges[:-1]).all(axis=1)
    pairs = np.sort(np.column_stack([owner[:-1][twin], owner[1:][twin]]), axis=1)
    steps = (edges[:-1][twin][:, :2] - edges[:-1][twin][:, 2:]).astype(np.float64)
    lengths = np.linalg.norm(steps, axis=1) * GRID_DEGREES
    pairs, place = np.unique(pairs, axis=0, return_inverse=True)
    return pairs.astype(np.int64), np.asarray(np.bincount(place.ravel(), lengths), np.float64)


def _neighbours(polygons: NDArray[Any]) -> NDArray[np.int64]:
    """Return the pairs of areas that share a border."""
    return shared_edges(polygons)[0]


def _names(
    villages: tuple[Village, ...], village: NDArray[np.int64]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Name every area after its village and number it where there are several."""
    names, names_en = [], []
    counts = np.bincount(village, minlength=len(villages))
    seen = np.zeros(len(villages), dtype=np.int64)
    for number in village:
        ours = villages[number]
        seen[number] += 1
        zh = _committee(ours)
        en = f"{ours.short_en} {'Community' if ours.community else 'Village'}"
        if counts[number] > 1:
            zh += f"第{seen[number]}{'小区' if ours.community else '组'}"
            en += f" {'block' if ours.community else 'group'} {seen[number]}"
        names.append(zh)
        names_en.append(en)
    return tuple(names), tuple(names_en)


def _committee(village: Village) -> str:
    """Return the name of a village's committee: a community in town, a village elsewhere."""
    return f"{village.short}社区" if village.community else _with_village(village.short)


def _with_village(short: str) -> str:
    """Add 村 to a village's name that does not end in it."""
    return short if short.endswith("村") else f"{short}村"


def _settings(
    frame: Frame,
    villages: tuple[Village, ...],
    village: NDArray[np.int64],
    centre: NDArray[np.float64],
) -> tuple[str, ...]:
    """Say of every area whether it is city, town or village."""
    seats = frame.seats()
    settings = []
    for number, place in zip(village, centre, strict=True):
        ours = villages[number]
        township = frame.townships[ours.township]
        near = float(np.linalg.norm(place - seats[ours.township]))
        if township.urban and ours.community and near < 2.2 * township.radius_metres:
            settings.append("city")
        elif ours.community and near < 2.2 * township.radius_metres:
            settings.append("town")
        else:
            settings.append("village")
    return tuple(settings)


def _remoteness(
    frame: Frame, centre: NDArray[np.float64], township: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return how far out an area lies: 0 at its township's seat, towards 1 in the hills."""
    away = np.linalg.norm(centre - frame.seats()[township], axis=1)
    remoteness: NDArray[np.float64] = 1 - np.exp(-away / 4000)
    return remoteness


def _fit_shares(
    people: NDArray[np.float64], township: NDArray[np.int64], frame: Frame
) -> NDArray[np.float64]:
    """Scale people so that every township has its share of the county."""
    wanted = np.array([item.share for item in frame.townships])
    found = np.bincount(township, people, len(wanted))
    scaled = people * (wanted / found)[township]
    part: NDArray[np.float64] = scaled / scaled.sum()
    return part
