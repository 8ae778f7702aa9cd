"""Read a list of communities, villages and blocks, as a notice gives it or a bureau types it."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from planner.notices.names import SEPARATORS, KnownNames, folded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.notices.places import Gazetteer

__all__ = ["Found", "ListReader", "exact_items"]

_AND: Final = ("和", "及", "与", "以及", "and", "&")
_ENDS: Final = f"{SEPARATORS}.()[]第和及与&0123456789"
_NUMBER: Final = re.compile(
    r"(?P<before>blocks?|groups?|units?|sections?|sectors?|nos?\.|numbers?)?第?(?P<first>\d{1,4})"
    r"(?:(?P<unit1>小区|村民小组|居民小组|组|网格|片区|片|社|区)?(?:-|至|到|to)第?(?P<last>\d{1,4}))?"
    r"(?P<unit>小区|村民小组|居民小组|组|网格|片区|片|社|区)?"
)
_WORDED: Final = re.compile(r"(?:blocks?|groups?|units?|sections?|sectors?|nos?\.|numbers?)\d")
_WHOLE: Final = frozenset({"全部", "全域", "整体", "全体", "all", "whole", "entire"})
_EXCEPT: Final = re.compile(r"(?:除|不含|except|without)(?P<rest>.*?)(?:外|以外|之外)?")
_MOST_NUMBERS: Final = 2000
"""More blocks than any community has: a longer range is a slip of the pen."""


class Found(NamedTuple):
    """One item of a list: the areas it means, none where nobody knows it, and its words."""

    areas: tuple[int, ...]
    text: str


@dataclass(slots=True)
class _Pen:
    """Where one is in a text, and of which community blocks were last named."""

    text: str
    place: int = 0
    community: int = -1

    @property
    def rest(self) -> str:
        """What is still to be read."""
        return self.text[self.place :]


class ListReader:
    """Finds the areas that a list in words means, in one language or several."""

    def __init__(self, *gazetteers: Gazetteer) -> None:
        """Learn all names; where two languages disagree, the first one given counts."""
        self._gazetteer = gazetteers[0]
        self.names = tuple(name for one in gazetteers for name in (*one.communities, *one.areas))
        """Every name a list may hold, as it is written."""
        self._whole: dict[str, int] = {}
        self._areas: dict[str, int] = {}
        self._blocks: dict[int, dict[str, int]] = defaultdict(dict)
        self._numbers: dict[tuple[int, str, int], list[int]] = defaultdict(list)
        self._members: list[tuple[int, ...]] = []
        for gazetteer in gazetteers:
            self._learn(gazetteer)
        self._known = KnownNames([*self._whole, *self._areas])
        self._known_blocks = {key: KnownNames(names) for key, names in self._blocks.items()}

    def blocks_there(self, text: str) -> tuple[str, str]:
        """Return the community with which words begin, and its blocks; nothing if there is none."""
        name = self._known.at(text, 0, ends=_ENDS)
        if name not in self._whole:
            return "", ""
        members = self._members[self._whole[name]]
        community = self._gazetteer.community_of[members[0]]
        return self._gazetteer.communities[community], self._gazetteer.blocks_said(members)

    def read(self, text: str) -> list[Found]:
        """Return the items of a list in order."""
        pen = _Pen(folded(text))
        found: list[Found] = []
        while pen.place < len(pen.text):
            start = pen.place
            if pen.text[start] in f"{SEPARATORS}.)]":
                pen.place += 1
                continue
            areas = self._next(pen)
            if areas is not None:
                found.append(Found(areas, pen.text[start : pen.place]))
        return found

    def _learn(self, gazetteer: Gazetteer) -> None:
        """Take over the names of one language."""
        offset = len(self._members)
        self._members += gazetteer.members
        for community, label in enumerate(gazetteer.communities):
            self._whole.setdefault(folded(label), offset + community)
        for area, (label, block) in enumerate(zip(gazetteer.areas, gazetteer.blocks, strict=True)):
            community = offset + gazetteer.community_of[area]
            self._areas.setdefault(folded(label), area)
            self._blocks[community].setdefault(folded(block.label), area)
            if block.number >= 0:
                for unit in {folded(block.unit), ""}:
                    self._numbers[community, unit, block.number].append(area)

    def _next(self, pen: _Pen) -> tuple[int, ...] | None:
        """Read one item; None where it is only a word such as 和."""
        name = self._known.at(pen.text, pen.place, ends=_ENDS) or self._before_unit(pen)
        if name in self._whole:
            pen.place += len(name)
            pen.community = self._whole[name]
            return self._parts_of_community(pen)
        if name:
            pen.place += len(name)
            area = self._areas[name]
            pen.community = self._community_of(area)
            return (area,)
        numbers = _NUMBER.match(pen.text, pen.place)
        if pen.community >= 0 and numbers and numbers["first"]:
            return self._numbered(pen)
        for word in _AND:
            if pen.rest.startswith(word):
                pen.place += len(word)
                return None
        return self._unknown(pen)

    def _before_unit(self, pen: _Pen) -> str:
        """Return a community that stands right before the word for its blocks."""
        word = _WORDED.search(pen.rest)
        if word is None:
            return ""
        name = pen.rest[: word.start()].rstrip(",")
        return name if name in self._whole else ""

    def _community_of(self, area: int) -> int:
        """Return the community of an area in the first language."""
        return self._gazetteer.community_of[area]

    def _parts_of_community(self, pen: _Pen) -> tuple[int, ...]:
        """Return the areas of a community just named: those that follow it, else all."""
        members = self._members[pen.community]
        if pen.rest[:1] in ("(", "["):
            inner = _bracket(pen.rest)
            pen.place += len(inner) + 2
            return self._inside(inner, pen.community)
        pen.place += 1 if pen.rest[:1] == "," and _worded_number(pen.rest[1:]) else 0
        if _NUMBER.match(pen.rest):
            return self._numbered(pen)
        return members

    def _inside(self, inner: str, community: int) -> tuple[int, ...]:
        """Return the areas that the words in brackets behind a community mean."""
        members = self._members[community]
        if not inner or inner in _WHOLE:
            return members
        left_out = _EXCEPT.fullmatch(inner)
        if left_out and not self._known_blocks[community].at(inner, 0, ends=SEPARATORS):
            gone = set(self._inside(left_out["rest"], community))
            return tuple(area for area in members if area not in gone)
        pen, areas = _Pen(inner, community=community), []
        while pen.place < len(inner):
            if inner[pen.place] in f"{SEPARATORS}.":
                pen.place += 1
                continue
            name = self._known_blocks[community].at(inner, pen.place, ends=_ENDS)
            if name and not _NUMBER.fullmatch(name):
                pen.place += len(name)
                areas.append(self._blocks[community][name])
            elif _NUMBER.match(inner, pen.place):
                areas += self._numbered(pen)
            else:
                word = next((word for word in _AND if pen.rest.startswith(word)), "")
                if not word:
                    return ()  # the whole item is unknown: half of it would be a guess
                pen.place += len(word)
        return tuple(areas)

    def _numbered(self, pen: _Pen) -> tuple[int, ...]:
        """Return the blocks of numbers in a row, such as 第1-3、5小区; a unit counts backwards."""
        ranges: list[tuple[int, int]] = []
        unit = ""
        while found := _NUMBER.match(pen.text, pen.place):
            first = int(found["first"])
            ranges.append((first, int(found["last"] or first)))
            pen.place = found.end()
            before = folded(found["before"] or "").removesuffix("s")
            unit = found["unit"] or found["unit1"] or before or unit
            if found["unit"] or not re.match(r"[、,]?(?:和|及|and)?第?\d", pen.rest):
                break
            pen.place += len(re.match(r"[、,]?(?:和|及|and)?", pen.rest)[0])  # type: ignore[index]
        areas: list[int] = []
        for first, last in ranges:
            if last - first > _MOST_NUMBERS:
                return ()
            for number in range(first, last + 1):
                there = self._numbers.get((pen.community, unit, number), [])
                if len(there) != 1:
                    return ()
                areas += there
        return tuple(areas)

    def _unknown(self, pen: _Pen) -> tuple[int, ...]:
        """Pass over words nobody knows, with the bracket behind them."""
        while pen.place < len(pen.text) and pen.text[pen.place] not in SEPARATORS:
            if pen.text[pen.place] in "([":
                pen.place += len(_bracket(pen.rest)) + 2
            else:
                pen.place += 1
        pen.place = min(pen.place, len(pen.text))
        pen.community = -1
        return ()


def exact_items(areas: Iterable[int], gazetteer: Gazetteer, reader: ListReader) -> list[str]:
    """Return areas as items of a list that reads back to the very same areas."""
    wanted = sorted(areas)
    comma = "、" if gazetteer.lang == "zh" else ", "
    items = gazetteer.items(wanted)
    if _means(reader.read(comma.join(text for text, _ in items)), wanted):
        return [text for text, _ in items]
    clear = [
        item
        for text, members in items
        for item in (
            [(text, members)]
            if _means(reader.read(text), list(members))
            else gazetteer.one_by_one(members)
        )
    ]
    if _means(reader.read(comma.join(text for text, _ in clear)), wanted):
        return [text for text, _ in clear]
    return [text for text, _ in gazetteer.one_by_one(wanted)]


def _means(found: list[Found], areas: list[int]) -> bool:
    """Tell whether items mean these areas, each once."""
    return sorted(area for item in found for area in item.areas) == areas and all(
        item.areas for item in found
    )


def _bracket(text: str) -> str:
    """Return what stands in the bracket with which a text begins; all of it if never closed."""
    depth = 0
    for place, letter in enumerate(text):
        depth += (letter in "([") - (letter in ")]")
        if not depth:
            return text[1:place]
    return text[1:]


def _worded_number(text: str) -> bool:
    """Tell whether a text begins with a number and the word for a block."""
    found = _NUMBER.match(text)
    return bool(found and found["before"])
