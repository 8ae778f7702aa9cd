"""What does a plan look like on the map?"""

from __future__ import annotations

from pathlib import Path

import typer

from planner.cli.talk import (
    Lang,
    Out,
    Scenarios,
    Seed,
    StudyFolder,
    Years,
    language,
    progress,
)


def draw(
    scenarios: Scenarios,
    study: StudyFolder = Path(),
    out: Out = None,
    years: Years = None,
    lang: Lang = None,
    seed: Seed = 0,
) -> None:
    """Draw scenarios as one map that opens in any browser, with the network off."""
    from planner.atlas import draw_map
    from planner.cli.work import plans_of
    from planner.report import check_writable, results_folder

    spoken = language(lang)
    target = (out if out is not None else study / "out") / "map"
    check_writable(target)
    plans = plans_of(study, scenarios, years=years, seed=seed, lang=spoken)
    title = "地图" if spoken == "zh" else "map"
    with progress(title, spoken) as say, results_folder(target) as fresh:
        say("map.html")
        draw_map(plans, fresh / "map.html", spoken)
    typer.echo(str(target / "map.html"))
