"""A town with large classes, and ledgers as bureaus keep them.

The nine squares of tests/towns.py, where the junior school J1 (九宫中学) has crowded classes. It
has five rooms; counted on 1 September, pupils of 1班 and 2班::

               2022          2023
    grade 7    58  32        60  30     cohort 2023: one large class
    grade 8    57  33        58  32     cohort 2022: its 1班 climbed with 58 pupils
    grade 9    45  45        50  40     cohort 2021: its 1班 had 57 pupils in grade 8

Every cohort climbs whole. From 2024 on four rooms hold grades 8 and 9, so that the 90 who enter
grade 7 find one room: one class of 90. J1 also has a primary namesake, the west primary P1 with
50 pupils a grade in two classes of 25.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd
from openpyxl import Workbook

from planner.ledger import Ledger, begin_ledger, read_ledger, update_ledger
from planner.terms import Language
from tests.towns import town_tables, write_town

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from planner.plan import Plan
    from planner.study import Study

__all__ = [
    "HEADINGS",
    "begun",
    "brought_up",
    "read_rows",
    "states",
    "write_crowded",
    "write_rows",
]

HEADINGS: Final = ("学校", "年级", "班级", "班额", "整改措施", "完成时限", "状态")
OF_J1: Final = {
    2022: {7: (58, 32), 8: (57, 33), 9: (45, 45)},
    2023: {7: (60, 30), 8: (58, 32), 9: (50, 40)},
}


def write_crowded(folder: Path, targets: pd.DataFrame | None = None) -> Path:
    """Write the town drawn above as a study folder."""
    tables = town_tables()
    listed = tables["classes"]
    crowded = pd.DataFrame(
        [
            ("J1", year, grade, f"{number}班", pupils)
            for year, grades in OF_J1.items()
            for grade, sizes in grades.items()
            for number, pupils in enumerate(sizes, start=1)
        ],
        columns=list(listed.columns),
    )
    classes = pd.concat([listed[listed["section_id"] != "J1"], crowded], ignore_index=True)
    sections = tables["sections"]
    sections.loc[sections["section_id"] == "J1", "rooms"] = 5
    return write_town(folder, classes=classes, sections=sections, targets=targets)


def write_rows(
    path: Path,
    rows: Sequence[Sequence[Any]],
    headings: Sequence[str] = HEADINGS,
    title: Sequence[str] = ("2023学年大班额台账",),
) -> Path:
    """Write a bureau's ledger: a title above, headings, rows."""
    book = Workbook()
    page = book.active
    for line in title:
        page.append([line])
    page.append(list(headings))
    for row in rows:
        page.append(list(row))
    book.save(path)
    return path


def read_rows(
    path: Path,
    study: Study,
    rows: Sequence[Sequence[Any]],
    headings: Sequence[str] = HEADINGS,
    title: Sequence[str] = ("2023学年大班额台账",),
) -> Ledger:
    """Return a bureau's ledger after it was read."""
    return read_ledger(write_rows(path, rows, headings, title), study)


def begun(plan: Plan) -> Ledger:
    """Return a new ledger of a plan's town."""
    return begin_ledger(plan, Language.CHINESE)


def brought_up(ledger: Ledger, plan: Plan) -> Ledger:
    """Return a ledger brought up to the class lists of a plan's town."""
    return update_ledger(ledger, plan, Language.CHINESE)


def states(ledger: Ledger) -> list[tuple[Any, ...]]:
    """Return where each entry stands: cohort, class, size today, state."""
    return [
        (entry.cohort, entry.class_name, entry.size, entry.state.value) for entry in ledger.entries
    ]
