"""Say beside every number of large classes how sure it is, and how likely there is one at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

import numpy as np
import pandas as pd

from planner.classes import count_between
from planner.classes.draws import FUTURES, ClassStart, draw_classes, learn_cohorts
from planner.norms import ClassBand
from planner.results import ClassBandYears

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy.typing as npt

    from planner.capacity import Offer
    from planner.classes.draws import ClassDraws, CohortSpread
    from planner.norms import StageNorm
    from planner.past import Past
    from planner.projection.draws import RollDraws
    from planner.stages import County, StageResult

    BoolArray = npt.NDArray[np.bool_]
    FloatArray = npt.NDArray[np.float64]
    IntArray = npt.NDArray[np.int64]

__all__ = [
    "class_band_years",
    "large_together",
    "possible_classes",
    "with_county_classes",
    "with_grade_classes",
    "with_section_classes",
]

_PROBABILITIES: Final = (0.1, 0.9)
_COLUMNS: Final = ("large_low80", "large_high80", "large_probability")


def possible_classes(
    county: County, past: Past, futures: RollDraws, results: Sequence[StageResult]
) -> dict[str, ClassDraws]:
    """Form the classes of possible futures, for each stage whose norms know large classes.

    Args:
        county: Rooms, policy and who goes on where.
        past: What would have been said in earlier years: how far single cohorts were off.
        futures: Possible rolls of the plan's sections; the first of them are taken.
        results: The stages as they were worked out.
    """
    spread = learn_cohorts(past.errors())
    return {
        result.stage.stage: draw_classes(
            _class_start(county, futures, result, spread), seed=county.seed
        )
        for result in results
        if result.stage.large_class is not None
    }


def _class_start(
    county: County, futures: RollDraws, result: StageResult, spread: CohortSpread
) -> ClassStart:
    """Put together what is known of one stage, its sections and grades numbered from 0."""
    rows, columns, stage = result.rows, result.columns, result.stage
    assert stage.large_class is not None, "stages without large classes are left out"
    place = {int(row): number for number, row in enumerate(rows)}
    grade_of = {column: grade for grade, column in enumerate(columns)}
    return ClassStart(
        rows=rows,
        grades=stage.grades,
        pupils=result.seated.pupils[rows][:, list(columns)],
        rolls=futures.rolls[rows, :, :FUTURES],
        rooms=county.offer.rooms[rows],
        classes={
            (place[row], grade_of[column]): sizes
            for (row, column, year), sizes in result.seated.classes.items()
            if year == 0
        },
        sources={
            (place[row], grade_of[column]): tuple(place[source] for source in sources)
            for (row, column), sources in county.progression.sources.items()
            if row in place and column in grade_of
        },
        standard=tuple(stage.class_size[grade] for grade in stage.grades),
        large=stage.large_class,
        super_large=stage.super_large_class,
        policy=county.scenario.classes,
        spread=spread,
    )


def with_section_classes(
    sections: pd.DataFrame, classes: Mapping[str, ClassDraws], offer: Offer
) -> pd.DataFrame:
    """Return the sections' years with the interval and probability of their large classes.

    Missing in the counted year, and where the norms know no large class.
    """
    found = np.full((len(sections), 3), np.nan)
    for drawn, mine, section, year in _ahead(sections, classes, offer):
        found[mine, :2] = drawn.bounds(_PROBABILITIES)[section, year]
        found[mine, 2] = drawn.any_large()[section, year]
    return _with_columns(sections, found)


def with_county_classes(
    county: pd.DataFrame, classes: Mapping[str, ClassDraws], offer: Offer
) -> pd.DataFrame:
    """Return the county's years with the interval and probability of their large classes.

    The sections of one future are added up before the futures are compared.
    """
    found = np.full((len(county), 3), np.nan)
    for drawn, mine, _, year in _ahead(county, classes, offer):
        found[mine, :2] = drawn.together(_PROBABILITIES)[year]
        found[mine, 2] = drawn.any_large_together()[year]
    return _with_columns(county, found)


def large_together(
    county: pd.DataFrame, classes: Mapping[str, ClassDraws]
) -> dict[int, tuple[float, float]]:
    """Return the interval of the large classes of all stages together, by projected year.

    The stages of one future are added up before the futures are compared: a sum of bounds would
    be no bound of the sum. Like every interval it holds the plan's own figure.
    """
    if not classes:
        return {}
    draws = [drawn.large.sum(axis=0, dtype=np.int64) for drawn in classes.values()]
    fewest = min(drawn.shape[1] for drawn in draws)
    together = np.sum([drawn[:, :fewest] for drawn in draws], axis=0)
    low, high = np.quantile(together, _PROBABILITIES, axis=1, method="inverted_cdf")
    own = county[county["stage"].isin(list(classes))].groupby("year")["large"].sum()
    first = int(own.index.min())
    return {
        year: (min(float(low[year - first]), large), max(float(high[year - first]), large))
        for year, large in zip(own.index.tolist(), own.astype(float).tolist(), strict=True)
        if year > first
    }


def with_grade_classes(
    grades: pd.DataFrame, classes: Mapping[str, ClassDraws], offer: Offer
) -> pd.DataFrame:
    """Return the sections' grades with the probability that a class of the grade is large."""
    probability = np.full(len(grades), np.nan)
    for drawn, mine, section, year in _ahead(grades, classes, offer):
        grade = grades["grade"].to_numpy(dtype=int)[mine] - drawn.grades[0]
        probability[mine] = drawn.large_share[section, grade, year]
    return grades.assign(large_probability=probability)


def _ahead(
    table: pd.DataFrame, classes: Mapping[str, ClassDraws], offer: Offer
) -> Iterator[tuple[ClassDraws, BoolArray, IntArray, IntArray]]:
    """Yield for each stage its draws, its rows after the counted year, their section and year.

    The section is its place among the draws of its stage; a table of the county has none.
    """
    number = table["year"].to_numpy(dtype=int) - offer.years[0]
    row_of = {key: row for row, key in enumerate(offer.sections["section_id"])}
    for stage, drawn in classes.items():
        mine = (table["stage"] == stage).to_numpy() & (number > 0)
        section = np.zeros(0, dtype=np.int64)
        if "section_id" in table:
            rows = table.loc[mine, "section_id"].map(row_of).to_numpy(dtype=np.int64)
            section = np.searchsorted(drawn.rows, rows)
        yield drawn, mine, section, number[mine]


def _with_columns(table: pd.DataFrame, found: FloatArray) -> pd.DataFrame:
    """Return a table with intervals that hold the plan's own figure as well, and probabilities."""
    large = table["large"].to_numpy(dtype=float)
    # A planner who reads the figure and its interval needs the one to lie within the other.
    low = np.where(np.isnan(found[:, 0]), np.nan, np.minimum(found[:, 0], large))
    high = np.where(np.isnan(found[:, 1]), np.nan, np.maximum(found[:, 1], large))
    return table.assign(**dict(zip(_COLUMNS, (low, high, found[:, 2]), strict=True)))


def class_band_years(classes: pd.DataFrame, stages: Sequence[StageNorm]) -> pd.DataFrame:
    """Return how many classes of each stage and year lie in each band of sizes (班额分档).

    Classes below the smallest band of the norms make a band of their own, so that the shares of a
    year add up to 1. Stages without bands are left out.

    Args:
        classes: The table class_years.
        stages: Norms of the stages.
    """
    rows = []
    for stage in stages:
        bands = _bands(stage)
        mine = classes[classes["stage"] == stage.stage] if bands else classes.iloc[:0]
        limits = [(band.from_pupils, band.to_pupils) for band in bands]
        for year, part in mine.groupby("year"):
            counts = count_between(part["pupils"].tolist(), limits)
            rows += [
                {
                    "stage": stage.stage,
                    "year": year,
                    "name": band.names["zh"],
                    "name_en": band.names["en"],
                    "smallest": band.from_pupils,
                    "largest": np.nan if band.to_pupils is None else band.to_pupils,
                    "classes": count,
                    "share": count / len(part),
                }
                for band, count in zip(bands, counts, strict=True)
            ]
    table = pd.DataFrame(rows, columns=list(ClassBandYears.to_schema().columns))
    return cast("pd.DataFrame", ClassBandYears.validate(table, lazy=True))


def _bands(stage: StageNorm) -> list[ClassBand]:
    """Return the stage's bands of class sizes with one for all that are smaller."""
    first = stage.class_bands[0].from_pupils if stage.class_bands else 1
    if first == 1:
        return list(stage.class_bands)
    names = {"zh": f"{first - 1}人及以下", "en": f"{first - 1} and fewer"}
    return [ClassBand(names, 1, first - 1), *stage.class_bands]
