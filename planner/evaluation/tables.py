"""Lay out what happened to sections, grades, areas and zones in tables a planner can read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from planner.classes import count_at_least
from planner.evaluation.shared_zones import expected_walks, mean_of_known
from planner.evaluation.zone_terms import areas_broken
from planner.results import (
    AreaYears,
    ClassYears,
    CountyYears,
    SectionGrades,
    SectionYears,
    ZoneProofs,
    ZoneShapes,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from planner.capacity import Offer
    from planner.norms import StageNorm
    from planner.stages import StageResult

    FloatArray = npt.NDArray[np.float64]
    IntArray = npt.NDArray[np.int64]

__all__ = [
    "area_years",
    "class_years",
    "county_years",
    "section_grades",
    "section_years",
    "zone_proofs",
    "zone_shapes",
]


def section_years(offer: Offer, results: Sequence[StageResult]) -> pd.DataFrame:
    """Return every section in every year, in the order of sections and years."""
    rows = [row for result in results for row in _section_rows(offer, result)]
    return cast("pd.DataFrame", SectionYears.validate(_frame(rows, SectionYears), lazy=True))


def section_grades(offer: Offer, results: Sequence[StageResult]) -> pd.DataFrame:
    """Return pupils and classes of every grade that is taught, section by section."""
    rows = [row for result in results for row in _grade_rows(offer, result)]
    return cast("pd.DataFrame", SectionGrades.validate(_frame(rows, SectionGrades), lazy=True))


def class_years(offer: Offer, results: Sequence[StageResult]) -> pd.DataFrame:
    """Return every class of every year with the year in which its pupils entered the stage."""
    parts = [_class_columns(offer, result) for result in results]
    names = list(ClassYears.to_schema().columns)
    table = pd.concat([pd.DataFrame(columns=names), *parts], ignore_index=True)
    return cast("pd.DataFrame", ClassYears.validate(table, lazy=True))


def area_years(
    offer: Offer, results: Sequence[StageResult], area_ids: Sequence[str]
) -> pd.DataFrame:
    """Return residents, entrants, zone and walk of every area, stage and year."""
    keys = np.array([*offer.sections["section_id"], None], dtype=object)
    parts = []
    for result in results:
        count, years = result.entrants.zoned.shape
        section = result.zones.section if result.zones is not None else np.full((count, years), -1)
        walk = np.where(section >= 0, result.metres[np.arange(count)[:, None], section], np.nan)
        walk = expected_walks(result, walk)
        walk[~np.isfinite(walk)] = np.nan
        ages = _ages(result.stage)
        residents = np.stack(
            [result.residents.of_ages(*ages, year) for year in offer.years], axis=1
        )
        parts.append(
            pd.DataFrame(
                {
                    "area_id": np.repeat(np.asarray(area_ids, dtype=object), years),
                    "stage": result.stage.stage,
                    "year": np.tile(offer.years, count),
                    "residents": residents.ravel(),
                    "entrants": (result.entrants.zoned + result.entrants.county).ravel(),
                    "section_id": keys[section.ravel()],
                    "walk_metres": walk.ravel(),
                }
            )
        )
    table = pd.concat(parts, ignore_index=True)
    return cast("pd.DataFrame", AreaYears.validate(table, lazy=True))


def county_years(
    sections: pd.DataFrame, areas: pd.DataFrame, results: Sequence[StageResult]
) -> pd.DataFrame:
    """Return the county by stage and year, added up from its sections and areas."""
    key = ["stage", "year"]
    sums = ["entrants", "pupils", "unseated", "seats", "shortage", "surplus"]
    sums += ["classes", "over_standard", "entry_over_standard", "large", "super_large"]
    by_year = sections.groupby(key, sort=False)
    table = by_year[sums].sum()
    table["sections_short"] = (sections["shortage"] > 0).groupby([sections[k] for k in key]).sum()
    for band in ("yellow", "red"):
        table[band] = (sections["warning"] == band).groupby([sections[k] for k in key]).sum()
    table["residents"] = areas.groupby(key, sort=False)["residents"].sum()
    walks = [row for result in results for row in _walk_rows(result, sections)]
    table = table.join(pd.DataFrame(walks).set_index(key))
    # Intervals come later, from the possible futures.
    table = table.reset_index().reindex(columns=list(CountyYears.to_schema().columns))
    return cast("pd.DataFrame", CountyYears.validate(table, lazy=True))


def zone_shapes(
    offer: Offer, results: Sequence[StageResult], areas: gpd.GeoDataFrame, edges: IntArray
) -> gpd.GeoDataFrame:
    """Return the zones as polygons, one for each run of years in which a zone set holds."""
    parts, named = [], ("section_id", "name", "name_en")
    for result in results:
        if result.zones is None:
            continue
        for first, last in _runs(result.zones.section):
            zone = result.zones.section[:, first]
            merged = areas[["geometry"]].assign(row=zone).dissolve("row", method="coverage")
            walk = result.metres[np.arange(len(zone)), zone]
            together = edges[zone[edges[:, 0]] == zone[edges[:, 1]]]
            links = coo_array((np.ones(len(together)), together.T), shape=(len(zone),) * 2)
            _, piece = connected_components(links, directed=False)
            for row, shape in merged.geometry.items():
                members = np.flatnonzero(zone == row)
                entrants = result.entrants.zoned[members, first]
                parts.append(
                    {
                        "stage": result.stage.stage,
                        **{name: offer.sections.loc[row, name] for name in named},
                        "first_year": offer.years[first],
                        "last_year": offer.years[last],
                        "areas": len(members),
                        "entrants": int(entrants.sum()),
                        "walk_metres": mean_of_known(walk[members], entrants),
                        "pieces": len(np.unique(piece[members])),
                        "geometry": shape,
                    }
                )
    frame = gpd.GeoDataFrame(
        pd.DataFrame(parts, columns=list(ZoneShapes.to_schema().columns)), crs=areas.crs
    )
    return cast("gpd.GeoDataFrame", ZoneShapes.validate(frame, lazy=True))


def zone_proofs(results: Sequence[StageResult]) -> pd.DataFrame:
    """Return value, bound and gap of every set of zones."""
    rows = [
        {
            "stage": result.stage.stage,
            "first_year": drawn.first_year,
            "method": drawn.method,
            "status": drawn.zoning.status.value,
            "value": drawn.zoning.value,
            "bound": drawn.zoning.bound,
            "gap": drawn.zoning.gap,
            "walk": drawn.zoning.terms["walk"],
            "overflow": int(drawn.zoning.overflow.sum()),
            "changed": drawn.changed,
            "in_pieces": sum(len(piece.areas) for piece in drawn.zoning.pieces),
            "broken": areas_broken(drawn),
        }
        for result in results
        if result.zones is not None
        for drawn in result.zones.drawn
    ]
    return cast("pd.DataFrame", ZoneProofs.validate(_frame(rows, ZoneProofs), lazy=True))


def _section_rows(offer: Offer, result: StageResult) -> Iterator[dict[str, Any]]:
    """Yield one row for each section and year of a stage."""
    seated, stage = result.seated, result.stage
    for place, row in enumerate(map(int, result.rows)):
        section = offer.sections.loc[row]
        for number, year in enumerate(offer.years):
            intake = int(result.ordinary_intake[place, number])
            pupils = int(seated.pupils[row, :, number].sum())
            unseated = int(seated.unseated[row, number])
            seats = int(offer.seats[row, number])
            walkers = int(seated.walkers[row, number])
            sizes = [
                (stage.class_size[grade], seated.classes.get((row, column, number), ()))
                for grade, column in zip(stage.grades, result.columns, strict=True)
            ]
            everything = tuple(size for _, classes in sizes for size in classes)
            yield {
                "section_id": section["section_id"],
                "name": section["name"],
                "name_en": section["name_en"],
                "stage": stage.stage,
                "year": year,
                "open": bool(offer.open[row, number]),
                "entrants": int(seated.entrants[row, number]),
                "pupils": pupils,
                "unseated": unseated,
                "rooms": int(offer.rooms[row, number]),
                "seats": seats,
                "limit": str(offer.limit[row, number]) or None,
                "entry_seats": int(seated.entry_seats[row, number]),
                "ordinary_intake": intake,
                "utilisation": pupils / seats if seats else np.nan,
                # Whoever found no seat is short of one, even where upper grades have room.
                "shortage": max(unseated, pupils + unseated - seats),
                "surplus": max(0, seats - pupils - unseated),
                "warning": _band(stage, int(seated.entrants[row, number]) + unseated, intake),
                "classes": len(everything),
                "over_standard": sum(count_at_least(c, standard + 1) for standard, c in sizes),
                "entry_over_standard": count_at_least(sizes[0][1], sizes[0][0] + 1),
                "large": count_at_least(everything, stage.large_class),
                "super_large": count_at_least(everything, stage.super_large_class),
                "largest_class": max(everything, default=0),
                "walk_metres": seated.walked[row, number] / walkers if walkers else np.nan,
            }


def _band(stage: StageNorm, entrants: int, ordinary_intake: int) -> str:
    """Return the warning band of entrants against the ordinary intake (常态招生计划数).

    Yellow from 90 %, red from 100 % of it in the norms of China (Zhejiang 浙教基〔2018〕100号 as
    Hangzhou applies it); whoever asks for a seat where there is none is red.
    """
    if entrants == 0 or stage.warning_red is None or stage.warning_yellow is None:
        return "none"
    if entrants >= stage.warning_red * ordinary_intake:
        return "red"
    return "yellow" if entrants >= stage.warning_yellow * ordinary_intake else "none"


def _grade_rows(offer: Offer, result: StageResult) -> Iterator[dict[str, Any]]:
    """Yield one row for each section, year and grade it teaches."""
    for row in map(int, result.rows):
        section = offer.sections.loc[row]
        taught = range(int(section["lowest_grade"]), int(section["highest_grade"]) + 1)
        for number, year in enumerate(offer.years):
            for grade, column in zip(result.stage.grades, result.columns, strict=True):
                pupils = int(result.seated.pupils[row, column, number])
                if grade not in taught and not pupils:
                    continue
                classes = result.seated.classes.get((row, column, number), ())
                yield {
                    "section_id": section["section_id"],
                    "stage": result.stage.stage,
                    "year": year,
                    "grade": grade,
                    "pupils": pupils,
                    "classes": len(classes),
                    "largest_class": max(classes, default=0),
                    "large": count_at_least(classes, result.stage.large_class),
                }


def _class_columns(offer: Offer, result: StageResult) -> pd.DataFrame:
    """Return the classes of one stage, section by section, year by year, grade by grade."""
    stage = result.stage
    grade_of = dict(zip(result.columns, stage.grades, strict=True))
    cells = sorted(
        (row, number, column)
        for row, column, number in result.seated.classes
        if column in grade_of and result.seated.classes[row, column, number]
    )
    formed = [result.seated.classes[row, column, number] for row, number, column in cells]
    rows, numbers, columns = np.array(cells, dtype=np.int64).reshape(-1, 3).T
    grades = np.array([grade_of[column] for column in columns], dtype=np.int64)
    years = np.array(offer.years)[numbers]
    times = [len(sizes) for sizes in formed]
    pupils = np.array([size for sizes in formed for size in sizes], dtype=np.int64)
    standards = np.array([stage.class_size[grade] for grade in grades], dtype=np.int64)
    standard = np.repeat(standards, times)
    return pd.DataFrame(
        {
            "section_id": np.repeat(offer.sections["section_id"].to_numpy()[rows], times),
            "stage": stage.stage,
            "year": np.repeat(years, times),
            "grade": np.repeat(grades, times),
            "cohort": np.repeat(years - grades + stage.entry_grade, times),
            "number": [number for count in times for number in range(1, count + 1)],
            "pupils": pupils,
            "standard": standard,
            "band": _class_band(stage, pupils, standard),
        }
    )


def _class_band(stage: StageNorm, pupils: IntArray, standard: IntArray) -> npt.NDArray[np.str_]:
    """Return the word for the size of each class."""
    never = np.iinfo(np.int64).max
    large = never if stage.large_class is None else stage.large_class
    super_large = never if stage.super_large_class is None else stage.super_large_class
    return np.select(
        [pupils >= super_large, pupils >= large, pupils > standard],
        ["super_large", "large", "over_standard"],
        default="within",
    )


def _walk_rows(result: StageResult, sections: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield mean walk and the share beyond the limit for each year of a stage."""
    years = sections["year"].drop_duplicates().tolist()
    for number, year in enumerate(years):
        walkers = int(result.seated.walkers[:, number].sum())
        walked = float(result.seated.walked[:, number].sum())
        limited = int(result.seated.limited[:, number].sum())
        beyond = int(result.seated.beyond[:, number].sum())
        yield {
            "stage": result.stage.stage,
            "year": year,
            "walk_metres": walked / walkers if walkers else np.nan,
            "over_limit_share": beyond / limited if limited else np.nan,
        }


def _runs(section: IntArray) -> Iterator[tuple[int, int]]:
    """Yield the first and last year column of each run of years with the same zones."""
    years = section.shape[1]
    starts = [0] + [y for y in range(1, years) if (section[:, y] != section[:, y - 1]).any()]
    yield from zip(starts, [start - 1 for start in starts[1:]] + [years - 1], strict=True)


def _ages(stage: StageNorm) -> tuple[int, int]:
    """Return the first and last age of a stage's pupils."""
    return stage.entry_age, stage.entry_age + len(stage.grades) - 1


def _frame(rows: list[dict[str, Any]], model: Any) -> pd.DataFrame:
    """Return rows as a table that has its columns even when there are no rows."""
    return pd.DataFrame(rows, columns=list(model.to_schema().columns))
