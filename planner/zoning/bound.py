"""Find out what no plan can undercut: pupils may be split, zones need not hang together.

Leave out contiguity and let an area's pupils go to several sections, and the best plan is
a transport problem with prices on missing seats:

    minimise    sum_ij d_ij f_ij + w sum_j o_j
    subject to  sum_j f_ij = p_i              every pupil goes somewhere            (1)
                sum_i f_ij - o_j <= s_j       seats, or overflow o_j at the price w (2)
                f, o >= 0

For any prices of a seat 0 <= q_j <= w, moving (2) into the objective gives

    bound(q) = sum_i p_i min_j (d_ij + q_j) - sum_j q_j s_j                         (3)

which no plan undercuts, however the prices q were found: `transport` proposes those for which
(3) is as high as the transport problem is worth.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.zoning.transport import seat_prices

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.zoning.ground import Ground

__all__ = ["Relaxation", "relax"]

ROUNDING = 1e-12
"""Relative error that summing (3) in floating point may make; taken off the bound."""


@dataclass(frozen=True, slots=True, eq=False)
class Relaxation:
    """The cheapest way to seat all pupils if an area could be shared among sections."""

    bound: float
    """No plan is worth less: (3) at the prices below."""
    seat_price_metres: NDArray[np.float64]
    """[section] what one more seat would save: 0 where seats stay free."""


def relax(ground: Ground) -> Relaxation:
    """Solve the transport problem and return a bound that holds for every plan."""
    fixed, pupils = ground.fixed[: ground.areas], ground.pupils[: ground.areas]
    settled = np.flatnonzero(fixed >= 0)
    choosing = np.flatnonzero((pupils > 0) & (fixed < 0))
    seats_left = ground.seats.astype(np.int64)
    np.subtract.at(seats_left, fixed[settled], pupils[settled])
    if len(choosing):
        each = np.ascontiguousarray(ground.each_metres[choosing])
        seat_price = seat_prices(each, pupils[choosing], seats_left, float(ground.overflow_metres))
    else:
        seat_price = np.where(seats_left < 0, ground.overflow_metres, 0.0)
    return Relaxation(_bound(ground, seat_price), seat_price)


def _bound(ground: Ground, seat_price: NDArray[np.float64]) -> float:
    """Evaluate (3) over every area and section, rounded down."""
    going = np.flatnonzero(ground.pupils[: ground.areas] > 0)
    cheapest = (ground.each_metres[going] + seat_price).min(axis=1)
    paid = float(ground.pupils[going] @ cheapest)
    sold = float(ground.seats @ seat_price)
    return max(0.0, paid - sold - ROUNDING * (paid + sold))
