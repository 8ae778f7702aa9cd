"""Carry today's pupils into the years ahead, one grade at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import networkx as nx
import numpy as np

from planner.study import Fallback

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy.typing as npt
    import pandas as pd

    from planner.norms import Norms
    from planner.projection.rolls import Rolls
    from planner.scenario import ProjectionSettings

    FloatArray = npt.NDArray[np.float64]

__all__ = ["Progression", "feeder_graph", "learn_progression", "with_onward_sections"]


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
    """Learn progression ratios from the counted rolls, pooled over years and shrunk.

    Years are pooled, so that a small cohort cannot outvote a large one, and a section's own
    experience is mixed with `settings.shrinkage_pupils` pupils of the county's in the same
    grade: ratio = (arrived + k × county ratio) ÷ (left + k). With one year of rolls nothing
    can be learned: everybody climbs.
    """
    sources = _sources(sections, rolls.grades)
    left, arrived = _experience(rolls, sources, settings.years_learned)
    ratio = np.full(left.shape, np.nan)
    county_left, county_arrived = left.sum(axis=0), arrived.sum(axis=0)
    county = np.divide(
        county_arrived, county_left, out=np.ones_like(county_left), where=county_left > 0
    )
    for section, column in sources:
        weight = settings.shrinkage_pupils
        base = left[section, column] + weight
        known = arrived[section, column] + weight * county[column]
        ratio[section, column] = known / base if base > 0 else county[column]
    return Progression(ratio, sources, tuple(_notes(rolls)))


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


def feeder_graph(sections: pd.DataFrame) -> nx.DiGraph[str]:
    """Return which section hands its pupils to which before the stage ends."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(sections["section_id"])
    known = set(sections["section_id"])
    for section, following in zip(sections["section_id"], sections["continues_at"], strict=True):
        if isinstance(following, str) and following in known:
            graph.add_edge(section, following)
    return graph


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
    for before, after in feeder_graph(sections).edges:
        row, grade = row_of[after], int(highest[row_of[before]]) + 1
        if int(lowest[row]) <= grade <= int(highest[row]):
            found.setdefault((row, column_of[grade]), []).append(row_of[before])
    return {cell: tuple(rows) for cell, rows in sorted(found.items())}


def _experience(
    rolls: Rolls, sources: dict[tuple[int, int], tuple[int, ...]], steps: int
) -> tuple[FloatArray, FloatArray]:
    """Return who left a grade and who arrived in the next, pooled over the last steps."""
    shape = rolls.pupils.shape[:2]
    left, arrived = np.zeros(shape), np.zeros(shape)
    pairs = [
        (layer, layer + 1)
        for layer in range(len(rolls.years) - 1)
        if rolls.years[layer + 1] == rolls.years[layer] + 1
    ][-steps:]
    for (section, column), rows in sources.items():
        for before, after in pairs:
            start = rolls.pupils[list(rows), column - 1, before]
            end = rolls.pupils[section, column, after]
            if np.isfinite(start).any() and np.isfinite(end):
                left[section, column] += np.nansum(start)
                arrived[section, column] += end
    return cast("FloatArray", left), cast("FloatArray", arrived)


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
