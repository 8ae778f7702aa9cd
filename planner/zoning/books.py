"""Keep the books of what depends on whole zones: seats in every case, use, mix, shape, groups.

The loops here are compiled. A zone has a worth in metres that is brought up to date whenever
an area enters or leaves; `planner.zoning.evaluation` has the formulas.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.zoning.problem import Problem

    Whole = NDArray[np.int64]
    Real = NDArray[np.float64]

__all__ = [
    "Books",
    "asks_for_books",
    "enter",
    "open_books",
    "worth_of_part",
    "worth_of_zone",
]


class Books(NamedTuple):
    """What each zone has, and what it is worth; arrays without rows where nothing is asked."""

    case_pupils: Whole
    """[node, case]"""
    case_spare: Whole
    """[section, case] seats without anybody less pupils, kept true."""
    forgiven: Whole
    """[1] cases beyond the one that counts, the worst first."""
    band: Real
    """[section, 3] pupils from which on a section is too full, up to which too empty, price."""
    mix: Real
    """[3] share of the marked pupils, tolerance, price; without entries where not asked."""
    marked: Whole
    """[node]"""
    zone_marked: Whole
    """[section]"""
    form: Real
    """[node, 2] square metres and outline."""
    zone_form: Real
    """[section, 2] square metres and outline."""
    form_metres: Real
    """[1] price of a thread."""
    form_starts: Whole
    """[node + 1] where the borders of a node begin."""
    form_neighbours: Whole
    form_borders: Real
    """Length of each border."""
    part_starts: Whole
    """[node + 1] where the groups of a node begin."""
    part_groups: Whole
    part_pupils: Whole
    """Pupils of the node in that group."""
    group_metres: Real
    """[group] price of a pupil apart."""
    group_pupils: Whole
    """[group, section]"""
    zone_worth: Real
    """[section] kept true."""
    group_worth: Real
    """[group] kept true."""


@njit(cache=True)
def enter(books: Books, node: int, section: int, section_of: Whole, sign: int) -> None:
    """Let a node enter a zone (sign 1) or leave it (-1); it must not be in the zone meanwhile.

    Where the node is in `section_of` [node] matters only for the borders inside the zone.
    """
    for case in range(books.case_pupils.shape[1]):
        books.case_spare[section, case] -= sign * books.case_pupils[node, case]
    if len(books.mix):
        books.zone_marked[section] += sign * books.marked[node]
    if len(books.form):
        outline = books.form[node, 1]
        for at in range(books.form_starts[node], books.form_starts[node + 1]):
            other = books.form_neighbours[at]
            if other != node and section_of[other] == section:
                outline -= 2 * books.form_borders[at]
        books.zone_form[section, 0] += sign * books.form[node, 0]
        books.zone_form[section, 1] += sign * outline
    for at in range(books.part_starts[node], books.part_starts[node + 1]):
        books.group_pupils[books.part_groups[at], section] += sign * books.part_pupils[at]


@njit(cache=True)
def _overflow(books: Books, section: int, load: int, seats: int) -> int:
    """Return the pupils beyond the seats, in the case that counts."""
    cases = books.case_spare.shape[1]
    if cases == 0:
        return max(0, load - seats)
    forgiven, spare = books.forgiven[0], books.case_spare[section]
    short = 0
    for case in range(cases):
        short += spare[case] < 0
    if short <= forgiven:
        return 0
    # The worst cases in order, the worst first; sorting all of them takes five times as long.
    worst, found = np.empty(forgiven + 1, dtype=np.int64), 0
    for case in range(cases):
        left = spare[case]
        if found > forgiven and left >= worst[forgiven]:
            continue
        at = min(found, forgiven)
        found = at + 1
        while at > 0 and worst[at - 1] > left:
            worst[at] = worst[at - 1]
            at -= 1
        worst[at] = left
    return int(-worst[forgiven])


@njit(cache=True)
def worth_of_zone(
    books: Books, section: int, load: int, seats: int, held: int, overflow_metres: float
) -> float:
    """Return what a zone costs besides what each of its areas costs, in metres.

    It has so many pupils (`load`) for its seats, and so many areas (`held`).
    """
    worth = overflow_metres * _overflow(books, section, load, seats)
    if len(books.band):
        too_full, too_empty, price = books.band[section]
        worth += price * (max(0.0, load - too_full) + max(0.0, too_empty - load))
    if len(books.mix):
        share, tolerance, price = books.mix
        off = abs(books.zone_marked[section] - share * load) - tolerance * load
        worth += price * max(0.0, off)
    if len(books.form):
        square, outline = books.zone_form[section]
        if held > 0 and outline > 0 and 4 * np.pi * square < outline * outline:
            worth += books.form_metres[0] * (1 - 4 * np.pi * square / (outline * outline))
    return float(worth)


@njit(cache=True)
def worth_of_part(books: Books, group: int) -> float:
    """Return what it costs that a group is parted, in metres."""
    total, most = 0, 0
    for section in range(books.group_pupils.shape[1]):
        pupils = books.group_pupils[group, section]
        total += pupils
        most = max(most, pupils)
    return float(books.group_metres[group] * (total - most))


def asks_for_books(problem: Problem, block: Whole) -> bool:
    """Say whether anything but plain seats depends on whole zones.

    Groups that must not part count only where some of their areas are not one block.
    """
    apart = any(
        np.isfinite(wish.metres) or _still_apart(wish.group, block) for wish in problem.together
    )
    parts = (problem.cases, problem.mix, problem.shape, problem.band)
    return apart or any(part is not None for part in parts)


def open_books(problem: Problem, block: Whole, nodes: int, hard_metres: float) -> Books:
    """Set the books up with empty zones.

    Args:
        problem: What is asked.
        block: [area] the node that each area is part of.
        nodes: How many nodes there are; those without areas have nothing.
        hard_metres: Price of a pupil apart where no group may part and yet does.
    """
    sections = problem.sections
    mix, shape, band = problem.mix, problem.shape, problem.band
    case_pupils, case_spare, forgiven = _cases(problem, block, nodes)
    starts, neighbours, borders = _borders(problem, block, nodes)
    part_starts, part_groups, part_pupils, group_metres = _parts(problem, block, nodes, hard_metres)
    return Books(
        case_pupils=case_pupils,
        case_spare=case_spare,
        forgiven=forgiven,
        band=np.zeros((0, 3))
        if band is None
        else np.column_stack(
            [
                band.high * problem.seats,
                band.low * problem.seats,
                np.broadcast_to(np.asarray(band.metres, dtype=np.float64), sections),
            ]
        ).astype(np.float64),
        mix=np.zeros(0)
        if mix is None
        else np.array(
            [mix.marked.sum() / max(int(problem.pupils.sum()), 1), mix.tolerance, mix.metres],
            dtype=np.float64,
        ),
        marked=np.zeros(0, dtype=np.int64)
        if mix is None
        else np.bincount(block, mix.marked, nodes).astype(np.int64),
        zone_marked=np.zeros(sections, dtype=np.int64),
        form=_forms(problem, block, starts, neighbours, borders),
        zone_form=np.zeros((sections, 2)),
        form_metres=np.array([0.0 if shape is None else shape.metres], dtype=np.float64),
        form_starts=starts,
        form_neighbours=neighbours,
        form_borders=borders,
        part_starts=part_starts,
        part_groups=part_groups,
        part_pupils=part_pupils,
        group_metres=group_metres,
        group_pupils=np.zeros((len(group_metres), sections), dtype=np.int64),
        zone_worth=np.zeros(sections),
        group_worth=np.zeros(len(group_metres)),
    )


def _cases(problem: Problem, block: Whole, nodes: int) -> tuple[Whole, Whole, Whole]:
    """Return pupils of each node and seats of each section by case, and the cases forgiven."""
    if problem.cases is None:
        none = np.zeros((problem.sections, 0), dtype=np.int64)
        return np.zeros((nodes, 0), dtype=np.int64), none, np.zeros(1, dtype=np.int64)
    cases, count = problem.cases, len(problem.cases.pupils)
    pupils = np.zeros((nodes, count), dtype=np.int64)
    np.add.at(pupils, block, cases.pupils.T)
    spare = np.array(cases.seats.T, dtype=np.int64, order="C")
    # Sorted by spare seats the worst case comes first; the quantile is the next one above.
    return pupils, spare, np.array([count - 1 - int(np.ceil(cases.quantile * (count - 1)))])


def _forms(problem: Problem, block: Whole, starts: Whole, neighbours: Whole, borders: Real) -> Real:
    """Return land and outline of each node, borders inside it left out."""
    nodes = len(starts) - 1
    if problem.shape is None:
        return np.zeros((0, 2))
    form = np.zeros((nodes, 2))
    np.add.at(form[:, 0], block, problem.shape.square_metres)
    np.add.at(form[:, 1], block, problem.shape.outline_metres)
    inside = np.repeat(np.arange(nodes), np.diff(starts)) == neighbours
    np.subtract.at(form[:, 1], neighbours[inside], borders[inside])
    return form


def _still_apart(group: Whole, block: Whole) -> bool:
    """Say whether the areas of some group are in several blocks."""
    member = group >= 0
    return len(np.unique(np.column_stack([group[member], block[member]]), axis=0)) > len(
        np.unique(group[member])
    )


def _borders(problem: Problem, block: Whole, nodes: int) -> tuple[Whole, Whole, Real]:
    """Return the borders of each node one after the other; those inside a block lead to itself."""
    if problem.shape is None:
        return np.zeros(nodes + 1, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0)
    pairs, first = np.unique(np.sort(problem.edges, axis=1), axis=0, return_index=True)
    both = block[np.concatenate([pairs, pairs[:, ::-1]])]
    length = np.tile(problem.shape.border_metres[first], 2)
    order = np.lexsort((both[:, 1], both[:, 0]))
    starts = np.zeros(nodes + 1, dtype=np.int64)
    starts[1:] = np.cumsum(np.bincount(both[:, 0], minlength=nodes))
    return starts, np.ascontiguousarray(both[order, 1]), length[order].astype(np.float64)


def _parts(
    problem: Problem, block: Whole, nodes: int, hard_metres: float
) -> tuple[Whole, Whole, Whole, Real]:
    """Return which groups each node has pupils of, and what each group's parting costs."""
    node, group, pupils, metres = [], [], [], []
    numbered = 0
    for wish in problem.together:
        member = np.flatnonzero((wish.group >= 0) & (problem.pupils > 0))
        names, number = np.unique(wish.group[member], return_inverse=True)
        node.append(block[member])
        group.append(number + numbered)
        pupils.append(problem.pupils[member])
        price = wish.metres if np.isfinite(wish.metres) else hard_metres
        metres.append(np.full(len(names), price, dtype=np.float64))
        numbered += len(names)
    if not numbered:
        none = np.zeros(0, dtype=np.int64)
        return np.zeros(nodes + 1, dtype=np.int64), none, none, np.zeros(0)
    every = np.column_stack([np.concatenate(node), np.concatenate(group)])
    pairs, place = np.unique(every, axis=0, return_inverse=True)
    together = np.bincount(place.ravel(), np.concatenate(pupils)).astype(np.int64)
    starts = np.zeros(nodes + 1, dtype=np.int64)
    starts[1:] = np.cumsum(np.bincount(pairs[:, 0], minlength=nodes))
    return starts, np.ascontiguousarray(pairs[:, 1]), together, np.concatenate(metres)
