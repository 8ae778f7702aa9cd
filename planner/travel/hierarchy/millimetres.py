"""Count lengths in whole millimetres, so that sums do not depend on the order of adding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["CLOSED", "MILLIMETRES", "SURE", "in_millimetres", "in_whole_millimetres"]

MILLIMETRES: Final = 1000
"""In a metre."""

CLOSED: Final = 2**30
"""Stands for "no way" where lengths are 32-bit whole numbers; twice of it would not fit, but
it is never added to itself."""

SURE: Final = 2**29
"""Millimetres, 536 km: two lengths below it add up to less than CLOSED, so while every length met
is shorter, nothing was cut off and all sums are right. Being a power of two, it is the one bit
that tells a longer length from a short one and from CLOSED."""


def in_millimetres(metres: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return lengths rounded to millimetres; inf stays inf."""
    return np.rint(metres * MILLIMETRES)


def in_whole_millimetres(metres: NDArray[np.float64]) -> NDArray[np.int32] | None:
    """Return lengths as whole numbers, CLOSED for inf; None where one is too long to be sure."""
    rounded = in_millimetres(metres)
    closed = np.isinf(rounded)
    if np.max(rounded, where=~closed, initial=0.0) >= SURE:
        return None
    rounded[closed] = CLOSED
    return rounded.astype(np.int32)
