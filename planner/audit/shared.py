"""Reckon anew what shared zones let children expect: chances, walks, quality, and their worth.

With the seats s_j of a zone, S in all, a lot brings a child to section j with the chance s_j / S.
Where children ask at the nearest section first, a_j ask at j; min(1, s_j / a_j) of them come in,
and who does not draws one of the seats that stayed free, or any seat where none are left.

    walk         pupils x expected metres; a missing way counts as twice the longest that there is
    difference   price x pupils x distance of their expected quality from the county's, in percent
    overflow     price x pupils beyond the seats of their zone
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from planner.audit.claims import same_sum, stage_said, worth_checks
from planner.audit.findings import Check, Said, named, said, word
from planner.audit.stage_files import read_matrix, read_table, written_by_us

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

__all__ = ["shared_checks"]

_FEWEST, _MOST = 2, 4
_CLOSE: Final = 1e-9
_COUNTRY: Final = -1
"""Number of no shared zone."""


@dataclass(frozen=True, slots=True, eq=False)
class _Files:
    """What a grouping was chosen for, and what it lets expect.

    Attributes:
        areas: [area_id] pupils, section_id of the own zone.
        sections: [section_id] seats, quality.
        walks: [area_id, section_id] metres, missing where no way leads.
        limits: [area_id, section_id] longest way a lot may bring, missing where there is none.
        edges: area_id, touches.
        lots: area_id, section_id, chance.
    """

    areas: pd.DataFrame
    sections: pd.DataFrame
    walks: pd.DataFrame
    limits: pd.DataFrame
    edges: pd.DataFrame
    lots: pd.DataFrame


@dataclass(frozen=True, slots=True, eq=False)
class _Zone:
    """The zone of some sections, reckoned anew.

    Attributes:
        sections: Its sections.
        pupils: Pupils of its areas, [area_id].
        chance: [area_id, section_id]
        walks: Expected metres, [area_id].
        quality: Expected quality, [area_id].
        overflow: Pupils beyond its seats.
    """

    sections: tuple[str, ...]
    pupils: pd.Series[int]
    chance: pd.DataFrame
    walks: pd.Series[float]
    quality: pd.Series[float]
    overflow: int


def shared_checks(folder: Path, zone: pd.Series[str] | None, year: int) -> Iterator[Check]:
    """Yield every check of the shared zones of one stage.

    Args:
        folder: Where their claim and what it was made from were written.
        zone: The section of every area in `year`, to which the own sections are held.
        year: First school year of the zones.
    """
    path = folder / "claim.json"
    with written_by_us(path):
        claim = json.loads(path.read_text(encoding="utf-8"))
    files = _read(folder)
    yield _groups(files, claim)
    if zone is not None and claim["year"] == year:
        yield _own(files, claim, zone)
    yield _reach(files, claim)
    joined = {section: tuple(group) for group in claim["groups"] for section in group}
    all_zones = dict.fromkeys(joined.get(one, (one,)) for one in files.sections.index)
    zones = [_reckoned(files, claim, group) for group in all_zones]
    yield _lots(files, claim, zones)
    yield from _expected(claim, {"+".join(one.sections): one for one in zones})
    yield from worth_checks(
        {**claim, "overflow": {"": claim["overflow"]}}, _worth(files, claim, zones)
    )
    yield from _differences(files, claim, zones)


def _read(folder: Path) -> _Files:
    """Read the tables of a grouping."""
    areas, sections, lots = (
        read_table(folder / f"{name}.csv") for name in ("areas", "sections", "lots")
    )
    return _Files(
        areas=areas.assign(pupils=pd.to_numeric(areas["pupils"])).set_index("area_id"),
        sections=sections.assign(
            seats=pd.to_numeric(sections["seats"]), quality=pd.to_numeric(sections["quality"])
        ).set_index("section_id"),
        walks=read_matrix(folder / "walks.parquet"),
        limits=read_matrix(folder / "limits.parquet"),
        edges=read_table(folder / "edges.csv"),
        lots=lots.assign(chance=pd.to_numeric(lots["chance"])),
    )


def _groups(files: _Files, claim: Mapping[str, Any]) -> Check:
    """See that groups have two to four sections with seats, once each, whose zones touch."""
    every = [section for group in claim["groups"] for section in group]
    wrong = []
    for group in claim["groups"]:
        fits = _FEWEST <= len(set(group)) == len(group) <= _MOST
        fits &= all(every.count(section) == 1 for section in group)
        fits = fits and set(group) <= set(files.sections.index)
        if not (fits and (files.sections.loc[group, "seats"] > 0).all() and _touch(files, group)):
            wrong.append("+".join(group))
    fault = said("group_wrong", stage=stage_said(claim), names=named(wrong))
    good = len(claim["groups"]) - len(wrong)
    what = word("shared_groups")
    return Check(what, str(len(claim["groups"])), str(good), (fault,) if wrong else ())


def _touch(files: _Files, group: list[str]) -> bool:
    """Tell whether the zones of a group hang together."""
    import networkx as nx

    zone = files.areas["section_id"]
    ends = files.edges["area_id"].map(zone), files.edges["touches"].map(zone)
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(group)
    pairs = zip(*ends, strict=True)
    graph.add_edges_from(pair for pair in pairs if pair[0] in group and pair[1] in group)
    return nx.is_connected(graph)


def _own(files: _Files, claim: Mapping[str, Any], zone: pd.Series[str]) -> Check:
    """See that the own section of every area is that of the drawn zones."""
    drawn = zone.reindex(files.areas.index)
    wrong = files.areas.index[files.areas["section_id"] != drawn]
    fault = said("own_wrong", stage=stage_said(claim), names=named(wrong))
    found = str(len(drawn) - len(wrong))
    return Check(word("shared_own"), str(len(drawn)), found, (fault,) if len(wrong) else ())


def _reach(files: _Files, claim: Mapping[str, Any]) -> Check:
    """See that no lot sends a child beyond the maximum and beyond the own section."""
    far = []
    own = files.areas["section_id"]
    for group in claim["groups"]:
        inside = own.index[own.isin(group)]
        own_walk = pd.Series({area: files.walks.loc[area, own[area]] for area in inside})
        for section in group:
            walk, limit = files.walks.loc[inside, section], files.limits.loc[inside, section]
            most = limit.fillna(math.inf).clip(lower=own_walk.fillna(math.inf))
            far += [f"{area} → {section}" for area in inside[walk.fillna(math.inf) > most]]
    fault = said("lot_far", stage=stage_said(claim), names=named(far))
    return Check(word("shared_far"), "0", str(len(far)), (fault,) if far else ())


def _reckoned(files: _Files, claim: Mapping[str, Any], sections: tuple[str, ...]) -> _Zone:
    """Reckon what one zone lets its children expect."""
    inside = files.areas.index[files.areas["section_id"].isin(sections)]
    pupils, seats = files.areas.loc[inside, "pupils"], files.sections.loc[[*sections], "seats"]
    longest = files.walks.max().max()
    missing = 2 * (0.0 if pd.isna(longest) else float(longest))
    walks = files.walks.loc[inside, [*sections]].fillna(missing)
    chance = _chances(pupils, seats, walks, str(claim["draw"]))
    return _Zone(
        sections=sections,
        pupils=pupils,
        chance=chance,
        walks=(chance * walks).sum(axis=1),
        quality=(chance * files.sections.loc[[*sections], "quality"]).sum(axis=1),
        overflow=max(0, int(pupils.sum()) - int(seats.sum())),
    )


def _chances(
    pupils: pd.Series[int], seats: pd.Series[int], walks: pd.DataFrame, draw: str
) -> pd.DataFrame:
    """Return the chance of a child of each area for each section."""
    if len(seats) == 1 or not seats.sum():
        return walks * 0.0 + 1.0 / len(seats)
    ticket = seats / seats.sum()
    if draw == "lots":
        return pd.DataFrame([ticket] * len(walks), index=walks.index)
    nearest = walks.eq(walks.min(axis=1), axis=0).astype(float)
    nearest = nearest.div(nearest.sum(axis=1), axis=0)
    asking = nearest.mul(pupils, axis=0).sum().reindex(seats.index, fill_value=0.0)
    drawn = (seats / asking.where(asking > 0, 1)).where(asking > seats, 1.0)
    lost, free = (asking - seats).clip(lower=0).sum(), (seats - asking).clip(lower=0)
    places = max(float(lost), float(free.sum())) or 1.0
    beyond = max(0.0, float(lost - free.sum())) / lost if lost else 0.0
    later = free / places + beyond * ticket
    at_once = nearest.mul(drawn, axis=1)
    left = 1 - at_once.sum(axis=1)
    return (at_once + pd.DataFrame({key: left * later[key] for key in seats.index}))[seats.index]


def _lots(files: _Files, claim: Mapping[str, Any], zones: list[_Zone]) -> Check:
    """Compare the chance of every area of a shared zone for each of its sections."""
    found = {
        (area, section): float(chance)
        for zone in zones
        if len(zone.sections) > 1
        for section in zone.sections
        for area, chance in zone.chance[section].items()
        if chance > 0
    }
    pairs = zip(files.lots["area_id"], files.lots["section_id"], strict=True)
    told = dict(zip(pairs, files.lots["chance"], strict=True))
    wrong = [
        f"{pair[0]} → {pair[1]}"
        for pair in dict.fromkeys([*found, *told])
        if not math.isclose(found.get(pair, 0.0), told.get(pair, 0.0), abs_tol=_CLOSE)
    ]
    fault = said("lot_wrong", stage=stage_said(claim), names=named(wrong))
    good = f"{len(found) - len(wrong):,}"
    return Check(word("shared_lots"), f"{len(told):,}", good, (fault,) if wrong else ())


def _expected(claim: Mapping[str, Any], zones: Mapping[str, _Zone]) -> Iterator[Check]:
    """Compare the walk and the quality that the children of each shared zone can expect."""
    for told in claim["expected"]:
        name = "+".join(told["sections"])
        zone, stage = zones[name], stage_said(claim)
        heads = max(int(zone.pupils.sum()), 1)
        for what, asked, each in (
            ("shared_walk", told["walk_metres"], zone.walks),
            ("shared_quality", told["quality"], zone.quality),
        ):
            found = math.fsum(zone.pupils * each) / heads
            heading = Said(f"{word(what).zh} {name}", f"{word(what).en} {name}")
            yield same_sum("expected_wrong", heading, asked, found, 3, stage=stage, term=heading)


def _worth(files: _Files, claim: Mapping[str, Any], zones: list[_Zone]) -> dict[str, float]:
    """Return the terms of a grouping."""
    reference, prices = _reference(files), claim["prices"]
    percent = [
        float((zone.pupils * (zone.quality - reference).abs()).sum()) * 100 / reference
        for zone in zones
        if reference > 0
    ]
    return {
        "walk": math.fsum(math.fsum(zone.pupils * zone.walks) for zone in zones),
        "difference": prices["difference_metres"] * math.fsum(percent),
        "overflow": prices["overflow_metres"] * float(sum(zone.overflow for zone in zones)),
    }


def _reference(files: _Files) -> float:
    """Return the quality a child could expect if all seats of the county were drawn together."""
    zoned = files.sections.loc[files.sections.index.isin(files.areas["section_id"])]
    seats = int(zoned["seats"].sum())
    return float((zoned["quality"] * zoned["seats"]).sum()) / seats if seats else 0.0


def _differences(files: _Files, claim: Mapping[str, Any], zones: list[_Zone]) -> Iterator[Check]:
    """Compare how much the quality that children can expect differs, before and after."""
    pupils = files.areas["pupils"]
    own = files.areas["section_id"].map(files.sections["quality"])
    after = pd.concat([zone.quality for zone in zones]).reindex(pupils.index)
    for when, quality in (("before", own), ("after", after)):
        if claim[when] is None:
            continue
        there, heads = quality[pupils > 0], pupils[pupils > 0]
        mean = float((heads * there).sum()) / float(heads.sum())
        spread = math.sqrt(float((heads * (there - mean) ** 2).sum()) / float(heads.sum()))
        for what, asked, found in (
            ("variation", claim[when]["variation"], spread / mean if mean > 0 else 0.0),
            ("range", claim[when]["range"], float(there.max() - there.min())),
        ):
            heading = word(f"quality_{what}_{when}")
            stage = stage_said(claim)
            yield same_sum("expected_wrong", heading, asked, found, 4, stage=stage, term=heading)
