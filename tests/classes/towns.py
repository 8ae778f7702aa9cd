"""Stages of a few sections whose classes a test can follow, in one future or in many."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.classes import Sizes, climb_up, form_classes, open_entry
from planner.classes.draws import ClassStart, CohortSpread
from planner.scenario import ClassSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    IntArray = npt.NDArray[np.int64]
    Cells = dict[tuple[int, int, int], Sizes]

__all__ = ["AS_EXPECTED", "SOME", "by_rules", "stage_of"]

AS_EXPECTED = CohortSpread(new=(-99.0, 0.0, 0.0), climbing=(-99.0, 0.0))
"""Cohorts that never differ from what is expected."""

SOME = CohortSpread(new=(-1.2, 0.74, 0.59), climbing=(-1.5, 0.6))


def stage_of(
    pupils: npt.ArrayLike,
    rooms: npt.ArrayLike,
    *,
    rolls: npt.ArrayLike | None = None,
    sources: Mapping[tuple[int, int], tuple[int, ...]] | None = None,
    classes: Mapping[tuple[int, int], Sizes] | None = None,
    standard: int = 45,
    policy: ClassSettings | None = None,
    spread: CohortSpread = AS_EXPECTED,
) -> ClassStart:
    """Return a stage: pupils [section, grade, year], rooms [section, year], rolls of futures.

    Without rolls the only future is what is expected; without sources every section's cohorts
    stay with it; classes of the first year are formed in its rooms.
    """
    expected = np.array(pupils, dtype=np.int64)
    usable = np.array(rooms, dtype=np.int64)
    sections, grades, _ = expected.shape
    drawn = expected.sum(axis=1)[:, :, None] if rolls is None else np.array(rolls)
    formed = {
        (section, grade): sizes
        for section in range(sections)
        for grade, sizes in enumerate(
            form_classes(
                expected[section, :, 0].tolist(), [standard] * grades, int(usable[section, 0])
            )
        )
    }
    return ClassStart(
        rows=np.arange(sections),
        grades=tuple(range(1, grades + 1)),
        pupils=expected,
        rolls=drawn.astype(np.float32),
        rooms=usable,
        classes=formed if classes is None else classes,
        sources=sources
        if sources is not None
        else {(row, grade): (row,) for row in range(sections) for grade in range(1, grades)},
        standard=(standard,) * grades,
        large=56,
        super_large=66,
        policy=policy or ClassSettings(),
        spread=spread,
    )


def by_rules(start: ClassStart, drawn: IntArray) -> Cells:
    """Return every class of pupils [section, grade, year], formed by the rules in plain Python."""
    sections, grades, years = drawn.shape
    cells: Cells = {(*cell, 0): sizes for cell, sizes in start.classes.items()}
    for year in range(1, years):
        for section in range(sections):
            before = []
            for grade in range(1, grades):
                options = start.sources.get((section, grade), ())
                found = [cells.get((one, grade - 1, year - 1), ()) for one in options]
                before.append(next(filter(None, found), ()))
            climbed = climb_up(
                before,
                drawn[section, 1:, year].tolist(),
                start.standard[1:],
                start.policy,
            )
            left = max(0, int(start.rooms[section, year]) - sum(map(len, climbed)))
            formed = open_entry(
                climbed,
                int(drawn[section, 0, year]),
                rooms=left,
                size=start.standard[0],
                policy=start.policy,
            )
            for grade, sizes in enumerate(formed):
                cells[section, grade, year] = sizes
    return cells
