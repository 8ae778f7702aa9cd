"""Which sheets of paper show a plan, to hang on a wall or to hand out?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.cli.talk import Lang, Out, Seed, StudyFolder, language, progress

Kind = Annotated[
    str | None,
    typer.Option("--of", help="county, townships or sections: one page each. Otherwise county."),
]
Stage = Annotated[
    str | None, typer.Option("--stage", help="Stage, such as primary. Otherwise all with zones.")
]
Township = Annotated[str | None, typer.Option("--township", help="Only this township.")]
Section = Annotated[str | None, typer.Option("--section", help="Only the section with this key.")]
Year = Annotated[
    int | None,
    typer.Option("--year", help="School year. Otherwise the first in which zones change."),
]
Against = Annotated[
    str | None,
    typer.Option("--against", help="Scenario to set beside it: before and after on one sheet."),
]
Paper = Annotated[str, typer.Option("--paper", help="A4, A3, A2 or A1.")]
Portrait = Annotated[
    bool | None,
    typer.Option(
        "--portrait/--landscape", help="Otherwise as the county lies.", show_default=False
    ),
]
Formats = Annotated[str, typer.Option("--format", help="pdf, png or pdf,png.")]
Dpi = Annotated[int, typer.Option("--dpi", help="Dots per inch of png.")]
Date = Annotated[
    str | None, typer.Option("--date", help="Day to print, such as 2026-08-01, or today.")
]
Public = Annotated[bool, typer.Option("--public", help="Without any number of pupils.")]


def sheet(
    scenario: Annotated[str, typer.Argument(help="Scenario name.")] = "baseline",
    study: StudyFolder = Path(),
    out: Out = None,
    lang: Lang = None,
    seed: Seed = 0,
    *,
    of: Kind = None,
    stage: Stage = None,
    township: Township = None,
    section: Section = None,
    year: Year = None,
    against: Against = None,
    paper: Paper = "A3",
    portrait: Portrait = None,
    formats: Formats = "pdf",
    dpi: Dpi = 150,
    date: Date = None,
    public: Public = False,
) -> None:
    """Draw sheets to print: zones of the county, of townships or of single schools."""
    from planner.atlas.sheets import Wish, draw_sheets
    from planner.cli.work import plans_of
    from planner.report import check_writable, results_folder
    from planner.report.pictures import font_notice

    spoken = language(lang)
    wish = Wish(
        of=of,
        stage=stage,
        township=township,
        section=section,
        year=year,
        paper=paper,
        portrait=portrait,
        formats=tuple(word.strip() for word in formats.split(",")),
        dpi=dpi,
        date=date,
        public=public,
    )
    target = (out if out is not None else study / "out") / "sheets" / scenario / wish.kind
    check_writable(target)
    names = [scenario] if against is None else [against, scenario]
    plans = plans_of(study, names, years=None, seed=seed, lang=spoken)
    title = "图幅" if spoken == "zh" else "sheets"
    with progress(title, spoken) as say, results_folder(target) as fresh:
        written = [path.name for path in draw_sheets(plans, wish, fresh, spoken, say)]
    if (notice := font_notice()) is not None:
        typer.echo(notice.zh if spoken == "zh" else notice.en, err=True)
    for name in written:
        typer.echo(str(target / name))
