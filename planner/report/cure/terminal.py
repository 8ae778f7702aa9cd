"""Say in a few lines what a cure costs, how sure that is, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.report.cure.tables import stage_word, unfinished
from planner.report.cure.words import say_cure
from planner.siting.large_classes import SolveStatus

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from planner.cure import Cure
    from planner.terms import Language

__all__ = ["PathTable", "cost_table", "path_table", "verdict"]

_TEN_THOUSAND = 10_000  # bureaus reckon in 万元
_YEARS_SHOWN = 7  # as many as fit a terminal of 80 columns


@dataclass(frozen=True, slots=True)
class PathTable:
    """A table for the terminal."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]


def verdict(cure: Cure, lang: Language) -> Iterator[str]:
    """Yield what it costs, how sure that is, and whether planning it again bears it out."""
    found = cure.measures
    if not cure.situation.aims:
        yield say_cure("no_aims", lang, last=cure.before.years[-1])
        return
    status = "unfinished" if unfinished(cure) else str(found.status)
    yield _of_itself(cure, lang)
    if not cure.steps and not cure.reasons:
        yield say_cure("nothing", lang)
        return
    yield say_cure(
        "verdict",
        lang,
        value=found.value / _TEN_THOUSAND,
        bound=found.bound / _TEN_THOUSAND,
        status=say_cure(status, lang, gap=found.gap),
    )
    if found.status is not SolveStatus.INFEASIBLE and not cure.left:
        yield say_cure("proved", lang, rounds=cure.rounds)
    else:
        computed = sum(miss.classes for miss in found.misses)
        yield say_cure("not_proved", lang, rounds=cure.rounds, left=cure.left, computed=computed)


def _of_itself(cure: Cure, lang: Language) -> str:
    """Say how many large classes are gone without any measure."""
    base = cure.before.years[0]
    first = min(aim.year for aim in cure.situation.aims)
    counted = cure.path[(cure.path["stage"] == "") & (cure.path["year"] == base)]
    return say_cure(
        "leaving",
        lang,
        base=base,
        then=int(counted["before"].sum()),
        year=first,
        leaving=cure.leaving,
    )


def path_table(cure: Cure, lang: Language) -> PathTable:
    """Return large classes by stage: before → after for the first years."""
    years = cure.before.years[:_YEARS_SHOWN]
    rows = []
    for stage, lines in cure.path.groupby("stage", sort=False):
        shown = lines[lines["year"].isin(years)]
        cells = [
            f"{before}→{after}" if before != after else str(before)
            for before, after in zip(shown["before"], shown["after"], strict=True)
        ]
        rows.append([stage_word(cure, str(stage), lang), *cells])
    totals = cure.path[(cure.path["stage"] == "") & cure.path["year"].isin(years)]
    if totals["target"].notna().any():
        known = zip(totals["target"].notna(), totals["target"].fillna(0), strict=True)
        rows.append(
            [say_cure("target", lang), *(str(most) if is_set else "–" for is_set, most in known)]
        )
    title = say_cure("title", lang, scenario=cure.before.scenario.name)
    return PathTable(title, [say_cure("stage", lang), *map(str, years)], rows)


def cost_table(cure: Cure, lang: Language) -> PathTable:
    """Return how many measures of each kind there are by stage, and what they cost."""
    found: dict[tuple[str, str], list[float]] = {}
    for step in cure.steps:
        cell = found.setdefault((step.kind.value, step.stage), [0, 0, 0.0])
        cell[0] += 1
        cell[1] += step.number
        cell[2] += step.yuan
    headings = [say_cure(key, lang) for key in ("kind", "stage", "number", "unit", "yuan")]
    rows = [
        [
            say_cure(f"kind_{kind}", lang),
            stage_word(cure, stage, lang),
            f"{int(number):,}",
            say_cure(f"unit_{kind}", lang),
            f"{yuan:,.0f}",
        ]
        for (kind, stage), (_, number, yuan) in found.items()
    ]
    return PathTable(say_cure("sheet_costs", lang), headings, rows)
