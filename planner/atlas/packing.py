"""Write whole numbers as short texts that a page can read."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]

__all__ = ["MISSING", "packed", "packed_list", "varints"]

MISSING: Final = -2
"""Stands for what is not known; -1 says that there is nothing, as for an area without a section."""


def packed(values: Whole) -> str:
    """Return whole numbers as text: their bytes in base 64."""
    return b64encode(varints(values)).decode("ascii")


def packed_list(values: Whole) -> str:
    """Return whole numbers from -1 up, or MISSING, as text."""
    return packed(values - MISSING)


def varints(values: Whole) -> bytes:
    """Return whole numbers as bytes: the sign in the last bit, seven bits in each byte.

    Small numbers take one byte (the varint and zigzag encoding of Google's Protocol Buffers).
    """
    left = ((values << 1) ^ (values >> 63)).astype(np.uint64)
    length = np.ones(len(left), dtype=np.int64)
    for shift in range(7, 64, 7):
        length += left >> np.uint64(shift) > 0
    ends = np.cumsum(length)
    written = np.zeros(int(ends[-1]) if len(ends) else 0, dtype=np.uint8)
    at = ends - length
    more = np.ones(len(left), dtype=bool)
    while more.any():
        more = left >= 1 << 7
        written[at] = (left & np.uint64(0x7F)).astype(np.uint8) | (more.astype(np.uint8) << 7)
        left, at = left[more] >> np.uint64(7), at[more] + 1
        more = more[more]
    return written.tobytes()
