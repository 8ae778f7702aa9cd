"""Measure the shortest ways between two sets of places on the streets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from planner.travel.chains import chains_of
from planner.travel.hierarchy import Ends, distances

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.travel.chains import Chains
    from planner.travel.streets import Places, StreetGraph

__all__ = ["ways"]

SECONDS_PER_METRE: Final = 3.6
"""Of one who goes at 1 km/h."""


@dataclass(frozen=True, slots=True, eq=False)
class _Spots:
    """Places by the chain they lie in and how far from its first end."""

    chain: NDArray[np.intp]
    along: NDArray[np.float64]


def ways(
    graph: StreetGraph, starts: Places, goals: Places, *, seconds: bool = False
) -> NDArray[np.float64]:
    """Return the shortest ways along the streets, shape (starts, goals); inf where none leads.

    The shortest of all ways in metres, or with `seconds` the quickest at the speed of a bus;
    exact, each street between two junctions rounded to millimetres or milliseconds. The straight
    ways between places and streets are not contained.
    """
    length = graph.metres * (SECONDS_PER_METRE / graph.kmh) if seconds else graph.metres
    chains = chains_of(graph, length)
    begin, end = (_spots(graph, chains, places, length) for places in (starts, goals))
    spots, spot = np.unique(np.column_stack([end.chain, end.along]), axis=0, return_inverse=True)
    goal = _Spots(spots[:, 0].astype(np.intp), spots[:, 1])
    # One leaves one's own chain at either end, or stays in it where the goal lies in it as well.
    over_ends = _over_ends(chains, begin, goal)
    found = np.minimum(over_ends, _within(chains, begin, goal))
    return np.asarray(found[:, spot.ravel()])


def _spots(
    graph: StreetGraph, chains: Chains, places: Places, length: NDArray[np.float64]
) -> _Spots:
    """Return where places lie in their chains."""
    share = places.along_metres / graph.metres[places.segment]
    return _Spots(*chains.places(places.segment, share * length[places.segment]))


def _over_ends(chains: Chains, starts: _Spots, goals: _Spots) -> NDArray[np.float64]:
    """Return the ways from all starts over the ends of their chains, shape (starts, goals)."""
    nodes, at = np.unique(chains.ends[starts.chain], return_inverse=True)
    from_node = distances(chains.network(), _entries(chains, goals), nodes=nodes)
    first, last = at.reshape(-1, 2).T
    rest = chains.length[starts.chain] - starts.along
    out_back = np.where(chains.back[starts.chain], starts.along, np.inf)
    out_onward = np.where(chains.onward[starts.chain], rest, np.inf)
    return np.minimum(from_node[:, first] + out_back, from_node[:, last] + out_onward).T


def _entries(chains: Chains, goals: _Spots) -> Ends:
    """Return each goal with the ends of its chain from which one may come to it."""
    place = np.arange(len(goals.chain), dtype=np.int64)
    first, last = chains.ends[goals.chain].T
    onward, back = chains.onward[goals.chain], chains.back[goals.chain]
    rest = chains.length[goals.chain] - goals.along
    return Ends(
        place=np.concatenate([place[onward], place[back]]),
        node=np.concatenate([first[onward], last[back]]),
        metres=np.concatenate([goals.along[onward], rest[back]]),
        places=len(place),
    )


def _within(chains: Chains, starts: _Spots, goals: _Spots) -> NDArray[np.float64]:
    """Return the ways between places of one chain, inf between all others."""
    ahead = goals.along[None, :] - starts.along[:, None]
    onward, back = chains.onward[starts.chain][:, None], chains.back[starts.chain][:, None]
    same = starts.chain[:, None] == goals.chain[None, :]
    free = same & ((ahead == 0) | np.where(ahead > 0, onward, back))
    return np.where(free, np.abs(ahead), np.inf)
