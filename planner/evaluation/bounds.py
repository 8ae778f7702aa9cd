"""Say beside every number of pupils how sure it is, and how likely seats run short."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from planner.capacity import Offer
    from planner.projection.draws import RollDraws
    from planner.stages import StageResult

__all__ = ["with_county_bounds", "with_section_bounds"]

_COLUMNS: Final = ("low95", "low80", "high80", "high95")
_PROBABILITIES: Final = (0.025, 0.1, 0.9, 0.975)


def with_section_bounds(sections: pd.DataFrame, futures: RollDraws, offer: Offer) -> pd.DataFrame:
    """Return the sections' years with their intervals, missing in the counted year.

    Intervals hold a section's count with 80 and 95 % probability. The probability of a shortage
    is the share of possible futures with more pupils than seats.
    """
    row_of = {key: row for row, key in enumerate(offer.sections["section_id"])}
    rows = sections["section_id"].map(row_of).to_numpy(dtype=int)
    years = sections["year"].to_numpy(dtype=int) - offer.years[0]
    counted = years == 0
    bounds = futures.bounds(_PROBABILITIES)[rows, years]
    bounds[counted] = np.nan
    above = futures.above(offer.seats.astype(float))[rows, years]
    columns = dict(zip(_COLUMNS, bounds.T, strict=True))
    return sections.assign(**columns, shortage_probability=np.where(counted, np.nan, above))


def with_county_bounds(
    county: pd.DataFrame, futures: RollDraws, offer: Offer, results: Sequence[StageResult]
) -> pd.DataFrame:
    """Return the county's years with the intervals of each stage's pupils.

    The sections of one future are added up before the futures are compared: what all schools
    have in common does not cancel out.
    """
    together = {
        result.stage.stage: futures.together(result.rows, _PROBABILITIES) for result in results
    }
    bounds = np.array(
        [
            together[stage][year - offer.years[0]]
            for stage, year in zip(county["stage"], county["year"], strict=True)
        ]
    )
    bounds[(county["year"] == offer.years[0]).to_numpy()] = np.nan
    return county.assign(**dict(zip(_COLUMNS, bounds.T, strict=True)))
