"""Carry today's pupils into the years ahead, one grade at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from planner.projection.ratios import USUAL_MEMORY, Memory, Steps, learn_memory, shrunk_ratios
from planner.study import Fallback

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy.typing as npt

    from planner.norms import Norms
    from planner.projection.rolls import Rolls
    from planner.scenario import ProjectionSettings

    FloatArray = npt.NDArray[np.float64]

__all__ = ["Progression", "feeders", "learn_progression", "with_onward_sections"]


@dataclass(frozen=True, slots=True, eq=False)
class Progression:
    """Which share of a cohort appears a grade higher a year later, and where.

    Attributes:
        ratio: Progression ratio by the grade that is entered, [section, grade]; 1.04 means
            that 104 pupils sit where 100 were a year earlier. NaN where nobody climbs in.
        sources: For each section the sections whose pupils continue there, by grade entered:
            {(section, grade column): (section, …)}.
        notes: What was assumed.
    """

    ratio: FloatArray
    sources: dict[tuple[int, int], tuple[int, ...]]
    notes: tuple[Fallback, ...]


def learn_progression(
    rolls: Rolls, sections: pd.DataFrame, settings: ProjectionSettings
) -> Progression:
    """Learn progression ratios from the counted rolls, the recent years weighing most.

    A section's own experience is mixed with `settings.shrinkage_pupils` pupils of its kind's
    (sections of the stage that end at the same grade), the kind's with the county's:
    ratio = (arrived + k × ratio of the kind) ÷ (left + k); see `planner.projection.ratios`. How
    fast the past is forgotten is what would have served best in this county's own past, unless
    `settings.decay` says it. With one year of rolls nothing can be learned: everybody climbs.
    """
    sources = _sources(sections, rolls.grades)
    steps = _experience(rolls, sources, sections)
    memory = _memory(steps, settings)
    learned = shrunk_ratios(steps, memory, steps.left.shape[2] - 1).school
    ratio = np.full(learned.shape, np.nan)
    for cell in sources:
        ratio[cell] = learned[cell]
    return Progression(ratio, sources, tuple(_notes(rolls)))


def _memory(steps: Steps, settings: ProjectionSettings) -> Memory:
    """Return how fast to forget and how much to mix in: as set, else as the past has shown."""
    asked = replace(USUAL_MEMORY, own=settings.shrinkage_pupils)
    if settings.decay > 0:
        return replace(asked, decay=settings.decay)
    return replace(learn_memory(steps, asked), own=settings.shrinkage_pupils)


def with_onward_sections(
    sections: gpd.GeoDataFrame, norms: Norms
) -> tuple[gpd.GeoDataFrame, tuple[Fallback, ...]]:
    """Fill in where pupils go on when a section ends before its stage does.

    Where the study does not say it, they go to the nearest section of the stage that teaches
    the next grade, as the crow flies.
    """
    completed = sections.copy()
    filled = []
    for row, section in enumerate(sections.to_dict("records")):
        following = int(section["highest_grade"]) + 1
        ends_early = following <= norms.stage(section["stage"]).grades[-1]
        if not ends_early or isinstance(section["continues_at"], str):
            continue
        teaches = (
            (sections["stage"] == section["stage"])
            & (sections["lowest_grade"] <= following)
            & (sections["highest_grade"] >= following)
        )
        if teaches.any():
            distance = sections.geometry[teaches].distance(section["geometry"])
            onward = sections.loc[distance.idxmin(), "section_id"]
            completed.loc[row, "continues_at"] = onward
            filled.append(f"{section['section_id']} → {onward}")
    if not filled:
        return completed, ()
    listed = ", ".join(filled)
    note = Fallback(
        "onward_sections",
        f"Sections that end before their stage without saying where pupils go on: {listed}.",
        f"提前结束的学段部未写明升入学校，按最近学校处理：{listed}。",
    )
    return completed, (note,)


def feeders(sections: pd.DataFrame) -> list[tuple[str, str]]:
    """Return which section hands its pupils to which before the stage ends."""
    known = set(sections["section_id"])
    return [
        (section, following)
        for section, following in zip(sections["section_id"], sections["continues_at"], strict=True)
        if isinstance(following, str) and following in known
    ]


def _sources(
    sections: pd.DataFrame, grades: tuple[int, ...]
) -> dict[tuple[int, int], tuple[int, ...]]:
    """Return from which sections each grade of each section is filled."""
    column_of = {grade: column for column, grade in enumerate(grades)}
    row_of = {key: row for row, key in enumerate(sections["section_id"])}
    lowest = sections["lowest_grade"].to_numpy(dtype=int)
    highest = sections["highest_grade"].to_numpy(dtype=int)
    found: dict[tuple[int, int], list[int]] = {}
    for row, (low, high) in enumerate(zip(lowest, highest, strict=True)):
        for grade in range(low + 1, high + 1):
            found.setdefault((row, column_of[grade]), []).append(row)
    for before, after in feeders(sections):
        row, grade = row_of[after], int(highest[row_of[before]]) + 1
        if int(lowest[row]) <= grade <= int(highest[row]):
            found.setdefault((row, column_of[grade]), []).append(row_of[before])
    return {cell: tuple(rows) for cell, rows in sorted(found.items())}


def _experience(
    rolls: Rolls, sources: dict[tuple[int, int], tuple[int, ...]], sections: pd.DataFrame
) -> Steps:
    """Return who left a grade and who arrived in the next, in every year after a counted one."""
    first, last = rolls.years[0], rolls.years[-1]
    counts = np.full((*rolls.pupils.shape[:2], last - first + 1), np.nan)
    counts[:, :, [year - first for year in rolls.years]] = rolls.pupils
    left, arrived = np.zeros(counts.shape), np.zeros(counts.shape)
    for (section, column), rows in sources.items():
        before = counts[list(rows), column - 1, :-1]
        after = counts[section, column, 1:]
        seen = np.isfinite(before).any(axis=0) & np.isfinite(after)
        left[section, column, 1:] = np.where(seen, np.nan_to_num(before).sum(axis=0), 0.0)
        arrived[section, column, 1:] = np.where(seen, after, 0.0)
    span = sections["stage"].astype(str) + " " + sections["highest_grade"].astype(str)
    return Steps(left, arrived, pd.factorize(span)[0])


def _notes(rolls: Rolls) -> list[Fallback]:
    """Say where there was too little to learn from."""
    steps = sum(b == a + 1 for a, b in zip(rolls.years, rolls.years[1:], strict=False))
    if steps:
        return []
    return [
        Fallback(
            "one_roll",
            "There are no rolls of two years in a row: every pupil is taken to climb.",
            "没有连续两个学年的在校生数：假定学生全部升级。",
        )
    ]
