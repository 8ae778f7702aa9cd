"""Say how far forecasts of the past missed: a sentence, two tables, all figures in a file."""

from __future__ import annotations

import csv
import io
import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from planner.errors import OutputError, Sentence
from planner.fitting import fitted, width_of
from planner.projection.backtest import COLUMNS
from planner.report.names import Both
from planner.report.words import say
from planner.terms import Language

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from planner.study import Fallback

__all__ = [
    "COLUMNS",
    "ShownTable",
    "backtest_entries",
    "backtest_rows",
    "backtest_sentence",
    "backtest_tables",
    "backtest_words",
    "check_file_writable",
    "proof_said",
    "write_backtest",
]

_WORDS_AND_NUMBERS: Final = ("method", "level", "size_class", "lead", "n")
_DIGITS: Final = 6  # of a share: a fifth of a pupil in 200,000
_SENTENCE_LEAD: Final = 3
_OURS: Final = "planner"
_METHODS: Final = {
    "naive": "backtest_naive",
    "progression": "backtest_progression",
    "planner": "backtest_planner",
}
"""The words that methods go by, by their names on the command line."""

_LEVELS: Final = {
    "grade": "backtest_grade",
    "school": "backtest_school",
    "total": "backtest_total",
}

_MISSING: Final = "–"


@dataclass(frozen=True, slots=True)
class ShownTable:
    """A table as a reader sees it: title, headings and cells, all of them text."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def backtest_rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a back-test as plain data: one dict per row, in the order of the table.

    Shares are 0–1 with six digits, what is not known is None. The figures are those that
    `planner.projection.backtest.score` defines.

    Args:
        table: What a back-test returns, with all of COLUMNS.
    """
    return [_plain(row) for row in table[list(COLUMNS)].to_dict("records")]


def backtest_sentence(table: pd.DataFrame, lang: Language) -> str:
    """Return how far schools of the size that most pupils attend were missed, three years ahead.

    Where no forecast reached three years, the lead nearest to them is told. The usual methods
    are named beside planner's own where they were tested. Empty where planner's was not.
    """
    schools = [row for row in backtest_rows(table) if row["level"] == "school"]
    ours = [row for row in schools if row["method"] == _OURS and row["size_class"] != "all"]
    if not ours:
        return ""
    lead = min((row["lead"] for row in ours), key=lambda lead: (abs(lead - _SENTENCE_LEAD), lead))
    told = max((row for row in ours if row["lead"] == lead), key=_pupils_about)
    cell = ("size_class", "lead")
    same = [row for row in schools if all(row[name] == told[name] for name in cell)]
    return say(
        "backtest_sentence",
        lang,
        ahead=_ahead(lead, lang),
        size=_size_said(told["size_class"], lang),
        missed=_percent(told["wape"]),
        beside=_beside([row for row in same if row["method"] != _OURS], lang),
    )


def proof_said(table: pd.DataFrame) -> Both:
    """Say how sure a projection is by its own past, or that its past is too short to tell."""
    said = {
        lang: backtest_sentence(table, lang) or say("proof_none", lang)
        for lang in (Language.CHINESE, Language.ENGLISH)
    }
    return Both(zh=said[Language.CHINESE], en=said[Language.ENGLISH])


def backtest_words(row: Mapping[str, Any], lang: Language) -> tuple[str, str, str]:
    """Return method, level and size of school of one row, as a reader calls them."""
    size = row["size_class"]
    return (
        say(_METHODS[row["method"]], lang),
        say(_LEVELS[row["level"]], lang),
        say("backtest_all", lang) if size == "all" else _size_shown(size),
    )


def backtest_tables(table: pd.DataFrame, lang: Language) -> list[ShownTable]:
    """Return what a planner sees of a back-test, all of it about whole schools.

    First every method and lead for schools of all sizes; then planner's own method by size, one
    year (or the shortest lead) and the longest lead ahead, where it was tested.
    """
    schools = [row for row in backtest_rows(table) if row["level"] == "school"]
    overall = [row for row in schools if row["size_class"] == "all"]
    sized = [row for row in schools if row["method"] == _OURS and row["size_class"] != "all"]
    leads = {row["lead"] for row in sized}
    ends = [row for row in sized if row["lead"] in (min(leads), max(leads))]
    methods = [say(_METHODS[row["method"]], lang) for row in overall]
    sizes = [_size_shown(row["size_class"]) for row in ends]
    shown = [_shown("backtest_by_lead", "backtest_method", methods, overall, lang)]
    if ends:
        shown.append(_shown("backtest_by_size", "backtest_size", sizes, ends, lang))
    return shown


def backtest_entries(
    table: pd.DataFrame, notes: Sequence[Fallback], lang: Language
) -> list[tuple[str, str]]:
    """Return what stands below the tables, each a line and what is said about it.

    First the sentence with the meaning of the headings, then what was assumed in reading the
    counts. No name in them can colour or move the terminal.
    """
    head = backtest_sentence(table, lang) or say("backtest_reading", lang)
    entries = [(head, say("backtest_legend", lang))]
    if notes:
        said = [str(getattr(note, lang)) for note in notes]
        plain = "\n".join(f"· {fitted(text, width_of(text))}" for text in said)
        entries.append((say("backtest_notes", lang), plain))
    return entries


def check_file_writable(path: Path, inputs: Sequence[Path] = ()) -> None:
    """Make sure before the long work that a file can be written where it is asked for.

    Args:
        path: File to be written; one that is there may be replaced.
        inputs: Files that are read and must stay as they are.

    Raises:
        OutputError: There is no such folder, it takes no files, or the name is not free.
    """
    try:
        target = path.resolve()
        if target in [read.resolve() for read in inputs]:
            raise OutputError(
                Sentence(
                    f"{path} is read by this run. Choose another file for the results.",
                    f"{path}正被本次运行读取；请把结果写到另一个文件。",
                )
            )
        if target.is_dir():
            raise OutputError(
                Sentence(
                    f"{path} is a folder. Name a file in it: {path / 'backtest.json'}.",
                    f"{path}是文件夹；请写其中的文件名：{path / 'backtest.json'}。",
                )
            )
        if not target.parent.is_dir():
            raise OutputError(
                Sentence(
                    f"{path}: there is no folder {path.parent}. Make it, or choose another place.",
                    f"{path}：没有文件夹{path.parent}；请先建立，或另选位置。",
                )
            )
        side = _side(target)
        side.touch()
        side.unlink()
    except OSError as error:
        raise OutputError(
            Sentence(
                f"{path}: no file can be made here ({error.strerror}). Choose another place, or "
                "ask for the right to write here.",
                f"{path}：此处无法建立文件（{error.strerror}）；请另选位置，或申请写入权限。",
            )
        ) from error


def write_backtest(table: pd.DataFrame, json_file: Path | None, csv_file: Path | None) -> None:
    """Write every row of a back-test, as JSON, as CSV or as both.

    JSON is a list of objects, one on each line, with null where nothing is known; CSV has the
    same columns and empty cells. A file takes its name only once it is whole, and the same table
    gives the same bytes.

    Raises:
        OutputError: A file could not be written; what was there is untouched.
    """
    rows = backtest_rows(table)
    if json_file is not None:
        lines = ",\n".join(json.dumps(row, ensure_ascii=False, allow_nan=False) for row in rows)
        _write_whole(f"[\n{lines}\n]\n", json_file)
    if csv_file is not None:
        text = io.StringIO()
        writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        _write_whole(text.getvalue(), csv_file)


def _plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Return one row of the table as words and numbers of Python."""
    kinds = (str, str, str, int, int)
    plain: dict[str, Any] = {
        name: kind(row[name]) for name, kind in zip(_WORDS_AND_NUMBERS, kinds, strict=True)
    }
    return plain | {name: _share(row[name]) for name in COLUMNS if name not in plain}


def _share(value: float) -> float | None:
    """Return a share with few digits, None where it is missing, and never a minus before 0."""
    share = float(value)
    return None if share != share else round(share, _DIGITS) + 0.0  # noqa: PLR0124


def _pupils_about(row: Mapping[str, Any]) -> float:
    """Return about how many pupils a size class holds: its schools × the middle of its bounds."""
    low, high = _bounds(row["size_class"])
    pupils: float = row["n"] * ((low or 0) + (high or low or 0)) / 2
    return pupils


def _bounds(size_class: str) -> tuple[int | None, int | None]:
    """Return the fewest and most pupils of a size class: <200, 200-499 or 1000+."""
    if size_class.startswith("<"):
        return None, int(size_class[1:])
    if size_class.endswith("+"):
        return int(size_class[:-1]), None
    low, _, high = size_class.partition("-")
    return int(low), int(high)


def _ahead(lead: int, lang: Language) -> str:
    """Return how far ahead as a sentence begins: "Three years ahead", 提前三年."""
    numbers = say("backtest_numbers", lang).split()
    number = numbers[lead - 1] if lead <= len(numbers) else str(lead)
    return say("backtest_ahead_one" if lead == 1 else "backtest_ahead", lang, number=number)


def _beside(rows: Sequence[Mapping[str, Any]], lang: Language) -> str:
    """Return what the usual methods missed, in brackets; nothing where none was tested."""
    if not rows:
        return ""
    said = [
        say(
            "backtest_method_missed",
            lang,
            method=say(_METHODS[row["method"]], lang),
            missed=_percent(row["wape"]),
        )
        for row in rows
    ]
    return say("backtest_beside", lang, methods=say("list_comma", lang).join(said))


def _size_said(size_class: str, lang: Language) -> str:
    """Return a size class within a sentence: "fewer than 200", "500–999", "1,000 or more"."""
    low, high = _bounds(size_class)
    if low is None:
        return say("backtest_size_below", lang, pupils=high)
    if high is None:
        return say("backtest_size_from", lang, pupils=low)
    return say("backtest_size_between", lang, first=low, last=high)


def _size_shown(name: str) -> str:
    """Return a size class as it stands in a table."""
    return name.replace("-", "–")


def _shown(
    title: str,
    heading: str,
    names: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
    lang: Language,
) -> ShownTable:
    """Return rows under their headings, each with its name in front."""
    headings = (heading, "backtest_lead", "backtest_n", "backtest_missed", "backtest_bias")
    return ShownTable(
        title=say(title, lang),
        headings=tuple(say(key, lang) for key in (*headings, "backtest_within")),
        rows=tuple((name, *_cells(row)) for name, row in zip(names, rows, strict=True)),
    )


def _cells(row: Mapping[str, Any]) -> Iterator[str]:
    """Yield years ahead, number of forecasts, mean error, bias and coverage as text."""
    yield str(row["lead"])
    yield f"{row['n']:,}"
    yield _percent(row["wape"])
    yield _percent(row["bias"], sign="+")
    yield _percent(row["coverage80"])


def _percent(share: float | None, sign: str = "") -> str:
    """Return a share as people read it."""
    if share is None:
        return _MISSING
    # Rounded first, so that a trace below zero is not shown as −0.0.
    percent = round(share * 100, 1) + 0.0
    return f"{percent:{sign}.1f}%".replace("-", "−")


def _side(target: Path) -> Path:
    """Return where a file is written until it is whole."""
    return target.with_name(f".{target.name}.writing-{os.getpid()}")


def _write_whole(text: str, path: Path) -> None:
    """Write a file to the side and give it its name at the end."""
    target = path.resolve()
    side = _side(target)
    try:
        with side.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        side.replace(target)
    except OSError as error:
        raise OutputError(
            Sentence(
                f"{path} could not be written ({error.strerror}). What was there is untouched; "
                "make room or choose another place.",
                f"{path}未能写入（{error.strerror}）；原有内容未动，请腾出空间或另选位置。",
            )
        ) from error
    finally:
        side.unlink(missing_ok=True)
