"""Check the lists of a notice: areas missed, given twice or to others, and names nobody knows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from planner.notices.findings import nearest_said
from planner.notices.names import folded
from planner.spelling import nearest_few
from planner.terms import Language

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from planner.notices.findings import Case, NoticeFinding
    from planner.notices.reading import ReadZone
    from planner.notices.zones import Zone

__all__ = ["Books", "Claim", "agreed_areas", "books_of", "findings_on_areas", "planned_areas"]


class Claim(NamedTuple):
    """An area given to the sections of a zone, with the line that does it."""

    sections: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Books:
    """What a notice gives to whom, beside what the plan does, for one stage; areas by place."""

    planned: Mapping[int, Zone]
    claims: Mapping[int, list[Claim]] = field(default_factory=lambda: defaultdict(list))


def books_of(case: Case) -> list[Books]:
    """Return the books of every stage that the notice speaks of, all if it names none."""
    told = case.read.stages
    books = {
        stage.zones.stage.stage: Books(
            {area: zone for zone in stage.zones.zones for area in zone.areas}
        )
        for stage in case.notice.stages
        if stage.zones.zones and (not told or stage.zones.stage.stage in told)
    }
    for zone in case.read.zones:
        if zone.sections and zone.stage in books:
            whole = _in_order(zone, books[zone.stage])
            for line, found in zone.items:
                for area in found.areas:
                    books[zone.stage].claims[area].append(Claim(whole, line))
    return list(books.values())


def planned_areas(case: Case, books: Sequence[Books]) -> int:
    """Return how many areas the notice should give."""
    return sum(case.concerns(zone.sections) for one in books for zone in one.planned.values())


def agreed_areas(case: Case, books: Sequence[Books]) -> int:
    """Return how many areas the notice gives once, as the plan does."""
    return sum(
        case.concerns(zone.sections)
        and [claim.sections for claim in one.claims.get(area, ())] == [zone.sections]
        for one in books
        for area, zone in one.planned.items()
    )


def findings_on_areas(case: Case, books: Sequence[Books]) -> Iterator[NoticeFinding]:
    """Yield what is wrong with the lists of a notice."""
    yield from _unknown(case)
    for line in dict.fromkeys(case.read.directions):
        yield case.found(
            line,
            "words such as 以东 are passed over: the side is told by 东至, 南至, 西至, 北至.",
            "“以东”“以西”等字样未予理解；方位以“东至、南至、西至、北至”为准。",
            is_error=False,
        )
    for one in books:
        yield from _missed(case, one)
        yield from _twice(case, one)
        yield from _elsewhere(case, one)


def _in_order(zone: ReadZone, books: Books) -> tuple[str, ...]:
    """Return the sections of a zone in the order of the plan."""
    wanted = set(zone.sections)
    planned = (one.sections for one in books.planned.values() if set(one.sections) == wanted)
    return next(planned, zone.sections)


def _unknown(case: Case) -> Iterator[NoticeFinding]:
    """Yield names in lists that nobody knows."""
    names = {folded(name): name for name in case.reader.names}
    for zone in case.zones:
        for line, found in zone.items:
            if found.areas:
                continue
            community, blocks = case.reader.blocks_there(found.text)
            if community:
                yield case.found(
                    line,
                    f"'{found.text}': not all of these are blocks of {community}, which are: "
                    f"{blocks}.",
                    f"“{found.text}”：{community}没有其中的某个小区；现有{blocks}。",
                )
                continue
            bare = found.text.partition("(")[0]
            close = nearest_few(found.text, names) or nearest_few(bare, names)
            said = [names[name] for name in close]
            yield case.found(
                line,
                f"'{found.text}' is no community, village or block of this study."
                f"{nearest_said(said, Language.ENGLISH)}",
                f"本项目没有社区、村或小区“{found.text}”。{nearest_said(said, Language.CHINESE)}",
            )


def _missed(case: Case, books: Books) -> Iterator[NoticeFinding]:
    """Yield areas that no list gives, zone by zone."""
    missed: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for area, zone in books.planned.items():
        if case.concerns(zone.sections) and not books.claims.get(area):
            missed[zone.sections].append(area)
    for sections, areas in missed.items():
        mine = [zone for zone in case.read.zones if set(zone.sections) == set(sections)]
        name, said = case.schools(sections), case.areas(areas)
        if mine:
            line = next((zone.items[-1][0] for zone in mine if zone.items), mine[0].line)
            yield case.found(
                line, f"missing from the list of {name}: {said}.", f"{name}的名单漏列：{said}。"
            )
        else:
            yield case.found(
                0,
                f"no heading names {name}, whose zone in the plan is: {said}.",
                f"没有{name}的标题；方案中其招生范围为：{said}。",
            )


def _twice(case: Case, books: Books) -> Iterator[NoticeFinding]:
    """Yield areas that lists give more than once."""
    twice: dict[tuple[Claim, ...], list[int]] = defaultdict(list)
    for area, claims in books.claims.items():
        if len(claims) > 1 and any(case.concerns(claim.sections) for claim in claims):
            twice[tuple(claims)].append(area)
    en_unit, zh_unit = ("paragraph", "段") if case.by_paragraph else ("line", "行")
    for given, areas in twice.items():
        said = case.areas(areas)
        en = " and ".join(f"{case.schools(one.sections)} ({en_unit} {one.line})" for one in given)
        zh = "、".join(f"{case.schools(one.sections)}（第{one.line}{zh_unit}）" for one in given)
        yield case.found(
            given[-1].line, f"given more than once, to {en}: {said}.", f"重复列入{zh}：{said}。"
        )


def _elsewhere(case: Case, books: Books) -> Iterator[NoticeFinding]:
    """Yield areas that the notice gives to another section than the plan."""
    other: dict[tuple[Claim, tuple[str, ...]], list[int]] = defaultdict(list)
    for area, claims in books.claims.items():
        zone = books.planned.get(area)
        planned = zone.sections if zone else ()
        concerned = case.concerns(claims[0].sections) or case.concerns(planned)
        if len(claims) == 1 and claims[0].sections != planned and concerned:
            other[claims[0], planned].append(area)
    for (claim, planned), areas in other.items():
        name, said = case.schools(claim.sections), case.areas(areas)
        meant_en = f"of {case.schools(planned)}" if planned else "of nobody"
        meant_zh = f"属{case.schools(planned)}" if planned else "未划给任何学校"
        yield case.found(
            claim.line,
            f"given to {name}, in the plan {meant_en}: {said}.",
            f"列入{name}，方案中{meant_zh}：{said}。",
        )
