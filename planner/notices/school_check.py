"""Check the headings of a notice: schools nobody knows, that come twice, or have no zone."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from planner.notices.findings import nearest_said
from planner.notices.notice import section_labels
from planner.spelling import nearest_few
from planner.terms import Language

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.notices.findings import Case, NoticeFinding

__all__ = ["findings_on_schools"]


def findings_on_schools(case: Case) -> Iterator[NoticeFinding]:
    """Yield what is wrong with the headings of a notice."""
    yield from _unknown(case)
    if not any(zone.sections for zone in case.read.zones):
        yield case.found(
            0,
            "no heading names a school of this plan with an enrolment zone. Write each school "
            "on a line of its own, named as in the plan.",
            "没有一个标题是本方案中划片招生的学校。请让每所学校单独成行，校名与方案一致。",
        )
        return
    yield from _repeated(case)
    yield from _without_zone(case)


def _unknown(case: Case) -> Iterator[NoticeFinding]:
    """Yield schools that nobody knows, and those of several stages without one above them."""
    for line, name, stages in case.read.unclear:
        yield case.found(
            line,
            f"'{name}' teaches several stages ({', '.join(stages)}). Put the stage on a line "
            "of its own above it, or choose one with --stage.",
            f"“{name}”有多个学段（{'、'.join(stages)}）。请在其上单独写一行学段，或用--stage指定。",
        )
    names = sorted(
        {name for lang in Language for name in section_labels(case.notice.zones, lang).values()}
    )
    for zone in case.read.zones:
        if not zone.sections:
            close = nearest_few(zone.name, names)
            yield case.found(
                zone.line,
                f"'{zone.name}' is no school of this plan.{nearest_said(close, Language.ENGLISH)}",
                f"本方案没有学校“{zone.name}”。{nearest_said(close, Language.CHINESE)}",
            )


def _repeated(case: Case) -> Iterator[NoticeFinding]:
    """Yield schools with several headings."""
    lines: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for zone in case.zones:
        if zone.sections:
            lines[zone.sections].append(zone.line)
    en, zh = ("paragraphs", "段") if case.by_paragraph else ("lines", "行")
    for sections, where in lines.items():
        if len(where) > 1:
            yield case.found(
                where[1],
                f"{case.schools(sections)} has several headings ({en} "
                f"{', '.join(map(str, where))}); they are read as one zone.",
                f"{case.schools(sections)}出现多次（第{'、'.join(map(str, where))}{zh}），"
                "合并为一个范围理解。",
                is_error=False,
            )


def _without_zone(case: Case) -> Iterator[NoticeFinding]:
    """Yield headings of schools that have no such zone in the plan."""
    planned = {
        frozenset(zone.sections) for stage in case.notice.stages for zone in stage.zones.zones
    }
    for read in case.zones:
        if read.sections and frozenset(read.sections) not in planned:
            yield case.found(
                read.line,
                f"{case.schools(read.sections)} has no such zone in the plan of this year.",
                f"当年方案中没有{case.schools(read.sections)}的这一招生范围。",
            )
