"""A ledger laid beside the class lists of the crowded town (tests/ledger/crowded.py draws it)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.ledger import DONE, Change, Entry, Ledger, Standing, State, Why
from planner.ledger.matching import Listed, pair_classes
from tests.ledger.crowded import OF_J1, begun, brought_up, read_rows, states

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from planner.plan import Plan

SCHOOL = "九宫中学"
LARGE = 56


def noted(entry: Entry) -> str:
    """Return the notes of an entry in English."""
    return " ".join(note.en for note in entry.notes)


def test_a_new_ledger_has_every_large_class_of_the_base_year(plan: Plan) -> None:
    ledger = begun(plan)
    assert states(ledger) == [(2023, "1班", 60, "open"), (2022, "1班", 58, "open")]
    first = ledger.entries[0]
    assert first.cells == (
        "九宫中学", "初中", "七年级", "1班", 60, None, None, None, None, "未整改", None
    )  # fmt: skip
    assert first.history == (Change(date(2023, 9, 1), None, State.OPEN, 60, Why.OPENED),)
    assert first.notes == ()


def naive_keys(grades: Mapping[int, tuple[int, ...]]) -> set[tuple[int, int]]:
    """Return the large classes as a ledger keyed by grade and class number has them."""
    return {
        (grade, number)
        for grade, sizes in grades.items()
        for number, size in enumerate(sizes, start=1)
        if size >= LARGE
    }


def test_a_class_that_climbs_closes_and_opens_where_a_ledger_is_keyed_by_its_name(
    plan: Plan, plan_2022: Plan
) -> None:
    # The cohort of 2022 alone: 初一 1班 with 58 pupils is 初二 1班 with 58 pupils a year later.
    then, now = naive_keys({7: OF_J1[2022][7]}), naive_keys({8: OF_J1[2023][8]})
    assert (then - now, now - then) == ({(7, 1)}, {(8, 1)})  # closed without proof, opened anew
    (entry,) = [entry for entry in begun(plan_2022).entries if entry.cohort == 2022]
    after = brought_up(replace(begun(plan_2022), entries=(entry,)), plan).entries[0]
    assert (after.state, after.grade, after.size) == (State.OPEN, 8, 58)
    assert after.history == entry.history


def test_cohorts_that_change_places_are_told_apart(plan: Plan, plan_2022: Plan) -> None:
    # In 2022 初一 1班 and 初二 1班 are large, in 2023 they are large again: other children in
    # both. A ledger keyed by name sees nothing happen, though one class was divided.
    assert naive_keys(OF_J1[2022]) == naive_keys(OF_J1[2023])
    then = begun(plan_2022)
    assert states(then) == [(2022, "1班", 58, "open"), (2021, "1班", 57, "open")]
    now = brought_up(then, plan)
    assert states(now) == [
        (2022, "1班", 58, "open"),  # climbed with its pupils
        (2021, "1班", 50, "verified"),  # was really divided
        (2023, "1班", 60, "open"),  # came new
    ]
    assert [entry.grade for entry in now.entries] == [8, 9, 7]


def test_bringing_a_ledger_up_twice_changes_nothing(plan: Plan, plan_2022: Plan) -> None:
    once = brought_up(begun(plan_2022), plan)
    assert brought_up(once, plan).entries == once.entries


def test_a_large_class_that_the_bureau_forgot_is_added_below_in_its_columns(
    plan: Plan, tmp_path: Path
) -> None:
    headings = ("备注", "班级", "学校", "年级", "人数", "状态")
    rows = [("老账", "1班", SCHOOL, "初二", 58, "整改中")]
    ledger = brought_up(read_rows(tmp_path / "l.xlsx", plan.study, rows, headings=headings), plan)
    old, new = ledger.entries
    assert (old.cells, old.state) == (rows[0], State.MEASURE)
    assert new.cells == (None, "1班", SCHOOL, "七年级", 60, "未整改")
    assert (new.cohort, new.state) == (2023, State.OPEN)
    assert new.history == (Change(date(2023, 9, 1), None, State.OPEN, 60, Why.FOUND),)


def test_closed_on_paper_is_closed_only_where_the_class_list_agrees(
    plan: Plan, tmp_path: Path
) -> None:
    rows = [
        (SCHOOL, "初一", "1班", 60, "", "", "销号"),
        (SCHOOL, "初二", "1班", 57, "", "", "销号"),
    ]
    ledger = read_rows(tmp_path / "l.xlsx", plan.study, rows, title=["2022学年台账"])
    assert [entry.cohort for entry in ledger.entries] == [2022, 2021]
    claimed, closed = brought_up(ledger, plan).entries[:2]
    assert (claimed.size, claimed.state) == (58, State.CLAIMED)
    assert "no class list shows at most 55 pupils: it has 58" in noted(claimed)
    assert (closed.size, closed.state, closed.closed) == (50, State.CLOSED, date(2023, 9, 1))
    steps = [(step.after, step.why) for step in closed.history if isinstance(step, Change)]
    assert steps == [
        (State.OPEN, Why.OPENED),
        (State.VERIFIED, Why.COUNTED),
        (State.CLOSED, Why.REPORTED),
    ]


def test_an_entry_whose_cohort_has_left_the_school_is_closed(plan: Plan, tmp_path: Path) -> None:
    # Grade 9 of 2022 entered in 2020 and left in the summer of 2023.
    rows = [(SCHOOL, "初三", "1班", 59)]
    ledger = read_rows(tmp_path / "l.xlsx", plan.study, rows, title=["2022学年台账"])
    left = brought_up(ledger, plan).entries[0]
    assert (left.cohort, left.state, left.closed) == (2020, State.CLOSED, date(2023, 9, 1))
    assert left.history[-1] == Change(
        date(2023, 9, 1), State.VERIFIED, State.CLOSED, None, Why.LEFT
    )  # its class had 45 pupils on the list of 2022
    assert brought_up(brought_up(ledger, plan), plan).entries[0] == left


def test_an_entry_that_left_large_is_not_opened_again_by_the_list_of_its_last_year(
    plan: Plan, plan_2022: Plan
) -> None:
    # In 2022 the top grade has a class of 59; in 2023 its children are gone.
    study = plan_2022.study
    top = (study.classes["grade"] == 9) & (study.classes["class_name"] == "1班")
    classes = study.classes.assign(pupils=study.classes["pupils"].mask(top, 59))
    then = begun(replace(plan_2022, study=replace(study, classes=classes)))
    (entry,) = [entry for entry in then.entries if entry.cohort == 2020]
    later = plan.study.classes[plan.study.classes["year"] == 2023]
    both = pd.concat([classes, later], ignore_index=True)
    now = replace(plan, study=replace(plan.study, classes=both))
    once = brought_up(replace(then, entries=(entry,)), now)
    left = once.entries[0]
    assert (left.state, left.grade, left.size) == (State.CLOSED, None, None)
    assert left.history[1:] == (Change(date(2023, 9, 1), State.OPEN, State.CLOSED, None, Why.LEFT),)
    assert brought_up(once, now).entries == once.entries


def test_without_class_lists_sizes_are_formed_from_rolls_and_prove_nothing(plan: Plan) -> None:
    study = replace(plan.study, classes=plan.study.classes.iloc[:0])
    ledger = begun(replace(plan, study=study))
    assert states(ledger) == [(2023, "1", 60, "open"), (2022, "1", 58, "open")]
    assert "proves nothing" in noted(ledger.entries[0])
    assert "there are no class lists" in ledger.notes[0].en
    small = replace(ledger.entries[0], class_name="2", opened_class="2")  # 30 pupils
    after = brought_up(replace(ledger, entries=(small,)), replace(plan, study=study))
    assert (after.entries[0].size, after.entries[0].state) == (30, State.OPEN)


def test_rows_that_are_not_followed_are_left_as_they_are(plan: Plan, tmp_path: Path) -> None:
    rows = [
        ("火星中学", "初一", "1班", 70, "", "", "销号"),
        (SCHOOL, "初一", "1班", 60, "", "", "整改中"),
        (SCHOOL, "七", "(1)班", 60, "", "", "销号"),
    ]
    ledger = read_rows(tmp_path / "l.xlsx", plan.study, rows)
    after = brought_up(ledger, plan)
    assert after.entries[0] == ledger.entries[0]
    assert after.entries[2] == ledger.entries[2]
    assert [entry.standing for entry in after.entries] == [
        Standing.UNMATCHED, Standing.FOLLOWED, Standing.DUPLICATE, Standing.FOLLOWED
    ]  # fmt: skip


def entry(name: str, state: State = State.OPEN) -> Entry:
    """Return an entry of one cohort."""
    return Entry("J1", 2022, name, 60, class_name=name, state=state)


def listed(*sizes: tuple[str, int]) -> list[Listed]:
    """Return the classes of one cohort."""
    return [Listed(name, 8, pupils, number) for number, (name, pupils) in enumerate(sizes, 1)]


def paired(entries: list[Entry], classes: list[Listed]) -> list[tuple[str, int] | None]:
    """Return name and size of the class that each entry is laid beside."""
    pairs = pair_classes(entries, classes, LARGE)
    return [
        (pairs[place].name, pairs[place].pupils) if place in pairs else None
        for place in range(len(entries))
    ]


def test_a_class_keeps_its_entry_by_name() -> None:
    classes = listed(("2班", 57), ("（1）班", 40))
    assert paired([entry("1班"), entry("2班")], classes) == [("（1）班", 40), ("2班", 57)]


def test_where_classes_were_formed_anew_large_ones_go_to_open_entries_first() -> None:
    entries = [entry("1班", State.CLOSED), entry("2班"), entry("3班")]
    classes = listed(("甲班", 50), ("乙班", 61), ("丙班", 57))
    assert paired(entries, classes) == [("1班", 50), ("乙班", 61), ("丙班", 57)]


def test_an_entry_whose_class_is_no_more_does_not_take_the_name_of_another() -> None:
    classes = listed(("2班", 50), ("3班", 48))
    assert paired([entry("1班"), entry("2班")], classes) == [("1班", 50), ("2班", 50)]


def test_no_class_stands_for_two_entries() -> None:
    assert paired([entry("1班"), entry("1班")], listed(("1班", 60))) == [("1班", 60), None]


names = st.sampled_from([f"{number}班" for number in range(1, 6)])
cohorts = st.lists(st.tuples(names, st.integers(30, 80)), unique_by=lambda one: one[0], max_size=5)
old = st.lists(st.tuples(names, st.sampled_from(State)), unique_by=lambda one: one[0], max_size=5)


@given(old, cohorts)
def test_as_many_entries_stand_as_there_are_large_classes_once_new_ones_are_added(
    old: list[tuple[str, State]], classes: list[tuple[str, int]]
) -> None:
    entries = [entry(name, state) for name, state in old]
    pairs = pair_classes(entries, listed(*classes), LARGE)
    large = {name for name, pupils in classes if pupils >= LARGE}
    held = [one.name for one in pairs.values() if one.pupils >= LARGE]
    assert len(held) == len(set(held))
    assert set(held) <= large
    # A large class without an entry has a name that no entry bears: it gets one of its own.
    assert all(name not in {each.class_name for each in entries} for name in large - set(held))


sizes = st.dictionaries(
    st.sampled_from([(year, grade) for year in (2022, 2023) for grade in (7, 8, 9)]),
    st.lists(st.integers(20, 75), min_size=1, max_size=3),
)


@pytest.mark.parametrize("ledger", ["begun", "empty"])
@settings(max_examples=30)
@given(sizes)
def test_whatever_was_counted_the_standing_entries_are_the_large_classes(
    plan: Plan, plan_2022: Plan, ledger: str, sizes: dict[tuple[int, int], list[int]]
) -> None:
    counted = pd.DataFrame(
        [
            ("J1", year, grade, f"{number}班", size)
            for (year, grade), pupils in sizes.items()
            for number, size in enumerate(pupils, start=1)
        ],
        columns=list(plan.study.classes.columns),
    )
    known = replace(plan, study=replace(plan.study, classes=counted))
    start = begun(plan_2022) if ledger == "begun" else Ledger((), ("学校",), ())
    once = brought_up(start, known)
    today = counted[counted["year"] == 2023]
    standing = [one for one in once.entries if one.live]
    for grade in (7, 8, 9):
        of_grade = today[today["grade"] == grade]
        if of_grade.empty:
            continue  # nothing is counted, nothing can be said
        large = sorted(of_grade.loc[of_grade["pupils"] >= LARGE, "pupils"])
        cohort = 2023 - grade + 7
        assert sorted(one.size or 0 for one in standing if one.cohort == cohort) == large
    assert all(one.state in DONE or one.live for one in once.entries)
    assert brought_up(once, known).entries == once.entries
