"""Follow the two lines of a phased plan: schools one after the other, and items likewise."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from planner.evaluation.balance import (
    Phase,
    assign_phases,
    phase_line,
    progress,
    schedule,
    sum_faults,
)
from planner.indicators.paths import norm_status
from planner.reading.findings import Words
from planner.terms import SCHOOL_YEAR_STARTS

if TYPE_CHECKING:
    from planner.indicators.reckon import Reckoner
    from planner.indicators.resources import Equipment

__all__ = ["Phases", "phases_of"]

_LINES = ("schools", "indicators")


@dataclass(frozen=True, slots=True, eq=False)
class Phases:
    """A phased plan set against what the schools reach.

    Attributes:
        lines: line, due, planned, cumulative, share; both lines one below the other.
        faults: Where the plan's numbers do not add up to the schools and items there are.
        cells: school_id, name, item, school_due, indicator_due, due, done (first day on which it
            is reached, missing where never); every school and item.
        progress: What planner.evaluation.balance.progress says of each day.
    """

    lines: pd.DataFrame
    faults: tuple[Words, ...]
    cells: pd.DataFrame
    progress: pd.DataFrame


def phases_of(reckoner: Reckoner) -> Phases | None:
    """Return the phased plan of a study, None where it has none or nothing to hold it against.

    The plan names numbers, not schools: phases are filled with the schools that reach most items
    today, then by key, and with the items that are met today first. A school's own item (L1-L7)
    is done on the first 1 September on which each of its sections reaches it and a county item
    when the county meets it; done is what is expected, where the year is projected.
    """
    table, equipment = reckoner.ground.plan.study.phases, reckoner.equipment
    if table.empty or equipment is None:
        return None
    planned = {
        line: [
            Phase(row["due"].date(), int(row["planned"]))
            for row in table[table["line"] == line].to_dict("records")
        ]
        for line in _LINES
    }
    done = pd.concat([_own_items(equipment, reckoner), _county_items(equipment, reckoner)])
    schools = _schools(equipment, reckoner)
    items = [one.item for one in reckoner.register.items]
    order = _first_done(done, "school_id", schools), _first_done(done, "indicator", items)
    cells = schedule(
        assign_phases(order[0], planned["schools"]), assign_phases(order[1], planned["indicators"])
    )
    names = reckoner.ground.sections.drop_duplicates("school_id").set_index("school_id")["name"]
    told = cells.merge(done, on=["school_id", "indicator"], how="left", validate="1:1")
    told.insert(1, "name", told["school_id"].map(names))
    return Phases(
        lines=pd.concat(
            [phase_line(planned[line]).assign(line=line) for line in _LINES], ignore_index=True
        ),
        faults=(
            *_faults(Words("Phases of schools", "分批达标学校"), planned["schools"], len(schools)),
            *_faults(Words("Phases of items", "分批达标指标"), planned["indicators"], len(items)),
        ),
        cells=told.rename(columns={"indicator": "item"}),
        progress=progress(cells, done),
    )


def _faults(counted: Words, phases: list[Phase], total: int) -> tuple[Words, ...]:
    """Return what is wrong with the sum of one line."""
    return sum_faults(counted, [phase.planned for phase in phases], total) if phases else ()


def _schools(equipment: Equipment, reckoner: Reckoner) -> list[str]:
    """Return the schools that are assessed in the base year."""
    today = equipment.verdicts[equipment.verdicts["year"] == reckoner.ground.years[0]]
    return list(dict.fromkeys(today["section_id"].map(_school_of(reckoner))))


def _school_of(reckoner: Reckoner) -> pd.Series[str]:
    """Return the school of each section."""
    sections = reckoner.ground.plan.sections.drop_duplicates("section_id")
    school: pd.Series[str] = sections.set_index("section_id")["school_id"]
    return school


def _own_items(equipment: Equipment, reckoner: Reckoner) -> pd.DataFrame:
    """Return the day on which each school first reaches each of its own items."""
    items = equipment.items.assign(
        school_id=equipment.items["section_id"].map(_school_of(reckoner)),
        reached=equipment.items["reached"].fillna(value=False).astype(bool),
    )
    keys = ["school_id", "item"]
    all_reach = items.groupby([*keys, "year"], as_index=False).agg(reached=("reached", "all"))
    first = all_reach[all_reach["reached"]].groupby(keys, as_index=False).agg(year=("year", "min"))
    return pd.DataFrame(
        {
            "school_id": first["school_id"],
            "indicator": first["item"],
            "done": _days(first["year"]),
        }
    )


def _county_items(equipment: Equipment, reckoner: Reckoner) -> pd.DataFrame:
    """Return the day on which the county first meets each other item, for every school."""
    rows = []
    for indicator in reckoner.register.items:
        if indicator.group == "resource":
            continue
        for year in reckoner.ground.years:
            verdicts = [
                norm_status(
                    indicator,
                    reckoner.value(indicator, stage, year),
                    indicator.threshold_of(stage, reckoner.ground.plan.norms),
                )
                for stage in indicator.divisions
            ]
            if all(verdict == "met" for verdict in verdicts):
                rows.append((indicator.item, year))
                break
    met = pd.DataFrame(rows, columns=["indicator", "year"])
    schools = pd.DataFrame({"school_id": _schools(equipment, reckoner)})
    everywhere = schools.merge(met.assign(done=_days(met["year"])), how="cross")
    return everywhere[["school_id", "indicator", "done"]]


def _days(years: pd.Series[int]) -> pd.Series[pd.Timestamp]:
    """Return the first day of each school year."""
    month, day = SCHOOL_YEAR_STARTS
    return pd.to_datetime(
        pd.Series([dt.date(int(year), month, day) for year in years], dtype=object)
    )


def _first_done(done: pd.DataFrame, key: str, keys: list[str]) -> list[str]:
    """Return keys in the order in which they can be expected to be finished."""
    first = done["done"].min()
    today = done[done["done"] == first].groupby(key).size()
    return sorted(keys, key=lambda one: (-int(today.get(one, 0)), keys.index(one)))
