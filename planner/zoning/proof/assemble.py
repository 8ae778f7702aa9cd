"""Put whole zones together to a plan, out of zones that cost little at the prices of a mixture."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import highspy
import numpy as np

from planner.zoning.proof.market import GAIN
from planner.zoning.proof.mixture import METRES, empty_rows, plan_of, put_in, some_of

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from planner.zoning.proof.mixture import Zones

__all__ = ["Assembled", "Puzzle", "assemble"]

EFFORT = 0.2
"""Part of the work that goes into looking for plans and not for proofs."""
SURE = 1e-9
"""Relative gap at which the programme's search ends."""


class Puzzle(NamedTuple):
    """Zones, of which some may fit together."""

    zones: Zones
    fined: csr_array
    """[zone, trio] which zones have two areas of which trio."""
    complete: bool
    """Whether no other zone can be part of a plan as good as was asked for."""


class Assembled(NamedTuple):
    """What came of it."""

    plan: NDArray[np.int64] | None
    """[area] a plan worth less than the known one, if one was found."""
    settled: bool
    """Whether these zones make no better plan than that, or none at all."""


def assemble(
    puzzle: Puzzle, worth: float, *, seconds: float | None, branches: int | None
) -> Assembled:
    """Look for the best plan [area] that the zones make, below a worth in metres.

    Args:
        puzzle: The zones.
        worth: What the known plan is worth, or less if only a much better one is of use.
        seconds: Time to look for, None for no limit.
        branches: Branches to open, None for no limit; the same answer on any machine.
    """
    zones = puzzle.zones
    areas, sections = zones.members.shape[1], int(zones.sections.max(initial=-1)) + 1
    if len(np.unique(zones.sections)) < sections:
        return Assembled(None, settled=True)
    model = empty_rows(areas + sections, puzzle.fined.shape[1])
    every = np.arange(len(zones.values))
    put_in(model, zones, puzzle.fined, every, sections)
    whole = np.full(len(every), int(highspy.HighsVarType.kInteger), dtype=np.uint8)
    model.changeColsIntegrality(len(every), every.astype(np.int32), whole)
    model.setOptionValue("mip_rel_gap", SURE)
    model.setOptionValue("mip_heuristic_effort", EFFORT)
    model.setOptionValue("objective_bound", worth * (1 - GAIN) / METRES)
    if seconds is not None:
        model.setOptionValue("time_limit", max(0.0, seconds))
    if branches is not None:
        model.setOptionValue("mip_max_nodes", branches)
    model.run()
    found, plan = model.getInfo(), None
    settled = model.getModelStatus() in {
        highspy.HighsModelStatus.kOptimal,
        highspy.HighsModelStatus.kInfeasible,
        highspy.HighsModelStatus.kObjectiveBound,
    }
    feasible = found.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    if feasible and found.objective_function_value * METRES < worth * (1 - GAIN):
        plan = plan_of(some_of(zones, every[np.array(model.getSolution().col_value) > 1 / 2]))
    return Assembled(plan, settled)
