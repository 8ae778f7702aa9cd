"""What is the county held to, where does it stand, and what is missing?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.talk import (
    Lang,
    Out,
    Seed,
    StudyFolder,
    Years,
    language,
    print_entry,
    print_table,
    progress,
)
from planner.errors import Sentence

if TYPE_CHECKING:
    from planner.indicators import IndicatorTables
    from planner.terms import Language

Year = Annotated[
    int | None,
    typer.Option("--year", help="School year to look at; otherwise three years ahead."),
]
_AHEAD = 3


def indicators(
    scenario: Annotated[str, typer.Argument(help="Scenario name.")] = "baseline",
    study: StudyFolder = Path(),
    out: Out = None,
    year: Year = None,
    years: Years = None,
    lang: Lang = None,
    seed: Seed = 0,
) -> None:
    """Hold the county against its targets and the 31 items, today and in the years to come."""
    from planner.cli.work import plans_of
    from planner.indicators import gather_indicators
    from planner.report import check_writable, results_folder
    from planner.report.indicators.writing import write_indicators

    spoken = language(lang)
    target = (out if out is not None else study / "out") / f"{scenario}-indicators"
    check_writable(target)
    (made,) = plans_of(study, [scenario], years=years, seed=seed, lang=spoken)
    focus = _focus(year, made.years)
    with progress(scenario, spoken) as say, results_folder(target) as fresh:
        say(Sentence("indicators", "指标"))
        tables = gather_indicators(made)
        write_indicators(tables, fresh, spoken, focus=focus, say=say)
    _print(tables, focus, spoken)
    typer.echo(str(target / "indicators.xlsx"))


def _focus(asked: int | None, years: tuple[int, ...]) -> int:
    """Return the year to look at."""
    from planner.errors import ScenarioError

    if asked is None:
        return years[min(_AHEAD, len(years) - 1)]
    if asked not in years:
        raise ScenarioError(
            Sentence(
                f"--year {asked} is not planned. Choose one of {years[0]} to {years[-1]}, or plan "
                "further with --years.",
                f"--year {asked}不在规划年份内；请选{years[0]}至{years[-1]}中的一年，"
                "或用--years延长。",
            )
        )
    return asked


def _print(tables: IndicatorTables, focus: int, lang: Language) -> None:
    """Print the register group by group, the targets and what is missing."""
    from planner.report.indicators.terminal import said_indicators

    said = said_indicators(tables, focus, lang)
    for table, remark in zip(said.tables, said.below, strict=True):
        print_table(table.title, table.headings, table.rows)
        if remark is not None:
            print_entry(remark.head, remark.body)
        typer.echo()
    print_entry(said.standing.head, said.standing.body)
    typer.echo()
