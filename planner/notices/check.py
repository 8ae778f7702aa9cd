"""Hold a notice against the plan: what its words miss, give twice, or give to another school."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from planner.errors import Sentence
from planner.notices.border_check import findings_on_borders
from planner.notices.findings import NoticeFinding, listed
from planner.notices.lists import ListReader, exact_items
from planner.notices.names import folded
from planner.notices.notice import section_labels
from planner.notices.places import gazetteer_of
from planner.notices.reading import Heading, Headings, read_notice
from planner.notices.wording import sections_said
from planner.spelling import nearest_few
from planner.terms import Language

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from planner.notices.notice import Notice
    from planner.notices.reading import ReadNotice, ReadZone
    from planner.notices.zones import Zone

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
        if lang == "zh":
            return (
                f"{self.file}：读到{self.zones}个招生范围，{self.planned}个应列单元中{self.areas}个"
                f"与方案一致；{self.errors}处不符，{remarks}条提示。"
            )
        return (
            f"{self.file}: zones read: {self.zones}; areas as in the plan: {self.areas} of "
            f"{self.planned}; contradictions: {self.errors}; remarks: {remarks}."
        )


class _Claim(NamedTuple):
    """An area given to the sections of a zone, with the line that does it."""

    sections: tuple[str, ...]
    line: int


@dataclass(slots=True)
class _Books:
    """What the notice gives to whom, beside what the plan does, for one stage."""

    stage: str
    planned: dict[int, Zone]
    claims: dict[int, list[_Claim]] = field(default_factory=lambda: defaultdict(list))


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
    desk = _Check(file, notice, reader, read, frozenset(only))
    findings = sorted(desk.findings(), key=lambda found: found.line or 10**9)
    return Checked(
        file=file,
        findings=tuple(findings),
        zones=len([zone for zone in read.zones if zone.sections]),
        areas=desk.agreed(),
        planned=desk.planned(),
    )


def _reader(notice: Notice) -> ListReader:
    """Return what finds areas by their names in either language, first that of the notice."""
    others = [lang for lang in Language if lang != notice.lang]
    areas = notice.zones.study.areas
    return ListReader(notice.gazetteer, *(gazetteer_of(areas, lang) for lang in others))


def _headings(notice: Notice) -> Headings:
    """Return the names of stages and schools in both languages, with and without keys."""
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


class _Check:
    """Compares what was read with the plan."""

    def __init__(
        self,
        file: Path,
        notice: Notice,
        reader: ListReader,
        read: ReadNotice,
        only: frozenset[str],
    ) -> None:
        """Enter every claim of the notice into the books of its stage."""
        self._file, self._notice, self._read, self._only = file, notice, read, only
        self._reader = reader
        self._own = ListReader(notice.gazetteer)
        self._by_paragraph = file.suffix.lower() == ".docx"
        self._books = {
            stage.zones.stage.stage: _Books(
                stage.zones.stage.stage,
                {area: zone for zone in stage.zones.zones for area in zone.areas},
            )
            for stage in notice.stages
            if stage.zones.zones and (not read.stages or stage.zones.stage.stage in read.stages)
        }
        for zone in read.zones:
            books = self._books.get(zone.stage)
            if books is None or not zone.sections:
                continue
            whole = self._whole(zone, books)
            for line, found in zone.items:
                for area in found.areas:
                    books.claims[area].append(_Claim(whole, line))

    def findings(self) -> Iterator[NoticeFinding]:
        """Yield everything that is wrong or doubtful."""
        if not any(zone.sections for zone in self._read.zones):
            yield self._found(
                0,
                "no heading names a school of this plan with an enrolment zone. Write each school "
                "on a line of its own, named as in the plan.",
                "没有一个标题是本方案中划片招生的学校。请让每所学校单独成行，校名与方案一致。",
            )
            return
        yield from self._headings()
        yield from self._lists()
        for books in self._books.values():
            yield from self._areas(books)
        yield from findings_on_borders(self._read, self._notice, self._found, self._only)

    def agreed(self) -> int:
        """Return how many areas are given once, as the plan does."""
        return sum(
            self._looked_at(zone)
            and len(claims := books.claims.get(area, [])) == 1
            and claims[0].sections == zone.sections
            for books in self._books.values()
            for area, zone in books.planned.items()
        )

    def planned(self) -> int:
        """Return how many areas the notice should give."""
        return sum(
            self._looked_at(zone)
            for books in self._books.values()
            for zone in books.planned.values()
        )

    def _found(self, line: int, en: str, zh: str, *, is_error: bool = True) -> NoticeFinding:
        """Return a finding on a line."""
        return NoticeFinding(self._file, line, Sentence(en, zh), is_error, self._by_paragraph)

    def _looked_at(self, zone: Zone) -> bool:
        """Tell whether a zone is among those to be looked at."""
        return not self._only or bool(self._only & set(zone.sections))

    def _whole(self, zone: ReadZone, books: _Books) -> tuple[str, ...]:
        """Return the sections of the planned zone that the notice speaks of, in their order."""
        for planned in books.planned.values():
            if set(planned.sections) == set(zone.sections):
                return planned.sections
        return zone.sections

    def _headings(self) -> Iterator[NoticeFinding]:
        """Yield schools that nobody knows, that come twice, that share otherwise, or that lack."""
        names = sorted({label for label in self._notice.labels.values() if label})
        for line, name, stages in self._read.unclear:
            yield self._found(
                line,
                f"'{name}' teaches several stages ({', '.join(stages)}). Put the stage on a line "
                "of its own above it, or choose one with --stage.",
                f"“{name}”有多个学段（{'、'.join(stages)}）。请在其上单独写一行学段，或用--stage指定。",
            )
        lines: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for zone in self._read.zones:
            if not zone.sections:
                close = nearest_few(zone.name, names)
                yield self._found(
                    zone.line,
                    f"'{zone.name}' is no school of this plan.{_meant(close, 'en')}",
                    f"本方案没有学校“{zone.name}”。{_meant(close, 'zh')}",
                )
            lines[zone.sections].append(zone.line)
        for sections, where in lines.items():
            if sections and len(where) > 1:
                yield self._found(
                    where[1],
                    f"{self._name(sections)} has several headings (lines "
                    f"{', '.join(map(str, where))}); they are read as one zone.",
                    f"{self._name(sections)}出现多次（第{'、'.join(map(str, where))}行），"
                    "合并为一个范围理解。",
                    is_error=False,
                )
        yield from self._lacking(set(lines))

    def _lacking(self, named: set[tuple[str, ...]]) -> Iterator[NoticeFinding]:
        """Yield zones of the plan that have no heading, and headings without a planned zone."""
        sets = {frozenset(sections) for sections in named}
        for stage in self._notice.stages:
            if stage.zones.stage.stage not in self._books:
                continue
            planned = {frozenset(zone.sections) for zone in stage.zones.zones}
            for zone in stage.zones.zones:
                if frozenset(zone.sections) not in sets and self._looked_at(zone):
                    yield self._found(
                        0,
                        f"{self._name(zone.sections)} has a zone in the plan and no heading here.",
                        f"方案中{self._name(zone.sections)}有招生范围，公告中没有这一标题。",
                    )
            for read in self._read.zones:
                mine = read.stage == stage.zones.stage.stage and read.sections
                if mine and frozenset(read.sections) not in planned and not self._only:
                    yield self._found(
                        read.line,
                        f"{self._name(read.sections)} has no such zone in the plan of this year.",
                        f"当年方案中没有{self._name(read.sections)}的这一招生范围。",
                    )

    def _lists(self) -> Iterator[NoticeFinding]:
        """Yield names in lists that nobody knows."""
        for zone in self._read.zones:
            if self._only and not self._only & set(zone.sections):
                continue
            for line, found in zone.items:
                if not found.areas:
                    close = self._close(found.text)
                    yield self._found(
                        line,
                        f"'{found.text}' is no community, village or block of this study."
                        f"{_meant(close, 'en')}",
                        f"本项目没有社区、村或小区“{found.text}”。{_meant(close, 'zh')}",
                    )
        for line in dict.fromkeys(self._read.directions):
            yield self._found(
                line,
                "words such as 以东 are passed over: the side is told by 东至, 南至, 西至, 北至.",
                "“以东”“以西”等字样未予理解；方位以“东至、南至、西至、北至”为准。",
                is_error=False,
            )

    def _close(self, text: str) -> list[str]:
        """Return the names most like one that nobody knows, a bracket behind it set aside."""
        names = {folded(name): name for name in self._own.names}
        bare = text.partition("(")[0] or text
        found = nearest_few(text, names) or nearest_few(bare, names)
        return [names[name] for name in found]

    def _areas(self, books: _Books) -> Iterator[NoticeFinding]:
        """Yield areas that are missed, given twice, or given to another section."""
        missed: dict[tuple[str, ...], list[int]] = defaultdict(list)
        twice: dict[tuple[_Claim, ...], list[int]] = defaultdict(list)
        other: dict[tuple[_Claim, tuple[str, ...]], list[int]] = defaultdict(list)
        for area, zone in books.planned.items():
            claims = books.claims.get(area, [])
            concerned = self._looked_at(zone) or any(
                self._only & set(claim.sections) for claim in claims
            )
            if not concerned:
                continue
            if not claims:
                missed[zone.sections].append(area)
            elif len(claims) > 1:
                twice[tuple(claims)].append(area)
            elif claims[0].sections != zone.sections:
                other[claims[0], zone.sections].append(area)
        for sections, areas in missed.items():
            yield self._missed(sections, areas)
        for given, areas in twice.items():
            yield self._twice(given, areas)
        for (claim, planned), areas in other.items():
            name, meant = self._name(claim.sections), self._name(planned)
            yield self._found(
                claim.line,
                f"given to {name}, in the plan of {meant}: {self._list(areas)}.",
                f"列入{name}，方案中属{meant}：{self._list(areas)}。",
            )

    def _missed(self, sections: tuple[str, ...], areas: list[int]) -> NoticeFinding:
        """Return the finding on areas of a zone that no list gives."""
        line = next(
            (
                zone.items[-1][0] if zone.items else zone.line
                for zone in self._read.zones
                if set(zone.sections) == set(sections)
            ),
            0,
        )
        name = self._name(sections)
        return self._found(
            line,
            f"missing from the list of {name}: {self._list(areas)}.",
            f"{name}的名单漏列：{self._list(areas)}。",
        )

    def _twice(self, claims: tuple[_Claim, ...], areas: list[int]) -> NoticeFinding:
        """Return the finding on areas that lists give more than once."""
        unit = (" paragraph ", "第{}段") if self._by_paragraph else (" line ", "第{}行")
        en = " and ".join(
            f"{self._name(one.sections)} ({unit[0].strip()} {one.line})" for one in claims
        )
        zh = "、".join(
            f"{self._name(one.sections)}（{unit[1].format(one.line)}）" for one in claims
        )
        return self._found(
            claims[-1].line,
            f"given more than once, to {en}: {self._list(areas)}.",
            f"重复列入{zh}：{self._list(areas)}。",
        )

    def _name(self, sections: tuple[str, ...]) -> str:
        """Return the schools of a zone."""
        return sections_said(sections, self._notice)

    def _list(self, areas: list[int]) -> str:
        """Return areas by name, the first of many."""
        items = exact_items(areas, self._notice.gazetteer, self._own)
        return listed(items, len(areas), self._notice.lang)


def _meant(close: list[str], lang: str) -> str:
    """Return a hint with the nearest names."""
    if not close:
        return ""
    if lang == "zh":
        return f"相近的有：{'、'.join(close)}。"
    return f" Nearest: {', '.join(close)}."
