"""Write tiny extracts of OpenStreetMap and GraphML files that a reader can draw."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = ["write_graphml", "write_osm"]

STEP_DEGREES = 0.001


def write_osm(
    path: Path,
    ways: Sequence[tuple[Sequence[int], Mapping[str, str]]],
    node_tags: Mapping[int, Mapping[str, str]] | None = None,
    missing: Sequence[int] = (),
) -> Path:
    """Write ways over numbered nodes; node 23 lies 2 steps east and 3 steps north of 102 E 24 N.

    Args:
        path: Where the file goes.
        ways: The nodes of each way and its tags; the ways are numbered from 1.
        node_tags: Tags of single nodes.
        missing: Nodes that ways name and the file lacks.
    """
    nodes = sorted({node for members, _ in ways for node in members} - set(missing))
    lines = ['<osm version="0.6">']
    for node in nodes:
        lon, lat = 102 + node // 10 * STEP_DEGREES, 24 + node % 10 * STEP_DEGREES
        said = _tags((node_tags or {}).get(node, {}))
        lines.append(f'<node id="{node}" version="1" lat="{lat:.7f}" lon="{lon:.7f}">{said}</node>')
    for number, (members, tags) in enumerate(ways, start=1):
        refs = "".join(f'<nd ref="{node}"/>' for node in members)
        lines.append(f'<way id="{number}" version="1">{refs}{_tags(tags)}</way>')
    path.write_text("\n".join([*lines, "</osm>"]), encoding="utf-8")
    return path


def _tags(tags: Mapping[str, str]) -> str:
    return "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in tags.items())


def write_graphml(
    path: Path,
    nodes: Mapping[str, Mapping[str, str]],
    edges: Sequence[tuple[str, str, Mapping[str, str]]],
    *,
    crs: str = "epsg:4326",
    directed: bool = True,
) -> Path:
    """Write a graph in the way OSMnx does: every value a text, keys by number."""
    names = ["crs", *dict.fromkeys(k for said in nodes.values() for k in said)]
    names += [k for k in dict.fromkeys(k for *_, said in edges for k in said) if k not in names]
    key = {name: f"d{number}" for number, name in enumerate(names)}
    lines = ['<graphml xmlns="http://graphml.graphdrawing.org/xmlns">']
    lines += [f'<key id="{key[name]}" for="all" attr.name="{name}"/>' for name in names]
    lines.append(f'<graph edgedefault="{"directed" if directed else "undirected"}">')
    lines.append(f'<data key="{key["crs"]}">{crs}</data>')
    lines += [f'<node id="{node}">{_data(said, key)}</node>' for node, said in nodes.items()]
    for one, other, said in edges:
        lines.append(f'<edge source="{one}" target="{other}">{_data(said, key)}</edge>')
    path.write_text("\n".join([*lines, "</graph></graphml>"]), encoding="utf-8")
    return path


def _data(said: Mapping[str, str], key: Mapping[str, str]) -> str:
    return "".join(f'<data key="{key[name]}">{text}</data>' for name, text in said.items())
