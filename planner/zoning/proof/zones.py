"""Write down one zone that a section could have, and what it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from planner.zoning.proof.territory import Territory

__all__ = ["Zone", "zones_written"]


class Zone(NamedTuple):
    """Areas that one section could take: in one piece with its root, at their true price."""

    section: int
    areas: tuple[int, ...]
    """In ascending order; gates are left out."""
    value: float
    """Metres of all its pupils, overflow included."""


def zones_written(
    territory: Territory, areas: int, room: Iterable[NDArray[np.bool_]]
) -> Iterator[Zone]:
    """Yield the zones that have all that the section must have.

    Args:
        territory: What the section could have.
        areas: Areas of the ground; the nodes after them are gates.
        room: Zones, each as [place].
    """
    for inside in room:
        if not inside[territory.forced].all():
            continue
        beyond = max(0, int(territory.pupils[inside].sum()) - territory.seats)
        value = float(territory.cost[inside].sum()) + territory.overflow_metres * beyond
        nodes = np.sort(territory.nodes[inside])
        yield Zone(territory.section, tuple(nodes[nodes < areas].tolist()), value)
