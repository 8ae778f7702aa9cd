"""Residents by single age, year beside year: a hollow at the bottom is seen to climb."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

from planner.lettering import lettered
from planner.report.names import both_of
from planner.report.pictures.palette import FAINT, GRID, INK, QUIET, stage_colour
from planner.report.pictures.paper import Sheet, label, new_sheet, quiet_axes
from planner.report.pictures.rows import plain
from planner.report.pictures.words import joined, said

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from planner.lettering import Lettering
    from planner.norms import StageNorm
    from planner.terms import Language

__all__ = ["draw_pyramid"]

_OLDEST: Final = 17
_MOST_PANELS: Final = 7
_LEFT: Final = 34.0  # millimetres
_RIGHT: Final = 12.0
_BOTTOM: Final = 22.0
_BETWEEN: Final = 4.0
_SMALL: Final = 8.0  # points


def draw_pyramid(ages: pd.DataFrame, stages: Sequence[StageNorm], lang: Language) -> Figure:
    """Draw residents aged 0–17 as bars, one panel for each of up to seven years.

    The data do not tell girls from boys, so a bar is both together. The first year of the table
    is the base year; its silhouette stands behind every later one.

    Args:
        ages: age, year, residents, pupils (NaN where unknown); the base year first, the years to
            show are chosen evenly. Somebody lives in the base year.
        stages: The stages of the norms, whose ages colour the bars.
        lang: Language of the labels, English where no font can write Chinese.
    """
    ages = plain(ages, "age", "residents", "pupils")
    with lettered(lang) as lettering:
        shown = ages[ages["age"].between(0, _OLDEST)]
        years = _chosen(sorted(set(shown["year"])))
        residents = _by_age(shown, "residents")
        pupils = _by_age(shown, "pupils")
        sheet = _headed(residents, pupils, years, lettering)
        panels = _panels(sheet, len(years))
        reach = float(np.nanmax(residents[years].to_numpy())) * 1.08
        largest = _largest(residents[years[0]])
        for year, axes in zip(years, panels, strict=True):
            _draw_year(axes, residents, pupils, year, years[0], stages)
            if len(years) > 1:
                _mark_cohort(axes, residents, year, largest + year - years[0], reach)
            _scale(axes, reach, lettering, first=axes is panels[0])
            axes.set_title(f"{year}", fontsize=11, weight="bold", color=INK, pad=6)
        _name_stages(sheet, panels[0], stages)
        return sheet.figure


def _chosen(years: list[int]) -> list[int]:
    """Return the base year and evenly spaced later ones."""
    step = max(1, -(-(years[-1] - years[0]) // (_MOST_PANELS - 1)))
    return [year for year in years if (year - years[0]) % step == 0]


def _by_age(ages: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return one row for each age and one column for each year."""
    wide = ages.pivot_table(index="age", columns="year", values=column, aggfunc="sum", min_count=1)
    return wide.reindex(index=range(_OLDEST + 1), columns=sorted(set(ages["year"])))


def _headed(
    residents: pd.DataFrame, pupils: pd.DataFrame, years: Sequence[int], lettering: Lettering
) -> Sheet:
    """Return the sheet under a title that tells how the number of children changes."""
    lang = lettering.language
    base, last = years[0], years[-1]
    then, now = residents[base].sum(), residents[last].sum()
    figures = {"ages": f"0–{_OLDEST}", "base": base, "then": then}
    title = said("pyramid_title_one", lang, **figures)
    notes = [said("pyramid_bars", lang)]
    if last > base:
        change = f"{now / then - 1:+.0%}".replace("-", "−")
        title = said("pyramid_title", lang, last=last, now=now, change=change, **figures)
        notes.append(said("pyramid_outline", lang, base=base))
        notes.append(said("pyramid_largest", lang, base=base, age=_largest(residents[base])))
    if pupils[list(years)].notna().to_numpy().any():
        notes.append(said("pyramid_pupils", lang))
    return new_sheet(lettering, title, joined(notes, lang), wide=True)


def _largest(residents: pd.Series[float]) -> int:
    """Return the age with most residents, the youngest of equals."""
    return int(np.nanargmax(residents.to_numpy()))


def _panels(sheet: Sheet, number: int) -> list[Axes]:
    """Return panels side by side, so that an age is at one height in all of them."""
    top = sheet.top + 13
    height = sheet.height - top - _BOTTOM
    room = sheet.width - _LEFT - _RIGHT
    width = min((room + _BETWEEN) / number, room / 3) - _BETWEEN
    lang = sheet.lettering.language
    middle = _LEFT + (number * (width + _BETWEEN) - _BETWEEN) / 2
    sheet.write_upright(15, top + height / 2, said("age_axis", lang))
    sheet.write_level(middle, sheet.height - _BOTTOM + 8, said("residents_axis", lang))
    return [
        sheet.axes(_LEFT + place * (width + _BETWEEN), top, width, height)
        for place in range(number)
    ]


def _draw_year(
    axes: Axes,
    residents: pd.DataFrame,
    pupils: pd.DataFrame,
    year: int,
    base: int,
    stages: Sequence[StageNorm],
) -> None:
    """Draw the bars of one year before the silhouette of the base year."""
    inks = [_colour(age, stages) for age in residents.index]
    axes.barh(residents.index, residents[year], height=0.86, color=inks, alpha=0.62, linewidth=0)
    axes.barh(pupils.index, pupils[year], height=0.34, color=inks, linewidth=0)
    if year != base:
        edges = np.arange(-0.5, _OLDEST + 1)
        outline = residents[base].fillna(0).to_numpy()
        axes.stairs(outline, edges, orientation="horizontal", fill=True, color=GRID, zorder=0.4)
        line: dict[str, Any] = {"orientation": "horizontal", "baseline": None, "zorder": 0.5}
        axes.stairs(outline, edges, color=INK, linewidth=0.9, **line)


def _colour(age: int, stages: Sequence[StageNorm]) -> str:
    """Return the colour of the stage that an age belongs to, grey outside school."""
    for norm in stages:
        if norm.entry_age <= age < norm.entry_age + len(norm.grades):
            return stage_colour(norm)
    return FAINT


def _mark_cohort(axes: Axes, residents: pd.DataFrame, year: int, age: int, reach: float) -> None:
    """Point at the year group that was largest in the base year, while it is young enough."""
    if age <= _OLDEST and residents[year].notna()[age]:
        end = float(residents[year][age])
        axes.plot([end + reach * 0.035], [age], "<", color=INK, markersize=5, clip_on=False)


def _scale(axes: Axes, reach: float, lettering: Lettering, *, first: bool) -> None:
    """Give every panel the same scale; ages are written at the first one only."""
    quiet_axes(axes, lettering, _SMALL, grid="x")
    axes.set_xlim(0, reach)
    axes.set_ylim(-0.6, _OLDEST + 0.6)
    # None near the right edge, where it would run into the 0 of the next panel.
    ticks = MaxNLocator(4, integer=True, steps=[1, 2, 2.5, 5, 10]).tick_values(0, reach)
    axes.xaxis.set_major_locator(FixedLocator([tick for tick in ticks if tick < 0.9 * reach]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axes.yaxis.set_major_locator(FixedLocator(range(_OLDEST + 1)))
    axes.tick_params(labelleft=first)


def _name_stages(sheet: Sheet, axes: Axes, stages: Sequence[StageNorm]) -> None:
    """Write each stage's name beside its ages instead of a legend."""
    lettering = sheet.lettering
    lang = lettering.language
    youngest = min(norm.entry_age for norm in stages)
    names = [(0, youngest - 1, QUIET, said("below_school", lang))]
    for norm in stages:
        name = lettering.text(getattr(both_of(norm.names), lang))
        last = min(norm.entry_age + len(norm.grades) - 1, _OLDEST)
        names.append((norm.entry_age, last, stage_colour(norm), name))
    style = {"rotation": 90, "ha": "right", "weight": "bold", "xycoords": ("axes fraction", "data")}
    for first, last, ink, name in names:
        if first <= last:
            at = (0.0, (first + last) / 2)
            label(axes, name, at, (-19, 0), _SMALL + 1, color=ink, **style)
