"""A word is compared in its plain form: full-width and half-width, case and blanks alike."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["is_whole", "plain"]


def plain(label: str) -> str:
    """Return a label as it is compared: full-width and half-width, case and blanks alike."""
    return "".join(unicodedata.normalize("NFKC", label).casefold().split())


def is_whole(key: str) -> bool:
    """Tell whether a key is a whole number, written in the one way that keys are compared."""
    return re.fullmatch(r"0|-?[1-9][0-9]*", key) is not None
