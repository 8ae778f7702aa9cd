"""Carry zones through the years: today's, changed where the scenario or a building asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.errors import ScenarioError
from planner.scenario import ZoneSettings
from planner.study import Fallback
from planner.zoning import Problem, Weights, Zoning, judge, nearest, solve

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy.typing as npt

    from planner.norms import StageNorm

    IntArray = npt.NDArray[np.int64]
    FloatArray = npt.NDArray[np.float64]
    BoolArray = npt.NDArray[np.bool_]

__all__ = ["Drawn", "Ground", "ZoneYears", "zones_by_year"]


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What zones of one stage are drawn on; sections are rows of a plan's sections.

    Attributes:
        stage: The stage's norms.
        rows: Sections of the stage with enrolment zones, as rows.
        open: Whether each of them teaches, [section of rows, year].
        ordinary_intake: Entrants it can seat year after year, [section of rows, year].
        metres: Walks, [area, section of rows].
        limit_metres: Longest walk the norms allow an area's children, [area].
        edges: Pairs of areas that touch, [pair, 2].
        home: Area in which each section stands, -1 outside, [section of rows].
        today: Position in `rows` of the section each area is zoned to, -1 none, [area].
        entrants: Zoned entrants, [area, year].
        years: School years, the base year first.
        area_ids: Keys of the areas.
        mergers: Sections that close into another: positions in `rows`, and the school year.
    """

    stage: StageNorm
    rows: IntArray
    open: BoolArray
    ordinary_intake: IntArray
    metres: FloatArray
    limit_metres: FloatArray
    edges: IntArray
    home: IntArray
    today: IntArray
    entrants: IntArray
    years: tuple[int, ...]
    area_ids: tuple[str, ...]
    mergers: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """One set of zones with its proof: from which year it holds and how it came about."""

    first_year: int
    method: str
    zoning: Zoning
    changed: int


@dataclass(frozen=True, slots=True, eq=False)
class ZoneYears:
    """The zones of one stage in every year.

    Attributes:
        section: Row of the section each area is zoned to, [area, year].
        drawn: Every set of zones in the order of years, each with bound and gap.
        notes: What was assumed.
    """

    section: IntArray
    drawn: tuple[Drawn, ...]
    notes: tuple[Fallback, ...]


def zones_by_year(
    ground: Ground,
    settings: ZoneSettings,
    from_file: Mapping[str, str] | None,
    row_of: Mapping[str, int],
    *,
    seed: int,
    say: Callable[[str], None],
) -> ZoneYears:
    """Return the zones of every year.

    Zones stay as they are until the scenario's `from_year`. In between, they give way only
    where they must: when a section merges into another, its areas go there; when one closes,
    its areas are free; when one opens, the areas that are nearer to it than to their own are
    free; all others are locked. The scenario's
    prices hold for its stages from its first year on, the usual ones otherwise.

    Args:
        ground: Sections, walks and entrants of the stage.
        settings: The scenario's wishes.
        from_file: Section by area where the scenario brings a table of zones.
        row_of: Row of each section in the plan's sections.
        seed: The same seed draws the same zones.
        say: Called with what is being done, in a few words.

    Raises:
        ScenarioError: `from_year` lies outside the planned years, a locked area is unknown, or
            the scenario's table zones areas to a section that does not teach.
    """
    start = _start(ground, settings)
    mine = not settings.stages or ground.stage.stage in settings.stages
    asked = mine and settings.method != "today"
    current = _today(ground)
    # Today's zones are judged at the usual prices, so that they compare between scenarios.
    first = _judged(ground, current, 0, ZoneSettings(), method="today", before=current)
    section = np.empty(ground.entrants.shape, dtype=np.int64)
    section[:, 0] = ground.rows[current]
    drawn = [first]
    notes: list[Fallback] = []
    for year in range(1, len(ground.years)):
        name = f"{ground.stage.stage}: zones"
        opened = ground.open[:, year] & ~ground.open[:, year - 1]
        anew = asked and year == start
        merged = _merged(ground, current, year)
        if anew:
            say(f"{name} {settings.method} from {ground.years[year]}")
            drawn.append(_asked(ground, merged, year, settings, from_file, row_of, seed))
            current = merged = drawn[-1].zoning.section_of_area
        # Also after zones from a table: it may leave areas at a section that closes this year.
        if (opened.any() and not anew) or _homeless(ground, current, year).any():
            say(f"{name} adapted in {ground.years[year]}")
            prices = settings if mine and year >= start else ZoneSettings()
            drawn.append(_adapted(ground, current, merged, year, opened, prices, seed))
            notes += _note(ground, drawn[-1], current)
            current = drawn[-1].zoning.section_of_area
        section[:, year] = ground.rows[current]
    return ZoneYears(section, tuple(drawn), tuple(notes))


def _merged(ground: Ground, current: IntArray, year: int) -> IntArray:
    """Return zones in which every area of a section merged this year is the receiver's.

    Where the receiver itself closes in the same year its own receiver takes them, if it comes
    later in the list; where none teaches the areas stay, and are free.
    """
    zones = current.copy()
    for position, into, first in ground.mergers:
        if first == ground.years[year]:
            zones[zones == position] = into
    return np.where(ground.open[zones, year], zones, current)


def _homeless(ground: Ground, current: IntArray, year: int) -> BoolArray:
    """Tell which areas are zoned to a section that does not teach in a year."""
    homeless: BoolArray = ~ground.open[current, year]
    return homeless


def _start(ground: Ground, settings: ZoneSettings) -> int:
    """Return the column of the year from which the scenario's zones hold."""
    year = settings.from_year or ground.years[1]
    if year not in ground.years[1:]:
        raise ScenarioError(
            f"[zones] from_year = {year} is not a planned year; "
            f"this plan runs from {ground.years[1]} to {ground.years[-1]}."
        )
    unknown = sorted(set(settings.locked_areas) - set(ground.area_ids))
    if unknown:
        raise ScenarioError(f"[zones] locked_areas names areas nobody knows: {', '.join(unknown)}.")
    return ground.years.index(year)


def _today(ground: Ground) -> IntArray:
    """Return today's zones; an area without one goes to the nearest open section."""
    today = ground.today.copy()
    lost = np.flatnonzero(today < 0)
    if len(lost):
        today[lost] = nearest(_problem(ground, 0, today, None, _FREE)).section_of_area[lost]
        closed = ~ground.open[:, 0]
        assert not closed[today[lost]].any(), "closed sections offer no walk"
    return today


PROPOSALS_PER_FREE_AREA = 3_000
"""Moves tried where a section opens or closes: few areas are free, and few places to go."""

_FREE = Weights(overflow_metres=0.0, over_limit_metres=0.0, changed_metres=0.0)


def _asked(
    ground: Ground,
    current: IntArray,
    year: int,
    settings: ZoneSettings,
    from_file: Mapping[str, str] | None,
    row_of: Mapping[str, int],
    seed: int,
) -> Drawn:
    """Return the zones the scenario asks for."""
    if settings.method == "file":
        wanted = _of_file(ground, current, year, from_file or {}, row_of)
        return _judged(ground, wanted, year, settings, method="file", before=current)
    locked = np.isin(ground.area_ids, settings.locked_areas) & ground.open[current, year]
    problem = _problem(ground, year, current, locked, _weights(settings), settings)
    if settings.method == "nearest":
        return _judged(
            ground, nearest(problem).section_of_area, year, settings, "nearest", before=current
        )
    return _drawn(ground, problem, solve(problem, seed=seed), current, year, "redraw")


def _adapted(
    ground: Ground,
    current: IntArray,
    merged: IntArray,
    year: int,
    opened: BoolArray,
    settings: ZoneSettings,
    seed: int,
) -> Drawn:
    """Return zones changed only where a section has opened, merged or closed."""
    homeless = _homeless(ground, merged, year)
    own = ground.metres[np.arange(len(merged)), merged]
    to_new = np.where(opened[None, :], ground.metres, np.inf).min(axis=1)
    free = homeless | (to_new < own)
    problem = _problem(ground, year, merged, ~free, _weights(settings), settings)
    zoning = solve(problem, seed=seed, proposals=PROPOSALS_PER_FREE_AREA * int(free.sum()))
    return _drawn(ground, problem, zoning, current, year, "adapted")


def _drawn(
    ground: Ground, problem: Problem, zoning: Zoning, current: IntArray, year: int, method: str
) -> Drawn:
    """Return the solver's zones with the pupils they move."""
    moved = zoning.section_of_area != current
    return Drawn(ground.years[year], method, zoning, int(problem.pupils[moved].sum()))


def _judged(
    ground: Ground,
    wanted: IntArray,
    year: int,
    settings: ZoneSettings,
    method: str,
    before: IntArray,
) -> Drawn:
    """Return zones that were given, judged by the scenario's prices and with their bound."""
    problem = _problem(ground, year, before, None, _weights(settings), settings)
    changed = int(problem.pupils[wanted != before].sum())
    return Drawn(ground.years[year], method, judge(problem, wanted), changed)


def _problem(
    ground: Ground,
    year: int,
    current: IntArray,
    locked: BoolArray | None,
    weights: Weights,
    settings: ZoneSettings | None = None,
) -> Problem:
    """Translate one stage in one year into arrays the solver knows.

    A section that does not teach in the year has no seats and cannot be reached, so that it
    gets no area. Entrants are those of the year with most entrants among the years the zones
    must serve, or their mean.
    """
    is_open = ground.open[:, year]
    ahead = settings.years_ahead if settings is not None else 1
    window = slice(year, min(year + ahead, len(ground.years)))
    entrants = ground.entrants[:, window]
    peak = int(entrants.sum(axis=0).argmax())
    by_mean = settings is not None and settings.demand == "mean"
    pupils = np.rint(entrants.mean(axis=1)).astype(np.int64) if by_mean else entrants[:, peak]
    today = np.where((current >= 0) & is_open[current], current, -1)
    inside = np.where(is_open, ground.home, -1)
    return Problem(
        pupils=pupils,
        seats=np.where(is_open, ground.ordinary_intake[:, year + (0 if by_mean else peak)], 0),
        walk_metres=np.where(is_open[None, :], ground.metres, np.inf),
        edges=ground.edges,
        home=inside,
        weights=weights,
        walk_limit_metres=ground.limit_metres,
        today=today,
        locked=None if locked is None else locked & (today >= 0),
        contiguous=settings.contiguous if settings is not None else False,
    )


def _weights(settings: ZoneSettings) -> Weights:
    """Return the scenario's prices."""
    return Weights(
        overflow_metres=settings.overflow_metres,
        over_limit_metres=settings.over_limit_metres,
        changed_metres=settings.changed_metres,
    )


def _of_file(
    ground: Ground,
    current: IntArray,
    year: int,
    from_file: Mapping[str, str],
    row_of: Mapping[str, int],
) -> IntArray:
    """Return the zones of the scenario's table; areas it leaves out stay where they are."""
    position = {int(row): number for number, row in enumerate(ground.rows)}
    unknown = sorted({key for key in from_file.values() if row_of.get(key, -1) not in position})
    if unknown:
        raise ScenarioError(
            f"[zones] file zones areas to sections that have no {ground.stage.stage} zones: "
            f"{', '.join(unknown)}."
        )
    shut = sorted(
        {key for key in from_file.values() if not ground.open[position[row_of[key]], year]}
    )
    if shut:
        raise ScenarioError(
            f"[zones] file zones areas to sections that do not teach in {ground.years[year]}: "
            f"{', '.join(shut)}."
        )
    return np.array(
        [
            position[row_of[from_file[area]]] if area in from_file else int(before)
            for area, before in zip(ground.area_ids, current, strict=True)
        ],
        dtype=np.int64,
    )


def _note(ground: Ground, drawn: Drawn, before: IntArray) -> list[Fallback]:
    """Say what changed when a building opened or closed."""
    if drawn.method != "adapted":
        return []
    areas = int((drawn.zoning.section_of_area != before).sum())
    stage = ground.stage
    return [
        Fallback(
            f"adapted_{stage.stage}_{drawn.first_year}",
            f"{stage.names['en']} {drawn.first_year}: a section opens or closes; {areas} areas "
            f"with {drawn.changed} entrants change section, all others keep theirs.",
            f"{stage.names['zh']} {drawn.first_year} 年：有学段部开办或撤并，"
            f"{areas} 个单元（新生 {drawn.changed} 人）调整招生范围，其余不变。",
        )
    ]
