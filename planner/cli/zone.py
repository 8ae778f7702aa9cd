"""Which zones keep walks short and give everybody a seat, and how sure is that?"""

from __future__ import annotations

import signal
from contextlib import contextmanager
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
    print_table,
    progress,
)
from planner.errors import ScenarioError, Sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import FrameType

    from planner.audit import Audit
    from planner.drafting import Draft, Order
    from planner.norms import StageNorm
    from planner.terms import Language

Stages = Annotated[
    list[str] | None,
    typer.Option("--stage", help="Stage to draw; again for more. Otherwise the scenario's."),
]
Year = Annotated[int, typer.Option("--year", help="First school year of the zones.")]
Seconds = Annotated[
    float | None, typer.Option("--seconds", min=0.1, help="Seconds to search, for each stage.")
]
Gap = Annotated[
    float | None,
    typer.Option("--gap", min=0, max=1, help="Gap at which to stop searching, as share."),
]
Plans = Annotated[
    int,
    typer.Option(
        "--alternatives", min=1, max=20, help="Clearly different plans, the best included."
    ),
]
Moves = Annotated[
    list[str] | None, typer.Option("--move", help="AREA=SECTION: move an area by hand.")
]
Locks = Annotated[
    list[str] | None, typer.Option("--lock", help="Area that keeps its section; again for more.")
]
Repair = Annotated[
    bool, typer.Option("--repair", help="Mend around the moves what they break, changing little.")
]


def zone(
    scenario: Annotated[str, typer.Argument(help="Scenario name.")] = "baseline",
    study: StudyFolder = Path(),
    out: Out = None,
    lang: Lang = None,
    seed: Seed = 0,
    *,
    stage: Stages = None,
    year: Year = 0,
    seconds: Seconds = None,
    gap: Gap = None,
    alternatives: Plans = 1,
    move: Moves = None,
    lock: Locks = None,
    repair: Repair = False,
) -> None:
    """Draw zones in one piece, near and with seats; or move areas by hand and see what it costs."""
    from planner.drafting import Order, draft_zones
    from planner.report.folder import check_writable
    from planner.scenario import read_scenario
    from planner.study import read_study

    spoken = language(lang)
    target = (out if out is not None else study / "out") / f"{scenario}-zone"
    check_writable(target)
    order = Order(
        stages=tuple(dict.fromkeys(stage or ())),
        year=year,
        moves=_moves(move or ()),
        locks=tuple(dict.fromkeys(lock or ())),
        repair=repair,
        plans=alternatives,
        seconds=seconds,
        gap=gap,
        seed=seed,
    )
    _refuse_contradictions(order)
    wishes = read_scenario(study / "scenarios", scenario)
    with progress(study.resolve().name, spoken) as say:
        known = read_study(study, progress=say, lang=spoken)
    with progress(scenario, spoken) as say, interrupted(say, spoken) as stop:
        draft = draft_zones(known, wishes, order, say=say, watch=_watch(say, spoken), stop=stop)
        stopped = stop()
    audit = _write(draft, target, spoken)
    _print(draft, audit, spoken, stopped=stopped)
    for name in ("zones.xlsx", "map.html", "zones.csv", "zone.toml"):
        typer.echo(str(target / name))


def _moves(said: Sequence[str]) -> dict[str, str]:
    """Return section by area of the moves on the command line."""
    moves: dict[str, str] = {}
    faults = []
    for one in said:
        area, sign, section = (part.strip() for part in one.rpartition("="))
        if not (area and sign and section):
            faults.append(
                Sentence(
                    f"--move takes AREA=SECTION, such as A012=S003P; found '{one}'.",
                    f"--move的写法为“单元=学段部”，如A012=S003P；现为“{one}”。",
                )
            )
        elif moves.get(area, section) != section:
            faults.append(
                Sentence(
                    f"--move {area} is given twice, to {moves[area]} and to {section}.",
                    f"--move {area}写了两次，分别到{moves[area]}和{section}；只保留一次。",
                )
            )
        moves[area] = section
    if faults:
        raise ScenarioError(*faults)
    return moves


def _refuse_contradictions(order: Order) -> None:
    """Refuse options that have no effect together."""
    faults = []
    if order.repair and not order.moves:
        faults.append(
            Sentence(
                "--repair mends around --move AREA=SECTION; name at least one move.",
                "--repair用于修补--move 单元=学段部的影响；请至少写一个--move。",
            )
        )
    if order.moves and order.plans > 1:
        faults.append(
            Sentence(
                "--alternatives has no effect beside --move; leave one of them out.",
                "--alternatives与--move不能同时使用；请去掉其中一个。",
            )
        )
    if faults:
        raise ScenarioError(*faults)


def _watch(
    say: Callable[[str], None], lang: Language
) -> Callable[[StageNorm, str, float, float], None]:
    """Return what tells during the search how good the zones are by now."""
    from planner.report.zone import say_zone, step_word

    def told(stage: StageNorm, step: str, value: float, bound: float) -> None:
        finite = value < float("inf")
        gap = f"{(value - bound) / value:.3%}" if finite and value > 0 else "–"
        shown = f"{value:,.0f}" if finite else "–"
        say(
            say_zone(
                "progress",
                lang,
                stage=stage.names[lang],
                step=step_word(step, lang),
                value=shown,
                bound=f"{bound:,.0f}",
                gap=gap,
            )
        )

    return told


@contextmanager
def interrupted(say: Callable[[str], None], lang: Language) -> Iterator[Callable[[], bool]]:
    """Take the first Ctrl-C as a wish to stop with the best so far; a second one gives up."""
    from planner.report.zone import say_zone

    asked = False

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True
        say(say_zone("stopping", lang))

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield lambda: asked
    finally:
        signal.signal(signal.SIGINT, before)


def _write(draft: Draft, target: Path, lang: Language) -> Audit:
    """Write the zones to the side, audit what was written, and give it its name."""
    from planner.atlas import draw_map
    from planner.audit import refuse_faults
    from planner.report.folder import results_folder
    from planner.report.zone import write_zones

    with progress(target.name, lang) as say, results_folder(target) as fresh:
        say(Sentence("workbook, layer and proof", "工作簿、图层与证明"))
        write_zones(draft, fresh, lang)
        say(Sentence("map", "地图"))
        draw_map([draft], fresh / "map.html", lang, year=draft.stages[0].year)
        say(Sentence("audit", "核验"))
        return refuse_faults(fresh)


def _print(draft: Draft, audit: Audit, lang: Language, *, stopped: bool) -> None:
    """Print proof, figures, what is not kept, and that the audit agrees."""
    from planner.cli.plan import print_shared
    from planner.report.zone import (
        breaks_said,
        proof_table,
        say_zone,
        sheet_of_plans,
        title_of,
        why_said,
    )

    typer.echo(title_of(draft, lang))
    print_table("", *proof_table(draft, lang))
    typer.echo()
    print_table("", *sheet_of_plans(draft, lang))
    typer.echo()
    print_entry(say_zone("sheet_broken", lang), "\n".join(breaks_said(draft, lang)))
    if why := list(why_said(draft, lang)):
        print_entry(say_zone("sheet_why", lang), "\n".join(why))
    print_shared(draft, lang, book="zones.xlsx")
    if stopped:
        typer.echo(say_zone("stopped", lang))
    typer.echo(say_zone("passed", lang, checks=len(audit.checks)))
    typer.echo()
