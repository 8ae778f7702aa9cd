"""Say beside every number of pupils how sure it is, and how likely seats run short."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
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
    is the share of possible futures with more pupils than seats; entrants for whom the plan finds
    no seat count among them.
    """
    row_of = {key: row for row, key in enumerate(offer.sections["section_id"])}
    rows = sections["section_id"].map(row_of).to_numpy(dtype=int)
    years = sections["year"].to_numpy(dtype=int) - offer.years[0]
    counted = years == 0
    bounds = futures.bounds(_PROBABILITIES)[rows, years]
    bounds = _around(sections["pupils"].to_numpy(dtype=float), bounds)
    bounds[counted] = np.nan
    seats = offer.seats.astype(float)
    # Whoever was turned away is on no roll, and found none of the seats that may be left.
    pupils, unseated = (sections[name].to_numpy(dtype=float) for name in ("pupils", "unseated"))
    served = np.where(unseated > 0, np.minimum(seats[rows, years], pupils), seats[rows, years])
    seats[rows, years] = served - unseated
    above = futures.above(seats)[rows, years]
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
    bounds = _around(county["pupils"].to_numpy(dtype=float), bounds)
    bounds[(county["year"] == offer.years[0]).to_numpy()] = np.nan
    return county.assign(**dict(zip(_COLUMNS, bounds.T, strict=True)))


def _around(
    pupils: npt.NDArray[np.float64], bounds: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Return bounds that hold the plan's own figure as well.

    Where earlier plans were nearly all too high, or too low, the interval lies to one side of
    the figure; a planner who reads both needs it to reach there.
    """
    low, high = bounds[:, :2], bounds[:, 2:]
    return np.hstack([np.minimum(low, pupils[:, None]), np.maximum(high, pupils[:, None])])
