"""Hold every school against the seven resource items, today and with the pupils to come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from planner.evaluation.balance import (
    compulsory_stages,
    county_variation,
    resource_items,
    school_verdicts,
    stock_of_year,
)
from planner.indicators.ground import ROW, rows_of

if TYPE_CHECKING:
    from planner.indicators.ground import Ground

__all__ = ["Equipment", "balanced_sections", "equipment_of", "resource_rows"]


@dataclass(frozen=True, slots=True, eq=False)
class Equipment:
    """The seven items of every section, year by year; the stock stays as it was last counted.

    Attributes:
        items: As planner.evaluation.balance.resource_items returns them, with year and name.
        verdicts: As school_verdicts returns them, with year and name.
        variation: As county_variation returns it, with year.
    """

    items: pd.DataFrame
    verdicts: pd.DataFrame
    variation: pd.DataFrame


def equipment_of(ground: Ground) -> Equipment | None:
    """Return the seven items year by year, None where norms or study know nothing of them."""
    study, norms = ground.plan.study, ground.plan.norms
    if study.resources.empty or not compulsory_stages(norms):
        return None
    stock = stock_of_year(study.resources, ground.years[0])
    items, verdicts, variation = [], [], []
    for year, sections in ground.sections.groupby("year", sort=True):
        everywhere = _all_sections(ground, sections)
        found = resource_items(stock, everywhere, norms)
        names = sections.drop_duplicates("section_id").set_index("section_id")["name"]
        items.append(found.assign(year=year, name=found["section_id"].map(names)))
        passed = school_verdicts(found, norms)
        verdicts.append(passed.assign(year=year, name=passed["section_id"].map(names)))
        variation.append(county_variation(found, norms).assign(year=year))
    return Equipment(
        *(pd.concat(parts, ignore_index=True) for parts in (items, verdicts, variation))
    )


def resource_rows(equipment: Equipment | None, item: str) -> pd.DataFrame:
    """Return one item of every section whose data are known, its gap to the threshold included."""
    if equipment is None:
        return pd.DataFrame(columns=list(ROW))
    items = equipment.items
    table = items[(items["item"] == item) & items["stock"].notna()]
    # A value for 100 pupils is the same as a hundredfold stock for each of them.
    per = (table["value"] * table["pupils"] / table["stock"]).round().where(table["stock"] > 0, 1.0)
    return rows_of(table, part=table["stock"] * per, whole=table["pupils"], gap=table["gap"])


def balanced_sections(equipment: Equipment | None) -> pd.DataFrame:
    """Return the sections that pass by six of seven items, the seventh at least 85 %.

    A section whose data do not decide does not count as passed: nobody knows.
    """
    if equipment is None:
        return pd.DataFrame(columns=list(ROW))
    table = equipment.verdicts
    return rows_of(table, part=table["passes"].fillna(value=False).astype(float), whole=1.0)


def _all_sections(ground: Ground, sections: pd.DataFrame) -> pd.DataFrame:
    """Return all sections of the plan with their pupils of one year, 0 where closed."""
    columns = ["section_id", "school_id", "kind", "stage"]
    known = ground.plan.sections[columns].drop_duplicates("section_id")
    pupils = sections.set_index("section_id")["pupils"]
    counted: pd.DataFrame = known.assign(
        pupils=known["section_id"].map(pupils).fillna(0).astype("int64")
    )
    return counted
