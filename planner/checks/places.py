"""Hold the places against one another: areas, the schools in them, streets in one piece."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from planner.checks.extent import far_metres
from planner.reading.findings import Finding, Severity, Words
from planner.reading.street_use import open_streets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from numpy.typing import NDArray

    from planner.reading import RawStudy, RawTable

__all__ = ["CHECKS"]

OUTSIDE_METRES: Final = 5_000.0  # nearer places are slips at the border, and need no distance
OVERLAP_SHARE: Final = 0.01  # of the smaller area: residents would be counted twice
OVERLAP_M2: Final = 100.0
ROUNDING_M2: Final = 1.0  # what rounded coordinates leave between neighbours
JUNCTION_DECIMALS: Final = 2  # street ends within a centimetre meet, as in walking

POINTS: Final = frozenset({"Point"})
POLYGONS: Final = frozenset({"Polygon", "MultiPolygon"})
LINES: Final = frozenset({"LineString"})
KINDS: Final = {
    "schools": (POINTS, Words("a point", "点")),
    "areas": (POLYGONS, Words("a polygon", "面")),
    "streets": (LINES, Words("a line in one piece", "单条线")),
    "barriers": (POLYGONS | LINES | {"MultiLineString"}, Words("a polygon or line", "面或线")),
    "entrances": (POINTS, Words("a point", "点")),
    "gates": (POINTS, Words("a point", "点")),
    "addresses": (POINTS, Words("a point", "点")),
    "sites": (POINTS, Words("a point", "点")),
}


def _missing(table: str) -> Callable[[RawStudy], Iterator[Finding]]:
    """Return the check that everything has a shape of the right kind."""

    def check(study: RawStudy) -> Iterator[Finding]:
        ours = study.tables[table]
        shapes = _shapes(ours)
        gone = np.asarray(shapely.is_missing(shapes) | shapely.is_empty(shapes))
        if ours.placed:
            yield from ours.at(
                gone,
                Words("there is no place of {values}.", "{values}没有位置。"),
                Words("Draw its shape, or fill in its coordinates.", "请绘制图形，或填写坐标。"),
                values=ours.frame.iloc[:, 0],
            )
        allowed, noun = KINDS[table]
        kinds = ours.frame.geometry.geom_type
        yield from ours.at(
            ~gone & ~kinds.isin(allowed).to_numpy(),
            Words(
                f"the shape is {{values}}, not {noun.en}.", f"图形类型是{{values}}，应为{noun.zh}。"
            ),
            Words("Replace the shape.", "请更换图形。"),
            values=kinds,
        )

    return check


def _overlaps(study: RawStudy) -> Iterator[Finding]:
    """Yield areas that lie on one another; a sliver is a warning, more is an error."""
    areas = study.tables["areas"]
    shapes = _shapes(areas)
    kinds = areas.frame.geometry.geom_type.isin(POLYGONS).to_numpy()
    sound = np.flatnonzero(kinds & shapely.is_valid(shapes) & (far_metres(study, "areas") == 0))
    one, other, shared = _overlapping_pairs(shapes[sound])
    one, other = sound[one], sound[other]
    sizes = shapely.area(shapes)
    limit = np.minimum(OVERLAP_SHARE * np.minimum(sizes[one], sizes[other]), OVERLAP_M2)
    ids = areas.frame["area_id"].astype("str")
    for severity, chosen in (
        (Severity.ERROR, shared > limit),
        (Severity.WARNING, (shared <= limit) & (shared > ROUNDING_M2)),
    ):
        pairs = [
            f"{ids.iloc[i]} + {ids.iloc[j]}: {m2:.0f} m2"
            for i, j, m2 in zip(one[chosen], other[chosen], shared[chosen], strict=True)
        ]
        where = np.isin(np.arange(len(shapes)), [*one[chosen], *other[chosen]])
        yield from areas.at(
            where,
            Words("areas overlap: {values}.", "单元相互重叠：{values}。").about(pairs),
            Words(
                "Let each place belong to one area: snap the borders to each other.",
                "每处只能属于一个单元：请将边界相互贴合。",
            ),
            severity=severity,
        )


def _overlapping_pairs(
    shapes: NDArray[Any],
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
    """Return pairs of polygons that share more than a border, and how much in m2."""
    nothing = np.empty(0, dtype=np.intp)
    if len(shapes) == 0:
        return nothing, nothing, np.empty(0)
    # A clean coverage has no overlap; only polygons whose edges break it can overlap.
    broken = ~shapely.is_empty(shapely.coverage_invalid_edges(shapes))
    suspects = np.flatnonzero(broken)
    if len(suspects) == 0:
        return nothing, nothing, np.empty(0)
    tree = shapely.STRtree(shapes)
    first, second = tree.query(shapes[suspects], predicate="intersects")
    pairs = np.sort(np.column_stack([suspects[first], second]), axis=1)
    pairs = np.unique(pairs[pairs[:, 0] < pairs[:, 1]], axis=0)
    one, other = pairs.T
    shared = shapely.area(shapely.intersection(shapes[one], shapes[other]))
    lying = shared > 0
    return one[lying], other[lying], shared[lying]


def _in_the_lake(table: str) -> Callable[[RawStudy], Iterator[Finding]]:
    """Return the check that no school or site stands in a lake."""

    def check(study: RawStudy) -> Iterator[Finding]:
        ours, barriers = study.tables[table], study.tables["barriers"].frame
        lakes = barriers.geometry[(barriers["kind"] == "lake").fillna(value=False).to_numpy()]
        yield from ours.at(
            _within(_shapes(ours), lakes.to_numpy()),
            Words("a lake lies where {values} should stand.", "{values}位于湖中。"),
            Words(
                "Correct its coordinates; if all places are off by some 500 m, they are GCJ-02: "
                'write crs = "GCJ-02" in study.toml.',
                "请更正坐标；如果普遍偏移约500米，坐标应为GCJ-02，请在study.toml中注明。",
            ),
            values=ours.frame.iloc[:, 0],
        )

    return check


def _outside(table: str) -> Callable[[RawStudy], Iterator[Finding]]:
    """Return the check that schools, sites and houses stand in some area."""

    def check(study: RawStudy) -> Iterator[Finding]:
        ours, areas = study.tables[table], _shapes(study.tables["areas"])
        areas = areas[~(shapely.is_missing(areas) | shapely.is_empty(areas))]
        shapes = _shapes(ours)
        if len(areas) == 0:
            return
        placed = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
        outside = placed & ~_within(shapes, areas) & (far_metres(study, table) == 0)
        yield from ours.at(
            outside,
            Words("no area holds {values}.", "{values}不在任何单元之内。"),
            Words("Correct its coordinates or the areas.", "请更正其坐标或单元边界。"),
            values=ours.frame.iloc[:, 0].astype("str") + _how_far(shapes, areas, outside),
            severity=Severity.WARNING,
        )

    return check


def _how_far(points: NDArray[Any], areas: NDArray[Any], outside: NDArray[np.bool_]) -> NDArray[Any]:
    """Return for each point outside the kilometres to the nearest area, where they are many."""
    said = np.full(len(points), "", dtype=object)
    for place in np.flatnonzero(outside):
        metres = float(np.min(shapely.distance(areas, points[place])))
        if metres > OUTSIDE_METRES:
            said[place] = f" ({metres / 1000:.0f} km)"
    return said


def _street_pieces(study: RawStudy) -> Iterator[Finding]:
    """Warn of a street network in several pieces, between which nobody can walk."""
    streets = study.tables["streets"]
    lines = streets.frame.geometry
    walkable = open_streets(streets.frame)
    used = np.flatnonzero(walkable & (lines.geom_type == "LineString").to_numpy())
    if len(used) == 0:
        return
    piece = _pieces(lines.to_numpy()[used])
    length = np.bincount(piece, weights=shapely.length(lines.to_numpy()[used]))
    main = int(length.argmax())
    if len(length) == 1:
        return
    share = 1.0 - length[main] / length.sum()
    where = np.zeros(len(lines), dtype=bool)
    where[used[piece != main]] = True
    yield from streets.at(
        where,
        Words(
            f"the streets fall into {len(length)} pieces; {share:.1%} of their length is cut off "
            "from the largest.",
            f"道路网分为{len(length)}片；有{share:.1%}的长度与最大一片不相连。",
        ),
        Words("Join the street ends where children can walk across.", "请在可步行处连接道路端点。"),
        severity=Severity.WARNING,
    )


def _pieces(lines: NDArray[Any]) -> NDArray[np.int32]:
    """Return for each line the number of the connected piece it belongs to."""
    ends = np.concatenate([shapely.get_point(lines, 0), shapely.get_point(lines, -1)])
    places = np.round(shapely.get_coordinates(ends), JUNCTION_DECIMALS)
    _, junction = np.unique(places, axis=0, return_inverse=True)
    start, stop = junction.reshape(2, -1)
    size = int(junction.max()) + 1
    links = coo_array((np.ones(len(lines)), (start, stop)), shape=(size, size))
    return np.asarray(connected_components(links, directed=False)[1][start])


def _shapes(table: RawTable) -> NDArray[Any]:
    """Return the shapes of a table."""
    return np.asarray(table.frame.geometry.to_numpy(), dtype=object)


def _within(points: NDArray[Any], polygons: NDArray[Any]) -> NDArray[np.bool_]:
    """Tell which points lie in one of the polygons or on its border."""
    inside = np.zeros(len(points), dtype=bool)
    if len(points) and len(polygons):
        inside[shapely.STRtree(polygons).query(points, predicate="intersects")[0]] = True
    return inside


def _all_checks() -> Mapping[str, list[Callable[[RawStudy], Iterable[Finding]]]]:
    """Return the checks of every table with shapes, in the order in which they are told."""
    checks: dict[str, list[Callable[[RawStudy], Iterable[Finding]]]] = {
        table: [_missing(table)] for table in KINDS
    }
    checks["areas"].append(_overlaps)
    checks["streets"].append(_street_pieces)
    for table in ("schools", "sites"):
        checks[table] += [_in_the_lake(table), _outside(table)]
    checks["addresses"].append(_outside("addresses"))
    return checks


CHECKS: Final = _all_checks()
