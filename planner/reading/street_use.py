"""Tell which streets are open to whom: what the table says, else what their class says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from planner.norms.street_classes import UNKNOWN_CLASS, street_classes

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["open_streets"]

SAID_IN: Final = {"foot": "walkable", "cycle": "cyclable", "bus": "drivable"}


def open_streets(streets: pd.DataFrame, mode: str = "foot") -> NDArray[np.bool_]:
    """Tell which streets are open to children on foot, on bicycles ("cycle") or in a "bus".

    One answer for each row of the streets table, [street].
    A street that does not say itself who may use it is open as its class is.
    """
    classes = street_classes()
    by_class = np.array(
        [getattr(classes.get(name, UNKNOWN_CLASS), mode) for name in streets["street_class"]],
        dtype=bool,
    )
    said = streets[SAID_IN[mode]]
    return np.where(said.isna(), by_class, said.fillna(value=True)).astype(bool)
