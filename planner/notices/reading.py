"""Read a notice, our own or a bureau's: which school gets which communities, bordered by what.

Understood are headings with a stage or with schools, borders such as 东至学府路，南至… (East: …;
South: …), and lists of communities behind 所含社区（村） or 包括, each on lines of their own or all
behind the school's name. Full-width and half-width marks, blanks and dashes make no difference.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from planner.errors import InputError, Sentence
from planner.notices.docx import read_docx
from planner.notices.names import SEPARATORS, KnownNames, folded
from planner.notices.sides import SIDES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from planner.notices.lists import Found, ListReader

__all__ = ["Heading", "Headings", "ReadNotice", "ReadZone", "Side", "read_notice"]

_NUMBERING: Final = re.compile(
    r"^(?:\((?:[一二三四五六七八九十百零〇]+|\d{1,3})\)|第?[一二三四五六七八九十百零〇]+[、.,:]"
    r"|\d{1,3}[、.,:)])+"
)
_NUMBERED_NAME: Final = re.compile(
    r"^\s*(?:[（(](?:[一二三四五六七八九十百零〇]+|\d{1,3})[）)]|\d{1,3}[、.．])\s*"
)
_SIDE: Final = re.compile(
    r"(?:^|(?<=[,、;。:.)]))(?:(?P<zh>[东南西北])(?:面|侧|边|部|方|起)?(?:至|到|临|抵|接|邻|以|:)"
    r"|(?P<en>east|south|west|north)(?:side)?(?::|to(?=[^a-z])))"
)
_LIST: Final = re.compile(
    r"(?:^|(?<=[,;。.:]))(?:"
    r"(?:所含|包括|包含|涵盖|下辖|所辖|服务)"
    r"(?:(?:的|以下|下列|社区|居委会|村|小区|单元|地段|范围|[()、及和])*:)?"
    r"|(?:社区|村|小区)(?:\(村\)|、村|及村|和村)?:"
    r"|(?:communitiesandvillages|communities|villages|areas|includes|including|itconsistsof)"
    r"(?:are)?:?)"
)
_NOT_LISTS: Final = ("其内除外", "leftout", "四至", "border", "本范围", "thiszone", "以上", "these")
_BEHIND_NAME: Final = re.compile(
    r"(?:\((?:多校划片|sharedzone)\)|多校划片)?(?:的)?"
    r"(?:招生范围|招生区域|学区|服务区|划片范围|enrolmentzone)?(?::|。|$)"
)
_SCHOOL: Final = re.compile(r"(?:小学|中学|学校|幼儿园|初中|school|kindergarten|college|academy)")
_STAGE_TAIL: Final = re.compile(
    r"(?:阶段|学段|学校|部|schools?)?(?:招生范围|招生划片|划片范围|招生区域)?[:。.]?"
)
_LABEL: Final = re.compile(
    r"(?:具体)?(?:招生|服务|学区|划片|入学)?(?:四至|边界|范围|界线|区域|地段|对象)(?:范围|如下|为)?.*|border.*"
)
"""What stands before the colon of a border without being a school."""
_LONGEST_HEADING: Final = 60
_SHORT_HEADING: Final = 20
_MARKDOWN: Final = re.compile(r"^\s*(?:[#>*+-]+\s+)+|\*\*|__|`|\\(?=[^\w\s])")
_DIRECTIONS: Final = re.compile(r"以(?:东|南|西|北){1,2}")


class Side(NamedTuple):
    """What a notice says of one side of a zone."""

    side: str
    line: int
    text: str


class Heading(NamedTuple):
    """A section as a heading names it: stage and key."""

    stage: str
    key: str


@dataclass(slots=True)
class ReadZone:
    """What a notice says of one zone; without sections if nobody knows the school.

    Attributes:
        name: The heading as it is written.
        line: Where it stands.
        stage: Its stage.
        sections: Keys of its sections.
        sides: What is said of its border.
        items: What is listed, with the line.
    """

    name: str
    line: int
    stage: str = ""
    sections: tuple[str, ...] = ()
    sides: list[Side] = field(default_factory=list)
    items: list[tuple[int, Found]] = field(default_factory=list)


@dataclass(slots=True)
class ReadNotice:
    """A notice as it was read.

    Attributes:
        zones: Zones in the order of the file; a heading that comes twice has two.
        stages: Stages that headings or schools name.
        unclear: Schools whose stage nobody can tell: line, name and stages.
        directions: Lines with words such as 以东, which are passed over.
    """

    zones: list[ReadZone] = field(default_factory=list)
    stages: list[str] = field(default_factory=list)
    unclear: list[tuple[int, str, list[str]]] = field(default_factory=list)
    directions: list[int] = field(default_factory=list)


class Headings:
    """Knows the names of stages and sections that a heading may bear."""

    def __init__(
        self, stages: Mapping[str, tuple[str, ...]], sections: Mapping[str, list[Heading]]
    ) -> None:
        """Learn the names of stages by their keys, and what sections each name may mean."""
        self.stages = {folded(name): key for key, names in stages.items() for name in names}
        self.sections = {folded(name): found for name, found in sections.items()}
        self._known = KnownNames(self.sections)

    def stage_of(self, text: str) -> str:
        """Return the stage of which a line is the heading, or nothing."""
        for name, key in self.stages.items():
            if text.startswith(name) and _STAGE_TAIL.fullmatch(text, len(name)):
                return key
        return ""

    def stage_in_title(self, text: str) -> str:
        """Return the one stage that a title speaks of, or nothing."""
        if "公告" not in text and "enrolmentzones" not in text:
            return ""
        named = {key for name, key in self.stages.items() if name in text}
        return named.pop() if len(named) == 1 else ""

    def schools_of(self, text: str) -> tuple[list[str], str] | None:
        """Return the names of the schools a line begins with, and what stands behind them."""
        names: list[str] = []
        place = 0
        while name := self._known.at(text, place, ends=f"{SEPARATORS}(的招学服划多e. "):
            names.append(name)
            place += len(name)
            if text[place : place + 1] in ("、", ",") and self._known.at(
                text, place + 1, ends=f"{SEPARATORS}(的招学服划多e. "
            ):
                place += 1
            else:
                break
        behind = _BEHIND_NAME.match(text, place)
        return (names, text[behind.end() :]) if names and behind else None


def read_notice(path: Path, headings: Headings, reader: ListReader) -> ReadNotice:
    """Read a notice from a .txt, .md or .docx file.

    Args:
        path: The file; text in UTF-8 or GB 18030.
        headings: Names of stages and schools.
        reader: Names of communities and areas.

    Raises:
        InputError: The file cannot be read.
    """
    desk = _Desk(headings, reader)
    for number, line in _lines(path):
        desk.take(number, line)
    return desk.found


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines of a file with their numbers, those of a document by paragraphs."""
    is_docx = path.suffix.lower() == ".docx"
    lines = read_docx(path) if is_docx else _text(path).splitlines()
    markdown = path.suffix.lower() in (".md", ".markdown")
    for number, line in enumerate(lines, start=1):
        for cell in line.split("|"):
            plain = _MARKDOWN.sub("", cell) if markdown else cell
            if plain.strip():
                yield number, plain


def _text(path: Path) -> str:
    """Return the text of a file, as editors in China and elsewhere save it."""
    content = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise InputError(
        Sentence(
            f"{path}: this is no text that can be read. Save the notice as .docx, or as plain text "
            "in UTF-8.",
            f"{path}：不是可读的文本。请将公告存为.docx，或存为UTF-8编码的纯文本。",
        )
    )


@dataclass(slots=True)
class _Desk:
    """Takes line after line and keeps in mind under which heading one is."""

    headings: Headings
    reader: ListReader
    found: ReadNotice = field(default_factory=ReadNotice)
    stage: str = ""
    zone: ReadZone | None = None
    unknown: tuple[int, str] | None = None
    perhaps: tuple[int, str] | None = None

    def take(self, number: int, line: str) -> None:
        """Read one line."""
        text = folded(line)
        bare = _NUMBERING.sub("", text)
        if not self.found.zones and not self.stage and (stage := self._title(text)):
            self.stage = stage
        elif stage := self.headings.stage_of(bare):
            self._begin_stage(stage)
        elif (schools := self._schools(text, bare)) is not None:
            self._begin_zone(number, line, *schools)
        elif self._is_heading(text, bare):
            self.unknown = number, _NUMBERED_NAME.sub("", re.split("[:：]", line.strip())[0])
            self._behind_unknown(number, text)
        elif _SIDE.search(text) or _LIST.match(text):
            self._content(number, text)
        elif self.zone is not None and not text.startswith(_NOT_LISTS):
            self._loose(number, text)

    def _title(self, text: str) -> str:
        """Return the stage of a title."""
        return self.headings.stage_in_title(text)

    def _schools(self, text: str, bare: str) -> tuple[list[str], str] | None:
        """Return the schools that a line names, with or without a number before them."""
        return self.headings.schools_of(text) or self.headings.schools_of(bare)

    def _begin_stage(self, stage: str) -> None:
        """Begin a stage."""
        self.stage, self.zone, self.unknown, self.perhaps = stage, None, None, None
        self._remember(stage)

    def _remember(self, stage: str) -> None:
        """Note that the notice speaks of a stage."""
        if stage not in self.found.stages:
            self.found.stages.append(stage)

    def _begin_zone(self, number: int, line: str, names: list[str], behind: str) -> None:
        """Begin the zone of one school or several."""
        self.unknown = self.perhaps = None
        zone = ReadZone(line.strip(), number)
        meant = []
        for name in names:
            choices = self.headings.sections[name]
            mine = [one for one in choices if one.stage == (self.stage or one.stage)]
            mine = mine or choices
            if len({one.stage for one in mine}) > 1:
                self.found.unclear.append((number, name, [one.stage for one in mine]))
                self.zone = zone  # what follows belongs to nobody
                return
            meant.append(mine[0])
        zone.stage, zone.sections = meant[0].stage, tuple(one.key for one in meant)
        self._remember(zone.stage)
        self.found.zones.append(zone)
        self.zone = zone
        if behind.strip(f"{SEPARATORS}."):
            self._content(number, behind)

    def _is_heading(self, text: str, bare: str) -> bool:
        """Tell whether a line looks like the heading of a school that nobody knows."""
        head = bare.partition(":")[0]
        if len(head) > _LONGEST_HEADING or "。" in head or bare.startswith(_NOT_LISTS):
            return False
        if _SIDE.match(bare) or _LIST.match(bare) or _LABEL.fullmatch(head):
            return False
        behind = bare.partition(":")[2]
        if head and (_SIDE.match(behind) or _LIST.match(behind)):
            return True
        if self.zone is not None and any(found.areas for found in self.reader.read(head)[:1]):
            return False
        return bool(_SCHOOL.search(head)) or (text != bare and text.startswith("("))

    def _behind_unknown(self, number: int, text: str) -> None:
        """Read what stands behind an unknown school on its own line."""
        behind = text.partition(":")[2]
        if _SIDE.search(behind) or _LIST.match(behind):
            self._content(number, behind)

    def _content(self, number: int, text: str) -> None:
        """Read borders and lists of a line."""
        known = self.zone
        if self.perhaps is not None and known is not None and (known.sides or known.items):
            # A line nobody knows between two zones is the heading of the second.
            self.unknown = self.unknown or self.perhaps
        self.perhaps = None
        if self.unknown is not None:
            line, name = self.unknown
            self.zone = ReadZone(name, line, self.stage)
            self.found.zones.append(self.zone)
            self.unknown = None
        if self.zone is None:
            return
        starts = _side_starts(text)
        listed = _LIST.search(text, starts[-1].end() if starts else 0)
        end = listed.start() if listed else len(text)
        for place, start in enumerate(starts):
            stop = starts[place + 1].start() if place + 1 < len(starts) else end
            words = text[start.end() : stop].strip(f"{SEPARATORS}.")
            if _DIRECTIONS.search(words):
                self.found.directions.append(number)
            self.zone.sides.append(Side(_side(start), number, words))
        if listed:
            self._list(number, text[listed.end() :])
        elif not starts:
            self._loose(number, text)

    def _list(self, number: int, text: str) -> None:
        """Read a list of communities."""
        if self.zone is not None:
            self.zone.items += [(number, found) for found in self.reader.read(text)]

    def _loose(self, number: int, text: str) -> None:
        """Read a line without a word that says what it is, if it begins like a list."""
        found = self.reader.read(text)
        if self.zone is None:
            return
        if found and found[0].areas:
            self.zone.items += [(number, one) for one in found]
        elif _DIRECTIONS.search(text):
            self.found.directions.append(number)
        elif len(text) <= _SHORT_HEADING and len(found) == 1 and "片" not in text:
            self.perhaps = number, text


def _side_starts(text: str) -> list[re.Match[str]]:
    """Return where sides begin; what follows such a word at once is a name, as in East: 东至路."""
    starts: list[re.Match[str]] = []
    for found in _SIDE.finditer(text):
        if not starts or found.start() > starts[-1].end():
            starts.append(found)
    return starts


def _side(found: re.Match[str]) -> str:
    """Return the side that words such as 东至 or East: begin."""
    return found["en"] or SIDES["东南西北".index(found["zh"])]
