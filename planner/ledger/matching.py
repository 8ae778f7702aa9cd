"""Lay a year's class lists beside the entries: which class of the cohort is whose today."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from planner.ledger.entries import DONE
from planner.ledger.reading import class_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.ledger.entries import Entry
    from planner.ledger.places import Section
    from planner.plan import Plan
    from planner.study import Study

__all__ = ["ClassList", "Listed", "base_year_classes", "class_lists", "pair_classes"]

ClassList = dict[tuple[str, int], list["Listed"]]
"""Classes of one year by section and cohort, in the order of the list."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One class in one year; `counted` is false where it was formed from the roll.

    `number` is its place among the classes of its grade, under which a plan follows it.
    """

    name: str
    grade: int
    pupils: int
    number: int
    counted: bool = True


def class_lists(study: Study, sections: Mapping[str, Section]) -> dict[int, ClassList]:
    """Return the class lists of every year up to the base year, of stages with a limit."""
    lists: dict[int, ClassList] = {}
    rows = study.classes[study.classes["year"] <= study.base_year]
    for row in rows.to_dict("records"):
        section = sections.get(row["section_id"])
        if section is None or section.stage.large_class is None or not row["pupils"]:
            continue
        year, grade = int(row["year"]), int(row["grade"])
        key = section.section_id, year - grade + section.stage.entry_grade
        classes = lists.setdefault(year, {}).setdefault(key, [])
        name, pupils = str(row["class_name"]), int(row["pupils"])
        classes.append(Listed(name, grade, pupils, len(classes) + 1))
    return lists


def base_year_classes(
    plan: Plan, sections: Mapping[str, Section], lists: Mapping[int, ClassList]
) -> ClassList:
    """Return the classes of the base year: as listed, and where no list is, as the plan forms them.

    A formed class has the number that the plan gives it for a name.
    """
    year = plan.study.base_year
    found = dict(lists.get(year, {}))
    formed: ClassList = {}
    table = plan.class_years[plan.class_years["year"] == year]
    for row in table.to_dict("records"):
        key = row["section_id"], int(row["cohort"])
        section = sections.get(row["section_id"])
        if key in found or section is None or section.stage.large_class is None:
            continue
        number, grade, pupils = int(row["number"]), int(row["grade"]), int(row["pupils"])
        one = Listed(str(number), grade, pupils, number, counted=False)
        formed.setdefault(key, []).append(one)
    return found | formed


def pair_classes(
    entries: Sequence[Entry], classes: Sequence[Listed], large: int
) -> dict[int, Listed]:
    """Return for each entry of one cohort, by its place, the class it stands for this year.

    A class keeps its entry while it keeps its name, whatever grade it has climbed to. Where
    classes were formed anew, a large class nobody has named belongs to an entry whose class is
    no more, one that is still open first; an entry for which none is left is shown the largest
    of the other classes, so that nothing is closed while a larger one could be meant.
    """
    by_name = {class_key(one.name): one for one in classes}
    pairs: dict[int, Listed] = {}
    for place, entry in enumerate(entries):
        named = by_name.pop(class_key(entry.class_name), None)
        if named is not None:
            pairs[place] = named
    taken = {one.number for one in pairs.values()}
    free = sorted(
        (one for one in classes if one.pupils >= large and one.number not in taken),
        key=lambda one: (-one.pupils, one.number),
    )
    small = max((one for one in classes if one.pupils < large), key=_pupils, default=None)
    waiting = [place for place in range(len(entries)) if place not in pairs]
    for place in sorted(waiting, key=lambda place: (entries[place].state in DONE, place)):
        if free:
            pairs[place] = free.pop(0)
        elif small is not None:
            # The name stays the entry's own: the class it is shown may have an entry itself.
            pairs[place] = replace(small, name=entries[place].class_name)
    return pairs


def _pupils(one: Listed) -> int:
    """Return the size of a class."""
    return one.pupils
