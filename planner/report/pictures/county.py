"""The county by stage: how the wave of children travels from kindergarten to senior school."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from matplotlib.patches import ConnectionPatch

from planner.lettering import Lettering, lettered
from planner.report.names import both_of
from planner.report.pictures.palette import FAINT, INK, QUIET, SHORT, stage_colour
from planner.report.pictures.paper import (
    Sheet,
    label,
    new_sheet,
    per_point,
    quiet_axes,
    spread,
    thousands,
    year_axis,
)
from planner.report.pictures.rows import plain
from planner.report.pictures.words import joined, said

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from planner.norms import StageNorm
    from planner.terms import Language

__all__ = ["draw_county"]

_INTERVALS: Final = ("low80", "high80", "low95", "high95")
_LEFT: Final = 25.0  # millimetres
_RIGHT: Final = 37.0
_BOTTOM: Final = 20.0
_BETWEEN: Final = 11.0
_TALLEST: Final = 100.0
_SMALL: Final = 8.0  # points
_PEAK: Final = 9.0


def draw_county(county: pd.DataFrame, stages: Sequence[StageNorm], lang: Language) -> Figure:
    """Draw pupils and seats of the county, one panel for each stage, youngest at the top.

    Args:
        county: stage, year, counted, pupils, seats (NaN where unknown), low80, high80, low95 and
            high95 (NaN for counted years, or throughout where no intervals are known). At least
            one stage has rows.
        stages: The stages of the norms; those without rows are left out.
        lang: Language of the labels, English where no font can write Chinese.
    """
    county = plain(county, "pupils", "seats", *_INTERVALS, flag="counted")
    with lettered(lang) as lettering:
        shown = [norm for norm in _youngest_first(stages) if (county["stage"] == norm.stage).any()]
        rolls = {
            norm.stage: county[county["stage"] == norm.stage].sort_values("year") for norm in shown
        }
        sheet = _headed(shown, rolls, lettering)
        panels = _panels(sheet, len(shown))
        years = sorted(set(county["year"]))
        counted = county.loc[county["counted"], "year"]
        base = int(counted.max()) if len(counted) else None
        for norm, axes in zip(shown, panels, strict=True):
            name = _name(norm, lettering.language)
            _draw_stage(axes, rolls[norm.stage], name, stage_colour(norm), lettering)
            year_axis(axes, years, _labelled(years, base))
            axes.tick_params(labelbottom=axes is panels[-1])
            if base is not None:
                _mark_base(axes, base, lettering, words=axes is panels[0])
        _join_peaks(sheet, panels, [rolls[norm.stage] for norm in shown])
        return sheet.figure


def _youngest_first(stages: Sequence[StageNorm]) -> list[StageNorm]:
    return sorted(stages, key=lambda norm: norm.grades[0])


def _name(norm: StageNorm, lang: Language) -> str:
    return str(getattr(both_of(norm.names), lang))


def _headed(
    stages: Sequence[StageNorm], rolls: dict[str, pd.DataFrame], lettering: Lettering
) -> Sheet:
    """Return the sheet under a title that tells when each stage has most pupils."""
    lang = lettering.language
    peaks = said("comma", lang).join(
        _peak_said(_name(norm, lang), rolls[norm.stage], lang) for norm in stages
    )
    title = said("county_title", lang, peaks=peaks)
    return new_sheet(lettering, lettering.text(title), _explained(rolls.values(), lang), wide=False)


def _explained(rolls: Collection[pd.DataFrame], lang: Language) -> str:
    """Say what is drawn, and nothing that is not."""
    peaks = [_peak(roll)[0] for roll in rolls]
    drawn = {
        "county_bands": any(roll["high80"].notna().any() for roll in rolls),
        "county_seats": any(roll["seats"].notna().any() for roll in rolls),
        "county_peaks": any(upper < lower for upper, lower in pairwise(peaks)),
    }
    return joined((said(key, lang) for key, there in drawn.items() if there), lang)


def _peak(roll: pd.DataFrame) -> tuple[int, float]:
    """Return the year with most pupils, the first of equals, and how many."""
    row = roll.iloc[int(np.nanargmax(roll["pupils"].to_numpy()))]
    return int(row["year"]), float(row["pupils"])


def _peak_said(stage: str, roll: pd.DataFrame, lang: Language) -> str:
    """Say when a stage peaks; at an end of the years shown the true peak may lie beyond."""
    year, pupils = _peak(roll)
    key = {roll["year"].min(): "peak_first", roll["year"].max(): "peak_last"}.get(year, "peak_said")
    return said(key, lang, stage=stage, year=year, pupils=pupils)


def _panels(sheet: Sheet, number: int) -> list[Axes]:
    """Return one panel below the other, all of the same size."""
    top = sheet.top + 13
    room = sheet.height - top - _BOTTOM
    height = min((room - _BETWEEN * (number - 1)) / number, _TALLEST)
    room = number * (height + _BETWEEN) - _BETWEEN
    width = sheet.width - _LEFT - _RIGHT
    lang = sheet.lettering.language
    sheet.write_upright(10, top + room / 2, said("pupils_axis", lang))
    sheet.write_level(_LEFT + width / 2, top + room + 7, said("year_axis", lang))
    return [
        sheet.axes(_LEFT, top + place * (height + _BETWEEN), width, height)
        for place in range(number)
    ]


def _draw_stage(
    axes: Axes, roll: pd.DataFrame, name: str, colour: str, lettering: Lettering
) -> None:
    """Draw the pupils of one stage, their intervals and their seats."""
    quiet_axes(axes, lettering, _SMALL, grid="both")
    year, pupils, seats = (roll[column].to_numpy(float) for column in ("year", "pupils", "seats"))
    reach = float(np.nanmax(roll[["pupils", "seats", *_INTERVALS]].to_numpy()))
    thousands(axes, reach * 1.14)
    for low, high, strength in (("low95", "high95", 0.16), ("low80", "high80", 0.26)):
        bottom, top = (_from_the_count(roll, column) for column in (low, high))
        axes.fill_between(year, bottom, top, color=colour, alpha=strength, linewidth=0)
    short = (np.nan_to_num(pupils - seats) > 0).tolist()
    tint: dict[str, Any] = {"color": SHORT, "alpha": 0.30, "linewidth": 0}
    axes.fill_between(year, pupils, seats, where=short, interpolate=True, **tint)
    axes.plot(year, seats, color=INK, linewidth=0.9)
    axes.plot(year, pupils, color=colour, linewidth=2.0, solid_capstyle="round")
    counted = roll["counted"].to_numpy()
    axes.plot(year[counted], pupils[counted], "o", color=colour, markersize=3.2)
    style: dict[str, Any] = {"xycoords": "axes fraction", "va": "baseline", "weight": "bold"}
    title = lettering.text(name[:1].upper() + name[1:])
    label(axes, title, (0, 1), (0, 7), 11, color=colour, **style)
    _mark_peak(axes, roll, colour, lettering.language)
    _label_ends(axes, roll, colour, lettering.language)


def _from_the_count(
    roll: pd.DataFrame, column: str
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return one end of an interval, opening out of the last counted year."""
    values = roll[column].to_numpy(copy=True)
    counted = np.flatnonzero(roll["counted"].to_numpy())
    if len(counted) and not np.isnan(values).all():
        values[counted[-1]] = float(roll["pupils"].iloc[counted[-1]])
    return values


def _mark_peak(axes: Axes, roll: pd.DataFrame, colour: str, lang: Language) -> None:
    """Mark and label the year with most pupils."""
    year, pupils = _peak(roll)
    first, last = int(roll["year"].min()), int(roll["year"].max())
    rim: dict[str, Any] = {"markeredgecolor": "white", "markeredgewidth": 1.2}
    axes.plot([year], [pupils], "o", color=colour, markersize=6.5, zorder=5, **rim)
    key = "most_mark" if year in (first, last) else "peak_mark"
    text = said(key, lang, year=year, pupils=pupils)
    above = 7.0
    seats = roll.set_index("year")["seats"][year]
    gap = (float(seats) - pupils) / per_point(axes) if pd.notna(seats) else 0.0
    if above - 3 < gap < above + _PEAK + 3:  # the line of seats would run through the words
        above = gap + 3
    side = "left" if year - first < 2 else "right" if last - year < 2 else "center"
    style = {"ha": side, "va": "bottom", "weight": "bold", "color": colour, "zorder": 6}
    label(axes, text, (year, pupils), (0, above), _PEAK, **style)


def _label_ends(axes: Axes, roll: pd.DataFrame, colour: str, lang: Language) -> None:
    """Write the last values beside their lines instead of a legend."""
    last = roll.iloc[-1]
    labels = []
    for share, low, high in ((95, "low95", "high95"), (80, "low80", "high80")):
        if pd.notna(last[high]):
            text = said("band", lang, share=share, low=last[low], high=last[high])
            labels.append((float(last["pupils"]), text, 7.0, "normal", colour))
    labels.append((float(last["pupils"]), f"{last['pupils']:,.0f}", _PEAK, "bold", colour))
    if pd.notna(last["seats"]):
        text = said("seats_value", lang, seats=last["seats"])
        labels.append((float(last["seats"]), text, _SMALL, "normal", INK))
    heights = spread([value for value, *_ in labels], 11 * per_point(axes))
    for (_, text, points, weight, ink), at in zip(labels, heights, strict=True):
        label(axes, text, (float(last["year"]), at), (9, 0), points, weight=weight, color=ink)


def _labelled(years: Sequence[int], base: int | None) -> list[int]:
    """Return the years that get a label: every second or fifth, the last counted one among them."""
    step = 2 if max(years) - min(years) <= 24 else 5
    return [year for year in years if (year - (base or years[0])) % step == 0]


def _mark_base(axes: Axes, base: int, lettering: Lettering, *, words: bool) -> None:
    """Draw the line between what was counted and what is projected."""
    axes.axvline(base, color=QUIET, linewidth=0.8, linestyle=(0, (4, 3)), zorder=0)
    first, last = axes.get_xlim()
    above = 7 if base - first > (last - first) / 4 else 22  # clear of the stage's name
    sides = (("counted_side", "right", -5), ("projected_side", "left", 5))
    for key, side, shift in sides if words else ():
        style = {
            "ha": side,
            "va": "baseline",
            "color": QUIET,
            "xycoords": ("data", "axes fraction"),
        }
        label(axes, said(key, lettering.language), (base, 1.0), (shift, above), _SMALL, **style)


def _join_peaks(sheet: Sheet, panels: Sequence[Axes], rolls: Sequence[pd.DataFrame]) -> None:
    """Join the peaks of neighbouring stages where the older stage peaks later."""
    dots: dict[str, Any] = {
        "color": FAINT,
        "linewidth": 1.2,
        "linestyle": (0, (1.5, 2.5)),
        "zorder": -1,
    }
    stops = [(axes, _peak(roll)) for axes, roll in zip(panels, rolls, strict=True)]
    for (upper, start), (lower, end) in pairwise(stops):
        if start[0] < end[0]:
            ends: dict[str, Any] = {"axesA": upper, "axesB": lower, "shrinkA": 6, "shrinkB": 24}
            sheet.figure.add_artist(ConnectionPatch(start, end, "data", "data", **ends, **dots))
