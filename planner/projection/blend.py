"""Foresee every school's grades by weighing simple views as this county's past has proved them.

A cohort that climbs, last year's roll, the roll of recent years, the wave in the grade below:
none of them is right everywhere. How far each is to be trusted is learned from the years that
are known already, grade by grade and by the size of the school (combination of forecasts:
Bates & Granger 1969, "The combination of forecasts", OR Quarterly 20:451–468).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from planner.projection.ratios import Memory, Steps, learn_memory, shrunk_ratios, steps_of
from planner.projection.views import CLIMBING, ENTERING, Views, views_of

if TYPE_CHECKING:
    import numpy.typing as npt

    from planner.projection.ratios import Ratios

    FloatArray = npt.NDArray[np.float64]
    IntArray = npt.NDArray[np.int64]

__all__ = [
    "SIZE_BOUNDS",
    "SIZE_CLASSES",
    "Blend",
    "Checks",
    "foresee",
    "learn_blend",
    "size_class",
]

SIZE_BOUNDS: Final = (200, 500, 1000)
"""Pupils at which one size class of schools ends and the next begins."""

SIZE_CLASSES: Final = ("<200", "200-499", "500-999", "1000+")
"""Names of the size classes, by the pupils of the whole school in the year of the forecast."""

_FORGETTING: Final = 0.7
"""Weight, in learning how far to trust a view, of a year one further back."""

_ROUNDS: Final = 30
"""Rounds of reweighting; the weights have settled to three digits long before."""

_GRADE_ROWS: Final = 2.0
"""Rows that all grades together weigh in the weights of one grade. They pull at every view by
itself; where the views of a row are nearly equal, far more rows are needed to tell them apart."""

_SIZE_ROWS: Final = 6.0
"""Rows that all sizes together weigh in the weights of one size class of a grade."""

_BEFOREHAND_CLIMBING: Final = {"cohort": 0.9, "last": 0.1}
_BEFOREHAND_ENTERING: Final = {"last": 0.6, "before": 0.2, "recent": 0.2, "wave": 0.5}
"""Weights before any year has been checked; the first years of New York City chose them."""


@dataclass(frozen=True, slots=True, eq=False)
class Blend:
    """How far each view is trusted.

    Attributes:
        memory: How progression ratios are learned.
        climbing: Weights of grades reached from below, [grade, size class, view of CLIMBING].
        entering: Weights of entry grades, [grade, size class, view of ENTERING].
        checked: Columns of the years whose next year the weights were learned from.
    """

    memory: Memory
    climbing: FloatArray
    entering: FloatArray
    checked: tuple[int, ...]


def learn_blend(counts: FloatArray) -> Blend:
    """Learn the weights from every year that was followed by a counted one.

    Args:
        counts: Pupils, [school, grade, year], consecutive years; NaN where a grade was not
            offered or not counted.
    """
    return Checks(counts).blend()


class Checks:
    """What the views would have said in every year of the next, beside what came.

    The weights are those that would have missed the fewest pupils (least absolute deviations,
    by iteratively reweighted least squares; Schlossmacher 1973, JASA 68:857–859), none below
    zero, those of a size class drawn toward the grade's, the grade's toward all grades', these
    toward weights that are set beforehand.
    """

    def __init__(self, counts: FloatArray) -> None:
        """Look back from every year that has a year before and a counted one after it."""
        self.steps = steps_of(counts)
        self.memory = learn_memory(self.steps)
        self._shape = counts.shape[1], len(SIZE_CLASSES)
        self._latest = counts.shape[2] - 1
        # In the first year no ratio is known yet, so that its views say nothing of later ones.
        self._seen = {
            column: _seen(counts, self.steps, self.memory, column)
            for column in range(1, counts.shape[2] - 1)
            if _counted(counts, column) and _counted(counts, column + 1)
            if self.steps.left[:, :, : column + 1].any()
        }

    def blend(self, without: int | None = None) -> Blend:
        """Return the weights learned from all years, or from all but the checks of one."""
        if without not in self._seen:
            return self._of_all_years
        # One year less changes little, so the search for the weights starts from these.
        near = self._of_all_years
        seen = {column: rows for column, rows in self._seen.items() if column != without}
        return self._learned(seen, near.climbing, near.entering)

    @cached_property
    def _of_all_years(self) -> Blend:
        """The weights learned from all years."""
        return self._learned(self._seen)

    def _learned(
        self,
        seen: dict[int, _Seen],
        near_climbing: FloatArray | None = None,
        near_entering: FloatArray | None = None,
    ) -> Blend:
        """Return the weights learned from some years, searched for near others."""
        forgotten = [_FORGETTING ** (self._latest - 1 - column) for column in seen]
        climbing = [rows.climbing for rows in seen.values()]
        entering = [rows.entering for rows in seen.values()]
        beforehand = (
            np.array([_BEFOREHAND_CLIMBING.get(name, 0.0) for name in CLIMBING]),
            np.array([_BEFOREHAND_ENTERING.get(name, 0.0) for name in ENTERING]),
        )
        return Blend(
            self.memory,
            _weights(climbing, forgotten, self._shape, beforehand[0], near_climbing),
            _weights(entering, forgotten, self._shape, beforehand[1], near_entering),
            tuple(seen),
        )


def foresee(counts: FloatArray, blend: Blend, ratios: Ratios, leads: int) -> FloatArray:
    """Return pupils of the coming years where a grade is offered now, [school, grade, lead].

    A year's forecast is the ground of the next one's. NaN where the grade is not offered in
    the last year of the counts: which grades a school will open is not in its rolls.
    """
    known = counts
    sizes = np.arange(counts.shape[1])[None, :]
    for _ in range(leads):
        views = views_of(known, ratios)
        size = size_class(views.size)[:, None]
        climbed = (views.climbing * blend.climbing[sizes, size]).sum(axis=2)
        entered = (views.entering * blend.entering[sizes, size]).sum(axis=2)
        ahead = np.maximum(np.where(views.climbs, climbed, entered), 0.0)
        known = np.concatenate([known, np.where(views.offered, ahead, np.nan)[:, :, None]], axis=2)
    return known[:, :, counts.shape[2] :]


def size_class(pupils: FloatArray) -> IntArray:
    """Return the number of the size class of schools with so many pupils."""
    return np.digitize(pupils, SIZE_BOUNDS).astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """What the views said of one year and what was counted, a row per school and grade."""

    views: FloatArray
    counted: FloatArray
    grade: IntArray
    size: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """The rows of one year: grades reached from below, and entry grades."""

    climbing: _Rows
    entering: _Rows


def _counted(counts: FloatArray, column: int) -> bool:
    """Tell whether anything was counted in a year."""
    return bool(np.isfinite(counts[:, :, column]).any())


def _seen(counts: FloatArray, steps: Steps, memory: Memory, origin: int) -> _Seen:
    """Return what would have been said in one year of the next, and what came."""
    views = views_of(counts[:, :, : origin + 1], shrunk_ratios(steps, memory, origin))
    came = counts[:, :, origin + 1]
    both = views.offered & np.isfinite(came)
    return _Seen(
        climbing=_rows(views, views.climbing, came, both & views.climbs),
        entering=_rows(views, views.entering, came, both & ~views.climbs),
    )


def _rows(views: Views, said: FloatArray, came: FloatArray, where: npt.NDArray[np.bool_]) -> _Rows:
    """Return the rows of some schools and grades."""
    school, grade = np.nonzero(where)
    return _Rows(said[where], came[where], grade, size_class(views.size)[school])


def _weights(
    seen: list[_Rows],
    forgotten: list[float],
    shape: tuple[int, int],
    beforehand: FloatArray,
    near: FloatArray | None,
) -> FloatArray:
    """Return the weights of views, [grade, size class, view]."""
    weights = np.tile(beforehand, (*shape, 1))
    if not seen or not sum(len(rows.counted) for rows in seen):
        return weights
    said = np.concatenate([rows.views for rows in seen])
    came = np.concatenate([rows.counted for rows in seen])
    grade = np.concatenate([rows.grade for rows in seen])
    size = np.concatenate([rows.size for rows in seen])
    trust = np.concatenate(
        [np.full(len(rows.counted), each) for rows, each in zip(seen, forgotten, strict=True)]
    )

    def fitted(
        rows: slice | IntArray, prior: FloatArray, prior_rows: float, *cell: int
    ) -> FloatArray:
        start = prior if near is None else near[cell].reshape(-1, len(prior)).mean(axis=0)
        return _fit(said[rows], came[rows], trust[rows], prior, prior_rows, start)

    everywhere = fitted(slice(None), beforehand, _GRADE_ROWS)
    for column in range(shape[0]):
        of_grade = np.flatnonzero(grade == column)
        here = fitted(of_grade, everywhere, _GRADE_ROWS, column)
        weights[column] = here
        for number in range(shape[1]):
            of_size = of_grade[size[of_grade] == number]
            weights[column, number] = fitted(of_size, here, _SIZE_ROWS, column, number)
    return weights


def _fit(
    said: FloatArray,
    came: FloatArray,
    trust: FloatArray,
    prior: FloatArray,
    prior_rows: float,
    start: FloatArray,
) -> FloatArray:
    """Return non-negative weights that miss the fewest pupils, drawn toward prior weights."""
    from scipy.optimize import nnls

    if not len(came):
        return prior
    weights = start
    share = prior_rows / len(came)
    for _ in range(_ROUNDS):
        # A miss of less than half a pupil is none.
        pull = trust / (np.abs(came - said @ weights) + 0.5)
        normal = said.T @ (said * pull[:, None])
        scale = normal.max() if normal.size else 0.0
        if scale <= 0:
            return prior
        normal += np.eye(len(prior)) * scale * share
        target = said.T @ (pull * came) + scale * share * prior
        root = np.linalg.cholesky(normal)
        new, _ = nnls(root.T, np.linalg.solve(root, target))
        if np.abs(new - weights).max() < 1e-4:
            return new
        weights = new
    return weights
