"""Move areas by hand and see at once what it costs, whom it touches and what it breaks."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from planner.zoning.evaluation import evaluate
from planner.zoning.problem import PieceReason

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from numpy.typing import NDArray

    from planner.zoning.problem import Evaluation, Problem

__all__ = [
    "Break",
    "BreakKind",
    "Edited",
    "SectionChange",
    "breaks_of",
    "edit",
    "edited_plan",
    "scorecard",
]


class BreakKind(StrEnum):
    """What a plan may break."""

    SEATS = "seats"
    """A section takes more pupils than it has seats."""
    PIECES = "pieces"
    """Areas do not hang together with the area in which their section stands."""
    NO_WALK = "no_walk"
    """Pupils are sent where no street leads."""
    LIMIT = "limit"
    """Pupils walk further than the limit, whether it is hard or priced."""
    LOCK = "lock"
    """A locked area leaves its section."""
    HOME = "home"
    """The area in which a section stands goes to a section that stands elsewhere."""
    FORBIDDEN = "forbidden"
    """An area goes where a surcharge without end forbids it to go."""
    TOGETHER = "together"
    """A group that must share one section is parted."""


@dataclass(frozen=True, slots=True)
class Break:
    """One demand that a plan does not keep, at one section."""

    kind: BreakKind
    section: int
    """Where the areas go; for seats the section that is overfull."""
    areas: tuple[int, ...]
    """The areas concerned; for seats none, as all of the zone are."""
    pupils: int
    """Pupils concerned; for seats those beyond the seats."""
    known: bool
    """Whether the plan broke it before the edit already, and no worse."""
    name: str = ""
    """The name of the surcharge or of the areas that must stay together."""


@dataclass(frozen=True, slots=True)
class SectionChange:
    """One section before and after an edit; a walk is nan where nobody walks."""

    section: int
    seats: int
    pupils_before: int
    pupils_after: int
    mean_walk_metres_before: float
    mean_walk_metres_after: float
    longest_walk_metres_before: float
    longest_walk_metres_after: float


@dataclass(frozen=True, slots=True, eq=False)
class Edited:
    """A plan before and after areas were moved by hand, term by term and section by section."""

    before: Evaluation
    after: Evaluation
    moved: NDArray[np.int64]
    """Areas whose section differs from before."""
    moved_pupils: int
    sections: tuple[SectionChange, ...]
    """The sections that lose or gain areas."""
    breaks: tuple[Break, ...]
    """What the plan breaks after the edit, what is new first."""


def edit(
    problem: Problem,
    plan: NDArray[np.int64],
    moves: Mapping[int, int],
    locks: Collection[int] = (),
    *,
    before: Evaluation | None = None,
) -> Edited:
    """Return the scorecard of a plan in which some areas go to other sections.

    Args:
        problem: The areas, sections, walks and prices.
        plan: [area] the section that each area's pupils go to today.
        moves: The new section by area.
        locks: Areas that must stay where the plan has them, besides the problem's own locks.
        before: What the plan is worth, if that is known; half the work is then saved.

    Raises:
        ValueError: A move or a lock names an area or a section that does not exist, or the
            plan does not give each area one of the sections.
    """
    before = evaluate(problem, plan) if before is None else before
    after = evaluate(problem, edited_plan(problem, before.section_of_area, moves, locks))
    return scorecard(problem, before, after, locks)


def scorecard(
    problem: Problem, before: Evaluation, after: Evaluation, locks: Collection[int] = ()
) -> Edited:
    """Set two plans side by side. Arguments as of `breaks_of`."""
    old, new = before.section_of_area, after.section_of_area
    moved = np.flatnonzero(old != new)
    touched = np.union1d(old[moved], new[moved])
    return Edited(
        before=before,
        after=after,
        moved=moved,
        moved_pupils=int(problem.pupils[moved].sum()),
        sections=tuple(_section_change(problem, old, new, int(one)) for one in touched),
        breaks=breaks_of(problem, before, after, locks),
    )


def edited_plan(
    problem: Problem,
    plan: NDArray[np.int64],
    moves: Mapping[int, int],
    locks: Collection[int] = (),
) -> NDArray[np.int64]:
    """Return the plan with the moves made: [area].

    Raises:
        ValueError: A move or a lock names an area or a section that does not exist.
    """
    faults = [
        f"{what}: there is no {kind} {number}; expected 0 to {count - 1}."
        for what, kind, numbers, count in (
            ("moves", "area", moves.keys(), problem.areas),
            ("moves", "section", moves.values(), problem.sections),
            ("locks", "area", locks, problem.areas),
        )
        for number in numbers
        if not 0 <= number < count
    ]
    if faults:
        raise ValueError("\n".join(faults))
    edited = plan.copy()
    edited[list(moves.keys())] = list(moves.values())
    return edited


def breaks_of(
    problem: Problem, before: Evaluation, after: Evaluation, locks: Collection[int] = ()
) -> tuple[Break, ...]:
    """Return what a plan breaks, and which of it another plan breaks already.

    Args:
        problem: The areas, sections, walks and demands.
        before: The plan to compare with; its own places are those the locks mean.
        after: The plan to look at.
        locks: Areas that must stay where they were before, besides the problem's own locks.
    """
    broken = _broken_areas(problem, before, before, locks)
    # It is the area's own affair: one beyond the limit stays so whichever section it goes to.
    known = {(kind, name, area) for kind, _, name, area in broken}
    known -= {(BreakKind.LIMIT, "", area) for area in _walking_farther(problem, before, after)}
    parts: dict[tuple[BreakKind, int, str, bool], list[int]] = defaultdict(list)
    for kind, section, name, area in _broken_areas(problem, before, after, locks):
        parts[kind, section, name, (kind, name, area) in known].append(area)
    found = [
        Break(kind, section, tuple(areas), int(problem.pupils[areas].sum()), was, name)
        for (kind, section, name, was), areas in parts.items()
    ]
    for overfull in np.flatnonzero(after.overflow):
        beyond = int(after.overflow[overfull])
        was = int(before.overflow[overfull]) >= beyond
        found.append(Break(BreakKind.SEATS, int(overfull), (), beyond, was))
    order = list(BreakKind)
    return tuple(sorted(found, key=lambda one: (one.known, order.index(one.kind), one.section)))


def _broken_areas(
    problem: Problem, before: Evaluation, plan: Evaluation, locks: Collection[int]
) -> Iterator[tuple[BreakKind, int, str, int]]:
    """Yield every demand of a single area that a plan breaks, with section and name."""
    section_of, everyone = plan.section_of_area, np.arange(problem.areas)
    for piece in plan.pieces:
        if piece.reason is PieceReason.DETACHED:
            yield from ((BreakKind.PIECES, piece.section, "", area) for area in piece.areas)
    walks = problem.walk_metres[everyone, section_of]
    walking, reached = problem.pupils > 0, np.isfinite(walks)
    of_kind = {
        BreakKind.NO_WALK: walking & ~reached,
        BreakKind.LIMIT: walking & reached & problem.goes_beyond(section_of),
        BreakKind.LOCK: _off_locks(problem, before, section_of, locks),
        BreakKind.HOME: _off_homes(problem, section_of),
    }
    for kind, broken in of_kind.items():
        for area in np.flatnonzero(broken):
            yield kind, int(section_of[area]), "", int(area)
    groups = {group.name for group in problem.together}
    for name, areas in plan.breaches.items():
        # A walk beyond a hard limit is named above, with those beyond a priced one.
        if name in groups or name in problem.surcharges:
            kind = BreakKind.TOGETHER if name in groups else BreakKind.FORBIDDEN
            yield from ((kind, int(section_of[area]), name, int(area)) for area in areas)


def _walking_farther(problem: Problem, before: Evaluation, after: Evaluation) -> list[int]:
    """Return the areas whose walk is longer than before."""
    everyone = np.arange(problem.areas)
    walks = problem.walk_metres[everyone, after.section_of_area]
    farther = walks > problem.walk_metres[everyone, before.section_of_area]
    return np.flatnonzero(farther).tolist()


def _off_locks(
    problem: Problem,
    before: Evaluation,
    section_of: NDArray[np.int64],
    locks: Collection[int],
) -> NDArray[np.bool_]:
    """Mark the locked areas that are not where their lock holds them."""
    off = np.zeros(problem.areas, dtype=bool)
    held = np.array(sorted(locks), dtype=np.int64)
    off[held] = section_of[held] != before.section_of_area[held]
    if problem.locked is not None and problem.today is not None:
        off |= problem.locked & (section_of != problem.today)
    return off


def _off_homes(problem: Problem, section_of: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Mark the areas in which sections stand that go to none of them, and are not locked."""
    inside = np.flatnonzero(problem.home >= 0)
    off = np.isin(np.arange(problem.areas), problem.home[inside])
    at_home = inside[section_of[problem.home[inside]] == inside]
    off[problem.home[at_home]] = False
    if problem.locked is not None:
        off &= ~problem.locked
    return off


def _section_change(
    problem: Problem, old: NDArray[np.int64], new: NDArray[np.int64], section: int
) -> SectionChange:
    """Return one section before and after."""
    before, after = (_walks_to(problem, plan, section) for plan in (old, new))
    return SectionChange(
        section=section,
        seats=int(problem.seats[section]),
        pupils_before=before[0],
        pupils_after=after[0],
        mean_walk_metres_before=before[1],
        mean_walk_metres_after=after[1],
        longest_walk_metres_before=before[2],
        longest_walk_metres_after=after[2],
    )


def _walks_to(problem: Problem, plan: NDArray[np.int64], section: int) -> tuple[int, float, float]:
    """Return the pupils of a section, and the mean and the longest of the walks there are."""
    areas = np.flatnonzero((plan == section) & (problem.pupils > 0))
    pupils, walks = problem.pupils[areas], problem.walk_metres[areas, section]
    on_foot = np.isfinite(walks)
    if not on_foot.any():
        return int(pupils.sum()), float("nan"), float("nan")
    mean = float(np.average(walks[on_foot], weights=pupils[on_foot]))
    return int(pupils.sum()), mean, float(walks[on_foot].max())
