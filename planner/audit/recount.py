"""Reckon the value of zones anew, term by term, from tables of pupils, seats and walks.

    walk         pupils x metres; a walk that does not exist counts as twice the longest that does
    overflow     price x pupils beyond the seats; over several cases that quantile of them
    over_limit   price x pupils whose walk is longer than the limit of their area, or takes longer
    changed      price x pupils whose area leaves today's section
    a surcharge  pupils x its metres
    together     price x pupils outside the largest part of their group
    band         price x pupils short of, or beyond, the band of use of their section
    mix          price x marked pupils beyond the tolerated difference of shares
    shape        price x (1 - 4 pi area / outline^2) of each zone

What is forbidden has no price; `broken` names the areas where it happens.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from planner.audit.stage_files import StageFiles

__all__ = ["beyond_seats", "broken", "recount"]


def recount(files: StageFiles, claim: Mapping[str, Any], zone: pd.Series[str]) -> dict[str, float]:
    """Return the terms of a plan, `zone` being the section of every area."""
    prices, pupils = claim["prices"], files.areas["pupils"]
    walks = _at(files.walks, zone)
    longest = files.walks.max().max()
    missing = 2 * (0.0 if pd.isna(longest) else float(longest))
    moved = (files.areas["today"] != "") & (files.areas["today"] != zone)
    terms = {
        "walk": _sum(pupils * walks.fillna(missing)),
        "overflow": prices["overflow_metres"] * float(beyond_seats(files, claim, zone).sum()),
        "over_limit": prices["over_limit_metres"] * _sum(pupils[_beyond_limit(files, zone)]),
        "changed": prices["changed_metres"] * _sum(pupils[moved]),
    }
    for name, metres in files.surcharges.items():
        each = _at(metres, zone)
        terms[name] = _sum((pupils * each)[each < math.inf])
    for wish in claim["together"]:
        price = wish["metres"] or 0.0
        terms[wish["name"]] = price * _sum(pupils[_apart(files, wish["name"], zone)])
    return {**terms, **dict(_of_sections(files, claim, zone))}


def beyond_seats(
    files: StageFiles, claim: Mapping[str, Any], zone: pd.Series[str]
) -> pd.Series[int]:
    """Return the pupils beyond the seats of each section, in the case that counts."""
    if files.cases is None:
        load = files.areas["pupils"].groupby(zone).sum()
        load = load.reindex(files.sections.index, fill_value=0)
        return (load - files.sections["seats"]).clip(lower=0).astype(int)
    beyond = []
    for _, case in files.cases.groupby("case", sort=True):
        number = case.set_index(["kind", "id"])["number"]
        load = number.loc["area"].groupby(zone).sum()
        load = load.reindex(files.sections.index, fill_value=0)
        beyond.append((load - number.loc["section"]).clip(lower=0))
    # Half a pupil is nobody: the quantile is one of the cases, the next one above.
    rank = math.ceil(claim["quantile"] * (len(beyond) - 1) - 1e-9)
    by_case = pd.concat(beyond, axis=1)
    return pd.Series(
        [sorted(row)[rank] for row in by_case.itertuples(index=False)],
        index=by_case.index,
        dtype=int,
    )


def broken(
    files: StageFiles, claim: Mapping[str, Any], zone: pd.Series[str]
) -> dict[str, set[str]]:
    """Return the areas for which each hard demand is broken; demands that are kept are left out."""
    found: dict[str, set[str]] = {}
    if claim["rules"]["limit_is_hard"]:
        beyond = _beyond_limit(files, zone) & (files.areas["pupils"] > 0)
        found["limit"] = set(beyond.index[beyond])
    for name, metres in files.surcharges.items():
        each = _at(metres, zone)
        found[name] = set(each.index[each == math.inf])
    for wish in claim["together"]:
        if wish["metres"] is None:
            apart = _apart(files, wish["name"], zone)
            found[wish["name"]] = set(apart.index[apart])
    return {name: areas for name, areas in found.items() if areas}


def _at(matrix: pd.DataFrame, zone: pd.Series[str]) -> pd.Series[float]:
    """Return the figure of each area at the section of its zone."""
    zoned = zone.dropna()
    here = matrix.loc[zoned.index, zoned.unique()]
    section = here.columns.get_indexer(pd.Index(zoned))
    figures = here.to_numpy(dtype=float)[np.arange(len(zoned)), section]
    return pd.Series(figures, index=zoned.index).reindex(zone.index)


def _sum(numbers: pd.Series[Any]) -> float:
    """Add up without the rounding errors of one running total."""
    return math.fsum(numbers)


def _beyond_limit(files: StageFiles, zone: pd.Series[str]) -> pd.Series[bool]:
    """Tell which areas have it further or longer to school than their limit.

    No way at all is further than any limit.
    """
    walks, limit = _at(files.walks, zone), files.areas["limit_metres"]
    beyond = limit.notna() & (walks.isna() | (walks > limit))
    if files.minutes is None:
        return beyond
    minutes, most = _at(files.minutes, zone), files.areas["limit_minutes"]
    return beyond | (most.notna() & (minutes.isna() | (minutes > most)))


def _apart(files: StageFiles, name: str, zone: pd.Series[str]) -> pd.Series[bool]:
    """Tell which areas are outside the largest part of their group.

    Largest by pupils, then by areas, then the part of the section that comes first.
    """
    place = {section: number for number, section in enumerate(files.sections.index)}
    group = files.areas[f"together:{name}"]
    apart = pd.Series(data=False, index=zone.index)
    for label, members in group[group != ""].groupby(group):
        parts = [
            (-int(files.areas.loc[areas.index, "pupils"].sum()), -len(areas), place[section])
            for section, areas in members.groupby(zone)
        ]
        best = files.sections.index[min(parts)[2]]
        apart |= (group == label) & (zone != best)
    return apart


def _of_sections(
    files: StageFiles, claim: Mapping[str, Any], zone: pd.Series[str]
) -> Iterator[tuple[str, float]]:
    """Yield what depends on whole zones: how full, how mixed and how compact they are."""
    pupils, seats = files.areas["pupils"], files.sections["seats"]
    load = pupils.groupby(zone).sum().reindex(seats.index, fill_value=0)
    if (band := claim.get("band")) is not None:
        short = (band["low"] * seats - load).clip(lower=0)
        over = (load - band["high"] * seats).clip(lower=0)
        yield "band", _sum(files.sections["band_metres"] * (short + over))
    if (mix := claim.get("mix")) is not None:
        marked = files.areas["marked"].groupby(zone).sum().reindex(seats.index, fill_value=0)
        share = files.areas["marked"].sum() / max(int(pupils.sum()), 1)
        off = (marked - share * load).abs() - mix["tolerance"] * load
        yield "mix", mix["metres"] * _sum(off.clip(lower=0))
    if (shape := claim.get("shape")) is not None:
        yield "shape", shape["metres"] * math.fsum(_sprawls(files, zone))


def _sprawls(files: StageFiles, zone: pd.Series[str]) -> Iterator[float]:
    """Yield how far each zone with areas is from a circle: 0 a circle, 1 a thread."""
    ends = pd.DataFrame(
        {
            "low": files.edges[["area_id", "touches"]].min(axis=1),
            "high": files.edges[["area_id", "touches"]].max(axis=1),
            "border": files.edges["border_metres"],
        }
    ).drop_duplicates(["low", "high"])
    inner = ends[ends["low"].map(zone) == ends["high"].map(zone)]
    shared = inner.groupby(inner["low"].map(zone))["border"].sum()
    for section, areas in files.areas.groupby(zone):
        outline = areas["outline_metres"].sum() - 2 * shared.get(section, 0.0)
        square = areas["square_metres"].sum()
        if outline > 0 and 4 * math.pi * square < outline**2:
            yield 1 - 4 * math.pi * square / outline**2
