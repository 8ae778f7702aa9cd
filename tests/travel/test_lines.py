"""What the map draws is brought to a network: ends meet, streets count once, barriers cut."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from planner.scenario import TravelSettings
from planner.travel.streets import street_graph
from planner.travel.walks import measure_walks
from tests.travel.conftest import gates

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.study import Study

AS_STUDIED = TravelSettings()
MAIN = [(0, 0), (1000, 0)]


def test_a_side_street_that_ends_on_the_main_street_meets_it(draw: Callable[..., Study]) -> None:
    # Snapped 0.6 m short of the main street: from (300, 200) to (0, 0) it is 199.4 + 300.
    town = draw([(300, 200)], [MAIN, [(300, 200), (300, 0.6)]])
    walks = measure_walks(town, gates((0, 0)), AS_STUDIED)
    assert walks.metres[0, 0] == pytest.approx(499.4, abs=0.05)
    assert [note.key for note in walks.notes] == ["walks_met"]
    assert street_graph(town.streets).junctions == 4


def test_a_side_street_that_ends_short_of_the_main_street_does_not(
    draw: Callable[..., Study],
) -> None:
    town = draw([(300, 200)], [MAIN, [(300, 200), (300, 1.4)]])
    assert street_graph(town.streets).pieces == 2


def test_the_bend_of_a_bridge_above_a_street_is_no_junction(draw: Callable[..., Study]) -> None:
    # The bridge is drawn in two lines that meet half a metre beside the street below.
    bend = [[(500, 300), (500.0, 0.5)], [(500.0, 0.5), (500, -300)]]
    assert street_graph(draw([(0, 0)], [MAIN, *bend]).streets).pieces == 2
    # Said to be a bridge, it meets nothing even where its end lies on the street.
    over = draw([(0, 0)], [MAIN, [(500, 300), (500, 0)]], crosses=[None, "bridge"])
    assert street_graph(over.streets).pieces == 2


def test_side_streets_that_meet_on_the_main_street_meet_it(draw: Callable[..., Study]) -> None:
    stems = [[(500, 300), (500, 0)], [(500, 0), (500, -300)]]
    graph = street_graph(draw([(0, 0)], [MAIN, *stems]).streets)
    assert (graph.pieces, graph.junctions, graph.met) == (1, 5, 1)


def test_a_cut_street_keeps_the_length_the_table_gives_it(draw: Callable[..., Study]) -> None:
    town = draw([(0, 0)], [MAIN, [(250, 200), (250, 0)]], lengths=[2000.0, 200.0])
    graph = street_graph(town.streets)
    assert sorted(graph.metres.tolist()) == pytest.approx([200, 500, 1500])


def test_many_side_streets_cut_one_main_street_in_their_order(draw: Callable[..., Study]) -> None:
    bent = [(0, 0), (400, 0), (400, 400)]
    stems = [[(400, y), (500, y)] for y in (300, 100, 200)] + [[(100, 0), (100, -50)]]
    graph = street_graph(draw([(0, 0)], [bent, *stems]).streets)
    # 100 | 300 round the corner + 100 | 100 | 100 | 100 of the bent street, and the stems.
    assert sorted(graph.metres.tolist()) == pytest.approx([50, *[100] * 7, 400])


def test_a_street_drawn_twice_counts_once(draw: Callable[..., Study]) -> None:
    town = draw([(0, 10)], [MAIN, MAIN, MAIN[::-1], [(1000, 0), (1000, 500)]])
    walks = measure_walks(town, gates((1000, 500)), AS_STUDIED)
    assert walks.metres[0, 0] == pytest.approx(1510, abs=0.01)
    (note,) = walks.notes
    assert note.key == "walks_twice"
    assert note.en.startswith("2 street segments are drawn twice")
    assert note.zh.startswith("2 条路段重复绘制")


def test_a_bow_beside_a_street_is_another_street(draw: Callable[..., Study]) -> None:
    bow = [(0, 0), (500, 400), (1000, 0)]
    graph = street_graph(draw([(0, 0)], [MAIN, bow]).streets)
    assert (len(graph.lines), graph.twice) == (2, 0)


def test_one_way_lines_drawn_on_one_another_are_a_street_both_ways(
    draw: Callable[..., Study],
) -> None:
    town = draw(
        [(0, 0)], [MAIN, MAIN[::-1]], foot_direction=["forward", "forward"], lengths=[1000, 1000]
    )
    graph = street_graph(town.streets)
    assert (graph.forward.tolist(), graph.backward.tolist()) == ([True], [True])


def test_a_line_without_length_joins_and_adds_nothing(draw: Callable[..., Study]) -> None:
    town = draw([(0, 0)], [MAIN, [(1000, 0), (1000, 0)]])
    graph = street_graph(town.streets)
    assert (len(graph.lines), graph.junctions) == (1, 2)


@pytest.mark.parametrize(
    ("street_class", "walkable", "open_to_all"),
    [("motorway", None, False), ("motorway", True, True), ("residential", None, True),
     ("residential", False, False), ("村道", None, True), (None, None, True)],
)  # fmt: skip
def test_who_may_walk_the_table_says_else_the_class(
    draw: Callable[..., Study], street_class: str | None, walkable: bool | None, open_to_all: bool
) -> None:
    town = draw([(0, 0)], [MAIN], walkable=[walkable], street_class=[street_class])
    assert (len(street_graph(town.streets).lines) == 1) is open_to_all


def test_nothing_is_made_of_no_street(draw: Callable[..., Study]) -> None:
    graph = street_graph(draw([(0, 0)], [MAIN], walkable=[False]).streets)
    assert (len(graph.lines), graph.pieces) == (0, 0)
    assert not np.any(graph.metres)
