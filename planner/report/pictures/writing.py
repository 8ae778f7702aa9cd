"""Write pictures to files that open anywhere and are the same bytes every time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from matplotlib.backends.backend_pdf import PdfPages

from planner.lettering import lettered
from planner.terms import Language

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from matplotlib.figure import Figure

__all__ = ["write_pictures"]

_DOTS_PER_INCH: Final = 150


def write_pictures(figures: Mapping[str, Figure | list[Figure]], folder: Path) -> list[Path]:
    """Write a picture as name.png and name.svg, pages as name.pdf and name-1.png and so on.

    Letters are outlines in the SVG and embedded in the PDF, so that Chinese names show where no
    Chinese font is installed. A list without pages writes nothing.

    Args:
        figures: Pictures by the name of their file without ending.
        folder: An existing folder.

    Returns:
        The files, in the order in which they were written.
    """
    written = []
    with lettered(Language.CHINESE):
        for name, drawn in figures.items():
            if isinstance(drawn, list):
                written += _pages(drawn, folder, name)
            else:
                written += _picture(drawn, folder, name)
    return written


def _picture(figure: Figure, folder: Path, name: str) -> list[Path]:
    """Write one picture for the screen and one for print."""
    image, drawing = folder / f"{name}.png", folder / f"{name}.svg"
    figure.savefig(image, dpi=_DOTS_PER_INCH)
    figure.savefig(drawing, metadata={"Date": None})
    return [image, drawing]


def _pages(figures: Sequence[Figure], folder: Path, name: str) -> list[Path]:
    """Write pages into one document, and each as an image."""
    if not figures:
        return []
    document = folder / f"{name}.pdf"
    with PdfPages(document, metadata={"CreationDate": None}) as pages:
        for figure in figures:
            figure.savefig(pages, format="pdf")
    images = [folder / f"{name}-{page}.png" for page in range(1, len(figures) + 1)]
    for figure, image in zip(figures, images, strict=True):
        figure.savefig(image, dpi=_DOTS_PER_INCH)
    return [document, *images]
