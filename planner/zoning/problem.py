"""State which pupils need which seats, how far they walk, and what a plan for them is worth."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
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
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

__all__ = [
    "Band",
    "Cases",
    "Evaluation",
    "Mix",
    "Piece",
    "PieceReason",
    "Problem",
    "Shape",
    "SolveStatus",
    "Together",
    "Weights",
    "Zoning",
]


@dataclass(frozen=True, slots=True)
class Weights:
    """What each evil costs, in metres walked, so that all terms add up in one unit."""

    overflow_metres: float
    """One pupil beyond the seats of a section."""
    over_limit_metres: float
    """One pupil who walks further than the limit."""
    changed_metres: float
    """One pupil whose area leaves today's section."""

    def __post_init__(self) -> None:
        """Refuse prices that are negative or no numbers."""
        refuse(unpriced_weights(asdict(self)))


@dataclass(frozen=True, slots=True, eq=False)
class Together:
    """Areas that should share a section: a community, an estate, what feeds a junior section.

    The term counts the pupils of each group who do not go where most of the group go.
    """

    name: str
    """Name of the term."""
    group: NDArray[np.int64]
    """[area] number of the group from 0, -1 where the area belongs to none."""
    metres: float
    """Price of one pupil apart from the largest part of the group; inf where no group may part."""


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """How full sections should be: the term counts the pupils outside the band."""

    low: float
    """Share of the seats below which each pupil wanting is counted."""
    high: float
    """Share of the seats above which each pupil is counted."""
    metres: float | NDArray[np.float64]
    """Price of one such pupil, one for all or [section]."""


@dataclass(frozen=True, slots=True, eq=False)
class Mix:
    """A group of pupils who should be spread: the term counts how many too many or too few.

    A section with n pupils may have n x (share in all areas -+ tolerance) of them.
    """

    marked: NDArray[np.int64]
    """[area] pupils of the group, at most the area's pupils."""
    tolerance: float
    """Difference of shares that nobody minds, 0 to 1."""
    metres: float
    """Price of one pupil of the group beyond it."""


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """How compact zones should be: the term counts 1 - 4 pi area / outline^2 of each zone.

    Source: Polsby and Popper 1991, "The third criterion", Yale Law & Policy Review 9.
    """

    square_metres: NDArray[np.float64]
    """[area]"""
    outline_metres: NDArray[np.float64]
    """[area] length of the whole outline."""
    border_metres: NDArray[np.float64]
    """[edge] length of the border that the two areas of the edge share."""
    metres: float
    """Price of one zone that is a mere thread, against a circle."""


@dataclass(frozen=True, slots=True, eq=False)
class Cases:
    """Several years or draws that one plan must serve: seats are counted in each of them.

    The overflow of a section is that quantile of its overflow over the cases.
    """

    pupils: NDArray[np.int64]
    """[case, area]"""
    seats: NDArray[np.int64]
    """[case, section]"""
    quantile: float = 1.0
    """1: the worst case counts; 0.9: the section's worst tenth is forgiven."""


@dataclass(frozen=True, slots=True, eq=False)
class Problem(Town):
    """One stage in one year: areas with pupils, sections with seats, and the walks between.

    A plan gives each area to one section. Every zone, taken together with the area in
    which its section stands, hangs together on the adjacency graph; an area in which
    one section stands belongs to that section, an area in which several stand belongs
    to one of them. A section outside every area stands for this purpose in the area
    nearest to it on foot, but has no claim on it.

    A section that stands in no area and that nobody reaches on foot gets no area.

    Locks go before all this: a locked area keeps today's section. It must stay
    connected with that section where it is connected today; where it is cut off
    today it stays cut off and is reported.
    """

    home: NDArray[np.int64]
    """[section] the area in which the section stands, -1 outside every area."""
    weights: Weights
    walk_limit_metres: float | NDArray[np.float64] = float("inf")
    """A longer walk is possible but priced; a missing walk is longer than any finite limit.

    One limit for all, [area] where town and village differ, or [area, section] where the time
    counts and some ways are quicker than others.
    """
    today: NDArray[np.int64] | None = None
    """[area] today's section, -1 where there is none."""
    locked: NDArray[np.bool_] | None = None
    """[area] whether the area keeps today's section."""
    contiguous: bool = True
    """Whether zones must hang together; home areas and locks hold in any case."""
    limit_is_hard: bool = False
    """Whether a walk beyond the limit is forbidden where an area has any other choice."""
    surcharges: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    """[area, section] metres that one pupil costs besides the walk, by name of the term.

    inf: forbidden, as long as the area has any other choice.
    """
    together: tuple[Together, ...] = ()
    band: Band | None = None
    mix: Mix | None = None
    shape: Shape | None = None
    cases: Cases | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be planned for, all faults at once."""
        refuse(_faults_of_shape(self))
        refuse(_faults_of_content(self))

    @property
    def limit_metres(self) -> NDArray[np.float64]:
        """The limit of every way, [area, section], however it was given."""
        return self.for_every_way(self.walk_limit_metres)

    @property
    def beyond_limit(self) -> NDArray[np.bool_]:
        """Whether a way is longer than its limit, [area, section]."""
        return np.asarray(self.walk_metres > self.limit_metres)

    def goes_beyond(self, section_of_area: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell which areas have a way beyond the limit in a plan, [area]."""
        going = np.arange(self.areas), section_of_area
        return np.asarray(self.walk_metres[going] > self.limit_metres[going])

    def with_surcharge(self, name: str, metres: NDArray[np.float64]) -> Problem:
        """Return the problem with one more surcharge, [area, section], under a name still free."""
        while name in {*self.surcharges, *(wish.name for wish in self.together)}:
            name += "_"
        return replace(self, surcharges={**self.surcharges, name: metres})

    @property
    def stand_in_metres(self) -> float:
        """Length counted for a walk that does not exist: twice the longest that does."""
        walks = self.walk_metres
        return 2 * float(np.max(walks, where=np.isfinite(walks), initial=0.0))


class SolveStatus(StrEnum):
    """How far a plan can be trusted to be the best."""

    OPTIMAL = "optimal"
    """Proved: no plan is better, not even one with more seats used or fewer exceeded."""
    FEASIBLE = "feasible"
    """Every pupil has a seat; bound and gap say how much better a plan could be."""
    OVERFULL = "overfull"
    """Not proved the best, and some section takes more pupils than it has seats."""


class PieceReason(StrEnum):
    """Why some areas do not hang together with the area in which their section stands."""

    ISLAND = "island"
    """No chain of touching areas leads to any section: exempt, joined to the cheapest."""
    LOCKED = "locked"
    """Cut off by locked areas, or locked and cut off today already: exempt."""
    HOME_ELSEWHERE = "home_elsewhere"
    """The zone touches its section's area, but that area belongs to another section."""
    HOME_OUTSIDE = "home_outside"
    """The section stands outside every area; the zone lies around the area nearest to it."""
    DETACHED = "detached"
    """The plan does not hang together here: nobody asked it to, or it breaks the rule."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Areas of one zone that are not connected with the section's own area inside the zone."""

    section: int
    areas: tuple[int, ...]
    reason: PieceReason


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """What a plan is worth, however it was found."""

    section_of_area: NDArray[np.int64]
    value: float
    """All terms together, in metres."""
    terms: Mapping[str, float]
    """walk, overflow, over_limit, changed and whatever else is asked, in metres; they add up
    to the value. A breach of a hard demand has no price."""
    overflow: NDArray[np.int64]
    """[section] pupils beyond the seats."""
    pieces: tuple[Piece, ...]
    unreachable: NDArray[np.int64]
    """Areas from which no section can be reached on foot, counted with the stand-in walk."""
    breaches: Mapping[str, NDArray[np.int64]] = field(default_factory=dict)
    """Areas by the hard demand that the plan breaks for them: "limit", a surcharge's name, or
    the name of areas that must stay together (there: those outside the largest part)."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Zoning(Evaluation):
    """A plan, what it is worth, and how sure we are that none is better."""

    bound: float
    """No plan whatsoever is worth less than this."""
    gap: float
    """(value - bound) / value, 0 where the value is 0: the most that could be saved."""
    status: SolveStatus


_TERMS = frozenset(("walk", "overflow", "over_limit", "limit", "changed", "band", "mix", "shape"))
"""Names that terms and hard demands of their own have."""


def _faults_of_shape(problem: Problem) -> Iterator[str]:
    """Say which arrays do not have the length or the kind of number they should have."""
    areas, sections = problem.areas, problem.sections
    if areas == 0 or sections == 0:
        yield f"zoning: expected areas and sections, found {areas} areas and {sections} sections."
    expected: tuple[tuple[str, tuple[int, ...], str], ...] = (
        ("pupils", (areas,), "iu"),
        ("seats", (sections,), "iu"),
        ("walk_metres", (areas, sections), "f"),
        ("edges", (len(problem.edges), 2), "iu"),
        ("home", (sections,), "iu"),
        ("today", (areas,), "iu"),
        ("locked", (areas,), "b"),
    )
    for name, shape, kind in expected:
        yield from misshapen(name, getattr(problem, name), shape, kind)
    yield from _wishes_misshapen(problem, areas, sections)


def _wishes_misshapen(problem: Problem, areas: int, sections: int) -> Iterator[str]:
    """Say the same of what is wished for beyond seats and walks."""
    for name, metres in problem.surcharges.items():
        yield from misshapen(f"surcharges: {name}", metres, (areas, sections), "f")
    for wish in problem.together:
        yield from misshapen(f"together: {wish.name}: group", wish.group, (areas,), "iu")
    if problem.band is not None and np.ndim(problem.band.metres):
        yield from misshapen("band: metres", np.asarray(problem.band.metres), (sections,), "f")
    if problem.mix is not None:
        yield from misshapen("mix: marked", problem.mix.marked, (areas,), "iu")
    if (shape := problem.shape) is not None:
        yield from misshapen("shape: square_metres", shape.square_metres, (areas,), "f")
        yield from misshapen("shape: outline_metres", shape.outline_metres, (areas,), "f")
        yield from misshapen(
            "shape: border_metres", shape.border_metres, problem.edges.shape[:1], "f"
        )
    if (cases := problem.cases) is not None:
        count = len(cases.pupils)
        if count == 0:
            yield "cases: expected at least one case, found none."
        yield from misshapen("cases: pupils", cases.pupils, (count, areas), "iu")
        yield from misshapen("cases: seats", cases.seats, (count, sections), "iu")


def _faults_of_content(problem: Problem) -> Iterator[str]:
    """Say which numbers cannot be meant."""
    areas, sections = problem.areas, problem.sections
    yield from outside("pupils", problem.pupils, 0, None)
    yield from outside("seats", problem.seats, 0, None)
    yield from outside("edges", problem.edges.ravel(), 0, areas)
    yield from outside("home", problem.home, -1, areas)
    walks = problem.walk_metres
    if wrong := int(np.sum(np.isnan(walks) | (walks < 0))):
        yield f"walk_metres: expected lengths of at least 0, found {wrong} negative or missing."
    if not np.isfinite(walks).any():
        yield "walk_metres: no section can be reached from any area; snap them to the streets."
    if wrong := int(np.sum(problem.edges[:, 0] == problem.edges[:, 1])):
        yield f"edges: expected pairs of different areas, found {wrong} areas touching themselves."
    yield from unlimited("walk_limit_metres", problem.walk_limit_metres, problem)
    if problem.today is not None:
        yield from outside("today", problem.today, -1, sections)
    if problem.locked is not None and problem.locked.any():
        homeless = problem.locked if problem.today is None else problem.locked & (problem.today < 0)
        if homeless.any():
            yield (
                f"locked: area {int(np.argmax(homeless))} is locked but has no section today; "
                "unlock it or say which."
            )
    yield from _wishes_unmeant(problem)


def _wishes_unmeant(problem: Problem) -> Iterator[str]:
    """Say which numbers cannot be meant in what is wished for beyond seats and walks."""
    names = [*problem.surcharges, *(wish.name for wish in problem.together)]
    for name in sorted({name for name in names if name in _TERMS or names.count(name) > 1}):
        yield f"{name}: two terms have this name; give each a name of its own."
    for name, metres in problem.surcharges.items():
        yield from unpriced(f"surcharges: {name}", metres, forbids=True)
    for wish in problem.together:
        yield from outside(f"together: {wish.name}: group", wish.group, -1, None)
        yield from unpriced(f"together: {wish.name}: metres", wish.metres, forbids=True)
    if problem.shape is not None:
        for name in ("square_metres", "outline_metres", "border_metres", "metres"):
            yield from unpriced(f"shape: {name}", getattr(problem.shape, name))
    yield from _wishes_out_of_range(problem)


def _wishes_out_of_range(problem: Problem) -> Iterator[str]:
    """Say which shares, and which pupils of a mix or a case, lie outside their range."""
    if (band := problem.band) is not None:
        yield from unpriced("band: metres", band.metres)
        if not (0 <= band.low <= band.high < np.inf):
            yield f"band: expected 0 <= low <= high, found low={band.low} and high={band.high}."
    if (mix := problem.mix) is not None:
        yield from unpriced("mix: metres", mix.metres)
        yield from outside("mix: marked", mix.marked, 0, None)
        if (more := np.flatnonzero(mix.marked > problem.pupils)).size:
            yield f"mix: area {more[0]} has more marked pupils than pupils; correct one of them."
        if not 0 <= mix.tolerance <= 1:
            yield f"mix: expected a tolerance from 0 to 1, found {mix.tolerance}."
    if (cases := problem.cases) is not None:
        yield from outside("cases: pupils", cases.pupils.ravel(), 0, None)
        yield from outside("cases: seats", cases.seats.ravel(), 0, None)
        if not 0 <= cases.quantile <= 1:
            yield f"cases: expected a quantile from 0 to 1, found {cases.quantile}."
