"""Read streets, and lines that nobody crosses, from an extract of OpenStreetMap."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import osmium
import pandas as pd
import shapely
from osmium.filter import EntityFilter, KeyFilter
from osmium.osm import NODE, WAY, Node, Way
from pyproj import CRS

from planner.norms.street_classes import street_classes
from planner.reading.findings import Finding, Words
from planner.reading.osm_tags import COLUMNS, USED_TAGS, barrier_kind, street_cells
from planner.reading.table import Source

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["Extract", "read_extract"]

WGS84: Final = CRS.from_epsg(4326)
UNPLACED: Final = 2_147_483_647
"""The coordinate that osmium gives a node which the file does not contain."""
DEGREES: Final = 1e-7
"""What one unit of osmium's whole-number coordinates is."""
LEVEL_CROSSINGS: Final = frozenset({"level_crossing", "crossing"})
NO_LINES: Final = {
    "streets": Words("it has no streets (highway=*).", "文件中没有道路（highway=*）。"),
    "barriers": Words(
        "it has no railway, river, motorway or trunk road.",
        "文件中没有铁路、河流、高速公路或干道。",
    ),
}


@dataclass(frozen=True, slots=True, eq=False)
class Extract:
    """The rows of one table as an extract of OpenStreetMap gives them.

    `cells` has the headings of our columns, `shapes` a line in longitude and latitude per row.
    """

    source: Source
    cells: pd.DataFrame
    shapes: NDArray[Any]
    crs: CRS


@dataclass(slots=True)
class _Ways:
    """Ways one after the other: their tags, and their nodes in one row."""

    key: list[int] = field(default_factory=list)
    tags: list[dict[str, str]] = field(default_factory=list)
    length: list[int] = field(default_factory=list)
    node: list[int] = field(default_factory=list)
    x: list[int] = field(default_factory=list)
    y: list[int] = field(default_factory=list)
    rail_crossings: list[int] = field(default_factory=list)
    road_crossings: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class _Pieces:
    """Lines cut out of ways, and for each of their points the node it is.

    `way` gives each piece its way, `piece` each point its piece, `inner` tells points that are
    neither the first nor the last of their piece.
    """

    way: NDArray[np.intp]
    piece: NDArray[np.intp]
    node: NDArray[np.int64]
    inner: NDArray[np.bool_]
    lines: NDArray[Any]


def read_extract(path: Path, name: str, table: str) -> Extract | Finding:
    """Read the streets or the barriers of an extract (.osm, .osm.gz, .osm.pbf).

    Streets are cut where they share a node, so that they meet there and nowhere else: a bridge
    shares no node with what it crosses. Only the street classes of data/norms/streets are read.

    Args:
        path: The file.
        name: How messages call it, its path in the study folder.
        table: "streets" or "barriers".
    """
    source = Source(name, features=True)
    try:
        ways = _ways(path, table)
    except (RuntimeError, OSError) as error:  # osmium has no errors of its own
        return source.finding(
            Words(f"it cannot be opened ({error}).", f"文件无法打开（{error}）。"),
            Words("Download or export it again.", "请重新下载或导出。"),
        )
    pieces = _cut(ways, at_junctions=table == "streets")
    if not len(pieces.lines):
        return source.finding(
            NO_LINES[table],
            Words(
                "Take an extract that covers the county, nodes before ways.",
                "请使用覆盖全县的数据，且节点须在路线之前。",
            ),
        )
    cells = _streets(ways, pieces) if table == "streets" else _barriers(ways, pieces)
    return Extract(source, cells, pieces.lines, WGS84)


def _ways(path: Path, table: str) -> _Ways:
    """Return the ways of a table with their nodes, and the nodes where rails or roads are met.

    Filtering and the places of nodes are osmium's; only nodes of streets are touched here.
    """
    keys = ("highway", "railway") if table == "streets" else ("highway", "railway", "waterway")
    known = street_classes()
    found = _Ways()
    reader = osmium.FileProcessor(str(path)).with_locations()
    for item in reader.with_filter(EntityFilter(NODE | WAY)).with_filter(KeyFilter(*keys)):
        if isinstance(item, Node):
            if item.tags.get("railway") in LEVEL_CROSSINGS:
                found.rail_crossings.append(item.id)
            elif item.tags.get("highway") == "crossing":
                found.road_crossings.append(item.id)
        if not isinstance(item, Way):
            continue
        tags = {key: said for key in USED_TAGS if (said := item.tags.get(key)) is not None}
        if tags.get("highway") not in known if table == "streets" else not barrier_kind(tags):
            continue
        found.key.append(item.id)
        found.tags.append(tags)
        found.length.append(len(item.nodes))
        for node in item.nodes:
            found.node.append(node.ref)
            found.x.append(node.x)
            found.y.append(node.y)
    return found


def _cut(ways: _Ways, *, at_junctions: bool) -> _Pieces:
    """Cut ways where they share a node, and where the file lacks a node of theirs."""
    way = np.repeat(np.arange(len(ways.length)), ways.length)
    node, x, y = (np.array(each, dtype=np.int64) for each in (ways.node, ways.x, ways.y))
    there = x != UNPLACED
    run = np.cumsum(~there) + way  # a new run begins with each way and after each gap
    way, node, x, y, run = (each[there] for each in (way, node, x, y, run))
    first, last = _ends(run)
    _, place, uses = np.unique(node, return_inverse=True, return_counts=True)
    cut = (uses[place] > 1) & ~first & ~last & at_junctions
    # A point at which a way is cut ends one piece and begins the next.
    point = np.repeat(np.arange(len(node)), 1 + cut)
    again = np.zeros(len(point), dtype=bool)
    again[1:] = point[1:] == point[:-1]
    piece = np.cumsum(first[point] | again) - 1
    sizes = np.bincount(piece) if len(piece) else np.empty(0, dtype=np.intp)
    whole = sizes[piece] > 1
    point, piece = point[whole], np.unique(piece[whole], return_inverse=True)[1].ravel()
    begins, ends = _ends(piece)
    corners = np.column_stack([x, y])[point] * DEGREES
    return _Pieces(
        way=way[point][begins],
        piece=piece,
        node=node[point],
        inner=~begins & ~ends,
        lines=shapely.linestrings(corners, indices=piece) if len(piece) else np.empty(0, object),
    )


def _ends(group: NDArray[np.intp]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Tell which members are the first and the last of their group."""
    first = np.ones(len(group), dtype=bool)
    first[1:] = group[1:] != group[:-1]
    return first, np.append(first[1:], np.ones(min(1, len(group)), dtype=bool))


def _streets(ways: _Ways, pieces: _Pieces) -> pd.DataFrame:
    """Return the cells of the streets table."""
    of_way = pd.DataFrame([street_cells(tags) for tags in ways.tags], columns=list(COLUMNS))
    cells = of_way.iloc[pieces.way].reset_index(drop=True)
    number = np.arange(len(pieces.way)) - _first_of(pieces.way)
    keys = np.array(ways.key)[pieces.way]
    cells.insert(0, "street_id", [f"{key}.{n}" for key, n in zip(keys, number, strict=True)])
    # A crosswalk at the end of a street leads over the street that it meets there.
    at_rails = np.isin(pieces.node, ways.rail_crossings)
    on_roads = np.isin(pieces.node, ways.road_crossings) & pieces.inner
    crossed = np.bincount(pieces.piece, weights=at_rails | on_roads) > 0
    cells["crosses"] = cells["crosses"].where(cells["crosses"].notna() | ~crossed, "crossing")
    for column in ("walkable", "cyclable", "drivable"):
        cells[column] = cells[column].astype("boolean")
    return cells.astype({"speed_kmh": "float64"})


def _first_of(way: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return for each piece the position of the first piece of its way; ways are in order."""
    return np.searchsorted(way, way)


def _barriers(ways: _Ways, pieces: _Pieces) -> pd.DataFrame:
    """Return the cells of the barriers table."""
    number = np.arange(len(pieces.way)) - _first_of(pieces.way)
    return pd.DataFrame(
        {
            "barrier_id": [
                f"{ways.key[way]}.{n}" for way, n in zip(pieces.way, number, strict=True)
            ],
            "name": [ways.tags[way].get("name") for way in pieces.way],
            "kind": [barrier_kind(ways.tags[way]) for way in pieces.way],
        }
    )
