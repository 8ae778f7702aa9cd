"""What a plan is worth, term by term, worked out by hand and pupil by pupil."""

from __future__ import annotations

from dataclasses import replace
from math import pi
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.zoning import Problem, Weights
from planner.zoning.evaluation import evaluate
from planner.zoning.problem import Band, Cases, Mix, Shape, Together
from tests.zoning.grids import grid_edges, grid_town

if TYPE_CHECKING:
    from collections.abc import Sequence

FREE = Weights(overflow_metres=0.0, over_limit_metres=0.0, changed_metres=0.0)


def row_of_four(weights: Weights = FREE) -> Problem:
    """Return four areas of ten pupils in a row, a section at each end: 0 1 2 3, walks by 100 m."""
    return grid_town(1, 4, home=[0, 3], seats=[20, 20], weights=weights)


def terms(problem: Problem, *plan: int) -> dict[str, float]:
    """Return the terms of a plan, which must add up to its value."""
    found = evaluate(problem, np.array(plan))
    assert found.value == pytest.approx(sum(found.terms.values()))
    return dict(found.terms)


def test_only_what_is_asked_has_a_term() -> None:
    assert list(terms(row_of_four(), 0, 0, 1, 1)) == ["walk", "overflow", "over_limit", "changed"]


def test_a_surcharge_is_paid_by_every_pupil_who_meets_it() -> None:
    across = np.zeros((4, 2))
    across[1, 0] = 30.0
    town = replace(row_of_four(), surcharges={"crossing": across})
    assert terms(town, 0, 0, 1, 1)["crossing"] == 10 * 30
    assert terms(town, 0, 1, 1, 1)["crossing"] == 0


def test_a_forbidden_pair_is_named_and_has_no_price() -> None:
    never = np.zeros((4, 2))
    never[1, 0] = np.inf
    town = replace(row_of_four(), surcharges={"forbidden": never})
    broken = evaluate(town, np.array([0, 0, 1, 1]))
    assert broken.terms["forbidden"] == 0
    assert broken.value == evaluate(row_of_four(), np.array([0, 0, 1, 1])).value
    assert {name: areas.tolist() for name, areas in broken.breaches.items()} == {"forbidden": [1]}
    assert not evaluate(town, np.array([0, 1, 1, 1])).breaches


def test_a_hard_limit_names_who_walks_beyond_it_and_prices_them_as_ever() -> None:
    priced = Weights(overflow_metres=0.0, over_limit_metres=50.0, changed_metres=0.0)
    town = replace(row_of_four(priced), walk_limit_metres=150.0, limit_is_hard=True)
    found = evaluate(town, np.array([0, 0, 0, 1]))  # the third area walks 200 m
    assert found.terms["over_limit"] == 10 * 50
    assert found.breaches["limit"].tolist() == [2]
    assert not evaluate(replace(town, limit_is_hard=False), np.array([0, 0, 0, 1])).breaches


def test_a_hard_limit_binds_nobody_where_nobody_lives() -> None:
    town = replace(
        row_of_four(),
        pupils=np.array([10, 10, 0, 10]),
        walk_limit_metres=150.0,
        limit_is_hard=True,
    )
    assert not evaluate(town, np.array([0, 0, 0, 1])).breaches


def test_pupils_outside_the_largest_part_of_their_community_are_counted() -> None:
    group = np.array([0, 0, 0, -1])
    town = replace(row_of_four(), together=(Together("community", group, 7.0),))
    assert terms(town, 0, 0, 1, 1)["community"] == 10 * 7  # the third area is apart
    assert terms(town, 1, 1, 1, 0)["community"] == 0  # who is in no community does not count


def test_the_largest_part_has_the_most_pupils_not_the_most_areas() -> None:
    town = replace(
        row_of_four(),
        pupils=np.array([5, 5, 30, 10]),
        together=(Together("community", np.zeros(4, dtype=np.int64), 1.0),),
    )
    assert terms(town, 0, 0, 1, 0)["community"] == 5 + 5 + 10


def test_a_community_that_must_not_part_is_named_with_its_smaller_part() -> None:
    town = replace(row_of_four(), together=(Together("estate", np.array([0, 0, 1, 1]), np.inf),))
    found = evaluate(town, np.array([0, 1, 1, 1]))
    assert found.terms["estate"] == 0
    # Ten pupils each: of two equal parts the one at the earlier section counts as whole.
    assert found.breaches["estate"].tolist() == [1]
    assert not evaluate(town, np.array([0, 0, 1, 1])).breaches


def test_pupils_outside_the_target_band_are_counted_on_either_side() -> None:
    town = replace(row_of_four(), band=Band(low=0.8, high=1.2, metres=3.0))
    # 30 pupils on 20 seats: 6 above 1.2 × 20; 10 pupils on 20 seats: 6 below 0.8 × 20.
    assert terms(town, 0, 0, 0, 1)["band"] == pytest.approx((6 + 6) * 3)
    assert terms(town, 0, 0, 1, 1)["band"] == 0


def test_each_section_may_have_its_own_price_of_the_band() -> None:
    town = replace(row_of_four(), band=Band(1.0, 1.0, np.array([2.0, 5.0])))
    assert terms(town, 0, 0, 0, 1)["band"] == 10 * 2 + 10 * 5


def test_a_group_of_pupils_is_spread_like_everybody_within_the_tolerance() -> None:
    marked = np.array([8, 8, 2, 2])  # half of all forty pupils
    town = replace(row_of_four(), mix=Mix(marked, tolerance=0.1, metres=4.0))
    # West 16 of 20 where 10 would be the share and 2 more are forgiven; east 4 of 20.
    assert terms(town, 0, 0, 1, 1)["mix"] == pytest.approx((16 - 10 - 2 + 10 - 4 - 2) * 4)
    assert terms(town, 0, 1, 0, 1)["mix"] == 0


def test_a_zone_is_as_compact_as_its_outline_says() -> None:
    squares = Shape(
        square_metres=np.full(4, 100.0**2),
        outline_metres=np.full(4, 400.0),
        border_metres=np.full(3, 100.0),
        metres=1000.0,
    )
    town = replace(row_of_four(), shape=squares)
    # Two areas: 200 × 100 metres, outline 600; three and one: outline 800 and 400.
    assert terms(town, 0, 0, 1, 1)["shape"] == pytest.approx(2 * 1000 * (1 - 4 * pi * 2 / 36))
    assert terms(town, 0, 0, 0, 1)["shape"] == pytest.approx(
        1000 * (1 - 4 * pi * 3 / 64) + 1000 * (1 - 4 * pi / 16)
    )
    # A section without a zone has no shape; a pair of areas named twice is one border.
    both = replace(
        town,
        edges=np.concatenate([town.edges, town.edges[:, ::-1]]),
        shape=replace(squares, border_metres=np.full(6, 100.0)),
    )
    assert terms(both, 0, 0, 0, 0)["shape"] == pytest.approx(1000 * (1 - 4 * pi * 4 / 100))


def test_nothing_is_more_compact_than_a_circle() -> None:
    round_town = Shape(np.full(4, 100.0**2), np.full(4, 100.0), np.zeros(3), 1000.0)
    assert terms(replace(row_of_four(), shape=round_town), 0, 0, 1, 1)["shape"] == 0


def test_over_several_years_each_section_counts_its_worst() -> None:
    years = Cases(
        pupils=np.array([[10, 10, 10, 10], [25, 10, 10, 10], [10, 10, 10, 30]]),
        seats=np.array([[20, 20], [20, 20], [20, 30]]),
    )
    town = replace(
        row_of_four(Weights(overflow_metres=100.0, over_limit_metres=0.0, changed_metres=0.0)),
        cases=years,
    )
    found = evaluate(town, np.array([0, 0, 1, 1]))
    # West 35 on 20 seats in the second year; east 40 on 30 in the third.
    assert found.overflow.tolist() == [15, 10]
    assert found.terms["overflow"] == 25 * 100
    assert found.terms["walk"] == 20 * 100  # walks are those of the problem's own pupils


@pytest.mark.parametrize(("quantile", "counted"), [(0.0, 0), (0.5, 5), (0.6, 10), (1.0, 40)])
def test_a_quantile_forgives_the_worst_cases(quantile: float, counted: int) -> None:
    # Beyond the 20 seats of the west: 0, 0, 5, 10 and 40 pupils; between cases the worse one.
    cases = Cases(
        pupils=np.array([[west, 0, 0, 0] for west in (60, 20, 30, 25, 10)]),
        seats=np.full((5, 2), 20),
        quantile=quantile,
    )
    found = evaluate(replace(row_of_four(), cases=cases), np.array([0, 0, 1, 1]))
    assert found.overflow.tolist() == [counted, 0]


def test_all_faults_of_the_wishes_are_named_at_once() -> None:
    town = row_of_four()
    with pytest.raises(ValueError, match="surcharges") as refused:
        replace(
            town,
            surcharges={"walk": np.full((4, 2), -1.0)},
            together=(Together("estate", np.array([0, 0, -2, 0]), -5.0),),
            band=Band(1.2, 0.8, np.inf),
            mix=Mix(np.array([11, 0, 0, 0]), 1.5, 1.0),
            shape=Shape(np.ones(4), np.ones(4), np.array([1.0, np.nan, 1.0]), 1.0),
            cases=Cases(np.array([[1, 1, 1, -1]]), np.array([[1, 1]]), 2.0),
        )
    named = [fault.partition(":")[0] for fault in str(refused.value).splitlines()]
    expected = "walk surcharges together together shape band band mix mix cases cases"
    assert named == expected.split()


def test_wishes_of_the_wrong_length_or_kind_are_named_at_once() -> None:
    with pytest.raises(ValueError, match="surcharges: crossing: expected the shape") as refused:
        replace(
            row_of_four(),
            surcharges={"crossing": np.zeros((2, 4))},
            together=(Together("estate", np.zeros(3, dtype=np.int64), 1.0),),
            band=Band(0.5, 1.0, np.zeros(3)),
            mix=Mix(np.zeros(3, dtype=np.int64), 0.1, 1.0),
            shape=Shape(np.ones(4), np.ones(4), np.ones(2), 1.0),
            cases=Cases(np.zeros((0, 4), dtype=np.int64), np.zeros((0, 3), dtype=np.int64)),
        )
    named = [fault.split(": expected")[0] for fault in str(refused.value).splitlines()]
    assert named == [
        "surcharges: crossing",
        "together: estate: group",
        "band: metres",
        "mix: marked",
        "shape: border_metres",
        "cases",
        "cases: seats",
    ]


@given(seed=st.integers(0, 10_000))
def test_every_term_is_what_counting_pupil_by_pupil_gives(seed: int) -> None:
    chance = np.random.default_rng(seed)
    town = _town_with_every_wish(chance)
    plan = chance.integers(0, 3, 6).tolist()
    found = terms(town, *plan)
    assert found == pytest.approx(_counted(town, plan))


def _town_with_every_wish(chance: np.random.Generator) -> Problem:
    """Return six areas and three sections, everything drawn by lot and everything asked for."""
    pupils = chance.integers(0, 20, 6)
    edges = grid_edges(2, 3)
    return Problem(
        pupils=pupils,
        seats=chance.integers(5, 40, 3),
        walk_metres=chance.uniform(0, 900, (6, 3)),
        edges=edges,
        home=np.array([0, 2, 4]),
        weights=Weights(overflow_metres=90.0, over_limit_metres=11.0, changed_metres=3.0),
        walk_limit_metres=500.0,
        today=chance.integers(-1, 3, 6),
        surcharges={"crossing": chance.choice([0.0, 40.0], (6, 3))},
        together=(
            Together("community", chance.integers(-1, 2, 6), 5.0),
            Together("feeders", chance.integers(0, 3, 6), 8.0),
        ),
        band=Band(0.7, 0.9, chance.uniform(1, 5, 3)),
        mix=Mix(chance.integers(0, pupils + 1), 0.1, 6.0),
        shape=Shape(
            chance.uniform(5e3, 1e4, 6), np.full(6, 400.0), np.full(len(edges), 100.0), 700.0
        ),
        cases=Cases(chance.integers(0, 30, (4, 6)), chance.integers(5, 40, (4, 3)), 0.7),
    )


def _counted(town: Problem, plan: Sequence[int]) -> dict[str, float]:
    """Price a plan in the plainest way: area by area, section by section."""
    pupils, walks = town.pupils.tolist(), town.walk_metres.tolist()
    gone = list(enumerate(plan))
    today = [] if town.today is None else town.today.tolist()
    crossing = town.surcharges["crossing"]
    found = {
        "walk": sum(pupils[i] * walks[i][j] for i, j in gone),
        "over_limit": sum(11.0 * pupils[i] for i, j in gone if walks[i][j] > 500),
        "changed": sum(3.0 * pupils[i] for i, j in gone if today[i] not in {-1, j}),
        "crossing": sum(pupils[i] * float(crossing[i, j]) for i, j in gone),
        "overflow": 0.0,
    }
    for wish in town.together:
        found[wish.name] = 0.0
        for group in set(wish.group.tolist()) - {-1}:
            members = [i for i in range(6) if wish.group[i] == group]
            parts = [sum(pupils[i] for i in members if plan[i] == j) for j in range(3)]
            found[wish.name] += wish.metres * (sum(parts) - max(parts))
    assert town.band is not None
    assert town.mix is not None
    assert town.shape is not None
    assert town.cases is not None
    found |= {"band": 0.0, "mix": 0.0, "shape": 0.0}
    share = town.mix.marked.sum() / max(sum(pupils), 1)
    for j in range(3):
        zone = [i for i in range(6) if plan[i] == j]
        load, seats = sum(pupils[i] for i in zone), int(town.seats[j])
        outside = max(0.0, 0.7 * seats - load) + max(0.0, load - 0.9 * seats)
        found["band"] += float(np.asarray(town.band.metres)[j]) * outside
        marked = sum(int(town.mix.marked[i]) for i in zone)
        found["mix"] += 6.0 * max(0.0, abs(marked - share * load) - 0.1 * load)
        over = sorted(
            max(0, sum(int(case[i]) for i in zone) - int(offer[j]))
            for case, offer in zip(town.cases.pupils, town.cases.seats, strict=True)
        )
        found["overflow"] += 90.0 * over[3]  # 0.7 × 3 steps between four cases, rounded up
        if zone:
            inner = sum(1 for a, b in town.edges.tolist() if plan[a] == j == plan[b])
            outline = 400 * len(zone) - 2 * 100 * inner
            square = sum(float(town.shape.square_metres[i]) for i in zone)
            found["shape"] += 700.0 * (1 - 4 * pi * square / outline**2)
    return found
