"""What zones of one stage are drawn on: sections, walks, entrants, and what wishes speak about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import numpy.typing as npt

    from planner.norms import StageNorm
    from planner.travel.limits import TimeLimit
    from planner.zones.adjacency import Outlines

    IntArray = npt.NDArray[np.int64]
    FloatArray = npt.NDArray[np.float64]
    BoolArray = npt.NDArray[np.bool_]

__all__ = ["Ground"]


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What zones of one stage are drawn on; sections are rows of a plan's sections.

    Attributes:
        stage: The stage's norms.
        rows: Sections of the stage with enrolment zones, as rows.
        open: Whether each of them teaches, [section of rows, year].
        ordinary_intake: Entrants it can seat year after year, [section of rows, year].
        metres: Walks, [area, section of rows].
        limit_metres: Longest way the norms allow an area's children, [area, section of rows].
        edges: Pairs of areas that touch, [pair, 2].
        home: Area in which each section stands, -1 outside, [section of rows].
        today: Position in `rows` of the section each area is zoned to, -1 none, [area].
        entrants: Zoned entrants, [area, year].
        years: School years, the base year first.
        area_ids: Keys of the areas.
        row_of: Row of each section in the plan's sections, all stages, by its key.
        mergers: Sections that close into another: positions in `rows`, and the school year.
        since: First school year in which an area is zoned as today, 0 long ago, [area].

    The others are there where the scenario asks for them:
        groups: Number of the group that is kept together, by the column of the areas table that
            the scenario names, -1 none, [area].
        feeding: Zone of the stage below whose leavers enter this one, [area, year].
        crossing: Whether the walk crosses a barrier, [area, section of rows].
        cut: Whether a barrier runs along the border of two areas that touch, [pair].
        migrant_share: Share of migrants' children among the entrants, [area].
        outlines: Sizes and borders of the areas and of their `edges`.
        futures: Possible entrants, [draw, area, year].
        time: Minutes of the ways, [area, section of rows], where these are limited by minutes and
            children ride.
    """

    stage: StageNorm
    rows: IntArray
    open: BoolArray
    ordinary_intake: IntArray
    metres: FloatArray
    limit_metres: FloatArray
    edges: IntArray
    home: IntArray
    today: IntArray
    entrants: IntArray
    years: tuple[int, ...]
    area_ids: tuple[str, ...]
    row_of: Mapping[str, int]
    mergers: tuple[tuple[int, int, int], ...]
    since: IntArray
    groups: IntArray | None = None
    feeding: IntArray | None = None
    crossing: BoolArray | None = None
    cut: BoolArray | None = None
    migrant_share: FloatArray | None = None
    outlines: Outlines | None = None
    futures: IntArray | None = None
    time: TimeLimit | None = None
