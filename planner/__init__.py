"""School layout and seat capacity for county education bureaus.

    from planner import make_plan, read_scenario, read_study

    study = read_study(Path("county"))
    plan = make_plan(study, read_scenario(study.folder / "scenarios", "baseline"))
    print(plan.county_years)

The names below are the public ones; a module is loaded when its first name is asked for, so
that `planner --help` need not wait for libraries it does not use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from planner.atlas import draw_map
    from planner.checks import check_study
    from planner.comparison import Comparison, compare_plans
    from planner.errors import (
        InputError,
        NoPlanError,
        NormsError,
        OutputError,
        PlannerError,
        ScenarioError,
        Sentence,
        StudyError,
    )
    from planner.norms import Norms, read_norms
    from planner.plan import Plan, make_plan
    from planner.report import write_comparison, write_plan
    from planner.scenario import Scenario, read_scenario
    from planner.study import Study, read_study

__all__ = [
    "Comparison",
    "InputError",
    "NoPlanError",
    "Norms",
    "NormsError",
    "OutputError",
    "Plan",
    "PlannerError",
    "Scenario",
    "ScenarioError",
    "Sentence",
    "Study",
    "StudyError",
    "check_study",
    "compare_plans",
    "draw_map",
    "make_plan",
    "read_norms",
    "read_scenario",
    "read_study",
    "write_comparison",
    "write_plan",
]

_HOMES = {
    "atlas": ("draw_map",),
    "checks": ("check_study",),
    "comparison": ("Comparison", "compare_plans"),
    "errors": (
        "InputError",
        "NoPlanError",
        "NormsError",
        "OutputError",
        "PlannerError",
        "ScenarioError",
        "Sentence",
        "StudyError",
    ),
    "norms": ("Norms", "read_norms"),
    "plan": ("Plan", "make_plan"),
    "report": ("write_comparison", "write_plan"),
    "scenario": ("Scenario", "read_scenario"),
    "study": ("Study", "read_study"),
}
_MODULE_OF = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Load the module of a public name when it is first asked for."""
    if name not in _MODULE_OF:
        raise AttributeError(f"planner has no public name '{name}'.")
    return getattr(import_module(f"planner.{_MODULE_OF[name]}"), name)


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted(__all__)
