"""Say which package to install where no font can write Chinese."""

from __future__ import annotations

from planner.lettering import find_lettering
from planner.report.names import Both
from planner.report.pictures.words import said
from planner.terms import Language

__all__ = ["font_notice"]


def font_notice() -> Both | None:
    """Return the sentence to show where no font can write Chinese, naming what to install."""
    if find_lettering(Language.CHINESE).chinese:
        return None
    return Both(zh=said("no_font", Language.CHINESE), en=said("no_font", Language.ENGLISH))
