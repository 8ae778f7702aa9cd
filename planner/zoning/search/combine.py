"""Put the best zones of many plans together to one plan.

The linear relaxation of `mixture` over the whole pool prices every zone. Zones whose reduced cost
is above the gap between its value and the best plan's cannot be part of a better plan; of the
others, the cheapest are put together.
"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from planner.zoning.proof.assemble import Puzzle, assemble
from planner.zoning.proof.mixture import METRES, best_first, put_in, some_of, with_ways_out
from planner.zoning.search.pool import pool_as_zones

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.zoning.ground import Ground
    from planner.zoning.proof.mixture import Zones
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
TEMPTING = 1e-7
"""Reduced cost, as a part of what all zones cost, below which a zone is shown."""


def combine(
    ground: Ground, pool: Pool, value: float, *, seconds: float
) -> NDArray[np.int64] | None:
    """Return a plan [area] below a value made of the pool's zones, None if none is found."""
    size = int(pool.size[0])
    if len(np.unique(pool.sections[:size])) < ground.sections:
        return None
    ends = monotonic() + seconds
    zones = pool_as_zones(pool, ground.areas)
    linear, reduced = _priced(ground, zones, pool.company[:size], SECONDS_SHARE * seconds)
    target = min(value, linear * (1 + HOPED_SHARE))
    useful = np.flatnonzero(reduced <= target - linear)
    if not len(useful):
        return None
    useful = np.sort(useful[np.argsort(reduced[useful], kind="stable")[:ZONES]])
    puzzle = Puzzle(some_of(zones, useful), _nothing_fined(useful), complete=False)
    left = max(LEAST_SECONDS, ends - monotonic())
    return assemble(puzzle, target, seconds=left, branches=BRANCHES).plan


def _priced(
    ground: Ground, zones: Zones, company: NDArray[np.float64], seconds: float
) -> tuple[float, NDArray[np.float64]]:
    """Solve the linear relaxation of the zones: its value, and reduced costs.

    The zones of the best company are shown first.
    """
    areas, sections = ground.areas, zones.sections
    # Until there are zones enough, an area may be in none, or in two, at a high price.
    dear = float(zones.values.mean() * ground.sections)
    model = with_ways_out(areas, ground.sections, dear)
    model.setOptionValue("time_limit", seconds)
    fined = _nothing_fined(sections)
    shown = np.zeros(len(sections), dtype=bool)
    reduced = company
    ends = monotonic() + seconds
    for look in range(LOOKS):
        tempting = np.flatnonzero(~shown & ((reduced < -TEMPTING * dear) | (look == 0)))
        if not len(tempting) or (look and monotonic() > ends):
            break
        per = FIRST if look == 0 else MORE
        fresh = tempting[best_first(reduced[tempting], sections[tempting], per)]
        shown[fresh] = True
        put_in(model, zones, fined, fresh, ground.sections)
        model.run()
        duals = np.array(model.getSolution().row_dual) * METRES
        reduced = zones.values - zones.members @ duals[:areas] - duals[areas:][sections]
    # With prices that are not yet right, the cheapest zone of each section corrects the bound.
    least = np.full(ground.sections, np.inf)
    np.minimum.at(least, sections, reduced)
    linear = float(duals.sum() + np.minimum(least, 0.0)[np.isfinite(least)].sum())
    return linear, reduced - np.minimum(least, 0.0)[sections]


def _nothing_fined(zones: NDArray[np.int64]) -> csr_array:
    """Return that none of these zones offends against a trio: there are no trios."""
    return csr_array((len(zones), 0))
