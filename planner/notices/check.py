"""Hold a notice against the plan: what its words miss, give twice, or give to another school."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.notices.area_check import agreed_areas, books_of, findings_on_areas, planned_areas
from planner.notices.border_check import findings_on_borders
from planner.notices.findings import Case
from planner.notices.lists import ListReader
from planner.notices.names import folded
from planner.notices.notice import section_labels
from planner.notices.places import gazetteer_of
from planner.notices.reading import Heading, Headings, read_notice
from planner.notices.school_check import findings_on_schools
from planner.terms import Language

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from planner.notices.findings import NoticeFinding
    from planner.notices.notice import Notice

__all__ = ["Checked", "check_notice"]


@dataclass(frozen=True, slots=True)
class Checked:
    """What came out of holding a notice against the plan.

    Attributes:
        file: The notice.
        findings: In the order of the file; those on the whole file last.
        zones: Zones that the notice names.
        areas: Areas that it gives to the section of the plan, and to it alone.
        planned: Areas it should give, counted once for each stage.
    """

    file: Path
    findings: tuple[NoticeFinding, ...]
    zones: int
    areas: int
    planned: int

    @property
    def errors(self) -> int:
        """How many findings contradict the plan; the others are remarks."""
        return sum(finding.is_error for finding in self.findings)

    def summary(self, lang: Language) -> str:
        """Return what was read, and how it came out."""
        remarks = len(self.findings) - self.errors
        if lang == Language.CHINESE:
            return (
                f"{self.file}：读到{self.zones}个招生范围，{self.planned}个应列单元中{self.areas}个"
                f"与方案一致；{self.errors}处不符，{remarks}条提示。"
            )
        return (
            f"{self.file}: zones read: {self.zones}; areas as in the plan: {self.areas} of "
            f"{self.planned}; contradictions: {self.errors}; remarks: {remarks}."
        )


def check_notice(file: Path, notice: Notice, only: Collection[str] = ()) -> Checked:
    """Return how a notice differs from the plan; names of both languages are understood.

    Args:
        file: The notice: .txt, .md or .docx.
        notice: What the plan says.
        only: Keys of sections to look at; empty: all.

    Raises:
        InputError: The file cannot be read.
    """
    reader = _reader(notice)
    read = read_notice(file, _headings(notice), reader)
    case = Case(file, notice, read, frozenset(only), reader)
    books = books_of(case)
    findings = list(findings_on_schools(case))
    if any(zone.sections for zone in read.zones):
        findings += [*findings_on_areas(case, books), *findings_on_borders(case)]
    return Checked(
        file=file,
        findings=tuple(sorted(findings, key=lambda found: found.line or 10**9)),
        zones=sum(bool(zone.sections) for zone in read.zones),
        areas=agreed_areas(case, books),
        planned=planned_areas(case, books),
    )


def _reader(notice: Notice) -> ListReader:
    """Return what finds areas by their names in either language, first that of the notice."""
    others = [lang for lang in Language if lang != notice.lang]
    areas = notice.zones.study.areas
    return ListReader(notice.gazetteer, *(gazetteer_of(areas, lang) for lang in others))


def _headings(notice: Notice) -> Headings:
    """Return the names of stages and schools in both languages."""
    zones = notice.zones
    stage_of = dict(zip(zones.sections["section_id"], zones.sections["stage"], strict=True))
    mine = {stage.zones.stage.stage for stage in notice.stages}
    names: dict[str, list[Heading]] = defaultdict(list)
    for lang in Language:
        for key, label in section_labels(zones, lang).items():
            heading = Heading(str(stage_of[key]), key)
            if heading.stage in mine and heading not in names[folded(label)]:
                names[folded(label)].append(heading)
    stages = {
        stage.stage: tuple(stage.names[lang] for lang in Language) for stage in zones.norms.stages
    }
    return Headings(stages, names)
