"""Count what each section has, its part of what the whole school shares included."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from planner.errors import Sentence, StudyError

if TYPE_CHECKING:
    from planner.study import Study

__all__ = ["SHARED", "pupils_today", "stock_by_section", "stock_of_year"]

SHARED: Final = "shared_"
"""An item whose name begins so belongs to the whole school of the section it is written at."""


def stock_of_year(resources: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return what is known of each section's resources in a year: the newest count until then.

    Args:
        resources: Columns section_id, year, item, value.
        year: School year.

    Returns:
        Columns section_id, item, value; an item that was counted only later is absent.
    """
    known = resources[resources["year"] <= year].sort_values("year", kind="stable")
    newest = known.drop_duplicates(["section_id", "item"], keep="last").sort_index()
    return newest[["section_id", "item", "value"]].reset_index(drop=True)


def pupils_today(study: Study) -> pd.DataFrame:
    """Return every section with its school and its pupils in the base year, 0 where it has none.

    Returns:
        Columns section_id, school_id, pupils, as `stock_by_section` reads them.
    """
    rolls = study.rolls[study.rolls["year"] == study.base_year]
    pupils = rolls.groupby("section_id")["pupils"].sum()
    return study.sections[["section_id", "school_id"]].assign(
        pupils=study.sections["section_id"].map(pupils).astype(float).fillna(0.0)
    )


def stock_by_section(resources: pd.DataFrame, pupils: pd.DataFrame) -> pd.DataFrame:
    """Return what each section has, one column for each item; NaN where nothing is known.

    What a school shares is divided by the pupils of all its sections (the usual way; the
    regulation leaves it open). A section has its own stock and its part of the shared.

    Args:
        resources: Columns section_id, item, value, each item of a section once.
        pupils: Columns section_id, school_id, pupils; every section of the county once.

    Returns:
        One row for each section of `pupils`, in its order, under its section_id.

    Raises:
        StudyError: A value is negative, an item stands twice, or shared stock is written at a
            section that `pupils` does not know.
    """
    _check(resources, pupils)
    schools = pupils.set_index("section_id")["school_id"]
    shared = resources["item"].str.startswith(SHARED)
    own = _wide(resources[~shared], resources.loc[~shared, "section_id"])
    common = _wide(resources[shared], resources.loc[shared, "section_id"].map(schools))
    parts = common.reindex(schools.to_numpy()).set_axis(schools.index)
    parts = parts.mul(_part_of_school(pupils), axis=0)
    return own.reindex(schools.index).add(parts, fill_value=0.0)


def _check(resources: pd.DataFrame, pupils: pd.DataFrame) -> None:
    """Refuse stock that cannot be, all faults at once."""
    rows = resources[["section_id", "item", "value"]]
    unknown = rows["item"].str.startswith(SHARED) & ~rows["section_id"].isin(pupils["section_id"])
    faults = [
        *(
            Sentence(
                f"Table resources, section {section}: {item} is {value:g}. "
                "Give a number of at least 0.",
                f"办学条件表（resources）学段部{section}：{item}为{value:g}；请填不小于0的数。",
            )
            for section, item, value in rows[rows["value"] < 0].itertuples(index=False)
        ),
        *(
            Sentence(
                f"Table resources, section {section}: {item} stands twice in one year. "
                "Keep one row.",
                f"办学条件表（resources）学段部{section}：同一年{item}有两行；请保留一行。",
            )
            for section, item, _ in rows[rows.duplicated(["section_id", "item"])].itertuples(
                index=False
            )
        ),
        *(
            Sentence(
                f"Table resources, section {section}: {item} is shared, but no school has this "
                "section. Write it at one of the school's sections.",
                f"办学条件表（resources）学段部{section}：{item}为全校共用，但没有学校有此学段部；"
                "请写在该校的一个学段部名下。",
            )
            for section, item, _ in rows[unknown].itertuples(index=False)
        ),
    ]
    if faults:
        raise StudyError(*faults)


def _wide(rows: pd.DataFrame, owner: pd.Series[str]) -> pd.DataFrame:
    """Return one row for each owner and one column for each item, what is written twice added."""
    named = rows.assign(owner=owner, item=rows["item"].str.removeprefix(SHARED))
    wide = named.pivot_table(
        index="owner", columns="item", values="value", aggfunc="sum", min_count=1
    )
    return wide.astype(float)


def _part_of_school(pupils: pd.DataFrame) -> pd.Series[float]:
    """Return each section's share of its school's pupils; 0 in a school without any."""
    heads = pupils["pupils"].to_numpy(dtype=float)
    together = pupils.groupby("school_id")["pupils"].transform("sum").to_numpy(dtype=float)
    share = np.divide(heads, together, out=np.zeros_like(heads), where=together > 0)
    return pd.Series(share, index=pupils["section_id"])
