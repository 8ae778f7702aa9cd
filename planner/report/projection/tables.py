"""Gather what a projection shows: rolls with their past and intervals, ages, births."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from planner.past import draw_children, proof
from planner.projection.births import births_by_school_year

if TYPE_CHECKING:
    import numpy.typing as npt

    from planner.plan import Plan
    from planner.study import Study

__all__ = [
    "INTERVALS",
    "VARIANTS",
    "Projection",
    "ages_and_grades",
    "births_by_variant",
    "county_rolls",
    "gather_projection",
    "gross_enrolment",
    "section_grades",
    "section_rolls",
]

INTERVALS: Final = ("low80", "high80", "low95", "high95")
VARIANTS: Final = ("low", "medium", "high")

_TENTHS: Final = 1  # digits of numbers of people that are no counts
_DIGITS: Final = 4  # of a share


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """All that a projection shows, each as the function of its name returns it.

    `proof` is the back-test of `planner.past.proof`.
    """

    grades: pd.DataFrame
    sections: pd.DataFrame
    county: pd.DataFrame
    ages: pd.DataFrame
    births: pd.DataFrame
    proof: pd.DataFrame


def gather_projection(plan: Plan) -> Projection:
    """Return all that a projection shows."""
    return Projection(
        grades=section_grades(plan),
        sections=section_rolls(plan),
        county=county_rolls(plan),
        ages=ages_and_grades(plan),
        births=births_by_variant(plan),
        proof=proof(plan.past),
    )


def section_grades(plan: Plan) -> pd.DataFrame:
    """Return pupils by section, year and grade, the base year first, with the sections' names."""
    names = plan.sections.set_index("section_id")[["name", "name_en"]]
    return (
        plan.section_grades.join(names, on="section_id")
        .assign(
            stage_order=plan.section_grades["stage"].map(_order(plan)),
            counted=plan.section_grades["year"] == plan.years[0],
        )
        .sort_values(["stage_order", "section_id", "grade", "year"], kind="stable")
        .astype({"pupils": "int64"})
    )


def section_rolls(plan: Plan) -> pd.DataFrame:
    """Return every section year by year, from its first counted roll to the last planned year.

    Returns:
        section_id, name, name_en, stage, year, counted, pupils, low80, high80, low95, high95,
        seats, shortage_probability. What is not known is missing: intervals of what was counted,
        seats of the years before the base year. A section has no row for a year in which it does
        not teach, or in which nobody counted it.
    """
    of_plan = plan.section_years[plan.section_years["open"].astype(bool)]
    columns = ["section_id", "stage", "year", "pupils", *INTERVALS, "seats", "shortage_probability"]
    planned = _plain(of_plan[columns], plan)
    before = _added_up(_counted_before(plan), ["section_id", "stage", "year"])
    rolls = _joined(before, planned)
    names = plan.sections.set_index("section_id")[["name", "name_en"]]
    rolls = rolls.join(names, on="section_id")
    rolls = rolls.assign(stage_order=rolls["stage"].map(_order(plan)))
    rolls = rolls.sort_values(["stage_order", "section_id", "year"], ignore_index=True)
    ordered = ["section_id", "name", "name_en", "stage", "year", "counted", "pupils", *INTERVALS]
    return rolls[[*ordered, "seats", "shortage_probability"]]


def county_rolls(plan: Plan) -> pd.DataFrame:
    """Return the county by stage and year, from the first counted roll to the last planned year.

    Returns:
        stage, year, counted, pupils, low80, high80, low95, high95, seats; missing as in
        `section_rolls`. A past year in which a section was left out of the count, although it
        was counted earlier and later, has no row: the sum would be no sum.
    """
    planned = _plain(plan.county_years[["stage", "year", "pupils", *INTERVALS, "seats"]], plan)
    before = _added_up(_complete(_counted_before(plan), plan), ["stage", "year"])
    rolls = _joined(before, planned)
    rolls = rolls.assign(stage_order=rolls["stage"].map(_order(plan)))
    rolls = rolls.sort_values(["stage_order", "year"], ignore_index=True)
    return rolls[["stage", "year", "counted", "pupils", *INTERVALS, "seats"]]


def ages_and_grades(plan: Plan) -> pd.DataFrame:
    """Return residents by single age beside the pupils of the grade begun at that age.

    Years before the base year are told where both residents and rolls are known.

    Returns:
        year, age, residents, residents_counted, residents_low80 and residents_high80 (their
        80 % interval, missing where counted), stage, grade, pupils, pupils_counted and
        pupils_per_resident, which is a gross rate and may exceed 1. Stage and grade are missing
        outside school, pupils where nobody teaches the grade.
    """
    known = plan.residents
    rolls = _county_grades(plan)
    years = sorted({*plan.years, *map(int, rolls["year"])} & set(known.years))
    count = known.count.sum(axis=0)
    people = pd.DataFrame(
        [
            (year, age, count[number, year - known.years[0]], year <= known.counted_until)
            for year in years
            for number, age in enumerate(known.ages)
        ],
        columns=["year", "age", "residents", "residents_counted"],
    ).merge(_possible_residents(plan), on=["year", "age"], how="left")
    taught = pd.DataFrame(
        [
            (plan.norms.age_at(grade), stage.stage, grade)
            for stage in plan.norms.stages
            for grade in stage.grades
        ],
        columns=["age", "stage", "grade"],
    ).astype({"grade": "Int64"})
    table = people.merge(taught, on="age", how="left").merge(
        rolls, on=["year", "grade"], how="left"
    )
    rate = _ratio(table["pupils"], table["residents"])
    return table.assign(
        residents=table["residents"].round(_TENTHS),
        pupils_counted=(table["year"] <= plan.years[0]).where(table["pupils"].notna(), None),
        pupils_per_resident=rate,
    )[
        [
            *("year", "age", "residents", "residents_counted"),
            *("residents_low80", "residents_high80", "stage", "grade"),
            *("pupils", "pupils_counted", "pupils_per_resident"),
        ]
    ]


def _possible_residents(plan: Plan) -> pd.DataFrame:
    """Return the 80 % interval of the county's children by single age and projected year."""
    known = plan.residents
    drawn = draw_children(plan.study, plan.past, known, seed=plan.seed)
    low, high = np.round(np.quantile(drawn, (0.1, 0.9), axis=2), _TENTHS)
    return pd.DataFrame(
        [
            (known.counted_until + step, age, low[number, step], high[number, step])
            for step in range(1, drawn.shape[1])
            for number, age in enumerate(known.ages)
        ],
        columns=["year", "age", "residents_low80", "residents_high80"],
    )


def gross_enrolment(ages: pd.DataFrame) -> pd.DataFrame:
    """Return the pupils of each stage ÷ the residents of its ages, year by year.

    A net rate needs the ages of the pupils, which no roll holds.

    Args:
        ages: What `ages_and_grades` returns.

    Returns:
        stage, year, residents, pupils, gross_rate; stages nobody teaches are left out.
    """
    taught = ages[ages["pupils"].notna()]
    grouped = taught.groupby(["year", "stage"], sort=False, as_index=False)
    table = grouped[["residents", "pupils"]].sum()
    order = {stage: place for place, stage in enumerate(dict.fromkeys(taught["stage"]))}
    table = table.sort_values(
        ["stage", "year"], key=lambda column: column.replace(order), ignore_index=True
    )
    return table.assign(
        residents=table["residents"].round(_TENTHS),
        gross_rate=_ratio(table["pupils"], table["residents"]),
    )[["stage", "year", "residents", "pupils", "gross_rate"]]


def births_by_variant(plan: Plan) -> pd.DataFrame:
    """Return births by school year: the low, medium and high variant, and the plan's own.

    The variants follow the trend, without the scenario's path; the plan's births are what it
    reckons with. Of a published year all are the same: its births, times the correction.

    Returns:
        births_year, published, low, medium, high, plan, from the first school year that the table
        covers to the last planned one; no rows without a table of births.
    """
    study, settings = plan.study, plan.scenario.births
    columns = ["births_year", "published", *VARIANTS, "plan"]
    if study.births.empty:
        return pd.DataFrame(columns=columns)
    years = range(int(study.births["year"].min()) + 1, plan.years[-1] + 1)
    asked = {name: replace(settings, variant=name, path={}) for name in VARIANTS}
    births: dict[str, Any] = {
        name: births_by_school_year(study, one, years).round(_TENTHS)
        for name, one in (asked | {"plan": settings}).items()
    }
    published = [_published(study, year) for year in years]
    return pd.DataFrame({"births_year": list(years), "published": published, **births})[columns]


def _order(plan: Plan) -> dict[str, int]:
    """Return the place of each stage in the norms."""
    return {stage.stage: number for number, stage in enumerate(plan.norms.stages)}


def _plain(table: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Return rows of a plan with plain numbers, those that are no counts rounded."""
    floats: dict[str, Any] = {
        name: table[name].to_numpy(dtype=float, na_value=np.nan).round(digits)
        for name, digits in [*((one, _TENTHS) for one in INTERVALS), ("shortage_probability", 4)]
        if name in table
    }
    return table.assign(
        **floats,
        year=table["year"].to_numpy(dtype=int),
        pupils=table["pupils"].astype("Int64"),
        seats=table["seats"].astype("Int64"),
        counted=table["year"].to_numpy(dtype=int) == plan.years[0],
    )


def _counted_before(plan: Plan) -> pd.DataFrame:
    """Return the rolls counted before the base year: section_id, stage, grade, year, pupils."""
    history = plan.past.history
    row, column, layer = np.nonzero(np.isfinite(history.pupils))
    stage_of = dict(zip(plan.sections["section_id"], plan.sections["stage"], strict=True))
    sections = np.array(history.schools, dtype=object)[row]
    rolls = pd.DataFrame(
        {
            "section_id": pd.Series(sections, dtype=str),
            "stage": pd.Series([stage_of[section] for section in sections], dtype=str),
            "grade": [int(history.grades[place]) for place in column],
            "year": np.array(history.years, dtype=int)[layer],
            "pupils": history.pupils[row, column, layer].round().astype(int),
        }
    )
    return rolls[rolls["year"] < plan.years[0]]


def _complete(rolls: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Return the rolls of the stages and years in which no section was left out."""
    history = plan.past.history
    counted = np.isfinite(history.pupils).max(axis=1)
    earlier = np.logical_or.accumulate(counted, axis=1)
    later = np.logical_or.accumulate(counted[:, ::-1], axis=1)[:, ::-1]
    row, layer = np.nonzero(earlier & later & ~counted)
    stage_of = dict(zip(plan.sections["section_id"], plan.sections["stage"], strict=True))
    left_out = {
        (stage_of[history.schools[section]], history.years[year])
        for section, year in zip(row, layer, strict=True)
    }
    keys = zip(rolls["stage"], rolls["year"], strict=True)
    return rolls[np.array([key not in left_out for key in keys], dtype=bool)]


def _county_grades(plan: Plan) -> pd.DataFrame:
    """Return the pupils of each grade in the county: year, grade, pupils."""
    rows = [_complete(_counted_before(plan), plan), plan.section_grades]
    together = pd.concat([one[["year", "grade", "pupils"]].astype("Int64") for one in rows])
    return _added_up(together, ["year", "grade"])


def _added_up(rolls: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return the pupils of all rows that have the same keys, one row each."""
    return rolls.groupby(by)["pupils"].sum().reset_index()


def _joined(before: pd.DataFrame, planned: pd.DataFrame) -> pd.DataFrame:
    """Return what was counted before the base year and the years of the plan in one table."""
    if before.empty:
        return planned
    counted = before.assign(counted=True, pupils=before["pupils"].astype("Int64"))
    missing: dict[str, Any] = {
        name: pd.Series(pd.NA, index=before.index, dtype=planned[name].dtype)
        if name == "seats"
        else np.nan
        for name in planned.columns.difference(counted.columns)
    }
    return pd.concat([counted.assign(**missing), planned], ignore_index=True)


def _ratio(pupils: pd.Series[Any], residents: pd.Series[Any]) -> npt.NDArray[np.float64]:
    """Return pupils ÷ residents, missing where nobody lives or nobody is taught."""
    above = pupils.to_numpy(dtype=float, na_value=np.nan)
    below = residents.to_numpy(dtype=float)
    share = np.full(len(above), np.nan)
    np.divide(above, below, out=share, where=below > 0)
    return share.round(_DIGITS)


def _published(study: Study, year: int) -> bool:
    """Tell whether all births of a school year are published, in both its calendar years."""
    month = study.norms.cut_off_month
    return _has_months(study, year - 1, range(month + 1, 13)) and _has_months(
        study, year, range(1, month + 1)
    )


def _has_months(study: Study, year: int, months: range) -> bool:
    """Tell whether the births of some months of a calendar year are published."""
    of_year = study.births.loc[study.births["year"] == year, "month"]
    return bool(of_year.isna().any() or set(months) <= {int(month) for month in of_year})
