"""Find the cheapest measures against large classes, part by part, with a bound on each."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import highspy
import numpy as np

from planner.siting.large_classes.choices import (
    Choices,
    none_large_from,
    section_choices,
    write_choices,
)
from planner.siting.large_classes.pieces import holding_rows
from planner.siting.large_classes.problem import Measures, Miss, SolveStatus, pupils_after
from planner.siting.large_classes.programme import (
    Part,
    Programme,
    add_row,
    count_large,
    write_programme,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from planner.siting.large_classes.problem import LargeClasses

__all__ = ["solve"]

TOLERANCE = 1e-7
"""How far the integer solver may be from a whole number or beyond a row."""
AGREEMENT = 1e-6
"""Relative error of the integer solver: a closer bound and value are the same number."""
MARGINS = (0.02, 0.2, np.inf)
"""How far above the relaxed programme choices are looked at, as shares of it, one after another."""


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """What was found for one part."""

    rooms: dict[tuple[int, int], int]
    moved: tuple[int, ...]
    away: dict[int, int]
    classes: dict[tuple[int, int], int]
    missed: tuple[int, ...]
    missed_bound: int
    bound: float
    value: float = np.nan


def solve(
    problem: LargeClasses,
    *,
    seconds: float = 30.0,
    gap: float = 0.01,
    say: Callable[[str], None] = lambda _doing: None,
) -> Measures:
    """Return the cheapest measures that meet the targets, or miss them by as little as possible.

    Sections that neither share a target nor could exchange areas are solved apart.

    Args:
        problem: Sections, cohorts, targets and what may be done.
        seconds: When to stop and say how far it came; the bound holds all the same.
        gap: How close to the bound is close enough.
        say: Called with what is being done, in a few words.
    """
    began = time.monotonic()
    parts = sorted(_parts(problem), key=lambda part: (len(part.moves), part.sections))
    size = [len(part.cohorts) + 3 * len(part.moves) for part in parts]
    found: list[_Found] = []
    for number, part in enumerate(parts):
        say(f"{number + 1}/{len(parts)}")
        left = max(seconds - (time.monotonic() - began), 1.0)
        share = size[number] / max(sum(size[number:]), 1)
        found.append(_solve_part(problem, part, max(left * share, 0.5), gap))
    return _together(problem, parts, found)


def _parts(problem: LargeClasses) -> Iterator[Part]:
    """Yield the sections in groups that have nothing to do with each other."""
    sections = len(problem.rooms)
    group = list(range(sections))

    def leader(section: int) -> int:
        while group[section] != section:
            section = group[section]
        return section

    for move in problem.moves:
        group[leader(move.source)] = leader(move.target)
    for target in problem.targets:
        # Where none may be left, each section has to see to its own.
        members = sorted(target.sections) if target.most > 0 else []
        for section in members[1:]:
            group[leader(section)] = leader(members[0])
    for first in range(sections):
        if leader(first) != first:
            continue
        mine = tuple(section for section in range(sections) if leader(section) == first)
        targets = [
            replace(target, sections=frozenset({section}))
            for target in problem.targets
            if target.most == 0
            for section in mine
            if section in target.sections
        ]
        targets += [
            target
            for target in problem.targets
            if target.most > 0 and target.sections & frozenset(mine)
        ]
        yield Part(
            sections=mine,
            cohorts=tuple(n for n, cohort in enumerate(problem.cohorts) if cohort.section in mine),
            moves=tuple(n for n, move in enumerate(problem.moves) if move.source in mine),
            targets=tuple(targets),
        )


def _solve_part(problem: LargeClasses, part: Part, seconds: float, gap: float) -> _Found:
    """Solve one part; where no measures meet its targets, those that come in reach of measures.

    A target of a year before rooms can be added may be out of reach whatever is done, and must
    not spoil the years after it. Where even the later ones cannot be met, all are missed by as
    little as possible.
    """
    deadline = time.monotonic() + seconds
    found = _meet(problem, part, seconds, gap)
    later = tuple(target for target in part.targets if target.year >= problem.rooms_from)
    if found is None and later and len(later) < len(part.targets):
        left = max(deadline - time.monotonic(), seconds * 0.5)
        found = _meet(problem, replace(part, targets=later), left, gap)
    if found is None:
        left = max(deadline - time.monotonic(), seconds * 0.5, 0.5)
        found = _miss_least(problem, part, left, gap)
    return found


def _meet(problem: LargeClasses, part: Part, seconds: float, gap: float) -> _Found | None:
    """Return the cheapest measures that meet every target of a part; None if there are none."""
    since = none_large_from(problem, part)
    if since is None:
        return _search(problem, part, seconds, gap)
    choices = [
        section_choices(problem, part, section, year)
        for section in part.sections
        for year in since[section]
    ]
    return _choose(problem, part, list(_worth_while(choices)), seconds, gap)


def _worth_while(choices: list[Choices]) -> Iterator[Choices]:
    """Yield the years of cure but those that a year later is as good as, and no dearer."""
    later = {(one.section, one.since): one for one in choices}
    for one in choices:
        other = later.get((one.section, one.since + 1))
        if other is None:
            yield one
            continue
        there = np.isfinite(one.cost)
        as_good = not other.large[there, one.since].any()
        if not (as_good and (other.cost[there] <= one.cost[there]).all()):
            yield one


def _choose(
    problem: LargeClasses,
    part: Part,
    choices: list[Choices],
    seconds: float,
    gap: float,
) -> _Found | None:
    """Return the cheapest choices that agree with each other; None if there are none."""
    possible = {one.section for one in choices if np.isfinite(one.cost).any()}
    if possible != set(part.sections):
        return None
    programme, columns = write_choices(problem, part, choices)
    start = None
    picked = _enough(problem, part, choices)
    if picked:
        start = _read_choices([choices[n] for n in picked], frozenset(), 0.0)
        start = replace(start, value=sum(float(choices[n].cost[0]) for n in picked))
        programme.start = dict.fromkeys(range(len(programme.cost)), 0.0)
        programme.start |= dict.fromkeys((int(columns[n].choices[0]) for n in picked), 1.0)
        programme.start |= dict.fromkeys((columns[n].since for n in picked), 1.0)

    def read(values: NDArray[np.float64], bound: float) -> _Found:
        moved = frozenset(n for n, column in programme.moves.items() if values[column] > 0.5)
        picked = [one for one, at in zip(choices, columns, strict=True) if values[at.since] > 0.5]
        value = float(np.dot(programme.cost, values))
        return replace(_read_choices(picked, moved, bound), value=value)

    return _without_dear_columns(problem, programme, seconds, gap, start, read)


def _enough(problem: LargeClasses, part: Part, choices: list[Choices]) -> list[int]:
    """Return a choice for each section, without moves, that together meet the targets.

    Every section begins with its cheapest; then, one after another, the section changes that
    removes most of what is beyond the targets for the money. Nothing where that does not do.
    """
    targets = [target for target in part.targets if target.most > 0]
    options: dict[int, list[int]] = {}
    for place, one in enumerate(choices):
        if np.isfinite(one.cost[0]):
            options.setdefault(one.section, []).append(place)
    if set(options) != set(part.sections):
        return []
    picked = {j: min(found, key=lambda n: choices[n].cost[0]) for j, found in options.items()}

    def beyond(section: int, other: int) -> int:
        """Return the classes beyond all targets with another choice of one section."""
        return sum(
            max(
                0,
                int(problem.given[sorted(target.sections), target.year].sum())
                + sum(
                    int(choices[other if j == section else n].large[0, target.year])
                    for j, n in picked.items()
                    if j in target.sections
                )
                - target.most,
            )
            for target in targets
        )

    left = beyond(-1, -1)
    while left > 0:
        best, most, chosen = 0.0, left, None
        for section, found in options.items():
            for other in found:
                then = beyond(section, other)
                dearer = float(choices[other].cost[0] - choices[picked[section]].cost[0])
                worth = (left - then) / max(dearer, 1.0)
                if then < left and worth > best:
                    best, most, chosen = worth, then, (section, other)
        if chosen is None:
            return []
        picked[chosen[0]], left = chosen[1], most
    return list(picked.values())


def _without_dear_columns(
    problem: LargeClasses,
    programme: Programme,
    seconds: float,
    gap: float,
    start: _Found | None,
    read: Callable[[NDArray[np.float64], float], _Found],
) -> _Found | None:
    """Solve a programme without the columns that no good solution can contain.

    Where a solution contains a column, it costs at least the relaxed programme and the reduced
    cost of the column. Columns beyond a margin are left out; a solution within the margin is then
    as good as with all of them, and the bound is the search's or the end of the margin, whichever
    is less. Where none is found within, the margin is widened.
    """
    deadline = time.monotonic() + seconds
    least, reduced = programme.relaxed()
    high = list(programme.high)
    found = start
    for margin in MARGINS:
        end = least * (1 + margin) if least > 0 else np.inf
        if start is not None:
            end = min(end, max(start.value, least))
        dear = (reduced > end - least) & ~np.array(programme.whole)
        programme.high = [0.0 if out else top for out, top in zip(dear, high, strict=True)]
        if any(dear[column] and value for column, value in programme.start.items()):
            programme.start = {}
        left = max(deadline - time.monotonic(), 0.5)
        within = _run(problem, programme, left, gap, None, read)
        if within is not None:
            found = replace(within, bound=max(least, min(within.bound, end)))
            if found.value <= end:
                return found
        if not dear.any() or time.monotonic() > deadline:
            break
    if found is start and start is not None:
        return _bounded(start, max(least, 0.0))
    return found


def _read_choices(choices: list[Choices], moved: frozenset[int], bound: float) -> _Found:
    """Return what every section does where some moves are made."""
    rooms: dict[tuple[int, int], int] = {}
    classes: dict[tuple[int, int], int] = {}
    away: dict[int, int] = {}
    for one in choices:
        wanted = np.array([number in moved for number in one.numbers], dtype=bool)
        choice = int(np.flatnonzero((one.moves == wanted).all(axis=1))[0])
        rooms |= {
            (one.section, year): int(added) for year, added in enumerate(one.rooms[choice]) if added
        }
        for number, found in one.classes.items():
            first = one.first[number]
            classes |= {(number, first + place): int(n) for place, n in enumerate(found[choice])}
        away |= {n: int(found[choice]) for n, found in one.away.items() if found[choice]}
    return _Found(rooms, tuple(sorted(moved)), away, classes, (), 0, bound)


def _search(problem: LargeClasses, part: Part, seconds: float, gap: float) -> _Found | None:
    """Return the cheapest measures of a part that keep every target; None if there are none."""
    programme = write_programme(problem, part, elastic=False)
    return _run_programme(problem, programme, seconds, gap)


def _miss_least(problem: LargeClasses, part: Part, seconds: float, gap: float) -> _Found:
    """Return the measures that miss the targets by the fewest classes, the cheapest of these."""
    programme = write_programme(problem, part, elastic=True)
    cost, missing = programme.cost, set(programme.misses.values())
    programme.cost = [float(column in missing) for column in range(len(cost))]
    nothing = _nothing(problem, part)
    least = _run_programme(problem, programme, seconds / 2, 0.0, nothing)
    least = nothing if least is None else least
    programme.cost = cost
    programme.at_most([(column, 1.0) for column in sorted(missing)], float(sum(least.missed)))
    missed_bound = int(np.ceil(least.bound - AGREEMENT))
    cheapest = _run_programme(problem, programme, seconds / 2, gap, least)
    return replace(least if cheapest is None else cheapest, missed_bound=missed_bound)


def _nothing(problem: LargeClasses, part: Part) -> _Found:
    """Return the plan as it stands: no measures, every target missed as it is."""
    classes = {
        (number, year): problem.cohorts[number].planned[year - problem.cohorts[number].first]
        for number in part.cohorts
        for year in problem.cohorts[number].years
    }
    found = _Found({}, (), {}, classes, (), 0, 0.0)
    large = _large_of(problem, part, found)
    missed = tuple(
        max(0, sum(int(large[s, target.year]) for s in target.sections) - target.most)
        for target in part.targets
    )
    return replace(found, missed=missed)


def _run_programme(
    problem: LargeClasses,
    programme: Programme,
    seconds: float,
    gap: float,
    start: _Found | None = None,
) -> _Found | None:
    """Solve a programme with a column for every decision, from what is known on."""
    if start is not None:
        programme.start = _as_columns(programme, start)
    return _run(
        problem, programme, seconds, gap, start, lambda found, bound: _read(programme, found, bound)
    )


def _run(
    problem: LargeClasses,
    programme: Programme,
    seconds: float,
    gap: float,
    start: _Found | None,
    read: Callable[[NDArray[np.float64], float], _Found],
) -> _Found | None:
    """Solve a programme, adding (11) where zones fall apart; None if nothing meets it.

    What is known from `start` is returned again where nothing better is found in time.
    """
    deadline = time.monotonic() + seconds
    model = programme.model()
    model.setOptionValue("mip_rel_gap", gap)
    model.setOptionValue("mip_feasibility_tolerance", TOLERANCE)
    model.setOptionValue("random_seed", 0)
    if programme.start:
        columns = np.array(list(programme.start), dtype=np.int32)
        model.setSolution(len(columns), columns, np.array(list(programme.start.values())))
    bound = 0.0
    while True:
        model.setOptionValue("time_limit", max(deadline - time.monotonic(), 0.2) + _spent(model))
        model.run()
        if model.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
            return None
        info = model.getInfo()
        # Without any whole column there are no branches, and the value is its own bound.
        proved = info.mip_dual_bound if any(programme.whole) else info.objective_function_value
        bound = max(bound, proved) if np.isfinite(proved) else bound
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return _bounded(start, bound)
        values = np.array(model.getSolution().col_value)
        torn = _torn(problem, programme, values)
        if not torn:
            return read(values, bound)
        if time.monotonic() > deadline:
            return _bounded(start, bound)
        for least, terms in torn:
            add_row(model, least, np.inf, terms)


def _spent(model: highspy.Highs) -> float:
    """Return the seconds a model has run so far: its limit counts all of its runs."""
    return float(model.getRunTime())


def _bounded(start: _Found | None, bound: float) -> _Found | None:
    """Return what is known, with the bound that was found."""
    return None if start is None else replace(start, bound=max(start.bound, bound))


def _torn(
    problem: LargeClasses, programme: Programme, values: NDArray[np.float64]
) -> list[tuple[float, list[tuple[int, float]]]]:
    """Return (11) in columns for what the moves of a solution tear off."""
    made = [index for index, column in programme.moves.items() if values[column] > 0.5]
    moves = {index: problem.moves[index] for index in programme.moves}
    return [
        (float(least), [(programme.moves[index], float(sign)) for index, sign in terms])
        for number, ground in enumerate(problem.grounds)
        if any(problem.moves[index].ground == number for index in made)
        for least, terms in holding_rows(ground, number, moves, made)
    ]


def _as_columns(programme: Programme, found: _Found) -> dict[int, float]:
    """Return what is known already as values of columns."""
    known: dict[int, float] = dict.fromkeys(programme.moves.values(), 0.0)
    known |= dict.fromkeys(programme.away.values(), 0.0)
    known |= {programme.moves[index]: 1.0 for index in found.moved}
    known |= {programme.away[number]: float(count) for number, count in found.away.items()}
    for cell, column in programme.added.items():
        known[column] = float(found.rooms.get(cell, 0))
    for (number, year), columns in programme.classes.items():
        more = found.classes[number, year] - programme.fewest[number]
        known |= {column: float(place < more) for place, column in enumerate(columns)}
    return known


def _read(programme: Programme, values: NDArray[np.float64], bound: float) -> _Found:
    """Return a solution in whole numbers."""
    whole = np.rint(values).astype(np.int64)
    classes = {
        (number, year): programme.fewest[number] + int(whole[list(columns)].sum())
        for (number, year), columns in programme.classes.items()
    }
    return _Found(
        rooms={cell: int(whole[column]) for cell, column in programme.added.items()},
        moved=tuple(index for index, column in programme.moves.items() if whole[column]),
        away={number: int(whole[c]) for number, c in programme.away.items() if whole[c]},
        classes=classes,
        missed=tuple(int(whole[programme.misses[n]]) for n in sorted(programme.misses)),
        missed_bound=0,
        bound=bound,
    )


def _large_of(problem: LargeClasses, part: Part, found: _Found) -> NDArray[np.int64]:
    """Return the large classes of a part after the measures, [section, year]."""
    large = np.zeros_like(problem.given)
    sections = list(part.sections)
    large[sections] = problem.given[sections]
    for number in part.cohorts:
        cohort = problem.cohorts[number]
        for year in cohort.years:
            classes = found.classes.get((number, year), cohort.planned[0])
            kept = () if cohort.enters else cohort.kept[year - cohort.first]
            if not cohort.enters and classes <= len(cohort.kept[0]):
                count = sum(size >= problem.large for size in kept)
            else:
                pupils = pupils_after(problem, found.moved, found.away, number, year)
                count = count_large(pupils, classes, problem.large)
            large[cohort.section, year] += count
    return large


def _together(problem: LargeClasses, parts: list[Part], found: list[_Found]) -> Measures:
    """Put the parts together and add up what they cost."""
    rooms, large = np.zeros_like(problem.rooms), np.zeros_like(problem.given)
    classes: dict[tuple[int, int], int] = {}
    away: dict[int, int] = {}
    for part, one in zip(parts, found, strict=True):
        large += _large_of(problem, part, one)
        for cell, added in one.rooms.items():
            rooms[cell] = added
        classes |= one.classes
        away |= one.away
    moved = tuple(sorted(index for one in found for index in one.moved))
    terms = _terms(problem, rooms, moved, away, classes)
    value = sum(terms.values())
    bound = min(sum(one.bound for one in found), value)
    share = (value - bound) / value if value > 0 else 0.0
    if share <= AGREEMENT:
        bound, share = value, 0.0
    misses = _misses(problem, large)
    status = SolveStatus.OPTIMAL if share == 0 else SolveStatus.FEASIBLE
    return Measures(
        rooms_added=rooms,
        moved=moved,
        turned_away=away,
        classes=tuple(
            tuple(classes.get((number, year), cohort.planned[0]) for year in cohort.years)
            for number, cohort in enumerate(problem.cohorts)
        ),
        large=large,
        terms=terms,
        value=value,
        bound=bound,
        gap=share,
        status=SolveStatus.INFEASIBLE if misses else status,
        misses=misses,
        misses_bound=sum(one.missed_bound for one in found),
    )


def _misses(problem: LargeClasses, large: NDArray[np.int64]) -> tuple[Miss, ...]:
    """Return the targets that are missed and by how many classes."""
    beyond = (
        (target, int(large[sorted(target.sections), target.year].sum()) - target.most)
        for target in problem.targets
    )
    return tuple(Miss(target, classes) for target, classes in beyond if classes > 0)


def _terms(
    problem: LargeClasses,
    rooms: NDArray[np.int64],
    moved: tuple[int, ...],
    away: dict[int, int],
    classes: dict[tuple[int, int], int],
) -> dict[str, float]:
    """Return what each kind of measure costs, in yuan."""
    prices, cohorts = problem.prices, problem.cohorts
    more = (
        (number, max(0, count - cohorts[number].planned[year - cohorts[number].first]))
        for (number, year), count in classes.items()
        if year > 0
    )
    return {
        "rooms": sum(prices[row].room * int(rooms[row, -1]) for row in range(len(rooms))),
        "room_years": sum(
            prices[row].room_year * int(rooms[row].sum()) for row in range(len(rooms))
        ),
        "class_years": sum(
            prices[cohorts[number].section].class_year * count for number, count in more
        ),
        "walks": sum(problem.moves[index].walk_yuan for index in moved),
        "changed": sum(problem.moves[index].changed_yuan for index in moved),
        "turned_away": sum(
            prices[cohorts[number].section].turned_away * count for number, count in away.items()
        ),
    }
