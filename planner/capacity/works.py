"""List what is built, converted, merged and closed: from when, how many seats, land and cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from planner.capacity.projects import dated_projects, refuse_impossible

if TYPE_CHECKING:
    from planner.capacity.projects import Dated
    from planner.scenario import Scenario
    from planner.study import Study

__all__ = ["Work", "list_works"]


@dataclass(frozen=True, slots=True)
class Work:
    """One project or measure as a scenario dates it.

    Attributes:
        key: Its key; `name` and `name_en` what it is called, `name_en` "" where nobody says.
        kind: What is done, one of `planner.terms.ProjectKind`.
        section_id: The section that gains, loses or receives.
        year: First school year in which it counts; None without a date.
        counted: Whether it was in use by the base year, so that today's rooms contain it.
        rooms: Rooms gained, less those lost, in all sections together.
        seats: Seats of these rooms at the mean standard size of their stages.
        seats_named: Seats that the plan names; None where it names none.
        land_m2: Land used, in m²; 0 where nobody says.
        cost_yuan: Cost in yuan; 0 where nobody says.
    """

    key: str
    name: str
    name_en: str
    kind: str
    section_id: str
    year: int | None
    counted: bool
    rooms: int
    seats: int
    seats_named: int | None
    land_m2: float
    cost_yuan: float


def list_works(study: Study, scenario: Scenario) -> tuple[Work, ...]:
    """Return the projects and measures of a scenario, the earliest first, the undated last.

    Seats are rooms × standard size: the mean over the grades of a stage, as bureaus count, so
    that 29 rooms of a kindergarten are 29 × 30 = 870 seats.

    Raises:
        ScenarioError: A project or measure cannot be meant; see `offer_sections`.
    """
    dated = dated_projects(study, scenario)
    refuse_impossible(study, scenario, dated)
    named = {row["project_id"]: row for row in study.projects.to_dict("records")}
    costs = {measure.id: measure.cost_yuan for measure in scenario.measures}
    works = [
        _work(study, project, {} if project.ours else named[project.key], costs)
        for project in dated
    ]
    never = np.inf
    return tuple(sorted(works, key=lambda work: never if work.year is None else work.year))


def _work(study: Study, project: Dated, row: dict[Any, Any], costs: dict[str, float]) -> Work:
    """Return one project with what the projects table, or the measure, says besides its rooms."""
    stage_of = dict(zip(study.sections["section_id"], study.sections["stage"], strict=True))
    rooms_of = dict(zip(study.sections["section_id"], study.sections["rooms"], strict=True))
    changes = [(section, change) for section, _, change in project.room_changes()]
    if project.closed_section:
        closed = rooms_of.get(project.closed_section)
        # A closed section gives up all its rooms, those that stay in use elsewhere among them.
        changes = [change for change in changes if change[0] != project.closed_section]
        changes.append((project.closed_section, 0 if pd.isna(closed) else -int(closed)))
    seats = sum(
        change * _mean_size(study, stage_of.get(section, project.stage))
        for section, change in changes
    )
    cost = costs.get(project.key, 0.0) if project.ours else _number(row.get("cost_yuan"))
    seats_named = row.get("seats")
    return Work(
        key=project.key,
        name=project.name,
        name_en=project.name_en,
        kind=project.kind.value,
        section_id=project.section_id,
        year=project.year,
        counted=project.done(study.base_year),
        rooms=sum(change for _, change in changes),
        seats=round(seats),
        seats_named=None if pd.isna(seats_named) else int(seats_named),
        land_m2=_number(row.get("land_m2")),
        cost_yuan=cost,
    )


def _mean_size(study: Study, stage: str) -> float:
    """Return the mean standard class size of a stage."""
    return float(np.mean(list(study.norms.stage(stage).class_size.values())))


def _number(cell: Any) -> float:
    """Return a cell as a number, 0 where it is empty."""
    return 0.0 if cell is None or pd.isna(cell) else float(cell)
