"""Hold what a page looks like against a small picture of it that somebody has looked at.

Another version of a font or of the browser puts letters and edges elsewhere by a pixel or two; a
panel that moved, a layer that is missing or another colour covers whole patches. So both pictures
are made a quarter as large, and a pixel counts only where no pixel nearby in the other picture is
like it, whichever picture is taken for the other.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image
from scipy import ndimage

__all__ = ["FOLDER", "TOLERANCE", "difference", "kept", "small"]

FOLDER: Final = Path(__file__).parent / "pictures"
TOLERANCE: Final = 0.002
"""Share of pixels that may differ.

Measured on the eight pictures: WenQuanYi in the place of Noto letters, other hinting and another
colour profile come to 0.16 % at most; a railway, a river or the schools left out, a button of
another colour to 0.24 % at least. What is smaller (the fill of one school, 0.09 %) has tests of
its own.
"""
_COLOURS: Final = 256
_KEPT: Final = 2
"""How many pixels of the page, along each side, become one of the picture that is kept."""
_COMPARED: Final = 2
"""How many of those become one that is compared."""
_REACH: Final = 4
"""How far what is like a pixel may lie from it, in pixels compared: 16 of the page."""
_ALIKE: Final = 20
"""Steps of 255 by which red, green or blue may differ."""


def small(screenshot: bytes) -> Image.Image:
    """Return the picture of a page as it is kept."""
    page = Image.open(io.BytesIO(screenshot)).convert("RGB").reduce(_KEPT)
    return page.quantize(_COLOURS, dither=Image.Dither.NONE)


def kept(name: str) -> Image.Image:
    """Return the picture that was accepted."""
    return Image.open(FOLDER / f"{name}.png")


def difference(one: Image.Image, other: Image.Image) -> float:
    """Return the share of pixels that have nothing like them in the other picture, 0–1."""
    if one.size != other.size:
        return 1.0
    first, second = _levels(one), _levels(other)
    return float((_unlike(first, second) | _unlike(second, first)).mean())


def _levels(picture: Image.Image) -> npt.NDArray[np.int16]:
    """Return red, green and blue of a picture made smaller, [row, column, 3]."""
    return np.asarray(picture.convert("RGB").reduce(_COMPARED), dtype=np.int16)


def _unlike(seen: npt.NDArray[np.int16], around: npt.NDArray[np.int16]) -> npt.NDArray[np.bool_]:
    """Tell which pixels are darker or lighter than everything nearby in the other picture."""
    size = (2 * _REACH + 1, 2 * _REACH + 1, 1)
    lightest = ndimage.maximum_filter(around, size)
    darkest = ndimage.minimum_filter(around, size)
    beyond = np.maximum(seen - lightest, darkest - seen)
    return np.asarray((beyond > _ALIKE).any(axis=2))
