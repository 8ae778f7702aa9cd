"""Read streets from a GraphML file such as OSMnx writes."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from planner.reading.findings import Finding, Words
from planner.reading.open_street_map import Extract
from planner.reading.osm_tags import COLUMNS, street_cells
from planner.reading.table import Source

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["read_graphml"]

PLACES: Final = (("x", "y"), ("lon", "lat"), ("longitude", "latitude"))
LENGTH_DECIMALS: Final = 2  # the two directions of a street may be measured a hair apart
ANSWERS: Final = {"True": "yes", "False": "no"}


@dataclass(slots=True)
class _Graph:
    """A GraphML file as it stands: what its nodes and edges say about themselves."""

    directed: bool = True
    said: dict[str, str] = field(default_factory=dict)
    nodes: dict[str, dict[str, str]] = field(default_factory=dict)
    edges: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)


def read_graphml(path: Path, name: str) -> Extract | Finding:
    """Read the edges of a graph as streets.

    Nodes need `x` and `y` (or `lon` and `lat`). Of edges `geometry` (WKT), `length` in metres and
    the tags of OpenStreetMap are read; an edge without `geometry` is a straight line. Two edges
    that are each other's way back are one street; one without a way back is one-way for wheels.

    Args:
        path: The file.
        name: How messages call it, its path in the study folder.
    """
    source = Source(name, features=True)
    try:
        graph = _parsed(path)
    except (ET.ParseError, OSError, UnicodeDecodeError) as error:
        return source.finding(
            Words(f"it cannot be opened ({error}).", f"文件无法打开（{error}）。"),
            Words("Save it again as GraphML.", "请重新保存为GraphML。"),
        )
    places = _places(graph)
    unplaced = [key for one, other, _ in graph.edges for key in (one, other) if key not in places]
    if unplaced or not graph.edges:
        return _unreadable(source, graph, unplaced)
    try:
        crs = CRS.from_user_input(graph.said.get("crs", "EPSG:4326"))
        lines = _lines(graph, places)
    except (CRSError, shapely.errors.GEOSException) as error:
        return source.finding(
            Words(f"it cannot be understood ({error}).", f"内容无法识别（{error}）。"),
            Words("Save it again with OSMnx's save_graphml.", "请用OSMnx的save_graphml重新保存。"),
        )
    cells, kept = _streets(graph)
    return Extract(source, cells, lines[kept], crs)


def _parsed(path: Path) -> _Graph:
    """Return what a file says, element by element, so that large files need little memory."""
    graph, keys = _Graph(), dict[str, str]()
    for event, element in ET.iterparse(path, events=("start", "end")):  # noqa: S314 no entities
        tag = element.tag.rpartition("}")[2]
        if event == "start":
            if tag == "graph":
                graph.directed = element.get("edgedefault") != "undirected"
            continue
        if tag == "key":
            keys[element.get("id", "")] = element.get("attr.name", "")
        elif tag == "node":
            graph.nodes[element.get("id", "")] = _data(element, keys)
            element.clear()
        elif tag == "edge":
            ends = element.get("source", ""), element.get("target", "")
            graph.edges.append((*ends, _data(element, keys)))
            element.clear()
        elif tag == "graph":
            graph.said = _data(element, keys)
    return graph


def _data(element: ET.Element, keys: dict[str, str]) -> dict[str, str]:
    """Return what an element says about itself, by name."""
    return {
        keys.get(child.get("key", ""), ""): child.text or ""
        for child in element
        if child.tag.rpartition("}")[2] == "data"
    }


def _places(graph: _Graph) -> dict[str, tuple[float, float]]:
    """Return where the nodes are that say so."""
    found = {}
    for key, said in graph.nodes.items():
        for east, north in PLACES:
            try:
                found[key] = float(said[east]), float(said[north])
            except (KeyError, ValueError):
                continue
            break
    return found


def _unreadable(source: Source, graph: _Graph, unplaced: list[str]) -> Finding:
    """Say that there are no edges, or that nobody knows where they are."""
    if not graph.edges:
        return source.finding(
            Words("it has no edges.", "文件中没有边。"),
            Words("Save a street network in it.", "请保存道路网络。"),
        )
    return source.finding(
        Words("the place of nodes is not known: {values}.", "节点没有位置：{values}。").about(
            unplaced
        ),
        Words(
            "Give every node x and y, as OSMnx's save_graphml does.",
            "请为每个节点给出x、y，例如用OSMnx的save_graphml保存。",
        ),
    )


def _lines(graph: _Graph, places: dict[str, tuple[float, float]]) -> NDArray[Any]:
    """Return the line of every edge."""
    straight = np.array([[places[one], places[other]] for one, other, _ in graph.edges])
    lines = shapely.linestrings(straight)
    drawn = np.array([said.get("geometry", "") for *_, said in graph.edges], dtype=object)
    lines[drawn != ""] = shapely.from_wkt(drawn[drawn != ""])
    return np.asarray(lines, dtype=object)


def _streets(graph: _Graph) -> tuple[pd.DataFrame, NDArray[np.intp]]:
    """Return the cells of the streets table and the edges that they are."""
    names = [edge[end] for end in (0, 1) for edge in graph.edges]
    one, other = pd.factorize(pd.Series(names))[0].reshape(2, -1)
    length = pd.to_numeric(
        pd.Series([said.get("length", "") for *_, said in graph.edges]), errors="coerce"
    )
    table = pd.DataFrame(
        {
            "west": np.minimum(one, other),
            "east": np.maximum(one, other),
            "osmid": [said.get("osmid", "") for *_, said in graph.edges],
            "length": length.round(LENGTH_DECIMALS),
            "back": one > other,
        }
    )
    street = ["west", "east", "osmid", "length"]
    # The first edge there and the first edge back are one street; the second ones another.
    table["turn"] = table.groupby([*street, "back"], dropna=False).cumcount()
    there_and_back = table.groupby([*street, "turn"], dropna=False)["back"].transform("nunique") > 1
    twice = table.duplicated([*street, "turn"]) & there_and_back
    kept = np.flatnonzero(~twice)
    rows = [street_cells(_tags(graph.edges[edge][2])) for edge in kept]
    cells = pd.DataFrame(rows, columns=list(COLUMNS))
    both = there_and_back.to_numpy()[kept] | (not graph.directed)
    cells["direction"] = np.where(both, "both", "forward")
    cells["length_metres"] = length.to_numpy(dtype=float)[kept]
    cells.insert(0, "street_id", ["{}-{}-{}".format(*graph.edges[edge][:2], edge) for edge in kept])
    for column in ("walkable", "cyclable", "drivable"):
        cells[column] = cells[column].astype("boolean")
    return cells.astype({"speed_kmh": "float64"}), kept


def _tags(said: dict[str, str]) -> dict[str, str]:
    """Return the tags of an edge; of several values the first counts, of answers yes and no."""
    return {key: ANSWERS.get(text := _first(value), text) for key, value in said.items()}


def _first(text: str) -> str:
    """Return the first of several values, which are written as a Python list."""
    if not text.startswith("["):
        return text
    try:
        values = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text
    return str(values[0]) if isinstance(values, list) and values else text
