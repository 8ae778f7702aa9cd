"""Say where pupils are taught: how many schools, how large, in town or village, what is built."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from planner.evaluation.balance import (
    arts_rooms,
    compulsory_stages,
    oversize_schools,
    stock_of_year,
)
from planner.indicators.ground import ROW, rows_of
from planner.terms import Operator, SchoolKind, Setting

if TYPE_CHECKING:
    from collections.abc import Collection

    from planner.indicators.ground import Ground

__all__ = [
    "concentration",
    "music_art_rooms",
    "new_public_kindergartens",
    "new_seats",
    "oversize",
    "small_schools",
    "teaching_points",
]

TOWN_OR_ABOVE = (Setting.CITY.value, Setting.TOWN.value)
COUNTY_SEAT = (Setting.CITY.value,)


def concentration(
    ground: Ground, stage: str, settings: Collection[str], *, by_pupils: bool
) -> pd.DataFrame:
    """Return how much of a stage is taught in some settings (集聚率), by schools or by pupils.

    By schools every school that teaches the stage is one; a teaching point is none, since it is
    not counted as a school. By pupils those of teaching points count as well. A school that
    nobody says lies in city, town or village is left out of both.
    """
    table = ground.sections[
        (ground.sections["stage"] == stage) & ground.sections["setting"].notna()
    ]
    if not by_pupils:
        table = table[table["kind"] != SchoolKind.TEACHING_POINT.value]
        table = table.drop_duplicates(["school_id", "year"])
    whole = table["pupils"].astype(float) if by_pupils else pd.Series(1.0, index=table.index)
    there = table["setting"].isin(list(settings))
    return rows_of(table, part=whole.where(there, 0.0), whole=whole)


def small_schools(ground: Ground) -> pd.DataFrame:
    """Return the sections with fewer pupils than small schools have, teaching points included."""
    stage = "primary"
    path = f"small_school.{stage}"
    norms = ground.plan.norms
    if path not in norms.figures:
        return pd.DataFrame(columns=list(ROW))
    table = ground.sections[(ground.sections["stage"] == stage) & (ground.sections["pupils"] > 0)]
    small = table["pupils"] < norms.number(path)
    return rows_of(table, part=small.astype(float))


def teaching_points(ground: Ground) -> pd.DataFrame:
    """Return the teaching points that teach somebody."""
    table = ground.sections[
        (ground.sections["stage"] == "primary") & (ground.sections["pupils"] > 0)
    ]
    return rows_of(table, part=(table["kind"] == SchoolKind.TEACHING_POINT.value).astype(float))


def oversize(ground: Ground) -> pd.DataFrame:
    """Return schools with more pupils than a school may have (G4)."""
    return _of_schools(
        ground,
        lambda sections: oversize_schools(sections, ground.plan.norms),
        lambda found: (found["over"].astype(float), found["above"].astype(float)),
    )


def music_art_rooms(ground: Ground) -> pd.DataFrame:
    """Return schools short of music or art rooms (G3).

    The part of a school is missing where nobody counted what decides.
    """
    resources = ground.plan.study.resources
    if resources.empty or not resources["item"].isin(["music_rooms", "art_rooms"]).any():
        return pd.DataFrame(columns=list(ROW))
    stock = stock_of_year(resources, ground.years[0])

    def by_school(sections: pd.DataFrame) -> pd.DataFrame:
        rooms = arts_rooms(stock, sections, ground.plan.norms)
        known = rooms.assign(short=~rooms["met"].fillna(value=True), unknown=rooms["met"].isna())
        schools = known.groupby("school_id", as_index=False, sort=False).agg(
            short=("short", "any"), unknown=("unknown", "any"), gap=("gap_rooms", "sum")
        )
        part = schools["short"].astype(float)
        return schools.assign(part=part.where(schools["short"] | ~schools["unknown"]))

    return _of_schools(ground, by_school, lambda found: (found["part"], found["gap"]))


def new_public_kindergartens(ground: Ground) -> pd.DataFrame:
    """Return public kindergartens that teach by then and did not stand in the base year."""
    table = ground.sections[ground.sections["stage"] == "kindergarten"]
    new = table["is_new"].astype(bool) & (table["operator"] == Operator.PUBLIC.value)
    return pd.concat(
        [_none_yet(ground, "kindergarten"), rows_of(table[new], part=1.0)], ignore_index=True
    )


def new_seats(
    ground: Ground, stages: Collection[str], settings: Collection[str] | None = None
) -> pd.DataFrame:
    """Return the seats that projects and measures add to sections since the base year.

    They are counted by rooms and standard sizes as they come into use, not as a plan names them.
    """
    named = {*ground.plan.study.projects.get("section_id", [])}
    named |= {measure.section for measure in ground.plan.scenario.measures}
    table = ground.sections[
        ground.sections["stage"].isin(list(stages)) & ground.sections["section_id"].isin(named)
    ]
    if settings is not None:
        table = table[table["setting"].isin(list(settings))]
    before = table[table["year"] == ground.years[0]].set_index("section_id")["seats"].to_dict()
    added = table["seats"] - [before.get(key, 0) for key in table["section_id"]]
    return pd.concat(
        [
            *(_none_yet(ground, stage) for stage in stages),
            rows_of(table, part=added.clip(lower=0).astype(float)),
        ],
        ignore_index=True,
    )


def _none_yet(ground: Ground, stage: str) -> pd.DataFrame:
    """Return a row of the county for each year, so that nothing yet is 0 and not unknown."""
    county = pd.DataFrame({"stage": stage, "year": list(ground.years), "section_id": stage})
    return rows_of(county.assign(name=stage), part=0.0).assign(kind="county")


def _of_schools(ground: Ground, look: Any, told: Any) -> pd.DataFrame:
    """Return rows of schools, looked at year by year.

    A school's stage is the lowest of those that are assessed: kindergarten classes in a primary
    school (附设班) leave it a primary school.
    """
    assessed = list(compulsory_stages(ground.plan.norms))
    ours = ground.sections[ground.sections["stage"].isin(assessed)]
    parts = [pd.DataFrame(columns=list(ROW))]
    for year, sections in ours.groupby("year", sort=True):
        found = look(sections)
        lowest = sections["stage"].map(assessed.index).sort_values(kind="stable").index
        schools = sections.loc[lowest].drop_duplicates("school_id").set_index("school_id")
        named = found.assign(
            year=year,
            name=found["school_id"].map(schools["name"]),
            stage=found["school_id"].map(schools["stage"]),
        )
        part, gap = told(found)
        parts.append(rows_of(named, part=part, gap=gap, kind="school"))
    return pd.concat(parts, ignore_index=True)
