"""Write columns and arrays as the plain lists that a page can read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from planner.atlas.packing import MISSING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    Whole = NDArray[np.int64]

__all__ = ["Pool", "floats", "numbers", "places", "texts"]


@dataclass(slots=True)
class Pool:
    """Lists of whole numbers that are sent once, however many years and scenarios share them."""

    items: list[Whole] = field(default_factory=list)
    _places: dict[bytes, int] = field(default_factory=dict)

    def place(self, values: Whole) -> int:
        """Return the place of a list, which is kept when it is met first."""
        at = self._places.setdefault(values.tobytes(), len(self.items))
        if at == len(self.items):
            self.items.append(values)
        return at

    def place_of_numbers(self, values: NDArray[np.float64]) -> int:
        """Return the place of a list of numbers, rounded, with MISSING for those not known."""
        return self.place(np.where(np.isnan(values), MISSING, np.rint(values)).astype(np.int64))


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


def places(index: pd.Index[Any], column: pd.Series[Any]) -> NDArray[np.intp]:
    """Return where the values of a column stand in an index, -1 for those that do not.

    Columns repeat their values in every year, so that each different one is looked up once.
    """
    code, different = pd.factorize(column)
    return np.append(index.get_indexer(pd.Index(different)), -1)[code]


def texts(column: Iterable[Any]) -> list[str]:
    """Return a column of text, empty where a cell is."""
    plain = pd.Series(column, dtype="str")
    known: list[str] = plain.fillna("").to_list()
    return known
