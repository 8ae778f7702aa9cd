"""Who sits where, year by year: entrants by zone, cohorts that climb, and nobody lost.

This is the one place where the flow of pupils is worked out; everything else reads its result.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from planner.classes import Sizes, climb_up, form_classes, open_entry
from planner.errors import ScenarioError, Sentence
from planner.projection.rounding import round_together, share_exactly
from planner.terms import Overflow, SeatLimit
from planner.zones.sharing import Going

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from planner.capacity import Offer
    from planner.norms import StageNorm
    from planner.projection.entrants import Entrants
    from planner.projection.progression import Progression
    from planner.projection.rolls import Rolls
    from planner.scenario import ClassSettings, Scenario

    IntArray = npt.NDArray[np.int64]
    FloatArray = npt.NDArray[np.float64]

__all__ = ["Enrolment", "Joiners", "StageStart", "seat_pupils"]


@dataclass(frozen=True, slots=True, eq=False)
class Joiners:
    """Children of new homes who move in above the entry grade; parts of a child stay.

    Attributes:
        zoned: Those who go by their area's zone, [area, grade of the stage, year].
        county: Those who go to sections that take from the whole county, [grade, year].
    """

    zoned: FloatArray
    county: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class StageStart:
    """What is known of one stage before its pupils are seated.

    Attributes:
        stage: The stage's norms.
        columns: Columns of its grades in `rolls.grades`, lowest first.
        rows: Its sections, as rows of the plan's sections.
        zone: Row of the section each area is zoned to, [area, year]; None without zones.
        county_rows: Sections that take from the whole county, as rows.
        county_weights: How the county's entrants spread over them, [section, year].
        entrants: Entrants by area and year.
        joiners: Children of new homes who come into a higher grade.
        metres: Walks, [area, section of the plan].
        classes: Counted classes of the base year, by (row, grade column).
        receivers: For each section the rows of its stage by distance, nearest first.
        limit_metres: Longest way the norms allow, [area, section of the plan]; inf where they
            say nothing.
        going: Where zones are shared, entrants by area and section in every year, None in years
            in which each area goes to its zone's one section; empty where no zone is shared.
    """

    stage: StageNorm
    columns: tuple[int, ...]
    rows: IntArray
    zone: IntArray | None
    county_rows: IntArray
    county_weights: FloatArray
    entrants: Entrants
    joiners: Joiners
    metres: FloatArray
    classes: Mapping[tuple[int, int], Sizes]
    receivers: Mapping[int, tuple[int, ...]]
    limit_metres: FloatArray
    going: tuple[Going | None, ...] = ()

    def goers(self, year: int) -> Going:
        """Return which zoned entrants of a year go where: by zone, or as lots fall on average."""
        shared = self.going[year] if self.going else None
        if shared is not None:
            return shared
        areas = np.arange(len(self.entrants.zoned))
        zone = areas[:0] if self.zone is None else self.zone[:, year]
        areas = areas[: len(zone)]
        alone = np.full(len(zone), -1)
        return Going(areas, zone, np.ones(len(zone)), self.entrants.zoned[areas, year], alone)


@dataclass(frozen=True, slots=True, eq=False)
class Enrolment:
    """One stage seated, year by year.

    For every year: entrants of all sections + unseated = entrants of all areas, and the pupils
    above the entry grades = those who climbed + those who joined.

    Attributes:
        pupils: Pupils on roll, [section, grade column, year].
        joined: Those among them who came with new homes that year, [section, grade column, year].
        entrants: Entrants who were placed, [section, year].
        unseated: Entrants zoned here for whom no seat was found, [section, year].
        entry_seats: Seats in the classes the entry grade can open, [section, year].
        classes: Class sizes by (row, grade column, year column); absent where nobody sits.
        walked: Metres walked by zoned entrants, [section, year].
        walkers: Zoned entrants with a known walk, [section, year].
        limited: Those of them for whom the norms know a longest walk, [section, year].
        beyond: Those of them who walk farther, [section, year].
    """

    pupils: IntArray
    joined: IntArray
    entrants: IntArray
    unseated: IntArray
    entry_seats: IntArray
    classes: dict[tuple[int, int, int], Sizes] = field(repr=False)
    walked: FloatArray
    walkers: IntArray
    limited: IntArray
    beyond: IntArray

    def leavers(self, column: int, year: int) -> int:
        """Return the pupils in one grade of all sections in one year column."""
        return int(self.pupils[:, column, year].sum())


def seat_pupils(
    start: StageStart, offer: Offer, rolls: Rolls, progression: Progression, scenario: Scenario
) -> Enrolment:
    """Seat the pupils of one stage in every year, the base year as it was counted.

    Each year: (1) cohorts climb a grade, those of a closed section at the nearest one that
    teaches their grade, and children of new homes join them; (2) classes climb with them, and
    small ones are merged by policy; (3) the rooms that are left make the entry seats;
    (4) entrants go where their area is zoned; (5) those without a seat are treated as the
    scenario says; (6) entry classes open, and what is too large is divided.
    """
    seated = _base_year(start, offer, rolls)
    for year in range(1, len(offer.years)):
        _climb_pupils(seated, start, offer, progression, year)
        _join_pupils(seated, start, offer, progression, year)
        rooms_left = _climb_classes(seated, start, offer, progression, year, scenario.classes)
        seated.entry_seats[start.rows, year] = _entry_seats(start, seated, offer, rooms_left, year)
        most = _most_entrants(scenario, offer, year)
        _place_entrants(seated, start, year, most, Overflow(scenario.seats.overflow))
        _form_classes(seated, start, year, rooms_left, scenario.classes)
    return seated


def _base_year(start: StageStart, offer: Offer, rolls: Rolls) -> Enrolment:
    """Return the counted year with empty years to come."""
    sections, years = offer.rooms.shape
    seated = Enrolment(
        pupils=np.zeros((sections, len(rolls.grades), years), dtype=np.int64),
        joined=np.zeros((sections, len(rolls.grades), years), dtype=np.int64),
        entrants=np.zeros((sections, years), dtype=np.int64),
        unseated=np.zeros((sections, years), dtype=np.int64),
        entry_seats=np.zeros((sections, years), dtype=np.int64),
        classes={},
        walked=np.zeros((sections, years)),
        walkers=np.zeros((sections, years), dtype=np.int64),
        limited=np.zeros((sections, years), dtype=np.int64),
        beyond=np.zeros((sections, years), dtype=np.int64),
    )
    layer = rolls.years.index(offer.years[0])
    columns = list(start.columns)
    counted = np.rint(np.nan_to_num(rolls.pupils[start.rows, :, layer])).astype(np.int64)
    for column in columns:
        seated.pupils[start.rows, column, 0] = counted[:, column]
    seated.entrants[start.rows, 0] = seated.pupils[start.rows, columns[0], 0]
    _note_walks(seated, start, 0)
    left = np.zeros(len(start.rows), dtype=np.int64)
    for number, row in enumerate(map(int, start.rows)):
        rooms = int(offer.rooms[row, 0])
        formed = _classes_today(start, seated, row, rooms)
        for column, sizes in zip(columns, formed, strict=True):
            if sizes:
                seated.classes[row, column, 0] = sizes
        left[number] = max(0, rooms - sum(map(len, formed[1:])))
    seated.entry_seats[start.rows, 0] = _entry_seats(start, seated, offer, left, 0)
    return seated


def _classes_today(start: StageStart, seated: Enrolment, row: int, rooms: int) -> list[Sizes]:
    """Return the base year's classes by grade: the counted ones, else formed in the rooms.

    A class without pupils, of which the checks warn, is none.
    """
    pupils = [int(seated.pupils[row, column, 0]) for column in start.columns]
    counted = [
        tuple(size for size in start.classes.get((row, column), ()) if size > 0)
        for column in start.columns
    ]
    if all(sum(sizes) == count for sizes, count in zip(counted, pupils, strict=True)):
        return counted
    standard = [start.stage.class_size[grade] for grade in start.stage.grades]
    formed = form_classes(pupils, standard, rooms)
    return [
        sizes if sum(sizes) == count else new
        for sizes, count, new in zip(counted, pupils, formed, strict=True)
    ]


def _climb_pupils(
    seated: Enrolment, start: StageStart, offer: Offer, progression: Progression, year: int
) -> None:
    """(1) Move every cohort up a grade, in whole pupils whose county sum is kept."""
    for column in start.columns[1:]:
        expected = np.zeros(len(seated.pupils))
        for row in map(int, start.rows):
            sources = progression.sources.get((row, column), ())
            before = seated.pupils[list(sources), column - 1, year - 1].sum() if sources else 0
            if before:
                there = _teaching(start, offer, progression, row, column, year)
                expected[there] += before * progression.ratio[row, column]
        seated.pupils[:, column, year] += round_together(expected)


def _teaching(
    start: StageStart, offer: Offer, progression: Progression, row: int, column: int, year: int
) -> int:
    """Return where a cohort sits: at its section, or at the nearest one if that has closed."""
    found = _nearest_teaching(start, offer, progression, row, column, year)
    # The last section of a stage has closed: its pupils are kept in the count where they were.
    return row if found is None else found


def _nearest_teaching(
    start: StageStart, offer: Offer, progression: Progression, row: int, column: int, year: int
) -> int | None:
    """Return the open section nearest to one, itself first, that teaches a grade to climbers."""
    for other in (row, *start.receivers[row]):
        if offer.open[other, year] and (other, column) in progression.sources:
            return other
    return None


def _join_pupils(
    seated: Enrolment, start: StageStart, offer: Offer, progression: Progression, year: int
) -> None:
    """(1) Let children of new homes join the grade of their age, in whole pupils.

    They go where their area is zoned in that year, or to the county's sections by weight; where
    that section does not teach their grade, to the nearest that does. The sum over all
    sections and grades of the stage is kept.
    """
    weights = start.county_weights[:, year]
    by_weight = weights / weights.sum() if weights.sum() > 0 else weights
    going = start.goers(year)
    expected = np.zeros(seated.pupils.shape[:2])
    for grade, column in enumerate(start.columns[1:], start=1):
        wanted = np.zeros(len(expected))
        moved_in = start.joiners.zoned[going.areas, grade, year] * going.chance
        np.add.at(wanted, going.rows, moved_in)
        wanted[start.county_rows] += start.joiners.county[grade, year] * by_weight
        for row in map(int, np.flatnonzero(wanted)):
            there = _nearest_teaching(start, offer, progression, row, column, year)
            if there is not None:
                expected[there, column] += wanted[row]
    seated.joined[:, :, year] = round_together(expected)
    seated.pupils[:, :, year] += seated.joined[:, :, year]


def _climb_classes(
    seated: Enrolment,
    start: StageStart,
    offer: Offer,
    progression: Progression,
    year: int,
    policy: ClassSettings,
) -> IntArray:
    """(2) Let classes climb with their pupils; return the rooms that are left, [section].

    A class is merged by policy only. Where a cohort gathers from several sections its classes are
    those of the first of them that had any.
    """
    left = np.zeros(len(start.rows), dtype=np.int64)
    above = start.columns[1:]
    sizes = [start.stage.class_size[grade] for grade in start.stage.grades[1:]]
    for number, row in enumerate(map(int, start.rows)):
        before = [_classes_below(seated, progression, row, column, year) for column in above]
        pupils = [int(seated.pupils[row, column, year]) for column in above]
        climbed = climb_up(before, pupils, sizes, policy)
        seated.classes.update(
            {
                (row, column, year): formed
                for column, formed in zip(above, climbed, strict=True)
                if formed
            }
        )
        left[number] = max(0, int(offer.rooms[row, year]) - sum(map(len, climbed)))
    return left


def _classes_below(
    seated: Enrolment, progression: Progression, row: int, column: int, year: int
) -> Sizes:
    """Return the classes of a cohort as they were a grade lower, a year before."""
    for source in progression.sources.get((row, column), ()):
        if before := seated.classes.get((source, column - 1, year - 1)):
            return before
    return ()


def _entry_seats(
    start: StageStart, seated: Enrolment, offer: Offer, rooms_left: IntArray, year: int
) -> IntArray:
    """(3) Return the seats in the classes that entry grades can open, [section of rows].

    A section that grows upwards keeps rooms for the cohorts that will follow: 24 new rooms for
    six grades are four tracks, so that the first cohort finds 4 classes and not 24. Seats
    that do not count, as those of a school without a licence, are no entry seats either; nor
    are those in borrowed rooms. Where floor area or beds limit the seats, the pupils above the
    entry grade leave no more of them.
    """
    rows = start.rows
    lowest = offer.sections["lowest_grade"].to_numpy(dtype=np.int64)[rows]
    highest = offer.sections["highest_grade"].to_numpy(dtype=np.int64)[rows]
    taught = highest - lowest + 1
    above = seated.pupils[rows][:, list(start.columns[1:]), year]
    borrowed = offer.borrowed[rows, year]
    a_grade = (offer.rooms[rows, year] - borrowed) // taught
    kept = (taught - 1 - (above > 0).sum(axis=1)) * a_grade
    size = start.stage.class_size[start.stage.grades[0]]
    takes = (lowest == start.stage.grades[0]) & (offer.seats[rows, year] > 0)
    in_rooms = np.maximum(rooms_left - borrowed - kept, 0) * size
    left = np.maximum(offer.seats[rows, year] - above.sum(axis=1), 0)
    capped = offer.limit[rows, year] != SeatLimit.ROOMS
    seats: IntArray = np.where(takes, np.where(capped, np.minimum(in_rooms, left), in_rooms), 0)
    return seats


def _most_entrants(scenario: Scenario, offer: Offer, year: int) -> FloatArray:
    """Return how many entrants each section admits at most, inf where nothing is said."""
    row_of = {section: row for row, section in enumerate(offer.sections["section_id"])}
    planned = {"", *map(str, offer.years[1:])}
    limits = [(*key.partition("/")[::2], limit) for key, limit in scenario.entrants.most.items()]
    faults = [
        Sentence(
            f"scenarios/{scenario.name}.toml: [entrants] most names "
            f"'{section}{only and '/'}{only}', which is no section of this plan, or no "
            "section/year of its planned years.",
            f"scenarios/{scenario.name}.toml：[entrants] most中的“{section}{only and '/'}{only}”"
            "不是本方案的学段部，或不是规划年份内的“学段部/年份”。",
        )
        for section, only, _ in limits
        if section not in row_of or only not in planned
    ]
    if faults:
        raise ScenarioError(*faults)
    most = np.full(len(row_of), np.inf)
    for section, only, limit in limits:
        if only in ("", str(offer.years[year])):
            most[row_of[section]] = min(most[row_of[section]], np.floor(limit))
    return most


def _place_entrants(
    seated: Enrolment, start: StageStart, year: int, most: FloatArray, overflow: Overflow
) -> None:
    """(4, 5) Send entrants to their sections and deal with those who find no seat."""
    wanted = np.zeros(len(seated.pupils), dtype=np.int64)
    going = start.goers(year)
    np.add.at(wanted, going.rows, going.entrants)
    weights = start.county_weights[:, year]
    total = int(start.entrants.county[:, year].sum())
    if total:
        wanted[start.county_rows] += share_exactly(total, weights)
    admitted = most
    if overflow is not Overflow.CROWD:
        admitted = np.minimum(most, seated.entry_seats[:, year])
    placed = np.minimum(wanted, admitted).astype(np.int64)
    seated.entrants[:, year] = placed
    seated.unseated[:, year] = wanted - placed
    _note_walks(seated, start, year)
    if overflow is Overflow.NEAREST:
        _place_where_free(seated, start, year, admitted.astype(np.int64))
        _place_in_county(seated, start, year, admitted.astype(np.int64))
    seated.pupils[:, start.columns[0], year] = seated.entrants[:, year]


def _place_where_free(seated: Enrolment, start: StageStart, year: int, admitted: IntArray) -> None:
    """Place entrants without a seat at the nearest section that has one.

    Those who live farthest from the full section are the ones who go elsewhere; where no
    section with a free seat can be reached they stay unseated.
    """
    rows, going = start.rows, start.goers(year)
    free = admitted[rows] - seated.entrants[rows, year]
    for row in map(int, rows[np.argsort(-seated.unseated[rows, year], kind="stable")]):
        members = np.flatnonzero(going.rows == row)
        far = np.argsort(-start.metres[going.areas[members], row], kind="stable")
        for area, coming in zip(
            going.areas[members][far], going.entrants[members][far], strict=True
        ):
            seeking = min(int(seated.unseated[row, year]), int(coming))
            for choice in np.argsort(start.metres[area, rows], kind="stable"):
                other = int(rows[choice])
                if seeking == 0 or not np.isfinite(start.metres[area, other]):
                    break
                here = min(seeking, int(free[choice]))
                if here <= 0:
                    continue
                free[choice] -= here
                seeking -= here
                seated.unseated[row, year] -= here
                seated.entrants[other, year] += here
                _walk(seated, start, year, np.array([area]), np.array([other]), np.array([here]))


def _place_in_county(seated: Enrolment, start: StageStart, year: int, admitted: IntArray) -> None:
    """Place entrants to a full county section at the nearest one of them with a free seat."""
    county = set(map(int, start.county_rows))
    for row in sorted(county):
        for other in start.receivers[row]:
            free = int(admitted[other] - seated.entrants[other, year])
            here = min(int(seated.unseated[row, year]), free) if other in county else 0
            if here > 0:
                seated.unseated[row, year] -= here
                seated.entrants[other, year] += here


def _note_walks(seated: Enrolment, start: StageStart, year: int) -> None:
    """Add up the walks of zoned entrants; whoever has no seat does not walk.

    Within a zone the seats go to those who live nearest.
    """
    going = start.goers(year)
    if not len(going.areas):
        return
    metres = start.metres[going.areas, going.rows]
    order = np.lexsort((metres, going.rows))
    entrants = going.entrants[order]
    section = going.rows[order]
    running = np.cumsum(entrants)
    starts = np.flatnonzero(np.r_[True, section[1:] != section[:-1]])
    before = np.repeat(running[starts] - entrants[starts], np.diff(np.r_[starts, len(order)]))
    reached = running - before
    seats = seated.entrants[section, year]
    walkers = np.clip(seats - (reached - entrants), 0, entrants)
    _walk(seated, start, year, going.areas[order], section, walkers)


def _walk(
    seated: Enrolment,
    start: StageStart,
    year: int,
    areas: IntArray,
    sections: IntArray,
    walkers: IntArray,
) -> None:
    """Add so many entrants of each area to the walks of a section, where a way is known."""
    metres = start.metres[areas, sections]
    known = np.isfinite(metres)
    limit = start.limit_metres[areas, sections]
    limited = known & np.isfinite(limit)
    beyond = limited & (metres > limit)
    np.add.at(seated.walkers[:, year], sections[known], walkers[known])
    np.add.at(seated.walked[:, year], sections[known], walkers[known] * metres[known])
    np.add.at(seated.limited[:, year], sections[limited], walkers[limited])
    np.add.at(seated.beyond[:, year], sections[beyond], walkers[beyond])


def _form_classes(
    seated: Enrolment, start: StageStart, year: int, rooms_left: IntArray, policy: ClassSettings
) -> None:
    """(6) Open entry classes first, then divide the largest classes while rooms are free."""
    size = start.stage.class_size[start.stage.grades[0]]
    for number, row in enumerate(map(int, start.rows)):
        formed = open_entry(
            [seated.classes.get((row, column, year), ()) for column in start.columns[1:]],
            int(seated.pupils[row, start.columns[0], year]),
            rooms=int(rooms_left[number]),
            size=size,
            policy=policy,
        )
        seated.classes.update(
            {
                (row, column, year): classes
                for column, classes in zip(start.columns, formed, strict=True)
                if classes
            }
        )
