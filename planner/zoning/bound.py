"""Find out what no plan can undercut: pupils may be split, zones need not hang together.

Leave out contiguity and let an area's pupils go to several sections, and the best plan is
a transport problem with prices on missing seats:

    minimise    sum_ij d_ij f_ij + w sum_j o_j
    subject to  sum_j f_ij = p_i              every pupil goes somewhere            (1)
                sum_i f_ij - o_j <= s_j       seats, or overflow o_j at the price w (2)
                f, o >= 0

For any prices of a seat 0 <= q_j <= w, moving (2) into the objective gives

    bound(q) = sum_i p_i min_j (d_ij + q_j) - sum_j q_j s_j                         (3)

which no plan undercuts, whatever the linear solver's tolerances: the solver only proposes
good prices q. It sees a few near sections of each area; (3) is taken over all of them, and
sections that price out are added until the two agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import highspy
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.zoning.ground import Ground

__all__ = ["Relaxation", "relax"]

SECTIONS_AT_ONCE = 6
"""Sections per area that the linear solver is shown before it is asked for prices again."""
AGREEMENT = 1e-9
"""Relative saving below which a section left out is no longer worth showing."""
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
    seats_left = ground.seats.astype(np.float64)
    np.subtract.at(seats_left, fixed[settled], pupils[settled])
    if len(choosing):
        seat_price = _seat_prices(ground, choosing, seats_left)
    else:
        seat_price = np.where(seats_left < 0, ground.overflow_metres, 0.0)
    return Relaxation(_bound(ground, seat_price), seat_price)


def _seat_prices(
    ground: Ground, choosing: NDArray[np.intp], seats_left: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the price of a seat in each section, from the linear solver."""
    each, overflow_metres = ground.each_metres[choosing], ground.overflow_metres
    model = _model_without_flows(ground.pupils[choosing], seats_left, overflow_metres)
    seen = np.zeros(each.shape, dtype=bool)
    fresh = _cheapest(each)
    while fresh.any():
        _add_flows(model, each, fresh)
        seen |= fresh
        model.run()
        duals = np.array(model.getSolution().row_dual)[len(choosing) :]
        seat_price: NDArray[np.float64] = np.clip(-duals, 0, overflow_metres)
        priced = each + seat_price
        best_seen = np.min(priced, axis=1, where=seen, initial=np.inf)[:, None]
        tempting = ~seen & (priced < best_seen - AGREEMENT * (1 + best_seen))
        # The best few of each area are enough: the prices move before the next look.
        fresh = tempting & _cheapest(np.where(tempting, priced, np.inf))
    return seat_price


def _model_without_flows(
    pupils: NDArray[np.int64], seats_left: NDArray[np.float64], overflow_metres: float
) -> highspy.Highs:
    """Return rows (1) and (2) with the overflow of each section, but nobody going anywhere."""
    model = highspy.Highs()  # type: ignore[no-untyped-call]
    model.setOptionValue("output_flag", False)  # noqa: FBT003 - the solver's own signature
    areas, sections = len(pupils), len(seats_left)
    none, nowhere = np.empty(0), np.empty(0, dtype=np.int32)
    least = np.concatenate([pupils, np.full(sections, -np.inf)]).astype(np.float64)
    most = np.concatenate([pupils, seats_left]).astype(np.float64)
    model.addRows(
        areas + sections, least, most, 0, np.zeros(areas + sections, dtype=np.int32), nowhere, none
    )
    model.addCols(
        sections,
        np.full(sections, overflow_metres),
        np.zeros(sections),
        np.full(sections, np.inf),
        sections,
        np.arange(sections),
        np.arange(areas, areas + sections),
        np.full(sections, -1.0),
    )
    return model


def _add_flows(model: highspy.Highs, each: NDArray[np.float64], fresh: NDArray[np.bool_]) -> None:
    """Let pupils of some areas go to further sections."""
    area, section = np.nonzero(fresh)
    flows = len(area)
    model.addCols(
        flows,
        each[area, section],
        np.zeros(flows),
        np.full(flows, np.inf),
        2 * flows,
        np.arange(0, 2 * flows, 2),
        np.column_stack([area, len(each) + section]).ravel(),
        np.ones(2 * flows),
    )


def _cheapest(each: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Mark the few cheapest possible sections of each area."""
    few = min(SECTIONS_AT_ONCE, each.shape[1])
    marked = np.zeros(each.shape, dtype=bool)
    columns = np.argpartition(each, few - 1, axis=1)[:, :few]
    np.put_along_axis(marked, columns, values=True, axis=1)
    return marked & np.isfinite(each)


def _bound(ground: Ground, seat_price: NDArray[np.float64]) -> float:
    """Evaluate (3) over every area and section, rounded down."""
    going = np.flatnonzero(ground.pupils[: ground.areas] > 0)
    cheapest = (ground.each_metres[going] + seat_price).min(axis=1)
    paid = float(ground.pupils[going] @ cheapest)
    sold = float(ground.seats @ seat_price)
    return max(0.0, paid - sold - ROUNDING * (paid + sold))
