"""What an opened figure consists of: the figure, and the steps down to its inputs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.norms import Figure, StageNorm
    from planner.why.asking import Question

__all__ = ["Answer", "Step"]


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One step from a figure towards its inputs.

    Attributes:
        key: What the step shows; `planner.report.why` has the sentence to it.
        figures: Figures in that sentence.
        table: The rows behind them; empty where the sentence says it all.
        inputs: Tables of the study that were read for it.
        norms: Norms that were applied, by path.
    """

    key: str
    figures: Mapping[str, Any]
    table: pd.DataFrame = field(default_factory=pd.DataFrame)
    inputs: tuple[str, ...] = ()
    norms: tuple[tuple[str, Figure], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """A figure with its value and the steps down to its inputs, the figure's own step first.

    Name and section are those of the school, or of the county where the section is "".
    """

    question: Question
    name: str
    name_en: str | None
    stage: StageNorm
    value: Any
    counted: bool
    steps: tuple[Step, ...]
