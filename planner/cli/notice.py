"""What does the published notice of the enrolment zones say, and does a notice say it rightly?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.talk import (
    Lang,
    Out,
    Seed,
    StudyFolder,
    language,
    print_entry,
    print_hanging,
    print_table,
    progress,
)
from planner.errors import Sentence

if TYPE_CHECKING:
    from planner.notices import Notice
    from planner.notices.check import Checked
    from planner.terms import Language

Stages = Annotated[
    list[str] | None, typer.Option("--stage", help="Stage to publish; again for more.")
]
Sections = Annotated[
    list[str] | None, typer.Option("--section", help="Key of a section; again for more.")
]
Year = Annotated[
    int, typer.Option("--year", help="School year of entry; otherwise the first planned.", min=0)
]
File = Annotated[
    Path | None,
    typer.Option(
        "--check",
        help="A notice (.txt, .md, .docx) to read back against the plan; nothing is written.",
        exists=True,
        dir_okay=False,
    ),
]


def notice(
    scenario: Annotated[str, typer.Argument(help="Scenario name.")] = "baseline",
    study: StudyFolder = Path(),
    out: Out = None,
    lang: Lang = None,
    seed: Seed = 0,
    *,
    stage: Stages = None,
    year: Year = 0,
    section: Sections = None,
    check: File = None,
) -> None:
    """Write each zone in words, from the streets and rivers of its border; or check a notice.

    With --check it ends with exit code 1 where the notice contradicts the plan.
    """
    from planner.notices import draw_up_notice, only_sections, zones_of_year
    from planner.notices.check import check_notice
    from planner.report.folder import check_writable
    from planner.scenario import read_scenario
    from planner.study import read_study

    spoken = language(lang)
    target = (out if out is not None else study / "out") / "notices" / scenario
    if check is None:
        check_writable(target)
    wishes = read_scenario(study / "scenarios", scenario)
    with progress(study.resolve().name, spoken) as say:
        known = read_study(study, progress=say, lang=spoken)
    with progress(scenario, spoken) as say:
        zones = zones_of_year(
            known,
            wishes,
            year=year,
            stages=tuple(dict.fromkeys(stage or ())),
            seed=seed,
            say=say,
        )
        wanted = only_sections(zones, section or ())
        # To read one back, the zones of the others must be known too.
        drawn_up = draw_up_notice(wanted if check is None else zones, spoken, say)
    if check is not None:
        _tell(check_notice(check, drawn_up, section or ()), spoken)
        return
    _write(drawn_up, target)
    _print(drawn_up)
    for name in ("notice.docx", "notice.txt", "stretches.csv"):
        typer.echo(str(target / name))


def _write(drawn_up: Notice, target: Path) -> None:
    """Write the notice to the side and give it its name."""
    from planner.notices import write_notice
    from planner.report.folder import results_folder
    from planner.report.manifest import write_manifest

    with progress(target.name, drawn_up.lang) as say, results_folder(target) as fresh:
        say(Sentence("notice", "公告"))
        write_notice(drawn_up, fresh)
        write_manifest([drawn_up.zones], fresh)


def _print(drawn_up: Notice) -> None:
    """Print how much of the borders has a name, and what is to be looked at."""
    from planner.notices import said_of_notice

    said = said_of_notice(drawn_up)
    typer.echo(said.title)
    if said.rows:
        print_table("", said.headings, said.rows)
        typer.echo()
        print_hanging(said.explained)
    for head, lines in (said.doubtful, said.to_look_at):
        if lines:
            typer.echo()
            print_entry(head, "\n".join(lines))
    typer.echo()


def _tell(checked: Checked, lang: Language) -> None:
    """Print all findings and what was read; end with 1 where the notice is wrong."""
    for finding in checked.findings:
        print_hanging(finding.sentence(lang))
    if checked.findings:
        typer.echo()
    print_hanging(checked.summary(lang))
    if checked.errors:
        raise typer.Exit(1)
