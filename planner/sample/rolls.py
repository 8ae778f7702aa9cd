"""Fill the schools: entrants come from the zones, climb, move to town and sit in classes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from planner.sample.land import spread

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.sample.people import People
    from planner.sample.schools import Schools, Section

__all__ = ["Rolls", "enrol", "form_classes", "furnish"]

_AGE_OVER_GRADE: Final = 5
"""A child in grade g is g + 5 years old on 31 August."""
_ENTER: Final = {"kindergarten": 0.85, "primary": 1.0, "junior": 0.985}
_KINDERGARTEN_GROWTH: Final = {-1: 1.055, 0: 1.035}
"""Children whom families bring only at four or five."""
_KINDERGARTEN_YEARLY: Final = 0.003
"""What the share of three-year-olds who enter has risen by in a year: 88 → 90 % attend."""
_SENIOR_GROSS: Final = 0.9596
"""Senior pupils per resident aged 15 to 17 in the base year: the 2023 plan's figure."""
_SENIOR_YEARLY: Final = 0.008
_SENIOR_STAYS: Final = 0.988
_STANDARD: Final = {
    -2: 25,
    -1: 30,
    0: 35,
    **dict.fromkeys(range(1, 7), 45),
    **dict.fromkeys(range(7, 13), 50),
}
"""Pupils in a class when there is room enough; the norms file is what binds a plan."""


_DIVIDE_ABOVE: Final = 1.15
"""A class this much above standard is divided when a room is free."""


@dataclass(frozen=True, slots=True, eq=False)
class Rolls:
    """Pupils by section, year and grade; grades are counted from each section's lowest."""

    years: tuple[int, ...]
    by_section: tuple[NDArray[np.int64], ...]

    def total(self, section: int) -> NDArray[np.int64]:
        """Return one section's pupils by year."""
        sums: NDArray[np.int64] = self.by_section[section].sum(axis=1)
        return sums

    def until(self, year: int) -> Rolls:
        """Return the rolls up to one year."""
        known = self.years.index(year) + 1
        return Rolls(self.years[:known], tuple(pupils[:known] for pupils in self.by_section))

    def after(self, year: int) -> Rolls:
        """Return the rolls of the years that follow one."""
        known = self.years.index(year) + 1
        return Rolls(self.years[known:], tuple(pupils[known:] for pupils in self.by_section))


def enrol(
    people: People,
    schools: Schools,
    zones: dict[str, NDArray[np.int64]],
    rng: np.random.Generator,
) -> Rolls:
    """Return the rolls of all years.

    A cohort climbs with its zone's children of the same age: where families move away a class
    shrinks, in town it grows. Leavers of a teaching point go on at the school named for it.
    """
    rolls: dict[int, NDArray[np.int64]] = {}
    for stage, owner in zones.items():
        sections = schools.of_stage(stage)
        living = _living_in_zones(people, owner, sections)
        # Teaching points first: their leavers join other sections.
        order = sorted(sections, key=lambda number: schools.sections[number].continues_at < 0)
        for number in order:
            joining = [
                (rolls[other], living[other], len(schools.sections[other].grades))
                for other in order
                if schools.sections[other].continues_at == number
            ]
            city = schools.school_of(number).setting == "city"
            rolls[number] = _climb(
                stage, schools.sections[number].grades, living[number], joining, city=city, rng=rng
            )
    rolls |= _senior_rolls(people, schools, rng)
    return Rolls(people.years, tuple(rolls[number] for number in range(len(schools.sections))))


def _living_in_zones(
    people: People, owner: NDArray[np.int64], sections: list[int]
) -> dict[int, NDArray[np.int64]]:
    """Return the children of each section's zone by year and single age."""
    return {number: people.residents[:, owner == number, :].sum(axis=1) for number in sections}


def _climb(
    stage: str,
    grades: tuple[int, ...],
    living: NDArray[np.int64],
    joining: list[tuple[NDArray[np.int64], NDArray[np.int64], int]],
    *,
    city: bool,
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """Carry one section's pupils through the years, grade by grade.

    `joining` holds rolls, zone's children and number of grades of the teaching points whose
    leavers come here.
    """
    years = len(living)
    ages = np.array(grades) + _AGE_OVER_GRADE
    # Children who could sit here in each grade: above a teaching point's grades also its own.
    reach = living[:, ages].astype(np.float64)
    for _, other, height in joining:
        reach[:, height:] += other[:, ages[height:]]
    roll = np.zeros((years, len(grades)), dtype=np.int64)
    enter = _enter_shares(stage, years, city=city)
    growth = np.array([_KINDERGARTEN_GROWTH.get(grade, 1.0) for grade in grades])
    roll[0] = _whole(reach[0] * enter[0] * np.cumprod(growth), rng)
    for year in range(1, years):
        roll[year, 0] = _whole(reach[year, 0] * enter[year] * rng.normal(1, 0.012), rng)
        before, there = roll[year - 1, :-1].astype(np.float64), reach[year - 1, :-1].copy()
        for other_roll, other, height in joining:
            before[height - 1] += other_roll[year - 1, height - 1]
            there[height - 1] += other[year - 1, ages[height - 1]]
        ratio = reach[year, 1:] / np.maximum(there, 1) * growth[1:]
        roll[year, 1:] = _whole(before * ratio * rng.normal(1, 0.006, len(before)), rng)
    return roll


def _enter_shares(stage: str, years: int, *, city: bool) -> NDArray[np.float64]:
    """Return by year which share of the children of entry age enters."""
    share = np.full(years, _ENTER[stage])
    if stage == "kindergarten":
        share = share - _KINDERGARTEN_YEARLY * np.arange(years)[::-1] + (0.03 if city else 0.0)
    elif city:
        # Children of migrants who are not counted as residents.
        share = share + 0.02
    return share


def _whole(pupils: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Round to whole pupils, up as often as the fraction says."""
    return np.floor(pupils + rng.uniform(size=np.shape(pupils))).astype(np.int64)


def _senior_rolls(
    people: People, schools: Schools, rng: np.random.Generator
) -> dict[int, NDArray[np.int64]]:
    """Return senior rolls; the county admits as many as keep its gross enrolment rising."""
    sections = schools.of_stage("senior")
    appeal = 1 / (np.arange(len(sections)) + 2.2)
    old_enough = people.residents[:, :, 15:18].sum(axis=(1, 2))
    years = len(people.years)
    gross = _SENIOR_GROSS - _SENIOR_YEARLY * np.arange(years)[::-1]
    wanted = np.rint(gross * old_enough).astype(np.int64)
    roll = np.zeros((years, len(sections), 3), dtype=np.int64)
    grades = people.residents[0, :, 15:18].sum(axis=0)
    for grade, pupils in enumerate(spread(int(wanted[0]), grades.astype(np.float64))):
        roll[0, :, grade] = spread(int(pupils), appeal)
    for year in range(1, years):
        roll[year, :, 1:] = rng.binomial(roll[year - 1, :, :-1], _SENIOR_STAYS)
        admitted = max(0, int(wanted[year] - roll[year].sum()))
        roll[year, :, 0] = spread(admitted, appeal * rng.normal(1, 0.02, len(sections)))
    return {number: roll[:, place] for place, number in enumerate(sections)}


def furnish(schools: Schools, rolls: Rolls, rng: np.random.Generator) -> Schools:
    """Give every section its rooms: too few in town, built for more children in villages."""
    sections = [
        replace(section, rooms=_rooms(schools, number, rolls, rng))
        for number, section in enumerate(schools.sections)
    ]
    for number, section in enumerate(sections):
        if schools.school_of(number).boarding:
            share = 0.75 if section.stage == "senior" else 0.45
            share = 0.2 if section.stage == "primary" else share
            sections[number] = replace(section, beds=int(rolls.total(number).max() * share))
    return _with_damage(schools.with_sections(sections), rolls)


def _rooms(schools: Schools, number: int, rolls: Rolls, rng: np.random.Generator) -> int:
    """Return the rooms of a section, by where it stands and how many it was built for."""
    section, setting = schools.sections[number], schools.school_of(number).setting
    roll, standard = rolls.by_section[number], _standards(section)
    # Town schools were not built for those who came: so many pupils sit in a room.
    crowded = {("primary", "city"): 56.5, ("junior", "city"): 56.5, ("senior", "city"): 53.0}
    per_room = crowded.get((section.stage, setting))
    if per_room is not None:
        per_room += float(rng.uniform(-3.0, 3.0))
        return max(
            int(roll[-1].sum() / per_room), _rooms_for(roll[-1], np.full(len(standard), 68.0))
        )
    if setting == "village":
        # Built for stronger years than any on record, with smaller classes.
        return round(1.2 * _rooms_for(roll.max(axis=0), standard * 0.85))
    return _rooms_for(roll[-1], standard * 1.1)


def _standards(section: Section) -> NDArray[np.float64]:
    """Return the class size of each grade of a section."""
    return np.array([_STANDARD[grade] for grade in section.grades], dtype=np.float64)


def _rooms_for(pupils: NDArray[np.int64], size: NDArray[np.float64]) -> int:
    """Return the rooms that classes of at most this size take, at least one for each grade."""
    return int(np.maximum(1, np.ceil(pupils / size)).sum())


def _with_damage(schools: Schools, rolls: Rolls) -> Schools:
    """Condemn rooms in three sections and close some for repair in two."""
    sections = list(schools.sections)
    seniors = schools.of_stage("senior")
    if len(seniors) > 1:
        # The 2023 plan: No. 2 High School rebuilds what is condemned.
        second = sections[seniors[1]]
        sections[seniors[1]] = replace(second, rooms=second.rooms + 6, condemned=8)
    for stage, rooms in (("primary", 2), ("junior", 3)):
        rural = [n for n in schools.of_stage(stage) if schools.school_of(n).setting == "village"]
        if rural:
            old = max(rural, key=lambda n: (rolls.total(n)[-1], -n))
            sections[old] = replace(
                sections[old], rooms=sections[old].rooms + rooms, condemned=rooms
            )
    for stage, until in (("primary", "2024-07-31"), ("kindergarten", "2024-01-31")):
        town = [n for n in schools.of_stage(stage) if schools.school_of(n).setting == "town"]
        if town:
            worn = max(town, key=lambda n: (rolls.total(n)[-1], -n))
            sections[worn] = replace(
                sections[worn], rooms=sections[worn].rooms + 2, repair=2, repair_until=until
            )
    return schools.with_sections(sections)


def form_classes(
    schools: Schools, rolls: Rolls, rng: np.random.Generator
) -> list[tuple[int, int, int, str, int]]:
    """Return the classes of all years as rows of section, year, grade, name and pupils.

    Classes climb; one is divided where it is well above standard and a room is free, two are put
    together where the pupils fit one class less.
    """
    rows = []
    for number, section in enumerate(schools.sections):
        counts = np.zeros(len(section.grades), dtype=np.int64)
        for row, year in enumerate(rolls.years):
            pupils = rolls.by_section[number][row]
            counts = _class_counts(section, pupils, counts)
            for grade, heads, classes in zip(section.grades, pupils, counts, strict=True):
                for order, size in enumerate(_sizes(int(heads), int(classes), rng), start=1):
                    rows.append((number, year, grade, f"{order}班", size))
    return rows


def _class_counts(
    section: Section, pupils: NDArray[np.int64], before: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the classes of each grade, within the rooms in use."""
    standard = _standards(section)
    wished = np.maximum(1, np.ceil(pupils / standard)).astype(np.int64)
    counts = wished.copy()
    if before.any():
        counts[1:] = np.maximum(before[:-1], 1)
    counts = np.where(pupils > 0, np.minimum(counts, wished), 0)
    while counts.sum() > section.usable and (counts > 1).any():
        after = np.where(counts > 1, pupils / np.maximum(counts - 1, 1) / standard, np.inf)
        counts[int(np.argmin(after))] -= 1
    while counts.sum() < section.usable:
        mean = pupils / np.maximum(counts, 1)
        fullest = int(np.argmax(mean / standard))
        if mean[fullest] <= _DIVIDE_ABOVE * standard[fullest]:
            break
        counts[fullest] += 1
    return counts


def _sizes(pupils: int, classes: int, rng: np.random.Generator) -> list[int]:
    """Divide pupils among classes nearly equally: families ask, friends stay together."""
    if classes == 0:
        return []
    sizes = np.array([pupils // classes + (order < pupils % classes) for order in range(classes)])
    if classes > 1 and sizes.min() > 12:
        moved = rng.integers(0, 4, classes)
        sizes = sizes - moved + np.roll(moved, 1)
    return [int(size) for size in sizes]
