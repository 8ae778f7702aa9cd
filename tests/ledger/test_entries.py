"""How one entry gets from opened to closed: by class lists, and within limits by reports."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.ledger import ALLOWED, DONE, Change, Entry, Seen, State, Why, advance, hear
from planner.ledger.history import history_text, read_history
from planner.norms import read_norms
from planner.terms import Language

LARGE = read_norms("cn").stage("junior").large_class or 0
DAY = date(2023, 9, 1)
LATER = date(2024, 9, 1)
ENTRY = Entry(
    section_id="J1",
    cohort=2022,
    opened_class="1班",
    opened=DAY,
    class_name="1班",
    size=58,
    history=(Change(DAY, None, State.OPEN, 58, Why.OPENED),),
)


def in_state(state: State) -> Entry:
    """Return the entry in a state that it came into on the first day."""
    step = Change(DAY, State.OPEN, state, 58, Why.REPORTED)
    return replace(ENTRY, state=state, history=(*ENTRY.history, step))


def seen(size: int, *, day: date = LATER, counted: bool = True) -> Seen:
    """Return a class list of grade 8 with the entry's class."""
    return Seen(day, 8, "1班", size, counted=counted)


def reported(entry: Entry, state: State) -> Entry:
    """Return the entry after the bureau has written a state beside it."""
    return hear(replace(entry, reported=state), LATER)


@pytest.mark.parametrize("state", State)
def test_fifty_six_is_large_and_fifty_five_is_not(state: State) -> None:
    assert LARGE == 56
    at_55, at_56 = (advance(in_state(state), seen(size), large=LARGE).state for size in (55, 56))
    assert at_55 in DONE
    assert at_56 not in DONE


def test_a_class_that_has_become_smaller_is_verified_and_one_that_returns_is_opened_again() -> None:
    verified = advance(ENTRY, seen(52), large=LARGE)
    assert (verified.state, verified.size, verified.grade) == (State.VERIFIED, 52, 8)
    assert verified.history[-1] == Change(LATER, State.OPEN, State.VERIFIED, 52, Why.COUNTED)
    closed = reported(verified, State.CLOSED)
    assert (closed.state, closed.closed) == (State.CLOSED, LATER)
    again = advance(closed, seen(57, day=date(2025, 9, 1)), large=LARGE)
    assert (again.state, again.closed) == (State.REOPENED, None)
    assert again.history[-1].after == State.REOPENED  # type: ignore[union-attr]


def test_closed_is_a_claim_until_a_class_list_agrees() -> None:
    claimed = reported(ENTRY, State.CLOSED)
    assert claimed.state == State.CLAIMED
    assert reported(claimed, State.CLOSED).state == State.CLAIMED
    verified = advance(claimed, seen(50), large=LARGE)
    assert verified.state == State.VERIFIED
    assert hear(verified, LATER).state == State.CLOSED


def test_verified_is_a_claim_too() -> None:
    assert reported(ENTRY, State.VERIFIED).state == State.CLAIMED


def test_a_claim_is_refuted_by_a_later_list_and_not_by_the_one_it_was_made_on() -> None:
    claimed = in_state(State.CLAIMED)
    assert advance(claimed, seen(58, day=DAY), large=LARGE).state == State.CLAIMED
    refuted = advance(claimed, seen(58), large=LARGE)
    assert refuted.state == State.MEASURE
    assert refuted.history[-1].why == Why.REFUTED  # type: ignore[union-attr]


def test_a_report_counts_once() -> None:
    claimed = reported(ENTRY, State.CLAIMED)
    refuted = advance(claimed, seen(58, day=date(2025, 9, 1)), large=LARGE)
    assert hear(refuted, LATER).state == State.MEASURE  # the word is the old one
    toggled = reported(refuted, State.MEASURE)
    assert reported(toggled, State.CLAIMED).state == State.CLAIMED


@pytest.mark.parametrize("state", sorted(DONE))
def test_no_report_opens_what_a_class_list_has_closed(state: State) -> None:
    for word in (State.OPEN, State.MEASURE, State.CLAIMED, State.REOPENED):
        assert reported(in_state(state), word).state == state


@pytest.mark.parametrize("state", State)
def test_a_class_formed_from_the_roll_proves_nothing(state: State) -> None:
    for size in (30, 80):
        after = advance(in_state(state), seen(size, counted=False), large=LARGE)
        assert (after.state, after.size) == (state, size)


@pytest.mark.parametrize("state", State)
def test_a_cohort_that_has_left_takes_its_entry_with_it(state: State) -> None:
    left = advance(in_state(state), Seen(LATER, None, "", None, left=True), large=LARGE)
    assert left.state == State.CLOSED
    assert advance(left, Seen(LATER, None, "", None, left=True), large=LARGE) == left


words = st.one_of(st.none(), st.sampled_from(State))
years = st.lists(st.tuples(st.integers(30, 80), st.booleans(), words), max_size=8)


def lived_through(steps: list[tuple[int, bool, State | None]]) -> Entry:
    """Return the entry after years of class lists and reports."""
    entry = ENTRY
    for number, (size, counted, word) in enumerate(steps, start=1):
        day = date(2023 + number, 9, 1)
        entry = advance(entry, seen(size, day=day, counted=counted), large=LARGE)
        entry = hear(replace(entry, reported=word), day)
    return entry


@given(years)
def test_every_step_is_one_that_the_table_allows(
    steps: list[tuple[int, bool, State | None]],
) -> None:
    entry = lived_through(steps)
    changes = [step for step in entry.history if isinstance(step, Change)]
    assert len(changes) == len(entry.history)
    for before, step in pairwise(changes):
        assert step.before == before.after
        assert step.why in ALLOWED[before.after][step.after]
    assert changes[-1].after == entry.state
    assert (entry.closed is not None) == (entry.state == State.CLOSED)


@given(years)
def test_what_is_done_was_shown_small_by_the_last_counted_list(
    steps: list[tuple[int, bool, State | None]],
) -> None:
    counted = [size for size, was_counted, _ in steps if was_counted]
    if lived_through(steps).state in DONE:
        assert counted[-1] < LARGE
    elif counted:
        assert counted[-1] >= LARGE


@given(years)
def test_the_same_list_and_the_same_report_change_nothing_twice(
    steps: list[tuple[int, bool, State | None]],
) -> None:
    entry = lived_through(steps)
    if steps:
        size, counted, _ = steps[-1]
        day = date(2023 + len(steps), 9, 1)
        once = hear(advance(entry, seen(size, day=day, counted=counted), large=LARGE), day)
        assert once == entry


@given(years, st.sampled_from(Language))
def test_a_history_is_read_back_from_its_cell(
    steps: list[tuple[int, bool, State | None]], lang: Language
) -> None:
    history = lived_through(steps).history
    assert read_history(history_text(history, lang)) == history


def test_a_line_of_history_that_nobody_can_read_stays_as_it_was() -> None:
    lines = (
        "2023-09-01 →未整改（58人，立账）",
        "张主任来电：寒假分班",
        "2024-99-01 未整改→已核实（52人，班级名册）",
    )
    text = "\n".join(lines)
    history = read_history(text)
    assert history[0] == Change(DAY, None, State.OPEN, 58, Why.OPENED)
    assert history_text(history, Language.CHINESE) == text
