"""Hold the border words of a notice against the plan: what does not exist, or runs elsewhere."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

import shapely

from planner.notices.claims import BorderReader
from planner.notices.findings import nearest_said
from planner.notices.names import folded
from planner.notices.sides import SIDES
from planner.notices.words import say_notice
from planner.spelling import nearest_few
from planner.terms import Language

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from planner.notices.border import Border
    from planner.notices.claims import BorderWord
    from planner.notices.features import Feature
    from planner.notices.findings import Case, NoticeFinding
    from planner.notices.notice import Notice
    from planner.notices.reading import ReadZone, Side

__all__ = ["findings_on_borders", "places_of"]

_LEAST_METRES: Final = 30.0
"""So much of a side must run along a line for its name to be right there."""
_APART_METRES: Final = 500.0
"""Streets of one name that lie farther apart are different streets."""


def findings_on_borders(case: Case) -> Iterator[NoticeFinding]:
    """Yield what the border words of a notice say otherwise than the plan."""
    notice = case.notice
    reader = BorderReader(notice)
    border_of = {frozenset(border.zone.sections): border for border in notice.borders}
    places: dict[Feature, list[str]] = {}
    resolved: dict[str, list[str]] = {}
    for zone, side, word in _words(case.zones, reader):
        if not word.features:
            yield _unknown(word.name, side.line, reader, case)
            continue
        border = border_of.get(frozenset(zone.sections))
        if border is None:
            continue
        for feature in word.features:
            if feature not in places:
                places[feature] = places_of(feature, notice)
        several = [place for feature in word.features for place in places[feature]]
        if not _runs(border, side.side, word):
            yield _elsewhere(word, side, border, several, case)
        elif len(several) > 1:
            resolved[word.name] = several
    if resolved:
        yield _several(resolved, case)


def _words(
    zones: Iterable[ReadZone], reader: BorderReader
) -> Iterator[tuple[ReadZone, Side, BorderWord]]:
    """Yield every name in the border words of zones, with where it stands."""
    for zone in zones:
        for side in zone.sides:
            for word in reader.read(side.text):
                yield zone, side, word


def places_of(feature: Feature, notice: Notice) -> list[str]:
    """Return the townships in which a line lies, one for each street of this name.

    Pieces less than 500 metres apart are one street, named by the township with most of it. Lakes,
    rivers and borders are one wherever they lie.
    """
    if feature.kind != "street":
        return [""]
    features = notice.features
    mine = features.segments[features.of == features.features.index(feature)]
    around = shapely.get_parts(shapely.union_all(shapely.buffer(mine, _APART_METRES / 2)))
    tree = shapely.STRtree(notice.zones.study.areas.geometry.to_numpy())
    found = []
    for shape in around:
        inside = mine[shapely.intersects(shape, mine)]
        middle = shapely.line_interpolate_point(inside, 0.5, normalized=True)
        segment, area = tree.query(middle, predicate="intersects")
        metres: dict[str, float] = defaultdict(float)
        for one, where in zip(segment, area, strict=True):
            metres[notice.townships[where]] += float(shapely.length(inside[one]))
        found.append(max(metres, key=lambda town: (metres[town], town)) if metres else "")
    return found


def _runs(border: Border, side: str, word: BorderWord) -> bool:
    """Tell whether any line that a word may mean runs along this side of a zone."""
    metres = sum(
        ring.beside.get((side, feature), 0.0)
        for piece in border.pieces
        for ring in piece.rings
        if not ring.is_hole
        for feature in word.features
    )
    return metres >= _LEAST_METRES


def _unknown(name: str, line: int, reader: BorderReader, case: Case) -> NoticeFinding:
    """Return the finding on a name that no line and no neighbour bears."""
    names = {folded(one): one for one in reader.names}
    close = [names[one] for one in nearest_few(name, names)]
    return case.found(
        line,
        f"'{name}' is no street, river, lake or railway of this study."
        + nearest_said(close, Language.ENGLISH),
        f"本项目没有道路、河流、湖泊或铁路“{name}”。" + nearest_said(close, Language.CHINESE),
    )


def _elsewhere(
    word: BorderWord,
    said: Side,
    border: Border,
    several: list[str],
    case: Case,
) -> NoticeFinding:
    """Return the finding on a line that does not run along this side of the plan's zone."""
    name, side = case.schools(border.zone.sections), said.side
    true = [other for other in SIDES if _runs(border, other, word)]
    en = f"{word.name} does not run along the {side} of the zone of {name}"
    zh = f"{word.name}不在{name}招生范围的{say_notice(side, Language.CHINESE)}面"
    if true:
        en += f", but along its {' and '.join(true)}"
        zh += f"，而在其{'、'.join(say_notice(one, Language.CHINESE) for one in true)}面"
    else:
        en += ", nor along any other of its sides"
        zh += "，也不在其他各面"
    if len(several) > 1:
        en += f"; there are {len(several)} of this name: {_places(several, 'en')}"
        zh += f"；同名的有{len(several)}条：{_places(several, 'zh')}"
    return case.found(said.line, f"{en}.", f"{zh}。")


def _several(resolved: dict[str, list[str]], case: Case) -> NoticeFinding:
    """Return the remark on names that several streets bear."""
    names = list(resolved)
    shown = names[:3]
    more = len(names) - len(shown)
    en = "; ".join(f"{name}: {_places(resolved[name], 'en')}" for name in shown)
    zh = "；".join(f"{name}：{_places(resolved[name], 'zh')}" for name in shown)
    return case.found(
        0,
        "several streets have the same name; the one along the zone was taken each time. "
        f"{en}{f'; and {more} more names' if more else ''}.",
        f"有的道路同名，均按位于该范围边界上的一条理解。{zh}"
        f"{f'；另有{more}个路名' if more else ''}。",
        is_error=False,
    )


def _places(towns: list[str], lang: str) -> str:
    """Return where streets of one name lie."""
    counted = {town: towns.count(town) for town in dict.fromkeys(towns)}
    unknown = "乡镇不详" if lang == "zh" else "no township known"
    said = [
        f"{town or unknown}{f'（{count}条）' if lang == 'zh' else f' ({count})'}"
        if count > 1
        else town or unknown
        for town, count in counted.items()
    ]
    return ("、" if lang == "zh" else ", ").join(said)
