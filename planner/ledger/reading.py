"""Read the ledger a bureau keeps, as messy as it is, without losing a row or a column."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from planner.errors import StudyError
from planner.ledger.cells import (
    folded,
    read_class,
    read_day,
    read_size,
    read_state,
    read_year,
)
from planner.ledger.columns import ours_among, theirs_among
from planner.ledger.entries import STATES, Change, Entry, Standing, State, Why
from planner.ledger.history import read_history
from planner.ledger.places import place_row, sections_of
from planner.ledger.sheets import Grid, LedgerSheet, open_ledger
from planner.reading.findings import Finding, Words, quoted
from planner.reading.values import cell_text
from planner.terms import Language, school_year

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from planner.ledger.entries import Cell
    from planner.ledger.places import Place, Section
    from planner.study import Study

__all__ = ["Ledger", "class_key", "counting_day", "read_ledger"]

_PLACES: Final = ("school", "school_id", "section")
_GRADES: Final = ("grade", "class", "cohort")
_TITLE_DAY: Final = re.compile(r"(\d{4})年(\d{1,2})月")
_TITLE_YEAR: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_TOTALS: Final = ("合计", "总计", "小计", "total")


@dataclass(frozen=True, slots=True)
class Ledger:
    """A ledger of large classes: the bureau's own columns and rows, and what planner follows.

    `title` holds the lines above the headings, `headings` the bureau's own columns, whose cells
    each entry keeps; `others` are the other sheets of its workbook. `assumed` says what was taken
    for granted in reading it, `notes` what class lists there are to prove anything.
    """

    title: tuple[tuple[str, str], ...]
    headings: tuple[str, ...]
    entries: tuple[Entry, ...]
    others: tuple[Grid, ...] = ()
    assumed: tuple[Words, ...] = ()
    notes: tuple[Words, ...] = ()


def read_ledger(path: Path, study: Study, *, lang: Language = Language.ENGLISH) -> Ledger:
    """Read the ledger in a workbook: the sheet whose headings are most like a ledger's.

    Titles above the headings, merged cells, headings of two lines, unknown columns, dates and
    digits of all kinds, and rows about schools that nobody knows are taken as they come: every
    row is an entry, with a note where something could not be understood.

    Args:
        path: An xlsx workbook; values of formulas are read.
        study: The study whose schools and class lists the ledger speaks of.
        lang: Language of the sentences in an error.

    Raises:
        StudyError: The file cannot be opened, has no headings of a ledger, holds formulas whose
            results were never saved, or one of planner's own columns was overwritten with
            something that makes its row meaningless. All faults together.
    """
    sheet = open_ledger(path)
    if isinstance(sheet, list):
        raise StudyError(*(fault.refusal(lang) for fault in sheet))
    reader = _reader(sheet, study)
    faults = _missing_headings(reader)
    entries = [] if faults else _entries(reader)
    for number, cells in sheet.rows:
        faults += _faults_of_row(reader, number, cells)
    if faults:
        raise StudyError(*(fault.refusal(lang) for fault in faults))
    return Ledger(
        title=sheet.title,
        headings=tuple(sheet.headings[place] for place in reader.own),
        entries=_without_twins(entries),
        others=sheet.others,
        assumed=_assumed_year(reader),
    )


def counting_day(study: Study, year: int) -> date:
    """Return the day on which the classes of a school year are counted."""
    return date(year, study.norms.count_month, study.norms.count_day)


def class_key(name: str) -> str:
    """Return the name of a class as it is compared: 一（1）班 and 1班 are one."""
    return read_class(name).key if name.strip() else ""


@dataclass(frozen=True, slots=True)
class _Reader:
    """What is needed to read one row: the study, and which column stands for what.

    `theirs` and `ours` give the position of each column by its key, `own` all positions that
    are not ours. `year` is the school year that the title names, None where it names none.
    """

    study: Study
    sheet: LedgerSheet
    sections: Mapping[str, Section]
    theirs: Mapping[str, int]
    ours: Mapping[str, int]
    own: tuple[int, ...]
    year: int | None


def _reader(sheet: LedgerSheet, study: Study) -> _Reader:
    """Return what is needed to read the rows of a sheet."""
    ours = ours_among(sheet.headings)
    own = tuple(place for place in range(len(sheet.headings)) if place not in ours.values())
    theirs = theirs_among([sheet.headings[place] for place in own])
    return _Reader(
        study=study,
        sheet=sheet,
        sections=sections_of(study),
        theirs={key: own[place] for key, place in theirs.items()},
        ours=ours,
        own=own,
        year=_year_of_title(sheet, study.base_year),
    )


def _year_of_title(sheet: LedgerSheet, base_year: int) -> int | None:
    """Return the school year that the lines above the headings name, none after the base year."""
    text = folded(" ".join(part for line in sheet.title for part in line))
    if "学年" not in text and (match := _TITLE_DAY.search(text)):
        return min(school_year(int(match[1]), int(match[2]), 1), base_year)
    match = _TITLE_YEAR.search(text)
    return min(int(match[1]), base_year) if match else None


def _missing_headings(reader: _Reader) -> list[Finding]:
    """Say which headings are missing without which no row can be placed."""
    if {"section_id", "cohort"} <= reader.ours.keys():
        return []
    found = [heading for heading in reader.sheet.headings if heading]
    listed = Words(quoted(found, Language.ENGLISH), quoted(found, Language.CHINESE))
    return [
        reader.sheet.source.finding(
            Words(
                f"no column names the {names.en}; found {listed.en}.",
                f"没有写明{names.zh}的列；现有{listed.zh}。",
            ),
            Words(f"Head one of them '{names.en}'.", f"请把其中一列的表头改为“{names.zh}”。"),
        )
        for keys, names in (
            (_PLACES, Words("school", "学校")),
            (_GRADES, Words("grade", "年级")),
        )
        if not set(keys) & reader.theirs.keys()
    ]


def _entries(reader: _Reader) -> list[Entry]:
    """Return the rows as entries; a school named once is meant in the rows below it as well."""
    entries = []
    above: dict[str, str] = {}
    for number, cells in reader.sheet.rows:
        said = {key: cell_text(cells[place]) for key, place in reader.theirs.items()}
        notes: list[Words] = []
        if any(said.get(key) for key in _PLACES):
            above = {key: said.get(key, "") for key in _PLACES}
        elif above and any(said.get(key) for key in ("grade", "class")):
            said |= above
            notes.append(
                Words("The school is taken from the row above.", "学校沿用上一行。"),
            )
        entries.append(_entry(reader, number, cells, said, notes))
    return entries


def _entry(
    reader: _Reader,
    number: int,
    cells: Sequence[Cell],
    said: Mapping[str, str],
    notes: list[Words],
) -> Entry:
    """Return one row as an entry."""
    entry = Entry(
        due=_day(cells, reader.theirs.get("due"), notes),
        reported=_report(said.get("state", ""), notes),
        cause=said.get("cause", ""),
        measure=said.get("measure", ""),
        owner=said.get("owner", ""),
        proof=said.get("proof", ""),
        row=number,
        cells=tuple(cells[place] for place in reader.own),
    )
    kept = {key: cell_text(cells[place]) for key, place in reader.ours.items()}
    if kept.get("section_id") and kept.get("cohort"):
        return _followed_before(entry, kept, cells, reader, notes)
    return _followed_anew(entry, said, cells, reader, notes)


def _faults_of_row(reader: _Reader, number: int, cells: Sequence[Cell]) -> list[Finding]:
    """Say which of planner's own columns were overwritten with something nobody can read."""
    kept = {key: cells[place] for key, place in reader.ours.items()}
    if not (cell_text(kept.get("section_id")) or cell_text(kept.get("cohort"))):
        return []
    states = quoted([words.en for words in STATES.values()], Language.ENGLISH)
    readable = {
        "section_id": bool(cell_text(kept.get("section_id"))),
        "cohort": read_year(kept.get("cohort")) is not None,
        "state": not cell_text(kept.get("state")) or read_state(kept["state"]) is not None,
    }
    wanted = {
        "section_id": Words("the key of a section", "学段部编号"),
        "cohort": Words("a school year such as 2021", "学年，例如2021"),
        "state": Words(f"a state, such as {states}", "状态，例如未整改、整改中、已销号"),
    }
    return [
        reader.sheet.source.finding(
            Words(
                f"expected {wanted[key].en}, found '{cell_text(kept.get(key))}'.",
                f"应填{wanted[key].zh}，实为“{cell_text(kept.get(key))}”。",
            ),
            Words(
                "Mend the cell, or empty the row's columns that begin with 'Checked:'.",
                "请更正，或清空该行以“核定：”开头的各列。",
            ),
            rows=(number,),
            column=reader.sheet.headings[reader.ours[key]],
        )
        for key, fine in readable.items()
        if not fine
    ]


def _report(text: str, notes: list[Words]) -> State | None:
    """Return what the bureau's column says of the state; a note where nobody can tell."""
    state = read_state(text)
    if text and state is None:
        notes.append(
            Words(
                f"No state can be read from '{text}'; it is kept.",
                f"“{text}”中看不出状态，原样保留。",
            )
        )
    return state


def _day(cells: Sequence[Cell], place: int | None, notes: list[Words]) -> date | None:
    """Return a day from a cell; a note where it holds something that is none."""
    if place is None:
        return None
    day = read_day(cells[place])
    text = cell_text(cells[place])
    if text and day is None:
        notes.append(Words(f"'{text}' is no date; it is kept.", f"“{text}”不是日期，原样保留。"))
    return day


def _followed_before(
    entry: Entry,
    kept: Mapping[str, str],
    cells: Sequence[Cell],
    reader: _Reader,
    notes: list[Words],
) -> Entry:
    """Return an entry that planner has followed before: its key and its past are in our columns."""
    section = reader.sections.get(kept["section_id"])
    if section is None:
        notes.append(
            Words(
                f"The study has no section '{kept['section_id']}' any more.",
                f"项目中已没有学段部“{kept['section_id']}”。",
            )
        )
    days: dict[str, date | None] = {
        key: read_day(cells[reader.ours[key]]) if key in reader.ours else None
        for key in ("opened", "closed")
    }
    grade = kept.get("grade", "")
    return replace(
        entry,
        section_id=kept["section_id"],
        cohort=read_year(kept["cohort"]),
        opened_class=kept.get("opened_class", ""),
        opened_size=read_size(kept.get("opened_size")),
        opened=days["opened"],
        grade=reader.study.norms.grade_of_label(grade) if grade else None,
        class_name=kept.get("class_name", ""),
        size=read_size(kept.get("size")),
        seen_year=read_year(kept.get("seen_year")),
        state=read_state(kept.get("state")) or State.OPEN,
        closed=days["closed"],
        heard=read_state(kept.get("heard")),
        history=read_history(kept.get("history", "")),
        standing=Standing.FOLLOWED if section is not None else Standing.UNMATCHED,
        notes=tuple(notes),
    )


def _followed_anew(
    entry: Entry,
    said: Mapping[str, str],
    cells: Sequence[Cell],
    reader: _Reader,
    notes: list[Words],
) -> Entry:
    """Return an entry of a row that planner sees for the first time."""
    written = _day(cells, reader.theirs.get("opened"), notes)
    before = read_day(cells[reader.ours["opened"]]) if "opened" in reader.ours else None
    year = _year_of_row(said, before or written, reader)
    head, name = _class_of(said.get("class", ""))
    place: Place = place_row(said, head, year, reader.sections, reader.study.norms)
    if any(word in folded(said.get("school", "")) for word in _TOTALS):
        notes.append(Words("A total, kept as it stands.", "合计行，原样保留。"))
    else:
        notes += place.notes
    size = _size(said.get("size", ""), notes)
    opened = before or written or counting_day(reader.study, year)
    followed = bool(place.section_id) and place.cohort is not None
    limit = reader.sections[place.section_id].stage.large_class if followed else None
    followed = followed and limit is not None
    if not followed:
        # The day is kept, so that the row's grade is not taken for that of a later year.
        return replace(entry, opened=opened, standing=Standing.UNMATCHED, notes=tuple(notes))
    return replace(
        entry,
        section_id=place.section_id,
        cohort=place.cohort,
        opened_class=name,
        opened_size=size,
        opened=opened,
        grade=place.grade,
        class_name=name,
        size=size,
        seen_year=None,
        history=(Change(opened, None, State.OPEN, size, Why.OPENED),),
        notes=tuple(notes),
    )


def _year_of_row(said: Mapping[str, str], opened: date | None, reader: _Reader) -> int:
    """Return the school year whose grade and size a row gives."""
    year = read_year(said.get("year"))
    if year is not None and year <= reader.study.base_year:
        return year
    if opened is not None:
        return min(school_year(opened.year, opened.month, opened.day), reader.study.base_year)
    return reader.year if reader.year is not None else reader.study.base_year


def _class_of(text: str) -> tuple[str, str]:
    """Return what stands before the number of a class, and its name as the bureau wrote it."""
    return (read_class(text).head, text.strip()) if text.strip() else ("", "")


def _size(text: str, notes: list[Words]) -> int | None:
    """Return the pupils of a class; a note where the cell does not say."""
    size = read_size(text)
    if text and size is None:
        notes.append(
            Words(f"'{text}' is no class size; it is kept.", f"“{text}”不是班额，原样保留。")
        )
    return size


def _without_twins(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Return the entries; a row that names a class named before is kept and not followed."""
    named: set[tuple[Any, ...]] = set()
    kept = []
    for entry in entries:
        key = (entry.section_id, entry.cohort, class_key(entry.opened_class))
        if entry.standing != Standing.FOLLOWED or not key[-1]:
            kept.append(entry)
        elif key in named:
            note = Words(
                "The same class is named in a row above; not counted twice.",
                "与上文某行为同一班级，不重复计数。",
            )
            kept.append(
                replace(
                    entry,
                    standing=Standing.DUPLICATE,
                    state=State.OPEN,
                    history=(),
                    notes=(*entry.notes, note),
                )
            )
        else:
            named.add(key)
            kept.append(entry)
    return tuple(kept)


def _assumed_year(reader: _Reader) -> tuple[Words, ...]:
    """Say that the rows are taken for rows of the base year where nothing names another."""
    if (
        reader.year is not None
        or reader.ours
        or {"year", "cohort", "opened"} & reader.theirs.keys()
    ):
        return ()
    year = reader.study.base_year
    return (
        Words(
            f"The ledger names no school year; its grades are taken for those of {year}.",
            f"台账没有写明学年，年级按{year}学年处理。",
        ),
    )
