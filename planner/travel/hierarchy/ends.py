"""Say where journeys end: at a gate that one or several junctions lead to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Ends"]


@dataclass(frozen=True, slots=True, eq=False)
class Ends:
    """Places with the nodes from which they can be entered, one row per place and node.

    A gate in the middle of a street has two rows, one for either end of the street. Several
    gates of one campus are rows of one place: whichever is nearest counts.

    Attributes:
        place: Number of the place from 0, [row].
        node: Node of the network, [row].
        metres: What is left of the way from there, [row], at least 0.
        places: How many places there are; one without a row is reached by nobody.
    """

    place: NDArray[np.int64]
    node: NDArray[np.int64]
    metres: NDArray[np.float64]
    places: int

    def __post_init__(self) -> None:
        """Refuse rows that say nothing."""
        rows = self.node.shape
        if self.place.shape != rows or self.metres.shape != rows:
            message = (
                "ends: expected as many places and lengths as nodes, found "
                f"{self.place.shape}, {self.metres.shape} and {rows}."
            )
            raise ValueError(message)
        if len(self.place) and not (self.place.min() >= 0 and self.place.max() < self.places):
            message = f"ends: expected places from 0 to {self.places - 1}, found others."
            raise ValueError(message)
        if not (np.isfinite(self.metres) & (self.metres >= 0)).all():
            message = "ends: expected finite lengths of at least 0, found others."
            raise ValueError(message)

    @classmethod
    def at(cls, nodes: NDArray[np.int64]) -> Ends:
        """Return one place at each of these nodes, [place]."""
        return cls(
            place=np.arange(len(nodes), dtype=np.int64),
            node=nodes,
            metres=np.zeros(len(nodes)),
            places=len(nodes),
        )
