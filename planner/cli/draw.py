"""What does a plan look like on the map?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.cli.talk import Lang, Scenarios, Seed, StudyFolder, Years, language


def draw(
    scenarios: Scenarios,
    study: StudyFolder = Path(),
    out: Annotated[
        Path | None, typer.Option("--out", help="File to write; otherwise map.html in the study.")
    ] = None,
    years: Years = None,
    lang: Lang = None,
    seed: Seed = 0,
) -> None:
    """Draw scenarios as one map that opens in any browser, with the network off."""
    from planner.atlas import draw_map
    from planner.cli.talk import progress
    from planner.cli.work import plans_of, read

    spoken = language(lang)
    target = out if out is not None else study / "map.html"
    plans = plans_of(read(study, spoken), scenarios, years=years, seed=seed)
    with progress(target.name) as say:
        say("map")
        draw_map(plans, target, spoken)
    typer.echo(str(target))
