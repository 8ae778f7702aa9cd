"""Junctions without a choice are left out, and every length is kept."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from planner.travel.chains import chains_of
from planner.travel.routes import ways
from planner.travel.streets import Places, StreetGraph

if TYPE_CHECKING:
    from collections.abc import Sequence


def graph_of(
    segments: Sequence[tuple[int, int, float]], directions: Sequence[str] | None = None
) -> StreetGraph:
    """Return segments between numbered junctions; a direction is ">", "<" or "=" for both."""
    said = directions or ["="] * len(segments)
    ends = np.array([pair for *pair, _ in segments], dtype=np.intp).reshape(-1, 2)
    count = len(segments)
    return StreetGraph(
        lines=np.empty(count, dtype=object),
        ends=ends,
        metres=np.array([metres for *_, metres in segments], dtype=float),
        forward=np.array([way != "<" for way in said]),
        backward=np.array([way != ">" for way in said]),
        kmh=np.full(count, 30.0),
        piece=np.zeros(count, dtype=np.intp),
        junctions=int(ends.max(initial=-1)) + 1,
        scraps=0,
        twice=0,
        met=0,
    )


def test_a_street_with_bends_is_one_chain() -> None:
    #  0 --10-- 1 --20-- 2 --30-- 3, the second drawn against the others
    chains = chains_of(graph := graph_of([(0, 1, 10), (2, 1, 20), (2, 3, 30)]), graph.metres)
    assert (chains.nodes, chains.length.tolist()) == (2, [60])
    # Five metres from the first end of each: 5, 30 - 5 of the one drawn backward, 30 + 5.
    chain, place = chains.places(np.arange(3), np.full(3, 5.0))
    assert chain.tolist() == [0, 0, 0]
    assert place.tolist() == [5, 25, 35]


def test_a_crossroads_stays() -> None:
    cross = graph_of([(0, 1, 10), (0, 2, 20), (0, 3, 30), (0, 4, 40)])
    chains = chains_of(cross, cross.metres)
    assert (chains.nodes, len(chains.length)) == (5, 4)


def test_a_ring_without_a_junction_keeps_one() -> None:
    ring = graph_of([(0, 1, 10), (1, 2, 20), (2, 0, 30)])
    chains = chains_of(ring, ring.metres)
    assert (chains.nodes, chains.length.tolist()) == (1, [60])
    assert chains.ends.tolist() == [[0, 0]]


def test_a_ring_on_a_stem_and_a_loop_at_a_point_are_chains_of_their_own() -> None:
    #  3 --5-- 0, the ring 0-1-2-0, and the loop 3-3
    lollipop = graph_of([(3, 0, 5), (0, 1, 10), (1, 2, 20), (2, 0, 30), (3, 3, 7)])
    chains = chains_of(lollipop, lollipop.metres)
    assert sorted(chains.length.tolist()) == [5, 7, 60]


def test_a_street_that_becomes_one_way_is_two_chains() -> None:
    street = graph_of([(0, 1, 10), (1, 2, 20), (3, 2, 30)], ["=", ">", "<"])
    chains = chains_of(street, street.metres)
    # The two one-way parts lead the same way and are one chain of 50.
    assert sorted(chains.length.tolist()) == [10, 50]
    assert (chains.onward & chains.back).tolist() == [True, False]


def by_dijkstra(graph: StreetGraph, starts: Places, goals: Places) -> Any:
    """All ways between places, each place a node cut into its segment."""
    arcs: list[tuple[int, int, float]] = []
    doors = [*zip(starts.segment, starts.along_metres, strict=True)]
    doors += [*zip(goals.segment, goals.along_metres, strict=True)]
    for number, (one, other) in enumerate(graph.ends):
        stops = [(0.0, int(one)), (graph.metres[number], int(other))]
        stops += [(m, graph.junctions + k) for k, (s, m) in enumerate(doors) if s == number]
        stops.sort()
        for (here, a), (there, b) in pairwise(stops):
            same_spot = here == there
            if graph.forward[number] or same_spot:
                arcs.append((a, b, there - here))
            if graph.backward[number] or same_spot:
                arcs.append((b, a, there - here))
    size = graph.junctions + len(doors)
    dense = np.full((size, size), np.inf)
    for a, b, metres in arcs:
        dense[a, b] = min(dense[a, b], metres)
    tails, heads = np.nonzero(np.isfinite(dense))
    matrix = csr_array((dense[tails, heads], (tails, heads)), shape=(size, size))
    first, count = graph.junctions, len(starts.segment)
    return dijkstra(matrix, indices=np.arange(first, first + count))[:, first + count :]


@st.composite
def towns(draw: st.DrawFn) -> tuple[StreetGraph, Places, Places]:
    """A small map of any shape: chains, rings, loops, parallel streets, pieces, one-ways."""
    nodes = draw(st.integers(1, 8))
    node = st.integers(0, nodes - 1)
    segments = draw(
        st.lists(st.tuples(node, node, st.integers(1, 50).map(float)), min_size=1, max_size=14)
    )
    ways_open = draw(
        st.lists(st.sampled_from("===<>"), min_size=len(segments), max_size=len(segments))
    )
    graph = graph_of(segments, ways_open)
    places = []
    for _ in range(2):
        chosen = draw(st.lists(st.integers(0, len(segments) - 1), min_size=1, max_size=4))
        # Places on the half metre lie nowhere together with a junction.
        along = [draw(st.integers(0, int(graph.metres[s]) - 1)) + 0.5 for s in chosen]
        places.append(
            Places(np.array(chosen, dtype=np.intp), np.array(along), np.zeros(len(chosen)))
        )
    starts, goals = places
    return graph, starts, goals


@given(towns())
@settings(max_examples=250, deadline=None)
def test_the_ways_are_those_of_the_whole_map(town: tuple[StreetGraph, Places, Places]) -> None:
    np.testing.assert_allclose(ways(*town), by_dijkstra(*town), atol=1e-6)


@given(towns())
@settings(max_examples=60, deadline=None)
def test_no_length_is_lost_and_no_segment(town: tuple[StreetGraph, Places, Places]) -> None:
    graph = town[0]
    chains = chains_of(graph, graph.metres)
    assert chains.length.sum() == pytest.approx(graph.metres.sum())
    np.testing.assert_allclose(
        np.bincount(chains.chain, weights=graph.metres), chains.length, atol=1e-9
    )


def test_the_quickest_way_of_a_bus_may_be_the_longer_one() -> None:
    #  0 --1000 m, 10 km/h-- 1 and 0 --2000 m, 60 km/h-- 1: 360 s against 120 s
    graph = graph_of([(0, 1, 1000), (0, 1, 2000), (2, 0, 1), (1, 3, 1)])
    graph.kmh[:] = [10, 60, 30, 30]
    ends = [Places(np.array([s]), np.array([m]), np.zeros(1)) for s, m in ((2, 1.0), (3, 0.0))]
    assert ways(graph, *ends)[0, 0] == pytest.approx(1000)
    assert ways(graph, *ends, seconds=True)[0, 0] == pytest.approx(120)
