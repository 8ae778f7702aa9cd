"""Rows as pictures need them: numbers that are plain, a missing one as NaN."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["plain"]


def plain(table: pd.DataFrame, *numbers: str, flag: str = "") -> pd.DataFrame:
    """Return a table whose `numbers` are floats, `year` whole and `flag` true or false.

    Tables of a plan have columns that know a missing value of their own kind, which no drawing
    library does.
    """
    columns: dict[str, Any] = {
        name: table[name].to_numpy(dtype=float, na_value=np.nan) for name in numbers
    }
    columns["year"] = table["year"].to_numpy(dtype=int)
    if flag:
        columns[flag] = table[flag].to_numpy(dtype=bool)
    return table.assign(**columns)
