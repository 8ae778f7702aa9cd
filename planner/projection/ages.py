"""Say how many residents of every single age each area had, in every year to the last count."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from planner.errors import Sentence, StudyError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from planner.study import Study

__all__ = ["annual_single_ages", "covered_ages", "split_groups"]


def covered_ages(study: Study) -> range:
    """Return the single ages that the residents table covers in every one of its years.

    Raises:
        StudyError: the age groups of a year overlap or leave ages out, or no age is covered in
            all years.
    """
    edges = [_edges_of(rows, year) for year, rows in _by_year(study)]
    if not edges:
        fault = Sentence(
            "residents: the table is empty. Add residents by area, year and age.",
            "常住人口表（residents）为空；请按单元、年份和年龄补入常住人口。",
        )
        raise StudyError(fault)
    first = max(year_edges[0] for year_edges in edges)
    end = min(year_edges[-1] for year_edges in edges)
    if first >= end:
        fault = Sentence(
            "residents: no age is covered in every year. "
            "Give the same ages in all years, or leave out the years that differ.",
            "常住人口表（residents）：没有一个年龄各年都有；"
            "请各年给出相同的年龄，或去掉不同的年份。",
        )
        raise StudyError(fault)
    return range(first, end)


def annual_single_ages(
    study: Study, ages: range
) -> tuple[tuple[int, ...], npt.NDArray[np.float64]]:
    """Return residents by single age for every year from the first count to the last.

    Years between two counts are filled along cohorts: those aged 3 in 2015 and 7 in 2019 change
    by equal steps in between. A cohort that only one of the two counts holds, because it was
    too young or too old in the other, is filled at the same age instead. An area without a row
    has no residents.

    Args:
        study: The residents table and the areas.
        ages: Single ages wanted, all of them among `covered_ages`.

    Returns:
        The years, without gaps, and residents by area, age and year.
    """
    place = pd.Index(study.areas["area_id"])
    counted: list[int] = []
    counts: list[npt.NDArray[np.float64]] = []
    for year, rows in _by_year(study):
        edges = _edges_of(rows, year)
        single = split_groups(_counts(rows, place, edges), edges)
        counted.append(year)
        counts.append(single[:, ages.start - edges[0] : ages.stop - edges[0]])
    return _every_year(counted, counts)


def split_groups(counts: npt.NDArray[np.float64], edges: Sequence[int]) -> npt.NDArray[np.float64]:
    """Split age groups into single ages along a smooth curve.

    The counts are summed up from the youngest; a monotone piecewise cubic runs through these
    sums at the edges of the groups (Fritsch and Carlson 1980), and each single age is the rise
    over its year. So every group keeps its sum and no age falls below zero, for which Smith,
    Hyndman and Wood (2004, Journal of Population Research 21(1):95–98) recommend monotone
    curves. Groups of one age stay as they are.

    Args:
        counts: Residents by group along the last axis, any number of axes before it.
        edges: First age of each group and, last, the first age beyond: 0, 5, 10, 15, 20.

    Returns:
        Residents by single age along the last axis, from the first edge up to the last.
    """
    starts, widths = np.asarray(edges[:-1]), np.diff(edges)
    if (widths == 1).all():
        return counts
    sums = np.zeros((*counts.shape[:-1], len(edges)))
    np.cumsum(counts, axis=-1, out=sums[..., 1:])
    # Loaded here, since most studies count single ages and need not wait for it.
    from scipy.interpolate import PchipInterpolator

    curve = PchipInterpolator(edges, sums, axis=-1)
    single = np.diff(curve(np.arange(edges[0], edges[-1] + 1)), axis=-1)
    single = np.maximum(single, 0.0)  # rounding leaves some empty ages at -1e-16
    single[..., (starts - edges[0])[widths == 1]] = counts[..., widths == 1]
    return single


def _by_year(study: Study) -> list[tuple[int, pd.DataFrame]]:
    """Return the counted years with their rows, from the earliest."""
    year_of_row = study.residents["year"].to_numpy(dtype=int)
    return [(int(year), study.residents[year_of_row == year]) for year in np.unique(year_of_row)]


def _edges_of(rows: pd.DataFrame, year: int) -> tuple[int, ...]:
    """Return first ages of the groups of one year and the first age beyond the last."""
    groups = rows[["age_from", "age_to"]].drop_duplicates().astype(int).sort_values("age_from")
    first, beyond = groups["age_from"].to_numpy(), groups["age_to"].to_numpy() + 1
    for lower, upper in zip(beyond[:-1], first[1:], strict=True):
        if lower != upper:
            raise StudyError(_bad_groups(year, lower, upper))
    return (*map(int, first), int(beyond[-1]))


def _bad_groups(year: int, beyond: int, following: int) -> Sentence:
    """Return the fault of age groups of which one does not begin where the one before ends."""
    several = following - beyond > 1
    what, zh = (
        (f"leave out age {beyond}", f"缺{beyond}岁")
        if not several
        else (f"leave out age {beyond} to {following - 1}", f"缺{beyond}至{following - 1}岁")
    )
    if following < beyond:
        what, zh = f"overlap at age {following}", f"在{following}岁重叠"
    return Sentence(
        f"residents, year {year}: the age groups {what}. "
        "Give the same age groups for every area of a year, without gaps.",
        f"常住人口表（residents）{year}年：年龄组{zh}；请为同年各单元给出相同且连续的年龄组。",
    )


def _counts(rows: pd.DataFrame, place: pd.Index, edges: tuple[int, ...]) -> npt.NDArray[np.float64]:
    """Return one year's residents by area and age group."""
    counts = np.zeros((len(place), len(edges) - 1))
    area = place.get_indexer(pd.Index(rows["area_id"]))
    group = np.searchsorted(edges, rows["age_from"].to_numpy(dtype=int))
    np.add.at(counts, (area, group), rows["residents"].to_numpy(dtype=float))
    return counts


def _every_year(
    counted: list[int], counts: list[npt.NDArray[np.float64]]
) -> tuple[tuple[int, ...], npt.NDArray[np.float64]]:
    """Fill the years between counts."""
    years = tuple(range(counted[0], counted[-1] + 1))
    filled = np.empty((*counts[0].shape, len(years)))
    filled[:, :, 0] = counts[0]
    for before, after, earlier, later in zip(
        counted, counted[1:], counts, counts[1:], strict=False
    ):
        for year in range(before + 1, after + 1):
            filled[:, :, year - years[0]] = _between(earlier, later, year - before, after - year)
    return years, filled


def _between(
    earlier: npt.NDArray[np.float64],
    later: npt.NDArray[np.float64],
    years_after: int,
    years_before: int,
) -> npt.NDArray[np.float64]:
    """Return residents by area and age, some years after one count and before the next."""
    apart = years_after + years_before
    weight = years_after / apart
    filled = (1 - weight) * earlier + weight * later
    both = earlier.shape[1] - apart  # cohorts that both counts hold
    if both > 0:
        along = (1 - weight) * earlier[:, :both] + weight * later[:, apart:]
        filled[:, years_after : years_after + both] = along
    return filled
