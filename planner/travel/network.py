"""Say from which junction a child comes to which other, and how far that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Network"]


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Junctions and the ways between them, each way in one direction.

    A street that is walked both ways is two arcs. Several arcs may join the same two nodes, an
    arc may lead back to its own node, and nodes may lie on no arc at all.

    Attributes:
        nodes: Number of nodes, numbered from 0.
        tails: Node where each arc begins, [arc] int64.
        heads: Node where each arc ends, [arc] int64.
        metres: Length of each arc, [arc] float64, at least 0; inf where nobody passes.
    """

    nodes: int
    tails: NDArray[np.int64]
    heads: NDArray[np.int64]
    metres: NDArray[np.float64]

    def __post_init__(self) -> None:
        """Refuse what is no network."""
        arcs = self.metres.shape
        if self.tails.shape != arcs or self.heads.shape != arcs:
            message = (
                "network: expected as many tails and heads as lengths, found "
                f"{self.tails.shape}, {self.heads.shape} and {arcs}."
            )
            raise ValueError(message)
        if not (self.metres >= 0).all():
            wrong = int(np.sum(~(self.metres >= 0)))
            message = f"network: expected lengths of at least 0, found {wrong} negative or missing."
            raise ValueError(message)
        ends = np.concatenate([self.tails, self.heads])
        if len(ends) and not (ends.min() >= 0 and ends.max() < self.nodes):
            message = f"network: expected nodes from 0 to {self.nodes - 1}, found others."
            raise ValueError(message)
