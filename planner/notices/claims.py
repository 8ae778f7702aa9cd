"""Read what a notice says of the border on one side: names of streets, rivers and neighbours."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from planner.notices.features import Feature
from planner.notices.names import SEPARATORS, KnownNames, folded
from planner.notices.places import gazetteer_of
from planner.terms import Language

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.notices.notice import Notice

__all__ = ["BorderReader", "BorderWord"]

_ENDS: Final = f"{SEPARATORS}.()[〔以一沿和及与至中交红岸"
_COUNTY: Final = re.compile(r"(?:本?县\(区\)界|县界|区界|市界|countyborder)")
_WITHOUT_NAME: Final = re.compile(
    r"(?:无名|铁路(?=[(,、]|$)|unnamed|railway(?=[(,、]|$)|约?\d+(?:米|m))"
)
_NEIGHBOUR: Final = re.compile(
    r"(?:与|borderwith|borderof)(?P<name>.+?)(?:交界|接壤|相邻|为界|界)?"
)
_BEFORE: Final = re.compile(r"^(?:沿|至|到|与|自|以|along|the)+")
_BEHIND: Final = re.compile(
    r"(?:以[东南西北]{1,2}|一线|中心线|道路中心线|为界|交界|红线|沿线|交叉口|路口|岸|及|和)*$"
)


class BorderWord(NamedTuple):
    """One name on one side of a zone, and the lines it may mean; none where nobody knows it."""

    name: str
    features: tuple[Feature, ...]


class BorderReader:
    """Knows every line and neighbour that the words of a border may name."""

    def __init__(self, notice: Notice) -> None:
        """Learn the names of the county's lines, townships and communities."""
        self._features: dict[str, list[Feature]] = defaultdict(list)
        self._shown: dict[str, str] = {}
        for feature in notice.features.features:
            if feature.name:
                self._features[folded(feature.name)].append(feature)
                self._shown[folded(feature.name)] = feature.name
        self._neighbours: dict[str, list[Feature]] = defaultdict(list)
        for kind, names in (
            ("township", sorted(set(notice.townships) - {""})),
            ("community", notice.gazetteer.communities),
        ):
            for name in names:
                self._neighbours[folded(name)].append(Feature(kind, name))
        self._learn_other_language(notice)
        self._known = KnownNames(self._features)

    def _learn_other_language(self, notice: Notice) -> None:
        """Let communities be named in the other language as well."""
        own = notice.gazetteer
        for lang in Language:
            if lang == notice.lang:
                continue
            other = gazetteer_of(notice.zones.study.areas, lang)
            for name, members in zip(other.communities, other.members, strict=True):
                known = self._neighbours.setdefault(folded(name), [])
                label = own.communities[own.community_of[members[0]]]
                if Feature("community", label) not in known:
                    known.append(Feature("community", label))

    @property
    def names(self) -> list[str]:
        """The names of streets, rivers, lakes and railways, as they are written."""
        return list(self._shown.values())

    def read(self, text: str) -> Iterator[BorderWord]:
        """Yield the names on one side, in order; stretches without a name are passed over.

        Args:
            text: What stands behind 东至 or East:, as `folded` leaves it.
        """
        place = 0
        while place < len(text):
            if text[place] in f"{SEPARATORS}.":
                place += 1
                continue
            if county := _COUNTY.match(text, place):
                yield BorderWord(county[0], (Feature("county"),))
                place = _past(text, county.end())
            elif name := self._known.at(text, place, ends=_ENDS):
                yield BorderWord(self._shown[name], tuple(self._features[name]))
                place = _past(text, place + len(name))
            else:
                end = _past(text, place)
                yield from self._word(_without_brackets(text[place:end]))
                place = end

    def _word(self, word: str) -> Iterator[BorderWord]:
        """Yield a name that does not stand there by itself."""
        if not word or _WITHOUT_NAME.match(word):
            return
        neighbour = _NEIGHBOUR.fullmatch(word)
        for name in (neighbour["name"] if neighbour else "", word.removesuffix("界"), word):
            if found := self._neighbours.get(name):
                yield BorderWord(name, tuple(found))
                return
        plain = _BEHIND.sub("", _BEFORE.sub("", word))
        if plain in self._features:
            yield BorderWord(self._shown[plain], tuple(self._features[plain]))
        elif plain in self._neighbours:
            yield BorderWord(plain, tuple(self._neighbours[plain]))
        elif plain:
            yield BorderWord(plain, ())


def _past(text: str, place: int) -> int:
    """Return where the item ends that goes on here; marks in brackets do not end it."""
    depth = 0
    while place < len(text) and (depth or text[place] not in SEPARATORS):
        depth = max(0, depth + (text[place] in "([〔") - (text[place] in ")]〕"))
        place += 1
    return place


def _without_brackets(text: str) -> str:
    """Return a text without what stands in brackets."""
    kept, depth = "", 0
    for letter in text:
        depth += letter in "([〔"
        if not depth:
            kept += letter
        depth = max(0, depth - (letter in ")]〕"))
    return kept
