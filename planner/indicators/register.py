"""The indicators of one study: its country's register and what the county adds to it."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import pandas as pd

from planner.norms.indicators import Indicator, Register, read_register

if TYPE_CHECKING:
    from planner.study import Study

__all__ = ["register_of"]

_OWN: Final = "own"


def register_of(study: Study) -> Register:
    """Return the indicators of the study's country, then those of its table indicators.

    A stage that the study's norms do not have is left out.
    """
    national = read_register(study.norms.country)
    there = {stage.stage for stage in study.norms.stages}
    known = {
        key: replace(one, stages=tuple(stage for stage in one.stages if stage in there))
        for key, one in national.indicators.items()
        if not one.stages or there.intersection(one.stages)
    }
    own = {
        row["indicator"]: Indicator(
            id=row["indicator"],
            item="",
            names={"zh": row["name"], "en": _or(row["name_en"], row["name"])},
            group=_OWN,
            unit=_or(row["unit"], ""),
            better=_or(row["better"], "higher"),
            known="entered",
        )
        for row in study.indicators.to_dict("records")
        if row["indicator"] not in known
    }
    return Register(national.groups, MappingProxyType({**known, **own}))


def _or(cell: object, otherwise: str) -> str:
    """Return a cell's text, or what stands in for an empty one."""
    return otherwise if pd.isna(cell) else str(cell)  # type: ignore[call-overload]
