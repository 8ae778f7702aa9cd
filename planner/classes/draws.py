"""How many large classes there may be: classes formed in many possible futures.

A drawn future tells the roll of a whole section (`planner.projection.draws`). Here it is spread
over the grades, cohort by cohort, and the classes of every cohort are formed and followed. Never
is a number of large classes inferred from a mean.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from planner.classes.kernel import PLACES, Books, Tallies, count_futures
from planner.projection.calibration import calibrate

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from planner.classes.rules import Sizes
    from planner.projection.remade import PastErrors
    from planner.scenario import ClassSettings

    FloatArray = npt.NDArray[np.float64]
    IntArray = npt.NDArray[np.int64]
    CountArray = npt.NDArray[np.int16]

__all__ = [
    "FUTURES",
    "ClassDraws",
    "ClassStart",
    "CohortSpread",
    "books_of",
    "draw_classes",
    "learn_cohorts",
]

FUTURES: Final = 200
"""Possible futures in which classes are formed: the first of those that are drawn."""

NEVER: Final = 1_000_000
"""A class size that no class reaches, where the norms know no super-large classes."""

_PIECES_PER_CORE: Final = 8
"""Into how many pieces the sections are divided for each core, so that all end together."""

_DEVIATION: Final = float(np.sqrt(np.pi / 2))
"""Standard deviation of a normal error whose mean size is 1."""


@dataclass(frozen=True, slots=True)
class CohortSpread:
    """By how much single cohorts differ from what is expected, as mean errors in pupils.

    A cohort of F pupils that is new to a section, h years ahead, is off by exp(a) × F^b × h^c; one
    that climbs a grade by exp(a) × F^b more. Both are learned from the errors of single grades in
    the past. Where the past is too short they are those of the schools of New York City 2005–2017,
    as for whole sections (`planner.projection.calibration`).

    Attributes:
        new: a, b and c of cohorts that enter.
        climbing: a and b of a year's step of cohorts that are there.
    """

    new: tuple[float, float, float]
    climbing: tuple[float, float]

    def pupils(self, expected: IntArray) -> FloatArray:
        """Return the standard deviation of what is new to each grade, [section, grade, year]."""
        number = np.maximum(expected, 1.0)
        lead = np.maximum(np.arange(expected.shape[2]), 1.0)
        a, b, c = self.new
        entering = np.exp(a) * number**b * lead**c
        climbs = np.zeros(expected.shape, dtype=bool)
        climbs[:, 1:, 1:] = expected[:, :-1, :-1] > 0
        a, b = self.climbing
        mean_error = np.where(climbs, np.exp(a) * number**b, entering)
        spread: FloatArray = np.where(expected > 0, _DEVIATION * mean_error, 0.0)
        return spread


def learn_cohorts(errors: PastErrors) -> CohortSpread:
    """Learn from the past errors of single grades how much cohorts differ."""
    entering, reached = calibrate(errors, 1).scale
    a, b, c = map(float, entering)
    return CohortSpread(new=(a, b, c), climbing=(float(reached[0]), float(reached[1])))


@dataclass(frozen=True, slots=True, eq=False)
class ClassStart:
    """What is known of one stage before the classes of possible futures are formed.

    Attributes:
        rows: Its sections, as rows of the plan's sections, ascending.
        grades: Its grades, lowest first.
        pupils: Pupils the plan expects, [section, grade, year]; the first year is counted.
        rolls: Possible rolls of the sections, [section, year, draw].
        rooms: Rooms usable for classes, [section, year].
        classes: Classes of the counted year, by (section, grade); they add up to its pupils.
        sources: Sections whose classes continue in a section and grade, by (section, grade).
        standard: Standard size by grade.
        large: Pupils from which a class is large.
        super_large: Pupils from which it is super-large; None: the norms know none.
        policy: When classes are divided and merged.
        spread: By how much cohorts differ.
    """

    rows: IntArray
    grades: tuple[int, ...]
    pupils: IntArray
    rolls: npt.NDArray[np.float32]
    rooms: IntArray
    classes: Mapping[tuple[int, int], Sizes]
    sources: Mapping[tuple[int, int], tuple[int, ...]]
    standard: tuple[int, ...]
    large: int
    super_large: int | None
    policy: ClassSettings
    spread: CohortSpread


@dataclass(frozen=True, slots=True, eq=False)
class ClassDraws:
    """Possible numbers of classes above certain sizes, future by future.

    Attributes:
        rows: The sections, as rows of the plan's sections, ascending.
        grades: Their grades, lowest first.
        over_standard: Classes above standard size, [section, year, draw].
        large: Large classes, super-large ones included, [section, year, draw].
        super_large: Super-large classes, [section, year, draw].
        entry_over_standard: Entry classes above standard size, [section, year, draw].
        large_share: Share of futures with a large class, [section, grade, year].
    """

    rows: IntArray
    grades: tuple[int, ...]
    over_standard: CountArray
    large: CountArray
    super_large: CountArray
    entry_over_standard: CountArray
    large_share: FloatArray

    def bounds(self, probabilities: tuple[float, ...]) -> FloatArray:
        """Return the large classes not exceeded with these probabilities, [section, year, …]."""
        return _whole_quantiles(self.large, probabilities)

    def together(self, probabilities: tuple[float, ...]) -> FloatArray:
        """Return the same for all sections of one future together, [year, probability]."""
        return _whole_quantiles(self.large.sum(axis=0, dtype=np.int64), probabilities)

    def any_large(self) -> FloatArray:
        """Return the probability that a section has a large class, [section, year]."""
        share: FloatArray = (self.large > 0).mean(axis=2)
        return share

    def any_large_together(self) -> FloatArray:
        """Return the probability that any of the sections has a large class, [year]."""
        share: FloatArray = (self.large > 0).any(axis=0).mean(axis=1)
        return share


def draw_classes(start: ClassStart, *, seed: int) -> ClassDraws:
    """Form the classes of one stage in every possible future, as the plan forms its own.

    The counted year is the same in all of them. A cohort that is larger than expected stays
    larger while it climbs; the grades of a section add up to its drawn roll, rounded.

    Args:
        start: What is known.
        seed: Where chance begins; the same seed gives the same classes on any number of cores.
    """
    books = books_of(start, seed)
    sections, grades, years = start.pupils.shape
    shape = sections, years, start.rolls.shape[2]
    tallies = Tallies(
        over_standard=np.zeros(shape, dtype=np.int16),
        large=np.zeros(shape, dtype=np.int16),
        super_large=np.zeros(shape, dtype=np.int16),
        entry_over=np.zeros(shape, dtype=np.int16),
        any_large=np.zeros((sections, grades, years), dtype=np.int64),
    )
    cores = os.cpu_count() or 1
    groups = len(books.starts) - 1
    ends = np.unique(np.linspace(0, groups, cores * _PIECES_PER_CORE + 1).astype(int)).tolist()
    with ThreadPoolExecutor(cores) as pool:
        pieces = [
            pool.submit(count_futures, books, tallies, first, last)
            for first, last in pairwise(ends)
        ]
    for piece in pieces:
        piece.result()
    return ClassDraws(
        rows=start.rows,
        grades=start.grades,
        over_standard=tallies.over_standard,
        large=tallies.large,
        super_large=tallies.super_large,
        entry_over_standard=tallies.entry_over,
        large_share=tallies.any_large / max(shape[2], 1),
    )


def books_of(start: ClassStart, seed: int) -> Books:
    """Lay out what is known of a stage as the compiled loops read it."""
    sections, grades, _ = start.pupils.shape
    most = max((len(sizes) for sizes in start.classes.values()), default=0)
    slots = max(1, most, int(start.rooms.max(initial=0)))
    count = np.zeros((sections, grades), dtype=np.int64)
    sizes = np.zeros((sections, grades, slots), dtype=np.int64)
    for (section, grade), classes in start.classes.items():
        count[section, grade] = len(classes)
        sizes[section, grade, : len(classes)] = classes
    starts, members = _groups(start.sources, sections)
    policy = start.policy
    return Books(
        pupils=np.ascontiguousarray(start.pupils, dtype=np.int64),
        doubt=start.spread.pupils(start.pupils),
        rolls=np.ascontiguousarray(start.rolls, dtype=np.float32),
        rooms=np.ascontiguousarray(start.rooms, dtype=np.int64),
        classes=count,
        sizes=sizes,
        sources=_sources(start.sources, sections, grades),
        standard=np.array(start.standard, dtype=np.int64),
        policy=np.array(
            [policy.split_above, policy.merge_below, start.large, start.super_large or NEVER]
        ),
        starts=starts,
        members=members,
        keys=np.ascontiguousarray(start.rows, dtype=np.int64),
        normal=_normal(),
        seed=seed,
    )


def _sources(
    sources: Mapping[tuple[int, int], tuple[int, ...]], sections: int, grades: int
) -> IntArray:
    """Return the sections whose classes continue in each grade, -1 after the last of them."""
    most = max((len(found) for found in sources.values()), default=0)
    table = np.full((sections, grades, max(most, 1)), -1, dtype=np.int64)
    for (section, grade), found in sources.items():
        table[section, grade, : len(found)] = found
    return table


def _groups(
    sources: Mapping[tuple[int, int], tuple[int, ...]], sections: int
) -> tuple[IntArray, IntArray]:
    """Return the sections group by group, whose pupils go on to one another; where each begins."""
    pairs = [(section, one) for (section, _), found in sources.items() for one in found]
    ends = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    links = coo_array((np.ones(len(pairs)), (ends[0], ends[1])), shape=(sections, sections))
    groups, group = connected_components(links, directed=False)
    members = np.argsort(group, kind="stable")
    return np.searchsorted(group[members], np.arange(groups + 1)), members


def _normal() -> FloatArray:
    """Return even quantiles of the normal distribution, of variance 1."""
    from scipy.special import ndtri

    quantiles = ndtri((np.arange(PLACES) + 0.5) / PLACES)
    even: FloatArray = quantiles / quantiles.std()
    return even


def _whole_quantiles(
    counts: npt.NDArray[np.integer], probabilities: tuple[float, ...]
) -> FloatArray:
    """Return quantiles of whole numbers over the last axis, at the end; they are whole as well."""
    found = np.quantile(counts, probabilities, axis=-1, method="inverted_cdf")
    quantiles: FloatArray = np.moveaxis(found, 0, -1).astype(float)
    return quantiles
