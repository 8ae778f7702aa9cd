"""What a section needs for every choice of its borders and of the year in which it is cured.

A border between two sections is open to a few strips of areas in either direction, and from some
year on, which the targets leave open, a section has no large class any more. So a section has few
choices c. For each of them its cheapest cure is known at once, since every cohort has the fewest
classes without a large one and rooms are added when they are first needed; until then its classes
stay as planned. What remains is to pick one choice for each section so that neighbours agree:

    minimise    sum_jc cost_jc y_jc + sum_m price_m x_m
    subject to  sum_c y_jc = 1                                one choice for each section     (1)
                sum of y_jc over the choices with m = x_m     both sides make a move, or none (2)
                sum of y_jc over the choices from year t = v_jt                               (3)
                given + sum_jc large_jct y_jc <= target_t     targets that leave some         (4)
                zones hang together                           (see `pieces`)                 (11)
                y at least 0, x and v binary

for every section j and both sections of every move m; whole x and v make whole y. A section limits
entrants from outside wherever that saves a class, or nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from planner.siting.large_classes.programme import Programme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from planner.siting.large_classes.problem import Cohort, LargeClasses
    from planner.siting.large_classes.programme import Part

    FloatArray = NDArray[np.float64]
    IntArray = NDArray[np.int64]

__all__ = ["Choices", "Columns", "none_large_from", "section_choices", "write_choices"]


@dataclass(frozen=True, slots=True, eq=False)
class Choices:
    """What one section needs, choice by choice.

    Attributes:
        section: The section.
        since: The first year without large classes.
        moves: Which of the part's moves each choice makes, [choice, move of `numbers`].
        numbers: The moves that concern this section.
        cost: Cost of its measures in yuan, without the moves; inf where there is no cure.
        rooms: Rooms added, [choice, year].
        first: First year of its cohorts by index.
        classes: Classes of its cohorts by index, each [choice, year of the cohort].
        away: Entrants turned away by index of the cohort, [choice].
        large: Large classes until then, [choice, year].
    """

    section: int
    since: int
    moves: NDArray[np.bool_]
    numbers: tuple[int, ...]
    cost: FloatArray
    rooms: IntArray
    first: dict[int, int]
    classes: dict[int, IntArray]
    away: dict[int, IntArray]
    large: IntArray


def none_large_from(problem: LargeClasses, part: Part) -> dict[int, range] | None:
    """Return the years from which a section may be free of large classes, by section.

    None where that is no way to meet the targets: where large classes are given, or a year in
    which none may be left is followed by one in which some may.
    """
    never = problem.years
    zero: dict[int, set[int]] = {section: set() for section in part.sections}
    first = dict.fromkeys(part.sections, never)
    for target in part.targets:
        members = sorted(target.sections)
        if problem.given[members, target.year].sum() > target.most:
            return None
        for section in members:
            first[section] = min(first[section], target.year)
            if target.most == 0:
                zero[section].add(target.year)
    last = {section: min(found, default=never) for section, found in zero.items()}
    if any(found != set(range(last[j], never)) for j, found in zero.items()):
        return None
    return {section: range(first[section], last[section] + 1) for section in part.sections}


def section_choices(problem: LargeClasses, part: Part, section: int, since: int) -> Choices:
    """Return what a section needs for each choice, where no class may be large from a year on."""
    numbers, made = _made(problem, part, section)
    comes = np.array(
        [
            [
                (1.0 if problem.moves[n].target == section else -1.0) * count
                for count in problem.moves[n].entrants
            ]
            for n in numbers
        ]
    ).reshape(len(numbers), problem.years)
    more = made @ comes
    cohorts = [n for n in part.cohorts if problem.cohorts[n].section == section]
    free = _needs(problem, cohorts, section, since, more, limit=False)
    limited = _needs(problem, cohorts, section, since, more, limit=True)
    better = limited.cost < free.cost
    classes = {n: np.where(better[:, None], limited.classes[n], free.classes[n]) for n in cohorts}
    return Choices(
        section=section,
        since=since,
        moves=made,
        numbers=numbers,
        cost=np.where(better, limited.cost, free.cost),
        rooms=np.where(better[:, None], limited.rooms, free.rooms),
        first={n: problem.cohorts[n].first for n in cohorts},
        classes=classes,
        away={n: np.where(better, limited.away[n], 0) for n in cohorts},
        large=_large_until(problem, cohorts, since, more, classes),
    )


def _large_until(
    problem: LargeClasses,
    cohorts: Sequence[int],
    since: int,
    more: FloatArray,
    classes: dict[int, IntArray],
) -> IntArray:
    """Return the large classes of a section before it is cured, [choice, year]."""
    found = np.zeros(more.shape, dtype=np.int64)
    for number in cohorts:
        cohort = problem.cohorts[number]
        entrants = more[:, cohort.first] if cohort.enters else np.zeros(len(more))
        pupils = np.rint(_pupils(cohort, entrants) - cohort.margin).astype(np.int64)
        for column, year in enumerate(cohort.years):
            if year >= since:
                break
            formed = classes[number][:, column]
            beyond = pupils[:, column] - (problem.large - 1) * formed
            equal = np.clip(beyond, 0, formed)
            kept = cohort.kept[column] if cohort.kept else ()
            as_kept = sum(size >= problem.large for size in kept)
            unchanged = bool(cohort.kept) and formed == len(cohort.kept[0])
            found[:, year] += np.where(unchanged, as_kept, equal)
    return found


def _made(
    problem: LargeClasses, part: Part, section: int
) -> tuple[tuple[int, ...], NDArray[np.bool_]]:
    """Return the moves of a section, and which of them each of its choices makes.

    Along each border nothing moves, or the first strips in one direction do.
    """
    chains: dict[tuple[int, int], list[int]] = {}
    for number in part.moves:
        move = problem.moves[number]
        if section in (move.source, move.target):
            chains.setdefault((move.source, move.target), []).append(number)
    numbers = tuple(number for chain in chains.values() for number in chain)
    place = {number: column for column, number in enumerate(numbers)}
    made = np.zeros((1, len(numbers)), dtype=bool)
    for border in dict.fromkeys(frozenset(pair) for pair in chains):
        states = [np.zeros(len(numbers), dtype=bool)]
        for pair, chain in chains.items():
            if frozenset(pair) == border:
                for length in range(1, len(chain) + 1):
                    state = np.zeros(len(numbers), dtype=bool)
                    state[[place[number] for number in chain[:length]]] = True
                    states.append(state)
        made = (made[:, None, :] | np.array(states)[None, :, :]).reshape(-1, len(numbers))
    return numbers, made


@dataclass(frozen=True, slots=True, eq=False)
class _Needs:
    """Measures of one section for each choice."""

    cost: FloatArray
    rooms: IntArray
    classes: dict[int, IntArray]
    away: dict[int, IntArray]


def _needs(
    problem: LargeClasses,
    cohorts: Sequence[int],
    section: int,
    since: int,
    more: FloatArray,
    *,
    limit: bool,
) -> _Needs:
    """Return the cheapest measures for each choice, with or without limits on entrants."""
    prices, choices = problem.prices[section], len(more)
    total = np.zeros((choices, problem.years), dtype=np.int64)
    beyond = np.zeros((choices, problem.years), dtype=bool)
    cost = np.zeros(choices)
    classes: dict[int, IntArray] = {}
    away: dict[int, IntArray] = {}
    for number in cohorts:
        cohort = problem.cohorts[number]
        entrants = more[:, cohort.first] if cohort.enters else np.zeros(choices)
        away[number] = np.zeros(choices, dtype=np.int64)
        found = _fewest(problem, cohort, since, entrants)
        if limit and cohort.enters and cohort.outside and cohort.first >= since:
            away[number], found = _limited(problem, cohort, since, entrants, found)
        classes[number] = found
        planned = np.array(cohort.planned)
        years = slice(cohort.first, cohort.first + len(planned))
        total[:, years] += found
        beyond[:, years] |= found > planned
        extra = np.maximum(found - planned, 0)[:, 0 if cohort.first else 1 :]
        cost += prices.class_year * extra.sum(axis=1) + prices.turned_away * away[number]
    # Where nobody needs a class more than planned, the plan has found room for all of them.
    short = np.where(beyond, np.maximum(total - problem.rooms[section], 0), 0)
    short[:, :since] = 0
    rooms = np.maximum.accumulate(short, axis=1)
    too_late = short[:, : problem.rooms_from].any(axis=1)
    too_many = rooms[:, -1] > problem.rooms_most[section]
    cost += prices.room * rooms[:, -1] + prices.room_year * rooms.sum(axis=1)
    return _Needs(np.where(too_late | too_many, np.inf, cost), rooms, classes, away)


def _few(pupils: FloatArray, size: int) -> IntArray:
    """Return the fewest classes in which nobody sits with more than so many."""
    return np.maximum(1, np.ceil(pupils / size - 1e-9)).astype(np.int64)


def _pupils(cohort: Cohort, entrants: FloatArray) -> FloatArray:
    """Return the pupils of a cohort with so many entrants more, [choice, year]."""
    stays = np.array([cohort.stays(year) for year in cohort.years])
    found: FloatArray = np.array(cohort.pupils, dtype=float) + np.outer(entrants, stays)
    return np.maximum(found + cohort.margin, 0.0)


def _fewest(problem: LargeClasses, cohort: Cohort, since: int, entrants: FloatArray) -> IntArray:
    """Return the fewest classes by choice and year without a large one from a year on."""
    size = problem.large - 1
    pupils = _pupils(cohort, entrants)
    found = np.tile(np.array(cohort.planned, dtype=np.int64), (len(entrants), 1))
    opened = len(cohort.kept[0]) if cohort.kept else 0
    for column, year in enumerate(cohort.years):
        if year < max(since, 1):
            continue
        needed = _few(pupils[:, column], size)
        if cohort.enters and column == 0:
            found[:, 0] = np.maximum(
                np.maximum(needed, _few(pupils[:, 0], cohort.standard)), cohort.fewest
            )
            continue
        before = found[:, column - 1] if column else found[:, 0]
        if not cohort.enters and (before == opened).all():
            # They sit in the classes that were counted, which need not be equal.
            crowded = cohort.crowded(column, size)
            needed = np.maximum(needed, opened + 1) if crowded else np.full_like(needed, opened)
        found[:, column] = np.maximum(before, needed)
    return found


def _limited(
    problem: LargeClasses, cohort: Cohort, since: int, entrants: FloatArray, free: IntArray
) -> tuple[IntArray, IntArray]:
    """Return entrants turned away where that saves a class, and the classes that remain."""
    fewer = _fewest(problem, cohort, since, entrants - cohort.outside)
    pupils = _pupils(cohort, entrants)
    over = [pupils[:, 0] - cohort.standard * fewer[:, 0]]
    over += [
        (pupils[:, column] - (problem.large - 1) * fewer[:, column]) / max(cohort.stays(year), 1e-9)
        for column, year in enumerate(cohort.years)
    ]
    needed = np.ceil(np.max(over, axis=0) - 1e-9).clip(0, cohort.outside).astype(np.int64)
    saves = np.asarray((fewer < free).any(axis=1), dtype=bool)
    return np.where(saves, needed, 0), np.where(saves[:, None], fewer, free)


class Columns(NamedTuple):
    """Where a section that is cured from some year on stands among the columns.

    Attributes:
        choices: Column of each choice, -1 where that is no cure.
        since: Column that tells whether the section is cured from that year on.
    """

    choices: NDArray[np.int64]
    since: int


def write_choices(
    problem: LargeClasses, part: Part, choices: Sequence[Choices]
) -> tuple[Programme, list[Columns]]:
    """Write (1) to (4); also return the columns of the choices of each section and year."""
    programme = Programme(part)
    for number in part.moves:
        move = problem.moves[number]
        column = programme.choice(cost=move.walk_yuan + move.changed_yuan)
        programme.moves[number] = column
    for chain in pairwise(part.moves):
        if problem.moves[chain[1]].after == chain[0]:
            first, second = (programme.moves[number] for number in chain)
            programme.at_most([(second, 1.0), (first, -1.0)], 0.0)
    columns = []
    one_of: dict[int, list[tuple[int, float]]] = {}
    makes: dict[tuple[int, int], list[tuple[int, float]]] = {}
    counts: dict[int, list[tuple[int, float]]] = {}
    for one in choices:
        possible = np.isfinite(one.cost)
        found = np.full(len(one.cost), -1, dtype=np.int64)
        for choice in np.flatnonzero(possible):
            found[choice] = programme.column(1.0, cost=float(one.cost[choice]), whole=False)
        terms = [(int(column), 1.0) for column in found[possible]]
        one_of.setdefault(one.section, []).extend(terms)
        since = programme.choice()
        programme.rows.append((0.0, 0.0, [*terms, (since, -1.0)]))
        for place, number in enumerate(one.numbers):
            made = found[possible & one.moves[:, place]]
            makes.setdefault((one.section, number), []).extend((int(c), 1.0) for c in made)
        for place, target in enumerate(part.targets):
            if target.most > 0 and one.section in target.sections:
                large = one.large[possible, target.year]
                counts.setdefault(place, []).extend(
                    (int(column), float(count))
                    for column, count in zip(found[possible], large, strict=True)
                    if count
                )
        columns.append(Columns(found, since))
    programme.rows += [(1.0, 1.0, terms) for terms in one_of.values()]
    programme.rows += [
        (0.0, 0.0, [*terms, (programme.moves[number], -1.0)])
        for (_, number), terms in makes.items()
    ]
    for place, terms in counts.items():
        target = part.targets[place]
        given = int(problem.given[sorted(target.sections), target.year].sum())
        programme.at_most(terms, target.most - given)
    return programme, columns
