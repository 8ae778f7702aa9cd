"""Find which sections could share a zone: neighbours, with no walk beyond the maximum."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from planner.zoning.shared.problem import FEWEST, MOST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from planner.zoning.shared.problem import SharingProblem

__all__ = ["GroupFault", "GroupReason", "candidate_groups", "faults_of_given"]


class GroupReason(StrEnum):
    """Why sections cannot share a zone."""

    TOO_FEW = "too_few"
    """A group of one."""
    TOO_MANY = "too_many"
    """More than four."""
    TWICE = "twice"
    """A section stands in two groups, or twice in one."""
    NO_ZONE = "no_zone"
    """A section to which no area is zoned."""
    NO_SEATS = "no_seats"
    """A section without seats: nobody could draw it."""
    APART = "apart"
    """Their zones do not hang together."""
    TOO_FAR = "too_far"
    """A lot could send children of an area farther than the maximum walk."""


@dataclass(frozen=True, slots=True)
class GroupFault:
    """What is wrong with one group that is given."""

    reason: GroupReason
    group: tuple[int, ...]
    section: int = -1
    """The section concerned, where it is one."""
    area: int = -1
    """The area with the longest walk that is too far."""


def candidate_groups(problem: SharingProblem) -> tuple[tuple[int, ...], ...]:
    """Return every group of sections the grouping may be made of, in order.

    Every section outside the given groups may keep its zone alone. Others grow section by
    section from a zone to one that touches it, as long as all can reach each other.
    """
    taken = {section for group in problem.given for section in group}
    alone: list[tuple[int, ...]] = [
        (section,) for section in range(problem.sections) if section not in taken
    ]
    fits = _fitting(problem)
    beside = [set(np.flatnonzero(row).tolist()) - taken for row in _touching(problem) & fits]
    found: set[tuple[int, ...]] = set()
    growing: set[tuple[int, ...]] = set(alone)
    for _ in range(problem.largest - 1):
        growing = {
            tuple(sorted((*group, other)))
            for group in growing
            for other in set().union(*(beside[section] for section in group)) - set(group)
            if all(fits[section, other] for section in group)
        }
        found |= growing
    return tuple(sorted([*alone, *map(_sorted, problem.given), *found]))


def faults_of_given(problem: SharingProblem) -> tuple[GroupFault, ...]:
    """Return everything that is wrong with the given groups, the worst of each group first."""
    seen: set[int] = set()
    faults: list[GroupFault] = []
    for group in problem.given:
        faults += _faults_of(problem, group, seen)
        seen |= set(group)
    return tuple(faults)


def _faults_of(
    problem: SharingProblem, group: tuple[int, ...], seen: set[int]
) -> Iterator[GroupFault]:
    """Yield what is wrong with one group; sections of earlier groups are `seen`."""
    if len(group) < FEWEST:
        yield GroupFault(GroupReason.TOO_FEW, group)
    if len(group) > MOST:
        yield GroupFault(GroupReason.TOO_MANY, group)
    for section in dict.fromkeys(group):
        if section in seen or group.count(section) > 1:
            yield GroupFault(GroupReason.TWICE, group, section)
        if not len(problem.zones[section]):
            yield GroupFault(GroupReason.NO_ZONE, group, section)
        elif problem.seats[section] == 0:
            yield GroupFault(GroupReason.NO_SEATS, group, section)
    if not _hangs_together(_touching(problem), group):
        yield GroupFault(GroupReason.APART, group)
    members = np.flatnonzero(np.isin(problem.section_of_area, group))
    sections = np.array(group, dtype=np.int64)
    far = problem.too_far[np.ix_(members, sections)]
    for place in np.flatnonzero(far.any(axis=0)):
        walks = np.where(far[:, place], problem.walk_metres[members, sections[place]], -1.0)
        area = int(members[walks.argmax()])
        yield GroupFault(GroupReason.TOO_FAR, group, int(sections[place]), area)


def _sorted(group: tuple[int, ...]) -> tuple[int, ...]:
    """Return a group in the order of sections."""
    return tuple(sorted(group))


def _touching(problem: SharingProblem) -> NDArray[np.bool_]:
    """Tell which zones share a border, [section, section]."""
    touching = np.zeros((problem.sections, problem.sections), dtype=bool)
    one, other = problem.section_of_area[problem.edges].T
    touching[one, other] = touching[other, one] = True
    np.fill_diagonal(touching, val=False)
    return touching


def _fitting(problem: SharingProblem) -> NDArray[np.bool_]:
    """Tell which two sections may share a zone as far as seats and walks go."""
    allowed = np.zeros((problem.sections, problem.sections), dtype=bool)
    for section, zone in enumerate(problem.zones):
        if len(zone) and problem.seats[section] > 0:
            allowed[section] = ~problem.too_far[zone].any(axis=0)
    return allowed & allowed.T


def _hangs_together(touching: NDArray[np.bool_], group: tuple[int, ...]) -> bool:
    """Tell whether the zones of a group are one piece, each zone taken as one."""
    reached, fresh = set(group[:1]), set(group[:1])
    while fresh:
        fresh = {
            other for section in fresh for other in group if touching[section, other]
        } - reached
        reached |= fresh
    return reached == set(group)
