"""Find the areas of zones that do not hang together with their section's own area.

The rule: a zone together with the area in which its section stands is one piece of the map.
A section that stands outside every area stands, for this purpose, in the area nearest on foot.
An area in which one section alone stands belongs to that section, unless a lock keeps it
elsewhere. Two kinds of areas are exempt: those from which no chain of touching areas leads to
any section's area, and those that locks cut off.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from planner.audit.stage_files import StageFiles

__all__ = ["Loose", "foreign_homes", "loose_areas"]


@dataclass(frozen=True, slots=True)
class Loose:
    """Areas that do not hang together with the area of their section."""

    areas: frozenset[str]
    exempt: frozenset[str]
    """Those among them that need not: islands, and what locks cut off."""


def loose_areas(files: StageFiles, zone: pd.Series[str]) -> Loose:
    """Return the areas of a plan that are cut off, and which of them may be."""
    touching = _map(files)
    anchors, owned = _anchors(files)
    loose: set[str] = set()
    for section, members in zone.groupby(zone):
        loose |= _cut_off(touching, set(members.index), anchors[section], section in owned)
    return Loose(frozenset(loose), frozenset(loose & _exempt(files, touching, anchors, owned)))


def foreign_homes(files: StageFiles, zone: pd.Series[str]) -> set[str]:
    """Return the areas in which sections stand that go to a section that stands elsewhere.

    A locked area goes where its lock holds it.
    """
    homes = files.sections["home_area_id"]
    standing = homes[homes != ""]
    return {
        area
        for area, sections in standing.groupby(standing)
        if files.areas.loc[area, "locked_to"] == "" and zone[area] not in set(sections.index)
    }


def _map(files: StageFiles) -> dict[str, set[str]]:
    """Return the map: of each area, those that touch it."""
    touching: dict[str, set[str]] = {area: set() for area in files.areas.index}
    for one, other in zip(files.edges["area_id"], files.edges["touches"], strict=True):
        touching.setdefault(one, set()).add(other)
        touching.setdefault(other, set()).add(one)
    return touching


def _reached(touching: dict[str, set[str]], start: str, within: set[str]) -> set[str]:
    """Return the areas to which a chain of touching areas leads from an area, all of them in it.

    The area begun at is one of them, wherever it lies.
    """
    reached, left = {start}, [start]
    while left:
        new = (touching[left.pop()] & within) - reached
        reached |= new
        left.extend(new)
    return reached


def _anchors(files: StageFiles) -> tuple[dict[str, str], set[str]]:
    """Return the area with which each zone hangs together, and whose own that area is."""
    homes = files.sections["home_area_id"]
    anchors = {}
    for section, home in homes.items():
        walks = files.walks[section]
        anchors[str(section)] = home or ("" if walks.isna().all() else str(walks.idxmin()))
    alone = homes[(homes != "") & ~homes.duplicated(keep=False)]
    kept = files.areas["locked_to"]
    owned = {
        str(section)
        for section, home in homes.items()
        if home and (kept[home] == section or (kept[home] == "" and section in alone.index))
    }
    return anchors, owned


def _cut_off(
    touching: dict[str, set[str]],
    members: set[str],
    anchor: str,
    owned: bool,  # noqa: FBT001
) -> set[str]:
    """Return the members of a zone that no chain of members connects with its anchor."""
    if not anchor or (owned and anchor not in members):
        return members
    return members - _reached(touching, anchor, members)


def _exempt(
    files: StageFiles, touching: dict[str, set[str]], anchors: dict[str, str], owned: set[str]
) -> set[str]:
    """Return the areas that need not hang together with anything.

    A locked area that is cut off in today's zones may stay so; whatever then has no way to any
    section except through such areas is cut off by them. Islands have no way to any section.
    """
    kept = files.areas["locked_to"]
    locked = set(kept.index[kept != ""])
    carrying = set(anchors.values())
    barred = locked & _cut_off_today(files, touching, anchors, owned)
    barred -= {anchors[section] for section in owned}
    open_map = set(touching) - barred
    reached: set[str] = set()
    for anchor in carrying - barred - {""}:
        if anchor not in reached:
            reached |= _reached(touching, anchor, open_map)
    # Where the area of a section is itself barred, its neighbours still reach the gate.
    for anchor in carrying & barred:
        for neighbour in touching[anchor]:
            if neighbour in open_map and neighbour not in reached:
                reached |= _reached(touching, neighbour, open_map)
    return set(touching) - reached


def _cut_off_today(
    files: StageFiles, touching: dict[str, set[str]], anchors: dict[str, str], owned: set[str]
) -> set[str]:
    """Return the areas cut off in today's zones, areas with a school of their own put right."""
    today = files.areas["today"].copy()
    kept = files.areas["locked_to"]
    today[kept != ""] = kept
    for section in owned:
        today[anchors[section]] = section
    homes = files.sections["home_area_id"]
    for area in {home for home in homes if home}:
        if kept[area] == "" and today[area] not in set(homes.index[homes == area]):
            today[area] = ""
    loose: set[str] = set()
    for section, members in today[today != ""].groupby(today):
        if section in anchors:
            loose |= _cut_off(touching, set(members.index), anchors[section], section in owned)
    return loose
