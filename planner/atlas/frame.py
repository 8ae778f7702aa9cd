"""The frame of the map's page as folium makes it, with the places where our own parts go.

It is the same for every plan, so it is asked for once, by `make docs`, and kept in
maps/templates/frame.html: folium brings some hundred modules that a map need not wait for.
"""

from __future__ import annotations

from typing import Any

import folium
from branca.element import Element

__all__ = ["folium_frame"]


def folium_frame() -> str:
    """Return the page of an empty map that fetches nothing.

    `<!-- part -->` marks the place of each part: head, leaflet_css, leaflet_js and sheet in the
    page's head, body below the map and script after the script that makes the map.
    """
    frame = folium.Map(
        tiles=None,
        prefer_canvas=True,
        zoom_control=False,
        attribution_control=False,
        zoom_snap=0.25,
        zoom_delta=0.5,
    )
    # what the map needs stands in the page: none of the files that folium would fetch
    frame.default_js, frame.default_css = [], []
    frame._id = "atlas"  # otherwise random: the same plan would give another file each time
    figure: Any = frame.get_root()
    for part in ("head", "leaflet_css", "leaflet_js"):
        figure.header.add_child(_Place(part), name=part)
    frame.add_child(_Places(header="sheet", html="body", script="script"))
    page: str = figure.render()
    return page


class _Place(Element):
    """The place of one part."""

    def __init__(self, part: str) -> None:
        super().__init__()
        self._part = part

    def render(self, **_: Any) -> str:
        """Return the mark of the part."""
        return f"<!-- {self._part} -->"


class _Places(Element):
    """The places of parts that come after the map, each where folium keeps such parts."""

    def __init__(self, **parts: str) -> None:
        super().__init__()
        self._parts = parts

    def render(self, **_: Any) -> str:
        """Put each part into its place; nothing stands in between."""
        figure: Any = self.get_root()
        for place, part in self._parts.items():
            getattr(figure, place).add_child(_Place(part), name=part)
        return ""
