"""Lay out every stretch of border for the planner: along what, how far off, how doubtful."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Final

from planner.formulas import never_a_formula
from planner.notices.border import Houses
from planner.notices.features import STREETS
from planner.notices.matching import UNNAMED
from planner.notices.wording import sections_said
from planner.notices.words import say_notice

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from planner.notices.border import Border, Ring, Stretch
    from planner.notices.notice import Notice

__all__ = ["COLUMNS", "stretch_rows", "write_stretches"]

COLUMNS: Final = (
    *("stage", "zone", "sections", "piece", "ring", "side", "order", "kind", "name"),
    *("metres", "distance", "houses", "doubtful", "flags"),
)
"""Columns of stretches.csv; what they are called stands in `words`."""


def write_stretches(notice: Notice, path: Path) -> None:
    """Write stretches.csv, one row a stretch, in the order of the notice.

    UTF-8 with a mark at the beginning by which spreadsheets know it; text that begins like a
    formula is preceded by an apostrophe.
    """
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([say_notice(f"column_{column}", notice.lang) for column in COLUMNS])
        for row in stretch_rows(notice):
            writer.writerow([never_a_formula(cell) for cell in row])


def stretch_rows(notice: Notice) -> Iterator[list[str]]:
    """Yield the cells of every stretch, in the order of COLUMNS."""
    lang = notice.lang
    for stage in notice.stages:
        name = stage.zones.stage.names[lang]
        for border in stage.borders:
            zone = [
                name,
                sections_said(border.zone.sections, notice),
                "+".join(border.zone.sections),
            ]
            for order, (piece, ring, stretch) in enumerate(border.stretches, start=1):
                kind = "inner" if ring.is_hole else "outer"
                distance = stretch.distance_metres
                yield [
                    *zone,
                    str(piece),
                    say_notice(kind, lang),
                    say_notice(stretch.side, lang) if stretch.side else "",
                    str(order),
                    say_notice(f"word_{stretch.feature.kind}", lang),
                    stretch.feature.name,
                    f"{stretch.metres:.0f}",
                    "" if distance is None else f"{distance:.1f}",
                    say_notice(f"houses_{stretch.houses}", lang),
                    say_notice("yes", lang) if stretch.is_doubtful else "",
                    say_notice("between_flags", lang).join(_flags(border, ring, stretch, notice)),
                ]


def _flags(border: Border, ring: Ring, stretch: Stretch, notice: Notice) -> Iterator[str]:
    """Yield what the planner should look at, about the stretch, its ring and its zone."""
    lang, feature = notice.lang, stretch.feature
    if feature == UNNAMED:
        yield say_notice("flag_doubtful", lang)
    elif not feature.name and feature.kind != "county":
        yield say_notice("flag_no_name", lang)
    if stretch.is_far:
        yield say_notice("flag_far", lang)
    unsaid = feature.kind in STREETS and bool(feature.name) and stretch.houses is Houses.UNKNOWN
    if notice.tells_houses and unsaid:
        yield say_notice("flag_houses", lang)
    if ring.is_hole:
        enclosed = "flag_encloses" if ring.encloses else "flag_gap"
        if ring.encloses or feature.kind != "lake":
            yield say_notice(enclosed, lang)
    if border.outside:
        said = sections_said(border.outside, notice)
        yield say_notice("flag_outside", lang, sections=said)
    if len(border.pieces) > 1:
        yield say_notice("flag_pieces", lang, count=len(border.pieces))
