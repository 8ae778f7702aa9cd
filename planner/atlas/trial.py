"""Give the page what it needs to try other zones: walks to near schools and rooms for new classes.

The page then reckons as the plan does. Entrants of an area go to its section; a section opens
classes of standard size in the rooms that its climbing classes leave (`planner.classes.rules`,
`open_classes`); a zone hangs together if its areas do, along common borders, with the area in
which its section stands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from planner.atlas.lists import floats, numbers, texts
from planner.zones.adjacency import areas_of_points

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from planner.atlas.figures import Shown
    from planner.atlas.lists import Pool

__all__ = ["nearest", "trial_content"]

_FEWEST_WALKS: Final = 8
_MOST_NUMBERS: Final = 100_000
"""Walks that one stage may bring into the file."""


def trial_content(
    plan: Shown, stage: str, zone: NDArray[np.int64], lists: Pool
) -> dict[str, Any] | None:
    """Return what the page needs to try other zones of a stage; None where there are none.

    Args:
        plan: The plan.
        stage: The stage.
        zone: Zone of every area, -1 without one, shape (years, areas).
        lists: What is sent only once.

    Returns:
        `near` is the place of rows of sections and `walks` that of metres + 1, 0 without a way,
        both [area × each]; `homes` has the area in which each of `rows` stands, or the nearest
        on foot where it stands `outside` of all;
        `rooms` and `sizes` say by section how many rooms its climbing classes leave, by year,
        and how large a new class should be. `yellow` and `red` are shares of the ordinary intake.
    """
    rows = np.flatnonzero((plan.sections["stage"] == stage) & (plan.sections["intake"] == "zone"))
    if not (zone >= 0).any() or not len(rows):
        return None
    points = plan.sections.geometry.iloc[rows]
    homes = areas_of_points(plan.study.areas.geometry, points)
    metres = plan.metres[:, rows]
    each = min(len(rows), max(_FEWEST_WALKS, _MOST_NUMBERS // max(len(metres), 1)))
    near = nearest(metres, each)
    walks = np.take_along_axis(metres, near, axis=1)
    norm = plan.norms.stage(stage)
    ids = texts(plan.sections["section_id"].iloc[rows])
    lowest = plan.sections["lowest_grade"].iloc[rows].tolist()
    left = _rooms_left(plan, stage, ids, lowest)
    return {
        "rows": rows.tolist(),
        "homes": np.where(homes < 0, metres.argmin(axis=0), homes).tolist(),
        "outside": (homes < 0).tolist(),
        "each": each,
        "near": lists.place(rows[near].ravel()),
        "walks": lists.place_of_numbers(
            np.where(np.isfinite(walks), np.rint(walks) + 1, 0).ravel()
        ),
        "rooms": dict(zip(ids, left, strict=True)),
        "sizes": {
            section: int(norm.class_size[grade]) for section, grade in zip(ids, lowest, strict=True)
        },
        "yellow": norm.warning_yellow,
        "red": norm.warning_red,
    }


def nearest(metres: NDArray[np.float64], each: int) -> NDArray[np.intp]:
    """Return the places of the nearest sections of each area, in rising order, [area, each].

    Of sections equally far away the first ones are taken.
    """
    farthest = np.partition(metres, each - 1, axis=1)[:, each - 1 : each]
    nearer, as_far = metres < farthest, metres == farthest
    left = each - nearer.sum(axis=1, keepdims=True)
    chosen = nearer | (as_far & (np.cumsum(as_far, axis=1) <= left))
    return np.nonzero(chosen)[1].reshape(len(metres), each)


def _rooms_left(
    plan: Shown, stage: str, ids: Sequence[str], lowest: Sequence[int]
) -> list[list[int | float | None]]:
    """Return by section and year the rooms that classes above its entry grade leave."""
    row_of, entry = pd.Index(ids), np.array(lowest)
    left = np.full((len(ids), len(plan.years)), np.nan)
    sections, at = _cells(plan.section_years, stage, row_of, plan.years)
    left[at] = floats(sections["rooms"])
    grades, at = _cells(plan.section_grades, stage, row_of, plan.years)
    climbing = grades["grade"].to_numpy() > entry[at[0]]
    np.subtract.at(left, at, np.where(climbing, floats(grades["classes"]), 0.0))
    return [numbers(of_section, decimals=0) for of_section in np.maximum(left, 0)]


def _cells(
    table: pd.DataFrame, stage: str, row_of: pd.Index[str], years: Sequence[int]
) -> tuple[pd.DataFrame, tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Return the rows of a stage's sections, and the section and year of each by their places."""
    kept = table[(table["stage"] == stage) & table["section_id"].isin(row_of)]
    rows = row_of.get_indexer(pd.Index(kept["section_id"]))
    return kept, (rows, pd.Index(years).get_indexer(pd.Index(kept["year"])))
