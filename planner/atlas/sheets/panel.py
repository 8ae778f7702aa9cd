"""Fill the panel of a sheet with rows: they run down one column and on into the next."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from planner.atlas.sheets.paper import Page
    from planner.atlas.sheets.window import Box

__all__ = [
    "Row",
    "fits",
    "flow",
    "gap",
    "heading",
    "level",
    "lines_of",
    "pages_of",
    "pairs",
    "paragraph",
    "text_row",
    "together",
]

_LINE: Final = 0.47  # millimetres of a point from line to line
_BASE: Final = 0.34  # millimetres of a point from the top of a line down to its base line

# A line may break after a Chinese letter, but not before the mark that closes a clause.
_PIECES: Final = re.compile(
    r"[\u2e80-\u9fff\uff00-\uffef][，。；：、）》”·\s]*|[^\s\u2e80-\u9fff\uff00-\uffef]+\s*|\s+"
)


class Row(NamedTuple):
    """Something of a height in millimetres that is drawn at left, top and width.

    `kept` rows stay with the one that follows; a `blank` one is dropped at the head of a column.
    """

    height: float
    draw: Callable[[Page, float, float, float], None]
    kept: bool = False
    blank: bool = False


class _Set(NamedTuple):
    """A row at its place."""

    row: Row
    left: float
    top: float
    width: float


def flow(page: Page, rows: Sequence[Row], columns: Sequence[Box]) -> list[Row]:
    """Draw rows into columns, and return those for which no room was left."""
    placed, left = _set(rows, columns)
    for each in placed:
        each.row.draw(page, each.left, each.top, each.width)
    return left


def fits(rows: Sequence[Row], columns: Sequence[Box]) -> bool:
    """Tell whether columns have room for all rows."""
    return not _set(rows, columns)[1]


def together(rows: Sequence[Row]) -> list[Row]:
    """Return rows that stay in one column if they can."""
    *others, last = rows
    return [*(row._replace(kept=True) for row in others), last]


def level(rows: Sequence[Row], columns: Sequence[Box]) -> tuple[Box, ...]:
    """Return columns no higher than the rows need, so that all end at about the same height."""
    whole = sum(row.height for row in rows) / len(columns)
    for share in range(100, 200, 4):
        low = tuple(
            column._replace(height=min(column.height, whole * share / 100)) for column in columns
        )
        if fits(rows, low):
            return low
    return tuple(columns)


def pages_of(rows: Sequence[Row], columns: Sequence[Box]) -> list[int]:
    """Return how many of the rows stand on each page that has these columns."""
    counts, left = [], list(rows)
    while left:
        waiting = _set(left, columns)[1]
        if len(waiting) == len(left):  # a row higher than the paper
            waiting = waiting[1:]
        counts.append(len(left) - len(waiting))
        left = waiting
    return counts


def _set(rows: Sequence[Row], columns: Sequence[Box]) -> tuple[list[_Set], list[Row]]:
    """Return rows with their places, and those that found none."""
    placed: list[_Set] = []
    waiting = list(rows)
    for column in columns:
        top = column.top
        while waiting:
            together = _kept_together(waiting)
            if sum(row.height for row in together) > column.height:
                together = together[:1]
            if together[0].blank and top == column.top:
                waiting.pop(0)
                continue
            if top + sum(row.height for row in together) > column.bottom + 1e-6:
                break
            for row in together:
                placed.append(_Set(row, column.left, top, column.width))
                top += row.height
            del waiting[: len(together)]
    return placed, [] if all(row.blank for row in waiting) else waiting


def _kept_together(rows: Sequence[Row]) -> list[Row]:
    """Return the first row with those that must follow it in the same column."""
    end = next((place for place, row in enumerate(rows) if not row.kept), len(rows) - 1)
    return list(rows[: end + 1])


def gap(page: Page, share: float = 1.0) -> Row:
    """Return white space between blocks."""
    return Row(2.2 * share * page.unit, lambda *_: None, blank=True)


def text_row(
    page: Page,
    text: str,
    points: float,
    *,
    kept: bool = False,
    quiet: bool = False,
    indent: float = 0.0,
) -> Row:
    """Return one line of text; a quiet one may be overlooked."""
    colour = page.style.sheet.quiet if quiet else page.style.paper.ink

    def draw(on: Page, left: float, top: float, _width: float) -> None:
        base = top + _BASE * points * on.unit
        on.write(left + indent * on.unit, base, text, points, color=colour)

    return Row(_LINE * points * page.unit, draw, kept=kept)


def heading(page: Page, text: str, width: float) -> Row:
    """Return the heading of a block, with a thin line above; it stays with what follows."""
    points = page.style.sheet.text_points + 0.8
    shown = page.lettering.shortened(text, width, points * page.unit, "bold")

    def draw(on: Page, left: float, top: float, wide: float) -> None:
        on.axes.plot(
            [left, left + wide], [top, top], color=on.style.paper.ink, linewidth=0.6 * on.unit,
            solid_capstyle="butt", zorder=8,
        )  # fmt: skip
        base = top + (0.9 + _BASE * points) * on.unit
        on.write(left, base, shown, points, weight="bold")

    return Row((1.6 + _LINE * points) * page.unit, draw, kept=True)


def pairs(
    page: Page,
    cells: Sequence[str],
    ends: Sequence[float],
    *,
    points: float | None = None,
    quiet: bool = False,
) -> Row:
    """Return a line of cells: the first flush left, the others ending at shares of the width."""
    sheet = page.style.sheet
    size = points or (sheet.small_points if quiet else sheet.text_points)
    colour = sheet.quiet if quiet else page.style.paper.ink

    def draw(on: Page, left: float, top: float, wide: float) -> None:
        base = top + _BASE * size * on.unit
        first, *others = cells
        second = on.lettering.width_mm(others[0], size * on.unit) if others else 0.0
        free = wide * (ends[0] if ends else 1.0) - second - on.unit
        shown = on.lettering.shortened(first, free, size * on.unit)
        on.write(left, base, shown, size, color=colour)
        for cell, end in zip(others, ends, strict=True):
            on.write(left + wide * end, base, cell, size, ha="right", color=colour)

    return Row(_LINE * size * page.unit, draw)


def paragraph(
    page: Page, text: str, width: float, points: float, *, quiet: bool = False
) -> list[Row]:
    """Return a text broken into lines of a width."""
    return [
        text_row(page, line, points, quiet=quiet) for line in lines_of(page, text, width, points)
    ]


def lines_of(page: Page, text: str, width: float, points: float, most: int = 99) -> list[str]:
    """Break a text into lines of at most so many millimetres; the last one is cut with …."""
    size = points * page.unit
    lines = [""]
    for piece in _PIECES.findall(text):
        wider = lines[-1] + piece
        if not lines[-1] or page.lettering.width_mm(wider.rstrip(), size) <= width:
            lines[-1] = wider
        elif len(lines) == most:
            lines[-1] = wider
            break
        else:
            lines.append(piece)
    return [page.lettering.shortened(line.strip(), width, size) for line in lines if line.strip()]
