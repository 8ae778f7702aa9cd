"""State whose zones may be joined, how lots are drawn, and what a difference is worth in metres."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

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
        for name in ("difference_metres", "overflow_metres"):
            price = getattr(self, name)
            if not (np.isfinite(price) and price >= 0):
                message = f"weights: expected {name} of at least 0 and finite, found {price}."
                raise ValueError(message)


@dataclass(frozen=True, eq=False)  # without slots: what is worked out is kept with it
class SharingProblem:
    """Zones of single sections, some of which shall be joined into shared zones.

    The zones of sections that share one hang together: each touches another of them, and all are
    one piece. No lot sends a child farther than the maximum walk, or than the own section of its
    area where that is farther already.
    """

    pupils: NDArray[np.int64]
    """[area] pupils to be seated, at least 0."""
    seats: NDArray[np.int64]
    """[section] seats on offer, at least 0; a section without any shares nothing."""
    walk_metres: NDArray[np.float64]
    """[area, section] length of the walk; inf where there is none."""
    edges: NDArray[np.int64]
    """[edge, 2] pairs of areas that touch."""
    section_of_area: NDArray[np.int64]
    """[area] the section whose zone the area lies in: its own section."""
    quality: NDArray[np.float64]
    """[section] the county's own figure, the higher the better, at least 0; any unit."""
    weights: SharingWeights
    maximum_walk_metres: float | NDArray[np.float64] = float("inf")
    """One for all, or [area]."""
    draw: Draw = Draw.LOTS
    largest: int = MOST
    """Most sections in a group that is found, 1 to 4; 1: none is sought beyond those given."""
    given: tuple[tuple[int, ...], ...] = ()
    """Groups that hold in any case."""

    def __post_init__(self) -> None:
        """Refuse what cannot be meant, all faults at once; given groups are judged by `groups`."""
        found = list(_faults(self))
        if found:
            raise ValueError("\n".join(found))

    @property
    def areas(self) -> int:
        """How many areas there are."""
        return len(self.pupils)

    @property
    def sections(self) -> int:
        """How many sections there are."""
        return len(self.seats)

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
        most = np.maximum(self.maximum_walk_metres, self.own_metres)
        far: NDArray[np.bool_] = self.walk_metres > most[:, None]
        return far

    @cached_property
    def zones(self) -> tuple[NDArray[np.int64], ...]:
        """The areas of each section's own zone."""
        order = np.argsort(self.section_of_area, kind="stable")
        ends = np.cumsum(np.bincount(self.section_of_area, minlength=self.sections))
        return tuple(np.split(order, ends[:-1]))


def _faults(problem: SharingProblem) -> Iterator[str]:
    """Say which arrays or numbers cannot be meant."""
    areas, sections = problem.areas, problem.sections
    shapes: tuple[tuple[str, tuple[int, ...]], ...] = (
        ("walk_metres", (areas, sections)),
        ("edges", (len(problem.edges), 2)),
        ("section_of_area", (areas,)),
        ("quality", (sections,)),
    )
    wrong = [
        f"{name}: expected the shape {shape}, found {found}."
        for name, shape in shapes
        if (found := getattr(problem, name).shape) != shape
    ]
    if areas == 0 or sections == 0:
        wrong.append(f"sharing: expected areas and sections, found {areas} and {sections}.")
    if wrong:
        yield from wrong
        return
    ranges: tuple[tuple[str, NDArray[np.int64], int | None], ...] = (
        ("pupils", problem.pupils, None),
        ("seats", problem.seats, None),
        ("edges", problem.edges, areas),
        ("section_of_area", problem.section_of_area, sections),
    )
    for name, numbers, below in ranges:
        if (numbers < 0).any() or (below is not None and (numbers >= below).any()):
            end = "" if below is None else f" and below {below}"
            yield f"{name}: expected numbers of at least 0{end}."
    if np.isnan(problem.walk_metres).any() or (problem.walk_metres < 0).any():
        yield "walk_metres: expected lengths of at least 0, found negative or missing ones."
    if not (np.isfinite(problem.quality) & (problem.quality >= 0)).all():
        bad = np.flatnonzero(~(np.isfinite(problem.quality) & (problem.quality >= 0)))
        yield (
            "quality: expected a figure of at least 0 for every section, "
            f"found none or a negative one for sections {', '.join(map(str, bad))}."
        )
    limits = np.asarray(problem.maximum_walk_metres)
    if limits.shape not in {(), (areas,)} or not (limits >= 0).all():
        yield "maximum_walk_metres: expected one length of at least 0, or one for each area."
    if not 1 <= problem.largest <= MOST:
        yield f"largest: expected 1 to {MOST} sections, found {problem.largest}."
