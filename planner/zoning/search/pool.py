"""Keep every good zone that the search has met, each one once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import float64, int64, njit, types, uint64
from scipy.sparse import csr_array

from planner.zoning.proof.mixture import Zones

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from planner.zoning.ground import Ground
    from planner.zoning.proof.zones import Zone

__all__ = [
    "POOL",
    "Pool",
    "areas_of",
    "collect",
    "empty_pool",
    "merge",
    "pool_as_zones",
    "zones_as_pool",
]

PLACES_PER_ZONE = 2
"""Places in the hash table for each zone that fits in the pool."""


class Pool(NamedTuple):
    """Zones with their value; the arrays are filled in place by compiled loops."""

    salt: NDArray[np.uint64]
    """[area + section] random words; a zone's key is those of its areas and its section."""
    keys: NDArray[np.uint64]
    """[place] an open hash table of the keys, 0 where free."""
    found: NDArray[np.int64]
    """[place] which zone has the key."""
    key: NDArray[np.uint64]
    """[zone] its key."""
    members: NDArray[np.uint64]
    """[zone, word] the areas as bits."""
    values: NDArray[np.float64]
    """[zone] metres of its pupils, overflow included."""
    company: NDArray[np.float64]
    """[zone] value of the best plan that had the zone."""
    sections: NDArray[np.int64]
    """[zone]"""
    size: NDArray[np.int64]
    """[1] how many zones there are."""


POOL = types.NamedTuple(  # type: ignore[no-untyped-call]
    (
        uint64[::1],
        uint64[::1],
        int64[::1],
        uint64[::1],
        uint64[:, ::1],
        float64[::1],
        float64[::1],
        int64[::1],
        int64[::1],
    ),
    Pool,
)


def empty_pool(ground: Ground, most: int, seed: int) -> Pool:
    """Return a pool with room for so many zones."""
    rng = np.random.default_rng(seed)
    places = 1 << int(np.ceil(np.log2(PLACES_PER_ZONE * most)))
    return Pool(
        salt=rng.integers(1, 2**63, ground.areas + ground.sections, dtype=np.uint64),
        keys=np.zeros(places, dtype=np.uint64),
        found=np.zeros(places, dtype=np.int64),
        key=np.zeros(most, dtype=np.uint64),
        members=np.zeros((most, -(-ground.areas // 64)), dtype=np.uint64),
        values=np.zeros(most),
        company=np.zeros(most),
        sections=np.zeros(most, dtype=np.int64),
        size=np.zeros(1, dtype=np.int64),
    )


def areas_of(pool: Pool, zones: NDArray[np.int64], areas: int) -> NDArray[np.bool_]:
    """Return which areas some zones have: [zone, area]."""
    words = np.ascontiguousarray(pool.members[zones])
    bits = np.unpackbits(words.view(np.uint8), axis=1, bitorder="little")
    return bits[:, :areas].astype(bool)


def merge(pool: Pool, catch: Pool, most: int) -> None:
    """Take over what a catch has; beyond so many zones those from the worst plans are forgotten.

    The places of the hash table are not taken over: a merged pool is only read.
    """
    parts = [(each, int(each.size[0])) for each in (pool, catch)]
    keys = np.concatenate([each.key[:size] for each, size in parts])
    company = np.concatenate([each.company[:size] for each, size in parts])
    order = np.lexsort((company, keys))
    once = order[np.append(True, keys[order][1:] != keys[order][:-1])] if len(order) else order
    once = np.sort(once[np.argsort(company[once], kind="stable")[:most]])
    for name in ("key", "members", "values", "company", "sections"):
        every = np.concatenate([getattr(each, name)[:size] for each, size in parts])
        getattr(pool, name)[: len(once)] = every[once]
    pool.size[0] = len(once)


def zones_as_pool(ground: Ground, zones: Iterable[Zone], company: float, seed: int) -> Pool:
    """Return a pool of zones that were found by themselves, as if a plan of some value had them."""
    wanted = list(zones)
    pool = empty_pool(ground, max(1, len(wanted)), seed)
    for at, zone in enumerate(wanted):
        areas = np.array(zone.areas, dtype=np.int64)
        own = pool.salt[ground.areas + zone.section]
        pool.key[at] = np.bitwise_xor.reduce(np.append(pool.salt[areas], own))
        np.bitwise_or.at(
            pool.members[at], areas >> 6, np.uint64(1) << (areas & 63).astype(np.uint64)
        )
        pool.values[at], pool.company[at], pool.sections[at] = zone.value, company, zone.section
    pool.size[0] = len(wanted)
    return pool


def pool_as_zones(pool: Pool, areas: int) -> Zones:
    """Return the zones of a pool in the form in which they are mixed."""
    every = np.arange(int(pool.size[0]))
    members = csr_array(areas_of(pool, every, areas)).astype(np.float64)
    return Zones(pool.sections[every], pool.values[every], members)


@njit(
    float64(POOL, int64[::1], int64[::1], int64[::1], float64[:, ::1], float64, int64),
    cache=True,
    nogil=True,
)
def collect(
    pool: Pool,
    plan: NDArray[np.int64],
    load: NDArray[np.int64],
    seats: NDArray[np.int64],
    prices: NDArray[np.float64],
    overflow_metres: float,
    most_beyond: int,
) -> float:
    """Return the value of a plan, and keep its zones unless they are too full to be of use."""
    areas, sections = prices.shape
    key = pool.salt[areas:].copy()
    value = np.zeros(sections)
    for area in range(areas):
        key[plan[area]] ^= pool.salt[area]
        value[plan[area]] += prices[area, plan[area]]
    for section in range(sections):
        value[section] += overflow_metres * max(0, load[section] - seats[section])
    total = value.sum()
    last = uint64(len(pool.keys) - 1)
    for section in range(sections):
        if load[section] - seats[section] > most_beyond:
            continue
        place = key[section] & last
        while pool.keys[place] != 0 and pool.keys[place] != key[section]:
            place = (place + uint64(1)) & last
        if pool.keys[place] == key[section]:
            zone = pool.found[place]
            pool.company[zone] = min(pool.company[zone], total)
            continue
        zone = pool.size[0]
        if zone == len(pool.values):
            continue
        pool.size[0] += 1
        pool.keys[place] = key[section]
        pool.found[place] = zone
        pool.key[zone] = key[section]
        pool.values[zone] = value[section]
        pool.company[zone] = total
        pool.sections[zone] = section
        for area in range(areas):
            if plan[area] == section:
                pool.members[zone, area >> 6] |= uint64(1) << uint64(area & 63)
    return float(total)
