"""The command line: turns a planner's words into one call, and our errors into one sentence."""

from __future__ import annotations

import atexit
import gc
import os
import sys

import typer

from planner.cli import (
    backtest,
    check,
    columns,
    compare,
    cure,
    demo,
    draw,
    indicators,
    ledger,
    lookup,
    new,
    norms,
    notice,
    plan,
    project,
    sample,
    settings,
    sheet,
    verify,
    why,
    works,
    zone,
)
from planner.cli.talk import language_of_words
from planner.errors import InputError, PlannerError

__all__ = ["app", "main"]

_STOPPED = "stopped; results of earlier runs are as they were."

app = typer.Typer(
    name="planner",
    help="School layout and seat capacity: pupils, seats, classes, zones, scenarios, maps.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("demo")(demo.demo)
app.command("check")(check.check)
app.command("plan")(plan.plan)
app.command("compare")(compare.compare)
app.command("project")(project.project)
app.command("backtest")(backtest.backtest)
app.command("indicators")(indicators.indicators)
app.command("ledger")(ledger.ledger)
app.command("cure")(cure.cure)
app.command("zone")(zone.zone)
app.command("verify")(verify.verify)
app.command("notice")(notice.notice)
app.command("map")(draw.draw)
app.command("lookup")(lookup.lookup)
app.command("sheet")(sheet.sheet)
app.command("works")(works.works)
app.command("why")(why.why)
app.command("new")(new.new)
app.command("sample")(sample.sample)
app.command("columns")(columns.columns)
app.command("settings")(settings.settings)
app.command("norms")(norms.norms)


def main() -> None:
    """Run the command line; our own errors end it with sentences, not with a traceback.

    Exit codes: 0 done, 1 a planner's file or wish needs a change, 2 a word of the command line
    is wrong, 3 results cannot be written or no plan exists, 130 stopped by the planner.
    """
    # Libraries and tables are many objects that stay; to look through them for what may go, as
    # often as is usual, takes half a second of a short run and finds nothing.
    gc.set_threshold(100_000)
    # At the end everything goes together; to look through it once more takes as long again.
    atexit.register(gc.freeze)
    try:
        app()
    except PlannerError as error:
        for fault in error.said(language_of_words(sys.argv[1:])):
            typer.echo(f"planner: {fault}", err=True)
        sys.exit(1 if isinstance(error, InputError) else 3)
    except KeyboardInterrupt:
        chinese = language_of_words(sys.argv[1:]) == "zh"
        stopped = "已停止；以前的结果保持不变。" if chinese else _STOPPED
        typer.echo(f"planner: {stopped}", err=True)
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read our output has closed it, as `planner columns | head` does.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
