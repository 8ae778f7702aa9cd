"""Mix zones in parts to something like a plan: what that costs prices areas, seats and trios.

    minimise    sum_z v_z m_z
    subject to  sum_{z with area i} m_z = 1                     price y_i       (1)
                sum_{z of section j} m_z = 1                    gain g_j        (2)
                sum_{z with two areas of trio S} m_z <= 1       fine f_S        (3)
                m >= 0

over the zones known so far. A zone that is worth putting in has

    v_z - sum_{i in z} y_i + sum_{S: z has two of S} f_S + g_j < 0              (4)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import highspy
import numpy as np
from scipy.sparse import csr_array, hstack, vstack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from planner.zoning.ground import Ground
    from planner.zoning.proof.zones import Zone

    Real = NDArray[np.float64]

__all__ = [
    "METRES",
    "NOTHING",
    "Mixture",
    "Prices",
    "Zones",
    "best_first",
    "empty_rows",
    "plan_of",
    "put_in",
    "some_of",
    "with_ways_out",
    "zones_of",
    "zones_of_plan",
]

METRES = 1000.0
"""The programme counts in kilometres, so that its tolerances fit its numbers."""
DEAR = 200.0
"""What it costs to leave an area out, or have it twice, in terms of the mean cost of an area."""
DUAL, PRIMAL = 1, 4
"""HiGHS's numbers for the simplex methods: the dual one goes on from a mixture when trios are
fined, the primal one when zones join."""
RULES_OFF = 1 << 15 | 1 << 16
"""HiGHS's numbers for probing and enumeration, with which it looks for what follows from one
zone or a few. Zones overlap so often that this takes half a minute where the solution takes
seconds, and nobody looks at the time meanwhile. The numbers are those of HiGHS 1.15."""
SHOWN_FIRST, SHOWN_MORE = 60, 60
"""Zones of each section that the programme is shown at first, and at once later."""
TEMPTING = 1e-9
"""Reduced cost (4), as a part of the mixture's cost, below which a zone is shown."""
NOTHING = 1e-7
"""Parts of a zone that are no more than rounding."""


class Zones(NamedTuple):
    """Some zones and what they cost."""

    sections: NDArray[np.int64]
    """[zone]"""
    values: Real
    """[zone] metres of all pupils, overflow included."""
    members: csr_array
    """[zone, area] 1 where the zone has the area."""


class Prices(NamedTuple):
    """What the latest mixture says that things are worth, in metres."""

    areas: Real
    """[area] y"""
    gains: Real
    """[section] g: what its zones gain at these prices."""
    fines: Real
    """[trio] f"""


def zones_of(ground: Ground, zones: Sequence[Zone]) -> Zones:
    """Return zones in the form in which they are mixed."""
    sizes = np.cumsum([0, *(len(zone.areas) for zone in zones)])
    areas = np.array([area for zone in zones for area in zone.areas], dtype=np.int64)
    return Zones(
        np.array([zone.section for zone in zones], dtype=np.int64),
        np.array([zone.value for zone in zones], dtype=float),
        csr_array((np.ones(len(areas)), areas, sizes), shape=(len(zones), ground.areas)),
    )


def zones_of_plan(ground: Ground, plan: NDArray[np.int64]) -> Zones:
    """Return the zones of a plan [node]."""
    areas, sections = np.arange(ground.areas), np.arange(ground.sections)
    section = plan[: ground.areas]
    walked = np.bincount(
        section, ground.each_metres[areas, section] * ground.pupils[: ground.areas], len(sections)
    )
    ones = (np.ones(ground.areas), (section, areas))
    return Zones(
        sections,
        walked + ground.overflow_metres * ground.overflow(plan),
        csr_array(ones, shape=(ground.sections, ground.areas)),
    )


def some_of(zones: Zones, chosen: NDArray[np.int64]) -> Zones:
    """Return some of the zones."""
    return Zones(zones.sections[chosen], zones.values[chosen], zones.members[chosen])


def plan_of(zones: Zones) -> NDArray[np.int64]:
    """Return the plan [area] that zones make which have every area once."""
    plan = np.full(zones.members.shape[1], -1)
    plan[zones.members.indices] = np.repeat(zones.sections, np.diff(zones.members.indptr))
    return plan


class Mixture:
    """The zones known so far, and the cheapest mixture of them.

    Attributes:
        cost: Metres of the latest mixture.
        left_out: Areas that it leaves out or has twice, in parts; 0 where it has all once.
        prices: What it says that things are worth.
        trios: [trio, 3] areas of the trios (3).
    """

    def __init__(self, ground: Ground, worth: float) -> None:
        """Begin without a zone; `worth` is about what a plan costs, in metres."""
        self._ground, self._size = ground, ground.areas + ground.sections
        self._zones = zones_of(ground, [])
        self._fined = csr_array((0, 0))
        self._keys: set[bytes] = set()
        self._column = np.zeros(0, dtype=np.int64)
        self._shown: list[int] = []
        self._model = with_ways_out(ground.areas, ground.sections, DEAR * worth / ground.areas)
        self.trios = np.zeros((0, 3), dtype=np.int64)
        self.cost, self.left_out = np.inf, np.inf
        self.prices = Prices(np.zeros(ground.areas), np.zeros(ground.sections), np.zeros(0))
        self._parts = np.zeros(0)

    @property
    def started(self) -> bool:
        """Whether zones have been mixed."""
        return bool(self._shown)

    def add(self, zones: Zones) -> int:
        """Get to know zones; return how many are new."""
        new = []
        for at, section in enumerate(zones.sections.tolist()):
            areas = _areas(zones.members, at)
            key = section.to_bytes(4, "little") + np.sort(areas).astype(np.int32).tobytes()
            if key not in self._keys:
                self._keys.add(key)
                new.append(at)
        if not new:
            return 0
        members = zones.members[new]
        known = self._zones
        self._zones = Zones(
            np.append(known.sections, zones.sections[new]),
            np.append(known.values, zones.values[new]),
            vstack([known.members, members], format="csr"),
        )
        self._column = np.append(self._column, np.full(len(new), -1))
        self._fined = vstack([self._fined, _with_two_of(members, self.trios)], format="csr")
        return len(new)

    def mix(self, first: Prices | None = None) -> None:
        """Find the cheapest mixture of all zones known, beginning with those best at prices."""
        if first is not None:
            self._show(best_first(self.reduced(first), self._zones.sections, SHOWN_FIRST))
        self._solve()
        while True:
            reduced = self.reduced(self.prices)
            tempting = np.flatnonzero((self._column < 0) & (reduced < -TEMPTING * self.cost))
            if not len(tempting):
                return
            chosen = best_first(reduced[tempting], self._zones.sections[tempting], SHOWN_MORE)
            self._show(tempting[chosen])
            self._solve()

    def fine(self, trios: NDArray[np.int64]) -> None:
        """Fine zones from now on that have two areas of one of these trios [trio, 3]."""
        fined = _with_two_of(self._zones.members, trios)
        self.trios = np.concatenate([self.trios, trios])
        self._fined = hstack([self._fined, fined], format="csr")
        columns = fined[np.array(self._shown, dtype=np.int64)].tocsc()
        before = 2 * self._ground.areas
        self._model.setOptionValue("simplex_strategy", DUAL)
        for trio in range(len(trios)):
            zones = columns.indices[columns.indptr[trio] : columns.indptr[trio + 1]]
            at = (before + zones).astype(np.int32)
            self._model.addRow(-np.inf, 1.0, len(at), at, np.ones(len(at)))

    def reduced(self, prices: Prices) -> Real:
        """Return what is left of the cost of each zone (4): [zone]."""
        zones = self._zones
        paid = zones.members @ prices.areas - prices.gains[zones.sections]
        return np.asarray(zones.values - paid + self._fined @ prices.fines)

    def best_at(self, prices: Prices, per: int) -> Zones:
        """Return the best zones known at some prices, at most so many of each section."""
        zones = self._zones
        best = best_first(self.reduced(prices), zones.sections, per)
        return some_of(zones, best)

    def gains_at(self, areas: Real, fines: Real) -> Real:
        """Return what each section gains by its best known zone at some prices: [section]."""
        none = np.zeros(self._ground.sections)
        least = np.full(self._ground.sections, np.inf)
        np.minimum.at(least, self._zones.sections, self.reduced(Prices(areas, none, fines)))
        return -least

    def regrets(self) -> Real:
        """Return what the best known zone costs that gives an area to a section, reduced (4).

        [area, section], inf where no zone known does.
        """
        reduced = np.maximum(0.0, self.reduced(self.prices))
        zones = self._zones
        zone = np.repeat(np.arange(len(reduced)), np.diff(zones.members.indptr))
        least = np.full((self._ground.areas, self._ground.sections), np.inf)
        np.minimum.at(least, (zones.members.indices, zones.sections[zone]), reduced[zone])
        return least

    def within(self, reach: float) -> tuple[Zones, csr_array]:
        """Return zones whose cost (4) is at most so much, and their trios: [zone, trio].

        Trios whose fine is 0 are left out.
        """
        reduced, zones = self.reduced(self.prices), self._zones
        near = np.flatnonzero(reduced <= reach)
        active = np.flatnonzero(self.prices.fines > 0)
        return some_of(zones, near), csr_array(self._fined[near][:, active])

    def mixed(self) -> tuple[Zones, Real]:
        """Return the zones of the mixture and what there is of each."""
        there = np.flatnonzero(self._parts > NOTHING)
        at = np.array(self._shown, dtype=np.int64)[there]
        return some_of(self._zones, at), self._parts[there]

    def plan(self) -> NDArray[np.int64] | None:
        """Return the plan [area] that the mixture is, None if it has zones in parts."""
        zones, parts = self.mixed()
        if self.left_out > NOTHING or (parts < 1 - NOTHING).any():
            return None
        return plan_of(zones)

    def _show(self, chosen: NDArray[np.int64]) -> None:
        """Add columns."""
        put_in(self._model, self._zones, self._fined, chosen, self._ground.sections)
        self._column[chosen] = len(self._shown) + np.arange(len(chosen))
        self._shown += chosen.tolist()

    def _solve(self) -> None:
        """Solve the programme, and read what it says."""
        self._model.run()
        self._model.setOptionValue("simplex_strategy", PRIMAL)
        solution, before = self._model.getSolution(), 2 * self._ground.areas
        duals = np.array(solution.row_dual) * METRES
        parts = np.array(solution.col_value)
        self._parts, self.left_out = parts[before:], float(parts[:before].sum())
        self.cost = float(self._model.getInfo().objective_function_value) * METRES
        areas = self._ground.areas
        self.prices = Prices(
            duals[:areas], -duals[areas : self._size], np.maximum(0.0, -duals[self._size :])
        )


def empty_rows(size: int, trios: int = 0) -> highspy.Highs:
    """Return (1), (2) and (3) without any zone; `size` counts areas and sections."""
    model = highspy.Highs()  # type: ignore[no-untyped-call]
    model.setOptionValue("output_flag", False)  # noqa: FBT003 - the solver's own signature
    model.setOptionValue("threads", 1)
    model.setOptionValue("presolve_rule_off", RULES_OFF)
    none, rows = np.empty(0, dtype=np.int32), size + trios
    least = np.repeat([1.0, -np.inf], [size, trios])
    model.addRows(rows, least, np.ones(rows), 0, np.zeros(rows, dtype=np.int32), none, np.empty(0))
    return model


def put_in(
    model: highspy.Highs,
    zones: Zones,
    fined: csr_array,
    chosen: NDArray[np.int64],
    sections: int,
) -> None:
    """Add columns of some zones; `fined` [zone, trio] says which trios they offend against."""
    none, once = np.zeros(len(chosen)), np.arange(len(chosen) + 1)
    shape = (len(chosen), sections)
    of_section = csr_array((none + 1, zones.sections[chosen], once), shape=shape)
    columns = hstack([zones.members[chosen], of_section, fined[chosen]], format="csr")
    model.addCols(
        len(chosen),
        zones.values[chosen] / METRES,
        none,
        none + np.inf,
        columns.nnz,
        columns.indptr[:-1].astype(np.int32),
        columns.indices.astype(np.int32),
        np.ones(columns.nnz),
    )


def with_ways_out(areas: int, sections: int, dear: float) -> highspy.Highs:
    """Return (1) and (2) with nothing but ways to leave an area out, and to have it twice."""
    model, ways = empty_rows(areas + sections), 2 * areas
    model.setOptionValue("simplex_strategy", PRIMAL)
    model.addCols(
        ways,
        np.full(ways, dear / METRES),
        np.zeros(ways),
        np.full(ways, np.inf),
        ways,
        np.arange(ways, dtype=np.int32),
        np.tile(np.arange(areas, dtype=np.int32), 2),
        np.repeat([1.0, -1.0], areas),
    )
    return model


def _areas(members: csr_array, row: int) -> NDArray[np.int64]:
    """Return the columns of a row that are not empty."""
    return np.asarray(members.indices[members.indptr[row] : members.indptr[row + 1]])


def _with_two_of(members: csr_array, trios: NDArray[np.int64]) -> csr_array:
    """Return which zones have two areas of which trios: [zone, trio]."""
    areas, count = members.shape[1], len(trios)
    corners = (np.ones(3 * count), (trios.ravel(), np.repeat(np.arange(count), 3)))
    held = csr_array(members @ csr_array(corners, shape=(areas, count)))
    held.data = (held.data > 1.5).astype(float)
    held.eliminate_zeros()
    return held


def best_first(score: Real, section: NDArray[np.int64], per: int) -> NDArray[np.int64]:
    """Return the zones with the lowest scores, at most so many of each section."""
    order = np.lexsort((score, section))
    first = np.searchsorted(section[order], section[order])
    return np.sort(order[np.arange(len(order)) - first < per])
