"""Work one stage through: its entrants, its zones and its seats, after the stage below it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from planner.capacity import classes_for
from planner.enrolment import Joiners, StageStart, seat_pupils
from planner.errors import NoPlanError, Sentence
from planner.projection.entrants import Intake, project_entrants
from planner.study import Fallback
from planner.travel.limits import time_limit, walk_limits
from planner.zones.ground import Ground
from planner.zones.sharing import SharedZones, given_groups, share_zones
from planner.zones.wishes import with_wishes, zoned_since
from planner.zones.yearly import ZoneYears, solved, zones_by_year

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import numpy.typing as npt

    from planner.capacity import Offer
    from planner.classes import Sizes
    from planner.enrolment import Enrolment
    from planner.norms import StageNorm
    from planner.projection.entrants import Entrants
    from planner.projection.progression import Progression
    from planner.projection.residents import Residents
    from planner.projection.rolls import Rolls
    from planner.scenario import Scenario
    from planner.study import Study
    from planner.travel.limits import TimeLimit
    from planner.zones.yearly import Draw

    IntArray = npt.NDArray[np.int64]
    FloatArray = npt.NDArray[np.float64]

__all__ = [
    "Below",
    "County",
    "StageEntry",
    "StageResult",
    "classes_needed",
    "enter_stage",
    "pupils_of_new_homes",
    "work_stage_through",
]


@dataclass(frozen=True, slots=True, eq=False)
class County:
    """What all stages share."""

    study: Study
    scenario: Scenario
    offer: Offer
    residents: Residents
    rolls: Rolls
    progression: Progression
    metres: FloatArray
    minutes: FloatArray
    edges: IntArray
    home: IntArray
    row_of: Mapping[str, int]
    column_of: Mapping[int, int]
    new_zones: Mapping[str, Mapping[str, str]]
    seed: int
    draw: Draw = solved


@dataclass(frozen=True, slots=True, eq=False)
class StageResult:
    """Everything that was worked out for one stage.

    Attributes:
        stage: The stage's norms.
        rows: Its sections, as rows of the plan's sections.
        columns: Columns of its grades in the enrolment arrays.
        residents: Residents by area and single age and year.
        entrants: Entrants by area and year.
        zones: Zones by year; None for a stage without enrolment zones.
        shared: Zones of several sections, whose places are drawn by lot; None without any.
        seated: Pupils, entrants and classes by section and year.
        metres: Walks, [area, section of the plan].
        ordinary_intake: Entrants a section can seat year after year, [section, year]: rooms ×
            standard size of the entry grade ÷ grades, rounded down.
        notes: What was assumed, and who is left out of which figure.
    """

    stage: StageNorm
    rows: IntArray
    columns: tuple[int, ...]
    residents: Residents
    entrants: Entrants
    zones: ZoneYears | None
    shared: SharedZones | None
    seated: Enrolment
    metres: FloatArray
    ordinary_intake: IntArray
    notes: tuple[Fallback, ...]


def work_stage_through(
    county: County, stage: StageNorm, done: list[StageResult], say: Callable[[str], None]
) -> StageResult:
    """Project one stage's entrants, draw its zones and seat its pupils."""
    offer, scenario = county.offer, county.scenario
    below = None
    if done:
        last = done[-1]
        below = Below(last.stage, last.rows, last.columns[-1], last.seated.pupils)
    entry = enter_stage(county, stage, below)
    intake, entrants = entry.intake, entry.entrants
    time = time_limit(county.study, stage, scenario.travel, county.minutes)
    limit = walk_limits(county.study, stage, county.metres, time)
    _refuse_nowhere_to_go(intake, entrants, offer)
    zones, shared = None, None
    given = given_groups(scenario, offer.sections, stage, intake.zoned)
    if len(intake.zoned):
        ground = _ground(county, entry, done, limit, time)
        zones = zones_by_year(
            ground,
            scenario.zones,
            county.new_zones.get(stage.stage),
            seed=county.seed,
            say=say,
            draw=county.draw,
        )
        ids = offer.sections["section_id"].tolist()
        shared = share_zones(ground, zones, given, county.study, scenario, ids, say)
    start = _stage_start(county, entry, zones, shared, limit)
    seated = seat_pupils(start, offer, county.rolls, county.progression, scenario)
    return StageResult(
        stage=stage,
        rows=entry.rows,
        columns=start.columns,
        residents=county.residents,
        entrants=entrants,
        zones=zones,
        shared=shared,
        seated=seated,
        metres=county.metres,
        ordinary_intake=_ordinary_intake(offer, stage, entry.rows),
        notes=(
            *entrants.notes,
            *(zones.notes if zones is not None else ()),
            *(shared.notes if shared is not None else ()),
            *_said_of_seats(intake, seated, entrants, offer.years),
        ),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Below:
    """The stage worked out just before: whose top grade may go on into the next one.

    Attributes:
        stage: Its norms.
        rows: Its sections.
        column: Column of its top grade.
        pupils: Pupils, [section, grade column, planned year].
    """

    stage: StageNorm
    rows: IntArray
    column: int
    pupils: npt.NDArray[np.int64] | FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class StageEntry:
    """Who enters a stage, before anybody is seated.

    Attributes:
        stage: The stage's norms.
        rows: Its sections, as rows of the plan's sections.
        intake: The sections among them that take entrants in.
        entrants: Entrants by area and year.
        joiners: Children of new homes who come into a higher grade.
        county_weights: How the county's entrants spread over its sections, [section, year].
    """

    stage: StageNorm
    rows: IntArray
    intake: Intake
    entrants: Entrants
    joiners: Joiners
    county_weights: FloatArray


def enter_stage(county: County, stage: StageNorm, below: Below | None) -> StageEntry:
    """Find a stage's sections and project who enters it from home, or from the stage below."""
    sections = county.offer.sections
    rows = np.flatnonzero(sections["stage"] == stage.stage)
    enters = (sections["lowest_grade"] == stage.grades[0]).to_numpy()[rows]
    by_zone = (sections["intake"] == "zone").to_numpy()[rows]
    follows = below is not None and below.stage.grades[-1] == stage.grades[0] - 1
    intake = Intake(
        stage=stage,
        previous=below.stage if below is not None and follows else None,
        zoned=rows[enters & by_zone],
        county=rows[enters & ~by_zone],
        zone_today=_zone_today(county, stage, rows[enters & by_zone]),
    )
    entrants = project_entrants(
        intake,
        county.residents,
        county.rolls,
        _leavers(county, below) if follows else {},
        county.scenario,
        county.offer.years,
    )
    return StageEntry(
        stage=stage,
        rows=rows,
        intake=intake,
        entrants=entrants,
        joiners=_joiners(county, stage, entrants),
        county_weights=_county_weights(county, intake),
    )


def _said_of_seats(
    intake: Intake, seated: Enrolment, entrants: Entrants, years: tuple[int, ...]
) -> Iterator[Fallback]:
    """Say who has no known way to school and who has no seat."""
    stage = intake.stage
    en, zh = f"{stage.names['en']} {years[1]}–{years[-1]}", stage.names["zh"]
    span = f"{years[1]}–{years[-1]} 年"
    zoned = int(entrants.zoned[:, 1:].sum())
    placed = zoned - int(seated.unseated[intake.zoned, 1:].sum())
    without_way = placed - int(seated.walkers[:, 1:].sum())
    if without_way:
        yield Fallback(
            f"no_way_{stage.stage}",
            f"{en}: {without_way:,} of {placed:,} zoned entrants have no known way on foot to "
            "their section; mean walks leave them out.",
            f"{zh}：{span}{placed:,} 名划片新生中有 {without_way:,} 名没有已知步行路线，"
            "平均步行距离未包括他们。",
        )
    turned_away = int(seated.unseated[:, 1:].sum())
    if turned_away:
        yield Fallback(
            f"unseated_{stage.stage}",
            f"{en}: {turned_away:,} entrants find no seat. They count in the year they ask for "
            "one, and neither in later years nor in the stages above.",
            f"{zh}：{span}有 {turned_away:,} 名新生未获学位，只计入申请当年，"
            "不计入以后学年和更高学段。",
        )


def _zone_today(county: County, stage: StageNorm, zoned: IntArray) -> IntArray:
    """Return the row of the section each area is zoned to today, -1 where there is none."""
    zones = county.study.zones
    mine = zones[zones["stage"] == stage.stage]
    section_of = dict(zip(mine["area_id"], mine["section_id"], strict=True))
    rows = np.array(
        [county.row_of.get(section_of.get(area, ""), -1) for area in county.residents.area_ids],
        dtype=np.int64,
    )
    if section_of or not len(zoned):
        return np.where(np.isin(rows, zoned), rows, -1)
    # No zones at all for this stage: today's children are taken to go to the nearest section.
    metres = np.where(county.offer.open[zoned, 0][None, :], county.metres[:, zoned], np.inf)
    return np.where(np.isfinite(metres).any(axis=1), zoned[metres.argmin(axis=1)], -1)


def _refuse_nowhere_to_go(intake: Intake, entrants: Entrants, offer: Offer) -> None:
    """Refuse a plan in which children enter a stage whose last section has closed."""
    ways = (
        (intake.zoned, entrants.zoned, "with an enrolment zone"),
        (intake.county, entrants.county, "that takes from the whole county"),
    )
    for rows, children, kind in ways:
        for column, year in enumerate(offer.years):
            entering = int(children[:, column].sum())
            if entering and not offer.open[rows, column].any():
                raise NoPlanError(
                    Sentence(
                        f"{intake.stage.names['en']} {year}: no section {kind} is open, but "
                        f"{entering} children enter. Keep one open, or open another before the "
                        "last one closes.",
                        f"{intake.stage.names['zh']}{year}年：没有{kind}学段部开办，"
                        f"却有{entering}名儿童入学；请保留一处，或在最后一处关闭前另开一处。",
                    )
                )


def _leavers(county: County, below: Below | None) -> dict[int, int]:
    """Return the pupils of the stage below in its top grade, by year, counted and projected."""
    if below is None:
        return {}
    counted = np.nansum(county.rolls.pupils[below.rows, below.column, :], axis=0)
    leavers = {year: int(n) for year, n in zip(county.rolls.years, counted, strict=True)}
    for number, year in enumerate(county.offer.years):
        leavers[year] = round(float(below.pupils[:, below.column, number].sum()))
    return leavers


def _ground(
    county: County,
    entry: StageEntry,
    done: Sequence[StageResult],
    limit: FloatArray,
    time: TimeLimit | None,
) -> Ground:
    """Put together what zones of one stage are drawn on."""
    offer, stage, rows = county.offer, entry.stage, entry.intake.zoned
    position = np.full(len(offer.sections) + 1, -1)
    position[rows] = np.arange(len(rows))
    ground = Ground(
        stage=stage,
        rows=rows,
        open=offer.open[rows],
        ordinary_intake=_ordinary_intake(offer, stage, rows),
        metres=county.metres[:, rows],
        limit_metres=limit[:, rows],
        time=None if time is None else replace(time, taken=time.taken[:, rows]),
        edges=county.edges,
        home=county.home[rows],
        today=position[entry.intake.zone_today],
        entrants=entry.entrants.zoned,
        years=offer.years,
        area_ids=county.residents.area_ids,
        row_of=county.row_of,
        mergers=tuple(
            (int(position[merger.row]), int(position[merger.into]), merger.year)
            for merger in offer.mergers
            if position[merger.row] >= 0 and position[merger.into] >= 0
        ),
        since=zoned_since(county.study, stage),
    )
    below = done[-1].zones if done and entry.intake.from_leavers else None
    feeding = None if below is None else below.section
    return with_wishes(
        ground,
        county.study,
        county.scenario,
        county.residents,
        offer.sections.iloc[rows],
        feeding,
        county.seed,
    )


def _ordinary_intake(offer: Offer, stage: StageNorm, rows: IntArray) -> IntArray:
    """Return the entrants a section can seat year after year, [section of rows, year].

    Its rooms are spread evenly over its grades: 16 rooms for six grades of 45 are
    16 × 45 ÷ 6 = 120 entrants, although it opens now three and now two classes. Borrowed rooms
    do not count; where floor area or beds limit the seats, each cohort has its part of them.
    """
    lowest = offer.sections["lowest_grade"].to_numpy(dtype=int)[rows]
    highest = offer.sections["highest_grade"].to_numpy(dtype=int)[rows]
    grades = (highest - lowest + 1)[:, None]
    takes = (lowest == stage.grades[0])[:, None] & (offer.seats[rows] > 0)
    rooms = offer.rooms[rows] - offer.borrowed[rows]
    intake = rooms * stage.class_size[stage.grades[0]] // grades
    # Whatever else limits the seats, approval as well as area or beds, limits each cohort.
    intake = np.minimum(intake, offer.seats[rows] // grades)
    return np.where(takes, intake, 0)


def _stage_start(
    county: County,
    entry: StageEntry,
    zones: ZoneYears | None,
    shared: SharedZones | None,
    limit: FloatArray,
) -> StageStart:
    """Put together what is known of a stage before its pupils are seated."""
    stage = entry.stage
    return StageStart(
        stage=stage,
        columns=tuple(county.column_of[grade] for grade in stage.grades),
        rows=entry.rows,
        zone=None if zones is None else zones.section,
        going=() if shared is None else shared.going,
        county_rows=entry.intake.county,
        county_weights=entry.county_weights,
        entrants=entry.entrants,
        joiners=entry.joiners,
        metres=county.metres,
        classes=_counted_classes(county, stage),
        receivers=_receivers(county.offer, entry.rows),
        limit_metres=limit,
    )


def _joiners(county: County, stage: StageNorm, entrants: Entrants) -> Joiners:
    """Return the children of new homes who move in above the entry grade of a stage.

    In-movers aged a in year y are the homes' children of that age beyond those a year younger
    a year before. Homes that lose children lose none of their pupils here: those who leave are
    part of the learned progression, as are in-movers to homes that were counted earlier and
    have stopped filling. Children who move in at the entry age are among the entrants; where
    these are last year's leavers, only as far as the learned transition share holds such.

    They go to school here like the residents of entry age of their year, and nobody more than
    once: entrants may exceed the residents, for they include pupils from outside.
    """
    residents, years = county.residents, county.offer.years
    zoned = np.zeros((len(entrants.zoned), len(stage.grades), len(years)))
    first = residents.years.index(years[0])
    for grade in range(1, len(stage.grades)):
        age = stage.entry_age + grade - residents.ages.start
        if 0 < age < residents.from_homes.shape[1]:
            now = residents.from_homes[:, age, first + 1 : first + len(years)]
            before = residents.from_homes[:, age - 1, first : first + len(years) - 1]
            zoned[:, grade, 1:] = np.maximum(now - before, 0.0)
    at_home = entrants.residents.sum(axis=0)
    by_zone, by_county = (
        np.divide(part.sum(axis=0), at_home, out=np.zeros_like(at_home), where=at_home > 0)
        for part in (entrants.zoned, entrants.county)
    )
    # Those who move within the county are part of the progression that was learned.
    once = county.scenario.homes.from_outside / np.maximum(by_zone + by_county, 1.0)
    everywhere: FloatArray = zoned.sum(axis=0)
    return Joiners(zoned * by_zone * once, everywhere * by_county * once)


def classes_needed(results: Sequence[StageResult], offer: Offer) -> IntArray:
    """Return the classes of standard size that each section's pupils need, [section, year]."""
    needed = np.zeros(offer.rooms.shape, dtype=np.int64)
    for result in results:
        sizes = [result.stage.class_size[grade] for grade in result.stage.grades]
        pupils = result.seated.pupils[result.rows][:, list(result.columns)]
        for number in range(len(offer.years)):
            needed[result.rows, number] = [classes_for(own[:, number], sizes) for own in pupils]
    return needed


def pupils_of_new_homes(results: Sequence[StageResult], offer: Offer) -> FloatArray:
    """Return about how many pupils of each section come with new homes, [section, year].

    The homes' children of a stage's ages, times the share of the stage's residents who are its
    pupils, at the section their area is zoned to, or by chance at those it shares.
    """
    pupils = np.zeros(offer.rooms.shape)
    for result in results:
        residents, stage = result.residents, result.stage
        if result.zones is None or not residents.from_homes.size:
            continue
        low = max(stage.entry_age - residents.ages.start, 0)
        ages = slice(low, stage.entry_age + len(stage.grades) - residents.ages.start)
        for number, year in enumerate(offer.years):
            column = year - residents.years[0]
            living = float(residents.count[:, ages, column].sum())
            seated = float(result.seated.pupils[result.rows, :, number].sum())
            children = residents.from_homes[:, ages, column].sum(axis=1)
            share = seated / living if living > 0 else 0.0
            going = result.shared.going[number] if result.shared is not None else None
            if going is None:
                np.add.at(pupils[:, number], result.zones.section[:, number], children * share)
            else:
                drawn = children[going.areas] * share * going.chance
                np.add.at(pupils[:, number], going.rows, drawn)
    return pupils


def _county_weights(county: County, intake: Intake) -> FloatArray:
    """Return how the county's entrants spread over the sections that take from all of it.

    Like the entrants of the counted years, and more or fewer in step with the entry seats of
    an ordinary year, rooms that only relieve classes left out; a new section draws like the
    average of the others.
    """
    offer, rows = county.offer, intake.county
    draws = replace(offer, rooms=offer.rooms - offer.relief)
    seats = _ordinary_intake(draws, intake.stage, rows).astype(float)
    column = county.column_of[intake.stage.grades[0]]
    learned = county.scenario.projection.years_learned
    entered = np.nansum(county.rolls.pupils[rows, column, -learned:], axis=1)
    today = seats[:, 0]
    drawn = entered.sum() / today.sum() if today.sum() > 0 else 1.0
    per_seat = np.divide(entered, today, out=np.full(len(rows), drawn), where=today > 0)
    weights: FloatArray = np.where(offer.open[rows], per_seat[:, None] * seats, 0.0)
    empty = weights.sum(axis=0) == 0
    weights[:, empty] = offer.open[rows][:, empty] + 1e-9
    return weights


def _counted_classes(county: County, stage: StageNorm) -> Mapping[tuple[int, int], Sizes]:
    """Return the base year's class lists by section row and grade column."""
    classes = county.study.classes
    base = classes[classes["year"] == county.study.base_year]
    found: dict[tuple[int, int], list[int]] = {}
    for section, grade, pupils in zip(
        base["section_id"], base["grade"], base["pupils"], strict=True
    ):
        if section in county.row_of and grade in stage.grades:
            cell = county.row_of[section], county.column_of[int(grade)]
            found.setdefault(cell, []).append(int(pupils))
    return {cell: tuple(sizes) for cell, sizes in found.items()}


def _receivers(offer: Offer, rows: IntArray) -> dict[int, tuple[int, ...]]:
    """Return for each section the others of its stage, the nearest first.

    A section that merges into another hands over to that one before all others.
    """
    into = {merger.row: merger.into for merger in offer.mergers}
    points = offer.sections.geometry.to_numpy()[rows]
    x = np.array([point.x for point in points])
    y = np.array([point.y for point in points])
    squared = (x[:, None] - x[None, :]) ** 2 + (y[:, None] - y[None, :]) ** 2
    order = np.argsort(squared, axis=1, kind="stable")
    near = {
        int(row): [int(rows[other]) for other in order[number] if other != number]
        for number, row in enumerate(rows)
    }
    return {
        row: tuple(sorted(others, key=lambda other: other != into.get(row)))
        for row, others in near.items()
    }
