"""State what every question about zones begins with: pupils, seats, walks, and what touches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from numpy.typing import NDArray

__all__ = [
    "Town",
    "misshapen",
    "outside",
    "refuse",
    "unlimited",
    "unpriced",
    "unpriced_weights",
]


@dataclass(frozen=True, slots=True, eq=False)
class Town:
    """Areas with pupils, sections with seats, and the walks between."""

    pupils: NDArray[np.int64]
    """[area] pupils to be seated, at least 0."""
    seats: NDArray[np.int64]
    """[section] seats on offer, at least 0."""
    walk_metres: NDArray[np.float64]
    """[area, section] length of the walk; inf where there is none."""
    edges: NDArray[np.int64]
    """[edge, 2] pairs of areas that touch; each pair once or in both directions."""

    @property
    def areas(self) -> int:
        """How many areas there are."""
        return len(self.pupils)

    @property
    def sections(self) -> int:
        """How many sections there are."""
        return len(self.seats)

    def for_every_way(self, metres: float | NDArray[np.float64]) -> NDArray[np.float64]:
        """Spread a limit that is one for all, [area] or [area, section] over [area, section]."""
        given = np.asarray(metres, dtype=np.float64)
        shaped = given if given.ndim == 2 else given.reshape(-1, 1)
        return np.broadcast_to(shaped, self.walk_metres.shape)


def refuse(faults: Iterable[str]) -> None:
    """Raise one ValueError for all faults together, if there are any."""
    found = list(faults)
    if found:
        raise ValueError("\n".join(found))


def misshapen(
    name: str, array: NDArray[np.generic] | None, shape: tuple[int, ...], kind: str
) -> Iterator[str]:
    """Say whether an array, if it is there, has another length or kind of number (iu, f or b)."""
    if array is not None and array.shape != shape:
        yield f"{name}: expected the shape {shape}, found {array.shape}."
    if array is not None and array.dtype.kind not in kind:
        yield f"{name}: expected {_KINDS[kind]}, found {array.dtype}."


_KINDS = {"iu": "whole numbers", "f": "floating-point numbers", "b": "true or false"}


def outside(name: str, numbers: NDArray[np.int64], least: int, below: int | None) -> Iterator[str]:
    """Name the first number outside its range and count the others."""
    wrong = numbers < least
    if below is not None:
        wrong |= numbers >= below
    if wrong.any():
        span = f"at least {least}" if below is None else f"from {least} to {below - 1}"
        first = int(np.argmax(wrong))
        yield (
            f"{name}: expected numbers {span}, found {int(wrong.sum())} outside, "
            f"the first {int(numbers[first])} at position {first}."
        )


def unpriced(
    name: str, metres: float | NDArray[np.float64], *, forbids: bool = False
) -> Iterator[str]:
    """Say whether prices or lengths are negative or no numbers, or infinite where none may be."""
    wrong = ~(np.asarray(metres) >= 0)
    if not forbids:
        wrong |= np.isinf(metres)
    if wrong.any():
        kind = "numbers" if forbids else "finite numbers"
        yield f"{name}: expected {kind} of at least 0, found {int(wrong.sum())} others."


def unlimited(name: str, metres: float | NDArray[np.float64], town: Town) -> Iterator[str]:
    """Say whether a limit is neither one for all, [area] nor [area, section], or is negative."""
    limits = np.atleast_1d(metres)
    if limits.shape not in {(1,), (town.areas,), town.walk_metres.shape} or not np.all(limits >= 0):
        yield (
            f"{name}: expected one length of at least 0, one for each area or one for each area "
            f"and section, found {int(np.sum(~(limits >= 0)))} negative or missing in the shape "
            f"{limits.shape}."
        )


def unpriced_weights(prices: Mapping[str, float]) -> Iterator[str]:
    """Say which prices, by name, are negative or no finite numbers."""
    for name, price in prices.items():
        if not (np.isfinite(price) and price >= 0):
            yield f"weights: expected {name} to be a finite number of at least 0, found {price}."
