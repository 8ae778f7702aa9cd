"""Births: those published, and the variants that the plan reckons with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from planner.lettering import lettered
from planner.report.pictures.palette import ACCENT, INK, QUIET
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
from planner.report.pictures.words import said

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from planner.lettering import Lettering
    from planner.terms import Language

__all__ = ["draw_births"]

_LEFT: Final = 26.0  # millimetres
_RIGHT: Final = 40.0
_BOTTOM: Final = 20.0
_SMALL: Final = 9.0  # points
# The middle one strong; a path that the scenario gives dashed, so that nobody takes it for known.
_LINES: Final[Mapping[str, dict[str, Any]]] = {
    "low": {"linewidth": 1.2, "linestyle": "-", "alpha": 0.75},
    "medium": {"linewidth": 2.4, "linestyle": "-", "alpha": 1.0},
    "high": {"linewidth": 1.2, "linestyle": "-", "alpha": 0.75},
    "path": {"linewidth": 1.8, "linestyle": "--", "alpha": 1.0},
}


def draw_births(births: pd.DataFrame, lang: Language) -> Figure:
    """Draw births by year.

    Args:
        births: variant (low, medium, high or path), year, births, published. A published year may
            stand in one variant or in all; it is drawn once. At least one row.
        lang: Language of the labels, English where no font can write Chinese.
    """
    births = plain(births, "births", flag="published")
    with lettered(lang) as lettering:
        public = births["published"]
        published = births[public].drop_duplicates("year").set_index("year")["births"].sort_index()
        ahead = {
            variant: rows.set_index("year")["births"].sort_index()
            for variant in _LINES
            if len(rows := births[~public & (births["variant"] == variant)])
        }
        sheet = new_sheet(
            lettering,
            _title(published, ahead, lettering.language),
            said("births_subtitle", lettering.language),
            wide=True,
        )
        axes = _axes(sheet, births)
        _draw(axes, published, ahead, lettering)
        return sheet.figure


def _title(
    published: pd.Series[float], ahead: Mapping[str, pd.Series[float]], lang: Language
) -> str:
    """Say how births changed and what is expected in the end."""
    known = published if len(published) else next(iter(ahead.values()))
    ends = [line.iloc[-1] for line in ahead.values()] if len(published) else []
    tail = ""
    if ends:
        key = "births_ahead" if round(min(ends)) < round(max(ends)) else "births_ahead_one"
        year = max(line.index[-1] for line in ahead.values())
        tail = said(key, lang, year=year, low=min(ends), high=max(ends))
    ends_of = {"first": known.index[0], "then": known.iloc[0]}
    ends_of |= {"last": known.index[-1], "now": known.iloc[-1]}
    return said("births_title", lang, ahead=tail, **ends_of)


def _axes(sheet: Sheet, births: pd.DataFrame) -> Axes:
    """Return axes for all years, titled."""
    top = sheet.top + 13
    width, height = sheet.width - _LEFT - _RIGHT, sheet.height - top - _BOTTOM
    axes = sheet.axes(_LEFT, top, width, height)
    lang = sheet.lettering.language
    quiet_axes(axes, sheet.lettering, _SMALL)
    thousands(axes, float(births["births"].max()) * 1.1, ticks=6)
    years = sorted(set(births["year"]))
    step = 2 if years[-1] - years[0] <= 26 else 5
    year_axis(axes, years, [year for year in years if (years[-1] - year) % step == 0])
    sheet.write_upright(11, top + height / 2, said("births_axis", lang))
    sheet.write_level(_LEFT + width / 2, sheet.height - _BOTTOM + 8, said("births_year", lang))
    return axes


def _draw(
    axes: Axes,
    published: pd.Series[float],
    ahead: Mapping[str, pd.Series[float]],
    lettering: Lettering,
) -> None:
    """Draw what is published and, opening out of its last year, what is expected."""
    lang = lettering.language
    opened = {variant: _opened(published, line) for variant, line in ahead.items()}
    if {"low", "high"} <= set(opened):
        low, high = opened["low"], opened["high"].reindex(opened["low"].index)
        axes.fill_between(low.index, low, high, color=ACCENT, alpha=0.14, linewidth=0)
    for variant, line in opened.items():
        axes.plot(line.index, line, color=ACCENT, **_LINES[variant])
    if len(published):
        axes.plot(published.index, published, "o-", color=INK, linewidth=2.0, markersize=4)
        base = published.index[-1]
        axes.axvline(base, color=QUIET, linewidth=0.8, linestyle=(0, (4, 3)), zorder=0)
        sides = (("births_published", "right", -5), ("births_assumed", "left", 5))
        for key, side, shift in sides if ahead else sides[:1]:
            style = {"ha": side, "color": QUIET, "xycoords": ("data", "axes fraction")}
            label(axes, said(key, lang), (base, 1.0), (shift, 6), _SMALL, va="baseline", **style)
    _label_ends(axes, ahead, lettering)


def _opened(published: pd.Series[float], line: pd.Series[float]) -> pd.Series[float]:
    """Let a variant begin at the last published year."""
    if not len(published):
        return line
    begun = line.copy()
    begun.loc[published.index[-1]] = published.iloc[-1]
    return begun.sort_index()


def _label_ends(axes: Axes, ahead: Mapping[str, pd.Series[float]], lettering: Lettering) -> None:
    """Write each variant's name and last value at the end of its line."""
    lang = lettering.language
    heights = spread([float(line.iloc[-1]) for line in ahead.values()], 13 * per_point(axes))
    for (variant, line), at in zip(ahead.items(), heights, strict=True):
        name = said(f"variant_{variant}", lang)
        text = said("variant_value", lang, variant=name, births=line.iloc[-1])
        weight = "bold" if variant == "medium" else "normal"
        label(axes, text, (line.index[-1], at), (9, 0), _SMALL, color=ACCENT, weight=weight)
