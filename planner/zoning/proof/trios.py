"""Fine zones that have two areas of three: of three areas, only one zone can have two.

In the programme that combines zones (see `columns`), for three areas S and all zones z,

    sum_{z with two areas of S or all three} y_z <= 1                              (1)

holds for every plan, because two zones with two areas of S each would share one; but mixtures
of zones offend against it. These are the subset-row inequalities of Jepsen, Petersen,
Spoorendonk and Pisinger (2008), "Subset-row inequalities applied to the vehicle-routing
problem with time windows", Operations Research 56. The price of (1) is a fine that a section
pays for a zone with two areas of S.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import float64, int8, int64, njit, types
from scipy.sparse import csr_array

from planner.zoning.proof.territory import TERRITORY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.zoning.proof.territory import Territory

__all__ = ["TRIOS", "Trios", "find_trios", "hold", "let_go", "no_trios", "relief", "trios_of"]

TWO = 2
CANDIDATES = 100_000
"""Offending trios that are looked through for the worst."""


class Trios(NamedTuple):
    """The trios that touch one territory, and their fines."""

    starts: NDArray[np.int64]
    """[place + 1] where the trios of a place begin."""
    trios: NDArray[np.int64]
    places: NDArray[np.int64]
    """[trio, 3] the places of its areas, -1 where one is outside the territory."""
    fine: NDArray[np.float64]
    """[trio]"""


TRIOS = types.NamedTuple(  # type: ignore[no-untyped-call]
    (int64[::1], int64[::1], int64[:, ::1], float64[::1]), Trios
)


def no_trios(places: int) -> Trios:
    """Return that there are no fines in a territory of so many places."""
    none = np.zeros(0, dtype=np.int64)
    return Trios(np.zeros(places + 1, np.int64), none, none.reshape(0, 3), np.zeros(0))


def trios_of(
    territory: Territory, areas: NDArray[np.int64], fines: NDArray[np.float64], nodes: int
) -> Trios:
    """Return the trios of areas [trio, 3] of which two are in a territory, with their fines."""
    place = np.full(nodes, -1)
    place[territory.nodes] = np.arange(len(territory.nodes))
    places = place[areas]
    useful = ((places >= 0).sum(axis=1) > 1) & (fines > 0)
    places = places[useful]
    trio, corner = np.nonzero(places >= 0)
    at = places[trio, corner]
    order = np.argsort(at, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(at, minlength=len(territory.nodes)))])
    return Trios(starts.astype(np.int64), trio[order], np.ascontiguousarray(places), fines[useful])


@njit(float64(TRIOS, int8[::1], int64), cache=True, nogil=True)
def hold(trios: Trios, held: NDArray[np.int8], place: int) -> float:
    """Note that the zone has a place, and return the fines that fall due."""
    fines = 0.0
    for at in range(trios.starts[place], trios.starts[place + 1]):
        trio = trios.trios[at]
        held[trio] += 1
        if held[trio] == TWO:
            fines += trios.fine[trio]
    return fines


@njit(float64(TRIOS, int8[::1], int64), cache=True, nogil=True)
def let_go(trios: Trios, held: NDArray[np.int8], place: int) -> float:
    """Note that the zone has a place no longer, and return the fines that are forgiven."""
    fines = 0.0
    for at in range(trios.starts[place], trios.starts[place + 1]):
        trio = trios.trios[at]
        if held[trio] == TWO:
            fines += trios.fine[trio]
        held[trio] -= 1
    return fines


@njit(
    types.Tuple((float64[::1], float64))(TERRITORY, float64[::1], TRIOS, float64),  # type: ignore[no-untyped-call]
    cache=True,
    nogil=True,
)
def relief(
    territory: Territory, gain: NDArray[np.float64], trios: Trios, seat_price: float
) -> tuple[NDArray[np.float64], float]:
    """Return parts of fines [place] that places may be charged, and what is given back for all.

    Any zone pays at least the sum of its places' parts less what is given back: of a trio
    with the root each other place is charged and together no more than the fine; of others
    two places are charged alike and one charge is given back. Places are charged what they
    are worth at a price of seats, so that filling a section with them brings the least.
    """
    left = np.maximum(0.0, gain - seat_price * territory.pupils)
    charged, back = np.zeros(len(gain)), 0.0
    for trio in range(len(trios.fine)):
        fine, first, second, rooted = trios.fine[trio], -1, -1, False
        for place in trios.places[trio]:
            rooted |= place == 0
        for place in trios.places[trio]:
            if place <= 0 or left[place] <= 0:
                continue
            if rooted:
                off = min(fine, left[place])
                left[place] -= off
                charged[place] += off
                fine -= off
            elif first < 0 or left[place] > left[first]:
                first, second = place, first
            elif second < 0 or left[place] > left[second]:
                second = place
        if second >= 0 and not rooted:
            off = min(fine, left[second])
            for place in (first, second):
                left[place] -= off
                charged[place] += off
            back += off
    return charged, back


def find_trios(
    members: csr_array,
    shares: NDArray[np.float64],
    known: NDArray[np.int64],
    *,
    offence: float,
    at_most: int,
    each: int,
) -> NDArray[np.int64]:
    """Return trios [trio, 3] that a mixture of zones offends against most.

    Args:
        members: [zone, area] the zones of the mixture.
        shares: [zone] what there is of each.
        known: [trio, 3] trios that are fined already.
        offence: By how much shares must exceed (1).
        at_most: Trios wanted.
        each: Trios that may have the same area.
    """
    weighted = csr_array(members.multiply(shares[:, None]))
    together = np.ascontiguousarray((members.T @ weighted).toarray())
    np.fill_diagonal(together, 0.0)
    columns = members.tocsc()
    found = _offending(
        together,
        np.asarray(columns.indptr, dtype=np.int64),
        np.asarray(columns.indices, dtype=np.int64),
        np.asarray(members.indptr, dtype=np.int64),
        np.asarray(members.indices, dtype=np.int64),
        shares,
        offence,
    )
    fresh: list[list[int]] = []
    seen = {tuple(trio) for trio in known.tolist()}
    uses = np.zeros(members.shape[1], dtype=int)
    for row in found[np.argsort(-found[:, 3], kind="stable"), :3].astype(int).tolist():
        if tuple(row) not in seen and (uses[row] < each).all() and len(fresh) < at_most:
            uses[row] += 1
            fresh.append(row)
    return np.array(fresh, dtype=np.int64).reshape(-1, 3)


@njit(
    float64[:, ::1](
        float64[:, ::1], int64[::1], int64[::1], int64[::1], int64[::1], float64[::1], float64
    ),
    cache=True,
    nogil=True,
)
def _offending(
    together: NDArray[np.float64],
    area_starts: NDArray[np.int64],
    zones: NDArray[np.int64],
    zone_starts: NDArray[np.int64],
    areas: NDArray[np.int64],
    shares: NDArray[np.float64],
    offence: float,
) -> NDArray[np.float64]:
    """List trios and by how much shares exceed (1): [trio, 4]; two of three share a zone.

    What two areas have together counts zones with all three thrice, where once is right.
    """
    found, count = np.zeros((CANDIDATES, 4)), 0
    for a in range(len(together)):
        near = np.flatnonzero(together[a] > 0)
        for b in near:
            for c in near:
                # A trio is listed from the least area that shares zones with both others.
                if c <= b or (b < a and together[b, c] > 0):
                    continue
                by = together[a, b] + together[a, c] + together[b, c] - 1.0
                if by <= offence:
                    continue
                for at in range(area_starts[a], area_starts[a + 1]):
                    zone, both = zones[at], 0
                    for member in areas[zone_starts[zone] : zone_starts[zone + 1]]:
                        both += member in (b, c)
                    if both == 2:
                        by -= 2.0 * shares[zone]
                if by > offence and count < CANDIDATES:
                    found[count, :3] = np.sort(np.array([a, b, c]))
                    found[count, 3] = by
                    count += 1
    return found[:count]
