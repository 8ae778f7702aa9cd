"""One large class as a row of the ledger, and how the row gets from opened to closed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from planner.reading.findings import Words
from planner.terms import school_year

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "ALLOWED",
    "DONE",
    "STATES",
    "WHYS",
    "Cell",
    "Change",
    "Entry",
    "Seen",
    "Standing",
    "State",
    "Why",
    "advance",
    "hear",
]

Cell = str | int | float | bool | date | None
"""What a cell of the planner's own ledger may hold; a moment is a date with a time."""


class State(StrEnum):
    """How far a large class is on its way out of the ledger."""

    OPEN = "open"
    MEASURE = "measure"
    CLAIMED = "claimed"
    VERIFIED = "verified"
    CLOSED = "closed"
    REOPENED = "reopened"


class Why(StrEnum):
    """What moved an entry from one state to another."""

    OPENED = "opened"
    FOUND = "found"
    COUNTED = "counted"
    REFUTED = "refuted"
    LEFT = "left"
    REPORTED = "reported"


class Standing(StrEnum):
    """Whether planner follows a row; one that it does not follow is kept as it stands."""

    FOLLOWED = "followed"
    DUPLICATE = "duplicate"
    UNMATCHED = "unmatched"


STATES: Final[Mapping[State, Words]] = MappingProxyType(
    {
        State.OPEN: Words("open", "未整改"),
        State.MEASURE: Words("under way", "整改中"),
        State.CLAIMED: Words("claimed", "已申报"),
        State.VERIFIED: Words("verified", "已核实"),
        State.CLOSED: Words("closed", "已销号"),
        State.REOPENED: Words("re-opened", "反弹"),
    }
)
"""What each state is called."""

WHYS: Final[Mapping[Why, Words]] = MappingProxyType(
    {
        Why.OPENED: Words("opened", "立账"),
        Why.FOUND: Words("found in the class list, was not in the ledger", "名册发现，原台账未列"),
        Why.COUNTED: Words("class list", "班级名册"),
        Why.REFUTED: Words("claim refuted by the class list", "名册与申报不符"),
        Why.LEFT: Words("cohort left the section", "该届学生已离校"),
        Why.REPORTED: Words("reported", "填报"),
    }
)
"""What each reason is called."""

ALLOWED: Final[Mapping[State, Mapping[State, frozenset[Why]]]] = MappingProxyType(
    {
        State.OPEN: {
            State.MEASURE: frozenset({Why.REPORTED}),
            State.CLAIMED: frozenset({Why.REPORTED}),
            State.VERIFIED: frozenset({Why.COUNTED}),
            State.CLOSED: frozenset({Why.LEFT}),
            State.REOPENED: frozenset({Why.REPORTED}),
        },
        State.MEASURE: {
            State.OPEN: frozenset({Why.REPORTED}),
            State.CLAIMED: frozenset({Why.REPORTED}),
            State.VERIFIED: frozenset({Why.COUNTED}),
            State.CLOSED: frozenset({Why.LEFT}),
        },
        State.CLAIMED: {
            State.MEASURE: frozenset({Why.REPORTED, Why.REFUTED}),
            State.VERIFIED: frozenset({Why.COUNTED}),
            State.CLOSED: frozenset({Why.LEFT}),
        },
        State.VERIFIED: {
            State.CLOSED: frozenset({Why.REPORTED, Why.LEFT}),
            State.REOPENED: frozenset({Why.COUNTED}),
        },
        State.CLOSED: {State.REOPENED: frozenset({Why.COUNTED})},
        State.REOPENED: {
            State.MEASURE: frozenset({Why.REPORTED}),
            State.CLAIMED: frozenset({Why.REPORTED}),
            State.VERIFIED: frozenset({Why.COUNTED}),
            State.CLOSED: frozenset({Why.LEFT}),
        },
    }
)
"""From which state an entry may go to which, and for what reasons; nothing else moves it.

Only a counted class list verifies, only what is verified is closed, and only a class list
opens again what was closed. A cohort that has left the section takes its entry with it.
"""

DONE: Final = frozenset({State.VERIFIED, State.CLOSED})
"""States of entries whose class is large no more."""


@dataclass(frozen=True, slots=True)
class Change:
    """One step of an entry: on which day, from what to what, at which size and why."""

    day: date
    before: State | None
    after: State
    size: int | None
    why: Why


@dataclass(frozen=True, slots=True)
class Seen:
    """What one year's lists show of the class of an entry.

    `counted` is false where the class was formed from the roll for lack of a list; such a class
    proves nothing. `left` tells that the cohort has left the section; then there is no class.
    """

    day: date
    grade: int | None
    class_name: str
    size: int | None
    counted: bool = True
    left: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the ledger: a large class, followed with the pupils who sit in it.

    The key is section, `cohort` (the school year in which the pupils entered the stage) and the
    name of the class when the entry was opened. A class that moves up a grade keeps its entry.

    Attributes:
        section_id: Section; empty where the row names none that the study knows.
        cohort: School year in which the class entered the stage.
        opened_class: Name of the class when the entry was opened.
        opened_size: Its pupils then.
        opened: Day on which the entry was opened.
        grade: Grade today, that is in `seen_year`.
        class_name: Name of the class today.
        size: Pupils today.
        seen_year: School year of the list that shows grade, name and size.
        state: What is believed of it; moved by class lists and, within limits, by reports.
        reported: What the bureau's own column says of its state.
        heard: What that column said when it was last read.
        closed: Day on which it was closed.
        due: Day by which the class is to be large no more.
        cause, measure, owner, proof: As the bureau wrote them.
        history: Steps in the order of time; a line that nobody could read stays as it was.
        standing: Whether the row is followed.
        row: Number of the row in the file it was read from; 0 for an entry opened by planner.
        cells: The bureau's own columns, as they were, in their order.
        notes: What a planner should know of this row.
    """

    section_id: str = ""
    cohort: int | None = None
    opened_class: str = ""
    opened_size: int | None = None
    opened: date | None = None
    grade: int | None = None
    class_name: str = ""
    size: int | None = None
    seen_year: int | None = None
    state: State = State.OPEN
    reported: State | None = None
    heard: State | None = None
    closed: date | None = None
    due: date | None = None
    cause: str = ""
    measure: str = ""
    owner: str = ""
    proof: str = ""
    history: tuple[Change | str, ...] = ()
    standing: Standing = Standing.FOLLOWED
    row: int = field(default=0, compare=False)
    cells: tuple[Cell, ...] = ()
    notes: tuple[Words, ...] = field(default=(), compare=False)

    @property
    def live(self) -> bool:
        """Whether the entry is followed and its class still stands as large."""
        return self.standing == Standing.FOLLOWED and self.state not in DONE


def advance(entry: Entry, seen: Seen, *, large: int) -> Entry:
    """Return the entry after one year's class list was laid beside it.

    A list that shows fewer than `large` pupils verifies; one that shows so many opens again what
    was verified or closed, and refutes a claim made in an earlier school year. A class formed
    from the roll changes the figures of today and nothing else.

    Args:
        entry: The entry before.
        seen: What the list of one year shows of its class.
        large: The smallest large class, 56 (data/norms, large_class).
    """
    year = school_year(seen.day.year, seen.day.month, seen.day.day)
    if seen.left:
        gone = replace(entry, grade=None, size=None, seen_year=year)
        return gone if entry.state == State.CLOSED else _step(gone, State.CLOSED, seen, Why.LEFT)
    today = replace(
        entry, grade=seen.grade, class_name=seen.class_name, size=seen.size, seen_year=year
    )
    if not seen.counted or seen.size is None:
        return today
    if seen.size < large:
        return today if entry.state in DONE else _step(today, State.VERIFIED, seen, Why.COUNTED)
    if entry.state in DONE:
        return _step(today, State.REOPENED, seen, Why.COUNTED)
    if entry.state == State.CLAIMED and _since(entry) < seen.day:
        return _step(today, State.MEASURE, seen, Why.REFUTED)
    return today


def hear(entry: Entry, day: date) -> Entry:
    """Return the entry after the bureau's own column was read.

    A report of a measure under way or of a claim is taken over when it is new. "Verified" and
    "closed" are a claim until a class list agrees; then "closed" closes.
    """
    said = entry.reported
    heard = replace(entry, heard=said)
    if said == State.CLOSED and entry.state == State.VERIFIED:
        return _step(heard, State.CLOSED, _today(entry, day), Why.REPORTED)
    if said is None or said == entry.heard:
        return heard
    wished = State.CLAIMED if said in DONE else said
    if Why.REPORTED not in ALLOWED[entry.state].get(wished, frozenset()):
        return heard
    return _step(heard, wished, _today(entry, day), Why.REPORTED)


def _step(entry: Entry, after: State, seen: Seen, why: Why) -> Entry:
    """Return the entry in its next state, with the step in its history."""
    change = Change(seen.day, entry.state, after, seen.size, why)
    closed = seen.day if after == State.CLOSED else None
    return replace(entry, state=after, closed=closed, history=(*entry.history, change))


def _since(entry: Entry) -> date:
    """Return the day on which the entry came into its state."""
    days = [change.day for change in entry.history if isinstance(change, Change)]
    return days[-1] if days else entry.opened or date.min


def _today(entry: Entry, day: date) -> Seen:
    """Return what is known of the entry's class on the day of a report."""
    return Seen(day, entry.grade, entry.class_name, entry.size)
