"""Put the best zones of many plans together to one plan.

    minimise    sum_z v_z y_z
    subject to  sum_{z with area i} y_z = 1      each area is in one zone       (1)
                sum_{z of section j} y_z = 1     each section has one zone      (2)
                y binary

The linear relaxation of the whole pool prices every zone. Zones whose reduced cost is above the
gap between its value and the best plan's cannot be part of a better plan; of the others, the
cheapest enter the integer programme.
"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

import highspy
import numpy as np
from scipy.sparse import csr_array

from planner.zoning.proof.mixture import best_first
from planner.zoning.search.pool import areas_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.zoning.ground import Ground
    from planner.zoning.search.pool import Pool

__all__ = ["combine"]

FIRST, MORE = 60, 40
"""Zones of each section that the linear solver is shown at first, and more each time."""
LOOKS = 12
"""How often zones that price out are added before the prices are taken as they are."""
ZONES = 6_000
"""Zones in the integer programme."""
SECONDS_SHARE, LEAST_SECONDS = 0.4, 0.1
"""Part of the time after which the prices are taken as they are, and what is left at least."""
BRANCHES = 60
"""Branches the integer solver may open."""
HOPED_SHARE = 0.01
"""How far above the relaxation a plan made of the pool may be; a closer aim is hit sooner."""
GAIN = 1e-7
"""Relative gain below which a plan counts as no better."""


def combine(
    ground: Ground, pool: Pool, value: float, *, seconds: float
) -> NDArray[np.int64] | None:
    """Return a plan [area] below a value made of the pool's zones, None if none is found."""
    size = int(pool.size[0])
    if len(np.unique(pool.sections[:size])) < ground.sections:
        return None
    members = csr_array(areas_of(pool, np.arange(size), ground.areas).astype(np.float64))
    ends = monotonic() + seconds
    linear, reduced = _priced(ground, pool, members, SECONDS_SHARE * seconds)
    target = min(value * (1 - GAIN), linear * (1 + HOPED_SHARE))
    useful = np.flatnonzero(reduced <= target - linear)
    if not len(useful):
        return None
    useful = np.sort(useful[np.argsort(reduced[useful], kind="stable")[:ZONES]])
    model = _rows(ground)
    _add_zones(model, pool, members, useful)
    whole = np.full(len(useful), int(highspy.HighsVarType.kInteger), dtype=np.uint8)
    model.changeColsIntegrality(len(useful), np.arange(len(useful), dtype=np.int32), whole)
    model.setOptionValue("mip_rel_gap", GAIN)
    model.setOptionValue("mip_max_nodes", BRANCHES)
    model.setOptionValue("objective_bound", target)
    model.setOptionValue("time_limit", max(LEAST_SECONDS, ends - monotonic()))
    model.run()
    if model.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None
    plan = np.full(ground.areas, -1)
    for zone in useful[np.array(model.getSolution().col_value) > 1 / 2]:
        plan[members.indices[members.indptr[zone] : members.indptr[zone + 1]]] = pool.sections[zone]
    return plan


def _priced(
    ground: Ground, pool: Pool, members: csr_array, seconds: float
) -> tuple[float, NDArray[np.float64]]:
    """Solve the linear relaxation of the pool: its value, and reduced costs."""
    size, areas = members.shape
    values, sections = pool.values[:size], pool.sections[:size]
    model = _rows(ground)
    dear = float(values.sum() / size * ground.sections)
    # Until there are zones enough, an area may be in none, or in two, at a high price.
    each, nobody = np.tile(np.arange(areas, dtype=np.int32), 2), np.zeros(2 * areas)
    begins = np.arange(2 * areas, dtype=np.int32)
    signs = np.repeat([1.0, -1.0], areas)
    model.addCols(2 * areas, nobody + dear, nobody, nobody + np.inf, 2 * areas, begins, each, signs)
    model.setOptionValue("time_limit", seconds)
    shown = np.zeros(size, dtype=bool)
    reduced = pool.company[:size]
    ends = monotonic() + seconds
    for look in range(LOOKS):
        tempting = np.flatnonzero(~shown & ((reduced < -GAIN * dear) | (look == 0)))
        if not len(tempting) or (look and monotonic() > ends):
            break
        per = FIRST if look == 0 else MORE
        fresh = tempting[best_first(reduced[tempting], sections[tempting], per)]
        shown[fresh] = True
        _add_zones(model, pool, members, fresh)
        model.run()
        duals = np.array(model.getSolution().row_dual)
        reduced = values - members @ duals[:areas] - duals[areas:][sections]
    # With prices that are not yet right, the cheapest zone of each section corrects the bound.
    least = np.full(ground.sections, np.inf)
    np.minimum.at(least, sections, reduced)
    linear = float(duals.sum() + np.minimum(least, 0.0)[np.isfinite(least)].sum())
    return linear, reduced - np.minimum(least, 0.0)[sections]


def _rows(ground: Ground) -> highspy.Highs:
    """Return (1) and (2) without any zone."""
    model = highspy.Highs()  # type: ignore[no-untyped-call]
    model.setOptionValue("output_flag", False)  # noqa: FBT003 - the solver's own signature
    model.setOptionValue("threads", 1)
    rows = ground.areas + ground.sections
    none = np.empty(0, dtype=np.int32)
    model.addRows(
        rows, np.ones(rows), np.ones(rows), 0, np.zeros(rows, dtype=np.int32), none, np.empty(0)
    )
    return model


def _add_zones(
    model: highspy.Highs, pool: Pool, members: csr_array, zones: NDArray[np.int64]
) -> None:
    """Add columns."""
    chosen = members[zones]
    starts = chosen.indptr + np.arange(len(zones) + 1)
    rows = np.insert(
        chosen.indices, chosen.indptr[1:], members.shape[1] + pool.sections[zones]
    ).astype(np.int32)
    model.addCols(
        len(zones),
        pool.values[zones],
        np.zeros(len(zones)),
        np.full(len(zones), np.inf),
        len(rows),
        starts[:-1].astype(np.int32),
        rows,
        np.ones(len(rows)),
    )
