"""What does each scenario gain and cost against the first one?"""

from __future__ import annotations

from pathlib import Path

import typer

from planner.cli.talk import Lang, Out, Scenarios, Seed, StudyFolder, Years, language, print_table


def compare(
    scenarios: Scenarios,
    study: StudyFolder = Path(),
    out: Out = None,
    years: Years = None,
    lang: Lang = None,
    seed: Seed = 0,
) -> None:
    """Set scenarios side by side, the first as the baseline."""
    from planner.cli.work import plans_of, write_comparison
    from planner.errors import ScenarioError, Sentence
    from planner.report import check_writable, results_folder

    if len(scenarios) < 2:
        raise ScenarioError(
            Sentence(
                "Comparing takes at least two scenarios; name another one.",
                "比较至少需要两个方案；请再写一个方案名。",
            )
        )
    spoken = language(lang)
    target = out if out is not None else study / "out"
    check_writable(target / "comparison")
    plans = plans_of(study, scenarios, years=years, seed=seed, lang=spoken)
    with results_folder(target / "comparison") as fresh:
        headings, *rows = write_comparison(plans, fresh, spoken)
    print_table("", headings, rows)
    typer.echo(str(target / "comparison" / "map.html"))
