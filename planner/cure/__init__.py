"""Which measures, at the least cost, leave no more large classes than the targets allow?

`situation` translates a plan into the arrays of `planner.siting.large_classes`, `aims` reads the
targets, `transfers` finds the areas that could change section, `writing` puts what was found into
a scenario, and `proof` plans that scenario and counts the large classes again.
"""

from __future__ import annotations

from planner.cure.proof import Cure, cure_plan
from planner.cure.reasons import Reason
from planner.cure.table import Step, StepKind

__all__ = ["Cure", "Reason", "Step", "StepKind", "cure_plan"]
