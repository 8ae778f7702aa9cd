"""What all commands share in speaking with a planner: language, progress, tables."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.errors import Sentence
from planner.terms import Language

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rich.table import Table

__all__ = [
    "Lang",
    "Seed",
    "StudyFolder",
    "Years",
    "language",
    "language_of_words",
    "print_entry",
    "print_hanging",
    "print_table",
    "progress",
]

_HANGING = "    "

Lang = Annotated[
    Language | None,
    typer.Option("--lang", help="zh or en; otherwise that of the terminal.", envvar="PLANNER_LANG"),
]


def _folder_of(path: Path) -> Path:
    """Return the folder where study.toml itself was named."""
    return path.parent if path.name == "study.toml" else path


StudyFolder = Annotated[
    Path, typer.Option("--study", help="Folder with study.toml.", callback=_folder_of)
]
Out = Annotated[
    Path | None, typer.Option("--out", help="Where results go; otherwise out/ in the study.")
]
Scenarios = Annotated[list[str], typer.Argument(help="Scenario names, the baseline first.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Same seed, same result.")]
Years = Annotated[str | None, typer.Option("--years", help="School years, such as 2024-2035.")]


def language(asked: Language | None) -> Language:
    """Return the language asked for, else that of the terminal, else English."""
    if asked is not None:
        return asked
    terminal = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG")
    return Language.CHINESE if (terminal or "").startswith("zh") else Language.ENGLISH


def language_of_words(words: Sequence[str]) -> Language:
    """Return the language a command line asks for, also where the command did not begin."""
    asked = os.environ.get("PLANNER_LANG", "")
    for word, after in zip(words, [*words[1:], ""], strict=True):
        if word == "--lang":
            asked = after
        elif word.startswith("--lang="):
            asked = word.removeprefix("--lang=")
    return language(next((known for known in Language if known == asked), None))


@contextmanager
def progress(title: str, lang: Language) -> Iterator[Callable[[str], None]]:
    """Show what is being done while it is done, in a language, on the error stream.

    In a terminal one line moves; in a file or pipe each step is a line of its own.
    """
    from rich.console import Console
    from rich.markup import escape

    console = Console(stderr=True, highlight=False)

    def told(doing: str) -> str:
        if lang == Language.CHINESE:
            return escape(f"{title}：{doing.zh if isinstance(doing, Sentence) else doing}")
        return escape(f"{title}: {doing}")

    if not console.is_terminal:
        yield lambda doing: console.print(told(doing), soft_wrap=True)
        return
    with console.status(escape(title)) as status:
        yield lambda doing: status.update(told(doing))


def print_table(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table that fits the terminal; numbers are expected as text already.

    Where even its words are too wide for its columns, each row becomes a block of lines.
    """
    from rich.console import Console

    from planner.fitting import column_widths, turned

    console = Console(highlight=False)
    widths = column_widths(headings, rows, console.width)
    if widths is not None:
        console.print(_table(title, headings, rows, widths))
        return
    blocks = ["\n".join(turned(headings, row, console.width)) for row in rows]
    typer.echo("\n\n".join([*([title] if title else []), *blocks]))


def _table(
    title: str, headings: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int]
) -> Table:
    """Return a table with columns of these widths, in which every line is broken already."""
    from rich.table import Table
    from rich.text import Text

    from planner.fitting import cell_lines, heading_lines, is_number

    table = Table(title=title or None, title_justify="left", show_edge=False, pad_edge=False)
    for number, (heading, width) in enumerate(zip(headings, widths, strict=True)):
        cells = [row[number] for row in rows]
        table.add_column(
            Text("\n".join(heading_lines(heading, width))),
            justify="right" if any(cells) and all(map(is_number, cells)) else "left",
            width=width,
            no_wrap=True,
        )
    for row in rows:
        lines = (cell_lines(cell, width) for cell, width in zip(row, widths, strict=True))
        table.add_row(*(Text("\n".join(cell)) for cell in lines))
    return table


def print_hanging(text: str) -> None:
    """Print one finding wrapped to the terminal, all lines but the first indented."""
    from rich.console import Console
    from rich.text import Text

    from planner.fitting import wrapped

    console = Console(highlight=False)
    for number, line in enumerate(wrapped(text, console.width - len(_HANGING))):
        console.print(Text(f"{_HANGING if number else ''}{line}"), soft_wrap=True)


def print_entry(head: str, body: str) -> None:
    """Print a line and what is said about it, indented and wrapped to the terminal."""
    from rich.console import Console
    from rich.text import Text

    from planner.fitting import wrapped

    console = Console(highlight=False)
    for line in wrapped(head, console.width):
        console.print(Text(line, style="bold"), soft_wrap=True)
    for line in wrapped(body, console.width - 4) if body else ():
        console.print(Text(f"    {line}" if line else ""), soft_wrap=True)
