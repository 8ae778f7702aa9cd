"""Carry zones through the years: today's, changed where the scenario or a building asks for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Protocol

import numpy as np

from planner.errors import ScenarioError, Sentence
from planner.scenario import ZoneSettings
from planner.study import Fallback
from planner.zones.broken import broken_notes
from planner.zones.demands import pairs_of, problem_of
from planner.zones.drawn import Drawn
from planner.zoning import judge, nearest, solve

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy.typing as npt

    from planner.zones.ground import Ground
    from planner.zoning import Problem, Zoning

    IntArray = npt.NDArray[np.int64]
    BoolArray = npt.NDArray[np.bool_]

    class Draw(Protocol):
        """Draws the zones of a redraw."""

        def __call__(self, ground: Ground, problem: Problem, /, *, seed: int) -> Zoning:
            """Return zones for the problem that this ground poses."""


__all__ = ["ZoneYears", "solved", "zones_by_year"]


_ANEW_ZH = {"moved": "手工改划", "nearest": "就近划片", "redraw": "重新划片", "file": "按表划片"}


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


def solved(_ground: Ground, problem: Problem, *, seed: int) -> Zoning:
    """Draw the zones a scenario asks for when nobody says how long or where to begin."""
    return solve(problem, seed=seed)


def zones_by_year(
    ground: Ground,
    settings: ZoneSettings,
    from_file: Mapping[str, str] | None,
    *,
    seed: int,
    say: Callable[[str], None],
    draw: Draw = solved,
) -> ZoneYears:
    """Return the zones of every year.

    Zones stay as they are until the scenario's `from_year`. In between, they give way only
    where they must: when a section merges into another, its areas go there; when one closes,
    its areas are free; when one opens, the areas that are nearer to it than to their own are
    free; all others are locked. The scenario's prices and wishes hold for its stages from its
    first year on, the usual prices alone otherwise.

    Args:
        ground: Sections, walks and entrants of the stage.
        settings: The scenario's wishes.
        from_file: Section by area where the scenario brings a table of zones.
        seed: The same seed draws the same zones.
        say: Called with what is being done, in a few words.
        draw: Draws the zones of a redraw from the ground, the problem and the seed.

    Raises:
        ScenarioError: The scenario's table zones areas to a section that does not teach.
    """
    start = ground.years.index(settings.from_year or ground.years[1])
    mine = not settings.stages or ground.stage.stage in settings.stages
    moved = dict(pairs_of(settings.moved_areas, ground)) if mine else {}
    method = "moved" if moved and settings.method == "today" else settings.method
    asked = mine and method != "today"
    current = _today(ground)
    # Today's zones are judged at the usual prices, so that they compare between scenarios.
    first = _judged(ground, current, 0, ZoneSettings(), method="today", before=current)
    section = np.empty(ground.entrants.shape, dtype=np.int64)
    section[:, 0] = ground.rows[current]
    drawn = [first]
    notes: list[Fallback] = []
    for year in range(1, len(ground.years)):
        name = f"{ground.stage.stage}: zones"
        zh = f"{ground.stage.names['zh']}：{ground.years[year]}年"
        opened = ground.open[:, year] & ~ground.open[:, year - 1]
        anew = asked and year == start
        before, merged = current, _merged(ground, current, year)
        if anew:
            say(
                Sentence(
                    f"{name} {method} from {ground.years[year]}",
                    f"{zh}起{_ANEW_ZH[method]}",
                )
            )
            redraw = partial(draw, ground, seed=seed)
            drawn.append(_asked(ground, merged, year, settings, from_file, redraw))
            current = merged = drawn[-1].zoning.section_of_area
        # Also after zones from a table: it may leave areas at a section that closes this year.
        if (opened.any() and not anew) or _homeless(ground, current, year).any():
            say(Sentence(f"{name} adapted in {ground.years[year]}", f"{zh}调整片区"))
            prices = settings if mine and year >= start else ZoneSettings()
            drawn.append(_adapted(ground, current, merged, year, opened, prices, seed))
            notes += _note(ground, drawn[-1], current)
            current = drawn[-1].zoning.section_of_area
        section[:, year] = ground.rows[current]
        since = np.where(current != before, ground.years[year], ground.since)
        ground = replace(ground, since=since)
    notes += [note for each in drawn for note in broken_notes(ground, each)]
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


def _today(ground: Ground) -> IntArray:
    """Return today's zones; an area without one goes to the nearest open section."""
    today = ground.today.copy()
    lost = np.flatnonzero(today < 0)
    if len(lost):
        today[lost] = nearest(problem_of(ground, _FREE, 0, today)).section_of_area[lost]
        closed = ~ground.open[:, 0]
        assert not closed[today[lost]].any(), "closed sections offer no walk"
    return today


PROPOSALS_PER_FREE_AREA = 3_000
"""Moves tried where a section opens or closes: few areas are free, and few places to go."""

_FREE = ZoneSettings(
    years_ahead=1, overflow_metres=0, over_limit_metres=0, changed_metres=0, contiguous=False
)
"""Walks alone count, for areas that have no zone today."""


def _asked(
    ground: Ground,
    current: IntArray,
    year: int,
    settings: ZoneSettings,
    from_file: Mapping[str, str] | None,
    draw: Callable[[Problem], Zoning],
) -> Drawn:
    """Return the zones the scenario asks for."""
    _refuse_shut(ground, settings, year)
    if settings.method in ("today", "file"):
        wanted = _of_file(ground, current, year, from_file or {})
        method = "file" if settings.method == "file" else "moved"
        return _judged(ground, _by_hand(ground, settings, wanted), year, settings, method, current)
    locked = np.isin(ground.area_ids, settings.locked_areas) & ground.open[current, year]
    problem = problem_of(ground, settings, year, current, locked=locked)
    if settings.method == "nearest":
        wanted = _by_hand(ground, settings, nearest(problem).section_of_area)
        return _judged(ground, wanted, year, settings, "nearest", before=current)
    return _drawn(ground, problem, settings, draw(problem), current, year, "redraw")


def _by_hand(ground: Ground, settings: ZoneSettings, zones: IntArray) -> IntArray:
    """Return zones in which the areas moved by hand are where the scenario wants them."""
    wanted = zones.copy()
    for area, section in pairs_of(settings.moved_areas, ground):
        wanted[area] = section
    return wanted


def _refuse_shut(ground: Ground, settings: ZoneSettings, year: int) -> None:
    """Refuse areas that are moved to a section which does not teach in the year."""
    shut = {
        int(ground.rows[section])
        for _, section in pairs_of(settings.moved_areas, ground)
        if not ground.open[section, year]
    }
    names = sorted(key for key, row in ground.row_of.items() if row in shut)
    if names:
        raise ScenarioError(
            Sentence(
                "[zones] moved_areas gives areas to sections that do not teach in "
                f"{ground.years[year]}: {', '.join(names)}. Give them to others, or change "
                "from_year.",
                f"[zones] moved_areas把单元划给了{ground.years[year]}年不开办的学段部："
                f"{'、'.join(names)}。请改划他校，或调整from_year。",
            )
        )


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
    problem = problem_of(ground, settings, year, merged, locked=~free)
    zoning = solve(problem, seed=seed, proposals=PROPOSALS_PER_FREE_AREA * int(free.sum()))
    return _drawn(ground, problem, settings, zoning, current, year, "adapted")


def _drawn(
    ground: Ground,
    problem: Problem,
    settings: ZoneSettings,
    zoning: Zoning,
    current: IntArray,
    year: int,
    method: str,
) -> Drawn:
    """Return zones with the pupils they move."""
    moved = int(problem.pupils[zoning.section_of_area != current].sum())
    return Drawn(ground.years[year], method, zoning, moved, problem, settings)


def _judged(
    ground: Ground,
    wanted: IntArray,
    year: int,
    settings: ZoneSettings,
    method: str,
    before: IntArray,
) -> Drawn:
    """Return zones that were given, judged by the scenario's prices and with their bound."""
    problem = problem_of(ground, settings, year, before)
    return _drawn(ground, problem, settings, judge(problem, wanted), before, year, method)


def _of_file(
    ground: Ground,
    current: IntArray,
    year: int,
    from_file: Mapping[str, str],
) -> IntArray:
    """Return the zones of the scenario's table; areas it leaves out stay where they are."""
    row_of = ground.row_of
    position = {int(row): number for number, row in enumerate(ground.rows)}
    unknown = sorted({key for key in from_file.values() if row_of.get(key, -1) not in position})
    if unknown:
        raise ScenarioError(
            Sentence(
                f"[zones] file zones areas to sections that have no {ground.stage.stage} zones: "
                f"{', '.join(unknown)}. Correct these rows of the table, or take them out.",
                f"[zones] file把单元划给了没有{ground.stage.names['zh']}招生范围的学段部："
                f"{'、'.join(unknown)}。请更正或去掉这些行。",
            )
        )
    shut = sorted(
        {key for key in from_file.values() if not ground.open[position[row_of[key]], year]}
    )
    if shut:
        raise ScenarioError(
            Sentence(
                f"[zones] file zones areas to sections that do not teach in {ground.years[year]}: "
                f"{', '.join(shut)}. Zone these areas elsewhere, or change from_year.",
                f"[zones] file把单元划给了{ground.years[year]}年不开办的学段部："
                f"{'、'.join(shut)}。请改划他校，或调整from_year。",
            )
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
