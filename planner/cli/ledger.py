"""Which classes are large, which of them go by themselves, and which need a measure by when?"""

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

if TYPE_CHECKING:
    from planner.ledger import Outlook
    from planner.plan import Plan
    from planner.terms import Language

File = Annotated[
    Path | None,
    typer.Option(
        "--file",
        help="The bureau's own ledger (xlsx) to bring up to date; otherwise one is begun.",
        exists=True,
        dir_okay=False,
    ),
]
InPlace = Annotated[
    bool,
    typer.Option(
        "--in-place", help="Replace the file as well; the former stays beside it as .bak."
    ),
]


def ledger(
    scenario: Annotated[str, typer.Argument(help="Scenario name.")] = "baseline",
    study: StudyFolder = Path(),
    out: Out = None,
    years: Years = None,
    lang: Lang = None,
    seed: Seed = 0,
    *,
    file: File = None,
    in_place: InPlace = False,
) -> None:
    """Keep the ledger of large classes: cause, measure, due date, proof; what closes by itself."""
    from planner.cli.work import plans_of
    from planner.errors import OutputError, Sentence
    from planner.report import check_writable, results_folder
    from planner.report.ledger import LEDGER, check_replaceable, replace_ledger, write_ledger

    spoken = language(lang)
    target = (out if out is not None else study / "out") / f"{scenario}-ledger"
    if in_place and file is None:
        raise typer.BadParameter("--in-place goes with --file: it names the file to replace.")
    if file is not None and file.resolve().is_relative_to(target.resolve()):
        raise OutputError(
            Sentence(
                f"{file} lies in the folder of the results and would be written over. Keep the "
                "ledger elsewhere, such as beside study.toml, and name it there.",
                f"{file}在结果文件夹内，会被覆盖；请把台账放在别处（如study.toml旁边），"
                "并在此写明。",
            )
        )
    if file is not None and in_place:
        check_replaceable(file)
    check_writable(target)
    (made,) = plans_of(study, [scenario], years=years, seed=seed, lang=spoken)
    outlook = _outlook(made, file, spoken)
    with progress(scenario, spoken) as say, results_folder(target) as fresh:
        say(LEDGER)
        write_ledger(outlook, fresh, spoken)
    replaced = in_place and file is not None and replace_ledger(target / LEDGER, file)
    _print(outlook, spoken)
    typer.echo(str(target / LEDGER))
    if replaced:
        typer.echo(str(file))


def _outlook(made: Plan, file: Path | None, lang: Language) -> Outlook:
    """Begin a ledger or bring the bureau's up to date, and look ahead."""
    from planner.ledger import begin_ledger, look_ahead, read_ledger, update_ledger

    if file is None:
        return look_ahead(begin_ledger(made, lang), made)
    return look_ahead(update_ledger(read_ledger(file, made.study, lang=lang), made, lang), made)


def _print(outlook: Outlook, lang: Language) -> None:
    """Print how the ledger stands."""
    from planner.report.ledger import (
        assumed_sentence,
        fate_sentences,
        ledger_tables,
        ledger_title,
        unfollowed_sentence,
    )

    typer.echo(ledger_title(outlook, lang))
    typer.echo()
    for table in ledger_tables(outlook, lang):
        print_table(table.title, table.headings, table.rows)
        typer.echo()
    print_entry(*fate_sentences(outlook, lang))
    for said in (unfollowed_sentence(outlook, lang), assumed_sentence(outlook, lang)):
        if said is not None:
            print_entry(*said)
    typer.echo()
