"""Reckon walks and missing seats of a plan's new zones from its tables, year by year.

Zones are drawn for the entrants of the year with most entrants among the years they must
serve, or for their mean, and for the seats of an ordinary year; the settings say which.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from planner.audit.findings import Check, Said, said, word

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from planner.audit.told import Told

__all__ = ["demand_checks"]

_DRAWN: Final = ("redraw", "file", "nearest", "moved")
"""Zones that the scenario's settings were asked for; adapted ones serve other years."""
_ROUNDING: Final = 1e-6


def demand_checks(told: Told, tables: Mapping[str, pd.DataFrame]) -> Iterator[Check]:
    """Yield walks and missing seats of every set of new zones whose entrants can be told.

    Left out are zones drawn for several years or draws at once, those of years that the tables
    do not show, shared ones, and stages of which some sections take from the whole county.
    """
    if told.settings.get("zones", {}).get("demand") not in ("peak", "mean"):
        return
    proofs = tables["zone_proofs"]
    sections = tables["sections"]
    mixed = set(sections.loc[sections["intake"] == "county", "stage"])
    for number, row in enumerate(proofs.to_dict("records")):
        proof = {str(name): value for name, value in row.items()}
        later = proofs.iloc[number + 1 :]
        again = later[later["stage"] == proof["stage"]]
        replaced = (again["first_year"] == proof["first_year"]).any()
        if proof["method"] in _DRAWN and proof["stage"] not in mixed and not replaced:
            yield from _recounted(tables, proof, told)


def _recounted(
    tables: Mapping[str, pd.DataFrame], proof: Mapping[str, Any], told: Told
) -> Iterator[Check]:
    """Compare walks and missing seats of one set of zones."""
    stage, first = proof["stage"], int(proof["first_year"])
    settings = told.settings["zones"]
    areas, offers = (
        tables[name][tables[name]["stage"] == stage] for name in ("area_years", "section_years")
    )
    years = sorted(int(year) for year in areas["year"].unique())
    window = [year for year in years if first <= year < first + settings["years_ahead"]]
    if not window or window != list(range(first, window[-1] + 1)):
        return
    entrants = areas.pivot_table(index="area_id", columns="year", values="entrants")[window]
    peak = entrants.sum().idxmax()
    by_mean = settings["demand"] == "mean"
    pupils = entrants.mean(axis=1).round() if by_mean else entrants[peak]
    now = areas[areas["year"] == first].set_index("area_id")
    walks = now["walk_metres"]
    if walks[pupils > 0].isna().any():
        return
    heading = told.stage(stage, first)
    walked = math.fsum(pupils * walks.fillna(0.0))
    yield _compared("term_walk", heading, float(proof["walk"]), walked)
    seats = offers[offers["year"] == (first if by_mean else peak)]
    seats = seats.set_index("section_id")["ordinary_intake"]
    opened = offers[offers["year"] == first].set_index("section_id")["open"].astype(bool)
    load = pupils.groupby(now["section_id"].reindex(pupils.index)).sum()
    beyond = (load - seats.where(opened, 0).reindex(load.index)).clip(lower=0).sum()
    yield _compared("seats", heading, float(proof["overflow"]), float(beyond))


def _compared(what: str, stage: Said, asked: float, found: float) -> Check:
    """Compare one figure of a proof with what the tables give."""
    names = {"asked": f"{asked:,.1f}", "found": f"{found:,.1f}"}
    fault = said("term_wrong", stage=stage, term=word(what), **names)
    heading = Said(f"{stage.zh}：{word(what).zh}", f"{stage.en}: {word(what).en}")
    wrong = not math.isclose(asked, found, rel_tol=_ROUNDING, abs_tol=0.5)
    return Check(heading, names["asked"], names["found"], (fault,) if wrong else ())
