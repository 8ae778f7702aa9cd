"""Divide the rooms that several sections of a school use: the wave goes up and takes them along."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.capacity.rooms import class_sizes
from planner.projection.rounding import share_exactly

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    import pandas as pd

    from planner.norms import Norms

    IntArray = npt.NDArray[np.int64]
    FloatArray = npt.NDArray[np.float64]
    BoolArray = npt.NDArray[np.bool_]

__all__ = ["classes_for", "classes_of_today", "divide_rooms", "rooms_shared"]


def rooms_shared(
    sections: pd.DataFrame, own: IntArray, needed: IntArray, is_open: BoolArray
) -> IntArray:
    """Return the shared rooms that each section uses in each year, [section, year].

    Every shared room of a school is counted once: in each year the parts of its open sections
    add up to it. A school of which no section is open uses none.

    Args:
        sections: The sections with the `shared_rooms` of their school.
        own: Rooms of their own, [section, year].
        needed: Classes that their pupils need, [section, year].
        is_open: Whether each teaches, [section, year].
    """
    part = np.zeros_like(own)
    shared = sections["shared_rooms"].fillna(0).to_numpy(dtype=np.int64)
    for rows in sections[shared > 0].groupby("school_id", sort=False).groups.values():
        for year in range(own.shape[1]):
            users = np.array([row for row in rows if is_open[row, year]], dtype=np.int64)
            if len(users):
                rooms = int(shared[users[0]])
                part[users, year] = divide_rooms(rooms, own[users, year], needed[users, year])
    return part


def divide_rooms(rooms: int, own: IntArray, needed: IntArray) -> IntArray:
    """Divide shared rooms among sections, in whole rooms that add up.

    Each section first gets what it lacks of its own; what is left over is divided in proportion
    to the classes needed. Where the rooms do not suffice they are divided in proportion to what
    is lacking. Parts of a room go by the largest remainders, ties to the first: 7 rooms for
    sections that lack 6 and 3 are 5 and 2 (4.67 and 2.33).
    """
    lacking = np.maximum(needed - own, 0)
    short = int(lacking.sum())
    if short > rooms:
        return share_exactly(rooms, lacking)
    weights = needed if needed.any() else np.ones_like(needed)
    part: IntArray = lacking + share_exactly(rooms - short, weights)
    return part


def classes_for(pupils: npt.ArrayLike, sizes: Sequence[int]) -> int:
    """Return the classes of standard size that pupils by grade need, each grade its own.

    Grades of 46 and 45 pupils need 2 + 1 classes of 45.
    """
    counts = np.asarray(pupils, dtype=np.int64)
    return int(sum(-(-int(count) // size) for count, size in zip(counts, sizes, strict=True)))


def classes_of_today(
    sections: pd.DataFrame, rolls: pd.DataFrame, base_year: int, norms: Norms, years: int
) -> IntArray:
    """Return the classes that the pupils of the base year need, the same in all years."""
    counted = rolls[rolls["year"] == base_year]
    by_section = dict(iter(counted.groupby("section_id")))
    needed = np.zeros((len(sections), years), dtype=np.int64)
    for row, section in enumerate(sections.to_dict("records")):
        sizes = class_sizes(section, norms)
        there = by_section.get(section["section_id"])
        if there is None:
            continue
        by_grade = there.groupby("grade")["pupils"].sum()
        taught = range(int(section["lowest_grade"]), int(section["highest_grade"]) + 1)
        pupils = by_grade.reindex(taught, fill_value=0).to_numpy(dtype=np.int64)
        # A roll that is only a total is divided among classes of mean size.
        total = int(there.loc[there["grade"].isna(), "pupils"].sum())
        needed[row] = classes_for(pupils, sizes) + -(-total // int(np.mean(sizes)))
    return needed
