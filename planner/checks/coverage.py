"""Is counted what a plan rests on: the base year, every age of a stage, every year of births?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from planner.checks.rules import FIRST_YEAR, LAST_YEAR
from planner.reading.findings import Finding, Severity, Words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from planner.reading import RawStudy

__all__ = ["CHECKS"]

ABSURD_BIRTHS: Final = 50.0  # times the median: a number with zeros too many, not a good year
MONTHS: Final = 12
WARNING: Final = Severity.WARNING


def _base_year(study: RawStudy) -> int | None:
    """Return the base year: the one that study.toml names, else the last with a roll."""
    years = study.tables["rolls"].frame["year"].dropna()
    years = years[years.between(FIRST_YEAR, LAST_YEAR)]
    return study.settings.base_year or (int(years.max()) if len(years) else None)


def _last_roll(study: RawStudy) -> Iterator[Finding]:
    """Warn of sections that have rolls, but none of the base year."""
    ours, rolls = study.tables["sections"], study.tables["rolls"].frame
    year = _base_year(study)
    ids = ours.frame["section_id"]
    now = rolls.loc[_sure(rolls["year"] == year), "section_id"] if year else rolls["section_id"]
    if now.empty:
        return
    yield from ours.at(
        ids.isin(rolls["section_id"].dropna().unique()) & ~ids.isin(now.unique()),
        Words(f"{{values}} has no roll of {year}.", f"{{values}}没有{year}学年的在校生数。"),
        Words(
            "Add it to the rolls table; without it the section starts empty.",
            "请在在校生表中补充；否则该学段部从零开始。",
        ),
        column="section_id",
        severity=WARNING,
        kind="sections_without_roll",
    )


def _class_years(study: RawStudy) -> Iterator[Finding]:
    """Warn of class lists that say nothing of the base year, or not of all its grades."""
    ours, rolls = study.tables["classes"], study.tables["rolls"].frame
    year = _base_year(study)
    classes = ours.frame[_sure(ours.frame["year"] == year)] if year else ours.frame
    formed = Words(
        "Add them; until then these classes are formed from the rolls.",
        "请补充；在此之前按在校生数编班。",
    )
    if classes.empty:
        yield ours.sources[0].finding(
            Words(f"there are no classes of {year}.", f"没有{year}学年的班级。"),
            formed,
            column=ours.heading("year"),
            severity=WARNING,
            kind="classes",
        )
        return
    keys = ["section_id", "grade"]
    taught = rolls[_sure(rolls["year"] == year) & _sure(rolls["pupils"] > 0)].dropna(subset=keys)
    listed = pd.MultiIndex.from_frame(classes[keys].dropna())
    lacking = taught[~pd.MultiIndex.from_frame(taught[keys]).isin(listed)]
    if len(lacking):
        said = lacking["section_id"].astype("str") + " / " + lacking["grade"].astype("str")
        yield ours.sources[0].finding(
            Words(
                f"the classes of {year} lack the grades {{values}}.",
                f"{year}学年缺少以下年级的班级：{{values}}。",
            ).about(said),
            formed,
            severity=WARNING,
            kind="classes",
        )


def _classes_without_roll(study: RawStudy) -> Iterator[Finding]:
    """Warn of classes that no roll faces."""
    ours, rolls = study.tables["classes"], study.tables["rolls"].frame
    if rolls.empty:
        return
    keys = ["section_id", "year", "grade"]
    graded = pd.MultiIndex.from_frame(rolls[keys].dropna())
    totals = pd.MultiIndex.from_frame(rolls.loc[rolls["grade"].isna(), keys[:2]].dropna())
    faced = pd.MultiIndex.from_frame(ours.frame[keys]).isin(graded)
    faced |= pd.MultiIndex.from_frame(ours.frame[keys[:2]]).isin(totals)
    whole = ours.frame[keys].notna().all(axis=1).to_numpy()
    known = ours.frame["section_id"].isin(rolls["section_id"].unique()).to_numpy()
    text = ours.frame[keys].astype("str")
    said = text["section_id"] + " " + text["year"] + " " + text["grade"]
    yield from ours.at(
        whole & known & ~faced,
        Words("no roll faces the classes of {values}.", "{values}有班级而没有在校生数。"),
        Words("Add the roll, or remove the classes.", "请补充在校生数，或删除这些班级。"),
        values=said,
        severity=WARNING,
    )


def _anybody(study: RawStudy) -> Iterator[Finding]:
    """Yield a residents table in which nobody lives."""
    ours = study.tables["residents"]
    counted = ours.frame["residents"].dropna()
    if len(counted) and not (counted > 0).any():
        yield ours.sources[0].finding(
            Words("nobody lives anywhere: every number is 0.", "所有单元的常住人口均为0。"),
            Words("Fill in the residents.", "请填写常住人口数。"),
            column=ours.heading("residents"),
        )


def _last_count(study: RawStudy) -> Iterator[Finding]:
    """Warn of residents that were counted last before the base year."""
    ours, year = study.tables["residents"], _base_year(study)
    years = ours.frame["year"].dropna()
    if year is None or years.empty or years.max() >= year:
        return
    last = int(years.max())
    yield ours.sources[0].finding(
        Words(
            f"residents were last counted in {last}, the base year is {year}.",
            f"常住人口最近统计于{last}年，而基年为{year}。",
        ),
        Words(
            "Add a newer count; until then the years between are projected.",
            "请补充较新的数据；在此之前其间各年为推算。",
        ),
        column=ours.heading("year"),
        severity=WARNING,
        kind="last_count",
    )


def _areas_of_years(study: RawStudy) -> Iterator[Finding]:
    """Warn of areas that are counted in some years, but not in all."""
    ours = study.tables["residents"]
    there = ours.frame[["area_id", "year"]].dropna().drop_duplicates()
    years, areas = sorted(there["year"].unique()), there["area_id"].unique()
    if len(there) == len(years) * len(areas):
        return
    every = pd.MultiIndex.from_product([areas, years])
    lacking = every.difference(pd.MultiIndex.from_frame(there), sort=False)
    yield ours.sources[0].finding(
        Words("nobody is counted in {values}.", "{values}没有常住人口数。").about(
            f"{area} {year}" for area, year in lacking
        ),
        Words(
            "Add the rows, with 0 where nobody lives; until then 0 is taken.",
            "请补充，无人居住则填0；在此之前按0计算。",
        ),
        severity=WARNING,
        kind="areas_without_residents",
    )


def _stage_ages(study: RawStudy) -> Iterator[Finding]:
    """Yield stages that are taught at ages which the residents do not cover in every year."""
    ours, sections = study.tables["residents"], study.tables["sections"].frame
    rows = ours.frame[["year", "age_from", "age_to"]].dropna()
    by_year = rows.groupby("year")
    if rows.empty:
        return
    first, last = int(by_year["age_from"].min().max()), int(by_year["age_to"].max().min())
    taught = set(sections["stage"].dropna())
    for stage in study.settings.norms.stages:
        youngest, oldest = stage.entry_age, stage.entry_age + len(stage.grades) - 1
        if stage.stage in taught and not first <= youngest <= oldest <= last:
            yield ours.sources[0].finding(
                Words(
                    f"stage '{stage.stage}' needs ages {youngest}–{oldest}; "
                    f"ages {first}–{last} are counted in every year.",
                    f"“{stage.stage}”学段需要{youngest}–{oldest}岁，"
                    f"各年均有统计的只有{first}–{last}岁。",
                ),
                Words("Add the missing ages in all years.", "请在各年补充缺失的年龄。"),
                column=ours.heading("age_to"),
            )


def _birth_gaps(study: RawStudy) -> Iterator[Finding]:
    """Yield calendar years without births between others: they cannot be carried on."""
    ours = study.tables["births"]
    possible = ours.frame["year"][_sure(ours.frame["year"].between(FIRST_YEAR, LAST_YEAR))]
    years = {int(year) for year in possible.unique()}
    if missing := sorted(set(range(min(years, default=0), max(years, default=0))) - years):
        yield ours.sources[0].finding(
            Words("the births of {values} are missing.", "缺少{values}年的出生数。").about(missing),
            Words(
                "Add these years, or leave out the years before them.",
                "请补充这些年份，或删去此前的年份。",
            ),
            column=ours.heading("year"),
        )


def _birth_months(study: RawStudy) -> Iterator[Finding]:
    """Warn of years of which some months are known, but not all, nor the whole year."""
    ours = study.tables["births"]
    births = ours.frame.dropna(subset=["year"])
    whole = set(births.loc[births["month"].isna(), "year"])
    months = births.dropna(subset=["month"]).groupby("year")["month"].nunique()
    partial = [int(year) for year in months.index[months < MONTHS] if year not in whole]
    if partial:
        yield ours.sources[0].finding(
            Words("births of {values} lack some months.", "{values}年的出生数缺少部分月份。").about(
                partial
            ),
            Words(
                "Add them; until then they are estimated from the months that are known.",
                "请补充；在此之前按已知月份推算。",
            ),
            column=ours.heading("month"),
            severity=WARNING,
            kind="birth_months",
        )


def _strange_births(study: RawStudy) -> Iterator[Finding]:
    """Warn of births that are all 0, or of one month or year far above all others."""
    ours = study.tables["births"]
    births = ours.frame.dropna(subset=["year", "births"])
    if len(births) and not (births["births"] > 0).any():
        yield ours.sources[0].finding(
            Words("nobody is born: every number is 0.", "所有出生数均为0。"),
            Words("Fill in the births, or remove the table.", "请填写出生数，或删除此表。"),
            column=ours.heading("births"),
            severity=WARNING,
            kind="births",
        )
        return
    where = np.zeros(len(ours.frame), dtype=bool)
    for rows in (births[births["month"].isna()], births[births["month"].notna()]):
        sums = rows.groupby(["year", "month"], dropna=False)["births"].transform("sum")
        once = ~rows.duplicated(["year", "month"])
        where[rows.index[sums > ABSURD_BIRTHS * max(1.0, sums[once].median())]] = True
    yield from ours.at(
        where,
        Words(
            f"found {{values}} births, more than {ABSURD_BIRTHS:g} times as many as usual.",
            f"出生数{{values}}超过通常水平的{ABSURD_BIRTHS:g}倍。",
        ),
        Words("Correct the number.", "请更正数字。"),
        column="births",
        severity=WARNING,
        kind="births",
    )


def _sure(condition: Any) -> Any:
    """Return a condition as plain true and false: what is not known is not a fault."""
    return pd.array(condition, dtype="boolean").fillna(value=False).to_numpy(dtype=bool)


def _all_checks() -> Mapping[str, list[Callable[[RawStudy], Iterable[Finding]]]]:
    """Return the checks of every table that a plan learns from."""
    return {
        "sections": [_last_roll],
        "classes": [_class_years, _classes_without_roll],
        "residents": [_anybody, _last_count, _areas_of_years, _stage_ages],
        "births": [_birth_gaps, _birth_months, _strange_births],
    }


CHECKS: Final = _all_checks()
