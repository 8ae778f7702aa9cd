"""Seat as many pupils as possible where they may go, and find those for whom seats run short."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from planner.zoning.ground import components

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["Shortage", "fewest_sections", "shortages", "unseated_pupils"]


@dataclass(frozen=True, slots=True, eq=False)
class Shortage:
    """Areas whose pupils are more than the seats of all sections that they may go to."""

    areas: NDArray[np.int64]
    """The areas with pupils."""
    sections: NDArray[np.int64]
    """All sections that they may go to."""
    missing: int
    """Pupils beyond the seats."""


def unseated_pupils(
    left: NDArray[np.bool_], pupils: NDArray[np.int64], seats: NDArray[np.int64]
) -> int:
    """Return how many pupils find no seat even if areas could be split.

    Args:
        left: [area, section] where each area may go.
        pupils: [area]
        seats: [section]
    """
    return int(pupils.sum()) - _flow(left, pupils, seats).seated


def shortages(
    left: NDArray[np.bool_], pupils: NDArray[np.int64], seats: NDArray[np.int64]
) -> Iterator[Shortage]:
    """Yield the areas and sections in which seats run short, towns that share nothing apart.

    What is missing in all of them is what `unseated_pupils` counts: they are the near side of
    a smallest cut. Arguments as there.
    """
    flow = _flow(left, pupils, seats)
    if flow.seated == pupils.sum():
        return
    kinds, sections = len(flow.may), len(seats)
    reached = np.zeros(kinds + sections + 2, dtype=bool)
    reached[breadth_first_order(flow.spare, 0, return_predecessors=False)] = True
    near, full = reached[2 : kinds + 2], reached[kinds + 2 :]
    kind, section = np.nonzero(flow.may & near[:, None])
    label = components(np.column_stack([kind, kinds + section]), kinds + sections)
    for town in np.unique(label[:kinds][near]):
        areas = np.flatnonzero((label[flow.kind_of_area] == town) & near[flow.kind_of_area])
        there = np.flatnonzero((label[kinds:] == town) & full)
        missing = int(pupils[areas].sum() - seats[there].sum())
        yield Shortage(areas[pupils[areas] > 0], there, missing)


def fewest_sections(
    left: NDArray[np.bool_],
    pupils: NDArray[np.int64],
    seats: NDArray[np.int64],
    shortage: Shortage,
) -> NDArray[np.int64]:
    """Return the sections of a shortage whose seats alone run short; without one none do.

    Arguments as of `unseated_pupils`.
    """
    kept = shortage.sections
    for section in shortage.sections:
        fewer = kept[kept != section]
        inside = ~np.delete(left, fewer, axis=1).any(axis=1)
        if unseated_pupils(left[inside], pupils[inside], seats) > 0:
            kept = fewer
    return kept


@dataclass(frozen=True, slots=True, eq=False)
class _Flow:
    """The most pupils that can be seated; areas that may go to the same sections are one kind."""

    seated: int
    spare: csr_array
    """[node, node] what more could flow: nodes are the source, the sink, kinds, sections."""
    may: NDArray[np.bool_]
    """[kind, section] where areas of each kind may go."""
    kind_of_area: NDArray[np.int64]


def _flow(left: NDArray[np.bool_], pupils: NDArray[np.int64], seats: NDArray[np.int64]) -> _Flow:
    """Find a largest flow from the pupils to the seats."""
    packed = np.packbits(left, axis=1)
    _, first, kind_of_area = np.unique(packed, axis=0, return_index=True, return_inverse=True)
    kind_of_area = kind_of_area.ravel()
    may = left[first]
    kinds, sections = may.shape
    of_kind = np.bincount(kind_of_area, pupils, kinds).astype(np.int64)
    kind, section = np.nonzero(may)
    source = np.concatenate([np.zeros(kinds), kind + 2, np.arange(sections) + kinds + 2])
    target = np.concatenate([np.arange(kinds) + 2, section + kinds + 2, np.ones(sections)])
    most = np.concatenate([of_kind, of_kind[kind], np.minimum(seats, pupils.sum())])
    size = kinds + sections + 2
    capacity = coo_array(
        (most.astype(np.int32), (source.astype(np.int32), target.astype(np.int32))), (size, size)
    ).tocsr()
    result = maximum_flow(capacity, 0, 1)
    spare = csr_array(capacity - result.flow)
    spare.eliminate_zeros()
    return _Flow(int(result.flow_value), spare, may, kind_of_area)
