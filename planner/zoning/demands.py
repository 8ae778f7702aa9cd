"""List what a plan must keep, one demand at a time, and where that leaves each area to go."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import breadth_first_order

from planner.zoning.ground import components, lay_out, rooted_edges

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    import networkx as nx
    from numpy.typing import NDArray

    from planner.zoning.problem import Problem

__all__ = ["Demand", "DemandKind", "Demands", "Patience", "smallest_contradiction"]

LOOKS = 12_000_000
"""Areas times sections that are looked at in all before a set is called small enough."""


class DemandKind(StrEnum):
    """What a planner may ask of every plan."""

    SEATS = "seats"
    """A section takes no more pupils than it has seats."""
    LIMIT = "limit"
    """The pupils of an area walk no further than the limit."""
    FORBIDDEN = "forbidden"
    """An area keeps away from the sections that a surcharge without end forbids it."""
    LOCK = "lock"
    """An area keeps today's section."""
    HOME = "home"
    """An area in which sections stand goes to one of them."""
    TOGETHER = "together"
    """A group of areas goes to one section."""
    ONE_PIECE = "one_piece"
    """Every zone hangs together with the area in which its section stands."""


@dataclass(frozen=True, slots=True, order=True)
class Demand:
    """One thing asked of a plan; -1 and "" where a field has no meaning for its kind."""

    kind: DemandKind
    area: int = -1
    """The area concerned; for areas together the first one of the group."""
    section: int = -1
    """The section whose seats are counted."""
    name: str = ""
    """The surcharge that forbids, or the wish that keeps a group together."""


@dataclass(frozen=True, slots=True, eq=False)
class Demands:
    """All demands of a problem but seats, and what each leaves an area to choose from."""

    problem: Problem
    placed: NDArray[np.bool_]
    """[section] whether it stands in an area or can be reached on foot: others get no area."""
    exempt: NDArray[np.bool_]
    """[area] whether it need not hang together with anything: islands, locks cut off today."""
    edges: NDArray[np.int64]
    """[edge, 2] pairs of areas and gates through which a zone can hang together."""
    root: NDArray[np.int64]
    """[section] the area or gate with which its zone hangs together."""
    country: NDArray[np.int64]
    """[area or gate] number of the connected part of the map."""
    chain: NDArray[np.int64]
    """[area] number of the areas that can share one zone only, as each is the others' way out."""
    groups: tuple[tuple[Demand, NDArray[np.int64]], ...]
    """The groups that may not part, with their areas."""

    @classmethod
    def of(cls, problem: Problem) -> Demands:
        """Collect the demands of a problem."""
        edges, root = rooted_edges(problem)
        exempt = lay_out(problem).exempt
        carrying = edges[~exempt[edges].any(axis=1)]
        nodes = len(exempt)
        return cls(
            problem=problem,
            placed=(problem.home >= 0) | np.isfinite(problem.walk_metres).any(axis=0),
            exempt=exempt[: problem.areas],
            edges=carrying,
            root=root,
            country=components(carrying, nodes),
            chain=_chains(carrying, root, nodes)[: problem.areas],
            groups=tuple(_groups(problem)),
        )

    def of_area(self, area: int) -> Iterator[Demand]:
        """Yield what is asked of one area alone, what is easiest to give up last."""
        problem = self.problem
        if problem.locked is not None and problem.locked[area]:
            yield Demand(DemandKind.LOCK, area)
        elif (problem.home == area).any():
            yield Demand(DemandKind.HOME, area)
        for name, metres in problem.surcharges.items():
            if np.isinf(metres[area]).any():
                yield Demand(DemandKind.FORBIDDEN, area, name=name)
        if problem.limit_is_hard and problem.pupils[area] > 0:
            yield Demand(DemandKind.LIMIT, area)

    def everything(self) -> list[Demand]:
        """Return all demands but seats, those of single areas first."""
        single = [one for area in range(self.problem.areas) for one in self.of_area(area)]
        return [*single, *(demand for demand, _ in self.groups), *self.one_piece()]

    def without(self, areas: Collection[int]) -> list[Demand]:
        """Return all demands but seats and those of some areas alone."""
        tied = {DemandKind.TOGETHER, DemandKind.ONE_PIECE}
        return [one for one in self.everything() if one.kind in tied or one.area not in areas]

    def near(self, areas: NDArray[np.int64], asked: Collection[Demand]) -> list[Demand]:
        """Return of the demands those of some areas and of all that share a group with them."""
        mates = set(areas.tolist())
        groups = [(demand, members) for demand, members in self.groups if mates & set(members)]
        mates.update(*(members.tolist() for _, members in groups))
        tied = {*self.one_piece(), *(demand for demand, _ in groups)}
        return [
            one
            for one in asked
            if one in tied or (one.kind is not DemandKind.TOGETHER and one.area in mates)
        ]

    def nearest_first(self, area: int, asked: Collection[Demand]) -> list[Demand]:
        """Return demands in the order of steps from an area, so that what is near explains it."""
        nodes = len(self.country)
        pairs = (self.edges[:, 0], self.edges[:, 1])
        links = coo_array((np.ones(len(self.edges)), pairs), shape=(nodes, nodes)).tocsr()
        order = breadth_first_order(links, area, directed=False, return_predecessors=False)
        rank = np.full(nodes, nodes)
        rank[order] = np.arange(len(order))
        return sorted(asked, key=lambda one: int(rank[one.area]) if one.area >= 0 else -1)

    def one_piece(self) -> list[Demand]:
        """Return the demand that zones hang together, if it is made."""
        return [Demand(DemandKind.ONE_PIECE)] if self.problem.contiguous else []

    def left_to(self, area: int, demands: Iterable[Demand]) -> NDArray[np.bool_]:
        """Return where the demands leave an area to go if it stood alone: [section]."""
        left = self.placed.copy()
        for demand in demands:
            if demand.kind is DemandKind.ONE_PIECE:
                if not self.exempt[area]:
                    left &= self.country[self.root] == self.country[area]
            elif demand.area == area:
                left &= self._kept_by(demand)
        return left

    def left(self, demands: Collection[Demand]) -> NDArray[np.bool_]:
        """Return where demands leave the areas to go, groups and ways included: [area, section].

        With zones in one piece an area goes to a section only if areas that may go there too
        lead to it, and areas that are each other's only way out go together.
        """
        left = np.tile(self.placed, (self.problem.areas, 1))
        for demand in demands:
            if demand.kind not in {DemandKind.ONE_PIECE, DemandKind.TOGETHER, DemandKind.SEATS}:
                left[demand.area] &= self._kept_by(demand)
        kept = set(demands)
        groups = [areas for demand, areas in self.groups if demand in kept]
        whole = Demand(DemandKind.ONE_PIECE) in kept
        while True:
            before = left.copy()
            for areas in groups:
                left[areas] = left[areas].all(axis=0)
            if whole:
                left &= self._reached(left)
                left &= _shared(left, np.where(self.exempt, -1, self.chain))
            if np.array_equal(before, left):
                return left

    def units(self, demands: Collection[Demand]) -> NDArray[np.int64]:
        """Number the areas that share one section under the demands: [area]."""
        areas = np.arange(self.problem.areas)
        kept = set(demands)
        pairs = [
            np.column_stack([members, np.full_like(members, members[0])])
            for demand, members in self.groups
            if demand in kept
        ]
        if Demand(DemandKind.ONE_PIECE) in kept:
            bound = np.flatnonzero(~self.exempt)
            first = np.unique(self.chain[bound], return_index=True)[1]
            of_chain = np.zeros(int(self.chain.max()) + 1, dtype=np.int64)
            of_chain[self.chain[bound[first]]] = bound[first]
            pairs.append(np.column_stack([bound, of_chain[self.chain[bound]]]))
        return components(np.concatenate(pairs), len(areas)) if pairs else areas

    def _kept_by(self, demand: Demand) -> NDArray[np.bool_]:
        """Return the sections that keep a demand of one area: [section]."""
        problem, area = self.problem, demand.area
        sections = np.arange(problem.sections)
        if demand.kind is DemandKind.LOCK and problem.today is not None:
            return np.asarray(sections == problem.today[area])
        if demand.kind is DemandKind.HOME:
            return np.asarray(problem.home == area)
        if demand.kind is DemandKind.FORBIDDEN:
            return np.asarray(np.isfinite(problem.surcharges[demand.name][area]))
        return np.asarray(problem.walk_metres[area] <= problem.limit_metres[area])

    def _reached(self, left: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Mark the areas from which areas left to the same section lead to it."""
        areas, nodes = self.problem.areas, len(self.country)
        reached = np.zeros_like(left)
        for section in range(self.problem.sections):
            inside = np.zeros(nodes, dtype=bool)
            inside[:areas] = left[:, section]
            inside[self.root[section]] = True
            label = components(self.edges[inside[self.edges].all(axis=1)], nodes)
            reached[:, section] = label[:areas] == label[self.root[section]]
        reached[self.exempt] = True
        return reached


class Patience:
    """How often all areas may still be looked at before a set is as small as it gets."""

    def __init__(self, problem: Problem) -> None:
        """Grant a county some seconds, and larger problems fewer looks."""
        self.looks = LOOKS // (problem.areas * problem.sections)

    def look(self) -> bool:
        """Say whether there is patience for another look, and take it."""
        self.looks -= 1
        return self.looks >= 0

    @property
    def lost(self) -> bool:
        """Whether a look was asked for that there was no patience for."""
        return self.looks < 0


def smallest_contradiction(
    candidates: Sequence[Demand],
    contradict: Callable[[list[Demand]], bool],
    patience: Patience | None = None,
) -> list[Demand]:
    """Return demands that contradict each other, of which none can be spared.

    Earlier candidates are preferred. (QuickXplain: Junker 2004, "Preferred explanations and
    relaxations for over-constrained problems", AAAI 19.)

    Args:
        candidates: Demands that contradict each other when all are made.
        contradict: Says of any demands whether they do; more demands never do so less.
        patience: Once it is lost, the demands left contradict each other still, but some could
            be spared.
    """

    def within(known: list[Demand], *, tell: bool, doubtful: Sequence[Demand]) -> list[Demand]:
        if patience is not None and tell and not patience.look():
            return list(doubtful)
        if tell and contradict(known):
            return []
        if len(doubtful) == 1:
            return list(doubtful)
        first, second = doubtful[: len(doubtful) // 2], doubtful[len(doubtful) // 2 :]
        of_second = within([*known, *first], tell=True, doubtful=second)
        of_first = within([*known, *of_second], tell=bool(of_second), doubtful=first)
        return [*of_first, *of_second]

    # What comes late is rarely needed: the shortest beginning that contradicts itself will do.
    least, enough = 0, len(candidates)
    while least < enough and (patience is None or patience.look()):
        half = (least + enough) // 2
        if contradict(list(candidates[:half])):
            enough = half
        else:
            least = half + 1
    return within([], tell=True, doubtful=candidates[:enough]) if enough else []


def _chains(edges: NDArray[np.int64], root: NDArray[np.int64], nodes: int) -> NDArray[np.int64]:
    """Number the areas that every way to any section leads through: [node].

    An area behind which nothing but one way out lies shares its zone with that way: with the
    area nearest to the sections that all its ways have in common (its highest dominator).
    """
    import networkx as nx

    streets: nx.DiGraph[int] = nx.DiGraph()
    streets.add_nodes_from(range(nodes))
    streets.add_edges_from(edges.tolist())
    streets.add_edges_from(edges[:, ::-1].tolist())
    # A zone also hangs together around its section's area where that area is another's.
    outside, at_root = nodes, np.isin(edges, root).any(axis=1)
    streets.add_edges_from((outside, int(one)) for one in np.union1d(root, edges[at_root]))
    gate_of = dict(nx.immediate_dominators(streets, outside))
    top = np.arange(nodes)
    for node in nx.dfs_preorder_nodes(_tree(gate_of, outside), outside):
        if node != outside and gate_of[node] != outside:
            top[node] = top[gate_of[node]]
    return top


def _tree(parent: dict[int, int], outside: int) -> nx.DiGraph[int]:
    """Return a tree from each node's parent."""
    import networkx as nx

    tree: nx.DiGraph[int] = nx.DiGraph()
    tree.add_node(outside)
    tree.add_edges_from((above, node) for node, above in sorted(parent.items()) if node != outside)
    return tree


def _groups(problem: Problem) -> Iterator[tuple[Demand, NDArray[np.int64]]]:
    """Yield each group of two areas or more that may not part."""
    for wish in problem.together:
        if np.isinf(wish.metres):
            for group in np.unique(wish.group[wish.group >= 0]):
                areas = np.flatnonzero(wish.group == group)
                if len(areas) > 1:
                    yield Demand(DemandKind.TOGETHER, int(areas[0]), name=wish.name), areas


def _shared(left: NDArray[np.bool_], label: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return what is left to all areas with the same label; -1: each for itself."""
    inside = np.flatnonzero(label >= 0)
    common = np.ones((int(label.max(initial=-1)) + 1, left.shape[1]), dtype=bool)
    np.logical_and.at(common, label[inside], left[inside])
    shared = np.ones_like(left)
    shared[inside] = common[label[inside]]
    return shared
