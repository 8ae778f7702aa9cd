"""What does a plan look like on the map?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

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

BaseMapName = Annotated[
    str | None,
    typer.Option(
        "--basemap",
        help="Let readers lay a map of streets from the web under it: osm, amap or tianditu. "
        "Nothing is fetched before they tick it.",
    ),
]
BaseMapKey = Annotated[
    str | None,
    typer.Option(
        "--basemap-key",
        envvar="PLANNER_BASEMAP_KEY",
        help="Your key for the base map, where it needs one; whoever has the page has the key.",
    ),
]


def draw(
    scenarios: Scenarios,
    study: StudyFolder = Path(),
    out: Out = None,
    years: Years = None,
    lang: Lang = None,
    *,
    seed: Seed = 0,
    basemap: BaseMapName = None,
    basemap_key: BaseMapKey = None,
) -> None:
    """Draw scenarios as one map that opens in any browser, with the network off."""
    from planner.atlas import draw_map, find_basemap
    from planner.cli.work import plans_of
    from planner.report import check_writable, results_folder

    spoken = language(lang)
    target = (out if out is not None else study / "out") / "map"
    check_writable(target)
    under = None if basemap is None else find_basemap(basemap, basemap_key)
    plans = plans_of(study, scenarios, years=years, seed=seed, lang=spoken)
    title = "地图" if spoken == "zh" else "map"
    with progress(title, spoken) as say, results_folder(target) as fresh:
        say("map.html")
        draw_map(plans, fresh / "map.html", spoken, basemap=under)
    typer.echo(str(target / "map.html"))
