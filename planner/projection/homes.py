"""Expect the children who come with new homes, at yields that completed homes have taught."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from planner.shipped import norms_folder
from planner.study import Fallback

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import numpy.typing as npt

    from planner.scenario import HomesSettings
    from planner.study import Study

    IntArray = npt.NDArray[np.int64]
    FloatArray = npt.NDArray[np.float64]
    BoolArray = npt.NDArray[np.bool_]

__all__ = ["HomesChildren", "LearnedYield", "homes_children"]

_ANY: Final = "any"
"""Housing type of a published table that holds for every type it does not list."""
_COLUMNS: Final = ("kind", "stage", "years_since", "pupils_per_home", "occupied_share")
_NAMED: Final = 5
"""Developments that a note names before it only counts them."""


@dataclass(frozen=True, slots=True)
class LearnedYield:
    """What completed homes of one kind have shown: children who moved in ÷ those of the table.

    `factor` rests on so many `homes` and is drawn toward 1, the less the more they are;
    `standard_error` is what remains open about it. Without completed homes the factor is 1.
    """

    kind: str
    factor: float
    homes: int
    standard_error: float


@dataclass(frozen=True, slots=True, eq=False)
class HomesChildren:
    """Children in homes as the yields expect them: a mean, which draws may scale.

    Attributes:
        ahead: Children whom homes bring after the last count beyond those counted there who
            grow up, [area, age, year]; 0 in counted years. Below 0 where a yield falls faster
            than the children it once brought grow up.
        moved_in: Children who moved into completed homes within each counted step, by the step
            of age and of year, [area, age, year]: one shorter than the counts along both.
        learned: The factor on the table by kind of home, contained in both arrays.
        notes: Where the yields come from, what was learned, which homes bring nobody.
    """

    ahead: FloatArray
    moved_in: FloatArray
    learned: tuple[LearnedYield, ...]
    notes: tuple[Fallback, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Yield:
    """Children per home of one kind, by single age and years since completion.

    Each curve holds the ages it is spread over, the stage's number of ages, years since
    completion and pupils per home.
    """

    ages: int
    curves: tuple[tuple[tuple[int, ...], int, FloatArray, FloatArray], ...]

    @property
    def covered(self) -> BoolArray:
        """Ages for which the table speaks."""
        covered = np.zeros(self.ages, dtype=bool)
        for ages, *_ in self.curves:
            covered[list(ages)] = True
        return covered

    @property
    def settled(self) -> float:
        """Years since completion after which the table knows of no change."""
        return float(max(curve[2].max() for curve in self.curves))

    @property
    def most(self) -> float:
        """Children of all ages per home in the year in which they are most."""
        years = np.concatenate([curve[2] for curve in self.curves])
        return float(self.at(years).sum(axis=0).max())

    def at(self, since: npt.NDArray[Any]) -> FloatArray:
        """Return children per home by age, so many years since completion; 0 before it."""
        children = np.zeros((self.ages, len(since)))
        for ages, stage_ages, years, per_home in self.curves:
            children[list(ages)] += np.interp(since, years, per_home, left=0.0) / stage_ages
        return children

    def at_every_age(self, since: npt.NDArray[Any]) -> FloatArray:
        """Return the same, with ages the table leaves out like the nearest age it names.

        Families bring two-year-olds as well, although no stage teaches them.
        """
        known = np.flatnonzero(self.covered)
        away = np.abs(np.arange(self.ages)[:, None] - known[None, :])
        children: FloatArray = self.at(since)[known[away.argmin(axis=1)]]
        return children

    def steps(self, since: IntArray) -> FloatArray:
        """Return children per home a year older and later, less those who were there already.

        Once a home has settled, families come and go as in any other.
        """
        there = self.at_every_age(since)
        steps: FloatArray = np.where(
            since[1:] <= self.settled, there[1:, 1:] - there[:-1, :-1], 0.0
        )
        return steps


@dataclass(frozen=True, slots=True, eq=False)
class _Past:
    """What was counted, and the homes that were completed by then.

    `moved_in` is who moved into them within each counted step at the table's yield, by kind.
    """

    counted: FloatArray
    years: IntArray
    homes: pd.DataFrame
    yields: Mapping[str, _Yield]
    moved_in: Mapping[str, FloatArray]

    def homes_seen(self, kind: str) -> int:
        """Return the homes of a kind into which the counted steps saw children move."""
        mine = self.homes[self.homes["kind"] == kind]
        seen = [
            bool(self.yields[kind].steps(self.years - int(completed)).any())
            for completed in mine["completed"]
        ]
        return int(mine.loc[seen, "units"].sum())


def homes_children(
    study: Study,
    settings: HomesSettings,
    ages: range,
    years: tuple[int, ...],
    counted: FloatArray,
) -> HomesChildren:
    """Return the children whom homes bring after the last count of residents.

    A home holds the pupils per home of the yields table, by kind, stage and years since
    completion; between two years of the table a straight line holds, after the last the last.
    A stage's children are spread evenly over its ages. Where the table gives the share of homes
    lived in, its pupils are per home lived in; else vacancy is contained in them. A study
    without a table of its own takes the published one of its country, where there is one.

    The table is multiplied by a factor that the study's completed homes have taught (`_learn`).
    Homes completed after the last count bring all their children; those completed before it
    bring what their yield says beyond the children counted there, who grow up.

    Args:
        study: Homes, yields, areas and norms.
        settings: Factor and delay of the scenario, and how much the table weighs.
        ages: Single ages of the counts.
        years: Every year, the counted ones first.
        counted: Residents counted, [area, age, counted year].
    """
    ahead = np.zeros((len(counted), len(ages), len(years)))
    moved_in = np.zeros((len(counted), len(ages) - 1, counted.shape[2] - 1))
    if study.homes.empty:
        return HomesChildren(ahead, moved_in, (), ())
    yields, notes = _yields(study, ages)
    homes = _homes(study)
    past = _past(homes, yields, counted, np.array(years[: counted.shape[2]]))
    learned = _learn(study, past, settings)
    for each in learned:
        mine = homes[homes["kind"] == each.kind]
        brought = _ahead(mine, yields[each.kind], past, years, settings.delay_years)
        ahead += settings.yield_factor * each.factor * brought
        moved_in += each.factor * past.moved_in[each.kind]
    coming = homes[homes["completed"] > past.years[-1]]
    without = _without_yields(coming[~coming["kind"].isin(list(yields))])
    return HomesChildren(ahead, moved_in, learned, (*notes, *_said_of_learning(learned), *without))


def _homes(study: Study) -> pd.DataFrame:
    """Return the homes with the number of their area; a kind that is not said is ""."""
    place = pd.Index(study.areas["area_id"])
    return study.homes.assign(
        area=place.get_indexer(pd.Index(study.homes["area_id"])),
        kind=study.homes["kind"].fillna(""),
    )


def _yields(study: Study, ages: range) -> tuple[dict[str, _Yield], tuple[Fallback, ...]]:
    """Return the yield of every kind of home that has one, from the study or as published."""
    # A study made in code may leave out a column that a file may leave out.
    table = study.yields.reindex(columns=list(_COLUMNS))
    notes: tuple[Fallback, ...] = ()
    if table.empty:
        table, notes = _published(study)
    rows_of = {str(kind): rows for kind, rows in table.groupby("kind", sort=True)}
    yields = {}
    for kind in sorted(study.homes["kind"].fillna("").unique()):
        rows = rows_of.get(kind, rows_of.get(_ANY) if notes else None)
        curves = () if rows is None else tuple(_curves(study, rows, ages))
        if curves:
            yields[str(kind)] = _Yield(len(ages), curves)
    return yields, notes


def _curves(
    study: Study, rows: pd.DataFrame, ages: range
) -> Iterator[tuple[tuple[int, ...], int, FloatArray, FloatArray]]:
    """Yield the curve of every stage whose ages are counted, from the rows of one kind."""
    for stage, of_stage in rows.groupby("stage", sort=True):
        norm = study.norms.stage(str(stage))
        taught = range(norm.entry_age, norm.entry_age + len(norm.grades))
        places = tuple(age - ages.start for age in taught if age in ages)
        if places:
            ordered = of_stage.sort_values("years_since")
            lived_in = ordered["occupied_share"].astype(float).fillna(1.0)
            per_home = (ordered["pupils_per_home"] * lived_in).to_numpy(dtype=float)
            yield places, len(taught), ordered["years_since"].to_numpy(dtype=float), per_home


def _published(study: Study) -> tuple[pd.DataFrame, tuple[Fallback, ...]]:
    """Return the published yields of the study's country, and say whose they are."""
    found = [
        content
        for path in sorted((norms_folder() / "yields").glob("*.toml"))
        if (content := tomllib.loads(path.read_text(encoding="utf-8")))["country"]
        == study.norms.country
    ]
    stages = {stage.stage for stage in study.norms.stages}
    rows = [
        (kind, stage, 0, figure["value"], None)
        for content in found
        for kind, figures in content["homes"].items()
        for stage, figure in figures.items()
        if stage in stages
    ]
    table = pd.DataFrame(rows, columns=list(_COLUMNS))
    return table, tuple(_said_of_source(content["document"]) for content in found)


def _said_of_source(document: Mapping[str, Any]) -> Fallback:
    """Say whose yields stand in for the study's own."""
    title, read_at = document["title"], document["read_at"]
    return Fallback(
        "yields",
        "There is no table of pupil yields; published planning figures stand in, from the first "
        f"year after completion on: {title['en']}; read at {read_at}.",
        f"没有户均学生数表，自交付起按已公布的规划指标计算：{title['zh']}；见 {read_at}。",
    )


def _past(
    homes: pd.DataFrame, yields: Mapping[str, _Yield], counted: FloatArray, years: IntArray
) -> _Past:
    """Return the homes completed by the last count, with who moved in by the table."""
    completed = homes[homes["completed"] <= years[-1]]
    moved_in = {
        kind: _moved_in(completed[completed["kind"] == kind], each, years, len(counted))
        for kind, each in yields.items()
    }
    return _Past(counted, years, completed, yields, moved_in)


def _moved_in(homes: pd.DataFrame, each: _Yield, years: IntArray, areas: int) -> FloatArray:
    """Return who moved into homes of one kind in each step by the table, [area, age, year]."""
    shape = (areas, each.ages - 1, len(years) - 1)
    return _summed(homes, lambda completed: each.steps(years - completed), shape)


def _summed(
    homes: pd.DataFrame, curve: Callable[[int], FloatArray], shape: tuple[int, int, int]
) -> FloatArray:
    """Return homes × the curve of their year of completion, summed by area."""
    total = np.zeros(shape)
    for completed, rows in homes.groupby("completed"):
        units = rows["units"].to_numpy(dtype=float)
        of_home = curve(int(str(completed)))
        np.add.at(total, rows["area"].to_numpy(), units[:, None, None] * of_home)
    return total


def _ahead(
    homes: pd.DataFrame, each: _Yield, past: _Past, years: tuple[int, ...], delay: int
) -> FloatArray:
    """Return the children of homes beyond those counted there who grow up, [area, age, year].

    Homes handed over after the count hold what the table says. Of the children in older ones,
    those who were there at the count climb with the residents, and those born later come with
    the births of the area: what is ahead is the table's children aged a, k years after the
    count, beyond its children aged a - k at the count (its youngest, for those not yet born).
    Once such a home has settled, those who came climb as well, and nobody new comes.
    """
    last = int(past.years[-1])
    later = np.arange(1, years[-1] - last + 1)
    ages = np.arange(each.ages)[:, None]

    def beyond(completed: int) -> FloatArray:
        new = completed > last
        then = last - completed - (delay if new else 0)
        filling = later if new else np.clip(each.settled - then, 0, later).astype(np.int64)
        climbed = np.maximum(ages - (later - filling), 0)
        now = np.take_along_axis(each.at_every_age(then + filling), climbed, axis=0)
        before = each.at_every_age(np.array([then]))[np.maximum(ages - later, 0), 0]
        children = np.zeros((each.ages, len(years)))
        children[:, len(past.years) :] = np.where(each.covered[:, None], now - before, 0.0)
        return children

    return _summed(homes, beyond, (len(past.counted), each.ages, len(years)))


def _learn(study: Study, past: _Past, settings: HomesSettings) -> tuple[LearnedYield, ...]:
    """Learn by kind which multiple of the table's children have moved into completed homes.

    In every step from year to year the children found beyond those expected by comparison
    (`_observed`) are explained as Σ factor of kind × homes × children per home of the table: a
    linear regression with normal errors, whose factors are drawn beforehand from a normal
    distribution around 1 (empirical Bayes: Gelman et al. 2013, Bayesian Data Analysis,
    3rd ed., section 14.8). The table weighs as much as `shrinkage_homes` homes whose children
    are counted without any other chance than who moves in; where developments of one kind
    differ by more than chance, all of them count for less (`_scatter`).
    """
    kinds = [kind for kind, each in past.yields.items() if each.most > 0]
    if not kinds:
        return ()
    told, excess, chance, area = _observed(study, past, kinds)
    variance = chance * _scatter(told, excess, chance, area)
    prior = settings.shrinkage_homes * np.array([past.yields[kind].most for kind in kinds])
    weighted = told / variance[:, None]
    spread = np.linalg.inv(weighted.T @ told + np.diag(prior))
    factors = np.maximum(spread @ (weighted.T @ excess + prior), 0.0)
    homes = [past.homes_seen(kind) if told[:, n].any() else 0 for n, kind in enumerate(kinds)]
    return tuple(
        LearnedYield(kind, float(factor), seen, float(error))
        for kind, factor, seen, error in zip(
            kinds, factors, homes, np.sqrt(np.diag(spread)), strict=True
        )
    )


def _observed(
    study: Study, past: _Past, kinds: list[str]
) -> tuple[FloatArray, FloatArray, FloatArray, IntArray]:
    """Return what the steps into areas with new homes have shown, one row for area and year.

    Expected is the cohort a year younger × the ratio of the same step in areas of the same
    setting without new homes, or of the county where the setting has none. Chance is what such
    areas deviate by, in proportion to the children there, with that of the comparison itself
    and of who moves in. Without any such area nothing is observed.

    Returns:
        Children the table tells of, [row, kind]; children beyond those expected, [row]; the
        variance of these by chance, [row]; and the number of the area, [row].
    """
    ages = np.any([past.yields[kind].covered[1:] for kind in kinds], axis=0)
    moved = np.stack([past.moved_in[kind][:, ages] for kind in kinds], axis=-1)
    moves = np.abs(moved).sum(axis=(1, 3))
    touched = moves > 0
    clean = ~touched.any(axis=1)
    if not touched.any() or not clean.any():
        return np.zeros((0, len(kinds))), np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.int64)
    left, arrived = past.counted[:, :-1, :-1][:, ages], past.counted[:, 1:, 1:][:, ages]
    expected, compared = _by_comparison(study, left, arrived, clean)
    excess = (arrived - expected).sum(axis=1)
    there = expected.sum(axis=1)
    # A comparison with few children is itself uncertain, and follows those it was learned from.
    own = np.divide(there, compared, out=np.zeros_like(there), where=compared > 0)
    free = (there * (1 - own))[clean].sum()
    chance = (excess[clean] ** 2).sum() / free if free > 0 else 1.0
    variance = chance * there * (1 + own) + moves
    area = np.nonzero(touched)[0]
    return moved.sum(axis=1)[touched], excess[touched], variance[touched], area


def _scatter(told: FloatArray, excess: FloatArray, chance: FloatArray, area: IntArray) -> float:
    """Return how many times larger than by chance the squared misfit of one factor a kind is.

    Areas are taken over all their years, for a development that differs does so every year.
    The misfit is that of the best factors without a table, so that a wrong table does not pass
    for developments that differ; below 1 it tells nothing (Birge 1932, Physical Review 40:207).
    """
    _, place = np.unique(area, return_inverse=True)
    sums = np.zeros((place.max(initial=-1) + 1, told.shape[1] + 2))
    np.add.at(sums, place, np.column_stack([told, excess, chance]))
    root = np.sqrt(sums[:, -1:])
    of_area, found = sums[:, :-2] / root, sums[:, -2] / root[:, 0]
    best, _, known, _ = np.linalg.lstsq(of_area, found)
    free = len(sums) - int(known)
    return max(1.0, float(((found - of_area @ best) ** 2).sum()) / free) if free > 0 else 1.0


def _by_comparison(
    study: Study, left: FloatArray, arrived: FloatArray, clean: BoolArray
) -> tuple[FloatArray, FloatArray]:
    """Return cohorts as they would be without new homes, [area, age, year].

    Also returns how many children each area is compared with, [area, year].
    """
    group, names = pd.factorize(study.areas["setting"].fillna(""))
    sums = np.zeros((2, len(names), *left.shape[1:]))
    np.add.at(sums[0], group[clean], left[clean])
    np.add.at(sums[1], group[clean], arrived[clean])
    alone = sums[0].sum(axis=(1, 2)) == 0
    sums[:, alone] = sums.sum(axis=1, keepdims=True)
    ratio = np.divide(sums[1], sums[0], out=np.ones_like(sums[0]), where=sums[0] > 0)
    return left * ratio[group], sums[0].sum(axis=1)[group]


def _said_of_learning(learned: tuple[LearnedYield, ...]) -> Iterator[Fallback]:
    """Say what completed homes have taught, kind by kind."""
    for each in learned:
        if each.homes:
            kind = f"{each.kind} homes" if each.kind else "homes"
            yield Fallback(
                f"yield_of_{each.kind}",
                f"Yield of {kind} learned from {each.homes:,} completed homes: "
                f"{each.factor:.2f} × the table (standard error {each.standard_error:.2f}).",
                f"{each.kind or '新建'}住宅户均学生数由 {each.homes:,} 套已交付住宅推算："
                f"为表中数值的 {each.factor:.2f} 倍（标准误 {each.standard_error:.2f}）。",
            )


def _without_yields(homes: pd.DataFrame) -> tuple[Fallback, ...]:
    """Say which homes bring no children because their yield is not known."""
    if homes.empty:
        return ()
    units = int(homes["units"].sum())
    names = list(homes["name"].fillna(homes["home_id"]))
    more = len(names) - _NAMED
    en = ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")
    zh = "、".join(names[:_NAMED]) + (f"等，另有 {more} 个" if more > 0 else "")
    return (
        Fallback(
            "homes_without_yields",
            f"{units:,} new homes bring no children, "
            f"for the yields table does not know their kind: {en}.",
            f"{units:,} 套新建住宅因缺少户均学生数未计入学生：{zh}。",
        ),
    )
