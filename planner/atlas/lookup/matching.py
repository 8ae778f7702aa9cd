"""Find the places that somebody means who types a name, or a part of it, or its sound.

A name is a row of units: a Chinese character, a number, or a word in Latin letters. What is typed
is read from left to right and spelled by the name's units in their order. A unit is spelled by
itself, a character also by any of its readings, and both words and readings by their beginning
alone, so that `上营1小区`, `shangying`, `syq` and `Shangy 1` all lead to 上营社区第1小区; numbers
are spelled whole, but the last may still be typed. Upper and lower case, full and half width,
accents, spaces, signs and 第 do not matter. The township may stand before the name.

Of all ways to spell what was typed the cheapest counts, and the cheapest name stands first. The
prices are so far apart that the first line decides before the next:

1. slips of the pen: a wrong, superfluous, missing or swapped letter, or a wrong character; one
   from three signs on, two from eight on, and only where few names match without;
2. the name is found inside a longer address that was typed;
3. gaps: units of the name left out in the middle, at three places at most;
4. a number at the end that is only begun;
5. characters that only sound alike;
6. not beginning with the name's first unit;
7. units read or begun instead of written out;
8. units of the name that were not typed.

Names of one price stand in the order of the places. Where nothing matches, what was typed is
shortened from its end, unit by unit down to two, until something does; such names are suggestions.

maps/templates/lookup_search.js is this module once more, for the page; a test in a browser holds
the two against each other, so change both.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

__all__ = ["Finder", "Found", "Unit", "units_of"]

SLIP: Final = 10_000_000_000
INSIDE: Final = 5_000_000_000
GAP: Final = 100_000_000
NUMBER: Final = 50_000_000
SOUND: Final = 1_000_000
INNER: Final = 500_000
BEGUN: Final = 2_000
READ: Final = 1_000
LEFT: Final = 1

GAPS: Final = 3
LENGTHS_WITH_SLIPS: Final = (3, 8)
FEW: Final = 5
"""Below so many names, names with slips are looked for as well."""
LISTED: Final = 60
LONGEST_TYPED: Final = 40
LONGEST_NAME: Final = 60
SHORTEST_SLIPPED: Final = 3
"""Letters of a word or reading within which a slip is looked for."""


class Unit(NamedTuple):
    """A character, number or word of a name, with everything that spells it; itself first."""

    words: tuple[str, ...]
    kind: str
    """character, number or word."""


class Found(NamedTuple):
    """Places that may be meant, the likeliest first.

    `sure` tells whether the first one can be taken without asking back; `near` whether they are
    only like what was typed; `full` are those of which the whole name was spelled.
    """

    places: tuple[int, ...]
    sure: bool
    near: bool
    full: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Finder:
    """Names ready to be looked for, and the table of readings by character."""

    names: tuple[tuple[tuple[Unit, ...], ...], ...]
    """By place the different ways to write its name."""
    readings: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, names: Iterable[Sequence[str]], spoken: Mapping[str, str]) -> Finder:
        """Prepare names, several for each place, with the characters of each syllable."""
        readings: dict[str, list[str]] = defaultdict(list)
        for syllable, letters in spoken.items():
            for letter in letters:
                readings[letter].append(syllable)
        table = {letter: tuple(syllables) for letter, syllables in readings.items()}
        written = tuple(tuple(units_of(name, table) for name in one) for one in names)
        return cls(written, table)

    def find(self, typed: str) -> Found:
        """Return the places that are meant."""
        query = units_of(typed, self.readings)
        text = _text_of(query)
        hits = self._matching(text, query, slips=0)
        found = self._found(hits)
        if len(hits) < FEW and not found.sure:
            found = self._found(self._matching(text, query, slips=_slips_in(text)))
        if found.places:
            return found
        for shorter in range(len(query) - 1, 1, -1):
            if nearest := self._matching(_text_of(query[:shorter]), (), slips=0):
                return self._found(nearest)._replace(sure=False, near=True, full=())
        return found

    def _matching(self, text: str, query: tuple[Unit, ...], slips: int) -> list[tuple[int, int]]:
        """Return price and number of every place that matches, the cheapest first."""
        if not text:
            return []
        prices = (
            (min((self._price(text, query, name, slips) for name in names), default=-1), place)
            for place, names in enumerate(self.names)
        )
        limit = (slips + 1) * SLIP
        return sorted((price, place) for price, place in prices if 0 <= price < limit)

    def _found(self, hits: list[tuple[int, int]]) -> Found:
        """Tell whether the first hit is meant.

        It is where it alone is named in full, or where it has no slip and every other hit is
        farther off by a gap, another number or a slip.
        """
        full = [place for price, place in hits if price < INNER and price % READ == 0]
        right = [price for price, _ in hits if price < SLIP]
        places = [place for _, place in hits]
        if len(full) == 1:
            places = [full[0], *(place for place in places if place != full[0])]
        clear = bool(right) and (len(right) == 1 or right[1] - right[0] >= NUMBER)
        sure = len(full) == 1 or (not full and clear)
        near = bool(hits) and not right
        return Found(tuple(places[:LISTED]), sure=sure, near=near, full=tuple(full))

    def _price(self, text: str, query: Sequence[Unit], name: Sequence[Unit], slips: int) -> int:
        """Return the price of the cheapest way to spell a text by a name."""
        limit = (slips + 1) * SLIP
        spelled = self._spelled(text, name, slips, limit)
        extra = len(query) - len(name)
        if len(name) > 1 and extra > 0 and spelled > INSIDE and _holds(query, name):
            return INSIDE + extra * LEFT
        return spelled

    def _spelled(self, text: str, name: Sequence[Unit], slips: int, limit: int) -> int:
        """Spell a text unit by unit of a name.

        `begun` is the price of not having begun, `on` and `off` are the prices of having spelled
        the text up to a place, with and without the last unit; `done` that of the whole text.
        """
        end = len(text)
        begun, done = 0, limit
        on: dict[int, int] = {}
        off: dict[int, int] = {}
        for unit in name:
            reached = dict(off)
            _keep(reached, 0, begun)
            for place, price in on.items():
                _keep(reached, place, price)
            if slips:
                _pass_over(reached, end, limit)
            spelled: dict[int, int] = {}
            for place, price in reached.items():
                for after, paid in self._ways(text, place, unit, slips):
                    if price + paid < limit:
                        _keep(spelled, after, price + paid)
            off = {place: price + LEFT for place, price in off.items()}
            for place, price in on.items():
                if (price % SLIP) // GAP < GAPS:
                    _keep(off, place, price + GAP + LEFT)
            on = spelled
            begun = (begun or INNER) + LEFT
            whole = on.pop(end, limit)
            if slips and end - 1 in on:
                whole = min(whole, on[end - 1] + SLIP)
            done = min(done + LEFT, whole)
        return done

    def _ways(self, text: str, place: int, unit: Unit, slips: int) -> Iterator[tuple[int, int]]:
        """Yield where the text goes on after a unit has spelled some of it, and the price."""
        for number, word in enumerate(unit.words):
            same = _in_common(text, place, word)
            whole = READ if number else 0
            if unit.kind == "number":
                yield from _by_number(text, place, word, same)
                continue
            for length in range(1, same + 1):
                yield place + length, whole if length == len(word) else BEGUN
            if slips and len(word) >= SHORTEST_SLIPPED:
                for length in range(len(word) - 1, len(word) + 2):
                    typed = text[place : place + length]
                    if len(typed) == length and _one_slip(typed, word):
                        yield place + length, whole + SLIP
        if unit.kind == "character" and _is_han(text[place : place + 1]):
            yield from self._by_another(text[place], place, unit, slips)

    def _by_another(
        self, typed: str, place: int, unit: Unit, slips: int
    ) -> Iterator[tuple[int, int]]:
        """Yield what it costs to take another character for the one that was typed."""
        if typed == unit.words[0]:
            return
        if any(sound in unit.words for sound in self.readings.get(typed, ())):
            yield place + 1, SOUND
        elif slips:
            yield place + 1, SLIP


def _text_of(units: Sequence[Unit]) -> str:
    """Return what was typed without spaces and signs; what comes after much is cut off.

    Between two numbers a space stays, so that 3-2 is not 32.
    """
    before = ["", *(unit.kind for unit in units)]
    spaces = (
        " " if unit.kind == kind == "number" else ""
        for unit, kind in zip(units, before, strict=False)
    )
    words = (f"{space}{unit.words[0]}" for space, unit in zip(spaces, units, strict=True))
    return "".join(words)[:LONGEST_TYPED]


def _slips_in(text: str) -> int:
    """Return how many slips of the pen may be in a text."""
    return sum(len(text) >= length for length in LENGTHS_WITH_SLIPS)


def _by_number(text: str, place: int, word: str, same: int) -> Iterator[tuple[int, int]]:
    """Yield what a number costs that is typed whole, or begun where the typing ends."""
    following = text[place + same : place + same + 1]
    if same == len(word) and not _is_digit(following):
        yield place + same + (following == " "), 0
    elif same and place + same == len(text):
        yield place + same, NUMBER


def units_of(name: str, readings: Mapping[str, tuple[str, ...]]) -> tuple[Unit, ...]:
    """Return the units of a name, or of what was typed; what comes after many is cut off."""
    plain = unicodedata.normalize("NFKD", name).lower()
    units: list[Unit] = []
    for kind, letters in groupby(plain, _kind):
        run = "".join(letters)
        if kind == "character":
            units += [
                Unit((letter, *readings.get(letter, ())), kind) for letter in run if letter != "第"
            ]
        elif kind:
            units.append(Unit((run,), kind))
    return tuple(units[:LONGEST_NAME])


def _kind(letter: str) -> str:
    """Tell to which kind of unit a letter belongs; signs and spaces to none."""
    if _is_digit(letter):
        return "number"
    if _is_han(letter):
        return "character"
    return "word" if unicodedata.category(letter)[0] in "LN" else ""


def _is_digit(letter: str) -> bool:
    return "0" <= letter <= "9"


def _is_han(letter: str) -> bool:
    """Tell whether a letter is a Chinese character (or another that is written without spaces)."""
    return (
        "\u2e80" <= letter <= "\u9fff" or "\uf900" <= letter <= "\ufaff" or letter >= "\U00020000"
    ) and unicodedata.category(letter)[0] in "LN"


def _keep(prices: dict[int, int], place: int, price: int) -> None:
    """Keep a price where it is the lowest of its place."""
    if price < prices.get(place, price + 1):
        prices[place] = price


def _pass_over(prices: dict[int, int], end: int, limit: int) -> None:
    """Add the prices of taking typed letters for superfluous, each a slip."""
    for place in range(end - 1):
        if place in prices and prices[place] + SLIP < limit:
            _keep(prices, place + 1, prices[place] + SLIP)


def _in_common(text: str, place: int, word: str) -> int:
    """Return how many letters of a word stand at a place of the text."""
    for number, letter in enumerate(word):
        if text[place + number : place + number + 1] != letter:
            return number
    return len(word)


def _one_slip(typed: str, word: str) -> bool:
    """Tell whether one letter is wrong, superfluous or missing, or two neighbours are swapped."""
    at = _in_common(typed, 0, word)
    if len(typed) != len(word):
        longer, shorter = (typed, word) if len(typed) > len(word) else (word, typed)
        return len(longer) == len(shorter) + 1 and longer[at + 1 :] == shorter[at:]
    if typed[at + 1 :] == word[at + 1 :]:
        return at < len(word)
    swapped = word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :]
    return typed == swapped


def _holds(query: Sequence[Unit], name: Sequence[Unit]) -> bool:
    """Tell whether a name's units stand in what was typed, one after the other."""
    wanted = [unit.words[0] for unit in name]
    typed = [unit.words[0] for unit in query]
    return any(typed[at : at + len(wanted)] == wanted for at in range(len(typed) - len(wanted) + 1))
