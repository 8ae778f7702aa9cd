"""Say what every set of zones costs, term by term, at which price, and which demands it breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np
import pandas as pd

from planner.results import ZoneTerms
from planner.zones.broken import no_choice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from planner.scenario import ZoneSettings
    from planner.stages import StageResult
    from planner.zones.drawn import Drawn

__all__ = ["areas_broken", "hard_terms", "term_prices", "zone_terms"]

HARD_NAMES: Final = {"over_limit": "limit"}
"""Terms whose hard demand has a name of its own."""


def zone_terms(results: Sequence[StageResult]) -> pd.DataFrame:
    """Return one row for each set of zones and each term that it was asked for."""
    rows = [
        {
            "stage": result.stage.stage,
            "first_year": drawn.first_year,
            "method": drawn.method,
            **term,
        }
        for result in results
        if result.zones is not None
        for drawn in result.zones.drawn
        for term in _terms(drawn)
    ]
    table = pd.DataFrame(rows, columns=list(ZoneTerms.to_schema().columns))
    return cast("pd.DataFrame", ZoneTerms.validate(table, lazy=True))


def areas_broken(drawn: Drawn) -> int:
    """Return the areas for which any hard demand is broken, each once."""
    broken = [areas.tolist() for areas in drawn.zoning.breaches.values()]
    return len({area for areas in broken for area in areas})


def _terms(drawn: Drawn) -> Iterator[dict[str, Any]]:
    """Yield the terms of one set of zones, with the prices of the settings that held."""
    pupils, zoning = drawn.problem.pupils, drawn.zoning
    prices, hard = term_prices(drawn.settings), hard_terms(drawn.settings)
    for term, part in zoning.terms.items():
        demand = HARD_NAMES.get(term, term)
        broken = zoning.breaches.get(demand, np.zeros(0, dtype=np.int64))
        price = prices.get(term, np.nan)
        concerned = part / price if price > 0 else np.nan
        yield {
            "term": term,
            "demand": "hard" if term in hard else "priced",
            "price_metres": price,
            "concerned": float(pupils[broken].sum()) if term in hard else concerned,
            "part": part,
            "broken": len(broken),
            "no_choice": int(no_choice(drawn.problem, demand)[broken].sum()),
        }


def term_prices(settings: ZoneSettings) -> dict[str, float]:
    """Return the price of each term; walks have none: they are what the others count in.

    Nor has what is not allowed, but for the walking limit, whose price stands where an area has
    no other choice.
    """
    hard = hard_terms(settings)
    prices = {
        "overflow": settings.overflow_metres,
        "over_limit": settings.over_limit_metres,
        "changed": settings.changed_metres,
        "crossing": settings.crossing_metres,
        "moved_again": settings.moved_again_metres,
        "together": settings.apart_metres,
        settings.keep_together_by: settings.apart_metres,
        "feeders": settings.feeders_metres,
        "band": settings.outside_target_metres,
        "mix": settings.mix_metres,
        "shape": settings.compact_pupil_metres,
    }
    return {
        term: price for term, price in prices.items() if term == "over_limit" or term not in hard
    }


def hard_terms(settings: ZoneSettings) -> frozenset[str]:
    """Return the terms that must be kept wherever there is any other choice."""
    words = {
        "over_limit": settings.over_limit,
        "crossing": settings.crossing,
        "moved_again": settings.moved_again,
        "together": settings.apart,
        settings.keep_together_by: settings.apart,
        "feeders": settings.feeders,
    }
    return frozenset(("forbidden", *(term for term, word in words.items() if word == "hard")))
