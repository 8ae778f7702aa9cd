"""Count the rooms that classes may use on 1 September, and the seats they make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd

from planner.terms import SCHOOL_YEAR_STARTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from planner.norms import Norms

    IntArray = npt.NDArray[np.int64]
    BoolArray = npt.NDArray[np.bool_]

__all__ = ["RoomsToday", "class_sizes", "rooms_today", "seats_in", "seats_in_rooms"]


@dataclass(frozen=True, slots=True, eq=False)
class RoomsToday:
    """The rooms of every section before projects.

    Attributes:
        counted: Rooms of its own, out of use or not, borrowed ones left out, [section].
        approved: Those of them in use, which make seats, [section, year].
        borrowed: Rooms that are borrowed, in which classes may meet, [section, year].
        inferred: Whether the rooms were worked out from approved seats, [section].
    """

    counted: IntArray
    approved: IntArray
    borrowed: IntArray
    inferred: BoolArray


def rooms_today(sections: pd.DataFrame, norms: Norms, years: Sequence[int]) -> RoomsToday:
    """Return the rooms that each section has in each year if nothing is built.

    Condemned rooms are out at once, rooms under repair until the first 1 September on or after
    the repair is done; a borrowed room is there as long as it is lent beyond 1 September. Where
    rooms are not known, approved seats stand for as many rooms as hold them.
    """
    known = sections["rooms"].notna().to_numpy()
    seats = sections["seats"].fillna(0).to_numpy(dtype=np.int64)
    sizes = [class_sizes(row, norms) for row in sections.to_dict("records")]
    mean = np.array([max(1.0, float(np.mean(size))) for size in sizes])
    borrowed = _whole(sections["borrowed_rooms"])
    own = np.where(known, _whole(sections["rooms"]) - borrowed, np.ceil(seats / mean))
    counted = own.astype(np.int64)
    month, day = SCHOOL_YEAR_STARTS
    opening = pd.to_datetime([f"{year}-{month:02d}-{day:02d}" for year in years]).to_numpy()
    # A repair without a date is not counted on: its rooms stay out. A loan without one goes on.
    away = ~(_days(sections["repair_until"])[:, None] <= opening[None, :])
    lent = ~(_days(sections["borrowed_until"])[:, None] <= opening[None, :])
    repaired = _whole(sections["repair_rooms"])
    in_use = counted[:, None] - _whole(sections["condemned_rooms"])[:, None]
    return RoomsToday(
        counted=counted,
        approved=in_use - repaired[:, None] * away,
        borrowed=borrowed[:, None] * lent,
        inferred=~known & (seats > 0),
    )


def class_sizes(section: dict[Any, Any], norms: Norms) -> tuple[int, ...]:
    """Return the standard class size of each grade of a section, lowest first."""
    stage = norms.stage(section["stage"])
    grades = range(int(section["lowest_grade"]), int(section["highest_grade"]) + 1)
    return tuple(stage.class_size[grade] for grade in grades)


def seats_in_rooms(rooms: int, sizes: Sequence[int]) -> int:
    """Return the seats of a section whose rooms are spread over its grades.

    Every grade gets an equal number of classes, what is left over goes to the lowest grades,
    and each class counts with the standard size of its grade: four tracks of kindergarten
    are 4 × (25 + 30 + 35) = 360 seats.
    """
    each, over = divmod(rooms, len(sizes))
    return sum(size * (each + (grade < over)) for grade, size in enumerate(sizes))


def seats_in(
    sections: pd.DataFrame, approved: IntArray, norms: Norms, inferred: BoolArray
) -> IntArray:
    """Return seats by section and year; approved seats stand where rooms are not known."""
    seats = np.zeros_like(approved)
    for row, section in enumerate(sections.to_dict("records")):
        sizes = class_sizes(section, norms)
        seats[row] = [seats_in_rooms(int(count), sizes) for count in approved[row]]
        if inferred[row]:
            before = seats_in_rooms(int(approved[row, 0]), sizes)
            seats[row] += int(section["seats"]) - before
    return cast("IntArray", np.maximum(seats, 0))


def _whole(cells: pd.Series[Any]) -> IntArray:
    """Return a column of rooms, 0 where nobody says."""
    return cells.fillna(0).to_numpy(dtype=np.int64)


def _days(cells: pd.Series[Any]) -> npt.NDArray[np.datetime64]:
    """Return a column of days; a missing one is on or before no day."""
    return pd.to_datetime(cells).to_numpy()
