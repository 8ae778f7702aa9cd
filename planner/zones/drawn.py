"""Remember one set of zones: from which year it holds, how it came about, and its proof."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.scenario import ZoneSettings
    from planner.zoning import Problem, Zoning

__all__ = ["Drawn"]


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """One set of zones with its proof: from which year it holds and how it came about.

    Attributes:
        first_year: First school year in which it holds.
        method: today, moved, nearest, file, redraw or adapted.
        zoning: The zones with value, bound and gap.
        changed: Entrants whose area changes section.
        problem: What they were drawn for.
        settings: The wishes and prices that held.
    """

    first_year: int
    method: str
    zoning: Zoning
    changed: int
    problem: Problem
    settings: ZoneSettings
