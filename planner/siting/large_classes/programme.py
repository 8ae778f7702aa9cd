"""Write the search for the cheapest cure of large classes as an integer programme.

    minimise    rooms, room-years, class-years beyond the plan, moved areas, entrants turned away
    subject to  a[j,t-1] <= a[j,t] <= most[j]                       rooms, once there, stay      (1)
                s[c,t,k] <= s[c,t,k-1],  s[c,t-1,k] <= s[c,t,k]      classes are never merged    (2)
                n[c,t] = p[c,t] + r[c,t] (in x - out x - u[c])       who comes, climbs           (3)
                x <= x'                                              border strips in order      (4)
                sum_c k[c,t] <= rooms[j,t] + a[j,t] + v[j,t] o[j,t]  a room for every class      (5)
                standard[c] k[c,t] >= n[c,t]                         entry classes are not full  (6)
                l[c,t] >= min(k[c,t], n[c,t] - (large - 1) k[c,t])   large classes               (7)
                given + sum l <= target + miss                       targets                     (8)
                zones hang together                                  (see `pieces`)             (11)

for every section j, year t and cohort c, where k[c,t] counts the classes of a cohort, s[c,t,k]
tells whether there are at least k of them, a[j,t] the rooms added, x whether a strip of areas
moves, x' the strip before it, u[c] the entrants turned away, n[c,t] the pupils, l[c,t] the large
classes, p the pupils planned, r those left of one who entered, and o[j,t] whether more classes sit
in a section than it has rooms: then none is divided and one at most is opened, as many as v[j,t].

As equal as possible, n pupils sit in k classes of which max(0, min(k, n - 55 k)) have 56 and
more. (6) holds for those who enter in a year in which no class may be large.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import highspy
import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from planner.siting.large_classes.problem import Cohort, LargeClasses, Target

__all__ = ["Part", "Programme", "add_row", "count_large", "write_programme"]

FloatArray = npt.NDArray[np.float64]
Terms = list[tuple[int, float]]
"""A sum of columns with their factors."""


@dataclass(frozen=True, slots=True)
class Part:
    """Sections that have nothing to do with the others, with all that concerns them."""

    sections: tuple[int, ...]
    cohorts: tuple[int, ...]
    moves: tuple[int, ...]
    targets: tuple[Target, ...]


@dataclass(slots=True, eq=False)
class Programme:
    """The integer programme of one part, and where its decisions stand among the columns.

    Attributes:
        added: Column of the rooms added, by section and year.
        classes: Columns of s by cohort and year, from the second class counted on.
        fewest: The classes a cohort has at least.
        moves: Column of each move.
        away: Column of the entrants turned away, by cohort.
        misses: Column of the classes beyond each target, by its place in the part's targets.
        start: Values of columns from which the search may start.
    """

    part: Part
    cost: list[float] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    rows: list[tuple[float, float, Terms]] = field(default_factory=list)
    added: dict[tuple[int, int], int] = field(default_factory=dict)
    classes: dict[tuple[int, int], tuple[int, ...]] = field(default_factory=dict)
    fewest: dict[int, int] = field(default_factory=dict)
    moves: dict[int, int] = field(default_factory=dict)
    away: dict[int, int] = field(default_factory=dict)
    misses: dict[int, int] = field(default_factory=dict)
    start: dict[int, float] = field(default_factory=dict)

    def column(self, high: float, *, cost: float = 0.0, low: float = 0.0, whole: bool) -> int:
        """Add a decision and return its column."""
        self.cost.append(cost)
        self.low.append(low)
        self.high.append(high)
        self.whole.append(whole)
        return len(self.cost) - 1

    def choice(self, *, cost: float = 0.0) -> int:
        """Add a yes or no and return its column."""
        return self.column(1.0, cost=cost, whole=True)

    def at_most(self, terms: Terms, most: float) -> None:
        """Demand that a sum is at most something."""
        self.rows.append((-np.inf, most, terms))

    def at_least(self, terms: Terms, least: float) -> None:
        """Demand that a sum is at least something."""
        self.rows.append((least, np.inf, terms))

    def relaxed(self) -> tuple[float, FloatArray]:
        """Return the least cost if parts of a decision could be taken, and the reduced costs.

        The cost is -inf, and the reduced costs are 0, where that could not be found.
        """
        model = self.model()
        columns = len(self.cost)
        continuous = np.full(columns, int(highspy.HighsVarType.kContinuous), dtype=np.uint8)
        model.changeColsIntegrality(columns, np.arange(columns, dtype=np.int32), continuous)
        model.run()
        if model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return -np.inf, np.zeros(columns)
        return model.getInfo().objective_function_value, np.array(model.getSolution().col_dual)

    def model(self) -> highspy.Highs:
        """Return the programme as the solver takes it."""
        model = highspy.Highs()  # type: ignore[no-untyped-call]
        model.setOptionValue("output_flag", False)  # noqa: FBT003 - the solver's own signature
        columns, none = len(self.cost), np.empty(0)
        empty = np.empty(0, dtype=np.int32)
        starts = np.zeros(columns, dtype=np.int32)
        cost, low, high = (np.array(part) for part in (self.cost, self.low, self.high))
        model.addCols(columns, cost, low, high, 0, starts, empty, none)
        kinds = np.where(
            self.whole, int(highspy.HighsVarType.kInteger), int(highspy.HighsVarType.kContinuous)
        )
        model.changeColsIntegrality(
            columns, np.arange(columns, dtype=np.int32), kinds.astype(np.uint8)
        )
        for least, most, terms in self.rows:
            add_row(model, least, most, terms)
        return model


def add_row(model: highspy.Highs, least: float, most: float, terms: Terms) -> None:
    """Add one row to a model; a column that is named twice counts with the sum of its factors."""
    factors: dict[int, float] = {}
    for column, factor in terms:
        factors[column] = factors.get(column, 0.0) + factor
    model.addRow(
        least,
        most,
        len(factors),
        np.array(list(factors), dtype=np.int32),
        np.array(list(factors.values()), dtype=np.float64),
    )


def count_large(pupils: float, classes: int, large: int) -> int:
    """Return how many of so many equal classes are large: max(0, min(k, n - 55 k))."""
    return max(0, min(classes, round(pupils) - (large - 1) * classes))


def write_programme(problem: LargeClasses, part: Part, *, elastic: bool) -> Programme:
    """Write (1) to (8) for one part.

    Args:
        problem: All sections.
        part: The sections to write.
        elastic: Whether targets may be missed; otherwise each of them is kept.
    """
    programme = Programme(part)
    _rooms(programme, problem)
    _moves(programme, problem)
    for number in part.cohorts:
        _classes(programme, problem, number)
    _housing(programme, problem)
    _targets(programme, problem, elastic=elastic)
    return programme


def _rooms(programme: Programme, problem: LargeClasses) -> None:
    """Write (1)."""
    last = problem.years - 1
    for section in programme.part.sections:
        prices, most = problem.prices[section], int(problem.rooms_most[section])
        for year in range(problem.rooms_from, problem.years) if most else ():
            price = prices.room_year + (prices.room if year == last else 0.0)
            column = programme.column(most, cost=price, whole=True)
            programme.added[section, year] = column
            if (section, year - 1) in programme.added:
                before = programme.added[section, year - 1]
                programme.at_most([(before, 1.0), (column, -1.0)], 0.0)


def _moves(programme: Programme, problem: LargeClasses) -> None:
    """Write (4) and the entrants turned away of (3)."""
    for number in programme.part.moves:
        move = problem.moves[number]
        column = programme.choice(cost=move.walk_yuan + move.changed_yuan)
        programme.moves[number] = column
        if move.after in programme.moves:
            programme.at_most([(column, 1.0), (programme.moves[move.after], -1.0)], 0.0)
    for number in programme.part.cohorts:
        cohort = problem.cohorts[number]
        if cohort.enters and cohort.outside:
            price = problem.prices[cohort.section].turned_away
            programme.away[number] = programme.column(cohort.outside, cost=price, whole=True)


@dataclass(frozen=True, slots=True)
class _Cell:
    """One cohort in one year: its pupils as a sum, and how few classes would do."""

    pupils: float
    terms: Terms
    """What moves and limits add to the pupils, or take away."""
    lowest: float
    highest: float

    @property
    def fixed(self) -> bool:
        """Whether nothing changes its pupils."""
        return not self.terms


def _cell(programme: Programme, problem: LargeClasses, number: int, year: int) -> _Cell:
    """Return (3): the pupils of a cohort in one year."""
    cohort = problem.cohorts[number]
    pupils = float(cohort.pupils[year - cohort.first])
    terms: Terms = []
    if not cohort.enters:
        return _Cell(pupils, terms, pupils, pupils)
    stays = cohort.stays(year)
    lowest = highest = pupils
    for index, column in programme.moves.items():
        move = problem.moves[index]
        entrants = move.entrants[cohort.first] * stays
        if entrants and cohort.section in (move.source, move.target):
            comes = cohort.section == move.target
            terms.append((column, entrants if comes else -entrants))
            highest += entrants if comes else 0.0
            lowest -= 0.0 if comes else entrants
    if number in programme.away:
        terms.append((programme.away[number], -stays))
        lowest -= stays * cohort.outside
    return _Cell(pupils, terms, max(lowest, 0.0), highest)


def _few(pupils: float, size: int) -> int:
    """Return the fewest classes in which nobody sits with more than so many."""
    return max(1, int(np.ceil(pupils / size - 1e-9)))


def _needed(cohort: Cohort, cell: _Cell, year: int, size: int) -> int:
    """Return the fewest classes without one above a size, if nobody moves."""
    pupils = cell.pupils + cohort.margin
    if cohort.enters:
        return _few(pupils, size)
    if not cohort.crowded(year - cohort.first, size):
        return len(cohort.kept[0])
    return max(len(cohort.kept[0]) + 1, _few(pupils, size))


def _classes(programme: Programme, problem: LargeClasses, number: int) -> None:
    """Write (2) and the columns of classes of one cohort."""
    cohort, size = problem.cohorts[number], problem.large - 1
    years = [year for year in cohort.years if year > 0]
    cells = {year: _cell(programme, problem, number, year) for year in years}
    fewest = len(cohort.kept[0]) if cohort.kept else cohort.fewest
    if cohort.enters:
        # Nobody is crowded into fewer classes than planned only to have fewer large ones.
        fewest = max(fewest, min(cohort.planned[0], _few(cells[years[0]].lowest, size)))
    highest = max(
        [
            fewest,
            *(
                _needed(cohort, cell, year, size)
                if cell.fixed
                else _few(cell.highest + cohort.margin, size)
                for year, cell in cells.items()
            ),
            *(_few(cells[year].highest, cohort.standard) for year in years[:1] if cohort.enters),
        ]
    )
    programme.fewest[number] = fewest
    price = problem.prices[cohort.section].class_year
    for year in years:
        planned = cohort.planned[year - cohort.first]
        columns = tuple(
            programme.choice(cost=price if level > planned else 0.0)
            for level in range(fewest + 1, highest + 1)
        )
        programme.classes[number, year] = columns
        for fewer, more in pairwise(columns):
            programme.at_most([(more, 1.0), (fewer, -1.0)], 0.0)
        for earlier, later in zip(
            programme.classes.get((number, year - 1), ()), columns, strict=False
        ):
            programme.at_most([(earlier, 1.0), (later, -1.0)], 0.0)


def _count(programme: Programme, number: int, year: int) -> tuple[float, Terms]:
    """Return the classes of a cohort in one year: a constant and a sum of columns."""
    columns = programme.classes.get((number, year), ())
    return float(programme.fewest[number]), [(column, 1.0) for column in columns]


def _total(
    programme: Programme, numbers: Iterable[int], years: Mapping[int, int] | int
) -> tuple[float, Terms]:
    """Return the classes of several cohorts together."""
    constant = 0.0
    terms: Terms = []
    for number in numbers:
        year = years if isinstance(years, int) else years[number]
        base, columns = _count(programme, number, year)
        constant += base
        terms += columns
    return constant, terms


def _minus(terms: Terms) -> Terms:
    """Return a sum with its sign turned."""
    return [(column, -factor) for column, factor in terms]


def _housing(programme: Programme, problem: LargeClasses) -> None:
    """Write (5) for every section and year."""
    there: dict[tuple[int, int], list[int]] = {}
    for number in programme.part.cohorts:
        cohort = problem.cohorts[number]
        for year in cohort.years:
            if year > 0:
                there.setdefault((cohort.section, year), []).append(number)
    for (section, year), numbers in sorted(there.items()):
        _room_for_every_class(programme, problem, section, year, numbers)


def _room_for_every_class(
    programme: Programme,
    problem: LargeClasses,
    section: int,
    year: int,
    numbers: Sequence[int],
) -> None:
    """Write (5)."""
    entering = [
        number
        for number in numbers
        if problem.cohorts[number].enters and problem.cohorts[number].first == year
    ]
    rooms = int(problem.rooms[section, year])
    planned = sum(
        problem.cohorts[number].planned[year - problem.cohorts[number].first] for number in numbers
    )
    constant, terms = _total(programme, numbers, year)
    beyond = max(planned - rooms, 1)
    full = programme.choice()
    added = _added(programme, section, year)
    programme.at_most([*terms, *_minus(added), (full, -beyond)], rooms - constant)
    for number in numbers:
        base, now = _count(programme, number, year)
        before = (0.0, []) if number in entering else _before(programme, number, year)
        # More classes than before, beyond the one that is opened all the same.
        many = float(len(now))
        opened = float(base) if number in entering else 0.0
        programme.at_most(
            [*now, *_minus(before[1]), (full, many)], many + before[0] + opened - base
        )


def _before(programme: Programme, number: int, year: int) -> tuple[float, Terms]:
    """Return the classes of a cohort that climbed, as they were a year before."""
    return _count(programme, number, year - 1)


def _added(programme: Programme, section: int, year: int) -> Terms:
    """Return the rooms added to a section as a sum."""
    column = programme.added.get((section, year))
    return [] if column is None else [(column, 1.0)]


def _targets(programme: Programme, problem: LargeClasses, *, elastic: bool) -> None:
    """Write (6), (7) and (8)."""
    for place, target in enumerate(programme.part.targets):
        given = int(problem.given[sorted(target.sections), target.year].sum())
        numbers = [
            number
            for number in programme.part.cohorts
            if problem.cohorts[number].section in target.sections
            and target.year in problem.cohorts[number].years
        ]
        if elastic or given > target.most or target.most > 0:
            constant = float(given)
            terms: Terms = []
            for number in numbers:
                base, columns = _large(programme, problem, number, target.year)
                constant, terms = constant + base, [*terms, *columns]
            if elastic:
                column = programme.column(np.inf, whole=True)
                programme.misses[place] = column
                terms.append((column, -1.0))
            programme.at_most(terms, target.most - constant)
        else:
            for number in numbers:
                _none_large(programme, problem, number, target.year)


def _none_large(programme: Programme, problem: LargeClasses, number: int, year: int) -> None:
    """Demand (6), and that no class of a cohort is large in one year."""
    cohort, size = problem.cohorts[number], problem.large - 1
    if cohort.enters and cohort.first == year:
        size = min(size, cohort.standard)
    cell = _cell(programme, problem, number, year)
    base, classes = _count(programme, number, year)
    if cell.fixed:
        needed = _needed(cohort, cell, year, size)
        if needed > base:
            programme.low[classes[int(needed - base) - 1][0]] = 1.0
        return
    programme.at_most(
        [*cell.terms, *((column, -size * one) for column, one in classes)],
        size * base - cell.pupils - cohort.margin,
    )


def _large(
    programme: Programme, problem: LargeClasses, number: int, year: int
) -> tuple[float, Terms]:
    """Return (7): the large classes of a cohort in one year, a constant and a sum of columns."""
    cohort, large = problem.cohorts[number], problem.large
    cell = _cell(programme, problem, number, year)
    base, classes = _count(programme, number, year)
    fewest = programme.fewest[number]
    if cell.fixed:
        counts = [
            count_large(cell.pupils, fewest + more, large) for more in range(len(classes) + 1)
        ]
        if not cohort.enters:
            counts[0] = sum(size >= large for size in cohort.kept[year - cohort.first])
        steps = [
            (column, float(after - before))
            for (column, _), (before, after) in zip(classes, pairwise(counts), strict=True)
        ]
        return float(counts[0]), [step for step in steps if step[1]]
    size, most = large - 1, float(fewest + len(classes))
    beyond = max(cell.highest + cohort.margin - size * base, 0.0)
    count, crowded = programme.column(most, whole=True), programme.choice()
    programme.at_most(
        [
            *cell.terms,
            *((column, -size * one) for column, one in classes),
            (count, -1.0),
            (crowded, -beyond),
        ],
        size * base - cell.pupils - cohort.margin,
    )
    programme.at_least([(count, 1.0), *_minus(classes), (crowded, -most)], base - most)
    return 0.0, [(count, 1.0)]
