"""Write down one zone that a section could have, and what it costs."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Zone"]


class Zone(NamedTuple):
    """Areas that one section could take: in one piece with its root, at their true price."""

    section: int
    areas: tuple[int, ...]
    """In ascending order; gates are left out."""
    value: float
    """Metres of all its pupils, overflow included."""
