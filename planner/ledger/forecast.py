"""What becomes of each entry under a plan: its sizes to come, and whether it closes by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from planner.ledger.entries import DONE, Standing
from planner.ledger.matching import base_year_classes, class_lists
from planner.ledger.places import sections_of
from planner.ledger.reading import class_key
from planner.terms import school_year

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from planner.ledger.entries import Entry
    from planner.ledger.matching import Listed
    from planner.ledger.places import Section
    from planner.ledger.reading import Ledger
    from planner.ledger.targets import TargetYear
    from planner.plan import Plan

__all__ = [
    "Expected",
    "Forecast",
    "How",
    "Verdict",
    "expected_classes",
    "forecast_entries",
]

Cohort = dict[int, tuple[int, ...]]
"""Class sizes of one cohort of one section by school year, in the order of the plan's numbers."""

_SUPER_LARGE = ("large", "super_large")


class How(StrEnum):
    """How a class stops being large."""

    LEAVES = "leaves"
    SHRINKS = "shrinks"
    DIVIDED = "divided"


class Verdict(StrEnum):
    """What an entry needs."""

    ITSELF = "itself"
    DIVISION = "division"
    MEASURE = "measure"
    DONE = "done"
    RETURNS = "returns"


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a plan expects of one entry.

    Attributes:
        sizes: Pupils of its class by planned school year; missing once the cohort has left.
            Where the grade is formed anew, its largest class stands for the entry's.
        leaves: School year in which the cohort is no longer in the section.
        closes: First school year from which the class is never large again.
        how: By what it stops being large.
        due_year: School year whose class list is to show it: that of the due date (31 August
            is met by the list of the next day), else the first with a target of no large class.
        verdict: ITSELF: the cohort leaves or its class shrinks in time. DIVISION: the plan
            divides the grade in time, for which it has a room. MEASURE: neither happens in
            time. RETURNS: it is proved gone, but the plan expects it to be large again.
    """

    sizes: Mapping[int, int]
    leaves: int
    closes: int
    how: How
    due_year: int | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Expected:
    """Large classes of one cohort that nobody has entered yet, since they are still to come."""

    section_id: str
    cohort: int
    classes: int
    first_year: int
    last_year: int
    most_pupils: int


def forecast_entries(
    ledger: Ledger, plan: Plan, targets: Sequence[TargetYear]
) -> dict[int, Forecast]:
    """Return what the plan expects of each followed entry, by its place in the ledger.

    An entry without a due date is due in the first year with a target of no large class.
    """
    sections = sections_of(plan.study)
    cohorts = _cohorts(plan)
    today = base_year_classes(plan, sections, class_lists(plan.study, sections))
    zero = _years_without(targets, [stage.stage for stage in plan.norms.stages])
    forecasts = {}
    for place, entry in enumerate(ledger.entries):
        if entry.standing != Standing.FOLLOWED or entry.cohort is None:
            continue
        key = entry.section_id, entry.cohort
        section = sections[entry.section_id]
        sizes = _sizes(entry, today.get(key, []), cohorts.get(key, {}), plan.years)
        default = zero.get(section.stage.stage)
        forecasts[place] = _forecast(entry, section, sizes, cohorts.get(key, {}), default)
    return forecasts


def expected_classes(ledger: Ledger, plan: Plan) -> tuple[Expected, ...]:
    """Return the large classes that the plan expects and for which there is no entry yet.

    They are told cohort by cohort: of cohorts that have an entry today, those classes only that
    exceed the number of entries.
    """
    table = plan.class_years
    ahead = table[(table["year"] > plan.study.base_year) & table["band"].isin(_SUPER_LARGE)]
    entered: dict[tuple[str, int], int] = {}
    for entry in ledger.entries:
        if entry.standing == Standing.FOLLOWED and entry.cohort is not None:
            key = entry.section_id, entry.cohort
            entered[key] = entered.get(key, 0) + 1
    found = []
    for (section_id, cohort), classes in _by_cohort(ahead):
        yearly = classes.groupby("year").size() - entered.get((section_id, cohort), 0)
        new = yearly[yearly > 0]
        if new.empty:
            continue
        years = classes["year"].isin(new.index)
        most = int(classes.loc[years, "pupils"].max())
        first, last = int(new.index.min()), int(new.index.max())
        found.append(Expected(section_id, cohort, int(new.max()), first, last, most))
    return tuple(sorted(found, key=lambda one: (one.first_year, -one.most_pupils, one.section_id)))


def _by_cohort(classes: pd.DataFrame) -> list[tuple[tuple[str, int], pd.DataFrame]]:
    """Return the classes cohort by cohort."""
    groups: Any = classes.groupby(["section_id", "cohort"], sort=True)
    return [((str(section_id), int(cohort)), rows) for (section_id, cohort), rows in groups]


def _cohorts(plan: Plan) -> dict[tuple[str, int], Cohort]:
    """Return the class sizes of every cohort by year, in the order of their numbers."""
    table: pd.DataFrame = plan.class_years.sort_values(["year", "number"], kind="stable")
    columns = (table[name].tolist() for name in ("section_id", "cohort", "year", "pupils"))
    found: dict[tuple[str, int], Cohort] = {}
    for section_id, cohort, year, pupils in zip(*columns, strict=True):
        years = found.setdefault((section_id, int(cohort)), {})
        years[int(year)] = (*years.get(int(year), ()), int(pupils))
    return found


def _years_without(targets: Sequence[TargetYear], stages: Iterable[str]) -> dict[str, int]:
    """Return by stage the first school year for which the target is no large class."""
    zero = [target for target in targets if target.target == 0]
    years = {
        stage: [target.year for target in zero if target.stage in ("", stage)] for stage in stages
    }
    return {stage: min(found) for stage, found in years.items() if found}


def _sizes(
    entry: Entry, today: Sequence[Listed], cohort: Cohort, years: Sequence[int]
) -> dict[int, int]:
    """Return the pupils of an entry's class by planned year."""
    base = cohort.get(years[0], ())
    number = next(
        (one.number for one in today if class_key(one.name) == class_key(entry.class_name)), None
    )
    listed = tuple(one.pupils for one in today)
    sizes = {}
    for year in years[1:]:
        formed = cohort.get(year, ())
        if not formed:
            continue
        kept = number is not None and len(formed) == len(base) and listed == base
        sizes[year] = formed[number - 1] if kept and number else max(formed)
    return sizes


def _forecast(
    entry: Entry, section: Section, sizes: Mapping[int, int], cohort: Cohort, default: int | None
) -> Forecast:
    """Return what becomes of one entry."""
    large = section.stage.large_class or 0
    leaves = (entry.cohort or 0) + section.leaves_after
    still = [year for year, size in sizes.items() if size >= large]
    closes = min((year for year in sizes if year > max(still, default=0)), default=leaves)
    before = max((year for year in cohort if year < closes), default=closes)
    how = How.LEAVES if closes == leaves else How.SHRINKS
    if closes < leaves and len(cohort[closes]) > len(cohort.get(before, ())):
        how = How.DIVIDED
    due_year = default
    if entry.due is not None:
        # The list of 1 September is made of classes formed by the end of August.
        proof = entry.due + timedelta(days=1)
        due_year = school_year(proof.year, proof.month, proof.day)
    verdict = _verdict(entry, closes, how, due_year, returns=bool(still))
    return Forecast(dict(sizes), leaves, closes, how, due_year, verdict)


def _verdict(
    entry: Entry, closes: int, how: How, due_year: int | None, *, returns: bool
) -> Verdict:
    """Return what an entry needs."""
    if entry.state in DONE:
        return Verdict.RETURNS if returns else Verdict.DONE
    if due_year is not None and closes > due_year:
        return Verdict.MEASURE
    return Verdict.DIVISION if how == How.DIVIDED else Verdict.ITSELF
