"""A network that cannot be one is refused in words."""

from __future__ import annotations

import numpy as np
import pytest

from planner.travel.network import Network


def network(tails: list[int], heads: list[int], metres: list[float], nodes: int = 3) -> Network:
    return Network(
        nodes=nodes,
        tails=np.array(tails, dtype=np.int64),
        heads=np.array(heads, dtype=np.int64),
        metres=np.array(metres, dtype=float),
    )


def test_loops_parallel_ways_lonely_nodes_and_closed_ways_are_allowed() -> None:
    assert network([0, 0, 1], [1, 1, 1], [5.0, 0.0, np.inf]).nodes == 3
    assert network([], [], [], nodes=0).nodes == 0


@pytest.mark.parametrize(
    ("tails", "heads", "metres", "said"),
    [
        ([0, 1], [1], [5.0], "as many tails and heads as lengths"),
        ([0], [1], [-5.0], "at least 0, found 1 negative or missing"),
        ([0], [1], [np.nan], "at least 0, found 1 negative or missing"),
        ([0], [3], [5.0], "nodes from 0 to 2"),
        ([-1], [0], [5.0], "nodes from 0 to 2"),
    ],
)
def test_what_is_no_network_is_refused(
    tails: list[int], heads: list[int], metres: list[float], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        network(tails, heads, metres)
