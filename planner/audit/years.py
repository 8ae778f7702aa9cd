"""Audit the zones of a whole plan, year by year, from results.gpkg alone."""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import pyogrio
import shapely

from planner.audit.claims import status_said
from planner.audit.demand import demand_checks
from planner.audit.findings import Check, NotAsWrittenError, Said, named, said, word
from planner.audit.shared_years import LAYERS, shared_year_checks
from planner.audit.told import read_told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import geopandas as gpd
    import pandas as pd

    from planner.audit.told import Told

__all__ = ["plan_checks"]

_FILE: Final = "results.gpkg"
_DRAWN: Final = MappingProxyType(
    {
        "zone_areas": Said("单元数", "areas"),
        "zone_shape": Said("面积", "shape"),
        "zone_pieces": Said("片数", "pieces"),
        "zone_pupils": Said("新生数", "pupils"),
    }
)
"""What is looked at in every drawn zone."""
_ROUNDING: Final = 1e-9
_SAME: Final = 1e-6
_AREA_SHARE: Final = 0.01
"""Part of a zone's extent that may differ from the sum of its areas, which may overlap a little."""
_SAME_BORDER_METRES: Final = 1.0
"""Borders this close are the same border, and areas touch along more than twice as much."""
_DOUBTFUL_METRES: Final = (1.0, 6.0)
"""Common borders this short may count as touching or not."""


def plan_checks(path: Path) -> Iterator[Check]:
    """Yield every check of the zones in results.gpkg."""
    tables = {name: pyogrio.read_dataframe(path, layer=name) for name in _layers(path)}
    by_area, zones, areas = tables["area_years"], tables["zones"], tables["areas"]
    sections = set(tables["sections"]["section_id"])
    told = read_told(path.parent)
    yield _zoned(by_area, areas, sections, told)
    yield from _layer(by_area, zones, areas, tables["sections"], told)
    for proof in tables["zone_proofs"].to_dict("records"):
        yield _proof(proof, tables["zone_terms"], told)
    yield from demand_checks(told, tables)
    if set(LAYERS) <= set(tables):
        yield from shared_year_checks(told, tables)


def _layers(path: Path) -> list[str]:
    """Return the layers that speak of zones, all of which must be there."""
    there = {str(name) for name in pyogrio.list_layers(path)[:, 0]}
    needed = ["area_years", "section_years", "areas", "sections", "zones"]
    needed += ["zone_proofs", "zone_terms"]
    needed += [name for name in LAYERS if name in there]
    if lacking := sorted(set(needed) - there):
        raise NotAsWrittenError(path, said("lacks", names=named(lacking)))
    return needed


def _zoned(by_area: pd.DataFrame, areas: gpd.GeoDataFrame, sections: set[str], told: Told) -> Check:
    """See that every area goes to exactly one known section in every year of a zoned stage."""
    faults: list[Said] = []
    known, asked, found = set(areas["area_id"]), 0, 0
    for (stage, year), rows in by_area.groupby(["stage", "year"]):
        if rows["section_id"].isna().all():
            continue  # a stage that takes from the whole county
        asked += len(known)
        zoned = rows.dropna(subset="section_id")
        found += zoned["area_id"].nunique()
        place = {"file": _FILE, "stage": told.stage(str(stage), int(str(year)))}
        for key, wrong in (
            ("area_missing", known - set(zoned["area_id"])),
            ("area_twice", set(rows.loc[rows["area_id"].duplicated(), "area_id"])),
            ("area_unknown", set(rows["area_id"]) - known),
            ("section_unknown", set(zoned["section_id"]) - sections),
        ):
            if wrong:
                other = "areas" if key == "area_unknown" else "sections"
                faults.append(said(key, names=named(sorted(wrong)), other=other, **place))
    return Check(word("zoned"), f"{asked:,}", f"{found:,}", tuple(faults))


def _layer(
    by_area: pd.DataFrame,
    zones: gpd.GeoDataFrame,
    areas: gpd.GeoDataFrame,
    sections: pd.DataFrame,
    told: Told,
) -> Iterator[Check]:
    """Compare areas, extent, pieces and entrants of every drawn zone with those of its areas."""
    shape_of = dict(zip(areas["area_id"], areas.geometry, strict=True))
    contact = _contact_metres(areas)
    members = {
        key: set(rows["area_id"])
        for key, rows in by_area.dropna(subset="section_id").groupby(
            ["stage", "section_id", "year"]
        )
    }
    entrants = by_area.groupby(["stage", "section_id", "year"])["entrants"].sum()
    mixed = set(sections.loc[sections["intake"] == "county", "stage"])
    wrong: dict[str, list[Said]] = {what: [] for what in _DRAWN}
    years = sorted(int(year) for year in by_area["year"].unique())
    for zone in zones.to_dict("records"):
        # The first year itself is left out of the tables where planning starts later.
        shown = [year for year in years if zone["first_year"] <= year <= zone["last_year"]]
        key = (zone["stage"], zone["section_id"], shown[0] if shown else zone["first_year"])
        own = members.get(key, set())
        fewest, most = _pieces(own, contact)
        square = math.fsum(shape_of[area].area for area in own)
        drawn = zone["geometry"].area
        same = math.isclose(drawn, square, rel_tol=_AREA_SHARE, abs_tol=1.0)
        seen: list[tuple[str, Any, Any, bool]] = [
            ("zone_areas", zone["areas"], len(own), zone["areas"] == len(own)),
            ("zone_shape", f"{drawn:,.0f} m²", f"{square:,.0f} m²", same),
            ("zone_pieces", zone["pieces"], fewest, fewest <= zone["pieces"] <= most),
        ]
        if zone["stage"] not in mixed and zone["first_year"] in years:
            pupils = int(entrants.get(key, 0))
            seen.append(("zone_pupils", zone["entrants"], pupils, zone["entrants"] == pupils))
        for what, found, asked, right in seen:
            if not right:
                wrong[what].append(_other_count(zone, told, what, found, asked))
    for what, faults in wrong.items():
        right_ones = len(zones) - len(faults)
        yield Check(word(what), f"{len(zones):,}", f"{right_ones:,}", tuple(faults))


def _other_count(zone: dict[str, Any], told: Told, what: str, found: object, asked: object) -> Said:
    """Say that a drawn zone has another figure than its areas give."""
    section, year, figure = zone["section_id"], zone["first_year"], _DRAWN[what]
    return said(
        "count_wrong",
        file=_FILE,
        stage=told.stage(zone["stage"]),
        section=Said(f"{section}（{year}年，{figure.zh}）", f"{section} ({year}, {figure.en})"),
        found=found,
        asked=asked,
    )


def _contact_metres(areas: gpd.GeoDataFrame) -> dict[tuple[str, str], float]:
    """Return the common border of every pair of areas that come within a border's width."""
    shapes, keys = areas.geometry.to_numpy(), areas["area_id"].to_numpy()
    wide = shapely.buffer(shapes, _SAME_BORDER_METRES, quad_segs=2)
    pairs = areas.sindex.query(wide, predicate="intersects").T
    pairs = pairs[pairs[:, 0] < pairs[:, 1]]
    near = shapely.intersection(shapely.boundary(shapes[pairs[:, 0]]), wide[pairs[:, 1]])
    # At both ends of a common border the widened shape still catches its width.
    metres = shapely.length(near) - 2 * _SAME_BORDER_METRES
    return {
        (str(keys[one]), str(keys[other])): float(length)
        for (one, other), length in zip(pairs, metres, strict=True)
    }


def _pieces(own: set[str], contact: dict[tuple[str, str], float]) -> tuple[int, int]:
    """Return the fewest and the most pieces that a zone may be said to have."""
    import networkx as nx

    few, many = _DOUBTFUL_METRES
    inside = {pair: metres for pair, metres in contact.items() if pair[0] in own and pair[1] in own}
    counts = []
    for least in (few, many):
        graph: nx.Graph[str] = nx.Graph()
        graph.add_nodes_from(own)
        graph.add_edges_from(pair for pair, metres in inside.items() if metres > least)
        counts.append(nx.number_connected_components(graph))
    return counts[0], counts[1]


def _proof(proof: dict[str, Any], terms: pd.DataFrame, told: Told) -> Check:
    """See that value, bound, gap and status of one set of zones follow from one another."""
    stage = told.stage(proof["stage"], proof["first_year"])
    value, bound = proof["value"], proof["bound"]
    faults = []
    mine = terms[(terms[["stage", "first_year", "method"]] == _key(proof)).all(axis=1)]
    total = math.fsum(mine["part"].fillna(0.0))
    if not math.isclose(total, value, rel_tol=_ROUNDING, abs_tol=_SAME):
        faults.append(
            said("value_wrong", stage=stage, asked=f"{value:,.1f}", found=f"{total:,.1f}")
        )
    if bound > value + _ROUNDING * max(abs(value), 1.0):
        faults.append(
            said("bound_wrong", stage=stage, bound=f"{bound:,.1f}", value=f"{value:,.1f}")
        )
    gap = (value - bound) / value if value > 0 else 0.0
    if not math.isclose(gap, proof["gap"], rel_tol=_ROUNDING, abs_tol=_ROUNDING):
        faults.append(
            said("gap_wrong", stage=stage, asked=f"{proof['gap']:.4%}", found=f"{gap:.4%}")
        )
    found = "overfull" if proof["overflow"] else "feasible"
    found = "optimal" if gap <= _SAME and proof["status"] == "optimal" else found
    if found != proof["status"]:
        named_so = {"asked": status_said(proof["status"]), "found": status_said(found)}
        faults.append(said("status_wrong", stage=stage, **named_so))
    what = said("proof", year=stage)
    return Check(what, f"{proof['gap']:.4%}", f"{gap:.4%}", tuple(faults))


def _key(proof: dict[str, Any]) -> list[Any]:
    """Return what tells one set of zones from all others."""
    return [proof["stage"], proof["first_year"], proof["method"]]
