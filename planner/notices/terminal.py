"""Say in a few lines how much of the borders has a name, and what the planner should look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from planner.notices.notice import named_share
from planner.notices.wording import sections_said
from planner.notices.words import say_notice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.notices.border import Border
    from planner.notices.notice import Notice, NoticeStage

__all__ = ["Said", "said_of_notice"]

_MOST_ZONES: Final = 5
_MOST_LINES: Final = 12


class Said(NamedTuple):
    """What the terminal shows: a title, a table with its explanation, and two lists."""

    title: str
    headings: list[str]
    rows: list[list[str]]
    explained: str
    doubtful: tuple[str, list[str]]
    to_look_at: tuple[str, list[str]]


def said_of_notice(notice: Notice) -> Said:
    """Return what is said of a notice in the terminal."""
    lang, zones = notice.lang, notice.zones
    headings = ("column_stage", "zones", "border_km", "named_share", "town_share")
    return Said(
        title=say_notice(
            "terminal_title",
            lang,
            county=zones.study.names.get(lang) or zones.study.names.get("zh", ""),
            scenario=zones.scenario.name,
            year=zones.year,
        ),
        headings=[say_notice(key, lang) for key in (*headings, "doubtful_count", "doubtful_km")],
        rows=[_row(stage, notice) for stage in notice.stages if stage.borders],
        explained=say_notice("shares_explained", lang),
        doubtful=(say_notice("most_doubtful", lang), _most_doubtful(notice)),
        to_look_at=(say_notice("to_look_at", lang), _few(list(_remarks(notice)), notice)),
    )


def _row(stage: NoticeStage, notice: Notice) -> list[str]:
    """Return the figures of one stage."""
    metres = sum(one.metres for border in stage.borders for _, _, one in border.stretches)
    doubtful = [metre for border in stage.borders for metre in _doubtful(border)]
    return [
        stage.zones.stage.names[notice.lang],
        f"{len(stage.borders)}",
        f"{metres / 1000:,.1f}",
        _percent(named_share(stage.borders), notice),
        _in_town(stage, notice),
        f"{len(doubtful):,}",
        f"{sum(doubtful) / 1000:,.1f}",
    ]


def _doubtful(border: Border) -> list[float]:
    """Return the lengths of the stretches along which nothing runs."""
    return [one.metres for _, _, one in border.stretches if one.is_doubtful]


def _in_town(stage: NoticeStage, notice: Notice) -> str:
    """Return the named share of the zones in town, and how many they are."""
    share = named_share(stage.borders, town=True)
    if share is None:
        return _percent(share, notice)
    count = sum(border.is_town for border in stage.borders)
    return say_notice("town_said", notice.lang, share=f"{share:.1%}", count=count)


def _percent(share: float | None, notice: Notice) -> str:
    """Return a share in percent."""
    return say_notice("none_to_say", notice.lang) if share is None else f"{share:.1%}"


def _most_doubtful(notice: Notice) -> list[str]:
    """Return the zones with the longest doubtful stretches."""
    found = [
        (sum(lengths), len(lengths), stage, border)
        for stage in notice.stages
        for border in stage.borders
        if (lengths := _doubtful(border))
    ]
    found.sort(key=lambda one: (-one[0], one[3].zone.sections))
    return [
        say_notice(
            "doubtful_of",
            notice.lang,
            stage=_capital(stage.zones.stage.names[notice.lang]),
            zone=sections_said(border.zone.sections, notice),
            count=count,
            metres=f"{metres:,.0f}",
        )
        for metres, count, stage, border in found[:_MOST_ZONES]
    ]


def _remarks(notice: Notice) -> Iterator[str]:
    """Yield what the planner should look at before the notice is published."""
    lang = notice.lang
    if notice.borders and not notice.tells_houses:
        yield say_notice("said_rough", lang)
    for stage in notice.stages:
        name = _capital(stage.zones.stage.names[lang])
        if until := stage.zones.until:
            yield say_notice("said_until", lang, stage=name, year=until, next=until + 1)
        if not stage.borders and stage.zones.countywide:
            yield say_notice("said_countywide", lang, stage=name)
        if unzoned := stage.zones.unzoned:
            first = notice.gazetteer.areas[unzoned[0]]
            yield say_notice("said_unzoned", lang, stage=name, count=len(unzoned), first=first)
        if stage.zones.idle:
            said = sections_said(stage.zones.idle, notice)
            yield say_notice("said_idle", lang, stage=name, sections=said)
        for border in stage.borders:
            yield from _remarks_on(border, name, notice)


def _remarks_on(border: Border, stage: str, notice: Notice) -> Iterator[str]:
    """Yield what is to be looked at in one zone."""
    lang = notice.lang
    zone = sections_said(border.zone.sections, notice)
    if border.outside:
        said = sections_said(border.outside, notice)
        yield say_notice("said_outside", lang, stage=stage, sections=said)
    if len(border.pieces) > 1:
        yield say_notice("said_pieces", lang, stage=stage, zone=zone, count=len(border.pieces))
    if any(ring.encloses for piece in border.pieces for ring in piece.rings):
        yield say_notice("said_encloses", lang, stage=stage, zone=zone)


def _few(lines: list[str], notice: Notice) -> list[str]:
    """Return the first lines, and how many more there are."""
    more = len(lines) - _MOST_LINES
    if more <= 0:
        return lines
    return [*lines[:_MOST_LINES], say_notice("and_more", notice.lang, count=more)]


def _capital(text: str) -> str:
    """Return a text that begins with a capital letter."""
    return f"{text[:1].upper()}{text[1:]}"
