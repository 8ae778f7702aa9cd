"""Does the plan reach the targets of the plan in force?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final

from planner.indicators import Reckoner, aims_of, judge
from planner.report.headline import rounded
from planner.report.indicators.words import told
from planner.report.names import Both, both_of
from planner.report.schema import OneOf
from planner.report.words import say

if TYPE_CHECKING:
    from planner.indicators import Aim
    from planner.plan import Plan
    from planner.terms import Language

__all__ = ["TargetCheck", "plain_target", "status_said", "target_checks"]

_OF_WORDS: Final = ("judged", "no_target")


@dataclass(frozen=True, slots=True)
class TargetCheck:
    """One target for one year, and what the plan says to it."""

    indicator: Annotated[str, "Key of the indicator, as in the table targets."]
    names: Annotated[Both, "What it is called; its key where we have no word for it."]
    stage: Annotated[str, "Stage the target is for; empty: all together."]
    year: Annotated[int, "School year."]
    text: Annotated[str, "Target as the plan writes it; empty where it sets none."]
    target: Annotated[
        float | None, "The number aimed at, in the indicator's unit; null where words are."
    ]
    binding: Annotated[bool | None, "True where binding, false where expected, null: not said."]
    value: Annotated[float | None, "The plan's value; null where it is not computed."]
    status: Annotated[
        str,
        "not_computed: neither reckoned nor entered; not_planned: not in this year; judged: people "
        "judge it; no_target: the cell is empty.",
        OneOf(("met", "missed", "judged", "not_planned", "not_computed", "no_target")),
    ]


def target_checks(plan: Plan) -> tuple[TargetCheck, ...]:
    """Return every target of the study, in the order of its table.

    Values come from `planner.indicators`; one that is written like its target has reached it.
    """
    if plan.study.targets.empty:
        return ()
    reckoner = Reckoner.of(plan)
    return tuple(_check(aim, reckoner) for aim in aims_of(plan.study, reckoner))


def status_said(status: str, lang: Language) -> str:
    """Return what is said to a target."""
    return told(status, lang) if status in _OF_WORDS else say(f"status_{status}", lang)


def plain_target(one: TargetCheck) -> float | str | None:
    """Return a target to show: its number where it is just that, else as the plan writes it."""
    try:
        float(one.text)
    except ValueError:
        return one.text or None
    return one.target


def _check(aim: Aim, reckoner: Reckoner) -> TargetCheck:
    """Return one target with the plan's value."""
    value, status, target = judge(aim, reckoner)
    known = aim.indicator
    return TargetCheck(
        indicator=aim.key,
        names=Both(zh=aim.key, en=aim.key) if known is None else both_of(known.names),
        stage=aim.stage,
        year=aim.year,
        text=aim.target.text,
        target=rounded(target.figure, 4),
        binding=aim.binding,
        value=rounded(value.figure, 4),
        status="not_computed" if status == "not_known" else status,
    )
