"""Learn how many of a hundred pupils sit a grade higher a year later, school by school."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]
    BoolArray = npt.NDArray[np.bool_]
    IntArray = npt.NDArray[np.int64]

__all__ = ["USUAL_MEMORY", "Memory", "Ratios", "Steps", "learn_memory", "shrunk_ratios", "steps_of"]


@dataclass(frozen=True, slots=True)
class Memory:
    """How fast the past is forgotten, and how far a school is trusted against its like.

    Attributes:
        decay: Weight of a step that lies one year further back.
        own: Pupils of its kind's experience that are mixed into a school's own.
        kind: Pupils of the county's experience that are mixed into a kind's.
    """

    decay: float
    own: float
    kind: float


USUAL_MEMORY: Final = Memory(decay=0.6, own=30.0, kind=1000.0)
"""Where a county's own past is too short to say; the rolls of New York City 2005–2017 chose it."""

_DECAYS: Final = (0.4, 0.6, 0.8)
_OWN: Final = (15.0, 30.0, 60.0, 120.0)
_KIND: Final = (300.0, 1000.0, 10_000.0)


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """Every cohort seen twice: who was a grade lower a year before, and who arrived.

    Attributes:
        left: Pupils a grade lower, [school, grade entered, year of arrival].
        arrived: Pupils who arrived, same shape; both are 0 where a step was not seen whole.
        kind: Which kind of school each one is, [school].
    """

    left: FloatArray
    arrived: FloatArray
    kind: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Ratios:
    """Progression ratios by the grade that is entered; 1 where nothing was ever seen.

    Attributes:
        school: Drawn toward the school's kind and the county, [school, grade].
        county: All schools together, [grade].
    """

    school: FloatArray
    county: FloatArray


def steps_of(counts: FloatArray) -> Steps:
    """Return all steps of consecutive years; `counts` is [school, grade, year], NaN: unknown.

    Schools are of a kind where they teach the same lowest and highest grade in the last year
    in which they were counted.
    """
    left, arrived = np.zeros(counts.shape), np.zeros(counts.shape)
    before, after = counts[:, :-1, :-1], counts[:, 1:, 1:]
    seen = np.isfinite(before) & np.isfinite(after)
    left[:, 1:, 1:] = np.where(seen, before, 0.0)
    arrived[:, 1:, 1:] = np.where(seen, after, 0.0)
    return Steps(left, arrived, _kinds(counts))


def _kinds(counts: FloatArray) -> IntArray:
    """Return a number for each span of grades."""
    counted: BoolArray = np.asarray(np.isfinite(counts).any(axis=1))
    years = counts.shape[2]
    last = np.where(counted.any(axis=1), years - 1 - counted[:, ::-1].argmax(axis=1), 0)
    taught = np.isfinite(counts[np.arange(len(counts)), :, last])
    grades = taught.shape[1]
    span = taught.argmax(axis=1) * grades + taught[:, ::-1].argmax(axis=1)
    numbers: IntArray = np.unique(span, return_inverse=True)[1].astype(np.int64)
    return numbers


def shrunk_ratios(
    steps: Steps, memory: Memory, origin: int, hidden: tuple[int, int] = (0, 0)
) -> Ratios:
    """Return the ratios as they are believed in one year, the recent past weighing most.

    ratio = (arrived + k × ratio of the kind) ÷ (left + k), and the kind's likewise toward the
    county's: the posterior mean of a rate whose prior is worth k pupils (Efron & Morris 1975,
    "Data analysis using Stein's estimator and its generalizations", JASA 70:311–319).

    Args:
        steps: All steps seen.
        memory: How fast to forget, how much to draw in.
        origin: Column of the year in which the ratios are wanted.
        hidden: Columns (first, last + 1) of arrivals not to look at. Without them only steps
            up to the origin count. With them steps on both sides of the hidden years count,
            the nearest most: so that an early year can be forecast as well as a late one.
    """
    columns = np.arange(steps.left.shape[2])
    first, end = hidden
    ago = np.where(columns <= origin, origin - columns, columns - end)
    usable = (columns <= origin) | ((end > first) & (columns >= end))
    weight = np.where(usable, memory.decay ** np.maximum(ago, 0), 0.0)
    left, arrived = steps.left @ weight, steps.arrived @ weight
    county = _mixed(left.sum(axis=0), arrived.sum(axis=0), np.ones(left.shape[1]), 0.0)
    of_kind = np.zeros((2, steps.kind.max(initial=0) + 1, left.shape[1]))
    np.add.at(of_kind[0], steps.kind, left)
    np.add.at(of_kind[1], steps.kind, arrived)
    kind = _mixed(of_kind[0], of_kind[1], county, memory.kind)
    return Ratios(_mixed(left, arrived, kind[steps.kind], memory.own), county)


def _mixed(left: FloatArray, arrived: FloatArray, prior: FloatArray, weight: float) -> FloatArray:
    """Return ratios with so many pupils' worth of the prior; the prior where nobody was seen."""
    mixed = np.broadcast_to(prior, left.shape).copy()
    base = left + weight
    np.divide(arrived + weight * prior, base, out=mixed, where=base > 0)
    return mixed


def learn_memory(steps: Steps, start: Memory = USUAL_MEMORY) -> Memory:
    """Return the memory that would have foreseen this county's cohorts best, a year ahead.

    Every year with a step before it is forecast from what was known then, by each decay, then
    by each weight of the school and of its kind; the smallest sum of absolute errors wins. With
    fewer than three such years the memory to start from holds.
    """
    stepped = np.asarray(steps.left.any(axis=(0, 1)))
    origins = [
        column
        for column in range(1, len(stepped) - 1)
        if stepped[column + 1] and stepped[: column + 1].any()
    ]
    if len(origins) < 3:
        return start

    def missed(memory: Memory) -> float:
        return sum(_missed(steps, memory, column) for column in origins)

    best = min((replace(start, decay=decay) for decay in _DECAYS), key=missed)
    best = min((replace(best, own=own) for own in _OWN), key=missed)
    return min((replace(best, kind=kind) for kind in _KIND), key=missed)


def _missed(steps: Steps, memory: Memory, origin: int) -> float:
    """Return the pupils by which all cohorts were missed a year after an origin."""
    ratio = shrunk_ratios(steps, memory, origin).school
    foreseen = steps.left[:, :, origin + 1] * ratio
    return float(np.abs(foreseen - steps.arrived[:, :, origin + 1]).sum())
