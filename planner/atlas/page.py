"""Write the map: one file with everything in it that asks nothing of the network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.atlas.content import map_content
from planner.atlas.packing import packed_list
from planner.atlas.single_file import (
    data_tag,
    filled_frame,
    head_of,
    read_text,
    refuse_requests,
    script_tag,
    style_tag,
    write_page,
)
from planner.atlas.style import read_style, style_file
from planner.atlas.words import read_words
from planner.errors import OutputError, Sentence
from planner.shipped import map_assets, map_templates

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from planner.atlas.basemaps import BaseMap
    from planner.atlas.figures import Shown
    from planner.terms import Language

__all__ = ["draw_map"]


def draw_map(
    plans: Sequence[Shown],
    path: Path,
    lang: Language,
    *,
    year: int | None = None,
    basemap: BaseMap | None = None,
) -> None:
    """Write one map of one or several plans, which opens in any browser without a network.

    Args:
        plans: Plans of one study; the first is the one the others are compared with.
        path: The file to write; it appears only when it is complete.
        lang: Language in which the map opens; it can be switched on the page.
        year: School year in which the map opens; the base year if None.
        basemap: Map of streets that whoever reads the page can lay under; only then, and only
            from its hosts, is anything fetched.

    Raises:
        InputError: maps/style.toml cannot be used.
        OutputError: there is no plan, the plans are of different studies, or the file cannot
            be written.
    """
    if not plans:
        raise OutputError(
            Sentence(
                "The map needs at least one plan. Name a scenario.",
                "地图至少要有一个方案；请写方案名。",
            )
        )
    templates = map_templates()
    words = read_words(templates / "words.toml")
    style = read_style(style_file(plans[0].study.folder))
    content = map_content(plans, lang, style, words, year, basemap)
    page = _render(content, templates, () if basemap is None else basemap.hosts)
    refuse_requests(page, path.name)
    write_page(page, path)


def _render(content: dict[str, Any], templates: Path, hosts: Sequence[str]) -> str:
    """Return the page: folium's frame, the vendored library, our markup, data and script."""
    leaflet = map_assets() / "leaflet"
    lists = [packed_list(values) for values in content["lists"]]
    parts = {
        "head": head_of(content["names"][content["language"]], hosts),
        "leaflet_css": style_tag(read_text(leaflet / "leaflet.css")),
        "leaflet_js": script_tag(read_text(leaflet / "leaflet.js")),
        "sheet": style_tag(read_text(templates / "map.css")),
        "body": read_text(templates / "map.html") + data_tag(content | {"lists": lists}),
        "script": _script(templates),
    }
    return filled_frame(read_text(templates / "frame.html"), parts)


def _script(templates: Path) -> str:
    """Return the scripts of the map, its own in the order of their numbers and in one scope."""
    shared = "".join(read_text(templates / name) for name in ("elements.js", "areas.js"))
    parts = "\n".join(read_text(path) for path in sorted((templates / "map").glob("*.js")))
    return f'{shared}(async function () {{\n"use strict";\n{parts}\n}})();\n'
