"""Colours of the pictures: calm, and told apart by eyes that do not see red or green."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from planner.norms import StageNorm

__all__ = [
    "ACCENT",
    "FAINT",
    "GRID",
    "INK",
    "PAPER",
    "QUIET",
    "SHORT",
    "SHORT_TINT",
    "stage_colour",
]

# Ink, accent and the red of too few seats are those of the maps (maps/style.toml), so that a
# map and a picture on one wall agree; a test holds them together.
INK: Final = "#22302f"
ACCENT: Final = "#1f6f78"
SHORT: Final = "#b3202c"

PAPER: Final = "#ffffff"
QUIET: Final = "#5d6b69"
FAINT: Final = "#c3c8c5"
GRID: Final = "#e6e9e7"
SHORT_TINT: Final = "#fbecea"

# From light to dark as children grow: without hue, brightness still tells the stages apart.
_BY_LAST_GRADE: Final = ((0, "#d7a02c"), (6, "#3c9c8f"), (11, "#3b5ba5"))
_OLDEST: Final = "#7b2d5b"


def stage_colour(stage: StageNorm) -> str:
    """Return the colour of a stage, the same in every picture.

    The last grade decides, so that kindergarten, primary, junior and senior have their own
    colours in every country's norms: in cn they end with grades 0, 6, 9 and 12.
    """
    last = stage.grades[-1]
    return next((colour for most, colour in _BY_LAST_GRADE if last <= most), _OLDEST)
