"""The least costly measures by which no more large classes are left than the targets allow.

`problem` states who sits in which class and what may be done. `choices` finds what a section needs
for every choice of areas along its borders and of the year in which it is cured, and a small
integer programme picks the choices that agree; `programme` writes a larger one for targets that
cannot be met. `pieces` keeps zones in one piece, and `solver`
puts measures and bounds together.
"""

from __future__ import annotations

from planner.siting.large_classes.pieces import hanging
from planner.siting.large_classes.problem import (
    Cohort,
    Ground,
    LargeClasses,
    Measures,
    Miss,
    Move,
    Prices,
    SolveStatus,
    Target,
    pupils_after,
)
from planner.siting.large_classes.programme import count_large
from planner.siting.large_classes.solver import solve

__all__ = [
    "Cohort",
    "Ground",
    "LargeClasses",
    "Measures",
    "Miss",
    "Move",
    "Prices",
    "SolveStatus",
    "Target",
    "count_large",
    "hanging",
    "pupils_after",
    "solve",
]
