"""Say what a grouping of sections is worth, and what every area can expect from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.zoning.shared.lots import chances
from planner.zoning.shared.spread import spread_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from planner.zoning.problem import SolveStatus
    from planner.zoning.shared.problem import SharingProblem
    from planner.zoning.shared.spread import Spread

__all__ = ["Sharing", "SharingEvaluation", "evaluate_groups", "terms_of_group"]


@dataclass(frozen=True, slots=True, eq=False)
class SharingEvaluation:
    """What a grouping is worth, however it was found."""

    groups: tuple[tuple[int, ...], ...]
    """Sections that share a zone, 2 to 4 each; every other section keeps its zone alone."""
    chance: NDArray[np.float64]
    """[area, section] with which a child of the area comes to the section; rows add up to 1."""
    value: float
    """All terms together, in metres."""
    terms: Mapping[str, float]
    """walk: expected pupil-metres; difference and overflow: priced; they add up to the value."""
    overflow: int
    """Pupils beyond the seats of their zone, all zones together."""
    walk_metres: NDArray[np.float64]
    """[area] expected walk; inf where a lot may fall on a section without a way."""
    longest_metres: NDArray[np.float64]
    """[area] longest walk that a lot can bring."""
    quality: NDArray[np.float64]
    """[area] expected quality."""
    before: Spread | None
    """Differences between areas when each goes to its own section; None without pupils."""
    after: Spread | None
    """Differences between areas of what lots let them expect."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Sharing(SharingEvaluation):
    """A grouping, what it is worth, and how sure we are that none is better."""

    bound: float
    """No grouping whatsoever is worth less than this."""
    gap: float
    """(value - bound) / value, 0 where the value is 0."""
    status: SolveStatus


def evaluate_groups(
    problem: SharingProblem, groups: Iterable[tuple[int, ...]]
) -> SharingEvaluation:
    """Price a grouping term by term and work out what each area can expect.

    Raises:
        ValueError: A section stands in two groups, or does not exist; a group has no seats.
    """
    shared = tuple(sorted(tuple(sorted(group)) for group in groups if len(group) > 1))
    inside = [section for group in shared for section in group]
    if len(set(inside)) < len(inside) or not set(inside) <= set(range(problem.sections)):
        message = "groups: expected each section in one group at most, and only known ones."
        raise ValueError(message)
    if not all(problem.seats[list(group)].any() for group in shared):
        message = "groups: expected seats to draw for in every group."
        raise ValueError(message)
    alone = [(section,) for section in range(problem.sections) if section not in set(inside)]
    chance = np.zeros((problem.areas, problem.sections))
    terms = {"walk": 0.0, "difference": 0.0, "overflow": 0.0}
    for group in [*shared, *alone]:
        areas, own = _chances_of(problem, group)
        chance[np.ix_(areas, np.array(group))] = own
        for name, metres in terms_of_group(problem, group).items():
            terms[name] += metres
    own_quality = problem.quality[problem.section_of_area]
    quality = chance @ problem.quality
    reference = problem.reference_quality
    return SharingEvaluation(
        groups=shared,
        chance=chance,
        value=sum(terms.values()),
        terms=terms,
        overflow=sum(_overflow(problem, group) for group in [*shared, *alone]),
        walk_metres=(chance * np.where(chance > 0, problem.walk_metres, 0.0)).sum(axis=1),
        longest_metres=np.max(problem.walk_metres, axis=1, where=chance > 0, initial=0.0),
        quality=quality,
        before=spread_of(own_quality, problem.pupils, reference),
        after=spread_of(quality, problem.pupils, reference),
    )


def terms_of_group(problem: SharingProblem, group: tuple[int, ...]) -> dict[str, float]:
    """Return what the zone of one group, or of one section alone, adds to the value.

    A zone's terms hang on its own sections alone: that makes the best grouping a question of
    which groups to take, each at its price.
    """
    areas, chance = _chances_of(problem, group)
    sections, pupils = np.array(group), problem.pupils[areas]
    known: NDArray[np.float64] = problem.known_metres[np.ix_(areas, sections)]
    walks = (chance * known).sum(axis=1)
    reference = problem.reference_quality
    away = np.abs(chance @ problem.quality[sections] - reference)
    percent = 100 * away / reference if reference > 0 else np.zeros(len(areas))
    weights = problem.weights
    return {
        "walk": float(pupils @ walks),
        "difference": weights.difference_metres * float(pupils @ percent),
        "overflow": weights.overflow_metres * float(_overflow(problem, group)),
    }


def _chances_of(
    problem: SharingProblem, group: tuple[int, ...]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the areas of a group's zone and their chances, [area of the zone, section]."""
    areas = np.sort(np.concatenate([problem.zones[section] for section in group]))
    sections = np.array(group, dtype=np.int64)
    walks = problem.known_metres[np.ix_(areas, sections)]
    return areas, chances(problem.pupils[areas], problem.seats[sections], walks, problem.draw)


def _overflow(problem: SharingProblem, group: tuple[int, ...]) -> int:
    """Return the pupils of a zone beyond its seats."""
    pupils = sum(int(problem.pupils[problem.zones[section]].sum()) for section in group)
    return max(0, pupils - int(problem.seats[list(group)].sum()))
