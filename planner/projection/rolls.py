"""The counted rolls as one array: who sat where, in which grade, in which year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.projection.rounding import share_exactly
from planner.reading.successions import under_new_keys

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas as pd

    from planner.norms import Norms
    from planner.study import Study

__all__ = ["Rolls", "counted_rolls"]


@dataclass(frozen=True, slots=True, eq=False)
class Rolls:
    """Counted pupils of the sections of one plan.

    Attributes:
        grades: Every grade of the norms, lowest first.
        years: Years with a roll, ascending; there may be gaps.
        pupils: Pupils, [section, grade, year]; NaN where nothing was counted or the section
            does not offer the grade: a grade that is not offered is not a zero.
    """

    grades: tuple[int, ...]
    years: tuple[int, ...]
    pupils: npt.NDArray[np.float64]


def counted_rolls(study: Study, sections: pd.DataFrame, norms: Norms) -> Rolls:
    """Return the study's rolls in the order of a plan's sections.

    Counts of sections that were renamed, merged or split stand under their key of today (see
    `planner.reading.successions`). A roll that is known only as a total of the section is spread
    over its grades like the county's residents of the grades' ages in the last year they were
    counted.
    """
    grades = tuple(grade for stage in norms.stages for grade in stage.grades)
    rolls = study.rolls[study.rolls["year"] <= study.base_year]
    years = tuple(sorted(int(year) for year in rolls["year"].unique()))
    rolls = under_new_keys(rolls, study.successions, key="section_id")
    # Merged sections share a cell, so pupils are added up; what nobody counted stays missing.
    pupils = np.zeros((len(sections), len(grades), len(years)))
    counted = np.zeros(pupils.shape, dtype=bool)
    row_of = {key: row for row, key in enumerate(sections["section_id"])}
    grade_of = {grade: column for column, grade in enumerate(grades)}
    year_of = {year: layer for layer, year in enumerate(years)}
    rows = rolls["section_id"].map(row_of)
    layers = rolls["year"].map(year_of)
    by_grade = rolls["grade"].notna() & rows.notna()
    columns = rolls.loc[by_grade, "grade"].map(grade_of)
    where = (
        rows[by_grade].to_numpy(dtype=int),
        columns.to_numpy(dtype=int),
        layers[by_grade].to_numpy(dtype=int),
    )
    np.add.at(pupils, where, rolls.loc[by_grade, "pupils"].to_numpy(dtype=float))
    counted[where] = True
    totals = rolls[rolls["grade"].isna() & rows.notna()]
    spans = _spans(sections, grade_of)
    weights = _weights(study, norms, grades)
    for section, year, count in zip(
        totals["section_id"].map(row_of), totals["year"], totals["pupils"], strict=True
    ):
        span = spans[int(section)]
        pupils[int(section), span, year_of[int(year)]] += share_exactly(int(count), weights[span])
        counted[int(section), span, year_of[int(year)]] = True
    return Rolls(grades, years, np.where(counted, pupils, np.nan))


def _spans(sections: pd.DataFrame, grade_of: dict[int, int]) -> list[slice]:
    """Return the grade columns each section teaches."""
    return [
        slice(grade_of[int(low)], grade_of[int(high)] + 1)
        for low, high in zip(sections["lowest_grade"], sections["highest_grade"], strict=True)
    ]


def _weights(study: Study, norms: Norms, grades: tuple[int, ...]) -> npt.NDArray[np.float64]:
    """Return the county's residents of each grade's age in the last counted year."""
    residents = study.residents
    last = residents[residents["year"] == residents["year"].max()]
    lowest = last["age_from"].to_numpy(dtype=int)
    highest = last["age_to"].to_numpy(dtype=int)
    density = last["residents"].to_numpy(dtype=float) / (highest - lowest + 1)
    ages = [norms.age_at(grade) for grade in grades]
    return np.array([density[(lowest <= age) & (age <= highest)].sum() + 1e-9 for age in ages])
