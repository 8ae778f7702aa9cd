"""Lay out what shared zones let children expect: walks, chances and quality, year by year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd

from planner.results import SharedLots, SharedZones

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from planner.capacity import Offer
    from planner.stages import StageResult
    from planner.zones.sharing import Going
    from planner.zones.sharing import SharedZones as StageShared

    FloatArray = npt.NDArray[np.float64]
    IntArray = npt.NDArray[np.int64]

__all__ = ["expected_walks", "homes_of_entrants", "mean_of_known", "shared_lots", "shared_zones"]

_PLUS = "+"


def shared_zones(offer: Offer, results: Sequence[StageResult]) -> pd.DataFrame:
    """Return every shared zone in every year in which lots are drawn."""
    rows = [row for result in results for row in _zone_rows(offer, result)]
    table = pd.DataFrame(rows, columns=list(SharedZones.to_schema().columns))
    return cast("pd.DataFrame", SharedZones.validate(table, lazy=True))


def shared_lots(
    offer: Offer, results: Sequence[StageResult], area_ids: Sequence[str]
) -> pd.DataFrame:
    """Return the chance of every area of a shared zone for each of its sections, by year."""
    names = list(SharedLots.to_schema().columns)
    parts = [pd.DataFrame(columns=names), *_lots(offer, results, np.asarray(area_ids))]
    table = pd.concat(parts, ignore_index=True)
    return cast("pd.DataFrame", SharedLots.validate(table, lazy=True))


def expected_walks(result: StageResult, walk: FloatArray) -> FloatArray:
    """Return walks in which those of shared zones are what lots let expect, [area, year].

    Args:
        result: The stage, with its shared zones if there are any.
        walk: Walks to the section of the zone in which an area lies, [area, year].
    """
    expected = walk.copy()
    for number, going in enumerate(result.shared.going if result.shared is not None else ()):
        if going is None:
            continue
        drawn = going.group >= 0
        areas = going.areas[drawn]
        metres = result.metres[areas, going.rows[drawn]]
        expected[areas, number] = 0.0
        np.add.at(expected[:, number], areas, going.chance[drawn] * metres)
    return expected


def homes_of_entrants(areas: pd.DataFrame, lots: pd.DataFrame) -> pd.DataFrame:
    """Return whose entrants live where: by zone, in shared zones as lots fall on average.

    Args:
        areas: Areas by stage and year, as AreaYears.
        lots: Areas of shared zones by section, as SharedLots, or an empty table.

    Returns:
        Columns of AreaYears; an area of a shared zone has a row for each of its sections.
    """
    if lots.empty:
        return areas
    key = ["stage", "year", "area_id"]
    drawn = lots[[*key, "section_id", "entrants", "walk_metres"]]
    residents = areas.set_index(key)["residents"]
    drawn = drawn.join(residents, on=key)
    alone = ~pd.MultiIndex.from_frame(areas[key]).isin(pd.MultiIndex.from_frame(lots[key]))
    return pd.concat([areas[alone], drawn[list(areas.columns)]], ignore_index=True)


def mean_of_known(values: FloatArray, weights: FloatArray | IntArray) -> float:
    """Return the weighted mean of what is known, NaN where nobody counts.

    Args:
        values: Figures, NaN or inf where none is known, [anything].
        weights: Pupils whose figures they are, in the same shape.
    """
    known = np.isfinite(values) & (weights > 0)
    return float(np.average(values[known], weights=weights[known])) if known.any() else np.nan


def _zone_rows(offer: Offer, result: StageResult) -> Iterator[dict[str, Any]]:
    """Yield one row for each shared zone and year of a stage."""
    for shared, number, going in _years(result):
        for group in range(len(shared.groups)):
            pairs = going.group == group
            if pairs.any():
                yield _zone_row(offer, result, shared, number, going, group)


def _years(result: StageResult) -> Iterator[tuple[StageShared, int, Going]]:
    """Yield the years in which lots are drawn in a stage: its zones, column, who goes where."""
    if result.shared is not None:
        for number, going in enumerate(result.shared.going):
            if going is not None:
                yield result.shared, number, going


def _zone_row(
    offer: Offer,
    result: StageResult,
    shared: StageShared,
    number: int,
    going: Going,
    group: int,
) -> dict[str, Any]:
    """Return one shared zone in one year."""
    pairs = going.group == group
    rows = _teaching(offer, shared, group, number)
    areas = np.unique(going.areas[pairs])
    entrants = result.entrants.zoned[:, number]
    coming = entrants[going.areas[pairs]] * going.chance[pairs]
    metres = result.metres[going.areas[pairs], going.rows[pairs]]
    assert result.zones is not None, "shared zones are joined zones"
    own = result.metres[areas, result.zones.section[areas, number]]
    place = np.searchsorted(shared.rows, rows)
    quality = shared.quality[place] if shared.graded else np.full(len(rows), np.nan)
    of_pair = shared.quality[np.searchsorted(shared.rows, going.rows[pairs])]
    sections = offer.sections.loc[rows]
    return {
        "stage": result.stage.stage,
        "shared_zone": _PLUS.join(sections["section_id"]),
        "year": offer.years[number],
        "names": "、".join(sections["name"]),
        "names_en": ", ".join(sections["name_en"].fillna(sections["name"])),
        "areas": len(areas),
        "entrants": int(entrants[areas].sum()),
        "seats": int(shared.seats[place, number].sum()),
        "walk_metres": mean_of_known(metres, coming),
        "own_walk_metres": mean_of_known(own, entrants[areas].astype(float)),
        "longest_walk_metres": _largest(metres),
        "lowest_quality": quality.min(),
        "highest_quality": quality.max(),
        "quality": mean_of_known(of_pair, coming) if shared.graded else np.nan,
    }


def _teaching(offer: Offer, shared: StageShared, group: int, number: int) -> npt.NDArray[np.int64]:
    """Return the sections of a shared zone that teach in a year, as rows, in order."""
    rows = np.array(sorted(shared.groups[group]), dtype=np.int64)
    teaching: npt.NDArray[np.int64] = rows[offer.open[rows, number]]
    return teaching


def _lots(
    offer: Offer, results: Sequence[StageResult], area_ids: npt.NDArray[Any]
) -> Iterator[pd.DataFrame]:
    """Yield the chances of each stage and year."""
    ids = offer.sections["section_id"].to_numpy()
    for result in results:
        for shared, number, going in _years(result):
            drawn = going.group >= 0
            if not drawn.any():
                continue
            keys = [
                _PLUS.join(ids[_teaching(offer, shared, group, number)])
                for group in range(len(shared.groups))
            ]
            areas, rows = going.areas[drawn], going.rows[drawn]
            walk = result.metres[areas, rows]
            yield pd.DataFrame(
                {
                    "stage": result.stage.stage,
                    "year": offer.years[number],
                    "shared_zone": np.array(keys, dtype=object)[going.group[drawn]],
                    "area_id": area_ids[areas],
                    "section_id": ids[rows],
                    "chance": np.minimum(going.chance[drawn], 1.0),
                    "entrants": going.entrants[drawn],
                    "walk_metres": np.where(np.isfinite(walk), walk, np.nan),
                }
            )


def _largest(values: FloatArray) -> float:
    """Return the largest of what is known, NaN where nothing is."""
    known = values[np.isfinite(values)]
    return float(known.max()) if len(known) else np.nan
