"""Draw a plan as one map that opens in any browser, with the network off."""

from __future__ import annotations

from planner.atlas.basemaps import BaseMap, find_basemap
from planner.atlas.page import draw_map
from planner.atlas.single_file import external_requests
from planner.atlas.style import Style, read_style

__all__ = ["BaseMap", "Style", "draw_map", "external_requests", "find_basemap", "read_style"]
