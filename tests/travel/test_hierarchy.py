"""How far from every junction to every school: the fast way against the plain way and by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.travel import hierarchy
from planner.travel.hierarchy import Ends, distances, prepared, sweep
from planner.travel.hierarchy.dijkstra import search
from planner.travel.hierarchy.order import order_nodes
from planner.travel.hierarchy.prepared import sweep_network
from planner.travel.hierarchy.shortcuts import draw_shortcuts
from planner.travel.network import Network

if TYPE_CHECKING:
    from numpy.typing import NDArray

Way = Callable[..., "NDArray[np.float64] | None"]
INF = float("inf")


@pytest.fixture(autouse=True)
def _nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test leaves orders in the user's cache folder or finds any there."""
    monkeypatch.setenv("PLANNER_CACHE", "off")


@pytest.fixture(params=[search, sweep_network], ids=["plain", "fast"])
def way(request: pytest.FixtureRequest) -> Way:
    """Both ways to measure; they must agree to the last bit."""
    chosen: Way = request.param
    return chosen


def town(nodes: int, *arcs: tuple[int, int, float]) -> Network:
    """Return a town with these one-way streets (from, to, metres)."""
    tails, heads, metres = zip(*arcs, strict=True) if arcs else ((), (), ())
    return Network(
        nodes,
        np.array(tails, dtype=np.int64),
        np.array(heads, dtype=np.int64),
        np.array(metres, dtype=np.float64),
    )


def both_ways(nodes: int, *streets: tuple[int, int, float]) -> Network:
    """Return a town whose streets lead both ways."""
    return town(nodes, *streets, *((head, tail, metres) for tail, head, metres in streets))


def measure(
    way: Way,
    network: Network,
    targets: list[int] | Ends,
    *,
    reverse: bool = False,
    nodes: list[int] | None = None,
) -> list[list[float]]:
    """Return distances as nested lists."""
    ends = targets if isinstance(targets, Ends) else Ends.at(np.array(targets, dtype=np.int64))
    asked = None if nodes is None else np.array(nodes, dtype=np.int64)
    metres = way(network, ends, reverse=reverse, nodes=asked)
    assert metres is not None
    lists: list[list[float]] = metres.tolist()
    return lists


def test_a_child_walks_along_a_street_of_three_houses(way: Way) -> None:
    street = both_ways(3, (0, 1, 100.0), (1, 2, 50.5))
    assert measure(way, street, [2, 0]) == [[150.5, 50.5, 0.0], [0.0, 100.0, 150.5]]


def test_the_short_cut_through_the_park_beats_the_two_streets_round_it(way: Way) -> None:
    square = both_ways(3, (0, 1, 300.0), (1, 2, 400.0), (0, 2, 500.0))
    assert measure(way, square, [2]) == [[500.0, 400.0, 0.0]]


def test_a_one_way_street_is_long_to_school_and_short_home(way: Way) -> None:
    # 0 -> 1 -> 2 -> 0, round the block in one direction only
    block = town(3, (0, 1, 10.0), (1, 2, 20.0), (2, 0, 30.0))
    assert measure(way, block, [1]) == [[10.0, 0.0, 30.0 + 10.0]]
    assert measure(way, block, [1], reverse=True) == [[20.0 + 30.0, 0.0, 20.0]]


def test_who_cannot_leave_a_one_way_trap_never_reaches_school(way: Way) -> None:
    trap = town(3, (0, 1, 10.0), (0, 2, 5.0), (2, 0, 5.0))
    assert measure(way, trap, [0]) == [[0.0, INF, 5.0]]
    assert measure(way, trap, [0], reverse=True) == [[0.0, 10.0, 5.0]]


def test_the_other_bank_is_unreachable_and_so_is_a_house_without_street(way: Way) -> None:
    banks = both_ways(5, (0, 1, 7.0), (2, 3, 9.0))
    assert measure(way, banks, [0, 4]) == [[0.0, 7.0, INF, INF, INF], [INF, INF, INF, INF, 0.0]]


def test_of_parallel_streets_the_shortest_counts_and_a_loop_leads_nowhere(way: Way) -> None:
    streets = both_ways(2, (0, 1, 80.0), (0, 1, 60.0), (1, 1, 5.0))
    assert measure(way, streets, [1]) == [[60.0, 0.0]]


def test_stairs_without_length_cost_nothing(way: Way) -> None:
    assert measure(way, both_ways(3, (0, 1, 0.0), (1, 2, 4.0)), [2]) == [[4.0, 4.0, 0.0]]


def test_a_closed_street_is_walked_round(way: Way) -> None:
    square = both_ways(4, (0, 1, 10.0), (1, 2, 10.0), (2, 3, 10.0), (3, 0, INF))
    assert measure(way, square, [3]) == [[30.0, 20.0, 10.0, 0.0]]


def test_a_single_house_is_at_school_already(way: Way) -> None:
    assert measure(way, town(1), [0]) == [[0.0]]
    assert measure(way, town(2), [1]) == [[INF, 0.0]]


def test_each_arc_is_rounded_to_millimetres_once(way: Way) -> None:
    # 0.0004 m is no millimetre; 1.0006 m is 1001 mm, twice 2002 mm
    street = both_ways(4, (0, 1, 0.0004), (1, 2, 1.0006), (2, 3, 1.0006))
    assert measure(way, street, [3]) == [[2.002, 2.002, 1.001, 0.0]]


def test_a_gate_in_the_middle_of_a_street_is_entered_from_both_ends(way: Way) -> None:
    # school 0 on the street 1 - 2 of 100 m, 30 m from 1; school 1 at node 0; nobody enters 2
    street = both_ways(4, (0, 1, 50.0), (1, 2, 100.0), (2, 3, 10.0))
    gates = Ends(np.array([0, 0, 1]), np.array([1, 2, 0]), np.array([30.0, 70.0, 0.0]), places=3)
    assert measure(way, street, gates) == [
        [80.0, 30.0, 70.0, 80.0],
        [0.0, 50.0, 150.0, 160.0],
        [INF, INF, INF, INF],
    ]


def test_of_several_gates_the_nearest_counts(way: Way) -> None:
    street = both_ways(5, *((node, node + 1, 10.0) for node in range(4)))
    gates = Ends(np.array([0, 0]), np.array([0, 4]), np.array([3.0, 1.0]), places=1)
    assert measure(way, street, gates) == [[3.0, 13.0, 21.0, 11.0, 1.0]]


def test_only_the_nodes_asked_for_are_answered_in_their_order(way: Way) -> None:
    street = both_ways(5, *((node, node + 1, 10.0) for node in range(4)))
    assert measure(way, street, [0, 3], nodes=[4, 1, 4]) == [[40.0, 10.0, 40.0], [10.0, 20.0, 10.0]]
    assert measure(way, street, [0], nodes=[]) == [[]]


def test_ways_beyond_32_bits_are_left_to_the_plain_search(monkeypatch: pytest.MonkeyPatch) -> None:
    # 3 x 400 km: one arc is short enough, three are not (CLOSED is 1,074 km)
    road = both_ways(4, *((node, node + 1, 400_000.0) for node in range(3)))
    target = Ends.at(np.array([0]))
    assert sweep_network(road, target, reverse=False, nodes=None) is None
    monkeypatch.setattr(hierarchy, "WORTH_PREPARING", 0)
    assert distances(road, np.array([0])).tolist() == [[0.0, 400_000.0, 800_000.0, 1_200_000.0]]
    # and so are a single arc of 600 km and a gate 600 km off
    assert sweep_network(both_ways(2, (0, 1, 6e5)), target, reverse=False, nodes=None) is None
    far = Ends(np.array([0]), np.array([0]), np.array([6e5]), 1)
    assert sweep_network(both_ways(2, (0, 1, 1.0)), far, reverse=False, nodes=None) is None


def test_a_climb_beyond_32_bits_is_noticed_where_nobody_asks_about_its_top() -> None:
    # two gates 300 km up a road of two arcs of 300 km each; only the far end is asked about
    road = both_ways(3, (0, 1, 300_000.0), (1, 2, 300_000.0))
    gate = Ends(np.array([0]), np.array([0]), np.array([300_000.0]), 1)
    answer = sweep_network(road, gate, reverse=False, nodes=np.array([2]))
    assert answer is None or answer.tolist() == [[900_000.0]]


def test_large_networks_take_the_fast_way_and_small_ones_the_plain(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    street = both_ways(3, (0, 1, 10.0), (1, 2, 10.0))
    taken: list[str] = []

    def note(network: Network, ends: Ends, **asked: object) -> NDArray[np.float64]:
        taken.append("fast")
        return np.zeros((ends.places, network.nodes))

    monkeypatch.setattr("planner.travel.hierarchy.prepared.sweep_network", note)
    assert distances(street, np.array([0])).tolist() == [[0.0, 10.0, 20.0]]
    assert not taken
    monkeypatch.setattr(hierarchy, "WORTH_PREPARING", 3)
    distances(street, np.array([0]))
    assert taken == ["fast"]


@pytest.mark.parametrize("strange", [-1, 3])
def test_a_node_outside_the_network_is_refused(strange: int) -> None:
    street = both_ways(3, (0, 1, 10.0))
    with pytest.raises(ValueError, match="expected nodes from 0 to 2"):
        distances(street, np.array([strange]))
    with pytest.raises(ValueError, match="expected nodes from 0 to 2"):
        distances(street, np.array([0]), nodes=np.array([strange]))


@pytest.mark.parametrize(
    ("place", "metres", "words"),
    [
        ([0, 1], [1.0], "as many places"),
        ([2], [1.0], "places from 0 to 1"),
        ([-1], [1.0], "places from 0 to 1"),
        ([0], [-1.0], "finite lengths"),
        ([0], [INF], "finite lengths"),
        ([0], [float("nan")], "finite lengths"),
    ],
)
def test_ends_that_say_nothing_are_refused(
    place: list[int], metres: list[float], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        Ends(np.array(place), np.zeros(1, dtype=np.int64), np.array(metres), places=2)


@st.composite
def any_town(draw: st.DrawFn) -> tuple[Network, Ends]:
    """A few junctions, any arcs between them, schools anywhere, some behind several gates."""
    nodes = draw(st.integers(1, 12))
    node = st.integers(0, nodes - 1)
    length = st.one_of(st.integers(0, 60).map(lambda mm: mm / 1000), st.just(INF))
    arcs = draw(st.lists(st.tuples(node, node, length), max_size=40))
    if draw(st.booleans()):
        arcs += [(head, tail, metres) for tail, head, metres in arcs]
    places = draw(st.integers(1, 4))
    gate = st.tuples(st.integers(0, places - 1), node, st.integers(0, 20).map(lambda mm: mm / 1000))
    gates = draw(st.lists(gate, max_size=6))
    ends = Ends(
        np.array([place for place, _, _ in gates], dtype=np.int64),
        np.array([at for _, at, _ in gates], dtype=np.int64),
        np.array([metres for _, _, metres in gates], dtype=np.float64),
        places,
    )
    return town(nodes, *arcs), ends


def by_hand(network: Network, ends: Ends, *, reverse: bool) -> NDArray[np.float64]:
    """Return distances by trying every node as a stop on the way (Floyd and Warshall)."""
    length = np.full((network.nodes, network.nodes), INF)
    np.minimum.at(length, (network.tails, network.heads), np.rint(network.metres * 1000))
    np.fill_diagonal(length, 0.0)
    for stop in range(network.nodes):
        length = np.minimum(length, length[:, [stop]] + length[[stop]])
    answer = np.full((ends.places, network.nodes), INF)
    for place, node, metres in zip(ends.place, ends.node, ends.metres, strict=True):
        leg = length[node] if reverse else length[:, node]
        answer[place] = np.minimum(answer[place], leg + np.rint(metres * 1000))
    return answer / 1000


@settings(max_examples=300, deadline=None)
@given(any_town(), st.booleans(), st.data())
def test_in_every_town_both_ways_find_the_shortest(
    drawn: tuple[Network, Ends], reverse: bool, data: st.DataObject
) -> None:
    network, ends = drawn
    true = by_hand(network, ends, reverse=reverse)
    assert np.array_equal(search(network, ends, reverse=reverse, nodes=None), true)
    asked = np.array(
        data.draw(st.lists(st.integers(0, network.nodes - 1), max_size=5)), dtype=np.int64
    )
    with pytest.MonkeyPatch.context() as patch:
        # towns of one junction and twenty loops are drawn too; none is too dense to be swept here
        patch.setattr(prepared, "MOST_ARCS_PER_NODE", INF)
        swept = sweep_network(network, ends, reverse=reverse, nodes=None)
        some = sweep_network(network, ends, reverse=reverse, nodes=asked)
    assert swept is not None
    assert np.array_equal(swept, true)
    assert some is not None
    assert np.array_equal(some, true[:, asked])


def county(side: int, seed: int) -> Network:
    """Return a lattice of streets with a third missing and a tenth one-way."""
    dice = np.random.default_rng(seed)
    number = np.arange(side * side).reshape(side, side)
    east = np.column_stack([number[:, :-1].ravel(), number[:, 1:].ravel()])
    south = np.column_stack([number[:-1].ravel(), number[1:].ravel()])
    streets = np.concatenate([east, south])
    streets = streets[dice.random(len(streets)) > 0.33]
    back = streets[dice.random(len(streets)) > 0.1][:, ::-1]
    arcs = np.concatenate([streets, back])
    return Network(
        side * side,
        arcs[:, 0].copy(),
        arcs[:, 1].copy(),
        dice.integers(0, 200_000, len(arcs)) / 1000,
    )


@pytest.mark.parametrize("stretch", [10_000, 100])
@pytest.mark.parametrize("places", [3, 300])
def test_in_a_county_of_2500_junctions_no_bit_differs(
    places: int, stretch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # 300 schools need two sweeps; stretches of 100 junctions are shared among the cores
    monkeypatch.setattr(sweep, "STRETCH", stretch)
    network, dice = county(50, seed=places), np.random.default_rng(places)
    ends = Ends.at(dice.integers(0, network.nodes, places))
    asked = dice.integers(0, network.nodes, 20)
    for reverse in (False, True):
        true = search(network, ends, reverse=reverse, nodes=None)
        swept = sweep_network(network, ends, reverse=reverse, nodes=None)
        assert swept is not None
        assert np.array_equal(swept, true)
        some = sweep_network(network, ends, reverse=reverse, nodes=asked)
        assert some is not None
        assert np.array_equal(some, true[:, asked])


def test_renumbering_the_junctions_changes_nothing() -> None:
    network, dice = county(20, seed=7), np.random.default_rng(7)
    number = dice.permutation(network.nodes)
    renamed = Network(network.nodes, number[network.tails], number[network.heads], network.metres)
    at = np.array([0, 17, 399])
    before = sweep_network(network, Ends.at(at), reverse=False, nodes=None)
    after = sweep_network(renamed, Ends.at(number[at]), reverse=False, nodes=None)
    assert before is not None
    assert after is not None
    assert np.array_equal(after[:, number], before)


def test_a_longer_street_never_shortens_a_way() -> None:
    network, dice = county(20, seed=3), np.random.default_rng(3)
    longer = Network(
        network.nodes,
        network.tails,
        network.heads,
        np.where(dice.random(len(network.metres)) < 0.2, INF, network.metres),
    )
    ends = Ends.at(np.array([5, 205]))
    before = sweep_network(network, ends, reverse=False, nodes=None)
    after = sweep_network(longer, ends, reverse=False, nodes=None)
    assert before is not None
    assert after is not None
    assert (after >= before).all()
    assert (after > before).any()


def order_of(network: Network) -> NDArray[np.int32]:
    """Return the order of leaving out."""
    return order_nodes(
        network.nodes, network.tails.astype(np.int32), network.heads.astype(np.int32)
    )


def shortcuts_of(network: Network) -> int:
    """Return how many shortcuts the order needs."""
    tails, heads = network.tails.astype(np.int32), network.heads.astype(np.int32)
    hierarchy = draw_shortcuts(order_of(network), tails, heads)
    assert hierarchy is not None
    return len(hierarchy.shortcuts.top)


def test_every_junction_has_its_place_in_the_order() -> None:
    for network in (county(20, seed=1), town(5), town(1), both_ways(3, (0, 1, 1.0))):
        assert sorted(order_of(network).tolist()) == list(range(network.nodes))


def test_a_village_of_dead_ends_needs_no_short_cut() -> None:
    # a tree of 400 junctions: as many shortcuts as streets
    parent = [(node - 1) // 2 for node in range(1, 400)]
    tree = both_ways(400, *((up, node, 1.0) for node, up in enumerate(parent, start=1)))
    assert shortcuts_of(tree) == 399


def test_a_ring_road_needs_one_short_cut_fewer_than_its_bends() -> None:
    # leaving out a bend puts one short cut in place of two streets, down to a triangle:
    # 100 streets and 97 short cuts
    ring = both_ways(100, *((node, (node + 1) % 100, 1.0) for node in range(100)))
    assert shortcuts_of(ring) == 100 + 97


def test_a_lattice_needs_few_short_cuts() -> None:
    # left out row by row, a square of 40 x 40 needs about 40 for each junction; the best orders
    # need of the order of log n for each (George 1973, SIAM Journal on Numerical Analysis 10)
    number = np.arange(1600).reshape(40, 40)
    east = zip(number[:, :-1].ravel().tolist(), number[:, 1:].ravel().tolist(), strict=True)
    south = zip(number[:-1].ravel().tolist(), number[1:].ravel().tolist(), strict=True)
    lattice = both_ways(1600, *((tail, head, 1.0) for tail, head in [*east, *south]))
    assert shortcuts_of(lattice) < 1600 * 40 / 2


def test_a_square_where_a_thousand_streets_meet_is_ordered_all_the_same() -> None:
    star = both_ways(1001, *((0, node, float(node)) for node in range(1, 1001)))
    metres = sweep_network(star, Ends.at(np.array([1000])), reverse=False, nodes=None)
    assert metres is not None
    assert metres[0, :3].tolist() == [1000.0, 1001.0, 1002.0]
    assert metres[0, 1000] == 0.0


def test_where_everybody_is_next_to_everybody_the_plain_search_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # 50 nodes, 49 streets at each: more than the 8 of a map of streets
    crowd = both_ways(50, *((tail, head, 1.0) for tail in range(50) for head in range(tail)))
    assert sweep_network(crowd, Ends.at(np.array([0])), reverse=False, nodes=None) is None
    monkeypatch.setattr(hierarchy, "WORTH_PREPARING", 0)
    assert distances(crowd, np.array([0])).tolist() == [[0.0, *[1.0] * 49]]


def test_so_it_does_where_streets_lead_anywhere() -> None:
    # six streets at each of 1,000 junctions, to anywhere in the world: no map, and more than 50
    # shortcuts for each junction
    dice = np.random.default_rng(1)
    world = both_ways(1000, *((node, int(dice.integers(1000)), 1.0) for node in [*range(1000)] * 3))
    assert sweep_network(world, Ends.at(np.array([0])), reverse=False, nodes=None) is None


def test_the_same_streets_always_have_the_same_order() -> None:
    assert np.array_equal(order_of(county(30, seed=2)), order_of(county(30, seed=2)))
