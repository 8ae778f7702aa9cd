"""Walk round a border in even steps, and choose the cheapest word for every step of the way.

With `cost[i, f]` for calling step i by word f and a price P for each change of the word, the
words w minimise

    sum_i cost[i, w_i] + P · #{i : w_i ≠ w_(i+1)}

over the closed ring (Viterbi 1967; the ring is opened by walking it twice and keeping the middle).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]
    IntArray = npt.NDArray[np.int64]

__all__ = ["Run", "Steps", "cheapest_words", "runs_of", "steps_along"]

STEP_METRES = 10.0
MOST_STEPS = 1500
"""A long border is walked in longer steps."""
_FEWEST_STEPS = 12
_LOOK_METRES = 15.0
"""How far ahead and back one looks to tell which way a border runs: small jogs do not count."""


class Steps(NamedTuple):
    """Steps round a ring, the zone always on the right hand.

    Attributes:
        points: Middle of each step, [step, 2].
        ahead: Unit vector of the way the border runs there, [step, 2].
        outward: Unit vector away from the zone, [step, 2].
        metres: Length of every step.
    """

    points: FloatArray
    ahead: FloatArray
    outward: FloatArray
    metres: float


class Run(NamedTuple):
    """Steps in a row that have the same word: from `start`, so many, past the end from 0 again."""

    start: int
    length: int
    word: int

    def steps(self, total: int) -> IntArray:
        """Return the numbers of the steps of a ring with so many."""
        return (self.start + np.arange(self.length)) % total


def steps_along(ring: shapely.LinearRing) -> Steps:
    """Return even steps along a ring that is walked with the zone on the right."""
    length = float(ring.length)
    count = int(np.clip(np.ceil(length / STEP_METRES), _FEWEST_STEPS, MOST_STEPS))
    step = length / count
    middle = (np.arange(count) + 0.5) * step
    look = min(max(_LOOK_METRES, step / 2), length / 8)
    points, back, front = (
        shapely.get_coordinates(shapely.line_interpolate_point(ring, (middle + away) % length))
        for away in (0.0, -look, look)
    )
    ahead = front - back
    norm = np.linalg.norm(ahead, axis=1, keepdims=True)
    ahead = np.divide(ahead, norm, out=np.zeros_like(ahead), where=norm > 0)
    return Steps(points, ahead, np.column_stack([-ahead[:, 1], ahead[:, 0]]), step)


def cheapest_words(cost: FloatArray, price: float) -> IntArray:
    """Return the word of every step of a ring that costs least in all.

    Args:
        cost: Cost of each word at each step, inf where it is out of the question, [step, word].
            Every step has a word with a finite cost.
        price: Cost of a change of the word.
    """
    steps, words = cost.shape
    twice = np.concatenate([cost, cost])
    came_from = np.empty((2 * steps, words), dtype=np.int64)
    value, own = twice[0], np.arange(words)
    for number in range(1, 2 * steps):
        best = int(value.argmin())
        change = value[best] + price < value
        came_from[number] = np.where(change, best, own)
        value = np.where(change, value[best] + price, value) + twice[number]
        value -= value.min()  # only differences matter; keeps the figures small
    word = int(value.argmin())
    chosen = np.empty(2 * steps, dtype=np.int64)
    for number in range(2 * steps - 1, 0, -1):
        chosen[number] = word
        word = int(came_from[number, word])
    chosen[0] = word
    half = steps // 2
    # The middle of the two rounds knows nothing of where they were cut open.
    return np.roll(chosen[half : half + steps], half)


def runs_of(words: IntArray) -> list[Run]:
    """Return the runs of equal words round a ring; one run of the whole ring begins at 0."""
    total = len(words)
    starts = np.flatnonzero(words != np.roll(words, 1))
    if not len(starts):
        return [Run(0, total, int(words[0]))]
    counts = np.diff([*starts, starts[0] + total])
    return [
        Run(int(start), int(count), int(words[start]))
        for start, count in zip(starts, counts, strict=True)
    ]
