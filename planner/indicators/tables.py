"""Gather all that is known of a plan's indicators in tables that can be shown and opened."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from planner.evaluation.balance import basic_balance, basic_balance_items, stock_of_year
from planner.indicators.enrolment import missing_places
from planner.indicators.paths import aims_of, norm_status, path_of
from planner.indicators.phases import Phases, phases_of
from planner.indicators.quota import quota_places, quota_total
from planner.indicators.reckon import Reckoner, gap_of
from planner.indicators.staff import staff_posts
from planner.terms import Operator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.indicators.ground import Ground
    from planner.indicators.paths import Step
    from planner.indicators.resources import Equipment
    from planner.plan import Plan

__all__ = ["IndicatorTables", "gather_indicators", "public_places", "quota_by_school"]

_QUOTA_SHARE = "quota_share"
_PUBLIC_SHARE = "kindergarten_public_share"


@dataclass(frozen=True, slots=True, eq=False)
class IndicatorTables:
    """All indicators of a plan.

    Attributes:
        reckoner: Opens every value to the rows behind it (`reckoner.rows_of`).
        figures: One row for each indicator, stage and year: indicator, item, group, stage, year,
            value, said, how, threshold, norm_status, reason ("variation" where the county's mean
            reaches the threshold and its schools differ too much), gap (to the threshold).
        steps: The yearly targets, in the order of the table targets.
        equipment: The seven items of every school; None where nothing is known.
        basic: The composite variation of 2012 in the base year, by stage.
        public_places: How many public kindergarten places are missing, both readings.
        staff: Posts by section and year.
        quota: Senior places for each junior section and year.
        phases: The phased plan; None where there is none.
    """

    reckoner: Reckoner
    figures: pd.DataFrame
    steps: tuple[Step, ...]
    equipment: Equipment | None
    basic: pd.DataFrame
    public_places: pd.DataFrame
    staff: pd.DataFrame
    quota: pd.DataFrame
    phases: Phases | None

    @property
    def years(self) -> tuple[int, ...]:
        """The base year and the planned years."""
        return self.reckoner.ground.years


def gather_indicators(plan: Plan) -> IndicatorTables:
    """Return all indicators of a plan, today and in every planned year."""
    reckoner = Reckoner.of(plan)
    steps = _steps(reckoner)
    return IndicatorTables(
        reckoner=reckoner,
        figures=_figures(reckoner),
        steps=steps,
        equipment=reckoner.equipment,
        basic=_basic(reckoner.ground),
        public_places=public_places(reckoner, steps),
        staff=staff_posts(reckoner.ground),
        quota=quota_by_school(reckoner, steps),
        phases=phases_of(reckoner),
    )


def public_places(reckoner: Reckoner, steps: tuple[Step, ...]) -> pd.DataFrame:
    """Return how many public kindergarten places are missing for each share that is aimed at.

    Shares are those of the targets, each with the roll of the base year and with that of its own
    year, and the norm's with the roll of every year.

    Returns:
        aim (target or norm), share, aimed_year (missing for the norm), year (of roll and seats),
        children, public_pupils, public_seats, needed, missing_by_pupils, missing_by_seats.
    """
    years = reckoner.ground.years
    asked: list[tuple[str, float, int | None, int]] = []
    for step in steps:
        indicator, share = step.aim.indicator, step.target.figure
        if indicator is not None and indicator.id == _PUBLIC_SHARE and share is not None:
            rolls = dict.fromkeys([years[0], step.aim.year])
            asked += [("target", share, step.aim.year, year) for year in rolls if year in years]
    norms = reckoner.ground.plan.norms
    if "preschool.public" in norms.figures:
        asked += [("norm", norms.number("preschool.public"), None, year) for year in years]
    rows = []
    for aim, share, aimed, year in asked:
        pupils, public, seats = _children(reckoner.ground, year)
        if pupils:
            missing = missing_places(share, pupils=pupils, public_pupils=public, public_seats=seats)
            rows.append((aim, share, aimed, year, pupils, public, seats, *missing))
    names = ["aim", "share", "aimed_year", "year", "children", "public_pupils", "public_seats"]
    names += ["needed", "missing_by_pupils", "missing_by_seats"]
    return pd.DataFrame(rows, columns=names).astype({"aimed_year": "Int64"})


def quota_by_school(reckoner: Reckoner, steps: tuple[Step, ...]) -> pd.DataFrame:
    """Return the senior places each junior section is given in every year (指标到校).

    The places are the entry seats of public senior sections; the share is the newest one that was
    aimed at or entered until then, else the norm's. Graduates are the pupils of grade 9 in
    the count before; all of them are taken to have been on the roll for three years.

    Returns:
        year, section_id, name, graduates, share, places, quota (of all places), given.
    """
    norms = reckoner.ground.plan.norms
    if not {"junior", "senior"} <= {stage.stage for stage in norms.stages}:
        return pd.DataFrame()
    last = norms.stage("junior").grades[-1]
    grades = reckoner.ground.grades
    names = reckoner.ground.plan.sections.set_index("section_id")["name"]
    parts = []
    for year in reckoner.ground.years:
        share, places = _quota_share(reckoner, steps, year), _senior_places(reckoner.ground, year)
        leaving = grades[(grades["grade"] == last) & (grades["year"] == year - 1)]
        graduates = {
            str(key): int(pupils)
            for key, pupils in zip(leaving["section_id"], leaving["pupils"], strict=True)
            if pupils > 0
        }
        if share is None or not places or not graduates:
            continue
        total = quota_total(places, share)
        given = quota_places(total, graduates)
        parts.append(
            pd.DataFrame(
                {
                    "year": year,
                    "section_id": list(given),
                    "name": [names[key] for key in given],
                    "graduates": list(graduates.values()),
                    "share": share,
                    "places": places,
                    "quota": total,
                    "given": list(given.values()),
                }
            )
        )
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _figures(reckoner: Reckoner) -> pd.DataFrame:
    """Return every indicator by stage and year."""
    return pd.DataFrame(list(_figure_rows(reckoner)))


def _figure_rows(reckoner: Reckoner) -> Iterator[dict[str, object]]:
    """Yield one row for each indicator, stage and year."""
    norms = reckoner.ground.plan.norms
    kept = _variation_kept(reckoner.equipment)
    for indicator in reckoner.register.indicators.values():
        for stage in indicator.divisions:
            threshold = indicator.threshold_of(stage, norms)
            for year in reckoner.ground.years:
                value = reckoner.value(indicator, stage, year)
                rows = reckoner.rows_of(indicator, stage, year)
                status = norm_status(indicator, value, threshold)
                reason = ""
                if status == "met" and indicator.group == "resource":
                    status = kept[stage, indicator.item, year]
                    reason = "variation" if status == "missed" else ""
                yield {
                    "indicator": indicator.id,
                    "item": indicator.item,
                    "group": indicator.group,
                    "stage": stage,
                    "year": year,
                    "value": value.figure,
                    "said": value.said,
                    "how": value.how,
                    "threshold": math.nan if threshold is None else threshold,
                    "norm_status": status,
                    "reason": reason,
                    "gap": gap_of(indicator, rows, threshold),
                }


def _variation_kept(equipment: Equipment | None) -> dict[tuple[str, str, int], str]:
    """Return whether schools differ no more than the limit, by stage, item and year.

    The county meets an item only where both hold: its mean reaches the threshold, and its
    schools do not differ too much.
    """
    if equipment is None:
        return {}
    return {
        (row["stage"], row["item"], row["year"]): "not_known"
        if pd.isna(row["met"])
        else ("met" if row["met"] else "missed")
        for row in equipment.variation.to_dict("records")
    }


def _steps(reckoner: Reckoner) -> tuple[Step, ...]:
    """Return the targets with their values, indicator by indicator, year by year."""
    aims = aims_of(reckoner.ground.plan.study, reckoner)
    paths = dict.fromkeys((aim.key, aim.stage) for aim in aims)
    return tuple(
        step
        for path in paths
        for step in path_of([aim for aim in aims if (aim.key, aim.stage) == path], reckoner)
    )


def _basic(ground: Ground) -> pd.DataFrame:
    """Return the older test of eight items in the base year, where its items were counted."""
    study, norms = ground.plan.study, ground.plan.norms
    if study.resources.empty or "basic_balance.cv_limit.primary" not in norms.figures:
        return pd.DataFrame()
    year = ground.years[0]
    today = ground.sections[ground.sections["year"] == year]
    pupils = today[["section_id", "school_id", "kind", "stage", "pupils"]]
    stock = stock_of_year(study.resources, year)
    stock = stock[stock["section_id"].isin(pupils["section_id"])]
    return basic_balance(basic_balance_items(stock, pupils, norms), norms)


def _children(ground: Ground, year: int) -> tuple[int, int, int]:
    """Return children at kindergarten, those in public ones, and the seats of public ones."""
    table = ground.sections
    ours = table[(table["stage"] == "kindergarten") & (table["year"] == year)]
    public = ours[(ours["operator"] == Operator.PUBLIC.value) & ours["licensed"].astype(bool)]
    return int(ours["pupils"].sum()), int(public["pupils"].sum()), int(public["seats"].sum())


def _quota_share(reckoner: Reckoner, steps: tuple[Step, ...], year: int) -> float | None:
    """Return the share of senior places given as quota in a year.

    A share once reached is not given up: where nothing is said of a year, the year before holds.
    """
    indicator = reckoner.register.find(_QUOTA_SHARE)
    if indicator is None:
        return None
    ours = reckoner.ground.entered
    known = {
        int(one): entered
        for one in ours.loc[ours["indicator"] == _QUOTA_SHARE, "year"]
        if (entered := reckoner.ground.actual(_QUOTA_SHARE, int(one))) is not None
    }
    known |= {
        step.aim.year: step.target.figure
        for step in steps
        if step.aim.indicator == indicator and step.target.figure is not None
    }
    newest = max((one for one in known if one <= year), default=None)
    if newest is not None:
        return known[newest]
    return indicator.threshold_of("", reckoner.ground.plan.norms)


def _senior_places(ground: Ground, year: int) -> int:
    """Return the places that public senior sections offer to entrants."""
    seats = ground.plan.section_years
    public = ground.sections[
        (ground.sections["stage"] == "senior")
        & (ground.sections["year"] == year)
        & (ground.sections["operator"] == Operator.PUBLIC.value)
    ]
    ours = (seats["year"] == year) & seats["section_id"].isin(public["section_id"])
    return int(seats.loc[ours, "entry_seats"].sum())
