"""What a scenario asks of zones, in the arrays that the solver knows."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from planner.norms import read_norms
from planner.scenario import ZoneSettings
from planner.zones.adjacency import Outlines
from planner.zones.demands import cases_of, problem_of
from planner.zones.ground import Ground
from planner.zones.yearly import zones_by_year
from planner.zoning.evaluation import evaluate

if TYPE_CHECKING:
    from planner.zoning.problem import Problem

PRIMARY = read_norms("cn").stage("primary")


def row_of_four() -> Ground:
    """Return areas A B C D in a row, west primary W in A and east primary E in D, 2024 to 2027.

    Ten entrants each, but A has 10, 10, 16 and 30 over the years. W and E seat 20 each.
    """
    entrants = np.full((4, 4), 10)
    entrants[0] = (10, 10, 16, 30)
    return Ground(
        stage=PRIMARY,
        rows=np.array([5, 7]),
        open=np.ones((2, 4), dtype=bool),
        ordinary_intake=np.full((2, 4), 20),
        metres=np.array([[0.0, 300.0], [100.0, 200.0], [200.0, 100.0], [300.0, 0.0]]),
        limit_metres=np.full((4, 2), 250.0),
        edges=np.array([[0, 1], [1, 2], [2, 3]]),
        home=np.array([0, 3]),
        today=np.array([0, 0, 1, 1]),
        entrants=entrants,
        years=(2024, 2025, 2026, 2027),
        area_ids=("A", "B", "C", "D"),
        row_of=MappingProxyType({"W": 5, "E": 7, "J": 2, "E/2": 3}),
        mergers=(),
        since=np.array([0, 2023, 0, 2024]),
    )


def asked(ground: Ground | None = None, year: int = 1, **wishes: Any) -> Problem:
    """Return the problem of the row of four for one year with some wishes."""
    town = ground or row_of_four()
    return problem_of(town, ZoneSettings(**wishes), year, town.today)


def test_nothing_is_wished_for_that_nobody_asked() -> None:
    problem = asked()
    assert not problem.surcharges
    assert problem.together == ()
    assert (problem.band, problem.mix, problem.shape, problem.cases) == (None,) * 4
    assert not problem.limit_is_hard


def test_zones_serve_the_year_with_most_entrants_or_the_mean_year() -> None:
    # From 2025 for three years: A has 10, 16 and 30 entrants.
    assert asked(demand="peak").pupils.tolist() == [30, 10, 10, 10]
    assert asked(demand="mean").pupils.tolist() == [19, 10, 10, 10]  # 56 ÷ 3 = 18.7
    assert asked(demand="peak", years_ahead=2).pupils.tolist() == [16, 10, 10, 10]


def test_zones_may_serve_every_year_at_once_by_its_worst() -> None:
    problem = asked(demand="worst")
    assert problem.cases is not None
    assert problem.cases.pupils[:, 0].tolist() == [10, 16, 30]
    assert problem.cases.seats.tolist() == [[20, 20]] * 3
    assert problem.cases.quantile == 1
    assert problem.pupils.tolist() == [19, 10, 10, 10]
    # A and B at W: 20, 26 and 40 entrants on 20 seats.
    assert evaluate(problem, np.array([0, 0, 1, 1])).overflow.tolist() == [20, 0]


def test_a_quantile_forgives_the_worst_year() -> None:
    problem = asked(demand="quantile", demand_quantile=0.5)
    assert evaluate(problem, np.array([0, 0, 1, 1])).overflow.tolist() == [6, 0]


def test_futures_stand_beside_the_years_or_in_their_place() -> None:
    calm, wild = row_of_four().entrants, row_of_four().entrants * 2
    town = replace(row_of_four(), futures=np.stack([calm, wild]))
    of_peak = asked(town, demand="worst", demand_over="draws").cases
    assert of_peak is not None
    assert of_peak.pupils[:, 0].tolist() == [30, 60]  # 2027, the year with most entrants
    both = asked(town, demand="worst", demand_over="both").cases
    assert both is not None
    assert both.pupils[:, 0].tolist() == [10, 16, 30, 20, 32, 60]
    assert both.seats.shape == (6, 2)


def test_seats_of_a_case_are_those_of_its_year_and_of_sections_open_now() -> None:
    town = row_of_four()
    seats = np.array([[20, 20, 20, 50], [20, 20, 20, 20]])
    is_open = town.open.copy()
    is_open[1, :2] = False  # E opens in 2026 only
    cases = asked(replace(town, ordinary_intake=seats, open=is_open), demand="worst").cases
    assert cases is not None
    assert cases.seats.tolist() == [[20, 0], [20, 0], [50, 0]]


def test_cases_are_named_by_their_year_and_possible_future() -> None:
    """Two futures of 2025 to 2027; most enter in 2027."""
    town = row_of_four()
    town = replace(town, futures=np.ones((2, 4, 4), dtype=np.int64))

    def named(**wishes: Any) -> list[tuple[int, int]]:
        settings = ZoneSettings(**wishes)
        problem = problem_of(town, settings, 1, town.today)
        cases = cases_of(town, settings, 1)
        assert len(cases) == (1 if problem.cases is None else len(problem.cases.pupils))
        return cases

    assert named() == [(2025, 0)]
    assert named(demand="worst") == [(2025, 0), (2026, 0), (2027, 0)]
    assert named(demand="worst", demand_over="draws") == [(2027, 1), (2027, 2)]
    assert named(demand="worst", demand_over="both") == [
        (2025, 1), (2026, 1), (2027, 1), (2025, 2), (2026, 2), (2027, 2)
    ]  # fmt: skip


def test_a_forbidden_pair_is_an_area_and_a_section_of_this_stage() -> None:
    problem = asked(forbidden=["B/W", "C/J"])  # J is a junior section: nothing to forbid here
    assert np.argwhere(np.isinf(problem.surcharges["forbidden"])).tolist() == [[1, 0]]
    assert "forbidden" not in asked(forbidden=["C/J"]).surcharges


def test_an_area_moved_by_hand_may_go_nowhere_else() -> None:
    moved = asked(moved_areas=["B/E", "C/J"]).surcharges["moved"]  # J is a junior section
    assert np.argwhere(np.isinf(moved)).tolist() == [[1, 0]]
    assert moved[1, 1] == 0


def test_keys_may_hold_strokes_of_their_own() -> None:
    town = replace(row_of_four(), area_ids=("A/1", "B", "C", "D"), rows=np.array([5, 3]))
    never = asked(town, forbidden=["A/1/E/2"]).surcharges["forbidden"]
    assert np.argwhere(np.isinf(never)).tolist() == [[0, 1]]


@pytest.mark.parametrize(("word", "price"), [("priced", 1500.0), ("hard", np.inf)])
def test_crossing_a_barrier_has_a_price_or_is_not_allowed(word: str, price: float) -> None:
    crossing = np.array([[False, True], [False, True], [True, False], [True, False]])
    problem = asked(replace(row_of_four(), crossing=crossing), crossing=word)
    found = problem.surcharges["crossing"].tolist()
    assert found == [[0, price], [0, price], [price, 0], [price, 0]]


def test_nobody_crosses_where_nobody_lives() -> None:
    town = replace(row_of_four(), crossing=np.ones((4, 2), dtype=bool))
    town.entrants[1] = 0
    assert asked(town, crossing="hard").surcharges["crossing"][1].tolist() == [0, 0]


def test_an_area_that_has_just_moved_stays() -> None:
    # In 2025: B moved in 2023, two years ago; D in 2024, a year ago; A and C long ago.
    within_two = asked(moved_within_years=2).surcharges["moved_again"]
    assert np.argwhere(np.isinf(within_two)).tolist() == [[3, 0]]
    within_three = asked(moved_within_years=3, moved_again="priced").surcharges["moved_again"]
    assert within_three.tolist() == [[0, 0], [0, 1000], [0, 0], [1000, 0]]


def test_an_area_whose_section_closes_may_move_again() -> None:
    town = row_of_four()
    town.open[1, 1:] = False
    assert not asked(town, moved_within_years=9).surcharges["moved_again"][2:].any()


def test_groups_kept_together_come_from_the_scenario_and_from_a_column() -> None:
    town = replace(row_of_four(), groups=np.array([0, 0, 1, -1]))
    listed, column = asked(
        town, keep_together=[["D", "A"]], keep_together_by="community", apart_metres=70
    ).together
    assert (listed.name, listed.group.tolist(), listed.metres) == ("together", [0, -1, -1, 0], 70)
    assert (column.name, column.group.tolist()) == ("community", [0, 0, 1, -1])
    (hard,) = asked(keep_together=[["D", "A"]], apart="hard").together
    assert np.isinf(hard.metres)


def test_feeders_are_the_zones_of_the_stage_below_in_that_year() -> None:
    feeding = np.array([[1, 1, 1, 1], [1, 1, 1, 1], [1, 4, 4, 4], [4, 4, 4, 4]])
    town = replace(row_of_four(), feeding=feeding)
    (feeders,) = asked(town, feeders="priced").together
    assert (feeders.name, feeders.group.tolist(), feeders.metres) == ("feeders", [1, 1, 4, 4], 500)
    assert asked(town, year=0, feeders="hard").together[0].group.tolist() == [1, 1, 1, 4]
    assert asked(feeders="hard").together == ()  # no stage below


def test_a_target_is_a_band_of_use() -> None:
    band = asked(target_low=0.8, outside_target_metres=40).band
    assert band is not None
    assert (band.low, band.high, band.metres) == (0.8, 1.0, 40)


def test_balance_is_the_mean_use_of_the_stage() -> None:
    band = asked(balance=True).band  # 60 entrants on 40 seats
    assert band is not None
    assert (band.low, band.high) == (1.5, 1.5)


def test_areas_that_say_nothing_have_the_others_share_of_migrants_children() -> None:
    town = replace(row_of_four(), migrant_share=np.array([0.5, np.nan, 0.1, np.nan]))
    mix = asked(town, mix_metres=5, years_ahead=1).mix
    assert mix is not None
    # Ten entrants each: 5 and 1 of the twenty who are known, so 3 of every ten.
    assert mix.marked.tolist() == [5, 3, 1, 3]
    assert (mix.tolerance, mix.metres) == (0.1, 5)


def test_compactness_asks_for_the_outlines_of_the_areas() -> None:
    outlines = Outlines(np.full(4, 1e4), np.full(4, 400.0), np.full(3, 100.0))
    shape = asked(replace(row_of_four(), outlines=outlines), compact_pupil_metres=9000).shape
    assert shape is not None
    assert shape.metres == 9000
    assert shape.border_metres.tolist() == [100.0] * 3


def test_a_hard_limit_is_hard() -> None:
    assert asked(over_limit="hard").limit_is_hard


def test_an_area_that_this_plan_has_moved_stays_when_a_school_opens_beside_it() -> None:
    # A table gives C to W in 2025; in 2026 north primary N opens in B, nearer to C than W.
    town = row_of_four()
    walks = np.column_stack([town.metres, [100.0, 0.0, 100.0, 200.0]])
    is_open = np.array([[True] * 4, [True] * 4, [False, False, True, True]])
    town = replace(
        town,
        rows=np.array([5, 7, 9]),
        row_of=MappingProxyType({"W": 5, "E": 7, "N": 9}),
        open=is_open,
        ordinary_intake=np.full((3, 4), 20),
        metres=walks,
        limit_metres=np.full((4, 3), 250.0),
        home=np.array([0, 3, 1]),
    )
    wish = ZoneSettings(method="file", file="wanted.csv", from_year=2025, moved_within_years=2)
    years = zones_by_year(town, wish, {"C": "W"}, seed=0, say=lambda _doing: None)
    today, by_table, adapted = years.drawn
    assert by_table.problem.surcharges["moved_again"][2].tolist() == [0, 0, 0]  # long there
    assert adapted.first_year == 2026
    # Position 0 is W: C may go nowhere else; A, zoned to W long ago, may go anywhere.
    assert adapted.problem.surcharges["moved_again"][2].tolist() == [0, np.inf, np.inf]
    assert adapted.problem.surcharges["moved_again"][0].tolist() == [0, 0, 0]
    assert not today.problem.surcharges


def test_before_the_first_year_of_a_scenario_its_wishes_do_not_hold() -> None:
    town = row_of_four()
    town.open[1, :1] = False  # E opens in 2025
    town.today[:] = 0
    wish = ZoneSettings(method="redraw", from_year=2026, balance=True, over_limit="hard")
    years = zones_by_year(town, wish, None, seed=0, say=lambda _doing: None)
    assert [each.first_year for each in years.drawn] == [2024, 2025, 2026]
    assert [each.problem.limit_is_hard for each in years.drawn] == [False, False, True]
    assert [each.problem.band is None for each in years.drawn] == [True, True, False]
