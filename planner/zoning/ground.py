"""Lay out the ground on which zones are drawn: what is fixed, what must hang together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from planner.zoning.books import Books, enter, worth_of_part, worth_of_zone

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.zoning.problem import Problem

__all__ = [
    "Ground",
    "components",
    "filled",
    "fixed_sections",
    "lay_out",
    "rooted_edges",
    "without_rules",
    "worth_of_plan",
]


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """The problem as the methods see it: prices, a graph, and one root per section.

    Nodes are the areas followed by one gate for each section that has no area of its
    own; a gate has no pupils, belongs to its section and touches the area in which the
    section stands and that area's neighbours. So in every case a zone hangs together
    when its nodes are connected with its section's root.
    """

    each_metres: NDArray[np.float64]
    """[area, section] what the walk and all else that depends on the area alone cost per pupil,
    inf where forbidden."""
    yielding_metres: NDArray[np.float64]
    """[area, section] the same where a demand would have to yield, inf where nothing helps."""
    pupils: NDArray[np.int64]
    """[node]"""
    seats: NDArray[np.int64]
    """[section]"""
    overflow_metres: float
    fixed: NDArray[np.int64]
    """[node] the only section allowed, -1 where there is a choice."""
    exempt: NDArray[np.bool_]
    """[node] whether the node need not hang together with anything; it carries no other."""
    root: NDArray[np.int64]
    """[section] the node with which the zone hangs together."""
    starts: NDArray[np.int64]
    """[node + 1] where a node's neighbours begin in `neighbours`."""
    neighbours: NDArray[np.int64]
    kept: NDArray[np.int64]
    """[node] today's section where a required lock needs the node as a link, else -1."""
    books: Books | None = None
    """What depends on whole zones, with empty zones; None where only plain seats are asked."""

    @property
    def areas(self) -> int:
        """How many areas there are."""
        return len(self.each_metres)

    @property
    def nodes(self) -> int:
        """How many areas and gates there are."""
        return len(self.pupils)

    @property
    def sections(self) -> int:
        """How many sections there are."""
        return len(self.seats)

    def overflow(self, section_of: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the pupils of a plan [node] beyond the seats of each section: [section]."""
        load = np.bincount(section_of, weights=self.pupils, minlength=self.sections)
        return np.asarray(np.maximum(load - self.seats, 0), dtype=np.float64)

    def value(self, section_of: NDArray[np.int64]) -> float:
        """Price a plan [node], overflow and whatever depends on whole zones included."""
        each = self.yielding_metres[np.arange(self.areas), section_of[: self.areas]]
        walked = float(self.pupils[: self.areas] @ each)
        if self.books is not None:
            return walked + worth_of_plan(self, section_of)
        return walked + self.overflow_metres * float(self.overflow(section_of).sum())


def lay_out(problem: Problem) -> Ground:
    """Work out what each area may do before any plan is drawn."""
    edges, root = rooted_edges(problem)
    gates = len(np.unique(root[root >= problem.areas]))
    nodes = problem.areas + gates
    fixed = np.full(nodes, -1)
    fixed[: problem.areas] = fixed_sections(problem)
    fixed[root] = np.where(root >= problem.areas, np.arange(problem.sections), fixed[root])
    linked, kept = _locks_connected_today(problem, edges, fixed, root)
    exempt = _exempt(problem, edges, nodes, linked, root)
    carrying = edges[~exempt[edges].any(axis=1)]
    starts, neighbours = _adjacency(carrying, nodes)
    allowed = _allowed(problem, carrying, nodes, fixed, exempt, root)
    yielding = np.where(allowed, _each_metres(problem), np.inf)
    each = np.where(_forbidden(problem), np.inf, yielding)
    # Where an area has no other choice, the demand has to yield.
    stuck = ~np.isfinite(each).any(axis=1)
    each[stuck] = yielding[stuck]
    return Ground(
        each_metres=each,
        yielding_metres=yielding,
        pupils=np.concatenate([problem.pupils, np.zeros(gates)]).astype(np.int64),
        seats=problem.seats.astype(np.int64),
        overflow_metres=problem.weights.overflow_metres,
        fixed=fixed,
        exempt=exempt,
        root=root,
        starts=starts,
        neighbours=neighbours,
        kept=kept,
    )


def filled(ground: Ground, section_of: NDArray[np.int64]) -> Books:
    """Return the books of a ground with everybody where the plan [node] sends them."""
    assert ground.books is not None, "only a ground with books can have them filled"
    books = Books._make(entry.copy() for entry in ground.books)
    nowhere = np.full(ground.nodes, -1)
    for node in range(ground.nodes):
        enter(books, node, int(section_of[node]), nowhere, 1)
        nowhere[node] = section_of[node]
    load = np.bincount(section_of, ground.pupils, ground.sections).astype(np.int64)
    held = np.bincount(section_of[: ground.areas], minlength=ground.sections)
    for section in range(ground.sections):
        books.zone_worth[section] = worth_of_zone(
            books,
            section,
            int(load[section]),
            int(ground.seats[section]),
            int(held[section]),
            ground.overflow_metres,
        )
    for group in range(len(books.group_worth)):
        books.group_worth[group] = worth_of_part(books, group)
    return books


def worth_of_plan(ground: Ground, section_of: NDArray[np.int64]) -> float:
    """Price what depends on whole zones, in metres, for a plan [node]."""
    books = filled(ground, section_of)
    return float(books.zone_worth.sum() + books.group_worth.sum())


def without_rules(problem: Problem) -> Ground:
    """Return the ground on which any area may go anywhere: what bounds a plan of any kind."""
    areas = problem.areas
    each = _each_metres(problem)
    return Ground(
        each_metres=each,
        yielding_metres=each,
        pupils=problem.pupils.astype(np.int64),
        seats=problem.seats.astype(np.int64),
        overflow_metres=problem.weights.overflow_metres,
        fixed=np.full(areas, -1),
        exempt=np.ones(areas, dtype=bool),
        root=np.zeros(problem.sections, dtype=np.int64),
        starts=np.zeros(areas + 1, dtype=np.int64),
        neighbours=np.zeros(0, dtype=np.int64),
        kept=np.full(areas, -1),
    )


def fixed_sections(problem: Problem) -> NDArray[np.int64]:
    """Return the section an area has no choice about, -1 where there is a choice: [area].

    A lock goes first; then an area in which exactly one section stands is that section's.
    """
    fixed = np.full(problem.areas, -1)
    inside = np.flatnonzero(problem.home >= 0)
    standing = np.bincount(problem.home[inside], minlength=problem.areas)
    alone = inside[standing[problem.home[inside]] == 1]
    fixed[problem.home[alone]] = alone
    if problem.locked is not None and problem.today is not None:
        fixed[problem.locked] = problem.today[problem.locked]
    return fixed


def rooted_edges(problem: Problem) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the pairs of areas and gates that touch, [edge, 2], and the roots, [section].

    A section whose area is its own has that area as root. Any other section has a gate.
    """
    areas = problem.areas
    edges = np.sort(problem.edges.astype(np.int64), axis=1)
    fixed = fixed_sections(problem)
    anchor = np.where(problem.home >= 0, problem.home, _nearest_area(problem))
    owns = (problem.home >= 0) & (fixed[np.maximum(anchor, 0)] == np.arange(problem.sections))
    root = np.where(owns, anchor, areas + np.cumsum(~owns) - 1)
    pairs = [edges]
    for section in np.flatnonzero(~owns & (anchor >= 0)):
        at = anchor[section]
        touching = np.append(edges[(edges == at).any(axis=1)].ravel(), at)
        around = np.unique(touching)
        pairs.append(np.column_stack([around, np.full_like(around, root[section])]))
    every = np.concatenate(pairs)
    # Pairs as single numbers: sorting rows takes ten times as long.
    once = np.unique(every[:, 0] * (areas + problem.sections) + every[:, 1])
    return np.column_stack(np.divmod(once, areas + problem.sections)), root


def components(edges: NDArray[np.int64], nodes: int) -> NDArray[np.int64]:
    """Number the connected pieces of a graph: [node]."""
    links = coo_array((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(nodes, nodes))
    _, label = connected_components(links, directed=False)
    return np.asarray(label, dtype=np.int64)


def _each_metres(problem: Problem) -> NDArray[np.float64]:
    """Return what one pupil of an area costs at a section, overflow left out."""
    walks, weights = problem.walk_metres, problem.weights
    each = np.where(np.isfinite(walks), walks, problem.stand_in_metres)
    each += weights.over_limit_metres * problem.beyond_limit
    if problem.today is not None:
        known = problem.today[:, None] >= 0
        moved = problem.today[:, None] != np.arange(problem.sections)
        each += weights.changed_metres * (known & moved)
    for metres in problem.surcharges.values():
        each += np.where(np.isfinite(metres), metres, 0.0)
    return np.ascontiguousarray(each, dtype=np.float64)


def _forbidden(problem: Problem) -> NDArray[np.bool_]:
    """Tell which area may not go to which section because of a hard limit or a surcharge."""
    forbidden = np.zeros(problem.walk_metres.shape, dtype=bool)
    if problem.limit_is_hard:
        forbidden |= problem.beyond_limit & (problem.pupils > 0)[:, None]
    for metres in problem.surcharges.values():
        forbidden |= np.isinf(metres)
    return forbidden


def _nearest_area(problem: Problem) -> NDArray[np.int64]:
    """Return for each section the area nearest on foot, -1 where none is reached."""
    reached = np.isfinite(problem.walk_metres).any(axis=0)
    return np.where(reached, np.argmin(problem.walk_metres, axis=0), -1)


def _locks_connected_today(
    problem: Problem,
    edges: NDArray[np.int64],
    fixed: NDArray[np.int64],
    root: NDArray[np.int64],
) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Return which locked areas hang together with their section today, and by which zones.

    Today's zones are disjoint, so they prove that all these locks can be kept connected
    at the same time.
    """
    nodes, areas = len(fixed), problem.areas
    linked, kept = np.zeros(nodes, dtype=bool), np.full(nodes, -1)
    if problem.locked is None or problem.today is None:
        return linked, kept
    zone = fixed.copy()
    free = np.flatnonzero(fixed[:areas] < 0)
    zone[free] = problem.today[free]
    # A shared home area that belongs to a third section today cannot stay with it.
    shared = np.intersect1d(problem.home, free)
    zone[shared[problem.home[zone[shared]] != shared]] = -1
    same = (zone[edges[:, 0]] == zone[edges[:, 1]]) & (zone[edges[:, 0]] >= 0)
    label = components(edges[same], nodes)
    hangs = (zone >= 0) & (label == label[root[zone]])
    linked[:areas] = hangs[:areas] & problem.locked
    needed = np.isin(label, label[linked])
    kept[hangs & needed] = zone[hangs & needed]
    return linked, kept


def _exempt(
    problem: Problem,
    edges: NDArray[np.int64],
    nodes: int,
    linked: NDArray[np.bool_],
    root: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Return which nodes need not hang together: islands, and what locks cut off."""
    exempt = np.zeros(nodes, dtype=bool)
    if not problem.contiguous:
        exempt[:] = True
        return exempt
    if problem.locked is not None:
        exempt[: problem.areas] = problem.locked & ~linked[: problem.areas]
        exempt[root] = False
    label = components(edges[~exempt[edges].any(axis=1)], nodes)
    return exempt | ~np.isin(label, label[root])


def _allowed(
    problem: Problem,
    carrying: NDArray[np.int64],
    nodes: int,
    fixed: NDArray[np.int64],
    exempt: NDArray[np.bool_],
    root: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Return which area may go to which section at all: [area, section]."""
    areas, sections = problem.areas, np.arange(problem.sections)
    fixed, exempt = fixed[:areas], exempt[:areas]
    label = components(carrying, nodes)
    allowed: NDArray[np.bool_] = exempt[:, None] | (label[:areas, None] == label[root])
    allowed &= (problem.home >= 0) | np.isfinite(problem.walk_metres).any(axis=0)
    shared = np.unique(problem.home[problem.home >= 0])
    for area in shared[fixed[shared] < 0]:
        allowed[area] = problem.home == area
    no_choice = fixed >= 0
    allowed[no_choice] = fixed[no_choice, None] == sections
    return allowed


def _adjacency(edges: NDArray[np.int64], nodes: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the neighbours of each node one after the other, and where each begins."""
    both = np.concatenate([edges, edges[:, ::-1]])
    order = np.lexsort((both[:, 1], both[:, 0]))
    starts = np.zeros(nodes + 1, dtype=np.int64)
    starts[1:] = np.cumsum(np.bincount(both[:, 0], minlength=nodes))
    return starts, np.ascontiguousarray(both[order, 1])
