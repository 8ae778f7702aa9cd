"""Find the cure of a plan, plan it, and count the large classes again."""

from __future__ import annotations

import math
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from planner.cure.reasons import Reason, reasons_of
from planner.cure.situation import Situation, describe
from planner.cure.table import Step, steps_of
from planner.cure.writing import cured_name, cured_scenario, zones_table
from planner.errors import Sentence
from planner.plan import make_plan
from planner.siting.large_classes import Measures, pupils_after, solve

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.plan import Plan
    from planner.scenario import Scenario

__all__ = ["Cure", "beyond_targets", "cure_plan"]

ROUNDS: Final = 3
"""Times the cure is planned and, where large classes are left, made tighter."""
FIRST_SHARE: Final = 0.6
"""Share of the seconds left that a round may take, so that some are left to repeat it."""


@dataclass(frozen=True, slots=True, eq=False)
class Cure:
    """What to do against the large classes of a plan, what it costs, and what comes of it.

    Attributes:
        before: The plan as it was.
        after: The plan with the measures; the same where nothing is to be done.
        scenario: The scenario of `after`; its zones stand in `zones_file`.
        zones: The zones after the transfers, as a table; None where no area moves.
        situation: The problem with the names of everything.
        measures: The solution: value, bound, gap and status.
        steps: The measures one by one.
        reasons: Why targets are missed; none where a cure exists.
        path: Large classes by stage ("" for all together) and year: before, computed (by the
            programme), after (counted in the plan), target (missing where there is none).
        cohorts: Every cohort with large classes in a year with a target: section_id, stage, cohort,
            first_year and last_year with large classes, class_years before and after, and how.
        leaving: Large classes counted in the base year that are gone without any measure when
            the targets begin.
        rounds: How often the cure was planned.
        seconds: What the solver took.
        first_bound: The bound before any seat was kept free against what planning showed.
    """

    before: Plan
    after: Plan
    scenario: Scenario
    zones: pd.DataFrame | None
    situation: Situation
    measures: Measures
    steps: tuple[Step, ...]
    reasons: tuple[Reason, ...]
    path: pd.DataFrame
    cohorts: pd.DataFrame
    leaving: int
    rounds: int
    seconds: float
    first_bound: float

    @property
    def zones_file(self) -> str:
        """Where the table of zones belongs in the study's folder."""
        return _zones_file(self.before)

    @property
    def left(self) -> int:
        """Large classes beyond the targets, as counted in the plan with the measures."""
        beyond = (self.path["after"] - self.path["target"]).clip(lower=0)
        return int(beyond.sum())


def cure_plan(
    plan: Plan,
    *,
    seconds: float = 30.0,
    gap: float = 0.01,
    say: Callable[[str], None] = lambda _doing: None,
) -> Cure:
    """Return the least costly measures that meet the targets of large classes.

    The measures are planned like any scenario. Where the plan then has large classes that the
    programme did not see coming, as pupils are rounded, seats are kept free for them; where a
    year that allows some large classes has more of them, the search is asked for as many fewer.
    Then it is repeated.

    Raises:
        ScenarioError: A price is missing or a target is wrong.
    """
    margins: dict[tuple[str, int], int] = {}
    spared: dict[tuple[str, int], int] = {}
    took = first_bound = 0.0
    for number in range(1, ROUNDS + 1):
        situation = describe(plan, margins, spared)
        say(Sentence("cheapest measures", "求最省的措施"))
        began = time.monotonic()
        left = max(seconds - took, 1.0) * (1.0 if number == ROUNDS else FIRST_SHARE)
        measures = solve(situation.problem, seconds=left, gap=gap, say=say)
        took += time.monotonic() - began
        first_bound = measures.bound if number == 1 else first_bound
        steps = steps_of(plan, situation, measures)
        scenario = cured_scenario(plan, situation, measures, _zones_file(plan))
        after = _planned(plan, situation, measures, say) if steps else plan
        more = _unforeseen(situation, measures, after)
        beyond = beyond_targets(_path(plan, after, situation, measures)) if steps else {}
        if not (more or beyond) or number == ROUNDS or took >= seconds:
            break
        for key, pupils in more.items():
            margins[key] = margins.get(key, 0) + pupils
        for aim, classes in beyond.items():
            spared[aim] = spared.get(aim, 0) + classes
    return Cure(
        before=plan,
        after=after,
        scenario=scenario,
        zones=zones_table(plan, situation, measures) if measures.moved else None,
        situation=situation,
        measures=measures,
        steps=steps,
        reasons=reasons_of(plan, situation, measures),
        path=_path(plan, after, situation, measures),
        cohorts=_cohorts(plan, after, situation, steps),
        leaving=_leaving(plan, situation),
        rounds=number,
        seconds=took,
        first_bound=first_bound,
    )


def _zones_file(plan: Plan) -> str:
    """Return where the table of zones belongs in the study's folder."""
    return f"scenarios/{cured_name(plan.scenario)}_zones.csv"


def _planned(
    plan: Plan, situation: Situation, measures: Measures, say: Callable[[str], None]
) -> Plan:
    """Return the plan with the measures."""
    say(Sentence("planning the cure", "按措施重新规划"))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "zones.csv"
        if measures.moved:
            zones_table(plan, situation, measures).to_csv(file, index=False, encoding="utf-8")
        scenario = cured_scenario(plan, situation, measures, str(file))
        return make_plan(plan.study, scenario, past=plan.past, seed=plan.seed, say=say)


def _unforeseen(
    situation: Situation, measures: Measures, after: Plan
) -> dict[tuple[str, int], int]:
    """Return how many pupils have to be kept free, by cohort; nothing where all is as expected.

    In a section with large classes nobody expected, these are the pupils by whom each cohort
    came out larger, and for the crowded cohort itself those who make it a class more.
    """
    large = situation.problem.large
    row_of = {key: row for row, key in enumerate(situation.sections)}
    due = {(row, target.year) for target in situation.problem.targets for row in target.sections}
    found: dict[tuple[str, int], int] = {}
    surprised: set[str] = set()
    table = after.class_years
    in_classes = table.groupby(["section_id", "cohort", "year"])["pupils"]
    classes, came = in_classes.count(), in_classes.sum()
    for row in table[table["pupils"] >= large].to_dict("records"):
        section, year = str(row["section_id"]), int(row["year"]) - after.years[0]
        cell = row_of.get(section, -1), year
        if cell in due and measures.large[cell] == 0:
            surprised.add(section)
            key = section, int(row["cohort"])
            # Classes that have drifted apart fit only if there is one more of them.
            full = (large - 1) * int(classes[*key, int(row["year"])])
            found[key] = max(found.get(key, 0), full + 1 - int(came[*key, int(row["year"])]), 1)
    for number, key in enumerate(situation.cohorts):
        cohort = situation.problem.cohorts[number]
        if key[0] in surprised and cohort.enters:
            expected = pupils_after(
                situation.problem, measures.moved, measures.turned_away, number, cohort.first
            )
            more = float(came.get((*key, after.years[cohort.first]), 0)) - expected
            if more > cohort.margin:
                found[key] = found.get(key, 0) + math.ceil(more - cohort.margin)
    return found


def beyond_targets(path: pd.DataFrame) -> dict[tuple[str, int], int]:
    """Return the large classes that the search had within a target and the plan has beyond it.

    Targets of none are left out: there every class has a cause of its own (`_unforeseen`).
    """
    some = path[path["target"].fillna(0) > 0]
    found = some[(some["after"] > some["target"]) & (some["after"] > some["computed"])]
    return {
        (str(row["stage"]), int(row["year"])): int(row["after"] - row["target"])
        for row in found.to_dict("records")
    }


def _path(plan: Plan, after: Plan, situation: Situation, measures: Measures) -> pd.DataFrame:
    """Return large classes by stage and year before, as computed, after, and the target."""
    stages = [stage.stage for stage in plan.norms.stages if stage.large_class is not None]
    stage_of = dict(zip(plan.sections["section_id"], plan.sections["stage"], strict=True))
    most = {(aim.stage, aim.year): aim.most for aim in situation.aims}
    rows: list[dict[str, Any]] = []
    for stage in [*stages, ""]:
        for column, year in enumerate(plan.years):
            mine = [r for r, key in enumerate(situation.sections) if stage in ("", stage_of[key])]
            there = [_large(one, stage, year) for one in (plan, after)]
            # Sections that are not part of the programme stay as planned.
            part = [situation.sections[row] for row in mine]
            outside = there[0] - _large(plan, stage, year, part)
            rows.append(
                {
                    "stage": stage,
                    "year": year,
                    "before": there[0],
                    "computed": outside + int(measures.large[mine, column].sum()),
                    "after": there[1],
                    "target": most.get((stage, year)),
                }
            )
    path = pd.DataFrame(rows)
    path["target"] = path["target"].astype("Int64")
    return path


def _large(plan: Plan, stage: str, year: int, sections: list[str] | None = None) -> int:
    """Return the large classes of a stage, "" for all, in one year."""
    table = plan.section_years
    chosen = (table["year"] == year) & ((table["stage"] == stage) | (not stage))
    if sections is not None:
        chosen &= table["section_id"].isin(sections)
    return int(table.loc[chosen, "large"].sum())


def _cohorts(
    plan: Plan, after: Plan, situation: Situation, steps: tuple[Step, ...]
) -> pd.DataFrame:
    """Return every cohort with large classes in a year with a target, and what cures it."""
    due = {aim.year for aim in situation.aims}
    large = situation.problem.large
    before, then = (
        one.class_years[(one.class_years["pupils"] >= large) & one.class_years["year"].isin(due)]
        for one in (plan, after)
    )
    key = ["section_id", "stage", "cohort"]
    found = before.groupby(key)["year"].agg(["min", "max", "count"]).reset_index()
    found.columns = pd.Index([*key, "first_year", "last_year", "before"])
    left = then.groupby(key)["year"].count().rename("after").reset_index()
    found = found.merge(left, on=key, how="left")
    found["after"] = found["after"].fillna(0).astype("int64")
    found["how"] = [
        _how(str(row["section_id"]), int(row["cohort"]), steps) if not row["after"] else "left"
        for row in found.to_dict("records")
    ]
    return found


def _how(section: str, cohort: int, steps: tuple[Step, ...]) -> str:
    """Return the kinds of measures that take the large classes away from a cohort."""
    kinds = [
        step.kind.value
        for step in steps
        if section == step.section
        and (step.cohort == cohort or (step.kind == "transfer" and cohort >= step.year))
    ]
    rooms = [step.kind.value for step in steps if step.kind == "rooms" and step.section == section]
    # Whoever leaves makes room, and rooms added serve all cohorts of the section.
    return "+".join(dict.fromkeys([*kinds, *rooms])) or "room_made"


def _leaving(plan: Plan, situation: Situation) -> int:
    """Return the counted large classes that are gone by themselves when the targets begin."""
    begins = min((aim.year for aim in situation.aims), default=plan.years[0])
    table = plan.class_years[plan.class_years["band"].isin(["large", "super_large"])]
    key = ["section_id", "cohort", "number"]
    today = table[table["year"] == plan.years[0]][key]
    later = table[table["year"] == begins][key]
    return len(today) - len(today.merge(later, on=key))
