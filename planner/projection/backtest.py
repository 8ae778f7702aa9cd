"""Prove a forecast on the past: what would it have said then, and what came?

Rolling origin: from each year only what was known in that year is used, and every forecast is
set against the counts of the years after it (Tashman 2000, "Out-of-sample tests of forecasting
accuracy", International Journal of Forecasting 16:437–450).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from planner.errors import Sentence, StudyError
from planner.projection.blend import SIZE_CLASSES, Checks, foresee
from planner.projection.calibration import calibrate, total_spread
from planner.projection.ratios import shrunk_ratios
from planner.projection.remade import (
    errors_between,
    joined,
    learn_return,
    past_errors,
    past_forecasts,
    returned,
    school_errors,
)
from planner.projection.usual import foresee_by_last_roll, foresee_by_progression

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    import numpy.typing as npt

    from planner.projection.history import RollHistory
    from planner.projection.remade import PastErrors

    FloatArray = npt.NDArray[np.float64]

__all__ = [
    "COLUMNS",
    "LEVELS",
    "METHODS",
    "Foreseen",
    "Outlook",
    "backtest",
    "beside",
    "consecutive",
    "look_ahead",
    "refuse_unreachable",
    "score",
]

METHODS: Final = ("naive", "progression", "planner")
"""Last year's roll; the classical cohort survival; and planner's own method."""

LEVELS: Final = ("grade", "school", "total")

COLUMNS: Final = (
    "method",
    "level",
    "size_class",
    "lead",
    "n",
    "wape",
    "median_ape",
    "bias",
    "coverage80",
    "coverage95",
    "width80",
)
"""What every row of a back-test says, as `score` defines it."""

_SPAN: Final = (0.025, 0.1, 0.9, 0.975)
"""Probabilities that bound the 95 % and the 80 % interval."""

_SIMPLE: Final[dict[str, Callable[[FloatArray, int], FloatArray]]] = {
    "naive": foresee_by_last_roll,
    "progression": foresee_by_progression,
}


@dataclass(frozen=True, slots=True, eq=False)
class Foreseen:
    """Forecasts of one method, level and lead beside what came, a row per grade or school.

    Attributes:
        size: Size class of the school in the year of the forecast; -1 for the whole county.
        foreseen: Pupils foreseen, [row].
        counted: Pupils counted, [row].
        bounds: Lower 95 %, lower 80 %, upper 80 %, upper 95 %, [row, 4]; NaN where no earlier
            error is known.
    """

    size: npt.NDArray[np.int64]
    foreseen: FloatArray
    counted: FloatArray
    bounds: FloatArray


def backtest(
    history: RollHistory,
    origins: Sequence[int],
    leads: Sequence[int],
    methods: Sequence[str] = METHODS,
    say: Callable[[str], None] = lambda _doing: None,
) -> pd.DataFrame:
    """Return how well each method would have foreseen the rolls, with its intervals.

    A grade counts where it was offered in the year of the forecast and counted in the year
    foreseen; a school is the sum of these grades, the total the sum of the schools.

    Args:
        history: Counted rolls.
        origins: Years from which to look ahead.
        leads: How many years ahead.
        methods: Names in METHODS.
        say: Called with what is being done.

    Returns:
        Rows of method, level, size_class, lead, n, wape, median_ape, bias, coverage80,
        coverage95 and width80, as `score` defines them.

    Raises:
        StudyError: An origin has no counts, a lead is below 1, no origin has a counted year so far
            ahead, or no grade was counted in both.
    """
    refuse_unreachable(history, origins, leads)
    came = consecutive(history.pupils, history.years)
    found: dict[tuple[str, str, int], list[Foreseen]] = {}
    for origin in origins:
        known = history.until(origin)
        # Counts that look like errors teach nothing; what came is scored as it was counted.
        then = consecutive(np.where(known.doubtful, np.nan, known.pupils), known.years)
        for method in methods:
            say(f"{origin} {method}")
            outlook = look_ahead(method, then, max(leads))
            for level, lead, foreseen in beside(outlook, then, came, leads):
                found.setdefault((method, level, lead), []).append(foreseen)
    if not found:
        raise StudyError(
            Sentence(
                "--origins: no grade that was taught in these years was counted in the years "
                "foreseen. Take other origins, or join renamed schools by their successions.",
                "--origins：这些年开设的年级在所预测的各年没有学生数；请换起始年，"
                "或在学校沿革表中把更名的学校连起来。",
            )
        )
    return score(found)


def consecutive(pupils: FloatArray, years: Sequence[int]) -> FloatArray:
    """Return pupils by consecutive years, NaN where nothing was counted, [school, grade, year]."""
    spread = np.full((*pupils.shape[:2], years[-1] - years[0] + 1), np.nan)
    spread[:, :, [year - years[0] for year in years]] = pupils
    return spread


def refuse_unreachable(history: RollHistory, origins: Sequence[int], leads: Sequence[int]) -> None:
    """Refuse origins without counts, and leads that no origin reaches or that do not look ahead."""
    years, years_zh = (mark.join(map(str, history.years)) for mark in (", ", "、"))
    faults = [
        Sentence(
            f"--origins: {origin} has no rolls to look ahead from. There are rolls of {years}.",
            f"--origins：{origin}年没有在校生数，无法由此预测；现有{years_zh}年。",
        )
        for origin in origins
        if origin not in history.years
    ] + [
        Sentence(
            f"--leads: {lead} is no number of years ahead. Give 1 for the next year.",
            f"--leads：{lead}不是提前的年数；下一年请写1。",
        )
        for lead in leads
        if lead < 1
    ]
    reached = {(origin, lead) for origin in origins for lead in leads}
    if not faults and not any(origin + lead in history.years for origin, lead in reached):
        faults.append(
            Sentence(
                f"--leads: no origin has a counted year so far ahead. There are rolls of {years}; "
                "take earlier origins or shorter leads.",
                f"--leads：没有一个起始年之后这么久仍有在校生数；现有{years_zh}年，"
                "请改用更早的起始年或更短的年数。",
            )
        )
    if faults:
        raise StudyError(*faults)


@dataclass(frozen=True, slots=True, eq=False)
class Outlook:
    """One method's forecast from one origin, with the errors it had made by then.

    Attributes:
        ahead: Pupils foreseen, [school, grade, lead]; NaN: no forecast.
        past: Errors of forecasts from earlier years whose outcome was known.
        pooled: Whether intervals come from all past errors alike, whatever the size of school.
        kind: Group of schools that err alike, [school]; None: all of one.
    """

    ahead: FloatArray
    past: PastErrors
    pooled: bool
    kind: npt.NDArray[np.int64] | None = None


def look_ahead(method: str, then: FloatArray, leads: int) -> Outlook:
    """Return what a method of METHODS would have said when only `then` was known."""
    if method != "planner":
        simple = _SIMPLE[method]
        return Outlook(simple(then, leads), _simple_errors(simple, then, leads), pooled=True)
    checks = Checks(then)
    forecasts = past_forecasts(then, checks, leads)
    share = learn_return(then, forecasts)
    ratios = shrunk_ratios(checks.steps, checks.memory, then.shape[2] - 1)
    said = foresee(then, checks.blend(), ratios, leads)
    today = then[:, :, -1]
    ahead = [returned(said[:, :, lead - 1], today, lead, share) for lead in range(1, leads + 1)]
    return Outlook(np.stack(ahead, axis=2), past_errors(then, forecasts, share), pooled=False)


def beside(
    outlook: Outlook, then: FloatArray, counted: FloatArray, leads: Sequence[int]
) -> Iterator[tuple[str, int, Foreseen]]:
    """Yield a forecast by level and lead beside what was counted afterwards.

    Args:
        outlook: The forecast.
        then: Pupils as known at the origin, [school, grade, year up to the origin].
        counted: Pupils of all years, [school, grade, year].
        leads: How many years ahead.
    """
    origin = then.shape[2] - 1
    past = _by_level(outlook.past, outlook.kind)
    kinds = 2 if outlook.kind is None else max(2, int(outlook.kind.max()) + 1)
    of_study = outlook.kind is not None
    spreads = {}
    if not outlook.pooled:
        spreads = {n: calibrate(past[n], max(leads), kinds, few_years=of_study) for n in past}
    for lead in leads:
        if origin + lead >= counted.shape[2]:
            continue
        came = counted[:, :, origin + lead]
        rows = errors_between(then, outlook.ahead[:, :, lead - 1], came, origin, lead)
        if not len(rows.counted):
            continue
        for level, row in _by_level(rows, outlook.kind).items():
            if outlook.pooled:
                bounds = _pooled(row, past[level], lead)
            else:
                bounds = spreads[level].quantiles(row.foreseen, lead, row.size, row.kind, _SPAN)
            yield level, lead, Foreseen(row.size, row.foreseen, row.counted, bounds)
        yield "total", lead, _total(rows, outlook.past, lead)


def _by_level(errors: PastErrors, kind: npt.NDArray[np.int64] | None) -> dict[str, PastErrors]:
    """Return errors of grades and of whole schools."""
    return {"grade": errors, "school": school_errors(errors, kind)}


def _simple_errors(
    method: Callable[[FloatArray, int], FloatArray], counts: FloatArray, leads: int
) -> PastErrors:
    """Return the errors a simple method made in the years before."""
    latest = counts.shape[2] - 1
    rows = []
    for origin in range(latest):
        then = counts[:, :, : origin + 1]
        if not np.isfinite(then[:, :, -1]).any():
            continue
        ahead = method(then, min(leads, latest - origin))
        for lead in range(1, ahead.shape[2] + 1):
            came = counts[:, :, origin + lead]
            rows.append(errors_between(then, ahead[:, :, lead - 1], came, origin, lead))
    return joined(rows)


def _pooled(row: PastErrors, past: PastErrors, lead: int) -> FloatArray:
    """Return bounds from all earlier relative errors of a lead, whatever the size.

    This is what a planner could do with a table of past errors; NaN where there is none.
    """
    same = (past.lead == lead) & (past.foreseen > 0)
    if not same.any():
        return np.full((len(row.counted), len(_SPAN)), np.nan)
    relative = past.counted[same] / past.foreseen[same]
    bounds: FloatArray = row.foreseen[:, None] * np.quantile(relative, _SPAN)[None, :]
    return bounds


def _total(rows: PastErrors, past: PastErrors, lead: int) -> Foreseen:
    """Return the county's total beside what came."""
    foreseen, counted = rows.foreseen.sum(keepdims=True), rows.counted.sum(keepdims=True)
    bounds = foreseen[:, None] * (1.0 + total_spread(past, lead, _SPAN)[None, :])
    return Foreseen(np.array([-1]), foreseen, counted, bounds)


def score(found: dict[tuple[str, str, int], list[Foreseen]]) -> pd.DataFrame:
    """Return the scores of every method, level, size class and lead.

    - n: grades, schools or totals that were foreseen
    - wape: sum of absolute errors ÷ sum of counts; median_ape: median of |error| ÷ count
    - bias: sum of errors (foreseen − counted) ÷ sum of counts
    - coverage80, coverage95: share of counts within the interval, its bounds included
    - width80: sum of the widths of the 80 % intervals ÷ sum of counts
    Intervals are scored where they are known; missing where none is.
    """
    rows = []
    for (method, level, lead), parts in found.items():
        size = np.concatenate([part.size for part in parts])
        foreseen = np.concatenate([part.foreseen for part in parts])
        counted = np.concatenate([part.counted for part in parts])
        bounds = np.concatenate([part.bounds for part in parts])
        classes = {"all": np.ones(len(size), dtype=bool)}
        if level != "total":
            classes |= {name: size == number for number, name in enumerate(SIZE_CLASSES)}
        for name, mine in classes.items():
            if mine.any():
                scores = _scores(foreseen[mine], counted[mine], bounds[mine])
                rows.append(
                    {"method": method, "level": level, "size_class": name, "lead": lead} | scores
                )
    order = {name: number for number, name in enumerate((*METHODS, *LEVELS, "all", *SIZE_CLASSES))}
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    by = ["method", "level", "size_class", "lead"]
    return table.sort_values(
        by, key=lambda column: column.map(order).fillna(column), ignore_index=True
    )


def _scores(foreseen: FloatArray, counted: FloatArray, bounds: FloatArray) -> dict[str, Any]:
    """Return the scores of some rows."""
    error = foreseen - counted
    known = np.isfinite(bounds).all(axis=1)
    low95, low80, high80, high95 = bounds[known].T
    came = counted[known]
    total = counted.sum()
    return {
        "n": len(counted),
        "wape": float(np.abs(error).sum() / total),
        "median_ape": float(np.median(np.abs(error) / counted)),
        "bias": float(error.sum() / total),
        "coverage80": _mean((low80 <= came) & (came <= high80)),
        "coverage95": _mean((low95 <= came) & (came <= high95)),
        "width80": float((high80 - low80).sum() / came.sum()) if known.any() else np.nan,
    }


def _mean(inside: npt.NDArray[np.bool_]) -> float:
    """Return a share, missing where there is nothing to share."""
    return float(inside.mean()) if len(inside) else np.nan
