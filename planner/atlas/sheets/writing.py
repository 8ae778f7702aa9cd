"""Write sheets into one document, and as images where asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.backends.backend_pdf import PdfPages

from planner.atlas.content import one_study
from planner.atlas.sheets.desk import Desk
from planner.atlas.sheets.drawing import draw_sheet
from planner.atlas.sheets.land import prepare_land
from planner.atlas.sheets.sheets import plan_sheets
from planner.atlas.sheets.wish import ordered
from planner.atlas.sheets.words import sheet_words
from planner.atlas.style import read_style, style_file
from planner.errors import Sentence
from planner.lettering import lettered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from planner.atlas.figures import Shown
    from planner.atlas.sheets.chart import Chart
    from planner.atlas.sheets.desk import Sheet
    from planner.atlas.sheets.paper import Page
    from planner.atlas.sheets.wish import Wish
    from planner.lettering import Lettering
    from planner.terms import Language

__all__ = ["Drawn", "draw_sheets", "drawn_sheets"]

Drawn = tuple["Sheet", "Page", "list[Chart]"]
"""A sheet, its page and its maps."""


def draw_sheets(
    plans: Sequence[Shown],
    wish: Wish,
    folder: Path,
    lang: Language,
    say: Callable[[str], None] = lambda _doing: None,
) -> list[Path]:
    """Write sheets of a plan to print, in real letters and lines, at the scale they name.

    Args:
        plans: The plan, after the one it is compared with if there is one.
        wish: Which sheets, on which paper.
        folder: An existing folder; `county.pdf`, `townships.pdf` or `sections.pdf` goes into it,
            and on request an image of each page, `county-1.png` and so on.
        lang: Language of the sheets; where no font has Chinese letters they speak English.
        say: Told of each page before it is drawn.

    Returns:
        The files that were written.

    Raises:
        InputError: The plan does not have what is wished for, or maps/style.toml cannot be used.
        OutputError: The plans are of different studies.
    """
    written = []
    document = folder / f"{wish.kind}.pdf"
    with lettered(lang) as lettering:
        pages = drawn_sheets(plans, wish, lettering, say)
        if "pdf" not in wish.formats:
            return [
                _image(page, document, number, wish) for number, (_, page, _) in enumerate(pages, 1)
            ]
        with PdfPages(document, metadata={"CreationDate": None}) as pdf:
            written.append(document)
            for number, (_, page, _) in enumerate(pages, start=1):
                page.figure.savefig(pdf, format="pdf")
                if "png" in wish.formats:
                    written.append(_image(page, document, number, wish))
    return written


def drawn_sheets(
    plans: Sequence[Shown],
    wish: Wish,
    lettering: Lettering,
    say: Callable[[str], None] = lambda _doing: None,
) -> Iterator[Drawn]:
    """Yield sheets one after the other, each drawn; to be used while letters are chosen."""
    study = one_study(plans)
    order = ordered(wish, plans)
    style = read_style(style_file(study.folder))
    words = sheet_words(lettering.language)
    desk = Desk(plans, order, prepare_land(study, style), style, lettering, words)
    sheets = plan_sheets(desk)
    for number, sheet in enumerate(sheets, start=1):
        say(_told(sheet, number, len(sheets)))
        page, charts = draw_sheet(desk, sheet, number, len(sheets))
        yield sheet, page, charts


def _told(sheet: Sheet, number: int, pages: int) -> Sentence:
    """Return what is being drawn."""
    return Sentence(
        f"page {number} of {pages}, {sheet.place}", f"第{number}页，共{pages}页，{sheet.place}"
    )


def _image(page: Page, document: Path, number: int, wish: Wish) -> Path:
    """Write a page as an image."""
    path = document.with_name(f"{document.stem}-{number}.png")
    page.figure.savefig(path, dpi=wish.dpi, metadata={"Software": None})
    return path
