"""Measure who is at school and who stays: gross enrolment, retention, zones, kindergartens."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from planner.evaluation.balance import stock_of_year
from planner.evaluation.shared_zones import homes_of_entrants
from planner.indicators.ground import ROW, rows_of
from planner.terms import Operator, Setting

if TYPE_CHECKING:
    from collections.abc import Collection

    from planner.indicators.ground import Ground

__all__ = [
    "MissingPlaces",
    "children_per_teacher",
    "gross_enrolment",
    "inclusive_share",
    "junior_retention",
    "missing_places",
    "nine_year_retention",
    "public_share",
    "three_year_retention",
    "zoned_share",
]


class MissingPlaces(NamedTuple):
    """How far a share of children in public kindergartens is away.

    Attributes:
        needed: Children that would have to be in public kindergartens.
        by_pupils: Those needed beyond the pupils that public kindergartens have.
        by_seats: Those needed beyond the seats that public kindergartens have.
    """

    needed: int
    by_pupils: int
    by_seats: int


def missing_places(
    share: float, *, pupils: int, public_pupils: int, public_seats: int
) -> MissingPlaces:
    """Return how many public places are missing until a share of the children has one.

    Children who change to a public kindergarten leave another one, so the roll stays as it is:
    of 1,000 children of whom 500 are in public ones, 63 % need 630, 130 more. Where public
    kindergartens have 600 seats, 30 of the places must be built.
    """
    needed = math.ceil(round(share * pupils, 6))
    return MissingPlaces(needed, max(0, needed - public_pupils), max(0, needed - public_seats))


def three_year_retention(
    graduates: float,
    entrants: float,
    *,
    moved_in: float = 0.0,
    moved_out: float = 0.0,
    died: float = 0.0,
) -> float:
    """Return the share of a junior cohort that stays for three years (Q1, 初中三年巩固率).

    (graduates − moved in + moved out) ÷ (grade-7 roll three years before − died); missing where
    nobody entered.

    Source: 教督〔2017〕6号, 教育质量 Q1.
    """
    stayed, came = graduates - moved_in + moved_out, entrants - died
    return stayed / came if came > 0 else math.nan


def gross_enrolment(ground: Ground, stage: str) -> pd.DataFrame:
    """Return pupils of a stage, of any age, against the residents of its ages.

    Pupils of vocational schools count at the senior stage where the bureau enters them; later
    years keep the last number entered.
    """
    pupils = ground.sections[ground.sections["stage"] == stage]
    county = ground.plan.county_years
    county = county[county["stage"] == stage]
    people = county.assign(section_id=stage, name=stage)
    parts = [
        rows_of(pupils, part=pupils["pupils"].astype(float), whole=0.0),
        rows_of(people, part=0.0, whole=people["residents"].astype(float)).assign(kind="residents"),
    ]
    if stage == "senior":
        parts.append(_vocational(ground))
    return pd.concat(parts, ignore_index=True)


def public_share(ground: Ground) -> pd.DataFrame:
    """Return children in public kindergartens of all at kindergarten, attached classes included.

    Sections count by their stage, so that classes in a primary school (附设班) are among them;
    those without a licence are in the roll, but not among the public ones.
    """
    return _run_by(ground, (Operator.PUBLIC,))


def inclusive_share(ground: Ground) -> pd.DataFrame:
    """Return children in public and recognised inclusive private kindergartens of all."""
    return _run_by(ground, (Operator.PUBLIC, Operator.INCLUSIVE))


def children_per_teacher(ground: Ground) -> pd.DataFrame:
    """Return kindergarten children against teachers, where the resources count `teachers`.

    Teachers stay as last counted; a kindergarten whose teachers nobody counted is left out.
    """
    resources = ground.plan.study.resources
    if resources.empty:
        return pd.DataFrame(columns=list(ROW))
    stock = stock_of_year(resources, ground.years[0])
    teachers = stock[stock["item"] == "teachers"].set_index("section_id")["value"]
    table = ground.sections[ground.sections["stage"] == "kindergarten"]
    table = table.assign(teachers=table["section_id"].map(teachers))
    table = table[table["teachers"].notna()]
    return rows_of(table, part=table["pupils"].astype(float), whole=table["teachers"])


def junior_retention(ground: Ground) -> pd.DataFrame:
    """Return pupils of grade 9 against those of grade 7 two counts before (Q1).

    Those who moved in or out within the three years, or died, are taken into account where
    the bureau enters them.
    """
    stage = ground.plan.norms.stage("junior")
    rows = _cohort(ground, stage.grades[-1], stage.grades[0], "junior")
    extra = []
    for year in ground.years:
        moved_in = ground.actual("junior_moved_in", year) or 0.0
        moved_out = ground.actual("junior_moved_out", year) or 0.0
        died = ground.actual("junior_died", year) or 0.0
        if moved_in or moved_out or died:
            extra.append(_county_row("junior", year, "moves", moved_out - moved_in, -died))
    if not extra or rows.empty:
        return rows
    corrected = pd.DataFrame(extra, columns=list(ROW))
    return pd.concat([rows, corrected[corrected["year"].isin(rows["year"])]], ignore_index=True)


def nine_year_retention(ground: Ground) -> pd.DataFrame:
    """Return pupils of grade 9 against grade 1 of their cohort eight counts before (九年巩固率).

    Children who moved into the county in between count on top, so it may exceed 1.
    """
    first, last = ground.plan.norms.stage("primary"), ground.plan.norms.stage("junior")
    return _cohort(ground, last.grades[-1], first.grades[0], "junior")


def zoned_share(ground: Ground) -> pd.DataFrame:
    """Return entrants who live in the zone of their school (G13).

    Counted are public sections in city and town that do not board. Of the entrants of a section
    those count who live in its zone, as far as it has so many; a section that takes its entrants
    from the whole county has none.
    """
    sections = ground.sections
    counted = sections[
        sections["stage"].isin(["primary", "junior"])
        & (sections["operator"] == Operator.PUBLIC.value)
        & sections["setting"].isin([Setting.CITY.value, Setting.TOWN.value])
        & ~sections["boarding"].astype(bool)
        & (sections["entrants"] > 0)
    ]
    areas = homes_of_entrants(ground.plan.area_years, ground.plan.shared_lots)
    homes = areas.groupby(["section_id", "year"])["entrants"].sum()
    living = [homes.get((row.section_id, row.year), 0) for row in counted.itertuples()]
    part = pd.Series(living, index=counted.index, dtype=float).clip(
        upper=counted["entrants"].astype(float)
    )
    part = part.where(counted["intake"] != "county", 0.0)
    return rows_of(counted, part=part, whole=counted["entrants"].astype(float))


def _run_by(ground: Ground, operators: Collection[Operator]) -> pd.DataFrame:
    """Return children of kindergartens run by some operators, of all children."""
    table = ground.sections[ground.sections["stage"] == "kindergarten"]
    ours = table["operator"].isin([one.value for one in operators]) & table["licensed"]
    pupils = table["pupils"].astype(float)
    return rows_of(table, part=pupils.where(ours.astype(bool), 0.0), whole=pupils)


def _vocational(ground: Ground) -> pd.DataFrame:
    """Return the pupils of vocational schools, each year the last number entered."""
    rows = []
    known = None
    first = min([*ground.entered["year"], ground.years[0]])
    for year in range(int(first), ground.years[-1] + 1):
        entered = ground.actual("vocational_pupils", year)
        known = known if entered is None else entered
        if known is not None and year in ground.years:
            rows.append(_county_row("senior", year, "vocational_pupils", known, 0.0))
    return pd.DataFrame(rows, columns=list(ROW))


def _county_row(
    stage: str, year: int, what: str, part: float, whole: float
) -> tuple[str, int, str, str, str, float, float, float]:
    """Return a row that belongs to the county as a whole."""
    return stage, year, "county", what, what, part, whole, math.nan


def _cohort(ground: Ground, last: int, first: int, stage: str) -> pd.DataFrame:
    """Return the pupils of one grade and those of its cohort in a lower grade, year by year.

    Years whose cohort nobody counted at its beginning have no rows.
    """
    grades, ago = ground.grades, last - first
    names = ground.plan.sections.set_index("section_id")["name"]
    stayed = grades[(grades["grade"] == last) & grades["year"].isin(ground.years)]
    came = grades[grades["grade"] == first].assign(year=lambda rows: rows["year"] + ago)
    years = set(stayed["year"]) & set(came["year"])
    parts = []
    for table, on_top in ((stayed, True), (came, False)):
        kept = table[table["year"].isin(years)].assign(stage=stage)
        kept = kept.assign(name=kept["section_id"].map(names))
        heads = kept["pupils"].astype(float)
        part, whole = (heads, 0.0) if on_top else (0.0, heads)
        parts.append(
            rows_of(kept, part=part, whole=whole).assign(kind=f"grade {last if on_top else first}")
        )
    return pd.concat(parts, ignore_index=True)
