"""Say why no plan can keep all that is asked: the fewest demands that contradict each other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from planner.zoning.demands import (
    Demand,
    DemandKind,
    Demands,
    Patience,
    smallest_contradiction,
)
from planner.zoning.flows import fewest_sections, shortages, unseated_pupils
from planner.zoning.ground import components, rooted_edges
from planner.zoning.problem import PieceReason

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from planner.zoning.flows import Shortage
    from planner.zoning.problem import Problem

__all__ = ["Conflict", "ConflictKind", "Conflicts", "SetAside", "conflicts"]


class ConflictKind(StrEnum):
    """In which way demands contradict each other."""

    NO_SECTION = "no_section"
    """Some areas may go to no section at all."""
    TOO_LARGE = "too_large"
    """Areas that cannot be parted have more pupils than any section they may go to has seats."""
    SHORTAGE = "shortage"
    """Areas that can only go to some sections have more pupils than these have seats."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Demands that no plan keeps together."""

    kind: ConflictKind
    areas: tuple[int, ...]
    """All areas that are caught in it."""
    sections: tuple[int, ...]
    """All sections that these areas may go to."""
    pupils: int
    """Pupils of the areas, in the case that is worst."""
    seats: int
    """Seats of the sections in that case; those of the largest one for what is too large."""
    missing: int
    """Pupils beyond the seats: as many find none whatever the plan."""
    case: int
    """The worst case; -1 where the problem has none."""
    by_case: tuple[int, ...]
    """Pupils beyond the same seats in each case; one figure where the problem has no cases."""
    demands: tuple[Demand, ...]
    """Demands that contradict each other, as few as can be: without any one of them a plan
    would be possible that keeps the others, as far as areas may be split."""
    smallest: bool = True
    """Whether that is so; else some of the demands could be spared, as looking took too long."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """Areas that need not hang together with their section, as they cannot."""

    reason: PieceReason
    """An island, or cut off by locks."""
    areas: tuple[int, ...]
    locks: tuple[int, ...]
    """The locked areas in or around them."""


@dataclass(frozen=True, slots=True)
class Conflicts:
    """Why no plan keeps all that is asked, as far as it can be proved without a search.

    Where nothing is found there may still be no plan: areas are treated as if they could be
    split, unless one alone is larger than any section.
    """

    found: tuple[Conflict, ...]
    pupils: tuple[int, ...]
    """By case, one figure where the problem has no cases; so below."""
    seats: tuple[int, ...]
    """Seats of all sections that can be reached or stand in an area."""
    unseated: tuple[int, ...]
    """Pupils who find no seat whatever the plan, even if areas could be split."""
    placeless: tuple[int, ...]
    """Sections with seats that stand in no area and are reached by nobody: they serve nobody."""
    set_aside: tuple[SetAside, ...]

    @property
    def proved(self) -> bool:
        """Whether it is proved that no plan keeps all demands."""
        return bool(self.found)


def conflicts(problem: Problem) -> Conflicts:
    """Find what stands in the way of a plan that keeps every demand, and how much is missing.

    Every demand counts here: seats, a limit that is hard, surcharges without end, locks, areas
    with a section in them, groups that may not part, zones in one piece. Three kinds of
    contradiction are looked for, each of them a proof:

    1. Areas that may go nowhere.
    2. Areas that go together, as a group or as each other's only way out, and are larger than
       any section they may go to.
    3. Areas whose sections together have too few seats: the areas on the near side of a
       smallest cut between pupils and seats (Hall 1935, "On representatives of subsets",
       Journal of the London Mathematical Society 10; Ford and Fulkerson 1956). What is
       missing there, added up, is what is missing in all.

    With several cases, a section may be overfull in as many of them as its quantile forgives;
    a shortage counts when more cases are short than the sections concerned are forgiven.

    Args:
        problem: The areas, sections, walks and demands.
    """
    demands, cases = Demands.of(problem), _Cases.of(problem)
    patience = Patience(problem)
    lost = _stuck_alone(demands, cases)
    # What follows from areas that may go nowhere is no contradiction of its own: the rest is
    # looked at as if nothing were asked of these areas.
    asked = demands.without({area for one in lost for area in one.areas})
    left = demands.left(asked)
    lost += _stuck_together(demands, cases, left, asked, patience)
    left[~left.any(axis=1)] = demands.placed
    short = list(_short_of_seats(demands, cases, left, asked, patience))
    told = {area for one in [*lost, *short] for area in one.areas}
    found = [*lost, *short, *_too_large(demands, cases, left, asked, patience, told)]
    return Conflicts(
        found=tuple(found),
        pupils=tuple(int(one.sum()) for one in cases.pupils),
        seats=tuple(int(one[demands.placed].sum()) for one in cases.seats),
        unseated=tuple(
            unseated_pupils(left, pupils, seats)
            for pupils, seats in zip(cases.pupils, cases.seats, strict=True)
        ),
        placeless=tuple(np.flatnonzero(~demands.placed & cases.seats.any(axis=0)).tolist()),
        set_aside=tuple(_set_aside(demands)),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Cases:
    """The years or draws in which seats are counted, one where the problem has none."""

    pupils: NDArray[np.int64]
    seats: NDArray[np.int64]
    forgiven: int
    """Cases in which a section may be overfull."""
    named: bool

    @classmethod
    def of(cls, problem: Problem) -> _Cases:
        """Read the cases from a problem."""
        cases = problem.cases
        if cases is None:
            return cls(problem.pupils[None, :], problem.seats[None, :], 0, named=False)
        last = len(cases.pupils) - 1
        return cls(
            cases.pupils, cases.seats, last - int(np.ceil(cases.quantile * last)), named=True
        )


def _stuck_alone(demands: Demands, cases: _Cases) -> list[Conflict]:
    """Return the areas that may go to no section whatever the others do."""
    found = []
    for area in range(demands.problem.areas):
        asked = list(demands.of_area(area))

        def stuck(some: list[Demand], area: int = area) -> bool:
            return not demands.left_to(area, some).any()

        if stuck(asked):
            smallest = smallest_contradiction(asked, stuck)
            found.append(_nowhere(cases, np.array([area]), smallest))
    return found


def _stuck_together(
    demands: Demands,
    cases: _Cases,
    left: NDArray[np.bool_],
    asked: list[Demand],
    patience: Patience,
) -> Iterator[Conflict]:
    """Yield areas that may go to no section because of those they go with or lead through."""
    unit = demands.units(asked)
    for area in np.flatnonzero(~left.any(axis=1)):
        mates = np.flatnonzero(unit == unit[area])
        if area != mates[0]:
            continue

        def stuck(some: list[Demand], area: int = int(area)) -> bool:
            return not demands.left(some)[area].any()

        near = demands.near(mates, asked)
        if not stuck(near):
            near = demands.nearest_first(int(area), asked)
        smallest = smallest_contradiction(near, stuck, patience)
        yield replace(_nowhere(cases, mates, smallest), smallest=not patience.lost)


def _nowhere(cases: _Cases, areas: NDArray[np.int64], smallest: list[Demand]) -> Conflict:
    """Return the conflict of areas that may go nowhere."""
    nowhere = np.zeros(0, dtype=np.int64)
    return _conflict(ConflictKind.NO_SECTION, cases, areas, nowhere, smallest)


def _short_of_seats(
    demands: Demands,
    cases: _Cases,
    left: NDArray[np.bool_],
    asked: list[Demand],
    patience: Patience,
) -> Iterator[Conflict]:
    """Yield the towns that are short of seats, each in its worst case."""
    found = [
        (shortage, case)
        for case, (pupils, seats) in enumerate(zip(cases.pupils, cases.seats, strict=True))
        for shortage in shortages(left, pupils, seats)
    ]
    told: set[int] = set()
    for shortage, case in sorted(found, key=lambda one: (-one[0].missing, one[1])):
        sections = set(shortage.sections.tolist())
        by_case = _beyond(cases, shortage.areas, shortage.sections)
        forgiven = cases.forgiven * len(sections)
        if told & sections or np.count_nonzero(by_case) <= forgiven:
            continue
        told |= sections
        smallest = _smallest_shortage(demands, cases, case, shortage, left, asked, patience)
        short = _conflict(ConflictKind.SHORTAGE, cases, shortage.areas, shortage.sections, smallest)
        yield replace(short, smallest=not patience.lost)


def _smallest_shortage(
    demands: Demands,
    cases: _Cases,
    case: int,
    shortage: Shortage,
    left: NDArray[np.bool_],
    asked: list[Demand],
    patience: Patience,
) -> list[Demand]:
    """Return sections and what keeps areas at them: without one of these seats would suffice."""
    pupils, seats = cases.pupils[case], cases.seats[case]
    sections = fewest_sections(left, pupils, seats, shortage)
    elsewhere = demands.placed.copy()
    elsewhere[sections] = False
    full = [Demand(DemandKind.SEATS, section=int(section)) for section in sections]
    there = np.flatnonzero(~(left & elsewhere).any(axis=1) & (pupils > 0))
    by_size = there[np.argsort(-pupils[there], kind="stable")]
    one_piece = demands.one_piece()
    held = [
        area
        for area in by_size
        if not (demands.left_to(area, [*demands.of_area(area), *one_piece]) & elsewhere).any()
    ]
    crowd = int(np.searchsorted(np.cumsum(pupils[held]), seats[sections].sum(), side="right"))
    if crowd < len(held):
        return [*full, *_held_at(demands, held[: crowd + 1], elsewhere)]

    def short(some: list[Demand]) -> bool:
        inside = ~(demands.left(some) & elsewhere).any(axis=1)
        return bool(pupils[inside].sum() > seats[sections].sum())

    near = demands.near(by_size, asked)
    return [*full, *smallest_contradiction(near if short(near) else asked, short, patience)]


def _held_at(demands: Demands, areas: Sequence[int], elsewhere: NDArray[np.bool_]) -> list[Demand]:
    """Return the fewest demands that keep each of some areas from going elsewhere."""

    def of_all(known: list[Demand]) -> dict[Demand, None]:
        found: dict[Demand, None] = {}
        for area in areas:

            def held(some: list[Demand], area: int = area) -> bool:
                return not (demands.left_to(area, [*known, *some]) & elsewhere).any()

            asked = [*demands.of_area(area), *demands.one_piece()]
            found.update(dict.fromkeys([*known, *smallest_contradiction(asked, held)]))
        return found

    found, one_piece = of_all([]), demands.one_piece()
    # What one area needs may keep others from going elsewhere as well.
    return list(of_all(one_piece) if one_piece and one_piece[0] in found else found)


def _too_large(
    demands: Demands,
    cases: _Cases,
    left: NDArray[np.bool_],
    asked: list[Demand],
    patience: Patience,
    told: set[int],
) -> Iterator[Conflict]:
    """Yield areas that cannot be parted and are larger than any section they may go to."""
    unit = demands.units(asked)
    for number in np.unique(unit):
        areas = np.flatnonzero(unit == number)
        open_to = np.flatnonzero(left[areas[0]])
        if told & set(areas.tolist()) or not _crowded(cases, areas)[open_to].all():
            continue

        def crowded(some: list[Demand], area: int = int(areas[0])) -> bool:
            full = _crowded(cases, np.flatnonzero(_same(demands.units(some), area)))
            counted = np.zeros(len(full), dtype=bool)
            counted[[one.section for one in some if one.kind is DemandKind.SEATS]] = True
            return not (demands.left(some)[area] & ~(full & counted)).any()

        seats = [
            Demand(DemandKind.SEATS, section=int(one)) for one in np.flatnonzero(demands.placed)
        ]
        near = [*demands.near(areas, asked), *seats]
        smallest = smallest_contradiction(
            near if crowded(near) else [*asked, *seats], crowded, patience
        )
        large = _conflict(ConflictKind.TOO_LARGE, cases, areas, open_to, smallest)
        yield replace(large, smallest=not patience.lost)


def _same(label: NDArray[np.int64], area: int) -> NDArray[np.bool_]:
    """Mark the areas with the label of one of them."""
    return np.asarray(label == label[area])


def _crowded(cases: _Cases, areas: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Mark the sections too small for areas in more cases than are forgiven: [section]."""
    beyond = cases.pupils[:, areas].sum(axis=1)[:, None] > cases.seats
    return np.asarray(beyond.sum(axis=0) > cases.forgiven)


def _conflict(
    kind: ConflictKind,
    cases: _Cases,
    areas: NDArray[np.int64],
    sections: NDArray[np.int64],
    smallest: list[Demand],
) -> Conflict:
    """Return a conflict with its figures in the worst case."""
    largest_only = kind is ConflictKind.TOO_LARGE
    by_case = _beyond(cases, areas, sections, largest_only=largest_only)
    worst = int(np.argmax(by_case))
    seats = cases.seats[worst, sections]
    return Conflict(
        kind=kind,
        areas=tuple(areas.tolist()),
        sections=tuple(sections.tolist()),
        pupils=int(cases.pupils[worst, areas].sum()),
        seats=int(seats.max(initial=0) if largest_only else seats.sum()),
        missing=int(by_case[worst]),
        case=worst if cases.named else -1,
        by_case=tuple(by_case.tolist()),
        demands=tuple(smallest),
    )


def _beyond(
    cases: _Cases,
    areas: NDArray[np.int64],
    sections: NDArray[np.int64],
    *,
    largest_only: bool = False,
) -> NDArray[np.int64]:
    """Return the pupils of areas beyond the seats of sections, or of the largest: [case]."""
    seats = cases.seats[:, sections]
    offered = seats.max(axis=1, initial=0) if largest_only else seats.sum(axis=1)
    return np.asarray(np.maximum(cases.pupils[:, areas].sum(axis=1) - offered, 0))


def _set_aside(demands: Demands) -> Iterator[SetAside]:
    """Yield the areas that need not hang together with their section, piece by piece."""
    problem, aside = demands.problem, demands.exempt
    if not problem.contiguous or not aside.any():
        return
    edges, root = rooted_edges(problem)
    country = components(edges, len(demands.country))
    island = ~np.isin(country, country[root])[: problem.areas]
    locked = np.zeros(problem.areas, dtype=bool) if problem.locked is None else problem.locked
    inside = edges[(edges < problem.areas).all(axis=1)]
    piece = components(inside[aside[inside].all(axis=1)], problem.areas)
    for number in np.unique(piece[aside]):
        areas = np.flatnonzero((piece == number) & aside)
        around = np.unique(inside[np.isin(inside, areas).any(axis=1)])
        locks = np.union1d(areas[locked[areas]], around[locked[around]])
        reason = PieceReason.ISLAND if island[areas].all() else PieceReason.LOCKED
        yield SetAside(reason, tuple(areas.tolist()), tuple(locks.tolist()))
