"""Find letters for the names of schools, Chinese ones included, and keep hostile names harmless."""

from __future__ import annotations

from bisect import bisect_right
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from planner.terms import Language

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["CHINESE_FAMILIES", "Lettering", "find_lettering", "lettered"]

CHINESE_FAMILIES: Final = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "SimHei",
    "Heiti SC",
    "Noto Sans CJK JP",  # what older font lists call the whole collection
    "Droid Sans Fallback",
    "Arial Unicode MS",
)
"""Fonts with simplified Chinese, the first that is installed is taken."""

_ALWAYS_THERE: Final = "DejaVu Sans"  # comes with matplotlib
_UNKNOWN: Final = "?"
_CUT: Final = "…"


@dataclass(frozen=True, slots=True)
class Lettering:
    """The fonts that are used, in order, and the language they can write.

    `pdf_font_type` is 42 (TrueType, embedded whole as letters) or 3 where the font has PostScript
    outlines: labelled 42 such a font makes a file that strict readers refuse.
    """

    families: tuple[str, ...]
    language: Language
    chinese: bool
    pdf_font_type: int

    def text(self, text: object) -> str:
        """Return text on one line, without control characters and letters no font can draw."""
        known = _letters(self.families)
        return "".join(letter if ord(letter) in known else _UNKNOWN for letter in _line(text))

    def name(self, name: object, key: object) -> str:
        """Return a name, or the key of what it names where it is empty or cannot be written."""
        drawn = self.text(name)
        lost = drawn != _line(name) and not self.chinese
        return self.text(key) if lost or not drawn else drawn

    def width_mm(self, text: str, points: float, weight: str = "normal") -> float:
        """Return how wide a text is when drawn."""
        return _width_mm(text, self.families, points, weight)

    def shortened(self, text: str, width_mm: float, points: float, weight: str = "normal") -> str:
        """Return as much of a text as fits, and … where it is cut."""
        if self.width_mm(text, points, weight) <= width_mm:
            return text
        # A name may be long: how much of it fits is found by halving.
        kept = bisect_right(
            range(len(text)),
            width_mm,
            key=lambda letters: self.width_mm(text[:letters] + _CUT, points, weight),
        )
        return text[: max(0, kept - 1)].rstrip() + _CUT


def find_lettering(lang: Language) -> Lettering:
    """Choose fonts among those installed; without Chinese letters the pictures speak English."""
    installed = {font.name for font in font_manager.fontManager.ttflist}
    found = next((family for family in CHINESE_FAMILIES if family in installed), None)
    if found is None:
        return Lettering((_ALWAYS_THERE,), Language.ENGLISH, chinese=False, pdf_font_type=42)
    return Lettering(
        (found, _ALWAYS_THERE), lang, chinese=True, pdf_font_type=3 if _postscript(found) else 42
    )


@contextmanager
def lettered(lang: Language) -> Iterator[Lettering]:
    """Have all text inside the `with` block drawn in the chosen fonts, `$` meaning a dollar.

    Nobody's own matplotlib settings count inside the block, so that the same figures give
    the same picture on every machine with the same fonts.
    """
    lettering = find_lettering(lang)
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(
            {
                "font.family": list(lettering.families),
                "text.parse_math": False,
                "pdf.fonttype": lettering.pdf_font_type,
                "svg.fonttype": "path",
                "svg.hashsalt": "planner",
            }
        )
        yield lettering


@lru_cache(maxsize=20_000)
def _width_mm(text: str, families: tuple[str, ...], points: float, weight: str) -> float:
    """Return how wide a text is: the same words stand on page after page."""
    letters = FontProperties(family=list(families), size=points, weight=weight)
    width, _, _ = text_to_path.get_text_width_height_descent(text, letters, ismath=False)
    return float(width) * 25.4 / 72


def _line(text: object) -> str:
    """Return text on one line, without marks that nobody can see."""
    seen = (letter for letter in str(text) if letter.isprintable() or letter.isspace())
    return " ".join("".join(seen).split())


@cache
def _letters(families: tuple[str, ...]) -> frozenset[int]:
    """Return the code points that at least one of the fonts can draw."""
    return frozenset().union(
        *(font_manager.get_font(_file(family)).get_charmap() for family in families)
    )


@cache
def _postscript(family: str) -> bool:
    """Tell whether a font file has PostScript outlines, in a collection or alone."""
    with Path(_file(family)).open("rb") as file:
        head = file.read(16)
        if head[:4] == b"ttcf":
            file.seek(int.from_bytes(head[12:16], "big"))
            head = file.read(4)
    return head[:4] == b"OTTO"


def _file(family: str) -> str:
    """Return the file of an installed font."""
    return font_manager.findfont(FontProperties(family=[family]), fallback_to_default=False)
