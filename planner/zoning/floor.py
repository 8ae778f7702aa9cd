"""Find out what no plan can undercut where more than plain seats is asked.

Every term is at least 0, so that a bound of some terms bounds them all. For several cases a
plan pays in each section for the case that counts. Where that is the worst, it pays at least
for any one case k: with walks as they are, the pupils p_ik and the seats s_jk of that case,

    bound_k(q) = sum_i min_j (p_i d_ij + q_j p_ik) - sum_j q_j s_jk      for 0 <= q_j <= w

holds as (3) of `planner.zoning.bound` does. Where some cases are forgiven, nothing is claimed
of seats. The band adds what its own term costs at least, however pupils are spread.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from planner.zoning.bound import Relaxation, relax

if TYPE_CHECKING:
    from planner.zoning.ground import Ground
    from planner.zoning.problem import Band, Problem

__all__ = ["bound_of_wishes"]


def bound_of_wishes(problem: Problem, ground: Ground) -> Relaxation:
    """Return a bound and prices of seats for a problem with books."""
    relaxation = _of_cases(problem, ground)
    more = 0.0
    if problem.band is not None:
        more = _least_outside(problem.band, problem)
    return Relaxation(relaxation.bound + more, relaxation.seat_price_metres)


def _of_cases(problem: Problem, ground: Ground) -> Relaxation:
    """Return the bound of walks and seats, in the tightest case where there are several."""
    if problem.cases is None or ground.books is None:
        return relax(ground)
    cases = problem.cases
    if cases.quantile < 1:
        return relax(replace(ground, overflow_metres=0.0))
    tightest = int((cases.pupils.sum(axis=1) - cases.seats.sum(axis=1)).argmax())
    here = ground.books.case_pupils[:, tightest]
    walking = ground.pupils[: ground.areas].astype(np.float64)
    counted = here[: ground.areas]
    some = counted > 0
    each = ground.each_metres.copy()
    share = np.ones((ground.areas, 1))
    share[some, 0] = walking[some] / counted[some]
    # What is forbidden stays so also where nobody walks in the mean.
    np.multiply(each, share, out=each, where=np.isfinite(each))
    alone = ground.each_metres[~some]
    besides = float(walking[~some] @ alone.min(axis=1)) if len(alone) else 0.0
    found = relax(replace(ground, each_metres=each, pupils=here, seats=cases.seats[tightest]))
    return Relaxation(found.bound + besides, found.seat_price_metres)


def _least_outside(band: Band, problem: Problem) -> float:
    """Return what the band costs at least: too many or too few pupils, where that is cheapest."""
    pupils = float(problem.pupils.sum())
    price = np.broadcast_to(np.asarray(band.metres, dtype=np.float64), problem.sections)
    empty = band.low * problem.seats
    if (missing := float(empty.sum()) - pupils) > 0:
        order = np.argsort(price, kind="stable")
        before = np.concatenate([[0.0], np.cumsum(empty[order])[:-1]])
        taken = np.clip(missing - before, 0, empty[order])
        return float(price[order] @ taken)
    return float(price.min()) * max(0.0, pupils - float((band.high * problem.seats).sum()))
