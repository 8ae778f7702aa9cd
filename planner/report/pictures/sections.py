"""Every section in one small panel: will its seats do? The tightest come first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from planner.lettering import Lettering, lettered
from planner.report.names import both_of
from planner.report.pictures.palette import FAINT, INK, QUIET, SHORT, SHORT_TINT, stage_colour
from planner.report.pictures.paper import Sheet, new_sheet, quiet_axes, thousands, year_axis
from planner.report.pictures.rows import plain
from planner.report.pictures.words import joined, said

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from planner.norms import StageNorm
    from planner.terms import Language

__all__ = ["draw_sections"]

_CHANCE: Final = "over_seats_probability"
_GRIDS: Final = ((2, 3), (3, 5), (4, 6), (5, 7))  # panels across and down a page
_SAME_SCALE: Final = 4.0  # panels share a scale while the largest needs at most this many times
_LEFT: Final = 14.0  # millimetres
_RIGHT: Final = 8.0
_BOTTOM: Final = 12.0
_HEAD: Final = 7.8  # of a panel: its name and its worst year
_FOOT: Final = 6.0  # and its years
_NAME: Final = 7.0  # points
_SMALL: Final = 5.8


@dataclass(frozen=True, slots=True, eq=False)
class _Section:
    """One section with its worst projected year, or worst year where none is projected."""

    key: str
    name: str
    rows: pd.DataFrame
    worst_year: int
    utilisation: float  # inf without seats, NaN where seats are unknown
    short: bool
    over_seats: float  # P(roll > seats) of the worst year, NaN where unknown
    reach: float  # highest value to be drawn


def draw_sections(sections: pd.DataFrame, stage: StageNorm, lang: Language) -> list[Figure]:
    """Draw one small panel for each section of a stage, up to 35 on a page of A4.

    A stage with few sections has fewer, larger panels, so that its page is filled.

    Args:
        sections: section_id, name, year, counted, pupils, low80, high80 (NaN where unknown), seats
            (NaN where unknown), of this stage alone; optionally over_seats_probability (share).
        stage: The stage.
        lang: Language of the labels, English where no font can write Chinese.

    Returns:
        Pages in order, tightest sections first; none without sections.
    """
    chance = [_CHANCE] if _CHANCE in sections else []
    sections = plain(sections, "pupils", "seats", "low80", "high80", *chance, flag="counted")
    with lettered(lang) as lettering:
        ordered = sorted(_sections(sections), key=_tightness)
        holding = [grid for grid in _GRIDS if grid[0] * grid[1] >= len(ordered)]
        across, down = (holding or _GRIDS[-1:])[0]
        size = across * down
        pages = [ordered[start : start + size] for start in range(0, len(ordered), size)]
        years = sorted(set(sections["year"]))
        title = _title(ordered, stage, lettering)
        return [
            _page(page, (across, down), years, stage_colour(stage), title, lettering, number)
            for number, page in _numbered(pages, lettering.language)
        ]


def _sections(table: pd.DataFrame) -> list[_Section]:
    """Return the sections with what decides their place and their tint."""
    found = []
    for key, rows in table.sort_values("year").groupby("section_id", sort=True):
        ahead = rows[~rows["counted"]]
        judged = ahead if len(ahead) else rows
        use = _utilisation(judged)
        worst = judged.iloc[0 if np.isnan(use).all() else int(np.nanargmax(use))]
        found.append(
            _Section(
                key=str(key),
                name=str(rows["name"].iloc[-1]),
                rows=rows,
                worst_year=int(worst["year"]),
                utilisation=float(np.nan if np.isnan(use).all() else np.nanmax(use)),
                short=bool((judged["pupils"].round() > judged["seats"]).any()),
                over_seats=float(worst.get(_CHANCE, np.nan)),
                reach=float(np.nanmax(rows[["pupils", "seats", "high80"]].to_numpy())),
            )
        )
    return found


def _utilisation(rows: pd.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return pupils ÷ seats: infinite for pupils without seats, NaN where seats are unknown."""
    pupils, seats = rows["pupils"].to_numpy(), rows["seats"].to_numpy()
    use = np.full(len(rows), np.nan)
    use[seats > 0] = pupils[seats > 0] / seats[seats > 0]
    use[(seats == 0) & (pupils > 0)] = np.inf
    use[(seats == 0) & (pupils == 0)] = 0.0
    return use


def _tightness(section: _Section) -> tuple[float, str]:
    """Order by the worst utilisation, unknown seats last, then by id."""
    known = not np.isnan(section.utilisation)
    return (-section.utilisation if known else 1.0, section.key)


def _title(sections: Sequence[_Section], stage: StageNorm, lettering: Lettering) -> str:
    """Say how many sections will be short of seats."""
    lang = lettering.language
    name = lettering.text(getattr(both_of(stage.names), lang))
    short = sum(section.short for section in sections)
    projected = any(not section.rows["counted"].all() for section in sections)
    key = "short" if short else "enough"
    if not projected or all(np.isnan(section.utilisation) for section in sections):
        key = "counted"
    name = name[:1].upper() + name[1:]
    return said(f"sections_title_{key}", lang, stage=name, short=short, all=len(sections))


def _numbered(
    pages: Sequence[Sequence[_Section]], lang: Language
) -> Iterator[tuple[str, Sequence[_Section]]]:
    """Give each page its number, as it is written on it."""
    for number, page in enumerate(pages, start=1):
        yield said("page", lang, page=number, pages=len(pages)), page


def _page(
    sections: Sequence[_Section],
    grid: tuple[int, int],
    years: Sequence[int],
    colour: str,
    title: str,
    lettering: Lettering,
    number: str,
) -> Figure:
    """Draw one page of panels."""
    lang = lettering.language
    reaches = [section.reach for section in sections if section.reach > 0] or [1.0]
    common = max(reaches) if max(reaches) <= _SAME_SCALE * min(reaches) else None
    scale = said("own_scale" if common is None else "same_scale", lang)
    subtitle = joined((said("sections_subtitle", lang), scale), lang)
    sheet = new_sheet(lettering, title, subtitle, wide=False)
    _key(sheet, colour)
    counted = pd.concat([section.rows for section in sections]).query("counted")["year"]
    base = int(counted.max()) if len(counted) else None
    start = sheet.top + 7.5
    width = (sheet.width - _LEFT - _RIGHT) / grid[0]
    height = (sheet.height - start - _BOTTOM) / grid[1]
    for place, section in enumerate(sections):
        down, across = divmod(place, grid[0])
        left, top = _LEFT + across * width, start + down * height
        axes = sheet.axes(left, top + _HEAD, width - 8, height - _HEAD - _FOOT)
        _draw_section(axes, section, colour, common or section.reach, lettering)
        _head(sheet, section, left, top, width - 3)
        year_axis(axes, years, sorted({years[0], base or years[0], years[-1]}))
        if base is not None:
            axes.axvline(base, color=FAINT, linewidth=0.6, linestyle=(0, (4, 3)), zorder=0)
    footing = sheet.height - 8
    sheet.write(_LEFT, footing, said("pupils_axis", lang), _NAME, color=QUIET)
    sheet.write(sheet.width - _RIGHT - 6, footing, number, _NAME, color=QUIET, ha="right")
    return sheet.figure


def _draw_section(
    axes: Axes, section: _Section, colour: str, reach: float, lettering: Lettering
) -> None:
    """Draw the pupils, the interval and the seats of one section."""
    quiet_axes(axes, lettering, _SMALL)
    rows = section.rows
    if section.short:
        axes.set_facecolor(SHORT_TINT)
    year, pupils, seats, low, high = (
        rows[column].to_numpy(float, copy=True)
        for column in ("year", "pupils", "seats", "low80", "high80")
    )
    counted = rows["counted"].to_numpy()
    base = int(np.flatnonzero(counted)[-1]) if counted.any() else 0
    if counted.any() and not np.isnan(high).all():
        low[base] = high[base] = pupils[base]
    axes.fill_between(year, low, high, color=colour, alpha=0.30, linewidth=0)
    axes.step(year, seats, where="mid", color=INK, linewidth=0.8)
    axes.plot(year[base:], pupils[base:], color=colour, linewidth=1.4)
    axes.plot(year[: base + 1], pupils[: base + 1], color=QUIET, linewidth=1.4)
    thousands(axes, reach * 1.1)
    axes.tick_params(axis="y", pad=1.2)
    axes.tick_params(axis="x", pad=3.5)


def _head(sheet: Sheet, section: _Section, left: float, top: float, width: float) -> None:
    """Write the name of a section and, smaller, its worst year."""
    lettering, lang = sheet.lettering, sheet.lettering.language
    name = lettering.shortened(lettering.name(section.name, section.key), width, _NAME)
    sheet.write(left, top, name, _NAME)
    ink = SHORT if section.short else QUIET
    sheet.write(left, top + 4, _worst(section, lang), _SMALL, color=ink)


def _worst(section: _Section, lang: Language) -> str:
    """Say how full a section is in its worst year, and how likely that is too full."""
    if np.isnan(section.utilisation):
        return said("worst_unknown", lang)
    key = "worst_no_seats" if np.isinf(section.utilisation) else "worst"
    worst = said(key, lang, year=section.worst_year, use=section.utilisation)
    if np.isnan(section.over_seats):
        return worst
    return said("over_seats", lang, worst=worst, share=_likely(section.over_seats))


def _likely(share: float) -> str:
    """Return a probability in whole percent; nothing projected is certain."""
    if share < 0.005:
        return "<1%"
    return ">99%" if share > 0.995 else f"{share:.0%}"


def _key(sheet: Sheet, colour: str) -> None:
    """Explain the lines once, above the panels."""
    lang = sheet.lettering.language
    signs = (
        (Line2D([], [], color=QUIET, linewidth=1.6), "key_counted"),
        (Line2D([], [], color=colour, linewidth=1.6), "key_projected"),
        (Patch(color=colour, alpha=0.30, linewidth=0), "key_band"),
        (Line2D([], [], color=INK, linewidth=0.9), "seats"),
    )
    sheet.figure.legend(
        [sign for sign, _ in signs],
        [said(key, lang) for _, key in signs],
        loc="upper left",
        bbox_to_anchor=((_LEFT - 2) / sheet.width, 1 - (sheet.top + 0.5) / sheet.height),
        ncols=len(signs),
        frameon=False,
        fontsize=_NAME,
        labelcolor=QUIET,
        handlelength=1.8,
        columnspacing=1.6,
        borderpad=0.2,
    )
