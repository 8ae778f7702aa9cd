"""How far past forecasts missed: the reason to trust this one, or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

from planner.lettering import lettered
from planner.report.backtest import backtest_sentence
from planner.report.pictures.palette import ACCENT, FAINT, INK, QUIET
from planner.report.pictures.paper import Sheet, label, new_sheet, per_point, quiet_axes, spread
from planner.report.pictures.words import said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

    from planner.lettering import Lettering
    from planner.terms import Language

__all__ = ["draw_backtest"]

_LEVEL: Final = "school"
_OURS: Final = "planner"
_ALL: Final = "all"
_LEAD: Final = 3  # of which the title and the sentence speak, or the longest below
_METHODS: Final = {"naive": QUIET, "progression": "#d7a02c", "planner": ACCENT}
_PANELS: Final = ((14.0, 24.0, 58.0), (112.0, 130.0, 56.0), (202.0, 213.0, 48.0))
"""Where the words and the axes of each panel begin, and how wide the axes are (millimetres)."""
_BOTTOM: Final = 38.0
_SMALL: Final = 8.5  # points
_WORDS: Final = ("One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")


def draw_backtest(table: pd.DataFrame, lang: Language) -> Figure:
    """Draw the errors of past forecasts by lead and size of school, and what intervals held.

    Args:
        table: method (naive, progression, planner), level, size_class, lead (years), n, wape,
            median_ape, bias, coverage80, coverage95, width80; shares 0–1. Rows of level "school"
            are drawn; size_class "all" holds all sizes together, other classes such as "500-999"
            are shown in the order in which they come. Without rows the sheet says so.
        lang: Language of the labels, English where no font can write Chinese.
    """
    with lettered(lang) as lettering:
        schools = table[table["level"] == _LEVEL]
        overall = schools[schools["size_class"] == _ALL].sort_values("lead")
        sized = schools[(schools["size_class"] != _ALL) & (schools["method"] == _OURS)]
        sheet = new_sheet(
            lettering,
            _title(overall, lettering.language),
            said("backtest_subtitle", lettering.language),
            wide=True,
        )
        if schools.empty:
            return sheet.figure
        left, middle, right = _panels(sheet)
        _draw_leads(left, overall, lettering)
        _draw_sizes(middle, sized, lettering)
        _draw_coverage(right, overall[overall["method"] == _OURS], lettering)
        sentence = lettering.text(backtest_sentence(table, lettering.language))
        sheet.write(14, sheet.height - 18, sentence, 10, weight="bold", color=ACCENT)
        return sheet.figure


def _title(overall: pd.DataFrame, lang: Language) -> str:
    """Say how far all schools were missed, and what simply carrying last year on would miss."""
    errors = overall[overall["lead"] <= _LEAD].dropna(subset="wape")
    ours = errors[errors["method"] == _OURS]
    if ours.empty:
        return said("backtest_title_none", lang)
    lead = int(ours["lead"].max())
    naive = errors[(errors["method"] == "naive") & (errors["lead"] == lead)]["wape"]
    beside = said("backtest_naive", lang, naive=naive.iloc[0]) if len(naive) else ""
    figures = {"planner": ours["wape"].iloc[-1], "naive": beside}
    return said("backtest_title", lang, lead=lead, lead_long=_lead_long(lead), **figures)


def _lead_long(lead: int) -> str:
    """Return "Three years", the beginning of an English sentence."""
    number = _WORDS[lead - 1] if lead <= len(_WORDS) else str(lead)
    return f"{number} year" if lead == 1 else f"{number} years"


def _size(size_class: object) -> str:
    """Return a size class as it is printed."""
    return str(size_class).replace("-", "–")


def _panels(sheet: Sheet) -> list[Axes]:
    """Return three panels side by side under their headings."""
    lang = sheet.lettering.language
    top = sheet.top + 17
    height = sheet.height - top - _BOTTOM
    heads = (
        ("by_lead", "lead_axis", "wape_axis"),
        ("by_size", "wape_axis", "size_axis"),
        ("by_coverage", "lead_axis", "coverage_axis"),
    )
    panels = []
    for (start, left, width), (head, below, beside) in zip(_PANELS, heads, strict=True):
        axes = sheet.axes(left, top, width, height)
        sheet.write(start, top - 12, said(head, lang), 11, weight="bold")
        sheet.write(start, top - 6, said(beside, lang), _SMALL, color=QUIET)
        sheet.write_level(left + width / 2, top + height + 7, said(below, lang))
        quiet_axes(axes, sheet.lettering, _SMALL, grid="x" if head == "by_size" else "y")
        panels.append(axes)
    return panels


def _draw_leads(axes: Axes, overall: pd.DataFrame, lettering: Lettering) -> None:
    """Draw one line of errors for each method."""
    lines = []
    for method, ink in _METHODS.items():
        rows = overall[overall["method"] == method].dropna(subset="wape")
        if len(rows):
            name = said(f"method_{method}", lettering.language)
            lines.append((name, ink, rows.set_index("lead")["wape"] * 100))
            width = 2.4 if method == _OURS else 1.4
            axes.plot(*_points(lines[-1][-1]), "o-", color=ink, linewidth=width, markersize=4)
    axes.set_ylim(0, max([1.0, *(float(line.max()) * 1.15 for *_, line in lines)]))
    _percent(axes.yaxis)
    _leads(axes, [int(lead) for *_, line in lines for lead in line.index])
    _label_lines(axes, lines)


def _points(line: pd.Series[float]) -> tuple[list[float], list[float]]:
    """Return where the points of a line lie."""
    return [float(at) for at in line.index], [float(value) for value in line]


def _draw_sizes(axes: Axes, sized: pd.DataFrame, lettering: Lettering) -> None:
    """Draw the error of each size of school, one year and three years ahead."""
    classes = list(dict.fromkeys(sized["size_class"]))
    leads = sorted({int(lead) for lead in sized["lead"] if lead <= _LEAD})
    errors = {
        lead: sized[sized["lead"] == lead].set_index("size_class")["wape"].reindex(classes) * 100
        for lead in leads
        if lead in (leads[0], leads[-1])
    }
    reach = max([1.0, *(float(error.max()) * 1.22 for error in errors.values())])
    axes.set_xlim(-0.14 * reach, reach)  # room for the value left of a small error
    axes.axvline(0, color=FAINT, linewidth=0.6)
    places = list(range(len(classes)))
    if len(errors) > 1:
        near, far = errors.values()
        axes.hlines(places, near, far, color=FAINT, linewidth=2, zorder=1)
    for lead, error in errors.items():
        _draw_lead_of_sizes(axes, error, lead, lettering, far=lead == leads[-1])
    _percent(axes.xaxis)
    axes.yaxis.set_major_locator(FixedLocator(places))
    names = [lettering.text(_size(size)) for size in classes]
    axes.yaxis.set_major_formatter(FuncFormatter(lambda at, _: names[int(at)]))
    axes.set_ylim(max(len(classes), 1) - 0.4, -0.8)


def _draw_lead_of_sizes(
    axes: Axes, error: pd.Series[float], lead: int, lettering: Lettering, *, far: bool
) -> None:
    """Draw the errors at one lead; the farther one is the larger and has its words outside."""
    ink = ACCENT if far else QUIET
    axes.plot(error, range(len(error)), "o", color=ink, markersize=7, zorder=2)
    shift, side = (8, "left") if far else (-8, "right")
    tested = [(float(value), place) for place, value in enumerate(error) if pd.notna(value)]
    for value, place in tested:
        label(axes, f"{value:.1f}", (value, place), (shift, 0), _SMALL, color=ink, ha=side)
    key = "lead_1" if lead == 1 else "lead_n"
    name = said(key, lettering.language, lead=lead)
    for at in tested[:1]:
        style = {"ha": "center", "weight": "bold", "color": ink}
        label(axes, name, at, (0, 14 if far else -14), _SMALL, **style)


def _draw_coverage(axes: Axes, ours: pd.DataFrame, lettering: Lettering) -> None:
    """Draw how many counts fell within the intervals against how many should."""
    lang = lettering.language
    lines = []
    for share, ink in ((80, ACCENT), (95, INK)):
        axes.axhline(share, color=ink, linewidth=0.9, linestyle=(0, (4, 3)), alpha=0.7)
        held = ours.dropna(subset=f"coverage{share}").set_index("lead")[f"coverage{share}"] * 100
        if len(held):
            axes.plot(*_points(held), "o-", color=ink, linewidth=2, markersize=4)
            lines.append((said("interval", lang, share=share), ink, held))
        # On the side of the target where the line of what was held does not begin.
        above = len(held) and float(held.iloc[0]) < share
        side, shift = ("bottom", 2) if above else ("top", -2)
        style = {"color": ink, "va": side, "xycoords": ("axes fraction", "data")}
        text = said("interval_target", lang, share=share)
        label(axes, text, (0, share), (2, shift), 7.5, **style)
    lowest = min([70.0, *(float(held.min()) - 5 for *_, held in lines)])
    axes.set_ylim(10 * (lowest // 10), 101)
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True, steps=[1, 2, 5, 10]))
    _leads(axes, [int(lead) for lead in ours["lead"]])
    _label_lines(axes, lines)


def _label_lines(axes: Axes, lines: Sequence[tuple[str, str, pd.Series[float]]]) -> None:
    """Write the name of each line at its end."""
    heights = spread([float(line.iloc[-1]) for *_, line in lines], 12 * per_point(axes))
    for (name, ink, line), at in zip(lines, heights, strict=True):
        label(axes, name, (line.index[-1], at), (8, 0), _SMALL, color=ink, weight="bold")


def _leads(axes: Axes, leads: Sequence[int]) -> None:
    """Let the level axis show whole years ahead."""
    years = sorted(set(leads)) or [1]
    axes.set_xlim(years[0] - 0.35, years[-1] + 0.15)
    axes.xaxis.set_major_locator(FixedLocator(years))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f}"))


def _percent(axis: Axis) -> None:
    """Write few round numbers along an axis, none below zero."""
    axis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}" if value >= 0 else ""))
