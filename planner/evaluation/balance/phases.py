"""Bring schools and items to the standard in dated steps: what is due when, and what is done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from planner.reading.findings import Words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

__all__ = ["Phase", "assign_phases", "phase_line", "progress", "schedule", "sum_faults"]


@dataclass(frozen=True, slots=True)
class Phase:
    """One step of a plan: how many schools, or items, are to reach the standard by a day."""

    due: date
    planned: int

    def __post_init__(self) -> None:
        """Refuse a step backwards."""
        if self.planned < 0:
            raise ValueError(f"Expected a phase of at least 0, found {self.planned}.")


def phase_line(phases: Sequence[Phase]) -> pd.DataFrame:
    """Return a plan's phases in the order of their days, added up.

    34, 103 and 43 of 180 schools are 34, 137 and 180: 18.9, 76.1 and 100 %.

    Returns:
        Columns due (day), planned, cumulative, share (of all that is planned; missing where
        that is nothing).
    """
    steps = sorted(phases, key=lambda phase: phase.due)
    planned = np.array([phase.planned for phase in steps], dtype=np.int64)
    total = planned.sum() or np.nan
    return pd.DataFrame(
        {
            "due": pd.to_datetime([phase.due for phase in steps]),
            "planned": planned,
            "cumulative": planned.cumsum(),
            "share": planned.cumsum() / total,
        }
    )


def sum_faults(counted: Words, parts: Sequence[int], total: int) -> tuple[Words, ...]:
    """Return what is to be said where numbers of a plan do not add up to its total.

    155 primary and 25 junior schools are 180, and so are phases of 34, 103 and 43.

    Args:
        counted: What is counted, such as Words("phases of schools", "分批达标学校").
        parts: The numbers that the plan names.
        total: What they should add up to, such as the schools of the register.
    """
    found = sum(parts)
    if found == total:
        return ()
    sum_said = " + ".join(map(str, parts)) or "0"
    missing, many = max(total - found, 0), max(found - total, 0)
    en = f"{missing} in none of them" if missing else f"{many} too many"
    zh = f"有{missing}个未列入" if missing else f"多出{many}个"
    return (
        Words(
            f"{counted.en}: {sum_said} = {found}, but there are {total} ({en}). "
            "Mend the plan's numbers or the register.",
            f"{counted.zh}：{sum_said} = {found}，而总数为{total}，{zh}。请核对规划数字或名册。",
        ),
    )


def assign_phases(ids: Sequence[str], phases: Sequence[Phase]) -> pd.Series[pd.Timestamp]:
    """Return the day on which each is due when a plan's phases are filled in the given order.

    Those that no phase has room for have no day (missing); see sum_faults for the words.

    Args:
        ids: Keys of schools or items, the first to reach the standard first.
        phases: The plan's phases.
    """
    line = phase_line(phases)
    days = pd.Series(np.repeat(line["due"].to_numpy(), line["planned"].to_numpy()))
    return days.reindex(range(len(ids))).set_axis(pd.Index(list(ids))).rename("due")


def schedule(schools: pd.Series[pd.Timestamp], indicators: pd.Series[pd.Timestamp]) -> pd.DataFrame:
    """Return the matrix of schools × indicators as rows, each with the day it is due.

    A cell is due when both its school and its indicator are: on the later of their days.
    Plans that run along both lines do not say so; it is the reading under which neither line
    asks for more than the plan. A cell whose school or indicator has no day has none.

    Args:
        schools: Day of each school, by its key.
        indicators: Day of each indicator, by its key.

    Returns:
        Columns school_id, indicator, school_due, indicator_due, due.
    """
    school_due = np.repeat(schools.to_numpy("datetime64[s]"), len(indicators))
    indicator_due = np.tile(indicators.to_numpy("datetime64[s]"), len(schools))
    return pd.DataFrame(
        {
            "school_id": np.repeat(schools.index.to_numpy(), len(indicators)),
            "indicator": np.tile(indicators.index.to_numpy(), len(schools)),
            "school_due": school_due,
            "indicator_due": indicator_due,
            "due": np.maximum(school_due, indicator_due),
        }
    )


def progress(cells: pd.DataFrame, done: pd.DataFrame) -> pd.DataFrame:
    """Return both lines of progress at each day on which cells are due.

    A school that is due by then is done when every cell of it due by then is done; so is an
    indicator. What was done later than the day does not count on it.

    Args:
        cells: What schedule returns.
        done: Columns school_id, indicator, done (the day); cells not in it are not done, cells
            not in the schedule are left out.

    Returns:
        Columns due, cells_due, cells_done, schools_due, schools_done, indicators_due,
        indicators_done; one row for each day.
    """
    first = done.groupby(["school_id", "indicator"], as_index=False)["done"].min()
    matrix = cells.merge(first, on=["school_id", "indicator"], how="left", validate="1:1")
    rows = []
    for day in sorted(matrix["due"].dropna().unique()):
        asked = matrix[matrix["due"] <= day]
        finished = asked["done"] <= day
        rows.append(
            {
                "due": day,
                "cells_due": len(asked),
                "cells_done": int(finished.sum()),
                **_line(asked, finished, "schools", "school_id"),
                **_line(asked, finished, "indicators", "indicator"),
            }
        )
    names = ("schools_due", "schools_done", "indicators_due", "indicators_done")
    return pd.DataFrame(rows, columns=["due", "cells_due", "cells_done", *names])


def _line(asked: pd.DataFrame, finished: pd.Series[bool], name: str, key: str) -> dict[str, int]:
    """Return how many schools, or indicators, have cells due and how many finished them all."""
    complete = finished.groupby(asked[key]).all()
    return {f"{name}_due": len(complete), f"{name}_done": int(complete.sum())}
