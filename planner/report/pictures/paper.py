"""Sheets of paper measured in millimetres from the top left corner, and axes that keep quiet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

from planner.report.pictures.palette import FAINT, GRID, INK, PAPER, QUIET

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from planner.lettering import Lettering

__all__ = [
    "HALO",
    "Sheet",
    "label",
    "new_sheet",
    "per_point",
    "quiet_axes",
    "spread",
    "thousands",
    "year_axis",
]

HALO: Final = [withStroke(linewidth=2.5, foreground=PAPER)]
"""Keeps a label legible on top of a line."""

_LONG: Final = 297.0  # A4, millimetres
_SHORT: Final = 210.0
_MARGIN: Final = 14.0
_TITLE: Final = 15.0  # points
_SUBTITLE: Final = 9.0
_AXIS: Final = 8.5
_LINE: Final = 1.35 * 25.4 / 72  # millimetres of a line of text for each point of its letters

# Lines break between words, Chinese ones after a clause.
_PIECES: Final = re.compile(r"[^\s，。；：]*(?:\s+|[，。；：]+|$)")


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A figure of `width` × `height` millimetres; `top` is where free room begins."""

    figure: Figure
    lettering: Lettering
    width: float
    height: float
    top: float

    def axes(self, left: float, top: float, width: float, height: float) -> Axes:
        """Return axes whose upper left corner lies at (left, top)."""
        box = (
            left / self.width,
            1 - (top + height) / self.height,
            width / self.width,
            height / self.height,
        )
        return self.figure.add_axes(box)

    def write(self, left: float, top: float, text: str, points: float, **style: Any) -> None:
        """Write one line whose upper left corner, or what `style` says, lies at (left, top)."""
        style = {"color": INK, "ha": "left", "va": "top"} | style
        self.figure.text(left / self.width, 1 - top / self.height, text, fontsize=points, **style)

    def write_upright(self, left: float, middle: float, text: str) -> None:
        """Write what the upright axis shows, in which unit, turned and centred on `middle`."""
        style = {"color": QUIET, "rotation": 90, "ha": "center", "va": "center"}
        self.write(left, middle, text, _AXIS, **style)

    def write_level(self, middle: float, top: float, text: str) -> None:
        """Write what the level axis shows, centred on `middle`."""
        self.write(middle, top, text, _AXIS, color=QUIET, ha="center")


def new_sheet(lettering: Lettering, title: str, subtitle: str, *, wide: bool) -> Sheet:
    """Return A4 paper, upright or wide, with a title of up to two lines and a line below it."""
    width, height = (_LONG, _SHORT) if wide else (_SHORT, _LONG)
    figure = Figure(figsize=(width / 25.4, height / 25.4), facecolor=PAPER)
    sheet = Sheet(figure, lettering, width, height, 0.0)
    room = width - 2 * _MARGIN
    top = _MARGIN - 2
    for line in _lines(lettering, title, room, _TITLE, "bold", most=2):
        sheet.write(_MARGIN, top, line, _TITLE, weight="bold")
        top += _TITLE * _LINE
    top += 0.8
    for line in _lines(lettering, subtitle, room, _SUBTITLE, "normal", most=2):
        sheet.write(_MARGIN, top, line, _SUBTITLE, color=QUIET)
        top += _SUBTITLE * _LINE
    return Sheet(figure, lettering, width, height, top)


def quiet_axes(axes: Axes, lettering: Lettering, points: float, *, grid: str = "y") -> None:
    """Leave of the frame only what is needed to read a value."""
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set(color=FAINT, linewidth=0.6)
    axes.set_facecolor("none")
    axes.set_axisbelow(True)
    axes.grid(axis=grid, color=GRID, linewidth=0.6)  # type: ignore[arg-type]
    axes.tick_params(
        length=0,
        pad=2.5,
        labelsize=points,
        labelcolor=QUIET,
        labelfontfamily=list(lettering.families),
    )


def thousands(axes: Axes, top: float, *, ticks: int = 4) -> None:
    """Let the upright axis run from 0 to `top`, in round whole numbers with separators."""
    axes.set_ylim(0, max(top, 1.0))
    axes.yaxis.set_major_locator(MaxNLocator(ticks, integer=True, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))


def year_axis(axes: Axes, years: Sequence[int], labelled: Sequence[int]) -> None:
    """Let the level axis show school years, some of them labelled in full."""
    axes.set_xlim(min(years) - 0.4, max(years) + 0.4)
    axes.xaxis.set_major_locator(FixedLocator(list(labelled)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f}"))


def label(
    axes: Axes,
    text: str,
    at: tuple[float, float],
    shift: tuple[float, float],
    points: float,
    **style: Any,
) -> None:
    """Write a text beside a value, moved by so many points; it may lie outside the axes."""
    style = {"va": "center", "path_effects": HALO} | style
    axes.annotate(
        text, at, shift, textcoords="offset points", fontsize=points, annotation_clip=False, **style
    )


def per_point(axes: Axes) -> float:
    """Return how much of the upright axis one point (1/72 inch) is."""
    low, high = axes.get_ylim()
    return (high - low) / (axes.bbox.height * 72 / axes.figure.dpi)


def spread(wanted: Sequence[float], gap: float) -> list[float]:
    """Move positions apart until neighbours are `gap` apart, each group about its own middle."""
    order = sorted(range(len(wanted)), key=lambda place: wanted[place])
    groups: list[list[int]] = []
    for place in order:
        groups.append([place])
        while len(groups) > 1 and _middle(groups[-1], wanted) - _middle(groups[-2], wanted) < (
            gap * (len(groups[-1]) + len(groups[-2])) / 2
        ):
            last = groups.pop()
            groups[-1] += last
    moved = list(wanted)
    for group in groups:
        start = _middle(group, wanted) - gap * (len(group) - 1) / 2
        for step, place in enumerate(group):
            moved[place] = start + gap * step
    return moved


def _middle(group: Sequence[int], wanted: Sequence[float]) -> float:
    """Return the mean wanted position of a group."""
    return sum(wanted[place] for place in group) / len(group)


def _lines(
    lettering: Lettering, text: str, width: float, points: float, weight: str, *, most: int
) -> list[str]:
    """Break a text into lines of at most `width` millimetres; what is left over is cut off."""
    lines = [""]
    for piece in _PIECES.findall(text):
        fits = lettering.width_mm((lines[-1] + piece).strip(), points, weight) <= width
        if fits or not lines[-1] or len(lines) == most:
            lines[-1] += piece
        else:
            lines.append(piece)
    return [lettering.shortened(line.strip(), width, points, weight) for line in lines]
