"""State who sits in which class year by year, what may be done about it, and what was done."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from numpy.typing import NDArray

__all__ = [
    "Cohort",
    "Ground",
    "LargeClasses",
    "Measures",
    "Miss",
    "Move",
    "Prices",
    "SolveStatus",
    "Target",
    "pupils_after",
]


@dataclass(frozen=True, slots=True)
class Prices:
    """What each measure costs, in yuan, so that all terms add up."""

    room: float
    """One room built."""
    room_year: float
    """One added room in use for one school year."""
    class_year: float
    """One class more than planned for one school year: its teachers."""
    turned_away: float
    """One entrant from outside who is turned away."""

    def __post_init__(self) -> None:
        """Refuse prices that are negative or no numbers."""
        _refuse(
            f"prices: expected {name} to be a finite number of at least 0, found {price}."
            for name in ("room", "room_year", "class_year", "turned_away")
            if not (np.isfinite(price := getattr(self, name)) and price >= 0)
        )


@dataclass(frozen=True, slots=True)
class Cohort:
    """The pupils who sit together in one grade of one section, followed until they leave it.

    Attributes:
        section: The section.
        first: The year column of the first entry of `pupils`.
        enters: Whether they enter in that year, so that classes are opened for them;
            otherwise they sit in classes already, and nothing is decided in that year.
        pupils: Pupils year by year if nothing is done.
        kept: Class sizes year by year while the classes are never divided anew; for a cohort
            that enters there are none.
        planned: Classes year by year if nothing is done.
        standard: Most pupils for each class that is opened for those who enter in a year in
            which no class may be large.
        fewest: Classes opened for them at least.
        outside: Entrants who may be turned away.
        margin: Pupils kept free in its classes against rounding.
    """

    section: int
    first: int
    enters: bool
    pupils: tuple[int, ...]
    kept: tuple[tuple[int, ...], ...]
    planned: tuple[int, ...]
    standard: int
    fewest: int = 1
    outside: int = 0
    margin: int = 0

    @property
    def years(self) -> range:
        """The year columns in which it is there."""
        return range(self.first, self.first + len(self.pupils))

    def crowded(self, column: int, size: int) -> bool:
        """Tell whether a class that is kept has more pupils than a size, its margin included."""
        kept = self.kept[column]
        return bool(kept) and max(kept) + self.margin / len(kept) > size

    def stays(self, year: int) -> float:
        """Return how many pupils of a year column are left of one who enters."""
        return self.pupils[year - self.first] / self.pupils[0] if self.pupils[0] else 1.0


@dataclass(frozen=True, slots=True)
class Move:
    """Whole areas along a border whose entrants could go to the other section from a year on.

    Attributes:
        ground: Where the areas lie: index of the zones they belong to.
        areas: The areas, indices on this ground.
        source: The section of today.
        target: The section it would belong to.
        entrants: Entrants by year column, 0 before the first year of new zones.
        walk_yuan: Price of the longer walks of all these years.
        changed_yuan: Price of their changing section.
        after: The move of the same border that has to be made before this one; -1: none.
    """

    ground: int
    areas: tuple[int, ...]
    source: int
    target: int
    entrants: tuple[int, ...]
    walk_yuan: float
    changed_yuan: float
    after: int = -1


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """Zones of one stage, which stay in one piece.

    Attributes:
        zone: Section each area belongs to, -1 where that is none of ours, [area].
        edges: Pairs of areas that touch, [pair, 2].
        root: The area round which the zone of a section lies, by section.
    """

    zone: NDArray[np.int64]
    edges: NDArray[np.int64]
    root: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Target:
    """At most so many large classes in some sections in one year."""

    year: int
    sections: frozenset[int]
    most: int


@dataclass(frozen=True, slots=True, eq=False)
class LargeClasses:
    """Sections with their classes year by year, the targets, and the measures to choose from.

    Attributes:
        years: How many year columns there are; the first is counted, nothing is done in it.
        rooms: Rooms usable for classes, [section, year].
        rooms_from: First year column in which added rooms can be used.
        rooms_most: Rooms that can be added at most, [section].
        prices: Prices of the measures, [section].
        large: The smallest large class: 56.
        cohorts: Everybody for whom classes are decided.
        given: Large classes that no measure reaches, [section, year].
        targets: What is to be reached.
        moves: Areas that could change section, each in one move.
        grounds: Zones in which they lie.
    """

    years: int
    rooms: NDArray[np.int64]
    rooms_from: int
    rooms_most: NDArray[np.int64]
    prices: tuple[Prices, ...]
    large: int
    cohorts: tuple[Cohort, ...]
    given: NDArray[np.int64]
    targets: tuple[Target, ...]
    moves: tuple[Move, ...] = ()
    grounds: tuple[Ground, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot be planned for, all faults at once."""
        _refuse(_faults(self))


class SolveStatus(StrEnum):
    """How far the measures can be trusted to be the cheapest."""

    OPTIMAL = "optimal"
    """Proved: no set of measures that meets the targets costs less."""
    FEASIBLE = "feasible"
    """The targets are met; bound and gap say how much cheaper it could be."""
    INFEASIBLE = "infeasible"
    """No set of measures meets the targets; these miss them by as little as was found."""


@dataclass(frozen=True, slots=True)
class Miss:
    """Large classes beyond a target that the measures leave."""

    target: Target
    classes: int


@dataclass(frozen=True, slots=True, eq=False)
class Measures:
    """What to do, what it costs, and how sure we are that nothing costs less.

    Attributes:
        rooms_added: Rooms in use beyond the planned ones, [section, year].
        moved: The moves to make, as indices of the problem's moves.
        turned_away: Entrants turned away, by index of the cohort.
        classes: Classes by cohort and year of it.
        large: Large classes, [section, year].
        terms: Cost of each kind of measure in yuan: rooms, room_years, class_years, walks,
            changed, turned_away.
        value: Their sum.
        bound: No measures that meet the targets (or miss them by no more) cost less.
        gap: (value - bound) / value, 0 where the value is 0.
        status: Whether this is proved to be the cheapest.
        misses: Targets that are missed, none where a cure exists.
        misses_bound: No measures miss the targets by fewer classes than this.
    """

    rooms_added: NDArray[np.int64]
    moved: tuple[int, ...]
    turned_away: Mapping[int, int]
    classes: tuple[tuple[int, ...], ...]
    large: NDArray[np.int64]
    terms: Mapping[str, float]
    value: float
    bound: float
    gap: float
    status: SolveStatus
    misses: tuple[Miss, ...] = field(default=())
    misses_bound: int = 0


def pupils_after(
    problem: LargeClasses,
    moved: Iterable[int],
    turned_away: Mapping[int, int],
    number: int,
    year: int,
) -> float:
    """Return the pupils of a cohort in a year column after some moves and limits on entrants."""
    cohort = problem.cohorts[number]
    pupils = float(cohort.pupils[year - cohort.first])
    if not cohort.enters:
        return pupils
    more = -turned_away.get(number, 0)
    for index in moved:
        move = problem.moves[index]
        if cohort.section in (move.source, move.target):
            sign = 1 if cohort.section == move.target else -1
            more += sign * move.entrants[cohort.first]
    return pupils + cohort.stays(year) * more


def _faults(problem: LargeClasses) -> Iterator[str]:
    """Say what contradicts itself."""
    sections, years = problem.rooms.shape
    if years != problem.years or problem.given.shape != problem.rooms.shape:
        yield f"rooms, given: expected {problem.years} years, found {problem.rooms.shape}."
    if len(problem.rooms_most) != sections or len(problem.prices) != sections:
        yield f"rooms_most, prices: expected one for each of {sections} sections."
    if (problem.rooms < 0).any() or (problem.rooms_most < 0).any():
        yield "rooms, rooms_most: expected at least 0."
    for number, cohort in enumerate(problem.cohorts):
        if not 0 <= cohort.section < sections or cohort.years.stop > years:
            yield f"cohort {number}: its section or years are not in the problem."
        if len(cohort.planned) != len(cohort.pupils):
            yield f"cohort {number}: expected classes for each year of its pupils."
        if not cohort.enters and len(cohort.kept) != len(cohort.pupils):
            yield f"cohort {number}: expected class sizes for each year of its pupils."
    for number, move in enumerate(problem.moves):
        if len(move.entrants) != years or move.source == move.target:
            yield f"move {number}: expected entrants of every year and two sections."


def _refuse(faults: Iterator[str]) -> None:
    """Raise all faults together, if there are any."""
    found = list(faults)
    if found:
        raise ValueError("\n".join(found))
