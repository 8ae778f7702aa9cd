"""Count the children born for each school year: those known, and those still to be expected."""

from __future__ import annotations

from calendar import monthrange
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from planner.errors import ScenarioError, Sentence, StudyError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from planner.norms import Norms
    from planner.scenario import BirthSettings
    from planner.study import Study

__all__ = ["area_births", "births_by_school_year", "carried_on"]

MONTHS: Final = 12


def births_by_school_year(
    study: Study, settings: BirthSettings, years: Sequence[int]
) -> npt.NDArray[np.float64]:
    """Return the county's births by school year.

    With a cut-off on 31 August, year y holds the children born from 1 September y-1 to 31 August
    y, who are aged 0 on the cut-off day. Months count where the table knows them. A year without
    months is spread like the years with months, or evenly where there are none, so that 4/12 of
    one calendar year and 8/12 of the next count.

    Published births are multiplied by the scenario's correction of their year. A later year in
    the scenario's path has the path's births; one without follows the damped trend. Years after
    the last published one are multiplied by the factor of the low or high variant, path or not.
    Of a year published in part, the path says how many births it has in all. Where the table has
    rows for the whole county in a year, those count, else the sum of the areas.

    Returns:
        Births by year, NaN before the table begins.

    Raises:
        StudyError: a calendar year is missing between others, or there are no births at all.
        ScenarioError: path or correction names something that is no year, the path a year that
            is published already, or the correction one that is not.
    """
    published = _published_by_month(study.births)
    path = _path(settings, published)
    corrected = _corrected(published, settings)
    pattern = _pattern(corrected)
    known = _completed(corrected, path, pattern)
    calendar = _calendar_years(known, settings, path, until=max(years))
    shapes = {year: months / months.sum() for year, months in known.items() if months.sum() > 0}
    before_cut_off = _months_before_cut_off(study.norms)

    def months_of(year: int) -> npt.NDArray[np.float64]:
        months: npt.NDArray[np.float64] = shapes.get(year, pattern) * calendar.get(year, np.nan)
        return months

    births = [
        (1 - before_cut_off) @ months_of(year - 1) + before_cut_off @ months_of(year)
        for year in years
    ]
    return np.array(births, dtype=float)


def area_births(
    study: Study,
    settings: BirthSettings,
    years: Sequence[int],
    shares: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    """Return births by area and school year; the areas of a year add up to the county.

    An area's share of the county is learned from births by area where the table has them, in
    the two calendar years that make the school year; in later years it is that of the last
    years learned.

    Args:
        study: The births table, the areas and the cut-off day.
        settings: Correction, path, variant and trend of births.
        years: School years wanted.
        shares: Share of each area in the county where there are no births by area.

    Returns:
        Births, shape (areas, years), NaN before the table begins.
    """
    county = births_by_school_year(study, settings, years)
    by_area = study.births[study.births["area_id"].notna()]
    if by_area.empty or not by_area["births"].sum() > 0:
        return shares[:, None] * county
    place = pd.Index(study.areas["area_id"])
    first, last = int(by_area["year"].min()), int(by_area["year"].max())
    calendar = np.zeros((len(place), last - first + 1))
    where = place.get_indexer(by_area["area_id"]), by_area["year"].to_numpy(dtype=int) - first
    np.add.at(calendar, where, by_area["births"].to_numpy(dtype=float))
    factors = _correction(settings)
    calendar *= [factors.get(year, 1.0) for year in range(first, last + 1)]
    recent = calendar[:, -settings.years_learned :].sum(axis=1)
    before_cut_off = float(_months_before_cut_off(study.norms).mean())
    births = np.empty((len(place), len(years)))
    for column, year in enumerate(years):
        weight = recent
        if first < year <= last:
            halves = calendar[:, year - 1 - first], calendar[:, year - first]
            weight = (1 - before_cut_off) * halves[0] + before_cut_off * halves[1]
        counted = weight if weight.sum() > 0 else shares
        births[:, column] = county[column] * counted / counted.sum()
    return births


def carried_on(
    known: npt.NDArray[np.float64],
    settings: BirthSettings,
    path: Mapping[int, float],
    years_ahead: int,
) -> npt.NDArray[np.float64]:
    """Return the values that follow a yearly series, by its damped trend.

    The trend is the slope of a straight line through the logarithms of the last years learned.
    Of it the first year ahead keeps the share `trend_damping`, the second the square of it, and
    so on, so that births level off. A value given in the path replaces the trend's, and later
    years go on from there. At last all are multiplied by the factor of the variant.

    Args:
        known: The series up to its last known year, at least one value.
        settings: Years learned, damping, variant and its factors.
        path: Values given for years ahead, 1 for the year after the last known.
        years_ahead: How many years follow.
    """
    slope = _slope(known[-settings.years_learned :])
    ahead = np.empty(years_ahead)
    value = float(known[-1])
    for step in range(1, years_ahead + 1):
        value = path.get(step, value * np.exp(slope * settings.trend_damping**step))
        ahead[step - 1] = value
    factor = {"low": settings.low, "high": settings.high}.get(settings.variant, 1.0)
    return ahead * factor


def _published_by_month(table: pd.DataFrame) -> dict[int, npt.NDArray[np.float64]]:
    """Return the county's births by calendar year: twelve months, then the whole year.

    What a year does not know is NaN.
    """
    of_county = table["area_id"].isna()
    years_of_county = table.loc[of_county, "year"]
    chosen = table[of_county | ~table["year"].isin(years_of_county)]
    months = chosen.assign(month=chosen["month"].fillna(MONTHS + 1))
    totals = months.pivot_table(index="year", columns="month", values="births", aggfunc="sum")
    births = totals.reindex(columns=range(1, MONTHS + 2)).to_numpy(dtype=float)
    published = dict(zip(map(int, totals.index), births, strict=True))
    _refuse_gaps(sorted(published))
    return published


def _refuse_gaps(years: list[int]) -> None:
    """Raise where births cannot be carried on because a year is missing."""
    if not years:
        fault = Sentence(
            "births: the table is empty. Add births by year or leave the table out.",
            "出生人口表（births）为空；请按年补入出生人口，或去掉此表。",
        )
        raise StudyError(fault)
    missing = sorted(set(range(years[0], years[-1])) - set(years))
    if missing:
        fault = Sentence(
            f"births: {', '.join(map(str, missing))} missing between {years[0]} and {years[-1]}. "
            "Add these years, or leave out the years before them.",
            f"出生人口表（births）：{years[0]}至{years[-1]}年之间"
            f"缺{'、'.join(map(str, missing))}年；请补上这些年份，或去掉更早的年份。",
        )
        raise StudyError(fault)


def _path(
    settings: BirthSettings, published: dict[int, npt.NDArray[np.float64]]
) -> dict[int, float]:
    """Return the scenario's births by calendar year, none of which is published in full."""
    path = _by_calendar_year("path", settings.path, example="{2026 = 1900}")
    first = min(published)
    faults = [
        Sentence(
            f"[births] path: {year} lies before the births table, which begins in {first}. "
            f"Add births from {year} on to the table, or take {year} out of the path.",
            f"[births] path：{year}年早于出生人口表的首年（{first}年）；"
            f"请将{year}年起的出生人口补入表中，或从path中去掉{year}年。",
        )
        for year in sorted(path)
        if year < first
    ]
    for year in sorted(path.keys() & published.keys()):
        births, in_full = _found(published[year])
        if in_full or path[year] < births:
            faults.append(
                Sentence(
                    f"[births] path: {year} already has {births:,.0f} published births, the path "
                    f"says {path[year]:,.0f}. Take {year} out of the path; where published births "
                    "are wrong, births.correction holds a factor for their year.",
                    f"[births] path：{year}年已公布出生{births:,.0f}人，"
                    f"path中为{path[year]:,.0f}人；请从path中去掉{year}年。"
                    "如公布数有误，可用births.correction写明该年的系数。",
                )
            )
    if faults:
        raise ScenarioError(*faults)
    return path


def _found(births: npt.NDArray[np.float64]) -> tuple[float, bool]:
    """Return a year's published births and whether they are those of the whole year."""
    months, whole = births[:MONTHS], float(births[MONTHS])
    if np.isnan(whole):
        return float(np.nansum(months)), not np.isnan(months).any()
    return whole, True


def _by_calendar_year(setting: str, numbers: Mapping[str, float], example: str) -> dict[int, float]:
    """Return a setting's numbers by calendar year."""
    wrong = [year for year in numbers if not (year.isdecimal() and len(year) == 4)]
    if wrong:
        fault = Sentence(
            f"[births] {setting}: '{wrong[0]}' is no calendar year. "
            f"Write years and numbers, such as {setting} = {example}.",
            f"[births] {setting}：“{wrong[0]}”不是年份；请写年份和数值，如{setting} = {example}。",
        )
        raise ScenarioError(fault)
    return {int(year): number for year, number in numbers.items()}


def _corrected(
    published: dict[int, npt.NDArray[np.float64]], settings: BirthSettings
) -> dict[int, npt.NDArray[np.float64]]:
    """Return published births times the scenario's factor of their year."""
    factors = _correction(settings)
    unknown = sorted(factors.keys() - published.keys())
    if unknown:
        fault = Sentence(
            f"[births] correction: no births are published for {', '.join(map(str, unknown))}; "
            f"the births table covers {min(published)}–{max(published)}. Correct these years "
            "only; births of later years are set by births.path.",
            f"[births] correction：{'、'.join(map(str, unknown))}年没有公布的出生人口，"
            f"出生人口表为{min(published)}—{max(published)}年；只能修正这些年份，"
            "以后各年由births.path给出。",
        )
        raise ScenarioError(fault)
    return {year: births * factors.get(year, 1.0) for year, births in published.items()}


def _correction(settings: BirthSettings) -> dict[int, float]:
    """Return the scenario's factors on published births by calendar year."""
    return _by_calendar_year("correction", settings.correction, example="{2015 = 1.08}")


def _pattern(published: dict[int, npt.NDArray[np.float64]]) -> npt.NDArray[np.float64]:
    """Return the share of each month in a year, over all years whose months are all known.

    Where a month had no birth in all these years, they are too few to tell one from another.
    """
    by_month = np.array([births[:MONTHS] for births in published.values()])
    total = by_month[~np.isnan(by_month).any(axis=1)].sum(axis=0)
    even = np.full(MONTHS, 1 / MONTHS)
    return total / total.sum() if (total > 0).all() else even


def _completed(
    published: dict[int, npt.NDArray[np.float64]],
    path: dict[int, float],
    pattern: npt.NDArray[np.float64],
) -> dict[int, npt.NDArray[np.float64]]:
    """Return all twelve months of each year; unknown months follow the pattern.

    They share what the whole year, published or in the path, leaves to them.
    """
    completed = {}
    for year, births in published.items():
        months, whole = births[:MONTHS].copy(), path.get(year, births[MONTHS])
        unknown = np.isnan(months)
        if unknown.any():
            share = pattern[unknown].sum()
            found = float(np.nansum(months))
            rest = whole - found if not np.isnan(whole) else found * share / (1 - share)
            months[unknown] = max(rest, 0.0) * pattern[unknown] / share
        completed[year] = months
    return completed


def _calendar_years(
    known: dict[int, npt.NDArray[np.float64]],
    settings: BirthSettings,
    path: dict[int, float],
    until: int,
) -> dict[int, float]:
    """Return births by calendar year: those known, then path and trend."""
    years = {year: float(months.sum()) for year, months in known.items()}
    last = max(known)
    given = {year - last: births for year, births in path.items() if year > last}
    series = np.array([years[year] for year in sorted(years)])
    ahead = carried_on(series, settings, given, max(until - last, 0))
    return years | {last + step: float(births) for step, births in enumerate(ahead, start=1)}


def _months_before_cut_off(norms: Norms) -> npt.NDArray[np.float64]:
    """Return the share of each month that lies on or before the cut-off day."""
    month, day = norms.cut_off_month, norms.cut_off_day
    share = np.zeros(MONTHS)
    share[: month - 1] = 1.0
    ordinary_year = 2001
    share[month - 1] = min(day / monthrange(ordinary_year, month)[1], 1.0)
    return share


def _slope(values: npt.NDArray[np.float64]) -> float:
    """Return the yearly change of the logarithm; none where a year had nobody."""
    if len(values) < 2 or (values <= 0).any():
        return 0.0
    years = np.arange(len(values)) - (len(values) - 1) / 2
    return float(years @ np.log(values) / (years @ years))
