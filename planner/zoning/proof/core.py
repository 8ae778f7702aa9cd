"""Solve what is left of the zones: choose areas for sections, branch and cut.

    minimise    sum_ij c_ij x_ij + w sum_j o_j
    subject to  sum_j x_ij = 1                          one section per area             (1)
                sum_i p_i x_ij - o_j <= s_j             seats, or overflow               (2)
                x_aj <= sum_{b in C} x_bj               fences: hanging together         (3)
                x binary, o whole, 0 <= o_j <= u_j

over the places that are left in the territories. The fences of the prices are given from the
start; others are added where a solution offends against them (Fischetti and others 2017,
"Thinning out Steiner trees", Mathematical Programming Computation 9; Oehrlein and Haunert
2017, "A cutting-plane method for contiguity-constrained spatial aggregation", Journal of
Spatial Information Science 15). A plan worth as much as the known one is not looked for.
"""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from pyscipopt import Conshdlr, Model, quicksum
from pyscipopt.scip import PY_SCIP_PARAMSETTING as SCIP_PARAMSETTING
from pyscipopt.scip import PY_SCIP_RESULT as SCIP_RESULT

from planner.zoning.proof.fences import find_fences, no_fences, torn_places
from planner.zoning.proof.market import GAIN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from planner.zoning.proof.fences import Fences
    from planner.zoning.proof.market import Market
    from planner.zoning.proof.trios import Trios

__all__ = ["Outcome", "best_zone", "solve_core"]

METRES = 1000.0
"""The programme counts in kilometres, so that its tolerances fit its numbers."""
TORN = 0.5
"""A plan offends against a fence by one; half of it tells it from rounding."""
OFFENCE, OFFENCE_IN_TREE = 0.05, 0.01
"""How much shares must offend before a fence is put up: at a node's first look, and at last."""
FENCES_AT_ONCE = 30
LOOK_EVERY_DEPTH = 4
"""Below the top of the tree, levels between two looks for fences."""
ROOM = 3_000
TOLERANCE = 1e-6
"""Relative error that the programme's own arithmetic may make; taken off an unproved bound."""
TOLERANCE_ALONE = 1e-9
"""The same where one zone is looked for, among a few dozen areas."""


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """How far branch and cut came."""

    bound: float
    """No plan worth less than the known one is worth less than this, in metres."""
    plan: NDArray[np.int64] | None
    """[node] a better plan, if one was found."""
    proved: bool
    """Whether that plan is the best, or no plan is better than the known one."""


def solve_core(
    market: Market,
    known: NDArray[np.int64],
    *,
    gap: float = 0.0,
    seconds: float | None,
    branches: int | None,
    stop: Callable[[], bool],
    brief: bool = False,
) -> Outcome:
    """Look for a plan better than the known one, or prove that there is none.

    Where the market is one of some zones only, so is the programme. A gap that is small enough
    ends the search. A brief look leaves out what pays in long searches only.
    """
    with _programme(market) as programme:
        model, chosen, _, whole = programme
        whole.stop = stop
        model.setObjlimit(market.worth / METRES)
        model.setParam("limits/gap", max(0.0, gap - 2 * TOLERANCE))
        if not brief:
            _begin_with(market, programme, known)
        status = _run(model, whole, seconds, branches, brief=brief)
        plan = None
        if model.getNSols() and model.getObjVal() * METRES < market.worth * (1 - GAIN):
            plan = _plan(market, model, chosen, known)
        if status in {"optimal", "infeasible"}:
            return Outcome(market.worth, plan, proved=True)
        dual = model.getDualbound() * METRES * (1 - TOLERANCE)
        return Outcome(min(market.worth, dual), plan, proved=False)


def best_zone(
    market: Market,
    at: int,
    profit: NDArray[np.float64],
    trios: Trios,
    floor: float,
    *,
    seconds: float | None,
    branches: int | None,
    stop: Callable[[], bool],
) -> tuple[float, NDArray[np.bool_], bool]:
    """Find the zone of one section that is worth most, if it is worth more than a floor.

    Args:
        market: What the sections could have.
        at: The section's place in the list of territories.
        profit: [place] what a place adds to the worth of a zone.
        trios: Fines for having two areas of three.
        floor: Zones worth less are not looked for.
        seconds: Time to look for, None for no limit.
        branches: Branches to open, None for no limit.
        stop: Asked now and then; true ends the search.

    Returns:
        What no zone's worth exceeds, or the floor; zones worth more [zone, place]; and
        whether the best of them, or that there is none, is certain.
    """
    territory = market.territories[at]._replace(cost=-profit)
    alone = replace(market, territories=[territory], fences=[market.fences[at]])
    with _programme(alone, everybody=False) as (model, (row,), _, whole):
        whole.stop = stop
        for places, fine in zip(trios.places.tolist(), trios.fine.tolist(), strict=True):
            held = [row[place] for place in places if place >= 0]
            two = model.addVar(vtype="C", obj=fine / METRES, lb=0.0, ub=1.0)
            for one, other in combinations(held, 2):
                model.addCons(one + other - two <= 1)
            if len(held) > 2:
                model.addCons(quicksum(held) - 2 * two <= 1)
        model.setObjlimit(-floor / METRES)
        status = _run(model, whole, seconds, branches, brief=True)
        zones = np.array(
            [[model.getSolVal(found, x) > TORN for x in row] for found in model.getSols()],
            dtype=bool,
        ).reshape(-1, len(row))
        certain = status in {"optimal", "infeasible"}
        if certain and not len(zones):
            return floor, zones, True
        worth = (-model.getObjVal() if certain else -model.getDualbound()) * METRES
        return max(floor, worth + TOLERANCE_ALONE * abs(worth)), zones, certain


class _Whole(Conshdlr):
    """Watch that zones hang together: fences (3) against which a solution offends."""

    def __init__(self, market: Market, chosen: list[list[Any]]) -> None:
        self.market = market
        self.chosen = chosen
        self.fences = [no_fences(ROOM) for _ in market.territories]
        self.stop: Callable[[], bool] = lambda: False
        self.stopped = False

    def conscheck(self, constraints: object, solution: object, *flags: object) -> dict[str, object]:  # noqa: ARG002
        """Say whether a solution leaves a zone torn."""
        torn = any(
            torn_places(territory, self._shares(solution, at) > TORN).any()
            for at, territory in enumerate(self.market.territories)
        )
        return {"result": SCIP_RESULT.INFEASIBLE if torn else SCIP_RESULT.FEASIBLE}

    def consenfolp(self, *_: object) -> dict[str, object]:
        """Separate a solution of the relaxation that is whole in all else."""
        return {"result": self._cut(OFFENCE_IN_TREE, otherwise=SCIP_RESULT.FEASIBLE)}

    def conssepalp(self, *_: object) -> dict[str, object]:
        """Separate a solution of the relaxation in parts."""
        if self.stop() and not self.stopped:
            self.stopped = True
            self.model.interruptSolve()
        if self.model.getDepth() % LOOK_EVERY_DEPTH:
            return {"result": SCIP_RESULT.DIDNOTRUN}
        return {"result": self._cut(OFFENCE, otherwise=SCIP_RESULT.DIDNOTFIND)}

    def consenfops(self, *_: object) -> dict[str, object]:
        """Ask for the relaxation where there is only a guess."""
        return {"result": SCIP_RESULT.SOLVELP}

    def conslock(self, constraint: object, kind: object, up: int, down: int) -> None:  # noqa: ARG002
        """Forbid presolving to round any x: a fence may need it higher or lower."""
        for variables in self.chosen:
            for variable in variables:
                self.model.addVarLocks(variable, up + down, up + down)

    def _offended(self, solution: object, offence: float) -> list[tuple[int, int]]:
        """Find fences offended against, and return the sections with how many there are."""
        found = []
        for at, territory in enumerate(self.market.territories):
            share = self._shares(solution, at)
            self.fences[at].used[0] = 0
            count = find_fences(territory, self.fences[at], share, offence, FENCES_AT_ONCE)
            found.append((at, int(count)))
        return found

    def _shares(self, solution: object, at: int) -> NDArray[np.float64]:
        """Return what a solution has of each place of a territory."""
        share = np.array([self.model.getSolVal(solution, x) for x in self.chosen[at]])
        share[0] = 1.0
        return share

    def _cut(self, offence: float, otherwise: int) -> int:
        """Add the fences that the solution of the relaxation offends against; say what came of it.

        A fence holds everywhere, not in one branch of the tree only.
        """
        result = otherwise
        for at, count in self._offended(None, offence):
            for behind, wall in _walls(self.fences[at], count):
                row = self.model.createEmptyRowUnspec(lhs=0.0, rhs=None, local=False)
                self.model.cacheRowExtensions(row)
                self.model.addVarToRow(row, self.chosen[at][behind], -1.0)
                for place in wall:
                    self.model.addVarToRow(row, self.chosen[at][place], 1.0)
                self.model.flushRowExtensions(row)
                hopeless = self.model.addCut(row, forcecut=True)
                self.model.releaseRow(row)
                if hopeless:
                    return int(SCIP_RESULT.CUTOFF)
                result = SCIP_RESULT.SEPARATED
        return result


class _Programme(NamedTuple):
    """What SCIP is given."""

    model: Model
    chosen: list[list[Any]]
    """[territory, place] x"""
    beyond: list[Any]
    """[territory] o, None where nobody may lack a seat."""
    whole: _Whole


def _run(
    model: Model, whole: _Whole, seconds: float | None, branches: int | None, *, brief: bool
) -> str:
    """Have SCIP solve the programme as far as it may, and return how that ended."""
    if seconds is not None:
        model.setParam("limits/time", max(0.0, seconds))
    if branches is not None:
        model.setParam("limits/nodes", branches)
    if brief:
        model.setHeuristics(SCIP_PARAMSETTING.OFF)
        model.setPresolve(SCIP_PARAMSETTING.FAST)
        model.setParam("presolving/maxrestarts", 0)
    if threading.current_thread() is threading.main_thread():
        model.optimize()
    else:
        # The main thread hears of Ctrl-C, and other threads are told by `stop`.
        model.setParam("misc/catchctrlc", False)  # noqa: FBT003 - the solver's own signature
        model.optimizeNogil()
    status = str(model.getStatus())
    if status == "userinterrupt" and not whole.stopped:
        # The programme caught a Ctrl-C that was meant for whoever listens: hand it on.
        signal.raise_signal(signal.SIGINT)
    return status


@contextmanager
def _programme(market: Market, *, everybody: bool = True) -> Iterator[_Programme]:
    """Write (1) for everybody, (2) and the fences known so far, and have the others watched."""
    model = Model()
    try:
        yield _write(model, market, everybody=everybody)
    finally:
        # Programme and watch hold each other: nobody else would let them go so soon.
        model.free()


def _write(model: Model, market: Market, *, everybody: bool) -> _Programme:
    """Write the programme into an empty model."""
    model.hideOutput()
    model.setParam("timing/clocktype", 2)
    # These reductions keep one best plan of several by reasons that know nothing of fences.
    model.setParam("misc/allowstrongdualreds", False)  # noqa: FBT003 - the solver's own signature
    model.setParam("misc/allowweakdualreds", False)  # noqa: FBT003
    chosen: list[list[Any]] = []
    over: list[Any] = []
    takers: list[list[Any]] = [[] for _ in range(market.ground.nodes)]
    for territory in market.territories:
        row = []
        for place, node in enumerate(territory.nodes.tolist()):
            least = 1.0 if place == 0 or territory.forced[place] else 0.0
            price = float(territory.cost[place]) / METRES
            row.append(model.addVar(vtype="B", obj=price, lb=least))
            takers[node].append(row[-1])
        chosen.append(row)
        load = quicksum(int(p) * x for p, x in zip(territory.pupils, row, strict=True) if p)
        over.append(None)
        if (beyond := territory.most - territory.seats) > 0:
            price = territory.overflow_metres / METRES
            over[-1] = model.addVar(vtype="I", obj=price, lb=0.0, ub=float(beyond))
            load -= over[-1]
        model.addCons(load <= territory.seats)
    for row in filter(None, takers[: market.ground.areas] if everybody else ()):
        model.addCons(quicksum(row) == 1)
    _fence_in(market, model, chosen)
    whole = _Whole(market, chosen)
    model.includeConshdlr(
        whole,
        "whole",
        "zones hang together",
        sepapriority=0,
        enfopriority=-10,
        chckpriority=-10,
        sepafreq=1,
        propfreq=-1,
        eagerfreq=-1,
        maxprerounds=0,
        delaysepa=False,
        delayprop=False,
        # Where a relaxation was left unsolved, SCIP 10 reads a missing list of constraints of
        # whoever says that it needs none but has one.
        needscons=True,
    )
    model.addPyCons(model.createCons(whole, "whole"))
    return _Programme(model, chosen, over, whole)


def _begin_with(market: Market, programme: _Programme, known: NDArray[np.int64]) -> None:
    """Show SCIP the known plan, from which its own searches for better ones set out."""
    model, chosen, over, _ = programme
    solution = model.createSol()
    for territory, row, beyond in zip(market.territories, chosen, over, strict=True):
        inside = known[territory.nodes] == territory.section
        for variable, taken in zip(row, inside.tolist(), strict=True):
            model.setSolVal(solution, variable, float(taken))
        if beyond is not None:
            missing = max(0, int(territory.pupils[inside].sum()) - territory.seats)
            model.setSolVal(solution, beyond, float(missing))
    model.setObjlimit(market.worth * (1 + TOLERANCE) / METRES)
    model.addSol(solution)


def _fence_in(market: Market, model: Model, chosen: list[list[Any]]) -> None:
    """Add the fences that carry multipliers, and the ring of neighbours of each place."""
    for territory, fences, row in zip(market.territories, market.fences, chosen, strict=True):
        for number, (behind, wall) in enumerate(_walls(fences, int(fences.used[0]))):
            if fences.lent[number] > 0:
                model.addCons(row[behind] <= quicksum(row[p] for p in wall), removable=True)
        for place in range(1, len(row)):
            ring = territory.neighbours[territory.starts[place] : territory.starts[place + 1]]
            if 0 not in ring and not territory.loose[place]:
                model.addCons(row[place] <= quicksum(row[p] for p in ring), removable=True)


def _walls(fences: Fences, count: int) -> list[tuple[int, NDArray[np.int64]]]:
    """Return the place behind each fence and the places of the fence."""
    starts = fences.starts[: count + 1].tolist()
    return [
        (int(fences.places[first]), fences.places[first + 1 : end])
        for first, end in pairwise(starts)
    ]


def _plan(
    market: Market, model: Model, chosen: list[list[Any]], known: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the plan [node] of the best solution; gates stay with their sections."""
    plan, best = known.copy(), model.getBestSol()
    for territory, row in zip(market.territories, chosen, strict=True):
        for node, variable in zip(territory.nodes.tolist(), row, strict=True):
            if node < market.ground.areas and model.getSolVal(best, variable) > TORN:
                plan[node] = territory.section
    return plan
