"""Write a notice: the document to publish, the same words as plain text, and its stretches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from planner.notices.docx import write_docx
from planner.notices.table import write_stretches
from planner.notices.wording import paragraphs_of

if TYPE_CHECKING:
    from pathlib import Path

    from planner.notices.notice import Notice

__all__ = ["DOCUMENT", "STRETCHES", "TEXT", "write_notice"]

DOCUMENT: Final = "notice.docx"
TEXT: Final = "notice.txt"
STRETCHES: Final = "stretches.csv"


def write_notice(notice: Notice, folder: Path) -> None:
    """Write notice.docx and notice.txt to be published, and stretches.csv for the planner.

    `folder` exists, such as the one `results_folder` gives. The same notice gives the same bytes.
    """
    paragraphs = paragraphs_of(notice)
    write_docx(paragraphs, folder / DOCUMENT, notice.lang)
    text = "".join(
        f"{'' if style in ('title', 'body') else chr(10)}{line}\n" for style, line in paragraphs
    )
    (folder / TEXT).write_text(text, encoding="utf-8", newline="\n")
    write_stretches(notice, folder / STRETCHES)
