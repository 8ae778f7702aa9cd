"""Sections that share a zone, on streets and grids small enough to draw every lot by hand.

The street of most tests, 500 metres from area to area; A, B, C stand in the first, third, fifth::

    0 ── 1 ── 2 ── 3 ── 4 ── 5        zones: 0 1 to A, 2 3 to B, 4 5 to C
    A         B         C
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, permutations, product
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.zoning import SolveStatus
from planner.zoning.shared import (
    Draw,
    GroupReason,
    SharingProblem,
    SharingWeights,
    chances,
    deal,
    evaluate_groups,
    faults_of_given,
    share,
    spread_of,
)
from tests.zoning.grids import flooded, grid_edges

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FAIR = SharingWeights(difference_metres=50.0, overflow_metres=20_000.0)
A, B, C = 0, 1, 2


def street(**changes: object) -> SharingProblem:
    """Return the street: ten children an area; A and C are twice as good as B; 30 seats each."""
    areas, schools = np.arange(6), np.array([0, 2, 4])
    town = SharingProblem(
        pupils=np.full(6, 10),
        seats=np.array([30, 30, 30]),
        walk_metres=500.0 * np.abs(areas[:, None] - schools),
        edges=np.column_stack([areas[:-1], areas[1:]]),
        section_of_area=np.array([A, A, B, B, C, C]),
        quality=np.array([2.0, 1.0, 2.0]),
        weights=FAIR,
    )
    return replace(town, **changes)  # type: ignore[arg-type]


def drawn_by_hand(asking: Sequence[int | None], seats: Sequence[int]) -> list[list[Fraction]]:
    """Draw every lot there is: the chance of each child for each section.

    Args:
        asking: First choice of each child, None where it has none and only draws lots.
        seats: Seats of each section, enough for all children.
    """
    children = range(len(asking))
    count: list[Counter[int]] = [Counter() for _ in children]
    outcomes = 0
    crowds = [[child for child in children if asking[child] == s] for s in range(len(seats))]
    draws = [
        list(combinations(crowd, min(len(crowd), free)))
        for crowd, free in zip(crowds, seats, strict=True)
    ]
    for lucky in product(*draws):
        at = {child: section for section, drawn in enumerate(lucky) for child in drawn}
        lost = [child for child in children if child not in at]
        tickets = [
            section for section, free in enumerate(seats) for _ in range(free - len(lucky[section]))
        ]
        # Children who lost are as many in every outcome, so that all outcomes weigh the same.
        for hand in permutations(tickets, len(lost)):
            outcomes += 1
            for child, section in {**at, **dict(zip(lost, hand, strict=True))}.items():
                count[child][section] += 1
    return [[Fraction(found[s], outcomes) for s in range(len(seats))] for found in count]


def test_every_child_draws_a_seat_with_the_share_that_the_section_has_of_all_seats() -> None:
    by_hand = drawn_by_hand([None, None, None], [1, 2, 1])
    assert by_hand == [[Fraction(1, 4), Fraction(2, 4), Fraction(1, 4)]] * 3
    found = chances(np.array([3]), np.array([1, 2, 1]), np.zeros((1, 3)), Draw.LOTS)
    assert found.tolist() == [[0.25, 0.5, 0.25]]


@pytest.mark.parametrize(
    ("asking", "seats"),
    [
        ((3, 1), (1, 3)),  # two of three lose at the first and find the second free
        ((3, 0, 1), (1, 2, 2)),  # two lose; two seats free at the second, one at the third
        ((3, 2), (2, 1, 2)),  # one loses at each; both find the third
        ((1, 1), (1, 1)),  # nobody loses
    ],
)
def test_who_is_not_drawn_at_the_nearest_section_draws_a_free_seat(
    asking: tuple[int, ...], seats: tuple[int, ...]
) -> None:
    areas = [section for section, children in enumerate(asking) if children]
    walks = np.full((len(areas), len(seats)), 900.0)
    walks[np.arange(len(areas)), areas] = 100.0
    children = [section for section in areas for _ in range(asking[section])]
    by_hand = drawn_by_hand(children, list(seats))
    pupils = np.array([asking[section] for section in areas])
    found = chances(pupils, np.array(seats), walks, Draw.NEAR_FIRST)
    for place, section in enumerate(areas):
        expected = [float(part) for part in by_hand[children.index(section)]]
        assert found[place].tolist() == pytest.approx(expected)


def test_children_beyond_all_seats_are_spread_like_the_seats() -> None:
    # Six ask at a section of 2 beside one of 1: 2 of 6 are drawn, 4 lose; one finds the free seat,
    # three are beyond all seats and crowd the two 2 to 1: 2 + 3 × 2/3 = 4 of 6, and 1 + 1 = 2 of 6.
    found = chances(np.array([6]), np.array([2, 1]), np.array([[0.0, 9.0]]), Draw.NEAR_FIRST)
    assert found.tolist() == [pytest.approx([4 / 6, 2 / 6])]
    found = chances(np.array([6]), np.array([2, 1]), np.array([[0.0, 9.0]]), Draw.LOTS)
    assert found.tolist() == [pytest.approx([4 / 6, 2 / 6])]


@given(st.integers(0, 10_000), st.sampled_from(Draw))
def test_every_child_comes_to_one_section_and_no_seat_is_taken_twice(seed: int, draw: Draw) -> None:
    rng = np.random.default_rng(seed)
    sections = int(rng.integers(2, 5))
    pupils, seats = rng.integers(0, 40, 6), rng.integers(0, 60, sections)
    seats[0] += 1
    found = chances(pupils, seats, rng.random((6, sections)), draw)
    assert found.sum(axis=1) == pytest.approx(np.ones(6))
    assert (found >= 0).all()
    coming = pupils @ found
    if pupils.sum() <= seats.sum():
        assert (coming <= seats + 1e-9).all()
    else:
        assert (coming >= seats - 1e-9).all()


@given(st.integers(0, 10_000), st.sampled_from(Draw))
def test_no_child_vanishes_when_whole_children_are_dealt(seed: int, draw: Draw) -> None:
    rng = np.random.default_rng(seed)
    sections = int(rng.integers(2, 5))
    pupils, seats = rng.integers(0, 25, 8), rng.integers(1, 90, sections)
    chance = chances(pupils, seats, rng.random((8, sections)), draw)
    dealt = deal(pupils, chance)
    assert dealt.sum(axis=1).tolist() == pupils.tolist()
    assert (dealt[chance == 0] == 0).all()
    if draw is Draw.LOTS:
        assert (np.abs(dealt.sum(axis=0) - pupils @ chance) < 2).all()


def test_two_schools_share_a_zone_and_what_children_can_expect_evens_out() -> None:
    # A and B share: half the seats each. Area 0 walks 0 or 1000, area 1 500 or 500,
    # area 2 1000 or 0, area 3 1500 or 500; C stays alone.
    found = evaluate_groups(street(), [(A, B)])
    assert found.walk_metres.tolist() == [500, 500, 500, 1000, 0, 500]
    assert found.longest_metres.tolist() == [1000, 500, 1000, 1500, 0, 500]
    assert found.quality.tolist() == [1.5, 1.5, 1.5, 1.5, 2, 2]
    assert found.terms["walk"] == 10 * (500 + 500 + 500 + 1000 + 0 + 500)
    # The county's seats are worth (2 + 1 + 2) / 3 = 5/3 each: 1.5 is 10 % below, 2 is 20 % above.
    assert found.terms["difference"] == pytest.approx(50 * (40 * 10 + 20 * 20))
    assert found.before is not None
    assert found.after is not None
    assert (found.before.range, found.after.range) == (1.0, 0.5)
    assert found.after.difference == pytest.approx((40 * 0.1 + 20 * 0.2) / 60)


def test_seats_of_a_shared_zone_are_everybodys() -> None:
    # 20 children at A with 10 seats, 20 at B with 30: alone 10 are beyond, together none.
    town = street(seats=np.array([10, 30, 30]))
    assert evaluate_groups(town, []).overflow == 10
    assert evaluate_groups(town, [(A, B)]).overflow == 0


def test_what_evens_out_more_is_chosen_where_difference_is_dear() -> None:
    # Any two neighbours share (1.5 against 2), all three share (5/3 everywhere), or nobody does.
    dear = street(weights=replace(FAIR, difference_metres=1_000.0))
    assert share(dear).groups == ((A, B, C),)
    assert share(street(weights=replace(FAIR, difference_metres=0.0))).groups == ()


def test_nobody_draws_a_walk_beyond_the_maximum() -> None:
    dear = street(weights=replace(FAIR, difference_metres=1_000.0), maximum_walk_metres=1_500.0)
    # All three together would send area 5 to A, 2500 m; A with B keeps within 1500.
    found = share(dear)
    assert found.groups in {((A, B),), ((B, C),)}
    assert found.longest_metres.max() == 1_500
    assert share(replace(dear, maximum_walk_metres=1_000.0)).groups == ()


def test_an_area_that_walks_too_far_already_is_not_sent_farther_still() -> None:
    # Area 1 is zoned to C, 1500 m away; the maximum is 1000. A (500 m) and B (500 m) are nearer.
    town = street(section_of_area=np.array([A, C, B, B, C, C]), maximum_walk_metres=1_000.0)
    assert not town.too_far[1].any()
    assert town.too_far[3].tolist() == [True, False, False]


def test_a_limit_of_town_and_village_counts_area_by_area() -> None:
    town = street(maximum_walk_metres=np.array([1000.0, 500, 1000, 1500, 500, 500]))
    assert faults_of_given(replace(town, given=((A, B),))) == ()
    assert [fault.reason for fault in faults_of_given(replace(town, given=((B, C),)))] == [
        GroupReason.TOO_FAR
    ]


@pytest.mark.parametrize(
    ("group", "changes", "reason"),
    [
        ((A,), {}, GroupReason.TOO_FEW),
        ((A, A), {}, GroupReason.TWICE),
        ((A, C), {}, GroupReason.APART),
        ((A, B), {"seats": np.array([30, 0, 30])}, GroupReason.NO_SEATS),
        ((A, B), {"section_of_area": np.array([A, A, C, C, C, C])}, GroupReason.NO_ZONE),
        ((A, B), {"maximum_walk_metres": 1_000.0}, GroupReason.TOO_FAR),
    ],
)
def test_a_group_that_cannot_be_is_refused_with_its_reason(
    group: tuple[int, ...], changes: dict[str, object], reason: GroupReason
) -> None:
    town = street(given=(group,), **changes)
    assert reason in {fault.reason for fault in faults_of_given(town)}
    with pytest.raises(ValueError, match=reason.value):
        share(town)


def test_the_longest_walk_of_a_group_that_is_too_far_is_named() -> None:
    (fault, *_) = faults_of_given(street(given=((A, B),), maximum_walk_metres=900.0))
    assert (fault.section, fault.area) == (A, 3)  # 1500 m from area 3 to A


def test_a_section_in_two_groups_is_refused() -> None:
    faults = faults_of_given(street(given=((A, B), (B, C))))
    assert [(fault.reason, fault.group, fault.section) for fault in faults] == [
        (GroupReason.TWICE, (B, C), B)
    ]


def test_five_sections_in_one_zone_are_too_many() -> None:
    areas = np.arange(5)
    row = SharingProblem(
        pupils=np.full(5, 1),
        seats=np.full(5, 1),
        walk_metres=np.abs(areas[:, None] - areas).astype(float),
        edges=np.column_stack([areas[:-1], areas[1:]]),
        section_of_area=areas,
        quality=np.ones(5),
        weights=FAIR,
        given=(tuple(range(5)),),
    )
    assert [fault.reason for fault in faults_of_given(row)] == [GroupReason.TOO_MANY]


def test_given_groups_hold_and_others_are_found_around_them() -> None:
    dear = replace(FAIR, difference_metres=1_000.0)
    found = share(street(weights=dear, given=((B, C),)))
    assert found.groups == ((B, C),)
    assert found.status is SolveStatus.OPTIMAL


def test_with_groups_of_one_only_those_given_there_are() -> None:
    dear = street(weights=replace(FAIR, difference_metres=1_000.0), largest=1)
    assert share(dear).groups == ()
    assert share(replace(dear, given=((A, B),))).groups == ((A, B),)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"quality": np.array([1.0, np.nan, 1.0])}, "quality: .* sections 1"),
        ({"quality": np.array([1.0, -1.0, 1.0])}, "quality"),
        ({"largest": 5}, "largest"),
        ({"maximum_walk_metres": -1.0}, "maximum_walk_metres"),
        ({"pupils": np.full(6, -1)}, "pupils"),
        ({"section_of_area": np.full(6, 3)}, "section_of_area"),
        ({"walk_metres": np.full((6, 3), np.nan)}, "walk_metres"),
        ({"seats": np.array([1, 1])}, "walk_metres: expected the shape"),
        ({"quality": np.array([1, 1, 1])}, "quality: expected floating-point numbers"),
        ({"pupils": np.full(6, -1), "largest": 5}, "pupils: .*\n.*largest: expected 1 to 4"),
    ],
)
def test_numbers_that_cannot_be_meant_are_refused(changes: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        street(**changes)


def test_a_price_below_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="difference_metres"):
        SharingWeights(difference_metres=-1.0, overflow_metres=0.0)


@st.composite
def grid_towns(draw: st.DrawFn) -> SharingProblem:
    """Draw a grid of 3 × 5 areas with up to seven sections whose zones are flooded from homes."""
    rng = np.random.default_rng(draw(st.integers(0, 100_000)))
    edges, sections = grid_edges(3, 5), draw(st.integers(1, 7))
    zone = flooded(edges, rng.choice(15, sections, replace=False), 15, rng)
    walks = rng.integers(0, 2000, (15, sections)).astype(float)
    if draw(st.booleans()):
        walks[rng.random(walks.shape) < 0.1] = np.inf
    return SharingProblem(
        pupils=rng.integers(0, 30, 15),
        seats=rng.integers(0, 90, sections),
        walk_metres=walks,
        edges=edges,
        section_of_area=zone,
        quality=rng.integers(0, 20, sections).astype(float),
        weights=SharingWeights(
            difference_metres=draw(st.sampled_from([0.0, 5.0, 80.0])),
            overflow_metres=draw(st.sampled_from([0.0, 5_000.0])),
        ),
        maximum_walk_metres=draw(st.sampled_from([1_200.0, 1_800.0, float("inf")])),
        draw=draw(st.sampled_from(Draw)),
        largest=draw(st.integers(1, 4)),
    )


def groupings(sections: list[int]) -> Iterator[list[list[int]]]:
    """Yield every way to put sections into groups."""
    if not sections:
        yield []
        return
    first, *rest = sections
    for others in groupings(rest):
        yield [[first], *others]
        for place, group in enumerate(others):
            yield [*others[:place], [first, *group], *others[place + 1 :]]


def may_share(town: SharingProblem, group: list[int]) -> bool:
    """Say in the plainest way whether sections may share a zone."""
    if len(group) == 1:
        return True
    if len(group) > town.largest or any(town.seats[s] == 0 for s in group):
        return False
    areas = [a for a in range(town.areas) if town.section_of_area[a] in group]
    limit = float(np.asarray(town.maximum_walk_metres))
    for area in areas:
        own = town.walk_metres[area, town.section_of_area[area]]
        if any(town.walk_metres[area, s] > max(limit, own) for s in group):
            return False
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(group)
    for one, other in town.edges.tolist():
        ends = {int(town.section_of_area[one]), int(town.section_of_area[other])}
        if len(ends) == 2 and ends <= set(group):
            graph.add_edge(*ends)
    return nx.is_connected(graph)


def price_of(town: SharingProblem, group: list[int]) -> float:
    """Price the zone of a group child by child, from the chances alone."""
    areas = [a for a in range(town.areas) if town.section_of_area[a] in group]
    finite = town.walk_metres[np.isfinite(town.walk_metres)]
    walks = np.where(np.isfinite(town.walk_metres), town.walk_metres, 2 * finite.max())
    seats = [int(town.seats[s]) for s in group]
    own = walks[np.ix_(areas, group)]
    chance = chances(town.pupils[areas], np.array(seats), own, town.draw)
    all_seats = int(town.seats.sum())
    usual = float(town.quality @ town.seats) / all_seats if all_seats else 0.0
    price = 0.0
    for place, area in enumerate(areas):
        pupils = int(town.pupils[area])
        price += pupils * sum(float(p * w) for p, w in zip(chance[place], own[place], strict=True))
        expected = sum(
            float(p * town.quality[s]) for p, s in zip(chance[place], group, strict=True)
        )
        if usual > 0:
            away = abs(expected - usual) / usual * 100
            price += pupils * town.weights.difference_metres * away
    beyond = max(0, int(town.pupils[areas].sum()) - sum(seats))
    return price + beyond * town.weights.overflow_metres


@given(grid_towns())
@settings(max_examples=60, deadline=None)
def test_no_grouping_whatsoever_beats_the_one_found(town: SharingProblem) -> None:
    allowed = {}
    best = float("inf")
    for grouping in groupings(list(range(town.sections))):
        value = 0.0
        for group in map(sorted, grouping):
            key = tuple(group)
            if key not in allowed:
                allowed[key] = price_of(town, group) if may_share(town, group) else float("inf")
            value += allowed[key]
        best = min(best, value)
    found = share(town)
    assert found.value == pytest.approx(best, rel=1e-6)
    assert found.bound <= best * (1 + 1e-6)
    assert found.status is SolveStatus.OPTIMAL
    assert found.value == pytest.approx(sum(found.terms.values()))
    assert all(may_share(town, list(group)) for group in found.groups)


@given(grid_towns())
@settings(max_examples=25, deadline=None)
def test_larger_groups_and_longer_walks_never_make_the_best_worse(town: SharingProblem) -> None:
    best = share(town).value
    assert share(replace(town, largest=4)).value <= best * (1 + 1e-6)
    assert share(replace(town, maximum_walk_metres=float("inf"))).value <= best * (1 + 1e-6)


def test_who_has_two_sections_equally_near_or_no_way_to_any_asks_at_both_alike() -> None:
    """Ten children live at A, ten halfway between A and B, ten on an island; A has 10 seats."""
    walks = np.array([[0.0, 500.0], [300.0, 300.0], [np.inf, np.inf]])
    chance = chances(np.array([10, 10, 10]), np.array([10, 20]), walks, Draw.NEAR_FIRST)
    # 10 + 5 + 5 children ask at A: half are drawn. 10 ask at B and are drawn, 10 seats are free
    # there for the 10 who were not.
    assert chance.tolist() == [[0.5, 0.5], [0.25, 0.75], [0.25, 0.75]]


@given(grid_towns(), st.integers(0, 1_000))
@settings(max_examples=25, deadline=None)
def test_renumbering_sections_changes_no_value(town: SharingProblem, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(town.sections)
    place = np.argsort(order)
    other = replace(
        town,
        seats=town.seats[order],
        walk_metres=town.walk_metres[:, order],
        section_of_area=place[town.section_of_area],
        quality=town.quality[order],
    )
    assert share(other).value == pytest.approx(share(town).value, rel=1e-6)


def test_doubling_children_and_seats_doubles_the_value_and_keeps_the_groups() -> None:
    town = street(weights=replace(FAIR, difference_metres=1_000.0))
    twice = replace(town, pupils=2 * town.pupils, seats=2 * town.seats)
    assert share(twice).groups == share(town).groups
    assert share(twice).value == pytest.approx(2 * share(town).value)


def test_differences_weigh_every_child_once() -> None:
    # Qualities 1, 1, 4 for 10, 20, 10 children: mean 70/40; |q_i - q_j| = 3 for 2 × 30 × 10 pairs.
    spread = spread_of(np.array([1.0, 1.0, 4.0]), np.array([10, 20, 10]), reference=2.0)
    assert spread is not None
    assert spread.mean == pytest.approx(70 / 40)
    assert spread.difference == pytest.approx((30 * 1 + 10 * 2) / 40 / 2)
    assert spread.variation == pytest.approx(
        ((30 * (1 - 1.75) ** 2 + 10 * (4 - 1.75) ** 2) / 40) ** 0.5 / 1.75
    )
    assert spread.gini == pytest.approx(3 * 2 * 30 * 10 / 40**2 / (2 * 1.75))


def test_a_county_without_children_has_no_differences() -> None:
    assert spread_of(np.ones(2), np.zeros(2, dtype=np.int64), 1.0) is None
    found = share(street(pupils=np.zeros(6, dtype=np.int64)))
    assert (found.value, found.gap, found.before) == (0.0, 0.0, None)
