"""State whose zones may be joined, how lots are drawn, and what a difference is worth in metres."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from planner.zoning.town import (
    Town,
    misshapen,
    outside,
    refuse,
    unlimited,
    unpriced,
    unpriced_weights,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["FEWEST", "MOST", "Draw", "SharingProblem", "SharingWeights"]

FEWEST, MOST = 2, 4
"""Sections that may share a zone: beyond four nobody could say where a child will go."""


class Draw(StrEnum):
    """How the places of a shared zone are given."""

    LOTS = "lots"
    """Every child draws one of the seats of all its sections."""
    NEAR_FIRST = "near_first"
    """Every child first asks at the nearest section; who is not drawn there draws a free seat."""


@dataclass(frozen=True, slots=True)
class SharingWeights:
    """What each evil costs, in metres walked; one metre of an expected walk costs one."""

    difference_metres: float
    """One pupil whose expected quality is 1 % of the county's away from the county's."""
    overflow_metres: float
    """One pupil beyond the seats of a zone."""

    def __post_init__(self) -> None:
        """Refuse prices that are negative or no numbers."""
        refuse(unpriced_weights(asdict(self)))


@dataclass(frozen=True, eq=False)  # without slots: what is worked out is kept with it
class SharingProblem(Town):
    """Zones of single sections, some of which shall be joined into shared zones.

    The zones of sections that share one hang together: each touches another of them, and all are
    one piece. A section without seats shares nothing. No lot sends a child farther than the
    maximum walk, or than the own section of its area where that is farther already.
    """

    section_of_area: NDArray[np.int64]
    """[area] the section whose zone the area lies in: its own section."""
    quality: NDArray[np.float64]
    """[section] the county's own figure, the higher the better, at least 0; any unit."""
    weights: SharingWeights
    maximum_walk_metres: float | NDArray[np.float64] = float("inf")
    """One for all, [area], or [area, section]."""
    draw: Draw = Draw.LOTS
    largest: int = MOST
    """Most sections in a group that is found, 1 to 4; 1: none is sought beyond those given."""
    given: tuple[tuple[int, ...], ...] = ()
    """Groups that hold in any case."""

    def __post_init__(self) -> None:
        """Refuse what cannot be meant, all faults at once; given groups are judged by `groups`."""
        refuse(_faults_of_shape(self))
        refuse(_faults_of_content(self))

    @cached_property
    def reference_quality(self) -> float:
        """What a child could expect if all seats of the county were drawn by lot together."""
        zoned = np.bincount(self.section_of_area, minlength=self.sections) > 0
        seats = np.where(zoned, self.seats, 0)
        if not seats.any():
            return 0.0
        return float(np.average(self.quality, weights=seats))

    @cached_property
    def known_metres(self) -> NDArray[np.float64]:
        """[area, section] walks, a missing one counted as twice the longest that there is."""
        walks = self.walk_metres
        longest = float(np.max(walks, where=np.isfinite(walks), initial=0.0))
        return np.where(np.isfinite(walks), walks, 2 * longest)

    @cached_property
    def own_metres(self) -> NDArray[np.float64]:
        """[area] the walk to the area's own section."""
        own: NDArray[np.float64] = self.walk_metres[np.arange(self.areas), self.section_of_area]
        return own

    @cached_property
    def too_far(self) -> NDArray[np.bool_]:
        """[area, section] whether no lot may send the area's children there."""
        most = np.maximum(self.most_metres, self.own_metres[:, None])
        far: NDArray[np.bool_] = self.walk_metres > most
        return far

    @property
    def most_metres(self) -> NDArray[np.float64]:
        """[area, section] the maximum walk, however it was given."""
        return self.for_every_way(self.maximum_walk_metres)

    @cached_property
    def zones(self) -> tuple[NDArray[np.int64], ...]:
        """The areas of each section's own zone."""
        order = np.argsort(self.section_of_area, kind="stable")
        ends = np.cumsum(np.bincount(self.section_of_area, minlength=self.sections))
        return tuple(np.split(order, ends[:-1]))


def _faults_of_shape(problem: SharingProblem) -> Iterator[str]:
    """Say which arrays do not have the length or the kind of number they should have."""
    areas, sections = problem.areas, problem.sections
    if areas == 0 or sections == 0:
        yield f"sharing: expected areas and sections, found {areas} areas and {sections} sections."
    yield from misshapen("pupils", problem.pupils, (areas,), "iu")
    yield from misshapen("seats", problem.seats, (sections,), "iu")
    yield from misshapen("walk_metres", problem.walk_metres, (areas, sections), "f")
    yield from misshapen("edges", problem.edges, (len(problem.edges), 2), "iu")
    yield from misshapen("section_of_area", problem.section_of_area, (areas,), "iu")
    yield from misshapen("quality", problem.quality, (sections,), "f")


def _faults_of_content(problem: SharingProblem) -> Iterator[str]:
    """Say which numbers cannot be meant."""
    yield from outside("pupils", problem.pupils, 0, None)
    yield from outside("seats", problem.seats, 0, None)
    yield from outside("edges", problem.edges.ravel(), 0, problem.areas)
    yield from outside("section_of_area", problem.section_of_area, 0, problem.sections)
    yield from unpriced("walk_metres", problem.walk_metres, forbids=True)
    unrated = np.flatnonzero(~(np.isfinite(problem.quality) & (problem.quality >= 0)))
    if unrated.size:
        yield (
            "quality: expected a figure of at least 0 for every section, "
            f"found none or a negative one for sections {', '.join(map(str, unrated))}."
        )
    yield from unlimited("maximum_walk_metres", problem.maximum_walk_metres, problem)
    if not 1 <= problem.largest <= MOST:
        yield f"largest: expected 1 to {MOST} sections, found {problem.largest}."
