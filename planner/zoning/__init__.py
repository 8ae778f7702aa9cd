"""Give areas to sections: arrays in, a plan with a proven bound out.

The solver knows arrays, not studies, so that a published instance and a county are the same
to it. `solver` tells the story; the other modules are its chapters.
"""

from __future__ import annotations

from planner.zoning.evaluation import evaluate
from planner.zoning.problem import (
    Band,
    Cases,
    Evaluation,
    Mix,
    Piece,
    PieceReason,
    Problem,
    Shape,
    SolveStatus,
    Together,
    Weights,
    Zoning,
)
from planner.zoning.solver import judge, nearest, solve

__all__ = [
    "Band",
    "Cases",
    "Evaluation",
    "Mix",
    "Piece",
    "PieceReason",
    "Problem",
    "Shape",
    "SolveStatus",
    "Together",
    "Weights",
    "Zoning",
    "evaluate",
    "judge",
    "nearest",
    "solve",
]
