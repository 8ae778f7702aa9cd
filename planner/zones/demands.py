"""Put what a scenario asks of zones into prices and rules, one by one, with nothing hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from planner.zoning import Problem, Weights
from planner.zoning.problem import Band, Cases, Mix, Shape, Together

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy.typing as npt

    from planner.scenario import ZoneSettings
    from planner.zones.ground import Ground

    IntArray = npt.NDArray[np.int64]
    FloatArray = npt.NDArray[np.float64]
    BoolArray = npt.NDArray[np.bool_]

__all__ = ["NO_TARGET", "cases_of", "pair_of", "pairs_of", "problem_of"]

NO_TARGET: Final = (0.0, 1.0)
"""Between no pupil and every seat taken a section is as full as it likes."""


def problem_of(
    ground: Ground,
    settings: ZoneSettings,
    year: int,
    current: IntArray,
    *,
    locked: BoolArray | None = None,
) -> Problem:
    """Translate one stage in one year into arrays the solver knows.

    A section that does not teach in the year has no seats and cannot be reached, so that it
    gets no area.

    Args:
        ground: Sections, walks and entrants of the stage.
        settings: What is asked for, with its prices.
        year: Column of the first school year that the zones must serve.
        current: Position of the section each area is zoned to before, -1 none, [area].
        locked: Areas that keep their section, [area].
    """
    is_open = ground.open[:, year]
    today = np.where((current >= 0) & is_open[current], current, -1)
    pupils, seats, cases = _demand(ground, settings, year)
    joined = _joined(ground, settings)
    return Problem(
        pupils=pupils,
        seats=seats,
        walk_metres=np.where(is_open[None, :], ground.metres, np.inf),
        edges=ground.edges[joined],
        home=np.where(is_open, ground.home, -1),
        weights=Weights(
            overflow_metres=settings.overflow_metres,
            over_limit_metres=settings.over_limit_metres,
            changed_metres=settings.changed_metres,
        ),
        walk_limit_metres=ground.limit_metres,
        today=today,
        locked=None if locked is None else locked & (today >= 0),
        contiguous=settings.contiguous,
        limit_is_hard=settings.over_limit == "hard",
        surcharges=dict(_surcharges(ground, settings, year, today)),
        together=tuple(_together(ground, settings, year)),
        band=_band(settings, pupils, seats),
        mix=_mix(ground, settings, pupils),
        shape=_shape(ground, settings, joined),
        cases=cases,
    )


def _demand(
    ground: Ground, settings: ZoneSettings, year: int
) -> tuple[IntArray, IntArray, Cases | None]:
    """Return the entrants and seats zones are drawn for, and the cases they must serve.

    Walks are those of one year: the one with most entrants, or the mean of all that is looked at.
    """
    window = _window(ground, settings, year)
    entrants = ground.entrants[:, window]
    seats = np.where(ground.open[:, [year]], ground.ordinary_intake[:, window], 0)
    peak = int(entrants.sum(axis=0).argmax())
    if settings.demand == "peak":
        return entrants[:, peak], seats[:, peak], None
    if settings.demand == "mean":
        return np.rint(entrants.mean(axis=1)).astype(np.int64), seats[:, 0], None
    looked_at = _looked_at(ground, settings, year)
    possible = entrants.T[looked_at][None]
    if settings.demand_over != "years" and ground.futures is not None:
        possible = np.moveaxis(ground.futures[:, :, window], 1, 2)[:, looked_at]
    draws = len(possible)
    cases = Cases(
        pupils=np.ascontiguousarray(possible.reshape(-1, len(entrants))),
        seats=np.tile(seats.T[looked_at], (draws, 1)),
        quantile=1.0 if settings.demand == "worst" else settings.demand_quantile,
    )
    mean = np.rint(cases.pupils.mean(axis=0)).astype(np.int64)
    return mean, np.rint(cases.seats.mean(axis=0)).astype(np.int64), cases


def cases_of(ground: Ground, settings: ZoneSettings, year: int) -> list[tuple[int, int]]:
    """Return the school year of each case and the number of its possible future, 0: as expected.

    In the order of the problem's cases; one of them where it has none.
    """
    if settings.demand not in ("worst", "quantile"):
        return [(ground.years[year], 0)]
    years = [ground.years[year + column] for column in _looked_at(ground, settings, year)]
    futures = [0]
    if settings.demand_over != "years" and ground.futures is not None:
        futures = [*range(1, len(ground.futures) + 1)]
    return [(one, future) for future in futures for one in years]


def _window(ground: Ground, settings: ZoneSettings, year: int) -> slice:
    """Return the columns of the years that the zones must serve."""
    return slice(year, min(year + settings.years_ahead, len(ground.years)))


def _looked_at(ground: Ground, settings: ZoneSettings, year: int) -> list[int]:
    """Return the years of the cases, counted from the first: all, or the one with most entrants."""
    entrants = ground.entrants[:, _window(ground, settings, year)]
    if settings.demand_over == "draws":
        return [int(entrants.sum(axis=0).argmax())]
    return [*range(entrants.shape[1])]


def _joined(ground: Ground, settings: ZoneSettings) -> BoolArray:
    """Tell which areas that touch can hang together: not across what must not be crossed."""
    if settings.crossing == "hard" and ground.cut is not None:
        return ~ground.cut
    return np.ones(len(ground.edges), dtype=bool)


def _surcharges(
    ground: Ground, settings: ZoneSettings, year: int, today: IntArray
) -> Iterator[tuple[str, FloatArray]]:
    """Yield what a pupil pays beside the walk: where one must not go, cross, or move again."""
    never = np.zeros(ground.metres.shape)
    for area, section in pairs_of(settings.forbidden, ground):
        never[area, section] = np.inf
    if never.any():
        yield "forbidden", never
    if moved := dict(pairs_of(settings.moved_areas, ground)):
        elsewhere = np.zeros(ground.metres.shape)
        elsewhere[list(moved)] = np.inf
        elsewhere[list(moved), list(moved.values())] = 0.0
        yield "moved", elsewhere
    if settings.crossing != "free" and ground.crossing is not None:
        price = _metres(settings.crossing, settings.crossing_metres)
        # Where nobody sets out to school, nobody crosses.
        yield "crossing", np.where(ground.crossing & _lived_in(ground)[:, None], price, 0.0)
    if settings.moved_within_years:
        recent = ground.since > ground.years[year] - settings.moved_within_years
        elsewhere = today[:, None] != np.arange(len(ground.rows))
        price = _metres(settings.moved_again, settings.moved_again_metres)
        yield "moved_again", np.where((recent & (today >= 0))[:, None] & elsewhere, price, 0.0)


def _lived_in(ground: Ground) -> BoolArray:
    """Tell from which areas anybody enters in any year."""
    return np.asarray(ground.entrants.any(axis=1))


def _metres(word: str, metres: float) -> float:
    """Return the price of a wish: without end where it is hard."""
    return np.inf if word == "hard" else metres


def pairs_of(texts: Iterable[str], ground: Ground) -> Iterator[tuple[int, int]]:
    """Yield the places of area and section of each area/section whose section is of this stage."""
    here = {int(row): position for position, row in enumerate(ground.rows)}
    for pair in (pair_of(text, ground) for text in texts):
        if pair is not None and pair[1] in here:
            yield pair[0], here[pair[1]]


def pair_of(text: str, ground: Ground) -> tuple[int, int] | None:
    """Return the area and the section of area/section; keys may hold strokes of their own."""
    strokes = [place for place, letter in enumerate(text) if letter == "/"]
    for place in strokes:
        area, section = text[:place], text[place + 1 :]
        if area in ground.area_ids and section in ground.row_of:
            return ground.area_ids.index(area), ground.row_of[section]
    return None


def _together(ground: Ground, settings: ZoneSettings, year: int) -> Iterator[Together]:
    """Yield the groups of areas that should share a section."""
    price = _metres(settings.apart, settings.apart_metres)
    if settings.keep_together:
        position = {area: number for number, area in enumerate(ground.area_ids)}
        group = np.full(len(ground.area_ids), -1)
        for number, areas in enumerate(settings.keep_together):
            group[[position[area] for area in areas]] = number
        yield Together("together", group, price)
    if settings.keep_together_by and ground.groups is not None:
        yield Together(settings.keep_together_by, ground.groups, price)
    if settings.feeders != "free" and ground.feeding is not None:
        price = _metres(settings.feeders, settings.feeders_metres)
        yield Together("feeders", ground.feeding[:, year], price)


def _band(settings: ZoneSettings, pupils: IntArray, seats: IntArray) -> Band | None:
    """Return how full sections should be: as the scenario says, or all alike."""
    if settings.balance:
        use = float(pupils.sum() / max(int(seats.sum()), 1))
        return Band(use, use, settings.outside_target_metres)
    if (settings.target_low, settings.target_high) == NO_TARGET:
        return None
    return Band(settings.target_low, settings.target_high, settings.outside_target_metres)


def _mix(ground: Ground, settings: ZoneSettings, pupils: IntArray) -> Mix | None:
    """Return migrants' children among the pupils; areas that say nothing have the others' share."""
    if not settings.mix_metres or ground.migrant_share is None:
        return None
    said = np.isfinite(ground.migrant_share)
    mean = float(ground.migrant_share[said] @ pupils[said]) / max(int(pupils[said].sum()), 1)
    share = np.where(said, ground.migrant_share, mean)
    marked = np.rint(share * pupils).astype(np.int64)
    return Mix(marked, settings.mix_tolerance, settings.mix_metres)


def _shape(ground: Ground, settings: ZoneSettings, joined: BoolArray) -> Shape | None:
    """Return the outlines of the areas with the price of a thread.

    A barrier between two areas of a zone counts as outline on both sides.
    """
    if not settings.compact_pupil_metres or ground.outlines is None:
        return None
    outlines = ground.outlines
    return Shape(
        square_metres=outlines.square_metres,
        outline_metres=outlines.outline_metres,
        border_metres=outlines.border_metres[joined],
        metres=settings.compact_pupil_metres,
    )
