"""Open a figure of a plan down to what was counted: which classes, which pupils, which rooms.

`asking` finds out which section, year and figure are meant; `steps` gathers what stands behind
it, one table a step, and `county` the sections behind a figure of the county;
`planner.report.why` puts that into words.
"""

from __future__ import annotations

from planner.why.asking import FIGURES, Question, ask
from planner.why.parts import Answer, Step
from planner.why.steps import why

__all__ = ["FIGURES", "Answer", "Question", "Step", "ask", "why"]
