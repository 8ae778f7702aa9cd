"""Write columns and arrays as the plain lists that a page can read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

__all__ = ["Pool", "floats", "numbers", "texts"]


@dataclass(slots=True)
class Pool:
    """Lists that are sent once, however many years and scenarios share them."""

    items: list[Any] = field(default_factory=list)
    places: dict[bytes, int] = field(default_factory=dict)

    def place(self, key: bytes, make: Callable[[], Any]) -> int:
        """Return the place of the item with this key, making it when it is met first."""
        if key not in self.places:
            self.places[key] = len(self.items)
            self.items.append(make())
        return self.places[key]

    def place_of_numbers(self, values: NDArray[np.float64]) -> int:
        """Return the place of a list of whole numbers, missing ones as None."""
        rounded = np.rint(values)
        return self.place(rounded.tobytes(), lambda: numbers(rounded, decimals=0))


def floats(column: pd.Series[Any]) -> NDArray[np.float64]:
    """Return a column of numbers with missing ones as NaN."""
    return column.to_numpy(dtype=np.float64, na_value=np.nan)


def numbers(values: NDArray[np.float64], *, decimals: int) -> list[int | float | None]:
    """Return rounded numbers, missing ones as None; without decimals they are integers."""
    rounded = np.round(values, decimals)
    missing = np.isnan(rounded)
    if decimals == 0:
        rounded = np.where(missing, 0, rounded).astype(np.int64)
    plain: list[int | float | None] = rounded.tolist()
    for at in np.flatnonzero(missing):
        plain[at] = None
    return plain


def texts(column: Iterable[Any]) -> list[str]:
    """Return a column of text, empty where a cell is."""
    plain = pd.Series(column, dtype="str")
    known: list[str] = plain.fillna("").to_list()
    return known
