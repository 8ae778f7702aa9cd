"""Say how bold a search is and how dear a missing seat, step by step until it ends.

As the temperature falls a missing seat becomes dearer, and mostly the plan ends with short walks
and enough seats. Where hardly a seat is free that way freezes with a few pupils unseated; a
search that lets seats become dear first, while areas still move about, finds room for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.zoning.bound import Relaxation
    from planner.zoning.ground import Ground

__all__ = ["Cooling", "cooling", "lacks_seats", "seats_first", "seats_suffice"]

COLDEST: Final = 0.02
"""Temperature in the end, in terms of what a typical area loses by its second-best section."""
SOFTEST, HARDEST = 1.0, 100.0
"""Price of a missing seat, in terms of the dearest seat or the typical walk."""
BUSTLING, LIVELY = 10.0, 3.0
"""Temperatures between which seats become dear where they come first."""
SETTLING: Final = 0.3
"""Part of the steps in which walks become short after that."""
FAR_DEARER: Final = 10.0
"""Price of a missing seat in terms of the dearest seat from which nobody should lack one."""


class Cooling(NamedTuple):
    """What counts at each step of a search."""

    temperatures: NDArray[np.float64]
    """[step] in terms of what is typically at stake."""
    missing_seat: NDArray[np.float64]
    """[step] in terms of the dearest seat or the typical walk."""


def cooling(steps: int, hottest: float) -> Cooling:
    """Return steps in which the temperature falls while missing seats become dear."""
    return Cooling(np.geomspace(hottest, COLDEST, steps), np.geomspace(SOFTEST, HARDEST, steps))


def seats_first(steps: int) -> Cooling:
    """Return steps in which missing seats become dear first, and then the temperature falls."""
    last = int(SETTLING * steps)
    first = steps - last
    falling = np.geomspace(BUSTLING, LIVELY, first), np.geomspace(LIVELY, COLDEST, last)
    rising = np.geomspace(SOFTEST, HARDEST, first), np.full(last, HARDEST)
    return Cooling(np.concatenate(falling), np.concatenate(rising))


def lacks_seats(ground: Ground, relaxation: Relaxation, plan: NDArray[np.int64]) -> bool:
    """Say whether a plan [node] leaves pupils unseated for whom there ought to be seats."""
    return seats_suffice(ground, relaxation) and bool(ground.overflow(plan).any())


def seats_suffice(ground: Ground, relaxation: Relaxation) -> bool:
    """Say whether there ought to be a seat for everybody.

    That is where a missing seat is far dearer than any seat is in the relaxation.
    """
    return bool(ground.overflow_metres > FAR_DEARER * relaxation.seat_price_metres.max())
