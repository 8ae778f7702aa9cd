"""Put a notice into words: a title, how to read it, and for each school border and communities."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from planner.notices.border import Houses
from planner.notices.lists import exact_items
from planner.notices.names import shown
from planner.notices.sides import SIDES
from planner.notices.words import chinese_number, say_notice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from planner.notices.border import Border, Piece, Ring, Stretch
    from planner.notices.features import Feature
    from planner.notices.notice import Notice, NoticeStage
    from planner.terms import Language

__all__ = [
    "Paragraph",
    "Style",
    "feature_said",
    "paragraphs_of",
    "sections_said",
    "stretch_said",
]

Style = Literal["title", "stage", "zone", "body"]
_ROUNDED_METRES: Final = 10
_SAID_OF_HOUSES: Final = {Houses.BOTH: "both", Houses.NONE: "beyond", Houses.UNKNOWN: "on_map"}


class Paragraph(NamedTuple):
    """One paragraph of a notice."""

    style: Style
    text: str


def paragraphs_of(notice: Notice) -> list[Paragraph]:
    """Return the notice from its title to the last community; without any count of pupils."""
    return [*_opening(notice), *(line for stage in _stages(notice) for line in stage)]


def sections_said(keys: Sequence[str], notice: Notice) -> str:
    """Return the sections of a zone by name."""
    return say_notice("between_items", notice.lang).join(notice.labels[key] for key in keys)


def stretch_said(stretch: Stretch, lang: Language, *, tells_houses: bool) -> str:
    """Return what a stretch of border runs along, with what is to be known of it."""
    feature = stretch.feature
    if stretch.is_doubtful or not feature.name:
        return _without_name(stretch, lang)
    name = feature_said(feature, lang)
    if feature.kind == "lake":
        return say_notice("shore", lang, name=name)
    if tells_houses and feature.kind in ("street", "trunk_road", "motorway"):
        key = _SAID_OF_HOUSES.get(stretch.houses)
        return say_notice(key, lang, name=name) if key else name
    return name


def feature_said(feature: Feature, lang: Language) -> str:
    """Return what a line is called, a border by what lies beyond it."""
    if feature.kind in ("township", "community"):
        return say_notice("with", lang, name=feature.name)
    return say_notice("county", lang) if feature.kind == "county" else feature.name


def _without_name(stretch: Stretch, lang: Language) -> str:
    """Return a stretch that has no name: what it is, how long, and between which lines."""
    metres = max(_ROUNDED_METRES, round(stretch.metres / _ROUNDED_METRES) * _ROUNDED_METRES)
    if stretch.feature.kind == "county":
        return feature_said(stretch.feature, lang)
    if not stretch.is_doubtful:
        kind = say_notice(f"kind_{stretch.feature.kind}", lang)
        return say_notice("no_name", lang, kind=kind, metres=f"{metres:,}")
    if stretch.between is None:
        return say_notice("unnamed", lang, metres=f"{metres:,}")
    before, after = (_end_said(feature, lang) for feature in stretch.between)
    return say_notice("unnamed_between", lang, metres=f"{metres:,}", before=before, after=after)


def _end_said(feature: Feature, lang: Language) -> str:
    """Return the line at which a stretch without a name begins or ends."""
    if feature.kind in ("township", "community"):
        return say_notice("edge", lang, name=feature.name)
    return feature_said(feature, lang)


def _opening(notice: Notice) -> Iterator[Paragraph]:
    """Yield the title, what is published, and how it is to be read."""
    lang, zones = notice.lang, notice.zones
    county = shown(zones.study.names.get(lang) or zones.study.names.get("zh", ""))
    if len(notice.stages) == 1:
        stage = notice.stages[0].zones.stage.names[lang]
        title = say_notice("title_stage", lang, county=county, year=zones.year, stage=stage)
    else:
        title = say_notice("title", lang, county=county, year=zones.year)
    yield Paragraph("title", title)
    yield Paragraph("body", say_notice("opening", lang, year=zones.year))
    if not notice.borders:
        return
    yield Paragraph("body", say_notice("how_to_read", lang))
    notes = ["note_order", *(["note_centre"] if notice.tells_houses else [])]
    if any(one.is_doubtful for border in notice.borders for _, _, one in border.stretches):
        notes.append("note_unnamed")
    for number, note in enumerate([*notes, "note_list"], start=1):
        said = say_notice(note, lang)
        yield Paragraph("body", say_notice("note_number", lang, number=number, note=said))


def _stages(notice: Notice) -> Iterator[list[Paragraph]]:
    """Yield the paragraphs of each stage."""
    for number, stage in enumerate(notice.stages, start=1):
        yield list(_stage(number, stage, notice))


def _stage(number: int, stage: NoticeStage, notice: Notice) -> Iterator[Paragraph]:
    """Yield the heading of a stage, its zones, and the schools of the whole county."""
    lang = notice.lang
    name = stage.zones.stage.names[lang]
    heading = {"number": _number(number, lang), "stage": f"{name[:1].upper()}{name[1:]}"}
    yield Paragraph("stage", say_notice("stage_heading", lang, **heading))
    for place, border in enumerate(stage.borders, start=1):
        yield from _zone(place, border, notice)
    if stage.zones.countywide:
        said = sections_said(stage.zones.countywide, notice)
        yield Paragraph("body", say_notice("countywide", lang, sections=said))


def _zone(number: int, border: Border, notice: Notice) -> Iterator[Paragraph]:
    """Yield the paragraphs of one zone: schools, border, communities."""
    lang, zone = notice.lang, border.zone
    shared = len(zone.sections) > 1
    heading = "shared_heading" if shared else "zone_heading"
    said = sections_said(zone.sections, notice)
    yield Paragraph("zone", say_notice(heading, lang, number=_number(number, lang), sections=said))
    if shared:
        yield Paragraph("body", say_notice("shared", lang))
    if len(border.pieces) > 1:
        yield Paragraph("body", say_notice("pieces", lang, count=len(border.pieces)))
    for place, piece in enumerate(border.pieces, start=1):
        yield from _piece(place if len(border.pieces) > 1 else 0, piece, notice)
    items = exact_items(zone.areas, notice.gazetteer, notice.reader)
    listed = say_notice("between_items", lang).join(items)
    yield Paragraph("body", say_notice("list", lang, items=listed))


def _piece(number: int, piece: Piece, notice: Notice) -> Iterator[Paragraph]:
    """Yield the border of one piece, and of what it encloses."""
    lang = notice.lang
    for ring in piece.rings:
        if ring.is_hole:
            words = _words(ring.stretches, notice)
            yield Paragraph("body", say_notice("hole", lang, words=words))
            continue
        key = "border_piece" if number else "border"
        yield Paragraph("body", say_notice(key, lang, number=number, sides=_sides(ring, notice)))


def _sides(ring: Ring, notice: Notice) -> str:
    """Return the four sides of a border in the order east, south, west, north."""
    lang = notice.lang
    sides = [
        (side, [stretch for stretch in ring.stretches if stretch.side == side]) for side in SIDES
    ]
    return say_notice("between_sides", lang).join(
        say_notice(f"side_{side}", lang, words=_words(stretches, notice))
        for side, stretches in sides
        if stretches
    )


def _words(stretches: Sequence[Stretch], notice: Notice) -> str:
    """Return stretches in walking order; what follows itself is named once."""
    said = [
        stretch_said(stretch, notice.lang, tells_houses=notice.tells_houses)
        for stretch in stretches
    ]
    once = [words for words, _ in groupby(said)]
    return say_notice("between_items", notice.lang).join(once)


def _number(number: int, lang: Language) -> str:
    """Return the number of a heading."""
    return chinese_number(number) if lang == "zh" else str(number)
