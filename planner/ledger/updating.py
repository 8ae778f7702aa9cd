"""Bring a ledger up to the class lists: what is proved, what has returned, what is missing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from planner.ledger.columns import FORM, theirs_among
from planner.ledger.entries import (
    DONE,
    STATES,
    Change,
    Entry,
    Seen,
    Standing,
    State,
    Why,
    advance,
    hear,
)
from planner.ledger.matching import base_year_classes, class_lists, pair_classes
from planner.ledger.places import sections_of
from planner.ledger.reading import Ledger, class_key, counting_day
from planner.reading.findings import Words
from planner.terms import school_year

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from planner.ledger.entries import Cell
    from planner.ledger.matching import ClassList, Listed
    from planner.ledger.places import Section
    from planner.plan import Plan
    from planner.terms import Language

__all__ = ["begin_ledger", "update_ledger"]

_FORMED: Final = Words(
    "No class list; the size is formed from the roll and proves nothing.",
    "没有班级名册，班额按在校生数推算，不作销号依据。",
)


def begin_ledger(plan: Plan, lang: Language) -> Ledger:
    """Return a new ledger with an entry for every large class of the base year."""
    headings = tuple(words.said(lang) for words in FORM.values())
    return update_ledger(Ledger((), headings, ()), plan, lang)


def update_ledger(ledger: Ledger, plan: Plan, lang: Language) -> Ledger:
    """Return the ledger after all class lists up to the base year were laid beside it.

    Year by year each followed entry is advanced by the list of its cohort; then the bureau's
    reports are heard; then large classes of the base year that no entry stands for are added
    below, in the bureau's own columns. Doing this twice changes nothing.

    Args:
        ledger: As read, or an empty one.
        plan: Whose study has the class lists; classes it forms stand in for missing lists.
        lang: Language of what is written into the bureau's columns of added rows.

    Raises:
        NormsError: The norms know no large classes, so that there is nothing to keep a ledger of.
    """
    plan.norms.stages_with_large_classes()
    study = plan.study
    sections = sections_of(study)
    lists = class_lists(study, sections)
    today = base_year_classes(plan, sections, lists)
    entries = list(ledger.entries)
    for year in sorted({*lists, study.base_year}):
        listed = today if year == study.base_year else lists[year]
        entries = _advanced(entries, listed, counting_day(study, year), sections)
    day = counting_day(study, study.base_year)
    entries = [hear(one, day) if one.standing == Standing.FOLLOWED else one for one in entries]
    entries = [_with_note(entry, today, sections) for entry in entries]
    places = theirs_among(ledger.headings)
    reported = State.OPEN if "state" in places else None
    for entry in _new_entries(entries, today, sections, day):
        cells = _cells(entry, places, len(ledger.headings), sections, plan, lang)
        entries.append(replace(entry, cells=cells, reported=reported, heard=reported))
    return replace(ledger, entries=tuple(entries), notes=_said_of_formed(today))


def _advanced(
    entries: Sequence[Entry], listed: ClassList, day: date, sections: Mapping[str, Section]
) -> list[Entry]:
    """Return the entries after the class lists of one year."""
    advanced = list(entries)
    cohorts: dict[tuple[str, int], list[int]] = {}
    for place, entry in enumerate(entries):
        if entry.standing == Standing.FOLLOWED and _begun(entry, day):
            cohorts.setdefault((entry.section_id, entry.cohort or 0), []).append(place)
    for (section_id, cohort), places in cohorts.items():
        section = sections[section_id]
        large = section.stage.large_class or 0
        classes = listed.get((section_id, cohort), [])
        pairs = pair_classes([entries[place] for place in places], classes, large)
        left = day.year >= cohort + section.leaves_after
        for number, place in enumerate(places):
            entry = entries[place]
            if left:
                seen = Seen(day, None, "", None, left=True)
            elif number in pairs:
                one = pairs[number]
                seen = Seen(day, one.grade, one.name, one.pupils, counted=one.counted)
            else:
                continue
            advanced[place] = advance(entry, seen, large=large)
    return advanced


def _begun(entry: Entry, day: date) -> bool:
    """Tell whether a year's list can say anything new of an entry."""
    if entry.seen_year is not None:
        return day.year >= entry.seen_year
    opened = entry.opened
    return opened is None or day.year >= school_year(opened.year, opened.month, opened.day)


def _with_note(entry: Entry, today: ClassList, sections: Mapping[str, Section]) -> Entry:
    """Return the entry with what a planner should know of it today."""
    if entry.standing != Standing.FOLLOWED or entry.state == State.CLOSED:
        return entry
    section = sections[entry.section_id]
    classes = today.get((entry.section_id, entry.cohort or 0), [])
    notes: list[Words] = []
    if not classes:
        notes.append(
            Words(
                "There is no class list of this cohort in the base year.",
                "基准学年没有该届的班级名册。",
            )
        )
    elif not classes[0].counted:
        notes.append(_FORMED)
    if entry.state not in DONE and entry.reported in DONE and entry.size is not None:
        notes.append(_not_proved(entry, section))
    return replace(entry, notes=(*entry.notes, *notes))


def _not_proved(entry: Entry, section: Section) -> Words:
    """Say that a report of an entry's end is not borne out."""
    said = STATES[entry.reported or State.CLOSED]
    limit = (section.stage.large_class or 0) - 1
    return Words(
        f"Reported as '{said.en}', but no class list shows at most {limit} pupils: it has "
        f"{entry.size}.",
        f"填报“{said.zh}”，但没有名册证明不超过{limit}人：现为{entry.size}人。",
    )


def _new_entries(
    entries: Sequence[Entry], today: ClassList, sections: Mapping[str, Section], day: date
) -> list[Entry]:
    """Return an entry for every large class of the base year that none stands for."""
    known = {
        (entry.section_id, entry.cohort, class_key(entry.class_name))
        for entry in entries
        if entry.standing == Standing.FOLLOWED
    }
    why = Why.FOUND if entries else Why.OPENED
    return [
        _opened(section_id, cohort, one, day, why)
        for (section_id, cohort), classes in sorted(
            today.items(), key=lambda item: _order(item[0], item[1], sections)
        )
        for one in classes
        if one.pupils >= (sections[section_id].stage.large_class or 0)
        and (section_id, cohort, class_key(one.name)) not in known
    ]


def _order(
    key: tuple[str, int], classes: Sequence[Listed], sections: Mapping[str, Section]
) -> tuple[int, int]:
    """Return where a cohort stands: in the order of sections, then from the lowest grade."""
    return list(sections).index(key[0]), classes[0].grade


def _opened(section_id: str, cohort: int, one: Listed, day: date, why: Why) -> Entry:
    """Return a new entry for a class of the base year."""
    return Entry(
        section_id=section_id,
        cohort=cohort,
        opened_class=one.name,
        opened_size=one.pupils,
        opened=day,
        grade=one.grade,
        class_name=one.name,
        size=one.pupils,
        seen_year=day.year,
        history=(Change(day, None, State.OPEN, one.pupils, why),),
        notes=() if one.counted else (_FORMED,),
    )


def _cells(
    entry: Entry,
    places: Mapping[str, int],
    width: int,
    sections: Mapping[str, Section],
    plan: Plan,
    lang: Language,
) -> tuple[Cell, ...]:
    """Return what the bureau's own columns say of a new entry, as far as planner knows it."""
    section = sections[entry.section_id]
    grade = plan.norms.grade_names[entry.grade or 0][lang]
    name = section.name if lang == "zh" else section.name_en or section.name
    known: dict[str, Cell] = {
        "section": entry.section_id,
        "school_id": section.school_id,
        "school": name,
        "stage": section.stage.names[lang],
        "cohort": entry.cohort,
        "year": entry.seen_year,
        "grade": grade,
        "class": entry.class_name,
        "size": entry.size,
        "state": STATES[State.OPEN].said(lang),
        "opened": entry.opened,
    }
    cells: list[Cell] = [None] * width
    for key, place in places.items():
        cells[place] = known.get(key)
    return tuple(cells)


def _said_of_formed(today: ClassList) -> tuple[Words, ...]:
    """Say for how many cohorts there was no class list."""
    formed = sum(not classes[0].counted for classes in today.values())
    if not formed:
        return ()
    return (
        Words(
            f"Of {formed} grades there are no class lists in the base year; their classes are "
            "formed from the rolls and prove nothing.",
            f"{formed}个年级没有基准学年班级名册，按在校生数推算，不作销号依据。",
        ),
    )
