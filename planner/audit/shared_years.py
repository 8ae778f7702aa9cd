"""Reckon the shared zones of a whole plan anew from the chances in results.gpkg, year by year."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from planner.audit.findings import Check, Said, said, word

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from planner.audit.told import Told

__all__ = ["LAYERS", "shared_year_checks"]

LAYERS: Final = ("shared_zones", "shared_lots")
"""Layers of a plan in which zones are shared; others have none of them."""
_CLOSE: Final = 1e-6


def shared_year_checks(told: Told, tables: Mapping[str, pd.DataFrame]) -> Iterator[Check]:
    """Yield the checks of a plan's shared zones: of each figure, over all zones and years.

    The expected quality is held against the figures of the scenario where it gives them, else
    only between the lowest and the highest of its sections.
    """
    zones, lots = (tables[name] for name in LAYERS)
    settings = told.settings.get("sharing", {})
    wrong: dict[str, list[Said]] = {
        what: [] for what in ("shared_lots", "shared_walk", "shared_quality")
    }
    faulty = set()
    for zone in zones.to_dict("records"):
        key = ["stage", "year", "shared_zone"]
        mine = lots[(lots[key] == [zone[name] for name in key]).all(axis=1)]
        for what, found, asked in _figures(zone, mine, tables, settings):
            if not math.isclose(found, asked, rel_tol=_CLOSE, abs_tol=_CLOSE):
                wrong[what].append(_other(zone, told, what, found, asked))
                faulty.add((what, *(zone[name] for name in key)))
    for what, faults in wrong.items():
        heading = word("shared_years") if what == "shared_lots" else word(f"{what}_years")
        right = len(zones) - sum(one[0] == what for one in faulty)
        yield Check(heading, f"{len(zones):,}", f"{right:,}", tuple(faults))


def _figures(
    zone: Mapping[Any, Any],
    lots: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame],
    settings: Mapping[str, Any],
) -> Iterator[tuple[str, float, float]]:
    """Yield what is looked at in one zone: the figure written, and reckoned anew."""
    homes = tables["area_years"]
    homes = homes[(homes["stage"] == zone["stage"]) & (homes["year"] == zone["year"])]
    entrants = homes.set_index("area_id")["entrants"]
    inside = lots.groupby("area_id")["chance"].sum()
    yield "shared_lots", float(zone["areas"]), float(len(inside))
    yield "shared_lots", float((inside - 1.0).abs().max()), 0.0
    yield "shared_lots", float(zone["entrants"]), float(entrants.reindex(inside.index).sum())
    coming = lots["chance"] * lots["area_id"].map(entrants)
    known = lots["walk_metres"].notna() & (coming > 0)
    if known.any():
        walked = math.fsum((coming * lots["walk_metres"])[known]) / math.fsum(coming[known])
        yield "shared_walk", float(zone["walk_metres"]), walked
    if lots["walk_metres"].notna().any():
        longest = float(lots["walk_metres"].max())
        yield "shared_walk", float(zone["longest_walk_metres"]), longest
    if zone["quality"] is None or math.isnan(zone["quality"]):
        return
    figure = {str(key): float(said) for key, said in settings.get("quality", {}).items()}
    if set(lots["section_id"]) <= set(figure) and coming.sum() > 0:
        hoped = math.fsum(coming * lots["section_id"].map(figure)) / math.fsum(coming)
        yield "shared_quality", float(zone["quality"]), hoped
    nearest = min(max(zone["quality"], zone["lowest_quality"]), zone["highest_quality"])
    yield "shared_quality", float(zone["quality"]), float(nearest)


def _other(zone: Mapping[Any, Any], told: Told, what: str, found: float, asked: float) -> Said:
    """Say that a shared zone has another figure than its chances give."""
    term = Said(f"{word(what).zh} {zone['shared_zone']}", f"{word(what).en} {zone['shared_zone']}")
    stage = told.stage(zone["stage"], zone["year"])
    return said(
        "expected_wrong", stage=stage, term=term, found=f"{asked:,.3f}", asked=f"{found:,.3f}"
    )
