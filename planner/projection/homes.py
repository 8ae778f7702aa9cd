"""Expect the children who come with homes that are still to be handed over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from planner.study import Fallback

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from planner.study import Study

__all__ = ["children_of_new_homes"]


def children_of_new_homes(
    study: Study, counted_until: int, ages: range, years: Sequence[int]
) -> tuple[npt.NDArray[np.float64], tuple[Fallback, ...]]:
    """Return the children in homes completed after the last count of residents.

    A home of a kind brings the pupils per home of the yields table, by stage and years since
    completion; between two years of the table a straight line holds, after the last the last.
    Whether the homes are lived in is contained in the yields. A stage's children are spread
    evenly over its ages. Homes completed earlier stand in the counts already.

    Returns:
        Children by area, age and year, to be added to the residents; and a note that names the
        homes whose kind has no yields, which bring nobody.
    """
    children = np.zeros((len(study.areas), len(ages), len(years)))
    new = study.homes[study.homes["completed"] > counted_until]
    place = pd.Index(study.areas["area_id"])
    curves = _curves(study)
    areas = place.get_indexer(pd.Index(new["area_id"]))
    homes = zip(areas, new["kind"], new["units"], new["completed"], strict=True)
    for area, kind, units, completed in homes:
        since = np.asarray(years) - int(completed)
        for stage_ages, years_since, per_home in curves.get(kind, ()):
            pupils = int(units) * np.interp(since, years_since, per_home, left=0.0)
            for age in set(stage_ages) & set(ages):
                children[area, age - ages.start] += pupils / len(stage_ages)
    return children, _without_yields(new[~new["kind"].isin(list(curves))])


def _curves(
    study: Study,
) -> dict[str, list[tuple[range, npt.NDArray[np.float64], npt.NDArray[np.float64]]]]:
    """Return by kind of home: ages of a stage, years since completion and pupils per home."""
    curves: dict[str, list[tuple[range, npt.NDArray[np.float64], npt.NDArray[np.float64]]]] = {}
    for (kind, stage), rows in study.yields.groupby(["kind", "stage"], sort=True):
        norm = study.norms.stage(str(stage))
        ordered = rows.sort_values("years_since")
        curve = (
            range(norm.entry_age, norm.entry_age + len(norm.grades)),
            ordered["years_since"].to_numpy(dtype=float),
            ordered["pupils_per_home"].to_numpy(dtype=float),
        )
        curves.setdefault(str(kind), []).append(curve)
    return curves


def _without_yields(homes: pd.DataFrame) -> tuple[Fallback, ...]:
    """Say which homes bring no children because their yield is not known."""
    if homes.empty:
        return ()
    units = int(homes["units"].sum())
    names = list(homes["name"].fillna(homes["home_id"]))
    en = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
    zh = "、".join(names[:5]) + (f"等，另有 {len(names) - 5} 个" if len(names) > 5 else "")
    return (
        Fallback(
            "homes_without_yields",
            f"{units:,} new homes bring no children, "
            f"for the yields table does not know their kind: {en}.",
            f"{units:,} 套新建住宅因缺少户均学生数未计入学生：{zh}。",
        ),
    )
